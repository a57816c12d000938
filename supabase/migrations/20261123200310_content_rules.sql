-- What must hold for every change of a content, whoever makes it: status machine, versions, events, search.

alter table private.content_status_transitions
add column permission text references private.permissions (name);
create index content_status_transitions_permission_idx on private.content_status_transitions (permission);
comment on column private.content_status_transitions.permission is
'What the caller of a command needs; null: the change follows from a review or from the clock, nobody asks for it.';
update private.content_status_transitions set permission = case
  when trigger_name = 'submit for review' then 'content.submit'
  when trigger_name = 'edit or reopen' then 'content.edit'
  when trigger_name = 'restart' then 'content.review'
  when trigger_name in ('schedule', 'unschedule', 'publish', 'archive', 'reopen') then 'content.publish'
end;
insert into private.content_status_transitions (from_status, to_status, trigger_name, permission)
values ('draft', 'approved', 'approve where the brand has no workflow for it', 'content.review');

create or replace function private.content_state(content public.contents)
returns jsonb
language sql
stable
set search_path = ''
set timezone = 'UTC'
as $$
  -- Everything but the keys, the stamps and the counters: a column that is added later is part of it by itself.
  select to_jsonb(content) - array[
    'id', 'brand_id', 'version', 'major_version', 'minor_version', 'created_by', 'created_at', 'updated_by',
      'updated_at',
    'views', 'shares'
  ];
$$;
create function private.edited_part(state jsonb)
returns jsonb
language sql
immutable
parallel safe
set search_path = ''
as $$
  select state - array['status', 'published_at', 'published_by', 'scheduled_for', 'deleted_at', 'due_at', 'expires_at'];
$$;
comment on function private.edited_part is 'What people write, of a content''s state: a change of it voids approvals.';
grant execute on function private.edited_part to authenticated, service_role;

create function private.describe_change(change jsonb)
returns void
language sql
volatile
set search_path = ''
as $$
  select set_config('mixerai.change', change::text, true);
$$;
comment on function private.describe_change is
'Says of the next change of a content what it is: {action, note, feedback, step_name, is_autosave}. No API role may
call it.';

create function private.described_change()
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(nullif(current_setting('mixerai.change', true), ''), '{}')::jsonb;
$$;

create or replace function private.stamp_content()
returns trigger
language plpgsql
set search_path = ''
as $$
declare
  change jsonb := private.described_change();
  is_edited boolean;
begin
  if tg_op = 'INSERT' then
    new.status := 'draft';
    new.version := 1;
    new.major_version := 1;
    new.minor_version := 0;
    new.created_by := auth.uid();
    new.created_at := now();
    new.published_at := null;
    new.published_by := null;
    new.deleted_at := null;
    new.due_at := coalesce(new.due_at, now() + interval '21 days');
    new.slug := private.claim_slug(
      new.brand_id, new.id, coalesce(nullif(new.slug, ''), private.slugify(new.title)), new.slug <> ''
    );
  else
    if new.brand_id <> old.brand_id then
      perform private.refuse(403, 'nothing moves from one brand to another');
    end if;
    new.id := old.id;
    new.created_by := old.created_by;
    new.created_at := old.created_at;
    if to_jsonb(new) - array['views', 'shares'] = to_jsonb(old) - array['views', 'shares']
      and (new.views, new.shares) <> (old.views, old.shares)
    then
      return new; -- counters alone are no change of the content
    end if;
    new.version := old.version + 1;
    is_edited := private.edited_part(private.content_state(new)) <> private.edited_part(private.content_state(old));
    if is_edited and old.status in ('scheduled', 'published', 'archived') then
      perform private.refuse(409, format('a content that is %s cannot be edited', old.status));
    end if;
    if is_edited and old.status = 'approved' and new.status = 'approved' then
      new.status := 'draft'; -- what was approved is no longer what stands here (domain §3)
    end if;
    if new.status <> old.status and not exists (
      select
      from private.content_status_transitions as transition
      where transition.from_status = old.status and transition.to_status = new.status
    ) then
      perform private.refuse(409, format('a content cannot go from %s to %s', old.status, new.status));
    end if;
    if new.status = 'published' and old.status <> 'published' then
      new.published_at := now();
      new.published_by := auth.uid();
    end if;
    if new.status <> 'scheduled' then
      new.scheduled_for := null;
    end if;
    if new.slug <> old.slug then
      new.slug := private.claim_slug(new.brand_id, new.id, new.slug, true);
    end if;
    if new.status <> old.status or change ->> 'is_autosave' = 'true' then
      new.minor_version := old.minor_version + 1;
    else
      new.major_version := old.major_version + 1;
      new.minor_version := 0;
    end if;
  end if;
  new.updated_by := auth.uid();
  new.updated_at := now();
  return new;
end;
$$;
grant execute on function private.described_change to authenticated, service_role;

create function private.store_version(content public.contents, state jsonb, action text, change jsonb)
returns void
language sql
volatile
set search_path = ''
as $$
  insert into public.content_versions (
    brand_id, content_id, version, major_version, minor_version, action, snapshot, note, feedback, step_name,
      reviewer_id,
    created_by
  )
  values (
    content.brand_id, content.id, content.version, content.major_version, content.minor_version,
      store_version.action, state,
    coalesce(change ->> 'note', ''), coalesce(change ->> 'feedback', ''), change ->> 'step_name',
    case when change ? 'step_name' then auth.uid() end, auth.uid()
  );
  -- All manual versions stay, of the autosaves the latest ten (domain §3).
  delete from public.content_versions
  where store_version.action = 'autosave' and content_versions.id in (
    select autosaves.id
    from public.content_versions as autosaves
    where autosaves.content_id = content.id and autosaves.action = 'autosave'
    order by autosaves.version desc
    offset 10
  );
$$;

-- Security definer: writes versions and events, which nobody may write by themselves.
create or replace function private.record_content_change()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  change jsonb := private.described_change();
  before_state jsonb := case when tg_op = 'UPDATE' then private.content_state(old) else '{}' end;
  after_state jsonb := private.content_state(new);
  is_new boolean := tg_op = 'INSERT';
  status_changed boolean := tg_op = 'UPDATE' and new.status <> old.status;
  changes jsonb;
  stamps jsonb := jsonb_build_object('at', now(), 'major', new.major_version, 'minor', new.minor_version);
begin
  if not is_new and new.version = old.version then
    return null; -- counters
  end if;
  select coalesce(jsonb_object_agg(entry.key, entry.value), '{}') into changes
  from jsonb_each(after_state) as entry
  where entry.value is distinct from before_state -> entry.key;

  perform private.store_version(new, after_state, coalesce(change ->> 'action', case
    when status_changed and new.status in ('approved', 'rejected') then new.status::text
    when status_changed then 'status_changed'
    when not is_new and new.deleted_at is not null and old.deleted_at is null then 'deleted'
    when change ->> 'is_autosave' = 'true' then 'autosave'
    else 'saved'
  end), change);
  perform private.describe_change('{}');

  -- The events carry what changed: the log alone gives the row again (private.rebuild_content).
  if is_new then
    perform private.append_event(
      new.brand_id, 'content', new.id, 'ContentCreated',
      jsonb_build_object('title', new.title, 'status', new.status, 'changes', changes) || stamps, new.version
    );
    return null;
  end if;
  if private.edited_part(changes) <> '{}' or not status_changed then
    perform private.append_event(
      new.brand_id, 'content', new.id,
      case when new.deleted_at is not null and old.deleted_at is null then 'ContentDeleted' else 'ContentUpdated' end,
      jsonb_build_object(
        'title', new.title,
        'changed', (select jsonb_agg(key order by key) from jsonb_object_keys(changes) as key),
        'changes', case when status_changed then private.edited_part(changes) else changes end
      ) || stamps,
      new.version
    );
  end if;
  if status_changed then
    perform private.append_event(
      new.brand_id, 'content', new.id, 'ContentStatusChanged',
      jsonb_build_object(
        'title', new.title, 'from', old.status, 'to', new.status, 'reason', nullif(change ->> 'feedback', ''),
        'changes', changes
      ) || stamps,
      new.version
    );
  end if;
  if status_changed and new.status = 'published' then
    perform private.append_event(
      new.brand_id, 'content', new.id, 'ContentPublished',
      jsonb_build_object('title', new.title, 'publishedAt', new.published_at, 'publishedBy', new.published_by),
        new.version
    );
  end if;
  return null;
end;
$$;

create function private.rebuild_content(content_id uuid)
returns public.contents
language plpgsql
stable
set search_path = ''
as $$
declare
  content public.contents;
  event public.domain_events;
begin
  for event in
    select events.*
    from public.domain_events as events
    where events.aggregate_id = rebuild_content.content_id and events.payload ? 'changes'
    order by events.aggregate_version, events.id
  loop
    if event.type = 'ContentCreated' then
      content.created_by := event.actor_id;
      content.created_at := event.payload ->> 'at';
    end if;
    content := jsonb_populate_record(content, event.payload -> 'changes');
    content.id := event.aggregate_id;
    content.brand_id := event.brand_id;
    content.version := event.aggregate_version;
    content.major_version := event.payload ->> 'major';
    content.minor_version := event.payload ->> 'minor';
    content.updated_by := event.actor_id;
    content.updated_at := event.payload ->> 'at';
  end loop;
  content.views := 0;
  content.shares := 0;
  return content;
end;
$$;
comment on function private.rebuild_content is 'A content as its events tell it; the counters, which have none, are 0.';

create function private.refuse_version_change()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  raise exception using errcode = 'PT409', message = 'a version is never changed';
end;
$$;
create trigger refuse_change
before update on public.content_versions
for each row execute function private.refuse_version_change();
