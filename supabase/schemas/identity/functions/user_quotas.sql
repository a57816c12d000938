create function private.has_room_for(person uuid, brand uuid)
returns boolean
language plpgsql
volatile
security definer -- counts all people of an account, of whom the caller may see only some
set search_path = ''
as $$
declare
  account uuid;
  quota integer;
begin
  select brands.account_id, plans.users into account, quota
  from public.brands
  inner join public.accounts on accounts.id = brands.account_id
  inner join public.plans on plans.name = accounts.plan
  where brands.id = brand and accounts.overage = 'block';
  -- Somebody who is a member of another brand of the account is counted already.
  if quota is null or exists (
    select from public.brand_members as member
    inner join public.brands on brands.id = member.brand_id
    where member.user_id = person and brands.account_id = account
  ) then
    return true;
  end if;
  -- One at a time for each account, so that two people do not take the last place.
  perform pg_advisory_xact_lock(hashtextextended('users:' || account::text, 0));
  return quota > (
    select count(distinct member.user_id)
    from public.brand_members as member
    inner join public.brands on brands.id = member.brand_id
    where brands.account_id = account
  );
end;
$$;
comment on function private.has_room_for is
'Whether the plan of the brand''s account has a place for one more user. Pass null for a person without an account.
Always true for a person who is counted already, and for accounts that may exceed their plan.';

create function private.check_user_quota()
returns trigger
language plpgsql
security definer -- calls has_room_for, which the caller may not
set search_path = ''
as $$
begin
  if not private.has_room_for(new.user_id, new.brand_id) then
    perform private.refuse(403, 'the plan has no more users', jsonb_build_array(jsonb_build_object(
      'code', 'PLAN_LIMIT_EXCEEDED', 'message', 'remove somebody, or take a larger plan'
    )));
  end if;
  return new;
end;
$$;
comment on function private.check_user_quota is
'Raises 403 PLAN_LIMIT_EXCEEDED where the plan of the account has no place for the new member.';
