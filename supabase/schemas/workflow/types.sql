create type public.workflow_type as enum ('sequential', 'parallel', 'conditional');

create type public.workflow_status as enum ('active', 'completed', 'cancelled', 'failed', 'timeout');

create type public.step_status as enum ('waiting', 'active', 'approved', 'skipped', 'rejected', 'cancelled');

create type public.task_status as enum ('pending', 'completed', 'skipped', 'cancelled', 'reassigned');

create function private.is_condition(condition jsonb)
returns boolean
language sql
immutable
parallel safe
set search_path = ''
as $$
  select
    condition is null
    or (
      jsonb_typeof(condition) = 'object'
      and condition ->> 'field' ~ '^(type|title|tags|metadata\.[A-Za-z]{1,50}|fields\.[A-Za-z0-9_]{1,50})$'
      and condition ->> 'operator' in ('equals', 'not_equals', 'contains', 'in', 'exists', 'greater_than', 'less_than')
      and (condition ->> 'operator' <> 'in' or jsonb_typeof(condition -> 'value') = 'array')
    ) is true;
$$;
comment on function private.is_condition is
'Whether this is a valid condition {field, operator, value}, or null for none.';
grant execute on function private.is_condition to authenticated, service_role;

create function private.chase_at(
  created_at timestamptz, due_at timestamptz, reminded_at timestamptz, reminder_percent integer default 80
)
returns timestamptz
language sql
immutable -- an interval of seconds means the same in every time zone
parallel safe
set search_path = ''
as $$
  select case
    when chase_at.reminded_at is not null or not isfinite(chase_at.due_at) then chase_at.due_at
    else chase_at.created_at + make_interval(
      secs => chase_at.reminder_percent / 100.0 * extract(epoch from chase_at.due_at - chase_at.created_at)
    )
  end;
$$;
comment on function private.chase_at is
'Returns when a task is reminded of, at a share of its time (80 % unless the step says otherwise, domain §5), or, once
that is done, when it is escalated.';
