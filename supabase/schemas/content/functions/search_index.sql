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
  if
    tg_op = 'UPDATE' and old.deleted_at is null
    and (new.body, new.excerpt, new.fields, new.tags, new.metadata -> 'metaDescription')
    is not distinct from (old.body, old.excerpt, old.fields, old.tags, old.metadata -> 'metaDescription')
  then
    -- The words of the text stay as they are. Without another title the row keeps its place, and its indexes theirs.
    if new.title = old.title then
      update private.content_search as search
      set type = new.type, status = new.status, updated_at = new.updated_at, score = new.score
      where search.content_id = new.id;
    else
      update private.content_search as search
      set
        title = new.title, type = new.type, status = new.status, updated_at = new.updated_at, score = new.score,
        -- As content_words, without reading the text again: what has the weight of a description or of the text.
        words = private.heading_words(new, private.search_language(search.language), ts_filter(search.words, '{b, d}')),
        needs_embedding = true
      where search.content_id = new.id;
    end if;
    if found then
      return null;
    end if;
  end if;
  brand_language := coalesce((select brands.language from public.brands where brands.id = new.brand_id), '');
  plain_text := private.content_plain(new);
  found_words := private.content_words(new, private.search_language(brand_language), plain_text);
  insert into private.content_search as search (
    content_id, brand_id, title, type, status, words, words_version, updated_at, language, tags, plain, score,
    created_by
  )
  values (
    new.id, new.brand_id, new.title, new.type, new.status, found_words, private.words_version(), new.updated_at,
    brand_language, new.tags, plain_text, new.score, new.created_by
  )
  on conflict (content_id) do update
    set
      title = excluded.title, type = excluded.type, status = excluded.status, words = excluded.words,
      words_version = excluded.words_version, updated_at = excluded.updated_at, language = excluded.language,
      tags = excluded.tags, plain = excluded.plain, score = excluded.score,
      needs_embedding = search.needs_embedding or (search.title, search.plain) <> (excluded.title, excluded.plain);
  return null;
end;
$$;
comment on function private.index_content is
'Keeps the row of a content in private.content_search. Words are read anew from the texts that changed only.';

create function private.refresh_document(content_id uuid, language text)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  content public.contents;
  plain_text text;
begin
  -- An edit that is under way ends first, so that its words are not replaced by former ones.
  perform from private.content_search as search where search.content_id = refresh_document.content_id for update;
  select contents.* into content from public.contents where contents.id = refresh_document.content_id;
  plain_text := private.content_plain(content);
  update private.content_search as search
  set
    language = refresh_document.language, plain = plain_text, words_version = private.words_version(),
    words = private.content_words(content, private.search_language(refresh_document.language), plain_text)
  where search.content_id = content.id;
end;
$$;
comment on function private.refresh_document is
'Makes the text and the words of a content anew, stemmed in a language.';

create function private.refresh_brand(brand uuid, language text, batch integer, slice interval)
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
      and (search.language <> refresh_brand.language or search.words_version <> private.words_version())
      and not exists (
        select from private.setbacks
        where
          setbacks.task = 'refresh_search' and setbacks.subject_id = search.content_id
          and setbacks.next_attempt_at > clock_timestamp()
      )
    limit refresh_brand.batch
  );
  -- The slice begins when the documents are known, which takes longer than a short one.
  until constant timestamptz := clock_timestamp() + refresh_brand.slice;
  done integer := 0;
begin
  foreach document in array documents loop
    -- Each turn makes one at least, so that no number of brands that wait keeps all of them waiting.
    exit when done > 0 and clock_timestamp() > until;
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
'Makes the words of a brand''s contents anew, one after another, up to a batch and for a time, one at least. One that
fails is tried again later. Returns how many it looked at.';

create function public.refresh_search(batch integer default 5000, seconds integer default 8)
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
      stale.id, stale.language, share, (until - clock_timestamp()) / greatest(waiting, 1)
    );
    waiting := waiting - 1;
  end loop;
  return refreshed;
end;
$$;
comment on function public.refresh_search is
'For the scheduler: makes the words of contents anew where the language of their brand or private.words_version
changed, in turns by brand. Returns how many. Ends after so many seconds.';
grant execute on function public.refresh_search to service_role;
