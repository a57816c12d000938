-- Prepares a database as a hosted one is before the first migration, so that the same migrations apply to both. Applied
-- by bootstrap.mjs as the superuser (supabase_admin), after @supabase/lite made the tables of Auth and Storage; safe to
-- run again. Sources: docs/hosted.md.

do $$
begin
  execute format('alter database %I owner to postgres', current_database());
  -- Lets supabase/seed.sql run.
  execute format('alter database %I set mixerai.environment = ''local''', current_database());
end
$$;

create schema if not exists extensions;
alter schema extensions owner to postgres;
create extension if not exists pgcrypto with schema extensions;
create extension if not exists "uuid-ossp" with schema extensions;
create extension if not exists pg_stat_statements with schema extensions;
grant usage on schema public, extensions to postgres, anon, authenticated, service_role;
grant all on all functions in schema extensions to postgres with grant option;

-- The image's default grants on new objects, less those that every project lost in October 2026. TRUNCATE on tables,
-- UPDATE on sequences and PUBLIC's right to execute functions remain, as there. Runs once: migrations change it.
do $$
begin
  if not exists (select from pg_namespace where nspname = 'supabase_migrations') then
    alter default privileges for role postgres in schema public grant all on tables to anon, authenticated, service_role;
    alter default privileges for role postgres in schema public
    grant all on sequences to anon, authenticated, service_role;
    alter default privileges for role postgres in schema public
    grant all on functions to anon, authenticated, service_role;
    alter default privileges for role postgres in schema public
    revoke select, insert, update, delete on tables from anon, authenticated, service_role;
    alter default privileges for role postgres in schema public
    revoke usage, select on sequences from anon, authenticated, service_role;
    alter default privileges for role postgres in schema public
    revoke execute on functions from anon, authenticated, service_role;
  end if;
end
$$;

-- Auth
do $$
declare
  relation record;
begin
  for relation in
    select oid::regclass as name, relkind from pg_class
    where relnamespace = 'auth'::regnamespace and relkind in ('r', 'S')
      -- A sequence of an identity column follows its table.
      and not exists (select from pg_depend where objid = pg_class.oid and deptype in ('a', 'i') and relkind = 'S')
  loop
    execute format('alter table %s owner to supabase_auth_admin', relation.name);
    if relation.relkind = 'r' then
      execute format('alter table %s enable row level security', relation.name);
    end if;
  end loop;
end
$$;
create or replace function auth.uid() returns uuid
language sql stable
as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.sub', true), ''),
    (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')
  )::uuid
$$;
create or replace function auth.role() returns text
language sql stable
as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.role', true), ''),
    (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role')
  )::text
$$;
create or replace function auth.email() returns text
language sql stable
as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.email', true), ''),
    (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'email')
  )::text
$$;
create or replace function auth.jwt() returns jsonb
language sql stable
as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim', true), ''), nullif(current_setting('request.jwt.claims', true), '')
  )::jsonb
$$;
alter function auth.uid() owner to supabase_auth_admin;
alter function auth.role() owner to supabase_auth_admin;
alter function auth.email() owner to supabase_auth_admin;
alter function auth.jwt() owner to supabase_auth_admin;
grant usage on schema auth to postgres, anon, authenticated, service_role;
grant all on schema auth to supabase_auth_admin;
grant all on all tables in schema auth to postgres;
grant all on all sequences in schema auth to postgres;

-- Storage
alter table storage.buckets owner to supabase_storage_admin;
alter table storage.objects owner to supabase_storage_admin;
alter table storage.buckets enable row level security;
alter table storage.objects enable row level security;
create or replace function storage.protect_delete() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  -- Storage sets this for itself, because files and rows must change together.
  if coalesce(current_setting('storage.allow_delete_query', true), 'false') <> 'true' then
    raise insufficient_privilege using
      message = 'Direct deletion from storage tables is not allowed. Use the Storage API instead.';
  end if;
  return null;
end
$$;
create or replace trigger protect_buckets_delete
before delete on storage.buckets
for each statement execute function storage.protect_delete();
create or replace trigger protect_objects_delete
before delete on storage.objects
for each statement execute function storage.protect_delete();
do $$
declare
  routine record;
begin
  for routine in select oid::regprocedure as name from pg_proc where pronamespace = 'storage'::regnamespace loop
    execute format('alter function %s owner to supabase_storage_admin', routine.name);
  end loop;
end
$$;
grant usage on schema storage to postgres, anon, authenticated, service_role;
grant all on schema storage to supabase_storage_admin;
grant all on storage.buckets, storage.objects to postgres, anon, authenticated, service_role;

-- Realtime: the SQL side of https://supabase.com/docs/guides/realtime/broadcast
create schema if not exists realtime;
grant usage on schema realtime to postgres, anon, authenticated, service_role;

create table if not exists realtime.messages (
  topic text not null,
  extension text not null,
  payload jsonb,
  event text,
  private boolean default false,
  updated_at timestamp not null default now(),
  inserted_at timestamp not null default now(),
  id uuid not null default gen_random_uuid(),
  binary_payload bytea,
  primary key (id, inserted_at),
  constraint messages_payload_exclusive check (payload is null or binary_payload is null)
) partition by range (inserted_at);
alter table realtime.messages enable row level security;
alter table realtime.messages owner to supabase_realtime_admin;
grant all on realtime.messages to postgres;
grant select, insert, update on realtime.messages to anon, authenticated, service_role;

-- The server calls this when it starts, as the hosted one does when the first client of a project joins. Without a
-- partition for the day `realtime.send` stores nothing and reports no error.
create or replace function realtime.create_partitions() returns void
language plpgsql
set search_path = ''
as $$
declare
  day date;
begin
  for day in select generate_series(current_date - 1, current_date + 3, interval '1 day') loop
    execute format(
      'create table if not exists realtime.%I partition of realtime.messages for values from (%L) to (%L)',
      'messages_' || to_char(day, 'YYYY_MM_DD'), day, day + 1
    );
  end loop;
end
$$;
select realtime.create_partitions();

create or replace function realtime.topic() returns text
language sql stable
set search_path = ''
as $$ select nullif(current_setting('realtime.topic', true), '')::text $$;

create or replace function realtime.send(payload jsonb, event text, topic text, private boolean default true)
returns void
language plpgsql
as $$
declare
  generated_id uuid;
  final_payload jsonb;
begin
  -- Raises only a cancelled query: a broadcast that cannot be stored is lost, with a warning in the server's log.
  begin
    generated_id := gen_random_uuid();
    final_payload := case
      when payload ? 'id' then payload else jsonb_set(payload, '{id}', to_jsonb(generated_id))
    end;
    execute format('set local realtime.topic to %L', topic);
    insert into realtime.messages (id, payload, event, topic, private, extension)
    values (generated_id, final_payload, event, topic, private, 'broadcast');
  exception
    when others then
      raise warning 'WarnSendingBroadcastMessage: %', sqlerrm;
  end;
end
$$;

create or replace function realtime.broadcast_changes(
  topic_name text, event_name text, operation text, table_name text, table_schema text,
  new record, old record, level text default 'ROW'
) returns void
language plpgsql
as $$
begin
  perform realtime.send(
    jsonb_build_object(
      'old_record', old, 'record', new, 'operation', operation, 'table', table_name, 'schema', table_schema
    ),
    event_name, topic_name
  );
end
$$;
alter function realtime.topic() owner to supabase_realtime_admin;
alter function realtime.send(jsonb, text, text, boolean) owner to supabase_realtime_admin;
alter function realtime.broadcast_changes(text, text, text, text, text, record, record, text)
owner to supabase_realtime_admin;
grant execute on all functions in schema realtime to postgres, anon, authenticated, service_role;
revoke execute on function realtime.create_partitions() from public, postgres, anon, authenticated, service_role;

-- The local Realtime server listens here; the hosted one follows the write-ahead log instead.
create or replace function realtime.announce_message() returns trigger
language plpgsql
set search_path = ''
as $$
declare
  -- An assignment takes no statement.
  told text := pg_notify('realtime_messages', new.id::text);
begin
  return null;
end
$$;
create or replace trigger announce_message
after insert on realtime.messages
for each row execute function realtime.announce_message();

-- `postgres` inherits from the owners of these tables only for policies and triggers (roles.sql).
create or replace function extensions.refuse_changes_of_services() returns event_trigger
language plpgsql
set search_path = ''
as $$
declare
  change record;
begin
  if current_user = 'postgres' then
    for change in select * from pg_event_trigger_ddl_commands() loop
      if
        change.schema_name in ('auth', 'storage', 'realtime') and change.object_type not in ('policy', 'trigger')
      then
        raise insufficient_privilege using message = format('must be owner of %s', change.object_identity);
      end if;
    end loop;
  end if;
end
$$;
create or replace function extensions.refuse_drops_of_services() returns event_trigger
language plpgsql
set search_path = ''
as $$
declare
  dropped record;
begin
  if current_user = 'postgres' then
    for dropped in select * from pg_event_trigger_dropped_objects() loop
      if
        dropped.schema_name in ('auth', 'storage', 'realtime') and dropped.object_type not in ('policy', 'trigger')
      then
        raise insufficient_privilege using message = format('must be owner of %s', dropped.object_identity);
      end if;
    end loop;
  end if;
end
$$;
do $$
begin
  if not exists (select from pg_event_trigger where evtname = 'refuse_changes_of_services') then
    create event trigger refuse_changes_of_services on ddl_command_end
    execute function extensions.refuse_changes_of_services();
    create event trigger refuse_drops_of_services on sql_drop
    execute function extensions.refuse_drops_of_services();
  end if;
end
$$;
