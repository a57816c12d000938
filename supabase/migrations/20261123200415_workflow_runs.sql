-- The engine, second part: how a run starts, goes on and ends.

create function private.end_run(content_id uuid, to_status public.workflow_status, outcome text, reason text)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  run public.workflow_instances;
begin
  update public.workflow_instances
  set status = to_status, outcome = end_run.outcome, completed_at = now(), completed_by = auth.uid(), parked_at = null
  where workflow_instances.content_id = end_run.content_id and workflow_instances.status = 'active'
  returning * into run;
  if run.id is null then
    return;
  end if;
  update public.workflow_tasks set status = 'cancelled', decided_at = now()
  where workflow_tasks.instance_id = run.id and workflow_tasks.status = 'pending';
  update public.workflow_step_runs
  set status = case when workflow_step_runs.status = 'active' and end_run.outcome = 'approved' then
    'skipped' else 'cancelled' end::public.step_status,
    closed_at = now()
  where workflow_step_runs.instance_id = run.id and workflow_step_runs.status in ('waiting', 'active');
  perform private.record_action(
    run, null, case to_status
      when 'completed' then 'complete' when 'timeout' then 'timeout' when 'failed' then 'fail' else 'cancel'
    end, reason
  );
  perform private.run_event(
    run,
    case to_status
      when 'completed' then 'WorkflowCompleted' when 'timeout' then 'WorkflowTimedOut' when 'failed' then
        'WorkflowFailed'
      else 'WorkflowCancelled'
    end,
    jsonb_strip_nulls(jsonb_build_object('outcome', end_run.outcome, 'reason', nullif(reason, '')))
  );
end;
$$;
comment on function private.end_run is 'Ends the active run of a content, if there is one, with its steps and tasks.';

create function private.advance_run(run public.workflow_instances, content public.contents)
returns boolean
language plpgsql
volatile
set search_path = ''
as $$
declare
  step_run public.workflow_step_runs;
  is_wanted boolean;
begin
  -- Readiness is asked of all steps that wait, not only of those behind the one that was just done.
  loop
    select candidate.* into step_run
    from public.workflow_step_runs as candidate
    where
      candidate.instance_id = run.id
      and candidate.status = 'waiting'
      and not exists (
        select
        from public.workflow_step_runs as other
        where
          other.instance_id = run.id
          and other.status not in ('approved', 'skipped')
          and case
            when jsonb_array_length(candidate.definition -> 'prerequisites') > 0
              then candidate.definition -> 'prerequisites' @> to_jsonb(other.position)
            when run.workflow_type = 'parallel' then false
            else other.position < candidate.position
          end
      )
    order by candidate.position
    limit 1;
    exit when step_run.id is null;

    is_wanted :=
      coalesce(private.condition_holds(content, nullif(step_run.definition -> 'condition', 'null')), true)
      or nullif(step_run.definition -> 'condition', 'null') is null;
    if nullif(step_run.definition -> 'skip_condition', 'null') is not null then
      is_wanted := is_wanted and not private.condition_holds(content, step_run.definition -> 'skip_condition');
    end if;
    if not is_wanted then
      update public.workflow_step_runs set status = 'skipped', closed_at = now()
        where workflow_step_runs.id = step_run.id;
      perform private.record_action(run, step_run, 'skip', 'its condition does not hold');
    elsif step_run.definition ->> 'type' = 'notification' then
      perform private.run_event(run, 'WorkflowNotification', jsonb_build_object(
        'step', step_run.name, 'userIds', step_run.definition -> 'assignees'
      ));
      update public.workflow_step_runs set status = 'approved', opened_at = now(), closed_at = now()
      where workflow_step_runs.id = step_run.id;
    else
      perform private.open_step(run, step_run);
    end if;
  end loop;

  -- Over when no required step is left; where no step is required, when none is left at all.
  if exists (
    select
    from public.workflow_step_runs as remaining
    where
      remaining.instance_id = run.id
      and remaining.status in ('waiting', 'active')
      and (
        (remaining.definition ->> 'is_required')::boolean is not false
        or not exists (
          select from public.workflow_step_runs as required
          where required.instance_id = run.id and (required.definition ->> 'is_required')::boolean is not false
        )
      )
  ) then
    return false;
  end if;
  perform private.end_run(content.id, 'completed', 'approved', '');
  return true;
end;
$$;
comment on function private.advance_run is
'Opens every step that is ready, passes over those whose condition does not hold; true when the run is over, approved.';

create function private.start_run(content public.contents, workflow public.workflows)
returns boolean
language plpgsql
volatile
set search_path = ''
as $$
declare
  run public.workflow_instances;
begin
  insert into public.workflow_instances (
    workflow_id, workflow_name, workflow_type, workflow_version, brand_id, content_id, started_by, deadline_at
  )
  values (
    workflow.id, workflow.name, workflow.type, workflow.version, content.brand_id, content.id, auth.uid(),
    now() + make_interval(hours => workflow.timeout_hours)
  )
  returning * into run;
  insert into public.workflow_step_runs (instance_id, content_id, brand_id, position, name, definition)
  select
    run.id, run.content_id, run.brand_id, step.position, step.name,
    to_jsonb(step) || jsonb_build_object('assignees', coalesce((
      select jsonb_agg(assignee.user_id) from public.workflow_step_assignees as assignee
        where assignee.step_id = step.id
    ), '[]'))
  from public.workflow_steps as step
  where step.workflow_id = workflow.id;
  perform private.record_action(run, null, 'start');
  perform private.run_event(run, 'WorkflowStarted', jsonb_build_object('workflowId', workflow.id, 'workflow',
    workflow.name));
  return private.advance_run(run, content);
end;
$$;
comment on function private.start_run is
'Begins a run with a copy of the workflow''s steps; true if nothing in it asks anyone.';

create or replace function private.void_approvals(content_id uuid)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  content public.contents;
  workflow public.workflows;
  run public.workflow_instances;
begin
  -- What was approved is no longer what stands there: a run in which someone has agreed begins again. Not one that is
  -- parked: there the edit is what was asked for, and the steps before stay approved (domain §5).
  select * into run
  from public.workflow_instances
  where
    workflow_instances.content_id = void_approvals.content_id
    and workflow_instances.status = 'active'
    and workflow_instances.parked_at is null
    and (
      exists (
        select from public.workflow_tasks as task
        where task.instance_id = workflow_instances.id and task.decision = 'approve'
      )
      -- What a check passed, or a condition passed over, was another text.
      or exists (
        select from public.workflow_step_runs as step_run
        where step_run.instance_id = workflow_instances.id and step_run.status in ('approved', 'skipped')
      )
    );
  if run.id is null then
    return;
  end if;
  perform private.end_run(run.content_id, 'cancelled', null, 'the content was edited during the review');
  select * into content from public.contents where contents.id = run.content_id;
  select * into workflow from public.workflows where workflows.id = run.workflow_id;
  if workflow.id is null then
    perform private.transition_content(content, 'draft', '{"note": "the workflow of its review is gone"}');
  elsif private.start_run(content, workflow) then
    perform private.transition_content(content, 'approved', '{"note": "no step of the workflow applies any more"}');
  end if;
end;
$$;
