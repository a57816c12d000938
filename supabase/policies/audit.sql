-- audit_log
--
-- The service may read the log. Only functions write to it, so that every row is in the chain of hashes.

revoke insert, update, delete, truncate on public.audit_log from service_role;
grant select on public.audit_log to authenticated;

create policy "The audit log may be read by those who audit the brand"
on public.audit_log for select to authenticated
using (
  brand_id = any((select private.brands_permitting('audit.read'))::uuid[])
  or (brand_id is null and (select private.is_platform_admin()))
);
