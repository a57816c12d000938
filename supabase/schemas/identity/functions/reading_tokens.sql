create function private.has_reading_token()
returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  return coalesce(nullif(current_setting('request.jwt.claims', true), '')::jsonb ? 'read_only', false);
end;
$$;
comment on function private.has_reading_token is
'Whether the caller''s token is one for reading only, which our functions issue to web pages.';
grant execute on function private.has_reading_token to authenticated, service_role;

create function private.is_beyond_reading()
returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  -- The data API names the method of each request, and runs GET and functions that change nothing in read-only
  -- transactions (https://docs.postgrest.org/en/stable/references/transactions.html). Realtime names no method, and
  -- Storage names its operation as well (supabase/storage: src/internal/database): Realtime writes nothing for a
  -- client, and what Storage writes has policies of its own.
  return private.has_reading_token()
    and current_setting('transaction_read_only') = 'off'
    and coalesce(current_setting('request.method', true), '') <> ''
    and coalesce(current_setting('storage.operation', true), '') = '';
end;
$$;
comment on function private.is_beyond_reading is
'Whether the caller has a token for reading only and asks the data API for something that could write. Such a request
counts as one without a session.';
grant execute on function private.is_beyond_reading to authenticated, service_role;
