create function private.claims_in_force(products uuid[], market text, at timestamptz)
returns table (
  product_id uuid,
  claim_id uuid,
  claim_text text,
  status public.claim_status,
  level public.claim_level,
  scope integer,
  is_master boolean
)
language sql
stable
set search_path = ''
rows 100
as $$
  with subjects as (
    -- The product, its catalogue brand and its ingredients. Other catalogue brands of the tenant do not count.
    select product.id as product_id, subject.id as subject_id
    from public.products as product
    cross join lateral (
      select product.id
      union all
      select product.master_claim_brand_id
      union all
      select part.ingredient_id from public.product_ingredients as part where part.product_id = product.id
    ) as subject
    where product.id = any (claims_in_force.products)
  )
  -- A claim of the market and of all markets counts as one of the market: its lower scope wins.
  select
    subjects.product_id, claim.id, claim.text ->> 'original', claim.status, claim.level,
    min(case scoped.country when '__GLOBAL__' then 3 else 2 end),
    bool_or(scoped.country = '__GLOBAL__')
  from subjects
  inner join private.claim_scopes as scoped
    on scoped.subject_id = subjects.subject_id and scoped.country in ('__GLOBAL__', claims_in_force.market)
  inner join public.claims as claim on claim.id = scoped.claim_id
  where
    claim.effective_from <= claims_in_force.at
    and (claim.effective_to is null or claim.effective_to > claims_in_force.at)
    and coalesce(claim.approval, 'approved') = 'approved'
  group by subjects.product_id, claim.id;
$$;
comment on function private.claims_in_force is
'Lists the claims of each product that are effective and approved (or were never put into an approval) in a market at a
time. scope: 2 for a claim of the market, 3 for a global one. is_master: the claim is a global one.';

create function private.overrides_in_force(products uuid[], market text, at timestamptz)
returns table (
  product_id uuid,
  override_id uuid,
  master_id uuid,
  level public.claim_level,
  master_text text,
  replacement_id uuid,
  replacement_text text,
  replacement_status public.claim_status
)
language sql
stable
set search_path = ''
rows 100
as $$
  with picked as (
    -- One override for each master claim: a rule for the country beats a rule for all countries.
    select distinct on (override.product_id, override.master_claim_id)
      override.*, master.level, master.text ->> 'original' as master_text
    from public.market_overrides as override
    inner join public.claims as master on master.id = override.master_claim_id
    where
      override.product_id = any (overrides_in_force.products)
      and override.market_country in ('__ALL_COUNTRIES__', overrides_in_force.market)
    order by override.product_id, override.master_claim_id, override.market_country = '__ALL_COUNTRIES__'
  )
  select
    picked.product_id, picked.id, picked.master_claim_id, picked.level, picked.master_text,
    replacement.id, replacement.text ->> 'original', replacement.status
  from picked
  left join public.claims as replacement
    on
      replacement.id = picked.replacement_claim_id
      and replacement.effective_from <= overrides_in_force.at
      and (replacement.effective_to is null or replacement.effective_to > overrides_in_force.at)
      and coalesce(replacement.approval, 'approved') = 'approved'
  -- A rule that neither blocks nor replaces has no effect, except that it beat the rule for all countries above.
  where picked.is_blocked or picked.replacement_claim_id is not null;
$$;
comment on function private.overrides_in_force is
'Lists the override of each product and master claim that takes effect in a market at a time. The columns of the
replacement are null where none is named, or where the named claim is not effective or not approved.';

create function private.resolve_product_claims(products uuid[], market text, at timestamptz)
returns setof public.resolved_claim
language sql
stable
set search_path = ''
as $$
  with gathered as (
    select found.*
    from private.claims_in_force(
      resolve_product_claims.products, resolve_product_claims.market, resolve_product_claims.at
    ) as found
  ),
  overridden as (
    select found.*
    from private.overrides_in_force(
      resolve_product_claims.products, resolve_product_claims.market, resolve_product_claims.at
    ) as found
  ),
  stacked as (
    select
      overridden.product_id, coalesce(overridden.replacement_text, overridden.master_text) as claim_text,
      overridden.master_text as original_text, coalesce(overridden.replacement_status::text, 'none') as status,
      1 as scope, overridden.level, 'override' as source,
      coalesce(overridden.replacement_id, overridden.master_id) as claim_id,
      overridden.master_id as master_claim_id, overridden.override_id, true as is_master
    from overridden
    union all
    select
      gathered.product_id, gathered.claim_text, gathered.claim_text, gathered.status::text, gathered.scope,
      gathered.level, gathered.level::text, gathered.claim_id,
      case when gathered.is_master then gathered.claim_id end, null, gathered.is_master
    from gathered
    -- An override takes the place of a global claim. A claim of the market stays beside it.
    where gathered.scope = 2 or not exists (
      select from overridden
      where overridden.product_id = gathered.product_id and overridden.master_id = gathered.claim_id
    )
  ),
  won as (
    select distinct on (stacked.product_id, keyed.text_key) stacked.*
    from stacked
    cross join lateral (select lower(btrim(stacked.claim_text, E' \t\n\r')) as text_key) as keyed
    order by
      stacked.product_id, keyed.text_key, stacked.scope, stacked.level,
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
'Resolves which claims apply to each product in a market at a time (domain §6). Of claims with the same text the lowest
scope wins, then the strongest level, then the status none, disallowed, mandatory, allowed, then the lowest id.';

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
comment on function private.check_market is
'Raises 400 unless the market is the code of one country; "all countries" is not a market.';

create function public.resolve_claims(product_id uuid, market text, at timestamptz default now())
returns setof public.resolved_claim
language plpgsql
stable
security definer -- reads shared claims of ingredients, of which the caller may list only some
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
  return query
    select * from private.resolve_product_claims(
      array[resolve_claims.product_id], market, coalesce(resolve_claims.at, now())
    );
end;
$$;
comment on function public.resolve_claims is
'Lists the claims that apply to a product in a market at a time, the strongest scope first.';
grant execute on function public.resolve_claims to authenticated, service_role;

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
    -- A replaced claim stays in the row of its master. Of several claims in one cell the strongest is shown.
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
'Returns the claims of a catalogue brand as a matrix: a row for each text, a column for each product by name, and one
record for each cell. The status of a cell without a claim is `none`. row_limit: 200 texts by default, at most 2000.';
grant execute on function public.claim_matrix to authenticated, service_role;
