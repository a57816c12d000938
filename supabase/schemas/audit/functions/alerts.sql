create function private.alert_people(people uuid[], brand uuid, title text, message text, about jsonb)
returns integer
language sql
volatile
set search_path = ''
as $$
  select private.notify(
    alert_people.people, alert_people.brand, 'security', 'security_alert', alert_people.title, alert_people.message,
    null, 'warning', alert_people.about
  );
$$;
comment on function private.alert_people is
'Sends people a notification of the event security_alert. Returns to how many.';

create function private.admins_to_alert(brand uuid, besides uuid)
returns uuid[]
language sql
stable
security definer -- no caller may list the platform admins
set search_path = ''
as $$
  select coalesce(array_agg(admin.user_id), '{}')
  from (
    select platform_admins.user_id from private.platform_admins where admins_to_alert.brand is null
    union all
    select member.user_id
    from public.brand_members as member
    where
      member.brand_id = admins_to_alert.brand and member.role = 'admin'
      and (member.expires_at is null or member.expires_at > now())
  ) as admin
  inner join public.profiles on profiles.id = admin.user_id and profiles.is_active
  where admin.user_id is distinct from admins_to_alert.besides;
$$;
comment on function private.admins_to_alert is
'Returns the active admins of a brand, or of the platform if brand is null, without the person that the alert is
about.';

create function private.was_admin(member jsonb, moment timestamptz)
returns boolean
language sql
stable
set search_path = ''
as $$
  select coalesce(
    member ->> 'role' = 'admin' and coalesce(private.as_instant(member ->> 'expires_at') > moment, true), false
  );
$$;
comment on function private.was_admin is
'Whether a membership, as a record of the audit log, was that of an admin and had not expired at the moment.';

create function private.repeated_login_failures(since timestamptz)
returns table (subject text, audit_id uuid, occurred_at timestamptz)
language sql
stable
set search_path = ''
as $$
  with attempts as (
    select
      attempt.subject, audit_log.id, audit_log.occurred_at,
      lag(audit_log.occurred_at, 5) over (
        partition by attempt.subject order by audit_log.occurred_at, audit_log.position
      ) as fifth_before
    from public.audit_log
    cross join lateral (
      values ('account:' || (audit_log.details ->> 'email')), ('address:' || (audit_log.details ->> 'address'))
    ) as attempt (subject)
    where
      audit_log.action = 'auth.failed_login' and attempt.subject is not null
      and audit_log.occurred_at > repeated_login_failures.since - interval '5 minutes'
  )
  select distinct on (attempts.subject) attempts.subject, attempts.id, attempts.occurred_at
  from attempts
  where attempts.fifth_before > attempts.occurred_at - interval '5 minutes'
  order by attempts.subject, attempts.occurred_at desc;
$$;
comment on function private.repeated_login_failures is
'Returns the accounts and network addresses with more than five failed sign-ins within any five minutes, each with the
last such failure.';

create function private.alert_failed_logins(since timestamptz)
returns integer
language plpgsql
volatile
security definer -- reads the log, and private is closed to the service as well
set search_path = ''
as $$
declare
  accounts bigint;
  addresses bigint;
  entries uuid[];
begin
  with tried as (
    select failures.subject, failures.audit_id, failures.occurred_at
    from private.repeated_login_failures(since) as failures
  ),
  told as (
    insert into private.security_alerts as known (subject, occurred_at)
    select tried.subject, tried.occurred_at from tried
    on conflict (subject) do update set occurred_at = excluded.occurred_at
    where excluded.occurred_at > known.occurred_at + interval '5 minutes'
    returning known.subject
  )
  select
    count(*) filter (where told.subject like 'account:%'), count(*) filter (where told.subject like 'address:%'),
    (array_agg(tried.audit_id order by tried.audit_id desc))[:50]
  into accounts, addresses, entries
  from told inner join tried on tried.subject = told.subject;
  if accounts + addresses = 0 then
    return 0;
  end if;
  -- One alert for all of them: an attack on thousands of accounts must not flood the admins with alerts.
  perform private.alert_people(
    private.admins_to_alert(null, null), null,
    'More than five failed sign-ins in five minutes',
    format('For %s account(s), from %s network address(es).', accounts, addresses),
    jsonb_build_object(
      'kind', 'failed_logins', 'accounts', accounts, 'addresses', addresses, 'auditIds', coalesce(entries, '{}')
    )
  );
  return 1;
end;
$$;
comment on function private.alert_failed_logins is
'Alerts platform admins to accounts and network addresses with more than five failed sign-ins within any five minutes;
for each at most once in five minutes. Returns the number of alerts, 0 or 1.';

create function private.alert_log_entry(entry public.audit_log)
returns boolean
language plpgsql
volatile
set search_path = ''
as $$
begin
  insert into private.security_alerts (subject, occurred_at) values ('audit:' || entry.id, entry.occurred_at)
  on conflict do nothing;
  if not found then
    return false;
  end if;
  perform private.alert_people(
    private.admins_to_alert(
      entry.brand_id,
      case entry.action
        when 'data.export' then null
        when 'user.promote' then entry.resource_id
        else (entry.details -> 'current' ->> 'user_id')::uuid
      end
    ),
    entry.brand_id,
    case entry.action
      when 'data.export' then 'More than a thousand contents were exported'
      when 'user.promote' then 'Somebody became a platform admin'
      else 'Somebody became an admin of the brand'
    end,
    'The audit log has who did it. Look at it if you do not know why.',
    jsonb_build_object(
      'kind', case entry.action when 'data.export' then 'large_export' else 'promotion' end, 'auditId', entry.id
    )
  );
  return true;
end;
$$;
comment on function private.alert_log_entry is
'Alerts the admins to a promotion or a large export. Returns false if they were alerted to this entry before.';

create function public.raise_alerts()
returns integer
language plpgsql
volatile
security definer -- reads the log, and private is closed to the service as well
set search_path = ''
set statement_timeout = '30s'
as $$
declare
  since timestamptz;
  until constant timestamptz := clock_timestamp() + interval '1 second';
  is_cut boolean := false;
  entry public.audit_log;
  raised integer;
begin
  -- The lock keeps two runs from sending an alert twice. The scan goes back two minutes, because an entry becomes
  -- visible only when its transaction commits.
  select alert_scans.scanned_until - interval '2 minutes' into since from private.alert_scans for update;
  raised := private.alert_failed_logins(since);
  for entry in
    select audit_log.*
    from public.audit_log
    where
      audit_log.action in ('user.promote', 'data.export', 'membership.create', 'membership.update')
      and audit_log.occurred_at > since
      and (audit_log.action <> 'data.export' or audit_log.details ->> 'is_large' = 'true')
      and (
        audit_log.action not like 'membership.%' or (
          private.was_admin(audit_log.details -> 'current', audit_log.occurred_at)
          and not private.was_admin(audit_log.details -> 'previous', audit_log.occurred_at)
        )
      )
      and not exists (
        select from private.security_alerts where security_alerts.subject = 'audit:' || audit_log.id
      )
      and not exists (
        select from private.setbacks
        where
          setbacks.task = 'raise_alerts' and setbacks.subject_id = audit_log.id and setbacks.next_attempt_at > now()
      )
    -- Brands take turns.
    order by
      row_number() over (partition by audit_log.brand_id order by audit_log.occurred_at, audit_log.id), audit_log.id
  loop
    is_cut := clock_timestamp() > until;
    exit when is_cut;
    -- Each by itself: one that fails is tried again later, and keeps no other waiting.
    begin
      raised := raised + private.alert_log_entry(entry)::integer;
      perform private.clear_setback('raise_alerts', entry.id);
    exception when others then
      perform private.set_back('raise_alerts', entry.id, entry.brand_id, sqlstate, sqlerrm);
    end;
  end loop;
  delete from private.security_alerts where security_alerts.occurred_at < least(since, now() - interval '1 day');
  -- Entries that this run did not come to, or that are tried again, are looked for from here in the next.
  update private.alert_scans set scanned_until = now()
  where alert_scans.is_only and not is_cut and not exists (
    select from private.setbacks where setbacks.task = 'raise_alerts' and setbacks.died_at is null
  );
  return raised;
end;
$$;
comment on function public.raise_alerts is
'For the service: alerts admins to failed sign-ins, promotions and large exports since the last run, in turns by brand
and for a second. Returns the number of alerts.';
grant execute on function public.raise_alerts to service_role;
