create function private.enqueue_embedding()
returns trigger
language plpgsql
security definer -- jobs are the service's
set search_path = ''
as $$
declare
  job_id uuid;
begin
  -- The key includes the time, so that a job in progress does not absorb the job for a later change.
  job_id := private.enqueue_job(
    'embeddings', 'embed_knowledge', new.brand_id, jsonb_build_object('id', new.id),
    dedupe_key => 'knowledge:' || new.id || ':' || extract(epoch from new.updated_at)
  );
  return null;
end;
$$;
comment on function private.enqueue_embedding is
'Adds a job that embeds an item of knowledge. Contents have theirs from enqueue_missing_embeddings.';

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
    -- The present version counts: by the time of the job it may be a later one, for example by publishing.
    and (search.embedding_model is distinct from texts_to_embed.model
      or search.embedded_version is distinct from content.version)
  union all
  select 'knowledge', item.id, item.brand_id, item.updated_at::text, concat_ws(E'\n', item.title, item.body)
  from public.brand_knowledge as item
  inner join public.brands on brands.id = item.brand_id
  where item.id = any (texts_to_embed.knowledge) and not private.is_switched_off(brands, 'embedding');
$$;
comment on function public.texts_to_embed is
'For the service: returns the texts of the given contents and knowledge. Skips contents whose present version has an
embedding of this model, and brands for which embeddings are switched off.';
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
  -- The brand may have switched AI off since its texts were read; then nothing is sent to the provider.
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
'For the service: opens a generation for embeddings and reserves its cost. Returns null if the brand has AI switched off
or its budget does not cover the cost. Embeddings do not count against the plan.';
grant execute on function public.begin_embedding to service_role;

create function private.store_content_embeddings(brand uuid, model text, contents jsonb)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  -- An edit that is under way ends first, so that the version is read after it.
  perform from private.content_search as search
  where
    search.content_id in (select (item ->> 'id')::uuid from jsonb_array_elements(contents) as item)
    and search.brand_id = store_content_embeddings.brand
  order by search.content_id
  for update;
  -- A content that changed meanwhile gets another job. Until that is done an outdated embedding is better than none, but
  -- it does not replace a newer one.
  update private.content_search as search
  set
    embedding = (item ->> 'embedding')::extensions.halfvec(512),
    embedding_model = store_content_embeddings.model,
    embedded_version = (item ->> 'version')::integer,
    needs_embedding = (
      select content.version <> (item ->> 'version')::integer
      from public.contents as content where content.id = search.content_id
    )
  from jsonb_array_elements(contents) as item
  where
    search.content_id = (item ->> 'id')::uuid and search.brand_id = store_content_embeddings.brand
    and (
      search.embedding_model is distinct from store_content_embeddings.model
      or search.embedded_version <= (item ->> 'version')::integer
    );
end;
$$;
comment on function private.store_content_embeddings is
'Stores embeddings of a brand''s contents. contents: [{id, version, embedding}]';

create function private.store_knowledge_embeddings(brand uuid, model text, knowledge jsonb)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  delete from private.knowledge_chunks as chunk
  using public.brand_knowledge as known
  where
    known.id = chunk.knowledge_id and chunk.brand_id = store_knowledge_embeddings.brand
    and (known.id::text, known.updated_at::text) in (
      select item ->> 'id', item ->> 'version' from jsonb_array_elements(knowledge) as item
    );
  insert into private.knowledge_chunks (knowledge_id, position, brand_id, body, embedding, embedding_model)
  select
    known.id, (item ->> 'position')::integer, known.brand_id, item ->> 'body',
    (item ->> 'embedding')::extensions.halfvec(512), store_knowledge_embeddings.model
  from jsonb_array_elements(knowledge) as item
  inner join public.brand_knowledge as known
    on known.id = (item ->> 'id')::uuid and known.brand_id = store_knowledge_embeddings.brand
  where known.updated_at::text = item ->> 'version';
end;
$$;
comment on function private.store_knowledge_embeddings is
'Replaces the chunks of a brand''s knowledge; skips knowledge that has changed meanwhile, which has another job.
knowledge: [{id, version, position, body, embedding}]';

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
  perform private.store_content_embeddings(generation.brand_id, generation.model, contents);
  perform private.store_knowledge_embeddings(generation.brand_id, generation.model, knowledge);
  -- The budget is locked last, so that nobody waits for its row longer than necessary.
  perform private.settle_generation_money(generation, cost, true);
end;
$$;
comment on function public.settle_embedding is
'For the service: charges the cost of embeddings and stores them. contents: [{id, version, embedding}], knowledge: [{id,
version, position, body, embedding}], with all chunks of each item of knowledge.';
grant execute on function public.settle_embedding to service_role;

create function public.enqueue_missing_embeddings(batch integer default 2000)
returns integer
language sql
volatile
security definer -- private is closed to the service as well
set search_path = ''
set statement_timeout = '30s'
as $$
  -- In one statement for many contents, where a job in each write would cost every write. The key includes the version,
  -- so that a job in progress does not absorb the job for a later change. A job that died is tried again after an hour.
  -- Each brand gets its share.
  with missing as (
    select found.*
    from public.brands
    cross join lateral (
      (
        select
          'content' as kind, search.content_id as id, search.brand_id, contents.version::text as version,
          row_number() over (order by search.content_id) as turn
        from private.content_search as search
        inner join public.contents on contents.id = search.content_id
        where
          search.brand_id = brands.id and (search.needs_embedding or search.embedding is null)
          and not exists (
            select from private.jobs
            where
              jobs.queue = 'embeddings'
              and jobs.dedupe_key = 'content:' || search.content_id || ':' || contents.version
          )
          and not exists (
            select from private.dead_jobs as dead
            where
              dead.queue = 'embeddings' and dead.died_at > now() - interval '1 hour'
              and dead.dedupe_key = 'content:' || search.content_id || ':' || contents.version
          )
        order by search.content_id
        limit enqueue_missing_embeddings.batch
      )
      union all
      (
        select
          'knowledge', item.id, item.brand_id, extract(epoch from item.updated_at)::text,
          row_number() over (order by item.id)
        from public.brand_knowledge as item
        where
          item.brand_id = brands.id
          and not exists (select from private.knowledge_chunks as chunk where chunk.knowledge_id = item.id)
          and not exists (
            select from private.dead_jobs as dead
            where
              dead.queue = 'embeddings' and dead.died_at > now() - interval '1 hour'
              and dead.dedupe_key = 'knowledge:' || item.id || ':' || extract(epoch from item.updated_at)
          )
        order by item.id
        limit enqueue_missing_embeddings.batch
      )
    ) as found
    where not private.is_switched_off(brands, 'embedding')
    order by found.turn, found.brand_id
    limit enqueue_missing_embeddings.batch * 2
  )
  select count(private.enqueue_job(
    'embeddings', 'embed_' || missing.kind, missing.brand_id, jsonb_build_object('id', missing.id),
    dedupe_key => missing.kind || ':' || missing.id || ':' || missing.version
  ))::integer
  from missing;
$$;
comment on function public.enqueue_missing_embeddings is
'For the scheduler: adds a job for contents whose texts changed since they were embedded, and for knowledge without an
embedding, up to twice a batch, in turns by brand.
Returns how many jobs it added.';
grant execute on function public.enqueue_missing_embeddings to service_role;
