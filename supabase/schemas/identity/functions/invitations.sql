create function private.invite_one(brand uuid, invited jsonb)
returns jsonb
language plpgsql
volatile
security definer -- invitations are written by functions only
set search_path = ''
as $$
declare
  person uuid := private.find_person(invited);
  asked_role public.brand_role := (invited ->> 'role')::public.brand_role;
  extra text[] := coalesce(array(select jsonb_array_elements_text(invited -> 'permissions')), '{}');
  ends timestamptz := private.read_instant(invited ->> 'membershipExpiresAt', 'membershipExpiresAt');
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
$$;
comment on function private.invite_one is
'Invites one address, whether an account has it or not. Changes the role of a member who has the address; 409 for an
address with a pending invitation.';

create function private.invite_colleague(
  brand uuid, person uuid, role public.brand_role, ends timestamptz, extra text[]
)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
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
  perform private.notify(
    array[person], null, 'invitations', 'brand_invitation', 'You are invited to a brand',
    format('%s invites you as %s.', (
      select brands.name from public.brands where brands.id = brand
    ), invite_colleague.role), '/invitations'
  );
  return jsonb_build_object('invitation_id', invitation);
end;
$$;
comment on function private.invite_colleague is
'Invites a person by their id, who is told by a notification: nobody needs to know the address. 409 while an invitation
is pending.';

create function private.lock_invitation(invitation_id uuid)
returns public.invitations
language plpgsql
volatile
set search_path = ''
as $$
declare
  invitation public.invitations;
begin
  select * into invitation from public.invitations where invitations.id = invitation_id for update;
  perform private.require_permission(invitation.brand_id, 'member.manage', 'invitation');
  if invitation.status not in ('pending', 'expired') then
    perform private.refuse(409, format('the invitation was %s', invitation.status));
  end if;
  return invitation;
end;
$$;
comment on function private.lock_invitation is
'Locks and returns an invitation that is pending or expired; 404 for callers who may not manage members, 409 for one
that was accepted, declined or cancelled.';

create function private.describe_invitation(invitation public.invitations)
returns jsonb
language sql
stable
set search_path = ''
as $$
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
$$;
comment on function private.describe_invitation is
'Describes an invitation and names the person who invited, and a colleague who was invited by id. The address stays
encrypted.';

create function public.invite_members(request jsonb)
returns jsonb
language plpgsql
volatile
security definer -- invitations are written by functions only
set search_path = ''
as $$
declare
  brand uuid := (request ->> 'brandId')::uuid;
  invited jsonb;
  outcomes jsonb := '[]';
  state text;
  reason text;
  problems text;
begin
  perform private.require_functions();
  perform private.require_permission(brand, 'member.manage');
  perform private.require_recent_authentication();
  for invited in select value from jsonb_array_elements(request -> 'invitations') loop
    begin
      outcomes := outcomes || jsonb_build_array(private.invite_one(brand, invited));
    exception
      when sqlstate 'PT403' or sqlstate 'PT409' or sqlstate 'PT400' then
        get stacked diagnostics state = returned_sqlstate, reason = message_text, problems = pg_exception_detail;
        outcomes := outcomes || jsonb_build_array(jsonb_build_object(
          'status', 'refused', 'sqlstate', state, 'message', reason, 'details', coalesce(problems, '[]')
        ));
    end;
  end loop;
  return jsonb_build_object('outcomes', outcomes, 'brandName', (
    select brands.name from public.brands where brands.id = brand
  ));
end;
$$;
comment on function public.invite_members is
'Invites people by e-mail. Returns an outcome for each: invited, assigned where a member of the brand has the address,
or refused with the error. Requires member.manage and recent authentication.';
grant execute on function public.invite_members to authenticated, service_role;

create function public.list_invitations(brand_id uuid, status text default null)
returns jsonb
language sql
stable
security definer -- names people who may have left the brand
set search_path = ''
as $$
  select jsonb_build_object(
    'items', coalesce(jsonb_agg(private.describe_invitation(invitation) order by invitation.created_at desc), '[]')
  )
  from (
    select invitations.* from public.invitations
    where
      invitations.brand_id = list_invitations.brand_id
      and invitations.brand_id = any (private.brands_permitting('member.manage'))
      and (list_invitations.status is null or invitations.status = list_invitations.status)
    order by invitations.created_at desc limit 200
  ) as invitation;
$$;
comment on function public.list_invitations is
'Lists the invitations of a brand, the latest first, at most 200. Empty for callers without member.manage.';
grant execute on function public.list_invitations to authenticated, service_role;

create function public.resend_invitation(request jsonb)
returns jsonb
language plpgsql
volatile
security definer -- invitations are written by functions only
set search_path = ''
as $$
declare
  invitation public.invitations;
begin
  perform private.require_functions();
  invitation := private.lock_invitation((request ->> 'invitationId')::uuid);
  perform private.require_recent_authentication();
  if not private.may_invite(invitation.created_by, invitation.brand_id, invitation.role) then
    perform private.refuse(409, 'the person who invited may not do so any more: cancel it, and invite again');
  end if;
  perform private.enqueue_job('mail', 'send_mail', invitation.brand_id, jsonb_build_object(
    'mail', request -> 'mail', 'invitationId', invitation.id
  ));
  update public.invitations
  set token_hash = request ->> 'tokenHash', status = 'pending', delivery = 'queued', expires_at = default
  where invitations.id = invitation.id
  returning * into invitation;
  return private.describe_invitation(invitation);
end;
$$;
comment on function public.resend_invitation is
'Mails a new link, valid for as long as that of a new invitation; the old link stops working.';
grant execute on function public.resend_invitation to authenticated, service_role;

create function public.cancel_invitation(invitation_id uuid)
returns void
language plpgsql
volatile
security definer -- invitations are written by functions only
set search_path = ''
as $$
declare
  invitation public.invitations;
begin
  perform private.require_functions();
  invitation := private.lock_invitation(cancel_invitation.invitation_id);
  perform private.require_recent_authentication();
  update public.invitations set status = 'cancelled' where invitations.id = invitation.id;
end;
$$;
comment on function public.cancel_invitation is 'Cancels an invitation: its link stops working.';
grant execute on function public.cancel_invitation to authenticated, service_role;

create function public.settle_invitation_mail(invitation_id uuid, delivery text)
returns void
language sql
volatile
security definer -- the column is written by functions only
set search_path = ''
as $$
  update public.invitations set delivery = settle_invitation_mail.delivery
  where invitations.id = settle_invitation_mail.invitation_id and invitations.status = 'pending';
$$;
comment on function public.settle_invitation_mail is
'For the service: records whether the mail of a pending invitation was sent.';
grant execute on function public.settle_invitation_mail to service_role;
