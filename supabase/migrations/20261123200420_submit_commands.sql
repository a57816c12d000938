-- Submit, decide, withdraw, skip, reassign, cancel: security definer like all commands on contents, for the reviewer
-- may be a viewer, who may write nothing. Each function checks the caller before it does anything.

create function private.require_reason(reason text, field text)
returns void
language plpgsql
immutable
set search_path = ''
as $$
begin
  if reason is null or btrim(reason) = '' then
    perform private.refuse(400, 'a reason is needed', jsonb_build_array(jsonb_build_object(
      'field', field, 'code', 'REQUIRED_FIELD_MISSING', 'message', field || ' is required'
    )));
  elsif char_length(reason) > 5000 then
    perform private.refuse(400, 'the reason is too long', jsonb_build_array(jsonb_build_object(
      'field', field, 'code', 'VALUE_TOO_LONG', 'message', '5000 characters at most'
    )));
  end if;
end;
$$;
comment on function private.require_reason is '400 for a reason that is blank or over 5000 characters.';

create function private.resolve_workflow(content public.contents, workflow_id uuid default null)
returns public.workflows
language sql
stable
set search_path = ''
as $$
  -- The one that is named, else the brand's default for the type, else its default for every type.
  select workflows.*
  from public.workflows
  where
    workflows.brand_id = content.brand_id
    and workflows.is_active
    and exists (select from public.workflow_steps as step where step.workflow_id = workflows.id)
    and case
      when resolve_workflow.workflow_id is not null then workflows.id = resolve_workflow.workflow_id
      else workflows.is_default and (workflows.content_types = '{}' or content.type = any (workflows.content_types))
    end
  order by workflows.content_types = '{}', workflows.id
  limit 1;
$$;
comment on function private.resolve_workflow is
'The workflow that reviews a content; a row of nulls where the brand has none.';

create function private.active_run(content_id uuid)
returns public.workflow_instances
language sql
stable
set search_path = ''
as $$
  select runs.* from public.workflow_instances as runs
  where runs.content_id = active_run.content_id and runs.status = 'active';
$$;

create function private.begin_review(content public.contents, workflow_id uuid)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  workflow public.workflows := private.resolve_workflow(content, workflow_id);
begin
  if workflow.id is null then
    perform private.refuse(409, 'the brand has no workflow for this type of content');
  end if;
  perform private.transition_content(content, 'pending_review');
  select * into content from private.content_by_id(content.id);
  if private.start_run(content, workflow) then
    perform private.transition_content(content, 'approved', '{"note": "no step of the workflow applies"}');
  end if;
end;
$$;

create function private.resume_run(run public.workflow_instances)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  content public.contents;
  step_run public.workflow_step_runs;
begin
  update public.workflow_instances set parked_at = null where workflow_instances.id = run.id;
  perform private.record_action(run, null, 'resubmit');
  -- What people approved or skipped stays; what a check or a condition decided is asked of the new text.
  update public.workflow_step_runs set status = 'waiting', closed_at = null, round = round + 1
  where
    workflow_step_runs.instance_id = run.id
    and (
      (workflow_step_runs.status = 'skipped' and workflow_step_runs.closed_by is null)
      or (workflow_step_runs.status = 'approved' and workflow_step_runs.definition ->> 'type' = 'automated')
    );
  for step_run in
    update public.workflow_step_runs set round = round + 1
    where workflow_step_runs.instance_id = run.id and workflow_step_runs.status = 'active'
    returning *
  loop
    perform private.open_step(run, step_run);
  end loop;
  select * into run from public.workflow_instances where workflow_instances.id = run.id;
  select * into content from public.contents where contents.id = run.content_id;
  if private.advance_run(run, content) then
    perform private.transition_content(content, 'approved', '{"note": "no step of the workflow is left"}');
  end if;
end;
$$;
comment on function private.resume_run is 'Asks the open steps of a parked run again; those before stay approved.';

create function public.submit_content(content_id uuid, workflow_id uuid default null)
returns setof public.contents
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  content public.contents := private.lock_content(content_id);
  run public.workflow_instances := private.active_run(content_id);
begin
  perform private.require_on_content(content, 'content.submit');
  if content.status <> 'draft' then
    perform private.refuse(409, format('a content that is %s cannot be submitted', content.status));
  end if;
  perform private.check_required_fields(content);
  if run.id is not null then
    perform private.transition_content(content, 'pending_review');
    perform private.resume_run(run);
  else
    perform private.begin_review(content, workflow_id);
  end if;
  return query select * from private.content_by_id(content.id);
end;
$$;
comment on function public.submit_content is
'Draft to review: starts the workflow that is named or the brand''s default, or goes on where changes were asked for.';
grant execute on function public.submit_content to authenticated;

create function public.restart_review(content_id uuid, workflow_id uuid default null)
returns setof public.contents
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  content public.contents := private.lock_content(content_id);
begin
  perform private.require_on_content(content, 'content.review');
  if content.status <> 'rejected' then
    perform private.refuse(409, format('a content that is %s was not rejected', content.status));
  end if;
  perform private.begin_review(content, workflow_id);
  return query select * from private.content_by_id(content.id);
end;
$$;
comment on function public.restart_review is 'Rejected to review again, from the first step, by an admin of the brand.';
grant execute on function public.restart_review to authenticated;
