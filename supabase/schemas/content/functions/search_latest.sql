-- How a search finds those of its matches that changed last, where many contents hold its words (ADR 55): by the part
-- of the index of words that is about the latest weeks.

create function private.latest_since(share double precision)
returns timestamptz
language sql
stable
set search_path = ''
as $$
  select coalesce(
    (
      select bounds.times[ceil((cardinality(bounds.times) - 1) * (1 - share))]
      from pg_catalog.pg_stats as stats
      cross join lateral (select stats.histogram_bounds::text::timestamptz[] as times) as bounds
      where
        share < 1
        and stats.schemaname = 'private' and stats.tablename = 'content_search' and stats.attname = 'updated_at'
    ),
    '-infinity'
  );
$$;
comment on function private.latest_since is
'Returns a time since which about this share of all contents changed, by the statistics of the planner.';

create function private.matches_since(request private.search_request)
returns uuid[]
language plpgsql
stable
set search_path = ''
set enable_indexscan = off -- see matches_by_index
set enable_seqscan = off
as $$
declare
  found uuid [];
begin
  execute
    'select array('
    '  select search.content_id from private.content_search as search'
    '  where search.words @@ ($1).indexed_terms'
    '  and search.updated_week >= private.update_week(($1).updated_from) and '
    || private.search_condition(with_index => false)
    || ' order by search.updated_at desc, search.content_id limit 1000)'
  into found
  using request;
  return found;
end;
$$;
comment on function private.matches_since is
'Finds the contents that match a search and changed since its first time, and returns the 1,000 that changed last. The
index skips what it has about contents that changed before that week.';

create function private.latest_matches(request private.search_request, share double precision)
returns uuid[]
language plpgsql
stable
set search_path = ''
as $$
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
$$;
comment on function private.latest_matches is
'Finds the same contents as private.matches_by_index among about this share of all, those that changed last. Looks twice
more among more. Returns null if the first 1,000 matches are not among them.';
