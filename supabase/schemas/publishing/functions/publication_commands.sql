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
  if publication.id is null and content.status <> 'published' then
    perform private.refuse(404, 'the content was never published');
  end if;
  return publication;
end;
$$;
comment on function private.lock_publication is
'Locks the present or last publication of a content and returns it, to those who may publish it. Null of a content that
was published before publications were kept.';

create function private.refuse_publication(publication private.publications, action text)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  perform private.refuse(409, format(
    'a publication that is %s cannot be %s',
    case
      when publication.direction = 'unpublish' then 'taking a content back' else coalesce(publication.status, 'completed')
    end, action
  ), jsonb_build_array(jsonb_build_object(
    'field', 'status', 'code', 'CONFLICT', 'message', 'it is ' || coalesce(publication.status, 'completed')
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
  withdrawal uuid;
begin
  perform private.require_functions();
  content := private.lock_content(content_id);
  publication := private.lock_publication(content);
  if private.is_left_undone(publication, content) then
    withdrawal := private.withdraw_content(content.id, content.brand_id, content.version);
    return private.publication_answer(private.last_publication(content.id));
  elsif publication.id is null or publication.status <> 'running' or publication.direction <> 'publish' then
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
'Cancels the publication of a content that is under way: what it did is undone. One that ended while channels may still
have the content is undone once more. Requires content.publish.';
grant execute on function public.cancel_publication to authenticated, service_role;

create function private.go_on(publication private.publications, step text)
returns private.publications
language plpgsql
volatile
set search_path = ''
as $$
declare
  present private.publications;
begin
  update private.publication_channels as channel
  set
    state = case
      when publication.direction = 'publish' and channel.channel_id in (
        select target.channel_id from private.channel_targets(publication.content_id) as target
      ) then 'pending' else 'withdrawing'
    end,
    attempts = 0, error = null, due_at = greatest(now(), channel.leased_until), changed_at = now()
  where channel.publication_id = publication.id and channel.state = 'failed';
  update private.publications as kept
  set
    status = 'running', step = go_on.step, attempts = 0, error = null, failed_step = null, ends_as = 'failed',
    has_warnings = false, is_validated = false, finished_at = null, due_at = now(), step_started_at = now(),
    started_at = now(), requested_by = coalesce(auth.uid(), kept.requested_by),
    deadline_at = now() + (select policy.deadline from private.publication_policy(go_on.step) as policy)
  where kept.id = publication.id
  returning kept.* into present;
  return present;
end;
$$;
comment on function private.go_on is 'Has a publication that ended go on at a step, on its channels that failed.';

create function private.is_left_undone(publication private.publications, content public.contents)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  return publication.direction = 'publish' and publication.status in ('failed', 'cancelled')
    and content.status <> 'published' and exists (
      select from private.publication_channels as standing
      where standing.content_id = content.id and standing.is_standing
    );
end;
$$;
comment on function private.is_left_undone is
'Tells whether a publication that failed or was cancelled left a content on channels that could not take it back.';

create function private.is_missing_on_channels(content public.contents)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  return content.status = 'published' and exists (
    select from private.channel_targets(content.id) as target
    inner join public.channels on channels.id = target.channel_id
    where not exists (
      select from public.channel_publications as known
      where
        known.channel_id = target.channel_id and known.content_id = content.id and known.status = 'published'
        and known.channel_version = channels.version
    )
  );
end;
$$;
comment on function private.is_missing_on_channels is
'Tells whether a published content is to be sent to channels: those that are new, or were changed since they got it.';

create function private.retry_ended(publication private.publications, content public.contents)
returns private.publications
language plpgsql
volatile
set search_path = ''
as $$
declare
  event_id uuid;
  refusal text;
begin
  if publication.direction = 'unpublish' and publication.status = 'failed' then
    publication := private.go_on(publication, 'unpublish');
  elsif publication.status = 'completed' and publication.has_warnings and content.status = 'published' then
    publication := private.go_on(publication, 'publish_to_channels');
  elsif private.is_missing_on_channels(content) then
    refusal := private.claims_refusal(content);
    if refusal is not null then
      perform private.refuse(409, refusal);
    end if;
    return private.begin_publication(content);
  elsif publication.direction = 'publish' and publication.status in ('failed', 'cancelled') then
    perform private.require_action(content, 'publish');
    -- What it did was undone, so it begins anew. The channels may be others by now.
    if content.status = 'published' then
      perform private.refuse_publication(publication, 'retried');
    end if;
    return private.begin_publication(content);
  else
    perform private.refuse_publication(publication, 'retried');
  end if;
  event_id := private.announce_publication(publication, 'PublicationStarted');
  return publication;
end;
$$;
comment on function private.retry_ended is
'Goes on with a publication that ended with channels that failed, or begins another one: for a content that failed to be
published, or that is published and not on all of its channels.';

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
'Has a publication that waits go on now, tries channels that failed again, publishes a content whose publication failed
or was cancelled once more, and sends a published content to channels that do not have it. Requires content.publish.';
grant execute on function public.retry_publication to authenticated, service_role;
