-- The brand aggregate over one call each: what belongs to it, who works in it, which workflow reviews what.

create table public.brand_workflows (
  brand_id uuid not null references public.brands (id) on delete cascade,
  content_type text not null check (content_type ~ '^([a-z_]{1,50}|\*)$'),
  workflow_id uuid not null,
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now(),
  primary key (brand_id, content_type),
  foreign key (workflow_id, brand_id) references public.workflows (id, brand_id) on delete cascade
);
comment on table public.brand_workflows is
'Which workflow reviews which type of content in a brand; before workflows.is_default, which says so of itself.';
comment on column public.brand_workflows.content_type is '*: every type that has no row of its own.';
create index brand_workflows_workflow_id_idx on public.brand_workflows (workflow_id, brand_id);
create index brand_workflows_created_by_idx on public.brand_workflows (created_by);
alter table public.brand_workflows enable row level security;

create or replace function private.resolve_workflow(content public.contents, workflow_id uuid default null)
returns public.workflows
language sql
stable
set search_path = ''
as $$
  -- The one that is named, else what the brand assigned to the type, else to every type, else a workflow that calls
  -- itself the default for the type, else for every type.
  select workflows.*
  from public.workflows
  left join public.brand_workflows as assigned
    on
      assigned.workflow_id = workflows.id and assigned.brand_id = workflows.brand_id
      and assigned.content_type in (content.type, '*')
  where
    workflows.brand_id = content.brand_id
    and workflows.is_active
    and exists (select from public.workflow_steps as step where step.workflow_id = workflows.id)
    and case
      when resolve_workflow.workflow_id is not null then workflows.id = resolve_workflow.workflow_id
      else assigned.workflow_id is not null
        or (workflows.is_default and (workflows.content_types = '{}' or content.type = any (workflows.content_types)))
    end
  order by
    assigned.content_type = content.type desc nulls last, assigned.content_type is null,
    workflows.content_types = '{}', workflows.id
  limit 1;
$$;

-- What hangs on a brand is a part of it: its version counts changes of them too, and with it its ETag and the caches.
create function private.touch_brand()
returns trigger
language plpgsql
security definer -- whoever may change the part
set search_path = ''
as $$
declare
  this_row jsonb := case when tg_op = 'DELETE' then to_jsonb(old) else to_jsonb(new) end;
begin
  update public.brands set updated_at = now()
  where brands.id = (this_row ->> coalesce(tg_argv[0], 'brand_id'))::uuid;
  if tg_op = 'UPDATE' and tg_argv[0] is not null then
    update public.brands set updated_at = now() where brands.id = (to_jsonb(old) ->> tg_argv[0])::uuid;
  end if;
  return null;
end;
$$;
create trigger touch_brand
after insert or update or delete on public.vetting_agencies
for each row execute function private.touch_brand();
create trigger touch_brand
after insert or update or delete on public.brand_master_claim_brands
for each row execute function private.touch_brand();
create trigger touch_brand
after insert or update or delete on public.brand_workflows
for each row execute function private.touch_brand();
create trigger touch_parent
after insert or update of parent_brand_id, name, slug, deleted_at on public.brands
for each row execute function private.touch_brand('parent_brand_id');

create function private.brand_document(brand public.brands)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select to_jsonb(brand) - 'account_id' || jsonb_build_object(
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
'A brand with its agencies, linked master claim brands and workflows: the same for all of its members.';

create function public.read_brand(brand_id uuid, known_version integer default null)
returns jsonb
language plpgsql
stable
security definer -- reads the parts, which every member may, at once
set search_path = ''
as $$
declare
  brand public.brands;
begin
  -- Always asked here, whatever a cache holds: who may not read the brand learns nothing of it.
  perform private.require_permission(read_brand.brand_id, 'brand.read');
  select * into brand from public.brands where brands.id = read_brand.brand_id;
  return jsonb_build_object(
    'version', brand.version,
    'brand', case when brand.version is distinct from known_version then private.brand_document(brand) end,
    -- Sub-brands are brands of their own: of these the caller is told the ones that are theirs.
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
'{version, brand, sub_brands}: brand is null where the caller knows this version already. 404 for strangers.';
grant execute on function public.read_brand to authenticated;

create function public.list_brands(
  query text default null, parent_brand_id uuid default null, page_offset integer default 0,
  page_size integer default 20
)
returns jsonb
language plpgsql
stable
security definer -- counts rows for which the policies would be asked one by one; takes the caller's brands first
set search_path = ''
as $$
declare
  readable uuid [] := private.brands_permitting('brand.read');
  counted uuid [] := private.brands_permitting('content.read');
begin
  return (
    with matching as (
      select brands.id, brands.name from public.brands
      where
        brands.id = any (readable) and brands.deleted_at is null
        and (list_brands.parent_brand_id is null or brands.parent_brand_id = list_brands.parent_brand_id)
        and (list_brands.query is null or position(lower(list_brands.query) in lower(brands.name)) > 0)
    ),
    page as (
      select matching.* from matching order by matching.name, matching.id
      offset page_offset limit least(greatest(page_size, 1), 100)
    )
    select jsonb_build_object(
      'items', coalesce((
        select jsonb_agg(private.brand_document(brands) || jsonb_build_object('counts', jsonb_build_object(
          'contents', case when page.id = any (counted) then (
            select count(*) from public.contents where contents.brand_id = page.id and contents.deleted_at is null
          ) end,
          'templates', (select count(*) from public.templates where templates.brand_id = page.id),
          'workflows', (select count(*) from public.workflows where workflows.brand_id = page.id),
          'members', (select count(*) from public.brand_members as member where member.brand_id = page.id)
        )) order by page.name, page.id)
        from page
        inner join public.brands on brands.id = page.id
      ), '[]'),
      'total', (select count(*) from matching)
    )
  );
end;
$$;
comment on function public.list_brands is '{items, total}: the caller''s brands by name, each with what it holds.';
grant execute on function public.list_brands to authenticated;

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

create function public.list_members(brand_id uuid, page_offset integer default 0, page_size integer default 20)
returns jsonb
language plpgsql
stable
security definer -- names are for every member, the rest for who may read memberships
set search_path = ''
as $$
declare
  is_whole boolean;
begin
  perform private.require_permission(list_members.brand_id, 'brand.read');
  is_whole := private.permits(list_members.brand_id, 'member.read');
  return (
    with matching as (
      select member.*, profiles.first_name, profiles.last_name, profiles.avatar_path
      from public.brand_members as member
      inner join public.profiles on profiles.id = member.user_id
      where member.brand_id = list_members.brand_id
        and (is_whole or member.expires_at is null or member.expires_at > now())
    ),
    page as (
      select matching.* from matching order by matching.first_name, matching.last_name, matching.user_id
      offset page_offset limit least(greatest(page_size, 1), 100)
    )
    select jsonb_build_object(
      'items', coalesce((
        select jsonb_agg(
          case when is_whole then to_jsonb(page)
            else jsonb_build_object(
              'user_id', page.user_id, 'first_name', page.first_name, 'last_name', page.last_name,
              'avatar_path', page.avatar_path
            )
          end order by page.first_name, page.last_name, page.user_id
        )
        from page
      ), '[]'),
      'total', (select count(*) from matching)
    )
  );
end;
$$;
comment on function public.list_members is
'{items, total}: the members of a brand by name; role, permissions and expiry only for who may read them.';
grant execute on function public.list_members to authenticated;

create function public.set_brand_workflows(brand_id uuid, assignments jsonb)
returns setof jsonb
language plpgsql
volatile
security definer -- replaces all of a brand's assignments at once
set search_path = ''
as $$
#variable_conflict use_variable
begin
  perform private.require_permission(brand_id, 'brand.read');
  perform private.require_permission(brand_id, 'workflow.write');
  if exists (
    select from jsonb_array_elements(assignments) as wished
    where not exists (
      select from public.workflows
      where
        workflows.id = (wished ->> 'workflow_id')::uuid and workflows.brand_id = brand_id and workflows.is_active
    )
  ) then
    perform private.refuse(400, 'only active workflows of the brand can be assigned', jsonb_build_array(
      jsonb_build_object('field', 'workflowId', 'code', 'INVALID_FORMAT', 'message', 'no such workflow of the brand')
    ));
  end if;
  delete from public.brand_workflows as former
  where
    former.brand_id = set_brand_workflows.brand_id
    and not exists (
      select from jsonb_array_elements(assignments) as wished
      where wished ->> 'content_type' = former.content_type
    );
  insert into public.brand_workflows as present (brand_id, content_type, workflow_id, created_by)
  select brand_id, wished ->> 'content_type', (wished ->> 'workflow_id')::uuid, auth.uid()
  from jsonb_array_elements(assignments) as wished
  on conflict on constraint brand_workflows_pkey do update set workflow_id = excluded.workflow_id
    where present.workflow_id <> excluded.workflow_id;
  return query select private.brand_document(brands) from public.brands where brands.id = brand_id;
end;
$$;
comment on function public.set_brand_workflows is
'Says which workflow reviews which type of content, [{content_type, workflow_id}]: what is not named is no more.';
grant execute on function public.set_brand_workflows to authenticated;

create function public.add_agency(brand_id uuid, details jsonb)
returns setof public.vetting_agencies
language plpgsql
volatile
security definer -- tells a stranger apart from a member who may not
set search_path = ''
as $$
#variable_conflict use_variable
declare
  agency public.vetting_agencies;
begin
  perform private.require_permission(brand_id, 'brand.read');
  perform private.require_permission(brand_id, 'brand.update');
  agency := jsonb_populate_record(
    null::public.vetting_agencies, '{"priority": "Medium", "status": "verified", "is_active": true}'::jsonb || details
  );
  return query
    insert into public.vetting_agencies (brand_id, name, priority, country_code, status, is_active)
    values (brand_id, agency.name, agency.priority, agency.country_code, agency.status, agency.is_active)
    returning *;
end;
$$;
comment on function public.add_agency is 'A regulator or watchdog that the brand listens to.';
grant execute on function public.add_agency to authenticated;

create function private.lock_agency(brand uuid, agency_id uuid)
returns public.vetting_agencies
language plpgsql
volatile
set search_path = ''
as $$
declare
  agency public.vetting_agencies;
begin
  perform private.require_permission(brand, 'brand.read');
  perform private.require_permission(brand, 'brand.update');
  select * into agency from public.vetting_agencies
  where vetting_agencies.id = agency_id and vetting_agencies.brand_id = brand
  for update;
  if agency.id is null then
    perform private.refuse(404, 'agency not found');
  end if;
  return agency;
end;
$$;

create function public.change_agency(brand_id uuid, agency_id uuid, changes jsonb)
returns setof public.vetting_agencies
language plpgsql
volatile
security definer -- see add_agency
set search_path = ''
as $$
declare
  agency public.vetting_agencies := private.lock_agency(change_agency.brand_id, agency_id);
  changed public.vetting_agencies := jsonb_populate_record(agency, changes);
begin
  return query
    update public.vetting_agencies
    set
      name = changed.name, priority = changed.priority, country_code = changed.country_code, status = changed.status,
      is_active = changed.is_active
    where vetting_agencies.id = agency.id
    returning *;
end;
$$;
comment on function public.change_agency is 'Replaces what is named of an agency.';
grant execute on function public.change_agency to authenticated;

create function public.remove_agency(brand_id uuid, agency_id uuid)
returns void
language plpgsql
volatile
security definer -- see add_agency
set search_path = ''
as $$
declare
  agency public.vetting_agencies := private.lock_agency(remove_agency.brand_id, agency_id);
begin
  delete from public.vetting_agencies where vetting_agencies.id = agency.id;
end;
$$;
comment on function public.remove_agency is 'The brand listens to it no more.';
grant execute on function public.remove_agency to authenticated;

create function public.link_master_claim_brand(
  brand_id uuid, master_claim_brand_id uuid, is_linked boolean default true
)
returns setof jsonb
language plpgsql
volatile
security definer -- the catalogue is the platform's
set search_path = ''
as $$
#variable_conflict use_variable
begin
  perform private.require_permission(brand_id, 'brand.read');
  if not private.is_platform_admin() then
    perform private.refuse(403, 'only platform admins may link master claim brands');
  end if;
  if not exists (select from public.master_claim_brands as master where master.id = master_claim_brand_id) then
    perform private.refuse(404, 'master claim brand not found');
  end if;
  if is_linked then
    insert into public.brand_master_claim_brands (brand_id, master_claim_brand_id)
    values (brand_id, master_claim_brand_id)
    on conflict do nothing;
  else
    delete from public.brand_master_claim_brands as link
    where link.brand_id = link_master_claim_brand.brand_id
      and link.master_claim_brand_id = link_master_claim_brand.master_claim_brand_id;
  end if;
  return query select private.brand_document(brands) from public.brands where brands.id = brand_id;
end;
$$;
comment on function public.link_master_claim_brand is
'Links a brand to a master claim brand, whose claims and products it then reads; or takes the link away.';
grant execute on function public.link_master_claim_brand to authenticated;
