create trigger stamp_row before insert or update on public.notifications
for each row execute function private.stamp_row();
create trigger broadcast_notification after insert on public.notifications
for each row execute function private.broadcast_notification();

create trigger stamp_preferences before insert or update on public.notification_preferences
for each row execute function private.stamp_preferences();
