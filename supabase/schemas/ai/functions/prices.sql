create function private.price_of(provider text, model text)
returns public.ai_prices
language sql
stable
set search_path = ''
as $$
  -- A model without a price costs as much as the most expensive one, so that a new model cannot bypass a budget.
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
'Returns the price of a model today: its own, else that of its provider (`*`), else the highest price of all.';

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
comment on function private.call_cost is 'Returns the cost of a call in US dollars, by the prices of today.';

create function private.this_month()
returns date
language sql
stable
set search_path = ''
as $$
  select date_trunc('month', now() at time zone 'UTC')::date;
$$;
comment on function private.this_month is 'Returns the first day of the present calendar month in UTC.';
