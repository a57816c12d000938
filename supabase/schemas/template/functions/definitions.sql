create function private.pattern_problem(pattern text)
returns text
language plpgsql
stable
set search_path = ''
as $$
begin
  if char_length(pattern) > 200 then
    return 'a pattern has 200 characters at most';
  -- Without back references and lookaround a match takes time in proportion to the text. Without nested or large
  -- repetitions the pattern compiles to a small automaton.
  elsif pattern ~ '\\[1-9]' or replace(pattern, '(?:', '') ~ '\(\?' then
    return 'a pattern has no references back and no lookaround';
  elsif pattern ~ '[*+?}]\s*\)\s*[*+{]' or pattern ~ '\{[0-9]*,?[0-9]{3,}' then
    return 'a pattern repeats no repetition, and nothing a hundred times';
  end if;
  perform '' ~ ('^(?:' || pattern || ')$'); -- as private.text_problem runs it
  return null;
exception
  when others then -- any error of the engine
    return 'the pattern is not a regular expression';
end;
$$;
comment on function private.pattern_problem is
'Returns why a pattern is not safe to run on texts that people write; null if it is safe.';
grant execute on function private.pattern_problem to authenticated, service_role;

create function private.template_problems(input_fields jsonb, output_fields jsonb)
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
    and not exists (select from fields as other where other.id = fields.entry ->> 'sourceField');
$$;
comment on function private.template_problems is
'Finds what is wrong with the fields of a template: unknown types and references, circles of conditions, unsafe
patterns.';
grant execute on function private.template_problems to authenticated, service_role;

create function private.check_template()
returns trigger
language plpgsql
set search_path = ''
as $$
declare
  problems jsonb;
begin
  -- A template that is older than these rules may still be renamed and deactivated.
  if tg_op = 'UPDATE' and (new.input_fields, new.output_fields) = (old.input_fields, old.output_fields) then
    return new;
  end if;
  -- The constraints, which are checked after this trigger, refuse what is not a list of fields.
  if not private.are_template_fields(new.input_fields) or not private.are_template_fields(new.output_fields) then
    return new;
  end if;
  select jsonb_agg(jsonb_build_object('field', matching.field, 'code', 'INVALID_FORMAT', 'message', matching.message))
  into problems
  from private.template_problems(new.input_fields, new.output_fields) as matching;
  if problems is not null then
    perform private.refuse(400, 'the template has fields that cannot work', problems);
  end if;
  return new;
end;
$$;
comment on function private.check_template is
'Refuses with 400 fields that cannot work: see private.template_problems.';

create function private.stamp_template()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    new.version := 1;
    new.created_by := auth.uid();
    new.created_at := now();
  else
    new.id := old.id;
    new.brand_id := old.brand_id;
    new.created_by := old.created_by;
    new.created_at := old.created_at;
    new.version := old.version + 1;
  end if;
  new.updated_by := auth.uid();
  new.updated_at := now();
  return new;
end;
$$;
comment on function private.stamp_template is
'Writes id, brand, version and stamps of a template: never what the client sent.';

create function private.record_template_version()
returns trigger
language plpgsql
security definer -- nobody may write versions by themselves
set search_path = ''
as $$
begin
  insert into public.template_versions (
    template_id, version, brand_id, name, content_type, input_fields, output_fields, created_by
  )
  values (
    new.id, new.version, new.brand_id, new.name, new.content_type, new.input_fields, new.output_fields, auth.uid()
  );
  return null;
end;
$$;
comment on function private.record_template_version is 'Keeps each version of a template.';
