-- What happens to every content that changes: stamps, score, assignees; and the content as its events tell it.

create function private.expected_version()
returns integer
language sql
stable
set search_path = ''
as $$
  select substring(
    nullif(current_setting('request.headers', true), '')::jsonb ->> 'x-expected-version' from '^[0-9]{1,9}$'
  )::integer;
$$;
comment on function private.expected_version is
'The version that the request wants to act on (X-Expected-Version), for commands that do not take one; else null.';

create or replace function private.lock_content(content_id uuid)
returns public.contents
language plpgsql
volatile
set search_path = ''
as $$
declare
  content public.contents;
begin
  -- The right before the lock: a stranger must neither wait for the row nor make others wait.
  perform private.require_permission(
    (select contents.brand_id from public.contents where contents.id = content_id and contents.deleted_at is null),
    'content.read', 'content'
  );
  select * into content
  from public.contents
  where contents.id = content_id and contents.deleted_at is null
  for update;
  if content.id is null then
    perform private.refuse(404, 'content not found');
  end if;
  perform private.check_version(content, private.expected_version());
  return content;
end;
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
    if (new.views, new.shares, new.score) is distinct from (old.views, old.shares, old.score)
      and to_jsonb(new) - private.counters() = to_jsonb(old) - private.counters()
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
  new.score := private.content_score(new) ->> 'score';
  new.updated_by := auth.uid();
  new.updated_at := now();
  return new;
end;
$$;

create or replace function private.rebuild_content(content_id uuid)
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
      content.assignees := '{}'; -- events of before there were any do not name them
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
  content.score := private.content_score(content) ->> 'score';
  return content;
end;
$$;

-- Security definer: what the contents say is copied whoever changes them.
create function private.copy_assignees()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  delete from public.content_assignees as former
  where former.content_id = new.id and former.user_id <> all (new.assignees);
  insert into public.content_assignees (content_id, user_id, brand_id)
  select new.id, person, new.brand_id from unnest(new.assignees) as person
  on conflict do nothing;
  return null;
end;
$$;
create trigger copy_assignees_of_new
after insert on public.contents
for each row when (new.assignees <> '{}') execute function private.copy_assignees();
create trigger copy_assignees
after update of assignees on public.contents
for each row when (new.assignees <> old.assignees) execute function private.copy_assignees();

create function private.drop_assignee()
returns trigger
language plpgsql
security definer -- who leaves a brand leaves its contents, whoever sent them away
set search_path = ''
as $$
begin
  update public.contents set assignees = array_remove(contents.assignees, old.user_id)
  where contents.id = old.content_id and old.user_id = any (contents.assignees);
  return null;
end;
$$;
create trigger drop_assignee
after delete on public.content_assignees
for each row execute function private.drop_assignee();

-- Those who were assigned before: no change of theirs.
alter table public.contents disable trigger user;
update public.contents
set
  assignees = array(
    select assignee.user_id from public.content_assignees as assignee
    where assignee.content_id = contents.id
    order by assignee.user_id
  ),
  score = (private.content_score(contents) ->> 'score')::numeric;
alter table public.contents enable trigger user;

create function private.rescore_content()
returns trigger
language plpgsql
security definer -- the score is nobody's to write
set search_path = ''
as $$
begin
  -- Only where it is another one: an update that changes nothing would be a change of the content.
  update public.contents set score = rescored.score
  from (
    select contents.id, (private.content_score(contents) ->> 'score')::numeric as score
    from public.contents where contents.id = new.content_id
  ) as rescored
  where contents.id = rescored.id and contents.score is distinct from rescored.score;
  return null;
end;
$$;
create trigger rescore_content
after insert or update on public.claim_reviews
for each row when (new.content_id is not null) execute function private.rescore_content();
create trigger rescore_content
after insert or update on private.content_alignments
for each row execute function private.rescore_content();

create function public.record_alignment(content_id uuid, content_version integer, alignment numeric)
returns void
language sql
volatile
security definer -- private is closed to the service as well
set search_path = ''
as $$
  insert into private.content_alignments (content_id, brand_id, content_version, alignment)
  select contents.id, contents.brand_id, record_alignment.content_version, record_alignment.alignment
  from public.contents
  where contents.id = record_alignment.content_id
  on conflict (content_id) do update
    set
      content_version = excluded.content_version, alignment = excluded.alignment, assessed_at = now();
$$;
comment on function public.record_alignment is 'For the service: how well a content speaks as its brand, 0 to 100.';
grant execute on function public.record_alignment to service_role;

create function public.score_content(content_id uuid)
returns jsonb
language plpgsql
stable
security definer -- reads claims reviews and templates for whoever may read the content
set search_path = ''
as $$
declare
  content public.contents;
begin
  perform private.require_visible_content(content_id);
  select * into content from public.contents where contents.id = score_content.content_id;
  return private.content_score(content);
end;
$$;
comment on function public.score_content is 'The parts of a content''s score and what they come to: see domain §3.';
grant execute on function public.score_content to authenticated;

create or replace function public.remove_member(brand_id uuid, user_id uuid)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  perform private.require_permission(remove_member.brand_id, 'member.manage');
  if remove_member.user_id = auth.uid() and not private.is_platform_admin() then
    perform private.refuse(403, 'nobody changes their own membership');
  end if;
  if exists (
    select from public.brand_members as present
    where
      present.brand_id = remove_member.brand_id and present.user_id = remove_member.user_id
      and not private.may_grant(present.brand_id, present.role, '{}')
  ) then
    perform private.refuse(403, 'nobody gives or takes a role above their own');
  end if;
  -- The contents first, in the order of their ids: who changes their assignees at the same time locks them first too.
  perform from public.contents
  where
    contents.id in (
      select assignees.content_id from public.content_assignees as assignees
      where assignees.brand_id = remove_member.brand_id and assignees.user_id = remove_member.user_id
    )
  order by contents.id
  for update;
  delete from public.content_assignees as assignees
  where assignees.brand_id = remove_member.brand_id and assignees.user_id = remove_member.user_id;
  delete from public.brand_members as members
  where members.brand_id = remove_member.brand_id and members.user_id = remove_member.user_id;
  if not found then
    perform private.refuse(404, 'member not found');
  end if;
  update public.api_keys set revoked_at = now()
  where
    api_keys.brand_id = remove_member.brand_id and api_keys.user_id = remove_member.user_id
      and api_keys.revoked_at is null;
  perform private.release_member(remove_member.user_id, remove_member.brand_id);
end;
$$;
