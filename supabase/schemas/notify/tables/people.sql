create table private.told_people (
  source_id uuid,
  recipient_id uuid,
  primary key (source_id, recipient_id)
);
comment on table private.told_people is
'Who was told of what, so that an event that comes twice tells nobody twice: events (or comments) by person or chat.';
alter table private.told_people enable row level security;

create table private.content_watchers (
  content_id uuid not null,
  user_id uuid not null references public.profiles (id) on delete cascade,
  brand_id uuid not null references public.brands (id) on delete cascade,
  is_watching boolean not null,
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  primary key (content_id, user_id, brand_id),
  foreign key (content_id, brand_id) references public.contents (id, brand_id) on delete cascade
);
comment on table private.content_watchers is
'Who asked to watch a content, or not to. Its creator and those who commented on it watch without a row.';
create index content_watchers_content_id_idx on private.content_watchers (content_id, brand_id);
create index content_watchers_user_id_idx on private.content_watchers (user_id);
create index content_watchers_brand_id_idx on private.content_watchers (brand_id);
alter table private.content_watchers enable row level security;

create table private.notification_digests (
  user_id uuid primary key references public.profiles (id) on delete cascade,
  since timestamptz not null default now() check (since between '1900-01-01Z' and '2200-01-01Z'),
  next_at timestamptz not null check (next_at between '1900-01-01Z' and '2200-01-01Z')
);
comment on table private.notification_digests is
'People who get digests, with the end of the last period and the time of the next mail.';
create index notification_digests_next_at_idx on private.notification_digests (next_at);
alter table private.notification_digests enable row level security;

create table private.notification_destinations (
  id uuid primary key default private.uuid_v7(),
  user_id uuid references public.profiles (id) on delete cascade,
  brand_id uuid references public.brands (id) on delete cascade,
  kind text not null check (kind in ('slack', 'teams', 'webhook')),
  name text not null check (char_length(name) between 1 and 100) check (name !~ '[[:cntrl:]]'),
  categories text[] not null default '{}' check (private.are_texts(categories, 8, 20)),
  url private.ciphertext not null,
  secret private.ciphertext,
  host text not null check (char_length(host) between 1 and 255),
  is_enabled boolean not null default true,
  disabled_reason text check (char_length(disabled_reason) <= 300),
  created_by uuid references public.profiles (id) on delete set null,
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  updated_at timestamptz not null default now() check (updated_at between '1900-01-01Z' and '2200-01-01Z'),
  check ((user_id is null) <> (brand_id is null)),
  check ((kind = 'webhook') = (secret is not null))
);
comment on table private.notification_destinations is
'Chats and webhooks that notifications of a person, or of a brand, are sent to.';
comment on column private.notification_destinations.url is
'Encrypted by the application: whoever knows the URL of a chat can write to it.';
comment on column private.notification_destinations.categories is 'Empty: all categories.';
create index notification_destinations_user_id_idx on private.notification_destinations (user_id);
create index notification_destinations_brand_id_idx on private.notification_destinations (brand_id);
create index notification_destinations_created_by_idx on private.notification_destinations (created_by);
alter table private.notification_destinations enable row level security;
