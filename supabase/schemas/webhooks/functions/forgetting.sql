create function private.find_removed_webhooks()
returns uuid[]
language sql
stable
set search_path = ''
as $$
  -- The endpoints of all deliveries, each by one step in the index.
  with recursive known (brand_id, endpoint_id) as (
    (
      select delivery.brand_id, delivery.endpoint_id
      from public.webhook_deliveries as delivery
      order by delivery.brand_id, delivery.endpoint_id
      limit 1
    )
    union all
    select following.brand_id, following.endpoint_id
    from known
    cross join lateral (
      select delivery.brand_id, delivery.endpoint_id
      from public.webhook_deliveries as delivery
      where (delivery.brand_id, delivery.endpoint_id) > (known.brand_id, known.endpoint_id)
      order by delivery.brand_id, delivery.endpoint_id
      limit 1
    ) as following
  )
  select coalesce(array_agg(known.endpoint_id), '{}')
  from known
  where not exists (select from public.webhook_endpoints as endpoint where endpoint.id = known.endpoint_id);
$$;
comment on function private.find_removed_webhooks is
'Returns the endpoints that were deleted and whose deliveries are still there.';

create function public.forget_webhook_deliveries(batch integer default 5000)
returns jsonb
language plpgsql
volatile
security definer -- private is closed to the service as well
set search_path = ''
set statement_timeout = '30s'
as $$
declare
  most constant integer := least(greatest(forget_webhook_deliveries.batch, 1), 20000);
  earliest constant uuid := private.uuid_v7_floor(now() - interval '30 days');
  removed constant uuid [] := private.find_removed_webhooks();
  chosen uuid [];
  attempts integer;
  deliveries integer;
  secrets integer;
  ordered_endpoints uuid [];
  ordered_aggregates uuid [];
begin
  delete from public.webhook_attempts
  where webhook_attempts.id in (
    select past.id from public.webhook_attempts as past where past.id < earliest order by past.id limit most
  );
  get diagnostics attempts = row_count;
  select coalesce(array_agg(found.id), '{}') into chosen
  from (
    (
      select past.id from public.webhook_deliveries as past
      where
        past.id < earliest
        -- What waits for an endpoint that is off waits no longer than this.
        and (
          past.next_attempt_at is null
          or exists (
            select from public.webhook_endpoints as endpoint
            where endpoint.id = past.endpoint_id and not endpoint.is_active
          )
        )
      order by past.id limit most
    )
    union
    (
      select left_over.id from public.webhook_deliveries as left_over
      where left_over.endpoint_id = any (removed) limit most
    )
  ) as found;
  if exists (
    select from public.webhook_deliveries as past
    where past.id = any (chosen) and past.is_ordered and past.status = 'pending'
  ) then
    perform private.lock_webhook_order();
  end if;
  with held as (
    select past.id from public.webhook_deliveries as past
    where past.id = any (chosen) order by past.id for update skip locked
  ),
  gone as (
    delete from public.webhook_deliveries as past using held where past.id = held.id
    returning past.endpoint_id, past.aggregate_id, past.is_ordered and past.status = 'pending' as was_in_order
  )
  select
    count(*), array_agg(gone.endpoint_id) filter (where gone.was_in_order),
    array_agg(gone.aggregate_id) filter (where gone.was_in_order)
  into deliveries, ordered_endpoints, ordered_aggregates
  from gone;
  if ordered_endpoints is not null then
    perform private.promote_webhook_heads(ordered_endpoints, ordered_aggregates);
  end if;
  delete from private.webhook_secrets where webhook_secrets.expires_at < now();
  get diagnostics secrets = row_count;
  return jsonb_build_object(
    'attempts', attempts, 'deliveries', deliveries, 'secrets', secrets,
    'has_more', attempts >= most or deliveries >= most
  );
end;
$$;
comment on function public.forget_webhook_deliveries is
'For the scheduler: deletes attempts of more than 30 days ago, deliveries that were made then and are not due or wait
for a webhook that is off, the deliveries of webhooks that were deleted, and secrets that have expired. At most a batch of
each (1 to 20000). Returns how many of each, and has_more: whether another call would find more.';
grant execute on function public.forget_webhook_deliveries to service_role;
