create function private.stamp_budget()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    new.created_at := now();
    new.created_by := auth.uid();
  end if;
  new.updated_at := now();
  new.updated_by := auth.uid();
  return new;
end;
$$;
comment on function private.stamp_budget is 'Writes who created and changed a budget, and when.';

create function private.reserve_budget(brand uuid, estimate numeric)
returns numeric
language plpgsql
volatile
set search_path = ''
as $$
#variable_conflict use_variable
begin
  -- A budget applies to every month until its amount is changed: the month's first call copies the latest earlier row.
  insert into public.ai_budgets (brand_id, month, amount)
  select latest.brand_id, private.this_month(), latest.amount
  from public.ai_budgets as latest
  where latest.brand_id = brand and latest.month < private.this_month()
  order by latest.month desc
  limit 1
  on conflict on constraint ai_budgets_pkey do nothing;
  -- The lock of the row makes concurrent callers take turns.
  update public.ai_budgets set reserved = ai_budgets.reserved + estimate
  where
    ai_budgets.brand_id = brand and ai_budgets.month = private.this_month()
    and ai_budgets.spent + ai_budgets.reserved + estimate <= ai_budgets.amount;
  if found then
    return estimate;
  end if;
  -- A brand without a budget is not limited. It reserves 0, so that nothing is released from a budget that is set
  -- before the call is settled.
  return case when not exists (
    select from public.ai_budgets where ai_budgets.brand_id = brand and ai_budgets.month = private.this_month()
  ) then 0 end;
end;
$$;
comment on function private.reserve_budget is
'Reserves the estimated cost of a call in the budget of this month. Returns the amount reserved: 0 if the brand has no
budget, null if the budget does not cover the estimate.';

create function private.settle_budget(brand uuid, estimate numeric, cost numeric, month date)
returns void
language sql
volatile
set search_path = ''
as $$
  update public.ai_budgets
  set reserved = greatest(ai_budgets.reserved - settle_budget.estimate, 0),
    spent = ai_budgets.spent + settle_budget.cost
  where ai_budgets.brand_id = settle_budget.brand and ai_budgets.month = settle_budget.month;
$$;
comment on function private.settle_budget is
'After a call: releases its reservation and adds its cost to what is spent.';

create function private.crossed_percent(alerted smallint, used numeric, bound numeric)
returns smallint
language sql
immutable
set search_path = ''
as $$
  select greatest(alerted, case when used >= bound then 100 when used >= bound * 0.8 then 80 else 0 end)::smallint;
$$;
comment on function private.crossed_percent is
'Returns the highest threshold that has been announced or is reached: 0, 80 or 100 percent.';

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
      -- A budget that does not cover another call like this one counts as used up, since such calls are refused.
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
comment on function private.alert_budget is
'Announces that 80 or 100 percent of a month''s budget are spent, each once. following: the estimated cost of the next
call.';

create function private.reserve_budget_or_refuse(brand uuid, estimate numeric)
returns numeric
language plpgsql
volatile
set search_path = ''
as $$
declare
  reserved numeric := private.reserve_budget(brand, estimate);
begin
  if reserved is null then
    perform private.refuse_quota('the brand''s budget for AI does not hold this any more this month');
  end if;
  return reserved;
end;
$$;
comment on function private.reserve_budget_or_refuse is
'Reserves the estimated cost of a call and returns the amount reserved. Refuses with 429 QUOTA_EXCEEDED if the budget
does not cover it.';

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
    budget.spent := 0; -- the row of this month is made by the month's first call
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
'Returns the brand''s AI budget of this month in US dollars (amount null: not limited), and whether its plan has any
generations left. Requires the permission ai.manage.';
grant execute on function public.read_budget to authenticated, service_role;

create function public.set_budget(brand_id uuid, amount numeric)
returns jsonb
language plpgsql
volatile
security definer -- writes to the event log and the audit log
set search_path = ''
as $$
#variable_conflict use_column
declare
  before_amount numeric;
begin
  perform private.require_functions();
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
  -- What was spent earlier in this month, without a budget, counts as well.
  insert into public.ai_budgets as budget (brand_id, month, amount, spent)
  values (set_budget.brand_id, private.this_month(), set_budget.amount, (
    select coalesce(sum(generation.cost), 0)
    from public.ai_generations as generation
    where generation.brand_id = set_budget.brand_id and generation.budget_month = private.this_month()
  ))
  on conflict (brand_id, month) do update
    -- The thresholds of the new amount are announced again.
    set amount = excluded.amount, alerted_percent = 0;
  perform private.alert_budget(set_budget.brand_id, private.this_month());
  return public.read_budget(set_budget.brand_id);
end;
$$;
comment on function public.set_budget is
'Sets what the brand may spend on AI in this month and in each later one, in US dollars. Requires the permission
ai.manage.';
grant execute on function public.set_budget to authenticated, service_role;
