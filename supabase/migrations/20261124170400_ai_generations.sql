-- A generation from before the model is asked until its answer is written down: begin_generation, settle_generation.
--
-- They take the place of request_, complete_ and fail_generation, which believed what an editor said a call had cost.

drop function public.request_generation(uuid, text, text, text, jsonb);
drop function public.complete_generation(uuid, jsonb, integer, integer, integer);
drop function public.fail_generation(uuid, text, integer);

create function private.require_market(brand public.brands, asked jsonb)
returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  missing jsonb;
begin
  select jsonb_agg(jsonb_build_object(
    'field', 'brand.' || needed.value, 'code', 'REQUIRED_FIELD_MISSING', 'message', 'the brand has none'
  ) order by needed.value)
  into missing
  from jsonb_array_elements_text(coalesce(asked -> 'requires', '[]')) as needed
  where case needed.value when 'language' then brand.language else brand.country end is null;
  if missing is not null then
    perform private.refuse(400, 'the brand needs a language and a country for this', missing);
  end if;
end;
$$;
comment on function private.require_market is
'400 where a tool needs the brand''s language or country and there is none.';

create function private.generation_template(brand uuid, content public.contents, asked jsonb)
returns public.templates
language plpgsql
stable
set search_path = ''
as $$
declare
  template public.templates;
begin
  if content.id is not null then
    return private.template_used(content);
  end if;
  if asked ? 'templateId' then
    template := private.content_template(brand, (asked ->> 'templateId')::uuid);
    if template.id is null then
      perform private.refuse(404, 'template not found');
    end if;
    if not template.is_active then
      perform private.refuse(409, 'the template is not active');
    end if;
  end if;
  return template;
end;
$$;

create function private.generation_estimate(asked jsonb, context jsonb)
returns numeric
language sql
stable
set search_path = ''
as $$
  -- The most that it can cost: the dearest of those who may be asked, as often as may be asked, and a token for every
  -- three bytes, where models count four and more.
  select max(private.call_cost(
    candidate ->> 'provider', candidate ->> 'model',
    -- An answer that is asked for again stands in the prompt.
    (asked -> 'bounds' ->> 'promptTokens')::bigint + (asked -> 'bounds' ->> 'completionTokens')::bigint
    + octet_length(context::text) / 3,
    (asked -> 'bounds' ->> 'completionTokens')::bigint
  )) * ((asked -> 'bounds' ->> 'attempts')::integer + jsonb_array_length(asked -> 'candidates') - 1)
  from jsonb_array_elements(asked -> 'candidates') as candidate;
$$;
comment on function private.generation_estimate is 'US dollars to set aside before a generation.';

create function public.begin_generation(request text, signature text)
returns jsonb
language plpgsql
volatile
security definer -- nobody may write generations, or take money, by themselves
set search_path = ''
as $$
declare
  asked jsonb := private.signed(request, signature);
  tool private.ai_tools;
  content public.contents;
  brand public.brands;
  template public.templates;
  form_values jsonb := coalesce(asked -> 'fields', '{}');
  outputs jsonb;
  product uuid := (asked ->> 'productId')::uuid;
  problems jsonb;
  context jsonb;
  generation public.ai_generations;
begin
  select ai_tools.* into strict tool from private.ai_tools where ai_tools.type = asked ->> 'type';
  if asked ? 'contentId' then
    content := private.lock_content((asked ->> 'contentId')::uuid);
    if asked ? 'brandId' and content.brand_id <> (asked ->> 'brandId')::uuid then
      perform private.refuse(404, 'content not found');
    end if;
    perform private.require_on_content(content, tool.permission);
    if tool.writes_content and (asked ->> 'isApplied')::boolean then
      perform private.require_on_content(content, 'content.edit');
      if content.status in ('scheduled', 'published', 'archived') then
        perform private.refuse(409, format('a content that is %s cannot be edited', content.status));
      end if;
    end if;
    form_values := content.fields || form_values;
  else
    perform private.require_permission((asked ->> 'brandId')::uuid, tool.permission);
  end if;
  select brands.* into strict brand from public.brands
  where brands.id = coalesce(content.brand_id, (asked ->> 'brandId')::uuid);
  perform private.refuse_disabled_tool(brand, tool.type);
  perform private.require_market(brand, asked);
  if asked ? 'market' then
    perform private.check_market(asked ->> 'market');
  end if;

  template := private.generation_template(brand.id, content, asked);
  if tool.type in ('content_generation', 'field_generation', 'regeneration') then
    if template.id is null then
      perform private.refuse(409, 'the content has no template to generate from');
    end if;
    problems := private.form_problems(
      template.input_fields, form_values, array(
        select key from jsonb_object_keys(form_values) as key
        where exists (select from jsonb_array_elements(template.input_fields) as field where field ->> 'id' = key)
      ), brand.id, 'complete'
    );
    if problems is not null then
      perform private.refuse(400, 'the inputs are not complete', problems);
    end if;
    form_values := form_values - private.hidden_fields(template.input_fields || template.output_fields, form_values);
    outputs := private.outputs_to_write(template, form_values, case
      when asked ? 'fieldIds' then array(select jsonb_array_elements_text(asked -> 'fieldIds'))
      when asked ? 'fieldId' then array[asked ->> 'fieldId']
    end);
    product := coalesce(product, (
      select (form_values -> (field ->> 'id') ->> 0)::uuid
      from jsonb_array_elements(template.input_fields) as field
      where field ->> 'type' = 'product_selector' and jsonb_typeof(form_values -> (field ->> 'id')) = 'array'
      union all
      select (form_values ->> (field ->> 'id'))::uuid
      from jsonb_array_elements(template.input_fields) as field
      where field ->> 'type' = 'product_selector' and jsonb_typeof(form_values -> (field ->> 'id')) = 'string'
      limit 1
    ));
  end if;
  if tool.type = 'regeneration' and content.id is not null then
    -- What stands there now, and what was wrong with it, before anything takes its place.
    perform private.describe_change(jsonb_build_object(
      'action', 'regeneration_requested', 'feedback', left(asked -> 'parameters' ->> 'feedback', 2000)
    ));
    update public.contents set title = content.title where contents.id = content.id;
    perform private.describe_change('{}');
    select * into content from private.content_by_id(content.id);
  end if;

  context := jsonb_strip_nulls(jsonb_build_object(
    'brand', private.brand_voice(brand),
    'template', case when template.id is not null then jsonb_build_object(
      'name', template.name, 'input_fields', template.input_fields, 'output_fields', outputs,
      'all_outputs', template.output_fields
    ) end,
    'content', case when content.id is not null then jsonb_build_object(
      'id', content.id, 'title', content.title, 'body', content.body, 'metadata', content.metadata,
      'version', content.version
    ) end,
    'product', case when product is not null then
      private.product_facts(brand.id, product, coalesce(asked ->> 'market', brand.country, 'US'))
    end
  )) || jsonb_build_object(
    'values', form_values,
    'examples', case when tool.uses_writing then
      private.similar_writing(brand.id, content.id, concat_ws(' ', content.title, asked ->> 'topic'))
    else '[]' end,
    'knowledge', case when tool.uses_writing then
      private.near_knowledge(brand.id, content.id, concat_ws(' ', content.title, asked ->> 'topic'))
    else '[]' end
  );

  generation.id := private.uuid_v7();
  generation.reserved := private.book_money(brand.id, private.generation_estimate(asked, context));
  generation.quota_account_id := private.count_generation(brand.id);
  insert into public.ai_generations (
    id, brand_id, user_id, content_id, content_version, template_id, type, provider, model, prompt_version, parameters,
    reserved, budget_month, quota_account_id
  )
  values (
    generation.id, brand.id, auth.uid(), content.id, content.version, template.id, tool.type,
    asked -> 'candidates' -> 0 ->> 'provider', asked -> 'candidates' -> 0 ->> 'model', asked ->> 'promptVersion',
    coalesce(asked -> 'parameters', '{}'), generation.reserved, private.this_month(), generation.quota_account_id
  );
  perform private.append_event(
    brand.id, 'ai_generation', generation.id, 'AIGenerationRequested',
    jsonb_strip_nulls(jsonb_build_object(
      'requestId', generation.id, 'type', tool.type, 'contentId', content.id
    ))
  );
  return context || jsonb_build_object(
    'id', generation.id,
    'prices', (
      select jsonb_agg(to_jsonb(price) || jsonb_build_object(
        'provider', candidate ->> 'provider', 'model', candidate ->> 'model'
      ))
      from jsonb_array_elements(asked -> 'candidates') as candidate
      cross join lateral private.price_of(candidate ->> 'provider', candidate ->> 'model') as price
    )
  );
end;
$$;
comment on function public.begin_generation is
'Opens a generation, signed by the platform: checks the caller, sets money aside, and returns all that its prompt needs
in one round trip. request: {userId, type, brandId or contentId, templateId, fieldId, fields, productId, market, topic,
requires, isApplied, parameters, promptVersion, candidates: [{provider, model}], bounds: {promptTokens,
completionTokens, attempts}}';
grant execute on function public.begin_generation to authenticated;

create function private.apply_generation(generation public.ai_generations, note text)
returns integer
language plpgsql
volatile
set search_path = ''
as $$
declare
  content public.contents;
  new_fields jsonb := coalesce(generation.proposal -> 'fields', '{}');
  new_metadata jsonb := coalesce(generation.proposal -> 'metadata', '{}');
  origin jsonb := jsonb_build_object(
    'generationId', generation.id, 'provider', generation.provider, 'model', generation.model,
    'promptVersion', generation.prompt_version, 'at', to_jsonb(now()), 'isEdited', false
  );
  made_version integer;
  is_changed boolean;
begin
  select contents.* into content from public.contents where contents.id = generation.content_id;
  is_changed := (content.fields || new_fields, content.metadata || new_metadata)
    is distinct from (content.fields, content.metadata);
  perform private.require_on_content(content, 'content.edit');
  perform private.check_content_fields(private.template_used(content), new_fields);
  perform private.describe_change(jsonb_build_object('note', note));
  -- Someone who edited the content meanwhile keeps what they wrote: the output is theirs to take over.
  update public.contents
  set
    fields = contents.fields || new_fields,
    metadata = contents.metadata || new_metadata,
    provenance = contents.provenance || (
      select coalesce(jsonb_object_agg(written.path, origin), '{}')
      from (
        select 'fields.' || field_key as path from jsonb_object_keys(new_fields) as field_key
        union all
        select 'metadata.' || metadata_key from jsonb_object_keys(new_metadata) as metadata_key
      ) as written
    )
  where
    contents.id = generation.content_id
    and contents.version = generation.content_version
    and contents.deleted_at is null
    and contents.status not in ('scheduled', 'published', 'archived')
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
'Writes what a generation proposes into its content, with where it comes from, if the content is as it was then: the
version that this made, else null.';

create function private.keep_assessment(generation public.ai_generations, given jsonb, content_version integer)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  -- Of the version that was looked at, and of no other.
  if not exists (
    select from public.contents
    where contents.id = generation.content_id and contents.version = content_version and contents.deleted_at is null
  ) then
    return;
  end if;
  if given ? 'alignment' then
    perform public.record_alignment(generation.content_id, content_version, (given ->> 'alignment')::numeric);
  end if;
  if given ? 'claimReview' then
    perform public.record_claim_review(
      generation.content_id, given -> 'claimReview' ->> 'country', given -> 'claimReview' -> 'findings',
      given -> 'claimReview' ->> 'overall', (given -> 'claimReview' ->> 'violations')::integer,
      given -> 'claimReview' ->> 'strictness'
    );
  end if;
end;
$$;
comment on function private.keep_assessment is
'What a model found of a content: how well it speaks as its brand, and whether its claims stand in a market.';

create function public.settle_generation(result text, signature text)
returns jsonb
language plpgsql
volatile
security definer -- see begin_generation
set search_path = ''
as $$
declare
  given jsonb := private.signed(result, signature);
  generation public.ai_generations := private.own_pending_generation((given ->> 'generationId')::uuid);
  is_success boolean := given ->> 'status' = 'completed';
  from_cache boolean := coalesce((given ->> 'isCacheHit')::boolean, false);
  used record;
  applied_version integer;
  refusal text;
begin
  -- The content before the money, as begin_generation takes them: else two that meet would wait for each other.
  perform from public.contents where contents.id = generation.content_id for update;
  select
    coalesce(sum((call ->> 'promptTokens')::bigint), 0) as prompt_tokens,
    coalesce(sum((call ->> 'completionTokens')::bigint), 0) as completion_tokens,
    coalesce(sum(private.call_cost(
      call ->> 'provider', call ->> 'model',
      (call ->> 'promptTokens')::bigint, (call ->> 'completionTokens')::bigint
    )), 0) as cost
  into used
  from jsonb_array_elements(coalesce(given -> 'calls', '[]')) as call;
  update public.ai_generations
  set
    status = case when is_success then 'completed' else 'failed' end::public.generation_status,
    provider = coalesce(given ->> 'provider', ai_generations.provider),
    model = coalesce(given ->> 'model', ai_generations.model),
    output = case when is_success then given -> 'output' end,
    proposal = nullif(given -> 'proposal', 'null'),
    error = left(given ->> 'error', 1000),
    calls = coalesce(given -> 'calls', '[]'),
    violations = coalesce(given -> 'violations', '[]'),
    is_held = coalesce((given ->> 'isHeld')::boolean, false),
    is_cache_hit = from_cache,
    prompt_tokens = used.prompt_tokens,
    completion_tokens = used.completion_tokens,
    cost = used.cost,
    reserved = 0,
    latency_ms = (given ->> 'latencyMs')::integer,
    first_token_ms = (given ->> 'firstTokenMs')::integer,
    completed_at = now()
  where ai_generations.id = generation.id;
  -- Who hears an answer to its end and hangs up has had it: that is no failure which the plan gives back.
  perform private.settle_generation_money(
    generation, used.cost,
    -- Where no model was asked, nothing counts.
    (is_success and not from_cache and jsonb_array_length(coalesce(given -> 'calls', '[]')) > 0)
    or coalesce((given ->> 'isCutShort')::boolean, false)
  );
  select ai_generations.* into generation from public.ai_generations where ai_generations.id = generation.id;
  if is_success and not generation.is_held and generation.proposal is not null and generation.content_id is not null
  then
    -- The money is spent whatever becomes of the content: what the caller may not do any more is not done, and said.
    begin
      applied_version := private.apply_generation(generation, 'generation ' || generation.id);
    exception when sqlstate 'PT400' or sqlstate 'PT403' or sqlstate 'PT404' or sqlstate 'PT409' then
      refusal := sqlerrm;
    end;
  end if;
  if is_success and generation.content_id is not null then
    begin
      perform private.keep_assessment(generation, given, coalesce(applied_version, generation.content_version));
    exception when sqlstate 'PT400' or sqlstate 'PT404' then
      refusal := coalesce(refusal, sqlerrm);
    end;
  end if;
  perform private.append_event(
    generation.brand_id, 'ai_generation', generation.id, 'AIGenerationCompleted',
    jsonb_strip_nulls(jsonb_build_object(
      'requestId', generation.id, 'contentId', generation.content_id, 'success', is_success,
      'tokensUsed', used.prompt_tokens + used.completion_tokens, 'duration', generation.latency_ms,
      'appliedVersion', applied_version, 'isHeld', generation.is_held, 'isCacheHit', from_cache
    ))
  );
  return jsonb_build_object(
    'id', generation.id, 'applied_version', applied_version, 'not_applied', refusal, 'cost', generation.cost
  );
end;
$$;
comment on function public.settle_generation is
'Closes a generation, signed by the platform: what it used is paid, what it brought is kept and, unless the content
changed meanwhile or the guardrails hold it back, written into the content. result: {userId, generationId, status,
output, proposal, error, provider, model, calls, violations, isHeld, isCacheHit, isCutShort, latencyMs, firstTokenMs, alignment,
claimReview: {country, strictness, overall, violations, findings}}';
grant execute on function public.settle_generation to authenticated;

create function public.override_generation(generation_id uuid, reason text)
returns jsonb
language plpgsql
volatile
security definer -- see begin_generation
set search_path = ''
as $$
declare
  generation public.ai_generations;
  applied_version integer;
begin
  -- The right before the lock, and the content's lock before the generation's.
  select ai_generations.* into generation
  from public.ai_generations where ai_generations.id = override_generation.generation_id;
  perform private.require_permission(generation.brand_id, 'ai.read', 'generation');
  -- Whoever may approve without being named may also say that a guardrail does not count here.
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
'Writes into its content what the guardrails held back, with a reason that stays, by those who may approve.';
grant execute on function public.override_generation to authenticated;
