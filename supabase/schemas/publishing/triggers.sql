create trigger stamp_row before insert or update on public.webhook_endpoints
for each row execute function private.stamp_row('actors');
create trigger keep_brand before update on public.webhook_endpoints
for each row execute function private.keep_brand();
create trigger announce_change after insert or update or delete on public.webhook_endpoints
for each row execute function private.announce_change('webhook', 'WebhookCreated', 'WebhookChanged', 'WebhookRemoved');
create trigger audit_change after insert or update of url, event_types, is_active or delete on public.webhook_endpoints
for each row execute function private.audit_change('webhook', 'secret');
