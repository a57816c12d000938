-- plans, accounts, quota_usage, brands, brand_workflows, vetting_agencies, platform_settings, feature_flags
--
-- Name and slug of a brand are unique across tenants. Only platform admins change them: otherwise a refused change
-- would reveal that another tenant has the name.

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

-- Without created_by and updated_by: platform admins make brands (decision 46). read_brand names the brand's people.
grant select (
  id, name, slug, description, identity, tone_of_voice, guardrails, key_messages, target_audience, country, language,
  allowed_content_types, version, account_id, parent_brand_id, communication_style, personality, colors, logo, currency,
  website_urls, settings, created_at, updated_at, deleted_at
) on public.brands to authenticated;
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

grant select (key, value, description, updated_at),
insert (key, value, description),
update (value, description),
delete on public.platform_settings to authenticated;
-- The scheduler makes the limits of the settings count.
grant select on public.platform_settings to service_role;

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
