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
  perform private.require_functions();
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
  return query select private.brand_answer(brands) from public.brands where brands.id = brand_id;
end;
$$;
comment on function public.link_master_claim_brand is
'Links a brand to a master claim brand, whose claims and products it can then read, or removes the link. Requires a
platform admin.';
grant execute on function public.link_master_claim_brand to authenticated, service_role;
