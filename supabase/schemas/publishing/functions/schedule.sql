create function private.tell_unscheduled(content public.contents, reason text)
returns uuid
language plpgsql
volatile
set search_path = ''
as $$
declare
  present public.contents;
begin
  select * into present from private.content_by_id(content.id);
  return private.append_content_event(present, 'ContentUnscheduled', jsonb_build_object(
    'reason', tell_unscheduled.reason, 'scheduledFor', content.scheduled_for, 'expiresAt', content.expires_at,
    'scheduledBy', (
      select version.created_by from public.content_versions as version
      where
        version.content_id = content.id and version.brand_id = content.brand_id
        and version.snapshot ->> 'status' = 'scheduled' and version.action = 'status_changed'
        and private.is_active_member(version.created_by, content.brand_id)
      order by version.version desc
      limit 1
    )
  ));
end;
$$;
comment on function private.tell_unscheduled is
'Tells that a content which was due has not been published, and whoever scheduled it (private.publication_notices).
content: as it was scheduled. reason: expired, or claims.';

create function private.publish_due_content(content_id uuid)
returns text
language plpgsql
volatile
set search_path = ''
as $$
declare
  content public.contents;
begin
  -- A locked row is skipped, so that each content is published by one of two schedulers that run at the same time.
  select contents.* into content
  from public.contents
  inner join public.brands on brands.id = contents.brand_id and brands.deleted_at is null
  where
    contents.id = publish_due_content.content_id and contents.status = 'scheduled' and contents.scheduled_for <= now()
    and contents.deleted_at is null
  for update of contents skip locked;
  if content.id is null then
    return null;
  elsif
    content.scheduled_for > now() - interval '10 minutes' and not coalesce(content.expires_at <= now(), false)
    and not private.has_open_violations(content) and cardinality(private.markets_to_recheck(content)) > 0
  then
    -- The claims have changed since its check, and public.queue_claim_checks has it checked again.
    return null;
  elsif content.expires_at <= now() or private.claims_refusal(content) is not null then
    perform private.transition_content(content, 'approved',
      '{"note": "not published: expired, in violation of a claim, or not checked against the present claims"}');
    perform private.tell_unscheduled(content, case when content.expires_at <= now() then 'expired' else 'claims' end);
    return 'unscheduled';
  end if;
  return case when private.publish(content) is null then 'published' else 'started' end;
end;
$$;
comment on function private.publish_due_content is
'Publishes a content that is due, or takes it off the schedule where it may not be published, and tells so. Returns the
outcome, which is `started` where channels get it first; null if it is not due, if another scheduler has it, or if it
waits, for up to 10 minutes, for a check against claims that have changed.';

create function private.archive_expired_content(content_id uuid)
returns text
language plpgsql
volatile
set search_path = ''
as $$
declare
  content public.contents;
begin
  select contents.* into content
  from public.contents
  where
    contents.id = archive_expired_content.content_id and contents.status = 'published'
    and contents.expires_at <= now() and contents.deleted_at is null
  for update skip locked;
  if content.id is null then
    return null;
  end if;
  perform private.transition_content(content, 'archived', '{"note": "expired"}');
  return 'archived';
end;
$$;
comment on function private.archive_expired_content is
'Archives a published content that has expired. Returns the outcome; null if it has not, or another scheduler has it.';

create function public.publish_due_contents(batch integer default 100, seconds integer default 12)
returns table (content_id uuid, outcome text)
language plpgsql
volatile
security definer -- nobody may write contents by themselves
set search_path = ''
set statement_timeout = '30s'
as $$
declare
  until constant timestamptz := clock_timestamp() + make_interval(secs => seconds);
  due constant uuid[] := private.next_by_turns(
    'publish_due', 'public.contents',
    'item.status = ''scheduled'' and item.deleted_at is null', 'item.scheduled_for', batch, false
  );
  expired constant uuid[] := private.next_by_turns(
    'publish_due', 'public.contents',
    'item.status = ''published'' and item.expires_at is not null and item.deleted_at is null', 'item.expires_at', batch
  );
begin
  perform private.begin_summary();
  foreach content_id in array due || expired loop
    exit when clock_timestamp() > until;
    -- Each by itself: one that fails is tried again later, and keeps no other from its time.
    begin
      outcome := coalesce(private.publish_due_content(content_id), private.archive_expired_content(content_id));
      perform private.clear_setback('publish_due', content_id);
    exception when others then
      outcome := 'failed';
      perform private.set_back(
        'publish_due', content_id, (select contents.brand_id from public.contents where contents.id = content_id),
        sqlstate, sqlerrm
      );
    end;
    if outcome is not null then
      return next;
    end if;
  end loop;
  perform private.send_summary('publish_due_contents');
end;
$$;
comment on function public.publish_due_contents is
'For the scheduler: publishes contents that are due and archives contents that have expired, in turns by brand, each
once even where two schedulers run at the same time. Returns each with its outcome, `failed` for those that are tried
again later. Ends after so many seconds.';
grant execute on function public.publish_due_contents to service_role;
