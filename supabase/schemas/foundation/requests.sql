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
