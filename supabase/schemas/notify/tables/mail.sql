create table private.mail_messages (
  id uuid primary key,
  dedupe_key text unique check (char_length(dedupe_key) <= 200),
  brand_id uuid references public.brands (id) on delete cascade,
  user_id uuid references public.profiles (id) on delete set null,
  template text not null check (template ~ '^[a-z_]{1,50}$'),
  category text not null check (
    category in ('security', 'invitations', 'tasks', 'content', 'comments', 'digests', 'quota', 'system')
  ),
  status text not null default 'queued' check (
    status in ('queued', 'sent', 'delivered', 'opened', 'clicked', 'bounced', 'complained', 'suppressed', 'failed')
  ),
  provider text check (provider in ('sendgrid', 'ses')),
  provider_message_id text check (char_length(provider_message_id) <= 300),
  sent_at timestamptz check (sent_at between '1900-01-01Z' and '2200-01-01Z'),
  delivered_at timestamptz check (delivered_at between '1900-01-01Z' and '2200-01-01Z'),
  opened_at timestamptz check (opened_at between '1900-01-01Z' and '2200-01-01Z'),
  clicked_at timestamptz check (clicked_at between '1900-01-01Z' and '2200-01-01Z'),
  bounced_at timestamptz check (bounced_at between '1900-01-01Z' and '2200-01-01Z'),
  complained_at timestamptz check (complained_at between '1900-01-01Z' and '2200-01-01Z'),
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z')
);
comment on table private.mail_messages is
'What became of each mail, for 90 days, without its address and texts. A row says that its mail was queued: the same
key queues no other.';
comment on column private.mail_messages.id is 'That of the job: each attempt sends it to the provider.';
comment on column private.mail_messages.dedupe_key is
'Names the one reason for which the mail is sent, across brands and people. Null for mails that SQL queues.';
comment on column private.mail_messages.status is 'The latest of what is known; a complaint outweighs an opened mail.';
create index mail_messages_brand_id_idx on private.mail_messages (brand_id, id desc);
create index mail_messages_user_id_idx on private.mail_messages (user_id);
create index mail_messages_created_at_idx on private.mail_messages (created_at);
create index mail_messages_provider_idx on private.mail_messages (provider, provider_message_id);
alter table private.mail_messages enable row level security;

create table private.mail_events (
  provider text not null check (provider in ('sendgrid', 'ses')),
  event_id text not null check (char_length(event_id) between 1 and 200),
  mail_id uuid references private.mail_messages (id) on delete cascade,
  kind text not null check (kind in ('delivered', 'opened', 'clicked', 'bounced', 'complained', 'failed')),
  happened_at timestamptz not null check (happened_at between '1900-01-01Z' and '2200-01-01Z'),
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  primary key (provider, event_id)
);
comment on table private.mail_events is
'What providers reported about mails, each event once however often it is sent. Kept for 90 days.';
create index mail_events_mail_id_idx on private.mail_events (mail_id);
create index mail_events_created_at_idx on private.mail_events (created_at);
alter table private.mail_events enable row level security;

create table private.mail_settings (
  brand_id uuid primary key references public.brands (id) on delete cascade,
  sender_name text check (char_length(sender_name) <= 100 and sender_name ~ '^[^[:cntrl:]<>"]+$'),
  reply_to text check (char_length(reply_to) <= 254 and reply_to ~ '^[^[:space:]@<>",]+@[^[:space:]@<>",]+$'),
  language text check (language ~ '^[a-z]{2}$'),
  tracks boolean not null default false,
  version integer not null default 1 check (version >= 1),
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now() check (updated_at between '1900-01-01Z' and '2200-01-01Z')
);
comment on table private.mail_settings is 'How mails of a brand are addressed; without a row as the platform''s own.';
comment on column private.mail_settings.sender_name is 'The name in From, before “via MixerAI”.';
comment on column private.mail_settings.tracks is
'Whether providers may report who opens a mail and follows its links.';
create index mail_settings_updated_by_idx on private.mail_settings (updated_by);
alter table private.mail_settings enable row level security;
