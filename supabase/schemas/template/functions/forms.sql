create function private.value_problem(field jsonb, value jsonb, brand uuid, level text)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return case
    when private.is_blank(value) then
      case
        when level = 'complete' and (field ->> 'required')::boolean
          then private.problem('REQUIRED_FIELD_MISSING', (field ->> 'name') || ' is required')
      end
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

create function private.condition_is_met(value jsonb, condition jsonb)
returns boolean
language plpgsql
immutable
set search_path = ''
as $$
begin
  return coalesce(case condition ->> 'operator'
    when 'empty' then private.is_blank(value)
    when 'not_empty' then not private.is_blank(value)
    when 'eq' then value = condition -> 'value'
    when 'ne' then value is distinct from condition -> 'value'
    when 'in' then condition -> 'value' @> value
    when 'not_in' then value is null or not condition -> 'value' @> value
    when 'contains' then case jsonb_typeof(value)
      when 'string' then private.holds_text(value #>> '{}', condition ->> 'value')
      else value @> (condition -> 'value')
    end
    -- Numbers are compared as numbers; dates and other texts by their characters, which sorts ISO 8601 by time.
    when 'gt' then case when jsonb_typeof(value) = jsonb_typeof(condition -> 'value') then
      case jsonb_typeof(value) when 'number' then value > condition -> 'value'
        else (value #>> '{}') collate "C" > (condition ->> 'value') collate "C" end end
    when 'gte' then case when jsonb_typeof(value) = jsonb_typeof(condition -> 'value') then
      case jsonb_typeof(value) when 'number' then value >= condition -> 'value'
        else (value #>> '{}') collate "C" >= (condition ->> 'value') collate "C" end end
    when 'lt' then case when jsonb_typeof(value) = jsonb_typeof(condition -> 'value') then
      case jsonb_typeof(value) when 'number' then value < condition -> 'value'
        else (value #>> '{}') collate "C" < (condition ->> 'value') collate "C" end end
    when 'lte' then case when jsonb_typeof(value) = jsonb_typeof(condition -> 'value') then
      case jsonb_typeof(value) when 'number' then value <= condition -> 'value'
        else (value #>> '{}') collate "C" <= (condition ->> 'value') collate "C" end end
  end, false);
end;
$$;
comment on function private.condition_is_met is
'Whether a condition {operator, value} holds for the value of another field (domain §4).';

create function private.hidden_fields(form jsonb, "values" jsonb)
returns text[]
language plpgsql
immutable
set search_path = ''
as $$
declare
  known jsonb := "values";
  hidden text [] := '{}';
  decided text [];
  decided_before integer;
  field jsonb;
begin
  -- Most forms have no conditions.
  if form is null or not jsonb_path_exists(form, '$[*].conditional') then
    return hidden;
  end if;
  decided := array(select entry ->> 'id' from jsonb_array_elements(form) as entry where not entry ? 'conditional');
  -- Begins with fields that depend on no other, then decides those that depend on them. A hidden field counts as empty.
  loop
    decided_before := cardinality(decided);
    for field in
      select entry from jsonb_array_elements(form) as entry
      where entry ->> 'id' <> all (decided) and entry -> 'conditional' ->> 'field' = any (decided)
    loop
      if not private.condition_is_met(known -> (field -> 'conditional' ->> 'field'), field -> 'conditional') then
        hidden := hidden || (field ->> 'id');
        known := known - (field ->> 'id');
      end if;
      decided := decided || (field ->> 'id');
    end loop;
    exit when cardinality(decided) = decided_before;
  end loop;
  return hidden;
end;
$$;
comment on function private.hidden_fields is
'Returns the ids of the fields that are hidden for these values by their conditions.';

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
