create function private.auth_refreshed_at(session uuid)
returns timestamptz
language sql
stable
set search_path = ''
as $$
  -- `refreshed_at` has no time zone and is in UTC. It is null until the first refresh.
  select coalesce(sessions.refreshed_at at time zone 'utc', sessions.created_at)
  from auth.sessions where sessions.id = auth_refreshed_at.session;
$$;
comment on function private.auth_refreshed_at is
'Returns when Auth last issued tokens for a session, by the clock of Auth; null for a session that it does not know.';

create function private.is_refresh_unknown(session public.user_sessions, refreshed timestamptz)
returns boolean
language sql
immutable
parallel safe
set search_path = ''
as $$
  -- session.refreshed_at is null for sessions that were opened before it was recorded, refreshed for those that Auth
  -- does not know. Neither says anything.
  select coalesce(refreshed > session.refreshed_at, false) and not coalesce(
    refreshed between session.refreshing_at - private.refresh_grace()
    and session.refreshing_at + private.refresh_grace(), false
  );
$$;
comment on function private.is_refresh_unknown is
'Whether a refresh in Auth is neither recorded nor announced. Either somebody used the refresh token at Auth itself,
past us, or our own refresh is not recorded yet: after private.unrecorded_refresh_limit it is the former.';

create function public.begin_refresh(wanted jsonb)
returns uuid[]
language plpgsql
volatile
security definer -- sessions are written by functions only
set search_path = ''
as $$
declare
  session public.user_sessions;
  refreshed timestamptz;
begin
  select user_sessions.* into session from public.user_sessions
  where
    user_sessions.ended_at is null
    and user_sessions.id = coalesce(
      (wanted ->> 'sessionId')::uuid,
      (select tokens.session_id from auth.refresh_tokens as tokens where tokens.token = wanted ->> 'token')
    )
  for update;
  refreshed := private.auth_refreshed_at(session.id);
  if private.is_refresh_unknown(session, refreshed) then
    if refreshed > clock_timestamp() - private.unrecorded_refresh_limit() then
      return null;
    end if;
    return public.end_reused_session(session.id, session.user_id);
  end if;
  -- The new announcement takes the place of the former one, so the refresh that the former one covered is recorded here:
  -- record_refresh may have failed.
  update public.user_sessions
  set
    refreshed_at = coalesce(refreshed, user_sessions.refreshed_at),
    -- Not for a token that we did not issue: it would hide a refresh past us.
    refreshing_at = case when (wanted ->> 'isOurs')::boolean then clock_timestamp() else user_sessions.refreshing_at end
  where user_sessions.id = session.id;
  return '{}';
end;
$$;
comment on function public.begin_refresh is
'For the service, just before it refreshes a session in Auth: announces the refresh, and ends the session where somebody
else has refreshed it past us. Returns the ids of the sessions that it ended; null, and announces nothing, while it is
not known whether the last refresh was ours: see private.unrecorded_refresh_limit.';
grant execute on function public.begin_refresh to service_role;

create function public.record_refresh(session_id uuid, user_id uuid)
returns text
language plpgsql
volatile
security definer -- sessions are written by functions only
set search_path = ''
as $$
begin
  if not public.keep_session(record_refresh.session_id, record_refresh.user_id) then
    return null;
  end if;
  update public.user_sessions set refreshed_at = private.auth_refreshed_at(user_sessions.id)
  where user_sessions.id = record_refresh.session_id;
  return private.plan_of_person(record_refresh.user_id);
end;
$$;
comment on function public.record_refresh is
'For the service, just after it refreshed a session in Auth: records the refresh, and marks the session as seen now.
Returns the plan that rate limits go by (see private.plan_of_person), or null for a session that has ended.';
grant execute on function public.record_refresh to service_role;

create function public.claim_refresh(wanted jsonb)
returns jsonb
language plpgsql
volatile
security definer -- sessions are written by functions only
set search_path = ''
as $$
declare
  known private.refresh_tokens;
  session public.user_sessions;
  ended uuid[];
begin
  select tokens.* into known from private.refresh_tokens as tokens where tokens.digest = wanted ->> 'digest';
  if known.digest is not null then
    select user_sessions.* into session from public.user_sessions
    where user_sessions.id = known.session_id and user_sessions.ended_at is null for update;
    if session.id is null then
      return jsonb_build_object('state', 'ended', 'ended', '[]'::jsonb);
    end if;
    -- Again, now that nobody else can change it: another request may have used the token while this one waited.
    select tokens.* into known from private.refresh_tokens as tokens where tokens.digest = wanted ->> 'digest';
    if known.spent_at < clock_timestamp() - private.refresh_reuse_limit() then
      ended := public.end_reused_session(session.id, session.user_id);
      return jsonb_build_object('state', 'reused', 'ended', to_jsonb(ended));
    elsif session.refresh_claimed_until > clock_timestamp() then
      return jsonb_build_object('state', 'busy');
    elsif known.spent_at is not null and (wanted ->> 'hasAnswer')::boolean then
      return jsonb_build_object('state', 'answered');
    end if;
  end if;
  ended := public.begin_refresh(
    wanted - array['digest', 'hasAnswer']
    || case when session.id is null then '{}' else jsonb_build_object('sessionId', session.id) end
    || jsonb_build_object('isOurs', session.id is not null)
  );
  if ended is null then
    return jsonb_build_object('state', 'undecided');
  elsif ended <> '{}' then
    return jsonb_build_object('state', 'reused', 'ended', to_jsonb(ended));
  elsif session.id is null then
    return jsonb_build_object('state', 'unknown');
  end if;
  update public.user_sessions set refresh_claimed_until = clock_timestamp() + private.refresh_claim_limit()
  where user_sessions.id = session.id;
  return jsonb_build_object(
    'state', 'claimed', 'sessionId', session.id, 'userId', session.user_id, 'isSpent', known.spent_at is not null
  );
end;
$$;
comment on function public.claim_refresh is
'For the service, before it refreshes a session in Auth. One request at a time may: claimed. Otherwise: busy (another
request refreshes the session), answered (the token was used a moment ago, and the caller has the answer), unknown (we
did not issue the token: Auth decides), undecided (see begin_refresh), reused (the session has ended just now, because a
token was used twice) or ended. The token is judged under the lock of its session, by the clock of the database.';
grant execute on function public.claim_refresh to service_role;

create function public.finish_refresh(done jsonb)
returns text
language plpgsql
volatile
security definer -- sessions are written by functions only
set search_path = ''
as $$
declare
  session uuid := (done ->> 'sessionId')::uuid;
  plan text := public.record_refresh(session, (done ->> 'userId')::uuid);
begin
  if plan is null then
    return null;
  end if;
  insert into private.refresh_tokens as token (digest, session_id, spent_at)
  values (done ->> 'spent', session, clock_timestamp())
  on conflict on constraint refresh_tokens_pkey do update set spent_at = excluded.spent_at
    where token.session_id = excluded.session_id and token.spent_at is null;
  insert into private.refresh_tokens (digest, session_id) values (done ->> 'issued', session)
  on conflict on constraint refresh_tokens_pkey do nothing;
  -- Auth itself ends a session by tokens that are so old.
  delete from private.refresh_tokens as token
  where
    token.session_id = session and token.spent_at < (
      select other.spent_at from private.refresh_tokens as other
      where other.session_id = session and other.spent_at is not null
      order by other.spent_at desc offset 200 limit 1
    );
  update public.user_sessions set refresh_claimed_until = null where user_sessions.id = session;
  return plan;
end;
$$;
comment on function public.finish_refresh is
'For the service, just after it refreshed a session in Auth: does what record_refresh does, marks the token that was
used as spent, and knows the new one. Later uses do not change when it was spent. Releases the claim.';
grant execute on function public.finish_refresh to service_role;

create function public.release_refresh(session_id uuid)
returns void
language sql
volatile
security definer -- sessions are written by functions only
set search_path = ''
as $$
  update public.user_sessions set refresh_claimed_until = null where user_sessions.id = release_refresh.session_id;
$$;
comment on function public.release_refresh is
'For the service: lets the next request refresh a session, after a refresh that failed.';
grant execute on function public.release_refresh to service_role;

create function public.extend_session(session_id uuid, user_id uuid)
returns boolean
language sql
volatile
security definer -- sessions are written by functions only
set search_path = ''
as $$
  select public.record_refresh(extend_session.session_id, extend_session.user_id) is not null;
$$;
comment on function public.extend_session is
'Deprecated, for deployments that do not know record_refresh: they call it after each refresh, and end_stolen_sessions
must not end the sessions that they refreshed, as after a rollback. To be dropped with the next release.';
grant execute on function public.extend_session to service_role;

create function public.end_stolen_sessions()
returns uuid[]
language plpgsql
volatile
security definer -- sessions are written by functions only
set search_path = ''
set statement_timeout = '30s'
as $$
declare
  stolen record;
  ended uuid[] := '{}';
begin
  for stolen in
    select session.id, session.user_id
    from public.user_sessions as session
    inner join auth.sessions as known on known.id = session.id
    where
      session.ended_at is null and session.expires_at > now()
      -- Cheap and true of few, before the exact test.
      and known.refreshed_at at time zone 'utc' > session.refreshed_at
      and known.refreshed_at at time zone 'utc' < now() - private.unrecorded_refresh_limit()
      and private.is_refresh_unknown(session, known.refreshed_at at time zone 'utc')
    order by session.id
    limit 1000
    for update of session skip locked
  loop
    ended := ended || public.end_reused_session(stolen.id, stolen.user_id);
  end loop;
  return ended;
end;
$$;
comment on function public.end_stolen_sessions is
'For the service: ends the open sessions that somebody refreshed in Auth itself, past us, at most 1,000. Returns their
ids.';
grant execute on function public.end_stolen_sessions to service_role;
