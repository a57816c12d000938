-- The three ways in which a search finds contents. Each returns ids, best first.

create function private.contents_by_words(request private.search_request)
returns private.search_matches
language plpgsql
stable
set search_path = ''
as $$
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
$$;
comment on function private.contents_by_words is
'Finds contents that hold all words of a search, best first, and counts facets. Counts, ranks and returns at most 1,000:
see private.matching_contents, and private.matches_of_phrase for is_truncated.';

create function private.contents_by_likeness(request private.search_request)
returns uuid[]
language plpgsql
stable
set search_path = ''
as $$
declare
  patterns constant text [] := array(
    select '%' || word || '%' from string_to_table(request.query, ' ') as word
    where char_length(word) >= 4 and left(word, 8) ~ '[[:alnum:]]{3}'
    order by char_length(word) desc
  );
  -- The index reads a list for every three characters: so many of them say enough.
  beginning constant text := left(patterns[1], 9) || '%';
  found uuid [];
begin
  -- Typing errors in the latest titles: to compare all titles took seconds, and read those of other tenants as well.
  execute
    'select array('
    '  select near.content_id from ('
    '    select search.content_id, extensions.word_similarity('
    '      ($1).query, private.search_letters(search.title)'
    '    ) as similarity'
    '    from private.content_search as search'
    '    where search.content_id = any ($2) and ' || private.search_condition(with_index => false)
    || '    and ' || private.exclusion_condition() || '  ) as near'
    '  where near.similarity >= 0.5 order by near.similarity desc, near.content_id limit 200)'
  into found
  using request, private.latest_contents(request.brands);
  if beginning is null then
    return found;
  end if;
  -- Words within other words, as "schiff" in "Dampfschiff": in titles only, which have an index for it.
  execute
    'select $2 || array('
    '  select search.content_id from private.content_search as search'
    '  where private.search_letters(search.title) like $3 and private.search_letters(search.title) like all ($4)'
    '  and ' || private.search_condition(with_index => true) || ' and ' || private.exclusion_condition()
    || ' limit 200)'
  into found
  using request, found, beginning, patterns;
  return found;
end;
$$;
comment on function private.contents_by_likeness is
'Finds those of the latest contents with a title that holds something like the query, so that typing errors find
something; then contents with a title that holds its longer words within others.';

create function private.contents_by_meaning(request private.search_request)
returns uuid[]
language plpgsql
stable
set search_path = ''
as $$
declare
  found uuid [];
begin
  execute
    'select array('
    '  select search.content_id from private.content_search as search'
    '  where search.embedding is not null and '
    || private.search_condition(with_index => true) || ' and ' || private.exclusion_condition()
    || ' order by search.embedding operator(extensions.<=>) ($1).embedding, search.content_id limit 100)'
  into found
  using request;
  return found;
end;
$$;
comment on function private.contents_by_meaning is
'Finds the contents whose embeddings are nearest to that of the query.';
