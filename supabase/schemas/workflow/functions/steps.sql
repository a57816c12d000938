create function private.condition_value(content public.contents, field text)
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
begin
  return case split_part(field, '.', 1)
    when 'fields' then content.fields -> split_part(field, '.', 2)
    when 'metadata' then content.metadata -> split_part(field, '.', 2)
    when 'tags' then to_jsonb(content.tags)
    when 'type' then to_jsonb(content.type)
    when 'title' then to_jsonb(content.title)
  end;
end;
$$;
comment on function private.condition_value is 'Returns the value of a content that a condition asks for.';

create function private.condition_holds(content public.contents, condition jsonb)
returns boolean
language plpgsql
immutable
set search_path = ''
as $$
declare
  value constant jsonb := private.condition_value(content, condition ->> 'field');
begin
  return coalesce(case condition ->> 'operator'
    when 'equals' then value = condition -> 'value'
    when 'not_equals' then value is distinct from condition -> 'value'
    when 'contains' then case jsonb_typeof(value)
      when 'string' then private.holds_text(value #>> '{}', condition ->> 'value')
      else value @> (condition -> 'value')
    end
    when 'in' then condition -> 'value' @> value
    when 'exists' then coalesce(value, 'null') not in ('null', '""', '[]', '{}')
    when 'greater_than' then
      jsonb_typeof(value) = 'number' and jsonb_typeof(condition -> 'value') = 'number' and value > condition -> 'value'
    when 'less_than' then
      jsonb_typeof(value) = 'number' and jsonb_typeof(condition -> 'value') = 'number' and value < condition -> 'value'
  end, false);
end;
$$;
comment on function private.condition_holds is
'Whether {field, operator, value} is true of the content as it was passed; false for null.';

create function private.step_applies(step_run public.workflow_step_runs, content public.contents)
returns boolean
language sql
stable
set search_path = ''
as $$
  select
    (wanted.condition is null or private.condition_holds(content, wanted.condition))
    and (wanted.skip_condition is null or not private.condition_holds(content, wanted.skip_condition))
  from (
    select
      nullif(step_run.definition -> 'condition', 'null') as condition,
      nullif(step_run.definition -> 'skip_condition', 'null') as skip_condition
  ) as wanted;
$$;
comment on function private.step_applies is
'Whether the condition of a step, if it has one, holds for the content, and its skip condition does not.';

create function private.time_to_decide(timeout_hours integer, priority text)
returns interval
language sql
immutable
set search_path = ''
as $$
  select make_interval(hours => timeout_hours) * case priority when 'high' then 0.5 when 'urgent' then 0.25 else 1 end;
$$;
comment on function private.time_to_decide is
'Returns how long a step of so many hours is open before it is due, in a review of a priority; null for no deadline.';

create function private.open_step(run public.workflow_instances, step_run public.workflow_step_runs)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  update public.workflow_step_runs
  set
    status = 'active',
    opened_at = now(),
    due_at = now() + private.time_to_decide((step_run.definition ->> 'timeout_hours')::integer, run.priority)
  where workflow_step_runs.id = step_run.id
  returning * into step_run;
  if step_run.definition ->> 'type' = 'automated' then
    perform private.enqueue_job('workflow', 'automated_step', run.brand_id, jsonb_build_object(
      'stepRunId', step_run.id, 'contentId', run.content_id, 'round', step_run.round,
      'check', step_run.definition ->> 'automated_check'
    ));
    return;
  end if;
  perform private.ask_people(run, step_run, array(select private.step_assignees(step_run)));
end;
$$;
comment on function private.open_step is
'Opens a step: starts its check if it is automated, else assigns a task to each person who decides it.';

create function private.close_step(step_run_id uuid, to_status public.step_status)
returns void
language sql
volatile
set search_path = ''
as $$
  select private.close_tasks(
    close_step.step_run_id, case to_status when 'skipped' then 'skipped' else 'cancelled' end::public.task_status
  );
  update public.workflow_step_runs set status = to_status, closed_at = now(), closed_by = auth.uid()
  where workflow_step_runs.id = close_step.step_run_id;
$$;
comment on function private.close_step is 'Closes a step in the name of the caller, with its pending tasks.';

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
  -- Read again: the step may have been closed while this waited for the lock.
  select * into step_run from public.workflow_step_runs where workflow_step_runs.id = step_run_id;
  if step_run.status <> 'active' then
    perform private.refuse(409, 'this step is not open');
  end if;
  return step_run;
end;
$$;
comment on function private.lock_step is
'Returns an open step and locks its content; 404 for those who may not read its workflow, 409 for a step that is not
open.';

create function private.settle_step(
  run public.workflow_instances, content public.contents, step_run public.workflow_step_runs
)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  change jsonb := jsonb_build_object('step_name', step_run.name);
begin
  -- Where all must approve, the step waits for everyone who has a pending task and can still decide it. Otherwise the
  -- first approval is enough.
  if coalesce((step_run.definition ->> 'require_all_approvals')::boolean, false) and exists (
    select from public.workflow_tasks as task
    where
      task.step_run_id = step_run.id and task.status = 'pending'
      and private.may_be_asked(task.assignee_id, run.brand_id)
  ) then
    if content.status = 'pending_review' then
      perform private.transition_content(content, 'in_review', change);
    end if;
    return;
  end if;
  perform private.close_step(step_run.id, 'approved');
  if private.advance_run(run, content) then
    perform private.transition_content(content, 'approved', change);
    return;
  end if;
  if content.status = 'pending_review' then
    perform private.transition_content(content, 'in_review', change);
  end if;
  perform private.append_run_event(run, 'WorkflowStepAdvanced', jsonb_build_object(
    'from', step_run.name,
    'to', (
      select string_agg(next_step.name, ', ' order by next_step.position) from public.workflow_step_runs as next_step
      where next_step.instance_id = run.id and next_step.status = 'active'
    )
  ));
end;
$$;
comment on function private.settle_step is
'After an approval: closes the step if its approvals are complete, and advances the run.';
