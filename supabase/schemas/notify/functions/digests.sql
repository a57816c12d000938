create function public.queue_digests(batch integer default 200)
returns integer
language plpgsql
volatile
security definer -- private is closed to the service as well
set search_path = ''
set statement_timeout = '30s'
as $$
declare
  queued integer;
begin
  with due as materialized (
    select
      digest.*, preferences.digest, profiles.timezone,
      private.wants(preferences, 'digests', 'email') and profiles.is_active as is_wanted,
      private.quiet_until(preferences.quiet_from, preferences.quiet_to, profiles.timezone, now()) as quiet_until
    from private.notification_digests as digest
    inner join public.profiles on profiles.id = digest.user_id
    inner join public.notification_preferences as preferences on preferences.user_id = digest.user_id
    where digest.next_at <= now()
    order by digest.next_at
    limit least(greatest(batch, 1), 1000)
    for update of digest skip locked
  ),
  moved as (
    update private.notification_digests as digest
    set
      since = case when due.quiet_until is null then now() else digest.since end,
      next_at = coalesce(
        due.quiet_until, private.next_digest_at(due.digest, due.timezone, now()), now() + interval '1 day'
      )
    from due
    where due.user_id = digest.user_id and (due.ends_at is null or due.quiet_until is not null)
  ),
  ended as (
    delete from private.notification_digests as digest using due
    where due.user_id = digest.user_id and due.ends_at is not null and due.quiet_until is null
  ),
  added as (
    insert into private.jobs (queue, kind, payload, dedupe_key)
    select
      'notification_mail', 'digest', jsonb_build_object(
        'userId', due.user_id, 'since', due.since, 'beganAt', due.began_at, 'endsAt', due.ends_at
      ),
      'digest:' || due.user_id || ':' || extract(epoch from due.next_at)::bigint
    from due
    where due.is_wanted and due.quiet_until is null
    on conflict (queue, dedupe_key) where dedupe_key is not null do nothing
  )
  select count(*) into queued from due;
  return queued;
end;
$$;
comment on function public.queue_digests is
'For the scheduler: queues the digests that are due, once a period, and sets the next time of each. A period that was
missed is part of the next digest; in quiet hours it waits for their end. Returns for how many people.';
grant execute on function public.queue_digests to service_role;

create function public.take_digest(user_id uuid, digest_id uuid, began_at timestamptz, ends_at timestamptz)
returns jsonb
language plpgsql
volatile
security definer -- reads the address of a person
set search_path = ''
as $$
#variable_conflict use_column
begin
  insert into private.digested_notifications as known (notification_id, digest_id, share, told)
  select
    notification.id, take_digest.digest_id, notification.bundle_count - coalesce(before.told, 0),
    notification.bundle_count
  from public.notifications as notification
  left join private.digested_notifications as before on before.notification_id = notification.id
  left join public.brands as brand on brand.id = notification.brand_id and brand.deleted_at is null
  left join public.notification_preferences as preferences on preferences.user_id = notification.user_id
  where
    notification.user_id = take_digest.user_id
    -- What began in one moment with the digests themselves is theirs.
    and notification.last_at >= take_digest.began_at - interval '1 minute'
    and (take_digest.ends_at is null or notification.last_at <= take_digest.ends_at)
    and notification.bundle_count > coalesce(before.told, 0)
    and not notification.is_read and not notification.is_archived
    and private.wants(preferences, notification.category, 'email')
    and not private.has_muted(preferences, notification.brand_id)
    -- These were mailed at once.
    and notification.category not in ('security', 'invitations')
    and (notification.event <> 'sla_warning' or coalesce(preferences.task_reminders, false))
    and (
      notification.brand_id is null
      or brand.id is not null and private.is_active_member(notification.user_id, notification.brand_id)
    )
  on conflict (notification_id) do update
  set digest_id = excluded.digest_id, share = excluded.told - known.told, told = excluded.told
  where excluded.told > known.told;
  return private.digest_document(take_digest.user_id, take_digest.digest_id);
end;
$$;
comment on function public.take_digest is
'For the service: returns what a digest says: {email, language, first_name, timezone, total, counts, items}, with the
ten most urgent titles; null for somebody who gets no mail. It says what no other digest has said of what happened since
digests began; again, it says the same.';
grant execute on function public.take_digest to service_role;

create function private.digest_document(user_id uuid, digest_id uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with told as (
    select notification.*, digested.share, brand.name as brand_name
    from private.digested_notifications as digested
    inner join public.notifications as notification on notification.id = digested.notification_id
    left join public.brands as brand on brand.id = notification.brand_id
    where digested.digest_id = digest_document.digest_id and notification.user_id = digest_document.user_id
  )
  select jsonb_build_object(
    'email', users.email, 'language', profiles.language, 'first_name', profiles.first_name,
    'timezone', private.known_zone(profiles.timezone),
    'total', (select count(*) from told),
    'counts', (
      select coalesce(jsonb_agg(jsonb_build_object('category', counted.category, 'count', counted.number)
        order by counted.number desc, counted.category), '[]')
      from (select told.category, sum(told.share) as number from told group by told.category) as counted
    ),
    'items', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'title', top.title, 'brand_name', coalesce(top.brand_name, ''), 'action_url', top.action_url
      ) order by top.place), '[]')
      from (
        select told.*, row_number() over (
          order by array_position(array['error', 'warning', 'success', 'info'], told.type), told.last_at desc
        ) as place
        from told
        order by place
        limit 10
      ) as top
    )
  )
  from public.profiles
  inner join auth.users on users.id = profiles.id
  where profiles.id = digest_document.user_id and profiles.is_active and users.email is not null;
$$;
comment on function private.digest_document is 'Returns what a digest says. As take_digest.';
