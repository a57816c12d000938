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

create function private.step_to_decide(
  run public.workflow_instances,
  content public.contents,
  step_run_id uuid,
  action text,
  expected_version integer
)
returns public.workflow_step_runs
language plpgsql
volatile
set search_path = ''
as $$
declare
  step_run public.workflow_step_runs;
begin
  if run.id is null or run.parked_at is not null then
    perform private.require_action(content, action, expected_version);
    perform private.refuse(409, format('a content that is %s is not in review', content.status));
  end if;
  select candidate.* into step_run
  from private.steps_to_decide(array[content.id], step_to_decide.step_run_id) as step
  inner join public.workflow_step_runs as candidate on candidate.id = step.step_run_id;
  if step_run.id is null and step_to_decide.step_run_id is not null then
    perform private.refuse(404, 'step not found');
  end if;
  perform private.require_action(content, action, expected_version, step_run.id);
  return step_run;
end;
$$;
comment on function private.step_to_decide is
'Returns the step of a run that the caller decides. Refuses with 404 a named step that the run does not have, and as
require_action does.';

create function private.decide_task(
  run public.workflow_instances, step_run public.workflow_step_runs, decision text, comment text
)
returns void
language sql
volatile
set search_path = ''
as $$
  insert into public.workflow_tasks as tasks (
    instance_id, step_run_id, round, brand_id, content_id, assignee_id, status, decision, comment, due_at, decided_at
  )
  values (
    run.id, step_run.id, step_run.round, run.brand_id, run.content_id, auth.uid(), 'completed',
    decide_task.decision, decide_task.comment, step_run.due_at, now()
  )
  on conflict on constraint workflow_tasks_once_key do update
    set status = excluded.status, decision = excluded.decision, comment = excluded.comment,
      decided_at = excluded.decided_at;
  select private.record_action(run, step_run, decide_task.decision, decide_task.comment);
$$;
comment on function private.decide_task is
'Records the decision of the caller in their task of the step; makes the task where an admin decides without one.';

create function public.approve_content(
  content_id uuid,
  comment text default '',
  expected_version integer default null,
  step_run_id uuid default null,
  published_url text default null
)
returns setof private.content_details
language plpgsql
volatile
security definer -- runs are written by commands only
set search_path = ''
as $$
declare
  content public.contents;
  run public.workflow_instances;
  step_run public.workflow_step_runs;
begin
  perform private.require_functions();
  content := private.lock_content(content_id);
  run := private.active_run(content_id);
  if content.status = 'draft' then
    perform private.require_action(content, 'approve', expected_version);
    perform private.check_complete_form(content);
    perform private.transition_content(content, 'approved', jsonb_build_object('feedback', approve_content.comment));
    return query select * from private.content_answer(content.id);
    return;
  end if;
  step_run := private.step_to_decide(run, content, step_run_id, 'approve', expected_version);
  if coalesce((step_run.definition ->> 'requires_published_url')::boolean, false) then
    if published_url is null or published_url !~ '^https?://[^\s<>"]+$' or char_length(published_url) > 2000 then
      perform private.refuse(400, 'this step wants the address where it was published', jsonb_build_array(
        jsonb_build_object(
          'field', 'publishedUrl', 'code', 'REQUIRED_FIELD_MISSING', 'message', 'an http(s) address is expected'
        )
      ));
    end if;
    -- Kept with the step: writing it into the content would be an edit of what is being approved.
    update public.workflow_step_runs
    set definition = workflow_step_runs.definition || jsonb_build_object('published_url', published_url)
    where workflow_step_runs.id = step_run.id;
  end if;
  perform private.decide_task(run, step_run, 'approve', approve_content.comment);
  perform private.settle_step(run, content, step_run);
  return query select * from private.content_answer(content.id);
end;
$$;
comment on function public.approve_content is
'Records the approval of the caller in a step; 412 if expected_version is given and the content has another. The
approval that completes the last required step approves the content. Without a workflow, a draft is approved at once by
those with content.review.';
grant execute on function public.approve_content to authenticated, service_role;

create function public.reject_content(
  content_id uuid, reason text, expected_version integer default null, step_run_id uuid default null
)
returns setof private.content_details
language plpgsql
volatile
security definer -- runs are written by commands only
set search_path = ''
as $$
declare
  content public.contents;
  run public.workflow_instances;
  step_run public.workflow_step_runs;
begin
  perform private.require_functions();
  content := private.lock_content(content_id);
  run := private.active_run(content_id);
  step_run := private.step_to_decide(run, content, step_run_id, 'reject', expected_version);
  perform private.require_reason(reason, 'reason');
  perform private.decide_task(run, step_run, 'reject', reason);
  perform private.close_step(step_run.id, 'rejected');
  perform private.end_run(content.id, 'completed', 'rejected', reason);
  perform private.transition_content(
    content, 'rejected', jsonb_build_object('feedback', reason, 'step_name', step_run.name)
  );
  return query select * from private.content_answer(content.id);
end;
$$;
comment on function public.reject_content is
'Rejects a content, with a reason. Ends the review, whatever others decided.';
grant execute on function public.reject_content to authenticated, service_role;

create function public.request_changes(
  content_id uuid, comment text, expected_version integer default null, step_run_id uuid default null
)
returns setof private.content_details
language plpgsql
volatile
security definer -- runs are written by commands only
set search_path = ''
as $$
declare
  content public.contents;
  run public.workflow_instances;
  step_run public.workflow_step_runs;
begin
  perform private.require_functions();
  content := private.lock_content(content_id);
  run := private.active_run(content_id);
  step_run := private.step_to_decide(run, content, step_run_id, 'requestChanges', expected_version);
  perform private.require_reason(request_changes.comment, 'comment');
  perform private.decide_task(run, step_run, 'request_changes', request_changes.comment);
  -- The run stays at its open steps, whose approvals so far are void. Earlier steps stay approved.
  perform private.close_tasks(open_step.id, 'cancelled')
  from public.workflow_step_runs as open_step
  where open_step.instance_id = run.id and open_step.status = 'active';
  update public.workflow_instances set parked_at = now() where workflow_instances.id = run.id;
  perform private.append_run_event(run, 'WorkflowChangesRequested', jsonb_build_object(
    'step', step_run.name, 'comment', request_changes.comment
  ));
  perform private.transition_content(content, 'draft', jsonb_build_object(
    'action', 'changes_requested', 'feedback', request_changes.comment, 'step_name', step_run.name
  ));
  return query select * from private.content_answer(content.id);
end;
$$;
comment on function public.request_changes is
'Asks for changes, with a comment: the content becomes a draft, and submitting it again resumes at the same steps.';
grant execute on function public.request_changes to authenticated, service_role;
