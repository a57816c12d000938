-- Keep tasks from failing for one item
-- Planned by `make migration` from supabase/schemas and supabase/policies.

-- Waits at most five seconds for a lock, because queries behind a waiting lock wait as well. On failure, push again.
set lock_timeout = '5s';
set check_function_bodies = off;

CREATE OR REPLACE FUNCTION public.announce_expired_memberships(batch integer DEFAULT 500)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
declare
  member public.brand_members;
  subject uuid;
  announced integer := 0;
begin
  for member in
    select members.* from public.brand_members as members
    where
      members.expires_at <= now() and members.expiry_announced_at is null
      and not exists (
        select from private.setbacks
        where
          setbacks.task = 'announce_expired_memberships' and setbacks.next_attempt_at > now()
          and setbacks.subject_id = md5(members.user_id::text || members.brand_id::text)::uuid
      )
    order by members.expires_at
    limit announce_expired_memberships.batch
    for update skip locked
  loop
    -- A membership has no id of its own. Each by itself: one that fails keeps no other waiting.
    subject := md5(member.user_id::text || member.brand_id::text)::uuid;
    begin
      update public.brand_members as members set expiry_announced_at = now()
      where members.user_id = member.user_id and members.brand_id = member.brand_id;
      perform private.append_event(
        member.brand_id, 'brand_member', member.user_id, 'MembershipExpired',
        jsonb_build_object('userId', member.user_id)
      );
      perform private.send_membership_change(member.user_id, member.brand_id, 'expired', member.role);
      perform private.clear_setback('announce_expired_memberships', subject);
      announced := announced + 1;
    exception when others then
      perform private.set_back('announce_expired_memberships', subject, member.brand_id, sqlstate, sqlerrm);
    end;
  end loop;
  return announced;
end;
$function$;

CREATE OR REPLACE FUNCTION public.assign_member(brand_id uuid, user_id uuid, role public.brand_role, expires_at timestamp with time zone DEFAULT NULL::timestamp with time zone, permissions text[] DEFAULT '{}'::text[], restrictions text[] DEFAULT '{}'::text[])
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  member public.brand_members;
begin
  perform private.require_functions();
  perform private.require_permission(brand_id, 'member.manage');
  if user_id = auth.uid() and not private.is_platform_admin() then
    perform private.refuse(403, 'you may not change your own membership');
  end if;
  perform private.require_recent_authentication();
  -- Whoever shares no brand with a person learns nothing of them, not even whether there is such a person.
  if not exists (select from public.profiles where profiles.id = user_id and profiles.is_active) or not (
    exists (
      select from public.brand_members as present
      where present.brand_id = assign_member.brand_id and present.user_id = assign_member.user_id
    ) or private.is_platform_admin() or user_id in (select private.colleague_ids())
  ) then
    perform private.refuse(404, 'user not found');
  end if;
  if role is null then
    perform private.refuse(400, 'a role is needed',
      '[{"field": "role", "code": "REQUIRED_FIELD_MISSING", "message": "role is required"}]');
  end if;
  -- The caller must hold the role that they give, and the role that the person has now.
  if not private.may_grant(brand_id, role, permissions) or exists (
    select from public.brand_members as present
    where
      present.brand_id = assign_member.brand_id and present.user_id = assign_member.user_id
      and not private.may_grant(present.brand_id, present.role, '{}')
  ) then
    perform private.refuse(403, 'you may not give or take a role above your own');
  end if;
  update public.brand_members as members
  set
    role = assign_member.role, expires_at = assign_member.expires_at, permissions = assign_member.permissions,
    restrictions = assign_member.restrictions, assigned_by = auth.uid(), sso_connection_id = null
  where
    members.brand_id = assign_member.brand_id and members.user_id = assign_member.user_id
    -- What has expired is over: only the person lets it begin again.
    and (members.expires_at is null or members.expires_at > now() or private.is_platform_admin())
  returning * into member;
  if found then
    return next private.member_document(member);
  elsif private.is_platform_admin() then
    -- They answer for the whole platform, and give a new brand its first admin.
    insert into public.brand_members as members (
      brand_id, user_id, role, expires_at, permissions, restrictions, assigned_by
    )
    values (brand_id, user_id, role, expires_at, permissions, restrictions, auth.uid())
    returning * into member;
    return next private.member_document(member);
  else
    return next private.invite_colleague(brand_id, user_id, role, expires_at, permissions);
  end if;
end;
$function$;

CREATE OR REPLACE FUNCTION public.count_dead_letters()
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
  select coalesce(jsonb_object_agg(found.source, found.letters), '{}')
  from (
    select job.queue as source, count(*) as letters from private.dead_jobs as job group by job.queue
    union all
    select setback.task, count(*) from private.setbacks as setback
    where setback.died_at is not null group by setback.task
    limit 100
  ) as found;
$function$;

CREATE OR REPLACE FUNCTION public.end_expired_sessions(batch integer DEFAULT 1000)
 RETURNS uuid[]
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
declare
  past uuid;
  ended uuid[] := '{}';
begin
  for past in
    select session.id from public.user_sessions as session
    where
      session.ended_at is null
      and (session.expires_at <= now() or session.last_seen_at <= now() - private.session_unseen_limit())
      and not exists (
        select from private.setbacks
        where
          setbacks.task = 'end_expired_sessions' and setbacks.subject_id = session.id
          and setbacks.next_attempt_at > now()
      )
    order by session.expires_at
    limit end_expired_sessions.batch
    for update skip locked
  loop
    -- Each by itself: one that fails is tried again later, and keeps no other open.
    begin
      update public.user_sessions
      set
        ended_at = least(user_sessions.expires_at, user_sessions.last_seen_at + private.session_unseen_limit()),
        end_reason = 'expired'
      where user_sessions.id = past;
      perform private.clear_setback('end_expired_sessions', past);
      ended := ended || past;
    exception when others then
      perform private.set_back('end_expired_sessions', past, null, sqlstate, sqlerrm);
    end;
  end loop;
  delete from auth.sessions where sessions.id = any (ended);
  -- Whoever ended a session lets caches forget it at once; a trigger or an outage may have left some.
  return array(
    select user_sessions.id from public.user_sessions where user_sessions.ended_at > now() - interval '3 minutes'
    union
    select unnest(ended)
  );
end;
$function$;

CREATE OR REPLACE FUNCTION public.raise_alerts()
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
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
$function$;

ALTER TABLE "private"."dead_jobs" ADD CONSTRAINT "dead_jobs_dedupe_key_check" CHECK ((char_length(dedupe_key) <= 200));

ALTER TABLE "private"."former_members" ADD CONSTRAINT "former_members_left_at_check" CHECK (((left_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (left_at <= '2200-01-01 00:00:00+00'::timestamp with time zone)));

ALTER TABLE "private"."setbacks" ADD CONSTRAINT "setbacks_created_at_check" CHECK (((created_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (created_at <= '2200-01-01 00:00:00+00'::timestamp with time zone)));

ALTER TABLE "private"."setbacks" ADD CONSTRAINT "setbacks_died_at_check" CHECK (((died_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (died_at <= '2200-01-01 00:00:00+00'::timestamp with time zone)));

ALTER TABLE "public"."contents" ADD CONSTRAINT "contents_markup_version_check" CHECK ((markup_version >= 0));

COMMENT ON FUNCTION "public"."assign_member"(uuid, uuid, public.brand_role, timestamp with time zone, text[], text[]) IS 'Changes the role of a member of a brand. Invites a colleague of the caller who is no member, and whoever was one until
it expired, and returns the id of the invitation; 404 for everybody else. Platform admins make anybody a member.
Requires member.manage, recent authentication, and that the caller holds the role themselves. Nobody but a platform
admin changes their own membership.';

COMMENT ON FUNCTION "public"."begin_generation"(jsonb) IS 'Opens a generation, by a request of our functions: checks the caller, reserves budget and quota, and returns
everything that its prompt needs in one round trip. request: {userId, type, brandId or contentId, templateId, fieldId or
fieldIds, fields, productId, market, topic, requires, isApplied, parameters, promptVersion, candidates: [{provider,
model}], bounds: {promptTokens, completionTokens, attempts}}';

COMMENT ON FUNCTION "public"."raise_alerts"() IS 'For the service: alerts admins to failed sign-ins, promotions and large exports since the last run, in turns by brand
and for a second. Returns the number of alerts.';

COMMENT ON FUNCTION "public"."settle_generation"(jsonb) IS 'Closes a generation, by a result of our functions: charges its cost, stores its output and, unless the content
has changed meanwhile or the guardrails hold it back, writes the proposal into the content. result: {userId,
generationId, status, output, proposal, error, provider, model, calls, violations, isHeld, isCacheHit, isCutShort,
latencyMs, firstTokenMs, alignment, claimReview: {country, strictness, overall, violations, findings}}';
