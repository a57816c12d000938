create function private.end_superseded(content_id uuid, reason text)
returns private.publications
language plpgsql
volatile
set search_path = ''
as $$
#variable_conflict use_column
declare
  live private.publications;
  ended private.publications;
begin
  select * into live from private.publications as present
  where present.content_id = end_superseded.content_id and present.status in ('running', 'compensating')
  for update;
  if live.id is not null then
    update private.publication_channels as channel set state = 'skipped', changed_at = now()
    where channel.publication_id = live.id and channel.state in ('pending', 'withdrawing');
    update private.publications as present
    set
      status = case live.status when 'compensating' then live.ends_as else 'cancelled' end,
      error = left(reason, 500), finished_at = now()
    where present.id = live.id
    returning present.* into ended;
    perform private.announce_publication(
      ended, case ended.status when 'failed' then 'PublicationFailed' else 'PublicationCancelled' end
    );
  end if;
  return live;
end;
$$;
comment on function private.end_superseded is
'Ends the live publication of a content, which another one takes over from, and returns it as it was.';

create function private.add_publication_channels(publication private.publications, former_id uuid)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  is_shown constant boolean := exists (
    select from public.contents where contents.id = publication.content_id and contents.status = 'published'
  );
begin
  -- The attempt of a former publication that is on its way on the same channel ends first.
  insert into private.publication_channels (
    publication_id, channel_id, brand_id, content_id, kind, is_required, state, due_at
  )
  select
    publication.id, wanted.channel_id, publication.brand_id, publication.content_id, wanted.kind, wanted.is_required,
    wanted.state, greatest(now(), (
      select former.leased_until from private.publication_channels as former
      where former.publication_id = former_id and former.channel_id = wanted.channel_id
    ))
  from (
    -- A content that is published already does not depend on the channels that get it now.
    select target.channel_id, target.kind, target.is_required and not is_shown as is_required, 'pending' as state
    from private.channel_targets(publication.content_id) as target
    where publication.direction = 'publish'
    union all
    -- Where it still is and no longer belongs.
    select distinct on (standing.channel_id) standing.channel_id, standing.kind,
      publication.direction = 'unpublish', 'withdrawing'
    from private.publication_channels as standing
    where
      standing.content_id = publication.content_id and standing.is_standing
      and (publication.direction = 'unpublish' or standing.channel_id not in (
        select target.channel_id from private.channel_targets(publication.content_id) as target
      ))
  ) as wanted
  on conflict on constraint publication_channels_pkey do update
  set
    state = excluded.state, kind = excluded.kind, is_required = excluded.is_required, attempts = 0, error = null,
    due_at = greatest(now(), publication_channels.leased_until), changed_at = now();
end;
$$;
comment on function private.add_publication_channels is
'Adds the channels of a publication: those that take the content, and those that have it and no longer take it.';

create function private.refuse_live(content public.contents)
returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  live private.publications;
begin
  select * into live from private.publications as present
  where
    present.content_id = content.id and present.direction = 'publish'
    and present.status in ('running', 'compensating');
  if live.id is not null then
    perform private.refuse(409, case live.status
      when 'running' then 'this content is being published' else 'its last publication is being undone'
    end, jsonb_build_array(jsonb_build_object(
      'field', 'status', 'code', 'CONFLICT', 'message', format('see /api/v1/contents/%s/publication', content.id)
    )));
  end if;
end;
$$;
comment on function private.refuse_live is 'Refuses with 409 while a publication of the content is under way.';

create function private.begin_publication(content public.contents)
returns private.publications
language plpgsql
volatile
set search_path = ''
as $$
declare
  publication private.publications;
  former private.publications := private.end_superseded(content.id, 'published again');
  present public.contents := content;
begin
  -- Until the channels have it, the content is approved: neither the schedule nor anybody else publishes it.
  if content.status = 'scheduled' then
    perform private.transition_content(
      content, 'approved', jsonb_build_object('note', 'being published to its channels')
    );
    select * into present from private.content_by_id(content.id);
  end if;
  insert into private.publications (brand_id, content_id, content_version, step, requested_by)
  values (present.brand_id, present.id, present.version, 'validate', auth.uid())
  returning * into publication;
  perform private.add_publication_channels(publication, former.id);
  perform private.announce_publication(publication, 'PublicationStarted');
  return publication;
end;
$$;
comment on function private.begin_publication is
'Begins a publication of a content, which takes over from one that is under way, and returns it.';

create function private.publish(content public.contents)
returns uuid
language plpgsql
volatile
set search_path = ''
as $$
declare
  -- Most brands have no channel, and need not be asked which of them take the content. One that was switched off may
  -- still have a former version.
  is_direct constant boolean := (
    not exists (select from public.channels where channels.brand_id = content.brand_id and channels.is_active)
    or not exists (select from private.channel_targets(content.id))
  ) and not exists (
    select from private.publication_channels as standing
    where standing.content_id = content.id and standing.is_standing
  );
begin
  perform private.refuse_live(content);
  if is_direct then
    perform private.transition_content(content, 'published');
    insert into private.publications (
      brand_id, content_id, content_version, status, step, requested_by, metadata, finished_at
    )
    values (
      content.brand_id, content.id, content.version + 1, 'completed', 'notify', auth.uid(),
      private.made_metadata(content), now()
    );
    return null;
  end if;
  return (private.begin_publication(content)).id;
end;
$$;
comment on function private.publish is
'Publishes a content that may be published: at once where no channel outside of the platform takes it, and otherwise by
a publication that workers carry out. Returns the id of that, or null.';

create function private.hold_in_publication()
returns trigger
language plpgsql
security definer -- publications are read by functions only
set search_path = ''
as $$
declare
  live uuid;
begin
  if (new.status, new.deleted_at) is distinct from (old.status, old.deleted_at) or private.is_edited(old, new) then
    select present.id into live from private.publications as present
    where present.content_id = old.id and present.direction = 'publish' and present.status = 'running';
    if live is not null and live::text is distinct from current_setting('mixerai.publication', true) then
      perform private.refuse(409, 'this content is being published', jsonb_build_array(jsonb_build_object(
        'field', 'status', 'code', 'CONFLICT',
        'message', format('wait, or POST /api/v1/contents/%s/publication/cancel', old.id)
      )));
    end if;
  end if;
  return new;
end;
$$;
comment on function private.hold_in_publication is
'Keeps a content as it was approved while its channels get it: an edit, a deletion or another status is refused.';
