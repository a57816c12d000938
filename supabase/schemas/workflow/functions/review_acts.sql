create function private.open_step_of(content public.contents, step_run_id uuid, person uuid default null)
returns public.workflow_step_runs
language plpgsql
stable
set search_path = ''
as $$
declare
  run constant public.workflow_instances := private.active_run(content.id);
  step_run public.workflow_step_runs;
begin
  if step_run_id is not null and not exists (
    select from public.workflow_step_runs as known
    where known.id = open_step_of.step_run_id and known.content_id = content.id
  ) then
    perform private.refuse(404, 'step not found');
  end if;
  if run.id is null then
    perform private.refuse(
      409, format('a content that is %s is not in review', content.status), private.last_decision(content, null)
    );
  elsif run.parked_at is not null then
    perform private.refuse(409, 'changes were asked for: submit the content first', private.last_decision(content, null));
  end if;
  select candidate.* into step_run
  from public.workflow_step_runs as candidate
  left join public.workflow_tasks as task
    on
      task.step_run_id = candidate.id and task.round = candidate.round and task.status = 'pending'
      and task.assignee_id = open_step_of.person
  where
    candidate.instance_id = run.id and candidate.status = 'active'
    and (open_step_of.step_run_id is null or candidate.id = open_step_of.step_run_id)
  order by task.id is not null desc, candidate.position
  limit 1;
  if step_run.id is null then
    perform private.refuse(409, 'this step is not open', private.last_decision(content, step_run_id));
  end if;
  return step_run;
end;
$$;
comment on function private.open_step_of is
'Returns the named step of a locked content, or else the open one in which a person has a pending task, or else the
first open one. Refuses with 404 a step of another content, and with 409, naming the last decision, what is not open.';

create function private.check_round(step_run public.workflow_step_runs, expected_round integer)
returns void
language plpgsql
immutable
set search_path = ''
as $$
begin
  if step_run.round <> expected_round then
    perform private.refuse(409, 'the step was opened again', jsonb_build_array(jsonb_build_object(
      'field', 'round', 'code', 'CONFLICT', 'message', step_run.round::text
    )));
  end if;
end;
$$;
comment on function private.check_round is
'Refuses with 409, naming the current round, where a step was opened again since the expected one; null expects none.';

create function public.skip_review_step(
  content_id uuid, reason text, step_run_id uuid default null, expected_round integer default null
)
returns setof private.content_details
language plpgsql
volatile
security definer -- runs are written by commands only
set search_path = ''
as $$
declare
  content public.contents;
  step_run public.workflow_step_runs;
begin
  perform private.require_functions();
  content := private.lock_content(content_id);
  perform private.require_permission(content.brand_id, 'workflow.read', 'step');
  step_run := private.open_step_of(content, step_run_id, auth.uid());
  perform private.check_round(step_run, expected_round);
  return query select * from public.skip_step(step_run.id, reason);
end;
$$;
comment on function public.skip_review_step is
'As skip_step, for the named step of a content, or the open one in which the caller has a task, or the first open one.';
grant execute on function public.skip_review_step to authenticated, service_role;

create function public.reassign_review(
  content_id uuid,
  assignee_id uuid,
  from_id uuid default null,
  step_run_id uuid default null,
  reason text default '',
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
  step_run public.workflow_step_runs;
  tasks public.workflow_tasks [];
begin
  perform private.require_functions();
  content := private.lock_content(content_id);
  perform private.require_permission(content.brand_id, 'workflow.read', 'step');
  perform private.require_permission(content.brand_id, 'workflow.control', 'step');
  step_run := private.open_step_of(content, step_run_id, from_id);
  perform private.check_round(step_run, expected_round);
  tasks := array(
    select task from public.workflow_tasks as task
    where
      task.step_run_id = step_run.id and task.round = step_run.round and task.status = 'pending'
      and (reassign_review.from_id is null or task.assignee_id = reassign_review.from_id)
  );
  if from_id is not null and not exists (
    select from public.workflow_tasks as task
    where task.step_run_id = step_run.id and task.round = step_run.round and task.assignee_id = reassign_review.from_id
  ) then
    perform private.refuse(400, 'the step did not ask this person', jsonb_build_array(
      private.problem('INVALID_FORMAT', 'was not asked in this step') || '{"field": "fromId"}'
    ));
  elsif cardinality(tasks) = 0 then
    perform private.refuse(409, 'nobody has this task now', private.last_decision(content, step_run.id));
  elsif cardinality(tasks) > 1 then
    perform private.refuse(400, 'several people are asked: name whose task it is', jsonb_build_array(
      private.problem('REQUIRED_FIELD_MISSING', 'is required where several people are asked') || '{"field": "fromId"}'
    ));
  end if;
  perform private.give_task(tasks[1], assignee_id, reason);
  return query select * from private.content_answer(content.id);
end;
$$;
comment on function public.reassign_review is
'Gives the pending task of a person in a step of a content to another member. Requires workflow.control.';
grant execute on function public.reassign_review to authenticated, service_role;

create function public.delegate_review(
  content_id uuid,
  assignee_id uuid,
  step_run_id uuid default null,
  reason text default '',
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
  step_run public.workflow_step_runs;
  task public.workflow_tasks;
begin
  perform private.require_functions();
  content := private.lock_content(content_id);
  perform private.require_permission(content.brand_id, 'workflow.read', 'step');
  step_run := private.open_step_of(content, step_run_id, auth.uid());
  perform private.check_round(step_run, expected_round);
  select tasks.* into task
  from public.workflow_tasks as tasks
  where
    tasks.step_run_id = step_run.id and tasks.round = step_run.round and tasks.status = 'pending'
    and tasks.assignee_id = auth.uid();
  if task.id is null then
    perform private.refuse(403, 'only the assignee of the task may delegate it; admins of the brand reassign it');
  end if;
  perform private.give_task(task, assignee_id, reason);
  return query select * from private.content_answer(content.id);
end;
$$;
comment on function public.delegate_review is
'Gives the caller''s own pending task in a step of a content to another member of the brand.';
grant execute on function public.delegate_review to authenticated, service_role;

create function public.resume_review(content_id uuid)
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
  run := private.active_run(content.id);
  if run.id is null or run.parked_at is null then
    -- The refusal of those who may not comes first.
    perform private.require_action(content, 'submit');
    perform private.refuse(409, 'no changes were requested: submit the content instead');
  end if;
  return query select * from public.submit_content(content_id);
end;
$$;
comment on function public.resume_review is
'Submits a content again after requested changes, as submit_content does: the review goes on at the same steps. Refuses
with 409 where no review waits for changes.';
grant execute on function public.resume_review to authenticated, service_role;

create function public.cancel_review(content_id uuid, reason text)
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
  perform private.require_permission(content.brand_id, 'workflow.read', 'content');
  perform private.require_permission(content.brand_id, 'workflow.control', 'content');
  perform private.cancel_review(content, reason);
  return query select * from private.content_answer(content.id);
end;
$$;
comment on function public.cancel_review is
'Cancels the review of a content, with a reason, and makes it a draft, as withdraw_content does for its creator.
Requires workflow.control.';
grant execute on function public.cancel_review to authenticated, service_role;
