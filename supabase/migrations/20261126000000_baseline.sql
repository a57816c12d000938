-- Baseline
-- Planned by `make migration` from supabase/schemas and supabase/policies.

-- Waits at most five seconds for a lock, because queries behind a waiting lock wait as well. On failure, push again.
set lock_timeout = '5s';
set check_function_bodies = off;

-- schemas/foundation/extensions.sql

create extension if not exists vector with schema extensions;
create extension if not exists pg_trgm with schema extensions;
-- Lets one GIN index hold a brand's id beside the words of its contents.
create extension if not exists btree_gin with schema extensions;

-- schemas/foundation/schemas.sql

-- Closed by default: every privilege is granted one by one, beside the object or in supabase/policies.
alter default privileges in schema public revoke all on tables from anon, authenticated;
alter default privileges in schema public revoke all on sequences from anon, authenticated;
alter default privileges in schema public revoke all on functions from anon, authenticated;
alter default privileges revoke execute on functions from public;

-- The data API exposes `public` only.
create schema private;
comment on schema private is 'Helpers, reference data and partitions; never exposed by the Data API.';
revoke all on schema private from public;
grant usage on schema private to authenticated, service_role;

-- schemas/foundation/ids.sql

create function private.uuid_v7(at timestamptz default clock_timestamp())
returns uuid
language sql
volatile
parallel safe
set search_path = ''
as $$
  -- RFC 9562: 48 bits of milliseconds, 12 bits of the millisecond's fraction (section 6.2, method 3),
  -- 62 random bits. Hosted PostgreSQL is 17 and has no uuidv7() of its own.
  with instant as (select floor(extract(epoch from at) * 1000000)::bigint as microseconds)
  select encode(
    substring(int8send(microseconds / 1000) from 3 for 6)
    || substring(int8send(28672 + (microseconds % 1000) * 4096 / 1000) from 7 for 2)
    || substring(uuid_send(gen_random_uuid()) from 9 for 8),
    'hex'
  )::uuid
  from instant;
$$;
comment on function private.uuid_v7 is 'A UUIDv7 of the given instant; sorts by time to the microsecond.';
grant execute on function private.uuid_v7 to authenticated, service_role;

create function private.uuid_v7_floor(at timestamptz)
returns uuid
language sql
immutable
parallel safe
set search_path = ''
as $$
  select encode(
    substring(int8send(floor(extract(epoch from at) * 1000)::bigint) from 3 for 6)
    || '\x70008000000000000000'::bytea,
    'hex'
  )::uuid;
$$;
comment on function private.uuid_v7_floor is 'The lowest UUIDv7 of an instant: a bound of partitions and of id ranges.';

-- schemas/foundation/json.sql

create function private.jsonb_key_count(object jsonb)
returns integer
language sql
immutable
parallel safe
set search_path = ''
as $$
  select count(*)::integer from jsonb_object_keys(object);
$$;
grant execute on function private.jsonb_key_count to authenticated, service_role;

create function private.merge_patch(old_values jsonb, new_values jsonb)
returns jsonb
language sql
immutable
parallel safe
set search_path = ''
as $$
  select (old_values || coalesce(new_values, '{}'))
    - array(select entry.key from jsonb_each(coalesce(new_values, '{}')) as entry where entry.value = 'null');
$$;
comment on function private.merge_patch is
'Applies a JSON merge patch (RFC 7396) on the first level: values replace by key, and null removes a key.';

create function private.value_at(fields jsonb, metadata jsonb, path text)
returns jsonb
language sql
immutable
parallel safe
set search_path = ''
as $$
  select case split_part(path, '.', 1) when 'fields' then fields else metadata end -> split_part(path, '.', 2);
$$;
comment on function private.value_at is
'Returns the value at a path of the provenance of a content: `fields.<id>` or `metadata.<name>`.';

-- schemas/foundation/refusals.sql

create function private.refuse(status integer, reason text, details jsonb default '[]')
returns void
language plpgsql
set search_path = ''
as $$
begin
  -- PostgREST answers a SQLSTATE `PTxyz` with HTTP status xyz; lib/core/errors.py reads the rest.
  raise exception using errcode = 'PT' || status, message = reason, detail = details::text;
end;
$$;
comment on function private.refuse is
'Ends the statement with an HTTP status, a reason for people and a JSON array of {field, code, message}.';
grant execute on function private.refuse to authenticated, service_role;

create function private.require_reason(reason text, field text)
returns void
language plpgsql
immutable
set search_path = ''
as $$
begin
  if reason is null or btrim(reason) = '' then
    perform private.refuse(400, 'a reason is needed', jsonb_build_array(jsonb_build_object(
      'field', field, 'code', 'REQUIRED_FIELD_MISSING', 'message', field || ' is required'
    )));
  elsif char_length(reason) > 5000 then
    perform private.refuse(400, 'the reason is too long', jsonb_build_array(jsonb_build_object(
      'field', field, 'code', 'VALUE_TOO_LONG', 'message', '5000 characters at most'
    )));
  end if;
end;
$$;
comment on function private.require_reason is 'Raises 400 for a reason that is blank or over 5000 characters.';

create function private.refuse_change()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  raise exception using errcode = 'PT409', message = tg_table_name || ' is append-only';
end;
$$;

-- schemas/foundation/requests.sql

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

create function private.expected_version()
returns integer
language sql
stable
set search_path = ''
as $$
  select substring(
    nullif(current_setting('request.headers', true), '')::jsonb ->> 'x-expected-version' from '^[0-9]{1,9}$'
  )::integer;
$$;
comment on function private.expected_version is
'The version that the request wants to act on (X-Expected-Version), for commands that do not take one; else null.';

-- schemas/foundation/rows.sql

create function private.stamp_row()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    new.created_at := now();
    if 'actors' = any (tg_argv) then
      new.created_by := auth.uid();
    end if;
    if 'version' = any (tg_argv) then
      new.version := 1;
    end if;
  else
    new.id := old.id;
    new.created_at := old.created_at;
    if 'actors' = any (tg_argv) then
      new.created_by := old.created_by;
    end if;
    if 'version' = any (tg_argv) then
      new.version := old.version + 1;
    end if;
  end if;
  if 'actors' = any (tg_argv) then
    new.updated_by := auth.uid();
  end if;
  new.updated_at := now();
  return new;
end;
$$;
comment on function private.stamp_row is
'Writes id, times, and as the arguments say actors and version: never what the client sent.';

create function private.keep_brand()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if new.brand_id is distinct from old.brand_id then
    perform private.refuse(403, 'nothing moves from one brand to another');
  end if;
  return new;
end;
$$;
comment on function private.keep_brand is 'Refuses an update that would move a row to another tenant, whoever asks.';

-- schemas/foundation/encryption.sql

-- Types of columns that hold personal data which SQL cannot read: the application encrypts it (ADR 12).
create domain private.ciphertext as text
check (value ~ '^v[0-9]{1,4}\.[A-Za-z0-9_-]{38,}$');
comment on domain private.ciphertext is
'AES-GCM by the application: key version, then base64url of nonce, ciphertext and tag. Clear text does not fit.';

create domain private.blind_index as text
check (value ~ '^v[0-9]{1,4}\.[0-9a-f]{64}$');
comment on domain private.blind_index is
'A keyed hash (HMAC-SHA-256) of a value that is stored encrypted, to look it up.';

-- schemas/foundation/partitions.sql

create function private.ensure_partitions(parent text, from_date date, years integer)
returns integer
language plpgsql
set search_path = ''
set timezone = 'UTC'
as $$
declare
  created integer := 0;
  year_start timestamptz;
  lower_bound uuid;
  upper_bound uuid;
  partition_name text;
  default_name text := parent || '_default';
  is_late boolean;
begin
  for offset_years in 0 .. years - 1 loop
    year_start := date_trunc('year', from_date::timestamptz) + make_interval(years => offset_years);
    lower_bound := private.uuid_v7_floor(year_start);
    upper_bound := private.uuid_v7_floor(year_start + interval '1 year');
    partition_name := format('%s_%s', parent, to_char(year_start, 'YYYY'));
    continue when to_regclass(format('private.%I', partition_name)) is not null;
    execute format(
      'select exists (select from private.%I where id >= %L and id < %L)', default_name, lower_bound, upper_bound
    ) into is_late;
    if is_late then
      -- Rows that came before their year's partition lie in the default one, which bars it: they move along.
      execute format(
        'create table private.%I (like public.%I including defaults including constraints)', partition_name, parent
      );
      execute format('alter table public.%I detach partition private.%I', parent, default_name);
      execute format(
        'with moved as (delete from private.%I where id >= %L and id < %L returning *) '
        'insert into private.%I select * from moved',
        default_name, lower_bound, upper_bound, partition_name
      );
      execute format(
        'alter table public.%I attach partition private.%I for values from (%L) to (%L)',
        parent, partition_name, lower_bound, upper_bound
      );
      execute format('alter table public.%I attach partition private.%I default', parent, default_name);
    else
      execute format(
        'create table private.%I partition of public.%I for values from (%L) to (%L)',
        partition_name, parent, lower_bound, upper_bound
      );
    end if;
    -- Access goes through the parent and its policies; nothing reaches a partition by its own name.
    execute format('alter table private.%I enable row level security', partition_name);
    created := created + 1;
  end loop;
  return created;
end;
$$;
comment on function private.ensure_partitions is
'Creates the yearly partitions (by UUIDv7 range) of a table of public that are missing, from the year of a date on, and
moves rows of that year out of the default partition; returns how many it created. Rows that foreign keys refer to
cannot move, so create partitions ahead of time.';

create function public.make_next_partitions(years integer default 2)
returns integer
language sql
volatile
security definer -- only the owner of a table may add partitions
set search_path = ''
as $$
  select sum(private.ensure_partitions(parent.relname, current_date, make_next_partitions.years + 1))::integer
  from pg_catalog.pg_class as parent
  where parent.relkind = 'p' and parent.relnamespace = 'public'::regnamespace;
$$;
comment on function public.make_next_partitions is
'For the scheduler: creates the partitions of this year and of the given number of years after it, for every
partitioned table; returns how many were new.';
grant execute on function public.make_next_partitions to service_role;

-- schemas/ai/types.sql

create type public.generation_status as enum ('pending', 'completed', 'failed');

create type private.generation_form as (field_values jsonb, outputs jsonb, product_id uuid);
comment on type private.generation_form is
'What a generation is written from: the values of the fields, the output fields to fill (null for tools that fill no
template) and the product that it is about, if any.';

-- schemas/claims/types.sql

create type public.claim_status as enum ('allowed', 'disallowed', 'mandatory');

create type public.claim_level as enum ('product', 'ingredient', 'brand');
comment on type public.claim_level is
'Ordered by strength: claims of products outrank those of ingredients, which outrank those of brands.';

create type public.resolved_claim as (
  product_id uuid,
  claim_text text,
  original_text text,
  status text,
  scope integer,
  level public.claim_level,
  source text,
  claim_id uuid,
  master_claim_id uuid,
  override_id uuid,
  is_master boolean
);
comment on type public.resolved_claim is
'A claim as it applies to a product. status: allowed, disallowed, mandatory or none. scope: 1 override, 2 market, 3
global. source: the level of the claim, or override. original_text: the text of the master claim where an override
replaced it.';

create function private.is_claim_text(claim_text jsonb)
returns boolean
language sql
immutable
parallel safe
set search_path = ''
as $$
  select
    jsonb_typeof(claim_text) = 'object'
    and coalesce(private.claim_text_key(claim_text), '') <> ''
    and not exists (
      select from jsonb_each(claim_text) as entry
      where
        (entry.key <> 'original' and entry.key !~ '^[a-z]{2}$')
        or jsonb_typeof(entry.value) <> 'string'
        or char_length(entry.value #>> '{}') > 500
    );
$$;
comment on function private.is_claim_text is
'Whether this is {original, <language>…}: texts of at most 500 characters, the original not blank.';
grant execute on function private.is_claim_text to authenticated, service_role;

-- schemas/content/types.sql

-- A domain and not an enum: the operators of enums are not leakproof, so under row-level security PostgreSQL would use
-- no index for a condition on the status, and a list would read the whole brand (ADR 13).
create domain public.content_status as text
check (value in (
  'draft', 'pending_review', 'in_review', 'approved', 'scheduled', 'published', 'archived', 'rejected'
));
comment on domain public.content_status is 'The states of domain §3.';

create type private.content_head as (
  id uuid, brand_id uuid, template_id uuid, template_version integer, type text, status text, title text, slug text,
  excerpt text, tags text [], categories text [], assignees uuid [], score numeric, version integer,
  major_version integer, minor_version integer, parent_id uuid, scheduled_for timestamptz, expires_at timestamptz,
  due_at timestamptz, published_at timestamptz, published_by uuid, created_by uuid, created_at timestamptz,
  updated_by uuid, updated_at timestamptz, deleted_at timestamptz
);
comment on type private.content_head is 'A content without its fields, body and metadata: what a list shows.';

create type private.search_request as (
  query text,
  terms tsquery,
  indexed_terms tsquery,
  sort text,
  brands uuid [],
  has_few_brands boolean,
  statuses text [],
  types text [],
  tags text [],
  created_by uuid,
  updated_from timestamptz,
  updated_to timestamptz,
  embedding extensions.halfvec
);
comment on type private.search_request is
'What a caller of search_contents asks for, as private.parse_search reads it. Null statuses, types, created_by and
embedding: not asked for.';

create type private.search_matches as (
  content_ids uuid [],
  total bigint,
  facets jsonb
);
comment on type private.search_matches is
'The contents that a search found, best first, how many it counted, and the counts by type, status and tag.';

-- schemas/identity/types.sql

create type public.brand_role as enum ('viewer', 'editor', 'admin');
comment on type public.brand_role is 'Ordered: a higher role may do all that a lower one may.';

create function private.are_permissions(names text[])
returns boolean
language sql
stable
security definer -- reads private.permissions, which no API role may read
set search_path = ''
as $$
  select names <@ array(select permissions.name from private.permissions);
$$;
comment on function private.are_permissions is 'Whether all names are in private.permissions.';
grant execute on function private.are_permissions to authenticated, service_role;

-- schemas/template/types.sql

create function private.are_template_fields(fields jsonb)
returns boolean
language sql
immutable
parallel safe
set search_path = ''
as $$
  select
    jsonb_typeof(fields) = 'array'
    and jsonb_array_length(fields) between 1 and 50
    and not exists (
      select 1
      from jsonb_array_elements(fields) as field
      where
        jsonb_typeof(field -> 'id') is distinct from 'string'
        or field ->> 'id' !~ '^[a-z][a-zA-Z0-9_]{0,49}$'
        or jsonb_typeof(field -> 'name') is distinct from 'string'
        or coalesce(jsonb_typeof(field -> 'required'), 'boolean') <> 'boolean'
        or coalesce(jsonb_typeof(field -> 'type'), 'string') <> 'string'
        or coalesce(jsonb_typeof(field -> 'aiPrompt'), 'string') <> 'string'
        or (field ? 'maxLength' and field ->> 'maxLength' !~ '^[1-9][0-9]{0,4}$')
    )
    and (
      select count(distinct field ->> 'id') = jsonb_array_length(fields) from jsonb_array_elements(fields) as field
    );
$$;
comment on function private.are_template_fields is
'Whether JSON is a list of 1 to 50 fields: objects with an id that is unique in the list, a name, and options of the
right types.';
grant execute on function private.are_template_fields to authenticated, service_role;

-- schemas/workflow/types.sql

create type public.workflow_type as enum ('sequential', 'parallel', 'conditional');

create type public.workflow_status as enum ('active', 'completed', 'cancelled', 'failed', 'timeout');

create type public.step_status as enum ('waiting', 'active', 'approved', 'skipped', 'rejected', 'cancelled');

create type public.task_status as enum ('pending', 'completed', 'skipped', 'cancelled', 'reassigned');

create function private.is_condition(condition jsonb)
returns boolean
language sql
immutable
parallel safe
set search_path = ''
as $$
  select
    condition is null
    or (
      jsonb_typeof(condition) = 'object'
      and condition ->> 'field' ~ '^(type|title|tags|metadata\.[A-Za-z]{1,50}|fields\.[A-Za-z0-9_]{1,50})$'
      and condition ->> 'operator' in ('equals', 'not_equals', 'contains', 'in', 'exists', 'greater_than', 'less_than')
      and (condition ->> 'operator' <> 'in' or jsonb_typeof(condition -> 'value') = 'array')
    ) is true;
$$;
comment on function private.is_condition is
'Whether this is a valid condition {field, operator, value}, or null for none.';
grant execute on function private.is_condition to authenticated, service_role;

-- schemas/identity/session_lengths.sql

-- How long sessions and proofs last (domain §8). Each value stands here and nowhere else in SQL. Immutable functions
-- without arguments are evaluated when a statement is planned, so they cost a running statement nothing.
-- Applied before the tables, because column defaults use them. tests/database/test_session_lengths.py compares the
-- values with their counterparts in Python and in the configuration of Auth.

create function private.access_token_lifetime()
returns interval
language sql
immutable
parallel safe
set search_path = ''
as $$
  select interval '8 hours';
$$;
comment on function private.access_token_lifetime is
'How long an access token lives after its session was opened, refreshed or extended. Must agree with auth.jwt_expiry in
supabase/config.toml and with jwt_expiry in local/supabase/configuration.mjs.';

create function private.session_idle_limit()
returns interval
language sql
immutable
parallel safe
set search_path = ''
as $$
  select interval '8 hours';
$$;
comment on function private.session_idle_limit is
'How long a session lives after its last request, which is recorded in KV only. Must agree with IDLE_SECONDS in
lib/core/sessions.py.';

create function private.session_unseen_limit()
returns interval
language sql
immutable
parallel safe
set search_path = ''
as $$
  select private.access_token_lifetime() + private.session_idle_limit();
$$;
comment on function private.session_unseen_limit is
'How long after last_seen_at a session may still be alive: the last request may have used the access token at its very
end, and the session then lives on for the idle limit.';

create function private.session_lifetime()
returns interval
language sql
immutable
parallel safe
set search_path = ''
as $$
  select interval '24 hours';
$$;
comment on function private.session_lifetime is
'How long a session lives at most, whatever its use. Must agree with LIFETIME_SECONDS in lib/core/sessions.py.';
grant execute on function private.session_lifetime to service_role;

create function private.max_open_sessions()
returns integer
language sql
immutable
parallel safe
set search_path = ''
as $$
  select 5;
$$;
comment on function private.max_open_sessions is 'How many sessions of one person may be open at once.';

create function private.recent_authentication_window()
returns interval
language sql
immutable
parallel safe
set search_path = ''
as $$
  select interval '30 minutes';
$$;
comment on function private.recent_authentication_window is
'How long after their last authentication people may make sensitive changes.';

create function private.remembered_device_lifetime()
returns interval
language sql
immutable
parallel safe
set search_path = ''
as $$
  select interval '30 days';
$$;
comment on function private.remembered_device_lifetime is
'How long a remembered device needs no second factor. Must agree with DEVICE_SECONDS in lib/core/cookies.py.';
grant execute on function private.remembered_device_lifetime to service_role;

-- schemas/identity/tables/people.sql

create table public.profiles (
  id uuid primary key references auth.users (id) on delete cascade,
  first_name text not null default '' check (char_length(first_name) <= 100),
  last_name text not null default '' check (char_length(last_name) <= 100),
  timezone text not null default 'UTC' check (char_length(timezone) <= 64),
  language text not null default 'en' check (language ~ '^[a-z]{2}$'),
  is_active boolean not null default true,
  phone private.ciphertext,
  email_index private.blind_index unique,
  avatar_path text check (char_length(avatar_path) <= 500),
  last_login_at timestamptz,
  login_count integer not null default 0 check (login_count >= 0),
  locked_until timestamptz,
  deactivated_at timestamptz,
  deactivated_by uuid references public.profiles (id),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.profiles is
'What the platform knows of a person; e-mail and password are in auth.users only. A person who made something cannot be
deleted.';
comment on column public.profiles.is_active is 'False: deactivated. The memberships stay, but give no permission.';
comment on column public.profiles.phone is 'Encrypted by the application; no SQL reads it in clear.';
comment on column public.profiles.email_index is
'The blind index of the e-mail address, which finds a person without storing the address.';
comment on column public.profiles.avatar_path is 'In the bucket `avatars`, below the person''s own id.';
comment on column public.profiles.locked_until is 'No sign-in before this time, after too many failures.';
create index profiles_deactivated_by_idx on public.profiles (deactivated_by);
alter table public.profiles enable row level security;

create table private.platform_admins (
  user_id uuid primary key references auth.users (id) on delete cascade,
  created_at timestamptz not null default now()
);
comment on table private.platform_admins is
'The global flag of domain §2. A row here and not user metadata, which people can write themselves.';
alter table private.platform_admins enable row level security;

create table private.permissions (
  name text primary key check (name ~ '^[a-z_]+\.[a-z_]+$'),
  least_role public.brand_role not null,
  seen_with text not null references private.permissions (name),
  description text not null
);
comment on table private.permissions is
'The permission matrix of domain §2. A membership widens it (permissions) or narrows it (restrictions) by these names.';
comment on column private.permissions.least_role is 'Members of this role and above hold it.';
comment on column private.permissions.seen_with is
'The permission to know that the subject exists. Callers without it get "not found" instead of "forbidden".';
create index permissions_seen_with_idx on private.permissions (seen_with);
alter table private.permissions enable row level security;

create table public.user_sessions (
  id uuid primary key,
  user_id uuid not null references public.profiles (id) on delete cascade,
  device_name text not null default '' check (char_length(device_name) <= 200),
  user_agent text not null default '' check (char_length(user_agent) <= 500),
  address private.ciphertext,
  mfa_verified_at timestamptz,
  last_seen_at timestamptz not null default now(),
  expires_at timestamptz not null default now() + private.session_lifetime(),
  ended_at timestamptz,
  end_reason text check (end_reason in (
    'signed_out', 'revoked', 'evicted', 'expired', 'password_changed', 'deactivated', 'reused', 'erased'
  )),
  method text not null default 'password' check (method in ('password', 'saml', 'oidc', 'invitation')),
  authenticated_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  check ((ended_at is null) = (end_reason is null))
);
comment on table public.user_sessions is
'What the database must know of a session: when it was last seen, whether it passed the second factor, whether it
ended.';
comment on column public.user_sessions.id is 'The session_id of the access token.';
comment on column public.user_sessions.address is 'The client''s address, encrypted by the application.';
comment on column public.user_sessions.last_seen_at is
'When it was last opened, refreshed or extended. Access tokens expire private.access_token_lifetime later.';
comment on column public.user_sessions.authenticated_at is
'When its person last authenticated. Sensitive changes are allowed for private.recent_authentication_window (domain
§8).';
create index user_sessions_user_id_idx on public.user_sessions (user_id, last_seen_at desc);
alter table public.user_sessions enable row level security;

create table public.mfa_factors (
  id uuid primary key default private.uuid_v7(),
  user_id uuid not null references public.profiles (id) on delete cascade,
  kind text not null check (kind in ('totp', 'webauthn')),
  name text not null default '' check (char_length(name) <= 100),
  secret private.ciphertext,
  credential_id text unique check (char_length(credential_id) <= 1400),
  public_key text check (char_length(public_key) <= 4000),
  sign_count bigint not null default 0 check (sign_count >= 0),
  last_used_step bigint,
  verified_at timestamptz,
  last_used_at timestamptz,
  algorithm text not null default 'SHA256' check (algorithm in ('SHA1', 'SHA256', 'SHA512')),
  transports text[] not null default '{}' check (cardinality(transports) <= 10),
  created_at timestamptz not null default now(),
  check ((kind = 'totp') = (secret is not null)),
  check ((kind = 'webauthn') = (credential_id is not null and public_key is not null))
);
comment on table public.mfa_factors is
'Second factors. Once a person has a verified one, only sessions that passed one may read or write anything.';
comment on column public.mfa_factors.secret is 'The TOTP secret, encrypted by the application.';
comment on column public.mfa_factors.sign_count is 'The WebAuthn counter that was seen last.';
comment on column public.mfa_factors.last_used_step is
'The TOTP time step that was used last; a step is accepted once.';
comment on column public.mfa_factors.algorithm is
'The hash algorithm of a TOTP factor; some authenticators support SHA-1 only.';
create index mfa_factors_user_id_idx on public.mfa_factors (user_id);
alter table public.mfa_factors enable row level security;

create table private.mfa_backup_codes (
  user_id uuid not null references public.profiles (id) on delete cascade,
  code_hash text not null check (code_hash ~ '^[0-9a-f]{64}$'),
  used_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (user_id, code_hash)
);
comment on table private.mfa_backup_codes is 'Ten codes that work once each; only their keyed hashes are kept.';
alter table private.mfa_backup_codes enable row level security;

create table private.password_history (
  user_id uuid not null references public.profiles (id) on delete cascade,
  password_hash text not null check (char_length(password_hash) between 50 and 200),
  created_at timestamptz not null default now(),
  primary key (user_id, created_at)
);
comment on table private.password_history is
'Hashes of the last passwords, private.password_history_length of them, which may not be used again (domain §8).';
alter table private.password_history enable row level security;

create table public.trusted_devices (
  id uuid primary key default private.uuid_v7(),
  user_id uuid not null references public.profiles (id) on delete cascade,
  token_hash text not null unique check (token_hash ~ '^[0-9a-f]{64}$'),
  name text not null default '' check (char_length(name) <= 200),
  expires_at timestamptz not null default now() + private.remembered_device_lifetime(),
  created_at timestamptz not null default now()
);
comment on table public.trusted_devices is
'Remembered devices, which need no second factor for private.remembered_device_lifetime; the password is still needed.';
create index trusted_devices_user_id_idx on public.trusted_devices (user_id);
alter table public.trusted_devices enable row level security;

create table private.identity_tokens (
  token_hash text primary key check (token_hash ~ '^[0-9a-f]{64}$'),
  user_id uuid not null references public.profiles (id) on delete cascade,
  purpose text not null check (purpose in ('password_reset', 'email_verification', 'email_change')),
  new_email private.ciphertext,
  expires_at timestamptz not null,
  used_at timestamptz,
  created_at timestamptz not null default now(),
  check ((purpose = 'email_change') = (new_email is not null))
);
comment on table private.identity_tokens is
'Links that were mailed: 32 random bytes, of which only a hash is kept. Each link works once (domain §8).';
comment on column private.identity_tokens.new_email is 'Encrypted by the application.';
create index identity_tokens_user_id_idx on private.identity_tokens (user_id, purpose);
alter table private.identity_tokens enable row level security;

create table private.credential_permits (
  user_id uuid primary key references public.profiles (id) on delete cascade,
  expires_at timestamptz not null default now() + interval '30 seconds',
  used_in xid8
);
comment on table private.credential_permits is
'Permits for one change of a password or address in Auth. Only our own commands, which check the caller, write them.';
comment on column private.credential_permits.used_in is 'The one transaction of Auth that used the permit.';
alter table private.credential_permits enable row level security;

create table private.scope_permissions (
  scope text not null,
  permission text not null references private.permissions (name),
  primary key (scope, permission)
);
comment on table private.scope_permissions is
'The permissions that each scope gives to an API key (domain §8). A key never has more permissions than its owner.';
create index scope_permissions_permission_idx on private.scope_permissions (permission);
alter table private.scope_permissions enable row level security;

-- schemas/brand/tables.sql

create table public.plans (
  name text primary key check (name ~ '^[a-z_]{1,50}$'),
  brands integer check (brands > 0),
  users integer check (users > 0),
  contents_per_month integer check (contents_per_month > 0),
  generations_per_month integer check (generations_per_month > 0),
  templates integer check (templates > 0),
  storage_bytes bigint check (storage_bytes > 0),
  has_api boolean not null,
  has_sso boolean not null
);
comment on table public.plans is 'Limits of what an account may use (domain §11); null: unlimited.';
alter table public.plans enable row level security;

create table public.accounts (
  id uuid primary key default private.uuid_v7(),
  name text not null check (char_length(name) between 1 and 255),
  plan text not null default 'starter' references public.plans (name),
  overage text not null default 'block' check (overage in ('block', 'pay_as_you_go', 'notify')),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.accounts is 'Customers who pay for brands. Holds plan and quota only: the tenant is the brand.';
create index accounts_plan_idx on public.accounts (plan);
alter table public.accounts enable row level security;

create table public.brands (
  id uuid primary key default private.uuid_v7(),
  name text not null unique check (char_length(name) between 1 and 255),
  slug text not null unique check (slug ~ '^[a-z0-9-]{1,100}$'),
  description text not null default '' check (char_length(description) <= 5000),
  identity jsonb not null default '{}' check (jsonb_typeof(identity) = 'object'),
  tone_of_voice text not null default '' check (char_length(tone_of_voice) <= 5000),
  guardrails text[] not null default '{}' check (cardinality(guardrails) <= 100),
  key_messages text[] not null default '{}' check (cardinality(key_messages) <= 100),
  target_audience text not null default '' check (char_length(target_audience) <= 2000),
  country text check (country ~ '^[A-Z]{2}$'),
  language text check (language ~ '^[a-z]{2}$'),
  allowed_content_types text[] not null default '{}' check (cardinality(allowed_content_types) <= 100),
  version integer not null default 1 check (version >= 1),
  account_id uuid references public.accounts (id),
  parent_brand_id uuid references public.brands (id) check (parent_brand_id <> id),
  communication_style text not null default '' check (char_length(communication_style) <= 2000),
  personality text[] not null default '{}' check (cardinality(personality) <= 20),
  colors jsonb not null default '{}' check (
    jsonb_typeof(colors) = 'object'
    and colors - array['primary', 'secondary', 'accent'] = '{}'
    and coalesce(colors ->> 'primary', '#000000') ~ '^#[0-9A-Fa-f]{6}$'
    and coalesce(colors ->> 'secondary', '#000000') ~ '^#[0-9A-Fa-f]{6}$'
    and coalesce(colors ->> 'accent', '#000000') ~ '^#[0-9A-Fa-f]{6}$'
  ),
  logo jsonb check (
    logo is null
    or (
      jsonb_typeof(logo) = 'object'
      and coalesce(logo ->> 'url' ~ '^(https://|/)', false)
      and logo ? 'altText'
      and coalesce(logo ->> 'type' in ('light', 'dark', 'full'), false)
    )
  ),
  currency text check (currency ~ '^[A-Z]{3}$'),
  website_urls text[] not null default '{}' check (cardinality(website_urls) <= 5),
  settings jsonb not null default '{}' check (jsonb_typeof(settings) = 'object'),
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now(),
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz
);
comment on table public.brands is 'The tenants. The rows of a tenant have a brand_id that refers to this table.';
comment on column public.brands.identity is '{mission, vision, values[], usp}';
comment on column public.brands.country is 'ISO 3166-1 alpha-2';
comment on column public.brands.language is 'ISO 639-1';
comment on column public.brands.allowed_content_types is 'Empty: every type is allowed.';
comment on column public.brands.account_id is 'Null: the brand has no account yet, and nothing is limited.';
comment on column public.brands.colors is '{primary, secondary, accent}: #RRGGBB';
comment on column public.brands.logo is '{url, altText, type: light, dark or full}';
comment on column public.brands.currency is 'ISO 4217';
comment on column public.brands.website_urls is 'The main address and up to four more.';
comment on column public.brands.settings is 'Settings that the brand makes for itself; the application knows the keys.';
-- Permissions look for deleted brands in every statement: an index of those few, not of all others.
create index brands_deleted_idx on public.brands (id) where deleted_at is not null;
create index brands_account_id_idx on public.brands (account_id);
create index brands_parent_brand_id_idx on public.brands (parent_brand_id);
create index brands_created_by_idx on public.brands (created_by);
create index brands_updated_by_idx on public.brands (updated_by);
alter table public.brands enable row level security;

create table public.quota_usage (
  account_id uuid not null references public.accounts (id) on delete cascade,
  metric text not null check (metric in ('contents', 'generations', 'storage_bytes', 'export_rows')),
  month date not null check (extract(day from month) = 1),
  used bigint not null default 0 check (used >= 0),
  alerted_percent smallint not null default 0 check (alerted_percent in (0, 80, 100)),
  primary key (account_id, metric, month)
);
comment on table public.quota_usage is 'What an account used of its plan in a calendar month (UTC).';
comment on column public.quota_usage.alerted_percent is 'The threshold in percent that was announced last.';
alter table public.quota_usage enable row level security;

create table public.vetting_agencies (
  id uuid primary key default private.uuid_v7(),
  brand_id uuid not null references public.brands (id) on delete cascade,
  name text not null check (char_length(name) between 1 and 255),
  priority text not null default 'Medium' check (priority in ('High', 'Medium', 'Low')),
  country_code text check (country_code ~ '^[A-Z]{2}$'),
  status text not null default 'verified' check (status in ('pending_verification', 'verified', 'rejected')),
  is_active boolean not null default true,
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now(),
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now(),
  unique nulls not distinct (brand_id, name, country_code)
);
comment on table public.vetting_agencies is 'Regulators and watchdogs that concern a brand.';
comment on column public.vetting_agencies.country_code is 'ISO 3166-1 alpha-2; null: all countries.';
comment on column public.vetting_agencies.status is 'An agency that AI suggested starts as pending_verification.';
create index vetting_agencies_created_by_idx on public.vetting_agencies (created_by);
create index vetting_agencies_updated_by_idx on public.vetting_agencies (updated_by);
alter table public.vetting_agencies enable row level security;

create table public.platform_settings (
  key text primary key check (key ~ '^[a-z][a-z0-9_.]{0,99}$'),
  value jsonb not null,
  description text not null default '' check (char_length(description) <= 1000),
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now()
);
comment on table public.platform_settings is 'Limits and thresholds that change without a deployment.';
create index platform_settings_updated_by_idx on public.platform_settings (updated_by);
alter table public.platform_settings enable row level security;

create table public.feature_flags (
  key text primary key check (key ~ '^[a-z][a-z0-9_.]{0,99}$'),
  is_enabled boolean not null default false,
  brand_ids uuid[] not null default '{}',
  description text not null default '' check (char_length(description) <= 1000),
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now()
);
comment on table public.feature_flags is 'Features that are switched on for all, or for some brands only.';
comment on column public.feature_flags.brand_ids is
'Empty: for every brand. Members of a brand read their flags with active_flags(), which hides other brands.';
create index feature_flags_updated_by_idx on public.feature_flags (updated_by);
alter table public.feature_flags enable row level security;

-- schemas/identity/tables/memberships.sql

create table public.invitations (
  id uuid primary key default private.uuid_v7(),
  brand_id uuid not null references public.brands (id) on delete cascade,
  email private.ciphertext not null,
  email_index private.blind_index not null,
  role public.brand_role not null,
  permissions text[] not null default '{}' check (private.are_permissions(permissions)),
  membership_expires_at timestamptz,
  token_hash text not null unique check (token_hash ~ '^[0-9a-f]{64}$'),
  status text not null default 'pending' check (status in ('pending', 'accepted', 'expired', 'cancelled')),
  delivery text not null default 'queued' check (delivery in ('queued', 'sent', 'failed')),
  expires_at timestamptz not null default now() + interval '7 days',
  accepted_by uuid references public.profiles (id),
  accepted_at timestamptz,
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now(),
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now(),
  check ((status = 'accepted') = (accepted_at is not null))
);
comment on table public.invitations is 'An offer of a role in a brand by e-mail, valid for seven days.';
comment on column public.invitations.token_hash is
'The hash of the token in the link. Sending the invitation again replaces it, and the old link stops working.';
create unique index invitations_pending_idx on public.invitations (brand_id, email_index) where status = 'pending';
create index invitations_brand_id_idx on public.invitations (brand_id);
create index invitations_created_by_idx on public.invitations (created_by);
create index invitations_updated_by_idx on public.invitations (updated_by);
create index invitations_accepted_by_idx on public.invitations (accepted_by);
alter table public.invitations enable row level security;

create table public.api_keys (
  id uuid primary key default private.uuid_v7(),
  brand_id uuid not null references public.brands (id) on delete cascade,
  user_id uuid not null references public.profiles (id) on delete cascade,
  name text not null check (char_length(name) between 1 and 100),
  prefix text not null check (prefix ~ '^mix_(live|test)_[A-Za-z0-9]{4,8}$'),
  key_hash text not null unique check (key_hash ~ '^[0-9a-f]{64}$'),
  scopes text[] not null check (cardinality(scopes) between 1 and 10 and scopes <@ array[
    'read', 'write', 'admin', 'brands:read', 'brands:write', 'content:read', 'content:write', 'ai:generate',
    'users:manage'
  ]),
  allowed_addresses cidr[] not null default '{}' check (cardinality(allowed_addresses) <= 50),
  expires_at timestamptz not null default now() + interval '90 days',
  last_used_at timestamptz,
  revoked_at timestamptz,
  revoked_by uuid references public.profiles (id),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check (expires_at > created_at)
);
comment on table public.api_keys is 'Keys that act as their owner in one brand, with no more than their scopes.';
comment on column public.api_keys.user_id is 'The owner of the key, whose permissions it has.';
comment on column public.api_keys.key_hash is 'HMAC-SHA-256. The key itself is shown once and not stored.';
comment on column public.api_keys.allowed_addresses is 'Empty: the key works from every address.';
create index api_keys_brand_id_idx on public.api_keys (brand_id);
create index api_keys_user_id_idx on public.api_keys (user_id);
create index api_keys_revoked_by_idx on public.api_keys (revoked_by);
alter table public.api_keys enable row level security;

create table public.sso_connections (
  id uuid primary key default private.uuid_v7(),
  account_id uuid not null references public.accounts (id) on delete cascade,
  name text not null check (char_length(name) between 1 and 100),
  entity_id text not null unique check (char_length(entity_id) between 1 and 1000),
  sign_on_url text not null check (sign_on_url ~ '^https?://' and char_length(sign_on_url) <= 2000),
  certificates text[] not null check (cardinality(certificates) between 1 and 5),
  domains text[] not null check (
    cardinality(domains) between 1 and 50
    and array_to_string(domains, ' ') ~ '^[a-z0-9-]+(\.[a-z0-9-]+)+( [a-z0-9-]+(\.[a-z0-9-]+)+)*$'
  ),
  group_attribute text not null default 'groups' check (char_length(group_attribute) between 1 and 200),
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.sso_connections is
'A SAML 2.0 identity provider, and the e-mail domains for which it may sign people in.';
comment on column public.sso_connections.certificates is
'X.509, PEM without its frame. A response may be signed with any of them.';
comment on column public.sso_connections.domains is
'In lower case. The provider cannot sign in addresses of other domains.';
create index sso_connections_account_id_idx on public.sso_connections (account_id);
create index sso_connections_domains_idx on public.sso_connections using gin (domains);
alter table public.sso_connections enable row level security;

create table public.brand_members (
  user_id uuid not null references public.profiles (id) on delete cascade,
  brand_id uuid not null references public.brands (id) on delete cascade,
  role public.brand_role not null,
  expires_at timestamptz,
  assigned_by uuid references public.profiles (id),
  permissions text[] not null default '{}',
  restrictions text[] not null default '{}',
  last_accessed_at timestamptz,
  access_count integer not null default 0 check (access_count >= 0),
  sso_connection_id uuid references public.sso_connections (id) on delete set null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (user_id, brand_id)
);
comment on table public.brand_members is 'One role for each person in each brand.';
comment on column public.brand_members.expires_at is
'When the membership stops counting (guests, agencies); null for never.';
comment on column public.brand_members.permissions is
'Permissions granted beyond the role, by their name in private.permissions.';
comment on column public.brand_members.restrictions is
'Permissions denied, by their name in private.permissions. Denials outweigh grants.';
comment on column public.brand_members.sso_connection_id is
'The provider whose groups gave the role. Each sign-in updates the role, and ends it with the groups.';
create index brand_members_brand_id_idx on public.brand_members (brand_id);
create index brand_members_assigned_by_idx on public.brand_members (assigned_by);
create index brand_members_sso_connection_id_idx on public.brand_members (sso_connection_id);
alter table public.brand_members enable row level security;

create table public.sso_group_roles (
  connection_id uuid not null references public.sso_connections (id) on delete cascade,
  group_name text not null check (char_length(group_name) between 1 and 255),
  brand_id uuid not null references public.brands (id) on delete cascade,
  role public.brand_role not null,
  created_at timestamptz not null default now(),
  primary key (connection_id, group_name, brand_id)
);
comment on table public.sso_group_roles is 'The role in a brand that people in a group of the provider have.';
create index sso_group_roles_brand_id_idx on public.sso_group_roles (brand_id);
alter table public.sso_group_roles enable row level security;

-- schemas/template/tables.sql

create table public.templates (
  id uuid primary key default private.uuid_v7(),
  brand_id uuid references public.brands (id) on delete cascade,
  name text not null check (char_length(name) between 1 and 100),
  description text not null default '' check (char_length(description) <= 2000),
  content_type text not null check (content_type ~ '^[a-z_]{1,50}$'),
  input_fields jsonb not null check (private.are_template_fields(input_fields)),
  output_fields jsonb not null check (private.are_template_fields(output_fields)),
  is_active boolean not null default true,
  version integer not null default 1 check (version >= 1),
  icon text not null default '' check (char_length(icon) <= 50),
  category text not null default '' check (char_length(category) <= 100),
  tags text[] not null default '{}' check (cardinality(tags) <= 50),
  ai_enabled boolean not null default true,
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now(),
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now(),
  check (private.are_template_fields(input_fields || output_fields))
);
comment on table public.templates is 'A form: at least one input and one output field.';
comment on column public.templates.brand_id is
'Null: global, usable by every brand, and written by platform admins only.';
comment on column public.templates.input_fields is '[{id, name, type, required, …}]';
comment on column public.templates.output_fields is '[{id, name, type, required, aiPrompt, maxLength, …}]';
comment on column public.templates.ai_enabled is 'False: AI fills no fields of contents that are made from it.';
create unique index templates_name_idx on public.templates (brand_id, lower(name)) nulls not distinct;
create index templates_created_by_idx on public.templates (created_by);
create index templates_updated_by_idx on public.templates (updated_by);
alter table public.templates enable row level security;

create table public.template_versions (
  template_id uuid not null references public.templates (id) on delete cascade,
  version integer not null check (version >= 1),
  brand_id uuid references public.brands (id) on delete cascade,
  name text not null,
  content_type text not null,
  input_fields jsonb not null,
  output_fields jsonb not null,
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now(),
  primary key (template_id, version)
);
comment on table public.template_versions is
'Templates as they were after each change. A content keeps to the version that it was made from.';
comment on column public.template_versions.brand_id is 'Null: the template is global.';
create index template_versions_brand_id_idx on public.template_versions (brand_id);
create index template_versions_created_by_idx on public.template_versions (created_by);
alter table public.template_versions enable row level security;

-- schemas/content/tables.sql

create table private.content_status_transitions (
  from_status public.content_status not null,
  to_status public.content_status not null,
  trigger_name text not null,
  permission text references private.permissions (name),
  primary key (from_status, to_status)
);
comment on table private.content_status_transitions is
'The status machine of domain §3. Every other change of status is refused, whoever asks.';
comment on column private.content_status_transitions.permission is
'The permission that the caller of the command needs; null: the change follows from a review or from the clock.';
create index content_status_transitions_permission_idx on private.content_status_transitions (permission);
alter table private.content_status_transitions enable row level security;

create table public.contents (
  id uuid not null default private.uuid_v7(),
  brand_id uuid not null references public.brands (id),
  -- The form that it was made from
  template_id uuid references public.templates (id),
  template_version integer check (template_version >= 1),
  -- What people write and find it by
  type text not null check (type ~ '^[a-z_]{1,50}$'),
  status public.content_status not null default 'draft',
  title text not null check (char_length(title) between 1 and 200 and title !~ '[<>]'),
  slug text not null default '' check (slug ~ '^[a-z0-9-]{0,200}$'),
  fields jsonb not null default '{}'
  check (jsonb_typeof(fields) = 'object' and private.jsonb_key_count(fields) <= 50),
  body text not null default '' check (char_length(body) <= 500000),
  excerpt text not null default '' check (char_length(excerpt) <= 2000),
  metadata jsonb not null default '{}' check (jsonb_typeof(metadata) = 'object'),
  tags text[] not null default '{}' check (cardinality(tags) <= 50),
  categories text[] not null default '{}' check (cardinality(categories) <= 50),
  assignees uuid[] not null default '{}' check (cardinality(assignees) <= 50),
  -- Computed: the score, and which values models wrote
  score numeric(4, 1) check (score between 0 and 100),
  provenance jsonb not null default '{}' check (jsonb_typeof(provenance) = 'object'),
  -- Versions
  version integer not null default 1 check (version >= 1),
  major_version integer not null default 1 check (major_version >= 1),
  minor_version integer not null default 0 check (minor_version >= 0),
  parent_id uuid references public.contents (id),
  -- Dates and publication
  scheduled_for timestamptz,
  expires_at timestamptz,
  due_at timestamptz,
  published_at timestamptz,
  published_by uuid references public.profiles (id),
  views bigint not null default 0 check (views >= 0),
  shares bigint not null default 0 check (shares >= 0),
  -- Stamps
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now(),
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz,
  primary key (id),
  -- For the foreign keys of children, which name the brand as well.
  constraint contents_id_brand_id_key unique (id, brand_id),
  -- `a <= b` of booleans: if a, then b.
  constraint contents_scheduled_for_check check ((status = 'scheduled') <= (scheduled_for is not null)),
  constraint contents_published_at_check check ((status = 'published') <= (published_at is not null)),
  constraint contents_parent_id_check check (parent_id <> id)
) partition by range (id);
comment on table public.contents is
'The content aggregate of reference §3.2. Partitioned by id, which is by year of creation.';
comment on column public.contents.template_version is 'The version of the template that the content was made from.';
comment on column public.contents.slug is
'Unique in the brand (private.content_slugs). Made from the title where none is given.';
comment on column public.contents.fields is 'Values by the id of the template field, at most 50.';
comment on column public.contents.body is 'HTML, reduced to the allow-list by the application.';
comment on column public.contents.assignees is
'The people who work on it; a part of its versions. content_assignees holds the same for look-ups and for members who
leave.';
comment on column public.contents.score is
'The score of private.content_score. Triggers write it with each change of the content and of what it depends on.';
comment on column public.contents.provenance is
'{"fields.<id>" or "metadata.<name>": {generationId, provider, model, promptVersion, at, isEdited, editedBy}}';
comment on column public.contents.version is 'Counts every change; an update names the version that its caller read.';
comment on column public.contents.major_version is 'Counts saves; autosaves and status changes count minor_version.';
comment on column public.contents.parent_id is 'The content that this one was duplicated or branched from.';
comment on column public.contents.scheduled_for is
'When the scheduler publishes it; set while the status is scheduled.';
comment on column public.contents.expires_at is 'When a published content is archived.';
comment on column public.contents.due_at is 'When the content should be done: by default 21 days after its creation.';
-- Lists (list_contents), an index for each order but that by status. Ties are broken by id, so that a cursor meets
-- every row once.
create index contents_brand_updated_idx on public.contents (brand_id, updated_at desc, id) where deleted_at is null;
create index contents_brand_status_idx on public.contents (brand_id, status, updated_at desc, id)
where deleted_at is null;
create index contents_brand_created_idx on public.contents (brand_id, created_at desc, id) where deleted_at is null;
create index contents_brand_title_idx on public.contents (brand_id, title, id) where deleted_at is null;
create index contents_brand_score_idx on public.contents (brand_id, score desc nulls last, id) where deleted_at is null;
-- What a person created in a brand (list_contents, removal_impact)
create index contents_brand_created_by_idx on public.contents (brand_id, created_by) where deleted_at is null;
-- The bin
create index contents_brand_deleted_idx on public.contents (brand_id, updated_at desc, id) where deleted_at is not null;
-- Delivery of what is published (deliver_contents)
create index contents_delivery_idx on public.contents (brand_id, published_at desc, id)
where status = 'published' and deleted_at is null;
-- The scheduler (publish_due_contents)
create index contents_schedule_idx on public.contents (scheduled_for) where status = 'scheduled' and deleted_at is null;
create index contents_expiry_idx on public.contents (expires_at)
where status = 'published' and expires_at is not null and deleted_at is null;
-- Use of a template by each brand (list_templates); also for the foreign key
create index contents_template_id_idx on public.contents (template_id, brand_id, created_at);
-- Foreign keys
create index contents_brand_id_idx on public.contents (brand_id);
create index contents_parent_id_idx on public.contents (parent_id);
create index contents_created_by_idx on public.contents (created_by);
create index contents_updated_by_idx on public.contents (updated_by);
create index contents_published_by_idx on public.contents (published_by);
alter table public.contents enable row level security;
create table private.contents_default partition of public.contents default;
alter table private.contents_default enable row level security;
select private.ensure_partitions('contents', current_date, 3);

create table public.content_versions (
  id uuid not null default private.uuid_v7(),
  brand_id uuid not null references public.brands (id),
  content_id uuid not null,
  version integer not null check (version >= 1),
  action text not null check (action in (
    'saved', 'autosave', 'approved', 'rejected', 'changes_requested', 'regeneration_requested', 'restored',
    'status_changed', 'deleted', 'duplicated'
  )),
  snapshot jsonb not null,
  major_version integer not null default 1 check (major_version >= 1),
  minor_version integer not null default 0 check (minor_version >= 0),
  note text not null default '' check (char_length(note) <= 2000),
  feedback text not null default '' check (char_length(feedback) <= 5000),
  step_name text check (char_length(step_name) <= 255),
  reviewer_id uuid references public.profiles (id),
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now(),
  primary key (id),
  -- Children name their brand in the reference itself: none can hang below a content of another brand.
  constraint content_versions_content_id_fkey
  foreign key (content_id, brand_id) references public.contents (id, brand_id) on delete cascade
) partition by range (id);
comment on table public.content_versions is 'A content as it was after each change. A trigger writes the rows.';
comment on column public.content_versions.snapshot is 'The private.content_state of the content, enough to restore it.';
comment on column public.content_versions.feedback is 'What a reviewer wrote when asking for changes or rejecting.';
create index content_versions_content_id_idx on public.content_versions (content_id, brand_id, version desc);
create index content_versions_brand_id_idx on public.content_versions (brand_id);
create index content_versions_created_by_idx on public.content_versions (created_by);
create index content_versions_reviewer_id_idx on public.content_versions (reviewer_id);
alter table public.content_versions enable row level security;
create table private.content_versions_default partition of public.content_versions default;
alter table private.content_versions_default enable row level security;
select private.ensure_partitions('content_versions', current_date, 3);

create table private.content_slugs (
  brand_id uuid not null references public.brands (id) on delete cascade,
  slug text not null,
  content_id uuid not null,
  primary key (brand_id, slug),
  foreign key (content_id, brand_id) references public.contents (id, brand_id)
  on delete cascade deferrable initially deferred
);
comment on table private.content_slugs is
'The slugs of each brand, with the content that holds each. A table that is partitioned by id cannot keep them unique.';
create index content_slugs_content_id_idx on private.content_slugs (content_id, brand_id);
alter table private.content_slugs enable row level security;

create table public.comments (
  id uuid primary key default private.uuid_v7(),
  brand_id uuid not null references public.brands (id) on delete cascade,
  content_id uuid not null,
  parent_id uuid,
  field_key text check (char_length(field_key) between 1 and 50),
  range_start integer check (range_start >= 0),
  range_end integer,
  body text not null check (char_length(btrim(body)) between 1 and 10000),
  mentions uuid[] not null default '{}' check (cardinality(mentions) <= 50),
  attachments jsonb not null default '[]' check (
    jsonb_typeof(attachments) = 'array' and jsonb_array_length(attachments) <= 10
  ),
  resolved_at timestamptz,
  resolved_by uuid references public.profiles (id),
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now(),
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz,
  unique (id, content_id),
  foreign key (content_id, brand_id) references public.contents (id, brand_id) on delete cascade,
  foreign key (parent_id, content_id) references public.comments (id, content_id) on delete cascade,
  check ((range_start is null) = (range_end is null) and range_end >= range_start),
  check (range_start is null or field_key is not null),
  check (parent_id <> id)
);
comment on table public.comments is 'Threads of comments on a content, also on a field or a range of its text.';
comment on column public.comments.parent_id is 'The comment of the same content that this one answers.';
comment on column public.comments.range_start is 'Offset in characters of the field''s plain text.';
create index comments_content_id_idx on public.comments (content_id, brand_id, id);
create index comments_parent_id_idx on public.comments (parent_id, content_id);
create index comments_brand_id_idx on public.comments (brand_id);
create index comments_created_by_idx on public.comments (created_by);
create index comments_updated_by_idx on public.comments (updated_by);
create index comments_resolved_by_idx on public.comments (resolved_by);
alter table public.comments enable row level security;

create table public.comment_revisions (
  id uuid primary key default private.uuid_v7(),
  brand_id uuid not null references public.brands (id) on delete cascade,
  comment_id uuid not null references public.comments (id) on delete cascade,
  body text not null,
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now()
);
comment on table public.comment_revisions is 'Former texts of comments that were edited or deleted.';
create index comment_revisions_comment_id_idx on public.comment_revisions (comment_id);
create index comment_revisions_brand_id_idx on public.comment_revisions (brand_id);
create index comment_revisions_created_by_idx on public.comment_revisions (created_by);
alter table public.comment_revisions enable row level security;

create table private.content_search (
  content_id uuid primary key,
  brand_id uuid not null references public.brands (id) on delete cascade,
  title text not null,
  type text not null,
  status public.content_status not null,
  words tsvector not null,
  embedding extensions.halfvec(512),
  embedding_model text check (char_length(embedding_model) <= 100),
  embedded_version integer check (embedded_version >= 1),
  language text not null default '',
  tags text[] not null default '{}',
  plain text not null default '',
  score numeric(4, 1),
  created_by uuid,
  updated_at timestamptz not null,
  foreign key (content_id, brand_id) references public.contents (id, brand_id) on delete cascade,
  check ((embedding is null) = (embedding_model is null) and (embedding is null) = (embedded_version is null))
);
comment on table private.content_search is
'What a search reads of each content that is not deleted: its words, its embedding, and what a hit shows.';
comment on column private.content_search.words is
'The words of a content, with its brand as one of them: an entry of the index that narrows every search. With the brand
as a column of the index the planner would join two indexes over all tenants instead of asking one about the brand.';
comment on column private.content_search.embedding is
'Made from the title and the text by a job after a change. Compared exactly, without an index: the contents of a brand
are few enough.';
comment on column private.content_search.language is
'The language that the words were stemmed in: the one of the brand at that time, or empty.';
comment on column private.content_search.plain is 'The whole text without markup, from which highlights are cut.';
create index content_search_words_idx on private.content_search using gin (words);
create index content_search_title_idx on private.content_search using gin (brand_id, title extensions.gin_trgm_ops);
create index content_search_content_idx on private.content_search (content_id, brand_id);
create index content_search_embedded_idx on private.content_search (brand_id) where embedding is not null;
-- For suggest_contents. The brand is part of the text and not a column of its own: the planner would use an index that
-- begins with the brand for searches as well, and read all contents of the brand where the words match few.
create index content_search_prefix_idx on private.content_search (
  (brand_id::text || ':' || lower(title)) text_pattern_ops
);
alter table private.content_search enable row level security;

create table private.content_alignments (
  content_id uuid primary key,
  brand_id uuid not null references public.brands (id) on delete cascade,
  content_version integer not null check (content_version >= 1),
  alignment numeric(4, 1) not null check (alignment between 0 and 100),
  assessed_at timestamptz not null default now(),
  foreign key (content_id, brand_id) references public.contents (id, brand_id) on delete cascade
);
comment on table private.content_alignments is
'How well a content fits the voice of its brand as a model assessed it, 0 to 100: a fifth of the score.';
create index content_alignments_content_idx on private.content_alignments (content_id, brand_id);
create index content_alignments_brand_id_idx on private.content_alignments (brand_id);
alter table private.content_alignments enable row level security;

create table private.stale_searches (
  brand_id uuid primary key references public.brands (id) on delete cascade,
  marked_at timestamptz not null default now()
);
comment on table private.stale_searches is
'Brands whose language changed after their contents were stemmed. refresh_search() works through them.';
alter table private.stale_searches enable row level security;

create table private.bulk_lines (
  user_id uuid not null references public.profiles (id) on delete cascade,
  key text not null check (char_length(key) between 1 and 255),
  line integer not null check (line >= 1),
  fingerprint text not null,
  content_id uuid,
  created_at timestamptz not null default now(),
  primary key (user_id, key, line)
);
comment on table private.bulk_lines is
'The lines of a stream that were done under its Idempotency-Key: a stream that is sent again goes on where it broke
off.';
create index bulk_lines_created_at_idx on private.bulk_lines (created_at);
alter table private.bulk_lines enable row level security;

create table public.content_assignees (
  content_id uuid not null,
  user_id uuid not null,
  brand_id uuid not null references public.brands (id) on delete cascade,
  created_at timestamptz not null default now(),
  -- With the brand: otherwise the error for a duplicate would tell other brands that there is one.
  primary key (content_id, user_id, brand_id),
  foreign key (content_id, brand_id) references public.contents (id, brand_id) on delete cascade,
  -- Members only. Not a trigger: its answer would come before that of the policy and tell strangers who is a member.
  foreign key (user_id, brand_id) references public.brand_members (user_id, brand_id) on delete cascade
);
comment on table public.content_assignees is
'The people who work on a content. Those who review it have workflow tasks.';
create index content_assignees_user_id_idx on public.content_assignees (user_id, brand_id);
create index content_assignees_content_id_idx on public.content_assignees (content_id, brand_id);
create index content_assignees_brand_id_idx on public.content_assignees (brand_id);
alter table public.content_assignees enable row level security;

-- schemas/workflow/tables.sql

create table public.workflows (
  id uuid primary key default private.uuid_v7(),
  brand_id uuid not null references public.brands (id) on delete cascade,
  name text not null check (char_length(name) between 1 and 255),
  description text not null default '' check (char_length(description) <= 2000),
  content_types text[] not null default '{}',
  is_default boolean not null default false,
  is_active boolean not null default true,
  type public.workflow_type not null default 'sequential',
  timeout_hours integer check (timeout_hours between 1 and 8760),
  escalate_to uuid references public.profiles (id),
  version integer not null default 1 check (version >= 1),
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now(),
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now(),
  unique (brand_id, name),
  constraint workflows_id_brand_id_key unique (id, brand_id)
);
comment on table public.workflows is 'A definition of how contents are reviewed.';
comment on column public.workflows.content_types is
'The types of content for which it is the default; empty for every type.';
comment on column public.workflows.type is
'sequential: one step after another. parallel: all steps at once, except those with prerequisites. conditional: as
sequential; the conditions of the steps decide which apply.';
comment on column public.workflows.timeout_hours is
'Hours after which a run times out and its content becomes a draft; null for never.';
comment on column public.workflows.version is
'Counts changes of the workflow and of its steps. Runs keep the version with which they started.';
create unique index workflows_default_idx on public.workflows (brand_id, content_types) where is_default and is_active;
create index workflows_created_by_idx on public.workflows (created_by);
create index workflows_updated_by_idx on public.workflows (updated_by);
create index workflows_escalate_to_idx on public.workflows (escalate_to);
alter table public.workflows enable row level security;

create table public.workflow_steps (
  id uuid primary key default private.uuid_v7(),
  workflow_id uuid not null,
  brand_id uuid not null references public.brands (id) on delete cascade,
  position integer not null check (position between 1 and 20),
  name text not null check (char_length(name) between 1 and 255),
  instructions text not null default '' check (char_length(instructions) <= 5000),
  require_all_approvals boolean not null default false,
  timeout_hours integer check (timeout_hours between 1 and 8760),
  type text not null default 'approval' check (type in ('review', 'approval', 'notification', 'automated')),
  assignment_type text not null default 'user'
  check (assignment_type in ('user', 'role', 'group', 'creator', 'round_robin', 'least_loaded')),
  assigned_role public.brand_role,
  is_required boolean not null default true,
  allow_skip boolean not null default false,
  prerequisites integer[] not null default '{}',
  condition jsonb check (private.is_condition(condition)),
  skip_condition jsonb check (private.is_condition(skip_condition)),
  actions text[] not null default '{approve,reject,request_changes}'
  check (cardinality(actions) >= 1 and actions <@ array['approve', 'reject', 'request_changes']),
  requires_published_url boolean not null default false,
  automated_check text check (char_length(automated_check) between 1 and 100),
  constraint workflow_steps_id_brand_id_key unique (id, brand_id),
  -- A step waits for earlier ones only, so that no two can wait for each other.
  constraint workflow_steps_prerequisites_check check (
    cardinality(prerequisites) <= 19 and position > all(prerequisites) and array_position(prerequisites, null) is null
  ),
  constraint workflow_steps_workflow_id_position_key unique (workflow_id, position, brand_id),
  constraint workflow_steps_assignment_check check (assignment_type <> 'role' or assigned_role is not null),
  constraint workflow_steps_automated_type_check check ((type = 'automated') = (automated_check is not null)),
  constraint workflow_steps_workflow_id_fkey
  foreign key (workflow_id, brand_id) references public.workflows (id, brand_id) on delete cascade
);
comment on table public.workflow_steps is 'The steps of a workflow, in the order of their position.';
comment on column public.workflow_steps.require_all_approvals is 'False: the first approval is enough.';
comment on column public.workflow_steps.type is
'review and approval: decided by people. notification: sent without waiting. automated: waits for a check by a job.';
comment on column public.workflow_steps.assignment_type is
'user and group: the people whom the step names. role: all members with assigned_role or a higher one. creator: the
creator of the content. round_robin and least_loaded: one of the named people, or of the members with assigned_role.';
comment on column public.workflow_steps.prerequisites is
'Positions of earlier steps that must be approved or skipped first; empty: the type of the workflow decides.';
comment on column public.workflow_steps.condition is
'The step is skipped unless this holds for the content when the step is ready.';
comment on column public.workflow_steps.skip_condition is
'The step is skipped if this holds for the content when the step is ready.';
comment on column public.workflow_steps.requires_published_url is
'Whether an approval must give the http(s) address at which the content was published.';
create index workflow_steps_brand_id_idx on public.workflow_steps (brand_id);
create index workflow_steps_workflow_id_idx on public.workflow_steps (workflow_id, brand_id);
alter table public.workflow_steps enable row level security;

create table public.workflow_instances (
  id uuid primary key default private.uuid_v7(),
  workflow_id uuid,
  brand_id uuid not null references public.brands (id) on delete cascade,
  content_id uuid not null,
  status public.workflow_status not null default 'active',
  outcome text check (outcome in ('approved', 'rejected')),
  started_by uuid references public.profiles (id),
  started_at timestamptz not null default now(),
  completed_at timestamptz,
  workflow_name text not null default '',
  workflow_type public.workflow_type not null default 'sequential',
  workflow_version integer not null default 1 check (workflow_version >= 1),
  parked_at timestamptz,
  deadline_at timestamptz,
  completed_by uuid references public.profiles (id),
  constraint workflow_instances_content_id_fkey
  foreign key (content_id, brand_id) references public.contents (id, brand_id) on delete cascade,
  constraint workflow_instances_workflow_id_fkey
  foreign key (workflow_id, brand_id) references public.workflows (id, brand_id) on delete set null (workflow_id),
  constraint workflow_instances_id_content_id_key unique (id, content_id, brand_id),
  constraint workflow_instances_outcome_status_check check ((status = 'completed') = (outcome is not null)),
  constraint workflow_instances_completed_at_check check ((status = 'active') = (completed_at is null))
);
comment on table public.workflow_instances is 'One run of a workflow for one content.';
comment on column public.workflow_instances.parked_at is
'When changes were requested: the content is a draft, and submitting it again resumes the run at the same steps.';
create unique index workflow_instances_active_idx on public.workflow_instances (content_id) where status = 'active';
create index workflow_instances_content_id_idx on public.workflow_instances (content_id, brand_id);
create index workflow_instances_brand_id_idx on public.workflow_instances (brand_id);
create index workflow_instances_workflow_id_idx on public.workflow_instances (workflow_id, brand_id);
create index workflow_instances_started_by_idx on public.workflow_instances (started_by);
create index workflow_instances_completed_by_idx on public.workflow_instances (completed_by);
create index workflow_instances_deadline_idx on public.workflow_instances (deadline_at) where status = 'active';
alter table public.workflow_instances enable row level security;

create table public.workflow_step_runs (
  id uuid primary key default private.uuid_v7(),
  instance_id uuid not null,
  content_id uuid not null,
  brand_id uuid not null references public.brands (id) on delete cascade,
  position integer not null check (position between 1 and 20),
  name text not null,
  definition jsonb not null check (jsonb_typeof(definition) = 'object'),
  status public.step_status not null default 'waiting',
  round integer not null default 1 check (round >= 1),
  opened_at timestamptz,
  due_at timestamptz,
  closed_at timestamptz,
  closed_by uuid references public.profiles (id),
  unique (instance_id, position),
  foreign key (instance_id, content_id, brand_id)
  references public.workflow_instances (id, content_id, brand_id) on delete cascade
);
comment on table public.workflow_step_runs is 'The steps of one run, copied from the workflow when the run started.';
comment on column public.workflow_step_runs.definition is
'The columns of workflow_steps at the start of the run, with assignees: the people whom the step named.';
comment on column public.workflow_step_runs.round is
'Counts how often the step was opened: again after requested changes.';
create index workflow_step_runs_instance_idx on public.workflow_step_runs (instance_id, content_id, brand_id);
create index workflow_step_runs_content_id_idx on public.workflow_step_runs (content_id);
create index workflow_step_runs_brand_id_idx on public.workflow_step_runs (brand_id);
create index workflow_step_runs_closed_by_idx on public.workflow_step_runs (closed_by);
create index workflow_step_runs_due_idx on public.workflow_step_runs (due_at) where status = 'active';
alter table public.workflow_step_runs enable row level security;

create table public.workflow_tasks (
  id uuid primary key default private.uuid_v7(),
  instance_id uuid not null,
  brand_id uuid not null references public.brands (id) on delete cascade,
  content_id uuid not null,
  assignee_id uuid not null references public.profiles (id),
  status public.task_status not null default 'pending',
  decision text check (decision in ('approve', 'reject', 'request_changes')),
  comment text not null default '' check (char_length(comment) <= 5000),
  due_at timestamptz,
  decided_at timestamptz,
  step_run_id uuid not null references public.workflow_step_runs (id) on delete cascade,
  round integer not null default 1 check (round >= 1),
  reassigned_to uuid references public.profiles (id),
  reminded_at timestamptz,
  escalated_at timestamptz,
  created_at timestamptz not null default now(),
  constraint workflow_tasks_content_id_fkey
  foreign key (content_id, brand_id) references public.contents (id, brand_id) on delete cascade,
  constraint workflow_tasks_instance_id_fkey
  foreign key (instance_id, content_id, brand_id)
  references public.workflow_instances (id, content_id, brand_id) on delete cascade,
  constraint workflow_tasks_once_key unique (step_run_id, round, assignee_id),
  constraint workflow_tasks_decided_at_check check ((status = 'pending') = (decided_at is null))
);
comment on table public.workflow_tasks is 'A request to one person to decide one step of one run.';
create index workflow_tasks_assignee_idx on public.workflow_tasks (assignee_id, status);
create index workflow_tasks_content_id_idx on public.workflow_tasks (content_id, brand_id);
create index workflow_tasks_brand_id_idx on public.workflow_tasks (brand_id);
create index workflow_tasks_instance_id_idx on public.workflow_tasks (instance_id, content_id, brand_id);
create index workflow_tasks_reassigned_to_idx on public.workflow_tasks (reassigned_to);
create index workflow_tasks_pending_idx on public.workflow_tasks (content_id, assignee_id) where status = 'pending';
create index workflow_tasks_due_idx on public.workflow_tasks (due_at) where status = 'pending';
alter table public.workflow_tasks enable row level security;

create table public.workflow_actions (
  id uuid primary key default private.uuid_v7(),
  brand_id uuid not null references public.brands (id) on delete cascade,
  content_id uuid not null,
  instance_id uuid not null,
  step_run_id uuid references public.workflow_step_runs (id) on delete cascade,
  action text not null check (action in (
    'start',
    'approve',
    'reject',
    'request_changes',
    'skip',
    'reassign',
    'resubmit',
    'cancel',
    'timeout',
    'fail',
    'complete'
  )),
  actor_id uuid references public.profiles (id),
  comment text not null default '' check (char_length(comment) <= 5000),
  attachments jsonb not null default '[]' check (jsonb_typeof(attachments) = 'array'),
  duration_minutes integer check (duration_minutes >= 0),
  created_at timestamptz not null default now(),
  foreign key (instance_id, content_id, brand_id)
  references public.workflow_instances (id, content_id, brand_id) on delete cascade
);
comment on table public.workflow_actions is
'The history of runs: who did what in which step, and for how long the step had been open.';
comment on column public.workflow_actions.actor_id is 'Null: the system.';
create index workflow_actions_instance_id_idx on public.workflow_actions (instance_id, content_id, brand_id);
create index workflow_actions_content_id_idx on public.workflow_actions (content_id);
create index workflow_actions_brand_id_idx on public.workflow_actions (brand_id);
create index workflow_actions_actor_id_idx on public.workflow_actions (actor_id);
create index workflow_actions_step_run_id_idx on public.workflow_actions (step_run_id);
alter table public.workflow_actions enable row level security;

create table public.brand_workflows (
  brand_id uuid not null references public.brands (id) on delete cascade,
  content_type text not null check (content_type ~ '^([a-z_]{1,50}|\*)$'),
  workflow_id uuid not null,
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now(),
  primary key (brand_id, content_type),
  foreign key (workflow_id, brand_id) references public.workflows (id, brand_id) on delete cascade
);
comment on table public.brand_workflows is
'Which workflow reviews which type of content in a brand. Takes precedence over workflows.is_default.';
comment on column public.brand_workflows.content_type is '*: every type that has no row of its own.';
create index brand_workflows_workflow_id_idx on public.brand_workflows (workflow_id, brand_id);
create index brand_workflows_created_by_idx on public.brand_workflows (created_by);
alter table public.brand_workflows enable row level security;

create table public.workflow_step_assignees (
  step_id uuid not null,
  user_id uuid not null,
  brand_id uuid not null references public.brands (id) on delete cascade,
  created_at timestamptz not null default now(),
  constraint workflow_step_assignees_step_id_fkey
  foreign key (step_id, brand_id) references public.workflow_steps (id, brand_id) on delete cascade,
  constraint workflow_step_assignees_pkey primary key (step_id, user_id, brand_id),
  constraint workflow_step_assignees_user_id_fkey
  foreign key (user_id, brand_id) references public.brand_members (user_id, brand_id) on delete cascade
);
comment on table public.workflow_step_assignees is 'The people whom a step names.';
create index workflow_step_assignees_user_id_idx on public.workflow_step_assignees (user_id, brand_id);
create index workflow_step_assignees_brand_id_idx on public.workflow_step_assignees (brand_id);
create index workflow_step_assignees_step_id_idx on public.workflow_step_assignees (step_id, brand_id);
alter table public.workflow_step_assignees enable row level security;

-- schemas/claims/tables.sql

create table public.countries (
  code text primary key check (code ~ '^[A-Z]{2}$'),
  name text not null unique,
  is_active boolean not null default true
);
comment on table public.countries is 'ISO 3166-1 alpha-2: the markets in which claims are evaluated.';
alter table public.countries enable row level security;

create table public.master_claim_brands (
  id uuid primary key default private.uuid_v7(),
  name text not null unique check (char_length(name) between 1 and 255),
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now(),
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now()
);
comment on table public.master_claim_brands is
'A brand of the regulatory catalogue, linked to any number of tenants.';
create index master_claim_brands_created_by_idx on public.master_claim_brands (created_by);
create index master_claim_brands_updated_by_idx on public.master_claim_brands (updated_by);
alter table public.master_claim_brands enable row level security;

create table public.brand_master_claim_brands (
  brand_id uuid not null references public.brands (id) on delete cascade,
  master_claim_brand_id uuid not null references public.master_claim_brands (id) on delete cascade,
  created_at timestamptz not null default now(),
  primary key (brand_id, master_claim_brand_id)
);
comment on table public.brand_master_claim_brands is
'Which tenants read the claims of which catalogue brands. Admins of a tenant may write them.';
create index brand_master_claim_brands_master_idx on public.brand_master_claim_brands (master_claim_brand_id);
alter table public.brand_master_claim_brands enable row level security;

create table public.products (
  id uuid primary key default private.uuid_v7(),
  master_claim_brand_id uuid not null references public.master_claim_brands (id) on delete cascade,
  name text not null check (char_length(name) between 1 and 255),
  description text not null default '' check (char_length(description) <= 5000),
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now(),
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now(),
  unique (master_claim_brand_id, name)
);
comment on table public.products is 'The products of the catalogue brands.';
create index products_created_by_idx on public.products (created_by);
create index products_updated_by_idx on public.products (updated_by);
alter table public.products enable row level security;

create table public.ingredients (
  id uuid primary key default private.uuid_v7(),
  name text not null unique check (char_length(name) between 1 and 255),
  description text not null default '' check (char_length(description) <= 5000),
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now(),
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now()
);
comment on table public.ingredients is
'Ingredients, shared by all catalogue brands. A tenant reads those of the products that it may read.';
create index ingredients_created_by_idx on public.ingredients (created_by);
create index ingredients_updated_by_idx on public.ingredients (updated_by);
alter table public.ingredients enable row level security;

create table public.product_ingredients (
  product_id uuid not null references public.products (id) on delete cascade,
  ingredient_id uuid not null references public.ingredients (id) on delete cascade,
  created_at timestamptz not null default now(),
  primary key (product_id, ingredient_id)
);
comment on table public.product_ingredients is 'The ingredients of each product.';
create index product_ingredients_ingredient_id_idx on public.product_ingredients (ingredient_id);
alter table public.product_ingredients enable row level security;

create table public.claims (
  id uuid primary key default private.uuid_v7(),
  text jsonb not null check (private.is_claim_text(text)),
  type text not null default 'master' check (type in ('master', 'product', 'ingredient')),
  level public.claim_level not null,
  status public.claim_status not null,
  master_claim_brand_id uuid references public.master_claim_brands (id) on delete cascade,
  countries text[] not null default '{__GLOBAL__}' check (cardinality(countries) between 1 and 300),
  effective_from timestamptz not null default now(),
  effective_to timestamptz,
  category text check (char_length(category) <= 50),
  regulatory_references text[] not null default '{}' check (cardinality(regulatory_references) <= 50),
  documentation_urls text[] not null default '{}' check (cardinality(documentation_urls) <= 50),
  notes text not null default '' check (char_length(notes) <= 5000),
  approval text check (approval in ('pending', 'approved', 'rejected')),
  approval_position integer check (approval_position >= 1),
  version integer not null default 1 check (version >= 1),
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now(),
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now(),
  check (effective_to > effective_from),
  check ((level = 'brand') = (master_claim_brand_id is not null)),
  check ((approval is not distinct from 'pending') = (approval_position is not null))
);
comment on table public.claims is
'Statements about a catalogue brand, products or ingredients that are allowed, disallowed or mandatory.';
comment on column public.claims.text is '{original, <language>…}: the text and its translations.';
comment on column public.claims.level is 'Whether it is about a brand, products or ingredients; fixed at creation.';
comment on column public.claims.master_claim_brand_id is
'For claims of the level brand only; products and ingredients are in claim_subjects.';
comment on column public.claims.countries is
'ISO codes, or __GLOBAL__ for a master claim, which applies to every market.';
comment on column public.claims.effective_to is 'The claim is effective while effective_from ≤ t < effective_to.';
comment on column public.claims.approval is 'Null: never put into approval, which counts as approved.';
comment on column public.claims.approval_position is 'The position of the open approval step; null unless pending.';
create index claims_master_claim_brand_id_idx on public.claims (master_claim_brand_id);
create index claims_created_by_idx on public.claims (created_by);
create index claims_updated_by_idx on public.claims (updated_by);
alter table public.claims enable row level security;

create table public.claim_subjects (
  claim_id uuid not null references public.claims (id) on delete cascade,
  product_id uuid references public.products (id) on delete cascade,
  ingredient_id uuid references public.ingredients (id) on delete cascade,
  id uuid primary key default private.uuid_v7(),
  unique nulls not distinct (claim_id, product_id, ingredient_id),
  check ((product_id is null) <> (ingredient_id is null))
);
comment on table public.claim_subjects is 'The products, or the ingredients, that a claim is about.';
create index claim_subjects_product_id_idx on public.claim_subjects (product_id);
create index claim_subjects_ingredient_id_idx on public.claim_subjects (ingredient_id);
alter table public.claim_subjects enable row level security;

-- The primary key makes claims unique. Resolution looks claims up here and nowhere else (decision 15).
create table private.claim_scopes (
  subject_id uuid not null,
  country text not null,
  text_key text not null,
  level public.claim_level not null,
  status public.claim_status not null,
  claim_id uuid not null references public.claims (id) on delete cascade,
  primary key (subject_id, country, text_key, level, status)
);
comment on table private.claim_scopes is
'One row for each claim, subject (catalogue brand, product or ingredient) and country. Written by triggers.';
create index claim_scopes_claim_id_idx on private.claim_scopes (claim_id);
alter table private.claim_scopes enable row level security;

create table public.market_overrides (
  id uuid primary key default private.uuid_v7(),
  master_claim_id uuid not null references public.claims (id) on delete cascade,
  market_country text not null check (market_country ~ '^([A-Z]{2}|__ALL_COUNTRIES__)$'),
  product_id uuid not null references public.products (id) on delete cascade,
  is_blocked boolean not null default true,
  -- Deleting a replacement would make the master claim apply again.
  replacement_claim_id uuid references public.claims (id) on delete restrict,
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now(),
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now(),
  unique (master_claim_id, market_country, product_id),
  check (replacement_claim_id <> master_claim_id)
);
comment on table public.market_overrides is
'Rules that block or replace a master claim for one product in one market or in all, or exempt it from a rule for all.';
comment on column public.market_overrides.is_blocked is
'False without a replacement has no effect by itself, but exempts the country from a rule for all countries.';
create index market_overrides_product_idx on public.market_overrides (product_id, market_country);
create index market_overrides_replacement_idx on public.market_overrides (replacement_claim_id);
create index market_overrides_created_by_idx on public.market_overrides (created_by);
create index market_overrides_updated_by_idx on public.market_overrides (updated_by);
alter table public.market_overrides enable row level security;

create table public.claim_reviews (
  id uuid primary key default private.uuid_v7(),
  brand_id uuid not null references public.brands (id) on delete cascade,
  content_id uuid not null,
  content_version integer not null check (content_version >= 1),
  country text not null references public.countries (code),
  strictness text not null default 'standard' check (strictness in ('lenient', 'standard', 'strict')),
  overall text not null check (overall in ('approved', 'needs_revision', 'rejected')),
  violations integer not null default 0 check (violations >= 0),
  findings jsonb not null default '[]' check (jsonb_typeof(findings) = 'array'),
  override_reason text check (char_length(override_reason) between 1 and 5000),
  overridden_by uuid references public.profiles (id),
  overridden_at timestamptz,
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now(),
  foreign key (content_id, brand_id) references public.contents (id, brand_id) on delete cascade,
  check ((overridden_at is null) = (override_reason is null))
);
comment on table public.claim_reviews is 'A check of one version of a content against the claims of a market.';
comment on column public.claim_reviews.violations is
'The number of violations. Any violation blocks publishing of that version until it is overridden with a reason.';
create index claim_reviews_content_id_idx on public.claim_reviews (content_id, brand_id, content_version);
create index claim_reviews_brand_id_idx on public.claim_reviews (brand_id);
create index claim_reviews_country_idx on public.claim_reviews (country);
create index claim_reviews_created_by_idx on public.claim_reviews (created_by);
create index claim_reviews_overridden_by_idx on public.claim_reviews (overridden_by);
alter table public.claim_reviews enable row level security;

create table public.claim_approval_steps (
  id uuid primary key default private.uuid_v7(),
  master_claim_brand_id uuid not null references public.master_claim_brands (id) on delete cascade,
  position integer not null check (position between 1 and 20),
  name text not null check (char_length(name) between 1 and 255),
  reviewer_role text not null check (reviewer_role in ('legal', 'compliance', 'marketing', 'lrc', 'bdt', 'mat', 'sme')),
  created_at timestamptz not null default now(),
  unique (master_claim_brand_id, position)
);
comment on table public.claim_approval_steps is
'The steps of the approval of claims, in order. A rejection sends the claim back to the first step, whereas the
rejection of a content ends its review.';
alter table public.claim_approval_steps enable row level security;

create table public.claim_approvals (
  id uuid primary key default private.uuid_v7(),
  claim_id uuid not null references public.claims (id) on delete cascade,
  claim_version integer not null check (claim_version >= 1),
  position integer not null check (position between 1 and 20),
  step_name text not null,
  decision text not null check (decision in ('approve', 'reject')),
  comment text not null default '' check (char_length(comment) <= 5000),
  is_current boolean not null default true,
  actor_id uuid references public.profiles (id),
  created_at timestamptz not null default now()
);
comment on table public.claim_approvals is
'Decisions on claims. A rejection clears is_current of the decisions before it.';
create index claim_approvals_claim_id_idx on public.claim_approvals (claim_id, id);
create index claim_approvals_actor_id_idx on public.claim_approvals (actor_id);
alter table public.claim_approvals enable row level security;

-- schemas/ai/tables.sql

create table public.ai_generations (
  id uuid not null default private.uuid_v7(),
  brand_id uuid not null references public.brands (id),
  user_id uuid references public.profiles (id),
  content_id uuid,
  content_version integer,
  template_id uuid references public.templates (id) on delete set null,
  type text not null check (type in (
    'content_generation', 'field_generation', 'brand_analysis', 'metadata_generation', 'alt_text', 'transcreation',
    'claim_review', 'title_suggestion', 'keyword_extraction', 'replacement_suggestion', 'regeneration',
    'guardrail_check', 'embedding'
  )),
  provider text not null check (char_length(provider) <= 50),
  model text not null check (char_length(model) <= 100),
  prompt_version text not null check (char_length(prompt_version) <= 50),
  parameters jsonb not null default '{}' check (jsonb_typeof(parameters) = 'object'),
  status public.generation_status not null default 'pending',
  output jsonb,
  error text check (char_length(error) <= 1000),
  prompt_tokens integer not null default 0 check (prompt_tokens >= 0),
  completion_tokens integer not null default 0 check (completion_tokens >= 0),
  latency_ms integer check (latency_ms >= 0),
  completed_at timestamptz,
  cost numeric(19, 8) not null default 0 check (cost >= 0),
  is_cache_hit boolean not null default false,
  reserved numeric(19, 8) not null default 0 check (reserved >= 0),
  budget_month date,
  quota_account_id uuid references public.accounts (id) on delete set null,
  calls jsonb not null default '[]' check (jsonb_typeof(calls) = 'array'),
  first_token_ms integer check (first_token_ms >= 0),
  violations jsonb not null default '[]' check (jsonb_typeof(violations) = 'array'),
  is_held boolean not null default false,
  applied_version integer check (applied_version >= 1),
  proposal jsonb check (jsonb_typeof(proposal) = 'object'),
  override_reason text check (char_length(override_reason) between 1 and 5000),
  overridden_by uuid references public.profiles (id),
  overridden_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (id),
  check (status <> 'completed' or output is not null),
  constraint ai_generations_content_id_fkey
  foreign key (content_id, brand_id) references public.contents (id, brand_id) on delete set null (content_id)
) partition by range (id);
comment on table public.ai_generations is 'Calls of AI tools, one row each. Failed calls are kept with their error.';
comment on column public.ai_generations.content_version is
'The version of the content at the request; the output is applied to this version only.';
comment on column public.ai_generations.cost is 'In US dollars, by ai_prices on the day of the call.';
comment on column public.ai_generations.reserved is
'In US dollars; reserved in ai_budgets until the call is settled, then 0.';
comment on column public.ai_generations.budget_month is 'The month whose budget has the reservation and the cost.';
comment on column public.ai_generations.quota_account_id is
'The account whose plan the generation was counted against; null: none.';
comment on column public.ai_generations.calls is
'The calls of models: [{provider, model, outcome, promptTokens, completionTokens, milliseconds}].';
comment on column public.ai_generations.violations is 'The violations of guardrails that were found in the output.';
comment on column public.ai_generations.is_held is
'The output was not written into the content because of its violations: see override_generation.';
comment on column public.ai_generations.proposal is '{fields, metadata}: the values to write into the content.';
create index ai_generations_brand_id_idx on public.ai_generations (brand_id, id desc);
create index ai_generations_user_id_idx on public.ai_generations (user_id);
create index ai_generations_content_id_idx on public.ai_generations (content_id, brand_id);
create index ai_generations_template_id_idx on public.ai_generations (template_id);
create index ai_generations_pending_idx on public.ai_generations (created_at) where status = 'pending';
create index ai_generations_quota_account_id_idx on public.ai_generations (quota_account_id);
create index ai_generations_overridden_by_idx on public.ai_generations (overridden_by);
alter table public.ai_generations enable row level security;
create table private.ai_generations_default partition of public.ai_generations default;
alter table private.ai_generations_default enable row level security;
select private.ensure_partitions('ai_generations', current_date, 3);

create table public.ai_prices (
  provider text not null check (char_length(provider) between 1 and 50),
  model text not null check (char_length(model) between 1 and 100),
  effective_from date not null default current_date,
  input_per_1000 numeric(19, 8) not null check (input_per_1000 >= 0),
  output_per_1000 numeric(19, 8) not null check (output_per_1000 >= 0),
  primary key (provider, model, effective_from)
);
comment on table public.ai_prices is 'Prices of models in US dollars per 1000 tokens, each from a day on.';
comment on column public.ai_prices.model is '`*`: every model of the provider without a price of its own.';
alter table public.ai_prices enable row level security;

create table public.ai_budgets (
  brand_id uuid not null references public.brands (id) on delete cascade,
  month date not null check (extract(day from month) = 1),
  amount numeric(19, 4) not null check (amount >= 0),
  reserved numeric(19, 8) not null default 0 check (reserved >= 0),
  spent numeric(19, 8) not null default 0 check (spent >= 0),
  alerted_percent smallint not null default 0 check (alerted_percent in (0, 80, 100)),
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now(),
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now(),
  primary key (brand_id, month)
);
comment on table public.ai_budgets is 'What a brand may spend on AI in a calendar month (UTC), in US dollars.';
comment on column public.ai_budgets.reserved is
'The estimated cost of calls in progress; replaced by spent when they end.';
comment on column public.ai_budgets.alerted_percent is 'The threshold that was announced last, in percent.';
create index ai_budgets_created_by_idx on public.ai_budgets (created_by);
create index ai_budgets_updated_by_idx on public.ai_budgets (updated_by);
alter table public.ai_budgets enable row level security;

create table public.prompt_templates (
  id uuid primary key default private.uuid_v7(),
  brand_id uuid references public.brands (id) on delete cascade,
  name text not null check (name ~ '^[a-z][a-z0-9_]{0,99}$'),
  version integer not null default 1 check (version >= 1),
  system_prompt text not null check (char_length(system_prompt) <= 20000),
  user_prompt text not null check (char_length(user_prompt) <= 20000),
  variables jsonb not null default '{}' check (jsonb_typeof(variables) = 'object'),
  parameters jsonb not null default '{}' check (jsonb_typeof(parameters) = 'object'),
  is_active boolean not null default true,
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now(),
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now(),
  unique nulls not distinct (brand_id, name, version)
);
comment on table public.prompt_templates is
'Prompts of brands in addition to those of the platform, by name and version.';
comment on column public.prompt_templates.brand_id is 'Null: for all brands; only platform admins write those.';
comment on column public.prompt_templates.variables is '{name: type}';
create index prompt_templates_created_by_idx on public.prompt_templates (created_by);
create index prompt_templates_updated_by_idx on public.prompt_templates (updated_by);
alter table public.prompt_templates enable row level security;

create table public.brand_knowledge (
  id uuid primary key default private.uuid_v7(),
  brand_id uuid not null references public.brands (id) on delete cascade,
  title text not null check (char_length(title) between 1 and 255),
  source_url text check (source_url ~ '^https?://' and char_length(source_url) <= 2000),
  body text not null check (char_length(body) between 1 and 100000),
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now(),
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now()
);
comment on table public.brand_knowledge is
'Facts that a brand provides to AI. Prompts include them as data, never as instructions.';
create index brand_knowledge_brand_id_idx on public.brand_knowledge (brand_id);
create index brand_knowledge_created_by_idx on public.brand_knowledge (created_by);
create index brand_knowledge_updated_by_idx on public.brand_knowledge (updated_by);
alter table public.brand_knowledge enable row level security;

create table private.knowledge_chunks (
  knowledge_id uuid not null references public.brand_knowledge (id) on delete cascade,
  position integer not null check (position >= 0),
  brand_id uuid not null references public.brands (id) on delete cascade,
  body text not null,
  embedding extensions.halfvec(512) not null,
  embedding_model text not null,
  words tsvector generated always as (to_tsvector('simple', body)) stored,
  primary key (knowledge_id, position)
);
comment on table private.knowledge_chunks is
'Chunks of knowledge with their embeddings, made by a job after each change.';
comment on column private.knowledge_chunks.words is 'For searches by words, when the subject has no embedding yet.';
create index knowledge_chunks_brand_id_idx on private.knowledge_chunks (brand_id);
create index knowledge_chunks_words_idx on private.knowledge_chunks using gin (words);
alter table private.knowledge_chunks enable row level security;

create table private.ai_tools (
  type text primary key,
  permission text not null references private.permissions (name),
  writes_content boolean not null,
  uses_writing boolean not null
);
comment on table private.ai_tools is 'The AI tools of domain §7, by the type of their generations.';
comment on column private.ai_tools.writes_content is 'The output may be written into the content of the request.';
comment on column private.ai_tools.uses_writing is
'The prompt includes published contents and knowledge of the brand as examples.';
create index ai_tools_permission_idx on private.ai_tools (permission);
alter table private.ai_tools enable row level security;

create table private.signing_keys (
  secret text primary key check (char_length(secret) >= 32),
  created_at timestamptz not null default now()
);
comment on table private.signing_keys is
'The keys that sign commands. The two newest are valid, so that keys can be rotated.';
alter table private.signing_keys enable row level security;

-- schemas/publishing/tables.sql

create table public.webhook_endpoints (
  id uuid primary key default private.uuid_v7(),
  brand_id uuid not null references public.brands (id) on delete cascade,
  url text not null check (url ~ '^https://[^\s@/]+(/|$)' and char_length(url) <= 2000),
  secret private.ciphertext not null,
  event_types text[] not null default '{}' check (cardinality(event_types) <= 100),
  is_active boolean not null default true,
  disabled_reason text check (char_length(disabled_reason) <= 500),
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now(),
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now(),
  unique (id, brand_id)
);
comment on table public.webhook_endpoints is 'Addresses that the events of a brand are sent to.';
comment on column public.webhook_endpoints.secret is 'Signs deliveries. Encrypted by the application and shown once.';
comment on column public.webhook_endpoints.event_types is 'Empty: events of all types.';
create index webhook_endpoints_brand_id_idx on public.webhook_endpoints (brand_id);
create index webhook_endpoints_created_by_idx on public.webhook_endpoints (created_by);
create index webhook_endpoints_updated_by_idx on public.webhook_endpoints (updated_by);
alter table public.webhook_endpoints enable row level security;

create table public.webhook_deliveries (
  id uuid primary key default private.uuid_v7(),
  endpoint_id uuid not null,
  brand_id uuid not null references public.brands (id) on delete cascade,
  event_id uuid not null,
  status text not null default 'pending' check (status in ('pending', 'delivered', 'failed')),
  attempts integer not null default 0 check (attempts >= 0),
  response_status integer check (response_status between 100 and 599),
  error text check (char_length(error) <= 1000),
  next_attempt_at timestamptz,
  delivered_at timestamptz,
  created_at timestamptz not null default now(),
  unique (endpoint_id, event_id),
  foreign key (endpoint_id, brand_id) references public.webhook_endpoints (id, brand_id) on delete cascade,
  check ((status = 'delivered') = (delivered_at is not null))
);
comment on table public.webhook_deliveries is
'One event to be sent to one endpoint. A row is made once for each event and endpoint.';
create index webhook_deliveries_brand_id_idx on public.webhook_deliveries (brand_id, id desc);
create index webhook_deliveries_endpoint_idx on public.webhook_deliveries (endpoint_id, brand_id);
create index webhook_deliveries_due_idx on public.webhook_deliveries (next_attempt_at) where status = 'pending';
alter table public.webhook_deliveries enable row level security;

create table private.delivery_settings (
  brand_id uuid primary key references public.brands (id) on delete cascade,
  mode text not null check (mode in ('public', 'private', 'off')),
  key_hash text check (key_hash ~ '^[0-9a-f]{64}$'),
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now(),
  check (mode <> 'private' or key_hash is not null)
);
comment on table private.delivery_settings is 'How a brand delivers its published contents; without a row to everyone.';
comment on column private.delivery_settings.mode is
'public: to everyone; private: to holders of the key; off: to nobody.';
comment on column private.delivery_settings.key_hash is 'SHA-256 of the key, which is random and shown once.';
create index delivery_settings_updated_by_idx on private.delivery_settings (updated_by);
alter table private.delivery_settings enable row level security;

-- schemas/files/tables.sql

create table public.files (
  id uuid primary key default private.uuid_v7(),
  brand_id uuid not null references public.brands (id) on delete cascade,
  owner_id uuid references public.profiles (id),
  bucket text not null default 'brand-files' check (bucket = 'brand-files'),
  path text not null check (char_length(path) <= 500),
  name text not null check (char_length(name) between 1 and 255 and name !~ '[/\\]'),
  mime_type text not null check (mime_type in (
    'image/jpeg', 'image/png', 'image/webp', 'image/gif', 'application/pdf', 'text/plain', 'text/csv',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    'application/vnd.openxmlformats-officedocument.presentationml.presentation', 'video/mp4', 'application/zip'
  )),
  size_bytes bigint not null check (size_bytes between 0 and 100 * 1024 * 1024),
  checksum text check (checksum ~ '^[0-9a-f]{64}$'),
  scan_status text not null default 'pending' check (scan_status in ('pending', 'clean', 'infected', 'failed')),
  content_id uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz,
  unique (bucket, path),
  foreign key (content_id, brand_id) references public.contents (id, brand_id) on delete set null (content_id),
  check (path like brand_id::text || '/%')
);
comment on table public.files is 'Files of a brand. Their objects are in Storage, below the id of the brand.';
comment on column public.files.path is '{brand id}/{file id}/{name}';
comment on column public.files.checksum is 'SHA-256 of the object, in hexadecimal.';
comment on column public.files.scan_status is
'Written by the scanner. Only the owner may read a file that is not clean.';
create index files_brand_id_idx on public.files (brand_id, id desc);
create index files_owner_id_idx on public.files (owner_id);
create index files_content_id_idx on public.files (content_id, brand_id);
alter table public.files enable row level security;

-- schemas/notify/tables.sql

create table public.notifications (
  id uuid primary key default private.uuid_v7(),
  user_id uuid not null references public.profiles (id) on delete cascade,
  brand_id uuid references public.brands (id) on delete cascade,
  type text not null default 'info' check (type in ('info', 'success', 'warning', 'error')),
  event text not null check (event ~ '^[a-z_]{1,50}$'),
  title text not null check (char_length(title) between 1 and 256),
  message text not null default '' check (char_length(message) <= 2000),
  action_label text check (char_length(action_label) <= 100),
  action_url text check (action_url ~ '^/[^/\\]' and char_length(action_url) <= 500),
  metadata jsonb not null default '{}' check (jsonb_typeof(metadata) = 'object'),
  is_read boolean not null default false,
  is_archived boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.notifications is 'In-app notifications of a person; written by the service only.';
comment on column public.notifications.action_url is 'A relative URL: notifications link to the product only.';
create index notifications_user_id_idx on public.notifications (user_id, id desc);
create index notifications_brand_id_idx on public.notifications (brand_id);
alter table public.notifications enable row level security;

create table public.notification_preferences (
  user_id uuid primary key default auth.uid() references public.profiles (id) on delete cascade,
  email_enabled boolean not null default true,
  content_updates boolean not null default true,
  new_comments boolean not null default true,
  task_reminders boolean not null default false,
  marketing boolean not null default false,
  digest text not null default 'instant' check (digest in ('instant', 'hourly', 'daily', 'weekly')),
  quiet_from time,
  quiet_to time,
  version integer not null default 1 check (version >= 1),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check ((quiet_from is null) = (quiet_to is null))
);
comment on table public.notification_preferences is
'Which notifications a person wants, and when. Those about security and invitations are always sent.';
comment on column public.notification_preferences.quiet_from is 'In the person''s own time zone.';
alter table public.notification_preferences enable row level security;

create table private.email_suppressions (
  email_index private.blind_index primary key,
  reason text not null check (reason in ('bounce', 'complaint', 'unsubscribe')),
  created_at timestamptz not null default now()
);
comment on table private.email_suppressions is 'E-mail addresses to which no mail is sent.';
alter table private.email_suppressions enable row level security;

-- schemas/events/tables.sql

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
'Domain events, append-only. Each is written by the transaction that makes the change.';
comment on column public.domain_events.aggregate_version is 'The version of the aggregate after the event.';
comment on column public.domain_events.actor_id is 'The person who acted; null for the system.';
comment on column public.domain_events.correlation_id is 'The request id (X-Request-Id) that led to the event.';
comment on column public.domain_events.transaction_id is
'Readers of the outbox take only rows below pg_snapshot_xmin, so that they skip no transaction that commits late.';
create index domain_events_aggregate_idx on public.domain_events (aggregate_id, id);
create index domain_events_brand_id_idx on public.domain_events (brand_id, id desc);
create index domain_events_content_idx on public.domain_events ((payload ->> 'contentId'), id)
where payload ? 'contentId';
create index domain_events_outbox_idx on public.domain_events (transaction_id, id);
alter table public.domain_events enable row level security;
create table private.domain_events_default partition of public.domain_events default;
alter table private.domain_events_default enable row level security;
select private.ensure_partitions('domain_events', current_date, 3);

create table private.outbox_consumers (
  name text primary key check (name ~ '^[a-z_]{1,50}$'),
  read_transaction_id xid8 not null default '0',
  read_event_id uuid not null default '00000000-0000-0000-0000-000000000000',
  updated_at timestamptz not null default now()
);
comment on table private.outbox_consumers is
'The consumers of the outbox, each with the last event that was handed to its workers.';
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
comment on table private.outbox_batches is
'Ranges of events that are leased to a worker and not acknowledged yet.';
create index outbox_batches_lease_idx on private.outbox_batches (consumer, lease_until);
alter table private.outbox_batches enable row level security;

-- schemas/jobs/tables.sql

create table private.jobs (
  id uuid primary key default private.uuid_v7(),
  queue text not null check (queue ~ '^[a-z_]{1,50}$'),
  kind text not null check (kind ~ '^[a-z_]{1,100}$'),
  brand_id uuid references public.brands (id) on delete cascade,
  payload jsonb not null default '{}' check (jsonb_typeof(payload) = 'object'),
  dedupe_key text check (char_length(dedupe_key) <= 200),
  priority smallint not null default 0,
  attempts integer not null default 0 check (attempts >= 0),
  max_attempts integer not null default 5 check (max_attempts between 1 and 50),
  run_at timestamptz not null default now(),
  leased_by text check (char_length(leased_by) <= 100),
  lease_until timestamptz,
  last_error text check (char_length(last_error) <= 2000),
  created_at timestamptz not null default now(),
  check ((leased_by is null) = (lease_until is null))
)
-- Rows are updated and deleted all the time: leaves room for updates in place, and vacuums before many rows are dead.
with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000);
comment on table private.jobs is
'Background jobs that are queued or in progress. Completed jobs are deleted; those that failed for good move to
dead_jobs.';
comment on column private.jobs.dedupe_key is 'Unique among the jobs of a queue.';
comment on column private.jobs.run_at is
'The earliest time of the next attempt; moved to a later time after each failure.';
comment on column private.jobs.lease_until is
'Until then the job belongs to one worker; afterwards any worker may claim it.';
create index jobs_ready_idx on private.jobs (queue, priority desc, run_at, id);
create unique index jobs_dedupe_idx on private.jobs (queue, dedupe_key) where dedupe_key is not null;
create index jobs_brand_id_idx on private.jobs (brand_id);
alter table private.jobs enable row level security;

create table private.dead_jobs (
  id uuid primary key,
  queue text not null,
  kind text not null,
  brand_id uuid references public.brands (id) on delete cascade,
  payload jsonb not null,
  attempts integer not null,
  last_error text,
  died_at timestamptz not null default now(),
  created_at timestamptz not null
);
comment on table private.dead_jobs is 'Jobs that failed for good, for people to inspect and revive.';
create index dead_jobs_queue_idx on private.dead_jobs (queue, died_at);
create index dead_jobs_brand_id_idx on private.dead_jobs (brand_id);
alter table private.dead_jobs enable row level security;

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
comment on table private.sagas is
'The progress of work in several steps, each of which can be undone (publishing, domain §3).';
create unique index sagas_running_idx on private.sagas (kind, aggregate_id) where status in ('running', 'compensating');
create index sagas_brand_id_idx on private.sagas (brand_id);
alter table private.sagas enable row level security;

create table private.idempotency_keys (
  user_id uuid not null references public.profiles (id) on delete cascade,
  key text not null check (char_length(key) between 1 and 255),
  fingerprint text not null check (fingerprint ~ '^[0-9a-f]{64}$'),
  answer jsonb not null default '[]',
  expires_at timestamptz not null default now() + interval '24 hours',
  created_at timestamptz not null default now(),
  primary key (user_id, key)
);
comment on table private.idempotency_keys is
'The answers to commands with an Idempotency-Key, by person and key, kept for 24 hours.';
comment on column private.idempotency_keys.fingerprint is
'SHA-256 of method, path and body: the same key with another request is refused.';
create index idempotency_keys_expires_at_idx on private.idempotency_keys (expires_at);
alter table private.idempotency_keys enable row level security;

-- schemas/audit/tables.sql

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
'The actions that must be provable (domain §12), with who did them. Append-only, with one chain of hashes for each
brand.';
comment on column public.audit_log.brand_id is 'Null: the chain of the platform, for entries that belong to no brand.';
comment on column public.audit_log.address is 'The client''s address, encrypted by the application.';
comment on column public.audit_log.hash is
'SHA-256 of all other columns, previous_hash among them: see private.audit_hash.';
create index audit_log_resource_idx on public.audit_log (resource_id, id);
create index audit_log_occurred_idx on public.audit_log (brand_id, occurred_at desc);
create index audit_log_views_idx on public.audit_log (actor_id, occurred_at) where action = 'data.view';
create index audit_log_alerting_idx on public.audit_log (occurred_at)
where action in ('auth.failed_login', 'user.promote', 'data.export', 'membership.create', 'membership.update');
alter table public.audit_log enable row level security;

create table private.alert_scans (
  is_only boolean primary key default true check (is_only),
  scanned_until timestamptz not null default now()
);
comment on table private.alert_scans is 'One row: until when the audit log has been searched for security alerts.';
alter table private.alert_scans enable row level security;

create table private.security_alerts (
  subject text primary key,
  occurred_at timestamptz not null
);
comment on table private.security_alerts is
'The alerts that were sent, so that none is sent twice: for an entry of the audit log, an account or a network
address.';
comment on column private.security_alerts.subject is
'`audit:` with the id of an entry, or `account:` or `address:` with the digest in the audit log.';
alter table private.security_alerts enable row level security;

-- schemas/analytics/views.sql

-- Daily totals. The unique indexes allow refresh_analytics to refresh them without blocking readers.

create materialized view private.content_daily as
select
  contents.brand_id,
  contents.type,
  (contents.created_at at time zone 'UTC')::date as day,
  count(*) as contents,
  count(*) filter (where contents.status = 'published') as published,
  count(*) filter (where contents.status = 'draft') as drafts,
  count(*) filter (where contents.parent_id is not null) as reused,
  avg(contents.views) as average_views,
  percentile_cont(0.5) within group (
    order by extract(epoch from contents.published_at - contents.created_at)
  ) filter (where contents.published_at is not null) as median_seconds_to_publish
from public.contents
where contents.deleted_at is null
group by contents.brand_id, contents.type, (contents.created_at at time zone 'UTC')::date;
comment on materialized view private.content_daily is 'Contents by brand, type and day of creation (UTC).';
create unique index content_daily_key on private.content_daily (brand_id, type, day);

create materialized view private.generation_daily as
select
  ai_generations.brand_id,
  ai_generations.type,
  ai_generations.model,
  (ai_generations.created_at at time zone 'UTC')::date as day,
  count(*) as generations,
  count(*) filter (where ai_generations.status = 'completed' and not ai_generations.is_cache_hit) as completed,
  count(*) filter (where ai_generations.status = 'failed') as failed,
  sum(ai_generations.prompt_tokens + ai_generations.completion_tokens) as tokens,
  sum(ai_generations.cost) as cost,
  avg(ai_generations.latency_ms) as average_latency_ms
from public.ai_generations
group by
  ai_generations.brand_id, ai_generations.type, ai_generations.model,
  (ai_generations.created_at at time zone 'UTC')::date;
comment on materialized view private.generation_daily is 'Generations by brand, type, model and day (UTC).';
create unique index generation_daily_key on private.generation_daily (brand_id, type, model, day);

create materialized view private.review_daily as
select
  runs.brand_id,
  (runs.started_at at time zone 'UTC')::date as day,
  count(*) filter (where runs.status = 'completed') as finished,
  count(*) filter (where runs.outcome = 'approved') as approved,
  count(*) filter (where runs.outcome = 'approved' and not exists (
    select
    from public.workflow_actions as action
    where action.instance_id = runs.id and action.action = 'request_changes'
  )) as approved_first_pass,
  avg(extract(epoch from runs.completed_at - runs.started_at)) filter (where runs.status = 'completed')
    as average_seconds
from public.workflow_instances as runs
group by runs.brand_id, (runs.started_at at time zone 'UTC')::date;
comment on materialized view private.review_daily is 'Runs of workflows by brand and day of their start (UTC).';
create unique index review_daily_key on private.review_daily (brand_id, day);

-- schemas/ai/functions/budgets.sql

create function private.stamp_budget()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    new.created_at := now();
    new.created_by := auth.uid();
  end if;
  new.updated_at := now();
  new.updated_by := auth.uid();
  return new;
end;
$$;
comment on function private.stamp_budget is 'Writes who created and changed a budget, and when.';

create function private.reserve_budget(brand uuid, estimate numeric)
returns numeric
language plpgsql
volatile
set search_path = ''
as $$
#variable_conflict use_variable
begin
  -- A budget applies to every month until its amount is changed: the month's first call copies the latest earlier row.
  insert into public.ai_budgets (brand_id, month, amount)
  select latest.brand_id, private.this_month(), latest.amount
  from public.ai_budgets as latest
  where latest.brand_id = brand and latest.month < private.this_month()
  order by latest.month desc
  limit 1
  on conflict on constraint ai_budgets_pkey do nothing;
  -- The lock of the row makes concurrent callers take turns.
  update public.ai_budgets set reserved = ai_budgets.reserved + estimate
  where
    ai_budgets.brand_id = brand and ai_budgets.month = private.this_month()
    and ai_budgets.spent + ai_budgets.reserved + estimate <= ai_budgets.amount;
  if found then
    return estimate;
  end if;
  -- A brand without a budget is not limited. It reserves 0, so that nothing is released from a budget that is set
  -- before the call is settled.
  return case when not exists (
    select from public.ai_budgets where ai_budgets.brand_id = brand and ai_budgets.month = private.this_month()
  ) then 0 end;
end;
$$;
comment on function private.reserve_budget is
'Reserves the estimated cost of a call in the budget of this month. Returns the amount reserved: 0 if the brand has no
budget, null if the budget does not cover the estimate.';

create function private.settle_budget(brand uuid, estimate numeric, cost numeric, month date)
returns void
language sql
volatile
set search_path = ''
as $$
  update public.ai_budgets
  set reserved = greatest(ai_budgets.reserved - settle_budget.estimate, 0),
    spent = ai_budgets.spent + settle_budget.cost
  where ai_budgets.brand_id = settle_budget.brand and ai_budgets.month = settle_budget.month;
$$;
comment on function private.settle_budget is
'After a call: releases its reservation and adds its cost to what is spent.';

create function private.crossed_percent(alerted smallint, used numeric, bound numeric)
returns smallint
language sql
immutable
set search_path = ''
as $$
  select greatest(alerted, case when used >= bound then 100 when used >= bound * 0.8 then 80 else 0 end)::smallint;
$$;
comment on function private.crossed_percent is
'Returns the highest threshold that has been announced or is reached: 0, 80 or 100 percent.';

create function private.alert_budget(brand uuid, month date, following numeric default 0)
returns void
language plpgsql
volatile
set search_path = ''
as $$
#variable_conflict use_variable
declare
  crossed smallint;
begin
  update public.ai_budgets as budget
  set alerted_percent = reached.percent
  from (
    select private.crossed_percent(
      state.alerted_percent,
      -- A budget that does not cover another call like this one counts as used up, since such calls are refused.
      case when state.spent + following > state.amount then state.amount else state.spent end, state.amount
    ) as percent
    from public.ai_budgets as state
    where state.brand_id = brand and state.month = month
    for update
  ) as reached
  where budget.brand_id = brand and budget.month = month and budget.alerted_percent < reached.percent
  returning budget.alerted_percent into crossed;
  if crossed is not null then
    perform private.append_event(brand, 'brand', brand, 'BudgetThresholdReached', jsonb_build_object(
      'percent', crossed, 'month', month
    ));
  end if;
end;
$$;
comment on function private.alert_budget is
'Announces that 80 or 100 percent of a month''s budget are spent, each once. following: the estimated cost of the next
call.';

create function private.reserve_budget_or_refuse(brand uuid, estimate numeric)
returns numeric
language plpgsql
volatile
set search_path = ''
as $$
declare
  reserved numeric := private.reserve_budget(brand, estimate);
begin
  if reserved is null then
    perform private.refuse_quota('the brand''s budget for AI does not hold this any more this month');
  end if;
  return reserved;
end;
$$;
comment on function private.reserve_budget_or_refuse is
'Reserves the estimated cost of a call and returns the amount reserved. Refuses with 429 QUOTA_EXCEEDED if the budget
does not cover it.';

create function public.read_budget(brand_id uuid)
returns jsonb
language plpgsql
stable
security definer -- reads the plan and its use, which only platform admins may
set search_path = ''
as $$
declare
  budget public.ai_budgets;
begin
  perform private.require_permission(read_budget.brand_id, 'ai.manage');
  select latest.* into budget
  from public.ai_budgets as latest
  where latest.brand_id = read_budget.brand_id and latest.month <= private.this_month()
  order by latest.month desc
  limit 1;
  if budget.month < private.this_month() then
    budget.spent := 0; -- the row of this month is made by the month's first call
    budget.reserved := 0;
  end if;
  return jsonb_build_object(
    'brand_id', read_budget.brand_id,
    'month', private.this_month(),
    'amount', budget.amount,
    'spent', coalesce(budget.spent, 0),
    'reserved', coalesce(budget.reserved, 0),
    'resets_at', (private.this_month() + interval '1 month') at time zone 'UTC',
    'quota', private.current_quota(read_budget.brand_id)
  );
end;
$$;
comment on function public.read_budget is
'Returns the brand''s AI budget of this month in US dollars (amount null: not limited), and whether its plan has any
generations left. Requires the permission ai.manage.';
grant execute on function public.read_budget to authenticated, service_role;

create function public.set_budget(brand_id uuid, amount numeric)
returns jsonb
language plpgsql
volatile
security definer -- writes to the event log and the audit log
set search_path = ''
as $$
#variable_conflict use_column
declare
  before_amount numeric;
begin
  perform private.require_permission(set_budget.brand_id, 'ai.manage');
  if set_budget.amount is null or set_budget.amount < 0 or set_budget.amount >= 1e15 then
    perform private.refuse(400, 'a budget is an amount of US dollars', jsonb_build_array(jsonb_build_object(
      'field', 'amount', 'code', 'INVALID_FORMAT', 'message', 'must not be negative'
    )));
  end if;
  select budget.amount into before_amount
  from public.ai_budgets as budget
  where budget.brand_id = set_budget.brand_id and budget.month <= private.this_month()
  order by budget.month desc
  limit 1;
  perform private.append_event(set_budget.brand_id, 'brand', set_budget.brand_id, 'BudgetChanged', '{}');
  perform private.audit(set_budget.brand_id, 'ai.budget_set', 'brand', set_budget.brand_id, jsonb_build_object(
    'from', before_amount, 'to', set_budget.amount
  ));
  -- What was spent earlier in this month, without a budget, counts as well.
  insert into public.ai_budgets as budget (brand_id, month, amount, spent)
  values (set_budget.brand_id, private.this_month(), set_budget.amount, (
    select coalesce(sum(generation.cost), 0)
    from public.ai_generations as generation
    where generation.brand_id = set_budget.brand_id and generation.budget_month = private.this_month()
  ))
  on conflict (brand_id, month) do update
    -- The thresholds of the new amount are announced again.
    set amount = excluded.amount, alerted_percent = 0;
  perform private.alert_budget(set_budget.brand_id, private.this_month());
  return public.read_budget(set_budget.brand_id);
end;
$$;
comment on function public.set_budget is
'Sets what the brand may spend on AI in this month and in each later one, in US dollars. Requires the permission
ai.manage.';
grant execute on function public.set_budget to authenticated, service_role;

-- schemas/ai/functions/context.sql

create function private.brand_facts(brand public.brands)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'id', brand.id, 'name', brand.name, 'version', brand.version, 'description', brand.description,
    'identity', brand.identity, 'tone_of_voice', brand.tone_of_voice,
    'communication_style', brand.communication_style, 'personality', brand.personality,
    'guardrails', brand.guardrails, 'key_messages', brand.key_messages,
    'target_audience', brand.target_audience, 'country', brand.country, 'language', brand.language
  );
$$;
comment on function private.brand_facts is 'Returns what a prompt may say about a brand.';

create function private.writing_by_embedding(brand uuid, content_id uuid, max_results integer)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict use_variable
declare
  subject record;
begin
  select search.embedding, search.embedding_model into subject
  from private.content_search as search where search.content_id = content_id and search.brand_id = brand;
  return (
    select jsonb_agg(
      jsonb_build_object('title', near.title, 'text', near.excerpt) order by near.distance, near.content_id
    )
    from (
      select
        search.title, left(search.plain, 2000) as excerpt, search.content_id,
        search.embedding operator(extensions.<=>) subject.embedding as distance
      from private.content_search as search
      where
        search.brand_id = brand and search.status = 'published' and search.content_id is distinct from content_id
        and search.embedding_model = subject.embedding_model
      order by distance, search.content_id
      limit max_results
    ) as near
  );
end;
$$;
comment on function private.writing_by_embedding is
'Returns [{title, text}] of the brand''s published contents that are nearest to a content by embedding, nearest first;
null if there are none or the content has no embedding.';

create function private.writing_by_words(brand uuid, content_id uuid, wanted tsquery, max_results integer)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict use_variable
begin
  return (
    select jsonb_agg(
      jsonb_build_object('title', near.title, 'text', near.excerpt) order by near.rank desc, near.content_id
    )
    from (
      select
        search.title, left(search.plain, 2000) as excerpt, search.content_id, ts_rank(search.words, wanted) as rank
      from private.content_search as search
      where
        search.words @@ (quote_literal('brand:' || brand)::tsquery && wanted)
        and search.brand_id = brand and search.status = 'published' and search.content_id is distinct from content_id
      order by rank desc, search.content_id
      limit max_results
    ) as near
  );
end;
$$;
comment on function private.writing_by_words is
'Returns [{title, text}] of the brand''s published contents, other than the given one, that share most words with a
query; null if there are none.';

create function private.similar_writing(brand uuid, content_id uuid, topic text, max_results integer default 3)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  wanted tsquery := private.any_words(topic);
  found jsonb := private.writing_by_embedding(brand, content_id, max_results);
begin
  if found is null and wanted is not null then
    -- Neither the subject nor what is published may have an embedding yet: a job makes it.
    found := private.writing_by_words(brand, content_id, wanted, max_results);
  end if;
  return coalesce(found, '[]');
end;
$$;
comment on function private.similar_writing is
'Returns [{title, text}] of what the brand has published that is most similar to a content or to a topic, most similar
first.';

create function private.near_knowledge(brand uuid, content_id uuid, topic text, max_results integer default 4)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict use_variable
declare
  subject record;
  wanted tsquery := private.any_words(topic);
begin
  select search.embedding, search.embedding_model into subject
  from private.content_search as search where search.content_id = content_id and search.brand_id = brand;
  return coalesce((
    select jsonb_agg(
      jsonb_build_object('title', near.title, 'text', near.body)
      order by near.distance, near.knowledge_id, near.position
    )
    from (
      select
        knowledge.title, chunk.body, chunk.knowledge_id, chunk.position,
        case when subject.embedding is not null
          then chunk.embedding operator(extensions.<=>) subject.embedding
          else - ts_rank(chunk.words, wanted)
        end as distance
      from private.knowledge_chunks as chunk
      inner join public.brand_knowledge as knowledge on knowledge.id = chunk.knowledge_id
      where
        chunk.brand_id = brand
        and case
          when subject.embedding is not null then chunk.embedding_model = subject.embedding_model
          else chunk.words @@ wanted
        end
      order by distance, chunk.knowledge_id, chunk.position
      limit max_results
    ) as near
  ), '[]');
end;
$$;
comment on function private.near_knowledge is
'Returns [{title, text}] of chunks of the brand''s knowledge, those nearest to a content first. Compares embeddings, or
the words of the topic if the content has none.';

create function private.product_facts(brand uuid, product_id uuid, market text)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  product public.products;
begin
  select products.* into product
  from public.products
  inner join public.brand_master_claim_brands as link on link.master_claim_brand_id = products.master_claim_brand_id
  where products.id = product_facts.product_id and link.brand_id = product_facts.brand;
  if product.id is null then
    perform private.refuse(404, 'product not found');
  end if;
  perform private.check_market(market);
  return jsonb_build_object(
    'id', product.id, 'name', product.name, 'description', product.description, 'market', market,
    'ingredients', coalesce((
      select jsonb_agg(ingredients.name order by ingredients.name)
      from public.product_ingredients as part
      inner join public.ingredients on ingredients.id = part.ingredient_id
      where part.product_id = product.id
    ), '[]'),
    'claims', coalesce((
      -- A claim that an override blocks must not be made: `none` is shown as disallowed (domain §13).
      select jsonb_agg(
        jsonb_build_object(
          'id', resolved.claim_id, 'master_id', resolved.master_claim_id, 'text', resolved.claim_text,
          'original_text', resolved.original_text,
          'status', case resolved.status when 'none' then 'disallowed' else resolved.status end
        )
        order by resolved.scope, resolved.level, resolved.claim_text
      )
      from private.resolve_product_claims(array[product.id], market, now()) as resolved
    ), '[]')
  );
end;
$$;
comment on function private.product_facts is
'Returns a product with its ingredients and the claims that apply in the market. Refuses a product whose catalogue brand
is not linked to the brand (404).';

create function private.outputs_to_write(template public.templates, "values" jsonb, field_ids text[])
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  hidden text [] := private.hidden_fields(template.input_fields || template.output_fields, "values");
  outputs jsonb;
begin
  select jsonb_agg(field.entry order by field.place) into outputs
  from jsonb_array_elements(template.output_fields) with ordinality as field (entry, place)
  where
    template.ai_enabled
    and field.entry ->> 'id' <> all (hidden)
    and case
      when field_ids is null then coalesce((field.entry ->> 'aiAutoComplete')::boolean, true)
      else field.entry ->> 'id' = any (field_ids)
    end;
  if field_ids is not null and coalesce(jsonb_array_length(outputs), 0) < cardinality(field_ids) then
    perform private.refuse(400, 'there is no such field to write', jsonb_build_array(jsonb_build_object(
      'field', 'fieldId', 'code', 'INVALID_FORMAT', 'message', 'names no output field of the template that is shown'
    )));
  end if;
  if outputs is null then
    perform private.refuse(409, 'the template has no field that AI may fill');
  end if;
  return outputs;
end;
$$;
comment on function private.outputs_to_write is
'Returns the output fields to fill: the named ones, or all that AI fills by default. Refuses a named field that is
hidden or missing (400) and a template without any field to fill (409).';

-- schemas/ai/functions/embeddings.sql

create function private.enqueue_embedding()
returns trigger
language plpgsql
security definer -- jobs are the service's
set search_path = ''
as $$
begin
  -- The key includes the version, so that a job in progress does not absorb the job for a later change. An argument
  -- tells the tables apart: tg_table_name is the name of a partition here.
  if tg_argv[0] = 'content' then
    perform private.enqueue_job(
      'embeddings', 'embed_content', new.brand_id, jsonb_build_object('id', new.id),
      dedupe_key => 'content:' || new.id || ':' || new.version
    );
  else
    perform private.enqueue_job(
      'embeddings', 'embed_knowledge', new.brand_id, jsonb_build_object('id', new.id),
      dedupe_key => 'knowledge:' || new.id || ':' || extract(epoch from new.updated_at)
    );
  end if;
  return null;
end;
$$;
comment on function private.enqueue_embedding is
'Adds a job that embeds the row. Argument: content or knowledge.';

create function public.texts_to_embed(contents uuid[], knowledge uuid[], model text)
returns table (kind text, id uuid, brand_id uuid, version text, body text)
language sql
stable
security definer -- private is closed to the service as well
set search_path = ''
as $$
  select 'content', content.id, content.brand_id, content.version::text,
    left(concat_ws(E'\n', search.title, search.plain), 8000)
  from private.content_search as search
  inner join public.contents as content on content.id = search.content_id
  inner join public.brands on brands.id = content.brand_id
  where
    not private.is_switched_off(brands, 'embedding')
    and search.content_id = any (texts_to_embed.contents)
    -- The present version counts: by the time of the job it may be a later one, for example by publishing.
    and (search.embedding_model is distinct from texts_to_embed.model
      or search.embedded_version is distinct from content.version)
  union all
  select 'knowledge', item.id, item.brand_id, item.updated_at::text, concat_ws(E'\n', item.title, item.body)
  from public.brand_knowledge as item
  inner join public.brands on brands.id = item.brand_id
  where item.id = any (texts_to_embed.knowledge) and not private.is_switched_off(brands, 'embedding');
$$;
comment on function public.texts_to_embed is
'For the service: returns the texts of the given contents and knowledge. Skips contents whose present version has an
embedding of this model, and brands for which embeddings are switched off.';
grant execute on function public.texts_to_embed to service_role;

create function public.begin_embedding(brand_id uuid, provider text, model text, tokens bigint)
returns uuid
language plpgsql
volatile
security definer -- private is closed to the service as well
set search_path = ''
as $$
declare
  booked numeric;
  generation_id uuid;
begin
  -- The brand may have switched AI off since its texts were read; then nothing is sent to the provider.
  if exists (
    select from public.brands
    where brands.id = begin_embedding.brand_id and private.is_switched_off(brands, 'embedding')
  ) then
    return null;
  end if;
  booked := private.reserve_budget(begin_embedding.brand_id, private.call_cost(provider, model, tokens, 0));
  if booked is null then
    return null;
  end if;
  insert into public.ai_generations (
    brand_id, type, provider, model, prompt_version, reserved, budget_month
  )
  values (
    begin_embedding.brand_id, 'embedding', begin_embedding.provider, begin_embedding.model, '', booked,
    private.this_month()
  )
  returning ai_generations.id into generation_id;
  return generation_id;
end;
$$;
comment on function public.begin_embedding is
'For the service: opens a generation for embeddings and reserves its cost. Returns null if the brand has AI switched off
or its budget does not cover the cost. Embeddings do not count against the plan.';
grant execute on function public.begin_embedding to service_role;

create function private.store_content_embeddings(brand uuid, model text, contents jsonb)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  -- A content that changed meanwhile has another job. Until that is done an outdated embedding is better than none, but
  -- it does not replace a newer one.
  update private.content_search as search
  set
    embedding = (item ->> 'embedding')::extensions.halfvec(512),
    embedding_model = store_content_embeddings.model,
    embedded_version = (item ->> 'version')::integer
  from jsonb_array_elements(contents) as item
  where
    search.content_id = (item ->> 'id')::uuid and search.brand_id = store_content_embeddings.brand
    and (
      search.embedding_model is distinct from store_content_embeddings.model
      or search.embedded_version <= (item ->> 'version')::integer
    );
end;
$$;
comment on function private.store_content_embeddings is
'Stores embeddings of a brand''s contents. contents: [{id, version, embedding}]';

create function private.store_knowledge_embeddings(brand uuid, model text, knowledge jsonb)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  delete from private.knowledge_chunks as chunk
  using public.brand_knowledge as known
  where
    known.id = chunk.knowledge_id and chunk.brand_id = store_knowledge_embeddings.brand
    and (known.id::text, known.updated_at::text) in (
      select item ->> 'id', item ->> 'version' from jsonb_array_elements(knowledge) as item
    );
  insert into private.knowledge_chunks (knowledge_id, position, brand_id, body, embedding, embedding_model)
  select
    known.id, (item ->> 'position')::integer, known.brand_id, item ->> 'body',
    (item ->> 'embedding')::extensions.halfvec(512), store_knowledge_embeddings.model
  from jsonb_array_elements(knowledge) as item
  inner join public.brand_knowledge as known
    on known.id = (item ->> 'id')::uuid and known.brand_id = store_knowledge_embeddings.brand
  where known.updated_at::text = item ->> 'version';
end;
$$;
comment on function private.store_knowledge_embeddings is
'Replaces the chunks of a brand''s knowledge; skips knowledge that has changed meanwhile, which has another job.
knowledge: [{id, version, position, body, embedding}]';

create function public.settle_embedding(
  generation_id uuid, tokens bigint, latency_ms integer, error text, contents jsonb, knowledge jsonb
)
returns void
language plpgsql
volatile
security definer -- private is closed to the service as well
set search_path = ''
as $$
#variable_conflict use_variable
declare
  generation public.ai_generations;
  cost numeric;
begin
  select ai_generations.* into generation
  from public.ai_generations
  where ai_generations.id = generation_id and ai_generations.status = 'pending' for update;
  if generation.id is null then
    perform private.refuse(409, 'there is no such generation, or it is closed already');
  end if;
  cost := private.call_cost(generation.provider, generation.model, tokens, 0);
  update public.ai_generations
  set
    status = case when error is null then 'completed' else 'failed' end::public.generation_status,
    output = case when error is null then jsonb_build_object(
      'contents', jsonb_array_length(contents), 'knowledge', jsonb_array_length(knowledge)
    ) end,
    error = left(error, 1000), prompt_tokens = tokens, cost = cost, reserved = 0, latency_ms = latency_ms,
    completed_at = now()
  where ai_generations.id = generation.id;
  perform private.store_content_embeddings(generation.brand_id, generation.model, contents);
  perform private.store_knowledge_embeddings(generation.brand_id, generation.model, knowledge);
  -- The budget is locked last, so that nobody waits for its row longer than necessary.
  perform private.settle_generation_money(generation, cost, true);
end;
$$;
comment on function public.settle_embedding is
'For the service: charges the cost of embeddings and stores them. contents: [{id, version, embedding}], knowledge: [{id,
version, position, body, embedding}], with all chunks of each item of knowledge.';
grant execute on function public.settle_embedding to service_role;

create function public.enqueue_missing_embeddings(batch integer default 2000)
returns integer
language sql
volatile
security definer -- private is closed to the service as well
set search_path = ''
as $$
  -- Jobs may have died, and are not worked on while a brand has AI switched off.
  with missing as (
    (
      select 'content' as kind, search.content_id as id, search.brand_id, contents.version::text as version
      from private.content_search as search
      inner join public.contents on contents.id = search.content_id
      inner join public.brands on brands.id = search.brand_id
      where search.embedding is null and not private.is_switched_off(brands, 'embedding')
      limit batch
    )
    union all
    (
      select 'knowledge', item.id, item.brand_id, extract(epoch from item.updated_at)::text
      from public.brand_knowledge as item
      inner join public.brands on brands.id = item.brand_id
      where
        not private.is_switched_off(brands, 'embedding')
        and not exists (select from private.knowledge_chunks as chunk where chunk.knowledge_id = item.id)
      limit batch
    )
  )
  select count(private.enqueue_job(
    'embeddings', 'embed_' || missing.kind, missing.brand_id, jsonb_build_object('id', missing.id),
    dedupe_key => missing.kind || ':' || missing.id || ':' || missing.version
  ))::integer
  from missing;
$$;
comment on function public.enqueue_missing_embeddings is
'For the scheduler: adds a job for contents and knowledge without an embedding, up to a batch of each. Returns how many
jobs it added.';
grant execute on function public.enqueue_missing_embeddings to service_role;

-- schemas/ai/functions/generation_application.sql

create function private.generation_provenance(generation public.ai_generations)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  origin jsonb := jsonb_build_object(
    'generationId', generation.id, 'provider', generation.provider, 'model', generation.model,
    'promptVersion', generation.prompt_version, 'at', to_jsonb(now()), 'isEdited', false
  );
begin
  return (
    select coalesce(jsonb_object_agg(written.path, origin), '{}')
    from (
      select 'fields.' || field_key as path
      from jsonb_object_keys(coalesce(generation.proposal -> 'fields', '{}')) as field_key
      union all
      select 'metadata.' || metadata_key
      from jsonb_object_keys(coalesce(generation.proposal -> 'metadata', '{}')) as metadata_key
    ) as written
  );
end;
$$;
comment on function private.generation_provenance is
'Returns {path: {generationId, provider, model, promptVersion, at, isEdited}} for each value that a generation
proposes.';

create function private.apply_generation(generation public.ai_generations, note text)
returns integer
language plpgsql
volatile
set search_path = ''
as $$
declare
  content public.contents;
  new_fields jsonb := coalesce(generation.proposal -> 'fields', '{}');
  new_metadata jsonb := coalesce(generation.proposal -> 'metadata', '{}');
  made_version integer;
  is_changed boolean;
begin
  select contents.* into content from public.contents where contents.id = generation.content_id;
  is_changed := (content.fields || new_fields, content.metadata || new_metadata)
    is distinct from (content.fields, content.metadata);
  perform private.require_on_content(content, 'content.edit');
  perform private.check_field_shapes(private.template_used(content), new_fields);
  perform private.describe_change(jsonb_build_object('note', note));
  -- A content that was edited meanwhile stays as it is; its editor may take over the output.
  update public.contents
  set
    fields = contents.fields || new_fields,
    metadata = contents.metadata || new_metadata,
    provenance = contents.provenance || private.generation_provenance(generation)
  where
    contents.id = generation.content_id
    and contents.version = generation.content_version
    and contents.deleted_at is null
    and contents.status not in ('scheduled', 'published', 'archived')
  returning contents.version into made_version;
  perform private.describe_change('{}');
  if made_version is not null then
    if is_changed then
      perform private.void_approvals(generation.content_id);
    end if;
    update public.ai_generations set applied_version = made_version
    where ai_generations.id = generation.id;
  end if;
  return made_version;
end;
$$;
comment on function private.apply_generation is
'Writes what a generation proposes into its content, with its provenance. Returns the new version of the content, or
null if the content has changed since the generation began.';

create function public.override_generation(generation_id uuid, reason text)
returns jsonb
language plpgsql
volatile
security definer -- callers hold no privilege to write generations themselves
set search_path = ''
as $$
declare
  generation public.ai_generations;
  applied_version integer;
begin
  -- The permission is checked before any lock is taken; the content is locked before the generation.
  select ai_generations.* into generation
  from public.ai_generations where ai_generations.id = override_generation.generation_id;
  perform private.require_permission(generation.brand_id, 'ai.read', 'generation');
  -- Overriding a guardrail takes the right to approve contents without being an assignee.
  perform private.require_permission(generation.brand_id, 'content.review', 'generation');
  perform private.require_reason(reason, 'reason');
  perform from public.contents where contents.id = generation.content_id for update;
  select ai_generations.* into generation
  from public.ai_generations where ai_generations.id = override_generation.generation_id
  for update;
  if not generation.is_held or generation.overridden_at is not null then
    perform private.refuse(409, 'this generation is not held back');
  end if;
  applied_version := private.apply_generation(generation, 'generation ' || generation.id || ', overridden');
  if applied_version is null then
    perform private.refuse(409, 'the content has changed since this was written: generate it again');
  end if;
  update public.ai_generations
  set override_reason = override_generation.reason, overridden_by = auth.uid(), overridden_at = now()
  where ai_generations.id = generation.id;
  perform private.append_event(
    generation.brand_id, 'ai_generation', generation.id, 'GuardrailOverridden',
    jsonb_build_object('requestId', generation.id, 'contentId', generation.content_id, 'reason', reason)
  );
  perform private.audit(generation.brand_id, 'ai.guardrail_overridden', 'ai_generation', generation.id,
    jsonb_build_object('reason', reason, 'contentId', generation.content_id, 'violations', generation.violations)
  );
  return jsonb_build_object('id', generation.id, 'applied_version', applied_version);
end;
$$;
comment on function public.override_generation is
'Writes an output that the guardrails held back into its content. Requires the permission content.review and a reason,
which is kept and audited.';
grant execute on function public.override_generation to authenticated, service_role;

-- schemas/ai/functions/generation_money.sql

create function private.generation_estimate(asked jsonb, context jsonb)
returns numeric
language sql
stable
set search_path = ''
as $$
  -- An upper bound: the most expensive candidate in every attempt. It counts one token for three bytes of the context,
  -- where models use four bytes or more.
  select max(private.call_cost(
    candidate ->> 'provider', candidate ->> 'model',
    -- The prompt of a correction includes the answer that it corrects.
    (asked -> 'bounds' ->> 'promptTokens')::bigint + (asked -> 'bounds' ->> 'completionTokens')::bigint
    + octet_length(context::text) / 3,
    (asked -> 'bounds' ->> 'completionTokens')::bigint
  )) * ((asked -> 'bounds' ->> 'attempts')::integer + jsonb_array_length(asked -> 'candidates') - 1)
  from jsonb_array_elements(asked -> 'candidates') as candidate;
$$;
comment on function private.generation_estimate is 'Returns the US dollars to reserve before a generation.';

create function private.consume_generation_quota(brand uuid, account uuid)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  if account is not null then
    if not private.consume_quota(account, 'generations', 1) then
      perform private.refuse_quota('the plan has no more generations this month');
    end if;
    perform private.alert_quota(brand, account, 'generations');
  end if;
end;
$$;
comment on function private.consume_generation_quota is
'Counts one generation against the plan of the brand''s account, if it has one, before the call. Refuses with 429
QUOTA_EXCEEDED if the plan is used up.';

create function private.settle_generation_money(generation public.ai_generations, cost numeric, is_counted boolean)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  perform private.settle_budget(
    generation.brand_id, generation.reserved, settle_generation_money.cost, generation.budget_month
  );
  perform private.alert_budget(generation.brand_id, generation.budget_month, generation.reserved);
  if not is_counted and generation.quota_account_id is not null then
    -- The refund goes to the month in which the generation was counted, which may be over.
    update public.quota_usage set used = greatest(quota_usage.used - 1, 0)
    where
      quota_usage.account_id = generation.quota_account_id and quota_usage.metric = 'generations'
      and quota_usage.month = generation.budget_month;
  end if;
end;
$$;
comment on function private.settle_generation_money is
'Releases the reservation of a generation and charges its cost to the budget. Unless is_counted, it also gives the
generation back to the plan. Needs the row as it was while pending: settled rows have no reservation.';

-- schemas/ai/functions/generation_progress.sql

create function public.report_progress(generation_id uuid, progress jsonb)
returns void
language plpgsql
volatile
security definer -- callers may not write to realtime.messages themselves
set search_path = ''
as $$
begin
  if not exists (
    select from public.ai_generations as generation
    where
      generation.id = report_progress.generation_id and generation.user_id = auth.uid()
      and generation.status = 'pending' and private.permits(generation.brand_id, 'ai.read')
  ) then
    perform private.refuse(404, 'generation not found');
  end if;
  if jsonb_typeof(progress) is distinct from 'object' or octet_length(progress::text) > 2000 then
    perform private.refuse(400, 'progress is a small object');
  end if;
  perform realtime.send(
    jsonb_build_object('type', 'AIGenerationProgress', 'requestId', generation_id, 'data', progress),
    'AIGenerationProgress', 'ai:' || generation_id, true
  );
end;
$$;
comment on function public.report_progress is
'Sends the progress of the caller''s own pending generation to the subscribers of ai:{id}; nothing is stored. progress:
an object of at most 2000 bytes.';
grant execute on function public.report_progress to authenticated, service_role;

-- schemas/ai/functions/generation_requests.sql

create function private.lock_generation_content(asked jsonb, tool private.ai_tools)
returns public.contents
language plpgsql
volatile
set search_path = ''
as $$
declare
  content public.contents;
begin
  if not asked ? 'contentId' then
    perform private.require_permission((asked ->> 'brandId')::uuid, tool.permission);
    return null;
  end if;
  content := private.lock_content((asked ->> 'contentId')::uuid);
  if asked ? 'brandId' and content.brand_id <> (asked ->> 'brandId')::uuid then
    perform private.refuse(404, 'content not found');
  end if;
  perform private.require_on_content(content, tool.permission);
  if tool.writes_content and (asked ->> 'isApplied')::boolean then
    perform private.require_on_content(content, 'content.edit');
    if content.status in ('scheduled', 'published', 'archived') then
      perform private.refuse(409, format('a content that is %s cannot be edited', content.status));
    end if;
  end if;
  return content;
end;
$$;
comment on function private.lock_generation_content is
'Checks that the caller may use the tool on the requested content, or in the brand if the request names no content.
Returns the content, locked until the end of the transaction, or null.';

create function private.generation_brand(asked jsonb, tool private.ai_tools, content public.contents)
returns public.brands
language plpgsql
stable
set search_path = ''
as $$
declare
  brand public.brands;
begin
  select brands.* into strict brand from public.brands
  where brands.id = coalesce(content.brand_id, (asked ->> 'brandId')::uuid);
  perform private.refuse_disabled_tool(brand, tool.type);
  perform private.require_brand_locale(brand, asked);
  if asked ? 'market' then
    perform private.check_market(asked ->> 'market');
  end if;
  return brand;
end;
$$;
comment on function private.generation_brand is
'Returns the brand of a generation. Refuses a tool that is disabled for it, a missing language or country that the tool
requires, and an unknown market.';

create function private.generation_template(brand uuid, content public.contents, asked jsonb)
returns public.templates
language plpgsql
stable
set search_path = ''
as $$
declare
  template public.templates;
begin
  if content.id is not null then
    return private.template_used(content);
  end if;
  if asked ? 'templateId' then
    template := private.content_template(brand, (asked ->> 'templateId')::uuid);
    if template.id is null then
      perform private.refuse(404, 'template not found');
    end if;
    if not template.is_active then
      perform private.refuse(409, 'the template is not active');
    end if;
  end if;
  return template;
end;
$$;
comment on function private.generation_template is
'Returns the template of the content, or the requested one if there is no content; null if there is neither.';

create function private.selected_product(input_fields jsonb, field_values jsonb)
returns uuid
language plpgsql
immutable
set search_path = ''
as $$
begin
  return (
    select (field_values -> (field ->> 'id') ->> 0)::uuid
    from jsonb_array_elements(input_fields) as field
    where field ->> 'type' = 'product_selector' and jsonb_typeof(field_values -> (field ->> 'id')) = 'array'
    union all
    select (field_values ->> (field ->> 'id'))::uuid
    from jsonb_array_elements(input_fields) as field
    where field ->> 'type' = 'product_selector' and jsonb_typeof(field_values -> (field ->> 'id')) = 'string'
    limit 1
  );
end;
$$;
comment on function private.selected_product is
'Returns the first product that a form''s product selectors hold; null if they hold none.';

create function private.prepare_generation_form(
  asked jsonb, tool private.ai_tools, brand uuid, content public.contents, template public.templates
)
returns private.generation_form
language plpgsql
stable
set search_path = ''
as $$
declare
  form private.generation_form;
  problems jsonb;
begin
  form.field_values := coalesce(asked -> 'fields', '{}');
  if content.id is not null then
    form.field_values := content.fields || form.field_values;
  end if;
  form.product_id := (asked ->> 'productId')::uuid;
  if tool.type not in ('content_generation', 'field_generation', 'regeneration') then
    return form;
  end if;
  if template.id is null then
    perform private.refuse(409, 'the content has no template to generate from');
  end if;
  problems := private.form_problems(
    template.input_fields, form.field_values, array(
      select key from jsonb_object_keys(form.field_values) as key
      where exists (select from jsonb_array_elements(template.input_fields) as field where field ->> 'id' = key)
    ), brand, 'complete'
  );
  if problems is not null then
    perform private.refuse(400, 'the inputs are not complete', problems);
  end if;
  form.field_values := form.field_values
    - private.hidden_fields(template.input_fields || template.output_fields, form.field_values);
  form.outputs := private.outputs_to_write(template, form.field_values, case
    when asked ? 'fieldIds' then array(select jsonb_array_elements_text(asked -> 'fieldIds'))
    when asked ? 'fieldId' then array[asked ->> 'fieldId']
  end);
  form.product_id := coalesce(form.product_id, private.selected_product(template.input_fields, form.field_values));
  return form;
end;
$$;
comment on function private.prepare_generation_form is
'Merges the requested values into those of the content. For tools that fill a template it also checks the inputs, drops
the hidden fields and chooses the output fields; refuses incomplete inputs (400) and a missing template (409).';

create function private.record_regeneration_request(content public.contents, feedback text)
returns public.contents
language plpgsql
volatile
set search_path = ''
as $$
declare
  recorded public.contents;
begin
  -- An update that changes no field: it makes contents' triggers save the text as it is, with the feedback, as a
  -- version.
  perform private.describe_change(jsonb_build_object(
    'action', 'regeneration_requested', 'feedback', left(feedback, 2000)
  ));
  update public.contents set title = content.title where contents.id = content.id;
  perform private.describe_change('{}');
  select * into recorded from private.content_by_id(content.id);
  return recorded;
end;
$$;
comment on function private.record_regeneration_request is
'Saves the present text and the feedback as a version before a regeneration replaces the text. Returns the content with
its new version number.';

create function private.generation_context(
  asked jsonb,
  tool private.ai_tools,
  brand public.brands,
  content public.contents,
  template public.templates,
  form private.generation_form
)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  subject text := concat_ws(' ', content.title, asked ->> 'topic');
  context jsonb := jsonb_build_object('brand', private.brand_facts(brand));
begin
  if template.id is not null then
    context := context || jsonb_build_object('template', jsonb_build_object(
      'name', template.name, 'input_fields', template.input_fields, 'output_fields', form.outputs,
      'all_outputs', template.output_fields
    ));
  end if;
  if content.id is not null then
    context := context || jsonb_build_object('content', jsonb_build_object(
      'id', content.id, 'title', content.title, 'body', content.body, 'metadata', content.metadata,
      'version', content.version
    ));
  end if;
  if form.product_id is not null then
    context := context || jsonb_build_object('product', private.product_facts(
      brand.id, form.product_id, coalesce(asked ->> 'market', brand.country, 'US')
    ));
  end if;
  return jsonb_strip_nulls(context) || jsonb_build_object(
    'values', form.field_values,
    'examples', case when tool.uses_writing then private.similar_writing(brand.id, content.id, subject) else '[]' end,
    'knowledge', case when tool.uses_writing then private.near_knowledge(brand.id, content.id, subject) else '[]' end
  );
end;
$$;
comment on function private.generation_context is
'Returns everything that a prompt is made from: {brand, template, content, product, values, examples, knowledge}.';

create function private.candidate_prices(candidates jsonb)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select jsonb_agg(to_jsonb(price) || jsonb_build_object(
      'provider', candidate ->> 'provider', 'model', candidate ->> 'model'
    ))
    from jsonb_array_elements(candidates) as candidate
    cross join lateral private.price_of(candidate ->> 'provider', candidate ->> 'model') as price
  );
end;
$$;
comment on function private.candidate_prices is
'Returns the price of each candidate, under the candidate''s own provider and model even if another row''s price
applies.';

create function public.begin_generation(request text, signature text)
returns jsonb
language plpgsql
volatile
security definer -- callers hold no privilege to write generations or budgets themselves
set search_path = ''
as $$
declare
  asked jsonb := private.verified_payload(request, signature);
  tool private.ai_tools;
  content public.contents;
  brand public.brands;
  template public.templates;
  form private.generation_form;
  context jsonb;
  generation public.ai_generations;
begin
  select ai_tools.* into strict tool from private.ai_tools where ai_tools.type = asked ->> 'type';
  content := private.lock_generation_content(asked, tool);
  brand := private.generation_brand(asked, tool, content);
  template := private.generation_template(brand.id, content, asked);
  form := private.prepare_generation_form(asked, tool, brand.id, content, template);
  if tool.type = 'regeneration' and content.id is not null then
    content := private.record_regeneration_request(content, asked -> 'parameters' ->> 'feedback');
  end if;
  context := private.generation_context(asked, tool, brand, content, template, form);

  generation.id := private.uuid_v7();
  generation.reserved := private.reserve_budget_or_refuse(brand.id, private.generation_estimate(asked, context));
  perform private.consume_generation_quota(brand.id, brand.account_id);
  insert into public.ai_generations (
    id, brand_id, user_id, content_id, content_version, template_id, type, provider, model, prompt_version, parameters,
    reserved, budget_month, quota_account_id
  )
  values (
    generation.id, brand.id, auth.uid(), content.id, content.version, template.id, tool.type,
    asked -> 'candidates' -> 0 ->> 'provider', asked -> 'candidates' -> 0 ->> 'model', asked ->> 'promptVersion',
    coalesce(asked -> 'parameters', '{}'), generation.reserved, private.this_month(), brand.account_id
  );
  perform private.append_event(
    brand.id, 'ai_generation', generation.id, 'AIGenerationRequested',
    jsonb_strip_nulls(jsonb_build_object(
      'requestId', generation.id, 'type', tool.type, 'contentId', content.id
    ))
  );
  return context || jsonb_build_object(
    'id', generation.id, 'prices', private.candidate_prices(asked -> 'candidates')
  );
end;
$$;
comment on function public.begin_generation is
'Opens a generation, by a request that the platform signed: checks the caller, reserves budget and quota, and returns
everything that its prompt needs in one round trip. request: {userId, type, brandId or contentId, templateId, fieldId or
fieldIds, fields, productId, market, topic, requires, isApplied, parameters, promptVersion, candidates: [{provider,
model}], bounds: {promptTokens, completionTokens, attempts}}';
grant execute on function public.begin_generation to authenticated, service_role;

-- schemas/ai/functions/generation_settlement.sql

create function private.lock_pending_generation(generation_id uuid)
returns public.ai_generations
language plpgsql
volatile
set search_path = ''
as $$
declare
  generation public.ai_generations;
begin
  select * into generation
  from public.ai_generations
  where ai_generations.id = generation_id and ai_generations.user_id = auth.uid()
  for update;
  if generation.id is null then
    perform private.refuse(404, 'generation not found');
  end if;
  if generation.status <> 'pending' then
    perform private.refuse(409, format('the generation is %s already', generation.status));
  end if;
  return generation;
end;
$$;
comment on function private.lock_pending_generation is
'Locks the caller''s own generation. Refuses those of other people (404) and those that are settled (409).';

create function private.close_generation(generation_id uuid, given jsonb)
returns public.ai_generations
language plpgsql
volatile
set search_path = ''
as $$
declare
  is_success boolean := given ->> 'status' = 'completed';
  closed public.ai_generations;
begin
  with used as (
    select
      coalesce(sum((call ->> 'promptTokens')::bigint), 0) as prompt_tokens,
      coalesce(sum((call ->> 'completionTokens')::bigint), 0) as completion_tokens,
      coalesce(sum(private.call_cost(
        call ->> 'provider', call ->> 'model',
        (call ->> 'promptTokens')::bigint, (call ->> 'completionTokens')::bigint
      )), 0) as cost
    from jsonb_array_elements(coalesce(given -> 'calls', '[]')) as call
  )
  update public.ai_generations as generation
  set
    status = case when is_success then 'completed' else 'failed' end::public.generation_status,
    provider = coalesce(given ->> 'provider', generation.provider),
    model = coalesce(given ->> 'model', generation.model),
    output = case when is_success then given -> 'output' end,
    proposal = nullif(given -> 'proposal', 'null'),
    error = left(given ->> 'error', 1000),
    calls = coalesce(given -> 'calls', '[]'),
    violations = coalesce(given -> 'violations', '[]'),
    is_held = coalesce((given ->> 'isHeld')::boolean, false),
    is_cache_hit = coalesce((given ->> 'isCacheHit')::boolean, false),
    prompt_tokens = used.prompt_tokens,
    completion_tokens = used.completion_tokens,
    cost = used.cost,
    reserved = 0,
    latency_ms = (given ->> 'latencyMs')::integer,
    first_token_ms = (given ->> 'firstTokenMs')::integer,
    completed_at = now()
  from used
  where generation.id = close_generation.generation_id
  returning generation.* into closed;
  return closed;
end;
$$;
comment on function private.close_generation is
'Stores the result of a generation with the tokens and the cost of all its calls. Returns the row as it is afterwards.';

create function private.record_assessment(generation public.ai_generations, given jsonb, content_version integer)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  -- The assessment holds for the version that the model read, and for no other.
  if not exists (
    select from public.contents
    where contents.id = generation.content_id and contents.version = content_version and contents.deleted_at is null
  ) then
    return;
  end if;
  if given ? 'alignment' then
    perform public.record_alignment(generation.content_id, content_version, (given ->> 'alignment')::numeric);
  end if;
  if given ? 'claimReview' then
    perform public.record_claim_review(
      generation.content_id, given -> 'claimReview' ->> 'country', given -> 'claimReview' -> 'findings',
      given -> 'claimReview' ->> 'overall', (given -> 'claimReview' ->> 'violations')::integer,
      given -> 'claimReview' ->> 'strictness'
    );
  end if;
end;
$$;
comment on function private.record_assessment is
'Records how well the content matches its brand and the review of its claims, if the result holds either. Does nothing
if the content has another version by now.';

create function public.settle_generation(result text, signature text)
returns jsonb
language plpgsql
volatile
security definer -- callers hold no privilege to write generations or budgets themselves
set search_path = ''
as $$
declare
  given jsonb := private.verified_payload(result, signature);
  pending public.ai_generations := private.lock_pending_generation((given ->> 'generationId')::uuid);
  settled public.ai_generations;
  is_success boolean := given ->> 'status' = 'completed';
  applied_version integer;
  refusal text;
begin
  -- The content is locked before the budget, in the order of begin_generation: otherwise the two could deadlock.
  perform from public.contents where contents.id = pending.content_id for update;
  settled := private.close_generation(pending.id, given);
  perform private.settle_generation_money(
    pending, settled.cost,
    -- Only a success for which a model was called counts against the plan. A caller who hangs up after the answer began
    -- has used the plan as well.
    (is_success and not settled.is_cache_hit and jsonb_array_length(settled.calls) > 0)
    or coalesce((given ->> 'isCutShort')::boolean, false)
  );
  if is_success and not settled.is_held and settled.proposal is not null and settled.content_id is not null then
    -- The call is paid for in any case: a refusal to write into the content is reported and does not undo that.
    begin
      applied_version := private.apply_generation(settled, 'generation ' || settled.id);
    exception when sqlstate 'PT400' or sqlstate 'PT403' or sqlstate 'PT404' or sqlstate 'PT409' then
      refusal := sqlerrm;
    end;
  end if;
  if is_success and settled.content_id is not null then
    begin
      perform private.record_assessment(settled, given, coalesce(applied_version, settled.content_version));
    exception when sqlstate 'PT400' or sqlstate 'PT404' then
      refusal := coalesce(refusal, sqlerrm);
    end;
  end if;
  perform private.append_event(
    settled.brand_id, 'ai_generation', settled.id, 'AIGenerationCompleted',
    jsonb_strip_nulls(jsonb_build_object(
      'requestId', settled.id, 'contentId', settled.content_id, 'success', is_success,
      'tokensUsed', settled.prompt_tokens::bigint + settled.completion_tokens, 'duration', settled.latency_ms,
      'appliedVersion', applied_version, 'isHeld', settled.is_held, 'isCacheHit', settled.is_cache_hit
    ))
  );
  return jsonb_build_object(
    'id', settled.id, 'applied_version', applied_version, 'not_applied', refusal, 'cost', settled.cost
  );
end;
$$;
comment on function public.settle_generation is
'Closes a generation, by a result that the platform signed: charges its cost, stores its output and, unless the content
has changed meanwhile or the guardrails hold it back, writes the proposal into the content. result: {userId,
generationId, status, output, proposal, error, provider, model, calls, violations, isHeld, isCacheHit, isCutShort,
latencyMs, firstTokenMs, alignment, claimReview: {country, strictness, overall, violations, findings}}';
grant execute on function public.settle_generation to authenticated, service_role;

create function public.fail_stale_generations(
  older_than interval default '5 minutes', batch integer default 500
)
returns integer
language plpgsql
volatile
security definer -- private is closed to the service as well
set search_path = ''
as $$
declare
  generation public.ai_generations;
  failed integer := 0;
begin
  -- A function that was killed cannot settle: its generation would stay pending, and its money reserved, for ever.
  for generation in
    select stale.* from public.ai_generations as stale
    where stale.status = 'pending' and stale.created_at < now() - older_than
    limit batch
    for update skip locked
  loop
    update public.ai_generations
    set status = 'failed', error = 'the generation was interrupted', completed_at = now(), reserved = 0
    where ai_generations.id = generation.id;
    perform private.settle_generation_money(generation, 0, false);
    perform private.append_event(
      generation.brand_id, 'ai_generation', generation.id, 'AIGenerationCompleted',
      jsonb_build_object('requestId', generation.id, 'contentId', generation.content_id, 'success', false,
        'tokensUsed', 0)
    );
    failed := failed + 1;
  end loop;
  return failed;
end;
$$;
comment on function public.fail_stale_generations is
'For the scheduler: fails generations that are pending for too long, because their function was interrupted. Returns how
many.';
grant execute on function public.fail_stale_generations to service_role;

-- schemas/ai/functions/prices.sql

create function private.price_of(provider text, model text)
returns public.ai_prices
language sql
stable
set search_path = ''
as $$
  -- A model without a price costs as much as the most expensive one, so that a new model cannot bypass a budget.
  select found.provider, found.model, found.effective_from, found.input_per_1000, found.output_per_1000
  from (
    (
      select prices.*, 1 as rank
      from public.ai_prices as prices
      where
        prices.provider = price_of.provider and prices.model in (price_of.model, '*')
        and prices.effective_from <= current_date
      order by prices.model = '*', prices.effective_from desc
      limit 1
    )
    union all
    (
      select prices.*, 2 as rank from public.ai_prices as prices
      where prices.effective_from <= current_date
      order by prices.input_per_1000 + prices.output_per_1000 desc
      limit 1
    )
  ) as found
  order by found.rank
  limit 1;
$$;
comment on function private.price_of is
'Returns the price of a model today: its own, else that of its provider (`*`), else the highest price of all.';

create function private.call_cost(provider text, model text, prompt_tokens bigint, completion_tokens bigint)
returns numeric
language sql
stable
set search_path = ''
as $$
  select
    coalesce(prompt_tokens, 0) * price.input_per_1000 / 1000
    + coalesce(completion_tokens, 0) * price.output_per_1000 / 1000
  from private.price_of(provider, model) as price;
$$;
comment on function private.call_cost is 'Returns the cost of a call in US dollars, by the prices of today.';

create function private.this_month()
returns date
language sql
stable
set search_path = ''
as $$
  select date_trunc('month', now() at time zone 'UTC')::date;
$$;
comment on function private.this_month is 'Returns the first day of the present calendar month in UTC.';

-- schemas/ai/functions/requirements.sql

create function private.require_brand_locale(brand public.brands, asked jsonb)
returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  missing jsonb;
begin
  select jsonb_agg(jsonb_build_object(
    'field', 'brand.' || needed.value, 'code', 'REQUIRED_FIELD_MISSING', 'message', 'the brand has none'
  ) order by needed.value)
  into missing
  from jsonb_array_elements_text(coalesce(asked -> 'requires', '[]')) as needed
  where case needed.value when 'language' then brand.language else brand.country end is null;
  if missing is not null then
    perform private.refuse(400, 'the brand needs a language and a country for this', missing);
  end if;
end;
$$;
comment on function private.require_brand_locale is
'Raises 400 where a tool requires the language or the country of the brand and the brand has none.';

-- schemas/ai/functions/signing.sql

create function public.register_signing_key(secret text)
returns void
language plpgsql
volatile
security definer -- private is closed to the service as well
set search_path = ''
as $$
begin
  insert into private.signing_keys (secret) values (register_signing_key.secret) on conflict do nothing;
  delete from private.signing_keys
  where signing_keys.secret not in (
    select newest.secret from private.signing_keys as newest order by newest.created_at desc limit 2
  );
end;
$$;
comment on function public.register_signing_key is
'For the service: registers AI_SIGNING_SECRET and keeps the two newest keys. Registering a known key changes nothing.';
grant execute on function public.register_signing_key to service_role;

create function private.verified_payload(payload text, signature text)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  if not exists (
    select from private.signing_keys as keys
    where encode(extensions.hmac(
      convert_to(payload, 'UTF8'), convert_to(keys.secret, 'UTF8'), 'sha256'
    ), 'hex') = signature
  ) then
    perform private.refuse(403, 'this is for the platform''s own functions');
  end if;
  if (payload::jsonb ->> 'userId')::uuid is distinct from auth.uid() then
    perform private.refuse(403, 'this was signed for somebody else');
  end if;
  return payload::jsonb;
end;
$$;
comment on function private.verified_payload is
'Returns the payload of a command that the platform signed (HMAC-SHA-256, hexadecimal) for this caller, its userId.
Refuses another signature or another user (403).';

-- schemas/ai/functions/tools.sql

create function private.is_switched_off(brand public.brands, type text)
returns boolean
language sql
stable
set search_path = ''
as $$
  -- A tool without a feature flag is on. One with a flag is on for the brands of the flag, or for all if it lists none.
  select brand.deleted_at is not null or coalesce(brand.settings ->> 'aiEnabled' = 'false', false) or exists (
    select from public.feature_flags as flags
    where
      flags.key in ('ai', 'ai.' || is_switched_off.type)
      and not (flags.is_enabled and (flags.brand_ids = '{}' or brand.id = any (flags.brand_ids)))
  );
$$;
comment on function private.is_switched_off is
'Whether AI, or this type of tool, is off for the brand: nothing of the brand may be sent to a model then. Deleted
brands count as off.';

create function private.refuse_disabled_tool(brand public.brands, type text)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if brand.settings ->> 'aiEnabled' = 'false' then
    perform private.refuse(403, 'AI is switched off for this brand');
  end if;
  if private.is_switched_off(brand, type) then
    perform private.refuse(403, 'this feature is not available to the brand');
  end if;
end;
$$;
comment on function private.refuse_disabled_tool is
'Refuses a tool (403) if the brand has switched AI off (settings.aiEnabled) or a feature flag, `ai` or `ai.<type>`, does
not include the brand.';

-- schemas/ai/functions/usage.sql

create function private.check_usage_request(brand uuid, from_day date, to_day date, dimensions text[])
returns uuid[]
language plpgsql
stable
set search_path = ''
as $$
declare
  brands uuid[] := private.brands_permitting('ai.read');
begin
  if brand is not null then
    perform private.require_permission(brand, 'ai.read');
    brands := array[brand];
  end if;
  if to_day < from_day or to_day - from_day > 366 then
    perform private.refuse(400, 'a year at most', jsonb_build_array(jsonb_build_object(
      'field', 'to', 'code', 'INVALID_FORMAT', 'message', 'must not lie before from, nor more than 366 days after it'
    )));
  end if;
  if 'user' = any (dimensions) then
    -- Usage by person is for those who may list the members of the brand.
    brands := array(select unnest(brands) intersect select unnest(private.brands_permitting('member.read')));
    if brand is not null and brands = '{}' then
      perform private.refuse(403, 'this needs the permission member.read in the brand');
    end if;
  end if;
  return brands;
end;
$$;
comment on function private.check_usage_request is
'Checks a request for AI usage and returns the brands whose generations it covers: the given one, or all of the
caller''s. Usage by user also requires member.read in each brand.';

create function public.ai_usage(
  brand uuid default null,
  from_day date default current_date - 30,
  to_day date default current_date,
  dimensions text[] default '{day}'
)
returns jsonb
language plpgsql
stable
security definer -- a policy would be checked for every row; the caller's brands are looked up once
set search_path = ''
as $$
#variable_conflict use_variable
declare
  brands uuid [] := private.check_usage_request(brand, from_day, to_day, dimensions);
  usage jsonb;
begin
  with counted as (
    select
      case when 'brand' = any (dimensions) then generation.brand_id end as brand_id,
      case when 'user' = any (dimensions) then generation.user_id end as user_id,
      case when 'tool' = any (dimensions) then generation.type end as tool,
      case when 'model' = any (dimensions) then generation.provider end as provider,
      case when 'model' = any (dimensions) then generation.model end as model,
      case when 'day' = any (dimensions) then (generation.created_at at time zone 'UTC')::date end as day,
      count(*) as generations,
      count(*) filter (where generation.status = 'failed') as failed,
      count(*) filter (where generation.is_cache_hit) as cached,
      sum(generation.prompt_tokens) as prompt_tokens,
      sum(generation.completion_tokens) as completion_tokens,
      sum(generation.cost) as cost,
      round(avg(generation.latency_ms) filter (where not generation.is_cache_hit)) as average_latency_ms
    from public.ai_generations as generation
    where
      generation.brand_id = any (brands)
      -- Ids are ordered by time: this excludes the partitions outside of the range.
      and generation.id >= private.uuid_v7_floor(from_day::timestamp at time zone 'UTC')
      and generation.id < private.uuid_v7_floor((to_day + 1)::timestamp at time zone 'UTC')
    group by 1, 2, 3, 4, 5, 6
  ),
  shown as (
    select counted.* from counted
    order by counted.day desc nulls last, counted.cost desc, counted.brand_id, counted.tool, counted.model
    limit 5000
  )
  select jsonb_build_object(
    'items', (select coalesce(jsonb_agg(to_jsonb(shown)), '[]') from shown),
    'is_truncated', count(*) > 5000,
    'totals', jsonb_build_object(
      'generations', coalesce(sum(counted.generations), 0), 'failed', coalesce(sum(counted.failed), 0),
      'cached', coalesce(sum(counted.cached), 0), 'prompt_tokens', coalesce(sum(counted.prompt_tokens), 0),
      'completion_tokens', coalesce(sum(counted.completion_tokens), 0), 'cost', coalesce(sum(counted.cost), 0)
    )
  ) into usage
  from counted;
  return usage;
end;
$$;
comment on function public.ai_usage is
'Returns AI usage of one brand, or of all the caller''s brands, grouped by any of the dimensions brand, user, tool,
model and day (UTC): {items, is_truncated, totals}, at most 5000 items and 367 days.';
grant execute on function public.ai_usage to authenticated, service_role;

-- schemas/analytics/functions/reports.sql

create function public.content_analytics(
  brand uuid default null, from_day date default current_date - 30, to_day date default current_date
)
returns table (
  brand_id uuid, type text, day date, contents bigint, published bigint, drafts bigint, reused bigint,
  average_views numeric, median_seconds_to_publish double precision
)
language sql
stable
security definer -- materialized views have no row-level security: the function filters by the caller's brands
set search_path = ''
as $$
  select
    daily.brand_id, daily.type, daily.day, daily.contents, daily.published, daily.drafts, daily.reused,
    daily.average_views, daily.median_seconds_to_publish
  from private.content_daily as daily
  where
    daily.brand_id = any ((select private.brands_permitting('analytics.read'))::uuid [])
    and (content_analytics.brand is null or daily.brand_id = content_analytics.brand)
    and daily.day between content_analytics.from_day and content_analytics.to_day
  order by daily.day, daily.brand_id, daily.type;
$$;
comment on function public.content_analytics is
'Returns figures of contents by brand, type and day of creation (UTC), for one or all brands in which the caller has
analytics.read.';
grant execute on function public.content_analytics to authenticated, service_role;

create function public.generation_analytics(
  brand uuid default null, from_day date default current_date - 30, to_day date default current_date
)
returns table (
  brand_id uuid, type text, model text, day date, generations bigint, completed bigint, failed bigint, tokens bigint,
  cost numeric, average_latency_ms numeric
)
language sql
stable
security definer -- see content_analytics
set search_path = ''
as $$
  select
    daily.brand_id, daily.type, daily.model, daily.day, daily.generations, daily.completed, daily.failed, daily.tokens,
    daily.cost, daily.average_latency_ms
  from private.generation_daily as daily
  where
    daily.brand_id = any ((select private.brands_permitting('analytics.read'))::uuid [])
    and (generation_analytics.brand is null or daily.brand_id = generation_analytics.brand)
    and daily.day between generation_analytics.from_day and generation_analytics.to_day
  order by daily.day, daily.brand_id, daily.type, daily.model;
$$;
comment on function public.generation_analytics is
'Returns figures of generations by brand, type, model and day (UTC), for one or all brands in which the caller has
analytics.read.';
grant execute on function public.generation_analytics to authenticated, service_role;

create function public.review_analytics(
  brand uuid default null, from_day date default current_date - 30, to_day date default current_date
)
returns table (
  brand_id uuid, day date, finished bigint, approved bigint, approved_first_pass bigint, average_seconds numeric
)
language sql
stable
security definer -- see content_analytics
set search_path = ''
as $$
  select daily.brand_id, daily.day, daily.finished, daily.approved, daily.approved_first_pass, daily.average_seconds
  from private.review_daily as daily
  where
    daily.brand_id = any ((select private.brands_permitting('analytics.read'))::uuid [])
    and (review_analytics.brand is null or daily.brand_id = review_analytics.brand)
    and daily.day between review_analytics.from_day and review_analytics.to_day
  order by daily.day, daily.brand_id;
$$;
comment on function public.review_analytics is
'Returns figures of reviews by brand and day of their start (UTC), for one or all brands in which the caller has
analytics.read.';
grant execute on function public.review_analytics to authenticated, service_role;

create function public.refresh_analytics()
returns void
language plpgsql
volatile
security definer -- only the owner of a materialized view may refresh it
set search_path = ''
as $$
begin
  refresh materialized view concurrently private.content_daily;
  refresh materialized view concurrently private.generation_daily;
  refresh materialized view concurrently private.review_daily;
end;
$$;
comment on function public.refresh_analytics is
'For the scheduler: refreshes the daily figures without blocking readers.';
grant execute on function public.refresh_analytics to service_role;

-- schemas/audit/functions/alerts.sql

create function private.alert_people(people uuid[], brand uuid, title text, message text, about jsonb)
returns void
language sql
volatile
set search_path = ''
as $$
  insert into public.notifications (user_id, brand_id, type, event, title, message, metadata)
  select
    person, alert_people.brand, 'warning', 'security_alert', alert_people.title, alert_people.message,
    alert_people.about
  from unnest(alert_people.people) as person;
$$;
comment on function private.alert_people is 'Sends people an in-app notification of the event security_alert.';

create function private.admins_to_alert(brand uuid, besides uuid)
returns uuid[]
language sql
stable
security definer -- no caller may list the platform admins
set search_path = ''
as $$
  select coalesce(array_agg(admin.user_id), '{}')
  from (
    select platform_admins.user_id from private.platform_admins where admins_to_alert.brand is null
    union all
    select member.user_id
    from public.brand_members as member
    where
      member.brand_id = admins_to_alert.brand and member.role = 'admin'
      and (member.expires_at is null or member.expires_at > now())
  ) as admin
  inner join public.profiles on profiles.id = admin.user_id and profiles.is_active
  where admin.user_id is distinct from admins_to_alert.besides;
$$;
comment on function private.admins_to_alert is
'Returns the active admins of a brand, or of the platform if brand is null, without the person that the alert is
about.';

create function private.was_admin(member jsonb, moment timestamptz)
returns boolean
language sql
stable
set search_path = ''
as $$
  select coalesce(
    member ->> 'role' = 'admin' and coalesce((member ->> 'expires_at')::timestamptz > moment, true), false
  );
$$;
comment on function private.was_admin is
'Whether a membership, as a record of the audit log, was that of an admin and had not expired at the moment.';

create function private.repeated_login_failures(since timestamptz)
returns table (subject text, audit_id uuid, occurred_at timestamptz)
language sql
stable
set search_path = ''
as $$
  with attempts as (
    select
      attempt.subject, audit_log.id, audit_log.occurred_at,
      lag(audit_log.occurred_at, 5) over (
        partition by attempt.subject order by audit_log.occurred_at, audit_log.position
      ) as fifth_before
    from public.audit_log
    cross join lateral (
      values ('account:' || (audit_log.details ->> 'email')), ('address:' || (audit_log.details ->> 'address'))
    ) as attempt (subject)
    where
      audit_log.action = 'auth.failed_login' and attempt.subject is not null
      and audit_log.occurred_at > repeated_login_failures.since - interval '5 minutes'
  )
  select distinct on (attempts.subject) attempts.subject, attempts.id, attempts.occurred_at
  from attempts
  where attempts.fifth_before > attempts.occurred_at - interval '5 minutes'
  order by attempts.subject, attempts.occurred_at desc;
$$;
comment on function private.repeated_login_failures is
'Returns the accounts and network addresses with more than five failed sign-ins within any five minutes, each with the
last such failure.';

create function private.alert_failed_logins(since timestamptz)
returns integer
language plpgsql
volatile
security definer -- reads the log, and private is closed to the service as well
set search_path = ''
as $$
declare
  accounts bigint;
  addresses bigint;
  entries uuid[];
begin
  with tried as (
    select failures.subject, failures.audit_id, failures.occurred_at
    from private.repeated_login_failures(since) as failures
  ),
  told as (
    insert into private.security_alerts as known (subject, occurred_at)
    select tried.subject, tried.occurred_at from tried
    on conflict (subject) do update set occurred_at = excluded.occurred_at
    where excluded.occurred_at > known.occurred_at + interval '5 minutes'
    returning known.subject
  )
  select
    count(*) filter (where told.subject like 'account:%'), count(*) filter (where told.subject like 'address:%'),
    (array_agg(tried.audit_id order by tried.audit_id desc))[:50]
  into accounts, addresses, entries
  from told inner join tried on tried.subject = told.subject;
  if accounts + addresses = 0 then
    return 0;
  end if;
  -- One alert for all of them: an attack on thousands of accounts must not flood the admins with alerts.
  perform private.alert_people(
    private.admins_to_alert(null, null), null,
    'More than five failed sign-ins in five minutes',
    format('For %s account(s), from %s network address(es).', accounts, addresses),
    jsonb_build_object(
      'kind', 'failed_logins', 'accounts', accounts, 'addresses', addresses, 'auditIds', coalesce(entries, '{}')
    )
  );
  return 1;
end;
$$;
comment on function private.alert_failed_logins is
'Alerts platform admins to accounts and network addresses with more than five failed sign-ins within any five minutes;
for each at most once in five minutes. Returns the number of alerts, 0 or 1.';

create function private.alert_log_entry(entry public.audit_log)
returns boolean
language plpgsql
volatile
set search_path = ''
as $$
begin
  insert into private.security_alerts (subject, occurred_at) values ('audit:' || entry.id, entry.occurred_at)
  on conflict do nothing;
  if not found then
    return false;
  end if;
  perform private.alert_people(
    private.admins_to_alert(
      entry.brand_id,
      case entry.action
        when 'data.export' then null
        when 'user.promote' then entry.resource_id
        else (entry.details -> 'current' ->> 'user_id')::uuid
      end
    ),
    entry.brand_id,
    case entry.action
      when 'data.export' then 'More than a thousand contents were exported'
      when 'user.promote' then 'Somebody became a platform admin'
      else 'Somebody became an admin of the brand'
    end,
    'The audit log has who did it. Look at it if you do not know why.',
    jsonb_build_object(
      'kind', case entry.action when 'data.export' then 'large_export' else 'promotion' end, 'auditId', entry.id
    )
  );
  return true;
end;
$$;
comment on function private.alert_log_entry is
'Alerts the admins to a promotion or a large export. Returns false if they were alerted to this entry before.';

create function public.raise_alerts()
returns integer
language plpgsql
volatile
security definer -- reads the log, and private is closed to the service as well
set search_path = ''
as $$
declare
  since timestamptz;
  entry public.audit_log;
  raised integer;
begin
  -- The lock keeps two runs from sending an alert twice. The scan goes back two minutes, because an entry becomes
  -- visible only when its transaction commits.
  select alert_scans.scanned_until - interval '2 minutes' into since from private.alert_scans for update;
  raised := private.alert_failed_logins(since);
  for entry in
    select audit_log.*
    from public.audit_log
    where
      audit_log.action in ('user.promote', 'data.export', 'membership.create', 'membership.update')
      and audit_log.occurred_at > since
      and (audit_log.action <> 'data.export' or audit_log.details ->> 'is_large' = 'true')
      and (
        audit_log.action not like 'membership.%' or (
          private.was_admin(audit_log.details -> 'current', audit_log.occurred_at)
          and not private.was_admin(audit_log.details -> 'previous', audit_log.occurred_at)
        )
      )
    order by audit_log.occurred_at, audit_log.id
  loop
    if private.alert_log_entry(entry) then
      raised := raised + 1;
    end if;
  end loop;
  delete from private.security_alerts where security_alerts.occurred_at < least(since, now() - interval '1 day');
  update private.alert_scans set scanned_until = now();
  return raised;
end;
$$;
comment on function public.raise_alerts is
'For the service: alerts admins to failed sign-ins, promotions and large exports since the last run. Returns the number
of alerts.';
grant execute on function public.raise_alerts to service_role;

-- schemas/audit/functions/records.sql

create function private.audit_hash(entry public.audit_log)
returns text
language sql
stable
set search_path = ''
set timezone = 'UTC'
as $$
  select encode(sha256(convert_to((to_jsonb(entry) - 'hash')::text, 'UTF8')), 'hex');
$$;
comment on function private.audit_hash is
'Returns the hash of an entry: SHA-256 of everything in the row but the hash itself.';

create function private.audit_as(
  actor uuid,
  session uuid,
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
  -- The lock serialises a brand's entries: two rows must not follow the same row in the chain.
  perform pg_advisory_xact_lock(hashtextextended('audit:' || coalesce(brand::text, 'platform'), 0));
  select * into last_entry from public.audit_log
    where audit_log.brand_id is not distinct from brand order by audit_log.position desc limit 1;
  entry.id := private.uuid_v7();
  entry.brand_id := brand;
  entry.position := coalesce(last_entry.position, 0) + 1;
  entry.action := audit_as.action;
  entry.outcome := audit_as.outcome;
  entry.actor_id := actor;
  entry.actor_type := case
    when actor is null then 'system' when private.api_key_id() is not null then 'api' else 'user'
  end;
  entry.session_id := session;
  entry.resource_type := audit_as.resource_type;
  entry.resource_id := audit_as.resource_id;
  entry.details := audit_as.details || case
    when private.api_key_id() is null then '{}' else jsonb_build_object('apiKeyId', private.api_key_id())
  end;
  entry.request_id := private.request_id();
  entry.occurred_at := clock_timestamp();
  entry.previous_hash := coalesce(last_entry.hash, repeat('0', 64));
  entry.hash := private.audit_hash(entry);
  insert into public.audit_log select entry.*;
end;
$$;
comment on function private.audit_as is
'Appends an entry to the chain of a brand, or to that of the platform if brand is null, with the given actor and
session.';

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
begin
  perform private.audit_as(
    auth.uid(), private.session_id(), brand, audit.action, audit.resource_type, audit.resource_id, audit.details,
    audit.outcome
  );
end;
$$;
comment on function private.audit is
'Appends an entry to the chain of a brand, or to that of the platform if brand is null, with the caller as its actor.';

create function private.audit_person(
  person uuid, session uuid, action text, details jsonb default '{}', outcome text default 'success'
)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  -- These entries belong to no brand: they are in the chain of the platform.
  perform private.audit_as(
    audit_person.person, audit_person.session, null, audit_person.action, 'user', audit_person.person,
    audit_person.details, audit_person.outcome
  );
end;
$$;
comment on function private.audit_person is
'Appends an entry about a person to the chain of the platform, with that person as its actor.';

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
  -- Secrets stay out of the log, also hashed or encrypted ones.
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
comment on function private.audit_change is
'Records a change of a row with its previous and current values. Arguments: the type of resource, then columns to leave
out.';

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
comment on function private.audit_content is 'Records a change of status, a deletion or a restoration of a content.';

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
comment on function private.audit_event is
'Records an event that the audit log must have: decisions, overrides, reassignments and configuration (domain §12).';

create function private.audit_view(brand uuid, people uuid[])
returns void
language plpgsql
volatile
security definer -- callers may not read or write the log themselves
set search_path = ''
as $$
begin
  -- Once in ten minutes: a search that is typed letter by letter shows the same people with each letter.
  if cardinality(people) > 0 and not exists (
    select from public.audit_log
    where
      audit_log.action = 'data.view' and audit_log.actor_id = auth.uid()
      and audit_log.occurred_at > now() - interval '10 minutes'
      and audit_log.brand_id is not distinct from brand
      and audit_log.details -> 'people' @> to_jsonb(people)
  ) then
    perform private.audit(
      brand, 'data.view', 'user', null, jsonb_build_object('people', people, 'fields', array['email'])
    );
  end if;
end;
$$;
comment on function private.audit_view is
'Records that the caller was shown the full e-mail addresses of these people.';

create function public.record_denial(request text, signature text)
returns void
language plpgsql
volatile
security definer -- nobody may write the log by themselves
set search_path = ''
as $$
declare
  asked jsonb := private.verified_payload(request, signature);
begin
  perform private.audit(
    null, 'authz.denied', 'route', null, jsonb_build_object(
      'method', asked -> 'method', 'path', asked -> 'path', 'code', asked -> 'code'
    ), 'denied'
  );
end;
$$;
comment on function public.record_denial is
'Records that the API denied a request of the caller (domain §12). request, signed by the platform: {userId, method,
path, code}';
grant execute on function public.record_denial to authenticated, service_role;

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
comment on function public.verify_audit_log is
'Returns the entries at which a brand''s chain, or that of the platform (null), is broken; none if it is intact.
Requires the permission audit.read, or a platform admin.';
grant execute on function public.verify_audit_log to authenticated, service_role;

-- schemas/brand/functions/agencies.sql

create function private.lock_agency(brand uuid, agency_id uuid)
returns public.vetting_agencies
language plpgsql
volatile
set search_path = ''
as $$
declare
  agency public.vetting_agencies;
begin
  perform private.require_permission(brand, 'brand.read');
  perform private.require_permission(brand, 'brand.update');
  select * into agency from public.vetting_agencies
  where vetting_agencies.id = agency_id and vetting_agencies.brand_id = brand
  for update;
  if agency.id is null then
    perform private.refuse(404, 'agency not found');
  end if;
  return agency;
end;
$$;
comment on function private.lock_agency is
'Locks an agency until the end of the transaction and returns it. Refuses strangers to the brand with 404, and members
who may not change it with 403.';

create function public.add_agency(brand_id uuid, details jsonb)
returns setof public.vetting_agencies
language plpgsql
volatile
security definer -- tells strangers (404) from members without the right (403)
set search_path = ''
as $$
#variable_conflict use_variable
declare
  agency public.vetting_agencies;
begin
  perform private.require_permission(brand_id, 'brand.read');
  perform private.require_permission(brand_id, 'brand.update');
  agency := jsonb_populate_record(
    null::public.vetting_agencies, '{"priority": "Medium", "status": "verified", "is_active": true}'::jsonb || details
  );
  return query
    insert into public.vetting_agencies (brand_id, name, priority, country_code, status, is_active)
    values (brand_id, agency.name, agency.priority, agency.country_code, agency.status, agency.is_active)
    returning *;
end;
$$;
comment on function public.add_agency is 'Adds a regulator or watchdog to a brand.';
grant execute on function public.add_agency to authenticated, service_role;

create function public.change_agency(brand_id uuid, agency_id uuid, changes jsonb)
returns setof public.vetting_agencies
language plpgsql
volatile
security definer -- see add_agency
set search_path = ''
as $$
declare
  agency public.vetting_agencies := private.lock_agency(change_agency.brand_id, agency_id);
  changed public.vetting_agencies := jsonb_populate_record(agency, changes);
begin
  return query
    update public.vetting_agencies
    set
      name = changed.name, priority = changed.priority, country_code = changed.country_code, status = changed.status,
      is_active = changed.is_active
    where vetting_agencies.id = agency.id
    returning *;
end;
$$;
comment on function public.change_agency is 'Replaces the values of an agency that are given in changes.';
grant execute on function public.change_agency to authenticated, service_role;

create function public.remove_agency(brand_id uuid, agency_id uuid)
returns void
language plpgsql
volatile
security definer -- see add_agency
set search_path = ''
as $$
declare
  agency public.vetting_agencies := private.lock_agency(remove_agency.brand_id, agency_id);
begin
  delete from public.vetting_agencies where vetting_agencies.id = agency.id;
end;
$$;
comment on function public.remove_agency is 'Removes an agency from a brand.';
grant execute on function public.remove_agency to authenticated, service_role;

-- schemas/brand/functions/brands.sql

create function private.touch_brand()
returns trigger
language plpgsql
security definer -- whoever changed the part
set search_path = ''
as $$
declare
  this_row jsonb := case when tg_op = 'DELETE' then to_jsonb(old) else to_jsonb(new) end;
begin
  update public.brands set updated_at = now()
  where brands.id = (this_row ->> coalesce(tg_argv[0], 'brand_id'))::uuid;
  if tg_op = 'UPDATE' and tg_argv[0] is not null
    and to_jsonb(old) -> tg_argv[0] is distinct from to_jsonb(new) -> tg_argv[0]
  then
    update public.brands set updated_at = now() where brands.id = (to_jsonb(old) ->> tg_argv[0])::uuid;
  end if;
  return null;
end;
$$;
comment on function private.touch_brand is
'Counts the version of a brand when a part of it changes, and with it the ETag and the caches of the brand. Argument:
the column that refers to the brand, by default brand_id.';

create function private.brand_document(brand public.brands)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select to_jsonb(brand) - 'account_id' || jsonb_build_object(
    'vetting_agencies', coalesce((
      select jsonb_agg(to_jsonb(agency) - array['brand_id', 'created_by', 'updated_by'] order by agency.name, agency.id)
      from public.vetting_agencies as agency where agency.brand_id = brand.id
    ), '[]'),
    'master_claim_brands', coalesce((
      select jsonb_agg(jsonb_build_object('id', master.id, 'name', master.name) order by master.name)
      from public.brand_master_claim_brands as link
      inner join public.master_claim_brands as master on master.id = link.master_claim_brand_id
      where link.brand_id = brand.id
    ), '[]'),
    'workflows', coalesce((
      select jsonb_agg(jsonb_build_object(
        'content_type', assigned.content_type, 'workflow_id', assigned.workflow_id, 'name', workflows.name
      ) order by assigned.content_type)
      from public.brand_workflows as assigned
      inner join public.workflows on workflows.id = assigned.workflow_id
      where assigned.brand_id = brand.id
    ), '[]')
  );
$$;
comment on function private.brand_document is
'Returns a brand with its agencies, linked master claim brands and workflows, the same for all members.';

create function private.check_parent_brand(brand uuid, parent uuid)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if parent is null then
    return;
  end if;
  if not exists (select from public.brands where brands.id = parent and brands.deleted_at is null) then
    perform private.refuse(400, 'there is no such parent brand', jsonb_build_array(jsonb_build_object(
      'field', 'parentBrandId', 'code', 'INVALID_FORMAT', 'message', 'no such brand'
    )));
  end if;
  if exists (
    with recursive ancestors as (
      select brands.id, brands.parent_brand_id from public.brands where brands.id = parent
      union
      select above.id, above.parent_brand_id
      from public.brands as above inner join ancestors on above.id = ancestors.parent_brand_id
    )
    select from ancestors where ancestors.id = brand
  ) then
    perform private.refuse(400, 'a brand cannot be below itself', jsonb_build_array(jsonb_build_object(
      'field', 'parentBrandId', 'code', 'INVALID_FORMAT', 'message', 'names a brand below this one'
    )));
  end if;
end;
$$;
comment on function private.check_parent_brand is
'Refuses with 400 a parent that does not exist or is below the brand. Null is no parent.';

create function public.read_brand(brand_id uuid, known_version integer default null)
returns jsonb
language plpgsql
stable
security definer -- reads the parts of the brand at once; every member may read them
set search_path = ''
as $$
declare
  brand public.brands;
begin
  -- Checked on every call, whatever a cache holds.
  perform private.require_permission(read_brand.brand_id, 'brand.read');
  select * into brand from public.brands where brands.id = read_brand.brand_id;
  return jsonb_build_object(
    'version', brand.version,
    'brand', case when brand.version is distinct from known_version then private.brand_document(brand) end,
    -- Only those that the caller may read: sub-brands are tenants of their own.
    'sub_brands', coalesce((
      select jsonb_agg(jsonb_build_object('id', sub.id, 'name', sub.name, 'slug', sub.slug) order by sub.name)
      from public.brands as sub
      where
        sub.parent_brand_id = brand.id and sub.deleted_at is null
        and sub.id = any (private.brands_permitting('brand.read'))
    ), '[]')
  );
end;
$$;
comment on function public.read_brand is
'Returns a brand with its parts: {version, brand, sub_brands}. brand is null where the caller knows this version
already. Refuses strangers with 404.';
grant execute on function public.read_brand to authenticated, service_role;

create function public.list_brands(
  query text default null, parent_brand_id uuid default null, page_offset integer default 0,
  page_size integer default 20
)
returns jsonb
language plpgsql
stable
security definer -- counts rows without a policy per row; takes the caller's brands first
set search_path = ''
as $$
declare
  readable uuid [] := private.brands_permitting('brand.read');
  counted uuid [] := private.brands_permitting('content.read');
begin
  return (
    with matching as (
      select brands.id, brands.name from public.brands
      where
        brands.id = any (readable) and brands.deleted_at is null
        and (list_brands.parent_brand_id is null or brands.parent_brand_id = list_brands.parent_brand_id)
        and (list_brands.query is null or position(lower(list_brands.query) in lower(brands.name)) > 0)
    ),
    page as (
      select matching.* from matching order by matching.name, matching.id
      offset page_offset limit least(greatest(page_size, 1), 100)
    )
    select jsonb_build_object(
      'items', coalesce((
        select jsonb_agg(private.brand_document(brands) || jsonb_build_object('counts', jsonb_build_object(
          'contents', case when page.id = any (counted) then (
            select count(*) from public.contents where contents.brand_id = page.id and contents.deleted_at is null
          ) end,
          'templates', (select count(*) from public.templates where templates.brand_id = page.id),
          'workflows', (select count(*) from public.workflows where workflows.brand_id = page.id),
          'members', (select count(*) from public.brand_members as member where member.brand_id = page.id)
        )) order by page.name, page.id)
        from page
        inner join public.brands on brands.id = page.id
      ), '[]'),
      'total', (select count(*) from matching)
    )
  );
end;
$$;
comment on function public.list_brands is
'Lists the caller''s brands by name, each with its parts and counts: {items, total}.';
grant execute on function public.list_brands to authenticated, service_role;

create function public.create_brand(name text, slug text default '', details jsonb default '{}')
returns setof jsonb
language plpgsql
volatile
security definer -- nobody holds the privilege to insert brands
set search_path = ''
as $$
#variable_conflict use_variable
declare
  brand public.brands;
  quota integer;
begin
  if not private.is_platform_admin() then
    perform private.refuse(403, 'only platform admins may create brands');
  end if;
  slug := coalesce(nullif(slug, ''), nullif(private.slugify(name), ''), 'brand');
  brand := jsonb_populate_record(
    null::public.brands,
    jsonb_build_object(
      'id', private.uuid_v7(), 'description', '', 'identity', '{}'::jsonb, 'tone_of_voice', '',
      'guardrails', '[]'::jsonb, 'key_messages', '[]'::jsonb, 'target_audience', '', 'allowed_content_types', '[]'::jsonb, 'colors', '{}'::jsonb,
      'communication_style', '', 'personality', '[]'::jsonb, 'website_urls', '[]'::jsonb, 'settings', '{}'::jsonb
    ) || (details - array['id', 'deleted_at']) || jsonb_build_object('name', name, 'slug', slug)
  );
  perform private.check_parent_brand(brand.id, brand.parent_brand_id);
  select plans.brands into quota
  from public.accounts inner join public.plans on plans.name = accounts.plan
  where accounts.id = brand.account_id and accounts.overage = 'block';
  if quota <= (
    select count(*) from public.brands where brands.account_id = brand.account_id and brands.deleted_at is null
  ) then
    perform private.refuse(403, 'the plan has no more brands', jsonb_build_array(jsonb_build_object(
      'code', 'PLAN_LIMIT_EXCEEDED', 'message', format('%s brands at most', quota)
    )));
  end if;
  insert into public.brands select brand.*;
  return query select private.brand_document(brands) from public.brands where brands.id = brand.id;
end;
$$;
comment on function public.create_brand is
'Creates a brand, for platform admins. Makes the slug from the name if none is given.';
grant execute on function public.create_brand to authenticated, service_role;

create function public.update_brand(brand_id uuid, expected_version integer, changes jsonb)
returns setof jsonb
language plpgsql
volatile
security definer -- locks the row before it compares the version; only platform admins may change names
set search_path = ''
as $$
declare
  brand public.brands;
  changed public.brands;
begin
  perform private.require_permission(update_brand.brand_id, 'brand.read');
  perform private.require_permission(update_brand.brand_id, 'brand.update');
  -- Names are unique over all tenants: trying them would tell which exist.
  if changes ?| array['name', 'slug', 'parent_brand_id', 'account_id'] and not private.is_platform_admin() then
    perform private.refuse(403, 'only platform admins may change the name, slug, parent or account of a brand');
  end if;
  if expected_version is null then
    perform private.refuse(428, 'an update names the version that it saw');
  end if;
  select * into brand from public.brands where brands.id = update_brand.brand_id for update;
  if brand.version <> expected_version then
    perform private.refuse(412, 'the brand was changed by someone else', jsonb_build_array(jsonb_build_object(
      'field', 'version', 'code', 'CONFLICT', 'message', brand.version::text
    )));
  end if;
  changed := jsonb_populate_record(brand, changes - array['id', 'deleted_at']);
  changed.identity := private.merge_patch(brand.identity, changes -> 'identity');
  changed.settings := private.merge_patch(brand.settings, changes -> 'settings');
  if changed.parent_brand_id is distinct from brand.parent_brand_id then
    perform private.check_parent_brand(brand.id, changed.parent_brand_id);
  end if;
  if changed is distinct from brand then
    update public.brands
    set
      name = changed.name, slug = changed.slug, description = changed.description, identity = changed.identity,
      tone_of_voice = changed.tone_of_voice, communication_style = changed.communication_style,
      personality = changed.personality, guardrails = changed.guardrails, key_messages = changed.key_messages,
      target_audience = changed.target_audience, country = changed.country, language = changed.language,
      currency = changed.currency, allowed_content_types = changed.allowed_content_types, colors = changed.colors,
      logo = changed.logo, website_urls = changed.website_urls, settings = changed.settings,
      parent_brand_id = changed.parent_brand_id, account_id = changed.account_id
    where brands.id = brand.id;
  end if;
  return query select private.brand_document(brands) from public.brands where brands.id = brand.id;
end;
$$;
comment on function public.update_brand is
'Replaces the values that are given in changes; identity and settings are merged by key. Refuses with 412 and the
current version where another update came first.';
grant execute on function public.update_brand to authenticated, service_role;

create function public.delete_brand(brand_id uuid, is_cascade boolean default false)
returns void
language plpgsql
volatile
security definer -- nobody holds the privilege to delete brands
set search_path = ''
as $$
declare
  content_count bigint;
  workflow_count bigint;
begin
  perform private.require_permission(delete_brand.brand_id, 'brand.read');
  if not private.is_platform_admin() then
    perform private.refuse(403, 'only platform admins may delete brands');
  end if;
  select count(*) into content_count
  from public.contents where contents.brand_id = delete_brand.brand_id and contents.deleted_at is null;
  select count(*) into workflow_count
  from public.workflows where workflows.brand_id = delete_brand.brand_id;
  if not is_cascade and content_count + workflow_count > 0 then
    perform private.refuse(409, 'the brand still has contents or workflows', jsonb_build_array(
      jsonb_build_object('field', 'contents', 'code', 'CONFLICT', 'message', content_count::text),
      jsonb_build_object('field', 'workflows', 'code', 'CONFLICT', 'message', workflow_count::text)
    ));
  end if;
  update public.brands set deleted_at = now() where brands.id = delete_brand.brand_id;
end;
$$;
comment on function public.delete_brand is
'Hides a brand from everyone. Refuses with 409 and the counts while it has contents or workflows, unless cascading.';
grant execute on function public.delete_brand to authenticated, service_role;

-- schemas/brand/functions/quotas.sql

create function private.consume_quota(account uuid, metric text, amount bigint)
returns boolean
language plpgsql
volatile
set search_path = ''
as $$
#variable_conflict use_variable
declare
  this_month date := date_trunc('month', now() at time zone 'UTC');
  plan public.plans;
  quota bigint;
begin
  select plans.* into plan
  from public.accounts
  inner join public.plans on plans.name = accounts.plan
  where accounts.id = account and accounts.overage = 'block';
  quota := case metric
    when 'contents' then plan.contents_per_month
    when 'generations' then plan.generations_per_month
    when 'storage_bytes' then plan.storage_bytes
  end;
  insert into public.quota_usage as usage (account_id, metric, month, used)
  select account, metric, this_month, greatest(amount, 0)
  where quota is null or amount <= quota
  on conflict on constraint quota_usage_pkey do update
    set used = greatest(usage.used + amount, 0)
    where quota is null or usage.used + amount <= quota;
  return found;
end;
$$;
comment on function private.consume_quota is
'Counts use of a plan atomically, before the work. Returns false and counts nothing where the plan is used up. A
negative amount is a refund.';
grant execute on function private.consume_quota to service_role;

create function private.refuse_quota(message text)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  perform private.refuse(429, message, jsonb_build_array(jsonb_build_object(
    'code', 'QUOTA_EXCEEDED',
    'message', 'resets at ' || to_char(private.this_month() + interval '1 month', 'YYYY-MM-DD"T00:00:00Z"')
  )));
end;
$$;
comment on function private.refuse_quota is 'Refuses with 429 QUOTA_EXCEEDED and the time at which the month ends.';

create function private.alert_quota(brand uuid, account uuid, metric text)
returns void
language plpgsql
volatile
set search_path = ''
as $$
#variable_conflict use_variable
declare
  quota integer;
  crossed smallint;
begin
  select plans.generations_per_month into quota
  from public.accounts inner join public.plans on plans.name = accounts.plan
  where accounts.id = account and metric = 'generations';
  update public.quota_usage as usage
  set alerted_percent = private.crossed_percent(usage.alerted_percent, usage.used, quota)
  where
    quota is not null
    and usage.account_id = account and usage.metric = metric and usage.month = private.this_month()
    and usage.alerted_percent < private.crossed_percent(usage.alerted_percent, usage.used, quota)
  returning usage.alerted_percent into crossed;
  if crossed is not null then
    -- To the brand that made the call, without figures: they would tell what other brands of the account use.
    perform private.append_event(brand, 'brand', brand, 'QuotaThresholdReached', jsonb_build_object(
      'percent', crossed, 'metric', metric, 'month', private.this_month()
    ));
  end if;
end;
$$;
comment on function private.alert_quota is 'Announces 80 and 100 % of the generations of a plan, each once a month.';

create function private.current_quota(brand uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  -- Without figures: they would tell what other brands of the account use.
  select jsonb_build_object(
    'is_limited', plans.generations_per_month is not null and accounts.overage = 'block',
    'is_exhausted', coalesce(
      accounts.overage = 'block' and usage.used >= plans.generations_per_month, false
    ),
    'resets_at', (private.this_month() + interval '1 month') at time zone 'UTC'
  )
  from public.brands
  inner join public.accounts on accounts.id = brands.account_id
  inner join public.plans on plans.name = accounts.plan
  left join public.quota_usage as usage
    on usage.account_id = accounts.id and usage.metric = 'generations' and usage.month = private.this_month()
  where brands.id = brand;
$$;
comment on function private.current_quota is
'Returns whether the generations of a brand are limited and exhausted this month, and when the month ends; null without
an account.';

-- schemas/brand/functions/settings.sql

create function private.stamp_setting()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.updated_by := auth.uid();
  new.updated_at := now();
  return new;
end;
$$;
comment on function private.stamp_setting is 'Writes who changed a setting or a flag, and when.';

create function public.active_flags(brand_id uuid)
returns setof text
language plpgsql
stable
security definer -- only platform admins may read the table, since it names other brands
set search_path = ''
as $$
begin
  perform private.require_permission(active_flags.brand_id, 'brand.read');
  return query
    select flags.key
    from public.feature_flags as flags
    where flags.is_enabled and (flags.brand_ids = '{}' or active_flags.brand_id = any (flags.brand_ids))
    order by flags.key;
end;
$$;
comment on function public.active_flags is 'Lists the features that are on for a brand of the caller.';
grant execute on function public.active_flags to authenticated, service_role;

-- schemas/claims/functions/access.sql

create function private.readable_master_brands()
returns uuid[]
language sql
stable
security definer -- reads links that belong to brands, whatever else of them the caller may read
set search_path = ''
as $$
  select coalesce(array_agg(distinct link.master_claim_brand_id), '{}')
  from public.brand_master_claim_brands as link
  where link.brand_id = any (private.brands_permitting('claim.read'));
$$;
comment on function private.readable_master_brands is
'Lists the catalogue brands that are linked to a brand in which the caller may read claims.';
grant execute on function private.readable_master_brands to authenticated, service_role;

create function private.writable_master_brands()
returns uuid[]
language sql
stable
security definer -- see readable_master_brands
set search_path = ''
as $$
  select coalesce(array_agg(distinct link.master_claim_brand_id), '{}')
  from public.brand_master_claim_brands as link
  where link.brand_id = any (private.brands_permitting('claim.write'));
$$;
comment on function private.writable_master_brands is
'Lists the catalogue brands that are linked to a brand in which the caller may write claims.';
grant execute on function private.writable_master_brands to authenticated, service_role;

create function private.readable_products()
returns uuid[]
language sql
stable
security definer -- see readable_master_brands
set search_path = ''
as $$
  select coalesce(array_agg(products.id), '{}')
  from public.products where products.master_claim_brand_id = any (private.readable_master_brands());
$$;
comment on function private.readable_products is 'Lists the products of the catalogue brands that the caller may read.';
grant execute on function private.readable_products to authenticated, service_role;

create function private.readable_ingredients()
returns uuid[]
language sql
stable
security definer -- see readable_master_brands
set search_path = ''
as $$
  select coalesce(array_agg(distinct part.ingredient_id), '{}')
  from public.product_ingredients as part where part.product_id = any (private.readable_products());
$$;
comment on function private.readable_ingredients is 'Lists the ingredients of the products that the caller may read.';
grant execute on function private.readable_ingredients to authenticated, service_role;

create function private.readable_claim_ids()
returns setof uuid
language sql
stable
security definer -- reads links that belong to brands, whatever else of them the caller may read
set search_path = ''
rows 1000
as $$
  select claims.id from public.claims
  where claims.level = 'brand' and claims.master_claim_brand_id = any (private.readable_master_brands())
  union
  select subject.claim_id from public.claim_subjects as subject
  where
    subject.product_id = any (private.readable_products())
    or subject.ingredient_id = any (private.readable_ingredients())
  union
  select claims.id from public.claims where private.is_platform_admin();
$$;
comment on function private.readable_claim_ids is
'Lists the claims of the catalogue brands, products and ingredients that the caller may read; all claims for platform
admins.';
grant execute on function private.readable_claim_ids to authenticated, service_role;

create function private.claim_master_brands(claim_id uuid)
returns setof uuid
language sql
stable
set search_path = ''
as $$
  select claims.master_claim_brand_id from public.claims where claims.id = claim_id and claims.level = 'brand'
  union
  select products.master_claim_brand_id
  from public.claim_subjects as subject
  left join public.product_ingredients as part on part.ingredient_id = subject.ingredient_id
  inner join public.products on products.id in (subject.product_id, part.product_id)
  where subject.claim_id = claim_master_brands.claim_id;
$$;
comment on function private.claim_master_brands is
'Lists the catalogue brand of a claim of the level brand, else those of the products that the claim is about or whose
ingredients it is about.';

create function private.require_claim_write(master_brands uuid[], level public.claim_level, author uuid default null)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if private.is_platform_admin() then
    return;
  end if;
  if cardinality(master_brands) = 0 or not master_brands && private.readable_master_brands() then
    perform private.refuse(404, 'claim not found');
  end if;
  -- Claims of ingredients are shared by all tenants, so only platform admins write them. An author may edit their own
  -- claim while they may read it and no membership denies them claim.write.
  if author = auth.uid() and level <> 'ingredient' and not exists (
    select from public.brand_master_claim_brands as link
    where link.master_claim_brand_id = any (master_brands) and private.is_restricted(link.brand_id, 'claim.write')
  ) then
    return;
  end if;
  if level = 'ingredient' or not master_brands <@ private.writable_master_brands() then
    perform private.refuse(403, 'this needs the permission claim.write in a brand that is linked to it');
  end if;
end;
$$;
comment on function private.require_claim_write is
'Raises 404 unless the caller may read claims of one of the catalogue brands, and 403 unless the caller may write claims
of all of them or is the given author.';

-- schemas/claims/functions/approvals.sql

create function private.next_approval_step(claim public.claims, after integer)
returns public.claim_approval_steps
language sql
stable
set search_path = ''
as $$
  select step.*
  from public.claim_approval_steps as step
  where
    step.master_claim_brand_id = (
      select master from private.claim_master_brands(claim.id) as master order by master limit 1
    )
    and step.position > next_approval_step.after
  order by step.position
  limit 1;
$$;
comment on function private.next_approval_step is
'Returns the first approval step after a position; a row of nulls where there is none. A claim of several catalogue
brands follows the steps of the brand with the lowest id.';

create function private.require_open_decision(claim public.claims, expected_position integer)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if claim.created_by = auth.uid() then
    perform private.refuse(403, 'nobody decides on a claim that they wrote');
  end if;
  if claim.approval is distinct from 'pending' then
    perform private.refuse(409, 'the claim is not in approval');
  end if;
  if expected_position <> claim.approval_position then
    perform private.refuse(409, 'another step of the approval is open by now');
  end if;
  if exists (
    select from public.claim_approvals as given
    where given.claim_id = claim.id and given.is_current and given.actor_id = auth.uid()
  ) then
    perform private.refuse(409, 'you have approved this claim already');
  end if;
end;
$$;
comment on function private.require_open_decision is
'Raises 403 for the author of the claim, and 409 unless the claim is in approval, at the expected step if one is given,
and not yet approved by the caller in this approval.';

create function public.submit_claim(claim_id uuid)
returns setof public.claims
language plpgsql
volatile
security definer -- claims are written by commands only
set search_path = ''
as $$
declare
  claim public.claims := private.lock_claim(claim_id);
  step public.claim_approval_steps := private.next_approval_step(claim, 0);
begin
  if claim.approval = 'pending' then
    perform private.refuse(409, 'the approval of the claim is pending');
  elsif step.id is null then
    perform private.refuse(409, 'the master claim brand has no approval steps');
  end if;
  update public.claims set approval = 'pending', approval_position = step.position where claims.id = claim.id;
  return query select claims.* from public.claims where claims.id = claim.id;
end;
$$;
comment on function public.submit_claim is
'Puts a claim into approval. The claim has no effect until it is approved.';
grant execute on function public.submit_claim to authenticated, service_role;

create function public.decide_claim(
  claim_id uuid,
  decision text,
  comment text default '',
  amended_text jsonb default null,
  expected_position integer default null
)
returns setof public.claims
language plpgsql
volatile
security definer -- claims are written by commands only
set search_path = ''
as $$
declare
  claim public.claims := private.lock_claim(claim_id);
  step public.claim_approval_steps;
  next_step public.claim_approval_steps;
begin
  perform private.require_open_decision(claim, expected_position);
  select * into step from private.next_approval_step(claim, claim.approval_position - 1);
  if amended_text is not null then
    update public.claims set text = amended_text where claims.id = claim.id;
  end if;
  if decision = 'approve' then
    next_step := private.next_approval_step(claim, claim.approval_position);
    update public.claims
    set approval = case when next_step.id is null then 'approved' else 'pending' end,
      approval_position = next_step.position
    where claims.id = claim.id;
  elsif decision = 'reject' then
    perform private.require_reason(decide_claim.comment, 'comment');
    update public.claim_approvals set is_current = false where claim_approvals.claim_id = claim.id;
    update public.claims set approval_position = (private.next_approval_step(claim, 0)).position
    where claims.id = claim.id;
  else
    perform private.refuse(400, 'there is no such decision',
      '[{"field": "decision", "code": "INVALID_FORMAT", "message": "approve or reject"}]');
  end if;
  insert into public.claim_approvals (
    claim_id, claim_version, position, step_name, decision, comment, is_current, actor_id
  )
  values (
    claim.id, claim.version, claim.approval_position, coalesce(step.name, ''), decide_claim.decision,
    decide_claim.comment, decide_claim.decision = 'approve', auth.uid()
  );
  return query select claims.* from public.claims where claims.id = claim.id;
end;
$$;
comment on function public.decide_claim is
'Approves the open step of a claim, or rejects the claim back to its first step, which needs a comment. Not for the
author or for somebody who approved an earlier step. amended_text replaces the text of the claim.';
grant execute on function public.decide_claim to authenticated, service_role;

-- schemas/claims/functions/catalogue.sql

create function public.link_master_claim_brand(
  brand_id uuid, master_claim_brand_id uuid, is_linked boolean default true
)
returns setof jsonb
language plpgsql
volatile
security definer -- the catalogue is the platform's
set search_path = ''
as $$
#variable_conflict use_variable
begin
  perform private.require_permission(brand_id, 'brand.read');
  if not private.is_platform_admin() then
    perform private.refuse(403, 'only platform admins may link master claim brands');
  end if;
  if not exists (select from public.master_claim_brands as master where master.id = master_claim_brand_id) then
    perform private.refuse(404, 'master claim brand not found');
  end if;
  if is_linked then
    insert into public.brand_master_claim_brands (brand_id, master_claim_brand_id)
    values (brand_id, master_claim_brand_id)
    on conflict do nothing;
  else
    delete from public.brand_master_claim_brands as link
    where link.brand_id = link_master_claim_brand.brand_id
      and link.master_claim_brand_id = link_master_claim_brand.master_claim_brand_id;
  end if;
  return query select private.brand_document(brands) from public.brands where brands.id = brand_id;
end;
$$;
comment on function public.link_master_claim_brand is
'Links a brand to a master claim brand, whose claims and products it can then read, or removes the link. Requires a
platform admin.';
grant execute on function public.link_master_claim_brand to authenticated, service_role;

-- schemas/claims/functions/claim_triggers.sql

create function private.replace_claim_scopes(claim public.claims)
returns void
language sql
volatile
set search_path = ''
as $$
  delete from private.claim_scopes where claim_scopes.claim_id = claim.id;
  insert into private.claim_scopes (subject_id, country, text_key, level, status, claim_id)
  select subject.id, country, private.claim_text_key(claim.text), claim.level, claim.status, claim.id
  from (
    select claim.master_claim_brand_id as id
    union
    select coalesce(subjects.product_id, subjects.ingredient_id)
    from public.claim_subjects as subjects where subjects.claim_id = claim.id
  ) as subject
  cross join unnest(claim.countries) as country
  where subject.id is not null
  group by subject.id, country;
$$;
comment on function private.replace_claim_scopes is
'Replaces the rows of a claim in claim_scopes: one for each subject and country.';

create function private.guard_claim()
returns trigger
language plpgsql
set search_path = ''
as $$
declare
  unknown text [];
begin
  if cardinality(new.countries) = 0 then
    new.countries := '{__GLOBAL__}';
  end if;
  unknown := private.unknown_countries(new.countries);
  if cardinality(unknown) > 0 then
    perform private.refuse(400, 'there is no such country', jsonb_build_array(jsonb_build_object(
      'field', 'countries', 'code', 'INVALID_FORMAT', 'message', array_to_string(unknown[1:5], ', ')
    )));
  end if;
  if tg_op = 'UPDATE' and (
    new.level <> old.level or new.master_claim_brand_id is distinct from old.master_claim_brand_id
  ) then
    perform private.refuse(409, 'level and subject of a claim are fixed');
  end if;
  return new;
end;
$$;
comment on function private.guard_claim is
'Makes a claim without countries global. Refuses unknown countries and changes of level or catalogue brand.';

create function private.keep_pending_claim()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if old.approval = 'pending' then
    perform private.refuse(409, 'the approval of the claim is pending');
  end if;
  return old;
end;
$$;
comment on function private.keep_pending_claim is 'Refuses to delete a claim while its approval is pending.';

create function private.announce_claim(claim_id uuid, event_type text, data jsonb)
returns void
language sql
volatile
set search_path = ''
as $$
  -- One event for each linked tenant, so that no tenant learns of another.
  select private.append_event(link.brand_id, 'claim', announce_claim.claim_id, event_type, data)
  from public.brand_master_claim_brands as link
  where link.master_claim_brand_id in (select private.claim_master_brands(announce_claim.claim_id));
$$;

create function private.propagate_claim()
returns trigger
language plpgsql
security definer -- claim_scopes and events are written by functions only
set search_path = ''
as $$
declare
  claim public.claims;
begin
  if tg_table_name = 'claims' then
    claim := new;
  else
    select * into claim from public.claims
    where claims.id = case tg_op when 'DELETE' then old.claim_id else new.claim_id end;
  end if;
  if claim.id is null then
    return null; -- the claim itself is being deleted
  end if;
  perform private.replace_claim_scopes(claim);
  if tg_table_name = 'claims' then
    perform private.announce_claim(
      claim.id, 'ClaimChanged', jsonb_build_object('status', claim.status, 'isNew', tg_op = 'INSERT')
    );
  end if;
  return null;
end;
$$;
comment on function private.propagate_claim is
'After a change of a claim or of its subjects: rewrites claim_scopes and announces a change of the claim.';

create function private.check_claim_subjects()
returns trigger
language plpgsql
security definer -- reads all subjects, whatever the caller may read
set search_path = ''
as $$
declare
  claim public.claims;
begin
  select * into claim from public.claims
  where claims.id = case
    when tg_table_name = 'claims' then to_jsonb(new) ->> 'id' else to_jsonb(coalesce(new, old)) ->> 'claim_id'
  end::uuid;
  if claim.id is not null and not coalesce((
    select case claim.level
      when 'brand' then count(*) = 0
      when 'product' then count(subject.product_id) >= 1 and count(subject.ingredient_id) = 0
      else count(subject.ingredient_id) >= 1 and count(subject.product_id) = 0
    end
    from public.claim_subjects as subject where subject.claim_id = claim.id
  ), false) then
    perform private.refuse(400, 'a claim names what it is about', jsonb_build_array(jsonb_build_object(
      'field', 'level', 'code', 'INVALID_FORMAT',
      'message', 'one master claim brand, or at least one product, or at least one ingredient'
    )));
  end if;
  return null;
end;
$$;
comment on function private.check_claim_subjects is
'Requires, at the end of the transaction, that a claim has at least one subject of its level and none of another; a
claim of the level brand has no rows in claim_subjects.';

-- schemas/claims/functions/claims.sql

create function private.lock_claim(claim_id uuid, is_for_author boolean default false)
returns public.claims
language plpgsql
volatile
set search_path = ''
as $$
declare
  claim public.claims;
begin
  if not exists (select from public.claims where claims.id = claim_id)
    or not (
      private.is_platform_admin()
      or array(select private.claim_master_brands(claim_id)) && private.readable_master_brands()
    )
  then
    perform private.refuse(404, 'claim not found');
  end if;
  select * into claim from public.claims where claims.id = claim_id for update;
  perform private.require_claim_write(
    array(select private.claim_master_brands(claim_id)), claim.level, case when is_for_author then claim.created_by end
  );
  return claim;
end;
$$;
comment on function private.lock_claim is
'Locks and returns a claim that the caller may write; with is_for_author, also one that the caller created. 404 and 403
as private.require_claim_write.';

create function private.require_claim_subjects(level public.claim_level, subject_ids uuid[])
returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  master_brands uuid[];
begin
  if level is null
    or coalesce(cardinality(subject_ids), 0) not between 1 and (case level when 'brand' then 1 else 500 end)
  then
    perform private.refuse(400, 'a claim names what it is about',
      '[{"field": "subjectIds", "code": "REQUIRED_FIELD_MISSING", "message": "one brand, or at least one other"}]');
  end if;
  if level = 'ingredient' then
    if not private.is_platform_admin() then
      perform private.refuse(403, 'claims of ingredients are shared: only platform admins write them');
    end if;
    return;
  end if;
  master_brands := case level
    when 'brand' then array(
      select master.id from public.master_claim_brands as master where master.id = any (subject_ids)
    )
    else array(
      select distinct products.master_claim_brand_id from public.products where products.id = any (subject_ids)
    )
  end;
  perform private.require_claim_write(master_brands, level);
  -- Platform admins pass the check above without any catalogue brand.
  if cardinality(master_brands) = 0 then
    perform private.refuse(404, 'claim not found');
  end if;
end;
$$;
comment on function private.require_claim_subjects is
'Raises 400 unless there is one catalogue brand, or 1 to 500 products or ingredients, and 404 or 403 unless the caller
may write claims of all of them.';

create function public.create_claim(
  text jsonb,
  level public.claim_level,
  status public.claim_status,
  subject_ids uuid[],
  countries text[] default '{__GLOBAL__}',
  effective_from timestamptz default now(),
  effective_to timestamptz default null,
  details jsonb default '{}'
)
returns setof public.claims
language plpgsql
volatile
security definer -- claims are written by commands only
set search_path = ''
as $$
#variable_conflict use_variable
declare
  claim_id uuid := private.uuid_v7();
begin
  perform private.require_claim_subjects(level, subject_ids);
  insert into public.claims (
    id, text, type, level, status, master_claim_brand_id, countries, effective_from, effective_to,
    category, regulatory_references, documentation_urls, notes
  )
  values (
    claim_id, text, coalesce(details ->> 'type', 'master'), level, status,
    case when level = 'brand' then subject_ids[1] end,
    -- __ALL_COUNTRIES__ is the word of overrides; claims say __GLOBAL__.
    coalesce((
      select array_agg(distinct case country when '__ALL_COUNTRIES__' then '__GLOBAL__' else country end)
      from unnest(countries) as country
    ), '{__GLOBAL__}'),
    coalesce(effective_from, now()), effective_to, details ->> 'category',
    array(select jsonb_array_elements_text(coalesce(details -> 'regulatory_references', '[]'))),
    array(select jsonb_array_elements_text(coalesce(details -> 'documentation_urls', '[]'))),
    coalesce(details ->> 'notes', '')
  );
  if level <> 'brand' then
    insert into public.claim_subjects (claim_id, product_id, ingredient_id)
    select claim_id, case when level = 'product' then subject end, case when level = 'ingredient' then subject end
    from (select distinct unnest(subject_ids) as subject) as subjects;
  end if;
  return query select claims.* from public.claims where claims.id = claim_id;
end;
$$;
comment on function public.create_claim is
'Creates a claim of one master claim brand, of products or of ingredients (subject_ids). Requires that the caller may
write claims of all of them.';
grant execute on function public.create_claim to authenticated, service_role;

create function public.update_claim(claim_id uuid, expected_version integer, changes jsonb)
returns setof public.claims
language plpgsql
volatile
security definer -- claims are written by commands only
set search_path = ''
as $$
declare
  claim public.claims := private.lock_claim(claim_id, is_for_author => true);
begin
  if expected_version is null then
    perform private.refuse(428, 'an update names the version that it saw');
  elsif claim.version <> expected_version then
    perform private.refuse(412, 'the claim was changed by someone else', jsonb_build_array(jsonb_build_object(
      'field', 'version', 'code', 'CONFLICT', 'message', claim.version::text
    )));
  end if;
  claim := jsonb_populate_record(claim, changes - array[
    'id', 'level', 'master_claim_brand_id', 'approval', 'approval_position', 'version', 'type',
    'created_by', 'created_at', 'updated_by', 'updated_at'
  ]);
  -- A change of what was approved starts the approval again, from the first step.
  if claim.approval in ('pending', 'approved') and (
    select
      (claims.text, claims.status, claims.countries, claims.effective_from, claims.effective_to)
      is distinct from (claim.text, claim.status, claim.countries, claim.effective_from, claim.effective_to)
    from public.claims where claims.id = claim.id
  ) then
    update public.claim_approvals set is_current = false where claim_approvals.claim_id = claim.id;
    claim.approval := 'pending';
    claim.approval_position := (private.next_approval_step(claim, 0)).position;
  end if;
  update public.claims
  set
    text = claim.text, status = claim.status, countries = claim.countries, effective_from = claim.effective_from,
    effective_to = claim.effective_to, category = claim.category,
    regulatory_references = claim.regulatory_references, documentation_urls = claim.documentation_urls,
    notes = claim.notes, approval = claim.approval, approval_position = claim.approval_position
  where claims.id = claim.id;
  return query select claims.* from public.claims where claims.id = claim.id;
end;
$$;
comment on function public.update_claim is
'Changes the columns named in changes; level, subject and approval are ignored. Raises 428 without a version and 412
where the claim has another version.';
grant execute on function public.update_claim to authenticated, service_role;

create function public.delete_claim(claim_id uuid)
returns void
language plpgsql
volatile
security definer -- claims are written by commands only
set search_path = ''
as $$
declare
  claim public.claims := private.lock_claim(claim_id);
begin
  perform private.announce_claim(claim.id, 'ClaimDeleted', '{}');
  delete from public.claims where claims.id = claim.id;
end;
$$;
comment on function public.delete_claim is 'Deletes a claim with its overrides; 409 while its approval is pending.';
grant execute on function public.delete_claim to authenticated, service_role;

-- schemas/claims/functions/overrides.sql

create function private.guard_override()
returns trigger
language plpgsql
security definer -- reads all claims, whatever the caller may read
set search_path = ''
as $$
declare
  replacement public.claims;
  wanted text := case new.market_country when '__ALL_COUNTRIES__' then '__GLOBAL__' else new.market_country end;
begin
  if cardinality(private.unknown_countries(array[wanted])) > 0
    or exists (select from public.countries where countries.code = wanted and not countries.is_active)
  then
    perform private.refuse(400, 'there is no such market', jsonb_build_array(jsonb_build_object(
      'field', 'marketCountry', 'code', 'INVALID_FORMAT', 'message', new.market_country
    )));
  end if;
  if not exists (
    select from public.claims where claims.id = new.master_claim_id and '__GLOBAL__' = any (claims.countries)
  ) then
    perform private.refuse(400, 'only a global claim can be overridden', jsonb_build_array(jsonb_build_object(
      'field', 'masterClaimId', 'code', 'INVALID_FORMAT', 'message', 'not a global claim'
    )));
  end if;
  select * into replacement from public.claims where claims.id = new.replacement_claim_id;
  if replacement.id is not null and wanted <> all (replacement.countries) then
    perform private.refuse(400, 'the replacement is of another market', jsonb_build_array(jsonb_build_object(
      'field', 'replacementClaimId', 'code', 'INVALID_FORMAT', 'message', 'a claim of ' || wanted || ' is expected'
    )));
  end if;
  return new;
end;
$$;
comment on function private.guard_override is
'Raises 400 unless the market is an active country or all countries, the master claim is global, and the replacement is
a claim of the market.';

create function private.announce_override()
returns trigger
language plpgsql
security definer -- events are written by functions only
set search_path = ''
as $$
declare
  override public.market_overrides := case tg_op when 'DELETE' then old else new end;
begin
  -- A rule for all countries lists every active country (domain §6).
  perform private.append_event(
    link.brand_id, 'claim', override.master_claim_id, 'MarketOverrideChanged',
    jsonb_strip_nulls(jsonb_build_object(
      'productId', override.product_id, 'market', override.market_country, 'operation', lower(tg_op),
      'countries', case when override.market_country = '__ALL_COUNTRIES__' then (
        select jsonb_agg(countries.code order by countries.code) from public.countries where countries.is_active
      ) end
    ))
  )
  from public.products
  inner join public.brand_master_claim_brands as link on link.master_claim_brand_id = products.master_claim_brand_id
  where products.id = override.product_id;
  return null;
end;
$$;

create function private.require_override_write(
  existing public.market_overrides, master_brand uuid, market_country text, claim_ids uuid[]
)
returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  author uuid;
begin
  if private.is_platform_admin() then
    return;
  end if;
  if not coalesce(master_brand = any (private.readable_master_brands()), false) then
    perform private.refuse(404, 'product not found');
  end if;
  -- The author of a rule for one country may change it. A rule for all countries needs claim.write.
  author := case when market_country <> '__ALL_COUNTRIES__' and not exists (
    select from public.brand_master_claim_brands as link
    where link.master_claim_brand_id = master_brand and private.is_restricted(link.brand_id, 'claim.write')
  ) then existing.created_by end;
  if author is distinct from auth.uid() and not master_brand = any (private.writable_master_brands()) then
    perform private.refuse(403, 'this needs the permission claim.write in a brand that is linked to the product');
  end if;
  if exists (
    select from unnest(claim_ids) as named
    where named is not null and not array(select private.claim_master_brands(named)) && private.readable_master_brands()
  ) then
    perform private.refuse(404, 'claim not found');
  end if;
end;
$$;
comment on function private.require_override_write is
'Raises 404 unless the caller may read the catalogue brand of the product and the named claims, and 403 unless the
caller may write claims of that brand or created the existing rule for one country.';

create function private.conflicting_overrides(master_claim_id uuid, product_id uuid, market_country text)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(
    jsonb_agg(
      jsonb_build_object('field', 'marketCountry', 'code', 'CONFLICT', 'message', other.market_country)
      order by other.market_country
    ),
    '[]'
  )
  from public.market_overrides as other
  where
    other.master_claim_id = conflicting_overrides.master_claim_id
    and other.product_id = conflicting_overrides.product_id
    and (other.market_country = '__ALL_COUNTRIES__') <> (conflicting_overrides.market_country = '__ALL_COUNTRIES__');
$$;
comment on function private.conflicting_overrides is
'Lists the rules for single countries beside a rule for all countries, or the rule for all countries beside one for a
country, as details of an error.';

create function public.set_market_override(
  master_claim_id uuid,
  market_country text,
  product_id uuid,
  is_blocked boolean default true,
  replacement_claim_id uuid default null,
  is_forced boolean default false
)
returns table (override_id uuid, conflicts jsonb)
language plpgsql
volatile
security definer -- overrides are written by commands only
set search_path = ''
as $$
#variable_conflict use_variable
declare
  existing public.market_overrides;
  master_brand uuid := (select products.master_claim_brand_id from public.products where products.id = product_id);
begin
  -- One at a time for each claim and product, so that a rule for all countries and one for a country see each other.
  perform pg_advisory_xact_lock(hashtextextended('override:' || master_claim_id || product_id, 0));
  select * into existing from public.market_overrides as found
  where
    found.master_claim_id = set_market_override.master_claim_id
    and found.market_country = set_market_override.market_country
    and found.product_id = set_market_override.product_id;
  perform private.require_override_write(
    existing, master_brand, market_country, array[master_claim_id, replacement_claim_id]
  );
  conflicts := case
    when existing.id is null then private.conflicting_overrides(master_claim_id, product_id, market_country) else '[]'
  end;
  if conflicts <> '[]' and not coalesce(is_forced, false) then
    perform private.refuse(409, 'there are rules for other markets of this product', conflicts);
  end if;
  insert into public.market_overrides as overrides (
    master_claim_id, market_country, product_id, is_blocked, replacement_claim_id
  )
  values (master_claim_id, market_country, product_id, is_blocked, replacement_claim_id)
  on conflict on constraint market_overrides_master_claim_id_market_country_product_id_key do update
    set is_blocked = excluded.is_blocked, replacement_claim_id = excluded.replacement_claim_id
  returning overrides.id into override_id;
  return next;
end;
$$;
comment on function public.set_market_override is
'Blocks, replaces or exempts a master claim for a product in a market. Raises 409 with the conflicting rules where a
rule for all countries would stand beside one for a country. With is_forced both stay and conflicts lists the other
rules.';
grant execute on function public.set_market_override to authenticated, service_role;

create function public.remove_market_override(override_id uuid)
returns void
language plpgsql
volatile
security definer -- overrides are written by commands only
set search_path = ''
as $$
declare
  override public.market_overrides;
  master_brand uuid;
begin
  select * into override from public.market_overrides where market_overrides.id = remove_market_override.override_id;
  select products.master_claim_brand_id into master_brand from public.products where products.id = override.product_id;
  if not private.is_platform_admin() and not coalesce(master_brand = any (private.readable_master_brands()), false)
    or override.id is null
  then
    perform private.refuse(404, 'override not found');
  elsif not private.is_platform_admin() and not master_brand = any (private.writable_master_brands()) then
    perform private.refuse(403, 'this needs the permission claim.write in a brand that is linked to the product');
  end if;
  delete from public.market_overrides where market_overrides.id = override.id;
end;
$$;
comment on function public.remove_market_override is
'Deletes a rule. Requires claim.write in a brand that is linked to the product.';
grant execute on function public.remove_market_override to authenticated, service_role;

-- schemas/claims/functions/resolution.sql

create function private.claims_in_force(products uuid[], market text, at timestamptz)
returns table (
  product_id uuid,
  claim_id uuid,
  claim_text text,
  status public.claim_status,
  level public.claim_level,
  scope integer,
  is_master boolean
)
language sql
stable
set search_path = ''
rows 100
as $$
  with subjects as (
    -- The product, its catalogue brand and its ingredients. Other catalogue brands of the tenant do not count.
    select product.id as product_id, subject.id as subject_id
    from public.products as product
    cross join lateral (
      select product.id
      union all
      select product.master_claim_brand_id
      union all
      select part.ingredient_id from public.product_ingredients as part where part.product_id = product.id
    ) as subject
    where product.id = any (claims_in_force.products)
  )
  -- A claim of the market and of all markets counts as one of the market: its lower scope wins.
  select
    subjects.product_id, claim.id, claim.text ->> 'original', claim.status, claim.level,
    min(case scoped.country when '__GLOBAL__' then 3 else 2 end),
    bool_or(scoped.country = '__GLOBAL__')
  from subjects
  inner join private.claim_scopes as scoped
    on scoped.subject_id = subjects.subject_id and scoped.country in ('__GLOBAL__', claims_in_force.market)
  inner join public.claims as claim on claim.id = scoped.claim_id
  where
    claim.effective_from <= claims_in_force.at
    and (claim.effective_to is null or claim.effective_to > claims_in_force.at)
    and coalesce(claim.approval, 'approved') = 'approved'
  group by subjects.product_id, claim.id;
$$;
comment on function private.claims_in_force is
'Lists the claims of each product that are effective and approved (or were never put into an approval) in a market at a
time. scope: 2 for a claim of the market, 3 for a global one. is_master: the claim is a global one.';

create function private.overrides_in_force(products uuid[], market text, at timestamptz)
returns table (
  product_id uuid,
  override_id uuid,
  master_id uuid,
  level public.claim_level,
  master_text text,
  replacement_id uuid,
  replacement_text text,
  replacement_status public.claim_status
)
language sql
stable
set search_path = ''
rows 100
as $$
  with picked as (
    -- One override for each master claim: a rule for the country beats a rule for all countries.
    select distinct on (override.product_id, override.master_claim_id)
      override.*, master.level, master.text ->> 'original' as master_text
    from public.market_overrides as override
    inner join public.claims as master on master.id = override.master_claim_id
    where
      override.product_id = any (overrides_in_force.products)
      and override.market_country in ('__ALL_COUNTRIES__', overrides_in_force.market)
    order by override.product_id, override.master_claim_id, override.market_country = '__ALL_COUNTRIES__'
  )
  select
    picked.product_id, picked.id, picked.master_claim_id, picked.level, picked.master_text,
    replacement.id, replacement.text ->> 'original', replacement.status
  from picked
  left join public.claims as replacement
    on
      replacement.id = picked.replacement_claim_id
      and replacement.effective_from <= overrides_in_force.at
      and (replacement.effective_to is null or replacement.effective_to > overrides_in_force.at)
      and coalesce(replacement.approval, 'approved') = 'approved'
  -- A rule that neither blocks nor replaces has no effect, except that it beat the rule for all countries above.
  where picked.is_blocked or picked.replacement_claim_id is not null;
$$;
comment on function private.overrides_in_force is
'Lists the override of each product and master claim that takes effect in a market at a time. The columns of the
replacement are null where none is named, or where the named claim is not effective or not approved.';

create function private.resolve_product_claims(products uuid[], market text, at timestamptz)
returns setof public.resolved_claim
language sql
stable
set search_path = ''
as $$
  with gathered as (
    select found.*
    from private.claims_in_force(
      resolve_product_claims.products, resolve_product_claims.market, resolve_product_claims.at
    ) as found
  ),
  overridden as (
    select found.*
    from private.overrides_in_force(
      resolve_product_claims.products, resolve_product_claims.market, resolve_product_claims.at
    ) as found
  ),
  stacked as (
    select
      overridden.product_id, coalesce(overridden.replacement_text, overridden.master_text) as claim_text,
      overridden.master_text as original_text, coalesce(overridden.replacement_status::text, 'none') as status,
      1 as scope, overridden.level, 'override' as source,
      coalesce(overridden.replacement_id, overridden.master_id) as claim_id,
      overridden.master_id as master_claim_id, overridden.override_id, true as is_master
    from overridden
    union all
    select
      gathered.product_id, gathered.claim_text, gathered.claim_text, gathered.status::text, gathered.scope,
      gathered.level, gathered.level::text, gathered.claim_id,
      case when gathered.is_master then gathered.claim_id end, null, gathered.is_master
    from gathered
    -- An override takes the place of a global claim. A claim of the market stays beside it.
    where gathered.scope = 2 or not exists (
      select from overridden
      where overridden.product_id = gathered.product_id and overridden.master_id = gathered.claim_id
    )
  ),
  won as (
    select distinct on (stacked.product_id, keyed.text_key) stacked.*
    from stacked
    cross join lateral (select lower(btrim(stacked.claim_text, E' \t\n\r')) as text_key) as keyed
    order by
      stacked.product_id, keyed.text_key, stacked.scope, stacked.level,
      array_position(array['none', 'disallowed', 'mandatory', 'allowed'], stacked.status), stacked.claim_id,
      stacked.override_id
  )
  select
    won.product_id, won.claim_text, won.original_text, won.status, won.scope, won.level, won.source, won.claim_id,
    won.master_claim_id, won.override_id, won.is_master
  from won
  order by won.product_id, won.scope, won.level, won.claim_text, won.claim_id;
$$;
comment on function private.resolve_product_claims is
'Resolves which claims apply to each product in a market at a time (domain §6). Of claims with the same text the lowest
scope wins, then the strongest level, then the status none, disallowed, mandatory, allowed, then the lowest id.';

create function private.check_market(market text)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if market is null or market !~ '^[A-Z]{2}$' or cardinality(private.unknown_countries(array[market])) > 0 then
    perform private.refuse(400, 'a market is one country', jsonb_build_array(jsonb_build_object(
      'field', 'country', 'code', 'INVALID_FORMAT', 'message', 'an ISO 3166-1 alpha-2 code is expected'
    )));
  end if;
end;
$$;
comment on function private.check_market is
'Raises 400 unless the market is the code of one country; "all countries" is not a market.';

create function public.resolve_claims(product_id uuid, market text, at timestamptz default now())
returns setof public.resolved_claim
language plpgsql
stable
security definer -- reads shared claims of ingredients, of which the caller may list only some
set search_path = ''
as $$
begin
  if not exists (
    select from public.products
    where products.id = resolve_claims.product_id
      and (private.is_platform_admin() or products.master_claim_brand_id = any (private.readable_master_brands()))
  ) then
    perform private.refuse(404, 'product not found');
  end if;
  perform private.check_market(market);
  return query
    select * from private.resolve_product_claims(
      array[resolve_claims.product_id], market, coalesce(resolve_claims.at, now())
    );
end;
$$;
comment on function public.resolve_claims is
'Lists the claims that apply to a product in a market at a time, the strongest scope first.';
grant execute on function public.resolve_claims to authenticated, service_role;

create function public.claim_matrix(
  master_claim_brand_id uuid, market text, at timestamptz default now(), row_limit integer default 200
)
returns table (
  claim_text text, product_id uuid, product_name text, status text, source text, is_master boolean, override_id uuid
)
language plpgsql
stable
security definer -- see resolve_claims
set search_path = ''
as $$
#variable_conflict use_column
begin
  if not private.is_platform_admin()
    and not claim_matrix.master_claim_brand_id = any (private.readable_master_brands())
    or not exists (select from public.master_claim_brands as master
      where master.id = claim_matrix.master_claim_brand_id)
  then
    perform private.refuse(404, 'master claim brand not found');
  end if;
  perform private.check_market(claim_matrix.market);
  return query
    with resolved as (
      select resolved.*, lower(btrim(resolved.original_text, E' \t\n\r')) as text_key
      from private.resolve_product_claims(
        array(select products.id from public.products
          where products.master_claim_brand_id = claim_matrix.master_claim_brand_id),
        claim_matrix.market, coalesce(claim_matrix.at, now())
      ) as resolved
    ),
    texts as (
      select resolved.text_key, min(resolved.original_text) as original_text
      from resolved
      group by resolved.text_key
      order by resolved.text_key
      limit least(greatest(coalesce(claim_matrix.row_limit, 200), 1), 2000)
    )
    -- A replaced claim stays in the row of its master. Of several claims in one cell the strongest is shown.
    select distinct on (texts.text_key, products.name, products.id)
      texts.original_text, products.id, products.name, coalesce(resolved.status, 'none'), resolved.source,
      coalesce(resolved.is_master, false), resolved.override_id
    from texts
    cross join public.products
    left join resolved on resolved.text_key = texts.text_key and resolved.product_id = products.id
    where products.master_claim_brand_id = claim_matrix.master_claim_brand_id
    order by texts.text_key, products.name, products.id, resolved.scope, resolved.level;
end;
$$;
comment on function public.claim_matrix is
'Returns the claims of a catalogue brand as a matrix: a row for each text, a column for each product by name, and one
record for each cell. The status of a cell without a claim is `none`. row_limit: 200 texts by default, at most 2000.';
grant execute on function public.claim_matrix to authenticated, service_role;

-- schemas/claims/functions/reviews.sql

create function public.override_claim_review(review_id uuid, reason text)
returns setof public.claim_reviews
language plpgsql
volatile
security definer -- reviews are written by commands only
set search_path = ''
as $$
declare
  review public.claim_reviews;
begin
  select * into review from public.claim_reviews where claim_reviews.id = review_id for update;
  perform private.require_permission(review.brand_id, 'claim.write', 'review');
  perform private.require_reason(reason, 'reason');
  if review.overridden_at is not null then
    perform private.refuse(409, 'the review is overridden already');
  end if;
  perform private.append_event(review.brand_id, 'content', review.content_id, 'ClaimsReviewOverridden',
    jsonb_build_object('reviewId', review.id, 'reason', reason)
  );
  return query
    update public.claim_reviews set override_reason = reason, overridden_by = auth.uid(), overridden_at = now()
    where claim_reviews.id = review.id
    returning *;
end;
$$;
comment on function public.override_claim_review is
'Allows publishing a content in spite of the violations of a review. The reason is recorded in the review.';
grant execute on function public.override_claim_review to authenticated, service_role;

create function public.record_claim_review(
  content_id uuid, country text, findings jsonb, overall text, violations integer, strictness text default 'standard'
)
returns setof public.claim_reviews
language plpgsql
volatile
security definer -- reviews are written by commands only
set search_path = ''
as $$
declare
  content public.contents;
begin
  -- The service only: people must not write a review that decides whether they may publish.
  select * into content from private.content_by_id(record_claim_review.content_id);
  if content.id is null then
    perform private.refuse(404, 'content not found');
  end if;
  perform private.check_market(country);
  perform private.append_event(content.brand_id, 'content', content.id, 'ClaimsReviewed', jsonb_build_object(
    'country', country, 'overall', overall, 'violations', violations
  ));
  return query
    insert into public.claim_reviews (
      brand_id, content_id, content_version, country, strictness, overall, violations, findings, created_by
    )
    values (
      content.brand_id, content.id, content.version, record_claim_review.country, record_claim_review.strictness,
      record_claim_review.overall, record_claim_review.violations, record_claim_review.findings, auth.uid()
    )
    returning *;
end;
$$;
comment on function public.record_claim_review is
'For the service: records the result of checking a content against the claims of a market.';
grant execute on function public.record_claim_review to service_role;

-- schemas/claims/functions/texts.sql

create function private.claim_text_key(claim_text jsonb)
returns text
language sql
immutable
parallel safe
set search_path = ''
as $$
  select lower(btrim(claim_text ->> 'original', E' \t\n\r'));
$$;
comment on function private.claim_text_key is
'Returns the original text, trimmed and in lower case. Claims with the same key are the same claim.';
grant execute on function private.claim_text_key to authenticated, service_role;

create function private.unknown_countries(codes text[])
returns text[]
language sql
stable
security definer -- a check must see all countries, whoever writes
set search_path = ''
as $$
  select array(
    select asked.code from unnest(codes) as asked (code)
    where asked.code <> '__GLOBAL__' and not exists (select from public.countries where countries.code = asked.code)
  );
$$;
comment on function private.unknown_countries is 'Lists the codes that are not in countries; __GLOBAL__ is accepted.';
grant execute on function private.unknown_countries to authenticated, service_role;

-- schemas/content/functions/access.sql

create function private.may_on_content(content public.contents, permission text)
returns boolean
language sql
stable
set search_path = ''
as $$
  -- The matrix, then the two dynamic grants of domain §2: to the creator, and to assignees of a pending review task.
  select case
    when not private.permits(content.brand_id, 'content.read') then false
    when private.is_restricted(content.brand_id, permission) then false
    when permission = 'content.edit' then
      (
        private.permits(content.brand_id, 'content.edit')
        and (content.created_by = auth.uid() or private.permits(content.brand_id, 'content.edit_others'))
      )
      or exists (
        select from public.workflow_tasks as task
        where task.content_id = content.id and task.assignee_id = auth.uid() and task.status = 'pending'
      )
    when permission = 'content.submit' then
      private.permits(content.brand_id, permission) or content.created_by = auth.uid()
    when permission = 'content.delete' then
      private.permits(content.brand_id, permission)
      or (content.created_by = auth.uid() and content.status = 'draft')
    else private.permits(content.brand_id, permission)
  end is true;
$$;
comment on function private.may_on_content is
'Whether the caller may do this to the content, by the matrix or by a dynamic grant.';

create function private.require_on_content(content public.contents, permission text)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if not private.may_on_content(content, permission) then
    perform private.refuse(403, format('this needs the permission %s in the brand', permission));
  end if;
end;
$$;
comment on function private.require_on_content is 'Refuses with 403 unless the caller may do this to the content.';

create function private.require_visible_content(content_id uuid)
returns void
language plpgsql
stable
security definer -- reads the brand of a content that the caller may not see, to say that there is none
set search_path = ''
as $$
begin
  perform private.require_permission(
    (select contents.brand_id from public.contents where contents.id = content_id and contents.deleted_at is null),
    'content.read', 'content'
  );
end;
$$;
comment on function private.require_visible_content is
'Refuses with 404 where there is no such content or the caller may not read its brand.';
grant execute on function private.require_visible_content to authenticated;

create function private.content_by_id(content_id uuid)
returns setof public.contents
language sql
stable
set search_path = ''
as $$
  select contents.* from public.contents where contents.id = content_by_id.content_id;
$$;
comment on function private.content_by_id is 'Returns the content as it is now, after what triggers did to it.';

create function private.check_version(content public.contents, expected_version integer)
returns void
language plpgsql
immutable
set search_path = ''
as $$
begin
  if content.version <> expected_version then
    perform private.refuse(412, 'the content was changed by someone else', jsonb_build_array(jsonb_build_object(
      'field', 'version', 'code', 'CONFLICT', 'message', content.version::text
    )));
  end if;
end;
$$;
comment on function private.check_version is
'Refuses with 412, naming the current version, where another version was expected; null expects none.';

create function private.lock_content(content_id uuid)
returns public.contents
language plpgsql
volatile
set search_path = ''
as $$
declare
  content public.contents;
begin
  -- The permission before the lock: strangers must neither wait for the row nor make others wait.
  perform private.require_permission(
    (select contents.brand_id from public.contents where contents.id = content_id and contents.deleted_at is null),
    'content.read', 'content'
  );
  select * into content
  from public.contents
  where contents.id = content_id and contents.deleted_at is null
  for update;
  if content.id is null then
    perform private.refuse(404, 'content not found');
  end if;
  perform private.check_version(content, private.expected_version());
  return content;
end;
$$;
comment on function private.lock_content is
'Locks a content until the end of the transaction and returns it. Refuses with 404 where the caller may not read it, and
with 412 where the request expects another version.';

-- schemas/content/functions/activity.sql

create function public.list_activity(
  brand_id uuid,
  filters jsonb default '{}',
  before_id uuid default null,
  page_size integer default 20
)
returns table (
  id uuid, type text, aggregate_type text, aggregate_id uuid, aggregate_version integer, actor_id uuid,
  actor_name text, title text, payload jsonb, request_id text, occurred_at timestamptz
)
language plpgsql
stable
security definer -- operators on JSON are not leakproof; each event needs the permission of its aggregate
set search_path = ''
as $$
#variable_conflict use_column
declare
  wished integer := least(greatest(page_size, 1), 100);
  types text [] := case when filters ? 'type' then array(select jsonb_array_elements_text(filters -> 'type')) end;
  actor uuid := filters ->> 'actor';
  -- Ids sort by time, so that instants become bounds of ids. UUIDv7 knows no time before 1970.
  epoch constant timestamptz := '1970-01-01T00:00:00Z';
  from_id constant uuid := case
    when filters ? 'from' then private.uuid_v7_floor(greatest((filters ->> 'from')::timestamptz, epoch))
    else '00000000-0000-0000-0000-000000000000'
  end;
  to_id constant uuid := least(before_id, case
    when filters ? 'to' then private.uuid_v7_floor(greatest((filters ->> 'to')::timestamptz, epoch))
    else 'ffffffff-ffff-ffff-ffff-ffffffffffff'
  end);
  readable text [];
begin
  perform private.require_permission(list_activity.brand_id, 'brand.read');
  -- Checked once for each permission, not for each event.
  readable := array(
    select permissions.name from private.permissions
    where private.permits(list_activity.brand_id, permissions.name)
  );
  return query
    select
      events.id, events.type, events.aggregate_type, events.aggregate_id, events.aggregate_version, events.actor_id,
      private.display_name(events.actor_id),
      coalesce(events.payload ->> 'title', (
        select contents.title from public.contents
        where contents.id = coalesce((events.payload ->> 'contentId')::uuid, events.aggregate_id)
          and events.aggregate_type in ('content', 'comment', 'workflow', 'ai_generation')
      )),
      events.payload - 'changes', events.correlation_id, events.occurred_at
    from public.domain_events as events
    where
      events.brand_id = list_activity.brand_id
      and events.id < to_id and events.id >= from_id
      and private.event_permission(events.aggregate_type) = any (readable)
      and (types is null or events.type = any (types))
      and (actor is null or events.actor_id = actor)
    order by events.id desc
    limit wished;
end;
$$;
comment on function public.list_activity is
'Lists the events of a brand that the caller may read, newest first, before the event at the cursor.';
grant execute on function public.list_activity to authenticated, service_role;

create function public.list_content_history(
  content_id uuid, page_offset integer default 0, page_size integer default 20
)
returns jsonb
language plpgsql
stable
security definer -- see list_activity
set search_path = ''
as $$
begin
  perform private.require_visible_content(list_content_history.content_id);
  return (
    with matching as (
      select events.*
      from public.domain_events as events
      where
        (
          events.aggregate_id = list_content_history.content_id
          or (events.payload ? 'contentId' and events.payload ->> 'contentId' = list_content_history.content_id::text)
        )
        and private.permits(events.brand_id, private.event_permission(events.aggregate_type))
    ),
    page as (
      select matching.* from matching order by matching.id offset page_offset limit least(greatest(page_size, 1), 100)
    )
    select jsonb_build_object(
      'items', coalesce((
        select jsonb_agg(
          to_jsonb(page) - 'payload' - 'correlation_id' || jsonb_build_object(
            'payload', page.payload - 'changes', 'request_id', page.correlation_id,
            'actor_name', private.display_name(page.actor_id)
          ) order by page.id
        )
        from page
      ), '[]'),
      'total', (select count(*) from matching)
    )
  );
end;
$$;
comment on function public.list_content_history is
'Lists the events of a content, its workflow runs, comments and generations, oldest first: {items, total}.';
grant execute on function public.list_content_history to authenticated, service_role;

-- schemas/content/functions/assignees.sql

create function private.check_assignees(brand uuid, people uuid[])
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if exists (select from unnest(people) as person where not private.is_active_member(person, brand)) then
    perform private.refuse(400, 'only members of the brand can be assigned', jsonb_build_array(jsonb_build_object(
      'field', 'assignees', 'code', 'INVALID_FORMAT', 'message', 'not a member of the brand'
    )));
  end if;
end;
$$;
comment on function private.check_assignees is 'Refuses with 400 assignees who are not members of the brand.';

create function private.copy_assignees()
returns trigger
language plpgsql
security definer -- whoever changes a content
set search_path = ''
as $$
begin
  delete from public.content_assignees as former
  where former.content_id = new.id and former.user_id <> all (new.assignees);
  insert into public.content_assignees (content_id, user_id, brand_id)
  select new.id, person, new.brand_id from unnest(new.assignees) as person
  on conflict do nothing;
  return null;
end;
$$;
comment on function private.copy_assignees is 'Copies the assignees of a content to content_assignees.';

create function private.drop_assignee()
returns trigger
language plpgsql
security definer -- whoever removed the member
set search_path = ''
as $$
begin
  update public.contents set assignees = array_remove(contents.assignees, old.user_id)
  where contents.id = old.content_id and old.user_id = any (contents.assignees);
  return null;
end;
$$;
comment on function private.drop_assignee is
'Takes a member who leaves the brand out of the assignees of its contents.';

-- schemas/content/functions/bulk.sql

create function private.http_status(sqlstate text)
returns integer
language sql
immutable
set search_path = ''
as $$
  -- Must agree with lib/core/errors.py.
  select case
    when sqlstate ~ '^PT[0-9]{3}$' then substr(sqlstate, 3)::integer
    when sqlstate in ('23505', '23503') then 409
    when sqlstate ~ '^(22...|23502|23514|54000)$' then 400
    when sqlstate = '42501' then 403
  end;
$$;
comment on function private.http_status is
'Returns the HTTP status of a refusal; null for an error that the caller did not cause, which has to fail the call.';

create function private.tags_after(tags text[], arguments jsonb)
returns text[]
language sql
immutable
set search_path = ''
as $$
  -- Keeps the order of the tags and puts added ones behind them.
  select array(
    select tag from (
      select tag, place from unnest(tags) with ordinality as present (tag, place)
      union
      select added.tag, 1000 + added.place
      from jsonb_array_elements_text(coalesce(arguments -> 'add', '[]')) with ordinality as added (tag, place)
      where added.tag <> all (tags)
    ) as wanted
    where not coalesce(arguments -> 'remove', '[]') ? tag
    order by place
  );
$$;
comment on function private.tags_after is 'Returns tags with {add, remove} applied.';

create function private.assignees_after(assignees uuid[], arguments jsonb)
returns text[]
language sql
immutable
set search_path = ''
as $$
  select array(
    select person from (
      select person::text from unnest(assignees) as person
      union
      select jsonb_array_elements_text(coalesce(arguments -> 'add', '[]'))
    ) as wanted
    where not coalesce(arguments -> 'remove', '[]') ? person
  );
$$;
comment on function private.assignees_after is 'Returns the ids of assignees with {add, remove} applied.';

create function private.run_bulk_operation(operation text, content_id uuid, arguments jsonb)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  content public.contents;
  changes jsonb;
begin
  case operation
    when 'submit' then perform public.submit_content(content_id);
    when 'approve' then perform public.approve_content(content_id, coalesce(arguments ->> 'comment', ''));
    when 'reject' then perform public.reject_content(content_id, arguments ->> 'reason');
    when 'request_changes' then perform public.request_changes(content_id, arguments ->> 'reason');
    when 'withdraw' then perform public.withdraw_content(content_id, arguments ->> 'reason');
    when 'restart' then perform public.restart_review(content_id);
    when 'publish' then perform public.publish_content(content_id);
    when 'schedule' then perform public.schedule_content(content_id, (arguments ->> 'scheduled_for')::timestamptz);
    when 'unschedule' then perform public.unschedule_content(content_id);
    when 'archive' then perform public.archive_content(content_id, coalesce(arguments ->> 'reason', ''));
    when 'reopen' then perform public.reopen_content(content_id);
    when 'delete' then perform public.delete_content(content_id);
    when 'restore' then perform public.restore_content(content_id);
    else
      content := private.lock_content(content_id);
      case operation
        when 'update' then changes := arguments -> 'changes';
        when 'tag' then changes := jsonb_build_object('tags', private.tags_after(content.tags, arguments));
        when 'assign' then
          changes := jsonb_build_object('assignees', private.assignees_after(content.assignees, arguments));
        else perform private.refuse(400, 'there is no such operation');
      end case;
      perform public.update_content(content_id, content.version, changes, false, coalesce(arguments ->> 'note', ''));
  end case;
end;
$$;
comment on function private.run_bulk_operation is
'Runs one command on a content by its name. An update, also of tags or assignees, takes the present version.';

create function public.bulk_contents(operation text, content_ids uuid[], arguments jsonb default '{}')
returns table (
  content_id uuid, outcome integer, code text, message text, details text, version integer, status text
)
language plpgsql
volatile
security definer -- calls the commands, which check the caller for each content
set search_path = ''
as $$
#variable_conflict use_column
begin
  if cardinality(content_ids) > 100 then
    perform private.refuse(400, 'a hundred contents at most');
  end if;
  -- In the same order for all callers, so that two calls never wait for each other in a circle.
  for content_id in select distinct each from unnest(content_ids) as each order by each loop
    outcome := 200;
    code := null;
    message := null;
    details := null;
    begin
      perform private.run_bulk_operation(operation, content_id, arguments);
    exception
      when others then -- refusals are the outcome of the content; other errors fail the whole call
        get stacked diagnostics code = returned_sqlstate, message = message_text, details = pg_exception_detail;
        outcome := private.http_status(code);
        if outcome is null then
          raise;
        end if;
    end;
    version := null;
    status := null;
    if outcome = 200 then
      select contents.version, contents.status into version, status
      from public.contents where contents.id = content_id;
    end if;
    return next;
  end loop;
end;
$$;
comment on function public.bulk_contents is
'Runs one command on each of at most 100 contents and returns for each the HTTP status that it would have had alone.';
grant execute on function public.bulk_contents to authenticated, service_role;

-- schemas/content/functions/changes.sql

create function private.described_change()
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(nullif(current_setting('mixerai.change', true), ''), '{}')::jsonb;
$$;
comment on function private.described_change is 'Returns what private.describe_change said of the current change.';
grant execute on function private.described_change to authenticated, service_role;

create function private.describe_change(change jsonb)
returns void
language sql
volatile
set search_path = ''
as $$
  select set_config('mixerai.change', change::text, true);
$$;
comment on function private.describe_change is
'Describes the next change of a content in this transaction, for its version and events:
{action, note, feedback, step_name, is_autosave}. No API role may call it.';

create function private.version_action(former public.contents, changed public.contents, change jsonb)
returns text
language plpgsql
immutable
set search_path = ''
as $$
begin
  return coalesce(change ->> 'action', case
    when changed.status <> former.status and changed.status in ('approved', 'rejected') then changed.status::text
    when changed.status <> former.status then 'status_changed'
    when changed.deleted_at is not null and former.deleted_at is null then 'deleted'
    when change ->> 'is_autosave' = 'true' then 'autosave'
    else 'saved'
  end);
end;
$$;
comment on function private.version_action is
'Names what made a version: the action that the command described, or else what changed. former: null for a new one.';

create function private.append_content_event(content public.contents, event_type text, details jsonb)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  perform private.append_event(
    content.brand_id, 'content', content.id, event_type, jsonb_build_object('title', content.title) || details,
    content.version
  );
end;
$$;
comment on function private.append_content_event is 'Appends an event of a content, with its title.';

create function private.append_change_events(
  former public.contents, changed public.contents, changes jsonb, reason text
)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  status_changed constant boolean := changed.status <> former.status;
  stamps constant jsonb := jsonb_build_object(
    'at', now(), 'major', changed.major_version, 'minor', changed.minor_version
  );
begin
  if private.edited_part(changes) <> '{}' or not status_changed then
    perform private.append_content_event(
      changed,
      case
        when changed.deleted_at is not null and former.deleted_at is null then 'ContentDeleted' else 'ContentUpdated'
      end,
      jsonb_build_object(
        'changed', (select jsonb_agg(key order by key) from jsonb_object_keys(changes) as key),
        'changes', case when status_changed then private.edited_part(changes) else changes end
      ) || stamps
    );
  end if;
  if status_changed then
    perform private.append_content_event(changed, 'ContentStatusChanged', jsonb_build_object(
      'from', former.status, 'to', changed.status, 'reason', reason, 'changes', changes
    ) || stamps);
  end if;
  if status_changed and changed.status = 'published' then
    perform private.append_content_event(changed, 'ContentPublished', jsonb_build_object(
      'publishedAt', changed.published_at, 'publishedBy', changed.published_by
    ));
  end if;
end;
$$;
comment on function private.append_change_events is
'Appends the events of an update: one for an edit, one for a change of status, one more for a publication.';

create function private.record_content_change()
returns trigger
language plpgsql
security definer -- writes versions and events, which nobody may write by themselves
set search_path = ''
as $$
declare
  change constant jsonb := private.described_change();
  state constant jsonb := private.content_state(new);
  former_state constant jsonb := case when tg_op = 'UPDATE' then private.content_state(old) else '{}' end;
  changes jsonb;
begin
  if tg_op = 'UPDATE' and new.version = old.version then
    return null; -- an update of unversioned columns
  end if;
  select coalesce(jsonb_object_agg(entry.key, entry.value), '{}') into changes
  from jsonb_each(state) as entry
  where entry.value is distinct from former_state -> entry.key;

  perform private.store_version(new, state, private.version_action(old, new, change), change);
  perform private.describe_change('{}');
  -- Events carry the changes themselves, so that the log alone gives the row again (private.rebuild_content).
  if tg_op = 'INSERT' then
    perform private.append_content_event(new, 'ContentCreated', jsonb_build_object(
      'status', new.status, 'changes', changes, 'at', now(), 'major', new.major_version, 'minor', new.minor_version
    ));
  else
    perform private.append_change_events(old, new, changes, nullif(change ->> 'feedback', ''));
  end if;
  return null;
end;
$$;
comment on function private.record_content_change is 'Keeps a version and appends events for each change of a content.';

-- schemas/content/functions/comments.sql

create function private.guard_comment()
returns trigger
language plpgsql
security definer -- keeps revisions, which nobody may write by themselves
set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    new.resolved_at := null;
    new.resolved_by := null;
    new.deleted_at := null;
    return new;
  end if;
  new.content_id := old.content_id;
  new.parent_id := old.parent_id;
  if new.resolved_at is not null and old.resolved_at is null then
    new.resolved_at := now();
    new.resolved_by := auth.uid();
  elsif new.resolved_at is null then
    new.resolved_by := null;
  end if;
  if new.body <> old.body or (new.deleted_at is not null and old.deleted_at is null) then
    insert into public.comment_revisions (brand_id, comment_id, body, created_by)
    values (old.brand_id, old.id, old.body, auth.uid());
  end if;
  return new;
end;
$$;
comment on function private.guard_comment is
'Keeps a comment where it is, stamps its resolution, and keeps the former text of one that is edited or deleted.';

create function private.check_mentions()
returns trigger
language plpgsql
security definer -- looks members up, whoever writes
set search_path = ''
as $$
begin
  if exists (
    select from unnest(new.mentions) as mentioned where not private.is_active_member(mentioned, new.brand_id)
  ) then
    perform private.refuse(400, 'only members of the brand can be mentioned', jsonb_build_array(jsonb_build_object(
      'field', 'mentions', 'code', 'INVALID_FORMAT', 'message', 'not a member of the brand'
    )));
  end if;
  return null;
end;
$$;
comment on function private.check_mentions is 'Refuses with 400 mentions of people who are not members of the brand.';

create function private.lock_comment(comment_id uuid)
returns public.comments
language plpgsql
volatile
set search_path = ''
as $$
declare
  comment public.comments;
begin
  select * into comment from public.comments where comments.id = comment_id and comments.deleted_at is null;
  perform private.require_permission(comment.brand_id, 'content.read', 'comment');
  select * into comment from public.comments where comments.id = comment_id for update;
  return comment;
end;
$$;
comment on function private.lock_comment is
'Locks a comment until the end of the transaction and returns it. Refuses with 404 where the caller may not read it.';

create function public.add_comment(
  content_id uuid,
  body text,
  parent_id uuid default null,
  field_key text default null,
  range_start integer default null,
  range_end integer default null,
  mentions uuid[] default '{}',
  attachments jsonb default '[]'
)
returns setof public.comments
language plpgsql
volatile
security definer -- takes the brand from the content
set search_path = ''
as $$
#variable_conflict use_variable
declare
  brand uuid := (
    select contents.brand_id from public.contents where contents.id = content_id and contents.deleted_at is null
  );
begin
  perform private.require_permission(brand, 'content.read', 'content');
  perform private.require_permission(brand, 'comment.write', 'content');
  if parent_id is not null and not exists (
    select from public.comments as parent
    where
      parent.id = parent_id and parent.content_id = content_id and parent.parent_id is null
      and parent.deleted_at is null
  ) then
    perform private.refuse(400, 'only the first comment of a thread can be answered', jsonb_build_array(
      jsonb_build_object('field', 'parentId', 'code', 'INVALID_FORMAT', 'message', 'no such thread of this content')
    ));
  end if;
  return query
    insert into public.comments (
      brand_id, content_id, parent_id, field_key, range_start, range_end, body, mentions, attachments
    )
    values (brand, content_id, parent_id, field_key, range_start, range_end, body, mentions, attachments)
    returning *;
end;
$$;
comment on function public.add_comment is 'Comments on a content, or answers the first comment of a thread.';
grant execute on function public.add_comment to authenticated, service_role;

create function public.edit_comment(comment_id uuid, body text, mentions uuid[] default null)
returns setof public.comments
language plpgsql
volatile
security definer -- tells strangers (404) from members without the right (403)
set search_path = ''
as $$
declare
  comment public.comments := private.lock_comment(comment_id);
begin
  if (comment.created_by is distinct from auth.uid() or private.is_restricted(comment.brand_id, 'comment.write'))
    and not private.permits(comment.brand_id, 'comment.moderate')
  then
    perform private.refuse(403, 'only the author or an admin of the brand may edit it');
  end if;
  return query
    update public.comments
    set body = edit_comment.body, mentions = coalesce(edit_comment.mentions, comment.mentions)
    where comments.id = comment.id
    returning *;
end;
$$;
comment on function public.edit_comment is 'Changes the text of a comment; the former text is kept.';
grant execute on function public.edit_comment to authenticated, service_role;

create function public.resolve_comment(comment_id uuid, is_resolved boolean default true)
returns setof public.comments
language plpgsql
volatile
security definer -- the creator of a content resolves comments that they may not edit
set search_path = ''
as $$
declare
  comment public.comments := private.lock_comment(comment_id);
begin
  if comment.created_by is distinct from auth.uid()
    and not private.permits(comment.brand_id, 'comment.moderate')
    and not exists (
      select from public.contents where contents.id = comment.content_id and contents.created_by = auth.uid()
    )
  then
    perform private.refuse(403, 'only the author, the creator of the content or an admin of the brand may resolve it');
  end if;
  return query
    update public.comments set resolved_at = case when is_resolved then coalesce(comment.resolved_at, now()) end
    where comments.id = comment.id
    returning *;
end;
$$;
comment on function public.resolve_comment is 'Marks a thread as resolved, or opens it again.';
grant execute on function public.resolve_comment to authenticated, service_role;

create function public.delete_comment(comment_id uuid)
returns void
language plpgsql
volatile
security definer -- keeps the row, so that answers keep their place, and the text in the revisions
set search_path = ''
as $$
declare
  comment public.comments := private.lock_comment(comment_id);
begin
  if (comment.created_by is distinct from auth.uid() or private.is_restricted(comment.brand_id, 'comment.write'))
    and not private.permits(comment.brand_id, 'comment.moderate')
  then
    perform private.refuse(403, 'only the author or an admin of the brand may delete it');
  end if;
  update public.comments set deleted_at = now(), body = '…', mentions = '{}', attachments = '[]'
    where comments.id = comment.id;
end;
$$;
comment on function public.delete_comment is 'Deletes the text of a comment; answers to it stay.';
grant execute on function public.delete_comment to authenticated, service_role;

create function public.list_comments(
  content_id uuid, is_resolved boolean default null, page_offset integer default 0, page_size integer default 20
)
returns jsonb
language plpgsql
stable
security definer -- shows the names of authors who have left the brand as well
set search_path = ''
as $$
begin
  perform private.require_visible_content(list_comments.content_id);
  return (
    with threads as (
      select comments.*
      from public.comments
      where
        comments.content_id = list_comments.content_id
        and comments.parent_id is null
        and (list_comments.is_resolved is null or (comments.resolved_at is not null) = list_comments.is_resolved)
        -- A deleted comment is listed as long as it has answers.
        and (comments.deleted_at is null or exists (
          select from public.comments as answer where answer.parent_id = comments.id and answer.deleted_at is null
        ))
    ),
    page as (
      select threads.* from threads order by threads.id offset page_offset limit least(greatest(page_size, 1), 100)
    )
    select jsonb_build_object(
      'items', coalesce((
        select jsonb_agg(
          to_jsonb(page) || jsonb_build_object(
            'author_name', private.display_name(page.created_by),
            'replies', coalesce((
              select jsonb_agg(
                to_jsonb(answer) || jsonb_build_object('author_name', private.display_name(answer.created_by))
                order by answer.id
              )
              from public.comments as answer
              where answer.parent_id = page.id and answer.deleted_at is null
            ), '[]')
          ) order by page.id
        )
        from page
      ), '[]'),
      'total', (select count(*) from threads)
    )
  );
end;
$$;
comment on function public.list_comments is
'Lists the threads of a content, oldest first, each with its replies: {items, total}.';
grant execute on function public.list_comments to authenticated, service_role;

-- schemas/content/functions/contents.sql

create function private.consume_content_quota(brand uuid)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  account uuid := (select brands.account_id from public.brands where brands.id = brand);
begin
  if account is not null and not private.consume_quota(account, 'contents', 1) then
    perform private.refuse_quota('the plan has no more contents this month');
  end if;
end;
$$;
comment on function private.consume_content_quota is
'Counts a new content against the plan of the brand''s account. Refuses with 429 where none is left this month.';

create function private.title_for(title text, body text)
returns text
language sql
stable
set search_path = ''
as $$
  select coalesce(
    nullif(btrim(title), ''),
    nullif(btrim(left(translate(private.visible_characters(body), '<>', ''), 80)), ''),
    'Untitled ' || to_char(now() at time zone 'UTC', 'YYYY-MM-DD')
  );
$$;
comment on function private.title_for is
'Returns the title, or without one the beginning of the text, or the date (domain §3).';

create function private.require_active_template(brand uuid, template_id uuid)
returns public.templates
language plpgsql
stable
set search_path = ''
as $$
declare
  template public.templates := private.content_template(brand, template_id);
begin
  if template.id is null then
    perform private.refuse(403, 'the template is neither global nor of this brand');
  end if;
  if not template.is_active then
    perform private.refuse(409, 'the template is not active');
  end if;
  return template;
end;
$$;
comment on function private.require_active_template is
'Returns a template that new contents of the brand may use. Refuses with 403 one of another brand, with 409 an inactive
one.';

create function public.create_content(
  brand_id uuid,
  title text default '',
  type text default null,
  template_id uuid default null,
  fields jsonb default '{}',
  metadata jsonb default '{}',
  tags text[] default '{}',
  body text default '',
  excerpt text default '',
  slug text default '',
  categories text[] default '{}',
  due_at timestamptz default null,
  expires_at timestamptz default null,
  assignees uuid[] default '{}'
)
returns setof public.contents
language plpgsql
volatile
security definer -- nobody may write contents by themselves
set search_path = ''
as $$
#variable_conflict use_variable
declare
  template public.templates;
  draft public.contents;
begin
  perform private.require_permission(brand_id, 'content.create');
  if template_id is not null then
    template := private.require_active_template(brand_id, template_id);
    draft.brand_id := brand_id;
    draft.template_id := template.id;
    draft.template_version := template.version;
    draft.fields := private.merge_patch('{}', fields);
    fields := private.checked_fields(draft, draft.fields, 'value');
  end if;
  type := coalesce(type, template.content_type, 'article');
  perform private.check_content_type(brand_id, type);
  perform private.check_assignees(brand_id, assignees);
  perform private.consume_content_quota(brand_id);
  return query
    insert into public.contents (
      brand_id, title, type, template_id, template_version, fields, metadata, tags,
      body, excerpt, slug, categories, due_at, expires_at, assignees
    )
    values (
      brand_id, private.title_for(title, body), type, template_id, template.version, fields,
      private.merge_patch('{}', metadata), tags, body, excerpt, slug, categories, due_at, expires_at,
      array(select distinct person from unnest(assignees) as person)
    )
    returning *;
end;
$$;
comment on function public.create_content is
'Creates a draft. Refuses strangers to the brand with 404, and members below editor with 403.';
grant execute on function public.create_content to authenticated, service_role;

create function private.patched_content(content public.contents, changes jsonb)
returns public.contents
language plpgsql
stable
set search_path = ''
as $$
declare
  changed public.contents := jsonb_populate_record(content, jsonb_strip_nulls(jsonb_build_object(
    'title', changes -> 'title', 'type', changes -> 'type', 'body', changes -> 'body', 'excerpt', changes -> 'excerpt',
    'slug', changes -> 'slug', 'tags', changes -> 'tags', 'categories', changes -> 'categories',
    'assignees', changes -> 'assignees'
  )));
begin
  changed.fields := private.merge_patch(content.fields, changes -> 'fields');
  changed.metadata := private.merge_patch(content.metadata, changes -> 'metadata');
  -- Null takes these away.
  if changes ? 'due_at' then
    changed.due_at := changes ->> 'due_at';
  end if;
  if changes ? 'expires_at' then
    changed.expires_at := changes ->> 'expires_at';
  end if;
  return changed;
end;
$$;
comment on function private.patched_content is
'Returns a content with changes: fields and metadata are merged by key, other columns are replaced, and columns that
nobody edits stay. Checks and writes nothing.';

create function public.update_content(
  content_id uuid, expected_version integer, changes jsonb, is_autosave boolean default false, note text default ''
)
returns setof public.contents
language plpgsql
volatile
security definer -- nobody may write contents by themselves
set search_path = ''
as $$
declare
  content public.contents := private.lock_content(content_id);
  changed public.contents;
begin
  perform private.require_on_content(content, 'content.edit');
  if expected_version is null then
    perform private.refuse(428, 'an update names the version that it saw');
  end if;
  perform private.check_version(content, expected_version);
  perform private.require_editable(content);
  changed := private.patched_content(content, changes);
  if changed.type <> content.type then
    perform private.check_content_type(content.brand_id, changed.type);
  end if;
  if changed.assignees <> content.assignees then
    -- Only those who are added: an assignee whose membership has run out since must not bar other changes.
    perform private.check_assignees(content.brand_id, array(
      select added from unnest(changed.assignees) as added where added <> all (content.assignees)
    ));
    changed.assignees := array(select distinct person from unnest(changed.assignees) as person);
  end if;
  if changes ? 'fields' and content.template_id is not null then
    -- An autosave may hold half a word: only the kind of each value is checked.
    changed.fields := private.checked_fields(
      changed, changes -> 'fields', case when is_autosave then 'shape' else 'value' end
    );
  end if;
  -- Without a difference there is no version, since there would be no event to tell of it.
  if private.content_state(changed) is distinct from private.content_state(content) then
    perform private.describe_change(jsonb_build_object('is_autosave', is_autosave, 'note', left(note, 2000)));
    update public.contents
    set
      title = changed.title, type = changed.type, fields = changed.fields, metadata = changed.metadata,
      tags = changed.tags, body = changed.body, excerpt = changed.excerpt, slug = changed.slug,
      categories = changed.categories, due_at = changed.due_at, expires_at = changed.expires_at,
      assignees = changed.assignees
    where contents.id = content.id;
    if private.edited_part(private.content_state(changed)) <> private.edited_part(private.content_state(content)) then
      perform private.void_approvals(content.id);
    end if;
  end if;
  return query select * from private.content_by_id(content.id);
end;
$$;
comment on function public.update_content is
'Applies changes: fields and metadata are merged by key, other values replaced. Refuses with 412 and the current version
where another update came first.';
grant execute on function public.update_content to authenticated, service_role;

-- schemas/content/functions/copies.sql

create function private.portable_fields(content public.contents, keeps_template boolean)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select content.fields - array(
    select field.entry ->> 'id'
    from private.template_used(content) as used
    cross join lateral (
      select entry, true as is_input from jsonb_array_elements(used.input_fields) as entry
      union all
      select entry, false from jsonb_array_elements(used.output_fields) as entry
    ) as field
    where
      field.entry ->> 'type' in ('file', 'image', 'product_selector')
      -- Without the form nothing would tell the brief from the text, and delivery would publish both.
      or (field.is_input and not keeps_template)
  );
$$;
comment on function private.portable_fields is
'Returns the fields of a content that a copy in another brand may have: none that point at files or products, and no
brief unless the copy keeps the template.';

create function private.portable_provenance(provenance jsonb, fields jsonb, metadata jsonb)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_object_agg(entry.key, entry.value - array['generationId', 'editedBy']), '{}')
  from jsonb_each(provenance) as entry
  where private.value_at(fields, metadata, entry.key) is not null;
$$;
comment on function private.portable_provenance is
'Returns the provenance of these values for a copy in another brand, without the generations and people of this one.';

create function public.duplicate_content(
  content_id uuid, brand_id uuid default null, title text default null
)
returns setof public.contents
language plpgsql
volatile
security definer -- nobody may write contents by themselves
set search_path = ''
as $$
#variable_conflict use_variable
declare
  content public.contents := private.lock_content(content_id);
  template public.templates;
  fields jsonb := content.fields;
  provenance jsonb := content.provenance;
  parent_id uuid := content.id;
begin
  brand_id := coalesce(brand_id, content.brand_id);
  perform private.require_permission(brand_id, 'content.create');
  perform private.check_content_type(brand_id, content.type);
  perform private.consume_content_quota(brand_id);
  -- A template of the other brand stays there. An inactive one comes along: a copy keeps its form.
  template := private.content_template(brand_id, content.template_id);
  if brand_id <> content.brand_id then
    fields := private.portable_fields(content, template.id is not null);
    provenance := private.portable_provenance(provenance, fields, content.metadata);
    parent_id := null;
  end if;
  perform private.describe_change('{"action": "duplicated"}');
  return query
    insert into public.contents (
      brand_id, title, type, template_id, template_version, fields, metadata, tags, body, excerpt, categories, parent_id,
      provenance
    )
    values (
      brand_id, coalesce(title, left('Copy of ' || content.title, 200)), content.type, template.id,
      case when template.id is not null then content.template_version end, fields, content.metadata, content.tags,
      content.body, content.excerpt, content.categories, parent_id, provenance
    )
    returning *;
end;
$$;
comment on function public.duplicate_content is
'Creates a draft with the text of a content, also in another brand that the caller may write to.';
grant execute on function public.duplicate_content to authenticated, service_role;

-- schemas/content/functions/forms.sql

create function private.content_template(content_brand uuid, template_id uuid)
returns public.templates
language sql
stable
set search_path = ''
as $$
  select templates.*
  from public.templates
  where
    templates.id = content_template.template_id
    and (templates.brand_id is null or templates.brand_id = content_template.content_brand);
$$;
comment on function private.content_template is
'Returns a template if contents of the brand may use it: it is global or of the same brand. Checks no caller.';

create function private.template_used(content public.contents)
returns public.templates
language plpgsql
stable
set search_path = ''
as $$
declare
  template public.templates := private.content_template(content.brand_id, content.template_id);
  used public.template_versions;
begin
  -- Contents that are older than the versions of templates use the oldest version that is known.
  select versions.* into used
  from public.template_versions as versions
  where versions.template_id = template.id and versions.version >= content.template_version
  order by versions.version
  limit 1;
  if used.template_id is not null then
    template.version := used.version;
    template.input_fields := used.input_fields;
    template.output_fields := used.output_fields;
  end if;
  return template;
end;
$$;
comment on function private.template_used is
'Returns the template of a content with the fields of the version that the content was made from.';

create function private.content_form(content public.contents)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select template.input_fields || template.output_fields from private.template_used(content) as template;
$$;
comment on function private.content_form is
'Returns the input and output fields of a content; null without a template.';

create function private.check_values(form jsonb, "values" jsonb, keys text[], brand uuid, level text)
returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  problems jsonb := private.form_problems(form, "values", keys, brand, level);
begin
  if problems is not null then
    perform private.refuse(400, case level
      when 'complete' then 'the fields are not complete' else 'the fields do not fit the template'
    end, problems);
  end if;
end;
$$;
comment on function private.check_values is
'Refuses with 400 and the problems of the values of these keys, or at level `complete` of all fields (ADR 18).';

create function private.checked_fields(content public.contents, given jsonb, level text)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  form jsonb := private.content_form(content);
begin
  perform private.check_values(
    form, content.fields, array(select jsonb_object_keys(private.merge_patch('{}', given))), content.brand_id, level
  );
  return content.fields - private.hidden_fields(form, content.fields);
end;
$$;
comment on function private.checked_fields is
'Holds the given fields of a content that has a template against its form, and returns all its fields without those that
are hidden. Refuses with 400 and the problems.';

create function private.check_complete_form(content public.contents)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if content.template_id is not null then
    perform private.check_values(private.content_form(content), content.fields, '{}', content.brand_id, 'complete');
  end if;
end;
$$;
comment on function private.check_complete_form is
'Refuses with 400 a content whose fields are not ready for review: one is missing, or is not complete.';

create function private.check_field_shapes(template public.templates, fields jsonb)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  perform private.check_values(
    template.input_fields || template.output_fields, fields, array(select jsonb_object_keys(fields)),
    template.brand_id, 'shape'
  );
end;
$$;
comment on function private.check_field_shapes is
'Refuses with 400 fields that a model wrote if the template lacks them or they are of the wrong kind.';

create function private.check_content_type(brand uuid, content_type text)
returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  allowed text [] := (select brands.allowed_content_types from public.brands where brands.id = brand);
begin
  if cardinality(allowed) > 0 and content_type <> all (allowed) then
    perform private.refuse(400, 'the brand does not allow this type', jsonb_build_array(jsonb_build_object(
      'field', 'type', 'code', 'INVALID_FORMAT', 'message', 'allowed types: ' || array_to_string(allowed, ', ')
    )));
  end if;
end;
$$;
comment on function private.check_content_type is 'Refuses with 400 a type that the brand does not allow.';

-- schemas/content/functions/lifecycle.sql

create function private.transition_content(
  content public.contents,
  to_status public.content_status,
  change jsonb default '{}',
  scheduled_for timestamptz default null
)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  if not private.is_transition(content.status, to_status) then
    perform private.refuse(409, format('a content that is %s cannot become %s', content.status, to_status));
  end if;
  perform private.describe_change(change);
  update public.contents set status = transition_content.to_status, scheduled_for = transition_content.scheduled_for
  where contents.id = content.id;
end;
$$;
comment on function private.transition_content is
'Changes the status of a content. Refuses with 409 what private.content_status_transitions does not hold.';

create function private.check_publishable(content public.contents)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if content.expires_at <= now() then
    perform private.refuse(409, 'the content has expired');
  end if;
  if private.has_open_violations(content) then
    perform private.refuse(409, 'the claims check found violations');
  end if;
end;
$$;
comment on function private.check_publishable is
'Refuses with 409 a content that has expired or has open violations of claims.';

create function public.publish_content(content_id uuid, expected_version integer default null)
returns setof public.contents
language plpgsql
volatile
security definer -- nobody may write contents by themselves
set search_path = ''
as $$
declare
  content public.contents := private.lock_content(content_id);
begin
  perform private.require_on_content(content, 'content.publish');
  perform private.check_version(content, expected_version);
  perform private.check_publishable(content);
  perform private.transition_content(content, 'published');
  return query select * from private.content_by_id(content.id);
end;
$$;
comment on function public.publish_content is 'Publishes an approved or scheduled content. For admins of the brand.';
grant execute on function public.publish_content to authenticated, service_role;

create function public.schedule_content(
  content_id uuid, scheduled_for timestamptz, expected_version integer default null
)
returns setof public.contents
language plpgsql
volatile
security definer -- nobody may write contents by themselves
set search_path = ''
as $$
declare
  content public.contents := private.lock_content(content_id);
begin
  perform private.require_on_content(content, 'content.publish');
  perform private.check_version(content, expected_version);
  if scheduled_for is null or scheduled_for <= now() then
    perform private.refuse(400, 'a content is scheduled for the future', jsonb_build_array(jsonb_build_object(
      'field', 'scheduledFor', 'code', 'INVALID_FORMAT', 'message', 'must be later than now'
    )));
  end if;
  perform private.check_publishable(content);
  perform private.transition_content(content, 'scheduled', scheduled_for => schedule_content.scheduled_for);
  return query select * from private.content_by_id(content.id);
end;
$$;
comment on function public.schedule_content is
'Schedules an approved content: publish_due_contents() publishes it at that time.';
grant execute on function public.schedule_content to authenticated, service_role;

create function public.unschedule_content(content_id uuid)
returns setof public.contents
language plpgsql
volatile
security definer -- nobody may write contents by themselves
set search_path = ''
as $$
declare
  content public.contents := private.lock_content(content_id);
begin
  perform private.require_on_content(content, 'content.publish');
  if content.status <> 'scheduled' then
    perform private.refuse(409, format('a content that is %s is not scheduled', content.status));
  end if;
  perform private.transition_content(content, 'approved');
  return query select * from private.content_by_id(content.id);
end;
$$;
comment on function public.unschedule_content is 'Takes a scheduled content back to approved.';
grant execute on function public.unschedule_content to authenticated, service_role;

create function public.archive_content(content_id uuid, reason text default '')
returns setof public.contents
language plpgsql
volatile
security definer -- nobody may write contents by themselves
set search_path = ''
as $$
declare
  content public.contents := private.lock_content(content_id);
begin
  perform private.require_on_content(content, 'content.publish');
  perform private.end_run(content.id, 'cancelled', null, 'the content was archived');
  perform private.transition_content(content, 'archived', jsonb_build_object('feedback', left(reason, 5000)));
  return query select * from private.content_by_id(content.id);
end;
$$;
comment on function public.archive_content is 'Archives a content of any status and cancels its open review.';
grant execute on function public.archive_content to authenticated, service_role;

create function public.reopen_content(content_id uuid)
returns setof public.contents
language plpgsql
volatile
security definer -- nobody may write contents by themselves
set search_path = ''
as $$
declare
  content public.contents := private.lock_content(content_id);
begin
  if content.status not in ('approved', 'archived') then
    perform private.refuse(409, format('a content that is %s cannot be reopened', content.status));
  end if;
  perform private.require_on_content(
    content, case content.status when 'approved' then 'content.edit' else 'content.publish' end
  );
  perform private.transition_content(content, 'draft', '{"note": "reopened"}');
  return query select * from private.content_by_id(content.id);
end;
$$;
comment on function public.reopen_content is
'Makes an approved content (for editors) or an archived one (for admins) a draft again.';
grant execute on function public.reopen_content to authenticated, service_role;

create function public.delete_content(content_id uuid)
returns void
language plpgsql
volatile
security definer -- nobody may write contents by themselves
set search_path = ''
as $$
declare
  content public.contents := private.lock_content(content_id);
begin
  perform private.require_on_content(content, 'content.delete');
  if content.status in ('published', 'scheduled') then
    perform private.refuse(409, format('a content that is %s is archived first', content.status));
  end if;
  perform private.end_run(content.id, 'cancelled', null, 'the content was deleted');
  -- Its run is cancelled, so a content that is restored later is a draft.
  if content.status in ('pending_review', 'in_review') then
    perform private.transition_content(content, 'draft');
  end if;
  update public.contents set deleted_at = now() where contents.id = content.id;
end;
$$;
comment on function public.delete_content is 'Moves a content to the bin; restore_content() brings it back.';
grant execute on function public.delete_content to authenticated, service_role;

create function public.restore_content(content_id uuid)
returns setof public.contents
language plpgsql
volatile
security definer -- nobody may write contents by themselves
set search_path = ''
as $$
declare
  content public.contents;
begin
  perform private.require_permission(
    (select contents.brand_id from public.contents where contents.id = restore_content.content_id),
    'content.read', 'content'
  );
  select * into content from public.contents where contents.id = restore_content.content_id for update;
  perform private.require_on_content(content, 'content.delete');
  if content.deleted_at is null then
    perform private.refuse(409, 'the content is not deleted');
  end if;
  perform private.describe_change('{"action": "restored"}');
  update public.contents set deleted_at = null where contents.id = content.id;
  return query select * from private.content_by_id(content.id);
end;
$$;
comment on function public.restore_content is 'Brings a deleted content back from the bin, as it was.';
grant execute on function public.restore_content to authenticated, service_role;

-- schemas/content/functions/lists.sql

create function private.content_conditions(filters jsonb)
returns text
language sql
immutable
set search_path = ''
as $$
  -- Only these constant texts become part of a statement; the caller's values stay in its parameter $1.
  select coalesce(string_agg(' and ' || known.condition, '' order by known.name), '')
  from (values
    ('status', 'contents.status = any (array(select jsonb_array_elements_text($1 -> ''status'')))'),
    ('type', 'contents.type = any (array(select jsonb_array_elements_text($1 -> ''type'')))'),
    ('tag', 'contents.tags @> array(select jsonb_array_elements_text($1 -> ''tag''))'),
    ('category', 'contents.categories @> array(select jsonb_array_elements_text($1 -> ''category''))'),
    ('template_id', 'contents.template_id = ($1 ->> ''template_id'')::uuid'),
    ('parent_id', 'contents.parent_id = ($1 ->> ''parent_id'')::uuid'),
    ('created_by', 'contents.created_by = ($1 ->> ''created_by'')::uuid'),
    ('updated_by', 'contents.updated_by = ($1 ->> ''updated_by'')::uuid'),
    (
      'assignee',
      'contents.id in (select mine.content_id from public.content_assignees as mine '
      'where mine.user_id = ($1 ->> ''assignee'')::uuid and mine.brand_id = contents.brand_id)'
    ),
    ('created_from', 'contents.created_at >= ($1 ->> ''created_from'')::timestamptz'),
    ('created_to', 'contents.created_at < ($1 ->> ''created_to'')::timestamptz'),
    ('updated_from', 'contents.updated_at >= ($1 ->> ''updated_from'')::timestamptz'),
    ('updated_to', 'contents.updated_at < ($1 ->> ''updated_to'')::timestamptz'),
    ('published_from', 'contents.published_at >= ($1 ->> ''published_from'')::timestamptz'),
    ('published_to', 'contents.published_at < ($1 ->> ''published_to'')::timestamptz'),
    ('scheduled_from', 'contents.scheduled_for >= ($1 ->> ''scheduled_from'')::timestamptz'),
    ('scheduled_to', 'contents.scheduled_for < ($1 ->> ''scheduled_to'')::timestamptz'),
    ('due_from', 'contents.due_at >= ($1 ->> ''due_from'')::timestamptz'),
    ('due_to', 'contents.due_at < ($1 ->> ''due_to'')::timestamptz'),
    ('score_from', 'contents.score >= ($1 ->> ''score_from'')::numeric'),
    ('score_to', 'contents.score <= ($1 ->> ''score_to'')::numeric')
  ) as known (name, condition)
  where filters ? known.name;
$$;
comment on function private.content_conditions is
'Builds the SQL conditions of a list for the filters that are given; each reads its value from $1.';

create function private.content_order(sort text, is_descending boolean, has_cursor boolean)
returns table (order_by text, after text)
language sql
immutable
set search_path = ''
as $$
  select
    format('%I %s nulls last, id', sort, case when is_descending then 'desc' else 'asc' end),
    case when has_cursor then format(
      ' and contents.%1$I %2$s= ($2 ->> ''value'')::%3$s and (contents.%1$I %2$s ($2 ->> ''value'')::%3$s '
      'or contents.id > ($2 ->> ''id'')::uuid)',
      sort, case when is_descending then '<' else '>' end,
      case sort when 'score' then 'numeric' when 'title' then 'text' when 'status' then 'text' else 'timestamptz' end
    ) else '' end;
$$;
comment on function private.content_order is
'Builds the order of a list, with ties broken by id, and the condition for items after the cursor, {value, id} in $2.';

create function private.head_columns()
returns text
language sql
stable
parallel safe
set search_path = ''
as $$
  select string_agg('contents.' || attribute.attname, ', ' order by attribute.attnum)
  from pg_catalog.pg_attribute as attribute
  where attribute.attrelid = 'private.content_head'::regclass and attribute.attnum > 0;
$$;
comment on function private.head_columns is 'Lists the columns of private.content_head, for a statement on contents.';

create function private.recent_contents(
  brands uuid[], wanted text, before timestamptz, before_id uuid, skipped integer, wished integer
)
returns setof private.content_head
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_generic_plan' -- planning the partitions takes longer than reading a page of them (ADR 19)
as $$
begin
  if wanted is null then
    return query
      select
        item.id, item.brand_id, item.template_id, item.template_version, item.type, item.status::text, item.title,
        item.slug, item.excerpt, item.tags, item.categories, item.assignees, item.score, item.version,
        item.major_version, item.minor_version, item.parent_id, item.scheduled_for, item.expires_at, item.due_at,
        item.published_at, item.published_by, item.created_by, item.created_at, item.updated_by, item.updated_at,
        item.deleted_at
      from unnest(brands) as brand (id)
      cross join lateral (
        select contents.* from public.contents
        where
          contents.brand_id = brand.id and contents.deleted_at is null
          and contents.updated_at <= before and (contents.updated_at < before or contents.id > before_id)
        order by contents.updated_at desc, contents.id
        limit skipped + wished
      ) as item
      order by item.updated_at desc, item.id
      offset skipped limit wished;
  else
    return query
      select
        item.id, item.brand_id, item.template_id, item.template_version, item.type, item.status::text, item.title,
        item.slug, item.excerpt, item.tags, item.categories, item.assignees, item.score, item.version,
        item.major_version, item.minor_version, item.parent_id, item.scheduled_for, item.expires_at, item.due_at,
        item.published_at, item.published_by, item.created_by, item.created_at, item.updated_by, item.updated_at,
        item.deleted_at
      from unnest(brands) as brand (id)
      cross join lateral (
        select contents.* from public.contents
        where
          contents.brand_id = brand.id and contents.status = wanted and contents.deleted_at is null
          and contents.updated_at <= before and (contents.updated_at < before or contents.id > before_id)
        order by contents.updated_at desc, contents.id
        limit skipped + wished
      ) as item
      order by item.updated_at desc, item.id
      offset skipped limit wished;
  end if;
end;
$$;
comment on function private.recent_contents is
'Lists heads of contents of these brands, last changed first, of one status or of any, after a place in that order. The
list that people see first.';

create function private.count_contents(brands uuid[], wanted text)
returns bigint
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_generic_plan' -- see recent_contents
as $$
begin
  if wanted is null then
    return (
      select count(*) from public.contents where contents.brand_id = any (brands) and contents.deleted_at is null
    );
  end if;
  return (
    select count(*) from public.contents
    where contents.brand_id = any (brands) and contents.status = wanted and contents.deleted_at is null
  );
end;
$$;
comment on function private.count_contents is 'Counts the contents of these brands, of one status or of any.';

create function private.listable_brands(brand uuid, is_deleted boolean)
returns uuid[]
language plpgsql
stable
set search_path = ''
as $$
declare
  brands uuid [] := private.brands_permitting('content.read');
begin
  if is_deleted then
    brands := array(
      select permitted from unnest(private.brands_permitting('content.delete')) as permitted
      where permitted = any (brands)
    );
  end if;
  return case
    when brand is null then brands
    when brand = any (brands) then array[brand]
    else '{}'
  end;
end;
$$;
comment on function private.listable_brands is
'Returns the brand, or for null all brands, in which the caller may list contents: deleted ones if they may delete.';

create function private.sorted_contents(
  brands uuid[],
  conditions text,
  filters jsonb,
  sort text,
  is_descending boolean,
  cursor_at jsonb,
  skipped integer,
  wished integer
)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  ordered record;
  items jsonb;
begin
  select * into ordered from private.content_order(sort, is_descending, cursor_at is not null);
  -- Asks each brand's index of this order for as many rows as the page needs (ADR 19).
  execute
    'select jsonb_agg(to_jsonb(page) order by ' || ordered.order_by || ') from ('
    '  select item.* from unnest($3) as brand (id) cross join lateral ('
    '    select ' || private.head_columns() ||
    '    from public.contents where contents.brand_id = brand.id and ' || conditions || ordered.after ||
    '    order by ' || ordered.order_by || ' limit $4'
    '  ) as item order by ' || ordered.order_by || ' offset $5 limit $6'
    ') as page'
  into items
  using filters, cursor_at, brands, skipped + wished, skipped, wished;
  return items;
end;
$$;
comment on function private.sorted_contents is
'Lists heads of contents of these brands in any order and by any conditions, which read their values from filters.';

create function public.list_contents(
  filters jsonb default '{}',
  sort text default 'updated_at',
  is_descending boolean default true,
  cursor_at jsonb default null,
  page_offset integer default 0,
  page_size integer default 20,
  is_counted boolean default false
)
returns jsonb
language plpgsql
stable
-- Under a policy the planner cannot know how many of a brand's rows pass: where a cursor asks for twenty it would read
-- and sort them all. The list takes the caller's brands first instead (ADR 13).
security definer
set search_path = ''
as $$
declare
  brand constant uuid := filters ->> 'brand_id';
  is_deleted constant boolean := coalesce((filters ->> 'is_deleted')::boolean, false);
  brands constant uuid [] := private.listable_brands(brand, is_deleted);
  wished constant integer := least(greatest(page_size, 1), 100);
  conditions constant text := case
    when is_deleted then 'contents.deleted_at is not null' else 'contents.deleted_at is null'
  end || private.content_conditions(filters);
  -- Last changed first, by one status at most: the list of which the plans are kept.
  is_recent_list constant boolean := sort = 'updated_at' and is_descending and not is_deleted
    and filters - array['brand_id', 'status', 'is_deleted'] = '{}'
    and jsonb_array_length(coalesce(filters -> 'status', '[]')) <= 1;
  items jsonb;
  total bigint;
begin
  if sort not in ('updated_at', 'created_at', 'title', 'status', 'score') then
    perform private.refuse(400, 'contents are not sorted by that');
  end if;
  if is_recent_list then
    select jsonb_agg(to_jsonb(page) order by page.updated_at desc, page.id) into items
    from private.recent_contents(
      brands, filters -> 'status' ->> 0, coalesce((cursor_at ->> 'value')::timestamptz, 'infinity'),
      coalesce((cursor_at ->> 'id')::uuid, '00000000-0000-0000-0000-000000000000'), page_offset, wished
    ) as page;
    if is_counted then
      total := private.count_contents(brands, filters -> 'status' ->> 0);
    end if;
  else
    items := private.sorted_contents(
      brands, conditions, filters, sort, is_descending, cursor_at, page_offset, wished
    );
    if is_counted then
      execute 'select count(*) from public.contents where contents.brand_id = any ($2) and ' || conditions
      into total using filters, brands;
    end if;
  end if;
  return jsonb_build_object('items', coalesce(items, '[]'), 'total', total);
end;
$$;
comment on function public.list_contents is
'Lists contents of the caller''s brands without their texts, after the cursor or from the offset on: {items, total}.
Deleted ones are listed for those who may restore them. total is null unless counted.';
grant execute on function public.list_contents to authenticated, service_role;

-- schemas/content/functions/scores.sql

create function private.has_open_violations(content public.contents)
returns boolean
language sql
stable
set search_path = ''
as $$
  select exists (
    select from public.claim_reviews as review
    where
      review.content_id = content.id
      and review.violations > 0
      and review.overridden_at is null
      -- Versions of the present text: a change of status makes a version without changing the text.
      and exists (
        select from public.content_versions as checked
        where
          checked.content_id = content.id
          and checked.version = review.content_version
          and private.edited_part(checked.snapshot) = private.edited_part(private.content_state(content))
      )
  );
$$;
comment on function private.has_open_violations is
'Whether a check of the present text of a content found a violation of a claim that nobody has overridden with a
reason.';

create function private.content_completeness(content public.contents, form jsonb)
returns numeric
language plpgsql
stable
set search_path = ''
as $$
declare
  hidden text [] := private.hidden_fields(form, content.fields);
begin
  return (
    select coalesce(
      100.0 * count(*) filter (where not private.is_blank(content.fields -> (field ->> 'id'))) / nullif(count(*), 0),
      100
    )
    from jsonb_array_elements(form) as field
    where (field ->> 'required')::boolean and field ->> 'id' <> all (hidden)
  );
end;
$$;
comment on function private.content_completeness is 'Returns the share of required fields that have a value, 0 to 100.';

create function private.content_quality(content public.contents, form jsonb)
returns numeric
language plpgsql
stable
set search_path = ''
as $$
declare
  body text := private.visible_characters(content.body);
  words integer;
  has_image boolean;
begin
  select
    private.word_count(body || ' ' || coalesce(string_agg(private.visible_characters(entry.value #>> '{}'), ' ')
      filter (where field ->> 'type' in ('rich_text', 'html', 'plain_text', 'long_text')), '')),
    coalesce(bool_or(field ->> 'type' = 'image' and not private.is_blank(entry.value)), false)
      or not private.is_blank(content.metadata -> 'ogImage')
  into words, has_image
  from jsonb_each(content.fields) as entry
  left join jsonb_array_elements(form) as field on field ->> 'id' = entry.key;
  return greatest(0, 100
    - case when words < 50 then 30 when words < 100 then 15 else 0 end
    - case when private.is_blank(content.metadata -> 'metaDescription') then 10 else 0 end
    - case when private.is_blank(content.metadata -> 'metaTitle') then 10 else 0 end
    - case when has_image then 0 else 10 end);
end;
$$;
comment on function private.content_quality is
'Returns 100 less what a content lacks: words in body and text fields, meta description, meta title, an image.';

create function private.content_score(content public.contents)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  form jsonb := coalesce(private.content_form(content), '[]');
  completeness numeric := private.content_completeness(content, form);
  quality numeric := private.content_quality(content, form);
  compliance numeric := case when private.has_open_violations(content) then 0 else 100 end;
  alignment numeric := (
    select found.alignment from private.content_alignments as found where found.content_id = content.id
  );
begin
  return jsonb_build_object(
    'completeness', round(completeness, 1), 'quality', quality, 'compliance', compliance, 'alignment', alignment,
    -- Until a model has assessed the alignment, the score consists of the other parts.
    'score', round(
      (0.3 * completeness + 0.3 * quality + 0.2 * compliance + coalesce(0.2 * alignment, 0))
      / case when alignment is null then 0.8 else 1 end, 1
    )
  );
end;
$$;
comment on function private.content_score is
'Returns the score of a content and its parts, each 0 to 100 (domain §3):
{completeness, quality, compliance, alignment, score}. alignment is null until it is assessed.';

create function private.rescore_content()
returns trigger
language plpgsql
security definer -- nobody may write the score by themselves
set search_path = ''
as $$
begin
  -- Only where the score differs: an update without a difference would count as a change of the content.
  update public.contents set score = rescored.score
  from (
    select contents.id, (private.content_score(contents) ->> 'score')::numeric as score
    from public.contents where contents.id = new.content_id
  ) as rescored
  where contents.id = rescored.id and contents.score is distinct from rescored.score;
  return null;
end;
$$;
comment on function private.rescore_content is
'Writes the score of a content after a claims review or an assessment of its alignment.';

create function public.record_alignment(content_id uuid, content_version integer, alignment numeric)
returns void
language sql
volatile
security definer -- private is closed to the service as well
set search_path = ''
as $$
  insert into private.content_alignments (content_id, brand_id, content_version, alignment)
  select contents.id, contents.brand_id, record_alignment.content_version, record_alignment.alignment
  from public.contents
  where contents.id = record_alignment.content_id
  on conflict (content_id) do update
    set
      content_version = excluded.content_version, alignment = excluded.alignment, assessed_at = now();
$$;
comment on function public.record_alignment is
'For the service: records how well a content fits the voice of its brand, 0 to 100.';
grant execute on function public.record_alignment to service_role;

create function public.score_content(content_id uuid)
returns jsonb
language plpgsql
stable
security definer -- reads claims reviews and templates for readers of the content
set search_path = ''
as $$
declare
  content public.contents;
begin
  perform private.require_visible_content(content_id);
  select * into content from public.contents where contents.id = score_content.content_id;
  return private.content_score(content);
end;
$$;
comment on function public.score_content is 'Returns the score of a content and its parts: see private.content_score.';
grant execute on function public.score_content to authenticated, service_role;

-- schemas/content/functions/search.sql

create function public.search_contents(
  query text,
  filters jsonb default '{}',
  sort text default 'relevance',
  page_offset integer default 0,
  page_size integer default 20,
  embedding text default null
)
returns jsonb
language plpgsql
stable
-- Full-text and trigram operators are not leakproof: under row-level security PostgreSQL would not use their indexes.
-- The search takes the caller's brands itself and filters by them first (ADR 13).
security definer
set search_path = ''
-- Also for the helpers. Rare and frequent words, one brand and fifty, want different plans.
set plan_cache_mode = 'force_custom_plan'
as $$
#variable_conflict use_column
declare
  request constant private.search_request := private.parse_search(query, filters, sort, embedding);
  by_words constant private.search_matches := private.contents_by_words(request);
  -- Only where words alone found little, whatever the page, and in few brands: the index is read once for each brand.
  by_likeness constant uuid [] := case
    when by_words.total < 20 and request.sort = 'relevance' and request.has_few_brands
      then private.contents_by_likeness(request)
    else '{}'
  end;
  by_meaning constant uuid [] := case
    when request.embedding is not null then private.contents_by_meaning(request) else '{}'
  end;
begin
  return (
    -- Reciprocal rank fusion (Cormack et al. 2009): places can be compared where scores cannot.
    with fused as (
      select ranking.content_id, sum(ranking.weight / (60 + ranking.place)) as score
      from (
        select content_id, 1.0 as weight, place
        from unnest(by_words.content_ids) with ordinality as words (content_id, place)
        union all
        -- With a weight that places them behind all that have the words.
        select content_id, 0.000001, place from unnest(by_likeness) with ordinality as likeness (content_id, place)
        union all
        select content_id, 1.0, place from unnest(by_meaning) with ordinality as meaning (content_id, place)
      ) as ranking
      group by ranking.content_id
    ),
    page as (
      select fused.content_id, fused.score, row_number() over (order by fused.score desc, fused.content_id) as place
      from fused
      order by fused.score desc, fused.content_id
      offset page_offset limit least(greatest(page_size, 1), 100)
    )
    select jsonb_build_object(
      'total', greatest(by_words.total, (select count(*) from fused)),
      'facets', by_words.facets,
      'items', coalesce(jsonb_agg(jsonb_build_object(
        'id', search.content_id, 'brand_id', search.brand_id, 'title', search.title, 'type', search.type,
        'status', search.status, 'tags', search.tags, 'score', search.score, 'updated_at', search.updated_at,
        'rank', round(page.score, 6),
        -- The marks are characters of the private use area, so that HTML in the text stays text.
        'title_highlight', ts_headline(private.search_language(search.language), search.title, request.terms,
          E'StartSel=\uE000, StopSel=\uE001, HighlightAll=true'),
        'text_highlight', ts_headline(private.search_language(search.language), left(search.plain, 20000),
          request.terms, E'StartSel=\uE000, StopSel=\uE001, MaxFragments=2, MaxWords=24, MinWords=8, '
          'FragmentDelimiter=" … "')
      ) order by page.place), '[]')
    )
    from page
    inner join private.content_search as search on search.content_id = page.content_id
  );
end;
$$;
comment on function public.search_contents is
'Searches the caller''s brands by words, with typing errors allowed for, and by meaning where an embedding of the query
(512 numbers) is given: {items, total, facets}. Highlights are between U+E000 and U+E001.';
grant execute on function public.search_contents to authenticated, service_role;

-- schemas/content/functions/search_index.sql

create function private.search_language(language text)
returns regconfig
language sql
immutable
parallel safe
set search_path = ''
as $$
  -- The languages that PostgreSQL has stemmers for; texts in others are searched word for word.
  select coalesce((
    select ('pg_catalog.' || known.configuration)::regconfig
    from (values
      ('ar', 'arabic'), ('hy', 'armenian'), ('eu', 'basque'), ('ca', 'catalan'), ('da', 'danish'), ('nl', 'dutch'),
      ('en', 'english'), ('fi', 'finnish'), ('fr', 'french'), ('de', 'german'), ('el', 'greek'), ('hi', 'hindi'),
      ('hu', 'hungarian'), ('id', 'indonesian'), ('ga', 'irish'), ('it', 'italian'), ('lt', 'lithuanian'),
      ('ne', 'nepali'), ('no', 'norwegian'), ('nb', 'norwegian'), ('pt', 'portuguese'), ('ro', 'romanian'),
      ('ru', 'russian'), ('sr', 'serbian'), ('es', 'spanish'), ('sv', 'swedish'), ('ta', 'tamil'), ('tr', 'turkish'),
      ('yi', 'yiddish')
    ) as known (code, configuration)
    where known.code = search_language.language
  ), 'pg_catalog.simple'::regconfig);
$$;
comment on function private.search_language is 'Returns the text search configuration for an ISO 639-1 code.';

create function private.mark_search_stale()
returns trigger
language plpgsql
security definer -- nobody may write the index by themselves
set search_path = ''
as $$
begin
  insert into private.stale_searches (brand_id) values (new.id) on conflict do nothing;
  return null;
end;
$$;
comment on function private.mark_search_stale is 'Queues a brand whose language changed for refresh_search().';

create function private.content_plain(content public.contents)
returns text
language sql
immutable
parallel safe
set search_path = ''
as $$
  select left(concat_ws(
    ' ', nullif(content.excerpt, ''), nullif(private.visible_characters(content.body), ''),
    (
      select string_agg(private.visible_characters(found #>> '{}'), ' ')
      from jsonb_path_query(content.fields, '$.** ? (@.type() == "string")') as found
    )
  ), 100000);
$$;
comment on function private.content_plain is
'Returns the texts of a content without markup: excerpt, body and fields, at most 100,000 characters.';

create function private.content_words(content public.contents, language regconfig)
returns tsvector
language sql
immutable
parallel safe
set search_path = ''
as $$
  -- Weights of domain §10: title before description and tags, these before the text. Words stand both as written and as
  -- stems, so that an exact word is found whatever the language.
  select array_to_tsvector(array['brand:' || content.brand_id])
    || setweight(to_tsvector('simple', content.title) || to_tsvector(language, content.title), 'A')
    || setweight(to_tsvector(language, coalesce(content.metadata ->> 'metaDescription', '')), 'B')
    || setweight(to_tsvector('simple', coalesce(content.metadata ->> 'metaDescription', '')), 'B')
    || setweight(array_to_tsvector(array(select lower(tag) from unnest(content.tags) as tag where tag <> '')), 'B')
    || setweight(to_tsvector('simple', private.content_plain(content)), 'D')
    || setweight(to_tsvector(language, private.content_plain(content)), 'D');
$$;
comment on function private.content_words is
'Returns the words by which a content is found, with its brand as one of them.';

create function private.index_content()
returns trigger
language plpgsql
security definer -- nobody may write the index by themselves
set search_path = ''
as $$
declare
  language text := coalesce((select brands.language from public.brands where brands.id = new.brand_id), '');
begin
  if new.deleted_at is not null then
    delete from private.content_search where content_search.content_id = new.id;
    return null;
  end if;
  if tg_op = 'UPDATE'
    and old.deleted_at is null
    and private.edited_part(private.content_state(new)) = private.edited_part(private.content_state(old))
  then
    update private.content_search
    set status = new.status, updated_at = new.updated_at, score = new.score
    where content_search.content_id = new.id;
    return null;
  end if;
  insert into private.content_search as search (
    content_id, brand_id, title, type, status, words, updated_at, language, tags, plain, score, created_by
  )
  values (
    new.id, new.brand_id, new.title, new.type, new.status,
    private.content_words(new, private.search_language(language)), new.updated_at, language, new.tags,
    private.content_plain(new), new.score, new.created_by
  )
  on conflict (content_id) do update
    set
      title = excluded.title, type = excluded.type, status = excluded.status, words = excluded.words,
      updated_at = excluded.updated_at, language = excluded.language, tags = excluded.tags, plain = excluded.plain,
      score = excluded.score;
  return null;
end;
$$;
comment on function private.index_content is
'Keeps the row of a content in private.content_search. Only edits write its words anew.';

create function public.refresh_search(batch integer default 500)
returns integer
language plpgsql
volatile
security definer -- private is closed to the service as well
set search_path = ''
as $$
declare
  stale record;
  refreshed integer := 0;
  done integer;
begin
  for stale in
    select brands.id, coalesce(brands.language, '') as language
    from private.stale_searches inner join public.brands on brands.id = stale_searches.brand_id
    order by stale_searches.marked_at
    for update of stale_searches skip locked
  loop
    update private.content_search as search
    set
      language = stale.language,
      words = private.content_words(contents, private.search_language(stale.language))
    from public.contents
    where
      contents.id = search.content_id
      and search.content_id in (
        select others.content_id from private.content_search as others
        where others.words @@ quote_literal('brand:' || stale.id)::tsquery and others.language <> stale.language
        limit batch - refreshed
      );
    get diagnostics done = row_count;
    refreshed := refreshed + done;
    exit when refreshed >= batch;
    delete from private.stale_searches where stale_searches.brand_id = stale.id;
  end loop;
  return refreshed;
end;
$$;
comment on function public.refresh_search is
'For the scheduler: stems contents anew where the language of their brand changed; returns how many.';
grant execute on function public.refresh_search to service_role;

-- schemas/content/functions/search_rankings.sql

-- The three ways in which a search finds contents. Each is one statement and returns ids, best first.

create function private.contents_by_words(request private.search_request)
returns private.search_matches
language plpgsql
stable
set search_path = ''
as $$
declare
  matches private.search_matches := ('{}', 0, '{"type": {}, "status": {}, "tag": {}}');
begin
  if (numnode(request.terms) > 0 and cardinality(request.brands) > 0) is not true then
    return matches;
  end if;
  -- Of more than 5,000 matches the first in the order asked for, or the latest, are counted, ranked and shown.
  with matched as materialized (
    select search.content_id, search.type, search.status, search.tags, search.title, search.updated_at, search.score
    from private.content_search as search
    where
      search.words @@ request.indexed_terms and search.brand_id = any (request.brands)
      and (request.statuses is null or search.status = any (request.statuses))
      and (request.types is null or search.type = any (request.types))
      and search.tags @> request.tags
      and (request.created_by is null or search.created_by = request.created_by)
      and search.updated_at >= request.updated_from and search.updated_at < request.updated_to
    order by
      case when request.sort = 'score' then search.score end desc nulls last,
      case when request.sort = 'title' then search.title when request.sort = 'status' then search.status end,
      case when request.sort = 'created_at' then search.content_id end desc nulls last,
      search.updated_at desc, search.content_id
    limit 5000
  ),
  -- Ranking reads all words of a content, so only the 1,000 matches that changed last are ranked.
  ranked as (
    select
      latest.content_id,
      -- Contents that changed in the last seven days count double (domain §10).
      ts_rank('{0.1, 0.3, 0.6, 1.0}', search.words, request.terms)
      * case when latest.updated_at > now() - interval '7 days' then 2 else 1 end as rank
    from (
      select matched.content_id, matched.updated_at from matched
      where request.sort = 'relevance'
      order by matched.updated_at desc
      limit 1000
    ) as latest
    inner join private.content_search as search on search.content_id = latest.content_id
  ),
  tag_counts as (
    select tag, count(*) as uses from matched cross join lateral unnest(matched.tags) as tag
    group by tag order by uses desc, tag limit 50
  )
  select
    array(
      select matched.content_id
      from matched
      left join ranked on ranked.content_id = matched.content_id
      order by
        case when request.sort = 'relevance' then ranked.rank when request.sort = 'score' then matched.score end
          desc nulls last,
        case when request.sort = 'updated_at' then matched.updated_at end desc nulls last,
        case when request.sort = 'title' then matched.title when request.sort = 'status' then matched.status end,
        case when request.sort = 'created_at' then matched.content_id end desc nulls last,
        matched.content_id
      limit 1100
    ),
    (select count(*) from matched),
    jsonb_build_object(
      'type', coalesce((select jsonb_object_agg(counted.type, counted.uses) from (
        select matched.type, count(*) as uses from matched group by matched.type) as counted), '{}'),
      'status', coalesce((select jsonb_object_agg(counted.status, counted.uses) from (
        select matched.status, count(*) as uses from matched group by matched.status) as counted), '{}'),
      'tag', coalesce((select jsonb_object_agg(tag_counts.tag, tag_counts.uses) from tag_counts), '{}')
    )
  into matches;
  return matches;
end;
$$;
comment on function private.contents_by_words is 'Finds contents that hold all words of a search, and counts facets.';

create function private.contents_by_likeness(request private.search_request)
returns uuid[]
language plpgsql
stable
set search_path = ''
set "pg_trgm.word_similarity_threshold" = 0.5
as $$
begin
  return array(
    select search.content_id
    from private.content_search as search
    where
      search.brand_id = any (request.brands) and request.query operator(extensions.<%) search.title
      and (request.statuses is null or search.status = any (request.statuses))
      and (request.types is null or search.type = any (request.types))
      and search.tags @> request.tags
      and (request.created_by is null or search.created_by = request.created_by)
      and search.updated_at >= request.updated_from and search.updated_at < request.updated_to
    order by extensions.word_similarity(request.query, search.title) desc, search.content_id
    limit 200
  );
end;
$$;
comment on function private.contents_by_likeness is
'Finds contents with a title that holds something like the query, so that typing errors find something.';

create function private.contents_by_meaning(request private.search_request)
returns uuid[]
language plpgsql
stable
set search_path = ''
as $$
begin
  return array(
    select search.content_id
    from private.content_search as search
    where
      search.brand_id = any (request.brands) and search.embedding is not null
      and (request.statuses is null or search.status = any (request.statuses))
      and (request.types is null or search.type = any (request.types))
      and search.tags @> request.tags
    order by search.embedding operator(extensions.<=>) request.embedding, search.content_id
    limit 100
  );
end;
$$;
comment on function private.contents_by_meaning is
'Finds the contents whose embeddings are nearest to that of the query.';

-- schemas/content/functions/search_requests.sql

create function private.searchable_brands(brand uuid)
returns uuid[]
language sql
stable
set search_path = ''
as $$
  select case
    when brand is null then private.brands_permitting('content.read')
    when private.permits(brand, 'content.read') then array[brand]
    else '{}'
  end;
$$;
comment on function private.searchable_brands is
'Returns the brand if the caller may read its contents; all such brands for null.';

create function private.search_terms(query text, brands uuid[])
returns tsquery
language plpgsql
stable
set search_path = ''
as $$
declare
  terms tsquery := websearch_to_tsquery('simple', query);
  configuration regconfig;
begin
  for configuration in
    select distinct private.search_language(brand.language)
    from public.brands as brand
    where brand.id = any (brands)
  loop
    terms := terms || websearch_to_tsquery(configuration, query);
  end loop;
  return terms;
end;
$$;
comment on function private.search_terms is
'Parses a query for full-text search: its words as written, or their stems in any language of these brands.';

create function private.narrowed_terms(terms tsquery, brands uuid[])
returns tsquery
language plpgsql
stable
set search_path = ''
as $$
begin
  -- The index holds the brand of each row as a word. Naming the brands narrows the search where they are few; of many,
  -- merging the rows of each would take longer than it saves. The condition on brand_id is what separates tenants.
  return terms && (select string_agg(quote_literal('brand:' || brand), ' | ') from unnest(brands) as brand)::tsquery;
end;
$$;
comment on function private.narrowed_terms is 'Adds to search terms that the content is of one of these brands.';

create function private.parse_search(query text, filters jsonb, sort text, embedding text)
returns private.search_request
language plpgsql
stable
set search_path = ''
as $$
declare
  request private.search_request;
begin
  request.brands := private.searchable_brands((filters ->> 'brand_id')::uuid);
  request.has_few_brands := cardinality(request.brands) <= 5;
  request.query := left(query, 500);
  request.sort := sort;
  request.statuses := case
    when filters ? 'status' then array(select jsonb_array_elements_text(filters -> 'status'))
  end;
  request.types := case when filters ? 'type' then array(select jsonb_array_elements_text(filters -> 'type')) end;
  request.tags := array(select jsonb_array_elements_text(coalesce(filters -> 'tag', '[]')));
  request.created_by := filters ->> 'created_by';
  request.updated_from := coalesce((filters ->> 'updated_from')::timestamptz, '-infinity');
  request.updated_to := coalesce((filters ->> 'updated_to')::timestamptz, 'infinity');
  request.embedding := parse_search.embedding::extensions.halfvec(512);
  if sort not in ('relevance', 'updated_at', 'created_at', 'title', 'status', 'score') then
    perform private.refuse(400, 'a search is not sorted by that');
  end if;
  -- Vectors are compared one by one, which is fast enough for the contents of one brand only.
  if request.embedding is not null and cardinality(request.brands) > 1 then
    perform private.refuse(400, 'a search by meaning names one brand', jsonb_build_array(jsonb_build_object(
      'field', 'brandId', 'code', 'REQUIRED_FIELD_MISSING', 'message', 'name the brand to search in'
    )));
  end if;
  request.terms := private.search_terms(request.query, request.brands);
  request.indexed_terms := case
    when request.has_few_brands then private.narrowed_terms(request.terms, request.brands) else request.terms
  end;
  return request;
end;
$$;
comment on function private.parse_search is
'Reads the arguments of search_contents. Limits the search to brands whose contents the caller may read. Refuses an
unknown sort, and an embedding for more than one brand, with 400.';

create function private.any_words(topic text)
returns tsquery
language sql
immutable
parallel safe
set search_path = ''
as $$
  -- With "or" between the words, where a search asks for all of them: texts that share more words rank higher.
  select string_agg(quote_literal(word), ' | ')::tsquery
  from (
    select word from unnest(tsvector_to_array(to_tsvector('simple', left(topic, 2000)))) as word
    where char_length(word) > 3
    limit 40
  ) as words;
$$;
comment on function private.any_words is
'Builds a query for any of the longer words of a text, at most 40; null where it has none.';

-- schemas/content/functions/slugs.sql

create function private.slugify(title text)
returns text
language sql
immutable
parallel safe
set search_path = ''
as $$
  -- NFD puts accents behind their letters, as characters of their own, which are then dropped.
  select btrim(left(regexp_replace(
    regexp_replace(lower(normalize(slugify.title, nfd)), '[\u0300-\u036f]', '', 'g'), '[^a-z0-9]+', '-', 'g'
  ), 80), '-');
$$;
comment on function private.slugify is 'Makes a slug from a title: a-z, 0-9 and hyphens, 80 characters at most.';

create function private.claim_slug(brand uuid, content_id uuid, wished text, is_exact boolean)
returns text
language plpgsql
volatile
security definer -- nobody may write slugs by themselves
set search_path = ''
as $$
declare
  candidate text := coalesce(nullif(wished, ''), 'untitled');
begin
  for attempt in 1 .. 20 loop
    insert into private.content_slugs (brand_id, slug, content_id)
    values (brand, candidate, claim_slug.content_id)
    on conflict on constraint content_slugs_pkey do nothing;
    if found or exists (
      select from private.content_slugs as held
      where held.brand_id = brand and held.slug = candidate and held.content_id = claim_slug.content_id
    ) then
      delete from private.content_slugs as former
      where former.brand_id = brand and former.content_id = claim_slug.content_id and former.slug <> candidate;
      return candidate;
    end if;
    exit when is_exact;
    candidate := left(coalesce(nullif(wished, ''), 'untitled'), 80) || '-' || case
      when attempt < 10 then (attempt + 1)::text else substr(md5(content_id::text || attempt), 1, 8)
    end;
  end loop;
  perform private.refuse(409, 'another content of the brand has this slug', jsonb_build_array(jsonb_build_object(
    'field', 'slug', 'code', 'DUPLICATE_VALUE', 'message', 'choose another one'
  )));
end;
$$;
comment on function private.claim_slug is
'Claims a slug for a content, releases its former one and returns it. Where another content holds the slug, adds a
number, or refuses with 409 if it must be exact.';

-- schemas/content/functions/stamps.sql

create function private.stamp_new_content()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.status := 'draft';
  new.version := 1;
  new.major_version := 1;
  new.minor_version := 0;
  new.published_at := null;
  new.published_by := null;
  new.deleted_at := null;
  new.due_at := coalesce(new.due_at, now() + interval '21 days');
  new.slug := private.claim_slug(
    new.brand_id, new.id, coalesce(nullif(new.slug, ''), private.slugify(new.title)), new.slug <> ''
  );
  new.score := private.content_score(new) ->> 'score';
  new.created_by := auth.uid();
  new.created_at := now();
  new.updated_by := auth.uid();
  new.updated_at := now();
  return new;
end;
$$;
comment on function private.stamp_new_content is
'Makes every new content a draft of version 1 with a slug, whatever the client sent.';

create function private.stamp_content()
returns trigger
language plpgsql
set search_path = ''
as $$
declare
  is_edited boolean;
begin
  if new.brand_id <> old.brand_id then
    perform private.refuse(403, 'nothing moves from one brand to another');
  end if;
  new.id := old.id;
  new.created_by := old.created_by;
  new.created_at := old.created_at;
  if (new.views, new.shares, new.score) is distinct from (old.views, old.shares, old.score)
    and to_jsonb(new) - private.unversioned_columns() = to_jsonb(old) - private.unversioned_columns()
  then
    return new; -- not a change of the content: no version, no stamps
  end if;
  is_edited := private.edited_part(private.content_state(new)) <> private.edited_part(private.content_state(old));
  if is_edited then
    perform private.require_editable(old);
    -- An edit voids the approval (domain §3).
    if old.status = 'approved' and new.status = 'approved' then
      new.status := 'draft';
    end if;
  end if;
  if new.status <> old.status and not private.is_transition(old.status, new.status) then
    perform private.refuse(409, format('a content cannot go from %s to %s', old.status, new.status));
  end if;
  if new.status = 'published' and old.status <> 'published' then
    new.published_at := now();
    new.published_by := auth.uid();
  end if;
  if new.status <> 'scheduled' then
    new.scheduled_for := null;
  end if;
  if new.slug <> old.slug then
    new.slug := private.claim_slug(new.brand_id, new.id, new.slug, true);
  end if;
  new.version := old.version + 1;
  if new.status <> old.status or private.described_change() ->> 'is_autosave' = 'true' then
    new.minor_version := old.minor_version + 1;
  else
    new.major_version := old.major_version + 1;
    new.minor_version := 0;
  end if;
  new.score := private.content_score(new) ->> 'score';
  new.updated_by := auth.uid();
  new.updated_at := now();
  return new;
end;
$$;
comment on function private.stamp_content is
'Holds an update of a content to its status machine, and writes its version, score and stamps.';

create function private.mark_edited_provenance()
returns trigger
language plpgsql
set search_path = ''
as $$
declare
  entry record;
begin
  for entry in select key, value from jsonb_each(new.provenance) loop
    -- An entry that the same statement brings belongs to the value that it brings. Where the value is gone the entry
    -- stays: people may put the value back by hand, and it is the model's all the same.
    if
      entry.value = old.provenance -> entry.key
      and private.value_at(new.fields, new.metadata, entry.key)
      is distinct from private.value_at(old.fields, old.metadata, entry.key)
    then
      new.provenance := jsonb_set(
        new.provenance, array[entry.key], entry.value || jsonb_build_object('isEdited', true, 'editedBy', auth.uid())
      );
    end if;
  end loop;
  return new;
end;
$$;
comment on function private.mark_edited_provenance is
'Marks values that a model wrote as edited, with the person who edited them.';

-- schemas/content/functions/state.sql

create function private.unversioned_columns()
returns text[]
language sql
immutable
parallel safe
set search_path = ''
as $$
  select array['views', 'shares', 'score'];
$$;
comment on function private.unversioned_columns is
'Lists the columns of contents that are counted or computed. They are no part of versions and events, and an update of
them alone makes no version.';

create function private.content_state(content public.contents)
returns jsonb
language sql
stable
set search_path = ''
set timezone = 'UTC'
as $$
  -- Excludes columns instead of listing them, so that a column that is added later is part of the state.
  select to_jsonb(content) - private.unversioned_columns() - array[
    'id', 'brand_id', 'version', 'major_version', 'minor_version', 'created_by', 'created_at', 'updated_by',
    'updated_at'
  ];
$$;
comment on function private.content_state is
'Returns the part of a content that its versions keep and its events carry.';
grant execute on function private.content_state to authenticated, service_role;

create function private.edited_part(state jsonb)
returns jsonb
language sql
immutable
parallel safe
set search_path = ''
as $$
  -- Without the provenance: two states with the same texts are the same to those who approved or checked them, also
  -- where one of them is older than the provenance column.
  select state - array[
    'status', 'published_at', 'published_by', 'scheduled_for', 'deleted_at', 'due_at', 'expires_at', 'assignees',
    'provenance'
  ];
$$;
comment on function private.edited_part is
'Returns the part of a content''s state that people write. A change of this part voids approvals.';
grant execute on function private.edited_part to authenticated, service_role;

create function private.require_editable(content public.contents)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if content.status in ('scheduled', 'published', 'archived') then
    perform private.refuse(409, format('a content that is %s cannot be edited', content.status));
  end if;
end;
$$;
comment on function private.require_editable is 'Refuses with 409 where the status of a content bars edits.';

create function private.is_transition(from_status text, to_status text)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  return exists (
    select from private.content_status_transitions as transition
    where transition.from_status = is_transition.from_status and transition.to_status = is_transition.to_status
  );
end;
$$;
comment on function private.is_transition is 'Whether the status machine of domain §3 knows this change of status.';

create function private.rebuild_content(content_id uuid)
returns public.contents
language plpgsql
stable
set search_path = ''
as $$
declare
  content public.contents;
  event public.domain_events;
begin
  for event in
    select events.*
    from public.domain_events as events
    where events.aggregate_id = rebuild_content.content_id and events.payload ? 'changes'
    order by events.aggregate_version, events.id
  loop
    if event.type = 'ContentCreated' then
      content.created_by := event.actor_id;
      content.created_at := event.payload ->> 'at';
      -- Events that are older than these columns do not name them.
      content.assignees := '{}';
      content.provenance := '{}';
    end if;
    content := jsonb_populate_record(content, event.payload -> 'changes');
    content.id := event.aggregate_id;
    content.brand_id := event.brand_id;
    content.version := event.aggregate_version;
    content.major_version := event.payload ->> 'major';
    content.minor_version := event.payload ->> 'minor';
    content.updated_by := event.actor_id;
    content.updated_at := event.payload ->> 'at';
  end loop;
  content.views := 0;
  content.shares := 0;
  content.score := private.content_score(content) ->> 'score';
  return content;
end;
$$;
comment on function private.rebuild_content is
'Rebuilds a content from its events alone. Views and shares, which have no events, are 0.';

-- schemas/content/functions/suggestions.sql

create function public.suggest_contents(typed text, brand uuid default null, max_results integer default 8)
returns table (id uuid, brand_id uuid, title text, type text, status text)
language plpgsql
stable
security definer -- see search_contents
set search_path = ''
set plan_cache_mode = 'force_custom_plan' -- one brand and fifty want different plans
set "pg_trgm.word_similarity_threshold" = 0.5
as $$
#variable_conflict use_column
declare
  brands uuid [] := private.searchable_brands(suggest_contents.brand);
  wished integer := least(greatest(max_results, 1), 20);
  prefix text := lower(left(btrim(typed), 100));
  last_character constant text := chr(1114111);
begin
  if prefix = '' then
    return;
  end if;
  return query
    with titles_with_prefix as (
      select item.* from unnest(brands) as permitted (id) cross join lateral (
        select search.content_id, search.updated_at
        from private.content_search as search
        where
          -- A range and not a pattern: for `like` the prefix would have to be a constant when the statement is planned.
          (search.brand_id::text || ':' || lower(search.title)) ~>=~ (permitted.id::text || ':' || prefix)
          and (search.brand_id::text || ':' || lower(search.title))
          ~<~ (permitted.id::text || ':' || prefix || last_character)
        order by search.updated_at desc
        limit wished
      ) as item
    ),
    -- Titles with the words further on, or with words that are misspelt.
    similar_titles as (
      select search.content_id, extensions.word_similarity(prefix, search.title) as likeness, search.updated_at
      from private.content_search as search
      where
        char_length(prefix) >= 3 and (select count(*) from titles_with_prefix) < wished and cardinality(brands) <= 5
        and search.brand_id = any (brands) and prefix operator(extensions.<%) search.title
      order by likeness desc, search.updated_at desc
      limit wished
    ),
    best as (
      select
        found.content_id, min(found.place) as place, max(found.likeness) as likeness, max(found.updated_at) as updated_at
      from (
        select content_id, 1 as place, 1::real as likeness, updated_at from titles_with_prefix
        union all
        select content_id, 2, likeness, updated_at from similar_titles
      ) as found
      group by found.content_id
    )
    select search.content_id, search.brand_id, search.title, search.type, search.status::text
    from best
    inner join private.content_search as search on search.content_id = best.content_id
    order by best.place, best.likeness desc, best.updated_at desc, search.content_id
    limit wished;
end;
$$;
comment on function public.suggest_contents is
'Suggests titles of the caller''s brands that begin with what was typed, then titles that hold something like it.';
grant execute on function public.suggest_contents to authenticated, service_role;

-- schemas/content/functions/transfer.sql

create function private.insert_content(given jsonb)
returns uuid
language sql
volatile
set search_path = ''
as $$
  select made.id
  from jsonb_to_record(given) as content (
    brand_id uuid, title text, type text, template_id uuid, fields jsonb, metadata jsonb, tags text[], body text,
    excerpt text, slug text, categories text[], due_at timestamptz, expires_at timestamptz, assignees uuid[]
  )
  cross join lateral public.create_content(
    brand_id => content.brand_id, title => coalesce(content.title, ''), type => content.type,
    template_id => content.template_id, fields => coalesce(content.fields, '{}'),
    metadata => coalesce(content.metadata, '{}'), tags => coalesce(content.tags, '{}'),
    body => coalesce(content.body, ''), excerpt => coalesce(content.excerpt, ''), slug => coalesce(content.slug, ''),
    categories => coalesce(content.categories, '{}'), due_at => content.due_at, expires_at => content.expires_at,
    assignees => coalesce(content.assignees, '{}')
  ) as made;
$$;
comment on function private.insert_content is 'Creates the content of a line with create_content and returns its id.';

create function private.claim_bulk_line(key text, line integer, fingerprint text)
returns private.bulk_lines
language plpgsql
volatile
set search_path = ''
as $$
#variable_conflict use_variable
declare
  done private.bulk_lines;
begin
  if key is not null then
    insert into private.bulk_lines (user_id, key, line, fingerprint)
    values (auth.uid(), key, line, fingerprint)
    on conflict on constraint bulk_lines_pkey do nothing;
    if not found then
      select * into done from private.bulk_lines as earlier
      where earlier.user_id = auth.uid() and earlier.key = claim_bulk_line.key and earlier.line = claim_bulk_line.line;
    end if;
  end if;
  if done.fingerprint <> fingerprint then
    perform private.refuse(422, 'another content was sent in this line under this Idempotency-Key');
  end if;
  return done;
end;
$$;
comment on function private.claim_bulk_line is
'Claims a line of a stream under its Idempotency-Key. Returns the line as it was done earlier; null if it is new or
there is no key. Refuses with 422 a line that was sent with another content.';

create function public.create_contents(lines jsonb, key text default null)
returns table (
  line integer, outcome integer, content_id uuid, is_replayed boolean, code text, message text, details text
)
language plpgsql
volatile
security definer -- calls create_content, which checks the caller for each line
set search_path = ''
as $$
#variable_conflict use_column
declare
  entry jsonb;
  done private.bulk_lines;
begin
  if key is not null then
    -- With one fingerprint for all streams: the lines have their own. The key is of no use to other commands.
    perform private.claim_key(key, encode(sha256('a stream of contents'), 'hex'));
  end if;
  for entry in select each from jsonb_array_elements(lines) as each loop
    line := (entry ->> 'line')::integer;
    outcome := 201;
    content_id := null;
    is_replayed := false;
    code := null;
    message := null;
    details := null;
    begin
      done := private.claim_bulk_line(key, line, md5((entry -> 'content')::text));
      is_replayed := done.line is not null;
      if is_replayed then
        content_id := done.content_id;
      else
        content_id := private.insert_content(entry -> 'content');
        update private.bulk_lines as claimed set content_id = create_contents.content_id
        where
          claimed.user_id = auth.uid() and claimed.key = create_contents.key and claimed.line = create_contents.line;
      end if;
    exception
      when others then -- refusals are the outcome of the line; other errors fail the whole call
        get stacked diagnostics code = returned_sqlstate, message = message_text, details = pg_exception_detail;
        outcome := private.http_status(code);
        content_id := null;
        if outcome is null then
          raise;
        end if;
    end;
    return next;
  end loop;
end;
$$;
comment on function public.create_contents is
'Creates the contents of lines {line, content} and returns for each the HTTP status that it would have had alone. Lines
that were done under the same key are not done again.';
grant execute on function public.create_contents to authenticated, service_role;

create function public.import_contents(lines jsonb, is_dry_run boolean default false)
returns jsonb
language plpgsql
volatile
security definer -- calls create_content, which checks the caller for each line
set search_path = ''
as $$
declare
  entry jsonb;
  made uuid [] := '{}';
  problems jsonb := '[]';
  code text;
  reason text;
  details text;
begin
  -- Creating the contents is the only check that forgets no rule; errors and dry runs undo it as a whole.
  begin
    for entry in select each from jsonb_array_elements(lines) as each loop
      begin
        made := made || private.insert_content(entry -> 'content');
      exception
        when others then -- refusals are problems of the line; other errors fail the whole call
          get stacked diagnostics code = returned_sqlstate, reason = message_text, details = pg_exception_detail;
          if private.http_status(code) is null then
            raise;
          end if;
          problems := problems || jsonb_build_object(
            'line', entry -> 'line', 'outcome', private.http_status(code), 'code', code, 'message', reason,
            'details', details
          );
      end;
    end loop;
    if is_dry_run or problems <> '[]' then
      raise exception using errcode = 'ZZ001';
    end if;
  exception
    when sqlstate 'ZZ001' then
      made := '{}';
  end;
  return jsonb_build_object('content_ids', to_jsonb(made), 'problems', problems);
end;
$$;
comment on function public.import_contents is
'Creates the contents of all lines {line, content}, or none if a line has a problem or it is a dry run:
{content_ids, problems}.';
grant execute on function public.import_contents to authenticated, service_role;

create function public.export_contents(
  filters jsonb, after_id uuid default null, page_size integer default 100
)
returns jsonb
language plpgsql
volatile
security definer -- writes the audit log, and reads as list_contents does
set search_path = ''
as $$
declare
  brand uuid := filters ->> 'brand_id';
  conditions text := 'contents.brand_id = $2 and contents.deleted_at is null' || private.content_conditions(filters);
  items jsonb;
  total bigint;
begin
  perform private.require_permission(brand, 'content.read');
  perform private.require_permission(brand, 'export.run');
  -- A caller of the data API may begin behind the first page: that is recorded as an export as well.
  if after_id is null or not exists (
    select from public.audit_log
    where
      audit_log.brand_id = brand and audit_log.action = 'data.export' and audit_log.actor_id = auth.uid()
      and audit_log.occurred_at > now() - interval '1 hour' and audit_log.details -> 'filters' = filters
  ) then
    execute 'select count(*) from public.contents where ' || conditions into total using filters, brand;
    -- Exports of more than 1,000 records alert security (domain §2): the log has it before the first is given out.
    perform private.audit(brand, 'data.export', 'content', null, jsonb_build_object(
      'records', total, 'is_large', total > 1000, 'filters', filters
    ));
    perform private.append_event(brand, 'brand', brand, 'ContentsExported', jsonb_build_object('records', total));
  end if;
  execute
    'select jsonb_agg(to_jsonb(page) order by page.id) from ('
    '  select contents.* from public.contents where contents.id > $3 and ' || conditions ||
    '  order by contents.id limit $4) as page'
  into items
  using filters, brand, coalesce(after_id, '00000000-0000-0000-0000-000000000000'), least(greatest(page_size, 1), 500);
  return jsonb_build_object('items', coalesce(items, '[]'), 'total', total);
end;
$$;
comment on function public.export_contents is
'Exports whole contents of a brand by id, after the one given: {items, total}. Records each export in the audit log.';
grant execute on function public.export_contents to authenticated, service_role;

-- schemas/content/functions/versions.sql

create function private.store_version(content public.contents, state jsonb, action text, change jsonb)
returns void
language sql
volatile
set search_path = ''
as $$
  insert into public.content_versions (
    brand_id, content_id, version, major_version, minor_version, action, snapshot, note, feedback, step_name,
    reviewer_id, created_by
  )
  values (
    content.brand_id, content.id, content.version, content.major_version, content.minor_version,
    store_version.action, state, coalesce(change ->> 'note', ''), coalesce(change ->> 'feedback', ''),
    change ->> 'step_name', case when change ? 'step_name' then auth.uid() end, auth.uid()
  );
  -- Autosaves beyond the latest ten are dropped; all other versions stay (domain §3).
  delete from public.content_versions
  where store_version.action = 'autosave' and content_versions.id in (
    select autosaves.id
    from public.content_versions as autosaves
    where autosaves.content_id = content.id and autosaves.action = 'autosave'
    order by autosaves.version desc
    offset 10
  );
$$;
comment on function private.store_version is
'Keeps a state of a content as a version, with the description of the change that made it.';

create function private.refuse_version_change()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  raise exception using errcode = 'PT409', message = 'a version is never changed';
end;
$$;
comment on function private.refuse_version_change is 'Refuses every update of a version with 409.';

create function public.save_version(content_id uuid, expected_version integer default null, note text default '')
returns setof public.contents
language plpgsql
volatile
security definer -- nobody may write contents by themselves
set search_path = ''
as $$
declare
  content public.contents := private.lock_content(content_id);
begin
  perform private.require_on_content(content, 'content.edit');
  perform private.check_version(content, expected_version);
  perform private.require_editable(content);
  perform private.describe_change(jsonb_build_object('action', 'saved', 'note', left(note, 2000)));
  update public.contents set title = content.title where contents.id = content.id;
  return query select * from private.content_by_id(content.id);
end;
$$;
comment on function public.save_version is 'Saves the present content as a new major version with a note.';
grant execute on function public.save_version to authenticated, service_role;

create function public.restore_version(
  content_id uuid, version integer, expected_version integer default null
)
returns setof public.contents
language plpgsql
volatile
security definer -- nobody may write contents by themselves
set search_path = ''
as $$
declare
  content public.contents := private.lock_content(content_id);
  restored public.contents;
  snapshot jsonb;
begin
  perform private.require_on_content(content, 'content.restore');
  perform private.require_on_content(content, 'content.edit');
  perform private.check_version(content, expected_version);
  perform private.require_editable(content);
  select versions.snapshot into snapshot
  from public.content_versions as versions
  where versions.content_id = content.id and versions.version = restore_version.version;
  if snapshot is null then
    perform private.refuse(404, 'version not found');
  end if;
  -- Without the slug: another content may hold it by now, and an address is not part of the text.
  restored := jsonb_populate_record(content, private.edited_part(snapshot) - array[
    'template_id', 'template_version', 'parent_id', 'slug'
  ]);
  -- A version that is older than the provenance column has none.
  restored.provenance := coalesce(snapshot -> 'provenance', '{}');
  if private.content_state(restored) is distinct from private.content_state(content) then
    perform private.check_content_type(content.brand_id, restored.type);
    perform private.describe_change(jsonb_build_object('action', 'restored', 'note', 'restored version ' || version));
    update public.contents
    set
      title = restored.title, fields = restored.fields, metadata = restored.metadata, tags = restored.tags,
      body = restored.body, excerpt = restored.excerpt, categories = restored.categories, type = restored.type,
      provenance = restored.provenance
    where contents.id = content.id;
    perform private.void_approvals(content.id);
  end if;
  return query select * from private.content_by_id(content.id);
end;
$$;
comment on function public.restore_version is
'Restores the text of an earlier version as a new version; history stays.';
grant execute on function public.restore_version to authenticated, service_role;

create function public.get_version(content_id uuid, versions integer[])
returns setof public.content_versions
language plpgsql
stable
security definer -- tells strangers to the brand that there is no such content
set search_path = ''
as $$
begin
  perform private.require_visible_content(get_version.content_id);
  return query
    select matching.* from public.content_versions as matching
    where matching.content_id = get_version.content_id and matching.version = any (get_version.versions)
    order by matching.version;
end;
$$;
comment on function public.get_version is
'Returns the versions of a content with these numbers, each with its snapshot.';
grant execute on function public.get_version to authenticated, service_role;

create function public.list_content_versions(
  content_id uuid, page_offset integer default 0, page_size integer default 20
)
returns jsonb
language plpgsql
stable
security definer -- tells strangers to the brand that there is no such content
set search_path = ''
as $$
begin
  perform private.require_visible_content(list_content_versions.content_id);
  return (
    with matching as (
      select
        versions.version, versions.major_version, versions.minor_version, versions.action,
        versions.snapshot ->> 'title' as title, versions.snapshot ->> 'status' as status, versions.note,
        versions.feedback, versions.step_name, versions.reviewer_id, versions.created_by, versions.created_at
      from public.content_versions as versions
      where versions.content_id = list_content_versions.content_id
      order by versions.version desc
      offset page_offset limit least(greatest(page_size, 1), 100)
    )
    select jsonb_build_object(
      'items', coalesce((select jsonb_agg(to_jsonb(matching) order by matching.version desc) from matching), '[]'),
      'total', (
        select count(*) from public.content_versions as all_versions
        where all_versions.content_id = list_content_versions.content_id
      )
    )
  );
end;
$$;
comment on function public.list_content_versions is
'Lists the versions of a content, newest first, without their snapshots: {items, total}.';
grant execute on function public.list_content_versions to authenticated, service_role;

-- schemas/events/functions/events.sql

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
security definer -- nobody may insert events; no API role may call this, so only triggers and commands write them
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
comment on function private.append_event is
'Appends an event to the log, with the caller as its actor and the id of the request. Returns the id of the event.';

create function private.announce_change()
returns trigger
language plpgsql
security definer -- nobody may insert events
set search_path = ''
as $$
declare
  before_row jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) else '{}' end;
  after_row jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) else '{}' end;
  this_row jsonb := case when tg_op = 'DELETE' then before_row else after_row end;
  event_type text := tg_argv[case tg_op when 'INSERT' then 1 when 'UPDATE' then 2 else 3 end];
  -- Only the names of the columns: their values may need more permissions than the events of the brand.
  changed jsonb;
begin
  select coalesce(jsonb_agg(entry.key order by entry.key), '[]') into changed
  from jsonb_each(after_row) as entry
  where
    entry.value is distinct from before_row -> entry.key
    and entry.key not in ('updated_at', 'updated_by', 'version');
  if event_type = '-' or (tg_op = 'UPDATE' and changed = '[]') then
    return null;
  end if;
  perform private.append_event(
    (this_row ->> case when tg_table_name = 'brands' then 'id' else 'brand_id' end)::uuid,
    tg_argv[0],
    coalesce(this_row ->> 'id', this_row ->> 'user_id')::uuid,
    event_type,
    jsonb_strip_nulls(jsonb_build_object(
      'changed', case when tg_op = 'UPDATE' then changed end,
      'contentId', this_row -> 'content_id',
      'userId', this_row -> 'user_id'
    )),
    (this_row ->> 'version')::integer
  );
  return null;
end;
$$;
comment on function private.announce_change is
'Appends an event that names the columns which changed. Arguments: the type of aggregate, then the types of event on
insert, update and delete; `-` for no event.';

create function private.broadcast_event()
returns trigger
language plpgsql
security definer -- callers may not write to realtime.messages themselves
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
    -- `changes` may be as large as the aggregate: subscribers that need it read the event.
    'data', new.payload - 'changes'
  );
begin
  -- Every member may join the brand's topic; events of members, invitations, keys and webhooks need more permissions.
  if new.aggregate_type not in ('brand_member', 'invitation', 'api_key', 'webhook') then
    perform realtime.send(message, new.type, 'brand:' || new.brand_id, true);
  end if;
  if new.aggregate_type in ('content', 'workflow', 'ai_generation') then
    perform realtime.send(
      message, new.type,
      case new.aggregate_type when 'ai_generation' then 'ai' else new.aggregate_type end || ':' || new.aggregate_id,
      true
    );
  end if;
  return null;
end;
$$;
comment on function private.broadcast_event is
'Sends a new event to the topic of its brand, and to that of its content, workflow or generation.';

create function private.event_permission(aggregate_type text)
returns text
language sql
immutable
parallel safe
set search_path = ''
as $$
  select case
    when event_permission.aggregate_type in ('brand_member', 'invitation') then 'member.manage'
    when event_permission.aggregate_type in ('api_key', 'webhook') then 'integration.manage'
    when event_permission.aggregate_type in ('workflow', 'workflow_definition') then 'workflow.read'
    when event_permission.aggregate_type = 'ai_generation' then 'ai.read'
    when event_permission.aggregate_type = 'claim' then 'claim.read'
    when event_permission.aggregate_type = 'file' then 'file.read'
    when event_permission.aggregate_type in ('brand', 'vetting_agency') then 'brand.read'
    else 'content.read'
  end;
$$;
comment on function private.event_permission is
'Returns the permission that reading events of a type of aggregate requires. The policy of domain_events has the same
list.';
grant execute on function private.event_permission to authenticated, service_role;

-- schemas/events/functions/outbox.sql

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

-- schemas/events/functions/topics.sql

create function private.may_join_topic(topic text)
returns boolean
language sql
stable
security definer -- finds the brand of a topic's subject, which the caller may not be able to read
set search_path = ''
as $$
  -- A brand's topic has the events of its contents, workflows, generations, claims and files: it requires the
  -- permissions to read all of them.
  select case split_part(topic, ':', 1)
    when 'brand' then private.permits(subject.id, 'content.read') and private.permits(subject.id, 'workflow.read')
      and private.permits(subject.id, 'ai.read') and private.permits(subject.id, 'claim.read')
      and private.permits(subject.id, 'file.read')
    when 'content' then exists (
      select 1 from public.contents
      where
        contents.id = subject.id
        and contents.deleted_at is null
        and private.permits(contents.brand_id, 'content.read')
    )
    when 'workflow' then exists (
      select 1 from public.workflow_instances as instance
      where instance.id = subject.id and private.permits(instance.brand_id, 'workflow.read')
    )
    when 'ai' then exists (
      select 1 from public.ai_generations as generation
      where generation.id = subject.id and private.permits(generation.brand_id, 'ai.read')
    )
    when 'user' then subject.id = auth.uid() and private.session_trusted()
    else false
  end
  from (
    select case
      when topic ~ '^[a-z]+:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then split_part(topic, ':', 2)::uuid
    end as id
  ) as subject
  where subject.id is not null;
$$;
comment on function private.may_join_topic is
'Whether the caller may subscribe to brand:{id}, content:{id}, workflow:{id}, ai:{id} or user:{id}.';
grant execute on function private.may_join_topic to authenticated, service_role;

-- schemas/files/functions/files.sql

create function private.stamp_file()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    new.owner_id := auth.uid();
    new.scan_status := 'pending';
    new.deleted_at := null;
    new.created_at := now();
    -- Never the client's path: below the id of the brand, and below that of the file.
    new.path := new.brand_id || '/' || new.id || '/' || new.name;
  else
    new.id := old.id;
    new.owner_id := old.owner_id;
    new.path := old.path;
    new.created_at := old.created_at;
  end if;
  new.updated_at := now();
  return new;
end;
$$;
comment on function private.stamp_file is
'Writes owner, path, scan status and times of a file: never what the client sent.';

create function private.storage_folder_id(object_name text)
returns uuid
language sql
immutable
parallel safe
set search_path = ''
as $$
  select case
    when object_name ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/[^/]' and object_name !~ '(^|/)\.\.?(/|$)'
      then split_part(object_name, '/', 1)::uuid
  end;
$$;
comment on function private.storage_folder_id is
'Returns the id that names the folder of an object, which is a brand or a person; null for any other path.';
grant execute on function private.storage_folder_id to authenticated, service_role;

create function public.remove_file(file_id uuid)
returns void
language plpgsql
volatile
security definer -- nobody may read a removed file, so the policy for reading would refuse the update
set search_path = ''
as $$
declare
  file public.files;
begin
  select * into file from public.files where files.id = file_id and files.deleted_at is null;
  perform private.require_permission(file.brand_id, 'file.read', 'file');
  perform private.require_permission(file.brand_id, 'file.write', 'file');
  update public.files set deleted_at = now() where files.id = file.id;
end;
$$;
comment on function public.remove_file is 'Hides a file; its object is removed after 30 days.';
grant execute on function public.remove_file to authenticated, service_role;

-- schemas/identity/functions/api_keys.sql

create function private.stamp_api_key()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    new.user_id := coalesce(auth.uid(), new.user_id);
    new.created_at := now();
    new.revoked_at := null;
    new.revoked_by := null;
  else
    new.id := old.id;
    new.user_id := old.user_id;
    new.created_at := old.created_at;
    if old.revoked_at is not null then
      perform private.refuse(409, 'a revoked key stays revoked');
    end if;
    if new.revoked_at is not null then
      new.revoked_at := now();
      new.revoked_by := auth.uid();
    end if;
  end if;
  new.updated_at := now();
  return new;
end;
$$;
comment on function private.stamp_api_key is
'Keeps owner and times of a key. Refuses every change of a revoked key with 409.';

create function private.require_api_plan(brand uuid)
returns void
language plpgsql
stable
security definer -- reads the account of the brand
set search_path = ''
as $$
begin
  if exists (
    select from public.brands
    inner join public.accounts on accounts.id = brands.account_id
    inner join public.plans on plans.name = accounts.plan
    where brands.id = brand and not plans.has_api
  ) then
    perform private.refuse(403, 'the plan has no API', jsonb_build_array(jsonb_build_object(
      'code', 'PLAN_LIMIT_EXCEEDED', 'message', 'API keys come with a larger plan'
    )));
  end if;
end;
$$;
comment on function private.require_api_plan is
'Raises 403 PLAN_LIMIT_EXCEEDED where the plan of the brand''s account has no API.';

create function public.find_api_key(key_hashes text[])
returns jsonb
language plpgsql
volatile
security definer -- called before the caller is known; the keyed hash is as hard to guess as the key
set search_path = ''
as $$
declare
  key public.api_keys;
begin
  select api_keys.* into key
  from public.api_keys
  inner join public.profiles on profiles.id = api_keys.user_id
  where
    api_keys.key_hash = any (find_api_key.key_hashes)
    and api_keys.revoked_at is null
    and api_keys.expires_at > now()
    and profiles.is_active;
  if key.id is null then
    return null;
  end if;
  -- The application passes the hash under each version of its key, the newest first. The newest replaces an older one.
  update public.api_keys set last_used_at = now(), key_hash = find_api_key.key_hashes[1]
  where api_keys.id = key.id;
  return jsonb_build_object(
    'id', key.id, 'user_id', key.user_id, 'brand_id', key.brand_id, 'scopes', key.scopes,
    'allowed_addresses', key.allowed_addresses, 'expires_at', extract(epoch from key.expires_at)
  );
end;
$$;
comment on function public.find_api_key is
'Returns the valid API key with one of these keyed hashes and marks it as used; null for any other.';
grant execute on function public.find_api_key to anon, service_role;

create function public.create_api_key(request text, signature text)
returns jsonb
language plpgsql
volatile
security definer -- hashes of keys are written by functions only
set search_path = ''
as $$
declare
  asked jsonb := private.verified_payload(request, signature);
  brand uuid := (asked ->> 'brandId')::uuid;
  key public.api_keys;
begin
  perform private.require_permission(brand, 'integration.manage');
  if private.api_key_id() is not null then
    perform private.refuse(403, 'a key makes no keys');
  end if;
  perform private.require_recent_authentication();
  perform private.require_api_plan(brand);
  if (
    select count(*) from public.api_keys
    where api_keys.brand_id = brand and api_keys.revoked_at is null and api_keys.expires_at > now()
  ) >= 100 then
    perform private.refuse(409, 'the brand has a hundred keys already: revoke one');
  end if;
  insert into public.api_keys (brand_id, user_id, name, prefix, key_hash, scopes, allowed_addresses, expires_at)
  values (
    brand, auth.uid(), asked ->> 'name', asked ->> 'prefix', asked ->> 'keyHash',
    array(select jsonb_array_elements_text(asked -> 'scopes')),
    array(select jsonb_array_elements_text(asked -> 'allowedAddresses')::cidr),
    (asked ->> 'expiresAt')::timestamptz
  )
  returning * into key;
  return to_jsonb(key) - 'key_hash';
end;
$$;
comment on function public.create_api_key is
'Creates an API key that acts as the caller in one brand, within its scopes. Requires integration.manage and recent
authentication; API keys cannot create keys. At most 100 valid keys in a brand.';
grant execute on function public.create_api_key to authenticated, service_role;

create function public.revoke_api_key(key_id uuid)
returns text
language plpgsql
volatile
security definer -- reads the hash under which caches hold the key
set search_path = ''
as $$
declare
  key public.api_keys;
begin
  select api_keys.* into key from public.api_keys where api_keys.id = revoke_api_key.key_id for update;
  -- People may always revoke their own keys; the keys of others need integration.manage.
  if key.user_id is distinct from auth.uid() or not private.person_trusted() then
    perform private.require_permission(key.brand_id, 'integration.manage', 'key');
  end if;
  if key.revoked_at is null then
    update public.api_keys set revoked_at = now() where api_keys.id = key.id;
  end if;
  return key.key_hash;
end;
$$;
comment on function public.revoke_api_key is 'Revokes a key for good. Returns the hash under which caches hold it.';
grant execute on function public.revoke_api_key to authenticated, service_role;

-- schemas/identity/functions/backup_codes.sql

create function private.spend_backup_code(person uuid, code_hashes jsonb)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  update private.mfa_backup_codes set used_at = now()
  where
    mfa_backup_codes.user_id = person and mfa_backup_codes.used_at is null
    and mfa_backup_codes.code_hash = any (array(select jsonb_array_elements_text(code_hashes)));
  if not found then
    perform private.refuse(401, 'the code is wrong', '[{"code": "MFA_REQUIRED", "message": "the code is wrong"}]');
  end if;
end;
$$;
comment on function private.spend_backup_code is
'Marks the unused backup code with one of these hashes as used; 401 where there is none.';

create function private.replace_backup_codes(person uuid, hashes jsonb)
returns void
language sql
volatile
security definer -- backup codes are written by functions only
set search_path = ''
as $$
  delete from private.mfa_backup_codes where mfa_backup_codes.user_id = person;
  insert into private.mfa_backup_codes (user_id, code_hash)
  select person, code.hash from jsonb_array_elements_text(hashes) as code (hash);
$$;

create function public.renew_backup_codes(user_id uuid, session_id uuid, code_hashes jsonb)
returns void
language plpgsql
volatile
security definer -- backup codes are written by functions only
set search_path = ''
as $$
begin
  perform private.require_session(renew_backup_codes.user_id, renew_backup_codes.session_id, true);
  if not private.has_second_factor(renew_backup_codes.user_id) then
    perform private.refuse(409, 'there is no second factor that they could stand in for');
  end if;
  perform private.replace_backup_codes(renew_backup_codes.user_id, renew_backup_codes.code_hashes);
  perform private.audit_person(renew_backup_codes.user_id, renew_backup_codes.session_id, 'auth.backup_codes_renewed');
end;
$$;
comment on function public.renew_backup_codes is
'For the service: replaces the backup codes of a person; the old ones stop working.';
grant execute on function public.renew_backup_codes to service_role;

-- schemas/identity/functions/invitations.sql

create function private.invite_one(brand uuid, invited jsonb)
returns jsonb
language plpgsql
volatile
security definer -- invitations are written by functions only
set search_path = ''
as $$
declare
  person uuid := private.find_person(invited);
  asked_role public.brand_role := (invited ->> 'role')::public.brand_role;
  extra text[] := coalesce(array(select jsonb_array_elements_text(invited -> 'permissions')), '{}');
  ends timestamptz := (invited ->> 'membershipExpiresAt')::timestamptz;
begin
  if not private.may_grant(brand, asked_role, extra) then
    perform private.refuse(403, 'nobody gives a role above their own');
  end if;
  if person is not null and exists (select from public.profiles where profiles.id = person and profiles.is_active) then
    if person = auth.uid() then
      perform private.refuse(403, 'nobody changes their own membership');
    end if;
    perform public.assign_member(brand, person, asked_role, ends, extra);
    return jsonb_build_object('status', 'assigned', 'userId', person);
  end if;
  update public.invitations set status = 'expired'
  where
    invitations.brand_id = brand and invitations.status = 'pending' and invitations.expires_at <= now()
    and invitations.email_index = any (array(select jsonb_array_elements_text(invited -> 'emailIndexes')));
  if exists (
    select from public.invitations
    where invitations.brand_id = brand and invitations.status = 'pending'
      and invitations.email_index = any (array(select jsonb_array_elements_text(invited -> 'emailIndexes')))
  ) then
    perform private.refuse(409, 'this address is invited already', jsonb_build_array(jsonb_build_object(
      'field', 'email', 'code', 'DUPLICATE_VALUE', 'message', 'has an open invitation'
    )));
  end if;
  insert into public.invitations (
    id, brand_id, email, email_index, role, permissions, membership_expires_at, token_hash
  )
  values (
    (invited ->> 'id')::uuid, brand, invited ->> 'ciphertext', invited -> 'emailIndexes' ->> 0, asked_role, extra, ends,
    invited ->> 'tokenHash'
  );
  perform private.enqueue_job('mail', 'send_mail', brand, jsonb_build_object(
    'mail', invited -> 'mail', 'invitationId', invited -> 'id'
  ));
  return jsonb_build_object('status', 'invited', 'invitationId', invited -> 'id');
end;
$$;
comment on function private.invite_one is
'Invites one address. Gives the role at once to an active person who has the address; 409 for an address with a pending
invitation.';

create function private.lock_invitation(invitation_id uuid)
returns public.invitations
language plpgsql
volatile
set search_path = ''
as $$
declare
  invitation public.invitations;
begin
  select * into invitation from public.invitations where invitations.id = invitation_id for update;
  perform private.require_permission(invitation.brand_id, 'member.manage', 'invitation');
  if invitation.status not in ('pending', 'expired') then
    perform private.refuse(409, format('the invitation was %s', invitation.status));
  end if;
  return invitation;
end;
$$;
comment on function private.lock_invitation is
'Locks and returns an invitation that is pending or expired; 404 for callers who may not manage members, 409 for one
that was accepted or cancelled.';

create function private.accept_invitation(person uuid, hash text)
returns public.invitations
language plpgsql
volatile
security definer -- gives a role by the rights of the author of the invitation
set search_path = ''
as $$
declare
  invitation public.invitations;
begin
  update public.invitations
  set status = 'accepted', accepted_at = now(), accepted_by = person
  where
    invitations.token_hash = hash and invitations.status = 'pending' and invitations.expires_at > now()
    and exists (select from public.brands where brands.id = invitations.brand_id and brands.deleted_at is null)
    and private.may_invite(invitations.created_by, invitations.brand_id, invitations.role)
  returning * into invitation;
  if invitation.id is null then
    perform private.refuse(410, 'the invitation works no longer');
  end if;
  insert into public.brand_members as members (user_id, brand_id, role, permissions, expires_at, assigned_by)
  values (
    person, invitation.brand_id, invitation.role, invitation.permissions, invitation.membership_expires_at,
    invitation.created_by
  )
  on conflict on constraint brand_members_pkey do update
    set
      role = excluded.role, permissions = excluded.permissions, expires_at = excluded.expires_at,
      assigned_by = excluded.assigned_by, sso_connection_id = null
    -- A membership that has not expired is only replaced by a higher role that lasts at least as long.
    where members.expires_at <= now() or (
      members.role < excluded.role and (
        excluded.expires_at is null or members.expires_at <= excluded.expires_at
      )
    );
  return invitation;
end;
$$;
comment on function private.accept_invitation is
'Accepts a pending invitation for a person and gives them its role; 410 where it has expired, its brand is deleted, or
its author may no longer give the role.';

-- Only the service can write app_metadata. The invitation is accepted in the transaction in which Auth creates the
-- user, so that an invalid invitation leaves no user behind.
create function private.accept_invitation_of_new_user()
returns trigger
language plpgsql
security definer -- runs for the role of the Auth server
set search_path = ''
as $$
begin
  if tg_op = 'UPDATE' and old.raw_app_meta_data ? 'invitation' then
    return null;
  end if;
  perform private.accept_invitation(new.id, new.raw_app_meta_data ->> 'invitation');
  return null;
end;
$$;
comment on function private.accept_invitation_of_new_user is
'Accepts the invitation that app_metadata of a new user of Auth names.';

create function public.invite_members(request text, signature text)
returns jsonb
language plpgsql
volatile
security definer -- invitations are written by functions only
set search_path = ''
as $$
declare
  asked jsonb := private.verified_payload(request, signature);
  brand uuid := (asked ->> 'brandId')::uuid;
  invited jsonb;
  outcomes jsonb := '[]';
  state text;
  reason text;
  problems text;
begin
  perform private.require_permission(brand, 'member.manage');
  perform private.require_recent_authentication();
  for invited in select value from jsonb_array_elements(asked -> 'invitations') loop
    begin
      outcomes := outcomes || jsonb_build_array(private.invite_one(brand, invited));
    exception
      when sqlstate 'PT403' or sqlstate 'PT409' or sqlstate 'PT400' then
        get stacked diagnostics state = returned_sqlstate, reason = message_text, problems = pg_exception_detail;
        outcomes := outcomes || jsonb_build_array(jsonb_build_object(
          'status', 'refused', 'sqlstate', state, 'message', reason, 'details', coalesce(problems, '[]')
        ));
    end;
  end loop;
  return jsonb_build_object('outcomes', outcomes, 'brandName', (
    select brands.name from public.brands where brands.id = brand
  ));
end;
$$;
comment on function public.invite_members is
'Invites people by e-mail, and gives the role at once to those who have an account. Returns an outcome for each:
assigned, invited, or refused with the error. Requires member.manage and recent authentication.';
grant execute on function public.invite_members to authenticated, service_role;

create function public.resend_invitation(request text, signature text)
returns setof public.invitations
language plpgsql
volatile
security definer -- invitations are written by functions only
set search_path = ''
as $$
declare
  asked jsonb := private.verified_payload(request, signature);
  invitation public.invitations := private.lock_invitation((asked ->> 'invitationId')::uuid);
begin
  perform private.require_recent_authentication();
  if not private.may_invite(invitation.created_by, invitation.brand_id, invitation.role) then
    perform private.refuse(409, 'who invited could not do so any more: cancel it, and invite anew');
  end if;
  perform private.enqueue_job('mail', 'send_mail', invitation.brand_id, jsonb_build_object(
    'mail', asked -> 'mail', 'invitationId', invitation.id
  ));
  return query
    update public.invitations
    set
      token_hash = asked ->> 'tokenHash', status = 'pending', delivery = 'queued', expires_at = default
    where invitations.id = invitation.id
    returning *;
end;
$$;
comment on function public.resend_invitation is
'Mails a new link, valid for as long as that of a new invitation; the old link stops working.';
grant execute on function public.resend_invitation to authenticated, service_role;

create function public.cancel_invitation(invitation_id uuid)
returns void
language plpgsql
volatile
security definer -- invitations are written by functions only
set search_path = ''
as $$
declare
  invitation public.invitations := private.lock_invitation(cancel_invitation.invitation_id);
begin
  perform private.require_recent_authentication();
  update public.invitations set status = 'cancelled' where invitations.id = invitation.id;
end;
$$;
comment on function public.cancel_invitation is 'Cancels an invitation: its link stops working.';
grant execute on function public.cancel_invitation to authenticated, service_role;

create function public.settle_invitation_mail(invitation_id uuid, delivery text)
returns void
language sql
volatile
security definer -- the column is written by functions only
set search_path = ''
as $$
  update public.invitations set delivery = settle_invitation_mail.delivery
  where invitations.id = settle_invitation_mail.invitation_id and invitations.status = 'pending';
$$;
comment on function public.settle_invitation_mail is
'For the service: records whether the mail of a pending invitation was sent.';
grant execute on function public.settle_invitation_mail to service_role;

create function public.read_invitation(token_hash text)
returns jsonb
language sql
volatile
security definer -- called before the holder of the link is known
set search_path = ''
as $$
  select jsonb_build_object(
    'id', invitation.id, 'brandName', brands.name, 'role', invitation.role, 'email', invitation.email,
    'expiresAt', invitation.expires_at, 'hasRoom', private.has_room_for(null, invitation.brand_id)
  )
  from public.invitations as invitation
  inner join public.brands on brands.id = invitation.brand_id
  where
    invitation.token_hash = read_invitation.token_hash and invitation.status = 'pending'
    and invitation.expires_at > now() and brands.deleted_at is null
    and private.may_invite(invitation.created_by, invitation.brand_id, invitation.role);
$$;
comment on function public.read_invitation is
'For the service: describes the invitation of a link that still works; null for any other.';
grant execute on function public.read_invitation to service_role;

create function public.accept_own_invitation(request text, signature text)
returns uuid
language plpgsql
volatile
security definer -- gives a role by the rights of the author of the invitation
set search_path = ''
as $$
declare
  asked jsonb := private.verified_payload(request, signature);
  invitation public.invitations;
begin
  if not private.person_trusted() then
    perform private.refuse(401, 'this session is not trusted', '[{"code": "MFA_REQUIRED", "message": "sign in"}]');
  end if;
  -- The link works only for the person whose address it was sent to.
  if not exists (
    select from public.invitations
    where invitations.token_hash = asked ->> 'tokenHash'
      and invitations.email_index = any (array(select jsonb_array_elements_text(asked -> 'emailIndexes')))
  ) then
    perform private.refuse(404, 'invitation not found');
  end if;
  invitation := private.accept_invitation(auth.uid(), asked ->> 'tokenHash');
  return invitation.brand_id;
end;
$$;
comment on function public.accept_own_invitation is
'Accepts an invitation that was sent to the caller''s own address. Returns the brand.';
grant execute on function public.accept_own_invitation to authenticated, service_role;

-- schemas/identity/functions/key_rotation.sql

create function private.encrypted_columns()
returns table (table_name text, column_name text, key_column text, index_column text)
language sql
immutable
set search_path = ''
as $$
  values
    ('public.profiles', 'phone', 'id', null),
    ('public.user_sessions', 'address', 'id', null),
    ('public.mfa_factors', 'secret', 'id', null),
    ('public.invitations', 'email', 'id', 'email_index'),
    ('public.webhook_endpoints', 'secret', 'id', null),
    ('private.identity_tokens', 'new_email', 'token_hash', null);
$$;
comment on function private.encrypted_columns is
'Lists the columns that hold ciphertexts, with the column that identifies their row and the blind index beside them, if
any. A test compares the list with the catalogue.';

create function private.key_version(ciphertext text)
returns integer
language sql
immutable
parallel safe
set search_path = ''
as $$
  select substr(split_part(key_version.ciphertext, '.', 1), 2)::integer;
$$;
comment on function private.key_version is
'Returns the version of the key under which a ciphertext or blind index was made.';

create function public.next_ciphertexts(newest integer, batch integer default 100)
returns jsonb
language plpgsql
stable
security definer -- ciphertexts are read by functions only
set search_path = ''
as $$
declare
  place record;
  found jsonb;
  rows jsonb := '[]';
begin
  for place in select * from private.encrypted_columns() loop
    exit when jsonb_array_length(rows) >= batch;
    execute format(
      'select coalesce(jsonb_agg(jsonb_build_object(''table'', %L, ''column'', %L, ''key'', found.key, '
      '''ciphertext'', found.value)), ''[]'') from (select %I::text as key, %I::text as value from %s '
      'where %I is not null and private.key_version(%I) < $1 order by %I limit $2) as found',
      place.table_name, place.column_name, place.key_column, place.column_name, place.table_name,
      place.column_name, place.column_name, place.key_column
    ) into found using newest, batch - jsonb_array_length(rows);
    rows := rows || found;
  end loop;
  return rows;
end;
$$;
comment on function public.next_ciphertexts is
'For the service: returns a batch of values that are not yet encrypted with the newest key.';
grant execute on function public.next_ciphertexts to service_role;

create function public.replace_ciphertext(place jsonb)
returns boolean
language plpgsql
volatile
security definer -- ciphertexts are written by functions only
set search_path = ''
as $$
declare
  known record;
  changed integer;
begin
  select * into strict known from private.encrypted_columns() as encrypted
  where encrypted.table_name = place ->> 'table' and encrypted.column_name = place ->> 'column';
  -- Only a value that is still as it was read: one that was written since uses the newest key.
  execute format(
    'update %s set %I = $1%s where %I::text = $2 and %I = $3', known.table_name, known.column_name,
    case when known.index_column is null then '' else format(', %I = $4', known.index_column) end,
    known.key_column, known.column_name
  ) using place ->> 'replacement', place ->> 'key', place ->> 'ciphertext', place ->> 'index';
  get diagnostics changed = row_count;
  return changed = 1;
end;
$$;
comment on function public.replace_ciphertext is
'For the service: stores a value encrypted with the newest key, and its blind index. Returns false where the row
changed since it was read.';
grant execute on function public.replace_ciphertext to service_role;

create function public.next_email_indexes(newest integer, batch integer default 100)
returns jsonb
language sql
stable
security definer -- the indexes are read by functions only
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object('userId', found.id, 'email', found.email)), '[]')
  from (
    select profiles.id, users.email
    from public.profiles inner join auth.users on users.id = profiles.id
    where users.email is not null and profiles.is_active
      and (profiles.email_index is null or private.key_version(profiles.email_index) < newest)
    order by profiles.id limit batch
  ) as found;
$$;
comment on function public.next_email_indexes is
'For the service: returns a batch of active people whose address is not yet indexed with the newest key.';
grant execute on function public.next_email_indexes to service_role;

create function public.replace_email_index(user_id uuid, email text, email_index text)
returns boolean
language plpgsql
volatile
security definer -- the column is written by functions only
set search_path = ''
as $$
begin
  update public.profiles set email_index = replace_email_index.email_index
  where profiles.id = replace_email_index.user_id and exists (
    select from auth.users where users.id = profiles.id and users.email = replace_email_index.email
  );
  return found;
end;
$$;
comment on function public.replace_email_index is
'For the service: stores the blind index of an address under the newest key. Returns false where the address has
changed.';
grant execute on function public.replace_email_index to service_role;

create function public.key_versions_in_use()
returns jsonb
language plpgsql
stable
security definer -- ciphertexts are read by functions only
set search_path = ''
as $$
declare
  place record;
  counted jsonb;
  versions jsonb := '{}';
begin
  for place in select * from private.encrypted_columns() loop
    execute format(
      'select coalesce(jsonb_object_agg(version, rows), ''{}'') from (select private.key_version(%I) as version, '
      'count(*) as rows from %s where %I is not null group by 1) as found',
      place.column_name, place.table_name, place.column_name
    ) into counted;
    versions := versions || jsonb_build_object(place.table_name || '.' || place.column_name, counted);
  end loop;
  return versions;
end;
$$;
comment on function public.key_versions_in_use is
'For the service: counts, for each encrypted column, the values under each version of the key.';
grant execute on function public.key_versions_in_use to service_role;

-- schemas/identity/functions/links.sql

create function private.forget_links_of_inactive()
returns trigger
language plpgsql
security definer -- tokens are written by functions only
set search_path = ''
as $$
begin
  delete from private.identity_tokens where identity_tokens.user_id = new.id;
  return null;
end;
$$;
comment on function private.forget_links_of_inactive is
'Deletes the links that were mailed to a person who is deactivated.';

create function private.mail_link(person uuid, token jsonb)
returns void
language plpgsql
volatile
security definer -- tokens are written by functions only
set search_path = ''
as $$
begin
  delete from private.identity_tokens
  where identity_tokens.user_id = person and identity_tokens.purpose = token ->> 'purpose';
  insert into private.identity_tokens (token_hash, user_id, purpose, new_email, expires_at)
  values (
    token ->> 'tokenHash', person, token ->> 'purpose', token ->> 'newEmail',
    now() + case token ->> 'purpose' when 'password_reset' then interval '1 hour' else interval '48 hours' end
  );
  perform private.enqueue_job('mail', 'send_mail', null, jsonb_build_object('mail', token -> 'mail'));
end;
$$;
comment on function private.mail_link is
'Stores the token of a link and queues its mail. Earlier links of the person for the same purpose stop working.';

create function public.request_link(token jsonb)
returns boolean
language plpgsql
volatile
security definer -- reads the addresses, which only Auth keeps
set search_path = ''
as $$
declare
  person uuid := private.find_person(token);
begin
  if person is null or not exists (select from public.profiles where profiles.id = person and profiles.is_active) then
    return false;
  end if;
  if token ->> 'purpose' = 'email_verification'
    and exists (select from auth.users where users.id = person and users.email_confirmed_at is not null)
  then
    return false;
  end if;
  -- People who sign in by SAML have no password here.
  if token ->> 'purpose' = 'password_reset'
    and exists (select from auth.users where users.id = person and users.raw_app_meta_data ->> 'provider' = 'saml')
  then
    return false;
  end if;
  perform private.mail_link(person, token);
  perform private.audit_person(person, null, 'auth.' || (token ->> 'purpose') || '_requested');
  return true;
end;
$$;
comment on function public.request_link is
'For the service: mails a link to the person with the address. Returns false, and mails nothing, where nobody active
has it, the address is verified already, or there is no password to reset.';
grant execute on function public.request_link to service_role;

create function public.read_link(token_hash text, purpose text)
returns jsonb
language sql
stable
security definer -- tokens are read by functions only
set search_path = ''
as $$
  select jsonb_build_object(
    'userId', token.user_id, 'newEmail', token.new_email, 'email', users.email,
    'history', private.recent_password_hashes(token.user_id)
  )
  from private.identity_tokens as token
  inner join auth.users on users.id = token.user_id
  where
    token.token_hash = read_link.token_hash and token.purpose = read_link.purpose
    and token.used_at is null and token.expires_at > now();
$$;
comment on function public.read_link is
'For the service: returns the person of a link that still works, their addresses and password history; null
otherwise.';
grant execute on function public.read_link to service_role;

create function public.spend_link(token_hash text, is_spent boolean default true)
returns jsonb
language plpgsql
volatile
security definer -- tokens are written by functions only
set search_path = ''
as $$
declare
  token private.identity_tokens;
  ended uuid[] := '{}';
begin
  update private.identity_tokens set used_at = case when spend_link.is_spent then now() end
  where
    identity_tokens.token_hash = spend_link.token_hash
    and (identity_tokens.used_at is null) = spend_link.is_spent
    and identity_tokens.expires_at > now()
  returning * into token;
  if token.purpose = 'password_reset' and spend_link.is_spent then
    -- Before the new password is set: somebody else may know the old one.
    ended := private.end_sessions(token.user_id, 'password_changed');
    delete from public.trusted_devices where trusted_devices.user_id = token.user_id;
  end if;
  return jsonb_build_object('isSpent', token.user_id is not null, 'ended', to_jsonb(ended));
end;
$$;
comment on function public.spend_link is
'For the service: marks a link as used, or as unused again (is_spent false) where the action failed on our side. A link
for a new password also ends the sessions of its person and forgets their devices.';
grant execute on function public.spend_link to service_role;

create function public.request_email_change(token jsonb)
returns void
language plpgsql
volatile
security definer -- tokens are written by functions only
set search_path = ''
as $$
declare
  person uuid := (token ->> 'userId')::uuid;
begin
  perform private.require_session(person, (token ->> 'sessionId')::uuid, true);
  perform private.mail_link(person, token);
  perform private.enqueue_job('mail', 'send_mail', null, jsonb_build_object('mail', token -> 'warning'));
  perform private.audit_person(person, (token ->> 'sessionId')::uuid, 'auth.email_change_requested');
end;
$$;
comment on function public.request_email_change is
'For the service: mails a link to the new address and a warning to the old one.';
grant execute on function public.request_email_change to service_role;

create function public.record_email(change jsonb)
returns uuid[]
language plpgsql
volatile
security definer -- the column is written by functions only
set search_path = ''
as $$
declare
  person uuid := (change ->> 'userId')::uuid;
  ended uuid[] := '{}';
begin
  update public.profiles set email_index = change ->> 'emailIndex' where profiles.id = person;
  if change ->> 'action' = 'email_change' then
    -- Links that were mailed to the old address, and sessions that were opened with it, stop working.
    delete from private.identity_tokens where identity_tokens.user_id = person;
    ended := private.end_sessions(person, 'revoked');
  end if;
  if change ? 'mail' then
    perform private.enqueue_job('mail', 'send_mail', null, jsonb_build_object('mail', change -> 'mail'));
  end if;
  perform private.audit_person(person, null, 'auth.' || (change ->> 'action'));
  return ended;
end;
$$;
comment on function public.record_email is
'For the service, after Auth took a verified address: stores its blind index and mails the old address. After a change
of address returns the ids of the sessions that it ended.';
grant execute on function public.record_email to service_role;

-- schemas/identity/functions/memberships.sql

create function private.check_member_permissions()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if not private.are_permissions(new.permissions || new.restrictions) then
    perform private.refuse(400, 'there is no such permission', jsonb_build_array(jsonb_build_object(
      'field', 'permissions', 'code', 'INVALID_FORMAT', 'message', 'names of the permission matrix are expected'
    )));
  end if;
  new.updated_at := now();
  return new;
end;
$$;
comment on function private.check_member_permissions is
'Raises 400 for names that are not in private.permissions, and sets updated_at.';

create function private.is_active_member(person uuid, brand uuid)
returns boolean
language sql
stable
security definer -- reads memberships of other people, of which the caller may see only some
set search_path = ''
as $$
  select exists (
    select
    from public.brand_members as member
    inner join public.profiles on profiles.id = member.user_id
    where
      member.user_id = is_active_member.person
      and member.brand_id = is_active_member.brand
      and profiles.is_active
      and (member.expires_at is null or member.expires_at > now())
  );
$$;
comment on function private.is_active_member is
'Whether a person is active and has an unexpired membership in a brand.';
grant execute on function private.is_active_member to authenticated, service_role;

create function public.assign_member(
  brand_id uuid,
  user_id uuid,
  role public.brand_role,
  expires_at timestamptz default null,
  permissions text[] default '{}',
  restrictions text[] default '{}'
)
returns setof public.brand_members
language plpgsql
volatile
security definer -- memberships are written by commands only
set search_path = ''
as $$
#variable_conflict use_variable
begin
  perform private.require_permission(brand_id, 'member.manage');
  if user_id = auth.uid() and not private.is_platform_admin() then
    perform private.refuse(403, 'nobody changes their own membership');
  end if;
  perform private.require_recent_authentication();
  if not exists (select from public.profiles where profiles.id = user_id and profiles.is_active) then
    perform private.refuse(404, 'user not found');
  end if;
  if role is null then
    perform private.refuse(400, 'a role is needed',
      '[{"field": "role", "code": "REQUIRED_FIELD_MISSING", "message": "role is required"}]');
  end if;
  -- The caller must hold the role that they give, and the role that the person has now.
  if not private.may_grant(brand_id, role, permissions) or exists (
    select from public.brand_members as present
    where
      present.brand_id = assign_member.brand_id and present.user_id = assign_member.user_id
      and not private.may_grant(present.brand_id, present.role, '{}')
  ) then
    perform private.refuse(403, 'nobody gives or takes a role above their own');
  end if;
  return query
    insert into public.brand_members as members (
      brand_id, user_id, role, expires_at, permissions, restrictions, assigned_by
    )
    values (brand_id, user_id, role, expires_at, permissions, restrictions, auth.uid())
    on conflict on constraint brand_members_pkey do update
      set
        role = excluded.role, expires_at = excluded.expires_at, permissions = excluded.permissions,
        restrictions = excluded.restrictions, assigned_by = excluded.assigned_by, sso_connection_id = null
    returning *;
end;
$$;
comment on function public.assign_member is
'Gives a person a role in a brand, or changes it. Requires member.manage, recent authentication, and that the caller
holds the role themselves. Nobody but a platform admin changes their own membership.';
grant execute on function public.assign_member to authenticated, service_role;

create function public.remove_member(brand_id uuid, user_id uuid)
returns void
language plpgsql
volatile
security definer -- memberships are written by commands only
set search_path = ''
as $$
begin
  perform private.require_permission(remove_member.brand_id, 'member.manage');
  if remove_member.user_id = auth.uid() and not private.is_platform_admin() then
    perform private.refuse(403, 'nobody changes their own membership');
  end if;
  perform private.require_recent_authentication();
  if exists (
    select from public.brand_members as present
    where
      present.brand_id = remove_member.brand_id and present.user_id = remove_member.user_id
      and not private.may_grant(present.brand_id, present.role, '{}')
  ) then
    perform private.refuse(403, 'nobody gives or takes a role above their own');
  end if;
  delete from public.brand_members as members
  where members.brand_id = remove_member.brand_id and members.user_id = remove_member.user_id;
  if not found then
    perform private.refuse(404, 'member not found');
  end if;
  delete from public.content_assignees as assignees
  where assignees.brand_id = remove_member.brand_id and assignees.user_id = remove_member.user_id;
  update public.api_keys set revoked_at = now()
  where
    api_keys.brand_id = remove_member.brand_id and api_keys.user_id = remove_member.user_id
    and api_keys.revoked_at is null;
  perform private.release_tasks(remove_member.user_id, remove_member.brand_id);
end;
$$;
comment on function public.remove_member is
'Ends a membership: pending tasks go to others, API keys are revoked. What the person created stays attributed to
them.';
grant execute on function public.remove_member to authenticated, service_role;

create function public.removal_impact(brand_id uuid, user_id uuid)
returns jsonb
language plpgsql
stable
security definer -- counts rows that the caller may not read
set search_path = ''
as $$
declare
  member public.brand_members;
begin
  perform private.require_permission(removal_impact.brand_id, 'member.manage');
  select members.* into member from public.brand_members as members
  where members.brand_id = removal_impact.brand_id and members.user_id = removal_impact.user_id;
  if member.user_id is null then
    perform private.refuse(404, 'member not found');
  end if;
  return jsonb_build_object(
    'role', member.role,
    'openTasks', (
      select count(*) from public.workflow_tasks as task
      where task.brand_id = removal_impact.brand_id and task.assignee_id = removal_impact.user_id
        and task.status = 'pending'
    ),
    'unfinishedContents', (
      select count(*) from public.contents as content
      where content.brand_id = removal_impact.brand_id and content.created_by = removal_impact.user_id
        and content.deleted_at is null and content.status not in ('published', 'archived')
    ),
    'assignedContents', (
      select count(*) from public.content_assignees as assignee
      where assignee.brand_id = removal_impact.brand_id and assignee.user_id = removal_impact.user_id
    ),
    'workflowSteps', (
      select count(*) from public.workflow_step_assignees as assignee
      where assignee.brand_id = removal_impact.brand_id and assignee.user_id = removal_impact.user_id
    ),
    'apiKeys', (
      select count(*) from public.api_keys as key
      where key.brand_id = removal_impact.brand_id and key.user_id = removal_impact.user_id
        and key.revoked_at is null and key.expires_at > now()
    ),
    'isLastAdmin', member.role = 'admin' and not exists (
      select from public.brand_members as other
      inner join public.profiles on profiles.id = other.user_id and profiles.is_active
      where other.brand_id = removal_impact.brand_id and other.user_id <> removal_impact.user_id
        and other.role = 'admin' and (other.expires_at is null or other.expires_at > now())
    )
  );
end;
$$;
comment on function public.removal_impact is
'Counts what depends on a member (tasks, contents, workflow steps, API keys), to be read before removing them.';
grant execute on function public.removal_impact to authenticated, service_role;

create function public.list_members(brand_id uuid, page_offset integer default 0, page_size integer default 20)
returns jsonb
language plpgsql
stable
security definer -- every member may read the names, only some the memberships
set search_path = ''
as $$
declare
  is_detailed boolean;
begin
  perform private.require_permission(list_members.brand_id, 'brand.read');
  is_detailed := private.permits(list_members.brand_id, 'member.read');
  return (
    with matching as (
      select member.*, profiles.first_name, profiles.last_name, profiles.avatar_path
      from public.brand_members as member
      inner join public.profiles on profiles.id = member.user_id
      where member.brand_id = list_members.brand_id
        and (is_detailed or member.expires_at is null or member.expires_at > now())
    ),
    page as (
      select matching.* from matching order by matching.first_name, matching.last_name, matching.user_id
      offset page_offset limit least(greatest(page_size, 1), 100)
    )
    select jsonb_build_object(
      'items', coalesce((
        select jsonb_agg(
          case when is_detailed then to_jsonb(page)
            else jsonb_build_object(
              'user_id', page.user_id, 'first_name', page.first_name, 'last_name', page.last_name,
              'avatar_path', page.avatar_path
            )
          end order by page.first_name, page.last_name, page.user_id
        )
        from page
      ), '[]'),
      'total', (select count(*) from matching)
    )
  );
end;
$$;
comment on function public.list_members is
'Returns {items, total}: the members of a brand by name, at most 100. Role, permissions, expiry and expired members
only for callers with member.read.';
grant execute on function public.list_members to authenticated, service_role;

-- schemas/identity/functions/passwords.sql

create function private.password_history_length()
returns integer
language sql
immutable
parallel safe
set search_path = ''
as $$
  select 5;
$$;
comment on function private.password_history_length is
'How many of the last passwords of a person may not be used again (domain §8).';

create function private.recent_password_hashes(person uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(recent.password_hash), '[]')
  from (
    select password_history.password_hash from private.password_history
    where password_history.user_id = recent_password_hashes.person
    order by password_history.created_at desc limit private.password_history_length()
  ) as recent;
$$;
comment on function private.recent_password_hashes is
'Returns the hashes of the passwords that a person may not use again, the latest first.';

create function public.permit_credential_change(user_id uuid)
returns void
language sql
volatile
security definer -- permits are written by functions only
set search_path = ''
as $$
  insert into private.credential_permits (user_id) values (permit_credential_change.user_id)
  on conflict on constraint credential_permits_pkey do update
    set expires_at = excluded.expires_at, used_in = null;
$$;
comment on function public.permit_credential_change is
'For the service: permits one change of a password or address in Auth, just before the service requests it.';
grant execute on function public.permit_credential_change to service_role;

create function private.require_credential_permit()
returns trigger
language plpgsql
security definer -- runs for the role of the Auth server
set search_path = ''
as $$
begin
  update private.credential_permits set used_in = pg_current_xact_id()
  where
    credential_permits.user_id = new.id and credential_permits.expires_at > now()
    and coalesce(credential_permits.used_in, pg_current_xact_id()) = pg_current_xact_id();
  if not found then
    perform private.refuse(403, 'passwords and addresses are changed by the platform''s own commands');
  end if;
  return new;
end;
$$;
comment on function private.require_credential_permit is
'Refuses a change of a password or address in Auth without a permit. The API of Auth itself accepts a new password for
an access token alone, so a stolen token would be enough.';

create function public.read_password_history(user_id uuid)
returns jsonb
language sql
stable
security definer -- the history is read by functions only
set search_path = ''
as $$
  select private.recent_password_hashes(read_password_history.user_id);
$$;
comment on function public.read_password_history is
'For the service: returns the hashes of the passwords that a person may not use again.';
grant execute on function public.read_password_history to service_role;

create function public.record_password(change jsonb)
returns uuid[]
language plpgsql
volatile
security definer -- the history and sessions are written by functions only
set search_path = ''
as $$
declare
  person uuid := (change ->> 'userId')::uuid;
  ended uuid[];
begin
  insert into private.password_history (user_id, password_hash, created_at)
  values (person, change ->> 'passwordHash', clock_timestamp());
  delete from private.password_history
  where
    password_history.user_id = person
    and password_history.created_at not in (
      select newest.created_at from private.password_history as newest
      where newest.user_id = person order by newest.created_at desc limit private.password_history_length()
    );
  ended := private.end_sessions(person, 'password_changed', null, (change ->> 'besides')::uuid);
  delete from public.trusted_devices where trusted_devices.user_id = person;
  delete from private.identity_tokens where identity_tokens.user_id = person;
  if change ? 'mail' then
    perform private.enqueue_job('mail', 'send_mail', null, jsonb_build_object('mail', change -> 'mail'));
  end if;
  perform private.audit_person(person, (change ->> 'besides')::uuid, 'auth.' || (change ->> 'action'));
  return ended;
end;
$$;
comment on function public.record_password is
'For the service, after Auth took a new password: adds it to the history, ends the sessions of the person except
besides, forgets their devices and links, and mails them. Returns the ids of the sessions that were open.';
grant execute on function public.record_password to service_role;

-- schemas/identity/functions/people.sql

create function private.find_person(who jsonb)
returns uuid
language sql
stable
security definer -- reads the addresses, which only Auth keeps
set search_path = ''
as $$
  select users.id from auth.users where users.email = lower(who ->> 'email');
$$;
comment on function private.find_person is
'Returns the id of the person with the e-mail address in {email}; null where nobody has it.';

create function private.audit_addresses_shown(brand uuid, is_admin boolean, managed uuid[], people uuid[])
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  if is_admin or brand is not null then
    perform private.audit_view(brand, people);
    return;
  end if;
  -- The log of each brand names its own people. Brands in order, so that two calls do not wait for each other.
  perform private.audit_view(shared.brand_id, shared.people)
  from (
    select member.brand_id, array_agg(member.user_id order by member.user_id) as people
    from public.brand_members as member
    where
      member.brand_id = any (audit_addresses_shown.managed) and member.user_id = any (audit_addresses_shown.people)
    group by member.brand_id
    order by member.brand_id
  ) as shared;
end;
$$;
comment on function private.audit_addresses_shown is
'Records that the caller was shown the whole addresses of these people: in the log of the given brand or of the
platform, else in the logs of the brands in which the caller manages them.';

create function public.search_people(
  query text default '', brand_id uuid default null, page_size integer default 20, page_offset integer default 0
)
returns jsonb
language plpgsql
volatile
security definer -- reads addresses, which are masked for callers who may not see them
set search_path = ''
as $$
declare
  is_admin boolean := private.is_platform_admin();
  managed uuid[] := private.brands_permitting('member.manage');
  visible uuid[];
  pattern text := '%' || replace(replace(replace(search_people.query, '\', '\\'), '%', '\%'), '_', '\_') || '%';
  answer jsonb;
  seen uuid[];
begin
  if search_people.brand_id is null then
    visible := private.brands_permitting('member.read');
  else
    perform private.require_permission(search_people.brand_id, 'member.read');
    visible := array[search_people.brand_id];
  end if;
  with known as (
    select
      person.id, person.first_name, person.last_name, person.avatar_path, person.is_active, users.email,
      is_admin or person.id = auth.uid() or exists (
        select from public.brand_members as member
        where member.user_id = person.id and member.brand_id = any (managed)
      ) as is_address_shown
    from public.profiles as person
    inner join auth.users on users.id = person.id
    where
      (is_admin and search_people.brand_id is null) or exists (
        select from public.brand_members as member
        where member.user_id = person.id and member.brand_id = any (visible)
      )
  ),
  -- Addresses are searched only where they may be seen: repeated searches would spell out the others.
  matching as (
    select known.* from known
    where
      known.first_name || ' ' || known.last_name ilike pattern
      or (known.is_address_shown and known.email ilike pattern)
  ),
  page as (
    select matching.* from matching order by matching.first_name, matching.last_name, matching.id
    offset greatest(page_offset, 0) limit least(greatest(page_size, 1), 100)
  )
  select
    jsonb_build_object(
      'items', coalesce((
        select jsonb_agg(jsonb_build_object(
          'id', page.id, 'first_name', page.first_name, 'last_name', page.last_name,
          'avatar_path', page.avatar_path, 'is_active', page.is_active,
          'email', case when page.is_address_shown then page.email else private.masked_email(page.email) end
        ) order by page.first_name, page.last_name, page.id)
        from page
      ), '[]'),
      'total', (select count(*) from matching)
    ),
    array(
      select page.id from page where page.is_address_shown and page.id is distinct from auth.uid() order by page.id
    )
  into answer, seen;
  perform private.audit_addresses_shown(search_people.brand_id, is_admin, managed, seen);
  return answer;
end;
$$;
comment on function public.search_people is
'Searches people by name, and by address where the caller may see it: those of the caller''s brands, or all for
platform admins. Addresses are masked unless the caller manages the person; showing whole addresses of others is
recorded in the audit log. At most 100 people.';
grant execute on function public.search_people to authenticated, service_role;

create function public.set_user_active(user_id uuid, is_active boolean)
returns void
language plpgsql
volatile
security definer -- the column is written by commands only
set search_path = ''
as $$
begin
  perform private.require_platform_admin_for(set_user_active.user_id);
  perform private.require_recent_authentication();
  update public.profiles set is_active = set_user_active.is_active where profiles.id = set_user_active.user_id;
  -- The logs of the brands in order and that of the platform last, so that two calls do not wait for each other.
  perform private.audit(
    member.brand_id, 'user.' || case when set_user_active.is_active then 'reactivate' else 'deactivate' end,
    'user', set_user_active.user_id
  )
  from (
    select members.brand_id from public.brand_members as members
    where members.user_id = set_user_active.user_id order by members.brand_id offset 0
  ) as member;
  perform private.audit(
    null, 'user.' || case when set_user_active.is_active then 'reactivate' else 'deactivate' end,
    'user', set_user_active.user_id
  );
end;
$$;
comment on function public.set_user_active is
'Deactivates a person, which ends their sessions, or reactivates them. Requires a platform admin, who cannot do so to
themselves.';
grant execute on function public.set_user_active to authenticated, service_role;

create function public.set_platform_admin(user_id uuid, is_admin boolean)
returns void
language plpgsql
volatile
security definer -- the flag is written by commands only
set search_path = ''
as $$
begin
  perform private.require_platform_admin_for(set_platform_admin.user_id);
  perform private.require_recent_authentication();
  if set_platform_admin.is_admin then
    insert into private.platform_admins (user_id) values (set_platform_admin.user_id) on conflict do nothing;
    if not found then
      return;
    end if;
    -- Their sessions may rest on a remembered device, which does not replace the second factor of platform admins.
    perform private.end_sessions(set_platform_admin.user_id, 'revoked');
  else
    delete from private.platform_admins where platform_admins.user_id = set_platform_admin.user_id;
    if not found then
      return;
    end if;
  end if;
  perform private.audit(
    null, 'user.' || case when set_platform_admin.is_admin then 'promote' else 'demote' end,
    'user', set_platform_admin.user_id
  );
end;
$$;
comment on function public.set_platform_admin is
'Makes a person a platform admin or takes the flag away. Requires a platform admin, who cannot do so to themselves.';
grant execute on function public.set_platform_admin to authenticated, service_role;

create function public.unlock_user(user_id uuid)
returns text
language plpgsql
volatile
security definer -- reads the address, which only Auth keeps
set search_path = ''
as $$
declare
  address text;
begin
  perform private.require_platform_admin_for(unlock_user.user_id);
  perform private.require_recent_authentication();
  select users.email into address from auth.users where users.id = unlock_user.user_id;
  perform private.audit(null, 'user.unlock', 'user', unlock_user.user_id);
  return address;
end;
$$;
comment on function public.unlock_user is
'Records that a platform admin lifts the lock of a person. Returns the address under which the lock is kept in KV.';
grant execute on function public.unlock_user to authenticated, service_role;

-- schemas/identity/functions/permissions.sql

create function private.is_platform_admin()
returns boolean
language plpgsql
stable
security definer -- reads platform_admins, which no API role may read
set search_path = ''
as $$
begin
  return exists (
    select
    from private.platform_admins
    inner join public.profiles on profiles.id = platform_admins.user_id
    where platform_admins.user_id = auth.uid() and profiles.is_active
  ) and private.session_trusted() and private.session_verified(); -- platform admins always need a second factor
end;
$$;
comment on function private.is_platform_admin is
'Whether the caller is an active platform admin in a trusted session that has passed a second factor.';
grant execute on function private.is_platform_admin to authenticated, service_role;

-- Returns an array and not a set: `brand_id = any((select private.brands_permitting('…'))::uuid[])` is evaluated once
-- in a statement, and the planner can look its elements up in an index on brand_id; `in (select …)` can only filter.
create function private.brands_permitting(permission text)
returns uuid[]
language plpgsql
stable
security definer -- a policy on brand_members that read brand_members would call itself
set search_path = ''
set plan_cache_mode = 'force_generic_plan' -- every statement calls it: planning would cost more than running
as $$
declare
  caller constant uuid := auth.uid();
  key constant uuid := private.api_key_id();
  key_brand uuid;
  least_role public.brand_role;
begin
  if caller is null or not private.session_trusted() then
    return '{}';
  end if;
  if key is not null then
    select api_keys.brand_id into key_brand
    from public.api_keys
    where
      api_keys.id = key and exists (
        select from private.scope_permissions as granted
        where granted.scope = any (api_keys.scopes) and granted.permission = brands_permitting.permission
      );
    if key_brand is null then
      return '{}';
    end if;
  elsif exists (
    select
    from private.platform_admins
    inner join public.profiles on profiles.id = platform_admins.user_id
    where platform_admins.user_id = caller and profiles.is_active
  ) and private.session_verified() then
    return array(select brands.id from public.brands where brands.deleted_at is null);
  end if;
  select permissions.least_role into strict least_role
  from private.permissions where permissions.name = brands_permitting.permission;
  return array(
    select member.brand_id
    from public.brand_members as member
    where
      member.user_id = caller
      and (key_brand is null or member.brand_id = key_brand)
      and not exists (
        select from public.brands where brands.id = member.brand_id and brands.deleted_at is not null
      )
      and (member.expires_at is null or member.expires_at > now())
      and brands_permitting.permission <> all (member.restrictions)
      and (member.role >= least_role or brands_permitting.permission = any (member.permissions))
      and exists (select from public.profiles where profiles.id = caller and profiles.is_active)
  );
end;
$$;
comment on function private.brands_permitting is
'Lists the brands in which the caller has a permission, by role or extra grant, in a trusted session. Restrictions and
expired memberships do not count. An API key has it in its own brand only, within its scopes. Platform admins have it
in all brands.';
grant execute on function private.brands_permitting to authenticated, service_role;

create function private.permits(brand uuid, permission text)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  return coalesce(permits.brand = any (private.brands_permitting(permits.permission)), false);
end;
$$;
comment on function private.permits is 'Whether the caller has a permission in a brand.';
grant execute on function private.permits to authenticated, service_role;

create function private.may_grant(brand uuid, role public.brand_role, permissions text[])
returns boolean
language sql
stable
security definer -- reads the membership of the caller
set search_path = ''
as $$
  select private.is_platform_admin() or exists (
    select from public.brand_members as own
    where own.user_id = auth.uid() and own.brand_id = may_grant.brand and own.role >= may_grant.role
  ) and not exists (
    select from private.permissions as granted
    where granted.name = any (may_grant.permissions) and not private.permits(may_grant.brand, granted.name)
  )
  -- Admins have permissions that no scope gives, so an API key cannot make an admin.
  and (private.api_key_id() is null or may_grant.role < 'admin');
$$;
comment on function private.may_grant is
'Whether the caller has the role, and the permissions, that they are about to give in a brand.';
grant execute on function private.may_grant to authenticated, service_role;

create function private.may_invite(person uuid, brand uuid, role public.brand_role)
returns boolean
language sql
stable
security definer -- reads the membership of another person
set search_path = ''
as $$
  select exists (
    select from private.platform_admins
    inner join public.profiles on profiles.id = platform_admins.user_id and profiles.is_active
    where platform_admins.user_id = may_invite.person
  ) or exists (
    select from public.brand_members as member
    inner join public.profiles on profiles.id = member.user_id and profiles.is_active
    where
      member.user_id = may_invite.person and member.brand_id = may_invite.brand and member.role >= may_invite.role
      and (member.role = 'admin' or 'member.manage' = any (member.permissions))
      and 'member.manage' <> all (member.restrictions)
      and (member.expires_at is null or member.expires_at > now())
  );
$$;
comment on function private.may_invite is
'Whether a person may still give this role in a brand. An invitation is valid only while its author may.';

create function private.require_permission(brand uuid, permission text, subject text default 'brand')
returns void
language plpgsql
stable
security definer -- reads private.permissions, which no API role may read
set search_path = ''
as $$
declare
  asked private.permissions;
begin
  if private.permits(brand, permission) then
    return;
  end if;
  if auth.uid() is not null and not private.session_trusted() then
    perform private.refuse(401, 'this session has ended or has not passed the second factor', jsonb_build_array(
      jsonb_build_object('message', 'sign in, or pass the second factor', 'code', case
        when exists (
          select from public.user_sessions
          where user_sessions.id = private.session_id() and user_sessions.user_id = auth.uid()
            and user_sessions.ended_at is null and user_sessions.expires_at > now()
            and user_sessions.last_seen_at > now() - private.access_token_lifetime()
        ) then 'MFA_REQUIRED' else 'SESSION_INVALID'
      end)
    ));
  end if;
  select permissions.* into strict asked from private.permissions where permissions.name = permission;
  -- 403 to members who may know that the subject exists, 404 to everybody else.
  if permission <> asked.seen_with and private.permits(brand, asked.seen_with) then
    perform private.refuse(403, format('this needs the permission %s in the brand', permission));
  end if;
  perform private.refuse(404, subject || ' not found');
end;
$$;
comment on function private.require_permission is
'Raises 403 for members without the permission, 404 for callers who may not know that the subject exists, and 401 in a
session that is not trusted.';
grant execute on function private.require_permission to authenticated, service_role;

create function private.require_platform_admin_for(person uuid)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if not private.is_platform_admin() then
    perform private.refuse(403, 'only platform admins may do this');
  elsif person = auth.uid() then
    perform private.refuse(403, 'nobody does this to themselves');
  elsif not exists (select from public.profiles where profiles.id = person) then
    perform private.refuse(404, 'user not found');
  end if;
end;
$$;
comment on function private.require_platform_admin_for is
'Raises 403 unless the caller is a platform admin and the person somebody else, and 404 where the person does not
exist.';

create function private.is_restricted(brand uuid, permission text)
returns boolean
language sql
stable
security definer -- reads the membership of the caller
set search_path = ''
as $$
  select exists (
    select from public.brand_members as member
    where
      member.user_id = auth.uid()
      and member.brand_id = is_restricted.brand
      and is_restricted.permission = any (member.restrictions)
  ) and not private.is_platform_admin();
$$;
comment on function private.is_restricted is
'Whether the membership of the caller denies a permission, which outweighs every grant; false for platform admins.';

-- schemas/identity/functions/privacy.sql

create function private.export_account(person uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'profile', (select to_jsonb(profiles) - 'email_index' from public.profiles where profiles.id = person),
    'email', (select users.email from auth.users where users.id = person),
    'memberships', (
      select coalesce(jsonb_agg(to_jsonb(member) || jsonb_build_object('brand_name', brands.name)), '[]')
      from public.brand_members as member inner join public.brands on brands.id = member.brand_id
      where member.user_id = person
    ),
    'sessions', (
      select coalesce(jsonb_agg(to_jsonb(user_sessions)), '[]') from public.user_sessions
      where user_sessions.user_id = person
    ),
    'devices', (
      select coalesce(jsonb_agg(to_jsonb(device) - 'token_hash'), '[]') from public.trusted_devices as device
      where device.user_id = person
    ),
    'factors', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'kind', factor.kind, 'name', factor.name, 'created_at', factor.created_at, 'last_used_at', factor.last_used_at
      )), '[]') from public.mfa_factors as factor where factor.user_id = person
    ),
    'api_keys', (
      select coalesce(jsonb_agg(to_jsonb(key) - 'key_hash'), '[]') from public.api_keys as key
      where key.user_id = person
    )
  );
$$;
comment on function private.export_account is
'Returns the account of a person: profile, memberships, sessions, devices, second factors and API keys.';

create function private.export_activity(person uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'files', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'id', file.id, 'brand_id', file.brand_id, 'name', file.name, 'created_at', file.created_at
      )), '[]') from public.files as file where file.owner_id = person
    ),
    'notification_preferences', (
      select to_jsonb(preference) from public.notification_preferences as preference
      where preference.user_id = person
    ),
    'notifications', (
      select coalesce(jsonb_agg(to_jsonb(notification)), '[]')
      from (
        select * from public.notifications where notifications.user_id = person
        order by notifications.created_at desc limit 1000
      ) as notification
    ),
    'contents_created', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'id', content.id, 'brand_id', content.brand_id, 'title', content.title, 'created_at', content.created_at
      )), '[]')
      from (
        select * from public.contents where contents.created_by = person order by contents.id desc limit 10000
      ) as content
    ),
    'comments', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'id', comment.id, 'content_id', comment.content_id, 'body', comment.body, 'created_at', comment.created_at
      )), '[]')
      from (
        select * from public.comments where comments.created_by = person order by comments.id desc limit 10000
      ) as comment
    ),
    'audit', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'action', entry.action, 'outcome', entry.outcome, 'occurred_at', entry.occurred_at
      )), '[]')
      from (
        select * from public.audit_log where audit_log.actor_id = person
        order by audit_log.occurred_at desc limit 10000
      ) as entry
    )
  );
$$;
comment on function private.export_activity is
'Returns what a person made and was told: files, contents, comments, notifications and audit records. At most 1,000
notifications and 10,000 of the others, the latest.';

create function private.delete_personal_rows(person uuid, email_index text)
returns void
language sql
volatile
set search_path = ''
as $$
  delete from public.user_sessions where user_sessions.user_id = person;
  delete from public.mfa_factors where mfa_factors.user_id = person;
  delete from private.mfa_backup_codes where mfa_backup_codes.user_id = person;
  delete from auth.identities where identities.user_id = person;
  delete from private.password_history where password_history.user_id = person;
  delete from private.identity_tokens where identity_tokens.user_id = person;
  delete from public.trusted_devices where trusted_devices.user_id = person;
  delete from public.notifications where notifications.user_id = person;
  delete from public.notification_preferences where notification_preferences.user_id = person;
  delete from public.invitations
  where invitations.accepted_by = person or invitations.email_index = delete_personal_rows.email_index;
$$;
comment on function private.delete_personal_rows is
'Deletes the sessions, credentials, notifications and invitations of a person.';

create function public.export_person()
returns jsonb
language plpgsql
volatile
security definer -- people may have all data about themselves, also what they may not read elsewhere
set search_path = ''
as $$
declare
  person uuid := auth.uid();
begin
  if person is null or not private.person_trusted() then
    perform private.refuse(401, 'this session is not trusted', '[{"code": "MFA_REQUIRED", "message": "sign in"}]');
  end if;
  perform private.audit(null, 'data.export', 'user', person);
  return private.export_account(person) || private.export_activity(person);
end;
$$;
comment on function public.export_person is
'Returns all personal data that is kept of the caller (right of access), and records the export.';
grant execute on function public.export_person to authenticated, service_role;

create function public.erase_person(user_id uuid, session_id uuid)
returns uuid[]
language plpgsql
volatile
security definer -- these rows are written by functions only
set search_path = ''
as $$
declare
  person constant uuid := erase_person.user_id;
  member record;
  known record;
  sessions uuid[];
begin
  perform private.require_session(person, erase_person.session_id, true);
  if exists (select from private.platform_admins where platform_admins.user_id = person) then
    perform private.refuse(409, 'platform admins hand the flag over first');
  end if;
  select profiles.avatar_path, profiles.email_index into known from public.profiles
  where profiles.id = person for update;
  for member in
    select members.brand_id from public.brand_members as members where members.user_id = person order by 1
  loop
    delete from public.content_assignees as assignees
    where assignees.brand_id = member.brand_id and assignees.user_id = person;
    delete from public.brand_members as members
    where members.brand_id = member.brand_id and members.user_id = person;
    perform private.release_tasks(person, member.brand_id);
  end loop;
  -- The row stays, because what the person did is attributed to its id. It no longer says who they were.
  update public.profiles
  set
    first_name = 'Former', last_name = 'member', phone = null, email_index = null, avatar_path = null,
    timezone = 'UTC', language = 'en', is_active = false
  where profiles.id = person;
  sessions := array(select user_sessions.id from public.user_sessions where user_sessions.user_id = person);
  perform private.delete_personal_rows(person, known.email_index);
  perform private.enqueue_job(
    'erasure', 'erase_account', null,
    jsonb_build_object('userId', person, 'avatarPath', known.avatar_path), now(), null, 50
  );
  perform private.audit_person(person, erase_person.session_id, 'user.erase');
  return sessions;
end;
$$;
comment on function public.erase_person is
'For the service: erases a person at their own request. Empties and deactivates the profile, ends memberships, deletes
personal rows, and queues a job in which Auth forgets the address. Returns the ids of the deleted sessions.';
grant execute on function public.erase_person to service_role;

-- schemas/identity/functions/profiles.sql

create function private.create_profile()
returns trigger
language plpgsql
security definer -- runs for the role of the Auth server, which may not write to public
set search_path = ''
as $$
begin
  insert into public.profiles (id, first_name, last_name)
  values (
    new.id,
    left(coalesce(new.raw_user_meta_data ->> 'first_name', ''), 100),
    left(coalesce(new.raw_user_meta_data ->> 'last_name', ''), 100)
  )
  on conflict (id) do nothing;
  return null;
end;
$$;
comment on function private.create_profile is
'Creates the profile of a new user of Auth, with the names from the metadata of the user.';

create function private.stamp_profile()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.id := old.id;
  new.created_at := old.created_at;
  new.updated_at := now();
  if new.is_active <> old.is_active then
    new.deactivated_at := case when new.is_active then null else now() end;
    new.deactivated_by := case when new.is_active then null else auth.uid() end;
  end if;
  return new;
end;
$$;
comment on function private.stamp_profile is
'Keeps id and created_at, and records when and by whom a person was deactivated.';

create function private.display_name(person uuid)
returns text
language sql
stable
set search_path = ''
as $$
  select nullif(btrim(profiles.first_name || ' ' || profiles.last_name), '')
  from public.profiles where profiles.id = display_name.person;
$$;
comment on function private.display_name is 'Returns the full name of a person; null where none is set.';

create function private.masked_email(email text)
returns text
language sql
immutable
parallel safe
set search_path = ''
as $$
  select left(masked_email.email, 1) || '•••@' || split_part(masked_email.email, '@', 2);
$$;
comment on function private.masked_email is 'Returns an address with only its first letter and its domain.';

create function private.colleague_ids()
returns setof uuid
language sql
stable
security definer -- reads memberships of other people, of which the caller may see only some
set search_path = ''
rows 100
as $$
  select brand_members.user_id
  from public.brand_members
  where brand_members.brand_id = any (private.brands_permitting('brand.read'));
$$;
comment on function private.colleague_ids is 'Lists everyone who shares a brand with the caller.';
grant execute on function private.colleague_ids to authenticated, service_role;

create function public.my_profile()
returns setof public.profiles
language sql
stable
security definer -- some columns are for their owner only, which column privileges cannot express
set search_path = ''
as $$
  select profiles.* from public.profiles where profiles.id = auth.uid() and private.session_trusted();
$$;
comment on function public.my_profile is 'Returns the caller''s own profile with all columns, encrypted ones included.';
grant execute on function public.my_profile to authenticated, service_role;

-- schemas/identity/functions/second_factors.sql

create function private.has_second_factor(person uuid)
returns boolean
language sql
stable
set search_path = ''
as $$
  select exists (
    select from public.mfa_factors
    where mfa_factors.user_id = has_second_factor.person and mfa_factors.verified_at is not null
  );
$$;
comment on function private.has_second_factor is 'Whether a person has a second factor that they have passed once.';

create function private.factor_methods(person uuid)
returns jsonb
language sql
stable
security definer -- reads factors before the session of their person is trusted
set search_path = ''
as $$
  select coalesce(jsonb_agg(distinct methods.method), '[]')
  from (
    select mfa_factors.kind as method from public.mfa_factors
    where mfa_factors.user_id = factor_methods.person and mfa_factors.verified_at is not null
    union all
    select 'backup_code' from private.mfa_backup_codes
    where mfa_backup_codes.user_id = factor_methods.person and mfa_backup_codes.used_at is null
  ) as methods;
$$;
comment on function private.factor_methods is
'Lists the kinds of second factor that a person can pass now: totp, webauthn, backup_code.';

create function private.lock_factor(person uuid, factor_id uuid)
returns public.mfa_factors
language plpgsql
volatile
set search_path = ''
as $$
declare
  factor public.mfa_factors;
begin
  -- Locks the person too: two requests with one code must not both pass, nor two factors both be the first.
  perform from public.profiles where profiles.id = person for update;
  select mfa_factors.* into factor from public.mfa_factors
  where mfa_factors.id = lock_factor.factor_id and mfa_factors.user_id = person
  for update;
  if factor.id is null then
    perform private.refuse(404, 'factor not found');
  end if;
  return factor;
end;
$$;
comment on function private.lock_factor is 'Locks and returns a factor of a person; 404 where there is none.';

create function private.spend_factor(factor public.mfa_factors, passed jsonb)
returns void
language plpgsql
volatile
security definer -- factors are written by functions only
set search_path = ''
as $$
begin
  if factor.kind = 'totp' and (passed ->> 'step')::bigint <= factor.last_used_step then
    perform private.refuse(401, 'this code was used already', '[{"code": "MFA_REQUIRED", "message": "wait for the next"}]');
  end if;
  -- A counter that does not grow belongs to a copied authenticator. One that stays at zero is not used by this model.
  if factor.kind = 'webauthn' and (factor.sign_count > 0 or (passed ->> 'signCount')::bigint > 0)
    and (passed ->> 'signCount')::bigint <= factor.sign_count
  then
    perform private.refuse(401, 'the authenticator may have been copied',
      '[{"code": "MFA_REQUIRED", "message": "use another factor"}]');
  end if;
  update public.mfa_factors
  set
    last_used_step = coalesce((passed ->> 'step')::bigint, mfa_factors.last_used_step),
    sign_count = coalesce((passed ->> 'signCount')::bigint, mfa_factors.sign_count),
    verified_at = coalesce(mfa_factors.verified_at, now()),
    last_used_at = now()
  where mfa_factors.id = factor.id;
end;
$$;
comment on function private.spend_factor is
'Marks a factor as passed; 401 for a TOTP code that was used before or a WebAuthn counter that did not grow.';

create function public.read_factors(user_id uuid)
returns jsonb
language sql
stable
security definer -- the service reads the secrets before the session is trusted
set search_path = ''
as $$
  select jsonb_build_object(
    'factors', coalesce(jsonb_agg(jsonb_build_object(
      'id', factor.id, 'kind', factor.kind, 'secret', factor.secret, 'algorithm', factor.algorithm,
      'credentialId', factor.credential_id, 'publicKey', factor.public_key, 'signCount', factor.sign_count,
      'transports', factor.transports, 'isVerified', factor.verified_at is not null
    ) order by factor.created_at), '[]')
  )
  from public.mfa_factors as factor
  where factor.user_id = read_factors.user_id;
$$;
comment on function public.read_factors is
'For the service: returns the factors of a person, with what is needed to verify a code or signature.';
grant execute on function public.read_factors to service_role;

create function public.add_factor(factor jsonb)
returns uuid
language plpgsql
volatile
security definer -- factors are written by functions only
set search_path = ''
as $$
declare
  person uuid := (factor ->> 'userId')::uuid;
begin
  perform private.require_session(person, (factor ->> 'sessionId')::uuid, true);
  -- Enrolments that were never finished make room for new ones.
  delete from public.mfa_factors
  where mfa_factors.user_id = person and mfa_factors.verified_at is null
    and mfa_factors.created_at < now() - interval '1 hour';
  if (select count(*) from public.mfa_factors where mfa_factors.user_id = person) >= 10 then
    perform private.refuse(409, 'there are ten factors already: remove one');
  end if;
  insert into public.mfa_factors (
    id, user_id, kind, name, secret, algorithm, credential_id, public_key, sign_count, transports
  )
  values (
    (factor ->> 'id')::uuid, person, factor ->> 'kind', coalesce(factor ->> 'name', ''), factor ->> 'secret',
    coalesce(factor ->> 'algorithm', 'SHA256'), factor ->> 'credentialId', factor ->> 'publicKey',
    coalesce((factor ->> 'signCount')::bigint, 0),
    coalesce(array(select jsonb_array_elements_text(factor -> 'transports')), '{}')
  );
  return (factor ->> 'id')::uuid;
exception
  when unique_violation then
    perform private.refuse(409, 'this authenticator is registered already');
end;
$$;
comment on function public.add_factor is
'For the service: adds a factor, which counts once it has been passed. At most ten factors; 409 for a known
authenticator.';
grant execute on function public.add_factor to service_role;

create function public.pass_second_factor(passed jsonb)
returns jsonb
language plpgsql
volatile
security definer -- sessions and factors are written by functions only
set search_path = ''
as $$
declare
  person uuid := (passed ->> 'userId')::uuid;
  session uuid := (passed ->> 'sessionId')::uuid;
  factor public.mfa_factors;
  is_first boolean := false;
  others uuid[] := '{}';
begin
  perform private.require_session(person, session, false);
  if passed ? 'factorId' then
    factor := private.lock_factor(person, (passed ->> 'factorId')::uuid);
    if factor.verified_at is null then
      perform private.require_session(person, session, true);
      is_first := not private.has_second_factor(person);
    end if;
    perform private.spend_factor(factor, passed);
  else
    perform private.spend_backup_code(person, passed -> 'codeHashes');
  end if;
  update public.user_sessions set mfa_verified_at = now(), authenticated_at = now() where user_sessions.id = session;
  if is_first then
    perform private.replace_backup_codes(person, passed -> 'newCodeHashes');
    -- The other open sessions of the person must pass the new factor as well.
    select coalesce(array_agg(user_sessions.id), '{}') into others from public.user_sessions
    where user_sessions.user_id = person and user_sessions.ended_at is null and user_sessions.id <> session;
  end if;
  if passed ? 'deviceTokenHash' then
    insert into public.trusted_devices (user_id, token_hash, name)
    values (person, passed ->> 'deviceTokenHash', coalesce(passed ->> 'deviceName', ''));
  end if;
  perform private.audit_person(
    person, session,
    case when factor.id is not null and factor.verified_at is null then 'auth.mfa_enabled' else 'auth.mfa_passed' end,
    jsonb_build_object('method', coalesce(factor.kind, 'backup_code'))
  );
  return jsonb_build_object(
    'isFirst', is_first, 'others', to_jsonb(others), 'codesLeft', (
      select count(*) from private.mfa_backup_codes
      where mfa_backup_codes.user_id = person and mfa_backup_codes.used_at is null
    )
  );
end;
$$;
comment on function public.pass_second_factor is
'For the service, which verified the proof: spends a factor or backup code, and marks the session as verified and
recently authenticated. With the first factor stores new backup codes. Remembers the device if asked. A proof works
once.';
grant execute on function public.pass_second_factor to service_role;

create function public.remove_factor(user_id uuid, session_id uuid, factor_id uuid)
returns boolean
language plpgsql
volatile
security definer -- factors are written by functions only
set search_path = ''
as $$
declare
  is_last boolean;
begin
  -- One at a time, so that two requests do not each remove what the other leaves.
  perform from public.profiles where profiles.id = remove_factor.user_id for update;
  perform private.require_session(remove_factor.user_id, remove_factor.session_id, true);
  is_last := exists (
    select from public.mfa_factors
    where mfa_factors.id = remove_factor.factor_id and mfa_factors.user_id = remove_factor.user_id
      and mfa_factors.verified_at is not null
  ) and not exists (
    select from public.mfa_factors
    where mfa_factors.user_id = remove_factor.user_id and mfa_factors.verified_at is not null
      and mfa_factors.id <> remove_factor.factor_id
  );
  if is_last and exists (
    select from private.platform_admins where platform_admins.user_id = remove_factor.user_id
  ) then
    perform private.refuse(409, 'platform admins keep a second factor');
  end if;
  delete from public.mfa_factors
  where mfa_factors.id = remove_factor.factor_id and mfa_factors.user_id = remove_factor.user_id;
  if not found then
    perform private.refuse(404, 'factor not found');
  end if;
  if is_last then
    delete from private.mfa_backup_codes where mfa_backup_codes.user_id = remove_factor.user_id;
    delete from public.trusted_devices where trusted_devices.user_id = remove_factor.user_id;
  end if;
  perform private.audit_person(
    remove_factor.user_id, remove_factor.session_id, 'auth.mfa_disabled',
    jsonb_build_object('factorId', remove_factor.factor_id, 'wasLast', is_last)
  );
  return is_last;
end;
$$;
comment on function public.remove_factor is
'For the service: removes a factor; with the last one, backup codes and remembered devices too. 409 for the last factor
of a platform admin. Returns whether it was the last.';
grant execute on function public.remove_factor to service_role;

-- schemas/identity/functions/sessions.sql

create function private.end_sessions(person uuid, reason text, which uuid[] default null, besides uuid default null)
returns uuid[]
language plpgsql
volatile
security definer -- sessions are written by functions only
set search_path = ''
as $$
declare
  ended uuid[];
begin
  with gone as (
    update public.user_sessions
    set ended_at = now(), end_reason = end_sessions.reason
    where
      user_sessions.user_id = end_sessions.person
      and user_sessions.ended_at is null
      and (end_sessions.which is null or user_sessions.id = any (end_sessions.which))
      and user_sessions.id is distinct from end_sessions.besides
    returning user_sessions.id
  )
  select coalesce(array_agg(gone.id), '{}') into ended from gone;
  -- Deletes their refresh tokens too, so that Auth issues no more access tokens.
  delete from auth.sessions where sessions.id = any (ended);
  return ended;
end;
$$;
comment on function private.end_sessions is
'Ends sessions of a person: all, or those in which, or all except besides. Returns the ids of the sessions that were
open.';

create function private.end_access_of_inactive()
returns trigger
language plpgsql
security definer -- sessions are written by functions only
set search_path = ''
as $$
begin
  perform private.end_sessions(new.id, 'deactivated');
  update public.api_keys set revoked_at = now() where api_keys.user_id = new.id and api_keys.revoked_at is null;
  return null;
end;
$$;
comment on function private.end_access_of_inactive is
'Ends the sessions and revokes the API keys of a person who is deactivated.';

create function public.living_sessions(user_id uuid)
returns uuid[]
language plpgsql
stable
security definer -- platform admins read the sessions of people whom they deactivate
set search_path = ''
as $$
begin
  if living_sessions.user_id is distinct from auth.uid() and not private.is_platform_admin() then
    perform private.refuse(403, 'only platform admins may do this');
  end if;
  return array(
    select user_sessions.id from public.user_sessions
    where
      user_sessions.user_id = living_sessions.user_id
      and user_sessions.created_at > now() - private.session_lifetime()
  );
end;
$$;
comment on function public.living_sessions is
'Lists the sessions of a person that caches may still hold: all that were opened within the lifetime of a session,
ended or not. For the person and for platform admins.';
grant execute on function public.living_sessions to authenticated, service_role;

create function public.extend_session(session_id uuid, user_id uuid)
returns boolean
language plpgsql
volatile
security definer -- sessions are written by functions only
set search_path = ''
as $$
begin
  update public.user_sessions set last_seen_at = now()
  where
    user_sessions.id = extend_session.session_id
    and user_sessions.user_id = extend_session.user_id
    and user_sessions.ended_at is null
    and user_sessions.expires_at > now()
    and user_sessions.last_seen_at > now() - private.session_unseen_limit();
  return found;
end;
$$;
comment on function public.extend_session is
'For the service: marks a session as seen now, which keeps it alive up to its lifetime. Returns false for a session
that has ended.';
grant execute on function public.extend_session to service_role;

create function public.read_session(session_id uuid)
returns jsonb
language sql
stable
security definer -- people may read nothing before the session has passed the second factor
set search_path = ''
as $$
  select jsonb_build_object(
    'createdAt', session.created_at,
    'methods', private.factor_methods(session.user_id),
    'isEnrollmentRequired', exists (
      select from private.platform_admins where platform_admins.user_id = session.user_id
    ) and not private.has_second_factor(session.user_id)
  )
  from public.user_sessions as session
  where
    session.id = read_session.session_id and session.ended_at is null
    and session.expires_at > now() and session.last_seen_at > now() - private.session_unseen_limit();
$$;
comment on function public.read_session is
'For the service: describes an open session: when it was created, which second factors its person has, and whether a
platform admin must still enrol one. Null for any other session.';
grant execute on function public.read_session to service_role;

create function public.end_own_sessions(which uuid[] default null, besides uuid default null)
returns uuid[]
language plpgsql
volatile
security definer -- sessions are written by functions only
set search_path = ''
as $$
declare
  ended uuid[];
begin
  if auth.uid() is null or private.api_key_id() is not null then
    perform private.refuse(401, 'this is for people');
  end if;
  -- A session that has not passed its second factor may end itself, and no other session.
  if which is distinct from array[private.session_id()] and not private.person_trusted() then
    perform private.refuse(401, 'this session is not trusted', '[{"code": "MFA_REQUIRED", "message": "sign in"}]');
  end if;
  ended := private.end_sessions(
    auth.uid(), case when which = array[private.session_id()] then 'signed_out' else 'revoked' end, which, besides
  );
  if which is not null and ended = '{}' and not which = array[private.session_id()] then
    perform private.refuse(404, 'session not found');
  end if;
  perform private.audit(
    null, 'auth.logout', 'user', auth.uid(), jsonb_build_object('sessions', to_jsonb(ended))
  );
  return ended;
end;
$$;
comment on function public.end_own_sessions is
'Ends sessions of the caller: all, or those in which, or all except besides. Returns the ids of the sessions that were
open.';
grant execute on function public.end_own_sessions to authenticated, service_role;

create function public.end_reused_session(session_id uuid, user_id uuid)
returns uuid[]
language plpgsql
volatile
security definer -- sessions are written by functions only
set search_path = ''
as $$
declare
  ended uuid[] := private.end_sessions(end_reused_session.user_id, 'reused', array[end_reused_session.session_id]);
begin
  if ended <> '{}' then
    perform private.audit_person(
      end_reused_session.user_id, end_reused_session.session_id, 'auth.refresh_reused', '{}', 'denied'
    );
  end if;
  return ended;
end;
$$;
comment on function public.end_reused_session is
'For the service: ends a session whose refresh token was used a second time, which means that it was stolen.';
grant execute on function public.end_reused_session to service_role;

create function public.reauthenticate_session(session_id uuid, user_id uuid)
returns void
language plpgsql
volatile
security definer -- sessions are written by functions only
set search_path = ''
as $$
begin
  update public.user_sessions set authenticated_at = now()
  where
    user_sessions.id = reauthenticate_session.session_id
    and user_sessions.user_id = reauthenticate_session.user_id
    and user_sessions.ended_at is null;
  if not found then
    perform private.refuse(401, 'the session has ended', '[{"code": "SESSION_INVALID", "message": "sign in again"}]');
  end if;
end;
$$;
comment on function public.reauthenticate_session is
'For the service: records that the person of a session has just shown their password or second factor again.';
grant execute on function public.reauthenticate_session to service_role;

create function public.forget_ended_sessions()
returns integer
language plpgsql
volatile
security definer -- sessions are written by functions only
set search_path = ''
as $$
declare
  forgotten integer;
begin
  update public.user_sessions
  set
    ended_at = least(user_sessions.expires_at, user_sessions.last_seen_at + private.session_unseen_limit()),
    end_reason = 'expired'
  where
    user_sessions.ended_at is null
    and (
      user_sessions.expires_at <= now() or user_sessions.last_seen_at <= now() - private.session_unseen_limit()
    );
  -- Kept for 24 hours (domain §8), and not longer: every request looks sessions up in this table.
  delete from public.user_sessions where user_sessions.ended_at < now() - interval '24 hours';
  get diagnostics forgotten = row_count;
  delete from public.trusted_devices where trusted_devices.expires_at < now();
  delete from private.identity_tokens where identity_tokens.expires_at < now() - interval '1 day';
  delete from private.credential_permits where credential_permits.expires_at < now();
  update public.invitations set status = 'expired'
  where invitations.status = 'pending' and invitations.expires_at <= now();
  return forgotten;
end;
$$;
comment on function public.forget_ended_sessions is
'For the service: ends expired sessions and deletes those that ended 24 hours ago. Deletes expired devices and permits,
and links that expired a day ago. Marks expired invitations. Returns the number of deleted sessions.';
grant execute on function public.forget_ended_sessions to service_role;

-- schemas/identity/functions/sign_in.sql

create function private.lock_auth_session(session uuid)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  -- A reset password ends the sessions of Auth: a sign-in that began with the old password is refused.
  perform from auth.sessions where sessions.id = lock_auth_session.session for share;
  if not found then
    perform private.refuse(401, 'the session has ended', '[{"code": "SESSION_INVALID", "message": "sign in again"}]');
  end if;
end;
$$;
comment on function private.lock_auth_session is
'Keeps a session of Auth from being deleted meanwhile; 401 where it has ended.';

create function private.is_remembered_device(person uuid, token_hash text)
returns boolean
language sql
stable
set search_path = ''
as $$
  select exists (
    select from public.trusted_devices as device
    where
      device.user_id = is_remembered_device.person and device.token_hash = is_remembered_device.token_hash
      and device.expires_at > now()
  );
$$;

create function private.evict_surplus_sessions(person uuid)
returns uuid[]
language plpgsql
volatile
set search_path = ''
as $$
declare
  surplus uuid[] := array(
    select user_sessions.id from public.user_sessions
    where
      user_sessions.user_id = evict_surplus_sessions.person
      and user_sessions.ended_at is null
      and user_sessions.expires_at > now()
      and user_sessions.last_seen_at > now() - private.access_token_lifetime()
    order by user_sessions.created_at desc, user_sessions.id desc
    offset private.max_open_sessions()
  );
begin
  return private.end_sessions(evict_surplus_sessions.person, 'evicted', surplus);
end;
$$;
comment on function private.evict_surplus_sessions is
'Ends the oldest sessions of a person beyond private.max_open_sessions and returns their ids.';

create function public.open_session(sign_in jsonb)
returns jsonb
language plpgsql
volatile
security definer -- sessions are written by functions only
set search_path = ''
as $$
declare
  person public.profiles;
  is_admin boolean;
  has_factor boolean;
  is_known_device boolean;
  evicted uuid[];
begin
  select profiles.* into person from public.profiles
  where profiles.id = (sign_in ->> 'userId')::uuid for update;
  if person.id is null then
    perform private.refuse(404, 'user not found');
  elsif not person.is_active then
    perform private.audit_person(
      person.id, null, 'auth.failed_login', jsonb_build_object('reason', 'inactive'), 'denied'
    );
    return jsonb_build_object('isActive', false);
  end if;
  perform private.lock_auth_session((sign_in ->> 'sessionId')::uuid);
  is_admin := exists (select from private.platform_admins where platform_admins.user_id = person.id);
  has_factor := private.has_second_factor(person.id);
  -- A remembered device replaces the second factor, except for platform admins.
  is_known_device := not is_admin and private.is_remembered_device(person.id, sign_in ->> 'deviceTokenHash');
  insert into public.user_sessions (id, user_id, device_name, user_agent, address, method, mfa_verified_at)
  values (
    (sign_in ->> 'sessionId')::uuid, person.id, coalesce(sign_in ->> 'deviceName', ''),
    coalesce(sign_in ->> 'userAgent', ''), sign_in ->> 'address', coalesce(sign_in ->> 'method', 'password'),
    case when has_factor and is_known_device then now() end
  );
  evicted := private.evict_surplus_sessions(person.id);
  update public.profiles
  set
    last_login_at = now(), login_count = profiles.login_count + 1,
    email_index = coalesce(sign_in ->> 'emailIndex', profiles.email_index)
  where profiles.id = person.id;
  perform private.audit_person(
    person.id, (sign_in ->> 'sessionId')::uuid, 'auth.login', jsonb_strip_nulls(jsonb_build_object(
      'method', sign_in -> 'method', 'address', sign_in -> 'addressIndex', 'knownDevice', is_known_device
    ))
  );
  return jsonb_build_object(
    'isActive', true,
    'factor', case when not has_factor then 'none' when is_known_device then 'passed' else 'pending' end,
    'methods', case when has_factor then private.factor_methods(person.id) else '[]'::jsonb end,
    'isEnrollmentRequired', is_admin and not has_factor,
    'passwordChangedAt', (
      select max(password_history.created_at) from private.password_history
      where password_history.user_id = person.id
    ),
    'evicted', to_jsonb(evicted)
  );
end;
$$;
comment on function public.open_session is
'For the service: records a session that Auth has just created and ends the oldest sessions beyond the limit. Returns
whether the person is active and what the session still needs (second factor, enrolment, a new password).';
grant execute on function public.open_session to service_role;

create function public.record_failed_sign_in(failure jsonb)
returns boolean
language plpgsql
volatile
security definer -- the audit log is written by functions only
set search_path = ''
as $$
declare
  person uuid := private.find_person(failure);
begin
  -- Recorded for an unknown address too, where there is nobody to mail.
  perform private.audit_as(
    null, null, null, 'auth.failed_login', 'user', person, jsonb_strip_nulls(jsonb_build_object(
      'reason', failure -> 'reason', 'email', failure -> 'emailIndexes' -> 0, 'address', failure -> 'addressIndex'
    )), 'denied'
  );
  if person is not null and failure ? 'mail' then
    perform private.enqueue_job('mail', 'send_mail', null, jsonb_build_object('mail', failure -> 'mail'));
  end if;
  return person is not null;
end;
$$;
comment on function public.record_failed_sign_in is
'For the service: records a failed sign-in, and mails the person, if the address is known, where the failure locked it.
Returns whether the address is known.';
grant execute on function public.record_failed_sign_in to service_role;

-- schemas/identity/functions/single_sign_on.sql

create function private.check_sso_connection()
returns trigger
language plpgsql
security definer -- reads the plan, and the connections of other accounts
set search_path = ''
as $$
begin
  perform private.require_recent_authentication();
  -- One at a time: of two providers for one domain, each could sign in the people of the other.
  perform pg_advisory_xact_lock(hashtextextended('sso_domains', 0));
  if exists (
    select from public.sso_connections as other where other.domains && new.domains and other.id <> new.id
  ) then
    perform private.refuse(409, 'another connection has one of these domains', jsonb_build_array(jsonb_build_object(
      'field', 'domains', 'code', 'DUPLICATE_VALUE', 'message', 'belongs to another connection'
    )));
  end if;
  if exists (
    select from public.accounts inner join public.plans on plans.name = accounts.plan
    where accounts.id = new.account_id and not plans.has_sso
  ) then
    perform private.refuse(403, 'the plan has no single sign-on', jsonb_build_array(jsonb_build_object(
      'code', 'PLAN_LIMIT_EXCEEDED', 'message', 'single sign-on comes with the enterprise plan'
    )));
  end if;
  return null;
end;
$$;
comment on function private.check_sso_connection is
'Requires recent authentication. Raises 409 for a domain of another connection, and 403 where the plan has no single
sign-on.';

create function private.check_sso_group_role()
returns trigger
language plpgsql
security definer -- reads brand and connection, whatever the caller may read
set search_path = ''
as $$
begin
  perform private.require_recent_authentication();
  if not exists (
    select from public.sso_connections as connection
    inner join public.brands on brands.account_id = connection.account_id
    where connection.id = new.connection_id and brands.id = new.brand_id
  ) then
    perform private.refuse(409, 'the brand does not belong to the account of the connection');
  end if;
  return null;
end;
$$;
comment on function private.check_sso_group_role is
'Requires recent authentication. Raises 409 unless the brand belongs to the account of the connection.';

create function private.audit_group_role()
returns trigger
language plpgsql
security definer -- the audit log is written by functions only
set search_path = ''
as $$
declare
  mapped record := coalesce(new, old);
begin
  perform private.audit(
    mapped.brand_id, 'sso_group_role.' || lower(tg_op), 'sso_connection', mapped.connection_id,
    jsonb_build_object('group', mapped.group_name, 'role', mapped.role)
  );
  return null;
end;
$$;

create function public.find_sso_connection(asked jsonb)
returns jsonb
language sql
stable
security definer -- called before the caller is known
set search_path = ''
as $$
  select jsonb_build_object(
    'id', connection.id, 'name', connection.name, 'entityId', connection.entity_id,
    'signOnUrl', connection.sign_on_url, 'certificates', connection.certificates, 'domains', connection.domains,
    'groupAttribute', connection.group_attribute
  )
  from public.sso_connections as connection
  where
    connection.is_active
    and (
      connection.id = (asked ->> 'id')::uuid
      or (asked ? 'domain' and connection.domains @> array[lower(asked ->> 'domain')])
    );
$$;
comment on function public.find_sso_connection is
'For the service: returns the active connection with an id or an e-mail domain; null where there is none.';
grant execute on function public.find_sso_connection to service_role;

create function public.find_sso_person(who jsonb)
returns jsonb
language plpgsql
stable
security definer -- reads the addresses, which only Auth keeps
set search_path = ''
as $$
declare
  person uuid := private.find_person(who);
begin
  -- The identity provider of a customer must not be able to sign in as a platform admin.
  if exists (select from private.platform_admins where platform_admins.user_id = person) then
    perform private.refuse(403, 'platform admins sign in with their password and a second factor');
  end if;
  return jsonb_build_object('userId', person);
end;
$$;
comment on function public.find_sso_person is
'For the service: returns the person with the address that an identity provider vouches for; 403 for platform admins.';
grant execute on function public.find_sso_person to service_role;

create function public.map_sso_roles(mapping jsonb)
returns integer
language plpgsql
volatile
security definer -- gives roles that platform admins have mapped
set search_path = ''
as $$
declare
  connection uuid := (mapping ->> 'connectionId')::uuid;
  person uuid := (mapping ->> 'userId')::uuid;
  owed integer;
begin
  with due as (
    select mapped.brand_id, max(mapped.role) as role
    from public.sso_group_roles as mapped
    inner join public.brands on brands.id = mapped.brand_id and brands.deleted_at is null
    where
      mapped.connection_id = connection
      and mapped.group_name = any (array(select jsonb_array_elements_text(mapping -> 'groups')))
      and private.has_room_for(person, mapped.brand_id)
    group by mapped.brand_id
  ),
  gone as (
    delete from public.brand_members as member
    where
      member.user_id = person and member.sso_connection_id = connection
      and member.brand_id not in (select due.brand_id from due)
    returning member.brand_id
  ),
  given as (
    insert into public.brand_members as member (user_id, brand_id, role, sso_connection_id)
    select person, due.brand_id, due.role, connection from due
    -- Roles that were given by people are left alone.
    on conflict on constraint brand_members_pkey do update set role = excluded.role
      where member.sso_connection_id = connection and member.role <> excluded.role
    returning member.brand_id
  )
  select count(*) into owed from due, (select count(*) from gone) as removed, (select count(*) from given) as added;
  perform private.release_tasks(person, brand.id)
  from public.brands as brand
  where exists (
    select from public.workflow_tasks as task
    where task.brand_id = brand.id and task.assignee_id = person and task.status = 'pending'
  ) and not private.is_active_member(person, brand.id);
  return owed;
end;
$$;
comment on function public.map_sso_roles is
'For the service, at each sign-in: gives a person the roles to which their groups are mapped, where the plan has room,
and ends the memberships of groups that they left. Returns how many brands their groups give them.';
grant execute on function public.map_sso_roles to service_role;

-- schemas/identity/functions/trusted_sessions.sql

create function private.session_id()
returns uuid
language plpgsql
stable
set search_path = ''
as $$
begin
  return nullif(nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'session_id', '')::uuid;
end;
$$;
comment on function private.session_id is 'Returns the session of the caller''s access token.';
grant execute on function private.session_id to authenticated, service_role;

create function private.api_key_id()
returns uuid
language plpgsql
stable
set search_path = ''
as $$
begin
  return nullif(nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'api_key_id', '')::uuid;
end;
$$;
comment on function private.api_key_id is
'Returns the API key for which the caller''s token was made; null for people.';
grant execute on function private.api_key_id to authenticated, service_role;

create function private.session_verified()
returns boolean
language sql
stable
security definer -- reads sessions
set search_path = ''
as $$
  select exists (
    select from public.user_sessions
    where
      user_sessions.id = private.session_id()
      and user_sessions.user_id = auth.uid()
      and user_sessions.mfa_verified_at is not null
      and user_sessions.ended_at is null
      and user_sessions.expires_at > now()
  );
$$;
comment on function private.session_verified is 'Whether the caller''s session is open and has passed a second factor.';

-- PL/pgSQL, like all helpers that every statement calls: it keeps its plans for as long as the connection lives.
create function private.session_trusted()
returns boolean
language plpgsql
stable
security definer -- reads sessions, factors and keys, whose own policies call it
set search_path = ''
as $$
declare
  caller constant uuid := auth.uid();
  key constant uuid := private.api_key_id();
  session_row record;
begin
  if key is not null then
    return exists (
      select from public.api_keys
      where api_keys.id = key and api_keys.user_id = caller and api_keys.revoked_at is null
        and api_keys.expires_at > now()
    );
  end if;
  select user_sessions.mfa_verified_at, user_sessions.ended_at, user_sessions.expires_at, user_sessions.last_seen_at
  into session_row
  from public.user_sessions
  where user_sessions.id = private.session_id() and user_sessions.user_id = caller;
  -- A token that Auth issued past our sign-in has no session: no lock, captcha or limit of sessions applied to it.
  if not found or session_row.ended_at is not null or session_row.expires_at <= now()
    or session_row.last_seen_at <= now() - private.access_token_lifetime()
  then
    return false;
  end if;
  return session_row.mfa_verified_at is not null or not exists (
    select from public.mfa_factors where mfa_factors.user_id = caller and mfa_factors.verified_at is not null
  );
end;
$$;
comment on function private.session_trusted is
'Whether the caller''s session is open, and has passed the second factor if the caller has one; for an API key, whether
it is neither revoked nor expired.';
grant execute on function private.session_trusted to authenticated, service_role;

create function private.person_trusted()
returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  return private.api_key_id() is null and private.session_trusted();
end;
$$;
comment on function private.person_trusted is
'Whether the caller is a person in a trusted session, and not an API key.';
grant execute on function private.person_trusted to authenticated, service_role;

create function private.require_session(person uuid, session uuid, is_sensitive boolean)
returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  session_row public.user_sessions;
begin
  select user_sessions.* into session_row from public.user_sessions
  where user_sessions.id = session and user_sessions.user_id = person and user_sessions.ended_at is null
    and user_sessions.expires_at > now();
  if session_row.id is null then
    perform private.refuse(401, 'the session has ended', '[{"code": "SESSION_INVALID", "message": "sign in again"}]');
  end if;
  if is_sensitive and session_row.mfa_verified_at is null and private.has_second_factor(person) then
    perform private.refuse(401, 'this session has not passed the second factor',
      '[{"code": "MFA_REQUIRED", "message": "pass the second factor"}]');
  end if;
  if is_sensitive and session_row.authenticated_at <= now() - private.recent_authentication_window() then
    perform private.refuse(403, 'this needs the password or a second factor again',
      '[{"code": "REAUTHENTICATION_REQUIRED", "message": "authenticate again: the last time is too long ago"}]');
  end if;
end;
$$;
comment on function private.require_session is
'Raises 401 unless the session is open. With is_sensitive, also 401 unless it has passed the second factor that the
person has, and 403 without recent authentication.';

create function private.require_recent_authentication()
returns void
language plpgsql
stable
security definer -- reads sessions
set search_path = ''
as $$
begin
  -- Not for the service, which acts for nobody, nor for API keys, which are limited by their scopes.
  if auth.uid() is null or private.api_key_id() is not null then
    return;
  end if;
  if not exists (
    select from public.user_sessions
    where
      user_sessions.id = private.session_id()
      and user_sessions.user_id = auth.uid()
      and user_sessions.authenticated_at > now() - private.recent_authentication_window()
  ) then
    perform private.refuse(403, 'this needs the password or a second factor again', jsonb_build_array(
      jsonb_build_object('code', 'REAUTHENTICATION_REQUIRED', 'message', 'the last time is too long ago')
    ));
  end if;
end;
$$;
comment on function private.require_recent_authentication is
'Raises 403 REAUTHENTICATION_REQUIRED if the caller last authenticated too long ago
(private.recent_authentication_window).';
grant execute on function private.require_recent_authentication to authenticated, service_role;

create function private.check_recent_authentication()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  perform private.require_recent_authentication();
  return null;
end;
$$;
comment on function private.check_recent_authentication is
'Calls private.require_recent_authentication for direct writes to a table, after the policies of the table.';

-- schemas/identity/functions/user_quotas.sql

create function private.has_room_for(person uuid, brand uuid)
returns boolean
language plpgsql
volatile
security definer -- counts all people of an account, of whom the caller may see only some
set search_path = ''
as $$
declare
  account uuid;
  quota integer;
begin
  select brands.account_id, plans.users into account, quota
  from public.brands
  inner join public.accounts on accounts.id = brands.account_id
  inner join public.plans on plans.name = accounts.plan
  where brands.id = brand and accounts.overage = 'block';
  -- Somebody who is a member of another brand of the account is counted already.
  if quota is null or exists (
    select from public.brand_members as member
    inner join public.brands on brands.id = member.brand_id
    where member.user_id = person and brands.account_id = account
  ) then
    return true;
  end if;
  -- One at a time for each account, so that two people do not take the last place.
  perform pg_advisory_xact_lock(hashtextextended('users:' || account::text, 0));
  return quota > (
    select count(distinct member.user_id)
    from public.brand_members as member
    inner join public.brands on brands.id = member.brand_id
    where brands.account_id = account
  );
end;
$$;
comment on function private.has_room_for is
'Whether the plan of the brand''s account has a place for one more user. Pass null for a person without an account.
Always true for a person who is counted already, and for accounts that may exceed their plan.';

create function private.check_user_quota()
returns trigger
language plpgsql
security definer -- calls has_room_for, which the caller may not
set search_path = ''
as $$
begin
  if not private.has_room_for(new.user_id, new.brand_id) then
    perform private.refuse(403, 'the plan has no more users', jsonb_build_array(jsonb_build_object(
      'code', 'PLAN_LIMIT_EXCEEDED', 'message', 'remove somebody, or take a larger plan'
    )));
  end if;
  return new;
end;
$$;
comment on function private.check_user_quota is
'Raises 403 PLAN_LIMIT_EXCEEDED where the plan of the account has no place for the new member.';

-- schemas/jobs/functions/commands.sql

create function private.claim_key(key text, fingerprint text)
returns jsonb
language plpgsql
volatile
security definer -- callers may not write keys themselves, nor read those of others
set search_path = ''
as $$
#variable_conflict use_column
declare
  known private.idempotency_keys;
begin
  if auth.uid() is null or not private.session_trusted() then
    perform private.refuse(401, 'this session has ended or has not passed the second factor');
  end if;
  -- A second request with the key waits here until the first has committed, and takes its place if it failed.
  insert into private.idempotency_keys as keys (user_id, key, fingerprint)
  values (auth.uid(), claim_key.key, claim_key.fingerprint)
  on conflict (user_id, key) do update
    set fingerprint = excluded.fingerprint, answer = '[]', created_at = now(), expires_at = excluded.expires_at
    where keys.expires_at < now()
  returning * into known;
  if known.user_id is not null then
    return null;
  end if;
  select * into known from private.idempotency_keys as keys
  where keys.user_id = auth.uid() and keys.key = claim_key.key;
  if known.fingerprint <> claim_key.fingerprint then
    perform private.refuse(422, 'this Idempotency-Key was used for another request', jsonb_build_array(
      jsonb_build_object('field', 'Idempotency-Key', 'code', 'DUPLICATE_VALUE', 'message', 'use a new key')
    ));
  end if;
  return known.answer;
end;
$$;
comment on function private.claim_key is
'Reserves an Idempotency-Key for the caller. Returns null if the key is new, else the answer that was stored under it.
Refuses a key that was used for another request (422).';
grant execute on function private.claim_key to authenticated;

create function private.keep_answer(key text, answer jsonb)
returns void
language sql
volatile
security definer -- see claim_key
set search_path = ''
as $$
  update private.idempotency_keys set answer = keep_answer.answer
  where idempotency_keys.user_id = auth.uid() and idempotency_keys.key = keep_answer.key;
$$;
comment on function private.keep_answer is 'Stores the answer of a command under the caller''s Idempotency-Key.';
grant execute on function private.keep_answer to authenticated;

create function private.command_call(command text, arguments jsonb)
returns text
language plpgsql
stable
set search_path = ''
as $$
declare
  routine pg_catalog.pg_proc;
  columns text;
  named text;
  unknown text;
begin
  -- Only functions that the caller may call through the data API as well, and only those that change something.
  select proc.* into routine
  from pg_catalog.pg_proc as proc
  where
    proc.pronamespace = 'public'::regnamespace and proc.proname = command and proc.provolatile = 'v'
    and proc.proname <> 'run_command' and has_function_privilege(proc.oid, 'execute');
  if routine.oid is null then
    perform private.refuse(404, 'there is no such command');
  end if;
  select
    string_agg(format('%I %s', argument.name, format_type(argument.type, null)), ', '),
    string_agg(format('%I => given.%I', argument.name, argument.name), ', ')
  into columns, named
  from (
    select
      routine.proargnames[position] as name,
      (coalesce(routine.proallargtypes, string_to_array(routine.proargtypes::text, ' ')::oid []))[position] as type
    from generate_series(1, routine.pronargs) as position
  ) as argument
  where arguments ? argument.name;
  select string_agg(key, ', ') into unknown
  from jsonb_object_keys(arguments) as key
  where key <> all (routine.proargnames[1 : routine.pronargs]);
  if unknown is not null then
    perform private.refuse(400, 'the command has no such argument: ' || unknown);
  end if;
  return format(
    'select coalesce(jsonb_agg(%s), ''[]'') from jsonb_to_record($1) as given (%s), lateral public.%I(%s) as result',
    case when routine.prorettype = 'void'::regtype then 'null::jsonb' else 'to_jsonb(result)' end,
    coalesce(columns, 'nothing text'), command, coalesce(named, '')
  );
end;
$$;
comment on function private.command_call is
'Returns the text of a statement that calls a command of the API with named arguments from $1 and collects its rows as
JSON. Refuses unknown commands (404) and arguments (400).';
grant execute on function private.command_call to authenticated;

create function public.run_command(command text, arguments jsonb, key text, fingerprint text)
returns jsonb
language plpgsql
volatile
security invoker -- the caller needs the right to call the command, and the command checks its caller
set search_path = ''
as $$
declare
  answer jsonb := private.claim_key(key, fingerprint);
begin
  if answer is not null then
    return jsonb_build_object('replayed', true, 'rows', answer);
  end if;
  execute private.command_call(command, arguments) into answer using arguments;
  perform private.keep_answer(key, answer);
  return jsonb_build_object('replayed', false, 'rows', answer);
end;
$$;
comment on function public.run_command is
'Runs a command under an Idempotency-Key: once, with the same answer each time. A refused command leaves the key unused.
Returns {replayed, rows}.';
grant execute on function public.run_command to authenticated, service_role;

create function public.forget_expired_keys(batch integer default 5000)
returns integer
language sql
volatile
security definer -- private is closed to the service as well
set search_path = ''
as $$
  with expired_keys as (
    delete from private.idempotency_keys
    where (idempotency_keys.user_id, idempotency_keys.key) in (
      select expired.user_id, expired.key
      from private.idempotency_keys as expired
      where expired.expires_at < now()
      limit forget_expired_keys.batch
      for update skip locked
    )
    returning 1
  ),
  expired_lines as (
    delete from private.bulk_lines
    where (bulk_lines.user_id, bulk_lines.key, bulk_lines.line) in (
      select expired.user_id, expired.key, expired.line
      from private.bulk_lines as expired
      where expired.created_at < now() - interval '24 hours'
      limit forget_expired_keys.batch
      for update skip locked
    )
    returning 1
  )
  select ((select count(*) from expired_keys) + (select count(*) from expired_lines))::integer;
$$;
comment on function public.forget_expired_keys is
'For the scheduler: removes expired idempotency keys, and lines of streams that are older than 24 hours, up to a batch
of each. Returns how many it removed.';
grant execute on function public.forget_expired_keys to service_role;

-- schemas/jobs/functions/jobs.sql

create function private.enqueue_job(
  queue text,
  kind text,
  brand_id uuid default null,
  payload jsonb default '{}',
  run_at timestamptz default now(),
  dedupe_key text default null,
  max_attempts integer default 5,
  priority integer default 0
)
returns uuid
language sql
volatile
set search_path = ''
as $$
  insert into private.jobs (queue, kind, brand_id, payload, run_at, dedupe_key, max_attempts, priority)
  values (
    enqueue_job.queue, enqueue_job.kind, enqueue_job.brand_id, enqueue_job.payload, enqueue_job.run_at,
    enqueue_job.dedupe_key, enqueue_job.max_attempts, enqueue_job.priority
  )
  on conflict (queue, dedupe_key) where dedupe_key is not null do nothing
  returning jobs.id;
$$;
comment on function private.enqueue_job is
'Adds a job in the transaction of the caller and returns its id. Adds none and returns null if the queue has a job with
the same dedupe_key.';

create function public.enqueue_job(
  queue text,
  kind text,
  brand_id uuid default null,
  payload jsonb default '{}',
  run_at timestamptz default now(),
  dedupe_key text default null,
  max_attempts integer default 5,
  priority integer default 0
)
returns uuid
language sql
volatile
security definer -- private is closed to the service as well
set search_path = ''
as $$
  select private.enqueue_job(
    enqueue_job.queue, enqueue_job.kind, enqueue_job.brand_id, enqueue_job.payload, enqueue_job.run_at,
    enqueue_job.dedupe_key, enqueue_job.max_attempts, enqueue_job.priority
  );
$$;
comment on function public.enqueue_job is 'For the service: adds a job; see private.enqueue_job.';
grant execute on function public.enqueue_job to service_role;

create function public.claim_jobs(
  queue text, worker text, batch integer default 50, lease interval default '60 seconds'
)
returns table (id uuid, kind text, brand_id uuid, payload jsonb, attempts integer, lease_until timestamptz)
language sql
volatile
security definer -- private is closed to the service as well
set search_path = ''
as $$
  with ready as (
    select jobs.id
    from private.jobs
    where
      jobs.queue = claim_jobs.queue
      and jobs.run_at <= now()
      and (jobs.lease_until is null or jobs.lease_until < now())
      and jobs.attempts < jobs.max_attempts
    order by jobs.priority desc, jobs.run_at, jobs.id
    limit least(greatest(claim_jobs.batch, 1), 1000)
    for update skip locked
  )
  update private.jobs
  set leased_by = claim_jobs.worker, lease_until = now() + claim_jobs.lease, attempts = jobs.attempts + 1
  from ready
  where jobs.id = ready.id
  returning jobs.id, jobs.kind, jobs.brand_id, jobs.payload, jobs.attempts, jobs.lease_until;
$$;
comment on function public.claim_jobs is
'Leases up to a batch (at most 1000) of ready jobs to a worker and returns them. A job is leased to one worker at a
time.';
grant execute on function public.claim_jobs to service_role;

create function public.extend_leases(ids uuid[], worker text, lease interval default '60 seconds')
returns integer
language sql
volatile
security definer -- private is closed to the service as well
set search_path = ''
as $$
  with extended as (
    update private.jobs set lease_until = now() + extend_leases.lease
    where jobs.id = any (extend_leases.ids) and jobs.leased_by = extend_leases.worker and jobs.lease_until >= now()
    returning 1
  )
  select count(*)::integer from extended;
$$;
comment on function public.extend_leases is
'Extends the leases of jobs that the worker still holds. Returns how many it extended.';
grant execute on function public.extend_leases to service_role;

create function public.complete_jobs(ids uuid[], worker text)
returns integer
language sql
volatile
security definer -- private is closed to the service as well
set search_path = ''
as $$
  with done as (
    delete from private.jobs
    where jobs.id = any (complete_jobs.ids) and jobs.leased_by = complete_jobs.worker
    returning 1
  )
  select count(*)::integer from done;
$$;
comment on function public.complete_jobs is
'Removes jobs that the worker has completed. Returns how many; jobs that another worker has taken over stay.';
grant execute on function public.complete_jobs to service_role;

create function private.retry_delay(attempts integer)
returns interval
language sql
volatile
set search_path = ''
as $$
  -- 5, 10, 20 … seconds, at most one hour, ±25 %: jobs that failed together are not retried together.
  select least(5 * 2 ^ (greatest(attempts, 1) - 1), 3600) * (0.75 + random() * 0.5) * interval '1 second';
$$;
comment on function private.retry_delay is 'Returns how long to wait before the next attempt after this many.';

create function public.fail_job(job_id uuid, worker text, error text, is_final boolean default false)
returns text
language plpgsql
volatile
security definer -- private is closed to the service as well
set search_path = ''
as $$
declare
  job private.jobs;
begin
  select * into job from private.jobs where jobs.id = job_id and jobs.leased_by = worker for update;
  if job.id is null then
    return 'lost';
  end if;
  if is_final or job.attempts >= job.max_attempts then
    delete from private.jobs where jobs.id = job.id;
    insert into private.dead_jobs (id, queue, kind, brand_id, payload, attempts, last_error, created_at)
    values (job.id, job.queue, job.kind, job.brand_id, job.payload, job.attempts, left(error, 2000), job.created_at);
    return 'dead';
  end if;
  update private.jobs
  set
    leased_by = null, lease_until = null, last_error = left(fail_job.error, 2000),
    run_at = now() + private.retry_delay(job.attempts)
  where jobs.id = job.id;
  return 'retried';
end;
$$;
comment on function public.fail_job is
'Ends an attempt at a job with an error. Returns `retried` if it runs again later, `dead` if the failure is final or its
attempts are used up, or `lost` if another worker has taken over the lease.';
grant execute on function public.fail_job to service_role;

create function public.bury_exhausted_jobs(batch integer default 500)
returns integer
language sql
volatile
security definer -- private is closed to the service as well
set search_path = ''
as $$
  -- A job whose worker dies in each attempt is never reported as failed: its leases just end.
  with exhausted as (
    delete from private.jobs
    where jobs.id in (
      select found.id from private.jobs as found
      where found.lease_until < now() and found.attempts >= found.max_attempts
      limit bury_exhausted_jobs.batch
      for update skip locked
    )
    returning *
  ),
  buried as (
    insert into private.dead_jobs (id, queue, kind, brand_id, payload, attempts, last_error, created_at)
    select
      exhausted.id, exhausted.queue, exhausted.kind, exhausted.brand_id, exhausted.payload, exhausted.attempts,
      coalesce(exhausted.last_error, 'its worker did not come back'), exhausted.created_at
    from exhausted
    returning 1
  )
  select count(*)::integer from buried;
$$;
comment on function public.bury_exhausted_jobs is
'For the scheduler: moves jobs whose workers died in every attempt to dead_jobs. Returns how many it moved.';
grant execute on function public.bury_exhausted_jobs to service_role;

create function public.revive_job(job_id uuid)
returns boolean
language sql
volatile
security definer -- private is closed to the service as well
set search_path = ''
as $$
  with revived as (
    delete from private.dead_jobs where dead_jobs.id = revive_job.job_id returning *
  ),
  queued as (
    insert into private.jobs (id, queue, kind, brand_id, payload, created_at, last_error)
    select revived.id, revived.queue, revived.kind, revived.brand_id, revived.payload, revived.created_at,
      revived.last_error
    from revived
    returning 1
  )
  select exists (select from queued);
$$;
comment on function public.revive_job is
'Moves a dead job back to its queue, with all its attempts. Returns whether there was one.';
grant execute on function public.revive_job to service_role;

-- schemas/jobs/functions/sagas.sql

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
comment on function public.start_saga is
'Starts a saga and returns its id; null if one of the same kind is running for the aggregate.';
grant execute on function public.start_saga to service_role;

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
comment on function public.advance_saga is
'Moves a saga from the expected step to the next one. Returns false if it is no longer at that step, or has ended.';
grant execute on function public.advance_saga to service_role;

-- schemas/notify/functions/notifications.sql

create function private.broadcast_notification()
returns trigger
language plpgsql
security definer -- callers may not write to realtime.messages themselves
set search_path = ''
as $$
begin
  perform realtime.send(
    jsonb_build_object('notificationId', new.id, 'type', new.type, 'event', new.event, 'title', new.title),
    'NotificationCreated', 'user:' || new.user_id, true
  );
  return null;
end;
$$;
comment on function private.broadcast_notification is 'Sends a new notification to the topic of its person.';

create function private.stamp_preferences()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    new.version := 1;
    new.created_at := now();
  else
    new.user_id := old.user_id;
    new.version := old.version + 1;
    new.created_at := old.created_at;
  end if;
  new.updated_at := now();
  return new;
end;
$$;
comment on function private.stamp_preferences is
'Writes times and version, whatever the client sent; keeps the person.';

-- schemas/publishing/functions/delivery.sql

create function public.set_delivery(brand_id uuid, mode text, key_hash text default null)
returns jsonb
language plpgsql
volatile
security definer -- private is closed to the API
set search_path = ''
as $$
#variable_conflict use_variable
begin
  perform private.require_permission(brand_id, 'brand.read');
  perform private.require_permission(brand_id, 'brand.update');
  -- Not with `on conflict`: the constraint would check the row to insert, which lacks the key that is stored already.
  update private.delivery_settings as settings
  set mode = set_delivery.mode, key_hash = coalesce(set_delivery.key_hash, settings.key_hash),
    updated_by = auth.uid(), updated_at = now()
  where settings.brand_id = set_delivery.brand_id;
  if not found then
    insert into private.delivery_settings (brand_id, mode, key_hash, updated_by)
    values (brand_id, mode, key_hash, auth.uid());
  end if;
  perform private.audit(brand_id, 'delivery.configure', 'brand', brand_id, jsonb_build_object(
    'mode', mode, 'has_new_key', key_hash is not null
  ));
  -- Lets caches drop what they hold under the former rule.
  perform private.append_event(brand_id, 'brand', brand_id, 'DeliveryConfigured', jsonb_build_object('mode', mode));
  return jsonb_build_object('mode', mode);
end;
$$;
comment on function public.set_delivery is
'Sets who may read the published contents of a brand: everyone, holders of the key, or nobody. A new key replaces the
former one.';
grant execute on function public.set_delivery to authenticated, service_role;

create function private.delivering_brand(slug text, key text)
returns public.brands
language plpgsql
stable
set search_path = ''
as $$
declare
  brand public.brands;
  settings private.delivery_settings;
begin
  select * into brand from public.brands where brands.slug = delivering_brand.slug and brands.deleted_at is null;
  select * into settings from private.delivery_settings where delivery_settings.brand_id = brand.id;
  -- One answer for unknown brands, for callers without the key and for brands that have published nothing, so that nobody
  -- learns which tenants there are.
  if brand.id is null or settings.mode = 'off' or not exists (
    select from public.contents
    where contents.brand_id = brand.id and contents.status = 'published' and contents.deleted_at is null
  ) or (
    settings.mode = 'private'
    and settings.key_hash is distinct from encode(sha256(convert_to(coalesce(key, ''), 'UTF8')), 'hex')
  ) then
    perform private.refuse(404, 'there is nothing at this path');
  end if;
  return brand;
end;
$$;
comment on function private.delivering_brand is
'Returns the brand with this slug if it delivers to holders of this key. Refuses with 404 otherwise.';

create function private.delivery_document(content public.contents)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'id', content.id, 'type', content.type, 'slug', content.slug, 'title', content.title, 'excerpt', content.excerpt,
    'body', content.body, 'metadata', content.metadata - 'targetAudience', 'tags', content.tags,
    'categories', content.categories, 'version', content.version, 'published_at', content.published_at,
    'expires_at', content.expires_at, 'updated_at', content.updated_at,
    -- Input fields are the brief, which is not published: of a template only the output fields.
    'fields', case
      when template.id is null then content.fields
      else coalesce((
        select jsonb_object_agg(entry.key, entry.value)
        from jsonb_each(content.fields) as entry
        where exists (
          select from jsonb_array_elements(template.output_fields) as field where field ->> 'id' = entry.key
        )
      ), '{}')
    end
  )
  from private.template_used(content) as template;
$$;
comment on function private.delivery_document is
'Returns what a website may read of a published content: no people, no brief.';

create function public.deliver_contents(
  brand_slug text,
  delivery_key text default null,
  content_type text default null,
  tag text default null,
  before jsonb default null,
  page_size integer default 20
)
returns jsonb
language plpgsql
stable
security definer -- anon has no privilege on any table; returns published contents only
set search_path = ''
as $$
declare
  brand public.brands := private.delivering_brand(brand_slug, delivery_key);
  is_private boolean;
begin
  select delivery_settings.mode = 'private' into is_private
  from private.delivery_settings where delivery_settings.brand_id = brand.id;
  return jsonb_build_object(
    'brand', jsonb_build_object('id', brand.id, 'name', brand.name, 'language', brand.language),
    'is_private', coalesce(is_private, false),
    'items', coalesce((
      select jsonb_agg(
        private.delivery_document(page.content) - 'body' - 'fields' order by page.published_at desc, page.id
      )
      from (
        select contents as content, contents.published_at, contents.id from public.contents
        where
          contents.brand_id = brand.id and contents.status = 'published' and contents.deleted_at is null
          and (contents.expires_at is null or contents.expires_at > now())
          and (deliver_contents.content_type is null or contents.type = deliver_contents.content_type)
          and (deliver_contents.tag is null or deliver_contents.tag = any (contents.tags))
          and (deliver_contents.before is null or (
            contents.published_at <= (deliver_contents.before ->> 'value')::timestamptz
            and (
              contents.published_at < (deliver_contents.before ->> 'value')::timestamptz
              or contents.id > (deliver_contents.before ->> 'id')::uuid
            )
          ))
        order by contents.published_at desc, contents.id
        limit least(greatest(page_size, 1), 100)
      ) as page
    ), '[]')
  );
end;
$$;
comment on function public.deliver_contents is
'Lists the published contents of a brand, newest first, without their texts: {brand, is_private, items}.';
grant execute on function public.deliver_contents to anon, authenticated, service_role;

create function public.deliver_content(brand_slug text, content_slug text, delivery_key text default null)
returns jsonb
language plpgsql
stable
security definer -- see deliver_contents
set search_path = ''
as $$
declare
  brand public.brands := private.delivering_brand(brand_slug, delivery_key);
  content public.contents;
  is_private boolean;
begin
  select delivery_settings.mode = 'private' into is_private
  from private.delivery_settings where delivery_settings.brand_id = brand.id;
  select contents.* into content
  from private.content_slugs as held
  inner join public.contents on contents.id = held.content_id
  where
    held.brand_id = brand.id and held.slug = content_slug
    and contents.status = 'published' and contents.deleted_at is null
    and (contents.expires_at is null or contents.expires_at > now());
  if content.id is null then
    perform private.refuse(404, 'there is nothing at this path');
  end if;
  return jsonb_build_object(
    'brand', jsonb_build_object('id', brand.id, 'name', brand.name, 'language', brand.language),
    'is_private', coalesce(is_private, false),
    'item', private.delivery_document(content)
  );
end;
$$;
comment on function public.deliver_content is
'Returns a published content by its slug, with its texts: {brand, is_private, item}.';
grant execute on function public.deliver_content to anon, authenticated, service_role;

-- schemas/publishing/functions/schedule.sql

create function public.publish_due_contents(batch integer default 100)
returns table (content_id uuid, outcome text)
language plpgsql
volatile
security definer -- nobody may write contents by themselves
set search_path = ''
as $$
declare
  content public.contents;
begin
  -- Locked rows are skipped, so that each content is published by one of two schedulers that run at the same time.
  for content in
    select contents.* from public.contents
    where
      contents.status = 'scheduled'
      and contents.scheduled_for <= now()
      and contents.deleted_at is null
      and not exists (
        select from public.brands where brands.id = contents.brand_id and brands.deleted_at is not null
      )
    order by contents.scheduled_for
    limit batch
    for update skip locked
  loop
    content_id := content.id;
    if content.expires_at <= now() or private.has_open_violations(content) then
      perform private.transition_content(content, 'approved',
        '{"note": "not published: expired or in violation of a claim"}');
      outcome := 'unscheduled';
    else
      perform private.transition_content(content, 'published');
      outcome := 'published';
    end if;
    return next;
  end loop;
  for content in
    select contents.* from public.contents
    where contents.status = 'published' and contents.expires_at <= now() and contents.deleted_at is null
    order by contents.expires_at
    limit batch
    for update skip locked
  loop
    content_id := content.id;
    outcome := 'archived';
    perform private.transition_content(content, 'archived', '{"note": "expired"}');
    return next;
  end loop;
end;
$$;
comment on function public.publish_due_contents is
'For the scheduler: publishes contents that are due and archives contents that have expired, each once even where two
schedulers run at the same time.';
grant execute on function public.publish_due_contents to service_role;

-- schemas/template/functions/choices.sql

create function private.choice_problem(field jsonb, value jsonb, level text)
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
declare
  kind text := field ->> 'type';
  chosen text [];
  offered text [] := array(select choice ->> 'value' from jsonb_array_elements(field -> 'choices') as choice);
  bound integer := coalesce((field ->> 'maxTags')::integer, 50);
begin
  if kind = 'select' then
    if jsonb_typeof(value) <> 'string' then
      return private.problem('INVALID_FORMAT', 'must be one of the choices');
    end if;
    chosen := array[value #>> '{}'];
  else
    if jsonb_typeof(value) <> 'array' or value @? '$[*] ? (@.type() != "string")' then
      return private.problem('INVALID_FORMAT', 'must be a list of texts');
    end if;
    chosen := array(select jsonb_array_elements_text(value));
  end if;
  return case
    when level = 'shape' then null
    when kind = 'tags' and cardinality(chosen) > bound
      then private.problem('VALUE_TOO_LONG', format('%s tags at most', bound))
    when kind = 'tags' and exists (select from unnest(chosen) as tag where char_length(tag) > 50)
      then private.problem('VALUE_TOO_LONG', 'a tag has 50 characters at most')
    when cardinality(chosen) <> (select count(distinct each) from unnest(chosen) as each)
      then private.problem('DUPLICATE_VALUE', 'names something twice')
    when kind <> 'tags' and not chosen <@ offered then private.problem('INVALID_FORMAT', 'is not among the choices')
  end;
end;
$$;
comment on function private.choice_problem is
'Finds what is wrong with the value of a select, multiselect or tags field: see value_problem.';

create function private.file_problem(field jsonb, value jsonb, brand uuid, level text)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  file public.files;
  bound numeric := coalesce(
    private.as_number(field -> 'maxSizeMB'), case field ->> 'type' when 'image' then 5 else 25 end
  );
  allowed jsonb := coalesce(field -> 'allowedTypes', case field ->> 'type'
    when 'image' then '["image/jpeg", "image/png", "image/webp", "image/svg+xml"]'::jsonb end);
begin
  if jsonb_typeof(value) <> 'object' or value - array['fileId', 'altText'] <> '{}'
    or not coalesce(value ->> 'fileId' ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$', false)
    or coalesce(jsonb_typeof(value -> 'altText'), 'string') <> 'string'
  then
    return private.problem('INVALID_FORMAT', 'must be {fileId, altText}');
  elsif level = 'shape' then
    return null;
  end if;
  select files.* into file from public.files
  where files.id = (value ->> 'fileId')::uuid and files.brand_id = brand and files.deleted_at is null;
  return case
    when file.id is null then private.problem('INVALID_FORMAT', 'there is no such file in the brand')
    when file.size_bytes > bound * 1024 * 1024 then private.problem('VALUE_TOO_LONG', format('%s MB at most', bound))
    when not allowed ? file.mime_type then private.problem('INVALID_FORMAT', 'files of this type are not taken here')
  end;
end;
$$;
comment on function private.file_problem is
'Finds what is wrong with the value of a file or image field, which is a file of the brand: see value_problem.';

create function private.product_problem(field jsonb, value jsonb, brand uuid, level text)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  named jsonb := case jsonb_typeof(value) when 'array' then value else jsonb_build_array(value) end;
begin
  if jsonb_typeof(value) = 'array' and not coalesce((field ->> 'allowMultiple')::boolean, false)
    or jsonb_array_length(named) > 50
    or named @? '$[*] ? (@.type() != "string" || !(@ like_regex "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"))'
  then
    return private.problem('INVALID_FORMAT', 'must name a product by its id');
  elsif level <> 'shape' and exists (
    select from jsonb_array_elements_text(named) as product_id
    where not exists (
      select from public.products
      inner join public.brand_master_claim_brands as link
        on link.master_claim_brand_id = products.master_claim_brand_id
      where products.id = product_id::uuid and link.brand_id = brand
    )
  ) then
    return private.problem('INVALID_FORMAT', 'the brand has no such product');
  end if;
  return null;
end;
$$;
comment on function private.product_problem is
'Finds what is wrong with the value of a product field, which is one or several products of master claim brands that the
brand is linked to: see value_problem.';

create function private.faq_problem(field jsonb, value jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select case
    when
      jsonb_typeof(value) <> 'object'
      or value - array['entries', 'sections'] <> '{}'
      or jsonb_typeof(value -> 'entries') is distinct from 'array'
      or jsonb_array_length(value -> 'entries') > 100
      or value -> 'entries' @? '$[*] ? (@.type() != "object" || !exists(@.question ? (@.type() == "string"))
        || !exists(@.answerHtml ? (@.type() == "string")))'
      then private.problem('INVALID_FORMAT', 'must be {entries: [{id, question, answerHtml, answerPlain}]}')
    when value ? 'sections' and not coalesce((field ->> 'allowSections')::boolean, false)
      then private.problem('INVALID_FORMAT', 'sections are not taken here')
  end;
$$;
comment on function private.faq_problem is 'Finds what is wrong with the value of a FAQ field: see value_problem.';

-- schemas/template/functions/definitions.sql

create function private.pattern_problem(pattern text)
returns text
language plpgsql
stable
set search_path = ''
as $$
begin
  if char_length(pattern) > 200 then
    return 'a pattern has 200 characters at most';
  -- Without back references and lookaround a match takes time in proportion to the text. Without nested or large
  -- repetitions the pattern compiles to a small automaton.
  elsif pattern ~ '\\[1-9]' or replace(pattern, '(?:', '') ~ '\(\?' then
    return 'a pattern has no references back and no lookaround';
  elsif pattern ~ '[*+?}]\s*\)\s*[*+{]' or pattern ~ '\{[0-9]*,?[0-9]{3,}' then
    return 'a pattern repeats no repetition, and nothing a hundred times';
  end if;
  perform '' ~ ('^(?:' || pattern || ')$'); -- as private.text_problem runs it
  return null;
exception
  when others then -- any error of the engine
    return 'the pattern is not a regular expression';
end;
$$;
comment on function private.pattern_problem is
'Returns why a pattern is not safe to run on texts that people write; null if it is safe.';
grant execute on function private.pattern_problem to authenticated, service_role;

create function private.template_problems(input_fields jsonb, output_fields jsonb)
returns table (field text, message text)
language sql
stable
set search_path = ''
as $$
  with recursive fields as (
    select 'inputFields.' || (entry ->> 'id') as path, entry ->> 'id' as id, entry, array[
      'short_text', 'long_text', 'rich_text', 'number', 'date', 'datetime', 'select', 'multiselect', 'boolean',
      'tags', 'url', 'email', 'slug', 'file', 'image', 'product_selector', 'recipe_url'
    ] as known_types
    from jsonb_array_elements(input_fields) as entry
    union all
    select 'outputFields.' || (entry ->> 'id'), entry ->> 'id', entry, array['plain_text', 'rich_text', 'html', 'faq']
    from jsonb_array_elements(output_fields) as entry
  ),
  dependencies as (
    select fields.path, fields.id, fields.entry -> 'conditional' ->> 'field' as depends_on
    from fields
    where fields.entry ? 'conditional'
  ),
  indirect_dependencies as (
    select dependencies.id, dependencies.depends_on, 1 as length from dependencies
    union
    select longer.id, dependencies.depends_on, longer.length + 1
    from indirect_dependencies as longer
    inner join dependencies on dependencies.id = longer.depends_on
    where longer.length <= 50
  )
  select fields.path || '.type', 'there is no such type of field'
  from fields
  where fields.entry ->> 'type' <> all (fields.known_types)
  union all
  select dependencies.path || '.conditional', case
    when dependencies.depends_on = dependencies.id then 'a field cannot depend on itself'
    else format('there is no field %s', dependencies.depends_on)
  end
  from dependencies
  where
    dependencies.depends_on = dependencies.id
    or not exists (select from fields as other where other.id = dependencies.depends_on)
  union all
  select fields.path || '.conditional', 'fields depend on each other in a circle'
  from fields
  where exists (
    select from indirect_dependencies as circle
    where circle.id = fields.id and circle.depends_on = fields.id and circle.length > 1
  )
  union all
  select fields.path || '.validation.pattern', problem
  from fields
  cross join lateral private.pattern_problem(fields.entry -> 'validation' ->> 'pattern') as problem
  where problem is not null
  union all
  select fields.path || '.sourceField', format('there is no field %s', fields.entry ->> 'sourceField')
  from fields
  where
    fields.entry ? 'sourceField'
    and not exists (select from fields as other where other.id = fields.entry ->> 'sourceField');
$$;
comment on function private.template_problems is
'Finds what is wrong with the fields of a template: unknown types and references, circles of conditions, unsafe
patterns.';
grant execute on function private.template_problems to authenticated, service_role;

create function private.check_template()
returns trigger
language plpgsql
set search_path = ''
as $$
declare
  problems jsonb;
begin
  -- A template that is older than these rules may still be renamed and deactivated.
  if tg_op = 'UPDATE' and (new.input_fields, new.output_fields) = (old.input_fields, old.output_fields) then
    return new;
  end if;
  -- The constraints, which are checked after this trigger, refuse what is not a list of fields.
  if not private.are_template_fields(new.input_fields) or not private.are_template_fields(new.output_fields) then
    return new;
  end if;
  select jsonb_agg(jsonb_build_object('field', matching.field, 'code', 'INVALID_FORMAT', 'message', matching.message))
  into problems
  from private.template_problems(new.input_fields, new.output_fields) as matching;
  if problems is not null then
    perform private.refuse(400, 'the template has fields that cannot work', problems);
  end if;
  return new;
end;
$$;
comment on function private.check_template is
'Refuses with 400 fields that cannot work: see private.template_problems.';

create function private.stamp_template()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    new.version := 1;
    new.created_by := auth.uid();
    new.created_at := now();
  else
    new.id := old.id;
    new.brand_id := old.brand_id;
    new.created_by := old.created_by;
    new.created_at := old.created_at;
    new.version := old.version + 1;
  end if;
  new.updated_by := auth.uid();
  new.updated_at := now();
  return new;
end;
$$;
comment on function private.stamp_template is
'Writes id, brand, version and stamps of a template: never what the client sent.';

create function private.record_template_version()
returns trigger
language plpgsql
security definer -- nobody may write versions by themselves
set search_path = ''
as $$
begin
  insert into public.template_versions (
    template_id, version, brand_id, name, content_type, input_fields, output_fields, created_by
  )
  values (
    new.id, new.version, new.brand_id, new.name, new.content_type, new.input_fields, new.output_fields, auth.uid()
  );
  return null;
end;
$$;
comment on function private.record_template_version is 'Keeps each version of a template.';

-- schemas/template/functions/forms.sql

create function private.value_problem(field jsonb, value jsonb, brand uuid, level text)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select case
    when private.is_blank(value) then
      case
        when level = 'complete' and (field ->> 'required')::boolean
          then private.problem('REQUIRED_FIELD_MISSING', (field ->> 'name') || ' is required')
      end
    when field ->> 'type' = 'number' then private.number_problem(field, value, level)
    when field ->> 'type' in ('date', 'datetime') then private.date_problem(field, value, level)
    when field ->> 'type' in ('select', 'multiselect', 'tags') then private.choice_problem(field, value, level)
    when field ->> 'type' in ('url', 'recipe_url', 'email', 'slug') then private.format_problem(field, value, level)
    when field ->> 'type' in ('file', 'image') then private.file_problem(field, value, brand, level)
    when field ->> 'type' = 'product_selector' then private.product_problem(field, value, brand, level)
    when field ->> 'type' = 'faq' then private.faq_problem(field, value)
    when field ->> 'type' = 'boolean' then
      case when jsonb_typeof(value) <> 'boolean' then private.problem('INVALID_FORMAT', 'must be true or false') end
    else private.text_problem(field, value, level)
  end;
$$;
comment on function private.value_problem is
'Finds what is wrong with the value of a field: {code, message} or null. The level says how much is checked: its
`shape`, the `value`, or that it is `complete` (ADR 18).';

create function private.condition_is_met(value jsonb, condition jsonb)
returns boolean
language sql
immutable
set search_path = ''
as $$
  select coalesce(case condition ->> 'operator'
    when 'empty' then private.is_blank(value)
    when 'not_empty' then not private.is_blank(value)
    when 'eq' then value = condition -> 'value'
    when 'ne' then value is distinct from condition -> 'value'
    when 'in' then condition -> 'value' @> value
    when 'not_in' then value is null or not condition -> 'value' @> value
    when 'contains' then case jsonb_typeof(value)
      when 'string' then position(lower(condition ->> 'value') in lower(value #>> '{}')) > 0
      else value @> (condition -> 'value')
    end
    -- Numbers are compared as numbers; dates and other texts by their characters, which sorts ISO 8601 by time.
    when 'gt' then case when jsonb_typeof(value) = jsonb_typeof(condition -> 'value') then
      case jsonb_typeof(value) when 'number' then value > condition -> 'value'
        else (value #>> '{}') collate "C" > (condition ->> 'value') collate "C" end end
    when 'gte' then case when jsonb_typeof(value) = jsonb_typeof(condition -> 'value') then
      case jsonb_typeof(value) when 'number' then value >= condition -> 'value'
        else (value #>> '{}') collate "C" >= (condition ->> 'value') collate "C" end end
    when 'lt' then case when jsonb_typeof(value) = jsonb_typeof(condition -> 'value') then
      case jsonb_typeof(value) when 'number' then value < condition -> 'value'
        else (value #>> '{}') collate "C" < (condition ->> 'value') collate "C" end end
    when 'lte' then case when jsonb_typeof(value) = jsonb_typeof(condition -> 'value') then
      case jsonb_typeof(value) when 'number' then value <= condition -> 'value'
        else (value #>> '{}') collate "C" <= (condition ->> 'value') collate "C" end end
  end, false);
$$;
comment on function private.condition_is_met is
'Whether a condition {operator, value} holds for the value of another field (domain §4).';

create function private.hidden_fields(form jsonb, "values" jsonb)
returns text[]
language plpgsql
immutable
set search_path = ''
as $$
declare
  known jsonb := "values";
  hidden text [] := '{}';
  decided text [] := array(
    select entry ->> 'id' from jsonb_array_elements(form) as entry where not entry ? 'conditional'
  );
  decided_before integer;
  field jsonb;
begin
  -- Begins with fields that depend on no other, then decides those that depend on them. A hidden field counts as empty.
  loop
    decided_before := cardinality(decided);
    for field in
      select entry from jsonb_array_elements(form) as entry
      where entry ->> 'id' <> all (decided) and entry -> 'conditional' ->> 'field' = any (decided)
    loop
      if not private.condition_is_met(known -> (field -> 'conditional' ->> 'field'), field -> 'conditional') then
        hidden := hidden || (field ->> 'id');
        known := known - (field ->> 'id');
      end if;
      decided := decided || (field ->> 'id');
    end loop;
    exit when cardinality(decided) = decided_before;
  end loop;
  return hidden;
end;
$$;
comment on function private.hidden_fields is
'Returns the ids of the fields that are hidden for these values by their conditions.';

create function private.form_problems(form jsonb, "values" jsonb, keys text[], brand uuid, level text)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_agg(found.problem || jsonb_build_object('field', 'fields.' || found.key) order by found.key)
  from (
    select key, private.problem('INVALID_FORMAT', 'the template has no such field') as problem
    from unnest(keys) as key
    where not exists (select from jsonb_array_elements(form) as field where field ->> 'id' = key)
    union all
    select field ->> 'id', private.value_problem(field, "values" -> (field ->> 'id'), brand, level)
    from jsonb_array_elements(form) as field
    where
      (field ->> 'id' = any (keys) or level = 'complete')
      and field ->> 'id' <> all (private.hidden_fields(form, "values"))
  ) as found
  where found.problem is not null;
$$;
comment on function private.form_problems is
'Finds what is wrong with the values of these keys, or at level `complete` of all fields that are shown:
[{field, code, message}], null if nothing.';

-- schemas/template/functions/templates.sql

create function private.lock_template(template_id uuid)
returns public.templates
language plpgsql
volatile
set search_path = ''
as $$
declare
  template public.templates;
begin
  -- The permission before the lock: strangers must neither wait for the row nor make others wait.
  select * into template from public.templates where templates.id = lock_template.template_id;
  if template.id is null then
    perform private.refuse(404, 'template not found');
  elsif template.brand_id is not null then
    perform private.require_permission(template.brand_id, 'template.read', 'template');
    perform private.require_permission(template.brand_id, 'template.write', 'template');
  elsif not private.is_platform_admin() then
    perform private.refuse(403, 'only platform admins may change a global template');
  end if;
  select * into template from public.templates where templates.id = lock_template.template_id for update;
  if template.id is null then
    perform private.refuse(404, 'template not found');
  end if;
  return template;
end;
$$;
comment on function private.lock_template is
'Locks a template until the end of the transaction and returns it. Refuses strangers with 404, and members who may not
change it with 403.';

create function private.check_template_quota()
returns trigger
language plpgsql
security definer -- counts all templates of the account, of which the caller may see some only
set search_path = ''
as $$
declare
  account uuid := (select brands.account_id from public.brands where brands.id = new.brand_id);
  quota integer;
begin
  -- Locks the account, so that two callers cannot both take the last template of the plan.
  perform from public.accounts where accounts.id = account for update;
  select plans.templates into quota
  from public.accounts inner join public.plans on plans.name = accounts.plan
  where accounts.id = account and accounts.overage = 'block';
  if quota < (
    select count(*) from public.templates inner join public.brands on brands.id = templates.brand_id
    where brands.account_id = account
  ) then
    perform private.refuse(403, 'the plan has no more templates', jsonb_build_array(jsonb_build_object(
      'code', 'PLAN_LIMIT_EXCEEDED', 'message', format('%s templates at most', quota)
    )));
  end if;
  return null;
end;
$$;
comment on function private.check_template_quota is
'Refuses with 403 a template beyond the plan of the brand''s account. A trigger, so that it also holds for inserts by
the data API; after the row, so that the policies come first.';

create function private.template_usage(template_id uuid, brands uuid[])
returns table (usage_count bigint, last_used_at timestamptz)
language sql
stable
set search_path = ''
as $$
  select count(*), max(contents.created_at)
  from public.contents
  where contents.template_id = template_usage.template_id and contents.brand_id = any (brands);
$$;
comment on function private.template_usage is
'Counts the contents of these brands that use a template. Callers pass their own brands, since many use a global
template.';

create function public.list_templates(
  brand_id uuid default null,
  content_type text default null,
  category text default null,
  is_active boolean default true,
  query text default null,
  template_id uuid default null,
  page_offset integer default 0,
  page_size integer default 20
)
returns jsonb
language plpgsql
stable
security definer -- counts contents without a policy per row; takes the caller's brands first
set search_path = ''
as $$
declare
  readable uuid [] := private.brands_permitting('template.read');
  counted uuid [] := private.brands_permitting('content.read');
begin
  -- Global templates are for everyone, but not in a session that is not trusted.
  if not private.session_trusted() then
    return '{"items": [], "total": 0}';
  end if;
  return (
    with matching as (
      select templates.*
      from public.templates
      where
        (templates.brand_id is null or templates.brand_id = any (readable))
        and (list_templates.template_id is null or templates.id = list_templates.template_id)
        and (list_templates.brand_id is null or templates.brand_id is null
          or templates.brand_id = list_templates.brand_id)
        and (list_templates.content_type is null or templates.content_type = list_templates.content_type)
        and (list_templates.category is null or templates.category = list_templates.category)
        and (list_templates.is_active is null or templates.is_active = list_templates.is_active)
        and (list_templates.query is null
          or position(lower(list_templates.query) in lower(templates.name || ' ' || templates.description)) > 0)
    ),
    page as (
      select matching.* from matching
      order by matching.name, matching.id
      offset page_offset limit least(greatest(page_size, 1), 100)
    )
    select jsonb_build_object(
      'items', coalesce((
        select jsonb_agg(to_jsonb(page) || to_jsonb(usage) order by page.name, page.id)
        from page
        cross join lateral private.template_usage(page.id, counted) as usage
      ), '[]'),
      'total', (select count(*) from matching)
    )
  );
end;
$$;
comment on function public.list_templates is
'Lists global templates and those of the caller''s brands by name, with how often these brands used each:
{items, total}.';
grant execute on function public.list_templates to authenticated, service_role;

create function public.create_template(details jsonb, brand_id uuid default null)
returns setof public.templates
language plpgsql
volatile
security definer -- writes columns that the data API may not
set search_path = ''
as $$
#variable_conflict use_variable
declare
  template public.templates;
begin
  if brand_id is not null then
    perform private.require_permission(brand_id, 'template.write');
  elsif not private.is_platform_admin() then
    perform private.refuse(403, 'only platform admins may make a global template');
  end if;
  template := jsonb_populate_record(null::public.templates, jsonb_build_object(
    'description', '', 'icon', '', 'category', '', 'tags', '[]'::jsonb, 'ai_enabled', true, 'is_active', true
  ) || details);
  return query
    insert into public.templates (
      brand_id, name, description, content_type, input_fields, output_fields, is_active, icon, category, tags,
      ai_enabled
    )
    values (
      brand_id, template.name, template.description, template.content_type, template.input_fields,
      template.output_fields, template.is_active, template.icon, template.category, template.tags, template.ai_enabled
    )
    returning *;
end;
$$;
comment on function public.create_template is
'Creates a template of a brand, for its admins, or without a brand a global one, for platform admins.';
grant execute on function public.create_template to authenticated, service_role;

create function public.update_template(template_id uuid, expected_version integer, changes jsonb)
returns setof public.templates
language plpgsql
volatile
security definer -- locks the row before it compares the version
set search_path = ''
as $$
declare
  template public.templates := private.lock_template(template_id);
  changed public.templates;
begin
  if expected_version is null then
    perform private.refuse(428, 'an update names the version that it saw');
  elsif template.version <> expected_version then
    perform private.refuse(412, 'the template was changed by someone else', jsonb_build_array(jsonb_build_object(
      'field', 'version', 'code', 'CONFLICT', 'message', template.version::text
    )));
  end if;
  changed := jsonb_populate_record(template, changes);
  return query
    update public.templates
    set
      name = changed.name, description = changed.description, content_type = changed.content_type,
      input_fields = changed.input_fields, output_fields = changed.output_fields, is_active = changed.is_active,
      icon = changed.icon, category = changed.category, tags = changed.tags, ai_enabled = changed.ai_enabled
    where templates.id = template.id
    returning *;
end;
$$;
comment on function public.update_template is
'Replaces the values that are given in changes. Contents keep to the version that they were made from. Refuses with 412
and the current version where another update came first.';
grant execute on function public.update_template to authenticated, service_role;

create function public.delete_template(template_id uuid)
returns void
language plpgsql
volatile
security definer -- counts contents of every brand
set search_path = ''
as $$
declare
  template public.templates := private.lock_template(template_id);
  uses bigint;
begin
  if not private.is_platform_admin() then
    perform private.refuse(403, 'only platform admins may delete templates: deactivate it instead');
  end if;
  select count(*) into uses from public.contents where contents.template_id = template.id;
  if uses > 0 then
    perform private.refuse(409, 'the template is in use', jsonb_build_array(jsonb_build_object(
      'field', 'contents', 'code', 'CONFLICT', 'message', uses::text
    )));
  end if;
  delete from public.templates where templates.id = template.id;
end;
$$;
comment on function public.delete_template is
'Deletes a template, for platform admins. Refuses with 409 and the count while contents use it.';
grant execute on function public.delete_template to authenticated, service_role;

-- schemas/template/functions/values.sql

create function private.is_blank(value jsonb)
returns boolean
language sql
immutable
parallel safe
set search_path = ''
as $$
  select value is null or value in ('null', '[]', '{}')
    or (jsonb_typeof(value) = 'string' and value #>> '{}' ~ '^\s*$');
$$;
comment on function private.is_blank is 'Whether a value counts as missing: none, null, empty, or only white space.';

create function private.problem(code text, message text)
returns jsonb
language sql
immutable
parallel safe
set search_path = ''
as $$
  select jsonb_build_object('code', problem.code, 'message', problem.message);
$$;
comment on function private.problem is 'Builds an item for the details of an error (domain §11), without its field.';

create function private.visible_characters(markup text)
returns text
language sql
immutable
parallel safe
set search_path = ''
as $$
  select btrim(regexp_replace(regexp_replace(markup, '<[^>]*>', ' ', 'g'), '&(#?[a-zA-Z0-9]{1,10});', '.', 'g'));
$$;
comment on function private.visible_characters is
'Returns HTML as a reader counts its characters: without tags, and with a dot for each entity.';

create function private.word_count(plain text)
returns integer
language sql
immutable
parallel safe
set search_path = ''
as $$
  select regexp_count(plain, '\S+');
$$;
comment on function private.word_count is 'Counts the words of a text: runs of characters that are no white space.';

create function private.as_number(value jsonb)
returns numeric
language sql
immutable
parallel safe
set search_path = ''
as $$
  select case jsonb_typeof(value) when 'number' then (value #>> '{}')::numeric end;
$$;
comment on function private.as_number is 'Returns a JSON number as numeric; null for other JSON.';

create function private.as_instant(value text)
returns timestamptz
language plpgsql
stable
set search_path = ''
set timezone = 'UTC'
as $$
begin
  return value::timestamptz;
exception
  when datetime_field_overflow or invalid_datetime_format or invalid_text_representation then
    return null;
end;
$$;
comment on function private.as_instant is
'Returns the instant that a text names; null if it names none, as the 30th of February.';

create function private.text_problem(field jsonb, value jsonb, level text)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  kind text := coalesce(field ->> 'type', 'plain_text');
  written text := value #>> '{}';
  plain text := case when kind in ('rich_text', 'html') then private.visible_characters(written) else written end;
  length_bound integer := coalesce(
    (field ->> 'maxLength')::integer, (field ->> 'maxChars')::integer,
    case kind when 'short_text' then 255 when 'long_text' then 5000 when 'rich_text' then 10000 end
  );
  least_length integer := coalesce(
    (field ->> 'minLength')::integer, (field ->> 'minChars')::integer,
    case kind when 'short_text' then 3 when 'long_text' then 10 end
  );
begin
  if jsonb_typeof(value) <> 'string' then
    return private.problem('INVALID_FORMAT', 'must be a text');
  elsif level = 'shape' then
    return null;
  elsif char_length(plain) > length_bound then
    return private.problem('VALUE_TOO_LONG', format('%s characters at most', length_bound));
  elsif private.word_count(plain) > (field ->> 'maxWords')::integer then
    return private.problem('VALUE_TOO_LONG', format('%s words at most', field ->> 'maxWords'));
  elsif field -> 'validation' ? 'pattern' and (
    char_length(written) > 1000 or written !~ ('^(?:' || (field -> 'validation' ->> 'pattern') || ')$')
  ) then
    return private.problem('INVALID_FORMAT', 'does not have the form that the template asks for');
  elsif level = 'complete' and char_length(plain) < least_length then
    return private.problem('INVALID_FORMAT', format('%s characters at least', least_length));
  elsif level = 'complete' and private.word_count(plain) < (field ->> 'minWords')::integer then
    return private.problem('INVALID_FORMAT', format('%s words at least', field ->> 'minWords'));
  end if;
  return null;
end;
$$;
comment on function private.text_problem is 'Finds what is wrong with the value of a field of text: see value_problem.';

create function private.format_problem(field jsonb, value jsonb, level text)
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
declare
  written text := value #>> '{}';
begin
  if jsonb_typeof(value) <> 'string' then
    return private.problem('INVALID_FORMAT', 'must be a text');
  elsif level = 'shape' then
    return null;
  end if;
  return case field ->> 'type'
    when 'email' then case
      when written !~ '^[^@\s]+@[^@\s]+\.[^@\s.]+$' or char_length(written) > 254
        then private.problem('INVALID_FORMAT', 'must be an e-mail address')
    end
    when 'slug' then case
      when written !~ '^[a-z0-9-]+$' then private.problem('INVALID_FORMAT', 'a-z, 0-9 and hyphens only')
      when char_length(written) > coalesce((field ->> 'maxLength')::integer, 200)
        then private.problem('VALUE_TOO_LONG', format('%s characters at most', coalesce(field ->> 'maxLength', '200')))
      when not starts_with(written, coalesce(field ->> 'prefix', ''))
        then private.problem('INVALID_FORMAT', format('must begin with %s', field ->> 'prefix'))
    end
    else case
      when written !~ '^https://[^\s<>"/]+\.[^\s<>"]+$' or char_length(written) > 2000
        then private.problem('INVALID_FORMAT', 'must be an https address')
    end
  end;
end;
$$;
comment on function private.format_problem is
'Finds what is wrong with the value of a url, recipe_url, email or slug field: see value_problem.';

create function private.number_problem(field jsonb, value jsonb, level text)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select case
    when jsonb_typeof(value) <> 'number' then private.problem('INVALID_FORMAT', 'must be a number')
    when level = 'shape' then null
    when private.as_number(value) < private.as_number(field -> 'validation' -> 'min')
      then private.problem('INVALID_FORMAT', format('%s at least', field -> 'validation' ->> 'min'))
    when private.as_number(value) > private.as_number(field -> 'validation' -> 'max')
      then private.problem('INVALID_FORMAT', format('%s at most', field -> 'validation' ->> 'max'))
    when (private.as_number(value) - coalesce(private.as_number(field -> 'validation' -> 'min'), 0))
      % nullif(private.as_number(field -> 'step'), 0) <> 0
      then private.problem('INVALID_FORMAT', format('must go in steps of %s', field ->> 'step'))
  end;
$$;
comment on function private.number_problem is
'Finds what is wrong with the value of a number field: see value_problem.';

create function private.date_problem(field jsonb, value jsonb, level text)
returns jsonb
language plpgsql
stable
set search_path = ''
set timezone = 'UTC'
as $$
declare
  is_day boolean := field ->> 'type' = 'date' and not coalesce((field ->> 'includeTime')::boolean, false);
  instant timestamptz;
begin
  if jsonb_typeof(value) <> 'string' then
    return private.problem('INVALID_FORMAT', 'must be a text');
  elsif level = 'shape' then
    return null;
  end if;
  if value #>> '{}' ~ (case when is_day then '^\d{4}-\d{2}-\d{2}$'
    else '^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})$' end)
  then
    instant := private.as_instant(value #>> '{}');
  end if;
  return case
    when instant is null then private.problem('INVALID_FORMAT', case
      when is_day then 'must be a date such as 2026-11-24'
      else 'must be a time with its zone such as 2026-11-24T09:00:00Z' end)
    when (field ->> 'disablePast')::boolean and instant < case when is_day then date_trunc('day', now()) else now() end
      then private.problem('INVALID_FORMAT', 'must not be past')
    when (field ->> 'disableFuture')::boolean and instant > now()
      then private.problem('INVALID_FORMAT', 'must not be in the future')
  end;
end;
$$;
comment on function private.date_problem is
'Finds what is wrong with the value of a date or datetime field: see value_problem.';

-- schemas/workflow/functions/control.sql

create function private.require_new_assignee(
  task public.workflow_tasks, step_run public.workflow_step_runs, assignee_id uuid
)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if not private.is_active_member(require_new_assignee.assignee_id, task.brand_id) then
    perform private.refuse(400, 'only members of the brand can be assigned', jsonb_build_array(jsonb_build_object(
      'field', 'assigneeId', 'code', 'INVALID_FORMAT', 'message', 'not a member of the brand'
    )));
  end if;
  if exists (
    select from public.workflow_tasks as other
    where
      other.step_run_id = task.step_run_id and other.round = task.round
      and other.assignee_id = require_new_assignee.assignee_id and other.status in ('pending', 'completed')
  ) then
    perform private.refuse(409, 'this person has the step already');
  end if;
  if not private.may_decide_step(step_run, require_new_assignee.assignee_id) then
    perform private.refuse(403, 'who made a content may not decide on it, unless the step names them');
  end if;
end;
$$;
comment on function private.require_new_assignee is
'Raises 400 for somebody who is not a member of the brand, 409 for somebody who has a task in the step, and 403 for the
author of the content unless the step names them.';

create function public.skip_step(step_run_id uuid, reason text)
returns setof public.contents
language plpgsql
volatile
security definer -- runs are written by commands only
set search_path = ''
as $$
declare
  step_run public.workflow_step_runs := private.lock_step(step_run_id);
  content public.contents;
  run public.workflow_instances := private.active_run(step_run.content_id);
begin
  select * into content from private.content_by_id(step_run.content_id);
  if not private.permits(step_run.brand_id, 'workflow.control') and not (
    coalesce((step_run.definition ->> 'allow_skip')::boolean, false)
    and not private.is_restricted(step_run.brand_id, 'content.review')
    and exists (
      select from public.workflow_tasks as task
      where task.step_run_id = step_run.id and task.assignee_id = auth.uid() and task.status = 'pending'
    )
  ) then
    perform private.refuse(403, 'only an admin of the brand may skip this step');
  end if;
  if run.parked_at is not null then
    perform private.refuse(409, 'changes were asked for: submit the content first');
  end if;
  perform private.require_reason(reason, 'reason');
  perform private.record_action(run, step_run, 'skip', reason);
  perform private.close_step(step_run.id, 'skipped');
  perform private.append_run_event(
    run, 'WorkflowStepSkipped', jsonb_build_object('step', step_run.name, 'reason', reason)
  );
  if private.advance_run(run, content) then
    perform private.transition_content(content, 'approved', jsonb_build_object('step_name', step_run.name));
  elsif content.status = 'pending_review' then
    perform private.transition_content(content, 'in_review', jsonb_build_object('step_name', step_run.name));
  end if;
  return query select * from private.content_by_id(content.id);
end;
$$;
comment on function public.skip_step is
'Skips an open step, with a reason. Requires workflow.control, or a pending task in a step that allows skipping.';
grant execute on function public.skip_step to authenticated, service_role;

create function public.reassign_task(task_id uuid, assignee_id uuid, reason text default '')
returns setof public.workflow_tasks
language plpgsql
volatile
security definer -- runs are written by commands only
set search_path = ''
as $$
declare
  task public.workflow_tasks;
  step_run public.workflow_step_runs;
  run public.workflow_instances;
begin
  select * into task from public.workflow_tasks where workflow_tasks.id = task_id;
  perform private.require_permission(task.brand_id, 'workflow.read', 'task');
  perform private.lock_content(task.content_id);
  select * into task from public.workflow_tasks where workflow_tasks.id = task_id;
  if task.status <> 'pending' then
    perform private.refuse(409, 'the task is closed');
  end if;
  if task.assignee_id <> auth.uid() and not private.permits(task.brand_id, 'workflow.control') then
    perform private.refuse(403, 'only who has the task, or an admin of the brand, may give it to someone else');
  end if;
  select * into step_run from public.workflow_step_runs where workflow_step_runs.id = task.step_run_id;
  perform private.require_new_assignee(task, step_run, reassign_task.assignee_id);
  run := private.active_run(task.content_id);
  perform private.append_run_event(run, 'TaskReassigned', jsonb_build_object(
    'taskId', task.id, 'from', task.assignee_id, 'assigneeId', reassign_task.assignee_id
  ));
  update public.workflow_tasks
  set status = 'reassigned', decided_at = now(), reassigned_to = reassign_task.assignee_id
  where workflow_tasks.id = task.id;
  perform private.record_action(run, step_run, 'reassign', left(reason, 5000));
  perform private.assign_task(run, step_run, reassign_task.assignee_id);
  return query
    select tasks.* from public.workflow_tasks as tasks
    where
      tasks.step_run_id = task.step_run_id and tasks.round = task.round
      and tasks.assignee_id = reassign_task.assignee_id;
end;
$$;
comment on function public.reassign_task is
'Gives a pending task to another member of the brand. Requires workflow.control, or that the task is the caller''s
(delegation). Returns the new task.';
grant execute on function public.reassign_task to authenticated, service_role;

create function public.complete_automated_step(
  step_run_id uuid, is_passed boolean, note text default '', round integer default null
)
returns void
language plpgsql
volatile
security definer -- runs are written by commands only
set search_path = ''
as $$
declare
  step_run public.workflow_step_runs;
  content public.contents;
  run public.workflow_instances;
begin
  select contents.* into content
  from public.workflow_step_runs as found
  inner join public.contents on contents.id = found.content_id
  where found.id = complete_automated_step.step_run_id
  for update of contents;
  select * into step_run from public.workflow_step_runs
  where workflow_step_runs.id = complete_automated_step.step_run_id;
  run := private.active_run(content.id);
  -- The job runs at least once and may be late: the result of a closed step or of an earlier round is ignored.
  if step_run.id is null
    or step_run.status <> 'active'
    or step_run.definition ->> 'type' <> 'automated'
    or run.parked_at is not null
    or complete_automated_step.round <> step_run.round
  then
    return;
  end if;
  if is_passed then
    perform private.record_action(run, step_run, 'approve', left(note, 5000));
    perform private.settle_step(run, content, step_run);
  else
    perform private.record_action(run, step_run, 'fail', left(note, 5000));
    perform private.end_run(content.id, 'failed', null, left(note, 5000));
    perform private.transition_content(content, 'draft', jsonb_build_object(
      'action', 'changes_requested', 'feedback', left(note, 5000), 'step_name', step_run.name
    ));
  end if;
end;
$$;
comment on function public.complete_automated_step is
'For the job of an automated step: approves the step, or fails the run and makes the content a draft.';
grant execute on function public.complete_automated_step to service_role;

-- schemas/workflow/functions/deadlines.sql

create function public.time_out_runs(batch integer default 100)
returns setof uuid
language plpgsql
volatile
security definer -- runs are written by commands only
set search_path = ''
as $$
declare
  content public.contents;
begin
  for content in
    select contents.*
    from public.workflow_instances as run
    inner join public.contents on contents.id = run.content_id
    where run.status = 'active' and run.deadline_at <= now()
    order by run.deadline_at
    limit batch
    for update of contents skip locked
  loop
    perform private.end_run(content.id, 'timeout', null, 'the review took longer than its workflow allows');
    if content.status in ('pending_review', 'in_review') then
      perform private.transition_content(content, 'draft', '{"note": "the review timed out"}');
    end if;
    return next content.id;
  end loop;
end;
$$;
comment on function public.time_out_runs is
'For the scheduler: ends runs past their deadline and makes their contents drafts.';
grant execute on function public.time_out_runs to service_role;

create function private.escalate_task(run public.workflow_instances, task public.workflow_tasks)
returns void
language sql
volatile
set search_path = ''
as $$
  select private.assign_task(run, step_run, workflow.escalate_to)
  from public.workflow_step_runs as step_run
  inner join public.workflows as workflow on workflow.id = run.workflow_id
  where
    step_run.id = task.step_run_id
    and private.is_active_member(workflow.escalate_to, task.brand_id)
    and private.may_decide_step(step_run, workflow.escalate_to);
$$;
comment on function private.escalate_task is
'Assigns the step of a late task to the person to whom the workflow escalates as well, if they may decide it.';

create function public.chase_tasks(batch integer default 500)
returns table (task_id uuid, outcome text)
language plpgsql
volatile
security definer -- runs are written by commands only
set search_path = ''
as $$
declare
  task public.workflow_tasks;
  run public.workflow_instances;
begin
  -- A reminder at 80 % of the time, an escalation at its end, each once (domain §5).
  for task in
    select tasks.*
    from public.workflow_tasks as tasks
    inner join public.contents on contents.id = tasks.content_id
    where
      tasks.status = 'pending'
      and tasks.escalated_at is null
      and (
        tasks.due_at <= now()
        or (tasks.reminded_at is null and now() >= tasks.created_at + 0.8 * (tasks.due_at - tasks.created_at))
      )
    order by tasks.due_at
    limit batch
    -- Commands lock the content as well: a content that is being decided is left for the next call.
    for update of contents, tasks skip locked
  loop
    run := private.active_run(task.content_id);
    task_id := task.id;
    outcome := case when task.due_at <= now() then 'escalated' else 'reminded' end;
    update public.workflow_tasks
    set
      reminded_at = coalesce(workflow_tasks.reminded_at, now()),
      escalated_at = case when chase_tasks.outcome = 'escalated' then now() end
    where workflow_tasks.id = task.id;
    perform private.append_run_event(
      run, case outcome when 'escalated' then 'TaskEscalated' else 'TaskReminder' end,
      jsonb_build_object('taskId', task.id, 'assigneeId', task.assignee_id, 'dueAt', task.due_at)
    );
    if outcome = 'escalated' then
      perform private.escalate_task(run, task);
    end if;
    return next;
  end loop;
end;
$$;
comment on function public.chase_tasks is
'For the scheduler: sends a reminder of tasks at 80 % of their time, and escalates tasks that are late. Returns the
tasks with what was done, `reminded` or `escalated`.';
grant execute on function public.chase_tasks to service_role;

-- schemas/workflow/functions/decisions.sql

create function private.find_step_to_decide(run_id uuid, step_run_id uuid)
returns public.workflow_step_runs
language sql
stable
set search_path = ''
as $$
  select candidate.*
  from public.workflow_step_runs as candidate
  left join public.workflow_tasks as task
    on task.step_run_id = candidate.id and task.round = candidate.round and task.assignee_id = auth.uid()
  where
    candidate.instance_id = find_step_to_decide.run_id
    and case
      when find_step_to_decide.step_run_id is null then candidate.status = 'active'
      else candidate.id = find_step_to_decide.step_run_id
    end
  order by task.status = 'pending' desc nulls last, task.id is not null desc, candidate.position
  limit 1;
$$;
comment on function private.find_step_to_decide is
'Returns the named step of a run; without a name the open step in which the caller has a pending task, else one in which
the caller has any task, else the first open step. A row of nulls where there is none.';

create function private.require_decider(
  run public.workflow_instances, content public.contents, step_run public.workflow_step_runs
)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  -- A task alone is not enough: since it was assigned its holder may have been demoted, restricted or removed.
  if exists (
    select from public.workflow_tasks as task
    where
      task.step_run_id = step_run.id and task.round = step_run.round
      and task.assignee_id = auth.uid() and task.status = 'pending'
  )
    and private.is_active_member(auth.uid(), run.brand_id)
    and not private.is_restricted(run.brand_id, 'content.review')
    and private.may_decide_step(step_run, auth.uid())
  then
    return;
  end if;
  if not private.permits(run.brand_id, 'content.review') then
    perform private.refuse(403, 'only those whom the step names, or an admin of the brand, may decide');
  elsif content.created_by = auth.uid() then
    perform private.refuse(403, 'who made a content may not decide on it, unless the step names them');
  end if;
end;
$$;
comment on function private.require_decider is
'Raises 403 unless the caller has a pending task in the step and may still decide it, or has content.review and did not
create the content.';

create function private.step_to_decide(
  run public.workflow_instances, content public.contents, step_run_id uuid, action text
)
returns public.workflow_step_runs
language plpgsql
volatile
set search_path = ''
as $$
declare
  step_run public.workflow_step_runs := private.find_step_to_decide(run.id, step_run_id);
begin
  if step_run.id is null then
    perform private.refuse(404, 'step not found');
  end if;
  if step_run.status <> 'active' or step_run.definition ->> 'type' = 'automated' then
    perform private.refuse(409, 'this step is not open');
  end if;
  if exists (
    select from public.workflow_tasks as task
    where
      task.step_run_id = step_run.id and task.round = step_run.round
      and task.assignee_id = auth.uid() and task.decision is not null
  ) then
    perform private.refuse(409, 'you have decided this step already');
  end if;
  if not coalesce(step_run.definition -> 'actions' ? action, true) then
    perform private.refuse(409, 'this step does not offer that decision');
  end if;
  perform private.require_decider(run, content, step_run);
  return step_run;
end;
$$;
comment on function private.step_to_decide is
'Returns the step of a run that the caller decides; 404 where there is none, 409 for a step that is not open, that the
caller has decided already or that does not offer the action, 403 for callers who may not decide it.';

create function private.decide_task(
  run public.workflow_instances, step_run public.workflow_step_runs, decision text, comment text
)
returns void
language sql
volatile
set search_path = ''
as $$
  insert into public.workflow_tasks as tasks (
    instance_id, step_run_id, round, brand_id, content_id, assignee_id, status, decision, comment, due_at, decided_at
  )
  values (
    run.id, step_run.id, step_run.round, run.brand_id, run.content_id, auth.uid(), 'completed',
    decide_task.decision, decide_task.comment, step_run.due_at, now()
  )
  on conflict on constraint workflow_tasks_once_key do update
    set status = excluded.status, decision = excluded.decision, comment = excluded.comment,
      decided_at = excluded.decided_at;
  select private.record_action(run, step_run, decide_task.decision, decide_task.comment);
$$;
comment on function private.decide_task is
'Records the decision of the caller in their task of the step; makes the task where an admin decides without one.';

create function public.approve_content(
  content_id uuid,
  comment text default '',
  expected_version integer default null,
  step_run_id uuid default null,
  published_url text default null
)
returns setof public.contents
language plpgsql
volatile
security definer -- runs are written by commands only
set search_path = ''
as $$
declare
  content public.contents := private.lock_content(content_id);
  run public.workflow_instances := private.active_run(content_id);
  step_run public.workflow_step_runs;
begin
  perform private.check_version(content, expected_version);
  if content.status = 'draft' and run.id is null and (private.resolve_workflow(content)).id is null then
    perform private.require_on_content(content, 'content.review');
    perform private.check_complete_form(content);
    perform private.transition_content(content, 'approved', jsonb_build_object('feedback', approve_content.comment));
    return query select * from private.content_by_id(content.id);
    return;
  end if;
  if run.id is null or run.parked_at is not null then
    perform private.refuse(409, format('a content that is %s is not in review', content.status));
  end if;
  step_run := private.step_to_decide(run, content, step_run_id, 'approve');
  if coalesce((step_run.definition ->> 'requires_published_url')::boolean, false) then
    if published_url is null or published_url !~ '^https?://[^\s<>"]+$' or char_length(published_url) > 2000 then
      perform private.refuse(400, 'this step wants the address where it was published', jsonb_build_array(
        jsonb_build_object(
          'field', 'publishedUrl', 'code', 'REQUIRED_FIELD_MISSING', 'message', 'an http(s) address is expected'
        )
      ));
    end if;
    -- Kept with the step: writing it into the content would be an edit of what is being approved.
    update public.workflow_step_runs
    set definition = workflow_step_runs.definition || jsonb_build_object('published_url', published_url)
    where workflow_step_runs.id = step_run.id;
  end if;
  perform private.decide_task(run, step_run, 'approve', approve_content.comment);
  perform private.settle_step(run, content, step_run);
  return query select * from private.content_by_id(content.id);
end;
$$;
comment on function public.approve_content is
'Records the approval of the caller in a step; 412 if expected_version is given and the content has another. The
approval that completes the last required step approves the content. Without a workflow, a draft is approved at once by
those with content.review.';
grant execute on function public.approve_content to authenticated, service_role;

create function public.reject_content(
  content_id uuid, reason text, expected_version integer default null, step_run_id uuid default null
)
returns setof public.contents
language plpgsql
volatile
security definer -- runs are written by commands only
set search_path = ''
as $$
declare
  content public.contents := private.lock_content(content_id);
  run public.workflow_instances := private.active_run(content_id);
  step_run public.workflow_step_runs;
begin
  perform private.check_version(content, expected_version);
  if run.id is null or run.parked_at is not null then
    perform private.refuse(409, format('a content that is %s is not in review', content.status));
  end if;
  step_run := private.step_to_decide(run, content, step_run_id, 'reject');
  perform private.require_reason(reason, 'reason');
  perform private.decide_task(run, step_run, 'reject', reason);
  perform private.close_step(step_run.id, 'rejected');
  perform private.end_run(content.id, 'completed', 'rejected', reason);
  perform private.transition_content(
    content, 'rejected', jsonb_build_object('feedback', reason, 'step_name', step_run.name)
  );
  return query select * from private.content_by_id(content.id);
end;
$$;
comment on function public.reject_content is
'Rejects a content, with a reason. Ends the review, whatever others decided.';
grant execute on function public.reject_content to authenticated, service_role;

create function public.request_changes(
  content_id uuid, comment text, expected_version integer default null, step_run_id uuid default null
)
returns setof public.contents
language plpgsql
volatile
security definer -- runs are written by commands only
set search_path = ''
as $$
declare
  content public.contents := private.lock_content(content_id);
  run public.workflow_instances := private.active_run(content_id);
  step_run public.workflow_step_runs;
begin
  perform private.check_version(content, expected_version);
  if run.id is null or run.parked_at is not null then
    perform private.refuse(409, format('a content that is %s is not in review', content.status));
  end if;
  step_run := private.step_to_decide(run, content, step_run_id, 'request_changes');
  perform private.require_reason(request_changes.comment, 'comment');
  perform private.decide_task(run, step_run, 'request_changes', request_changes.comment);
  -- The run stays at its open steps, whose approvals so far are void. Earlier steps stay approved.
  perform private.close_tasks(open_step.id, 'cancelled')
  from public.workflow_step_runs as open_step
  where open_step.instance_id = run.id and open_step.status = 'active';
  update public.workflow_instances set parked_at = now() where workflow_instances.id = run.id;
  perform private.append_run_event(run, 'WorkflowChangesRequested', jsonb_build_object(
    'step', step_run.name, 'comment', request_changes.comment
  ));
  perform private.transition_content(content, 'draft', jsonb_build_object(
    'action', 'changes_requested', 'feedback', request_changes.comment, 'step_name', step_run.name
  ));
  return query select * from private.content_by_id(content.id);
end;
$$;
comment on function public.request_changes is
'Asks for changes, with a comment: the content becomes a draft, and submitting it again resumes at the same steps.';
grant execute on function public.request_changes to authenticated, service_role;

-- schemas/workflow/functions/definitions.sql

create function private.count_workflow_version()
returns trigger
language plpgsql
security definer -- people may not write the version
set search_path = ''
as $$
begin
  if tg_table_name = 'workflow_steps' then
    update public.workflows set updated_at = now()
    where workflows.id = case tg_op when 'DELETE' then old.workflow_id else new.workflow_id end;
  else
    update public.workflows set updated_at = now()
    from public.workflow_steps as step
    where workflows.id = step.workflow_id and step.id = case tg_op when 'DELETE' then old.step_id else new.step_id end;
  end if;
  return null;
end;
$$;
comment on function private.count_workflow_version is
'After a change of a step or of its assignees: touches the workflow, whose own trigger counts its version up.';

create function private.keep_workflow_in_use()
returns trigger
language plpgsql
security definer -- reads all runs, whatever the caller may read
set search_path = ''
as $$
begin
  if exists (
    select from public.workflow_instances as run where run.workflow_id = old.id and run.status = 'active'
  ) then
    perform private.refuse(409, 'the workflow has runs that are not finished');
  end if;
  return old;
end;
$$;
comment on function private.keep_workflow_in_use is 'Refuses to delete a workflow that has active runs.';

create function private.resolve_workflow(content public.contents, workflow_id uuid default null)
returns public.workflows
language sql
stable
set search_path = ''
as $$
  -- In this order: the named workflow, the one that the brand assigned to the type, the one that it assigned to every
  -- type, a workflow that is marked as default for the type, a workflow that is marked as default for every type.
  select workflows.*
  from public.workflows
  left join public.brand_workflows as assigned
    on
      assigned.workflow_id = workflows.id and assigned.brand_id = workflows.brand_id
      and assigned.content_type in (content.type, '*')
  where
    workflows.brand_id = content.brand_id
    and workflows.is_active
    and exists (select from public.workflow_steps as step where step.workflow_id = workflows.id)
    and case
      when resolve_workflow.workflow_id is not null then workflows.id = resolve_workflow.workflow_id
      else assigned.workflow_id is not null
        or (workflows.is_default and (workflows.content_types = '{}' or content.type = any (workflows.content_types)))
    end
  order by
    assigned.content_type = content.type desc nulls last, assigned.content_type is null,
    workflows.content_types = '{}', workflows.id
  limit 1;
$$;
comment on function private.resolve_workflow is
'Returns the active workflow with steps that reviews a content; a row of nulls where the brand has none.';

create function public.set_brand_workflows(brand_id uuid, assignments jsonb)
returns setof jsonb
language plpgsql
volatile
security definer -- replaces all of a brand's assignments at once
set search_path = ''
as $$
#variable_conflict use_variable
begin
  perform private.require_permission(brand_id, 'brand.read');
  perform private.require_permission(brand_id, 'workflow.write');
  if exists (
    select from jsonb_array_elements(assignments) as wished
    where not exists (
      select from public.workflows
      where
        workflows.id = (wished ->> 'workflow_id')::uuid and workflows.brand_id = brand_id and workflows.is_active
    )
  ) then
    perform private.refuse(400, 'only active workflows of the brand can be assigned', jsonb_build_array(
      jsonb_build_object('field', 'workflowId', 'code', 'INVALID_FORMAT', 'message', 'no such workflow of the brand')
    ));
  end if;
  if (select count(distinct wished ->> 'content_type') from jsonb_array_elements(assignments) as wished)
    < jsonb_array_length(assignments)
  then
    perform private.refuse(400, 'a type of content has one workflow');
  end if;
  delete from public.brand_workflows as former
  where
    former.brand_id = set_brand_workflows.brand_id
    and not exists (
      select from jsonb_array_elements(assignments) as wished
      where wished ->> 'content_type' = former.content_type
    );
  insert into public.brand_workflows as present (brand_id, content_type, workflow_id, created_by)
  select brand_id, wished ->> 'content_type', (wished ->> 'workflow_id')::uuid, auth.uid()
  from jsonb_array_elements(assignments) as wished
  on conflict on constraint brand_workflows_pkey do update set workflow_id = excluded.workflow_id
    where present.workflow_id <> excluded.workflow_id;
  return query select private.brand_document(brands) from public.brands where brands.id = brand_id;
end;
$$;
comment on function public.set_brand_workflows is
'Replaces the assignments of workflows to types of content, [{content_type, workflow_id}]. Assignments that are not
listed are removed. Requires workflow.write.';
grant execute on function public.set_brand_workflows to authenticated, service_role;

-- schemas/workflow/functions/reviews.sql

create function private.begin_review(content public.contents, workflow_id uuid)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  workflow public.workflows := private.resolve_workflow(content, workflow_id);
begin
  if workflow.id is null then
    perform private.refuse(409, 'the brand has no workflow for this type of content');
  end if;
  perform private.transition_content(content, 'pending_review');
  select * into content from private.content_by_id(content.id);
  if private.start_run(content, workflow) then
    perform private.transition_content(content, 'approved', '{"note": "no step of the workflow applies"}');
  end if;
end;
$$;
comment on function private.begin_review is
'Moves a content to review and starts the named workflow, or the one of its type. Approves the content at once where no
step applies; 409 where the brand has no workflow for the type.';

create function private.cancel_review(content public.contents, reason text)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  perform private.require_reason(reason, 'reason');
  if (private.active_run(content.id)).id is null then
    perform private.refuse(409, format('a content that is %s is not in review', content.status));
  end if;
  perform private.end_run(content.id, 'cancelled', null, reason);
  if content.status <> 'draft' then
    perform private.transition_content(content, 'draft', jsonb_build_object('feedback', reason));
  end if;
end;
$$;
comment on function private.cancel_review is
'Ends the active run of a content, with a reason, and makes the content a draft; 409 where there is no active run.';

create function private.void_approvals(content_id uuid)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  content public.contents;
  workflow public.workflows;
  run public.workflow_instances;
begin
  -- Not in a parked run: there the edit was asked for, and earlier steps stay approved (domain §5).
  select * into run
  from public.workflow_instances
  where
    workflow_instances.content_id = void_approvals.content_id
    and workflow_instances.status = 'active'
    and workflow_instances.parked_at is null
    and (
      exists (
        select from public.workflow_tasks as task
        where task.instance_id = workflow_instances.id and task.decision = 'approve'
      )
      -- Checks and conditions were evaluated for the text before the edit.
      or exists (
        select from public.workflow_step_runs as step_run
        where step_run.instance_id = workflow_instances.id and step_run.status in ('approved', 'skipped')
      )
    );
  if run.id is null then
    return;
  end if;
  perform private.end_run(run.content_id, 'cancelled', null, 'the content was edited during the review');
  select * into content from public.contents where contents.id = run.content_id;
  select * into workflow from public.workflows where workflows.id = run.workflow_id;
  if workflow.id is null then
    perform private.transition_content(content, 'draft', '{"note": "the workflow of its review is gone"}');
  elsif private.start_run(content, workflow) then
    perform private.transition_content(content, 'approved', '{"note": "no step of the workflow applies any more"}');
  end if;
end;
$$;
comment on function private.void_approvals is
'After an edit during a review: starts the run of the content again if a task was approved, or a step approved or
skipped, in it. The content becomes a draft where the workflow is deleted, and approved where no step applies.';

create function public.submit_content(content_id uuid, workflow_id uuid default null)
returns setof public.contents
language plpgsql
volatile
security definer -- contents and runs are written by commands only
set search_path = ''
as $$
declare
  content public.contents := private.lock_content(content_id);
  run public.workflow_instances := private.active_run(content_id);
begin
  perform private.require_on_content(content, 'content.submit');
  if content.status <> 'draft' then
    perform private.refuse(409, format('a content that is %s cannot be submitted', content.status));
  end if;
  perform private.check_complete_form(content);
  if run.id is not null then
    perform private.transition_content(content, 'pending_review');
    perform private.resume_run(run);
  else
    perform private.begin_review(content, workflow_id);
  end if;
  return query select * from private.content_by_id(content.id);
end;
$$;
comment on function public.submit_content is
'Submits a draft for review: starts the named workflow or the one of its type, or resumes the run in which changes were
requested.';
grant execute on function public.submit_content to authenticated, service_role;

create function public.restart_review(content_id uuid, workflow_id uuid default null)
returns setof public.contents
language plpgsql
volatile
security definer -- contents and runs are written by commands only
set search_path = ''
as $$
declare
  content public.contents := private.lock_content(content_id);
begin
  perform private.require_on_content(content, 'content.review');
  if content.status <> 'rejected' then
    perform private.refuse(409, format('a content that is %s was not rejected', content.status));
  end if;
  perform private.begin_review(content, workflow_id);
  return query select * from private.content_by_id(content.id);
end;
$$;
comment on function public.restart_review is
'Starts a new review of a rejected content, from the first step. Requires content.review.';
grant execute on function public.restart_review to authenticated, service_role;

create function public.withdraw_content(content_id uuid, reason text)
returns setof public.contents
language plpgsql
volatile
security definer -- contents and runs are written by commands only
set search_path = ''
as $$
declare
  content public.contents := private.lock_content(content_id);
begin
  if private.is_restricted(content.brand_id, 'workflow.control')
    or (content.created_by is distinct from auth.uid() and not private.permits(content.brand_id, 'workflow.control'))
  then
    perform private.refuse(403, 'only who made a content, or an admin of the brand, may withdraw it');
  end if;
  perform private.cancel_review(content, reason);
  return query select * from private.content_by_id(content.id);
end;
$$;
comment on function public.withdraw_content is
'Cancels the review of a content, which becomes a draft; the run cannot be resumed. For the creator of the content and
for those with workflow.control.';
grant execute on function public.withdraw_content to authenticated, service_role;

-- schemas/workflow/functions/runs.sql

create function private.active_run(content_id uuid)
returns public.workflow_instances
language sql
stable
set search_path = ''
as $$
  select runs.* from public.workflow_instances as runs
  where runs.content_id = active_run.content_id and runs.status = 'active';
$$;
comment on function private.active_run is 'Returns the active run of a content; a row of nulls where there is none.';

create function private.append_run_event(run public.workflow_instances, event_type text, data jsonb default '{}')
returns void
language sql
volatile
set search_path = ''
as $$
  select private.append_event(
    run.brand_id, 'workflow', run.id, event_type, jsonb_build_object('contentId', run.content_id) || data
  );
$$;

create function private.record_action(
  run public.workflow_instances, step_run public.workflow_step_runs, action text, comment text default ''
)
returns void
language sql
volatile
set search_path = ''
as $$
  insert into public.workflow_actions (
    brand_id, content_id, instance_id, step_run_id, action, actor_id, comment, duration_minutes
  )
  values (
    run.brand_id, run.content_id, run.id, step_run.id, record_action.action, auth.uid(), record_action.comment,
    floor(extract(epoch from now() - step_run.opened_at) / 60)
  );
$$;
comment on function private.record_action is
'Adds an action of the caller to the history of a run, with the minutes for which its step had been open.';

create function private.end_run(content_id uuid, to_status public.workflow_status, outcome text, reason text)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  run public.workflow_instances;
begin
  update public.workflow_instances
  set status = to_status, outcome = end_run.outcome, completed_at = now(), completed_by = auth.uid(), parked_at = null
  where workflow_instances.content_id = end_run.content_id and workflow_instances.status = 'active'
  returning * into run;
  if run.id is null then
    return;
  end if;
  update public.workflow_tasks set status = 'cancelled', decided_at = now()
  where workflow_tasks.instance_id = run.id and workflow_tasks.status = 'pending';
  -- An approved run skipped the optional steps that were open at its end.
  update public.workflow_step_runs
  set
    status = case
      when workflow_step_runs.status = 'active' and end_run.outcome = 'approved' then 'skipped' else 'cancelled'
    end::public.step_status,
    closed_at = now()
  where workflow_step_runs.instance_id = run.id and workflow_step_runs.status in ('waiting', 'active');
  perform private.record_action(
    run, null, case to_status
      when 'completed' then 'complete' when 'timeout' then 'timeout' when 'failed' then 'fail' else 'cancel'
    end, reason
  );
  perform private.append_run_event(
    run, case to_status
      when 'completed' then 'WorkflowCompleted' when 'timeout' then 'WorkflowTimedOut'
      when 'failed' then 'WorkflowFailed' else 'WorkflowCancelled'
    end,
    jsonb_strip_nulls(jsonb_build_object('outcome', end_run.outcome, 'reason', nullif(reason, '')))
  );
end;
$$;
comment on function private.end_run is 'Ends the active run of a content, if there is one, with its steps and tasks.';

create function private.next_ready_step(run public.workflow_instances)
returns public.workflow_step_runs
language sql
stable
set search_path = ''
as $$
  -- Asked of all waiting steps, not only of those that follow the step that was just closed.
  select candidate.*
  from public.workflow_step_runs as candidate
  where
    candidate.instance_id = run.id
    and candidate.status = 'waiting'
    and not exists (
      select
      from public.workflow_step_runs as other
      where
        other.instance_id = run.id
        and other.status not in ('approved', 'skipped')
        and case
          when jsonb_array_length(candidate.definition -> 'prerequisites') > 0
            then candidate.definition -> 'prerequisites' @> to_jsonb(other.position)
          when run.workflow_type = 'parallel' then false
          else other.position < candidate.position
        end
    )
  order by candidate.position
  limit 1;
$$;
comment on function private.next_ready_step is
'Returns the first waiting step whose prerequisites, or else the steps before it, are approved or skipped. In a parallel
workflow a step without prerequisites is always ready. A row of nulls where no step is ready.';

create function private.is_run_satisfied(run_id uuid)
returns boolean
language sql
stable
set search_path = ''
as $$
  select not exists (
    select
    from public.workflow_step_runs as remaining
    where
      remaining.instance_id = run_id
      and remaining.status in ('waiting', 'active')
      and (
        (remaining.definition ->> 'is_required')::boolean is not false
        or not exists (
          select from public.workflow_step_runs as required
          where required.instance_id = run_id and (required.definition ->> 'is_required')::boolean is not false
        )
      )
  );
$$;
comment on function private.is_run_satisfied is
'Whether no required step of a run is waiting or open; where no step is required, whether no step at all is.';

create function private.advance_run(run public.workflow_instances, content public.contents)
returns boolean
language plpgsql
volatile
set search_path = ''
as $$
declare
  step_run public.workflow_step_runs;
begin
  loop
    step_run := private.next_ready_step(run);
    exit when step_run.id is null;
    if not private.step_applies(step_run, content) then
      update public.workflow_step_runs set status = 'skipped', closed_at = now()
      where workflow_step_runs.id = step_run.id;
      perform private.record_action(run, step_run, 'skip', 'its condition does not hold');
    elsif step_run.definition ->> 'type' = 'notification' then
      perform private.append_run_event(run, 'WorkflowNotification', jsonb_build_object(
        'step', step_run.name, 'userIds', step_run.definition -> 'assignees'
      ));
      update public.workflow_step_runs set status = 'approved', opened_at = now(), closed_at = now()
      where workflow_step_runs.id = step_run.id;
    else
      perform private.open_step(run, step_run);
    end if;
  end loop;
  if not private.is_run_satisfied(run.id) then
    return false;
  end if;
  perform private.end_run(content.id, 'completed', 'approved', '');
  return true;
end;
$$;
comment on function private.advance_run is
'Opens every step that is ready and skips those whose condition does not hold. Ends the run as approved and returns true
when no step that counts is left.';

create function private.start_run(content public.contents, workflow public.workflows)
returns boolean
language plpgsql
volatile
set search_path = ''
as $$
declare
  run public.workflow_instances;
begin
  insert into public.workflow_instances (
    workflow_id, workflow_name, workflow_type, workflow_version, brand_id, content_id, started_by, deadline_at
  )
  values (
    workflow.id, workflow.name, workflow.type, workflow.version, content.brand_id, content.id, auth.uid(),
    now() + make_interval(hours => workflow.timeout_hours)
  )
  returning * into run;
  insert into public.workflow_step_runs (instance_id, content_id, brand_id, position, name, definition)
  select
    run.id, run.content_id, run.brand_id, step.position, step.name,
    to_jsonb(step) || jsonb_build_object('assignees', coalesce((
      select jsonb_agg(assignee.user_id)
      from public.workflow_step_assignees as assignee where assignee.step_id = step.id
    ), '[]'))
  from public.workflow_steps as step
  where step.workflow_id = workflow.id;
  perform private.record_action(run, null, 'start');
  perform private.append_run_event(
    run, 'WorkflowStarted', jsonb_build_object('workflowId', workflow.id, 'workflow', workflow.name)
  );
  return private.advance_run(run, content);
end;
$$;
comment on function private.start_run is
'Starts a run with a copy of the steps of the workflow. Returns true if the run ended at once, as approved, because no
step asks anybody.';

create function private.resume_run(run public.workflow_instances)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  content public.contents;
  step_run public.workflow_step_runs;
begin
  update public.workflow_instances set parked_at = null where workflow_instances.id = run.id;
  perform private.record_action(run, null, 'resubmit');
  -- What people approved or skipped stays. Checks and conditions are evaluated again for the changed text.
  update public.workflow_step_runs set status = 'waiting', closed_at = null, round = round + 1
  where
    workflow_step_runs.instance_id = run.id
    and (
      (workflow_step_runs.status = 'skipped' and workflow_step_runs.closed_by is null)
      or (workflow_step_runs.status = 'approved' and workflow_step_runs.definition ->> 'type' = 'automated')
    );
  for step_run in
    update public.workflow_step_runs set round = round + 1
    where workflow_step_runs.instance_id = run.id and workflow_step_runs.status = 'active'
    returning *
  loop
    perform private.open_step(run, step_run);
  end loop;
  select * into run from public.workflow_instances where workflow_instances.id = run.id;
  select * into content from public.contents where contents.id = run.content_id;
  if private.advance_run(run, content) then
    perform private.transition_content(content, 'approved', '{"note": "no step of the workflow is left"}');
  end if;
end;
$$;
comment on function private.resume_run is
'Opens the active steps of a parked run again. Steps that people approved or skipped before stay as they are.';

-- schemas/workflow/functions/steps.sql

create function private.condition_holds(content public.contents, condition jsonb)
returns boolean
language sql
stable
set search_path = ''
as $$
  with subject as (
    select case split_part(condition ->> 'field', '.', 1)
      when 'fields' then content.fields -> split_part(condition ->> 'field', '.', 2)
      when 'metadata' then content.metadata -> split_part(condition ->> 'field', '.', 2)
      when 'tags' then to_jsonb(content.tags)
      when 'type' then to_jsonb(content.type)
      when 'title' then to_jsonb(content.title)
    end as value
  )
  select coalesce(case condition ->> 'operator'
    when 'equals' then subject.value = condition -> 'value'
    when 'not_equals' then subject.value is distinct from condition -> 'value'
    when 'contains' then case jsonb_typeof(subject.value)
      when 'string' then position(lower(condition ->> 'value') in lower(subject.value #>> '{}')) > 0
      else subject.value @> (condition -> 'value')
    end
    when 'in' then condition -> 'value' @> subject.value
    when 'exists' then coalesce(subject.value, 'null') not in ('null', '""', '[]', '{}')
    when 'greater_than' then
      jsonb_typeof(subject.value) = 'number' and jsonb_typeof(condition -> 'value') = 'number'
      and subject.value > condition -> 'value'
    when 'less_than' then
      jsonb_typeof(subject.value) = 'number' and jsonb_typeof(condition -> 'value') = 'number'
      and subject.value < condition -> 'value'
  end, false)
  from subject;
$$;
comment on function private.condition_holds is
'Whether {field, operator, value} is true of the content as it was passed; false for null.';

create function private.step_applies(step_run public.workflow_step_runs, content public.contents)
returns boolean
language sql
stable
set search_path = ''
as $$
  select
    (wanted.condition is null or private.condition_holds(content, wanted.condition))
    and (wanted.skip_condition is null or not private.condition_holds(content, wanted.skip_condition))
  from (
    select
      nullif(step_run.definition -> 'condition', 'null') as condition,
      nullif(step_run.definition -> 'skip_condition', 'null') as skip_condition
  ) as wanted;
$$;
comment on function private.step_applies is
'Whether the condition of a step, if it has one, holds for the content, and its skip condition does not.';

create function private.open_step(run public.workflow_instances, step_run public.workflow_step_runs)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  assignee uuid;
begin
  update public.workflow_step_runs
  set
    status = 'active',
    opened_at = now(),
    due_at = now() + make_interval(hours => (step_run.definition ->> 'timeout_hours')::integer)
  where workflow_step_runs.id = step_run.id
  returning * into step_run;
  if step_run.definition ->> 'type' = 'automated' then
    perform private.enqueue_job('workflow', 'automated_step', run.brand_id, jsonb_build_object(
      'stepRunId', step_run.id, 'contentId', run.content_id, 'round', step_run.round,
      'check', step_run.definition ->> 'automated_check'
    ));
    return;
  end if;
  for assignee in select private.step_assignees(step_run) loop
    perform private.assign_task(run, step_run, assignee);
  end loop;
end;
$$;
comment on function private.open_step is
'Opens a step: starts its check if it is automated, else assigns a task to each person who decides it.';

create function private.close_step(step_run_id uuid, to_status public.step_status)
returns void
language sql
volatile
set search_path = ''
as $$
  select private.close_tasks(
    close_step.step_run_id, case to_status when 'skipped' then 'skipped' else 'cancelled' end::public.task_status
  );
  update public.workflow_step_runs set status = to_status, closed_at = now(), closed_by = auth.uid()
  where workflow_step_runs.id = close_step.step_run_id;
$$;
comment on function private.close_step is 'Closes a step in the name of the caller, with its pending tasks.';

create function private.lock_step(step_run_id uuid)
returns public.workflow_step_runs
language plpgsql
volatile
set search_path = ''
as $$
declare
  step_run public.workflow_step_runs;
begin
  select * into step_run from public.workflow_step_runs where workflow_step_runs.id = step_run_id;
  perform private.require_permission(step_run.brand_id, 'workflow.read', 'step');
  perform private.lock_content(step_run.content_id);
  -- Read again: the step may have been closed while this waited for the lock.
  select * into step_run from public.workflow_step_runs where workflow_step_runs.id = step_run_id;
  if step_run.status <> 'active' then
    perform private.refuse(409, 'this step is not open');
  end if;
  return step_run;
end;
$$;
comment on function private.lock_step is
'Returns an open step and locks its content; 404 for those who may not read its workflow, 409 for a step that is not
open.';

create function private.settle_step(
  run public.workflow_instances, content public.contents, step_run public.workflow_step_runs
)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  change jsonb := jsonb_build_object('step_name', step_run.name);
begin
  -- Where all must approve, the step waits for everyone who has a pending task and is still a member. Otherwise the
  -- first approval is enough.
  if coalesce((step_run.definition ->> 'require_all_approvals')::boolean, false) and exists (
    select from public.workflow_tasks as task
    where
      task.step_run_id = step_run.id and task.status = 'pending'
      and private.is_active_member(task.assignee_id, run.brand_id)
  ) then
    if content.status = 'pending_review' then
      perform private.transition_content(content, 'in_review', change);
    end if;
    return;
  end if;
  perform private.close_step(step_run.id, 'approved');
  if private.advance_run(run, content) then
    perform private.transition_content(content, 'approved', change);
    return;
  end if;
  if content.status = 'pending_review' then
    perform private.transition_content(content, 'in_review', change);
  end if;
  perform private.append_run_event(run, 'WorkflowStepAdvanced', jsonb_build_object(
    'from', step_run.name,
    'to', (
      select string_agg(next_step.name, ', ' order by next_step.position) from public.workflow_step_runs as next_step
      where next_step.instance_id = run.id and next_step.status = 'active'
    )
  ));
end;
$$;
comment on function private.settle_step is
'After an approval: closes the step if its approvals are complete, and advances the run.';

-- schemas/workflow/functions/tasks.sql

create function private.may_decide_step(step_run public.workflow_step_runs, person uuid)
returns boolean
language sql
stable
set search_path = ''
as $$
  select
    coalesce(step_run.definition ->> 'assignment_type' = 'creator', false)
    or coalesce(step_run.definition -> 'assignees' ? may_decide_step.person::text, false)
    or not exists (
      select from public.contents
      where contents.id = step_run.content_id and contents.created_by = may_decide_step.person
    );
$$;
comment on function private.may_decide_step is
'Whether the step may be decided by a person: authors decide on their own content only where the step names them or is
assigned to the creator.';

create function private.next_in_turn(candidates uuid[], brand uuid, assignment text)
returns uuid
language sql
stable
set search_path = ''
as $$
  select candidate
  from unnest(candidates) as candidate
  left join public.workflow_tasks as task on task.assignee_id = candidate and task.brand_id = next_in_turn.brand
  group by candidate
  order by
    case assignment when 'least_loaded' then count(task.id) filter (where task.status = 'pending') end,
    max(task.id::text) nulls first, -- ids sort by time: who was asked longest ago comes first
    candidate
  limit 1;
$$;
comment on function private.next_in_turn is
'Returns the candidate whose last task in the brand is the oldest; for least_loaded, the one with the fewest pending
tasks before that.';

create function private.step_assignees(step_run public.workflow_step_runs)
returns setof uuid
language plpgsql
stable
set search_path = ''
as $$
declare
  author uuid := (select contents.created_by from public.contents where contents.id = step_run.content_id);
  kind text := coalesce(step_run.definition ->> 'assignment_type', 'user');
  named uuid[] := array(select jsonb_array_elements_text(coalesce(step_run.definition -> 'assignees', '[]'))::uuid);
  least_role public.brand_role := (step_run.definition ->> 'assigned_role')::public.brand_role;
  candidates uuid[];
begin
  -- People who have left, who have expired or who are inactive are not asked, even where the step names them.
  candidates := array(
    select member.user_id
    from public.brand_members as member
    inner join public.profiles on profiles.id = member.user_id
    where
      member.brand_id = step_run.brand_id
      and profiles.is_active
      and (member.expires_at is null or member.expires_at > now())
      and case kind
        when 'creator' then member.user_id = author
        when 'role' then member.role >= least_role and member.user_id is distinct from author
        else
          member.user_id = any (named)
          or (cardinality(named) = 0 and member.role >= least_role and member.user_id is distinct from author)
      end
    order by member.user_id
  );
  if kind in ('round_robin', 'least_loaded') and cardinality(candidates) > 1 then
    candidates := array[private.next_in_turn(candidates, step_run.brand_id, kind)];
  end if;
  -- A step without anybody goes to the admins of the brand (domain §5), except the author, who decides only where the
  -- step names them.
  if cardinality(candidates) = 0 then
    candidates := array(
      select member.user_id
      from public.brand_members as member
      inner join public.profiles on profiles.id = member.user_id
      where
        member.brand_id = step_run.brand_id
        and member.role = 'admin'
        and profiles.is_active
        and (member.expires_at is null or member.expires_at > now())
        and member.user_id is distinct from author
    );
  end if;
  return query select unnest(candidates);
end;
$$;
comment on function private.step_assignees is 'Lists the people who are asked to decide a step when it opens.';

create function private.assign_task(run public.workflow_instances, step_run public.workflow_step_runs, assignee uuid)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  task public.workflow_tasks;
begin
  insert into public.workflow_tasks as tasks (
    instance_id, step_run_id, round, brand_id, content_id, assignee_id, due_at
  )
  values (run.id, step_run.id, step_run.round, run.brand_id, run.content_id, assignee, step_run.due_at)
  on conflict on constraint workflow_tasks_once_key do update
    set status = 'pending', decision = null, decided_at = null, reassigned_to = null
    where tasks.status in ('reassigned', 'cancelled')
  returning * into task;
  if task.id is not null then
    perform private.append_run_event(run, 'TaskAssigned', jsonb_build_object(
      'taskId', task.id, 'assigneeId', task.assignee_id, 'step', step_run.name, 'dueAt', task.due_at
    ));
  end if;
end;
$$;
comment on function private.assign_task is
'Assigns a step to a person and announces it; reopens a task that was reassigned or cancelled, and does nothing where
the task is pending or decided.';

create function private.close_tasks(step_run_id uuid, to_status public.task_status)
returns void
language sql
volatile
set search_path = ''
as $$
  update public.workflow_tasks set status = to_status, decided_at = now()
  where workflow_tasks.step_run_id = close_tasks.step_run_id and workflow_tasks.status = 'pending';
$$;

create function private.release_tasks(person uuid, brand uuid)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  task public.workflow_tasks;
  step_run public.workflow_step_runs;
  run public.workflow_instances;
  content public.contents;
  assignee uuid;
begin
  for task in
    select tasks.* from public.workflow_tasks as tasks
    where tasks.assignee_id = person and tasks.brand_id = brand and tasks.status = 'pending'
    order by tasks.id
  loop
    select * into content from public.contents where contents.id = task.content_id for update;
    update public.workflow_tasks set status = 'cancelled', decided_at = now() where workflow_tasks.id = task.id;
    select * into step_run from public.workflow_step_runs where workflow_step_runs.id = task.step_run_id;
    run := private.active_run(task.content_id);
    continue when run.id is null or step_run.status <> 'active' or exists (
      select from public.workflow_tasks as other where other.step_run_id = step_run.id and other.status = 'pending'
    );
    -- Nobody else is asked: approvals that were given are enough, else the step is assigned anew.
    if exists (
      select from public.workflow_tasks as other
      where other.step_run_id = step_run.id and other.round = step_run.round and other.decision = 'approve'
    ) then
      perform private.settle_step(run, content, step_run);
    else
      for assignee in select private.step_assignees(step_run) loop
        perform private.assign_task(run, step_run, assignee);
      end loop;
    end if;
  end loop;
end;
$$;
comment on function private.release_tasks is
'Cancels the pending tasks of a person who leaves a brand. A step that would wait for nobody goes on, or is assigned to
others.';

-- schemas/ai/triggers.sql

create trigger stamp_budget before insert or update on public.ai_budgets
for each row execute function private.stamp_budget();
create trigger keep_brand before update on public.ai_budgets
for each row execute function private.keep_brand();

create trigger stamp_row before insert or update on public.prompt_templates
for each row execute function private.stamp_row('actors');
create trigger keep_brand before update on public.prompt_templates
for each row execute function private.keep_brand();

create trigger stamp_row before insert or update on public.brand_knowledge
for each row execute function private.stamp_row('actors');
create trigger keep_brand before update on public.brand_knowledge
for each row execute function private.keep_brand();
create trigger enqueue_embedding
after insert or update of title, body on public.brand_knowledge
for each row execute function private.enqueue_embedding('knowledge');

-- schemas/audit/triggers.sql

create trigger refuse_change before update or delete on public.audit_log
for each row execute function private.refuse_change();
create trigger refuse_truncate before truncate on public.audit_log
for each statement execute function private.refuse_change();

-- schemas/brand/triggers.sql

create trigger stamp_row
before insert or update on public.accounts
for each row execute function private.stamp_row();
create trigger check_recent_authentication after insert or update on public.accounts
for each row execute function private.check_recent_authentication();

create trigger stamp_row
before insert or update on public.brands
for each row execute function private.stamp_row('actors', 'version');
create trigger announce_change
after insert or update on public.brands
for each row execute function private.announce_change('brand', 'BrandCreated', 'BrandUpdated', '-');
create trigger mark_search_stale
after update of language on public.brands
for each row when (old.language is distinct from new.language) execute function private.mark_search_stale();
create trigger touch_parent_of_new
after insert on public.brands
for each row when (new.parent_brand_id is not null) execute function private.touch_brand('parent_brand_id');
create trigger touch_parent
after update of parent_brand_id, name, slug, deleted_at on public.brands
for each row when (
  (old.parent_brand_id, old.name, old.slug, old.deleted_at)
  is distinct from (new.parent_brand_id, new.name, new.slug, new.deleted_at)
) execute function private.touch_brand('parent_brand_id');

create trigger stamp_row
before insert or update on public.vetting_agencies
for each row execute function private.stamp_row('actors');
create trigger keep_brand
before update on public.vetting_agencies
for each row execute function private.keep_brand();
create trigger announce_change
after insert or update or delete on public.vetting_agencies
for each row execute function private.announce_change(
  'vetting_agency', 'VettingAgencyAdded', 'VettingAgencyChanged', 'VettingAgencyRemoved'
);
create trigger touch_brand
after insert or update or delete on public.vetting_agencies
for each row execute function private.touch_brand();

create trigger stamp_setting
before insert or update on public.platform_settings
for each row execute function private.stamp_setting();

create trigger stamp_setting
before insert or update on public.feature_flags
for each row execute function private.stamp_setting();

-- schemas/claims/triggers.sql

create trigger stamp_row before insert or update on public.master_claim_brands
for each row execute function private.stamp_row('actors');

create trigger stamp_row before insert or update on public.products
for each row execute function private.stamp_row('actors');

create trigger stamp_row before insert or update on public.ingredients
for each row execute function private.stamp_row('actors');

create trigger guard_claim before insert or update on public.claims
for each row execute function private.guard_claim();
create trigger stamp_row before insert or update on public.claims
for each row execute function private.stamp_row('actors', 'version');
create trigger keep_pending_claim before delete on public.claims
for each row execute function private.keep_pending_claim();
create trigger propagate_claim after insert or update on public.claims
for each row execute function private.propagate_claim();
create constraint trigger check_claim_subjects after insert or update on public.claims
deferrable initially deferred for each row execute function private.check_claim_subjects();

create trigger propagate_claim after insert or update or delete on public.claim_subjects
for each row execute function private.propagate_claim();
create constraint trigger check_claim_subjects after insert or update or delete on public.claim_subjects
deferrable initially deferred for each row execute function private.check_claim_subjects();

create trigger stamp_row before insert or update on public.market_overrides
for each row execute function private.stamp_row('actors');
create trigger guard_override before insert or update on public.market_overrides
for each row execute function private.guard_override();
create trigger announce_override after insert or update or delete on public.market_overrides
for each row execute function private.announce_override();

create trigger rescore_content
after insert or update on public.claim_reviews
for each row when (new.content_id is not null) execute function private.rescore_content();

create trigger touch_brand
after insert or update or delete on public.brand_master_claim_brands
for each row execute function private.touch_brand();

-- schemas/content/triggers.sql

create trigger stamp_new_content
before insert on public.contents
for each row execute function private.stamp_new_content();
create trigger stamp_content
before update on public.contents
for each row execute function private.stamp_content();
create trigger record_content_change
after insert or update on public.contents
for each row execute function private.record_content_change();
create trigger index_content
after insert or update of status, title, type, metadata, tags, excerpt, body, fields, deleted_at, score
on public.contents
for each row execute function private.index_content();
create trigger audit_content after update on public.contents
for each row when (
  (new.status is distinct from old.status and new.status in ('approved', 'rejected', 'published', 'archived'))
  or new.deleted_at is distinct from old.deleted_at
)
execute function private.audit_content();
create trigger copy_assignees_of_new
after insert on public.contents
for each row when (new.assignees <> '{}') execute function private.copy_assignees();
create trigger copy_assignees
after update of assignees on public.contents
for each row when (new.assignees <> old.assignees) execute function private.copy_assignees();
create trigger mark_edited_provenance
before update of fields, metadata, provenance on public.contents
for each row when (new.provenance <> '{}') execute function private.mark_edited_provenance();
create trigger enqueue_embedding_of_new
after insert on public.contents
for each row execute function private.enqueue_embedding('content');
-- Not after a change of status, which counts the version as well.
create trigger enqueue_embedding
after update of title, body, excerpt, fields on public.contents
for each row when (
  (new.title, new.body, new.excerpt, new.fields) is distinct from (old.title, old.body, old.excerpt, old.fields)
)
execute function private.enqueue_embedding('content');

create trigger stamp_row
before insert or update on public.comments
for each row execute function private.stamp_row('actors');
create trigger keep_brand
before update on public.comments
for each row execute function private.keep_brand();
create trigger announce_change
after insert or update on public.comments
for each row execute function private.announce_change('comment', 'CommentAdded', 'CommentChanged', '-');
create trigger guard_comment
before insert or update on public.comments
for each row execute function private.guard_comment();
-- After the row, and so after the policies: before them its answer would tell strangers who is a member.
create trigger check_mentions
after insert or update of mentions on public.comments
for each row execute function private.check_mentions();

create trigger refuse_change
before update on public.content_versions
for each row execute function private.refuse_version_change();

create trigger drop_assignee
after delete on public.content_assignees
for each row execute function private.drop_assignee();

create trigger rescore_content
after insert or update on private.content_alignments
for each row execute function private.rescore_content();

-- schemas/events/triggers.sql

create trigger refuse_change
before update or delete on public.domain_events
for each row execute function private.refuse_change();
create trigger refuse_truncate
before truncate on public.domain_events
for each statement execute function private.refuse_change();
create trigger broadcast_event
after insert on public.domain_events
for each row execute function private.broadcast_event();
create trigger audit_event
after insert on public.domain_events
for each row when (new.type in (
  'ClaimChanged', 'ClaimDeleted', 'MarketOverrideChanged', 'ClaimsReviewOverridden', 'WorkflowStepSkipped',
  'TaskReassigned', 'UserInvited', 'InvitationChanged', 'BrandUpdated', 'WorkflowCreated', 'WorkflowChanged',
  'WorkflowDeleted'
))
execute function private.audit_event();

-- schemas/files/triggers.sql

create trigger stamp_file before insert or update on public.files
for each row execute function private.stamp_file();
create trigger keep_brand before update on public.files
for each row execute function private.keep_brand();
create trigger announce_change after insert or update of deleted_at, scan_status or delete on public.files
for each row execute function private.announce_change('file', 'FileAdded', 'FileChanged', 'FileRemoved');

-- schemas/identity/triggers.sql

create trigger create_profile
after insert on auth.users
for each row execute function private.create_profile();
create trigger require_credential_permit
before update of encrypted_password, email on auth.users
for each row when (
  old.encrypted_password is distinct from new.encrypted_password or old.email is distinct from new.email
)
execute function private.require_credential_permit();
-- Triggers fire in the order of their names: this one needs create_profile to run before it.
create trigger invitation_of_new_user
after insert or update of raw_app_meta_data on auth.users
for each row when (new.raw_app_meta_data ? 'invitation')
execute function private.accept_invitation_of_new_user();

create trigger stamp_profile
before update on public.profiles
for each row execute function private.stamp_profile();
create trigger end_access_of_inactive
after update of is_active on public.profiles
for each row when (old.is_active and not new.is_active) execute function private.end_access_of_inactive();
create trigger forget_links_of_inactive
after update of is_active on public.profiles
for each row when (old.is_active and not new.is_active) execute function private.forget_links_of_inactive();

create trigger check_member_permissions
before insert or update on public.brand_members
for each row execute function private.check_member_permissions();
create trigger announce_change
after insert or update of role, expires_at, permissions, restrictions or delete on public.brand_members
for each row execute function private.announce_change('brand_member', 'UserAssigned', 'UserRoleChanged', 'UserRemoved');
create trigger audit_change after insert or update of role,
permissions,
restrictions,
expires_at or delete on public.brand_members
for each row execute function private.audit_change('membership');
create trigger check_user_quota
before insert on public.brand_members
for each row execute function private.check_user_quota();

create trigger stamp_row
before insert or update on public.invitations
for each row execute function private.stamp_row('actors');
create trigger keep_brand
before update on public.invitations
for each row execute function private.keep_brand();
create trigger announce_change
after insert or update of role, permissions, membership_expires_at, status, expires_at on public.invitations
for each row execute function private.announce_change('invitation', 'UserInvited', 'InvitationChanged', '-');

create trigger stamp_api_key
before insert or update on public.api_keys
for each row execute function private.stamp_api_key();
create trigger keep_brand
before update on public.api_keys
for each row execute function private.keep_brand();
create trigger announce_change
after insert or update of name, scopes, allowed_addresses, expires_at, revoked_at on public.api_keys
for each row execute function private.announce_change('api_key', 'ApiKeyCreated', 'ApiKeyChanged', '-');
create trigger audit_change after insert or update of name,
scopes,
allowed_addresses,
revoked_at,
expires_at on public.api_keys
for each row execute function private.audit_change('api_key', 'key_hash');

create trigger stamp_row
before insert or update on public.sso_connections
for each row execute function private.stamp_row();
-- After and not before: the policies refuse other callers first, so the trigger reveals nothing to them.
create trigger check_sso_connection
after insert or update on public.sso_connections
for each row execute function private.check_sso_connection();
create trigger audit_change after insert or update or delete on public.sso_connections
for each row execute function private.audit_change('sso_connection', 'certificates');

create trigger check_sso_group_role
after insert or update on public.sso_group_roles
for each row execute function private.check_sso_group_role();
create trigger audit_group_role after insert or update or delete on public.sso_group_roles
for each row execute function private.audit_group_role();

-- schemas/notify/triggers.sql

create trigger stamp_row before insert or update on public.notifications
for each row execute function private.stamp_row();
create trigger broadcast_notification after insert on public.notifications
for each row execute function private.broadcast_notification();

create trigger stamp_preferences before insert or update on public.notification_preferences
for each row execute function private.stamp_preferences();

-- schemas/publishing/triggers.sql

create trigger stamp_row before insert or update on public.webhook_endpoints
for each row execute function private.stamp_row('actors');
create trigger keep_brand before update on public.webhook_endpoints
for each row execute function private.keep_brand();
create trigger announce_change after insert or update or delete on public.webhook_endpoints
for each row execute function private.announce_change('webhook', 'WebhookCreated', 'WebhookChanged', 'WebhookRemoved');
create trigger audit_change after insert or update of url, event_types, is_active or delete on public.webhook_endpoints
for each row execute function private.audit_change('webhook', 'secret');

-- schemas/template/triggers.sql

create trigger stamp_template
before insert or update on public.templates
for each row execute function private.stamp_template();
create trigger record_template_version
after insert or update on public.templates
for each row execute function private.record_template_version();
create trigger check_template
before insert or update of input_fields, output_fields on public.templates
for each row execute function private.check_template();
create trigger check_template_quota
after insert on public.templates
for each row when (new.brand_id is not null) execute function private.check_template_quota();

create trigger refuse_change
before update on public.template_versions
for each row execute function private.refuse_version_change();

-- schemas/workflow/triggers.sql

create trigger stamp_row
before insert or update on public.workflows
for each row execute function private.stamp_row('actors', 'version');
create trigger keep_brand
before update on public.workflows
for each row execute function private.keep_brand();
create trigger announce_change
after insert or update or delete on public.workflows
for each row execute function private.announce_change(
  'workflow_definition', 'WorkflowCreated', 'WorkflowChanged', 'WorkflowDeleted'
);
create trigger keep_workflow_in_use
before delete on public.workflows
for each row execute function private.keep_workflow_in_use();
create trigger touch_brand
after update of name on public.workflows
for each row when (old.name is distinct from new.name) execute function private.touch_brand();

create trigger keep_brand
before update on public.workflow_steps
for each row execute function private.keep_brand();
create trigger count_workflow_version
after insert or update or delete on public.workflow_steps
for each row execute function private.count_workflow_version();

create trigger count_workflow_version
after insert or delete on public.workflow_step_assignees
for each row execute function private.count_workflow_version();

create trigger touch_brand
after insert or update or delete on public.brand_workflows
for each row execute function private.touch_brand();

-- policies/ai.sql

-- ai_generations, ai_prices, ai_budgets, prompt_templates, brand_knowledge

grant select on public.ai_generations to authenticated;

create policy "Generations may be read by members of their brand"
on public.ai_generations for select to authenticated
using (brand_id = any((select private.brands_permitting('ai.read'))::uuid[]));

grant select, insert (provider, model, effective_from, input_per_1000, output_per_1000),
update (input_per_1000, output_per_1000) on public.ai_prices to authenticated;

create policy "Prices may be read by everyone"
on public.ai_prices for select to authenticated
using (true);

create policy "Prices may be added by platform admins"
on public.ai_prices for insert to authenticated
with check ((select private.is_platform_admin()));

create policy "Prices may be changed by platform admins"
on public.ai_prices for update to authenticated
using ((select private.is_platform_admin()))
with check ((select private.is_platform_admin()));

-- Written only by the command set_budget, which announces the change.
grant select on public.ai_budgets to authenticated;

create policy "Budgets may be read by those who manage AI"
on public.ai_budgets for select to authenticated
using (brand_id = any((select private.brands_permitting('ai.manage'))::uuid[]));

grant select on public.prompt_templates to authenticated;
grant insert (brand_id, name, version, system_prompt, user_prompt, variables, parameters, is_active)
on public.prompt_templates to authenticated;
grant update (is_active) on public.prompt_templates to authenticated;

create policy "Prompts may be read by those who manage AI"
on public.prompt_templates for select to authenticated
using (
  brand_id = any((select private.brands_permitting('ai.manage'))::uuid[])
  or (brand_id is null and (select private.is_platform_admin()))
);

create policy "Prompts may be made by those who manage AI"
on public.prompt_templates for insert to authenticated
with check (
  brand_id = any((select private.brands_permitting('ai.manage'))::uuid[])
  or (brand_id is null and (select private.is_platform_admin()))
);

create policy "Prompts may be switched by those who manage AI"
on public.prompt_templates for update to authenticated
using (
  brand_id = any((select private.brands_permitting('ai.manage'))::uuid[])
  or (brand_id is null and (select private.is_platform_admin()))
)
with check (
  brand_id = any((select private.brands_permitting('ai.manage'))::uuid[])
  or (brand_id is null and (select private.is_platform_admin()))
);

grant select, insert (brand_id, title, source_url, body), update (title, source_url, body), delete
on public.brand_knowledge to authenticated;

create policy "Knowledge may be read by members of its brand"
on public.brand_knowledge for select to authenticated
using (brand_id = any((select private.brands_permitting('ai.read'))::uuid[]));

create policy "Knowledge may be added by those who manage AI"
on public.brand_knowledge for insert to authenticated
with check (brand_id = any((select private.brands_permitting('ai.manage'))::uuid[]));

create policy "Knowledge may be changed by those who manage AI"
on public.brand_knowledge for update to authenticated
using (brand_id = any((select private.brands_permitting('ai.manage'))::uuid[]))
with check (brand_id = any((select private.brands_permitting('ai.manage'))::uuid[]));

create policy "Knowledge may be removed by those who manage AI"
on public.brand_knowledge for delete to authenticated
using (brand_id = any((select private.brands_permitting('ai.manage'))::uuid[]));

-- policies/audit.sql

-- audit_log
--
-- The service may read the log. Only functions write to it, so that every row is in the chain of hashes.

revoke insert, update, delete, truncate on public.audit_log from service_role;
grant select on public.audit_log to authenticated;

create policy "The audit log may be read by those who audit the brand"
on public.audit_log for select to authenticated
using (
  brand_id = any((select private.brands_permitting('audit.read'))::uuid[])
  or (brand_id is null and (select private.is_platform_admin()))
);

-- policies/brand.sql

-- plans, accounts, quota_usage, brands, brand_workflows, vetting_agencies, platform_settings, feature_flags
--
-- Name and slug of a brand are unique across tenants. Only platform admins change them: otherwise a refused change
-- would reveal that another tenant has the name.

grant select on public.plans to authenticated;

create policy "Plans may be read by everyone"
on public.plans for select to authenticated
using (true);

grant select, insert (name, plan, overage), update (name, plan, overage) on public.accounts to authenticated;

create policy "Accounts may be read by platform admins"
on public.accounts for select to authenticated
using ((select private.is_platform_admin()));

create policy "Accounts may be made by platform admins"
on public.accounts for insert to authenticated
with check ((select private.is_platform_admin()));

create policy "Accounts may be changed by platform admins"
on public.accounts for update to authenticated
using ((select private.is_platform_admin()))
with check ((select private.is_platform_admin()));

grant select on public.quota_usage to authenticated;

create policy "Use of quotas may be read by platform admins"
on public.quota_usage for select to authenticated
using ((select private.is_platform_admin()));

grant select on public.brands to authenticated;
grant update (
  description, identity, tone_of_voice, communication_style, personality, guardrails, key_messages, target_audience,
  country, language, currency, allowed_content_types, colors, logo, website_urls, settings
) on public.brands to authenticated;

create policy "Brands may be read by their members"
on public.brands for select to authenticated
using (id = any((select private.brands_permitting('brand.read'))::uuid[]));

create policy "Brands may be changed by their admins"
on public.brands for update to authenticated
using (id = any((select private.brands_permitting('brand.update'))::uuid[]))
with check (id = any((select private.brands_permitting('brand.update'))::uuid[]));

grant select on public.brand_workflows to authenticated;

create policy "Assigned workflows may be read by members of the brand"
on public.brand_workflows for select to authenticated
using (brand_id = any((select private.brands_permitting('brand.read'))::uuid[]));

grant select, delete on public.vetting_agencies to authenticated;
grant insert (brand_id, name, priority, country_code, status, is_active) on public.vetting_agencies to authenticated;
grant update (name, priority, country_code, status, is_active) on public.vetting_agencies to authenticated;

create policy "Agencies may be read by members of their brand"
on public.vetting_agencies for select to authenticated
using (brand_id = any((select private.brands_permitting('brand.read'))::uuid[]));

create policy "Agencies may be added by admins of the brand"
on public.vetting_agencies for insert to authenticated
with check (brand_id = any((select private.brands_permitting('brand.update'))::uuid[]));

create policy "Agencies may be changed by admins of the brand"
on public.vetting_agencies for update to authenticated
using (brand_id = any((select private.brands_permitting('brand.update'))::uuid[]))
with check (brand_id = any((select private.brands_permitting('brand.update'))::uuid[]));

create policy "Agencies may be removed by admins of the brand"
on public.vetting_agencies for delete to authenticated
using (brand_id = any((select private.brands_permitting('brand.update'))::uuid[]));

grant select,
insert (key, value, description),
update (value, description),
delete on public.platform_settings to authenticated;

create policy "Settings may be read by everyone"
on public.platform_settings for select to authenticated
using (true);

create policy "Settings may be added by platform admins"
on public.platform_settings for insert to authenticated
with check ((select private.is_platform_admin()));

create policy "Settings may be changed by platform admins"
on public.platform_settings for update to authenticated
using ((select private.is_platform_admin()))
with check ((select private.is_platform_admin()));

create policy "Settings may be removed by platform admins"
on public.platform_settings for delete to authenticated
using ((select private.is_platform_admin()));

grant select, insert (key, is_enabled, brand_ids, description), update (is_enabled, brand_ids, description), delete
on public.feature_flags to authenticated;

create policy "Flags may be read by platform admins"
on public.feature_flags for select to authenticated
using ((select private.is_platform_admin()));

create policy "Flags may be added by platform admins"
on public.feature_flags for insert to authenticated
with check ((select private.is_platform_admin()));

create policy "Flags may be changed by platform admins"
on public.feature_flags for update to authenticated
using ((select private.is_platform_admin()))
with check ((select private.is_platform_admin()));

create policy "Flags may be removed by platform admins"
on public.feature_flags for delete to authenticated
using ((select private.is_platform_admin()));

-- policies/claims.sql

-- countries, master_claim_brands, brand_master_claim_brands, products, ingredients, product_ingredients, claims,
-- claim_subjects, claim_approval_steps, claim_approvals, market_overrides, claim_reviews
--
-- Platform admins write the catalogue. A tenant reads the master claim brands to which it is linked, and their
-- products, ingredients and claims. Claims and overrides are written by commands.

grant select, update (name, is_active) on public.countries to authenticated;

create policy "Countries may be read by everyone"
on public.countries for select to authenticated
using (true);

create policy "Countries may be changed by platform admins"
on public.countries for update to authenticated
using ((select private.is_platform_admin()))
with check ((select private.is_platform_admin()));

grant select, insert (name), update (name), delete
on public.master_claim_brands to authenticated;

create policy "Master claim brands may be read by members of linked brands"
on public.master_claim_brands for select to authenticated
using (id = any((select private.readable_master_brands())::uuid[]) or (select private.is_platform_admin()));

create policy "Master claim brands may be added by platform admins"
on public.master_claim_brands for insert to authenticated
with check ((select private.is_platform_admin()));

create policy "Master claim brands may be changed by platform admins"
on public.master_claim_brands for update to authenticated
using ((select private.is_platform_admin()))
with check ((select private.is_platform_admin()));

create policy "Master claim brands may be removed by platform admins"
on public.master_claim_brands for delete to authenticated
using ((select private.is_platform_admin()));

grant select, insert (brand_id, master_claim_brand_id), delete
on public.brand_master_claim_brands to authenticated;

create policy "Links may be read by members of linked brands"
on public.brand_master_claim_brands for select to authenticated
using (
  brand_id = any((select private.brands_permitting('claim.read'))::uuid[]) or (select private.is_platform_admin())
);

create policy "Links may be added by platform admins"
on public.brand_master_claim_brands for insert to authenticated
with check ((select private.is_platform_admin()));

create policy "Links may be removed by platform admins"
on public.brand_master_claim_brands for delete to authenticated
using ((select private.is_platform_admin()));

grant select, insert (master_claim_brand_id, name, description), update (name, description), delete
on public.products to authenticated;

create policy "Products may be read by members of linked brands"
on public.products for select to authenticated
using (
  master_claim_brand_id = any((select private.readable_master_brands())::uuid[]) or (select private.is_platform_admin())
);

create policy "Products may be added by platform admins"
on public.products for insert to authenticated
with check ((select private.is_platform_admin()));

create policy "Products may be changed by platform admins"
on public.products for update to authenticated
using ((select private.is_platform_admin()))
with check ((select private.is_platform_admin()));

create policy "Products may be removed by platform admins"
on public.products for delete to authenticated
using ((select private.is_platform_admin()));

grant select, insert (name, description), update (name, description), delete
on public.ingredients to authenticated;

create policy "Ingredients may be read by members of linked brands"
on public.ingredients for select to authenticated
using (id = any((select private.readable_ingredients())::uuid[]) or (select private.is_platform_admin()));

create policy "Ingredients may be added by platform admins"
on public.ingredients for insert to authenticated
with check ((select private.is_platform_admin()));

create policy "Ingredients may be changed by platform admins"
on public.ingredients for update to authenticated
using ((select private.is_platform_admin()))
with check ((select private.is_platform_admin()));

create policy "Ingredients may be removed by platform admins"
on public.ingredients for delete to authenticated
using ((select private.is_platform_admin()));

grant select, insert (product_id, ingredient_id), delete
on public.product_ingredients to authenticated;

create policy "Parts may be read by members of linked brands"
on public.product_ingredients for select to authenticated
using (product_id = any((select private.readable_products())::uuid[]) or (select private.is_platform_admin()));

create policy "Parts may be added by platform admins"
on public.product_ingredients for insert to authenticated
with check ((select private.is_platform_admin()));

create policy "Parts may be removed by platform admins"
on public.product_ingredients for delete to authenticated
using ((select private.is_platform_admin()));

grant select on public.claims to authenticated;

create policy "Claims may be read by members of linked brands"
on public.claims for select to authenticated
using (id in (select private.readable_claim_ids()));

grant select on public.claim_subjects to authenticated;

create policy "Subjects of claims may be read with what they name"
on public.claim_subjects for select to authenticated
using (
  product_id = any((select private.readable_products())::uuid[])
  or ingredient_id = any((select private.readable_ingredients())::uuid[])
  or (select private.is_platform_admin())
);

grant select, insert (master_claim_brand_id, position, name, reviewer_role), update (name, reviewer_role), delete
on public.claim_approval_steps to authenticated;

create policy "Approval steps may be read by members of linked brands"
on public.claim_approval_steps for select to authenticated
using (
  master_claim_brand_id = any((select private.readable_master_brands())::uuid[]) or (select private.is_platform_admin())
);

create policy "Approval steps may be added by admins of linked brands"
on public.claim_approval_steps for insert to authenticated
with check (
  master_claim_brand_id = any((select private.writable_master_brands())::uuid[]) or (select private.is_platform_admin())
);

create policy "Approval steps may be changed by admins of linked brands"
on public.claim_approval_steps for update to authenticated
using (
  master_claim_brand_id = any((select private.writable_master_brands())::uuid[]) or (select private.is_platform_admin())
)
with check (
  master_claim_brand_id = any((select private.writable_master_brands())::uuid[]) or (select private.is_platform_admin())
);

create policy "Approval steps may be removed by admins of linked brands"
on public.claim_approval_steps for delete to authenticated
using (
  master_claim_brand_id = any((select private.writable_master_brands())::uuid[]) or (select private.is_platform_admin())
);

grant select on public.claim_approvals to authenticated;

create policy "Approvals of claims may be read with the claims"
on public.claim_approvals for select to authenticated
using (claim_id in (select private.readable_claim_ids()));

grant select on public.market_overrides to authenticated;

create policy "Overrides may be read by members of linked brands"
on public.market_overrides for select to authenticated
using (product_id = any((select private.readable_products())::uuid[]) or (select private.is_platform_admin()));

grant select on public.claim_reviews to authenticated;

create policy "Claim reviews may be read by members of their brand"
on public.claim_reviews for select to authenticated
using (brand_id = any((select private.brands_permitting('claim.read'))::uuid[]));

-- policies/content.sql

-- contents, content_versions, content_assignees, comments, comment_revisions
--
-- Contents and versions are written by commands only, after their checks. The service cannot write them directly.

revoke insert, update, delete, truncate on public.contents, public.content_versions, public.comment_revisions
from service_role;

grant select on public.contents to authenticated;

create policy "Contents may be read by members of their brand"
on public.contents for select to authenticated
using (deleted_at is null and brand_id = any((select private.brands_permitting('content.read'))::uuid[]));

grant select on public.content_versions to authenticated;

create policy "Versions may be read by members of their brand"
on public.content_versions for select to authenticated
using (brand_id = any((select private.brands_permitting('content.read'))::uuid[]));

grant select on public.content_assignees to authenticated;

create policy "Assignees may be read by members of the brand"
on public.content_assignees for select to authenticated
using (brand_id = any((select private.brands_permitting('content.read'))::uuid[]));

grant select on public.comments to authenticated;
grant insert (brand_id, content_id, parent_id, field_key, range_start, range_end, body, mentions, attachments)
on public.comments to authenticated;
grant update (body, mentions, attachments) on public.comments to authenticated;

create policy "Comments may be read by members of their brand"
on public.comments for select to authenticated
using (brand_id = any((select private.brands_permitting('content.read'))::uuid[]));

create policy "Comments may be made by those who may comment"
on public.comments for insert to authenticated
with check (
  created_by = (select auth.uid())
  and brand_id = any((select private.brands_permitting('comment.write'))::uuid[])
  and brand_id = any((select private.brands_permitting('content.read'))::uuid[])
);

create policy "Comments may be edited by their author and by moderators"
on public.comments for update to authenticated
using (
  deleted_at is null
  and (
    (created_by = (select auth.uid()) and brand_id = any((select private.brands_permitting('comment.write'))::uuid[]))
    or brand_id = any((select private.brands_permitting('comment.moderate'))::uuid[])
  )
)
with check (
  (created_by = (select auth.uid()) and brand_id = any((select private.brands_permitting('comment.write'))::uuid[]))
  or brand_id = any((select private.brands_permitting('comment.moderate'))::uuid[])
);

grant select on public.comment_revisions to authenticated;

create policy "Former comments may be read by who edited and by moderators"
on public.comment_revisions for select to authenticated
using (
  (created_by = (select auth.uid()) and brand_id = any((select private.brands_permitting('content.read'))::uuid[]))
  or brand_id = any((select private.brands_permitting('comment.moderate'))::uuid[])
);

-- policies/events.sql

-- domain_events, realtime.messages
--
-- Reading an event needs the permission to read its aggregate: the same list as in private.event_permission.

-- Only functions write events; the service has no privilege to.
revoke insert, update, delete, truncate on public.domain_events from service_role;
grant select on public.domain_events to authenticated;

create policy "Events may be read by who may read what they are about"
on public.domain_events for select to authenticated
using (
  case
    when
      aggregate_type in ('brand_member', 'invitation')
      then brand_id = any((select private.brands_permitting('member.manage'))::uuid[])
    when
      aggregate_type in ('api_key', 'webhook')
      then brand_id = any((select private.brands_permitting('integration.manage'))::uuid[])
    when
      aggregate_type in ('workflow', 'workflow_definition')
      then brand_id = any((select private.brands_permitting('workflow.read'))::uuid[])
    when aggregate_type = 'ai_generation' then brand_id = any((select private.brands_permitting('ai.read'))::uuid[])
    when aggregate_type = 'claim' then brand_id = any((select private.brands_permitting('claim.read'))::uuid[])
    when aggregate_type = 'file' then brand_id = any((select private.brands_permitting('file.read'))::uuid[])
    when
      aggregate_type in ('brand', 'vetting_agency')
      then brand_id = any((select private.brands_permitting('brand.read'))::uuid[])
    else brand_id = any((select private.brands_permitting('content.read'))::uuid[])
  end
);

create policy "Topics may be joined by who may read what they are about"
on realtime.messages for select to authenticated
using (extension = 'broadcast' and (select private.may_join_topic((select realtime.topic()))));

-- policies/files.sql

-- files, storage.objects
--
-- An object is stored below the id of its brand (brand-files), where a row of files announces it, or of its person
-- (avatars); nobody may use any other path. People other than the owner of a file see it only after its scan. The
-- service removes objects.

grant select on public.files to authenticated;
grant insert (brand_id, name, mime_type, size_bytes, checksum, content_id) on public.files to authenticated;

create policy "Files may be read by members of their brand"
on public.files for select to authenticated
using (deleted_at is null and brand_id = any((select private.brands_permitting('file.read'))::uuid[]));

create policy "Files may be added by editors of the brand"
on public.files for insert to authenticated
with check (
  owner_id = (select auth.uid()) and brand_id = any((select private.brands_permitting('file.write'))::uuid[])
);

create policy "Objects of a brand may be read where their file may be"
on storage.objects for select to authenticated
using (
  bucket_id = 'brand-files'
  and exists (
    select from public.files as file
    where
      file.path = objects.name
      and file.deleted_at is null
      and (file.scan_status = 'clean' or file.owner_id = (select auth.uid()))
  )
);

create policy "Objects of a brand may be added by who announced the file"
on storage.objects for insert to authenticated
with check (
  bucket_id = 'brand-files'
  and private.storage_folder_id(name) = any((select private.brands_permitting('file.write'))::uuid[])
  and exists (
    select from public.files as file
    where file.path = objects.name and file.owner_id = (select auth.uid()) and file.scan_status = 'pending'
  )
);

create policy "Avatars may be seen by oneself and by colleagues"
on storage.objects for select to authenticated
using (
  bucket_id = 'avatars'
  and (
    private.storage_folder_id(name) = (select auth.uid())
    or private.storage_folder_id(name) in (select private.colleague_ids())
  )
);

create policy "Avatars may be added by their owner"
on storage.objects for insert to authenticated
with check (bucket_id = 'avatars' and private.storage_folder_id(name) = (select auth.uid()));

create policy "Avatars may be replaced by their owner"
on storage.objects for update to authenticated
using (bucket_id = 'avatars' and private.storage_folder_id(name) = (select auth.uid()))
with check (bucket_id = 'avatars' and private.storage_folder_id(name) = (select auth.uid()));

create policy "Avatars may be removed by their owner"
on storage.objects for delete to authenticated
using (bucket_id = 'avatars' and private.storage_folder_id(name) = (select auth.uid()));

-- policies/identity.sql

-- profiles, user_sessions, mfa_factors, trusted_devices, brand_members, invitations, api_keys, sso_connections,
-- sso_group_roles
--
-- Columns that no grant names (hashes, secrets, private data) cannot be read here. Platform admins and roles are
-- changed by commands only.

grant select (id, first_name, last_name, timezone, language, avatar_path, is_active, created_at, updated_at)
on public.profiles to authenticated;
grant update (first_name, last_name, timezone, language, phone, avatar_path) on public.profiles to authenticated;

create policy "People may see themselves and whom they share a brand with"
on public.profiles for select to authenticated
using (id = (select auth.uid()) or id in (select private.colleague_ids()) or (select private.is_platform_admin()));

create policy "People may change their own profile"
on public.profiles for update to authenticated
using (id = (select auth.uid()))
with check (id = (select auth.uid()));

grant select on public.user_sessions to authenticated;

create policy "People may see their own sessions"
on public.user_sessions for select to authenticated
using (user_id = (select auth.uid()));

grant select (id, user_id, kind, name, verified_at, last_used_at, created_at) on public.mfa_factors to authenticated;

create policy "People may see their own factors"
on public.mfa_factors for select to authenticated
using (user_id = (select auth.uid()));

grant select (id, user_id, name, expires_at, created_at), delete on public.trusted_devices to authenticated;

create policy "People may see their own devices"
on public.trusted_devices for select to authenticated
using (user_id = (select auth.uid()));

create policy "People may forget their own devices"
on public.trusted_devices for delete to authenticated
using (user_id = (select auth.uid()));

grant select on public.brand_members to authenticated;

create policy "Memberships may be read by their holder and by editors"
on public.brand_members for select to authenticated
using (
  (user_id = (select auth.uid()) and brand_id = any((select private.brands_permitting('brand.read'))::uuid[]))
  or brand_id = any((select private.brands_permitting('member.read'))::uuid[])
);

grant select (
  id, brand_id, email, role, permissions, membership_expires_at, status, delivery, expires_at, accepted_by, accepted_at,
  created_by, created_at, updated_by, updated_at
) on public.invitations to authenticated;
create policy "Invitations may be read by those who manage members"
on public.invitations for select to authenticated
using (brand_id = any((select private.brands_permitting('member.manage'))::uuid[]));

grant select (
  id, brand_id, user_id, name, prefix, scopes, allowed_addresses, expires_at, last_used_at, revoked_at, revoked_by,
  created_at, updated_at
) on public.api_keys to authenticated;
create policy "Keys may be read by those who manage integrations"
on public.api_keys for select to authenticated
using (brand_id = any((select private.brands_permitting('integration.manage'))::uuid[]));

grant select, insert (
  account_id, name, entity_id, sign_on_url, certificates, domains, group_attribute, is_active
), update (
  name, entity_id, sign_on_url, certificates, domains, group_attribute, is_active
), delete on public.sso_connections to authenticated;

create policy "Connections may be read by platform admins"
on public.sso_connections for select to authenticated
using ((select private.is_platform_admin()));

create policy "Connections may be made by platform admins"
on public.sso_connections for insert to authenticated
with check ((select private.is_platform_admin()));

create policy "Connections may be changed by platform admins"
on public.sso_connections for update to authenticated
using ((select private.is_platform_admin()))
with check ((select private.is_platform_admin()));

create policy "Connections may be removed by platform admins"
on public.sso_connections for delete to authenticated
using ((select private.is_platform_admin()));

grant select, insert (connection_id, group_name, brand_id, role), update (role), delete
on public.sso_group_roles to authenticated;

create policy "Roles of groups may be read by platform admins"
on public.sso_group_roles for select to authenticated
using ((select private.is_platform_admin()));

create policy "Roles of groups may be made by platform admins"
on public.sso_group_roles for insert to authenticated
with check ((select private.is_platform_admin()));

create policy "Roles of groups may be changed by platform admins"
on public.sso_group_roles for update to authenticated
using ((select private.is_platform_admin()))
with check ((select private.is_platform_admin()));

create policy "Roles of groups may be removed by platform admins"
on public.sso_group_roles for delete to authenticated
using ((select private.is_platform_admin()));

-- policies/notify.sql

-- notifications, notification_preferences
--
-- Only the service writes notifications, so that people cannot send them to each other.

grant select, update (is_read, is_archived) on public.notifications to authenticated;

create policy "People may read what they are told"
on public.notifications for select to authenticated
using (
  user_id = (select auth.uid())
  and (brand_id is null or brand_id = any((select private.brands_permitting('brand.read'))::uuid[]))
);

create policy "People may put away what they are told"
on public.notifications for update to authenticated
using (user_id = (select auth.uid()))
with check (user_id = (select auth.uid()));

grant select on public.notification_preferences to authenticated;
grant insert (
  user_id, email_enabled, content_updates, new_comments, task_reminders, marketing, digest, quiet_from, quiet_to
) on public.notification_preferences to authenticated;
grant update (
  email_enabled, content_updates, new_comments, task_reminders, marketing, digest, quiet_from, quiet_to
) on public.notification_preferences to authenticated;

create policy "People may read their own preferences"
on public.notification_preferences for select to authenticated
using (user_id = (select auth.uid()));

create policy "People may set their own preferences"
on public.notification_preferences for insert to authenticated
with check (user_id = (select auth.uid()));

create policy "People may change their own preferences"
on public.notification_preferences for update to authenticated
using (user_id = (select auth.uid()))
with check (user_id = (select auth.uid()));

-- policies/publishing.sql

-- webhook_endpoints, webhook_deliveries

grant select (
  id, brand_id, url, event_types, is_active, disabled_reason, created_by, created_at, updated_by, updated_at
), delete on public.webhook_endpoints to authenticated;
grant insert (brand_id, url, secret, event_types, is_active) on public.webhook_endpoints to authenticated;
grant update (url, secret, event_types, is_active) on public.webhook_endpoints to authenticated;

create policy "Webhooks may be read by those who manage integrations"
on public.webhook_endpoints for select to authenticated
using (brand_id = any((select private.brands_permitting('integration.manage'))::uuid[]));

create policy "Webhooks may be added by those who manage integrations"
on public.webhook_endpoints for insert to authenticated
with check (brand_id = any((select private.brands_permitting('integration.manage'))::uuid[]));

create policy "Webhooks may be changed by those who manage integrations"
on public.webhook_endpoints for update to authenticated
using (brand_id = any((select private.brands_permitting('integration.manage'))::uuid[]))
with check (brand_id = any((select private.brands_permitting('integration.manage'))::uuid[]));

create policy "Webhooks may be removed by those who manage integrations"
on public.webhook_endpoints for delete to authenticated
using (brand_id = any((select private.brands_permitting('integration.manage'))::uuid[]));

grant select on public.webhook_deliveries to authenticated;

create policy "Deliveries may be read by those who manage integrations"
on public.webhook_deliveries for select to authenticated
using (brand_id = any((select private.brands_permitting('integration.manage'))::uuid[]));

-- policies/template.sql

-- templates, template_versions

grant select, delete on public.templates to authenticated;
grant insert (brand_id, name, description, content_type, input_fields, output_fields)
on public.templates to authenticated;
grant update (name, description, content_type, input_fields, output_fields, is_active)
on public.templates to authenticated;

create policy "Templates may be read by members, global ones by everyone"
on public.templates for select to authenticated
using (brand_id is null or brand_id = any((select private.brands_permitting('template.read'))::uuid[]));

create policy "Templates may be made by admins, global ones by the platform"
on public.templates for insert to authenticated
with check (
  brand_id = any((select private.brands_permitting('template.write'))::uuid[])
  or (brand_id is null and (select private.is_platform_admin()))
);

create policy "Templates may be changed by admins, or the platform"
on public.templates for update to authenticated
using (
  brand_id = any((select private.brands_permitting('template.write'))::uuid[])
  or (brand_id is null and (select private.is_platform_admin()))
)
with check (
  brand_id = any((select private.brands_permitting('template.write'))::uuid[])
  or (brand_id is null and (select private.is_platform_admin()))
);

create policy "Templates may be deleted by platform admins"
on public.templates for delete to authenticated
using ((select private.is_platform_admin()));

grant select on public.template_versions to authenticated;

create policy "Former templates may be read by members, global ones by everyone"
on public.template_versions for select to authenticated
using (brand_id is null or brand_id = any((select private.brands_permitting('template.read'))::uuid[]));

-- policies/trusted_sessions.sql

-- For every table: a session that has ended, or that has not passed the second factor of its user, reads and writes
-- nothing. Tables that belong to a person and not to a brand are closed to API keys.
--
-- A restrictive policy is a condition in addition to all others. It is the same for every table, so a loop makes it.

do $$
declare
  guarded record;
begin
  for guarded in
    select
      schemaname, tablename,
      case
        when tablename = any (array[
          'user_sessions', 'mfa_factors', 'trusted_devices', 'notifications', 'notification_preferences', 'api_keys',
          'sso_connections', 'sso_group_roles'
        ]) then 'private.person_trusted()'
        else 'private.session_trusted()'
      end as condition
    from pg_tables where schemaname = 'public'
    union all
    values
    ('realtime', 'messages', 'private.session_trusted()'), ('storage', 'objects', 'private.session_trusted()')
  loop
    execute format(
      'create policy "Only trusted sessions" on %I.%I as restrictive for all to authenticated '
      'using ((select %s)) with check ((select %s))',
      guarded.schemaname, guarded.tablename, guarded.condition, guarded.condition
    );
  end loop;
end
$$;

-- policies/workflow.sql

-- workflows, workflow_steps, workflow_step_assignees; workflow_instances, workflow_step_runs, workflow_tasks,
-- workflow_actions
--
-- Admins write definitions. Only commands write runs; the service has no privilege to.

revoke insert, update, delete, truncate on
public.workflow_instances, public.workflow_step_runs, public.workflow_tasks, public.workflow_actions
from service_role;

grant select, delete on public.workflows to authenticated;
grant insert (brand_id, name, description, content_types, is_default, is_active, type, timeout_hours, escalate_to)
on public.workflows to authenticated;
grant update (name, description, content_types, is_default, is_active, type, timeout_hours, escalate_to)
on public.workflows to authenticated;

create policy "Workflows may be read by members of their brand"
on public.workflows for select to authenticated
using (brand_id = any((select private.brands_permitting('workflow.read'))::uuid[]));

create policy "Workflows may be added by admins of the brand"
on public.workflows for insert to authenticated
with check (brand_id = any((select private.brands_permitting('workflow.write'))::uuid[]));

create policy "Workflows may be changed by admins of the brand"
on public.workflows for update to authenticated
using (brand_id = any((select private.brands_permitting('workflow.write'))::uuid[]))
with check (brand_id = any((select private.brands_permitting('workflow.write'))::uuid[]));

create policy "Workflows may be removed by admins of the brand"
on public.workflows for delete to authenticated
using (brand_id = any((select private.brands_permitting('workflow.write'))::uuid[]));

grant select, delete on public.workflow_steps to authenticated;
grant insert (
  workflow_id,
  brand_id,
  name,
  instructions,
  require_all_approvals,
  timeout_hours,
  type,
  assignment_type,
  assigned_role,
  is_required,
  allow_skip, prerequisites, condition, skip_condition, actions, requires_published_url, automated_check, position
) on public.workflow_steps to authenticated;
grant update (
  name, instructions, require_all_approvals, timeout_hours, type, assignment_type, assigned_role, is_required,
  allow_skip, prerequisites, condition, skip_condition, actions, requires_published_url, automated_check, position
) on public.workflow_steps to authenticated;

create policy "Steps may be read by members of their brand"
on public.workflow_steps for select to authenticated
using (brand_id = any((select private.brands_permitting('workflow.read'))::uuid[]));

create policy "Steps may be added by admins of the brand"
on public.workflow_steps for insert to authenticated
with check (brand_id = any((select private.brands_permitting('workflow.write'))::uuid[]));

create policy "Steps may be changed by admins of the brand"
on public.workflow_steps for update to authenticated
using (brand_id = any((select private.brands_permitting('workflow.write'))::uuid[]))
with check (brand_id = any((select private.brands_permitting('workflow.write'))::uuid[]));

create policy "Steps may be removed by admins of the brand"
on public.workflow_steps for delete to authenticated
using (brand_id = any((select private.brands_permitting('workflow.write'))::uuid[]));

grant select, insert (step_id, user_id, brand_id), delete on public.workflow_step_assignees to authenticated;

create policy "Named people may be read by members of their brand"
on public.workflow_step_assignees for select to authenticated
using (brand_id = any((select private.brands_permitting('workflow.read'))::uuid[]));

create policy "Named people may be added by admins of the brand"
on public.workflow_step_assignees for insert to authenticated
with check (brand_id = any((select private.brands_permitting('workflow.write'))::uuid[]));

create policy "Named people may be removed by admins of the brand"
on public.workflow_step_assignees for delete to authenticated
using (brand_id = any((select private.brands_permitting('workflow.write'))::uuid[]));

grant select on public.workflow_instances to authenticated;

create policy "Runs may be read by members of their brand"
on public.workflow_instances for select to authenticated
using (brand_id = any((select private.brands_permitting('workflow.read'))::uuid[]));

grant select on public.workflow_step_runs to authenticated;

create policy "Steps of runs may be read by members of their brand"
on public.workflow_step_runs for select to authenticated
using (brand_id = any((select private.brands_permitting('workflow.read'))::uuid[]));

grant select on public.workflow_tasks to authenticated;

create policy "Tasks may be read by members of their brand"
on public.workflow_tasks for select to authenticated
using (brand_id = any((select private.brands_permitting('workflow.read'))::uuid[]));

grant select on public.workflow_actions to authenticated;

create policy "Actions may be read by members of their brand"
on public.workflow_actions for select to authenticated
using (brand_id = any((select private.brands_permitting('workflow.read'))::uuid[]));

-- schemas/identity/data.sql

-- The permission matrix (domain §2).
insert into private.permissions (name, least_role, seen_with, description)
values
('brand.read', 'viewer', 'brand.read', 'read the brand'),
('brand.update', 'admin', 'brand.read', 'change the brand, its settings and its agencies'),
('member.read', 'editor', 'brand.read', 'read who is a member, in which role'),
('member.manage', 'admin', 'brand.read', 'invite, assign and remove members'),
('content.read', 'viewer', 'content.read', 'read contents, their versions and their comments'),
('content.create', 'editor', 'brand.read', 'create and duplicate contents'),
('content.edit', 'editor', 'content.read', 'edit contents that are not published'),
('content.edit_others', 'editor', 'content.read', 'edit what others created'),
('content.submit', 'editor', 'content.read', 'submit for review'),
('content.review', 'admin', 'content.read', 'approve, reject and ask for changes without being named'),
('content.publish', 'admin', 'content.read', 'publish, schedule, archive and reopen'),
('content.delete', 'admin', 'content.read', 'delete contents'),
('content.restore', 'editor', 'content.read', 'restore versions and deleted contents'),
('comment.write', 'viewer', 'content.read', 'comment on contents'),
('comment.moderate', 'admin', 'content.read', 'edit, resolve and delete the comments of others'),
('template.read', 'viewer', 'template.read', 'read and use templates'),
('template.write', 'admin', 'template.read', 'create and change templates'),
('workflow.read', 'viewer', 'workflow.read', 'read workflows, runs and tasks'),
('workflow.write', 'admin', 'workflow.read', 'create and change workflows'),
('workflow.control', 'admin', 'workflow.read', 'skip steps, reassign tasks, cancel runs'),
('ai.use', 'editor', 'content.read', 'use the AI tools'),
('ai.read', 'viewer', 'ai.read', 'read generations'),
('ai.manage', 'admin', 'ai.read', 'set budgets, prompts and knowledge'),
('claim.read', 'viewer', 'claim.read', 'read claims and the matrix'),
('claim.write', 'admin', 'claim.read', 'write claims of brands and products, and market overrides'),
('file.read', 'viewer', 'file.read', 'read files'),
('file.write', 'editor', 'file.read', 'add and remove files'),
('analytics.read', 'viewer', 'brand.read', 'read analytics'),
('audit.read', 'admin', 'brand.read', 'read the audit log'),
('export.run', 'admin', 'content.read', 'export'),
('integration.manage', 'admin', 'brand.read', 'manage API keys and webhooks')
on conflict (name) do update set
  least_role = excluded.least_role,
  seen_with = excluded.seen_with,
  description = excluded.description
where (permissions.least_role, permissions.seen_with, permissions.description) is distinct from (
  excluded.least_role, excluded.seen_with, excluded.description
);

-- The permissions that each scope gives to an API key.
insert into private.scope_permissions (scope, permission)
select
  granted.scope,
  permissions.name
from private.permissions
cross join
  lateral (
    values
    ('read', permissions.name like '%.read' and permissions.name <> 'audit.read'),
    -- "write" excludes people, keys, brand settings and the audit log.
    ('write', permissions.name not in ('audit.read', 'member.manage', 'integration.manage', 'brand.update')),
    -- API keys cannot create keys.
    ('admin', permissions.name <> 'integration.manage'),
    ('brands:read', permissions.name in ('brand.read', 'analytics.read')),
    ('brands:write', permissions.name in ('brand.read', 'analytics.read', 'brand.update')),
    ('content:read', permissions.name in (
      'brand.read', 'content.read', 'template.read', 'workflow.read', 'claim.read', 'file.read'
    )),
    (
      'content:write',
      permissions.name in ('brand.read', 'template.read', 'workflow.read', 'claim.read')
      or permissions.name ~ '^(content|comment|file)\.'
    ),
    ('ai:generate', permissions.name in ('brand.read', 'content.read', 'template.read', 'ai.use', 'ai.read')),
    ('users:manage', permissions.name in ('brand.read', 'member.read', 'member.manage'))
  ) as granted (scope, is_granted)
where granted.is_granted
on conflict do nothing;

-- schemas/brand/data.sql

-- The plans of domain §11; null is unlimited.
insert into public.plans (
  name, brands, users, contents_per_month, generations_per_month, templates, storage_bytes, has_api, has_sso
)
values
('starter', 3, 20, 100, 1000, 10, 10737418240, false, false),
('professional', 10, 100, 1000, 5000, 50, 107374182400, true, false),
('enterprise', null, null, null, null, null, 1099511627776, true, true)
on conflict (name) do update set
  brands = excluded.brands,
  users = excluded.users,
  contents_per_month = excluded.contents_per_month,
  generations_per_month = excluded.generations_per_month,
  templates = excluded.templates,
  storage_bytes = excluded.storage_bytes,
  has_api = excluded.has_api,
  has_sso = excluded.has_sso
where (
  plans.brands,
  plans.users,
  plans.contents_per_month,
  plans.generations_per_month,
  plans.templates,
  plans.storage_bytes,
  plans.has_api,
  plans.has_sso
) is distinct from (
  excluded.brands,
  excluded.users,
  excluded.contents_per_month,
  excluded.generations_per_month,
  excluded.templates,
  excluded.storage_bytes,
  excluded.has_api,
  excluded.has_sso
);

-- schemas/content/data.sql

-- The status machine of domain §3.
insert into private.content_status_transitions (from_status, to_status, trigger_name, permission)
values
('draft', 'pending_review', 'submit for review', 'content.submit'),
('pending_review', 'in_review', 'first recorded action that does not finish the run', null),
('pending_review', 'draft', 'changes requested or withdrawn', null),
('in_review', 'draft', 'changes requested or withdrawn', null),
('pending_review', 'approved', 'last required step approved', null),
('in_review', 'approved', 'last required step approved', null),
('pending_review', 'rejected', 'reject', null),
('in_review', 'rejected', 'reject', null),
('rejected', 'pending_review', 'restart', 'content.review'),
('approved', 'draft', 'edit or reopen', 'content.edit'),
('approved', 'scheduled', 'schedule', 'content.publish'),
('scheduled', 'approved', 'unschedule', 'content.publish'),
('approved', 'published', 'publish', 'content.publish'),
('scheduled', 'published', 'publish', 'content.publish'),
('draft', 'archived', 'archive', 'content.publish'),
('pending_review', 'archived', 'archive', 'content.publish'),
('in_review', 'archived', 'archive', 'content.publish'),
('approved', 'archived', 'archive', 'content.publish'),
('scheduled', 'archived', 'archive', 'content.publish'),
('published', 'archived', 'archive', 'content.publish'),
('rejected', 'archived', 'archive', 'content.publish'),
('archived', 'draft', 'reopen', 'content.publish'),
('draft', 'approved', 'approve where the brand has no workflow for it', 'content.review')
on conflict (from_status, to_status) do update set
  trigger_name = excluded.trigger_name,
  permission = excluded.permission
where (content_status_transitions.trigger_name, content_status_transitions.permission) is distinct from (
  excluded.trigger_name, excluded.permission
);

-- schemas/claims/data.sql

-- ISO 3166-1.
insert into public.countries (code, name)
values
('AD', 'Andorra'), ('AE', 'United Arab Emirates'), ('AF', 'Afghanistan'), ('AG', 'Antigua and Barbuda'),
('AI', 'Anguilla'), ('AL', 'Albania'), ('AM', 'Armenia'), ('AO', 'Angola'), ('AQ', 'Antarctica'), ('AR', 'Argentina'),
('AS', 'Samoa (American)'), ('AT', 'Austria'), ('AU', 'Australia'), ('AW', 'Aruba'), ('AX', 'Åland Islands'),
('AZ', 'Azerbaijan'), ('BA', 'Bosnia and Herzegovina'), ('BB', 'Barbados'), ('BD', 'Bangladesh'), ('BE', 'Belgium'),
('BF', 'Burkina Faso'), ('BG', 'Bulgaria'), ('BH', 'Bahrain'), ('BI', 'Burundi'), ('BJ', 'Benin'),
('BL', 'St Barthelemy'), ('BM', 'Bermuda'), ('BN', 'Brunei'), ('BO', 'Bolivia'), ('BQ', 'Caribbean NL'),
('BR', 'Brazil'), ('BS', 'Bahamas'), ('BT', 'Bhutan'), ('BV', 'Bouvet Island'), ('BW', 'Botswana'), ('BY', 'Belarus'),
('BZ', 'Belize'), ('CA', 'Canada'), ('CC', 'Cocos (Keeling) Islands'), ('CD', 'Congo (Dem. Rep.)'),
('CF', 'Central African Rep.'), ('CG', 'Congo (Rep.)'), ('CH', 'Switzerland'), ('CI', 'Côte d''Ivoire'),
('CK', 'Cook Islands'), ('CL', 'Chile'), ('CM', 'Cameroon'), ('CN', 'China'), ('CO', 'Colombia'),
('CR', 'Costa Rica'), ('CU', 'Cuba'), ('CV', 'Cape Verde'), ('CW', 'Curaçao'), ('CX', 'Christmas Island'),
('CY', 'Cyprus'), ('CZ', 'Czech Republic'), ('DE', 'Germany'), ('DJ', 'Djibouti'), ('DK', 'Denmark'),
('DM', 'Dominica'), ('DO', 'Dominican Republic'), ('DZ', 'Algeria'), ('EC', 'Ecuador'), ('EE', 'Estonia'),
('EG', 'Egypt'), ('EH', 'Western Sahara'), ('ER', 'Eritrea'), ('ES', 'Spain'), ('ET', 'Ethiopia'), ('FI', 'Finland'),
('FJ', 'Fiji'), ('FK', 'Falkland Islands'), ('FM', 'Micronesia'), ('FO', 'Faroe Islands'), ('FR', 'France'),
('GA', 'Gabon'), ('GB', 'United Kingdom'), ('GD', 'Grenada'), ('GE', 'Georgia'), ('GF', 'French Guiana'),
('GG', 'Guernsey'), ('GH', 'Ghana'), ('GI', 'Gibraltar'), ('GL', 'Greenland'), ('GM', 'Gambia'), ('GN', 'Guinea'),
('GP', 'Guadeloupe'), ('GQ', 'Equatorial Guinea'), ('GR', 'Greece'),
('GS', 'South Georgia and the South Sandwich Islands'), ('GT', 'Guatemala'), ('GU', 'Guam'), ('GW', 'Guinea-Bissau'),
('GY', 'Guyana'), ('HK', 'Hong Kong'), ('HM', 'Heard Island and McDonald Islands'), ('HN', 'Honduras'),
('HR', 'Croatia'), ('HT', 'Haiti'), ('HU', 'Hungary'), ('ID', 'Indonesia'), ('IE', 'Ireland'), ('IL', 'Israel'),
('IM', 'Isle of Man'), ('IN', 'India'), ('IO', 'British Indian Ocean Territory'), ('IQ', 'Iraq'), ('IR', 'Iran'),
('IS', 'Iceland'), ('IT', 'Italy'), ('JE', 'Jersey'), ('JM', 'Jamaica'), ('JO', 'Jordan'), ('JP', 'Japan'),
('KE', 'Kenya'), ('KG', 'Kyrgyzstan'), ('KH', 'Cambodia'), ('KI', 'Kiribati'), ('KM', 'Comoros'),
('KN', 'St Kitts and Nevis'), ('KP', 'Korea (North)'), ('KR', 'Korea (South)'), ('KW', 'Kuwait'),
('KY', 'Cayman Islands'), ('KZ', 'Kazakhstan'), ('LA', 'Laos'), ('LB', 'Lebanon'), ('LC', 'St Lucia'),
('LI', 'Liechtenstein'), ('LK', 'Sri Lanka'), ('LR', 'Liberia'), ('LS', 'Lesotho'), ('LT', 'Lithuania'),
('LU', 'Luxembourg'), ('LV', 'Latvia'), ('LY', 'Libya'), ('MA', 'Morocco'), ('MC', 'Monaco'), ('MD', 'Moldova'),
('ME', 'Montenegro'), ('MF', 'Saint Martin'), ('MG', 'Madagascar'), ('MH', 'Marshall Islands'),
('MK', 'North Macedonia'), ('ML', 'Mali'), ('MM', 'Myanmar (Burma)'), ('MN', 'Mongolia'), ('MO', 'Macau'),
('MP', 'Northern Mariana Islands'), ('MQ', 'Martinique'), ('MR', 'Mauritania'), ('MS', 'Montserrat'), ('MT', 'Malta'),
('MU', 'Mauritius'), ('MV', 'Maldives'), ('MW', 'Malawi'), ('MX', 'Mexico'), ('MY', 'Malaysia'), ('MZ', 'Mozambique'),
('NA', 'Namibia'), ('NC', 'New Caledonia'), ('NE', 'Niger'), ('NF', 'Norfolk Island'), ('NG', 'Nigeria'),
('NI', 'Nicaragua'), ('NL', 'Netherlands'), ('NO', 'Norway'), ('NP', 'Nepal'), ('NR', 'Nauru'), ('NU', 'Niue'),
('NZ', 'New Zealand'), ('OM', 'Oman'), ('PA', 'Panama'), ('PE', 'Peru'), ('PF', 'French Polynesia'),
('PG', 'Papua New Guinea'), ('PH', 'Philippines'), ('PK', 'Pakistan'), ('PL', 'Poland'),
('PM', 'St Pierre and Miquelon'), ('PN', 'Pitcairn'), ('PR', 'Puerto Rico'), ('PS', 'Palestine'), ('PT', 'Portugal'),
('PW', 'Palau'), ('PY', 'Paraguay'), ('QA', 'Qatar'), ('RE', 'Réunion'), ('RO', 'Romania'), ('RS', 'Serbia'),
('RU', 'Russia'), ('RW', 'Rwanda'), ('SA', 'Saudi Arabia'), ('SB', 'Solomon Islands'), ('SC', 'Seychelles'),
('SD', 'Sudan'), ('SE', 'Sweden'), ('SG', 'Singapore'), ('SH', 'St Helena'), ('SI', 'Slovenia'),
('SJ', 'Svalbard and Jan Mayen'), ('SK', 'Slovakia'), ('SL', 'Sierra Leone'), ('SM', 'San Marino'), ('SN', 'Senegal'),
('SO', 'Somalia'), ('SR', 'Suriname'), ('SS', 'South Sudan'), ('ST', 'Sao Tome and Principe'), ('SV', 'El Salvador'),
('SX', 'Sint Maarten'), ('SY', 'Syria'), ('SZ', 'Eswatini (Swaziland)'), ('TC', 'Turks and Caicos Is'),
('TD', 'Chad'), ('TF', 'French S. Terr.'), ('TG', 'Togo'), ('TH', 'Thailand'), ('TJ', 'Tajikistan'),
('TK', 'Tokelau'), ('TL', 'East Timor'), ('TM', 'Turkmenistan'), ('TN', 'Tunisia'), ('TO', 'Tonga'), ('TR', 'Turkey'),
('TT', 'Trinidad and Tobago'), ('TV', 'Tuvalu'), ('TW', 'Taiwan'), ('TZ', 'Tanzania'), ('UA', 'Ukraine'),
('UG', 'Uganda'), ('UM', 'US minor outlying islands'), ('US', 'United States'), ('UY', 'Uruguay'),
('UZ', 'Uzbekistan'), ('VA', 'Vatican City'), ('VC', 'St Vincent'), ('VE', 'Venezuela'),
('VG', 'Virgin Islands (UK)'), ('VI', 'Virgin Islands (US)'), ('VN', 'Vietnam'), ('VU', 'Vanuatu'),
('WF', 'Wallis and Futuna'), ('WS', 'Samoa (western)'), ('YE', 'Yemen'), ('YT', 'Mayotte'), ('ZA', 'South Africa'),
('ZM', 'Zambia'), ('ZW', 'Zimbabwe')
on conflict (code) do update set
  name = excluded.name
where countries.name is distinct from excluded.name;

-- schemas/ai/data.sql

insert into private.ai_tools (type, permission, writes_content, uses_writing)
values
('content_generation', 'ai.use', true, true),
('field_generation', 'ai.use', true, true),
('regeneration', 'ai.use', true, true),
('metadata_generation', 'ai.use', true, false),
('alt_text', 'ai.use', false, false),
('transcreation', 'ai.use', false, true),
('brand_analysis', 'brand.update', false, false),
('claim_review', 'ai.use', false, false),
('title_suggestion', 'ai.use', false, true),
('keyword_extraction', 'ai.use', false, false),
('replacement_suggestion', 'ai.use', false, false),
('guardrail_check', 'ai.use', false, false)
on conflict (type) do update set
  permission = excluded.permission,
  writes_content = excluded.writes_content,
  uses_writing = excluded.uses_writing
where (ai_tools.permission, ai_tools.writes_content, ai_tools.uses_writing) is distinct from (
  excluded.permission, excluded.writes_content, excluded.uses_writing
);

insert into public.ai_prices (provider, model, effective_from, input_per_1000, output_per_1000)
values
('anthropic', '*', '2024-01-01', 0.015, 0.075),
('anthropic', 'claude-3-opus', '2024-01-01', 0.015, 0.075),
('azure_openai', '*', '2024-01-01', 0.03, 0.06),
('azure_openai', 'gpt-4o', '2024-10-01', 0.0025, 0.01),
('azure_openai', 'gpt-4o-mini', '2024-07-18', 0.00015, 0.0006),
('azure_openai', 'text-embedding-3-small', '2024-01-25', 0.00002, 0),
('local', '*', '2024-01-01', 0, 0),
('openai', '*', '2024-01-01', 0.03, 0.06),
('openai', 'gpt-3.5-turbo', '2024-01-01', 0.001, 0.002),
('openai', 'gpt-4', '2024-01-01', 0.03, 0.06),
('openai', 'gpt-4o', '2024-10-01', 0.0025, 0.01),
('openai', 'gpt-4o-mini', '2024-07-18', 0.00015, 0.0006),
('openai', 'text-embedding-3-small', '2024-01-25', 0.00002, 0),
('openai', 'text-embedding-ada-002', '2024-01-01', 0.0001, 0)
on conflict (provider, model, effective_from) do update set
  input_per_1000 = excluded.input_per_1000,
  output_per_1000 = excluded.output_per_1000
where (ai_prices.input_per_1000, ai_prices.output_per_1000) is distinct from (
  excluded.input_per_1000, excluded.output_per_1000
);

-- schemas/files/data.sql

insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values
(
  'brand-files', 'brand-files', false, 100 * 1024 * 1024,
  array[
    'image/jpeg', 'image/png', 'image/webp', 'image/gif', 'application/pdf', 'text/plain', 'text/csv',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    'application/vnd.openxmlformats-officedocument.presentationml.presentation', 'video/mp4', 'application/zip'
  ]
),
('avatars', 'avatars', false, 5 * 1024 * 1024, array['image/jpeg', 'image/png', 'image/webp'])
on conflict (id) do nothing;

-- schemas/audit/data.sql

-- The one row that says how far the log has been read for alerts.
insert into private.alert_scans default values on conflict do nothing;
