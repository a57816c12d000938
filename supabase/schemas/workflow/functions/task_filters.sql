create function private.task_order(sort text, is_descending boolean)
returns text
language sql
immutable
set search_path = ''
as $$
  select replace(case sort
    when 'due' then 'task.due_at % nulls last, task.id %'
    when 'created' then 'task.created_at %, task.id %'
    when 'decided' then 'task.decided_at % nulls last, task.id'
    when 'priority' then
      'case when task.due_at <= now() then 0 when task.reminded_at is not null or task.round > 1 then 1 else 2 end %, '
      'task.due_at nulls last, task.id'
  end, '%', case when is_descending then 'desc' else 'asc' end);
$$;
comment on function private.task_order is
'Returns the order of a list of tasks. priority: overdue ones first, then those that were reminded of or came back after
requested changes, and among them by their due date.';

create function private.task_conditions(filters jsonb, is_mine boolean)
returns text
language sql
immutable
set search_path = ''
as $$
  -- $1: the caller, $2: the brands, $3: the filters.
  select
    case when is_mine then 'task.assignee_id = $1 and task.brand_id = any ($2)' else 'task.brand_id = ($2)[1]' end
    || case when filters ? 'assignee_id' then ' and task.assignee_id = ($3 ->> ''assignee_id'')::uuid' else '' end
    || case when filters ? 'due_from' then ' and task.due_at >= private.read_instant($3 ->> ''due_from'', ''dueFrom'')' else '' end
    || case when filters ? 'due_to' then ' and task.due_at < private.read_instant($3 ->> ''due_to'', ''dueTo'')' else '' end;
$$;
comment on function private.task_conditions is
'Builds the conditions of a list of tasks from the filters that are given and that tasks answer by themselves.';

create function private.found_tasks(
  filters jsonb, brands uuid[], state text, sort text, is_descending boolean, skipped integer, wished integer,
  out ids uuid[], out open_tasks integer, out overdue_tasks integer, out done_tasks integer, out is_truncated boolean
)
language plpgsql
stable
set search_path = ''
as $$
declare
  is_mine constant boolean := coalesce(filters ->> 'scope', 'mine') = 'mine';
begin
  -- The text is made of constants, so that each order is planned from the indexes; the caller's values are parameters.
  execute format(
    $query$
      select
        array(
          select task.id from %4$s where %1$s and task.status = %2$s order by %3$s offset $4 limit $5
        ),
        (
          select count(*) from (
            select from public.workflow_tasks as task where %1$s and task.status = 'pending' limit 5000
          ) as pending
        ),
        (
          select count(*) from (
            select from public.workflow_tasks as task
            where %1$s and task.status = 'pending' and task.due_at <= now() limit 5000
          ) as late
        ),
        (
          select count(*) from (
            select from public.workflow_tasks as task where %1$s and task.status = 'completed' limit 5000
          ) as done
        )
    $query$,
    private.task_conditions(filters, is_mine),
    case state
      when 'open' then '''pending''' when 'done' then '''completed''' else '''pending'' and task.due_at <= now()'
    end,
    private.task_order(sort, is_descending),
    case
      -- No index has this order: the tasks that are due first are sorted.
      when sort = 'priority' then format(
        '(select task.* from public.workflow_tasks as task where %s and task.status = %s '
        'order by task.due_at, task.id limit 2000) as task',
        private.task_conditions(filters, is_mine), case state when 'done' then '''completed''' else '''pending''' end
      )
      else 'public.workflow_tasks as task'
    end
  )
  into ids, open_tasks, overdue_tasks, done_tasks
  using auth.uid(), brands, filters, skipped, wished;
  is_truncated := open_tasks >= 5000 or done_tasks >= 5000
    or (sort = 'priority' and case state when 'done' then done_tasks else open_tasks end > 2000);
end;
$$;
comment on function private.found_tasks is
'Returns the ids of a page of tasks and how many there are in each state, at most 5,000, from the indexes of
tasks. By priority, the 2,000 that are due first are sorted.';

create function private.searched_tasks(
  filters jsonb, brands uuid[], state text, sort text, is_descending boolean, skipped integer, wished integer,
  out ids uuid[], out open_tasks integer, out overdue_tasks integer, out done_tasks integer, out is_truncated boolean
)
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_generic_plan' -- planning the partitions of contents takes longer than reading them
-- The indexes have the order: the planner, which does not know how many tasks a person has, would sort them all.
set enable_bitmapscan = off
set enable_sort = off
as $$
declare
  caller constant uuid := auth.uid();
  is_mine constant boolean := coalesce(filters ->> 'scope', 'mine') = 'mine';
  assignee constant uuid := filters ->> 'assignee_id';
  due_from constant timestamptz := private.read_instant(filters ->> 'due_from', 'dueFrom');
  due_to constant timestamptz := private.read_instant(filters ->> 'due_to', 'dueTo');
  workflow constant uuid := filters ->> 'workflow_id';
  step constant text := filters ->> 'step';
  types constant text [] := case when filters ? 'type' then array(
    select jsonb_array_elements_text(private.as_array(filters -> 'type'))
  ) end;
  words constant text := filters ->> 'q';
begin
  with candidates as (
    (
      select task.* from public.workflow_tasks as task
      where
        is_mine and task.assignee_id = caller and task.brand_id = any (brands) and task.status = 'pending'
        and (due_from is null or task.due_at >= due_from) and (due_to is null or task.due_at < due_to)
      order by task.due_at, task.id limit 500
    )
    union all
    (
      select task.* from public.workflow_tasks as task
      where
        not is_mine and task.brand_id = brands[1] and task.status = 'pending'
        and (assignee is null or task.assignee_id = assignee)
        and (due_from is null or task.due_at >= due_from) and (due_to is null or task.due_at < due_to)
      order by task.due_at, task.id limit 500
    )
    union all
    (
      select task.* from public.workflow_tasks as task
      where
        is_mine and task.assignee_id = caller and task.brand_id = any (brands) and task.status = 'completed'
        and (due_from is null or task.due_at >= due_from) and (due_to is null or task.due_at < due_to)
      order by task.decided_at desc, task.id limit 500
    )
    union all
    (
      select task.* from public.workflow_tasks as task
      where
        not is_mine and task.brand_id = brands[1] and task.status = 'completed'
        and (assignee is null or task.assignee_id = assignee)
        and (due_from is null or task.due_at >= due_from) and (due_to is null or task.due_at < due_to)
      order by task.decided_at desc, task.id limit 500
    )
  ),
  matching as materialized (
    select
      task.id, task.status, task.due_at, task.created_at, task.decided_at,
      case when task.due_at <= now() then 0 when task.reminded_at is not null or task.round > 1 then 1 else 2 end
        as urgency
    from candidates as task
    where
      (workflow is null or exists (
        select from public.workflow_instances as run where run.id = task.instance_id and run.workflow_id = workflow
      ))
      and (step is null or exists (
        select from public.workflow_step_runs as step_run where step_run.id = task.step_run_id and step_run.name = step
      ))
      and ((types is null and words is null) or exists (
        select from public.contents as content
        where
          content.id = task.content_id and content.deleted_at is null
          and (types is null or content.type = any (types))
          and (words is null or private.holds_text(content.title, words))
      ))
  )
  select
    array(
      select task.id from matching as task
      where case state
        when 'open' then task.status = 'pending' when 'done' then task.status = 'completed'
        else task.status = 'pending' and task.due_at <= now()
      end
      order by
        case when sort = 'priority' and not is_descending then task.urgency end,
        case when sort = 'priority' and is_descending then task.urgency end desc,
        case when not is_descending or sort = 'priority' then case sort
          when 'created' then task.created_at when 'decided' then task.decided_at else task.due_at
        end end,
        case when is_descending and sort <> 'priority' then case sort
          when 'created' then task.created_at when 'decided' then task.decided_at else task.due_at
        end end desc nulls last,
        task.id
      offset skipped limit wished
    ),
    (select count(*) from matching as task where task.status = 'pending'),
    (select count(*) from matching as task where task.status = 'pending' and task.due_at <= now()),
    (select count(*) from matching as task where task.status = 'completed'),
    exists (select from candidates as task group by task.status having count(*) >= 500)
  into ids, open_tasks, overdue_tasks, done_tasks, is_truncated;
end;
$$;
comment on function private.searched_tasks is
'As found_tasks, for filters that ask about contents, steps or workflows: looks at the 500 open tasks that are due
first and at the 500 that were decided last.';
