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
    select digest.user_id, digest.since, digest.next_at, preferences.digest, profiles.timezone,
      private.wants(preferences, 'digests', 'email') and profiles.is_active as is_wanted
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
      since = now(),
      next_at = coalesce(private.next_digest_at(due.digest, due.timezone, now()), now() + interval '1 day')
    from due where due.user_id = digest.user_id
    returning digest.user_id
  ),
  added as (
    insert into private.jobs (queue, kind, payload, dedupe_key)
    select
      'notification_mail', 'digest', jsonb_build_object(
        'userId', due.user_id, 'since', due.since, 'until', now(), 'digest', due.digest
      ),
      'digest:' || due.user_id || ':' || extract(epoch from due.next_at)::bigint
    from due
    inner join moved on moved.user_id = due.user_id
    where due.is_wanted
    on conflict (queue, dedupe_key) where dedupe_key is not null do nothing
  )
  select count(*) into queued from due;
  return queued;
end;
$$;
comment on function public.queue_digests is
'For the scheduler: queues the digests that are due, once a period, and sets the next time of each. A period that was
missed is part of the next digest. Returns for how many people.';
grant execute on function public.queue_digests to service_role;

create function public.read_digest(user_id uuid, since timestamptz, until timestamptz)
returns jsonb
language sql
stable
security definer -- reads the address of a person
set search_path = ''
as $$
  with told as (
    select notification.*, brand.name as brand_name
    from public.notifications as notification
    left join public.brands as brand on brand.id = notification.brand_id and brand.deleted_at is null
    left join public.notification_preferences as preferences on preferences.user_id = notification.user_id
    where
      notification.user_id = read_digest.user_id
      and notification.last_at > read_digest.since and notification.last_at <= read_digest.until
      and not notification.is_read and not notification.is_archived
      and private.wants(preferences, notification.category, 'email')
      and not private.has_muted(preferences, notification.brand_id)
      -- These were mailed at once.
      and notification.category not in ('security', 'invitations')
      and (
        notification.brand_id is null
        or brand.id is not null and private.is_active_member(notification.user_id, notification.brand_id)
      )
  )
  select jsonb_build_object(
    'email', users.email, 'language', profiles.language, 'first_name', profiles.first_name,
    'timezone', private.known_zone(profiles.timezone),
    'total', (select count(*) from told),
    'counts', (
      select coalesce(jsonb_agg(jsonb_build_object('category', counted.category, 'count', counted.number)
        order by counted.number desc, counted.category), '[]')
      from (select told.category, sum(told.bundle_count) as number from told group by told.category) as counted
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
  where profiles.id = read_digest.user_id and profiles.is_active and users.email is not null;
$$;
comment on function public.read_digest is
'For the service: returns what a digest of a period says: {email, language, first_name, timezone, total, counts, items},
with the ten most urgent titles; null for somebody who gets no mail.';
grant execute on function public.read_digest to service_role;
