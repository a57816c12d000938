-- Compute less for each request
-- Planned by `make migration` from supabase/schemas and supabase/policies. By hand: functions whose language changes are
-- replaced in place, so that no default of a column is dropped, and how large columns of private.content_search are stored.
-- Indexes of contents are replaced: all requests for contents wait while the new ones are built, some seconds for a
-- million rows. Where they may not wait, build the same indexes on each partition before, concurrently: docs/deploy.md, step 6.

-- Waits at most five seconds for a lock, because queries behind a waiting lock wait as well. On failure, push again.
set lock_timeout = '5s';
set check_function_bodies = off;

DROP INDEX "public"."contents_brand_by_status_idx";

DROP INDEX "public"."contents_brand_created_by_idx";

DROP INDEX "public"."contents_brand_status_idx";

DROP INDEX "public"."contents_created_by_idx";

DROP INDEX "public"."contents_parent_id_idx";

DROP INDEX "public"."contents_published_by_idx";

ALTER TABLE "private"."jobs" DROP CONSTRAINT "jobs_kind_check";

ALTER TABLE "private"."jobs" DROP CONSTRAINT "jobs_queue_check";

DROP FUNCTION "private"."allowed_actions"(private.content_subject[]);

DROP FUNCTION "private"."append_change_events"(public.contents, public.contents, jsonb, text);

DROP FUNCTION "private"."append_content_event"(public.contents, text, jsonb);

DROP FUNCTION "private"."check_values"(jsonb, jsonb, text[], uuid, text);

DROP FUNCTION "private"."checked_fields"(public.contents, jsonb, text);

DROP FUNCTION "private"."claim_slug"(uuid, uuid, text, boolean);

DROP FUNCTION "private"."content_answer"(uuid);

DROP FUNCTION "private"."content_conditions"(jsonb);

DROP FUNCTION "private"."content_order"(text, boolean, boolean);

DROP FUNCTION "private"."content_parts"(text, boolean, jsonb, text);

DROP FUNCTION "private"."content_words"(public.contents, regconfig);

DROP FUNCTION "private"."count_contents"(uuid[], text);

DROP FUNCTION "private"."delivery_document"(public.contents);

DROP FUNCTION "private"."describe_change"(jsonb);

DROP FUNCTION "private"."form_problems"(jsonb, jsonb, text[], uuid, text);

DROP FUNCTION "private"."keep_answer"(text, jsonb);

DROP FUNCTION "private"."listable_brands"(uuid, boolean);

DROP FUNCTION "private"."people_named"(uuid[]);

DROP FUNCTION "private"."recent_contents"(uuid[], text, timestamp with time zone, uuid, integer, integer);

DROP FUNCTION "private"."send_event"(public.domain_events);

DROP FUNCTION "private"."shown_contents"(jsonb, bigint, text[]);

DROP FUNCTION "private"."sorted_contents"(uuid[], text, jsonb, text, boolean, jsonb, integer, integer);

DROP FUNCTION "private"."store_version"(public.contents, jsonb, text, jsonb);

DROP FUNCTION "private"."void_approvals"(uuid);

DROP FUNCTION "public"."claim_jobs"(text, text, integer, interval);

DROP FUNCTION "public"."get_content"(uuid, text[]);

DROP FUNCTION "public"."list_contents"(jsonb, text, boolean, jsonb, integer, integer, boolean, text[]);

CREATE TYPE "private"."list_request" AS ("brands" uuid[], "is_deleted" boolean, "statuses" text[], "types" text[], "tags" text[], "categories" text[], "template_id" uuid, "parent_id" uuid, "created_by" uuid, "updated_by" uuid, "assignee" uuid, "created_from" timestamp with time zone, "created_to" timestamp with time zone, "updated_from" timestamp with time zone, "updated_to" timestamp with time zone, "published_from" timestamp with time zone, "published_to" timestamp with time zone, "scheduled_from" timestamp with time zone, "scheduled_to" timestamp with time zone, "due_from" timestamp with time zone, "due_to" timestamp with time zone, "score_from" numeric, "score_to" numeric, "sort" text, "is_descending" boolean, "after_value" text, "after_id" uuid, "skipped" integer, "wished" integer, "depth" integer);

ALTER TYPE "private"."list_request" OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.access_held(brands uuid[])
 RETURNS private.brand_access[]
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  caller constant uuid := auth.uid();
  key constant uuid := private.api_key_id();
  key_brand uuid;
  scope text [];
begin
  if caller is null or not private.session_trusted() then
    return '{}';
  end if;
  if key is not null then
    select
      api_keys.brand_id,
      array(select granted.permission from private.scope_permissions as granted where granted.scope = any (api_keys.scopes))
    into key_brand, scope
    from public.api_keys where api_keys.id = key;
  elsif private.is_platform_admin() then
    return array(
      select
        (
          brands.id,
          exists (
            select from public.brand_members as member
            where
              member.user_id = caller and member.brand_id = brands.id
              and (member.expires_at is null or member.expires_at > now())
          ),
          array(select permissions.name from private.permissions), '{}'::text [], null::text []
        )::private.brand_access
      from public.brands
      where (access_held.brands is null or brands.id = any (access_held.brands)) and brands.deleted_at is null
    );
  end if;
  return array(
    select
      (
        member.brand_id, true,
        array(
          select held.name from private.permissions as held
          where
            (member.role >= held.least_role or held.name = any (member.permissions))
            and held.name <> all (member.restrictions)
            and (key is null or held.name = any (scope))
        ),
        member.restrictions, scope
      )::private.brand_access
    from public.brand_members as member
    where
      member.user_id = caller
      and (access_held.brands is null or member.brand_id = any (access_held.brands))
      and (key is null or member.brand_id = key_brand)
      and (member.expires_at is null or member.expires_at > now())
      and not exists (
        select from public.brands where brands.id = member.brand_id and brands.deleted_at is not null
      )
      and exists (select from public.profiles where profiles.id = caller and profiles.is_active)
  );
end;
$function$;

ALTER FUNCTION "private"."access_held"(uuid[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.access_to_brands(brands uuid[])
 RETURNS SETOF private.brand_access
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  access constant private.brand_access [] := private.access_held(brands);
  held private.brand_access;
begin
  foreach held in array access loop
    return next held;
  end loop;
end;
$function$;

CREATE OR REPLACE FUNCTION private.access_to_content(content_id uuid)
 RETURNS private.brand_access[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  brand constant uuid := (
    select contents.brand_id from public.contents where contents.id = content_id and contents.deleted_at is null
  );
begin
  return private.access_with(brand, 'content.read', 'content');
end;
$function$;

ALTER FUNCTION "private"."access_to_content"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.access_with(brand uuid, permission text, subject text DEFAULT 'brand'::text)
 RETURNS private.brand_access[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  access private.brand_access [];
begin
  if brand is not null then
    access := private.access_held(array[brand]);
  end if;
  if (permission = any (access[1].permissions)) is not true then
    perform private.require_permission(brand, permission, subject);
  end if;
  return access;
end;
$function$;

ALTER FUNCTION "private"."access_with"(uuid, text, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.allowed_actions(subjects private.content_subject[], access private.brand_access[])
 RETURNS TABLE(content_ids uuid[], allowed_actions text[], readable text[])
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  facts private.content_facts [];
  members jsonb;
begin
  if cardinality(subjects) = 1 then
    facts := array(select fact from private.content_facts(subjects, access) as fact);
    members := jsonb_build_array(jsonb_build_array((subjects[1]).id));
  else
    -- Most contents of a page have the same facts, and are judged once: also those of brands in which the caller holds
    -- the same, as contents of one of them.
    select
      array_agg((
        null, kind.brand_id, kind.status, kind.state, kind.is_own, kind.has_task, kind.is_decider, kind.has_run,
        kind.is_assigned_workflow, kind.has_workflow, kind.is_open_step, kind.has_decided, kind.decisions,
        kind.is_expired, kind.has_violations
      )::private.content_facts),
      jsonb_agg(kind.ids)
    into facts, members
    from (
      select
        min(fact.brand_id::text)::uuid as brand_id, fact.status, fact.state, fact.is_own, fact.has_task,
        fact.is_decider, fact.has_run, fact.is_assigned_workflow, fact.has_workflow, fact.is_open_step,
        fact.has_decided, fact.decisions, fact.is_expired, fact.has_violations, array_agg(fact.content_id) as ids
      from private.content_facts(subjects, access) as fact
      inner join unnest(access) as held on held.brand_id = fact.brand_id
      group by
        held.permissions, held.restrictions, held.scope, fact.status, fact.state, fact.is_own, fact.has_task,
        fact.is_decider, fact.has_run, fact.is_assigned_workflow, fact.has_workflow, fact.is_open_step,
        fact.has_decided, fact.decisions, fact.is_expired, fact.has_violations
    ) as kind;
  end if;
  return query
    select
      array(select jsonb_array_elements_text(members -> verdict.fact - 1)::uuid),
      coalesce(array_agg(verdict.action order by verdict.rank) filter (where not verdict.is_link), '{}'),
      coalesce(array_agg(verdict.action order by verdict.rank) filter (where verdict.is_link), '{}')
    from private.content_verdicts(facts, access) as verdict
    where verdict.reason is null
    group by verdict.fact;
end;
$function$;

ALTER FUNCTION "private"."allowed_actions"(private.content_subject[], private.brand_access[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.allowed_with(content public.contents, access private.brand_access[], OUT allowed_actions text[], OUT readable text[])
 RETURNS record
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  facts constant private.content_facts [] := array(
    select fact from private.content_facts(array[private.subject_of(content)], access) as fact
  );
begin
  -- Commands of many show nobody what they return.
  if coalesce(current_setting('mixerai.broadcasts', true), '') = 'summary' then
    return;
  end if;
  select
    array_agg(verdict.action order by verdict.rank) filter (where not verdict.is_link),
    array_agg(verdict.action order by verdict.rank) filter (where verdict.is_link)
  into allowed_actions, readable
  from private.content_verdicts(facts, access) as verdict
  where verdict.reason is null;
end;
$function$;

ALTER FUNCTION "private"."allowed_with"(public.contents, private.brand_access[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.announce_change()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  before_row jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) else '{}' end;
  after_row jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) else '{}' end;
  this_row jsonb := case when tg_op = 'DELETE' then before_row else after_row end;
  event_type text := tg_argv[case tg_op when 'INSERT' then 1 when 'UPDATE' then 2 else 3 end];
  -- Only the names of the columns: their values may need more permissions than the events of the brand.
  changed jsonb;
  event_id uuid;
begin
  if event_type = '-' then
    return null;
  end if;
  if tg_op = 'UPDATE' then
    select coalesce(jsonb_agg(entry.key order by entry.key), '[]') into changed
    from jsonb_each(after_row) as entry
    where
      entry.value is distinct from before_row -> entry.key
      and entry.key not in ('updated_at', 'updated_by', 'version');
    if changed = '[]' then
      return null;
    end if;
  end if;
  event_id := private.append_event(
    (this_row ->> case when tg_table_name = 'brands' then 'id' else 'brand_id' end)::uuid,
    tg_argv[0],
    coalesce(this_row ->> 'id', this_row ->> 'user_id')::uuid,
    event_type,
    jsonb_strip_nulls(jsonb_build_object(
      'changed', changed,
      'contentId', this_row -> 'content_id',
      'userId', this_row -> 'user_id'
    )),
    (this_row ->> 'version')::integer
  );
  return null;
end;
$function$;

CREATE OR REPLACE FUNCTION private.answer_with(content public.contents, access private.brand_access[], allowed_actions text[], readable text[])
 RETURNS private.content_details
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  people jsonb := '{}';
begin
  -- Commands of many show nobody what they return.
  if coalesce(current_setting('mixerai.broadcasts', true), '') <> 'summary' then
    people := private.people_named(
      -- A list of lists, as a row may hold that was written past the checks, cannot be joined.
      case when array_ndims(content.assignees) = 1 then content.assignees else '{}' end
      || array[content.created_by, content.updated_by, content.published_by],
      access
    );
  end if;
  return (
    content.id, content.brand_id, content.template_id, content.template_version, content.type,
    content.status::text, content.title, content.slug, content.fields, content.body, content.excerpt,
    content.metadata, content.tags, content.categories, content.assignees, content.score, content.provenance,
    content.version, content.major_version, content.minor_version, content.parent_id, content.scheduled_for,
    content.expires_at, content.due_at, content.published_at, content.published_by, content.created_by,
    content.created_at, content.updated_by, content.updated_at, content.deleted_at,
    coalesce(allowed_actions, '{}'), coalesce(readable, '{}'), coalesce(people, '{}')
  )::private.content_details;
end;
$function$;

ALTER FUNCTION "private"."answer_with"(public.contents, private.brand_access[], text[], text[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.append_change_events(former public.contents, changed public.contents, changes jsonb, names jsonb, reason text)
 RETURNS uuid
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  status_changed constant boolean := changed.status <> former.status;
  edited constant jsonb := case when status_changed then private.edited_part(changes) else changes end;
  stamps constant jsonb := jsonb_build_object(
    'at', now(), 'major', changed.major_version, 'minor', changed.minor_version
  );
  event_id uuid;
begin
  if edited <> '{}' or not status_changed then
    event_id := private.append_content_event(
      changed,
      case
        when changed.deleted_at is not null and former.deleted_at is null then 'ContentDeleted' else 'ContentUpdated'
      end,
      jsonb_build_object('changed', names, 'changes', edited) || stamps
    );
  end if;
  if status_changed then
    event_id := private.append_content_event(changed, 'ContentStatusChanged', jsonb_build_object(
      'from', former.status, 'to', changed.status, 'reason', reason, 'changes', changes
    ) || stamps);
  end if;
  if status_changed and changed.status = 'published' then
    event_id := private.append_content_event(changed, 'ContentPublished', jsonb_build_object(
      'publishedAt', changed.published_at, 'publishedBy', changed.published_by
    ));
  end if;
  return event_id;
end;
$function$;

ALTER FUNCTION "private"."append_change_events"(public.contents, public.contents, jsonb, jsonb, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.append_content_event(content public.contents, event_type text, details jsonb)
 RETURNS uuid
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  return private.append_event(
    content.brand_id, 'content', content.id, event_type, jsonb_build_object('title', content.title) || details,
    content.version
  );
end;
$function$;

ALTER FUNCTION "private"."append_content_event"(public.contents, text, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.are_field_values(fields jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
 SET search_path TO ''
AS $function$
begin
  -- Without a statement: every write of a content asks this.
  return case when jsonb_typeof(fields) = 'object' and private.is_sound_json(fields, 1000000) then
    jsonb_array_length(jsonb_path_query_array(fields, '$.keyvalue().key')) <= 50
    and not jsonb_path_exists(fields, '$.keyvalue().key ? (@ like_regex "^.{51}" flag "s")')
  else false end;
end;
$function$;

CREATE OR REPLACE FUNCTION private.are_origins(origins jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
 SET search_path TO ''
AS $function$
begin
  if origins = '{}' then
    return true;
  end if;
  return case
    when jsonb_typeof(origins) = 'object' and private.is_sound_json(origins, 200000) then
      not exists (
        select from jsonb_each(origins) as entry
        where char_length(entry.key) > 100 or not private.has_shape(entry.value, '{
          "generationId": "id or null", "provider": "text 50", "model": "text 100", "promptVersion": "text 50",
          "at": "instant", "isEdited": "flag", "editedBy": "id or null"
        }', '{provider, model, promptVersion, at}')
      )
    else false
  end;
end;
$function$;

CREATE OR REPLACE FUNCTION private.as_array(value jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
begin
  return case when jsonb_typeof(value) = 'array' then value when value is not null then '[]'::jsonb end;
end;
$function$;

ALTER FUNCTION "private"."as_array"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.as_number(value jsonb)
 RETURNS numeric
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
begin
  return case jsonb_typeof(value) when 'number' then (value #>> '{}')::numeric end;
end;
$function$;

ALTER FUNCTION "private"."as_number"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.as_object(value jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
begin
  return case when jsonb_typeof(value) = 'object' then value when value is not null then '{}'::jsonb end;
end;
$function$;

ALTER FUNCTION "private"."as_object"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.as_uuid(written text)
 RETURNS uuid
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
begin
  return case
    when written ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' then written::uuid
  end;
end;
$function$;

ALTER FUNCTION "private"."as_uuid"(text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.asked_conditions(filters jsonb)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select coalesce(string_agg(' and ' || known.condition, '' order by known.name), '')
  from private.list_conditions() as known where filters ? known.name;
$function$;

ALTER FUNCTION "private"."asked_conditions"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.brand_depths(brands uuid[], wished double precision)
 RETURNS integer[]
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  -- Each brand by its share of the rows. Brands that the statistics do not name are as large as the average of the rest.
  with known as (
    select common.brand_id, common.frequency
    from pg_catalog.pg_stats as stats
    cross join lateral unnest(stats.most_common_vals::text::uuid[], stats.most_common_freqs)
      as common (brand_id, frequency)
    where stats.schemaname = 'private' and stats.tablename = 'content_search' and stats.attname = 'brand_id'
  ),
  shares as (
    select brand.place, coalesce(known.frequency, (
      select greatest(1 - coalesce(sum(known.frequency), 0), 0.0001) from known
    ) / greatest((select count(*) from public.brands) - (select count(*) from known), 1)) as share
    from unnest(brands) with ordinality as brand (id, place)
    left join known on known.brand_id = brand.id
  )
  select array_agg((wished * shares.share / (select sum(shares.share) from shares))::integer + 50 order by shares.place)
  from shares;
$function$;

ALTER FUNCTION "private"."brand_depths"(uuid[], double precision) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.broadcast_event()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  topics integer;
begin
  topics := private.send_event(new);
  return null;
end;
$function$;

CREATE OR REPLACE FUNCTION private.changed_score(former public.contents, changed public.contents)
 RETURNS numeric
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  -- The parts of the score that an update can change: completeness and quality by these columns, compliance by any edit
  -- of a text that a review objects to.
  if
    former.score is not null
    and (
      (former.fields, former.metadata, former.body, former.template_id, former.template_version)
      is not distinct from
      (changed.fields, changed.metadata, changed.body, changed.template_id, changed.template_version)
    )
    and not exists (
      select from public.claim_reviews as review
      where review.content_id = changed.id and review.violations > 0 and review.overridden_at is null
    )
  then
    return former.score;
  end if;
  return private.content_score(changed) ->> 'score';
end;
$function$;

ALTER FUNCTION "private"."changed_score"(public.contents, public.contents) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.check_content_type(brand uuid, content_type text)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  allowed constant text [] := (select brands.allowed_content_types from public.brands where brands.id = brand);
begin
  if cardinality(allowed) > 0 and content_type <> all (allowed) then
    perform private.refuse(400, 'the brand does not allow this type', jsonb_build_array(jsonb_build_object(
      'field', 'type', 'code', 'INVALID_FORMAT', 'message', 'allowed types: ' || array_to_string(allowed, ', ')
    )));
  end if;
end;
$function$;

CREATE OR REPLACE FUNCTION private.check_field_shapes(template public.templates, fields jsonb)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  perform private.check_values(
    template.input_fields || template.output_fields, fields, fields, template.brand_id, 'shape'
  );
end;
$function$;

CREATE OR REPLACE FUNCTION private.check_values(form jsonb, "values" jsonb, given jsonb, brand uuid, level text)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  problems jsonb := private.form_problems(form, "values", given, brand, level);
begin
  if problems is not null then
    perform private.refuse_values(problems, level);
  end if;
end;
$function$;

ALTER FUNCTION "private"."check_values"(jsonb, jsonb, jsonb, uuid, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.checked_fields(content public.contents, form jsonb, given jsonb, level text)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  problems constant jsonb := private.form_problems(
    form, content.fields, private.merge_patch('{}', given), content.brand_id, level
  );
begin
  if problems is not null then
    perform private.refuse_values(problems, level);
  end if;
  return content.fields - private.hidden_fields(form, content.fields);
end;
$function$;

ALTER FUNCTION "private"."checked_fields"(public.contents, jsonb, jsonb, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.claim_key(key text, fingerprint text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_column
declare
  owner constant uuid := private.key_owner();
  known private.idempotency_keys;
begin
  -- A key of our own shows nothing to anyone, and what runs under it checks its caller: a generation is settled, and paid
  -- for, also when its session ended meanwhile.
  if owner is null or (fingerprint is not null and not private.session_trusted()) then
    perform private.refuse(401, 'this session has ended or has not passed the second factor');
  end if;
  -- A second request with the key waits here until the first has committed, and takes its place if it failed.
  insert into private.idempotency_keys as keys (owner_id, key, fingerprint, expires_at)
  values (
    owner, claim_key.key, claim_key.fingerprint,
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
  where keys.owner_id = owner and keys.key = claim_key.key;
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

CREATE OR REPLACE FUNCTION private.claim_slug(brand uuid, content_id uuid, wished text, is_exact boolean, is_new boolean DEFAULT false)
 RETURNS text
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  candidate text := coalesce(nullif(wished, ''), 'untitled');
begin
  for attempt in 1 .. 20 loop
    insert into private.content_slugs (brand_id, slug, content_id)
    values (brand, candidate, claim_slug.content_id)
    on conflict on constraint content_slugs_pkey do nothing;
    if found and is_new then
      return candidate;
    elsif found or exists (
      select from private.content_slugs as held
      where held.brand_id = brand and held.slug = candidate and held.content_id = claim_slug.content_id
    ) then
      delete from private.content_slugs as former
      where former.brand_id = brand and former.content_id = claim_slug.content_id and former.slug <> candidate;
      return candidate;
    end if;
    exit when is_exact;
    candidate := left(coalesce(nullif(wished, ''), 'untitled'), 80) || '-' || case
      when attempt < 10 then (attempt + 1)::text else substr(md5(content_id::text || attempt), 1, 8)
    end;
  end loop;
  perform private.refuse(409, 'another content of the brand has this slug', jsonb_build_array(jsonb_build_object(
    'field', 'slug', 'code', 'DUPLICATE_VALUE', 'message', 'choose another one'
  )));
end;
$function$;

ALTER FUNCTION "private"."claim_slug"(uuid, uuid, text, boolean, boolean) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.command_call(command text, arguments jsonb)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
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
    case when routine.is_void then 'null::jsonb' else 'to_jsonb(returned_row)' end,
    coalesce(routine.columns, 'nothing text'), command, coalesce(routine.named, '')
  );
end;
$function$;

CREATE OR REPLACE FUNCTION private.condition_is_met(value jsonb, condition jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  return coalesce(case condition ->> 'operator'
    when 'empty' then private.is_blank(value)
    when 'not_empty' then not private.is_blank(value)
    when 'eq' then value = condition -> 'value'
    when 'ne' then value is distinct from condition -> 'value'
    when 'in' then condition -> 'value' @> value
    when 'not_in' then value is null or not condition -> 'value' @> value
    when 'contains' then case jsonb_typeof(value)
      when 'string' then position(lower(condition ->> 'value') in lower(value #>> '{}')) > 0
      else value @> (condition -> 'value')
    end
    -- Numbers are compared as numbers; dates and other texts by their characters, which sorts ISO 8601 by time.
    when 'gt' then case when jsonb_typeof(value) = jsonb_typeof(condition -> 'value') then
      case jsonb_typeof(value) when 'number' then value > condition -> 'value'
        else (value #>> '{}') collate "C" > (condition ->> 'value') collate "C" end end
    when 'gte' then case when jsonb_typeof(value) = jsonb_typeof(condition -> 'value') then
      case jsonb_typeof(value) when 'number' then value >= condition -> 'value'
        else (value #>> '{}') collate "C" >= (condition ->> 'value') collate "C" end end
    when 'lt' then case when jsonb_typeof(value) = jsonb_typeof(condition -> 'value') then
      case jsonb_typeof(value) when 'number' then value < condition -> 'value'
        else (value #>> '{}') collate "C" < (condition ->> 'value') collate "C" end end
    when 'lte' then case when jsonb_typeof(value) = jsonb_typeof(condition -> 'value') then
      case jsonb_typeof(value) when 'number' then value <= condition -> 'value'
        else (value #>> '{}') collate "C" <= (condition ->> 'value') collate "C" end end
  end, false);
end;
$function$;

ALTER FUNCTION "private"."condition_is_met"(jsonb, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.consume_content_quota(brand uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  account constant uuid := (select brands.account_id from public.brands where brands.id = brand);
begin
  if account is not null and not private.consume_quota(account, 'contents', 1) then
    perform private.refuse_quota('the plan has no more contents this month');
  end if;
end;
$function$;

CREATE OR REPLACE FUNCTION private.content_answer(content_id uuid, is_checked boolean DEFAULT false)
 RETURNS SETOF private.content_details
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  content public.contents;
  access private.brand_access [];
  allowed record;
begin
  select contents.* into content from public.contents where contents.id = content_answer.content_id;
  if is_checked and content.deleted_at is not null then
    content := null;
  end if;
  access := private.access_held(array[content.brand_id]);
  if is_checked and ('content.read' = any (access[1].permissions)) is not true then
    perform private.require_permission(content.brand_id, 'content.read', 'content');
  end if;
  if content.id is null then
    return;
  end if;
  allowed := private.allowed_with(content, access);
  return next private.answer_with(content, access, allowed.allowed_actions, allowed.readable);
end;
$function$;

ALTER FUNCTION "private"."content_answer"(uuid, boolean) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.content_completeness(content public.contents, form jsonb)
 RETURNS numeric
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  hidden constant text [] := private.hidden_fields(form, private.as_object(content.fields));
  field jsonb;
  required integer := 0;
  filled integer := 0;
begin
  for position in 0 .. jsonb_array_length(form) - 1 loop
    field := form -> position;
    if field -> 'required' = 'true' and field ->> 'id' <> all (hidden) then
      required := required + 1;
      filled := filled + (not private.is_blank(content.fields -> (field ->> 'id')))::integer;
    end if;
  end loop;
  return case when required = 0 then 100 else 100.0 * filled / required end;
end;
$function$;

CREATE OR REPLACE FUNCTION private.content_facts(subjects private.content_subject[], access private.brand_access[], step_run_id uuid DEFAULT NULL::uuid)
 RETURNS SETOF private.content_facts
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  caller constant uuid := auth.uid();
  each_subject private.content_subject;
  reviewed uuid [] := '{}';
  drafts uuid [] := '{}';
  running uuid [] := '{}';
  tasked uuid [] := '{}';
begin
  foreach each_subject in array coalesce(subjects, '{}') loop
    if each_subject.deleted_at is null and each_subject.status in ('pending_review', 'in_review') then
      reviewed := reviewed || each_subject.id;
    elsif each_subject.deleted_at is null and each_subject.status = 'draft' then
      drafts := drafts || each_subject.id;
    end if;
  end loop;
  if cardinality(drafts) > 0 then
    -- A run also waits at a draft, whose changes were requested.
    running := array(
      select run.content_id from public.workflow_instances as run
      where run.content_id = any (drafts) and run.status = 'active'
    );
  end if;
  if cardinality(reviewed) > 0 then
    tasked := array(
      select task.content_id from public.workflow_tasks as task
      where task.content_id = any (reviewed) and task.assignee_id = caller and task.status = 'pending'
    );
  end if;
  return query
    with kinds as materialized (
      select
        kind.brand_id, kind.type, (private.resolve_workflow(kind.brand_id, kind.type)).id is not null as is_assigned
      from (
        select distinct subject.brand_id, subject.type
        from unnest(subjects) as subject
        where subject.status in ('draft', 'rejected') and subject.deleted_at is null
      ) as kind
    ),
    workflows as materialized (
      select
        kinds.brand_id, kinds.type, kinds.is_assigned,
        -- A brand that has a workflow for the type has one.
        case when kinds.is_assigned then true else private.has_workflow(kinds.brand_id) end as is_any
      from kinds
    ),
    steps as materialized (
      select step.* from private.steps_to_decide(reviewed, content_facts.step_run_id) as step
      where cardinality(reviewed) > 0
    )
    select
      subject.id, subject.brand_id, subject.status,
      case when subject.deleted_at is null then subject.status else 'deleted' end,
      coalesce(subject.created_by = caller, false),
      subject.id = any (tasked),
      coalesce(
        held.is_member and (step.has_task or step.has_decided)
        and (step.is_named or subject.created_by is distinct from caller), false
      ),
      subject.id = any (running) or subject.id = any (reviewed),
      coalesce(workflows.is_assigned, false), coalesce(workflows.is_any, false),
      coalesce(step.is_open, false), coalesce(step.has_decided, false), step.decisions,
      coalesce(subject.expires_at <= now(), false),
      subject.status in ('approved', 'scheduled') and private.has_violations(subject.id)
    from unnest(subjects) as subject
    inner join unnest(access) as held on held.brand_id = subject.brand_id and 'content.read' = any (held.permissions)
    left join workflows on workflows.brand_id = subject.brand_id and workflows.type = subject.type
    left join steps as step on step.content_id = subject.id;
end;
$function$;

CREATE OR REPLACE FUNCTION private.content_form(content public.contents)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  template constant public.templates := private.template_used(content);
begin
  return template.input_fields || template.output_fields;
end;
$function$;

ALTER FUNCTION "private"."content_form"(public.contents) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.content_plain(content public.contents)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
declare
  texts constant jsonb := jsonb_path_query_array(content.fields, '$.** ? (@.type() == "string")');
  plain text := concat_ws(' ', nullif(content.excerpt, ''), nullif(private.visible_characters(content.body), ''));
begin
  for position in 0 .. jsonb_array_length(texts) - 1 loop
    exit when length(plain) > 100000;
    plain := concat_ws(' ', nullif(plain, ''), private.visible_characters(texts ->> position));
  end loop;
  return left(plain, 100000);
end;
$function$;

ALTER FUNCTION "private"."content_plain"(public.contents) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.content_quality(content public.contents, form jsonb)
 RETURNS numeric
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  fields constant jsonb := private.as_object(content.fields);
  written text := private.visible_characters(content.body);
  has_image boolean := not private.is_blank(content.metadata -> 'ogImage');
  field jsonb;
  value jsonb;
  words integer;
begin
  for position in 0 .. jsonb_array_length(form) - 1 loop
    field := form -> position;
    value := fields -> (field ->> 'id');
    if value is not null and field ->> 'type' in ('rich_text', 'html', 'plain_text', 'long_text') then
      written := written || ' ' || coalesce(private.visible_characters(value #>> '{}'), '');
    elsif field ->> 'type' = 'image' and not private.is_blank(value) then
      has_image := true;
    end if;
  end loop;
  words := private.word_count(written);
  return greatest(0, 100
    - case when words < 50 then 30 when words < 100 then 15 else 0 end
    - case when private.is_blank(content.metadata -> 'metaDescription') then 10 else 0 end
    - case when private.is_blank(content.metadata -> 'metaTitle') then 10 else 0 end
    - case when has_image then 0 else 10 end);
end;
$function$;

CREATE OR REPLACE FUNCTION private.content_score(content public.contents)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  form constant jsonb := coalesce(private.content_form(content), '[]');
  completeness constant numeric := private.content_completeness(content, form);
  quality constant numeric := private.content_quality(content, form);
  compliance constant numeric := case when private.has_open_violations(content) then 0 else 100 end;
  alignment constant numeric := (
    select found.alignment from private.content_alignments as found where found.content_id = content.id
  );
begin
  return jsonb_build_object(
    'completeness', round(completeness, 1), 'quality', quality, 'compliance', compliance, 'alignment', alignment,
    -- Until a model has assessed the alignment, the score consists of the other parts.
    'score', round(
      (0.3 * completeness + 0.3 * quality + 0.2 * compliance + coalesce(0.2 * alignment, 0))
      / case when alignment is null then 0.8 else 1 end, 1
    )
  );
end;
$function$;

CREATE OR REPLACE FUNCTION private.content_state(content public.contents)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET "TimeZone" TO 'UTC'
AS $function$
begin
  -- Excludes columns instead of listing them, so that a column that is added later is part of the state.
  return to_jsonb(content) - private.unversioned_columns() - array[
    'id', 'brand_id', 'version', 'major_version', 'minor_version', 'created_by', 'created_at', 'updated_by',
    'updated_at'
  ];
end;
$function$;

ALTER FUNCTION "private"."content_state"(public.contents) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.content_template(content_brand uuid, template_id uuid)
 RETURNS public.templates
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  template public.templates;
begin
  select templates.* into template
  from public.templates
  where
    templates.id = content_template.template_id
    and (templates.brand_id is null or templates.brand_id = content_template.content_brand);
  return template;
end;
$function$;

ALTER FUNCTION "private"."content_template"(uuid, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.content_words(content public.contents, language regconfig, plain text DEFAULT NULL::text)
 RETURNS tsvector
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
declare
  -- A vector has room for 1 MB, and a text may take it four times: compounds and their parts, as written and as stems.
  -- What is beyond these bounds is not found.
  title constant text := private.within_bytes(content.title, 2000);
  description constant text := private.within_bytes(coalesce(content.metadata ->> 'metaDescription', ''), 10000);
  written constant text := private.within_bytes(coalesce(plain, private.content_plain(content)), 100000);
  tags text [] := '{}';
begin
  if content.tags <> '{}' then
    tags := array(
      select distinct lower(left(found.tag, 100)) from unnest(content.tags[:100]) as found (tag) where found.tag <> ''
    );
  end if;
  -- Weights of domain §10: title before description and tags, these before the text. Words stand both as written and as
  -- stems, so that an exact word is found whatever the language.
  return array_to_tsvector(array['brand:' || content.brand_id])
    || setweight(to_tsvector('simple', title) || to_tsvector(language, title), 'A')
    || setweight(to_tsvector(language, description), 'B')
    || setweight(to_tsvector('simple', description), 'B')
    || setweight(array_to_tsvector(tags), 'B')
    || setweight(to_tsvector('simple', written), 'D')
    || setweight(to_tsvector(language, written), 'D');
end;
$function$;

ALTER FUNCTION "private"."content_words"(public.contents, regconfig, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.contents_by_words(request private.search_request)
 RETURNS private.search_matches
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  matches private.search_matches := ('{}', 0, '{"type": {}, "status": {}, "tag": {}}');
  candidates uuid [];
begin
  if (numnode(request.terms) > 0 and cardinality(request.brands) > 0) is not true then
    return matches;
  end if;
  candidates := private.matching_contents(request);
  with matched as materialized (
    select
      search.content_id, search.type, search.status, search.tags, candidate.place,
      -- Contents that changed in the last seven days count double (domain §10). Ranking reads all words of a content.
      case when request.sort = 'relevance' then
        ts_rank('{0.1, 0.3, 0.6, 1.0}', search.words, request.terms)
        * case when search.updated_at > now() - interval '7 days' then 2 else 1 end
      end as rank
    from unnest(candidates) with ordinality as candidate (id, place)
    inner join private.content_search as search on search.content_id = candidate.id
  ),
  tag_counts as (
    select tag, count(*) as uses from matched cross join lateral unnest(matched.tags) as tag
    group by tag order by uses desc, tag limit 50
  )
  select
    array(
      select matched.content_id
      from matched
      order by matched.rank desc nulls last,
        case when request.sort = 'relevance' then matched.content_id end, matched.place
    ),
    (select count(*) from matched),
    jsonb_build_object(
      'type', coalesce((select jsonb_object_agg(counted.type, counted.uses) from (
        select matched.type, count(*) as uses from matched group by matched.type) as counted), '{}'),
      'status', coalesce((select jsonb_object_agg(counted.status, counted.uses) from (
        select matched.status, count(*) as uses from matched group by matched.status) as counted), '{}'),
      'tag', coalesce((select jsonb_object_agg(tag_counts.tag, tag_counts.uses) from tag_counts), '{}')
    )
  into matches;
  return matches;
end;
$function$;

CREATE OR REPLACE FUNCTION private.count_contents(asked private.list_request, filters jsonb)
 RETURNS bigint
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
 SET constraint_exclusion TO 'off'
AS $function$
declare
  total bigint;
begin
  -- By the brand and the status alone an index counts.
  if filters - array['brand_id', 'is_deleted'] = '{}' then
    return (
      select count(*) from public.contents where contents.brand_id = any (asked.brands) and contents.deleted_at is null
    );
  elsif filters - array['brand_id', 'status', 'is_deleted'] = '{}' then
    return (
      select count(*) from public.contents
      where
        contents.brand_id = any (asked.brands) and contents.status = any (asked.statuses)
        and contents.deleted_at is null
    );
  end if;
  -- Where each row is looked at, conditions that are not asked for would cost more than planning.
  execute replace(
    'select count(*) from public.contents where contents.brand_id = any (asked.brands) and contents.deleted_at is null'
    || private.asked_conditions(filters), 'asked.', '($1).'
  )
  into total
  using asked;
  return total;
end;
$function$;

ALTER FUNCTION "private"."count_contents"(private.list_request, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.delivering_brand(slug text, key text)
 RETURNS public.brands
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  brand public.brands;
  settings private.delivery_settings;
begin
  select * into brand from public.brands where brands.slug = delivering_brand.slug and brands.deleted_at is null;
  select * into settings from private.delivery_settings where delivery_settings.brand_id = brand.id;
  -- One answer for unknown brands, for callers without the key and for brands that have published nothing, so that nobody
  -- learns which tenants there are.
  if brand.id is null or settings.mode = 'off' or not exists (
    select from public.contents
    where contents.brand_id = brand.id and contents.status = 'published' and contents.deleted_at is null
  ) or (
    settings.mode = 'private'
    and settings.key_hash is distinct from encode(sha256(convert_to(coalesce(key, ''), 'UTF8')), 'hex')
  ) then
    perform private.refuse(404, 'there is nothing at this path');
  end if;
  return brand;
end;
$function$;

CREATE OR REPLACE FUNCTION private.delivery_document(content public.contents, has_texts boolean DEFAULT true)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  document constant jsonb := jsonb_build_object(
    'id', content.id, 'type', content.type, 'slug', content.slug, 'title', content.title, 'excerpt', content.excerpt,
    'metadata', private.as_object(content.metadata) - 'targetAudience', 'tags', content.tags,
    'categories', content.categories, 'version', content.version, 'published_at', content.published_at,
    'expires_at', content.expires_at, 'updated_at', content.updated_at, 'markup_version', content.markup_version
  );
  template public.templates;
begin
  if not has_texts then
    return document;
  end if;
  template := private.template_used(content);
  return document || jsonb_build_object(
    'body', content.body,
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
  );
end;
$function$;

ALTER FUNCTION "private"."delivery_document"(public.contents, boolean) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.describe_change(change jsonb)
 RETURNS text
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  return set_config('mixerai.change', change::text, true);
end;
$function$;

ALTER FUNCTION "private"."describe_change"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.described_change()
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return coalesce(nullif(current_setting('mixerai.change', true), ''), '{}')::jsonb;
end;
$function$;

ALTER FUNCTION "private"."described_change"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.edited_part(state jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
begin
  -- Without the provenance: two states with the same texts are the same to those who approved or checked them, also
  -- where one of them is older than the provenance column.
  return state - array[
    'status', 'published_at', 'published_by', 'scheduled_for', 'deleted_at', 'due_at', 'expires_at', 'assignees',
    'provenance'
  ];
end;
$function$;

ALTER FUNCTION "private"."edited_part"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.enqueue_embedding()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  job_id uuid;
begin
  -- The key includes the version, so that a job in progress does not absorb the job for a later change. An argument
  -- tells the tables apart: tg_table_name is the name of a partition here.
  if tg_argv[0] = 'content' then
    job_id := private.enqueue_job(
      'embeddings', 'embed_content', new.brand_id, jsonb_build_object('id', new.id),
      dedupe_key => 'content:' || new.id || ':' || new.version
    );
  else
    job_id := private.enqueue_job(
      'embeddings', 'embed_knowledge', new.brand_id, jsonb_build_object('id', new.id),
      dedupe_key => 'knowledge:' || new.id || ':' || extract(epoch from new.updated_at)
    );
  end if;
  return null;
end;
$function$;

CREATE OR REPLACE FUNCTION private.enqueue_job(queue text, kind text, brand_id uuid DEFAULT NULL::uuid, payload jsonb DEFAULT '{}'::jsonb, run_at timestamp with time zone DEFAULT now(), dedupe_key text DEFAULT NULL::text, max_attempts integer DEFAULT 5, priority integer DEFAULT 0)
 RETURNS uuid
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
#variable_conflict use_column
declare
  job_id uuid;
begin
  insert into private.jobs (queue, kind, brand_id, payload, run_at, dedupe_key, max_attempts, priority)
  values (
    enqueue_job.queue, enqueue_job.kind, enqueue_job.brand_id, enqueue_job.payload, enqueue_job.run_at,
    enqueue_job.dedupe_key, enqueue_job.max_attempts, enqueue_job.priority
  )
  on conflict (queue, dedupe_key) where dedupe_key is not null do nothing
  returning jobs.id into job_id;
  return job_id;
end;
$function$;

ALTER FUNCTION "private"."enqueue_job"(text, text, uuid, jsonb, timestamp with time zone, text, integer, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.expected_rows(condition text)
 RETURNS bigint
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  plan json;
begin
  execute 'explain (format json) select from private.content_search as search where ' || condition into plan;
  return (plan -> 0 -> 'Plan' ->> 'Plan Rows')::bigint;
end;
$function$;

ALTER FUNCTION "private"."expected_rows"(text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.expected_version()
 RETURNS integer
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return substring(
    nullif(current_setting('request.headers', true), '')::jsonb ->> 'x-expected-version' from '^[0-9]{1,9}$'
  )::integer;
end;
$function$;

ALTER FUNCTION "private"."expected_version"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.first_contents(asked private.list_request)
 RETURNS private.content_head[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  heads private.content_head [];
  shallow private.list_request := asked;
begin
  shallow.depth := greatest(6, 3 * asked.wished / nullif(cardinality(asked.brands), 0));
  -- Of many brands few contents each are enough, unless one has given all that were looked at: then it may have more
  -- that belong to the page.
  if asked.skipped = 0 and cardinality(asked.brands) > 5 and shallow.depth < asked.depth then
    heads := private.walked_contents(shallow);
    if not exists (
      select from unnest(heads) as head group by head.brand_id having count(*) >= shallow.depth
    ) then
      return heads;
    end if;
  end if;
  return private.walked_contents(asked);
end;
$function$;

ALTER FUNCTION "private"."first_contents"(private.list_request) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.form_problems(form jsonb, "values" jsonb, given jsonb, brand uuid, level text)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  hidden constant text [] := private.hidden_fields(form, "values");
  unknown jsonb := given;
  problems jsonb := '{}';
  problem jsonb;
  field jsonb;
  key text;
begin
  for position in 0 .. coalesce(jsonb_array_length(form), 0) - 1 loop
    field := form -> position;
    key := field ->> 'id';
    unknown := unknown - key;
    if (given ? key or level = 'complete') and key <> all (hidden) then
      problem := private.value_problem(field, "values" -> key, brand, level);
      if problem is not null then
        problems := problems || jsonb_build_object(key, problem);
      end if;
    end if;
  end loop;
  if unknown <> '{}' then
    problem := private.problem('INVALID_FORMAT', 'the template has no such field');
    problems := problems || (
      select jsonb_object_agg(unknown_key, problem) from jsonb_object_keys(unknown) as unknown_key
    );
  end if;
  if problems = '{}' then
    return null;
  end if;
  return (
    select jsonb_agg(each.value || jsonb_build_object('field', 'fields.' || each.key) order by each.key)
    from jsonb_each(problems) as each
  );
end;
$function$;

ALTER FUNCTION "private"."form_problems"(jsonb, jsonb, jsonb, uuid, text) OWNER TO "postgres";

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
  -- What this transaction has verified before. Whoever could write the setting could write the claims as well.
  proven text := nullif(current_setting('mixerai.proven', true), '');
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
  if proven = proof || claims::text then
    return true; -- a command asks for each function that it runs
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
  proven := set_config('mixerai.proven', proof || claims::text, true);
  return true;
end;
$function$;

CREATE OR REPLACE FUNCTION private.has_open_violations(content public.contents)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  written jsonb;
begin
  -- Most contents have no open review of claims: their texts need not be compared.
  if not exists (
    select from public.claim_reviews as review
    where review.content_id = content.id and review.violations > 0 and review.overridden_at is null
  ) then
    return false;
  end if;
  written := private.edited_part(private.content_state(content));
  return exists (
    select from public.claim_reviews as review
    where
      review.content_id = content.id
      and review.violations > 0
      and review.overridden_at is null
      -- Versions of the present text: a change of status makes a version without changing the text.
      and exists (
        select from public.content_versions as checked
        where
          checked.content_id = content.id
          and checked.version = review.content_version
          and private.edited_part(checked.snapshot) = written
      )
  );
end;
$function$;

ALTER FUNCTION "private"."has_open_violations"(public.contents) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.hidden_fields(form jsonb, "values" jsonb)
 RETURNS text[]
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
declare
  known jsonb := "values";
  hidden text [] := '{}';
  decided text [];
  decided_before integer;
  field jsonb;
begin
  -- Most forms have no conditions.
  if form is null or not jsonb_path_exists(form, '$[*].conditional') then
    return hidden;
  end if;
  decided := array(select entry ->> 'id' from jsonb_array_elements(form) as entry where not entry ? 'conditional');
  -- Begins with fields that depend on no other, then decides those that depend on them. A hidden field counts as empty.
  loop
    decided_before := cardinality(decided);
    for field in
      select entry from jsonb_array_elements(form) as entry
      where entry ->> 'id' <> all (decided) and entry -> 'conditional' ->> 'field' = any (decided)
    loop
      if not private.condition_is_met(known -> (field -> 'conditional' ->> 'field'), field -> 'conditional') then
        hidden := hidden || (field ->> 'id');
        known := known - (field ->> 'id');
      end if;
      decided := decided || (field ->> 'id');
    end loop;
    exit when cardinality(decided) = decided_before;
  end loop;
  return hidden;
end;
$function$;

CREATE OR REPLACE FUNCTION private.highlight_prefixes(terms tsquery)
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  -- Without the last letter of longer words, which stems change: happi, happy. What is not wanted is not in querytree().
  select array(
    select case when char_length(found.word[1]) > 4 then left(found.word[1], -1) else found.word[1] end
    from regexp_matches(querytree(terms), '''((?:[^'']|'''')+)''', 'g') as found (word)
    limit 20
  );
$function$;

ALTER FUNCTION "private"."highlight_prefixes"(tsquery) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.index_content()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  brand_language text;
  found_words tsvector;
  plain_text text;
begin
  if new.deleted_at is not null then
    delete from private.content_search where content_search.content_id = new.id;
    return null;
  end if;
  if tg_op = 'UPDATE' and old.deleted_at is null and not private.is_edited(old, new) then
    update private.content_search
    set status = new.status, updated_at = new.updated_at, score = new.score
    where content_search.content_id = new.id;
    return null;
  end if;
  brand_language := coalesce((select brands.language from public.brands where brands.id = new.brand_id), '');
  plain_text := private.content_plain(new);
  found_words := private.content_words(new, private.search_language(brand_language), plain_text);
  if tg_op = 'UPDATE' then
    update private.content_search as search
    set
      title = new.title, type = new.type, status = new.status, words = found_words,
      updated_at = new.updated_at, language = brand_language, tags = new.tags, plain = plain_text,
      score = new.score
    where search.content_id = new.id;
    if found then
      return null;
    end if;
  end if;
  insert into private.content_search as search (
    content_id, brand_id, title, type, status, words, updated_at, language, tags, plain, score, created_by
  )
  values (
    new.id, new.brand_id, new.title, new.type, new.status, found_words, new.updated_at,
    brand_language, new.tags, plain_text, new.score, new.created_by
  )
  on conflict (content_id) do update
    set
      title = excluded.title, type = excluded.type, status = excluded.status, words = excluded.words,
      updated_at = excluded.updated_at, language = excluded.language, tags = excluded.tags, plain = excluded.plain,
      score = excluded.score;
  return null;
end;
$function$;

CREATE OR REPLACE FUNCTION private.is_blank(value jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
begin
  return value is null or value in ('null', '[]', '{}')
    or (jsonb_typeof(value) = 'string' and value #>> '{}' ~ '^\s*$');
end;
$function$;

ALTER FUNCTION "private"."is_blank"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.is_edited(former public.contents, changed public.contents)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
declare
  unedited public.contents := changed;
begin
  -- As edited_part and content_state, without making JSON of both rows: columns that are not named here are compared.
  unedited.id := former.id;
  unedited.brand_id := former.brand_id;
  unedited.version := former.version;
  unedited.major_version := former.major_version;
  unedited.minor_version := former.minor_version;
  unedited.created_by := former.created_by;
  unedited.created_at := former.created_at;
  unedited.updated_by := former.updated_by;
  unedited.updated_at := former.updated_at;
  unedited.views := former.views;
  unedited.shares := former.shares;
  unedited.score := former.score;
  unedited.status := former.status;
  unedited.published_at := former.published_at;
  unedited.published_by := former.published_by;
  unedited.scheduled_for := former.scheduled_for;
  unedited.deleted_at := former.deleted_at;
  unedited.due_at := former.due_at;
  unedited.expires_at := former.expires_at;
  unedited.assignees := former.assignees;
  unedited.provenance := former.provenance;
  return unedited is distinct from former;
end;
$function$;

ALTER FUNCTION "private"."is_edited"(public.contents, public.contents) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.is_sound_json(value jsonb, most_bytes integer, most_depth integer DEFAULT 20)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
 SET search_path TO ''
AS $function$
begin
  -- The depth is searched no further than it may go, and the size bounds both searches.
  if pg_column_size(value) > most_bytes or jsonb_path_exists(value, ('strict $.**{' || most_depth + 1 || '}')::jsonpath)
  then
    return false;
  end if;
  -- `1e5000` and `0e-16000` are a few bytes here and thousands of digits for a reader. IEEE 754 ends at 1.8e308.
  -- Nearly always all numbers together are shorter than one may be, which needs no statement to see.
  if length(jsonb_path_query_array(value, 'strict $.** ? (@.type() == "number")')::text) <= 300 then
    return true;
  end if;
  return not exists (
    select from jsonb_path_query(value, 'strict $.** ? (@.type() == "number")') as found (number)
    where length(found.number::text) > 300
  );
end;
$function$;

CREATE OR REPLACE FUNCTION private.keep_answer(key text, answer jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  owner constant uuid := private.key_owner();
begin
  update private.idempotency_keys
  set
    answer = keep_answer.answer,
    access = case when idempotency_keys.fingerprint is not null then private.access_marks() end
  where idempotency_keys.owner_id = owner and idempotency_keys.key = keep_answer.key;
  return found;
end;
$function$;

ALTER FUNCTION "private"."keep_answer"(text, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.key_owner()
 RETURNS uuid
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return case
    when auth.role() = 'service_role' then '00000000-0000-0000-0000-000000000000'
    else coalesce(private.api_key_id(), auth.uid())
  end;
end;
$function$;

ALTER FUNCTION "private"."key_owner"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.list_conditions()
 RETURNS TABLE(name text, given text, condition text)
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  values
  ('status', 'asked.statuses', 'contents.status = any (asked.statuses)'),
  ('type', 'asked.types', 'contents.type = any (asked.types)'),
  ('tag', 'asked.tags', 'contents.tags @> asked.tags'),
  ('category', 'asked.categories', 'contents.categories @> asked.categories'),
  ('template_id', 'asked.template_id', 'contents.template_id = asked.template_id'),
  ('parent_id', 'asked.parent_id', 'contents.parent_id = asked.parent_id'),
  ('created_by', 'asked.created_by', 'contents.created_by = asked.created_by'),
  ('updated_by', 'asked.updated_by', 'contents.updated_by = asked.updated_by'),
  (
    'assignee', 'asked.assignee',
    'contents.id in (select mine.content_id from public.content_assignees as mine '
    'where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))'
  ),
  ('created_from', 'asked.created_from', 'contents.created_at >= asked.created_from'),
  ('created_to', 'asked.created_to', 'contents.created_at < asked.created_to'),
  ('updated_from', 'asked.updated_from', 'contents.updated_at >= asked.updated_from'),
  ('updated_to', 'asked.updated_to', 'contents.updated_at < asked.updated_to'),
  ('published_from', 'asked.published_from', 'contents.published_at >= asked.published_from'),
  ('published_to', 'asked.published_to', 'contents.published_at < asked.published_to'),
  ('scheduled_from', 'asked.scheduled_from', 'contents.scheduled_for >= asked.scheduled_from'),
  ('scheduled_to', 'asked.scheduled_to', 'contents.scheduled_for < asked.scheduled_to'),
  ('due_from', 'asked.due_from', 'contents.due_at >= asked.due_from'),
  ('due_to', 'asked.due_to', 'contents.due_at < asked.due_to'),
  ('score_from', 'asked.score_from', 'contents.score >= asked.score_from'),
  ('score_to', 'asked.score_to', 'contents.score <= asked.score_to');
$function$;

ALTER FUNCTION "private"."list_conditions"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.list_order(sort text, is_descending boolean)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  -- As the indexes have it, or they would not be used: a column that is never null is ordered without a word on nulls.
  select format(
    '%I %s%s, id', sort, case when is_descending then 'desc' else 'asc' end,
    case
      when sort in ('due_at', 'scheduled_for') then ' nulls last'
      when sort <> 'score' then '' when is_descending then ' nulls last' else ' nulls first'
    end
  );
$function$;

ALTER FUNCTION "private"."list_order"(text, boolean) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.list_parts(sort text, is_descending boolean, place text)
 RETURNS TABLE(condition text, order_by text)
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  with after as (
    select case when place = 'after' then format(
      ' and contents.%1$I %2$s= asked.after_value::%3$s and (contents.%1$I %2$s asked.after_value::%3$s '
      'or contents.id > asked.after_id)',
      sort, case when is_descending then '<' else '>' end,
      case sort when 'score' then 'numeric' when 'title' then 'text' when 'status' then 'text' else 'timestamptz' end
    ) else '' end as condition
  )
  select after.condition, private.list_order(sort, is_descending)
  from after where sort not in ('due_at', 'scheduled_for')
  -- With the date, and without it: each part in the order of the index.
  union all
  select
    format(' and contents.%I is not null', sort) || after.condition,
    format('%I %s, id', sort, case when is_descending then 'desc' else 'asc' end)
  from after where sort in ('due_at', 'scheduled_for') and place <> 'after null'
  union all
  select
    format(' and contents.%I is null', sort)
    || case when place = 'after null' then ' and contents.id > asked.after_id' else '' end,
    format('%I, id', sort)
  where sort in ('due_at', 'scheduled_for');
$function$;

ALTER FUNCTION "private"."list_parts"(text, boolean, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.list_statement(sort text, is_descending boolean, place text, conditions text, is_of_one_brand boolean DEFAULT false)
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select format(
    'array(select row(%1$s)::private.content_head from (%2$s order by %3$s offset asked.skipped limit asked.wished) '
    'as contents)',
    private.head_columns(),
    case
      when is_of_one_brand then format(
        'select %s from public.contents where contents.brand_id = asked.brands[1] and %s%s',
        private.head_columns(), conditions, string_agg(part.condition, '')
      )
      -- Asks each brand's index of this order for as many rows as the page needs (ADR 19).
      else 'select item.* from unnest(asked.brands) as brand (permitted) cross join lateral (' || string_agg(
        format(
          '(select %s from public.contents where contents.brand_id = brand.permitted and %s%s order by %s '
          'limit asked.depth)',
          private.head_columns(), conditions, part.condition, part.order_by
        ), ' union all '
      ) || ') as item'
    end,
    private.list_order(sort, is_descending)
  )
  from private.list_parts(sort, is_descending, place) as part;
$function$;

ALTER FUNCTION "private"."list_statement"(text, boolean, text, text, boolean) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.listable_brands(is_deleted boolean)
 RETURNS uuid[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  brands constant uuid [] := private.brands_permitting('content.read');
begin
  if is_deleted then
    return array(
      select permitted from unnest(private.brands_permitting('content.delete')) as permitted
      where permitted = any (brands)
    );
  end if;
  return brands;
end;
$function$;

ALTER FUNCTION "private"."listable_brands"(boolean) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.lock_content(content_id uuid)
 RETURNS public.contents
 LANGUAGE plpgsql
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
begin
  -- The permission before the lock: strangers must neither wait for the row nor make others wait.
  if private.access_to_content(content_id) is not null then
    return private.lock_read_content(content_id);
  end if;
end;
$function$;

CREATE OR REPLACE FUNCTION private.lock_read_content(content_id uuid, waits boolean DEFAULT true)
 RETURNS public.contents
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  content public.contents;
begin
  if not waits then
    select * into content
    from public.contents
    where contents.id = content_id and contents.deleted_at is null
    for update skip locked;
    if content.id is null then
      return null;
    end if;
  else
    select * into content
    from public.contents
    where contents.id = content_id and contents.deleted_at is null
    for update;
    if content.id is null then
      perform private.refuse(404, 'content not found');
    end if;
  end if;
  if content.version <> private.expected_version() then
    perform private.check_version(content, private.expected_version());
  end if;
  return content;
end;
$function$;

ALTER FUNCTION "private"."lock_read_content"(uuid, boolean) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.markup_version()
 RETURNS smallint
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  return 1;
end;
$function$;

ALTER FUNCTION "private"."markup_version"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.matches_by_index(request private.search_request)
 RETURNS uuid[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return array(
    select search.content_id
    from private.content_search as search
    where
      search.words @@ request.indexed_terms and search.brand_id = any (request.brands)
      and (request.statuses is null or search.status = any (request.statuses))
      and (request.types is null or search.type = any (request.types))
      and search.tags @> request.tags
      and (request.created_by is null or search.created_by = request.created_by)
      and search.updated_at >= request.updated_from and search.updated_at < request.updated_to
    order by
      case when request.sort = 'score' then search.score end desc nulls last,
      case when request.sort = 'title' then search.title when request.sort = 'status' then search.status end,
      case when request.sort = 'created_at' then search.content_id end desc nulls last,
      case when request.sort in ('relevance', 'updated_at', 'status') then search.updated_at end desc nulls last,
      search.content_id
    limit 1000
  );
end;
$function$;

ALTER FUNCTION "private"."matches_by_index"(private.search_request) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.matches_in_order(request private.search_request, depth double precision)
 RETURNS uuid[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  sort constant text := case request.sort
    when 'title' then 'title' when 'status' then 'status, updated_at desc' when 'created_at' then 'created_at desc'
    when 'score' then 'score desc nulls last' else 'updated_at desc'
  end;
  found uuid [];
  is_enough boolean;
begin
  -- Each brand's index of this order gives its first contents. Where a brand may have more, those of all brands are
  -- known up to its last one only. Each lateral has a limit, so that the words of a content are read in the order, and
  -- of no more contents than it takes to find a thousand.
  execute
    'with heads as materialized ('
    '  select item.id, brand.id as brand_id, row_number() over (order by ' || sort || ', item.id) as place,'
    '    item.nth = brand.depth as is_last'
    '  from unnest($2, $3) as brand (id, depth) cross join lateral ('
    '    select first.*, row_number() over () as nth from ('
    '      select contents.id, contents.title, contents.status, contents.created_at, contents.updated_at,'
    '        contents.score'
    '      from public.contents where contents.brand_id = brand.id and contents.deleted_at is null'
    || case
      when request.sort in ('relevance', 'updated_at') then
        ' and contents.updated_at >= ($1).updated_from and contents.updated_at < ($1).updated_to'
      else ''
    end
    || ' order by ' || sort || ', id limit brand.depth) as first) as item'
    '), '
    'known as (select min(heads.place) as until from heads where heads.is_last) '
    'select array('
    '  select match.content_id from ('
    '    select heads.id, heads.brand_id from heads'
    '    where heads.place <= coalesce((select known.until from known), heads.place) order by heads.place'
    '  ) as head cross join lateral ('
    '    select search.content_id from private.content_search as search'
    '    where search.content_id = head.id and search.brand_id = head.brand_id'
    '      and (($1).statuses is null or search.status = any (($1).statuses))'
    '      and (($1).types is null or search.type = any (($1).types))'
    '      and search.tags @> ($1).tags'
    '      and (($1).created_by is null or search.created_by = ($1).created_by)'
    '      and search.updated_at >= ($1).updated_from and search.updated_at < ($1).updated_to'
    '      and search.words @@ ($1).terms'
    '    limit 1'
    '  ) as match limit 1000'
    '), (select known.until is null from known)'
  into found, is_enough
  using request, request.brands, private.brand_depths(request.brands, depth);
  return case when is_enough or cardinality(found) = 1000 then found end;
end;
$function$;

ALTER FUNCTION "private"."matches_in_order"(private.search_request, double precision) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.matching_contents(request private.search_request)
 RETURNS uuid[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  of_brands constant text := format('search.brand_id = any (%L::uuid[])', request.brands);
  with_words constant text := format('search.words @@ %L::tsquery', request.terms);
  everywhere constant bigint := private.expected_rows(with_words);
  readable bigint;
  matching bigint;
  visited bigint;
  depth double precision;
  found uuid [];
begin
  -- The expected costs are in rows of the index of words. To look for words in one content costs as much as eight.
  if everywhere > 5000 then
    readable := private.expected_rows(of_brands);
    if not request.has_few_brands and readable < everywhere / 4 then
      request.indexed_terms := private.narrowed_terms(request.terms, request.brands);
    end if;
    matching := private.expected_rows(concat_ws(
      ' and ', with_words, of_brands, format('search.tags @> %L', request.tags),
      'search.status = any (' || quote_literal(request.statuses) || ')',
      'search.type = any (' || quote_literal(request.types) || ')',
      format('search.updated_at >= %L and search.updated_at < %L', request.updated_from, request.updated_to)
    ));
    depth := 1000.0 * readable / greatest(matching, 1);
    visited := case when request.has_few_brands then least(readable, everywhere) else everywhere end;
    if matching > 2000 and depth * 8 < visited then
      found := private.matches_in_order(request, depth * 1.5);
    end if;
  end if;
  return coalesce(found, private.matches_by_index(request));
end;
$function$;

ALTER FUNCTION "private"."matching_contents"(private.search_request) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.merge_patch(old_values jsonb, new_values jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
begin
  if new_values is null then
    return old_values;
  elsif jsonb_typeof(new_values) = 'object' and not jsonb_path_exists(new_values, '$.* ? (@ == null)') then
    return old_values || new_values;
  end if;
  return (old_values || new_values)
    - array(select entry.key from jsonb_each(new_values) as entry where entry.value = 'null');
end;
$function$;

ALTER FUNCTION "private"."merge_patch"(jsonb, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.new_score(content public.contents)
 RETURNS numeric
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  form constant jsonb := coalesce(private.content_form(content), '[]');
begin
  -- Of a content that is being created: nobody has checked or assessed it.
  return round((
    0.3 * private.content_completeness(content, form) + 0.3 * private.content_quality(content, form) + 20
  ) / 0.8, 1);
end;
$function$;

ALTER FUNCTION "private"."new_score"(public.contents) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.number_problem(field jsonb, value jsonb, level text)
 RETURNS jsonb
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  return case
    when jsonb_typeof(value) <> 'number' then private.problem('INVALID_FORMAT', 'must be a number')
    when level = 'shape' then null
    when private.as_number(value) < private.as_number(field -> 'validation' -> 'min')
      then private.problem('INVALID_FORMAT', format('%s at least', field -> 'validation' ->> 'min'))
    when private.as_number(value) > private.as_number(field -> 'validation' -> 'max')
      then private.problem('INVALID_FORMAT', format('%s at most', field -> 'validation' ->> 'max'))
    when (private.as_number(value) - coalesce(private.as_number(field -> 'validation' -> 'min'), 0))
      % nullif(private.as_number(field -> 'step'), 0) <> 0
      then private.problem('INVALID_FORMAT', format('must go in steps of %s', field ->> 'step'))
  end;
end;
$function$;

ALTER FUNCTION "private"."number_problem"(jsonb, jsonb, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.others_named(people uuid[])
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  visible constant uuid [] := private.visible_people(others_named.people);
  others constant uuid [] := array(
    select person from unnest(others_named.people) as person where person <> all (visible)
  );
  named jsonb;
begin
  select coalesce(
    jsonb_object_agg(profiles.id, nullif(btrim(profiles.first_name || ' ' || profiles.last_name), '')), '{}'
  )
  into named
  from public.profiles where profiles.id = any (visible);
  if cardinality(others) = 0 then
    return named;
  end if;
  return named || coalesce((
    select jsonb_object_agg(former.user_id, former.name)
    from (
      select distinct on (members.user_id) members.user_id, members.name
      from private.former_members as members
      where
        members.user_id = any (others) and members.brand_id = any (private.brands_permitting('brand.read'))
      order by members.user_id, members.left_at desc
    ) as former
  ), '{}');
end;
$function$;

ALTER FUNCTION "private"."others_named"(uuid[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.patched_content(content public.contents, changes jsonb)
 RETURNS public.contents
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  changed public.contents := jsonb_populate_record(content, jsonb_strip_nulls(jsonb_build_object(
    'title', changes -> 'title', 'type', changes -> 'type', 'body', changes -> 'body', 'excerpt', changes -> 'excerpt',
    'slug', changes -> 'slug', 'tags', changes -> 'tags', 'categories', changes -> 'categories',
    'assignees', changes -> 'assignees'
  )));
begin
  if changes ? 'fields' then
    changed.fields := private.merge_patch(content.fields, changes -> 'fields');
  end if;
  if changes ? 'metadata' then
    changed.metadata := private.merge_patch(content.metadata, changes -> 'metadata');
  end if;
  -- Null takes these away.
  if changes ? 'due_at' then
    changed.due_at := changes ->> 'due_at';
  end if;
  if changes ? 'expires_at' then
    changed.expires_at := changes ->> 'expires_at';
  end if;
  return changed;
end;
$function$;

CREATE OR REPLACE FUNCTION private.people_named(people uuid[], access private.brand_access[] DEFAULT '{}'::private.brand_access[])
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  asked constant uuid [] := array(select distinct person from unnest(people) as person where person is not null);
  visible uuid [];
  named jsonb;
begin
  -- Most are members of the brands at hand: only for others is it asked what else the caller may see.
  select
    coalesce(jsonb_object_agg(profiles.id, nullif(btrim(profiles.first_name || ' ' || profiles.last_name), '')), '{}'),
    array_agg(profiles.id)
  into named, visible
  from public.profiles
  where
    profiles.id = any (asked) and exists (
      select
      from unnest(access) as held
      inner join public.brand_members as member on member.brand_id = held.brand_id
      where member.user_id = profiles.id and 'brand.read' = any (held.permissions)
      offset 0
    );
  if cardinality(visible) = cardinality(asked) or cardinality(asked) = 0 then
    return named;
  end if;
  return named || private.others_named(
    array(select person from unnest(asked) as person where visible is null or person <> all (visible))
  );
end;
$function$;

ALTER FUNCTION "private"."people_named"(uuid[], private.brand_access[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.picked_contents(asked private.list_request, is_counted boolean, OUT is_few boolean, OUT heads private.content_head[], OUT total bigint)
 RETURNS record
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  -- More of many brands: walking through their orders would read what it leaves out in each.
  few constant integer := least(400 + 50 * cardinality(asked.brands), 5000);
  -- Ascending in any case: times and scores of a descending list are turned around.
  turn constant numeric := case when asked.is_descending then -1 else 1 end;
  after_number constant numeric := case
    when asked.sort in ('title', 'status') then 0
    when asked.sort = 'score' then coalesce(turn * asked.after_value::numeric, -turn)
    else coalesce(turn * extract(epoch from asked.after_value::timestamptz), 'infinity')
  end;
begin
  if asked.created_by is not null then
    is_few := (
      select count(*) < few from (
        select from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.created_by = asked.created_by
        limit few
      ) as found
    );
    if is_few then
      with matching as materialized (
        select
          row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head as head, contents.id,
          case asked.sort
            when 'updated_at' then turn * extract(epoch from contents.updated_at)
            when 'created_at' then turn * extract(epoch from contents.created_at)
            when 'due_at' then coalesce(turn * extract(epoch from contents.due_at), 'infinity')
            when 'scheduled_for' then coalesce(turn * extract(epoch from contents.scheduled_for), 'infinity')
            when 'score' then coalesce(turn * contents.score, -turn)
            else 0
          end as number,
          case asked.sort when 'title' then contents.title when 'status' then contents.status end as word
        from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.created_by = asked.created_by and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to)
      )
      select
        array(
          select matching.head from matching
          where
            asked.after_id is null or matching.number > after_number or (
              matching.number = after_number and (
                case when turn = 1 then matching.word > asked.after_value else matching.word < asked.after_value end
                or (matching.word is null or matching.word = asked.after_value) and matching.id > asked.after_id
              )
            )
          order by
            matching.number, case when turn = 1 then matching.word end, case when turn = -1 then matching.word end desc,
            matching.id
          offset asked.skipped limit asked.wished
        ),
        case when is_counted then (select count(*) from matching) end
      into heads, total;
      return;
    end if;
    if is_counted and true then
      total := (
        select count(*) from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.created_by = asked.created_by and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to)
      );
    end if;
    return;
  end if;
  if asked.assignee is not null then
    is_few := (
      select count(*) < few from (
        select from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))
        limit few
      ) as found
    );
    if is_few then
      with matching as materialized (
        select
          row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head as head, contents.id,
          case asked.sort
            when 'updated_at' then turn * extract(epoch from contents.updated_at)
            when 'created_at' then turn * extract(epoch from contents.created_at)
            when 'due_at' then coalesce(turn * extract(epoch from contents.due_at), 'infinity')
            when 'scheduled_for' then coalesce(turn * extract(epoch from contents.scheduled_for), 'infinity')
            when 'score' then coalesce(turn * contents.score, -turn)
            else 0
          end as number,
          case asked.sort when 'title' then contents.title when 'status' then contents.status end as word
        from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands)) and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to)
      )
      select
        array(
          select matching.head from matching
          where
            asked.after_id is null or matching.number > after_number or (
              matching.number = after_number and (
                case when turn = 1 then matching.word > asked.after_value else matching.word < asked.after_value end
                or (matching.word is null or matching.word = asked.after_value) and matching.id > asked.after_id
              )
            )
          order by
            matching.number, case when turn = 1 then matching.word end, case when turn = -1 then matching.word end desc,
            matching.id
          offset asked.skipped limit asked.wished
        ),
        case when is_counted then (select count(*) from matching) end
      into heads, total;
      return;
    end if;
    if is_counted and true then
      total := (
        select count(*) from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands)) and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to)
      );
    end if;
    return;
  end if;
  if asked.template_id is not null then
    is_few := (
      select count(*) < few from (
        select from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.template_id = asked.template_id
        limit few
      ) as found
    );
    if is_few then
      with matching as materialized (
        select
          row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head as head, contents.id,
          case asked.sort
            when 'updated_at' then turn * extract(epoch from contents.updated_at)
            when 'created_at' then turn * extract(epoch from contents.created_at)
            when 'due_at' then coalesce(turn * extract(epoch from contents.due_at), 'infinity')
            when 'scheduled_for' then coalesce(turn * extract(epoch from contents.scheduled_for), 'infinity')
            when 'score' then coalesce(turn * contents.score, -turn)
            else 0
          end as number,
          case asked.sort when 'title' then contents.title when 'status' then contents.status end as word
        from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.template_id = asked.template_id and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to)
      )
      select
        array(
          select matching.head from matching
          where
            asked.after_id is null or matching.number > after_number or (
              matching.number = after_number and (
                case when turn = 1 then matching.word > asked.after_value else matching.word < asked.after_value end
                or (matching.word is null or matching.word = asked.after_value) and matching.id > asked.after_id
              )
            )
          order by
            matching.number, case when turn = 1 then matching.word end, case when turn = -1 then matching.word end desc,
            matching.id
          offset asked.skipped limit asked.wished
        ),
        case when is_counted then (select count(*) from matching) end
      into heads, total;
      return;
    end if;
    if is_counted and true then
      total := (
        select count(*) from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.template_id = asked.template_id and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to)
      );
    end if;
    return;
  end if;
  if asked.created_from is not null or asked.created_to is not null then
    is_few := (
      select count(*) < few from (
        select from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.created_at >= coalesce(asked.created_from, '-infinity') and contents.created_at < coalesce(asked.created_to, 'infinity')
        limit few
      ) as found
    );
    if is_few then
      with matching as materialized (
        select
          row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head as head, contents.id,
          case asked.sort
            when 'updated_at' then turn * extract(epoch from contents.updated_at)
            when 'created_at' then turn * extract(epoch from contents.created_at)
            when 'due_at' then coalesce(turn * extract(epoch from contents.due_at), 'infinity')
            when 'scheduled_for' then coalesce(turn * extract(epoch from contents.scheduled_for), 'infinity')
            when 'score' then coalesce(turn * contents.score, -turn)
            else 0
          end as number,
          case asked.sort when 'title' then contents.title when 'status' then contents.status end as word
        from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.created_at >= coalesce(asked.created_from, '-infinity') and contents.created_at < coalesce(asked.created_to, 'infinity') and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to)
      )
      select
        array(
          select matching.head from matching
          where
            asked.after_id is null or matching.number > after_number or (
              matching.number = after_number and (
                case when turn = 1 then matching.word > asked.after_value else matching.word < asked.after_value end
                or (matching.word is null or matching.word = asked.after_value) and matching.id > asked.after_id
              )
            )
          order by
            matching.number, case when turn = 1 then matching.word end, case when turn = -1 then matching.word end desc,
            matching.id
          offset asked.skipped limit asked.wished
        ),
        case when is_counted then (select count(*) from matching) end
      into heads, total;
      return;
    end if;
    if is_counted and true then
      total := (
        select count(*) from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.created_at >= coalesce(asked.created_from, '-infinity') and contents.created_at < coalesce(asked.created_to, 'infinity') and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to)
      );
    end if;
    return;
  end if;
  if asked.updated_from is not null or asked.updated_to is not null then
    is_few := (
      select count(*) < few from (
        select from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.updated_at >= coalesce(asked.updated_from, '-infinity') and contents.updated_at < coalesce(asked.updated_to, 'infinity')
        limit few
      ) as found
    );
    if is_few then
      with matching as materialized (
        select
          row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head as head, contents.id,
          case asked.sort
            when 'updated_at' then turn * extract(epoch from contents.updated_at)
            when 'created_at' then turn * extract(epoch from contents.created_at)
            when 'due_at' then coalesce(turn * extract(epoch from contents.due_at), 'infinity')
            when 'scheduled_for' then coalesce(turn * extract(epoch from contents.scheduled_for), 'infinity')
            when 'score' then coalesce(turn * contents.score, -turn)
            else 0
          end as number,
          case asked.sort when 'title' then contents.title when 'status' then contents.status end as word
        from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.updated_at >= coalesce(asked.updated_from, '-infinity') and contents.updated_at < coalesce(asked.updated_to, 'infinity') and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to)
      )
      select
        array(
          select matching.head from matching
          where
            asked.after_id is null or matching.number > after_number or (
              matching.number = after_number and (
                case when turn = 1 then matching.word > asked.after_value else matching.word < asked.after_value end
                or (matching.word is null or matching.word = asked.after_value) and matching.id > asked.after_id
              )
            )
          order by
            matching.number, case when turn = 1 then matching.word end, case when turn = -1 then matching.word end desc,
            matching.id
          offset asked.skipped limit asked.wished
        ),
        case when is_counted then (select count(*) from matching) end
      into heads, total;
      return;
    end if;
    if is_counted and true then
      total := (
        select count(*) from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.updated_at >= coalesce(asked.updated_from, '-infinity') and contents.updated_at < coalesce(asked.updated_to, 'infinity') and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to)
      );
    end if;
    return;
  end if;
  if asked.due_from is not null or asked.due_to is not null then
    is_few := (
      select count(*) < few from (
        select from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.due_at >= coalesce(asked.due_from, '-infinity') and contents.due_at < coalesce(asked.due_to, 'infinity')
        limit few
      ) as found
    );
    if is_few then
      with matching as materialized (
        select
          row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head as head, contents.id,
          case asked.sort
            when 'updated_at' then turn * extract(epoch from contents.updated_at)
            when 'created_at' then turn * extract(epoch from contents.created_at)
            when 'due_at' then coalesce(turn * extract(epoch from contents.due_at), 'infinity')
            when 'scheduled_for' then coalesce(turn * extract(epoch from contents.scheduled_for), 'infinity')
            when 'score' then coalesce(turn * contents.score, -turn)
            else 0
          end as number,
          case asked.sort when 'title' then contents.title when 'status' then contents.status end as word
        from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.due_at >= coalesce(asked.due_from, '-infinity') and contents.due_at < coalesce(asked.due_to, 'infinity') and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to)
      )
      select
        array(
          select matching.head from matching
          where
            asked.after_id is null or matching.number > after_number or (
              matching.number = after_number and (
                case when turn = 1 then matching.word > asked.after_value else matching.word < asked.after_value end
                or (matching.word is null or matching.word = asked.after_value) and matching.id > asked.after_id
              )
            )
          order by
            matching.number, case when turn = 1 then matching.word end, case when turn = -1 then matching.word end desc,
            matching.id
          offset asked.skipped limit asked.wished
        ),
        case when is_counted then (select count(*) from matching) end
      into heads, total;
      return;
    end if;
    if is_counted and true then
      total := (
        select count(*) from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.due_at >= coalesce(asked.due_from, '-infinity') and contents.due_at < coalesce(asked.due_to, 'infinity') and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to)
      );
    end if;
    return;
  end if;
  if asked.statuses is not null then
    is_few := (
      select count(*) < few from (
        select from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.status = any (asked.statuses)
        limit few
      ) as found
    );
    if is_few then
      with matching as materialized (
        select
          row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head as head, contents.id,
          case asked.sort
            when 'updated_at' then turn * extract(epoch from contents.updated_at)
            when 'created_at' then turn * extract(epoch from contents.created_at)
            when 'due_at' then coalesce(turn * extract(epoch from contents.due_at), 'infinity')
            when 'scheduled_for' then coalesce(turn * extract(epoch from contents.scheduled_for), 'infinity')
            when 'score' then coalesce(turn * contents.score, -turn)
            else 0
          end as number,
          case asked.sort when 'title' then contents.title when 'status' then contents.status end as word
        from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.status = any (asked.statuses) and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to)
      )
      select
        array(
          select matching.head from matching
          where
            asked.after_id is null or matching.number > after_number or (
              matching.number = after_number and (
                case when turn = 1 then matching.word > asked.after_value else matching.word < asked.after_value end
                or (matching.word is null or matching.word = asked.after_value) and matching.id > asked.after_id
              )
            )
          order by
            matching.number, case when turn = 1 then matching.word end, case when turn = -1 then matching.word end desc,
            matching.id
          offset asked.skipped limit asked.wished
        ),
        case when is_counted then (select count(*) from matching) end
      into heads, total;
      return;
    end if;
    if is_counted and false then
      total := (
        select count(*) from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.status = any (asked.statuses) and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to)
      );
    end if;
    return;
  end if;
end;
$function$;

ALTER FUNCTION "private"."picked_contents"(private.list_request, boolean) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.prepare_generation_form(asked jsonb, tool private.ai_tools, brand uuid, content public.contents, template public.templates)
 RETURNS private.generation_form
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  form private.generation_form;
  problems jsonb;
begin
  form.field_values := coalesce(asked -> 'fields', '{}');
  if content.id is not null then
    form.field_values := content.fields || form.field_values;
  end if;
  form.product_id := (asked ->> 'productId')::uuid;
  if tool.type not in ('content_generation', 'field_generation', 'regeneration') then
    return form;
  end if;
  if template.id is null then
    perform private.refuse(409, 'the content has no template to generate from');
  end if;
  problems := private.form_problems(template.input_fields, form.field_values, '{}', brand, 'complete');
  if problems is not null then
    perform private.refuse(400, 'the inputs are not complete', problems);
  end if;
  form.field_values := form.field_values
    - private.hidden_fields(template.input_fields || template.output_fields, form.field_values);
  form.outputs := private.outputs_to_write(template, form.field_values, case
    when asked ? 'fieldIds' then array(select jsonb_array_elements_text(asked -> 'fieldIds'))
    when asked ? 'fieldId' then array[asked ->> 'fieldId']
  end);
  form.product_id := coalesce(form.product_id, private.selected_product(template.input_fields, form.field_values));
  return form;
end;
$function$;

CREATE OR REPLACE FUNCTION private.problem(code text, message text)
 RETURNS jsonb
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
begin
  return jsonb_build_object('code', problem.code, 'message', problem.message);
end;
$function$;

ALTER FUNCTION "private"."problem"(text, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.read_list_request(filters jsonb, brands uuid[], sort text, is_descending boolean, cursor_at jsonb, skipped integer, wished integer)
 RETURNS private.list_request
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
declare
  asked private.list_request;
begin
  asked.brands := brands;
  asked.is_deleted := coalesce((filters ->> 'is_deleted')::boolean, false);
  if filters ? 'status' then
    asked.statuses := array(select jsonb_array_elements_text(filters -> 'status'));
  end if;
  if filters ? 'type' then
    asked.types := array(select jsonb_array_elements_text(filters -> 'type'));
  end if;
  if filters ? 'tag' then
    asked.tags := array(select jsonb_array_elements_text(filters -> 'tag'));
  end if;
  if filters ? 'category' then
    asked.categories := array(select jsonb_array_elements_text(filters -> 'category'));
  end if;
  asked.template_id := filters ->> 'template_id';
  asked.parent_id := filters ->> 'parent_id';
  asked.created_by := filters ->> 'created_by';
  asked.updated_by := filters ->> 'updated_by';
  asked.assignee := filters ->> 'assignee';
  asked.created_from := filters ->> 'created_from';
  asked.created_to := filters ->> 'created_to';
  asked.updated_from := filters ->> 'updated_from';
  asked.updated_to := filters ->> 'updated_to';
  asked.published_from := filters ->> 'published_from';
  asked.published_to := filters ->> 'published_to';
  asked.scheduled_from := filters ->> 'scheduled_from';
  asked.scheduled_to := filters ->> 'scheduled_to';
  asked.due_from := filters ->> 'due_from';
  asked.due_to := filters ->> 'due_to';
  asked.score_from := filters ->> 'score_from';
  asked.score_to := filters ->> 'score_to';
  asked.sort := sort;
  asked.is_descending := is_descending;
  asked.after_value := cursor_at ->> 'value';
  asked.after_id := cursor_at ->> 'id';
  asked.skipped := skipped;
  asked.wished := wished;
  asked.depth := skipped + wished;
  return asked;
end;
$function$;

ALTER FUNCTION "private"."read_list_request"(jsonb, uuid[], text, boolean, jsonb, integer, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.record_content_change()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  change jsonb;
  state jsonb;
  former_state jsonb;
  changes jsonb;
  names jsonb;
  described text;
  event_id uuid;
begin
  if tg_op = 'UPDATE' and new.version = old.version then
    return null; -- an update of unversioned columns
  end if;
  change := private.described_change();
  state := private.content_state(new);
  event_id := private.store_version(new, state, private.version_action(old, new, change), change);
  described := private.describe_change('{}');
  -- Events carry the changes themselves, so that the log alone gives the row again (private.rebuild_content).
  if tg_op = 'INSERT' then
    event_id := private.append_content_event(new, 'ContentCreated', jsonb_build_object(
      'status', new.status, 'changes', state, 'at', now(), 'major', new.major_version, 'minor', new.minor_version
    ));
    return null;
  end if;
  former_state := private.content_state(old);
  select coalesce(jsonb_object_agg(entry.key, entry.value), '{}'), jsonb_agg(entry.key order by entry.key)
  into changes, names
  from jsonb_each(state) as entry
  where entry.value is distinct from former_state -> entry.key;
  event_id := private.append_change_events(old, new, changes, names, nullif(change ->> 'feedback', ''));
  return null;
end;
$function$;

CREATE OR REPLACE FUNCTION private.refuse_values(problems jsonb, level text)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  perform private.refuse(400, case level
    when 'complete' then 'the fields are not complete' else 'the fields do not fit the template'
  end, problems);
end;
$function$;

ALTER FUNCTION "private"."refuse_values"(jsonb, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.request_id()
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return left(nullif(current_setting('request.headers', true), '')::jsonb ->> 'x-request-id', 128);
end;
$function$;

ALTER FUNCTION "private"."request_id"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.require_visible_content(content_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
begin
  perform private.require_permission(
    (select contents.brand_id from public.contents where contents.id = content_id and contents.deleted_at is null),
    'content.read', 'content'
  );
end;
$function$;

CREATE OR REPLACE FUNCTION private.search_language(language text)
 RETURNS regconfig
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
begin
  -- The languages that PostgreSQL has stemmers for; texts in others are searched word for word.
  return case language
    when 'ar' then 'pg_catalog.arabic'
    when 'hy' then 'pg_catalog.armenian'
    when 'eu' then 'pg_catalog.basque'
    when 'ca' then 'pg_catalog.catalan'
    when 'da' then 'pg_catalog.danish'
    when 'nl' then 'pg_catalog.dutch'
    when 'en' then 'pg_catalog.english'
    when 'fi' then 'pg_catalog.finnish'
    when 'fr' then 'pg_catalog.french'
    when 'de' then 'pg_catalog.german'
    when 'el' then 'pg_catalog.greek'
    when 'hi' then 'pg_catalog.hindi'
    when 'hu' then 'pg_catalog.hungarian'
    when 'id' then 'pg_catalog.indonesian'
    when 'ga' then 'pg_catalog.irish'
    when 'it' then 'pg_catalog.italian'
    when 'lt' then 'pg_catalog.lithuanian'
    when 'ne' then 'pg_catalog.nepali'
    when 'no' then 'pg_catalog.norwegian'
    when 'nb' then 'pg_catalog.norwegian'
    when 'pt' then 'pg_catalog.portuguese'
    when 'ro' then 'pg_catalog.romanian'
    when 'ru' then 'pg_catalog.russian'
    when 'sr' then 'pg_catalog.serbian'
    when 'es' then 'pg_catalog.spanish'
    when 'sv' then 'pg_catalog.swedish'
    when 'ta' then 'pg_catalog.tamil'
    when 'tr' then 'pg_catalog.turkish'
    when 'yi' then 'pg_catalog.yiddish'
    else 'pg_catalog.simple'
  end::regconfig;
end;
$function$;

ALTER FUNCTION "private"."search_language"(text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.send_event(event public.domain_events)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  message constant jsonb := jsonb_build_object(
    'eventId', event.id,
    'type', event.type,
    'brandId', event.brand_id,
    'aggregateType', event.aggregate_type,
    'aggregateId', event.aggregate_id,
    'aggregateVersion', event.aggregate_version,
    'actorId', event.actor_id,
    'actorAccount', event.actor_account,
    'requestId', event.correlation_id,
    'occurredAt', event.occurred_at,
    -- `changes` may be as large as the aggregate: subscribers that need it read the event.
    'data', event.payload - 'changes'
  );
  -- Every member may join the brand's topic; events of members, invitations, keys and webhooks need more permissions.
  topics constant text [] := array_remove(array[
    case when event.aggregate_type not in ('brand_member', 'invitation', 'api_key', 'webhook') then
      'brand:' || event.brand_id
    end,
    case when event.aggregate_type in ('content', 'workflow', 'ai_generation') then
      case event.aggregate_type when 'ai_generation' then 'ai' else event.aggregate_type end
      || ':' || event.aggregate_id
    end
  ], null);
begin
  -- As realtime.send does for each topic (https://github.com/supabase/realtime, 20260605120000), all topics in one
  -- statement and one subtransaction. Like there, a message that cannot be stored is lost and ends no command.
  insert into realtime.messages (id, payload, event, topic, private, extension)
  select made.id, message || jsonb_build_object('id', made.id), event.type, made.topic, true, 'broadcast'
  from (select gen_random_uuid() as id, listed.topic from unnest(topics) as listed (topic)) as made;
  return cardinality(topics);
exception
  when others then
    raise warning 'the event % was not sent: %', event.id, sqlerrm;
    return 0;
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
  -- One subtransaction for each stays below the 64 that a transaction may have without slowing down others.
  most_single_events constant integer := 20;
  -- Of 1,000 ids, a message has 40 KB of the 256 that the smallest plan lets through.
  most_ids constant integer := 1000;
  event public.domain_events;
  happened_events integer;
  summary record;
begin
  perform set_config('mixerai.broadcasts', '', true);
  -- The lowest id that an event of this transaction may have lets the planner open the partitions of this year only.
  select count(*) into happened_events
  from (
    select from public.domain_events as each
    where each.transaction_id = pg_current_xact_id() and each.id >= private.uuid_v7_floor(now())
    limit most_single_events + 1
  ) as first_events;
  if happened_events <= most_single_events then
    for event in
      select each.* from public.domain_events as each
      where each.transaction_id = pg_current_xact_id() and each.id >= private.uuid_v7_floor(now())
      order by each.id
    loop
      perform private.send_event(event);
    end loop;
    return;
  end if;
  for summary in
    with happened as (
      select
        each.id, each.brand_id, each.type, each.actor_id, each.actor_account,
        -- Payloads of contents may be large, and are not read.
        case each.aggregate_type when 'content' then each.aggregate_id::text else each.payload ->> 'contentId' end
          as content_id
      from public.domain_events as each
      where
        each.transaction_id = pg_current_xact_id() and each.id >= private.uuid_v7_floor(now())
        and each.aggregate_type not in ('brand_member', 'invitation', 'api_key', 'webhook')
    ),
    counted as (
      select happened.brand_id, happened.type, count(*) as occurrences from happened group by 1, 2
    )
    select
      happened.brand_id,
      max(happened.id::text) as last_event_id,
      max(happened.actor_id::text) as actor_id,
      max(happened.actor_account) as actor_account,
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
        'actorId', summary.actor_id,
        'actorAccount', summary.actor_account,
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

CREATE OR REPLACE FUNCTION private.session_trusted()
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  caller constant uuid := auth.uid();
  key constant uuid := private.api_key_id();
  session_row record;
begin
  if private.is_beyond_reading() then
    return false;
  end if;
  if key is not null then
    return exists (
      select from public.api_keys
      where api_keys.id = key and api_keys.user_id = caller and api_keys.revoked_at is null
        and api_keys.expires_at > now()
    );
  end if;
  select
    user_sessions.ended_at, user_sessions.expires_at, user_sessions.last_seen_at,
    user_sessions.mfa_verified_at is not null or not exists (
      select from public.mfa_factors where mfa_factors.user_id = caller and mfa_factors.verified_at is not null
    ) as is_complete
  into session_row
  from public.user_sessions
  where user_sessions.id = private.session_id() and user_sessions.user_id = caller;
  -- A token that Auth issued past our sign-in has no session: no lock, captcha or limit of sessions applied to it.
  if not found or session_row.ended_at is not null or session_row.expires_at <= now() or (
    -- No token of the session is that old. A token for reading may have been issued at the end of an access token.
    session_row.last_seen_at <= now() - private.access_token_lifetime() and not (
      private.has_reading_token()
      and session_row.last_seen_at > now() - private.access_token_lifetime() - private.reading_token_lifetime()
    )
  ) then
    return false;
  end if;
  return session_row.is_complete;
end;
$function$;

CREATE OR REPLACE FUNCTION private.shown_contents(heads private.content_head[], total bigint, expand text[], access private.brand_access[])
 RETURNS json
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  items json; -- text: as jsonb a page would be taken apart and copied several times
  subjects private.content_subject [];
  named uuid [];
  allowed jsonb;
  people jsonb;
  related jsonb;
begin
  select
    json_agg(head),
    array_agg((
      head.id, head.brand_id, head.type, head.status, head.created_by, head.expires_at, head.deleted_at
    )::private.content_subject)
  into items, subjects
  from unnest(heads) as head;
  named := array(
    select person
    from unnest(heads) as head
    cross join unnest(
      array[head.created_by, head.updated_by, head.published_by]
      || case when array_ndims(head.assignees) = 1 then head.assignees else '{}' end
    ) as person
  );
  select jsonb_agg(to_jsonb(kind)) into allowed from private.allowed_actions(subjects, access) as kind;
  people := private.people_named(named, access);
  if cardinality(expand) = 0 then
    return json_build_object(
      'items', coalesce(items, '[]'), 'total', total, 'access', coalesce(allowed, '[]'), 'people', people
    );
  end if;
  related := private.related_to(
    private.people_ids(people),
    array(
      select distinct head.brand_id from unnest(heads) as head
      inner join unnest(access) as held on held.brand_id = head.brand_id and 'brand.read' = any (held.permissions)
    ),
    array(
      select distinct head.template_id from unnest(heads) as head
      where exists (
        select from jsonb_array_elements(allowed) as kind
        where kind -> 'content_ids' ? head.id::text and kind -> 'readable' ? 'template'
      )
    ),
    expand
  );
  return (
    jsonb_build_object(
      'items', coalesce(items, '[]'), 'total', total, 'access', coalesce(allowed, '[]'), 'people', people
    ) || related
  )::json;
end;
$function$;

ALTER FUNCTION "private"."shown_contents"(private.content_head[], bigint, text[], private.brand_access[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.slugify(title text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
begin
  -- NFD puts accents behind their letters, as characters of their own, which are then dropped.
  return btrim(left(regexp_replace(
    regexp_replace(lower(normalize(slugify.title, nfd)), '[\u0300-\u036f]', '', 'g'), '[^a-z0-9]+', '-', 'g'
  ), 80), '-');
end;
$function$;

ALTER FUNCTION "private"."slugify"(text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.sorted_contents(asked private.list_request, filters jsonb, is_counted boolean, OUT heads private.content_head[], OUT total bigint)
 RETURNS record
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET constraint_exclusion TO 'off'
AS $function$
declare
  conditions constant text := case
    when asked.is_deleted then 'contents.deleted_at is not null' else 'contents.deleted_at is null'
  end || private.asked_conditions(filters);
  place constant text := case
    when asked.after_id is null then 'first' when asked.after_value is null then 'after null' else 'after'
  end;
begin
  -- Constant texts: the caller's values are in the parameter.
  execute replace(
    'select ' || private.list_statement(asked.sort, asked.is_descending, place, conditions)
    || case
      when is_counted
        then ', (select count(*) from public.contents where contents.brand_id = any (asked.brands) and ' || conditions || ')'
      else ', null::bigint'
    end,
    'asked.', '($1).'
  )
  into heads, total
  using asked;
end;
$function$;

ALTER FUNCTION "private"."sorted_contents"(private.list_request, jsonb, boolean) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.stamp_content()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  uncounted public.contents := new;
begin
  if new.brand_id <> old.brand_id then
    perform private.refuse(403, 'nothing moves from one brand to another');
  end if;
  new.id := old.id;
  new.created_by := old.created_by;
  new.created_at := old.created_at;
  if (new.views, new.shares, new.score) is distinct from (old.views, old.shares, old.score) then
    -- The columns of private.unversioned_columns
    uncounted.views := old.views;
    uncounted.shares := old.shares;
    uncounted.score := old.score;
    if uncounted is not distinct from old then
      return new; -- not a change of the content: no version, no stamps
    end if;
  end if;
  if private.is_edited(old, new) then
    if not private.is_editable(old.status) then
      perform private.require_editable(old);
    end if;
    -- An edit voids the approval (domain §3).
    if old.status = 'approved' and new.status = 'approved' then
      new.status := 'draft';
    end if;
  end if;
  if new.status <> old.status and not private.is_transition(old.status, new.status) then
    perform private.refuse(409, format('a content cannot go from %s to %s', old.status, new.status));
  end if;
  if new.status = 'published' and old.status <> 'published' then
    new.published_at := now();
    new.published_by := auth.uid();
  end if;
  if new.status <> 'scheduled' then
    new.scheduled_for := null;
  end if;
  if new.slug <> old.slug then
    new.slug := private.claim_slug(new.brand_id, new.id, new.slug, true);
  end if;
  new.version := old.version + 1;
  if new.status <> old.status or private.described_change() ->> 'is_autosave' = 'true' then
    new.minor_version := old.minor_version + 1;
  else
    new.major_version := old.major_version + 1;
    new.minor_version := 0;
  end if;
  new.score := private.changed_score(old, new);
  new.updated_by := auth.uid();
  new.updated_at := now();
  return new;
end;
$function$;

CREATE OR REPLACE FUNCTION private.stamp_new_content()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  new.status := 'draft';
  new.version := 1;
  new.major_version := 1;
  new.minor_version := 0;
  new.published_at := null;
  new.published_by := null;
  new.deleted_at := null;
  new.due_at := coalesce(new.due_at, now() + interval '21 days');
  new.slug := private.claim_slug(
    new.brand_id, new.id, coalesce(nullif(new.slug, ''), private.slugify(new.title)), new.slug <> '', is_new => true
  );
  new.score := private.new_score(new);
  new.created_by := auth.uid();
  new.created_at := now();
  new.updated_by := new.created_by;
  new.updated_at := now();
  return new;
end;
$function$;

CREATE OR REPLACE FUNCTION private.store_version(content public.contents, state jsonb, action text, change jsonb)
 RETURNS uuid
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  author constant uuid := auth.uid();
  version_id constant uuid := private.uuid_v7();
begin
  insert into public.content_versions (
    id, brand_id, content_id, version, major_version, minor_version, action, snapshot, note, feedback, step_name,
    reviewer_id, created_by
  )
  values (
    version_id, content.brand_id, content.id, content.version, content.major_version, content.minor_version,
    store_version.action, state, coalesce(change ->> 'note', ''), coalesce(change ->> 'feedback', ''),
    change ->> 'step_name', case when change ? 'step_name' then author end, author
  );
  -- Autosaves beyond the latest ten are dropped; all other versions stay (domain §3).
  if store_version.action = 'autosave' then
    delete from public.content_versions
    where content_versions.id in (
      select autosaves.id
      from public.content_versions as autosaves
      where autosaves.content_id = content.id and autosaves.action = 'autosave'
      order by autosaves.version desc
      offset 10
    );
  end if;
  return version_id;
end;
$function$;

ALTER FUNCTION "private"."store_version"(public.contents, jsonb, text, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.subject_of(content public.contents)
 RETURNS private.content_subject
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  return (
    content.id, content.brand_id, content.type, content.status, content.created_by, content.expires_at,
    content.deleted_at
  )::private.content_subject;
end;
$function$;

ALTER FUNCTION "private"."subject_of"(public.contents) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.template_used(content public.contents)
 RETURNS public.templates
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  template public.templates;
  used record;
begin
  if content.template_id is null then
    return template;
  end if;
  -- Contents that are older than the versions of templates use the oldest version that is known.
  select templates as template, versions.version, versions.input_fields, versions.output_fields into used
  from public.templates
  left join lateral (
    select template_versions.version, template_versions.input_fields, template_versions.output_fields
    from public.template_versions
    where
      template_versions.template_id = templates.id and template_versions.version >= content.template_version
    order by template_versions.version
    limit 1
  ) as versions on true
  where
    templates.id = content.template_id and (templates.brand_id is null or templates.brand_id = content.brand_id);
  template := used.template;
  if used.version is not null then
    template.version := used.version;
    template.input_fields := used.input_fields;
    template.output_fields := used.output_fields;
  end if;
  template.input_fields := private.as_array(template.input_fields);
  template.output_fields := private.as_array(template.output_fields);
  return template;
end;
$function$;

CREATE OR REPLACE FUNCTION private.text_highlight(configuration regconfig, plain text, prefixes text[], terms tsquery)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
declare
  -- The marks are characters of the private use area, so that HTML in the text stays text.
  options constant text := E'StartSel=\uE000, StopSel=\uE001, MaxFragments=2, MaxWords=24, MinWords=8, '
    'FragmentDelimiter=" … "';
  beginning constant text := left(plain, 20000);
  -- Every word after a space, and each at its place.
  searched constant text := ' ' || regexp_replace(lower(beginning), '[^[:alnum:]]', ' ', 'g');
  place integer := 0;
  prefix text;
  around text;
  highlight text;
begin
  foreach prefix in array prefixes loop
    place := greatest(place, strpos(searched, ' ' || prefix));
  end loop;
  -- To cut a highlight, every word is stemmed: 100 ms for a page of long texts. So it is cut from where the words are.
  around := substr(beginning, greatest(place - 600, 1), 1200);
  if place > 601 then
    around := coalesce(nullif(regexp_replace(around, '^\S+', ''), ''), around);
  end if;
  if char_length(around) < char_length(beginning) then
    -- A text without spaces is cut anywhere.
    around := coalesce(nullif(regexp_replace(around, '\S+$', ''), ''), around);
  end if;
  highlight := ts_headline(configuration, around, terms, options);
  if place > 0 and strpos(highlight, E'\uE000') = 0 then
    highlight := ts_headline(configuration, left(beginning, 6000), terms, options);
  end if;
  return highlight;
end;
$function$;

ALTER FUNCTION "private"."text_highlight"(regconfig, text, text[], tsquery) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.title_for(title text, body text)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return coalesce(
    nullif(btrim(title), ''),
    nullif(btrim(left(regexp_replace(
      translate(private.visible_characters(body), '<>', ''), '[[:cntrl:][:space:]]+', ' ', 'g'
    ), 80)), ''),
    'Untitled ' || to_char(now() at time zone 'UTC', 'YYYY-MM-DD')
  );
end;
$function$;

ALTER FUNCTION "private"."title_for"(text, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.transition_content(content public.contents, to_status public.content_status, change jsonb DEFAULT '{}'::jsonb, scheduled_for timestamp with time zone DEFAULT NULL::timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  described text;
begin
  if not private.is_transition(content.status, to_status) then
    perform private.refuse(409, format('a content that is %s cannot become %s', content.status, to_status));
  end if;
  described := private.describe_change(change);
  update public.contents set status = transition_content.to_status, scheduled_for = transition_content.scheduled_for
  where contents.id = content.id;
end;
$function$;

CREATE OR REPLACE FUNCTION private.unversioned_columns()
 RETURNS text[]
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
begin
  return array['views', 'shares', 'score'];
end;
$function$;

ALTER FUNCTION "private"."unversioned_columns"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.uuid_v7(at timestamp with time zone DEFAULT clock_timestamp())
 RETURNS uuid
 LANGUAGE plpgsql
 PARALLEL SAFE
 SET search_path TO ''
AS $function$
declare
  microseconds constant bigint := floor(extract(epoch from at) * 1000000);
begin
  -- RFC 9562: 48 bits of milliseconds, 12 bits of the millisecond's fraction (section 6.2, method 3),
  -- 62 random bits. Hosted PostgreSQL is 17 and has no uuidv7() of its own.
  return encode(
    substring(int8send(microseconds / 1000) from 3 for 6)
    || substring(int8send(28672 + (microseconds % 1000) * 4096 / 1000) from 7 for 2)
    || substring(uuid_send(gen_random_uuid()) from 9 for 8),
    'hex'
  )::uuid;
end;
$function$;

ALTER FUNCTION "private"."uuid_v7"(timestamp with time zone) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.value_at(fields jsonb, metadata jsonb, path text)
 RETURNS jsonb
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
begin
  return case split_part(path, '.', 1) when 'fields' then fields else metadata end -> split_part(path, '.', 2);
end;
$function$;

ALTER FUNCTION "private"."value_at"(jsonb, jsonb, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.value_problem(field jsonb, value jsonb, brand uuid, level text)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return case
    when private.is_blank(value) then
      case
        when level = 'complete' and (field ->> 'required')::boolean
          then private.problem('REQUIRED_FIELD_MISSING', (field ->> 'name') || ' is required')
      end
    when field ->> 'type' = 'number' then private.number_problem(field, value, level)
    when field ->> 'type' in ('date', 'datetime') then private.date_problem(field, value, level)
    when field ->> 'type' in ('select', 'multiselect', 'tags') then private.choice_problem(field, value, level)
    when field ->> 'type' in ('url', 'recipe_url', 'email', 'slug') then private.format_problem(field, value, level)
    when field ->> 'type' in ('file', 'image') then private.file_problem(field, value, brand, level)
    when field ->> 'type' = 'product_selector' then private.product_problem(field, value, brand, level)
    when field ->> 'type' = 'faq' then private.faq_problem(field, value)
    when field ->> 'type' = 'boolean' then
      case when jsonb_typeof(value) <> 'boolean' then private.problem('INVALID_FORMAT', 'must be true or false') end
    else private.text_problem(field, value, level)
  end;
end;
$function$;

ALTER FUNCTION "private"."value_problem"(jsonb, jsonb, uuid, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.verdict_on(content public.contents, action text, step_run_id uuid DEFAULT NULL::uuid)
 RETURNS TABLE(rule text, reason text)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  access constant private.brand_access [] := private.access_held(array[content.brand_id]);
begin
  return query
    select verdict.rule, verdict.reason
    from private.content_verdicts(
      array(
        select fact from private.content_facts(array[private.subject_of(content)], access, step_run_id) as fact
      ), access, action
    ) as verdict;
end;
$function$;

CREATE OR REPLACE FUNCTION private.visible_characters(markup text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
begin
  return btrim(regexp_replace(regexp_replace(markup, '<[^>]*>', ' ', 'g'), '&(#?[a-zA-Z0-9]{1,10});', '.', 'g'));
end;
$function$;

ALTER FUNCTION "private"."visible_characters"(text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.visible_people(people uuid[])
 RETURNS uuid[]
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  brands uuid [];
begin
  if private.is_platform_admin() then
    return array(select profiles.id from public.profiles where profiles.id = any (visible_people.people));
  end if;
  brands := private.brands_permitting('brand.read');
  return array(
    select member.user_id from public.brand_members as member
    where member.user_id = any (visible_people.people) and member.brand_id = any (brands)
    union
    select profiles.id from public.profiles
    where profiles.id = any (visible_people.people) and profiles.id = auth.uid()
  );
end;
$function$;

CREATE OR REPLACE FUNCTION private.void_approvals(content_id uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  content public.contents;
  workflow public.workflows;
  run public.workflow_instances;
begin
  -- Not in a parked run: there the edit was asked for, and earlier steps stay approved (domain §5).
  select * into run
  from public.workflow_instances
  where
    workflow_instances.content_id = void_approvals.content_id
    and workflow_instances.status = 'active'
    and workflow_instances.parked_at is null
    and (
      exists (
        select from public.workflow_tasks as task
        where task.instance_id = workflow_instances.id and task.decision = 'approve'
      )
      -- Checks and conditions were evaluated for the text before the edit.
      or exists (
        select from public.workflow_step_runs as step_run
        where step_run.instance_id = workflow_instances.id and step_run.status in ('approved', 'skipped')
      )
    );
  if run.id is null then
    return false;
  end if;
  perform private.end_run(run.content_id, 'cancelled', null, 'the content was edited during the review');
  select * into content from public.contents where contents.id = run.content_id;
  select * into workflow from public.workflows where workflows.id = run.workflow_id;
  if workflow.id is null then
    perform private.transition_content(content, 'draft', '{"note": "the workflow of its review is gone"}');
  elsif private.start_run(content, workflow) then
    perform private.transition_content(content, 'approved', '{"note": "no step of the workflow applies any more"}');
  end if;
  return true;
end;
$function$;

ALTER FUNCTION "private"."void_approvals"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.walked_contents(asked private.list_request)
 RETURNS private.content_head[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  place constant text := case
    when asked.after_id is null then 'first' when asked.after_value is null then 'after null' else 'after'
  end;
begin
  if asked.sort = 'updated_at' and asked.is_descending = 't' and place = 'first' and cardinality(asked.statuses) = 1 and cardinality(asked.brands) = 1 then
    return array(select row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head from (select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = asked.brands[1] and contents.deleted_at is null and contents.status = asked.statuses[1] and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) order by updated_at desc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.sort = 'updated_at' and asked.is_descending = 't' and place = 'first' and cardinality(asked.statuses) = 1 then
    return array(select row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head from (select item.* from unnest(asked.brands) as brand (permitted) cross join lateral ((select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = brand.permitted and contents.deleted_at is null and contents.status = asked.statuses[1] and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) order by updated_at desc, id limit asked.depth)) as item order by updated_at desc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.sort = 'updated_at' and asked.is_descending = 't' and place = 'after' and cardinality(asked.statuses) = 1 and cardinality(asked.brands) = 1 then
    return array(select row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head from (select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = asked.brands[1] and contents.deleted_at is null and contents.status = asked.statuses[1] and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and contents.updated_at <= asked.after_value::timestamptz and (contents.updated_at < asked.after_value::timestamptz or contents.id > asked.after_id) order by updated_at desc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.sort = 'updated_at' and asked.is_descending = 't' and place = 'after' and cardinality(asked.statuses) = 1 then
    return array(select row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head from (select item.* from unnest(asked.brands) as brand (permitted) cross join lateral ((select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = brand.permitted and contents.deleted_at is null and contents.status = asked.statuses[1] and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and contents.updated_at <= asked.after_value::timestamptz and (contents.updated_at < asked.after_value::timestamptz or contents.id > asked.after_id) order by updated_at desc, id limit asked.depth)) as item order by updated_at desc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.sort = 'updated_at' and asked.is_descending = 'f' and place = 'first' and cardinality(asked.statuses) = 1 and cardinality(asked.brands) = 1 then
    return array(select row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head from (select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = asked.brands[1] and contents.deleted_at is null and contents.status = asked.statuses[1] and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) order by updated_at asc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.sort = 'updated_at' and asked.is_descending = 'f' and place = 'first' and cardinality(asked.statuses) = 1 then
    return array(select row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head from (select item.* from unnest(asked.brands) as brand (permitted) cross join lateral ((select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = brand.permitted and contents.deleted_at is null and contents.status = asked.statuses[1] and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) order by updated_at asc, id limit asked.depth)) as item order by updated_at asc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.sort = 'updated_at' and asked.is_descending = 'f' and place = 'after' and cardinality(asked.statuses) = 1 and cardinality(asked.brands) = 1 then
    return array(select row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head from (select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = asked.brands[1] and contents.deleted_at is null and contents.status = asked.statuses[1] and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and contents.updated_at >= asked.after_value::timestamptz and (contents.updated_at > asked.after_value::timestamptz or contents.id > asked.after_id) order by updated_at asc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.sort = 'updated_at' and asked.is_descending = 'f' and place = 'after' and cardinality(asked.statuses) = 1 then
    return array(select row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head from (select item.* from unnest(asked.brands) as brand (permitted) cross join lateral ((select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = brand.permitted and contents.deleted_at is null and contents.status = asked.statuses[1] and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and contents.updated_at >= asked.after_value::timestamptz and (contents.updated_at > asked.after_value::timestamptz or contents.id > asked.after_id) order by updated_at asc, id limit asked.depth)) as item order by updated_at asc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.sort = 'updated_at' and asked.is_descending = 't' and place = 'first' and cardinality(asked.brands) = 1 then
    return array(select row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head from (select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = asked.brands[1] and contents.deleted_at is null and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) order by updated_at desc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.sort = 'updated_at' and asked.is_descending = 't' and place = 'first' then
    return array(select row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head from (select item.* from unnest(asked.brands) as brand (permitted) cross join lateral ((select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = brand.permitted and contents.deleted_at is null and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) order by updated_at desc, id limit asked.depth)) as item order by updated_at desc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.sort = 'updated_at' and asked.is_descending = 't' and place = 'after' and cardinality(asked.brands) = 1 then
    return array(select row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head from (select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = asked.brands[1] and contents.deleted_at is null and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and contents.updated_at <= asked.after_value::timestamptz and (contents.updated_at < asked.after_value::timestamptz or contents.id > asked.after_id) order by updated_at desc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.sort = 'updated_at' and asked.is_descending = 't' and place = 'after' then
    return array(select row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head from (select item.* from unnest(asked.brands) as brand (permitted) cross join lateral ((select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = brand.permitted and contents.deleted_at is null and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and contents.updated_at <= asked.after_value::timestamptz and (contents.updated_at < asked.after_value::timestamptz or contents.id > asked.after_id) order by updated_at desc, id limit asked.depth)) as item order by updated_at desc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.sort = 'updated_at' and asked.is_descending = 'f' and place = 'first' and cardinality(asked.brands) = 1 then
    return array(select row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head from (select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = asked.brands[1] and contents.deleted_at is null and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) order by updated_at asc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.sort = 'updated_at' and asked.is_descending = 'f' and place = 'first' then
    return array(select row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head from (select item.* from unnest(asked.brands) as brand (permitted) cross join lateral ((select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = brand.permitted and contents.deleted_at is null and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) order by updated_at asc, id limit asked.depth)) as item order by updated_at asc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.sort = 'updated_at' and asked.is_descending = 'f' and place = 'after' and cardinality(asked.brands) = 1 then
    return array(select row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head from (select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = asked.brands[1] and contents.deleted_at is null and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and contents.updated_at >= asked.after_value::timestamptz and (contents.updated_at > asked.after_value::timestamptz or contents.id > asked.after_id) order by updated_at asc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.sort = 'updated_at' and asked.is_descending = 'f' and place = 'after' then
    return array(select row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head from (select item.* from unnest(asked.brands) as brand (permitted) cross join lateral ((select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = brand.permitted and contents.deleted_at is null and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and contents.updated_at >= asked.after_value::timestamptz and (contents.updated_at > asked.after_value::timestamptz or contents.id > asked.after_id) order by updated_at asc, id limit asked.depth)) as item order by updated_at asc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.sort = 'created_at' and asked.is_descending = 't' and place = 'first' and cardinality(asked.brands) = 1 then
    return array(select row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head from (select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = asked.brands[1] and contents.deleted_at is null and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) order by created_at desc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.sort = 'created_at' and asked.is_descending = 't' and place = 'first' then
    return array(select row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head from (select item.* from unnest(asked.brands) as brand (permitted) cross join lateral ((select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = brand.permitted and contents.deleted_at is null and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) order by created_at desc, id limit asked.depth)) as item order by created_at desc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.sort = 'created_at' and asked.is_descending = 't' and place = 'after' and cardinality(asked.brands) = 1 then
    return array(select row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head from (select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = asked.brands[1] and contents.deleted_at is null and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and contents.created_at <= asked.after_value::timestamptz and (contents.created_at < asked.after_value::timestamptz or contents.id > asked.after_id) order by created_at desc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.sort = 'created_at' and asked.is_descending = 't' and place = 'after' then
    return array(select row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head from (select item.* from unnest(asked.brands) as brand (permitted) cross join lateral ((select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = brand.permitted and contents.deleted_at is null and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and contents.created_at <= asked.after_value::timestamptz and (contents.created_at < asked.after_value::timestamptz or contents.id > asked.after_id) order by created_at desc, id limit asked.depth)) as item order by created_at desc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.sort = 'created_at' and asked.is_descending = 'f' and place = 'first' and cardinality(asked.brands) = 1 then
    return array(select row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head from (select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = asked.brands[1] and contents.deleted_at is null and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) order by created_at asc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.sort = 'created_at' and asked.is_descending = 'f' and place = 'first' then
    return array(select row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head from (select item.* from unnest(asked.brands) as brand (permitted) cross join lateral ((select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = brand.permitted and contents.deleted_at is null and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) order by created_at asc, id limit asked.depth)) as item order by created_at asc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.sort = 'created_at' and asked.is_descending = 'f' and place = 'after' and cardinality(asked.brands) = 1 then
    return array(select row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head from (select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = asked.brands[1] and contents.deleted_at is null and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and contents.created_at >= asked.after_value::timestamptz and (contents.created_at > asked.after_value::timestamptz or contents.id > asked.after_id) order by created_at asc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.sort = 'created_at' and asked.is_descending = 'f' and place = 'after' then
    return array(select row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head from (select item.* from unnest(asked.brands) as brand (permitted) cross join lateral ((select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = brand.permitted and contents.deleted_at is null and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and contents.created_at >= asked.after_value::timestamptz and (contents.created_at > asked.after_value::timestamptz or contents.id > asked.after_id) order by created_at asc, id limit asked.depth)) as item order by created_at asc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.sort = 'title' and asked.is_descending = 't' and place = 'first' and cardinality(asked.brands) = 1 then
    return array(select row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head from (select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = asked.brands[1] and contents.deleted_at is null and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) order by title desc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.sort = 'title' and asked.is_descending = 't' and place = 'first' then
    return array(select row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head from (select item.* from unnest(asked.brands) as brand (permitted) cross join lateral ((select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = brand.permitted and contents.deleted_at is null and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) order by title desc, id limit asked.depth)) as item order by title desc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.sort = 'title' and asked.is_descending = 't' and place = 'after' and cardinality(asked.brands) = 1 then
    return array(select row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head from (select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = asked.brands[1] and contents.deleted_at is null and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and contents.title <= asked.after_value::text and (contents.title < asked.after_value::text or contents.id > asked.after_id) order by title desc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.sort = 'title' and asked.is_descending = 't' and place = 'after' then
    return array(select row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head from (select item.* from unnest(asked.brands) as brand (permitted) cross join lateral ((select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = brand.permitted and contents.deleted_at is null and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and contents.title <= asked.after_value::text and (contents.title < asked.after_value::text or contents.id > asked.after_id) order by title desc, id limit asked.depth)) as item order by title desc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.sort = 'title' and asked.is_descending = 'f' and place = 'first' and cardinality(asked.brands) = 1 then
    return array(select row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head from (select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = asked.brands[1] and contents.deleted_at is null and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) order by title asc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.sort = 'title' and asked.is_descending = 'f' and place = 'first' then
    return array(select row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head from (select item.* from unnest(asked.brands) as brand (permitted) cross join lateral ((select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = brand.permitted and contents.deleted_at is null and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) order by title asc, id limit asked.depth)) as item order by title asc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.sort = 'title' and asked.is_descending = 'f' and place = 'after' and cardinality(asked.brands) = 1 then
    return array(select row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head from (select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = asked.brands[1] and contents.deleted_at is null and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and contents.title >= asked.after_value::text and (contents.title > asked.after_value::text or contents.id > asked.after_id) order by title asc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.sort = 'title' and asked.is_descending = 'f' and place = 'after' then
    return array(select row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head from (select item.* from unnest(asked.brands) as brand (permitted) cross join lateral ((select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = brand.permitted and contents.deleted_at is null and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and contents.title >= asked.after_value::text and (contents.title > asked.after_value::text or contents.id > asked.after_id) order by title asc, id limit asked.depth)) as item order by title asc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.sort = 'due_at' and asked.is_descending = 't' and place = 'first' then
    return array(select row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head from (select item.* from unnest(asked.brands) as brand (permitted) cross join lateral ((select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = brand.permitted and contents.deleted_at is null and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and contents.due_at is not null order by due_at desc, id limit asked.depth) union all (select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = brand.permitted and contents.deleted_at is null and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and contents.due_at is null order by due_at, id limit asked.depth)) as item order by due_at desc nulls last, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.sort = 'due_at' and asked.is_descending = 't' and place = 'after null' then
    return array(select row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head from (select item.* from unnest(asked.brands) as brand (permitted) cross join lateral ((select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = brand.permitted and contents.deleted_at is null and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and contents.due_at is null and contents.id > asked.after_id order by due_at, id limit asked.depth)) as item order by due_at desc nulls last, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.sort = 'due_at' and asked.is_descending = 't' and place = 'after' then
    return array(select row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head from (select item.* from unnest(asked.brands) as brand (permitted) cross join lateral ((select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = brand.permitted and contents.deleted_at is null and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and contents.due_at is not null and contents.due_at <= asked.after_value::timestamptz and (contents.due_at < asked.after_value::timestamptz or contents.id > asked.after_id) order by due_at desc, id limit asked.depth) union all (select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = brand.permitted and contents.deleted_at is null and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and contents.due_at is null order by due_at, id limit asked.depth)) as item order by due_at desc nulls last, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.sort = 'due_at' and asked.is_descending = 'f' and place = 'first' then
    return array(select row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head from (select item.* from unnest(asked.brands) as brand (permitted) cross join lateral ((select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = brand.permitted and contents.deleted_at is null and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and contents.due_at is not null order by due_at asc, id limit asked.depth) union all (select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = brand.permitted and contents.deleted_at is null and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and contents.due_at is null order by due_at, id limit asked.depth)) as item order by due_at asc nulls last, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.sort = 'due_at' and asked.is_descending = 'f' and place = 'after null' then
    return array(select row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head from (select item.* from unnest(asked.brands) as brand (permitted) cross join lateral ((select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = brand.permitted and contents.deleted_at is null and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and contents.due_at is null and contents.id > asked.after_id order by due_at, id limit asked.depth)) as item order by due_at asc nulls last, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.sort = 'due_at' and asked.is_descending = 'f' and place = 'after' then
    return array(select row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head from (select item.* from unnest(asked.brands) as brand (permitted) cross join lateral ((select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = brand.permitted and contents.deleted_at is null and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and contents.due_at is not null and contents.due_at >= asked.after_value::timestamptz and (contents.due_at > asked.after_value::timestamptz or contents.id > asked.after_id) order by due_at asc, id limit asked.depth) union all (select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = brand.permitted and contents.deleted_at is null and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and contents.due_at is null order by due_at, id limit asked.depth)) as item order by due_at asc nulls last, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.sort = 'scheduled_for' and asked.is_descending = 't' and place = 'first' then
    return array(select row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head from (select item.* from unnest(asked.brands) as brand (permitted) cross join lateral ((select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = brand.permitted and contents.deleted_at is null and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and contents.scheduled_for is not null order by scheduled_for desc, id limit asked.depth) union all (select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = brand.permitted and contents.deleted_at is null and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and contents.scheduled_for is null order by scheduled_for, id limit asked.depth)) as item order by scheduled_for desc nulls last, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.sort = 'scheduled_for' and asked.is_descending = 't' and place = 'after null' then
    return array(select row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head from (select item.* from unnest(asked.brands) as brand (permitted) cross join lateral ((select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = brand.permitted and contents.deleted_at is null and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and contents.scheduled_for is null and contents.id > asked.after_id order by scheduled_for, id limit asked.depth)) as item order by scheduled_for desc nulls last, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.sort = 'scheduled_for' and asked.is_descending = 't' and place = 'after' then
    return array(select row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head from (select item.* from unnest(asked.brands) as brand (permitted) cross join lateral ((select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = brand.permitted and contents.deleted_at is null and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and contents.scheduled_for is not null and contents.scheduled_for <= asked.after_value::timestamptz and (contents.scheduled_for < asked.after_value::timestamptz or contents.id > asked.after_id) order by scheduled_for desc, id limit asked.depth) union all (select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = brand.permitted and contents.deleted_at is null and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and contents.scheduled_for is null order by scheduled_for, id limit asked.depth)) as item order by scheduled_for desc nulls last, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.sort = 'scheduled_for' and asked.is_descending = 'f' and place = 'first' then
    return array(select row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head from (select item.* from unnest(asked.brands) as brand (permitted) cross join lateral ((select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = brand.permitted and contents.deleted_at is null and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and contents.scheduled_for is not null order by scheduled_for asc, id limit asked.depth) union all (select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = brand.permitted and contents.deleted_at is null and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and contents.scheduled_for is null order by scheduled_for, id limit asked.depth)) as item order by scheduled_for asc nulls last, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.sort = 'scheduled_for' and asked.is_descending = 'f' and place = 'after null' then
    return array(select row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head from (select item.* from unnest(asked.brands) as brand (permitted) cross join lateral ((select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = brand.permitted and contents.deleted_at is null and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and contents.scheduled_for is null and contents.id > asked.after_id order by scheduled_for, id limit asked.depth)) as item order by scheduled_for asc nulls last, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.sort = 'scheduled_for' and asked.is_descending = 'f' and place = 'after' then
    return array(select row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head from (select item.* from unnest(asked.brands) as brand (permitted) cross join lateral ((select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = brand.permitted and contents.deleted_at is null and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and contents.scheduled_for is not null and contents.scheduled_for >= asked.after_value::timestamptz and (contents.scheduled_for > asked.after_value::timestamptz or contents.id > asked.after_id) order by scheduled_for asc, id limit asked.depth) union all (select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = brand.permitted and contents.deleted_at is null and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and contents.scheduled_for is null order by scheduled_for, id limit asked.depth)) as item order by scheduled_for asc nulls last, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.sort = 'score' and asked.is_descending = 't' and place = 'first' and cardinality(asked.brands) = 1 then
    return array(select row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head from (select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = asked.brands[1] and contents.deleted_at is null and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) order by score desc nulls last, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.sort = 'score' and asked.is_descending = 't' and place = 'first' then
    return array(select row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head from (select item.* from unnest(asked.brands) as brand (permitted) cross join lateral ((select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = brand.permitted and contents.deleted_at is null and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) order by score desc nulls last, id limit asked.depth)) as item order by score desc nulls last, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.sort = 'score' and asked.is_descending = 't' and place = 'after' and cardinality(asked.brands) = 1 then
    return array(select row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head from (select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = asked.brands[1] and contents.deleted_at is null and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and contents.score <= asked.after_value::numeric and (contents.score < asked.after_value::numeric or contents.id > asked.after_id) order by score desc nulls last, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.sort = 'score' and asked.is_descending = 't' and place = 'after' then
    return array(select row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head from (select item.* from unnest(asked.brands) as brand (permitted) cross join lateral ((select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = brand.permitted and contents.deleted_at is null and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and contents.score <= asked.after_value::numeric and (contents.score < asked.after_value::numeric or contents.id > asked.after_id) order by score desc nulls last, id limit asked.depth)) as item order by score desc nulls last, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.sort = 'score' and asked.is_descending = 'f' and place = 'first' and cardinality(asked.brands) = 1 then
    return array(select row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head from (select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = asked.brands[1] and contents.deleted_at is null and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) order by score asc nulls first, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.sort = 'score' and asked.is_descending = 'f' and place = 'first' then
    return array(select row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head from (select item.* from unnest(asked.brands) as brand (permitted) cross join lateral ((select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = brand.permitted and contents.deleted_at is null and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) order by score asc nulls first, id limit asked.depth)) as item order by score asc nulls first, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.sort = 'score' and asked.is_descending = 'f' and place = 'after' and cardinality(asked.brands) = 1 then
    return array(select row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head from (select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = asked.brands[1] and contents.deleted_at is null and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and contents.score >= asked.after_value::numeric and (contents.score > asked.after_value::numeric or contents.id > asked.after_id) order by score asc nulls first, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.sort = 'score' and asked.is_descending = 'f' and place = 'after' then
    return array(select row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head from (select item.* from unnest(asked.brands) as brand (permitted) cross join lateral ((select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = brand.permitted and contents.deleted_at is null and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and contents.score >= asked.after_value::numeric and (contents.score > asked.after_value::numeric or contents.id > asked.after_id) order by score asc nulls first, id limit asked.depth)) as item order by score asc nulls first, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.sort = 'status' and asked.is_descending = 't' and place = 'first' and cardinality(asked.brands) = 1 then
    return array(select row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head from (select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = asked.brands[1] and contents.deleted_at is null and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) order by status desc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.sort = 'status' and asked.is_descending = 't' and place = 'first' then
    return array(select row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head from (select item.* from unnest(asked.brands) as brand (permitted) cross join lateral ((select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = brand.permitted and contents.deleted_at is null and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) order by status desc, id limit asked.depth)) as item order by status desc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.sort = 'status' and asked.is_descending = 't' and place = 'after' and cardinality(asked.brands) = 1 then
    return array(select row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head from (select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = asked.brands[1] and contents.deleted_at is null and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and contents.status <= asked.after_value::text and (contents.status < asked.after_value::text or contents.id > asked.after_id) order by status desc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.sort = 'status' and asked.is_descending = 't' and place = 'after' then
    return array(select row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head from (select item.* from unnest(asked.brands) as brand (permitted) cross join lateral ((select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = brand.permitted and contents.deleted_at is null and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and contents.status <= asked.after_value::text and (contents.status < asked.after_value::text or contents.id > asked.after_id) order by status desc, id limit asked.depth)) as item order by status desc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.sort = 'status' and asked.is_descending = 'f' and place = 'first' and cardinality(asked.brands) = 1 then
    return array(select row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head from (select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = asked.brands[1] and contents.deleted_at is null and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) order by status asc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.sort = 'status' and asked.is_descending = 'f' and place = 'first' then
    return array(select row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head from (select item.* from unnest(asked.brands) as brand (permitted) cross join lateral ((select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = brand.permitted and contents.deleted_at is null and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) order by status asc, id limit asked.depth)) as item order by status asc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.sort = 'status' and asked.is_descending = 'f' and place = 'after' and cardinality(asked.brands) = 1 then
    return array(select row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head from (select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = asked.brands[1] and contents.deleted_at is null and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and contents.status >= asked.after_value::text and (contents.status > asked.after_value::text or contents.id > asked.after_id) order by status asc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.sort = 'status' and asked.is_descending = 'f' and place = 'after' then
    return array(select row(contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at)::private.content_head from (select item.* from unnest(asked.brands) as brand (permitted) cross join lateral ((select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = brand.permitted and contents.deleted_at is null and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.categories is null or contents.categories @> asked.categories) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.types is null or contents.type = any (asked.types)) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and contents.status >= asked.after_value::text and (contents.status > asked.after_value::text or contents.id > asked.after_id) order by status asc, id limit asked.depth)) as item order by status asc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  return '{}';
end;
$function$;

ALTER FUNCTION "private"."walked_contents"(private.list_request) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.within_bytes(text text, bytes integer)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
declare
  encoded bytea;
begin
  if octet_length(text) <= bytes then
    return text;
  end if;
  encoded := convert_to(text, 'UTF8');
  -- A byte 10xxxxxx goes on with a character: the cut is moved before the character's first byte.
  return convert_from(substring(encoded for bytes - case
    when get_byte(encoded, bytes) & 192 <> 128 then 0
    when get_byte(encoded, bytes - 1) & 192 <> 128 then 1
    when get_byte(encoded, bytes - 2) & 192 <> 128 then 2
    else 3
  end), 'UTF8');
end;
$function$;

ALTER FUNCTION "private"."within_bytes"(text, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.word_count(plain text)
 RETURNS integer
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
begin
  return regexp_count(plain, '\S+');
end;
$function$;

ALTER FUNCTION "private"."word_count"(text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.claim_jobs(queue text, worker text, batch integer DEFAULT 50, lease interval DEFAULT '00:01:00'::interval, begins boolean DEFAULT false)
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
      select found.id, found.turn, found.run_at, found.attempts
      from brands
      cross join lateral (
        select
          jobs.id, jobs.run_at, jobs.attempts, row_number() over (order by jobs.priority desc, jobs.run_at, jobs.id) as turn
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
      set
        leased_by = claim_jobs.worker, lease_until = now() + claim_jobs.lease,
        attempts = jobs.attempts + (claim_jobs.begins and jobs.attempts = 0)::integer
      from ready
      where jobs.id = ready.id
      returning
        jobs.id, jobs.kind, jobs.brand_id, jobs.payload, ready.attempts, jobs.lease_until, ready.turn, jobs.run_at
    )
    select leased.id, leased.kind, leased.brand_id, leased.payload, leased.attempts, leased.lease_until
    from leased
    order by leased.turn, leased.run_at, leased.id;
end;
$function$;

ALTER FUNCTION "public"."claim_jobs"(text, text, integer, interval, boolean) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.create_content(brand_id uuid, title text DEFAULT ''::text, type text DEFAULT NULL::text, template_id uuid DEFAULT NULL::uuid, fields jsonb DEFAULT '{}'::jsonb, metadata jsonb DEFAULT '{}'::jsonb, tags text[] DEFAULT '{}'::text[], body text DEFAULT ''::text, excerpt text DEFAULT ''::text, slug text DEFAULT ''::text, categories text[] DEFAULT '{}'::text[], due_at timestamp with time zone DEFAULT NULL::timestamp with time zone, expires_at timestamp with time zone DEFAULT NULL::timestamp with time zone, assignees uuid[] DEFAULT '{}'::uuid[])
 RETURNS SETOF private.content_details
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  access private.brand_access [];
  template public.templates;
  brand record;
  draft public.contents;
  allowed record;
begin
  perform private.require_functions();
  access := private.access_with(brand_id, 'content.create');
  if template_id is not null then
    template := private.require_active_template(brand_id, template_id);
    draft.brand_id := brand_id;
    draft.template_id := template.id;
    draft.template_version := template.version;
    draft.fields := private.merge_patch('{}', fields);
    fields := private.checked_fields(
      draft, private.as_array(template.input_fields) || private.as_array(template.output_fields), draft.fields, 'value'
    );
  end if;
  type := coalesce(type, template.content_type, 'article');
  select brands.account_id, brands.allowed_content_types into brand from public.brands where brands.id = brand_id;
  if cardinality(brand.allowed_content_types) > 0 then
    perform private.check_content_type(brand_id, type);
  end if;
  if cardinality(assignees) > 0 then
    perform private.check_assignees(brand_id, assignees);
    assignees := array(select distinct person from unnest(assignees) as person);
  end if;
  if brand.account_id is not null then
    perform private.consume_content_quota(brand_id);
  end if;
  insert into public.contents (
    brand_id, title, type, template_id, template_version, fields, metadata, tags,
    body, excerpt, slug, categories, due_at, expires_at, assignees, markup_version
  )
  values (
    brand_id, private.title_for(title, body), type, template_id, template.version, fields,
    private.merge_patch('{}', metadata), tags, body, excerpt, slug, categories, due_at, expires_at,
    coalesce(assignees, '{}'), private.markup_version()
  )
  returning contents.* into draft;
  allowed := private.allowed_with(draft, access);
  return next private.answer_with(draft, access, allowed.allowed_actions, allowed.readable);
end;
$function$;

CREATE OR REPLACE FUNCTION public.deliver_content(brand_slug text, content_slug text, delivery_key text DEFAULT NULL::text)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  brand public.brands := private.delivering_brand(brand_slug, delivery_key);
  content public.contents;
  is_private boolean;
begin
  select delivery_settings.mode = 'private' into is_private
  from private.delivery_settings where delivery_settings.brand_id = brand.id;
  select contents.* into content
  from private.content_slugs as held
  inner join public.contents on contents.id = held.content_id
  where
    held.brand_id = brand.id and held.slug = content_slug
    and contents.status = 'published' and contents.deleted_at is null
    and (contents.expires_at is null or contents.expires_at > now());
  if content.id is null then
    perform private.refuse(404, 'there is nothing at this path');
  end if;
  return jsonb_build_object(
    'brand', jsonb_build_object('id', brand.id, 'name', brand.name, 'language', brand.language),
    'is_private', coalesce(is_private, false),
    'item', private.delivery_document(content)
  );
end;
$function$;

CREATE OR REPLACE FUNCTION public.deliver_contents(brand_slug text, delivery_key text DEFAULT NULL::text, content_type text DEFAULT NULL::text, tag text DEFAULT NULL::text, before jsonb DEFAULT NULL::jsonb, page_size integer DEFAULT 20, has_texts boolean DEFAULT false)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  brand public.brands := private.delivering_brand(brand_slug, delivery_key);
  is_private boolean;
  -- Without a cursor, a place before all contents: their times are finite.
  before_at constant timestamptz := coalesce((before ->> 'value')::timestamptz, 'infinity');
  before_id constant uuid := coalesce((before ->> 'id')::uuid, '00000000-0000-0000-0000-000000000000');
begin
  select delivery_settings.mode = 'private' into is_private
  from private.delivery_settings where delivery_settings.brand_id = brand.id;
  return (
    with page as (
      select contents as content, contents.published_at, contents.id
      from public.contents
      where
        contents.brand_id = brand.id and contents.status = 'published' and contents.deleted_at is null
        and (contents.expires_at is null or contents.expires_at > now())
        and (deliver_contents.content_type is null or contents.type = deliver_contents.content_type)
        and (deliver_contents.tag is null or deliver_contents.tag = any (contents.tags))
        and contents.published_at <= before_at and (contents.published_at < before_at or contents.id > before_id)
      order by contents.published_at desc, contents.id
      limit least(greatest(page_size, 1), 100)
    ),

    documents as (
      select
        page.published_at, page.id,
        private.delivery_document(page.content, deliver_contents.has_texts) as document
      from page
    ),

    -- A page with long texts ends early, at the first content in any case.
    measured as (
      select documents.*, sum(octet_length(documents.document::text)) over (
        order by documents.published_at desc, documents.id
      ) as bytes, row_number() over (order by documents.published_at desc, documents.id) as place
      from documents
    )

    select jsonb_build_object(
      'brand', jsonb_build_object('id', brand.id, 'name', brand.name, 'language', brand.language),
      'is_private', coalesce(is_private, false),
      'items', coalesce(jsonb_agg(measured.document order by measured.published_at desc, measured.id) filter (
        where measured.bytes <= 2000000 or measured.place = 1
      ), '[]'),
      'is_cut', coalesce(bool_or(measured.bytes > 2000000 and measured.place > 1), false)
    )
    from measured
  );
end;
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
  asked private.list_request;
  conditions text;
  items jsonb;
  total bigint;
begin
  perform private.require_functions();
  perform private.require_permission(brand, 'content.read');
  perform private.require_permission(brand, 'export.run');
  asked := private.read_list_request(filters, array[brand], 'created_at', true, null, 0, 0);
  conditions := 'contents.brand_id = $2 and contents.deleted_at is null'
    || replace(private.asked_conditions(filters), 'asked.', '($1).');
  -- A caller of the data API may begin behind the first page: that is recorded as an export as well.
  if after_id is null or not exists (
    select from public.audit_log
    where
      audit_log.brand_id = brand and audit_log.action = 'data.export' and audit_log.actor_id = auth.uid()
      and audit_log.occurred_at > now() - interval '1 hour' and audit_log.details -> 'filters' = filters
  ) then
    execute 'select count(*) from public.contents where ' || conditions into total using asked, brand;
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
  using asked, brand, coalesce(after_id, '00000000-0000-0000-0000-000000000000'), least(greatest(page_size, 1), 500);
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

CREATE OR REPLACE FUNCTION public.get_content(content_id uuid, expand text[] DEFAULT '{}'::text[])
 RETURNS json
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  found private.content_details;
begin
  select * into found from private.content_answer(get_content.content_id, is_checked => true);
  if cardinality(expand) = 0 then
    return to_json(found);
  end if;
  return (to_jsonb(found) || private.related_to(
    private.people_ids(found.people),
    case when 'brand' = any (found.readable) then array[found.brand_id] end,
    case when 'template' = any (found.readable) then array[found.template_id] end,
    expand
  ))::json;
end;
$function$;

ALTER FUNCTION "public"."get_content"(uuid, text[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.has_events_to_come(consumer text, types text[])
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select exists (
    select from (
      select events.type
      from private.outbox_consumers as reader
      cross join lateral (
        select events.type, events.transaction_id, events.id
        from public.domain_events as events
        where (events.transaction_id, events.id) > (reader.read_transaction_id, reader.read_event_id)
        order by events.transaction_id, events.id
        limit 1000
      ) as events
      where reader.name = has_events_to_come.consumer
    ) as following
    where following.type = any (has_events_to_come.types)
  );
$function$;

ALTER FUNCTION "public"."has_events_to_come"(text, text[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.list_contents(filters jsonb DEFAULT '{}'::jsonb, sort text DEFAULT 'updated_at'::text, is_descending boolean DEFAULT true, cursor_at jsonb DEFAULT NULL::jsonb, page_offset integer DEFAULT 0, page_size integer DEFAULT 20, is_counted boolean DEFAULT false, expand text[] DEFAULT '{}'::text[])
 RETURNS json
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  brand constant uuid := filters ->> 'brand_id';
  is_deleted constant boolean := coalesce((filters ->> 'is_deleted')::boolean, false);
  asked private.list_request;
  access private.brand_access [];
  brands uuid [];
  heads private.content_head [];
  total bigint;
  is_few boolean;
begin
  if sort not in ('updated_at', 'created_at', 'title', 'status', 'score', 'due_at', 'scheduled_for') then
    perform private.refuse(400, 'contents are not sorted by that');
  end if;
  if brand is null then
    brands := private.listable_brands(is_deleted);
  else
    access := array(select held from private.access_to_brands(array[brand]) as held);
    brands := case
      when
        'content.read' = any ((access[1]).permissions)
        and (not is_deleted or 'content.delete' = any ((access[1]).permissions))
        then array[brand]
      else '{}'
    end;
  end if;
  asked := private.read_list_request(
    filters, brands, sort, is_descending, cursor_at, page_offset, least(greatest(page_size, 1), 100)
  );
  if is_deleted or filters ?| array[
    'parent_id', 'updated_by', 'published_from', 'published_to', 'scheduled_from', 'scheduled_to'
  ] then
    select found.heads, found.total into heads, total
    from private.sorted_contents(asked, filters, is_counted) as found;
  else
    -- The list that people see first has an index for each status.
    if filters ?| array[
      'created_by', 'assignee', 'template_id', 'created_from', 'created_to', 'updated_from', 'updated_to', 'due_from',
      'due_to'
    ] or asked.statuses is not null and not (sort = 'updated_at' and cardinality(asked.statuses) = 1) then
      select found.is_few, found.heads, found.total into is_few, heads, total
      from private.picked_contents(asked, is_counted) as found;
    end if;
    if is_few is not true then
      heads := private.first_contents(asked);
      if is_counted and total is null then
        total := private.count_contents(asked, filters);
      end if;
    end if;
  end if;
  if brand is null then
    access := array(
      select held from private.access_to_brands(array(select distinct head.brand_id from unnest(heads) as head)) as held
    );
  end if;
  return private.shown_contents(heads, total, expand, access);
end;
$function$;

ALTER FUNCTION "public"."list_contents"(jsonb, text, boolean, jsonb, integer, integer, boolean, text[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.restore_version(content_id uuid, version integer, expected_version integer DEFAULT NULL::integer)
 RETURNS SETOF private.content_details
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  content public.contents;
  restored public.contents;
  snapshot jsonb;
begin
  perform private.require_functions();
  content := private.lock_content(content_id);
  perform private.require_action(content, 'restoreVersion', expected_version);
  select versions.snapshot into snapshot
  from public.content_versions as versions
  where versions.content_id = content.id and versions.version = restore_version.version;
  if snapshot is null then
    perform private.refuse(404, 'version not found');
  end if;
  -- Without the slug: another content may hold it by now, and an address is not part of the text.
  restored := jsonb_populate_record(content, private.edited_part(snapshot) - array[
    'template_id', 'template_version', 'parent_id', 'slug'
  ]);
  -- A version that is older than the provenance column has none.
  restored.provenance := coalesce(snapshot -> 'provenance', '{}');
  if restored is distinct from content then
    perform private.check_content_type(content.brand_id, restored.type);
    perform private.describe_change(jsonb_build_object('action', 'restored', 'note', 'restored version ' || version));
    update public.contents
    set
      title = restored.title, fields = restored.fields, metadata = restored.metadata, tags = restored.tags,
      body = restored.body, excerpt = restored.excerpt, categories = restored.categories, type = restored.type,
      provenance = restored.provenance
    where contents.id = content.id;
    perform private.void_approvals(content.id);
  end if;
  return query select * from private.content_answer(content.id);
end;
$function$;

CREATE OR REPLACE FUNCTION public.run_command(command text, arguments jsonb, key text, fingerprint text DEFAULT NULL::text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  is_kept boolean;
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
  is_kept := private.keep_answer(key, answer);
  return jsonb_build_object('replayed', false, 'rows', answer);
end;
$function$;

CREATE OR REPLACE FUNCTION public.search_contents(query text, filters jsonb DEFAULT '{}'::jsonb, sort text DEFAULT 'relevance'::text, page_offset integer DEFAULT 0, page_size integer DEFAULT 20, embedding text DEFAULT NULL::text)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
 SET plan_cache_mode TO 'force_custom_plan'
AS $function$
#variable_conflict use_column
declare
  request constant private.search_request := private.parse_search(query, filters, sort, embedding);
  by_words constant private.search_matches := private.contents_by_words(request);
  prefixes constant text [] := private.highlight_prefixes(request.terms);
  -- Only where words alone found little, whatever the page, and in few brands: the index is read once for each brand.
  by_likeness constant uuid [] := case
    when by_words.total < 20 and request.sort = 'relevance' and request.has_few_brands
      then private.contents_by_likeness(request)
    else '{}'
  end;
  by_meaning constant uuid [] := case
    when request.embedding is not null then private.contents_by_meaning(request) else '{}'
  end;
begin
  return (
    -- Reciprocal rank fusion (Cormack et al. 2009): places can be compared where scores cannot.
    with fused as (
      select ranking.content_id, sum(ranking.weight / (60 + ranking.place)) as score
      from (
        select content_id, 1.0 as weight, place
        from unnest(by_words.content_ids) with ordinality as words (content_id, place)
        union all
        -- With a weight that places them behind all that have the words.
        select content_id, 0.000001, place from unnest(by_likeness) with ordinality as likeness (content_id, place)
        union all
        select content_id, 1.0, place from unnest(by_meaning) with ordinality as meaning (content_id, place)
      ) as ranking
      group by ranking.content_id
    ),
    page as (
      select fused.content_id, fused.score, row_number() over (order by fused.score desc, fused.content_id) as place
      from fused
      order by fused.score desc, fused.content_id
      offset page_offset limit least(greatest(page_size, 1), 100)
    )
    select jsonb_build_object(
      'total', greatest(by_words.total, (select count(*) from fused)),
      'facets', by_words.facets,
      'items', coalesce(jsonb_agg(jsonb_build_object(
        'id', search.content_id, 'brand_id', search.brand_id, 'title', search.title, 'type', search.type,
        'status', search.status, 'tags', search.tags, 'score', search.score, 'updated_at', search.updated_at,
        'rank', round(page.score, 6),
        'title_highlight', ts_headline(private.search_language(search.language), search.title, request.terms,
          E'StartSel=\uE000, StopSel=\uE001, HighlightAll=true'),
        'text_highlight', private.text_highlight(
          private.search_language(search.language), search.plain, prefixes, request.terms
        )
      ) order by page.place), '[]')
    )
    from page
    inner join private.content_search as search on search.content_id = page.content_id
  );
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
      select alike.content_id, alike.likeness, alike.updated_at
      from (
        -- Not all of them: what many titles hold would take long to compare.
        select search.content_id, extensions.word_similarity(prefix, search.title) as likeness, search.updated_at
        from private.content_search as search
        where
          char_length(prefix) >= 3 and (select count(*) from titles_with_prefix) < wished and cardinality(brands) <= 5
          and search.brand_id = any (brands) and prefix operator(extensions.<%) search.title
        limit 500
      ) as alike
      order by alike.likeness desc, alike.updated_at desc
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

CREATE OR REPLACE FUNCTION public.update_content(content_id uuid, expected_version integer, changes jsonb, is_autosave boolean DEFAULT false, note text DEFAULT ''::text)
 RETURNS SETOF private.content_details
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  access private.brand_access [];
  content public.contents;
  changed public.contents;
  allowed record;
  described text;
  is_restarted boolean := false;
begin
  perform private.require_functions();
  access := private.access_to_content(content_id);
  content := private.lock_read_content(content_id, waits => false);
  if content.id is null then
    -- Another transaction holds it. What the caller held before the wait may be gone after it.
    content := private.lock_read_content(content_id);
    access := private.access_to_content(content_id);
  end if;
  allowed := private.allowed_with(content, access);
  if content.version is distinct from expected_version or ('edit' = any (allowed.allowed_actions)) is not true then
    perform private.require_action(content, 'edit', expected_version);
    if expected_version is null then
      perform private.refuse(428, 'an update names the version that it saw');
    end if;
  end if;
  changed := private.patched_content(content, changes);
  if changed.type <> content.type then
    perform private.check_content_type(content.brand_id, changed.type);
  end if;
  if changed.assignees <> content.assignees then
    -- Only those who are added: an assignee whose membership has run out since must not bar other changes.
    perform private.check_assignees(content.brand_id, array(
      select added from unnest(changed.assignees) as added where added <> all (content.assignees)
    ));
    changed.assignees := array(select distinct person from unnest(changed.assignees) as person);
  end if;
  if changes ? 'fields' and content.template_id is not null then
    -- An autosave may hold half a word: only the kind of each value is checked.
    changed.fields := private.checked_fields(
      changed, private.content_form(content), changes -> 'fields', case when is_autosave then 'shape' else 'value' end
    );
  end if;
  -- Without a difference there is no version, since there would be no event to tell of it.
  if changed is distinct from content then
    described := private.describe_change(jsonb_build_object('is_autosave', is_autosave, 'note', left(note, 2000)));
    update public.contents
    set
      title = changed.title, type = changed.type, fields = changed.fields, metadata = changed.metadata,
      tags = changed.tags, body = changed.body, excerpt = changed.excerpt, slug = changed.slug,
      categories = changed.categories, due_at = changed.due_at, expires_at = changed.expires_at,
      assignees = changed.assignees
    where contents.id = content.id
    returning contents.* into changed;
    if private.is_edited(content, changed) then
      is_restarted := private.void_approvals(content.id);
      if is_restarted then
        select contents.* into changed from public.contents where contents.id = content.id;
      end if;
    end if;
    -- What the rules of contents ask about a content and may have changed (private.content_facts).
    if
      is_restarted or changed.status <> content.status or changed.type <> content.type
      or changed.expires_at is distinct from content.expires_at or content.status in ('approved', 'scheduled')
    then
      allowed := private.allowed_with(changed, access);
    end if;
  end if;
  return next private.answer_with(changed, access, allowed.allowed_actions, allowed.readable);
end;
$function$;

ALTER TABLE "private"."jobs" ADD CONSTRAINT "jobs_kind_check" CHECK (((char_length(kind) <= 100) AND (kind ~ '^[a-z_]+$'::text)));

ALTER TABLE "private"."jobs" ADD CONSTRAINT "jobs_queue_check" CHECK (((char_length(queue) <= 50) AND (queue ~ '^[a-z_]+$'::text)));

CREATE INDEX contents_brand_status_idx ON public.contents USING btree (brand_id, status, updated_at DESC, id) INCLUDE (deleted_at);

CREATE INDEX contents_created_by_idx ON public.contents USING btree (created_by, brand_id);

CREATE INDEX contents_parent_id_idx ON public.contents USING btree (parent_id) WHERE (parent_id IS NOT NULL);

CREATE INDEX contents_published_by_idx ON public.contents USING btree (published_by) WHERE (published_by IS NOT NULL);

COMMENT ON FUNCTION "private"."access_held"(uuid[]) IS 'Returns what the caller holds in each of these brands (null: of all), all permissions at once. The same rule as that of
brands_permitting, which policies ask for one permission; a test compares both.';

COMMENT ON FUNCTION "private"."access_to_brands"(uuid[]) IS 'As access_held, a row for each brand.';

COMMENT ON FUNCTION "private"."access_to_content"(uuid) IS 'Returns what the caller holds in the brand of a content that is not deleted. Refuses with 404 where there is none or
the caller may not read it.';

COMMENT ON FUNCTION "private"."access_with"(uuid, text, text) IS 'Returns what the caller holds in a brand, for a command that asks for more than one permission or answers what the
caller may do. Refuses as require_permission does without this permission.';

COMMENT ON FUNCTION "private"."allowed_actions"(private.content_subject[], private.brand_access[]) IS 'Returns groups of these contents with what the caller may do with them now, and what they link to that the caller may
read. No group has a content that the caller may not read. access: what the caller holds in their brands.';

COMMENT ON FUNCTION "private"."allowed_with"(public.contents, private.brand_access[]) IS 'As allowed_actions, for one content and a caller of whom it is known what they hold in its brand.';

COMMENT ON FUNCTION "private"."answer_with"(public.contents, private.brand_access[], text[], text[]) IS 'Returns a content as commands answer it, to a caller of whom it is known what they hold in its brand and may do with it
(allowed_with).';

COMMENT ON FUNCTION "private"."append_change_events"(public.contents, public.contents, jsonb, jsonb, text) IS 'Appends the events of an update: one for an edit, one for a change of status, one more for a publication. names: the
columns of the changes, sorted. Returns the id of the last event.';

COMMENT ON FUNCTION "private"."append_content_event"(public.contents, text, jsonb) IS 'Appends an event of a content, with its title; returns its id.';

COMMENT ON FUNCTION "private"."as_array"(jsonb) IS 'Returns a JSON array as it is, and an empty one for any other value: one row of another shape fails no list.';

COMMENT ON FUNCTION "private"."as_number"(jsonb) IS 'Returns a JSON number as numeric; null for other JSON.';

COMMENT ON FUNCTION "private"."as_object"(jsonb) IS 'Returns a JSON object as it is, and an empty one for any other value: one row of another shape fails no list.';

COMMENT ON FUNCTION "private"."as_uuid"(text) IS 'Returns the UUID that a text is, and null for any other text: one row of another shape fails no list.';

COMMENT ON FUNCTION "private"."asked_conditions"(jsonb) IS 'Builds the conditions of the filters that are given.';

COMMENT ON FUNCTION "private"."brand_depths"(uuid[], double precision) IS 'Returns how many contents of each brand to read, where about so many of all are wished for.';

COMMENT ON FUNCTION "private"."changed_score"(public.contents, public.contents) IS 'Returns the score of a content after an update: the former one where the update changed no part of it.';

COMMENT ON FUNCTION "private"."check_values"(jsonb, jsonb, jsonb, uuid, text) IS 'Refuses with 400 and the problems of the values of these keys, or at level `complete` of all fields (ADR 18).';

COMMENT ON FUNCTION "private"."checked_fields"(public.contents, jsonb, jsonb, text) IS 'Holds the given fields of a content that has a template against its form (content_form), and returns all its fields
without those that are hidden. Refuses with 400 and the problems.';

COMMENT ON FUNCTION "private"."claim_slug"(uuid, uuid, text, boolean, boolean) IS 'Claims a slug for a content, releases its former one and returns it. Where another content holds the slug, adds a
number, or refuses with 409 if it must be exact. is_new: the content holds no slug yet.';

COMMENT ON FUNCTION "private"."condition_is_met"(jsonb, jsonb) IS 'Whether a condition {operator, value} holds for the value of another field (domain §4).';

COMMENT ON FUNCTION "private"."content_answer"(uuid, boolean) IS 'Returns the content as commands answer it, as it is now, after what triggers did to it. is_checked: refuses with 404
where there is no such content or the caller may not read it.';

COMMENT ON FUNCTION "private"."content_form"(public.contents) IS 'Returns the input and output fields of a content; null without a template.';

COMMENT ON FUNCTION "private"."content_plain"(public.contents) IS 'Returns the texts of a content without markup: excerpt, body and fields, at most 100,000 characters.';

COMMENT ON FUNCTION "private"."content_state"(public.contents) IS 'Returns the part of a content that its versions keep and its events carry.';

COMMENT ON FUNCTION "private"."content_template"(uuid, uuid) IS 'Returns a template if contents of the brand may use it: it is global or of the same brand. Checks no caller.';

COMMENT ON FUNCTION "private"."content_words"(public.contents, regconfig, text) IS 'Returns the words by which a content is found, with its brand as one of them. plain: its content_plain, if that is
known.';

COMMENT ON FUNCTION "private"."contents_by_words"(private.search_request) IS 'Finds contents that hold all words of a search, best first, and counts facets. Counts, ranks and returns at most 1,000:
see private.matching_contents.';

COMMENT ON FUNCTION "private"."count_contents"(private.list_request, jsonb) IS 'Counts the contents of a list that are not deleted.';

COMMENT ON FUNCTION "private"."delivery_document"(public.contents, boolean) IS 'Returns what a website may read of a published content, its body and fields only with has_texts: no people, no brief.';

COMMENT ON FUNCTION "private"."describe_change"(jsonb) IS 'Describes the next change of a content in this transaction, for its version and events:
{action, note, feedback, step_name, is_autosave}. No API role may call it. Returns the description.';

COMMENT ON FUNCTION "private"."described_change"() IS 'Returns what private.describe_change said of the current change.';

COMMENT ON FUNCTION "private"."edited_part"(jsonb) IS 'Returns the part of a content''s state that people write. A change of this part voids approvals.';

COMMENT ON FUNCTION "private"."enqueue_job"(text, text, uuid, jsonb, timestamp with time zone, text, integer, integer) IS 'Adds a job in the transaction of the caller and returns its id. Adds none and returns null if the queue has a job with
the same dedupe_key.';

COMMENT ON FUNCTION "private"."expected_rows"(text) IS 'Returns how many rows of private.content_search the planner expects a condition to match. Chooses a way to search; no
caller learns it (ADR 45).';

COMMENT ON FUNCTION "private"."expected_version"() IS 'The version that the request wants to act on (X-Expected-Version), for commands that do not take one; else null.';

COMMENT ON FUNCTION "private"."first_contents"(private.list_request) IS 'Returns heads of a page of contents as walked_contents does. Looks no deeper into each of many brands than needed.';

COMMENT ON FUNCTION "private"."form_problems"(jsonb, jsonb, jsonb, uuid, text) IS 'Finds what is wrong with the values of the keys of `given`, or at level `complete` of all fields that are shown:
[{field, code, message}], null if nothing.';

COMMENT ON FUNCTION "private"."has_open_violations"(public.contents) IS 'Whether a check of the present text of a content found a violation of a claim that nobody has overridden with a
reason.';

COMMENT ON FUNCTION "private"."highlight_prefixes"(tsquery) IS 'Returns beginnings of the words that a query asks for, at most 20.';

COMMENT ON FUNCTION "private"."is_blank"(jsonb) IS 'Whether a value counts as missing: none, null, empty, or only white space.';

COMMENT ON FUNCTION "private"."is_edited"(public.contents, public.contents) IS 'Whether two states of a content differ in what people write: whether their edited_part differs.';

COMMENT ON FUNCTION "private"."keep_answer"(text, jsonb) IS 'Stores the answer of a command under the caller''s Idempotency-Key, with what the caller holds after it.
Returns whether the key is there.';

COMMENT ON FUNCTION "private"."key_owner"() IS 'Returns whose idempotency keys the caller uses: those of the API key, else those of the person, or zeros for the
service. Null for anonymous callers.';

COMMENT ON FUNCTION "private"."list_conditions"() IS 'Returns the filters of lists: the name in the request, the value that is null where it is not asked for, and the
condition.';

COMMENT ON FUNCTION "private"."list_order"(text, boolean) IS 'Builds the order of a list, with ties broken by id.';

COMMENT ON FUNCTION "private"."list_parts"(text, boolean, text) IS 'Returns the parts of a list, each with its condition and its order. A list by a date that contents may lack has two:
contents without the date come last. place: first, after (a content with the value), or after null (one without).';

COMMENT ON FUNCTION "private"."list_statement"(text, boolean, text, text, boolean) IS 'Builds the expression for the heads of a page of contents, private.content_head[]. place: as for list_parts.
is_of_one_brand: needs no merging; not for lists of two parts.';

COMMENT ON FUNCTION "private"."listable_brands"(boolean) IS 'Returns all brands in which the caller may list contents: deleted ones if they may delete.';

COMMENT ON FUNCTION "private"."lock_read_content"(uuid, boolean) IS 'As lock_content, where it is known that the caller may read the content. Without waiting it returns null for a content
that another transaction holds, and for none.';

COMMENT ON FUNCTION "private"."markup_version"() IS 'The version of the allow-list that functions clean texts by (MARKUP_VERSION in lib/core/security/html.py).';

COMMENT ON FUNCTION "private"."matches_by_index"(private.search_request) IS 'Finds all contents that match a search by the index of words, and returns the first 1,000 in the order asked for; by
relevance, the last changed. Takes time by how many contents hold the words.';

COMMENT ON FUNCTION "private"."matches_in_order"(private.search_request, double precision) IS 'Finds the same contents as private.matches_by_index among about so many in the order asked for: takes time by how rare
the words are. Returns null if the first 1,000 matches are not among them.';

COMMENT ON FUNCTION "private"."matching_contents"(private.search_request) IS 'Returns the contents that match a search, in the order asked for. Of more than 1,000 these are the first; by relevance,
the last changed, which are then ranked.';

COMMENT ON FUNCTION "private"."merge_patch"(jsonb, jsonb) IS 'Applies a JSON merge patch (RFC 7396) on the first level: values replace by key, and null removes a key.';

COMMENT ON FUNCTION "private"."new_score"(public.contents) IS 'Returns the score of a content that is being created.';

COMMENT ON FUNCTION "private"."number_problem"(jsonb, jsonb, text) IS 'Finds what is wrong with the value of a number field: see value_problem.';

COMMENT ON FUNCTION "private"."others_named"(uuid[]) IS 'As people_named, where nothing is known about the caller.';

COMMENT ON FUNCTION "private"."people_named"(uuid[], private.brand_access[]) IS 'Returns {id: name} of those of the people whom the caller may know: those whose profile they may see, and former
members of their brands, by the name that these had when they left. The name of an erased person is null. Others, such
as platform admins, are missing. access: what the caller holds in the brands at hand, if that is known.';

COMMENT ON FUNCTION "private"."picked_contents"(private.list_request, boolean) IS 'Looks up the contents that match the narrowest filter that is asked for. Where they are few, is_few, it returns the
page; otherwise at most the total, and walked_contents returns the page.';

COMMENT ON FUNCTION "private"."problem"(text, text) IS 'Builds an item for the details of an error (domain §11), without its field.';

COMMENT ON FUNCTION "private"."read_list_request"(jsonb, uuid[], text, boolean, jsonb, integer, integer) IS 'Reads what a caller of list_contents asks for.';

COMMENT ON FUNCTION "private"."refuse_values"(jsonb, text) IS 'Refuses values with 400 and the problems that form_problems found.';

COMMENT ON FUNCTION "private"."request_id"() IS 'X-Request-Id of the HTTP request that runs this statement, if any.';

COMMENT ON FUNCTION "private"."search_language"(text) IS 'Returns the text search configuration for an ISO 639-1 code.';

COMMENT ON FUNCTION "private"."send_event"(public.domain_events) IS 'Sends an event to the topic of its brand, and to that of its content, workflow or generation. Returns to how many.';

COMMENT ON FUNCTION "private"."shown_contents"(private.content_head[], bigint, text[], private.brand_access[]) IS 'Returns a page of heads with what the caller may do with them now, as groups {content_ids, allowed_actions, readable},
the names of their people by id, and what expand names: {items, total, access, people, brands,
templates, profiles}. access: what the caller holds in the brands of the page.';

COMMENT ON FUNCTION "private"."slugify"(text) IS 'Makes a slug from a title: a-z, 0-9 and hyphens, 80 characters at most.';

COMMENT ON FUNCTION "private"."sorted_contents"(private.list_request, jsonb, boolean) IS 'Returns heads of a page of contents in any order and by any filters, planned for them: for the lists that are asked for
rarely. total is null unless counted.';

COMMENT ON FUNCTION "private"."store_version"(public.contents, jsonb, text, jsonb) IS 'Keeps a state of a content as a version, with the description of the change that made it; returns the id of the
version.';

COMMENT ON FUNCTION "private"."subject_of"(public.contents) IS 'Returns the part of a content that its rules look at.';

COMMENT ON FUNCTION "private"."text_highlight"(regconfig, text, text[], tsquery) IS 'Cuts out of a text what a search matched, from around the place where the last of some words begins first. Looks at
20,000 characters.';

COMMENT ON FUNCTION "private"."title_for"(text, text) IS 'Returns the title, or without one the beginning of the text, or the date (domain §3).';

COMMENT ON FUNCTION "private"."unversioned_columns"() IS 'Lists the columns of contents that are counted or computed. They are no part of versions and events, and an update of
them alone makes no version.';

COMMENT ON FUNCTION "private"."uuid_v7"(timestamp with time zone) IS 'A UUIDv7 of the given instant; sorts by time to the microsecond.';

COMMENT ON FUNCTION "private"."value_at"(jsonb, jsonb, text) IS 'Returns the value at a path of the provenance of a content: `fields.<id>` or `metadata.<name>`.';

COMMENT ON FUNCTION "private"."value_problem"(jsonb, jsonb, uuid, text) IS 'Finds what is wrong with the value of a field: {code, message} or null. The level says how much is checked: its
`shape`, the `value`, or that it is `complete` (ADR 18).';

COMMENT ON FUNCTION "private"."visible_characters"(text) IS 'Returns HTML as a reader counts its characters: without tags, and with a dot for each entity.';

COMMENT ON FUNCTION "private"."void_approvals"(uuid) IS 'After an edit during a review: starts the run of the content again if a task was approved, or a step approved or
skipped, in it. The content becomes a draft where the workflow is deleted, and approved where no step applies. Returns
whether there was such a run.';

COMMENT ON FUNCTION "private"."walked_contents"(private.list_request) IS 'Returns heads of a page of contents in any order, of contents that are not deleted and match what is asked for.';

COMMENT ON FUNCTION "private"."within_bytes"(text, integer) IS 'Returns a text, or its beginning of at most so many bytes of UTF-8, cut between two characters. bytes: 4 or more.';

COMMENT ON FUNCTION "private"."word_count"(text) IS 'Counts the words of a text: runs of characters that are no white space.';

COMMENT ON FUNCTION "public"."claim_jobs"(text, text, integer, interval, boolean) IS 'Leases up to a batch (at most 1000) of ready jobs to a worker and returns them: one of each brand, then the next one of
each, so that no brand waits for another. A job is leased to one worker at a time. attempts: those before. No attempt is
counted yet (see begin_jobs), but with `begins` the first one of each job that had none: for a worker that does all of
those by one call, at once.';

COMMENT ON FUNCTION "public"."get_content"(uuid, text[]) IS 'Returns a content with what the caller may do now, and the names of its people by id; with what expand names of brand,
template and people: {…, allowed_actions, readable, people, brands, templates, profiles}.';

COMMENT ON FUNCTION "public"."has_events_to_come"(text, text[]) IS 'For the service: whether events of these types are among the next 1000 of the log. Just after queue_events found none,
these are committed, and wait for the end of an older transaction.';

COMMENT ON FUNCTION "public"."list_contents"(jsonb, text, boolean, jsonb, integer, integer, boolean, text[]) IS 'Lists contents of the caller''s brands without their texts, after the cursor or from the offset on, as shown_contents
does: {items, total, access, people, …}. Deleted ones are listed for those who may restore them. total is null unless
counted.';

COMMENT ON TYPE "private"."list_request" IS 'What a caller of list_contents asks for, as private.read_list_request reads it. Statements of lists call it asked.';

REVOKE ALL ON FUNCTION "private"."access_held"(uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."access_held"(uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."access_held"(uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."access_to_content"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."access_to_content"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."access_to_content"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."access_with"(uuid, text, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."access_with"(uuid, text, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."access_with"(uuid, text, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."allowed_actions"(private.content_subject[], private.brand_access[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."allowed_actions"(private.content_subject[], private.brand_access[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."allowed_actions"(private.content_subject[], private.brand_access[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."allowed_with"(public.contents, private.brand_access[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."allowed_with"(public.contents, private.brand_access[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."allowed_with"(public.contents, private.brand_access[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."answer_with"(public.contents, private.brand_access[], text[], text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."answer_with"(public.contents, private.brand_access[], text[], text[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."answer_with"(public.contents, private.brand_access[], text[], text[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."append_change_events"(public.contents, public.contents, jsonb, jsonb, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."append_change_events"(public.contents, public.contents, jsonb, jsonb, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."append_change_events"(public.contents, public.contents, jsonb, jsonb, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."append_content_event"(public.contents, text, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."append_content_event"(public.contents, text, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."append_content_event"(public.contents, text, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."as_array"(jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."as_array"(jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."as_array"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."as_array"(jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."as_array"(jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "private"."as_number"(jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."as_number"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."as_number"(jsonb) TO "postgres";

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

REVOKE ALL ON FUNCTION "private"."asked_conditions"(jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."asked_conditions"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."asked_conditions"(jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."brand_depths"(uuid[], double precision) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."brand_depths"(uuid[], double precision) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."brand_depths"(uuid[], double precision) TO "postgres";

REVOKE ALL ON FUNCTION "private"."changed_score"(public.contents, public.contents) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."changed_score"(public.contents, public.contents) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."changed_score"(public.contents, public.contents) TO "postgres";

REVOKE ALL ON FUNCTION "private"."check_values"(jsonb, jsonb, jsonb, uuid, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."check_values"(jsonb, jsonb, jsonb, uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."check_values"(jsonb, jsonb, jsonb, uuid, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."checked_fields"(public.contents, jsonb, jsonb, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."checked_fields"(public.contents, jsonb, jsonb, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."checked_fields"(public.contents, jsonb, jsonb, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."claim_slug"(uuid, uuid, text, boolean, boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."claim_slug"(uuid, uuid, text, boolean, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."claim_slug"(uuid, uuid, text, boolean, boolean) TO "postgres";

REVOKE ALL ON FUNCTION "private"."condition_is_met"(jsonb, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."condition_is_met"(jsonb, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."condition_is_met"(jsonb, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."content_answer"(uuid, boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."content_answer"(uuid, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."content_answer"(uuid, boolean) TO "postgres";

REVOKE ALL ON FUNCTION "private"."content_form"(public.contents) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."content_form"(public.contents) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."content_form"(public.contents) TO "postgres";

REVOKE ALL ON FUNCTION "private"."content_plain"(public.contents) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."content_plain"(public.contents) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."content_plain"(public.contents) TO "postgres";

REVOKE ALL ON FUNCTION "private"."content_state"(public.contents) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."content_state"(public.contents) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."content_state"(public.contents) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."content_state"(public.contents) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."content_state"(public.contents) TO "service_role";

REVOKE ALL ON FUNCTION "private"."content_template"(uuid, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."content_template"(uuid, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."content_template"(uuid, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."content_words"(public.contents, regconfig, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."content_words"(public.contents, regconfig, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."content_words"(public.contents, regconfig, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."count_contents"(private.list_request, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."count_contents"(private.list_request, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."count_contents"(private.list_request, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."delivery_document"(public.contents, boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."delivery_document"(public.contents, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."delivery_document"(public.contents, boolean) TO "postgres";

REVOKE ALL ON FUNCTION "private"."describe_change"(jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."describe_change"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."describe_change"(jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."described_change"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."described_change"() TO "authenticated";

REVOKE ALL ON FUNCTION "private"."described_change"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."described_change"() TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."described_change"() TO "service_role";

REVOKE ALL ON FUNCTION "private"."edited_part"(jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."edited_part"(jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."edited_part"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."edited_part"(jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."edited_part"(jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "private"."enqueue_job"(text, text, uuid, jsonb, timestamp with time zone, text, integer, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."enqueue_job"(text, text, uuid, jsonb, timestamp with time zone, text, integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."enqueue_job"(text, text, uuid, jsonb, timestamp with time zone, text, integer, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."expected_rows"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."expected_rows"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."expected_rows"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."expected_version"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."expected_version"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."expected_version"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."first_contents"(private.list_request) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."first_contents"(private.list_request) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."first_contents"(private.list_request) TO "postgres";

REVOKE ALL ON FUNCTION "private"."form_problems"(jsonb, jsonb, jsonb, uuid, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."form_problems"(jsonb, jsonb, jsonb, uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."form_problems"(jsonb, jsonb, jsonb, uuid, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."has_open_violations"(public.contents) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."has_open_violations"(public.contents) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."has_open_violations"(public.contents) TO "postgres";

REVOKE ALL ON FUNCTION "private"."highlight_prefixes"(tsquery) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."highlight_prefixes"(tsquery) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."highlight_prefixes"(tsquery) TO "postgres";

REVOKE ALL ON FUNCTION "private"."is_blank"(jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."is_blank"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."is_blank"(jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."is_edited"(public.contents, public.contents) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."is_edited"(public.contents, public.contents) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."is_edited"(public.contents, public.contents) TO "postgres";

REVOKE ALL ON FUNCTION "private"."keep_answer"(text, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."keep_answer"(text, jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."keep_answer"(text, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."keep_answer"(text, jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."keep_answer"(text, jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "private"."key_owner"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."key_owner"() TO "authenticated";

REVOKE ALL ON FUNCTION "private"."key_owner"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."key_owner"() TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."key_owner"() TO "service_role";

REVOKE ALL ON FUNCTION "private"."list_conditions"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."list_conditions"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."list_conditions"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."list_order"(text, boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."list_order"(text, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."list_order"(text, boolean) TO "postgres";

REVOKE ALL ON FUNCTION "private"."list_parts"(text, boolean, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."list_parts"(text, boolean, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."list_parts"(text, boolean, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."list_statement"(text, boolean, text, text, boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."list_statement"(text, boolean, text, text, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."list_statement"(text, boolean, text, text, boolean) TO "postgres";

REVOKE ALL ON FUNCTION "private"."listable_brands"(boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."listable_brands"(boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."listable_brands"(boolean) TO "postgres";

REVOKE ALL ON FUNCTION "private"."lock_read_content"(uuid, boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."lock_read_content"(uuid, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."lock_read_content"(uuid, boolean) TO "postgres";

REVOKE ALL ON FUNCTION "private"."markup_version"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."markup_version"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."markup_version"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."matches_by_index"(private.search_request) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."matches_by_index"(private.search_request) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."matches_by_index"(private.search_request) TO "postgres";

REVOKE ALL ON FUNCTION "private"."matches_in_order"(private.search_request, double precision) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."matches_in_order"(private.search_request, double precision) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."matches_in_order"(private.search_request, double precision) TO "postgres";

REVOKE ALL ON FUNCTION "private"."matching_contents"(private.search_request) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."matching_contents"(private.search_request) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."matching_contents"(private.search_request) TO "postgres";

REVOKE ALL ON FUNCTION "private"."merge_patch"(jsonb, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."merge_patch"(jsonb, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."merge_patch"(jsonb, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."new_score"(public.contents) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."new_score"(public.contents) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."new_score"(public.contents) TO "postgres";

REVOKE ALL ON FUNCTION "private"."number_problem"(jsonb, jsonb, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."number_problem"(jsonb, jsonb, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."number_problem"(jsonb, jsonb, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."others_named"(uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."others_named"(uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."others_named"(uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."people_named"(uuid[], private.brand_access[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."people_named"(uuid[], private.brand_access[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."people_named"(uuid[], private.brand_access[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."picked_contents"(private.list_request, boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."picked_contents"(private.list_request, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."picked_contents"(private.list_request, boolean) TO "postgres";

REVOKE ALL ON FUNCTION "private"."problem"(text, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."problem"(text, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."problem"(text, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."read_list_request"(jsonb, uuid[], text, boolean, jsonb, integer, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."read_list_request"(jsonb, uuid[], text, boolean, jsonb, integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."read_list_request"(jsonb, uuid[], text, boolean, jsonb, integer, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."refuse_values"(jsonb, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."refuse_values"(jsonb, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."refuse_values"(jsonb, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."request_id"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."request_id"() TO "authenticated";

REVOKE ALL ON FUNCTION "private"."request_id"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."request_id"() TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."request_id"() TO "service_role";

REVOKE ALL ON FUNCTION "private"."search_language"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."search_language"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."search_language"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."send_event"(public.domain_events) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."send_event"(public.domain_events) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."send_event"(public.domain_events) TO "postgres";

REVOKE ALL ON FUNCTION "private"."shown_contents"(private.content_head[], bigint, text[], private.brand_access[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."shown_contents"(private.content_head[], bigint, text[], private.brand_access[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."shown_contents"(private.content_head[], bigint, text[], private.brand_access[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."slugify"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."slugify"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."slugify"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."sorted_contents"(private.list_request, jsonb, boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."sorted_contents"(private.list_request, jsonb, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."sorted_contents"(private.list_request, jsonb, boolean) TO "postgres";

REVOKE ALL ON FUNCTION "private"."store_version"(public.contents, jsonb, text, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."store_version"(public.contents, jsonb, text, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."store_version"(public.contents, jsonb, text, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."subject_of"(public.contents) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."subject_of"(public.contents) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."subject_of"(public.contents) TO "postgres";

REVOKE ALL ON FUNCTION "private"."text_highlight"(regconfig, text, text[], tsquery) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."text_highlight"(regconfig, text, text[], tsquery) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."text_highlight"(regconfig, text, text[], tsquery) TO "postgres";

REVOKE ALL ON FUNCTION "private"."title_for"(text, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."title_for"(text, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."title_for"(text, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."unversioned_columns"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."unversioned_columns"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."unversioned_columns"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."uuid_v7"(timestamp with time zone) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."uuid_v7"(timestamp with time zone) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."uuid_v7"(timestamp with time zone) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."uuid_v7"(timestamp with time zone) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."uuid_v7"(timestamp with time zone) TO "service_role";

REVOKE ALL ON FUNCTION "private"."value_at"(jsonb, jsonb, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."value_at"(jsonb, jsonb, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."value_at"(jsonb, jsonb, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."value_problem"(jsonb, jsonb, uuid, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."value_problem"(jsonb, jsonb, uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."value_problem"(jsonb, jsonb, uuid, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."visible_characters"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."visible_characters"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."visible_characters"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."void_approvals"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."void_approvals"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."void_approvals"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."walked_contents"(private.list_request) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."walked_contents"(private.list_request) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."walked_contents"(private.list_request) TO "postgres";

REVOKE ALL ON FUNCTION "private"."within_bytes"(text, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."within_bytes"(text, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."within_bytes"(text, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."word_count"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."word_count"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."word_count"(text) TO "postgres";

REVOKE ALL ON FUNCTION "public"."claim_jobs"(text, text, integer, interval, boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."claim_jobs"(text, text, integer, interval, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."claim_jobs"(text, text, integer, interval, boolean) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."claim_jobs"(text, text, integer, interval, boolean) TO "service_role";

REVOKE ALL ON FUNCTION "public"."get_content"(uuid, text[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."get_content"(uuid, text[]) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."get_content"(uuid, text[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."get_content"(uuid, text[]) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."get_content"(uuid, text[]) TO "service_role";

REVOKE ALL ON FUNCTION "public"."has_events_to_come"(text, text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."has_events_to_come"(text, text[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."has_events_to_come"(text, text[]) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."has_events_to_come"(text, text[]) TO "service_role";

REVOKE ALL ON FUNCTION "public"."list_contents"(jsonb, text, boolean, jsonb, integer, integer, boolean, text[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."list_contents"(jsonb, text, boolean, jsonb, integer, integer, boolean, text[]) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."list_contents"(jsonb, text, boolean, jsonb, integer, integer, boolean, text[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_contents"(jsonb, text, boolean, jsonb, integer, integer, boolean, text[]) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_contents"(jsonb, text, boolean, jsonb, integer, integer, boolean, text[]) TO "service_role";

-- Rows that are written from now on: searches read their other columns without the words.
alter table private.content_search alter column words set storage external;
alter table private.content_search alter column title set storage main;
alter table private.content_search alter column tags set storage main;

-- Last, since each locks its table and public.brands (ACCESS EXCLUSIVE) until the end. They read no row.
alter table private.content_search drop constraint content_search_brand_id_fkey;
alter table private.content_slugs drop constraint content_slugs_brand_id_fkey;
alter table public.content_versions drop constraint content_versions_brand_id_fkey;

drop trigger index_content on public.contents;
create trigger index_content
after insert or update of status, title, type, metadata, tags, excerpt, body, fields, deleted_at, score, assignees
on public.contents
for each row execute function private.index_content();
