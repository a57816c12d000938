create function private.find_step_to_decide(run_id uuid, step_run_id uuid)
returns public.workflow_step_runs
language sql
stable
set search_path = ''
as $$
  select candidate.*
  from public.workflow_step_runs as candidate
  left join public.workflow_tasks as task
    on task.step_run_id = candidate.id and task.round = candidate.round and task.assignee_id = auth.uid()
  where
    candidate.instance_id = find_step_to_decide.run_id
    and case
      when find_step_to_decide.step_run_id is null then candidate.status = 'active'
      else candidate.id = find_step_to_decide.step_run_id
    end
  order by task.status = 'pending' desc nulls last, task.id is not null desc, candidate.position
  limit 1;
$$;
comment on function private.find_step_to_decide is
'Returns the named step of a run; without a name the open step in which the caller has a pending task, else one in which
the caller has any task, else the first open step. A row of nulls where there is none.';

create function private.require_decider(
  run public.workflow_instances, content public.contents, step_run public.workflow_step_runs
)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  -- A task alone is not enough: since it was assigned its holder may have been demoted, restricted or removed.
  if exists (
    select from public.workflow_tasks as task
    where
      task.step_run_id = step_run.id and task.round = step_run.round
      and task.assignee_id = auth.uid() and task.status = 'pending'
  )
    and private.is_active_member(auth.uid(), run.brand_id)
    and not private.is_restricted(run.brand_id, 'content.review')
    and private.may_decide_step(step_run, auth.uid())
  then
    return;
  end if;
  if not private.permits(run.brand_id, 'content.review') then
    perform private.refuse(403, 'only those whom the step names, or an admin of the brand, may decide');
  elsif content.created_by = auth.uid() then
    perform private.refuse(403, 'who made a content may not decide on it, unless the step names them');
  end if;
end;
$$;
comment on function private.require_decider is
'Raises 403 unless the caller has a pending task in the step and may still decide it, or has content.review and did not
create the content.';

create function private.step_to_decide(
  run public.workflow_instances, content public.contents, step_run_id uuid, action text
)
returns public.workflow_step_runs
language plpgsql
volatile
set search_path = ''
as $$
declare
  step_run public.workflow_step_runs := private.find_step_to_decide(run.id, step_run_id);
begin
  if step_run.id is null then
    perform private.refuse(404, 'step not found');
  end if;
  if step_run.status <> 'active' or step_run.definition ->> 'type' = 'automated' then
    perform private.refuse(409, 'this step is not open');
  end if;
  if exists (
    select from public.workflow_tasks as task
    where
      task.step_run_id = step_run.id and task.round = step_run.round
      and task.assignee_id = auth.uid() and task.decision is not null
  ) then
    perform private.refuse(409, 'you have decided this step already');
  end if;
  if not coalesce(step_run.definition -> 'actions' ? action, true) then
    perform private.refuse(409, 'this step does not offer that decision');
  end if;
  perform private.require_decider(run, content, step_run);
  return step_run;
end;
$$;
comment on function private.step_to_decide is
'Returns the step of a run that the caller decides; 404 where there is none, 409 for a step that is not open, that the
caller has decided already or that does not offer the action, 403 for callers who may not decide it.';

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
returns setof public.contents
language plpgsql
volatile
security definer -- runs are written by commands only
set search_path = ''
as $$
declare
  content public.contents := private.lock_content(content_id);
  run public.workflow_instances := private.active_run(content_id);
  step_run public.workflow_step_runs;
begin
  perform private.check_version(content, expected_version);
  if content.status = 'draft' and run.id is null and (private.resolve_workflow(content)).id is null then
    perform private.require_on_content(content, 'content.review');
    perform private.check_complete_form(content);
    perform private.transition_content(content, 'approved', jsonb_build_object('feedback', approve_content.comment));
    return query select * from private.content_by_id(content.id);
    return;
  end if;
  if run.id is null or run.parked_at is not null then
    perform private.refuse(409, format('a content that is %s is not in review', content.status));
  end if;
  step_run := private.step_to_decide(run, content, step_run_id, 'approve');
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
  return query select * from private.content_by_id(content.id);
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
returns setof public.contents
language plpgsql
volatile
security definer -- runs are written by commands only
set search_path = ''
as $$
declare
  content public.contents := private.lock_content(content_id);
  run public.workflow_instances := private.active_run(content_id);
  step_run public.workflow_step_runs;
begin
  perform private.check_version(content, expected_version);
  if run.id is null or run.parked_at is not null then
    perform private.refuse(409, format('a content that is %s is not in review', content.status));
  end if;
  step_run := private.step_to_decide(run, content, step_run_id, 'reject');
  perform private.require_reason(reason, 'reason');
  perform private.decide_task(run, step_run, 'reject', reason);
  perform private.close_step(step_run.id, 'rejected');
  perform private.end_run(content.id, 'completed', 'rejected', reason);
  perform private.transition_content(
    content, 'rejected', jsonb_build_object('feedback', reason, 'step_name', step_run.name)
  );
  return query select * from private.content_by_id(content.id);
end;
$$;
comment on function public.reject_content is
'Rejects a content, with a reason. Ends the review, whatever others decided.';
grant execute on function public.reject_content to authenticated, service_role;

create function public.request_changes(
  content_id uuid, comment text, expected_version integer default null, step_run_id uuid default null
)
returns setof public.contents
language plpgsql
volatile
security definer -- runs are written by commands only
set search_path = ''
as $$
declare
  content public.contents := private.lock_content(content_id);
  run public.workflow_instances := private.active_run(content_id);
  step_run public.workflow_step_runs;
begin
  perform private.check_version(content, expected_version);
  if run.id is null or run.parked_at is not null then
    perform private.refuse(409, format('a content that is %s is not in review', content.status));
  end if;
  step_run := private.step_to_decide(run, content, step_run_id, 'request_changes');
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
  return query select * from private.content_by_id(content.id);
end;
$$;
comment on function public.request_changes is
'Asks for changes, with a comment: the content becomes a draft, and submitting it again resumes at the same steps.';
grant execute on function public.request_changes to authenticated, service_role;
