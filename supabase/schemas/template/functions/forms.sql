create function private.value_problem(field jsonb, value jsonb, brand uuid, level text)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return case
    when level = 'complete' and field -> 'required' = 'true' and private.is_blank(value, field ->> 'type')
      then private.problem('REQUIRED_FIELD_MISSING', (field ->> 'name') || ' is required')
    -- No value, which has no type either.
    when value is null or value in ('null', '[]', '{}') then null
    when jsonb_typeof(value) = 'string' and private.is_blank(value, field ->> 'type') then null
    when field ->> 'type' = 'number' then private.number_problem(field, value, level)
    when field ->> 'type' in ('date', 'datetime') then private.date_problem(field, value, level)
    when field ->> 'type' in ('select', 'multiselect', 'tags') then private.choice_problem(field, value, level)
    when field ->> 'type' in ('url', 'recipe_url', 'email', 'slug') then private.format_problem(field, value, level)
    when field ->> 'type' in ('file', 'image') then private.file_problem(field, value, brand, level)
    when field ->> 'type' = 'product_selector' then private.product_problem(field, value, brand, level)
    when field ->> 'type' = 'faq' then private.faq_problem(field, value)
    when field ->> 'type' = 'boolean' then
      case when jsonb_typeof(value) <> 'boolean' then private.problem('INVALID_FORMAT', 'must be true or false') end
    else private.text_problem(field, value, level)
  end;
end;
$$;
comment on function private.value_problem is
'Finds what is wrong with the value of a field: {code, message} or null. The level says how much is checked: its
`shape`, the `value`, or that it is `complete` (ADR 18).';

create function private.kinds_of_fields(form jsonb)
returns jsonb
language sql
immutable
parallel safe
set search_path = ''
as $$
  select coalesce(jsonb_object_agg(field ->> 'id', coalesce(field ->> 'type', 'plain_text')), '{}')
  from jsonb_array_elements(private.as_array(form)) as field
  where field ->> 'id' is not null;
$$;
comment on function private.kinds_of_fields is 'Returns the types of the fields of a form: {id: type}.';

create function private.form_problems(form jsonb, "values" jsonb, given jsonb, brand uuid, level text)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  hidden constant text [] := private.hidden_fields(form, "values");
  unknown jsonb := given;
  problems jsonb := '{}';
  problem jsonb;
  field jsonb;
  key text;
begin
  for position in 0 .. coalesce(jsonb_array_length(form), 0) - 1 loop
    field := form -> position;
    key := field ->> 'id';
    unknown := unknown - key;
    if (given ? key or level = 'complete') and key <> all (hidden) then
      problem := private.value_problem(field, "values" -> key, brand, level);
      if problem is not null then
        problems := problems || jsonb_build_object(key, problem);
      end if;
    end if;
  end loop;
  if unknown <> '{}' then
    problem := private.problem('INVALID_FORMAT', 'the template has no such field');
    problems := problems || (
      select jsonb_object_agg(unknown_key, problem) from jsonb_object_keys(unknown) as unknown_key
    );
  end if;
  if problems = '{}' then
    return null;
  end if;
  return (
    select jsonb_agg(each.value || jsonb_build_object('field', 'fields.' || each.key) order by each.key)
    from jsonb_each(problems) as each
  );
end;
$$;
comment on function private.form_problems is
'Finds what is wrong with the values of the keys of `given`, or at level `complete` of all fields that are shown:
[{field, code, message}], null if nothing.';
