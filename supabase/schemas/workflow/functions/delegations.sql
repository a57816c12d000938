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

create function private.require_present(person uuid, brand uuid, field text default 'assigneeId')
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
      'field', require_present.field, 'code', 'CONFLICT', 'message', message
    )));
  end if;
end;
$$;
comment on function private.require_present is 'Refuses with 409 a person who is away, naming their delegate.';

create function private.people_who_count(step_run public.workflow_step_runs)
returns uuid[]
language plpgsql
stable
set search_path = ''
as $$
begin
  return array(
    select task.assignee_id from public.workflow_tasks as task
    where
      task.step_run_id = step_run.id and task.round = step_run.round
      and (
        task.status = 'completed'
        or (task.status = 'pending' and step_run.definition -> 'require_all_approvals' = 'true')
      )
  );
end;
$$;
comment on function private.people_who_count is
'Returns those who have decided a step in its present round, and, where all must approve, those who are asked: in place
of somebody else they would make one approval less.';

create function private.may_take_step(step_run public.workflow_step_runs, person uuid)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  return private.may_be_asked(may_take_step.person, step_run.brand_id)
    and private.may_decide_step(step_run, may_take_step.person)
    and may_take_step.person <> all (private.people_who_count(step_run));
end;
$$;
comment on function private.may_take_step is
'Whether a person can decide a step in place of somebody else: see people_who_count.';

create function private.stand_ins_in(person uuid, definition jsonb, brand uuid, author uuid, excluded uuid[])
returns uuid[]
language plpgsql
stable
set search_path = ''
as $$
declare
  away private.delegations := private.active_delegation(person, brand);
  visited uuid [] := array[person];
  barred uuid [] := excluded;
  admins uuid [];
begin
  if away.id is null then
    return array[person];
  end if;
  -- Authors decide on their own content only where the step names them.
  if author is not null and not private.step_names(definition, author) then
    barred := barred || author;
  end if;
  -- The delegate may be away as well. A chain has at most five delegates, and ends where it would come back.
  for hop in 1..5 loop
    exit when away.delegate_id = any (visited);
    visited := visited || away.delegate_id;
    away := private.active_delegation(visited[hop + 1], brand);
    if away.id is null then
      if visited[hop + 1] <> all (barred) and private.may_be_asked(visited[hop + 1], brand) then
        return array[visited[hop + 1]];
      end if;
      exit;
    end if;
  end loop;
  -- Nobody of the chain may decide: the admins of the brand who are there.
  admins := array(
    select member.user_id
    from public.brand_members as member
    where
      member.brand_id = stand_ins_in.brand and member.role = 'admin'
      and member.user_id <> all (visited || barred)
      and (private.active_delegation(member.user_id, member.brand_id)).id is null
      and private.may_be_asked(member.user_id, member.brand_id)
    order by member.user_id
    limit 20
  );
  return case when cardinality(admins) > 0 then admins else array[person] end;
end;
$$;
comment on function private.stand_ins_in is
'Returns who is asked to decide a step, by its definition and the author of the content, in place of a person who is
away: the delegate, or the delegate''s delegate and so on; where none of them may, at most 20 admins of the brand who are
not away; the person where there is nobody. None of the excluded. The person themselves if they are not away.';

create function private.stand_ins(person uuid, step_run public.workflow_step_runs, excluded uuid[] default '{}')
returns uuid[]
language plpgsql
stable
set search_path = ''
as $$
begin
  return private.stand_ins_in(
    person, step_run.definition, step_run.brand_id,
    (select contents.created_by from public.contents where contents.id = step_run.content_id),
    excluded || private.people_who_count(step_run)
  );
end;
$$;
comment on function private.stand_ins is
'As stand_ins_in, for a step of a run: none of those whose decision is counted or awaited already.';

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
