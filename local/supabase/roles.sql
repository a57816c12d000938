-- The roles of a hosted project, with their attributes and time limits. One set serves every database of the server.
-- Applied by the superuser (supabase_admin) at each start; safe to run again.
-- Sources: docs/hosted.md.

do $$
declare
  wanted constant text[] := array[
    'postgres', 'authenticator', 'supabase_auth_admin', 'supabase_storage_admin', 'supabase_realtime_admin',
    'anon', 'authenticated', 'service_role', 'dashboard_user'
  ];
  wanted_role text;
begin
  foreach wanted_role in array wanted loop
    if not exists (select from pg_roles where rolname = wanted_role) then
      execute format('create role %I', wanted_role);
    end if;
  end loop;
end
$$;

-- Migrations run as this role. It is no superuser, so it owns what it creates and nothing else.
alter role postgres login nosuperuser createdb createrole replication bypassrls password 'postgres';
alter role postgres set search_path = "$user", public, extensions;
-- As supautils permits.
grant set on parameter session_replication_role, pg_stat_statements.track, pg_stat_statements.track_planning
to postgres;
grant set on parameter "pgrst.db_pre_request", "pgrst.db_plan_enabled" to postgres;
grant pg_monitor, pg_read_all_data, pg_signal_backend to postgres with admin option;

alter role anon nologin;
alter role authenticated nologin;
alter role service_role nologin bypassrls;

-- The data API logs in as this role and switches to one of the three.
alter role authenticator login noinherit password 'postgres';
grant anon, authenticated, service_role, authenticator to postgres with admin option;
grant anon, authenticated, service_role to authenticator;

-- The limits of a new project. Migrations set those of ours (supabase/schemas/foundation/time_limits.sql), also where a
-- project has others.
do $$
begin
  if not exists (
    select from pg_db_role_setting where setrole = 'authenticator'::regrole and setdatabase = 0
  ) then
    alter role authenticator set statement_timeout = '8s';
    alter role authenticator set lock_timeout = '8s';
    alter role anon set statement_timeout = '3s';
    alter role authenticated set statement_timeout = '8s';
  end if;
end
$$;

-- Each service owns its schema.
alter role supabase_auth_admin login noinherit createrole password 'postgres';
alter role supabase_auth_admin set search_path = 'auth';
alter role supabase_auth_admin set idle_in_transaction_session_timeout = '60s';
alter role supabase_storage_admin login noinherit createrole password 'postgres';
alter role supabase_storage_admin set search_path = 'storage';
grant anon, authenticated, service_role to supabase_storage_admin;
alter role supabase_realtime_admin nologin noinherit;

-- Lets `postgres` create policies on the tables of the services, and drop triggers, as the hosted extension supautils
-- does. Everything else that an owner could do is refused by the event triggers of bootstrap.sql.
grant supabase_auth_admin, supabase_storage_admin, supabase_realtime_admin to postgres with inherit true, set false;
