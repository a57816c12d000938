create table public.audit_log (
  id uuid primary key default private.uuid_v7(),
  brand_id uuid references public.brands (id),
  position bigint not null check (position >= 1),
  action text not null check (action ~ '^[a-z_]+(\.[a-z_]+)+$' and char_length(action) <= 100),
  outcome text not null default 'success' check (outcome in ('success', 'denied', 'error')),
  actor_id uuid,
  actor_type text not null default 'user' check (actor_type in ('user', 'system', 'api')),
  session_id uuid,
  address private.ciphertext,
  resource_type text not null check (char_length(resource_type) between 1 and 50),
  resource_id uuid,
  details jsonb not null default '{}' check (
    jsonb_typeof(details) = 'object'
    and private.is_sound_json(details, 200000)
  ),
  request_id text check (char_length(request_id) <= 128),
  occurred_at timestamptz not null default clock_timestamp() check (
    occurred_at between '1900-01-01Z' and '2200-01-01Z'
  ),
  previous_hash text not null check (previous_hash ~ '^[0-9a-f]{64}$'),
  hash text not null check (hash ~ '^[0-9a-f]{64}$'),
  actor_account text check (char_length(actor_account) <= 255),
  unique nulls not distinct (brand_id, position)
);
comment on table public.audit_log is
'The actions that must be provable (domain §12), with who did them. Append-only, with one chain of hashes for each
brand.';
comment on column public.audit_log.brand_id is 'Null: the chain of the platform, for entries that belong to no brand.';
comment on column public.audit_log.actor_id is
'Always the person, for the platform. Members of the brand are shown actor_account instead where that is set.';
comment on column public.audit_log.actor_account is
'The account for which a user outside of the brand acted: see domain_events.actor_account.';
comment on column public.audit_log.address is 'The client''s address, encrypted by the application.';
comment on column public.audit_log.hash is
'SHA-256 of all other columns, previous_hash among them: see private.audit_hash.';
create index audit_log_resource_idx on public.audit_log (resource_id, id);
create index audit_log_occurred_idx on public.audit_log (brand_id, occurred_at desc);
create index audit_log_actions_idx on public.audit_log (brand_id, action, occurred_at desc);
create index audit_log_actors_idx on public.audit_log (brand_id, actor_id, occurred_at desc);
create index audit_log_views_idx on public.audit_log (actor_id, occurred_at) where action = 'data.view';
create index audit_log_alerting_idx on public.audit_log (occurred_at)
where action in ('auth.failed_login', 'user.promote', 'data.export', 'membership.create', 'membership.update');
alter table public.audit_log enable row level security;

create table private.alert_scans (
  is_only boolean primary key default true check (is_only),
  scanned_until timestamptz not null default now() check (scanned_until between '1900-01-01Z' and '2200-01-01Z')
);
comment on table private.alert_scans is 'One row: until when the audit log has been searched for security alerts.';
alter table private.alert_scans enable row level security;

create table private.security_alerts (
  subject text primary key check (char_length(subject) <= 200),
  occurred_at timestamptz not null check (occurred_at between '1900-01-01Z' and '2200-01-01Z')
);
comment on table private.security_alerts is
'The alerts that were sent, so that none is sent twice: for an entry of the audit log, an account or a network
address.';
comment on column private.security_alerts.subject is
'`audit:` with the id of an entry, or `account:` or `address:` with the digest in the audit log.';
alter table private.security_alerts enable row level security;
