create function private.update_week(updated_at timestamptz)
returns integer
language sql
immutable
parallel safe
set search_path = ''
as $$
  select (
    (greatest(least(update_week.updated_at, '2200-01-01Z'), '1900-01-01Z') at time zone 'UTC')::date
    - date '1900-01-01'
  ) / 7;
$$;
comment on function private.update_week is 'Returns the number of the week in which a time lies: an order of weeks.';

create table private.content_search (
  content_id uuid primary key,
  brand_id uuid not null,
  title text not null check (char_length(title) <= 200),
  type text not null check (char_length(type) <= 50),
  status public.content_status not null,
  words tsvector not null,
  words_version integer not null default 1 check (words_version between 1 and 1000),
  embedding extensions.halfvec(512),
  embedding_model text check (char_length(embedding_model) <= 100),
  embedded_version integer check (embedded_version >= 1),
  needs_embedding boolean not null default true,
  language text not null default '' check (char_length(language) <= 50),
  tags text[] not null default '{}' check (private.are_texts(tags, 50, 50)),
  plain text not null default '',
  score numeric(4, 1) check (score between 0 and 100),
  created_by uuid,
  updated_at timestamptz not null check (updated_at between '1900-01-01Z' and '2200-01-01Z'),
  updated_week integer not null generated always as (private.update_week(updated_at)) stored,
  foreign key (content_id, brand_id) references public.contents (id, brand_id) on delete cascade,
  check ((embedding is null) = (embedding_model is null) and (embedding is null) = (embedded_version is null))
);
comment on table private.content_search is
'What a search reads of each content that is not deleted: its words, its embedding, and what a hit shows.';
comment on column private.content_search.words is
'The words of a content, with its brand as one of them: an entry of the index that narrows every search. With the brand
as a column of the index the planner would join two indexes over all tenants instead of asking one about the brand.';
comment on column private.content_search.words_version is
'The private.words_version by which the words were made.';
comment on column private.content_search.embedding is
'Made from the title and the text by a job after a change. Compared exactly, without an index: the contents of a brand
are few enough.';
comment on column private.content_search.needs_embedding is
'Whether the embedding is older than the text or was never made: enqueue_missing_embeddings adds its job.';
comment on column private.content_search.language is
'The language that the words were stemmed in: the one of the brand at that time, or empty.';
comment on column private.content_search.plain is 'The whole text without markup, from which highlights are cut.';
comment on column private.content_search.updated_week is
'The week of updated_at, for the index of words. With updated_at itself in an index, every change would write the row to
all indexes anew, that of words too. With the week, only the first change of a content in a week does.';
-- Searches read the other columns without the words.
alter table private.content_search alter column words set storage external;
-- How many contents hold a word decides how it is searched for: known for 4,000 words instead of 1,000.
alter table private.content_search alter column words set statistics 400;
alter table private.content_search alter column title set storage main;
alter table private.content_search alter column tags set storage main;
-- With the week as a second column, a search of the latest contents skips the pages of the index about all others.
create index content_search_words_idx on private.content_search using gin (words, updated_week);
create index content_search_title_idx on private.content_search using gin (
  brand_id, private.search_letters(title) extensions.gin_trgm_ops
);
create index content_search_content_idx on private.content_search (content_id, brand_id);
create index content_search_embedded_idx on private.content_search (brand_id) where embedding is not null;
create index content_search_missing_idx on private.content_search (brand_id, content_id)
where needs_embedding or embedding is null;
-- For suggest_contents. The brand is part of the text and not a column of its own: the planner would use an index that
-- begins with the brand for searches as well, and read all contents of the brand where the words match few.
create index content_search_prefix_idx on private.content_search (
  (brand_id::text || ':' || private.search_letters(title)) text_pattern_ops
);
alter table private.content_search enable row level security;

create table private.stale_searches (
  brand_id uuid primary key references public.brands (id) on delete cascade,
  marked_at timestamptz not null default now() check (marked_at between '1900-01-01Z' and '2200-01-01Z')
);
comment on table private.stale_searches is
'Brands whose language, or the rules for words, changed after their contents were indexed: for refresh_search().';
alter table private.stale_searches enable row level security;
