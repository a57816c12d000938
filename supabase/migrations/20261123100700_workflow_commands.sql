-- Submit, approve, publish. The status of a content is written by these functions only: its column is
-- granted to no API role, and the reviewer may be a viewer, who may write no content at all. That is why
-- they are security definer, and why each of them checks the caller before it does anything.

create function private.lock_content(content_id uuid)
returns public.contents
language plpgsql
volatile
set search_path = ''
as $$
declare
  content public.contents;
begin
  select * into content
  from public.contents
  where contents.id = content_id and contents.deleted_at is null
  for update;
  if content.id is null then
    perform private.refuse(404, 'content not found');
  end if;
  perform private.require_role(content.brand_id, 'viewer', 'content');
  return content;
end;
$$;
comment on function private.lock_content is 'The content, locked until the end of the transaction; 404 for strangers.';

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
  from public.templates
  cross join lateral private.template_fields(templates) as field
  where
    templates.id = content.template_id
    and field.required
    and coalesce(btrim(content.fields ->> field.id), '') = '';
  if problems is not null then
    perform private.refuse(400, 'required fields are missing', problems);
  end if;
end;
$$;

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
      instance.id, step.id, instance.brand_id, instance.content_id, assignee.user_id,
      now() + make_interval(hours => step.timeout_hours)
    from (
      select named.user_id
      from public.workflow_step_assignees as named
      where named.step_id = step.id
      union
      -- A step that names nobody is the brand admins' (domain §5).
      select member.user_id
      from public.brand_members as member
      where
        member.brand_id = instance.brand_id
        and member.role = 'admin'
        and not exists (
          select 1 from public.workflow_step_assignees as named where named.step_id = step.id
        )
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

create function public.submit_content(content_id uuid)
returns setof public.contents
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  content public.contents := private.lock_content(content_id);
  workflow public.workflows;
  step public.workflow_steps;
  instance public.workflow_instances;
begin
  perform private.require_role(content.brand_id, 'editor', 'content');
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
  select workflow_steps.* into step
  from public.workflow_steps
  where workflow_steps.workflow_id = workflow.id
  order by workflow_steps.position
  limit 1;
  if step.id is null then
    perform private.refuse(409, 'the brand has no workflow for this type of content');
  end if;

  update public.contents set status = 'pending_review' where contents.id = content.id;
  insert into public.workflow_instances (workflow_id, brand_id, content_id, started_by)
  values (workflow.id, content.brand_id, content.id, auth.uid())
  returning * into instance;
  perform private.append_event(
    content.brand_id, 'workflow', instance.id, 'WorkflowStarted',
    jsonb_build_object('contentId', content.id, 'workflowId', workflow.id, 'workflow', workflow.name)
  );
  perform private.open_step(instance, step);
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
  is_admin boolean := content.brand_id in (select private.brand_ids('admin'));
  task public.workflow_tasks;
begin
  select workflow_tasks.* into task
  from public.workflow_tasks
  where
    workflow_tasks.instance_id = instance.id
    and workflow_tasks.step_id = instance.current_step_id
    and workflow_tasks.assignee_id = auth.uid();
  if task.status is distinct from 'pending' and task.id is not null then
    perform private.refuse(409, 'you have decided this step already');
  end if;
  if task.id is null and not is_admin then
    perform private.refuse(403, 'only those whom the step names, or an admin of the brand, may approve');
  end if;
  if task.id is null and content.created_by = auth.uid() then
    perform private.refuse(403, 'who made a content may not approve it, unless the step names them');
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

create function public.approve_content(content_id uuid, comment text default '')
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
  select * into instance
  from public.workflow_instances
  where workflow_instances.content_id = content.id and workflow_instances.status = 'active';
  if instance.id is null then
    perform private.refuse(409, format('a content that is %s is not in review', content.status));
  end if;
  perform private.record_approval(instance, content, approve_content.comment);

  select * into step from public.workflow_steps where workflow_steps.id = instance.current_step_id;
  if step.require_all_approvals and exists (
    select 1
    from public.workflow_tasks
    where
      workflow_tasks.instance_id = instance.id
      and workflow_tasks.step_id = step.id
      and workflow_tasks.status = 'pending'
  ) then
    update public.contents set status = 'in_review' where contents.id = content.id and contents.status <> 'in_review';
    return query select contents.* from public.contents where contents.id = content.id;
    return;
  end if;

  update public.workflow_tasks
  set status = 'cancelled', decided_at = now()
  where workflow_tasks.instance_id = instance.id and workflow_tasks.status = 'pending';
  select * into next_step
  from public.workflow_steps
  where workflow_steps.workflow_id = instance.workflow_id and workflow_steps.position > step.position
  order by workflow_steps.position
  limit 1;
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
'Records the caller''s approval; the last one completes the run and approves the content.';
grant execute on function public.approve_content to authenticated;

create function public.publish_content(content_id uuid)
returns setof public.contents
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  content public.contents := private.lock_content(content_id);
begin
  perform private.require_role(content.brand_id, 'admin', 'content');
  if content.status not in ('approved', 'scheduled') then
    perform private.refuse(409, format('a content that is %s cannot be published', content.status));
  end if;
  return query update public.contents set status = 'published' where contents.id = content.id returning *;
end;
$$;
comment on function public.publish_content is 'Approved or scheduled to published, by an admin of the brand.';
grant execute on function public.publish_content to authenticated;
