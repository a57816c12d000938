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
        private.cut_text(
          case
            when private.shows_something(content.excerpt) then content.excerpt
            else private.text_of_html(private.beginning_of_html(content.body, 2000))
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
              'workflow.control' = any (held.permissions) and (
                head.author_id is distinct from auth.uid() or private.step_names(head.definition, auth.uid())
              ) or (
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
