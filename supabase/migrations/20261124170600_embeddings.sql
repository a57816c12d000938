-- Embeddings of contents and of what a brand knows: a job after each change, done by the scheduler.

create function private.enqueue_embedding()
returns trigger
language plpgsql
security definer -- jobs are the service's
set search_path = ''
as $$
begin
  -- The version is a part of the key: a job that is being worked on does not swallow the one for the change after it.
  -- By an argument: the table's own name is that of a partition here.
  if tg_argv[0] = 'content' then
    perform private.enqueue_job(
      'embeddings', 'embed_content', new.brand_id, jsonb_build_object('id', new.id),
      dedupe_key => 'content:' || new.id || ':' || new.version
    );
  else
    perform private.enqueue_job(
      'embeddings', 'embed_knowledge', new.brand_id, jsonb_build_object('id', new.id),
      dedupe_key => 'knowledge:' || new.id || ':' || extract(epoch from new.updated_at)
    );
  end if;
  return null;
end;
$$;
create trigger enqueue_embedding_of_new
after insert on public.contents
for each row execute function private.enqueue_embedding('content');
-- Not after what only moves a content along, which counts its version as well.
create trigger enqueue_embedding
after update of title, body, excerpt, fields on public.contents
for each row when (
  (new.title, new.body, new.excerpt, new.fields) is distinct from (old.title, old.body, old.excerpt, old.fields)
)
execute function private.enqueue_embedding('content');
create trigger enqueue_embedding
after insert or update of title, body on public.brand_knowledge
for each row execute function private.enqueue_embedding('knowledge');

create function public.texts_to_embed(contents uuid[], knowledge uuid[], model text)
returns table (kind text, id uuid, brand_id uuid, version text, body text)
language sql
stable
security definer -- private is closed to the service as well
set search_path = ''
as $$
  select 'content', content.id, content.brand_id, content.version::text,
    left(concat_ws(E'\n', search.title, search.plain), 8000)
  from private.content_search as search
  inner join public.contents as content on content.id = search.content_id
  inner join public.brands on brands.id = content.brand_id
  where
    not private.is_switched_off(brands, 'embedding')
    and search.content_id = any (texts_to_embed.contents)
    -- The same text may have come to another version by itself, as by publishing.
    and (search.embedding_model is distinct from texts_to_embed.model
      or search.embedded_version is distinct from content.version)
  union all
  select 'knowledge', item.id, item.brand_id, item.updated_at::text, concat_ws(E'\n', item.title, item.body)
  from public.brand_knowledge as item
  inner join public.brands on brands.id = item.brand_id
  where item.id = any (texts_to_embed.knowledge) and not private.is_switched_off(brands, 'embedding');
$$;
comment on function public.texts_to_embed is
'For the service: of these contents and this knowledge, what has no embedding of its present version yet.';
grant execute on function public.texts_to_embed to service_role;

create function public.begin_embedding(brand_id uuid, provider text, model text, tokens bigint)
returns uuid
language plpgsql
volatile
security definer -- private is closed to the service as well
set search_path = ''
as $$
declare
  booked numeric;
  generation_id uuid;
begin
  -- Switched off since its texts were read: nothing goes out.
  if exists (
    select from public.brands
    where brands.id = begin_embedding.brand_id and private.is_switched_off(brands, 'embedding')
  ) then
    return null;
  end if;
  booked := private.reserve_budget(begin_embedding.brand_id, private.call_cost(provider, model, tokens, 0));
  if booked is null then
    return null;
  end if;
  insert into public.ai_generations (
    brand_id, type, provider, model, prompt_version, reserved, budget_month
  )
  values (
    begin_embedding.brand_id, 'embedding', begin_embedding.provider, begin_embedding.model, '', booked,
    private.this_month()
  )
  returning ai_generations.id into generation_id;
  return generation_id;
end;
$$;
comment on function public.begin_embedding is
'For the service: sets the money aside; null where the brand''s budget does not hold it. No quota counts it.';
grant execute on function public.begin_embedding to service_role;

create function public.settle_embedding(
  generation_id uuid, tokens bigint, latency_ms integer, error text, contents jsonb, knowledge jsonb
)
returns void
language plpgsql
volatile
security definer -- private is closed to the service as well
set search_path = ''
as $$
#variable_conflict use_variable
declare
  generation public.ai_generations;
  cost numeric;
begin
  select ai_generations.* into generation
  from public.ai_generations
  where ai_generations.id = generation_id and ai_generations.status = 'pending' for update;
  if generation.id is null then
    perform private.refuse(409, 'there is no such generation, or it is closed already');
  end if;
  cost := private.call_cost(generation.provider, generation.model, tokens, 0);
  update public.ai_generations
  set
    status = case when error is null then 'completed' else 'failed' end::public.generation_status,
    output = case when error is null then jsonb_build_object(
      'contents', jsonb_array_length(contents), 'knowledge', jsonb_array_length(knowledge)
    ) end,
    error = left(error, 1000), prompt_tokens = tokens, cost = cost, reserved = 0, latency_ms = latency_ms,
    completed_at = now()
  where ai_generations.id = generation.id;
  -- What changed meanwhile has a job of its own: an embedding of what it was is better than none until then, but takes
  -- the place of none that is newer.
  update private.content_search as search
  set
    embedding = (item ->> 'embedding')::extensions.halfvec(512),
    embedding_model = generation.model,
    embedded_version = (item ->> 'version')::integer
  from jsonb_array_elements(contents) as item
  where
    search.content_id = (item ->> 'id')::uuid and search.brand_id = generation.brand_id
    and (
      search.embedding_model is distinct from generation.model
      or search.embedded_version <= (item ->> 'version')::integer
    );
  delete from private.knowledge_chunks as chunk
  using public.brand_knowledge as known
  where
    known.id = chunk.knowledge_id and chunk.brand_id = generation.brand_id
    and (known.id::text, known.updated_at::text) in (
      select item ->> 'id', item ->> 'version' from jsonb_array_elements(knowledge) as item
    );
  insert into private.knowledge_chunks (knowledge_id, position, brand_id, body, embedding, embedding_model)
  select
    known.id, (item ->> 'position')::integer, known.brand_id, item ->> 'body',
    (item ->> 'embedding')::extensions.halfvec(512), generation.model
  from jsonb_array_elements(knowledge) as item
  inner join public.brand_knowledge as known
    on known.id = (item ->> 'id')::uuid and known.brand_id = generation.brand_id
  where known.updated_at::text = item ->> 'version';
  -- Money last: who waits for the brand's budget holds nothing that others wait for.
  perform private.settle_generation_money(generation, cost, true);
end;
$$;
comment on function public.settle_embedding is
'For the service: pays for embeddings and keeps them. contents: [{id, version, embedding}], knowledge: [{id, version,
position, body, embedding}], where each item of knowledge comes with all of its pieces.';
grant execute on function public.settle_embedding to service_role;

create function public.enqueue_missing_embeddings(batch integer default 2000)
returns integer
language sql
volatile
security definer -- private is closed to the service as well
set search_path = ''
as $$
  -- What is from before there were jobs, whose jobs died, or whose brand has switched AI on again.
  with missing as (
    (
      select 'content' as kind, search.content_id as id, search.brand_id, contents.version::text as version
      from private.content_search as search
      inner join public.contents on contents.id = search.content_id
      inner join public.brands on brands.id = search.brand_id
      where search.embedding is null and not private.is_switched_off(brands, 'embedding')
      limit batch
    )
    union all
    (
      select 'knowledge', item.id, item.brand_id, extract(epoch from item.updated_at)::text
      from public.brand_knowledge as item
      inner join public.brands on brands.id = item.brand_id
      where
        not private.is_switched_off(brands, 'embedding')
        and not exists (select from private.knowledge_chunks as chunk where chunk.knowledge_id = item.id)
      limit batch
    )
  )
  select count(private.enqueue_job(
    'embeddings', 'embed_' || missing.kind, missing.brand_id, jsonb_build_object('id', missing.id),
    dedupe_key => missing.kind || ':' || missing.id || ':' || missing.version
  ))::integer
  from missing;
$$;
comment on function public.enqueue_missing_embeddings is
'For the scheduler: a job for what has no embedding; how many it added.';
grant execute on function public.enqueue_missing_embeddings to service_role;
