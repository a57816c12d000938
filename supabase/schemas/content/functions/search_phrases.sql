-- How a search finds contents with a phrase. The index of words knows no places: the words of each content that holds
-- all of them have to be read. Where very many do, those are read that come first, and the answer says so (ADR 55).

create function private.has_phrase(terms tsquery)
returns boolean
language sql
immutable
parallel safe
set search_path = ''
as $$
  -- As PostgreSQL writes `<->`. No word holds this letter.
  select strpos(terms::text, '<') > 0;
$$;
comment on function private.has_phrase is 'Tells whether a query asks for words one after another.';

create function private.matches_of_phrase(
  request private.search_request, depth double precision, out ids uuid[], out is_truncated boolean
)
language plpgsql
stable
set search_path = ''
as $$
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
$$;
comment on function private.matches_of_phrase is
'Finds the contents that match a search with a phrase, as private.matching_contents does. Where more contents than depth
hold its words, by the statistics of the planner, it looks at about so many: those that come first in the order asked
for, by relevance those that changed last. is_truncated: whether others may match as well.';
