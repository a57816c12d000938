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


create function private.announce_catalogue(master_claim_brand_id uuid, kind text, item_id uuid, operation text)
returns void
language sql
volatile
set search_path = ''
as $$
  -- One event for each linked tenant, so that no tenant learns of another.
  select private.append_event(link.brand_id, 'brand', link.brand_id, 'CatalogueChanged', jsonb_build_object(
    'kind', kind, 'id', item_id, 'operation', operation
  ))
  from public.brand_master_claim_brands as link
  where link.master_claim_brand_id = announce_catalogue.master_claim_brand_id;
$$;

create function private.announce_ingredient(ingredient_id uuid, operation text)
returns void
language sql
volatile
set search_path = ''
as $$
  select private.announce_catalogue(about.master_claim_brand_id, 'ingredient', announce_ingredient.ingredient_id, operation)
  from (
    select distinct products.master_claim_brand_id
    from public.product_ingredients as part
    inner join public.products on products.id = part.product_id
    where part.ingredient_id = announce_ingredient.ingredient_id
  ) as about;
$$;

create function public.list_claim_brands(
  brand_id uuid default null,
  claim_brand_id uuid default null,
  query text default null,
  is_archived boolean default false,
  sort text default 'name',
  is_descending boolean default false,
  page_offset integer default 0,
  page_size integer default 20
)
returns jsonb
language plpgsql
stable
security definer -- see claim_brand_document; takes what the caller may read first
set search_path = ''
as $$
#variable_conflict use_variable
declare
  masters uuid [] := case when not private.is_platform_admin() then private.readable_master_brands() end;
begin
  if brand_id is not null then
    masters := private.require_claim_brands(null, brand_id);
  end if;
  return (
    with matching as materialized (
      select master as found, master.id, master.name, case sort
        when 'created_at' then master.created_at when 'updated_at' then master.updated_at
      end as sort_time
      from public.master_claim_brands as master
      where
        (masters is null or master.id = any (masters)) and (claim_brand_id is null or master.id = claim_brand_id)
        and (query is null or private.holds_text(master.name, query))
        and (is_archived is null or (master.archived_at is not null) = is_archived)
    ),
    page as (
      select matching.found, row_number() over () as place from (
        select matching.found from matching
        order by
          case when not is_descending then matching.sort_time end, case when is_descending then matching.sort_time end desc,
          case when not is_descending then matching.name end, case when is_descending then matching.name end desc,
          matching.id
        offset page_offset limit least(greatest(page_size, 1), 100)
      ) as matching
    )
    select private.catalogue_page(
      jsonb_agg(private.claim_brand_document(page.found) order by page.place), (select count(*) from matching)
    )
    from page
  );
end;
$$;
comment on function public.list_claim_brands is
'Lists the catalogue brands that the caller may read, or those that a brand is linked to: {items, total}.';
grant execute on function public.list_claim_brands to authenticated, service_role;

create function public.list_products(
  brand_id uuid default null,
  claim_brand_id uuid default null,
  ingredient_id uuid default null,
  product_id uuid default null,
  query text default null,
  is_archived boolean default false,
  sort text default 'name',
  is_descending boolean default false,
  page_offset integer default 0,
  page_size integer default 20
)
returns jsonb
language plpgsql
stable
security definer -- see list_claim_brands
set search_path = ''
as $$
#variable_conflict use_variable
declare
  masters uuid [] := case when not private.is_platform_admin() then private.readable_master_brands() end;
begin
  if brand_id is not null or claim_brand_id is not null then
    masters := private.require_claim_brands(claim_brand_id, brand_id);
  end if;
  return (
    with matching as materialized (
      select product as found, product.id, product.name, case sort
        when 'created_at' then product.created_at when 'updated_at' then product.updated_at
      end as sort_time
      from public.products as product
      where
        (masters is null or product.master_claim_brand_id = any (masters))
        and (product_id is null or product.id = product_id)
        and (query is null or private.holds_text(product.name || ' ' || product.description, query))
        and (is_archived is null or (product.archived_at is not null) = is_archived)
        and (ingredient_id is null or exists (
          select from public.product_ingredients as part
          where part.product_id = product.id and part.ingredient_id = list_products.ingredient_id
        ))
    ),
    page as (
      select matching.found, row_number() over () as place from (
        select matching.found from matching
        order by
          case when not is_descending then matching.sort_time end, case when is_descending then matching.sort_time end desc,
          case when not is_descending then matching.name end, case when is_descending then matching.name end desc,
          matching.id
        offset page_offset limit least(greatest(page_size, 1), 100)
      ) as matching
    )
    select private.catalogue_page(
      jsonb_agg(private.product_document(page.found) order by page.place), (select count(*) from matching)
    )
    from page
  );
end;
$$;
comment on function public.list_products is 'Lists the products that the caller may read: {items, total}.';
grant execute on function public.list_products to authenticated, service_role;

create function public.list_ingredients(
  product_id uuid default null,
  ingredient_id uuid default null,
  query text default null,
  is_archived boolean default false,
  sort text default 'name',
  is_descending boolean default false,
  page_offset integer default 0,
  page_size integer default 20
)
returns jsonb
language plpgsql
stable
security definer -- see list_claim_brands
set search_path = ''
as $$
#variable_conflict use_variable
declare
  masters uuid [] := case when not private.is_platform_admin() then private.readable_master_brands() end;
begin
  return (
    with matching as materialized (
      select ingredient as found, ingredient.id, ingredient.name, case sort
        when 'created_at' then ingredient.created_at when 'updated_at' then ingredient.updated_at
      end as sort_time
      from public.ingredients as ingredient
      where
        (masters is null or exists (
          select from public.product_ingredients as part
          inner join public.products as product on product.id = part.product_id
          where part.ingredient_id = ingredient.id and product.master_claim_brand_id = any (masters)
        ))
        and (ingredient_id is null or ingredient.id = ingredient_id)
        and (query is null or private.holds_text(ingredient.name || ' ' || ingredient.description, query))
        and (is_archived is null or (ingredient.archived_at is not null) = is_archived)
        and (product_id is null or exists (
          select from public.product_ingredients as part
          where part.product_id = list_ingredients.product_id and part.ingredient_id = ingredient.id
        ))
    ),
    page as (
      select matching.found, row_number() over () as place from (
        select matching.found from matching
        order by
          case when not is_descending then matching.sort_time end, case when is_descending then matching.sort_time end desc,
          case when not is_descending then matching.name end, case when is_descending then matching.name end desc,
          matching.id
        offset page_offset limit least(greatest(page_size, 1), 100)
      ) as matching
    )
    select private.catalogue_page(
      jsonb_agg(private.ingredient_document(page.found, masters) order by page.place), (select count(*) from matching)
    )
    from page
  );
end;
$$;
comment on function public.list_ingredients is
'Lists the ingredients of the products that the caller may read, or all for platform admins: {items, total}.';
grant execute on function public.list_ingredients to authenticated, service_role;
