create function private.create_profile()
returns trigger
language plpgsql
security definer -- runs for the role of the Auth server, which may not write to public
set search_path = ''
as $$
begin
  insert into public.profiles (id, first_name, last_name)
  values (
    new.id,
    private.cut_text(normalize(coalesce(new.raw_user_meta_data ->> 'first_name', ''), nfc), 100),
    private.cut_text(normalize(coalesce(new.raw_user_meta_data ->> 'last_name', ''), nfc), 100)
  )
  on conflict (id) do nothing;
  return null;
end;
$$;
comment on function private.create_profile is
'Creates the profile of a new user of Auth, with the names from the metadata of the user.';

create function private.stamp_profile()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.id := old.id;
  new.created_at := old.created_at;
  new.updated_at := now();
  if new.is_active <> old.is_active then
    new.deactivated_at := case when new.is_active then null else now() end;
    new.deactivated_by := case when new.is_active then null else auth.uid() end;
  end if;
  return new;
end;
$$;
comment on function private.stamp_profile is
'Keeps id and created_at, and records when and by whom a person was deactivated.';

create function private.visible_people(people uuid[])
returns uuid[]
language plpgsql
stable
security definer -- reads memberships of other people, of which the caller may see only some
set search_path = ''
set plan_cache_mode = 'force_generic_plan' -- every list calls it
as $$
declare
  brands uuid [];
begin
  if private.is_platform_admin() then
    return array(select profiles.id from public.profiles where profiles.id = any (visible_people.people));
  end if;
  brands := private.brands_permitting('brand.read');
  return array(
    select member.user_id from public.brand_members as member
    where member.user_id = any (visible_people.people) and member.brand_id = any (brands)
    union
    select profiles.id from public.profiles
    where profiles.id = any (visible_people.people) and profiles.id = auth.uid()
  );
end;
$$;
comment on function private.visible_people is
'Returns those of the people whose profile the policy lets the caller see: themselves, members of a brand of theirs, and
all for platform admins.';

create function private.people_named(people uuid[], access private.brand_access[] default '{}')
returns jsonb
language plpgsql
stable
security definer -- reads the names of all people, to give those that the caller may know
set search_path = ''
set plan_cache_mode = 'force_generic_plan' -- every list calls it
as $$
declare
  person uuid;
  held private.brand_access;
  asked uuid [] := '{}';
  brands uuid [] := '{}';
  visible uuid [];
  found jsonb;
begin
  foreach person in array coalesce(people, '{}') loop
    if person is not null and person <> all (asked) then
      asked := asked || person;
    end if;
  end loop;
  if cardinality(asked) = 0 then
    return '{}';
  end if;
  foreach held in array access loop
    if 'brand.read' = any (held.permissions) then
      brands := brands || held.brand_id;
    end if;
  end loop;
  -- Most are members of the brands at hand: only for others is it asked what else the caller may see.
  select
    jsonb_object_agg(profiles.id, nullif(btrim(profiles.first_name || ' ' || profiles.last_name), '')),
    array_agg(profiles.id)
  into found, visible
  from public.profiles
  where
    profiles.id = any (asked) and exists (
      select from public.brand_members as member
      where member.user_id = profiles.id and member.brand_id = any (brands)
      offset 0
    );
  if cardinality(visible) = cardinality(asked) then
    return found;
  end if;
  return coalesce(found, '{}') || private.others_named(
    array(select other from unnest(asked) as other where visible is null or other <> all (visible))
  );
end;
$$;
comment on function private.people_named is
'Returns {id: name} of those of the people whom the caller may know: those whose profile they may see, and former
members of their brands, by the name that these had when they left. The name of an erased person is null. Others, such
as platform admins, are missing. access: what the caller holds in the brands at hand, if that is known.';

create function private.others_named(people uuid[])
returns jsonb
language plpgsql
stable
security definer -- see people_named
set search_path = ''
set plan_cache_mode = 'force_generic_plan' -- see people_named
as $$
declare
  visible constant uuid [] := private.visible_people(others_named.people);
  others constant uuid [] := array(
    select person from unnest(others_named.people) as person where person <> all (visible)
  );
  named jsonb;
begin
  select coalesce(
    jsonb_object_agg(profiles.id, nullif(btrim(profiles.first_name || ' ' || profiles.last_name), '')), '{}'
  )
  into named
  from public.profiles where profiles.id = any (visible);
  if cardinality(others) = 0 then
    return named;
  end if;
  return named || coalesce((
    select jsonb_object_agg(former.user_id, former.name)
    from (
      select distinct on (members.user_id) members.user_id, members.name
      from private.former_members as members
      where
        members.user_id = any (others) and members.brand_id = any (private.brands_permitting('brand.read'))
      order by members.user_id, members.left_at desc
    ) as former
  ), '{}');
end;
$$;
comment on function private.others_named is 'As people_named, where nothing is known about the caller.';

create function private.person_of_brand(person uuid, brand uuid)
returns jsonb
language sql
stable
security definer -- reads names and memberships of other people
set search_path = ''
as $$
  select coalesce(
    (
      select jsonb_build_object(
        'id', profiles.id, 'name', nullif(btrim(profiles.first_name || ' ' || profiles.last_name), '')
      )
      from public.brand_members as member inner join public.profiles on profiles.id = member.user_id
      where member.brand_id = person_of_brand.brand and member.user_id = person_of_brand.person
    ),
    (
      select jsonb_build_object('id', former.user_id, 'name', former.name)
      from private.former_members as former
      where former.brand_id = person_of_brand.brand and former.user_id = person_of_brand.person
    )
  );
$$;
comment on function private.person_of_brand is
'Returns {id, name} of a present or former member of a brand, the same for every reader of the brand; null for anybody
else, such as platform admins.';

create function private.person_document(person uuid, brand uuid default null)
returns jsonb
language sql
stable
security definer -- see person_of_brand
set search_path = ''
as $$
  select coalesce(
    -- First, without asking for the caller's brands in each row of a list.
    private.person_of_brand(person_document.person, person_document.brand),
    case when person_document.person is not null then (
      select jsonb_build_object('id', found.key, 'name', found.value)
      from jsonb_each(private.people_named(array[person_document.person])) as found
    ) end
  );
$$;
comment on function private.person_document is
'Returns {id, name} of a person if the caller may know them; null for nobody and for others. With a brand, which the
caller must be allowed to read, its present and former members are known.';

create function private.display_name(person uuid, brand uuid default null)
returns text
language sql
stable
set search_path = ''
as $$
  select private.person_document(display_name.person, display_name.brand) ->> 'name';
$$;
comment on function private.display_name is
'Returns the full name of a person if the caller may know it: see private.person_document. Null for others, and where
none is set.';

create function private.masked_email(email text)
returns text
language sql
immutable
parallel safe
set search_path = ''
as $$
  select left(masked_email.email, 1) || '•••@' || split_part(masked_email.email, '@', 2);
$$;
comment on function private.masked_email is 'Returns an address with only its first letter and its domain.';

create function private.colleague_ids()
returns setof uuid
language sql
stable
security definer -- reads memberships of other people, of which the caller may see only some
set search_path = ''
rows 100
as $$
  select brand_members.user_id
  from public.brand_members
  where brand_members.brand_id = any (private.brands_permitting('brand.read'));
$$;
comment on function private.colleague_ids is 'Lists everyone who shares a brand with the caller.';
grant execute on function private.colleague_ids to authenticated, service_role;

create function public.my_profile()
returns setof jsonb
language sql
stable
security definer -- some columns are for their owner only, which column privileges cannot express
set search_path = ''
as $$
  select to_jsonb(profiles) - 'email_index' from public.profiles
  where profiles.id = auth.uid() and private.person_trusted();
$$;
comment on function public.my_profile is
'Returns the caller''s own profile. The phone number is encrypted: our functions decrypt it. Nothing for an API
key.';
grant execute on function public.my_profile to authenticated, service_role;

create function public.get_me()
returns setof jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'id', person.id,
    'first_name', person.first_name,
    'last_name', person.last_name,
    'timezone', person.timezone,
    'language', person.language,
    'avatar_path', person.avatar_path,
    'memberships', coalesce((
      select jsonb_agg(jsonb_build_object(
        'brand_id', member.brand_id, 'brand_name', brand.name, 'brand_slug', brand.slug,
        'role', member.role, 'expires_at', member.expires_at
      ))
      from public.brand_members as member
      inner join public.brands as brand on brand.id = member.brand_id
      where member.user_id = person.id
    ), '[]')
  )
  from public.profiles as person
  where person.id = (select auth.uid())
  limit 1;
$$;
comment on function public.get_me is
'Returns the caller with their role in each of their brands; nothing for an account without a profile.';
grant execute on function public.get_me to authenticated, service_role;
