-- Fifteen minute tokens and consent
-- Planned by `make migration` from supabase/schemas and supabase/policies.

-- Waits at most five seconds for a lock, because queries behind a waiting lock wait as well. On failure, push again.
set lock_timeout = '5s';
set check_function_bodies = off;

ALTER TABLE "public"."invitations" DROP CONSTRAINT "invitations_status_check";

ALTER TABLE "public"."user_sessions" DROP CONSTRAINT "user_sessions_end_reason_check";

DROP FUNCTION "private"."accept_invitation"(uuid, text);

DROP FUNCTION "public"."delete_sso_connection"(uuid);

DROP FUNCTION "public"."my_profile"();

DROP FUNCTION "public"."revoke_api_key"(uuid);

ALTER TABLE "public"."brand_members" ADD COLUMN "expiry_announced_at" timestamp with time zone;

ALTER TABLE "public"."invitations" ADD COLUMN "invitee_id" uuid;

ALTER TABLE "public"."user_sessions" ADD COLUMN "sso_connection_id" uuid;

ALTER TABLE "public"."invitations" ALTER COLUMN "email_index" DROP NOT NULL;

ALTER TABLE "public"."invitations" ALTER COLUMN "email" DROP NOT NULL;

ALTER TABLE "public"."invitations" ALTER COLUMN "token_hash" DROP NOT NULL;

CREATE OR REPLACE FUNCTION private.accept_invitation(person uuid, invitation_id uuid)
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
    invitations.id = accept_invitation.invitation_id and invitations.status = 'pending' and invitations.expires_at > now()
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

ALTER FUNCTION "private"."accept_invitation"(uuid, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.accept_invitation_of_new_user()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if tg_op = 'UPDATE' and old.raw_app_meta_data ? 'invitation' then
    return null;
  end if;
  perform private.accept_invitation(new.id, (
    select invitations.id from public.invitations
    where invitations.token_hash = new.raw_app_meta_data ->> 'invitation'
  ));
  return null;
end;
$function$;

CREATE OR REPLACE FUNCTION private.access_token_lifetime()
 RETURNS interval
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  select interval '15 minutes';
$function$;

CREATE OR REPLACE FUNCTION private.announce_deleted_brand()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.send_membership_change(
    members.user_id, new.id, case when new.deleted_at is null then 'assigned' else 'brand_deleted' end, members.role
  )
  from public.brand_members as members
  where members.brand_id = new.id and (members.expires_at is null or members.expires_at > now());
  return null;
end;
$function$;

ALTER FUNCTION "private"."announce_deleted_brand"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.announce_ended_session()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  -- Of a session whose tokens have all expired, no page is left to be told.
  if old.last_seen_at <= now() - private.access_token_lifetime() - private.reading_token_lifetime() then
    return null;
  end if;
  perform realtime.send(
    jsonb_build_object(
      'type', 'SessionEnded', 'sessionId', old.id, 'occurredAt', now(),
      'reason', case when tg_op = 'UPDATE' then new.end_reason else 'erased' end
    ),
    'SessionEnded', 'user:' || old.user_id, true
  );
  return null;
end;
$function$;

ALTER FUNCTION "private"."announce_ended_session"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.announce_membership()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  if tg_op = 'DELETE' then
    perform private.send_membership_change(old.user_id, old.brand_id, 'removed');
  else
    perform private.send_membership_change(new.user_id, new.brand_id, case
      when new.expires_at <= now() then 'expired' when tg_op = 'INSERT' then 'assigned' else 'changed'
    end, new.role);
  end if;
  return null;
end;
$function$;

ALTER FUNCTION "private"."announce_membership"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.describe_invitation(invitation public.invitations)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select jsonb_build_object(
    'id', invitation.id, 'brand_id', invitation.brand_id, 'email', invitation.email,
    'invitee', case
      when invitation.invitee_id is not null and invitation.invitee_id in (select private.colleague_ids())
        then jsonb_build_object(
          'id', invitation.invitee_id, 'name', private.display_name(invitation.invitee_id)
        )
    end,
    'role', invitation.role,
    'permissions', invitation.permissions, 'membership_expires_at', invitation.membership_expires_at,
    'status', invitation.status, 'delivery', invitation.delivery, 'expires_at', invitation.expires_at,
    'invited_by', case when invitation.created_by is not null then jsonb_build_object(
      'id', invitation.created_by, 'name', private.display_name(invitation.created_by)
    ) end,
    -- For deployments that do not know invited_by.
    'created_by', invitation.created_by, 'created_at', invitation.created_at
  );
$function$;

CREATE OR REPLACE FUNCTION private.end_membership(person uuid, brand uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  was_member boolean;
begin
  delete from public.brand_members as members where members.brand_id = brand and members.user_id = person;
  was_member := found;
  delete from public.content_assignees as assignees
  where assignees.brand_id = brand and assignees.user_id = person;
  update public.api_keys set revoked_at = now()
  where api_keys.brand_id = brand and api_keys.user_id = person and api_keys.revoked_at is null;
  perform private.release_tasks(person, brand);
  return was_member;
end;
$function$;

ALTER FUNCTION "private"."end_membership"(uuid, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.end_sso_access(connection uuid, is_removed boolean)
 RETURNS uuid[]
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  opened record;
  ended uuid[] := '{}';
begin
  for opened in
    select session.user_id, array_agg(session.id) as ids
    from public.user_sessions as session
    where session.ended_at is null and (
      session.sso_connection_id = end_sso_access.connection
      -- Opened before connections were recorded.
      or session.method = 'saml' and session.sso_connection_id is null and (
        exists (
          select from private.sso_people as known
          where known.user_id = session.user_id and known.connection_id = end_sso_access.connection
        )
        or exists (
          select from public.brand_members as member
          where member.user_id = session.user_id and member.sso_connection_id = end_sso_access.connection
        )
      )
    )
    group by session.user_id
  loop
    ended := ended || private.end_sessions(opened.user_id, 'sso_removed', opened.ids);
  end loop;
  if is_removed then
    perform private.end_membership(member.user_id, member.brand_id)
    from (
      select members.user_id, members.brand_id from public.brand_members as members
      where members.sso_connection_id = end_sso_access.connection
      order by members.brand_id, members.user_id
    ) as member;
  end if;
  return ended;
end;
$function$;

ALTER FUNCTION "private"."end_sso_access"(uuid, boolean) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.end_sso_access_of_row()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.end_sso_access(old.id, tg_op = 'DELETE');
  return old;
end;
$function$;

ALTER FUNCTION "private"."end_sso_access_of_row"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.evict_surplus_sessions(person uuid)
 RETURNS uuid[]
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.invite_colleague(brand uuid, person uuid, role public.brand_role, ends timestamp with time zone, extra text[])
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  invitation uuid;
begin
  update public.invitations set status = 'expired'
  where
    invitations.brand_id = brand and invitations.status = 'pending' and invitations.expires_at <= now()
    and invitations.invitee_id = person;
  if exists (
    select from public.invitations
    where invitations.brand_id = brand and invitations.status = 'pending' and invitations.invitee_id = person
  ) then
    perform private.refuse(409, 'this person is invited already');
  end if;
  insert into public.invitations (brand_id, invitee_id, role, permissions, membership_expires_at, delivery)
  values (brand, person, invite_colleague.role, extra, ends, 'sent')
  returning invitations.id into invitation;
  insert into public.notifications (user_id, event, title, message, action_label, action_url)
  values (
    person, 'brand_invitation', 'You are invited to a brand',
    format('%s invites you as %s.', (
      select brands.name from public.brands where brands.id = brand
    ), invite_colleague.role), 'Answer', '/invitations'
  );
  return jsonb_build_object('invitation_id', invitation);
end;
$function$;

ALTER FUNCTION "private"."invite_colleague"(uuid, uuid, public.brand_role, timestamp with time zone, text[]) OWNER TO "postgres";

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
  if person = auth.uid() then
    perform private.refuse(403, 'you may not change your own membership');
  end if;
  -- Members of the brand, whom the caller knows. Everybody else is invited, whether they have an account or not.
  if private.is_active_member(person, brand) then
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

CREATE OR REPLACE FUNCTION private.is_invited(person uuid, indexes jsonb, invitation public.invitations)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select coalesce(
    invitation.invitee_id = is_invited.person
    or invitation.email_index = any (array(select jsonb_array_elements_text(is_invited.indexes))), false
  );
$function$;

ALTER FUNCTION "private"."is_invited"(uuid, jsonb, public.invitations) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.is_last_admin(person uuid, brand uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select exists (
    select from public.brand_members as member
    where member.brand_id = is_last_admin.brand and member.user_id = is_last_admin.person and member.role = 'admin'
      and (member.expires_at is null or member.expires_at > now())
  ) and not exists (
    select from public.brand_members as other
    inner join public.profiles on profiles.id = other.user_id and profiles.is_active
    where other.brand_id = is_last_admin.brand and other.user_id <> is_last_admin.person
      and other.role = 'admin' and (other.expires_at is null or other.expires_at > now())
  );
$function$;

ALTER FUNCTION "private"."is_last_admin"(uuid, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.member_document(member public.brand_members)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select to_jsonb(member) - array['user_id', 'assigned_by', 'access_count', 'last_accessed_at', 'expiry_announced_at'] || jsonb_build_object(
    'user', private.person_document(member.user_id),
    'assigned_by', private.person_document(member.assigned_by),
    'avatar_path', (select profiles.avatar_path from public.profiles where profiles.id = member.user_id)
  );
$function$;

CREATE OR REPLACE FUNCTION private.reading_token_lifetime()
 RETURNS interval
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  select interval '5 minutes';
$function$;

ALTER FUNCTION "private"."reading_token_lifetime"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.reset_expiry_announcement()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  -- What is over already when it is written is announced by the write itself.
  new.expiry_announced_at := case when new.expires_at <= now() then now() end;
  return new;
end;
$function$;

ALTER FUNCTION "private"."reset_expiry_announcement"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.send_membership_change(person uuid, brand uuid, change text, role public.brand_role DEFAULT NULL::public.brand_role)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select realtime.send(
    jsonb_build_object(
      'type', 'MembershipChanged', 'brandId', brand, 'change', change, 'role', role, 'occurredAt', now()
    ),
    'MembershipChanged', 'user:' || person, true
  );
$function$;

ALTER FUNCTION "private"."send_membership_change"(uuid, uuid, text, public.brand_role) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.session_trusted()
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
  select user_sessions.mfa_verified_at, user_sessions.ended_at, user_sessions.expires_at, user_sessions.last_seen_at
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
  return session_row.mfa_verified_at is not null or not exists (
    select from public.mfa_factors where mfa_factors.user_id = caller and mfa_factors.verified_at is not null
  );
end;
$function$;

CREATE OR REPLACE FUNCTION public.accept_own_invitation(request jsonb)
 RETURNS uuid
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  invitation public.invitations;
begin
  perform private.require_functions();
  if not private.person_trusted() then
    perform private.refuse(401, 'this session is not trusted', '[{"code": "MFA_REQUIRED", "message": "sign in"}]');
  end if;
  select invitations.* into invitation from public.invitations
  where invitations.token_hash = request ->> 'tokenHash';
  -- The link works only for the person whose address it was sent to.
  if invitation.id is null or not private.is_invited(auth.uid(), request -> 'emailIndexes', invitation) then
    perform private.refuse(404, 'invitation not found');
  end if;
  invitation := private.accept_invitation(auth.uid(), invitation.id);
  return invitation.brand_id;
end;
$function$;

CREATE OR REPLACE FUNCTION public.announce_expired_memberships(batch integer DEFAULT 500)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
declare
  member public.brand_members;
  announced integer := 0;
begin
  for member in
    select members.* from public.brand_members as members
    where members.expires_at <= now() and members.expiry_announced_at is null
    order by members.expires_at
    limit announce_expired_memberships.batch
    for update skip locked
  loop
    update public.brand_members as members set expiry_announced_at = now()
    where members.user_id = member.user_id and members.brand_id = member.brand_id;
    perform private.append_event(
      member.brand_id, 'brand_member', member.user_id, 'MembershipExpired',
      jsonb_build_object('userId', member.user_id)
    );
    perform private.send_membership_change(member.user_id, member.brand_id, 'expired', member.role);
    announced := announced + 1;
  end loop;
  return announced;
end;
$function$;

ALTER FUNCTION "public"."announce_expired_memberships"(integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.answer_own_invitation(request jsonb)
 RETURNS uuid
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  invitation public.invitations;
begin
  perform private.require_functions();
  if not private.person_trusted() then
    perform private.refuse(401, 'this session is not trusted', '[{"code": "MFA_REQUIRED", "message": "sign in"}]');
  end if;
  select invitations.* into invitation from public.invitations
  where invitations.id = (request ->> 'invitationId')::uuid for update;
  if invitation.id is null or not private.is_invited(auth.uid(), request -> 'emailIndexes', invitation) then
    perform private.refuse(404, 'invitation not found');
  end if;
  if (request ->> 'isAccepted')::boolean then
    invitation := private.accept_invitation(auth.uid(), invitation.id);
    return invitation.brand_id;
  end if;
  if invitation.status <> 'pending' then
    perform private.refuse(410, 'the invitation is no longer valid');
  end if;
  update public.invitations set status = 'declined' where invitations.id = invitation.id;
  return null;
end;
$function$;

ALTER FUNCTION "public"."answer_own_invitation"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.assign_member(brand_id uuid, user_id uuid, role public.brand_role, expires_at timestamp with time zone DEFAULT NULL::timestamp with time zone, permissions text[] DEFAULT '{}'::text[], restrictions text[] DEFAULT '{}'::text[])
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  member public.brand_members;
begin
  perform private.require_functions();
  perform private.require_permission(brand_id, 'member.manage');
  if user_id = auth.uid() and not private.is_platform_admin() then
    perform private.refuse(403, 'you may not change your own membership');
  end if;
  perform private.require_recent_authentication();
  -- Whoever shares no brand with a person learns nothing of them, not even whether there is such a person.
  if not exists (select from public.profiles where profiles.id = user_id and profiles.is_active) or not (
    exists (
      select from public.brand_members as present
      where present.brand_id = assign_member.brand_id and present.user_id = assign_member.user_id
    ) or private.is_platform_admin() or user_id in (select private.colleague_ids())
  ) then
    perform private.refuse(404, 'user not found');
  end if;
  if role is null then
    perform private.refuse(400, 'a role is needed',
      '[{"field": "role", "code": "REQUIRED_FIELD_MISSING", "message": "role is required"}]');
  end if;
  -- The caller must hold the role that they give, and the role that the person has now.
  if not private.may_grant(brand_id, role, permissions) or exists (
    select from public.brand_members as present
    where
      present.brand_id = assign_member.brand_id and present.user_id = assign_member.user_id
      and not private.may_grant(present.brand_id, present.role, '{}')
  ) then
    perform private.refuse(403, 'you may not give or take a role above your own');
  end if;
  update public.brand_members as members
  set
    role = assign_member.role, expires_at = assign_member.expires_at, permissions = assign_member.permissions,
    restrictions = assign_member.restrictions, assigned_by = auth.uid(), sso_connection_id = null
  where members.brand_id = assign_member.brand_id and members.user_id = assign_member.user_id
  returning * into member;
  if found then
    return next private.member_document(member);
  elsif private.is_platform_admin() then
    -- They answer for the whole platform, and give a new brand its first admin.
    insert into public.brand_members as members (
      brand_id, user_id, role, expires_at, permissions, restrictions, assigned_by
    )
    values (brand_id, user_id, role, expires_at, permissions, restrictions, auth.uid())
    returning * into member;
    return next private.member_document(member);
  else
    return next private.invite_colleague(brand_id, user_id, role, expires_at, permissions);
  end if;
end;
$function$;

CREATE OR REPLACE FUNCTION public.check_oidc_person(who jsonb)
 RETURNS void
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if exists (
    select from private.platform_admins where platform_admins.user_id = (who ->> 'userId')::uuid
  ) then
    perform private.refuse(403, 'platform admins sign in with their password and a second factor');
  end if;
  -- A company that has connected a provider of its own has verified its domains: no other provider vouches for them.
  if exists (
    select from private.sso_people where sso_people.user_id = (who ->> 'userId')::uuid
  ) or exists (
    select from public.sso_connections as connection
    where connection.is_active and connection.domains @> array[split_part(lower(who ->> 'email'), '@', 2)]
  ) then
    perform private.refuse(403, 'people of this domain sign in by their company''s identity provider');
  end if;
end;
$function$;

ALTER FUNCTION "public"."check_oidc_person"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.delete_sso_connection(connection_id uuid)
 RETURNS uuid[]
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  ended uuid[];
begin
  perform private.require_functions();
  perform private.require_platform_admin();
  perform private.require_recent_authentication();
  ended := private.end_sso_access(delete_sso_connection.connection_id, true);
  delete from public.sso_connections where sso_connections.id = delete_sso_connection.connection_id;
  if not found then
    perform private.refuse(404, 'connection not found');
  end if;
  return ended;
end;
$function$;

ALTER FUNCTION "public"."delete_sso_connection"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.end_expired_sessions(batch integer DEFAULT 1000)
 RETURNS uuid[]
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
declare
  ended uuid[];
begin
  with past as (
    select session.id from public.user_sessions as session
    where
      session.ended_at is null
      and (session.expires_at <= now() or session.last_seen_at <= now() - private.session_unseen_limit())
    order by session.expires_at
    limit end_expired_sessions.batch
    for update skip locked
  ),
  gone as (
    update public.user_sessions
    set
      ended_at = least(user_sessions.expires_at, user_sessions.last_seen_at + private.session_unseen_limit()),
      end_reason = 'expired'
    where user_sessions.id in (select past.id from past)
    returning user_sessions.id
  )
  select coalesce(array_agg(gone.id), '{}') into ended from gone;
  delete from auth.sessions where sessions.id = any (ended);
  -- Whoever ended a session lets caches forget it at once; a trigger or an outage may have left some.
  return array(
    select user_sessions.id from public.user_sessions where user_sessions.ended_at > now() - interval '3 minutes'
    union
    select unnest(ended)
  );
end;
$function$;

ALTER FUNCTION "public"."end_expired_sessions"(integer) OWNER TO "postgres";

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
    perform private.end_membership(person, member.brand_id);
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

CREATE OR REPLACE FUNCTION public.find_api_key(key_hashes text[])
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  key public.api_keys;
begin
  perform private.require_functions();
  select api_keys.* into key
  from public.api_keys
  inner join public.profiles on profiles.id = api_keys.user_id
  where
    api_keys.key_hash = any (find_api_key.key_hashes)
    and api_keys.revoked_at is null
    and api_keys.expires_at > now()
    and profiles.is_active;
  if key.id is null then
    return null;
  end if;
  return jsonb_build_object(
    'id', key.id, 'user_id', key.user_id, 'brand_id', key.brand_id, 'scopes', key.scopes,
    'allowed_addresses', key.allowed_addresses, 'expires_at', extract(epoch from key.expires_at),
    'plan', private.plan_of_brand(key.brand_id)
  );
end;
$function$;

CREATE OR REPLACE FUNCTION public.forget_ended_sessions()
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.leave_brand(brand_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  person constant uuid := auth.uid();
  member public.brand_members;
begin
  perform private.require_functions();
  if not private.person_trusted() then
    perform private.refuse(401, 'this session is not trusted', '[{"code": "MFA_REQUIRED", "message": "sign in"}]');
  end if;
  -- One at a time: of two admins who leave at once, one stays.
  perform from public.brands
  where brands.id = leave_brand.brand_id and brands.deleted_at is null for no key update;
  select members.* into member from public.brand_members as members
  where members.brand_id = leave_brand.brand_id and members.user_id = person
    and (members.expires_at is null or members.expires_at > now())
    and exists (select from public.brands where brands.id = members.brand_id and brands.deleted_at is null)
  for update;
  if member.user_id is null then
    perform private.refuse(404, 'brand not found');
  end if;
  if private.is_last_admin(person, leave_brand.brand_id) then
    perform private.refuse(409, 'you are the last admin of the brand: give the role to somebody else first');
  end if;
  if member.sso_connection_id is not null then
    perform private.refuse(409, 'your company''s identity provider gives you this role: it would come back');
  end if;
  perform private.end_membership(person, leave_brand.brand_id);
end;
$function$;

ALTER FUNCTION "public"."leave_brand"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.list_own_invitations(request jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_functions();
  if not private.person_trusted() then
    perform private.refuse(401, 'this session is not trusted', '[{"code": "MFA_REQUIRED", "message": "sign in"}]');
  end if;
  return jsonb_build_object('items', coalesce((
    select jsonb_agg(jsonb_build_object(
      'id', invitation.id, 'brand_name', invitation.brand_name, 'role', invitation.role,
      'membership_expires_at', invitation.membership_expires_at, 'expires_at', invitation.expires_at,
      'created_at', invitation.created_at
    ) order by invitation.created_at desc)
    from (
      select invitations.*, brands.name as brand_name
      from public.invitations
      inner join public.brands on brands.id = invitations.brand_id
      where
        (
          invitations.invitee_id = auth.uid()
          or invitations.email_index = any (array(select jsonb_array_elements_text(request -> 'emailIndexes')))
        )
        and invitations.status = 'pending' and invitations.expires_at > now() and brands.deleted_at is null
        and private.may_invite(invitations.created_by, invitations.brand_id, invitations.role)
      order by invitations.created_at desc limit 100
    ) as invitation
  ), '[]'));
end;
$function$;

ALTER FUNCTION "public"."list_own_invitations"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.map_sso_roles(mapping jsonb)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  connection uuid := (mapping ->> 'connectionId')::uuid;
  person uuid := (mapping ->> 'userId')::uuid;
  owed uuid[];
  left_brand uuid;
begin
  select coalesce(array_agg(distinct mapped.brand_id), '{}') into owed
  from public.sso_group_roles as mapped
  inner join public.brands on brands.id = mapped.brand_id and brands.deleted_at is null
  where
    mapped.connection_id = connection
    and mapped.group_name = any (array(select jsonb_array_elements_text(mapping -> 'groups')))
    and private.has_room_for(person, mapped.brand_id);
  for left_brand in
    select member.brand_id from public.brand_members as member
    where member.user_id = person and member.sso_connection_id = connection and not member.brand_id = any (owed)
    order by 1
  loop
    perform private.end_membership(person, left_brand);
  end loop;
  -- Without the consent of the person: it is their company that gives access, to its own brands and to addresses of its
  -- own domains. Roles that were given by people are left alone.
  insert into public.brand_members as member (user_id, brand_id, role, sso_connection_id)
  select person, mapped.brand_id, max(mapped.role), connection
  from public.sso_group_roles as mapped
  where
    mapped.connection_id = connection and mapped.brand_id = any (owed)
    and mapped.group_name = any (array(select jsonb_array_elements_text(mapping -> 'groups')))
  group by mapped.brand_id
  on conflict on constraint brand_members_pkey do update set role = excluded.role
    where member.sso_connection_id = connection and member.role <> excluded.role;
  perform private.release_tasks(person, brand.id)
  from public.brands as brand
  where exists (
    select from public.workflow_tasks as task
    where task.brand_id = brand.id and task.assignee_id = person and task.status = 'pending'
  ) and not private.is_active_member(person, brand.id);
  return cardinality(owed);
end;
$function$;

CREATE OR REPLACE FUNCTION public.my_profile()
 RETURNS SETOF jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select to_jsonb(profiles) - 'email_index' from public.profiles
  where profiles.id = auth.uid() and private.person_trusted();
$function$;

ALTER FUNCTION "public"."my_profile"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.note_api_key_use(request jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_functions();
  -- Only the key of this token, which our functions make for a key that somebody has shown.
  if private.api_key_id() is null or not private.session_trusted() then
    perform private.refuse(401, 'this is for API keys');
  end if;
  -- The application knows the hash under each version of its key. The newest replaces an older one.
  update public.api_keys set last_used_at = now(), key_hash = request ->> 'keyHash'
  where api_keys.id = private.api_key_id();
end;
$function$;

ALTER FUNCTION "public"."note_api_key_use"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.open_session(sign_in jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.removal_impact(brand_id uuid, user_id uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  member public.brand_members;
begin
  perform private.require_permission(removal_impact.brand_id, 'member.manage');
  select members.* into member from public.brand_members as members
  where members.brand_id = removal_impact.brand_id and members.user_id = removal_impact.user_id;
  if member.user_id is null then
    perform private.refuse(404, 'member not found');
  end if;
  return jsonb_build_object(
    'role', member.role,
    'openTasks', (
      select count(*) from public.workflow_tasks as task
      where task.brand_id = removal_impact.brand_id and task.assignee_id = removal_impact.user_id
        and task.status = 'pending'
    ),
    'unfinishedContents', (
      select count(*) from public.contents as content
      where content.brand_id = removal_impact.brand_id and content.created_by = removal_impact.user_id
        and content.deleted_at is null and content.status not in ('published', 'archived')
    ),
    'assignedContents', (
      select count(*) from public.content_assignees as assignee
      where assignee.brand_id = removal_impact.brand_id and assignee.user_id = removal_impact.user_id
    ),
    'workflowSteps', (
      select count(*) from public.workflow_step_assignees as assignee
      where assignee.brand_id = removal_impact.brand_id and assignee.user_id = removal_impact.user_id
    ),
    'apiKeys', (
      select count(*) from public.api_keys as key
      where key.brand_id = removal_impact.brand_id and key.user_id = removal_impact.user_id
        and key.revoked_at is null and key.expires_at > now()
    ),
    'isLastAdmin', private.is_last_admin(removal_impact.user_id, removal_impact.brand_id)
  );
end;
$function$;

CREATE OR REPLACE FUNCTION public.remove_member(brand_id uuid, user_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_functions();
  perform private.require_permission(remove_member.brand_id, 'member.manage');
  if remove_member.user_id = auth.uid() and not private.is_platform_admin() then
    perform private.refuse(403, 'you may not change your own membership');
  end if;
  perform private.require_recent_authentication();
  if exists (
    select from public.brand_members as present
    where
      present.brand_id = remove_member.brand_id and present.user_id = remove_member.user_id
      and not private.may_grant(present.brand_id, present.role, '{}')
  ) then
    perform private.refuse(403, 'you may not give or take a role above your own');
  end if;
  if not private.end_membership(remove_member.user_id, remove_member.brand_id) then
    perform private.refuse(404, 'member not found');
  end if;
end;
$function$;

CREATE OR REPLACE FUNCTION public.revoke_api_key(key_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  key public.api_keys;
begin
  perform private.require_functions();
  select api_keys.* into key from public.api_keys where api_keys.id = revoke_api_key.key_id for update;
  -- People may always revoke their own keys; the keys of others need integration.manage.
  if key.user_id is distinct from auth.uid() or not private.person_trusted() then
    perform private.require_permission(key.brand_id, 'integration.manage', 'key');
  end if;
  if key.revoked_at is null then
    update public.api_keys set revoked_at = now() where api_keys.id = key.id;
  end if;
end;
$function$;

ALTER FUNCTION "public"."revoke_api_key"(uuid) OWNER TO "postgres";

ALTER TABLE "public"."invitations" ADD CONSTRAINT "invitations_check1" CHECK ((((email IS NULL) = (email_index IS NULL)) AND ((email IS NULL) <> (invitee_id IS NULL))));

ALTER TABLE "public"."invitations" ADD CONSTRAINT "invitations_check2" CHECK (((email IS NULL) = (token_hash IS NULL)));

ALTER TABLE "public"."invitations" ADD CONSTRAINT "invitations_invitee_id_fkey" FOREIGN KEY (invitee_id) REFERENCES public.profiles(id) ON DELETE CASCADE;

ALTER TABLE "public"."invitations" ADD CONSTRAINT "invitations_status_check" CHECK ((status = ANY (ARRAY['pending'::text, 'accepted'::text, 'declined'::text, 'expired'::text, 'cancelled'::text])));

ALTER TABLE "public"."user_sessions" ADD CONSTRAINT "user_sessions_end_reason_check" CHECK ((end_reason = ANY (ARRAY['signed_out'::text, 'revoked'::text, 'evicted'::text, 'expired'::text, 'password_changed'::text, 'deactivated'::text, 'reused'::text, 'erased'::text, 'sso_removed'::text])));

CREATE INDEX brand_members_expiring_idx ON public.brand_members USING btree (expires_at) WHERE ((expires_at IS NOT NULL) AND (expiry_announced_at IS NULL));

CREATE INDEX invitations_email_index_idx ON public.invitations USING btree (email_index) WHERE (status = 'pending'::text);

CREATE INDEX invitations_invitee_id_idx ON public.invitations USING btree (invitee_id);

CREATE UNIQUE INDEX invitations_pending_invitee_idx ON public.invitations USING btree (brand_id, invitee_id) WHERE (status = 'pending'::text);

CREATE INDEX user_sessions_ended_idx ON public.user_sessions USING btree (ended_at) WHERE (ended_at IS NOT NULL);

CREATE INDEX user_sessions_sso_connection_id_idx ON public.user_sessions USING btree (sso_connection_id) WHERE (sso_connection_id IS NOT NULL);

CREATE TRIGGER announce_membership AFTER INSERT OR DELETE OR UPDATE OF role, expires_at, permissions, restrictions ON public.brand_members FOR EACH ROW EXECUTE FUNCTION private.announce_membership();

CREATE TRIGGER reset_expiry_announcement BEFORE INSERT OR UPDATE OF expires_at ON public.brand_members FOR EACH ROW EXECUTE FUNCTION private.reset_expiry_announcement();

CREATE TRIGGER announce_deleted_brand AFTER UPDATE OF deleted_at ON public.brands FOR EACH ROW WHEN (((old.deleted_at IS NULL) <> (new.deleted_at IS NULL))) EXECUTE FUNCTION private.announce_deleted_brand();

CREATE TRIGGER end_sso_access BEFORE DELETE ON public.sso_connections FOR EACH ROW EXECUTE FUNCTION private.end_sso_access_of_row();

CREATE TRIGGER end_sso_sessions AFTER UPDATE OF is_active ON public.sso_connections FOR EACH ROW WHEN ((old.is_active AND (NOT new.is_active))) EXECUTE FUNCTION private.end_sso_access_of_row();

CREATE TRIGGER announce_deleted_session AFTER DELETE ON public.user_sessions FOR EACH ROW WHEN ((old.ended_at IS NULL)) EXECUTE FUNCTION private.announce_ended_session();

CREATE TRIGGER announce_ended_session AFTER UPDATE OF ended_at ON public.user_sessions FOR EACH ROW WHEN (((old.ended_at IS NULL) AND (new.ended_at IS NOT NULL))) EXECUTE FUNCTION private.announce_ended_session();

COMMENT ON COLUMN "public"."brand_members"."expiry_announced_at" IS 'When the end of the membership was announced; null while it lasts.';

COMMENT ON COLUMN "public"."invitations"."invitee_id" IS 'The colleague who is invited by id; null for invitations to an address.';

COMMENT ON COLUMN "public"."user_sessions"."last_seen_at" IS 'When it was last opened, refreshed or extended. No access token lives longer than private.access_token_lifetime after
this.';

COMMENT ON COLUMN "public"."user_sessions"."sso_connection_id" IS 'The connection by which it was opened, and with which it ends. No foreign key: the row outlives the connection.';

COMMENT ON FUNCTION "private"."accept_invitation"(uuid, uuid) IS 'Accepts a pending invitation for a person and gives them its role; 410 where it has expired, its brand is deleted, or
its author may no longer give the role.';

COMMENT ON FUNCTION "private"."access_token_lifetime"() IS 'How long an access token lives after its session was opened or refreshed. It bounds how long an open Realtime socket
outlives its session. Must agree with auth.jwt_expiry in supabase/config.toml and ACCESS_TOKEN_SECONDS in Python.';

COMMENT ON FUNCTION "private"."announce_deleted_brand"() IS 'Tells all members of a brand that it was deleted, or restored.';

COMMENT ON FUNCTION "private"."announce_ended_session"() IS 'Tells the open pages of a person that one of their sessions has ended, by whatever way.';

COMMENT ON FUNCTION "private"."announce_membership"() IS 'Announces each change of a membership to its person.';

COMMENT ON FUNCTION "private"."describe_invitation"(public.invitations) IS 'Describes an invitation and names the person who invited, and a colleague who was invited by id. The address stays
encrypted.';

COMMENT ON FUNCTION "private"."end_membership"(uuid, uuid) IS 'Ends a membership: pending tasks go to others, API keys are revoked. What the person created stays attributed to them.
Returns whether there was one.';

COMMENT ON FUNCTION "private"."end_sso_access"(uuid, boolean) IS 'Ends the sessions that a connection opened and, if it is removed, the memberships that its groups gave. Returns the ids
of the sessions.';

COMMENT ON FUNCTION "private"."end_sso_access_of_row"() IS 'Takes the access with a connection that is removed or switched off, by whatever way.';

COMMENT ON FUNCTION "private"."invite_colleague"(uuid, uuid, public.brand_role, timestamp with time zone, text[]) IS 'Invites a person by their id, who is told by a notification: nobody needs to know the address. 409 while an invitation
is pending.';

COMMENT ON FUNCTION "private"."invite_one"(uuid, jsonb) IS 'Invites one address, whether an account has it or not. Changes the role of a member who has the address; 409 for an
address with a pending invitation.';

COMMENT ON FUNCTION "private"."is_invited"(uuid, jsonb, public.invitations) IS 'Whether an invitation is for a person: by their id, or by a blind index of their address, which our functions know.';

COMMENT ON FUNCTION "private"."is_last_admin"(uuid, uuid) IS 'Whether a person is the only active admin of a brand.';

COMMENT ON FUNCTION "private"."lock_invitation"(uuid) IS 'Locks and returns an invitation that is pending or expired; 404 for callers who may not manage members, 409 for one
that was accepted, declined or cancelled.';

COMMENT ON FUNCTION "private"."reading_token_lifetime"() IS 'How long a token for reading lives. It may be issued in the last second of an access token. Must agree with
READING_TOKEN_SECONDS in Python.';

COMMENT ON FUNCTION "private"."reset_expiry_announcement"() IS 'Lets the end of a membership be announced anew when its time was changed.';

COMMENT ON FUNCTION "private"."send_membership_change"(uuid, uuid, text, public.brand_role) IS 'Tells the open pages of a person that a membership of theirs began, changed or ended.';

COMMENT ON FUNCTION "private"."session_idle_limit"() IS 'How long a session lives after its last request, which is recorded in KV only: far longer than an access token, which
clients refresh. Must agree with IDLE_SECONDS in Python.';

COMMENT ON FUNCTION "public"."announce_expired_memberships"(integer) IS 'For the scheduler: announces memberships that have expired, up to a batch. Returns how many.';

COMMENT ON FUNCTION "public"."answer_own_invitation"(jsonb) IS 'Accepts or declines an invitation of the caller. Returns the brand that the caller has joined, null after declining.';

COMMENT ON FUNCTION "public"."assign_member"(uuid, uuid, public.brand_role, timestamp with time zone, text[], text[]) IS 'Changes the role of a member of a brand. Invites a colleague of the caller who is no member, and returns the id of the
invitation; 404 for everybody else. Platform admins make anybody a member. Requires member.manage, recent authentication, and that the caller holds the role
themselves. Nobody but a platform admin changes their own membership.';

COMMENT ON FUNCTION "public"."check_oidc_person"(jsonb) IS 'For the service: raises 403 for people whom a public provider may not sign in: platform admins, and people of a company
that has an identity provider of its own.';

COMMENT ON FUNCTION "public"."delete_sso_connection"(uuid) IS 'Removes a connection, with the memberships that its groups gave and the sessions that it opened. People whose account
it made may set a password. For platform admins with recent authentication. Returns the ids of the sessions.';

COMMENT ON FUNCTION "public"."end_expired_sessions"(integer) IS 'For the scheduler: ends sessions that have expired, in Auth as well, up to a batch. Returns the ids of the sessions
that caches must not hold: these, and all that ended in the last three minutes.';

COMMENT ON FUNCTION "public"."find_api_key"(text[]) IS 'Returns the valid API key with one of these keyed hashes and the plan of its brand; null for any other. Changes
nothing: the caller is not known yet (note_api_key_use).';

COMMENT ON FUNCTION "public"."forget_ended_sessions"() IS 'For the service: deletes sessions that ended 24 hours ago (end_expired_sessions ends them). Deletes expired
devices and permits, and links that expired a day ago. Marks expired invitations. Returns the number of deleted
sessions.';

COMMENT ON FUNCTION "public"."invite_members"(jsonb) IS 'Invites people by e-mail. Returns an outcome for each: invited, assigned where a member of the brand has the address,
or refused with the error. Requires member.manage and recent authentication.';

COMMENT ON FUNCTION "public"."leave_brand"(uuid) IS 'Ends the caller''s own membership of a brand, as remove_member does. 409 for its last admin, and for a role that an
identity provider gives at each sign-in.';

COMMENT ON FUNCTION "public"."list_own_invitations"(jsonb) IS 'Lists the invitations of the caller that can be accepted, the latest first, at most 100: {items}.';

COMMENT ON FUNCTION "public"."my_profile"() IS 'Returns the caller''s own profile. The phone number is encrypted: our functions decrypt it. Nothing for an API
key.';

COMMENT ON FUNCTION "public"."note_api_key_use"(jsonb) IS 'Marks the API key of the caller as used now, and replaces its keyed hash by that under the newest version.';

COMMENT ON FUNCTION "public"."revoke_api_key"(uuid) IS 'Revokes a key for good: for its owner, and for callers with integration.manage.';

COMMENT ON TABLE "public"."invitations" IS 'An offer of a role in a brand, valid for seven days: to an e-mail address, or to a colleague in another brand.';

REVOKE ALL ON FUNCTION "private"."accept_invitation"(uuid, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."accept_invitation"(uuid, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."accept_invitation"(uuid, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."announce_deleted_brand"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."announce_deleted_brand"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."announce_deleted_brand"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."announce_ended_session"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."announce_ended_session"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."announce_ended_session"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."announce_membership"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."announce_membership"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."announce_membership"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."end_membership"(uuid, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."end_membership"(uuid, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."end_membership"(uuid, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."end_sso_access"(uuid, boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."end_sso_access"(uuid, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."end_sso_access"(uuid, boolean) TO "postgres";

REVOKE ALL ON FUNCTION "private"."end_sso_access_of_row"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."end_sso_access_of_row"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."end_sso_access_of_row"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."invite_colleague"(uuid, uuid, public.brand_role, timestamp with time zone, text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."invite_colleague"(uuid, uuid, public.brand_role, timestamp with time zone, text[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."invite_colleague"(uuid, uuid, public.brand_role, timestamp with time zone, text[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."is_invited"(uuid, jsonb, public.invitations) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."is_invited"(uuid, jsonb, public.invitations) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."is_invited"(uuid, jsonb, public.invitations) TO "postgres";

REVOKE ALL ON FUNCTION "private"."is_last_admin"(uuid, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."is_last_admin"(uuid, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."is_last_admin"(uuid, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."reading_token_lifetime"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."reading_token_lifetime"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."reading_token_lifetime"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."reset_expiry_announcement"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."reset_expiry_announcement"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."reset_expiry_announcement"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."send_membership_change"(uuid, uuid, text, public.brand_role) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."send_membership_change"(uuid, uuid, text, public.brand_role) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."send_membership_change"(uuid, uuid, text, public.brand_role) TO "postgres";

REVOKE ALL ON FUNCTION "public"."announce_expired_memberships"(integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."announce_expired_memberships"(integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."announce_expired_memberships"(integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."announce_expired_memberships"(integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."answer_own_invitation"(jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."answer_own_invitation"(jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."answer_own_invitation"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."answer_own_invitation"(jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."answer_own_invitation"(jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "public"."check_oidc_person"(jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."check_oidc_person"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."check_oidc_person"(jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."check_oidc_person"(jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "public"."delete_sso_connection"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."delete_sso_connection"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."delete_sso_connection"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."delete_sso_connection"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."delete_sso_connection"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."end_expired_sessions"(integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."end_expired_sessions"(integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."end_expired_sessions"(integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."end_expired_sessions"(integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."leave_brand"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."leave_brand"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."leave_brand"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."leave_brand"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."leave_brand"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."list_own_invitations"(jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."list_own_invitations"(jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."list_own_invitations"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_own_invitations"(jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_own_invitations"(jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "public"."my_profile"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."my_profile"() TO "authenticated";

REVOKE ALL ON FUNCTION "public"."my_profile"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."my_profile"() TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."my_profile"() TO "service_role";

REVOKE ALL ON FUNCTION "public"."note_api_key_use"(jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."note_api_key_use"(jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."note_api_key_use"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."note_api_key_use"(jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."note_api_key_use"(jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "public"."revoke_api_key"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."revoke_api_key"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."revoke_api_key"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."revoke_api_key"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."revoke_api_key"(uuid) TO "service_role";

-- Memberships that ended long ago are not announced.
update public.brand_members set expiry_announced_at = brand_members.expires_at
where brand_members.expires_at <= now() and brand_members.expiry_announced_at is null;
