create function public.create_delegation(
  delegate_id uuid, starts_at timestamptz, ends_at timestamptz, user_id uuid default null, brand_id uuid default null,
  reason text default ''
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
  perform private.lock_delegations(wished);
  perform private.require_sound_delegation(wished);
  insert into private.delegations as made (
    user_id, delegate_id, brand_id, starts_at, ends_at, reason, created_by, updated_by
  )
  values (
    wished.user_id, wished.delegate_id, wished.brand_id, wished.starts_at, wished.ends_at, create_delegation.reason,
    auth.uid(), auth.uid()
  )
  returning made.* into wished;
  perform private.tell_of_delegation(wished, 'DelegationCreated');
  return private.delegation_answer(wished);
end;
$$;
comment on function public.create_delegation is
'Lets a delegate stand in for the caller, or, with workflow.control in the brand, for another member: new tasks go to
the delegate, and open ones by hand_over_open_tasks. Refused without access (400, naming the brands), for oneself and in
a circle.';
grant execute on function public.create_delegation to authenticated, service_role;

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
  present := private.own_delegation(update_delegation.delegation_id);
  perform private.require_version(present.version, update_delegation.expected_version, 'delegation');
  if present.ends_at <= now() then
    perform private.refuse(409, 'the delegation has ended');
  end if;
  perform private.require_times(changes, '{starts_at, ends_at}');
  wished := jsonb_populate_record(present, (
    select coalesce(jsonb_object_agg(entry.key, entry.value), '{}') from jsonb_each(private.as_object(changes)) as entry
    where entry.key in ('delegate_id', 'starts_at', 'ends_at', 'reason')
  ));
  if wished.starts_at is distinct from present.starts_at and present.starts_at <= now() then
    perform private.refuse(409, 'the delegation has begun: only its end, its delegate and its reason can be changed');
  end if;
  perform private.lock_delegations(wished);
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
'Gives the open tasks of a person who is away to the person who stands in, at most 1,000 in one call.';
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

create function public.forget_ended_delegations(batch integer default 5000)
returns integer
language plpgsql
volatile
security definer -- see create_delegation
set search_path = ''
set statement_timeout = '30s'
as $$
declare
  forgotten integer;
begin
  -- Why somebody was away is nobody's business for longer than lists need it.
  delete from private.delegations
  where delegations.id in (
    select ended.id from private.delegations as ended
    where ended.ends_at < now() - interval '90 days'
    limit batch
  );
  get diagnostics forgotten = row_count;
  return forgotten;
end;
$$;
comment on function public.forget_ended_delegations is
'For the scheduler: deletes delegations that ended 90 days ago. Returns how many.';
grant execute on function public.forget_ended_delegations to service_role;
