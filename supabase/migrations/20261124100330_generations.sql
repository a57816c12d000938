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
