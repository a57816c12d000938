create function private.consume_content_quota(brand uuid)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  account constant uuid := (select brands.account_id from public.brands where brands.id = brand);
begin
  if account is not null and not private.consume_quota(account, 'contents', 1) then
    perform private.refuse_quota('the plan has no more contents this month');
  end if;
end;
$$;
comment on function private.consume_content_quota is
'Counts a new content against the plan of the brand''s account. Refuses with 429 where none is left this month.';

create function private.title_for(title text, body text)
returns text
language plpgsql
stable
set search_path = ''
as $$
declare
  said constant text := btrim(title);
  beginning text;
begin
  if private.shows_something(said) then
    return said;
  end if;
  -- More than is needed: white space and tags may take most of it.
  beginning := private.text_of_html(private.beginning_of_html(body, 2000));
  if not private.shows_something(beginning) then
    beginning := private.text_of_html(body);
  end if;
  -- Titles are plain text without `<` and `>`.
  beginning := btrim(private.cut_text(regexp_replace(beginning, ' ?[<>]+ ?', ' ', 'g'), 80));
  return case
    when private.shows_something(beginning) then beginning
    else 'Untitled ' || to_char(now() at time zone 'UTC', 'YYYY-MM-DD')
  end;
end;
$$;
comment on function private.title_for is
'Returns the title, or without one that shows something the beginning of the text, or the date (domain §3).';

create function private.require_active_template(brand uuid, template_id uuid)
returns public.templates
language plpgsql
stable
set search_path = ''
as $$
declare
  template public.templates := private.content_template(brand, template_id);
begin
  if template.id is null then
    perform private.refuse(403, 'the template is neither global nor of this brand');
  end if;
  if not template.is_active then
    perform private.refuse(409, 'the template is not active');
  end if;
  return template;
end;
$$;
comment on function private.require_active_template is
'Returns a template that new contents of the brand may use. Refuses with 403 one of another brand, with 409 an inactive
one.';

create function private.markup_version()
returns smallint
language plpgsql
immutable
set search_path = ''
as $$
begin
  return 1;
end;
$$;
comment on function private.markup_version is
'The version of the allow-list that functions clean texts by (MARKUP_VERSION in lib/core/security/html.py).';

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
  assignees uuid[] default '{}',
  rich jsonb default null
)
returns setof private.content_details
language plpgsql
volatile
security definer -- nobody may write contents by themselves
set search_path = ''
as $$
#variable_conflict use_variable
declare
  access private.brand_access [];
  template public.templates;
  brand record;
  draft public.contents;
  allowed record;
  form jsonb;
  kept record;
begin
  perform private.require_functions();
  access := private.access_with(brand_id, 'content.create');
  if template_id is not null then
    template := private.require_active_template(brand_id, template_id);
    form := private.as_array(template.input_fields) || private.as_array(template.output_fields);
  end if;
  if rich is not null then
    perform private.check_elements(brand_id, rich);
    kept := private.kept_texts(form, fields, rich);
    fields := kept.fields;
    draft.plain_texts := kept.plain;
  end if;
  if form is not null then
    draft.brand_id := brand_id;
    draft.template_id := template.id;
    draft.template_version := template.version;
    -- A value that is given counts, also null, which empties the field.
    draft.fields := private.merge_patch(
      private.default_values(template, brand_id, private.markup_version()), fields
    );
    fields := private.checked_fields(draft, form, private.merge_patch('{}', fields), 'value');
    -- Also of values that the form itself gave.
    draft.plain_texts := private.plain_proposals(form, fields);
  end if;
  type := coalesce(type, template.content_type, 'article');
  select brands.account_id, brands.allowed_content_types into brand from public.brands where brands.id = brand_id;
  if cardinality(brand.allowed_content_types) > 0 then
    perform private.check_content_type(brand_id, type);
  end if;
  if cardinality(assignees) > 0 then
    perform private.check_assignees(brand_id, assignees);
    assignees := array(select distinct person from unnest(assignees) as person);
  end if;
  if brand.account_id is not null then
    perform private.consume_content_quota(brand_id);
  end if;
  insert into public.contents (
    brand_id, title, type, template_id, template_version, fields, metadata, tags,
    body, excerpt, slug, categories, due_at, expires_at, assignees, markup_version,
    plain_texts
  )
  values (
    brand_id, private.title_for(title, body), type, template_id, template.version, fields,
    private.merge_patch('{}', metadata), tags, body, excerpt, slug, categories, due_at, expires_at,
    coalesce(assignees, '{}'), private.markup_version(),
    case when excerpt ~ '[<&]' then array['excerpt'] else '{}' end || coalesce(draft.plain_texts, '{}')
  )
  returning contents.* into draft;
  allowed := private.allowed_with(draft, access);
  return next private.answer_with(draft, access, allowed.allowed_actions, allowed.readable);
end;
$$;
comment on function public.create_content is
'Creates a draft, with the default values of its template where none are given. Refuses strangers to the brand with 404,
and members below editor with 403. rich: what of the fields reads differently as HTML (private.kept_texts).';
grant execute on function public.create_content to authenticated, service_role;

create function private.patched_content(content public.contents, changes jsonb)
returns public.contents
language plpgsql
stable
set search_path = ''
as $$
declare
  changed public.contents := jsonb_populate_record(content, jsonb_strip_nulls(jsonb_build_object(
    'title', changes -> 'title', 'type', changes -> 'type', 'body', changes -> 'body', 'excerpt', changes -> 'excerpt',
    'slug', changes -> 'slug', 'tags', changes -> 'tags', 'categories', changes -> 'categories',
    'assignees', changes -> 'assignees'
  )));
begin
  if changes ? 'fields' then
    changed.fields := private.merge_patch(content.fields, changes -> 'fields');
  end if;
  if changes ? 'metadata' then
    changed.metadata := private.merge_patch(content.metadata, changes -> 'metadata');
  end if;
  -- Null takes these away.
  if changes ? 'due_at' then
    changed.due_at := private.read_instant(changes ->> 'due_at', 'dueAt');
  end if;
  if changes ? 'expires_at' then
    changed.expires_at := private.read_instant(changes ->> 'expires_at', 'expiresAt');
  end if;
  return changed;
end;
$$;
comment on function private.patched_content is
'Returns a content with changes: fields and metadata are merged by key, other columns are replaced, and columns that
nobody edits stay. Checks and writes nothing.';

create function public.update_content(
  content_id uuid, expected_version integer, changes jsonb, is_autosave boolean default false, note text default '',
  rich jsonb default null
)
returns setof private.content_details
language plpgsql
volatile
security definer -- nobody may write contents by themselves
set search_path = ''
as $$
declare
  access private.brand_access [];
  content public.contents;
  changed public.contents;
  allowed record;
  described text;
  is_restarted boolean := false;
  form jsonb;
  kept record;
  plain text [] := '{}';
begin
  perform private.require_functions();
  access := private.access_to_content(content_id);
  content := private.lock_read_content(content_id, waits => false);
  if content.id is null then
    -- Another transaction holds it. What the caller held before the wait may be gone after it.
    content := private.lock_read_content(content_id);
    access := private.access_to_content(content_id);
  end if;
  allowed := private.allowed_with(content, access);
  if content.version is distinct from expected_version or ('edit' = any (allowed.allowed_actions)) is not true then
    perform private.require_action(content, 'edit', expected_version);
    if expected_version is null then
      perform private.refuse(428, 'an update names the version that it saw');
    end if;
  end if;
  if rich is not null then
    perform private.check_elements(content.brand_id, rich);
    if changes ? 'fields' then
      form := case when content.template_id is not null then private.content_form(content) end;
      kept := private.kept_texts(form, changes -> 'fields', rich);
      changes := jsonb_set(changes, '{fields}', kept.fields);
      plain := kept.plain;
    end if;
  end if;
  changed := private.patched_content(content, changes);
  if changed.type <> content.type then
    perform private.check_content_type(content.brand_id, changed.type);
  end if;
  if changed.assignees <> content.assignees then
    -- Only those who are added: an assignee whose membership has run out since must not bar other changes.
    perform private.check_assignees(content.brand_id, array(
      select added from unnest(changed.assignees) as added where added <> all (content.assignees)
    ));
    changed.assignees := array(select distinct person from unnest(changed.assignees) as person);
  end if;
  if changes ? 'fields' and content.template_id is not null then
    -- An autosave may hold half a word: only the kind of each value is checked.
    changed.fields := private.edited_fields(
      content, changed, changes -> 'fields', case when is_autosave then 'shape' else 'value' end
    );
    plain := plain || private.plain_defaults(content, changed, changes -> 'fields');
  end if;
  changed.plain_texts := private.plain_texts_after(content, changed, plain);
  -- Without a difference there is no version, since there would be no event to tell of it.
  if changed is distinct from content then
    described := private.describe_change(jsonb_build_object('is_autosave', is_autosave, 'note', left(note, 2000)));
    update public.contents
    set
      title = changed.title, type = changed.type, tags = changed.tags, slug = changed.slug,
      categories = changed.categories, due_at = changed.due_at, expires_at = changed.expires_at,
      assignees = changed.assignees, plain_texts = changed.plain_texts,
      -- What may be long stays where it is stored, unless it changes.
      fields = case when changes ? 'fields' then changed.fields else contents.fields end,
      metadata = case when changes ? 'metadata' then changed.metadata else contents.metadata end,
      body = case when changes ? 'body' then changed.body else contents.body end,
      excerpt = case when changes ? 'excerpt' then changed.excerpt else contents.excerpt end
    where contents.id = content.id
    returning contents.* into changed;
    if private.is_edited(content, changed) then
      is_restarted := private.void_approvals(content.id);
      if is_restarted then
        select contents.* into changed from public.contents where contents.id = content.id;
      end if;
    end if;
    -- What the rules of contents ask about a content and may have changed (private.content_facts).
    if
      is_restarted or changed.status <> content.status or changed.type <> content.type
      or changed.expires_at is distinct from content.expires_at or content.status in ('approved', 'scheduled')
    then
      allowed := private.allowed_with(changed, access);
    end if;
  end if;
  return next private.answer_with(changed, access, allowed.allowed_actions, allowed.readable);
end;
$$;
comment on function public.update_content is
'Applies changes: fields and metadata are merged by key, other values replaced. Refuses with 412 and the current version
where another update came first.';
grant execute on function public.update_content to authenticated, service_role;
