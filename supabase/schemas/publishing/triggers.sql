-- A check of the connection and the rotation of keys change no version, and are no events.
create trigger stamp_row
before insert or update of name, settings, field_mapping, content_types, is_required, is_active, credentials_set_at
on public.channels
for each row execute function private.stamp_row('actors', 'version');
create trigger keep_brand before update on public.channels
for each row execute function private.keep_brand();
create trigger announce_change
after insert or update of name, settings, field_mapping, content_types, is_required, is_active, credentials_set_at
or delete on public.channels
for each row execute function private.announce_change(
  'channel', 'ChannelCreated', 'ChannelUpdated', 'ChannelDeleted'
);
create trigger audit_change
after insert or update of name, settings, field_mapping, content_types, is_required, is_active, credentials_set_at
or delete on public.channels
for each row execute function private.audit_change('channel', 'credentials');
create trigger keep_brand before update on public.channel_publications
for each row execute function private.keep_brand();
