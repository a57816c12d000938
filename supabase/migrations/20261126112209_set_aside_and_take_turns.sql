-- Set aside and take turns
-- Planned by `make migration` from supabase/schemas and supabase/policies.

-- Waits at most five seconds for a lock, because queries behind a waiting lock wait as well. On failure, push again.
set lock_timeout = '5s';
set check_function_bodies = off;

DROP INDEX "private"."dead_jobs_brand_id_idx";

DROP INDEX "private"."dead_jobs_queue_idx";

DROP INDEX "private"."jobs_ready_idx";

DROP INDEX "public"."ai_generations_pending_idx";

DROP INDEX "public"."contents_expiry_idx";

DROP INDEX "public"."contents_schedule_idx";

DROP INDEX "public"."workflow_instances_deadline_idx";

DROP INDEX "public"."workflow_tasks_due_idx";

-- Batches that no worker has acknowledged are read again: the position of their consumer goes back before the first.
update private.outbox_consumers
set read_transaction_id = unread.transaction_id, read_event_id = '00000000-0000-0000-0000-000000000000'
from (
  select outbox_batches.consumer, min(outbox_batches.first_transaction_id) as transaction_id
  from private.outbox_batches
  group by outbox_batches.consumer
) as unread
where unread.consumer = outbox_consumers.name;

ALTER TABLE "private"."outbox_batches" DROP CONSTRAINT "outbox_batches_consumer_fkey";

DROP FUNCTION "private"."retake_expired_batch"(text, text, interval);

DROP FUNCTION "private"."take_next_batch"(text, text, integer, interval);

DROP FUNCTION "public"."acknowledge_events"(uuid, text);

DROP FUNCTION "public"."bury_exhausted_jobs"(integer);

DROP FUNCTION "public"."chase_tasks"(integer);

DROP FUNCTION "public"."claim_events"(text, text, integer, interval);

DROP FUNCTION "public"."claim_jobs"(text, text, integer, interval);

DROP FUNCTION "public"."fail_stale_generations"(interval, integer);

DROP FUNCTION "public"."publish_due_contents"(integer);

DROP FUNCTION "public"."refresh_analytics"();

DROP FUNCTION "public"."refresh_search"(integer);

DROP FUNCTION "public"."register_consumer"(text);

DROP FUNCTION "public"."revive_job"(uuid);

DROP FUNCTION "public"."time_out_runs"(integer);

DROP TABLE "private"."outbox_batches";

CREATE TABLE "private"."setbacks" ("task" text NOT NULL, "subject_id" uuid NOT NULL, "brand_id" uuid, "attempts" integer NOT NULL DEFAULT 1, "reason" text NOT NULL, "next_attempt_at" timestamp with time zone NOT NULL, "died_at" timestamp with time zone, "created_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "setbacks_attempts_check" CHECK ((attempts >= 1)), CONSTRAINT "setbacks_reason_check" CHECK ((char_length(reason) <= 300)), CONSTRAINT "setbacks_task_check" CHECK ((task ~ '^[a-z_]{1,50}$'::text)), CONSTRAINT "setbacks_task_subject_id_key" UNIQUE (task, subject_id), "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "setbacks_pkey" PRIMARY KEY (id));

ALTER TABLE "private"."setbacks" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "private"."setbacks" OWNER TO "postgres";

ALTER TABLE "private"."dead_jobs" ADD COLUMN "dedupe_key" text;

ALTER TABLE "private"."dead_jobs" ADD COLUMN "max_attempts" integer NOT NULL DEFAULT 5;

CREATE OR REPLACE FUNCTION private.archive_expired_content(content_id uuid)
 RETURNS text
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  content public.contents;
begin
  select contents.* into content
  from public.contents
  where
    contents.id = archive_expired_content.content_id and contents.status = 'published'
    and contents.expires_at <= now() and contents.deleted_at is null
  for update skip locked;
  if content.id is null then
    return null;
  end if;
  perform private.transition_content(content, 'archived', '{"note": "expired"}');
  return 'archived';
end;
$function$;

ALTER FUNCTION "private"."archive_expired_content"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.as_array(value jsonb)
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  select case when jsonb_typeof(value) = 'array' then value when value is not null then '[]'::jsonb end;
$function$;

ALTER FUNCTION "private"."as_array"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.as_object(value jsonb)
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  select case when jsonb_typeof(value) = 'object' then value when value is not null then '{}'::jsonb end;
$function$;

ALTER FUNCTION "private"."as_object"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.as_uuid(written text)
 RETURNS uuid
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  select case
    when written ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' then written::uuid
  end;
$function$;

ALTER FUNCTION "private"."as_uuid"(text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.bury_job(job private.jobs, reason text)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  delete from private.jobs where jobs.id = (bury_job.job).id;
  -- A key stands for one piece of work. Work that died before and was asked for again has one dead letter.
  delete from private.dead_jobs
  where dead_jobs.queue = (bury_job.job).queue and dead_jobs.dedupe_key = (bury_job.job).dedupe_key;
  insert into private.dead_jobs (
    id, queue, kind, brand_id, payload, dedupe_key, attempts, max_attempts, last_error, created_at
  )
  values (
    (bury_job.job).id, (bury_job.job).queue, (bury_job.job).kind, (bury_job.job).brand_id, (bury_job.job).payload,
    (bury_job.job).dedupe_key, (bury_job.job).attempts, (bury_job.job).max_attempts, left(bury_job.reason, 2000),
    (bury_job.job).created_at
  );
$function$;

ALTER FUNCTION "private"."bury_job"(private.jobs, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.chase_at(created_at timestamp with time zone, due_at timestamp with time zone, reminded_at timestamp with time zone)
 RETURNS timestamp with time zone
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  select case
    when chase_at.reminded_at is not null or not isfinite(chase_at.due_at) then chase_at.due_at
    else chase_at.created_at + make_interval(secs => 0.8 * extract(epoch from chase_at.due_at - chase_at.created_at))
  end;
$function$;

ALTER FUNCTION "private"."chase_at"(timestamp with time zone, timestamp with time zone, timestamp with time zone) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.chase_task(task_id uuid)
 RETURNS text
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  task public.workflow_tasks;
  run public.workflow_instances;
  outcome text;
begin
  select tasks.* into task
  from public.workflow_tasks as tasks
  inner join public.contents on contents.id = tasks.content_id
  where tasks.id = chase_task.task_id and tasks.status = 'pending' and tasks.escalated_at is null
  -- Commands lock the content as well: a content that is being decided is left for the next call.
  for update of contents, tasks skip locked;
  -- A reminder at 80 % of the time, an escalation at its end, each once (domain §5).
  outcome := case
    when task.due_at <= now() then 'escalated'
    when task.reminded_at is null and private.chase_at(task.created_at, task.due_at, null) <= now() then 'reminded'
  end;
  if outcome is null then
    return null;
  end if;
  run := private.active_run(task.content_id);
  update public.workflow_tasks
  set
    reminded_at = coalesce(workflow_tasks.reminded_at, now()),
    escalated_at = case when outcome = 'escalated' then now() end
  where workflow_tasks.id = task.id;
  perform private.append_run_event(
    run, case outcome when 'escalated' then 'TaskEscalated' else 'TaskReminder' end,
    jsonb_build_object('taskId', task.id, 'assigneeId', task.assignee_id, 'dueAt', task.due_at)
  );
  if outcome = 'escalated' then
    perform private.escalate_task(run, task);
  end if;
  return outcome;
end;
$function$;

ALTER FUNCTION "private"."chase_task"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.clear_setback(task text, subject_id uuid)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  delete from private.setbacks
  where setbacks.task = clear_setback.task and setbacks.subject_id = clear_setback.subject_id;
$function$;

ALTER FUNCTION "private"."clear_setback"(text, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.comment_answer(comment_id uuid)
 RETURNS SETOF private.comment_details
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select
    comments.id, comments.brand_id, comments.content_id, comments.parent_id, comments.field_key, comments.range_start,
    comments.range_end, comments.body, comments.mentions, comments.attachments, comments.edited_at,
    comments.resolved_at, comments.resolved_by, comments.created_by, comments.created_at, comments.updated_by,
    comments.updated_at, comments.deleted_at,
    private.comment_actions(comments, access, (
      select contents.created_by from public.contents where contents.id = comments.content_id
    )),
    private.people_named(array(select unnest(comments.mentions)) || array[comments.created_by, comments.resolved_by])
  from public.comments
  left join lateral private.access_to_brands(array[comments.brand_id]) as access on true
  where comments.id = comment_answer.comment_id;
$function$;

CREATE OR REPLACE FUNCTION private.content_answer(content_id uuid)
 RETURNS SETOF private.content_details
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  content public.contents;
  allowed_actions text [] := '{}';
  readable text [] := '{}';
  people jsonb := '{}';
begin
  select contents.* into content from public.contents where contents.id = content_answer.content_id;
  if content.id is null then
    return;
  end if;
  -- Commands of many show nobody what they return. The condition of a lateral join would not keep its function from
  -- running.
  if coalesce(current_setting('mixerai.broadcasts', true), '') <> 'summary' then
    select allowed.allowed_actions, allowed.readable into allowed_actions, readable
    from private.allowed_actions(array[private.subject_of(content)]) as allowed;
    people := private.people_named(
      array(select unnest(content.assignees)) || array[content.created_by, content.updated_by, content.published_by]
    );
  end if;
  return query
    select
      content.id, content.brand_id, content.template_id, content.template_version, content.type,
      content.status::text, content.title, content.slug, content.fields, content.body, content.excerpt,
      content.metadata, content.tags, content.categories, content.assignees, content.score, content.provenance,
      content.version, content.major_version, content.minor_version, content.parent_id, content.scheduled_for,
      content.expires_at, content.due_at, content.published_at, content.published_by, content.created_by,
      content.created_at, content.updated_by, content.updated_at, content.deleted_at,
      coalesce(allowed_actions, '{}'), coalesce(readable, '{}'), coalesce(people, '{}');
end;
$function$;

CREATE OR REPLACE FUNCTION private.content_completeness(content public.contents, form jsonb)
 RETURNS numeric
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  hidden text [] := private.hidden_fields(form, private.as_object(content.fields));
begin
  return (
    select coalesce(
      100.0 * count(*) filter (where not private.is_blank(content.fields -> (field ->> 'id'))) / nullif(count(*), 0),
      100
    )
    from jsonb_array_elements(form) as field
    where field -> 'required' = 'true' and field ->> 'id' <> all (hidden)
  );
end;
$function$;

CREATE OR REPLACE FUNCTION private.content_quality(content public.contents, form jsonb)
 RETURNS numeric
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  body text := private.visible_characters(content.body);
  words integer;
  has_image boolean;
begin
  select
    private.word_count(body || ' ' || coalesce(string_agg(private.visible_characters(entry.value #>> '{}'), ' ')
      filter (where field ->> 'type' in ('rich_text', 'html', 'plain_text', 'long_text')), '')),
    coalesce(bool_or(field ->> 'type' = 'image' and not private.is_blank(entry.value)), false)
      or not private.is_blank(content.metadata -> 'ogImage')
  into words, has_image
  from jsonb_each(private.as_object(content.fields)) as entry
  left join jsonb_array_elements(form) as field on field ->> 'id' = entry.key;
  return greatest(0, 100
    - case when words < 50 then 30 when words < 100 then 15 else 0 end
    - case when private.is_blank(content.metadata -> 'metaDescription') then 10 else 0 end
    - case when private.is_blank(content.metadata -> 'metaTitle') then 10 else 0 end
    - case when has_image then 0 else 10 end);
end;
$function$;

CREATE OR REPLACE FUNCTION private.content_words(content public.contents, language regconfig)
 RETURNS tsvector
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  -- Weights of domain §10: title before description and tags, these before the text. Words stand both as written and as
  -- stems, so that an exact word is found whatever the language. A vector has room for 1 MB, and a text may take it four
  -- times: compounds and their parts, as written and as stems. What is beyond these bounds is not found.
  with bounded as (
    select
      private.within_bytes(content.title, 2000) as title,
      private.within_bytes(coalesce(content.metadata ->> 'metaDescription', ''), 10000) as description,
      private.within_bytes(private.content_plain(content), 100000) as plain,
      array(
        select distinct lower(left(found.tag, 100)) from unnest(content.tags[:100]) as found (tag) where found.tag <> ''
      ) as tags
  )
  select array_to_tsvector(array['brand:' || content.brand_id])
    || setweight(to_tsvector('simple', bounded.title) || to_tsvector(language, bounded.title), 'A')
    || setweight(to_tsvector(language, bounded.description), 'B')
    || setweight(to_tsvector('simple', bounded.description), 'B')
    || setweight(array_to_tsvector(bounded.tags), 'B')
    || setweight(to_tsvector('simple', bounded.plain), 'D')
    || setweight(to_tsvector(language, bounded.plain), 'D')
  from bounded;
$function$;

CREATE OR REPLACE FUNCTION private.dead_letters(wanted_kind text, brand uuid, died_before timestamp with time zone, before_id uuid, page_size integer)
 RETURNS TABLE(id uuid, kind text, source text, name text, brand_id uuid, subject_type text, subject_id text, attempts integer, reason text, died_at timestamp with time zone, created_at timestamp with time zone)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  (
    select
      job.id,
      case when job.kind = 'event' then 'event' when job.queue = 'mail' then 'mail' else 'job' end,
      job.queue,
      -- The type of an event; other jobs say by their kind what they do.
      left(case when job.kind = 'event' then job.payload ->> 'type' else job.kind end, 100),
      job.brand_id,
      left(case when job.kind = 'event' then job.payload ->> 'aggregateType' end, 50),
      left(coalesce(job.payload ->> 'aggregateId', job.payload ->> 'id'), 36),
      job.attempts, job.last_error, job.died_at, job.created_at
    from private.dead_jobs as job
    where
      (dead_letters.brand is null or job.brand_id = dead_letters.brand)
      and (job.died_at, job.id) < (dead_letters.died_before, dead_letters.before_id)
      and case coalesce(dead_letters.wanted_kind, '')
        when '' then true
        when 'event' then job.kind = 'event'
        when 'mail' then job.queue = 'mail'
        when 'job' then job.kind <> 'event' and job.queue <> 'mail'
        else false
      end
    order by job.died_at desc, job.id desc
    limit dead_letters.page_size
  )
  union all
  (
    select
      setback.id, case setback.task when 'refresh_search' then 'document' else 'task' end, setback.task, setback.task,
      setback.brand_id,
      case setback.task
        when 'time_out_runs' then 'workflow' when 'chase_tasks' then 'task'
        when 'fail_stale_generations' then 'ai_generation' else 'content'
      end,
      setback.subject_id::text, setback.attempts, setback.reason, setback.died_at, setback.created_at
    from private.setbacks as setback
    where
      setback.died_at is not null
      and (dead_letters.brand is null or setback.brand_id = dead_letters.brand)
      and (setback.died_at, setback.id) < (dead_letters.died_before, dead_letters.before_id)
      and case coalesce(dead_letters.wanted_kind, '')
        when '' then true
        when 'document' then setback.task = 'refresh_search'
        when 'task' then setback.task <> 'refresh_search'
        else false
      end
    order by setback.died_at desc, setback.id desc
    limit dead_letters.page_size
  )
$function$;

ALTER FUNCTION "private"."dead_letters"(text, uuid, timestamp with time zone, uuid, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.delivery_document(content public.contents)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select jsonb_build_object(
    'id', content.id, 'type', content.type, 'slug', content.slug, 'title', content.title, 'excerpt', content.excerpt,
    'body', content.body, 'metadata', private.as_object(content.metadata) - 'targetAudience', 'tags', content.tags,
    'categories', content.categories, 'version', content.version, 'published_at', content.published_at,
    'expires_at', content.expires_at, 'updated_at', content.updated_at,
    -- Input fields are the brief, which is not published: of a template only the output fields.
    'fields', case
      when template.id is null then content.fields
      else coalesce((
        select jsonb_object_agg(entry.key, entry.value)
        from jsonb_each(private.as_object(content.fields)) as entry
        where exists (
          select from jsonb_array_elements(template.output_fields) as field where field ->> 'id' = entry.key
        )
      ), '{}')
    end
  )
  from private.template_used(content) as template;
$function$;

CREATE OR REPLACE FUNCTION private.fail_stale_generation(generation_id uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  generation public.ai_generations;
begin
  select stale.* into generation
  from public.ai_generations as stale
  where stale.id = fail_stale_generation.generation_id and stale.status = 'pending'
  for update skip locked;
  if generation.id is null then
    return false;
  end if;
  update public.ai_generations
  set status = 'failed', error = 'the generation was interrupted', completed_at = now(), reserved = 0
  where ai_generations.id = generation.id;
  perform private.settle_generation_money(generation, 0, false);
  perform private.append_event(
    generation.brand_id, 'ai_generation', generation.id, 'AIGenerationCompleted',
    jsonb_build_object('requestId', generation.id, 'contentId', generation.content_id, 'success', false,
      'tokensUsed', 0)
  );
  return true;
end;
$function$;

ALTER FUNCTION "private"."fail_stale_generation"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.next_by_turns(task text, source regclass, condition text, due text, batch integer, of_deleted_brands boolean DEFAULT true)
 RETURNS uuid[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  answer uuid[];
begin
  execute format(
    $statement$
      with recursive waiting (brand_id) as (
        (select item.brand_id from %1$s as item where %2$s order by item.brand_id limit 1)
        union all
        select (
          select item.brand_id from %1$s as item
          where %2$s and item.brand_id > waiting.brand_id
          order by item.brand_id limit 1
        )
        from waiting
        where waiting.brand_id is not null
      ),
      ready as (
        select found.id, found.turn, found.due
        from waiting
        inner join public.brands on brands.id = waiting.brand_id and ($3 or brands.deleted_at is null)
        cross join lateral (
          select item.id, %3$s as due, row_number() over (order by %3$s, item.id) as turn
          from %1$s as item
          where
            %2$s and item.brand_id = waiting.brand_id and %3$s <= now()
            and not exists (
              select from private.setbacks
              where
                setbacks.task = $1 and setbacks.subject_id = item.id
                and setbacks.next_attempt_at > clock_timestamp()
            )
          order by %3$s, item.id
          limit least($2, greatest(10000 / (select count(*) from waiting), 1))
        ) as found
        order by found.turn, found.due, found.id
        limit $2
      )
      select coalesce(array_agg(ready.id order by ready.turn, ready.due, ready.id), '{}') from ready
    $statement$,
    source, condition, due
  )
  into answer using task, greatest(batch, 0), of_deleted_brands;
  return answer;
end;
$function$;

ALTER FUNCTION "private"."next_by_turns"(text, regclass, text, text, integer, boolean) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.publish_due_content(content_id uuid)
 RETURNS text
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  content public.contents;
begin
  -- A locked row is skipped, so that each content is published by one of two schedulers that run at the same time.
  select contents.* into content
  from public.contents
  inner join public.brands on brands.id = contents.brand_id and brands.deleted_at is null
  where
    contents.id = publish_due_content.content_id and contents.status = 'scheduled' and contents.scheduled_for <= now()
    and contents.deleted_at is null
  for update of contents skip locked;
  if content.id is null then
    return null;
  elsif content.expires_at <= now() or private.has_open_violations(content) then
    perform private.transition_content(content, 'approved',
      '{"note": "not published: expired or in violation of a claim"}');
    return 'unscheduled';
  end if;
  perform private.transition_content(content, 'published');
  return 'published';
end;
$function$;

ALTER FUNCTION "private"."publish_due_content"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.refresh_brand(brand uuid, language text, batch integer, until timestamp with time zone)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  document uuid;
  documents uuid[] := array(
    select search.content_id from private.content_search as search
    where
      search.words @@ quote_literal('brand:' || refresh_brand.brand)::tsquery
      and search.language <> refresh_brand.language
      and not exists (
        select from private.setbacks
        where
          setbacks.task = 'refresh_search' and setbacks.subject_id = search.content_id
          and setbacks.next_attempt_at > clock_timestamp()
      )
    limit refresh_brand.batch
  );
  done integer := 0;
begin
  foreach document in array documents loop
    exit when clock_timestamp() > refresh_brand.until;
    begin
      perform private.refresh_document(document, refresh_brand.language);
      perform private.clear_setback('refresh_search', document);
    exception when others then
      perform private.set_back('refresh_search', document, refresh_brand.brand, sqlstate, sqlerrm);
    end;
    done := done + 1;
  end loop;
  if done < refresh_brand.batch and done = cardinality(documents) and not exists (
    -- These come again at their next attempt.
    select from private.setbacks
    where
      setbacks.task = 'refresh_search' and setbacks.brand_id = refresh_brand.brand
      and setbacks.next_attempt_at < 'infinity'
  ) then
    delete from private.stale_searches where stale_searches.brand_id = refresh_brand.brand;
  else
    -- Behind the other brands.
    update private.stale_searches set marked_at = clock_timestamp() where stale_searches.brand_id = refresh_brand.brand;
  end if;
  return done;
end;
$function$;

ALTER FUNCTION "private"."refresh_brand"(uuid, text, integer, timestamp with time zone) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.refresh_document(content_id uuid, language text)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  update private.content_search as search
  set
    language = refresh_document.language,
    words = private.content_words(contents, private.search_language(refresh_document.language))
  from public.contents
  where contents.id = search.content_id and search.content_id = refresh_document.content_id;
$function$;

ALTER FUNCTION "private"."refresh_document"(uuid, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.revive_job(job_id uuid)
 RETURNS boolean
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  with revived as (
    delete from private.dead_jobs where dead_jobs.id = revive_job.job_id returning *
  ),
  queued as (
    insert into private.jobs (id, queue, kind, brand_id, payload, dedupe_key, max_attempts, created_at, last_error)
    select revived.id, revived.queue, revived.kind, revived.brand_id, revived.payload, revived.dedupe_key,
      revived.max_attempts, revived.created_at, revived.last_error
    from revived
    -- The same work may have been asked for again meanwhile.
    on conflict (queue, dedupe_key) where dedupe_key is not null do nothing
    returning 1
  )
  select exists (select from revived);
$function$;

ALTER FUNCTION "private"."revive_job"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.set_back(task text, subject_id uuid, brand_id uuid, state text, message text)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  -- Messages of the database may quote what a tenant wrote. Only our own refusals are kept in words.
  insert into private.setbacks as known (task, subject_id, brand_id, reason, next_attempt_at)
  values (
    set_back.task, set_back.subject_id, set_back.brand_id,
    case
      when set_back.state ~ '^PT[0-9]{3}$' then left(set_back.message, 250) || ' (' || substr(set_back.state, 3) || ')'
      else 'SQLSTATE ' || set_back.state
    end,
    clock_timestamp() + private.retry_delay(1)
  )
  on conflict (task, subject_id) do update
    set
      attempts = known.attempts + 1, reason = excluded.reason,
      next_attempt_at = case
        when known.attempts >= 7 then 'infinity' else clock_timestamp() + private.retry_delay(known.attempts + 1)
      end,
      died_at = case when known.attempts >= 7 then clock_timestamp() end;
$function$;

ALTER FUNCTION "private"."set_back"(text, uuid, uuid, text, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.shown_contents(items jsonb, total bigint, expand text[])
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  subjects private.content_subject [];
  named uuid [];
  access jsonb;
  people jsonb;
begin
  select
    array_agg((
      item.id, item.brand_id, item.type, item.status, item.created_by, item.expires_at, item.deleted_at
    )::private.content_subject),
    array_agg(item.created_by) || array_agg(item.updated_by) || array_agg(item.published_by)
    || array(select private.as_uuid(person #>> '{}') from jsonb_path_query(items, '$[*].assignees[*]') as person)
  into subjects, named
  from jsonb_to_recordset(items) as item (
    id uuid, brand_id uuid, type text, status text, created_by uuid, updated_by uuid, published_by uuid,
    expires_at timestamptz, deleted_at timestamptz
  );
  select jsonb_agg(to_jsonb(allowed)) into access from private.allowed_actions(subjects) as allowed;
  people := private.people_named(named);
  -- Built at once: joining two objects would copy the whole page.
  if cardinality(expand) = 0 then
    return jsonb_build_object('items', items, 'total', total, 'access', coalesce(access, '[]'), 'people', people);
  end if;
  return jsonb_build_object('items', items, 'total', total, 'access', coalesce(access, '[]'), 'people', people)
    || private.related_to(
      private.people_ids(people),
      array(
        select distinct (item ->> 'brand_id')::uuid
        from jsonb_array_elements(items) as item
        where exists (
          select from jsonb_array_elements(access) as allowed
          where allowed -> 'content_ids' ? (item ->> 'id') and allowed -> 'readable' ? 'brand'
        )
      ),
      array(
        select distinct (item ->> 'template_id')::uuid
        from jsonb_array_elements(items) as item
        where exists (
          select from jsonb_array_elements(access) as allowed
          where allowed -> 'content_ids' ? (item ->> 'id') and allowed -> 'readable' ? 'template'
        )
      ),
      expand
    );
end;
$function$;

CREATE OR REPLACE FUNCTION private.take_dead_letter(letter_id uuid, action text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  job private.dead_jobs;
  setback private.setbacks;
begin
  perform private.require_platform_admin();
  select * into job from private.dead_jobs where dead_jobs.id = take_dead_letter.letter_id for update;
  select * into setback
  from private.setbacks
  where setbacks.id = take_dead_letter.letter_id and setbacks.died_at is not null for update;
  if job.id is null and setback.id is null then
    perform private.refuse(404, 'dead letter not found');
  end if;
  perform private.audit(
    coalesce(job.brand_id, setback.brand_id), take_dead_letter.action, 'dead_letter', take_dead_letter.letter_id,
    jsonb_strip_nulls(jsonb_build_object(
      'source', coalesce(job.queue, setback.task), 'attempts', coalesce(job.attempts, setback.attempts),
      'subjectId', setback.subject_id
    ))
  );
end;
$function$;

ALTER FUNCTION "private"."take_dead_letter"(uuid, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.template_used(content public.contents)
 RETURNS public.templates
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  template public.templates := private.content_template(content.brand_id, content.template_id);
  used public.template_versions;
begin
  -- Contents that are older than the versions of templates use the oldest version that is known.
  select versions.* into used
  from public.template_versions as versions
  where versions.template_id = template.id and versions.version >= content.template_version
  order by versions.version
  limit 1;
  if used.template_id is not null then
    template.version := used.version;
    template.input_fields := used.input_fields;
    template.output_fields := used.output_fields;
  end if;
  template.input_fields := private.as_array(template.input_fields);
  template.output_fields := private.as_array(template.output_fields);
  return template;
end;
$function$;

CREATE OR REPLACE FUNCTION private.time_out_run(run_id uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  content public.contents;
begin
  select contents.* into content
  from public.workflow_instances as run
  inner join public.contents on contents.id = run.content_id
  where run.id = time_out_run.run_id and run.status = 'active' and run.deadline_at <= now()
  for update of contents skip locked;
  if content.id is null then
    return false;
  end if;
  perform private.end_run(content.id, 'timeout', null, 'the review took longer than its workflow allows');
  if content.status in ('pending_review', 'in_review') then
    perform private.transition_content(content, 'draft', '{"note": "the review timed out"}');
  end if;
  return true;
end;
$function$;

ALTER FUNCTION "private"."time_out_run"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.within_bytes(text text, bytes integer)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  -- A byte 10xxxxxx goes on with a character: the cut is moved before the character's first byte.
  select case
    when octet_length(text) <= bytes then text
    else convert_from(substring(encoded.value for bytes - case
      when get_byte(encoded.value, bytes) & 192 <> 128 then 0
      when get_byte(encoded.value, bytes - 1) & 192 <> 128 then 1
      when get_byte(encoded.value, bytes - 2) & 192 <> 128 then 2
      else 3
    end), 'UTF8')
  end
  from (select convert_to(text, 'UTF8') as value) as encoded;
$function$;

ALTER FUNCTION "private"."within_bytes"(text, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.ai_usage(brand uuid DEFAULT NULL::uuid, from_day date DEFAULT (CURRENT_DATE - 30), to_day date DEFAULT CURRENT_DATE, dimensions text[] DEFAULT '{day}'::text[])
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  brands uuid [] := private.check_usage_request(brand, from_day, to_day, dimensions);
  usage jsonb;
begin
  with counted as (
    select
      case when 'brand' = any (dimensions) then generation.brand_id end as brand_id,
      case when 'user' = any (dimensions) then generation.user_id end as user_id,
      case when 'tool' = any (dimensions) then generation.type end as tool,
      case when 'model' = any (dimensions) then generation.provider end as provider,
      case when 'model' = any (dimensions) then generation.model end as model,
      case when 'day' = any (dimensions) then (generation.created_at at time zone 'UTC')::date end as day,
      count(*) as generations,
      count(*) filter (where generation.status = 'failed') as failed,
      count(*) filter (where generation.is_cache_hit) as cached,
      sum(greatest(generation.prompt_tokens, 0)) as prompt_tokens,
      sum(greatest(generation.completion_tokens, 0)) as completion_tokens,
      -- One row without a sensible cost does not spoil the sums of all.
      coalesce(sum(generation.cost) filter (where generation.cost >= 0 and generation.cost < 1e9), 0) as cost,
      round(avg(generation.latency_ms) filter (where not generation.is_cache_hit)) as average_latency_ms
    from public.ai_generations as generation
    where
      generation.brand_id = any (brands)
      -- Ids are ordered by time: this excludes the partitions outside of the range.
      and generation.id >= private.uuid_v7_floor(from_day::timestamp at time zone 'UTC')
      and generation.id < private.uuid_v7_floor((to_day + 1)::timestamp at time zone 'UTC')
    group by 1, 2, 3, 4, 5, 6
  ),
  shown as (
    select counted.* from counted
    order by counted.day desc nulls last, counted.cost desc, counted.brand_id, counted.tool, counted.model
    limit 5000
  )
  select jsonb_build_object(
    'items', (
      select coalesce(jsonb_agg(
        to_jsonb(shown) - 'user_id' || jsonb_build_object(
          'user', case when shown.user_id is not null then
            jsonb_build_object('id', shown.user_id, 'name', private.display_name(shown.user_id))
          end
        )
      ), '[]')
      from shown
    ),
    'is_truncated', count(*) > 5000,
    'totals', jsonb_build_object(
      'generations', coalesce(sum(counted.generations), 0), 'failed', coalesce(sum(counted.failed), 0),
      'cached', coalesce(sum(counted.cached), 0), 'prompt_tokens', coalesce(sum(counted.prompt_tokens), 0),
      'completion_tokens', coalesce(sum(counted.completion_tokens), 0), 'cost', coalesce(sum(counted.cost), 0)
    )
  ) into usage
  from counted;
  return usage;
end;
$function$;

CREATE OR REPLACE FUNCTION public.bury_exhausted_jobs(batch integer DEFAULT 500)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
declare
  job private.jobs;
  buried integer := 0;
begin
  -- A job whose worker dies in each attempt is never reported as failed: its leases just end.
  for job in
    select jobs.* from private.jobs
    where jobs.lease_until < now() and jobs.attempts >= jobs.max_attempts
    limit bury_exhausted_jobs.batch
    for update skip locked
  loop
    perform private.bury_job(job, coalesce(job.last_error, 'its worker did not come back'));
    buried := buried + 1;
  end loop;
  return buried;
end;
$function$;

ALTER FUNCTION "public"."bury_exhausted_jobs"(integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.chase_tasks(batch integer DEFAULT 200, seconds integer DEFAULT 8)
 RETURNS TABLE(task_id uuid, outcome text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
declare
  until constant timestamptz := clock_timestamp() + make_interval(secs => seconds);
begin
  perform private.begin_summary();
  foreach task_id in array private.next_by_turns(
    'chase_tasks', 'public.workflow_tasks', 'item.status = ''pending'' and item.escalated_at is null',
    'private.chase_at(item.created_at, item.due_at, item.reminded_at)', batch
  ) loop
    exit when clock_timestamp() > until;
    begin
      outcome := private.chase_task(task_id);
      perform private.clear_setback('chase_tasks', task_id);
    exception when others then
      outcome := 'failed';
      perform private.set_back(
        'chase_tasks', task_id,
        (select tasks.brand_id from public.workflow_tasks as tasks where tasks.id = chase_tasks.task_id),
        sqlstate, sqlerrm
      );
    end;
    if outcome is not null then
      return next;
    end if;
  end loop;
  perform private.send_summary('chase_tasks');
end;
$function$;

ALTER FUNCTION "public"."chase_tasks"(integer, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.claim_jobs(queue text, worker text, batch integer DEFAULT 50, lease interval DEFAULT '00:01:00'::interval)
 RETURNS TABLE(id uuid, kind text, brand_id uuid, payload jsonb, attempts integer, lease_until timestamp with time zone)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_column
declare
  wanted constant integer := least(greatest(claim_jobs.batch, 1), 1000);
begin
  -- Workers of a queue claim one after another, so that each finds a whole batch that no other is about to lease.
  perform pg_advisory_xact_lock(hashtextextended('claim_jobs:' || claim_jobs.queue, 0));
  return query
    -- The brands with jobs, each by one step in the index; then the first job of every brand, the second of every brand
    -- and so on. A brand with any number of jobs takes no more of a batch than the others leave.
    with recursive brands (turn_of) as (
      (
        select coalesce(jobs.brand_id, '00000000-0000-0000-0000-000000000000')
        from private.jobs
        where jobs.queue = claim_jobs.queue
        order by coalesce(jobs.brand_id, '00000000-0000-0000-0000-000000000000')
        limit 1
      )
      union all
      select (
        select coalesce(jobs.brand_id, '00000000-0000-0000-0000-000000000000')
        from private.jobs
        where
          jobs.queue = claim_jobs.queue
          and coalesce(jobs.brand_id, '00000000-0000-0000-0000-000000000000') > brands.turn_of
        order by coalesce(jobs.brand_id, '00000000-0000-0000-0000-000000000000')
        limit 1
      )
      from brands
      where brands.turn_of is not null
    ),
    ready as (
      select found.id, found.turn, found.run_at
      from brands
      cross join lateral (
        select
          jobs.id, jobs.run_at, row_number() over (order by jobs.priority desc, jobs.run_at, jobs.id) as turn
        from private.jobs
        where
          jobs.queue = claim_jobs.queue
          and coalesce(jobs.brand_id, '00000000-0000-0000-0000-000000000000') = brands.turn_of
          and jobs.run_at <= now()
          and (jobs.lease_until is null or jobs.lease_until < now())
          and jobs.attempts < jobs.max_attempts
        order by jobs.priority desc, jobs.run_at, jobs.id
        -- Bounds the jobs that are looked at to some 10,000, however many brands wait.
        limit least(wanted, greatest(10000 / (select count(*) from brands), 1))
      ) as found
      where brands.turn_of is not null
      order by found.turn, found.run_at, found.id
      limit wanted
    ),
    leased as (
      update private.jobs
      set leased_by = claim_jobs.worker, lease_until = now() + claim_jobs.lease
      from ready
      where jobs.id = ready.id
      returning
        jobs.id, jobs.kind, jobs.brand_id, jobs.payload, jobs.attempts, jobs.lease_until, ready.turn, jobs.run_at
    )
    select leased.id, leased.kind, leased.brand_id, leased.payload, leased.attempts, leased.lease_until
    from leased
    order by leased.turn, leased.run_at, leased.id;
end;
$function$;

ALTER FUNCTION "public"."claim_jobs"(text, text, integer, interval) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.count_dead_letters()
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select coalesce(jsonb_object_agg(found.source, found.letters), '{}')
  from (
    select job.queue as source, count(*) as letters from private.dead_jobs as job group by job.queue
    union all
    select setback.task, count(*) from private.setbacks as setback
    where setback.died_at is not null group by setback.task
    limit 100
  ) as found;
$function$;

ALTER FUNCTION "public"."count_dead_letters"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.dismiss_dead_letter(letter_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_functions();
  perform private.take_dead_letter(letter_id, 'dead_letter.dismiss');
  delete from private.dead_jobs where dead_jobs.id = dismiss_dead_letter.letter_id;
  -- Its task still leaves it out.
  update private.setbacks set died_at = null where setbacks.id = dismiss_dead_letter.letter_id;
end;
$function$;

ALTER FUNCTION "public"."dismiss_dead_letter"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.enqueue_missing_embeddings(batch integer DEFAULT 2000)
 RETURNS integer
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
  -- Jobs may have died, and are not worked on while a brand has AI switched off. Each brand gets its share.
  with missing as (
    select found.*
    from public.brands
    cross join lateral (
      (
        select
          'content' as kind, search.content_id as id, search.brand_id, contents.version::text as version,
          row_number() over (order by search.content_id) as turn
        from private.content_search as search
        inner join public.contents on contents.id = search.content_id
        where
          search.brand_id = brands.id and search.embedding is null
          and not exists (
            select from private.jobs
            where
              jobs.queue = 'embeddings'
              and jobs.dedupe_key = 'content:' || search.content_id || ':' || contents.version
          )
        order by search.content_id
        limit enqueue_missing_embeddings.batch
      )
      union all
      (
        select
          'knowledge', item.id, item.brand_id, extract(epoch from item.updated_at)::text,
          row_number() over (order by item.id)
        from public.brand_knowledge as item
        where
          item.brand_id = brands.id
          and not exists (select from private.knowledge_chunks as chunk where chunk.knowledge_id = item.id)
        order by item.id
        limit enqueue_missing_embeddings.batch
      )
    ) as found
    where not private.is_switched_off(brands, 'embedding')
    order by found.turn, found.brand_id
    limit enqueue_missing_embeddings.batch * 2
  )
  select count(private.enqueue_job(
    'embeddings', 'embed_' || missing.kind, missing.brand_id, jsonb_build_object('id', missing.id),
    dedupe_key => missing.kind || ':' || missing.id || ':' || missing.version
  ))::integer
  from missing;
$function$;

CREATE OR REPLACE FUNCTION public.event_values(ids uuid[], names text[])
 RETURNS TABLE(event_id uuid, name text, value text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  -- Texts only, short ones and few: whatever the data of an event holds, the answer can be read.
  select events.id, wanted.name, left(said.value, 200)
  from public.domain_events as events
  cross join unnest(event_values.names) as wanted (name)
  cross join lateral (
    select events.payload ->> wanted.name as value where jsonb_typeof(events.payload -> wanted.name) = 'string'
    union all
    (
      select entry.value #>> '{}'
      from jsonb_array_elements(
        case when jsonb_typeof(events.payload -> wanted.name) = 'array' then events.payload -> wanted.name else '[]' end
      ) as entry
      where jsonb_typeof(entry.value) = 'string'
      limit 50
    )
  ) as said
  where events.id = any (event_values.ids)
  limit 1000;
$function$;

ALTER FUNCTION "public"."event_values"(uuid[], text[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.export_contents(filters jsonb, after_id uuid DEFAULT NULL::uuid, page_size integer DEFAULT 100)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
declare
  brand uuid := filters ->> 'brand_id';
  conditions text;
  items jsonb;
  total bigint;
begin
  perform private.require_functions();
  conditions := 'contents.brand_id = $2 and contents.deleted_at is null' || private.content_conditions(filters);
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
  return jsonb_build_object(
    'items', coalesce(items, '[]'), 'total', total,
    'people', private.people_named(array(
      select distinct private.as_uuid(person)
      from jsonb_array_elements(items) as item
      cross join lateral (
        select jsonb_array_elements_text(item -> 'assignees') as person
        union all
        select unnest(array[item ->> 'created_by', item ->> 'updated_by', item ->> 'published_by'])
      ) as named
    ))
  );
end;
$function$;

CREATE OR REPLACE FUNCTION public.fail_job(job_id uuid, worker text, error text, is_final boolean DEFAULT false)
 RETURNS text
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  job private.jobs;
begin
  select * into job from private.jobs where jobs.id = job_id and jobs.leased_by = worker for update;
  if job.id is null then
    return 'lost';
  end if;
  if is_final or job.attempts >= job.max_attempts then
    perform private.bury_job(job, error);
    return 'dead';
  end if;
  update private.jobs
  set
    leased_by = null, lease_until = null, last_error = left(fail_job.error, 2000),
    run_at = now() + private.retry_delay(job.attempts)
  where jobs.id = job.id;
  return 'retried';
end;
$function$;

CREATE OR REPLACE FUNCTION public.fail_stale_generations(older_than interval DEFAULT '00:05:00'::interval, batch integer DEFAULT 200, seconds integer DEFAULT 8)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
declare
  until constant timestamptz := clock_timestamp() + make_interval(secs => seconds);
  generation_id uuid;
  failed integer := 0;
begin
  perform private.begin_summary();
  -- A function that was killed cannot settle: its generation would stay pending, and its money reserved, for ever.
  foreach generation_id in array private.next_by_turns(
    'fail_stale_generations', 'public.ai_generations', 'item.status = ''pending''',
    format('item.created_at + %L::interval', older_than), batch
  ) loop
    exit when clock_timestamp() > until;
    begin
      failed := failed + private.fail_stale_generation(generation_id)::integer;
      perform private.clear_setback('fail_stale_generations', generation_id);
    exception when others then
      perform private.set_back(
        'fail_stale_generations', generation_id,
        (select ai_generations.brand_id from public.ai_generations where ai_generations.id = generation_id),
        sqlstate, sqlerrm
      );
    end;
  end loop;
  perform private.send_summary('fail_stale_generations');
  return failed;
end;
$function$;

ALTER FUNCTION "public"."fail_stale_generations"(interval, integer, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.list_activity(brand_id uuid, filters jsonb DEFAULT '{}'::jsonb, before_id uuid DEFAULT NULL::uuid, page_size integer DEFAULT 20)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_column
declare
  wished integer := least(greatest(page_size, 1), 100);
  types text [] := case when filters ? 'type' then array(select jsonb_array_elements_text(filters -> 'type')) end;
  actor uuid := filters ->> 'actor';
  -- Ids sort by time, so that instants become bounds of ids. UUIDv7 knows no time before 1970.
  epoch constant timestamptz := '1970-01-01T00:00:00Z';
  from_id constant uuid := case
    when filters ? 'from' then private.uuid_v7_floor(greatest((filters ->> 'from')::timestamptz, epoch))
    else '00000000-0000-0000-0000-000000000000'
  end;
  to_id constant uuid := least(before_id, case
    when filters ? 'to' then private.uuid_v7_floor(greatest((filters ->> 'to')::timestamptz, epoch))
    else 'ffffffff-ffff-ffff-ffff-ffffffffffff'
  end);
  readable text [];
begin
  perform private.require_permission(list_activity.brand_id, 'brand.read');
  select access.permissions into readable from private.access_to_brands(array[list_activity.brand_id]) as access;
  return (
    with page as (
      select
        events.id, events.type, events.aggregate_type, events.aggregate_id, events.aggregate_version, events.actor_id,
        coalesce(events.payload ->> 'title', (
          select contents.title from public.contents
          where contents.id = coalesce(private.as_uuid(events.payload ->> 'contentId'), events.aggregate_id)
            and events.aggregate_type in ('content', 'comment', 'workflow', 'ai_generation')
        )) as title,
        events.payload - 'changes' as payload, events.correlation_id as request_id, events.occurred_at
      from public.domain_events as events
      where
        events.brand_id = list_activity.brand_id
        and events.id < to_id and events.id >= from_id
        and private.event_permission(events.aggregate_type) = any (readable)
        and (types is null or events.type = any (types))
        and (actor is null or events.actor_id = actor)
      order by events.id desc
      limit wished
    )
    select jsonb_build_object(
      'items', coalesce((select jsonb_agg(to_jsonb(page) order by page.id desc) from page), '[]'),
      'people', private.people_named(array(select distinct page.actor_id from page))
    )
  );
end;
$function$;

CREATE OR REPLACE FUNCTION public.list_comments(content_id uuid, is_resolved boolean DEFAULT NULL::boolean, page_offset integer DEFAULT 0, page_size integer DEFAULT 20)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  creator uuid;
  access private.brand_access;
begin
  perform private.require_visible_content(list_comments.content_id);
  select contents.created_by into creator from public.contents where contents.id = list_comments.content_id;
  select found.* into access from private.access_to_brands(array(
    select contents.brand_id from public.contents where contents.id = list_comments.content_id
  )) as found;
  return (
    with threads as (
      select comments.*
      from public.comments
      where
        comments.content_id = list_comments.content_id
        and comments.parent_id is null
        and (list_comments.is_resolved is null or (comments.resolved_at is not null) = list_comments.is_resolved)
        -- A deleted comment is listed as long as it has answers.
        and (comments.deleted_at is null or exists (
          select from public.comments as answer where answer.parent_id = comments.id and answer.deleted_at is null
        ))
    ),
    page as (
      select threads.* from threads order by threads.id offset page_offset limit least(greatest(page_size, 1), 100)
    ),
    answers as (
      select answer.* from public.comments as answer
      where answer.parent_id in (select page.id from page) and answer.deleted_at is null
    )
    select jsonb_build_object(
      'items', coalesce((
        select jsonb_agg(
          to_jsonb(page) || jsonb_build_object(
            'allowed_actions', private.comment_actions(page::public.comments, access, creator),
            'replies', coalesce((
              select jsonb_agg(
                to_jsonb(answers) || jsonb_build_object(
                  'allowed_actions', private.comment_actions(answers::public.comments, access, creator)
                ) order by answers.id
              )
              from answers where answers.parent_id = page.id
            ), '[]')
          ) order by page.id
        )
        from page
      ), '[]'),
      'total', (select count(*) from threads),
      'people', private.people_named(array(
        select unnest(array(select unnest(page.mentions)) || array[page.created_by, page.resolved_by]) from page
        union
        select unnest(array(select unnest(answers.mentions)) || array[answers.created_by, answers.resolved_by])
        from answers
      ))
    )
  );
end;
$function$;

CREATE OR REPLACE FUNCTION public.list_content_types(brand_id uuid DEFAULT NULL::uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  readable uuid [] := private.brands_permitting('brand.read');
  with_templates uuid [] := private.brands_permitting('template.read');
begin
  if list_content_types.brand_id is not null then
    perform private.require_permission(list_content_types.brand_id, 'brand.read');
    readable := array[list_content_types.brand_id];
    with_templates := array(
      select list_content_types.brand_id where list_content_types.brand_id = any (with_templates)
    );
  elsif not private.session_trusted() then
    perform private.refuse(401, 'this session has ended or has not passed the second factor');
  end if;
  return (
    with offered as (
      select templates.content_type, count(*) as templates
      from public.templates
      where
        templates.is_active and cardinality(with_templates) > 0
        and (templates.brand_id is null or templates.brand_id = any (with_templates))
      group by templates.content_type
    )
    select jsonb_build_object(
      'restricted', (
        -- A brand without a list allows every type.
        select coalesce(bool_and(cardinality(brands.allowed_content_types) > 0), false)
        from public.brands where brands.id = any (readable)
      ),
      'allowed', coalesce((
        select jsonb_agg(distinct allowed.type)
        from public.brands cross join lateral unnest(brands.allowed_content_types) as allowed (type)
        where brands.id = any (readable) and allowed.type is not null
      ), '[]'),
      'templates', coalesce((select jsonb_object_agg(offered.content_type, offered.templates) from offered), '{}'),
      'workflows', coalesce((
        select jsonb_object_agg(assigned.content_type, jsonb_build_object('id', workflows.id, 'name', workflows.name))
        from public.brand_workflows as assigned
        inner join public.workflows on workflows.id = assigned.workflow_id
        where
          assigned.brand_id = list_content_types.brand_id
          and private.permits(assigned.brand_id, 'workflow.read')
      ), '{}')
    )
  );
end;
$function$;

CREATE OR REPLACE FUNCTION public.list_dead_letters(kind text DEFAULT NULL::text, brand_id uuid DEFAULT NULL::uuid, cursor_at timestamp with time zone DEFAULT NULL::timestamp with time zone, cursor_id uuid DEFAULT NULL::uuid, page_size integer DEFAULT 20)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  wanted constant integer := least(greatest(list_dead_letters.page_size, 1), 101);
begin
  perform private.require_platform_admin();
  return (
    with page as (
      select letter.* from private.dead_letters(
        list_dead_letters.kind, list_dead_letters.brand_id, coalesce(list_dead_letters.cursor_at, 'infinity'),
        coalesce(list_dead_letters.cursor_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff'), wanted
      ) as letter
      order by letter.died_at desc, letter.id desc
      limit wanted
    )
    select jsonb_build_object('items', coalesce(jsonb_agg(jsonb_build_object(
      'id', page.id, 'kind', page.kind, 'source', page.source, 'name', coalesce(page.name, page.source),
      'brand', case when brands.id is not null then jsonb_build_object(
        'id', brands.id, 'name', brands.name, 'slug', brands.slug
      ) end,
      'subject_type', page.subject_type,
      'subject_id', case when page.subject_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then page.subject_id end,
      'attempts', page.attempts,
      'reason', left(regexp_replace(coalesce(page.reason, ''), '[[:cntrl:]]+', ' ', 'g'), 300),
      'died_at', page.died_at, 'created_at', page.created_at
    ) order by page.died_at desc, page.id desc), '[]'), 'total', null)
    from page
    left join public.brands on brands.id = page.brand_id
  );
end;
$function$;

ALTER FUNCTION "public"."list_dead_letters"(text, uuid, timestamp with time zone, uuid, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.publish_due_contents(batch integer DEFAULT 100, seconds integer DEFAULT 12)
 RETURNS TABLE(content_id uuid, outcome text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
declare
  until constant timestamptz := clock_timestamp() + make_interval(secs => seconds);
  due constant uuid[] := private.next_by_turns(
    'publish_due', 'public.contents',
    'item.status = ''scheduled'' and item.deleted_at is null', 'item.scheduled_for', batch, false
  );
  expired constant uuid[] := private.next_by_turns(
    'publish_due', 'public.contents',
    'item.status = ''published'' and item.expires_at is not null and item.deleted_at is null', 'item.expires_at', batch
  );
begin
  perform private.begin_summary();
  foreach content_id in array due || expired loop
    exit when clock_timestamp() > until;
    -- Each by itself: one that fails is tried again later, and keeps no other from its time.
    begin
      outcome := coalesce(private.publish_due_content(content_id), private.archive_expired_content(content_id));
      perform private.clear_setback('publish_due', content_id);
    exception when others then
      outcome := 'failed';
      perform private.set_back(
        'publish_due', content_id, (select contents.brand_id from public.contents where contents.id = content_id),
        sqlstate, sqlerrm
      );
    end;
    if outcome is not null then
      return next;
    end if;
  end loop;
  perform private.send_summary('publish_due_contents');
end;
$function$;

ALTER FUNCTION "public"."publish_due_contents"(integer, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.queue_events(consumer text, types text[], batch integer DEFAULT 5000)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
declare
  reader private.outbox_consumers;
  looked_at integer;
  last_transaction_id xid8;
  last_event_id uuid;
begin
  insert into private.outbox_consumers (name) values (queue_events.consumer) on conflict do nothing;
  -- The lock makes workers take turns until the position of the consumer is moved.
  select * into reader from private.outbox_consumers where outbox_consumers.name = queue_events.consumer for update;
  -- All transactions below xmin have ended: none of them can still commit an event that belongs before these.
  with following as materialized (
    select
      events.transaction_id, events.id, events.brand_id, events.type, events.aggregate_type, events.aggregate_id,
      events.aggregate_version, events.occurred_at
    from public.domain_events as events
    where
      (events.transaction_id, events.id) > (reader.read_transaction_id, reader.read_event_id)
      and events.transaction_id < pg_snapshot_xmin(pg_current_snapshot())
    order by events.transaction_id, events.id
    limit least(greatest(queue_events.batch, 1), 20000)
  ),
  queued as (
    -- What the event says of itself stays in the log: consumers get ids, and read what they need as it is by then.
    insert into private.jobs (queue, kind, brand_id, payload, run_at, dedupe_key, max_attempts)
    select
      queue_events.consumer, 'event', following.brand_id,
      jsonb_build_object(
        'id', following.id, 'brandId', following.brand_id, 'type', following.type,
        'aggregateType', following.aggregate_type, 'aggregateId', following.aggregate_id,
        'aggregateVersion', following.aggregate_version, 'occurredAt', following.occurred_at
      ),
      -- The order of a brand's events among each other.
      least(following.occurred_at, now()), following.id::text, 20
    from following
    where following.type = any (queue_events.types)
    order by following.transaction_id, following.id
    on conflict (queue, dedupe_key) where dedupe_key is not null do nothing
  )
  select
    count(*), (array_agg(following.transaction_id order by following.transaction_id desc, following.id desc))[1],
    (array_agg(following.id order by following.transaction_id desc, following.id desc))[1]
  into looked_at, last_transaction_id, last_event_id
  from following;
  if looked_at > 0 then
    update private.outbox_consumers
    set read_transaction_id = last_transaction_id, read_event_id = last_event_id, updated_at = now()
    where outbox_consumers.name = queue_events.consumer;
  end if;
  return looked_at;
end;
$function$;

ALTER FUNCTION "public"."queue_events"(text, text[], integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.refresh_analytics()
 RETURNS TABLE(figures text, outcome text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
begin
  foreach figures in array array['content_daily', 'generation_daily', 'review_daily'] loop
    -- Figures that fail keep their former state, and the others are refreshed all the same.
    begin
      execute format('refresh materialized view concurrently private.%I', figures);
      outcome := 'refreshed';
    exception when others then
      outcome := 'failed: ' || sqlstate;
    end;
    return next;
  end loop;
end;
$function$;

ALTER FUNCTION "public"."refresh_analytics"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.refresh_search(batch integer DEFAULT 500, seconds integer DEFAULT 8)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
declare
  until constant timestamptz := clock_timestamp() + make_interval(secs => seconds);
  waiting integer := (select count(*) from private.stale_searches);
  share constant integer := greatest(refresh_search.batch / greatest(waiting, 1), 1);
  stale record;
  refreshed integer := 0;
begin
  -- Each brand gets its share of the batch and of the time.
  for stale in
    select brands.id, coalesce(brands.language, '') as language
    from private.stale_searches inner join public.brands on brands.id = stale_searches.brand_id
    order by stale_searches.marked_at
    for update of stale_searches skip locked
  loop
    exit when refreshed >= refresh_search.batch or clock_timestamp() > until;
    refreshed := refreshed + private.refresh_brand(
      stale.id, stale.language, share, clock_timestamp() + (until - clock_timestamp()) / greatest(waiting, 1)
    );
    waiting := waiting - 1;
  end loop;
  return refreshed;
end;
$function$;

ALTER FUNCTION "public"."refresh_search"(integer, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.requeue_dead_letter(letter_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_functions();
  perform private.take_dead_letter(letter_id, 'dead_letter.requeue');
  perform private.revive_job(letter_id);
  -- A document is looked for in the brands that wait for it.
  insert into private.stale_searches (brand_id)
  select setbacks.brand_id from private.setbacks
  where setbacks.id = requeue_dead_letter.letter_id and setbacks.task = 'refresh_search'
  on conflict do nothing;
  delete from private.setbacks where setbacks.id = requeue_dead_letter.letter_id;
end;
$function$;

ALTER FUNCTION "public"."requeue_dead_letter"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.time_out_runs(batch integer DEFAULT 100, seconds integer DEFAULT 8)
 RETURNS TABLE(run_id uuid, outcome text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
declare
  until constant timestamptz := clock_timestamp() + make_interval(secs => seconds);
begin
  perform private.begin_summary();
  foreach run_id in array private.next_by_turns(
    'time_out_runs', 'public.workflow_instances', 'item.status = ''active''', 'item.deadline_at', batch
  ) loop
    exit when clock_timestamp() > until;
    begin
      outcome := case when private.time_out_run(run_id) then 'timed_out' end;
      perform private.clear_setback('time_out_runs', run_id);
    exception when others then
      outcome := 'failed';
      perform private.set_back(
        'time_out_runs', run_id,
        (select run.brand_id from public.workflow_instances as run where run.id = time_out_runs.run_id),
        sqlstate, sqlerrm
      );
    end;
    if outcome is not null then
      return next;
    end if;
  end loop;
  perform private.send_summary('time_out_runs');
end;
$function$;

ALTER FUNCTION "public"."time_out_runs"(integer, integer) OWNER TO "postgres";

ALTER TABLE "private"."setbacks" ADD CONSTRAINT "setbacks_brand_id_fkey" FOREIGN KEY (brand_id) REFERENCES public.brands(id) ON DELETE CASCADE;

CREATE INDEX content_search_missing_idx ON private.content_search USING btree (brand_id, content_id) WHERE (embedding IS NULL);

CREATE INDEX dead_jobs_brand_id_idx ON private.dead_jobs USING btree (brand_id, died_at DESC, id DESC);

CREATE UNIQUE INDEX dead_jobs_dedupe_idx ON private.dead_jobs USING btree (queue, dedupe_key) WHERE (dedupe_key IS NOT NULL);

CREATE INDEX dead_jobs_died_idx ON private.dead_jobs USING btree (died_at DESC, id DESC);

CREATE INDEX jobs_turn_idx ON private.jobs USING btree (queue, COALESCE(brand_id, '00000000-0000-0000-0000-000000000000'::uuid), priority DESC, run_at, id);

CREATE INDEX ai_generations_pending_idx ON public.ai_generations USING btree (brand_id, created_at, id) WHERE (status = 'pending'::public.generation_status);

CREATE INDEX contents_expiry_idx ON public.contents USING btree (brand_id, expires_at, id) WHERE (((status)::text = 'published'::text) AND (expires_at IS NOT NULL) AND (deleted_at IS NULL));

CREATE INDEX contents_schedule_idx ON public.contents USING btree (brand_id, scheduled_for, id) WHERE (((status)::text = 'scheduled'::text) AND (deleted_at IS NULL));

CREATE INDEX workflow_instances_deadline_idx ON public.workflow_instances USING btree (brand_id, deadline_at, id) WHERE (status = 'active'::public.workflow_status);

COMMENT ON COLUMN "private"."dead_jobs"."dedupe_key" IS 'As in jobs. Of the jobs of a queue with one key, only the one that died last is kept.';

COMMENT ON COLUMN "private"."setbacks"."next_attempt_at" IS 'Infinity for items that are set aside for good.';

COMMENT ON COLUMN "private"."setbacks"."subject_id" IS 'The item. Without a reference: its table depends on the task.';

COMMENT ON FUNCTION "private"."archive_expired_content"(uuid) IS 'Archives a published content that has expired. Returns the outcome; null if it has not, or another scheduler has it.';

COMMENT ON FUNCTION "private"."as_array"(jsonb) IS 'Returns a JSON array as it is, and an empty one for any other value: one row of another shape fails no list.';

COMMENT ON FUNCTION "private"."as_object"(jsonb) IS 'Returns a JSON object as it is, and an empty one for any other value: one row of another shape fails no list.';

COMMENT ON FUNCTION "private"."as_uuid"(text) IS 'Returns the UUID that a text is, and null for any other text: one row of another shape fails no list.';

COMMENT ON FUNCTION "private"."bury_job"(private.jobs, text) IS 'Moves a job that failed for good to dead_jobs.';

COMMENT ON FUNCTION "private"."chase_at"(timestamp with time zone, timestamp with time zone, timestamp with time zone) IS 'Returns when a task is reminded of, at 80 % of its time (domain §5), or, once that is done, when it is escalated.';

COMMENT ON FUNCTION "private"."chase_task"(uuid) IS 'Reminds of a task at 80 % of its time, or escalates it at the end. Returns `reminded`, `escalated`, or null if neither
is due.';

COMMENT ON FUNCTION "private"."clear_setback"(text, uuid) IS 'Forgets the failures of a scheduled task with an item that is done.';

COMMENT ON FUNCTION "private"."dead_letters"(text, uuid, timestamp with time zone, uuid, integer) IS 'Returns jobs and items of scheduled tasks that are set aside, behind the one with this time and id. Up to a page of
each, to be sorted and cut by the caller. Of a payload only ids and types.';

COMMENT ON FUNCTION "private"."fail_stale_generation"(uuid) IS 'Fails a generation that is pending, and gives its money back. Returns false if it is not, or its row is locked.';

COMMENT ON FUNCTION "private"."next_by_turns"(text, regclass, text, text, integer, boolean) IS 'Returns the ids of items of a table that are due, in the order of their turns: the first of each brand, then the second
of each. Finds the brands step by step in an index that begins with brand_id and has the condition, so that the number
of items does not matter. Leaves out items whose next attempt is later (private.setbacks). condition, and due, the
time: SQL about "item".';

COMMENT ON FUNCTION "private"."publish_due_content"(uuid) IS 'Publishes a content that is due, or takes it off the schedule where it may not be published. Returns the outcome; null
if it is not due or another scheduler has it.';

COMMENT ON FUNCTION "private"."refresh_brand"(uuid, text, integer, timestamp with time zone) IS 'Stems contents of a brand anew, one after another, up to a batch and until a time. One that fails is tried again later.
Returns how many it looked at.';

COMMENT ON FUNCTION "private"."refresh_document"(uuid, text) IS 'Stems the words of a content anew, in a language.';

COMMENT ON FUNCTION "private"."revive_job"(uuid) IS 'Moves a dead job back to its queue, with all its attempts. Returns whether there was one.';

COMMENT ON FUNCTION "private"."set_back"(text, uuid, uuid, text, text) IS 'Records that a scheduled task failed with an item. Its next attempts come 5, 10, 20 … seconds later; after eight it is
set aside as a dead letter.';

COMMENT ON FUNCTION "private"."take_dead_letter"(uuid, text) IS 'Locks a dead letter and records what is done with it. Raises 403 unless the caller is a platform admin, and 404.';

COMMENT ON FUNCTION "private"."time_out_run"(uuid) IS 'Ends a run past its deadline and makes its content a draft. Returns false if it is not due, or its content is locked.';

COMMENT ON FUNCTION "private"."within_bytes"(text, integer) IS 'Returns a text, or its beginning of at most so many bytes of UTF-8, cut between two characters. bytes: 4 or more.';

COMMENT ON FUNCTION "public"."bury_exhausted_jobs"(integer) IS 'For the scheduler: moves jobs whose workers died in every attempt to dead_jobs. Returns how many it moved.';

COMMENT ON FUNCTION "public"."chase_tasks"(integer, integer) IS 'For the scheduler: sends a reminder of tasks at 80 % of their time, and escalates tasks that are late, in turns by
brand. Returns the tasks with what was done: `reminded`, `escalated`, or `failed` for those to be tried again later.';

COMMENT ON FUNCTION "public"."claim_jobs"(text, text, integer, interval) IS 'Leases up to a batch (at most 1000) of ready jobs to a worker and returns them: one of each brand, then the next one of
each, so that no brand waits for another. A job is leased to one worker at a time. No attempt is counted yet: see
begin_jobs.';

COMMENT ON FUNCTION "public"."count_dead_letters"() IS 'For the scheduler, whose report shows it: counts the dead letters of each queue and task that has any.';

COMMENT ON FUNCTION "public"."dismiss_dead_letter"(uuid) IS 'For platform admins: removes a dead letter for good, without trying it again. Raises 403 and 404.';

COMMENT ON FUNCTION "public"."enqueue_missing_embeddings"(integer) IS 'For the scheduler: adds a job for contents and knowledge without an embedding, up to twice a batch, in turns by brand.
Returns how many jobs it added.';

COMMENT ON FUNCTION "public"."event_values"(uuid[], text[]) IS 'For the service: returns texts of the data of events by their names, a row for each text, also of each in a list: at
most 200 characters of each, and 50 of a list. Other values are left out.';

COMMENT ON FUNCTION "public"."fail_stale_generations"(interval, integer, integer) IS 'For the scheduler: fails generations that are pending for too long, because their function was interrupted, in turns by
brand. Returns how many.';

COMMENT ON FUNCTION "public"."list_dead_letters"(text, uuid, timestamp with time zone, uuid, integer) IS 'For platform admins: lists what was set aside because it failed too often, the latest first, behind the item at the
cursor: {items, total: null}, at most 101. kind: event, mail, job, document or task.';

COMMENT ON FUNCTION "public"."publish_due_contents"(integer, integer) IS 'For the scheduler: publishes contents that are due and archives contents that have expired, in turns by brand, each
once even where two schedulers run at the same time. Returns each with its outcome, `failed` for those that are tried
again later. Ends after so many seconds.';

COMMENT ON FUNCTION "public"."queue_events"(text, text[], integer) IS 'For the service: looks at the next events of the log in the order of commits, skips none, and adds a job for each of
these types to the queue of the consumer, with the ids and the type of the event and nothing else. A new consumer begins
with the oldest event. batch: 1 to 20000 events. Returns how many it looked at.';

COMMENT ON FUNCTION "public"."refresh_analytics"() IS 'For the scheduler: refreshes the daily figures without blocking readers. Returns the outcome for each.';

COMMENT ON FUNCTION "public"."refresh_search"(integer, integer) IS 'For the scheduler: stems contents anew where the language of their brand changed, in turns by brand. Returns how many.
Ends after so many seconds.';

COMMENT ON FUNCTION "public"."requeue_dead_letter"(uuid) IS 'For platform admins: has a dead letter tried again, with all its attempts. Raises 403 and 404.';

COMMENT ON FUNCTION "public"."time_out_runs"(integer, integer) IS 'For the scheduler: ends runs past their deadline and makes their contents drafts, in turns by brand. Returns each with
its outcome, `failed` for those that are tried again later.';

COMMENT ON TABLE "private"."dead_jobs" IS 'Jobs that failed for good, for people to inspect and revive: see list_dead_letters.';

COMMENT ON TABLE "private"."outbox_consumers" IS 'The consumers of the log, each with the last event that was looked at for it: see queue_events.';

COMMENT ON TABLE "private"."setbacks" IS 'Items with which a scheduled task failed, such as a content that could not be published. The task leaves each out until
its next attempt, and for good when its attempts are used up: see list_dead_letters.';

REVOKE ALL ON FUNCTION "private"."archive_expired_content"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."archive_expired_content"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."archive_expired_content"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."as_array"(jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."as_array"(jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."as_array"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."as_array"(jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."as_array"(jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "private"."as_object"(jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."as_object"(jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."as_object"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."as_object"(jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."as_object"(jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "private"."as_uuid"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."as_uuid"(text) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."as_uuid"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."as_uuid"(text) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."as_uuid"(text) TO "service_role";

REVOKE ALL ON FUNCTION "private"."bury_job"(private.jobs, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."bury_job"(private.jobs, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."bury_job"(private.jobs, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."chase_at"(timestamp with time zone, timestamp with time zone, timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."chase_at"(timestamp with time zone, timestamp with time zone, timestamp with time zone) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."chase_at"(timestamp with time zone, timestamp with time zone, timestamp with time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."chase_task"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."chase_task"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."chase_task"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."clear_setback"(text, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."clear_setback"(text, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."clear_setback"(text, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."dead_letters"(text, uuid, timestamp with time zone, uuid, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."dead_letters"(text, uuid, timestamp with time zone, uuid, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."dead_letters"(text, uuid, timestamp with time zone, uuid, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."fail_stale_generation"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."fail_stale_generation"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."fail_stale_generation"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."next_by_turns"(text, regclass, text, text, integer, boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."next_by_turns"(text, regclass, text, text, integer, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."next_by_turns"(text, regclass, text, text, integer, boolean) TO "postgres";

REVOKE ALL ON FUNCTION "private"."publish_due_content"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."publish_due_content"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."publish_due_content"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."refresh_brand"(uuid, text, integer, timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."refresh_brand"(uuid, text, integer, timestamp with time zone) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."refresh_brand"(uuid, text, integer, timestamp with time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."refresh_document"(uuid, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."refresh_document"(uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."refresh_document"(uuid, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."revive_job"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."revive_job"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."revive_job"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."set_back"(text, uuid, uuid, text, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."set_back"(text, uuid, uuid, text, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."set_back"(text, uuid, uuid, text, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."take_dead_letter"(uuid, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."take_dead_letter"(uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."take_dead_letter"(uuid, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."time_out_run"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."time_out_run"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."time_out_run"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."within_bytes"(text, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."within_bytes"(text, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."within_bytes"(text, integer) TO "postgres";

REVOKE ALL ON FUNCTION "public"."bury_exhausted_jobs"(integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."bury_exhausted_jobs"(integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."bury_exhausted_jobs"(integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."bury_exhausted_jobs"(integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."chase_tasks"(integer, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."chase_tasks"(integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."chase_tasks"(integer, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."chase_tasks"(integer, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."claim_jobs"(text, text, integer, interval) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."claim_jobs"(text, text, integer, interval) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."claim_jobs"(text, text, integer, interval) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."claim_jobs"(text, text, integer, interval) TO "service_role";

REVOKE ALL ON FUNCTION "public"."count_dead_letters"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."count_dead_letters"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."count_dead_letters"() TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."count_dead_letters"() TO "service_role";

REVOKE ALL ON FUNCTION "public"."dismiss_dead_letter"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."dismiss_dead_letter"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."dismiss_dead_letter"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."dismiss_dead_letter"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."dismiss_dead_letter"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."event_values"(uuid[], text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."event_values"(uuid[], text[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."event_values"(uuid[], text[]) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."event_values"(uuid[], text[]) TO "service_role";

REVOKE ALL ON FUNCTION "public"."fail_stale_generations"(interval, integer, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."fail_stale_generations"(interval, integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."fail_stale_generations"(interval, integer, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."fail_stale_generations"(interval, integer, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."list_dead_letters"(text, uuid, timestamp with time zone, uuid, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."list_dead_letters"(text, uuid, timestamp with time zone, uuid, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."list_dead_letters"(text, uuid, timestamp with time zone, uuid, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_dead_letters"(text, uuid, timestamp with time zone, uuid, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_dead_letters"(text, uuid, timestamp with time zone, uuid, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."publish_due_contents"(integer, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."publish_due_contents"(integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."publish_due_contents"(integer, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."publish_due_contents"(integer, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."queue_events"(text, text[], integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."queue_events"(text, text[], integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."queue_events"(text, text[], integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."queue_events"(text, text[], integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."refresh_analytics"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."refresh_analytics"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."refresh_analytics"() TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."refresh_analytics"() TO "service_role";

REVOKE ALL ON FUNCTION "public"."refresh_search"(integer, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."refresh_search"(integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."refresh_search"(integer, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."refresh_search"(integer, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."requeue_dead_letter"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."requeue_dead_letter"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."requeue_dead_letter"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."requeue_dead_letter"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."requeue_dead_letter"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."time_out_runs"(integer, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."time_out_runs"(integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."time_out_runs"(integer, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."time_out_runs"(integer, integer) TO "service_role";

CREATE INDEX setbacks_brand_id_idx ON private.setbacks USING btree (brand_id, died_at DESC, id DESC);

CREATE INDEX setbacks_died_idx ON private.setbacks USING btree (died_at DESC, id DESC) WHERE (died_at IS NOT NULL);

CREATE INDEX workflow_tasks_chase_idx ON public.workflow_tasks USING btree (brand_id, private.chase_at(created_at, due_at, reminded_at), id) WHERE ((status = 'pending'::public.task_status) AND (escalated_at IS NULL));
