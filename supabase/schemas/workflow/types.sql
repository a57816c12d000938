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

create type private.task_head as (
  id uuid, brand_id uuid, content_id uuid, instance_id uuid, step_run_id uuid, assignee_id uuid, on_behalf_of uuid,
  reassigned_to uuid, status text, decision text, comment text, round integer, created_at timestamptz,
  due_at timestamptz, decided_at timestamptz, reminded_at timestamptz, escalated_at timestamptz, step_name text,
  step_position integer, definition jsonb, is_open boolean, workflow_id uuid, workflow_name text,
  run_started_at timestamptz, brand_name text, brand_slug text, title text, type text, content_status text,
  version integer, content_due_at timestamptz, author_id uuid, excerpt text, has_task boolean, has_decided boolean
);
comment on type private.task_head is
'A task with its step, run, brand and content, as lists show it. is_open: it can be decided now. title: null where the
content is deleted. has_task and has_decided: a pending task, a decision, of the caller in the step.';
