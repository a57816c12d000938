-- Submit, approve, publish: security definer like all commands on contents. The reviewer may be a viewer, who
-- may write nothing; each function checks the caller before it does anything.

create function private.check_required_fields(content public.contents)
returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  problems jsonb;
begin
  select jsonb_agg(jsonb_build_object(
    'field', 'fields.' || field.id, 'code', 'REQUIRED_FIELD_MISSING', 'message', field.name || ' is required'
  )) into problems
  from private.template_fields(private.content_template(content.brand_id, content.template_id)) as field
  where
    field.required
    and (
      coalesce(content.fields -> field.id, 'null') in ('null', '[]', '{}')
      or content.fields ->> field.id ~ '^\s*$'
    );
  if problems is not null then
    perform private.refuse(400, 'required fields are missing', problems);
  end if;
end;
$$;

create function private.step_assignees(step public.workflow_steps, author uuid)
returns setof uuid
language sql
stable
set search_path = ''
as $$
  -- Whoever has left, has expired or is inactive can decide nothing. A step without anyone left is the
  -- brand admins' (domain §5), save the author, who may approve only where a step names them.
  with members as (
    select member.user_id, member.role
    from public.brand_members as member
    inner join public.profiles on profiles.id = member.user_id
    where
      member.brand_id = step.brand_id
      and profiles.is_active
      and (member.expires_at is null or member.expires_at > now())
  ),
  named as (
    select members.user_id
    from public.workflow_step_assignees as assignee
    inner join members on members.user_id = assignee.user_id
    where assignee.step_id = step.id
  )
  select named.user_id from named
  union
  select members.user_id
  from members
  where members.role = 'admin' and members.user_id is distinct from author and not exists (select 1 from named);
$$;
comment on function private.step_assignees is 'Those who can decide a step of a content by this author now.';

create function private.open_step(instance public.workflow_instances, step public.workflow_steps)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  task public.workflow_tasks;
begin
  update public.workflow_instances set current_step_id = step.id where workflow_instances.id = instance.id;
  for task in
    insert into public.workflow_tasks (instance_id, step_id, brand_id, content_id, assignee_id, due_at)
    select
      instance.id, step.id, instance.brand_id, instance.content_id, assignee,
      now() + make_interval(hours => step.timeout_hours)
    from private.step_assignees(
      step, (select contents.created_by from public.contents where contents.id = instance.content_id)
    ) as assignee
    returning *
  loop
    perform private.append_event(
      instance.brand_id, 'workflow', instance.id, 'TaskAssigned',
      jsonb_build_object(
        'contentId', instance.content_id, 'taskId', task.id, 'assigneeId', task.assignee_id, 'step', step.name
      )
    );
  end loop;
end;
$$;

create function private.start_run(content public.contents, workflow public.workflows)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  step public.workflow_steps;
  instance public.workflow_instances;
begin
  select workflow_steps.* into step
  from public.workflow_steps
  where workflow_steps.workflow_id = workflow.id
  order by workflow_steps.position
  limit 1;
  if step.id is null then
    perform private.refuse(409, 'the brand has no workflow for this type of content');
  end if;
  insert into public.workflow_instances (workflow_id, brand_id, content_id, started_by)
  values (workflow.id, content.brand_id, content.id, auth.uid())
  returning * into instance;
  perform private.append_event(
    content.brand_id, 'workflow', instance.id, 'WorkflowStarted',
    jsonb_build_object('contentId', content.id, 'workflowId', workflow.id, 'workflow', workflow.name)
  );
  perform private.open_step(instance, step);
end;
$$;

create function private.void_approvals(content_id uuid)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  content public.contents;
  instance public.workflow_instances;
  workflow public.workflows;
begin
  -- What was approved is no longer what stands there: a run in which someone has agreed begins again.
  select * into instance
  from public.workflow_instances
  where
    workflow_instances.content_id = void_approvals.content_id
    and workflow_instances.status = 'active'
    and exists (
      select 1
      from public.workflow_tasks as task
      where task.instance_id = workflow_instances.id and task.decision = 'approve'
    );
  if instance.id is null then
    return;
  end if;
  update public.workflow_tasks set status = 'cancelled', decided_at = now()
  where workflow_tasks.instance_id = instance.id and workflow_tasks.status = 'pending';
  update public.workflow_instances set status = 'cancelled', completed_at = now(), current_step_id = null
  where workflow_instances.id = instance.id;
  perform private.append_event(
    instance.brand_id, 'workflow', instance.id, 'WorkflowCancelled',
    jsonb_build_object('contentId', instance.content_id, 'reason', 'the content was edited during the review')
  );
  select * into content from public.contents where contents.id = instance.content_id;
  select * into workflow from public.workflows where workflows.id = instance.workflow_id;
  perform private.start_run(content, workflow);
end;
$$;
comment on function private.void_approvals is 'Begins the run of a content again if anyone has approved in it.';

create function public.submit_content(content_id uuid)
returns setof public.contents
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  content public.contents := private.lock_content(content_id, 'editor');
  workflow public.workflows;
begin
  if content.status <> 'draft' then
    perform private.refuse(409, format('a content that is %s cannot be submitted', content.status));
  end if;
  perform private.check_required_fields(content);
  select workflows.* into workflow
  from public.workflows
  where
    workflows.brand_id = content.brand_id
    and workflows.is_default
    and workflows.is_active
    and (workflows.content_types = '{}' or content.type = any (workflows.content_types))
  order by cardinality(workflows.content_types) desc
  limit 1;
  update public.contents set status = 'pending_review' where contents.id = content.id;
  perform private.start_run(content, workflow);
  return query select contents.* from public.contents where contents.id = content.id;
end;
$$;
comment on function public.submit_content is 'Draft to review: starts the brand''s workflow for its type.';
grant execute on function public.submit_content to authenticated;

create function private.record_approval(
  instance public.workflow_instances, content public.contents, approval_comment text
)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  task public.workflow_tasks;
  step public.workflow_steps;
begin
  select * into step from public.workflow_steps where workflow_steps.id = instance.current_step_id;
  select workflow_tasks.* into task
  from public.workflow_tasks
  where
    workflow_tasks.instance_id = instance.id
    and workflow_tasks.step_id = instance.current_step_id
    and workflow_tasks.assignee_id = auth.uid();
  if task.id is not null and task.status <> 'pending' then
    perform private.refuse(409, 'you have decided this step already');
  end if;
  -- Asked now, not when the task was made: people are renamed in steps, demoted and sent away.
  if auth.uid() not in (select private.step_assignees(step, content.created_by)) then
    if content.brand_id not in (select private.brand_ids('admin')) then
      perform private.refuse(403, 'only those whom the step names, or an admin of the brand, may approve');
    elsif content.created_by = auth.uid() then
      perform private.refuse(403, 'who made a content may not approve it, unless the step names them');
    end if;
  end if;
  insert into public.workflow_tasks as tasks (
    instance_id, step_id, brand_id, content_id, assignee_id, status, decision, comment, decided_at
  )
  values (
    instance.id, instance.current_step_id, content.brand_id, content.id, auth.uid(),
    'completed', 'approve', approval_comment, now()
  )
  on conflict (instance_id, step_id, assignee_id) do update
    set
      status = excluded.status, decision = excluded.decision,
      comment = excluded.comment, decided_at = excluded.decided_at;
end;
$$;

create function public.approve_content(content_id uuid, comment text default '', expected_version integer default null)
returns setof public.contents
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  content public.contents := private.lock_content(content_id);
  instance public.workflow_instances;
  step public.workflow_steps;
  next_step public.workflow_steps;
begin
  perform private.check_version(content, expected_version);
  select * into instance
  from public.workflow_instances
  where workflow_instances.content_id = content.id and workflow_instances.status = 'active';
  if instance.id is null then
    perform private.refuse(409, format('a content that is %s is not in review', content.status));
  end if;
  perform private.record_approval(instance, content, approve_content.comment);

  select * into step from public.workflow_steps where workflow_steps.id = instance.current_step_id;
  select * into next_step
  from public.workflow_steps
  where workflow_steps.workflow_id = instance.workflow_id and workflow_steps.position > step.position
  order by workflow_steps.position
  limit 1;
  if step.require_all_approvals and exists (
    select 1
    from public.workflow_tasks as task
    where
      task.instance_id = instance.id
      and task.step_id = step.id
      and task.status = 'pending'
      and task.assignee_id in (select private.step_assignees(step, content.created_by))
  ) then
    update public.contents set status = 'in_review' where contents.id = content.id and contents.status <> 'in_review';
    return query select contents.* from public.contents where contents.id = content.id;
    return;
  end if;

  update public.workflow_tasks
  set status = 'cancelled', decided_at = now()
  where workflow_tasks.instance_id = instance.id and workflow_tasks.status = 'pending';
  if next_step.id is not null then
    update public.contents set status = 'in_review' where contents.id = content.id and contents.status <> 'in_review';
    perform private.append_event(
      content.brand_id, 'workflow', instance.id, 'WorkflowStepAdvanced',
      jsonb_build_object('contentId', content.id, 'from', step.name, 'to', next_step.name)
    );
    perform private.open_step(instance, next_step);
  else
    update public.workflow_instances
    set status = 'completed', outcome = 'approved', completed_at = now(), current_step_id = null
    where workflow_instances.id = instance.id;
    update public.contents set status = 'approved' where contents.id = content.id;
    perform private.append_event(
      content.brand_id, 'workflow', instance.id, 'WorkflowCompleted',
      jsonb_build_object('contentId', content.id, 'outcome', 'approved')
    );
  end if;
  return query select contents.* from public.contents where contents.id = content.id;
end;
$$;
comment on function public.approve_content is
'Records the caller''s approval, of the version they saw if they name it; the last one approves the content.';
grant execute on function public.approve_content to authenticated;

create function public.publish_content(content_id uuid, expected_version integer default null)
returns setof public.contents
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  content public.contents := private.lock_content(content_id, 'admin');
begin
  perform private.check_version(content, expected_version);
  if content.status not in ('approved', 'scheduled') then
    perform private.refuse(409, format('a content that is %s cannot be published', content.status));
  end if;
  return query update public.contents set status = 'published' where contents.id = content.id returning *;
end;
$$;
comment on function public.publish_content is 'Approved or scheduled to published, by an admin of the brand.';
grant execute on function public.publish_content to authenticated;
