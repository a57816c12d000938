-- Mend auth as hosted
-- Planned by `make migration` from supabase/schemas and supabase/policies.

-- Waits at most five seconds for a lock, because queries behind a waiting lock wait as well. On failure, push again.
set lock_timeout = '5s';
set check_function_bodies = off;

DROP FUNCTION "public"."permit_credential_change"(uuid);

CREATE TABLE "private"."sso_people" ("user_id" uuid NOT NULL, "connection_id" uuid NOT NULL, "created_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "sso_people_pkey" PRIMARY KEY (user_id));

ALTER TABLE "private"."sso_people" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "private"."sso_people" OWNER TO "postgres";

ALTER TABLE "public"."user_sessions" ADD COLUMN "refreshed_at" timestamp with time zone;

ALTER TABLE "public"."user_sessions" ADD COLUMN "refreshing_at" timestamp with time zone;

CREATE OR REPLACE FUNCTION private.auth_refreshed_at(session uuid)
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  -- The first is without a time zone, and in UTC. It is null until the first refresh.
  select coalesce(sessions.refreshed_at at time zone 'utc', sessions.created_at)
  from auth.sessions where sessions.id = auth_refreshed_at.session;
$function$;

ALTER FUNCTION "private"."auth_refreshed_at"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.delete_personal_rows(person uuid, email_index text)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  delete from public.user_sessions where user_sessions.user_id = person;
  delete from public.mfa_factors where mfa_factors.user_id = person;
  delete from private.mfa_backup_codes where mfa_backup_codes.user_id = person;
  delete from auth.identities where identities.user_id = person;
  delete from private.sso_people where sso_people.user_id = person;
  delete from private.password_history where password_history.user_id = person;
  delete from private.identity_tokens where identity_tokens.user_id = person;
  delete from public.trusted_devices where trusted_devices.user_id = person;
  delete from public.notifications where notifications.user_id = person;
  delete from public.notification_preferences where notification_preferences.user_id = person;
  delete from public.invitations
  where invitations.accepted_by = person or invitations.email_index = delete_personal_rows.email_index;
$function$;

CREATE OR REPLACE FUNCTION private.find_person(who jsonb)
 RETURNS uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  -- In the words of the index users_email_partial_key, which is otherwise not used.
  select users.id from auth.users where users.email = lower(who ->> 'email') and users.is_sso_user = false;
$function$;

CREATE OR REPLACE FUNCTION private.note_sso_connection()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  insert into private.sso_people (user_id, connection_id)
  select new.id, connection.id from public.sso_connections as connection
  where connection.id::text = new.raw_app_meta_data ->> 'sso_connection'
  on conflict do nothing;
  return null;
end;
$function$;

ALTER FUNCTION "private"."note_sso_connection"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.refresh_grace()
 RETURNS interval
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  select interval '10 seconds';
$function$;

ALTER FUNCTION "private"."refresh_grace"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.was_refreshed_elsewhere(session public.user_sessions)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  refreshed constant timestamptz := private.auth_refreshed_at(session.id);
begin
  -- Null for sessions that were opened before it was recorded, and for those that Auth does not know.
  return coalesce(refreshed > session.refreshed_at, false) and not coalesce(
    refreshed between session.refreshing_at - private.refresh_grace()
    and session.refreshing_at + private.refresh_grace(), false
  );
end;
$function$;

ALTER FUNCTION "private"."was_refreshed_elsewhere"(public.user_sessions) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.begin_refresh(wanted jsonb)
 RETURNS uuid[]
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  session public.user_sessions;
begin
  select user_sessions.* into session from public.user_sessions
  where
    user_sessions.ended_at is null
    and user_sessions.id = coalesce(
      (wanted ->> 'sessionId')::uuid,
      (select tokens.session_id from auth.refresh_tokens as tokens where tokens.token = wanted ->> 'token')
    )
  for update;
  if private.was_refreshed_elsewhere(session) then
    return public.end_reused_session(session.id, session.user_id);
  end if;
  -- Not for a token that we did not issue: it would hide a refresh past us.
  if (wanted ->> 'isOurs')::boolean then
    update public.user_sessions set refreshing_at = clock_timestamp() where user_sessions.id = session.id;
  end if;
  return '{}';
end;
$function$;

ALTER FUNCTION "public"."begin_refresh"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.end_stolen_sessions()
 RETURNS uuid[]
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  stolen record;
  ended uuid[] := '{}';
begin
  for stolen in
    select session.id, session.user_id from public.user_sessions as session
    where session.ended_at is null and session.expires_at > now() and private.was_refreshed_elsewhere(session)
    order by session.id
    for update skip locked
  loop
    ended := ended || public.end_reused_session(stolen.id, stolen.user_id);
  end loop;
  return ended;
end;
$function$;

ALTER FUNCTION "public"."end_stolen_sessions"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.forget_auth_records(user_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  person constant text := forget_auth_records.user_id::text;
  address constant text := (select users.email from auth.users where users.id = forget_auth_records.user_id);
begin
  delete from auth.identities where identities.user_id = forget_auth_records.user_id;
  delete from auth.sessions where sessions.user_id = forget_auth_records.user_id;
  delete from auth.one_time_tokens where one_time_tokens.user_id = forget_auth_records.user_id;
  delete from auth.flow_state where flow_state.user_id = forget_auth_records.user_id;
  -- What a provider has told of the person, under whatever names: Auth itself only adds to it.
  update auth.users
  set raw_user_meta_data = '{}', raw_app_meta_data = '{"provider": "email", "providers": ["email"]}', phone = null
  where users.id = forget_auth_records.user_id;
  delete from auth.audit_log_entries
  where
    audit_log_entries.payload ->> 'actor_id' = person
    or audit_log_entries.payload -> 'traits' ->> 'user_id' = person
    or audit_log_entries.payload ->> 'actor_username' = address
    or audit_log_entries.payload -> 'traits' ->> 'user_email' = address;
end;
$function$;

ALTER FUNCTION "public"."forget_auth_records"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.forget_ended_sessions()
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
declare
  forgotten integer;
begin
  with past as (
    update public.user_sessions
    set
      ended_at = least(user_sessions.expires_at, user_sessions.last_seen_at + private.session_unseen_limit()),
      end_reason = 'expired'
    where
      user_sessions.ended_at is null
      and (
        user_sessions.expires_at <= now() or user_sessions.last_seen_at <= now() - private.session_unseen_limit()
      )
    returning user_sessions.id
  )
  delete from auth.sessions where sessions.id in (select past.id from past);
  -- Those that were opened past our sign-in as well.
  delete from auth.sessions where sessions.created_at <= now() - private.session_lifetime();
  -- Kept for 24 hours (domain §8), and not longer: every request looks sessions up in this table.
  delete from public.user_sessions where user_sessions.ended_at < now() - interval '24 hours';
  get diagnostics forgotten = row_count;
  delete from public.trusted_devices where trusted_devices.expires_at < now();
  delete from private.identity_tokens where identity_tokens.expires_at < now() - interval '1 day';
  delete from private.credential_permits where credential_permits.expires_at < now();
  update public.invitations set status = 'expired'
  where invitations.status = 'pending' and invitations.expires_at <= now();
  return forgotten;
end;
$function$;

CREATE OR REPLACE FUNCTION public.open_session(sign_in jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  person public.profiles;
  is_admin boolean;
  has_factor boolean;
  is_known_device boolean;
  evicted uuid[];
begin
  select profiles.* into person from public.profiles
  where profiles.id = (sign_in ->> 'userId')::uuid for update;
  if person.id is null then
    perform private.refuse(404, 'user not found');
  elsif not person.is_active then
    perform private.audit_person(
      person.id, null, 'auth.failed_login', jsonb_build_object('reason', 'inactive'), 'denied'
    );
    return jsonb_build_object('isActive', false);
  end if;
  perform private.lock_auth_session((sign_in ->> 'sessionId')::uuid);
  is_admin := exists (select from private.platform_admins where platform_admins.user_id = person.id);
  has_factor := private.has_second_factor(person.id);
  -- A remembered device replaces the second factor, except for platform admins.
  is_known_device := not is_admin and private.is_remembered_device(person.id, sign_in ->> 'deviceTokenHash');
  insert into public.user_sessions (
    id, user_id, device_name, user_agent, address, method, mfa_verified_at, refreshed_at
  )
  values (
    (sign_in ->> 'sessionId')::uuid, person.id, coalesce(sign_in ->> 'deviceName', ''),
    coalesce(sign_in ->> 'userAgent', ''), sign_in ->> 'address', coalesce(sign_in ->> 'method', 'password'),
    case when has_factor and is_known_device then now() end,
    private.auth_refreshed_at((sign_in ->> 'sessionId')::uuid)
  );
  evicted := private.evict_surplus_sessions(person.id);
  update public.profiles
  set
    last_login_at = now(), login_count = profiles.login_count + 1,
    email_index = coalesce(sign_in ->> 'emailIndex', profiles.email_index)
  where profiles.id = person.id;
  perform private.audit_person(
    person.id, (sign_in ->> 'sessionId')::uuid, 'auth.login', jsonb_strip_nulls(jsonb_build_object(
      'method', sign_in -> 'method', 'address', sign_in -> 'addressIndex', 'knownDevice', is_known_device
    ))
  );
  return jsonb_build_object(
    'isActive', true,
    'factor', case when not has_factor then 'none' when is_known_device then 'passed' else 'pending' end,
    'methods', case when has_factor then private.factor_methods(person.id) else '[]'::jsonb end,
    'isEnrollmentRequired', is_admin and not has_factor,
    'passwordChangedAt', (
      select max(password_history.created_at) from private.password_history
      where password_history.user_id = person.id
    ),
    'evicted', to_jsonb(evicted)
  );
end;
$function$;

CREATE OR REPLACE FUNCTION public.permit_credential_change(user_id uuid, email text DEFAULT NULL::text)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if private.find_person(jsonb_build_object('email', permit_credential_change.email)) <> permit_credential_change.user_id
  then
    return false;
  end if;
  insert into private.credential_permits (user_id) values (permit_credential_change.user_id)
  on conflict on constraint credential_permits_pkey do update
    set expires_at = excluded.expires_at, used_in = null;
  return true;
end;
$function$;

ALTER FUNCTION "public"."permit_credential_change"(uuid, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.record_email(change jsonb)
 RETURNS uuid[]
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  person uuid := (change ->> 'userId')::uuid;
  ended uuid[] := '{}';
begin
  update public.profiles set email_index = change ->> 'emailIndex' where profiles.id = person;
  if change ->> 'action' = 'email_change' then
    -- Links that were mailed to the old address, and sessions that were opened with it, stop working.
    delete from private.identity_tokens where identity_tokens.user_id = person;
    -- So do the accounts at other providers, which are in the name of the old address: Auth leaves them in place.
    delete from auth.identities where identities.user_id = person and identities.provider <> 'email';
    ended := private.end_sessions(person, 'revoked');
  end if;
  if change ? 'mail' then
    perform private.enqueue_job('mail', 'send_mail', null, jsonb_build_object('mail', change -> 'mail'));
  end if;
  perform private.audit_person(person, null, 'auth.' || (change ->> 'action'));
  return ended;
end;
$function$;

CREATE OR REPLACE FUNCTION public.record_refresh(session_id uuid, user_id uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if not public.extend_session(record_refresh.session_id, record_refresh.user_id) then
    return false;
  end if;
  update public.user_sessions set refreshed_at = private.auth_refreshed_at(user_sessions.id)
  where user_sessions.id = record_refresh.session_id;
  return true;
end;
$function$;

ALTER FUNCTION "public"."record_refresh"(uuid, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.request_link(token jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  person uuid := private.find_person(token);
begin
  if person is null or not exists (select from public.profiles where profiles.id = person and profiles.is_active) then
    return false;
  end if;
  if token ->> 'purpose' = 'email_verification'
    and exists (select from auth.users where users.id = person and users.email_confirmed_at is not null)
  then
    return false;
  end if;
  -- People of a connection have no password here.
  if token ->> 'purpose' = 'password_reset'
    and exists (select from private.sso_people where sso_people.user_id = person)
  then
    return false;
  end if;
  perform private.mail_link(person, token);
  perform private.audit_person(person, null, 'auth.' || (token ->> 'purpose') || '_requested');
  return true;
end;
$function$;

ALTER TABLE "private"."sso_people" ADD CONSTRAINT "sso_people_connection_id_fkey" FOREIGN KEY (connection_id) REFERENCES public.sso_connections(id) ON DELETE CASCADE;

ALTER TABLE "private"."sso_people" ADD CONSTRAINT "sso_people_user_id_fkey" FOREIGN KEY (user_id) REFERENCES public.profiles(id) ON DELETE CASCADE;

CREATE INDEX sso_people_connection_id_idx ON private.sso_people USING btree (connection_id);

CREATE TRIGGER note_sso_connection AFTER INSERT OR UPDATE OF raw_app_meta_data ON auth.users FOR EACH ROW WHEN ((new.raw_app_meta_data ? 'sso_connection'::text)) EXECUTE FUNCTION private.note_sso_connection();

COMMENT ON COLUMN "public"."user_sessions"."refreshed_at" IS 'The last refresh of auth.sessions that went through us, by the clock of Auth. A later one there means that the refresh
token was used past us. Null: not known, for sessions that were opened before this was recorded.';

COMMENT ON COLUMN "public"."user_sessions"."refreshing_at" IS 'When we last announced a refresh. Those in Auth within private.refresh_grace of it are ours.';

COMMENT ON FUNCTION "private"."access_token_lifetime"() IS 'How long an access token lives after its session was opened, refreshed or extended. Must agree with auth.jwt_expiry in
supabase/config.toml.';

COMMENT ON FUNCTION "private"."auth_refreshed_at"(uuid) IS 'Returns when Auth last issued tokens for a session, by the clock of Auth; null for a session that it does not know.';

COMMENT ON FUNCTION "private"."note_sso_connection"() IS 'Records that the connection which app_metadata of a user of Auth names has made the account.';

COMMENT ON FUNCTION "private"."refresh_grace"() IS 'How far apart our own announcement of a refresh and the refresh in Auth may be. Must agree with GRACE_SECONDS in
lib/identity/refresh_tokens.py and with auth.refresh_token_reuse_interval in supabase/config.toml.';

COMMENT ON FUNCTION "private"."was_refreshed_elsewhere"(public.user_sessions) IS 'Whether somebody used the refresh token of a session at Auth itself, past us: it was refreshed later than we know of,
and not when we announced a refresh.';

COMMENT ON FUNCTION "public"."begin_refresh"(jsonb) IS 'For the service, just before it refreshes a session in Auth: announces the refresh, and ends the session where somebody
else has refreshed it past us. Returns the ids of the sessions that it ended.';

COMMENT ON FUNCTION "public"."end_stolen_sessions"() IS 'For the service: ends the open sessions that somebody refreshed in Auth itself, past us. Returns their ids.';

COMMENT ON FUNCTION "public"."forget_auth_records"(uuid) IS 'For the service, while it erases a person: deletes what Auth keeps of them besides the row of the user: identities,
sessions, links, what providers told, and the entries of its own audit log.';

COMMENT ON FUNCTION "public"."forget_ended_sessions"() IS 'For the service: ends expired sessions, in Auth as well, and deletes those that ended 24 hours ago. Deletes expired
devices and permits, and links that expired a day ago. Marks expired invitations. Returns the number of deleted
sessions.';

COMMENT ON FUNCTION "public"."permit_credential_change"(uuid, text) IS 'For the service: permits one change of a password or address in Auth, just before the service requests it. Returns
false, and permits nothing, where somebody else has the address: Auth does not look, and fails.';

COMMENT ON FUNCTION "public"."record_refresh"(uuid, uuid) IS 'For the service, just after it refreshed a session in Auth: records the refresh, and marks the session as seen now.
Returns false for a session that has ended.';

COMMENT ON TABLE "private"."sso_people" IS 'People whose account a connection made: they have no password, and none can be set as long as the connection exists.
Not a matter of app_metadata.provider, which Auth rewrites at each sign-in by a link.';

REVOKE ALL ON FUNCTION "private"."auth_refreshed_at"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."auth_refreshed_at"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."auth_refreshed_at"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."note_sso_connection"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."note_sso_connection"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."note_sso_connection"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."refresh_grace"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."refresh_grace"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."refresh_grace"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."was_refreshed_elsewhere"(public.user_sessions) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."was_refreshed_elsewhere"(public.user_sessions) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."was_refreshed_elsewhere"(public.user_sessions) TO "postgres";

REVOKE ALL ON FUNCTION "public"."begin_refresh"(jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."begin_refresh"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."begin_refresh"(jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."begin_refresh"(jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "public"."end_stolen_sessions"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."end_stolen_sessions"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."end_stolen_sessions"() TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."end_stolen_sessions"() TO "service_role";

REVOKE ALL ON FUNCTION "public"."forget_auth_records"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."forget_auth_records"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."forget_auth_records"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."forget_auth_records"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."permit_credential_change"(uuid, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."permit_credential_change"(uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."permit_credential_change"(uuid, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."permit_credential_change"(uuid, text) TO "service_role";

REVOKE ALL ON FUNCTION "public"."record_refresh"(uuid, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."record_refresh"(uuid, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."record_refresh"(uuid, uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."record_refresh"(uuid, uuid) TO "service_role";

-- By hand: the people whose account a connection has made already. Auth has rewritten `provider`; our own key is there.
INSERT INTO private.sso_people (user_id, connection_id)
SELECT users.id, connection.id
FROM auth.users
INNER JOIN public.sso_connections AS connection ON connection.id::text = users.raw_app_meta_data ->> 'sso_connection'
INNER JOIN public.profiles ON profiles.id = users.id
ON CONFLICT DO NOTHING;

-- By hand: links for a new password that those people got since.
DELETE FROM private.identity_tokens
WHERE identity_tokens.purpose = 'password_reset'
  AND identity_tokens.user_id IN (SELECT sso_people.user_id FROM private.sso_people);
