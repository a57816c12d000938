-- The remaining commands: on people by platform admins, on comments by those who may not edit them, on files.

create function public.my_profile()
returns setof public.profiles
language sql
stable
security definer -- some columns are for their owner only, and privileges on columns know no rows
set search_path = ''
as $$
  select profiles.* from public.profiles where profiles.id = auth.uid() and private.session_trusted();
$$;
comment on function public.my_profile is 'All of one''s own profile, encrypted columns included.';
grant execute on function public.my_profile to authenticated;

create function private.require_platform_admin_for(person uuid)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if not private.is_platform_admin() then
    perform private.refuse(403, 'only platform admins may do this');
  elsif person = auth.uid() then
    perform private.refuse(403, 'nobody does this to themselves');
  elsif not exists (select from public.profiles where profiles.id = person) then
    perform private.refuse(404, 'user not found');
  end if;
end;
$$;

create function public.set_user_active(user_id uuid, is_active boolean)
returns void
language plpgsql
volatile
security definer -- the column is nobody's to write
set search_path = ''
as $$
begin
  perform private.require_platform_admin_for(set_user_active.user_id);
  update public.profiles set is_active = set_user_active.is_active where profiles.id = set_user_active.user_id;
  perform private.audit(
    member.brand_id, 'user.' || case when set_user_active.is_active then 'reactivate' else 'deactivate' end,
    'user', set_user_active.user_id
  )
  from public.brand_members as member where member.user_id = set_user_active.user_id;
end;
$$;
comment on function public.set_user_active is
'Deactivates a person everywhere (their sessions end) or brings them back, by a platform admin; never oneself.';
grant execute on function public.set_user_active to authenticated;

create function public.set_platform_admin(user_id uuid, is_admin boolean)
returns void
language plpgsql
volatile
security definer -- the flag is nobody's to write
set search_path = ''
as $$
begin
  perform private.require_platform_admin_for(set_platform_admin.user_id);
  if set_platform_admin.is_admin then
    insert into private.platform_admins (user_id) values (set_platform_admin.user_id) on conflict do nothing;
  else
    delete from private.platform_admins where platform_admins.user_id = set_platform_admin.user_id;
  end if;
  perform private.audit(
    null, 'user.' || case when set_platform_admin.is_admin then 'promote' else 'demote' end,
    'user', set_platform_admin.user_id
  );
end;
$$;
comment on function public.set_platform_admin is
'Gives or takes the global flag, by a platform admin; never one''s own.';
grant execute on function public.set_platform_admin to authenticated;

create function public.rename_brand(brand_id uuid, name text, slug text)
returns setof public.brands
language plpgsql
volatile
security definer -- names are unique over all tenants: whoever may try them learns which there are
set search_path = ''
as $$
begin
  perform private.require_permission(rename_brand.brand_id, 'brand.read');
  if not private.is_platform_admin() then
    perform private.refuse(403, 'only platform admins may rename a brand');
  end if;
  return query
    update public.brands set name = rename_brand.name, slug = rename_brand.slug
    where brands.id = rename_brand.brand_id
    returning *;
end;
$$;
comment on function public.rename_brand is 'Name and slug of a brand, by a platform admin.';
grant execute on function public.rename_brand to authenticated;

create function private.lock_comment(comment_id uuid)
returns public.comments
language plpgsql
volatile
set search_path = ''
as $$
declare
  comment public.comments;
begin
  select * into comment from public.comments where comments.id = comment_id and comments.deleted_at is null;
  perform private.require_permission(comment.brand_id, 'content.read', 'comment');
  select * into comment from public.comments where comments.id = comment_id for update;
  return comment;
end;
$$;

create function public.resolve_comment(comment_id uuid, is_resolved boolean default true)
returns setof public.comments
language plpgsql
volatile
security definer -- the creator of a content resolves comments that they may not edit
set search_path = ''
as $$
declare
  comment public.comments := private.lock_comment(comment_id);
begin
  if comment.created_by is distinct from auth.uid()
    and not private.permits(comment.brand_id, 'comment.moderate')
    and not exists (
      select from public.contents where contents.id = comment.content_id and contents.created_by = auth.uid()
    )
  then
    perform private.refuse(403, 'only the author, the creator of the content or an admin of the brand may resolve it');
  end if;
  return query
    update public.comments set resolved_at = case when is_resolved then coalesce(comment.resolved_at, now()) end
    where comments.id = comment.id
    returning *;
end;
$$;
comment on function public.resolve_comment is 'Marks a thread as done, or opens it again.';
grant execute on function public.resolve_comment to authenticated;

create function public.delete_comment(comment_id uuid)
returns void
language plpgsql
volatile
security definer -- keeps the row, so that answers keep their place, and what it said in its revisions
set search_path = ''
as $$
declare
  comment public.comments := private.lock_comment(comment_id);
begin
  if (comment.created_by is distinct from auth.uid() or private.is_restricted(comment.brand_id, 'comment.write'))
    and not private.permits(comment.brand_id, 'comment.moderate')
  then
    perform private.refuse(403, 'only the author or an admin of the brand may delete it');
  end if;
  update public.comments set deleted_at = now(), body = '…', mentions = '{}', attachments = '[]'
    where comments.id = comment.id;
end;
$$;
comment on function public.delete_comment is 'Takes back what a comment said; answers to it stay.';
grant execute on function public.delete_comment to authenticated;

create function public.remove_file(file_id uuid)
returns void
language plpgsql
volatile
security definer -- a file that is removed can be read by nobody: its own policy would refuse the update
set search_path = ''
as $$
declare
  file public.files;
begin
  select * into file from public.files where files.id = file_id and files.deleted_at is null;
  perform private.require_permission(file.brand_id, 'file.read', 'file');
  perform private.require_permission(file.brand_id, 'file.write', 'file');
  update public.files set deleted_at = now() where files.id = file.id;
end;
$$;
comment on function public.remove_file is 'Takes a file out of sight; its object is removed after 30 days.';
grant execute on function public.remove_file to authenticated;

create function private.readable_claim_ids()
returns setof uuid
language sql
stable
security definer -- reads links that belong to brands, whatever else of them the caller may read
set search_path = ''
rows 1000
as $$
  select claims.id from public.claims
  where claims.level = 'brand' and claims.master_claim_brand_id = any (private.readable_master_brands())
  union
  select subject.claim_id from public.claim_subjects as subject
  where
    subject.product_id = any (private.readable_products())
    or subject.ingredient_id = any (private.readable_ingredients())
  union
  select claims.id from public.claims where private.is_platform_admin();
$$;
comment on function private.readable_claim_ids is 'The claims of what the caller may read.';
grant execute on function private.readable_claim_ids to authenticated, service_role;
