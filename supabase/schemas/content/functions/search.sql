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
  marks constant private.search_marks := private.search_marks(request.clauses, request.terms);
  -- Only where words alone found little, whatever the page, and in few brands: the index is read once for each brand.
  by_likeness constant uuid [] := case
    when
      by_words.total < 20 and request.sort = 'relevance' and request.has_few_brands and not request.is_exact
      and char_length(request.query) >= 4
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
      'is_truncated', by_words.is_truncated,
      'items', coalesce(jsonb_agg(jsonb_build_object(
        'id', search.content_id, 'brand_id', search.brand_id, 'title', search.title, 'type', search.type,
        'status', search.status, 'tags', search.tags, 'score', search.score, 'updated_at', search.updated_at,
        'rank', round(page.score, 6),
        'title_highlight', private.marked(search.title, marks, private.search_language(search.language)),
        'text_highlight', private.text_highlight(search.plain, marks, private.search_language(search.language))
      ) order by page.place), '[]')
    )
    from page
    inner join private.content_search as search on search.content_id = page.content_id
  );
end;
$$;
comment on function public.search_contents is
'Searches the caller''s brands by words, with typing errors allowed for, and by meaning where an embedding of the query
(512 numbers) is given: {items, total, facets, is_truncated}. Highlights are between U+E000 and U+E001.';
grant execute on function public.search_contents to authenticated, service_role;
