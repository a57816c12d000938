create function private.normal_definition(definition jsonb)
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
begin
  return jsonb_build_object(
    'description', '', 'type', 'sequential', 'content_types', '[]'::jsonb, 'is_default', false, 'timeout_hours', null,
    'escalate_to', null
  ) || definition || jsonb_build_object('steps', coalesce((
    select jsonb_agg(
      jsonb_build_object(
        'index', step.number - 1, 'instructions', '', 'type', 'approval', 'require_all_approvals', false,
        'timeout_hours', null, 'reminder_percent', 80, 'assigned_role', case
          -- Nobody named: the admins of the brand.
          when not coalesce(step.definition ? 'assignment_type', false) then 'admin'
        end,
        'assignment_type', 'role', 'is_required', true, 'allow_skip', false, 'prerequisites', '[]'::jsonb,
        'condition', null, 'skip_condition', null, 'actions', '["approve", "reject", "request_changes"]'::jsonb,
        'requires_published_url', false, 'automated_check', null, 'assignees', '[]'::jsonb
      ) || step.definition || jsonb_build_object('position', step.number)
      order by step.number
    )
    from jsonb_array_elements(definition -> 'steps') with ordinality as step (definition, number)
  ), '[]'));
end;
$$;
comment on function private.normal_definition is
'Returns a definition with a value for everything that it leaves out, and its steps numbered in their order. index: the
place of the step in the request, which problems name.';

create function private.bounded_definition(definition jsonb)
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
declare
  field text;
begin
  -- Before anything is computed: readers may send what they like, and checks take time with each step and person.
  if jsonb_typeof(definition) is distinct from 'object' or not private.is_sound_json(definition, 1000000, 24) then
    field := 'definition';
  elsif jsonb_typeof(coalesce(definition -> 'steps', '[]')) <> 'array' then
    field := 'steps';
  elsif jsonb_array_length(coalesce(definition -> 'steps', '[]')) > 20 then
    field := 'steps';
  elsif
    jsonb_array_length(private.as_array(coalesce(definition -> 'content_types', '[]'))) > 100
  then
    field := 'contentTypes';
  else
    select format('steps.%s.%s', step.number - 1, part.name) into field
    from jsonb_array_elements(coalesce(definition -> 'steps', '[]')) with ordinality as step (definition, number)
    cross join (values ('prerequisites', 19), ('assignees', 50)) as part (name, most)
    where jsonb_array_length(private.as_array(coalesce(step.definition -> part.name, '[]'))) > part.most
    limit 1;
  end if;
  if field is not null then
    perform private.refuse(400, 'the workflow is too large', jsonb_build_array(
      private.problem('VALUE_TOO_LONG', 'has too many values, or values that are too long')
      || jsonb_build_object('field', field)
    ));
  end if;
  return private.normal_definition(definition);
end;
$$;
comment on function private.bounded_definition is
'Returns private.normal_definition of what a caller wrote; 400 for more than 20 steps, 19 prerequisites, 50 people of a
step, or 1 MB.';

create function private.person_of_definition(written text)
returns uuid
language plpgsql
stable
set search_path = ''
as $$
begin
  return coalesce(
    private.as_uuid(written),
    case when position('@' in written) > 0 then private.find_person(jsonb_build_object('email', written)) end
  );
end;
$$;
comment on function private.person_of_definition is
'Returns the id of a person who is written as an id or an e-mail address; null where nobody has the address.';

create function private.member_ids(people jsonb, brand uuid)
returns uuid[]
language plpgsql
stable
set search_path = ''
as $$
begin
  return array(
    select distinct found.person
    from jsonb_array_elements_text(people) as written
    cross join lateral (select private.person_of_definition(written) as person) as found
    where private.is_active_member(found.person, brand)
    order by found.person
  );
end;
$$;
comment on function private.member_ids is
'Returns those people, written as ids or e-mail addresses, who are active members of a brand.';

create function private.with_members(definition jsonb, brand uuid)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return definition || jsonb_build_object('steps', (
    select coalesce(jsonb_agg(
      step.definition || jsonb_build_object(
        'assignees', to_jsonb(private.member_ids(step.definition -> 'assignees', brand))
      )
      order by step.number
    ), '[]')
    from jsonb_array_elements(definition -> 'steps') with ordinality as step (definition, number)
  ));
end;
$$;
comment on function private.with_members is
'Returns a definition whose steps name their people by id: those who are active members of the brand.';

create function private.workflow_problems(brand uuid, definition jsonb)
returns jsonb
language plpgsql
stable
security definer -- reads memberships, addresses and templates of the brand
set search_path = ''
as $$
declare
  problems jsonb := '[]';
  step jsonb;
begin
  if jsonb_array_length(definition -> 'steps') = 0 then
    problems := problems || (private.problem('REQUIRED_FIELD_MISSING', 'must have at least 1 item')
      || jsonb_build_object('field', 'steps'));
  elsif jsonb_array_length(definition -> 'steps') > 20 then
    return jsonb_build_array(private.problem('VALUE_TOO_LONG', 'must have at most 20 items')
      || jsonb_build_object('field', 'steps'));
  end if;
  for step in select jsonb_array_elements(definition -> 'steps') loop
    problems := problems || private.step_problems(definition, step, brand);
  end loop;
  if definition ->> 'escalate_to' is not null and private.is_active_member(
    private.person_of_definition(definition ->> 'escalate_to'), brand
  ) is not true then
    problems := problems || (private.problem('NOT_A_MEMBER', 'is not an active member of the brand')
      || jsonb_build_object('field', 'escalateTo'));
  end if;
  return problems;
end;
$$;
comment on function private.workflow_problems is
'Finds what keeps a definition (as private.normal_definition returns it) from working in a brand: a list of
{field, code, message}.';

create function private.workflow_warnings(definition jsonb)
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
declare
  warnings jsonb := '[]';
  step jsonb;
  path integer;
  longest integer := 0;
  ends jsonb := '{}';
begin
  if not jsonb_path_exists(definition, '$.steps[*] ? (@.type == "review" || @.type == "approval")') then
    warnings := warnings || (private.problem(
      'NOBODY_DECIDES', 'no step asks a person: contents would be approved without anybody reading them'
    ) || jsonb_build_object('field', 'steps'));
  elsif not jsonb_path_exists(
    definition,
    '$.steps[*] ? (@.type == "review" || @.type == "approval")
      ? (!(@.condition.type() == "object") && !(@.skip_condition.type() == "object"))'
  ) then
    warnings := warnings || (private.problem(
      'NOBODY_DECIDES', 'all steps in which people decide have conditions: contents for which none applies would be approved without anybody reading them'
    ) || jsonb_build_object('field', 'steps'));
  end if;
  for step in select jsonb_array_elements(definition -> 'steps') loop
    select coalesce(max((ends ->> earlier::text)::integer), 0) into path
    from unnest(private.waits_for(
      definition ->> 'type', step -> 'prerequisites', (step ->> 'position')::integer
    )) as earlier;
    path := path + coalesce((step ->> 'timeout_hours')::integer, 0);
    ends := ends || jsonb_build_object(step ->> 'position', path);
    longest := greatest(longest, path);
    if step ->> 'type' in ('review', 'approval') and step ->> 'timeout_hours' is null then
      warnings := warnings || (private.problem('NO_DEADLINE', 'without hours nobody is reminded, and nothing escalates')
        || jsonb_build_object('field', format('steps.%s.timeoutHours', step ->> 'index')));
    end if;
  end loop;
  if longest > (definition ->> 'timeout_hours')::integer then
    warnings := warnings || (private.problem('TIMES_OUT_FIRST', format(
      'the steps may take %s hours one after another, and the review ends before', longest
    )) || jsonb_build_object('field', 'timeoutHours'));
  end if;
  return warnings;
end;
$$;
comment on function private.workflow_warnings is
'Finds what works in a definition but may not be meant: a list of {field, code, message}.';

create function private.require_sound_workflow(brand uuid, definition jsonb)
returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  problems constant jsonb := private.workflow_problems(brand, definition);
begin
  if problems <> '[]' then
    perform private.refuse(400, 'the workflow cannot work', jsonb_path_query_array(problems, '$[0 to 19]'));
  end if;
end;
$$;
comment on function private.require_sound_workflow is
'Refuses with 400 a definition that cannot work in a brand, and names the first 20 problems.';

create function public.find_workflow_problems(brand_id uuid, definition jsonb)
returns jsonb
language plpgsql
stable
security definer -- as create_workflow checks
set search_path = ''
as $$
declare
  written jsonb;
begin
  perform private.require_permission(brand_id, 'workflow.read');
  perform private.require_permission(brand_id, 'workflow.write');
  written := private.bounded_definition(definition);
  return jsonb_build_object(
    'problems', private.workflow_problems(brand_id, written), 'warnings', private.workflow_warnings(written)
  );
end;
$$;
comment on function public.find_workflow_problems is
'Checks a definition without saving it: {problems, warnings}, each a list of {field, code, message}. Requires
workflow.write.';
grant execute on function public.find_workflow_problems to authenticated, service_role;
