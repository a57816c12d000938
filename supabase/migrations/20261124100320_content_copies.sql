-- Versions by hand, versions brought back, and copies.

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
      brand_id, title, type, template_id, template_version, fields, metadata, tags, body, excerpt, categories, parent_id
    )
    values (
      -- A template of the other brand does not come along, and neither does the link to what the new brand cannot see.
      -- One that is not active any more does: a copy keeps its form.
      brand_id, coalesce(title, left('Copy of ' || content.title, 200)), content.type, template.id,
      case when template.id is not null then content.template_version end,
      fields, content.metadata, content.tags, content.body, content.excerpt, content.categories,
      case when brand_id = content.brand_id then content.id end
    )
    returning *;
end;
$$;
