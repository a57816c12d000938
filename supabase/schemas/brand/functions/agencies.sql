create function private.lock_agency(brand uuid, agency_id uuid)
returns public.vetting_agencies
language plpgsql
volatile
set search_path = ''
as $$
declare
  agency public.vetting_agencies;
begin
  perform private.require_permission(brand, 'brand.read');
  perform private.require_permission(brand, 'brand.update');
  select * into agency from public.vetting_agencies
  where vetting_agencies.id = agency_id and vetting_agencies.brand_id = brand
  for update;
  if agency.id is null then
    perform private.refuse(404, 'agency not found');
  end if;
  return agency;
end;
$$;
comment on function private.lock_agency is
'Locks an agency until the end of the transaction and returns it. Refuses strangers to the brand with 404, and members
who may not change it with 403.';

create function public.add_agency(brand_id uuid, details jsonb)
returns setof public.vetting_agencies
language plpgsql
volatile
security definer -- tells strangers (404) from members without the right (403)
set search_path = ''
as $$
#variable_conflict use_variable
declare
  agency public.vetting_agencies;
begin
  perform private.require_functions();
  perform private.require_permission(brand_id, 'brand.read');
  perform private.require_permission(brand_id, 'brand.update');
  agency := jsonb_populate_record(
    null::public.vetting_agencies, '{"priority": "Medium", "status": "verified", "is_active": true}'::jsonb || details
  );
  return query
    insert into public.vetting_agencies (brand_id, name, priority, country_code, status, is_active)
    values (brand_id, agency.name, agency.priority, agency.country_code, agency.status, agency.is_active)
    returning *;
end;
$$;
comment on function public.add_agency is 'Adds a regulator or watchdog to a brand.';
grant execute on function public.add_agency to authenticated, service_role;

create function public.change_agency(brand_id uuid, agency_id uuid, changes jsonb)
returns setof public.vetting_agencies
language plpgsql
volatile
security definer -- see add_agency
set search_path = ''
as $$
declare
  agency public.vetting_agencies;
  changed public.vetting_agencies;
begin
  perform private.require_functions();
  agency := private.lock_agency(change_agency.brand_id, agency_id);
  changed := jsonb_populate_record(agency, changes);
  return query
    update public.vetting_agencies
    set
      name = changed.name, priority = changed.priority, country_code = changed.country_code, status = changed.status,
      is_active = changed.is_active
    where vetting_agencies.id = agency.id
    returning *;
end;
$$;
comment on function public.change_agency is 'Replaces the values of an agency that are given in changes.';
grant execute on function public.change_agency to authenticated, service_role;

create function public.remove_agency(brand_id uuid, agency_id uuid)
returns void
language plpgsql
volatile
security definer -- see add_agency
set search_path = ''
as $$
declare
  agency public.vetting_agencies;
begin
  perform private.require_functions();
  agency := private.lock_agency(remove_agency.brand_id, agency_id);
  delete from public.vetting_agencies where vetting_agencies.id = agency.id;
end;
$$;
comment on function public.remove_agency is 'Removes an agency from a brand.';
grant execute on function public.remove_agency to authenticated, service_role;
