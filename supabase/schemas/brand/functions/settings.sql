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

create function private.touch_brand()
returns trigger
language plpgsql
security definer -- whoever changed the part
set search_path = ''
as $$
declare
  this_row jsonb := case when tg_op = 'DELETE' then to_jsonb(old) else to_jsonb(new) end;
begin
  update public.brands set updated_at = now()
  where brands.id = (this_row ->> coalesce(tg_argv[0], 'brand_id'))::uuid;
  if tg_op = 'UPDATE' and tg_argv[0] is not null
    and to_jsonb(old) -> tg_argv[0] is distinct from to_jsonb(new) -> tg_argv[0]
  then
    update public.brands set updated_at = now() where brands.id = (to_jsonb(old) ->> tg_argv[0])::uuid;
  end if;
  return null;
end;
$$;
comment on function private.touch_brand is
'Counts the version of a brand when a part of it changes, and with it the ETag and the caches of the brand. Argument:
the column that refers to the brand, by default brand_id.';
