create function private.tell_of_delegation(delegation private.delegations, event_type text)
returns void
language plpgsql
volatile
security definer -- nobody may write the notifications of others
set search_path = ''
as $$
declare
  what constant text := case event_type
    when 'DelegationCreated' then 'You stand in for somebody' when 'DelegationChanged' then 'A delegation has changed'
    else 'A delegation has ended'
  end;
  span constant text := format(
    'From %s to %s', to_char(delegation.starts_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"'),
    to_char(delegation.ends_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"')
  );
  brands constant uuid [] := private.shared_brands(delegation);
begin
  -- In the log of each brand that both share: in order, so that two calls do not wait for each other.
  perform private.append_event(
    shared.brand_id, 'delegation', delegation.id, event_type, jsonb_build_object(
      'userId', delegation.user_id, 'delegateId', delegation.delegate_id, 'startsAt', delegation.starts_at,
      'endsAt', delegation.ends_at
    )
  )
  from (select each as brand_id from unnest(brands) as each order by each limit 100) as shared;
  perform private.notify(
    array[person], delegation.brand_id, 'tasks', 'delegation',
    case
      when person = delegation.user_id and event_type = 'DelegationCreated' then 'Somebody stands in for you'
      else what
    end,
    span, '/api/v1/delegations/' || delegation.id, 'info', jsonb_build_object('delegationId', delegation.id)
  )
  from unnest(array[delegation.user_id, delegation.delegate_id]) as person
  -- Nobody hears of people with whom they share no brand, or no more.
  where person is distinct from auth.uid() and cardinality(brands) > 0;
end;
$$;
comment on function private.tell_of_delegation is
'Appends an event to the log of each brand that both people share, at most 100, and notifies both, without the caller.';

create function private.shared_brands(delegation private.delegations)
returns uuid[]
language plpgsql
stable
set search_path = ''
as $$
begin
  return array(
    select member.brand_id
    from public.brand_members as member
    inner join public.brands on brands.id = member.brand_id and brands.deleted_at is null
    where
      member.user_id = delegation.user_id
      and (delegation.brand_id is null or member.brand_id = delegation.brand_id)
      and private.is_active_member(member.user_id, member.brand_id)
      and private.is_active_member(delegation.delegate_id, member.brand_id)
    order by member.brand_id
  );
end;
$$;
comment on function private.shared_brands is
'Returns the brands for which a delegation is and in which both people are active members.';

create function private.require_delegation_rights(person uuid, brand uuid)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if person = auth.uid() and private.api_key_id() is null then
    if not private.person_trusted() then
      perform private.refuse(401, 'this session is not trusted', '[{"code": "MFA_REQUIRED", "message": "sign in"}]');
    end if;
    return;
  end if;
  if brand is null then
    if not private.is_platform_admin() then
      perform private.refuse(403, 'for somebody else, name a brand of yours', jsonb_build_array(jsonb_build_object(
        'field', 'brandId', 'code', 'REQUIRED_FIELD_MISSING', 'message', 'brandId is required'
      )));
    end if;
    return;
  end if;
  perform private.require_permission(brand, 'workflow.control', 'brand');
end;
$$;
comment on function private.require_delegation_rights is
'Lets people write their own delegations, and those with workflow.control in the brand, or platform admins, those of
others. API keys are never the person.';

create function private.require_sound_delegation(wished private.delegations)
returns void
language plpgsql
stable
security definer -- reads memberships and delegations of others
set search_path = ''
as $$
declare
  missing jsonb;
  reached uuid [] := array[wished.delegate_id];
  most_years constant interval := '1 year';
begin
  if wished.delegate_id = wished.user_id then
    perform private.refuse(400, 'nobody stands in for themselves', jsonb_build_array(jsonb_build_object(
      'field', 'delegateId', 'code', 'INVALID_FORMAT', 'message', 'somebody else is expected'
    )));
  end if;
  if wished.ends_at <= wished.starts_at or wished.ends_at <= now() or wished.ends_at > wished.starts_at + most_years then
    perform private.refuse(400, 'the end lies after the beginning and after now, and within a year',
      jsonb_build_array(jsonb_build_object(
        'field', 'endsAt', 'code', 'INVALID_FORMAT', 'message', 'a later time, within a year of the beginning'
      ))
    );
  end if;
  if wished.brand_id is not null and not private.is_active_member(wished.user_id, wished.brand_id) then
    perform private.refuse(404, 'member not found');
  end if;
  select jsonb_agg(jsonb_build_object(
    'field', 'delegateId', 'code', 'INVALID_FORMAT', 'message', 'no access to ' || lacking.name, 'brandId', lacking.id
  ) order by lacking.name)
  into missing
  from (
    select brands.id, brands.name
    from public.brand_members as member
    inner join public.brands on brands.id = member.brand_id and brands.deleted_at is null
    where
      member.user_id = wished.user_id and (wished.brand_id is null or member.brand_id = wished.brand_id)
      and (member.expires_at is null or member.expires_at > now())
      and not private.may_be_asked(wished.delegate_id, member.brand_id)
    order by brands.name
    limit 20
  ) as lacking;
  if missing is not null then
    perform private.refuse(400, 'the delegate has no access to brands of this person: name one brand', missing);
  end if;
  -- The same for people of other brands and for ids of nobody.
  if cardinality(private.shared_brands(wished)) = 0 then
    perform private.refuse(400, 'both people must be members of a brand', jsonb_build_array(jsonb_build_object(
      'field', 'delegateId', 'code', 'INVALID_FORMAT', 'message', 'no member of a brand of this person'
    )));
  end if;
  if exists (
    select from private.delegations as other
    where
      other.user_id = wished.user_id and other.id is distinct from wished.id
      and other.brand_id is not distinct from wished.brand_id
      and other.starts_at < wished.ends_at and other.ends_at > wished.starts_at
  ) then
    perform private.refuse(409, 'there is a delegation for this time already', jsonb_build_array(jsonb_build_object(
      'field', 'startsAt', 'code', 'CONFLICT', 'message', 'overlaps with another delegation'
    )));
  end if;
  if (
    select count(*) from private.delegations as other
    where other.user_id = wished.user_id and other.ends_at > now() and other.id is distinct from wished.id
  ) >= 20 then
    perform private.refuse(409, 'a person has at most 20 delegations that have not ended');
  end if;
  for hop in 1..10 loop
    reached := array(
      select distinct other.delegate_id
      from private.delegations as other
      where
        other.user_id = any (reached) and other.id is distinct from wished.id
        and other.starts_at < wished.ends_at and other.ends_at > wished.starts_at
        and (other.brand_id is null or wished.brand_id is null or other.brand_id = wished.brand_id)
      limit 100
    );
    exit when cardinality(reached) = 0;
    if wished.user_id = any (reached) then
      perform private.refuse(400, 'the tasks would come back', jsonb_build_array(jsonb_build_object(
        'field', 'delegateId', 'code', 'INVALID_FORMAT', 'message', 'delegates to this person in the same time'
      )));
    end if;
  end loop;
end;
$$;
comment on function private.require_sound_delegation is
'Refuses a delegation to the person themselves, to somebody without access (naming the brands), beyond a year, beside
another one in the same time, or in a circle.';

create function private.pass_task_on(
  task public.workflow_tasks,
  step_run public.workflow_step_runs,
  people uuid[],
  reason text,
  excluded uuid[] default '{}'
)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  run constant public.workflow_instances := private.active_run(task.content_id);
  next_person constant uuid := (private.stand_ins(people[1], step_run, excluded))[1];
  content public.contents;
  person uuid;
begin
  perform private.append_run_event(run, 'TaskReassigned', jsonb_build_object(
    'taskId', task.id, 'from', task.assignee_id, 'assigneeId', next_person
  ));
  update public.workflow_tasks set status = 'reassigned', decided_at = now(), reassigned_to = next_person
  where workflow_tasks.id = task.id;
  perform private.record_action(run, step_run, 'reassign', left(reason, 5000), task.assignee_id, next_person);
  foreach person in array people loop
    perform private.assign_task(run, step_run, person, excluded);
  end loop;
  select contents.* into content from public.contents where contents.id = task.content_id;
  perform private.unblock_step(content, step_run.id);
end;
$$;
comment on function private.pass_task_on is
'Closes a pending task as reassigned and asks these people instead, or those who stand in for them, but no excluded
person. The content is locked.';

create function private.hand_over_tasks(delegation private.delegations)
returns integer
language plpgsql
volatile
security definer -- runs are written by commands only
set search_path = ''
as $$
declare
  wanted constant uuid [] := array(
    select tasks.id from public.workflow_tasks as tasks
    where
      tasks.assignee_id = delegation.user_id and tasks.status = 'pending'
      and (delegation.brand_id is null or tasks.brand_id = delegation.brand_id)
    order by tasks.brand_id, tasks.content_id, tasks.id
    limit 1000
  );
  wanted_id uuid;
  task public.workflow_tasks;
  step_run public.workflow_step_runs;
  moved integer := 0;
begin
  perform private.lock_contents_of(wanted);
  -- Brand by brand: the audit logs are locked in this order as well.
  foreach wanted_id in array wanted loop
    select tasks.* into task from public.workflow_tasks as tasks where tasks.id = wanted_id;
    select runs.* into step_run from public.workflow_step_runs as runs where runs.id = task.step_run_id;
    continue when
      task.status is distinct from 'pending' or private.stand_ins(task.assignee_id, step_run) = array[task.assignee_id];
    perform private.pass_task_on(task, step_run, array[task.assignee_id], 'handed over by a delegation');
    moved := moved + 1;
  end loop;
  return moved;
end;
$$;
comment on function private.hand_over_tasks is
'Gives the pending tasks of a person who is away, at most 1,000, to the person who stands in. Returns how many.';
