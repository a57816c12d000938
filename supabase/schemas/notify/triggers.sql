create trigger stamp_row before insert or update on public.notifications
for each row execute function private.stamp_row();
create trigger broadcast_new_notifications after insert on public.notifications
referencing new table as added
for each statement execute function private.broadcast_notifications();
create trigger broadcast_changed_notifications after update on public.notifications
referencing new table as changed
for each statement execute function private.broadcast_notifications();

create trigger stamp_preferences before insert or update on public.notification_preferences
for each row execute function private.stamp_preferences();
create trigger keep_digest after insert or update on public.notification_preferences
for each row execute function private.keep_digest();

create trigger tell_of_own_security after insert on public.audit_log
for each row when (
  new.resource_type = 'user' and new.action in (
    'auth.password_change', 'auth.password_reset', 'auth.email_change', 'auth.mfa_disabled',
    'auth.backup_codes_renewed', 'auth.refresh_reused'
  )
)
execute function private.tell_of_own_security();
