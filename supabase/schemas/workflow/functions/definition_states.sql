create function public.set_workflow_state(workflow_id uuid, state text, expected_version integer default null)
returns setof jsonb
language plpgsql
volatile
security definer -- people may not write archived_at
set search_path = ''
as $$
declare
  workflow public.workflows;
  definition jsonb;
begin
  perform private.require_functions();
  workflow := private.lock_workflow(workflow_id);
  if expected_version is not null then
    perform private.require_version(workflow.version, expected_version, 'workflow');
  end if;
  if state not in ('active', 'archived') or state is null then
    perform private.refuse(400, 'a workflow becomes active or archived');
  elsif state = 'active' and workflow.is_active or state = 'archived' and workflow.archived_at is not null then
    perform private.refuse(409, format('the workflow is %s already', state));
  end if;
  if state = 'active' then
    definition := private.normal_definition(private.workflow_definition(workflow));
    perform private.require_workflow_plan(
      workflow.brand_id, definition, private.predefined_form(definition)
    );
    perform private.require_sound_workflow(workflow.brand_id, definition);
  end if;
  update public.workflows
  set is_active = (state = 'active'), archived_at = case when state = 'archived' then now() end
  where workflows.id = workflow.id
  returning * into workflow;
  return next private.workflow_answer(workflow);
end;
$$;
comment on function public.set_workflow_state is
'Makes a workflow active, so that contents can be submitted to it, or archives it; reviews that have begun go on.
Refuses with 400 to activate what cannot work any more. Requires workflow.write.';
grant execute on function public.set_workflow_state to authenticated, service_role;

create function public.duplicate_workflow(workflow_id uuid, brand_id uuid default null, name text default null)
returns setof jsonb
language plpgsql
volatile
security definer -- writes several tables as one version
set search_path = ''
as $$
#variable_conflict use_variable
declare
  workflow public.workflows;
  target uuid;
  definition jsonb;
begin
  perform private.require_functions();
  select * into workflow from public.workflows where workflows.id = workflow_id;
  perform private.require_permission(workflow.brand_id, 'workflow.read', 'workflow');
  target := coalesce(brand_id, workflow.brand_id);
  perform private.require_permission(target, 'workflow.write');
  definition := private.workflow_definition(workflow);
  -- Nobody of another brand comes along: steps without people go to a role until the brand names its own.
  definition := private.normal_definition(definition || jsonb_build_object(
    'name', coalesce(duplicate_workflow.name, private.free_workflow_name(workflow.name, target)), 'is_default', false,
    'steps', (
      select coalesce(jsonb_agg(
        step.definition || jsonb_build_object('assignees', to_jsonb(kept.people)) || case
          when
            cardinality(kept.people) = 0 and step.definition ->> 'assigned_role' is null
            and step.definition ->> 'assignment_type' <> 'creator'
            then '{"assignment_type": "role", "assigned_role": "admin"}'
          else '{}'
        end::jsonb
        order by step.number
      ), '[]')
      from jsonb_array_elements(definition -> 'steps') with ordinality as step (definition, number)
      cross join lateral (
        select private.member_ids(step.definition -> 'assignees', target) as people
      ) as kept
    )
  ));
  perform private.require_workflow_plan(target, definition, null);
  workflow := private.add_workflow(target, definition, false);
  return next private.workflow_answer(workflow);
end;
$$;
comment on function public.duplicate_workflow is
'Makes a draft with the same steps, in the same brand or another in which the caller has workflow.write. People who are
no members of that brand are left out; a step that would be left with nobody asks its admins.';
grant execute on function public.duplicate_workflow to authenticated, service_role;

create function private.free_workflow_name(name text, brand uuid)
returns text
language plpgsql
stable
set search_path = ''
as $$
declare
  free text := free_workflow_name.name;
  number integer := 1;
begin
  while exists (
    select from public.workflows where workflows.brand_id = free_workflow_name.brand
      and private.name_key(workflows.name) = private.name_key(free)
  ) loop
    free := private.cut_text(free_workflow_name.name, 240)
      || ' (copy' || case when number > 1 then ' ' || number else '' end || ')';
    number := number + 1;
  end loop;
  return free;
end;
$$;
comment on function private.free_workflow_name is
'Returns the name, or that of a copy which no workflow of the brand has.';

create function public.delete_workflow(workflow_id uuid)
returns void
language plpgsql
volatile
security definer -- counts all runs, and deletes what belongs to the workflow
set search_path = ''
as $$
declare
  workflow public.workflows;
  in_review bigint;
  approved bigint;
begin
  perform private.require_functions();
  workflow := private.lock_workflow(workflow_id);
  select count(*) into in_review
  from public.workflow_instances as run where run.workflow_id = workflow.id and run.status = 'active';
  -- The approval of a content that is still to be published must be able to name its workflow (domain §5).
  select count(*) into approved
  from public.contents
  where
    contents.brand_id = workflow.brand_id and contents.status in ('approved', 'scheduled')
    and contents.deleted_at is null and exists (
      select from public.workflow_instances as run
      where run.content_id = contents.id and run.workflow_id = workflow.id and run.outcome = 'approved'
    );
  if in_review + approved > 0 then
    perform private.refuse(409, 'contents use the workflow: archive it instead', jsonb_build_array(
      private.problem('CONFLICT', in_review::text) || '{"field": "contentsInReview"}',
      private.problem('CONFLICT', approved::text) || '{"field": "contentsApproved"}'
    ));
  end if;
  delete from public.workflows where workflows.id = workflow.id;
end;
$$;
comment on function public.delete_workflow is
'Deletes a workflow with its history of versions. Refuses with 409 and the counts while contents are in review by it, or
approved by it and not yet published. Requires workflow.write.';
grant execute on function public.delete_workflow to authenticated, service_role;
