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
  if tg_op = 'UPDATE' and tg_argv[0] is not null
    and to_jsonb(old) -> tg_argv[0] is distinct from to_jsonb(new) -> tg_argv[0]
  then
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
create trigger touch_brand
after update of name on public.workflows
for each row when (old.name is distinct from new.name) execute function private.touch_brand();
create trigger touch_parent_of_new
after insert on public.brands
for each row when (new.parent_brand_id is not null) execute function private.touch_brand('parent_brand_id');
create trigger touch_parent
after update of parent_brand_id, name, slug, deleted_at on public.brands
for each row when (
  (old.parent_brand_id, old.name, old.slug, old.deleted_at)
  is distinct from (new.parent_brand_id, new.name, new.slug, new.deleted_at)
) execute function private.touch_brand('parent_brand_id');

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
