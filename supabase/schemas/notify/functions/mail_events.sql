create function public.record_mail_events(events jsonb)
returns integer
language plpgsql
volatile
security definer -- private is closed to all; providers have no account, and their signatures are verified before
set search_path = ''
as $$
declare
  counted integer;
begin
  perform private.require_functions();
  with given as (
    select distinct on (event ->> 'provider', event ->> 'eventId')
      event ->> 'provider' as provider, left(event ->> 'eventId', 200) as event_id, event ->> 'kind' as kind,
      (event ->> 'mailId')::uuid as mail_id, event ->> 'providerMessageId' as provider_message_id,
      private.read_instant(event ->> 'at', 'at') as happened_at, event ->> 'suppress' as suppress,
      event ->> 'emailIndex' as email_index
    from jsonb_array_elements(record_mail_events.events) as event
  ),
  found as (
    select given.*, coalesce(by_id.id, by_provider.id) as known_id
    from given
    left join private.mail_messages as by_id on by_id.id = given.mail_id
    left join lateral (
      select mail_messages.id from private.mail_messages
      where
        given.mail_id is null and mail_messages.provider = given.provider
        and mail_messages.provider_message_id = given.provider_message_id
      limit 1
    ) as by_provider on true
    where
      given.kind not in ('opened', 'clicked')
      -- A provider may report what nobody asked for.
      or exists (
        select from private.mail_messages as tracked
        inner join private.mail_settings as settings on settings.brand_id = tracked.brand_id and settings.tracks
        where
          tracked.id = coalesce(by_id.id, by_provider.id) and tracked.category not in ('security', 'invitations')
      )
  ),
  added as (
    insert into private.mail_events (provider, event_id, mail_id, kind, happened_at)
    select found.provider, found.event_id, found.known_id, found.kind, found.happened_at
    from found
    on conflict do nothing
    returning mail_events.provider, mail_events.event_id
  ),
  fresh as (
    select found.* from found
    inner join added on added.provider = found.provider and added.event_id = found.event_id
  ),
  suppressed as (
    insert into private.email_suppressions as known (email_index, reason, until)
    select distinct on (fresh.email_index)
      fresh.email_index, fresh.suppress, case when fresh.suppress = 'bounce' then now() + interval '7 days' end
    from fresh
    where fresh.suppress is not null and fresh.email_index is not null
    order by fresh.email_index, fresh.suppress desc
    on conflict (email_index) do update
      set
        reason = excluded.reason, times = least(known.times + 1, 1000),
        until = case
          when excluded.reason = 'bounce' then now() + least(7 * 2 ^ least(known.times, 10), 365) * interval '1 day'
        end
      -- Mails that bounce together count once.
      where known.reason = 'bounce' and (excluded.reason = 'complaint' or known.until < now())
  ),
  times as (
    select
      fresh.known_id as id,
      min(fresh.happened_at) filter (where fresh.kind = 'delivered') as delivered_at,
      min(fresh.happened_at) filter (where fresh.kind = 'opened') as opened_at,
      min(fresh.happened_at) filter (where fresh.kind = 'clicked') as clicked_at,
      min(fresh.happened_at) filter (where fresh.kind = 'bounced') as bounced_at,
      min(fresh.happened_at) filter (where fresh.kind = 'complained') as complained_at,
      bool_or(fresh.kind = 'failed') as has_failed
    from fresh
    where fresh.known_id is not null
    group by fresh.known_id
  ),
  changed as (
    update private.mail_messages as message
    set
      delivered_at = least(message.delivered_at, times.delivered_at),
      opened_at = least(message.opened_at, times.opened_at),
      clicked_at = least(message.clicked_at, times.clicked_at),
      bounced_at = least(message.bounced_at, times.bounced_at),
      complained_at = least(message.complained_at, times.complained_at),
      -- The order of arrival says nothing: providers repeat and overtake.
      status = case
        when coalesce(message.complained_at, times.complained_at) is not null then 'complained'
        when coalesce(message.bounced_at, times.bounced_at) is not null then 'bounced'
        when coalesce(message.clicked_at, times.clicked_at) is not null then 'clicked'
        when coalesce(message.opened_at, times.opened_at) is not null then 'opened'
        when coalesce(message.delivered_at, times.delivered_at) is not null then 'delivered'
        when times.has_failed then 'failed'
        else message.status
      end
    from times
    where message.id = times.id
  )
  select count(*) into counted from fresh;
  return counted;
end;
$$;
comment on function public.record_mail_events is
'For our functions, after they verified the signature of a provider: records events [{provider, eventId, kind, mailId,
providerMessageId, at, suppress, emailIndex}], each once; who opened a mail and followed its links only where its brand
tracks that. suppress: the reason (bounce or complaint) for which the address gets no more mail. Returns how many were
new.';
grant execute on function public.record_mail_events to anon, service_role;
