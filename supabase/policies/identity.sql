-- profiles, user_sessions, mfa_factors, trusted_devices, brand_members, invitations, api_keys, sso_connections,
-- sso_group_roles
--
-- Columns that no grant names (hashes, secrets, private data) cannot be read here. Platform admins and roles are
-- changed by commands only.

grant select (id, first_name, last_name, timezone, language, avatar_path, is_active, created_at, updated_at)
on public.profiles to authenticated;
grant update (first_name, last_name, timezone, language, phone, avatar_path) on public.profiles to authenticated;

create policy "People may see themselves and whom they share a brand with"
on public.profiles for select to authenticated
using (
  (id = (select auth.uid()) and (select private.person_trusted()))
  or id in (select private.colleague_ids())
  or (select private.is_platform_admin())
);

create policy "People may change their own profile"
on public.profiles for update to authenticated
using (id = (select auth.uid()) and (select private.person_trusted()))
with check (id = (select auth.uid()) and (select private.person_trusted()));

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

-- Without assigned_by, who may be a platform admin (decision 46): list_members names the brand's own people.
grant select (
  user_id, brand_id, role, expires_at, permissions, restrictions, last_accessed_at, access_count, sso_connection_id,
  created_at, updated_at
) on public.brand_members to authenticated;

create policy "Memberships may be read by their holder and by editors"
on public.brand_members for select to authenticated
using (
  (
    user_id = (select auth.uid())
    and (select private.person_trusted())
    and brand_id = any((select private.brands_permitting('brand.read'))::uuid[])
  )
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
