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
    perform private.check_assignees(content.brand_id, changed.assignees);
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

create function public.save_version(content_id uuid, expected_version integer default null, note text default '')
returns setof public.contents
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  content public.contents := private.lock_content(content_id);
begin
  perform private.require_on_content(content, 'content.edit');
  perform private.check_version(content, expected_version);
  if content.status in ('scheduled', 'published', 'archived') then
    perform private.refuse(409, format('a content that is %s cannot be edited', content.status));
  end if;
  perform private.describe_change(jsonb_build_object('action', 'saved', 'note', left(note, 2000)));
  update public.contents set title = content.title where contents.id = content.id;
  return query select * from private.content_by_id(content.id);
end;
$$;
comment on function public.save_version is 'Keeps the content as it is now as a version of its own, with a note.';
grant execute on function public.save_version to authenticated;

create or replace function public.restore_version(
  content_id uuid, version integer, expected_version integer default null
)
returns setof public.contents
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  content public.contents := private.lock_content(content_id);
  restored public.contents;
  snapshot jsonb;
begin
  perform private.require_on_content(content, 'content.restore');
  perform private.require_on_content(content, 'content.edit');
  perform private.check_version(content, expected_version);
  if content.status in ('scheduled', 'published', 'archived') then
    perform private.refuse(409, format('a content that is %s cannot be edited', content.status));
  end if;
  select versions.snapshot into snapshot
  from public.content_versions as versions
  where versions.content_id = content.id and versions.version = restore_version.version;
  if snapshot is null then
    perform private.refuse(404, 'version not found');
  end if;
  -- Not the slug: by now it may be another content's, and addresses are not part of the text.
  restored := jsonb_populate_record(content, private.edited_part(snapshot) - array[
    'template_id', 'template_version', 'parent_id', 'slug'
  ]);
  if private.content_state(restored) is distinct from private.content_state(content) then
    perform private.check_content_type(content.brand_id, restored.type);
    perform private.describe_change(jsonb_build_object('action', 'restored', 'note', 'restored version ' || version));
    update public.contents
    set
      title = restored.title, fields = restored.fields, metadata = restored.metadata, tags = restored.tags,
      body = restored.body, excerpt = restored.excerpt, categories = restored.categories, type = restored.type
    where contents.id = content.id;
    perform private.void_approvals(content.id);
  end if;
  return query select * from private.content_by_id(content.id);
end;
$$;

create or replace function public.duplicate_content(
  content_id uuid, brand_id uuid default null, title text default null
)
returns setof public.contents
language plpgsql
volatile
security definer
set search_path = ''
as $$
#variable_conflict use_variable
declare
  content public.contents := private.lock_content(content_id);
  template public.templates;
  fields jsonb := content.fields;
begin
  brand_id := coalesce(brand_id, content.brand_id);
  perform private.require_permission(brand_id, 'content.create');
  perform private.check_content_type(brand_id, content.type);
  perform private.count_content(brand_id);
  template := private.content_template(brand_id, content.template_id);
  if brand_id <> content.brand_id then
    -- What points at the other brand's files and products stays there.
    fields := fields - array(
      select field ->> 'id' from jsonb_array_elements(private.content_form(content)) as field
      where field ->> 'type' in ('file', 'image', 'product_selector')
    );
  end if;
  perform private.describe_change('{"action": "duplicated"}');
  return query
    insert into public.contents (
      brand_id, title, type, template_id, template_version, fields, metadata, tags, body, excerpt, categories, parent_id
    )
    values (
      -- A template of the other brand does not come along, and neither does the link to what the new brand cannot see.
      brand_id, coalesce(title, left('Copy of ' || content.title, 200)), content.type, template.id,
      case when template.id is not null then content.template_version end,
      fields, content.metadata, content.tags, content.body, content.excerpt, content.categories,
      case when brand_id = content.brand_id then content.id end
    )
    returning *;
end;
$$;

-- What AI is asked to write are fields of the version that the content used, and only those that AI may write: the
-- answer is held against the same list.
create or replace function public.request_generation(
  content_id uuid, provider text, model text, prompt_version text, parameters jsonb default '{}'
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  content public.contents;
  brand public.brands;
  template public.templates;
  generation_id uuid;
  hidden text [];
  outputs jsonb;
begin
  content := private.lock_content(content_id);
  perform private.require_on_content(content, 'content.edit');
  perform private.require_on_content(content, 'ai.use');
  if content.status in ('scheduled', 'published', 'archived') then
    perform private.refuse(409, format('a content that is %s cannot be edited', content.status));
  end if;
  template := private.template_used(content);
  if template.id is null then
    perform private.refuse(409, 'the content has no template to generate from');
  end if;
  hidden := private.hidden_fields(template.input_fields || template.output_fields, content.fields);
  select jsonb_agg(field.entry order by field.place) into outputs
  from jsonb_array_elements(template.output_fields) with ordinality as field (entry, place)
  where
    template.ai_enabled
    and coalesce((field.entry ->> 'aiAutoComplete')::boolean, true)
    and coalesce(field.entry ->> 'type', 'plain_text') <> 'faq'
    and field.entry ->> 'id' <> all (hidden);
  if outputs is null then
    perform private.refuse(409, 'the template has no field that AI may fill');
  end if;
  select * into brand from public.brands where brands.id = content.brand_id;

  insert into public.ai_generations (
    brand_id, user_id, content_id, content_version, template_id, type,
    provider, model, prompt_version, parameters
  )
  values (
    content.brand_id, auth.uid(), content.id, content.version, template.id, 'content_generation',
    request_generation.provider, request_generation.model,
    request_generation.prompt_version, request_generation.parameters
  )
  returning ai_generations.id into generation_id;
  perform private.append_event(
    content.brand_id, 'ai_generation', generation_id, 'AIGenerationRequested',
    jsonb_build_object('requestId', generation_id, 'type', 'content_generation', 'contentId', content.id)
  );
  return jsonb_build_object(
    'id', generation_id,
    'brand', jsonb_build_object(
      'name', brand.name, 'identity', brand.identity, 'tone_of_voice', brand.tone_of_voice,
      'guardrails', brand.guardrails, 'key_messages', brand.key_messages,
      'target_audience', brand.target_audience, 'country', brand.country, 'language', brand.language
    ),
    'template', jsonb_build_object(
      'name', template.name, 'input_fields', template.input_fields, 'output_fields', outputs
    ),
    'content', jsonb_build_object('id', content.id, 'title', content.title, 'fields', content.fields)
  );
end;
$$;

create or replace function public.complete_generation(
  generation_id uuid, output jsonb, prompt_tokens integer, completion_tokens integer, latency_ms integer
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  generation public.ai_generations := private.own_pending_generation(generation_id);
  content public.contents;
  applied_version integer;
begin
  perform private.require_permission(generation.brand_id, 'ai.use', 'generation');
  select * into content from public.contents where contents.id = generation.content_id;
  perform private.require_on_content(content, 'content.edit');
  if jsonb_typeof(complete_generation.output) is distinct from 'object' then
    perform private.refuse(400, 'the output is not an object');
  end if;
  perform private.check_content_fields(private.template_used(content), complete_generation.output);
  update public.ai_generations
  set
    status = 'completed',
    output = complete_generation.output,
    prompt_tokens = complete_generation.prompt_tokens,
    completion_tokens = complete_generation.completion_tokens,
    latency_ms = complete_generation.latency_ms,
    completed_at = now()
  where ai_generations.id = generation.id;
  perform private.describe_change(jsonb_build_object('note', 'generation ' || generation.id));
  -- Someone who edited the content meanwhile keeps what they wrote: the output is theirs to take over.
  update public.contents
  set fields = contents.fields || complete_generation.output
  where
    contents.id = generation.content_id
    and contents.version = generation.content_version
    and contents.fields is distinct from contents.fields || complete_generation.output
    and contents.deleted_at is null
    and contents.status not in ('scheduled', 'published', 'archived')
  returning contents.version into applied_version;
  perform private.describe_change('{}');
  if applied_version is not null then
    perform private.void_approvals(generation.content_id);
  end if;
  perform private.append_event(
    generation.brand_id, 'ai_generation', generation.id, 'AIGenerationCompleted',
    jsonb_build_object(
      'requestId', generation.id, 'contentId', generation.content_id, 'success', true,
      'tokensUsed', complete_generation.prompt_tokens + complete_generation.completion_tokens,
      'duration', complete_generation.latency_ms, 'appliedVersion', applied_version
    )
  );
  return jsonb_build_object('id', generation.id, 'applied_version', applied_version);
end;
$$;
