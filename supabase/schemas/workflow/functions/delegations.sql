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
