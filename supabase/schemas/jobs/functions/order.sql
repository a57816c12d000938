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
        due.id, due.run_at, due.attempts,
        row_number() over (partition by due.turn_of order by due.place_of_brand) as turn
      from due
      left join keys on keys.order_key = due.order_key
      where due.order_key is null or keys.id = due.id or keys.is_fresh
    )
    select
      coalesce((array_agg(ready.id order by ready.turn, ready.run_at, ready.id))[:wanted], '{}'),
      (array_agg(ready.attempts order by ready.turn, ready.run_at, ready.id))[:wanted],
      (select count(*) from due where due.place_of_brand = depth)
    into next_in_order.ids, next_in_order.attempts, with_more
    from ready;
    exit when cardinality(next_in_order.ids) = wanted or with_more = 0 or depth >= 20000;
    depth := depth * 4;
  end loop;
end;
$$;
comment on function private.next_in_order is
'Chooses the next jobs of a queue that has jobs with an order_key: one of each brand, then the next one of each, and of
each key in order. Returns their ids, and their attempts so far.';
