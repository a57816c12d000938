create function private.request_id()
returns text
language plpgsql
stable
set search_path = ''
as $$
begin
  return left(nullif(current_setting('request.headers', true), '')::jsonb ->> 'x-request-id', 128);
end;
$$;
comment on function private.request_id is 'X-Request-Id of the HTTP request that runs this statement, if any.';
grant execute on function private.request_id to authenticated, service_role;

create function private.expected_version()
returns integer
language plpgsql
stable
set search_path = ''
as $$
begin
  return substring(
    nullif(current_setting('request.headers', true), '')::jsonb ->> 'x-expected-version' from '^[0-9]{1,9}$'
  )::integer;
end;
$$;
comment on function private.expected_version is
'The version that the request wants to act on (X-Expected-Version), for commands that do not take one; else null.';

create function private.check_request()
returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  headers constant text := current_setting('request.headers', true);
  -- Compared byte by byte, which takes a fifth of the time of a regular expression.
  words constant text := lower(headers collate "C");
begin
  -- Read as JSON only where the words are somewhere in the headers: every request comes by here.
  if
    words is null
    or position('planned' in words) = 0 and position('estimated' in words) = 0 and position('pgrst.plan' in words) = 0
  then
    return;
  end if;
  -- The planner estimates from the statistics of whole tables, before any policy: its numbers tell how much other tenants
  -- have. PostgREST compares preferences exactly, and separates them by commas.
  if headers::jsonb ->> 'prefer' ~ 'planned|estimated' or headers::jsonb ->> 'accept' ~* 'pgrst\.plan' then
    -- As private.refuse does, which anonymous callers may not call.
    raise exception using
      errcode = 'PT400', message = 'estimates are not given',
      detail = '[{"field": "Prefer", "code": "INVALID_FORMAT", "message": "ask for count=exact, or for none"}]';
  end if;
end;
$$;
comment on function private.check_request is
'Refuses with 400 requests for estimates and plans of the planner. The data API calls it before each request, as the
role of the caller.';
grant execute on function private.check_request to anon, authenticated, service_role;

-- Roles belong to the server and not to the database. Written once: two migrations at a time would fail.
do $$
begin
  if not exists (
    select from pg_catalog.pg_db_role_setting
    where
      setrole = 'authenticator'::regrole and setdatabase = 0
      and setconfig @> array['pgrst.db_pre_request=private.check_request', 'pgrst.db_plan_enabled=false']
  ) then
    alter role authenticator set pgrst.db_pre_request = 'private.check_request';
    alter role authenticator set pgrst.db_plan_enabled = 'false';
    notify pgrst, 'reload config';
  end if;
end
$$;
