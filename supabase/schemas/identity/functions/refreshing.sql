create function private.auth_refreshed_at(session uuid)
returns timestamptz
language sql
stable
set search_path = ''
as $$
  -- The first is without a time zone, and in UTC. It is null until the first refresh.
  select coalesce(sessions.refreshed_at at time zone 'utc', sessions.created_at)
  from auth.sessions where sessions.id = auth_refreshed_at.session;
$$;
comment on function private.auth_refreshed_at is
'Returns when Auth last issued tokens for a session, by the clock of Auth; null for a session that it does not know.';

create function private.was_refreshed_elsewhere(session public.user_sessions)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
declare
  refreshed constant timestamptz := private.auth_refreshed_at(session.id);
begin
  -- Null for sessions that were opened before it was recorded, and for those that Auth does not know.
  return coalesce(refreshed > session.refreshed_at, false) and not coalesce(
    refreshed between session.refreshing_at - private.refresh_grace()
    and session.refreshing_at + private.refresh_grace(), false
  );
end;
$$;
comment on function private.was_refreshed_elsewhere is
'Whether somebody used the refresh token of a session at Auth itself, past us: it was refreshed later than we know of,
and not when we announced a refresh.';

create function public.begin_refresh(wanted jsonb)
returns uuid[]
language plpgsql
volatile
security definer -- sessions are written by functions only
set search_path = ''
as $$
declare
  session public.user_sessions;
begin
  select user_sessions.* into session from public.user_sessions
  where
    user_sessions.ended_at is null
    and user_sessions.id = coalesce(
      (wanted ->> 'sessionId')::uuid,
      (select tokens.session_id from auth.refresh_tokens as tokens where tokens.token = wanted ->> 'token')
    )
  for update;
  if private.was_refreshed_elsewhere(session) then
    return public.end_reused_session(session.id, session.user_id);
  end if;
  -- Not for a token that we did not issue: it would hide a refresh past us.
  if (wanted ->> 'isOurs')::boolean then
    update public.user_sessions set refreshing_at = clock_timestamp() where user_sessions.id = session.id;
  end if;
  return '{}';
end;
$$;
comment on function public.begin_refresh is
'For the service, just before it refreshes a session in Auth: announces the refresh, and ends the session where somebody
else has refreshed it past us. Returns the ids of the sessions that it ended.';
grant execute on function public.begin_refresh to service_role;

create function public.record_refresh(session_id uuid, user_id uuid)
returns boolean
language plpgsql
volatile
security definer -- sessions are written by functions only
set search_path = ''
as $$
begin
  if not public.extend_session(record_refresh.session_id, record_refresh.user_id) then
    return false;
  end if;
  update public.user_sessions set refreshed_at = private.auth_refreshed_at(user_sessions.id)
  where user_sessions.id = record_refresh.session_id;
  return true;
end;
$$;
comment on function public.record_refresh is
'For the service, just after it refreshed a session in Auth: records the refresh, and marks the session as seen now.
Returns false for a session that has ended.';
grant execute on function public.record_refresh to service_role;

create function public.end_stolen_sessions()
returns uuid[]
language plpgsql
volatile
security definer -- sessions are written by functions only
set search_path = ''
as $$
declare
  stolen record;
  ended uuid[] := '{}';
begin
  for stolen in
    select session.id, session.user_id from public.user_sessions as session
    where session.ended_at is null and session.expires_at > now() and private.was_refreshed_elsewhere(session)
    order by session.id
    for update skip locked
  loop
    ended := ended || public.end_reused_session(stolen.id, stolen.user_id);
  end loop;
  return ended;
end;
$$;
comment on function public.end_stolen_sessions is
'For the service: ends the open sessions that somebody refreshed in Auth itself, past us. Returns their ids.';
grant execute on function public.end_stolen_sessions to service_role;
