-- What the statistics of the planner say about a search, which chooses its way (ADR 55).

create function private.expected_rows(condition text, request private.search_request)
returns bigint
language plpgsql
volatile -- `explain` is not allowed otherwise
set search_path = ''
as $$
declare
  plan json;
begin
  execute 'explain (format json) select from private.content_search as search where ' || condition into plan
  using request;
  return (plan -> 0 -> 'Plan' ->> 'Plan Rows')::bigint;
end;
$$;
comment on function private.expected_rows is
'Returns how many rows of private.content_search the planner expects a condition to match, which may ask for the
request as $1. Chooses a way to search; no caller learns it (ADR 45).';

create function private.search_estimates(
  inout request private.search_request, out everywhere bigint, out readable bigint, out matching bigint,
  out is_narrowed boolean
)
language plpgsql
stable
set search_path = ''
as $$
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
$$;
comment on function private.search_estimates is
'Returns how many contents the planner expects to hold the words of a search, of all tenants and among those that it
asks for, and how many the caller may read. is_narrowed: whether the index of words is asked for the brands too, as it is
where they have few of those. Without readable and matching where 2,500 or fewer hold the words.';
