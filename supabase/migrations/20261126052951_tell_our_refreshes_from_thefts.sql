-- Tell our refreshes from thefts
-- Planned by `make migration` from supabase/schemas and supabase/policies.

-- Waits at most five seconds for a lock, because queries behind a waiting lock wait as well. On failure, push again.
set lock_timeout = '5s';
set check_function_bodies = off;

DROP FUNCTION "private"."was_refreshed_elsewhere"(public.user_sessions);

DROP FUNCTION "public"."extend_session"(uuid, uuid);

DROP FUNCTION "public"."forget_auth_records"(uuid);

CREATE OR REPLACE FUNCTION private.auth_refreshed_at(session uuid)
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  -- `refreshed_at` has no time zone and is in UTC. It is null until the first refresh.
  select coalesce(sessions.refreshed_at at time zone 'utc', sessions.created_at)
  from auth.sessions where sessions.id = auth_refreshed_at.session;
$function$;

CREATE OR REPLACE FUNCTION private.find_person(who jsonb)
 RETURNS uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  -- Repeats the predicate of the partial index users_email_partial_key, so that it is used.
  select users.id from auth.users where users.email = lower(who ->> 'email') and users.is_sso_user = false;
$function$;

CREATE OR REPLACE FUNCTION private.is_refresh_unknown(session public.user_sessions, refreshed timestamp with time zone)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  -- session.refreshed_at is null for sessions that were opened before it was recorded, refreshed for those that Auth
  -- does not know. Neither says anything.
  select coalesce(refreshed > session.refreshed_at, false) and not coalesce(
    refreshed between session.refreshing_at - private.refresh_grace()
    and session.refreshing_at + private.refresh_grace(), false
  );
$function$;

ALTER FUNCTION "private"."is_refresh_unknown"(public.user_sessions, timestamp with time zone) OWNER TO "postgres";

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
  on conflict (user_id) do update
    set connection_id = excluded.connection_id where sso_people.connection_id <> excluded.connection_id;
  return null;
end;
$function$;

CREATE OR REPLACE FUNCTION private.refresh_grace()
 RETURNS interval
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  select interval '60 seconds';
$function$;

CREATE OR REPLACE FUNCTION private.unrecorded_refresh_limit()
 RETURNS interval
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  select interval '30 seconds';
$function$;

ALTER FUNCTION "private"."unrecorded_refresh_limit"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.begin_refresh(wanted jsonb)
 RETURNS uuid[]
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  session public.user_sessions;
  refreshed timestamptz;
begin
  select user_sessions.* into session from public.user_sessions
  where
    user_sessions.ended_at is null
    and user_sessions.id = coalesce(
      (wanted ->> 'sessionId')::uuid,
      (select tokens.session_id from auth.refresh_tokens as tokens where tokens.token = wanted ->> 'token')
    )
  for update;
  refreshed := private.auth_refreshed_at(session.id);
  if private.is_refresh_unknown(session, refreshed) then
    if refreshed > clock_timestamp() - private.unrecorded_refresh_limit() then
      return null;
    end if;
    return public.end_reused_session(session.id, session.user_id);
  end if;
  -- The new announcement takes the place of the former one, so the refresh that the former one covered is recorded here:
  -- record_refresh may have failed.
  update public.user_sessions
  set
    refreshed_at = coalesce(refreshed, user_sessions.refreshed_at),
    -- Not for a token that we did not issue: it would hide a refresh past us.
    refreshing_at = case when (wanted ->> 'isOurs')::boolean then clock_timestamp() else user_sessions.refreshing_at end
  where user_sessions.id = session.id;
  return '{}';
end;
$function$;

CREATE OR REPLACE FUNCTION public.end_refused_session(session_id uuid, user_id uuid)
 RETURNS uuid[]
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select private.end_sessions(end_refused_session.user_id, 'revoked', array[end_refused_session.session_id]);
$function$;

ALTER FUNCTION "public"."end_refused_session"(uuid, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.end_stolen_sessions()
 RETURNS uuid[]
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
declare
  stolen record;
  ended uuid[] := '{}';
begin
  for stolen in
    select session.id, session.user_id
    from public.user_sessions as session
    inner join auth.sessions as known on known.id = session.id
    where
      session.ended_at is null and session.expires_at > now()
      -- Cheap and true of few, before the exact test.
      and known.refreshed_at at time zone 'utc' > session.refreshed_at
      and known.refreshed_at at time zone 'utc' < now() - private.unrecorded_refresh_limit()
      and private.is_refresh_unknown(session, known.refreshed_at at time zone 'utc')
    order by session.id
    limit 1000
    for update of session skip locked
  loop
    ended := ended || public.end_reused_session(stolen.id, stolen.user_id);
  end loop;
  return ended;
end;
$function$;

CREATE OR REPLACE FUNCTION public.extend_session(session_id uuid, user_id uuid)
 RETURNS boolean
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select public.record_refresh(extend_session.session_id, extend_session.user_id);
$function$;

ALTER FUNCTION "public"."extend_session"(uuid, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.forget_auth_records(user_id uuid, address text DEFAULT NULL::text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
declare
  person constant uuid := forget_auth_records.user_id;
  addresses constant text[] := array[
    forget_auth_records.address, (select users.email from auth.users where users.id = person)
  ];
begin
  delete from auth.identities where identities.user_id = person;
  delete from auth.sessions where sessions.user_id = person;
  delete from auth.one_time_tokens where one_time_tokens.user_id = person;
  delete from auth.flow_state where flow_state.user_id = person;
  delete from auth.mfa_factors where mfa_factors.user_id = person;
  delete from auth.saml_relay_states where saml_relay_states.for_email = any (addresses);
  -- What a provider has told of the person, under whatever names: Auth itself only adds to it. Columns of changes that
  -- were begun are emptied and not null, which Auth cannot read (https://github.com/supabase/auth/issues/1940).
  update auth.users
  set
    raw_user_meta_data = '{}', raw_app_meta_data = '{"provider": "email", "providers": ["email"]}', phone = null,
    email_change = '', email_change_token_new = '', email_change_token_current = '', phone_change = '',
    phone_change_token = '', confirmation_token = '', recovery_token = '', reauthentication_token = ''
  where users.id = person;
  -- Again: until the metadata was emptied, each write of Auth brought the row back.
  delete from private.sso_people where sso_people.user_id = person;
  delete from auth.audit_log_entries
  where
    audit_log_entries.payload ->> 'actor_id' = person::text
    or audit_log_entries.payload -> 'traits' ->> 'user_id' = person::text
    or audit_log_entries.payload ->> 'actor_username' = any (addresses)
    or audit_log_entries.payload -> 'traits' ->> 'user_email' = any (addresses);
end;
$function$;

ALTER FUNCTION "public"."forget_auth_records"(uuid, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.forget_auth_sessions(batch integer DEFAULT 5000)
 RETURNS integer
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
  with forgotten as (
    -- Deletes sessions that were opened at Auth directly, too: no session of ours is older.
    delete from auth.sessions
    where sessions.id in (
      select old.id from auth.sessions as old
      where old.created_at <= now() - private.session_lifetime()
      limit forget_auth_sessions.batch
      for update skip locked
    )
    returning 1
  )
  select count(*)::integer from forgotten;
$function$;

ALTER FUNCTION "public"."forget_auth_sessions"(integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.forget_device(device_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  delete from public.trusted_devices
  where trusted_devices.id = forget_device.device_id and trusted_devices.user_id = auth.uid();
  if not found then
    perform private.refuse(404, 'device not found');
  end if;
end;
$function$;

ALTER FUNCTION "public"."forget_device"(uuid) OWNER TO "postgres";

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

CREATE OR REPLACE FUNCTION public.keep_session(session_id uuid, user_id uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  update public.user_sessions set last_seen_at = now()
  where
    user_sessions.id = keep_session.session_id
    and user_sessions.user_id = keep_session.user_id
    and user_sessions.ended_at is null
    and user_sessions.expires_at > now()
    and user_sessions.last_seen_at > now() - private.session_unseen_limit();
  return found;
end;
$function$;

ALTER FUNCTION "public"."keep_session"(uuid, uuid) OWNER TO "postgres";

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
    -- Deletes identities of other providers: they name the old address, and Auth leaves them in place.
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
  if not public.keep_session(record_refresh.session_id, record_refresh.user_id) then
    return false;
  end if;
  update public.user_sessions set refreshed_at = private.auth_refreshed_at(user_sessions.id)
  where user_sessions.id = record_refresh.session_id;
  return true;
end;
$function$;

CREATE OR REPLACE FUNCTION public.set_notification_preferences(preferences jsonb, version integer)
 RETURNS public.notification_preferences
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  wanted constant public.notification_preferences := jsonb_populate_record(
    null::public.notification_preferences, preferences
  );
  written public.notification_preferences;
begin
  if not private.person_trusted() then
    perform private.refuse(401, 'this session is not trusted', '[{"code": "MFA_REQUIRED", "message": "sign in"}]');
  end if;
  if set_notification_preferences.version = 0 then
    insert into public.notification_preferences (
      user_id, email_enabled, content_updates, new_comments, task_reminders, marketing, digest, quiet_from, quiet_to
    )
    values (
      auth.uid(), wanted.email_enabled, wanted.content_updates, wanted.new_comments, wanted.task_reminders,
      wanted.marketing, wanted.digest, wanted.quiet_from, wanted.quiet_to
    )
    on conflict (user_id) do nothing
    returning * into written;
  else
    update public.notification_preferences
    set
      email_enabled = wanted.email_enabled, content_updates = wanted.content_updates,
      new_comments = wanted.new_comments, task_reminders = wanted.task_reminders, marketing = wanted.marketing,
      digest = wanted.digest, quiet_from = wanted.quiet_from, quiet_to = wanted.quiet_to
    where
      notification_preferences.user_id = auth.uid()
      and notification_preferences.version = set_notification_preferences.version
    returning * into written;
  end if;
  if written.user_id is null then
    perform private.refuse(412, 'the preferences have changed since');
  end if;
  return written;
end;
$function$;

ALTER FUNCTION "public"."set_notification_preferences"(jsonb, integer) OWNER TO "postgres";

CREATE INDEX user_sessions_open_idx ON public.user_sessions USING btree (expires_at) WHERE (ended_at IS NULL);

COMMENT ON FUNCTION "private"."is_refresh_unknown"(public.user_sessions, timestamp with time zone) IS 'Whether a refresh in Auth is neither recorded nor announced. Either somebody used the refresh token at Auth itself,
past us, or our own refresh is not recorded yet: after private.unrecorded_refresh_limit it is the former.';

COMMENT ON FUNCTION "private"."note_sso_connection"() IS 'Records the connection that app_metadata of a user of Auth names: it made the account, or took it over.';

COMMENT ON FUNCTION "private"."refresh_grace"() IS 'How far apart our own announcement of a refresh and the refresh in Auth may be. Auth may commit ten seconds after the
request (its GOTRUE_API_MAX_REQUEST_DURATION); the rest is for the clocks of the two.';

COMMENT ON FUNCTION "private"."unrecorded_refresh_limit"() IS 'How long a refresh in Auth that nobody announced may stay unrecorded before it counts as one past us. A token that KV
has forgotten is not known to be ours and is not announced: its record comes only after Auth has answered. Longer than
a request of ours that refreshes. Must agree with UNKNOWN_SECONDS in lib/identity/refreshing.py.';

COMMENT ON FUNCTION "public"."begin_refresh"(jsonb) IS 'For the service, just before it refreshes a session in Auth: announces the refresh, and ends the session where somebody
else has refreshed it past us. Returns the ids of the sessions that it ended; null, and announces nothing, while it is
not known whether the last refresh was ours: see private.unrecorded_refresh_limit.';

COMMENT ON FUNCTION "public"."end_refused_session"(uuid, uuid) IS 'For the service: ends a session that Auth does not refresh any more, because it ended there or its person is banned.';

COMMENT ON FUNCTION "public"."end_stolen_sessions"() IS 'For the service: ends the open sessions that somebody refreshed in Auth itself, past us, at most 1,000. Returns their
ids.';

COMMENT ON FUNCTION "public"."extend_session"(uuid, uuid) IS 'Deprecated, for deployments that do not know record_refresh: they call it after each refresh, and end_stolen_sessions
must not end the sessions that they refreshed, as after a rollback. To be dropped with the next release.';

COMMENT ON FUNCTION "public"."forget_auth_records"(uuid, text) IS 'For the service, when Auth itself has forgotten the address of a person: deletes what Auth keeps besides the row of the
user: identities, sessions, factors, links, changes that were begun, what providers told, and the entries of its own log
about the person or the former address.';

COMMENT ON FUNCTION "public"."forget_auth_sessions"(integer) IS 'For the scheduler: deletes sessions of Auth that are older than private.session_lifetime, up to a batch, with their
refresh tokens. Returns how many it deleted.';

COMMENT ON FUNCTION "public"."forget_device"(uuid) IS 'Deletes a remembered device of the caller, which then needs the second factor again; 404 where there is none.';

COMMENT ON FUNCTION "public"."keep_session"(uuid, uuid) IS 'For the service: marks a session as seen now, which keeps it alive up to its lifetime. Returns false for a session
that has ended.';

COMMENT ON FUNCTION "public"."set_notification_preferences"(jsonb, integer) IS 'Replaces all notification preferences of the caller and returns them. The version is the one that the caller read, 0
where there were none yet; 412 where another one is there by now.';

REVOKE ALL ON FUNCTION "private"."is_refresh_unknown"(public.user_sessions, timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."is_refresh_unknown"(public.user_sessions, timestamp with time zone) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."is_refresh_unknown"(public.user_sessions, timestamp with time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."unrecorded_refresh_limit"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."unrecorded_refresh_limit"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."unrecorded_refresh_limit"() TO "postgres";

REVOKE ALL ON FUNCTION "public"."end_refused_session"(uuid, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."end_refused_session"(uuid, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."end_refused_session"(uuid, uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."end_refused_session"(uuid, uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."extend_session"(uuid, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."extend_session"(uuid, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."extend_session"(uuid, uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."extend_session"(uuid, uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."forget_auth_records"(uuid, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."forget_auth_records"(uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."forget_auth_records"(uuid, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."forget_auth_records"(uuid, text) TO "service_role";

REVOKE ALL ON FUNCTION "public"."forget_auth_sessions"(integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."forget_auth_sessions"(integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."forget_auth_sessions"(integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."forget_auth_sessions"(integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."forget_device"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."forget_device"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."forget_device"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."forget_device"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "public"."keep_session"(uuid, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."keep_session"(uuid, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."keep_session"(uuid, uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."keep_session"(uuid, uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."set_notification_preferences"(jsonb, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."set_notification_preferences"(jsonb, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."set_notification_preferences"(jsonb, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."set_notification_preferences"(jsonb, integer) TO "postgres";
