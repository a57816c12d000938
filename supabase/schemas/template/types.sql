create function private.are_template_fields(fields jsonb)
returns boolean
language sql
immutable
parallel safe
set search_path = ''
as $$
  select
    jsonb_typeof(fields) = 'array'
    and jsonb_array_length(fields) between 1 and 50
    and not exists (
      select 1
      from jsonb_array_elements(fields) as field
      where
        jsonb_typeof(field -> 'id') is distinct from 'string'
        or field ->> 'id' !~ '^[a-z][a-zA-Z0-9_]{0,49}$'
        or jsonb_typeof(field -> 'name') is distinct from 'string'
        or coalesce(jsonb_typeof(field -> 'required'), 'boolean') <> 'boolean'
        or coalesce(jsonb_typeof(field -> 'type'), 'string') <> 'string'
        or coalesce(jsonb_typeof(field -> 'aiPrompt'), 'string') <> 'string'
        or (field ? 'maxLength' and field ->> 'maxLength' !~ '^[1-9][0-9]{0,4}$')
    )
    and (
      select count(distinct field ->> 'id') = jsonb_array_length(fields) from jsonb_array_elements(fields) as field
    );
$$;
comment on function private.are_template_fields is
'Whether JSON is a list of 1 to 50 fields: objects with an id that is unique in the list, a name, and options of the
right types.';
grant execute on function private.are_template_fields to authenticated, service_role;
