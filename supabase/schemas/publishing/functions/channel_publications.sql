-- What the publication of a content needs of the channels of its brand. All of it is for the service.

create function private.channel_targets(content_id uuid)
returns table (channel_id uuid, kind text, is_required boolean)
language plpgsql
stable
set search_path = ''
as $$
begin
  return query
  select channels.id, channels.kind, channels.is_required
  from public.contents inner join public.channels on channels.brand_id = contents.brand_id
  where
    contents.id = channel_targets.content_id and channels.is_active
    and (channels.content_types = '{}' or contents.type = any (channels.content_types))
  order by channels.id;
end;
$$;
comment on function private.channel_targets is
'Returns the active channels outside of the platform that take a content.';

create function public.list_channel_targets(content_id uuid)
returns jsonb
language plpgsql
stable
security definer -- private is closed to the service as well
set search_path = ''
as $$
begin
  return (
    select coalesce(jsonb_agg(to_jsonb(targets) order by targets.channel_id), '[]')
    from private.channel_targets(list_channel_targets.content_id) as targets
  );
end;
$$;
comment on function public.list_channel_targets is
'For the service: lists the channels that take a content, [{channel_id, kind, is_required}].';
grant execute on function public.list_channel_targets to service_role;

create function private.channel_document(content public.contents)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  brand public.brands;
  names_models constant boolean := coalesce((
    select settings.names_models from private.delivery_settings as settings where settings.brand_id = content.brand_id
  ), false);
begin
  select * into brand from public.brands where brands.id = content.brand_id;
  return private.delivery_document(content, true, names_models) || jsonb_build_object(
    'brand', jsonb_build_object('id', brand.id, 'name', brand.name, 'slug', brand.slug),
    'language', brand.language,
    'published_at', coalesce(content.published_at, now())
  );
end;
$$;
comment on function private.channel_document is
'Returns what a channel may send of a content: what websites may read (private.delivery_document), its brand and its
language. Of one that is not published yet, now as the time.';

create function private.content_at_version(content_id uuid, version integer)
returns public.contents
language plpgsql
stable
set search_path = ''
as $$
declare
  content public.contents;
begin
  select contents.* into content from public.contents where contents.id = content_at_version.content_id;
  if content.id is null or content.version = content_at_version.version then
    return content;
  end if;
  -- A version that is older than these columns has none (public.restore_version).
  select (jsonb_populate_record(
    content, '{"provenance": {}, "plain_texts": []}'::jsonb || private.as_object(former.snapshot)
  )).* into content
  from public.content_versions as former
  where
    former.content_id = content_at_version.content_id and former.brand_id = content.brand_id
    and former.version = content_at_version.version
  order by former.id desc
  limit 1;
  content.version := content_at_version.version;
  return content;
end;
$$;
comment on function private.content_at_version is
'Returns a content as it was in one of its versions; a row without an id where there is no such content or version.';

create function private.known_publication(publication public.channel_publications, target text)
returns public.channel_publications
language plpgsql
stable
set search_path = ''
as $$
begin
  if publication.target is distinct from known_publication.target then
    publication.remote_id := null;
    publication.url := null;
    publication.memory := '{}';
  end if;
  publication.round := publication.round + publication.is_withdrawing::integer;
  return publication;
end;
$$;
comment on function private.known_publication is
'Returns what an attempt to publish to a target starts from: nothing that is known of another target.';

create function public.begin_channel_publication(
  channel_id uuid, content_id uuid, version integer default null
)
returns jsonb
language plpgsql
volatile
security definer -- ciphertexts are read by functions only
set search_path = ''
as $$
#variable_conflict use_column
declare
  channel public.channels;
  content public.contents;
  publication public.channel_publications;
  known public.channel_publications;
  target text;
begin
  -- Held, so that the channel keeps its target until the attempt is noted.
  select * into channel from public.channels where channels.id = begin_channel_publication.channel_id for share;
  if channel.id is null then
    perform private.refuse(404, 'channel not found');
  end if;
  if begin_channel_publication.version is not null then
    content := private.content_at_version(begin_channel_publication.content_id, begin_channel_publication.version);
    if content.id is null or content.brand_id <> channel.brand_id then
      perform private.refuse(404, 'content version not found');
    end if;
    target := private.channel_target(channel.kind, channel.settings);
    select * into known from public.channel_publications as present
    where present.channel_id = channel.id and present.content_id = content.id
    for update;
    -- After an attempt that did not end, the target may have another version.
    if
      known.status = 'published' and known.attempts = 0 and known.version = content.version
      and known.channel_version = channel.version
    then
      return jsonb_build_object('is_done', true, 'publication', to_jsonb(known));
    end if;
    known := private.known_publication(known, target);
    insert into public.channel_publications as present (
      channel_id, content_id, brand_id, attempts, target, is_standing
    )
    values (channel.id, content.id, channel.brand_id, 1, target, true)
    on conflict on constraint channel_publications_channel_id_content_id_key do update
    set
      status = case when present.status = 'published' then 'published' else 'pending' end,
      attempts = present.attempts + 1, updated_at = now(), target = excluded.target, is_standing = true,
      is_withdrawing = false, remote_id = known.remote_id, url = known.url, memory = coalesce(known.memory, '{}'),
      round = coalesce(known.round, present.round)
    returning present.* into publication;
  else
    -- Pending: what was published may be gone as soon as the target is asked.
    update public.channel_publications as present
    set
      status = 'pending', attempts = present.attempts + 1, updated_at = now(), is_withdrawing = true,
      round = present.round + (not present.is_withdrawing)::integer
    where
      present.channel_id = channel.id and present.content_id = begin_channel_publication.content_id
      and present.status <> 'unpublished'
    returning present.* into publication;
    if publication.id is null then
      return null;
    end if;
  end if;
  return jsonb_build_object(
    'is_done', false, 'channel', to_jsonb(channel), 'publication', to_jsonb(publication),
    'was_standing', coalesce(known.is_standing, false),
    'document', case when content.id is not null then private.channel_document(content) end
  );
end;
$$;
comment on function public.begin_channel_publication is
'For the service: notes an attempt to publish a version, or, without one, to unpublish, and returns what it needs:
{is_done, channel with its ciphertext, publication, was_standing, document}. is_done: this version is published there by the channel as
it is. Returns null where there is nothing to unpublish.';
grant execute on function public.begin_channel_publication to service_role;

create function public.keep_channel_memory(publication_id uuid, memory jsonb)
returns void
language plpgsql
volatile
security definer -- publications are written by functions only
set search_path = ''
as $$
#variable_conflict use_column
begin
  update public.channel_publications set memory = keep_channel_memory.memory, updated_at = now()
  where channel_publications.id = keep_channel_memory.publication_id;
end;
$$;
comment on function public.keep_channel_memory is
'For the service: keeps what an adapter notes before it changes the target.';
grant execute on function public.keep_channel_memory to service_role;

create function public.end_channel_publication(publication_id uuid, outcome jsonb)
returns void
language plpgsql
volatile
security definer -- publications are written by functions only
set search_path = ''
as $$
declare
  wished constant text := outcome ->> 'status';
begin
  update public.channel_publications as present
  set
    status = wished,
    error = case when wished = 'failed' then left(outcome ->> 'error', 1000) end,
    answer = case when wished = 'failed' then left(outcome ->> 'answer', 1000) end,
    attempts = case when wished = 'failed' then present.attempts else 0 end,
    version = case when wished = 'published' then (outcome ->> 'version')::integer else present.version end,
    channel_version = case
      when wished = 'published' then (outcome ->> 'channel_version')::integer else present.channel_version
    end,
    remote_id = case when wished = 'published' then outcome ->> 'remote_id' else present.remote_id end,
    url = case wished when 'published' then outcome ->> 'url' when 'failed' then present.url end,
    published_at = case when wished = 'published' then now() else present.published_at end,
    round = present.round + (wished <> 'failed')::integer,
    is_standing = case wished
      when 'published' then true
      when 'unpublished' then false
      else coalesce((outcome ->> 'is_standing')::boolean, present.is_standing)
    end,
    memory = case when wished = 'unpublished' then '{}' else present.memory end,
    updated_at = now()
  where present.id = end_channel_publication.publication_id and present.status <> 'unpublished';
end;
$$;
comment on function public.end_channel_publication is
'For the service: notes how an attempt ended, {status: published | unpublished | failed, version,
channel_version, remote_id, url, error, answer, is_standing}. is_standing, of a
failure: whether the target may have the content.';
grant execute on function public.end_channel_publication to service_role;
