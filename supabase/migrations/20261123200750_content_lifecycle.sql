-- From approval to the archive, and back: schedule, publish, archive, reopen, delete, restore, duplicate.

create function private.has_open_violations(content public.contents)
returns boolean
language sql
stable
set search_path = ''
as $$
  select exists (
    select from public.claim_reviews as review
    where
      review.content_id = content.id
      and review.violations > 0
      and review.overridden_at is null
      -- Of this very text: a change of status makes a version as well, and no other text.
      and exists (
        select from public.content_versions as checked
        where
          checked.content_id = content.id
          and checked.version = review.content_version
          and private.edited_part(checked.snapshot) = private.edited_part(private.content_state(content))
      )
  );
$$;
comment on function private.has_open_violations is
'Whether a check of this very text found a violation of a claim that nobody has overridden with a reason.';

create function private.check_publishable(content public.contents)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if content.expires_at <= now() then
    perform private.refuse(409, 'the content has expired');
  end if;
  if private.has_open_violations(content) then
    perform private.refuse(409, 'the claims check found violations');
  end if;
end;
$$;

create or replace function public.publish_content(content_id uuid, expected_version integer default null)
returns setof public.contents
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  content public.contents := private.lock_content(content_id);
begin
  perform private.require_on_content(content, 'content.publish');
  perform private.check_version(content, expected_version);
  perform private.check_publishable(content);
  perform private.transition_content(content, 'published');
  return query select * from private.content_by_id(content.id);
end;
$$;

create function public.schedule_content(
  content_id uuid, scheduled_for timestamptz, expected_version integer default null
)
returns setof public.contents
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  content public.contents := private.lock_content(content_id);
begin
  perform private.require_on_content(content, 'content.publish');
  perform private.check_version(content, expected_version);
  if scheduled_for is null or scheduled_for <= now() then
    perform private.refuse(400, 'a content is scheduled for the future', jsonb_build_array(jsonb_build_object(
      'field', 'scheduledFor', 'code', 'INVALID_FORMAT', 'message', 'must be later than now'
    )));
  end if;
  perform private.check_publishable(content);
  perform private.transition_content(content, 'scheduled', scheduled_for => schedule_content.scheduled_for);
  return query select * from private.content_by_id(content.id);
end;
$$;
comment on function public.schedule_content is 'Approved to scheduled; publish_due_contents() publishes it then.';
grant execute on function public.schedule_content to authenticated;

create function public.unschedule_content(content_id uuid)
returns setof public.contents
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  content public.contents := private.lock_content(content_id);
begin
  perform private.require_on_content(content, 'content.publish');
  if content.status <> 'scheduled' then
    perform private.refuse(409, format('a content that is %s is not scheduled', content.status));
  end if;
  perform private.transition_content(content, 'approved');
  return query select * from private.content_by_id(content.id);
end;
$$;
comment on function public.unschedule_content is 'Scheduled back to approved.';
grant execute on function public.unschedule_content to authenticated;

create function public.archive_content(content_id uuid, reason text default '')
returns setof public.contents
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  content public.contents := private.lock_content(content_id);
begin
  perform private.require_on_content(content, 'content.publish');
  perform private.end_run(content.id, 'cancelled', null, 'the content was archived');
  perform private.transition_content(content, 'archived', jsonb_build_object('feedback', left(reason, 5000)));
  return query select * from private.content_by_id(content.id);
end;
$$;
comment on function public.archive_content is 'Any status to archived; an open review is cancelled.';
grant execute on function public.archive_content to authenticated;

create function public.reopen_content(content_id uuid)
returns setof public.contents
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  content public.contents := private.lock_content(content_id);
begin
  if content.status not in ('approved', 'archived') then
    perform private.refuse(409, format('a content that is %s cannot be reopened', content.status));
  end if;
  perform private.require_on_content(
    content, case content.status when 'approved' then 'content.edit' else 'content.publish' end
  );
  perform private.transition_content(content, 'draft', '{"note": "reopened"}');
  return query select * from private.content_by_id(content.id);
end;
$$;
comment on function public.reopen_content is 'Approved (by editors) or archived (by admins) back to draft.';
grant execute on function public.reopen_content to authenticated;

create function public.delete_content(content_id uuid)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  content public.contents := private.lock_content(content_id);
begin
  perform private.require_on_content(content, 'content.delete');
  if content.status in ('published', 'scheduled') then
    perform private.refuse(409, format('a content that is %s is archived first', content.status));
  end if;
  perform private.end_run(content.id, 'cancelled', null, 'the content was deleted');
  -- Without its run it is in review no more: brought back, it is a draft.
  if content.status in ('pending_review', 'in_review') then
    perform private.transition_content(content, 'draft');
  end if;
  update public.contents set deleted_at = now() where contents.id = content.id;
end;
$$;
comment on function public.delete_content is 'Takes a content out of sight; restore_content() brings it back.';
grant execute on function public.delete_content to authenticated;

create function public.restore_content(content_id uuid)
returns setof public.contents
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  content public.contents;
begin
  perform private.require_permission(
    (select contents.brand_id from public.contents where contents.id = restore_content.content_id),
    'content.read', 'content'
  );
  select * into content from public.contents where contents.id = restore_content.content_id for update;
  perform private.require_on_content(content, 'content.delete');
  if content.deleted_at is null then
    perform private.refuse(409, 'the content is not deleted');
  end if;
  perform private.describe_change('{"action": "restored"}');
  update public.contents set deleted_at = null where contents.id = content.id;
  return query select * from private.content_by_id(content.id);
end;
$$;
comment on function public.restore_content is 'Brings a deleted content back, as it was.';
grant execute on function public.restore_content to authenticated;

create function public.restore_version(content_id uuid, version integer, expected_version integer default null)
returns setof public.contents
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  content public.contents := private.lock_content(content_id);
  restored public.contents;
  snapshot jsonb;
begin
  perform private.require_on_content(content, 'content.restore');
  perform private.require_on_content(content, 'content.edit');
  perform private.check_version(content, expected_version);
  select versions.snapshot into snapshot
  from public.content_versions as versions
  where versions.content_id = content.id and versions.version = restore_version.version;
  if snapshot is null then
    perform private.refuse(404, 'version not found');
  end if;
  restored := jsonb_populate_record(content, private.edited_part(snapshot) - array['template_id', 'template_version',
    'parent_id']);
  if private.content_state(restored) is distinct from private.content_state(content) then
    perform private.describe_change(jsonb_build_object('action', 'restored', 'note', 'restored version ' || version));
    update public.contents
    set
      title = restored.title, fields = restored.fields, metadata = restored.metadata, tags = restored.tags,
      body = restored.body, excerpt = restored.excerpt, slug = restored.slug, categories = restored.categories,
      type = restored.type
    where contents.id = content.id;
    perform private.void_approvals(content.id);
  end if;
  return query select * from private.content_by_id(content.id);
end;
$$;
comment on function public.restore_version is 'Writes what an earlier version held as a new version; history stays.';
grant execute on function public.restore_version to authenticated;

create function public.duplicate_content(content_id uuid, brand_id uuid default null, title text default null)
returns setof public.contents
language plpgsql
volatile
security definer
set search_path = ''
as $$
#variable_conflict use_variable
declare
  content public.contents := private.lock_content(content_id);
  template public.templates;
begin
  brand_id := coalesce(brand_id, content.brand_id);
  perform private.require_permission(brand_id, 'content.create');
  perform private.check_content_type(brand_id, content.type);
  template := private.content_template(brand_id, content.template_id);
  perform private.describe_change('{"action": "duplicated"}');
  return query
    insert into public.contents (
      brand_id, title, type, template_id, template_version, fields, metadata, tags, body, excerpt, categories, parent_id
    )
    values (
      -- A template of the other brand does not come along, and neither does the link to what the new brand cannot see.
      brand_id, coalesce(title, left('Copy of ' || content.title, 200)), content.type, template.id, template.version,
      content.fields, content.metadata, content.tags, content.body, content.excerpt, content.categories,
      case when brand_id = content.brand_id then content.id end
    )
    returning *;
end;
$$;
comment on function public.duplicate_content is
'A draft with the same text, also in another brand that the caller may write.';
grant execute on function public.duplicate_content to authenticated;

create function public.publish_due_contents(batch integer default 100)
returns table (content_id uuid, outcome text)
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  content public.contents;
begin
  -- Locked rows are skipped: of two schedulers at once each content has one.
  for content in
    select contents.* from public.contents
    where
      contents.status = 'scheduled'
      and contents.scheduled_for <= now()
      and contents.deleted_at is null
      and not exists (
        select from public.brands where brands.id = contents.brand_id and brands.deleted_at is not null
      )
    order by contents.scheduled_for
    limit batch
    for update skip locked
  loop
    content_id := content.id;
    if content.expires_at <= now() or private.has_open_violations(content) then
      perform private.transition_content(content, 'approved',
        '{"note": "not published: expired or in violation of a claim"}');
      outcome := 'unscheduled';
    else
      perform private.transition_content(content, 'published');
      outcome := 'published';
    end if;
    return next;
  end loop;
  for content in
    select contents.* from public.contents
    where contents.status = 'published' and contents.expires_at <= now() and contents.deleted_at is null
    order by contents.expires_at
    limit batch
    for update skip locked
  loop
    content_id := content.id;
    outcome := 'archived';
    perform private.transition_content(content, 'archived', '{"note": "expired"}');
    return next;
  end loop;
end;
$$;
comment on function public.publish_due_contents is
'For the scheduler: publishes what is due and archives what has expired, each once even where two run at the same
time.';
grant execute on function public.publish_due_contents to service_role;
