create function private.is_invited(person uuid, indexes jsonb, invitation public.invitations)
returns boolean
language sql
stable
set search_path = ''
as $$
  select coalesce(
    invitation.invitee_id = is_invited.person
    or invitation.email_index = any (array(select jsonb_array_elements_text(is_invited.indexes))), false
  );
$$;
comment on function private.is_invited is
'Whether an invitation is for a person: by their id, or by a blind index of their address, which our functions know.';

create function public.list_own_invitations(request jsonb)
returns jsonb
language plpgsql
volatile
security definer -- people see nothing of a brand before they accept, except its name
set search_path = ''
as $$
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
$$;
comment on function public.list_own_invitations is
'Lists the invitations of the caller that can be accepted, the latest first, at most 100: {items}.';
grant execute on function public.list_own_invitations to authenticated, service_role;

create function public.answer_own_invitation(request jsonb)
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
$$;
comment on function public.answer_own_invitation is
'Accepts or declines an invitation of the caller. Returns the brand that the caller has joined, null after declining.';
grant execute on function public.answer_own_invitation to authenticated, service_role;
