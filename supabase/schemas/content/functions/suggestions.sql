create function private.latest_contents(brands uuid[])
returns uuid[]
language plpgsql
stable
set search_path = ''
as $$
declare
  request private.search_request;
  latest uuid [];
begin
  request.brands := brands;
  request.sort := 'updated_at';
  request.updated_from := '-infinity';
  request.updated_to := 'infinity';
  select candidates.ids into latest from private.search_candidates(request, 300) as candidates;
  return latest[:300];
end;
$$;
comment on function private.latest_contents is
'Returns the 300 contents of these brands that changed last, or fewer: what suggestions compare where many titles would
do.';

create function private.titles_beginning(brands uuid[], prefix text, wished integer)
returns uuid[]
language plpgsql
stable
set search_path = ''
as $$
declare
  last_character constant text := chr(1114111);
  most constant integer := greatest(300 / greatest(cardinality(brands), 1), wished);
  latest uuid [];
  found uuid [];
  is_cut boolean;
begin
  with listed as materialized (
    select item.content_id, item.updated_at, item.place
    from unnest(brands) as permitted (id)
    cross join lateral (
      select first.content_id, first.updated_at, row_number() over () as place
      from (
        select search.content_id, search.updated_at
        from private.content_search as search
        where
          -- A range and not a pattern: for `like` the prefix would have to be a constant when the statement is planned.
          (search.brand_id::text || ':' || private.search_letters(search.title))
          ~>=~ (permitted.id::text || ':' || prefix)
          and (search.brand_id::text || ':' || private.search_letters(search.title))
          ~<~ (permitted.id::text || ':' || prefix || last_character)
        order by (search.brand_id::text || ':' || private.search_letters(search.title)) using ~<~
        limit most
      ) as first
    ) as item
  )
  select
    array(select listed.content_id from listed order by listed.updated_at desc, listed.content_id limit wished),
    exists (select from listed where listed.place = most)
  into found, is_cut;
  if not is_cut or cardinality(brands) > 100 then
    return found;
  end if;
  -- A brand has more of them than were read, as for one letter. The last changed of all may be among those. The latest
  -- contents are looked at one after another, until enough of them begin so.
  latest := private.latest_contents(brands);
  latest := array(
    select match.content_id
    from unnest(latest) as candidate (id)
    cross join lateral (
      select search.content_id from private.content_search as search
      where
        -- As in private.search_condition, not by the index of titles.
        search.content_id = candidate.id and coalesce(search.brand_id, search.brand_id) = any (brands)
        and starts_with(private.search_letters(search.title), prefix)
      limit 1
    ) as match
    limit wished
  );
  if cardinality(latest) = wished then
    return latest;
  end if;
  return array(
    select search.content_id from private.content_search as search
    where search.content_id = any (found || latest)
    order by search.updated_at desc, search.content_id
    limit wished
  );
end;
$$;
comment on function private.titles_beginning is
'Finds contents of these brands with titles that begin with such letters, the last changed first. Where a brand
has many, these are the first in the alphabet and those among the latest contents.';

create function private.titles_holding(brands uuid[], typed text, wished integer)
returns uuid[]
language plpgsql
stable
set search_path = ''
as $$
declare
  enough constant integer := 300;
  pattern constant text := '%' || regexp_replace(typed, '([%_\\])', '\\\1', 'g') || '%';
  -- The index reads a list for every three characters: so many of them say enough.
  beginning constant text := '%' || regexp_replace(left(typed, 8), '([%_\\])', '\\\1', 'g') || '%';
  latest constant uuid[] := private.latest_contents(brands);
  found uuid [];
begin
  -- What many titles hold is found among the latest, and nothing else is read for it.
  found := array(
    select match.content_id
    from unnest(latest) as candidate (id)
    cross join lateral (
      select search.content_id from private.content_search as search
      where
        -- As in private.search_condition, not by the index of titles.
        search.content_id = candidate.id and coalesce(search.brand_id, search.brand_id) = any (brands)
        and private.search_letters(search.title) like pattern
      limit 1
    ) as match
    limit wished
  );
  -- The index knows three characters together, and no less; it knows no signs.
  if cardinality(found) < wished and char_length(typed) >= 3 and left(typed, 8) ~ '[[:alnum:]]{2}' then
    found := found || array(
      select search.content_id
      from (
        select held.content_id, held.title, held.updated_at from private.content_search as held
        where
          held.brand_id = any (brands) and private.search_letters(held.title) like beginning
          and private.search_letters(held.title) like pattern
          and held.content_id <> all (found)
        limit enough
      ) as search
      order by
        extensions.word_similarity(typed, private.search_letters(search.title)) desc, search.updated_at desc,
        search.content_id
      limit wished - cardinality(found)
    );
  end if;
  if cardinality(found) < wished and char_length(typed) >= 4 then
    -- Typing errors. To compare all titles would take half a second in a large brand.
    found := found || array(
      select search.content_id
      from (
        select
          held.content_id, held.updated_at,
          extensions.word_similarity(typed, private.search_letters(held.title)) as similarity
        from private.content_search as held
        where held.content_id = any (latest) and coalesce(held.brand_id, held.brand_id) = any (brands)
      ) as search
      where search.similarity >= 0.5 and search.content_id <> all (found)
      order by search.similarity desc, search.updated_at desc, search.content_id
      limit wished - cardinality(found)
    );
  end if;
  return found;
end;
$$;
comment on function private.titles_holding is
'Finds contents of these brands with titles that hold such letters somewhere: first those among the latest contents, the
last changed first, then others, then the latest with titles that hold something like it.';

create function public.suggest_contents(typed text, brand uuid default null, max_results integer default 8)
returns table (id uuid, brand_id uuid, title text, type text, status text)
language plpgsql
stable
security definer -- see search_contents
set search_path = ''
set plan_cache_mode = 'force_custom_plan' -- one brand and fifty want different plans
set work_mem = '32MB' -- see search_contents
as $$
#variable_conflict use_column
declare
  brands constant uuid [] := private.searchable_brands(suggest_contents.brand);
  wished constant integer := least(greatest(max_results, 1), 20);
  prefix constant text := left(private.search_letters(left(btrim(typed), 100)), 100);
  found uuid [];
begin
  if prefix = '' then
    return;
  end if;
  found := private.titles_beginning(brands, prefix, wished);
  if
    cardinality(found) < wished and cardinality(brands) <= 5
    and (char_length(prefix) >= 3 or prefix ~ private.unspaced_pattern())
  then
    -- Titles with the words further on, or with words that are misspelt.
    found := found || private.titles_holding(brands, prefix, wished);
  end if;
  return query
    select search.content_id, search.brand_id, search.title, search.type, search.status::text
    from (
      select item.id, min(item.place) as place from unnest(found) with ordinality as item (id, place) group by item.id
    ) as best
    inner join private.content_search as search on search.content_id = best.id
    order by best.place
    limit wished;
end;
$$;
comment on function public.suggest_contents is
'Suggests titles of the caller''s brands that begin with what was typed, the last changed first, then titles that hold
it further on, or something like it.';
grant execute on function public.suggest_contents to authenticated, service_role;
