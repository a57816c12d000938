create function private.known_zone(zone text)
returns text
language plpgsql
stable
set search_path = ''
as $$
begin
  perform now() at time zone known_zone.zone;
  return known_zone.zone;
exception
  when invalid_parameter_value then
    return 'UTC';
end;
$$;
comment on function private.known_zone is 'Returns a time zone, or UTC for a name that is none.';

create function private.quiet_until(quiet_from time, quiet_to time, zone text, moment timestamptz)
returns timestamptz
language plpgsql
stable
set search_path = ''
as $$
declare
  place constant text := private.known_zone(zone);
  here constant timestamp := moment at time zone place;
  clock constant time := here::time;
  ends timestamptz;
begin
  if quiet_from is null or quiet_to is null or quiet_from = quiet_to then
    return null;
  elsif quiet_from < quiet_to and (clock < quiet_from or clock >= quiet_to) then
    return null;
  elsif quiet_from > quiet_to and clock < quiet_from and clock >= quiet_to then
    return null;
  end if;
  ends := (here::date + quiet_to + case when quiet_to <= clock then interval '1 day' else interval '0' end)
    at time zone place;
  -- Where clocks went back between, the hour that comes twice may lie before the moment.
  return case when ends > moment then ends else moment + interval '1 hour' end;
end;
$$;
comment on function private.quiet_until is
'Returns when the quiet hours end in which a moment lies; null outside of them. Hours are those of clocks in the time
zone. Where these go forward past the end, it is the hour after; where they go back, the later one.';

create function private.next_digest_at(digest text, zone text, moment timestamptz)
returns timestamptz
language plpgsql
stable
set search_path = ''
as $$
declare
  place constant text := private.known_zone(zone);
  here constant timestamp := moment at time zone place;
  hour constant interval := interval '8 hours';
  following timestamp;
begin
  if digest = 'hourly' then
    -- By the clock that people see, which may be half an hour off; an hour long also where clocks are changed.
    return moment + (date_trunc('hour', here) + interval '1 hour' - here);
  elsif digest = 'daily' then
    following := date_trunc('day', here) + hour;
    following := following + case when following <= here then interval '1 day' else interval '0' end;
  elsif digest = 'weekly' then
    following := date_trunc('week', here) + hour;
    following := following + case when following <= here then interval '7 days' else interval '0' end;
  else
    return null;
  end if;
  return greatest(following at time zone place, moment + interval '1 second');
end;
$$;
comment on function private.next_digest_at is
'Returns when the next digest is due after a moment: at the next full hour, at 8:00 of the next day, or at 8:00 of the
next Monday, by clocks in the time zone; null for instant.';

create function private.keep_digest()
returns trigger
language plpgsql
security definer -- no API role may read who gets digests
set search_path = ''
as $$
declare
  next_at constant timestamptz := private.next_digest_at(
    new.digest, (select profiles.timezone from public.profiles where profiles.id = new.user_id), now()
  );
begin
  if next_at is null then
    update private.notification_digests set next_at = now(), ends_at = now()
    where notification_digests.user_id = new.user_id and notification_digests.ends_at is null;
  elsif tg_op = 'INSERT' or new.digest <> old.digest then
    insert into private.notification_digests as kept (user_id, next_at) values (new.user_id, next_at)
    on conflict (user_id) do update set next_at = excluded.next_at, ends_at = null;
  end if;
  return null;
end;
$$;
comment on function private.keep_digest is
'Sets when the next digest of a person is due, once they ask for digests or for others. Nothing is lost between: who
asks to be told at once gets one more.';

create function private.begin_digests(people uuid[])
returns void
language sql
volatile
set search_path = ''
as $$
  insert into private.notification_digests (user_id, next_at)
  select preferences.user_id, private.next_digest_at(preferences.digest, profiles.timezone, now())
  from public.notification_preferences as preferences
  inner join public.profiles on profiles.id = preferences.user_id
  where
    preferences.user_id = any (begin_digests.people) and preferences.digest <> 'instant'
    and not exists (
      select from private.notification_digests as known where known.user_id = preferences.user_id
    )
  order by preferences.user_id
  on conflict do nothing;
$$;
comment on function private.begin_digests is
'Sets when the first digest is due of those among these people who chose digests before there were any.';
