create function private.active_run(content_id uuid)
returns public.workflow_instances
language sql
stable
set search_path = ''
as $$
  select runs.* from public.workflow_instances as runs
  where runs.content_id = active_run.content_id and runs.status = 'active';
$$;
comment on function private.active_run is 'Returns the active run of a content; a row of nulls where there is none.';

create function private.append_run_event(run public.workflow_instances, event_type text, data jsonb default '{}')
returns void
language sql
volatile
set search_path = ''
as $$
  select private.append_event(
    run.brand_id, 'workflow', run.id, event_type, jsonb_build_object('contentId', run.content_id) || data
  );
$$;

create function private.record_action(
  run public.workflow_instances,
  step_run public.workflow_step_runs,
  action text,
  comment text default '',
  from_id uuid default null,
  to_id uuid default null
)
returns void
language sql
volatile
set search_path = ''
as $$
  insert into public.workflow_actions (
    brand_id, content_id, instance_id, step_run_id, action, actor_id, comment, duration_minutes, round, from_id, to_id
  )
  values (
    run.brand_id, run.content_id, run.id, step_run.id, record_action.action, auth.uid(), record_action.comment,
    floor(extract(epoch from now() - step_run.opened_at) / 60), step_run.round, record_action.from_id,
    record_action.to_id
  );
$$;
comment on function private.record_action is
'Adds an action of the caller to the history of a run, with the minutes for which its step had been open,
and from whom to whom a task went.';

create function private.end_run(content_id uuid, to_status public.workflow_status, outcome text, reason text)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  run public.workflow_instances;
begin
  update public.workflow_instances
  set status = to_status, outcome = end_run.outcome, completed_at = now(), completed_by = auth.uid(), parked_at = null
  where workflow_instances.content_id = end_run.content_id and workflow_instances.status = 'active'
  returning * into run;
  if run.id is null then
    return;
  end if;
  update public.workflow_tasks set status = 'cancelled', decided_at = now()
  where workflow_tasks.instance_id = run.id and workflow_tasks.status = 'pending';
  -- An approved run skipped the optional steps that were open at its end.
  update public.workflow_step_runs
  set
    status = case
      when workflow_step_runs.status = 'active' and end_run.outcome = 'approved' then 'skipped' else 'cancelled'
    end::public.step_status,
    closed_at = now()
  where workflow_step_runs.instance_id = run.id and workflow_step_runs.status in ('waiting', 'active');
  perform private.record_action(
    run, null, case to_status
      when 'completed' then 'complete' when 'timeout' then 'timeout' when 'failed' then 'fail' else 'cancel'
    end, reason
  );
  perform private.append_run_event(
    run, case to_status
      when 'completed' then 'WorkflowCompleted' when 'timeout' then 'WorkflowTimedOut'
      when 'failed' then 'WorkflowFailed' else 'WorkflowCancelled'
    end,
    jsonb_strip_nulls(jsonb_build_object('outcome', end_run.outcome, 'reason', nullif(reason, '')))
  );
end;
$$;
comment on function private.end_run is 'Ends the active run of a content, if there is one, with its steps and tasks.';

create function private.waits_on(
  workflow_type text, prerequisites jsonb, place integer, other_place integer
)
returns boolean
language plpgsql
immutable
set search_path = ''
as $$
begin
  return case
    when jsonb_array_length(prerequisites) > 0 then prerequisites @> to_jsonb(other_place)
    when workflow_type = 'parallel' then false
    else other_place < place
  end;
end;
$$;
comment on function private.waits_on is
'Whether a step opens only once another is done: one of its prerequisites, or else each step before it; in a parallel
workflow a step without prerequisites waits on none.';

create function private.waits_for(workflow_type text, prerequisites jsonb, place integer)
returns integer[]
language plpgsql
immutable
set search_path = ''
as $$
begin
  return array(
    select other_place from generate_series(1, place - 1) as other_place
    where private.waits_on(workflow_type, prerequisites, place, other_place)
  );
end;
$$;
comment on function private.waits_for is 'Returns the positions of the earlier steps on which a step waits.';

create function private.next_ready_step(run public.workflow_instances)
returns public.workflow_step_runs
language sql
stable
set search_path = ''
as $$
  -- Asked of all waiting steps, not only of those that follow the step that was just closed.
  select candidate.*
  from public.workflow_step_runs as candidate
  where
    candidate.instance_id = run.id
    and candidate.status = 'waiting'
    and not exists (
      select
      from public.workflow_step_runs as other
      where
        other.instance_id = run.id
        and other.status not in ('approved', 'skipped')
        and private.waits_on(
          run.workflow_type::text, candidate.definition -> 'prerequisites', candidate.position, other.position
        )
    )
  order by candidate.position
  limit 1;
$$;
comment on function private.next_ready_step is
'Returns the first waiting step whose prerequisites, or else the steps before it, are approved or skipped. In a parallel
workflow a step without prerequisites is always ready. A row of nulls where no step is ready.';

create function private.is_run_satisfied(run_id uuid)
returns boolean
language sql
stable
set search_path = ''
as $$
  select not exists (
    select
    from public.workflow_step_runs as remaining
    where
      remaining.instance_id = run_id
      and remaining.status in ('waiting', 'active')
      and (
        (remaining.definition ->> 'is_required')::boolean is not false
        or not exists (
          select from public.workflow_step_runs as required
          where required.instance_id = run_id and (required.definition ->> 'is_required')::boolean is not false
        )
      )
  );
$$;
comment on function private.is_run_satisfied is
'Whether no required step of a run is waiting or open; where no step is required, whether no step at all is.';

create function private.advance_run(run public.workflow_instances, content public.contents)
returns boolean
language plpgsql
volatile
set search_path = ''
as $$
declare
  step_run public.workflow_step_runs;
begin
  loop
    step_run := private.next_ready_step(run);
    exit when step_run.id is null;
    if not private.step_applies(step_run, content) then
      update public.workflow_step_runs set status = 'skipped', closed_at = now()
      where workflow_step_runs.id = step_run.id;
      perform private.record_action(run, step_run, 'skip', 'its condition does not hold');
    elsif step_run.definition ->> 'type' = 'notification' then
      perform private.append_run_event(run, 'WorkflowNotification', jsonb_build_object(
        'step', step_run.name, 'userIds', to_jsonb(array(select private.step_assignees(step_run)))
      ));
      update public.workflow_step_runs set status = 'approved', opened_at = now(), closed_at = now()
      where workflow_step_runs.id = step_run.id;
    else
      perform private.open_step(run, step_run);
    end if;
  end loop;
  if not private.is_run_satisfied(run.id) then
    return false;
  end if;
  perform private.end_run(content.id, 'completed', 'approved', '');
  return true;
end;
$$;
comment on function private.advance_run is
'Opens every step that is ready and skips those whose condition does not hold. Ends the run as approved and returns true
when no step that counts is left.';
