create function private.require_new_assignee(
  task public.workflow_tasks, step_run public.workflow_step_runs, assignee_id uuid
)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if not private.may_be_asked(require_new_assignee.assignee_id, task.brand_id) then
    perform private.refuse(400, 'only members of the brand who may review can be assigned', jsonb_build_array(
      jsonb_build_object(
        'field', 'assigneeId', 'code', 'INVALID_FORMAT', 'message', 'not a member of the brand who may review'
      )
    ));
  end if;
  perform private.require_present(require_new_assignee.assignee_id, task.brand_id);
  if exists (
    select from public.workflow_tasks as other
    where
      other.step_run_id = task.step_run_id and other.round = task.round
      and other.assignee_id = require_new_assignee.assignee_id and other.status in ('pending', 'completed')
  ) then
    perform private.refuse(409, 'this person has the step already');
  end if;
  if not private.may_decide_step(step_run, require_new_assignee.assignee_id) then
    perform private.refuse(403, 'authors may not decide on their own content, unless the step names them');
  end if;
end;
$$;
comment on function private.require_new_assignee is
'Raises 400 for somebody who is not a member of the brand or could not decide, 409 for somebody
who has a task in the step, and 403 for the author of the content unless the step names them.';

create function private.may_skip(step_run public.workflow_step_runs)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    private.permits(step_run.brand_id, 'workflow.control')
    -- Who skips the steps of their own content decides on it.
    and private.may_decide_step(step_run, auth.uid())
  ) or (
    coalesce(step_run.definition -> 'allow_skip' = 'true', false)
    and not private.is_restricted(step_run.brand_id, 'content.review')
    and exists (
      select from public.workflow_tasks as task
      where task.step_run_id = step_run.id and task.assignee_id = auth.uid() and task.status = 'pending'
    )
  );
end;
$$;
comment on function private.may_skip is
'Whether the caller may skip a step: with workflow.control, if they may decide it, or with a pending task in a step that
allows skipping.';

create function public.skip_step(step_run_id uuid, reason text)
returns setof private.content_details
language plpgsql
volatile
security definer -- runs are written by commands only
set search_path = ''
as $$
declare
  step_run public.workflow_step_runs;
  content public.contents;
  run public.workflow_instances;
begin
  perform private.require_functions();
  step_run := private.lock_step(step_run_id);
  run := private.active_run(step_run.content_id);
  select * into content from private.content_by_id(step_run.content_id);
  if not private.may_skip(step_run) then
    perform private.refuse(403, case
      when private.may_decide_step(step_run, auth.uid()) then 'only an admin of the brand may skip this step'
      else 'authors skip no step of their own content, unless it names them'
    end);
  end if;
  if run.parked_at is not null then
    perform private.refuse(409, 'changes were asked for: submit the content first');
  end if;
  perform private.require_reason(reason, 'reason');
  perform private.record_action(run, step_run, 'skip', reason);
  perform private.close_step(step_run.id, 'skipped');
  perform private.append_run_event(
    run, 'WorkflowStepSkipped', jsonb_build_object('step', step_run.name, 'reason', reason)
  );
  if private.advance_run(run, content) then
    perform private.transition_content(content, 'approved', jsonb_build_object('step_name', step_run.name));
  elsif content.status = 'pending_review' then
    perform private.transition_content(content, 'in_review', jsonb_build_object('step_name', step_run.name));
  end if;
  return query select * from private.content_answer(content.id);
end;
$$;
comment on function public.skip_step is
'Skips an open step, with a reason. Requires workflow.control, for others than the author of the content, or a pending
task in a step that allows skipping.';
grant execute on function public.skip_step to authenticated, service_role;

create function private.may_give_task(task public.workflow_tasks)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  return private.permits(task.brand_id, 'workflow.control')
    or (task.assignee_id = auth.uid() and private.scope_allows('content.review', task.brand_id));
end;
$$;
comment on function private.may_give_task is
'Whether the caller may give a task to someone else: with workflow.control, or because it is their own.';

create function private.give_task(task public.workflow_tasks, assignee_id uuid, reason text)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  step_run public.workflow_step_runs;
  run public.workflow_instances;
begin
  if not private.may_give_task(task) then
    perform private.refuse(403, 'only the assignee of the task and admins of the brand may give it to someone else');
  end if;
  select * into step_run from public.workflow_step_runs where workflow_step_runs.id = task.step_run_id;
  perform private.require_new_assignee(task, step_run, give_task.assignee_id);
  run := private.active_run(task.content_id);
  perform private.append_run_event(run, 'TaskReassigned', jsonb_build_object(
    'taskId', task.id, 'from', task.assignee_id, 'assigneeId', give_task.assignee_id
  ));
  update public.workflow_tasks
  set status = 'reassigned', decided_at = now(), reassigned_to = give_task.assignee_id
  where workflow_tasks.id = task.id;
  perform private.record_action(
    run, step_run, case when task.assignee_id = auth.uid() then 'delegate' else 'reassign' end, left(reason, 5000),
    task.assignee_id, give_task.assignee_id
  );
  perform private.assign_task(run, step_run, give_task.assignee_id);
end;
$$;
comment on function private.give_task is
'Gives a pending task, whose content is locked, to another member of the brand. Refuses as reassign_task does.';

create function public.reassign_task(task_id uuid, assignee_id uuid, reason text default '')
returns setof public.workflow_tasks
language plpgsql
volatile
security definer -- runs are written by commands only
set search_path = ''
as $$
declare
  task public.workflow_tasks;
begin
  perform private.require_functions();
  select * into task from public.workflow_tasks where workflow_tasks.id = task_id;
  perform private.require_permission(task.brand_id, 'workflow.read', 'task');
  perform private.lock_content(task.content_id);
  select * into task from public.workflow_tasks where workflow_tasks.id = task_id;
  if task.status <> 'pending' then
    perform private.refuse_closed_task(task);
  end if;
  perform private.give_task(task, reassign_task.assignee_id, reason);
  return query
    select tasks.* from public.workflow_tasks as tasks
    where
      tasks.step_run_id = task.step_run_id and tasks.round = task.round
      and tasks.assignee_id = reassign_task.assignee_id;
end;
$$;
comment on function public.reassign_task is
'Gives a pending task to another member of the brand. Requires workflow.control, or that the task is the caller''s
(delegation). Returns the new task.';
grant execute on function public.reassign_task to authenticated, service_role;

create function public.complete_automated_step(
  step_run_id uuid, is_passed boolean, note text default '', round integer default null
)
returns void
language plpgsql
volatile
security definer -- runs are written by commands only
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
  select * into step_run from public.workflow_step_runs
  where workflow_step_runs.id = complete_automated_step.step_run_id;
  run := private.active_run(content.id);
  -- The job runs at least once and may be late: the result of a closed step or of an earlier round is ignored.
  if step_run.id is null
    or step_run.status <> 'active'
    or step_run.definition ->> 'type' <> 'automated'
    or run.parked_at is not null
    or complete_automated_step.round <> step_run.round
  then
    return;
  end if;
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
'For the job of an automated step: approves the step, or fails the run and makes the content a draft.';
grant execute on function public.complete_automated_step to service_role;
