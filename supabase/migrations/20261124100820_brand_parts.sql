-- What belongs to a brand, by command: people, workflows, agencies, master claim brands.

create function public.list_members(brand_id uuid, page_offset integer default 0, page_size integer default 20)
returns jsonb
language plpgsql
stable
security definer -- names are for every member, the rest for who may read memberships
set search_path = ''
as $$
declare
  is_whole boolean;
begin
  perform private.require_permission(list_members.brand_id, 'brand.read');
  is_whole := private.permits(list_members.brand_id, 'member.read');
  return (
    with matching as (
      select member.*, profiles.first_name, profiles.last_name, profiles.avatar_path
      from public.brand_members as member
      inner join public.profiles on profiles.id = member.user_id
      where member.brand_id = list_members.brand_id
        and (is_whole or member.expires_at is null or member.expires_at > now())
    ),
    page as (
      select matching.* from matching order by matching.first_name, matching.last_name, matching.user_id
      offset page_offset limit least(greatest(page_size, 1), 100)
    )
    select jsonb_build_object(
      'items', coalesce((
        select jsonb_agg(
          case when is_whole then to_jsonb(page)
            else jsonb_build_object(
              'user_id', page.user_id, 'first_name', page.first_name, 'last_name', page.last_name,
              'avatar_path', page.avatar_path
            )
          end order by page.first_name, page.last_name, page.user_id
        )
        from page
      ), '[]'),
      'total', (select count(*) from matching)
    )
  );
end;
$$;
comment on function public.list_members is
'{items, total}: the members of a brand by name; role, permissions and expiry only for who may read them.';
grant execute on function public.list_members to authenticated;

create function public.set_brand_workflows(brand_id uuid, assignments jsonb)
returns setof jsonb
language plpgsql
volatile
security definer -- replaces all of a brand's assignments at once
set search_path = ''
as $$
#variable_conflict use_variable
begin
  perform private.require_permission(brand_id, 'brand.read');
  perform private.require_permission(brand_id, 'workflow.write');
  if exists (
    select from jsonb_array_elements(assignments) as wished
    where not exists (
      select from public.workflows
      where
        workflows.id = (wished ->> 'workflow_id')::uuid and workflows.brand_id = brand_id and workflows.is_active
    )
  ) then
    perform private.refuse(400, 'only active workflows of the brand can be assigned', jsonb_build_array(
      jsonb_build_object('field', 'workflowId', 'code', 'INVALID_FORMAT', 'message', 'no such workflow of the brand')
    ));
  end if;
  if (select count(distinct wished ->> 'content_type') from jsonb_array_elements(assignments) as wished)
    < jsonb_array_length(assignments)
  then
    perform private.refuse(400, 'a type of content has one workflow');
  end if;
  delete from public.brand_workflows as former
  where
    former.brand_id = set_brand_workflows.brand_id
    and not exists (
      select from jsonb_array_elements(assignments) as wished
      where wished ->> 'content_type' = former.content_type
    );
  insert into public.brand_workflows as present (brand_id, content_type, workflow_id, created_by)
  select brand_id, wished ->> 'content_type', (wished ->> 'workflow_id')::uuid, auth.uid()
  from jsonb_array_elements(assignments) as wished
  on conflict on constraint brand_workflows_pkey do update set workflow_id = excluded.workflow_id
    where present.workflow_id <> excluded.workflow_id;
  return query select private.brand_document(brands) from public.brands where brands.id = brand_id;
end;
$$;
comment on function public.set_brand_workflows is
'Says which workflow reviews which type of content, [{content_type, workflow_id}]: what is not named is no more.';
grant execute on function public.set_brand_workflows to authenticated;

create function public.add_agency(brand_id uuid, details jsonb)
returns setof public.vetting_agencies
language plpgsql
volatile
security definer -- tells a stranger apart from a member who may not
set search_path = ''
as $$
#variable_conflict use_variable
declare
  agency public.vetting_agencies;
begin
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
comment on function public.add_agency is 'A regulator or watchdog that the brand listens to.';
grant execute on function public.add_agency to authenticated;

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

create function public.change_agency(brand_id uuid, agency_id uuid, changes jsonb)
returns setof public.vetting_agencies
language plpgsql
volatile
security definer -- see add_agency
set search_path = ''
as $$
declare
  agency public.vetting_agencies := private.lock_agency(change_agency.brand_id, agency_id);
  changed public.vetting_agencies := jsonb_populate_record(agency, changes);
begin
  return query
    update public.vetting_agencies
    set
      name = changed.name, priority = changed.priority, country_code = changed.country_code, status = changed.status,
      is_active = changed.is_active
    where vetting_agencies.id = agency.id
    returning *;
end;
$$;
comment on function public.change_agency is 'Replaces what is named of an agency.';
grant execute on function public.change_agency to authenticated;

create function public.remove_agency(brand_id uuid, agency_id uuid)
returns void
language plpgsql
volatile
security definer -- see add_agency
set search_path = ''
as $$
declare
  agency public.vetting_agencies := private.lock_agency(remove_agency.brand_id, agency_id);
begin
  delete from public.vetting_agencies where vetting_agencies.id = agency.id;
end;
$$;
comment on function public.remove_agency is 'The brand listens to it no more.';
grant execute on function public.remove_agency to authenticated;

create function public.link_master_claim_brand(
  brand_id uuid, master_claim_brand_id uuid, is_linked boolean default true
)
returns setof jsonb
language plpgsql
volatile
security definer -- the catalogue is the platform's
set search_path = ''
as $$
#variable_conflict use_variable
begin
  perform private.require_permission(brand_id, 'brand.read');
  if not private.is_platform_admin() then
    perform private.refuse(403, 'only platform admins may link master claim brands');
  end if;
  if not exists (select from public.master_claim_brands as master where master.id = master_claim_brand_id) then
    perform private.refuse(404, 'master claim brand not found');
  end if;
  if is_linked then
    insert into public.brand_master_claim_brands (brand_id, master_claim_brand_id)
    values (brand_id, master_claim_brand_id)
    on conflict do nothing;
  else
    delete from public.brand_master_claim_brands as link
    where link.brand_id = link_master_claim_brand.brand_id
      and link.master_claim_brand_id = link_master_claim_brand.master_claim_brand_id;
  end if;
  return query select private.brand_document(brands) from public.brands where brands.id = brand_id;
end;
$$;
comment on function public.link_master_claim_brand is
'Links a brand to a master claim brand, whose claims and products it then reads; or takes the link away.';
grant execute on function public.link_master_claim_brand to authenticated;
