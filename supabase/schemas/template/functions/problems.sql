create function private.bound_problems(field jsonb)
returns table (part text, message text)
language sql
immutable
set search_path = ''
as $$
  select wrong.part, wrong.message
  from (select private.length_bounds(field) as lengths, (field ->> 'minWords')::integer as least_words) as own
  cross join lateral (
    values
    (
      'minLength', 'must be at most maxLength',
      (field ->> 'minLength')::integer > (field ->> 'maxLength')::integer
    ),
    ('minChars', 'must be at most maxLength', (field ->> 'minChars')::integer > (field ->> 'maxLength')::integer),
    ('minChars', 'must be less than maxChars', (field ->> 'minChars')::integer >= (field ->> 'maxChars')::integer),
    ('minWords', 'must be at most maxWords', own.least_words > (field ->> 'maxWords')::integer),
    (
      'minWords', format(
        'so many words have at least %s characters, and the field takes %s', 2 * own.least_words - 1, own.lengths[2]
      ),
      2 * own.least_words - 1 > own.lengths[2]
    ),
    ('rows', 'must be at most maxRows', (field ->> 'rows')::integer > (field ->> 'maxRows')::integer),
    (
      'validation.min', 'must be at most max',
      private.as_number(field -> 'validation' -> 'min') > private.as_number(field -> 'validation' -> 'max')
    ),
    (
      'prefix', 'must have at most as many characters as maxLength',
      field ->> 'type' = 'slug' and char_length(field ->> 'prefix') > coalesce((field ->> 'maxLength')::integer, 200)
    ),
    (
      'disablePast', 'must not be set with disableFuture, which leaves no time',
      private.field_kind(field) = 'time' and field -> 'disablePast' = 'true' and field -> 'disableFuture' = 'true'
    )
  ) as wrong (part, message, is_wrong)
  where wrong.is_wrong;
$$;
comment on function private.bound_problems is
'Finds bounds of a field that contradict each other, so that no value could fill it.';

create function private.template_problems(input_fields jsonb, output_fields jsonb, brand uuid)
returns table (field text, message text)
language sql
stable
set search_path = ''
as $$
  with recursive fields as (
    select 'inputFields.' || (entry ->> 'id') as path, entry ->> 'id' as id, entry, array[
      'short_text', 'long_text', 'rich_text', 'number', 'date', 'datetime', 'select', 'multiselect', 'boolean',
      'tags', 'url', 'email', 'slug', 'file', 'image', 'product_selector', 'recipe_url'
    ] as known_types
    from jsonb_array_elements(input_fields) as entry
    union all
    select 'outputFields.' || (entry ->> 'id'), entry ->> 'id', entry, array['plain_text', 'rich_text', 'html', 'faq']
    from jsonb_array_elements(output_fields) as entry
  ),
  dependencies as (
    select fields.path, fields.id, fields.entry -> 'conditional' ->> 'field' as depends_on
    from fields
    where fields.entry ? 'conditional'
  ),
  indirect_dependencies as (
    select dependencies.id, dependencies.depends_on, 1 as length from dependencies
    union
    select longer.id, dependencies.depends_on, longer.length + 1
    from indirect_dependencies as longer
    inner join dependencies on dependencies.id = longer.depends_on
    where longer.length <= 50
  )
  select fields.path || '.type', 'there is no such type of field'
  from fields
  where fields.entry ->> 'type' <> all (fields.known_types)
  union all
  select dependencies.path || '.conditional', case
    when dependencies.depends_on = dependencies.id then 'a field cannot depend on itself'
    else format('there is no field %s', dependencies.depends_on)
  end
  from dependencies
  where
    dependencies.depends_on = dependencies.id
    or not exists (select from fields as other where other.id = dependencies.depends_on)
  union all
  select fields.path || '.conditional', 'fields depend on each other in a circle'
  from fields
  where exists (
    select from indirect_dependencies as circle
    where circle.id = fields.id and circle.depends_on = fields.id and circle.length > 1
  )
  union all
  select fields.path || '.validation.pattern', problem
  from fields
  cross join lateral private.pattern_problem(fields.entry -> 'validation' ->> 'pattern') as problem
  where problem is not null
  union all
  select fields.path || '.sourceField', format('there is no field %s', fields.entry ->> 'sourceField')
  from fields
  where
    fields.entry ? 'sourceField'
    and not exists (select from fields as other where other.id = fields.entry ->> 'sourceField')
  union all
  select fields.path || '.conditional.value', problem
  from fields
  inner join fields as other on other.id = fields.entry -> 'conditional' ->> 'field' and other.id <> fields.id
  cross join lateral private.comparison_problem(
    fields.entry -> 'conditional' ->> 'operator', fields.entry -> 'conditional' -> 'value', other.entry, brand
  ) as problem
  where problem is not null
  union all
  select fields.path || '.' || bound.part, bound.message
  from fields
  cross join lateral private.bound_problems(fields.entry) as bound
  union all
  select fields.path || '.defaultValue', problem ->> 'message'
  from fields
  cross join lateral private.value_problem(
    fields.entry - 'required', fields.entry -> 'defaultValue', brand, 'complete'
  ) as problem
  where problem is not null;
$$;
comment on function private.template_problems is
'Finds what is wrong with the fields of a template: unknown types and references, circles of conditions and conditions
that cannot hold, unsafe patterns, bounds that contradict each other, default values that the field does not take.';

create function private.problems_of_template(template public.templates)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(
    jsonb_build_object('field', problem.field, 'code', 'INVALID_FORMAT', 'message', problem.message)
    order by problem.field, problem.message
  ), '[]')
  from private.template_problems(
    private.as_array(template.input_fields), private.as_array(template.output_fields), template.brand_id
  ) as problem;
$$;
comment on function private.problems_of_template is
'Returns what is wrong with the fields of a template: [{field, code, message}].';

create function private.check_template()
returns trigger
language plpgsql
security definer -- default values may be files and products of the brand
set search_path = ''
as $$
declare
  problems jsonb;
  problems_before jsonb;
begin
  -- A template that is older than these rules may still be renamed and deactivated.
  if tg_op = 'UPDATE' and (new.input_fields, new.output_fields) = (old.input_fields, old.output_fields) then
    return new;
  end if;
  problems := private.problems_of_template(new);
  if problems <> '[]' and tg_op = 'UPDATE' then
    -- What was wrong before stays as it is until somebody corrects it (`problems` of the answer): a rule that is younger
    -- than a template does not keep people from changing the rest of it.
    problems_before := private.problems_of_template(old);
    problems := (
      select coalesce(jsonb_agg(problem), '[]') from jsonb_array_elements(problems) as problem
      where not problems_before @> jsonb_build_array(problem)
    );
  end if;
  if problems <> '[]' then
    perform private.refuse(400, 'the template has fields that cannot work', problems);
  end if;
  return new;
end;
$$;
comment on function private.check_template is
'Refuses with 400 fields that cannot work (private.template_problems), except for what was wrong before.';
