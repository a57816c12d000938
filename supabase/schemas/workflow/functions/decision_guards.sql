create function private.steps_to_decide(content_ids uuid[], wanted_step uuid default null)
returns table (
  content_id uuid, step_run_id uuid, is_open boolean, has_task boolean, has_decided boolean, is_named boolean,
  decisions jsonb
)
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_generic_plan' -- every read of contents in review asks for it
as $$
#variable_conflict use_column
begin
  return query
    select distinct on (run.content_id)
      run.content_id, candidate.id,
      candidate.status = 'active' and coalesce(candidate.definition ->> 'type' <> 'automated', true),
      coalesce(task.status = 'pending', false), task.decision is not null,
      private.step_names(candidate.definition, auth.uid()), candidate.definition -> 'actions'
    from public.workflow_instances as run
    inner join public.workflow_step_runs as candidate on candidate.instance_id = run.id
    left join public.workflow_tasks as task
      on task.step_run_id = candidate.id and task.round = candidate.round and task.assignee_id = auth.uid()
    where
      run.content_id = any (content_ids) and run.status = 'active' and run.parked_at is null
      and case
        when steps_to_decide.wanted_step is null then candidate.status = 'active'
        else candidate.id = steps_to_decide.wanted_step
      end
    order by
      run.content_id, task.status = 'pending' desc nulls last, task.id is not null desc, candidate.position;
end;
$$;
comment on function private.steps_to_decide is
'Returns for each content in review the named step; without a name the open step in which the caller has a pending task,
else one in which the caller has any task, else the first open step. has_task and has_decided are of the caller,
decisions what the step offers; is_named: see step_names.';

create function private.last_decision(content public.contents, step_run_id uuid)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  done record;
  name text;
begin
  select actions.action, actions.actor_id, actions.created_at, step_run.name as step into done
  from public.workflow_actions as actions
  left join public.workflow_step_runs as step_run on step_run.id = actions.step_run_id
  where
    actions.content_id = content.id
    and actions.action in ('approve', 'reject', 'request_changes', 'skip', 'cancel', 'timeout', 'fail')
    and (last_decision.step_run_id is null or actions.step_run_id = last_decision.step_run_id)
  order by actions.id desc
  limit 1;
  if done.action is null then
    return '[]';
  end if;
  name := private.display_name(done.actor_id, content.brand_id);
  return jsonb_build_array(jsonb_strip_nulls(jsonb_build_object(
    'field', 'decision', 'code', 'CONFLICT', 'by', done.actor_id, 'decision', done.action, 'step', done.step,
    'at', to_char(done.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'message', format(
      '%s by %s at %s', replace(done.action, '_', ' '), coalesce(name, 'the system or someone else'),
      to_char(done.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
    )
  )));
end;
$$;
comment on function private.last_decision is
'Returns the last decision on a content, or in the named step, as a list of one detail of a refusal, with who made it
and when; an empty list where there is none.';

create function private.require_decision(
  content public.contents, action text, expected_version integer, step_run_id uuid
)
returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  reason text;
  details text;
begin
  perform private.require_action(content, action, expected_version, step_run_id);
exception
  -- Whoever comes second is told who was first.
  when sqlstate 'PT409' then
    get stacked diagnostics reason = message_text, details = pg_exception_detail;
    perform private.refuse(409, reason, details::jsonb || case
      -- That the step does not offer it has nothing to do with others.
      when details::jsonb @? '$[*].rule ? (@ like_regex "[.]decision$")' then '[]'
      else private.last_decision(content, step_run_id)
    end);
end;
$$;
comment on function private.require_decision is
'Refuses a decision as require_action does; a 409 also names who decided last, and when.';

create function private.step_to_decide(
  run public.workflow_instances,
  content public.contents,
  step_run_id uuid,
  action text,
  expected_version integer,
  expected_round integer default null
)
returns public.workflow_step_runs
language plpgsql
volatile
set search_path = ''
as $$
declare
  step_run public.workflow_step_runs;
begin
  if run.id is not null and run.parked_at is null then
    select candidate.* into step_run
    from private.steps_to_decide(array[content.id], step_to_decide.step_run_id) as step
    inner join public.workflow_step_runs as candidate on candidate.id = step.step_run_id;
  end if;
  if
    step_run.id is null and step_to_decide.step_run_id is not null
    and not exists (
      select from public.workflow_step_runs as former
      where former.id = step_to_decide.step_run_id and former.content_id = content.id
    )
  then
    perform private.refuse(404, 'step not found');
  end if;
  perform private.require_decision(content, action, expected_version, step_run.id);
  if step_run.id is null then
    perform private.refuse(
      409, format('a content that is %s is not in review', content.status), private.last_decision(content, null)
    );
  end if;
  perform private.check_round(step_run, expected_round);
  return step_run;
end;
$$;
comment on function private.step_to_decide is
'Returns the step of a run that the caller decides. Refuses with 404 a named step that the content does not have, with
409 one that was opened again since the expected round, and as require_decision does.';
