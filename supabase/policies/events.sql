-- domain_events, realtime.messages

grant select on public.domain_events to authenticated;

create policy "Events may be read by members of their brand"
on public.domain_events for select to authenticated
using (brand_id in (select private.brand_ids('viewer')));

create policy "Topics may be joined by those who may read what they are about"
on realtime.messages for select to authenticated
using (extension = 'broadcast' and (select private.may_join_topic((select realtime.topic()))));
