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
  elsif found_at >= pg_snapshot_xmin(pg_current_snapshot()) then
    -- What is still open may come to lie before it, and would never be listed.
    perform private.refuse(422, 'this event is not listed yet', jsonb_build_array(jsonb_build_object(
      'field', 'after', 'code', 'CONFLICT', 'message', 'must have been listed or streamed: go on from your last cursor'
    )));
  end if;
  return found_at;
end;
$$;
comment on function private.place_in_log is
'Returns the transaction of an event of a brand, which with its id is its place in the log; zero for the beginning. For
functions that have checked that the caller is of the brand. Refuses an event of another brand like one that never was,
and one that the list cannot have given yet.';
grant execute on function private.place_in_log to authenticated, service_role;

create function private.look_at_log(
  brand uuid,
  behind_transaction xid8,
  behind_event uuid,
  aggregate uuid,
  wanted_types text[],
  wanted_aggregate_type text,
  most integer,
  is_ahead boolean default false
)
returns table (transaction_id xid8, id uuid, is_wanted boolean)
language plpgsql
stable
security definer -- looks at so many events, not at so many readable ones; of those that are not, it tells the ids alone
set search_path = ''
-- By the statistics of a young brand another plan may seem cheap, and the plan is kept while the brand grows.
set enable_seqscan = off
set enable_bitmapscan = off
as $$
#variable_conflict use_column
declare
  -- All transactions below xmin have ended: none of them can still commit an event that belongs before these.
  horizon constant xid8 := pg_snapshot_xmin(pg_current_snapshot());
  nil constant uuid := '00000000-0000-0000-0000-000000000000';
  begins_at constant xid8 := case when look_at_log.is_ahead then horizon else look_at_log.behind_transaction end;
  behind constant uuid := case when look_at_log.is_ahead then nil else coalesce(look_at_log.behind_event, nil) end;
  ends_at constant xid8 := case when look_at_log.is_ahead then '18446744073709551615'::xid8 else horizon end;
begin
  return query
    with looked_at as materialized (
      (
        select events.transaction_id, events.id, events.type, events.aggregate_type
        from public.domain_events as events
        where
          look_at_log.aggregate is null and events.brand_id = look_at_log.brand
          and (events.transaction_id, events.id) > (begins_at, behind) and events.transaction_id < ends_at
        order by events.transaction_id, events.id
        limit look_at_log.most
      )
      union all
      (
        select events.transaction_id, events.id, events.type, events.aggregate_type
        from public.domain_events as events
        where
          look_at_log.aggregate is not null and events.brand_id = look_at_log.brand
          and events.aggregate_id = look_at_log.aggregate
          and (events.transaction_id, events.id) > (begins_at, behind) and events.transaction_id < ends_at
        order by events.transaction_id, events.id
        limit look_at_log.most
      )
    ),
    -- Each permission is asked for once.
    needed as (
      select private.event_permission(kind.aggregate_type) as permission, array_agg(kind.aggregate_type) as kinds
      from (select distinct looked_at.aggregate_type from looked_at) as kind
      group by 1
    ),
    readable as materialized (
      select kind.name
      from needed
      cross join unnest(needed.kinds) as kind (name)
      where
        look_at_log.brand = any (private.brands_permitting(needed.permission))
        and (kind.name <> 'workflow' or look_at_log.brand = any (private.brands_permitting('content.read')))
    )
    select
      looked_at.transaction_id, looked_at.id,
      looked_at.aggregate_type in (select readable.name from readable)
      and (look_at_log.wanted_types is null or looked_at.type = any (look_at_log.wanted_types))
      and (
        look_at_log.wanted_aggregate_type is null or looked_at.aggregate_type = look_at_log.wanted_aggregate_type
      )
    from looked_at
    order by looked_at.transaction_id, looked_at.id;
end;
$$;
comment on function private.look_at_log is
'Returns the next events of a brand behind a place in the log, in the order in which nothing can be missed: that of
transactions. is_wanted: whether the caller may read it, and it is of the wanted types. most: how many it looks at.
is_ahead: returns those instead that are committed, and before which others may still be committed.';
grant execute on function private.look_at_log to authenticated, service_role;

create function public.list_events(
  brand_id uuid,
  after_id uuid default null,
  types text[] default null,
  aggregate_type text default null,
  aggregate_id uuid default null,
  page_size integer default 50,
  is_ahead boolean default false
)
returns jsonb
language plpgsql
stable
security invoker -- the policies of domain_events decide as well which events of the brand the caller may read
set search_path = ''
as $$
#variable_conflict use_column
declare
  wished constant integer := least(greatest(page_size, 1), 200);
  -- What a filter or a policy leaves out may go on for years: so many are looked at, and the cursor moves on.
  most_of_a_call constant integer := 5000;
  most_ahead constant integer := 1000;
  most integer := wished + 1;
  place xid8;
  is_full boolean;
  wanted uuid [];
  ahead uuid [] := '{}';
  last_id uuid;
begin
  perform private.require_permission(list_events.brand_id, 'brand.read');
  place := private.place_in_log(list_events.brand_id, list_events.after_id);
  loop
    select
      count(*) = most,
      coalesce((array_agg(found.id order by found.transaction_id, found.id) filter (where found.is_wanted)), '{}'),
      (array_agg(found.id order by found.transaction_id desc, found.id desc))[1]
    into is_full, wanted, last_id
    from private.look_at_log(
      list_events.brand_id, place, list_events.after_id, list_events.aggregate_id, list_events.types,
      list_events.aggregate_type, most
    ) as found;
    exit when not is_full or cardinality(wanted) > wished or most = most_of_a_call;
    most := most_of_a_call;
  end loop;
  if cardinality(wanted) > wished then
    is_full := true;
    last_id := wanted[wished];
  end if;
  if list_events.is_ahead and not is_full then
    -- In the same snapshot: together with these it is all that was committed before.
    select
      count(*) = most_ahead,
      coalesce((array_agg(found.id order by found.transaction_id, found.id) filter (where found.is_wanted)), '{}')
    into is_full, ahead
    from private.look_at_log(
      list_events.brand_id, place, list_events.after_id, list_events.aggregate_id, list_events.types,
      list_events.aggregate_type, most_ahead, is_ahead => true
    ) as found;
  end if;
  return jsonb_build_object(
    'items', (
      select coalesce(jsonb_agg(to_jsonb(page) - 'number' order by page.number), '[]')
      from (
        select
          events.id, events.brand_id, events.type, events.aggregate_type, events.aggregate_id,
          events.aggregate_version, events.actor_id, events.actor_account, events.correlation_id as request_id,
          events.occurred_at, events.payload - 'changes' as data, next.number
        from unnest(wanted[: wished] || ahead) with ordinality as next (id, number)
        inner join public.domain_events as events on events.id = next.id
      ) as page
    ),
    'last_id', coalesce(last_id, list_events.after_id),
    'has_more', is_full
  );
end;
$$;
comment on function public.list_events is
'Lists the events of a brand that the caller may read behind an event of the log, in an order in which nothing can be
missed: {items, last_id, has_more}. last_id: the last event that was looked at, behind which the next call begins; null
for an empty log. Looks at 5000 events at most, also at those that the caller may not read. An event is listed once no
older transaction is open. page_size: at most 200. is_ahead: lists behind the last events also those that are committed
and not to be listed yet, 1000 at most; the next call lists them again. Then, without more, it was all that had been
committed.';
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
