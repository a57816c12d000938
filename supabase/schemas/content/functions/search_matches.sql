-- How a search finds the contents that hold its words. The index of words names all of them, in no order: right for
-- words that few contents hold. Where many do, it is quicker to take contents in the order asked for, and to look for
-- the words among those, until a thousand have them. The statistics of the planner say which (ADR 55).

create function private.search_condition(with_index boolean)
returns text
language sql
immutable
parallel safe
set search_path = ''
as $$
  -- The planner would read all contents of the brands in the index of titles, if that index can answer the condition.
  select case when with_index then 'search.brand_id' else 'coalesce(search.brand_id, search.brand_id)' end
    || ' = any (($1).brands)'
    ' and (($1).statuses is null or search.status = any (($1).statuses))'
    ' and (($1).types is null or search.type = any (($1).types))'
    ' and search.tags @> ($1).tags'
    ' and (($1).created_by is null or search.created_by = ($1).created_by)'
    ' and search.updated_at >= ($1).updated_from and search.updated_at < ($1).updated_to';
$$;
comment on function private.search_condition is
'Returns what a search asks of a content beside its words: SQL about "search", a row of private.content_search, and $1,
a private.search_request. with_index: whether an index may be asked for the brands.';

create function private.exclusion_condition()
returns text
language sql
immutable
parallel safe
set search_path = ''
as $$
  -- Words of a content are read only if there is something that they may not hold.
  select '(numnode(($1).excluded) = 0 or not search.words @@ ($1).excluded)';
$$;
comment on function private.exclusion_condition is
'Returns what a search excludes, for those ways that do not ask for its words: SQL as that of search_condition.';

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

create function private.is_worth_reading(content_id uuid)
returns boolean
language plpgsql
immutable -- and not parallel safe: no plan may start workers for its cost
set search_path = ''
cost 100000000
as $$
begin
  return true;
end;
$$;
comment on function private.is_worth_reading is
'Returns true, at a cost that makes the planner join all indexes that a condition has before it reads rows. It expects
ten ids of a list that it does not know, and takes a microsecond for each of one that it knows.';

create function private.matches_by_index(request private.search_request, candidates uuid[] default null)
returns uuid[]
language plpgsql
stable
set search_path = ''
-- The planner does not know what it takes to read the words of a content, and so would look for them in each of many.
set enable_indexscan = off
set enable_seqscan = off
as $$
declare
  found uuid [];
begin
  execute
    'select array('
    '  select search.content_id from private.content_search as search'
    '  where search.words @@ ($1).indexed_terms and ' || private.search_condition(with_index => false)
    || case
      -- Without a word that each match holds, the index would be read as a whole: its weeks are less.
      when querytree(request.indexed_terms) = 'T'
        then ' and search.updated_week >= private.update_week(($1).updated_from)'
      else ''
    end
    || case
      when candidates is not null then
        ' and search.content_id = any (array(select unnest($2))) and private.is_worth_reading(search.content_id)'
      else ''
    end
    || ' order by ' || case request.sort
      when 'score' then 'search.score desc nulls last,'
      when 'title' then private.list_key('title') || ','
      when 'status' then 'search.status, search.updated_at desc,'
      when 'created_at' then 'search.content_id desc,'
      else 'search.updated_at desc,'
    end
    || ' search.content_id limit 1000)'
  into found
  using request, candidates;
  return found;
end;
$$;
comment on function private.matches_by_index is
'Finds all contents that match a search by the index of words, or those among candidates, and returns the first 1,000
in the order asked for; by relevance, the last changed. Takes time by how many contents hold the words, and of those that
are no candidates little.';

create function private.search_candidates(
  request private.search_request, depth double precision, out ids uuid[], out is_all boolean
)
language plpgsql
stable
set search_path = ''
as $$
declare
  -- Nothing but what the index of each order holds, so that no content is read.
  columns constant text := case request.sort
    when 'title' then 'title' when 'status' then 'status, updated_at' when 'created_at' then 'created_at'
    when 'score' then 'score' else 'updated_at'
  end;
  sort constant text := case request.sort
    when 'title' then private.list_key('title')
    when 'status' then 'status, updated_at desc' when 'created_at' then 'created_at desc'
    when 'score' then 'score desc nulls last' else 'updated_at desc'
  end;
  known integer;
begin
  execute
    'select array_agg(head.id), array_position(array_agg(head.is_last), true) from ('
    '  select item.id, item.nth = brand.depth as is_last'
    '  from unnest($2, $3) as brand (id, depth) cross join lateral ('
    '    select first.*, row_number() over () as nth from ('
    '      select contents.id, ' || columns
    || '     from public.contents where contents.brand_id = brand.id and contents.deleted_at is null'
    || case
      when request.sort in ('relevance', 'updated_at') then
        ' and contents.updated_at >= ($1).updated_from and contents.updated_at < ($1).updated_to'
      else ''
    end
    || '     order by ' || sort || ', id limit brand.depth) as first) as item'
    '  order by ' || sort || ', item.id'
    ') as head'
  into ids, known
  using request, request.brands, private.brand_depths(request.brands, depth);
  is_all := known is null;
  -- Where a brand may have more than were read of it, those of all brands are known up to its last one only.
  ids := coalesce(ids[:coalesce(known, cardinality(ids))], '{}');
end;
$$;
comment on function private.search_candidates is
'Returns about so many contents of a search''s brands in the order asked for, whether or not they hold its words: those
before which no other comes. is_all: whether these are all contents.';

create function private.matches_in_order(
  request private.search_request, depth double precision, is_first boolean default true
)
returns uuid[]
language plpgsql
stable
set search_path = ''
as $$
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
$$;
comment on function private.matches_in_order is
'Finds the same contents as private.matches_by_index among about so many in the order asked for: takes time by how rare
the words are. Looks once more among more, where that should be enough. Returns null if the first 1,000 matches are not
among them.';

create function private.matching_contents(request private.search_request)
returns uuid[]
language plpgsql
stable
set search_path = ''
as $$
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
$$;
comment on function private.matching_contents is
'Returns the contents that match a search, in the order asked for. Of more than 1,000 these are the first; by relevance,
the last changed, which are then ranked.';
