create function public.suggest_contents(typed text, brand uuid default null, max_results integer default 8)
returns table (id uuid, brand_id uuid, title text, type text, status text)
language plpgsql
stable
security definer -- see search_contents
set search_path = ''
set plan_cache_mode = 'force_custom_plan' -- one brand and fifty want different plans
as $$
#variable_conflict use_column
declare
  brands uuid [] := private.searchable_brands(suggest_contents.brand);
  wished integer := least(greatest(max_results, 1), 20);
  prefix text := lower(left(btrim(typed), 100));
  last_character constant text := chr(1114111);
begin
  if prefix = '' then
    return;
  end if;
  -- Here and not as a setting of the function: only a session that has loaded the library may create one with it.
  perform set_config('pg_trgm.word_similarity_threshold', '0.5', true);
  return query
    with titles_with_prefix as (
      select item.* from unnest(brands) as permitted (id) cross join lateral (
        select search.content_id, search.updated_at
        from private.content_search as search
        where
          -- A range and not a pattern: for `like` the prefix would have to be a constant when the statement is planned.
          (search.brand_id::text || ':' || lower(search.title)) ~>=~ (permitted.id::text || ':' || prefix)
          and (search.brand_id::text || ':' || lower(search.title))
          ~<~ (permitted.id::text || ':' || prefix || last_character)
        order by search.updated_at desc
        limit wished
      ) as item
    ),
    -- Titles with the words further on, or with words that are misspelt.
    similar_titles as (
      select alike.content_id, alike.likeness, alike.updated_at
      from (
        -- Not all of them: what many titles hold would take long to compare.
        select search.content_id, extensions.word_similarity(prefix, search.title) as likeness, search.updated_at
        from private.content_search as search
        where
          char_length(prefix) >= 3 and (select count(*) from titles_with_prefix) < wished and cardinality(brands) <= 5
          and search.brand_id = any (brands) and prefix operator(extensions.<%) search.title
        limit 500
      ) as alike
      order by alike.likeness desc, alike.updated_at desc
      limit wished
    ),
    best as (
      select
        found.content_id, min(found.place) as place, max(found.likeness) as likeness, max(found.updated_at) as updated_at
      from (
        select content_id, 1 as place, 1::real as likeness, updated_at from titles_with_prefix
        union all
        select content_id, 2, likeness, updated_at from similar_titles
      ) as found
      group by found.content_id
    )
    select search.content_id, search.brand_id, search.title, search.type, search.status::text
    from best
    inner join private.content_search as search on search.content_id = best.content_id
    order by best.place, best.likeness desc, best.updated_at desc, search.content_id
    limit wished;
end;
$$;
comment on function public.suggest_contents is
'Suggests titles of the caller''s brands that begin with what was typed, then titles that hold something like it.';
grant execute on function public.suggest_contents to authenticated, service_role;
