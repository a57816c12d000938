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
    'has_claims', private.claims_state(brand_id) is not null
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
'Returns how a brand works with claims: {brand_id, markets, checked_markets, is_delivered, has_claims}.';
grant execute on function public.read_claim_settings to authenticated, service_role;

create function public.set_claim_settings(brand_id uuid, markets text[], is_delivered boolean)
returns jsonb
language plpgsql
volatile
security definer -- private is closed to the API
set search_path = ''
as $$
#variable_conflict use_variable
declare
  mode text;
begin
  perform private.require_functions();
  perform private.require_permission(brand_id, 'brand.read');
  perform private.require_permission(brand_id, 'claim.write');
  perform private.check_market(market) from unnest(markets) as market;
  insert into private.claim_settings (brand_id, markets, is_delivered, updated_by)
  values (
    brand_id, array(select distinct market from unnest(markets) as market order by market), is_delivered, auth.uid()
  )
  on conflict on constraint claim_settings_pkey do update
    set
      markets = excluded.markets, is_delivered = excluded.is_delivered, updated_by = excluded.updated_by,
      updated_at = now();
  perform private.audit(brand_id, 'claims.configure', 'brand', brand_id, jsonb_build_object(
    'markets', markets, 'is_delivered', is_delivered
  ));
  -- Lets caches drop the contents that they hold with or without their claims.
  select coalesce(settings.mode, 'public') into mode
  from (select) as one
  left join private.delivery_settings as settings on settings.brand_id = set_claim_settings.brand_id;
  perform private.append_event(brand_id, 'brand', brand_id, 'DeliveryConfigured', jsonb_build_object('mode', mode));
  return private.claim_settings_document(brand_id);
end;
$$;
comment on function public.set_claim_settings is
'Sets the markets that contents of a brand are checked for before they are published, and whether delivery lists the
claims of each content. Requires claim.write.';
grant execute on function public.set_claim_settings to authenticated, service_role;
