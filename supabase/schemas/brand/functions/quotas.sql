create function private.consume_quota(account uuid, metric text, amount bigint)
returns boolean
language plpgsql
volatile
set search_path = ''
as $$
#variable_conflict use_variable
declare
  this_month date := date_trunc('month', now() at time zone 'UTC');
  plan public.plans;
  quota bigint;
begin
  select plans.* into plan
  from public.accounts
  inner join public.plans on plans.name = accounts.plan
  where accounts.id = account and accounts.overage = 'block';
  quota := case metric
    when 'contents' then plan.contents_per_month
    when 'generations' then plan.generations_per_month
    when 'storage_bytes' then plan.storage_bytes
  end;
  insert into public.quota_usage as usage (account_id, metric, month, used)
  select account, metric, this_month, greatest(amount, 0)
  where quota is null or amount <= quota
  on conflict on constraint quota_usage_pkey do update
    set used = greatest(usage.used + amount, 0)
    where quota is null or usage.used + amount <= quota;
  return found;
end;
$$;
comment on function private.consume_quota is
'Counts use of a plan atomically, before the work. Returns false and counts nothing where the plan is used up. A
negative amount is a refund.';
grant execute on function private.consume_quota to service_role;

create function private.refuse_quota(message text)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  perform private.refuse(429, message, jsonb_build_array(jsonb_build_object(
    'code', 'QUOTA_EXCEEDED',
    'message', 'resets at ' || to_char(private.this_month() + interval '1 month', 'YYYY-MM-DD"T00:00:00Z"')
  )));
end;
$$;
comment on function private.refuse_quota is 'Refuses with 429 QUOTA_EXCEEDED and the time at which the month ends.';

create function private.alert_quota(brand uuid, account uuid, metric text)
returns void
language plpgsql
volatile
set search_path = ''
as $$
#variable_conflict use_variable
declare
  quota integer;
  crossed smallint;
begin
  select plans.generations_per_month into quota
  from public.accounts inner join public.plans on plans.name = accounts.plan
  where accounts.id = account and metric = 'generations';
  update public.quota_usage as usage
  set alerted_percent = private.crossed_percent(usage.alerted_percent, usage.used, quota)
  where
    quota is not null
    and usage.account_id = account and usage.metric = metric and usage.month = private.this_month()
    and usage.alerted_percent < private.crossed_percent(usage.alerted_percent, usage.used, quota)
  returning usage.alerted_percent into crossed;
  if crossed is not null then
    -- To the brand that made the call, without figures: they would tell what other brands of the account use.
    perform private.append_event(brand, 'brand', brand, 'QuotaThresholdReached', jsonb_build_object(
      'percent', crossed, 'metric', metric, 'month', private.this_month()
    ));
  end if;
end;
$$;
comment on function private.alert_quota is 'Announces 80 and 100 % of the generations of a plan, each once a month.';

create function private.current_quota(brand uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  -- Without figures: they would tell what other brands of the account use.
  select jsonb_build_object(
    'is_limited', plans.generations_per_month is not null and accounts.overage = 'block',
    'is_exhausted', coalesce(
      accounts.overage = 'block' and usage.used >= plans.generations_per_month, false
    ),
    'resets_at', (private.this_month() + interval '1 month') at time zone 'UTC'
  )
  from public.brands
  inner join public.accounts on accounts.id = brands.account_id
  inner join public.plans on plans.name = accounts.plan
  left join public.quota_usage as usage
    on usage.account_id = accounts.id and usage.metric = 'generations' and usage.month = private.this_month()
  where brands.id = brand;
$$;
comment on function private.current_quota is
'Returns whether the generations of a brand are limited and exhausted this month, and when the month ends; null without
an account.';
