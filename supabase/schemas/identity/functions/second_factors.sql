create function private.has_second_factor(person uuid)
returns boolean
language sql
stable
set search_path = ''
as $$
  select exists (
    select from public.mfa_factors
    where mfa_factors.user_id = has_second_factor.person and mfa_factors.verified_at is not null
  );
$$;
comment on function private.has_second_factor is 'Whether a person has a second factor that they have passed once.';

create function private.factor_methods(person uuid)
returns jsonb
language sql
stable
security definer -- reads factors before the session of their person is trusted
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
comment on function private.factor_methods is
'Lists the kinds of second factor that a person can pass now: totp, webauthn, backup_code.';

create function private.lock_factor(person uuid, factor_id uuid)
returns public.mfa_factors
language plpgsql
volatile
set search_path = ''
as $$
declare
  factor public.mfa_factors;
begin
  -- Locks the person too: two requests with one code must not both pass, nor two factors both be the first.
  perform from public.profiles where profiles.id = person for update;
  select mfa_factors.* into factor from public.mfa_factors
  where mfa_factors.id = lock_factor.factor_id and mfa_factors.user_id = person
  for update;
  if factor.id is null then
    perform private.refuse(404, 'factor not found');
  end if;
  return factor;
end;
$$;
comment on function private.lock_factor is 'Locks and returns a factor of a person; 404 where there is none.';

create function private.spend_factor(factor public.mfa_factors, passed jsonb)
returns void
language plpgsql
volatile
security definer -- factors are written by functions only
set search_path = ''
as $$
begin
  if factor.kind = 'totp' and (passed ->> 'step')::bigint <= factor.last_used_step then
    perform private.refuse(401, 'this code was used already', '[{"code": "MFA_REQUIRED", "message": "wait for the next"}]');
  end if;
  -- A counter that does not grow belongs to a copied authenticator. One that stays at zero is not used by this model.
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
comment on function private.spend_factor is
'Marks a factor as passed; 401 for a TOTP code that was used before or a WebAuthn counter that did not grow.';

create function public.read_factors(user_id uuid)
returns jsonb
language sql
stable
security definer -- the service reads the secrets before the session is trusted
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
'For the service: returns the factors of a person, with what is needed to verify a code or signature.';
grant execute on function public.read_factors to service_role;

create function public.add_factor(factor jsonb)
returns uuid
language plpgsql
volatile
security definer -- factors are written by functions only
set search_path = ''
as $$
declare
  person uuid := (factor ->> 'userId')::uuid;
begin
  perform private.require_session(person, (factor ->> 'sessionId')::uuid, true);
  -- Enrolments that were never finished make room for new ones.
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
comment on function public.add_factor is
'For the service: adds a factor, which counts once it has been passed. At most ten factors; 409 for a known
authenticator.';
grant execute on function public.add_factor to service_role;

create function public.pass_second_factor(passed jsonb)
returns jsonb
language plpgsql
volatile
security definer -- sessions and factors are written by functions only
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
    factor := private.lock_factor(person, (passed ->> 'factorId')::uuid);
    if factor.verified_at is null then
      perform private.require_session(person, session, true);
      is_first := not private.has_second_factor(person);
    end if;
    perform private.spend_factor(factor, passed);
  else
    perform private.spend_backup_code(person, passed -> 'codeHashes');
  end if;
  update public.user_sessions set mfa_verified_at = now(), authenticated_at = now() where user_sessions.id = session;
  if is_first then
    perform private.replace_backup_codes(person, passed -> 'newCodeHashes');
    -- The other open sessions of the person must pass the new factor as well.
    select coalesce(array_agg(user_sessions.id), '{}') into others from public.user_sessions
    where user_sessions.user_id = person and user_sessions.ended_at is null and user_sessions.id <> session;
  end if;
  if passed ? 'deviceTokenHash' then
    insert into public.trusted_devices (user_id, token_hash, name)
    values (person, passed ->> 'deviceTokenHash', coalesce(passed ->> 'deviceName', ''));
  end if;
  perform private.audit_person(
    person, session,
    case when factor.id is not null and factor.verified_at is null then 'auth.mfa_enabled' else 'auth.mfa_passed' end,
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
'For the service, which verified the proof: spends a factor or backup code, and marks the session as verified and
recently authenticated. With the first factor stores new backup codes. Remembers the device if asked. A proof works
once.';
grant execute on function public.pass_second_factor to service_role;

create function public.remove_factor(user_id uuid, session_id uuid, factor_id uuid)
returns boolean
language plpgsql
volatile
security definer -- factors are written by functions only
set search_path = ''
as $$
declare
  is_last boolean;
begin
  -- One at a time, so that two requests do not each remove what the other leaves.
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
    perform private.refuse(409, 'platform admins must keep a second factor');
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
'For the service: removes a factor; with the last one, backup codes and remembered devices too. 409 for the last factor
of a platform admin. Returns whether it was the last.';
grant execute on function public.remove_factor to service_role;
