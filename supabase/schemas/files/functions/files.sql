create function private.stamp_file()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    new.owner_id := auth.uid();
    new.scan_status := 'pending';
    new.deleted_at := null;
    new.created_at := now();
    -- Never the client's path: below the id of the brand, and below that of the file.
    new.path := new.brand_id || '/' || new.id || '/' || new.name;
  else
    new.id := old.id;
    new.owner_id := old.owner_id;
    new.path := old.path;
    new.created_at := old.created_at;
  end if;
  new.updated_at := now();
  return new;
end;
$$;
comment on function private.stamp_file is
'Writes owner, path, scan status and times of a file: never what the client sent.';

create function private.storage_folder_id(object_name text)
returns uuid
language sql
immutable
parallel safe
set search_path = ''
as $$
  select case
    when object_name ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/[^/]' and object_name !~ '(^|/)\.\.?(/|$)'
      then split_part(object_name, '/', 1)::uuid
  end;
$$;
comment on function private.storage_folder_id is
'Returns the id that names the folder of an object, which is a brand or a person; null for any other path.';
grant execute on function private.storage_folder_id to authenticated, service_role;

create function public.remove_file(file_id uuid)
returns void
language plpgsql
volatile
security definer -- nobody may read a removed file, so the policy for reading would refuse the update
set search_path = ''
as $$
declare
  file public.files;
begin
  perform private.require_functions();
  select * into file from public.files where files.id = file_id and files.deleted_at is null;
  perform private.require_permission(file.brand_id, 'file.read', 'file');
  perform private.require_permission(file.brand_id, 'file.write', 'file');
  update public.files set deleted_at = now() where files.id = file.id;
end;
$$;
comment on function public.remove_file is 'Hides a file; its object is removed after 30 days.';
grant execute on function public.remove_file to authenticated, service_role;
