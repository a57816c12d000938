create function public.create_market_override(
  master_claim_id uuid,
  market_country text,
  product_id uuid,
  is_blocked boolean default true,
  replacement_claim_id uuid default null,
  is_forced boolean default false
)
returns setof jsonb
language plpgsql
volatile
security definer -- overrides are written by commands only
set search_path = ''
as $$
#variable_conflict use_variable
declare
  made uuid;
  master_brand uuid;
  beside uuid [];
begin
  perform private.require_functions();
  master_brand := (select products.master_claim_brand_id from public.products where products.id = product_id);
  perform private.require_override_write(
    null, master_brand, market_country, array[master_claim_id, replacement_claim_id]
  );
  -- One at a time for each claim and product, so that a rule for all countries and one for a country see each other.
  perform pg_advisory_xact_lock(hashtextextended('override:' || master_claim_id || product_id, 0));
  if exists (
    select from public.products
    where products.id = product_id and products.archived_at is not null
  ) then
    perform private.refuse(409, 'the product is archived: restore it first');
  end if;
  beside := array(
    select other.id from private.conflicting_overrides(master_claim_id, product_id, market_country) as other
  );
  if cardinality(beside) > 0 and not coalesce(is_forced, false) then
    perform private.refuse(409, 'there are rules for other markets of this product', (
      select jsonb_agg(
        jsonb_build_object(
          'field', 'market', 'code', 'CONFLICT', 'rule', other.id::text, 'message', other.market_country
        )
        order by other.market_country
      )
      from public.market_overrides as other where other.id = any (beside)
    ));
  end if;
  insert into public.market_overrides as overrides (
    master_claim_id, market_country, product_id, is_blocked, replacement_claim_id
  )
  values (master_claim_id, market_country, product_id, is_blocked, replacement_claim_id)
  returning overrides.id into made;
  return next (private.override_documents(array[made]) -> 0) || jsonb_build_object(
    'warnings', private.override_documents(beside)
  );
end;
$$;
comment on function public.create_market_override is
'Blocks, replaces or exempts a master claim for a product in a market. Raises 409 with the conflicting rules where a
rule for all countries would stand beside one for a country. With is_forced both stay, and warnings lists the other
rules.';
grant execute on function public.create_market_override to authenticated, service_role;

create function public.update_market_override(override_id uuid, expected_version integer, changes jsonb)
returns setof jsonb
language plpgsql
volatile
security definer -- overrides are written by commands only
set search_path = ''
as $$
#variable_conflict use_variable
declare
  rule public.market_overrides;
  master_brand uuid;
  changed public.market_overrides;
begin
  perform private.require_functions();
  select * into rule from public.market_overrides as rules where rules.id = override_id;
  if rule.id is null then
    perform private.refuse(404, 'override not found');
  end if;
  master_brand := (select products.master_claim_brand_id from public.products where products.id = rule.product_id);
  changed := jsonb_populate_record(rule, changes);
  perform private.require_override_write(
    rule, master_brand, rule.market_country, array[rule.master_claim_id, changed.replacement_claim_id]
  );
  select * into rule from public.market_overrides as rules where rules.id = override_id for update;
  if rule.id is null then
    perform private.refuse(404, 'override not found');
  end if;
  perform private.require_version(rule.version, expected_version, 'override');
  changed := jsonb_populate_record(rule, changes);
  update public.market_overrides as rules
  set is_blocked = changed.is_blocked, replacement_claim_id = changed.replacement_claim_id
  where rules.id = rule.id;
  return next private.override_documents(array[rule.id]) -> 0;
end;
$$;
comment on function public.update_market_override is
'Changes whether a rule blocks (is_blocked) and what it puts in place (replacement_claim_id). Its claim, product and
market are fixed. Raises 428 without a version and 412 where the rule has another.';
grant execute on function public.update_market_override to authenticated, service_role;

create function public.remove_market_override(override_id uuid)
returns void
language plpgsql
volatile
security definer -- overrides are written by commands only
set search_path = ''
as $$
declare
  override public.market_overrides;
  master_brand uuid;
begin
  perform private.require_functions();
  select * into override from public.market_overrides
  where market_overrides.id = remove_market_override.override_id;
  select products.master_claim_brand_id into master_brand from public.products where products.id = override.product_id;
  if not private.is_platform_admin() and not coalesce(master_brand = any (private.readable_master_brands()), false)
    or override.id is null
  then
    perform private.refuse(404, 'override not found');
  elsif not private.is_platform_admin() and not master_brand = any (private.writable_master_brands()) then
    perform private.refuse(403, 'this needs the permission claim.write in a brand that is linked to the product');
  end if;
  delete from public.market_overrides where market_overrides.id = override.id;
  if not found then
    perform private.refuse(404, 'override not found');
  end if;
end;
$$;
comment on function public.remove_market_override is
'Deletes a rule. Requires claim.write in a brand that is linked to the product.';
grant execute on function public.remove_market_override to authenticated, service_role;
