create function private.brand_facts(brand public.brands)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'id', brand.id, 'name', brand.name, 'version', brand.version, 'description', brand.description,
    'identity', brand.identity, 'tone_of_voice', brand.tone_of_voice,
    'communication_style', brand.communication_style, 'personality', brand.personality,
    'guardrails', brand.guardrails, 'key_messages', brand.key_messages,
    'target_audience', brand.target_audience, 'country', brand.country, 'language', brand.language,
    'rich_text', private.as_array(coalesce(brand.settings -> 'richText', 'null'))
  );
$$;
comment on function private.brand_facts is 'Returns what a prompt may say about a brand.';

create function private.writing_by_embedding(brand uuid, content_id uuid, max_results integer)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict use_variable
declare
  subject record;
begin
  select search.embedding, search.embedding_model into subject
  from private.content_search as search where search.content_id = content_id and search.brand_id = brand;
  return (
    select jsonb_agg(
      jsonb_build_object('title', near.title, 'text', near.excerpt) order by near.distance, near.content_id
    )
    from (
      select
        search.title, left(search.plain, 2000) as excerpt, search.content_id,
        search.embedding operator(extensions.<=>) subject.embedding as distance
      from private.content_search as search
      where
        search.brand_id = brand and search.status = 'published' and search.content_id is distinct from content_id
        and search.embedding_model = subject.embedding_model
      order by distance, search.content_id
      limit max_results
    ) as near
  );
end;
$$;
comment on function private.writing_by_embedding is
'Returns [{title, text}] of the brand''s published contents that are nearest to a content by embedding, nearest first;
null if there are none or the content has no embedding.';

create function private.writing_by_words(brand uuid, content_id uuid, wanted tsquery, max_results integer)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict use_variable
begin
  return (
    select jsonb_agg(
      jsonb_build_object('title', near.title, 'text', near.excerpt) order by near.rank desc, near.content_id
    )
    from (
      select
        search.title, left(search.plain, 2000) as excerpt, search.content_id, ts_rank(search.words, wanted) as rank
      from private.content_search as search
      where
        search.words @@ (quote_literal('brand:' || brand)::tsquery && wanted)
        and search.brand_id = brand and search.status = 'published' and search.content_id is distinct from content_id
      order by rank desc, search.content_id
      limit max_results
    ) as near
  );
end;
$$;
comment on function private.writing_by_words is
'Returns [{title, text}] of the brand''s published contents, other than the given one, that share most words with a
query; null if there are none.';

create function private.similar_writing(brand uuid, content_id uuid, topic text, max_results integer default 3)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  wanted tsquery := private.any_words(topic);
  found jsonb := private.writing_by_embedding(brand, content_id, max_results);
begin
  if found is null and wanted is not null then
    -- Neither the subject nor what is published may have an embedding yet: a job makes it.
    found := private.writing_by_words(brand, content_id, wanted, max_results);
  end if;
  return coalesce(found, '[]');
end;
$$;
comment on function private.similar_writing is
'Returns [{title, text}] of what the brand has published that is most similar to a content or to a topic, most similar
first.';

create function private.near_knowledge(brand uuid, content_id uuid, topic text, max_results integer default 4)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict use_variable
declare
  subject record;
  wanted tsquery := private.any_words(topic);
begin
  select search.embedding, search.embedding_model into subject
  from private.content_search as search where search.content_id = content_id and search.brand_id = brand;
  return coalesce((
    select jsonb_agg(
      jsonb_build_object('title', near.title, 'text', near.body)
      order by near.distance, near.knowledge_id, near.position
    )
    from (
      select
        knowledge.title, chunk.body, chunk.knowledge_id, chunk.position,
        case when subject.embedding is not null
          then chunk.embedding operator(extensions.<=>) subject.embedding
          else - ts_rank(chunk.words, wanted)
        end as distance
      from private.knowledge_chunks as chunk
      inner join public.brand_knowledge as knowledge on knowledge.id = chunk.knowledge_id
      where
        chunk.brand_id = brand
        and case
          when subject.embedding is not null then chunk.embedding_model = subject.embedding_model
          else chunk.words @@ wanted
        end
      order by distance, chunk.knowledge_id, chunk.position
      limit max_results
    ) as near
  ), '[]');
end;
$$;
comment on function private.near_knowledge is
'Returns [{title, text}] of chunks of the brand''s knowledge, those nearest to a content first. Compares embeddings, or
the words of the topic if the content has none.';

create function private.product_facts(brand uuid, product_id uuid, market text)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  product public.products;
begin
  select products.* into product
  from public.products
  inner join public.brand_master_claim_brands as link on link.master_claim_brand_id = products.master_claim_brand_id
  where products.id = product_facts.product_id and link.brand_id = product_facts.brand;
  if product.id is null then
    perform private.refuse(404, 'product not found');
  end if;
  -- Nothing resolves for an archived product, which a model would take for "no restrictions".
  perform private.require_product_in_use(product.id);
  perform private.check_market(market);
  return jsonb_build_object(
    'id', product.id, 'name', product.name, 'description', product.description, 'market', market,
    'ingredients', coalesce((
      select jsonb_agg(ingredients.name order by ingredients.name)
      from public.product_ingredients as part
      inner join public.ingredients on ingredients.id = part.ingredient_id
      where part.product_id = product.id
    ), '[]'),
    'claims', coalesce((
      -- A claim that an override blocks must not be made: `none` is shown as disallowed (domain §13).
      select jsonb_agg(
        jsonb_build_object(
          'id', resolved.claim_id, 'master_id', resolved.master_claim_id, 'text', resolved.claim_text,
          'original_text', resolved.original_text,
          'status', case resolved.status when 'none' then 'disallowed' else resolved.status end
        )
        order by resolved.scope, resolved.level, resolved.claim_text
      )
      from private.resolve_product_claims(array[product.id], market, now()) as resolved
    ), '[]')
  );
end;
$$;
comment on function private.product_facts is
'Returns a product with its ingredients and the claims that apply in the market. Refuses a product whose catalogue brand
is not linked to the brand (404).';

create function private.outputs_to_write(template public.templates, "values" jsonb, field_ids text[])
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  hidden text [] := private.hidden_fields(template.input_fields || template.output_fields, "values");
  outputs jsonb;
begin
  select jsonb_agg(field.entry order by field.place) into outputs
  from jsonb_array_elements(template.output_fields) with ordinality as field (entry, place)
  where
    template.ai_enabled
    and field.entry ->> 'id' <> all (hidden)
    and case
      when field_ids is null then coalesce((field.entry ->> 'aiAutoComplete')::boolean, true)
      else field.entry ->> 'id' = any (field_ids)
    end;
  if field_ids is not null and coalesce(jsonb_array_length(outputs), 0) < cardinality(field_ids) then
    perform private.refuse(400, 'there is no such field to write', jsonb_build_array(jsonb_build_object(
      'field', 'fieldId', 'code', 'INVALID_FORMAT', 'message', 'names no output field of the template that is shown'
    )));
  end if;
  if outputs is null then
    perform private.refuse(409, 'the template has no field that AI may fill');
  end if;
  return outputs;
end;
$$;
comment on function private.outputs_to_write is
'Returns the output fields to fill: the named ones, or all that AI fills by default. Refuses a named field that is
hidden or missing (400) and a template without any field to fill (409).';
