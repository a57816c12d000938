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
