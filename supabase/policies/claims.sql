-- countries, master_claim_brands, brand_master_claim_brands, products, ingredients, product_ingredients, claims,
-- claim_subjects, claim_versions, claim_approval_steps, claim_approvals, claim_reviewers, market_overrides,
-- claim_reviews
--
-- Platform admins write the catalogue. A tenant reads the master claim brands to which it is linked, and their
-- products, ingredients and claims. Claims and overrides are written by commands.
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

grant select (id, name, archived_at, version, created_at, updated_at), insert (name), update (name), delete
on public.master_claim_brands to authenticated;

create policy "Master claim brands may be read by members of linked brands"
on public.master_claim_brands for select to authenticated
using (id = any((select private.readable_master_brands())::uuid[]) or (select private.is_platform_admin()));

create policy "Master claim brands may be added by platform admins"
on public.master_claim_brands for insert to authenticated
with check ((select private.is_platform_admin()));

create policy "Master claim brands may be changed by platform admins"
on public.master_claim_brands for update to authenticated
using ((select private.is_platform_admin()))
with check ((select private.is_platform_admin()));

create policy "Master claim brands may be removed by platform admins"
on public.master_claim_brands for delete to authenticated
using ((select private.is_platform_admin()));

grant select, insert (brand_id, master_claim_brand_id), delete
on public.brand_master_claim_brands to authenticated;

create policy "Links may be read by members of linked brands"
on public.brand_master_claim_brands for select to authenticated
using (
  brand_id = any((select private.brands_permitting('claim.read'))::uuid[]) or (select private.is_platform_admin())
);

create policy "Links may be added by platform admins"
on public.brand_master_claim_brands for insert to authenticated
with check ((select private.is_platform_admin()));

create policy "Links may be removed by platform admins"
on public.brand_master_claim_brands for delete to authenticated
using ((select private.is_platform_admin()));

grant select (id, master_claim_brand_id, name, description, archived_at, version, created_at, updated_at),
insert (master_claim_brand_id, name, description),
update (name, description),
delete
on public.products to authenticated;

create policy "Products may be read by members of linked brands"
on public.products for select to authenticated
using (
  master_claim_brand_id = any((select private.readable_master_brands())::uuid[]) or (select private.is_platform_admin())
);

create policy "Products may be added by platform admins"
on public.products for insert to authenticated
with check ((select private.is_platform_admin()));

create policy "Products may be changed by platform admins"
on public.products for update to authenticated
using ((select private.is_platform_admin()))
with check ((select private.is_platform_admin()));

create policy "Products may be removed by platform admins"
on public.products for delete to authenticated
using ((select private.is_platform_admin()));

grant select (id, name, description, archived_at, version, created_at, updated_at),
insert (name, description),
update (name, description),
delete
on public.ingredients to authenticated;

create policy "Ingredients may be read by members of linked brands"
on public.ingredients for select to authenticated
using (id = any((select private.readable_ingredients())::uuid[]) or (select private.is_platform_admin()));

create policy "Ingredients may be added by platform admins"
on public.ingredients for insert to authenticated
with check ((select private.is_platform_admin()));

create policy "Ingredients may be changed by platform admins"
on public.ingredients for update to authenticated
using ((select private.is_platform_admin()))
with check ((select private.is_platform_admin()));

create policy "Ingredients may be removed by platform admins"
on public.ingredients for delete to authenticated
using ((select private.is_platform_admin()));

grant select, insert (product_id, ingredient_id), delete
on public.product_ingredients to authenticated;

create policy "Parts may be read by members of linked brands"
on public.product_ingredients for select to authenticated
using (product_id = any((select private.readable_products())::uuid[]) or (select private.is_platform_admin()));

create policy "Parts may be added by platform admins"
on public.product_ingredients for insert to authenticated
with check ((select private.is_platform_admin()));

create policy "Parts may be removed by platform admins"
on public.product_ingredients for delete to authenticated
using ((select private.is_platform_admin()));

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

grant select, insert (master_claim_brand_id, position, name, reviewer_role), update (name, reviewer_role), delete
on public.claim_approval_steps to authenticated;

create policy "Approval steps may be read by members of linked brands"
on public.claim_approval_steps for select to authenticated
using (
  master_claim_brand_id = any((select private.readable_master_brands())::uuid[]) or (select private.is_platform_admin())
);

create policy "Approval steps may be added by admins of linked brands"
on public.claim_approval_steps for insert to authenticated
with check (
  master_claim_brand_id = any((select private.writable_master_brands())::uuid[]) or (select private.is_platform_admin())
);

create policy "Approval steps may be changed by admins of linked brands"
on public.claim_approval_steps for update to authenticated
using (
  master_claim_brand_id = any((select private.writable_master_brands())::uuid[]) or (select private.is_platform_admin())
)
with check (
  master_claim_brand_id = any((select private.writable_master_brands())::uuid[]) or (select private.is_platform_admin())
);

create policy "Approval steps may be removed by admins of linked brands"
on public.claim_approval_steps for delete to authenticated
using (
  master_claim_brand_id = any((select private.writable_master_brands())::uuid[]) or (select private.is_platform_admin())
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

create policy "Claim reviews may be read by members of their brand"
on public.claim_reviews for select to authenticated
using (brand_id = any((select private.brands_permitting('claim.read'))::uuid[]));
