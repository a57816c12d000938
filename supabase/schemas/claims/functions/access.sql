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
'Lists the catalogue brands that are linked to a brand in which the caller may read claims.';
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
'Lists the catalogue brands that are linked to a brand in which the caller may write claims.';
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
comment on function private.readable_products is 'Lists the products of the catalogue brands that the caller may read.';
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
comment on function private.readable_ingredients is 'Lists the ingredients of the products that the caller may read.';
grant execute on function private.readable_ingredients to authenticated, service_role;

create function private.readable_claim_ids()
returns setof uuid
language sql
stable
security definer -- reads links that belong to brands, whatever else of them the caller may read
set search_path = ''
rows 1000
as $$
  select claims.id from public.claims
  where claims.level = 'brand' and claims.master_claim_brand_id = any (private.readable_master_brands())
  union
  select subject.claim_id from public.claim_subjects as subject
  where
    subject.product_id = any (private.readable_products())
    or subject.ingredient_id = any (private.readable_ingredients())
  union
  select claims.id from public.claims where private.is_platform_admin();
$$;
comment on function private.readable_claim_ids is
'Lists the claims of the catalogue brands, products and ingredients that the caller may read; all claims for platform
admins.';
grant execute on function private.readable_claim_ids to authenticated, service_role;

create function private.claim_master_brands(claim_id uuid)
returns setof uuid
language sql
stable
set search_path = ''
as $$
  select claims.master_claim_brand_id from public.claims where claims.id = claim_id and claims.level = 'brand'
  union
  select products.master_claim_brand_id
  from public.claim_subjects as subject
  left join public.product_ingredients as part on part.ingredient_id = subject.ingredient_id
  inner join public.products on products.id in (subject.product_id, part.product_id)
  where subject.claim_id = claim_master_brands.claim_id;
$$;
comment on function private.claim_master_brands is
'Lists the catalogue brand of a claim of the level brand, else those of the products that the claim is about or whose
ingredients it is about.';

create function private.claims_about(master_brands uuid[])
returns setof uuid
language sql
stable
set search_path = ''
rows 1000
as $$
  select claims.id from public.claims where claims_about.master_brands is null
  union
  select claims.id from public.claims where claims.master_claim_brand_id = any (claims_about.master_brands)
  union
  select subject.claim_id
  from public.products as product
  inner join public.claim_subjects as subject on subject.product_id = product.id
  where product.master_claim_brand_id = any (claims_about.master_brands)
  union
  select subject.claim_id
  from public.products as product
  inner join public.product_ingredients as part on part.product_id = product.id
  inner join public.claim_subjects as subject on subject.ingredient_id = part.ingredient_id
  where product.master_claim_brand_id = any (claims_about.master_brands);
$$;
comment on function private.claims_about is
'Lists the claims about these catalogue brands, their products and the ingredients of these; all claims for null.';

create function private.denies_claim_write(master_brands uuid[])
returns boolean
language sql
stable
set search_path = ''
as $$
  select exists (
    select from public.brand_master_claim_brands as link
    where link.master_claim_brand_id = any (master_brands) and private.is_restricted(link.brand_id, 'claim.write')
  );
$$;
comment on function private.denies_claim_write is
'Whether a membership of the caller in a brand that is linked to one of the catalogue brands, or their API key, denies
claim.write.';

create function private.is_own_claim(claim public.claims, master_brands uuid[])
returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  return coalesce(claim.created_by = auth.uid(), false) and claim.level <> 'ingredient'
    and not private.denies_claim_write(master_brands);
end;
$$;
comment on function private.is_own_claim is 'Whether the caller may change a claim because they wrote it.';

create function private.require_claim_write(master_brands uuid[], level public.claim_level, author uuid default null)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if private.is_platform_admin() then
    return;
  end if;
  if cardinality(master_brands) = 0 or not master_brands && private.readable_master_brands() then
    perform private.refuse(404, 'claim not found');
  end if;
  -- Claims of ingredients are shared by all tenants, so only platform admins write them. An author may edit their own
  -- claim while they may read it and no membership denies them claim.write.
  if author = auth.uid() and level <> 'ingredient' and not private.denies_claim_write(master_brands) then
    return;
  end if;
  if level = 'ingredient' or not master_brands <@ private.writable_master_brands() then
    perform private.refuse(403, 'this needs the permission claim.write in a brand that is linked to it');
  end if;
end;
$$;
comment on function private.require_claim_write is
'Raises 404 unless the caller may read claims of one of the catalogue brands, and 403 unless the caller may write claims
of all of them or is the given author.';

create function private.require_claim_brands(claim_brand_id uuid, brand_id uuid)
returns uuid[]
language plpgsql
stable
set search_path = ''
as $$
begin
  if claim_brand_id is not null then
    if not private.is_platform_admin() and not claim_brand_id = any (private.readable_master_brands())
      or not exists (select from public.master_claim_brands as master where master.id = claim_brand_id)
    then
      perform private.refuse(404, 'claim brand not found');
    end if;
    return array[claim_brand_id];
  elsif brand_id is not null then
    perform private.require_permission(brand_id, 'claim.read');
    return array(
      select link.master_claim_brand_id from public.brand_master_claim_brands as link
      where link.brand_id = require_claim_brands.brand_id
    );
  end if;
  perform private.refuse(400, 'name a claim brand or a brand', jsonb_build_array(jsonb_build_object(
    'field', 'claimBrandId', 'code', 'REQUIRED_FIELD_MISSING', 'message', 'claimBrandId or brandId is required'
  )));
end;
$$;
comment on function private.require_claim_brands is
'Returns the catalogue brand, or all that a brand is linked to. Raises 404 unless the caller may read their claims, and
400 where neither is named.';

create function private.claim_to_write(
  claim_id uuid, is_for_author boolean default false, is_for_reviewer boolean default false
)
returns public.claims
language plpgsql
stable
set search_path = ''
as $$
declare
  claim public.claims;
begin
  if not private.may_read_claim(claim_to_write.claim_id) then
    perform private.refuse(404, 'claim not found');
  end if;
  select * into claim from public.claims where claims.id = claim_to_write.claim_id;
  if not is_for_reviewer then
    perform private.require_claim_write(
      array(select private.claim_master_brands(claim_to_write.claim_id)), claim.level,
      case when is_for_author then claim.created_by end
    );
  end if;
  return claim;
end;
$$;
comment on function private.claim_to_write is
'Returns a claim that private.lock_claim would lock, without the lock. 404 and 403 as there.';
