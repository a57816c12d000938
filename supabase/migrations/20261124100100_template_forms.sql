-- Templates in full (domain §4): what a field may be, which version a content used, and what is wrong with a form.

alter table public.templates
add column icon text not null default '' check (char_length(icon) <= 50),
add column category text not null default '' check (char_length(category) <= 100),
add column tags text[] not null default '{}' check (cardinality(tags) <= 50),
add column ai_enabled boolean not null default true;
comment on column public.templates.ai_enabled is 'False: AI fills no field of contents that are made from it.';

create table public.template_versions (
  template_id uuid not null references public.templates (id) on delete cascade,
  version integer not null check (version >= 1),
  brand_id uuid references public.brands (id) on delete cascade,
  name text not null,
  content_type text not null,
  input_fields jsonb not null,
  output_fields jsonb not null,
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now(),
  primary key (template_id, version)
);
comment on table public.template_versions is
'A template as it was after each change: contents keep to the version that they were made from.';
comment on column public.template_versions.brand_id is 'Null: of a global template.';
create index template_versions_brand_id_idx on public.template_versions (brand_id);
create index template_versions_created_by_idx on public.template_versions (created_by);
alter table public.template_versions enable row level security;
create trigger refuse_change
before update on public.template_versions
for each row execute function private.refuse_version_change();

insert into public.template_versions (
  template_id, version, brand_id, name, content_type, input_fields, output_fields, created_by, created_at
)
select
  templates.id,
  templates.version,
  templates.brand_id,
  templates.name,
  templates.content_type,
  templates.input_fields,
  templates.output_fields,
  templates.updated_by,
  templates.updated_at
from public.templates;

create function private.record_template_version()
returns trigger
language plpgsql
security definer -- versions are nobody's to write
set search_path = ''
as $$
begin
  insert into public.template_versions (
    template_id, version, brand_id, name, content_type, input_fields, output_fields, created_by
  )
  values (
    new.id, new.version, new.brand_id, new.name, new.content_type, new.input_fields, new.output_fields, auth.uid()
  );
  return null;
end;
$$;
create trigger record_template_version
after insert or update on public.templates
for each row execute function private.record_template_version();

create function private.pattern_problem(pattern text)
returns text
language plpgsql
stable
set search_path = ''
as $$
begin
  if char_length(pattern) > 200 then
    return 'a pattern has 200 characters at most';
  -- Without references back and lookaround a match takes time in proportion to the text; without repeats of repeats
  -- compiling it does not explode.
  elsif pattern ~ '\\[1-9]' or replace(pattern, '(?:', '') ~ '\(\?' then
    return 'a pattern has no references back and no lookaround';
  elsif pattern ~ '[*+?}]\s*\)\s*[*+{]' or pattern ~ '\{[0-9]*,?[0-9]{3,}' then
    return 'a pattern repeats no repetition, and nothing a hundred times';
  end if;
  perform '' ~ pattern;
  return null;
exception
  when others then -- whatever the engine says of it, it is no regular expression
    return 'the pattern is not a regular expression';
end;
$$;
comment on function private.pattern_problem is
'Why a pattern is not safe to be run on what people write; null if it is.';

create function private.template_problems(input_fields jsonb, output_fields jsonb)
returns table (field text, message text)
language sql
stable
set search_path = ''
as $$
  with recursive fields as (
    select 'inputFields' as side, entry, entry ->> 'id' as id from jsonb_array_elements(input_fields) as entry
    union all
    select 'outputFields', entry, entry ->> 'id' from jsonb_array_elements(output_fields) as entry
  ),
  waits as (
    select fields.id, fields.entry -> 'conditional' ->> 'field' as upon from fields where fields.entry ? 'conditional'
  ),
  ways as (
    select waits.id, waits.upon, 1 as length from waits
    union
    select ways.id, waits.upon, ways.length + 1 from ways inner join waits on waits.id = ways.upon
    where ways.length <= 50
  )
  select fields.side || '.' || fields.id || '.type', 'there is no such type of field'
  from fields
  where fields.entry ->> 'type' <> all (
    case fields.side
      when 'inputFields' then array[
        'short_text', 'long_text', 'rich_text', 'number', 'date', 'datetime', 'select', 'multiselect', 'boolean',
        'tags', 'url', 'email', 'slug', 'file', 'image', 'product_selector', 'recipe_url'
      ]
      else array['plain_text', 'rich_text', 'html', 'faq']
    end
  )
  union all
  select fields.side || '.' || fields.id || '.conditional',
    case when waits.upon = fields.id then 'a field cannot depend on itself'
      else format('there is no field %s', waits.upon) end
  from fields
  inner join waits on waits.id = fields.id
  where waits.upon = fields.id or not exists (select from fields as other where other.id = waits.upon)
  union all
  select fields.side || '.' || fields.id || '.conditional', 'fields depend on each other in a circle'
  from fields
  where exists (select from ways where ways.id = fields.id and ways.upon = fields.id and ways.length > 1)
  union all
  select fields.side || '.' || fields.id || '.validation.pattern',
    private.pattern_problem(fields.entry -> 'validation' ->> 'pattern')
  from fields
  where private.pattern_problem(fields.entry -> 'validation' ->> 'pattern') is not null
  union all
  select fields.side || '.' || fields.id || '.sourceField',
    format('there is no field %s', fields.entry ->> 'sourceField')
  from fields
  where
    fields.entry ? 'sourceField'
    and not exists (select from fields as other where other.id = fields.entry ->> 'sourceField');
$$;
comment on function private.template_problems is
'What is wrong with the fields of a template taken together: unknown types and references, circles, unsafe patterns.';

create function private.check_template()
returns trigger
language plpgsql
set search_path = ''
as $$
declare
  problems jsonb;
begin
  -- Whether they are lists of fields at all is for the constraints to say, which come after this.
  if not private.are_template_fields(new.input_fields) or not private.are_template_fields(new.output_fields) then
    return new;
  end if;
  select jsonb_agg(jsonb_build_object('field', matching.field, 'code', 'INVALID_FORMAT', 'message', matching.message))
  into problems
  from private.template_problems(new.input_fields, new.output_fields) as matching;
  if problems is not null then
    perform private.refuse(400, 'the template has fields that cannot work', problems);
  end if;
  return new;
end;
$$;
create trigger check_template
before insert or update of input_fields, output_fields on public.templates
for each row execute function private.check_template();
grant execute on function private.template_problems to authenticated, service_role;
grant execute on function private.pattern_problem to authenticated, service_role;

-- Templates are one row each and their rules are triggers and policies: the functions only add what makes a command,
-- which is the version that an update names, and honest refusals.

create function private.lock_template(template_id uuid)
returns public.templates
language plpgsql
volatile
set search_path = ''
as $$
declare
  template public.templates;
begin
  select * into template from public.templates where templates.id = lock_template.template_id for update;
  if template.id is null then
    perform private.refuse(404, 'template not found');
  elsif template.brand_id is not null then
    perform private.require_permission(template.brand_id, 'template.read', 'template');
    perform private.require_permission(template.brand_id, 'template.write', 'template');
  elsif not private.is_platform_admin() then
    perform private.refuse(403, 'only platform admins may change a global template');
  end if;
  return template;
end;
$$;
comment on function private.lock_template is 'The template, for who may change it: 404 for strangers, 403 for members.';

create function private.check_template_quota(brand uuid)
returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  account public.accounts;
  quota integer;
begin
  select accounts.* into account
  from public.accounts inner join public.brands on brands.account_id = accounts.id
  where brands.id = brand and accounts.overage = 'block';
  select plans.templates into quota from public.plans where plans.name = account.plan;
  if quota <= (
    select count(*) from public.templates inner join public.brands on brands.id = templates.brand_id
    where brands.account_id = account.id
  ) then
    perform private.refuse(403, 'the plan has no more templates', jsonb_build_array(jsonb_build_object(
      'code', 'PLAN_LIMIT_EXCEEDED', 'message', format('%s templates at most', quota)
    )));
  end if;
end;
$$;

create function public.create_template(details jsonb, brand_id uuid default null)
returns setof public.templates
language plpgsql
volatile
security definer -- counts the templates of the whole account, of which the caller may see some only
set search_path = ''
as $$
#variable_conflict use_variable
declare
  template public.templates;
begin
  if brand_id is not null then
    perform private.require_permission(brand_id, 'template.write');
    perform private.check_template_quota(brand_id);
  elsif not private.is_platform_admin() then
    perform private.refuse(403, 'only platform admins may make a global template');
  end if;
  template := jsonb_populate_record(null::public.templates, jsonb_build_object(
    'description', '', 'icon', '', 'category', '', 'tags', '[]'::jsonb, 'ai_enabled', true, 'is_active', true
  ) || details);
  return query
    insert into public.templates (
      brand_id, name, description, content_type, input_fields, output_fields, is_active, icon, category, tags,
      ai_enabled
    )
    values (
      brand_id, template.name, template.description, template.content_type, template.input_fields,
      template.output_fields, template.is_active, template.icon, template.category, template.tags, template.ai_enabled
    )
    returning *;
end;
$$;
comment on function public.create_template is
'A new template of a brand by its admins, or without a brand a global one by the platform.';
grant execute on function public.create_template to authenticated;

create function public.update_template(template_id uuid, expected_version integer, changes jsonb)
returns setof public.templates
language plpgsql
volatile
security definer -- locks the row before it compares the version
set search_path = ''
as $$
declare
  template public.templates := private.lock_template(template_id);
  changed public.templates;
begin
  if expected_version is null then
    perform private.refuse(428, 'an update names the version that it saw');
  elsif template.version <> expected_version then
    perform private.refuse(412, 'the template was changed by someone else', jsonb_build_array(jsonb_build_object(
      'field', 'version', 'code', 'CONFLICT', 'message', template.version::text
    )));
  end if;
  changed := jsonb_populate_record(template, changes);
  return query
    update public.templates
    set
      name = changed.name, description = changed.description, content_type = changed.content_type,
      input_fields = changed.input_fields, output_fields = changed.output_fields, is_active = changed.is_active,
      icon = changed.icon, category = changed.category, tags = changed.tags, ai_enabled = changed.ai_enabled
    where templates.id = template.id
    returning *;
end;
$$;
comment on function public.update_template is
'Replaces what is named; contents keep to the version that they used. 412 with the current version for a stale one.';
grant execute on function public.update_template to authenticated;

create function public.delete_template(template_id uuid)
returns void
language plpgsql
volatile
security definer -- counts contents of every brand
set search_path = ''
as $$
declare
  template public.templates := private.lock_template(template_id);
  uses bigint;
begin
  if not private.is_platform_admin() then
    perform private.refuse(403, 'only platform admins may delete templates: deactivate it instead');
  end if;
  select count(*) into uses from public.contents where contents.template_id = template.id;
  if uses > 0 then
    perform private.refuse(409, 'the template is in use', jsonb_build_array(jsonb_build_object(
      'field', 'contents', 'code', 'CONFLICT', 'message', uses::text
    )));
  end if;
  delete from public.templates where templates.id = template.id;
end;
$$;
comment on function public.delete_template is 'By platform admins; 409 with the count while contents use it.';
grant execute on function public.delete_template to authenticated;

drop index public.contents_template_id_idx;
create index contents_template_id_idx on public.contents (template_id, brand_id, created_at);

-- A global template is used by many brands: each sees its own use of it only.
create function private.template_usage(template_id uuid, brands uuid[])
returns table (usage_count bigint, last_used_at timestamptz)
language sql
stable
set search_path = ''
as $$
  select count(*), max(contents.created_at)
  from public.contents
  where contents.template_id = template_usage.template_id and contents.brand_id = any (brands);
$$;

create function public.list_templates(
  brand_id uuid default null,
  content_type text default null,
  category text default null,
  is_active boolean default true,
  query text default null,
  template_id uuid default null,
  page_offset integer default 0,
  page_size integer default 20
)
returns jsonb
language plpgsql
stable
security definer -- counts contents, for which the policies would be asked row by row; takes the caller's brands first
set search_path = ''
as $$
#variable_conflict use_column
declare
  readable uuid [] := private.brands_permitting('template.read');
  counted uuid [] := private.brands_permitting('content.read');
  answer jsonb;
begin
  if not private.session_trusted() then
    return '{"items": [], "total": 0}';
  end if;
  with matching as (
    select templates.*
    from public.templates
    where
      (templates.brand_id is null or templates.brand_id = any (readable))
      and (list_templates.template_id is null or templates.id = list_templates.template_id)
      and (list_templates.brand_id is null or templates.brand_id is null
        or templates.brand_id = list_templates.brand_id)
      and (list_templates.content_type is null or templates.content_type = list_templates.content_type)
      and (list_templates.category is null or templates.category = list_templates.category)
      and (list_templates.is_active is null or templates.is_active = list_templates.is_active)
      and (list_templates.query is null
        or position(lower(list_templates.query) in lower(templates.name || ' ' || templates.description)) > 0)
  ),
  page as (
    select matching.* from matching
    order by matching.name, matching.id
    offset page_offset
    limit least(greatest(page_size, 1), 100)
  )
  select jsonb_build_object(
    'items', coalesce((
      select jsonb_agg(to_jsonb(page) || to_jsonb(usage) order by page.name, page.id)
      from page
      cross join lateral private.template_usage(page.id, counted) as usage
    ), '[]'),
    'total', (select count(*) from matching)
  ) into answer;
  return answer;
end;
$$;
comment on function public.list_templates is
'{items, total}: the global templates and those of the caller''s brands by name, with how often those used each.';
grant execute on function public.list_templates to authenticated;
