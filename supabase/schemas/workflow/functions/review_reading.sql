create function private.minutes_between(begun_at timestamptz, ended_at timestamptz)
returns bigint
language plpgsql
stable
set search_path = ''
as $$
begin
  return case when isfinite(begun_at) and isfinite(coalesce(ended_at, now())) then
    floor(extract(epoch from coalesce(ended_at, now()) - begun_at) / 60)
  end;
end;
$$;
comment on function private.minutes_between is
'Returns the whole minutes between two times, or from the first until now; null before it has begun.';

create function private.people_of_brand(people uuid[], brand uuid)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return coalesce((
    select jsonb_object_agg(named.id, named.document)
    from (
      select wanted.id, private.person_document(wanted.id, brand) as document
      from (select distinct each as id from unnest(people) as each where each is not null) as wanted
    ) as named
    where named.document is not null
  ), '{}');
end;
$$;
comment on function private.people_of_brand is
'Returns {id: person_document} of those people whom the caller may know, each looked up once.';

create function private.people_of_runs(content public.contents, run public.workflow_instances)
returns uuid[]
language plpgsql
stable
set search_path = ''
as $$
begin
  return array(
    select runs.started_by from public.workflow_instances as runs where runs.content_id = content.id
    union
    select runs.completed_by from public.workflow_instances as runs where runs.content_id = content.id
    union
    select step_run.closed_by from public.workflow_step_runs as step_run where step_run.instance_id = run.id
    union
    select task.assignee_id from public.workflow_tasks as task where task.instance_id = run.id
    union
    select task.reassigned_to from public.workflow_tasks as task where task.instance_id = run.id
    union
    select person
    from public.workflow_actions as actions
    cross join unnest(array[actions.actor_id, actions.from_id, actions.to_id]) as person
    where actions.instance_id = run.id
  );
end;
$$;
comment on function private.people_of_runs is
'Returns the people whom the review of a content and its earlier ones name.';

create function private.shown_step_runs(run public.workflow_instances, names jsonb)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return coalesce((
    select jsonb_agg(
      jsonb_build_object(
        'id', step_run.id, 'position', step_run.position, 'name', step_run.name, 'status', step_run.status,
        'round', step_run.round, 'opened_at', step_run.opened_at, 'due_at', step_run.due_at,
        'closed_at', step_run.closed_at,
        'closed_by', names -> step_run.closed_by::text,
        'minutes', private.minutes_between(step_run.opened_at, step_run.closed_at),
        'type', step_run.definition -> 'type',
        'instructions', coalesce(step_run.definition ->> 'instructions', ''),
        'decisions', private.as_array(step_run.definition -> 'actions'),
        'requires_all', step_run.definition -> 'require_all_approvals' = 'true',
        'is_required', step_run.definition -> 'is_required' is distinct from 'false',
        'allow_skip', step_run.definition -> 'allow_skip' = 'true',
        'requires_published_url', step_run.definition -> 'requires_published_url' = 'true',
        'published_url', step_run.definition ->> 'published_url',
        'tasks', coalesce((
          select jsonb_agg(
            jsonb_build_object(
              'id', task.id, 'status', task.status, 'decision', task.decision, 'comment', task.comment,
              'due_at', task.due_at, 'decided_at', task.decided_at, 'round', task.round,
              'assignee', names -> task.assignee_id::text,
              'reassigned_to', names -> task.reassigned_to::text
            )
            order by task.id
          )
          from public.workflow_tasks as task
          where task.step_run_id = step_run.id and task.round = step_run.round
        ), '[]')
      )
      order by step_run.position
    )
    from public.workflow_step_runs as step_run
    where step_run.instance_id = run.id
  ), '[]');
end;
$$;
comment on function private.shown_step_runs is
'Returns the steps of a run in their order, each with the tasks of its present round.
names: see people_of_brand.';

create function private.shown_history(
  run public.workflow_instances, names jsonb, page_offset integer, page_size integer
)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    with page as (
      select actions.*
      from public.workflow_actions as actions
      where actions.instance_id = run.id and actions.content_id = run.content_id and actions.brand_id = run.brand_id
      order by actions.id desc
      offset page_offset limit least(greatest(page_size, 1), 100)
    )
    select jsonb_build_object(
      'items', coalesce((
        select jsonb_agg(
          jsonb_build_object(
            'id', page.id, 'action', page.action, 'comment', page.comment, 'at', page.created_at,
            'minutes', page.duration_minutes, 'round', page.round, 'step_id', page.step_run_id,
            'step_name', step_run.name, 'step_position', step_run.position,
            'actor', names -> page.actor_id::text,
            'from', names -> page.from_id::text,
            'to', names -> page.to_id::text
          )
          order by page.id desc
        )
        from page left join public.workflow_step_runs as step_run on step_run.id = page.step_run_id
      ), '[]'),
      'total', (
        select count(*) from public.workflow_actions as actions
        where actions.instance_id = run.id and actions.content_id = run.content_id and actions.brand_id = run.brand_id
      )
    )
  );
end;
$$;
comment on function private.shown_history is
'Returns what was done in a run, newest first, with the minutes for which the step had been open: {items, total}.';

create function private.shown_run(run public.workflow_instances, names jsonb)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return jsonb_build_object(
    'id', run.id, 'status', run.status, 'outcome', run.outcome, 'workflow_id', run.workflow_id,
    'workflow_name', run.workflow_name, 'workflow_version', run.workflow_version, 'workflow_type', run.workflow_type,
    'priority', run.priority,
    'started_at', run.started_at, 'started_by', names -> run.started_by::text,
    'completed_at', run.completed_at, 'completed_by', names -> run.completed_by::text,
    'changes_requested_at', run.parked_at, 'deadline_at', run.deadline_at,
    'minutes', private.minutes_between(run.started_at, run.completed_at)
  );
end;
$$;
comment on function private.shown_run is 'Returns a run without its steps.';

create function public.get_review(
  content_id uuid, run_id uuid default null, page_offset integer default 0, page_size integer default 20
)
returns jsonb
language plpgsql
stable
security definer -- names the people of the review
set search_path = ''
as $$
declare
  content public.contents;
  run public.workflow_instances;
  names jsonb;
begin
  perform private.access_to_content(get_review.content_id);
  select contents.* into content from public.contents where contents.id = get_review.content_id;
  perform private.require_permission(content.brand_id, 'workflow.read', 'review');
  select runs.* into run
  from public.workflow_instances as runs
  where
    runs.content_id = content.id and runs.brand_id = content.brand_id
    and (get_review.run_id is null or runs.id = get_review.run_id)
  order by runs.id desc
  limit 1;
  if run.id is null and get_review.run_id is not null then
    perform private.refuse(404, 'review not found');
  end if;
  names := private.people_of_brand(private.people_of_runs(content, run), content.brand_id);
  return jsonb_build_object(
    'content_id', content.id, 'brand_id', content.brand_id, 'content_status', content.status,
    'content_version', content.version,
    'run', case when run.id is not null then private.shown_run(run, names) end,
    'steps', case when run.id is not null then private.shown_step_runs(run, names) else '[]' end,
    'actions', private.review_verdicts(content, run),
    'history', case
      when run.id is not null then private.shown_history(run, names, page_offset, page_size)
      else '{"items": [], "total": 0}'
    end,
    'earlier_runs', coalesce((
      select jsonb_agg(private.shown_run(earlier, names) order by earlier.id desc)
      from (
        select runs.*
        from public.workflow_instances as runs
        where
          runs.content_id = content.id and runs.brand_id = content.brand_id and runs.id is distinct from run.id
        order by runs.id desc
        limit 50
      ) as earlier
    ), '[]'),
    'run_count', (
      select count(*) from public.workflow_instances as runs
      where runs.content_id = content.id and runs.brand_id = content.brand_id
    )
  );
end;
$$;
comment on function public.get_review is
'Returns the named run of a content, or its last one, with its steps, whom they ask, what the caller may do with the
reason why not, the history of the run in pages and the other runs of the content, the newest 50.';
grant execute on function public.get_review to authenticated, service_role;
