create function private.claim_settings_document(brand_id uuid)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  settings private.claim_settings;
begin
  select * into settings from private.claim_settings as found where found.brand_id = claim_settings_document.brand_id;
  return jsonb_build_object(
    'brand_id', brand_id, 'markets', coalesce(settings.markets, '{}'),
    'checked_markets', private.markets_to_check(brand_id),
    'is_delivered', coalesce(settings.is_delivered, false),
    'has_claims', private.claims_state(brand_id) is not null, 'version', coalesce(settings.version, 1),
    'allowed_actions', to_jsonb(array_remove(array['read', case
      when private.permits(brand_id, 'brand.update') and private.permits(brand_id, 'claim.write') then 'update'
    end], null))
  );
end;
$$;
comment on function private.claim_settings_document is 'Returns how a brand works with claims.';

create function public.read_claim_settings(brand_id uuid)
returns jsonb
language plpgsql
stable
security definer -- private is closed to the API
set search_path = ''
as $$
begin
  perform private.require_permission(brand_id, 'claim.read');
  return private.claim_settings_document(brand_id);
end;
$$;
comment on function public.read_claim_settings is
'Returns how a brand works with claims: {brand_id, markets, checked_markets, is_delivered, has_claims, version,
allowed_actions}.';
grant execute on function public.read_claim_settings to authenticated, service_role;

create function private.require_own_market(brand_id uuid, markets text[])
returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  own text;
begin
  select countries.code into own
  from public.brands
  inner join public.countries on countries.code = brands.country and countries.is_active
  where brands.id = require_own_market.brand_id;
  if cardinality(markets) > 0 and own <> all (markets) then
    perform private.refuse(400, 'the country of the brand is one of its markets', jsonb_build_array(jsonb_build_object(
      'field', 'markets', 'code', 'REQUIRED_FIELD_MISSING', 'message', format('must contain %s', own)
    )));
  end if;
end;
$$;
comment on function private.require_own_market is
'Raises 400 for markets without the country of the brand, in which its contents are read in any case. No market
stands for that country alone.';

create function public.set_claim_settings(
  brand_id uuid, markets text[], is_delivered boolean, expected_version integer default null
)
returns jsonb
language plpgsql
volatile
security definer -- private is closed to the API
set search_path = ''
as $$
#variable_conflict use_variable
declare
  former private.claim_settings;
  mode text;
begin
  perform private.require_functions();
  perform private.require_permission(brand_id, 'brand.read');
  perform private.require_permission(brand_id, 'brand.update');
  perform private.require_permission(brand_id, 'claim.write');
  perform private.check_market(market) from unnest(markets) as market;
  perform private.require_own_market(brand_id, markets);
  insert into private.claim_settings (brand_id, updated_by) values (brand_id, auth.uid())
  on conflict on constraint claim_settings_pkey do nothing;
  select * into former from private.claim_settings as found where found.brand_id = set_claim_settings.brand_id for update;
  perform private.require_version(former.version, expected_version, 'configuration of claims');
  update private.claim_settings as kept
  set
    markets = array(select distinct market from unnest(set_claim_settings.markets) as market order by market),
    is_delivered = set_claim_settings.is_delivered, version = kept.version + 1, updated_by = auth.uid(),
    updated_at = now()
  where kept.brand_id = set_claim_settings.brand_id;
  perform private.audit(brand_id, 'claims.configure', 'brand', brand_id, jsonb_build_object(
    'markets', markets, 'is_delivered', is_delivered
  ));
  if former.is_delivered <> is_delivered then
    -- Lets caches drop the contents that they hold with or without their claims.
    select coalesce(settings.mode, 'public') into mode
    from (select) as one
    left join private.delivery_settings as settings on settings.brand_id = set_claim_settings.brand_id;
    perform private.append_event(brand_id, 'brand', brand_id, 'DeliveryConfigured', jsonb_build_object('mode', mode));
  end if;
  return private.claim_settings_document(brand_id);
end;
$$;
comment on function public.set_claim_settings is
'Sets the markets that contents of a brand are checked for before they are published, and whether delivery lists the
claims of each content. Requires brand.update and claim.write. Raises 428 without a version, 412 where the settings have
another (1 until they are set), and 400 for markets without the country of the brand.';
grant execute on function public.set_claim_settings to authenticated, service_role;
