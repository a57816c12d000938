-- What AI is used for and what it costs, for those who read it; and the one look at a generation's answer again.

create function private.current_quota(brand uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  -- Without how many: the account's other brands use it too, and are nobody's business here.
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

create function public.read_budget(brand_id uuid)
returns jsonb
language plpgsql
stable
security definer -- reads the plan and its use, which only platform admins may
set search_path = ''
as $$
declare
  budget public.ai_budgets;
begin
  perform private.require_permission(read_budget.brand_id, 'ai.manage');
  select latest.* into budget
  from public.ai_budgets as latest
  where latest.brand_id = read_budget.brand_id and latest.month <= private.this_month()
  order by latest.month desc
  limit 1;
  if budget.month < private.this_month() then
    budget.spent := 0; -- nothing has been asked for in this month yet
    budget.reserved := 0;
  end if;
  return jsonb_build_object(
    'brand_id', read_budget.brand_id,
    'month', private.this_month(),
    'amount', budget.amount,
    'spent', coalesce(budget.spent, 0),
    'reserved', coalesce(budget.reserved, 0),
    'resets_at', (private.this_month() + interval '1 month') at time zone 'UTC',
    'quota', private.current_quota(read_budget.brand_id)
  );
end;
$$;
comment on function public.read_budget is
'The brand''s budget for AI in this month, in US dollars (amount null: not limited), and whether its plan has any
generations left.';
grant execute on function public.read_budget to authenticated;

create function public.set_budget(brand_id uuid, amount numeric)
returns jsonb
language plpgsql
volatile
security definer -- tells of the change in the log of events
set search_path = ''
as $$
#variable_conflict use_column
declare
  before_amount numeric;
begin
  perform private.require_permission(set_budget.brand_id, 'ai.manage');
  if set_budget.amount is null or set_budget.amount < 0 or set_budget.amount >= 1e15 then
    perform private.refuse(400, 'a budget is an amount of US dollars', jsonb_build_array(jsonb_build_object(
      'field', 'amount', 'code', 'INVALID_FORMAT', 'message', 'must not be negative'
    )));
  end if;
  select budget.amount into before_amount
  from public.ai_budgets as budget
  where budget.brand_id = set_budget.brand_id and budget.month <= private.this_month()
  order by budget.month desc
  limit 1;
  perform private.append_event(set_budget.brand_id, 'brand', set_budget.brand_id, 'BudgetChanged', '{}');
  perform private.audit(set_budget.brand_id, 'ai.budget_set', 'brand', set_budget.brand_id, jsonb_build_object(
    'from', before_amount, 'to', set_budget.amount
  ));
  -- What was spent in this month before there was a budget counts as well.
  insert into public.ai_budgets as budget (brand_id, month, amount, spent)
  values (set_budget.brand_id, private.this_month(), set_budget.amount, (
    select coalesce(sum(generation.cost), 0)
    from public.ai_generations as generation
    where generation.brand_id = set_budget.brand_id and generation.budget_month = private.this_month()
  ))
  on conflict (brand_id, month) do update
    -- Another amount is announced again when it is used up.
    set amount = excluded.amount, alerted_percent = 0;
  perform private.alert_budget(set_budget.brand_id, private.this_month());
  return public.read_budget(set_budget.brand_id);
end;
$$;
comment on function public.set_budget is
'What the brand may spend on AI in this month and in each one after it, in US dollars, by those who manage AI.';
grant execute on function public.set_budget to authenticated;

create function public.ai_usage(
  brand uuid default null,
  from_day date default current_date - 30,
  to_day date default current_date,
  dimensions text[] default '{day}'
)
returns jsonb
language plpgsql
stable
security definer -- a policy would be asked of every row; here the caller's brands are asked once
set search_path = ''
as $$
#variable_conflict use_variable
declare
  brands uuid [] := private.brands_permitting('ai.read');
  usage jsonb;
begin
  if brand is not null then
    perform private.require_permission(brand, 'ai.read');
    brands := array[brand];
  end if;
  if to_day < from_day or to_day - from_day > 366 then
    perform private.refuse(400, 'a year at most', jsonb_build_array(jsonb_build_object(
      'field', 'to', 'code', 'INVALID_FORMAT', 'message', 'must not lie before from, nor more than 366 days after it'
    )));
  end if;
  if 'user' = any (dimensions) then
    -- Who works how much is for those who may see who is there.
    brands := array(select unnest(brands) intersect select unnest(private.brands_permitting('member.read')));
    if brand is not null and brands = '{}' then
      perform private.refuse(403, 'this needs the permission member.read in the brand');
    end if;
  end if;
  with counted as (
    select
      case when 'brand' = any (dimensions) then generation.brand_id end as brand_id,
      case when 'user' = any (dimensions) then generation.user_id end as user_id,
      case when 'tool' = any (dimensions) then generation.type end as tool,
      case when 'model' = any (dimensions) then generation.provider end as provider,
      case when 'model' = any (dimensions) then generation.model end as model,
      case when 'day' = any (dimensions) then (generation.created_at at time zone 'UTC')::date end as day,
      count(*) as generations,
      count(*) filter (where generation.status = 'failed') as failed,
      count(*) filter (where generation.is_cache_hit) as cached,
      sum(generation.prompt_tokens) as prompt_tokens,
      sum(generation.completion_tokens) as completion_tokens,
      sum(generation.cost) as cost,
      round(avg(generation.latency_ms) filter (where not generation.is_cache_hit)) as average_latency_ms
    from public.ai_generations as generation
    where
      generation.brand_id = any (brands)
      -- Ids are times: partitions outside of the days are not looked at.
      and generation.id >= private.uuid_v7_floor(from_day::timestamp at time zone 'UTC')
      and generation.id < private.uuid_v7_floor((to_day + 1)::timestamp at time zone 'UTC')
    group by 1, 2, 3, 4, 5, 6
  ),
  shown as (
    select counted.* from counted
    order by counted.day desc nulls last, counted.cost desc, counted.brand_id, counted.tool, counted.model
    limit 5000
  )
  select jsonb_build_object(
    'items', (select coalesce(jsonb_agg(to_jsonb(shown)), '[]') from shown),
    'is_truncated', count(*) > 5000,
    'totals', jsonb_build_object(
      'generations', coalesce(sum(counted.generations), 0), 'failed', coalesce(sum(counted.failed), 0),
      'cached', coalesce(sum(counted.cached), 0), 'prompt_tokens', coalesce(sum(counted.prompt_tokens), 0),
      'completion_tokens', coalesce(sum(counted.completion_tokens), 0), 'cost', coalesce(sum(counted.cost), 0)
    )
  ) into usage
  from counted;
  return usage;
end;
$$;
comment on function public.ai_usage is
'{items, totals} of the caller''s brands, or of one, by any of brand, user, tool, model and day (UTC).';
grant execute on function public.ai_usage to authenticated;
