-- Release jobs and plans of sessions
-- Planned by `make migration` from supabase/schemas and supabase/policies.

-- Waits at most five seconds for a lock, because queries behind a waiting lock wait as well. On failure, push again.
set lock_timeout = '5s';
set check_function_bodies = off;

DROP FUNCTION "public"."record_refresh"(uuid, uuid);

CREATE OR REPLACE FUNCTION private.plan_of_brand(brand uuid)
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select coalesce(
    (
      select accounts.plan
      from public.brands
      inner join public.accounts on accounts.id = brands.account_id
      where brands.id = plan_of_brand.brand
    ),
    'starter'
  );
$function$;

ALTER FUNCTION "private"."plan_of_brand"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.plan_of_person(person uuid)
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select coalesce(
    (
      select plans.name
      from public.brand_members as member
      inner join public.brands on brands.id = member.brand_id
      inner join public.accounts on accounts.id = brands.account_id
      inner join public.plans on plans.name = accounts.plan
      where
        member.user_id = plan_of_person.person
        and (member.expires_at is null or member.expires_at > now())
        and brands.deleted_at is null
      order by plans.contents_per_month desc nulls first, plans.name
      limit 1
    ),
    'starter'
  );
$function$;

ALTER FUNCTION "private"."plan_of_person"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.extend_session(session_id uuid, user_id uuid)
 RETURNS boolean
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select public.record_refresh(extend_session.session_id, extend_session.user_id) is not null;
$function$;

CREATE OR REPLACE FUNCTION public.find_api_key(key_hashes text[])
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  key public.api_keys;
begin
  select api_keys.* into key
  from public.api_keys
  inner join public.profiles on profiles.id = api_keys.user_id
  where
    api_keys.key_hash = any (find_api_key.key_hashes)
    and api_keys.revoked_at is null
    and api_keys.expires_at > now()
    and profiles.is_active;
  if key.id is null then
    return null;
  end if;
  -- The application passes the hash under each version of its key, the newest first. The newest replaces an older one.
  update public.api_keys set last_used_at = now(), key_hash = find_api_key.key_hashes[1]
  where api_keys.id = key.id;
  return jsonb_build_object(
    'id', key.id, 'user_id', key.user_id, 'brand_id', key.brand_id, 'scopes', key.scopes,
    'allowed_addresses', key.allowed_addresses, 'expires_at', extract(epoch from key.expires_at),
    'plan', private.plan_of_brand(key.brand_id)
  );
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
    'evicted', to_jsonb(evicted),
    'plan', private.plan_of_person(person.id)
  );
end;
$function$;

CREATE OR REPLACE FUNCTION public.record_refresh(session_id uuid, user_id uuid)
 RETURNS text
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if not public.keep_session(record_refresh.session_id, record_refresh.user_id) then
    return null;
  end if;
  update public.user_sessions set refreshed_at = private.auth_refreshed_at(user_sessions.id)
  where user_sessions.id = record_refresh.session_id;
  return private.plan_of_person(record_refresh.user_id);
end;
$function$;

ALTER FUNCTION "public"."record_refresh"(uuid, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.release_jobs(ids uuid[], worker text)
 RETURNS integer
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  with released as (
    update private.jobs
    set leased_by = null, lease_until = null, attempts = greatest(jobs.attempts - 1, 0)
    where jobs.id = any (release_jobs.ids) and jobs.leased_by = release_jobs.worker
    returning 1
  )
  select count(*)::integer from released;
$function$;

ALTER FUNCTION "public"."release_jobs"(uuid[], text) OWNER TO "postgres";

COMMENT ON FUNCTION "private"."plan_of_brand"(uuid) IS 'Returns the plan of the account that pays for a brand; starter for a brand without an account.';

COMMENT ON FUNCTION "private"."plan_of_person"(uuid) IS 'Returns the highest plan among the accounts of a person''s brands, the one with the most contents; starter for a person
without such a brand. Rate limits go by it.';

COMMENT ON FUNCTION "public"."find_api_key"(text[]) IS 'Returns the valid API key with one of these keyed hashes and the plan of its brand, and marks the key as used; null for
any other.';

COMMENT ON FUNCTION "public"."open_session"(jsonb) IS 'For the service: records a session that Auth has just created and ends the oldest sessions beyond the limit. Returns
whether the person is active, what the session still needs (second factor, enrolment, a new password), and the plan that
rate limits go by: see private.plan_of_person.';

COMMENT ON FUNCTION "public"."record_refresh"(uuid, uuid) IS 'For the service, just after it refreshed a session in Auth: records the refresh, and marks the session as seen now.
Returns the plan that rate limits go by (see private.plan_of_person), or null for a session that has ended.';

COMMENT ON FUNCTION "public"."release_jobs"(uuid[], text) IS 'Returns jobs that the worker claimed and did not begin to their queue, without counting an attempt. Returns how many;
jobs that another worker has taken over stay with it.';

REVOKE ALL ON FUNCTION "private"."plan_of_brand"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."plan_of_brand"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."plan_of_brand"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."plan_of_person"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."plan_of_person"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."plan_of_person"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "public"."record_refresh"(uuid, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."record_refresh"(uuid, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."record_refresh"(uuid, uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."record_refresh"(uuid, uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."release_jobs"(uuid[], text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."release_jobs"(uuid[], text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."release_jobs"(uuid[], text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."release_jobs"(uuid[], text) TO "service_role";
