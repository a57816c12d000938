create function private.move_definitions(person uuid, target uuid, brand uuid)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  named uuid [] := '{}';
  touched uuid [];
  steps integer;
  escalations integer;
begin
  -- Each workflow gets one version more, however many of its steps change.
  perform set_config('mixerai.workflow_in_hand', 'reassign', true);
  with removed as (
    delete from public.workflow_step_assignees as assignees
    where assignees.user_id = person and assignees.brand_id = brand
    returning assignees.step_id, assignees.brand_id
  ),
  added as (
    insert into public.workflow_step_assignees (step_id, user_id, brand_id)
    select removed.step_id, target, removed.brand_id from removed
    on conflict do nothing
  )
  select coalesce(array_agg(removed.step_id), '{}') into named from removed;
  steps := cardinality(named);
  touched := array(
    select distinct step.workflow_id from public.workflow_steps as step where step.id = any (named)
  );
  select count(*) into escalations
  from public.workflows where workflows.brand_id = brand and workflows.escalate_to = person;
  update public.workflows
  set
    escalate_to = case when workflows.escalate_to = person then target else workflows.escalate_to end,
    updated_at = now()
  where workflows.brand_id = brand and (workflows.escalate_to = person or workflows.id = any (touched));
  perform set_config('mixerai.workflow_in_hand', '', true);
  -- Where only steps change, no column of the workflow tells of it.
  perform private.append_event(
    brand, 'workflow_definition', each, 'WorkflowChanged', '{"changed": ["steps"]}'
  )
  from (select unnest(touched) as each order by 1) as ordered;
  update public.workflow_instances as run set escalate_to = target
  where run.brand_id = brand and run.status = 'active' and run.escalate_to = person;
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
    run.id = step_run.instance_id and run.status = 'active' and step_run.brand_id = brand
    and contents.created_by is distinct from target
    and step_run.status in ('waiting', 'active') and step_run.definition -> 'assignees' ? person::text;
  return jsonb_build_object('steps', steps, 'escalations', escalations);
end;
$$;
comment on function private.move_definitions is
'Names another person in the steps, the escalations and the running reviews of a brand that name this one. Returns how
many steps and escalations.';

create function private.move_tasks(person uuid, target uuid, brand uuid, reason text)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  wanted_id uuid;
  task public.workflow_tasks;
  step_run public.workflow_step_runs;
  people uuid [];
  moved integer := 0;
  elsewhere integer := 0;
begin
  for wanted_id in
    select tasks.id from public.workflow_tasks as tasks
    where tasks.assignee_id = person and tasks.status = 'pending' and tasks.brand_id = brand
    order by tasks.content_id, tasks.id
  loop
    select tasks.* into task from public.workflow_tasks as tasks where tasks.id = wanted_id;
    continue when task.status <> 'pending';
    select runs.* into step_run from public.workflow_step_runs as runs where runs.id = task.step_run_id;
    if private.may_take_step(step_run, target) then
      people := array[target];
      moved := moved + 1;
    else
      -- The target made the content, or has the step already: the others of the step, or the admins, decide.
      people := array(
        select each from private.step_assignees(step_run) as each
        where each not in (person, target) and private.may_take_step(step_run, each)
      );
      people := case when cardinality(people) > 0 then people else private.other_admins(step_run, person) end;
      elsewhere := elsewhere + 1;
    end if;
    -- Nothing comes back to the person by those who stand in.
    perform private.pass_task_on(task, step_run, people, reason, array[person]);
  end loop;
  return jsonb_build_object('tasks', moved, 'tasks_elsewhere', elsewhere);
end;
$$;
comment on function private.move_tasks is
'Gives the pending tasks of a person in a brand to another; where that one made the content, or has the step already, to
the others of the step or to the admins of the brand. Returns how many went where.';

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
      and private.may_take_step(step_run, member.user_id)
    order by member.user_id
    limit 20
  );
begin
  if cardinality(admins) = 0 then
    perform private.refuse(409, 'nobody else in the brand may decide the step of a task', jsonb_build_array(
      jsonb_build_object(
        'field', 'targetId', 'code', 'CONFLICT', 'message', 'made the content of a task, or has its step already'
      )
    ));
  end if;
  return admins;
end;
$$;
comment on function private.other_admins is
'Returns the admins of a brand, without a person, who may take a step; 409 where there are none.';

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
  controlled uuid [];
  brands uuid [];
  brand uuid;
  unknown uuid [];
  missing jsonb;
  moved jsonb := '{"steps": 0, "escalations": 0, "tasks": 0, "tasks_elsewhere": 0}';
  part jsonb;
begin
  perform private.require_functions();
  -- Both definitions and the tasks of others are changed.
  controlled := private.brands_permitting('workflow.control');
  brands := array(
    select each from unnest(private.assignment_brands(reassign_assignments.user_id)) as each
    where each = any (controlled)
  );
  unknown := array(select each from unnest(brand_ids) as each where each <> all (brands));
  if cardinality(unknown) > 0 or cardinality(brands) = 0 then
    -- Says 403 or 404 for a brand of which the caller may not know.
    if cardinality(unknown) > 0 then
      perform private.require_permission(unknown[1], 'workflow.write', 'brand');
      perform private.require_permission(unknown[1], 'workflow.control', 'brand');
    end if;
    perform public.read_assignments(reassign_assignments.user_id);
    if cardinality(private.assignment_brands(reassign_assignments.user_id)) > 0 then
      perform private.refuse(403, 'this needs the permission workflow.control in a brand of the person');
    end if;
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
      or private.coming_steps(reassign_assignments.user_id, each) > 0
    order by each
  );
  select jsonb_agg(jsonb_build_object('id', lacking.id, 'name', lacking.name) order by lacking.name) into missing
  from public.brands as lacking
  where
    lacking.id = any (brands) and not private.may_be_asked(reassign_assignments.target_id, lacking.id);
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
  foreach brand in array brands loop
    perform private.require_present(reassign_assignments.target_id, brand, 'targetId');
  end loop;
  perform private.begin_summary();
  -- Everything is locked before anything is written, in the order of all commands: workflows, then contents, then the
  -- audit logs, brand by brand.
  perform from public.workflows where workflows.brand_id = any (brands) order by workflows.id for no key update;
  perform private.lock_contents_of(array(
    select task.id from public.workflow_tasks as task
    where
      task.assignee_id = reassign_assignments.user_id and task.status = 'pending' and task.brand_id = any (brands)
  ));
  foreach brand in array brands loop
    part := private.move_tasks(reassign_assignments.user_id, reassign_assignments.target_id, brand, reason)
      || private.move_definitions(reassign_assignments.user_id, reassign_assignments.target_id, brand);
    moved := (
      select jsonb_object_agg(total.key, total.value::integer + (part ->> total.key)::integer)
      from jsonb_each_text(moved) as total
    );
    perform private.audit(
      brand, 'workflow.reassign', 'user', reassign_assignments.user_id,
      jsonb_build_object('to', reassign_assignments.target_id, 'reason', left(reason, 5000))
    );
  end loop;
  perform private.send_summary('reassign_assignments');
  return moved || jsonb_build_object('brands', coalesce((
    select jsonb_agg(jsonb_build_object('id', found.id, 'name', found.name, 'slug', found.slug) order by found.name)
    from public.brands as found where found.id = any (brands)
  ), '[]'));
end;
$$;
comment on function public.reassign_assignments is
'Puts another person in place of this one in steps, escalations, running reviews and open tasks of all brands in which
the caller has workflow.write and workflow.control, or of the named ones, in one transaction: {steps, escalations, tasks, tasks_elsewhere,
brands}. {missing} names the brands to which the new person has no access: then nothing is moved, and the audit log of
each says so.';
grant execute on function public.reassign_assignments to authenticated, service_role;
