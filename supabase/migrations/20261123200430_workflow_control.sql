-- What happens to a run from outside of its steps: withdrawn, cancelled, skipped, reassigned, automated, timed out.

create function private.cancel_review(content public.contents, reason text)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  perform private.require_reason(reason, 'reason');
  if (private.active_run(content.id)).id is null then
    perform private.refuse(409, format('a content that is %s is not in review', content.status));
  end if;
  perform private.end_run(content.id, 'cancelled', null, reason);
  if content.status <> 'draft' then
    perform private.transition_content(content, 'draft', jsonb_build_object('feedback', reason));
  end if;
end;
$$;

create function public.withdraw_content(content_id uuid, reason text)
returns setof public.contents
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  content public.contents := private.lock_content(content_id);
begin
  if content.created_by is distinct from auth.uid() and not private.permits(content.brand_id, 'workflow.control') then
    perform private.refuse(403, 'only who made a content, or an admin of the brand, may withdraw it');
  end if;
  perform private.cancel_review(content, reason);
  return query select * from private.content_by_id(content.id);
end;
$$;
comment on function public.withdraw_content is
'Cancels the review, by the creator or an admin of the brand: the content is a draft again, the run does not come back.';
grant execute on function public.withdraw_content to authenticated;

create function private.lock_step(step_run_id uuid)
returns public.workflow_step_runs
language plpgsql
volatile
set search_path = ''
as $$
declare
  step_run public.workflow_step_runs;
begin
  select * into step_run from public.workflow_step_runs where workflow_step_runs.id = step_run_id;
  perform private.require_permission(step_run.brand_id, 'workflow.read', 'step');
  perform private.lock_content(step_run.content_id);
  select * into step_run from public.workflow_step_runs where workflow_step_runs.id = step_run_id;
  if step_run.status <> 'active' then
    perform private.refuse(409, 'this step is not open');
  end if;
  return step_run;
end;
$$;
comment on function private.lock_step is 'An open step with its content locked; 404 for strangers to its brand.';

create function public.skip_step(step_run_id uuid, reason text)
returns setof public.contents
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  step_run public.workflow_step_runs := private.lock_step(step_run_id);
  content public.contents;
  run public.workflow_instances := private.active_run(step_run.content_id);
begin
  select * into content from private.content_by_id(step_run.content_id);
  if not private.permits(step_run.brand_id, 'workflow.control') and not (
    coalesce((step_run.definition ->> 'allow_skip')::boolean, false)
    and auth.uid() in (select private.step_assignees(step_run))
  ) then
    perform private.refuse(403, 'only an admin of the brand may skip this step');
  end if;
  if run.parked_at is not null then
    perform private.refuse(409, 'changes were asked for: submit the content first');
  end if;
  perform private.require_reason(reason, 'reason');
  perform private.record_action(run, step_run, 'skip', reason);
  perform private.close_step(step_run.id, 'skipped');
  perform private.run_event(run, 'WorkflowStepSkipped', jsonb_build_object('step', step_run.name, 'reason', reason));
  if private.advance_run(run, content) then
    perform private.transition_content(content, 'approved', jsonb_build_object('step_name', step_run.name));
  end if;
  return query select * from private.content_by_id(content.id);
end;
$$;
comment on function public.skip_step is
'Passes over an open step, with a reason: by an admin of the brand, or by who decides it where it allows skipping.';
grant execute on function public.skip_step to authenticated;

create function public.reassign_task(task_id uuid, assignee_id uuid, reason text default '')
returns setof public.workflow_tasks
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  task public.workflow_tasks;
  step_run public.workflow_step_runs;
  run public.workflow_instances;
begin
  select * into task from public.workflow_tasks where workflow_tasks.id = task_id;
  perform private.require_permission(task.brand_id, 'workflow.read', 'task');
  perform private.lock_content(task.content_id);
  select * into task from public.workflow_tasks where workflow_tasks.id = task_id;
  if task.status <> 'pending' then
    perform private.refuse(409, 'the task is closed');
  end if;
  if task.assignee_id <> auth.uid() and not private.permits(task.brand_id, 'workflow.control') then
    perform private.refuse(403, 'only who has the task, or an admin of the brand, may give it to someone else');
  end if;
  if not private.is_colleague(reassign_task.assignee_id, task.brand_id) then
    perform private.refuse(400, 'only members of the brand can be assigned', jsonb_build_array(jsonb_build_object(
      'field', 'assigneeId', 'code', 'INVALID_FORMAT', 'message', 'not a member of the brand'
    )));
  end if;
  if exists (
    select from public.workflow_tasks as other
    where
      other.step_run_id = task.step_run_id and other.round = task.round
      and other.assignee_id = reassign_task.assignee_id and other.status in ('pending', 'completed')
  ) then
    perform private.refuse(409, 'this person has the step already');
  end if;
  select * into step_run from public.workflow_step_runs where workflow_step_runs.id = task.step_run_id;
  run := private.active_run(task.content_id);
  update public.workflow_tasks
  set status = 'reassigned', decided_at = now(), reassigned_to = reassign_task.assignee_id
  where workflow_tasks.id = task.id;
  perform private.record_action(run, step_run, 'reassign', left(reason, 5000));
  perform private.assign_task(run, step_run, reassign_task.assignee_id);
  return query
    select tasks.* from public.workflow_tasks as tasks
    where
      tasks.step_run_id = task.step_run_id and tasks.round = task.round
      and tasks.assignee_id = reassign_task.assignee_id;
end;
$$;
comment on function public.reassign_task is
'Gives an open task to another member: by an admin of the brand, or by who has it (delegation). Returns the new task.';
grant execute on function public.reassign_task to authenticated;

create function public.complete_automated_step(step_run_id uuid, is_passed boolean, note text default '')
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  step_run public.workflow_step_runs;
  content public.contents;
  run public.workflow_instances;
begin
  select contents.* into content
  from public.workflow_step_runs as found
  inner join public.contents on contents.id = found.content_id
  where found.id = complete_automated_step.step_run_id
  for update of contents;
  select * into step_run from public.workflow_step_runs where workflow_step_runs.id = complete_automated_step.step_run_id;
  -- The job runs at least once: what is closed already stays as it is.
  if step_run.id is null or step_run.status <> 'active' or step_run.definition ->> 'type' <> 'automated' then
    return;
  end if;
  run := private.active_run(content.id);
  if is_passed then
    perform private.record_action(run, step_run, 'approve', left(note, 5000));
    perform private.settle_step(run, content, step_run);
  else
    perform private.record_action(run, step_run, 'fail', left(note, 5000));
    perform private.end_run(content.id, 'failed', null, left(note, 5000));
    perform private.transition_content(content, 'draft', jsonb_build_object(
      'action', 'changes_requested', 'feedback', left(note, 5000), 'step_name', step_run.name
    ));
  end if;
end;
$$;
comment on function public.complete_automated_step is
'For the job behind an automated step: it is approved, or the run fails and the content is a draft again.';
grant execute on function public.complete_automated_step to service_role;

create function public.time_out_runs(batch integer default 100)
returns setof uuid
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  content public.contents;
begin
  for content in
    select contents.*
    from public.workflow_instances as run
    inner join public.contents on contents.id = run.content_id
    where run.status = 'active' and run.deadline_at <= now()
    order by run.deadline_at
    limit batch
    for update of contents skip locked
  loop
    perform private.end_run(content.id, 'timeout', null, 'the review took longer than its workflow allows');
    if content.status in ('pending_review', 'in_review') then
      perform private.transition_content(content, 'draft', '{"note": "the review timed out"}');
    end if;
    return next content.id;
  end loop;
end;
$$;
comment on function public.time_out_runs is 'For the scheduler: ends runs past their deadline; their contents are drafts again.';
grant execute on function public.time_out_runs to service_role;

create function public.chase_tasks(batch integer default 500)
returns table (task_id uuid, outcome text)
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  task public.workflow_tasks;
  run public.workflow_instances;
begin
  -- A reminder at 80 % of the time, an escalation at its end, each once (domain §5).
  for task in
    select tasks.* from public.workflow_tasks as tasks
    where
      tasks.status = 'pending'
      and tasks.escalated_at is null
      and (
        tasks.due_at <= now()
        or (tasks.reminded_at is null and now() >= tasks.created_at + 0.8 * (tasks.due_at - tasks.created_at))
      )
    order by tasks.due_at
    limit batch
    for update skip locked
  loop
    run := private.active_run(task.content_id);
    task_id := task.id;
    outcome := case when task.due_at <= now() then 'escalated' else 'reminded' end;
    update public.workflow_tasks
    set
      reminded_at = coalesce(workflow_tasks.reminded_at, now()),
      escalated_at = case when chase_tasks.outcome = 'escalated' then now() end
    where workflow_tasks.id = task.id;
    perform private.run_event(
      run, case outcome when 'escalated' then 'TaskEscalated' else 'TaskReminder' end,
      jsonb_build_object('taskId', task.id, 'assigneeId', task.assignee_id, 'dueAt', task.due_at)
    );
    if outcome = 'escalated' then
      perform private.assign_task(run, step_run, workflow.escalate_to)
      from public.workflow_step_runs as step_run
      inner join public.workflows as workflow on workflow.id = run.workflow_id
      where
        step_run.id = task.step_run_id
        and private.is_colleague(workflow.escalate_to, task.brand_id);
    end if;
    return next;
  end loop;
end;
$$;
comment on function public.chase_tasks is
'For the scheduler: reminds of tasks at 80 % of their time, escalates those that are late.';
grant execute on function public.chase_tasks to service_role;

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
comment on function private.release_member is 'Takes a person''s open tasks in a brand back; steps go on, or are given to others.';

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
    perform private.refuse(400, 'a role is needed', '[{"field": "role", "code": "REQUIRED_FIELD_MISSING", "message": "role is required"}]');
  end if;
  return query
    insert into public.brand_members as members (brand_id, user_id, role, expires_at, permissions, restrictions, assigned_by)
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
  delete from public.brand_members as members
  where members.brand_id = remove_member.brand_id and members.user_id = remove_member.user_id;
  if not found then
    perform private.refuse(404, 'member not found');
  end if;
  delete from public.content_assignees as assignees
  where assignees.brand_id = remove_member.brand_id and assignees.user_id = remove_member.user_id;
  update public.api_keys set revoked_at = now()
  where
    api_keys.brand_id = remove_member.brand_id and api_keys.user_id = remove_member.user_id and api_keys.revoked_at is null;
  perform private.release_member(remove_member.user_id, remove_member.brand_id);
end;
$$;
comment on function public.remove_member is
'Ends a membership: open tasks go to others, API keys are revoked, what the person did stays theirs.';
grant execute on function public.remove_member to authenticated;
