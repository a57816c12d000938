-- domain_events, realtime.messages
--
-- Reading an event needs the permission to read its aggregate: the same list as in private.event_permission. Events of
-- runs hold the comments of reviewers, which tasks and actions show to readers of the contents only.

-- Only functions write events; the service has no privilege to.
revoke insert, update, delete, truncate on public.domain_events from service_role;
grant select on public.domain_events to authenticated;

create policy "Events may be read by who may read what they are about"
on public.domain_events for select to authenticated
using (
  case
    when
      aggregate_type in ('brand_member', 'invitation')
      then brand_id = any((select private.brands_permitting('member.manage'))::uuid[])
    when
      aggregate_type in ('api_key', 'webhook', 'channel')
      then brand_id = any((select private.brands_permitting('integration.manage'))::uuid[])
    when
      aggregate_type = 'workflow'
      then
        brand_id = any((select private.brands_permitting('workflow.read'))::uuid[])
        and brand_id = any((select private.brands_permitting('content.read'))::uuid[])
    when
      aggregate_type in ('workflow_definition', 'delegation')
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

create policy "Topics may be joined by who may read what they are about"
on realtime.messages for select to authenticated
using (extension = 'broadcast' and (select private.may_join_topic((select realtime.topic()))));
