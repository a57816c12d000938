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
  if private.is_restricted(content.brand_id, 'workflow.control')
    or (content.created_by is distinct from auth.uid() and not private.permits(content.brand_id, 'workflow.control'))
  then
    perform private.refuse(403, 'only who made a content, or an admin of the brand, may withdraw it');
  end if;
  perform private.cancel_review(content, reason);
  return query select * from private.content_by_id(content.id);
end;
$$;
comment on function public.withdraw_content is
'Cancels the review, by the creator or an admin of the brand: the content is a draft again, the run does not come
back.';
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
    and not private.is_restricted(step_run.brand_id, 'content.review')
    and exists (
      select from public.workflow_tasks as task
      where task.step_run_id = step_run.id and task.assignee_id = auth.uid() and task.status = 'pending'
    )
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
  elsif content.status = 'pending_review' then
    perform private.transition_content(content, 'in_review', jsonb_build_object('step_name', step_run.name));
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
  if not private.may_be_asked(step_run, reassign_task.assignee_id) then
    perform private.refuse(403, 'who made a content may not decide on it, unless the step names them');
  end if;
  run := private.active_run(task.content_id);
  perform private.run_event(run, 'TaskReassigned', jsonb_build_object(
    'taskId', task.id, 'from', task.assignee_id, 'assigneeId', reassign_task.assignee_id
  ));
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
