create function private.delivery_settings_document(brand_id uuid)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  settings private.delivery_settings;
begin
  select found.* into settings
  from private.delivery_settings as found where found.brand_id = delivery_settings_document.brand_id;
  return jsonb_build_object(
    'mode', coalesce(settings.mode, 'public'), 'site_url', settings.site_url, 'url_pattern', settings.url_pattern,
    'names_models', coalesce(settings.names_models, false)
  );
end;
$$;
comment on function private.delivery_settings_document is
'Returns how a brand delivers: {mode, site_url, url_pattern, names_models}. Without the key.';

create function public.read_delivery_settings(brand_id uuid)
returns jsonb
language plpgsql
stable
security definer -- private is closed to the API
set search_path = ''
as $$
begin
  perform private.require_permission(brand_id, 'brand.read');
  return private.delivery_settings_document(brand_id);
end;
$$;
comment on function public.read_delivery_settings is
'Returns how a brand delivers its published contents: {mode, site_url, url_pattern, names_models}.';
grant execute on function public.read_delivery_settings to authenticated, service_role;

create function public.set_delivery(
  brand_id uuid, mode text, key_hash text default null, presentation jsonb default '{}'
)
returns jsonb
language plpgsql
volatile
security definer -- private is closed to the API
set search_path = ''
as $$
#variable_conflict use_variable
declare
  document jsonb;
begin
  perform private.require_functions();
  perform private.require_permission(brand_id, 'brand.read');
  perform private.require_permission(brand_id, 'brand.update');
  -- Not with `on conflict do update`: the constraint would check the row to insert, which lacks the key that is stored
  -- already. Twice, because another session may insert the first row meanwhile.
  for attempt in 1..2 loop
    update private.delivery_settings as settings
    set
      mode = set_delivery.mode, key_hash = coalesce(set_delivery.key_hash, settings.key_hash),
      site_url = case when presentation ? 'site_url' then presentation ->> 'site_url' else settings.site_url end,
      url_pattern = case
        when presentation ? 'url_pattern' then presentation ->> 'url_pattern' else settings.url_pattern
      end,
      names_models = coalesce((presentation ->> 'names_models')::boolean, settings.names_models),
      updated_by = auth.uid(), updated_at = now()
    where settings.brand_id = set_delivery.brand_id;
    exit when found;
    insert into private.delivery_settings (
      brand_id, mode, key_hash, site_url, url_pattern, names_models, updated_by
    )
    values (
      brand_id, mode, key_hash, presentation ->> 'site_url', presentation ->> 'url_pattern',
      coalesce((presentation ->> 'names_models')::boolean, false), auth.uid()
    )
    on conflict on constraint delivery_settings_pkey do nothing;
    exit when found;
  end loop;
  document := private.delivery_settings_document(brand_id);
  perform private.audit(brand_id, 'delivery.configure', 'brand', brand_id, document || jsonb_build_object(
    'has_new_key', key_hash is not null
  ));
  -- Lets caches drop what they hold under the former settings.
  perform private.append_event(brand_id, 'brand', brand_id, 'DeliveryConfigured', jsonb_build_object('mode', mode));
  return document;
end;
$$;
comment on function public.set_delivery is
'Sets who may read the published contents of a brand: everyone, holders of the key, or nobody. A new key replaces the
former one. presentation: those of {site_url, url_pattern, names_models} that change.';
grant execute on function public.set_delivery to authenticated, service_role;
