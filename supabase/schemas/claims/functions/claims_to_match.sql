create function private.general_subjects(master_brands uuid[])
returns uuid[]
language sql
stable
set search_path = ''
as $$
  select coalesce(array_agg(subject.id), '{}')
  from (
    select master.id from public.master_claim_brands as master
    where master.id = any (general_subjects.master_brands) and master.archived_at is null
    union
    select ingredient.id
    from public.master_claim_brands as master
    inner join public.products on products.master_claim_brand_id = master.id and products.archived_at is null
    inner join public.product_ingredients as part on part.product_id = products.id
    inner join public.ingredients as ingredient on ingredient.id = part.ingredient_id and ingredient.archived_at is null
    where master.id = any (general_subjects.master_brands) and master.archived_at is null
  ) as subject;
$$;
comment on function private.general_subjects is
'Lists these catalogue brands and the ingredients of their products, as far as they are in use.';

create function private.texts_of_products(master_brands uuid[], market text, at timestamptz)
returns table (product_id uuid, text_key text)
language sql
stable
set search_path = ''
rows 1000
as $$
  with stocked as (
    select products.id
    from public.master_claim_brands as master
    inner join public.products on products.master_claim_brand_id = master.id and products.archived_at is null
    where master.id = any (texts_of_products.master_brands) and master.archived_at is null
  )
  select stocked.id, scoped.text_key
  from stocked
  inner join private.claim_scopes as scoped
    on scoped.subject_id = stocked.id and scoped.country in ('__GLOBAL__', texts_of_products.market)
  where
    scoped.is_approved and scoped.effective_from <= texts_of_products.at
    and (scoped.effective_to is null or scoped.effective_to > texts_of_products.at)
  union
  select stocked.id, private.claim_text_key(claim.text)
  from stocked
  inner join public.market_overrides as override
    on
      override.product_id = stocked.id
      and override.market_country in ('__ALL_COUNTRIES__', texts_of_products.market)
  inner join public.claims as claim on claim.id in (override.master_claim_id, override.replacement_claim_id);
$$;
comment on function private.texts_of_products is
'Lists the texts for which a product of these catalogue brands differs from its catalogue brand and its ingredients: of
its own claims in a market at a time, and of its overrides.';

create function private.general_claims(master_brands uuid[], market text, at timestamptz)
returns setof public.resolved_claim
language plpgsql
stable
set search_path = ''
rows 1000
as $$
declare
  products uuid[];
  texts text[];
begin
  -- What a product shares with others is resolved once, not for each of them.
  return query
    select found.*
    from private.resolve_product_claims(
      private.general_subjects(general_claims.master_brands), general_claims.market, general_claims.at
    ) as found;
  select array_agg(own.product_id), array_agg(own.text_key) into products, texts
  from private.texts_of_products(general_claims.master_brands, general_claims.market, general_claims.at) as own;
  if cardinality(products) > 20000 then
    perform private.refuse(409, 'too many claims for a text about all products', jsonb_build_array(jsonb_build_object(
      'field', 'productIds', 'code', 'CONFLICT', 'message', format(
        'there are %s claims and overrides of products in %s, and at most 20000 are compared: name the products',
        cardinality(products), general_claims.market
      )
    )));
  end if;
  if products is not null then
    return query
      select found.*
      from private.resolve_product_claims(
        products, general_claims.market, general_claims.at, texts, is_paired => true
      ) as found;
  end if;
end;
$$;
comment on function private.general_claims is
'Resolves the claims for a text about no certain product: it has to hold for the catalogue brands, for each ingredient
and for each product by itself. Raises 409 for more than 20,000 claims and overrides of products.';

create function private.claims_to_match(brand_id uuid, market text, product_ids uuid[], at timestamptz)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  masters constant uuid[] := array(
    select link.master_claim_brand_id
    from public.brand_master_claim_brands as link where link.brand_id = claims_to_match.brand_id
  );
  is_general constant boolean := cardinality(product_ids) = 0;
begin
  return (
    with resolved as materialized (
      select
        found.*, private.wording_key(found.claim_text) as text_key,
        private.wording_key(found.original_text) as original_key
      from private.general_claims(masters, market, at) as found
      where is_general
      union all
      select
        found.*, private.wording_key(found.claim_text), private.wording_key(found.original_text)
      from private.resolve_product_claims(product_ids, market, at) as found
      where not is_general
    ),
    -- Of several products the strictest counts: a wording that one of them may not use is no claim of the others.
    barred as (
      select resolved.text_key from resolved where resolved.status in ('none', 'disallowed')
      union
      select replaced.original_key
      from resolved as replaced
      where
        replaced.override_id is not null and replaced.original_key <> replaced.text_key
        and not exists (
          select from resolved as own
          where own.product_id = replaced.product_id and own.text_key = replaced.original_key
        )
    ),
    -- One row for each claim and what became of it, however many products have it.
    kinds as (
      select
        resolved.claim_id, resolved.claim_text, resolved.original_text, resolved.status, resolved.level,
        resolved.override_id is not null as is_override,
        case when resolved.original_key <> resolved.text_key then resolved.master_claim_id end as replaced_id
      from resolved
      left join barred on barred.text_key = resolved.text_key
      where barred.text_key is null or resolved.status in ('none', 'disallowed')
      group by 1, 2, 3, 4, 5, 6, 7
    ),
    proven as (
      select evidence.claim_id, private.evidence_state_of(max(coalesce(evidence.expires_on, 'infinity')), at) as state
      from private.claim_evidence as evidence
      where evidence.status = 'accepted' and evidence.claim_id in (select kinds.claim_id from kinds)
      group by evidence.claim_id
    )
    select coalesce(jsonb_agg(jsonb_build_object(
      'id', kinds.claim_id, 'version', claim.version, 'text', kinds.claim_text, 'original', kinds.original_text,
      'texts', private.as_object(claim.text) - 'original',
      'original_texts', coalesce(private.as_object(replaced.text) - 'original', '{}'),
      'status', kinds.status, 'level', kinds.level, 'is_override', kinds.is_override,
      -- Of a brand in general, only what all of its products must say can be missing.
      'is_demanded', not is_general or kinds.level = 'brand',
      'evidence', coalesce(proven.state, 'none'),
      'has_reference', cardinality(claim.regulatory_references) > 0
    ) order by kinds.claim_id, kinds.claim_text, kinds.status, kinds.replaced_id), '[]')
    from kinds
    inner join public.claims as claim on claim.id = kinds.claim_id
    left join public.claims as replaced on replaced.id = kinds.replaced_id
    left join proven on proven.claim_id = kinds.claim_id
    where kinds.claim_text is not null and kinds.original_text is not null
  );
end;
$$;
comment on function private.claims_to_match is
'Lists the claims that a text of a brand is compared with in a market at a time: those of the given products, or
private.general_claims, each once for each status that it has. original_texts: the translations of the claim that an
override replaced. Of a wording that one product may not use, only the rows that bar it.';
