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
  published_url text default null,
  expected_round integer default null
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
    perform private.require_decision(content, 'approve', expected_version, null);
    perform private.check_complete_form(content);
    perform private.transition_content(content, 'approved', jsonb_build_object('feedback', approve_content.comment));
    return query select * from private.content_answer(content.id);
    return;
  end if;
  step_run := private.step_to_decide(run, content, step_run_id, 'approve', expected_version, expected_round);
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
  content_id uuid,
  reason text,
  expected_version integer default null,
  step_run_id uuid default null,
  expected_round integer default null
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
  step_run := private.step_to_decide(run, content, step_run_id, 'reject', expected_version, expected_round);
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
  content_id uuid,
  comment text,
  expected_version integer default null,
  step_run_id uuid default null,
  expected_round integer default null
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
  step_run := private.step_to_decide(
    run, content, step_run_id, 'requestChanges', expected_version, expected_round
  );
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
