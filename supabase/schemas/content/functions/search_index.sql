create function private.search_language(language text)
returns regconfig
language sql
immutable
parallel safe
set search_path = ''
as $$
  -- The languages that PostgreSQL has stemmers for; texts in others are searched word for word.
  select coalesce((
    select ('pg_catalog.' || known.configuration)::regconfig
    from (values
      ('ar', 'arabic'), ('hy', 'armenian'), ('eu', 'basque'), ('ca', 'catalan'), ('da', 'danish'), ('nl', 'dutch'),
      ('en', 'english'), ('fi', 'finnish'), ('fr', 'french'), ('de', 'german'), ('el', 'greek'), ('hi', 'hindi'),
      ('hu', 'hungarian'), ('id', 'indonesian'), ('ga', 'irish'), ('it', 'italian'), ('lt', 'lithuanian'),
      ('ne', 'nepali'), ('no', 'norwegian'), ('nb', 'norwegian'), ('pt', 'portuguese'), ('ro', 'romanian'),
      ('ru', 'russian'), ('sr', 'serbian'), ('es', 'spanish'), ('sv', 'swedish'), ('ta', 'tamil'), ('tr', 'turkish'),
      ('yi', 'yiddish')
    ) as known (code, configuration)
    where known.code = search_language.language
  ), 'pg_catalog.simple'::regconfig);
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
language sql
immutable
parallel safe
set search_path = ''
as $$
  select left(concat_ws(
    ' ', nullif(content.excerpt, ''), nullif(private.visible_characters(content.body), ''),
    (
      select string_agg(private.visible_characters(found #>> '{}'), ' ')
      from jsonb_path_query(content.fields, '$.** ? (@.type() == "string")') as found
    )
  ), 100000);
$$;
comment on function private.content_plain is
'Returns the texts of a content without markup: excerpt, body and fields, at most 100,000 characters.';

create function private.content_words(content public.contents, language regconfig)
returns tsvector
language sql
immutable
parallel safe
set search_path = ''
as $$
  -- Weights of domain §10: title before description and tags, these before the text. Words stand both as written and as
  -- stems, so that an exact word is found whatever the language.
  select array_to_tsvector(array['brand:' || content.brand_id])
    || setweight(to_tsvector('simple', content.title) || to_tsvector(language, content.title), 'A')
    || setweight(to_tsvector(language, coalesce(content.metadata ->> 'metaDescription', '')), 'B')
    || setweight(to_tsvector('simple', coalesce(content.metadata ->> 'metaDescription', '')), 'B')
    || setweight(array_to_tsvector(array(select lower(tag) from unnest(content.tags) as tag where tag <> '')), 'B')
    || setweight(to_tsvector('simple', private.content_plain(content)), 'D')
    || setweight(to_tsvector(language, private.content_plain(content)), 'D');
$$;
comment on function private.content_words is
'Returns the words by which a content is found, with its brand as one of them.';

create function private.index_content()
returns trigger
language plpgsql
security definer -- nobody may write the index by themselves
set search_path = ''
as $$
declare
  language text := coalesce((select brands.language from public.brands where brands.id = new.brand_id), '');
begin
  if new.deleted_at is not null then
    delete from private.content_search where content_search.content_id = new.id;
    return null;
  end if;
  if tg_op = 'UPDATE'
    and old.deleted_at is null
    and private.edited_part(private.content_state(new)) = private.edited_part(private.content_state(old))
  then
    update private.content_search
    set status = new.status, updated_at = new.updated_at, score = new.score
    where content_search.content_id = new.id;
    return null;
  end if;
  insert into private.content_search as search (
    content_id, brand_id, title, type, status, words, updated_at, language, tags, plain, score, created_by
  )
  values (
    new.id, new.brand_id, new.title, new.type, new.status,
    private.content_words(new, private.search_language(language)), new.updated_at, language, new.tags,
    private.content_plain(new), new.score, new.created_by
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

create function public.refresh_search(batch integer default 500)
returns integer
language plpgsql
volatile
security definer -- private is closed to the service as well
set search_path = ''
set statement_timeout = '30s'
as $$
declare
  stale record;
  refreshed integer := 0;
  done integer;
begin
  for stale in
    select brands.id, coalesce(brands.language, '') as language
    from private.stale_searches inner join public.brands on brands.id = stale_searches.brand_id
    order by stale_searches.marked_at
    for update of stale_searches skip locked
  loop
    update private.content_search as search
    set
      language = stale.language,
      words = private.content_words(contents, private.search_language(stale.language))
    from public.contents
    where
      contents.id = search.content_id
      and search.content_id in (
        select others.content_id from private.content_search as others
        where others.words @@ quote_literal('brand:' || stale.id)::tsquery and others.language <> stale.language
        limit batch - refreshed
      );
    get diagnostics done = row_count;
    refreshed := refreshed + done;
    exit when refreshed >= batch;
    delete from private.stale_searches where stale_searches.brand_id = stale.id;
  end loop;
  return refreshed;
end;
$$;
comment on function public.refresh_search is
'For the scheduler: stems contents anew where the language of their brand changed; returns how many.';
grant execute on function public.refresh_search to service_role;
