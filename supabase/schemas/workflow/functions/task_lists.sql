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
    || case when filters ? 'due_from' then ' and task.due_at >= ($3 ->> ''due_from'')::timestamptz' else '' end
    || case when filters ? 'due_to' then ' and task.due_at < ($3 ->> ''due_to'')::timestamptz' else '' end
    || case when filters ? 'workflow_id' then ' and run.workflow_id = ($3 ->> ''workflow_id'')::uuid' else '' end
    || case when filters ? 'step' then ' and step_run.name = $3 ->> ''step''' else '' end
    || case when filters ? 'type' then ' and $3 -> ''type'' ? content.type' else '' end
    || case when filters ? 'q' then ' and content.title ilike $4' else '' end;
$$;
comment on function private.task_conditions is 'Builds the conditions of a list of tasks from the filters that are given.';

create function private.task_source(filters jsonb)
returns text
language sql
immutable
set search_path = ''
as $$
  select
    'public.workflow_tasks as task'
    || case
      when filters ? 'workflow_id' then ' inner join public.workflow_instances as run on run.id = task.instance_id'
      else ''
    end
    || case
      when filters ? 'step' then ' inner join public.workflow_step_runs as step_run on step_run.id = task.step_run_id'
      else ''
    end
    || case
      when filters ?| array['type', 'q']
        then ' inner join public.contents as content on content.id = task.content_id and content.deleted_at is null'
      else ''
    end;
$$;
comment on function private.task_source is
'Builds the tables of a list of tasks. Without filters that ask about runs, steps or contents, it is one index.';

create function private.task_heads(ids uuid[])
returns private.task_head[]
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_generic_plan' -- planning the partitions takes longer than reading the rows
as $$
declare
  caller constant uuid := auth.uid();
begin
  return array(
    select
      (
        task.id, task.brand_id, task.content_id, task.instance_id, task.step_run_id, task.assignee_id,
        task.on_behalf_of, task.reassigned_to, task.status::text, task.decision, task.comment, task.round,
        task.created_at, task.due_at, task.decided_at, task.reminded_at, task.escalated_at, step_run.name,
        step_run.position, step_run.definition,
        task.status = 'pending' and step_run.status = 'active' and run.status = 'active' and run.parked_at is null
        and content.id is not null,
        run.workflow_id, run.workflow_name, run.started_at, brands.name, brands.slug, content.title,
        content.type, content.status::text, content.version, content.due_at, content.created_by,
        left(
          case
            when content.excerpt <> '' then content.excerpt
            else btrim(regexp_replace(left(content.body, 2000), '(<[^>]*>|\s)+', ' ', 'g'))
          end, 300
        ),
        coalesce(own.status = 'pending', false), own.decision is not null
      )::private.task_head
    from unnest(ids) with ordinality as wanted (id, place)
    inner join public.workflow_tasks as task on task.id = wanted.id
    inner join public.workflow_step_runs as step_run on step_run.id = task.step_run_id
    inner join public.workflow_instances as run on run.id = task.instance_id
    inner join public.brands on brands.id = task.brand_id
    left join public.contents as content on content.id = task.content_id and content.deleted_at is null
    left join public.workflow_tasks as own
      on own.step_run_id = task.step_run_id and own.round = task.round and own.assignee_id = caller
    order by wanted.place
  );
end;
$$;
comment on function private.task_heads is 'Returns these tasks with what lists show of their steps, runs and contents.';

create function private.decisions_allowed(heads private.task_head[], access private.brand_access[])
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  facts private.content_facts [];
  members jsonb;
begin
  -- Tasks with the same facts are judged once, by the rules of contents.
  select
    array_agg((
      null, kind.brand_id, kind.content_status, kind.content_status, kind.is_own, kind.has_task, kind.is_decider, true,
      true, true, true, kind.has_decided, kind.decisions, false, false
    )::private.content_facts order by kind.place),
    jsonb_agg(kind.ids order by kind.place)
  into facts, members
  from (
    select
      row_number() over () as place, head.brand_id, head.content_status, head.has_task, head.has_decided,
      coalesce(head.author_id = auth.uid(), false) as is_own,
      held.is_member and (head.has_task or head.has_decided) and (
        private.step_names(head.definition, auth.uid()) or head.author_id is distinct from auth.uid()
      ) as is_decider,
      head.definition -> 'actions' as decisions,
      jsonb_agg(head.id) as ids
    from unnest(heads) as head
    inner join unnest(access) as held on held.brand_id = head.brand_id
    where head.is_open
    group by 2, 3, 4, 5, 6, 7, 8
  ) as kind;
  return coalesce((
    select jsonb_object_agg(judged.id, judged.actions)
    from (
      select member.id, jsonb_agg(verdict.action order by verdict.rank) as actions
      from private.content_verdicts(facts, access) as verdict
      cross join lateral jsonb_array_elements_text(members -> verdict.fact - 1) as member (id)
      where verdict.reason is null and verdict.action in ('approve', 'reject', 'requestChanges')
      group by member.id
    ) as judged
  ), '{}');
end;
$$;
comment on function private.decisions_allowed is
'Returns {task id: [approve, reject, requestChanges]}: what the caller may decide in these tasks by the rules of
contents; no key where it is nothing.';

create function private.task_remarks(heads private.task_head[])
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_generic_plan' -- every list calls it
as $$
declare
  runs constant uuid [] := array(select distinct head.instance_id from unnest(heads) as head);
begin
  return coalesce((
    select jsonb_object_agg(found.instance_id, found.remarks)
    from (
      select
        wanted.instance_id,
        jsonb_agg(jsonb_build_object(
          'action', remark.action, 'step', remark.name, 'actor_id', remark.actor_id,
          'comment', left(remark.comment, 1000), 'at', remark.created_at
        ) order by remark.id desc) as remarks
      from unnest(runs) as wanted (instance_id)
      cross join lateral (
        select action.id, action.action, action.actor_id, action.comment, action.created_at, step_run.name
        from public.workflow_actions as action
        inner join public.workflow_step_runs as step_run on step_run.id = action.step_run_id
        where
          action.instance_id = wanted.instance_id
          and action.action in ('approve', 'reject', 'request_changes', 'skip', 'reassign')
        order by action.id desc
        limit 10
      ) as remark
      group by wanted.instance_id
    ) as found
  ), '{}');
end;
$$;
comment on function private.task_remarks is
'Returns {run id: the last 10 decisions with their comments, newest first} for the runs of these tasks.';

create function private.shown_tasks(ids uuid[], access private.brand_access[])
returns json
language plpgsql
stable
set search_path = ''
as $$
declare
  heads constant private.task_head [] := private.task_heads(ids);
  decisions constant jsonb := private.decisions_allowed(heads, access);
  remarks constant jsonb := private.task_remarks(heads);
  people jsonb;
begin
  people := private.people_named(
    array(
      select person
      from unnest(heads) as head
      cross join unnest(array[head.assignee_id, head.on_behalf_of, head.reassigned_to, head.author_id]) as person
      union
      select private.as_uuid(remark ->> 'actor_id')
      from jsonb_each(remarks) as run
      cross join lateral jsonb_array_elements(run.value) as remark
    ), access
  );
  return json_build_object('people', people, 'items', coalesce((
    select
      json_agg(json_build_object(
        'id', head.id, 'status', head.status, 'decision', head.decision, 'comment', head.comment,
        'round', head.round, 'created_at', head.created_at, 'due_at', head.due_at, 'decided_at', head.decided_at,
        'reminded_at', head.reminded_at, 'escalated_at', head.escalated_at, 'is_open', head.is_open,
        'overdue_seconds', case
          when head.status = 'pending' and head.due_at <= now() then floor(extract(epoch from now() - head.due_at))
        end,
        'priority', case
          when head.due_at <= now() then 'urgent' when head.reminded_at is not null or head.round > 1 then 'high'
          else 'normal'
        end,
        'assignee_id', head.assignee_id, 'on_behalf_of_id', head.on_behalf_of, 'reassigned_to_id', head.reassigned_to,
        'brand', json_build_object('id', head.brand_id, 'name', head.brand_name, 'slug', head.brand_slug),
        'content', case when head.title is not null then json_build_object(
          'id', head.content_id, 'title', head.title, 'type', head.type, 'status', head.content_status,
          'version', head.version, 'excerpt', head.excerpt, 'due_at', head.content_due_at, 'author_id', head.author_id
        ) end,
        'run', json_build_object(
          'id', head.instance_id, 'workflow_id', head.workflow_id, 'workflow', head.workflow_name,
          'started_at', head.run_started_at
        ),
        'step', json_build_object(
          'id', head.step_run_id, 'name', head.step_name, 'position', head.step_position,
          'instructions', coalesce(head.definition -> 'instructions', '""'),
          'actions', coalesce(head.definition -> 'actions', '["approve", "reject", "request_changes"]'),
          'requires_published_url', coalesce(head.definition -> 'requires_published_url', 'false'),
          'requires_all_approvals', coalesce(head.definition -> 'require_all_approvals', 'false'),
          'allows_skip', coalesce(head.definition -> 'allow_skip', 'false')
        ),
        'remarks', coalesce(remarks -> head.instance_id::text, '[]'),
        'allowed_actions', coalesce(decisions -> head.id::text, '[]') || case when head.is_open then
          case
            when
              'workflow.control' = any (held.permissions) or (
                head.definition -> 'allow_skip' = 'true' and head.has_task
                and 'content.review' <> all (held.restrictions)
                and (held.scope is null or 'content.review' = any (held.scope))
              )
              then '["skip"]'
            else '[]'
          end::jsonb
          || case when 'workflow.control' = any (held.permissions) then '["reassign"]' else '[]' end::jsonb
          || case
            when
              head.assignee_id = auth.uid() and (held.scope is null or 'content.review' = any (held.scope))
              then '["delegate"]'
            else '[]'
          end::jsonb
        else '[]' end
      ) order by place)
    from unnest(heads) with ordinality as head (
      id, brand_id, content_id, instance_id, step_run_id, assignee_id, on_behalf_of, reassigned_to, status, decision,
      comment, round, created_at, due_at, decided_at, reminded_at, escalated_at, step_name, step_position, definition,
      is_open, workflow_id, workflow_name, run_started_at, brand_name, brand_slug, title, type, content_status,
      version, content_due_at, author_id, excerpt, has_task, has_decided, place
    )
    inner join unnest(access) as held on held.brand_id = head.brand_id
  ), '[]'));
end;
$$;
comment on function private.shown_tasks is
'Returns {items, people}: these tasks, in this order, with all that is needed to decide and what the caller may do with
each; people: names by id. access: what the caller holds in the brands of the tasks.';

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
  is_mine constant boolean := coalesce(filters ->> 'scope', 'mine') = 'mine';
  -- Filters on contents read them one by one.
  most constant integer := case when filters ?| array['type', 'q', 'step', 'workflow_id'] then 1000 else 10000 end;
  access private.brand_access [];
  brands uuid [];
  conditions text;
  sources text;
  ids uuid [];
  open_tasks integer;
  overdue_tasks integer;
  done_tasks integer;
  shown json;
begin
  if not is_mine then
    access := private.access_with(brand, 'workflow.control', 'brand');
  else
    access := private.access_held(case when brand is not null then array[brand] end);
  end if;
  if state not in ('open', 'overdue', 'done') or private.task_order(sort, is_descending) is null then
    perform private.refuse(400, 'tasks have no such state or order');
  end if;
  brands := private.task_brands(access);
  conditions := private.task_conditions(filters, is_mine);
  sources := private.task_source(filters);
  execute format(
    $query$
      select
        array(
          select task.id from %1$s where %2$s and task.status = %3$s order by %4$s offset $5 limit $6
        ),
        (select count(*) from (select from %1$s where %2$s and task.status = 'pending' limit $7) as pending),
        (
          select count(*) from (
            select from %1$s where %2$s and task.status = 'pending' and task.due_at <= now() limit $7
          ) as late
        ),
        (select count(*) from (select from %1$s where %2$s and task.status = 'completed' limit $7) as done)
    $query$,
    sources, conditions,
    case state
      when 'open' then '''pending''' when 'done' then '''completed''' else '''pending'' and task.due_at <= now()'
    end,
    private.task_order(sort, is_descending)
  )
  into ids, open_tasks, overdue_tasks, done_tasks
  using
    auth.uid(), brands, filters,
    '%' || replace(replace(replace(filters ->> 'q', '\', '\\'), '%', '\%'), '_', '\_') || '%',
    greatest(page_offset, 0), least(greatest(page_size, 1), 100), most;
  shown := private.shown_tasks(ids, access);
  return json_build_object(
    'items', shown -> 'items', 'people', shown -> 'people',
    'total', case state when 'open' then open_tasks when 'overdue' then overdue_tasks else done_tasks end,
    'counts', json_build_object('open', open_tasks, 'overdue', overdue_tasks, 'done', done_tasks)
  );
end;
$$;
comment on function public.list_tasks is
'Lists tasks of the caller, or with {"scope": "brand"} of a brand in which they have workflow.control: {items, people,
total, counts}. Overdue tasks are open as well; done ones were decided by their assignee. Counts end at 10,000, and at
1,000 where a filter asks about the content, step or workflow.';
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
      limit 10000
    ) as counted
  );
end;
$$;
comment on function public.read_task_counts is
'Counts the caller''s open tasks, those that are overdue, and those that are due within 24 hours, from an index alone;
at most 10,000.';
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
