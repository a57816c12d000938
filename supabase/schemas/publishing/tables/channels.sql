create table public.channels (
  id uuid primary key default private.uuid_v7(),
  brand_id uuid not null references public.brands (id) on delete cascade,
  kind text not null check (kind in ('webhook', 'wordpress', 'contentful', 'shopify', 's3')),
  name text not null check (
    char_length(name) >= 1 and char_length(name) <= 100 and name !~ '[<>]' and name !~ '[[:cntrl:]]'
  ),
  settings jsonb not null default '{}' check (
    jsonb_typeof(settings) = 'object' and private.is_sound_json(settings, 20000, 3)
  ),
  credentials private.ciphertext not null,
  -- Set with new credentials, and not by the rotation of the keys that they are encrypted with.
  credentials_set_at timestamptz not null default now() check (
    credentials_set_at between '1900-01-01Z' and '2200-01-01Z'
  ),
  field_mapping jsonb not null default '{}' check (
    jsonb_typeof(field_mapping) = 'object' and private.is_sound_json(field_mapping, 20000, 2)
    and private.are_channel_fields(field_mapping)
  ),
  content_types text[] not null default '{}' check (private.are_texts(content_types, 100, 50)),
  is_required boolean not null default true,
  is_active boolean not null default true,
  version integer not null default 1 check (version >= 1),
  checked_at timestamptz check (checked_at between '1900-01-01Z' and '2200-01-01Z'),
  is_usable boolean,
  check_message text check (char_length(check_message) <= 1000),
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now() check (updated_at between '1900-01-01Z' and '2200-01-01Z'),
  unique (id, brand_id),
  constraint channels_settings_of_kind_check check (private.are_channel_settings(kind, settings)),
  check ((checked_at is null) = (is_usable is null))
);
comment on table public.channels is
'Destinations outside of the platform that a brand publishes to. Our own API and edge need no row.';
comment on column public.channels.credentials is
'What the target asks for, as JSON. Encrypted by the application, and never read by a user.';
comment on column public.channels.field_mapping is
'{"target field": "our field"}; empty: the usual fields of the kind.';
comment on column public.channels.content_types is 'The types of content that it takes; empty: all.';
comment on column public.channels.is_required is 'Whether a publication fails as a whole where this channel fails.';
comment on column public.channels.checked_at is 'When the connection was checked last.';
create unique index channels_brand_id_name_key on public.channels (brand_id, private.name_key(name));
create index channels_created_by_idx on public.channels (created_by);
create index channels_updated_by_idx on public.channels (updated_by);
alter table public.channels enable row level security;

create table public.channel_publications (
  id uuid primary key default private.uuid_v7(),
  channel_id uuid not null,
  content_id uuid not null,
  brand_id uuid not null references public.brands (id) on delete cascade,
  status text not null default 'pending' check (status in ('pending', 'published', 'unpublished', 'failed')),
  version integer check (version >= 1),
  channel_version integer check (channel_version >= 1),
  target text check (char_length(target) <= 4000),
  is_standing boolean not null default false,
  is_withdrawing boolean not null default false,
  remote_id text check (char_length(remote_id) <= 2000),
  url text check (char_length(url) <= 2000),
  memory jsonb not null default '{}' check (
    jsonb_typeof(memory) = 'object' and private.is_sound_json(memory, 2000000, 5)
  ),
  round integer not null default 0 check (round >= 0),
  attempts integer not null default 0 check (attempts >= 0),
  error text check (char_length(error) <= 1000),
  answer text check (char_length(answer) <= 1000),
  published_at timestamptz check (published_at between '1900-01-01Z' and '2200-01-01Z'),
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  updated_at timestamptz not null default now() check (updated_at between '1900-01-01Z' and '2200-01-01Z'),
  constraint channel_publications_channel_id_content_id_key unique (channel_id, content_id),
  constraint channel_publications_channel_id_fkey
  foreign key (channel_id, brand_id) references public.channels (id, brand_id) on delete cascade,
  constraint channel_publications_content_id_fkey
  foreign key (content_id, brand_id) references public.contents (id, brand_id) on delete cascade
);
comment on table public.channel_publications is 'What a channel has of a content, and where.';
comment on column public.channel_publications.status is
'pending: an attempt has not ended; failed: the last one failed, and the target may have an older version.';
comment on column public.channel_publications.version is 'The version of the content that was published last.';
comment on column public.channel_publications.target is
'The target of the last attempt to publish (private.channel_target). The id, the link and the notes are of this one.';
comment on column public.channel_publications.is_standing is
'Whether the target may have the content: an attempt was begun, and no withdrawal has succeeded since.';
comment on column public.channel_publications.is_withdrawing is 'Whether the last attempt was one to unpublish.';
comment on column public.channel_publications.remote_id is 'The id of it at the target; kept when it was unpublished.';
comment on column public.channel_publications.memory is
'What the adapter noted before it changed the target, to undo or to repeat the change.';
comment on column public.channel_publications.answer is
'What the target said to the attempt that failed last. Error is without its words.';
comment on column public.channel_publications.channel_version is 'The version of the channel that it was published by.';
comment on column public.channel_publications.round is
'Counts the attempts that succeeded and the changes of direction. Part of the ids of messages.';
comment on column public.channel_publications.attempts is 'How many attempts were begun since the last success.';
create index channel_publications_channel_idx on public.channel_publications (channel_id, brand_id);
create index channel_publications_content_idx on public.channel_publications (content_id, brand_id);
create index channel_publications_published_idx on public.channel_publications (channel_id) where status = 'published';
create index channel_publications_standing_idx on public.channel_publications (channel_id) where is_standing;
create index channel_publications_brand_id_idx on public.channel_publications (brand_id);
alter table public.channel_publications enable row level security;
