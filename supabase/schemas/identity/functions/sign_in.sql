create function private.lock_auth_session(session uuid)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  -- A reset password ends the sessions of Auth: a sign-in that began with the old password is refused.
  perform from auth.sessions where sessions.id = lock_auth_session.session for share;
  if not found then
    perform private.refuse(401, 'the session has ended', '[{"code": "SESSION_INVALID", "message": "sign in again"}]');
  end if;
end;
$$;
comment on function private.lock_auth_session is
'Keeps a session of Auth from being deleted meanwhile; 401 where it has ended.';

create function private.is_remembered_device(person uuid, token_hash text)
returns boolean
language sql
stable
set search_path = ''
as $$
  select exists (
    select from public.trusted_devices as device
    where
      device.user_id = is_remembered_device.person and device.token_hash = is_remembered_device.token_hash
      and device.expires_at > now()
  );
$$;

create function private.evict_surplus_sessions(person uuid)
returns uuid[]
language plpgsql
volatile
set search_path = ''
as $$
declare
  surplus uuid[] := array(
    select user_sessions.id from public.user_sessions
    where
      user_sessions.user_id = evict_surplus_sessions.person
      and user_sessions.ended_at is null
      and user_sessions.expires_at > now()
      and user_sessions.last_seen_at > now() - private.session_unseen_limit()
    order by user_sessions.created_at desc, user_sessions.id desc
    offset private.max_open_sessions()
  );
begin
  return private.end_sessions(evict_surplus_sessions.person, 'evicted', surplus);
end;
$$;
comment on function private.evict_surplus_sessions is
'Ends the oldest sessions of a person beyond private.max_open_sessions and returns their ids.';

create function public.open_session(sign_in jsonb)
returns jsonb
language plpgsql
volatile
security definer -- sessions are written by functions only
set search_path = ''
as $$
declare
  person public.profiles;
  is_admin boolean;
  has_factor boolean;
  is_known_device boolean;
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
  perform private.lock_auth_session((sign_in ->> 'sessionId')::uuid);
  is_admin := exists (select from private.platform_admins where platform_admins.user_id = person.id);
  has_factor := private.has_second_factor(person.id);
  -- A remembered device replaces the second factor, except for platform admins.
  is_known_device := not is_admin and private.is_remembered_device(person.id, sign_in ->> 'deviceTokenHash');
  insert into public.user_sessions (
    id, user_id, device_name, user_agent, address, method, mfa_verified_at, refreshed_at, sso_connection_id
  )
  values (
    (sign_in ->> 'sessionId')::uuid, person.id, coalesce(sign_in ->> 'deviceName', ''),
    coalesce(sign_in ->> 'userAgent', ''), sign_in ->> 'address', coalesce(sign_in ->> 'method', 'password'),
    case when has_factor and is_known_device then now() end,
    private.auth_refreshed_at((sign_in ->> 'sessionId')::uuid), (sign_in ->> 'ssoConnectionId')::uuid
  );
  if sign_in ? 'refreshTokenDigest' then
    insert into private.refresh_tokens (digest, session_id)
    values (sign_in ->> 'refreshTokenDigest', (sign_in ->> 'sessionId')::uuid);
  end if;
  if sign_in ->> 'ssoSubject' is not null then
    insert into private.sso_sessions (session_id, connection_id, subject, subject_digest, index_digest)
    values (
      (sign_in ->> 'sessionId')::uuid, (sign_in ->> 'ssoConnectionId')::uuid, sign_in ->> 'ssoSubject',
      sign_in ->> 'ssoSubjectDigest', sign_in ->> 'ssoIndexDigest'
    );
  end if;
  evicted := private.evict_surplus_sessions(person.id);
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
    'evicted', to_jsonb(evicted),
    'plan', private.plan_of_person(person.id)
  );
end;
$$;
comment on function public.open_session is
'For the service: records a session that Auth has just created and ends the oldest sessions beyond the limit. Returns
whether the person is active, what the session still needs (second factor, enrolment, a new password), and the plan that
rate limits go by: see private.plan_of_person.';
grant execute on function public.open_session to service_role;

create function public.record_failed_sign_in(failure jsonb)
returns boolean
language plpgsql
volatile
security definer -- the audit log is written by functions only
set search_path = ''
as $$
declare
  person uuid := private.find_person(failure);
begin
  -- Recorded for an unknown address too, where there is nobody to mail.
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
'For the service: records a failed sign-in, and mails the person, if the address is known, where the failure locked it.
Returns whether the address is known.';
grant execute on function public.record_failed_sign_in to service_role;
