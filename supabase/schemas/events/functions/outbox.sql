create function public.register_consumer(name text)
returns void
language sql
volatile
security definer -- private is closed to the service as well
set search_path = ''
as $$
  insert into private.outbox_consumers (name) values (register_consumer.name) on conflict do nothing;
$$;
comment on function public.register_consumer is
'For the service: registers a consumer of the outbox, which begins with the oldest event. Safe to repeat.';
grant execute on function public.register_consumer to service_role;

create function private.retake_expired_batch(consumer text, worker text, lease interval)
returns private.outbox_batches
language plpgsql
volatile
set search_path = ''
as $$
declare
  taken private.outbox_batches;
begin
  update private.outbox_batches as batches
  set
    leased_by = retake_expired_batch.worker,
    lease_until = now() + retake_expired_batch.lease,
    attempts = batches.attempts + 1
  where batches.id = (
    select expired.id from private.outbox_batches as expired
    where expired.consumer = retake_expired_batch.consumer and expired.lease_until < now()
    order by expired.lease_until
    limit 1
    for update skip locked
  )
  returning * into taken;
  return taken;
end;
$$;
comment on function private.retake_expired_batch is
'Leases the batch whose lease ended first to another worker. Returns it, or null if no lease has ended.';

create function private.take_next_batch(consumer text, worker text, batch integer, lease interval)
returns private.outbox_batches
language plpgsql
volatile
set search_path = ''
as $$
declare
  reader private.outbox_consumers;
  taken private.outbox_batches;
begin
  -- The lock makes workers take turns until the position of the consumer is moved.
  select * into reader from private.outbox_consumers where outbox_consumers.name = take_next_batch.consumer for update;
  if reader.name is null then
    perform private.refuse(404, 'there is no such consumer');
  end if;
  -- All transactions below xmin have ended: none of them can still commit an event that belongs before these.
  with following as (
    select events.transaction_id, events.id
    from public.domain_events as events
    where
      (events.transaction_id, events.id) > (reader.read_transaction_id, reader.read_event_id)
      and events.transaction_id < pg_snapshot_xmin(pg_current_snapshot())
    order by events.transaction_id, events.id
    limit least(greatest(take_next_batch.batch, 1), 1000)
  ),
  bounds as (
    select
      array_agg(following.transaction_id order by following.transaction_id, following.id) as transactions,
      array_agg(following.id order by following.transaction_id, following.id) as ids
    from following
  )
  insert into private.outbox_batches (
    consumer, first_transaction_id, first_event_id, last_transaction_id, last_event_id, leased_by, lease_until
  )
  select
    take_next_batch.consumer, bounds.transactions[1], bounds.ids[1],
    bounds.transactions[cardinality(bounds.transactions)], bounds.ids[cardinality(bounds.ids)],
    take_next_batch.worker, now() + take_next_batch.lease
  from bounds
  where bounds.ids is not null
  returning * into taken;
  if taken.id is not null then
    update private.outbox_consumers
    set read_transaction_id = taken.last_transaction_id, read_event_id = taken.last_event_id, updated_at = now()
    where outbox_consumers.name = take_next_batch.consumer;
  end if;
  return taken;
end;
$$;
comment on function private.take_next_batch is
'Leases the next events of a consumer to a worker and moves the consumer''s position past them. Returns the batch, or
null if there are no new events.';

create function public.claim_events(
  consumer text, worker text, batch integer default 100, lease interval default '60 seconds'
)
returns table (
  batch_id uuid, attempts integer, id uuid, brand_id uuid, type text, aggregate_type text, aggregate_id uuid,
  aggregate_version integer, actor_id uuid, payload jsonb, correlation_id text, occurred_at timestamptz
)
language plpgsql
volatile
security definer -- private is closed to the service as well
set search_path = ''
as $$
#variable_conflict use_column
declare
  -- Batches that another worker did not finish come first.
  taken private.outbox_batches := private.retake_expired_batch(consumer, worker, lease);
begin
  if taken.id is null then
    taken := private.take_next_batch(consumer, worker, batch, lease);
  end if;
  if taken.id is null then
    return;
  end if;
  return query
    select
      taken.id, taken.attempts, events.id, events.brand_id, events.type, events.aggregate_type, events.aggregate_id,
      events.aggregate_version, events.actor_id, events.payload, events.correlation_id, events.occurred_at
    from public.domain_events as events
    where
      (events.transaction_id, events.id) >= (taken.first_transaction_id, taken.first_event_id)
      and (events.transaction_id, events.id) <= (taken.last_transaction_id, taken.last_event_id)
    order by events.transaction_id, events.id;
end;
$$;
comment on function public.claim_events is
'Leases the next events of a consumer to one worker, in the order of commits, and returns them. Skips no event. batch: 1
to 1000 events.';
grant execute on function public.claim_events to service_role;

create function public.acknowledge_events(batch_id uuid, worker text)
returns boolean
language sql
volatile
security definer -- private is closed to the service as well
set search_path = ''
as $$
  with done as (
    delete from private.outbox_batches
    where outbox_batches.id = acknowledge_events.batch_id and outbox_batches.leased_by = acknowledge_events.worker
    returning 1
  )
  select exists (select from done);
$$;
comment on function public.acknowledge_events is
'Removes a batch that the worker has finished. Returns false if another worker has taken over the lease.';
grant execute on function public.acknowledge_events to service_role;
