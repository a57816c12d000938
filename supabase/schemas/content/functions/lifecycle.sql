create function private.transition_content(
  content public.contents,
  to_status public.content_status,
  change jsonb default '{}',
  scheduled_for timestamptz default null
)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  described text;
begin
  if not private.is_transition(content.status, to_status) then
    perform private.refuse(409, format('a content that is %s cannot become %s', content.status, to_status));
  end if;
  described := private.describe_change(change);
  update public.contents set status = transition_content.to_status, scheduled_for = transition_content.scheduled_for
  where contents.id = content.id;
end;
$$;
comment on function private.transition_content is
'Changes the status of a content. Refuses with 409 what private.content_status_transitions does not hold.';

create function public.publish_content(content_id uuid, expected_version integer default null)
returns setof private.published_content
language plpgsql
volatile
security definer -- nobody may write contents by themselves
set search_path = ''
as $$
declare
  content public.contents;
  publication_id uuid;
begin
  perform private.require_functions();
  content := private.lock_content(content_id);
  perform private.require_action(content, 'publish', expected_version);
  publication_id := private.publish(content);
  return query
    select
      answer.id, answer.brand_id, answer.template_id, answer.template_version, answer.type, answer.status,
      answer.title, answer.slug, answer.fields, answer.body, answer.excerpt, answer.metadata, answer.tags,
      answer.categories, answer.assignees, answer.score, answer.provenance, answer.version, answer.major_version,
      answer.minor_version, answer.parent_id, answer.scheduled_for, answer.expires_at, answer.due_at,
      answer.published_at, answer.published_by, answer.created_by, answer.created_at, answer.updated_by,
      answer.updated_at, answer.deleted_at, answer.allowed_actions, answer.readable, answer.people, answer.review,
      private.publication_brief(publication_id), answer.plain_texts
    from private.content_answer(content.id) as answer;
end;
$$;
comment on function public.publish_content is
'Publishes an approved or scheduled content. Where channels outside of the platform take it, it begins the publication
that does, and returns the content as it still is, with that. For admins of the brand.';
grant execute on function public.publish_content to authenticated, service_role;

create function public.schedule_content(
  content_id uuid, scheduled_for timestamptz, expected_version integer default null
)
returns setof private.content_details
language plpgsql
volatile
security definer -- nobody may write contents by themselves
set search_path = ''
as $$
declare
  content public.contents;
begin
  perform private.require_functions();
  content := private.lock_content(content_id);
  if scheduled_for is null or scheduled_for <= now() then
    perform private.refuse(400, 'a content is scheduled for the future', jsonb_build_array(jsonb_build_object(
      'field', 'scheduledFor', 'code', 'INVALID_FORMAT', 'message', 'must be later than now'
    )));
  end if;
  perform private.require_action(content, 'schedule', expected_version);
  perform private.transition_content(content, 'scheduled', scheduled_for => schedule_content.scheduled_for);
  return query select * from private.content_answer(content.id);
end;
$$;
comment on function public.schedule_content is
'Schedules an approved content: publish_due_contents() publishes it at that time.';
grant execute on function public.schedule_content to authenticated, service_role;

create function public.unschedule_content(content_id uuid)
returns setof private.content_details
language plpgsql
volatile
security definer -- nobody may write contents by themselves
set search_path = ''
as $$
declare
  content public.contents;
begin
  perform private.require_functions();
  content := private.lock_content(content_id);
  perform private.require_action(content, 'unschedule');
  perform private.transition_content(content, 'approved');
  return query select * from private.content_answer(content.id);
end;
$$;
comment on function public.unschedule_content is 'Takes a scheduled content back to approved.';
grant execute on function public.unschedule_content to authenticated, service_role;

create function public.archive_content(content_id uuid, reason text default '')
returns setof private.content_details
language plpgsql
volatile
security definer -- nobody may write contents by themselves
set search_path = ''
as $$
declare
  content public.contents;
begin
  perform private.require_functions();
  content := private.lock_content(content_id);
  perform private.require_action(content, 'archive');
  perform private.end_run(content.id, 'cancelled', null, 'the content was archived');
  perform private.transition_content(content, 'archived', jsonb_build_object('feedback', left(reason, 5000)));
  return query select * from private.content_answer(content.id);
end;
$$;
comment on function public.archive_content is 'Archives a content of any status and cancels its open review.';
grant execute on function public.archive_content to authenticated, service_role;

create function public.reopen_content(content_id uuid)
returns setof private.content_details
language plpgsql
volatile
security definer -- nobody may write contents by themselves
set search_path = ''
as $$
declare
  content public.contents;
begin
  perform private.require_functions();
  content := private.lock_content(content_id);
  perform private.require_action(content, 'reopen');
  perform private.transition_content(content, 'draft', '{"note": "reopened"}');
  return query select * from private.content_answer(content.id);
end;
$$;
comment on function public.reopen_content is
'Makes an approved content (for editors) or an archived one (for admins) a draft again.';
grant execute on function public.reopen_content to authenticated, service_role;

create function public.delete_content(content_id uuid)
returns void
language plpgsql
volatile
security definer -- nobody may write contents by themselves
set search_path = ''
as $$
declare
  content public.contents;
begin
  perform private.require_functions();
  content := private.lock_content(content_id);
  perform private.require_action(content, 'delete');
  perform private.end_run(content.id, 'cancelled', null, 'the content was deleted');
  -- Its run is cancelled, so a content that is restored later is a draft.
  if content.status in ('pending_review', 'in_review') then
    perform private.transition_content(content, 'draft');
  end if;
  update public.contents set deleted_at = now() where contents.id = content.id;
end;
$$;
comment on function public.delete_content is 'Moves a content to the bin; restore_content() brings it back.';
grant execute on function public.delete_content to authenticated, service_role;

create function public.restore_content(content_id uuid)
returns setof private.content_details
language plpgsql
volatile
security definer -- nobody may write contents by themselves
set search_path = ''
as $$
declare
  content public.contents;
begin
  perform private.require_functions();
  perform private.require_permission(
    (select contents.brand_id from public.contents where contents.id = restore_content.content_id),
    'content.read', 'content'
  );
  select * into content from public.contents where contents.id = restore_content.content_id for update;
  perform private.require_action(content, 'restore');
  perform private.describe_change('{"action": "restored"}');
  update public.contents set deleted_at = null where contents.id = content.id;
  return query select * from private.content_answer(content.id);
end;
$$;
comment on function public.restore_content is 'Brings a deleted content back from the bin, as it was.';
grant execute on function public.restore_content to authenticated, service_role;
