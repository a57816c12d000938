-- The words by which a text is found, the same for what is stored and for what is typed (ADR 74): without case and
-- accents, and for scripts without spaces, pairs of letters. Words of other scripts are those of the parser of
-- PostgreSQL, which gets a text without the characters that it takes for parts of addresses, numbers and markup.

create function private.accents()
returns text
language sql
immutable
parallel safe
set search_path = ''
as $$
  -- Of Latin, Greek and Cyrillic, points of Hebrew, vowels of Arabic and its tatweel; then what nobody sees, such as a
  -- soft hyphen, the joiner of emoji and their style.
  select '\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0640\u064b-\u065f\u0670\u00ad\u034f\u061c'
    '\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff';
$$;
comment on function private.accents is
'Returns the marks on letters that searches pass over, as the inside of a class of a regular expression.';

create function private.search_letters(written text)
returns text
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
  letters text;
begin
  if octet_length(written) = char_length(written) then
    return lower(written collate "C");
  end if;
  letters := normalize(written, nfkd);
  -- Letters of their own in Cyrillic, whose marks are no accents
  letters := replace(replace(replace(letters, E'и\u0306', 'й'), E'у\u0306', 'ў'), E'і\u0308', 'ї');
  letters := replace(replace(replace(letters, E'И\u0306', 'й'), E'У\u0306', 'ў'), E'І\u0308', 'ї');
  -- The tables of PostgreSQL itself: the same on every machine. By way of the upper case, all small sigmas are one
  -- letter, and so are i and the dotless i.
  letters := lower(upper(regexp_replace(letters, '[' || private.accents() || ']+', '', 'g') collate pg_catalog.pg_c_utf8));
  -- Letters that nobody finds on another keyboard, and that do not decompose.
  letters := translate(letters, 'øłđðıħŧƶɨʉəςґ', 'olddihtziueσг');
  letters := replace(replace(replace(replace(letters, 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th');
  return normalize(letters, nfkc);
end;
$$;
comment on function private.search_letters is
'Returns a text as searches compare it: small letters without accents and invisible characters, wide and joined forms as
usual ones. ß is ss, ø is o, ł is l.';

create function private.spaceless_letters()
returns text
language sql
immutable
parallel safe
set search_path = ''
as $$
  -- In this order: Thai; Lao; Burmese and its extensions; Khmer; Tai Le, New Tai Lue and Tai Tham; Balinese and
  -- Javanese; kana, bopomofo and ideographs; Yi; Korean, which has spaces, but ends its words with particles.
  select '\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ecf\u0edc-\u0edf\u1000-\u103f\u1050-\u108f\u109a-\u109d'
    '\ua9e0-\ua9ef\ua9fa-\ua9fe\uaa60-\uaa7f\u1780-\u17d3\u17d7\u17dc\u17dd\u1950-\u1974\u1980-\u19c9\u1a20-\u1a7c'
    '\u1b05-\u1b4c\ua980-\ua9c0\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303c\u3041-\u3096\u309d-\u309f'
    '\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua48c'
    '\uac00-\ud7a3\uf900-\ufaff\U0001b000-\U0001b16f\U00020000-\U000323af';
$$;
comment on function private.spaceless_letters is
'Returns the letters of scripts that put no space between words, as the inside of a class of a regular expression.';

create function private.search_symbols()
returns text
language sql
immutable
parallel safe
set search_path = ''
as $$
  -- Flags are two letters of their own. Colours of skin (U+1F3FB and on) are left out: any hand is found by any.
  select '[\U0001f1e6-\U0001f1ff]{2}'
    '|[\u00a2-\u00a7\u00a9\u00ae\u00b0\u00b1\u00b6\u20a0-\u20cf\u2100-\u2bff\u3012\u3020\u3030\u303d\u3297\u3299'
    '\U0001f000-\U0001f1e5\U0001f200-\U0001f3fa\U0001f400-\U0001faff]';
$$;
comment on function private.search_symbols is
'Returns a regular expression for emoji and other signs that are found like words.';

create function private.unspaced_pattern()
returns text
language sql
immutable
parallel safe
set search_path = ''
as $$
  select '(?:[' || private.spaceless_letters() || ']+|' || private.search_symbols() || ')';
$$;
comment on function private.unspaced_pattern is
'Returns a regular expression for runs of spaceless_letters, and for each of search_symbols.';

create function private.between_words()
returns text
language sql
immutable
parallel safe
set search_path = ''
as $$
  select '\u0001-/:-@\[-`{-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b9\u00bb-\u00bf\u2000-\u2bff\u2e00-\u2e7f\u3000-\u3004'
    '\u3008-\u3020\u3030\u303d\u30fb\U0001f000-\U0001faff' || private.spaceless_letters();
$$;
comment on function private.between_words is
'Returns what is no part of a word that has spaces around it, as the inside of a class of a regular expression.';

create function private.within_bytes(text text, bytes integer)
returns text
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
  encoded bytea;
begin
  if octet_length(text) <= bytes then
    return text;
  end if;
  encoded := convert_to(text, 'UTF8');
  -- A byte 10xxxxxx goes on with a character: the cut is moved before the character's first byte.
  return convert_from(substring(encoded for bytes - case
    when get_byte(encoded, bytes) & 192 <> 128 then 0
    when get_byte(encoded, bytes - 1) & 192 <> 128 then 1
    when get_byte(encoded, bytes - 2) & 192 <> 128 then 2
    else 3
  end), 'UTF8');
end;
$$;
comment on function private.within_bytes is
'Returns a text, or its beginning of at most so many bytes of UTF-8, cut between two characters. bytes: 4 or more.';

create function private.spaced_words(letters text)
returns text
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
begin
  if octet_length(letters) = char_length(letters) then
    return regexp_replace(letters, '[^0-9a-z]+', ' ', 'g');
  end if;
  return regexp_replace(letters, '[' || private.between_words() || ']+', ' ', 'g');
end;
$$;
comment on function private.spaced_words is
'Returns those words of a text that have spaces between them, with nothing else. letters: see search_letters.';

create function private.word_parts(written text)
returns text
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
  parts text;
begin
  -- JavaScript is found by "script" too, and "e-mail" by "email".
  if written ~ '[[:lower:]][[:upper:]]' then
    parts := (
      select string_agg(regexp_replace(word[1], '([[:lower:]])([[:upper:]])', '\1 \2', 'g'), ' ')
      from (
        select word from regexp_matches(written, '[[:alnum:]]*[[:lower:]][[:upper:]][[:alnum:]]*', 'g') as found (word)
        limit 2000
      ) as camel
    );
  end if;
  if written ~ '[[:alnum:]][''’‐‑-][[:alnum:]]' then
    parts := concat_ws(' ', parts, (
      select string_agg(
        regexp_replace(word[1], '[''’‐‑-]', '', 'g')
        || coalesce((
          select string_agg(' ' || pair.part || pair.next, '')
          from unnest(
            regexp_split_to_array(word[1], '[''’‐‑-]'), (regexp_split_to_array(word[1], '[''’‐‑-]'))[2:]
          ) as pair (part, next)
        ), ''), ' '
      )
      from (
        select word
        from regexp_matches(written, '[[:alnum:]]+(?:[''’‐‑-][[:alnum:]]+)+', 'g') as found (word)
        limit 2000
      ) as joined
      where char_length(word[1]) <= 100
    ));
  end if;
  return coalesce(parts, '');
end;
$$;
comment on function private.word_parts is
'Returns other forms in which the words of a text are found: parts that begin with a capital letter, and words with a
hyphen or an apostrophe without it, whole and by two; at most 2,000 of each.';

create function private.unspaced_words(letters text)
returns tsvector
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
  words tsvector := '';
  others constant text := '[^' || private.spaceless_letters() || ']+';
  runs text [];
begin
  if octet_length(letters) = char_length(letters) then
    return words;
  end if;
  -- Each letter alone, and with the one that follows it in the run at its place. Between two runs a place stays free.
  runs := string_to_array(btrim(regexp_replace(letters, others, ' ', 'g')), null);
  words := coalesce((
    select string_agg(
      pair.letter || ':1'
      || case when pair.next <> ' ' then ' ' || pair.letter || pair.next || ':' || least(pair.place, 16383) else '' end,
      ' '
    )
    from unnest(runs, runs[2:]) with ordinality as pair (letter, next, place)
    where pair.letter <> ' '
  ), '')::tsvector;
  return words || coalesce((
    select string_agg(distinct quote_literal(symbol[1]) || ':1', ' ')
    from regexp_matches(letters, private.search_symbols(), 'g') as found (symbol)
  ), '')::tsvector;
end;
$$;
comment on function private.unspaced_words is
'Returns the words of a text that the parser of PostgreSQL does not see: letters of scripts without spaces, their
pairs, each at its place, and emoji. letters: see search_letters.';

create function private.text_words(written text, language regconfig default 'pg_catalog.simple')
returns tsvector
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
  -- A vector has room for 1 MB, and a text may take it four times: words and their parts, as written and as stems. A few
  -- characters become eighteen without their joined form. What is beyond these bounds is not found.
  bounded constant text := private.within_bytes(coalesce(written, ''), 100000);
  letters constant text := private.within_bytes(private.search_letters(bounded), 100000);
  parts constant text := private.word_parts(bounded);
  spaced constant text := private.spaced_words(letters)
    || case when parts = '' then '' else ' ' || private.spaced_words(private.search_letters(parts)) end;
  words tsvector := to_tsvector('pg_catalog.simple', spaced);
begin
  -- Words stand both as written and as stems, so that an exact word is found whatever the language. Joined as text, so
  -- that both have the same place: the last word would else stand before the first stem.
  if language <> 'pg_catalog.simple'::regconfig then
    words := (words::text || ' ' || to_tsvector(language, spaced)::text)::tsvector;
  end if;
  words := private.unspaced_words(letters) || words;
  -- A vector knows 16,383 places, and 256 of each word. In texts with more, words that follow each other are searched
  -- for as words that stand anywhere.
  if char_length(letters) > 12000 and exists (
    select from unnest(words) as word where cardinality(word.positions) >= 255 or 16383 = any (word.positions)
  ) then
    words := words || '''long:'':1'::tsvector;
  end if;
  return words;
end;
$$;
comment on function private.text_words is
'Returns the words by which a text is found: as written and as stems of a language. Of 100,000 bytes at most.';
