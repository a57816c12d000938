create function private.publication_policy(step text, is_required boolean default true)
returns table (attempts integer, first_seconds double precision, longest_seconds double precision, deadline interval)
language plpgsql
immutable
set search_path = ''
as $$
begin
  -- Attempts come after 5, 20, 80 … seconds, up to the longest.
  return query select
    policy.attempts, policy.first_seconds::double precision, policy.longest_seconds::double precision, policy.deadline
  from (
    values
    ('publish_to_channels', true, 6, 5, 1800, interval '2 hours'),
    -- Holds up what the others are to show, so it has less time.
    ('publish_to_channels', false, 3, 5, 60, interval '10 minutes'),
    ('unpublish', true, 8, 5, 900, interval '2 hours'),
    ('unpublish', false, 3, 5, 60, interval '10 minutes')
  ) as policy (step, is_required, attempts, first_seconds, longest_seconds, deadline)
  where policy.step = publication_policy.step and policy.is_required = publication_policy.is_required
  union all
  select 5, 5::double precision, 300::double precision, interval '1 hour'
  where publication_policy.step not in ('publish_to_channels', 'unpublish');
end;
$$;
comment on function private.publication_policy is
'Returns how often a step of a publication is tried, after how many seconds, and when it fails for good. Those on
channels are tried for each channel by itself.';

create function private.publication_delay(
  step text, is_required boolean, attempts integer, asked_seconds double precision default null
)
returns interval
language plpgsql
volatile
set search_path = ''
as $$
declare
  policy record;
begin
  select * into policy from private.publication_policy(step, is_required);
  return interval '1 second' * greatest(
    least(policy.first_seconds * 4 ^ (greatest(attempts, 1) - 1), policy.longest_seconds) * (0.75 + random() * 0.5),
    least(coalesce(asked_seconds, 0), 3600)
  );
end;
$$;
comment on function private.publication_delay is
'Returns how long a step waits after so many attempts, ±25 %; longer where the other side asked for it, up to an hour.';

create function private.enter_step(publication private.publications, step text)
returns private.publications
language plpgsql
volatile
set search_path = ''
as $$
declare
  moved private.publications;
begin
  update private.publications as present
  set
    step = enter_step.step, attempts = 0, step_started_at = now(), due_at = now(),
    deadline_at = now() + (select policy.deadline from private.publication_policy(enter_step.step) as policy),
    steps = private.last_steps(present.steps || jsonb_build_object(
      'step', publication.step, 'started_at', present.step_started_at, 'finished_at', now(),
      'attempts', present.attempts + 1, 'error', present.error
    )),
    error = case when present.status = 'running' then null else present.error end
  where present.id = publication.id
  returning present.* into moved;
  return moved;
end;
$$;
comment on function private.enter_step is 'Ends the present step of a publication and begins another one.';

create function private.last_steps(steps jsonb)
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
begin
  return (
    select coalesce(jsonb_agg(listed.step order by listed.place), '[]')
    from jsonb_array_elements(steps) with ordinality as listed (step, place)
    where listed.place > jsonb_array_length(steps) - 50
  );
end;
$$;
comment on function private.last_steps is 'Returns the last 50 of the steps of a publication.';

create function private.end_publication(publication private.publications, status text)
returns private.publications
language plpgsql
volatile
set search_path = ''
as $$
declare
  ended private.publications;
begin
  update private.publications as present
  set
    status = end_publication.status, finished_at = now(),
    has_warnings = exists (
      select from private.publication_channels as channel
      where channel.publication_id = publication.id and channel.state = 'failed'
    ),
    steps = private.last_steps(present.steps || jsonb_build_object(
      'step', present.step, 'started_at', present.step_started_at, 'finished_at', now(),
      'attempts', present.attempts + 1, 'error', null
    ))
  where present.id = publication.id
  returning present.* into ended;
  return ended;
end;
$$;
comment on function private.end_publication is 'Ends a publication.';

create function private.announce_publication(publication private.publications, event_type text)
returns uuid
language plpgsql
volatile
set search_path = ''
as $$
begin
  return private.append_event(
    publication.brand_id, 'content', publication.content_id, event_type, jsonb_build_object(
      'contentId', publication.content_id, 'publicationId', publication.id,
      'title', (select contents.title from public.contents where contents.id = publication.content_id),
      'direction', publication.direction, 'requestedBy', publication.requested_by,
      'failedStep', publication.failed_step,
      'channels', (
        select coalesce(jsonb_agg(jsonb_build_object(
          'channelId', channel.channel_id, 'kind', channel.kind, 'isRequired', channel.is_required,
          'state', channel.state, 'hasFailed', channel.error is not null, 'url', channel.url
        ) order by channel.channel_id), '[]')
        from private.publication_channels as channel where channel.publication_id = publication.id
      )
    )
  );
end;
$$;
comment on function private.announce_publication is
'Appends an event of a publication, with what became of it on each channel.';

create function private.undo_publication(publication private.publications, reason text, ends_as text default 'failed')
returns private.publications
language plpgsql
volatile
set search_path = ''
as $$
declare
  undone private.publications;
begin
  -- What was attempted may be there, whatever the outcome said, and so may what a former publication put there. An
  -- attempt that is on its way is waited for.
  update private.publication_channels as channel
  set
    state = case
      when exists (
        select from private.publication_channels as standing
        where
          standing.content_id = publication.content_id and standing.channel_id = channel.channel_id
          and standing.is_standing
      ) then 'withdrawing'
      else 'skipped'
    end,
    attempts = 0, due_at = greatest(now(), channel.leased_until), changed_at = now()
  where channel.publication_id = publication.id and channel.state in ('pending', 'published', 'failed', 'withdrawing');
  undone := private.enter_step(publication, 'unpublish');
  update private.publications as present
  set
    status = 'compensating', ends_as = undo_publication.ends_as, failed_step = publication.step,
    error = left(reason, 500)
  where present.id = publication.id
  returning present.* into undone;
  return undone;
end;
$$;
comment on function private.undo_publication is
'Begins to undo what a publication did: it failed for this reason, or was cancelled.';
