-- Which claims stand for a product in a market at a time (domain §6): the one place that decides it.

create type public.resolved_claim as (
  product_id uuid,
  claim_text text,
  original_text text,
  status text,
  scope integer,
  level public.claim_level,
  source text,
  claim_id uuid,
  master_claim_id uuid,
  override_id uuid,
  is_master boolean
);
comment on type public.resolved_claim is
'status: allowed, disallowed, mandatory or none; scope: 1 override, 2 market, 3 global; source: its level, or override.
original_text: of the master where an override put another text in its place.';

create function private.resolve_product_claims(products uuid[], market text, at timestamptz)
returns setof public.resolved_claim
language sql
stable
set search_path = ''
as $$
  with subjects as (
    -- The product, its ingredients, and its own catalogue brand: not the others that a tenant is linked to.
    select product.id as product_id, subject.id as subject_id
    from public.products as product
    cross join lateral (
      select product.id
      union all
      select product.master_claim_brand_id
      union all
      select part.ingredient_id from public.product_ingredients as part where part.product_id = product.id
    ) as subject
    where product.id = any (resolve_product_claims.products)
  ),
  gathered as (
    -- Effective and approved (or never in an approval), of this market or of all; of both, it is the market's.
    select
      subjects.product_id, claim.id as claim_id, claim.text ->> 'original' as claim_text, claim.status, claim.level,
      min(case scoped.country when '__GLOBAL__' then 3 else 2 end) as scope,
      bool_or(scoped.country = '__GLOBAL__') as is_master
    from subjects
    inner join private.claim_scopes as scoped
      on scoped.subject_id = subjects.subject_id and scoped.country in ('__GLOBAL__', resolve_product_claims.market)
    inner join public.claims as claim on claim.id = scoped.claim_id
    where
      claim.effective_from <= resolve_product_claims.at
      and (claim.effective_to is null or claim.effective_to > resolve_product_claims.at)
      and coalesce(claim.approval, 'approved') = 'approved'
    group by subjects.product_id, claim.id
  ),
  picked as (
    -- One override for each master: that of the country beats that of all countries.
    select distinct on (override.product_id, override.master_claim_id)
      override.*, master.level, master.text ->> 'original' as master_text, master.id as master_id
    from public.market_overrides as override
    inner join public.claims as master on master.id = override.master_claim_id
    where
      override.product_id = any (resolve_product_claims.products)
      and override.market_country in ('__ALL_COUNTRIES__', resolve_product_claims.market)
    order by override.product_id, override.master_claim_id, override.market_country = '__ALL_COUNTRIES__'
  ),
  effective as (
    -- Neither blocked nor replaced is no effect. A replacement that is missing or not in force leaves nothing.
    select
      picked.*, replacement.id as active_replacement_id, replacement.text ->> 'original' as replacement_text,
      replacement.status as replacement_status
    from picked
    left join public.claims as replacement
      on
        replacement.id = picked.replacement_claim_id
        and replacement.effective_from <= resolve_product_claims.at
        and (replacement.effective_to is null or replacement.effective_to > resolve_product_claims.at)
        and coalesce(replacement.approval, 'approved') = 'approved'
    where picked.is_blocked or picked.replacement_claim_id is not null
  ),
  stacked as (
    select
      effective.product_id,
      coalesce(effective.replacement_text, effective.master_text) as claim_text,
      effective.master_text as original_text,
      coalesce(effective.replacement_status::text, 'none') as status,
      1 as scope, effective.level, 'override' as source,
      coalesce(effective.active_replacement_id, effective.master_id) as claim_id,
      effective.master_id as master_claim_id, effective.id as override_id, true as is_master
    from effective
    union all
    select
      gathered.product_id, gathered.claim_text, gathered.claim_text, gathered.status::text, gathered.scope,
        gathered.level,
      gathered.level::text, gathered.claim_id, case when gathered.is_master then gathered.claim_id end, null,
        gathered.is_master
    from gathered
    -- The override stands in the place of a global claim; beside one of the market it stands as well.
    where gathered.scope = 2 or not exists (
      select from effective
      where effective.product_id = gathered.product_id and effective.master_claim_id = gathered.claim_id
    )
  ),
  won as (
    select distinct on (stacked.product_id, lower(btrim(stacked.claim_text, E' \t\n\r'))) stacked.*
    from stacked
    order by
      stacked.product_id, lower(btrim(stacked.claim_text, E' \t\n\r')), stacked.scope, stacked.level,
      array_position(array['none', 'disallowed', 'mandatory', 'allowed'], stacked.status), stacked.claim_id,
        stacked.override_id
  )
  select
    won.product_id, won.claim_text, won.original_text, won.status, won.scope, won.level, won.source, won.claim_id,
    won.master_claim_id, won.override_id, won.is_master
  from won
  order by won.product_id, won.scope, won.level, won.claim_text, won.claim_id;
$$;
comment on function private.resolve_product_claims is
'The claims that stand for each product: scope first, then level; of equals disallowed, mandatory, allowed, lowest id.';

create function private.readable_master_brands()
returns uuid[]
language sql
stable
security definer -- reads links that belong to brands, whatever else of them the caller may read
set search_path = ''
as $$
  select coalesce(array_agg(distinct link.master_claim_brand_id), '{}')
  from public.brand_master_claim_brands as link
  where link.brand_id = any (private.brands_permitting('claim.read'));
$$;
comment on function private.readable_master_brands is
'The catalogue brands that are linked to a brand in which the caller may read claims.';
grant execute on function private.readable_master_brands to authenticated, service_role;

create function private.writable_master_brands()
returns uuid[]
language sql
stable
security definer -- see readable_master_brands
set search_path = ''
as $$
  select coalesce(array_agg(distinct link.master_claim_brand_id), '{}')
  from public.brand_master_claim_brands as link
  where link.brand_id = any (private.brands_permitting('claim.write'));
$$;
comment on function private.writable_master_brands is
'The catalogue brands that are linked to a brand in which the caller may write claims.';
grant execute on function private.writable_master_brands to authenticated, service_role;

create function private.readable_products()
returns uuid[]
language sql
stable
security definer -- see readable_master_brands
set search_path = ''
as $$
  select coalesce(array_agg(products.id), '{}')
  from public.products where products.master_claim_brand_id = any (private.readable_master_brands());
$$;
comment on function private.readable_products is 'The products of the catalogue brands that the caller may read.';
grant execute on function private.readable_products to authenticated, service_role;

create function private.readable_ingredients()
returns uuid[]
language sql
stable
security definer -- see readable_master_brands
set search_path = ''
as $$
  select coalesce(array_agg(distinct part.ingredient_id), '{}')
  from public.product_ingredients as part where part.product_id = any (private.readable_products());
$$;
comment on function private.readable_ingredients is 'The ingredients of the products that the caller may read.';
grant execute on function private.readable_ingredients to authenticated, service_role;

create function private.check_market(market text)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if market is null or market !~ '^[A-Z]{2}$' or cardinality(private.unknown_countries(array[market])) > 0 then
    perform private.refuse(400, 'a market is one country', jsonb_build_array(jsonb_build_object(
      'field', 'country', 'code', 'INVALID_FORMAT', 'message', 'an ISO 3166-1 alpha-2 code is expected'
    )));
  end if;
end;
$$;
comment on function private.check_market is '400 unless it is the code of one country: "all countries" is no market.';

create function public.resolve_claims(product_id uuid, market text, at timestamptz default now())
returns setof public.resolved_claim
language plpgsql
stable
security definer -- reads claims of ingredients that are shared, and not all of which the caller may list
set search_path = ''
as $$
begin
  if not exists (
    select from public.products
    where products.id = resolve_claims.product_id
      and (private.is_platform_admin() or products.master_claim_brand_id = any (private.readable_master_brands()))
  ) then
    perform private.refuse(404, 'product not found');
  end if;
  perform private.check_market(market);
  return query select * from private.resolve_product_claims(array[resolve_claims.product_id], market,
    coalesce(resolve_claims.at, now())
    );
end;
$$;
comment on function public.resolve_claims is
'The stacked claims of a product in a market at a time, strongest scope first.';
grant execute on function public.resolve_claims to authenticated;

create function public.claim_matrix(
  master_claim_brand_id uuid, market text, at timestamptz default now(), row_limit integer default 200
)
returns table (
  claim_text text, product_id uuid, product_name text, status text, source text, is_master boolean, override_id uuid
)
language plpgsql
stable
security definer -- see resolve_claims
set search_path = ''
as $$
#variable_conflict use_column
begin
  if not private.is_platform_admin()
    and not claim_matrix.master_claim_brand_id = any (private.readable_master_brands())
    or not exists (select from public.master_claim_brands as master
      where master.id = claim_matrix.master_claim_brand_id)
  then
    perform private.refuse(404, 'master claim brand not found');
  end if;
  perform private.check_market(claim_matrix.market);
  return query
    with resolved as (
      select resolved.*, lower(btrim(resolved.original_text, E' \t\n\r')) as text_key
      from private.resolve_product_claims(
        array(select products.id from public.products
          where products.master_claim_brand_id = claim_matrix.master_claim_brand_id),
        claim_matrix.market, coalesce(claim_matrix.at, now())
      ) as resolved
    ),
    texts as (
      select resolved.text_key, min(resolved.original_text) as original_text
      from resolved
      group by resolved.text_key
      order by resolved.text_key
      limit least(greatest(coalesce(claim_matrix.row_limit, 200), 1), 2000)
    )
    -- A replaced claim stays in its master's row; where more than one claim meets in a cell, the strongest is shown.
    select distinct on (texts.text_key, products.name, products.id)
      texts.original_text, products.id, products.name, coalesce(resolved.status, 'none'), resolved.source,
      coalesce(resolved.is_master, false), resolved.override_id
    from texts
    cross join public.products
    left join resolved on resolved.text_key = texts.text_key and resolved.product_id = products.id
    where products.master_claim_brand_id = claim_matrix.master_claim_brand_id
    order by texts.text_key, products.name, products.id, resolved.scope, resolved.level;
end;
$$;
comment on function public.claim_matrix is
'Rows: texts of claims; columns: the products of a catalogue brand by name; one record for each cell, `none` where
nothing stands.';
grant execute on function public.claim_matrix to authenticated;
