create function private.plan_of_brand(brand uuid)
returns text
language sql
stable
set search_path = ''
as $$
  select coalesce(
    (
      select accounts.plan
      from public.brands
      inner join public.accounts on accounts.id = brands.account_id
      where brands.id = plan_of_brand.brand
    ),
    'starter'
  );
$$;
comment on function private.plan_of_brand is
'Returns the plan of the account that pays for a brand; starter for a brand without an account.';

create function private.plan_of_person(person uuid)
returns text
language sql
stable
set search_path = ''
as $$
  select coalesce(
    (
      select plans.name
      from public.brand_members as member
      inner join public.brands on brands.id = member.brand_id
      inner join public.accounts on accounts.id = brands.account_id
      inner join public.plans on plans.name = accounts.plan
      where
        member.user_id = plan_of_person.person
        and (member.expires_at is null or member.expires_at > now())
        and brands.deleted_at is null
      order by plans.contents_per_month desc nulls first, plans.name
      limit 1
    ),
    'starter'
  );
$$;
comment on function private.plan_of_person is
'Returns the highest plan among the accounts of a person''s brands, the one with the most contents; starter for a person
without such a brand. Rate limits go by it.';
