-- Run as a hosted project does
-- Planned by `make migration` from supabase/schemas and supabase/policies.

-- Waits at most five seconds for a lock, because queries behind a waiting lock wait as well. On failure, push again.
set lock_timeout = '5s';
set check_function_bodies = off;

ALTER DEFAULT PRIVILEGES FOR ROLE "postgres" IN SCHEMA "public" REVOKE ALL ON SEQUENCES FROM "service_role";

ALTER DEFAULT PRIVILEGES FOR ROLE "postgres" IN SCHEMA "public" REVOKE ALL ON TABLES FROM "service_role";

-- By hand: projects of before May 2026 grant this by default, those of today do not.
ALTER DEFAULT PRIVILEGES FOR ROLE "postgres" IN SCHEMA "public" REVOKE ALL ON FUNCTIONS FROM "service_role";

REVOKE ALL ON TABLE "public"."accounts" FROM "service_role";

REVOKE ALL ON TABLE "public"."ai_budgets" FROM "service_role";

REVOKE ALL ON TABLE "public"."ai_generations" FROM "service_role";

REVOKE ALL ON TABLE "public"."ai_prices" FROM "service_role";

REVOKE ALL ON TABLE "public"."api_keys" FROM "service_role";

REVOKE ALL ON TABLE "public"."audit_log" FROM "service_role";

REVOKE ALL ON TABLE "public"."brand_knowledge" FROM "service_role";

REVOKE ALL ON TABLE "public"."brand_master_claim_brands" FROM "service_role";

REVOKE ALL ON TABLE "public"."brand_members" FROM "service_role";

REVOKE ALL ON TABLE "public"."brand_workflows" FROM "service_role";

REVOKE ALL ON TABLE "public"."brands" FROM "service_role";

REVOKE ALL ON TABLE "public"."claim_approval_steps" FROM "service_role";

REVOKE ALL ON TABLE "public"."claim_approvals" FROM "service_role";

REVOKE ALL ON TABLE "public"."claim_reviews" FROM "service_role";

REVOKE ALL ON TABLE "public"."claim_subjects" FROM "service_role";

REVOKE ALL ON TABLE "public"."claims" FROM "service_role";

REVOKE ALL ON TABLE "public"."comment_revisions" FROM "service_role";

REVOKE ALL ON TABLE "public"."comments" FROM "service_role";

REVOKE ALL ON TABLE "public"."content_assignees" FROM "service_role";

REVOKE ALL ON TABLE "public"."content_versions" FROM "service_role";

REVOKE ALL ON TABLE "public"."contents" FROM "service_role";

REVOKE ALL ON TABLE "public"."countries" FROM "service_role";

REVOKE ALL ON TABLE "public"."domain_events" FROM "service_role";

REVOKE ALL ON TABLE "public"."feature_flags" FROM "service_role";

REVOKE ALL ON TABLE "public"."files" FROM "service_role";

REVOKE ALL ON TABLE "public"."ingredients" FROM "service_role";

REVOKE ALL ON TABLE "public"."invitations" FROM "service_role";

REVOKE ALL ON TABLE "public"."market_overrides" FROM "service_role";

REVOKE ALL ON TABLE "public"."master_claim_brands" FROM "service_role";

REVOKE ALL ON TABLE "public"."mfa_factors" FROM "service_role";

REVOKE ALL ON TABLE "public"."notification_preferences" FROM "service_role";

REVOKE ALL ON TABLE "public"."notifications" FROM "service_role";

REVOKE ALL ON TABLE "public"."plans" FROM "service_role";

REVOKE ALL ON TABLE "public"."product_ingredients" FROM "service_role";

REVOKE ALL ON TABLE "public"."products" FROM "service_role";

REVOKE ALL ON TABLE "public"."profiles" FROM "service_role";

REVOKE ALL ON TABLE "public"."prompt_templates" FROM "service_role";

REVOKE ALL ON TABLE "public"."quota_usage" FROM "service_role";

REVOKE ALL ON TABLE "public"."sso_connections" FROM "service_role";

REVOKE ALL ON TABLE "public"."sso_group_roles" FROM "service_role";

REVOKE ALL ON TABLE "public"."template_versions" FROM "service_role";

REVOKE ALL ON TABLE "public"."templates" FROM "service_role";

REVOKE ALL ON TABLE "public"."trusted_devices" FROM "service_role";

REVOKE ALL ON TABLE "public"."user_sessions" FROM "service_role";

REVOKE ALL ON TABLE "public"."vetting_agencies" FROM "service_role";

REVOKE ALL ON TABLE "public"."webhook_deliveries" FROM "service_role";

REVOKE ALL ON TABLE "public"."webhook_endpoints" FROM "service_role";

REVOKE ALL ON TABLE "public"."workflow_actions" FROM "service_role";

REVOKE ALL ON TABLE "public"."workflow_instances" FROM "service_role";

REVOKE ALL ON TABLE "public"."workflow_step_assignees" FROM "service_role";

REVOKE ALL ON TABLE "public"."workflow_step_runs" FROM "service_role";

REVOKE ALL ON TABLE "public"."workflow_steps" FROM "service_role";

REVOKE ALL ON TABLE "public"."workflow_tasks" FROM "service_role";

REVOKE ALL ON TABLE "public"."workflows" FROM "service_role";

DROP TRIGGER "broadcast_event" ON "public"."domain_events";

CREATE OR REPLACE FUNCTION private.begin_summary()
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  select set_config('mixerai.broadcasts', 'summary', true);
$function$;

ALTER FUNCTION "private"."begin_summary"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.contents_by_likeness(request private.search_request)
 RETURNS uuid[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  -- Here and not as a setting of the function: only a session that has loaded the library may create one with it.
  perform set_config('pg_trgm.word_similarity_threshold', '0.5', true);
  return array(
    select search.content_id
    from private.content_search as search
    where
      search.brand_id = any (request.brands) and request.query operator(extensions.<%) search.title
      and (request.statuses is null or search.status = any (request.statuses))
      and (request.types is null or search.type = any (request.types))
      and search.tags @> request.tags
      and (request.created_by is null or search.created_by = request.created_by)
      and search.updated_at >= request.updated_from and search.updated_at < request.updated_to
    order by extensions.word_similarity(request.query, search.title) desc, search.content_id
    limit 200
  );
end;
$function$;

CREATE OR REPLACE FUNCTION private.send_summary(command text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  summary record;
begin
  for summary in
    with happened as (
      select
        events.id, events.brand_id, events.type,
        case events.aggregate_type
          when 'content' then events.aggregate_id::text else events.payload ->> 'contentId'
        end as content_id
      from public.domain_events as events
      where
        events.transaction_id = pg_current_xact_id()
        and events.aggregate_type not in ('brand_member', 'invitation', 'api_key', 'webhook')
        -- For the planner, which then opens the partitions of this year only.
        and events.id >= private.uuid_v7_floor(now())
    ),
    counted as (
      select happened.brand_id, happened.type, count(*) as occurrences from happened group by 1, 2
    )
    select
      happened.brand_id,
      max(happened.id::text) as last_event_id,
      jsonb_agg(distinct happened.content_id) filter (where happened.content_id is not null) as content_ids,
      (
        select jsonb_object_agg(counted.type, counted.occurrences)
        from counted where counted.brand_id = happened.brand_id
      ) as events
    from happened
    group by happened.brand_id
  loop
    perform realtime.send(
      jsonb_build_object(
        'eventId', summary.last_event_id,
        'type', 'ContentsChanged',
        'brandId', summary.brand_id,
        'aggregateType', 'brand',
        'aggregateId', summary.brand_id,
        'actorId', auth.uid(),
        'requestId', private.request_id(),
        'occurredAt', clock_timestamp(),
        'data', jsonb_build_object(
          'command', send_summary.command, 'events', summary.events, 'contentIds', summary.content_ids
        )
      ),
      'ContentsChanged', 'brand:' || summary.brand_id, true
    );
  end loop;
  perform set_config('mixerai.broadcasts', '', true);
end;
$function$;

ALTER FUNCTION "private"."send_summary"(text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.bulk_contents(operation text, content_ids uuid[], arguments jsonb DEFAULT '{}'::jsonb)
 RETURNS TABLE(content_id uuid, outcome integer, code text, message text, details text, version integer, status text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
#variable_conflict use_column
begin
  if cardinality(content_ids) > 100 then
    perform private.refuse(400, 'a hundred contents at most');
  end if;
  perform private.begin_summary();
  -- In the same order for all callers, so that two calls never wait for each other in a circle.
  for content_id in select distinct each from unnest(content_ids) as each order by each loop
    outcome := 200;
    code := null;
    message := null;
    details := null;
    begin
      perform private.run_bulk_operation(operation, content_id, arguments);
    exception
      when others then -- refusals are the outcome of the content; other errors fail the whole call
        get stacked diagnostics code = returned_sqlstate, message = message_text, details = pg_exception_detail;
        outcome := private.http_status(code);
        if outcome is null then
          raise;
        end if;
    end;
    version := null;
    status := null;
    if outcome = 200 then
      select contents.version, contents.status into version, status
      from public.contents where contents.id = content_id;
    end if;
    return next;
  end loop;
  perform private.send_summary('bulk_contents');
end;
$function$;

CREATE OR REPLACE FUNCTION public.bury_exhausted_jobs(batch integer DEFAULT 500)
 RETURNS integer
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
  -- A job whose worker dies in each attempt is never reported as failed: its leases just end.
  with exhausted as (
    delete from private.jobs
    where jobs.id in (
      select found.id from private.jobs as found
      where found.lease_until < now() and found.attempts >= found.max_attempts
      limit bury_exhausted_jobs.batch
      for update skip locked
    )
    returning *
  ),
  buried as (
    insert into private.dead_jobs (id, queue, kind, brand_id, payload, attempts, last_error, created_at)
    select
      exhausted.id, exhausted.queue, exhausted.kind, exhausted.brand_id, exhausted.payload, exhausted.attempts,
      coalesce(exhausted.last_error, 'its worker did not come back'), exhausted.created_at
    from exhausted
    returning 1
  )
  select count(*)::integer from buried;
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
end;
$function$;

CREATE OR REPLACE FUNCTION public.create_contents(lines jsonb, key text DEFAULT NULL::text)
 RETURNS TABLE(line integer, outcome integer, content_id uuid, is_replayed boolean, code text, message text, details text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
#variable_conflict use_column
declare
  entry jsonb;
  done private.bulk_lines;
begin
  if key is not null then
    -- With one fingerprint for all streams: the lines have their own. The key is of no use to other commands.
    perform private.claim_key(key, encode(sha256('a stream of contents'), 'hex'));
  end if;
  perform private.begin_summary();
  for entry in select each from jsonb_array_elements(lines) as each loop
    line := (entry ->> 'line')::integer;
    outcome := 201;
    content_id := null;
    is_replayed := false;
    code := null;
    message := null;
    details := null;
    begin
      done := private.claim_bulk_line(key, line, md5((entry -> 'content')::text));
      is_replayed := done.line is not null;
      if is_replayed then
        content_id := done.content_id;
      else
        content_id := private.insert_content(entry -> 'content');
        update private.bulk_lines as claimed set content_id = create_contents.content_id
        where
          claimed.user_id = auth.uid() and claimed.key = create_contents.key and claimed.line = create_contents.line;
      end if;
    exception
      when others then -- refusals are the outcome of the line; other errors fail the whole call
        get stacked diagnostics code = returned_sqlstate, message = message_text, details = pg_exception_detail;
        outcome := private.http_status(code);
        content_id := null;
        if outcome is null then
          raise;
        end if;
    end;
    return next;
  end loop;
  perform private.send_summary('create_contents');
end;
$function$;

CREATE OR REPLACE FUNCTION public.enqueue_missing_embeddings(batch integer DEFAULT 2000)
 RETURNS integer
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
  -- Jobs may have died, and are not worked on while a brand has AI switched off.
  with missing as (
    (
      select 'content' as kind, search.content_id as id, search.brand_id, contents.version::text as version
      from private.content_search as search
      inner join public.contents on contents.id = search.content_id
      inner join public.brands on brands.id = search.brand_id
      where search.embedding is null and not private.is_switched_off(brands, 'embedding')
      limit batch
    )
    union all
    (
      select 'knowledge', item.id, item.brand_id, extract(epoch from item.updated_at)::text
      from public.brand_knowledge as item
      inner join public.brands on brands.id = item.brand_id
      where
        not private.is_switched_off(brands, 'embedding')
        and not exists (select from private.knowledge_chunks as chunk where chunk.knowledge_id = item.id)
      limit batch
    )
  )
  select count(private.enqueue_job(
    'embeddings', 'embed_' || missing.kind, missing.brand_id, jsonb_build_object('id', missing.id),
    dedupe_key => missing.kind || ':' || missing.id || ':' || missing.version
  ))::integer
  from missing;
$function$;

CREATE OR REPLACE FUNCTION public.export_contents(filters jsonb, after_id uuid DEFAULT NULL::uuid, page_size integer DEFAULT 100)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
declare
  brand uuid := filters ->> 'brand_id';
  conditions text := 'contents.brand_id = $2 and contents.deleted_at is null' || private.content_conditions(filters);
  items jsonb;
  total bigint;
begin
  perform private.require_permission(brand, 'content.read');
  perform private.require_permission(brand, 'export.run');
  -- A caller of the data API may begin behind the first page: that is recorded as an export as well.
  if after_id is null or not exists (
    select from public.audit_log
    where
      audit_log.brand_id = brand and audit_log.action = 'data.export' and audit_log.actor_id = auth.uid()
      and audit_log.occurred_at > now() - interval '1 hour' and audit_log.details -> 'filters' = filters
  ) then
    execute 'select count(*) from public.contents where ' || conditions into total using filters, brand;
    -- Exports of more than 1,000 records alert security (domain §2): the log has it before the first is given out.
    perform private.audit(brand, 'data.export', 'content', null, jsonb_build_object(
      'records', total, 'is_large', total > 1000, 'filters', filters
    ));
    perform private.append_event(brand, 'brand', brand, 'ContentsExported', jsonb_build_object('records', total));
  end if;
  execute
    'select jsonb_agg(to_jsonb(page) order by page.id) from ('
    '  select contents.* from public.contents where contents.id > $3 and ' || conditions ||
    '  order by contents.id limit $4) as page'
  into items
  using filters, brand, coalesce(after_id, '00000000-0000-0000-0000-000000000000'), least(greatest(page_size, 1), 500);
  return jsonb_build_object('items', coalesce(items, '[]'), 'total', total);
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
  return failed;
end;
$function$;

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
  update public.user_sessions
  set
    ended_at = least(user_sessions.expires_at, user_sessions.last_seen_at + private.session_unseen_limit()),
    end_reason = 'expired'
  where
    user_sessions.ended_at is null
    and (
      user_sessions.expires_at <= now() or user_sessions.last_seen_at <= now() - private.session_unseen_limit()
    );
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

CREATE OR REPLACE FUNCTION public.forget_expired_keys(batch integer DEFAULT 5000)
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

CREATE OR REPLACE FUNCTION public.import_contents(lines jsonb, is_dry_run boolean DEFAULT false)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
declare
  entry jsonb;
  made uuid [] := '{}';
  problems jsonb := '[]';
  code text;
  reason text;
  details text;
begin
  perform private.begin_summary();
  -- Creating the contents is the only check that forgets no rule; errors and dry runs undo it as a whole.
  begin
    for entry in select each from jsonb_array_elements(lines) as each loop
      begin
        made := made || private.insert_content(entry -> 'content');
      exception
        when others then -- refusals are problems of the line; other errors fail the whole call
          get stacked diagnostics code = returned_sqlstate, reason = message_text, details = pg_exception_detail;
          if private.http_status(code) is null then
            raise;
          end if;
          problems := problems || jsonb_build_object(
            'line', entry -> 'line', 'outcome', private.http_status(code), 'code', code, 'message', reason,
            'details', details
          );
      end;
    end loop;
    if is_dry_run or problems <> '[]' then
      raise exception using errcode = 'ZZ001';
    end if;
  exception
    when sqlstate 'ZZ001' then
      made := '{}';
  end;
  perform private.send_summary('import_contents');
  return jsonb_build_object('content_ids', to_jsonb(made), 'problems', problems);
end;
$function$;

CREATE OR REPLACE FUNCTION public.make_next_partitions(years integer DEFAULT 2)
 RETURNS integer
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
  select sum(private.ensure_partitions(parent.relname, current_date, make_next_partitions.years + 1))::integer
  from pg_catalog.pg_class as parent
  where parent.relkind = 'p' and parent.relnamespace = 'public'::regnamespace;
$function$;

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
    order by audit_log.occurred_at, audit_log.id
  loop
    if private.alert_log_entry(entry) then
      raised := raised + 1;
    end if;
  end loop;
  delete from private.security_alerts where security_alerts.occurred_at < least(since, now() - interval '1 day');
  update private.alert_scans set scanned_until = now() where alert_scans.is_only;
  return raised;
end;
$function$;

CREATE OR REPLACE FUNCTION public.refresh_analytics()
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
begin
  refresh materialized view concurrently private.content_daily;
  refresh materialized view concurrently private.generation_daily;
  refresh materialized view concurrently private.review_daily;
end;
$function$;

CREATE OR REPLACE FUNCTION public.refresh_search(batch integer DEFAULT 500)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
declare
  stale record;
  refreshed integer := 0;
  done integer;
begin
  for stale in
    select brands.id, coalesce(brands.language, '') as language
    from private.stale_searches inner join public.brands on brands.id = stale_searches.brand_id
    order by stale_searches.marked_at
    for update of stale_searches skip locked
  loop
    update private.content_search as search
    set
      language = stale.language,
      words = private.content_words(contents, private.search_language(stale.language))
    from public.contents
    where
      contents.id = search.content_id
      and search.content_id in (
        select others.content_id from private.content_search as others
        where others.words @@ quote_literal('brand:' || stale.id)::tsquery and others.language <> stale.language
        limit batch - refreshed
      );
    get diagnostics done = row_count;
    refreshed := refreshed + done;
    exit when refreshed >= batch;
    delete from private.stale_searches where stale_searches.brand_id = stale.id;
  end loop;
  return refreshed;
end;
$function$;

CREATE OR REPLACE FUNCTION public.run_command(command text, arguments jsonb, key text, fingerprint text)
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

CREATE OR REPLACE FUNCTION public.suggest_contents(typed text, brand uuid DEFAULT NULL::uuid, max_results integer DEFAULT 8)
 RETURNS TABLE(id uuid, brand_id uuid, title text, type text, status text)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
 SET plan_cache_mode TO 'force_custom_plan'
AS $function$
#variable_conflict use_column
declare
  brands uuid [] := private.searchable_brands(suggest_contents.brand);
  wished integer := least(greatest(max_results, 1), 20);
  prefix text := lower(left(btrim(typed), 100));
  last_character constant text := chr(1114111);
begin
  if prefix = '' then
    return;
  end if;
  -- Here and not as a setting of the function: only a session that has loaded the library may create one with it.
  perform set_config('pg_trgm.word_similarity_threshold', '0.5', true);
  return query
    with titles_with_prefix as (
      select item.* from unnest(brands) as permitted (id) cross join lateral (
        select search.content_id, search.updated_at
        from private.content_search as search
        where
          -- A range and not a pattern: for `like` the prefix would have to be a constant when the statement is planned.
          (search.brand_id::text || ':' || lower(search.title)) ~>=~ (permitted.id::text || ':' || prefix)
          and (search.brand_id::text || ':' || lower(search.title))
          ~<~ (permitted.id::text || ':' || prefix || last_character)
        order by search.updated_at desc
        limit wished
      ) as item
    ),
    -- Titles with the words further on, or with words that are misspelt.
    similar_titles as (
      select search.content_id, extensions.word_similarity(prefix, search.title) as likeness, search.updated_at
      from private.content_search as search
      where
        char_length(prefix) >= 3 and (select count(*) from titles_with_prefix) < wished and cardinality(brands) <= 5
        and search.brand_id = any (brands) and prefix operator(extensions.<%) search.title
      order by likeness desc, search.updated_at desc
      limit wished
    ),
    best as (
      select
        found.content_id, min(found.place) as place, max(found.likeness) as likeness, max(found.updated_at) as updated_at
      from (
        select content_id, 1 as place, 1::real as likeness, updated_at from titles_with_prefix
        union all
        select content_id, 2, likeness, updated_at from similar_titles
      ) as found
      group by found.content_id
    )
    select search.content_id, search.brand_id, search.title, search.type, search.status::text
    from best
    inner join private.content_search as search on search.content_id = best.content_id
    order by best.place, best.likeness desc, best.updated_at desc, search.content_id
    limit wished;
end;
$function$;

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
end;
$function$;

CREATE TRIGGER broadcast_event AFTER INSERT ON public.domain_events FOR EACH ROW WHEN ((COALESCE(current_setting('mixerai.broadcasts'::text, true), ''::text) <> 'summary'::text)) EXECUTE FUNCTION private.broadcast_event();

COMMENT ON FUNCTION "private"."begin_summary"() IS 'Lets the events of this transaction be sent as one message for each brand, by send_summary at the end of the command.
Each message costs a subtransaction, and a project that sends too many a second loses the channels of all its tenants.';

COMMENT ON FUNCTION "private"."send_summary"(text) IS 'Sends one message to the topic of each brand whose contents this transaction changed: how many events of each type, the
ids of the contents (at most 1,000) and the id of the last event.';

REVOKE ALL ON FUNCTION "private"."begin_summary"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."begin_summary"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."begin_summary"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."send_summary"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."send_summary"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."send_summary"(text) TO "postgres";

REVOKE ALL ON TABLE "public"."platform_settings" FROM "service_role";

GRANT SELECT ON TABLE "public"."platform_settings" TO "service_role";
