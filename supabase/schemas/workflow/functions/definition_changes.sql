create function private.lock_workflow(workflow_id uuid, permission text default 'workflow.write')
returns public.workflows
language plpgsql
volatile
set search_path = ''
as $$
declare
  workflow public.workflows;
begin
  -- The permission before the lock: strangers must neither wait for the row nor make others wait.
  select * into workflow from public.workflows where workflows.id = lock_workflow.workflow_id;
  perform private.require_permission(workflow.brand_id, 'workflow.read', 'workflow');
  perform private.require_permission(workflow.brand_id, permission, 'workflow');
  -- Not against reviews that begin, which only need that it exists.
  select * into workflow from public.workflows where workflows.id = lock_workflow.workflow_id for no key update;
  if workflow.id is null then
    perform private.refuse(404, 'workflow not found');
  end if;
  return workflow;
end;
$$;
comment on function private.lock_workflow is
'Locks a workflow until the end of the transaction and returns it. Refuses strangers with 404, and members who may not
change it with 403.';

create function private.write_steps(workflow public.workflows, steps jsonb)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  written jsonb;
  step public.workflow_steps;
begin
  delete from public.workflow_steps where workflow_steps.workflow_id = workflow.id;
  for written in select jsonb_array_elements(steps) loop
    step := jsonb_populate_record(null::public.workflow_steps, written - array['index', 'assignees']);
    step.condition := nullif(step.condition, 'null');
    step.skip_condition := nullif(step.skip_condition, 'null');
    insert into public.workflow_steps (
      workflow_id, brand_id, position, name, instructions, require_all_approvals, timeout_hours, type, assignment_type,
      assigned_role, is_required, allow_skip, prerequisites, condition, skip_condition, actions, requires_published_url,
      automated_check, reminder_percent
    )
    values (
      workflow.id, workflow.brand_id, step.position, step.name, step.instructions, step.require_all_approvals,
      step.timeout_hours, step.type, step.assignment_type, step.assigned_role, step.is_required, step.allow_skip,
      step.prerequisites, step.condition, step.skip_condition, step.actions, step.requires_published_url,
      step.automated_check, step.reminder_percent
    )
    returning * into step;
    insert into public.workflow_step_assignees (step_id, user_id, brand_id)
    select step.id, person, workflow.brand_id
    from unnest(private.member_ids(written -> 'assignees', workflow.brand_id)) as person;
  end loop;
end;
$$;
comment on function private.write_steps is
'Replaces the steps of a workflow by those of a definition, with the members whom they name.';

create function private.add_workflow(brand uuid, definition jsonb, is_active boolean)
returns public.workflows
language plpgsql
volatile
set search_path = ''
as $$
declare
  given public.workflows;
  workflow public.workflows;
begin
  given := jsonb_populate_record(null::public.workflows, definition - array['steps', 'escalate_to']);
  perform set_config('mixerai.workflow_in_hand', 'new', true);
  insert into public.workflows (
    brand_id, name, description, content_types, is_default, is_active, type, timeout_hours, escalate_to
  )
  values (
    brand, given.name, given.description, given.content_types, given.is_default, add_workflow.is_active, given.type,
    given.timeout_hours, (private.member_ids(jsonb_build_array(definition -> 'escalate_to'), brand))[1]
  )
  returning * into workflow;
  perform private.write_steps(workflow, definition -> 'steps');
  perform private.keep_workflow_version(workflow);
  perform set_config('mixerai.workflow_in_hand', '', true);
  return workflow;
end;
$$;
comment on function private.add_workflow is 'Adds a workflow with its steps, as version 1.';

create function public.create_workflow(
  brand_id uuid, details jsonb, predefined text default null, is_active boolean default false
)
returns setof jsonb
language plpgsql
volatile
security definer -- writes several tables as one version
set search_path = ''
as $$
#variable_conflict use_variable
declare
  definition jsonb := details;
  workflow public.workflows;
begin
  perform private.require_functions();
  perform private.require_permission(brand_id, 'workflow.write');
  if predefined is not null then
    definition := jsonb_path_query_first(
      private.predefined_workflows(), '$[*] ? (@.predefined == $name)', jsonb_build_object('name', predefined)
    );
    if definition is null then
      perform private.refuse(400, 'there is no such predefined workflow', jsonb_build_array(
        private.problem('INVALID_FORMAT', 'names no predefined workflow') || '{"field": "predefined"}'
      ));
    end if;
    definition := definition - 'predefined' || details;
  end if;
  definition := private.bounded_definition(definition);
  perform private.require_workflow_plan(brand_id, definition, case
    -- With steps or a type of its own it is no predefined one, whatever it is called.
    when not details ?| array['steps', 'type'] then predefined
  end);
  perform private.require_sound_workflow(brand_id, definition);
  -- Read in a statement of its own, which sees the steps.
  workflow := private.add_workflow(brand_id, definition, is_active);
  return next private.workflow_answer(workflow);
end;
$$;
comment on function public.create_workflow is
'Creates a workflow with its steps: a draft unless it is active, from a predefined one where details leave something
out. Refuses with 400 what cannot work, naming each problem, and with 403 what the plan does not have. Requires
workflow.write.';
grant execute on function public.create_workflow to authenticated, service_role;

create function public.update_workflow(workflow_id uuid, expected_version integer, changes jsonb)
returns setof jsonb
language plpgsql
volatile
security definer -- writes several tables as one version
set search_path = ''
as $$
#variable_conflict use_variable
declare
  workflow public.workflows;
  changed public.workflows;
  definition jsonb;
begin
  perform private.require_functions();
  workflow := private.lock_workflow(workflow_id);
  perform private.require_version(workflow.version, expected_version, 'workflow');
  definition := private.bounded_definition(private.workflow_definition(workflow) || changes);
  -- A workflow whose people have left meanwhile can still be renamed.
  if changes ?| array['steps', 'type', 'content_types', 'escalate_to', 'timeout_hours'] then
    if changes ?| array['steps', 'type'] then
      perform private.require_workflow_plan(workflow.brand_id, definition, null);
    end if;
    perform private.require_sound_workflow(workflow.brand_id, definition);
  end if;
  changed := jsonb_populate_record(workflow, changes - array['steps', 'escalate_to']);
  if changes ? 'escalate_to' then
    changed.escalate_to := (private.member_ids(jsonb_build_array(changes -> 'escalate_to'), workflow.brand_id))[1];
  end if;
  perform set_config('mixerai.workflow_in_hand', workflow.id::text, true);
  if changes ? 'steps' then
    perform private.write_steps(workflow, definition -> 'steps');
  end if;
  update public.workflows
  set
    name = changed.name, description = changed.description, content_types = changed.content_types,
    is_default = changed.is_default, type = changed.type, timeout_hours = changed.timeout_hours,
    escalate_to = changed.escalate_to
  where workflows.id = workflow.id
  returning * into workflow;
  perform set_config('mixerai.workflow_in_hand', '', true);
  if changes ? 'steps' then
    perform private.append_event(
      workflow.brand_id, 'workflow_definition', workflow.id, 'WorkflowChanged', '{"changed": ["steps"]}'
    );
  end if;
  return next private.workflow_answer(workflow);
end;
$$;
comment on function public.update_workflow is
'Replaces the values that are given in changes, steps as a whole. Reviews that have begun go on as they began. Refuses
with 412 and the current version where another update came first, with 400 what cannot work.';
grant execute on function public.update_workflow to authenticated, service_role;
