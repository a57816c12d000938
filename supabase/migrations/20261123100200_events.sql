-- The event log: audit trail, outbox and source of live updates at once (design §4).

create table public.domain_events (
  id uuid not null default private.uuid_v7(),
  brand_id uuid not null references public.brands (id),
  aggregate_type text not null check (aggregate_type ~ '^[a-z_]{1,50}$'),
  aggregate_id uuid not null,
  aggregate_version integer check (aggregate_version >= 1),
  type text not null check (type ~ '^[A-Z][A-Za-z]{1,99}$'),
  actor_id uuid,
  payload jsonb not null default '{}' check (jsonb_typeof(payload) = 'object'),
  correlation_id text check (char_length(correlation_id) <= 128),
  causation_id uuid,
  transaction_id xid8 not null default pg_current_xact_id(),
  occurred_at timestamptz not null default clock_timestamp(),
  primary key (id)
) partition by range (id);
comment on table public.domain_events is
'Append-only. An event is written by the transaction that makes the change it tells of.';
comment on column public.domain_events.aggregate_version is 'The version of the aggregate after the event.';
comment on column public.domain_events.actor_id is 'The person who acted; null for the system.';
comment on column public.domain_events.correlation_id is 'The request id (X-Request-Id) that led to the event.';
comment on column public.domain_events.transaction_id is
'Readers of the outbox take only rows below pg_snapshot_xmin: no late commit is ever skipped.';
create index domain_events_aggregate_idx on public.domain_events (aggregate_id, id);
create index domain_events_brand_id_idx on public.domain_events (brand_id, id desc);
alter table public.domain_events enable row level security;

create table private.domain_events_default partition of public.domain_events default;
alter table private.domain_events_default enable row level security;
select private.ensure_partitions('domain_events', current_date, 13);

create function private.refuse_change()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  raise exception using errcode = 'PT409', message = tg_table_name || ' is append-only';
end;
$$;
create trigger refuse_change
before update or delete on public.domain_events
for each row execute function private.refuse_change();
create trigger refuse_truncate
before truncate on public.domain_events
for each statement execute function private.refuse_change();

create function private.request_id()
returns text
language sql
stable
set search_path = ''
as $$
  select left(nullif(current_setting('request.headers', true), '')::jsonb ->> 'x-request-id', 128);
$$;
comment on function private.request_id is 'X-Request-Id of the HTTP request that runs this statement, if any.';
grant execute on function private.request_id to authenticated, service_role;

-- Security definer: nobody holds the privilege to insert events; triggers and commands call this.
-- It is granted to no API role, so a caller reaches it only through them.
create function private.append_event(
  brand uuid,
  aggregate_type text,
  aggregate_id uuid,
  type text,
  payload jsonb default '{}',
  aggregate_version integer default null
)
returns uuid
language sql
volatile
security definer
set search_path = ''
as $$
  insert into public.domain_events (
    brand_id, aggregate_type, aggregate_id, aggregate_version, type, actor_id, payload, correlation_id
  )
  values (
    brand, append_event.aggregate_type, append_event.aggregate_id, append_event.aggregate_version,
    append_event.type, auth.uid(), append_event.payload, private.request_id()
  )
  returning id;
$$;
comment on function private.append_event is 'Writes an event by the caller, with the id of the request.';

-- Security definer: writes to realtime.messages whatever the caller may write there.
create function private.broadcast_event()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  message jsonb := jsonb_build_object(
    'eventId', new.id,
    'type', new.type,
    'brandId', new.brand_id,
    'aggregateType', new.aggregate_type,
    'aggregateId', new.aggregate_id,
    'aggregateVersion', new.aggregate_version,
    'actorId', new.actor_id,
    'requestId', new.correlation_id,
    'occurredAt', new.occurred_at,
    -- `changes` may be as large as the aggregate: a subscriber reads it where it is needed.
    'data', new.payload - 'changes'
  );
begin
  perform realtime.send(message, new.type, 'brand:' || new.brand_id, true);
  if new.aggregate_type <> 'brand' then
    perform realtime.send(
      message, new.type,
      case new.aggregate_type when 'ai_generation' then 'ai' else new.aggregate_type end || ':' || new.aggregate_id,
      true
    );
  end if;
  return null;
end;
$$;
create trigger broadcast_event
after insert on public.domain_events
for each row execute function private.broadcast_event();
