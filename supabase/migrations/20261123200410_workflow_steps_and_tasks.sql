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

create function private.may_be_asked(step_run public.workflow_step_runs, person uuid)
returns boolean
language sql
stable
set search_path = ''
as $$
  -- Not who made the content, unless the step names them, or is the creator's.
  select
    coalesce(step_run.definition ->> 'assignment_type' = 'creator', false)
    or coalesce(step_run.definition -> 'assignees' ? may_be_asked.person::text, false)
    or not exists (
      select from public.contents
      where contents.id = step_run.content_id and contents.created_by = may_be_asked.person
    );
$$;
comment on function private.may_be_asked is
'Whether a person may decide the step at all: no author decides on their own content.';

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
  select private.close_tasks(close_step.step_run_id, case to_status when 'skipped' then
    'skipped' else 'cancelled' end::public.task_status);
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
      'stepRunId', step_run.id, 'contentId', run.content_id, 'round', step_run.round,
      'check', step_run.definition ->> 'automated_check'
    ));
    return;
  end if;
  for assignee in select private.step_assignees(step_run) loop
    perform private.assign_task(run, step_run, assignee);
  end loop;
end;
$$;
comment on function private.open_step is 'Makes a step the current one and asks those who decide it.';
