create function private.session_in(claims jsonb)
returns uuid
language plpgsql
immutable
set search_path = ''
as $$
begin
  -- The `session_id` of a token for reading is random, so that Auth refuses it (ADR 11).
  return nullif(claims ->> case when claims ? 'read_only' then 'reading_session_id' else 'session_id' end, '')::uuid;
end;
$$;
comment on function private.session_in is
'Returns the session of an access token with these claims, or the one for which a token for reading was made.';

create function private.session_id()
returns uuid
language plpgsql
stable
set search_path = ''
as $$
begin
  return private.session_in(nullif(current_setting('request.jwt.claims', true), '')::jsonb);
end;
$$;
comment on function private.session_id is
'Returns the session of the caller''s access token, or the one for which a token for reading was made.';
grant execute on function private.session_id to authenticated, service_role;
grant execute on function private.session_in to authenticated, service_role;

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

-- PL/pgSQL, like all helpers that every statement calls: it keeps its plans for as long as the connection lives.
create function private.trusted_caller()
returns private.caller
language plpgsql
stable
security definer -- reads sessions, factors, keys and platform admins, whose own policies call it
set search_path = ''
set plan_cache_mode = 'force_generic_plan' -- every statement calls it: planning would cost more than running
as $$
declare
  claims constant jsonb := nullif(current_setting('request.jwt.claims', true), '')::jsonb;
  -- As auth.uid(), which would read the claims once more.
  person constant uuid := nullif(claims ->> 'sub', '')::uuid;
  key constant uuid := nullif(claims ->> 'api_key_id', '')::uuid;
  is_reading constant boolean := claims ? 'read_only';
  session uuid;
  caller private.caller;
  opened record;
begin
  if person is null or is_reading and private.is_beyond_reading() then
    return null;
  end if;
  if key is not null then
    select
      person, api_keys.id, api_keys.brand_id,
      array(
        select granted.permission from private.scope_permissions as granted where granted.scope = any (api_keys.scopes)
      ),
      coalesce((select profiles.is_active from public.profiles where profiles.id = person), false), false
    into caller
    from public.api_keys
    where
      api_keys.id = key and api_keys.user_id = person and api_keys.revoked_at is null and api_keys.expires_at > now();
    return caller;
  end if;
  session := private.session_in(claims);
  select
    user_sessions.ended_at, user_sessions.expires_at, user_sessions.last_seen_at, profiles.is_active,
    -- Platform admins always need a second factor.
    user_sessions.mfa_verified_at is not null and profiles.is_active and exists (
      select from private.platform_admins where platform_admins.user_id = person
    ) as is_platform_admin,
    user_sessions.mfa_verified_at is null and exists (
      select from public.mfa_factors where mfa_factors.user_id = person and mfa_factors.verified_at is not null
    ) as lacks_factor
  into opened
  from public.user_sessions inner join public.profiles on profiles.id = user_sessions.user_id
  where user_sessions.id = session and user_sessions.user_id = person;
  -- A token that Auth issued past our sign-in has no session: no lock, captcha or limit of sessions applied to it.
  if not found or opened.lacks_factor or opened.ended_at is not null or opened.expires_at <= now() or (
    -- No token of the session is that old. A token for reading may have been issued at the end of an access token.
    opened.last_seen_at <= now() - private.access_token_lifetime() and not (
      is_reading and opened.last_seen_at > now() - private.access_token_lifetime() - private.reading_token_lifetime()
    )
  ) then
    return null;
  end if;
  caller.id := person;
  caller.is_active := opened.is_active;
  caller.is_platform_admin := opened.is_platform_admin;
  return caller;
end;
$$;
comment on function private.trusted_caller is
'Returns the caller if their session is open, and has passed the second factor if they have one; for an API key, if it
is neither revoked nor expired. Null otherwise, and where a token for reading only asks for something that could write.';
grant execute on function private.trusted_caller to authenticated, service_role;

create function private.session_trusted()
returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  return (private.trusted_caller()).id is not null;
end;
$$;
comment on function private.session_trusted is 'Whether the caller is one that private.trusted_caller trusts.';
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
