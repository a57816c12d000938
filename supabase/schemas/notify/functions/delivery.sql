create function private.is_news(
  notification public.notifications, preferences public.notification_preferences
)
returns boolean
language sql
stable
set search_path = ''
as $$
  select
    not notification.is_read and not notification.is_archived
    and (notification.category in ('security', 'invitations')
      or not private.has_muted(preferences, notification.brand_id))
    and (
      notification.brand_id is null or exists (
        select from public.brand_members as member
        inner join public.brands on brands.id = member.brand_id and brands.deleted_at is null
        where
          member.brand_id = notification.brand_id and member.user_id = notification.user_id
          and (member.expires_at is null or member.expires_at > now())
          and not member.restrictions && case
            when notification.content_id is null then array['brand.read'] else array['brand.read', 'content.read']
          end
      )
    )
    and (
      notification.event not in ('task_assigned', 'sla_warning', 'sla_breach', 'escalation')
      or not notification.metadata ? 'taskId'
      or exists (
        select from public.workflow_tasks as task
        where task.id = (notification.metadata ->> 'taskId')::uuid and task.status = 'pending'
      )
    );
$$;
comment on function private.is_news is
'Whether a notification still tells its person something, as it is now: unread, of a brand that they may read and have
not muted since, of a task that nobody has decided.';

create function public.find_news(ids uuid[])
returns jsonb
language sql
stable
security definer -- reads notifications and preferences of all people
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object('id', notification.id, 'channels', array(
    select channel from unnest(array['slack', 'teams', 'webhook']) as channel
    where private.wants(preferences, notification.category, channel)
  ))), '[]')
  from public.notifications as notification
  left join public.notification_preferences as preferences on preferences.user_id = notification.user_id
  where notification.id = any (find_news.ids) and private.is_news(notification, preferences);
$$;
comment on function public.find_news is
'For the service: which of these notifications still tell their people something, and the kinds of chats where these
want them: [{id, channels}].';
grant execute on function public.find_news to service_role;

create function public.read_notification_mails(ids uuid[])
returns jsonb
language sql
stable
security definer -- reads the addresses of people
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'id', notification.id, 'user_id', notification.user_id, 'brand_id', notification.brand_id,
    'category', notification.category, 'event', notification.event, 'title', notification.title,
    'message', notification.message, 'action_url', notification.action_url, 'email', users.email,
    'first_name', profiles.first_name, 'language', profiles.language, 'timezone', private.known_zone(profiles.timezone),
    'brand_name', coalesce(brand.name, ''), 'content_title', coalesce(content.title, notification.subject, ''),
    'step', coalesce(notification.metadata ->> 'step', ''), 'due_at', notification.metadata ->> 'dueAt',
    'percent', coalesce(notification.metadata ->> 'percent', ''),
    'metric', coalesce(notification.metadata ->> 'metric', ''),
    'assignee_name', private.display_name((notification.metadata ->> 'assigneeId')::uuid, notification.brand_id),
    'author_name', private.display_name(content.created_by, notification.brand_id),
    'last_at', notification.last_at
  )), '[]')
  from public.notifications as notification
  inner join public.profiles on profiles.id = notification.user_id and profiles.is_active
  inner join auth.users on users.id = notification.user_id
  left join public.brands as brand on brand.id = notification.brand_id and brand.deleted_at is null
  left join public.contents as content
    on content.id = notification.content_id and content.brand_id = notification.brand_id
  left join public.notification_preferences as preferences on preferences.user_id = notification.user_id
  where
    notification.id = any (read_notification_mails.ids) and users.email is not null
    and private.is_news(notification, preferences) and private.wants(preferences, notification.category, 'email');
$$;
comment on function public.read_notification_mails is
'For the service: returns what the mails about these notifications say and to whom they go. Without those that their
people have read since, may not read, or no longer want.';
grant execute on function public.read_notification_mails to service_role;

create function public.remove_old_notifications(batch integer default 5000)
returns integer
language plpgsql
volatile
security definer -- private is closed to the service as well
set search_path = ''
set statement_timeout = '30s'
as $$
declare
  size constant integer := least(greatest(batch, 1), 20000);
  removed integer;
  forgotten integer;
begin
  delete from public.notifications
  where notifications.id in (
    (
      select old.id from public.notifications as old
      where (old.is_read or old.is_archived) and old.last_at < now() - interval '90 days'
      order by old.last_at limit size
    )
    union
    (
      select old.id from public.notifications as old
      where old.id < private.uuid_v7_floor(now() - interval '365 days') and old.last_at < now() - interval '365 days'
      order by old.id limit size
    )
  );
  get diagnostics removed = row_count;
  delete from private.told_people
  where (told_people.source_id, told_people.recipient_id) in (
    select old.source_id, old.recipient_id from private.told_people as old
    where old.source_id < private.uuid_v7_floor(now() - interval '90 days')
    order by old.source_id, old.recipient_id limit size
  );
  get diagnostics forgotten = row_count;
  return greatest(removed, forgotten);
end;
$$;
comment on function public.remove_old_notifications is
'For the scheduler: removes notifications that were read or archived after 90 days, and others after 365, and forgets
after 90 days who was told of what. At most so many of each a run. Returns how many it removed of either, at most.';
grant execute on function public.remove_old_notifications to service_role;
