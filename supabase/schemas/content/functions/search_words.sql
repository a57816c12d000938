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

create function private.typed_kind(content public.contents, path text)
returns text
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
begin
  return case when path = any (content.plain_texts) then 'plain_text' end;
end;
$$;
comment on function private.typed_kind is
'Returns `plain_text` for a text of a content that is kept as it was typed; null where nobody noted that.';

create function private.content_plain(content public.contents)
returns text
language plpgsql
stable
set search_path = ''
as $$
declare
  plain text := concat_ws(
    ' ', nullif(private.text_of_value(content.excerpt, private.typed_kind(content, 'excerpt')), ''),
    nullif(private.text_of_html(content.body), '')
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
        private.text_of_value(texts ->> position, coalesce(
          kinds ->> (entries -> place ->> 'key'),
          private.typed_kind(content, 'fields.' || (entries -> place ->> 'key'))
        ))
      );
    end loop;
  end loop;
  return left(plain, 100000);
end;
$$;
comment on function private.content_plain is
'Returns the texts of a content without markup: excerpt, body and fields, at most 100,000 characters.';

create function private.heading_words(content public.contents, language regconfig, rest tsvector default null)
returns tsvector
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
begin
  -- The brand stands at place 512, behind any title: what follows has the same places under a later title. Joined as
  -- text, because the operator for two vectors moves the places of the second one.
  return concat_ws(
    ' ', setweight(private.text_words(content.title, language), 'A'),
    (quote_literal('brand:' || content.brand_id) || ':512')::tsvector
    || setweight(private.text_words(left(array_to_string(content.tags, ' . '), 5000), language), 'C'), rest
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
  description constant text := left(coalesce(content.metadata ->> 'metaDescription', ''), 2000);
  -- No phrase begins in one text and ends in the next.
  gap constant tsvector := quote_literal('brand:' || content.brand_id) || ':2';
begin
  -- Weights of domain §10: title before description and tags, these before the text.
  return private.heading_words(content, language)
    || gap || setweight(private.text_words(description, language), 'B')
    || gap || setweight(private.text_words(coalesce(plain, private.content_plain(content)), language), 'D');
end;
$$;
comment on function private.content_words is
'Returns the words by which a content is found, with its brand as one of them. plain: its content_plain, if that is
known.';

create function private.words_version()
returns integer
language sql
immutable
parallel safe
set search_path = ''
as $$
  select 2;
$$;
comment on function private.words_version is
'Returns the number of the rules by which content_words makes words. After a change of them it increases, and all brands
are queued in stale_searches: refresh_search makes the words of contents anew.';
