create function private.task_brands(access private.brand_access[])
returns uuid[]
language sql
immutable
set search_path = ''
as $$
  select array(
    select held.brand_id from unnest(access) as held
    where 'workflow.read' = any (held.permissions) and 'content.read' = any (held.permissions)
  );
$$;
comment on function private.task_brands is 'Returns the brands whose tasks the caller may read with their contents.';

create function public.list_tasks(
  filters jsonb default '{}',
  state text default 'open',
  sort text default 'due',
  is_descending boolean default false,
  page_offset integer default 0,
  page_size integer default 20
)
returns json
language plpgsql
stable
security definer -- the list takes the caller's brands first, so that the indexes can be used (decision 13)
set search_path = ''
as $$
declare
  brand constant uuid := filters ->> 'brand_id';
  skipped constant integer := greatest(page_offset, 0);
  wished constant integer := least(greatest(page_size, 1), 100);
  access private.brand_access [];
  brands uuid [];
  found record;
  shown json;
begin
  if coalesce(filters ->> 'scope', 'mine') <> 'mine' then
    access := private.access_with(brand, 'workflow.control', 'brand');
  else
    access := private.access_held(case when brand is not null then array[brand] end);
  end if;
  if state not in ('open', 'overdue', 'done') or private.task_order(sort, is_descending) is null then
    perform private.refuse(400, 'tasks have no such state or order');
  end if;
  brands := private.task_brands(access);
  if filters ?| array['type', 'q', 'step', 'workflow_id'] then
    found := private.searched_tasks(filters, brands, state, sort, is_descending, skipped, wished);
  else
    found := private.found_tasks(filters, brands, state, sort, is_descending, skipped, wished);
  end if;
  shown := private.shown_tasks(found.ids, access);
  return json_build_object(
    'items', shown -> 'items', 'people', shown -> 'people',
    'total', case state
      when 'open' then found.open_tasks when 'done' then found.done_tasks else found.overdue_tasks
    end,
    'counts', json_build_object(
      'open', found.open_tasks, 'overdue', found.overdue_tasks, 'done', found.done_tasks
    ),
    'is_truncated', found.is_truncated
  );
end;
$$;
comment on function public.list_tasks is
'Lists tasks of the caller, or with {"scope": "brand"} of a brand in which they have workflow.control: {items, people,
total, counts, is_truncated}. Overdue tasks are open as well; done ones were decided by their assignee. Counts end at 5,000. Filters
by content, step or workflow look at the 500 open tasks that are due first and the 500 that were decided last.';
grant execute on function public.list_tasks to authenticated, service_role;

create function public.read_task_counts()
returns jsonb
language plpgsql
stable
security definer -- see list_tasks
set search_path = ''
set plan_cache_mode = 'force_generic_plan' -- pages ask for it again and again
as $$
declare
  caller constant uuid := auth.uid();
  brands constant uuid [] := private.task_brands(private.access_held(null));
begin
  return (
    select
      jsonb_build_object(
        'open', count(*),
        'overdue', count(*) filter (where counted.due_at <= now()),
        'due_soon', count(*) filter (where counted.due_at > now() and counted.due_at <= now() + interval '24 hours'),
        'next_due_at', min(counted.due_at) filter (where counted.due_at > now())
      )
    from (
      select task.due_at from public.workflow_tasks as task
      where task.assignee_id = caller and task.status = 'pending' and task.brand_id = any (brands)
      limit 5000
    ) as counted
  );
end;
$$;
comment on function public.read_task_counts is
'Counts the caller''s open tasks, those that are overdue, and those that are due within 24 hours, from an index alone;
at most 5,000.';
grant execute on function public.read_task_counts to authenticated, service_role;

create function public.get_task(task_id uuid)
returns json
language plpgsql
stable
security definer -- see list_tasks
set search_path = ''
as $$
declare
  brand constant uuid := (select task.brand_id from public.workflow_tasks as task where task.id = get_task.task_id);
  access private.brand_access [];
begin
  access := private.access_with(brand, 'workflow.read', 'task');
  if cardinality(private.task_brands(access)) = 0 then
    perform private.refuse(404, 'task not found');
  end if;
  return private.shown_tasks(array[get_task.task_id], access);
end;
$$;
comment on function public.get_task is
'Returns {items, people} with one task, as list_tasks shows it; 404 for those who may not read the runs or the contents
of its brand.';
grant execute on function public.get_task to authenticated, service_role;
