create function private.automated_checks()
returns text[]
language plpgsql
immutable
set search_path = ''
as $$
begin
  return array['claims', 'complete'];
end;
$$;
comment on function private.automated_checks is 'Lists the checks that automated steps can run: see private.run_check.';

create function private.kinds_of_field(brand uuid, content_types jsonb, field text)
returns text[]
language plpgsql
stable
set search_path = ''
as $$
begin
  return case
    when field in ('type', 'title') then array['text']
    when field = 'tags' then array['list']
    when field = 'metadata.keywords' then array['list']
    when field = any (array[
      'metadata.metaTitle', 'metadata.metaDescription', 'metadata.ogImage', 'metadata.canonicalUrl',
      'metadata.targetAudience'
    ]) then array['text']
    when field like 'fields.%' then array(
      select distinct private.field_kind(known.field)
      from public.templates
      cross join lateral jsonb_array_elements(templates.input_fields || templates.output_fields) as known (field)
      where
        (templates.brand_id = kinds_of_field.brand or templates.brand_id is null)
        and (jsonb_array_length(content_types) = 0 or content_types ? templates.content_type)
        and known.field ->> 'id' = substr(kinds_of_field.field, 8)
    )
    else '{}'
  end;
end;
$$;
comment on function private.kinds_of_field is
'Returns the kinds of value that a field of conditions has (private.field_kind) in the templates of these types of
content that a brand may use; none for an unknown field.';

create function private.is_of_kind(value jsonb, kinds text[])
returns boolean
language plpgsql
immutable
set search_path = ''
as $$
begin
  return case jsonb_typeof(value)
    when 'string' then 'text' = any (kinds)
      or ('date' = any (kinds) and private.as_day(value #>> '{}') is not null)
      or ('time' = any (kinds) and private.as_instant(value #>> '{}') is not null)
    when 'array' then 'list' = any (kinds)
    else jsonb_typeof(value) = any (kinds)
  end;
end;
$$;
comment on function private.is_of_kind is
'Whether a value of a condition can be compared with values of one of the kinds.';

create function private.kinds_with_order(kinds text[])
returns text[]
language plpgsql
immutable
set search_path = ''
as $$
begin
  return array(select kind from unnest(kinds) as kind where kind in ('number', 'date', 'time'));
end;
$$;
comment on function private.kinds_with_order is
'Returns those of the kinds of value of which one is greater than another.';

create function private.condition_problem(condition jsonb, brand uuid, content_types jsonb)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  field constant text := condition ->> 'field';
  operator constant text := condition ->> 'operator';
  value constant jsonb := condition -> 'value';
  kinds text [];
begin
  kinds := private.kinds_of_field(brand, content_types, field);
  if cardinality(kinds) = 0 then
    return private.problem('UNKNOWN_FIELD', case
      when field like 'fields.%' then format('no template of the brand has the field %s', substr(field, 8))
      else format('contents have no %s', field)
    end);
  end if;
  if operator <> 'exists' and value is null then
    return private.problem('REQUIRED_FIELD_MISSING', format('the operator %s needs a value', operator));
  end if;
  if not (case operator
    when 'exists' then true
    when 'contains' then kinds && array['text', 'list'] and jsonb_typeof(value) in ('string', 'number', 'array')
      and (jsonb_typeof(value) = 'string' or 'list' = any (kinds))
    when 'in' then jsonb_typeof(value) = 'array' and jsonb_array_length(value) > 0 and not exists (
      select from jsonb_array_elements(value) as item
      where not private.is_of_kind(item, kinds) and 'list' <> all (kinds)
    )
    when 'greater_than' then private.is_of_kind(value, private.kinds_with_order(kinds))
    when 'less_than' then private.is_of_kind(value, private.kinds_with_order(kinds))
    else private.is_of_kind(value, kinds)
  end) then
    return private.problem('TYPE_MISMATCH', format(
      '%s is %s: %s cannot compare it with %s', field, array_to_string(kinds, ' or '), operator, left(value::text, 100)
    ));
  end if;
  if field = 'type' and jsonb_array_length(content_types) > 0 and (
    (operator = 'equals' and not content_types ? (value #>> '{}'))
    or (operator = 'in' and not exists (
      select from jsonb_array_elements_text(value) as item where content_types ? item
    ))
  ) then
    return private.problem('STEP_UNREACHABLE', 'the workflow is not for this type of content');
  end if;
  return null;
end;
$$;
comment on function private.condition_problem is
'Finds what is wrong with a condition for contents of a brand and of these types: {code, message} or null.';

create function private.assignment_problems(step jsonb, brand uuid)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  path constant text := format('steps.%s.', step ->> 'index');
  kind constant text := step ->> 'assignment_type';
  least_role constant public.brand_role := (step ->> 'assigned_role')::public.brand_role;
  problems jsonb := '[]';
  entry record;
begin
  if kind = 'creator' then
    return problems;
  end if;
  for entry in
    select people.written, people.number - 1 as index
    from jsonb_array_elements_text(step -> 'assignees') with ordinality as people (written, number)
    where kind <> 'role'
  loop
    if private.is_active_member(private.person_of_definition(entry.written), brand) is not true then
      problems := problems || (
        private.problem('NOT_A_MEMBER', 'is not an active member of the brand')
        || jsonb_build_object('field', path || 'assignees.' || entry.index)
      );
    end if;
  end loop;
  if problems <> '[]' then
    return problems;
  end if;
  if kind = 'role' and least_role is null then
    return jsonb_build_array(private.problem('REQUIRED_FIELD_MISSING', 'is required for the assignment by role')
      || jsonb_build_object('field', path || 'assignedRole'));
  elsif
    kind <> 'role' and jsonb_array_length(step -> 'assignees') = 0
    and (kind in ('user', 'group') or least_role is null)
  then
    return jsonb_build_array(private.problem('NOBODY_TO_ASK', case
      when kind in ('user', 'group') then 'the step names nobody'
      else 'the step needs people, or a role whose members take turns'
    end) || jsonb_build_object('field', path || 'assignees'));
  elsif (kind = 'role' or jsonb_array_length(step -> 'assignees') = 0) and not exists (
    select
    from public.brand_members as member
    inner join public.profiles on profiles.id = member.user_id and profiles.is_active
    where
      member.brand_id = assignment_problems.brand and member.role >= least_role
      and (member.expires_at is null or member.expires_at > now())
  ) then
    return jsonb_build_array(private.problem('NOBODY_TO_ASK', format('the brand has no %s', least_role))
      || jsonb_build_object('field', path || 'assignedRole'));
  end if;
  return problems;
end;
$$;
comment on function private.assignment_problems is
'Finds who cannot be asked of the people of a step: a list of {field, code, message}.';

create function private.steps_before(definition jsonb, step jsonb)
returns integer[]
language plpgsql
immutable
set search_path = ''
as $$
declare
  found integer [] := '{}';
  waiting integer [] := private.waits_for(
    definition ->> 'type', step -> 'prerequisites', (step ->> 'position')::integer
  );
  other integer;
begin
  while cardinality(waiting) > 0 loop
    other := waiting[1];
    waiting := waiting[2:];
    continue when other = any (found) or definition #> array['steps', (other - 1)::text] is null;
    found := found || other;
    -- Only earlier steps are followed, so this ends.
    waiting := waiting || array(
      select earlier from unnest(private.waits_for(
        definition ->> 'type', definition #> array['steps', (other - 1)::text, 'prerequisites'], other
      )) as earlier
      where earlier < other
    );
  end loop;
  return found;
end;
$$;
comment on function private.steps_before is
'Returns the positions of all steps that must be done before a step opens, directly or not.';

create function private.step_problems(definition jsonb, step jsonb, brand uuid)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  path constant text := format('steps.%s.', step ->> 'index');
  place constant integer := step ->> 'position';
  is_human constant boolean := step ->> 'type' in ('review', 'approval');
  required constant integer [] := array(
    select (other ->> 'position')::integer from jsonb_array_elements(definition -> 'steps') as other
    where (other ->> 'is_required')::boolean
  );
  problems jsonb := '[]';
  problem jsonb;
  prerequisite integer;
  name text;
begin
  for prerequisite in select jsonb_array_elements_text(step -> 'prerequisites')::integer loop
    if prerequisite >= place or prerequisite < 1 then
      problems := problems || (private.problem('JOIN_NEVER_MET', case
        when prerequisite = place then 'a step cannot wait for itself'
        when prerequisite between 1 and jsonb_array_length(definition -> 'steps')
          then format('step %s comes later: a step can only wait for earlier ones', prerequisite)
        else format('there is no step %s', prerequisite)
      end) || jsonb_build_object('field', path || 'prerequisites'));
    end if;
  end loop;
  foreach name in array array['condition', 'skip_condition'] loop
    if jsonb_typeof(step -> name) = 'object' then
      problem := private.condition_problem(step -> name, brand, definition -> 'content_types');
      if problem is not null then
        problems := problems || (problem || jsonb_build_object(
          'field', path || case name when 'condition' then 'condition' else 'skipCondition' end
        ));
      end if;
    end if;
  end loop;
  if jsonb_typeof(step -> 'condition') = 'object' and step -> 'condition' = step -> 'skip_condition' then
    problems := problems || (private.problem(
      'STEP_UNREACHABLE', 'is the condition as well: the step applies to no content'
    ) || jsonb_build_object('field', path || 'skipCondition'));
  end if;
  if step ->> 'type' = 'automated' then
    if coalesce(step ->> 'automated_check' = any (private.automated_checks()), false) is false then
      problems := problems || (private.problem('UNKNOWN_CHECK', format(
        'is none of the checks: %s', array_to_string(private.automated_checks(), ', ')
      )) || jsonb_build_object('field', path || 'automatedCheck'));
    end if;
  elsif step ->> 'automated_check' is not null then
    problems := problems || (private.problem('INVALID_FORMAT', 'is for automated steps only')
      || jsonb_build_object('field', path || 'automatedCheck'));
  end if;
  if is_human or step ->> 'type' = 'notification' then
    problems := problems || private.assignment_problems(step, brand);
  end if;
  if is_human and not step -> 'actions' ? 'approve' then
    problems := problems || (private.problem(
      'DEAD_END', 'nobody could approve the step, and the review would never come to its end'
    ) || jsonb_build_object('field', path || 'actions'));
  end if;
  -- A run ends when its required steps are done, and does not wait for optional ones that open only then.
  if
    not (step ->> 'is_required')::boolean and step ->> 'type' <> 'notification' and cardinality(required) > 0
    and required <@ private.steps_before(definition, step)
  then
    problems := problems || (private.problem(
      'STEP_UNREACHABLE',
      'the step is optional and waits for all required ones: the review ends before anybody could be asked'
    ) || jsonb_build_object('field', path || 'isRequired'));
  end if;
  return problems;
end;
$$;
comment on function private.step_problems is
'Finds what keeps a step of a definition from working in a brand: a list of {field, code, message}.';
