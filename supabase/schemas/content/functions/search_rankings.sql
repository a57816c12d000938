-- The three ways in which a search finds contents. Each is one statement and returns ids, best first.

create function private.contents_by_words(request private.search_request)
returns private.search_matches
language plpgsql
stable
set search_path = ''
as $$
declare
  matches private.search_matches := ('{}', 0, '{"type": {}, "status": {}, "tag": {}}');
begin
  if (numnode(request.terms) > 0 and cardinality(request.brands) > 0) is not true then
    return matches;
  end if;
  -- Of more than 5,000 matches the first in the order asked for, or the latest, are counted, ranked and shown.
  with matched as materialized (
    select search.content_id, search.type, search.status, search.tags, search.title, search.updated_at, search.score
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
      search.updated_at desc, search.content_id
    limit 5000
  ),
  -- Ranking reads all words of a content, so only the 1,000 matches that changed last are ranked.
  ranked as (
    select
      latest.content_id,
      -- Contents that changed in the last seven days count double (domain §10).
      ts_rank('{0.1, 0.3, 0.6, 1.0}', search.words, request.terms)
      * case when latest.updated_at > now() - interval '7 days' then 2 else 1 end as rank
    from (
      select matched.content_id, matched.updated_at from matched
      where request.sort = 'relevance'
      order by matched.updated_at desc
      limit 1000
    ) as latest
    inner join private.content_search as search on search.content_id = latest.content_id
  ),
  tag_counts as (
    select tag, count(*) as uses from matched cross join lateral unnest(matched.tags) as tag
    group by tag order by uses desc, tag limit 50
  )
  select
    array(
      select matched.content_id
      from matched
      left join ranked on ranked.content_id = matched.content_id
      order by
        case when request.sort = 'relevance' then ranked.rank when request.sort = 'score' then matched.score end
          desc nulls last,
        case when request.sort = 'updated_at' then matched.updated_at end desc nulls last,
        case when request.sort = 'title' then matched.title when request.sort = 'status' then matched.status end,
        case when request.sort = 'created_at' then matched.content_id end desc nulls last,
        matched.content_id
      limit 1100
    ),
    (select count(*) from matched),
    jsonb_build_object(
      'type', coalesce((select jsonb_object_agg(counted.type, counted.uses) from (
        select matched.type, count(*) as uses from matched group by matched.type) as counted), '{}'),
      'status', coalesce((select jsonb_object_agg(counted.status, counted.uses) from (
        select matched.status, count(*) as uses from matched group by matched.status) as counted), '{}'),
      'tag', coalesce((select jsonb_object_agg(tag_counts.tag, tag_counts.uses) from tag_counts), '{}')
    )
  into matches;
  return matches;
end;
$$;
comment on function private.contents_by_words is 'Finds contents that hold all words of a search, and counts facets.';

create function private.contents_by_likeness(request private.search_request)
returns uuid[]
language plpgsql
stable
set search_path = ''
as $$
begin
  -- Here and not as a setting of the function: only a session that has loaded the library may create one with it.
  perform set_config('pg_trgm.word_similarity_threshold', '0.5', true);
  return array(
    select search.content_id
    from private.content_search as search
    where
      search.brand_id = any (request.brands) and request.query operator(extensions.<%) search.title
      and (request.statuses is null or search.status = any (request.statuses))
      and (request.types is null or search.type = any (request.types))
      and search.tags @> request.tags
      and (request.created_by is null or search.created_by = request.created_by)
      and search.updated_at >= request.updated_from and search.updated_at < request.updated_to
    order by extensions.word_similarity(request.query, search.title) desc, search.content_id
    limit 200
  );
end;
$$;
comment on function private.contents_by_likeness is
'Finds contents with a title that holds something like the query, so that typing errors find something.';

create function private.contents_by_meaning(request private.search_request)
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
      search.brand_id = any (request.brands) and search.embedding is not null
      and (request.statuses is null or search.status = any (request.statuses))
      and (request.types is null or search.type = any (request.types))
      and search.tags @> request.tags
    order by search.embedding operator(extensions.<=>) request.embedding, search.content_id
    limit 100
  );
end;
$$;
comment on function private.contents_by_meaning is
'Finds the contents whose embeddings are nearest to that of the query.';
