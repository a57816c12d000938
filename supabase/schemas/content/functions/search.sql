create function private.highlight_prefixes(terms tsquery)
returns text[]
language sql
immutable
parallel safe
set search_path = ''
as $$
  -- Without the last letter of longer words, which stems change: happi, happy. What is not wanted is not in querytree().
  select array(
    select case when char_length(found.word[1]) > 4 then left(found.word[1], -1) else found.word[1] end
    from regexp_matches(querytree(terms), '''((?:[^'']|'''')+)''', 'g') as found (word)
    limit 20
  );
$$;
comment on function private.highlight_prefixes is 'Returns beginnings of the words that a query asks for, at most 20.';

create function private.text_highlight(configuration regconfig, plain text, prefixes text[], terms tsquery)
returns text
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
  -- The marks are characters of the private use area, so that HTML in the text stays text.
  options constant text := E'StartSel=\uE000, StopSel=\uE001, MaxFragments=2, MaxWords=24, MinWords=8, '
    'FragmentDelimiter=" … "';
  beginning constant text := left(plain, 20000);
  -- Every word after a space, and each at its place.
  searched constant text := ' ' || regexp_replace(lower(beginning), '[^[:alnum:]]', ' ', 'g');
  place integer := 0;
  prefix text;
  around text;
  highlight text;
begin
  foreach prefix in array prefixes loop
    place := greatest(place, strpos(searched, ' ' || prefix));
  end loop;
  -- To cut a highlight, every word is stemmed: 100 ms for a page of long texts. So it is cut from where the words are.
  around := substr(beginning, greatest(place - 600, 1), 1200);
  if place > 601 then
    around := coalesce(nullif(regexp_replace(around, '^\S+', ''), ''), around);
  end if;
  if char_length(around) < char_length(beginning) then
    -- A text without spaces is cut anywhere.
    around := coalesce(nullif(regexp_replace(around, '\S+$', ''), ''), around);
  end if;
  highlight := ts_headline(configuration, around, terms, options);
  if place > 0 and strpos(highlight, E'\uE000') = 0 then
    highlight := ts_headline(configuration, left(beginning, 6000), terms, options);
  end if;
  return highlight;
end;
$$;
comment on function private.text_highlight is
'Cuts out of a text what a search matched, from around the place where the last of some words begins first. Looks at
20,000 characters.';

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
-- Full-text and trigram operators are not leakproof: under row-level security PostgreSQL would not use their indexes.
-- The search takes the caller's brands itself and filters by them first (ADR 13).
security definer
set search_path = ''
-- Also for the helpers. Rare and frequent words, one brand and fifty, want different plans.
set plan_cache_mode = 'force_custom_plan'
-- Of a million contents the index names more places than fit into the usual 4 MB: it would then name pages only, and
-- the words of every content on them would be read.
set work_mem = '32MB'
as $$
#variable_conflict use_column
declare
  request constant private.search_request := private.parse_search(query, filters, sort, embedding);
  by_words constant private.search_matches := private.contents_by_words(request);
  prefixes constant text [] := private.highlight_prefixes(request.terms);
  -- Only where words alone found little, whatever the page, and in few brands: the index is read once for each brand.
  by_likeness constant uuid [] := case
    when by_words.total < 20 and request.sort = 'relevance' and request.has_few_brands
      then private.contents_by_likeness(request)
    else '{}'
  end;
  by_meaning constant uuid [] := case
    when request.embedding is not null then private.contents_by_meaning(request) else '{}'
  end;
begin
  return (
    -- Reciprocal rank fusion (Cormack et al. 2009): places can be compared where scores cannot.
    with fused as (
      select ranking.content_id, sum(ranking.weight / (60 + ranking.place)) as score
      from (
        select content_id, 1.0 as weight, place
        from unnest(by_words.content_ids) with ordinality as words (content_id, place)
        union all
        -- With a weight that places them behind all that have the words.
        select content_id, 0.000001, place from unnest(by_likeness) with ordinality as likeness (content_id, place)
        union all
        select content_id, 1.0, place from unnest(by_meaning) with ordinality as meaning (content_id, place)
      ) as ranking
      group by ranking.content_id
    ),
    page as (
      select fused.content_id, fused.score, row_number() over (order by fused.score desc, fused.content_id) as place
      from fused
      order by fused.score desc, fused.content_id
      offset page_offset limit least(greatest(page_size, 1), 100)
    )
    select jsonb_build_object(
      'total', greatest(by_words.total, (select count(*) from fused)),
      'facets', by_words.facets,
      'items', coalesce(jsonb_agg(jsonb_build_object(
        'id', search.content_id, 'brand_id', search.brand_id, 'title', search.title, 'type', search.type,
        'status', search.status, 'tags', search.tags, 'score', search.score, 'updated_at', search.updated_at,
        'rank', round(page.score, 6),
        'title_highlight', ts_headline(private.search_language(search.language), search.title, request.terms,
          E'StartSel=\uE000, StopSel=\uE001, HighlightAll=true'),
        'text_highlight', private.text_highlight(
          private.search_language(search.language), search.plain, prefixes, request.terms
        )
      ) order by page.place), '[]')
    )
    from page
    inner join private.content_search as search on search.content_id = page.content_id
  );
end;
$$;
comment on function public.search_contents is
'Searches the caller''s brands by words, with typing errors allowed for, and by meaning where an embedding of the query
(512 numbers) is given: {items, total, facets}. Highlights are between U+E000 and U+E001.';
grant execute on function public.search_contents to authenticated, service_role;
