-- How a search reads what was typed: words, "phrases", -exclusions and or (ADR 74). search_clauses parses it once;
-- search_terms makes of its clauses what the index is asked, search_marks what is marked in the matches.

create function private.search_clauses(query text)
returns private.search_clause[]
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
  -- Quotation marks of keyboards that mean well, and wide spaces.
  typed constant text := translate(left(query, 500), E'“”„‟″＂«»\u3000\u00a0', '""""""""  ');
  clauses private.search_clause [] := '{}';
  alternative integer := 1;
  piece text [];
begin
  for piece in
    select found.piece from regexp_matches(typed, '([-−－]*)(?:"([^"]*)"?|([^\s"]+))', 'g') as found (piece)
  loop
    exit when cardinality(clauses) = 32;
    if lower(piece[3]) = 'or' and piece[1] = '' and cardinality(clauses) > 0 then
      alternative := (clauses[cardinality(clauses)]).alternative + 1;
    elsif coalesce(piece[2], piece[3]) ~ '\S' then
      clauses := clauses || row(
        alternative, piece[1] <> '', piece[2] is not null, coalesce(piece[2], piece[3])
      )::private.search_clause;
    end if;
  end loop;
  return clauses;
end;
$$;
comment on function private.search_clauses is
'Reads what was typed into a search, 500 characters at most, as at most 32 clauses. One with several words, as in
quotation marks or with a hyphen, asks for them one after another.';

create function private.unspaced_terms(letters text)
returns tsquery
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
  others constant text := '[^' || private.spaceless_letters() || ']+';
  run text;
  pairs text [];
  terms tsquery := '';
begin
  foreach run in array string_to_array(btrim(regexp_replace(letters, others, ' ', 'g')), ' ') loop
    pairs := array(
      select quote_literal(substr(run, place, 2)) from generate_series(1, char_length(run) - 1) as place order by place
    );
    terms := terms && case cardinality(pairs)
      when 0 then quote_literal(run)
      when 1 then pairs[1]
      else '(' || array_to_string(pairs, ' <-> ') || ') | (''long:'' & ' || array_to_string(pairs, ' & ') || ')'
    end::tsquery;
  end loop;
  return terms && coalesce((
    select string_agg(distinct quote_literal(symbol[1]), ' & ')
    from regexp_matches(letters, private.search_symbols(), 'g') as found (symbol)
  ), '')::tsquery;
end;
$$;
comment on function private.unspaced_terms is
'Returns the query for what private.unspaced_words finds in a text. letters: see search_letters.';

create function private.clause_terms(typed text, configuration regconfig)
returns tsquery
language plpgsql
stable
set search_path = ''
as $$
declare
  letters constant text := left(private.search_letters(typed), 500);
  spaced constant text := private.spaced_words(letters);
  words constant tsquery := phraseto_tsquery(configuration, spaced);
  former constant tsquery := phraseto_tsquery(configuration, typed);
  terms tsquery := words;
begin
  if numnode(terms) > 1 then
    terms := terms || ('''long:'''::tsquery && plainto_tsquery(configuration, spaced));
    -- As private.word_parts
    if typed ~ '^[[:alnum:]]+(?:[''’‐‑-][[:alnum:]]+)+$' then
      terms := terms || plainto_tsquery(configuration, regexp_replace(letters, '[^[:alnum:]]', '', 'g'));
    end if;
  end if;
  terms := terms && private.unspaced_terms(letters);
  -- Words of former rules have their accents, and addresses are one word, until refresh_search has made them anew
  -- (private.words_version).
  if former <> words and numnode(terms) > 0 then
    terms := terms || former;
  end if;
  return terms;
end;
$$;
comment on function private.clause_terms is
'Returns the query for the words of a clause in a language, which stand one after another in a text; in one of more
words than have places, anywhere. Empty if it has none but words that are too frequent to be found.';

create function private.clauses_terms(
  clauses private.search_clause[], configurations regconfig[], is_excluded boolean
)
returns tsquery
language plpgsql
stable
set search_path = ''
as $$
declare
  configuration regconfig;
  clause private.search_clause;
  part tsquery;
  terms tsquery := '';
begin
  -- All of the words that are wanted, in one language, or else any of those that are not, in any.
  foreach configuration in array configurations loop
    part := '';
    foreach clause in array clauses loop
      if clause.is_excluded and clauses_terms.is_excluded then
        part := part || private.clause_terms(clause.typed, configuration);
      elsif not clause.is_excluded and not clauses_terms.is_excluded then
        part := part && private.clause_terms(clause.typed, configuration);
      end if;
    end loop;
    terms := terms || part;
  end loop;
  return terms;
end;
$$;
comment on function private.clauses_terms is
'Returns the query for all clauses that are wanted, or for any of those that are excluded.';

create function private.search_terms(
  clauses private.search_clause[], configurations regconfig[], brands uuid[]
)
returns tsquery
language plpgsql
stable
set search_path = ''
as $$
declare
  part private.search_clause [];
  wanted tsquery;
  excluded tsquery;
  without tsquery := '';
  terms tsquery := '';
begin
  for number in 1 .. coalesce((clauses[cardinality(clauses)]).alternative, 0) loop
    part := array(select clause from unnest(clauses) as clause where clause.alternative = number);
    wanted := private.clauses_terms(part, configurations, is_excluded => false);
    excluded := private.clauses_terms(part, configurations, is_excluded => true);
    if numnode(excluded) = 0 then
      terms := terms || wanted;
    elsif numnode(wanted) > 0 then
      terms := terms || (wanted && !!excluded);
    else
      without := without || !!excluded;
    end if;
  end loop;
  -- The index finds what contents hold. Without a word of their own they are those of these brands, named once.
  return case
    when numnode(without) > 0 then terms || (private.brand_terms(brands) && without) else terms
  end;
end;
$$;
comment on function private.search_terms is
'Returns the query for the clauses of a search: their words as written, or their stems in any of these languages.
brands: null where they are too many to be named.';
