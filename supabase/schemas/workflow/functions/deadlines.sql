create function private.time_out_run(run_id uuid)
returns boolean
language plpgsql
volatile
set search_path = ''
as $$
declare
  content public.contents;
begin
  select contents.* into content
  from public.workflow_instances as run
  inner join public.contents on contents.id = run.content_id
  where run.id = time_out_run.run_id and run.status = 'active' and run.deadline_at <= now()
  for update of contents skip locked;
  if content.id is null then
    return false;
  end if;
  perform private.end_run(content.id, 'timeout', null, 'the review took longer than its workflow allows');
  if content.status in ('pending_review', 'in_review') then
    perform private.transition_content(content, 'draft', '{"note": "the review timed out"}');
  end if;
  return true;
end;
$$;
comment on function private.time_out_run is
'Ends a run past its deadline and makes its content a draft. Returns false if it is not due, or its content is locked.';

create function public.time_out_runs(batch integer default 100, seconds integer default 8)
returns table (run_id uuid, outcome text)
language plpgsql
volatile
security definer -- runs are written by commands only
set search_path = ''
set statement_timeout = '30s'
as $$
declare
  until constant timestamptz := clock_timestamp() + make_interval(secs => seconds);
begin
  perform private.begin_summary();
  foreach run_id in array private.next_by_turns(
    'time_out_runs', 'public.workflow_instances', 'item.status = ''active''', 'item.deadline_at', batch
  ) loop
    exit when clock_timestamp() > until;
    begin
      outcome := case when private.time_out_run(run_id) then 'timed_out' end;
      perform private.clear_setback('time_out_runs', run_id);
    exception when others then
      outcome := 'failed';
      perform private.set_back(
        'time_out_runs', run_id,
        (select run.brand_id from public.workflow_instances as run where run.id = time_out_runs.run_id),
        sqlstate, sqlerrm
      );
    end;
    if outcome is not null then
      return next;
    end if;
  end loop;
  perform private.send_summary('time_out_runs');
end;
$$;
comment on function public.time_out_runs is
'For the scheduler: ends runs past their deadline and makes their contents drafts, in turns by brand. Returns each with
its outcome, `failed` for those that are tried again later.';
grant execute on function public.time_out_runs to service_role;

create function private.escalate_task(run public.workflow_instances, task public.workflow_tasks)
returns void
language sql
volatile
set search_path = ''
as $$
  select private.assign_task(run, step_run, run.escalate_to)
  from public.workflow_step_runs as step_run
  where
    step_run.id = task.step_run_id
    and private.may_be_asked(run.escalate_to, task.brand_id)
    and private.may_decide_step(step_run, run.escalate_to);
$$;
comment on function private.escalate_task is
'Assigns the step of a late task to the person to whom the run escalates as well, if they may decide it.';

create function private.chase_task(task_id uuid)
returns text
language plpgsql
volatile
set search_path = ''
as $$
declare
  task public.workflow_tasks;
  run public.workflow_instances;
  outcome text;
begin
  select tasks.* into task
  from public.workflow_tasks as tasks
  inner join public.contents on contents.id = tasks.content_id
  where tasks.id = chase_task.task_id and tasks.status = 'pending' and tasks.escalated_at is null
  -- Commands lock the content as well: a content that is being decided is left for the next call.
  for update of contents, tasks skip locked;
  -- A reminder at a share of the time, 80 % unless the step says otherwise, an escalation at its end, each once (domain §5).
  outcome := case
    when task.due_at <= now() then 'escalated'
    when task.reminded_at is null and private.chase_at(
      task.created_at, task.due_at, null, task.reminder_percent
    ) <= now() then 'reminded'
  end;
  if outcome is null then
    return null;
  end if;
  run := private.active_run(task.content_id);
  update public.workflow_tasks
  set
    reminded_at = coalesce(workflow_tasks.reminded_at, now()),
    escalated_at = case when outcome = 'escalated' then now() end
  where workflow_tasks.id = task.id;
  perform private.append_run_event(
    run, case outcome when 'escalated' then 'TaskEscalated' else 'TaskReminder' end,
    jsonb_build_object('taskId', task.id, 'assigneeId', task.assignee_id, 'dueAt', task.due_at)
  );
  if outcome = 'escalated' then
    perform private.escalate_task(run, task);
  end if;
  return outcome;
end;
$$;
comment on function private.chase_task is
'Reminds of a task at the share of its time that its step says, or escalates it at the end. Returns `reminded`,
`escalated`, or null if neither is due.';

create function public.chase_tasks(batch integer default 200, seconds integer default 8)
returns table (task_id uuid, outcome text)
language plpgsql
volatile
security definer -- runs are written by commands only
set search_path = ''
set statement_timeout = '30s'
as $$
declare
  until constant timestamptz := clock_timestamp() + make_interval(secs => seconds);
begin
  perform private.begin_summary();
  foreach task_id in array private.next_by_turns(
    'chase_tasks', 'public.workflow_tasks', 'item.status = ''pending'' and item.escalated_at is null',
    'private.chase_at(item.created_at, item.due_at, item.reminded_at, item.reminder_percent)', batch
  ) loop
    exit when clock_timestamp() > until;
    begin
      outcome := private.chase_task(task_id);
      perform private.clear_setback('chase_tasks', task_id);
    exception when others then
      outcome := 'failed';
      perform private.set_back(
        'chase_tasks', task_id,
        (select tasks.brand_id from public.workflow_tasks as tasks where tasks.id = chase_tasks.task_id),
        sqlstate, sqlerrm
      );
    end;
    if outcome is not null then
      return next;
    end if;
  end loop;
  perform private.send_summary('chase_tasks');
end;
$$;
comment on function public.chase_tasks is
'For the scheduler: sends a reminder of tasks at a share of their time, and escalates tasks that are late, in turns by
brand. Returns the tasks with what was done: `reminded`, `escalated`, or `failed` for those to be tried again later.';
grant execute on function public.chase_tasks to service_role;
