-- Money for AI, exact enough for single calls: a short answer costs millionths of a dollar, and four places would
-- round most of them to nothing.

drop materialized view private.generation_daily;
alter table public.ai_generations
alter column cost type numeric(19, 8),
drop constraint ai_generations_type_check,
add constraint ai_generations_type_check check (type in (
  'content_generation', 'field_generation', 'brand_analysis', 'metadata_generation', 'alt_text', 'transcreation',
  'claim_review', 'title_suggestion', 'keyword_extraction', 'replacement_suggestion', 'regeneration',
  'guardrail_check', 'embedding'
)),
add column reserved numeric(19, 8) not null default 0 check (reserved >= 0),
add column budget_month date,
add column quota_account_id uuid references public.accounts (id) on delete set null,
add column calls jsonb not null default '[]' check (jsonb_typeof(calls) = 'array'),
add column first_token_ms integer check (first_token_ms >= 0),
add column violations jsonb not null default '[]' check (jsonb_typeof(violations) = 'array'),
add column is_held boolean not null default false,
add column applied_version integer check (applied_version >= 1),
add column proposal jsonb check (jsonb_typeof(proposal) = 'object'),
add column override_reason text check (char_length(override_reason) between 1 and 5000),
add column overridden_by uuid references public.profiles (id),
add column overridden_at timestamptz;
comment on column public.ai_generations.reserved is
'Set aside in ai_budgets while the call is under way, in US dollars.';
comment on column public.ai_generations.budget_month is 'The month whose budget it was set aside in.';
comment on column public.ai_generations.quota_account_id is 'Whose plan it was counted against; null: not counted.';
comment on column public.ai_generations.calls is
'What was asked of whom: [{provider, model, outcome, promptTokens, completionTokens, milliseconds}].';
comment on column public.ai_generations.violations is 'What a check against the guardrails found in the output.';
comment on column public.ai_generations.is_held is
'The output was not written into the content because of its violations: see override_generation.';
comment on column public.ai_generations.proposal is '{fields, metadata}: what the output writes into the content.';
create index ai_generations_quota_account_id_idx on public.ai_generations (quota_account_id);
create index ai_generations_overridden_by_idx on public.ai_generations (overridden_by);

create materialized view private.generation_daily as
select
  ai_generations.brand_id,
  ai_generations.type,
  ai_generations.model,
  (ai_generations.created_at at time zone 'UTC')::date as day,
  count(*) as generations,
  count(*) filter (where ai_generations.status = 'completed' and not ai_generations.is_cache_hit) as completed,
  count(*) filter (where ai_generations.status = 'failed') as failed,
  sum(ai_generations.prompt_tokens + ai_generations.completion_tokens) as tokens,
  sum(ai_generations.cost) as cost,
  avg(ai_generations.latency_ms) as average_latency_ms
from public.ai_generations
group by
  ai_generations.brand_id, ai_generations.type, ai_generations.model,
  (ai_generations.created_at at time zone 'UTC')::date;
comment on materialized view private.generation_daily is 'Generations by brand, type, model and day (UTC).';
create unique index generation_daily_key on private.generation_daily (brand_id, type, model, day);

-- Prices

alter table public.ai_prices
alter column input_per_1000 type numeric(19, 8),
alter column output_per_1000 type numeric(19, 8);
comment on column public.ai_prices.model is '`*`: every model of the provider that has no row of its own.';
insert into public.ai_prices (provider, model, effective_from, input_per_1000, output_per_1000)
values
('openai', 'gpt-4o', '2024-10-01', 0.0025, 0.01),
('openai', 'gpt-4o-mini', '2024-07-18', 0.00015, 0.0006),
('openai', 'text-embedding-3-small', '2024-01-25', 0.00002, 0),
('openai', '*', '2024-01-01', 0.03, 0.06),
('azure_openai', 'gpt-4o', '2024-10-01', 0.0025, 0.01),
('azure_openai', 'gpt-4o-mini', '2024-07-18', 0.00015, 0.0006),
('azure_openai', 'text-embedding-3-small', '2024-01-25', 0.00002, 0),
('azure_openai', '*', '2024-01-01', 0.03, 0.06),
('anthropic', '*', '2024-01-01', 0.015, 0.075),
('local', '*', '2024-01-01', 0, 0);

create function private.price_of(provider text, model text)
returns public.ai_prices
language sql
stable
set search_path = ''
as $$
  -- A model that nobody has priced yet costs what the dearest does: a budget must not be passed by a new name.
  select found.provider, found.model, found.effective_from, found.input_per_1000, found.output_per_1000
  from (
    (
      select prices.*, 1 as rank
      from public.ai_prices as prices
      where
        prices.provider = price_of.provider and prices.model in (price_of.model, '*')
        and prices.effective_from <= current_date
      order by prices.model = '*', prices.effective_from desc
      limit 1
    )
    union all
    (
      select prices.*, 2 as rank from public.ai_prices as prices
      where prices.effective_from <= current_date
      order by prices.input_per_1000 + prices.output_per_1000 desc
      limit 1
    )
  ) as found
  order by found.rank
  limit 1;
$$;
comment on function private.price_of is
'What a model costs today: its own price, else its provider''s, else the dearest.';

create function private.call_cost(provider text, model text, prompt_tokens bigint, completion_tokens bigint)
returns numeric
language sql
stable
set search_path = ''
as $$
  select
    coalesce(prompt_tokens, 0) * price.input_per_1000 / 1000
    + coalesce(completion_tokens, 0) * price.output_per_1000 / 1000
  from private.price_of(provider, model) as price;
$$;
comment on function private.call_cost is 'US dollars.';

-- Budgets

alter table public.ai_budgets
alter column reserved type numeric(19, 8),
alter column spent type numeric(19, 8),
add column alerted_percent smallint not null default 0 check (alerted_percent in (0, 80, 100));
comment on column public.ai_budgets.alerted_percent is 'The threshold that was announced last.';
alter table public.quota_usage
add column alerted_percent smallint not null default 0 check (alerted_percent in (0, 80, 100));
comment on column public.quota_usage.alerted_percent is 'The threshold that was announced last.';

create function private.this_month()
returns date
language sql
stable
set search_path = ''
as $$
  select date_trunc('month', now() at time zone 'UTC')::date;
$$;

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
comment on function private.refuse_quota is '429 QUOTA_EXCEEDED with the moment at which the month ends.';

drop function private.reserve_budget(uuid, numeric);
create function private.reserve_budget(brand uuid, estimate numeric)
returns numeric
language plpgsql
volatile
set search_path = ''
as $$
#variable_conflict use_variable
begin
  -- A budget holds for each month until another amount is set: the month's row is made from the latest before it.
  insert into public.ai_budgets (brand_id, month, amount)
  select latest.brand_id, private.this_month(), latest.amount
  from public.ai_budgets as latest
  where latest.brand_id = brand and latest.month < private.this_month()
  order by latest.month desc
  limit 1
  on conflict on constraint ai_budgets_pkey do nothing;
  -- A brand without any budget is not limited; with one, the row's lock makes callers take turns.
  update public.ai_budgets set reserved = ai_budgets.reserved + estimate
  where
    ai_budgets.brand_id = brand and ai_budgets.month = private.this_month()
    and ai_budgets.spent + ai_budgets.reserved + estimate <= ai_budgets.amount;
  if found then
    return estimate;
  end if;
  -- Nothing was booked, and nothing is to be given back when a budget is set meanwhile.
  return case when not exists (
    select from public.ai_budgets where ai_budgets.brand_id = brand and ai_budgets.month = private.this_month()
  ) then 0 end;
end;
$$;
comment on function private.reserve_budget is
'Sets money aside before a call: how much was booked, 0 without a budget; null where the month''s does not hold it.';

create function private.crossed_percent(alerted smallint, used numeric, bound numeric)
returns smallint
language sql
immutable
set search_path = ''
as $$
  select greatest(alerted, case when used >= bound then 100 when used >= bound * 0.8 then 80 else 0 end)::smallint;
$$;
comment on function private.crossed_percent is 'The highest threshold that has been reached by now: 0, 80 or 100.';

create function private.alert_budget(brand uuid, month date, following numeric default 0)
returns void
language plpgsql
volatile
set search_path = ''
as $$
#variable_conflict use_variable
declare
  crossed smallint;
begin
  update public.ai_budgets as budget
  set alerted_percent = reached.percent
  from (
    select private.crossed_percent(
      state.alerted_percent,
      -- It is used up when it does not hold another call like the last one: nobody is let through any more.
      case when state.spent + following > state.amount then state.amount else state.spent end, state.amount
    ) as percent
    from public.ai_budgets as state
    where state.brand_id = brand and state.month = month
    for update
  ) as reached
  where budget.brand_id = brand and budget.month = month and budget.alerted_percent < reached.percent
  returning budget.alerted_percent into crossed;
  if crossed is not null then
    perform private.append_event(brand, 'brand', brand, 'BudgetThresholdReached', jsonb_build_object(
      'percent', crossed, 'month', month
    ));
  end if;
end;
$$;
comment on function private.alert_budget is 'Announces 80 and 100 % of a month''s budget, each once.';

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
    -- To the brand whose call it was: how much the account's other brands use is not said.
    perform private.append_event(brand, 'brand', brand, 'QuotaThresholdReached', jsonb_build_object(
      'percent', crossed, 'metric', metric, 'month', private.this_month()
    ));
  end if;
end;
$$;
comment on function private.alert_quota is 'Announces 80 and 100 % of the plan''s generations, each once a month.';

create function private.book_money(brand uuid, estimate numeric)
returns numeric
language plpgsql
volatile
set search_path = ''
as $$
declare
  booked numeric := private.reserve_budget(brand, estimate);
begin
  if booked is null then
    perform private.refuse_quota('the brand''s budget for AI does not hold this any more this month');
  end if;
  return booked;
end;
$$;
comment on function private.book_money is
'What was set aside of the brand''s budget; 429 QUOTA_EXCEEDED where it does not hold the estimate.';

create function private.count_generation(brand uuid)
returns uuid
language plpgsql
volatile
set search_path = ''
as $$
declare
  account uuid := (select brands.account_id from public.brands where brands.id = brand);
begin
  if account is not null then
    if not private.consume_quota(account, 'generations', 1) then
      perform private.refuse_quota('the plan has no more generations this month');
    end if;
    perform private.alert_quota(brand, account, 'generations');
  end if;
  return account;
end;
$$;
comment on function private.count_generation is
'One generation of the plan, before the call: the account that it was counted against; 429 QUOTA_EXCEEDED where the plan
has none left.';

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
    -- In the month in which it was counted, which may be over.
    update public.quota_usage set used = greatest(quota_usage.used - 1, 0)
    where
      quota_usage.account_id = generation.quota_account_id and quota_usage.metric = 'generations'
      and quota_usage.month = generation.budget_month;
  end if;
end;
$$;
comment on function private.settle_generation_money is
'After a call: the reservation is free again, its cost is spent; what failed or came from the cache counts for no
quota.';

create or replace function public.fail_stale_generations(
  older_than interval default '5 minutes', batch integer default 500
)
returns integer
language plpgsql
volatile
security definer -- private is closed to the service as well
set search_path = ''
as $$
declare
  generation public.ai_generations;
  failed integer := 0;
begin
  -- A function that was killed cannot say so: its generation would be pending, and its money set aside, for ever.
  for generation in
    select stale.* from public.ai_generations as stale
    where stale.status = 'pending' and stale.created_at < now() - older_than
    limit batch
    for update skip locked
  loop
    update public.ai_generations
    set status = 'failed', error = 'the generation was interrupted', completed_at = now(), reserved = 0
    where ai_generations.id = generation.id;
    perform private.settle_generation_money(generation, 0, false);
    perform private.append_event(
      generation.brand_id, 'ai_generation', generation.id, 'AIGenerationCompleted',
      jsonb_build_object('requestId', generation.id, 'contentId', generation.content_id, 'success', false,
        'tokensUsed', 0)
    );
    failed := failed + 1;
  end loop;
  return failed;
end;
$$;
