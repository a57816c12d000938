create function private.generation_provenance(generation public.ai_generations)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  origin jsonb := jsonb_build_object(
    'generationId', generation.id, 'provider', generation.provider, 'model', generation.model,
    'promptVersion', generation.prompt_version, 'at', to_jsonb(now()), 'isEdited', false
  );
begin
  return (
    select coalesce(jsonb_object_agg(written.path, origin), '{}')
    from (
      select 'fields.' || field_key as path
      from jsonb_object_keys(coalesce(generation.proposal -> 'fields', '{}')) as field_key
      union all
      select 'metadata.' || metadata_key
      from jsonb_object_keys(coalesce(generation.proposal -> 'metadata', '{}')) as metadata_key
    ) as written
  );
end;
$$;
comment on function private.generation_provenance is
'Returns {path: {generationId, provider, model, promptVersion, at, isEdited}} for each value that a generation
proposes.';

create function private.apply_generation(generation public.ai_generations, note text)
returns integer
language plpgsql
volatile
set search_path = ''
as $$
declare
  content public.contents;
  changed public.contents;
  template public.templates;
  new_fields jsonb := coalesce(generation.proposal -> 'fields', '{}');
  new_metadata jsonb := coalesce(generation.proposal -> 'metadata', '{}');
  made_version integer;
  is_changed boolean;
begin
  select contents.* into content from public.contents where contents.id = generation.content_id;
  is_changed := (content.fields || new_fields, content.metadata || new_metadata)
    is distinct from (content.fields, content.metadata);
  if content.deleted_at is null and private.is_editable(content.status) then
    perform private.require_action(content, 'edit');
  end if;
  template := private.template_used(content);
  perform private.check_field_shapes(template, new_fields);
  changed := content;
  changed.fields := content.fields || new_fields;
  perform private.describe_change(jsonb_build_object('note', note));
  -- A content that was edited meanwhile stays as it is; its editor may take over the output.
  update public.contents
  set
    fields = contents.fields || new_fields,
    plain_texts = private.plain_texts_after(
      content, changed, private.plain_proposals(template.input_fields || template.output_fields, new_fields)
    ),
    metadata = contents.metadata || new_metadata,
    provenance = contents.provenance || private.generation_provenance(generation)
  where
    contents.id = generation.content_id
    and contents.version = generation.content_version
    and contents.deleted_at is null
    and private.is_editable(contents.status)
  returning contents.version into made_version;
  perform private.describe_change('{}');
  if made_version is not null then
    if is_changed then
      perform private.void_approvals(generation.content_id);
    end if;
    update public.ai_generations set applied_version = made_version
    where ai_generations.id = generation.id;
  end if;
  return made_version;
end;
$$;
comment on function private.apply_generation is
'Writes what a generation proposes into its content, with its provenance. Returns the new version of the content, or
null if the content has changed since the generation began.';

create function public.override_generation(generation_id uuid, reason text)
returns jsonb
language plpgsql
volatile
security definer -- callers hold no privilege to write generations themselves
set search_path = ''
as $$
declare
  generation public.ai_generations;
  applied_version integer;
begin
  perform private.require_functions();
  -- The permission is checked before any lock is taken; the content is locked before the generation.
  select ai_generations.* into generation
  from public.ai_generations where ai_generations.id = override_generation.generation_id;
  perform private.require_permission(generation.brand_id, 'ai.read', 'generation');
  -- Overriding a guardrail takes the right to approve contents without being an assignee.
  perform private.require_permission(generation.brand_id, 'content.review', 'generation');
  perform private.require_reason(reason, 'reason');
  perform from public.contents where contents.id = generation.content_id for update;
  select ai_generations.* into generation
  from public.ai_generations where ai_generations.id = override_generation.generation_id
  for update;
  if not generation.is_held or generation.overridden_at is not null then
    perform private.refuse(409, 'this generation is not held back');
  end if;
  applied_version := private.apply_generation(generation, 'generation ' || generation.id || ', overridden');
  if applied_version is null then
    perform private.refuse(409, 'the content has changed since this was written: generate it again');
  end if;
  update public.ai_generations
  set override_reason = override_generation.reason, overridden_by = auth.uid(), overridden_at = now()
  where ai_generations.id = generation.id;
  perform private.append_event(
    generation.brand_id, 'ai_generation', generation.id, 'GuardrailOverridden',
    jsonb_build_object('requestId', generation.id, 'contentId', generation.content_id, 'reason', reason)
  );
  perform private.audit(generation.brand_id, 'ai.guardrail_overridden', 'ai_generation', generation.id,
    jsonb_build_object('reason', reason, 'contentId', generation.content_id, 'violations', generation.violations)
  );
  return jsonb_build_object('id', generation.id, 'applied_version', applied_version);
end;
$$;
comment on function public.override_generation is
'Writes an output that the guardrails held back into its content. Requires the permission content.review and a reason,
which is kept and audited.';
grant execute on function public.override_generation to authenticated, service_role;
