-- Extensions, the private schema, closed default privileges, time-ordered ids and partitions.

create extension if not exists vector with schema extensions;
create extension if not exists pg_trgm with schema extensions;

-- Helpers of policies and triggers live here. The Data API exposes only `public`.
create schema private;
comment on schema private is 'Helpers, reference data and partitions; never exposed by the Data API.';
revoke all on schema private from public;
grant usage on schema private to authenticated, service_role;

-- Hosted projects grant everything on new objects to the API roles. Here every privilege is given
-- one by one, beside the object or in supabase/policies.
alter default privileges in schema public revoke all on tables from anon, authenticated;
alter default privileges in schema public revoke all on sequences from anon, authenticated;
alter default privileges in schema public revoke all on functions from anon, authenticated;
alter default privileges revoke execute on functions from public;

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

create function private.ensure_partitions(parent text, from_month date, months integer)
returns integer
language plpgsql
set search_path = ''
set timezone = 'UTC'
as $$
declare
  created integer := 0;
  month_start timestamptz;
  partition_name text;
begin
  for offset_months in 0 .. months - 1 loop
    month_start := date_trunc('month', from_month::timestamptz) + make_interval(months => offset_months);
    partition_name := format('%s_%s', parent, to_char(month_start, 'YYYY_MM'));
    continue when to_regclass(format('private.%I', partition_name)) is not null;
    execute format(
      'create table private.%I partition of public.%I for values from (%L) to (%L)',
      partition_name, parent,
      private.uuid_v7_floor(month_start), private.uuid_v7_floor(month_start + interval '1 month')
    );
    -- Access goes through the parent and its policies; nothing reaches a partition by its own name.
    execute format('alter table private.%I enable row level security', partition_name);
    created := created + 1;
  end loop;
  return created;
end;
$$;
comment on function private.ensure_partitions is
'Creates the monthly partitions (by UUIDv7 range) of a table of public that are missing; returns how many.';

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
