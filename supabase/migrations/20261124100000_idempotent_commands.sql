-- A command that a client may send twice: key, work and answer are one transaction, so there is no state in between.
--
-- The functions of before needed three calls, and left a key behind whose work was lost when the function was killed.

drop function public.begin_idempotent(text, text);
drop function public.finish_idempotent(text, integer, jsonb);
delete from private.idempotency_keys;
alter table private.idempotency_keys
drop column status,
alter column answer set default '[]',
alter column answer set not null;
comment on table private.idempotency_keys is
'What a person''s command with this Idempotency-Key answered, for a day.';

create function private.claim_key(key text, fingerprint text)
returns jsonb
language plpgsql
volatile
security definer -- nobody may write keys by themselves, or read those of others
set search_path = ''
as $$
#variable_conflict use_column
declare
  known private.idempotency_keys;
begin
  if auth.uid() is null or not private.session_trusted() then
    perform private.refuse(401, 'this session has ended or has not passed the second factor');
  end if;
  -- A second request waits here until the first has committed, or takes its place when that one failed.
  insert into private.idempotency_keys as keys (user_id, key, fingerprint)
  values (auth.uid(), claim_key.key, claim_key.fingerprint)
  on conflict (user_id, key) do update
    set fingerprint = excluded.fingerprint, answer = '[]', created_at = now(), expires_at = excluded.expires_at
    where keys.expires_at < now()
  returning * into known;
  if known.user_id is not null then
    return null;
  end if;
  select * into known from private.idempotency_keys as keys
  where keys.user_id = auth.uid() and keys.key = claim_key.key;
  if known.fingerprint <> claim_key.fingerprint then
    perform private.refuse(422, 'this Idempotency-Key was used for another request', jsonb_build_array(
      jsonb_build_object('field', 'Idempotency-Key', 'code', 'DUPLICATE_VALUE', 'message', 'use a new key')
    ));
  end if;
  return known.answer;
end;
$$;
comment on function private.claim_key is
'Null: the key is new, and the caller''s; else what was answered then. 422 where it was used for another request.';
grant execute on function private.claim_key to authenticated;

create function private.keep_answer(key text, answer jsonb)
returns void
language sql
volatile
security definer -- see claim_key
set search_path = ''
as $$
  update private.idempotency_keys set answer = keep_answer.answer
  where idempotency_keys.user_id = auth.uid() and idempotency_keys.key = keep_answer.key;
$$;
grant execute on function private.keep_answer to authenticated;

create function private.command_call(command text, arguments jsonb)
returns text
language plpgsql
stable
set search_path = ''
as $$
declare
  routine pg_catalog.pg_proc;
  columns text;
  named text;
  unknown text;
begin
  -- Only what the data API offers the caller anyway, and only what changes something.
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
    'select coalesce(jsonb_agg(%s), ''[]'') from jsonb_to_record($1) as given (%s), lateral public.%I(%s) as result',
    case when routine.prorettype = 'void'::regtype then 'null::jsonb' else 'to_jsonb(result)' end,
    coalesce(columns, 'nothing text'), command, coalesce(named, '')
  );
end;
$$;
comment on function private.command_call is
'The statement that calls a command of the API with named arguments out of $1, and gathers its rows as JSON.';
grant execute on function private.command_call to authenticated;

create function public.run_command(command text, arguments jsonb, key text, fingerprint text)
returns jsonb
language plpgsql
volatile
security invoker -- the command checks its caller, who needs the right to call it as ever
set search_path = ''
as $$
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
$$;
comment on function public.run_command is
'A command under an Idempotency-Key: done once, answered the same each time; a refusal leaves the key unused.';
grant execute on function public.run_command to authenticated;
