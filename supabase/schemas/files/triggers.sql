create trigger stamp_file before insert or update on public.files
for each row execute function private.stamp_file();
create trigger keep_brand before update on public.files
for each row execute function private.keep_brand();
create trigger announce_change after insert or update of deleted_at, scan_status or delete on public.files
for each row execute function private.announce_change('file', 'FileAdded', 'FileChanged', 'FileRemoved');
