-- audit_log
--
-- The service may read the log. Only functions write to it, so that every row is in the chain of hashes.

revoke insert, update, delete, truncate on public.audit_log from service_role;
-- Not actor_id and session_id, which may be those of people of other brands or of the platform (decision 46):
-- list_audit_log names the brand's own people.
grant select (
  id, brand_id, position, action, outcome, actor_type, resource_type, resource_id, details, request_id,
  occurred_at, previous_hash, hash, actor_account
) on public.audit_log to authenticated;

create policy "The audit log may be read by those who audit the brand"
on public.audit_log for select to authenticated
using (
  brand_id = any((select private.brands_permitting('audit.read'))::uuid[])
  or (brand_id is null and (select private.is_platform_admin()))
);
