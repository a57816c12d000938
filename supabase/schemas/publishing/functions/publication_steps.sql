create function private.publication_refusal(content public.contents)
returns text
language plpgsql
stable
set search_path = ''
as $$
begin
  return case
    when content.deleted_at is not null then 'the content was deleted'
    when content.status not in ('approved', 'published') then format('the content is %s', content.status)
    when content.expires_at <= now() then 'the content has expired'
    when exists (
      select from public.brands where brands.id = content.brand_id and brands.deleted_at is not null
    ) then 'the brand was deleted'
  end;
end;
$$;
comment on function private.publication_refusal is
'Says why a content that is being published may not be, its claims aside; null if it may.';

create function private.settle_channels(publication private.publications)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  update private.publication_channels as channel
  set
    state = 'failed', error = coalesce(channel.error, 'it did not answer in time'), changed_at = now(),
    is_standing = channel.is_standing or channel.state = 'withdrawing'
  where
    channel.publication_id = publication.id and channel.state in ('pending', 'withdrawing')
    and (channel.leased_until is null or channel.leased_until <= now())
    and publication.step_started_at + (
      select policy.deadline from private.publication_policy(
        case channel.state when 'pending' then 'publish_to_channels' else 'unpublish' end,
        channel.is_required or publication.status = 'compensating'
      ) as policy
    ) <= now();
end;
$$;
comment on function private.settle_channels is 'Fails the channels whose time in the present step is over.';

create function private.complete_publication(publication private.publications, content public.contents)
returns private.publications
language plpgsql
volatile
set search_path = ''
as $$
declare
  ended private.publications;
  setting text;
  event_id uuid;
begin
  -- The last of its changes, and the one that shows it to websites: everything else stands by now.
  if publication.direction = 'publish' and content.status <> 'published' then
    setting := set_config('mixerai.publication', publication.id::text, true);
    setting := set_config('mixerai.publisher', coalesce(publication.requested_by::text, ''), true);
    perform private.transition_content(content, 'published');
    setting := set_config('mixerai.publication', '', true);
    setting := set_config('mixerai.publisher', '', true);
  end if;
  ended := private.end_publication(publication, case
    when publication.direction = 'unpublish' and exists (
      select from private.publication_channels as channel
      where channel.publication_id = publication.id and channel.state = 'failed'
    ) then 'failed' else 'completed'
  end);
  event_id := private.announce_publication(
    ended, case ended.status when 'failed' then 'PublicationFailed' else 'PublicationCompleted' end
  );
  return ended;
end;
$$;
comment on function private.complete_publication is
'The last step of a publication: publishes the content, which its channels have by now, and tells of it.';

create function private.do_step(publication private.publications, content public.contents)
returns private.publications
language plpgsql
volatile
set search_path = ''
as $$
declare
  refusal text;
  failed record;
begin
  case publication.step
    when 'validate' then
      refusal := private.publication_refusal(content);
      return case
        when refusal is null then private.enter_step(publication, 'check_compliance')
        else private.undo_publication(publication, refusal)
      end;
    when 'check_compliance' then
      refusal := private.claims_refusal(content);
      return case
        when refusal is null then private.enter_step(publication, 'generate_metadata')
        when private.awaits_recheck(publication, content) then private.await_recheck(publication, content)
        else private.undo_publication(publication, refusal)
      end;
    when 'generate_metadata' then
      -- One that is published has them, and they are of the same text.
      if content.status <> 'published' then
        update private.publications as present set metadata = private.made_metadata(content)
        where present.id = publication.id;
      end if;
      return private.enter_step(publication, 'publish_to_channels');
    when 'publish_to_channels' then
      select channel.kind, channel.error into failed from private.publication_channels as channel
      where channel.publication_id = publication.id and channel.state = 'failed' and channel.is_required
      order by channel.changed_at limit 1;
      if failed.kind is not null then
        return private.undo_publication(publication, failed.kind || ': ' || coalesce(failed.error, 'it failed'));
      end if;
      -- Nobody could change the content meanwhile, but time passed and claims may have changed.
      refusal := coalesce(
        private.publication_refusal(content),
        case when content.status = 'approved' then private.claims_refusal(content) end
      );
      return case
        when refusal is null then private.enter_step(publication, 'notify')
        when private.awaits_recheck(publication, content) then private.await_recheck(publication, content)
        else private.undo_publication(publication, refusal)
      end;
    when 'unpublish' then
      return private.enter_step(
        publication, case publication.status when 'compensating' then 'revert_metadata' else 'notify' end
      );
    when 'revert_metadata' then
      update private.publications as present set metadata = null where present.id = publication.id;
      return private.enter_step(publication, 'notify_failure');
    when 'notify_failure' then
      publication := private.end_publication(publication, publication.ends_as);
      perform private.announce_publication(
        publication, case publication.status when 'failed' then 'PublicationFailed' else 'PublicationCancelled' end
      );
      return publication;
    else
      return private.complete_publication(publication, content);
  end case;
end;
$$;
comment on function private.do_step is
'Does the present step of a publication, for steps on channels what follows once all of them have ended. Returns the
publication at its next step.';

create function private.step_failed(publication private.publications, state text, message text)
returns private.publications
language plpgsql
volatile
set search_path = ''
as $$
declare
  policy record;
  failed private.publications;
  -- Messages of the database may quote what somebody wrote: only our own refusals are kept in words.
  reason constant text := case when state ~ '^PT[0-9]{3}$' then left(message, 500) else 'SQLSTATE ' || state end;
begin
  select * into policy from private.publication_policy(publication.step);
  update private.publications as present
  set
    attempts = present.attempts + 1, error = reason,
    due_at = now() + private.publication_delay(present.step, true, present.attempts + 1)
  where present.id = publication.id
  returning present.* into failed;
  if failed.attempts < policy.attempts and now() < failed.deadline_at and state !~ '^PT4' then
    return failed;
  elsif failed.status = 'running' and failed.direction = 'publish' then
    return private.undo_publication(failed, reason);
  elsif failed.attempts >= policy.attempts or now() >= failed.deadline_at then
    failed := private.end_publication(failed, 'failed');
    perform private.announce_publication(failed, 'PublicationFailed');
  end if;
  return failed;
end;
$$;
comment on function private.step_failed is
'Records that a step within the database failed: it is tried again, and a refusal or its last attempt undoes the
publication.';

create function public.advance_publication(publication_id uuid)
returns jsonb
language plpgsql
volatile
security definer -- private is closed to the service as well
set search_path = ''
as $$
declare
  publication private.publications;
  content public.contents;
  code text;
  reason text;
begin
  -- The content first, as the commands on it do.
  select contents.* into content from public.contents
  where contents.id = (
    select present.content_id from private.publications as present where present.id = advance_publication.publication_id
  )
  for update;
  select * into publication from private.publications as present
  where present.id = advance_publication.publication_id for update;
  for turn in 1 .. 12 loop
    exit when publication.id is null or publication.status not in ('running', 'compensating');
    if
      publication.status = 'running' and publication.direction = 'publish' and exists (
        select from public.brands where brands.id = publication.brand_id and brands.deleted_at is not null
      )
    then
      publication := private.undo_publication(publication, 'the brand was deleted', 'cancelled');
    end if;
    if publication.step in ('publish_to_channels', 'unpublish') then
      perform private.settle_channels(publication);
      if exists (
        select from private.publication_channels as channel
        where channel.publication_id = publication.id and channel.state in ('pending', 'withdrawing')
      ) and not (publication.step = 'publish_to_channels' and exists (
        select from private.publication_channels as channel
        where channel.publication_id = publication.id and channel.state = 'failed' and channel.is_required
      )) then
        if publication.direction = 'publish' and publication.status = 'running' and not publication.is_validated then
          return jsonb_build_object('attempts', '[]'::jsonb, 'to_validate', private.channels_to_validate(publication));
        end if;
        return private.attempts_of(publication, content);
      end if;
    end if;
    begin
      publication := private.do_step(publication, content);
    exception when others then
      get stacked diagnostics code = returned_sqlstate, reason = message_text;
      publication := private.step_failed(publication, code, reason);
    end;
    exit when publication.due_at > now();
    select contents.* into content from public.contents where contents.id = publication.content_id;
  end loop;
  return jsonb_build_object('attempts', '[]'::jsonb);
end;
$$;
comment on function public.advance_publication is
'For the service: does the steps of a publication that are due, and leases its attempts on channels to the caller:
{attempts: [{channel_id, content_id, version, is_publication, lease_number}], to_validate: [{channel_id, content_id,
version}]}. With the latter, record_validation comes first. Calling it again at any time does no harm.';
grant execute on function public.advance_publication to service_role;
