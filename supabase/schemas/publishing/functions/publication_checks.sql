create function private.awaits_recheck(publication private.publications, content public.contents)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  return not private.has_open_violations(content) and cardinality(private.markets_to_recheck(content)) > 0
    and now() < interval '10 minutes' + greatest(publication.step_started_at, (
      select max(channel.changed_at) from private.publication_channels as channel
      where channel.publication_id = publication.id
    ));
end;
$$;
comment on function private.awaits_recheck is
'Tells whether a publication waits, for up to 10 minutes, for a check against claims that have changed meanwhile.';

create function private.await_recheck(publication private.publications, content public.contents)
returns private.publications
language plpgsql
volatile
set search_path = ''
as $$
declare
  waiting private.publications;
  queued uuid;
begin
  queued := private.enqueue_job(
    'claims', 'check_content', content.brand_id, jsonb_build_object('contentId', content.id),
    dedupe_key => private.recheck_key(content.id, private.claims_state(content.brand_id))
  );
  update private.publications as present
  set due_at = now() + interval '10 seconds', error = 'waits for a check against claims that have changed'
  where present.id = publication.id
  returning present.* into waiting;
  return waiting;
end;
$$;
comment on function private.await_recheck is
'Has a content checked against claims that have changed since its publication began, and waits for that.';

create function private.channels_to_validate(publication private.publications)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
      'channel_id', channel.channel_id, 'content_id', channel.content_id, 'version', publication.content_version
    ) order by channel.channel_id), '[]')
    from private.publication_channels as channel
    where channel.publication_id = publication.id and channel.state = 'pending'
  );
end;
$$;
comment on function private.channels_to_validate is
'Returns the channels of a publication that are asked whether they can take its content, before any of them gets it.';

create function public.record_validation(publication_id uuid, problems jsonb)
returns boolean
language plpgsql
volatile
security definer -- private is closed to the service as well
set search_path = ''
as $$
#variable_conflict use_column
declare
  publication private.publications;
  refusal text;
begin
  select * into publication from private.publications as present
  where present.id = record_validation.publication_id for update;
  if
    publication.id is null or publication.status <> 'running' or publication.step <> 'publish_to_channels'
    or publication.is_validated
  then
    return false;
  end if;
  update private.publications as present set is_validated = true, due_at = now() where present.id = publication.id;
  update private.publication_channels as channel
  set state = 'failed', error = left(record_validation.problems ->> channel.channel_id::text, 500), changed_at = now()
  where
    channel.publication_id = publication.id and channel.state = 'pending'
    and record_validation.problems ? channel.channel_id::text;
  select channel.kind || ': ' || channel.error into refusal from private.publication_channels as channel
  where channel.publication_id = publication.id and channel.state = 'failed' and channel.is_required
  order by channel.channel_id limit 1;
  if refusal is not null then
    publication := private.undo_publication(publication, refusal);
    update private.publications as present set failed_step = 'validate' where present.id = publication.id;
  end if;
  return true;
end;
$$;
comment on function public.record_validation is
'For the service: records which channels of a publication cannot take its content, {channel id: why}. A required one
ends the publication before any channel gets the content.';
grant execute on function public.record_validation to service_role;
