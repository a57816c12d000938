create function private.move_definitions(person uuid, target uuid, brands uuid[])
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  steps integer;
  escalations integer;
begin
  with named as (
    delete from public.workflow_step_assignees as assignees
    where assignees.user_id = person and assignees.brand_id = any (brands)
    returning assignees.step_id, assignees.brand_id
  ),
  added as (
    insert into public.workflow_step_assignees (step_id, user_id, brand_id)
    select named.step_id, target, named.brand_id from named
    on conflict do nothing
  )
  select count(*) into steps from named;
  update public.workflows set escalate_to = target
  where workflows.escalate_to = person and workflows.brand_id = any (brands);
  get diagnostics escalations = row_count;
  -- Running reviews keep their version of the workflow, and ask the new person where they have not asked yet. A step
  -- that names the author would let them decide on their own content.
  update public.workflow_step_runs as step_run
  set
    definition = step_run.definition || jsonb_build_object('assignees', (
      select jsonb_agg(distinct case each when person::text then target::text else each end)
      from jsonb_array_elements_text(private.as_array(step_run.definition -> 'assignees')) as each
    ))
  from public.workflow_instances as run
  inner join public.contents on contents.id = run.content_id
  where
    run.id = step_run.instance_id and run.status = 'active' and step_run.brand_id = any (brands)
    and contents.created_by is distinct from target
    and step_run.status in ('waiting', 'active') and step_run.definition -> 'assignees' ? person::text;
  return jsonb_build_object('steps', steps, 'escalations', escalations);
end;
$$;
comment on function private.move_definitions is
'Names another person in the steps, the escalations and the running reviews that name this one. Returns how many.';

create function private.move_tasks(person uuid, target uuid, brands uuid[], reason text)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  wanted record;
  task public.workflow_tasks;
  step_run public.workflow_step_runs;
  people uuid [];
  moved integer := 0;
  elsewhere integer := 0;
begin
  for wanted in
    select tasks.id, tasks.content_id from public.workflow_tasks as tasks
    where tasks.assignee_id = person and tasks.status = 'pending' and tasks.brand_id = any (brands)
    order by tasks.content_id, tasks.id
  loop
    perform from public.contents where contents.id = wanted.content_id for update;
    select tasks.* into task from public.workflow_tasks as tasks where tasks.id = wanted.id;
    continue when task.status <> 'pending';
    select runs.* into step_run from public.workflow_step_runs as runs where runs.id = task.step_run_id;
    if private.may_decide_step(step_run, target) then
      perform private.pass_task_on(task, step_run, array[target], reason);
      moved := moved + 1;
    else
      -- The target made the content: the others of the step, or the admins, decide.
      people := array(select each from private.step_assignees(step_run) as each where each not in (person, target));
      perform private.pass_task_on(
        task, step_run, case when cardinality(people) > 0 then people else private.other_admins(step_run, person) end,
        reason
      );
      elsewhere := elsewhere + 1;
    end if;
  end loop;
  return jsonb_build_object('tasks', moved, 'tasks_elsewhere', elsewhere);
end;
$$;
comment on function private.move_tasks is
'Gives the pending tasks of a person to another; where that one may not decide, being the author, to the others of the
step or to the admins of the brand. Returns how many went where.';

create function private.other_admins(step_run public.workflow_step_runs, person uuid)
returns uuid[]
language plpgsql
stable
set search_path = ''
as $$
declare
  admins constant uuid [] := array(
    select member.user_id
    from public.brand_members as member
    where
      member.brand_id = step_run.brand_id and member.role = 'admin' and member.user_id <> person
      and private.is_active_member(member.user_id, member.brand_id)
      and private.may_decide_step(step_run, member.user_id)
    order by member.user_id
    limit 20
  );
begin
  if cardinality(admins) = 0 then
    perform private.refuse(409, 'nobody in the brand may decide the step of a task but its author', jsonb_build_array(
      jsonb_build_object('field', 'targetId', 'code', 'CONFLICT', 'message', 'made the content of a task')
    ));
  end if;
  return admins;
end;
$$;
comment on function private.other_admins is
'Returns the admins of a brand, without a person, who may decide a step; 409 where there are none.';

create function public.reassign_assignments(
  user_id uuid, target_id uuid, brand_ids uuid[] default null, reason text default ''
)
returns jsonb
language plpgsql
volatile
security definer -- definitions and runs of several brands are written at once
set search_path = ''
set statement_timeout = '30s'
as $$
declare
  brands uuid [];
  unknown uuid [];
  missing jsonb;
  moved jsonb;
begin
  perform private.require_functions();
  brands := private.assignment_brands(reassign_assignments.user_id);
  unknown := array(select each from unnest(brand_ids) as each where each <> all (brands));
  if cardinality(unknown) > 0 or cardinality(brands) = 0 then
    -- Says 403 or 404 for a brand of which the caller may not know.
    if cardinality(unknown) > 0 then
      perform private.require_permission(unknown[1], 'workflow.write', 'brand');
    end if;
    perform public.read_assignments(reassign_assignments.user_id);
    perform private.refuse(404, 'the person has nothing to do there');
  end if;
  brands := array(select each from unnest(brands) as each where brand_ids is null or each = any (brand_ids));
  if reassign_assignments.target_id = reassign_assignments.user_id then
    perform private.refuse(400, 'the new person is the same', jsonb_build_array(jsonb_build_object(
      'field', 'targetId', 'code', 'INVALID_FORMAT', 'message', 'somebody else is expected'
    )));
  end if;
  -- Only brands in which something would move count.
  brands := array(
    select each from unnest(brands) as each
    where
      exists (
        select from public.workflow_tasks as task
        where
          task.assignee_id = reassign_assignments.user_id and task.status = 'pending' and task.brand_id = each
      )
      or exists (
        select from public.workflow_step_assignees as named
        where named.user_id = reassign_assignments.user_id and named.brand_id = each
      )
      or exists (
        select from public.workflows
        where workflows.escalate_to = reassign_assignments.user_id and workflows.brand_id = each
      )
    order by each
  );
  select jsonb_agg(jsonb_build_object('id', lacking.id, 'name', lacking.name) order by lacking.name) into missing
  from public.brands as lacking
  where
    lacking.id = any (brands) and not private.is_active_member(reassign_assignments.target_id, lacking.id);
  if missing is not null then
    -- Answered and not raised: the record of the attempt must stay.
    perform private.audit(
      (lacking ->> 'id')::uuid, 'workflow.reassign_denied', 'user', reassign_assignments.target_id,
      jsonb_build_object('from', reassign_assignments.user_id, 'reason', 'no access to the brand'), 'denied'
    )
    from (select each as lacking from jsonb_array_elements(missing) as each order by each ->> 'id') as denied;
    return jsonb_build_object('missing', missing);
  end if;
  if (
    select count(*) from public.workflow_tasks as task
    where
      task.assignee_id = reassign_assignments.user_id and task.status = 'pending' and task.brand_id = any (brands)
  ) > 2000 then
    perform private.refuse(400, 'more than 2,000 open tasks: name fewer brands', jsonb_build_array(jsonb_build_object(
      'field', 'brandIds', 'code', 'VALUE_TOO_LONG', 'message', '2,000 open tasks at most'
    )));
  end if;
  perform private.begin_summary();
  moved := private.move_tasks(reassign_assignments.user_id, reassign_assignments.target_id, brands, reason);
  moved := moved
    || private.move_definitions(reassign_assignments.user_id, reassign_assignments.target_id, brands);
  perform private.audit(
    each, 'workflow.reassign', 'user', reassign_assignments.user_id,
    jsonb_build_object('to', reassign_assignments.target_id, 'reason', left(reason, 5000))
  )
  from unnest(brands) as each;
  perform private.send_summary('reassign_assignments');
  return moved || jsonb_build_object('brands', coalesce((
    select jsonb_agg(jsonb_build_object('id', found.id, 'name', found.name, 'slug', found.slug) order by found.name)
    from public.brands as found where found.id = any (brands)
  ), '[]'));
end;
$$;
comment on function public.reassign_assignments is
'Puts another person in place of this one in steps, escalations, running reviews and open tasks of all brands in which
the caller has workflow.write, or of the named ones, in one transaction: {steps, escalations, tasks, tasks_elsewhere,
brands}. {missing} names the brands to which the new person has no access: then nothing is moved, and the audit log of
each says so.';
grant execute on function public.reassign_assignments to authenticated, service_role;
