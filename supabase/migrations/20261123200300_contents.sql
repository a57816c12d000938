-- The whole content aggregate: body, slug, schedule, major and minor versions, assignees, comments.

-- A status is text with a list of its values, and no enum any more: the operators of enums are not leakproof, so that
-- under row-level security no index would be asked for a status, and a list would read the whole brand.
drop index public.contents_brand_status_idx;
alter table public.contents
alter column status drop default,
alter column status type text using status::text;
alter table private.content_status_transitions
alter column from_status type text using from_status::text,
alter column to_status type text using to_status::text;
drop function public.search_contents(text, uuid, integer);
drop type public.content_status;
create domain public.content_status as text
check (value in (
  'draft', 'pending_review', 'in_review', 'approved', 'scheduled', 'published', 'archived', 'rejected'
));
comment on domain public.content_status is 'The states of domain §3.';
alter table public.contents
alter column status type public.content_status,
alter column status set default 'draft';
alter table private.content_status_transitions
alter column from_status type public.content_status,
alter column to_status type public.content_status;
create index contents_brand_status_idx on public.contents (brand_id, status, updated_at desc, id)
where deleted_at is null;

alter table public.contents
add column slug text not null default '' check (slug ~ '^[a-z0-9-]{0,200}$'),
add column body text not null default '' check (char_length(body) <= 500000),
add column excerpt text not null default '' check (char_length(excerpt) <= 2000),
add column categories text[] not null default '{}' check (cardinality(categories) <= 50),
add column scheduled_for timestamptz,
add column expires_at timestamptz,
add column due_at timestamptz,
add column parent_id uuid references public.contents (id),
add column major_version integer not null default 1 check (major_version >= 1),
add column minor_version integer not null default 0 check (minor_version >= 0),
add column views bigint not null default 0 check (views >= 0),
add column shares bigint not null default 0 check (shares >= 0),
add constraint contents_id_brand_id_key unique (id, brand_id),
add constraint contents_scheduled_for_check check ((status = 'scheduled') <= (scheduled_for is not null)),
add constraint contents_published_at_check check ((status = 'published') <= (published_at is not null)),
add constraint contents_parent_id_check check (parent_id <> id);
comment on column public.contents.slug is 'Unique in the brand: made from the title where none is given.';
comment on column public.contents.body is 'HTML, reduced to the allow-list by the application.';
comment on column public.contents.scheduled_for is
'When the scheduler publishes it; set while the status is scheduled.';
comment on column public.contents.expires_at is 'When a published content is archived.';
comment on column public.contents.due_at is 'When it should be done: 21 days after creation unless said otherwise.';
comment on column public.contents.parent_id is 'What it was duplicated or branched from.';
comment on column public.contents.major_version is 'Counts saves; autosaves and status changes count minor_version.';
create index contents_brand_id_idx on public.contents (brand_id);
create index contents_parent_id_idx on public.contents (parent_id);
create index contents_schedule_idx on public.contents (scheduled_for) where status = 'scheduled' and deleted_at is null;
create index contents_expiry_idx on public.contents (expires_at)
where status = 'published' and expires_at is not null and deleted_at is null;
drop index public.content_versions_content_id_idx;
drop index public.ai_generations_content_id_idx;
drop index public.workflow_instances_content_id_idx;
drop index public.workflow_tasks_content_id_idx;
create index content_versions_content_id_idx on public.content_versions (content_id, brand_id, version desc);
create index ai_generations_content_id_idx on public.ai_generations (content_id, brand_id);
create index workflow_instances_content_id_idx on public.workflow_instances (content_id, brand_id);
create index workflow_tasks_content_id_idx on public.workflow_tasks (content_id, brand_id);
create index contents_brand_created_by_idx on public.contents (brand_id, created_by) where deleted_at is null;

-- Children name their brand in the reference itself: none can hang below a content of another brand.
alter table public.content_versions
drop constraint content_versions_content_id_fkey,
add constraint content_versions_content_id_fkey
foreign key (content_id, brand_id) references public.contents (id, brand_id) on delete cascade,
drop constraint content_versions_action_check,
add constraint content_versions_action_check check (action in (
  'saved',
  'autosave',
  'approved',
  'rejected',
  'changes_requested',
  'regeneration_requested',
  'restored',
  'status_changed',
  'deleted', 'duplicated'
)),
add column major_version integer not null default 1 check (major_version >= 1),
add column minor_version integer not null default 0 check (minor_version >= 0),
add column note text not null default '' check (char_length(note) <= 2000),
add column feedback text not null default '' check (char_length(feedback) <= 5000),
add column step_name text check (char_length(step_name) <= 255),
add column reviewer_id uuid references public.profiles (id);
comment on column public.content_versions.snapshot is 'private.content_state of the content: enough to restore it.';
comment on column public.content_versions.feedback is 'What a reviewer said when asking for changes or rejecting.';
create index content_versions_reviewer_id_idx on public.content_versions (reviewer_id);

alter table public.workflow_instances
drop constraint workflow_instances_content_id_fkey,
add constraint workflow_instances_content_id_fkey
foreign key (content_id, brand_id) references public.contents (id, brand_id) on delete cascade;
alter table public.workflow_tasks
drop constraint workflow_tasks_content_id_fkey,
add constraint workflow_tasks_content_id_fkey
foreign key (content_id, brand_id) references public.contents (id, brand_id) on delete cascade;
alter table public.ai_generations
drop constraint ai_generations_content_id_fkey,
add constraint ai_generations_content_id_fkey
foreign key (content_id, brand_id) references public.contents (id, brand_id) on delete set null (content_id);

create table private.content_slugs (
  brand_id uuid not null references public.brands (id) on delete cascade,
  slug text not null,
  content_id uuid not null,
  primary key (brand_id, slug),
  foreign key (content_id, brand_id) references public.contents (
    id, brand_id
  ) on delete cascade deferrable initially deferred
);
comment on table private.content_slugs is
'Who holds which slug: uniqueness that a table partitioned by id cannot promise by itself.';
create index content_slugs_content_id_idx on private.content_slugs (content_id, brand_id);
alter table private.content_slugs enable row level security;

create function private.slugify(title text)
returns text
language sql
immutable
parallel safe
set search_path = ''
as $$
  -- Letters with marks lose them: NFD puts a mark behind its letter, and marks are no a-z.
  select btrim(left(regexp_replace(
    regexp_replace(lower(normalize(slugify.title, nfd)), '[\u0300-\u036f]', '', 'g'), '[^a-z0-9]+', '-', 'g'
  ), 80), '-');
$$;
comment on function private.slugify is 'A title as it may stand in an address: a-z, 0-9 and hyphens, 80 at most.';

create function private.claim_slug(brand uuid, content_id uuid, wished text, is_exact boolean)
returns text
language plpgsql
volatile
security definer -- nobody may write slugs by themselves
set search_path = ''
as $$
declare
  candidate text := coalesce(nullif(wished, ''), 'untitled');
begin
  for attempt in 1 .. 20 loop
    insert into private.content_slugs (brand_id, slug, content_id)
    values (brand, candidate, claim_slug.content_id)
    on conflict on constraint content_slugs_pkey do nothing;
    if found or exists (
      select from private.content_slugs as held
      where held.brand_id = brand and held.slug = candidate and held.content_id = claim_slug.content_id
    ) then
      delete from private.content_slugs as former
      where former.brand_id = brand and former.content_id = claim_slug.content_id and former.slug <> candidate;
      return candidate;
    end if;
    exit when is_exact;
    candidate := left(coalesce(nullif(wished, ''), 'untitled'), 80) || '-' || case
      when attempt < 10 then (attempt + 1)::text else substr(md5(content_id::text || attempt), 1, 8)
    end;
  end loop;
  perform private.refuse(409, 'another content of the brand has this slug', jsonb_build_array(jsonb_build_object(
    'field', 'slug', 'code', 'DUPLICATE_VALUE', 'message', 'choose another one'
  )));
end;
$$;
comment on function private.claim_slug is
'Holds a slug for a content and lets go of its former one; a number is added where it is taken, 409 where it must be
exact.';

create table public.content_assignees (
  content_id uuid not null,
  user_id uuid not null,
  brand_id uuid not null references public.brands (id) on delete cascade,
  created_at timestamptz not null default now(),
  -- With the brand in it: otherwise a duplicate would tell another brand that there is one.
  primary key (content_id, user_id, brand_id),
  foreign key (content_id, brand_id) references public.contents (id, brand_id) on delete cascade,
  -- Members only; a constraint and not a trigger, which would tell strangers who is one before their policy refuses.
  foreign key (user_id, brand_id) references public.brand_members (user_id, brand_id) on delete cascade
);
comment on table public.content_assignees is
'Who works on a content; who reviews it is a matter of its workflow tasks.';
create index content_assignees_user_id_idx on public.content_assignees (user_id, brand_id);
create index content_assignees_content_id_idx on public.content_assignees (content_id, brand_id);
create index content_assignees_brand_id_idx on public.content_assignees (brand_id);
alter table public.content_assignees enable row level security;

create table public.comments (
  id uuid primary key default private.uuid_v7(),
  brand_id uuid not null references public.brands (id) on delete cascade,
  content_id uuid not null,
  parent_id uuid,
  field_key text check (char_length(field_key) between 1 and 50),
  range_start integer check (range_start >= 0),
  range_end integer,
  body text not null check (char_length(btrim(body)) between 1 and 10000),
  mentions uuid[] not null default '{}' check (cardinality(mentions) <= 50),
  attachments jsonb not null default '[]' check (
    jsonb_typeof(attachments) = 'array' and jsonb_array_length(attachments) <= 10
  ),
  resolved_at timestamptz,
  resolved_by uuid references public.profiles (id),
  deleted_at timestamptz,
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now(),
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now(),
  unique (id, content_id),
  foreign key (content_id, brand_id) references public.contents (id, brand_id) on delete cascade,
  foreign key (parent_id, content_id) references public.comments (id, content_id) on delete cascade,
  check ((range_start is null) = (range_end is null) and range_end >= range_start),
  check (range_start is null or field_key is not null),
  check (parent_id <> id)
);
comment on table public.comments is 'Threads below a content, also about a field or a range of its text.';
comment on column public.comments.range_start is 'Offset in characters of the field''s plain text.';
comment on column public.comments.parent_id is 'The comment that this one answers, of the same content.';
create index comments_content_id_idx on public.comments (content_id, brand_id, id);
create index comments_parent_id_idx on public.comments (parent_id, content_id);
create index comments_brand_id_idx on public.comments (brand_id);
create index comments_created_by_idx on public.comments (created_by);
create index comments_updated_by_idx on public.comments (updated_by);
create index comments_resolved_by_idx on public.comments (resolved_by);
alter table public.comments enable row level security;
create trigger stamp_row
before insert or update on public.comments
for each row execute function private.stamp_row('actors');
create trigger keep_brand
before update on public.comments
for each row execute function private.keep_brand();
create trigger announce_change
after insert or update on public.comments
for each row execute function private.announce_change('comment', 'CommentAdded', 'CommentChanged', '-');

create table public.comment_revisions (
  id uuid primary key default private.uuid_v7(),
  brand_id uuid not null references public.brands (id) on delete cascade,
  comment_id uuid not null references public.comments (id) on delete cascade,
  body text not null,
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now()
);
comment on table public.comment_revisions is 'What a comment said before it was edited or deleted.';
create index comment_revisions_comment_id_idx on public.comment_revisions (comment_id);
create index comment_revisions_brand_id_idx on public.comment_revisions (brand_id);
create index comment_revisions_created_by_idx on public.comment_revisions (created_by);
alter table public.comment_revisions enable row level security;

-- Security definer: keeps history, which nobody may write by themselves.
create function private.guard_comment()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    new.resolved_at := null;
    new.resolved_by := null;
    new.deleted_at := null;
    return new;
  end if;
  new.content_id := old.content_id;
  new.parent_id := old.parent_id;
  if new.resolved_at is not null and old.resolved_at is null then
    new.resolved_at := now();
    new.resolved_by := auth.uid();
  elsif new.resolved_at is null then
    new.resolved_by := null;
  end if;
  if new.body <> old.body or (new.deleted_at is not null and old.deleted_at is null) then
    insert into public.comment_revisions (brand_id, comment_id, body, created_by)
    values (old.brand_id, old.id, old.body, auth.uid());
  end if;
  return new;
end;
$$;
create trigger guard_comment
before insert or update on public.comments
for each row execute function private.guard_comment();

create function private.check_mentions()
returns trigger
language plpgsql
security definer -- sees who is a member, whoever writes
set search_path = ''
as $$
begin
  if exists (
    select from unnest(new.mentions) as mentioned where not private.is_colleague(mentioned, new.brand_id)
  ) then
    perform private.refuse(400, 'only members of the brand can be mentioned', jsonb_build_array(jsonb_build_object(
      'field', 'mentions', 'code', 'INVALID_FORMAT', 'message', 'not a member of the brand'
    )));
  end if;
  return null;
end;
$$;
-- After the policies have had their say: before them it would tell a stranger who is a member.
create trigger check_mentions
after insert or update of mentions on public.comments
for each row execute function private.check_mentions();

-- Contents that were made before there were slugs get one that nobody else can hold; this is no change of theirs.
alter table public.contents disable trigger user;
update public.contents
set
  slug = btrim(private.slugify(contents.title) || '-' || right(contents.id::text, 12), '-'),
  due_at = contents.created_at + interval '21 days';
alter table public.contents enable trigger user;
insert into private.content_slugs (brand_id, slug, content_id)
select
  contents.brand_id,
  contents.slug,
  contents.id
from public.contents;
