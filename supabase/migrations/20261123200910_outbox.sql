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
'The next events of a consumer, in the order of commits, for one worker until the lease ends; none is ever passed over.';
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
comment on function public.acknowledge_events is 'Says that a batch is done; false where the lease is somebody else''s by now.';
grant execute on function public.acknowledge_events to service_role;

create table private.sagas (
  id uuid primary key default private.uuid_v7(),
  brand_id uuid not null references public.brands (id) on delete cascade,
  kind text not null check (kind ~ '^[a-z_]{1,50}$'),
  aggregate_id uuid not null,
  status text not null default 'running' check (
    status in ('running', 'completed', 'compensating', 'compensated', 'failed')
  ),
  step integer not null default 0 check (step >= 0),
  context jsonb not null default '{}' check (jsonb_typeof(context) = 'object'),
  error text check (char_length(error) <= 2000),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table private.sagas is 'Work over several steps, each of which can be undone: how far it came (publishing, domain §3).';
create unique index sagas_running_idx on private.sagas (kind, aggregate_id) where status in ('running', 'compensating');
create index sagas_brand_id_idx on private.sagas (brand_id);
alter table private.sagas enable row level security;

create function public.advance_saga(
  saga_id uuid,
  expected_step integer,
  next_step integer,
  status text default 'running',
  context jsonb default '{}',
  error text default null
)
returns boolean
language sql
volatile
security definer -- private is closed to the service as well
set search_path = ''
as $$
  with advanced as (
    update private.sagas
    set
      step = advance_saga.next_step, status = advance_saga.status, context = sagas.context || advance_saga.context,
      error = left(advance_saga.error, 2000), updated_at = now()
    where
      sagas.id = advance_saga.saga_id
      and sagas.step = advance_saga.expected_step
      and sagas.status in ('running', 'compensating')
    returning 1
  )
  select exists (select from advanced);
$$;
comment on function public.advance_saga is 'Moves a saga on from the step that the caller saw; false where it is no longer there.';
grant execute on function public.advance_saga to service_role;

create function public.start_saga(brand_id uuid, kind text, aggregate_id uuid, context jsonb default '{}')
returns uuid
language sql
volatile
security definer -- private is closed to the service as well
set search_path = ''
as $$
  insert into private.sagas (brand_id, kind, aggregate_id, context)
  values (start_saga.brand_id, start_saga.kind, start_saga.aggregate_id, start_saga.context)
  on conflict (kind, aggregate_id) where status in ('running', 'compensating') do nothing
  returning sagas.id;
$$;
comment on function public.start_saga is 'A new saga; null where one of the kind is under way for the aggregate.';
grant execute on function public.start_saga to service_role;

-- Commands that a client may send twice: the second gets the first one's answer.

create table private.idempotency_keys (
  user_id uuid not null references public.profiles (id) on delete cascade,
  key text not null check (char_length(key) between 1 and 255),
  fingerprint text not null check (fingerprint ~ '^[0-9a-f]{64}$'),
  status integer check (status between 100 and 599),
  answer jsonb,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null default now() + interval '24 hours',
  primary key (user_id, key)
);
comment on table private.idempotency_keys is 'What a person''s request with this Idempotency-Key was answered, for a day.';
comment on column private.idempotency_keys.fingerprint is 'SHA-256 of method, path and body: the same key with another body is refused.';
create index idempotency_keys_expires_at_idx on private.idempotency_keys (expires_at);
alter table private.idempotency_keys enable row level security;

create function public.begin_idempotent(key text, fingerprint text)
returns table (state text, status integer, answer jsonb)
language plpgsql
volatile
security definer -- nobody may write keys by themselves, or read those of others
set search_path = ''
as $$
#variable_conflict use_column
declare
  known private.idempotency_keys;
begin
  if auth.uid() is null or not private.session_trusted() then
    perform private.refuse(401, 'sign in first');
  end if;
  insert into private.idempotency_keys as keys (user_id, key, fingerprint)
  values (auth.uid(), begin_idempotent.key, begin_idempotent.fingerprint)
  on conflict (user_id, key) do update
    set fingerprint = excluded.fingerprint, status = null, answer = null, created_at = now(), expires_at = excluded.expires_at
    where keys.expires_at < now() or (keys.status is null and keys.created_at < now() - interval '2 minutes')
  returning * into known;
  if known.user_id is not null then
    return query select 'new', null::integer, null::jsonb;
    return;
  end if;
  select * into known from private.idempotency_keys as keys
  where keys.user_id = auth.uid() and keys.key = begin_idempotent.key;
  if known.fingerprint <> begin_idempotent.fingerprint then
    perform private.refuse(422, 'this Idempotency-Key was used for another request');
  end if;
  return query select case when known.status is null then 'in_progress' else 'replay' end, known.status, known.answer;
end;
$$;
comment on function public.begin_idempotent is
'new: go on, and finish; replay: give this answer; in_progress: the first is still at work. 422 for another request.';
grant execute on function public.begin_idempotent to authenticated;

create function public.finish_idempotent(key text, status integer, answer jsonb)
returns void
language sql
volatile
security definer -- see begin_idempotent
set search_path = ''
as $$
  update private.idempotency_keys
  set status = finish_idempotent.status, answer = finish_idempotent.answer
  where
    idempotency_keys.user_id = auth.uid() and idempotency_keys.key = finish_idempotent.key
    and idempotency_keys.status is null;
$$;
comment on function public.finish_idempotent is 'Keeps the answer of one''s own request for who asks again.';
grant execute on function public.finish_idempotent to authenticated;
