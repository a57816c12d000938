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
  stocked constant uuid[] := case
    when is_general then array(
      select products.id from public.products
      where products.master_claim_brand_id = any (masters) order by products.id limit 5000
    )
    else product_ids
  end;
begin
  return (
    with resolved as (
      select found.product_id, found.claim_text, found.original_text, found.status, found.level, found.claim_id,
        found.override_id
      from private.resolve_product_claims(stocked, market, at) as found
      union all
      -- Claims of catalogue brands without products. Their overrides are of products.
      select null, claim.text ->> 'original', claim.text ->> 'original', claim.status::text, claim.level, claim.id, null
      from private.claim_scopes as scoped
      inner join public.claims as claim on claim.id = scoped.claim_id
      where
        is_general and scoped.subject_id = any (masters) and scoped.country in ('__GLOBAL__', market)
        and scoped.effective_from <= at and (scoped.effective_to is null or scoped.effective_to > at)
        and scoped.is_approved
        and not exists (select from public.products where products.master_claim_brand_id = scoped.subject_id)
    ),
    -- One row for each claim and what became of it, however many products have it.
    kinds as (
      select
        resolved.claim_id, resolved.claim_text, resolved.original_text, resolved.status, resolved.level,
        resolved.override_id is not null as is_override
      from resolved
      group by 1, 2, 3, 4, 5, 6
    ),
    proven as (
      select evidence.claim_id, private.evidence_state_of(max(coalesce(evidence.expires_on, 'infinity')), at) as state
      from private.claim_evidence as evidence
      where evidence.status = 'accepted' and evidence.claim_id in (select kinds.claim_id from kinds)
      group by evidence.claim_id
    )
    select coalesce(jsonb_agg(jsonb_build_object(
      'id', kinds.claim_id, 'version', claim.version, 'text', kinds.claim_text, 'original', kinds.original_text,
      'texts', case
        when claim.text ->> 'original' = kinds.claim_text then private.as_object(claim.text) - 'original' else '{}'
      end,
      'status', kinds.status, 'level', kinds.level, 'is_override', kinds.is_override,
      -- Of a brand in general, only what all of its products must say can be missing.
      'is_demanded', not is_general or kinds.level = 'brand',
      'evidence', coalesce(proven.state, 'none'),
      'has_reference', cardinality(claim.regulatory_references) > 0
    ) order by kinds.claim_id, kinds.claim_text, kinds.status), '[]')
    from kinds
    inner join public.claims as claim on claim.id = kinds.claim_id
    left join proven on proven.claim_id = kinds.claim_id
    where kinds.claim_text is not null and kinds.original_text is not null
  );
end;
$$;
comment on function private.claims_to_match is
'Lists the claims that a text of a brand is compared with in a market at a time: those of the given products, or of all
products of the brand (at most 5,000), each once for each status that it has.';

create function private.claims_hold_until(brand_id uuid, markets text[], at timestamptz)
returns timestamptz
language sql
stable
set search_path = ''
as $$
  with masters as (
    select link.master_claim_brand_id as id
    from public.brand_master_claim_brands as link where link.brand_id = claims_hold_until.brand_id
  ),
  subjects as (
    select masters.id from masters
    union
    select products.id from public.products inner join masters on masters.id = products.master_claim_brand_id
    union
    select part.ingredient_id
    from public.product_ingredients as part
    inner join public.products on products.id = part.product_id
    inner join masters on masters.id = products.master_claim_brand_id
  )
  select least(min(bound.at), min(evidence.expires_on::timestamptz))
  from subjects
  inner join private.claim_scopes as scoped
    on
      scoped.subject_id = subjects.id
      and (scoped.country = '__GLOBAL__' or scoped.country = any (claims_hold_until.markets))
  left join private.claim_evidence as evidence
    on
      evidence.claim_id = scoped.claim_id and evidence.status = 'accepted'
      and evidence.expires_on::timestamptz > claims_hold_until.at
  left join lateral (
    values (scoped.effective_from), (scoped.effective_to)
  ) as bound (at) on bound.at > claims_hold_until.at;
$$;
comment on function private.claims_hold_until is
'Returns when the next claim of a brand, or piece of evidence for one, begins or ends to count in these markets; null
where no such time is known.';

create function private.products_named(content public.contents)
returns uuid[]
language plpgsql
stable
set search_path = ''
as $$
declare
  form constant jsonb := coalesce(private.content_form(content), '[]');
begin
  return array(
    select distinct products.id
    from jsonb_array_elements(private.as_array(form)) as field
    cross join lateral jsonb_array_elements(
      case jsonb_typeof(content.fields -> (field ->> 'id'))
        when 'array' then content.fields -> (field ->> 'id')
        else jsonb_build_array(content.fields -> (field ->> 'id'))
      end
    ) as named
    inner join public.products on products.id = private.as_uuid(named #>> '{}')
    inner join public.brand_master_claim_brands as link
      on link.master_claim_brand_id = products.master_claim_brand_id and link.brand_id = content.brand_id
    where field ->> 'type' = 'product_selector'
    order by 1
    limit 50
  );
end;
$$;
comment on function private.products_named is
'Lists the products of the brand that the fields of a content name, at most 50.';

create function private.require_markets(markets text[])
returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  market text;
begin
  if coalesce(cardinality(markets), 0) not between 1 and 10 then
    perform private.refuse(400, 'a check needs 1 to 10 markets',
      '[{"field": "markets", "code": "REQUIRED_FIELD_MISSING", "message": "name one, or set those of the brand"}]');
  end if;
  foreach market in array markets loop
    perform private.check_market(market);
  end loop;
end;
$$;
comment on function private.require_markets is 'Raises 400 unless these are 1 to 10 markets that exist.';

create function public.read_claims_to_check(
  brand_id uuid default null,
  content_id uuid default null,
  markets text[] default '{}',
  product_ids uuid[] default '{}'
)
returns jsonb
language plpgsql
stable
security definer -- reads shared claims of ingredients, of which the caller may list only some
set search_path = ''
as $$
#variable_conflict use_variable
declare
  now_at constant timestamptz := now();
  content public.contents;
  brand public.brands;
  asked text[];
  products uuid[] := coalesce(product_ids, '{}');
begin
  if content_id is not null then
    perform private.require_visible_content(content_id);
    select * into content from private.content_by_id(content_id);
    brand_id := content.brand_id;
    if cardinality(products) = 0 then
      products := private.products_named(content);
    end if;
  end if;
  perform private.require_permission(brand_id, 'claim.read');
  select * into brand from public.brands where brands.id = brand_id;
  asked := array(select distinct market from unnest(
    case when coalesce(cardinality(markets), 0) > 0 then markets else private.markets_to_check(brand_id) end
  ) as market order by market);
  perform private.require_markets(asked);
  if exists (
    select from unnest(products) as product (id)
    where not exists (
      select from public.products
      inner join public.brand_master_claim_brands as link
        on link.master_claim_brand_id = products.master_claim_brand_id
      where products.id = product.id and link.brand_id = read_claims_to_check.brand_id
    )
  ) then
    perform private.refuse(404, 'product not found');
  end if;
  return jsonb_build_object(
    'brand_id', brand.id, 'language', brand.language, 'at', now_at, 'product_ids', products,
    'state', coalesce(private.claims_state(brand_id), md5('')),
    'valid_until', private.claims_hold_until(brand_id, asked, now_at),
    'markets', (
      select jsonb_agg(jsonb_build_object(
        'market', market, 'claims', private.claims_to_match(brand_id, market, products, now_at)
      ) order by market)
      from unnest(asked) as market
    ),
    'rules', (
      select coalesce(jsonb_agg(to_jsonb(rule) order by rule.id), '[]')
      from private.claim_rules as rule where rule.markets && asked
    ),
    'content', case when content.id is not null then jsonb_build_object(
      'id', content.id, 'version', content.version, 'text', private.text_fingerprint(content),
      'document', private.delivery_document(content) - 'claims'
    ) end
  );
end;
$$;
comment on function public.read_claims_to_check is
'Returns what a text of a brand, or a content, is compared with: {brand_id, language, at, product_ids, state,
valid_until, markets: [{market, claims}], rules, content}. markets: by default those of the brand; product_ids: by
default those that the content names, else all of the brand.';
grant execute on function public.read_claims_to_check to authenticated, service_role;
