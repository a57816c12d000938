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
    'is_resting', coalesce(destination.resting_until > now(), false), 'failures', destination.failures,
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

create function public.note_chat_outcomes(outcomes jsonb)
returns integer
language plpgsql
volatile
security definer -- private is closed to the service as well
set search_path = ''
as $$
declare
  noted record;
  destination private.notification_destinations;
  number integer := 0;
begin
  for noted in
    select outcome.* from jsonb_to_recordset(note_chat_outcomes.outcomes) as outcome (
      destination_id uuid, outcome text, reason text, rest numeric, tried uuid[], held uuid[]
    )
    order by outcome.destination_id
  loop
    update private.notification_destinations as kept
    set
      failures = case noted.outcome when 'taken' then 0 when 'resting' then kept.failures else kept.failures + 1 end,
      failing_since = case noted.outcome
        when 'taken' then null when 'resting' then kept.failing_since else coalesce(kept.failing_since, now())
      end,
      resting_until = case
        when noted.outcome = 'resting' then kept.resting_until
        else now() + make_interval(secs => least(greatest(coalesce(noted.rest, 0)::double precision, case
          when noted.outcome = 'taken' then 0
          -- Five seconds, then twice as long each time, to an hour.
          else least(5 * 2 ^ least(kept.failures, 10), 3600) * (0.8 + random() * 0.4)
        end), 3600))
      end
    where kept.id = noted.destination_id
    returning kept.* into destination;
    if destination.id is not null then
      if
        noted.outcome = 'gone' or (noted.outcome = 'refused' and destination.failures >= 5)
        or (destination.failures >= 10 and destination.failing_since < now() - interval '1 day')
      then
        perform public.disable_destination(destination.id, noted.reason);
      end if;
      update private.jobs as job
      set
        run_at = greatest(job.run_at, destination.resting_until),
        payload = case
          when job.id = any (noted.tried)
            then job.payload || jsonb_build_object('tries', coalesce((job.payload ->> 'tries')::integer, 0) + 1)
          else job.payload
        end
      where job.queue = 'notification_chat' and job.id = any (coalesce(noted.tried, '{}') || coalesce(noted.held, '{}'));
      number := number + 1;
    end if;
  end loop;
  return number;
end;
$$;
comment on function public.note_chat_outcomes is
'For the service: notes how destinations took their messages: [{destination_id, outcome: taken, failed, refused, gone or
resting, reason, rest, tried, held}], rest in seconds. One that fails rests longer each time, and its messages (tried and
held are jobs) with it; it is switched off if it is gone, has refused five, or has failed ten times and for a day. Returns
how many there are.';
grant execute on function public.note_chat_outcomes to service_role;
