create table public.domain_events (
  id uuid not null default private.uuid_v7(),
  brand_id uuid not null references public.brands (id),
  aggregate_type text not null check (aggregate_type ~ '^[a-z_]{1,50}$'),
  aggregate_id uuid not null,
  aggregate_version integer check (aggregate_version >= 1),
  type text not null check (type ~ '^[A-Z][A-Za-z]{1,99}$'),
  actor_id uuid,
  payload jsonb not null default '{}' check (
    jsonb_typeof(payload) = 'object'
    and private.is_sound_json(payload, 5000000, 26)
  ),
  correlation_id text check (char_length(correlation_id) <= 128),
  causation_id uuid,
  transaction_id xid8 not null default pg_current_xact_id(),
  occurred_at timestamptz not null default clock_timestamp() check (
    occurred_at between '1900-01-01Z' and '2200-01-01Z'
  ),
  actor_account text check (char_length(actor_account) <= 255),
  primary key (id),
  check (actor_id is null or actor_account is null)
) partition by range (id);
comment on table public.domain_events is
'Domain events, append-only. Each is written by the transaction that makes the change.';
comment on column public.domain_events.aggregate_version is 'The version of the aggregate after the event.';
comment on column public.domain_events.actor_id is
'The person who acted for this brand; null for the system, and for people of other brands and of the platform.';
comment on column public.domain_events.actor_account is
'The account for which a person of another brand acted, `MixerAI` for the platform. The brand learns no more of them.';
comment on column public.domain_events.correlation_id is 'The request id (X-Request-Id) that led to the event.';
comment on column public.domain_events.transaction_id is
'Readers of the outbox take only rows below pg_snapshot_xmin, so that they skip no transaction that commits late.';
create index domain_events_aggregate_idx on public.domain_events (aggregate_id, id);
create index domain_events_brand_id_idx on public.domain_events (brand_id, id desc);
create index domain_events_content_idx on public.domain_events ((payload ->> 'contentId'), id)
where payload ? 'contentId';
-- Holds what the policies and filters ask for, so that reading a brand's log on touches only the events that it gives.
create index domain_events_log_idx on public.domain_events (brand_id, transaction_id, id)
include (aggregate_type, type);
-- For readers of one aggregate. Without the brand, they could be made to walk through another tenant's.
create index domain_events_of_one_idx on public.domain_events (brand_id, aggregate_id, transaction_id, id)
include (aggregate_type, type);
create index domain_events_outbox_idx on public.domain_events (transaction_id, id);
alter table public.domain_events enable row level security;
create table private.domain_events_default partition of public.domain_events default;
alter table private.domain_events_default enable row level security;
select private.ensure_partitions('domain_events', current_date, 3);

create table private.outbox_consumers (
  name text primary key check (name ~ '^[a-z_]{1,50}$'),
  read_transaction_id xid8 not null default '0',
  read_event_id uuid not null default '00000000-0000-0000-0000-000000000000',
  updated_at timestamptz not null default now() check (updated_at between '1900-01-01Z' and '2200-01-01Z'),
  is_behind boolean not null default false
);
comment on table private.outbox_consumers is
'The consumers of the log, each with the last event that was looked at for it: see queue_events.';
comment on column private.outbox_consumers.is_behind is
'Whether more events may follow just now. An aggregate''s next event may then be queued before an earlier one, which
committed first under a later transaction id: no job of a queue in order is claimed until the log was looked at in
whole.';
alter table private.outbox_consumers enable row level security;
