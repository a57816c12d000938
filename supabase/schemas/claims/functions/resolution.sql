create function private.claims_in_force(
  products uuid[], markets text[], at timestamptz, text_keys text[] default null
)
returns setof private.claim_in_force
language sql
stable
set search_path = ''
rows 1000
as $$
  with subjects as (
    -- The product, its catalogue brand and its ingredients. Other catalogue brands of the tenant do not count.
    select product.id as product_id, subject.id as subject_id
    from public.products as product
    inner join public.master_claim_brands as master on master.id = product.master_claim_brand_id
    cross join lateral (
      select product.id
      union all
      select master.id
      union all
      select part.ingredient_id
      from public.product_ingredients as part
      inner join public.ingredients on ingredients.id = part.ingredient_id
      where part.product_id = product.id and ingredients.archived_at is null
    ) as subject
    where product.id = any (claims_in_force.products) and product.archived_at is null and master.archived_at is null
    union all
    -- Catalogue brands and ingredients, each by itself: see private.general_claims.
    select master.id, master.id from public.master_claim_brands as master
    where master.id = any (claims_in_force.products) and master.archived_at is null
    union all
    select ingredient.id, ingredient.id from public.ingredients as ingredient
    where ingredient.id = any (claims_in_force.products) and ingredient.archived_at is null
  )
  -- A claim of the market and of all markets counts as one of the market: its lower scope wins.
  select
    subjects.product_id, asked.market, scoped.claim_id, scoped.text_key, scoped.status, scoped.level,
    min(case scoped.country when '__GLOBAL__' then 3 else 2 end),
    bool_or(scoped.country = '__GLOBAL__')
  from subjects
  cross join unnest(claims_in_force.markets) as asked (market)
  inner join private.claim_scopes as scoped
    on scoped.subject_id = subjects.subject_id and scoped.country in ('__GLOBAL__', asked.market)
  where
    scoped.is_approved
    and scoped.effective_from <= claims_in_force.at
    and (scoped.effective_to is null or scoped.effective_to > claims_in_force.at)
    and (claims_in_force.text_keys is null or scoped.text_key = any (claims_in_force.text_keys))
  group by subjects.product_id, asked.market, scoped.claim_id, scoped.text_key, scoped.status, scoped.level;
$$;
comment on function private.claims_in_force is
'Lists the claims of each product that are effective and approved (or were never put into an approval) in each market at
a time, of these texts if some are given. Catalogue brands and ingredients among the products have their own claims
alone.';

create function private.claims_of_texts(products uuid[], text_keys text[], markets text[], at timestamptz)
returns setof private.claim_in_force
language sql
stable
set search_path = ''
rows 1000
as $$
  with asked as (
    select distinct pair.product_id, pair.text_key
    from unnest(claims_of_texts.products, claims_of_texts.text_keys) as pair (product_id, text_key)
  ),
  -- Each pair is looked up by itself: a join would compare each text with each claim of the catalogue brand.
  subjects as (
    select asked.product_id, asked.text_key, subject.id as subject_id
    from asked
    inner join public.products as product on product.id = asked.product_id and product.archived_at is null
    inner join public.master_claim_brands as master
      on master.id = product.master_claim_brand_id and master.archived_at is null
    cross join lateral (
      select product.id
      union all
      select master.id
      union all
      select part.ingredient_id
      from public.product_ingredients as part
      inner join public.ingredients on ingredients.id = part.ingredient_id
      where part.product_id = product.id and ingredients.archived_at is null
    ) as subject
  )
  select
    subjects.product_id, of_market.market, scoped.claim_id, scoped.text_key, scoped.status, scoped.level,
    min(case scoped.country when '__GLOBAL__' then 3 else 2 end),
    bool_or(scoped.country = '__GLOBAL__')
  from subjects
  cross join unnest(claims_of_texts.markets) as of_market (market)
  cross join lateral (
    select claim_scopes.*
    from private.claim_scopes
    where
      claim_scopes.subject_id = subjects.subject_id and claim_scopes.country in ('__GLOBAL__', of_market.market)
      and claim_scopes.text_key = subjects.text_key
    offset 0
  ) as scoped
  where
    scoped.is_approved
    and scoped.effective_from <= claims_of_texts.at
    and (scoped.effective_to is null or scoped.effective_to > claims_of_texts.at)
  group by subjects.product_id, of_market.market, scoped.claim_id, scoped.text_key, scoped.status, scoped.level;
$$;
comment on function private.claims_of_texts is
'Lists what private.claims_in_force lists, of certain texts of certain products: the first text is of the first
product.';

create function private.overrides_in_force(products uuid[], markets text[], at timestamptz)
returns table (
  product_id uuid,
  market text,
  override_id uuid,
  master_id uuid,
  level public.claim_level,
  master_key text,
  replacement_id uuid,
  replacement_key text,
  replacement_status public.claim_status,
  has_effect boolean
)
language sql
stable
set search_path = ''
rows 100
as $$
  with picked as (
    -- One override for each master claim: a rule for the country beats a rule for all countries.
    select distinct on (override.product_id, asked.market, override.master_claim_id)
      override.*, asked.market, master.level, private.claim_text_key(master.text) as master_key
    from public.market_overrides as override
    cross join unnest(overrides_in_force.markets) as asked (market)
    inner join public.claims as master on master.id = override.master_claim_id
    inner join public.products as product on product.id = override.product_id
    inner join public.master_claim_brands as brand on brand.id = product.master_claim_brand_id
    where
      override.product_id = any (overrides_in_force.products)
      and override.market_country in ('__ALL_COUNTRIES__', asked.market)
      and master.archived_at is null and product.archived_at is null and brand.archived_at is null
    order by
      override.product_id, asked.market, override.master_claim_id, override.market_country = '__ALL_COUNTRIES__'
  )
  select
    picked.product_id, picked.market, picked.id, picked.master_claim_id, picked.level, picked.master_key,
    replacement.id, private.claim_text_key(replacement.text), replacement.status,
    -- A rule that neither blocks nor replaces has no effect, except that it beat the rule for all countries above.
    picked.is_blocked or picked.replacement_claim_id is not null
  from picked
  left join public.claims as replacement
    on
      replacement.id = picked.replacement_claim_id
      and replacement.archived_at is null
      and replacement.effective_from <= overrides_in_force.at
      and (replacement.effective_to is null or replacement.effective_to > overrides_in_force.at)
      and coalesce(replacement.approval, 'approved') = 'approved'
      -- It may have left the market since the rule was made.
      and replacement.countries && array['__GLOBAL__', picked.market];
$$;
comment on function private.overrides_in_force is
'Lists the override of each product and master claim that counts in each market at a time; has_effect is false for one
that only exempts the market. The columns of the replacement are null where none is named, or where the named claim is
not effective, not approved, archived or not for the market.';

create function private.stack_claims(
  products uuid[], markets text[], at timestamptz, text_keys text[] default null, is_paired boolean default false
)
returns table (
  product_id uuid,
  market text,
  text_key text,
  original_key text,
  status text,
  scope integer,
  level public.claim_level,
  claim_id uuid,
  master_claim_id uuid,
  override_id uuid,
  exemption_id uuid,
  is_master boolean,
  is_replaced boolean,
  place bigint
)
language sql
stable
set search_path = ''
rows 1000
as $$
  with gathered as (
    select found.*
    from private.claims_in_force(stack_claims.products, stack_claims.markets, stack_claims.at, stack_claims.text_keys)
      as found
    where not stack_claims.is_paired
    union all
    select found.*
    from private.claims_of_texts(stack_claims.products, stack_claims.text_keys, stack_claims.markets, stack_claims.at)
      as found
    where stack_claims.is_paired
  ),
  overridden as (
    select found.*
    from private.overrides_in_force(
      case
        when stack_claims.is_paired then array(select distinct pair.id from unnest(stack_claims.products) as pair (id))
        else stack_claims.products
      end,
      stack_claims.markets, stack_claims.at
    ) as found
  ),
  stacked as (
    select
      overridden.product_id, overridden.market, coalesce(overridden.replacement_key, overridden.master_key) as text_key,
      overridden.master_key as original_key, coalesce(overridden.replacement_status::text, 'none') as status,
      1 as scope, overridden.level, coalesce(overridden.replacement_id, overridden.master_id) as claim_id,
      overridden.master_id as master_claim_id, overridden.override_id, null::uuid as exemption_id, true as is_master,
      false as is_replaced
    from overridden
    where
      overridden.has_effect and (
        stack_claims.text_keys is null or stack_claims.is_paired
        or coalesce(overridden.replacement_key, overridden.master_key) = any (stack_claims.text_keys)
      )
    union all
    select
      gathered.product_id, gathered.market, gathered.text_key, gathered.text_key, gathered.status::text, gathered.scope,
      gathered.level, gathered.claim_id, case when gathered.is_master then gathered.claim_id end,
      case when overridden.has_effect then overridden.override_id end,
      case when not overridden.has_effect then overridden.override_id end, gathered.is_master,
      -- An override takes the place of a global claim. A claim of the market stays beside it.
      coalesce(overridden.has_effect and gathered.scope = 3, false)
    from gathered
    left join overridden
      on
        overridden.product_id = gathered.product_id
        and overridden.market = gathered.market
        and overridden.master_id = gathered.claim_id
  )
  select
    stacked.*,
    -- Compared byte by byte, which is much faster than by the rules of a language, and as good for telling apart.
    row_number() over (
      partition by stacked.product_id, stacked.market, stacked.text_key collate "C"
      order by
        stacked.is_replaced, stacked.scope, stacked.level,
        array_position(array['none', 'disallowed', 'mandatory', 'allowed'], stacked.status), stacked.claim_id,
        stacked.override_id
    )
  from stacked;
$$;
comment on function private.stack_claims is
'Stacks all claims and overrides of each product in each market at a time (domain §6). Of those with the same text the
one in the first place holds: the lowest scope, then the strongest level, then the status none, disallowed, mandatory,
allowed, then the lowest id. Those whose place an override takes (is_replaced) come last, and never hold. scope: 1
override, 2 market, 3 global. The override of a claim that is_replaced is the one that took its place. With is_paired the
first text is of the first product, and so on: name the texts of each override of a product with it.';

create function private.resolve_product_claims(
  products uuid[], market text, at timestamptz, text_keys text[] default null, is_paired boolean default false
)
returns setof public.resolved_claim
language sql
stable
set search_path = ''
as $$
  select
    held.product_id, claim.text ->> 'original', coalesce(master.text, claim.text) ->> 'original', held.status, held.scope,
    held.level, case held.scope when 1 then 'override' else held.level::text end, held.claim_id, held.master_claim_id,
    case held.scope when 1 then held.override_id end, held.is_master
  from private.stack_claims(
    resolve_product_claims.products, array[resolve_product_claims.market], resolve_product_claims.at,
    resolve_product_claims.text_keys, resolve_product_claims.is_paired
  ) as held
  inner join public.claims as claim on claim.id = held.claim_id
  left join public.claims as master on held.scope = 1 and master.id = held.master_claim_id
  where held.place = 1 and not held.is_replaced
  order by held.product_id, held.scope, held.level, claim.text ->> 'original', held.claim_id;
$$;
comment on function private.resolve_product_claims is
'Resolves which claims apply to each product in a market at a time: the first of each text in private.stack_claims.';
