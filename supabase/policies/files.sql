-- files, storage.objects
--
-- An object is stored below the id of its brand (brand-files), where a row of files announces it, or of its person
-- (avatars); nobody may use any other path. People other than the owner of a file see it only after its scan. Tokens
-- for reading change no object. The service removes objects.

grant select on public.files to authenticated;
grant insert (brand_id, name, mime_type, size_bytes, checksum, content_id) on public.files to authenticated;

create policy "Files may be read by members of their brand"
on public.files for select to authenticated
using (deleted_at is null and brand_id = any((select private.brands_permitting('file.read'))::uuid[]));

create policy "Files may be added by editors of the brand"
on public.files for insert to authenticated
with check (
  owner_id = (select auth.uid()) and brand_id = any((select private.brands_permitting('file.write'))::uuid[])
);

create policy "Objects of a brand may be read where their file may be"
on storage.objects for select to authenticated
using (
  bucket_id = 'brand-files'
  and exists (
    select from public.files as file
    where
      file.path = objects.name
      and file.deleted_at is null
      and (file.scan_status = 'clean' or file.owner_id = (select auth.uid()))
  )
);

create policy "Objects of a brand may be added by who announced the file"
on storage.objects for insert to authenticated
with check (
  bucket_id = 'brand-files'
  and private.storage_folder_id(name) = any((select private.brands_permitting('file.write'))::uuid[])
  and exists (
    select from public.files as file
    where file.path = objects.name and file.owner_id = (select auth.uid()) and file.scan_status = 'pending'
  )
  and not (select private.has_reading_token())
);

create policy "Avatars may be seen by oneself and by colleagues"
on storage.objects for select to authenticated
using (
  bucket_id = 'avatars'
  and (
    (private.storage_folder_id(name) = (select auth.uid()) and (select private.person_trusted()))
    or private.storage_folder_id(name) in (select private.colleague_ids())
  )
);

create policy "Avatars may be added by their owner"
on storage.objects for insert to authenticated
with check (
  bucket_id = 'avatars' and private.storage_folder_id(name) = (select auth.uid())
  and (select private.person_trusted())
  and not (select private.has_reading_token())
);

create policy "Avatars may be replaced by their owner"
on storage.objects for update to authenticated
using (
  bucket_id = 'avatars' and private.storage_folder_id(name) = (select auth.uid())
  and (select private.person_trusted())
  and not (select private.has_reading_token())
)
with check (
  bucket_id = 'avatars' and private.storage_folder_id(name) = (select auth.uid())
  and (select private.person_trusted())
  and not (select private.has_reading_token())
);

create policy "Avatars may be removed by their owner"
on storage.objects for delete to authenticated
using (
  bucket_id = 'avatars' and private.storage_folder_id(name) = (select auth.uid())
  and (select private.person_trusted())
  and not (select private.has_reading_token())
);
