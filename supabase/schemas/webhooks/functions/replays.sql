create function private.repeat_webhook_deliveries(deliveries uuid[])
returns integer
language plpgsql
volatile
set search_path = ''
as $$
declare
  repeated integer;
  ordered_endpoints uuid [];
  ordered_aggregates uuid [];
begin
  perform private.lock_webhook_order();
  with again as (
    update public.webhook_deliveries as delivery
    set
      status = 'pending', attempts = 0, delivered_at = null, leased_by = null, error = null, response_status = null,
      next_attempt_at = case when not delivery.is_ordered then now() end
    where delivery.id = any (repeat_webhook_deliveries.deliveries) and delivery.status <> 'pending'
    returning delivery.endpoint_id, delivery.aggregate_id, delivery.is_ordered
  )
  select
    count(*), array_agg(again.endpoint_id) filter (where again.is_ordered),
    array_agg(again.aggregate_id) filter (where again.is_ordered)
  into repeated, ordered_endpoints, ordered_aggregates
  from again;
  if ordered_endpoints is not null then
    perform private.promote_webhook_heads(ordered_endpoints, ordered_aggregates);
  end if;
  return repeated;
end;
$$;
comment on function private.repeat_webhook_deliveries is
'Has deliveries that are done sent once more, with all their attempts. Returns how many.';

create function public.test_webhook(webhook_id uuid)
returns jsonb
language plpgsql
volatile
security definer -- see create_webhook
set search_path = ''
as $$
declare
  endpoint public.webhook_endpoints;
  made public.webhook_deliveries;
  id constant uuid := private.uuid_v7();
begin
  perform private.require_functions();
  endpoint := private.own_webhook(test_webhook.webhook_id);
  if not endpoint.is_active then
    perform private.refuse(409, 'the webhook is switched off');
  end if;
  if (
    select count(*) from public.webhook_deliveries as waiting
    where waiting.brand_id = endpoint.brand_id and waiting.endpoint_id = endpoint.id
      and waiting.next_attempt_at is not null and waiting.is_test
  ) >= 10 then
    perform private.refuse(409, 'ten tests wait to be sent already');
  end if;
  insert into public.webhook_deliveries (
    id, brand_id, endpoint_id, event_id, event_type, aggregate_id, is_test, next_attempt_at
  )
  values (id, endpoint.brand_id, endpoint.id, id, 'WebhookTest', endpoint.id, true, now())
  returning * into made;
  return private.webhook_delivery_document(made);
end;
$$;
comment on function public.test_webhook is
'Adds a delivery of an event WebhookTest, which is in no log: its id is that of the delivery.';
grant execute on function public.test_webhook to authenticated, service_role;

create function public.replay_webhook_delivery(webhook_id uuid, delivery_id uuid)
returns jsonb
language plpgsql
volatile
security definer -- see create_webhook
set search_path = ''
as $$
declare
  endpoint public.webhook_endpoints;
  delivery public.webhook_deliveries;
  repeated integer;
begin
  perform private.require_functions();
  endpoint := private.own_webhook(replay_webhook_delivery.webhook_id);
  select found.* into delivery from public.webhook_deliveries as found
  where found.id = replay_webhook_delivery.delivery_id and found.endpoint_id = endpoint.id;
  if delivery.id is null then
    perform private.refuse(404, 'delivery not found');
  elsif delivery.status = 'pending' then
    perform private.refuse(409, 'the delivery waits to be sent');
  end if;
  repeated := private.repeat_webhook_deliveries(array[delivery.id]);
  select found.* into delivery from public.webhook_deliveries as found where found.id = delivery.id;
  return private.webhook_delivery_document(delivery);
end;
$$;
comment on function public.replay_webhook_delivery is 'Has a delivery that is done sent once more.';
grant execute on function public.replay_webhook_delivery to authenticated, service_role;

create function public.replay_webhook(
  webhook_id uuid, since timestamptz default null, batch integer default 1000, after_event uuid default null
)
returns jsonb
language plpgsql
volatile
security definer -- see create_webhook
set search_path = ''
set statement_timeout = '30s'
as $$
declare
  endpoint public.webhook_endpoints;
  most constant integer := least(greatest(replay_webhook.batch, 1), 1000);
  earliest constant timestamptz := least(greatest(replay_webhook.since, now() - interval '30 days'), now());
  chosen uuid [];
  looked constant integer := 5 * most;
  listed uuid [];
  events uuid [];
  repeated integer := 0;
  has_more boolean;
begin
  perform private.require_functions();
  endpoint := private.own_webhook(replay_webhook.webhook_id);
  if replay_webhook.since is null then
    select coalesce(array_agg(found.id), '{}') into chosen
    from (
      select failed.id from public.webhook_deliveries as failed
      where failed.endpoint_id = endpoint.id and failed.status = 'failed'
      order by failed.event_id limit most
    ) as found;
    repeated := private.repeat_webhook_deliveries(chosen);
    return jsonb_build_object('replayed', repeated, 'has_more', cardinality(chosen) = most, 'after', null);
  end if;
  -- Of the log, so that events which came while the webhook was off or did not exist are sent as well. A call looks at
  -- so many events, whatever the filters let pass.
  select coalesce(array_agg(found.id order by found.id), '{}') into listed
  from (
    select logged.id from public.domain_events as logged
    where
      logged.brand_id = endpoint.brand_id
      and logged.id >= greatest(private.uuid_v7_floor(earliest), replay_webhook.after_event)
      and logged.id is distinct from replay_webhook.after_event
    order by logged.id
    limit looked
  ) as found;
  select coalesce(array_agg(found.id order by found.id), '{}') into events
  from (
    select logged.id from public.domain_events as logged
    where
      logged.id = any (listed) and logged.occurred_at >= earliest
      and logged.transaction_id < pg_snapshot_xmin(pg_current_snapshot()) and logged.aggregate_id <> endpoint.id
      and (endpoint.event_types = '{}' or logged.type = any (endpoint.event_types))
      and private.webhook_takes(endpoint, logged.id)
    order by logged.id
    limit most + 1
  ) as found;
  has_more := cardinality(events) > most or cardinality(listed) = looked;
  events := events[:most];
  -- Whoever adds deliveries takes this lock first: the reader of the log may add the same ones just now.
  perform private.lock_webhook_order();
  insert into public.webhook_deliveries (
    brand_id, endpoint_id, event_id, event_type, aggregate_id, is_ordered, status, next_attempt_at
  )
  select
    endpoint.brand_id, endpoint.id, logged.id, logged.type, logged.aggregate_id, endpoint.is_ordered, 'failed', null
  from public.domain_events as logged
  where logged.id = any (events)
  order by logged.id
  on conflict on constraint webhook_deliveries_once do nothing;
  select coalesce(array_agg(known.id), '{}') into chosen
  from public.webhook_deliveries as known
  where
    known.brand_id = endpoint.brand_id and known.endpoint_id = endpoint.id and known.event_id = any (events)
    and known.status <> 'pending';
  repeated := private.repeat_webhook_deliveries(chosen);
  return jsonb_build_object(
    'replayed', repeated, 'has_more', has_more,
    'after', case
      when not has_more then null
      when cardinality(events) = most then events[most]
      else listed[looked]
    end
  );
end;
$$;
comment on function public.replay_webhook is
'Has all failed deliveries sent once more or, with since, all events that pass the filters since then, of the last 30
days. At most 1,000 deliveries, of 5,000 events, in one call: returns {replayed, has_more, after}; the next call gets
the same since and after_event = after.';
grant execute on function public.replay_webhook to authenticated, service_role;
