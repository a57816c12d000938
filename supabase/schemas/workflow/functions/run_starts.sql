create function private.start_run(content public.contents, workflow public.workflows, priority text)
returns boolean
language plpgsql
volatile
set search_path = ''
as $$
declare
  run public.workflow_instances;
begin
  insert into public.workflow_instances (
    workflow_id, workflow_name, workflow_type, workflow_version, brand_id, content_id, started_by, deadline_at,
    escalate_to, priority
  )
  values (
    workflow.id, workflow.name, workflow.type, workflow.version, content.brand_id, content.id, auth.uid(),
    now() + make_interval(hours => workflow.timeout_hours), workflow.escalate_to, coalesce(start_run.priority, 'normal')
  )
  returning * into run;
  insert into public.workflow_step_runs (instance_id, content_id, brand_id, position, name, definition)
  select
    run.id, run.content_id, run.brand_id, step.position, step.name,
    to_jsonb(step) || jsonb_build_object('assignees', coalesce((
      select jsonb_agg(assignee.user_id)
      from public.workflow_step_assignees as assignee where assignee.step_id = step.id
    ), '[]'))
  from public.workflow_steps as step
  where step.workflow_id = workflow.id;
  return private.open_run(run, content);
end;
$$;
comment on function private.start_run is
'Starts a run with a copy of the steps of the workflow. Returns true if the run ended at once, as approved, because no
step asks anybody.';

create function private.open_run(run public.workflow_instances, content public.contents)
returns boolean
language plpgsql
volatile
set search_path = ''
as $$
begin
  perform private.record_action(run, null, 'start');
  perform private.append_run_event(
    run, 'WorkflowStarted', jsonb_build_object(
      'workflowId', run.workflow_id, 'workflow', run.workflow_name, 'priority', run.priority
    )
  );
  return private.advance_run(run, content);
end;
$$;
comment on function private.open_run is
'Announces a run that has its steps, and opens the first ones. Returns true if it ended at once, as approved.';

create function private.repeat_run(content public.contents, former public.workflow_instances)
returns boolean
language plpgsql
volatile
set search_path = ''
as $$
declare
  run public.workflow_instances;
begin
  insert into public.workflow_instances (
    workflow_id, workflow_name, workflow_type, workflow_version, brand_id, content_id, started_by, deadline_at,
    escalate_to, priority
  )
  values (
    former.workflow_id, former.workflow_name, former.workflow_type, former.workflow_version, former.brand_id,
    former.content_id, auth.uid(), now() + (former.deadline_at - former.started_at), former.escalate_to,
    former.priority
  )
  returning * into run;
  insert into public.workflow_step_runs (instance_id, content_id, brand_id, position, name, definition)
  select run.id, run.content_id, run.brand_id, step.position, step.name, step.definition - 'published_url'
  from public.workflow_step_runs as step
  where step.instance_id = former.id;
  return private.open_run(run, content);
end;
$$;
comment on function private.repeat_run is
'Starts a run again from its first step, with the steps of its own version of the workflow. Returns as start_run does.';

create function private.resume_run(run public.workflow_instances)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  content public.contents;
  step_run public.workflow_step_runs;
begin
  update public.workflow_instances set parked_at = null where workflow_instances.id = run.id;
  perform private.record_action(run, null, 'resubmit');
  -- What people approved or skipped stays. Checks and conditions are evaluated again for the changed text.
  update public.workflow_step_runs set status = 'waiting', closed_at = null, round = round + 1
  where
    workflow_step_runs.instance_id = run.id
    and (
      (workflow_step_runs.status = 'skipped' and workflow_step_runs.closed_by is null)
      or (workflow_step_runs.status = 'approved' and workflow_step_runs.definition ->> 'type' = 'automated')
    );
  for step_run in
    update public.workflow_step_runs set round = round + 1
    where workflow_step_runs.instance_id = run.id and workflow_step_runs.status = 'active'
    returning *
  loop
    perform private.open_step(run, step_run);
  end loop;
  select * into run from public.workflow_instances where workflow_instances.id = run.id;
  select * into content from public.contents where contents.id = run.content_id;
  if private.advance_run(run, content) then
    perform private.transition_content(content, 'approved', '{"note": "no step of the workflow is left"}');
  end if;
end;
$$;
comment on function private.resume_run is
'Opens the active steps of a parked run again. Steps that people approved or skipped before stay as they are.';
