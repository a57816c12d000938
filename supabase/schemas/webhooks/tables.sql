create table public.webhook_endpoints (
  id uuid primary key default private.uuid_v7(),
  brand_id uuid not null references public.brands (id) on delete cascade,
  -- http is for receivers on the machine itself, which no deployment sends to.
  url text not null check (
    char_length(url) <= 2000
    and url ~ '^(https://[^\s@/?#]+|http://127\.0\.0\.1(:[0-9]{1,5})?)([/?][^\s#]*)?$'
  ),
  name text not null default '' check (char_length(name) <= 100),
  event_types text[] not null default '{}' check (private.are_texts(event_types, 200, 100)),
  template_ids uuid[] not null default '{}' check (private.is_list(template_ids, 50)),
  statuses text[] not null default '{}' check (private.are_texts(statuses, 20, 50)),
  is_ordered boolean not null default false,
  max_per_second integer not null default 50 check (max_per_second between 1 and 500),
  is_active boolean not null default true,
  disabled_reason text check (char_length(disabled_reason) <= 500),
  disabled_at timestamptz check (disabled_at between '1900-01-01Z' and '2200-01-01Z'),
  version integer not null default 1 check (version >= 1),
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now() check (updated_at between '1900-01-01Z' and '2200-01-01Z'),
  unique (id, brand_id),
  check ((disabled_at is null) = (disabled_reason is null))
);
comment on table public.webhook_endpoints is 'Addresses that the events of a brand are sent to.';
comment on column public.webhook_endpoints.event_types is 'Empty: events of all types.';
comment on column public.webhook_endpoints.template_ids is
'Only events of contents of these templates; empty: all events.';
comment on column public.webhook_endpoints.statuses is
'Only events of contents with these statuses; empty: all events.';
comment on column public.webhook_endpoints.is_ordered is
'Whether the events of one aggregate are sent one after another, each when the one before was taken or given up.';
comment on column public.webhook_endpoints.disabled_at is 'When the platform switched it off; null where people did.';
create index webhook_endpoints_brand_id_idx on public.webhook_endpoints (brand_id);
create index webhook_endpoints_created_by_idx on public.webhook_endpoints (created_by);
create index webhook_endpoints_updated_by_idx on public.webhook_endpoints (updated_by);
alter table public.webhook_endpoints enable row level security;

create table private.webhook_secrets (
  id uuid primary key default private.uuid_v7(),
  endpoint_id uuid not null,
  brand_id uuid not null,
  secret private.ciphertext not null,
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  expires_at timestamptz check (expires_at between '1900-01-01Z' and '2200-01-01Z'),
  foreign key (endpoint_id, brand_id) references public.webhook_endpoints (id, brand_id) on delete cascade
);
comment on table private.webhook_secrets is
'The secrets that sign deliveries: the current one, and at most two former ones until they expire. Shown once.';
create index webhook_secrets_endpoint_idx on private.webhook_secrets (endpoint_id, brand_id);
alter table private.webhook_secrets enable row level security;

create table private.webhook_states (
  endpoint_id uuid primary key,
  brand_id uuid not null,
  free_at timestamptz not null default now() check (free_at between '1900-01-01Z' and '2200-01-01Z'),
  paused_until timestamptz check (paused_until between '1900-01-01Z' and '2200-01-01Z'),
  retry_until timestamptz check (retry_until between '1900-01-01Z' and '2200-01-01Z'),
  failures integer not null default 0 check (failures >= 0),
  failing_since timestamptz check (failing_since between '1900-01-01Z' and '2200-01-01Z'),
  last_failed_at timestamptz check (last_failed_at between '1900-01-01Z' and '2200-01-01Z'),
  is_slow boolean not null default false,
  foreign key (endpoint_id, brand_id) references public.webhook_endpoints (id, brand_id) on delete cascade
)
with (fillfactor = 50);
comment on table private.webhook_states is 'How the receiver of an endpoint does. It changes with every delivery.';
comment on column private.webhook_states.free_at is
'When the deliveries that were claimed so far have used up its rate.';
comment on column private.webhook_states.paused_until is
'Until when it is left alone because it failed. The next success ends this.';
comment on column private.webhook_states.retry_until is
'Until when it asked to be left alone. No other answer of it ends this sooner.';
comment on column private.webhook_states.failing_since is
'Since when every attempt failed; counted anew where two days went by without one.';
comment on column private.webhook_states.failures is 'Attempts that failed since the last that did not.';
create index webhook_states_endpoint_idx on private.webhook_states (endpoint_id, brand_id);
alter table private.webhook_states enable row level security;

create table public.webhook_deliveries (
  id uuid primary key default private.uuid_v7(),
  brand_id uuid not null references public.brands (id) on delete cascade,
  -- No foreign key: whoever adds deliveries would wait for a delete of the endpoint, and that one for all of its rows.
  -- public.forget_webhook_deliveries deletes what is left of it.
  endpoint_id uuid not null,
  event_id uuid not null,
  event_type text not null check (event_type ~ '^[A-Z][A-Za-z]{1,99}$'),
  aggregate_id uuid not null,
  is_test boolean not null default false,
  is_ordered boolean not null default false,
  status text not null default 'pending' check (status in ('pending', 'delivered', 'failed')),
  attempts integer not null default 0 check (attempts >= 0),
  next_attempt_at timestamptz check (next_attempt_at between '1900-01-01Z' and '2200-01-01Z'),
  leased_by text check (char_length(leased_by) <= 100),
  response_status integer check (response_status between 100 and 599),
  error text check (char_length(error) <= 300),
  delivered_at timestamptz check (delivered_at between '1900-01-01Z' and '2200-01-01Z'),
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  constraint webhook_deliveries_once unique (brand_id, endpoint_id, event_id),
  check ((status = 'delivered') = (delivered_at is not null)),
  check (status = 'pending' or next_attempt_at is null)
)
with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000, fillfactor = 70);
comment on table public.webhook_deliveries is
'One event to be sent to one endpoint. A row is made once for each event and endpoint.';
comment on column public.webhook_deliveries.next_attempt_at is
'When it may be claimed: while it is leased, the end of the lease. Null where it is done, and where an earlier delivery
of the same aggregate has to be done first.';
create index webhook_deliveries_due_idx on public.webhook_deliveries (brand_id, endpoint_id, next_attempt_at)
where next_attempt_at is not null;
create index webhook_deliveries_order_idx on public.webhook_deliveries (endpoint_id, aggregate_id, event_id)
where is_ordered and status = 'pending';
create index webhook_deliveries_status_idx on public.webhook_deliveries (endpoint_id, status, event_id);
alter table public.webhook_deliveries enable row level security;

create table public.webhook_attempts (
  id uuid primary key default private.uuid_v7(),
  brand_id uuid not null references public.brands (id) on delete cascade,
  endpoint_id uuid not null,
  delivery_id uuid not null references public.webhook_deliveries (id) on delete cascade,
  number integer not null check (number >= 1),
  at timestamptz not null check (at between '1900-01-01Z' and '2200-01-01Z'),
  duration_ms integer not null check (duration_ms between 0 and 600000),
  response_status integer check (response_status between 100 and 599),
  error text check (char_length(error) <= 300),
  answer text check (char_length(answer) <= 1024)
);
comment on table public.webhook_attempts is 'The log of attempts to deliver, kept for 30 days.';
comment on column public.webhook_attempts.answer is 'The beginning of the answer, without what looks like a secret.';
create index webhook_attempts_brand_idx on public.webhook_attempts (brand_id, endpoint_id, id desc);
create index webhook_attempts_delivery_idx on public.webhook_attempts (delivery_id);
alter table public.webhook_attempts enable row level security;
