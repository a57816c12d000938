create function private.search_language(language text)
returns regconfig
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
begin
  -- The languages that PostgreSQL has stemmers for; texts in others are searched word for word.
  return case language
    when 'ar' then 'pg_catalog.arabic'
    when 'hy' then 'pg_catalog.armenian'
    when 'eu' then 'pg_catalog.basque'
    when 'ca' then 'pg_catalog.catalan'
    when 'da' then 'pg_catalog.danish'
    when 'nl' then 'pg_catalog.dutch'
    when 'en' then 'pg_catalog.english'
    when 'fi' then 'pg_catalog.finnish'
    when 'fr' then 'pg_catalog.french'
    when 'de' then 'pg_catalog.german'
    when 'el' then 'pg_catalog.greek'
    when 'hi' then 'pg_catalog.hindi'
    when 'hu' then 'pg_catalog.hungarian'
    when 'id' then 'pg_catalog.indonesian'
    when 'ga' then 'pg_catalog.irish'
    when 'it' then 'pg_catalog.italian'
    when 'lt' then 'pg_catalog.lithuanian'
    when 'ne' then 'pg_catalog.nepali'
    when 'no' then 'pg_catalog.norwegian'
    when 'nb' then 'pg_catalog.norwegian'
    when 'pt' then 'pg_catalog.portuguese'
    when 'ro' then 'pg_catalog.romanian'
    when 'ru' then 'pg_catalog.russian'
    when 'sr' then 'pg_catalog.serbian'
    when 'es' then 'pg_catalog.spanish'
    when 'sv' then 'pg_catalog.swedish'
    when 'ta' then 'pg_catalog.tamil'
    when 'tr' then 'pg_catalog.turkish'
    when 'yi' then 'pg_catalog.yiddish'
    else 'pg_catalog.simple'
  end::regconfig;
end;
$$;
comment on function private.search_language is 'Returns the text search configuration for an ISO 639-1 code.';

create function private.content_plain(content public.contents)
returns text
language plpgsql
stable
set search_path = ''
as $$
declare
  plain text := concat_ws(
    ' ', nullif(private.text_of_value(content.excerpt), ''), nullif(private.text_of_html(content.body), '')
  );
  kinds jsonb := '{}';
  -- [{key, value}]
  entries constant jsonb := jsonb_path_query_array(private.as_object(content.fields), '$.keyvalue()');
  texts jsonb;
begin
  -- Only the template knows which fields hold HTML.
  if content.template_id is not null and content.fields::text ~ '[<&]' then
    kinds := private.kinds_of_fields(private.content_form(content));
  end if;
  for place in 0 .. coalesce(jsonb_array_length(entries), 0) - 1 loop
    texts := jsonb_path_query_array(entries -> place -> 'value', '$.** ? (@.type() == "string")');
    for position in 0 .. jsonb_array_length(texts) - 1 loop
      exit when length(plain) > 100000;
      plain := concat_ws(
        ' ', nullif(plain, ''),
        private.text_of_value(texts ->> position, kinds ->> (entries -> place ->> 'key'))
      );
    end loop;
  end loop;
  return left(plain, 100000);
end;
$$;
comment on function private.content_plain is
'Returns the texts of a content without markup: excerpt, body and fields, at most 100,000 characters.';

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

create function private.heading_words(content public.contents, language regconfig, rest tsvector default null)
returns tsvector
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
  title constant text := private.within_bytes(content.title, 2000);
  tag text;
  tags text [] := '{}';
begin
  foreach tag in array coalesce(content.tags[:100], '{}') loop
    if tag <> '' then
      tags := tags || lower(left(tag, 100));
    end if;
  end loop;
  -- Words stand both as written and as stems, so that an exact word is found whatever the language. The brand stands at
  -- place 512, behind any title: what follows has the same places under a later title. Joined as text, because the
  -- operator for two vectors moves the places of the second one.
  return concat_ws(
    ' ', setweight(to_tsvector('simple', title) || to_tsvector(language, title), 'A'),
    quote_literal('brand:' || content.brand_id) || ':512', array_to_tsvector(tags), rest
  )::tsvector;
end;
$$;
comment on function private.heading_words is
'Returns the words of the title, the brand and the tags of a content, and those of the rest, whose places stay.';

create function private.content_words(content public.contents, language regconfig, plain text default null)
returns tsvector
language plpgsql
stable
set search_path = ''
as $$
declare
  -- A vector has room for 1 MB, and a text may take it four times: compounds and their parts, as written and as stems.
  -- What is beyond these bounds is not found.
  description constant text := private.within_bytes(coalesce(content.metadata ->> 'metaDescription', ''), 10000);
  written constant text := private.within_bytes(coalesce(plain, private.content_plain(content)), 100000);
begin
  -- Weights of domain §10: title before description and tags, these before the text.
  return private.heading_words(content, language)
    || setweight(to_tsvector(language, description), 'B')
    || setweight(to_tsvector('simple', description), 'B')
    || setweight(to_tsvector('simple', written), 'D')
    || setweight(to_tsvector(language, written), 'D');
end;
$$;
comment on function private.content_words is
'Returns the words by which a content is found, with its brand as one of them. plain: its content_plain, if that is
known.';
