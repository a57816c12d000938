create function private.override_documents(override_ids uuid[])
returns jsonb
language plpgsql
stable
security definer -- reads memberships of other people
set search_path = ''
as $$
declare
  is_platform constant boolean := private.is_platform_admin();
  writable constant uuid [] := private.writable_master_brands();
  people jsonb;
  active jsonb;
begin
  select private.people_named(array_agg(found.created_by) || array_agg(found.updated_by)) into people
  from public.market_overrides as found where found.id = any (override_ids);
  select jsonb_agg(countries.code order by countries.code) into active
  from public.countries where countries.is_active and exists (
    select from public.market_overrides as found
    where found.id = any (override_ids) and found.market_country = '__ALL_COUNTRIES__'
  );
  return (
    select coalesce(jsonb_agg(
      jsonb_build_object(
        'id', rule.id, 'market', rule.market_country, 'is_blocked', rule.is_blocked, 'version', rule.version,
        'effect', case
          when rule.replacement_claim_id is not null then 'replaces'
          when rule.is_blocked then 'blocks' else 'exempts'
        end,
        'countries', case when rule.market_country = '__ALL_COUNTRIES__' then active end,
        'product', jsonb_build_object('id', product.id, 'name', product.name),
        'master_claim', private.claim_reference(master), 'replacement_claim', private.claim_reference(replacement),
        'created_at', rule.created_at, 'updated_at', rule.updated_at,
        'created_by', private.named_person(rule.created_by, people),
        'updated_by', private.named_person(rule.updated_by, people),
        'allowed_actions', case
          when is_platform or product.master_claim_brand_id = any (writable) then '["delete", "read", "update"]'
          when rule.created_by = auth.uid() and rule.market_country <> '__ALL_COUNTRIES__'
            and not private.denies_claim_write(array[product.master_claim_brand_id]) then '["read", "update"]'
          else '["read"]'
        end::jsonb
      )
      order by asked.place
    ), '[]')
    from unnest(override_ids) with ordinality as asked (id, place)
    inner join public.market_overrides as rule on rule.id = asked.id
    inner join public.products as product on product.id = rule.product_id
    inner join public.claims as master on master.id = rule.master_claim_id
    left join public.claims as replacement on replacement.id = rule.replacement_claim_id
  );
end;
$$;
comment on function private.override_documents is
'Returns overrides in the given order, with the claims and the product that they name, the active countries for a rule
for all, and what the caller may do. The caller must be allowed to read them.';

create function private.claim_reference(claim public.claims)
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
begin
  return case when claim.id is not null then jsonb_build_object(
    'id', claim.id, 'text', claim.text ->> 'original', 'status', claim.status, 'level', claim.level
  ) end;
end;
$$;
comment on function private.claim_reference is 'Returns {id, text, status, level} of a claim; null for none.';

create function private.readable_product(product_id uuid)
returns public.products
language plpgsql
stable
set search_path = ''
as $$
declare
  product public.products;
begin
  select products.* into product from public.products where products.id = readable_product.product_id;
  if product.id is null or not (
    private.is_platform_admin() or product.master_claim_brand_id = any (private.readable_master_brands())
  ) then
    perform private.refuse(404, 'product not found');
  end if;
  return product;
end;
$$;
comment on function private.readable_product is 'Returns a product; 404 unless the caller may read it.';

create function public.list_market_overrides(
  brand_id uuid default null,
  claim_brand_id uuid default null,
  product_id uuid default null,
  claim_id uuid default null,
  market text default null,
  override_id uuid default null,
  sort text default 'updated_at',
  is_descending boolean default true,
  page_offset integer default 0,
  page_size integer default 20
)
returns jsonb
language plpgsql
stable
security definer -- see override_documents; takes what the caller may read first
set search_path = ''
as $$
#variable_conflict use_variable
declare
  masters uuid [] := case when not private.is_platform_admin() then private.readable_master_brands() end;
  ids uuid [];
  total bigint;
begin
  if brand_id is not null or claim_brand_id is not null then
    masters := private.require_claim_brands(claim_brand_id, brand_id);
  end if;
  with matching as materialized (
    select
      rule.id, rule.updated_at, rule.created_at,
      case list_market_overrides.sort when 'product' then product.name when 'market' then rule.market_country end as name
    from public.market_overrides as rule
    inner join public.products as product on product.id = rule.product_id
    where
      (masters is null or product.master_claim_brand_id = any (masters))
      and (override_id is null or rule.id = override_id)
      and (product_id is null or rule.product_id = list_market_overrides.product_id)
      and (claim_id is null or claim_id in (rule.master_claim_id, rule.replacement_claim_id))
      and (market is null or rule.market_country = market)
  )
  select
    (select count(*) from matching),
    array(
      select matching.id from matching
      order by
        case when not is_descending then matching.name end, case when is_descending then matching.name end desc,
        case when not is_descending then case sort when 'created_at' then matching.created_at else matching.updated_at end
        end,
        case when is_descending then case sort when 'created_at' then matching.created_at else matching.updated_at end
        end desc,
        matching.id
      offset page_offset limit least(greatest(page_size, 1), 100)
    )
  into total, ids;
  return jsonb_build_object('items', private.override_documents(ids), 'total', total);
end;
$$;
comment on function public.list_market_overrides is
'Lists the overrides of products that the caller may read: {items, total}. claim_id: rules that override it or put it in
the place of another. market: a country, or __ALL_COUNTRIES__ for rules for all.';
grant execute on function public.list_market_overrides to authenticated, service_role;

create function public.list_override_conflicts(
  override_id uuid default null,
  master_claim_id uuid default null,
  product_id uuid default null,
  market text default null
)
returns jsonb
language plpgsql
stable
security definer -- see override_documents
set search_path = ''
as $$
#variable_conflict use_variable
declare
  rule public.market_overrides;
  found uuid [];
begin
  select rules.* into rule from public.market_overrides as rules where rules.id = override_id;
  if override_id is not null and rule.id is null then
    perform private.refuse(404, 'override not found');
  end if;
  perform private.readable_product(coalesce(rule.product_id, product_id));
  found := array(
    select other.id
    from private.conflicting_overrides(
      coalesce(rule.master_claim_id, master_claim_id), coalesce(rule.product_id, product_id),
      coalesce(rule.market_country, market)
    ) as other
  );
  return jsonb_build_object('items', private.override_documents(found), 'total', cardinality(found));
end;
$$;
comment on function public.list_override_conflicts is
'Lists the rules that a rule, or one that is yet to be made, stands beside: {items, total}. A rule for all countries and
one for a country of the same claim and product are in conflict.';
grant execute on function public.list_override_conflicts to authenticated, service_role;
