create function private.lock_publication(content public.contents)
returns private.publications
language plpgsql
volatile
set search_path = ''
as $$
declare
  publication private.publications;
begin
  perform private.require_permission(content.brand_id, 'content.publish', 'content');
  publication := private.last_publication(content.id);
  select * into publication from private.publications as present where present.id = publication.id for update;
  if publication.id is null then
    perform private.refuse(404, 'the content was never published');
  end if;
  return publication;
end;
$$;
comment on function private.lock_publication is
'Locks the present or last publication of a content, for those who may publish it.';

create function private.refuse_publication(publication private.publications, action text)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  perform private.refuse(409, format(
    'a publication that is %s cannot be %s',
    case when publication.direction = 'unpublish' then 'taking a content back' else publication.status end, action
  ), jsonb_build_array(jsonb_build_object(
    'field', 'status', 'code', 'CONFLICT', 'message', 'it is ' || publication.status
  )));
end;
$$;
comment on function private.refuse_publication is 'Refuses with 409 what the status of a publication does not allow.';

create function public.cancel_publication(content_id uuid)
returns jsonb
language plpgsql
volatile
security definer -- private is closed to the API
set search_path = ''
as $$
declare
  content public.contents;
  publication private.publications;
begin
  perform private.require_functions();
  content := private.lock_content(content_id);
  publication := private.lock_publication(content);
  if publication.status <> 'running' or publication.direction <> 'publish' then
    perform private.refuse_publication(publication, 'cancelled');
  end if;
  if content.status = 'published' then
    -- Only channels that nothing depends on were tried once more.
    update private.publication_channels as channel
    set state = 'failed', error = coalesce(channel.error, 'cancelled'), changed_at = now()
    where channel.publication_id = publication.id and channel.state in ('pending', 'withdrawing');
    publication := private.end_publication(publication, 'completed');
  else
    publication := private.undo_publication(publication, 'cancelled', 'cancelled');
  end if;
  return private.publication_answer(publication);
end;
$$;
comment on function public.cancel_publication is
'Cancels the publication of a content that is under way: what it did is undone. For those who may publish it.';
grant execute on function public.cancel_publication to authenticated, service_role;

create function private.take_up(publication private.publications, step text, reopened text[])
returns private.publications
language plpgsql
volatile
set search_path = ''
as $$
declare
  taken private.publications;
begin
  update private.publication_channels as channel
  set
    state = case
      when publication.direction = 'publish' and channel.channel_id in (
        select target.channel_id from private.channel_targets(publication.content_id) as target
      ) then 'pending' else 'withdrawing'
    end,
    attempts = 0, error = null, due_at = greatest(now(), channel.leased_until), changed_at = now()
  where channel.publication_id = publication.id and channel.state = any (reopened);
  update private.publications as present
  set
    status = 'running', step = take_up.step, attempts = 0, error = null, failed_step = null, ends_as = 'failed',
    has_warnings = false, finished_at = null, due_at = now(), step_started_at = now(), started_at = now(),
    deadline_at = now() + (select policy.deadline from private.publication_policy(take_up.step) as policy),
    requested_by = coalesce(auth.uid(), present.requested_by)
  where present.id = publication.id
  returning present.* into taken;
  return taken;
end;
$$;
comment on function private.take_up is 'Has a publication that ended go on at a step, on its channels of these states.';

create function private.retry_ended(publication private.publications, content public.contents)
returns private.publications
language plpgsql
volatile
set search_path = ''
as $$
declare
  event_id uuid;
begin
  if publication.direction = 'unpublish' and publication.status = 'failed' then
    publication := private.take_up(publication, 'unpublish', '{failed}');
  elsif publication.status = 'completed' and publication.has_warnings and content.status = 'published' then
    publication := private.take_up(publication, 'publish_to_channels', '{failed}');
  elsif publication.direction = 'publish' and publication.status in ('failed', 'cancelled') then
    perform private.require_action(content, 'publish');
    -- What it did was undone, so it begins with the first step that wrote something; the checks passed just now.
    update private.publications as present set content_version = content.version where present.id = publication.id;
    update private.publication_channels as channel set state = 'skipped'
    where channel.publication_id = publication.id;
    publication := private.take_up(publication, 'generate_metadata', '{}');
    perform private.add_publication_channels(publication, publication.id);
  else
    perform private.refuse_publication(publication, 'retried');
  end if;
  event_id := private.announce_publication(publication, 'PublicationStarted');
  return publication;
end;
$$;
comment on function private.retry_ended is 'Takes up a publication that failed, was cancelled, or ended with warnings.';

create function public.retry_publication(content_id uuid)
returns jsonb
language plpgsql
volatile
security definer -- private is closed to the API
set search_path = ''
as $$
declare
  content public.contents;
  publication private.publications;
begin
  perform private.require_functions();
  content := private.lock_content(content_id);
  publication := private.lock_publication(content);
  if publication.status in ('running', 'compensating') then
    -- The next attempts come now, and those on their way are waited for.
    update private.publication_channels as channel set due_at = greatest(now(), channel.leased_until)
    where channel.publication_id = publication.id and channel.state in ('pending', 'withdrawing');
    update private.publications as present set due_at = now()
    where present.id = publication.id
    returning present.* into publication;
  else
    publication := private.retry_ended(publication, content);
  end if;
  return private.publication_answer(publication);
end;
$$;
comment on function public.retry_publication is
'Takes up a publication again: one that failed or was cancelled from the step that failed, one that waits for its next
attempt at once. For those who may publish the content.';
grant execute on function public.retry_publication to authenticated, service_role;
