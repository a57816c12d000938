create function private.session_id()
returns uuid
language plpgsql
stable
set search_path = ''
as $$
declare
  claims constant jsonb := nullif(current_setting('request.jwt.claims', true), '')::jsonb;
begin
  -- The `session_id` of a token for reading is random, so that Auth refuses it (ADR 11).
  if claims ? 'read_only' then
    return nullif(claims ->> 'reading_session_id', '')::uuid;
  end if;
  return nullif(claims ->> 'session_id', '')::uuid;
end;
$$;
comment on function private.session_id is
'Returns the session of the caller''s access token, or the one for which a token for reading was made.';
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
  if private.is_beyond_reading() then
    return false;
  end if;
  if key is not null then
    return exists (
      select from public.api_keys
      where api_keys.id = key and api_keys.user_id = caller and api_keys.revoked_at is null
        and api_keys.expires_at > now()
    );
  end if;
  select
    user_sessions.ended_at, user_sessions.expires_at, user_sessions.last_seen_at,
    user_sessions.mfa_verified_at is not null or not exists (
      select from public.mfa_factors where mfa_factors.user_id = caller and mfa_factors.verified_at is not null
    ) as is_complete
  into session_row
  from public.user_sessions
  where user_sessions.id = private.session_id() and user_sessions.user_id = caller;
  -- A token that Auth issued past our sign-in has no session: no lock, captcha or limit of sessions applied to it.
  if not found or session_row.ended_at is not null or session_row.expires_at <= now() or (
    -- No token of the session is that old. A token for reading may have been issued at the end of an access token.
    session_row.last_seen_at <= now() - private.access_token_lifetime() and not (
      private.has_reading_token()
      and session_row.last_seen_at > now() - private.access_token_lifetime() - private.reading_token_lifetime()
    )
  ) then
    return false;
  end if;
  return session_row.is_complete;
end;
$$;
comment on function private.session_trusted is
'Whether the caller''s session is open, and has passed the second factor if the caller has one; for an API key, whether
it is neither revoked nor expired. False where a token for reading only asks for something that could write.';
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
