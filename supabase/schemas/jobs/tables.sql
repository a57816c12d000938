create table private.jobs (
  id uuid primary key default private.uuid_v7(),
  -- Every change of a row checks all of this again, and a pattern with a bound takes ten times as long as one without.
  queue text not null check (char_length(queue) <= 50 and queue ~ '^[a-z_]+$'),
  kind text not null check (char_length(kind) <= 100 and kind ~ '^[a-z_]+$'),
  brand_id uuid references public.brands (id) on delete cascade,
  payload jsonb not null default '{}' check (
    jsonb_typeof(payload) = 'object'
    and private.is_sound_json(payload, 5000000, 30)
  ),
  dedupe_key text check (char_length(dedupe_key) <= 200),
  priority smallint not null default 0,
  attempts integer not null default 0 check (attempts >= 0),
  max_attempts integer not null default 5 check (max_attempts between 1 and 50),
  run_at timestamptz not null default now() check (run_at between '1900-01-01Z' and '2200-01-01Z'),
  leased_by text check (char_length(leased_by) <= 100),
  lease_until timestamptz check (lease_until between '1900-01-01Z' and '2200-01-01Z'),
  last_error text check (char_length(last_error) <= 2000),
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  order_key uuid,
  place uuid,
  check ((leased_by is null) = (lease_until is null)),
  check ((order_key is null) = (place is null))
)
-- Rows are updated and deleted all the time: leaves room for updates in place, and vacuums before many rows are dead.
with (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000, fillfactor = 40);
comment on table private.jobs is
'Background jobs that are queued or in progress. Completed jobs are deleted; those that failed for good move to
dead_jobs.';
comment on column private.jobs.dedupe_key is 'Unique among the jobs of a queue.';
comment on column private.jobs.order_key is
'The aggregate of an event for a consumer in order. Of the jobs of a queue with one key, each waits for those before it.
Null for jobs that wait for none.';
comment on column private.jobs.place is 'The place among the jobs with one order_key: a UUIDv7, of an event its id.';
comment on column private.jobs.run_at is
'The earliest time of the next attempt; moved to a later time after each failure.';
comment on column private.jobs.lease_until is
'Until then the job belongs to one worker; afterwards any worker may claim it.';
-- Brands take turns (claim_jobs): jobs of no brand share the turn of one.
create index jobs_turn_idx on private.jobs (
  queue, coalesce(brand_id, '00000000-0000-0000-0000-000000000000'), priority desc, run_at, id
);
create unique index jobs_dedupe_idx on private.jobs (queue, dedupe_key) where dedupe_key is not null;
create index jobs_brand_id_idx on private.jobs (brand_id);
-- Holds no column that an attempt changes, so that rows are still updated in place.
create index jobs_order_idx on private.jobs (queue, order_key, place) where order_key is not null;
alter table private.jobs enable row level security;

create table private.dead_jobs (
  id uuid primary key,
  queue text not null check (char_length(queue) <= 50),
  kind text not null check (char_length(kind) <= 100),
  brand_id uuid references public.brands (id) on delete cascade,
  payload jsonb not null check (private.is_sound_json(payload, 5000000, 30)),
  dedupe_key text check (char_length(dedupe_key) <= 200),
  attempts integer not null,
  max_attempts integer not null default 5,
  last_error text check (char_length(last_error) <= 2000),
  died_at timestamptz not null default now() check (died_at between '1900-01-01Z' and '2200-01-01Z'),
  created_at timestamptz not null check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  order_key uuid,
  place uuid,
  check ((order_key is null) = (place is null))
);
comment on table private.dead_jobs is
'Jobs that failed for good, for people to inspect and revive: see list_dead_letters.';
comment on column private.dead_jobs.dedupe_key is
'As in jobs. Of the jobs of a queue with one key, only the one that died last is kept.';
comment on column private.dead_jobs.order_key is 'As in jobs, where a dead letter keeps no other waiting.';
comment on column private.dead_jobs.place is 'As in jobs.';
create unique index dead_jobs_dedupe_idx on private.dead_jobs (queue, dedupe_key) where dedupe_key is not null;
create index dead_jobs_died_idx on private.dead_jobs (died_at desc, id desc);
create index dead_jobs_brand_id_idx on private.dead_jobs (brand_id, died_at desc, id desc);
alter table private.dead_jobs enable row level security;

create table private.setbacks (
  id uuid primary key default private.uuid_v7(),
  task text not null check (task ~ '^[a-z_]{1,50}$'),
  subject_id uuid not null,
  brand_id uuid references public.brands (id) on delete cascade,
  attempts integer not null default 1 check (attempts >= 1),
  reason text not null check (char_length(reason) <= 300),
  next_attempt_at timestamptz not null,
  died_at timestamptz check (died_at between '1900-01-01Z' and '2200-01-01Z'),
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  unique (task, subject_id)
);
comment on table private.setbacks is
'Items with which a scheduled task failed, such as a content that could not be published. The task leaves each out until
its next attempt, and for good when its attempts are used up: see list_dead_letters.';
comment on column private.setbacks.subject_id is 'The item. Without a reference: its table depends on the task.';
comment on column private.setbacks.next_attempt_at is 'Infinity for items that are set aside for good.';
create index setbacks_died_idx on private.setbacks (died_at desc, id desc) where died_at is not null;
create index setbacks_brand_id_idx on private.setbacks (brand_id, died_at desc, id desc);
alter table private.setbacks enable row level security;

create table private.sagas (
  id uuid primary key default private.uuid_v7(),
  brand_id uuid not null references public.brands (id) on delete cascade,
  kind text not null check (kind ~ '^[a-z_]{1,50}$'),
  aggregate_id uuid not null,
  status text not null default 'running' check (
    status in ('running', 'completed', 'compensating', 'compensated', 'failed')
  ),
  step integer not null default 0 check (step >= 0),
  context jsonb not null default '{}' check (
    jsonb_typeof(context) = 'object'
    and private.is_sound_json(context, 1000000, 30)
  ),
  error text check (char_length(error) <= 2000),
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  updated_at timestamptz not null default now() check (updated_at between '1900-01-01Z' and '2200-01-01Z')
);
comment on table private.sagas is
'The progress of work in several steps, each of which can be undone (publishing, domain §3).';
create unique index sagas_running_idx on private.sagas (kind, aggregate_id) where status in ('running', 'compensating');
create index sagas_brand_id_idx on private.sagas (brand_id);
alter table private.sagas enable row level security;

create table private.idempotency_keys (
  owner_id uuid not null,
  key text not null check (char_length(key) between 1 and 255),
  fingerprint text check (fingerprint ~ '^[0-9a-f]{64}$'),
  answer jsonb not null default '[]',
  expires_at timestamptz not null default now() + interval '24 hours' check (
    expires_at between '1900-01-01Z' and '2200-01-01Z'
  ),
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  access uuid[],
  primary key (owner_id, key)
)
-- Rows are gone within a day: to compress an answer takes more time than to write it as it is.
with (toast_tuple_target = 8160);
comment on table private.idempotency_keys is
'The answers to commands by credential and key: for 24 hours under an Idempotency-Key, for 15 minutes under a key of
ours.';
comment on column private.idempotency_keys.owner_id is
'The credential of the caller: the person, in whatever session, or the API key; zeros for the service. Without a
reference, since rows are gone within a day.';
comment on column private.idempotency_keys.access is
'What the credential held when the answer was stored (private.access_marks): the answer is given again while all of it
is still held. Null under a key of ours.';
comment on column private.idempotency_keys.fingerprint is
'SHA-256 of method, path and body: the same key with another request is refused. Null for a key that our functions made
for one call of the data API, so that a gateway that repeats the call does nothing twice.';
create index idempotency_keys_expires_at_idx on private.idempotency_keys (expires_at);
alter table private.idempotency_keys enable row level security;
