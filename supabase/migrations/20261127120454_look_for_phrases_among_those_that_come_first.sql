-- Look for phrases among those that come first
-- Planned by `make migration` from supabase/schemas and supabase/policies.

-- Waits at most five seconds for a lock, because queries behind a waiting lock wait as well. On failure, push again.
set lock_timeout = '5s';
set check_function_bodies = off;

ALTER TYPE "private"."search_matches" ADD ATTRIBUTE "is_truncated" boolean CASCADE;

CREATE OR REPLACE FUNCTION private.contents_by_words(request private.search_request)
 RETURNS private.search_matches
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  matches private.search_matches := ('{}', 0, '{"type": {}, "status": {}, "tag": {}}', false);
  candidates uuid [];
  is_truncated boolean := false;
begin
  if (numnode(request.terms) > 0 and cardinality(request.brands) > 0) is not true then
    return matches;
  end if;
  if private.has_phrase(request.terms) then
    select found.ids, found.is_truncated into candidates, is_truncated
    from private.matches_of_phrase(request, 2500) as found;
  else
    candidates := private.matching_contents(request);
  end if;
  with matched as materialized (
    select
      search.content_id, search.type, search.status, search.tags, candidate.place,
      -- Contents that changed in the last seven days count double (domain §10). Ranking reads all words of a content.
      case when request.sort = 'relevance' then
        ts_rank('{0.1, 0.3, 0.6, 1.0}', search.words, request.terms)
        * case when search.updated_at > now() - interval '7 days' then 2 else 1 end
      end as rank
    from unnest(candidates) with ordinality as candidate (id, place)
    inner join private.content_search as search on search.content_id = candidate.id
  ),
  tag_counts as (
    select tag, count(*) as uses from matched cross join lateral unnest(matched.tags) as tag
    group by tag order by uses desc, tag limit 50
  )
  select
    array(
      select matched.content_id
      from matched
      order by matched.rank desc nulls last,
        case when request.sort = 'relevance' then matched.content_id end, matched.place
    ),
    (select count(*) from matched),
    jsonb_build_object(
      'type', coalesce((select jsonb_object_agg(counted.type, counted.uses) from (
        select matched.type, count(*) as uses from matched group by matched.type) as counted), '{}'),
      'status', coalesce((select jsonb_object_agg(counted.status, counted.uses) from (
        select matched.status, count(*) as uses from matched group by matched.status) as counted), '{}'),
      'tag', coalesce((select jsonb_object_agg(tag_counts.tag, tag_counts.uses) from tag_counts), '{}')
    ),
    is_truncated
  into matches;
  return matches;
end;
$function$;

CREATE OR REPLACE FUNCTION private.has_phrase(terms tsquery)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  -- As PostgreSQL writes `<->`. No word holds this letter.
  select strpos(terms::text, '<') > 0;
$function$;

ALTER FUNCTION "private"."has_phrase"(tsquery) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.latest_matches(request private.search_request, share double precision)
 RETURNS uuid[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  earliest constant timestamptz := request.updated_from;
  found uuid [];
begin
  for attempt in 1 .. 3 loop
    request.updated_from := greatest(earliest, private.latest_since(share));
    found := private.matches_since(request);
    if cardinality(found) = 1000 or request.updated_from = earliest then
      return found;
    end if;
    -- How many were found is known better than how many were expected.
    -- So few matches are read sooner by the index of words.
    exit when cardinality(found) < 5000 * share;
    share := share * 2000 / greatest(cardinality(found), 1);
    exit when share > 0.8;
  end loop;
  return null;
end;
$function$;

CREATE OR REPLACE FUNCTION private.matches_in_order(request private.search_request, depth double precision, is_first boolean DEFAULT true)
 RETURNS uuid[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  first record;
  found uuid [];
begin
  first := private.search_candidates(request, depth);
  -- Where nothing is wanted (no query), nearly all candidates match, and the index knows nothing better.
  if cardinality(first.ids) > 3000 and request.query is not null then
    found := private.matches_by_index(request, first.ids);
  else
    -- The words of one content after another are read. Each lateral has a limit, so that this is done in the order, and
    -- until a thousand are found.
    execute
      'select array('
      '  select match.content_id from unnest($2) as candidate (id) cross join lateral ('
      '    select search.content_id from private.content_search as search'
      '    where search.content_id = candidate.id and ' || private.search_condition(with_index => false)
      || '   and search.words @@ ($1).terms limit 1'
      '  ) as match limit 1000)'
    into found
    using request, first.ids;
  end if;
  if first.is_all or cardinality(found) = 1000 then
    return found;
  end if;
  -- How many were found is known better than how many were expected.
  return case when is_first and cardinality(found) between 200 and 999 then
    private.matches_in_order(request, depth * 1200 / cardinality(found), is_first => false)
  end;
end;
$function$;

CREATE OR REPLACE FUNCTION private.matches_of_phrase(request private.search_request, depth double precision, OUT ids uuid[], OUT is_truncated boolean)
 RETURNS record
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  expected record := private.search_estimates(request);
  read bigint;
  first record;
begin
  request := expected.request;
  read := case when expected.is_narrowed then expected.matching else expected.everywhere end;
  is_truncated := coalesce(read > depth, false);
  if not is_truncated then
    ids := private.matches_by_index(request);
  elsif request.sort in ('relevance', 'updated_at') then
    request.updated_from := greatest(request.updated_from, private.latest_since(depth / read));
    ids := private.matches_since(request);
  else
    first := private.search_candidates(request, depth * expected.readable / read);
    ids := private.matches_by_index(request, first.ids);
    is_truncated := not first.is_all;
  end if;
  -- The first of all that match.
  is_truncated := is_truncated and cardinality(ids) < 1000;
end;
$function$;

ALTER FUNCTION "private"."matches_of_phrase"(private.search_request, double precision) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.matching_contents(request private.search_request)
 RETURNS uuid[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  expected record := private.search_estimates(request);
  contents constant double precision := (
    select relations.reltuples from pg_catalog.pg_class as relations
    where relations.oid = 'private.content_search'::regclass
  );
  depth double precision;
  visited bigint;
  weeks double precision;
  read double precision;
  found uuid [];
begin
  request := expected.request;
  -- To read a match that the index of words names, and to look for a candidate in that index, costs about the same.
  if expected.matching > 1300 then
    depth := 1000.0 * expected.readable / expected.matching;
    visited := case
      when request.has_few_brands then least(expected.readable, expected.everywhere) else expected.everywhere
    end;
    if request.sort in ('relevance', 'updated_at') and request.query is not null then
      -- The index lists all contents of these weeks, of any brand: twenty for each match that is not read.
      weeks := 1300.0 * contents / 20 / expected.matching;
      read := 1300.0 * case when expected.is_narrowed then 1 else expected.everywhere / expected.matching::float end;
    end if;
    found := case
      when depth < visited and weeks < expected.matching or weeks + read < 0.7 * visited
        then private.latest_matches(request, 1300.0 / expected.matching)
      when depth < visited then private.matches_in_order(request, depth * 1.3)
    end;
  end if;
  return coalesce(found, private.matches_by_index(request));
end;
$function$;

CREATE OR REPLACE FUNCTION private.search_estimates(INOUT request private.search_request, OUT everywhere bigint, OUT readable bigint, OUT matching bigint, OUT is_narrowed boolean)
 RETURNS record
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  -- Half of what is expected: the planner takes a word and its stem, either of which will do, for two that have nothing
  -- to do with each other. Contents have both or neither.
  everywhere := private.expected_rows('search.words @@ ($1).likely_terms', request) / 2;
  is_narrowed := request.has_few_brands;
  if everywhere > 2500 then
    readable := private.expected_rows('search.brand_id = any (($1).brands)', request);
    if not is_narrowed and readable < everywhere / 4 then
      request.indexed_terms := private.narrowed_terms(request.terms, request.brands);
      is_narrowed := true;
    end if;
    matching := greatest(private.expected_rows(
      'search.words @@ ($1).likely_terms and ' || private.search_condition(with_index => true), request
    ) / 2, 1);
  end if;
end;
$function$;

ALTER FUNCTION "private"."search_estimates"(private.search_request) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.search_contents(query text, filters jsonb DEFAULT '{}'::jsonb, sort text DEFAULT 'relevance'::text, page_offset integer DEFAULT 0, page_size integer DEFAULT 20, embedding text DEFAULT NULL::text)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
 SET plan_cache_mode TO 'force_custom_plan'
 SET work_mem TO '32MB'
AS $function$
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
$function$;

COMMENT ON FUNCTION "private"."contents_by_words"(private.search_request) IS 'Finds contents that hold all words of a search, best first, and counts facets. Counts, ranks and returns at most 1,000:
see private.matching_contents, and private.matches_of_phrase for is_truncated.';

COMMENT ON FUNCTION "private"."has_phrase"(tsquery) IS 'Tells whether a query asks for words one after another.';

COMMENT ON FUNCTION "private"."latest_matches"(private.search_request, double precision) IS 'Finds the same contents as private.matches_by_index among about this share of all, those that changed last. Looks twice
more among more. Returns null if the first 1,000 matches are not among them.';

COMMENT ON FUNCTION "private"."matches_of_phrase"(private.search_request, double precision) IS 'Finds the contents that match a search with a phrase, as private.matching_contents does. Where more contents than depth
hold its words, by the statistics of the planner, it looks at about so many: those that come first in the order asked
for, by relevance those that changed last. is_truncated: whether others may match as well.';

COMMENT ON FUNCTION "private"."search_estimates"(private.search_request) IS 'Returns how many contents the planner expects to hold the words of a search, of all tenants and among those that it
asks for, and how many the caller may read. is_narrowed: whether the index of words is asked for the brands too, as it is
where they have few of those. Without readable and matching where 2,500 or fewer hold the words.';

COMMENT ON FUNCTION "public"."search_contents"(text, jsonb, text, integer, integer, text) IS 'Searches the caller''s brands by words, with typing errors allowed for, and by meaning where an embedding of the query
(512 numbers) is given: {items, total, facets, is_truncated}. Highlights are between U+E000 and U+E001.';

REVOKE ALL ON FUNCTION "private"."has_phrase"(tsquery) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."has_phrase"(tsquery) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."has_phrase"(tsquery) TO "postgres";

REVOKE ALL ON FUNCTION "private"."matches_of_phrase"(private.search_request, double precision) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."matches_of_phrase"(private.search_request, double precision) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."matches_of_phrase"(private.search_request, double precision) TO "postgres";

REVOKE ALL ON FUNCTION "private"."search_estimates"(private.search_request) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."search_estimates"(private.search_request) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."search_estimates"(private.search_request) TO "postgres";
