create function private.is_reviewed(content public.contents)
returns boolean
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_generic_plan' -- a page asks it for each of its contents
as $$
declare
  edited_version integer;
  approval record;
  run_id uuid;
begin
  select versions.version into edited_version
  from public.content_versions as versions
  where
    versions.content_id = content.id and versions.brand_id = content.brand_id
    and versions.action in ('saved', 'autosave', 'restored', 'duplicated')
  order by versions.version desc
  limit 1;
  -- The first approval of this text. Later ones are of what was scheduled and is not any more.
  select versions.created_at, versions.created_by, versions.note into approval
  from public.content_versions as versions
  where
    versions.content_id = content.id and versions.brand_id = content.brand_id and versions.action = 'approved'
    and versions.version > coalesce(edited_version, 0)
  order by versions.version
  limit 1;
  select run.id into run_id
  from public.workflow_instances as run
  where
    run.content_id = content.id and run.brand_id = content.brand_id and run.outcome = 'approved'
    and run.completed_at = approval.created_at;
  if run_id is null then
    -- Approved without a workflow, by a person: a note says that no step applied, and nobody read it then.
    return approval.created_by is not null and approval.note = '';
  end if;
  return exists (
    select from public.workflow_tasks as task
    where task.instance_id = run_id and task.content_id = content.id and task.brand_id = content.brand_id
      and task.decision = 'approve'
  );
end;
$$;
comment on function private.is_reviewed is
'Whether a person approved the present text of a content, in a step of its workflow or where it has none.';

create function private.delivered_provenance(
  content public.contents, template public.templates, names_models boolean
)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_generic_plan' -- a page asks it for each of its contents
as $$
declare
  written jsonb;
  is_wholly_generated boolean;
begin
  select
    jsonb_agg(
      jsonb_build_object(
        'name', entry.key, 'is_edited', coalesce(entry.value -> 'isEdited' = 'true', false),
        'written_at', entry.value ->> 'at'
      ) || case when names_models then jsonb_build_object('model', entry.value ->> 'model') else '{}' end
      order by entry.key
    )
  into written
  from jsonb_each(private.as_object(content.provenance)) as entry
  where
    private.value_at(content.fields, content.metadata, entry.key) not in ('null', '""', '[]')
    and (
      (entry.key like 'metadata.%' and entry.key <> 'metadata.targetAudience')
      -- Of a template only the output fields are delivered.
      or (entry.key like 'fields.%' and (template.id is null or exists (
        select from jsonb_array_elements(template.output_fields) as field
        where 'fields.' || (field ->> 'id') = entry.key
      )))
    );
  if written is null then
    return null;
  end if;
  is_wholly_generated := content.body = '' and content.excerpt = ''
    and not jsonb_path_exists(written, '$[*] ? (@.is_edited == true)')
    and not exists (
      select from jsonb_each(private.as_object(content.fields)) as field
      where
        field.value not in ('null', '""', '[]') and not content.provenance ? ('fields.' || field.key)
        and (template.id is null or exists (
          select from jsonb_array_elements(template.output_fields) as output where output ->> 'id' = field.key
        ))
    );
  return jsonb_build_object(
    'fields', written, 'is_wholly_generated', is_wholly_generated, 'is_reviewed', private.is_reviewed(content)
  );
end;
$$;
comment on function private.delivered_provenance is
'Returns what models wrote of what a website reads: {fields: [{name, is_edited, written_at, model}],
is_wholly_generated, is_reviewed}; null for nothing. Without people and generations; model with names_models only.';
