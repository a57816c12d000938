-- Name python without its paths
-- Planned by `make migration` from supabase/schemas and supabase/policies.

-- Waits at most five seconds for a lock, because queries behind a waiting lock wait as well. On failure, push again.
set lock_timeout = '5s';
set check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.http_status(sqlstate text)
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  -- Must agree with `from_data_api` in Python.
  select case
    when sqlstate ~ '^PT[0-9]{3}$' then substr(sqlstate, 3)::integer
    when sqlstate in ('23505', '23503') then 409
    when sqlstate ~ '^(22...|23502|23514|54000)$' then 400
    when sqlstate = '42501' then 403
  end;
$function$;

CREATE OR REPLACE FUNCTION private.refuse(status integer, reason text, details jsonb DEFAULT '[]'::jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  -- PostgREST answers a SQLSTATE `PTxyz` with HTTP status xyz; `from_data_api` in Python reads the rest.
  raise exception using errcode = 'PT' || status, message = reason, detail = details::text;
end;
$function$;

COMMENT ON FUNCTION "private"."remembered_device_lifetime"() IS 'How long a remembered device needs no second factor. Must agree with DEVICE_SECONDS in Python.';

COMMENT ON FUNCTION "private"."session_idle_limit"() IS 'How long a session lives after its last request, which is recorded in KV only. Must agree with IDLE_SECONDS in
Python.';

COMMENT ON FUNCTION "private"."session_lifetime"() IS 'How long a session lives at most, whatever its use. Must agree with LIFETIME_SECONDS in Python.';

COMMENT ON FUNCTION "private"."unrecorded_refresh_limit"() IS 'How long a refresh in Auth that nobody announced may stay unrecorded before it counts as one past us. A token that KV
has forgotten is not known to be ours and is not announced: its record comes only after Auth has answered. Longer than
a request of ours that refreshes. Must agree with UNKNOWN_SECONDS in Python.';
