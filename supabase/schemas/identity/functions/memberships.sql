create function private.check_member_permissions()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if not private.are_permissions(new.permissions || new.restrictions) then
    perform private.refuse(400, 'there is no such permission', jsonb_build_array(jsonb_build_object(
      'field', 'permissions', 'code', 'INVALID_FORMAT', 'message', 'names of the permission matrix are expected'
    )));
  end if;
  new.updated_at := now();
  return new;
end;
$$;
comment on function private.check_member_permissions is
'Raises 400 for names that are not in private.permissions, and sets updated_at.';

create function private.is_active_member(person uuid, brand uuid)
returns boolean
language sql
stable
security definer -- reads memberships of other people, of which the caller may see only some
set search_path = ''
as $$
  select exists (
    select
    from public.brand_members as member
    inner join public.profiles on profiles.id = member.user_id
    where
      member.user_id = is_active_member.person
      and member.brand_id = is_active_member.brand
      and profiles.is_active
      and (member.expires_at is null or member.expires_at > now())
  );
$$;
comment on function private.is_active_member is
'Whether a person is active and has an unexpired membership in a brand.';
grant execute on function private.is_active_member to authenticated, service_role;

create function private.may_be_asked(person uuid, brand uuid)
returns boolean
language sql
stable
security definer -- see is_active_member
set search_path = ''
as $$
  select exists (
    select
    from public.brand_members as member
    inner join public.profiles on profiles.id = member.user_id
    where
      member.user_id = may_be_asked.person
      and member.brand_id = may_be_asked.brand
      and profiles.is_active
      and (member.expires_at is null or member.expires_at > now())
      and not member.restrictions && array['content.read', 'content.review', 'workflow.read']
  );
$$;
comment on function private.may_be_asked is
'Whether a person can decide reviews in a brand: an active member whose restrictions deny nothing that decisions need.';

create function private.member_document(member public.brand_members)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select to_jsonb(member) - array['user_id', 'assigned_by', 'access_count', 'last_accessed_at', 'expiry_announced_at'] || jsonb_build_object(
    'user', private.person_document(member.user_id),
    'assigned_by', private.person_document(member.assigned_by),
    'avatar_path', (select profiles.avatar_path from public.profiles where profiles.id = member.user_id)
  );
$$;
comment on function private.member_document is 'Returns a membership with the names of its people.';

create function public.assign_member(
  brand_id uuid,
  user_id uuid,
  role public.brand_role,
  expires_at timestamptz default null,
  permissions text[] default '{}',
  restrictions text[] default '{}'
)
returns setof jsonb
language plpgsql
volatile
security definer -- memberships are written by commands only
set search_path = ''
as $$
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
  where
    members.brand_id = assign_member.brand_id and members.user_id = assign_member.user_id
    -- What has expired is over: only the person lets it begin again.
    and (members.expires_at is null or members.expires_at > now() or private.is_platform_admin())
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
$$;
comment on function public.assign_member is
'Changes the role of a member of a brand. Invites a colleague of the caller who is no member, and whoever was one until
it expired, and returns the id of the invitation; 404 for everybody else. Platform admins make anybody a member.
Requires member.manage, recent authentication, and that the caller holds the role themselves. Nobody but a platform
admin changes their own membership.';
grant execute on function public.assign_member to authenticated, service_role;

create function public.remove_member(brand_id uuid, user_id uuid)
returns void
language plpgsql
volatile
security definer -- memberships are written by commands only
set search_path = ''
as $$
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
$$;
comment on function public.remove_member is
'Ends a membership: pending tasks go to others, API keys are revoked. What the person created stays attributed to
them.';
grant execute on function public.remove_member to authenticated, service_role;

create function public.removal_impact(brand_id uuid, user_id uuid)
returns jsonb
language plpgsql
stable
security definer -- counts rows that the caller may not read
set search_path = ''
as $$
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
$$;
comment on function public.removal_impact is
'Counts what depends on a member (tasks, contents, workflow steps, API keys), to be read before removing them.';
grant execute on function public.removal_impact to authenticated, service_role;

create function public.list_members(brand_id uuid, page_offset integer default 0, page_size integer default 20)
returns jsonb
language plpgsql
stable
security definer -- every member may read the names, only some the memberships
set search_path = ''
as $$
declare
  is_detailed boolean;
begin
  perform private.require_permission(list_members.brand_id, 'brand.read');
  is_detailed := private.permits(list_members.brand_id, 'member.read');
  return (
    with matching as (
      select member as membership, member.user_id, profiles.first_name, profiles.last_name
      from public.brand_members as member
      inner join public.profiles on profiles.id = member.user_id
      where member.brand_id = list_members.brand_id
        and (is_detailed or member.expires_at is null or member.expires_at > now())
    ),
    page as (
      select matching.* from matching order by matching.first_name, matching.last_name, matching.user_id
      offset page_offset limit least(greatest(page_size, 1), 100)
    )
    select jsonb_build_object(
      'items', coalesce((
        select jsonb_agg(
          case when is_detailed then shown.document
            else jsonb_build_object('user', shown.document -> 'user', 'avatar_path', shown.document -> 'avatar_path')
          end order by page.first_name, page.last_name, page.user_id
        )
        from page
        cross join lateral private.member_document(page.membership) as shown (document)
      ), '[]'),
      'total', (select count(*) from matching)
    )
  );
end;
$$;
comment on function public.list_members is
'Returns {items, total}: the members of a brand by name, at most 100. Role, permissions, expiry and expired members
only for callers with member.read.';
grant execute on function public.list_members to authenticated, service_role;
