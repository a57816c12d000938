create function private.replacement_for(claim_id uuid, market text, master_brands uuid[])
returns text
language sql
stable
set search_path = ''
as $$
  -- Claims of ingredients are shared: what other catalogue brands say of them is nothing of this tenant's.
  with stocked as (
    select products.id from public.products where products.master_claim_brand_id = any (replacement_for.master_brands)
  ),
  lost as (
    select claims.*, claims.text ->> 'original' as original
    from public.claims where claims.id = replacement_for.claim_id
  ),
  named as (
    -- The replacement that a rule of the market names
    select replacement.text ->> 'original' as words
    from public.market_overrides as override
    inner join stocked on stocked.id = override.product_id
    inner join public.claims as replacement on replacement.id = override.replacement_claim_id
    where
      override.master_claim_id = replacement_for.claim_id
      and override.market_country in (replacement_for.market, '__ALL_COUNTRIES__')
      and replacement.countries && array['__GLOBAL__', replacement_for.market]
      and replacement.status <> 'disallowed' and replacement.archived_at is null
    order by override.market_country = '__ALL_COUNTRIES__', override.id
    limit 1
  ),
  subjects as (
    select own.subject_id
    from private.claim_scopes as own
    where
      own.claim_id = replacement_for.claim_id
      and (
        own.subject_id = any (replacement_for.master_brands)
        or own.subject_id in (select stocked.id from stocked)
        or own.subject_id in (
          select part.ingredient_id from public.product_ingredients as part
          inner join stocked on stocked.id = part.product_id
        )
      )
  ),
  nearest as (
    select other.text ->> 'original' as words
    from lost
    cross join subjects
    inner join private.claim_scopes as scoped
      on
        scoped.subject_id = subjects.subject_id and scoped.country in ('__GLOBAL__', replacement_for.market)
        and scoped.status = 'allowed' and scoped.is_approved and scoped.effective_from <= now()
        and (scoped.effective_to is null or scoped.effective_to > now()) and scoped.claim_id <> lost.id
    inner join public.claims as other on other.id = scoped.claim_id
    where private.evidence_state(other.id) <> 'expired'
    order by extensions.similarity(other.text ->> 'original', lost.original) desc, other.id
    limit 1
  )
  select coalesce((select named.words from named), (select nearest.words from nearest));
$$;
comment on function private.replacement_for is
'Returns the claim of these catalogue brands that may stand in place of another in a market: that of an override, else
the most similar allowed claim of the same subject. Null where there is none.';
