-- Ask for the proof without a pattern
-- Planned by `make migration` from supabase/schemas and supabase/policies.

-- Waits at most five seconds for a lock, because queries behind a waiting lock wait as well. On failure, push again.
set lock_timeout = '5s';
set check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.from_functions()
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  claims constant jsonb := nullif(current_setting('request.jwt.claims', true), '')::jsonb;
  -- `<expiry>.<MAC>`: Unix time in seconds, and HMAC-SHA-256 in hexadecimal digits.
  proof constant text := nullif(current_setting('request.headers', true), '')::jsonb ->> 'x-functions-proof';
  -- The rest needs no pattern, which would take most of the time: it is compared as a whole.
  expiry constant text := substring(proof from '^[0-9]{1,12}');
  signed text;
begin
  -- Only functions hold the key of the service, and it passes every policy in any case. Not current_user: functions with
  -- the rights of their owner change it.
  if auth.role() = 'service_role' then
    return true;
  end if;
  -- Without claims there is no request: whoever speaks SQL as the owner needs no function.
  if proof is null or claims is null or claims ? 'read_only' then
    return false;
  end if;
  -- By the start of the transaction: a command that waits for a lock keeps its proof.
  if expiry is not null and expiry::bigint not between extract(epoch from now()) and extract(epoch from now()) + 300 then
    perform private.refuse(403, 'the proof of this request has expired');
  end if;
  -- Of the verified token and never of the header. No claim can contain a line feed: the ids are UUIDs of Auth and of our
  -- functions, and the scopes are words.
  signed := concat_ws(
    e'\n', 'functions-proof-1', coalesce(claims ->> 'sub', ''), coalesce(claims ->> 'session_id', ''),
    coalesce(claims ->> 'api_key_id', ''), coalesce(claims ->> 'scope', ''), expiry
  );
  -- Digests are compared, so that the time of the comparison tells nothing about the MAC.
  if not exists (
    select from private.signing_keys as keys
    where sha256(convert_to(expiry || '.' || encode(extensions.hmac(
      convert_to(signed, 'UTF8'), convert_to(keys.secret, 'UTF8'), 'sha256'
    ), 'hex'), 'UTF8')) = sha256(convert_to(proof, 'UTF8'))
  ) then
    -- The functions know this message, and register their key then (lib/core/data/db.py).
    perform private.refuse(403, 'the proof of this request has an unknown key');
  end if;
  return true;
end;
$function$;

CREATE OR REPLACE FUNCTION public.knows_signing_key(fingerprint text)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select exists (
    select from private.signing_keys
    where encode(sha256(convert_to(signing_keys.secret, 'UTF8')), 'hex') = knows_signing_key.fingerprint
  );
$function$;

ALTER FUNCTION "public"."knows_signing_key"(text) OWNER TO "postgres";

COMMENT ON FUNCTION "public"."knows_signing_key"(text) IS 'For the service: whether a key is registered, by its SHA-256 in hexadecimal digits.';

REVOKE ALL ON FUNCTION "public"."knows_signing_key"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."knows_signing_key"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."knows_signing_key"(text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."knows_signing_key"(text) TO "service_role";
