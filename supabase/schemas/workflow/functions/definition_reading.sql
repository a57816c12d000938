create function private.workflow_state(workflow public.workflows)
returns text
language plpgsql
immutable
set search_path = ''
as $$
begin
  return case when workflow.is_active then 'active' when workflow.archived_at is not null then 'archived' else 'draft' end;
end;
$$;
comment on function private.workflow_state is 'Returns whether a workflow is a draft, active or archived.';

create function private.shown_workflow(workflow public.workflows, writable uuid[])
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  is_writable constant boolean := workflow.brand_id = any (writable);
  state constant text := private.workflow_state(workflow);
begin
  return to_jsonb(workflow) - array['is_active'] || jsonb_build_object(
    'state', state,
    'created_by', private.person_document(workflow.created_by, workflow.brand_id),
    'updated_by', private.person_document(workflow.updated_by, workflow.brand_id),
    'escalate_to', private.person_document(workflow.escalate_to, workflow.brand_id),
    'step_count', (select count(*) from public.workflow_steps as step where step.workflow_id = workflow.id),
    'assigned_types', (
      select coalesce(jsonb_agg(assigned.content_type order by assigned.content_type), '[]')
      from public.brand_workflows as assigned
      where assigned.workflow_id = workflow.id and assigned.brand_id = workflow.brand_id
    ),
    'counts', (
      select jsonb_build_object(
        'in_review', count(*) filter (where run.parked_at is null),
        'changes_requested', count(*) filter (where run.parked_at is not null)
      )
      from public.workflow_instances as run
      where run.workflow_id = workflow.id and run.status = 'active'
    ),
    'allowed_actions', array_remove(array[
      case when is_writable and state <> 'active' then 'activate' end,
      case when is_writable and state <> 'archived' then 'archive' end,
      case when is_writable then 'delete' end,
      'dryRun',
      case when cardinality(writable) > 0 then 'duplicate' end,
      'read',
      case when is_writable then 'update' end
    ], null)
  );
end;
$$;
comment on function private.shown_workflow is
'Returns a workflow without its steps, with its counts and what the caller may do with it. writable: the brands in which
the caller has workflow.write.';

create function private.shown_steps(steps jsonb, brand uuid)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  names constant jsonb := private.people_of_brand(array(
    select private.as_uuid(assignee #>> '{}')
    from jsonb_path_query(private.as_array(steps), '$[*].assignees[*]') as assignee
  ), brand);
begin
  return coalesce((
    select jsonb_agg(
      step.definition || jsonb_build_object('assignees', (
        select coalesce(jsonb_agg(names -> assignee), '[]')
        from jsonb_array_elements_text(private.as_array(step.definition -> 'assignees')) as assignee
        where names ? assignee
      ))
      order by step.number
    )
    from jsonb_array_elements(private.as_array(steps)) with ordinality as step (definition, number)
    where jsonb_typeof(step.definition) = 'object'
  ), '[]');
end;
$$;
comment on function private.shown_steps is 'Returns the steps of a definition with the names of their people.';

create function private.workflow_answer(workflow public.workflows)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return private.shown_workflow(workflow, private.brands_permitting('workflow.write')) || jsonb_build_object(
    'steps', private.shown_steps(private.steps_of(workflow.id), workflow.brand_id)
  );
end;
$$;
comment on function private.workflow_answer is 'Returns a workflow with its steps, as commands answer it.';

create function public.get_workflow(workflow_id uuid)
returns jsonb
language plpgsql
stable
security definer -- tells strangers to the brand that there is no such workflow
set search_path = ''
as $$
declare
  workflow public.workflows;
begin
  select * into workflow from public.workflows where workflows.id = get_workflow.workflow_id;
  perform private.require_permission(workflow.brand_id, 'workflow.read', 'workflow');
  return private.workflow_answer(workflow);
end;
$$;
comment on function public.get_workflow is
'Returns a workflow with its steps. Refuses with 404 those who may not read it.';
grant execute on function public.get_workflow to authenticated, service_role;

create function public.list_workflows(
  brand_id uuid default null,
  state text default null,
  content_type text default null,
  query text default null,
  sort text default 'name',
  is_descending boolean default false,
  page_offset integer default 0,
  page_size integer default 20
)
returns jsonb
language plpgsql
stable
security definer -- takes the caller's brands first, without a policy per row
set search_path = ''
as $$
declare
  readable uuid [] := private.brands_permitting('workflow.read');
  writable uuid [] := private.brands_permitting('workflow.write');
begin
  return (
    with matching as (
      select workflows as workflow, private.workflow_state(workflows) as state
      from public.workflows
      where
        workflows.brand_id = any (readable)
        and (list_workflows.brand_id is null or workflows.brand_id = list_workflows.brand_id)
        and (
          list_workflows.content_type is null or workflows.content_types = '{}'
          or list_workflows.content_type = any (workflows.content_types)
        )
        and (
          list_workflows.query is null
          or private.holds_text(workflows.name || ' ' || workflows.description, list_workflows.query)
        )
    ),
    page as (
      select
        matching.workflow,
        row_number() over (
          order by
            case when sort = 'updated_at' and is_descending then (matching.workflow).updated_at end desc,
            case when sort = 'updated_at' and not is_descending then (matching.workflow).updated_at end,
            case when sort = 'created_at' and is_descending then (matching.workflow).created_at end desc,
            case when sort = 'created_at' and not is_descending then (matching.workflow).created_at end,
            case when sort = 'name' and is_descending then (matching.workflow).name end desc,
            (matching.workflow).name, (matching.workflow).id
        ) as number
      from matching
      where list_workflows.state is null or matching.state = list_workflows.state
      order by number
      offset page_offset limit least(greatest(page_size, 1), 100)
    )
    select jsonb_build_object(
      'items', coalesce(
        (select jsonb_agg(private.shown_workflow(page.workflow, writable) order by page.number) from page), '[]'
      ),
      'total', (
        select count(*) from matching where list_workflows.state is null or matching.state = list_workflows.state
      )
    )
  );
end;
$$;
comment on function public.list_workflows is
'Lists workflows of the caller''s brands without their steps, with how many contents are in review by each:
{items, total}. state: draft, active or archived. sort: name, updated_at or created_at.';
grant execute on function public.list_workflows to authenticated, service_role;

create function public.list_workflow_versions(
  workflow_id uuid, version integer default null, page_offset integer default 0, page_size integer default 20
)
returns jsonb
language plpgsql
stable
security definer -- names who made each version
set search_path = ''
as $$
declare
  brand uuid;
begin
  select workflows.brand_id into brand
  from public.workflows where workflows.id = list_workflow_versions.workflow_id;
  perform private.require_permission(brand, 'workflow.read', 'workflow');
  return (
    with page as (
      select versions.*
      from public.workflow_versions as versions
      where
        versions.workflow_id = list_workflow_versions.workflow_id
        and (list_workflow_versions.version is null or versions.version = list_workflow_versions.version)
      order by versions.version desc
      offset page_offset limit least(greatest(page_size, 1), 100)
    )
    select jsonb_build_object(
      'items', coalesce((
        select jsonb_agg(
          private.as_object(page.definition) - 'steps' || jsonb_build_object(
            'step_count', coalesce(jsonb_array_length(private.as_array(page.definition -> 'steps')), 0),
            'workflow_id', page.workflow_id, 'version', page.version, 'created_at', page.created_at,
            'created_by', private.person_document(page.created_by, brand),
            'escalate_to', private.person_document(private.as_uuid(page.definition ->> 'escalate_to'), brand)
          ) || case
            -- Of one version only: a page of them would have 2,000 steps with their people.
            when list_workflow_versions.version is not null
              then jsonb_build_object('steps', private.shown_steps(page.definition -> 'steps', brand))
            else '{}'
          end
          order by page.version desc
        )
        from page
      ), '[]'),
      'total', (
        select count(*) from public.workflow_versions as versions
        where
          versions.workflow_id = list_workflow_versions.workflow_id
          and (list_workflow_versions.version is null or versions.version = list_workflow_versions.version)
      )
    )
  );
end;
$$;
comment on function public.list_workflow_versions is
'Lists the versions of a workflow without their steps, newest first, or the one that is named with them:
{items, total}.';
grant execute on function public.list_workflow_versions to authenticated, service_role;
