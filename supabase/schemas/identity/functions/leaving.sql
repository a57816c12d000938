create function private.end_membership(person uuid, brand uuid)
returns boolean
language plpgsql
volatile
set search_path = ''
as $$
declare
  was_member boolean;
begin
  -- Before the membership, the deletion of which locks the audit log of the brand.
  perform private.lock_contents_of(array(
    select task.id from public.workflow_tasks as task
    where task.assignee_id = person and task.brand_id = brand and task.status = 'pending'
  ));
  delete from public.brand_members as members where members.brand_id = brand and members.user_id = person;
  was_member := found;
  delete from public.content_assignees as assignees
  where assignees.brand_id = brand and assignees.user_id = person;
  update public.api_keys set revoked_at = now()
  where api_keys.brand_id = brand and api_keys.user_id = person and api_keys.revoked_at is null;
  perform private.release_tasks(person, brand);
  return was_member;
end;
$$;
comment on function private.end_membership is
'Ends a membership: pending tasks go to others, API keys are revoked. What the person created stays attributed to them.
Returns whether there was one.';

create function private.is_last_admin(person uuid, brand uuid)
returns boolean
language sql
stable
set search_path = ''
as $$
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
$$;
comment on function private.is_last_admin is 'Whether a person is the only active admin of a brand.';

create function public.leave_brand(brand_id uuid)
returns void
language plpgsql
volatile
security definer -- memberships are written by commands only
set search_path = ''
as $$
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
$$;
comment on function public.leave_brand is
'Ends the caller''s own membership of a brand, as remove_member does. 409 for its last admin, and for a role that an
identity provider gives at each sign-in.';
grant execute on function public.leave_brand to authenticated, service_role;

create function private.end_sso_access(connection uuid, is_removed boolean)
returns uuid[]
language plpgsql
volatile
security definer -- sessions and memberships are written by functions only
set search_path = ''
as $$
declare
  opened record;
  ended uuid[] := '{}';
begin
  if is_removed then
    -- Everything is locked before anything is written: contents, then audit logs.
    perform private.lock_contents_of(array(
      select task.id
      from public.brand_members as members
      inner join public.workflow_tasks as task
        on task.assignee_id = members.user_id and task.brand_id = members.brand_id and task.status = 'pending'
      where members.sso_connection_id = end_sso_access.connection
    ));
    perform private.lock_logs(array(
      select members.brand_id from public.brand_members as members
      where members.sso_connection_id = end_sso_access.connection
    ));
  end if;
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
$$;
comment on function private.end_sso_access is
'Ends the sessions that a connection opened and, if it is removed, the memberships that its groups gave. Returns the ids
of the sessions.';

create function private.end_sso_access_of_row()
returns trigger
language plpgsql
security definer -- sessions and memberships are written by functions only
set search_path = ''
as $$
begin
  perform private.end_sso_access(old.id, tg_op = 'DELETE');
  return old;
end;
$$;
comment on function private.end_sso_access_of_row is
'Takes the access with a connection that is removed or switched off, by whatever way.';
