-- How many people an account has room for, and who may still ask them in.

create function private.has_room_for(person uuid, brand uuid)
returns boolean
language plpgsql
volatile
security definer -- counts the people of an account, of whom the caller may see some only
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
  -- Who is a user of the account already takes no other place.
  if quota is null or exists (
    select from public.brand_members as member
    inner join public.brands on brands.id = member.brand_id
    where member.user_id = person and brands.account_id = account
  ) then
    return true;
  end if;
  -- One at a time for each account, or two would take the last place.
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
'Whether the plan of the brand''s account has a user left; null: somebody new.';

create function private.check_user_quota()
returns trigger
language plpgsql
security definer -- asks what the caller may not
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
comment on function private.check_user_quota is '403 PLAN_LIMIT_EXCEEDED where the account''s plan has no user left.';
create trigger check_user_quota
before insert on public.brand_members
for each row execute function private.check_user_quota();

create function private.may_invite(person uuid, brand uuid, role public.brand_role)
returns boolean
language sql
stable
security definer -- reads the membership of who invited
set search_path = ''
as $$
  select exists (
    select from private.platform_admins
    inner join public.profiles on profiles.id = platform_admins.user_id and profiles.is_active
    where platform_admins.user_id = may_invite.person
  ) or exists (
    select from public.brand_members as member
    inner join public.profiles on profiles.id = member.user_id and profiles.is_active
    where
      member.user_id = may_invite.person and member.brand_id = may_invite.brand and member.role >= may_invite.role
      and (member.role = 'admin' or 'member.manage' = any (member.permissions))
      and 'member.manage' <> all (member.restrictions)
      and (member.expires_at is null or member.expires_at > now())
  );
$$;
comment on function private.may_invite is
'Whether somebody could still give this role: an invitation is worth no more than who made it.';
