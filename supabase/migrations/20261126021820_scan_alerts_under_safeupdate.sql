-- Scan alerts under safeupdate
-- Planned by `make migration` from supabase/schemas and supabase/policies.

-- Waits at most five seconds for a lock, because queries behind a waiting lock wait as well. On failure, push again.
set lock_timeout = '5s';
set check_function_bodies = off;

CREATE OR REPLACE FUNCTION public.raise_alerts()
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  since timestamptz;
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
    order by audit_log.occurred_at, audit_log.id
  loop
    if private.alert_log_entry(entry) then
      raised := raised + 1;
    end if;
  end loop;
  delete from private.security_alerts where security_alerts.occurred_at < least(since, now() - interval '1 day');
  update private.alert_scans set scanned_until = now() where alert_scans.is_only;
  return raised;
end;
$function$;
