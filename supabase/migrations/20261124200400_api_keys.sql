-- API keys at work: what their scopes allow, in the one brand that they are for.

create table private.scope_permissions (
  scope text not null,
  permission text not null references private.permissions (name),
  primary key (scope, permission)
);
comment on table private.scope_permissions is
'What an API key may do, by its scopes (domain §8); never more than its owner.';
create index scope_permissions_permission_idx on private.scope_permissions (permission);
alter table private.scope_permissions enable row level security;

insert into private.scope_permissions (scope, permission)
select
  granted.scope,
  permissions.name
from private.permissions
cross join
  lateral (
    values
    ('read', permissions.name like '%.read' and permissions.name <> 'audit.read'),
    -- What decides over people, keys and records is not for "write".
    ('write', permissions.name not in ('audit.read', 'member.manage', 'integration.manage', 'brand.update')),
    -- A key makes no keys.
    ('admin', permissions.name <> 'integration.manage'),
    ('brands:read', permissions.name in ('brand.read', 'analytics.read')),
    ('brands:write', permissions.name in ('brand.read', 'analytics.read', 'brand.update')),
    ('content:read', permissions.name in (
      'brand.read', 'content.read', 'template.read', 'workflow.read', 'claim.read', 'file.read'
    )),
    (
      'content:write',
      permissions.name in ('brand.read', 'template.read', 'workflow.read', 'claim.read')
      or permissions.name ~ '^(content|comment|file)\.'
    ),
    ('ai:generate', permissions.name in ('brand.read', 'content.read', 'template.read', 'ai.use', 'ai.read')),
    ('users:manage', permissions.name in ('brand.read', 'member.read', 'member.manage'))
  ) as granted (scope, is_granted)
where granted.is_granted;

create or replace function private.brands_permitting(permission text)
returns uuid[]
language plpgsql
stable
security definer
set search_path = ''
set plan_cache_mode = 'force_generic_plan' -- asked by every statement: planning it each time would cost more than it
as $$
declare
  caller constant uuid := auth.uid();
  key constant uuid := private.api_key_id();
  key_brand uuid;
  least_role public.brand_role;
begin
  if caller is null or not private.session_trusted() then
    return '{}';
  end if;
  if key is not null then
    select api_keys.brand_id into key_brand
    from public.api_keys
    where
      api_keys.id = key and exists (
        select from private.scope_permissions as granted
        where granted.scope = any (api_keys.scopes) and granted.permission = brands_permitting.permission
      );
    if key_brand is null then
      return '{}';
    end if;
  elsif exists (
    select
    from private.platform_admins
    inner join public.profiles on profiles.id = platform_admins.user_id
    where platform_admins.user_id = caller and profiles.is_active
  ) and private.session_verified() then
    return array(select brands.id from public.brands where brands.deleted_at is null);
  end if;
  select permissions.least_role into strict least_role
  from private.permissions where permissions.name = brands_permitting.permission;
  return array(
    select member.brand_id
    from public.brand_members as member
    where
      member.user_id = caller
      and (key_brand is null or member.brand_id = key_brand)
      and not exists (
        select from public.brands where brands.id = member.brand_id and brands.deleted_at is not null
      )
      and (member.expires_at is null or member.expires_at > now())
      and brands_permitting.permission <> all (member.restrictions)
      and (member.role >= least_role or brands_permitting.permission = any (member.permissions))
      and exists (select from public.profiles where profiles.id = caller and profiles.is_active)
  );
end;
$$;
comment on function private.brands_permitting is
'The brands in which the caller may do this: by role or extra permission, unrestricted, unexpired, in a trusted
session; by API key in its brand, within its scopes.';

create or replace function private.may_grant(brand uuid, role public.brand_role, permissions text[])
returns boolean
language sql
stable
security definer -- reads the caller's own membership
set search_path = ''
as $$
  select private.is_platform_admin() or exists (
    select from public.brand_members as own
    where own.user_id = auth.uid() and own.brand_id = may_grant.brand and own.role >= may_grant.role
  ) and not exists (
    select from private.permissions as granted
    where granted.name = any (may_grant.permissions) and not private.permits(may_grant.brand, granted.name)
  )
  -- Admins hold what no scope gives: a key makes none.
  and (private.api_key_id() is null or may_grant.role < 'admin');
$$;

create function public.find_api_key(key_hashes text[])
returns jsonb
language plpgsql
volatile
security definer -- whoever holds a key is nobody yet; its keyed hash is as hard to guess as the key
set search_path = ''
as $$
declare
  key public.api_keys;
begin
  select api_keys.* into key
  from public.api_keys
  inner join public.profiles on profiles.id = api_keys.user_id
  where
    api_keys.key_hash = any (find_api_key.key_hashes)
    and api_keys.revoked_at is null
    and api_keys.expires_at > now()
    and profiles.is_active;
  if key.id is null then
    return null;
  end if;
  -- The application looks for all versions of its hash, the newest first: what it finds by an old one moves on.
  update public.api_keys set last_used_at = now(), key_hash = find_api_key.key_hashes[1]
  where api_keys.id = key.id;
  return jsonb_build_object(
    'id', key.id, 'user_id', key.user_id, 'brand_id', key.brand_id, 'scopes', key.scopes,
    'allowed_addresses', key.allowed_addresses, 'expires_at', extract(epoch from key.expires_at)
  );
end;
$$;
comment on function public.find_api_key is 'The key of a keyed hash, while it works; null for any other.';
grant execute on function public.find_api_key to anon;

create function private.require_api_plan(brand uuid)
returns void
language plpgsql
stable
security definer -- reads the account of the brand
set search_path = ''
as $$
begin
  if exists (
    select from public.brands
    inner join public.accounts on accounts.id = brands.account_id
    inner join public.plans on plans.name = accounts.plan
    where brands.id = brand and not plans.has_api
  ) then
    perform private.refuse(403, 'the plan has no API', jsonb_build_array(jsonb_build_object(
      'code', 'PLAN_LIMIT_EXCEEDED', 'message', 'API keys come with a larger plan'
    )));
  end if;
end;
$$;

create function public.create_api_key(request text, signature text)
returns jsonb
language plpgsql
volatile
security definer -- only our functions know the hash of a key that works
set search_path = ''
as $$
declare
  asked jsonb := private.signed(request, signature);
  brand uuid := (asked ->> 'brandId')::uuid;
  key public.api_keys;
begin
  perform private.require_permission(brand, 'integration.manage');
  if private.api_key_id() is not null then
    perform private.refuse(403, 'a key makes no keys');
  end if;
  perform private.require_recent_authentication();
  perform private.require_api_plan(brand);
  if (
    select count(*) from public.api_keys
    where api_keys.brand_id = brand and api_keys.revoked_at is null and api_keys.expires_at > now()
  ) >= 100 then
    perform private.refuse(409, 'the brand has a hundred keys already: revoke one');
  end if;
  insert into public.api_keys (brand_id, user_id, name, prefix, key_hash, scopes, allowed_addresses, expires_at)
  values (
    brand, auth.uid(), asked ->> 'name', asked ->> 'prefix', asked ->> 'keyHash',
    array(select jsonb_array_elements_text(asked -> 'scopes')),
    array(select jsonb_array_elements_text(asked -> 'allowedAddresses')::cidr),
    (asked ->> 'expiresAt')::timestamptz
  )
  returning * into key;
  return to_jsonb(key) - 'key_hash';
end;
$$;
comment on function public.create_api_key is 'Makes a key that acts as the caller in one brand, within its scopes.';
grant execute on function public.create_api_key to authenticated;

create function public.revoke_api_key(key_id uuid)
returns text
language plpgsql
volatile
security definer -- the hash that the caches know it by is nobody's to read
set search_path = ''
as $$
declare
  key public.api_keys;
begin
  select api_keys.* into key from public.api_keys where api_keys.id = revoke_api_key.key_id for update;
  -- One's own key may always be given back; others' by those who manage integrations.
  if key.user_id is distinct from auth.uid() or not private.person_trusted() then
    perform private.require_permission(key.brand_id, 'integration.manage', 'key');
  end if;
  if key.revoked_at is null then
    update public.api_keys set revoked_at = now() where api_keys.id = key.id;
  end if;
  return key.key_hash;
end;
$$;
comment on function public.revoke_api_key is 'Ends a key at once, for good; what the caches know it by.';
grant execute on function public.revoke_api_key to authenticated;
