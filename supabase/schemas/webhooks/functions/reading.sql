create function public.list_webhooks(brand_id uuid)
returns jsonb
language plpgsql
stable
security definer -- names people who may have left the brand
set search_path = ''
as $$
begin
  perform private.require_permission(list_webhooks.brand_id, 'integration.manage');
  return (
    select jsonb_build_object(
      'items', coalesce(jsonb_agg(private.webhook_document(endpoint) order by endpoint.id), '[]')
    )
    from public.webhook_endpoints as endpoint
    where endpoint.brand_id = list_webhooks.brand_id
  );
end;
$$;
comment on function public.list_webhooks is
'Returns {items}: the webhooks of a brand, of which there are at most 50, for callers with integration.manage.';
grant execute on function public.list_webhooks to authenticated, service_role;

create function public.get_webhook(webhook_id uuid)
returns jsonb
language plpgsql
stable
security definer -- see list_webhooks
set search_path = ''
as $$
begin
  return private.webhook_document(private.own_webhook(get_webhook.webhook_id));
end;
$$;
comment on function public.get_webhook is 'Returns a webhook, for callers with integration.manage in its brand.';
grant execute on function public.get_webhook to authenticated, service_role;

create function private.webhook_delivery_document(delivery public.webhook_deliveries)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select jsonb_build_object(
    'id', delivery.id, 'webhook_id', delivery.endpoint_id, 'event_id', delivery.event_id,
    'event_type', delivery.event_type, 'aggregate_id', delivery.aggregate_id, 'is_test', delivery.is_test,
    'status', delivery.status, 'attempts', delivery.attempts,
    -- While it is leased, this is the end of the lease.
    'next_attempt_at', case when delivery.leased_by is null then delivery.next_attempt_at end,
    'response_status', delivery.response_status, 'error', delivery.error,
    'delivered_at', delivery.delivered_at, 'created_at', delivery.created_at
  );
$$;
comment on function private.webhook_delivery_document is 'Describes a delivery.';

create function public.list_webhook_deliveries(
  webhook_id uuid, wanted_status text default null, before_id uuid default null, page_size integer default 20
)
returns jsonb
language plpgsql
stable
security definer -- see list_webhooks
set search_path = ''
as $$
declare
  endpoint public.webhook_endpoints;
begin
  endpoint := private.own_webhook(list_webhook_deliveries.webhook_id);
  return (
    select jsonb_build_object('items', coalesce(jsonb_agg(
      private.webhook_delivery_document(listed) order by listed.event_id desc
    ), '[]'))
    from (
      -- The latest of each status, each by the index: no page looks at rows that it leaves out.
      select latest.*
      from unnest(
        case when wanted_status is null then array['pending', 'delivered', 'failed'] else array[wanted_status] end
      ) as kind (status)
      cross join lateral (
        select delivery.* from public.webhook_deliveries as delivery
        where
          delivery.endpoint_id = endpoint.id and delivery.status = kind.status
          and delivery.brand_id = endpoint.brand_id
          and delivery.event_id < coalesce(before_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
        order by delivery.event_id desc
        limit least(greatest(page_size, 1), 101)
      ) as latest
      order by latest.event_id desc
      limit least(greatest(page_size, 1), 101)
    ) as listed
  );
end;
$$;
comment on function public.list_webhook_deliveries is
'Returns {items}: the deliveries of a webhook, those of the latest events first; before_id: the event of the last item
of the page before.';
grant execute on function public.list_webhook_deliveries to authenticated, service_role;

create function public.list_webhook_attempts(
  webhook_id uuid, of_delivery uuid default null, before_id uuid default null, page_size integer default 20
)
returns jsonb
language plpgsql
stable
security definer -- see list_webhooks
set search_path = ''
as $$
declare
  endpoint public.webhook_endpoints;
begin
  endpoint := private.own_webhook(list_webhook_attempts.webhook_id);
  return (
    select jsonb_build_object('items', coalesce(jsonb_agg(
      jsonb_build_object(
        'id', found.id, 'webhook_id', found.endpoint_id, 'delivery_id', found.delivery_id, 'number', found.number,
        'at', found.at, 'duration_ms', found.duration_ms, 'response_status', found.response_status,
        'error', found.error, 'answer', found.answer, 'event_id', found.event_id, 'event_type', found.event_type
      ) order by found.id desc
    ), '[]'))
    from (
      select attempt.*, delivery.event_id, delivery.event_type
      from public.webhook_attempts as attempt
      inner join public.webhook_deliveries as delivery on delivery.id = attempt.delivery_id
      where
        attempt.brand_id = endpoint.brand_id and attempt.endpoint_id = endpoint.id
        and (before_id is null or attempt.id < before_id)
        and (of_delivery is null or attempt.delivery_id = of_delivery)
      order by attempt.id desc
      limit least(greatest(page_size, 1), 101)
    ) as found
  );
end;
$$;
comment on function public.list_webhook_attempts is
'Returns {items}: the attempts of a webhook, the latest first; before_id: the last item of the page before.';
grant execute on function public.list_webhook_attempts to authenticated, service_role;
