create table public.notifications (
  id uuid primary key default private.uuid_v7(),
  user_id uuid not null references public.profiles (id) on delete cascade,
  brand_id uuid references public.brands (id) on delete cascade,
  type text not null default 'info' check (type in ('info', 'success', 'warning', 'error')),
  event text not null check (event ~ '^[a-z_]{1,50}$'),
  title text not null check (char_length(title) between 1 and 256),
  message text not null default '' check (char_length(message) <= 2000),
  action_label text check (char_length(action_label) <= 100),
  action_url text check (action_url ~ '^/[^/\\]' and char_length(action_url) <= 500),
  metadata jsonb not null default '{}' check (
    jsonb_typeof(metadata) = 'object'
    and private.is_sound_json(metadata, 50000)
  ),
  is_read boolean not null default false,
  is_archived boolean not null default false,
  category text not null default 'system' check (category in (
    'tasks', 'content', 'comments', 'quota', 'system', 'security', 'invitations', 'marketing'
  )),
  -- Without a reference: what it is about may be gone, and the text stays.
  content_id uuid,
  actor_id uuid references public.profiles (id) on delete set null,
  bundle_key text check (char_length(bundle_key) <= 100),
  bundle_noun text check (char_length(bundle_noun) <= 50),
  subject text check (char_length(subject) <= 256),
  bundle_count integer not null default 1 check (bundle_count between 1 and 1000000),
  is_in_app boolean not null default true,
  is_mailed boolean not null default false,
  is_pushed boolean not null default false,
  is_urgent boolean not null default false,
  last_at timestamptz not null default now() check (last_at between '1900-01-01Z' and '2200-01-01Z'),
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  updated_at timestamptz not null default now() check (updated_at between '1900-01-01Z' and '2200-01-01Z')
);
comment on table public.notifications is
'What people are told, written by private.write_notices only: in the app, and in digests.';
comment on column public.notifications.bundle_key is
'Unread notifications of a person with the same key are one row, which counts them: 5 comments on a content.';
comment on column public.notifications.last_at is 'When the latest of those that it bundles happened.';
comment on column public.notifications.is_in_app is
'False: its person does not want it in the app, only in digests or elsewhere. It is neither listed nor counted.';
comment on column public.notifications.is_mailed is 'Whether its person wants it by mail: at once or in a digest.';
comment on column public.notifications.is_pushed is 'Whether it goes to mail and chats at once, besides digests.';
comment on column public.notifications.is_urgent is 'Whether it passes quiet hours.';
comment on column public.notifications.actor_id is
'The person who did it. Texts hold no names, so that an erased person is named nowhere.';
comment on column public.notifications.action_url is 'A relative URL: notifications link to the product only.';
create index notifications_user_id_idx on public.notifications (user_id, last_at desc, id desc);
create index notifications_unread_idx on public.notifications (user_id, brand_id)
where is_in_app and not is_read and not is_archived;
create unique index notifications_bundle_idx on public.notifications (user_id, bundle_key)
where bundle_key is not null and not is_read and not is_archived;
create index notifications_brand_id_idx on public.notifications (brand_id);
create index notifications_actor_id_idx on public.notifications (actor_id);
create index notifications_ended_idx on public.notifications (last_at) where is_read or is_archived;
alter table public.notifications enable row level security;

create table public.notification_preferences (
  user_id uuid primary key default auth.uid() references public.profiles (id) on delete cascade,
  email_enabled boolean not null default true,
  content_updates boolean not null default true,
  new_comments boolean not null default true,
  task_reminders boolean not null default false,
  marketing boolean not null default false,
  digest text not null default 'instant' check (digest in ('instant', 'hourly', 'daily', 'weekly')),
  quiet_from time check (quiet_from < '24:00'),
  quiet_to time check (quiet_to < '24:00'),
  channels jsonb not null default '{}' check (private.are_channel_choices(channels)),
  muted_brands jsonb not null default '[]' check (
    private.is_list_of(muted_brands, 200, '{"brand_id": "id", "until": "instant or null"}', '{brand_id}')
  ),
  version integer not null default 1 check (version >= 1),
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  updated_at timestamptz not null default now() check (updated_at between '1900-01-01Z' and '2200-01-01Z'),
  check ((quiet_from is null) = (quiet_to is null))
);
comment on table public.notification_preferences is
'Which notifications a person wants, and when. Those about security and invitations are always sent.';
comment on column public.notification_preferences.channels is
'Choices that differ from the defaults, by category and channel: {"comments": {"email": false}}.';
comment on column public.notification_preferences.muted_brands is
'Brands of which the person wants to hear nothing, perhaps until a time.';
comment on column public.notification_preferences.quiet_from is 'In the person''s own time zone.';
alter table public.notification_preferences enable row level security;

create table private.email_suppressions (
  email_index private.blind_index primary key,
  reason text not null check (reason in ('bounce', 'complaint', 'unsubscribe')),
  times integer not null default 1 check (times between 1 and 1000),
  until timestamptz check (until between '1900-01-01Z' and '2200-01-01Z'),
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z')
);
comment on table private.email_suppressions is
'E-mail addresses that get no mail: after a bounce for a week, and for twice as long each time it happens again; after a
complaint for good, except mails about security.';
comment on column private.email_suppressions.times is 'How often the address was suppressed.';
comment on column private.email_suppressions.until is 'Null: for good.';
alter table private.email_suppressions enable row level security;
