create function private.refuse_closed_task(task public.workflow_tasks)
returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  last public.workflow_actions;
  person jsonb;
  message text;
begin
  if task.status = 'completed' then
    last.action := task.decision;
    last.actor_id := task.assignee_id;
    last.created_at := task.decided_at;
  else
    -- What closed the step, or what ended the run.
    select action.* into last from public.workflow_actions as action
    where
      action.instance_id = task.instance_id and action.created_at >= task.decided_at
      and (action.step_run_id = task.step_run_id or action.step_run_id is null)
    order by action.step_run_id is null, action.id
    limit 1;
  end if;
  last.action := coalesce(last.action, task.status::text);
  last.created_at := coalesce(last.created_at, task.decided_at);
  person := private.person_document(last.actor_id, task.brand_id);
  message := format(
    'the task was closed before: %s by %s at %s', replace(last.action, '_', ' '),
    coalesce(person ->> 'name', 'somebody'), to_char(last.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
  );
  perform private.refuse(409, message, jsonb_build_array(jsonb_strip_nulls(jsonb_build_object(
    'field', 'taskId', 'code', 'CONFLICT', 'message', message, 'action', last.action, 'by', person ->> 'id',
    'at', to_char(last.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
  ))));
end;
$$;
comment on function private.refuse_closed_task is
'Refuses with 409 for a task that is closed, and says by whom and when.';

create function private.lock_task(task_id uuid)
returns public.workflow_tasks
language plpgsql
volatile
set search_path = ''
as $$
declare
  task public.workflow_tasks;
begin
  select tasks.* into task from public.workflow_tasks as tasks where tasks.id = lock_task.task_id;
  perform private.require_permission(task.brand_id, 'workflow.read', 'task');
  perform private.lock_content(task.content_id);
  -- Read again: the task may have been closed while this waited for the lock.
  select tasks.* into task from public.workflow_tasks as tasks where tasks.id = lock_task.task_id;
  if task.status <> 'pending' then
    perform private.refuse_closed_task(task);
  end if;
  return task;
end;
$$;
comment on function private.lock_task is
'Returns a pending task and locks its content; 404 for those who may not read it, 409 with who and when for a closed
one, 412 where the request expects another version of the content.';

create function private.run_task_decision(
  task_id uuid, decision text, comment text, published_url text, expected_version integer default null
)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  task constant public.workflow_tasks := private.lock_task(task_id);
begin
  case run_task_decision.decision
    when 'approve' then
      perform public.approve_content(
        task.content_id, coalesce(run_task_decision.comment, ''), expected_version, task.step_run_id,
        run_task_decision.published_url
      );
    when 'reject' then
      perform public.reject_content(task.content_id, run_task_decision.comment, expected_version, task.step_run_id);
    when 'request_changes' then
      perform public.request_changes(task.content_id, run_task_decision.comment, expected_version, task.step_run_id);
    else
      perform private.refuse(400, 'there is no such decision', jsonb_build_array(jsonb_build_object(
        'field', 'decision', 'code', 'INVALID_FORMAT', 'message', 'approve, reject or request_changes is expected'
      )));
  end case;
end;
$$;
comment on function private.run_task_decision is
'Decides the step of a task by the command for its content, which judges the caller.';

create function public.decide_on_task(
  task_id uuid, decision text, comment text default '', published_url text default null
)
returns json
language plpgsql
volatile
security definer -- runs are written by commands only
set search_path = ''
as $$
begin
  perform private.require_functions();
  perform private.run_task_decision(
    decide_on_task.task_id, decide_on_task.decision, decide_on_task.comment, decide_on_task.published_url
  );
  return public.get_task(decide_on_task.task_id);
end;
$$;
comment on function public.decide_on_task is
'Approves, rejects or requests changes in the step of a task, as the commands for its content do, and returns the task
as get_task does. 409 for a closed task says who closed it and when.';
grant execute on function public.decide_on_task to authenticated, service_role;

create function public.hand_over_task(
  task_id uuid, assignee_id uuid, reason text default '', is_own boolean default false
)
returns json
language plpgsql
volatile
security definer -- runs are written by commands only
set search_path = ''
as $$
declare
  task public.workflow_tasks;
begin
  perform private.require_functions();
  task := private.lock_task(hand_over_task.task_id);
  if is_own and task.assignee_id is distinct from auth.uid() then
    perform private.refuse(403, 'only your own tasks can be delegated');
  end if;
  perform public.reassign_task(task.id, hand_over_task.assignee_id, hand_over_task.reason);
  return public.get_task((
    select tasks.id from public.workflow_tasks as tasks
    where
      tasks.step_run_id = task.step_run_id and tasks.round = task.round
      and tasks.assignee_id = hand_over_task.assignee_id
  ));
end;
$$;
comment on function public.hand_over_task is
'Gives a pending task to another member of the brand, as reassign_task does, and returns the new task as get_task does.
is_own: only a task of the caller.';
grant execute on function public.hand_over_task to authenticated, service_role;

create function private.version_as_read(content_id uuid, version integer)
returns integer
language plpgsql
stable
set search_path = ''
as $$
declare
  present constant integer := (
    select contents.version from public.contents where contents.id = version_as_read.content_id
  );
begin
  -- The first of several approvals makes a version, of the same text.
  return case
    when (
      select count(*) from public.content_versions as versions
      where
        versions.content_id = version_as_read.content_id and versions.version > version_as_read.version
        and versions.version <= present and versions.action = 'status_changed'
    ) = present - version_as_read.version then present
    else version_as_read.version
  end;
end;
$$;
comment on function private.version_as_read is
'Returns the present version of a content if only its state has changed since the version that was read; else that.';

create function public.bulk_decide_tasks(
  decision text, tasks jsonb, comment text default '', published_url text default null
)
returns table (
  task_id uuid, outcome integer, code text, message text, details text, content_id uuid, version integer, status text
)
language plpgsql
volatile
security definer -- calls the commands, which check the caller for each task
set search_path = ''
set statement_timeout = '30s'
as $$
#variable_conflict use_column
declare
  readable uuid [];
  expected integer;
begin
  perform private.require_functions();
  if coalesce(jsonb_array_length(private.as_array(tasks)), 0) not between 1 and 100 then
    perform private.refuse(400, 'one to a hundred tasks');
  end if;
  if jsonb_path_exists(tasks, '$[*] ? (!exists(@.content_version ? (@.type() == "number")))') then
    perform private.refuse(428, 'name the version of each content that you read');
  end if;
  perform private.begin_summary();
  -- All contents at once, of brands that the caller may read, and then brand by brand, as the audit logs are locked:
  -- no two commands wait for each other in a circle.
  readable := array(
    select each from unnest(private.brands_permitting('workflow.read')) as each
    where each = any (private.brands_permitting('content.read'))
  );
  perform private.lock_contents_of(array(
    select task.id
    from jsonb_array_elements(tasks) as wanted
    inner join public.workflow_tasks as task on task.id = (wanted ->> 'task_id')::uuid
    where task.brand_id = any (readable)
  ));
  for task_id, expected, content_id in
    select wanted.id, wanted.version, task.content_id
    from (
      select distinct on (each ->> 'task_id')
        (each ->> 'task_id')::uuid as id, (each ->> 'content_version')::integer as version
      from jsonb_array_elements(tasks) as each
      where each ->> 'task_id' is not null
      order by each ->> 'task_id'
    ) as wanted
    left join public.workflow_tasks as task on task.id = wanted.id
    order by task.brand_id, task.content_id, wanted.id
  loop
    outcome := 200;
    code := null;
    message := null;
    details := null;
    begin
      perform private.run_task_decision(
        task_id, bulk_decide_tasks.decision, bulk_decide_tasks.comment, bulk_decide_tasks.published_url,
        private.version_as_read(content_id, expected)
      );
    exception
      when others then -- refusals are the outcome of the task; other errors fail the whole call
        get stacked diagnostics code = returned_sqlstate, message = message_text, details = pg_exception_detail;
        outcome := private.http_status(code);
        details := private.own_details(code, details);
        if outcome is null then
          raise;
        end if;
    end;
    version := null;
    status := null;
    if outcome = 200 then
      select contents.version, contents.status into version, status
      from public.contents where contents.id = content_id;
    else
      -- Not even the id of a content that the caller may not read, or not before the second factor.
      content_id := case when outcome not in (401, 404) then content_id end;
    end if;
    return next;
  end loop;
  perform private.send_summary('bulk_decide_tasks');
end;
$$;
comment on function public.bulk_decide_tasks is
'Makes the same decision in each of at most 100 tasks, [{task_id, content_version}], on the version of its content that
the caller read, and returns for each the HTTP status that it would have had alone: 412 where the text was edited since.
One that fails does not affect the others.';
grant execute on function public.bulk_decide_tasks to authenticated, service_role;
