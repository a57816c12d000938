create function private.step_names(definition jsonb, person uuid)
returns boolean
language sql
immutable
set search_path = ''
as $$
  select
    coalesce(definition ->> 'assignment_type' = 'creator', false)
    or coalesce(definition -> 'assignees' ? step_names.person::text, false);
$$;
comment on function private.step_names is
'Whether a step is for a person even if they created the content: it names them, or is assigned to the creator.';

create function private.may_decide_step(step_run public.workflow_step_runs, person uuid)
returns boolean
language sql
stable
set search_path = ''
as $$
  select
    private.step_names(step_run.definition, may_decide_step.person)
    or not exists (
      select from public.contents
      where contents.id = step_run.content_id and contents.created_by = may_decide_step.person
    );
$$;
comment on function private.may_decide_step is
'Whether the step may be decided by a person: authors decide on their own content only where the step names them or is
assigned to the creator.';

create function private.next_in_turn(candidates uuid[], brand uuid, assignment text)
returns uuid
language sql
stable
set search_path = ''
as $$
  select candidate
  from unnest(candidates) as candidate
  order by
    case assignment when 'least_loaded' then (
      select count(*) from public.workflow_tasks as task
      where task.assignee_id = candidate and task.brand_id = next_in_turn.brand and task.status = 'pending'
    ) end,
    -- Ids sort by time: who was asked longest ago comes first. One look into the index for each candidate.
    (
      select task.id from public.workflow_tasks as task
      where task.assignee_id = candidate and task.brand_id = next_in_turn.brand
      order by task.id desc
      limit 1
    ) nulls first,
    candidate
  limit 1;
$$;
comment on function private.next_in_turn is
'Returns the candidate whose last task in the brand is the oldest; for least_loaded, the one with the fewest pending
tasks before that.';

create function private.people_to_ask(definition jsonb, brand uuid, author uuid)
returns table (person uuid, is_instead boolean)
language plpgsql
stable
set search_path = ''
as $$
declare
  kind constant text := coalesce(definition ->> 'assignment_type', 'user');
  named constant uuid [] := array(
    select jsonb_array_elements_text(coalesce(definition -> 'assignees', '[]'))::uuid
  );
  least_role constant public.brand_role := (definition ->> 'assigned_role')::public.brand_role;
  candidates uuid [];
begin
  -- People who have left, or could not decide, are not asked, even where the step names them.
  candidates := array(
    select member.user_id
    from public.brand_members as member
    where
      member.brand_id = people_to_ask.brand
      and case kind
        when 'creator' then member.user_id = author
        when 'role' then member.role >= least_role and member.user_id is distinct from author
        else
          member.user_id = any (named)
          or (cardinality(named) = 0 and member.role >= least_role and member.user_id is distinct from author)
      end
      and private.may_be_asked(member.user_id, member.brand_id)
    order by member.user_id
  );
  if kind in ('round_robin', 'least_loaded') and cardinality(candidates) > 1 then
    candidates := array[private.next_in_turn(candidates, brand, kind)];
  end if;
  if cardinality(candidates) > 0 then
    return query select candidate, false from unnest(candidates) as candidate;
    return;
  end if;
  -- A step without anybody goes to the admins of the brand (domain §5), except the author, who decides only where the
  -- step names them.
  return query
    select member.user_id, true
    from public.brand_members as member
    where
      member.brand_id = people_to_ask.brand
      and member.role = 'admin'
      and member.user_id is distinct from author
      and private.may_be_asked(member.user_id, member.brand_id);
end;
$$;
comment on function private.people_to_ask is
'Lists the people whom a step asks when it opens, by its definition (as in workflow_step_runs) and the creator of the
content. is_instead: the admins of the brand, because the step reaches nobody.';

create function private.step_assignees(step_run public.workflow_step_runs)
returns setof uuid
language plpgsql
stable
set search_path = ''
as $$
declare
  author constant uuid := (select contents.created_by from public.contents where contents.id = step_run.content_id);
begin
  return query select asked.person from private.people_to_ask(step_run.definition, step_run.brand_id, author) as asked;
end;
$$;
comment on function private.step_assignees is 'Lists the people who are asked to decide a step when it opens.';

create function private.ask_people(run public.workflow_instances, step_run public.workflow_step_runs, people uuid[])
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  person uuid;
begin
  -- Those who are there come first: then it is known whom the step asks already when stand-ins are looked for.
  for person in
    select each from unnest(people) as each
    order by (private.active_delegation(each, step_run.brand_id)).id is not null, each
  loop
    perform private.assign_task(run, step_run, person);
  end loop;
end;
$$;
comment on function private.ask_people is 'Assigns a step to these people, or to those who stand in for them.';

create function private.assign_task(
  run public.workflow_instances, step_run public.workflow_step_runs, assignee uuid, excluded uuid[] default '{}'
)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  task public.workflow_tasks;
  stand_ins constant uuid [] := private.stand_ins(assignee, step_run, excluded);
  person uuid;
  -- The people of a step that was escalated are not chased again when one of their tasks goes to somebody else.
  chased_at constant timestamptz := (
    select max(other.escalated_at) from public.workflow_tasks as other
    where
      other.step_run_id = step_run.id and other.round = step_run.round and step_run.due_at <= now()
  );
begin
  foreach person in array stand_ins loop
    insert into public.workflow_tasks as tasks (
      instance_id, step_run_id, round, brand_id, content_id, assignee_id, due_at, on_behalf_of,
      reminder_percent, escalated_at
    )
    values (
      run.id, step_run.id, step_run.round, run.brand_id, run.content_id, person, step_run.due_at,
      nullif(assignee, person), coalesce((step_run.definition ->> 'reminder_percent')::integer, 80), chased_at
    )
    on conflict on constraint workflow_tasks_once_key do update
      set
        status = 'pending', decision = null, decided_at = null, reassigned_to = null, created_at = now(),
        reminded_at = null, escalated_at = excluded.escalated_at, on_behalf_of = excluded.on_behalf_of
      where tasks.status in ('reassigned', 'cancelled')
    returning * into task;
    if task.id is not null then
      perform private.append_run_event(run, 'TaskAssigned', jsonb_build_object(
        'taskId', task.id, 'assigneeId', task.assignee_id, 'step', step_run.name, 'dueAt', task.due_at
      ) || case
        when task.on_behalf_of is null then '{}' else jsonb_build_object('onBehalfOf', task.on_behalf_of)
      end);
    end if;
  end loop;
end;
$$;
comment on function private.assign_task is
'Assigns a step to a person, or to the one who stands in while the person is away, but to no excluded person, and
announces it; reopens a task that was reassigned or cancelled, and does nothing where the task is pending or decided.';

create function private.close_tasks(step_run_id uuid, to_status public.task_status)
returns void
language sql
volatile
set search_path = ''
as $$
  update public.workflow_tasks set status = to_status, decided_at = now()
  where workflow_tasks.step_run_id = close_tasks.step_run_id and workflow_tasks.status = 'pending';
$$;

create function private.unblock_step(content public.contents, step_run_id uuid)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  step_run public.workflow_step_runs;
  run constant public.workflow_instances := private.active_run(content.id);
begin
  select steps.* into step_run from public.workflow_step_runs as steps where steps.id = unblock_step.step_run_id;
  if
    run.id is null or run.parked_at is not null or step_run.status <> 'active'
    or exists (
      select from public.workflow_tasks as other where other.step_run_id = step_run.id and other.status = 'pending'
    )
  then
    return;
  end if;
  -- Nobody else is asked: approvals that were given are enough, else the step is assigned anew.
  if exists (
    select from public.workflow_tasks as other
    where other.step_run_id = step_run.id and other.round = step_run.round and other.decision = 'approve'
  ) then
    perform private.settle_step(run, content, step_run);
  else
    perform private.ask_people(run, step_run, array(select private.step_assignees(step_run)));
  end if;
end;
$$;
comment on function private.unblock_step is
'Lets an open step of a content that would wait for nobody go on, or assigns it to others. The content is locked.';

create function private.lock_contents(content_ids uuid[])
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  -- Before anything is written: the audit log of a brand is locked by whatever is written there, so a command that
  -- locked one content after another would wait in a circle with a decision on a later one.
  perform from public.contents where contents.id = any (content_ids) order by contents.id for update;
end;
$$;
comment on function private.lock_contents is 'Locks contents in the order of their ids.';

create function private.lock_contents_of(tasks uuid[])
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  perform private.lock_contents(array(
    select task.content_id from public.workflow_tasks as task where task.id = any (tasks)
  ));
end;
$$;
comment on function private.lock_contents_of is 'Locks the contents of these tasks, in the order of their ids.';

create function private.release_tasks(person uuid, brand uuid)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  task public.workflow_tasks;
  content public.contents;
begin
  for task in
    select tasks.* from public.workflow_tasks as tasks
    where tasks.assignee_id = person and tasks.brand_id = brand and tasks.status = 'pending'
    order by tasks.content_id, tasks.id
  loop
    select * into content from public.contents where contents.id = task.content_id for update;
    update public.workflow_tasks set status = 'cancelled', decided_at = now()
    where workflow_tasks.id = task.id and workflow_tasks.status = 'pending';
    perform private.unblock_step(content, task.step_run_id);
  end loop;
end;
$$;
comment on function private.release_tasks is
'Cancels the pending tasks of a person who leaves a brand. A step that would wait for nobody goes on, or is assigned to
others.';
