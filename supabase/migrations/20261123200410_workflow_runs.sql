-- The engine: which steps are ready, who decides them, and when a run is over. Called by the commands only.

drop function public.submit_content(uuid);
drop function public.approve_content(uuid, text, integer);
drop function private.record_approval(public.workflow_instances, public.contents, text);
drop function private.open_step(public.workflow_instances, public.workflow_steps);
drop function private.step_assignees(public.workflow_steps, uuid);
drop function private.start_run(public.contents, public.workflows);

create function private.condition_holds(content public.contents, condition jsonb)
returns boolean
language sql
stable
set search_path = ''
as $$
  with subject as (
    select case split_part(condition ->> 'field', '.', 1)
      when 'fields' then content.fields -> split_part(condition ->> 'field', '.', 2)
      when 'metadata' then content.metadata -> split_part(condition ->> 'field', '.', 2)
      when 'tags' then to_jsonb(content.tags)
      when 'type' then to_jsonb(content.type)
      when 'title' then to_jsonb(content.title)
    end as value
  )
  select coalesce(case condition ->> 'operator'
    when 'equals' then subject.value = condition -> 'value'
    when 'not_equals' then subject.value is distinct from condition -> 'value'
    when 'contains' then case jsonb_typeof(subject.value)
      when 'string' then position(lower(condition ->> 'value') in lower(subject.value #>> '{}')) > 0
      else subject.value @> (condition -> 'value')
    end
    when 'in' then condition -> 'value' @> subject.value
    when 'exists' then coalesce(subject.value, 'null') not in ('null', '""', '[]', '{}')
    when 'greater_than' then
      jsonb_typeof(subject.value) = 'number' and jsonb_typeof(condition -> 'value') = 'number'
      and subject.value > condition -> 'value'
    when 'less_than' then
      jsonb_typeof(subject.value) = 'number' and jsonb_typeof(condition -> 'value') = 'number'
      and subject.value < condition -> 'value'
  end, false)
  from subject;
$$;
comment on function private.condition_holds is 'Whether {field, operator, value} is true of the content as it is now.';

create function private.run_event(run public.workflow_instances, event_type text, data jsonb default '{}')
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
  run public.workflow_instances, step_run public.workflow_step_runs, action text, comment text default ''
)
returns void
language sql
volatile
set search_path = ''
as $$
  insert into public.workflow_actions (
    brand_id, content_id, instance_id, step_run_id, action, actor_id, comment, duration_minutes
  )
  values (
    run.brand_id, run.content_id, run.id, step_run.id, record_action.action, auth.uid(), record_action.comment,
    floor(extract(epoch from now() - step_run.opened_at) / 60)
  );
$$;

create function private.step_assignees(step_run public.workflow_step_runs)
returns setof uuid
language plpgsql
stable
set search_path = ''
as $$
declare
  author uuid := (select contents.created_by from public.contents where contents.id = step_run.content_id);
  kind text := coalesce(step_run.definition ->> 'assignment_type', 'user');
  named uuid [] := array(select jsonb_array_elements_text(coalesce(step_run.definition -> 'assignees', '[]'))::uuid);
  least_role public.brand_role := (step_run.definition ->> 'assigned_role')::public.brand_role;
  candidates uuid [];
begin
  -- Whoever has left, has expired or is inactive can decide nothing, whoever the step names.
  candidates := array(
    select member.user_id
    from public.brand_members as member
    inner join public.profiles on profiles.id = member.user_id
    where
      member.brand_id = step_run.brand_id
      and profiles.is_active
      and (member.expires_at is null or member.expires_at > now())
      and case kind
        when 'creator' then member.user_id = author
        when 'role' then member.role >= least_role and member.user_id is distinct from author
        else
          member.user_id = any (named)
          or (cardinality(named) = 0 and member.role >= least_role and member.user_id is distinct from author)
      end
    order by member.user_id
  );
  if kind in ('round_robin', 'least_loaded') and cardinality(candidates) > 1 then
    candidates := array(
      select candidate
      from unnest(candidates) as candidate
      left join public.workflow_tasks as task on task.assignee_id = candidate and task.brand_id = step_run.brand_id
      group by candidate
      order by
        case kind when 'least_loaded' then count(task.id) filter (where task.status = 'pending') end,
        max(task.id::text) nulls first, -- ids sort by time: who was asked longest ago comes first
        candidate
      limit 1
    );
  end if;
  -- A step without anyone is the brand admins' (domain §5), save the author, who decides only where a step names them.
  if cardinality(candidates) = 0 then
    candidates := array(
      select member.user_id
      from public.brand_members as member
      inner join public.profiles on profiles.id = member.user_id
      where
        member.brand_id = step_run.brand_id
        and member.role = 'admin'
        and profiles.is_active
        and (member.expires_at is null or member.expires_at > now())
        and member.user_id is distinct from author
    );
  end if;
  return query select unnest(candidates);
end;
$$;
comment on function private.step_assignees is 'Those who can decide a step now.';

create function private.assign_task(run public.workflow_instances, step_run public.workflow_step_runs, assignee uuid)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  task public.workflow_tasks;
begin
  insert into public.workflow_tasks as tasks (
    instance_id, step_run_id, round, brand_id, content_id, assignee_id, due_at
  )
  values (run.id, step_run.id, step_run.round, run.brand_id, run.content_id, assignee, step_run.due_at)
  on conflict on constraint workflow_tasks_once_key do update
    set status = 'pending', decision = null, decided_at = null, reassigned_to = null
    where tasks.status in ('reassigned', 'cancelled')
  returning * into task;
  if task.id is not null then
    perform private.run_event(run, 'TaskAssigned', jsonb_build_object(
      'taskId', task.id, 'assigneeId', task.assignee_id, 'step', step_run.name, 'dueAt', task.due_at
    ));
  end if;
end;
$$;

create function private.close_tasks(step_run_id uuid, to_status public.task_status)
returns void
language sql
volatile
set search_path = ''
as $$
  update public.workflow_tasks set status = to_status, decided_at = now()
  where workflow_tasks.step_run_id = close_tasks.step_run_id and workflow_tasks.status = 'pending';
$$;

create function private.close_step(step_run_id uuid, to_status public.step_status)
returns void
language sql
volatile
set search_path = ''
as $$
  select private.close_tasks(close_step.step_run_id, case to_status when 'skipped' then 'skipped' else 'cancelled' end::public.task_status);
  update public.workflow_step_runs set status = to_status, closed_at = now(), closed_by = auth.uid()
  where workflow_step_runs.id = close_step.step_run_id;
$$;

create function private.open_step(run public.workflow_instances, step_run public.workflow_step_runs)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  assignee uuid;
begin
  update public.workflow_step_runs
  set
    status = 'active',
    opened_at = now(),
    due_at = now() + make_interval(hours => (step_run.definition ->> 'timeout_hours')::integer)
  where workflow_step_runs.id = step_run.id
  returning * into step_run;
  if step_run.definition ->> 'type' = 'automated' then
    perform private.enqueue_job('workflow', 'automated_step', run.brand_id, jsonb_build_object(
      'stepRunId', step_run.id, 'contentId', run.content_id, 'check', step_run.definition ->> 'automated_check'
    ));
    return;
  end if;
  for assignee in select private.step_assignees(step_run) loop
    perform private.assign_task(run, step_run, assignee);
  end loop;
end;
$$;
comment on function private.open_step is 'Makes a step the current one and asks those who decide it.';

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
  update public.workflow_step_runs
  set status = case when workflow_step_runs.status = 'active' and end_run.outcome = 'approved' then 'skipped' else 'cancelled' end::public.step_status,
    closed_at = now()
  where workflow_step_runs.instance_id = run.id and workflow_step_runs.status in ('waiting', 'active');
  perform private.record_action(
    run, null, case to_status
      when 'completed' then 'complete' when 'timeout' then 'timeout' when 'failed' then 'fail' else 'cancel'
    end, reason
  );
  perform private.run_event(
    run,
    case to_status
      when 'completed' then 'WorkflowCompleted' when 'timeout' then 'WorkflowTimedOut' when 'failed' then 'WorkflowFailed'
      else 'WorkflowCancelled'
    end,
    jsonb_strip_nulls(jsonb_build_object('outcome', end_run.outcome, 'reason', nullif(reason, '')))
  );
end;
$$;
comment on function private.end_run is 'Ends the active run of a content, if there is one, with its steps and tasks.';

create function private.advance_run(run public.workflow_instances, content public.contents)
returns boolean
language plpgsql
volatile
set search_path = ''
as $$
declare
  step_run public.workflow_step_runs;
  is_wanted boolean;
begin
  -- Readiness is asked of all steps that wait, not only of those behind the one that was just done.
  loop
    select candidate.* into step_run
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
          and case
            when jsonb_array_length(candidate.definition -> 'prerequisites') > 0
              then candidate.definition -> 'prerequisites' @> to_jsonb(other.position)
            when run.workflow_type = 'parallel' then false
            else other.position < candidate.position
          end
      )
    order by candidate.position
    limit 1;
    exit when step_run.id is null;

    is_wanted :=
      coalesce(private.condition_holds(content, nullif(step_run.definition -> 'condition', 'null')), true)
      or nullif(step_run.definition -> 'condition', 'null') is null;
    if nullif(step_run.definition -> 'skip_condition', 'null') is not null then
      is_wanted := is_wanted and not private.condition_holds(content, step_run.definition -> 'skip_condition');
    end if;
    if not is_wanted then
      update public.workflow_step_runs set status = 'skipped', closed_at = now() where workflow_step_runs.id = step_run.id;
      perform private.record_action(run, step_run, 'skip', 'its condition does not hold');
    elsif step_run.definition ->> 'type' = 'notification' then
      perform private.run_event(run, 'WorkflowNotification', jsonb_build_object(
        'step', step_run.name, 'userIds', step_run.definition -> 'assignees'
      ));
      update public.workflow_step_runs set status = 'approved', opened_at = now(), closed_at = now()
      where workflow_step_runs.id = step_run.id;
    else
      perform private.open_step(run, step_run);
    end if;
  end loop;

  -- Over when no required step is left; where no step is required, when none is left at all.
  if exists (
    select
    from public.workflow_step_runs as remaining
    where
      remaining.instance_id = run.id
      and remaining.status in ('waiting', 'active')
      and (
        (remaining.definition ->> 'is_required')::boolean is not false
        or not exists (
          select from public.workflow_step_runs as required
          where required.instance_id = run.id and (required.definition ->> 'is_required')::boolean is not false
        )
      )
  ) then
    return false;
  end if;
  perform private.end_run(content.id, 'completed', 'approved', '');
  return true;
end;
$$;
comment on function private.advance_run is
'Opens every step that is ready, passes over those whose condition does not hold; true when the run is over, approved.';

create function private.start_run(content public.contents, workflow public.workflows)
returns boolean
language plpgsql
volatile
set search_path = ''
as $$
declare
  run public.workflow_instances;
begin
  insert into public.workflow_instances (
    workflow_id, workflow_name, workflow_type, workflow_version, brand_id, content_id, started_by, deadline_at
  )
  values (
    workflow.id, workflow.name, workflow.type, workflow.version, content.brand_id, content.id, auth.uid(),
    now() + make_interval(hours => workflow.timeout_hours)
  )
  returning * into run;
  insert into public.workflow_step_runs (instance_id, content_id, brand_id, position, name, definition)
  select
    run.id, run.content_id, run.brand_id, step.position, step.name,
    to_jsonb(step) || jsonb_build_object('assignees', coalesce((
      select jsonb_agg(assignee.user_id) from public.workflow_step_assignees as assignee where assignee.step_id = step.id
    ), '[]'))
  from public.workflow_steps as step
  where step.workflow_id = workflow.id;
  perform private.record_action(run, null, 'start');
  perform private.run_event(run, 'WorkflowStarted', jsonb_build_object('workflowId', workflow.id, 'workflow', workflow.name));
  return private.advance_run(run, content);
end;
$$;
comment on function private.start_run is 'Begins a run with a copy of the workflow''s steps; true if nothing in it asks anyone.';

create or replace function private.void_approvals(content_id uuid)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  content public.contents;
  workflow public.workflows;
  run public.workflow_instances;
begin
  -- What was approved is no longer what stands there: a run in which someone has agreed begins again. Not one that is
  -- parked: there the edit is what was asked for, and the steps before stay approved (domain §5).
  select * into run
  from public.workflow_instances
  where
    workflow_instances.content_id = void_approvals.content_id
    and workflow_instances.status = 'active'
    and workflow_instances.parked_at is null
    and exists (
      select from public.workflow_tasks as task
      where task.instance_id = workflow_instances.id and task.decision = 'approve'
    );
  if run.id is null then
    return;
  end if;
  perform private.end_run(run.content_id, 'cancelled', null, 'the content was edited during the review');
  select * into content from public.contents where contents.id = run.content_id;
  select * into workflow from public.workflows where workflows.id = run.workflow_id;
  if workflow.id is null then
    perform private.transition_content(content, 'draft', '{"note": "the workflow of its review is gone"}');
  else
    perform private.start_run(content, workflow);
  end if;
end;
$$;
