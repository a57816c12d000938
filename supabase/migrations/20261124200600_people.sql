-- People: found, removed with open eyes, deactivated.

create or replace function public.assign_member(
  brand_id uuid,
  user_id uuid,
  role public.brand_role,
  expires_at timestamptz default null,
  permissions text[] default '{}',
  restrictions text[] default '{}'
)
returns setof public.brand_members
language plpgsql
volatile
security definer
set search_path = ''
as $$
#variable_conflict use_variable
begin
  perform private.require_permission(brand_id, 'member.manage');
  if user_id = auth.uid() and not private.is_platform_admin() then
    perform private.refuse(403, 'nobody changes their own membership');
  end if;
  perform private.require_recent_authentication();
  if not exists (select from public.profiles where profiles.id = user_id and profiles.is_active) then
    perform private.refuse(404, 'user not found');
  end if;
  if role is null then
    perform private.refuse(400, 'a role is needed',
      '[{"field": "role", "code": "REQUIRED_FIELD_MISSING", "message": "role is required"}]');
  end if;
  -- Nobody gives what they do not hold themselves, or takes from who stands above them.
  if not private.may_grant(brand_id, role, permissions) or exists (
    select from public.brand_members as present
    where
      present.brand_id = assign_member.brand_id and present.user_id = assign_member.user_id
      and not private.may_grant(present.brand_id, present.role, '{}')
  ) then
    perform private.refuse(403, 'nobody gives or takes a role above their own');
  end if;
  return query
    insert into public.brand_members as members (brand_id, user_id, role, expires_at, permissions, restrictions,
      assigned_by)
    values (brand_id, user_id, role, expires_at, permissions, restrictions, auth.uid())
    on conflict on constraint brand_members_pkey do update
      set
        role = excluded.role, expires_at = excluded.expires_at, permissions = excluded.permissions,
        restrictions = excluded.restrictions, assigned_by = excluded.assigned_by, sso_connection_id = null
    returning *;
end;
$$;

create or replace function public.remove_member(brand_id uuid, user_id uuid)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform private.require_permission(remove_member.brand_id, 'member.manage');
  if remove_member.user_id = auth.uid() and not private.is_platform_admin() then
    perform private.refuse(403, 'nobody changes their own membership');
  end if;
  perform private.require_recent_authentication();
  if exists (
    select from public.brand_members as present
    where
      present.brand_id = remove_member.brand_id and present.user_id = remove_member.user_id
      and not private.may_grant(present.brand_id, present.role, '{}')
  ) then
    perform private.refuse(403, 'nobody gives or takes a role above their own');
  end if;
  delete from public.brand_members as members
  where members.brand_id = remove_member.brand_id and members.user_id = remove_member.user_id;
  if not found then
    perform private.refuse(404, 'member not found');
  end if;
  delete from public.content_assignees as assignees
  where assignees.brand_id = remove_member.brand_id and assignees.user_id = remove_member.user_id;
  update public.api_keys set revoked_at = now()
  where
    api_keys.brand_id = remove_member.brand_id and api_keys.user_id = remove_member.user_id
      and api_keys.revoked_at is null;
  perform private.release_member(remove_member.user_id, remove_member.brand_id);
end;
$$;

create or replace function public.set_platform_admin(user_id uuid, is_admin boolean)
returns void
language plpgsql
volatile
security definer -- the flag is nobody's to write
set search_path = ''
as $$
begin
  perform private.require_platform_admin_for(set_platform_admin.user_id);
  perform private.require_recent_authentication();
  if set_platform_admin.is_admin then
    insert into private.platform_admins (user_id) values (set_platform_admin.user_id) on conflict do nothing;
    -- A remembered device may have spared their session the factor that a platform admin shows always.
    perform private.end_sessions(set_platform_admin.user_id, 'revoked');
  else
    delete from private.platform_admins where platform_admins.user_id = set_platform_admin.user_id;
  end if;
  perform private.audit(
    null, 'user.' || case when set_platform_admin.is_admin then 'promote' else 'demote' end,
    'user', set_platform_admin.user_id
  );
end;
$$;

create function public.removal_impact(brand_id uuid, user_id uuid)
returns jsonb
language plpgsql
stable
security definer -- counts what the caller may read, without reading it
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
    'isLastAdmin', member.role = 'admin' and not exists (
      select from public.brand_members as other
      inner join public.profiles on profiles.id = other.user_id and profiles.is_active
      where other.brand_id = removal_impact.brand_id and other.user_id <> removal_impact.user_id
        and other.role = 'admin' and (other.expires_at is null or other.expires_at > now())
    )
  );
end;
$$;
comment on function public.removal_impact is 'What waits for a member or hangs on them, before they are removed.';
grant execute on function public.removal_impact to authenticated;

create function public.search_people(
  query text default '', brand_id uuid default null, page_size integer default 20,
  page_offset integer default 0
)
returns jsonb
language plpgsql
stable
security definer -- reads addresses, of which the caller is shown what they may see
set search_path = ''
as $$
declare
  is_admin boolean := private.is_platform_admin();
  managed uuid[] := private.brands_permitting('member.manage');
  visible uuid[] := private.brands_permitting('member.read');
  pattern text := '%' || replace(replace(replace(search_people.query, '\', '\\'), '%', '\%'), '_', '\_') || '%';
begin
  if search_people.brand_id is not null then
    perform private.require_permission(search_people.brand_id, 'member.read');
  end if;
  return (
    with known as (
      select
        person.id, person.first_name, person.last_name, person.avatar_path, person.is_active, users.email,
        is_admin or person.id = auth.uid() or exists (
          select from public.brand_members as member
          where member.user_id = person.id and member.brand_id = any (managed)
        ) as is_whole
      from public.profiles as person
      inner join auth.users on users.id = person.id
      where
        (is_admin and search_people.brand_id is null) or exists (
          select from public.brand_members as member
          where
            member.user_id = person.id
            and member.brand_id = any (visible)
            and (search_people.brand_id is null or member.brand_id = search_people.brand_id)
        )
    ),
    -- By the address only who may see it finds anybody: a search is a question about each letter.
    matching as (
      select known.* from known
      where
        known.first_name || ' ' || known.last_name ilike pattern
        or (known.is_whole and known.email ilike pattern)
    ),
    page as (
      select matching.* from matching order by matching.first_name, matching.last_name, matching.id
      offset greatest(page_offset, 0) limit least(greatest(page_size, 1), 100)
    )
    select jsonb_build_object(
      'items', coalesce((
        select jsonb_agg(jsonb_build_object(
          'id', page.id, 'first_name', page.first_name, 'last_name', page.last_name,
          'avatar_path', page.avatar_path, 'is_active', page.is_active,
          'email', case when page.is_whole then page.email else private.masked_email(page.email) end
        ) order by page.first_name, page.last_name, page.id)
        from page
      ), '[]'),
      'total', (select count(*) from matching)
    )
  );
end;
$$;
comment on function public.search_people is
'People by name: of one''s brands, or all for platform admins. Addresses are whole for those who manage the person.';
grant execute on function public.search_people to authenticated;

create function private.masked_email(email text)
returns text
language sql
immutable
parallel safe
set search_path = ''
as $$
  select left(masked_email.email, 1) || '•••@' || split_part(masked_email.email, '@', 2);
$$;

create or replace function public.set_user_active(user_id uuid, is_active boolean)
returns void
language plpgsql
volatile
security definer -- the column is nobody's to write
set search_path = ''
as $$
begin
  perform private.require_platform_admin_for(set_user_active.user_id);
  perform private.require_recent_authentication();
  update public.profiles set is_active = set_user_active.is_active where profiles.id = set_user_active.user_id;
  perform private.audit(
    null, 'user.' || case when set_user_active.is_active then 'reactivate' else 'deactivate' end,
    'user', set_user_active.user_id
  );
  perform private.audit(
    member.brand_id, 'user.' || case when set_user_active.is_active then 'reactivate' else 'deactivate' end,
    'user', set_user_active.user_id
  )
  from public.brand_members as member where member.user_id = set_user_active.user_id;
end;
$$;

create function public.unlock_user(user_id uuid)
returns text
language plpgsql
volatile
security definer -- reads the address that Auth keeps
set search_path = ''
as $$
declare
  address text;
begin
  perform private.require_platform_admin_for(unlock_user.user_id);
  perform private.require_recent_authentication();
  select users.email into address from auth.users where users.id = unlock_user.user_id;
  perform private.audit(null, 'user.unlock', 'user', unlock_user.user_id);
  return address;
end;
$$;
comment on function public.unlock_user is
'Puts on record that a platform admin lifts a person''s lock; the address by which KV knows it.';
grant execute on function public.unlock_user to authenticated;

create function private.check_recent_authentication()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  perform private.require_recent_authentication();
  return null;
end;
$$;
comment on function private.check_recent_authentication is
'For what is written to a table directly, after its policies have spoken.';
create trigger check_recent_authentication after insert or update on public.accounts
for each row execute function private.check_recent_authentication();

create function public.living_sessions(user_id uuid)
returns uuid[]
language plpgsql
stable
security definer -- platform admins read the sessions of those whom they deactivate
set search_path = ''
as $$
begin
  if living_sessions.user_id is distinct from auth.uid() and not private.is_platform_admin() then
    perform private.refuse(403, 'only platform admins may do this');
  end if;
  return array(
    select user_sessions.id from public.user_sessions
    where user_sessions.user_id = living_sessions.user_id and user_sessions.created_at > now() - interval '1 day'
  );
end;
$$;
comment on function public.living_sessions is 'The sessions of a person that the caches may still know, ended or not.';
grant execute on function public.living_sessions to authenticated;
