-- Keep keys of calls for an hour
-- Planned by `make migration` from supabase/schemas and supabase/policies.

-- Waits at most five seconds for a lock, because queries behind a waiting lock wait as well. On failure, push again.
set lock_timeout = '5s';
set check_function_bodies = off;

DROP FUNCTION "public"."run_command"(text, jsonb, text, text);

ALTER TABLE "private"."idempotency_keys" ALTER COLUMN "fingerprint" DROP NOT NULL;

CREATE OR REPLACE FUNCTION private.claim_key(key text, fingerprint text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_column
declare
  known private.idempotency_keys;
begin
  -- A key of our own shows nothing to anyone, and what runs under it checks its caller: a generation is settled, and paid
  -- for, also when its session ended meanwhile.
  if auth.uid() is null or (fingerprint is not null and not private.session_trusted()) then
    perform private.refuse(401, 'this session has ended or has not passed the second factor');
  end if;
  -- A second request with the key waits here until the first has committed, and takes its place if it failed.
  insert into private.idempotency_keys as keys (user_id, key, fingerprint, expires_at)
  values (
    auth.uid(), claim_key.key, claim_key.fingerprint,
    now() + case when claim_key.fingerprint is null then interval '1 hour' else interval '24 hours' end
  )
  on conflict (user_id, key) do update
    set fingerprint = excluded.fingerprint, answer = '[]', created_at = now(), expires_at = excluded.expires_at
    where keys.expires_at < now()
  returning * into known;
  if known.user_id is not null then
    return null;
  end if;
  select * into known from private.idempotency_keys as keys
  where keys.user_id = auth.uid() and keys.key = claim_key.key;
  if known.fingerprint is distinct from claim_key.fingerprint then
    perform private.refuse(422, 'this Idempotency-Key was used for another request', jsonb_build_array(
      jsonb_build_object('field', 'Idempotency-Key', 'code', 'DUPLICATE_VALUE', 'message', 'use a new key')
    ));
  end if;
  return known.answer;
end;
$function$;

CREATE OR REPLACE FUNCTION private.command_call(command text, arguments jsonb)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  routine pg_catalog.pg_proc;
  columns text;
  named text;
  unknown text;
begin
  -- Only functions that the caller may call through the data API as well, and only those that change something.
  select proc.* into routine
  from pg_catalog.pg_proc as proc
  where
    proc.pronamespace = 'public'::regnamespace and proc.proname = command and proc.provolatile = 'v'
    and proc.proname <> 'run_command' and has_function_privilege(proc.oid, 'execute');
  if routine.oid is null then
    perform private.refuse(404, 'there is no such command');
  end if;
  select
    string_agg(format('%I %s', argument.name, format_type(argument.type, null)), ', '),
    string_agg(format('%I => given.%I', argument.name, argument.name), ', ')
  into columns, named
  from (
    select
      routine.proargnames[position] as name,
      (coalesce(routine.proallargtypes, string_to_array(routine.proargtypes::text, ' ')::oid []))[position] as type
    from generate_series(1, routine.pronargs) as position
  ) as argument
  where arguments ? argument.name;
  select string_agg(key, ', ') into unknown
  from jsonb_object_keys(arguments) as key
  where key <> all (routine.proargnames[1 : routine.pronargs]);
  if unknown is not null then
    perform private.refuse(400, 'the command has no such argument: ' || unknown);
  end if;
  return format(
    'select coalesce(jsonb_agg(%s), ''[]'') from jsonb_to_record($1) as given (%s), lateral public.%I(%s) as returned_row',
    case when routine.prorettype = 'void'::regtype then 'null::jsonb' else 'to_jsonb(returned_row)' end,
    coalesce(columns, 'nothing text'), command, coalesce(named, '')
  );
end;
$function$;

CREATE OR REPLACE FUNCTION public.run_command(command text, arguments jsonb, key text, fingerprint text DEFAULT NULL::text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
declare
  answer jsonb := private.claim_key(key, fingerprint);
begin
  if answer is not null then
    return jsonb_build_object('replayed', true, 'rows', answer);
  end if;
  execute private.command_call(command, arguments) into answer using arguments;
  perform private.keep_answer(key, answer);
  return jsonb_build_object('replayed', false, 'rows', answer);
end;
$function$;

ALTER FUNCTION "public"."run_command"(text, jsonb, text, text) OWNER TO "postgres";

COMMENT ON COLUMN "private"."idempotency_keys"."fingerprint" IS 'SHA-256 of method, path and body: the same key with another request is refused. Null for a key that our functions made
for one call of the data API, so that a gateway that repeats the call does nothing twice.';

COMMENT ON FUNCTION "private"."claim_key"(text, text) IS 'Reserves an Idempotency-Key for the caller. Returns null if the key is new, else the answer that was stored under it.
Refuses a key that was used for another request (422). A key without a fingerprint is one that our functions made for
this one call: it is kept for an hour, since it only has to outlive the repetitions of a gateway.';

COMMENT ON FUNCTION "public"."run_command"(text, jsonb, text, text) IS 'Runs a command under a key: once, with the same answer each time. A refused command leaves the key unused. The key is
the caller''s Idempotency-Key, with the fingerprint of the request, or one that our functions made for this call (see
private.claim_key). Returns {replayed, rows}.';

COMMENT ON TABLE "private"."idempotency_keys" IS 'The answers to commands by person and key: for 24 hours under an Idempotency-Key, for an hour under a key of ours.';

REVOKE ALL ON FUNCTION "public"."run_command"(text, jsonb, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."run_command"(text, jsonb, text, text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."run_command"(text, jsonb, text, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."run_command"(text, jsonb, text, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."run_command"(text, jsonb, text, text) TO "service_role";
