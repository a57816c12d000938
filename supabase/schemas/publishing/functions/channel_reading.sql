create function public.get_channel(channel_id uuid)
returns jsonb
language plpgsql
stable
security definer -- nobody may read credentials by themselves
set search_path = ''
as $$
begin
  if exists (select from public.brands where brands.id = get_channel.channel_id and brands.deleted_at is null) then
    perform private.require_permission(get_channel.channel_id, 'integration.manage', 'channel');
    return private.delivery_channel(get_channel.channel_id);
  end if;
  return private.channel_answer(private.require_channel(get_channel.channel_id));
end;
$$;
comment on function public.get_channel is
'Returns a channel without its credentials; by the id of a brand, its own delivery. Requires integration.manage.';
grant execute on function public.get_channel to authenticated, service_role;

create function public.list_channels(brand_id uuid, page_offset integer default 0, page_size integer default 20)
returns jsonb
language plpgsql
stable
security definer -- nobody may read credentials by themselves
set search_path = ''
as $$
begin
  perform private.require_permission(list_channels.brand_id, 'integration.manage');
  return (
    with listed as (
      select list_channels.brand_id as id, '' as name, true as is_built_in
      union all
      select channels.id, channels.name, false
      from public.channels where channels.brand_id = list_channels.brand_id
    ),

    page as (
      select listed.* from listed order by listed.is_built_in desc, listed.name
      offset greatest(page_offset, 0) limit least(greatest(page_size, 1), 100)
    )

    -- Only those of the page are asked for what is published there.
    select jsonb_build_object(
      'items', coalesce((
        select jsonb_agg(
          case
            when page.is_built_in then private.delivery_channel(page.id)
            else (select private.channel_answer(channels) from public.channels where channels.id = page.id)
          end
          order by page.is_built_in desc, page.name
        )
        from page
      ), '[]'),
      'total', (select count(*) from listed)
    )
  );
end;
$$;
comment on function public.list_channels is
'Lists the channels of a brand, its own delivery first and the others by name: {items, total}. Requires
integration.manage.';
grant execute on function public.list_channels to authenticated, service_role;

create function public.read_channel_access(channel_id uuid, content_id uuid default null)
returns jsonb
language plpgsql
stable
security definer -- ciphertexts are read by functions only
set search_path = ''
as $$
declare
  channel public.channels;
  content public.contents;
  publication public.channel_publications;
begin
  -- Reads only, and still for our functions alone: a ciphertext goes where the keys are, and nowhere else.
  perform private.require_functions();
  channel := private.require_channel(read_channel_access.channel_id);
  if read_channel_access.content_id is not null then
    select contents.* into content from public.contents
    where
      contents.id = read_channel_access.content_id and contents.brand_id = channel.brand_id
      and contents.deleted_at is null;
    if content.id is null or not private.permits(channel.brand_id, 'content.read') then
      perform private.refuse(404, 'content not found');
    end if;
    select present.* into publication from public.channel_publications as present
    where present.channel_id = channel.id and present.content_id = content.id;
    publication := private.known_publication(
      publication, private.channel_target(channel.kind, channel.settings)
    );
  end if;
  return jsonb_build_object(
    'channel', to_jsonb(channel),
    'publication', case when publication.id is not null then to_jsonb(publication) end,
    'document', case when content.id is not null then private.channel_document(content) end
  );
end;
$$;
comment on function public.read_channel_access is
'For our functions, which hold the keys, on behalf of those with integration.manage: returns a channel with its
ciphertext and, for a dry run, a content as it is now: {channel, publication, document}.';
grant execute on function public.read_channel_access to authenticated, service_role;

create function public.read_channel_content(channel_id uuid, content_id uuid, version integer default null)
returns jsonb
language plpgsql
stable
security definer -- ciphertexts are read by functions only
set search_path = ''
as $$
declare
  channel public.channels;
  content public.contents;
begin
  select * into channel from public.channels where channels.id = read_channel_content.channel_id;
  select contents.* into content from public.contents where contents.id = read_channel_content.content_id;
  if content.id is not null and read_channel_content.version is not null then
    content := private.content_at_version(content.id, read_channel_content.version);
  end if;
  if channel.id is null or content.id is null or content.brand_id <> channel.brand_id then
    perform private.refuse(404, 'channel or content not found');
  end if;
  return jsonb_build_object('channel', to_jsonb(channel), 'document', private.channel_document(content));
end;
$$;
comment on function public.read_channel_content is
'For the service, to validate a content, as it is or in one of its versions, before anything is sent: {channel with its
ciphertext, document}.';
grant execute on function public.read_channel_content to service_role;
