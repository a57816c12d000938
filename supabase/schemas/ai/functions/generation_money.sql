create function private.generation_estimate(asked jsonb, context jsonb)
returns numeric
language sql
stable
set search_path = ''
as $$
  -- An upper bound: the most expensive candidate in every attempt. It counts one token for three bytes of the context,
  -- where models use four bytes or more.
  select max(private.call_cost(
    candidate ->> 'provider', candidate ->> 'model',
    -- The prompt of a correction includes the answer that it corrects.
    (asked -> 'bounds' ->> 'promptTokens')::bigint + (asked -> 'bounds' ->> 'completionTokens')::bigint
    + octet_length(context::text) / 3,
    (asked -> 'bounds' ->> 'completionTokens')::bigint
  )) * ((asked -> 'bounds' ->> 'attempts')::integer + jsonb_array_length(asked -> 'candidates') - 1)
  from jsonb_array_elements(asked -> 'candidates') as candidate;
$$;
comment on function private.generation_estimate is 'Returns the US dollars to reserve before a generation.';

create function private.consume_generation_quota(brand uuid, account uuid)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  if account is not null then
    if not private.consume_quota(account, 'generations', 1) then
      perform private.refuse_quota('the plan has no more generations this month');
    end if;
    perform private.alert_quota(brand, account, 'generations');
  end if;
end;
$$;
comment on function private.consume_generation_quota is
'Counts one generation against the plan of the brand''s account, if it has one, before the call. Refuses with 429
QUOTA_EXCEEDED if the plan is used up.';

create function private.settle_generation_money(generation public.ai_generations, cost numeric, is_counted boolean)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  perform private.settle_budget(
    generation.brand_id, generation.reserved, settle_generation_money.cost, generation.budget_month
  );
  perform private.alert_budget(generation.brand_id, generation.budget_month, generation.reserved);
  if not is_counted and generation.quota_account_id is not null then
    -- The refund goes to the month in which the generation was counted, which may be over.
    update public.quota_usage set used = greatest(quota_usage.used - 1, 0)
    where
      quota_usage.account_id = generation.quota_account_id and quota_usage.metric = 'generations'
      and quota_usage.month = generation.budget_month;
  end if;
end;
$$;
comment on function private.settle_generation_money is
'Releases the reservation of a generation and charges its cost to the budget. Unless is_counted, it also gives the
generation back to the plan. Needs the row as it was while pending: settled rows have no reservation.';
