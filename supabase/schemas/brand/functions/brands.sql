create function private.brand_document(brand public.brands)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select to_jsonb(brand) - array['account_id', 'created_by', 'updated_by'] || jsonb_build_object(
    'created_by', private.person_of_brand(brand.created_by, brand.id),
    'updated_by', private.person_of_brand(brand.updated_by, brand.id),
    'vetting_agencies', coalesce((
      select jsonb_agg(to_jsonb(agency) - array['brand_id', 'created_by', 'updated_by'] order by agency.name, agency.id)
      from public.vetting_agencies as agency where agency.brand_id = brand.id
    ), '[]'),
    'master_claim_brands', coalesce((
      select jsonb_agg(jsonb_build_object('id', master.id, 'name', master.name) order by master.name)
      from public.brand_master_claim_brands as link
      inner join public.master_claim_brands as master on master.id = link.master_claim_brand_id
      where link.brand_id = brand.id
    ), '[]'),
    'workflows', coalesce((
      select jsonb_agg(jsonb_build_object(
        'content_type', assigned.content_type, 'workflow_id', assigned.workflow_id, 'name', workflows.name
      ) order by assigned.content_type)
      from public.brand_workflows as assigned
      inner join public.workflows on workflows.id = assigned.workflow_id
      where assigned.brand_id = brand.id
    ), '[]')
  );
$$;
comment on function private.brand_document is
'Returns a brand with its agencies, linked master claim brands and workflows, the same for all members.';

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
comment on function private.check_parent_brand is
'Refuses with 400 a parent that does not exist or is below the brand. Null is no parent.';

create function public.read_brand(brand_id uuid, known_version integer default null)
returns jsonb
language plpgsql
stable
security definer -- reads the parts of the brand at once; every member may read them
set search_path = ''
as $$
declare
  brand public.brands;
begin
  -- Checked on every call, whatever a cache holds.
  perform private.require_permission(read_brand.brand_id, 'brand.read');
  select * into brand from public.brands where brands.id = read_brand.brand_id;
  return jsonb_build_object(
    'version', brand.version,
    'brand', case when brand.version is distinct from known_version then private.brand_document(brand) end,
    'access', (select access.access from private.brand_access(array[brand.id]) as access),
    -- Only those that the caller may read: sub-brands are tenants of their own.
    'sub_brands', coalesce((
      select jsonb_agg(jsonb_build_object('id', sub.id, 'name', sub.name, 'slug', sub.slug) order by sub.name)
      from public.brands as sub
      where
        sub.parent_brand_id = brand.id and sub.deleted_at is null
        and sub.id = any (private.brands_permitting('brand.read'))
    ), '[]')
  );
end;
$$;
comment on function public.read_brand is
'Returns a brand with its parts: {version, brand, access, sub_brands}. brand is null where the caller knows this version
already; the others depend on the caller. Refuses strangers with 404.';
grant execute on function public.read_brand to authenticated, service_role;

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
  perform private.require_functions();
  if not private.is_platform_admin() then
    perform private.refuse(403, 'only platform admins may create brands');
  end if;
  slug := coalesce(nullif(slug, ''), private.free_brand_slug(name));
  brand := jsonb_populate_record(
    null::public.brands,
    jsonb_build_object(
      'id', private.uuid_v7(), 'description', '', 'identity', '{}'::jsonb, 'tone_of_voice', '',
      'guardrails', '[]'::jsonb, 'key_messages', '[]'::jsonb, 'target_audience', '', 'allowed_content_types', '[]'::jsonb, 'colors', '{}'::jsonb,
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
  return query select private.brand_answer(brands) from public.brands where brands.id = brand.id;
end;
$$;
comment on function public.create_brand is
'Creates a brand, for platform admins. Makes the slug from the name if none is given.';
grant execute on function public.create_brand to authenticated, service_role;

create function public.update_brand(brand_id uuid, expected_version integer, changes jsonb)
returns setof jsonb
language plpgsql
volatile
security definer -- locks the row before it compares the version; only platform admins may change names
set search_path = ''
as $$
declare
  brand public.brands;
  changed public.brands;
begin
  perform private.require_functions();
  perform private.require_permission(update_brand.brand_id, 'brand.read');
  perform private.require_permission(update_brand.brand_id, 'brand.update');
  -- Names are unique over all tenants: trying them would tell which exist.
  if changes ?| array['name', 'slug', 'parent_brand_id', 'account_id'] and not private.is_platform_admin() then
    perform private.refuse(403, 'only platform admins may change the name, slug, parent or account of a brand');
  end if;
  select * into brand from public.brands where brands.id = update_brand.brand_id for no key update;
  perform private.require_version(brand.version, expected_version, 'brand');
  changed := jsonb_populate_record(brand, changes - array['id', 'deleted_at']);
  changed.identity := private.merge_patch(brand.identity, changes -> 'identity');
  changed.settings := private.merge_patch(brand.settings, changes -> 'settings');
  if changed.parent_brand_id is distinct from brand.parent_brand_id then
    perform private.check_parent_brand(brand.id, changed.parent_brand_id);
  end if;
  -- The country is a market in which contents are checked for claims before they are published.
  if changed.country is distinct from brand.country and private.claims_state(brand.id) is not null then
    perform private.require_permission(brand.id, 'claim.write');
  end if;
  if (changed.name, changed.slug) is distinct from (brand.name, brand.slug) then
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
  elsif changed is distinct from brand then
    -- Without the columns of keys: to name them locks the row against all that is written with a reference to it, such
    -- as the events of claims that another tenant shares (ExecUpdateLockMode in postgres/src/backend/executor).
    update public.brands
    set
      description = changed.description, identity = changed.identity,
      tone_of_voice = changed.tone_of_voice, communication_style = changed.communication_style,
      personality = changed.personality, guardrails = changed.guardrails, key_messages = changed.key_messages,
      target_audience = changed.target_audience, country = changed.country, language = changed.language,
      currency = changed.currency, allowed_content_types = changed.allowed_content_types, colors = changed.colors,
      logo = changed.logo, website_urls = changed.website_urls, settings = changed.settings,
      parent_brand_id = changed.parent_brand_id, account_id = changed.account_id
    where brands.id = brand.id;
  end if;
  return query select private.brand_answer(brands) from public.brands where brands.id = brand.id;
end;
$$;
comment on function public.update_brand is
'Replaces the values that are given in changes; identity and settings are merged by key. Refuses with 412 and the
current version where another update came first.';
grant execute on function public.update_brand to authenticated, service_role;

create function public.delete_brand(brand_id uuid, is_cascade boolean default false)
returns void
language plpgsql
volatile
security definer -- nobody holds the privilege to delete brands
set search_path = ''
as $$
declare
  content_count bigint;
  workflow_count bigint;
begin
  perform private.require_functions();
  perform private.require_permission(delete_brand.brand_id, 'brand.read');
  if not private.is_platform_admin() then
    perform private.refuse(403, 'only platform admins may delete brands');
  end if;
  select count(*) into content_count
  from public.contents where contents.brand_id = delete_brand.brand_id and contents.deleted_at is null;
  select count(*) into workflow_count
  from public.workflows where workflows.brand_id = delete_brand.brand_id;
  if not is_cascade and content_count + workflow_count > 0 then
    perform private.refuse(409, 'the brand still has contents or workflows', jsonb_build_array(
      jsonb_build_object('field', 'contents', 'code', 'CONFLICT', 'message', content_count::text),
      jsonb_build_object('field', 'workflows', 'code', 'CONFLICT', 'message', workflow_count::text)
    ));
  end if;
  update public.brands set deleted_at = now() where brands.id = delete_brand.brand_id;
end;
$$;
comment on function public.delete_brand is
'Hides a brand from everyone. Refuses with 409 and the counts while it has contents or workflows, unless cascading.';
grant execute on function public.delete_brand to authenticated, service_role;
