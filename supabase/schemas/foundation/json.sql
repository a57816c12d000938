create function private.merge_patch(old_values jsonb, new_values jsonb)
returns jsonb
language sql
immutable
parallel safe
set search_path = ''
as $$
  select (old_values || coalesce(new_values, '{}'))
    - array(select entry.key from jsonb_each(coalesce(new_values, '{}')) as entry where entry.value = 'null');
$$;
comment on function private.merge_patch is
'Applies a JSON merge patch (RFC 7396) on the first level: values replace by key, and null removes a key.';

create function private.value_at(fields jsonb, metadata jsonb, path text)
returns jsonb
language sql
immutable
parallel safe
set search_path = ''
as $$
  select case split_part(path, '.', 1) when 'fields' then fields else metadata end -> split_part(path, '.', 2);
$$;
comment on function private.value_at is
'Returns the value at a path of the provenance of a content: `fields.<id>` or `metadata.<name>`.';
