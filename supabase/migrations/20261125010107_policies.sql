-- Rendered from supabase/policies by `make policies`: change them there, never here.
-- Takes away every policy and privilege of the API roles first, so that what was removed there is gone.

do $$
declare
  policy record;
begin
  for policy in
    select schemaname, tablename, policyname
    from pg_policies
    where schemaname in ('public', 'private')
      or (schemaname, tablename) in (('realtime', 'messages'), ('storage', 'objects'))
  loop
    execute format('drop policy %I on %I.%I', policy.policyname, policy.schemaname, policy.tablename);
  end loop;
end
$$;
revoke all on all tables in schema public from anon, authenticated;

-- policies/ai.sql

-- ai_generations, ai_prices, ai_budgets, prompt_templates, brand_knowledge

grant select on public.ai_generations to authenticated;

create policy "Generations may be read by members of their brand"
on public.ai_generations for select to authenticated
using (brand_id = any((select private.brands_permitting('ai.read'))::uuid[]));

grant select, insert (provider, model, effective_from, input_per_1000, output_per_1000),
update (input_per_1000, output_per_1000) on public.ai_prices to authenticated;

create policy "Prices may be read by everyone"
on public.ai_prices for select to authenticated
using (true);

create policy "Prices may be added by platform admins"
on public.ai_prices for insert to authenticated
with check ((select private.is_platform_admin()));

create policy "Prices may be changed by platform admins"
on public.ai_prices for update to authenticated
using ((select private.is_platform_admin()))
with check ((select private.is_platform_admin()));

-- Written by the command set_budget only, which tells of the change.
grant select on public.ai_budgets to authenticated;

create policy "Budgets may be read by those who manage AI"
on public.ai_budgets for select to authenticated
using (brand_id = any((select private.brands_permitting('ai.manage'))::uuid[]));

grant select on public.prompt_templates to authenticated;
grant insert (brand_id, name, version, system_prompt, user_prompt, variables, parameters, is_active)
on public.prompt_templates to authenticated;
grant update (is_active) on public.prompt_templates to authenticated;

create policy "Prompts may be read by those who manage AI"
on public.prompt_templates for select to authenticated
using (
  brand_id = any((select private.brands_permitting('ai.manage'))::uuid[])
  or (brand_id is null and (select private.is_platform_admin()))
);

create policy "Prompts may be made by those who manage AI"
on public.prompt_templates for insert to authenticated
with check (
  brand_id = any((select private.brands_permitting('ai.manage'))::uuid[])
  or (brand_id is null and (select private.is_platform_admin()))
);

create policy "Prompts may be switched by those who manage AI"
on public.prompt_templates for update to authenticated
using (
  brand_id = any((select private.brands_permitting('ai.manage'))::uuid[])
  or (brand_id is null and (select private.is_platform_admin()))
)
with check (
  brand_id = any((select private.brands_permitting('ai.manage'))::uuid[])
  or (brand_id is null and (select private.is_platform_admin()))
);

grant select, insert (brand_id, title, source_url, body), update (title, source_url, body), delete
on public.brand_knowledge to authenticated;

create policy "Knowledge may be read by members of its brand"
on public.brand_knowledge for select to authenticated
using (brand_id = any((select private.brands_permitting('ai.read'))::uuid[]));

create policy "Knowledge may be added by those who manage AI"
on public.brand_knowledge for insert to authenticated
with check (brand_id = any((select private.brands_permitting('ai.manage'))::uuid[]));

create policy "Knowledge may be changed by those who manage AI"
on public.brand_knowledge for update to authenticated
using (brand_id = any((select private.brands_permitting('ai.manage'))::uuid[]))
with check (brand_id = any((select private.brands_permitting('ai.manage'))::uuid[]));

create policy "Knowledge may be removed by those who manage AI"
on public.brand_knowledge for delete to authenticated
using (brand_id = any((select private.brands_permitting('ai.manage'))::uuid[]));

-- policies/brand.sql

-- plans, accounts, quota_usage, brands, brand_workflows, vetting_agencies, platform_settings, feature_flags
--
-- Name and slug of a brand are unique over all tenants: changing them is the platform's, or trying would tell.

grant select on public.plans to authenticated;

create policy "Plans may be read by everyone"
on public.plans for select to authenticated
using (true);

grant select, insert (name, plan, overage), update (name, plan, overage) on public.accounts to authenticated;

create policy "Accounts may be read by platform admins"
on public.accounts for select to authenticated
using ((select private.is_platform_admin()));

create policy "Accounts may be made by platform admins"
on public.accounts for insert to authenticated
with check ((select private.is_platform_admin()));

create policy "Accounts may be changed by platform admins"
on public.accounts for update to authenticated
using ((select private.is_platform_admin()))
with check ((select private.is_platform_admin()));

grant select on public.quota_usage to authenticated;

create policy "Use of quotas may be read by platform admins"
on public.quota_usage for select to authenticated
using ((select private.is_platform_admin()));

grant select on public.brands to authenticated;
grant update (
  description, identity, tone_of_voice, communication_style, personality, guardrails, key_messages, target_audience,
  country, language, currency, allowed_content_types, colors, logo, website_urls, settings
) on public.brands to authenticated;

create policy "Brands may be read by their members"
on public.brands for select to authenticated
using (id = any((select private.brands_permitting('brand.read'))::uuid[]));

create policy "Brands may be changed by their admins"
on public.brands for update to authenticated
using (id = any((select private.brands_permitting('brand.update'))::uuid[]))
with check (id = any((select private.brands_permitting('brand.update'))::uuid[]));

grant select on public.brand_workflows to authenticated;

create policy "Assigned workflows may be read by members of the brand"
on public.brand_workflows for select to authenticated
using (brand_id = any((select private.brands_permitting('brand.read'))::uuid[]));

grant select, delete on public.vetting_agencies to authenticated;
grant insert (brand_id, name, priority, country_code, status, is_active) on public.vetting_agencies to authenticated;
grant update (name, priority, country_code, status, is_active) on public.vetting_agencies to authenticated;

create policy "Agencies may be read by members of their brand"
on public.vetting_agencies for select to authenticated
using (brand_id = any((select private.brands_permitting('brand.read'))::uuid[]));

create policy "Agencies may be added by admins of the brand"
on public.vetting_agencies for insert to authenticated
with check (brand_id = any((select private.brands_permitting('brand.update'))::uuid[]));

create policy "Agencies may be changed by admins of the brand"
on public.vetting_agencies for update to authenticated
using (brand_id = any((select private.brands_permitting('brand.update'))::uuid[]))
with check (brand_id = any((select private.brands_permitting('brand.update'))::uuid[]));

create policy "Agencies may be removed by admins of the brand"
on public.vetting_agencies for delete to authenticated
using (brand_id = any((select private.brands_permitting('brand.update'))::uuid[]));

grant select,
insert (key, value, description),
update (value, description),
delete on public.platform_settings to authenticated;

create policy "Settings may be read by everyone"
on public.platform_settings for select to authenticated
using (true);

create policy "Settings may be added by platform admins"
on public.platform_settings for insert to authenticated
with check ((select private.is_platform_admin()));

create policy "Settings may be changed by platform admins"
on public.platform_settings for update to authenticated
using ((select private.is_platform_admin()))
with check ((select private.is_platform_admin()));

create policy "Settings may be removed by platform admins"
on public.platform_settings for delete to authenticated
using ((select private.is_platform_admin()));

grant select, insert (key, is_enabled, brand_ids, description), update (is_enabled, brand_ids, description), delete
on public.feature_flags to authenticated;

create policy "Flags may be read by platform admins"
on public.feature_flags for select to authenticated
using ((select private.is_platform_admin()));

create policy "Flags may be added by platform admins"
on public.feature_flags for insert to authenticated
with check ((select private.is_platform_admin()));

create policy "Flags may be changed by platform admins"
on public.feature_flags for update to authenticated
using ((select private.is_platform_admin()))
with check ((select private.is_platform_admin()));

create policy "Flags may be removed by platform admins"
on public.feature_flags for delete to authenticated
using ((select private.is_platform_admin()));

-- policies/claims.sql

-- countries, master_claim_brands, brand_master_claim_brands, products, ingredients, product_ingredients, claims,
-- claim_subjects, claim_approval_steps, claim_approvals, market_overrides, claim_reviews
--
-- The catalogue is the platform's to write; a tenant reads what hangs on the master claim brands that it is linked to.
-- Claims and overrides are written by commands.

grant select, update (name, is_active) on public.countries to authenticated;

create policy "Countries may be read by everyone"
on public.countries for select to authenticated
using (true);

create policy "Countries may be changed by platform admins"
on public.countries for update to authenticated
using ((select private.is_platform_admin()))
with check ((select private.is_platform_admin()));

grant select, insert (name), update (name), delete
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

grant select, insert (master_claim_brand_id, name, description), update (name, description), delete
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

grant select, insert (name, description), update (name, description), delete
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

grant select on public.claims to authenticated;

create policy "Claims may be read by members of linked brands"
on public.claims for select to authenticated
using (id in (select private.readable_claim_ids()));

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

grant select on public.claim_approvals to authenticated;

create policy "Approvals of claims may be read with the claims"
on public.claim_approvals for select to authenticated
using (claim_id in (select private.readable_claim_ids()));

grant select on public.market_overrides to authenticated;

create policy "Overrides may be read by members of linked brands"
on public.market_overrides for select to authenticated
using (product_id = any((select private.readable_products())::uuid[]) or (select private.is_platform_admin()));

grant select on public.claim_reviews to authenticated;

create policy "Claim reviews may be read by members of their brand"
on public.claim_reviews for select to authenticated
using (brand_id = any((select private.brands_permitting('claim.read'))::uuid[]));

-- policies/content.sql

-- contents, content_versions, content_assignees, comments, comment_revisions
--
-- Nobody may write contents and versions directly: the commands of the migrations do, after their checks.

grant select on public.contents to authenticated;

create policy "Contents may be read by members of their brand"
on public.contents for select to authenticated
using (deleted_at is null and brand_id = any((select private.brands_permitting('content.read'))::uuid[]));

grant select on public.content_versions to authenticated;

create policy "Versions may be read by members of their brand"
on public.content_versions for select to authenticated
using (brand_id = any((select private.brands_permitting('content.read'))::uuid[]));

grant select on public.content_assignees to authenticated;

create policy "Assignees may be read by members of the brand"
on public.content_assignees for select to authenticated
using (brand_id = any((select private.brands_permitting('content.read'))::uuid[]));

grant select on public.comments to authenticated;
grant insert (brand_id, content_id, parent_id, field_key, range_start, range_end, body, mentions, attachments)
on public.comments to authenticated;
grant update (body, mentions, attachments) on public.comments to authenticated;

create policy "Comments may be read by members of their brand"
on public.comments for select to authenticated
using (brand_id = any((select private.brands_permitting('content.read'))::uuid[]));

create policy "Comments may be made by those who may comment"
on public.comments for insert to authenticated
with check (
  created_by = (select auth.uid())
  and brand_id = any((select private.brands_permitting('comment.write'))::uuid[])
  and brand_id = any((select private.brands_permitting('content.read'))::uuid[])
);

create policy "Comments may be edited by their author and by moderators"
on public.comments for update to authenticated
using (
  deleted_at is null
  and (
    (created_by = (select auth.uid()) and brand_id = any((select private.brands_permitting('comment.write'))::uuid[]))
    or brand_id = any((select private.brands_permitting('comment.moderate'))::uuid[])
  )
)
with check (
  (created_by = (select auth.uid()) and brand_id = any((select private.brands_permitting('comment.write'))::uuid[]))
  or brand_id = any((select private.brands_permitting('comment.moderate'))::uuid[])
);

grant select on public.comment_revisions to authenticated;

create policy "Former comments may be read by who edited and by moderators"
on public.comment_revisions for select to authenticated
using (
  (created_by = (select auth.uid()) and brand_id = any((select private.brands_permitting('content.read'))::uuid[]))
  or brand_id = any((select private.brands_permitting('comment.moderate'))::uuid[])
);

-- policies/events.sql

-- domain_events, audit_log, realtime.messages
--
-- An event takes the permission of what it tells of: the same list as private.event_permission.

grant select on public.domain_events to authenticated;

create policy "Events may be read by who may read what they are about"
on public.domain_events for select to authenticated
using (
  case
    when
      aggregate_type in ('brand_member', 'invitation')
      then brand_id = any((select private.brands_permitting('member.manage'))::uuid[])
    when
      aggregate_type in ('api_key', 'webhook')
      then brand_id = any((select private.brands_permitting('integration.manage'))::uuid[])
    when
      aggregate_type in ('workflow', 'workflow_definition')
      then brand_id = any((select private.brands_permitting('workflow.read'))::uuid[])
    when aggregate_type = 'ai_generation' then brand_id = any((select private.brands_permitting('ai.read'))::uuid[])
    when aggregate_type = 'claim' then brand_id = any((select private.brands_permitting('claim.read'))::uuid[])
    when aggregate_type = 'file' then brand_id = any((select private.brands_permitting('file.read'))::uuid[])
    when
      aggregate_type in ('brand', 'vetting_agency')
      then brand_id = any((select private.brands_permitting('brand.read'))::uuid[])
    else brand_id = any((select private.brands_permitting('content.read'))::uuid[])
  end
);

grant select on public.audit_log to authenticated;

create policy "The audit log may be read by those who audit the brand"
on public.audit_log for select to authenticated
using (
  brand_id = any((select private.brands_permitting('audit.read'))::uuid[])
  or (brand_id is null and (select private.is_platform_admin()))
);

create policy "Topics may be joined by who may read what they are about"
on realtime.messages for select to authenticated
using (extension = 'broadcast' and (select private.may_join_topic((select realtime.topic()))));

-- policies/files.sql

-- files, storage.objects
--
-- An object lies below the id of its brand (brand-files), where a file was announced for it, or of its person
-- (avatars); any other path is nobody's. Others than who added a file see it when it was scanned; the service
-- removes objects.

grant select on public.files to authenticated;
grant insert (brand_id, name, mime_type, size_bytes, checksum, content_id) on public.files to authenticated;

create policy "Files may be read by members of their brand"
on public.files for select to authenticated
using (deleted_at is null and brand_id = any((select private.brands_permitting('file.read'))::uuid[]));

create policy "Files may be added by editors of the brand"
on public.files for insert to authenticated
with check (
  owner_id = (select auth.uid()) and brand_id = any((select private.brands_permitting('file.write'))::uuid[])
);

create policy "Objects of a brand may be read where their file may be"
on storage.objects for select to authenticated
using (
  bucket_id = 'brand-files'
  and exists (
    select from public.files as file
    where
      file.path = objects.name
      and file.deleted_at is null
      and (file.scan_status = 'clean' or file.owner_id = (select auth.uid()))
  )
);

create policy "Objects of a brand may be added by who announced the file"
on storage.objects for insert to authenticated
with check (
  bucket_id = 'brand-files'
  and private.storage_brand(name) = any((select private.brands_permitting('file.write'))::uuid[])
  and exists (
    select from public.files as file
    where file.path = objects.name and file.owner_id = (select auth.uid()) and file.scan_status = 'pending'
  )
);

create policy "Avatars may be seen by oneself and by colleagues"
on storage.objects for select to authenticated
using (
  bucket_id = 'avatars'
  and (
    private.storage_brand(name) = (select auth.uid()) or private.storage_brand(name) in (select private.colleague_ids())
  )
);

create policy "Avatars may be added by their owner"
on storage.objects for insert to authenticated
with check (bucket_id = 'avatars' and private.storage_brand(name) = (select auth.uid()));

create policy "Avatars may be replaced by their owner"
on storage.objects for update to authenticated
using (bucket_id = 'avatars' and private.storage_brand(name) = (select auth.uid()))
with check (bucket_id = 'avatars' and private.storage_brand(name) = (select auth.uid()));

create policy "Avatars may be removed by their owner"
on storage.objects for delete to authenticated
using (bucket_id = 'avatars' and private.storage_brand(name) = (select auth.uid()));

-- policies/identity.sql

-- profiles, user_sessions, mfa_factors, trusted_devices, brand_members, invitations, api_keys, sso_connections,
-- sso_group_roles
--
-- Columns that are not named in a grant (hashes, secrets, what others need not know) nobody reads here. Who holds the
-- global flag, and which role somebody has, is changed by commands only.

grant select (id, first_name, last_name, timezone, language, avatar_path, is_active, created_at, updated_at)
on public.profiles to authenticated;
grant update (first_name, last_name, timezone, language, phone, avatar_path) on public.profiles to authenticated;

create policy "People may see themselves and whom they share a brand with"
on public.profiles for select to authenticated
using (id = (select auth.uid()) or id in (select private.colleague_ids()) or (select private.is_platform_admin()));

create policy "People may change their own profile"
on public.profiles for update to authenticated
using (id = (select auth.uid()))
with check (id = (select auth.uid()));

grant select on public.user_sessions to authenticated;

create policy "People may see their own sessions"
on public.user_sessions for select to authenticated
using (user_id = (select auth.uid()));

grant select (id, user_id, kind, name, verified_at, last_used_at, created_at) on public.mfa_factors to authenticated;

create policy "People may see their own factors"
on public.mfa_factors for select to authenticated
using (user_id = (select auth.uid()));

grant select (id, user_id, name, expires_at, created_at), delete on public.trusted_devices to authenticated;

create policy "People may see their own devices"
on public.trusted_devices for select to authenticated
using (user_id = (select auth.uid()));

create policy "People may forget their own devices"
on public.trusted_devices for delete to authenticated
using (user_id = (select auth.uid()));

grant select on public.brand_members to authenticated;

create policy "Memberships may be read by their holder and by editors"
on public.brand_members for select to authenticated
using (
  (user_id = (select auth.uid()) and brand_id = any((select private.brands_permitting('brand.read'))::uuid[]))
  or brand_id = any((select private.brands_permitting('member.read'))::uuid[])
);

grant select (
  id, brand_id, email, role, permissions, membership_expires_at, status, delivery, expires_at, accepted_by, accepted_at,
  created_by, created_at, updated_by, updated_at
) on public.invitations to authenticated;
create policy "Invitations may be read by those who manage members"
on public.invitations for select to authenticated
using (brand_id = any((select private.brands_permitting('member.manage'))::uuid[]));

grant select (
  id, brand_id, user_id, name, prefix, scopes, allowed_addresses, expires_at, last_used_at, revoked_at, revoked_by,
  created_at, updated_at
) on public.api_keys to authenticated;
create policy "Keys may be read by those who manage integrations"
on public.api_keys for select to authenticated
using (brand_id = any((select private.brands_permitting('integration.manage'))::uuid[]));

grant select, insert (
  account_id, name, entity_id, sign_on_url, certificates, domains, group_attribute, is_active
), update (
  name, entity_id, sign_on_url, certificates, domains, group_attribute, is_active
), delete on public.sso_connections to authenticated;

create policy "Connections may be read by platform admins"
on public.sso_connections for select to authenticated
using ((select private.is_platform_admin()));

create policy "Connections may be made by platform admins"
on public.sso_connections for insert to authenticated
with check ((select private.is_platform_admin()));

create policy "Connections may be changed by platform admins"
on public.sso_connections for update to authenticated
using ((select private.is_platform_admin()))
with check ((select private.is_platform_admin()));

create policy "Connections may be removed by platform admins"
on public.sso_connections for delete to authenticated
using ((select private.is_platform_admin()));

grant select, insert (connection_id, group_name, brand_id, role), update (role), delete
on public.sso_group_roles to authenticated;

create policy "Roles of groups may be read by platform admins"
on public.sso_group_roles for select to authenticated
using ((select private.is_platform_admin()));

create policy "Roles of groups may be made by platform admins"
on public.sso_group_roles for insert to authenticated
with check ((select private.is_platform_admin()));

create policy "Roles of groups may be changed by platform admins"
on public.sso_group_roles for update to authenticated
using ((select private.is_platform_admin()))
with check ((select private.is_platform_admin()));

create policy "Roles of groups may be removed by platform admins"
on public.sso_group_roles for delete to authenticated
using ((select private.is_platform_admin()));

-- policies/integration.sql

-- webhook_endpoints, webhook_deliveries

grant select (
  id, brand_id, url, event_types, is_active, disabled_reason, created_by, created_at, updated_by, updated_at
), delete on public.webhook_endpoints to authenticated;
grant insert (brand_id, url, secret, event_types, is_active) on public.webhook_endpoints to authenticated;
grant update (url, secret, event_types, is_active) on public.webhook_endpoints to authenticated;

create policy "Webhooks may be read by those who manage integrations"
on public.webhook_endpoints for select to authenticated
using (brand_id = any((select private.brands_permitting('integration.manage'))::uuid[]));

create policy "Webhooks may be added by those who manage integrations"
on public.webhook_endpoints for insert to authenticated
with check (brand_id = any((select private.brands_permitting('integration.manage'))::uuid[]));

create policy "Webhooks may be changed by those who manage integrations"
on public.webhook_endpoints for update to authenticated
using (brand_id = any((select private.brands_permitting('integration.manage'))::uuid[]))
with check (brand_id = any((select private.brands_permitting('integration.manage'))::uuid[]));

create policy "Webhooks may be removed by those who manage integrations"
on public.webhook_endpoints for delete to authenticated
using (brand_id = any((select private.brands_permitting('integration.manage'))::uuid[]));

grant select on public.webhook_deliveries to authenticated;

create policy "Deliveries may be read by those who manage integrations"
on public.webhook_deliveries for select to authenticated
using (brand_id = any((select private.brands_permitting('integration.manage'))::uuid[]));

-- policies/notify.sql

-- notifications, notification_preferences
--
-- Notifications are written by the service: nobody tells somebody else anything by them.

grant select, update (is_read, is_archived) on public.notifications to authenticated;

create policy "People may read what they are told"
on public.notifications for select to authenticated
using (
  user_id = (select auth.uid())
  and (brand_id is null or brand_id = any((select private.brands_permitting('brand.read'))::uuid[]))
);

create policy "People may put away what they are told"
on public.notifications for update to authenticated
using (user_id = (select auth.uid()))
with check (user_id = (select auth.uid()));

grant select on public.notification_preferences to authenticated;
grant insert (
  user_id, email_enabled, content_updates, new_comments, task_reminders, marketing, digest, quiet_from, quiet_to
) on public.notification_preferences to authenticated;
grant update (
  email_enabled, content_updates, new_comments, task_reminders, marketing, digest, quiet_from, quiet_to
) on public.notification_preferences to authenticated;

create policy "People may read their own preferences"
on public.notification_preferences for select to authenticated
using (user_id = (select auth.uid()));

create policy "People may set their own preferences"
on public.notification_preferences for insert to authenticated
with check (user_id = (select auth.uid()));

create policy "People may change their own preferences"
on public.notification_preferences for update to authenticated
using (user_id = (select auth.uid()))
with check (user_id = (select auth.uid()));

-- policies/sessions.sql

-- Every table: a session that was ended, or that has not passed the second factor of its user, sees and writes nothing;
-- and what is a person's own, and no brand's, is not for their API keys.
--
-- Restrictive policies are conditions beside all others. They are the same for every table, so they are made here for
-- whatever tables there are.

do $$
declare
  guarded record;
begin
  for guarded in
    select
      schemaname, tablename,
      case
        when tablename = any (array[
          'user_sessions', 'mfa_factors', 'trusted_devices', 'notifications', 'notification_preferences', 'api_keys',
          'sso_connections', 'sso_group_roles'
        ]) then 'private.person_trusted()'
        else 'private.session_trusted()'
      end as condition
    from pg_tables where schemaname = 'public'
    union all
    values
    ('realtime', 'messages', 'private.session_trusted()'), ('storage', 'objects', 'private.session_trusted()')
  loop
    execute format(
      'create policy "Only trusted sessions" on %I.%I as restrictive for all to authenticated '
      'using ((select %s)) with check ((select %s))',
      guarded.schemaname, guarded.tablename, guarded.condition, guarded.condition
    );
  end loop;
end
$$;

-- policies/template.sql

-- templates, template_versions

grant select, delete on public.templates to authenticated;
grant insert (brand_id, name, description, content_type, input_fields, output_fields)
on public.templates to authenticated;
grant update (name, description, content_type, input_fields, output_fields, is_active)
on public.templates to authenticated;

create policy "Templates may be read by members, global ones by everyone"
on public.templates for select to authenticated
using (brand_id is null or brand_id = any((select private.brands_permitting('template.read'))::uuid[]));

create policy "Templates may be made by admins, global ones by the platform"
on public.templates for insert to authenticated
with check (
  brand_id = any((select private.brands_permitting('template.write'))::uuid[])
  or (brand_id is null and (select private.is_platform_admin()))
);

create policy "Templates may be changed by admins, or the platform"
on public.templates for update to authenticated
using (
  brand_id = any((select private.brands_permitting('template.write'))::uuid[])
  or (brand_id is null and (select private.is_platform_admin()))
)
with check (
  brand_id = any((select private.brands_permitting('template.write'))::uuid[])
  or (brand_id is null and (select private.is_platform_admin()))
);

create policy "Templates may be deleted by platform admins"
on public.templates for delete to authenticated
using ((select private.is_platform_admin()));

grant select on public.template_versions to authenticated;

create policy "Former templates may be read by members, global ones by everyone"
on public.template_versions for select to authenticated
using (brand_id is null or brand_id = any((select private.brands_permitting('template.read'))::uuid[]));

-- policies/workflow.sql

-- workflows, workflow_steps, workflow_step_assignees; workflow_instances, workflow_step_runs, workflow_tasks,
-- workflow_actions
--
-- Definitions are written by admins; runs by the commands only.

grant select, delete on public.workflows to authenticated;
grant insert (brand_id, name, description, content_types, is_default, is_active, type, timeout_hours, escalate_to)
on public.workflows to authenticated;
grant update (name, description, content_types, is_default, is_active, type, timeout_hours, escalate_to)
on public.workflows to authenticated;

create policy "Workflows may be read by members of their brand"
on public.workflows for select to authenticated
using (brand_id = any((select private.brands_permitting('workflow.read'))::uuid[]));

create policy "Workflows may be added by admins of the brand"
on public.workflows for insert to authenticated
with check (brand_id = any((select private.brands_permitting('workflow.write'))::uuid[]));

create policy "Workflows may be changed by admins of the brand"
on public.workflows for update to authenticated
using (brand_id = any((select private.brands_permitting('workflow.write'))::uuid[]))
with check (brand_id = any((select private.brands_permitting('workflow.write'))::uuid[]));

create policy "Workflows may be removed by admins of the brand"
on public.workflows for delete to authenticated
using (brand_id = any((select private.brands_permitting('workflow.write'))::uuid[]));

grant select, delete on public.workflow_steps to authenticated;
grant insert (
  workflow_id,
  brand_id,
  name,
  instructions,
  require_all_approvals,
  timeout_hours,
  type,
  assignment_type,
  assigned_role,
  is_required,
  allow_skip, prerequisites, condition, skip_condition, actions, requires_published_url, automated_check, position
) on public.workflow_steps to authenticated;
grant update (
  name, instructions, require_all_approvals, timeout_hours, type, assignment_type, assigned_role, is_required,
  allow_skip, prerequisites, condition, skip_condition, actions, requires_published_url, automated_check, position
) on public.workflow_steps to authenticated;

create policy "Steps may be read by members of their brand"
on public.workflow_steps for select to authenticated
using (brand_id = any((select private.brands_permitting('workflow.read'))::uuid[]));

create policy "Steps may be added by admins of the brand"
on public.workflow_steps for insert to authenticated
with check (brand_id = any((select private.brands_permitting('workflow.write'))::uuid[]));

create policy "Steps may be changed by admins of the brand"
on public.workflow_steps for update to authenticated
using (brand_id = any((select private.brands_permitting('workflow.write'))::uuid[]))
with check (brand_id = any((select private.brands_permitting('workflow.write'))::uuid[]));

create policy "Steps may be removed by admins of the brand"
on public.workflow_steps for delete to authenticated
using (brand_id = any((select private.brands_permitting('workflow.write'))::uuid[]));

grant select, insert (step_id, user_id, brand_id), delete on public.workflow_step_assignees to authenticated;

create policy "Named people may be read by members of their brand"
on public.workflow_step_assignees for select to authenticated
using (brand_id = any((select private.brands_permitting('workflow.read'))::uuid[]));

create policy "Named people may be added by admins of the brand"
on public.workflow_step_assignees for insert to authenticated
with check (brand_id = any((select private.brands_permitting('workflow.write'))::uuid[]));

create policy "Named people may be removed by admins of the brand"
on public.workflow_step_assignees for delete to authenticated
using (brand_id = any((select private.brands_permitting('workflow.write'))::uuid[]));

grant select on public.workflow_instances to authenticated;

create policy "Runs may be read by members of their brand"
on public.workflow_instances for select to authenticated
using (brand_id = any((select private.brands_permitting('workflow.read'))::uuid[]));

grant select on public.workflow_step_runs to authenticated;

create policy "Steps of runs may be read by members of their brand"
on public.workflow_step_runs for select to authenticated
using (brand_id = any((select private.brands_permitting('workflow.read'))::uuid[]));

grant select on public.workflow_tasks to authenticated;

create policy "Tasks may be read by members of their brand"
on public.workflow_tasks for select to authenticated
using (brand_id = any((select private.brands_permitting('workflow.read'))::uuid[]));

grant select on public.workflow_actions to authenticated;

create policy "Actions may be read by members of their brand"
on public.workflow_actions for select to authenticated
using (brand_id = any((select private.brands_permitting('workflow.read'))::uuid[]));
