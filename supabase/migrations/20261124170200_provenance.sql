-- Which values AI wrote, with what, and whether a person has changed them since: a part of the content and of each of
-- its versions.

alter table public.contents
add column provenance jsonb not null default '{}' check (jsonb_typeof(provenance) = 'object');
comment on column public.contents.provenance is
'{"fields.<id>" or "metadata.<name>": {generationId, provider, model, promptVersion, at, isEdited, editedBy}}';

create or replace function private.edited_part(state jsonb)
returns jsonb
language sql
immutable
parallel safe
set search_path = ''
as $$
  -- Without where it comes from: two states with the same texts are the same to whoever approved or checked them, also
  -- where one of them is from before there was any provenance.
  select state - array[
    'status', 'published_at', 'published_by', 'scheduled_for', 'deleted_at', 'due_at', 'expires_at', 'assignees',
    'provenance'
  ];
$$;

create function private.value_at(fields jsonb, metadata jsonb, path text)
returns jsonb
language sql
immutable
parallel safe
set search_path = ''
as $$
  select case split_part(path, '.', 1) when 'fields' then fields else metadata end -> split_part(path, '.', 2);
$$;

create function private.keep_provenance()
returns trigger
language plpgsql
set search_path = ''
as $$
declare
  entry record;
begin
  for entry in select key, value from jsonb_each(new.provenance) loop
    -- Also where the value is gone: it may be put back by hand, and is the model's all the same.
    if
      entry.value = old.provenance -> entry.key
      and private.value_at(new.fields, new.metadata, entry.key)
      is distinct from private.value_at(old.fields, old.metadata, entry.key)
    then
      -- Not by the statement that brought the provenance: by hand.
      new.provenance := jsonb_set(
        new.provenance, array[entry.key], entry.value || jsonb_build_object('isEdited', true, 'editedBy', auth.uid())
      );
    end if;
  end loop;
  return new;
end;
$$;
create trigger keep_provenance
before update of fields, metadata, provenance on public.contents
for each row when (new.provenance <> '{}') execute function private.keep_provenance();

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
    -- What points at the other brand's files and products stays there. Without its form nothing would tell the brief from
    -- what was written of it, and the copy would give both out: so the brief stays as well.
    fields := fields - array(
      select field.entry ->> 'id'
      from private.template_used(content) as used
      cross join lateral (
        select entry, true as is_input from jsonb_array_elements(used.input_fields) as entry
        union all
        select entry, false from jsonb_array_elements(used.output_fields) as entry
      ) as field
      where
        field.entry ->> 'type' in ('file', 'image', 'product_selector')
        or (field.is_input and template.id is null)
    );
  end if;
  perform private.describe_change('{"action": "duplicated"}');
  return query
    insert into public.contents (
      brand_id, title, type, template_id, template_version, fields, metadata, tags, body, excerpt, categories, parent_id,
      provenance
    )
    values (
      -- A template of the other brand does not come along, and neither does the link to what the new brand cannot see.
      -- One that is not active any more does: a copy keeps its form.
      brand_id, coalesce(title, left('Copy of ' || content.title, 200)), content.type, template.id,
      case when template.id is not null then content.template_version end,
      fields, content.metadata, content.tags, content.body, content.excerpt, content.categories,
      case when brand_id = content.brand_id then content.id end,
      -- A copy says what it was made of as well; the generations and people of one brand are not another's to know of.
      case when brand_id = content.brand_id then content.provenance else coalesce(
        (
          select jsonb_object_agg(entry.key, entry.value - array['generationId', 'editedBy'])
          from jsonb_each(content.provenance) as entry
          where private.value_at(fields, content.metadata, entry.key) is not null
        ), '{}'
      ) end
    )
    returning *;
end;
$$;

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
  -- A version from before there was any provenance has none of its own.
  restored.provenance := coalesce(snapshot -> 'provenance', '{}');
  if private.content_state(restored) is distinct from private.content_state(content) then
    perform private.check_content_type(content.brand_id, restored.type);
    perform private.describe_change(jsonb_build_object('action', 'restored', 'note', 'restored version ' || version));
    update public.contents
    set
      title = restored.title, fields = restored.fields, metadata = restored.metadata, tags = restored.tags,
      body = restored.body, excerpt = restored.excerpt, categories = restored.categories, type = restored.type,
      provenance = restored.provenance
    where contents.id = content.id;
    perform private.void_approvals(content.id);
  end if;
  return query select * from private.content_by_id(content.id);
end;
$$;

create or replace function private.rebuild_content(content_id uuid)
returns public.contents
language plpgsql
stable
set search_path = ''
as $$
declare
  content public.contents;
  event public.domain_events;
begin
  for event in
    select events.*
    from public.domain_events as events
    where events.aggregate_id = rebuild_content.content_id and events.payload ? 'changes'
    order by events.aggregate_version, events.id
  loop
    if event.type = 'ContentCreated' then
      content.created_by := event.actor_id;
      content.created_at := event.payload ->> 'at';
      content.assignees := '{}'; -- events of before there were any do not name them
      content.provenance := '{}';
    end if;
    content := jsonb_populate_record(content, event.payload -> 'changes');
    content.id := event.aggregate_id;
    content.brand_id := event.brand_id;
    content.version := event.aggregate_version;
    content.major_version := event.payload ->> 'major';
    content.minor_version := event.payload ->> 'minor';
    content.updated_by := event.actor_id;
    content.updated_at := event.payload ->> 'at';
  end loop;
  content.views := 0;
  content.shares := 0;
  content.score := private.content_score(content) ->> 'score';
  return content;
end;
$$;
