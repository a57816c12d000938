create function private.count_workflow_version()
returns trigger
language plpgsql
security definer -- people may not write the version
set search_path = ''
as $$
begin
  -- A command that changes a workflow as a whole counts once, at its end.
  if coalesce(current_setting('mixerai.workflow_in_hand', true), '') <> '' then
    return null;
  end if;
  if tg_table_name = 'workflow_steps' then
    update public.workflows set updated_at = now()
    where workflows.id = case tg_op when 'DELETE' then old.workflow_id else new.workflow_id end;
  else
    update public.workflows set updated_at = now()
    from public.workflow_steps as step
    where workflows.id = step.workflow_id and step.id = case tg_op when 'DELETE' then old.step_id else new.step_id end;
  end if;
  return null;
end;
$$;
comment on function private.count_workflow_version is
'After a change of a step or of its assignees: touches the workflow, whose own trigger counts its version up.';

create function private.record_workflow_version()
returns trigger
language plpgsql
security definer -- nobody may write versions by themselves
set search_path = ''
as $$
begin
  -- A new workflow of a command has its steps at the end of the command only, which writes the version itself.
  if tg_op = 'UPDATE' or coalesce(current_setting('mixerai.workflow_in_hand', true), '') = '' then
    perform private.keep_workflow_version(new);
  end if;
  return null;
end;
$$;
comment on function private.record_workflow_version is 'Keeps each version of a workflow, with its steps.';

create function private.keep_workflow_version(workflow public.workflows)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  insert into public.workflow_versions (workflow_id, version, brand_id, definition, created_by)
  values (workflow.id, workflow.version, workflow.brand_id, private.workflow_definition(workflow), auth.uid())
  on conflict on constraint workflow_versions_pkey do update set definition = excluded.definition;
  -- Runs have their own copies of the steps.
  delete from public.workflow_versions as former
  where former.workflow_id = workflow.id and former.version <= workflow.version - 500;
end;
$$;
comment on function private.keep_workflow_version is
'Keeps a workflow as it is now under its version, and forgets all but its last 500 versions.';

create function private.workflow_definition(workflow public.workflows)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return jsonb_build_object(
    'name', workflow.name, 'description', workflow.description, 'type', workflow.type,
    'content_types', workflow.content_types, 'is_default', workflow.is_default, 'is_active', workflow.is_active,
    'is_archived', workflow.archived_at is not null, 'timeout_hours', workflow.timeout_hours,
    'escalate_to', workflow.escalate_to, 'steps', private.steps_of(workflow.id)
  );
end;
$$;
comment on function private.workflow_definition is
'Returns what people write of a workflow, with its steps as private.steps_of does: the form that versions keep, that is
checked and that a dry run follows.';

create function private.steps_of(workflow_id uuid)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return coalesce((
    select jsonb_agg(
      to_jsonb(step) - array['id', 'workflow_id', 'brand_id'] || jsonb_build_object('assignees', coalesce((
        select jsonb_agg(assignee.user_id order by assignee.user_id)
        from public.workflow_step_assignees as assignee where assignee.step_id = step.id
      ), '[]'))
      order by step.position
    )
    from public.workflow_steps as step
    where step.workflow_id = steps_of.workflow_id
  ), '[]');
end;
$$;
comment on function private.steps_of is
'Returns the steps of a workflow in their order: the columns of workflow_steps, and assignees, the people whom the step
names.';

create function private.keep_workflow_in_use()
returns trigger
language plpgsql
security definer -- reads all runs, whatever the caller may read
set search_path = ''
as $$
declare
  open_runs bigint;
begin
  select count(*) into open_runs
  from public.workflow_instances as run where run.workflow_id = old.id and run.status = 'active';
  if open_runs > 0 then
    perform private.refuse(409, 'the workflow has runs that are not finished', jsonb_build_array(jsonb_build_object(
      'field', 'openRuns', 'code', 'CONFLICT', 'message', format('%s contents are in review by it', open_runs)
    )));
  end if;
  return old;
end;
$$;
comment on function private.keep_workflow_in_use is 'Refuses to delete a workflow that has active runs.';

create function private.resolve_workflow(brand uuid, content_type text, workflow_id uuid default null)
returns public.workflows
language sql
stable
set search_path = ''
as $$
  -- In this order: the named workflow, the one that the brand assigned to the type, the one that it assigned to every
  -- type, a workflow that is marked as default for the type, a workflow that is marked as default for every type.
  select workflows.*
  from public.workflows
  left join public.brand_workflows as assigned
    on
      assigned.workflow_id = workflows.id and assigned.brand_id = workflows.brand_id
      and assigned.content_type in (resolve_workflow.content_type, '*')
  where
    workflows.brand_id = resolve_workflow.brand
    and workflows.is_active
    and exists (select from public.workflow_steps as step where step.workflow_id = workflows.id)
    and case
      when resolve_workflow.workflow_id is not null then
        workflows.id = resolve_workflow.workflow_id
        and (workflows.content_types = '{}' or resolve_workflow.content_type = any (workflows.content_types))
      else assigned.workflow_id is not null
        or (
          workflows.is_default
          and (workflows.content_types = '{}' or resolve_workflow.content_type = any (workflows.content_types))
        )
    end
  order by
    assigned.content_type = resolve_workflow.content_type desc nulls last, assigned.content_type is null,
    workflows.content_types = '{}', workflows.id
  limit 1;
$$;
comment on function private.resolve_workflow is
'Returns the active workflow with steps that reviews contents of a type, or the named one; a row of nulls where the
brand has none.';

create function private.workflow_kinds(brands uuid[])
returns text[]
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_generic_plan' -- every read of a draft asks for it
as $$
begin
  return array(
    select workflows.brand_id || ' ' || kind.type
    from public.workflows
    cross join lateral (
      select '' as type
      union all
      select assigned.content_type from public.brand_workflows as assigned
      where assigned.workflow_id = workflows.id and assigned.brand_id = workflows.brand_id
      union all
      select unnest(
        case when workflows.content_types = '{}' then '{*}' else array_remove(workflows.content_types, '*') end
      )
      where workflows.is_default
    ) as kind
    where
      workflows.brand_id = any (brands) and workflows.is_active
      and exists (select from public.workflow_steps as step where step.workflow_id = workflows.id)
  );
end;
$$;
comment on function private.workflow_kinds is
'Returns for which types of content these brands have an active workflow with steps (resolve_workflow): the id of the
brand, a space, and the type, * for all types, nothing for any workflow.';

create function public.set_brand_workflows(brand_id uuid, assignments jsonb)
returns setof jsonb
language plpgsql
volatile
security definer -- replaces all of a brand's assignments at once
set search_path = ''
as $$
#variable_conflict use_variable
begin
  perform private.require_functions();
  perform private.require_permission(brand_id, 'brand.read');
  perform private.require_permission(brand_id, 'workflow.write');
  if exists (
    select from jsonb_array_elements(assignments) as wished
    where not exists (
      select from public.workflows
      where
        workflows.id = (wished ->> 'workflow_id')::uuid and workflows.brand_id = brand_id and workflows.is_active
    )
  ) then
    perform private.refuse(400, 'only active workflows of the brand can be assigned', jsonb_build_array(
      jsonb_build_object('field', 'workflowId', 'code', 'INVALID_FORMAT', 'message', 'no such workflow of the brand')
    ));
  end if;
  if (select count(distinct wished ->> 'content_type') from jsonb_array_elements(assignments) as wished)
    < jsonb_array_length(assignments)
  then
    perform private.refuse(400, 'a type of content has one workflow');
  end if;
  delete from public.brand_workflows as former
  where
    former.brand_id = set_brand_workflows.brand_id
    and not exists (
      select from jsonb_array_elements(assignments) as wished
      where wished ->> 'content_type' = former.content_type
    );
  insert into public.brand_workflows as present (brand_id, content_type, workflow_id, created_by)
  select brand_id, wished ->> 'content_type', (wished ->> 'workflow_id')::uuid, auth.uid()
  from jsonb_array_elements(assignments) as wished
  on conflict on constraint brand_workflows_pkey do update set workflow_id = excluded.workflow_id
    where present.workflow_id <> excluded.workflow_id;
  return query select private.brand_answer(brands) from public.brands where brands.id = brand_id;
end;
$$;
comment on function public.set_brand_workflows is
'Replaces the assignments of workflows to types of content, [{content_type, workflow_id}]. Assignments that are not
listed are removed. Requires workflow.write.';
grant execute on function public.set_brand_workflows to authenticated, service_role;
