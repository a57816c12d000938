create function private.accept_invitation(person uuid, invitation_id uuid)
returns public.invitations
language plpgsql
volatile
security definer -- gives a role by the rights of the author of the invitation
set search_path = ''
as $$
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
$$;
comment on function private.accept_invitation is
'Accepts a pending invitation for a person and gives them its role; 410 where it has expired, its brand is deleted, or
its author may no longer give the role.';

-- Only the service can write app_metadata. The invitation is accepted in the transaction in which Auth creates the
-- user, so that an invalid invitation leaves no user behind.
create function private.accept_invitation_of_new_user()
returns trigger
language plpgsql
security definer -- runs for the role of the Auth server
set search_path = ''
as $$
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
$$;
comment on function private.accept_invitation_of_new_user is
'Accepts the invitation that app_metadata of a new user of Auth names.';

create function public.read_invitation(token_hash text)
returns jsonb
language sql
volatile
security definer -- called before the holder of the link is known
set search_path = ''
as $$
  select jsonb_build_object(
    'id', invitation.id, 'brandName', brands.name, 'role', invitation.role, 'email', invitation.email,
    'expiresAt', invitation.expires_at, 'hasRoom', private.has_room_for(null, invitation.brand_id)
  )
  from public.invitations as invitation
  inner join public.brands on brands.id = invitation.brand_id
  where
    invitation.token_hash = read_invitation.token_hash and invitation.status = 'pending'
    and invitation.expires_at > now() and brands.deleted_at is null
    and private.may_invite(invitation.created_by, invitation.brand_id, invitation.role);
$$;
comment on function public.read_invitation is
'For the service: describes the invitation of a link that still works; null for any other.';
grant execute on function public.read_invitation to service_role;

create function public.accept_own_invitation(request jsonb)
returns uuid
language plpgsql
volatile
security definer -- gives a role by the rights of the author of the invitation
set search_path = ''
as $$
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
$$;
comment on function public.accept_own_invitation is
'Accepts an invitation that was sent to the caller''s own address. Returns the brand.';
grant execute on function public.accept_own_invitation to authenticated, service_role;
