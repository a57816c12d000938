-- Overrides, and what a check of claims leads to.

create function public.set_market_override(
  master_claim_id uuid,
  market_country text,
  product_id uuid,
  is_blocked boolean default true,
  replacement_claim_id uuid default null,
  is_forced boolean default false
)
returns table (override_id uuid, conflicts jsonb)
language plpgsql
volatile
security definer
set search_path = ''
as $$
#variable_conflict use_variable
declare
  existing public.market_overrides;
  master_brand uuid := (select products.master_claim_brand_id from public.products where products.id = product_id);
  author uuid;
begin
  -- One at a time for each claim and product: a rule for all and one for a country must not pass each other by.
  perform pg_advisory_xact_lock(hashtextextended('override:' || master_claim_id || product_id, 0));
  select * into existing from public.market_overrides as found
  where
    found.master_claim_id = set_market_override.master_claim_id
      and found.market_country = set_market_override.market_country
    and found.product_id = set_market_override.product_id;
  if not private.is_platform_admin() and not coalesce(master_brand = any (private.readable_master_brands()), false) then
    perform private.refuse(404, 'product not found');
  end if;
  -- Who made a rule for one country may change it; a rule for all countries is the admins'.
  author := case when market_country <> '__ALL_COUNTRIES__' and not exists (
    select from public.brand_master_claim_brands as link
    where link.master_claim_brand_id = master_brand and private.is_restricted(link.brand_id, 'claim.write')
  ) then existing.created_by end;
  if not private.is_platform_admin() and author is distinct from auth.uid()
    and not master_brand = any (private.writable_master_brands())
  then
    perform private.refuse(403, 'this needs the permission claim.write in a brand that is linked to the product');
  end if;
  -- What is overridden, and what replaces it, is something that the caller may read.
  if not private.is_platform_admin() and exists (
    select from unnest(array[master_claim_id, replacement_claim_id]) as named
    where named is not null and not array(select private.claim_master_brands(named)) && private.readable_master_brands()
  ) then
    perform private.refuse(404, 'claim not found');
  end if;
  if existing.id is null then
    select coalesce(jsonb_agg(jsonb_build_object('field', 'marketCountry', 'code', 'CONFLICT', 'message',
      other.market_country)
      order by other.market_country), '[]') into conflicts
    from public.market_overrides as other
    where
      other.master_claim_id = set_market_override.master_claim_id
      and other.product_id = set_market_override.product_id
      and (other.market_country = '__ALL_COUNTRIES__') <> (set_market_override.market_country = '__ALL_COUNTRIES__');
    if conflicts <> '[]' and not coalesce(is_forced, false) then
      perform private.refuse(409, 'there are rules for other markets of this product', conflicts);
    end if;
  else
    conflicts := '[]';
  end if;
  insert into public.market_overrides as overrides (
    master_claim_id, market_country, product_id, is_blocked, replacement_claim_id
  )
  values (master_claim_id, market_country, product_id, is_blocked, replacement_claim_id)
  on conflict on constraint market_overrides_master_claim_id_market_country_product_id_key do update
    set is_blocked = excluded.is_blocked, replacement_claim_id = excluded.replacement_claim_id
  returning overrides.id into override_id;
  return next;
end;
$$;
comment on function public.set_market_override is
'Blocks, replaces or exempts a master claim for a product in a market. A rule for all beside one for a country is 409,
with the list of them, unless forced; then both stay, and the list comes as a warning.';
grant execute on function public.set_market_override to authenticated;

create function public.remove_market_override(override_id uuid)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  override public.market_overrides;
  master_brand uuid;
begin
  select * into override from public.market_overrides where market_overrides.id = remove_market_override.override_id;
  select products.master_claim_brand_id into master_brand from public.products where products.id = override.product_id;
  if not private.is_platform_admin() and not coalesce(master_brand = any (private.readable_master_brands()), false)
    or override.id is null
  then
    perform private.refuse(404, 'override not found');
  elsif not private.is_platform_admin() and not master_brand = any (private.writable_master_brands()) then
    perform private.refuse(403, 'this needs the permission claim.write in a brand that is linked to the product');
  end if;
  delete from public.market_overrides where market_overrides.id = override.id;
end;
$$;
comment on function public.remove_market_override is
'Ends a rule, by an admin of a brand that is linked to the product.';
grant execute on function public.remove_market_override to authenticated;

create function public.override_claim_review(review_id uuid, reason text)
returns setof public.claim_reviews
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  review public.claim_reviews;
begin
  select * into review from public.claim_reviews where claim_reviews.id = review_id for update;
  perform private.require_permission(review.brand_id, 'claim.write', 'review');
  perform private.require_reason(reason, 'reason');
  if review.overridden_at is not null then
    perform private.refuse(409, 'the review is overridden already');
  end if;
  perform private.append_event(review.brand_id, 'content', review.content_id, 'ClaimsReviewOverridden',
    jsonb_build_object(
    'reviewId', review.id, 'reason', reason
  ));
  return query
    update public.claim_reviews set override_reason = reason, overridden_by = auth.uid(), overridden_at = now()
    where claim_reviews.id = review.id
    returning *;
end;
$$;
comment on function public.override_claim_review is
'Lets a content be published in spite of violations, with a reason that stays.';
grant execute on function public.override_claim_review to authenticated;

create function public.record_claim_review(
  content_id uuid, country text, findings jsonb, overall text, violations integer, strictness text default 'standard'
)
returns setof public.claim_reviews
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  content public.contents;
begin
  -- By the service only: a review that bars publishing is not for those to write whom it bars.
  select * into content from private.content_by_id(record_claim_review.content_id);
  if content.id is null then
    perform private.refuse(404, 'content not found');
  end if;
  perform private.check_market(country);
  perform private.append_event(content.brand_id, 'content', content.id, 'ClaimsReviewed', jsonb_build_object(
    'country', country, 'overall', overall, 'violations', violations
  ));
  return query
    insert into public.claim_reviews (
      brand_id, content_id, content_version, country, strictness, overall, violations, findings, created_by
    )
    values (
      content.brand_id, content.id, content.version, record_claim_review.country, record_claim_review.strictness,
      record_claim_review.overall, record_claim_review.violations, record_claim_review.findings, auth.uid()
    )
    returning *;
end;
$$;
comment on function public.record_claim_review is
'For the service: the result of checking a content against the claims of a market.';
grant execute on function public.record_claim_review to service_role;
