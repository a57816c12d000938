-- Comments as commands, threads with who wrote them, and the feed of what happens in a brand.

create function private.display_name(person uuid)
returns text
language sql
stable
set search_path = ''
as $$
  select nullif(btrim(profiles.first_name || ' ' || profiles.last_name), '')
  from public.profiles where profiles.id = display_name.person;
$$;

create function public.add_comment(
  content_id uuid,
  body text,
  parent_id uuid default null,
  field_key text default null,
  range_start integer default null,
  range_end integer default null,
  mentions uuid[] default '{}',
  attachments jsonb default '[]'
)
returns setof public.comments
language plpgsql
volatile
security definer -- the brand is the content's, whatever the caller says; the caller is checked
set search_path = ''
as $$
#variable_conflict use_variable
declare
  brand uuid := (
    select contents.brand_id from public.contents where contents.id = content_id and contents.deleted_at is null
  );
begin
  perform private.require_permission(brand, 'content.read', 'content');
  perform private.require_permission(brand, 'comment.write', 'content');
  if parent_id is not null and not exists (
    select from public.comments as parent
    where
      parent.id = parent_id and parent.content_id = content_id and parent.parent_id is null
      and parent.deleted_at is null
  ) then
    perform private.refuse(400, 'only the first comment of a thread can be answered', jsonb_build_array(
      jsonb_build_object('field', 'parentId', 'code', 'INVALID_FORMAT', 'message', 'no such thread of this content')
    ));
  end if;
  return query
    insert into public.comments (
      brand_id, content_id, parent_id, field_key, range_start, range_end, body, mentions, attachments
    )
    values (brand, content_id, parent_id, field_key, range_start, range_end, body, mentions, attachments)
    returning *;
end;
$$;
comment on function public.add_comment is 'A comment of a content, or an answer to the first one of a thread.';
grant execute on function public.add_comment to authenticated;

create function public.edit_comment(comment_id uuid, body text, mentions uuid[] default null)
returns setof public.comments
language plpgsql
volatile
security definer -- tells a stranger apart from a member who may not
set search_path = ''
as $$
declare
  comment public.comments := private.lock_comment(comment_id);
begin
  if (comment.created_by is distinct from auth.uid() or private.is_restricted(comment.brand_id, 'comment.write'))
    and not private.permits(comment.brand_id, 'comment.moderate')
  then
    perform private.refuse(403, 'only the author or an admin of the brand may edit it');
  end if;
  return query
    update public.comments
    set body = edit_comment.body, mentions = coalesce(edit_comment.mentions, comment.mentions)
    where comments.id = comment.id
    returning *;
end;
$$;
comment on function public.edit_comment is 'Another text for a comment; what it said is kept.';
grant execute on function public.edit_comment to authenticated;

create function public.list_comments(
  content_id uuid, is_resolved boolean default null, page_offset integer default 0, page_size integer default 20
)
returns jsonb
language plpgsql
stable
security definer -- names of people who have left the brand are still those of what they wrote
set search_path = ''
as $$
begin
  perform private.require_visible_content(list_comments.content_id);
  return (
    with threads as (
      select comments.*
      from public.comments
      where
        comments.content_id = list_comments.content_id
        and comments.parent_id is null
        and (list_comments.is_resolved is null or (comments.resolved_at is not null) = list_comments.is_resolved)
        -- A comment that was taken back stays while somebody answered it.
        and (comments.deleted_at is null or exists (
          select from public.comments as answer where answer.parent_id = comments.id and answer.deleted_at is null
        ))
    ),
    page as (
      select threads.* from threads order by threads.id offset page_offset limit least(greatest(page_size, 1), 100)
    )
    select jsonb_build_object(
      'items', coalesce((
        select jsonb_agg(
          to_jsonb(page) || jsonb_build_object(
            'author_name', private.display_name(page.created_by),
            'replies', coalesce((
              select jsonb_agg(
                to_jsonb(answer) || jsonb_build_object('author_name', private.display_name(answer.created_by))
                order by answer.id
              )
              from public.comments as answer
              where answer.parent_id = page.id and answer.deleted_at is null
            ), '[]')
          ) order by page.id
        )
        from page
      ), '[]'),
      'total', (select count(*) from threads)
    )
  );
end;
$$;
comment on function public.list_comments is '{items, total}: threads, oldest first, each with its replies.';
grant execute on function public.list_comments to authenticated;

create function public.list_activity(
  brand_id uuid,
  filters jsonb default '{}',
  before_id uuid default null,
  page_size integer default 20
)
returns table (
  id uuid, type text, aggregate_type text, aggregate_id uuid, aggregate_version integer, actor_id uuid,
  actor_name text, title text, payload jsonb, request_id text, occurred_at timestamptz
)
language plpgsql
stable
security definer -- operators on JSON are not leakproof; each event takes the permission of what it is of
set search_path = ''
as $$
#variable_conflict use_column
declare
  wished integer := least(greatest(page_size, 1), 100);
  types text [] := case when filters ? 'type' then array(select jsonb_array_elements_text(filters -> 'type')) end;
  actor uuid := filters ->> 'actor';
  -- Ids sort by time.
  epoch constant timestamptz := '1970-01-01T00:00:00Z';
  from_id constant uuid := case
    when filters ? 'from' then private.uuid_v7_floor(greatest((filters ->> 'from')::timestamptz, epoch))
    else '00000000-0000-0000-0000-000000000000'
  end;
  to_id constant uuid := least(before_id, case
    when filters ? 'to' then private.uuid_v7_floor(greatest((filters ->> 'to')::timestamptz, epoch))
    else 'ffffffff-ffff-ffff-ffff-ffffffffffff'
  end);
  readable text [];
begin
  perform private.require_permission(list_activity.brand_id, 'brand.read');
  -- Asked once for each permission and not for each event.
  readable := array(
    select permissions.name from private.permissions
    where private.permits(list_activity.brand_id, permissions.name)
  );
  return query
    select
      events.id, events.type, events.aggregate_type, events.aggregate_id, events.aggregate_version, events.actor_id,
      private.display_name(events.actor_id),
      coalesce(events.payload ->> 'title', (
        select contents.title from public.contents
        where contents.id = coalesce((events.payload ->> 'contentId')::uuid, events.aggregate_id)
          and events.aggregate_type in ('content', 'comment', 'workflow', 'ai_generation')
      )),
      events.payload - 'changes', events.correlation_id, events.occurred_at
    from public.domain_events as events
    where
      events.brand_id = list_activity.brand_id
      and events.id < to_id and events.id >= from_id
      and private.event_permission(events.aggregate_type) = any (readable)
      and (types is null or events.type = any (types))
      and (actor is null or events.actor_id = actor)
    order by events.id desc
    limit wished;
end;
$$;
comment on function public.list_activity is
'What happened in a brand, newest first, before the event at the cursor; only what the caller may read.';
grant execute on function public.list_activity to authenticated;

drop function public.list_content_history(uuid);
-- Security definer, as before: the operators on JSON are not leakproof. Each event takes the permission of what it is
-- of.
create function public.list_content_history(
  content_id uuid, page_offset integer default 0, page_size integer default 20
)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform private.require_visible_content(list_content_history.content_id);
  return (
    with matching as (
      select events.*
      from public.domain_events as events
      where
        (
          events.aggregate_id = list_content_history.content_id
          or (events.payload ? 'contentId' and events.payload ->> 'contentId' = list_content_history.content_id::text)
        )
        and private.permits(events.brand_id, private.event_permission(events.aggregate_type))
    ),
    page as (
      select matching.* from matching order by matching.id offset page_offset limit least(greatest(page_size, 1), 100)
    )
    select jsonb_build_object(
      'items', coalesce((
        select jsonb_agg(
          to_jsonb(page) - 'payload' - 'correlation_id' || jsonb_build_object(
            'payload', page.payload - 'changes', 'request_id', page.correlation_id,
            'actor_name', private.display_name(page.actor_id)
          ) order by page.id
        )
        from page
      ), '[]'),
      'total', (select count(*) from matching)
    )
  );
end;
$$;
comment on function public.list_content_history is
'{items, total}, oldest first: the events of the content, of its workflow runs, comments and generations.';
grant execute on function public.list_content_history to authenticated;
