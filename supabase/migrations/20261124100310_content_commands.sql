-- The commands on contents again: with assignees, fields held against the template's version, and the plan's quota.

create function private.check_assignees(brand uuid, people uuid[])
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if exists (select from unnest(people) as person where not private.is_colleague(person, brand)) then
    perform private.refuse(400, 'only members of the brand can be assigned', jsonb_build_array(jsonb_build_object(
      'field', 'assignees', 'code', 'INVALID_FORMAT', 'message', 'not a member of the brand'
    )));
  end if;
end;
$$;

create function private.count_content(brand uuid)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  account uuid := (select brands.account_id from public.brands where brands.id = brand);
begin
  if account is not null and not private.consume_quota(account, 'contents', 1) then
    perform private.refuse(429, 'the plan has no more contents this month', jsonb_build_array(jsonb_build_object(
      'code', 'QUOTA_EXCEEDED',
      'message', 'resets at ' || to_char(date_trunc('month', now() at time zone 'UTC') + interval '1 month',
        'YYYY-MM-DD"T00:00:00Z"')
    )));
  end if;
end;
$$;
comment on function private.count_content is
'429 QUOTA_EXCEEDED where the account''s plan has no content left this month.';

create function private.title_for(title text, body text)
returns text
language sql
stable
set search_path = ''
as $$
  -- The one that is given, else how the text begins, else the date (domain §3).
  select coalesce(
    nullif(btrim(title), ''),
    nullif(btrim(left(translate(private.visible_characters(body), '<>', ''), 80)), ''),
    'Untitled ' || to_char(now() at time zone 'UTC', 'YYYY-MM-DD')
  );
$$;

drop function public.create_content(
  uuid, text, text, uuid, jsonb, jsonb, text[], text, text, text, text[], timestamptz, timestamptz
);
create function public.create_content(
  brand_id uuid,
  title text default '',
  type text default null,
  template_id uuid default null,
  fields jsonb default '{}',
  metadata jsonb default '{}',
  tags text[] default '{}',
  body text default '',
  excerpt text default '',
  slug text default '',
  categories text[] default '{}',
  due_at timestamptz default null,
  expires_at timestamptz default null,
  assignees uuid[] default '{}'
)
returns setof public.contents
language plpgsql
volatile
security definer
set search_path = ''
as $$
#variable_conflict use_variable
declare
  template public.templates;
  form jsonb;
  draft public.contents;
begin
  perform private.require_permission(brand_id, 'content.create');
  if template_id is not null then
    template := private.content_template(brand_id, template_id);
    if template.id is null then
      perform private.refuse(403, 'the template is neither global nor of this brand');
    end if;
    if not template.is_active then
      perform private.refuse(409, 'the template is not active');
    end if;
    form := template.input_fields || template.output_fields;
    draft.brand_id := brand_id;
    draft.template_id := template.id;
    draft.template_version := template.version;
    draft.fields := private.merged('{}', fields);
    perform private.check_form(draft, array(select jsonb_object_keys(draft.fields)), 'value');
    fields := draft.fields - private.hidden_fields(form, draft.fields);
  end if;
  type := coalesce(type, template.content_type, 'article');
  perform private.check_content_type(brand_id, type);
  perform private.check_assignees(brand_id, assignees);
  perform private.count_content(brand_id);
  return query
    insert into public.contents (
      brand_id, title, type, template_id, template_version, fields, metadata, tags,
      body, excerpt, slug, categories, due_at, expires_at, assignees
    )
    values (
      brand_id, private.title_for(title, body), type, template_id, template.version, fields,
      private.merged('{}', metadata), tags, body, excerpt, slug, categories, due_at, expires_at,
      array(select distinct person from unnest(assignees) as person)
    )
    returning *;
end;
$$;
comment on function public.create_content is 'A new draft. 404 for strangers to the brand, 403 below editor.';
grant execute on function public.create_content to authenticated;

create or replace function public.update_content(
  content_id uuid, expected_version integer, changes jsonb, is_autosave boolean default false, note text default ''
)
returns setof public.contents
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  content public.contents := private.lock_content(content_id);
  changed public.contents;
begin
  perform private.require_on_content(content, 'content.edit');
  if expected_version is null then
    perform private.refuse(428, 'an update names the version that it saw');
  end if;
  perform private.check_version(content, expected_version);
  if content.status in ('scheduled', 'published', 'archived') then
    perform private.refuse(409, format('a content that is %s cannot be edited', content.status));
  end if;
  -- Only these columns; fields and metadata are merged by key, the rest is replaced.
  changed := jsonb_populate_record(content, jsonb_strip_nulls(jsonb_build_object(
    'title', changes -> 'title', 'type', changes -> 'type', 'body', changes -> 'body', 'excerpt', changes -> 'excerpt',
    'slug', changes -> 'slug', 'tags', changes -> 'tags', 'categories', changes -> 'categories',
    'assignees', changes -> 'assignees'
  )));
  changed.fields := private.merged(content.fields, changes -> 'fields');
  changed.metadata := private.merged(content.metadata, changes -> 'metadata');
  if changes ? 'due_at' then
    changed.due_at := changes ->> 'due_at';
  end if;
  if changes ? 'expires_at' then
    changed.expires_at := changes ->> 'expires_at';
  end if;
  if changed.type <> content.type then
    perform private.check_content_type(content.brand_id, changed.type);
  end if;
  if changed.assignees <> content.assignees then
    -- Of those who are new: whose membership has run out since then bars nobody else.
    perform private.check_assignees(content.brand_id, array(
      select added from unnest(changed.assignees) as added where added <> all (content.assignees)
    ));
    changed.assignees := array(select distinct person from unnest(changed.assignees) as person);
  end if;
  if changes ? 'fields' and content.template_id is not null then
    -- What is in the middle of being typed has to be the right kind of value, and no more than that.
    perform private.check_form(
      changed, array(select jsonb_object_keys(private.merged('{}', changes -> 'fields'))),
      case when is_autosave then 'shape' else 'value' end
    );
    changed.fields := changed.fields - private.hidden_fields(private.content_form(content), changed.fields);
  end if;
  -- A change that changes nothing makes no version, which would have no event to tell of it.
  if private.content_state(changed) is distinct from private.content_state(content) then
    perform private.describe_change(jsonb_build_object('is_autosave', is_autosave, 'note', left(note, 2000)));
    update public.contents
    set
      title = changed.title, type = changed.type, fields = changed.fields, metadata = changed.metadata,
      tags = changed.tags, body = changed.body, excerpt = changed.excerpt, slug = changed.slug,
      categories = changed.categories, due_at = changed.due_at, expires_at = changed.expires_at,
      assignees = changed.assignees
    where contents.id = content.id;
    if private.edited_part(private.content_state(changed)) <> private.edited_part(private.content_state(content)) then
      perform private.void_approvals(content.id);
    end if;
  end if;
  return query select * from private.content_by_id(content.id);
end;
$$;
