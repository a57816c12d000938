create function private.portable_fields(content public.contents, keeps_template boolean)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select content.fields - array(
    select field.entry ->> 'id'
    from private.template_used(content) as used
    cross join lateral (
      select entry, true as is_input from jsonb_array_elements(used.input_fields) as entry
      union all
      select entry, false from jsonb_array_elements(used.output_fields) as entry
    ) as field
    where
      field.entry ->> 'type' in ('file', 'image', 'product_selector')
      -- Without the form nothing would tell the brief from the text, and delivery would publish both.
      or (field.is_input and not keeps_template)
  );
$$;
comment on function private.portable_fields is
'Returns the fields of a content that a copy in another brand may have: none that point at files or products, and no
brief unless the copy keeps the template.';

create function private.portable_provenance(provenance jsonb, fields jsonb, metadata jsonb)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_object_agg(entry.key, entry.value - array['generationId', 'editedBy']), '{}')
  from jsonb_each(provenance) as entry
  where private.value_at(fields, metadata, entry.key) is not null;
$$;
comment on function private.portable_provenance is
'Returns the provenance of these values for a copy in another brand, without the generations and people of this one.';

create function public.duplicate_content(
  content_id uuid, brand_id uuid default null, title text default null
)
returns setof private.content_details
language plpgsql
volatile
security definer -- nobody may write contents by themselves
set search_path = ''
as $$
#variable_conflict use_variable
declare
  content public.contents;
  template public.templates;
  fields jsonb;
  provenance jsonb;
  parent_id uuid;
  copy_id uuid;
begin
  perform private.require_functions();
  content := private.lock_content(content_id);
  fields := content.fields;
  provenance := content.provenance;
  parent_id := content.id;
  brand_id := coalesce(brand_id, content.brand_id);
  if brand_id = content.brand_id then
    perform private.require_action(content, 'duplicate');
  else
    perform private.require_permission(brand_id, 'content.create');
  end if;
  perform private.check_content_type(brand_id, content.type);
  perform private.consume_content_quota(brand_id);
  -- A template of the other brand stays there. An inactive one comes along: a copy keeps its form.
  template := private.content_template(brand_id, content.template_id);
  if brand_id <> content.brand_id then
    fields := private.portable_fields(content, template.id is not null);
    provenance := private.portable_provenance(provenance, fields, content.metadata);
    parent_id := null;
  end if;
  perform private.describe_change('{"action": "duplicated"}');
  insert into public.contents (
    brand_id, title, type, template_id, template_version, fields, metadata, tags, body, excerpt, categories, parent_id,
    provenance, markup_version, plain_texts
  )
  values (
    brand_id, coalesce(title, private.cut_text('Copy of ' || content.title, 200)), content.type, template.id,
    case when template.id is not null then content.template_version end, fields, content.metadata, content.tags,
    content.body, content.excerpt, content.categories, parent_id, provenance, content.markup_version,
    content.plain_texts
  )
  returning id into copy_id;
  return query select * from private.content_answer(copy_id);
end;
$$;
comment on function public.duplicate_content is
'Creates a draft with the text of a content, also in another brand that the caller may write to.';
grant execute on function public.duplicate_content to authenticated, service_role;
