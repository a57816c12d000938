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
    notification.id = any (read_notification_mails.ids)
    -- As it is now: read meanwhile, no member any more, muted since.
    and not notification.is_read and not notification.is_archived and users.email is not null
    and (
      notification.brand_id is null
      or brand.id is not null and private.is_active_member(notification.user_id, notification.brand_id)
    )
    and (
      notification.category in ('security', 'invitations')
      or private.wants(preferences, notification.category, 'email')
      and not private.has_muted(preferences, notification.brand_id)
    );
$$;
comment on function public.read_notification_mails is
'For the service: returns what the mails about these notifications say and to whom they go. Without those that their
people have read since, may not read, or no longer want.';
grant execute on function public.read_notification_mails to service_role;

create function public.read_destinations(ids uuid[])
returns jsonb
language sql
stable
security definer -- the URLs of chats are read by functions only
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'id', destination.id, 'kind', destination.kind, 'url', destination.url, 'secret', destination.secret,
    'user_id', destination.user_id, 'brand_id', destination.brand_id,
    'brands', case
      when destination.user_id is null then jsonb_build_array(destination.brand_id)
      else (
        select coalesce(jsonb_agg(member.brand_id), '[]') from public.brand_members as member
        where
          member.user_id = destination.user_id and (member.expires_at is null or member.expires_at > now())
          and not 'brand.read' = any (member.restrictions)
      )
    end
  )), '[]')
  from private.notification_destinations as destination
  left join public.profiles on profiles.id = destination.user_id
  left join public.brands as brand on brand.id = destination.brand_id
  where
    destination.id = any (read_destinations.ids) and destination.is_enabled and brand.deleted_at is null
    and coalesce(profiles.is_active, true);
$$;
comment on function public.read_destinations is
'For the service: returns destinations in use, with their encrypted URLs, and the brands of which they may hear.';
grant execute on function public.read_destinations to service_role;

create function public.disable_destination(destination_id uuid, reason text)
returns boolean
language plpgsql
volatile
security definer -- private is closed to the service as well
set search_path = ''
as $$
declare
  destination private.notification_destinations;
begin
  update private.notification_destinations as kept
  set is_enabled = false, disabled_reason = left(disable_destination.reason, 300), updated_at = now()
  where kept.id = disable_destination.destination_id and kept.is_enabled
  returning kept.* into destination;
  if destination.id is null then
    return false;
  end if;
  perform private.notify(
    case
      when destination.user_id is null then array(select private.admins_of(destination.brand_id))
      else array[destination.user_id]
    end,
    destination.brand_id, 'system', 'destination_disabled', format('“%s” gets no notifications now', destination.name),
    left(disable_destination.reason, 300), null, 'error', '{}',
    'integration.manage'
  );
  return true;
end;
$$;
comment on function public.disable_destination is
'For the service: switches a destination off, and tells its person or the admins of its brand. False if it was off.';
grant execute on function public.disable_destination to service_role;

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
  return removed;
end;
$$;
comment on function public.remove_old_notifications is
'For the scheduler: removes notifications that were read or archived after 90 days, and others after 365, and forgets
after 90 days who was told of what. At most so many of each a run. Returns how many notifications it removed.';
grant execute on function public.remove_old_notifications to service_role;
