create function private.catalogue_page(items jsonb, total bigint)
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
begin
  return jsonb_build_object('items', coalesce(items, '[]'), 'total', total);
end;
$$;

create function private.catalogue_actions(archived_at timestamptz)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return case
    when not private.is_platform_admin() then '["read"]'
    when archived_at is null then '["archive", "read", "update"]'
    else '["read", "restore", "update"]'
  end::jsonb;
end;
$$;
comment on function private.catalogue_actions is 'Lists what the caller may do with an item of the catalogue.';

create function private.claim_brand_document(master public.master_claim_brands)
returns jsonb
language sql
stable
security definer -- counts rows that the caller may read, since they may read the catalogue brand
set search_path = ''
as $$
  select to_jsonb(master) - array['created_by', 'updated_by'] || jsonb_build_object(
    'brands', (
      select coalesce(jsonb_agg(
        jsonb_build_object('id', brands.id, 'name', brands.name, 'slug', brands.slug) order by brands.name, brands.id
      ), '[]')
      from public.brand_master_claim_brands as link
      inner join public.brands on brands.id = link.brand_id
      where
        link.master_claim_brand_id = master.id
        and (private.is_platform_admin() or link.brand_id = any (private.brands_permitting('claim.read')))
    ),
    'uses', jsonb_build_object(
      'products', (
        select count(*) from public.products where products.master_claim_brand_id = master.id and products.archived_at is null
      ),
      'claims', (
        select count(*) from public.claims where claims.master_claim_brand_id = master.id and claims.archived_at is null
      )
    ),
    'allowed_actions', private.catalogue_actions(master.archived_at)
  );
$$;
comment on function private.claim_brand_document is
'Returns a catalogue brand with those of the linked brands that the caller may read, and with what uses it.';

create function private.product_document(product public.products)
returns jsonb
language sql
stable
security definer -- see claim_brand_document
set search_path = ''
as $$
  select to_jsonb(product) - array['created_by', 'updated_by', 'master_claim_brand_id'] || jsonb_build_object(
    'claim_brand', (
      select jsonb_build_object('id', master.id, 'name', master.name)
      from public.master_claim_brands as master where master.id = product.master_claim_brand_id
    ),
    'ingredients', (
      select coalesce(jsonb_agg(
        jsonb_build_object('id', ingredients.id, 'name', ingredients.name) order by ingredients.name, ingredients.id
      ), '[]')
      from public.product_ingredients as part
      inner join public.ingredients on ingredients.id = part.ingredient_id
      where part.product_id = product.id
    ),
    'uses', jsonb_build_object(
      'claims', (
        select count(*) from public.claim_subjects as subject
        inner join public.claims on claims.id = subject.claim_id
        where subject.product_id = product.id and claims.archived_at is null
      ),
      'overrides', (select count(*) from public.market_overrides as rule where rule.product_id = product.id)
    ),
    'allowed_actions', private.catalogue_actions(product.archived_at)
  );
$$;
comment on function private.product_document is 'Returns a product with its ingredients and with what uses it.';

create function private.ingredient_document(ingredient public.ingredients, masters uuid[])
returns jsonb
language sql
stable
security definer -- see claim_brand_document
set search_path = ''
as $$
  select to_jsonb(ingredient) - array['created_by', 'updated_by'] || jsonb_build_object(
    'uses', jsonb_build_object(
      'products', (
        select count(*) from public.product_ingredients as part
        inner join public.products on products.id = part.product_id
        where
          part.ingredient_id = ingredient.id and products.archived_at is null
          and (masters is null or products.master_claim_brand_id = any (masters))
      ),
      'claims', (
        select count(*) from public.claim_subjects as subject
        inner join public.claims on claims.id = subject.claim_id
        where subject.ingredient_id = ingredient.id and claims.archived_at is null
      )
    ),
    'allowed_actions', private.catalogue_actions(ingredient.archived_at)
  );
$$;
comment on function private.ingredient_document is
'Returns an ingredient with what uses it, of the products of these catalogue brands; null: of all.';
