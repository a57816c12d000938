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
security definer -- operators on JSON are not leakproof; each event needs the permission of its aggregate
set search_path = ''
as $$
#variable_conflict use_column
declare
  wished integer := least(greatest(page_size, 1), 100);
  types text [] := case when filters ? 'type' then array(select jsonb_array_elements_text(filters -> 'type')) end;
  actor uuid := filters ->> 'actor';
  -- Ids sort by time, so that instants become bounds of ids. UUIDv7 knows no time before 1970.
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
  -- Checked once for each permission, not for each event.
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
'Lists the events of a brand that the caller may read, newest first, before the event at the cursor.';
grant execute on function public.list_activity to authenticated, service_role;

create function public.list_content_history(
  content_id uuid, page_offset integer default 0, page_size integer default 20
)
returns jsonb
language plpgsql
stable
security definer -- see list_activity
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
'Lists the events of a content, its workflow runs, comments and generations, oldest first: {items, total}.';
grant execute on function public.list_content_history to authenticated, service_role;
