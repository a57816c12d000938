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
  began_at timestamptz not null default now() check (began_at between '1900-01-01Z' and '2200-01-01Z'),
  since timestamptz not null default now() check (since between '1900-01-01Z' and '2200-01-01Z'),
  next_at timestamptz not null check (next_at between '1900-01-01Z' and '2200-01-01Z'),
  ends_at timestamptz check (ends_at between '1900-01-01Z' and '2200-01-01Z')
);
comment on table private.notification_digests is
'People who get digests, with the end of the last period and the time of the next mail.';
comment on column private.notification_digests.began_at is 'What happened before was mailed at once.';
comment on column private.notification_digests.ends_at is
'When its person chose to be told at once again: one more digest says what waited.';
create index notification_digests_next_at_idx on private.notification_digests (next_at);
alter table private.notification_digests enable row level security;

create table private.digested_notifications (
  notification_id uuid primary key references public.notifications (id) on delete cascade,
  digest_id uuid not null,
  share integer not null check (share between 1 and 1000000),
  told integer not null check (told between 1 and 1000000)
);
comment on table private.digested_notifications is
'What digests have said: so each says what is new, whenever that was committed.';
comment on column private.digested_notifications.digest_id is 'The job of the digest that said it last.';
comment on column private.digested_notifications.share is 'How many of the bundle that digest counted.';
comment on column private.digested_notifications.told is 'How many of the bundle all digests have counted.';
create index digested_notifications_digest_id_idx on private.digested_notifications (digest_id);
alter table private.digested_notifications enable row level security;

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
  failures integer not null default 0 check (failures between 0 and 1000000),
  failing_since timestamptz check (failing_since between '1900-01-01Z' and '2200-01-01Z'),
  resting_until timestamptz check (resting_until between '1900-01-01Z' and '2200-01-01Z'),
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
comment on column private.notification_destinations.failures is 'How often it failed since it last took a message.';
comment on column private.notification_destinations.resting_until is
'Until then it gets nothing, so that a receiver that fails or is slow keeps no other waiting.';
create index notification_destinations_user_id_idx on private.notification_destinations (user_id);
create index notification_destinations_brand_id_idx on private.notification_destinations (brand_id);
create index notification_destinations_created_by_idx on private.notification_destinations (created_by);
alter table private.notification_destinations enable row level security;
