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

create function private.mark_search_stale()
returns trigger
language plpgsql
security definer -- nobody may write the index by themselves
set search_path = ''
as $$
begin
  insert into private.stale_searches (brand_id) values (new.id) on conflict do nothing;
  return null;
end;
$$;
comment on function private.mark_search_stale is 'Queues a brand whose language changed for refresh_search().';

create function private.content_plain(content public.contents)
returns text
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
  texts constant jsonb := jsonb_path_query_array(content.fields, '$.** ? (@.type() == "string")');
  plain text := concat_ws(' ', nullif(content.excerpt, ''), nullif(private.visible_characters(content.body), ''));
begin
  for position in 0 .. jsonb_array_length(texts) - 1 loop
    exit when length(plain) > 100000;
    plain := concat_ws(' ', nullif(plain, ''), private.visible_characters(texts ->> position));
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

create function private.content_words(content public.contents, language regconfig, plain text default null)
returns tsvector
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
  -- A vector has room for 1 MB, and a text may take it four times: compounds and their parts, as written and as stems.
  -- What is beyond these bounds is not found.
  title constant text := private.within_bytes(content.title, 2000);
  description constant text := private.within_bytes(coalesce(content.metadata ->> 'metaDescription', ''), 10000);
  written constant text := private.within_bytes(coalesce(plain, private.content_plain(content)), 100000);
  tags text [] := '{}';
begin
  if content.tags <> '{}' then
    tags := array(
      select distinct lower(left(found.tag, 100)) from unnest(content.tags[:100]) as found (tag) where found.tag <> ''
    );
  end if;
  -- Weights of domain §10: title before description and tags, these before the text. Words stand both as written and as
  -- stems, so that an exact word is found whatever the language.
  return array_to_tsvector(array['brand:' || content.brand_id])
    || setweight(to_tsvector('simple', title) || to_tsvector(language, title), 'A')
    || setweight(to_tsvector(language, description), 'B')
    || setweight(to_tsvector('simple', description), 'B')
    || setweight(array_to_tsvector(tags), 'B')
    || setweight(to_tsvector('simple', written), 'D')
    || setweight(to_tsvector(language, written), 'D');
end;
$$;
comment on function private.content_words is
'Returns the words by which a content is found, with its brand as one of them. plain: its content_plain, if that is
known.';

create function private.index_content()
returns trigger
language plpgsql
security definer -- nobody may write the index by themselves
set search_path = ''
as $$
declare
  brand_language text;
  found_words tsvector;
  plain_text text;
begin
  if new.deleted_at is not null then
    delete from private.content_search where content_search.content_id = new.id;
    return null;
  end if;
  if tg_op = 'UPDATE' and old.deleted_at is null and not private.is_edited(old, new) then
    update private.content_search
    set status = new.status, updated_at = new.updated_at, score = new.score
    where content_search.content_id = new.id;
    return null;
  end if;
  brand_language := coalesce((select brands.language from public.brands where brands.id = new.brand_id), '');
  plain_text := private.content_plain(new);
  found_words := private.content_words(new, private.search_language(brand_language), plain_text);
  if tg_op = 'UPDATE' then
    update private.content_search as search
    set
      title = new.title, type = new.type, status = new.status, words = found_words,
      updated_at = new.updated_at, language = brand_language, tags = new.tags, plain = plain_text,
      score = new.score
    where search.content_id = new.id;
    if found then
      return null;
    end if;
  end if;
  insert into private.content_search as search (
    content_id, brand_id, title, type, status, words, updated_at, language, tags, plain, score, created_by
  )
  values (
    new.id, new.brand_id, new.title, new.type, new.status, found_words, new.updated_at,
    brand_language, new.tags, plain_text, new.score, new.created_by
  )
  on conflict (content_id) do update
    set
      title = excluded.title, type = excluded.type, status = excluded.status, words = excluded.words,
      updated_at = excluded.updated_at, language = excluded.language, tags = excluded.tags, plain = excluded.plain,
      score = excluded.score;
  return null;
end;
$$;
comment on function private.index_content is
'Keeps the row of a content in private.content_search. Only edits write its words anew.';

create function private.refresh_document(content_id uuid, language text)
returns void
language sql
volatile
set search_path = ''
as $$
  update private.content_search as search
  set
    language = refresh_document.language,
    words = private.content_words(contents, private.search_language(refresh_document.language))
  from public.contents
  where contents.id = search.content_id and search.content_id = refresh_document.content_id;
$$;
comment on function private.refresh_document is 'Stems the words of a content anew, in a language.';

create function private.refresh_brand(brand uuid, language text, batch integer, until timestamptz)
returns integer
language plpgsql
volatile
set search_path = ''
as $$
declare
  document uuid;
  documents uuid[] := array(
    select search.content_id from private.content_search as search
    where
      search.words @@ quote_literal('brand:' || refresh_brand.brand)::tsquery
      and search.language <> refresh_brand.language
      and not exists (
        select from private.setbacks
        where
          setbacks.task = 'refresh_search' and setbacks.subject_id = search.content_id
          and setbacks.next_attempt_at > clock_timestamp()
      )
    limit refresh_brand.batch
  );
  done integer := 0;
begin
  foreach document in array documents loop
    exit when clock_timestamp() > refresh_brand.until;
    begin
      perform private.refresh_document(document, refresh_brand.language);
      perform private.clear_setback('refresh_search', document);
    exception when others then
      perform private.set_back('refresh_search', document, refresh_brand.brand, sqlstate, sqlerrm);
    end;
    done := done + 1;
  end loop;
  if done < refresh_brand.batch and done = cardinality(documents) and not exists (
    -- These come again at their next attempt.
    select from private.setbacks
    where
      setbacks.task = 'refresh_search' and setbacks.brand_id = refresh_brand.brand
      and setbacks.next_attempt_at < 'infinity'
  ) then
    delete from private.stale_searches where stale_searches.brand_id = refresh_brand.brand;
  else
    -- Behind the other brands.
    update private.stale_searches set marked_at = clock_timestamp() where stale_searches.brand_id = refresh_brand.brand;
  end if;
  return done;
end;
$$;
comment on function private.refresh_brand is
'Stems contents of a brand anew, one after another, up to a batch and until a time. One that fails is tried again later.
Returns how many it looked at.';

create function public.refresh_search(batch integer default 500, seconds integer default 8)
returns integer
language plpgsql
volatile
security definer -- private is closed to the service as well
set search_path = ''
set statement_timeout = '30s'
as $$
declare
  until constant timestamptz := clock_timestamp() + make_interval(secs => seconds);
  waiting integer := (select count(*) from private.stale_searches);
  share constant integer := greatest(refresh_search.batch / greatest(waiting, 1), 1);
  stale record;
  refreshed integer := 0;
begin
  -- Each brand gets its share of the batch and of the time.
  for stale in
    select brands.id, coalesce(brands.language, '') as language
    from private.stale_searches inner join public.brands on brands.id = stale_searches.brand_id
    order by stale_searches.marked_at
    for update of stale_searches skip locked
  loop
    exit when refreshed >= refresh_search.batch or clock_timestamp() > until;
    refreshed := refreshed + private.refresh_brand(
      stale.id, stale.language, share, clock_timestamp() + (until - clock_timestamp()) / greatest(waiting, 1)
    );
    waiting := waiting - 1;
  end loop;
  return refreshed;
end;
$$;
comment on function public.refresh_search is
'For the scheduler: stems contents anew where the language of their brand changed, in turns by brand. Returns how many.
Ends after so many seconds.';
grant execute on function public.refresh_search to service_role;
