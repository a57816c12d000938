create function private.may_on_content(content public.contents, permission text)
returns boolean
language sql
stable
set search_path = ''
as $$
  -- The matrix, then the two dynamic grants of domain §2: to the creator, and to assignees of a pending review task.
  select case
    when not private.permits(content.brand_id, 'content.read') then false
    when private.is_restricted(content.brand_id, permission) then false
    when permission = 'content.edit' then
      (
        private.permits(content.brand_id, 'content.edit')
        and (content.created_by = auth.uid() or private.permits(content.brand_id, 'content.edit_others'))
      )
      or exists (
        select from public.workflow_tasks as task
        where task.content_id = content.id and task.assignee_id = auth.uid() and task.status = 'pending'
      )
    when permission = 'content.submit' then
      private.permits(content.brand_id, permission) or content.created_by = auth.uid()
    when permission = 'content.delete' then
      private.permits(content.brand_id, permission)
      or (content.created_by = auth.uid() and content.status = 'draft')
    else private.permits(content.brand_id, permission)
  end is true;
$$;
comment on function private.may_on_content is
'Whether the caller may do this to the content, by the matrix or by a dynamic grant.';

create function private.require_on_content(content public.contents, permission text)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if not private.may_on_content(content, permission) then
    perform private.refuse(403, format('this needs the permission %s in the brand', permission));
  end if;
end;
$$;
comment on function private.require_on_content is 'Refuses with 403 unless the caller may do this to the content.';

create function private.require_visible_content(content_id uuid)
returns void
language plpgsql
stable
security definer -- reads the brand of a content that the caller may not see, to say that there is none
set search_path = ''
as $$
begin
  perform private.require_permission(
    (select contents.brand_id from public.contents where contents.id = content_id and contents.deleted_at is null),
    'content.read', 'content'
  );
end;
$$;
comment on function private.require_visible_content is
'Refuses with 404 where there is no such content or the caller may not read its brand.';
grant execute on function private.require_visible_content to authenticated;

create function private.content_by_id(content_id uuid)
returns setof public.contents
language sql
stable
set search_path = ''
as $$
  select contents.* from public.contents where contents.id = content_by_id.content_id;
$$;
comment on function private.content_by_id is 'Returns the content as it is now, after what triggers did to it.';

create function private.check_version(content public.contents, expected_version integer)
returns void
language plpgsql
immutable
set search_path = ''
as $$
begin
  if content.version <> expected_version then
    perform private.refuse(412, 'the content was changed by someone else', jsonb_build_array(jsonb_build_object(
      'field', 'version', 'code', 'CONFLICT', 'message', content.version::text
    )));
  end if;
end;
$$;
comment on function private.check_version is
'Refuses with 412, naming the current version, where another version was expected; null expects none.';

create function private.lock_content(content_id uuid)
returns public.contents
language plpgsql
volatile
set search_path = ''
as $$
declare
  content public.contents;
begin
  -- The permission before the lock: strangers must neither wait for the row nor make others wait.
  perform private.require_permission(
    (select contents.brand_id from public.contents where contents.id = content_id and contents.deleted_at is null),
    'content.read', 'content'
  );
  select * into content
  from public.contents
  where contents.id = content_id and contents.deleted_at is null
  for update;
  if content.id is null then
    perform private.refuse(404, 'content not found');
  end if;
  perform private.check_version(content, private.expected_version());
  return content;
end;
$$;
comment on function private.lock_content is
'Locks a content until the end of the transaction and returns it. Refuses with 404 where the caller may not read it, and
with 412 where the request expects another version.';
