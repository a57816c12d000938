-- Approve, reject, ask for changes: by those whom the step asks, or an admin of the brand.

create function private.step_to_decide(
  run public.workflow_instances, content public.contents, step_run_id uuid, action text
)
returns public.workflow_step_runs
language plpgsql
volatile
set search_path = ''
as $$
declare
  step_run public.workflow_step_runs;
  eligible boolean;
begin
  -- The step that is named, else the open one that asks the caller, else the only open one.
  select candidate.* into step_run
  from public.workflow_step_runs as candidate
  left join public.workflow_tasks as task
    on task.step_run_id = candidate.id and task.round = candidate.round and task.assignee_id = auth.uid()
  where
    candidate.instance_id = run.id
    and case when step_to_decide.step_run_id is null then candidate.status = 'active'
      else candidate.id = step_to_decide.step_run_id end
  order by task.status = 'pending' desc nulls last, task.id is not null desc, candidate.position
  limit 1;
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
  -- Asked now, not when the task was made: people are demoted, restricted and sent away.
  eligible := exists (
    select from public.workflow_tasks as task
    where
      task.step_run_id = step_run.id and task.round = step_run.round
      and task.assignee_id = auth.uid() and task.status = 'pending'
  )
  and private.is_colleague(auth.uid(), run.brand_id)
  and not private.is_restricted(run.brand_id, 'content.review')
  and private.may_be_asked(step_run, auth.uid());
  if not eligible then
    if not private.permits(run.brand_id, 'content.review') then
      perform private.refuse(403, 'only those whom the step names, or an admin of the brand, may decide');
    elsif content.created_by = auth.uid() then
      perform private.refuse(403, 'who made a content may not decide on it, unless the step names them');
    end if;
  end if;
  return step_run;
end;
$$;
comment on function private.step_to_decide is
'The open step that the caller may decide: 403 for others, 409 for who has decided or where the step is not open.';

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

create function private.settle_step(
  run public.workflow_instances, content public.contents, step_run public.workflow_step_runs
)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  change jsonb := jsonb_build_object('step_name', step_run.name);
begin
  -- Everyone who is still asked and can still decide, where all must agree; else the first approval is enough.
  if coalesce((step_run.definition ->> 'require_all_approvals')::boolean, false) and exists (
    select from public.workflow_tasks as task
    where task.step_run_id = step_run.id and task.status = 'pending' and private.is_colleague(task.assignee_id,
      run.brand_id)
  ) then
    if content.status = 'pending_review' then
      perform private.transition_content(content, 'in_review', change);
    end if;
    return;
  end if;
  perform private.close_step(step_run.id, 'approved');
  if private.advance_run(run, content) then
    perform private.transition_content(content, 'approved', change);
    return;
  end if;
  if content.status = 'pending_review' then
    perform private.transition_content(content, 'in_review', change);
  end if;
  perform private.run_event(run, 'WorkflowStepAdvanced', jsonb_build_object(
    'from', step_run.name,
    'to', (
      select string_agg(next_step.name, ', ' order by next_step.position) from public.workflow_step_runs as next_step
      where next_step.instance_id = run.id and next_step.status = 'active'
    )
  ));
end;
$$;
comment on function private.settle_step is 'After an approval: closes the step if it is satisfied, and goes on.';

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
security definer
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
    perform private.check_required_fields(content);
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
      perform private.refuse(400, 'this step wants the address where it was published',
        jsonb_build_array(jsonb_build_object(
        'field', 'publishedUrl', 'code', 'REQUIRED_FIELD_MISSING', 'message', 'an http(s) address is expected'
      )));
    end if;
    -- Said by a reviewer, about the content: no edit of what was approved.
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
'Records the caller''s approval, of the version they saw if they name it; the last one approves the content.';
grant execute on function public.approve_content to authenticated;

create function public.reject_content(
  content_id uuid, reason text, expected_version integer default null, step_run_id uuid default null
)
returns setof public.contents
language plpgsql
volatile
security definer
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
'Ends the review against the content, whatever others decided; needs a reason.';
grant execute on function public.reject_content to authenticated;

create function public.request_changes(
  content_id uuid, comment text, expected_version integer default null, step_run_id uuid default null
)
returns setof public.contents
language plpgsql
volatile
security definer
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
  -- The run stays, on the same steps: their approvals so far count no more, those of earlier steps do.
  perform private.close_tasks(open_step.id, 'cancelled')
  from public.workflow_step_runs as open_step
  where open_step.instance_id = run.id and open_step.status = 'active';
  update public.workflow_instances set parked_at = now() where workflow_instances.id = run.id;
  perform private.run_event(run, 'WorkflowChangesRequested', jsonb_build_object(
    'step', step_run.name, 'comment', request_changes.comment
  ));
  perform private.transition_content(content, 'draft', jsonb_build_object(
    'action', 'changes_requested', 'feedback', request_changes.comment, 'step_name', step_run.name
  ));
  return query select * from private.content_by_id(content.id);
end;
$$;
comment on function public.request_changes is
'Back to draft with a comment; submitting again comes back to the same step.';
grant execute on function public.request_changes to authenticated;
