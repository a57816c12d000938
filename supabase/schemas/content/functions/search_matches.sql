-- How a search finds the contents that hold its words. The index of words names all of them, in no order: right for
-- words that few contents hold. Where many do, it is quicker to read contents in the order asked for, and to look for
-- the words in each, until a thousand have them. The statistics of the planner say which (ADR 55).

create function private.expected_rows(condition text)
returns bigint
language plpgsql
volatile -- `explain` is not allowed otherwise
set search_path = ''
as $$
declare
  plan json;
begin
  execute 'explain (format json) select from private.content_search as search where ' || condition into plan;
  return (plan -> 0 -> 'Plan' ->> 'Plan Rows')::bigint;
end;
$$;
comment on function private.expected_rows is
'Returns how many rows of private.content_search the planner expects a condition to match. Chooses a way to search; no
caller learns it (ADR 45).';

create function private.brand_depths(brands uuid[], wished double precision)
returns integer[]
language sql
stable
set search_path = ''
as $$
  -- Each brand by its share of the rows. Brands that the statistics do not name are as large as the average of the rest.
  with known as (
    select common.brand_id, common.frequency
    from pg_catalog.pg_stats as stats
    cross join lateral unnest(stats.most_common_vals::text::uuid[], stats.most_common_freqs)
      as common (brand_id, frequency)
    where stats.schemaname = 'private' and stats.tablename = 'content_search' and stats.attname = 'brand_id'
  ),
  shares as (
    select brand.place, coalesce(known.frequency, (
      select greatest(1 - coalesce(sum(known.frequency), 0), 0.0001) from known
    ) / greatest((select count(*) from public.brands) - (select count(*) from known), 1)) as share
    from unnest(brands) with ordinality as brand (id, place)
    left join known on known.brand_id = brand.id
  )
  select array_agg((wished * shares.share / (select sum(shares.share) from shares))::integer + 50 order by shares.place)
  from shares;
$$;
comment on function private.brand_depths is
'Returns how many contents of each brand to read, where about so many of all are wished for.';

create function private.matches_by_index(request private.search_request)
returns uuid[]
language plpgsql
stable
set search_path = ''
as $$
begin
  return array(
    select search.content_id
    from private.content_search as search
    where
      search.words @@ request.indexed_terms and search.brand_id = any (request.brands)
      and (request.statuses is null or search.status = any (request.statuses))
      and (request.types is null or search.type = any (request.types))
      and search.tags @> request.tags
      and (request.created_by is null or search.created_by = request.created_by)
      and search.updated_at >= request.updated_from and search.updated_at < request.updated_to
    order by
      case when request.sort = 'score' then search.score end desc nulls last,
      case when request.sort = 'title' then search.title when request.sort = 'status' then search.status end,
      case when request.sort = 'created_at' then search.content_id end desc nulls last,
      case when request.sort in ('relevance', 'updated_at', 'status') then search.updated_at end desc nulls last,
      search.content_id
    limit 1000
  );
end;
$$;
comment on function private.matches_by_index is
'Finds all contents that match a search by the index of words, and returns the first 1,000 in the order asked for; by
relevance, the last changed. Takes time by how many contents hold the words.';

create function private.matches_in_order(request private.search_request, depth double precision)
returns uuid[]
language plpgsql
stable
set search_path = ''
as $$
declare
  sort constant text := case request.sort
    when 'title' then 'title' when 'status' then 'status, updated_at desc' when 'created_at' then 'created_at desc'
    when 'score' then 'score desc nulls last' else 'updated_at desc'
  end;
  found uuid [];
  is_enough boolean;
begin
  -- Each brand's index of this order gives its first contents. Where a brand may have more, those of all brands are
  -- known up to its last one only. Each lateral has a limit, so that the words of a content are read in the order, and
  -- of no more contents than it takes to find a thousand.
  execute
    'with heads as materialized ('
    '  select item.id, brand.id as brand_id, row_number() over (order by ' || sort || ', item.id) as place,'
    '    item.nth = brand.depth as is_last'
    '  from unnest($2, $3) as brand (id, depth) cross join lateral ('
    '    select first.*, row_number() over () as nth from ('
    '      select contents.id, contents.title, contents.status, contents.created_at, contents.updated_at,'
    '        contents.score'
    '      from public.contents where contents.brand_id = brand.id and contents.deleted_at is null'
    || case
      when request.sort in ('relevance', 'updated_at') then
        ' and contents.updated_at >= ($1).updated_from and contents.updated_at < ($1).updated_to'
      else ''
    end
    || ' order by ' || sort || ', id limit brand.depth) as first) as item'
    '), '
    'known as (select min(heads.place) as until from heads where heads.is_last) '
    'select array('
    '  select match.content_id from ('
    '    select heads.id, heads.brand_id from heads'
    '    where heads.place <= coalesce((select known.until from known), heads.place) order by heads.place'
    '  ) as head cross join lateral ('
    '    select search.content_id from private.content_search as search'
    '    where search.content_id = head.id and search.brand_id = head.brand_id'
    '      and (($1).statuses is null or search.status = any (($1).statuses))'
    '      and (($1).types is null or search.type = any (($1).types))'
    '      and search.tags @> ($1).tags'
    '      and (($1).created_by is null or search.created_by = ($1).created_by)'
    '      and search.updated_at >= ($1).updated_from and search.updated_at < ($1).updated_to'
    '      and search.words @@ ($1).terms'
    '    limit 1'
    '  ) as match limit 1000'
    '), (select known.until is null from known)'
  into found, is_enough
  using request, request.brands, private.brand_depths(request.brands, depth);
  return case when is_enough or cardinality(found) = 1000 then found end;
end;
$$;
comment on function private.matches_in_order is
'Finds the same contents as private.matches_by_index among about so many in the order asked for: takes time by how rare
the words are. Returns null if the first 1,000 matches are not among them.';

create function private.matching_contents(request private.search_request)
returns uuid[]
language plpgsql
stable
set search_path = ''
as $$
declare
  of_brands constant text := format('search.brand_id = any (%L::uuid[])', request.brands);
  with_words constant text := format('search.words @@ %L::tsquery', request.terms);
  everywhere constant bigint := private.expected_rows(with_words);
  readable bigint;
  matching bigint;
  visited bigint;
  depth double precision;
  found uuid [];
begin
  -- The expected costs are in rows of the index of words. To look for words in one content costs as much as eight.
  if everywhere > 5000 then
    readable := private.expected_rows(of_brands);
    if not request.has_few_brands and readable < everywhere / 4 then
      request.indexed_terms := private.narrowed_terms(request.terms, request.brands);
    end if;
    matching := private.expected_rows(concat_ws(
      ' and ', with_words, of_brands, format('search.tags @> %L', request.tags),
      'search.status = any (' || quote_literal(request.statuses) || ')',
      'search.type = any (' || quote_literal(request.types) || ')',
      format('search.updated_at >= %L and search.updated_at < %L', request.updated_from, request.updated_to)
    ));
    depth := 1000.0 * readable / greatest(matching, 1);
    visited := case when request.has_few_brands then least(readable, everywhere) else everywhere end;
    if matching > 2000 and depth * 8 < visited then
      found := private.matches_in_order(request, depth * 1.5);
    end if;
  end if;
  return coalesce(found, private.matches_by_index(request));
end;
$$;
comment on function private.matching_contents is
'Returns the contents that match a search, in the order asked for. Of more than 1,000 these are the first; by relevance,
the last changed, which are then ranked.';
