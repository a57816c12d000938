create function private.publication_brief(publication_id uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object('id', present.id, 'status', present.status, 'step', present.step)
  from private.publications as present where present.id = publication_brief.publication_id;
$$;
comment on function private.publication_brief is 'Returns what the answer to a command says of a publication.';

create function private.publication_document(publication private.publications)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return to_jsonb(publication) - '{deadline_at, ends_as, due_at, metadata, is_validated}'::text []
  || jsonb_build_object(
    'next_attempt_at', case when publication.status in ('running', 'compensating') then publication.due_at end,
    'channels', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'channel_id', channel.channel_id, 'kind', channel.kind, 'is_required', channel.is_required,
        'state', channel.state, 'attempts', channel.attempts, 'url', channel.url, 'error', channel.error,
        'next_attempt_at', case when channel.state in ('pending', 'withdrawing') then channel.due_at end,
        'changed_at', channel.changed_at
      ) order by channel.channel_id), '[]')
      from private.publication_channels as channel where channel.publication_id = publication.id
    )
  );
end;
$$;
comment on function private.publication_document is 'Returns a publication as the API answers it.';

create function private.publication_answer(publication private.publications)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  access constant private.brand_access [] := private.access_held(array[publication.brand_id]);
begin
  return private.publication_document(publication) || jsonb_build_object(
    'people', private.people_named(array[publication.requested_by], access),
    'allowed_actions', case
      when not 'content.publish' = any (coalesce(access[1].permissions, '{}')) then '[]'::jsonb
      else private.publication_actions(publication)
    end
  );
end;
$$;
comment on function private.publication_answer is
'Returns a publication with the name of whoever asked for it, and what the caller may do with it.';

create function private.publication_actions(publication private.publications)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  content public.contents;
begin
  select * into content from private.content_by_id(publication.content_id);
  return case
    when publication.status = 'running' and publication.direction = 'publish' then '["cancel", "retry"]'
    when private.is_left_undone(publication, content) then '["cancel", "retry"]'
    when publication.status in ('running', 'compensating', 'failed') or publication.has_warnings then '["retry"]'
    when publication.status = 'cancelled' and publication.direction = 'publish' then '["retry"]'
    when private.is_missing_on_channels(content) then '["retry"]'
    else '[]'
  end::jsonb;
end;
$$;
comment on function private.publication_actions is
'Returns what those who may publish can do with the last publication of a content.';

create function private.last_publication(content_id uuid)
returns private.publications
language sql
stable
set search_path = ''
as $$
  select present.* from private.publications as present
  where present.content_id = last_publication.content_id
  -- The live one first: one that was taken up again may be older than another.
  order by present.finished_at is not null, present.started_at desc, present.id desc
  limit 1;
$$;
comment on function private.last_publication is 'Returns the publication of a content that is live, or its last one.';

create function private.publication_before_records(content public.contents)
returns private.publications
language plpgsql
stable
set search_path = ''
as $$
declare
  publication private.publications;
begin
  if content.status = 'published' then
    publication := jsonb_populate_record(publication, jsonb_build_object(
      'id', content.id, 'brand_id', content.brand_id, 'content_id', content.id, 'content_version', content.version,
      'direction', 'publish', 'status', 'completed', 'step', 'notify', 'attempts', 0, 'ends_as', 'failed',
      'has_warnings', false, 'steps', '[]'::jsonb, 'requested_by', content.published_by,
      'started_at', coalesce(content.published_at, content.updated_at),
      'finished_at', coalesce(content.published_at, content.updated_at)
    ));
  end if;
  return publication;
end;
$$;
comment on function private.publication_before_records is
'Returns the publication of a content that was published before publications were kept, with the id of the content; null
of one that is not published.';

create function public.get_publication(content_id uuid)
returns jsonb
language plpgsql
stable
security definer -- private is closed to the API
set search_path = ''
as $$
declare
  publication private.publications;
  content public.contents;
begin
  perform private.require_visible_content(content_id);
  publication := private.last_publication(content_id);
  if publication.id is null then
    select * into content from private.content_by_id(content_id);
    publication := private.publication_before_records(content);
  end if;
  if publication.id is null then
    perform private.refuse(404, 'the content was never published');
  end if;
  return private.publication_answer(publication);
end;
$$;
comment on function public.get_publication is
'Returns the present or last publication of a content, with its state on each channel.';
grant execute on function public.get_publication to authenticated, service_role;

create function public.list_publications(
  brand_id uuid default null,
  content_id uuid default null,
  status text default null,
  before_id uuid default null,
  page_size integer default 20
)
returns jsonb
language plpgsql
stable
security definer -- private is closed to the API
set search_path = ''
as $$
#variable_conflict use_column
declare
  brands uuid [] := private.brands_permitting('content.read');
  most constant integer := least(greatest(list_publications.page_size, 1), 101);
  -- Later than all ids that are made
  before constant uuid := coalesce(list_publications.before_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
  access private.brand_access [];
  found private.publications [];
begin
  if list_publications.brand_id is not null then
    perform private.require_permission(list_publications.brand_id, 'content.read');
    brands := array[list_publications.brand_id];
  end if;
  if list_publications.content_id is not null then
    perform private.require_visible_content(list_publications.content_id);
  end if;
  found := array(
    select item
    from unnest(brands) as asked (brand_id)
    cross join lateral (
      -- Each kind of list by its own index; only one of them is asked.
      (
        select present as item, present.id
        from private.publications as present
        where
          list_publications.content_id is not null and present.content_id = list_publications.content_id
          and present.brand_id = asked.brand_id and present.id < before
          and (list_publications.status is null or present.status = list_publications.status)
          and exists (
            select from public.contents where contents.id = present.content_id and contents.deleted_at is null
          )
        order by present.id desc
        limit most
      )
      union all
      (
        select present as item, present.id
        from private.publications as present
        where
          list_publications.content_id is null and list_publications.status <> 'completed'
          and present.brand_id = asked.brand_id and present.id < before
          and present.status = list_publications.status and present.status <> 'completed'
          and exists (
            select from public.contents where contents.id = present.content_id and contents.deleted_at is null
          )
        order by present.id desc
        limit most
      )
      union all
      (
        select present as item, present.id
        from private.publications as present
        where
          list_publications.content_id is null and coalesce(list_publications.status, 'completed') = 'completed'
          and present.brand_id = asked.brand_id and present.id < before
          and (list_publications.status is null or present.status = list_publications.status)
          and exists (
            select from public.contents where contents.id = present.content_id and contents.deleted_at is null
          )
        order by present.id desc
        limit most
      )
    ) as of_brand
    order by of_brand.id desc
    limit most
  );
  access := private.access_held(array(select distinct each.brand_id from unnest(found) as each));
  return jsonb_build_object(
    'items', (
      select coalesce(jsonb_agg(private.publication_document(each) order by each.id desc), '[]')
      from unnest(found) as each
    ),
    'people', private.people_named(array(select each.requested_by from unnest(found) as each), access)
  );
end;
$$;
comment on function public.list_publications is
'Lists the publications of the contents that the caller may read, newest first: {items, people}. before_id: the last one
of the page before.';
grant execute on function public.list_publications to authenticated, service_role;
