create function public.time_out_runs(batch integer default 100)
returns setof uuid
language plpgsql
volatile
security definer -- runs are written by commands only
set search_path = ''
set statement_timeout = '30s'
as $$
declare
  content public.contents;
begin
  perform private.begin_summary();
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
  perform private.send_summary('time_out_runs');
end;
$$;
comment on function public.time_out_runs is
'For the scheduler: ends runs past their deadline and makes their contents drafts.';
grant execute on function public.time_out_runs to service_role;

create function private.escalate_task(run public.workflow_instances, task public.workflow_tasks)
returns void
language sql
volatile
set search_path = ''
as $$
  select private.assign_task(run, step_run, workflow.escalate_to)
  from public.workflow_step_runs as step_run
  inner join public.workflows as workflow on workflow.id = run.workflow_id
  where
    step_run.id = task.step_run_id
    and private.is_active_member(workflow.escalate_to, task.brand_id)
    and private.may_decide_step(step_run, workflow.escalate_to);
$$;
comment on function private.escalate_task is
'Assigns the step of a late task to the person to whom the workflow escalates as well, if they may decide it.';

create function public.chase_tasks(batch integer default 500)
returns table (task_id uuid, outcome text)
language plpgsql
volatile
security definer -- runs are written by commands only
set search_path = ''
set statement_timeout = '30s'
as $$
declare
  task public.workflow_tasks;
  run public.workflow_instances;
begin
  perform private.begin_summary();
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
    -- Commands lock the content as well: a content that is being decided is left for the next call.
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
    perform private.append_run_event(
      run, case outcome when 'escalated' then 'TaskEscalated' else 'TaskReminder' end,
      jsonb_build_object('taskId', task.id, 'assigneeId', task.assignee_id, 'dueAt', task.due_at)
    );
    if outcome = 'escalated' then
      perform private.escalate_task(run, task);
    end if;
    return next;
  end loop;
  perform private.send_summary('chase_tasks');
end;
$$;
comment on function public.chase_tasks is
'For the scheduler: sends a reminder of tasks at 80 % of their time, and escalates tasks that are late. Returns the
tasks with what was done, `reminded` or `escalated`.';
grant execute on function public.chase_tasks to service_role;
