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
    left(coalesce(new.raw_user_meta_data ->> 'first_name', ''), 100),
    left(coalesce(new.raw_user_meta_data ->> 'last_name', ''), 100)
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

create function private.display_name(person uuid)
returns text
language sql
stable
set search_path = ''
as $$
  select nullif(btrim(profiles.first_name || ' ' || profiles.last_name), '')
  from public.profiles where profiles.id = display_name.person;
$$;
comment on function private.display_name is 'Returns the full name of a person; null where none is set.';

create function private.people_named(people uuid[])
returns jsonb
language plpgsql
stable
security definer -- reads the names of all people, to give those that the policy on profiles lets the caller see
set search_path = ''
set plan_cache_mode = 'force_generic_plan' -- every list calls it
as $$
declare
  brands constant uuid [] := private.brands_permitting('brand.read');
begin
  return (
    select coalesce(
      jsonb_object_agg(profiles.id, nullif(btrim(profiles.first_name || ' ' || profiles.last_name), '')), '{}'
    )
    from public.profiles
    where
      profiles.id = any (people_named.people)
      and (
        profiles.id = auth.uid()
        or exists (
          select from public.brand_members as member
          where member.user_id = profiles.id and member.brand_id = any (brands)
        )
        or private.is_platform_admin()
      )
  );
end;
$$;
comment on function private.people_named is
'Returns {id: name} of those of the people whose profile the caller may see. Erased people and people who have left all
brands of the caller are not among them.';

create function private.person_document(person uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select case when person_document.person is not null then jsonb_build_object(
    'id', person_document.person, 'name', private.display_name(person_document.person)
  ) end;
$$;
comment on function private.person_document is 'Returns {id, name} of a person; null for nobody.';

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
returns setof public.profiles
language sql
stable
security definer -- some columns are for their owner only, which column privileges cannot express
set search_path = ''
as $$
  select profiles.* from public.profiles where profiles.id = auth.uid() and private.person_trusted();
$$;
comment on function public.my_profile is
'Returns the caller''s own profile with all columns, encrypted ones included; nothing for an API key.';
grant execute on function public.my_profile to authenticated, service_role;
