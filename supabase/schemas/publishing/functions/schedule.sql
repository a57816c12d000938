create function public.publish_due_contents(batch integer default 100)
returns table (content_id uuid, outcome text)
language plpgsql
volatile
security definer -- nobody may write contents by themselves
set search_path = ''
set statement_timeout = '30s'
as $$
declare
  content public.contents;
begin
  perform private.begin_summary();
  -- Locked rows are skipped, so that each content is published by one of two schedulers that run at the same time.
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
  perform private.send_summary('publish_due_contents');
end;
$$;
comment on function public.publish_due_contents is
'For the scheduler: publishes contents that are due and archives contents that have expired, each once even where two
schedulers run at the same time.';
grant execute on function public.publish_due_contents to service_role;
