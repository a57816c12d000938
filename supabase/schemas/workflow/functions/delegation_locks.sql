create function private.people_in_turn(wished private.delegations)
returns uuid[]
language plpgsql
stable
set search_path = ''
as $$
declare
  people uuid [] := array[wished.user_id, wished.delegate_id];
  reached uuid [] := array[wished.delegate_id];
begin
  for hop in 1..10 loop
    reached := array(
      select distinct other.delegate_id
      from private.delegations as other
      where other.user_id = any (reached) and other.ends_at > now() and other.delegate_id <> all (people)
      limit 100
    );
    exit when cardinality(reached) = 0;
    people := people || reached;
  end loop;
  return people;
end;
$$;
comment on function private.people_in_turn is
'Returns the person, the delegate and all to whom the tasks of the delegate could go, now or later.';

create function private.lock_delegations(wished private.delegations)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  people constant uuid [] := private.people_in_turn(wished);
begin
  -- Of two that would make a circle together, each has somebody of the other in its chain: the second waits, and is
  -- refused. In order, so that none waits for another in a circle.
  perform pg_advisory_xact_lock(hashtextextended('delegations:' || ordered.person, 0))
  from (select distinct each as person from unnest(people) as each order by each) as ordered;
  if not private.people_in_turn(wished) <@ people then
    perform private.refuse(409, 'delegations of the delegate were changed at the same time: try again');
  end if;
end;
$$;
comment on function private.lock_delegations is
'Makes others wait until the end of the transaction who write a delegation that could make a circle with this one.';

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
  -- The right before the lock: strangers must neither wait for the row nor make others wait.
  select delegations.* into found from private.delegations where delegations.id = own_delegation.delegation_id;
  if found.id is null or not private.may_read_delegation(found) then
    perform private.refuse(404, 'delegation not found');
  end if;
  perform private.require_delegation_rights(found.user_id, found.brand_id);
  select delegations.* into found from private.delegations where delegations.id = own_delegation.delegation_id
  for update;
  if found.id is null then
    perform private.refuse(404, 'delegation not found');
  end if;
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

create function private.readable_delegations(ids uuid[])
returns setof uuid
language sql
stable
security definer -- reads a table that no API role may read
set search_path = ''
as $$
  select delegations.id
  from private.delegations
  where delegations.id = any (readable_delegations.ids) and private.may_read_delegation(delegations);
$$;
comment on function private.readable_delegations is
'Returns those of some delegations that the caller may read.';
grant execute on function private.readable_delegations to authenticated;
