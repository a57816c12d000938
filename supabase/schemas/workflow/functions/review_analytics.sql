create function private.finished_runs(
  brands uuid[], workflow uuid, content_type text, from_time timestamptz, to_time timestamptz
)
returns table (
  id uuid, brand_id uuid, workflow_key text, workflow_id uuid, workflow_name text, outcome text, at timestamptz,
  seconds double precision
)
language sql
stable
set search_path = ''
as $$
  select
    run.id, run.brand_id, coalesce(run.workflow_id::text, 'deleted: ' || run.workflow_name), run.workflow_id,
    run.workflow_name, run.outcome, run.completed_at,
    extract(epoch from run.completed_at - run.started_at)::double precision
  from public.workflow_instances as run
  where
    run.brand_id = any (brands) and run.status = 'completed'
    and run.completed_at >= from_time and run.completed_at < to_time
    and (workflow is null or run.workflow_id = workflow)
    and (content_type is null or exists (
      select from public.contents where contents.id = run.content_id and contents.type = content_type
    ));
$$;
comment on function private.finished_runs is
'Returns the runs of these brands that were approved or rejected in a span of time, with their cycle time in seconds.';

create function public.read_review_figures(
  from_time timestamptz,
  to_time timestamptz,
  brand uuid default null,
  workflow uuid default null,
  content_type text default null,
  step text default null,
  granularity text default 'day'
)
returns jsonb
language plpgsql
stable
security definer -- takes the caller's brands first, as list_tasks does
set search_path = ''
set plan_cache_mode = 'force_custom_plan' -- a week of one brand and a year of all want different plans
as $$
declare
  brands uuid [];
  answer jsonb;
begin
  if brand is not null then
    perform private.require_permission(brand, 'analytics.read');
    brands := array[brand];
  else
    brands := private.brands_permitting('analytics.read');
  end if;
  if granularity not in ('day', 'week', 'month') or to_time <= from_time
    or to_time > from_time + (case granularity when 'day' then interval '366 days' else interval '1830 days' end)
  then
    perform private.refuse(400, 'the span of time is too long or has no end', jsonb_build_array(jsonb_build_object(
      'field', 'to', 'code', 'INVALID_FORMAT', 'message', 'after from, within a year by day and five otherwise'
    )));
  end if;
  with runs as materialized (
    select
      run.*, to_char(date_trunc(granularity, run.at at time zone 'UTC'), 'YYYY-MM-DD') as period
    from private.finished_runs(brands, workflow, content_type, from_time, to_time) as run
  ),
  all_steps as materialized (
    select
      runs.id as run_id, runs.brand_id, runs.workflow_key, runs.workflow_id, runs.workflow_name, runs.period,
      step_run.id, step_run.name, step_run.position, step_run.round, step_run.due_at, step_run.closed_at,
      extract(epoch from step_run.closed_at - step_run.opened_at)::double precision as seconds,
      step_run.status in ('approved', 'rejected', 'skipped') and step_run.opened_at is not null
      and step_run.definition ->> 'type' is distinct from 'notification' as is_counted
    from runs
    inner join public.workflow_step_runs as step_run on step_run.instance_id = runs.id
  ),
  -- A step has a second round only where changes were requested and the content was submitted again.
  reopened as materialized (
    select all_steps.run_id from all_steps where all_steps.round > 1 group by all_steps.run_id
  ),
  earlier_rounds as materialized (
    select rounds.id, sum(rounds.seconds) as seconds
    from (
      select
        all_steps.id, extract(epoch from max(task.decided_at) - min(task.created_at))::double precision as seconds
      from all_steps
      inner join public.workflow_tasks as task on task.step_run_id = all_steps.id and task.round < all_steps.round
      where all_steps.round > 1
      group by all_steps.id, task.round
    ) as rounds
    group by rounds.id
  ),
  steps as materialized (
    select
      all_steps.brand_id, all_steps.workflow_key, all_steps.workflow_id, all_steps.workflow_name, all_steps.period,
      all_steps.name, all_steps.position, all_steps.due_at, all_steps.closed_at,
      all_steps.seconds + coalesce(earlier_rounds.seconds, 0) as seconds
    from all_steps
    left join earlier_rounds on earlier_rounds.id = all_steps.id
    where all_steps.is_counted
  ),
  run_figures as (
    select
      grouping(runs.period, runs.brand_id, runs.workflow_key) as kind,
      coalesce(runs.period, runs.brand_id::text, runs.workflow_key, '') as key,
      max(runs.workflow_id::text) as workflow_id, max(runs.workflow_name) as workflow_name,
      count(*) as finished, count(*) filter (where runs.outcome = 'approved') as approved,
      count(*) filter (where runs.outcome = 'approved' and reopened.run_id is null) as first_pass,
      sum(runs.seconds) as seconds,
      percentile_cont(array[0.5, 0.95]) within group (order by runs.seconds) as cycle
    from runs
    left join reopened on reopened.run_id = runs.id
    group by grouping sets ((), (runs.period), (runs.brand_id), (runs.workflow_key))
  ),
  step_figures as (
    select
      grouping(steps.period, steps.brand_id, steps.workflow_key) as kind,
      coalesce(steps.period, steps.brand_id::text, steps.workflow_key, '') as key,
      count(steps.due_at) as due, count(*) filter (where steps.closed_at <= steps.due_at) as on_time
    from steps
    group by grouping sets ((), (steps.period), (steps.brand_id), (steps.workflow_key))
  ),
  single_steps as (
    select
      steps.workflow_key, steps.name, max(steps.workflow_id::text) as workflow_id,
      max(steps.workflow_name) as workflow_name, min(steps.position) as position, count(*) as done,
      sum(steps.seconds) as total, avg(steps.seconds) as average,
      percentile_cont(0.95) within group (order by steps.seconds) as p95,
      count(steps.due_at) as due, count(*) filter (where steps.closed_at <= steps.due_at) as on_time
    from steps
    group by steps.workflow_key, steps.name
  ),
  shown_steps as (
    select
      single_steps.workflow_key, single_steps.name, single_steps.total, single_steps.position,
      single_steps.total / nullif(run_figures.seconds, 0) as share,
      jsonb_build_object(
        'workflow_id', single_steps.workflow_id, 'workflow', single_steps.workflow_name, 'step', single_steps.name,
        'position', single_steps.position, 'done', single_steps.done,
        'average_seconds', round(single_steps.average::numeric, 3), 'p95_seconds', round(single_steps.p95::numeric, 3),
        'share_of_cycle_time', round((single_steps.total / nullif(run_figures.seconds, 0))::numeric, 4),
        'due', single_steps.due, 'on_time', single_steps.on_time,
        'sla_compliance', round(single_steps.on_time::numeric / nullif(single_steps.due, 0), 4)
      ) as figures
    from single_steps
    inner join run_figures on run_figures.kind = 6 and run_figures.key = single_steps.workflow_key
  ),
  shown as (
    select
      run_figures.kind, run_figures.key, run_figures.finished,
      jsonb_build_object(
        'finished', run_figures.finished, 'approved', run_figures.approved,
        'rejected', run_figures.finished - run_figures.approved, 'first_pass', run_figures.first_pass,
        'approval_rate', round(run_figures.approved::numeric / nullif(run_figures.finished, 0), 4),
        'first_pass_rate', round(run_figures.first_pass::numeric / nullif(run_figures.finished, 0), 4),
        'median_cycle_seconds', round((run_figures.cycle[1])::numeric, 3),
        'p95_cycle_seconds', round((run_figures.cycle[2])::numeric, 3),
        'due', coalesce(step_figures.due, 0), 'on_time', coalesce(step_figures.on_time, 0),
        'sla_compliance', round(step_figures.on_time::numeric / nullif(step_figures.due, 0), 4)
      ) as figures,
      run_figures.workflow_id, run_figures.workflow_name
    from run_figures
    left join step_figures on step_figures.kind = run_figures.kind and step_figures.key = run_figures.key
  )
  select
    jsonb_build_object(
      'totals', (select shown.figures from shown where shown.kind = 7),
      'periods', (
        select jsonb_agg(coalesce(shown.figures, '{"finished": 0}') || jsonb_build_object('start', slot.start)
          order by slot.start)
        from (
          select to_char(each, 'YYYY-MM-DD') as start
          from generate_series(
            date_trunc(granularity, from_time at time zone 'UTC'), (to_time at time zone 'UTC') - interval '1 microsecond',
            ('1 ' || granularity)::interval
          ) as each
        ) as slot
        left join shown on shown.kind = 3 and shown.key = slot.start
      ),
      'brands', coalesce((
        select jsonb_agg(each.figures order by each.finished desc, each.name)
        from (
          select
            shown.finished, brands.name,
            shown.figures || jsonb_build_object('brand', jsonb_build_object('id', brands.id, 'name', brands.name, 'slug', brands.slug)) as figures
          from shown
          inner join public.brands on brands.id::text = shown.key
          where shown.kind = 5
          order by shown.finished desc, brands.name
          limit 200
        ) as each
      ), '[]'),
      'workflows', coalesce((
        select jsonb_agg(each.figures order by each.finished desc, each.key)
        from (
          select
            shown.finished, shown.key,
            shown.figures || jsonb_build_object(
              'workflow_id', shown.workflow_id, 'workflow', shown.workflow_name, 'bottleneck', (
                select slow.name from shown_steps as slow
                where slow.workflow_key = shown.key order by slow.total desc, slow.position limit 1
              )
            ) as figures
          from shown where shown.kind = 6 order by shown.finished desc, shown.key limit 200
        ) as each
      ), '[]'),
      'steps', coalesce((
        select jsonb_agg(each.figures order by each.total desc, each.name)
        from (
          select shown_steps.figures, shown_steps.total, shown_steps.name from shown_steps
          where read_review_figures.step is null or shown_steps.name = read_review_figures.step
          order by shown_steps.total desc, shown_steps.name
          limit 500
        ) as each
      ), '[]'),
      'bottleneck', (select slow.figures from shown_steps as slow order by slow.total desc, slow.name limit 1)
    )
  into answer;
  return answer;
end;
$$;
comment on function public.read_review_figures is
'Returns figures of the reviews that were finished in a span of time, of brands in which the caller has analytics.read:
{totals, periods, brands, workflows, steps, bottleneck}. Days, weeks from Monday and months are in UTC. Runs that were
cancelled or timed out do not count.';
grant execute on function public.read_review_figures to authenticated, service_role;
