create function private.merge_patch(old_values jsonb, new_values jsonb)
returns jsonb
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
begin
  if new_values is null then
    return old_values;
  elsif jsonb_typeof(new_values) = 'object' and not jsonb_path_exists(new_values, '$.* ? (@ == null)') then
    return old_values || new_values;
  end if;
  return (old_values || new_values)
    - array(select entry.key from jsonb_each(new_values) as entry where entry.value = 'null');
end;
$$;
comment on function private.merge_patch is
'Applies a JSON merge patch (RFC 7396) on the first level: values replace by key, and null removes a key.';

create function private.value_at(fields jsonb, metadata jsonb, path text)
returns jsonb
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
begin
  return case split_part(path, '.', 1) when 'fields' then fields else metadata end -> split_part(path, '.', 2);
end;
$$;
comment on function private.value_at is
'Returns the value at a path of the provenance of a content: `fields.<id>` or `metadata.<name>`.';

create function private.as_array(value jsonb)
returns jsonb
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
begin
  return case when jsonb_typeof(value) = 'array' then value when value is not null then '[]'::jsonb end;
end;
$$;
comment on function private.as_array is
'Returns a JSON array as it is, and an empty one for any other value: one row of another shape fails no list.';
grant execute on function private.as_array to authenticated, service_role;

create function private.as_object(value jsonb)
returns jsonb
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
begin
  return case when jsonb_typeof(value) = 'object' then value when value is not null then '{}'::jsonb end;
end;
$$;
comment on function private.as_object is
'Returns a JSON object as it is, and an empty one for any other value: one row of another shape fails no list.';
grant execute on function private.as_object to authenticated, service_role;

create function private.as_uuid(written text)
returns uuid
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
begin
  return case
    when written ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' then written::uuid
  end;
end;
$$;
comment on function private.as_uuid is
'Returns the UUID that a text is, and null for any other text: one row of another shape fails no list.';
grant execute on function private.as_uuid to authenticated, service_role;
