-- Summarise without reading payloads
-- Planned by `make migration` from supabase/schemas and supabase/policies.

-- Waits at most five seconds for a lock, because queries behind a waiting lock wait as well. On failure, push again.
set lock_timeout = '5s';
set check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.send_summary(command text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  -- Two messages for each stay below the 64 subtransactions that a transaction may have without slowing down others.
  most_single_events constant integer := 20;
  -- Of 1,000 ids, a message has 40 KB of the 256 that the smallest plan lets through.
  most_ids constant integer := 1000;
  event public.domain_events;
  happened_events integer;
  summary record;
begin
  perform set_config('mixerai.broadcasts', '', true);
  -- The lowest id that an event of this transaction may have lets the planner open the partitions of this year only.
  select count(*) into happened_events
  from (
    select from public.domain_events as each
    where each.transaction_id = pg_current_xact_id() and each.id >= private.uuid_v7_floor(now())
    limit most_single_events + 1
  ) as first_events;
  if happened_events <= most_single_events then
    for event in
      select each.* from public.domain_events as each
      where each.transaction_id = pg_current_xact_id() and each.id >= private.uuid_v7_floor(now())
      order by each.id
    loop
      perform private.send_event(event);
    end loop;
    return;
  end if;
  for summary in
    with happened as (
      select
        each.id, each.brand_id, each.type,
        -- Payloads of contents may be large, and are not read.
        case each.aggregate_type when 'content' then each.aggregate_id::text else each.payload ->> 'contentId' end
          as content_id
      from public.domain_events as each
      where
        each.transaction_id = pg_current_xact_id() and each.id >= private.uuid_v7_floor(now())
        and each.aggregate_type not in ('brand_member', 'invitation', 'api_key', 'webhook')
    ),
    counted as (
      select happened.brand_id, happened.type, count(*) as occurrences from happened group by 1, 2
    )
    select
      happened.brand_id,
      max(happened.id::text) as last_event_id,
      (array_agg(distinct happened.content_id) filter (where happened.content_id is not null))[1 : most_ids]
        as content_ids,
      (
        select jsonb_object_agg(counted.type, counted.occurrences)
        from counted where counted.brand_id = happened.brand_id
      ) as occurrences
    from happened
    group by happened.brand_id
  loop
    perform realtime.send(
      jsonb_build_object(
        'type', 'ContentsChanged',
        'brandId', summary.brand_id,
        'aggregateType', 'brand',
        'aggregateId', summary.brand_id,
        'actorId', auth.uid(),
        'requestId', private.request_id(),
        'occurredAt', clock_timestamp(),
        'lastEventId', summary.last_event_id,
        'data', jsonb_build_object(
          'command', send_summary.command,
          'events', summary.occurrences,
          'contentIds', to_jsonb(coalesce(summary.content_ids, '{}'))
        )
      ),
      'ContentsChanged', 'brand:' || summary.brand_id, true
    );
  end loop;
end;
$function$;
