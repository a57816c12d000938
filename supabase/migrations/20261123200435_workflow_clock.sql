-- What the scheduler and jobs do to runs: automated steps, time-outs, reminders, escalations.

create function public.complete_automated_step(
  step_run_id uuid, is_passed boolean, note text default '', round integer default null
)
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
  select * into step_run from public.workflow_step_runs
    where workflow_step_runs.id = complete_automated_step.step_run_id;
  run := private.active_run(content.id);
  -- The job runs at least once, and perhaps late: what is closed stays as it is, and so does what is asked anew.
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
comment on function public.time_out_runs is
'For the scheduler: ends runs past their deadline; their contents are drafts again.';
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
    select tasks.*
    from public.workflow_tasks as tasks
    inner join public.contents on contents.id = tasks.content_id
    where
      tasks.status = 'pending'
      and tasks.escalated_at is null
      and (
        tasks.due_at <= now()
        or (tasks.reminded_at is null and now() >= tasks.created_at + 0.8 * (tasks.due_at - tasks.created_at))
      )
    order by tasks.due_at
    limit batch
    -- Both, as the commands do: whoever decides a content now is not waited for, and does not wait.
    for update of contents, tasks skip locked
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
        and private.is_colleague(workflow.escalate_to, task.brand_id)
        and private.may_be_asked(step_run, workflow.escalate_to);
    end if;
    return next;
  end loop;
end;
$$;
comment on function public.chase_tasks is
'For the scheduler: reminds of tasks at 80 % of their time, escalates those that are late.';
grant execute on function public.chase_tasks to service_role;
