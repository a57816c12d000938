-- Scopes credentials and names
-- Planned by `make migration` from supabase/schemas and supabase/policies.

-- Waits at most five seconds for a lock, because queries behind a waiting lock wait as well. On failure, push again.
set lock_timeout = '5s';
set check_function_bodies = off;

DROP POLICY "Memberships may be read by their holder and by editors" ON "public"."brand_members";

DROP POLICY "Former comments may be read by who edited and by moderators" ON "public"."comment_revisions";

DROP POLICY "People may change their own profile" ON "public"."profiles";

DROP POLICY "People may see themselves and whom they share a brand with" ON "public"."profiles";

DROP POLICY "Former templates may be read by members, global ones by everyon" ON "public"."template_versions";

DROP POLICY "Templates may be read by members, global ones by everyone" ON "public"."templates";

DROP POLICY "Avatars may be added by their owner" ON "storage"."objects";

DROP POLICY "Avatars may be removed by their owner" ON "storage"."objects";

DROP POLICY "Avatars may be replaced by their owner" ON "storage"."objects";

DROP POLICY "Avatars may be seen by oneself and by colleagues" ON "storage"."objects";

DROP INDEX "public"."workflows_escalate_to_idx";

ALTER TABLE "private"."bulk_lines" DROP CONSTRAINT "bulk_lines_user_id_fkey";

ALTER TABLE "public"."workflows" DROP CONSTRAINT "workflows_escalate_to_fkey";

-- Renamed by hand. Answers from before name no access: they are not given again.
ALTER TABLE "private"."bulk_lines" RENAME COLUMN "user_id" TO "owner_id";

ALTER TABLE "private"."idempotency_keys" RENAME COLUMN "user_id" TO "owner_id";

ALTER TABLE "private"."idempotency_keys" ADD COLUMN "access" uuid[];

CREATE OR REPLACE FUNCTION private.access_marks()
 RETURNS uuid[]
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
$function$;

ALTER FUNCTION "private"."access_marks"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.check_request()
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  headers constant text := current_setting('request.headers', true);
begin
  -- Read as JSON only where the words are somewhere in the headers: every request comes by here.
  if headers is null or headers !~* 'planned|estimated|pgrst\.plan' then
    return;
  end if;
  -- The planner estimates from the statistics of whole tables, before any policy: its numbers tell how much other tenants
  -- have. PostgREST compares preferences exactly, and separates them by commas.
  if headers::jsonb ->> 'prefer' ~ 'planned|estimated' or headers::jsonb ->> 'accept' ~* 'pgrst\.plan' then
    -- As private.refuse does, which anonymous callers may not call.
    raise exception using
      errcode = 'PT400', message = 'estimates are not given',
      detail = '[{"field": "Prefer", "code": "INVALID_FORMAT", "message": "ask for count=exact, or for none"}]';
  end if;
end;
$function$;

ALTER FUNCTION "private"."check_request"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.claim_bulk_line(key text, line integer, fingerprint text)
 RETURNS private.bulk_lines
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  done private.bulk_lines;
begin
  if key is not null then
    insert into private.bulk_lines (owner_id, key, line, fingerprint)
    values (private.key_owner(), key, line, fingerprint)
    on conflict on constraint bulk_lines_pkey do nothing;
    if not found then
      select * into done from private.bulk_lines as earlier
      where
        earlier.owner_id = private.key_owner() and earlier.key = claim_bulk_line.key
        and earlier.line = claim_bulk_line.line;
    end if;
  end if;
  if done.fingerprint <> fingerprint then
    perform private.refuse(422, 'another content was sent in this line under this Idempotency-Key');
  end if;
  return done;
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
  insert into private.idempotency_keys as keys (owner_id, key, fingerprint, expires_at)
  values (
    private.key_owner(), claim_key.key, claim_key.fingerprint,
    now() + case when claim_key.fingerprint is null then interval '15 minutes' else interval '24 hours' end
  )
  on conflict (owner_id, key) do update
    set
      fingerprint = excluded.fingerprint, answer = '[]', access = null, created_at = now(),
      expires_at = excluded.expires_at
    where keys.expires_at < now()
  returning * into known;
  if known.owner_id is not null then
    return null;
  end if;
  select * into known from private.idempotency_keys as keys
  where keys.owner_id = private.key_owner() and keys.key = claim_key.key;
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
$function$;

CREATE OR REPLACE FUNCTION private.is_restricted(brand uuid, permission text)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select (
    exists (
      select from public.brand_members as member
      where
        member.user_id = auth.uid()
        and member.brand_id = is_restricted.brand
        and is_restricted.permission = any (member.restrictions)
    ) and not private.is_platform_admin()
  ) or not private.scope_allows(is_restricted.permission);
$function$;

CREATE OR REPLACE FUNCTION private.keep_answer(key text, answer jsonb)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  update private.idempotency_keys
  set
    answer = keep_answer.answer,
    access = case when idempotency_keys.fingerprint is not null then private.access_marks() end
  where idempotency_keys.owner_id = private.key_owner() and idempotency_keys.key = keep_answer.key;
$function$;

CREATE OR REPLACE FUNCTION private.key_owner()
 RETURNS uuid
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select case
    when auth.role() = 'service_role' then '00000000-0000-0000-0000-000000000000'
    else coalesce(private.api_key_id(), auth.uid())
  end;
$function$;

CREATE OR REPLACE FUNCTION private.lock_pending_generation(generation_id uuid)
 RETURNS public.ai_generations
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  generation public.ai_generations;
begin
  select * into generation
  from public.ai_generations
  where
    ai_generations.id = generation_id and ai_generations.user_id = auth.uid()
    and private.scope_allows('ai.use', ai_generations.brand_id)
  for update;
  if generation.id is null then
    perform private.refuse(404, 'generation not found');
  end if;
  if generation.status <> 'pending' then
    perform private.refuse(409, format('the generation is %s already', generation.status));
  end if;
  return generation;
end;
$function$;

CREATE OR REPLACE FUNCTION private.may_join_topic(topic text)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  -- A brand's topic has the events of its contents, workflows, generations, claims and files: it requires the
  -- permissions to read all of them.
  select case split_part(topic, ':', 1)
    when 'brand' then private.permits(subject.id, 'content.read') and private.permits(subject.id, 'workflow.read')
      and private.permits(subject.id, 'ai.read') and private.permits(subject.id, 'claim.read')
      and private.permits(subject.id, 'file.read')
    when 'content' then exists (
      select 1 from public.contents
      where
        contents.id = subject.id
        and contents.deleted_at is null
        and private.permits(contents.brand_id, 'content.read')
    )
    when 'workflow' then exists (
      select 1 from public.workflow_instances as instance
      where instance.id = subject.id and private.permits(instance.brand_id, 'workflow.read')
    )
    when 'ai' then exists (
      select 1 from public.ai_generations as generation
      where generation.id = subject.id and private.permits(generation.brand_id, 'ai.read')
    )
    when 'user' then subject.id = auth.uid() and private.person_trusted()
    else false
  end
  from (
    select case
      when topic ~ '^[a-z]+:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then split_part(topic, ':', 2)::uuid
    end as id
  ) as subject
  where subject.id is not null;
$function$;

CREATE OR REPLACE FUNCTION private.own_details(sqlstate text, details text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select case when sqlstate ~ '^PT[0-9]{3}$' then details end;
$function$;

ALTER FUNCTION "private"."own_details"(text, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.scope_allows(permission text, brand uuid DEFAULT NULL::uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  key constant uuid := private.api_key_id();
begin
  return key is null or exists (
    select from public.api_keys
    inner join private.scope_permissions as granted on granted.scope = any (api_keys.scopes)
    where
      api_keys.id = key and granted.permission = scope_allows.permission
      and (scope_allows.brand is null or api_keys.brand_id = scope_allows.brand)
  );
end;
$function$;

ALTER FUNCTION "private"."scope_allows"(text, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.bulk_contents(operation text, content_ids uuid[], arguments jsonb DEFAULT '{}'::jsonb)
 RETURNS TABLE(content_id uuid, outcome integer, code text, message text, details text, version integer, status text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
#variable_conflict use_column
begin
  perform private.require_functions();
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
        details := private.own_details(code, details);
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
  perform private.require_functions();
  if key is not null then
    -- With one fingerprint for all streams: the lines have their own. The key is of no use to other commands.
    if private.claim_key(key, encode(sha256('a stream of contents'), 'hex')) is null then
      perform private.keep_answer(key, '[]');
    end if;
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
          claimed.owner_id = private.key_owner() and claimed.key = create_contents.key
          and claimed.line = create_contents.line;
      end if;
    exception
      when others then -- refusals are the outcome of the line; other errors fail the whole call
        get stacked diagnostics code = returned_sqlstate, message = message_text, details = pg_exception_detail;
        outcome := private.http_status(code);
        details := private.own_details(code, details);
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

CREATE OR REPLACE FUNCTION public.forget_expired_keys(batch integer DEFAULT 20000)
 RETURNS integer
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
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
  perform private.require_functions();
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
            'details', private.own_details(code, details)
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

CREATE OR REPLACE FUNCTION public.list_template_versions(template_id uuid, version integer DEFAULT NULL::integer, page_offset integer DEFAULT 0, page_size integer DEFAULT 20)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  readable uuid [] := private.brands_permitting('template.read');
begin
  if not (private.session_trusted() and private.scope_allows('template.read')) then
    return '{"items": [], "total": 0}';
  end if;
  return (
    with matching as (
      select versions.*
      from public.template_versions as versions
      where
        versions.template_id = list_template_versions.template_id
        and (versions.brand_id is null or versions.brand_id = any (readable))
        and (list_template_versions.version is null or versions.version = list_template_versions.version)
    ),
    page as (
      select matching.* from matching order by matching.version desc
      offset page_offset limit least(greatest(page_size, 1), 100)
    )
    select jsonb_build_object(
      'items', coalesce((
        select jsonb_agg(
          to_jsonb(page) || jsonb_build_object('created_by', private.person_document(page.created_by))
          order by page.version desc
        )
        from page
      ), '[]'),
      'total', (select count(*) from matching)
    )
  );
end;
$function$;

CREATE OR REPLACE FUNCTION public.list_templates(brand_id uuid DEFAULT NULL::uuid, content_type text DEFAULT NULL::text, category text DEFAULT NULL::text, is_active boolean DEFAULT true, query text DEFAULT NULL::text, template_id uuid DEFAULT NULL::uuid, page_offset integer DEFAULT 0, page_size integer DEFAULT 20)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  readable uuid [] := private.brands_permitting('template.read');
  counted uuid [] := private.brands_permitting('content.read');
  writable uuid [] := private.brands_permitting('template.write');
  creating uuid [] := private.brands_permitting('content.create');
begin
  -- Global templates are for everyone, but not in a session that is not trusted, nor for every API key.
  if not (private.session_trusted() and private.scope_allows('template.read')) then
    return '{"items": [], "total": 0}';
  end if;
  return (
    with matching as (
      select templates as template, templates.id, templates.name
      from public.templates
      where
        (templates.brand_id is null or templates.brand_id = any (readable))
        and (list_templates.template_id is null or templates.id = list_templates.template_id)
        and (list_templates.brand_id is null or templates.brand_id is null
          or templates.brand_id = list_templates.brand_id)
        and (list_templates.content_type is null or templates.content_type = list_templates.content_type)
        and (list_templates.category is null or templates.category = list_templates.category)
        and (list_templates.is_active is null or templates.is_active = list_templates.is_active)
        and (list_templates.query is null
          or position(lower(list_templates.query) in lower(templates.name || ' ' || templates.description)) > 0)
    ),
    page as (
      select matching.* from matching
      order by matching.name, matching.id
      offset page_offset limit least(greatest(page_size, 1), 100)
    )
    select jsonb_build_object(
      'items', coalesce((
        select jsonb_agg(
          private.template_document(page.template, writable, creating) || to_jsonb(usage) order by page.name, page.id
        )
        from page
        cross join lateral private.template_usage(page.id, counted) as usage
      ), '[]'),
      'total', (select count(*) from matching)
    )
  );
end;
$function$;

CREATE OR REPLACE FUNCTION public.living_sessions(user_id uuid)
 RETURNS uuid[]
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if not (
    private.is_platform_admin()
    or coalesce(living_sessions.user_id = auth.uid() and private.api_key_id() is null, false)
  ) then
    perform private.refuse(403, 'only platform admins may do this');
  end if;
  return array(
    select user_sessions.id from public.user_sessions
    where
      user_sessions.user_id = living_sessions.user_id
      and user_sessions.created_at > now() - private.session_lifetime()
  );
end;
$function$;

CREATE OR REPLACE FUNCTION public.my_profile()
 RETURNS SETOF public.profiles
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select profiles.* from public.profiles where profiles.id = auth.uid() and private.person_trusted();
$function$;

CREATE OR REPLACE FUNCTION public.reassign_task(task_id uuid, assignee_id uuid, reason text DEFAULT ''::text)
 RETURNS SETOF public.workflow_tasks
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  task public.workflow_tasks;
  step_run public.workflow_step_runs;
  run public.workflow_instances;
begin
  perform private.require_functions();
  select * into task from public.workflow_tasks where workflow_tasks.id = task_id;
  perform private.require_permission(task.brand_id, 'workflow.read', 'task');
  perform private.lock_content(task.content_id);
  select * into task from public.workflow_tasks where workflow_tasks.id = task_id;
  if task.status <> 'pending' then
    perform private.refuse(409, 'the task is closed');
  end if;
  if
    not private.permits(task.brand_id, 'workflow.control')
    and not (task.assignee_id = auth.uid() and private.scope_allows('content.review', task.brand_id))
  then
    perform private.refuse(403, 'only who has the task, or an admin of the brand, may give it to someone else');
  end if;
  select * into step_run from public.workflow_step_runs where workflow_step_runs.id = task.step_run_id;
  perform private.require_new_assignee(task, step_run, reassign_task.assignee_id);
  run := private.active_run(task.content_id);
  perform private.append_run_event(run, 'TaskReassigned', jsonb_build_object(
    'taskId', task.id, 'from', task.assignee_id, 'assigneeId', reassign_task.assignee_id
  ));
  update public.workflow_tasks
  set status = 'reassigned', decided_at = now(), reassigned_to = reassign_task.assignee_id
  where workflow_tasks.id = task.id;
  perform private.record_action(run, step_run, 'reassign', left(reason, 5000));
  perform private.assign_task(run, step_run, reassign_task.assignee_id);
  return query
    select tasks.* from public.workflow_tasks as tasks
    where
      tasks.step_run_id = task.step_run_id and tasks.round = task.round
      and tasks.assignee_id = reassign_task.assignee_id;
end;
$function$;

CREATE OR REPLACE FUNCTION public.report_progress(generation_id uuid, progress jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_functions();
  if not exists (
    select from public.ai_generations as generation
    where
      generation.id = report_progress.generation_id and generation.user_id = auth.uid()
      and generation.status = 'pending' and private.permits(generation.brand_id, 'ai.read')
      and private.scope_allows('ai.use')
  ) then
    perform private.refuse(404, 'generation not found');
  end if;
  if jsonb_typeof(progress) is distinct from 'object' or octet_length(progress::text) > 2000 then
    perform private.refuse(400, 'progress is a small object');
  end if;
  perform realtime.send(
    jsonb_build_object('type', 'AIGenerationProgress', 'requestId', generation_id, 'data', progress),
    'AIGenerationProgress', 'ai:' || generation_id, true
  );
end;
$function$;

CREATE OR REPLACE FUNCTION public.run_command(command text, arguments jsonb, key text, fingerprint text DEFAULT NULL::text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  answer jsonb;
  code text;
  reason text;
begin
  perform private.require_functions();
  answer := private.claim_key(key, fingerprint);
  if answer is not null then
    return jsonb_build_object('replayed', true, 'rows', answer);
  end if;
  begin
    execute private.command_call(command, arguments) into answer using arguments;
  exception
    -- Commands run as their owner: the detail of a broken constraint holds the row, also what the caller may not read.
    when integrity_constraint_violation then
      get stacked diagnostics code = returned_sqlstate, reason = message_text;
      raise exception using errcode = code, message = reason;
  end;
  perform private.keep_answer(key, answer);
  return jsonb_build_object('replayed', false, 'rows', answer);
end;
$function$;

CREATE OR REPLACE FUNCTION public.search_people(query text DEFAULT ''::text, brand_id uuid DEFAULT NULL::uuid, page_size integer DEFAULT 20, page_offset integer DEFAULT 0)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  is_admin boolean;
  managed uuid[];
  visible uuid[];
  pattern text := '%' || replace(replace(replace(search_people.query, '\', '\\'), '%', '\%'), '_', '\_') || '%';
  answer jsonb;
  seen uuid[];
begin
  perform private.require_functions();
  is_admin := private.is_platform_admin();
  managed := private.brands_permitting('member.manage');
  if search_people.brand_id is null then
    visible := private.brands_permitting('member.read');
  else
    perform private.require_permission(search_people.brand_id, 'member.read');
    visible := array[search_people.brand_id];
  end if;
  with known as (
    select
      person.id, person.first_name, person.last_name, person.avatar_path, person.is_active, users.email,
      is_admin or (person.id = auth.uid() and private.api_key_id() is null) or exists (
        select from public.brand_members as member
        where member.user_id = person.id and member.brand_id = any (managed)
      ) as is_address_shown
    from public.profiles as person
    inner join auth.users on users.id = person.id
    where
      (is_admin and search_people.brand_id is null) or exists (
        select from public.brand_members as member
        where member.user_id = person.id and member.brand_id = any (visible)
      )
  ),
  -- Addresses are searched only where they may be seen: repeated searches would spell out the others.
  matching as (
    select known.* from known
    where
      known.first_name || ' ' || known.last_name ilike pattern
      or (known.is_address_shown and known.email ilike pattern)
  ),
  page as (
    select matching.* from matching order by matching.first_name, matching.last_name, matching.id
    offset greatest(page_offset, 0) limit least(greatest(page_size, 1), 100)
  )
  select
    jsonb_build_object(
      'items', coalesce((
        select jsonb_agg(jsonb_build_object(
          'id', page.id, 'first_name', page.first_name, 'last_name', page.last_name,
          'avatar_path', page.avatar_path, 'is_active', page.is_active,
          'email', case when page.is_address_shown then page.email else private.masked_email(page.email) end
        ) order by page.first_name, page.last_name, page.id)
        from page
      ), '[]'),
      'total', (select count(*) from matching)
    ),
    array(
      select page.id from page where page.is_address_shown and page.id is distinct from auth.uid() order by page.id
    )
  into answer, seen;
  perform private.audit_addresses_shown(search_people.brand_id, is_admin, managed, seen);
  return answer;
end;
$function$;

-- By hand: nobody but members, from now on.
UPDATE "public"."workflows" SET escalate_to = null
WHERE escalate_to IS NOT null AND NOT EXISTS (
  SELECT FROM "public"."brand_members" AS member
  WHERE member.user_id = workflows.escalate_to AND member.brand_id = workflows.brand_id
);

ALTER TABLE "public"."workflows" ADD CONSTRAINT "workflows_escalate_to_fkey" FOREIGN KEY (escalate_to, brand_id) REFERENCES public.brand_members(user_id, brand_id) ON DELETE SET NULL (escalate_to);

CREATE INDEX workflows_escalate_to_idx ON public.workflows USING btree (escalate_to, brand_id);

CREATE POLICY "Memberships may be read by their holder and by editors" ON "public"."brand_members" FOR SELECT TO "authenticated" USING ((((user_id = ( SELECT auth.uid() AS uid)) AND ( SELECT private.person_trusted() AS person_trusted) AND (brand_id = ANY (( SELECT private.brands_permitting('brand.read'::text) AS brands_permitting)::uuid[]))) OR (brand_id = ANY (( SELECT private.brands_permitting('member.read'::text) AS brands_permitting)::uuid[]))));

CREATE POLICY "Former comments may be read by who edited and by moderators" ON "public"."comment_revisions" FOR SELECT TO "authenticated" USING ((((created_by = ( SELECT auth.uid() AS uid)) AND ( SELECT private.scope_allows('comment.write'::text) AS scope_allows) AND (brand_id = ANY (( SELECT private.brands_permitting('content.read'::text) AS brands_permitting)::uuid[]))) OR (brand_id = ANY (( SELECT private.brands_permitting('comment.moderate'::text) AS brands_permitting)::uuid[]))));

CREATE POLICY "People may change their own profile" ON "public"."profiles" FOR UPDATE TO "authenticated" USING (((id = ( SELECT auth.uid() AS uid)) AND ( SELECT private.person_trusted() AS person_trusted))) WITH CHECK (((id = ( SELECT auth.uid() AS uid)) AND ( SELECT private.person_trusted() AS person_trusted)));

CREATE POLICY "People may see themselves and whom they share a brand with" ON "public"."profiles" FOR SELECT TO "authenticated" USING ((((id = ( SELECT auth.uid() AS uid)) AND ( SELECT private.person_trusted() AS person_trusted)) OR (id IN ( SELECT private.colleague_ids() AS colleague_ids)) OR ( SELECT private.is_platform_admin() AS is_platform_admin)));

CREATE POLICY "Former templates may be read by members, global ones by everyon" ON "public"."template_versions" FOR SELECT TO "authenticated" USING ((((brand_id IS NULL) AND ( SELECT private.scope_allows('template.read'::text) AS scope_allows)) OR (brand_id = ANY (( SELECT private.brands_permitting('template.read'::text) AS brands_permitting)::uuid[]))));

CREATE POLICY "Templates may be read by members, global ones by everyone" ON "public"."templates" FOR SELECT TO "authenticated" USING ((((brand_id IS NULL) AND ( SELECT private.scope_allows('template.read'::text) AS scope_allows)) OR (brand_id = ANY (( SELECT private.brands_permitting('template.read'::text) AS brands_permitting)::uuid[]))));

CREATE POLICY "Avatars may be added by their owner" ON "storage"."objects" FOR INSERT TO "authenticated" WITH CHECK (((bucket_id = 'avatars'::text) AND (private.storage_folder_id(name) = ( SELECT auth.uid() AS uid)) AND ( SELECT private.person_trusted() AS person_trusted) AND (NOT ( SELECT private.has_reading_token() AS has_reading_token))));

CREATE POLICY "Avatars may be removed by their owner" ON "storage"."objects" FOR DELETE TO "authenticated" USING (((bucket_id = 'avatars'::text) AND (private.storage_folder_id(name) = ( SELECT auth.uid() AS uid)) AND ( SELECT private.person_trusted() AS person_trusted) AND (NOT ( SELECT private.has_reading_token() AS has_reading_token))));

CREATE POLICY "Avatars may be replaced by their owner" ON "storage"."objects" FOR UPDATE TO "authenticated" USING (((bucket_id = 'avatars'::text) AND (private.storage_folder_id(name) = ( SELECT auth.uid() AS uid)) AND ( SELECT private.person_trusted() AS person_trusted) AND (NOT ( SELECT private.has_reading_token() AS has_reading_token)))) WITH CHECK (((bucket_id = 'avatars'::text) AND (private.storage_folder_id(name) = ( SELECT auth.uid() AS uid)) AND ( SELECT private.person_trusted() AS person_trusted) AND (NOT ( SELECT private.has_reading_token() AS has_reading_token))));

CREATE POLICY "Avatars may be seen by oneself and by colleagues" ON "storage"."objects" FOR SELECT TO "authenticated" USING (((bucket_id = 'avatars'::text) AND (((private.storage_folder_id(name) = ( SELECT auth.uid() AS uid)) AND ( SELECT private.person_trusted() AS person_trusted)) OR (private.storage_folder_id(name) IN ( SELECT private.colleague_ids() AS colleague_ids)))));

COMMENT ON COLUMN "private"."bulk_lines"."owner_id" IS 'As in private.idempotency_keys.';

COMMENT ON COLUMN "private"."idempotency_keys"."access" IS 'What the credential held when the answer was stored (private.access_marks): the answer is given again while all of it
is still held. Null under a key of ours.';

COMMENT ON COLUMN "private"."idempotency_keys"."owner_id" IS 'The credential of the caller: the person, in whatever session, or the API key; zeros for the service. Without a
reference, since rows are gone within a day.';

COMMENT ON FUNCTION "private"."access_marks"() IS 'Returns a mark for each thing that the caller holds now: a membership with its role and permissions, within the scopes
of an API key, and the flag of platform admins. A mark that is gone means that access ended or changed.';

COMMENT ON FUNCTION "private"."check_request"() IS 'Refuses with 400 requests for estimates and plans of the planner. The data API calls it before each request, as the
role of the caller.';

COMMENT ON FUNCTION "private"."claim_key"(text, text) IS 'Reserves an Idempotency-Key for the caller. Returns null if the key is new, else the answer that was stored under it.
Refuses a key that was used for another request (422), and an answer to a caller who no longer holds what they held when
it was stored (422). A key without a fingerprint is one that our functions made for
this one call: it is kept for 15 minutes, since it only has to outlive the repetitions of a gateway.';

COMMENT ON FUNCTION "private"."keep_answer"(text, jsonb) IS 'Stores the answer of a command under the caller''s Idempotency-Key, with what the caller holds after it.';

COMMENT ON FUNCTION "private"."key_owner"() IS 'Returns whose idempotency keys the caller uses: those of the API key, else those of the person, or zeros for the
service. Null for anonymous callers.';

COMMENT ON FUNCTION "private"."lock_pending_generation"(uuid) IS 'Locks the caller''s own generation. Refuses with 404 those of other people, and an API key that may not generate; with
409 those that are settled.';

COMMENT ON FUNCTION "private"."own_details"(text, text) IS 'Returns the details of a refusal of ours; null for those of PostgreSQL, which may hold a row that the caller may not
read.';

COMMENT ON FUNCTION "private"."scope_allows"(text, uuid) IS 'Whether the credential of the caller reaches a permission, in a brand if one is given: always for people; for an API
key if its scopes give the permission and the brand is its own. Every grant that asks for no permission (to creators,
assignees, authors, owners) asks this. What belongs to a person asks private.person_trusted instead.';

COMMENT ON FUNCTION "public"."my_profile"() IS 'Returns the caller''s own profile with all columns, encrypted ones included; nothing for an API key.';

COMMENT ON TABLE "private"."idempotency_keys" IS 'The answers to commands by credential and key: for 24 hours under an Idempotency-Key, for 15 minutes under a key of
ours.';

REVOKE ALL ON FUNCTION "private"."access_marks"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."access_marks"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."access_marks"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."check_request"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."check_request"() TO "anon", "authenticated";

REVOKE ALL ON FUNCTION "private"."check_request"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."check_request"() TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."check_request"() TO "service_role";

REVOKE ALL ON FUNCTION "private"."own_details"(text, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."own_details"(text, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."own_details"(text, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."scope_allows"(text, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."scope_allows"(text, uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."scope_allows"(text, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."scope_allows"(text, uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."scope_allows"(text, uuid) TO "service_role";

REVOKE ALL ON SCHEMA "private" FROM "anon";

GRANT USAGE ON SCHEMA "private" TO "anon";

-- Roles belong to the server and not to the database. Written once: two migrations at a time would fail.
do $$
begin
  if not exists (
    select from pg_catalog.pg_db_role_setting
    where
      setrole = 'authenticator'::regrole and setdatabase = 0
      and setconfig @> array['pgrst.db_pre_request=private.check_request', 'pgrst.db_plan_enabled=false']
  ) then
    alter role authenticator set pgrst.db_pre_request = 'private.check_request';
    alter role authenticator set pgrst.db_plan_enabled = 'false';
    notify pgrst, 'reload config';
  end if;
end
$$;
