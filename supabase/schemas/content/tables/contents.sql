create table public.contents (
  id uuid not null default private.uuid_v7(),
  brand_id uuid not null references public.brands (id),
  -- The form that it was made from
  template_id uuid references public.templates (id),
  template_version integer check (template_version >= 1),
  -- What people write and find it by
  type text not null check (type ~ '^[a-z_]{1,50}$'),
  status public.content_status not null default 'draft',
  title text not null check (char_length(title) between 1 and 200 and title !~ '[<>]' and title !~ '[[:cntrl:]]'),
  slug text not null default '' check (slug ~ '^[a-z0-9-]{0,200}$'),
  fields jsonb not null default '{}' check (private.are_field_values(fields)),
  body text not null default '' check (char_length(body) <= 500000),
  excerpt text not null default '' check (char_length(excerpt) <= 2000),
  metadata jsonb not null default '{}' check (private.is_content_metadata(metadata)),
  tags text[] not null default '{}' check (private.are_texts(tags, 50, 50)),
  categories text[] not null default '{}' check (private.are_texts(categories, 50, 50)),
  assignees uuid[] not null default '{}' check (private.is_list(assignees, 50)),
  -- Computed: the score, and which values models wrote
  score numeric(4, 1) check (score between 0 and 100),
  provenance jsonb not null default '{}' check (private.are_origins(provenance)),
  markup_version smallint not null default 0 check (markup_version >= 0),
  plain_texts text[] not null default '{}' check (private.are_texts(plain_texts, 51, 60)),
  -- Versions
  version integer not null default 1 check (version >= 1),
  major_version integer not null default 1 check (major_version >= 1),
  minor_version integer not null default 0 check (minor_version >= 0),
  parent_id uuid references public.contents (id),
  -- Dates and publication
  scheduled_for timestamptz constraint contents_scheduled_for_range_check check (
    scheduled_for between '1900-01-01Z' and '2200-01-01Z'
  ),
  expires_at timestamptz check (expires_at between '1900-01-01Z' and '2200-01-01Z'),
  due_at timestamptz check (due_at between '1900-01-01Z' and '2200-01-01Z'),
  published_at timestamptz constraint contents_published_at_range_check check (
    published_at between '1900-01-01Z' and '2200-01-01Z'
  ),
  published_by uuid references public.profiles (id),
  views bigint not null default 0 check (views >= 0),
  shares bigint not null default 0 check (shares >= 0),
  -- Stamps
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now() check (updated_at between '1900-01-01Z' and '2200-01-01Z'),
  deleted_at timestamptz check (deleted_at between '1900-01-01Z' and '2200-01-01Z'),
  primary key (id),
  -- For the foreign keys of children, which name the brand as well.
  constraint contents_id_brand_id_key unique (id, brand_id),
  -- `a <= b` of booleans: if a, then b.
  constraint contents_scheduled_for_check check ((status = 'scheduled') <= (scheduled_for is not null)),
  constraint contents_published_at_check check ((status = 'published') <= (published_at is not null)),
  constraint contents_parent_id_check check (parent_id <> id)
) partition by range (id);
comment on table public.contents is
'The content aggregate of reference §3.2. Partitioned by id, which is by year of creation.';
comment on column public.contents.template_version is 'The version of the template that the content was made from.';
comment on column public.contents.slug is
'Unique in the brand (private.content_slugs). Made from the title where none is given.';
comment on column public.contents.fields is 'Values by the id of the template field, at most 50.';
comment on column public.contents.body is 'HTML, reduced to the allow-list by the application.';
comment on column public.contents.assignees is
'The people who work on it; a part of its versions. content_assignees holds the same for look-ups and for members who
leave.';
comment on column public.contents.score is
'The score of private.content_score. Triggers write it with each change of the content and of what it depends on.';
comment on column public.contents.provenance is
'{"fields.<id>" or "metadata.<name>": {generationId, provider, model, promptVersion, at, isEdited, editedBy}}';
comment on column public.contents.markup_version is
'The version of the allow-list that all texts of the content were cleaned by, in each of its versions. 0: written
before texts were known to be clean.';
comment on column public.contents.plain_texts is
'The paths of texts with `<` or `&` that are text as it was typed: `excerpt` and `fields.<key>`. All other texts are
HTML that was sanitised, or read alike as both.';
comment on column public.contents.version is 'Counts every change; an update names the version that its caller read.';
comment on column public.contents.major_version is 'Counts saves; autosaves and status changes count minor_version.';
comment on column public.contents.parent_id is 'The content that this one was duplicated or branched from.';
comment on column public.contents.scheduled_for is
'When the scheduler publishes it; set while the status is scheduled.';
comment on column public.contents.expires_at is 'When a published content is archived.';
comment on column public.contents.due_at is 'When the content should be done: by default 21 days after its creation.';
-- Every change of a content writes a new entry into every index that has the row, since its updated_at is in some: no
-- update of a content is HOT, and each index here costs each update. Partial ones cost only the rows that they have.
--
-- Lists (list_contents), an index for each order. Ties are broken by id, so that a cursor meets every row once.
create index contents_brand_updated_idx on public.contents (brand_id, updated_at desc, id) where deleted_at is null;
-- The list that people see first, counts by status from the index alone, and the order by status. Also serves the
-- foreign key to the brand, so it includes deleted rows.
create index contents_brand_status_idx on public.contents (brand_id, status, updated_at desc, id) include (deleted_at);
create index contents_brand_created_idx on public.contents (brand_id, created_at desc, id) where deleted_at is null;
create index contents_brand_title_idx on public.contents (brand_id, title collate "und-x-icu", id)
where deleted_at is null;
create index contents_brand_score_idx on public.contents (brand_id, score desc nulls last, id) where deleted_at is null;
create index contents_brand_due_idx on public.contents (brand_id, due_at, id) where deleted_at is null;
create index contents_brand_scheduled_idx on public.contents (brand_id, scheduled_for, id) where deleted_at is null;
-- The bin
create index contents_brand_deleted_idx on public.contents (brand_id, updated_at desc, id) where deleted_at is not null;
-- Delivery of what is published (deliver_contents)
create index contents_delivery_idx on public.contents (brand_id, published_at desc, id)
where status = 'published' and deleted_at is null;
-- The scheduler (publish_due_contents)
create index contents_schedule_idx on public.contents (brand_id, scheduled_for, id)
where status = 'scheduled' and deleted_at is null;
create index contents_expiry_idx on public.contents (brand_id, expires_at, id)
where status = 'published' and expires_at is not null and deleted_at is null;
-- Lists of a template, and its use by each brand (list_templates); also for the foreign key
create index contents_template_id_idx on public.contents (template_id, brand_id, created_at);
-- What a person created in a brand (list_contents, removal_impact); also for the foreign key
create index contents_created_by_idx on public.contents (created_by, brand_id);
-- Foreign keys. Most contents have no parent and are not published.
create index contents_parent_id_idx on public.contents (parent_id) where parent_id is not null;
create index contents_published_by_idx on public.contents (published_by) where published_by is not null;
create index contents_updated_by_idx on public.contents (updated_by);
alter table public.contents enable row level security;
create table private.contents_default partition of public.contents default;
alter table private.contents_default enable row level security;
select private.ensure_partitions('contents', current_date, 3);

create table public.content_versions (
  id uuid not null default private.uuid_v7(),
  -- A brand: that of its content, whose foreign key holds it. So in the other tables of a content.
  brand_id uuid not null,
  content_id uuid not null,
  version integer not null check (version >= 1),
  action text not null check (action in (
    'saved', 'autosave', 'approved', 'rejected', 'changes_requested', 'regeneration_requested', 'restored',
    'status_changed', 'deleted', 'duplicated'
  )),
  snapshot jsonb not null check (jsonb_typeof(snapshot) = 'object' and private.is_sound_json(snapshot, 5000000, 24)),
  major_version integer not null default 1 check (major_version >= 1),
  minor_version integer not null default 0 check (minor_version >= 0),
  note text not null default '' check (char_length(note) <= 2000),
  feedback text not null default '' check (char_length(feedback) <= 5000),
  step_name text check (char_length(step_name) <= 255),
  reviewer_id uuid references public.profiles (id),
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  primary key (id),
  -- Children name their brand in the reference itself: none can hang below a content of another brand.
  constraint content_versions_content_id_fkey
  foreign key (content_id, brand_id) references public.contents (id, brand_id) on delete cascade
) partition by range (id);
comment on table public.content_versions is 'A content as it was after each change. A trigger writes the rows.';
comment on column public.content_versions.snapshot is 'The private.content_state of the content, enough to restore it.';
comment on column public.content_versions.feedback is 'What a reviewer wrote when asking for changes or rejecting.';
create index content_versions_content_id_idx on public.content_versions (content_id, brand_id, version desc);
create index content_versions_brand_id_idx on public.content_versions (brand_id);
create index content_versions_created_by_idx on public.content_versions (created_by);
create index content_versions_reviewer_id_idx on public.content_versions (reviewer_id);
alter table public.content_versions enable row level security;
create table private.content_versions_default partition of public.content_versions default;
alter table private.content_versions_default enable row level security;
select private.ensure_partitions('content_versions', current_date, 3);

create table private.content_slugs (
  brand_id uuid not null,
  slug text not null check (char_length(slug) <= 200),
  content_id uuid not null,
  primary key (brand_id, slug),
  foreign key (content_id, brand_id) references public.contents (id, brand_id)
  on delete cascade deferrable initially deferred
);
comment on table private.content_slugs is
'The slugs of each brand, with the content that holds each. A table that is partitioned by id cannot keep them unique.';
create index content_slugs_content_id_idx on private.content_slugs (content_id, brand_id);
alter table private.content_slugs enable row level security;

create table public.comments (
  id uuid primary key default private.uuid_v7(),
  brand_id uuid not null references public.brands (id) on delete cascade,
  content_id uuid not null,
  parent_id uuid,
  field_key text check (char_length(field_key) between 1 and 50),
  range_start integer check (range_start >= 0 and range_start <= 10000000),
  range_end integer check (range_end between 0 and 10000000),
  body text not null check (char_length(btrim(body)) between 1 and 10000 and char_length(body) <= 10000),
  mentions uuid[] not null default '{}' check (private.is_list(mentions, 50)),
  attachments jsonb not null default '[]' check (
    private.is_list_of(attachments, 10, '{"fileId": "id", "name": "name 255"}', '{fileId, name}')
  ),
  edited_at timestamptz check (edited_at between '1900-01-01Z' and '2200-01-01Z'),
  resolved_at timestamptz check (resolved_at between '1900-01-01Z' and '2200-01-01Z'),
  resolved_by uuid references public.profiles (id),
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now() check (updated_at between '1900-01-01Z' and '2200-01-01Z'),
  deleted_at timestamptz check (deleted_at between '1900-01-01Z' and '2200-01-01Z'),
  unique (id, content_id),
  foreign key (content_id, brand_id) references public.contents (id, brand_id) on delete cascade,
  foreign key (parent_id, content_id) references public.comments (id, content_id) on delete cascade,
  check ((range_start is null) = (range_end is null) and range_end >= range_start),
  check (range_start is null or field_key is not null),
  check (parent_id <> id)
);
comment on table public.comments is 'Threads of comments on a content, also on a field or a range of its text.';
comment on column public.comments.parent_id is 'The comment of the same content that this one answers.';
comment on column public.comments.range_start is 'Offset in characters of the field''s plain text.';
comment on column public.comments.edited_at is 'When its text was changed last; null if it never was.';
create index comments_content_id_idx on public.comments (content_id, brand_id, id);
create index comments_parent_id_idx on public.comments (parent_id, content_id);
create index comments_brand_id_idx on public.comments (brand_id);
create index comments_created_by_idx on public.comments (created_by);
create index comments_updated_by_idx on public.comments (updated_by);
create index comments_resolved_by_idx on public.comments (resolved_by);
alter table public.comments enable row level security;

create table public.comment_revisions (
  id uuid primary key default private.uuid_v7(),
  brand_id uuid not null references public.brands (id) on delete cascade,
  comment_id uuid not null references public.comments (id) on delete cascade,
  body text not null check (char_length(body) <= 10000),
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z')
);
comment on table public.comment_revisions is 'Former texts of comments that were edited or deleted.';
create index comment_revisions_comment_id_idx on public.comment_revisions (comment_id);
create index comment_revisions_brand_id_idx on public.comment_revisions (brand_id);
create index comment_revisions_created_by_idx on public.comment_revisions (created_by);
alter table public.comment_revisions enable row level security;

create table private.content_alignments (
  content_id uuid primary key,
  brand_id uuid not null references public.brands (id) on delete cascade,
  content_version integer not null check (content_version >= 1),
  alignment numeric(4, 1) not null check (alignment between 0 and 100),
  assessed_at timestamptz not null default now() check (assessed_at between '1900-01-01Z' and '2200-01-01Z'),
  foreign key (content_id, brand_id) references public.contents (id, brand_id) on delete cascade
);
comment on table private.content_alignments is
'How well a content fits the voice of its brand as a model assessed it, 0 to 100: a fifth of the score.';
create index content_alignments_content_idx on private.content_alignments (content_id, brand_id);
create index content_alignments_brand_id_idx on private.content_alignments (brand_id);
alter table private.content_alignments enable row level security;

create table private.bulk_lines (
  owner_id uuid not null,
  key text not null check (char_length(key) between 1 and 255),
  line integer not null check (line >= 1),
  fingerprint text not null check (char_length(fingerprint) <= 100),
  content_id uuid,
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  primary key (owner_id, key, line)
);
comment on table private.bulk_lines is
'The lines of a stream that were done under its Idempotency-Key: a stream that is sent again goes on where it broke
off.';
comment on column private.bulk_lines.owner_id is 'As in private.idempotency_keys.';
create index bulk_lines_created_at_idx on private.bulk_lines (created_at);
alter table private.bulk_lines enable row level security;

create table public.content_assignees (
  content_id uuid not null,
  user_id uuid not null,
  brand_id uuid not null references public.brands (id) on delete cascade,
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  -- With the brand: otherwise the error for a duplicate would tell other brands that there is one.
  primary key (content_id, user_id, brand_id),
  foreign key (content_id, brand_id) references public.contents (id, brand_id) on delete cascade,
  -- Members only. Not a trigger: its answer would come before that of the policy and tell strangers who is a member.
  foreign key (user_id, brand_id) references public.brand_members (user_id, brand_id) on delete cascade
);
comment on table public.content_assignees is
'The people who work on a content. Those who review it have workflow tasks.';
create index content_assignees_user_id_idx on public.content_assignees (user_id, brand_id);
create index content_assignees_content_id_idx on public.content_assignees (content_id, brand_id);
create index content_assignees_brand_id_idx on public.content_assignees (brand_id);
alter table public.content_assignees enable row level security;
