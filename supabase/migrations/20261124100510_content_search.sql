-- The search itself, in the words of the brands' languages and the likeness of titles; and titles as one types.

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
  candidates constant integer := 1100;
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
      -- Of more than that the first by what was asked for, or the latest: those are counted, ranked and shown.
      order by
        case when sort = 'score' then search.score end desc nulls last,
        case when sort = 'title' then search.title when sort = 'status' then search.status end,
        case when sort = 'created_at' then search.content_id end desc nulls last,
        search.updated_at desc, search.content_id
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
  -- Typing errors: asked only where words alone found little, whatever the page, and of few brands: the index of likeness
  -- is asked once for each of them.
  if total < 20 and sort = 'relevance' and is_narrow then
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
      -- Behind all that has the words.
      select content_id, 0.000001, place from unnest(by_likeness) with ordinality as likeness (content_id, place)
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
