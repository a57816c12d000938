create function private.acts_from_outside(person uuid, brand uuid, subject text)
returns boolean
language plpgsql
stable
security definer -- reads memberships and the platform admins
set search_path = ''
as $$
begin
  if exists (
    select from public.brand_members as member
    where
      member.user_id = acts_from_outside.person and member.brand_id = acts_from_outside.brand
      and (member.expires_at is null or member.expires_at > now())
  ) then
    return false;
  end if;
  -- Only the catalogue of claims is shared by brands. People who act on anything else of a brand without a membership
  -- are joining it or leaving it, or are platform admins.
  return acts_from_outside.subject = 'claim' or exists (
    select from private.platform_admins where platform_admins.user_id = acts_from_outside.person
  );
end;
$$;
comment on function private.acts_from_outside is
'Whether a person acts on a subject of a brand (an aggregate of its events) for another brand or for the platform. The
brand is then shown an account in place of the person.';

create function private.acting_account(person uuid, brand uuid)
returns text
language sql
stable
security definer -- reads memberships, links and accounts of other brands
set search_path = ''
as $$
  select case
    when exists (select from private.platform_admins where platform_admins.user_id = acting_account.person)
      then 'MixerAI'
    else (
      select private.cut_text(coalesce(accounts.name, brands.name), 255)
      from public.brand_members as member
      inner join public.brands on brands.id = member.brand_id and brands.deleted_at is null
      left join public.accounts on accounts.id = brands.account_id
      where
        member.user_id = acting_account.person
        and (member.expires_at is null or member.expires_at > now())
        and (private.api_key_id() is null or member.brand_id = (
          select api_keys.brand_id from public.api_keys where api_keys.id = private.api_key_id()
        ))
        -- Only a brand that shares a catalogue brand with this one can act on what is this one's too.
        and exists (
          select from public.brand_master_claim_brands as theirs
          inner join public.brand_master_claim_brands as ours
            on ours.master_claim_brand_id = theirs.master_claim_brand_id
          where theirs.brand_id = member.brand_id and ours.brand_id = acting_account.brand
        )
      order by member.brand_id
      limit 1
    )
  end;
$$;
comment on function private.acting_account is
'Returns the name of the account for which a person acts on what a brand shares with others (of the brand, where it has
no account), and `MixerAI` for platform admins.';

create function private.remember_member()
returns trigger
language plpgsql
security definer -- whoever ends or gives the membership
set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    delete from private.former_members as former
    where former.brand_id = new.brand_id and former.user_id = new.user_id;
    return null;
  end if;
  insert into private.former_members (brand_id, user_id, name)
  select old.brand_id, profiles.id, nullif(btrim(profiles.first_name || ' ' || profiles.last_name), '')
  from public.profiles
  where profiles.id = old.user_id and exists (select from public.brands where brands.id = old.brand_id)
  on conflict on constraint former_members_pkey do update set name = excluded.name, left_at = now();
  return null;
end;
$$;
comment on function private.remember_member is
'Keeps the name of a person who leaves a brand, until the person is a member again.';
