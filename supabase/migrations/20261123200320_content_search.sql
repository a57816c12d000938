-- Search: words, typing errors and meaning, each within the brands of the caller.
--
-- What is searched, and what a hit shows, lies beside the contents: ranking and listing read no whole texts and plan no
-- partitions, and the indexes begin with the brand, so that a search costs what the brand holds and not the platform.

create table private.content_search (
  content_id uuid primary key,
  brand_id uuid not null references public.brands (id) on delete cascade,
  title text not null,
  type text not null,
  status public.content_status not null,
  words tsvector not null,
  updated_at timestamptz not null,
  embedding extensions.halfvec(512),
  embedding_model text check (char_length(embedding_model) <= 100),
  embedded_version integer check (embedded_version >= 1),
  foreign key (content_id, brand_id) references public.contents (id, brand_id) on delete cascade,
  check ((embedding is null) = (embedding_model is null) and (embedding is null) = (embedded_version is null))
);
comment on table private.content_search is 'The searchable side of every content that is not deleted.';
comment on column private.content_search.words is
'With the brand as a word of its own, so that an index entry of it narrows every search: were the brand a column of this
index as well, the planner would join two indexes over all tenants instead of asking one about the brand.';
comment on column private.content_search.embedding is
'Of the title and the text, by a job after a change. Compared exactly: a brand''s contents are few enough.';
create index content_search_words_idx on private.content_search using gin (words);
create index content_search_title_idx on private.content_search using gin (brand_id, title extensions.gin_trgm_ops);
create index content_search_content_idx on private.content_search (content_id, brand_id);
create index content_search_embedded_idx on private.content_search (brand_id) where embedding is not null;
alter table private.content_search enable row level security;

create function private.content_words(content public.contents)
returns tsvector
language sql
immutable
parallel safe
set search_path = ''
as $$
  -- Weights of domain §10: title before description and tags, these before the body. 'simple' finds words of every
  -- language as they are written.
  select array_to_tsvector(array['brand:' || content.brand_id])
    || setweight(to_tsvector('simple', content.title), 'A')
    || setweight(to_tsvector('simple', coalesce(content.metadata ->> 'metaDescription', '')), 'B')
    || setweight(array_to_tsvector(array(select lower(tag) from unnest(content.tags) as tag where tag <> '')), 'B')
    || setweight(to_tsvector('simple', left(content.excerpt, 2000)), 'C')
    || setweight(to_tsvector('simple', left(regexp_replace(content.body, '<[^>]*>', ' ', 'g'), 200000)), 'D')
    || setweight(jsonb_to_tsvector('simple', content.fields, '["string"]'), 'D');
$$;

create function private.index_content()
returns trigger
language plpgsql
security definer -- nobody may write the index by themselves
set search_path = ''
as $$
begin
  if new.deleted_at is not null then
    delete from private.content_search where content_search.content_id = new.id;
    return null;
  end if;
  if tg_op = 'UPDATE'
    and old.deleted_at is null
    and private.edited_part(private.content_state(new)) = private.edited_part(private.content_state(old))
  then
    update private.content_search set status = new.status, updated_at = new.updated_at
    where content_search.content_id = new.id;
    return null;
  end if;
  insert into private.content_search as search (content_id, brand_id, title, type, status, words, updated_at)
  values (new.id, new.brand_id, new.title, new.type, new.status, private.content_words(new), new.updated_at)
  on conflict (content_id) do update
    set
      title = excluded.title, type = excluded.type, status = excluded.status, words = excluded.words,
      updated_at = excluded.updated_at;
  return null;
end;
$$;
create trigger index_content
after insert or update of status, title, type, metadata, tags, excerpt, body, fields, deleted_at on public.contents
for each row execute function private.index_content();

insert into private.content_search (content_id, brand_id, title, type, status, words, updated_at)
select
  contents.id,
  contents.brand_id,
  contents.title,
  contents.type,
  contents.status,
  private.content_words(contents) as words,
  contents.updated_at
from public.contents
where contents.deleted_at is null;

drop index public.contents_search_idx;
drop function private.content_search_vector(text, jsonb, text[], jsonb);

create function private.searchable_brands(brand uuid)
returns uuid[]
language sql
stable
set search_path = ''
as $$
  select case
    when brand is null then private.brands_permitting('content.read')
    when private.permits(brand, 'content.read') then array[brand]
    else '{}'
  end;
$$;
comment on function private.searchable_brands is
'The brand if the caller may read its contents; all such brands for null.';

-- Security definer: full-text and trigram operators are not leakproof, so under row-level security PostgreSQL would
-- not use their indexes. The function takes the caller's brands itself and filters by them first.
create function public.search_contents(
  query text, brand uuid default null, max_results integer default 20, embedding text default null
)
returns table (
  id uuid, brand_id uuid, title text, type text, status public.content_status, updated_at timestamptz, rank real
)
language plpgsql
stable
security definer
set search_path = ''
set plan_cache_mode = 'force_custom_plan' -- rare words and frequent ones, one brand and fifty, want different plans
set "pg_trgm.word_similarity_threshold" = 0.5
as $$
#variable_conflict use_column
declare
  brands uuid [] := private.searchable_brands(search_contents.brand);
  terms tsquery := websearch_to_tsquery('simple', left(search_contents.query, 500));
  -- The brand is a word in the index; nobody's query can stand for it, for rows are filtered by the column as well.
  of_brands tsquery := (
    select string_agg(quote_literal('brand:' || permitted), ' | ') from unnest(brands) as permitted
  )::tsquery;
  wished integer := least(greatest(search_contents.max_results, 1), 100);
  nearest extensions.halfvec(512) := search_contents.embedding::extensions.halfvec(512);
  by_words uuid [];
  by_likeness uuid [] := '{}';
  by_meaning uuid [] := '{}';
begin
  if nearest is not null and cardinality(brands) > 1 then
    perform private.refuse(400, 'a search by meaning names one brand', jsonb_build_array(jsonb_build_object(
      'field', 'brandId', 'code', 'REQUIRED_FIELD_MISSING', 'message', 'name the brand to search in'
    )));
  end if;
  -- What changed in the last seven days counts double (domain §10).
  by_words := array(
    select search.content_id
    from private.content_search as search
    where search.words @@ (terms && of_brands) and search.brand_id = any (brands) and numnode(terms) > 0
    order by
      ts_rank('{0.1, 0.3, 0.6, 1.0}', search.words, terms)
      * case when search.updated_at > now() - interval '7 days' then 2 else 1 end desc,
      search.content_id
    limit 200
  );
  -- Typing errors: asked only where words alone found too little.
  if cardinality(by_words) < wished then
    by_likeness := array(
      select search.content_id
      from private.content_search as search
      where search.brand_id = any (brands) and search_contents.query operator(extensions.<%) search.title
      order by extensions.word_similarity(search_contents.query, search.title) desc, search.content_id
      limit 200
    );
  end if;
  if nearest is not null then
    by_meaning := array(
      select search.content_id
      from private.content_search as search
      where search.brand_id = any (brands) and search.embedding is not null
      order by search.embedding operator(extensions.<=>) nearest, search.content_id
      limit 100
    );
  end if;
  -- Reciprocal rank fusion (Cormack et al. 2009): places can be compared where scores cannot.
  return query
    with fused as (
      select found.content_id, sum(found.weight / (60 + found.place)) as score
      from (
        select content_id, 1.0 as weight, place from unnest(by_words) with ordinality as words (content_id, place)
        union all
        select content_id, 0.5, place from unnest(by_likeness) with ordinality as likeness (content_id, place)
        union all
        select content_id, 1.0, place from unnest(by_meaning) with ordinality as meaning (content_id, place)
      ) as found
      group by found.content_id
      order by score desc, found.content_id
      limit wished
    )
    select search.content_id, search.brand_id, search.title, search.type, search.status, search.updated_at,
      fused.score::real
    from fused
    inner join private.content_search as search on search.content_id = fused.content_id
    order by fused.score desc, search.content_id;
end;
$$;
comment on function public.search_contents is
'Words, typing errors and, given an embedding of the query (512 numbers), meaning: in the caller''s own brands.';
grant execute on function public.search_contents to authenticated;
