-- Create and change a brand: names, parents and accounts by the platform, all else by its admins.

create function private.check_parent_brand(brand uuid, parent uuid)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if parent is null then
    return;
  end if;
  if not exists (select from public.brands where brands.id = parent and brands.deleted_at is null) then
    perform private.refuse(400, 'there is no such parent brand', jsonb_build_array(jsonb_build_object(
      'field', 'parentBrandId', 'code', 'INVALID_FORMAT', 'message', 'no such brand'
    )));
  end if;
  if exists (
    with recursive ancestors as (
      select brands.id, brands.parent_brand_id from public.brands where brands.id = parent
      union
      select above.id, above.parent_brand_id
      from public.brands as above inner join ancestors on above.id = ancestors.parent_brand_id
    )
    select from ancestors where ancestors.id = brand
  ) then
    perform private.refuse(400, 'a brand cannot be below itself', jsonb_build_array(jsonb_build_object(
      'field', 'parentBrandId', 'code', 'INVALID_FORMAT', 'message', 'names a brand below this one'
    )));
  end if;
end;
$$;

drop function public.create_brand(text, text, jsonb);
create function public.create_brand(name text, slug text default '', details jsonb default '{}')
returns setof jsonb
language plpgsql
volatile
security definer -- nobody holds the privilege to insert brands
set search_path = ''
as $$
#variable_conflict use_variable
declare
  brand public.brands;
  quota integer;
begin
  if not private.is_platform_admin() then
    perform private.refuse(403, 'only platform admins may create brands');
  end if;
  slug := coalesce(nullif(slug, ''), nullif(private.slugify(name), ''), 'brand');
  brand := jsonb_populate_record(
    null::public.brands,
    jsonb_build_object(
      'id', private.uuid_v7(), 'description', '', 'identity', '{}'::jsonb, 'tone_of_voice', '', 'guardrails',
        '[]'::jsonb,
      'key_messages', '[]'::jsonb, 'target_audience', '', 'allowed_content_types', '[]'::jsonb, 'colors', '{}'::jsonb,
      'communication_style', '', 'personality', '[]'::jsonb, 'website_urls', '[]'::jsonb, 'settings', '{}'::jsonb
    ) || (details - array['id', 'deleted_at']) || jsonb_build_object('name', name, 'slug', slug)
  );
  perform private.check_parent_brand(brand.id, brand.parent_brand_id);
  select plans.brands into quota
  from public.accounts inner join public.plans on plans.name = accounts.plan
  where accounts.id = brand.account_id and accounts.overage = 'block';
  if quota <= (
    select count(*) from public.brands where brands.account_id = brand.account_id and brands.deleted_at is null
  ) then
    perform private.refuse(403, 'the plan has no more brands', jsonb_build_array(jsonb_build_object(
      'code', 'PLAN_LIMIT_EXCEEDED', 'message', format('%s brands at most', quota)
    )));
  end if;
  insert into public.brands select brand.*;
  return query select private.brand_document(brands) from public.brands where brands.id = brand.id;
end;
$$;
comment on function public.create_brand is
'A new tenant, by a platform admin; its slug from its name if none is given.';
grant execute on function public.create_brand to authenticated;

drop function public.rename_brand(uuid, text, text);
create function public.update_brand(brand_id uuid, expected_version integer, changes jsonb)
returns setof jsonb
language plpgsql
volatile
security definer -- locks the row before it compares the version; names are the platform's to change
set search_path = ''
as $$
declare
  brand public.brands;
  changed public.brands;
begin
  perform private.require_permission(update_brand.brand_id, 'brand.read');
  perform private.require_permission(update_brand.brand_id, 'brand.update');
  -- Names are unique over all tenants: whoever may try them learns which there are.
  if changes ?| array['name', 'slug', 'parent_brand_id', 'account_id'] and not private.is_platform_admin() then
    perform private.refuse(403, 'only platform admins may change the name, slug, parent or account of a brand');
  end if;
  if expected_version is null then
    perform private.refuse(428, 'an update names the version that it saw');
  end if;
  select * into brand from public.brands where brands.id = update_brand.brand_id for update;
  if brand.version <> expected_version then
    perform private.refuse(412, 'the brand was changed by someone else', jsonb_build_array(jsonb_build_object(
      'field', 'version', 'code', 'CONFLICT', 'message', brand.version::text
    )));
  end if;
  changed := jsonb_populate_record(brand, changes - array['id', 'deleted_at']);
  changed.identity := private.merged(brand.identity, changes -> 'identity');
  changed.settings := private.merged(brand.settings, changes -> 'settings');
  if changed.parent_brand_id is distinct from brand.parent_brand_id then
    perform private.check_parent_brand(brand.id, changed.parent_brand_id);
  end if;
  if changed is distinct from brand then
    update public.brands
    set
      name = changed.name, slug = changed.slug, description = changed.description, identity = changed.identity,
      tone_of_voice = changed.tone_of_voice, communication_style = changed.communication_style,
      personality = changed.personality, guardrails = changed.guardrails, key_messages = changed.key_messages,
      target_audience = changed.target_audience, country = changed.country, language = changed.language,
      currency = changed.currency, allowed_content_types = changed.allowed_content_types, colors = changed.colors,
      logo = changed.logo, website_urls = changed.website_urls, settings = changed.settings,
      parent_brand_id = changed.parent_brand_id, account_id = changed.account_id
    where brands.id = brand.id;
  end if;
  return query select private.brand_document(brands) from public.brands where brands.id = brand.id;
end;
$$;
comment on function public.update_brand is
'Replaces what is named; identity and settings are merged by key. 412 with the current version for a stale one.';
grant execute on function public.update_brand to authenticated;
