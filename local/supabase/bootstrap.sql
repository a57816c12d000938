-- What a hosted database has before the first migration runs, so that the same migrations apply to both.
-- Applied by bootstrap.mjs as the superuser (supabase_admin), after @supabase/lite made the tables of Auth and Storage;
-- safe to run again. Sources: docs/hosted.md.

do $$
begin
  execute format('alter database %I owner to postgres', current_database());
end
$$;

create schema if not exists extensions;
alter schema extensions owner to postgres;
create extension if not exists pgcrypto with schema extensions;
create extension if not exists "uuid-ossp" with schema extensions;
create extension if not exists pg_stat_statements with schema extensions;
grant usage on schema public, extensions to postgres, anon, authenticated, service_role;
grant all on all functions in schema extensions to postgres with grant option;

-- Nothing is granted by default: since October 2026 new tables, sequences and functions of a project belong to their
-- owner alone. (The rights to execute functions that Postgres itself gives to everyone stay.)

-- Auth
alter schema auth owner to supabase_auth_admin;
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
grant all on all tables in schema auth to postgres;
grant all on all sequences in schema auth to postgres;

-- Storage
alter schema storage owner to supabase_storage_admin;
alter table storage.buckets owner to supabase_storage_admin;
alter table storage.objects owner to supabase_storage_admin;
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
grant all on storage.buckets, storage.objects to postgres, anon, authenticated, service_role;

-- Realtime: the SQL side of https://supabase.com/docs/guides/realtime/broadcast
create schema if not exists realtime;
grant usage on schema realtime to postgres, anon, authenticated, service_role;

create table if not exists realtime.messages (
  id uuid not null default gen_random_uuid(),
  topic text not null,
  extension text not null,
  event text,
  payload jsonb,
  private boolean not null default false,
  inserted_at timestamp not null default now(),
  updated_at timestamp not null default now(),
  primary key (id, inserted_at)
);
alter table realtime.messages enable row level security;
alter table realtime.messages owner to supabase_realtime_admin;
grant all on realtime.messages to postgres;
grant select, insert, update on realtime.messages to anon, authenticated, service_role;

create or replace function realtime.topic() returns text
language sql stable
set search_path = ''
as $$ select nullif(current_setting('realtime.topic', true), '')::text $$;

create or replace function realtime.send(payload jsonb, event text, topic text, private boolean default true)
returns void
language plpgsql
as $$
declare
  message_id uuid := gen_random_uuid();
begin
  -- Never raises: a broadcast that cannot be stored is lost, with a warning in the log of the database.
  begin
    payload := case when payload ? 'id' then payload else jsonb_set(payload, '{id}', to_jsonb(message_id)) end;
    perform set_config('realtime.topic', topic, true);
    insert into realtime.messages (id, payload, event, topic, private, extension)
    values (message_id, payload, event, topic, private, 'broadcast');
  exception
    when others then
      raise warning 'ErrorSendingBroadcastMessage: %', sqlerrm;
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

-- The local Realtime server listens here; the hosted one follows the write-ahead log instead.
create or replace function realtime.announce_message() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  perform pg_notify('realtime_messages', new.id::text);
  return null;
end
$$;
create or replace trigger announce_message
after insert on realtime.messages
for each row execute function realtime.announce_message();

-- `postgres` inherits from the owners of these schemas for the sake of policies alone (roles.sql).
create or replace function extensions.keep_services_as_they_are() returns event_trigger
language plpgsql
set search_path = ''
as $$
declare
  change record;
begin
  if current_user = 'postgres' then
    for change in select * from pg_event_trigger_ddl_commands() loop
      if change.schema_name in ('storage', 'realtime') and change.object_type <> 'policy' then
        raise insufficient_privilege using message = format('must be owner of %s', change.object_identity);
      end if;
    end loop;
  end if;
end
$$;
create or replace function extensions.keep_what_services_have() returns event_trigger
language plpgsql
set search_path = ''
as $$
declare
  dropped record;
begin
  if current_user = 'postgres' then
    for dropped in select * from pg_event_trigger_dropped_objects() loop
      if dropped.schema_name in ('storage', 'realtime') and dropped.object_type <> 'policy' then
        raise insufficient_privilege using message = format('must be owner of %s', dropped.object_identity);
      end if;
    end loop;
  end if;
end
$$;
drop event trigger if exists keep_services_as_they_are;
create event trigger keep_services_as_they_are on ddl_command_end
execute function extensions.keep_services_as_they_are();
drop event trigger if exists keep_what_services_have;
create event trigger keep_what_services_have on sql_drop execute function extensions.keep_what_services_have();
