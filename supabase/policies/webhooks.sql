-- webhook_endpoints, webhook_deliveries, webhook_attempts
--
-- Commands write all of it. Their secrets are in a table that no API role may read.

grant select on public.webhook_endpoints, public.webhook_deliveries, public.webhook_attempts to authenticated;

create policy "Webhooks may be read by those who manage integrations"
on public.webhook_endpoints for select to authenticated
using (brand_id = any((select private.brands_permitting('integration.manage'))::uuid[]));

create policy "Deliveries may be read by those who manage integrations"
on public.webhook_deliveries for select to authenticated
using (brand_id = any((select private.brands_permitting('integration.manage'))::uuid[]));

create policy "Attempts may be read by those who manage integrations"
on public.webhook_attempts for select to authenticated
using (brand_id = any((select private.brands_permitting('integration.manage'))::uuid[]));
