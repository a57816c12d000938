create function private.check_assignees(brand uuid, people uuid[])
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if exists (select from unnest(people) as person where not private.is_active_member(person, brand)) then
    perform private.refuse(400, 'only members of the brand can be assigned', jsonb_build_array(jsonb_build_object(
      'field', 'assignees', 'code', 'INVALID_FORMAT', 'message', 'not a member of the brand'
    )));
  end if;
end;
$$;
comment on function private.check_assignees is 'Refuses with 400 assignees who are not members of the brand.';

create function private.copy_assignees()
returns trigger
language plpgsql
security definer -- whoever changes a content
set search_path = ''
as $$
begin
  delete from public.content_assignees as former
  where former.content_id = new.id and former.user_id <> all (new.assignees);
  insert into public.content_assignees (content_id, user_id, brand_id)
  select new.id, person, new.brand_id from unnest(new.assignees) as person
  on conflict do nothing;
  return null;
end;
$$;
comment on function private.copy_assignees is 'Copies the assignees of a content to content_assignees.';

create function private.drop_assignee()
returns trigger
language plpgsql
security definer -- whoever removed the member
set search_path = ''
as $$
begin
  update public.contents set assignees = array_remove(contents.assignees, old.user_id)
  where contents.id = old.content_id and old.user_id = any (contents.assignees);
  return null;
end;
$$;
comment on function private.drop_assignee is
'Takes a member who leaves the brand out of the assignees of its contents.';
