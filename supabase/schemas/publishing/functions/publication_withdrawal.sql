create function private.withdraw_content(content_id uuid, brand_id uuid, version integer)
returns uuid
language plpgsql
volatile
set search_path = ''
as $$
#variable_conflict use_column
declare
  publication private.publications;
  former private.publications;
begin
  update private.publications as kept set metadata = null
  where kept.content_id = withdraw_content.content_id and kept.metadata is not null;
  -- One that is on its way goes on: it has all channels with the content.
  select * into publication from private.publications as present
  where
    present.content_id = withdraw_content.content_id and present.direction = 'unpublish' and present.status = 'running';
  if publication.id is not null then
    return publication.id;
  end if;
  former := private.end_superseded(withdraw_content.content_id, 'the content is no longer published');
  if not exists (
    select from private.publication_channels as standing
    where standing.content_id = withdraw_content.content_id and standing.is_standing
  ) then
    return null;
  end if;
  insert into private.publications (brand_id, content_id, content_version, direction, step, requested_by)
  values (
    withdraw_content.brand_id, withdraw_content.content_id, withdraw_content.version, 'unpublish', 'unpublish',
    auth.uid()
  )
  returning * into publication;
  perform private.add_publication_channels(publication, former.id);
  perform private.announce_publication(publication, 'PublicationStarted');
  return publication.id;
end;
$$;
comment on function private.withdraw_content is
'Has a content taken back from all channels that have it. Returns the id of the publication that does it; null where no
channel has it.';

create function private.withdraw_unpublished()
returns trigger
language plpgsql
security definer -- publications are written by functions only
set search_path = ''
as $$
begin
  perform private.withdraw_content(new.id, new.brand_id, new.version);
  return null;
end;
$$;
comment on function private.withdraw_unpublished is
'Takes a content back from the channels that have it, or may have it, once it is no longer published, archived or in the
bin.';

create function public.withdraw_of_deleted_brands(batch integer default 100)
returns integer
language plpgsql
volatile
security definer -- private is closed to the service as well
set search_path = ''
set statement_timeout = '30s'
as $$
declare
  standing record;
  withdrawn integer := 0;
begin
  for standing in
    select contents.id, contents.brand_id, contents.version
    from public.brands
    inner join public.contents on contents.brand_id = brands.id
    where
      brands.deleted_at is not null and contents.id in (
        select channel.content_id from private.publication_channels as channel
        where channel.brand_id = brands.id and channel.is_standing
      )
      and not exists (
        select from private.publications as present
        where
          present.content_id = contents.id
          and (
            present.status in ('running', 'compensating')
            -- It was tried, and some channel never answered.
            or (present.direction = 'unpublish' and present.started_at > brands.deleted_at)
          )
      )
    order by contents.id
    limit batch
    for update of contents skip locked
  loop
    perform private.withdraw_content(standing.id, standing.brand_id, standing.version);
    withdrawn := withdrawn + 1;
  end loop;
  return withdrawn;
end;
$$;
comment on function public.withdraw_of_deleted_brands is
'For the scheduler: has the contents of deleted brands taken back from their channels. Returns how many.';
grant execute on function public.withdraw_of_deleted_brands to service_role;

create function public.withdraw_again(batch integer default 100)
returns integer
language plpgsql
volatile
security definer -- private is closed to the service as well
set search_path = ''
set statement_timeout = '30s'
as $$
declare
  standing record;
  withdrawn integer := 0;
begin
  for standing in
    select contents.id, contents.brand_id, contents.version
    from public.contents
    where
      contents.id in (
        select failed.content_id
        from public.channels
        cross join lateral (
          select greatest(channels.updated_at, case when channels.is_usable then channels.checked_at end) as changed_at_last
        ) as present
        inner join private.publication_channels as failed
          on failed.channel_id = channels.id and failed.is_standing and failed.state = 'failed'
        where
          present.changed_at_last > now() - interval '1 day' and failed.changed_at < present.changed_at_last
          -- Once for each change or check.
          and not exists (
            select from private.publication_channels as later
            where
              later.channel_id = failed.channel_id and later.content_id = failed.content_id and later.is_standing
              and later.state = 'failed' and later.changed_at > present.changed_at_last
          )
      )
      and (contents.status <> 'published' or contents.deleted_at is not null)
      and not exists (
        select from private.publications as present
        where present.content_id = contents.id and present.status in ('running', 'compensating')
      )
    order by contents.id
    limit batch
    for update of contents skip locked
  loop
    perform private.withdraw_content(standing.id, standing.brand_id, standing.version);
    withdrawn := withdrawn + 1;
  end loop;
  return withdrawn;
end;
$$;
comment on function public.withdraw_again is
'For the scheduler: has contents that are not published taken back from channels that failed to, once a channel was
changed or a check found it usable. Returns how many.';
grant execute on function public.withdraw_again to service_role;
