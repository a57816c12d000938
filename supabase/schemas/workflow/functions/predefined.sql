create function private.predefined_workflows()
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
begin
  -- The seeds of domain §5. Admins of the brand are asked until the brand names others.
  return '[
    {
      "predefined": "simple_review", "name": "Simple review", "type": "sequential",
      "description": "One person approves within a day.",
      "steps": [{"name": "Review", "type": "review", "timeout_hours": 24}]
    },
    {
      "predefined": "marketing_legal", "name": "Marketing and legal", "type": "sequential",
      "description": "Marketing reviews within one day, then legal approves within two.",
      "steps": [
        {"name": "Marketing", "type": "review", "timeout_hours": 24},
        {"name": "Legal", "type": "approval", "timeout_hours": 48}
      ]
    },
    {
      "predefined": "full_approval", "name": "Full approval", "type": "parallel",
      "description": "The brand reviews, then legal and compliance side by side, and an executive decides last.",
      "steps": [
        {"name": "Brand", "type": "review", "timeout_hours": 24},
        {"name": "Legal", "type": "approval", "timeout_hours": 48, "prerequisites": [1]},
        {"name": "Compliance", "type": "approval", "timeout_hours": 48, "prerequisites": [1]},
        {
          "name": "Executive", "type": "approval", "timeout_hours": 72, "prerequisites": [2, 3],
          "actions": ["approve", "reject"]
        }
      ]
    }
  ]'::jsonb;
end;
$$;
comment on function private.predefined_workflows is
'Returns the workflows that brands can begin with, as definitions; values that a definition leaves out are the defaults
of private.normal_definition.';

create function private.plan_workflows(brand uuid)
returns text[]
language plpgsql
stable
security definer -- reads the account of the brand
set search_path = ''
as $$
declare
  workflows text [];
begin
  -- As with templates: what a plan has is asked of accounts that are blocked beyond it.
  select plans.workflows into workflows
  from public.brands
  inner join public.accounts on accounts.id = brands.account_id and accounts.overage = 'block'
  inner join public.plans on plans.name = accounts.plan
  where brands.id = plan_workflows.brand;
  return workflows;
end;
$$;
comment on function private.plan_workflows is
'Returns the predefined workflows that the plan of a brand has, with `custom` if it has others; null: all.';

create function private.predefined_form(definition jsonb)
returns text
language plpgsql
immutable
set search_path = ''
as $$
begin
  -- The people whom the steps name do not matter: brands choose them.
  return (
    select known ->> 'predefined'
    from jsonb_array_elements(private.predefined_workflows()) as known
    where
      private.form_of(private.normal_definition(known)) = private.form_of(definition)
    limit 1
  );
end;
$$;
comment on function private.predefined_form is
'Returns the name of the predefined workflow that has the form of a definition, as private.normal_definition returns it;
null for all others.';

create function private.form_of(definition jsonb)
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
begin
  return jsonb_build_object('type', definition -> 'type', 'steps', (
    select jsonb_agg(
      jsonb_build_object(
        'type', step -> 'type', 'prerequisites', step -> 'prerequisites', 'condition', nullif(step -> 'condition', 'null'),
        'skip_condition', nullif(step -> 'skip_condition', 'null'), 'automated_check', step -> 'automated_check'
      )
      order by step -> 'position'
    )
    from jsonb_array_elements(definition -> 'steps') as step
  ));
end;
$$;
comment on function private.form_of is
'Returns the part of a definition that tells kinds of workflows apart for plans: how its steps follow each other.';

create function private.require_workflow_plan(brand uuid, definition jsonb, predefined text)
returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  workflows constant text [] := private.plan_workflows(brand);
  -- One step in which people decide is a simple review, whatever it is called.
  is_simple constant boolean := jsonb_array_length(definition -> 'steps') = 1
    and definition #>> '{steps,0,type}' in ('review', 'approval');
begin
  if
    workflows is null or predefined = any (workflows)
    or (predefined is null and ('custom' = any (workflows) or (is_simple and 'simple_review' = any (workflows))))
  then
    return;
  end if;
  perform private.refuse(403, 'the plan does not have this workflow', jsonb_build_array(jsonb_build_object(
    'field', case when predefined is null then 'steps' else 'predefined' end, 'code', 'PLAN_LIMIT_EXCEEDED',
    'message', format('the plan has %s', array_to_string(workflows, ', '))
  )));
end;
$$;
comment on function private.require_workflow_plan is
'Refuses with 403 a workflow that the plan of the brand does not have. predefined: the name of the predefined workflow
that it was made from; null for one of the brand''s own.';

create function public.list_predefined_workflows(brand_id uuid)
returns jsonb
language plpgsql
stable
security definer -- reads the plan of the brand
set search_path = ''
as $$
declare
  workflows text [];
begin
  perform private.require_permission(brand_id, 'workflow.read');
  workflows := private.plan_workflows(brand_id);
  return jsonb_build_object('items', (
    select jsonb_agg(
      private.normal_definition(known.definition) || jsonb_build_object(
        'predefined', known.definition -> 'predefined',
        'is_available', workflows is null or known.definition ->> 'predefined' = any (workflows)
      )
      order by known.number
    )
    from jsonb_array_elements(private.predefined_workflows()) with ordinality as known (definition, number)
  ));
end;
$$;
comment on function public.list_predefined_workflows is
'Lists the predefined workflows with their steps, and whether the plan of the brand has them.';
grant execute on function public.list_predefined_workflows to authenticated, service_role;
