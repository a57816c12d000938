create function private.stamp_api_key()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    new.user_id := coalesce(auth.uid(), new.user_id);
    new.created_at := now();
    new.revoked_at := null;
    new.revoked_by := null;
  else
    new.id := old.id;
    new.user_id := old.user_id;
    new.created_at := old.created_at;
    if old.revoked_at is not null then
      perform private.refuse(409, 'a revoked key cannot be changed');
    end if;
    if new.revoked_at is not null then
      new.revoked_at := now();
      new.revoked_by := auth.uid();
    end if;
  end if;
  new.updated_at := now();
  return new;
end;
$$;
comment on function private.stamp_api_key is
'Keeps owner and times of a key. Refuses every change of a revoked key with 409.';

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
comment on function private.require_api_plan is
'Raises 403 PLAN_LIMIT_EXCEEDED where the plan of the brand''s account has no API.';

create function private.describe_api_key(key public.api_keys)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'id', key.id, 'brand_id', key.brand_id, 'name', key.name, 'prefix', key.prefix, 'scopes', key.scopes,
    'allowed_addresses', key.allowed_addresses, 'expires_at', key.expires_at, 'last_used_at', key.last_used_at,
    'owner', jsonb_build_object('id', key.user_id, 'name', private.display_name(key.user_id, key.brand_id)),
    -- For deployments that do not know owner.
    'user_id', key.user_id,
    'revoked_at', key.revoked_at,
    'revoked_by', private.person_document(key.revoked_by, key.brand_id),
    'created_at', key.created_at
  );
$$;
comment on function private.describe_api_key is
'Describes an API key without its hash, and names its owner and the person who revoked it.';

create function public.find_api_key(key_hashes text[])
returns jsonb
language plpgsql
stable
security definer -- called before the caller is known; the keyed hash is as hard to guess as the key
set search_path = ''
as $$
declare
  key public.api_keys;
begin
  perform private.require_functions();
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
  return jsonb_build_object(
    'id', key.id, 'user_id', key.user_id, 'brand_id', key.brand_id, 'scopes', key.scopes,
    'allowed_addresses', key.allowed_addresses, 'expires_at', extract(epoch from key.expires_at),
    'plan', private.plan_of_brand(key.brand_id)
  );
end;
$$;
comment on function public.find_api_key is
'Returns the valid API key with one of these keyed hashes and the plan of its brand; null for any other. Changes
nothing: the caller is not known yet (note_api_key_use).';
grant execute on function public.find_api_key to anon, service_role;

create function public.note_api_key_use(request jsonb)
returns void
language plpgsql
volatile
security definer -- hashes of keys are written by functions only
set search_path = ''
as $$
begin
  perform private.require_functions();
  -- Only the key of this token, which our functions make for a key that somebody has shown.
  if private.api_key_id() is null or not private.session_trusted() then
    perform private.refuse(401, 'this is for API keys');
  end if;
  -- The application knows the hash under each version of its key. The newest replaces an older one.
  update public.api_keys set last_used_at = now(), key_hash = request ->> 'keyHash'
  where api_keys.id = private.api_key_id();
end;
$$;
comment on function public.note_api_key_use is
'Marks the API key of the caller as used now, and replaces its keyed hash by that under the newest version.';
grant execute on function public.note_api_key_use to authenticated, service_role;

create function public.create_api_key(request jsonb)
returns jsonb
language plpgsql
volatile
security definer -- hashes of keys are written by functions only
set search_path = ''
as $$
declare
  brand uuid := (request ->> 'brandId')::uuid;
  key public.api_keys;
begin
  perform private.require_functions();
  perform private.require_permission(brand, 'integration.manage');
  if private.api_key_id() is not null then
    perform private.refuse(403, 'API keys cannot create API keys');
  end if;
  perform private.require_recent_authentication();
  perform private.require_api_plan(brand);
  if (
    select count(*) from public.api_keys
    where api_keys.brand_id = brand and api_keys.revoked_at is null and api_keys.expires_at > now()
  ) >= 100 then
    perform private.refuse(409, 'the brand has 100 valid keys already: revoke one');
  end if;
  insert into public.api_keys (brand_id, user_id, name, prefix, key_hash, scopes, allowed_addresses, expires_at)
  values (
    brand, auth.uid(), request ->> 'name', request ->> 'prefix', request ->> 'keyHash',
    array(select jsonb_array_elements_text(request -> 'scopes')),
    array(select jsonb_array_elements_text(request -> 'allowedAddresses')::cidr),
    private.read_instant(request ->> 'expiresAt', 'expiresAt')
  )
  returning * into key;
  return private.describe_api_key(key);
end;
$$;
comment on function public.create_api_key is
'Creates an API key that acts as the caller in one brand, within its scopes. Requires integration.manage and recent
authentication; API keys cannot create keys. At most 100 valid keys in a brand.';
grant execute on function public.create_api_key to authenticated, service_role;

create function public.list_api_keys(brand_id uuid)
returns jsonb
language sql
stable
security definer -- names people who may have left the brand
set search_path = ''
as $$
  select jsonb_build_object(
    'items', coalesce(jsonb_agg(private.describe_api_key(key) order by key.created_at desc), '[]')
  )
  from (
    select api_keys.* from public.api_keys
    where
      api_keys.brand_id = list_api_keys.brand_id
      and api_keys.brand_id = any (private.brands_permitting('integration.manage'))
    order by api_keys.created_at desc limit 200
  ) as key;
$$;
comment on function public.list_api_keys is
'Lists the API keys of a brand, the latest first, at most 200. Empty for callers without integration.manage.';
grant execute on function public.list_api_keys to authenticated, service_role;

create function public.revoke_api_key(key_id uuid)
returns void
language plpgsql
volatile
security definer -- people may revoke their own keys in brands that they have left
set search_path = ''
as $$
declare
  key public.api_keys;
begin
  perform private.require_functions();
  select api_keys.* into key from public.api_keys where api_keys.id = revoke_api_key.key_id for update;
  -- People may always revoke their own keys; the keys of others need integration.manage.
  if key.user_id is distinct from auth.uid() or not private.person_trusted() then
    perform private.require_permission(key.brand_id, 'integration.manage', 'key');
  end if;
  if key.revoked_at is null then
    update public.api_keys set revoked_at = now() where api_keys.id = key.id;
  end if;
end;
$$;
comment on function public.revoke_api_key is
'Revokes a key for good: for its owner, and for callers with integration.manage.';
grant execute on function public.revoke_api_key to authenticated, service_role;
