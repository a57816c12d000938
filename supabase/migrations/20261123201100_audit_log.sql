-- The audit log, chained so that a change of it shows.

create table public.audit_log (
  id uuid primary key default private.uuid_v7(),
  brand_id uuid references public.brands (id),
  position bigint not null check (position >= 1),
  action text not null check (action ~ '^[a-z_]+(\.[a-z_]+)+$'),
  outcome text not null default 'success' check (outcome in ('success', 'denied', 'error')),
  actor_id uuid,
  actor_type text not null default 'user' check (actor_type in ('user', 'system', 'api')),
  session_id uuid,
  address private.ciphertext,
  resource_type text not null check (char_length(resource_type) between 1 and 50),
  resource_id uuid,
  details jsonb not null default '{}' check (jsonb_typeof(details) = 'object'),
  request_id text check (char_length(request_id) <= 128),
  occurred_at timestamptz not null default clock_timestamp(),
  previous_hash text not null check (previous_hash ~ '^[0-9a-f]{64}$'),
  hash text not null check (hash ~ '^[0-9a-f]{64}$'),
  unique nulls not distinct (brand_id, position)
);
comment on table public.audit_log is
'Who did what, where a proof is owed (domain §12); append-only, one chain of hashes for each brand.';
comment on column public.audit_log.brand_id is 'Null: the chain of the platform, of what belongs to no brand.';
comment on column public.audit_log.hash is
'SHA-256 of previous_hash and of everything else in the row: see private.audit_hash.';
comment on column public.audit_log.address is 'The client''s address, encrypted by the application.';
create index audit_log_resource_idx on public.audit_log (resource_id, id);
create index audit_log_occurred_idx on public.audit_log (brand_id, occurred_at desc);
alter table public.audit_log enable row level security;
create trigger refuse_change before update or delete on public.audit_log
for each row execute function private.refuse_change();
create trigger refuse_truncate before truncate on public.audit_log
for each statement execute function private.refuse_change();

create function private.audit_hash(entry public.audit_log)
returns text
language sql
stable
set search_path = ''
set timezone = 'UTC'
as $$
  select encode(sha256(convert_to((to_jsonb(entry) - 'hash')::text, 'UTF8')), 'hex');
$$;
comment on function private.audit_hash is 'What the hash of a row must be.';

create function private.audit(
  brand uuid,
  action text,
  resource_type text,
  resource_id uuid,
  details jsonb default '{}',
  outcome text default 'success'
)
returns void
language plpgsql
volatile
security definer -- nobody may write the log by themselves
set search_path = ''
as $$
declare
  entry public.audit_log;
  last_entry public.audit_log;
begin
  -- One at a time for each brand: two rows must not follow the same one.
  perform pg_advisory_xact_lock(hashtextextended('audit:' || coalesce(brand::text, 'platform'), 0));
  select * into last_entry from public.audit_log
    where audit_log.brand_id is not distinct from brand order by audit_log.position desc limit 1;
  entry.id := private.uuid_v7();
  entry.brand_id := brand;
  entry.position := coalesce(last_entry.position, 0) + 1;
  entry.action := audit.action;
  entry.outcome := audit.outcome;
  entry.actor_id := auth.uid();
  entry.actor_type := case when auth.uid() is null then 'system' else 'user' end;
  entry.session_id := private.session_id();
  entry.resource_type := audit.resource_type;
  entry.resource_id := audit.resource_id;
  entry.details := audit.details;
  entry.request_id := private.request_id();
  entry.occurred_at := clock_timestamp();
  entry.previous_hash := coalesce(last_entry.hash, repeat('0', 64));
  entry.hash := private.audit_hash(entry);
  insert into public.audit_log select entry.*;
end;
$$;
comment on function private.audit is 'Appends to the chain of a brand, by the caller.';

create function public.verify_audit_log(brand_id uuid)
returns table (audit_id uuid, chain_position bigint, problem text)
language plpgsql
stable
security definer -- reads the whole chain; the caller is checked
set search_path = ''
as $$
#variable_conflict use_column
begin
  if verify_audit_log.brand_id is not null then
    perform private.require_permission(verify_audit_log.brand_id, 'audit.read');
  elsif not private.is_platform_admin() then
    perform private.refuse(403, 'only platform admins may do this');
  end if;
  return query
    select
      entry.id, entry.position,
      case
        when entry.hash <> private.audit_hash(entry.entry_row) then 'the row was changed'
        else 'a row before this one is missing or moved'
      end
    from (
      select
        entries as entry_row, entries.*,
        lag(entries.hash, 1, repeat('0', 64)) over by_position as hash_before,
        lag(entries.position, 1, 0::bigint) over by_position as position_before
      from public.audit_log as entries
      where entries.brand_id is not distinct from verify_audit_log.brand_id
      window by_position as (order by entries.position)
    ) as entry
    where
      entry.hash <> private.audit_hash(entry.entry_row)
      or entry.previous_hash <> entry.hash_before
      or entry.position <> entry.position_before + 1
    order by entry.position;
end;
$$;
comment on function public.verify_audit_log is 'The rows at which a brand''s chain is broken; none when it is whole.';
grant execute on function public.verify_audit_log to authenticated;

create function private.audit_change()
returns trigger
language plpgsql
security definer -- nobody may write the log by themselves
set search_path = ''
as $$
declare
  before_row jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
  after_row jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
  this_row jsonb := coalesce(after_row, before_row);
begin
  -- Secrets, even hashed or encrypted, are not for the log. The arguments name the resource and what to leave out.
  perform private.audit(
    (this_row ->> 'brand_id')::uuid,
    tg_argv[0] || '.' || case tg_op when 'INSERT' then 'create' when 'UPDATE' then 'update' else 'delete' end,
    tg_argv[0],
    coalesce(this_row ->> 'id', this_row ->> 'user_id')::uuid,
    jsonb_strip_nulls(jsonb_build_object('previous', before_row - tg_argv, 'current', after_row - tg_argv))
  );
  return null;
end;
$$;
create trigger audit_change after insert or update of role,
permissions,
restrictions,
expires_at or delete on public.brand_members
for each row execute function private.audit_change('membership');
create trigger audit_change after insert or update of name,
scopes,
allowed_addresses,
revoked_at,
expires_at on public.api_keys
for each row execute function private.audit_change('api_key', 'key_hash');
create trigger audit_change after insert or update of url, event_types, is_active or delete on public.webhook_endpoints
for each row execute function private.audit_change('webhook', 'secret');

create function private.audit_content()
returns trigger
language plpgsql
security definer -- nobody may write the log by themselves
set search_path = ''
as $$
begin
  perform private.audit(
    new.brand_id,
    case when new.deleted_at is distinct from old.deleted_at then 'content.delete' else 'content.' || new.status end,
    'content', new.id, jsonb_build_object('from', old.status, 'to', new.status, 'version', new.version)
  );
  return null;
end;
$$;
create trigger audit_content after update on public.contents
for each row when (
  (new.status is distinct from old.status and new.status in ('approved', 'rejected', 'published', 'archived'))
  or new.deleted_at is distinct from old.deleted_at
)
execute function private.audit_content();

-- What must be on record besides (domain §12): the events of what is decided, overridden, handed on and configured.
create function private.audit_event()
returns trigger
language plpgsql
security definer -- nobody may write the log by themselves
set search_path = ''
as $$
begin
  perform private.audit(
    new.brand_id,
    new.aggregate_type || '.' || lower(regexp_replace(new.type, '([a-z])([A-Z])', '\1_\2', 'g')),
    new.aggregate_type, new.aggregate_id, new.payload - 'changes'
  );
  return null;
end;
$$;
create trigger audit_event
after insert on public.domain_events
for each row when (new.type in (
  'ClaimChanged', 'ClaimDeleted', 'MarketOverrideChanged', 'ClaimsReviewOverridden', 'WorkflowStepSkipped',
  'TaskReassigned', 'UserInvited', 'InvitationChanged', 'BrandUpdated', 'WorkflowCreated', 'WorkflowChanged',
  'WorkflowDeleted'
))
execute function private.audit_event();
