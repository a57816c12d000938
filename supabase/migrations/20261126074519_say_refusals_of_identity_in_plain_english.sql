-- Say refusals of identity in plain english
-- Planned by `make migration` from supabase/schemas and supabase/policies.

-- Waits at most five seconds for a lock, because queries behind a waiting lock wait as well. On failure, push again.
set lock_timeout = '5s';
set check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.accept_invitation(person uuid, hash text)
 RETURNS public.invitations
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  invitation public.invitations;
begin
  update public.invitations
  set status = 'accepted', accepted_at = now(), accepted_by = person
  where
    invitations.token_hash = hash and invitations.status = 'pending' and invitations.expires_at > now()
    and exists (select from public.brands where brands.id = invitations.brand_id and brands.deleted_at is null)
    and private.may_invite(invitations.created_by, invitations.brand_id, invitations.role)
  returning * into invitation;
  if invitation.id is null then
    perform private.refuse(410, 'the invitation is no longer valid');
  end if;
  insert into public.brand_members as members (user_id, brand_id, role, permissions, expires_at, assigned_by)
  values (
    person, invitation.brand_id, invitation.role, invitation.permissions, invitation.membership_expires_at,
    invitation.created_by
  )
  on conflict on constraint brand_members_pkey do update
    set
      role = excluded.role, permissions = excluded.permissions, expires_at = excluded.expires_at,
      assigned_by = excluded.assigned_by, sso_connection_id = null
    -- A membership that has not expired is only replaced by a higher role that lasts at least as long.
    where members.expires_at <= now() or (
      members.role < excluded.role and (
        excluded.expires_at is null or members.expires_at <= excluded.expires_at
      )
    );
  return invitation;
end;
$function$;

CREATE OR REPLACE FUNCTION private.invite_one(brand uuid, invited jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  person uuid := private.find_person(invited);
  asked_role public.brand_role := (invited ->> 'role')::public.brand_role;
  extra text[] := coalesce(array(select jsonb_array_elements_text(invited -> 'permissions')), '{}');
  ends timestamptz := (invited ->> 'membershipExpiresAt')::timestamptz;
begin
  if not private.may_grant(brand, asked_role, extra) then
    perform private.refuse(403, 'you may not give a role or permissions beyond your own');
  end if;
  if person is not null and exists (select from public.profiles where profiles.id = person and profiles.is_active) then
    if person = auth.uid() then
      perform private.refuse(403, 'you may not change your own membership');
    end if;
    perform public.assign_member(brand, person, asked_role, ends, extra);
    return jsonb_build_object(
      'status', 'assigned', 'user', jsonb_build_object('id', person, 'name', private.display_name(person)),
      'userId', person -- for deployments that do not know user
    );
  end if;
  update public.invitations set status = 'expired'
  where
    invitations.brand_id = brand and invitations.status = 'pending' and invitations.expires_at <= now()
    and invitations.email_index = any (array(select jsonb_array_elements_text(invited -> 'emailIndexes')));
  if exists (
    select from public.invitations
    where invitations.brand_id = brand and invitations.status = 'pending'
      and invitations.email_index = any (array(select jsonb_array_elements_text(invited -> 'emailIndexes')))
  ) then
    perform private.refuse(409, 'this address is invited already', jsonb_build_array(jsonb_build_object(
      'field', 'email', 'code', 'DUPLICATE_VALUE', 'message', 'has an open invitation'
    )));
  end if;
  insert into public.invitations (
    id, brand_id, email, email_index, role, permissions, membership_expires_at, token_hash
  )
  values (
    (invited ->> 'id')::uuid, brand, invited ->> 'ciphertext', invited -> 'emailIndexes' ->> 0, asked_role, extra, ends,
    invited ->> 'tokenHash'
  );
  perform private.enqueue_job('mail', 'send_mail', brand, jsonb_build_object(
    'mail', invited -> 'mail', 'invitationId', invited -> 'id'
  ));
  return jsonb_build_object('status', 'invited', 'invitationId', invited -> 'id');
end;
$function$;

CREATE OR REPLACE FUNCTION private.stamp_api_key()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  if tg_op = 'INSERT' then
    new.user_id := coalesce(auth.uid(), new.user_id);
    new.created_at := now();
    new.revoked_at := null;
    new.revoked_by := null;
  else
    new.id := old.id;
    new.user_id := old.user_id;
    new.created_at := old.created_at;
    if old.revoked_at is not null then
      perform private.refuse(409, 'a revoked key cannot be changed');
    end if;
    if new.revoked_at is not null then
      new.revoked_at := now();
      new.revoked_by := auth.uid();
    end if;
  end if;
  new.updated_at := now();
  return new;
end;
$function$;

CREATE OR REPLACE FUNCTION public.create_api_key(request text, signature text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  asked jsonb := private.verified_payload(request, signature);
  brand uuid := (asked ->> 'brandId')::uuid;
  key public.api_keys;
begin
  perform private.require_permission(brand, 'integration.manage');
  if private.api_key_id() is not null then
    perform private.refuse(403, 'API keys cannot create API keys');
  end if;
  perform private.require_recent_authentication();
  perform private.require_api_plan(brand);
  if (
    select count(*) from public.api_keys
    where api_keys.brand_id = brand and api_keys.revoked_at is null and api_keys.expires_at > now()
  ) >= 100 then
    perform private.refuse(409, 'the brand has 100 valid keys already: revoke one');
  end if;
  insert into public.api_keys (brand_id, user_id, name, prefix, key_hash, scopes, allowed_addresses, expires_at)
  values (
    brand, auth.uid(), asked ->> 'name', asked ->> 'prefix', asked ->> 'keyHash',
    array(select jsonb_array_elements_text(asked -> 'scopes')),
    array(select jsonb_array_elements_text(asked -> 'allowedAddresses')::cidr),
    (asked ->> 'expiresAt')::timestamptz
  )
  returning * into key;
  return private.describe_api_key(key);
end;
$function$;

CREATE OR REPLACE FUNCTION public.end_own_sessions(which uuid[] DEFAULT NULL::uuid[], besides uuid DEFAULT NULL::uuid)
 RETURNS uuid[]
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  ended uuid[];
begin
  if auth.uid() is null or private.api_key_id() is not null then
    perform private.refuse(401, 'API keys have no sessions');
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
$function$;

CREATE OR REPLACE FUNCTION public.erase_person(user_id uuid, session_id uuid)
 RETURNS uuid[]
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  person constant uuid := erase_person.user_id;
  member record;
  known record;
  sessions uuid[];
begin
  perform private.require_session(person, erase_person.session_id, true);
  if exists (select from private.platform_admins where platform_admins.user_id = person) then
    perform private.refuse(409, 'platform admins must give up the flag first');
  end if;
  select profiles.avatar_path, profiles.email_index into known from public.profiles
  where profiles.id = person for update;
  for member in
    select members.brand_id from public.brand_members as members where members.user_id = person order by 1
  loop
    delete from public.content_assignees as assignees
    where assignees.brand_id = member.brand_id and assignees.user_id = person;
    delete from public.brand_members as members
    where members.brand_id = member.brand_id and members.user_id = person;
    perform private.release_tasks(person, member.brand_id);
  end loop;
  -- The row stays, because what the person did is attributed to its id. It no longer says who they were.
  update public.profiles
  set
    first_name = 'Former', last_name = 'member', phone = null, email_index = null, avatar_path = null,
    timezone = 'UTC', language = 'en', is_active = false
  where profiles.id = person;
  sessions := array(select user_sessions.id from public.user_sessions where user_sessions.user_id = person);
  perform private.delete_personal_rows(person, known.email_index);
  perform private.enqueue_job(
    'erasure', 'erase_account', null,
    jsonb_build_object('userId', person, 'avatarPath', known.avatar_path), now(), null, 50
  );
  perform private.audit_person(person, erase_person.session_id, 'user.erase');
  return sessions;
end;
$function$;

CREATE OR REPLACE FUNCTION public.remove_factor(user_id uuid, session_id uuid, factor_id uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.renew_backup_codes(user_id uuid, session_id uuid, code_hashes jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_session(renew_backup_codes.user_id, renew_backup_codes.session_id, true);
  if not private.has_second_factor(renew_backup_codes.user_id) then
    perform private.refuse(409, 'enroll a second factor first');
  end if;
  perform private.replace_backup_codes(renew_backup_codes.user_id, renew_backup_codes.code_hashes);
  perform private.audit_person(renew_backup_codes.user_id, renew_backup_codes.session_id, 'auth.backup_codes_renewed');
end;
$function$;
