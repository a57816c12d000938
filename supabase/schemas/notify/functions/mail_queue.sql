create function public.queue_mails(mails jsonb)
returns integer
language plpgsql
volatile
security definer -- private is closed to the service as well
set search_path = ''
as $$
declare
  queued integer;
begin
  -- A key that is known was queued before, whatever became of its mail since.
  with wanted as (
    select
      private.uuid_v7() as id, mail ->> 'key' as dedupe_key, (mail ->> 'brandId')::uuid as brand_id,
      (mail ->> 'userId')::uuid as user_id, mail ->> 'template' as template, mail ->> 'category' as category,
      mail ->> 'sealed' as sealed
    from jsonb_array_elements(queue_mails.mails) as mail
  ),
  noted as (
    insert into private.mail_messages (id, dedupe_key, brand_id, user_id, template, category)
    select wanted.id, wanted.dedupe_key, brands.id, profiles.id, wanted.template, wanted.category
    from wanted
    left join public.brands on brands.id = wanted.brand_id
    left join public.profiles on profiles.id = wanted.user_id
    where wanted.brand_id is null or brands.id is not null
    on conflict (dedupe_key) do nothing
    returning mail_messages.id
  ),
  added as (
    insert into private.jobs (id, queue, kind, brand_id, payload, priority)
    select
      wanted.id, 'mail', 'send_mail', wanted.brand_id, jsonb_build_object('mail', wanted.sealed),
      case when wanted.category in ('security', 'invitations') then 0 when wanted.category = 'digests' then -2 else -1 end
    from noted
    inner join wanted on wanted.id = noted.id
    returning 1
  )
  select count(*) into queued from added;
  if queued > 0 then
    -- They leave right after the request or the job that queued them.
    perform private.announce_work();
  end if;
  return queued;
end;
$$;
comment on function public.queue_mails is
'For the service: queues mails, each [{key, sealed, brandId, userId, template, category}], in one statement, and none
whose key was queued before. Returns how many it queued.';
grant execute on function public.queue_mails to service_role;

create function public.begin_mail(mail jsonb)
returns jsonb
language plpgsql
volatile
security definer -- private is closed to the service as well
set search_path = ''
as $$
declare
  asked constant uuid := (mail ->> 'id')::uuid;
  brand constant uuid := (mail ->> 'brandId')::uuid;
  known private.mail_messages;
  suppressed text;
begin
  insert into private.mail_messages (id, brand_id, user_id, template, category)
  select
    asked, (select brands.id from public.brands where brands.id = brand),
    (select profiles.id from public.profiles where profiles.id = (mail ->> 'userId')::uuid),
    mail ->> 'template', mail ->> 'category'
  on conflict (id) do nothing;
  select mail_messages.* into known from private.mail_messages where mail_messages.id = asked;
  select suppression.reason into suppressed
  from private.email_suppressions as suppression
  where
    suppression.email_index = any (array(select jsonb_array_elements_text(mail -> 'emailIndexes')))
    and (suppression.until is null or suppression.until > now())
    -- Who called one mail spam must still be able to reset a password.
    and (suppression.reason <> 'complaint' or known.category <> 'security')
  order by suppression.reason desc
  limit 1;
  return jsonb_build_object(
    'is_sent', known.sent_at is not null,
    'suppression', suppressed,
    'waited', extract(epoch from now() - known.created_at)::integer,
    -- As it is now: a mail may have waited for hours.
    'is_unwanted', exists (
      select from public.notification_preferences as preferences
      where
        preferences.user_id = known.user_id and known.category not in ('security', 'invitations')
        and (
          not private.wants(preferences, known.category, 'email')
          or private.has_muted(preferences, known.brand_id)
        )
    ),
    'brand', (
      select jsonb_build_object(
        'name', brands.name, 'language', coalesce(settings.language, brands.language),
        'sender_name', settings.sender_name, 'reply_to', settings.reply_to, 'tracks', coalesce(settings.tracks, false)
      )
      from public.brands
      left join private.mail_settings as settings on settings.brand_id = brands.id
      where brands.id = brand
    ),
    'language', (
      select profiles.language from public.profiles
      where profiles.id = coalesce(known.user_id, (
        -- Mails about accounts name an address alone.
        select users.id from auth.users
        where users.email = private.small_letters(begin_mail.mail ->> 'to') and users.is_sso_user = false
      ))
    )
  );
end;
$$;
comment on function public.begin_mail is
'For the service, before each attempt to send a mail {id, brandId, userId, to, template, category, emailIndexes}: notes
the mail and returns {is_sent, suppression, is_unwanted, waited, brand, language}: whether a provider has taken it
before, why its address gets none, whether its person has turned its category off, for how many seconds it has waited,
and how it is addressed.';
grant execute on function public.begin_mail to service_role;

create function public.end_mail(mail_id uuid, status text, provider text default null, provider_id text default null)
returns void
language sql
volatile
security definer -- private is closed to the service as well
set search_path = ''
as $$
  -- Events of the provider may have arrived before.
  update private.mail_messages
  set
    status = case when mail_messages.status in ('queued', 'failed') then end_mail.status else mail_messages.status end,
    sent_at = coalesce(mail_messages.sent_at, case when end_mail.status = 'sent' then now() end),
    provider = coalesce(end_mail.provider, mail_messages.provider),
    provider_message_id = coalesce(left(end_mail.provider_id, 300), mail_messages.provider_message_id)
  where mail_messages.id = end_mail.mail_id;
$$;
comment on function public.end_mail is
'For the service: records that a mail was sent, by which provider and under which id there, or that it was suppressed or
failed for good.';
grant execute on function public.end_mail to service_role;

create function public.postpone_mail(mail_id uuid, seconds integer)
returns boolean
language sql
volatile
security definer -- private is closed to the service as well
set search_path = ''
as $$
  with postponed as (
    update private.jobs
    set
      run_at = now() + least(greatest(postpone_mail.seconds, 1), 86400) * interval '1 second',
      leased_by = null, lease_until = null, attempts = greatest(jobs.attempts - 1, 0)
    where jobs.id = postpone_mail.mail_id and jobs.queue = 'mail' and jobs.lease_until >= now()
    returning 1
  )
  select exists (select from postponed);
$$;
comment on function public.postpone_mail is
'For the service: returns a mail to its queue for so many seconds, at most a day, where a limit holds it back or no
provider takes mail. Its attempt does not count. The worker has lost the job then. Returns whether it was leased.';
grant execute on function public.postpone_mail to service_role;

create function public.forget_old_mail(batch integer default 20000)
returns integer
language sql
volatile
security definer -- private is closed to the service as well
set search_path = ''
set statement_timeout = '30s'
as $$
  with old_events as (
    delete from private.mail_events
    where (mail_events.provider, mail_events.event_id) in (
      select stale.provider, stale.event_id
      from private.mail_events as stale
      where stale.created_at < now() - interval '90 days'
      limit forget_old_mail.batch
      for update skip locked
    )
    returning 1
  ),
  old_messages as (
    delete from private.mail_messages
    where mail_messages.id in (
      select stale.id
      from private.mail_messages as stale
      where
        stale.created_at < now() - interval '90 days'
        and not exists (select from private.jobs where jobs.id = stale.id)
      limit forget_old_mail.batch
      for update skip locked
    )
    returning 1
  )
  select ((select count(*) from old_events) + (select count(*) from old_messages))::integer;
$$;
comment on function public.forget_old_mail is
'For the scheduler: removes what is known of mails, and events of providers, after 90 days, up to a batch of each.
Suppressions stay. Returns how many it removed.';
grant execute on function public.forget_old_mail to service_role;
