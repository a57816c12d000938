create function private.guard_override()
returns trigger
language plpgsql
security definer -- reads all claims, whatever the caller may read
set search_path = ''
as $$
declare
  replacement public.claims;
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
'Raises 400 unless the market is an active country or all countries, the master claim is global, and the replacement is
a claim of the market.';

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
    link.brand_id, 'claim', override.master_claim_id, 'MarketOverrideChanged',
    jsonb_strip_nulls(jsonb_build_object(
      'productId', override.product_id, 'market', override.market_country, 'operation', lower(tg_op),
      'countries', case when override.market_country = '__ALL_COUNTRIES__' then (
        select jsonb_agg(countries.code order by countries.code) from public.countries where countries.is_active
      ) end
    ))
  )
  from public.products
  inner join public.brand_master_claim_brands as link on link.master_claim_brand_id = products.master_claim_brand_id
  where products.id = override.product_id;
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
  where market_overrides.id = remove_market_override.override_id for update;
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
'Deletes a rule. Requires claim.write in a brand that is linked to the product.';
grant execute on function public.remove_market_override to authenticated, service_role;
