create function private.active_delegation(person uuid, brand uuid)
returns private.delegations
language sql
stable
set search_path = ''
as $$
  select delegations.*
  from private.delegations
  where
    delegations.user_id = active_delegation.person
    and now() >= delegations.starts_at and now() < delegations.ends_at
    and (delegations.brand_id is null or delegations.brand_id = active_delegation.brand)
  order by delegations.brand_id nulls last, delegations.id desc
  limit 1;
$$;
comment on function private.active_delegation is
'Returns who stands in for a person in a brand now: the delegation for this brand before the one for all; a row of nulls
where the person is not away.';

create function private.require_present(person uuid, brand uuid)
returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  away constant private.delegations := private.active_delegation(person, brand);
  message text;
begin
  if away.id is not null then
    message := format(
      'this person is away until %s: %s stands in', to_char(away.ends_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"'),
      coalesce(private.person_document(away.delegate_id, brand) ->> 'name', 'somebody')
    );
    perform private.refuse(409, message, jsonb_build_array(jsonb_build_object(
      'field', 'assigneeId', 'code', 'CONFLICT', 'message', message
    )));
  end if;
end;
$$;
comment on function private.require_present is 'Refuses with 409 a person who is away, naming their delegate.';

create function private.stand_ins(person uuid, step_run public.workflow_step_runs)
returns uuid[]
language plpgsql
stable
set search_path = ''
as $$
declare
  away private.delegations := private.active_delegation(person, step_run.brand_id);
  visited uuid [] := array[person];
  admins uuid [];
begin
  if away.id is null then
    return array[person];
  end if;
  -- The delegate may be away as well. A chain has at most five delegates, and ends where it would come back.
  for hop in 1..5 loop
    exit when away.delegate_id = any (visited);
    visited := visited || away.delegate_id;
    away := private.active_delegation(visited[hop + 1], step_run.brand_id);
    if away.id is null then
      if private.is_active_member(visited[hop + 1], step_run.brand_id)
        and private.may_decide_step(step_run, visited[hop + 1])
      then
        return array[visited[hop + 1]];
      end if;
      exit;
    end if;
  end loop;
  -- Nobody of the chain may decide: the admins of the brand who are there.
  admins := array(
    select member.user_id
    from public.brand_members as member
    inner join public.profiles on profiles.id = member.user_id
    where
      member.brand_id = step_run.brand_id and member.role = 'admin' and profiles.is_active
      and (member.expires_at is null or member.expires_at > now())
      and member.user_id <> all (visited)
      and (private.active_delegation(member.user_id, step_run.brand_id)).id is null
      and private.may_decide_step(step_run, member.user_id)
    order by member.user_id
    limit 20
  );
  return case when cardinality(admins) > 0 then admins else array[person] end;
end;
$$;
comment on function private.stand_ins is
'Returns who is asked to decide a step in place of a person who is away: the delegate, or the delegate''s delegate and
so on; where none of them may decide it, at most 20 admins of the brand who are not away; the person where there is
nobody. The person themselves if they are not away.';

create function private.delegation_answer(delegation private.delegations)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  is_manager constant boolean := delegation.user_id = auth.uid()
    or private.permits(delegation.brand_id, 'workflow.control') or private.is_platform_admin();
begin
  return to_jsonb(delegation) - array['user_id', 'delegate_id', 'brand_id', 'created_by', 'updated_by']
  || jsonb_build_object(
    -- For those alone who are concerned: a colleague needs to know only when.
    'reason', case when is_manager or delegation.delegate_id = auth.uid() then delegation.reason else '' end,
    'user', private.person_document(delegation.user_id, delegation.brand_id),
    'delegate', private.person_document(delegation.delegate_id, delegation.brand_id),
    'brand', (
      select jsonb_build_object('id', brands.id, 'name', brands.name, 'slug', brands.slug)
      from public.brands where brands.id = delegation.brand_id
    ),
    'created_by', private.person_document(delegation.created_by, delegation.brand_id),
    'state', case
      when now() < delegation.starts_at then 'upcoming' when now() < delegation.ends_at then 'active' else 'ended'
    end,
    'open_tasks', (
      select count(*) from public.workflow_tasks as task
      where
        task.assignee_id = delegation.user_id and task.status = 'pending'
        and (delegation.brand_id is null or task.brand_id = delegation.brand_id)
        and (delegation.user_id = auth.uid() or task.brand_id = any (private.brands_permitting('workflow.control')))
    ),
    'allowed_actions', case
      when not is_manager or now() >= delegation.ends_at then '["read"]'
      when now() < delegation.starts_at then '["read", "update", "end"]'
      else '["read", "update", "end", "handOver"]'
    end::jsonb
  );
end;
$$;
comment on function private.delegation_answer is
'Returns a delegation with the names of its people, its state, how many open tasks the person still has, and what the
caller may do.';

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
begin
  -- In the log of each brand that both share: in order, so that two calls do not wait for each other.
  perform private.append_event(
    shared.brand_id, 'delegation', delegation.id, event_type, jsonb_build_object(
      'userId', delegation.user_id, 'delegateId', delegation.delegate_id, 'startsAt', delegation.starts_at,
      'endsAt', delegation.ends_at
    )
  )
  from (
    select member.brand_id
    from public.brand_members as member
    inner join public.brand_members as other
      on other.brand_id = member.brand_id and other.user_id = delegation.delegate_id
    where
      member.user_id = delegation.user_id
      and (delegation.brand_id is null or member.brand_id = delegation.brand_id)
    order by member.brand_id
    limit 100
  ) as shared;
  insert into public.notifications (user_id, brand_id, event, title, message, action_url, metadata)
  select
    person, delegation.brand_id, 'delegation',
    case
      when person = delegation.user_id and event_type = 'DelegationCreated' then 'Somebody stands in for you'
      else what
    end,
    span, '/api/v1/delegations/' || delegation.id, jsonb_build_object('delegationId', delegation.id)
  from unnest(array[delegation.user_id, delegation.delegate_id]) as person
  where person is distinct from auth.uid();
end;
$$;
comment on function private.tell_of_delegation is
'Appends an event to the log of each brand that both people share, at most 100, and notifies both, without the caller.';

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
      and not (
        private.is_active_member(wished.delegate_id, member.brand_id) and exists (
          select from public.brand_members as theirs
          where
            theirs.user_id = wished.delegate_id and theirs.brand_id = member.brand_id
            and not theirs.restrictions && array['content.read', 'content.review', 'workflow.read']
        )
      )
    order by brands.name
    limit 20
  ) as lacking;
  if missing is not null then
    perform private.refuse(400, 'the delegate has no access to brands of this person: name one brand', missing);
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
  task public.workflow_tasks, step_run public.workflow_step_runs, people uuid[], reason text
)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  run constant public.workflow_instances := private.active_run(task.content_id);
  next_person constant uuid := (private.stand_ins(people[1], step_run))[1];
  person uuid;
begin
  perform private.append_run_event(run, 'TaskReassigned', jsonb_build_object(
    'taskId', task.id, 'from', task.assignee_id, 'assigneeId', next_person
  ));
  update public.workflow_tasks set status = 'reassigned', decided_at = now(), reassigned_to = next_person
  where workflow_tasks.id = task.id;
  perform private.record_action(run, step_run, 'reassign', left(reason, 5000));
  foreach person in array people loop
    perform private.assign_task(run, step_run, person);
  end loop;
end;
$$;
comment on function private.pass_task_on is
'Closes a pending task as reassigned and asks these people instead, or who stands in for them.';

create function private.hand_over_tasks(delegation private.delegations)
returns integer
language plpgsql
volatile
security definer -- runs are written by commands only
set search_path = ''
as $$
declare
  wanted record;
  task public.workflow_tasks;
  step_run public.workflow_step_runs;
  moved integer := 0;
begin
  for wanted in
    select tasks.id, tasks.content_id from public.workflow_tasks as tasks
    where
      tasks.assignee_id = delegation.user_id and tasks.status = 'pending'
      and (delegation.brand_id is null or tasks.brand_id = delegation.brand_id)
    order by tasks.content_id, tasks.id
    limit 1000
  loop
    perform from public.contents where contents.id = wanted.content_id for update;
    select tasks.* into task from public.workflow_tasks as tasks where tasks.id = wanted.id;
    select runs.* into step_run from public.workflow_step_runs as runs where runs.id = task.step_run_id;
    continue when
      task.status <> 'pending' or private.stand_ins(task.assignee_id, step_run) = array[task.assignee_id];
    perform private.pass_task_on(task, step_run, array[task.assignee_id], 'handed over by a delegation');
    moved := moved + 1;
  end loop;
  return moved;
end;
$$;
comment on function private.hand_over_tasks is
'Gives the pending tasks of a person who is away, at most 1,000, to who stands in. Returns how many.';

create function public.create_delegation(
  delegate_id uuid, starts_at timestamptz, ends_at timestamptz, user_id uuid default null, brand_id uuid default null,
  reason text default '', moves_open_tasks boolean default false
)
returns jsonb
language plpgsql
volatile
security definer -- delegations are written by commands only
set search_path = ''
as $$
declare
  wished private.delegations;
begin
  perform private.require_functions();
  wished.user_id := coalesce(create_delegation.user_id, auth.uid());
  wished.delegate_id := create_delegation.delegate_id;
  wished.brand_id := create_delegation.brand_id;
  wished.starts_at := coalesce(create_delegation.starts_at, now());
  wished.ends_at := create_delegation.ends_at;
  perform private.require_delegation_rights(wished.user_id, wished.brand_id);
  -- One at a time: of two that would make a circle together, the second is refused.
  perform pg_advisory_xact_lock(hashtextextended('delegations', 0));
  perform private.require_sound_delegation(wished);
  if moves_open_tasks and wished.starts_at > now() then
    perform private.refuse(400, 'open tasks are handed over once the person is away', jsonb_build_array(
      jsonb_build_object('field', 'movesOpenTasks', 'code', 'INVALID_FORMAT', 'message', 'the delegation begins later')
    ));
  end if;
  insert into private.delegations as made (
    user_id, delegate_id, brand_id, starts_at, ends_at, reason, created_by, updated_by
  )
  values (
    wished.user_id, wished.delegate_id, wished.brand_id, wished.starts_at, wished.ends_at, create_delegation.reason,
    auth.uid(), auth.uid()
  )
  returning made.* into wished;
  perform private.tell_of_delegation(wished, 'DelegationCreated');
  return private.delegation_answer(wished) || jsonb_build_object('moved_tasks', case
    when moves_open_tasks then private.hand_over_tasks(wished) else 0
  end);
end;
$$;
comment on function public.create_delegation is
'Lets a delegate stand in for the caller, or, with workflow.control in the brand, for another member: new tasks go to the
delegate, and on request the open ones. Refused without access (400, naming the brands), for oneself and in a circle.';
grant execute on function public.create_delegation to authenticated, service_role;

create function private.own_delegation(delegation_id uuid)
returns private.delegations
language plpgsql
volatile
security definer -- see create_delegation
set search_path = ''
as $$
declare
  found private.delegations;
begin
  select delegations.* into found from private.delegations where delegations.id = own_delegation.delegation_id
  for update;
  if found.id is null or not private.may_read_delegation(found) then
    perform private.refuse(404, 'delegation not found');
  end if;
  perform private.require_delegation_rights(found.user_id, found.brand_id);
  return found;
end;
$$;
comment on function private.own_delegation is
'Returns and locks a delegation that the caller may write; 404 where the caller may not read it, 403 where not write.';

create function private.may_read_delegation(delegation private.delegations)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    private.api_key_id() is null and private.session_trusted()
    and auth.uid() in (delegation.user_id, delegation.delegate_id)
  ) or private.is_platform_admin() or exists (
    select from public.brand_members as member
    where
      member.user_id = delegation.user_id and member.brand_id = any (private.brands_permitting('workflow.control'))
      and (delegation.brand_id is null or member.brand_id = delegation.brand_id)
  );
end;
$$;
comment on function private.may_read_delegation is
'Whether the caller is the person or the delegate, or has workflow.control in a brand of the person for which it is, or
is a platform admin.';

create function public.update_delegation(delegation_id uuid, expected_version integer, changes jsonb)
returns jsonb
language plpgsql
volatile
security definer -- see create_delegation
set search_path = ''
as $$
declare
  present private.delegations;
  wished private.delegations;
begin
  perform private.require_functions();
  perform pg_advisory_xact_lock(hashtextextended('delegations', 0));
  present := private.own_delegation(update_delegation.delegation_id);
  if present.version <> update_delegation.expected_version then
    perform private.refuse(412, 'the delegation was changed by someone else');
  end if;
  if present.ends_at <= now() then
    perform private.refuse(409, 'the delegation has ended');
  end if;
  wished := jsonb_populate_record(present, (
    select coalesce(jsonb_object_agg(entry.key, entry.value), '{}') from jsonb_each(private.as_object(changes)) as entry
    where entry.key in ('delegate_id', 'starts_at', 'ends_at', 'reason')
  ));
  if wished.starts_at is distinct from present.starts_at and present.starts_at <= now() then
    perform private.refuse(409, 'the delegation has begun: only its end, its delegate and its reason can be changed');
  end if;
  perform private.require_sound_delegation(wished);
  update private.delegations
  set
    delegate_id = wished.delegate_id, starts_at = wished.starts_at, ends_at = wished.ends_at, reason = wished.reason,
    version = delegations.version + 1, updated_by = auth.uid(), updated_at = now()
  where delegations.id = present.id
  returning delegations.* into wished;
  perform private.tell_of_delegation(wished, 'DelegationChanged');
  return private.delegation_answer(wished);
end;
$$;
comment on function public.update_delegation is
'Changes the delegate, the times or the reason of a delegation that has not ended.';
grant execute on function public.update_delegation to authenticated, service_role;

create function public.end_delegation(delegation_id uuid)
returns void
language plpgsql
volatile
security definer -- see create_delegation
set search_path = ''
as $$
declare
  present private.delegations;
begin
  perform private.require_functions();
  present := private.own_delegation(end_delegation.delegation_id);
  if present.ends_at <= now() then
    perform private.refuse(409, 'the delegation has ended');
  end if;
  if present.starts_at >= now() then
    delete from private.delegations where delegations.id = present.id;
  else
    update private.delegations
    set ends_at = now(), version = delegations.version + 1, updated_by = auth.uid(), updated_at = now()
    where delegations.id = present.id
    returning delegations.* into present;
  end if;
  perform private.tell_of_delegation(present, 'DelegationEnded');
end;
$$;
comment on function public.end_delegation is
'Ends a delegation now, or deletes one that has not begun. Tasks stay where they are; new ones go to the person again.';
grant execute on function public.end_delegation to authenticated, service_role;

create function public.hand_over_open_tasks(delegation_id uuid)
returns jsonb
language plpgsql
volatile
security definer -- see create_delegation
set search_path = ''
set statement_timeout = '30s'
as $$
declare
  present private.delegations;
  moved integer;
begin
  perform private.require_functions();
  present := private.own_delegation(hand_over_open_tasks.delegation_id);
  if now() < present.starts_at or now() >= present.ends_at then
    perform private.refuse(409, 'open tasks are handed over while the person is away');
  end if;
  perform private.begin_summary();
  moved := private.hand_over_tasks(present);
  perform private.send_summary('hand_over_open_tasks');
  return private.delegation_answer(present) || jsonb_build_object('moved_tasks', moved);
end;
$$;
comment on function public.hand_over_open_tasks is
'Gives the open tasks of a person who is away to who stands in, at most 1,000 in one call.';
grant execute on function public.hand_over_open_tasks to authenticated, service_role;

create function public.list_delegations(
  filters jsonb default '{}', page_offset integer default 0, page_size integer default 20
)
returns jsonb
language plpgsql
stable
security definer -- reads a table that no API role may read
set search_path = ''
as $$
declare
  caller constant uuid := auth.uid();
  brand constant uuid := filters ->> 'brand_id';
  person constant uuid := filters ->> 'user_id';
  wished constant text := filters ->> 'state';
begin
  if brand is not null then
    perform private.require_permission(brand, 'workflow.control', 'brand');
  elsif not private.session_trusted() or (private.api_key_id() is not null and not filters ? 'id') then
    return '{"items": [], "total": 0}';
  end if;
  return (
    with matching as (
      select delegations as delegation, delegations.starts_at, delegations.id
      from private.delegations
      where
        case
          when list_delegations.filters ? 'id' then
            delegations.id = (list_delegations.filters ->> 'id')::uuid
            and private.may_read_delegation(delegations)
          when brand is not null then delegations.brand_id = brand or (
            delegations.brand_id is null and exists (
              select from public.brand_members as member
              where member.user_id = delegations.user_id and member.brand_id = brand
            )
          )
          else caller in (delegations.user_id, delegations.delegate_id)
        end
        and (person is null or person in (delegations.user_id, delegations.delegate_id))
        and case wished
          when 'upcoming' then now() < delegations.starts_at
          when 'active' then now() >= delegations.starts_at and now() < delegations.ends_at
          when 'ended' then now() >= delegations.ends_at
          else true
        end
    ),
    page as (
      select matching.* from matching order by matching.starts_at desc, matching.id desc
      offset greatest(page_offset, 0) limit least(greatest(page_size, 1), 100)
    )
    select jsonb_build_object(
      'items', coalesce((
        select jsonb_agg(private.delegation_answer(page.delegation) order by page.starts_at desc, page.id desc)
        from page
      ), '[]'),
      'total', (select count(*) from matching)
    )
  );
end;
$$;
comment on function public.list_delegations is
'Returns {items, total}: the delegations in which the caller is the person or the delegate; with a brand, those of its
members that hold in it, for callers with workflow.control.';
grant execute on function public.list_delegations to authenticated, service_role;
