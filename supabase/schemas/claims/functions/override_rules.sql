create function private.is_claim_of_product(claim_id uuid, product_id uuid)
returns boolean
language sql
stable
set search_path = ''
as $$
  select exists (
    select from public.products
    where
      products.id = is_claim_of_product.product_id
      and products.master_claim_brand_id in (select private.claim_master_brands(is_claim_of_product.claim_id))
  );
$$;
comment on function private.is_claim_of_product is
'Whether a claim is of the catalogue brand of a product: of the brand itself, its products or their ingredients.';

create function private.guard_override()
returns trigger
language plpgsql
security definer -- reads all claims, whatever the caller may read
set search_path = ''
as $$
declare
  replacement public.claims;
  unrelated text;
  wanted text := case new.market_country when '__ALL_COUNTRIES__' then '__GLOBAL__' else new.market_country end;
begin
  if cardinality(private.unknown_countries(array[wanted])) > 0
    or exists (select from public.countries where countries.code = wanted and not countries.is_active)
  then
    perform private.refuse(400, 'there is no such market', jsonb_build_array(jsonb_build_object(
      'field', 'market', 'code', 'INVALID_FORMAT', 'message', new.market_country
    )));
  end if;
  if not exists (
    select from public.claims
    where claims.id = new.master_claim_id and '__GLOBAL__' = any (claims.countries)
      and (tg_op = 'UPDATE' or claims.archived_at is null)
  ) then
    perform private.refuse(400, 'only a global claim can be overridden', jsonb_build_array(jsonb_build_object(
      'field', 'masterClaimId', 'code', 'INVALID_FORMAT', 'message', 'not a global claim in use'
    )));
  end if;
  -- Else it would tell of the claims of a catalogue brand that readers of this one may not know.
  unrelated := case
    when not private.is_claim_of_product(new.master_claim_id, new.product_id) then 'masterClaimId'
    when new.replacement_claim_id is not null
      and (tg_op = 'INSERT' or new.replacement_claim_id is distinct from old.replacement_claim_id)
      and not private.is_claim_of_product(new.replacement_claim_id, new.product_id) then 'replacementClaimId'
  end;
  if unrelated is not null and not (tg_op = 'UPDATE' and unrelated = 'masterClaimId') then
    perform private.refuse(400, 'the claim is not one of the product', jsonb_build_array(jsonb_build_object(
      'field', unrelated, 'code', 'INVALID_FORMAT',
      'message', 'a claim of the product, its claim brand or its ingredients is expected'
    )));
  end if;
  select * into replacement from public.claims where claims.id = new.replacement_claim_id;
  if replacement.archived_at is not null and (tg_op = 'INSERT' or new.replacement_claim_id <> old.replacement_claim_id)
  then
    perform private.refuse(400, 'the replacement is archived', jsonb_build_array(jsonb_build_object(
      'field', 'replacementClaimId', 'code', 'INVALID_FORMAT', 'message', 'restore it, or choose another'
    )));
  end if;
  if replacement.id is not null and wanted <> all (replacement.countries) then
    perform private.refuse(400, 'the replacement is of another market', jsonb_build_array(jsonb_build_object(
      'field', 'replacementClaimId', 'code', 'INVALID_FORMAT', 'message', 'a claim of ' || wanted || ' is expected'
    )));
  end if;
  return new;
end;
$$;
comment on function private.guard_override is
'Raises 400 unless the market is an active country or all countries, the master claim is global, the replacement is a
claim of the market, and both are of the catalogue brand of the product.';

create function private.announce_override()
returns trigger
language plpgsql
security definer -- events are written by functions only
set search_path = ''
as $$
declare
  override public.market_overrides := case tg_op when 'DELETE' then old else new end;
begin
  -- A rule for all countries lists every active country (domain §6).
  perform private.append_event(
    linked.brand_id, 'claim', override.master_claim_id, 'MarketOverrideChanged',
    jsonb_strip_nulls(jsonb_build_object(
      'productId', override.product_id, 'market', override.market_country, 'operation', lower(tg_op),
      'countries', case when override.market_country = '__ALL_COUNTRIES__' then (
        select jsonb_agg(countries.code order by countries.code) from public.countries where countries.is_active
      ) end
    ))
  )
  from (
    select link.brand_id
    from public.products
    inner join public.brand_master_claim_brands as link on link.master_claim_brand_id = products.master_claim_brand_id
    where products.id = override.product_id
    order by link.brand_id
  ) as linked;
  return null;
end;
$$;

create function private.require_override_write(
  existing public.market_overrides, master_brand uuid, market_country text, claim_ids uuid[]
)
returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  author uuid;
begin
  if private.is_platform_admin() then
    return;
  end if;
  if not coalesce(master_brand = any (private.readable_master_brands()), false) then
    perform private.refuse(404, 'product not found');
  end if;
  -- The author of a rule for one country may change it. A rule for all countries needs claim.write.
  author := case when market_country <> '__ALL_COUNTRIES__' and not exists (
    select from public.brand_master_claim_brands as link
    where link.master_claim_brand_id = master_brand and private.is_restricted(link.brand_id, 'claim.write')
  ) then existing.created_by end;
  if author is distinct from auth.uid() and not master_brand = any (private.writable_master_brands()) then
    perform private.refuse(403, 'this needs the permission claim.write in a brand that is linked to the product');
  end if;
  if exists (
    select from unnest(claim_ids) as named
    where named is not null and not array(select private.claim_master_brands(named)) && private.readable_master_brands()
  ) then
    perform private.refuse(404, 'claim not found');
  end if;
end;
$$;
comment on function private.require_override_write is
'Raises 404 unless the caller may read the catalogue brand of the product and the named claims, and 403 unless the
caller may write claims of that brand or created the existing rule for one country.';

create function private.conflicting_overrides(
  master_claim_id uuid, product_id uuid, market_country text
)
returns setof public.market_overrides
language sql
stable
set search_path = ''
as $$
  select other.*
  from public.market_overrides as other
  where
    other.master_claim_id = conflicting_overrides.master_claim_id
    and other.product_id = conflicting_overrides.product_id
    and (other.market_country = '__ALL_COUNTRIES__') <> (conflicting_overrides.market_country = '__ALL_COUNTRIES__')
  order by other.market_country;
$$;
comment on function private.conflicting_overrides is
'Lists the rules for single countries beside a rule for all countries, or the rule for all countries beside one for a
country.';
