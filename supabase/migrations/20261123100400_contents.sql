-- Contents with their versions: every change writes a version and its events in the same statement.

create type public.content_status as enum (
  'draft', 'pending_review', 'in_review', 'approved', 'scheduled', 'published', 'archived', 'rejected'
);

create table private.content_status_transitions (
  from_status public.content_status not null,
  to_status public.content_status not null,
  trigger_name text not null,
  primary key (from_status, to_status)
);
comment on table private.content_status_transitions is
'The status machine of domain §3. What is not here is refused, whoever asks.';
alter table private.content_status_transitions enable row level security;

insert into private.content_status_transitions (from_status, to_status, trigger_name)
values
('draft', 'pending_review', 'submit for review'),
('pending_review', 'in_review', 'first recorded action that does not finish the run'),
('pending_review', 'draft', 'changes requested or withdrawn'),
('in_review', 'draft', 'changes requested or withdrawn'),
('pending_review', 'approved', 'last required step approved'),
('in_review', 'approved', 'last required step approved'),
('pending_review', 'rejected', 'reject'),
('in_review', 'rejected', 'reject'),
('rejected', 'pending_review', 'restart'),
('approved', 'draft', 'edit or reopen'),
('approved', 'scheduled', 'schedule'),
('scheduled', 'approved', 'unschedule'),
('approved', 'published', 'publish'),
('scheduled', 'published', 'publish'),
('draft', 'archived', 'archive'),
('pending_review', 'archived', 'archive'),
('in_review', 'archived', 'archive'),
('approved', 'archived', 'archive'),
('scheduled', 'archived', 'archive'),
('published', 'archived', 'archive'),
('rejected', 'archived', 'archive'),
('archived', 'draft', 'reopen');

create table public.contents (
  id uuid not null default private.uuid_v7(),
  brand_id uuid not null references public.brands (id),
  template_id uuid references public.templates (id),
  template_version integer check (template_version >= 1),
  type text not null check (type ~ '^[a-z_]{1,50}$'),
  status public.content_status not null default 'draft',
  title text not null check (char_length(title) between 1 and 200 and title !~ '[<>]'),
  fields jsonb not null default '{}'
  check (jsonb_typeof(fields) = 'object' and private.jsonb_key_count(fields) <= 50),
  metadata jsonb not null default '{}' check (jsonb_typeof(metadata) = 'object'),
  tags text[] not null default '{}' check (cardinality(tags) <= 50),
  version integer not null default 1 check (version >= 1),
  published_at timestamptz,
  published_by uuid references public.profiles (id),
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now(),
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz,
  primary key (id)
) partition by range (id);
comment on table public.contents is 'The content aggregate of reference §3.2. Partitioned by id: by month.';
comment on column public.contents.fields is 'Values by template field id, 50 at most.';
comment on column public.contents.version is 'Counts every change; an update names the version that it saw.';
comment on column public.contents.template_version is 'The template as it was when the content was made.';
create index contents_brand_status_idx on public.contents (brand_id, status, updated_at desc) where deleted_at is null;
create index contents_brand_updated_idx on public.contents (brand_id, updated_at desc, id) where deleted_at is null;
create index contents_template_id_idx on public.contents (template_id);
create index contents_created_by_idx on public.contents (created_by);
create index contents_updated_by_idx on public.contents (updated_by);
create index contents_published_by_idx on public.contents (published_by);
alter table public.contents enable row level security;
create table private.contents_default partition of public.contents default;
alter table private.contents_default enable row level security;
select private.ensure_partitions('contents', current_date, 13);

create table public.content_versions (
  id uuid not null default private.uuid_v7(),
  brand_id uuid not null references public.brands (id),
  content_id uuid not null references public.contents (id) on delete cascade,
  version integer not null check (version >= 1),
  action text not null check (action in ('saved', 'approved', 'rejected', 'status_changed')),
  snapshot jsonb not null,
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now(),
  primary key (id)
) partition by range (id);
comment on table public.content_versions is 'What a content was after each change. A trigger writes it.';
create index content_versions_content_id_idx on public.content_versions (content_id, version desc);
create index content_versions_brand_id_idx on public.content_versions (brand_id);
create index content_versions_created_by_idx on public.content_versions (created_by);
alter table public.content_versions enable row level security;
create table private.content_versions_default partition of public.content_versions default;
alter table private.content_versions_default enable row level security;
select private.ensure_partitions('content_versions', current_date, 13);

create function private.content_search_vector(title text, metadata jsonb, tags text[], fields jsonb)
returns tsvector
language sql
immutable
parallel safe
set search_path = ''
as $$
  -- Weights of domain §10: title before description and tags, these before the body. The language of a
  -- content is its brand's; 'simple' finds words of every language as they are written.
  select setweight(to_tsvector('simple', title), 'A')
    || setweight(to_tsvector('simple', coalesce(metadata ->> 'metaDescription', '')), 'B')
    || setweight(array_to_tsvector(tags), 'B')
    || setweight(jsonb_to_tsvector('simple', fields, '["string"]'), 'D');
$$;
grant execute on function private.content_search_vector to authenticated, service_role;
create index contents_search_idx on public.contents
using gin (private.content_search_vector(title, metadata, tags, fields));

create function private.content_state(content public.contents)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select jsonb_build_object(
    'title', content.title,
    'type', content.type,
    'status', content.status,
    'fields', content.fields,
    'metadata', content.metadata,
    'tags', content.tags,
    'template_id', content.template_id,
    'deleted_at', content.deleted_at
  );
$$;
comment on function private.content_state is 'The part of a content that its versions keep and its events carry.';
grant execute on function private.content_state to authenticated, service_role;

create function private.stamp_content()
returns trigger
language plpgsql
set search_path = ''
as $$
declare
  is_edited boolean;
begin
  if tg_op = 'INSERT' then
    new.status := 'draft';
    new.version := 1;
    new.created_by := auth.uid();
    new.created_at := now();
    new.published_at := null;
    new.published_by := null;
  else
    new.id := old.id;
    new.brand_id := old.brand_id;
    new.created_by := old.created_by;
    new.created_at := old.created_at;
    new.version := old.version + 1;
    is_edited := (private.content_state(new) - 'status') is distinct from (private.content_state(old) - 'status');
    if is_edited and old.status in ('scheduled', 'published', 'archived') then
      perform private.refuse(409, format('a content that is %s cannot be edited', old.status));
    end if;
    if is_edited and old.status = 'approved' and new.status = 'approved' then
      new.status := 'draft'; -- what was approved is no longer what stands here (domain §3)
    end if;
    if new.status <> old.status and not exists (
      select 1
      from private.content_status_transitions as transition
      where transition.from_status = old.status and transition.to_status = new.status
    ) then
      perform private.refuse(409, format('a content cannot go from %s to %s', old.status, new.status));
    end if;
    if new.status = 'published' and old.status <> 'published' then
      new.published_at := now();
      new.published_by := auth.uid();
    end if;
  end if;
  new.updated_by := auth.uid();
  new.updated_at := now();
  return new;
end;
$$;
create trigger stamp_content
before insert or update on public.contents
for each row execute function private.stamp_content();

-- Security definer: writes versions and events, which nobody may write by themselves.
create function private.record_content_change()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  before_state jsonb := case when tg_op = 'UPDATE' then private.content_state(old) else '{}' end;
  after_state jsonb := private.content_state(new);
  changes jsonb;
begin
  select coalesce(jsonb_object_agg(entry.key, entry.value), '{}') into changes
  from jsonb_each(after_state) as entry
  where entry.value is distinct from before_state -> entry.key;

  insert into public.content_versions (brand_id, content_id, version, action, snapshot, created_by)
  values (
    new.brand_id, new.id, new.version,
    case
      when before_state -> 'status' is not distinct from after_state -> 'status' or tg_op = 'INSERT' then 'saved'
      when new.status in ('approved', 'rejected') then new.status::text
      else 'status_changed'
    end,
    after_state, auth.uid()
  );

  if tg_op = 'INSERT' then
    perform private.append_event(
      new.brand_id, 'content', new.id, 'ContentCreated',
      jsonb_build_object('title', new.title, 'status', new.status, 'changes', changes), new.version
    );
    return null;
  end if;
  if changes - 'status' <> '{}' then
    perform private.append_event(
      new.brand_id, 'content', new.id, 'ContentUpdated',
      jsonb_build_object('title', new.title, 'changed', (select jsonb_agg(key) from jsonb_object_keys(changes) as key),
        'changes', changes - 'status'),
      new.version
    );
  end if;
  if new.status <> old.status then
    perform private.append_event(
      new.brand_id, 'content', new.id, 'ContentStatusChanged',
      jsonb_build_object('title', new.title, 'from', old.status, 'to', new.status,
        'changes', jsonb_build_object('status', new.status)),
      new.version
    );
  end if;
  if new.status = 'published' and old.status <> 'published' then
    perform private.append_event(
      new.brand_id, 'content', new.id, 'ContentPublished',
      jsonb_build_object('title', new.title, 'publishedAt', new.published_at), new.version
    );
  end if;
  return null;
end;
$$;
create trigger record_content_change
after insert or update on public.contents
for each row execute function private.record_content_change();
