create function private.next_in_order(queue text, brands uuid[], wanted integer, out ids uuid[], out attempts integer[])
language plpgsql
stable
set search_path = ''
as $$
declare
  depth integer := (wanted - 1) / greatest(cardinality(brands), 1) + 1;
  with_more integer;
begin
  -- As claim_jobs chooses, but jobs that wait for another of their key are read and left out. So it may read more than
  -- it wants: up to 20,000 of a brand, of which the first may all wait for one that failed.
  loop
    with due as materialized (
      select brand.turn_of, job.*
      from unnest(brands) as brand (turn_of)
      cross join lateral (
        select
          jobs.id, jobs.run_at, jobs.attempts, jobs.order_key,
          row_number() over (order by jobs.priority desc, jobs.run_at, jobs.id) as place_of_brand
        from private.jobs
        where
          jobs.queue = next_in_order.queue
          and coalesce(jobs.brand_id, '00000000-0000-0000-0000-000000000000') = brand.turn_of
          and jobs.run_at <= now()
          and (jobs.lease_until is null or jobs.lease_until < now())
          and jobs.attempts < jobs.max_attempts
        order by jobs.priority desc, jobs.run_at, jobs.id
        limit depth
      ) as job
    ),
    -- Only the first job of a key can have been begun or have failed, now or before it was a dead letter. The others go
    -- with it while it is fresh, in one batch and behind it, and else wait for its end. While the consumer is behind,
    -- the first one may not be there yet.
    keys as (
      select key.order_key, head.id, head.is_fresh
      from (select distinct due.order_key from due where due.order_key is not null) as key
      cross join lateral (
        select
          first.id, first.attempts = 0 and first.leased_by is null and first.last_error is null as is_fresh
        from private.jobs as first
        where first.queue = next_in_order.queue and first.order_key = key.order_key
        order by first.place
        limit 1
      ) as head
      where not exists (
        select from private.outbox_consumers as reader where reader.name = next_in_order.queue and reader.is_behind
      )
    ),
    ready as (
      select
        due.id, due.run_at, due.attempts, due.order_key, keys.id as head_id,
        row_number() over (partition by due.turn_of order by due.place_of_brand) as turn
      from due
      left join keys on keys.order_key = due.order_key
      where due.order_key is null or keys.id = due.id or keys.is_fresh
    ),
    chosen as materialized (
      select
        ready.id, ready.attempts, ready.order_key, ready.head_id,
        row_number() over (order by ready.turn, ready.run_at, ready.id) as slot
      from ready
      order by slot
      limit wanted
    ),
    -- Times of jobs and places of events need not agree. The slots that a key has got go to its first jobs, so that no
    -- batch holds one without those before it.
    keys_of_slots as (
      select
        chosen.order_key, array_agg(chosen.slot order by chosen.slot) as slots,
        count(*) = 1 and min(chosen.id::text) = min(chosen.head_id::text) as is_head_alone
      from chosen
      where chosen.order_key is not null
      group by chosen.order_key
    ),
    placed as (
      select chosen.slot, chosen.id, chosen.attempts
      from chosen
      left join keys_of_slots on keys_of_slots.order_key = chosen.order_key
      where chosen.order_key is null or keys_of_slots.is_head_alone
      union all
      select keys_of_slots.slots[following.number], following.id, following.attempts
      from keys_of_slots
      cross join lateral (
        select jobs.id, jobs.attempts, row_number() over (order by jobs.place) as number
        from private.jobs
        where
          jobs.queue = next_in_order.queue and jobs.order_key = keys_of_slots.order_key
          and jobs.run_at <= now()
          and (jobs.lease_until is null or jobs.lease_until < now())
          and jobs.attempts < jobs.max_attempts
        order by jobs.place
        limit cardinality(keys_of_slots.slots)
      ) as following
      where not keys_of_slots.is_head_alone
    )
    select
      coalesce(array_agg(placed.id order by placed.slot), '{}'), array_agg(placed.attempts order by placed.slot),
      (select count(*) from due where due.place_of_brand = depth)
    into next_in_order.ids, next_in_order.attempts, with_more
    from placed;
    exit when cardinality(next_in_order.ids) = wanted or with_more = 0 or depth >= 20000;
    depth := depth * 4;
  end loop;
end;
$$;
comment on function private.next_in_order is
'Chooses the next jobs of a queue that has jobs with an order_key: one of each brand, then the next one of each, and of
each key in order. Returns their ids, and their attempts so far.';

create function public.find_waiting_work(consumers jsonb, queues text[])
returns text[]
language plpgsql
stable
security definer -- private is closed to the service as well
set search_path = ''
as $$
#variable_conflict use_column
begin
  return array(
    select named.name
    from (
      select consumer.key as name, consumer.value as types from jsonb_each(find_waiting_work.consumers) as consumer
      union all
      select queue.name, null from unnest(find_waiting_work.queues) as queue (name)
    ) as named
    left join private.outbox_consumers as reader on reader.name = named.name and named.types is not null
    where
      exists (select from private.jobs where jobs.queue = named.name)
      -- A new consumer is made by its first look.
      or named.types is not null and reader.name is null
      or named.types is not null and exists (
        select from (
          select events.type, row_number() over (order by events.transaction_id, events.id) as number
          from public.domain_events as events
          where (events.transaction_id, events.id) > (reader.read_transaction_id, reader.read_event_id)
          order by events.transaction_id, events.id
          limit 1000
        ) as following
        where named.types ? following.type or following.number = 1000
      )
  );
end;
$$;
comment on function public.find_waiting_work is
'For the service: which of these consumers, {name: [types]}, and queues may have something to do: jobs, or events of
their types among the next 1000 of the log, or more events than that.';
grant execute on function public.find_waiting_work to service_role;
