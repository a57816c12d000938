-- PL/pgSQL, like every function that a write calls: it computes such a value without a statement, where an SQL function
-- that cannot be inlined starts the executor (ADR 53).
create function private.uuid_v7(at timestamptz default clock_timestamp())
returns uuid
language plpgsql
volatile
parallel safe
set search_path = ''
as $$
declare
  microseconds constant bigint := floor(extract(epoch from at) * 1000000);
begin
  -- RFC 9562: 48 bits of milliseconds, 12 bits of the millisecond's fraction (section 6.2, method 3),
  -- 62 random bits. Hosted PostgreSQL is 17 and has no uuidv7() of its own.
  return encode(
    substring(int8send(microseconds / 1000) from 3 for 6)
    || substring(int8send(28672 + (microseconds % 1000) * 4096 / 1000) from 7 for 2)
    || substring(uuid_send(gen_random_uuid()) from 9 for 8),
    'hex'
  )::uuid;
end;
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
