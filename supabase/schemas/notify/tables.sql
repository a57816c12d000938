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
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  updated_at timestamptz not null default now() check (updated_at between '1900-01-01Z' and '2200-01-01Z')
);
comment on table public.notifications is 'In-app notifications of a person; written by the service only.';
comment on column public.notifications.action_url is 'A relative URL: notifications link to the product only.';
create index notifications_user_id_idx on public.notifications (user_id, id desc);
create index notifications_brand_id_idx on public.notifications (brand_id);
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
  version integer not null default 1 check (version >= 1),
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  updated_at timestamptz not null default now() check (updated_at between '1900-01-01Z' and '2200-01-01Z'),
  check ((quiet_from is null) = (quiet_to is null))
);
comment on table public.notification_preferences is
'Which notifications a person wants, and when. Those about security and invitations are always sent.';
comment on column public.notification_preferences.quiet_from is 'In the person''s own time zone.';
alter table public.notification_preferences enable row level security;

create table private.email_suppressions (
  email_index private.blind_index primary key,
  reason text not null check (reason in ('bounce', 'complaint', 'unsubscribe')),
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z')
);
comment on table private.email_suppressions is 'E-mail addresses to which no mail is sent.';
alter table private.email_suppressions enable row level security;
