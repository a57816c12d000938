create function private.webhook_body(delivery public.webhook_deliveries)
returns text
language plpgsql
stable
set search_path = ''
as $$
declare
  event public.domain_events;
  carried jsonb;
begin
  if delivery.is_test then
    return jsonb_build_object(
      'id', delivery.event_id, 'type', delivery.event_type, 'timestamp', delivery.created_at,
      'brandId', delivery.brand_id, 'aggregateType', 'webhook', 'aggregateId', delivery.endpoint_id,
      'aggregateVersion', null, 'data', '{}'::jsonb
    )::text;
  end if;
  select found.* into event from public.domain_events as found where found.id = delivery.event_id;
  if event.id is null then
    return null;
  end if;
  -- As in live updates: `changes` may be as large as the aggregate, which receivers read when they need it.
  carried := event.payload - 'changes';
  return jsonb_build_object(
    'id', event.id, 'type', event.type, 'timestamp', event.occurred_at, 'brandId', event.brand_id,
    'aggregateType', event.aggregate_type, 'aggregateId', event.aggregate_id,
    'aggregateVersion', event.aggregate_version,
    'data', case when octet_length(carried::text) <= 200000 then carried else '{}' end
  )::text;
end;
$$;
comment on function private.webhook_body is
'Returns the body of a delivery as JSON: the same in every attempt. Null where the log has the event no more.';

create function public.claim_webhook_deliveries(
  worker text, batch integer default 200, busy_endpoints uuid[] default '{}', busy_brands uuid[] default '{}',
  most_failing integer default 50, lease interval default '60 seconds'
)
returns jsonb
language plpgsql
volatile
security definer -- private is closed to the service as well
set search_path = ''
set statement_timeout = '30s'
-- The statistics of a queue are as old as its last vacuum: by them a sort of all rows may seem cheaper than the index.
set enable_bitmapscan = off
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
as $$
#variable_conflict use_column
declare
  wanted constant integer := least(greatest(claim_webhook_deliveries.batch, 1), 1000);
  endpoints uuid [];
  depth integer;
  chosen uuid [];
  answer jsonb;
begin
  -- Workers claim one after another, so that each finds a whole batch that no other is about to lease.
  perform pg_advisory_xact_lock(hashtextextended('claim_webhook_deliveries', 0));
  -- The endpoints with something to send, each by one step in the index.
  with recursive waiting (brand_id, endpoint_id) as (
    (
      select delivery.brand_id, delivery.endpoint_id
      from public.webhook_deliveries as delivery
      where delivery.next_attempt_at is not null
      order by delivery.brand_id, delivery.endpoint_id
      limit 1
    )
    union all
    select following.brand_id, following.endpoint_id
    from waiting
    cross join lateral (
      select delivery.brand_id, delivery.endpoint_id
      from public.webhook_deliveries as delivery
      where
        delivery.next_attempt_at is not null
        and (delivery.brand_id, delivery.endpoint_id) > (waiting.brand_id, waiting.endpoint_id)
      order by delivery.brand_id, delivery.endpoint_id
      limit 1
    ) as following
  )
  select coalesce(array_agg(waiting.endpoint_id), '{}') into endpoints
  from waiting
  inner join public.webhook_endpoints as endpoint on endpoint.id = waiting.endpoint_id
  where
    endpoint.is_active
    and waiting.endpoint_id <> all (claim_webhook_deliveries.busy_endpoints)
    and waiting.brand_id <> all (claim_webhook_deliveries.busy_brands);
  if endpoints = '{}' then
    return '{"deliveries": [], "endpoints": {}, "bodies": {}}';
  end if;
  -- Ten at a time for one endpoint, and fewer where many wait.
  depth := least(10, 2 * wanted / cardinality(endpoints) + 1);
  -- The first of every brand, the second of every brand and so on. A receiver that fails gets one at a time, and all of
  -- those together a part of the batch.
  select array_agg(ranked.id) into chosen
  from (
    select found.id
    from (
      select
        each.id, each.next_attempt_at, each.brand_turn,
        row_number() over (partition by each.is_suspect order by each.brand_turn, each.next_attempt_at) as suspect_turn,
        each.is_suspect
      from (
        select
          ready.id, ready.next_attempt_at, state.failures >= 3 or state.is_slow as is_suspect,
          row_number() over (partition by state.brand_id order by ready.turn, ready.next_attempt_at) as brand_turn
        from unnest(endpoints) as listed (endpoint_id)
        inner join private.webhook_states as state on state.endpoint_id = listed.endpoint_id
        inner join public.webhook_endpoints as endpoint on endpoint.id = listed.endpoint_id
        cross join lateral (
          select delivery.id, delivery.next_attempt_at, row_number() over (order by delivery.next_attempt_at) as turn
          from public.webhook_deliveries as delivery
          where
            delivery.brand_id = endpoint.brand_id and delivery.endpoint_id = endpoint.id
            and delivery.next_attempt_at <= now()
          order by delivery.next_attempt_at
          limit case
            when state.failures >= 3 or state.is_slow then 1
            -- What is left of its rate within the next second.
            else least(depth, floor(
              (1 - greatest(extract(epoch from state.free_at - now()), 0)) * endpoint.max_per_second
            )::integer)
          end
        ) as ready
        where
          (state.paused_until is null or state.paused_until <= now())
          and (state.retry_until is null or state.retry_until <= now())
          and state.free_at < now() + interval '1 second'
      ) as each
    ) as found
    where not found.is_suspect or found.suspect_turn <= claim_webhook_deliveries.most_failing
    order by found.brand_turn, found.next_attempt_at
    limit wanted
  ) as ranked;
  if chosen is null then
    return '{"deliveries": [], "endpoints": {}, "bodies": {}}';
  end if;
  -- States are locked by the order of their ids, as where outcomes are recorded, and no delivery is waited for: two
  -- transactions never wait for each other.
  perform from private.webhook_states as state
  where state.endpoint_id in (
    select delivery.endpoint_id from public.webhook_deliveries as delivery where delivery.id = any (chosen)
  )
  order by state.endpoint_id
  for update;
  with held as (
    select delivery.id from public.webhook_deliveries as delivery
    where delivery.id = any (chosen) and delivery.next_attempt_at <= now()
    order by delivery.id
    for update skip locked
  ),
  leased as (
    update public.webhook_deliveries as delivery
    set leased_by = claim_webhook_deliveries.worker, next_attempt_at = now() + claim_webhook_deliveries.lease
    from unnest(chosen) with ordinality as next (id, place)
    inner join held on held.id = next.id
    where delivery.id = next.id
    returning delivery.*, next.place
  ),
  rated as (
    update private.webhook_states as state
    set
      free_at = greatest(state.free_at, now()) + make_interval(secs => taken.count::numeric / endpoint.max_per_second),
      -- Nobody else tries a receiver that fails meanwhile.
      paused_until = case when state.failures >= 3 or state.is_slow then now() + interval '20 seconds' end
    from (select leased.endpoint_id, count(*) as count from leased group by 1) as taken
    inner join public.webhook_endpoints as endpoint on endpoint.id = taken.endpoint_id
    where state.endpoint_id = taken.endpoint_id
    returning state.endpoint_id, endpoint.url, state.failures >= 3 or state.is_slow as is_suspect
  )
  select jsonb_build_object(
    'deliveries', (
      select coalesce(jsonb_agg(
        jsonb_build_array(leased.id, leased.endpoint_id, leased.brand_id, leased.event_id) order by leased.place
      ), '[]')
      from leased
    ),
    'endpoints', (
      select coalesce(jsonb_object_agg(rated.endpoint_id, jsonb_build_object(
        'url', rated.url, 'isSuspect', rated.is_suspect,
        'secrets', coalesce((
          select jsonb_agg(jsonb_build_array(secret.id, secret.secret) order by secret.created_at desc)
          from private.webhook_secrets as secret
          where secret.endpoint_id = rated.endpoint_id and (secret.expires_at is null or secret.expires_at > now())
        ), '[]')
      )), '{}')
      from rated
    ),
    'bodies', (
      select coalesce(jsonb_object_agg(one.event_id, one.body), '{}')
      from (
        select first.event_id, private.webhook_body(first.delivery) as body
        from (
          select distinct on (delivery.event_id) delivery.event_id, delivery
          from leased inner join public.webhook_deliveries as delivery on delivery.id = leased.id
          order by delivery.event_id
        ) as first
      ) as one
    )
  ) into answer;
  return answer;
end;
$$;
comment on function public.claim_webhook_deliveries is
'For the service: leases up to a batch (at most 1000) of due deliveries to a worker: one of each brand, then the next of
each, within the rate of each endpoint, and one at a time to receivers that fail. Leaves out endpoints and brands to
which the worker sends enough already. Returns {deliveries: [[id, endpoint, brand, event]], endpoints: {id: {url,
isSuspect, secrets: [[id, ciphertext]]}}, bodies: {event: text}}, each body once.';
grant execute on function public.claim_webhook_deliveries to service_role;
