create function private.assignment_brands(person uuid)
returns uuid[]
language plpgsql
stable
security definer -- reads memberships and assignments of others
set search_path = ''
as $$
declare
  managed constant uuid [] := private.brands_permitting('workflow.write');
begin
  return array(
    select brands.id from public.brands
    where
      brands.id = any (managed)
      and (
        exists (
          select from public.brand_members as member where member.brand_id = brands.id and member.user_id = person
        )
        or exists (
          select from public.workflow_tasks as task
          where task.assignee_id = person and task.status = 'pending' and task.brand_id = brands.id
        )
        or private.coming_steps(person, brands.id) > 0
      )
    order by brands.name, brands.id
  );
end;
$$;
comment on function private.assignment_brands is
'Returns the brands in which the caller has workflow.write and the person is a member, has an open task or will be asked
by a running review.';

create function private.coming_steps(person uuid, brand uuid)
returns bigint
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select count(*)
    from public.workflow_step_runs as step_run
    inner join public.workflow_instances as run on run.id = step_run.instance_id and run.status = 'active'
    where
      step_run.brand_id = brand and step_run.status = 'waiting'
      and step_run.definition -> 'assignees' ? person::text
  );
end;
$$;
comment on function private.coming_steps is
'Counts the steps of running reviews of a brand that have not asked yet and name a person.';

create function private.assignments_in(person uuid, brand uuid)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select
      jsonb_build_object(
        'brand', jsonb_build_object('id', brands.id, 'name', brands.name, 'slug', brands.slug),
        'is_member', private.is_active_member(person, brands.id),
        'steps', coalesce((
          select jsonb_agg(jsonb_build_object(
            'id', step.id, 'name', step.name, 'position', step.position, 'workflow_id', workflows.id,
            'workflow', workflows.name, 'is_active', workflows.is_active,
            'other_assignees', (
              select count(*) from public.workflow_step_assignees as other
              where other.step_id = step.id and other.user_id <> person
            )
          ) order by workflows.name, step.position)
          from public.workflow_step_assignees as named
          inner join public.workflow_steps as step on step.id = named.step_id
          inner join public.workflows on workflows.id = step.workflow_id
          where named.user_id = person and named.brand_id = brands.id
        ), '[]'),
        'escalations', coalesce((
          select jsonb_agg(jsonb_build_object(
            'workflow_id', workflows.id, 'workflow', workflows.name, 'is_active', workflows.is_active
          ) order by workflows.name)
          from public.workflows where workflows.brand_id = brands.id and workflows.escalate_to = person
        ), '[]'),
        'open_tasks', (
          select count(*) from public.workflow_tasks as task
          where task.assignee_id = person and task.status = 'pending' and task.brand_id = brands.id
        ),
        'overdue_tasks', (
          select count(*) from public.workflow_tasks as task
          where
            task.assignee_id = person and task.status = 'pending' and task.brand_id = brands.id
            and task.due_at <= now()
        ),
        'coming_steps', private.coming_steps(person, brands.id)
      )
    from public.brands where brands.id = brand
  );
end;
$$;
comment on function private.assignments_in is
'Returns what a brand asks of a person: the steps of workflows that name them, escalations, open tasks, and steps of
running reviews that will ask them.';

create function public.read_assignments(user_id uuid)
returns jsonb
language plpgsql
stable
security definer -- counts rows of all brands that the caller manages
set search_path = ''
as $$
declare
  brands constant uuid [] := private.assignment_brands(read_assignments.user_id);
begin
  if cardinality(brands) = 0 then
    -- 403 to colleagues, who know the person; 404 to everybody else.
    if cardinality(private.visible_people(array[read_assignments.user_id])) > 0 and not private.is_platform_admin() then
      perform private.refuse(403, 'this needs the permission workflow.write in a brand of the person');
    elsif not private.is_platform_admin() or not exists (
      select from public.profiles where profiles.id = read_assignments.user_id
    ) then
      perform private.refuse(404, 'user not found');
    end if;
  end if;
  return jsonb_build_object(
    'user', private.person_document(read_assignments.user_id),
    'brands', coalesce((
      select jsonb_agg(private.assignments_in(read_assignments.user_id, wanted.id) order by wanted.place)
      from unnest(brands[1 : 200]) with ordinality as wanted (id, place)
    ), '[]')
  );
end;
$$;
comment on function public.read_assignments is
'Returns what depends on a person in reviews, for each brand in which the caller has workflow.write, at most 200: to be
read before they leave.';
grant execute on function public.read_assignments to authenticated, service_role;
