create function private.push_notifications(ids uuid[])
returns void
language sql
volatile
set search_path = ''
as $$
  with pushed as (
    select
      notification.*, preferences.digest,
      case
        when notification.category = 'security' or notification.is_urgent then now()
        else coalesce(
          private.quiet_until(preferences.quiet_from, preferences.quiet_to, profiles.timezone, now()), now()
        )
      end as due_at,
      preferences
    from public.notifications as notification
    inner join public.profiles on profiles.id = notification.user_id
    left join public.notification_preferences as preferences on preferences.user_id = notification.user_id
    where
      notification.id = any (push_notifications.ids)
      and notification.is_pushed
      -- Reminders are pushed to those who ask for them (domain §9).
      and (notification.event <> 'sla_warning' or coalesce(preferences.task_reminders, false))
  ),
  queued as (
    insert into private.jobs (queue, kind, brand_id, payload, run_at, dedupe_key)
    select
      'notification_mail', 'notification', pushed.brand_id, jsonb_build_object('notificationId', pushed.id),
      pushed.due_at, pushed.id::text
    from pushed
    where
      pushed.is_mailed
      and (coalesce(pushed.digest, 'instant') = 'instant' or pushed.category in ('security', 'invitations'))
    union all
    select
      'notification_chat', 'notification', pushed.brand_id, jsonb_build_object(
        'notificationId', pushed.id, 'destinationId', destination.id, 'title', pushed.title,
        'message', pushed.message, 'url', pushed.action_url, 'type', pushed.type, 'event', pushed.event,
        'brandId', pushed.brand_id, 'at', pushed.last_at
      ),
      pushed.due_at, pushed.id || ':' || destination.id
    from pushed
    inner join private.notification_destinations as destination
      on destination.user_id = pushed.user_id and destination.is_enabled
    where
      private.wants(pushed.preferences, pushed.category, destination.kind)
      and (destination.categories = '{}' or pushed.category = any (destination.categories))
    on conflict (queue, dedupe_key) where dedupe_key is not null do nothing
    returning jobs.run_at
  )
  -- Commands notify as well: what is due is sent once they have committed.
  select from (select 1 from queued where queued.run_at <= now() limit 1) as due
  cross join lateral private.announce_work();
$$;
comment on function private.push_notifications is
'Queues the mails and the messages to chats of new notifications: for the end of quiet hours where these are, except of
urgent and security notices. Whoever gets digests gets no mail of each.';

create function private.push_to_brands(notices private.notice[])
returns void
language sql
volatile
set search_path = ''
as $$
  with shared as (
    select distinct on (notice.source_id, notice.event) notice.*
    from unnest(push_to_brands.notices) as notice
    where notice.is_shared
    order by notice.source_id, notice.event, notice.rank
  ),
  told as (
    insert into private.told_people (source_id, recipient_id)
    select distinct shared.source_id, destination.id
    from shared
    inner join private.notification_destinations as destination
      on destination.brand_id = shared.brand_id and destination.is_enabled
    where destination.categories = '{}' or shared.category = any (destination.categories)
    on conflict do nothing
    returning told_people.source_id, told_people.recipient_id
  )
  insert into private.jobs (queue, kind, brand_id, payload, dedupe_key)
  select distinct on (told.source_id, told.recipient_id)
    'notification_chat', 'notification', shared.brand_id, jsonb_build_object(
      'destinationId', told.recipient_id, 'title', shared.title,
      'message', private.cut_text(coalesce(shared.message, ''), 2000),
      'url', shared.action_url, 'type', shared.type, 'event', shared.event, 'brandId', shared.brand_id, 'at', now(),
      'sourceId', shared.source_id
    ),
    told.source_id || ':' || told.recipient_id
  from told
  inner join shared on shared.source_id = told.source_id
  order by told.source_id, told.recipient_id, shared.rank
  on conflict (queue, dedupe_key) where dedupe_key is not null do nothing;
$$;
comment on function private.push_to_brands is
'Queues one message about each source for each chat of its brand that wants the category.';
