create function private.scope_allows(permission text, brand uuid default null)
returns boolean
language plpgsql
stable
security definer -- reads the key of the caller
set search_path = ''
as $$
declare
  key constant uuid := private.api_key_id();
begin
  return key is null or exists (
    select from public.api_keys
    inner join private.scope_permissions as granted on granted.scope = any (api_keys.scopes)
    where
      api_keys.id = key and granted.permission = scope_allows.permission
      and (scope_allows.brand is null or api_keys.brand_id = scope_allows.brand)
  );
end;
$$;
comment on function private.scope_allows is
'Whether the credential of the caller reaches a permission, in a brand if one is given: always for people; for an API
key if its scopes give the permission and the brand is its own. Every grant that asks for no permission (to creators,
assignees, authors, owners) asks this. What belongs to a person asks private.person_trusted instead.';
grant execute on function private.scope_allows to authenticated, service_role;

create function private.is_restricted(brand uuid, permission text)
returns boolean
language sql
stable
security definer -- reads the membership of the caller
set search_path = ''
as $$
  select (
    exists (
      select from public.brand_members as member
      where
        member.user_id = auth.uid()
        and member.brand_id = is_restricted.brand
        and is_restricted.permission = any (member.restrictions)
    ) and not private.is_platform_admin()
  ) or not private.scope_allows(is_restricted.permission);
$$;
comment on function private.is_restricted is
'Whether the membership of the caller, or a lack in the scopes of their API key, denies a permission. That outweighs
every grant to creators and assignees. False for platform admins in a session of their own.';
