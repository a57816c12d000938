create function private.lock_generation_content(asked jsonb, tool private.ai_tools)
returns public.contents
language plpgsql
volatile
set search_path = ''
as $$
declare
  content public.contents;
begin
  if not asked ? 'contentId' then
    perform private.require_permission((asked ->> 'brandId')::uuid, tool.permission);
    return null;
  end if;
  content := private.lock_content((asked ->> 'contentId')::uuid);
  if asked ? 'brandId' and content.brand_id <> (asked ->> 'brandId')::uuid then
    perform private.refuse(404, 'content not found');
  end if;
  if tool.writes_content and (asked ->> 'isApplied')::boolean then
    perform private.require_action(content, 'generate');
  else
    perform private.require_permission(content.brand_id, tool.permission, 'content');
  end if;
  return content;
end;
$$;
comment on function private.lock_generation_content is
'Checks that the caller may use the tool on the requested content, or in the brand if the request names no content.
Returns the content, locked until the end of the transaction, or null.';

create function private.generation_brand(asked jsonb, tool private.ai_tools, content public.contents)
returns public.brands
language plpgsql
stable
set search_path = ''
as $$
declare
  brand public.brands;
begin
  select brands.* into strict brand from public.brands
  where brands.id = coalesce(content.brand_id, (asked ->> 'brandId')::uuid);
  perform private.refuse_disabled_tool(brand, tool.type);
  perform private.require_brand_locale(brand, asked);
  if asked ? 'market' then
    perform private.check_market(asked ->> 'market');
  end if;
  return brand;
end;
$$;
comment on function private.generation_brand is
'Returns the brand of a generation. Refuses a tool that is disabled for it, a missing language or country that the tool
requires, and an unknown market.';

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
comment on function private.generation_template is
'Returns the template of the content, or the requested one if there is no content; null if there is neither.';

create function private.selected_product(input_fields jsonb, field_values jsonb)
returns uuid
language plpgsql
immutable
set search_path = ''
as $$
begin
  return (
    select (field_values -> (field ->> 'id') ->> 0)::uuid
    from jsonb_array_elements(input_fields) as field
    where field ->> 'type' = 'product_selector' and jsonb_typeof(field_values -> (field ->> 'id')) = 'array'
    union all
    select (field_values ->> (field ->> 'id'))::uuid
    from jsonb_array_elements(input_fields) as field
    where field ->> 'type' = 'product_selector' and jsonb_typeof(field_values -> (field ->> 'id')) = 'string'
    limit 1
  );
end;
$$;
comment on function private.selected_product is
'Returns the first product that a form''s product selectors hold; null if they hold none.';

create function private.prepare_generation_form(
  asked jsonb, tool private.ai_tools, brand uuid, content public.contents, template public.templates
)
returns private.generation_form
language plpgsql
stable
set search_path = ''
as $$
declare
  form private.generation_form;
  problems jsonb;
begin
  form.field_values := coalesce(asked -> 'fields', '{}');
  if content.id is not null then
    form.field_values := content.fields || form.field_values;
  elsif template.id is not null then
    form.field_values := private.merge_patch(
      private.default_values(template, brand, private.markup_version()), form.field_values
    );
  end if;
  form.product_id := (asked ->> 'productId')::uuid;
  if tool.type not in ('content_generation', 'field_generation', 'regeneration') then
    return form;
  end if;
  if template.id is null then
    perform private.refuse(409, 'the content has no template to generate from');
  end if;
  problems := private.form_problems(template.input_fields, form.field_values, '{}', brand, 'complete');
  if problems is not null then
    perform private.refuse(400, 'the inputs are not complete', problems);
  end if;
  form.field_values := form.field_values
    - private.hidden_fields(template.input_fields || template.output_fields, form.field_values);
  form.outputs := private.outputs_to_write(template, form.field_values, case
    when asked ? 'fieldIds' then array(select jsonb_array_elements_text(asked -> 'fieldIds'))
    when asked ? 'fieldId' then array[asked ->> 'fieldId']
  end);
  form.product_id := coalesce(form.product_id, private.selected_product(template.input_fields, form.field_values));
  return form;
end;
$$;
comment on function private.prepare_generation_form is
'Merges the requested values into those of the content. For tools that fill a template it also checks the inputs, drops
the hidden fields and chooses the output fields; refuses incomplete inputs (400) and a missing template (409).';

create function private.record_regeneration_request(content public.contents, feedback text)
returns public.contents
language plpgsql
volatile
set search_path = ''
as $$
declare
  recorded public.contents;
begin
  -- An update that changes no field: it makes contents' triggers save the text as it is, with the feedback, as a
  -- version.
  perform private.describe_change(jsonb_build_object(
    'action', 'regeneration_requested', 'feedback', left(feedback, 2000)
  ));
  update public.contents set title = content.title where contents.id = content.id;
  perform private.describe_change('{}');
  select * into recorded from private.content_by_id(content.id);
  return recorded;
end;
$$;
comment on function private.record_regeneration_request is
'Saves the present text and the feedback as a version before a regeneration replaces the text. Returns the content with
its new version number.';

create function private.generation_context(
  asked jsonb,
  tool private.ai_tools,
  brand public.brands,
  content public.contents,
  template public.templates,
  form private.generation_form
)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  subject text := concat_ws(' ', content.title, asked ->> 'topic');
  context jsonb := jsonb_build_object('brand', private.brand_facts(brand));
begin
  if template.id is not null then
    context := context || jsonb_build_object('template', jsonb_build_object(
      'name', template.name, 'input_fields', template.input_fields, 'output_fields', form.outputs,
      'all_outputs', template.output_fields
    ));
  end if;
  if content.id is not null then
    context := context || jsonb_build_object('content', jsonb_build_object(
      'id', content.id, 'title', content.title, 'body', content.body, 'metadata', content.metadata,
      'version', content.version, 'plain_texts', content.plain_texts
    ));
  end if;
  if form.product_id is not null then
    context := context || jsonb_build_object('product', private.product_facts(
      brand.id, form.product_id, coalesce(asked ->> 'market', brand.country, 'US')
    ));
  end if;
  if asked ? 'claimId' then
    context := context || jsonb_build_object('claim', private.claim_facts(
      brand.id, (asked ->> 'claimId')::uuid, coalesce(asked ->> 'language', 'original')
    ));
  end if;
  if tool.type = 'vetting_feedback' then
    context := context || jsonb_build_object('vetting', private.vetting_facts(asked, content));
  end if;
  return jsonb_strip_nulls(context) || jsonb_build_object(
    'values', form.field_values,
    'examples', case when tool.uses_writing then private.similar_writing(brand.id, content.id, subject) else '[]' end,
    'knowledge', case when tool.uses_writing then private.near_knowledge(brand.id, content.id, subject) else '[]' end
  );
end;
$$;
comment on function private.generation_context is
'Returns everything that a prompt is made from: {brand, template, content, product, claim, vetting, values,
examples, knowledge}.';

create function private.candidate_prices(candidates jsonb)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select jsonb_agg(to_jsonb(price) || jsonb_build_object(
      'provider', candidate ->> 'provider', 'model', candidate ->> 'model'
    ))
    from jsonb_array_elements(candidates) as candidate
    cross join lateral private.price_of(candidate ->> 'provider', candidate ->> 'model') as price
  );
end;
$$;
comment on function private.candidate_prices is
'Returns the price of each candidate, under the candidate''s own provider and model even if another row''s price
applies.';

create function public.begin_generation(request jsonb)
returns jsonb
language plpgsql
volatile
security definer -- callers hold no privilege to write generations or budgets themselves
set search_path = ''
as $$
declare
  tool private.ai_tools;
  content public.contents;
  brand public.brands;
  template public.templates;
  form private.generation_form;
  context jsonb;
  generation public.ai_generations;
begin
  perform private.require_functions();
  select ai_tools.* into strict tool from private.ai_tools where ai_tools.type = request ->> 'type';
  content := private.lock_generation_content(request, tool);
  brand := private.generation_brand(request, tool, content);
  template := private.generation_template(brand.id, content, request);
  form := private.prepare_generation_form(request, tool, brand.id, content, template);
  if tool.type = 'regeneration' and content.id is not null then
    content := private.record_regeneration_request(content, request -> 'parameters' ->> 'feedback');
  end if;
  context := private.generation_context(request, tool, brand, content, template, form);

  generation.id := private.uuid_v7();
  generation.reserved := private.reserve_budget_or_refuse(brand.id, private.generation_estimate(request, context));
  perform private.consume_generation_quota(brand.id, brand.account_id);
  insert into public.ai_generations (
    id, brand_id, user_id, content_id, content_version, template_id, type, provider, model, prompt_version, parameters,
    reserved, budget_month, quota_account_id
  )
  values (
    generation.id, brand.id, auth.uid(), content.id, content.version, template.id, tool.type,
    request -> 'candidates' -> 0 ->> 'provider', request -> 'candidates' -> 0 ->> 'model', request ->> 'promptVersion',
    coalesce(request -> 'parameters', '{}'), generation.reserved, private.this_month(), brand.account_id
  );
  perform private.append_event(
    brand.id, 'ai_generation', generation.id, 'AIGenerationRequested',
    jsonb_strip_nulls(jsonb_build_object(
      'requestId', generation.id, 'type', tool.type, 'contentId', content.id
    ))
  );
  return context || jsonb_build_object(
    'id', generation.id, 'prices', private.candidate_prices(request -> 'candidates')
  );
end;
$$;
comment on function public.begin_generation is
'Opens a generation, by a request of our functions: checks the caller, reserves budget and quota, and returns
everything that its prompt needs in one round trip. request: {userId, type, brandId or contentId, templateId, fieldId or
fieldIds, fields, productId, claimId, language, stepId, isForced, market, topic, requires, isApplied, parameters,
promptVersion, candidates: [{provider, model}], bounds: {promptTokens, completionTokens, attempts}}';
grant execute on function public.begin_generation to authenticated, service_role;
