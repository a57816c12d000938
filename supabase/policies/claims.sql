-- countries, master_claim_brands, brand_master_claim_brands, products, ingredients, product_ingredients, claims,
-- claim_subjects, claim_versions, claim_approval_steps, claim_approvals, claim_reviewers, market_overrides,
-- claim_reviews
--
-- A tenant reads the master claim brands to which it is linked, and their products, ingredients and claims. Commands
-- write all of it: they count what checks of contents depend on, and announce the change.
--
-- Nobody reads who wrote a row that several tenants share: created_by, updated_by and actor_id are in no grant
-- (decision 46).

grant select, update (name, is_active) on public.countries to authenticated;

create policy "Countries may be read by everyone"
on public.countries for select to authenticated
using (true);

create policy "Countries may be changed by platform admins"
on public.countries for update to authenticated
using ((select private.is_platform_admin()))
with check ((select private.is_platform_admin()));

grant select (id, name, archived_at, version, created_at, updated_at)
on public.master_claim_brands to authenticated;

create policy "Master claim brands may be read by members of linked brands"
on public.master_claim_brands for select to authenticated
using (id = any((select private.readable_master_brands())::uuid[]) or (select private.is_platform_admin()));

grant select on public.brand_master_claim_brands to authenticated;

create policy "Links may be read by members of linked brands"
on public.brand_master_claim_brands for select to authenticated
using (
  brand_id = any((select private.brands_permitting('claim.read'))::uuid[]) or (select private.is_platform_admin())
);

grant select (id, master_claim_brand_id, name, description, archived_at, version, created_at, updated_at)
on public.products to authenticated;

create policy "Products may be read by members of linked brands"
on public.products for select to authenticated
using (
  master_claim_brand_id = any((select private.readable_master_brands())::uuid[]) or (select private.is_platform_admin())
);

grant select (id, name, description, archived_at, version, created_at, updated_at)
on public.ingredients to authenticated;

create policy "Ingredients may be read by members of linked brands"
on public.ingredients for select to authenticated
using (id = any((select private.readable_ingredients())::uuid[]) or (select private.is_platform_admin()));

grant select on public.product_ingredients to authenticated;

create policy "Parts may be read by members of linked brands"
on public.product_ingredients for select to authenticated
using (product_id = any((select private.readable_products())::uuid[]) or (select private.is_platform_admin()));

grant select (
  id, text, type, level, status, master_claim_brand_id, countries, effective_from, effective_to, category,
  regulatory_references, documentation_urls, notes, approval, approval_position, archived_at, version, created_at,
  updated_at
) on public.claims to authenticated;

create policy "Claims may be read by members of linked brands"
on public.claims for select to authenticated
using (id in (select private.readable_claim_ids()));

grant select (
  claim_id, version, text, status, countries, effective_from, effective_to, category, regulatory_references,
  documentation_urls, notes, approval, approval_position, archived_at, created_at
) on public.claim_versions to authenticated;

create policy "Versions of claims may be read with the claims"
on public.claim_versions for select to authenticated
using (claim_id in (select private.readable_claim_ids()));

grant select (
  id, brand_id, user_id, reviewer_role, master_claim_brand_id, created_at
) on public.claim_reviewers to authenticated;

create policy "Reviewers of claims may be read by members of their brand"
on public.claim_reviewers for select to authenticated
using (brand_id = any((select private.brands_permitting('claim.read'))::uuid[]));

grant select on public.claim_subjects to authenticated;

create policy "Subjects of claims may be read with what they name"
on public.claim_subjects for select to authenticated
using (
  product_id = any((select private.readable_products())::uuid[])
  or ingredient_id = any((select private.readable_ingredients())::uuid[])
  or (select private.is_platform_admin())
);

grant select on public.claim_approval_steps to authenticated;

create policy "Approval steps may be read by members of linked brands"
on public.claim_approval_steps for select to authenticated
using (
  master_claim_brand_id = any((select private.readable_master_brands())::uuid[]) or (select private.is_platform_admin())
);

grant select (
  id, claim_id, claim_version, position, step_name, reviewer_role, is_amended, decision, comment, is_current, created_at
) on public.claim_approvals to authenticated;

create policy "Approvals of claims may be read with the claims"
on public.claim_approvals for select to authenticated
using (claim_id in (select private.readable_claim_ids()));

grant select (
  id, master_claim_id, market_country, product_id, is_blocked, replacement_claim_id, version, created_at, updated_at
) on public.market_overrides to authenticated;

create policy "Overrides may be read by members of linked brands"
on public.market_overrides for select to authenticated
using (product_id = any((select private.readable_products())::uuid[]) or (select private.is_platform_admin()));

grant select on public.claim_reviews to authenticated;

-- The findings quote contents, also those that are not published.
create policy "Claim reviews may be read by members of their brand who read its contents"
on public.claim_reviews for select to authenticated
using (
  brand_id = any((select private.brands_permitting('claim.read'))::uuid[])
  and brand_id = any((select private.brands_permitting('content.read'))::uuid[])
);
