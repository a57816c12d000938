-- webhook_endpoints, webhook_deliveries

grant select (
  id, brand_id, url, event_types, is_active, disabled_reason, created_by, created_at, updated_by, updated_at
), delete on public.webhook_endpoints to authenticated;
grant insert (brand_id, url, secret, event_types, is_active) on public.webhook_endpoints to authenticated;
grant update (url, secret, event_types, is_active) on public.webhook_endpoints to authenticated;

create policy "Webhooks may be read by those who manage integrations"
on public.webhook_endpoints for select to authenticated
using (brand_id = any((select private.brands_permitting('integration.manage'))::uuid[]));

create policy "Webhooks may be added by those who manage integrations"
on public.webhook_endpoints for insert to authenticated
with check (brand_id = any((select private.brands_permitting('integration.manage'))::uuid[]));

create policy "Webhooks may be changed by those who manage integrations"
on public.webhook_endpoints for update to authenticated
using (brand_id = any((select private.brands_permitting('integration.manage'))::uuid[]))
with check (brand_id = any((select private.brands_permitting('integration.manage'))::uuid[]));

create policy "Webhooks may be removed by those who manage integrations"
on public.webhook_endpoints for delete to authenticated
using (brand_id = any((select private.brands_permitting('integration.manage'))::uuid[]));

grant select on public.webhook_deliveries to authenticated;

create policy "Deliveries may be read by those who manage integrations"
on public.webhook_deliveries for select to authenticated
using (brand_id = any((select private.brands_permitting('integration.manage'))::uuid[]));
