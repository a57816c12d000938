create function public.queue_events(
  consumer text, types text[], batch integer default 5000, is_ordered boolean default false
)
returns integer
language plpgsql
volatile
security definer -- private is closed to the service as well
set search_path = ''
set statement_timeout = '30s'
as $$
declare
  reader private.outbox_consumers;
  most constant integer := least(greatest(queue_events.batch, 1), 20000);
  looked_at integer;
  last_transaction_id xid8;
  last_event_id uuid;
begin
  insert into private.outbox_consumers (name) values (queue_events.consumer) on conflict do nothing;
  -- The lock makes workers take turns until the position of the consumer is moved.
  select * into reader from private.outbox_consumers where outbox_consumers.name = queue_events.consumer for update;
  -- All transactions below xmin have ended: none of them can still commit an event that belongs before these.
  with following as materialized (
    select
      events.transaction_id, events.id, events.brand_id, events.type, events.aggregate_type, events.aggregate_id,
      events.aggregate_version, events.occurred_at
    from public.domain_events as events
    where
      (events.transaction_id, events.id) > (reader.read_transaction_id, reader.read_event_id)
      and events.transaction_id < pg_snapshot_xmin(pg_current_snapshot())
    order by events.transaction_id, events.id
    limit most
  ),
  queued as (
    -- What the event says of itself stays in the log: consumers get ids, and read what they need as it is by then.
    insert into private.jobs (
      queue, kind, brand_id, payload, run_at, dedupe_key, max_attempts, order_key, place
    )
    select
      queue_events.consumer, 'event', following.brand_id,
      jsonb_build_object(
        'id', following.id, 'brandId', following.brand_id, 'type', following.type,
        'aggregateType', following.aggregate_type, 'aggregateId', following.aggregate_id,
        'aggregateVersion', following.aggregate_version, 'occurredAt', following.occurred_at
      ),
      -- The order of a brand's events among each other.
      least(following.occurred_at, now()), following.id::text, 20,
      case when queue_events.is_ordered then following.aggregate_id end,
      case when queue_events.is_ordered then following.id end
    from following
    where following.type = any (queue_events.types)
    order by following.transaction_id, following.id
    on conflict (queue, dedupe_key) where dedupe_key is not null do nothing
  )
  select
    count(*), (array_agg(following.transaction_id order by following.transaction_id desc, following.id desc))[1],
    (array_agg(following.id order by following.transaction_id desc, following.id desc))[1]
  into looked_at, last_transaction_id, last_event_id
  from following;
  if looked_at > 0 or reader.is_behind then
    update private.outbox_consumers
    set
      read_transaction_id = coalesce(last_transaction_id, reader.read_transaction_id),
      read_event_id = coalesce(last_event_id, reader.read_event_id), is_behind = looked_at = most, updated_at = now()
    where outbox_consumers.name = queue_events.consumer;
  end if;
  return looked_at;
end;
$$;
comment on function public.queue_events is
'For the service: looks at the next events of the log in the order of commits, skips none, and adds a job for each of
these types to the queue of the consumer, with the ids and the type of the event and nothing else. A new consumer begins
with the oldest event. batch: 1 to 20000 events. is_ordered: an event waits for the earlier ones of its aggregate (see
claim_jobs). Returns how many it looked at.';
grant execute on function public.queue_events to service_role;

create function public.has_events_to_come(consumer text, types text[])
returns boolean
language sql
stable
security definer -- private is closed to the service as well
set search_path = ''
as $$
  select exists (
    select from (
      select events.type
      from private.outbox_consumers as reader
      cross join lateral (
        select events.type, events.transaction_id, events.id
        from public.domain_events as events
        where (events.transaction_id, events.id) > (reader.read_transaction_id, reader.read_event_id)
        order by events.transaction_id, events.id
        limit 1000
      ) as events
      where reader.name = has_events_to_come.consumer
    ) as following
    where following.type = any (has_events_to_come.types)
  );
$$;
comment on function public.has_events_to_come is
'For the service: whether events of these types are among the next 1000 of the log. Just after queue_events found none,
these are committed, and wait for the end of an older transaction.';
grant execute on function public.has_events_to_come to service_role;

create function public.event_values(ids uuid[], names text[])
returns table (event_id uuid, name text, value text)
language sql
stable
security definer -- events are read under policies of their brand, and a consumer has none
set search_path = ''
as $$
  -- Texts only, short ones and few: whatever the data of an event holds, the answer can be read.
  select events.id, wanted.name, left(said.value, 200)
  from public.domain_events as events
  cross join unnest(event_values.names) as wanted (name)
  cross join lateral (
    select events.payload ->> wanted.name as value where jsonb_typeof(events.payload -> wanted.name) = 'string'
    union all
    (
      select entry.value #>> '{}'
      from jsonb_array_elements(
        case when jsonb_typeof(events.payload -> wanted.name) = 'array' then events.payload -> wanted.name else '[]' end
      ) as entry
      where jsonb_typeof(entry.value) = 'string'
      limit 50
    )
  ) as said
  where events.id = any (event_values.ids)
  limit 1000;
$$;
comment on function public.event_values is
'For the service: returns texts of the data of events by their names, a row for each text, also of each in a list: at
most 200 characters of each, and 50 of a list. Other values are left out.';
grant execute on function public.event_values to service_role;
