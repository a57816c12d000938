create function private.begin_review(content public.contents, workflow_id uuid, priority text default null)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  workflow public.workflows := private.resolve_workflow(
    content.brand_id, content.type, workflow_id
  );
begin
  if workflow.id is null then
    perform private.refuse(409, 'the brand has no workflow for this type of content');
  end if;
  -- Before the audit log is locked: whoever deletes or renames the workflow locks it first and then the log.
  perform from public.workflows where workflows.id = workflow.id for key share;
  perform private.transition_content(content, 'pending_review');
  select * into content from private.content_by_id(content.id);
  if private.start_run(content, workflow, begin_review.priority) then
    perform private.transition_content(content, 'approved', '{"note": "no step of the workflow applies"}');
  end if;
end;
$$;
comment on function private.begin_review is
'Moves a content to review and starts the named workflow, or the one of its type. Approves the content at once where no
step applies; 409 where the brand has no workflow for the type.';

create function private.cancel_review(content public.contents, reason text)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  perform private.require_reason(reason, 'reason');
  if (private.active_run(content.id)).id is null then
    perform private.refuse(409, format('a content that is %s is not in review', content.status));
  end if;
  perform private.end_run(content.id, 'cancelled', null, reason);
  if content.status <> 'draft' then
    perform private.transition_content(content, 'draft', jsonb_build_object('feedback', reason));
  end if;
end;
$$;
comment on function private.cancel_review is
'Ends the active run of a content, with a reason, and makes the content a draft; 409 where there is no active run.';

create function private.void_approvals(content_id uuid)
returns boolean
language plpgsql
volatile
set search_path = ''
as $$
declare
  content public.contents;
  run public.workflow_instances;
begin
  -- Not in a parked run: there the edit was asked for, and earlier steps stay approved (domain §5).
  select * into run
  from public.workflow_instances
  where
    workflow_instances.content_id = void_approvals.content_id
    and workflow_instances.status = 'active'
    and workflow_instances.parked_at is null
    and (
      exists (
        select from public.workflow_tasks as task
        where task.instance_id = workflow_instances.id and task.decision = 'approve'
      )
      -- Checks and conditions were evaluated for the text before the edit.
      or exists (
        select from public.workflow_step_runs as step_run
        where step_run.instance_id = workflow_instances.id and step_run.status in ('approved', 'skipped')
      )
    );
  if run.id is null then
    return false;
  end if;
  perform private.end_run(run.content_id, 'cancelled', null, 'the content was edited during the review');
  select * into content from public.contents where contents.id = run.content_id;
  -- An archived workflow, or a draft, begins no review.
  if not exists (select from public.workflows where workflows.id = run.workflow_id and workflows.is_active) then
    perform private.transition_content(content, 'draft', '{"note": "the workflow of its review is not in use"}');
  elsif private.repeat_run(content, run) then
    perform private.transition_content(content, 'approved', '{"note": "no step of the workflow applies any more"}');
  end if;
  return true;
end;
$$;
comment on function private.void_approvals is
'After an edit during a review: starts the run of the content again if a task was approved, or a step approved or
skipped, in it, with the steps that it began with. The content becomes a draft where the workflow is deleted, archived or
a draft, and approved where no step applies. Returns
whether there was such a run.';

create function public.submit_content(content_id uuid, workflow_id uuid default null, priority text default null)
returns setof private.content_details
language plpgsql
volatile
security definer -- contents and runs are written by commands only
set search_path = ''
as $$
declare
  content public.contents;
  run public.workflow_instances;
begin
  perform private.require_functions();
  content := private.lock_content(content_id);
  run := private.active_run(content_id);
  perform private.require_action(content, 'submit');
  perform private.check_complete_form(content);
  if run.id is not null then
    perform private.transition_content(content, 'pending_review');
    if submit_content.priority <> run.priority then
      update public.workflow_instances set priority = submit_content.priority where workflow_instances.id = run.id
      returning * into run;
    end if;
    perform private.resume_run(run);
  else
    perform private.begin_review(content, workflow_id, submit_content.priority);
  end if;
  return query select * from private.content_answer(content.id);
end;
$$;
comment on function public.submit_content is
'Submits a draft for review: starts the named workflow or the one of its type, or resumes the run in which changes were
requested. priority: see private.time_to_decide; null: normal, or as it was.';
grant execute on function public.submit_content to authenticated, service_role;

create function public.restart_review(content_id uuid, workflow_id uuid default null, priority text default null)
returns setof private.content_details
language plpgsql
volatile
security definer -- contents and runs are written by commands only
set search_path = ''
as $$
declare
  content public.contents;
begin
  perform private.require_functions();
  content := private.lock_content(content_id);
  perform private.require_action(content, 'restart');
  perform private.begin_review(content, workflow_id, restart_review.priority);
  return query select * from private.content_answer(content.id);
end;
$$;
comment on function public.restart_review is
'Starts a new review of a rejected content, from the first step. Requires content.review.';
grant execute on function public.restart_review to authenticated, service_role;

create function public.withdraw_content(content_id uuid, reason text)
returns setof private.content_details
language plpgsql
volatile
security definer -- contents and runs are written by commands only
set search_path = ''
as $$
declare
  content public.contents;
begin
  perform private.require_functions();
  content := private.lock_content(content_id);
  perform private.require_action(content, 'withdraw');
  perform private.cancel_review(content, reason);
  return query select * from private.content_answer(content.id);
end;
$$;
comment on function public.withdraw_content is
'Cancels the review of a content, which becomes a draft; the run cannot be resumed. For the creator of the content and
for those with workflow.control.';
grant execute on function public.withdraw_content to authenticated, service_role;
