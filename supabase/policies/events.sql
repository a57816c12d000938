-- domain_events, audit_log, realtime.messages
--
-- An event takes the permission of what it tells of: the same list as private.event_permission.

grant select on public.domain_events to authenticated;

create policy "Events may be read by who may read what they are about"
on public.domain_events for select to authenticated
using (
  case
    when
      aggregate_type in ('brand_member', 'invitation')
      then brand_id = any((select private.brands_permitting('member.manage'))::uuid[])
    when
      aggregate_type in ('api_key', 'webhook')
      then brand_id = any((select private.brands_permitting('integration.manage'))::uuid[])
    when
      aggregate_type in ('workflow', 'workflow_definition')
      then brand_id = any((select private.brands_permitting('workflow.read'))::uuid[])
    when aggregate_type = 'ai_generation' then brand_id = any((select private.brands_permitting('ai.read'))::uuid[])
    when aggregate_type = 'claim' then brand_id = any((select private.brands_permitting('claim.read'))::uuid[])
    when aggregate_type = 'file' then brand_id = any((select private.brands_permitting('file.read'))::uuid[])
    when
      aggregate_type in ('brand', 'vetting_agency')
      then brand_id = any((select private.brands_permitting('brand.read'))::uuid[])
    else brand_id = any((select private.brands_permitting('content.read'))::uuid[])
  end
);

grant select on public.audit_log to authenticated;

create policy "The audit log may be read by those who audit the brand"
on public.audit_log for select to authenticated
using (
  brand_id = any((select private.brands_permitting('audit.read'))::uuid[])
  or (brand_id is null and (select private.is_platform_admin()))
);

create policy "Topics may be joined by who may read what they are about"
on realtime.messages for select to authenticated
using (extension = 'broadcast' and (select private.may_join_topic((select realtime.topic()))));
