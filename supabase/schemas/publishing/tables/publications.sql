create table private.publications (
  id uuid primary key default private.uuid_v7(),
  brand_id uuid not null references public.brands (id) on delete cascade,
  content_id uuid not null,
  content_version integer not null check (content_version >= 1),
  direction text not null default 'publish' check (direction in ('publish', 'unpublish')),
  status text not null default 'running' check (
    status in ('running', 'compensating', 'completed', 'failed', 'cancelled')
  ),
  step text not null check (step in (
    'validate', 'check_compliance', 'generate_metadata', 'publish_to_channels', 'notify', 'unpublish',
    'revert_metadata', 'notify_failure'
  )),
  attempts integer not null default 0 check (attempts >= 0),
  error text check (char_length(error) <= 500),
  failed_step text check (char_length(failed_step) <= 50),
  ends_as text not null default 'failed' check (ends_as in ('failed', 'cancelled')),
  has_warnings boolean not null default false,
  is_validated boolean not null default false,
  steps jsonb not null default '[]' check (
    jsonb_typeof(steps) = 'array' and private.is_sound_json(steps, 100000, 4)
  ),
  metadata jsonb check (jsonb_typeof(metadata) = 'object' and private.is_sound_json(metadata, 10000, 2)),
  requested_by uuid references public.profiles (id),
  due_at timestamptz not null default now() check (due_at between '1900-01-01Z' and '2200-01-01Z'),
  step_started_at timestamptz not null default now() check (
    step_started_at between '1900-01-01Z' and '2200-01-01Z'
  ),
  deadline_at timestamptz not null default now() + interval '1 hour' check (
    deadline_at between '1900-01-01Z' and '2200-01-01Z'
  ),
  started_at timestamptz not null default now() check (started_at between '1900-01-01Z' and '2200-01-01Z'),
  finished_at timestamptz check (finished_at between '1900-01-01Z' and '2200-01-01Z'),
  constraint publications_id_brand_id_key unique (id, brand_id),
  constraint publications_content_id_fkey
  foreign key (content_id, brand_id) references public.contents (id, brand_id) on delete cascade,
  check ((status in ('running', 'compensating')) = (finished_at is null))
)
with (fillfactor = 80);
comment on table private.publications is
'Each time that a content was published, or taken back from its channels, with the step that it is at (ADR 64).';
comment on column private.publications.content_version is 'The version that the channels get.';
comment on column private.publications.direction is
'unpublish: the content is no longer published, and is taken back from the channels that have it.';
comment on column private.publications.status is
'compensating: it failed or was cancelled, and what it did is undone; it then becomes what ends_as says.';
comment on column private.publications.attempts is 'How often the present step has failed.';
comment on column private.publications.error is 'Why it failed, or why the last attempt of the step did.';
comment on column private.publications.is_validated is
'Whether each channel has been asked whether it can take the content, before any of them gets it.';
comment on column private.publications.steps is
'The steps that ended: [{step, started_at, finished_at, attempts, error}], the last 50 at most.';
comment on column private.publications.metadata is
'Values for search engines that nobody wrote in the content, made from its title and text while it is published or on
its way. They are no part of the content: what people approved and checked stays as it is.';
comment on column private.publications.requested_by is 'Null: the schedule.';
comment on column private.publications.due_at is
'When a worker may take it next. A worker that takes it moves this to the end of its lease.';
comment on column private.publications.deadline_at is 'When the present step fails for good.';
-- One that is live for each content: whoever comes second is refused.
create unique index publications_live_idx on private.publications (content_id)
where status in ('running', 'compensating');
create index publications_metadata_idx on private.publications (content_id) where metadata is not null;
create index publications_turn_idx on private.publications (brand_id, due_at, id)
where status in ('running', 'compensating');
create index publications_content_id_idx on private.publications (content_id, brand_id, id desc);
create index publications_brand_id_idx on private.publications (brand_id, id desc);
-- Few are not completed: they are found without the others.
create index publications_status_idx on private.publications (brand_id, status, id desc) where status <> 'completed';
create index publications_requested_by_idx on private.publications (requested_by);
alter table private.publications enable row level security;

create table private.publication_channels (
  publication_id uuid not null,
  channel_id uuid not null,
  brand_id uuid not null,
  content_id uuid not null,
  kind text not null check (char_length(kind) <= 50),
  is_required boolean not null,
  state text not null default 'pending' check (
    state in ('pending', 'published', 'withdrawing', 'withdrawn', 'failed', 'skipped')
  ),
  is_standing boolean not null default false,
  attempts integer not null default 0 check (attempts >= 0),
  lease_number integer not null default 0 check (lease_number >= 0),
  leased_until timestamptz check (leased_until between '1900-01-01Z' and '2200-01-01Z'),
  due_at timestamptz not null default now() check (due_at between '1900-01-01Z' and '2200-01-01Z'),
  url text check (char_length(url) <= 2000),
  error text check (char_length(error) <= 500),
  changed_at timestamptz not null default now() check (changed_at between '1900-01-01Z' and '2200-01-01Z'),
  primary key (publication_id, channel_id),
  foreign key (publication_id, brand_id) references private.publications (id, brand_id) on delete cascade
)
with (fillfactor = 80);
comment on table private.publication_channels is 'What a publication does on each channel, and how far it is.';
comment on column private.publication_channels.channel_id is
'Without a reference: what was published stays on record, whatever becomes of the channel.';
comment on column private.publication_channels.state is
'pending: to be published; withdrawing: to be taken back; skipped: nothing was done there.';
comment on column private.publication_channels.is_standing is
'Whether what this publication put on the channel may be there: from its first attempt until a withdrawal succeeds.';
comment on column private.publication_channels.attempts is 'Those that began since the state is what it is.';
comment on column private.publication_channels.lease_number is
'Counts attempts of either kind. The outcome of an attempt that another one has followed is not recorded.';
create index publication_channels_publication_idx on private.publication_channels (publication_id, brand_id);
create index publication_channels_standing_idx on private.publication_channels (content_id, channel_id)
where is_standing;
create index publication_channels_failed_idx on private.publication_channels (channel_id, changed_at)
where is_standing and state = 'failed';
create index publication_channels_brand_id_idx on private.publication_channels (brand_id) where is_standing;
alter table private.publication_channels enable row level security;
