create function private.account_usage(account uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  -- Counted as the checks of each limit count.
  select jsonb_build_object(
    'brands', (
      select count(*) from public.brands where brands.account_id = account_usage.account and brands.deleted_at is null
    ),
    'users', (
      select count(distinct member.user_id)
      from public.brand_members as member
      inner join public.brands on brands.id = member.brand_id
      where brands.account_id = account_usage.account
    ),
    'templates', (
      select count(*)
      from public.templates
      inner join public.brands on brands.id = templates.brand_id
      where brands.account_id = account_usage.account
    ),
    'storage_bytes', (
      select coalesce(sum(files.size_bytes), 0)
      from public.files
      inner join public.brands on brands.id = files.brand_id
      where brands.account_id = account_usage.account and files.deleted_at is null
    ),
    'contents', (
      select coalesce(max(usage.used), 0) from public.quota_usage as usage
      where usage.account_id = account_usage.account and usage.metric = 'contents'
        and usage.month = private.this_month()
    ),
    'generations', (
      select coalesce(max(usage.used), 0) from public.quota_usage as usage
      where usage.account_id = account_usage.account and usage.metric = 'generations'
        and usage.month = private.this_month()
    )
  );
$$;
comment on function private.account_usage is
'Returns what all brands of an account use of its plan: contents and generations of this month (UTC), the others now.';

create function public.read_quota(brand_id uuid)
returns jsonb
language plpgsql
stable
security definer -- reads the plan and its use, which only platform admins may
set search_path = ''
as $$
declare
  plan public.plans;
  account public.accounts;
  budget public.ai_budgets;
  used jsonb;
begin
  perform private.require_permission(read_quota.brand_id, 'brand.read');
  if not private.permits(read_quota.brand_id, 'brand.update') then
    perform private.require_permission(read_quota.brand_id, 'ai.use');
  end if;
  select accounts.* into account
  from public.brands inner join public.accounts on accounts.id = brands.account_id
  where brands.id = read_quota.brand_id;
  select plans.* into plan from public.plans where plans.name = account.plan;
  select latest.* into budget
  from public.ai_budgets as latest
  where latest.brand_id = read_quota.brand_id and latest.month <= private.this_month()
  order by latest.month desc
  limit 1;
  -- The plan is shared by all brands of the account: its figures are for admins.
  if account.id is not null and private.permits(read_quota.brand_id, 'brand.update') then
    used := private.account_usage(account.id);
  end if;
  return jsonb_build_object(
    'plan', plan.name,
    'overage', account.overage,
    'month', private.this_month(),
    'resets_at', (private.this_month() + interval '1 month') at time zone 'UTC',
    'has_api', coalesce(plan.has_api, true),
    'has_single_sign_on', coalesce(plan.has_sso, true),
    'generations', coalesce(
      private.current_quota(read_quota.brand_id) - 'resets_at', '{"is_limited": false, "is_exhausted": false}'
    ),
    'budget', jsonb_build_object(
      'is_limited', budget.amount is not null,
      'is_exhausted', coalesce(
        -- The row of this month is made by the month's first call.
        budget.amount <= case when budget.month = private.this_month() then budget.spent + budget.reserved else 0 end,
        false
      )
    ),
    'usage', case when used is not null then jsonb_build_object(
      'brands', jsonb_build_object('limit', plan.brands, 'used', used -> 'brands'),
      'users', jsonb_build_object('limit', plan.users, 'used', used -> 'users'),
      'templates', jsonb_build_object('limit', plan.templates, 'used', used -> 'templates'),
      'contents', jsonb_build_object('limit', plan.contents_per_month, 'used', used -> 'contents'),
      'generations', jsonb_build_object('limit', plan.generations_per_month, 'used', used -> 'generations'),
      'storage_bytes', jsonb_build_object('limit', plan.storage_bytes, 'used', used -> 'storage_bytes')
    ) end
  );
end;
$$;
comment on function public.read_quota is
'Returns the plan of a brand''s account, and whether the brand may use AI this month. For callers with brand.update
also each limit with what all brands of the account use of it; others need ai.use. A limit of null is none.';
grant execute on function public.read_quota to authenticated, service_role;
