-- Search the latest weeks
-- Planned by `make migration` from supabase/schemas and supabase/policies.

-- Waits at most five seconds for a lock, because queries behind a waiting lock wait as well. On failure, push again.
set lock_timeout = '5s';
-- A million rows are written anew, which takes minutes.
set statement_timeout = 0;
set check_function_bodies = off;

DROP INDEX "private"."content_search_words_idx";

CREATE OR REPLACE FUNCTION private.is_worth_reading(content_id uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE COST 1e+08
 SET search_path TO ''
AS $function$
begin
  return true;
end;
$function$;

ALTER FUNCTION "private"."is_worth_reading"(uuid) OWNER TO "postgres";

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
  for attempt in 1 .. 2 loop
    request.updated_from := greatest(earliest, private.latest_since(share));
    found := private.matches_since(request);
    if cardinality(found) = 1000 or request.updated_from = earliest then
      return found;
    end if;
    -- How many were found is known better than how many were expected.
    share := share * 1500 / greatest(cardinality(found), 1);
    exit when share > 0.8;
  end loop;
  return null;
end;
$function$;

ALTER FUNCTION "private"."latest_matches"(private.search_request, double precision) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.latest_since(share double precision)
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
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
$function$;

ALTER FUNCTION "private"."latest_since"(double precision) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.matches_by_index(request private.search_request, candidates uuid[] DEFAULT NULL::uuid[])
 RETURNS uuid[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET enable_indexscan TO 'off'
 SET enable_seqscan TO 'off'
AS $function$
declare
  found uuid [];
begin
  execute
    'select array('
    '  select search.content_id from private.content_search as search'
    '  where search.words @@ ($1).indexed_terms and ' || private.search_condition(with_index => false)
    || case
      when candidates is not null then
        ' and search.content_id = any (array(select unnest($2))) and private.is_worth_reading(search.content_id)'
      else ''
    end
    || ' order by ' || case request.sort
      when 'score' then 'search.score desc nulls last,'
      when 'title' then 'search.title,'
      when 'status' then 'search.status, search.updated_at desc,'
      when 'created_at' then 'search.content_id desc,'
      else 'search.updated_at desc,'
    end
    || ' search.content_id limit 1000)'
  into found
  using request, candidates;
  return found;
end;
$function$;

CREATE OR REPLACE FUNCTION private.matches_since(request private.search_request)
 RETURNS uuid[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET enable_indexscan TO 'off'
 SET enable_seqscan TO 'off'
AS $function$
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
$function$;

ALTER FUNCTION "private"."matches_since"(private.search_request) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.matching_contents(request private.search_request)
 RETURNS uuid[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  -- Half of what is expected: the planner takes a word and its stem, either of which will do, for two that have nothing
  -- to do with each other. Contents have both or neither.
  everywhere constant bigint := private.expected_rows('search.words @@ ($1).terms', request) / 2;
  contents constant double precision := (
    select relations.reltuples from pg_catalog.pg_class as relations
    where relations.oid = 'private.content_search'::regclass
  );
  readable bigint;
  matching bigint;
  visited bigint;
  depth double precision;
  found uuid [];
begin
  -- To read a match that the index of words names, and to look for a candidate in that index, costs about the same.
  if everywhere > 2500 then
    readable := private.expected_rows('search.brand_id = any (($1).brands)', request);
    if not request.has_few_brands and readable < everywhere / 4 then
      request.indexed_terms := private.narrowed_terms(request.terms, request.brands);
    end if;
    matching := private.expected_rows(
      'search.words @@ ($1).terms and ' || private.search_condition(with_index => true), request
    ) / 2;
    depth := 1000.0 * readable / greatest(matching, 1);
    visited := case when request.has_few_brands then least(readable, everywhere) else everywhere end;
    if matching > 1300 and depth < visited then
      found := case
        -- The index lists all contents of these weeks, of any brand: twenty for each match that is not read.
        when request.sort in ('relevance', 'updated_at') and 1300.0 * contents < 20.0 * matching * matching
          then private.latest_matches(request, 1300.0 / matching)
        else private.matches_in_order(request, depth * 1.3)
      end;
    end if;
  end if;
  return coalesce(found, private.matches_by_index(request));
end;
$function$;

CREATE OR REPLACE FUNCTION private.titles_beginning(brands uuid[], prefix text, wished integer)
 RETURNS uuid[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  last_character constant text := chr(1114111);
  most constant integer := greatest(1000 / greatest(cardinality(brands), 1), wished);
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
          (search.brand_id::text || ':' || lower(search.title)) ~>=~ (permitted.id::text || ':' || prefix)
          and (search.brand_id::text || ':' || lower(search.title))
          ~<~ (permitted.id::text || ':' || prefix || last_character)
        order by (search.brand_id::text || ':' || lower(search.title)) using ~<~
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
        and starts_with(lower(search.title), prefix)
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
$function$;

CREATE OR REPLACE FUNCTION private.update_week(updated_at timestamp with time zone)
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  select (
    (greatest(least(update_week.updated_at, '2200-01-01Z'), '1900-01-01Z') at time zone 'UTC')::date
    - date '1900-01-01'
  ) / 7;
$function$;

ALTER FUNCTION "private"."update_week"(timestamp with time zone) OWNER TO "postgres";

COMMENT ON FUNCTION "private"."is_worth_reading"(uuid) IS 'Returns true, at a cost that makes the planner join all indexes that a condition has before it reads rows. It expects
ten ids of a list that it does not know, and takes a microsecond for each of one that it knows.';

COMMENT ON FUNCTION "private"."latest_matches"(private.search_request, double precision) IS 'Finds the same contents as private.matches_by_index among about this share of all, those that changed last. Looks once
more among more. Returns null if the first 1,000 matches are not among them.';

COMMENT ON FUNCTION "private"."latest_since"(double precision) IS 'Returns a time since which about this share of all contents changed, by the statistics of the planner.';

COMMENT ON FUNCTION "private"."matches_since"(private.search_request) IS 'Finds the contents that match a search and changed since its first time, and returns the 1,000 that changed last. The
index skips what it has about contents that changed before that week.';

COMMENT ON FUNCTION "private"."update_week"(timestamp with time zone) IS 'Returns the number of the week in which a time lies: an order of weeks.';

REVOKE ALL ON FUNCTION "private"."is_worth_reading"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."is_worth_reading"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."is_worth_reading"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."latest_matches"(private.search_request, double precision) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."latest_matches"(private.search_request, double precision) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."latest_matches"(private.search_request, double precision) TO "postgres";

REVOKE ALL ON FUNCTION "private"."latest_since"(double precision) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."latest_since"(double precision) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."latest_since"(double precision) TO "postgres";

REVOKE ALL ON FUNCTION "private"."matches_since"(private.search_request) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."matches_since"(private.search_request) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."matches_since"(private.search_request) TO "postgres";

REVOKE ALL ON FUNCTION "private"."update_week"(timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."update_week"(timestamp with time zone) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."update_week"(timestamp with time zone) TO "postgres";

ALTER TABLE "private"."content_search" ADD COLUMN "updated_week" integer GENERATED ALWAYS AS (private.update_week(updated_at)) STORED NOT NULL;

COMMENT ON COLUMN "private"."content_search"."updated_week" IS 'The week of updated_at, for the index of words. With updated_at itself in an index, every change would write the row to
all indexes anew, that of words too. With the week, only the first change of a content in a week does.';

CREATE INDEX content_search_words_idx ON private.content_search USING gin (words, updated_week);
