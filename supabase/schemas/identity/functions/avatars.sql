create function public.avatar_paths(user_id uuid)
returns text[]
language sql
stable
security definer -- the service role reads no table of Storage
set search_path = ''
as $$
  select coalesce(array_agg(found.name order by found.name), '{}')
  from (
    select objects.name from storage.objects
    where
      objects.bucket_id = 'avatars'
      -- The range finds the folder by an index of Storage (supabase/storage, migrations/tenant, idx_objects_bucket_id_name).
      and objects.name collate "C" > avatar_paths.user_id::text || '/'
      and objects.name collate "C" < avatar_paths.user_id::text || '0'
      and private.storage_folder_id(objects.name) = avatar_paths.user_id
    order by objects.name
    limit 1000
  ) as found;
$$;
comment on function public.avatar_paths is
'For the service: returns the paths of the objects in the folder of a person in the bucket `avatars`, at most 1,000. It
takes none from the profile, which the person writes.';
grant execute on function public.avatar_paths to service_role;
