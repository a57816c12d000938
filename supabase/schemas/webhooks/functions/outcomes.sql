create function private.webhook_retry_delay(attempts integer)
returns interval
language sql
immutable
set search_path = ''
as $$
  -- After so many attempts: the schedule that Standard Webhooks recommends. Null: no more.
  select make_interval(secs => (array[5, 300, 1800, 7200, 18000, 36000, 36000])[attempts]);
$$;
comment on function private.webhook_retry_delay is
'Returns how long after a failed attempt the next one comes: 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 10 h. Null after the
eighth.';

create function private.disable_webhook(endpoint_id uuid, reason text)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  disabled public.webhook_endpoints;
begin
  update public.webhook_endpoints as endpoint
  set is_active = false, disabled_at = now(), disabled_reason = disable_webhook.reason
  where endpoint.id = disable_webhook.endpoint_id and endpoint.is_active
  returning * into disabled;
  if disabled.id is not null then
    perform private.append_event(
      disabled.brand_id, 'webhook', disabled.id, 'WebhookDisabled',
      jsonb_build_object('reason', disabled.disabled_reason), disabled.version
    );
  end if;
end;
$$;
comment on function private.disable_webhook is 'Switches a webhook off for the platform, and announces it.';

create function private.note_webhook_health(worker_results jsonb)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  told_of uuid [];
  candidates uuid [];
  failing record;
begin
  -- What ended by our own trouble, such as an event that is gone, says nothing about the receiver.
  select array_agg(distinct result.endpoint_id) into told_of
  from jsonb_to_recordset(worker_results) as result (endpoint_id uuid, outcome text)
  where result.outcome in ('delivered', 'failed', 'gone');
  -- Endpoints before states, as where people change one, and each by the order of the ids.
  with held as (
    select endpoint.id from public.webhook_endpoints as endpoint
    where
      endpoint.is_active
      and (
        endpoint.id in (
          select result.endpoint_id from jsonb_to_recordset(worker_results) as result (endpoint_id uuid, outcome text)
          where result.outcome = 'gone'
        )
        or endpoint.id in (
          select state.endpoint_id from private.webhook_states as state
          where state.endpoint_id = any (told_of) and state.failing_since < now() - interval '5 days'
        )
      )
    order by endpoint.id
    for no key update of endpoint
  )
  select coalesce(array_agg(held.id), '{}') into candidates from held;
  perform from private.webhook_states as state
  where state.endpoint_id = any (told_of) order by state.endpoint_id for update;
  update private.webhook_states as state
  set
    failures = case when told.successes > 0 then 0 else state.failures + told.failures end,
    failing_since = case
      when told.successes > 0 then null
      when state.last_failed_at < now() - interval '2 days' then now()
      else coalesce(state.failing_since, now())
    end,
    last_failed_at = case when told.successes = 0 then now() end,
    is_slow = told.slowest > 3000,
    -- From the third failure on it is tried less often: after 1, 2, 4 … 60 seconds.
    paused_until = case when told.successes = 0 and state.failures + told.failures >= 3 then
      now() + make_interval(secs => least(2 ^ least(state.failures + told.failures - 3, 6), 60))
    end,
    retry_until = greatest(
      state.retry_until, case when told.wait_seconds > 0 then now() + make_interval(secs => told.wait_seconds) end
    )
  from (
    select
      result.endpoint_id, count(*) filter (where result.outcome = 'delivered') as successes,
      count(*) filter (where result.outcome <> 'delivered')::integer as failures, max(result.duration_ms) as slowest,
      max(least(coalesce(result.retry_after, 0), 3600)) as wait_seconds
    from jsonb_to_recordset(worker_results) as result (
      endpoint_id uuid, outcome text, duration_ms integer, retry_after integer
    )
    where result.outcome in ('delivered', 'failed', 'gone')
    group by result.endpoint_id
  ) as told
  where
    state.endpoint_id = told.endpoint_id
    -- Nothing to change for those that do well, which are nearly all.
    and (
      told.failures > 0 or told.slowest > 3000 or state.failures > 0 or state.is_slow or state.paused_until is not null
      or told.wait_seconds > 0
    );
  for failing in
    select
      state.endpoint_id,
      bool_or(result.outcome = 'gone') as is_gone
    from jsonb_to_recordset(worker_results) as result (endpoint_id uuid, outcome text)
    inner join private.webhook_states as state on state.endpoint_id = result.endpoint_id
    where state.endpoint_id = any (candidates)
    group by state.endpoint_id
    having
      bool_or(result.outcome = 'gone')
      or bool_or(state.failing_since < now() - interval '5 days' and state.failures >= 8)
    order by state.endpoint_id
  loop
    perform private.disable_webhook(failing.endpoint_id, case
      when failing.is_gone then 'the receiver answered 410 Gone'
      else 'every attempt of the last five days failed'
    end);
  end loop;
end;
$$;
comment on function private.note_webhook_health is
'Counts failures of receivers and pauses those that fail. Switches off those that answered 410, and those that failed at
least eight times within five days, with no success and no two days without an attempt.';

create function public.record_webhook_attempts(worker text, results jsonb)
returns integer
language plpgsql
volatile
security definer -- private is closed to the service as well
set search_path = ''
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
as $$
declare
  recorded integer;
  known jsonb;
  ordered_endpoints uuid [];
  ordered_aggregates uuid [];
begin
  if exists (
    select from jsonb_to_recordset(results) as result (id uuid)
    inner join public.webhook_deliveries as delivery on delivery.id = result.id
    where delivery.is_ordered
  ) then
    perform private.lock_webhook_order();
  end if;
  with given as (
    select result.*
    from jsonb_to_recordset(results) as result (
      id uuid, at timestamptz, duration_ms integer, outcome text, response_status integer, error text, answer text,
      retry_after integer
    )
  ),
  -- In one order, so that two workers never wait for each other.
  held as (
    select given.*, delivery.attempts + 1 as number, private.webhook_retry_delay(delivery.attempts + 1) as delay
    from given inner join public.webhook_deliveries as delivery on delivery.id = given.id
    where delivery.leased_by = record_webhook_attempts.worker and delivery.status = 'pending'
    order by given.id
    for update of delivery
  ),
  done as (
    update public.webhook_deliveries as delivery
    set
      attempts = held.number, leased_by = null, response_status = held.response_status, error = left(held.error, 300),
      status = case
        when held.outcome = 'delivered' then 'delivered'
        when held.outcome in ('gone', 'final') or held.delay is null then 'failed'
        else 'pending'
      end,
      delivered_at = case when held.outcome = 'delivered' then now() end,
      next_attempt_at = case when held.outcome in ('failed', 'unsent') and held.delay is not null then
        -- Some 15 % earlier or later, so that what failed together comes apart.
        now() + greatest(
          held.delay * (0.85 + 0.3 * random()), make_interval(secs => least(coalesce(held.retry_after, 0), 3600))
        )
      end
    from held
    where delivery.id = held.id
    returning
      delivery.id, delivery.endpoint_id, delivery.brand_id, delivery.aggregate_id, delivery.is_ordered, delivery.status
  ),
  logged as (
    insert into public.webhook_attempts (
      brand_id, endpoint_id, delivery_id, number, at, duration_ms, response_status, error, answer
    )
    select
      done.brand_id, done.endpoint_id, done.id, held.number, held.at, least(greatest(held.duration_ms, 0), 600000),
      held.response_status, left(held.error, 300), left(held.answer, 1024)
    from done inner join held on held.id = done.id
    order by held.at
  )
  select
    count(*),
    jsonb_agg(jsonb_build_object(
      'endpoint_id', done.endpoint_id, 'outcome', held.outcome, 'duration_ms', held.duration_ms,
      'retry_after', held.retry_after
    )),
    array_agg(done.endpoint_id) filter (where done.is_ordered and done.status <> 'pending'),
    array_agg(done.aggregate_id) filter (where done.is_ordered and done.status <> 'pending')
  into recorded, known, ordered_endpoints, ordered_aggregates
  from done inner join held on held.id = done.id;
  if known is not null then
    perform private.note_webhook_health(known);
  end if;
  if ordered_endpoints is not null then
    perform private.promote_webhook_heads(ordered_endpoints, ordered_aggregates);
  end if;
  return recorded;
end;
$$;
comment on function public.record_webhook_attempts is
'For the service: records the outcomes of deliveries that the worker still holds: delivered, failed (tried again),
unsent (tried again, and not by the fault of the receiver), final (not tried again) or gone (switches the webhook off).
Returns how many it recorded.';
grant execute on function public.record_webhook_attempts to service_role;

create function public.release_webhook_deliveries(worker text, ids uuid[])
returns integer
language sql
volatile
security definer -- private is closed to the service as well
set search_path = ''
as $$
  with held as (
    select delivery.id from public.webhook_deliveries as delivery
    where delivery.id = any (ids) and delivery.leased_by = release_webhook_deliveries.worker
    order by delivery.id
    for update
  ),
  released as (
    update public.webhook_deliveries as delivery set leased_by = null, next_attempt_at = now()
    from held
    where delivery.id = held.id
    returning 1
  )
  select count(*)::integer from released;
$$;
comment on function public.release_webhook_deliveries is
'For the service: gives back deliveries that the worker claimed and did not send. Returns how many.';
grant execute on function public.release_webhook_deliveries to service_role;
