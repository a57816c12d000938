-- profiles, user_sessions, mfa_factors, trusted_devices, brand_members, invitations, api_keys
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
grant insert (brand_id, email, email_index, role, permissions, membership_expires_at, token_hash)
on public.invitations to authenticated;
grant update (
  role, permissions, membership_expires_at, token_hash, status, expires_at
) on public.invitations to authenticated;

create policy "Invitations may be read by those who manage members"
on public.invitations for select to authenticated
using (brand_id = any((select private.brands_permitting('member.manage'))::uuid[]));

create policy "Invitations may be made by those who manage members"
on public.invitations for insert to authenticated
with check (
  brand_id = any((select private.brands_permitting('member.manage'))::uuid[])
  and private.may_grant(brand_id, role, permissions)
);

create policy "Invitations may be changed by those who manage members"
on public.invitations for update to authenticated
using (brand_id = any((select private.brands_permitting('member.manage'))::uuid[]))
with check (
  brand_id = any((select private.brands_permitting('member.manage'))::uuid[]) and status <> 'accepted'
  and private.may_grant(brand_id, role, permissions)
);

grant select (
  id, brand_id, user_id, name, prefix, scopes, allowed_addresses, expires_at, last_used_at, revoked_at, revoked_by,
  created_at, updated_at
) on public.api_keys to authenticated;
grant insert (
  brand_id, name, prefix, key_hash, scopes, allowed_addresses, expires_at
) on public.api_keys to authenticated;
grant update (name, allowed_addresses, revoked_at) on public.api_keys to authenticated;

create policy "Keys may be read by those who manage integrations"
on public.api_keys for select to authenticated
using (brand_id = any((select private.brands_permitting('integration.manage'))::uuid[]));

create policy "Keys may be made for oneself by who manages integrations"
on public.api_keys for insert to authenticated
with check (
  user_id = (select auth.uid()) and brand_id = any((select private.brands_permitting('integration.manage'))::uuid[])
);

create policy "Keys may be changed by those who manage integrations"
on public.api_keys for update to authenticated
using (brand_id = any((select private.brands_permitting('integration.manage'))::uuid[]))
with check (brand_id = any((select private.brands_permitting('integration.manage'))::uuid[]));
