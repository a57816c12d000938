create function private.lock_template(template_id uuid)
returns public.templates
language plpgsql
volatile
set search_path = ''
as $$
declare
  template public.templates;
begin
  -- The permission before the lock: strangers must neither wait for the row nor make others wait.
  select * into template from public.templates where templates.id = lock_template.template_id;
  if template.id is null then
    perform private.refuse(404, 'template not found');
  elsif template.brand_id is not null then
    perform private.require_permission(template.brand_id, 'template.read', 'template');
    perform private.require_permission(template.brand_id, 'template.write', 'template');
  elsif not private.is_platform_admin() then
    perform private.refuse(403, 'only platform admins may change a global template');
  end if;
  select * into template from public.templates where templates.id = lock_template.template_id for update;
  if template.id is null then
    perform private.refuse(404, 'template not found');
  end if;
  return template;
end;
$$;
comment on function private.lock_template is
'Locks a template until the end of the transaction and returns it. Refuses strangers with 404, and members who may not
change it with 403.';

create function private.check_template_quota()
returns trigger
language plpgsql
security definer -- counts all templates of the account, of which the caller may see some only
set search_path = ''
as $$
declare
  account uuid := (select brands.account_id from public.brands where brands.id = new.brand_id);
  quota integer;
begin
  -- Locks the account, so that two callers cannot both take the last template of the plan.
  perform from public.accounts where accounts.id = account for update;
  select plans.templates into quota
  from public.accounts inner join public.plans on plans.name = accounts.plan
  where accounts.id = account and accounts.overage = 'block';
  if quota < (
    select count(*) from public.templates inner join public.brands on brands.id = templates.brand_id
    where brands.account_id = account
  ) then
    perform private.refuse(403, 'the plan has no more templates', jsonb_build_array(jsonb_build_object(
      'code', 'PLAN_LIMIT_EXCEEDED', 'message', format('%s templates at most', quota)
    )));
  end if;
  return null;
end;
$$;
comment on function private.check_template_quota is
'Refuses with 403 a template beyond the plan of the brand''s account. A trigger, so that it also holds for inserts by
the data API; after the row, so that the policies come first.';

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
comment on function private.template_usage is
'Counts the contents of these brands that use a template. Callers pass their own brands, since many use a global
template.';

create function private.template_document(template public.templates, writable uuid[], creating uuid[])
returns jsonb
language sql
stable
set search_path = ''
as $$
  select to_jsonb(template) || jsonb_build_object(
    'created_by', private.person_document(template.created_by, template.brand_id),
    'updated_by', private.person_document(template.updated_by, template.brand_id),
    'allowed_actions', array(
      select action.name
      from (
        values
        ('createContent', template.is_active and case
          when template.brand_id is null then cardinality(creating) > 0 else template.brand_id = any (creating)
        end),
        ('delete', private.is_platform_admin()),
        ('read', true),
        ('update', case
          when template.brand_id is null then private.is_platform_admin() else template.brand_id = any (writable)
        end)
      ) as action (name, is_allowed)
      where action.is_allowed
      order by action.name
    )
  );
$$;
comment on function private.template_document is
'Returns a template with the names of its people and what the caller may do with it. writable and creating: the brands
in which the caller has template.write and content.create.';

create function private.template_answer(template public.templates)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select private.template_document(
    template, private.brands_permitting('template.write'), private.brands_permitting('content.create')
  ) || jsonb_build_object('problems', private.problems_of_template(template));
$$;
comment on function private.template_answer is 'Returns a template as commands answer it.';

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
security definer -- counts contents without a policy per row; takes the caller's brands first
set search_path = ''
as $$
declare
  readable uuid [] := private.brands_permitting('template.read');
  counted uuid [] := private.brands_permitting('content.read');
  writable uuid [] := private.brands_permitting('template.write');
  creating uuid [] := private.brands_permitting('content.create');
begin
  -- Global templates are for everyone, but not in a session that is not trusted, nor for every API key.
  if not (private.session_trusted() and private.scope_allows('template.read')) then
    return '{"items": [], "total": 0}';
  end if;
  return (
    with matching as (
      select templates as template, templates.id, templates.name
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
          or private.holds_text(templates.name || ' ' || templates.description, list_templates.query))
    ),
    page as (
      select matching.* from matching
      order by matching.name, matching.id
      offset page_offset limit least(greatest(page_size, 1), 100)
    )
    select jsonb_build_object(
      'items', coalesce((
        select jsonb_agg(
          private.template_document(page.template, writable, creating) || to_jsonb(usage) || case
            when list_templates.template_id is null then '{}'
            else jsonb_build_object('problems', private.problems_of_template(page.template))
          end
          order by page.name, page.id
        )
        from page
        cross join lateral private.template_usage(page.id, counted) as usage
      ), '[]'),
      'total', (select count(*) from matching)
    )
  );
end;
$$;
comment on function public.list_templates is
'Lists global templates and those of the caller''s brands by name, with how often these brands used each:
{items, total}. A template that is asked for by its id has its problems as well.';
grant execute on function public.list_templates to authenticated, service_role;

create function public.create_template(details jsonb, brand_id uuid default null)
returns setof jsonb
language plpgsql
volatile
security definer -- writes columns that the data API may not
set search_path = ''
as $$
#variable_conflict use_variable
declare
  template public.templates;
begin
  perform private.require_functions();
  if brand_id is not null then
    perform private.require_permission(brand_id, 'template.write');
  elsif not private.is_platform_admin() then
    perform private.refuse(403, 'only platform admins may make a global template');
  end if;
  template := jsonb_populate_record(null::public.templates, jsonb_build_object(
    'description', '', 'icon', '', 'category', '', 'tags', '[]'::jsonb, 'ai_enabled', true, 'is_active', true
  ) || details);
  insert into public.templates (
    brand_id, name, description, content_type, input_fields, output_fields, is_active, icon, category, tags, ai_enabled,
    markup_version
  )
  values (
    brand_id, template.name, template.description, template.content_type, template.input_fields,
    template.output_fields, template.is_active, template.icon, template.category, template.tags, template.ai_enabled,
    private.markup_version()
  )
  returning * into template;
  return next private.template_answer(template);
end;
$$;
comment on function public.create_template is
'Creates a template of a brand, for its admins, or without a brand a global one, for platform admins.';
grant execute on function public.create_template to authenticated, service_role;

create function public.update_template(template_id uuid, expected_version integer, changes jsonb)
returns setof jsonb
language plpgsql
volatile
security definer -- locks the row before it compares the version
set search_path = ''
as $$
declare
  template public.templates;
  changed public.templates;
begin
  perform private.require_functions();
  template := private.lock_template(template_id);
  if expected_version is null then
    perform private.refuse(428, 'name the version that you read');
  elsif template.version <> expected_version then
    perform private.refuse(412, 'the template was changed by someone else', jsonb_build_array(jsonb_build_object(
      'field', 'version', 'code', 'CONFLICT', 'message', template.version::text
    )));
  end if;
  changed := jsonb_populate_record(template, changes);
  update public.templates
  set
    name = changed.name, description = changed.description, content_type = changed.content_type,
    input_fields = changed.input_fields, output_fields = changed.output_fields, is_active = changed.is_active,
    icon = changed.icon, category = changed.category, tags = changed.tags, ai_enabled = changed.ai_enabled,
    -- Of what the caller sent the functions have cleaned the default values, but of nothing else.
    markup_version = case
      when
        (changes ? 'input_fields' or not private.has_marked_defaults(template.input_fields))
        and (changes ? 'output_fields' or not private.has_marked_defaults(template.output_fields))
        then private.markup_version()
      else templates.markup_version
    end
  where templates.id = template.id
  returning * into template;
  return next private.template_answer(template);
end;
$$;
comment on function public.update_template is
'Replaces the values that are given in changes. Contents keep to the version that they were made from. Refuses with 412
and the current version where another update came first.';
grant execute on function public.update_template to authenticated, service_role;

create function public.delete_template(template_id uuid)
returns void
language plpgsql
volatile
security definer -- counts contents of every brand
set search_path = ''
as $$
declare
  template public.templates;
  uses bigint;
begin
  perform private.require_functions();
  template := private.lock_template(template_id);
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
comment on function public.delete_template is
'Deletes a template, for platform admins. Refuses with 409 and the count while contents use it.';
grant execute on function public.delete_template to authenticated, service_role;
