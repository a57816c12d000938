create function private.stamp_setting()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.updated_by := auth.uid();
  new.updated_at := now();
  return new;
end;
$$;
comment on function private.stamp_setting is 'Writes who changed a setting or a flag, and when.';

create function public.active_flags(brand_id uuid)
returns setof text
language plpgsql
stable
security definer -- only platform admins may read the table, since it names other brands
set search_path = ''
as $$
begin
  perform private.require_permission(active_flags.brand_id, 'brand.read');
  return query
    select flags.key
    from public.feature_flags as flags
    where flags.is_enabled and (flags.brand_ids = '{}' or active_flags.brand_id = any (flags.brand_ids))
    order by flags.key;
end;
$$;
comment on function public.active_flags is 'Lists the features that are on for a brand of the caller.';
grant execute on function public.active_flags to authenticated, service_role;
