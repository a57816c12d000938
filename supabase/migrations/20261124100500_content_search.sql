-- Search in the language of the brand, with highlights, filters and facets; and titles as one types.

create function private.search_language(language text)
returns regconfig
language sql
immutable
parallel safe
set search_path = ''
as $$
  -- The languages that PostgreSQL brings stemmers for; every other is searched word for word.
  select coalesce((
    select ('pg_catalog.' || known.configuration)::regconfig
    from (values
      ('ar', 'arabic'), ('hy', 'armenian'), ('eu', 'basque'), ('ca', 'catalan'), ('da', 'danish'), ('nl', 'dutch'),
      ('en', 'english'), ('fi', 'finnish'), ('fr', 'french'), ('de', 'german'), ('el', 'greek'), ('hi', 'hindi'),
      ('hu', 'hungarian'), ('id', 'indonesian'), ('ga', 'irish'), ('it', 'italian'), ('lt', 'lithuanian'),
      ('ne', 'nepali'), ('no', 'norwegian'), ('nb', 'norwegian'), ('pt', 'portuguese'), ('ro', 'romanian'),
      ('ru', 'russian'), ('sr', 'serbian'), ('es', 'spanish'), ('sv', 'swedish'), ('ta', 'tamil'), ('tr', 'turkish'),
      ('yi', 'yiddish')
    ) as known (code, configuration)
    where known.code = search_language.language
  ), 'pg_catalog.simple'::regconfig);
$$;
comment on function private.search_language is 'The text search configuration for an ISO 639-1 code.';

alter table private.content_search
add column language text not null default '',
add column tags text[] not null default '{}',
add column plain text not null default '',
add column score numeric(4, 1),
add column created_by uuid;
comment on column private.content_search.language is
'How the words were stemmed: the brand''s language at that time, or nothing.';
comment on column private.content_search.plain is 'The whole text without markup, to cut highlights from.';
-- The brand is a part of the text, and no column of its own: by an index that begins with the brand the planner would
-- read all that a brand has, where the index of words knows the few that match.
create index content_search_prefix_idx on private.content_search (
  (brand_id::text || ':' || lower(title)) text_pattern_ops
);

create table private.stale_searches (
  brand_id uuid primary key references public.brands (id) on delete cascade,
  marked_at timestamptz not null default now()
);
comment on table private.stale_searches is
'Brands that have another language by now than their contents were stemmed in: refresh_search() works through them.';
alter table private.stale_searches enable row level security;

create function private.mark_search_stale()
returns trigger
language plpgsql
security definer -- nobody may write the index by themselves
set search_path = ''
as $$
begin
  insert into private.stale_searches (brand_id) values (new.id) on conflict do nothing;
  return null;
end;
$$;
create trigger mark_search_stale
after update of language on public.brands
for each row when (old.language is distinct from new.language) execute function private.mark_search_stale();

create function private.content_plain(content public.contents)
returns text
language sql
immutable
parallel safe
set search_path = ''
as $$
  select left(concat_ws(
    ' ', nullif(content.excerpt, ''), nullif(private.visible_characters(content.body), ''),
    (
      select string_agg(private.visible_characters(found #>> '{}'), ' ')
      from jsonb_path_query(content.fields, '$.** ? (@.type() == "string")') as found
    )
  ), 100000);
$$;

create function private.content_words(content public.contents, language regconfig)
returns tsvector
language sql
immutable
parallel safe
set search_path = ''
as $$
  -- Weights of domain §10: title before description and tags, these before the text. As they are written, and by their
  -- stems: who knows the exact word finds it, in whatever language.
  select array_to_tsvector(array['brand:' || content.brand_id])
    || setweight(to_tsvector('simple', content.title) || to_tsvector(language, content.title), 'A')
    || setweight(to_tsvector(language, coalesce(content.metadata ->> 'metaDescription', '')), 'B')
    || setweight(to_tsvector('simple', coalesce(content.metadata ->> 'metaDescription', '')), 'B')
    || setweight(array_to_tsvector(array(select lower(tag) from unnest(content.tags) as tag where tag <> '')), 'B')
    || setweight(to_tsvector('simple', private.content_plain(content)), 'D')
    || setweight(to_tsvector(language, private.content_plain(content)), 'D');
$$;
comment on function private.content_words(public.contents, regconfig) is
'The words of a content, with its brand as one of them.';

create or replace function private.index_content()
returns trigger
language plpgsql
security definer -- nobody may write the index by themselves
set search_path = ''
as $$
declare
  language text := coalesce((select brands.language from public.brands where brands.id = new.brand_id), '');
begin
  if new.deleted_at is not null then
    delete from private.content_search where content_search.content_id = new.id;
    return null;
  end if;
  if tg_op = 'UPDATE'
    and old.deleted_at is null
    and private.edited_part(private.content_state(new)) = private.edited_part(private.content_state(old))
  then
    update private.content_search
    set status = new.status, updated_at = new.updated_at, score = new.score
    where content_search.content_id = new.id;
    return null;
  end if;
  insert into private.content_search as search (
    content_id, brand_id, title, type, status, words, updated_at, language, tags, plain, score, created_by
  )
  values (
    new.id, new.brand_id, new.title, new.type, new.status,
    private.content_words(new, private.search_language(language)), new.updated_at, language, new.tags,
    private.content_plain(new), new.score, new.created_by
  )
  on conflict (content_id) do update
    set
      title = excluded.title, type = excluded.type, status = excluded.status, words = excluded.words,
      updated_at = excluded.updated_at, language = excluded.language, tags = excluded.tags, plain = excluded.plain,
      score = excluded.score;
  return null;
end;
$$;
drop trigger index_content on public.contents;
create trigger index_content
after insert or update of status, title, type, metadata, tags, excerpt, body, fields, deleted_at, score
on public.contents
for each row execute function private.index_content();
drop function private.content_words(public.contents);

update private.content_search as search
set
  language = coalesce(brands.language, ''),
  words = private.content_words(contents, private.search_language(brands.language)),
  tags = contents.tags,
  plain = private.content_plain(contents),
  score = contents.score,
  created_by = contents.created_by
from public.contents
inner join public.brands on contents.brand_id = brands.id
where contents.id = search.content_id;

create function public.refresh_search(batch integer default 500)
returns integer
language plpgsql
volatile
security definer -- private is closed to the service as well
set search_path = ''
as $$
declare
  stale record;
  refreshed integer := 0;
  done integer;
begin
  for stale in
    select brands.id, coalesce(brands.language, '') as language
    from private.stale_searches inner join public.brands on brands.id = stale_searches.brand_id
    order by stale_searches.marked_at
    for update of stale_searches skip locked
  loop
    update private.content_search as search
    set
      language = stale.language,
      words = private.content_words(contents, private.search_language(stale.language))
    from public.contents
    where
      contents.id = search.content_id
      and search.content_id in (
        select others.content_id from private.content_search as others
        where others.words @@ quote_literal('brand:' || stale.id)::tsquery and others.language <> stale.language
        limit batch - refreshed
      );
    get diagnostics done = row_count;
    refreshed := refreshed + done;
    exit when refreshed >= batch;
    delete from private.stale_searches where stale_searches.brand_id = stale.id;
  end loop;
  return refreshed;
end;
$$;
comment on function public.refresh_search is
'For the scheduler: stems contents anew whose brand has another language by now; returns how many.';
grant execute on function public.refresh_search to service_role;

drop function public.search_contents(text, uuid, integer, text);
-- Security definer: full-text and trigram operators are not leakproof, so under row-level security PostgreSQL would
-- not use their indexes. The function takes the caller's brands itself and filters by them first.
create function public.search_contents(
  query text,
  filters jsonb default '{}',
  sort text default 'relevance',
  page_offset integer default 0,
  page_size integer default 20,
  embedding text default null
)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
set plan_cache_mode = 'force_custom_plan' -- rare words and frequent ones, one brand and fifty, want different plans
set "pg_trgm.word_similarity_threshold" = 0.5
as $$
#variable_conflict use_column
declare
  brands uuid [] := private.searchable_brands((filters ->> 'brand_id')::uuid);
  asked text := left(query, 500);
  terms tsquery := websearch_to_tsquery('simple', asked);
  configuration regconfig;
  -- The brand is a word in the index; nobody's query can stand for it, for rows are filtered by the column as well. With
  -- many brands it narrows little, and merging what each of them holds would take longer than it saves.
  is_narrow constant boolean := cardinality(brands) <= 5;
  of_brands tsquery := (
    select string_agg(quote_literal('brand:' || permitted), ' | ') from unnest(brands) as permitted
  )::tsquery;
  wanted tsquery;
  -- Null: any.
  statuses text [] := case
    when filters ? 'status' then array(select jsonb_array_elements_text(filters -> 'status'))
  end;
  types text [] := case when filters ? 'type' then array(select jsonb_array_elements_text(filters -> 'type')) end;
  wanted_tags text [] := array(select jsonb_array_elements_text(coalesce(filters -> 'tag', '[]')));
  author uuid := filters ->> 'created_by';
  changed_from timestamptz := coalesce((filters ->> 'updated_from')::timestamptz, '-infinity');
  changed_to timestamptz := coalesce((filters ->> 'updated_to')::timestamptz, 'infinity');
  wished integer := least(greatest(page_size, 1), 100);
  nearest extensions.halfvec(512) := search_contents.embedding::extensions.halfvec(512);
  candidates integer := least(page_offset + wished + 100, 1100);
  by_words uuid [] := '{}';
  by_likeness uuid [] := '{}';
  by_meaning uuid [] := '{}';
  facets jsonb := '{"type": {}, "status": {}, "tag": {}}';
  total bigint := 0;
begin
  if sort not in ('relevance', 'updated_at', 'created_at', 'title', 'status', 'score') then
    perform private.refuse(400, 'a search is not sorted by that');
  end if;
  if nearest is not null and cardinality(brands) > 1 then
    perform private.refuse(400, 'a search by meaning names one brand', jsonb_build_array(jsonb_build_object(
      'field', 'brandId', 'code', 'REQUIRED_FIELD_MISSING', 'message', 'name the brand to search in'
    )));
  end if;
  -- In every language that the caller's brands speak.
  for configuration in
    select distinct private.search_language(brands_of.language) from public.brands as brands_of
    where brands_of.id = any (brands)
  loop
    terms := terms || websearch_to_tsquery(configuration, asked);
  end loop;

  wanted := case when is_narrow then terms && of_brands else terms end;
  if numnode(terms) > 0 and cardinality(brands) > 0 then
    with matched as materialized (
      select search.content_id, search.type, search.status, search.tags, search.title, search.updated_at, search.score
      from private.content_search as search
      where
        search.words @@ wanted and search.brand_id = any (brands)
        and (statuses is null or search.status = any (statuses))
        and (types is null or search.type = any (types))
        and search.tags @> wanted_tags
        and (author is null or search.created_by = author)
        and search.updated_at >= changed_from and search.updated_at < changed_to
      limit 5000
    ),
    -- Of a word that thousands have the latest are ranked: reading all their words would take longer than it is worth.
    ranked as (
      select
        recent.content_id,
        -- What changed in the last seven days counts double (domain §10).
        ts_rank('{0.1, 0.3, 0.6, 1.0}', search.words, terms)
        * case when recent.updated_at > now() - interval '7 days' then 2 else 1 end as rank
      from (
        select matched.content_id, matched.updated_at from matched
        where sort = 'relevance'
        order by matched.updated_at desc
        limit 1000
      ) as recent
      inner join private.content_search as search on search.content_id = recent.content_id
    ),
    ordered as (
      select matched.content_id, row_number() over (
        order by
          case when sort = 'relevance' then ranked.rank when sort = 'score' then matched.score end desc nulls last,
          case when sort = 'updated_at' then matched.updated_at end desc nulls last,
          case when sort = 'title' then matched.title when sort = 'status' then matched.status end,
          case when sort = 'created_at' then matched.content_id end desc nulls last,
          matched.content_id
      ) as place
      from matched
      left join ranked on ranked.content_id = matched.content_id
      order by place
      limit candidates
    ),
    tagged as (
      select tag, count(*) as uses from matched cross join lateral unnest(matched.tags) as tag
      group by tag order by uses desc, tag limit 50
    )
    select
      (select coalesce(array_agg(ordered.content_id order by ordered.place), '{}') from ordered),
      (select count(*) from matched),
      jsonb_build_object(
        'type', coalesce((select jsonb_object_agg(counted.type, counted.uses) from (
          select matched.type, count(*) as uses from matched group by matched.type) as counted), '{}'),
        'status', coalesce((select jsonb_object_agg(counted.status, counted.uses) from (
          select matched.status, count(*) as uses from matched group by matched.status) as counted), '{}'),
        'tag', coalesce((select jsonb_object_agg(tagged.tag, tagged.uses) from tagged), '{}')
      )
    into by_words, total, facets;
  end if;
  -- Typing errors: asked only where words alone found too little, and of few brands: the index of likeness is asked once
  -- for each of them.
  if cardinality(by_words) < page_offset + wished and sort = 'relevance' and is_narrow then
    by_likeness := array(
      select search.content_id
      from private.content_search as search
      where
        search.brand_id = any (brands) and asked operator(extensions.<%) search.title
        and (statuses is null or search.status = any (statuses))
        and (types is null or search.type = any (types))
        and search.tags @> wanted_tags
        and (author is null or search.created_by = author)
        and search.updated_at >= changed_from and search.updated_at < changed_to
      order by extensions.word_similarity(asked, search.title) desc, search.content_id
      limit 200
    );
  end if;
  if nearest is not null then
    by_meaning := array(
      select search.content_id
      from private.content_search as search
      where
        search.brand_id = any (brands) and search.embedding is not null
        and (statuses is null or search.status = any (statuses))
        and (types is null or search.type = any (types))
        and search.tags @> wanted_tags
      order by search.embedding operator(extensions.<=>) nearest, search.content_id
      limit 100
    );
  end if;
  -- Reciprocal rank fusion (Cormack et al. 2009): places can be compared where scores cannot.
  with fused as (
    select place_of.content_id, sum(place_of.weight / (60 + place_of.place)) as score
    from (
      select content_id, 1.0 as weight, place from unnest(by_words) with ordinality as words (content_id, place)
      union all
      select content_id, 0.5, place from unnest(by_likeness) with ordinality as likeness (content_id, place)
      union all
      select content_id, 1.0, place from unnest(by_meaning) with ordinality as meaning (content_id, place)
    ) as place_of
    group by place_of.content_id
  ),
  page as (
    select fused.content_id, fused.score, row_number() over (order by fused.score desc, fused.content_id) as place
    from fused
    order by fused.score desc, fused.content_id
    offset page_offset limit wished
  )
  select jsonb_build_object(
    'total', greatest(total, (select count(*) from fused)),
    'facets', facets,
    'items', coalesce(jsonb_agg(jsonb_build_object(
      'id', search.content_id, 'brand_id', search.brand_id, 'title', search.title, 'type', search.type,
      'status', search.status, 'tags', search.tags, 'score', search.score, 'updated_at', search.updated_at,
      'rank', round(page.score, 6),
      -- The marks are characters of the private use area: what is HTML in the text is still text.
      'title_highlight', ts_headline(private.search_language(search.language), search.title, terms,
        E'StartSel=\uE000, StopSel=\uE001, HighlightAll=true'),
      'text_highlight', ts_headline(private.search_language(search.language), left(search.plain, 20000), terms,
        E'StartSel=\uE000, StopSel=\uE001, MaxFragments=2, MaxWords=24, MinWords=8, FragmentDelimiter=" … "')
    ) order by page.place), '[]')
  )
  from page
  inner join private.content_search as search on search.content_id = page.content_id
  into facets;
  return facets;
end;
$$;
comment on function public.search_contents is
'{items, total, facets}: words, typing errors and, given an embedding of the query (512 numbers), meaning, in the
caller''s own brands. Highlights are between U+E000 and U+E001.';
grant execute on function public.search_contents to authenticated;

create function public.suggest_contents(typed text, brand uuid default null, max_results integer default 8)
returns table (id uuid, brand_id uuid, title text, type text, status text)
language plpgsql
stable
security definer -- see search_contents
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
set "pg_trgm.word_similarity_threshold" = 0.5
as $$
#variable_conflict use_column
declare
  brands uuid [] := private.searchable_brands(suggest_contents.brand);
  wished integer := least(greatest(max_results, 1), 20);
  beginning text := lower(left(btrim(typed), 100));
  last_character constant text := chr(1114111);
begin
  if beginning = '' then
    return;
  end if;
  return query
    with begins as (
      select item.* from unnest(brands) as permitted (id) cross join lateral (
        select search.content_id, 1::real as likeness, search.updated_at
        from private.content_search as search
        where
          -- As a range and not as a pattern: what it begins with is known only when it is asked.
          (search.brand_id::text || ':' || lower(search.title)) ~>=~ (permitted.id::text || ':' || beginning)
          and (search.brand_id::text || ':' || lower(search.title))
          ~<~ (permitted.id::text || ':' || beginning || last_character)
        order by search.updated_at desc
        limit wished
      ) as item
    ),
    alike as (
      -- Words further on, and words that are misspelt.
      select search.content_id, extensions.word_similarity(beginning, search.title) as likeness, search.updated_at
      from private.content_search as search
      where
        char_length(beginning) >= 3 and (select count(*) from begins) < wished and cardinality(brands) <= 5
        and search.brand_id = any (brands) and beginning operator(extensions.<%) search.title
      order by likeness desc, search.updated_at desc
      limit wished
    )
    select search.content_id, search.brand_id, search.title, search.type, search.status::text
    from (
      select found.content_id, min(found.place) as place, max(found.likeness) as likeness, max(found.updated_at) as at
      from (
        select begins.content_id, 1 as place, begins.likeness, begins.updated_at from begins
        union all
        select alike.content_id, 2, alike.likeness, alike.updated_at from alike
      ) as found
      group by found.content_id
    ) as best
    inner join private.content_search as search on search.content_id = best.content_id
    order by best.place, best.likeness desc, best.at desc, search.content_id
    limit wished;
end;
$$;
comment on function public.suggest_contents is
'Titles of the caller''s brands that begin with what was typed, then those that hold something like it.';
grant execute on function public.suggest_contents to authenticated;
