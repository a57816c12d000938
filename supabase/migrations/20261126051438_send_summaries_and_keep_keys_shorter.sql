-- Send summaries and keep keys shorter
-- Planned by `make migration` from supabase/schemas and supabase/policies.

-- Waits at most five seconds for a lock, because queries behind a waiting lock wait as well. On failure, push again.
set lock_timeout = '5s';
set check_function_bodies = off;

ALTER TABLE "private"."idempotency_keys" DROP CONSTRAINT "idempotency_keys_user_id_fkey";

DROP FUNCTION "public"."forget_expired_keys"(integer);

CREATE OR REPLACE FUNCTION private.broadcast_event()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  perform private.send_event(new);
  return null;
end;
$function$;

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
  if private.key_owner() is null or (fingerprint is not null and not private.session_trusted()) then
    perform private.refuse(401, 'this session has ended or has not passed the second factor');
  end if;
  -- A second request with the key waits here until the first has committed, and takes its place if it failed.
  insert into private.idempotency_keys as keys (user_id, key, fingerprint, expires_at)
  values (
    private.key_owner(), claim_key.key, claim_key.fingerprint,
    now() + case when claim_key.fingerprint is null then interval '15 minutes' else interval '24 hours' end
  )
  on conflict (user_id, key) do update
    set fingerprint = excluded.fingerprint, answer = '[]', created_at = now(), expires_at = excluded.expires_at
    where keys.expires_at < now()
  returning * into known;
  if known.user_id is not null then
    return null;
  end if;
  select * into known from private.idempotency_keys as keys
  where keys.user_id = private.key_owner() and keys.key = claim_key.key;
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
    and proc.proname not in ('run_command', 'run_patient_command') and has_function_privilege(proc.oid, 'execute');
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

CREATE OR REPLACE FUNCTION private.keep_answer(key text, answer jsonb)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  update private.idempotency_keys set answer = keep_answer.answer
  where idempotency_keys.user_id = private.key_owner() and idempotency_keys.key = keep_answer.key;
$function$;

CREATE OR REPLACE FUNCTION private.key_owner()
 RETURNS uuid
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select case
    when auth.role() = 'service_role' then '00000000-0000-0000-0000-000000000000' else auth.uid()
  end;
$function$;

ALTER FUNCTION "private"."key_owner"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.send_event(event public.domain_events)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  message jsonb := jsonb_build_object(
    'eventId', event.id,
    'type', event.type,
    'brandId', event.brand_id,
    'aggregateType', event.aggregate_type,
    'aggregateId', event.aggregate_id,
    'aggregateVersion', event.aggregate_version,
    'actorId', event.actor_id,
    'requestId', event.correlation_id,
    'occurredAt', event.occurred_at,
    -- `changes` may be as large as the aggregate: subscribers that need it read the event.
    'data', event.payload - 'changes'
  );
begin
  -- Every member may join the brand's topic; events of members, invitations, keys and webhooks need more permissions.
  if event.aggregate_type not in ('brand_member', 'invitation', 'api_key', 'webhook') then
    perform realtime.send(message, event.type, 'brand:' || event.brand_id, true);
  end if;
  if event.aggregate_type in ('content', 'workflow', 'ai_generation') then
    perform realtime.send(
      message, event.type,
      case event.aggregate_type
        when 'ai_generation' then 'ai' else event.aggregate_type
      end || ':' || event.aggregate_id,
      true
    );
  end if;
end;
$function$;

ALTER FUNCTION "private"."send_event"(public.domain_events) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.send_summary(command text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  -- Two messages for each stay below the 64 subtransactions that a transaction may have without slowing down others.
  most_single_events constant integer := 20;
  -- Of 1,000 ids, a message has 40 KB of the 256 that the smallest plan lets through.
  most_ids constant integer := 1000;
  events public.domain_events [] := array(
    select event from public.domain_events as event
    where
      event.transaction_id = pg_current_xact_id()
      -- For the planner, which then opens the partitions of this year only.
      and event.id >= private.uuid_v7_floor(now())
    order by event.id
  );
  event public.domain_events;
  summary record;
begin
  perform set_config('mixerai.broadcasts', '', true);
  if cardinality(events) <= most_single_events then
    foreach event in array events loop
      perform private.send_event(event);
    end loop;
    return;
  end if;
  for summary in
    with happened as (
      select
        each.id, each.brand_id, each.type,
        case each.aggregate_type when 'content' then each.aggregate_id::text else each.payload ->> 'contentId' end
          as content_id
      from unnest(events) as each
      where each.aggregate_type not in ('brand_member', 'invitation', 'api_key', 'webhook')
    ),
    counted as (
      select happened.brand_id, happened.type, count(*) as occurrences from happened group by 1, 2
    )
    select
      happened.brand_id,
      max(happened.id::text) as last_event_id,
      (array_agg(distinct happened.content_id) filter (where happened.content_id is not null))[1 : most_ids]
        as content_ids,
      (
        select jsonb_object_agg(counted.type, counted.occurrences)
        from counted where counted.brand_id = happened.brand_id
      ) as occurrences
    from happened
    group by happened.brand_id
  loop
    perform realtime.send(
      jsonb_build_object(
        'type', 'ContentsChanged',
        'brandId', summary.brand_id,
        'aggregateType', 'brand',
        'aggregateId', summary.brand_id,
        'actorId', auth.uid(),
        'requestId', private.request_id(),
        'occurredAt', clock_timestamp(),
        'lastEventId', summary.last_event_id,
        'data', jsonb_build_object(
          'command', send_summary.command,
          'events', summary.occurrences,
          'contentIds', to_jsonb(coalesce(summary.content_ids, '{}'))
        )
      ),
      'ContentsChanged', 'brand:' || summary.brand_id, true
    );
  end loop;
end;
$function$;

CREATE OR REPLACE FUNCTION public.chase_tasks(batch integer DEFAULT 500)
 RETURNS TABLE(task_id uuid, outcome text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
declare
  task public.workflow_tasks;
  run public.workflow_instances;
begin
  perform private.begin_summary();
  -- A reminder at 80 % of the time, an escalation at its end, each once (domain §5).
  for task in
    select tasks.*
    from public.workflow_tasks as tasks
    inner join public.contents on contents.id = tasks.content_id
    where
      tasks.status = 'pending'
      and tasks.escalated_at is null
      and (
        tasks.due_at <= now()
        or (tasks.reminded_at is null and now() >= tasks.created_at + 0.8 * (tasks.due_at - tasks.created_at))
      )
    order by tasks.due_at
    limit batch
    -- Commands lock the content as well: a content that is being decided is left for the next call.
    for update of contents, tasks skip locked
  loop
    run := private.active_run(task.content_id);
    task_id := task.id;
    outcome := case when task.due_at <= now() then 'escalated' else 'reminded' end;
    update public.workflow_tasks
    set
      reminded_at = coalesce(workflow_tasks.reminded_at, now()),
      escalated_at = case when chase_tasks.outcome = 'escalated' then now() end
    where workflow_tasks.id = task.id;
    perform private.append_run_event(
      run, case outcome when 'escalated' then 'TaskEscalated' else 'TaskReminder' end,
      jsonb_build_object('taskId', task.id, 'assigneeId', task.assignee_id, 'dueAt', task.due_at)
    );
    if outcome = 'escalated' then
      perform private.escalate_task(run, task);
    end if;
    return next;
  end loop;
  perform private.send_summary('chase_tasks');
end;
$function$;

CREATE OR REPLACE FUNCTION public.fail_stale_generations(older_than interval DEFAULT '00:05:00'::interval, batch integer DEFAULT 500)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
declare
  generation public.ai_generations;
  failed integer := 0;
begin
  perform private.begin_summary();
  -- A function that was killed cannot settle: its generation would stay pending, and its money reserved, for ever.
  for generation in
    select stale.* from public.ai_generations as stale
    where stale.status = 'pending' and stale.created_at < now() - older_than
    limit batch
    for update skip locked
  loop
    update public.ai_generations
    set status = 'failed', error = 'the generation was interrupted', completed_at = now(), reserved = 0
    where ai_generations.id = generation.id;
    perform private.settle_generation_money(generation, 0, false);
    perform private.append_event(
      generation.brand_id, 'ai_generation', generation.id, 'AIGenerationCompleted',
      jsonb_build_object('requestId', generation.id, 'contentId', generation.content_id, 'success', false,
        'tokensUsed', 0)
    );
    failed := failed + 1;
  end loop;
  perform private.send_summary('fail_stale_generations');
  return failed;
end;
$function$;

CREATE OR REPLACE FUNCTION public.forget_expired_keys(batch integer DEFAULT 20000)
 RETURNS integer
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
  with expired_keys as (
    delete from private.idempotency_keys
    where (idempotency_keys.user_id, idempotency_keys.key) in (
      select expired.user_id, expired.key
      from private.idempotency_keys as expired
      where expired.expires_at < now()
      limit forget_expired_keys.batch
      for update skip locked
    )
    returning 1
  ),
  expired_lines as (
    delete from private.bulk_lines
    where (bulk_lines.user_id, bulk_lines.key, bulk_lines.line) in (
      select expired.user_id, expired.key, expired.line
      from private.bulk_lines as expired
      where expired.created_at < now() - interval '24 hours'
      limit forget_expired_keys.batch
      for update skip locked
    )
    returning 1
  )
  select ((select count(*) from expired_keys) + (select count(*) from expired_lines))::integer;
$function$;

ALTER FUNCTION "public"."forget_expired_keys"(integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.publish_due_contents(batch integer DEFAULT 100)
 RETURNS TABLE(content_id uuid, outcome text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
declare
  content public.contents;
begin
  perform private.begin_summary();
  -- Locked rows are skipped, so that each content is published by one of two schedulers that run at the same time.
  for content in
    select contents.* from public.contents
    where
      contents.status = 'scheduled'
      and contents.scheduled_for <= now()
      and contents.deleted_at is null
      and not exists (
        select from public.brands where brands.id = contents.brand_id and brands.deleted_at is not null
      )
    order by contents.scheduled_for
    limit batch
    for update skip locked
  loop
    content_id := content.id;
    if content.expires_at <= now() or private.has_open_violations(content) then
      perform private.transition_content(content, 'approved',
        '{"note": "not published: expired or in violation of a claim"}');
      outcome := 'unscheduled';
    else
      perform private.transition_content(content, 'published');
      outcome := 'published';
    end if;
    return next;
  end loop;
  for content in
    select contents.* from public.contents
    where contents.status = 'published' and contents.expires_at <= now() and contents.deleted_at is null
    order by contents.expires_at
    limit batch
    for update skip locked
  loop
    content_id := content.id;
    outcome := 'archived';
    perform private.transition_content(content, 'archived', '{"note": "expired"}');
    return next;
  end loop;
  perform private.send_summary('publish_due_contents');
end;
$function$;

CREATE OR REPLACE FUNCTION public.run_command(command text, arguments jsonb, key text, fingerprint text DEFAULT NULL::text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
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

CREATE OR REPLACE FUNCTION public.run_patient_command(command text, arguments jsonb, key text, fingerprint text DEFAULT NULL::text)
 RETURNS jsonb
 LANGUAGE sql
 SET search_path TO ''
 SET statement_timeout TO '30s'
 SET lock_timeout TO '30s'
AS $function$
  select public.run_command(command, arguments, key, fingerprint);
$function$;

ALTER FUNCTION "public"."run_patient_command"(text, jsonb, text, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.time_out_runs(batch integer DEFAULT 100)
 RETURNS SETOF uuid
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
declare
  content public.contents;
begin
  perform private.begin_summary();
  for content in
    select contents.*
    from public.workflow_instances as run
    inner join public.contents on contents.id = run.content_id
    where run.status = 'active' and run.deadline_at <= now()
    order by run.deadline_at
    limit batch
    for update of contents skip locked
  loop
    perform private.end_run(content.id, 'timeout', null, 'the review took longer than its workflow allows');
    if content.status in ('pending_review', 'in_review') then
      perform private.transition_content(content, 'draft', '{"note": "the review timed out"}');
    end if;
    return next content.id;
  end loop;
  perform private.send_summary('time_out_runs');
end;
$function$;

COMMENT ON COLUMN "private"."idempotency_keys"."user_id" IS 'The caller; zeros for the service. Without a reference, since rows are gone within a day.';

COMMENT ON FUNCTION "private"."begin_summary"() IS 'Keeps the events of this transaction from being sent one by one, until send_summary. Each message costs a
subtransaction, and a project that sends too many a second loses the channels of all its tenants.';

COMMENT ON FUNCTION "private"."broadcast_event"() IS 'Sends a new event. Events of commands of many wait for send_summary.';

COMMENT ON FUNCTION "private"."claim_key"(text, text) IS 'Reserves an Idempotency-Key for the caller. Returns null if the key is new, else the answer that was stored under it.
Refuses a key that was used for another request (422). A key without a fingerprint is one that our functions made for
this one call: it is kept for 15 minutes, since it only has to outlive the repetitions of a gateway.';

COMMENT ON FUNCTION "private"."key_owner"() IS 'Returns whose idempotency keys the caller uses: their own, or zeros for the service. Null for anonymous callers.';

COMMENT ON FUNCTION "private"."send_event"(public.domain_events) IS 'Sends an event to the topic of its brand, and to that of its content, workflow or generation.';

COMMENT ON FUNCTION "private"."send_summary"(text) IS 'Sends the events of this transaction: up to 20 one by one, more of them as one message to the topic of each brand, with
how many events of each type there are, the ids of at most 1,000 contents, and the id of the last event.';

COMMENT ON FUNCTION "public"."forget_expired_keys"(integer) IS 'For the scheduler: removes expired idempotency keys, and lines of streams that are older than 24 hours, up to a batch
of each. Returns how many it removed.';

COMMENT ON FUNCTION "public"."run_patient_command"(text, jsonb, text, text) IS 'Runs a command of many, which may take longer than the eight seconds that the data API gives to others, as run_command
does.';

COMMENT ON TABLE "private"."idempotency_keys" IS 'The answers to commands by person and key: for 24 hours under an Idempotency-Key, for 15 minutes under a key of ours.';

REVOKE ALL ON FUNCTION "private"."claim_key"(text, text) FROM "service_role";

GRANT EXECUTE ON FUNCTION "private"."claim_key"(text, text) TO "service_role";

REVOKE ALL ON FUNCTION "private"."command_call"(text, jsonb) FROM "service_role";

GRANT EXECUTE ON FUNCTION "private"."command_call"(text, jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "private"."keep_answer"(text, jsonb) FROM "service_role";

GRANT EXECUTE ON FUNCTION "private"."keep_answer"(text, jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "private"."key_owner"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."key_owner"() TO "authenticated";

REVOKE ALL ON FUNCTION "private"."key_owner"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."key_owner"() TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."key_owner"() TO "service_role";

REVOKE ALL ON FUNCTION "private"."send_event"(public.domain_events) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."send_event"(public.domain_events) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."send_event"(public.domain_events) TO "postgres";

REVOKE ALL ON FUNCTION "public"."forget_expired_keys"(integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."forget_expired_keys"(integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."forget_expired_keys"(integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."forget_expired_keys"(integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."run_patient_command"(text, jsonb, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."run_patient_command"(text, jsonb, text, text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."run_patient_command"(text, jsonb, text, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."run_patient_command"(text, jsonb, text, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."run_patient_command"(text, jsonb, text, text) TO "service_role";
