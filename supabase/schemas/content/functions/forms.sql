create function private.content_template(content_brand uuid, template_id uuid)
returns public.templates
language plpgsql
stable
set search_path = ''
as $$
declare
  template public.templates;
begin
  select templates.* into template
  from public.templates
  where
    templates.id = content_template.template_id
    and (templates.brand_id is null or templates.brand_id = content_template.content_brand);
  return template;
end;
$$;
comment on function private.content_template is
'Returns a template if contents of the brand may use it: it is global or of the same brand. Checks no caller.';

create function private.template_used(content public.contents)
returns public.templates
language plpgsql
stable
set search_path = ''
as $$
declare
  template public.templates;
  used record;
begin
  if content.template_id is null then
    return template;
  end if;
  -- Contents that are older than the versions of templates use the oldest version that is known.
  select
    templates as template, versions.version, versions.input_fields, versions.output_fields, versions.markup_version
  into used
  from public.templates
  left join lateral (
    select
      template_versions.version, template_versions.input_fields, template_versions.output_fields,
      template_versions.markup_version
    from public.template_versions
    where
      template_versions.template_id = templates.id and template_versions.version >= content.template_version
    order by template_versions.version
    limit 1
  ) as versions on true
  where
    templates.id = content.template_id and (templates.brand_id is null or templates.brand_id = content.brand_id);
  template := used.template;
  if used.version is not null then
    template.version := used.version;
    template.input_fields := used.input_fields;
    template.output_fields := used.output_fields;
    template.markup_version := used.markup_version;
  end if;
  template.input_fields := private.as_array(template.input_fields);
  template.output_fields := private.as_array(template.output_fields);
  return template;
end;
$$;
comment on function private.template_used is
'Returns the template of a content with the fields of the version that the content was made from.';

create function private.content_form(content public.contents)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  template constant public.templates := private.template_used(content);
begin
  return template.input_fields || template.output_fields;
end;
$$;
comment on function private.content_form is
'Returns the input and output fields of a content; null without a template.';

create function private.refuse_values(problems jsonb, level text)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  perform private.refuse(400, case level
    when 'complete' then 'the fields are not complete' else 'the fields do not fit the template'
  end, problems);
end;
$$;
comment on function private.refuse_values is 'Refuses values with 400 and the problems that form_problems found.';

create function private.check_values(form jsonb, "values" jsonb, given jsonb, brand uuid, level text)
returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  problems jsonb := private.form_problems(form, "values", given, brand, level);
begin
  if problems is not null then
    perform private.refuse_values(problems, level);
  end if;
end;
$$;
comment on function private.check_values is
'Refuses with 400 and the problems of the values of these keys, or at level `complete` of all fields (ADR 18).';

create function private.checked_fields(content public.contents, form jsonb, given jsonb, level text)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  problems constant jsonb := private.form_problems(
    form, content.fields, private.merge_patch('{}', given), content.brand_id, level
  );
begin
  if problems is not null then
    perform private.refuse_values(problems, level);
  end if;
  return content.fields - private.hidden_fields(form, content.fields);
end;
$$;
comment on function private.checked_fields is
'Holds the given fields of a content that has a template against its form (content_form), and returns all its fields
without those that are hidden. Refuses with 400 and the problems.';

create function private.edited_fields(former public.contents, content public.contents, given jsonb, level text)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict use_variable
declare
  template constant public.templates := private.template_used(former);
  form constant jsonb := template.input_fields || template.output_fields;
  hidden constant text [] := private.hidden_fields(form, former.fields);
begin
  -- A field that was hidden begins with its default value, as it would have in a new content. It may be hidden still.
  if cardinality(hidden) > 0 then
    content.fields := (
      select coalesce(jsonb_object_agg(entry.key, entry.value), '{}')
      from jsonb_each(private.default_values(template, former.brand_id, former.markup_version)) as entry
      where entry.key = any (hidden) and not given ? entry.key
    ) || content.fields;
  end if;
  return private.checked_fields(content, form, given, level);
end;
$$;
comment on function private.edited_fields is
'Returns the fields of a content after an edit of the given ones, as checked_fields does, with the default values of
those that the edit shows. former: the content before it.';

create function private.check_complete_form(content public.contents)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if content.template_id is not null then
    perform private.check_values(private.content_form(content), content.fields, '{}', content.brand_id, 'complete');
  end if;
end;
$$;
comment on function private.check_complete_form is
'Refuses with 400 a content whose fields are not ready for review: one is missing, or is not complete.';

create function private.check_field_shapes(template public.templates, fields jsonb)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  perform private.check_values(
    template.input_fields || template.output_fields, fields, fields, template.brand_id, 'shape'
  );
end;
$$;
comment on function private.check_field_shapes is
'Refuses with 400 fields that a model wrote if the template lacks them or they are of the wrong kind.';

create function private.check_content_type(brand uuid, content_type text)
returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  allowed constant text [] := (select brands.allowed_content_types from public.brands where brands.id = brand);
begin
  if cardinality(allowed) > 0 and content_type <> all (allowed) then
    perform private.refuse(400, 'the brand does not allow this type', jsonb_build_array(jsonb_build_object(
      'field', 'type', 'code', 'INVALID_FORMAT', 'message', 'allowed types: ' || array_to_string(allowed, ', ')
    )));
  end if;
end;
$$;
comment on function private.check_content_type is 'Refuses with 400 a type that the brand does not allow.';
