-- Second factors: enrolled, passed, taken away. Codes and signatures are checked by the application, which alone can
-- read the secrets; that nothing counts twice is decided here.

alter table public.mfa_factors
add column algorithm text not null default 'SHA256' check (algorithm in ('SHA1', 'SHA256', 'SHA512')),
add column transports text[] not null default '{}' check (cardinality(transports) <= 10);
comment on column public.mfa_factors.algorithm is
'Of TOTP: some authenticators know SHA-1 only, so each factor says what it was made with.';

create function public.read_factors(user_id uuid)
returns jsonb
language sql
stable
security definer -- the secrets are for the service, before the person is trusted
set search_path = ''
as $$
  select jsonb_build_object(
    'factors', coalesce(jsonb_agg(jsonb_build_object(
      'id', factor.id, 'kind', factor.kind, 'secret', factor.secret, 'algorithm', factor.algorithm,
      'credentialId', factor.credential_id, 'publicKey', factor.public_key, 'signCount', factor.sign_count,
      'transports', factor.transports, 'isVerified', factor.verified_at is not null
    ) order by factor.created_at), '[]')
  )
  from public.mfa_factors as factor
  where factor.user_id = read_factors.user_id;
$$;
comment on function public.read_factors is
'For the service: the factors of a person, with what is needed to check one.';
grant execute on function public.read_factors to service_role;

create function private.require_session(person uuid, session uuid, needs_factor boolean)
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
  if needs_factor and session_row.mfa_verified_at is null and exists (
    select from public.mfa_factors where mfa_factors.user_id = person and mfa_factors.verified_at is not null
  ) then
    perform private.refuse(401, 'this session has not passed the second factor',
      '[{"code": "MFA_REQUIRED", "message": "pass the second factor"}]');
  end if;
  if needs_factor and session_row.authenticated_at <= now() - interval '30 minutes' then
    perform private.refuse(403, 'this needs the password or a second factor again',
      '[{"code": "REAUTHENTICATION_REQUIRED", "message": "authenticate again: the last time is too long ago"}]');
  end if;
end;
$$;
comment on function private.require_session is
'401 for a session that has ended; with needs_factor, 401 before its second factor and 403 without recent proof.';

create function public.add_factor(factor jsonb)
returns uuid
language plpgsql
volatile
security definer -- nobody may write factors by themselves
set search_path = ''
as $$
declare
  person uuid := (factor ->> 'userId')::uuid;
begin
  perform private.require_session(person, (factor ->> 'sessionId')::uuid, true);
  -- Attempts that were never finished make room for new ones.
  delete from public.mfa_factors
  where mfa_factors.user_id = person and mfa_factors.verified_at is null
    and mfa_factors.created_at < now() - interval '1 hour';
  if (select count(*) from public.mfa_factors where mfa_factors.user_id = person) >= 10 then
    perform private.refuse(409, 'there are ten factors already: remove one');
  end if;
  insert into public.mfa_factors (
    id, user_id, kind, name, secret, algorithm, credential_id, public_key, sign_count, transports
  )
  values (
    (factor ->> 'id')::uuid, person, factor ->> 'kind', coalesce(factor ->> 'name', ''), factor ->> 'secret',
    coalesce(factor ->> 'algorithm', 'SHA256'), factor ->> 'credentialId', factor ->> 'publicKey',
    coalesce((factor ->> 'signCount')::bigint, 0),
    coalesce(array(select jsonb_array_elements_text(factor -> 'transports')), '{}')
  );
  return (factor ->> 'id')::uuid;
exception
  when unique_violation then
    perform private.refuse(409, 'this authenticator is registered already');
end;
$$;
comment on function public.add_factor is 'For the service: a factor that counts once it was passed for the first time.';
grant execute on function public.add_factor to service_role;

create function private.spend_factor(factor public.mfa_factors, passed jsonb)
returns void
language plpgsql
volatile
security definer -- nobody may write factors by themselves
set search_path = ''
as $$
begin
  if factor.kind = 'totp' and (passed ->> 'step')::bigint <= factor.last_used_step then
    perform private.refuse(401, 'this code was used already', '[{"code": "MFA_REQUIRED", "message": "wait for the next"}]');
  end if;
  -- A counter that does not grow belongs to a copy; one that stays at zero is not kept by the authenticator.
  if factor.kind = 'webauthn' and (factor.sign_count > 0 or (passed ->> 'signCount')::bigint > 0)
    and (passed ->> 'signCount')::bigint <= factor.sign_count
  then
    perform private.refuse(401, 'the authenticator may have been copied',
      '[{"code": "MFA_REQUIRED", "message": "use another factor"}]');
  end if;
  update public.mfa_factors
  set
    last_used_step = coalesce((passed ->> 'step')::bigint, mfa_factors.last_used_step),
    sign_count = coalesce((passed ->> 'signCount')::bigint, mfa_factors.sign_count),
    verified_at = coalesce(mfa_factors.verified_at, now()),
    last_used_at = now()
  where mfa_factors.id = factor.id;
end;
$$;

create function private.replace_backup_codes(person uuid, hashes jsonb)
returns void
language sql
volatile
security definer -- nobody may write codes by themselves
set search_path = ''
as $$
  delete from private.mfa_backup_codes where mfa_backup_codes.user_id = person;
  insert into private.mfa_backup_codes (user_id, code_hash)
  select person, code.hash from jsonb_array_elements_text(hashes) as code (hash);
$$;

create function public.pass_second_factor(passed jsonb)
returns jsonb
language plpgsql
volatile
security definer -- nobody may write sessions or factors by themselves
set search_path = ''
as $$
declare
  person uuid := (passed ->> 'userId')::uuid;
  session uuid := (passed ->> 'sessionId')::uuid;
  factor public.mfa_factors;
  is_first boolean := false;
  others uuid[] := '{}';
begin
  perform private.require_session(person, session, false);
  if passed ? 'factorId' then
    -- One at a time: two requests with the same code must not both pass, nor two factors both be the first.
    perform from public.profiles where profiles.id = person for update;
    select mfa_factors.* into factor from public.mfa_factors
    where mfa_factors.id = (passed ->> 'factorId')::uuid and mfa_factors.user_id = person for update;
    if factor.id is null then
      perform private.refuse(404, 'factor not found');
    end if;
    if factor.verified_at is null then
      perform private.require_session(person, session, true);
      is_first := not exists (
        select from public.mfa_factors where mfa_factors.user_id = person and mfa_factors.verified_at is not null
      );
    end if;
    perform private.spend_factor(factor, passed);
  else
    update private.mfa_backup_codes set used_at = now()
    where mfa_backup_codes.user_id = person and mfa_backup_codes.used_at is null
      and mfa_backup_codes.code_hash = any (array(select jsonb_array_elements_text(passed -> 'codeHashes')));
    if not found then
      perform private.refuse(401, 'the code is wrong', '[{"code": "MFA_REQUIRED", "message": "the code is wrong"}]');
    end if;
  end if;
  update public.user_sessions set mfa_verified_at = now(), authenticated_at = now() where user_sessions.id = session;
  if is_first then
    perform private.replace_backup_codes(person, passed -> 'newCodeHashes');
    -- Whoever else is signed in has to show it as well.
    select coalesce(array_agg(user_sessions.id), '{}') into others from public.user_sessions
    where user_sessions.user_id = person and user_sessions.ended_at is null and user_sessions.id <> session;
  end if;
  if passed ? 'deviceTokenHash' then
    insert into public.trusted_devices (user_id, token_hash, name)
    values (person, passed ->> 'deviceTokenHash', coalesce(passed ->> 'deviceName', ''));
  end if;
  perform private.audit_person(
    person, session, case when factor.id is not null and factor.verified_at is null then 'auth.mfa_enabled'
      else 'auth.mfa_passed' end,
    jsonb_build_object('method', coalesce(factor.kind, 'backup_code'))
  );
  return jsonb_build_object(
    'isFirst', is_first, 'others', to_jsonb(others), 'codesLeft', (
      select count(*) from private.mfa_backup_codes
      where mfa_backup_codes.user_id = person and mfa_backup_codes.used_at is null
    )
  );
end;
$$;
comment on function public.pass_second_factor is
'For the service, which checked the code: spends it, and trusts the session from now on. Nothing passes twice.';
grant execute on function public.pass_second_factor to service_role;

create function public.remove_factor(user_id uuid, session_id uuid, factor_id uuid)
returns boolean
language plpgsql
volatile
security definer -- nobody may write factors by themselves
set search_path = ''
as $$
declare
  is_last boolean;
begin
  -- One at a time, or two would each take what the other leaves.
  perform from public.profiles where profiles.id = remove_factor.user_id for update;
  perform private.require_session(remove_factor.user_id, remove_factor.session_id, true);
  is_last := exists (
    select from public.mfa_factors
    where mfa_factors.id = remove_factor.factor_id and mfa_factors.user_id = remove_factor.user_id
      and mfa_factors.verified_at is not null
  ) and not exists (
    select from public.mfa_factors
    where mfa_factors.user_id = remove_factor.user_id and mfa_factors.verified_at is not null
      and mfa_factors.id <> remove_factor.factor_id
  );
  if is_last and exists (
    select from private.platform_admins where platform_admins.user_id = remove_factor.user_id
  ) then
    perform private.refuse(409, 'platform admins keep a second factor');
  end if;
  delete from public.mfa_factors
  where mfa_factors.id = remove_factor.factor_id and mfa_factors.user_id = remove_factor.user_id;
  if not found then
    perform private.refuse(404, 'factor not found');
  end if;
  if is_last then
    delete from private.mfa_backup_codes where mfa_backup_codes.user_id = remove_factor.user_id;
    delete from public.trusted_devices where trusted_devices.user_id = remove_factor.user_id;
  end if;
  perform private.audit_person(
    remove_factor.user_id, remove_factor.session_id, 'auth.mfa_disabled',
    jsonb_build_object('factorId', remove_factor.factor_id, 'wasLast', is_last)
  );
  return is_last;
end;
$$;
comment on function public.remove_factor is
'For the service: takes a factor away; with the last one, backup codes and devices. Whether it was the last.';
grant execute on function public.remove_factor to service_role;

create function public.renew_backup_codes(user_id uuid, session_id uuid, code_hashes jsonb)
returns void
language plpgsql
volatile
security definer -- nobody may write codes by themselves
set search_path = ''
as $$
begin
  perform private.require_session(renew_backup_codes.user_id, renew_backup_codes.session_id, true);
  if not exists (
    select from public.mfa_factors
    where mfa_factors.user_id = renew_backup_codes.user_id and mfa_factors.verified_at is not null
  ) then
    perform private.refuse(409, 'there is no second factor that they could stand in for');
  end if;
  perform private.replace_backup_codes(renew_backup_codes.user_id, renew_backup_codes.code_hashes);
  perform private.audit_person(renew_backup_codes.user_id, renew_backup_codes.session_id, 'auth.backup_codes_renewed');
end;
$$;
comment on function public.renew_backup_codes is 'For the service: new codes; the old ones die.';
grant execute on function public.renew_backup_codes to service_role;
