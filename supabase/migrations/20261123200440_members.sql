-- Members come and go: what they were asked to decide must not wait for them.

create function private.release_member(person uuid, brand uuid)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  task public.workflow_tasks;
  step_run public.workflow_step_runs;
  run public.workflow_instances;
  content public.contents;
  assignee uuid;
begin
  for task in
    select tasks.* from public.workflow_tasks as tasks
    where tasks.assignee_id = person and tasks.brand_id = brand and tasks.status = 'pending'
    order by tasks.id
  loop
    select * into content from public.contents where contents.id = task.content_id for update;
    update public.workflow_tasks set status = 'cancelled', decided_at = now() where workflow_tasks.id = task.id;
    select * into step_run from public.workflow_step_runs where workflow_step_runs.id = task.step_run_id;
    run := private.active_run(task.content_id);
    continue when run.id is null or step_run.status <> 'active' or exists (
      select from public.workflow_tasks as other where other.step_run_id = step_run.id and other.status = 'pending'
    );
    -- The last one who was asked: the others' approvals are enough, or somebody else is asked.
    if exists (
      select from public.workflow_tasks as other
      where other.step_run_id = step_run.id and other.round = step_run.round and other.decision = 'approve'
    ) then
      perform private.settle_step(run, content, step_run);
    else
      for assignee in select private.step_assignees(step_run) loop
        perform private.assign_task(run, step_run, assignee);
      end loop;
    end if;
  end loop;
end;
$$;
comment on function private.release_member is
'Takes a person''s open tasks in a brand back; steps go on, or are given to others.';

create function public.assign_member(
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
        restrictions = excluded.restrictions, assigned_by = excluded.assigned_by
    returning *;
end;
$$;
comment on function public.assign_member is 'Gives a person a role in a brand, or changes it; nobody their own.';
grant execute on function public.assign_member to authenticated;

create function public.remove_member(brand_id uuid, user_id uuid)
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
comment on function public.remove_member is
'Ends a membership: open tasks go to others, API keys are revoked, what the person did stays theirs.';
grant execute on function public.remove_member to authenticated;
