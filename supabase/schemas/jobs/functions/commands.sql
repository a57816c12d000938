create function private.key_owner()
returns uuid
language plpgsql
stable
set search_path = ''
as $$
declare
  -- Read once: auth.role, api_key_id and auth.uid would each read them.
  claims constant jsonb := nullif(current_setting('request.jwt.claims', true), '')::jsonb;
begin
  return case
    when claims ->> 'role' = 'service_role' then '00000000-0000-0000-0000-000000000000'
    else coalesce(nullif(claims ->> 'api_key_id', ''), nullif(claims ->> 'sub', ''))
  end;
end;
$$;
comment on function private.key_owner is
'Returns whose idempotency keys the caller uses: those of the API key, else those of the person, or zeros for the
service. Null for anonymous callers.';
grant execute on function private.key_owner to authenticated, service_role;

create function private.access_marks()
returns uuid[]
language plpgsql
stable
security definer -- reads memberships and keys
set search_path = ''
as $$
declare
  caller constant uuid := auth.uid();
  key public.api_keys;
begin
  select api_keys.* into key from public.api_keys where api_keys.id = private.api_key_id();
  return array(
    select md5(concat_ws(
      ' ', member.brand_id, member.role, member.permissions, member.restrictions, key.scopes
    ))::uuid
    from public.brand_members as member
    inner join public.brands on brands.id = member.brand_id and brands.deleted_at is null
    where
      member.user_id = caller and (member.expires_at is null or member.expires_at > now())
      and (key.id is null or member.brand_id = key.brand_id)
  ) || case when private.is_platform_admin() then array[md5('platform')::uuid] end;
end;
$$;
comment on function private.access_marks is
'Returns a mark for each thing that the caller holds now: a membership with its role and permissions, within the scopes
of an API key, and the flag of platform admins. A mark that is gone means that access ended or changed.';

create function private.claim_key(key text, fingerprint text)
returns jsonb
language plpgsql
volatile
security definer -- callers may not write keys themselves, nor read those of others
set search_path = ''
as $$
#variable_conflict use_column
declare
  owner constant uuid := private.key_owner();
  waited text;
  known private.idempotency_keys;
begin
  -- A key of our own shows nothing to anyone, and what runs under it checks its caller: a generation is settled, and paid
  -- for, also when its session ended meanwhile.
  if owner is null or (fingerprint is not null and not private.session_trusted()) then
    perform private.refuse(401, 'this session has ended or has not passed the second factor');
  end if;
  -- A second request with the key waits here until the first has committed, and takes its place if it failed.
  -- Callers choose keys, so the hash is one for which nobody can find the key of another's lock.
  waited := pg_advisory_xact_lock(('x' || left(encode(
    sha256(convert_to('command:' || owner || ':' || claim_key.key, 'UTF8')), 'hex'
  ), 16))::bit(64)::bigint);
  select * into known from private.idempotency_keys as keys
  where keys.owner_id = owner and keys.key = claim_key.key and keys.expires_at >= now();
  if known.owner_id is null then
    return null;
  end if;
  if known.fingerprint is distinct from claim_key.fingerprint then
    perform private.refuse(422, 'this Idempotency-Key was used for another request', jsonb_build_array(
      jsonb_build_object('field', 'Idempotency-Key', 'code', 'DUPLICATE_VALUE', 'message', 'use a new key')
    ));
  end if;
  -- Not done again either: whether it was done stays true.
  if known.fingerprint is not null and (known.access <@ private.access_marks()) is not true then
    perform private.refuse(422, 'the request was done, and what you may do has changed since', jsonb_build_array(
      jsonb_build_object('field', 'Idempotency-Key', 'code', 'CONFLICT', 'message', 'the answer is not given again')
    ));
  end if;
  return known.answer;
end;
$$;
comment on function private.claim_key is
'Reserves an Idempotency-Key for the caller until the end of the transaction, which keeps its answer (keep_answer).
Returns null if the key is new, else the answer that was stored under it. Refuses a key that was used for another
request (422), and an answer to a caller who no longer holds what they held when it was stored (422). A key without a
fingerprint is one that our functions made for this one call: it is kept for 15 minutes, since it only has to outlive
the repetitions of a gateway.';
grant execute on function private.claim_key to authenticated, service_role;

create function private.keep_answer(key text, answer jsonb, fingerprint text default null)
returns timestamptz
language plpgsql
volatile
security definer -- see claim_key
set search_path = ''
as $$
declare
  kept_until constant timestamptz := now() + case
    when fingerprint is null then interval '15 minutes' else interval '24 hours'
  end;
begin
  -- One row that is never changed: the key, which nobody else has before the end of the transaction, and its answer.
  insert into private.idempotency_keys (owner_id, key, fingerprint, answer, access, expires_at)
  values (
    private.key_owner(), keep_answer.key, keep_answer.fingerprint, keep_answer.answer,
    case when keep_answer.fingerprint is not null then private.access_marks() end,
    kept_until
  )
  -- Left of a key that has expired
  on conflict on constraint idempotency_keys_pkey do update
    set
      fingerprint = excluded.fingerprint, answer = excluded.answer, access = excluded.access, created_at = now(),
      expires_at = excluded.expires_at;
  return kept_until;
end;
$$;
comment on function private.keep_answer is
'Stores the answer of a command under a key that the caller claimed, with the fingerprint of the request and what the
caller holds after it. Returns until when it is kept.';
grant execute on function private.keep_answer to authenticated, service_role;

create function private.command_call(command text, arguments jsonb)
returns text
language plpgsql
stable
set search_path = ''
as $$
declare
  routine record;
begin
  -- Only functions that the caller may call through the data API as well, and only those that change something.
  select
    proc.prorettype = 'void'::regtype as is_void,
    string_agg(format('%I %s', argument.name, format_type(argument.type, null)), ', ')
      filter (where argument.name is not null) as columns,
    string_agg(format('%I => given.%I', argument.name, argument.name), ', ')
      filter (where argument.name is not null) as named,
    coalesce(array_agg(argument.name) filter (where argument.name is not null), '{}') as names
  into routine
  from pg_catalog.pg_proc as proc
  left join lateral unnest(
    proc.proargnames[1 : proc.pronargs],
    coalesce(proc.proallargtypes, string_to_array(proc.proargtypes::text, ' ')::oid [])
  ) as argument (name, type) on arguments ? argument.name
  where
    proc.pronamespace = 'public'::regnamespace and proc.proname = command and proc.provolatile = 'v'
    and proc.proname not in ('run_command', 'run_patient_command') and has_function_privilege(proc.oid, 'execute')
  group by proc.oid, proc.prorettype;
  if not found then
    perform private.refuse(404, 'there is no such command');
  end if;
  if arguments - routine.names <> '{}' then
    perform private.refuse(400, 'the command has no such argument: ' || (
      select string_agg(key, ', ') from jsonb_object_keys(arguments - routine.names) as key
    ));
  end if;
  return format(
    'select coalesce(jsonb_agg(%s), ''[]'') from jsonb_to_record($1) as given (%s), lateral public.%I(%s) as returned_row',
    case when routine.is_void then 'null::jsonb' else 'returned_row' end,
    coalesce(routine.columns, 'nothing text'), command, coalesce(routine.named, '')
  );
end;
$$;
comment on function private.command_call is
'Returns the text of a statement that calls a command of the API with named arguments from $1 and collects its rows as
JSON. Refuses unknown commands (404) and arguments (400).';
grant execute on function private.command_call to authenticated, service_role;

create function public.run_command(command text, arguments jsonb, key text, fingerprint text default null)
returns json -- the data API would make text of jsonb once more
language plpgsql
volatile
security invoker -- the caller needs the right to call the command, and the command checks its caller
set search_path = ''
-- Commands look rows up by their keys, also the checks of foreign keys. A plan for the one key would be made at each
-- call, since the tables have partitions, and takes longer than the rest of the statement.
set plan_cache_mode = 'force_generic_plan'
as $$
declare
  kept_until timestamptz;
  answer jsonb;
  code text;
  reason text;
begin
  perform private.require_functions();
  answer := private.claim_key(key, fingerprint);
  if answer is not null then
    return json_build_object('replayed', true, 'rows', answer);
  end if;
  begin
    answer := private.run_kept(command, arguments);
    if answer is null then
      execute private.command_call(command, arguments) into answer using arguments;
    end if;
  exception
    -- Commands run as their owner: the detail of a broken constraint holds the row, also what the caller may not read.
    when integrity_constraint_violation then
      get stacked diagnostics code = returned_sqlstate, reason = message_text;
      raise exception using errcode = code, message = reason;
  end;
  kept_until := private.keep_answer(key, answer, fingerprint);
  return json_build_object('replayed', false, 'rows', answer);
end;
$$;
comment on function public.run_command is
'Runs a command under a key: once, with the same answer each time. A refused command leaves the key unused. The key is
the caller''s Idempotency-Key, with the fingerprint of the request, or one that our functions made for this call (see
private.claim_key). Returns {replayed, rows}.';
grant execute on function public.run_command to authenticated, service_role;

create function public.run_patient_command(command text, arguments jsonb, key text, fingerprint text default null)
returns json
language plpgsql
volatile
security invoker -- see run_command
set search_path = ''
set statement_timeout = '30s'
set lock_timeout = '30s' -- a repeated call waits until the first has committed
as $$
begin
  perform private.require_functions();
  return public.run_command(command, arguments, key, fingerprint);
end;
$$;
comment on function public.run_patient_command is
'Runs a command of many, which may take longer than the eight seconds that the data API gives to others, as run_command
does.';
grant execute on function public.run_patient_command to authenticated, service_role;

create function public.forget_expired_keys(batch integer default 20000)
returns integer
language sql
volatile
security definer -- private is closed to the service as well
set search_path = ''
set statement_timeout = '30s'
as $$
  with expired_keys as (
    delete from private.idempotency_keys
    where (idempotency_keys.owner_id, idempotency_keys.key) in (
      select expired.owner_id, expired.key
      from private.idempotency_keys as expired
      where expired.expires_at < now()
      limit forget_expired_keys.batch
      for update skip locked
    )
    returning 1
  ),
  expired_lines as (
    delete from private.bulk_lines
    where (bulk_lines.owner_id, bulk_lines.key, bulk_lines.line) in (
      select expired.owner_id, expired.key, expired.line
      from private.bulk_lines as expired
      where expired.created_at < now() - interval '24 hours'
      limit forget_expired_keys.batch
      for update skip locked
    )
    returning 1
  )
  select ((select count(*) from expired_keys) + (select count(*) from expired_lines))::integer;
$$;
comment on function public.forget_expired_keys is
'For the scheduler: removes expired idempotency keys, and lines of streams that are older than 24 hours, up to a batch
of each. Returns how many it removed.';
grant execute on function public.forget_expired_keys to service_role;
