create function private.has_markup(value jsonb)
returns boolean
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
begin
  return position('<' in value::text) > 0;
end;
$$;
comment on function private.has_markup is 'Whether a text within a value may have HTML elements.';

create function private.has_marked_defaults(fields jsonb)
returns boolean
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
begin
  return private.has_markup(jsonb_path_query_array(fields, '$[*].defaultValue'));
end;
$$;
comment on function private.has_marked_defaults is
'Whether a default value of these fields may have HTML elements, which must have been cleaned before it is used.';

create function private.default_values(template public.templates, brand uuid, markup_version smallint)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  form constant jsonb := private.as_array(template.input_fields) || private.as_array(template.output_fields);
begin
  -- Most templates have none.
  if form is null or not jsonb_path_exists(form, '$[*].defaultValue ? (@ != null)') then
    return '{}';
  end if;
  return (
    select coalesce(jsonb_object_agg(field ->> 'id', field -> 'defaultValue'), '{}')
    from jsonb_array_elements(form) as field
    where
      not private.is_blank(field -> 'defaultValue')
      and (template.markup_version >= markup_version or not private.has_markup(field -> 'defaultValue'))
      -- A file may be gone by now, and a day may be past: such a field begins empty, and the content can be made.
      and private.value_problem(field, field -> 'defaultValue', brand, 'value') is null
  );
end;
$$;
comment on function private.default_values is
'Returns the default values of a template that a content of the brand can have now, by the ids of their fields.
markup_version: the allow-list by which the texts of the content are clean; other defaults with HTML are left out.';
