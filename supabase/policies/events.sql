-- domain_events, audit_log, realtime.messages
--
-- Who was invited, and which keys there are, is for those who may read members; the rest of the log is every member's.

grant select on public.domain_events to authenticated;

create policy "Events may be read by members of their brand"
on public.domain_events for select to authenticated
using (
  brand_id = any((select private.brands_permitting('content.read'))::uuid[])
  and (
    aggregate_type <> all(array['brand_member', 'invitation', 'api_key', 'webhook'])
    or brand_id = any((select private.brands_permitting('member.manage'))::uuid[])
  )
);

grant select on public.audit_log to authenticated;

create policy "The audit log may be read by those who audit the brand"
on public.audit_log for select to authenticated
using (brand_id = any((select private.brands_permitting('audit.read'))::uuid[]));

create policy "Topics may be joined by who may read what they are about"
on realtime.messages for select to authenticated
using (extension = 'broadcast' and (select private.may_join_topic((select realtime.topic()))));
