create trigger stamp_row before insert or update on public.webhook_endpoints
for each row execute function private.stamp_row('actors', 'version');
create trigger keep_brand before update on public.webhook_endpoints
for each row execute function private.keep_brand();
create trigger announce_change after insert or delete on public.webhook_endpoints
for each row execute function private.announce_change('webhook', 'WebhookCreated', '-', 'WebhookRemoved');
-- Where the platform switches one off, private.disable_webhook announces it.
create trigger announce_update after update on public.webhook_endpoints
for each row when (new.disabled_at is null or new.disabled_at is not distinct from old.disabled_at)
execute function private.announce_change('webhook', '-', 'WebhookChanged', '-');
create trigger audit_change after insert or update or delete on public.webhook_endpoints
for each row execute function private.audit_change('webhook');
