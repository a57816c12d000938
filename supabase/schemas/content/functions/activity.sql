create function public.list_activity(
  brand_id uuid,
  filters jsonb default '{}',
  before_id uuid default null,
  page_size integer default 20
)
returns jsonb
language plpgsql
stable
security definer -- operators on JSON are not leakproof; each event needs the permission of its aggregate
set search_path = ''
as $$
#variable_conflict use_column
declare
  wished integer := least(greatest(page_size, 1), 101);
  types text [] := case when filters ? 'type' then array(select jsonb_array_elements_text(filters -> 'type')) end;
  actor uuid := filters ->> 'actor';
  -- Ids sort by time, so that instants become bounds of ids. UUIDv7 knows no time before 1970.
  epoch constant timestamptz := '1970-01-01T00:00:00Z';
  from_id constant uuid := case
    when filters ? 'from' then private.uuid_v7_floor(greatest(private.read_instant(filters ->> 'from', 'from'), epoch))
    else '00000000-0000-0000-0000-000000000000'
  end;
  to_id constant uuid := least(before_id, case
    when filters ? 'to' then private.uuid_v7_floor(greatest(private.read_instant(filters ->> 'to', 'to'), epoch))
    else 'ffffffff-ffff-ffff-ffff-ffffffffffff'
  end);
  readable text [];
begin
  perform private.require_permission(list_activity.brand_id, 'brand.read');
  select access.permissions into readable from private.access_to_brands(array[list_activity.brand_id]) as access;
  return (
    with page as (
      select
        events.id, events.type, events.aggregate_type, events.aggregate_id, events.aggregate_version, events.actor_id,
        events.actor_account,
        coalesce(events.payload ->> 'title', (
          select contents.title from public.contents
          where contents.id = coalesce(private.as_uuid(events.payload ->> 'contentId'), events.aggregate_id)
            and events.aggregate_type in ('content', 'comment', 'workflow', 'ai_generation')
        )) as title,
        events.payload - 'changes' as payload, events.correlation_id as request_id, events.occurred_at
      from public.domain_events as events
      where
        events.brand_id = list_activity.brand_id
        and events.id < to_id and events.id >= from_id
        and private.event_permission(events.aggregate_type) = any (readable)
        -- The comments of reviewers, as the policy of domain_events says
        and (events.aggregate_type <> 'workflow' or 'content.read' = any (readable))
        and (types is null or events.type = any (types))
        and (actor is null or events.actor_id = actor)
      order by events.id desc
      limit wished
    )
    select jsonb_build_object(
      'items', coalesce((select jsonb_agg(to_jsonb(page) order by page.id desc) from page), '[]'),
      'people', private.people_named(array(select distinct page.actor_id from page))
    )
  );
end;
$$;
comment on function public.list_activity is
'Lists the events of a brand that the caller may read, newest first, before the event at the cursor, and the names of
their actors by id: {items, people}.';
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
            'payload', page.payload - 'changes', 'request_id', page.correlation_id
          ) order by page.id
        )
        from page
      ), '[]'),
      'total', (select count(*) from matching),
      'people', private.people_named(array(select distinct page.actor_id from page))
    )
  );
end;
$$;
comment on function public.list_content_history is
'Lists the events of a content, its workflow runs, comments and generations, oldest first, and the names of
their actors by id: {items, total, people}.';
grant execute on function public.list_content_history to authenticated, service_role;
