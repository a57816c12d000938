create trigger create_profile
after insert on auth.users
for each row execute function private.create_profile();
create trigger require_credential_permit
before update of encrypted_password, email on auth.users
for each row when (
  old.encrypted_password is distinct from new.encrypted_password or old.email is distinct from new.email
)
execute function private.require_credential_permit();
-- Triggers fire in the order of their names: this one needs create_profile to run before it.
create trigger invitation_of_new_user
after insert or update of raw_app_meta_data on auth.users
for each row when (new.raw_app_meta_data ? 'invitation')
execute function private.accept_invitation_of_new_user();
create trigger note_sso_connection
after insert or update of raw_app_meta_data on auth.users
for each row when (new.raw_app_meta_data ? 'sso_connection')
execute function private.note_sso_connection();

create trigger stamp_profile
before update on public.profiles
for each row execute function private.stamp_profile();
create trigger end_access_of_inactive
after update of is_active on public.profiles
for each row when (old.is_active and not new.is_active) execute function private.end_access_of_inactive();
create trigger forget_links_of_inactive
after update of is_active on public.profiles
for each row when (old.is_active and not new.is_active) execute function private.forget_links_of_inactive();

create trigger announce_ended_session
after update of ended_at on public.user_sessions
for each row when (old.ended_at is null and new.ended_at is not null)
execute function private.announce_ended_session();
create trigger announce_deleted_session
after delete on public.user_sessions
for each row when (old.ended_at is null) execute function private.announce_ended_session();

create trigger check_member_permissions
before insert or update on public.brand_members
for each row execute function private.check_member_permissions();
create trigger announce_change
after insert or update of role, expires_at, permissions, restrictions or delete on public.brand_members
for each row execute function private.announce_change('brand_member', 'UserAssigned', 'UserRoleChanged', 'UserRemoved');
create trigger audit_change after insert or update of role,
permissions,
restrictions,
expires_at or delete on public.brand_members
for each row execute function private.audit_change('membership');
create trigger remember_member
after insert or delete on public.brand_members
for each row execute function private.remember_member();
create trigger announce_membership
after insert or update of role, expires_at, permissions, restrictions or delete on public.brand_members
for each row execute function private.announce_membership();
create trigger reset_expiry_announcement
before insert or update of expires_at on public.brand_members
for each row execute function private.reset_expiry_announcement();
create trigger announce_deleted_brand
after update of deleted_at on public.brands
for each row when ((old.deleted_at is null) <> (new.deleted_at is null))
execute function private.announce_deleted_brand();
create trigger check_user_quota
before insert on public.brand_members
for each row execute function private.check_user_quota();

create trigger stamp_row
before insert or update on public.invitations
for each row execute function private.stamp_row('actors');
create trigger keep_brand
before update on public.invitations
for each row execute function private.keep_brand();
create trigger announce_change
after insert or update of role, permissions, membership_expires_at, status, expires_at on public.invitations
for each row execute function private.announce_change('invitation', 'UserInvited', 'InvitationChanged', '-');

create trigger stamp_api_key
before insert or update on public.api_keys
for each row execute function private.stamp_api_key();
create trigger keep_brand
before update on public.api_keys
for each row execute function private.keep_brand();
create trigger announce_change
after insert or update of name, scopes, allowed_addresses, expires_at, revoked_at on public.api_keys
for each row execute function private.announce_change('api_key', 'ApiKeyCreated', 'ApiKeyChanged', '-');
create trigger audit_change after insert or update of name,
scopes,
allowed_addresses,
revoked_at,
expires_at on public.api_keys
for each row execute function private.audit_change('api_key', 'key_hash');

create trigger stamp_row
before insert or update on public.sso_connections
for each row execute function private.stamp_row();
-- After and not before: the policies refuse other callers first, so the trigger reveals nothing to them.
create trigger check_sso_connection
after insert or update on public.sso_connections
for each row execute function private.check_sso_connection();
create trigger audit_change after insert or update or delete on public.sso_connections
for each row execute function private.audit_change('sso_connection', 'certificates');

create trigger end_sso_access
before delete on public.sso_connections
for each row execute function private.end_sso_access_of_row();
create trigger end_sso_sessions
after update of is_active on public.sso_connections
for each row when (old.is_active and not new.is_active) execute function private.end_sso_access_of_row();

create trigger check_sso_group_role
after insert or update on public.sso_group_roles
for each row execute function private.check_sso_group_role();
create trigger audit_group_role after insert or update or delete on public.sso_group_roles
for each row execute function private.audit_group_role();
