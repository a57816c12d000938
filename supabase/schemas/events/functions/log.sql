create function private.place_in_log(brand uuid, event uuid)
returns xid8
language plpgsql
stable
security definer -- a member keeps their place also behind an event that they may no longer read
set search_path = ''
as $$
declare
  found_at xid8;
begin
  if place_in_log.event is null then
    return '0'::xid8;
  end if;
  select events.transaction_id into found_at
  from public.domain_events as events
  where events.id = place_in_log.event and events.brand_id = place_in_log.brand;
  if found_at is null then
    perform private.refuse(422, 'there is no such event in this brand', jsonb_build_array(jsonb_build_object(
      'field', 'after', 'code', 'NOT_FOUND', 'message', 'must be the id of an event of the brand'
    )));
  end if;
  return found_at;
end;
$$;
comment on function private.place_in_log is
'Returns the transaction of an event of a brand, which with its id is its place in the log; zero for the beginning. For
functions that have checked that the caller is of the brand. Refuses an event of another brand like one that never was.';
grant execute on function private.place_in_log to authenticated, service_role;

create function private.events_behind(
  brand uuid, behind_transaction xid8, behind_event uuid, aggregate uuid, wanted_types text[], most integer
)
returns table (transaction_id xid8, id uuid, type text, aggregate_type text)
language plpgsql
stable
set search_path = ''
-- By the statistics of a young brand another plan may seem cheap, and the plan is kept while the brand grows.
set enable_seqscan = off
set enable_bitmapscan = off
as $$
#variable_conflict use_column
declare
  -- All transactions below xmin have ended: none of them can still commit an event that belongs before these.
  horizon constant xid8 := pg_snapshot_xmin(pg_current_snapshot());
  behind constant uuid := coalesce(events_behind.behind_event, '00000000-0000-0000-0000-000000000000');
begin
  if events_behind.aggregate is not null then
    return query
      select events.transaction_id, events.id, events.type, events.aggregate_type
      from public.domain_events as events
      where
        events.aggregate_id = events_behind.aggregate and events.brand_id = events_behind.brand
        and (events.transaction_id, events.id) > (events_behind.behind_transaction, behind)
        and events.transaction_id < horizon
        and (events_behind.wanted_types is null or events.type = any (events_behind.wanted_types))
      order by events.transaction_id, events.id
      limit events_behind.most;
    return;
  end if;
  return query
    select events.transaction_id, events.id, events.type, events.aggregate_type
    from public.domain_events as events
    where
      events.brand_id = events_behind.brand
      and (events.transaction_id, events.id) > (events_behind.behind_transaction, behind)
      and events.transaction_id < horizon
    order by events.transaction_id, events.id
    limit events_behind.most;
end;
$$;
comment on function private.events_behind is
'Returns the next events of a brand that the caller may read, behind a place in the log, in the order in which nothing
can be missed: that of transactions. Those of one aggregate are filtered by types here, all others by the caller.';
grant execute on function private.events_behind to authenticated, service_role;

create function public.list_events(
  brand_id uuid,
  after_id uuid default null,
  types text[] default null,
  aggregate_type text default null,
  aggregate_id uuid default null,
  page_size integer default 50
)
returns jsonb
language plpgsql
stable
security invoker -- the policies of domain_events decide which events of the brand the caller may read
set search_path = ''
as $$
#variable_conflict use_column
declare
  wished constant integer := least(greatest(page_size, 1), 200);
  is_filtered constant boolean := list_events.types is not null or list_events.aggregate_type is not null;
  -- A filter may match nothing for years: so many are looked at, and the cursor moves on.
  most constant integer := case when is_filtered then 5000 else wished + 1 end;
  place xid8;
begin
  perform private.require_permission(list_events.brand_id, 'brand.read');
  place := private.place_in_log(list_events.brand_id, list_events.after_id);
  return (
    with looked_at as materialized (
      select
        found.transaction_id, found.id,
        count(*) filter (where found.is_wanted) over (order by found.transaction_id, found.id) as number,
        found.is_wanted
      from (
        select
          events.transaction_id, events.id,
          (list_events.types is null or events.type = any (list_events.types))
          and (list_events.aggregate_type is null or events.aggregate_type = list_events.aggregate_type) as is_wanted
        from private.events_behind(
          list_events.brand_id, place, list_events.after_id, list_events.aggregate_id, list_events.types, most
        ) as events
      ) as found
    ),
    page as (
      select
        events.id, events.brand_id, events.type, events.aggregate_type, events.aggregate_id, events.aggregate_version,
        events.actor_id, events.actor_account, events.correlation_id as request_id, events.occurred_at,
        events.payload - 'changes' as data, looked_at.number
      from looked_at
      inner join public.domain_events as events on events.id = looked_at.id
      where looked_at.is_wanted and looked_at.number <= wished
    )
    select jsonb_build_object(
      'items', coalesce((select jsonb_agg(to_jsonb(page) - 'number' order by page.number) from page), '[]'),
      'last_id', coalesce(
        (
          select looked_at.id from looked_at where looked_at.number <= wished
          order by looked_at.transaction_id desc, looked_at.id desc limit 1
        ),
        list_events.after_id
      ),
      'has_more', (select count(*) >= most or coalesce(max(looked_at.number), 0) > wished from looked_at)
    )
  );
end;
$$;
comment on function public.list_events is
'Lists the events of a brand that the caller may read behind an event of the log, in an order in which nothing can be
missed: {items, last_id, has_more}. last_id: the last event that was looked at, behind which the next call begins; null
for an empty log. An event is listed once no older transaction is open. page_size: at most 200.';
grant execute on function public.list_events to authenticated, service_role;

create function public.find_end_of_log(brand_id uuid)
returns uuid
language plpgsql
stable
security definer -- the place may be behind an event that the caller may not read
set search_path = ''
set enable_seqscan = off
set enable_bitmapscan = off
as $$
#variable_conflict use_column
declare
  last_id uuid;
begin
  perform private.require_permission(find_end_of_log.brand_id, 'brand.read');
  select events.id into last_id
  from public.domain_events as events
  where
    events.brand_id = find_end_of_log.brand_id
    and events.transaction_id < pg_snapshot_xmin(pg_current_snapshot())
  order by events.transaction_id desc, events.id desc
  limit 1;
  return last_id;
end;
$$;
comment on function public.find_end_of_log is
'Returns the last event of a brand that list_events may list now, to begin behind it. Null for an empty log.';
grant execute on function public.find_end_of_log to authenticated, service_role;
