create function private.webhook_takes(endpoint public.webhook_endpoints, wanted_event uuid)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
declare
  event public.domain_events;
  content record;
  status text;
begin
  if endpoint.template_ids = '{}' and endpoint.statuses = '{}' then
    return true;
  end if;
  select found.* into event from public.domain_events as found where found.id = wanted_event;
  select contents.template_id, contents.status::text as status into content
  from public.contents
  where
    contents.brand_id = event.brand_id
    and contents.id = case event.aggregate_type
      when 'content' then event.aggregate_id else private.as_uuid(event.payload ->> 'contentId')
    end;
  if not found then
    return false; -- an event that is about no content
  end if;
  status := case event.type
    when 'ContentStatusChanged' then event.payload ->> 'to'
    when 'ContentCreated' then event.payload ->> 'status'
    when 'ContentPublished' then 'published'
    else content.status
  end;
  return (endpoint.template_ids = '{}' or content.template_id = any (endpoint.template_ids))
    and (endpoint.statuses = '{}' or status = any (endpoint.statuses));
end;
$$;
comment on function private.webhook_takes is
'Whether an event passes the filters by template and status: it is about a content of one of the templates, which has
one of the statuses. The status is the one that the event names, else the present one: that at the time of the call.';

create function private.promote_webhook_heads(endpoints uuid[], aggregates uuid[])
returns void
language sql
volatile
set search_path = ''
as $$
  -- Under the lock of private.lock_webhook_order, so that nothing is added or done between the look and the update.
  update public.webhook_deliveries as delivery
  set next_attempt_at = now()
  from (select distinct * from unnest(endpoints, aggregates)) as line (endpoint_id, aggregate_id)
  cross join lateral (
    select waiting.id from public.webhook_deliveries as waiting
    where
      waiting.endpoint_id = line.endpoint_id and waiting.aggregate_id = line.aggregate_id
      and waiting.is_ordered and waiting.status = 'pending'
    order by waiting.event_id
    limit 1
  ) as head
  where delivery.id = head.id and delivery.next_attempt_at is null;
$$;
comment on function private.promote_webhook_heads is
'Makes the first delivery that waits for each of these endpoints and aggregates due.';

create function private.lock_webhook_order()
returns void
language sql
volatile
set search_path = ''
as $$
  select pg_advisory_xact_lock(hashtextextended('webhook_order', 0));
$$;
comment on function private.lock_webhook_order is
'Has transactions that add or end deliveries of ordered endpoints come one after another.';

create function private.are_webhooks_pending()
returns boolean
language sql
stable
set search_path = ''
as $$
  select exists (
    select from public.webhook_endpoints as endpoint
    inner join private.webhook_states as state on state.endpoint_id = endpoint.id
    cross join lateral (
      select from public.webhook_deliveries as delivery
      where
        delivery.brand_id = endpoint.brand_id and delivery.endpoint_id = endpoint.id
        and delivery.next_attempt_at <= now() + interval '10 seconds'
      limit 1
    ) as due
    where
      endpoint.is_active
      and greatest(state.paused_until, state.retry_until, now()) <= now() + interval '10 seconds'
  );
$$;
comment on function private.are_webhooks_pending is
'Whether a delivery may be sent within the next ten seconds. What is due later is left to the schedule.';

create function public.add_webhook_deliveries(batch integer default 1000)
returns jsonb
language plpgsql
volatile
security definer -- private is closed to the service as well
set search_path = ''
set statement_timeout = '30s'
as $$
declare
  reader private.outbox_consumers;
  following uuid [];
  last_transaction_id xid8;
  added integer;
  ordered_endpoints uuid [];
  ordered_aggregates uuid [];
begin
  insert into private.outbox_consumers (name) values ('webhooks') on conflict do nothing;
  -- The lock makes workers take turns until the position is moved, and events come in the order of their commits.
  select * into reader from private.outbox_consumers where outbox_consumers.name = 'webhooks' for update;
  perform private.lock_webhook_order();
  -- All transactions below xmin have ended: none of them can still commit an event that belongs before these.
  select
    array_agg(found.id order by found.transaction_id, found.id),
    (array_agg(found.transaction_id order by found.transaction_id desc))[1]
  into following, last_transaction_id
  from (
    select events.id, events.transaction_id
    from public.domain_events as events
    where
      (events.transaction_id, events.id) > (reader.read_transaction_id, reader.read_event_id)
      and events.transaction_id < pg_snapshot_xmin(pg_current_snapshot())
    order by events.transaction_id, events.id
    limit least(greatest(add_webhook_deliveries.batch, 1), 20000)
  ) as found;
  if following is null then
    return jsonb_build_object('looked_at', 0, 'added', 0, 'is_pending', private.are_webhooks_pending());
  end if;
  with made as (
    insert into public.webhook_deliveries (
      brand_id, endpoint_id, event_id, event_type, aggregate_id, is_ordered, next_attempt_at
    )
    select
      endpoint.brand_id, endpoint.id, events.id, events.type, events.aggregate_id, endpoint.is_ordered,
      case when not endpoint.is_ordered then now() end
    from unnest(following) with ordinality as listed (id, place)
    inner join public.domain_events as events on events.id = listed.id
    inner join public.webhook_endpoints as endpoint on endpoint.brand_id = events.brand_id
    inner join public.brands on brands.id = endpoint.brand_id and brands.deleted_at is null
    where
      endpoint.is_active and events.occurred_at >= endpoint.created_at and events.aggregate_id <> endpoint.id
      and (endpoint.event_types = '{}' or events.type = any (endpoint.event_types))
      and private.webhook_takes(endpoint, events.id)
    order by listed.place
    on conflict on constraint webhook_deliveries_once do nothing
    returning webhook_deliveries.endpoint_id, webhook_deliveries.aggregate_id, webhook_deliveries.is_ordered
  )
  select
    count(*), array_agg(made.endpoint_id) filter (where made.is_ordered),
    array_agg(made.aggregate_id) filter (where made.is_ordered)
  into added, ordered_endpoints, ordered_aggregates
  from made;
  if ordered_endpoints is not null then
    perform private.promote_webhook_heads(ordered_endpoints, ordered_aggregates);
  end if;
  update private.outbox_consumers
  set
    read_transaction_id = last_transaction_id, read_event_id = following[cardinality(following)], updated_at = now()
  where outbox_consumers.name = 'webhooks';
  return jsonb_build_object(
    'looked_at', cardinality(following), 'added', added, 'is_pending', added > 0 or private.are_webhooks_pending()
  );
end;
$$;
comment on function public.add_webhook_deliveries is
'For the service: looks at the next events of the log in the order of commits, skips none, and adds a delivery for each
active webhook whose filters they pass. batch: 1 to 20000 events. Returns how many it looked at and added, and
whether anything is to be sent within seconds.';
grant execute on function public.add_webhook_deliveries to service_role;
