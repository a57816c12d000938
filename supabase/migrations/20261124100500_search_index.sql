-- What search reads: words stemmed in the language of the brand, plain texts to cut highlights from, tags to count.

create function private.search_language(language text)
returns regconfig
language sql
immutable
parallel safe
set search_path = ''
as $$
  -- The languages that PostgreSQL brings stemmers for; every other is searched word for word.
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
comment on function private.search_language is 'The text search configuration for an ISO 639-1 code.';

alter table private.content_search
add column language text not null default '',
add column tags text[] not null default '{}',
add column plain text not null default '',
add column score numeric(4, 1),
add column created_by uuid;
comment on column private.content_search.language is
'How the words were stemmed: the brand''s language at that time, or nothing.';
comment on column private.content_search.plain is 'The whole text without markup, to cut highlights from.';
-- The brand is a part of the text, and no column of its own: by an index that begins with the brand the planner would
-- read all that a brand has, where the index of words knows the few that match.
create index content_search_prefix_idx on private.content_search (
  (brand_id::text || ':' || lower(title)) text_pattern_ops
);

create table private.stale_searches (
  brand_id uuid primary key references public.brands (id) on delete cascade,
  marked_at timestamptz not null default now()
);
comment on table private.stale_searches is
'Brands that have another language by now than their contents were stemmed in: refresh_search() works through them.';
alter table private.stale_searches enable row level security;

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
create trigger mark_search_stale
after update of language on public.brands
for each row when (old.language is distinct from new.language) execute function private.mark_search_stale();

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

create function private.content_words(content public.contents, language regconfig)
returns tsvector
language sql
immutable
parallel safe
set search_path = ''
as $$
  -- Weights of domain §10: title before description and tags, these before the text. As they are written, and by their
  -- stems: who knows the exact word finds it, in whatever language.
  select array_to_tsvector(array['brand:' || content.brand_id])
    || setweight(to_tsvector('simple', content.title) || to_tsvector(language, content.title), 'A')
    || setweight(to_tsvector(language, coalesce(content.metadata ->> 'metaDescription', '')), 'B')
    || setweight(to_tsvector('simple', coalesce(content.metadata ->> 'metaDescription', '')), 'B')
    || setweight(array_to_tsvector(array(select lower(tag) from unnest(content.tags) as tag where tag <> '')), 'B')
    || setweight(to_tsvector('simple', private.content_plain(content)), 'D')
    || setweight(to_tsvector(language, private.content_plain(content)), 'D');
$$;
comment on function private.content_words(public.contents, regconfig) is
'The words of a content, with its brand as one of them.';

create or replace function private.index_content()
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
drop trigger index_content on public.contents;
create trigger index_content
after insert or update of status, title, type, metadata, tags, excerpt, body, fields, deleted_at, score
on public.contents
for each row execute function private.index_content();
drop function private.content_words(public.contents);

update private.content_search as search
set
  language = coalesce(brands.language, ''),
  words = private.content_words(contents, private.search_language(brands.language)),
  tags = contents.tags,
  plain = private.content_plain(contents),
  score = contents.score,
  created_by = contents.created_by
from public.contents
inner join public.brands on contents.brand_id = brands.id
where contents.id = search.content_id;

create function public.refresh_search(batch integer default 500)
returns integer
language plpgsql
volatile
security definer -- private is closed to the service as well
set search_path = ''
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
'For the scheduler: stems contents anew whose brand has another language by now; returns how many.';
grant execute on function public.refresh_search to service_role;
