-- The event log as an outbox: every consumer reads every event at least once, in the order of commits.

create index domain_events_outbox_idx on public.domain_events (transaction_id, id);

create table private.outbox_consumers (
  name text primary key check (name ~ '^[a-z_]{1,50}$'),
  read_transaction_id xid8 not null default '0',
  read_event_id uuid not null default '00000000-0000-0000-0000-000000000000',
  updated_at timestamptz not null default now()
);
comment on table private.outbox_consumers is 'How far each consumer has handed out the log.';
alter table private.outbox_consumers enable row level security;

create table private.outbox_batches (
  id uuid primary key default private.uuid_v7(),
  consumer text not null references private.outbox_consumers (name) on delete cascade,
  first_transaction_id xid8 not null,
  first_event_id uuid not null,
  last_transaction_id xid8 not null,
  last_event_id uuid not null,
  attempts integer not null default 1,
  leased_by text not null,
  lease_until timestamptz not null
);
comment on table private.outbox_batches is 'Events that were handed to a worker and are not acknowledged yet.';
create index outbox_batches_lease_idx on private.outbox_batches (consumer, lease_until);
alter table private.outbox_batches enable row level security;

create function public.register_consumer(name text)
returns void
language sql
volatile
security definer -- private is closed to the service as well
set search_path = ''
as $$
  insert into private.outbox_consumers (name) values (register_consumer.name) on conflict do nothing;
$$;
comment on function public.register_consumer is 'A new consumer begins with the oldest event.';
grant execute on function public.register_consumer to service_role;

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
  reader private.outbox_consumers;
  taken private.outbox_batches;
begin
  -- First what another worker did not finish.
  update private.outbox_batches as batches
  set leased_by = claim_events.worker, lease_until = now() + claim_events.lease, attempts = batches.attempts + 1
  where batches.id = (
    select expired.id from private.outbox_batches as expired
    where expired.consumer = claim_events.consumer and expired.lease_until < now()
    order by expired.lease_until
    limit 1
    for update skip locked
  )
  returning * into taken;

  if taken.id is null then
    -- Workers take turns here, for as long as it takes to move the mark.
    select * into reader from private.outbox_consumers where outbox_consumers.name = claim_events.consumer for update;
    if reader.name is null then
      perform private.refuse(404, 'there is no such consumer');
    end if;
    -- Below xmin all transactions are over: none of them can still commit an event that belongs before these.
    with following as (
      select events.transaction_id, events.id
      from public.domain_events as events
      where
        (events.transaction_id, events.id) > (reader.read_transaction_id, reader.read_event_id)
        and events.transaction_id < pg_snapshot_xmin(pg_current_snapshot())
      order by events.transaction_id, events.id
      limit least(greatest(claim_events.batch, 1), 1000)
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
      claim_events.consumer, bounds.transactions[1], bounds.ids[1],
      bounds.transactions[cardinality(bounds.transactions)], bounds.ids[cardinality(bounds.ids)],
      claim_events.worker, now() + claim_events.lease
    from bounds
    where bounds.ids is not null
    returning * into taken;
    if taken.id is null then
      return;
    end if;
    update private.outbox_consumers
    set read_transaction_id = taken.last_transaction_id, read_event_id = taken.last_event_id, updated_at = now()
    where outbox_consumers.name = claim_events.consumer;
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
'The next events of a consumer, in the order of commits, for one worker until the lease ends; none is ever passed
over.';
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
'Says that a batch is done; false where the lease is somebody else''s by now.';
grant execute on function public.acknowledge_events to service_role;
