-- What the log says that cannot wait is told to those who answer for it (domain §12).

create table private.alert_scans (
  is_only boolean primary key default true check (is_only),
  scanned_until timestamptz not null default now()
);
comment on table private.alert_scans is 'One row: how far the audit log has been searched for what must be told.';
alter table private.alert_scans enable row level security;
insert into private.alert_scans default values;

create table private.security_alerts (
  subject text primary key,
  occurred_at timestamptz not null
);
comment on table private.security_alerts is
'What was told, so that nothing is told twice: a row of the audit log, or an account or address that is tried.';
comment on column private.security_alerts.subject is
'audit: and the id of a row; account: or address: and the digest that the log has.';
alter table private.security_alerts enable row level security;

create index audit_log_alerting_idx on public.audit_log (occurred_at)
where action in ('auth.failed_login', 'user.promote', 'data.export', 'membership.create', 'membership.update');

create function private.alert_people(people uuid[], brand uuid, title text, message text, about jsonb)
returns void
language sql
volatile
set search_path = ''
as $$
  insert into public.notifications (user_id, brand_id, type, event, title, message, metadata)
  select
    person, alert_people.brand, 'warning', 'security_alert', alert_people.title, alert_people.message,
    alert_people.about
  from unnest(alert_people.people) as person;
$$;
comment on function private.alert_people is 'Tells people inside the product what they should look at now.';

create function private.admins_to_alert(brand uuid, besides uuid)
returns uuid[]
language sql
stable
security definer -- who the platform's admins are is nobody's to read
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
'The active admins of a brand, or of the platform (null), but for the one whom it is about.';

create function private.made_admin(member jsonb, moment timestamptz)
returns boolean
language sql
stable
set search_path = ''
as $$
  select coalesce(
    member ->> 'role' = 'admin' and coalesce((member ->> 'expires_at')::timestamptz > moment, true), false
  );
$$;
comment on function private.made_admin is 'Whether a membership, as the audit log has it, made an admin then.';

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
      and audit_log.occurred_at > alert_failed_logins.since - interval '5 minutes'
  ),
  tried as (
    select distinct on (attempts.subject) attempts.subject, attempts.id, attempts.occurred_at
    from attempts
    where attempts.fifth_before > attempts.occurred_at - interval '5 minutes'
    order by attempts.subject, attempts.occurred_at desc
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
    (array_agg(tried.id order by tried.id desc))[:50]
  into accounts, addresses, entries
  from told inner join tried on tried.subject = told.subject;
  if accounts + addresses = 0 then
    return 0;
  end if;
  -- One for all: who tries thousands of accounts shall not bury their admins in alerts.
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
'Tells platform admins of accounts, and of network addresses, with more than five failures in any five minutes; of each
once in five minutes.';

create function public.raise_alerts()
returns integer
language plpgsql
volatile
security definer -- reads the log, and private is closed to the service as well
set search_path = ''
as $$
declare
  since timestamptz;
  entry public.audit_log;
  raised integer;
begin
  -- For update: two at once would tell the same twice. A row is seen later than it occurred, by its transaction's time.
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
          private.made_admin(audit_log.details -> 'current', audit_log.occurred_at)
          and not private.made_admin(audit_log.details -> 'previous', audit_log.occurred_at)
        )
      )
    order by audit_log.occurred_at, audit_log.id
  loop
    insert into private.security_alerts (subject, occurred_at) values ('audit:' || entry.id, entry.occurred_at)
    on conflict do nothing;
    if not found then
      continue;
    end if;
    raised := raised + 1;
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
  end loop;
  delete from private.security_alerts where security_alerts.occurred_at < least(since, now() - interval '1 day');
  update private.alert_scans set scanned_until = now();
  return raised;
end;
$$;
comment on function public.raise_alerts is
'For the service: tells of failed sign-ins, promotions and large exports since the last time; how many alerts.';
grant execute on function public.raise_alerts to service_role;
