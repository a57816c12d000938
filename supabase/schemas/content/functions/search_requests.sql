create function private.searchable_brands(brand uuid)
returns uuid[]
language sql
stable
set search_path = ''
as $$
  select case
    when brand is null then private.brands_permitting('content.read')
    when private.permits(brand, 'content.read') then array[brand]
    else '{}'
  end;
$$;
comment on function private.searchable_brands is
'Returns the brand if the caller may read its contents; all such brands for null.';

create function private.brand_terms(brands uuid[])
returns tsquery
language sql
stable
set search_path = ''
as $$
  select coalesce(string_agg(quote_literal('brand:' || brand), ' | '), '')::tsquery from unnest(brands) as brand;
$$;
comment on function private.brand_terms is 'Returns the query for contents of any of these brands.';

create function private.narrowed_terms(terms tsquery, brands uuid[])
returns tsquery
language plpgsql
stable
set search_path = ''
as $$
begin
  -- The index holds the brand of each row as a word. Naming the brands narrows the search where they are few; of many,
  -- merging the rows of each would take longer than it saves. The condition on brand_id is what separates tenants.
  return terms && private.brand_terms(brands);
end;
$$;
comment on function private.narrowed_terms is 'Adds to search terms that the content is of one of these brands.';

create function private.parse_search(query text, filters jsonb, sort text, embedding text)
returns private.search_request
language plpgsql
stable
set search_path = ''
as $$
declare
  request private.search_request;
  configurations regconfig [];
  configuration regconfig;
  few_brands uuid [];
begin
  request.brands := private.searchable_brands((filters ->> 'brand_id')::uuid);
  request.has_few_brands := cardinality(request.brands) <= 5;
  few_brands := case when request.has_few_brands then request.brands end;
  request.clauses := private.search_clauses(query);
  request.query := (
    select left(string_agg(btrim(private.spaced_words(private.search_letters(clause.typed))), ' '), 500)
    from unnest(request.clauses) as clause
    where not clause.is_excluded
  );
  request.is_exact := exists (select from unnest(request.clauses) as clause where clause.is_quoted);
  -- Without a word that is wanted, no match is better than another.
  request.sort := case when sort = 'relevance' and request.query is null then 'updated_at' else sort end;
  request.statuses := case
    when filters ? 'status' then array(select jsonb_array_elements_text(filters -> 'status'))
  end;
  request.types := case when filters ? 'type' then array(select jsonb_array_elements_text(filters -> 'type')) end;
  request.tags := array(select jsonb_array_elements_text(coalesce(filters -> 'tag', '[]')));
  request.created_by := filters ->> 'created_by';
  request.updated_from := coalesce(private.read_instant(filters ->> 'updated_from', 'updatedFrom'), '-infinity');
  request.updated_to := coalesce(private.read_instant(filters ->> 'updated_to', 'updatedTo'), 'infinity');
  request.embedding := parse_search.embedding::extensions.halfvec(512);
  if sort not in ('relevance', 'updated_at', 'created_at', 'title', 'status', 'score') then
    perform private.refuse(400, 'a search is not sorted by that');
  end if;
  -- Vectors are compared one by one, which is fast enough for the contents of one brand only.
  if request.embedding is not null and cardinality(request.brands) > 1 then
    perform private.refuse(400, 'a search by meaning names one brand', jsonb_build_array(jsonb_build_object(
      'field', 'brandId', 'code', 'REQUIRED_FIELD_MISSING', 'message', 'name the brand to search in'
    )));
  end if;
  configurations := array(
    select private.search_language(brand.language) from public.brands as brand where brand.id = any (request.brands)
    union select 'pg_catalog.simple'::regconfig
  );
  request.terms := private.search_terms(request.clauses, configurations, few_brands);
  request.excluded := private.clauses_terms(request.clauses, configurations, is_excluded => true);
  request.likely_terms := request.terms;
  if numnode(request.excluded) > 0 then
    -- A word and its stem, neither of which is wanted: the planner takes them for two that have nothing to do with each
    -- other, and expects too few contents without both.
    request.likely_terms := '';
    foreach configuration in array configurations loop
      request.likely_terms := request.likely_terms
        || private.search_terms(request.clauses, array[configuration], few_brands);
    end loop;
  end if;
  request.indexed_terms := case
    when request.has_few_brands then private.narrowed_terms(request.terms, request.brands) else request.terms
  end;
  return request;
end;
$$;
comment on function private.parse_search is
'Reads the arguments of search_contents. Limits the search to brands whose contents the caller may read. Refuses an
unknown sort, and an embedding for more than one brand, with 400.';

create function private.any_words(topic text)
returns tsquery
language sql
immutable
parallel safe
set search_path = ''
as $$
  -- With "or" between the words, where a search asks for all of them: texts that share more words rank higher.
  select string_agg(quote_literal(word), ' | ')::tsquery
  from (
    select word from unnest(tsvector_to_array(private.text_words(left(topic, 2000)))) as word
    where char_length(word) > 3 or word ~ ('^[' || private.spaceless_letters() || ']{2}$')
    limit 40
  ) as words;
$$;
comment on function private.any_words is
'Builds a query for any of the longer words of a text, at most 40; null where it has none.';
