create function private.end_sessions(person uuid, reason text, which uuid[] default null, besides uuid default null)
returns uuid[]
language plpgsql
volatile
security definer -- sessions are written by functions only
set search_path = ''
as $$
declare
  ended uuid[];
begin
  with gone as (
    update public.user_sessions
    set ended_at = now(), end_reason = end_sessions.reason
    where
      user_sessions.user_id = end_sessions.person
      and user_sessions.ended_at is null
      and (end_sessions.which is null or user_sessions.id = any (end_sessions.which))
      and user_sessions.id is distinct from end_sessions.besides
    returning user_sessions.id
  )
  select coalesce(array_agg(gone.id), '{}') into ended from gone;
  -- Deletes their refresh tokens too, so that Auth issues no more access tokens.
  delete from auth.sessions where sessions.id = any (ended);
  return ended;
end;
$$;
comment on function private.end_sessions is
'Ends sessions of a person: all, or those in which, or all except besides. Returns the ids of the sessions that were
open.';

create function private.end_access_of_inactive()
returns trigger
language plpgsql
security definer -- sessions are written by functions only
set search_path = ''
as $$
begin
  perform private.end_sessions(new.id, 'deactivated');
  update public.api_keys set revoked_at = now() where api_keys.user_id = new.id and api_keys.revoked_at is null;
  return null;
end;
$$;
comment on function private.end_access_of_inactive is
'Ends the sessions and revokes the API keys of a person who is deactivated.';

create function public.living_sessions(user_id uuid)
returns uuid[]
language plpgsql
stable
security definer -- platform admins read the sessions of people whom they deactivate
set search_path = ''
as $$
begin
  if not (
    private.is_platform_admin()
    or coalesce(living_sessions.user_id = auth.uid() and private.api_key_id() is null, false)
  ) then
    perform private.refuse(403, 'only platform admins may do this');
  end if;
  return array(
    select user_sessions.id from public.user_sessions
    where
      user_sessions.user_id = living_sessions.user_id
      and user_sessions.created_at > now() - private.session_lifetime()
  );
end;
$$;
comment on function public.living_sessions is
'Lists the sessions of a person that caches may still hold: all that were opened within the lifetime of a session,
ended or not. For the person and for platform admins.';
grant execute on function public.living_sessions to authenticated, service_role;

create function public.keep_session(session_id uuid, user_id uuid)
returns boolean
language plpgsql
volatile
security definer -- sessions are written by functions only
set search_path = ''
as $$
begin
  update public.user_sessions set last_seen_at = now()
  where
    user_sessions.id = keep_session.session_id
    and user_sessions.user_id = keep_session.user_id
    and user_sessions.ended_at is null
    and user_sessions.expires_at > now()
    and user_sessions.last_seen_at > now() - private.session_unseen_limit();
  return found;
end;
$$;
comment on function public.keep_session is
'For the service: marks a session as seen now, which keeps it alive up to its lifetime. Returns false for a session
that has ended.';
grant execute on function public.keep_session to service_role;

create function public.read_session(session_id uuid)
returns jsonb
language sql
stable
security definer -- people may read nothing before the session has passed the second factor
set search_path = ''
as $$
  select jsonb_build_object(
    'createdAt', session.created_at,
    'methods', private.factor_methods(session.user_id),
    'isEnrollmentRequired', exists (
      select from private.platform_admins where platform_admins.user_id = session.user_id
    ) and not private.has_second_factor(session.user_id)
  )
  from public.user_sessions as session
  where
    session.id = read_session.session_id and session.ended_at is null
    and session.expires_at > now() and session.last_seen_at > now() - private.session_unseen_limit();
$$;
comment on function public.read_session is
'For the service: describes an open session: when it was created, which second factors its person has, and whether a
platform admin must still enrol one. Null for any other session.';
grant execute on function public.read_session to service_role;

create function public.end_own_sessions(which uuid[] default null, besides uuid default null)
returns uuid[]
language plpgsql
volatile
security definer -- sessions are written by functions only
set search_path = ''
as $$
declare
  ended uuid[];
begin
  perform private.require_functions();
  if auth.uid() is null or private.api_key_id() is not null then
    perform private.refuse(401, 'API keys have no sessions');
  end if;
  if private.has_reading_token() then
    perform private.refuse(403, 'this token is for reading only');
  end if;
  -- A session that has not passed its second factor may end itself, and no other session.
  if which is distinct from array[private.session_id()] and not private.person_trusted() then
    perform private.refuse(401, 'this session is not trusted', '[{"code": "MFA_REQUIRED", "message": "sign in"}]');
  end if;
  ended := private.end_sessions(
    auth.uid(), case when which = array[private.session_id()] then 'signed_out' else 'revoked' end, which, besides
  );
  if which is not null and ended = '{}' and not which = array[private.session_id()] then
    perform private.refuse(404, 'session not found');
  end if;
  perform private.audit(
    null, 'auth.logout', 'user', auth.uid(), jsonb_build_object('sessions', to_jsonb(ended))
  );
  return ended;
end;
$$;
comment on function public.end_own_sessions is
'Ends sessions of the caller: all, or those in which, or all except besides. Returns the ids of the sessions that were
open.';
grant execute on function public.end_own_sessions to authenticated, service_role;

create function public.end_reused_session(session_id uuid, user_id uuid)
returns uuid[]
language plpgsql
volatile
security definer -- sessions are written by functions only
set search_path = ''
as $$
declare
  ended uuid[] := private.end_sessions(end_reused_session.user_id, 'reused', array[end_reused_session.session_id]);
begin
  if ended <> '{}' then
    perform private.audit_person(
      end_reused_session.user_id, end_reused_session.session_id, 'auth.refresh_reused', '{}', 'denied'
    );
  end if;
  return ended;
end;
$$;
comment on function public.end_reused_session is
'For the service: ends a session whose refresh token was used a second time, which means that it was stolen.';
grant execute on function public.end_reused_session to service_role;

create function public.end_refused_session(session_id uuid, user_id uuid)
returns uuid[]
language sql
volatile
security definer -- sessions are written by functions only
set search_path = ''
as $$
  select private.end_sessions(end_refused_session.user_id, 'revoked', array[end_refused_session.session_id]);
$$;
comment on function public.end_refused_session is
'For the service: ends a session that Auth does not refresh any more, because it ended there or its person is banned.';
grant execute on function public.end_refused_session to service_role;

create function public.reauthenticate_session(session_id uuid, user_id uuid)
returns void
language plpgsql
volatile
security definer -- sessions are written by functions only
set search_path = ''
as $$
begin
  update public.user_sessions set authenticated_at = now()
  where
    user_sessions.id = reauthenticate_session.session_id
    and user_sessions.user_id = reauthenticate_session.user_id
    and user_sessions.ended_at is null;
  if not found then
    perform private.refuse(401, 'the session has ended', '[{"code": "SESSION_INVALID", "message": "sign in again"}]');
  end if;
end;
$$;
comment on function public.reauthenticate_session is
'For the service: records that the person of a session has just shown their password or second factor again.';
grant execute on function public.reauthenticate_session to service_role;

create function public.forget_ended_sessions()
returns integer
language plpgsql
volatile
security definer -- sessions are written by functions only
set search_path = ''
set statement_timeout = '30s'
as $$
declare
  forgotten integer;
begin
  -- Kept for 24 hours (domain §8), and not longer: every request looks sessions up in this table.
  delete from public.user_sessions where user_sessions.ended_at < now() - interval '24 hours';
  get diagnostics forgotten = row_count;
  delete from public.trusted_devices where trusted_devices.expires_at < now();
  delete from private.identity_tokens where identity_tokens.expires_at < now() - interval '1 day';
  delete from private.credential_permits where credential_permits.expires_at < now();
  update public.invitations set status = 'expired'
  where invitations.status = 'pending' and invitations.expires_at <= now();
  return forgotten;
end;
$$;
comment on function public.forget_ended_sessions is
'For the service: deletes sessions that ended 24 hours ago (end_expired_sessions ends them). Deletes expired
devices and permits, and links that expired a day ago. Marks expired invitations. Returns the number of deleted
sessions.';
grant execute on function public.forget_ended_sessions to service_role;

create function public.forget_auth_sessions(batch integer default 5000)
returns integer
language sql
volatile
security definer -- the table of Auth
set search_path = ''
set statement_timeout = '30s'
as $$
  with forgotten as (
    -- Deletes sessions that were opened at Auth directly, too: no session of ours is older.
    delete from auth.sessions
    where sessions.id in (
      select old.id from auth.sessions as old
      where old.created_at <= now() - private.session_lifetime()
      limit forget_auth_sessions.batch
      for update skip locked
    )
    returning 1
  )
  select count(*)::integer from forgotten;
$$;
comment on function public.forget_auth_sessions is
'For the scheduler: deletes sessions of Auth that are older than private.session_lifetime, up to a batch, with their
refresh tokens. Returns how many it deleted.';
grant execute on function public.forget_auth_sessions to service_role;
