-- The commands on sessions: opened, extended, proved anew, ended.

create function public.open_session(sign_in jsonb)
returns jsonb
language plpgsql
volatile
security definer -- nobody may write sessions by themselves
set search_path = ''
as $$
declare
  person public.profiles;
  is_admin boolean;
  has_factor boolean;
  is_known_device boolean;
  surplus uuid[];
  evicted uuid[];
begin
  select profiles.* into person from public.profiles
  where profiles.id = (sign_in ->> 'userId')::uuid for update;
  if person.id is null then
    perform private.refuse(404, 'user not found');
  elsif not person.is_active then
    perform private.audit_person(
      person.id, null, 'auth.failed_login', jsonb_build_object('reason', 'inactive'), 'denied'
    );
    return jsonb_build_object('isActive', false);
  end if;
  -- A password that is reset ends Auth's sessions: one that was begun with the old password comes too late.
  perform from auth.sessions where sessions.id = (sign_in ->> 'sessionId')::uuid for share;
  if not found then
    perform private.refuse(401, 'the session has ended', '[{"code": "SESSION_INVALID", "message": "sign in again"}]');
  end if;
  is_admin := exists (select from private.platform_admins where platform_admins.user_id = person.id);
  has_factor := exists (
    select from public.mfa_factors where mfa_factors.user_id = person.id and mfa_factors.verified_at is not null
  );
  -- A remembered device spares the second factor; platform admins show it always.
  is_known_device := not is_admin and exists (
    select from public.trusted_devices as device
    where
      device.user_id = person.id and device.token_hash = sign_in ->> 'deviceTokenHash' and device.expires_at > now()
  );
  insert into public.user_sessions (id, user_id, device_name, user_agent, address, method, mfa_verified_at)
  values (
    (sign_in ->> 'sessionId')::uuid, person.id, coalesce(sign_in ->> 'deviceName', ''),
    coalesce(sign_in ->> 'userAgent', ''), sign_in ->> 'address', coalesce(sign_in ->> 'method', 'password'),
    case when has_factor and is_known_device then now() end
  );
  select array_agg(older.id) into surplus
  from (
    select user_sessions.id from public.user_sessions
    where
      user_sessions.user_id = person.id and user_sessions.ended_at is null and user_sessions.expires_at > now()
      and user_sessions.last_seen_at > now() - interval '8 hours'
    order by user_sessions.created_at desc, user_sessions.id desc
    offset 5
  ) as older;
  evicted := private.end_sessions(person.id, 'evicted', coalesce(surplus, '{}'));
  update public.profiles
  set
    last_login_at = now(), login_count = profiles.login_count + 1,
    email_index = coalesce(sign_in ->> 'emailIndex', profiles.email_index)
  where profiles.id = person.id;
  perform private.audit_person(
    person.id, (sign_in ->> 'sessionId')::uuid, 'auth.login', jsonb_strip_nulls(jsonb_build_object(
      'method', sign_in -> 'method', 'address', sign_in -> 'addressIndex', 'knownDevice', is_known_device
    ))
  );
  return jsonb_build_object(
    'isActive', true,
    'factor', case when not has_factor then 'none' when is_known_device then 'passed' else 'pending' end,
    'methods', case when has_factor then private.factor_methods(person.id) else '[]'::jsonb end,
    'isEnrollmentRequired', is_admin and not has_factor,
    'passwordChangedAt', (
      select max(password_history.created_at) from private.password_history
      where password_history.user_id = person.id
    ),
    'evicted', to_jsonb(evicted)
  );
end;
$$;
comment on function public.open_session is
'For the service: writes a session that Auth has just made, ends the oldest beyond five, and says what is still owed.';
grant execute on function public.open_session to service_role;

create function private.factor_methods(person uuid)
returns jsonb
language sql
stable
security definer -- reads factors, before their person is trusted
set search_path = ''
as $$
  select coalesce(jsonb_agg(distinct methods.method), '[]')
  from (
    select mfa_factors.kind as method from public.mfa_factors
    where mfa_factors.user_id = factor_methods.person and mfa_factors.verified_at is not null
    union all
    select 'backup_code' from private.mfa_backup_codes
    where mfa_backup_codes.user_id = factor_methods.person and mfa_backup_codes.used_at is null
  ) as methods;
$$;

create function public.extend_session(session_id uuid, user_id uuid)
returns boolean
language plpgsql
volatile
security definer -- nobody may write sessions by themselves
set search_path = ''
as $$
begin
  update public.user_sessions set last_seen_at = now()
  where
    user_sessions.id = extend_session.session_id
    and user_sessions.user_id = extend_session.user_id
    and user_sessions.ended_at is null
    and user_sessions.expires_at > now()
    -- Eight hours of a token, and eight idle ones after its last use, of which KV alone knows.
    and user_sessions.last_seen_at > now() - interval '16 hours';
  return found;
end;
$$;
comment on function public.extend_session is
'For the service: eight hours more, up to the day that a session lasts at most; false for one that has ended.';
grant execute on function public.extend_session to service_role;

create function public.end_own_sessions(which uuid[] default null, besides uuid default null)
returns uuid[]
language plpgsql
volatile
security definer -- nobody may write sessions by themselves
set search_path = ''
as $$
declare
  ended uuid[];
begin
  -- Also out of a session that has not passed its second factor: who may not come in may always leave.
  if auth.uid() is null or private.api_key_id() is not null then
    perform private.refuse(401, 'this is for people');
  end if;
  -- Who has not passed the second factor leaves, and throws nobody else out.
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
'Ends sessions of one''s own: all, those named, or all besides one; the ids of those that still lived.';
grant execute on function public.end_own_sessions to authenticated;

create function public.end_reused_session(session_id uuid, user_id uuid)
returns uuid[]
language plpgsql
volatile
security definer -- nobody may write sessions by themselves
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
'For the service: ends a session of which a spent refresh token was offered again, by a thief or after one.';
grant execute on function public.end_reused_session to service_role;

create function public.reauthenticate_session(session_id uuid, user_id uuid)
returns void
language plpgsql
volatile
security definer -- nobody may write sessions by themselves
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
'For the service: its person has just shown their password or second factor again.';
grant execute on function public.reauthenticate_session to service_role;

create function public.record_failed_sign_in(failure jsonb)
returns boolean
language plpgsql
volatile
security definer -- nobody may write the log by themselves
set search_path = ''
as $$
declare
  person uuid := private.find_person(failure);
begin
  -- Of an unknown address there is nobody to tell, but the attempt is on record all the same.
  perform private.audit_as(
    null, null, null, 'auth.failed_login', 'user', person, jsonb_strip_nulls(jsonb_build_object(
      'reason', failure -> 'reason', 'email', failure -> 'emailIndexes' -> 0, 'address', failure -> 'addressIndex'
    )), 'denied'
  );
  if person is not null and failure ? 'mail' then
    perform private.enqueue_job('mail', 'send_mail', null, jsonb_build_object('mail', failure -> 'mail'));
  end if;
  return person is not null;
end;
$$;
comment on function public.record_failed_sign_in is
'For the service: puts a failed sign-in on record, and mails the person, if there is one, that they are locked out.';
grant execute on function public.record_failed_sign_in to service_role;

create function private.find_person(who jsonb)
returns uuid
language sql
stable
security definer -- reads the addresses that Auth keeps
set search_path = ''
as $$
  select users.id from auth.users where users.email = lower(who ->> 'email');
$$;
comment on function private.find_person is
'Whose e-mail it is, as Auth knows it, which alone keeps addresses of people; null for nobody.';

-- Where sessions and keys are asked about on every request, those that ended are in the way after a day.
create function public.forget_ended_sessions()
returns integer
language plpgsql
volatile
security definer -- nobody may write sessions by themselves
set search_path = ''
as $$
declare
  forgotten integer;
begin
  update public.user_sessions
  set
    ended_at = least(user_sessions.expires_at, user_sessions.last_seen_at + interval '16 hours'),
    end_reason = 'expired'
  where user_sessions.ended_at is null
    and (user_sessions.expires_at <= now() or user_sessions.last_seen_at <= now() - interval '16 hours');
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
'For the service: what is kept of sessions for a day and no longer; links, devices and invitations past their time.';
grant execute on function public.forget_ended_sessions to service_role;

create function public.read_session(session_id uuid)
returns jsonb
language sql
stable
security definer -- of a session that has not passed its second factor nobody reads anything
set search_path = ''
as $$
  select jsonb_build_object(
    'createdAt', session.created_at,
    'methods', private.factor_methods(session.user_id),
    'isEnrollmentRequired', exists (
      select from private.platform_admins where platform_admins.user_id = session.user_id
    ) and not exists (
      select from public.mfa_factors
      where mfa_factors.user_id = session.user_id and mfa_factors.verified_at is not null
    )
  )
  from public.user_sessions as session
  where session.id = read_session.session_id and session.ended_at is null
    and session.expires_at > now() and session.last_seen_at > now() - interval '16 hours';
$$;
comment on function public.read_session is 'For the service: what a session that lives still owes; null for any other.';
grant execute on function public.read_session to service_role;
