create type public.brand_role as enum ('viewer', 'editor', 'admin');
comment on type public.brand_role is 'Ordered: a higher role may do all that a lower one may.';

create function private.are_permissions(names text[])
returns boolean
language sql
stable
security definer -- reads private.permissions, which no API role may read
set search_path = ''
as $$
  select names <@ array(select permissions.name from private.permissions);
$$;
comment on function private.are_permissions is 'Whether all names are in private.permissions.';
grant execute on function private.are_permissions to authenticated, service_role;

create type private.brand_access as (
  brand_id uuid, is_member boolean, permissions text [], restrictions text [], scope text [],
  role public.brand_role, user_id uuid
);
comment on type private.brand_access is
'What the caller holds in a brand. permissions: those that count, after restrictions, expiry and the scopes of an API
key. scope: the permissions that the scopes of the key give; null for people. role: the role that has exactly these
permissions, if nothing else is held or taken away. user_id: the caller.';

create type private.caller as (
  id uuid, key_id uuid, key_brand_id uuid, scope text [], is_active boolean, is_platform_admin boolean
);
comment on type private.caller is
'A caller in a trusted session, as private.trusted_caller returns it. key_id, key_brand_id and scope (the permissions
that its scopes give) are of an API key, and null for people. is_active: not deactivated.';
