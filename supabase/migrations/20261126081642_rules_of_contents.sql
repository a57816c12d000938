-- Rules of contents
-- Planned by `make migration` from supabase/schemas and supabase/policies.

-- Waits at most five seconds for a lock, because queries behind a waiting lock wait as well. On failure, push again.
set lock_timeout = '5s';
set check_function_bodies = off;

DROP INDEX "private"."content_status_transitions_permission_idx";

ALTER TABLE "private"."content_status_transitions" DROP CONSTRAINT "content_status_transitions_permission_fkey";

DROP FUNCTION "private"."check_publishable"(public.contents);

DROP FUNCTION "private"."find_step_to_decide"(uuid, uuid);

DROP FUNCTION "private"."may_on_content"(public.contents, text);

DROP FUNCTION "private"."require_decider"(public.workflow_instances, public.contents, public.workflow_step_runs);

DROP FUNCTION "private"."require_on_content"(public.contents, text);

DROP FUNCTION "private"."resolve_workflow"(public.contents, uuid);

DROP FUNCTION "private"."step_to_decide"(public.workflow_instances, public.contents, uuid, text);

DROP FUNCTION "public"."add_comment"(uuid, text, uuid, text, integer, integer, uuid[], jsonb);

DROP FUNCTION "public"."approve_content"(uuid, text, integer, uuid, text);

DROP FUNCTION "public"."archive_content"(uuid, text);

DROP FUNCTION "public"."create_content"(uuid, text, text, uuid, jsonb, jsonb, text[], text, text, text, text[], timestamp with time zone, timestamp with time zone, uuid[]);

DROP FUNCTION "public"."deliver_contents"(text, text, text, text, jsonb, integer);

DROP FUNCTION "public"."duplicate_content"(uuid, uuid, text);

DROP FUNCTION "public"."edit_comment"(uuid, text, uuid[]);

DROP FUNCTION "public"."get_version"(uuid, integer[]);

DROP FUNCTION "public"."list_activity"(uuid, jsonb, uuid, integer);

DROP FUNCTION "public"."list_contents"(jsonb, text, boolean, jsonb, integer, integer, boolean);

DROP FUNCTION "public"."publish_content"(uuid, integer);

DROP FUNCTION "public"."reject_content"(uuid, text, integer, uuid);

DROP FUNCTION "public"."reopen_content"(uuid);

DROP FUNCTION "public"."request_changes"(uuid, text, integer, uuid);

DROP FUNCTION "public"."resolve_comment"(uuid, boolean);

DROP FUNCTION "public"."restart_review"(uuid, uuid);

DROP FUNCTION "public"."restore_content"(uuid);

DROP FUNCTION "public"."restore_version"(uuid, integer, integer);

DROP FUNCTION "public"."save_version"(uuid, integer, text);

DROP FUNCTION "public"."schedule_content"(uuid, timestamp with time zone, integer);

DROP FUNCTION "public"."skip_step"(uuid, text);

DROP FUNCTION "public"."submit_content"(uuid, uuid);

DROP FUNCTION "public"."unschedule_content"(uuid);

DROP FUNCTION "public"."update_content"(uuid, integer, jsonb, boolean, text);

DROP FUNCTION "public"."withdraw_content"(uuid, text);

ALTER TABLE "private"."content_status_transitions" DROP COLUMN "permission";

CREATE TABLE "private"."content_rules" ("name" text NOT NULL, "action" text NOT NULL, "position" integer NOT NULL, "is_link" boolean NOT NULL DEFAULT false, "states" text[] NOT NULL, "permission" text NOT NULL, "others_permission" text, "excludes_creator" boolean NOT NULL DEFAULT false, "creator_in" text[] NOT NULL DEFAULT '{}'::text[], "grants_assignee" boolean NOT NULL DEFAULT false, "grants_decider" boolean NOT NULL DEFAULT false, "grant_scope" text, "condition" text, CONSTRAINT "content_rules_action_check" CHECK ((action ~ '^[a-z]+(-[a-z]+)*$'::text)), CONSTRAINT "content_rules_condition_check" CHECK ((condition = ANY (ARRAY['workflow'::text, 'no_workflow'::text, 'run'::text, 'step'::text, 'publishable'::text]))), CONSTRAINT "content_rules_name_check" CHECK ((name ~ '^content\.[a-z]+([.-][a-z]+)*$'::text)), CONSTRAINT "content_rules_pkey" PRIMARY KEY (name));

ALTER TABLE "private"."content_rules" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "private"."content_rules" OWNER TO "postgres";

CREATE TYPE "private"."brand_access" AS ("brand_id" uuid, "is_member" boolean, "permissions" text[], "restrictions" text[], "scope" text[]);

ALTER TYPE "private"."brand_access" OWNER TO "postgres";

CREATE TYPE "private"."comment_details" AS ("id" uuid, "brand_id" uuid, "content_id" uuid, "parent_id" uuid, "field_key" text, "range_start" integer, "range_end" integer, "body" text, "mentions" uuid[], "attachments" jsonb, "edited_at" timestamp with time zone, "resolved_at" timestamp with time zone, "resolved_by" uuid, "created_by" uuid, "created_at" timestamp with time zone, "updated_by" uuid, "updated_at" timestamp with time zone, "deleted_at" timestamp with time zone, "allowed_actions" text[], "people" jsonb);

ALTER TYPE "private"."comment_details" OWNER TO "postgres";

CREATE TYPE "private"."content_details" AS ("id" uuid, "brand_id" uuid, "template_id" uuid, "template_version" integer, "type" text, "status" text, "title" text, "slug" text, "fields" jsonb, "body" text, "excerpt" text, "metadata" jsonb, "tags" text[], "categories" text[], "assignees" uuid[], "score" numeric, "provenance" jsonb, "version" integer, "major_version" integer, "minor_version" integer, "parent_id" uuid, "scheduled_for" timestamp with time zone, "expires_at" timestamp with time zone, "due_at" timestamp with time zone, "published_at" timestamp with time zone, "published_by" uuid, "created_by" uuid, "created_at" timestamp with time zone, "updated_by" uuid, "updated_at" timestamp with time zone, "deleted_at" timestamp with time zone, "allowed_actions" text[], "readable" text[], "people" jsonb);

ALTER TYPE "private"."content_details" OWNER TO "postgres";

CREATE TYPE "private"."content_facts" AS ("content_id" uuid, "brand_id" uuid, "status" text, "state" text, "is_own" boolean, "has_task" boolean, "is_decider" boolean, "has_run" boolean, "is_assigned_workflow" boolean, "has_workflow" boolean, "is_open_step" boolean, "has_decided" boolean, "decisions" jsonb, "is_expired" boolean, "has_violations" boolean);

ALTER TYPE "private"."content_facts" OWNER TO "postgres";

CREATE TYPE "private"."content_subject" AS ("id" uuid, "brand_id" uuid, "type" text, "status" text, "created_by" uuid, "expires_at" timestamp with time zone, "deleted_at" timestamp with time zone);

ALTER TYPE "private"."content_subject" OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.access_to_brands(brands uuid[])
 RETURNS SETOF private.brand_access
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
    return;
  end if;
  if key is not null then
    select
      api_keys.brand_id,
      array(select granted.permission from private.scope_permissions as granted where granted.scope = any (api_keys.scopes))
    into key_brand, scope
    from public.api_keys where api_keys.id = key;
  elsif private.is_platform_admin() then
    return query
      select
        brands.id,
        exists (
          select from public.brand_members as member
          where
            member.user_id = caller and member.brand_id = brands.id
            and (member.expires_at is null or member.expires_at > now())
        ),
        array(select permissions.name from private.permissions), '{}'::text [], null::text []
      from public.brands
      where brands.id = any (access_to_brands.brands) and brands.deleted_at is null;
    return;
  end if;
  return query
    select
      member.brand_id, true,
      array(
        select held.name from private.permissions as held
        where
          (member.role >= held.least_role or held.name = any (member.permissions))
          and held.name <> all (member.restrictions)
          and (key is null or held.name = any (scope))
      ),
      member.restrictions, scope
    from public.brand_members as member
    where
      member.user_id = caller
      and member.brand_id = any (access_to_brands.brands)
      and (key is null or member.brand_id = key_brand)
      and (member.expires_at is null or member.expires_at > now())
      and not exists (
        select from public.brands where brands.id = member.brand_id and brands.deleted_at is not null
      )
      and exists (select from public.profiles where profiles.id = caller and profiles.is_active);
end;
$function$;

ALTER FUNCTION "private"."access_to_brands"(uuid[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.allowed_actions(subjects private.content_subject[])
 RETURNS TABLE(content_ids uuid[], allowed_actions text[], readable text[])
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  access constant private.brand_access [] := array(
    select held from private.access_to_brands(
      array(select distinct subject.brand_id from unnest(subjects) as subject)
    ) as held
  );
  facts private.content_facts [];
  members jsonb;
begin
  -- Most contents of a page have the same facts, and are judged once.
  select array_agg(kind.fact), jsonb_agg(kind.ids) into facts, members
  from (
    select
      (
        null, found.brand_id, found.status, found.state, found.is_own, found.has_task, found.is_decider, found.has_run,
        found.is_assigned_workflow, found.has_workflow, found.is_open_step, found.has_decided, found.decisions,
        found.is_expired, found.has_violations
      )::private.content_facts as fact,
      array_agg(found.content_id) as ids
    from private.content_facts(subjects, access) as found
    group by 1
  ) as kind;
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

ALTER FUNCTION "private"."allowed_actions"(private.content_subject[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.apply_generation(generation public.ai_generations, note text)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  content public.contents;
  new_fields jsonb := coalesce(generation.proposal -> 'fields', '{}');
  new_metadata jsonb := coalesce(generation.proposal -> 'metadata', '{}');
  made_version integer;
  is_changed boolean;
begin
  select contents.* into content from public.contents where contents.id = generation.content_id;
  is_changed := (content.fields || new_fields, content.metadata || new_metadata)
    is distinct from (content.fields, content.metadata);
  if content.deleted_at is null and private.is_editable(content.status) then
    perform private.require_action(content, 'edit');
  end if;
  perform private.check_field_shapes(private.template_used(content), new_fields);
  perform private.describe_change(jsonb_build_object('note', note));
  -- A content that was edited meanwhile stays as it is; its editor may take over the output.
  update public.contents
  set
    fields = contents.fields || new_fields,
    metadata = contents.metadata || new_metadata,
    provenance = contents.provenance || private.generation_provenance(generation)
  where
    contents.id = generation.content_id
    and contents.version = generation.content_version
    and contents.deleted_at is null
    and private.is_editable(contents.status)
  returning contents.version into made_version;
  perform private.describe_change('{}');
  if made_version is not null then
    if is_changed then
      perform private.void_approvals(generation.content_id);
    end if;
    update public.ai_generations set applied_version = made_version
    where ai_generations.id = generation.id;
  end if;
  return made_version;
end;
$function$;

CREATE OR REPLACE FUNCTION private.begin_review(content public.contents, workflow_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  workflow public.workflows := private.resolve_workflow(
    content.brand_id, content.type, workflow_id
  );
begin
  if workflow.id is null then
    perform private.refuse(409, 'the brand has no workflow for this type of content');
  end if;
  perform private.transition_content(content, 'pending_review');
  select * into content from private.content_by_id(content.id);
  if private.start_run(content, workflow) then
    perform private.transition_content(content, 'approved', '{"note": "no step of the workflow applies"}');
  end if;
end;
$function$;

CREATE OR REPLACE FUNCTION private.comment_actions(comment public.comments, access private.brand_access, content_creator uuid)
 RETURNS text[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  is_moderator constant boolean := 'comment.moderate' = any (access.permissions);
  -- A restriction, or a lack in the scopes of an API key, outweighs what authors and creators may.
  is_writer constant boolean := 'comment.write' <> all (access.restrictions)
    and (access.scope is null or 'comment.write' = any (access.scope));
  may_change constant boolean := is_moderator or (is_writer and comment.created_by = auth.uid());
  may_resolve constant boolean := may_change or (is_writer and content_creator = auth.uid());
begin
  if comment.deleted_at is not null then
    return '{}';
  end if;
  return array_remove(array[
    case when may_change then 'edit' end,
    case when may_change then 'delete' end,
    case when may_resolve then case when comment.resolved_at is null then 'resolve' else 'reopen' end end
  ], null);
end;
$function$;

ALTER FUNCTION "private"."comment_actions"(public.comments, private.brand_access, uuid) OWNER TO "postgres";

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
    private.people_named(comments.mentions || array[comments.created_by, comments.resolved_by])
  from public.comments
  left join lateral private.access_to_brands(array[comments.brand_id]) as access on true
  where comments.id = comment_answer.comment_id;
$function$;

ALTER FUNCTION "private"."comment_answer"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.content_answer(content_id uuid)
 RETURNS SETOF private.content_details
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
begin
  return query
    select
      contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type,
      contents.status::text, contents.title, contents.slug, contents.fields, contents.body, contents.excerpt,
      contents.metadata, contents.tags, contents.categories, contents.assignees, contents.score, contents.provenance,
      contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for,
      contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by,
      contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at,
      coalesce(allowed.allowed_actions, '{}'), coalesce(allowed.readable, '{}'), coalesce(named.people, '{}')
    from public.contents
    -- Commands of many show nobody what they return.
    cross join lateral (
      select coalesce(current_setting('mixerai.broadcasts', true), '') <> 'summary' as is_shown
    ) as answer
    left join lateral private.allowed_actions(array[private.subject_of(contents)]) as allowed on answer.is_shown
    left join lateral private.people_named(
      contents.assignees || array[contents.created_by, contents.updated_by, contents.published_by]
    ) as named (people) on answer.is_shown
    where contents.id = content_answer.content_id;
end;
$function$;

ALTER FUNCTION "private"."content_answer"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.content_facts(subjects private.content_subject[], access private.brand_access[], step_run_id uuid DEFAULT NULL::uuid)
 RETURNS SETOF private.content_facts
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  caller constant uuid := auth.uid();
  reviewed uuid [];
  drafts uuid [];
  running uuid [] := '{}';
  tasked uuid [] := '{}';
begin
  select
    coalesce(array_agg(subject.id) filter (where subject.status in ('pending_review', 'in_review')), '{}'),
    coalesce(array_agg(subject.id) filter (where subject.status = 'draft'), '{}')
  into reviewed, drafts
  from unnest(subjects) as subject where subject.deleted_at is null;
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
    with workflows as materialized (
      select
        kind.brand_id, kind.type, (private.resolve_workflow(kind.brand_id, kind.type)).id is not null as is_assigned,
        private.has_workflow(kind.brand_id) as is_any
      from (
        select distinct subject.brand_id, subject.type
        from unnest(subjects) as subject
        where subject.status in ('draft', 'rejected') and subject.deleted_at is null
      ) as kind
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

ALTER FUNCTION "private"."content_facts"(private.content_subject[], private.brand_access[], uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.content_order(sort text, is_descending boolean, has_cursor boolean)
 RETURNS TABLE(order_by text, after text)
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  -- As the indexes have it, or they would not be used: a column that is never null is ordered without a word on nulls.
  select
    format(
      '%I %s%s, id', sort, case when is_descending then 'desc' else 'asc' end,
      case
        when sort in ('due_at', 'scheduled_for') then ' nulls last'
        when sort <> 'score' then '' when is_descending then ' nulls last' else ' nulls first'
      end
    ),
    case when has_cursor then format(
      ' and contents.%1$I %2$s= ($2 ->> ''value'')::%3$s and (contents.%1$I %2$s ($2 ->> ''value'')::%3$s '
      'or contents.id > ($2 ->> ''id'')::uuid)',
      sort, case when is_descending then '<' else '>' end,
      case sort when 'score' then 'numeric' when 'title' then 'text' when 'status' then 'text' else 'timestamptz' end
    ) else '' end;
$function$;

CREATE OR REPLACE FUNCTION private.content_parts(sort text, is_descending boolean, cursor_at jsonb, after text)
 RETURNS TABLE(condition text, order_by text)
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  -- With the date, and without it: each part in the order of the index.
  select part.condition, part.order_by
  from (
    values
    (
      cursor_at -> 'value' is distinct from 'null',
      format(' and contents.%I is not null', sort) || after,
      format('%I %s, id', sort, case when is_descending then 'desc' else 'asc' end)
    ),
    (
      true,
      format(' and contents.%I is null', sort)
      || case when cursor_at -> 'value' = 'null' then ' and contents.id > ($2 ->> ''id'')::uuid' else '' end,
      format('%I, id', sort)
    )
  ) as part (is_needed, condition, order_by)
  where part.is_needed;
$function$;

ALTER FUNCTION "private"."content_parts"(text, boolean, jsonb, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.content_verdicts(facts private.content_facts[], access private.brand_access[], wanted text DEFAULT NULL::text)
 RETURNS TABLE(fact integer, action text, rank integer, is_link boolean, rule text, reason text)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
begin
  return query
    with judged as (
      select
        fact.place::integer, known.action, known.position, known.is_link, known.name,
        fact.state = any (known.states)
        and (known.condition is distinct from 'no_workflow' or not (fact.has_run or fact.is_assigned_workflow))
        as applies,
        -- Whom a step asks is known while it is open.
        known.grants_decider as is_for_later,
        case
          when
            known.permission = any (held.permissions)
            and (fact.is_own or known.others_permission is null or known.others_permission = any (held.permissions))
            and not (known.excludes_creator and fact.is_own)
            then null
          when
            known.permission <> all (held.restrictions)
            and (held.scope is null or coalesce(known.grant_scope, known.permission) = any (held.scope))
            and (
              (fact.is_own and fact.status = any (known.creator_in))
              or (known.grants_assignee and fact.has_task)
              or (known.grants_decider and fact.is_decider)
            )
            then null
          when known.permission = any (held.restrictions) then 'restriction'
          when held.scope is not null and known.permission <> all (held.scope) then 'scope'
          when known.permission <> all (held.permissions) then 'permission'
          when known.excludes_creator and fact.is_own then 'not_own'
          else 'others'
        end as refusal,
        case known.condition
          when 'workflow' then case when not fact.has_run and not fact.has_workflow then 'workflow' end
          when 'run' then case when not fact.has_run then 'run' end
          when 'publishable' then case when fact.is_expired then 'expired' when fact.has_violations then 'claims' end
          when 'step' then case
            when not fact.is_open_step then 'step'
            when fact.has_decided then 'decided'
            when not coalesce(fact.decisions ? replace(known.action, '-', '_'), true) then 'decision'
          end
        end as obstacle
      from unnest(facts) with ordinality as fact (
        content_id, brand_id, status, state, is_own, has_task, is_decider, has_run, is_assigned_workflow, has_workflow,
        is_open_step, has_decided, decisions, is_expired, has_violations, place
      )
      inner join unnest(access) as held on held.brand_id = fact.brand_id
      inner join private.content_rules as known
        on case when wanted is null then fact.state = any (known.states) else known.action = wanted end
    )
    -- Where a rule has the state, the others of the action do not count. A refusal comes before an obstacle.
    select distinct on (judged.place, judged.position)
      judged.place, judged.action, judged.position, judged.is_link, judged.name,
      case
        when not judged.applies and (judged.refusal is null or judged.is_for_later) then 'status'
        else coalesce(judged.refusal, judged.obstacle)
      end
    from judged
    order by
      judged.place, judged.position, judged.applies desc,
      case
        when judged.applies then judged.refusal is null else judged.refusal is not null and not judged.is_for_later
      end,
      judged.obstacle is null, judged.name;
end;
$function$;

ALTER FUNCTION "private"."content_verdicts"(private.content_facts[], private.brand_access[], text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.has_violations(content_id uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  -- Most contents have no open review of claims: their texts need not be read.
  if not exists (
    select from public.claim_reviews as review
    where review.content_id = has_violations.content_id and review.violations > 0 and review.overridden_at is null
  ) then
    return false;
  end if;
  return (
    select private.has_open_violations(contents) from public.contents where contents.id = has_violations.content_id
  );
end;
$function$;

ALTER FUNCTION "private"."has_violations"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.has_workflow(brand uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select exists (
    select from public.workflows
    where
      workflows.brand_id = has_workflow.brand
      and workflows.is_active
      and exists (select from public.workflow_steps as step where step.workflow_id = workflows.id)
  );
$function$;

ALTER FUNCTION "private"."has_workflow"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.is_editable(status text)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  return exists (
    select from private.content_rules as known
    where known.action = 'edit' and is_editable.status = any (known.states)
  );
end;
$function$;

ALTER FUNCTION "private"."is_editable"(text) OWNER TO "postgres";

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
  ) or (
    private.api_key_id() is not null and not exists (
      select from public.api_keys
      inner join private.scope_permissions as granted on granted.scope = any (api_keys.scopes)
      where api_keys.id = private.api_key_id() and granted.permission = is_restricted.permission
    )
  );
$function$;

CREATE OR REPLACE FUNCTION private.lock_generation_content(asked jsonb, tool private.ai_tools)
 RETURNS public.contents
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  content public.contents;
begin
  if not asked ? 'contentId' then
    perform private.require_permission((asked ->> 'brandId')::uuid, tool.permission);
    return null;
  end if;
  content := private.lock_content((asked ->> 'contentId')::uuid);
  if asked ? 'brandId' and content.brand_id <> (asked ->> 'brandId')::uuid then
    perform private.refuse(404, 'content not found');
  end if;
  if tool.writes_content and (asked ->> 'isApplied')::boolean then
    perform private.require_action(content, 'generate');
  else
    perform private.require_permission(content.brand_id, tool.permission, 'content');
  end if;
  return content;
end;
$function$;

CREATE OR REPLACE FUNCTION private.may_decide_step(step_run public.workflow_step_runs, person uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select
    private.step_names(step_run.definition, may_decide_step.person)
    or not exists (
      select from public.contents
      where contents.id = step_run.content_id and contents.created_by = may_decide_step.person
    );
$function$;

CREATE OR REPLACE FUNCTION private.people_ids(named jsonb)
 RETURNS uuid[]
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select array(select person::uuid from jsonb_object_keys(named) as person);
$function$;

ALTER FUNCTION "private"."people_ids"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.people_named(people uuid[])
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  brands constant uuid [] := private.brands_permitting('brand.read');
begin
  return (
    select coalesce(
      jsonb_object_agg(profiles.id, nullif(btrim(profiles.first_name || ' ' || profiles.last_name), '')), '{}'
    )
    from public.profiles
    where
      profiles.id = any (people_named.people)
      and (
        profiles.id = auth.uid()
        or exists (
          select from public.brand_members as member
          where member.user_id = profiles.id and member.brand_id = any (brands)
        )
        or private.is_platform_admin()
      )
  );
end;
$function$;

ALTER FUNCTION "private"."people_named"(uuid[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.related_to(people uuid[], brands uuid[], templates uuid[], expand text[])
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return case when 'brand' = any (expand) then jsonb_build_object('brands', coalesce((
    select jsonb_object_agg(found.id, jsonb_build_object('id', found.id, 'name', found.name, 'slug', found.slug))
    from public.brands as found where found.id = any (related_to.brands)
  ), '{}')) else '{}' end
  || case when 'template' = any (expand) then jsonb_build_object('templates', coalesce((
    select jsonb_object_agg(found.id, jsonb_build_object(
      'id', found.id, 'name', found.name, 'version', found.version, 'content_type', found.content_type,
      'is_active', found.is_active
    ))
    from public.templates as found where found.id = any (related_to.templates)
  ), '{}')) else '{}' end
  || case when 'people' = any (expand) then jsonb_build_object('profiles', coalesce((
    select jsonb_object_agg(found.id, jsonb_build_object(
      'id', found.id, 'first_name', found.first_name, 'last_name', found.last_name,
      'avatar_path', found.avatar_path, 'is_active', found.is_active
    ))
    from public.profiles as found where found.id = any (related_to.people)
  ), '{}')) else '{}' end;
end;
$function$;

ALTER FUNCTION "private"."related_to"(uuid[], uuid[], uuid[], text[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.require_action(content public.contents, action text, expected_version integer DEFAULT NULL::integer, step_run_id uuid DEFAULT NULL::uuid)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  verdict record;
  rule private.content_rules;
  message text;
  is_forbidden boolean;
begin
  select verdicts.* into verdict from private.verdict_on(content, action, step_run_id) as verdicts;
  if verdict.rule is null then
    perform private.refuse(404, 'content not found');
  end if;
  is_forbidden := verdict.reason in ('permission', 'restriction', 'scope', 'others', 'not_own');
  if is_forbidden is not true then
    perform private.check_version(content, expected_version);
  end if;
  if verdict.reason is null then
    return;
  end if;
  select content_rules.* into rule from private.content_rules where content_rules.name = verdict.rule;
  message := private.rule_message(
    verdict.reason, action, case when content.deleted_at is null then content.status else 'deleted' end,
    case verdict.reason when 'others' then rule.others_permission else rule.permission end
  );
  perform private.refuse(case when is_forbidden then 403 else 409 end, message, jsonb_build_array(jsonb_build_object(
    'field', 'action', 'code', case when is_forbidden then 'FORBIDDEN' else 'CONFLICT' end, 'message', message,
    'rule', verdict.rule || '.' || verdict.reason
  )));
end;
$function$;

ALTER FUNCTION "private"."require_action"(public.contents, text, integer, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.require_comment_action(comment public.comments, action text, reason text)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  access private.brand_access;
  allowed text [];
begin
  select found.* into access from private.access_to_brands(array[comment.brand_id]) as found;
  allowed := private.comment_actions(comment, access, (
    select contents.created_by from public.contents where contents.id = comment.content_id
  ));
  -- Resolving twice is no error.
  if not allowed && (case when action = 'resolve' then array['resolve', 'reopen'] else array[action] end) then
    perform private.refuse(403, reason, jsonb_build_array(jsonb_build_object(
      'field', 'action', 'code', 'FORBIDDEN', 'message', reason, 'rule', 'comment.' || action
    )));
  end if;
end;
$function$;

ALTER FUNCTION "private"."require_comment_action"(public.comments, text, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.require_editable(content public.contents)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  if not private.is_editable(content.status) then
    perform private.refuse(409, format('a content that is %s cannot be edited', content.status));
  end if;
end;
$function$;

CREATE OR REPLACE FUNCTION private.resolve_workflow(brand uuid, content_type text, workflow_id uuid DEFAULT NULL::uuid)
 RETURNS public.workflows
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  -- In this order: the named workflow, the one that the brand assigned to the type, the one that it assigned to every
  -- type, a workflow that is marked as default for the type, a workflow that is marked as default for every type.
  select workflows.*
  from public.workflows
  left join public.brand_workflows as assigned
    on
      assigned.workflow_id = workflows.id and assigned.brand_id = workflows.brand_id
      and assigned.content_type in (resolve_workflow.content_type, '*')
  where
    workflows.brand_id = resolve_workflow.brand
    and workflows.is_active
    and exists (select from public.workflow_steps as step where step.workflow_id = workflows.id)
    and case
      when resolve_workflow.workflow_id is not null then workflows.id = resolve_workflow.workflow_id
      else assigned.workflow_id is not null
        or (
          workflows.is_default
          and (workflows.content_types = '{}' or resolve_workflow.content_type = any (workflows.content_types))
        )
    end
  order by
    assigned.content_type = resolve_workflow.content_type desc nulls last, assigned.content_type is null,
    workflows.content_types = '{}', workflows.id
  limit 1;
$function$;

ALTER FUNCTION "private"."resolve_workflow"(uuid, text, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.rule_message(reason text, action text, state text, permission text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select case reason
    when 'not_own' then 'authors do not decide on their own content unless the step names them'
    when 'status' then format('%s is not possible for a content that is %s', action, state)
    when 'workflow' then 'the brand has no workflow for this type of content'
    when 'run' then format('a content that is %s is not in review', state)
    when 'step' then 'this step is not open'
    when 'decided' then 'you have decided this step already'
    when 'decision' then 'this step does not offer that decision'
    when 'expired' then 'the content has expired'
    when 'claims' then 'the claims check found violations'
    when 'scope' then format('the scopes of the API key do not give the permission %s', permission)
    else format('this needs the permission %s in the brand', permission)
  end;
$function$;

ALTER FUNCTION "private"."rule_message"(text, text, text, text) OWNER TO "postgres";

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
    || array(select (person #>> '{}')::uuid from jsonb_path_query(items, '$[*].assignees[*]') as person)
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

ALTER FUNCTION "private"."shown_contents"(jsonb, bigint, text[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.sorted_contents(brands uuid[], conditions text, filters jsonb, sort text, is_descending boolean, cursor_at jsonb, skipped integer, wished integer)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  ordered record;
  parts text;
  items jsonb;
begin
  select * into ordered from private.content_order(sort, is_descending, cursor_at is not null);
  if sort in ('due_at', 'scheduled_for') then
    select string_agg(
      '(select ' || private.head_columns() || ' from public.contents where contents.brand_id = brand.id and '
      || conditions || part.condition || ' order by ' || part.order_by || ' limit $4)',
      ' union all '
    ) into parts
    from private.content_parts(sort, is_descending, cursor_at, ordered.after) as part;
  else
    parts := 'select ' || private.head_columns() || ' from public.contents where contents.brand_id = brand.id and '
      || conditions || ordered.after || ' order by ' || ordered.order_by || ' limit $4';
  end if;
  -- Asks each brand's index of this order for as many rows as the page needs (ADR 19).
  execute
    'select jsonb_agg(to_jsonb(page) order by ' || ordered.order_by || ') from ('
    '  select item.* from unnest($3) as brand (id) cross join lateral (' || parts || ') as item'
    '  order by ' || ordered.order_by || ' offset $5 limit $6'
    ') as page'
  into items
  using filters, cursor_at, brands, skipped + wished, skipped, wished;
  return items;
end;
$function$;

CREATE OR REPLACE FUNCTION private.step_names(definition jsonb, person uuid)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select
    coalesce(definition ->> 'assignment_type' = 'creator', false)
    or coalesce(definition -> 'assignees' ? step_names.person::text, false);
$function$;

ALTER FUNCTION "private"."step_names"(jsonb, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.step_to_decide(run public.workflow_instances, content public.contents, step_run_id uuid, action text, expected_version integer)
 RETURNS public.workflow_step_runs
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  step_run public.workflow_step_runs;
begin
  if run.id is null or run.parked_at is not null then
    perform private.require_action(content, action, expected_version);
    perform private.refuse(409, format('a content that is %s is not in review', content.status));
  end if;
  select candidate.* into step_run
  from private.steps_to_decide(array[content.id], step_to_decide.step_run_id) as step
  inner join public.workflow_step_runs as candidate on candidate.id = step.step_run_id;
  if step_run.id is null and step_to_decide.step_run_id is not null then
    perform private.refuse(404, 'step not found');
  end if;
  perform private.require_action(content, action, expected_version, step_run.id);
  return step_run;
end;
$function$;

ALTER FUNCTION "private"."step_to_decide"(public.workflow_instances, public.contents, uuid, text, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.steps_to_decide(content_ids uuid[], wanted_step uuid DEFAULT NULL::uuid)
 RETURNS TABLE(content_id uuid, step_run_id uuid, is_open boolean, has_task boolean, has_decided boolean, is_named boolean, decisions jsonb)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
#variable_conflict use_column
begin
  return query
    select distinct on (run.content_id)
      run.content_id, candidate.id,
      candidate.status = 'active' and coalesce(candidate.definition ->> 'type' <> 'automated', true),
      coalesce(task.status = 'pending', false), task.decision is not null,
      private.step_names(candidate.definition, auth.uid()), candidate.definition -> 'actions'
    from public.workflow_instances as run
    inner join public.workflow_step_runs as candidate on candidate.instance_id = run.id
    left join public.workflow_tasks as task
      on task.step_run_id = candidate.id and task.round = candidate.round and task.assignee_id = auth.uid()
    where
      run.content_id = any (content_ids) and run.status = 'active' and run.parked_at is null
      and case
        when steps_to_decide.wanted_step is null then candidate.status = 'active'
        else candidate.id = steps_to_decide.wanted_step
      end
    order by
      run.content_id, task.status = 'pending' desc nulls last, task.id is not null desc, candidate.position;
end;
$function$;

ALTER FUNCTION "private"."steps_to_decide"(uuid[], uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.subject_of(content public.contents)
 RETURNS private.content_subject
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select (
    content.id, content.brand_id, content.type, content.status, content.created_by, content.expires_at,
    content.deleted_at
  )::private.content_subject;
$function$;

ALTER FUNCTION "private"."subject_of"(public.contents) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.verdict_on(content public.contents, action text, step_run_id uuid DEFAULT NULL::uuid)
 RETURNS TABLE(rule text, reason text)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  access constant private.brand_access [] := array(
    select held from private.access_to_brands(array[content.brand_id]) as held
  );
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

ALTER FUNCTION "private"."verdict_on"(public.contents, text, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.add_comment(content_id uuid, body text, parent_id uuid DEFAULT NULL::uuid, field_key text DEFAULT NULL::text, range_start integer DEFAULT NULL::integer, range_end integer DEFAULT NULL::integer, mentions uuid[] DEFAULT '{}'::uuid[], attachments jsonb DEFAULT '[]'::jsonb)
 RETURNS SETOF private.comment_details
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  content public.contents;
  brand uuid;
  comment_id uuid;
begin
  select contents.* into content from public.contents where contents.id = content_id and contents.deleted_at is null;
  brand := content.brand_id;
  perform private.require_permission(brand, 'content.read', 'content');
  perform private.require_action(content, 'comment');
  if parent_id is not null and not exists (
    select from public.comments as parent
    where
      parent.id = parent_id and parent.content_id = content_id and parent.parent_id is null
      and parent.deleted_at is null
  ) then
    perform private.refuse(400, 'only the first comment of a thread can be answered', jsonb_build_array(
      jsonb_build_object('field', 'parentId', 'code', 'INVALID_FORMAT', 'message', 'no such thread of this content')
    ));
  end if;
  insert into public.comments (
    brand_id, content_id, parent_id, field_key, range_start, range_end, body, mentions, attachments
  )
  values (brand, content_id, parent_id, field_key, range_start, range_end, body, mentions, attachments)
  returning id into comment_id;
  return query select * from private.comment_answer(comment_id);
end;
$function$;

ALTER FUNCTION "public"."add_comment"(uuid, text, uuid, text, integer, integer, uuid[], jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.approve_content(content_id uuid, comment text DEFAULT ''::text, expected_version integer DEFAULT NULL::integer, step_run_id uuid DEFAULT NULL::uuid, published_url text DEFAULT NULL::text)
 RETURNS SETOF private.content_details
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  content public.contents := private.lock_content(content_id);
  run public.workflow_instances := private.active_run(content_id);
  step_run public.workflow_step_runs;
begin
  if content.status = 'draft' then
    perform private.require_action(content, 'approve', expected_version);
    perform private.check_complete_form(content);
    perform private.transition_content(content, 'approved', jsonb_build_object('feedback', approve_content.comment));
    return query select * from private.content_answer(content.id);
    return;
  end if;
  step_run := private.step_to_decide(run, content, step_run_id, 'approve', expected_version);
  if coalesce((step_run.definition ->> 'requires_published_url')::boolean, false) then
    if published_url is null or published_url !~ '^https?://[^\s<>"]+$' or char_length(published_url) > 2000 then
      perform private.refuse(400, 'this step wants the address where it was published', jsonb_build_array(
        jsonb_build_object(
          'field', 'publishedUrl', 'code', 'REQUIRED_FIELD_MISSING', 'message', 'an http(s) address is expected'
        )
      ));
    end if;
    -- Kept with the step: writing it into the content would be an edit of what is being approved.
    update public.workflow_step_runs
    set definition = workflow_step_runs.definition || jsonb_build_object('published_url', published_url)
    where workflow_step_runs.id = step_run.id;
  end if;
  perform private.decide_task(run, step_run, 'approve', approve_content.comment);
  perform private.settle_step(run, content, step_run);
  return query select * from private.content_answer(content.id);
end;
$function$;

ALTER FUNCTION "public"."approve_content"(uuid, text, integer, uuid, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.archive_content(content_id uuid, reason text DEFAULT ''::text)
 RETURNS SETOF private.content_details
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  content public.contents := private.lock_content(content_id);
begin
  perform private.require_action(content, 'archive');
  perform private.end_run(content.id, 'cancelled', null, 'the content was archived');
  perform private.transition_content(content, 'archived', jsonb_build_object('feedback', left(reason, 5000)));
  return query select * from private.content_answer(content.id);
end;
$function$;

ALTER FUNCTION "public"."archive_content"(uuid, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.create_content(brand_id uuid, title text DEFAULT ''::text, type text DEFAULT NULL::text, template_id uuid DEFAULT NULL::uuid, fields jsonb DEFAULT '{}'::jsonb, metadata jsonb DEFAULT '{}'::jsonb, tags text[] DEFAULT '{}'::text[], body text DEFAULT ''::text, excerpt text DEFAULT ''::text, slug text DEFAULT ''::text, categories text[] DEFAULT '{}'::text[], due_at timestamp with time zone DEFAULT NULL::timestamp with time zone, expires_at timestamp with time zone DEFAULT NULL::timestamp with time zone, assignees uuid[] DEFAULT '{}'::uuid[])
 RETURNS SETOF private.content_details
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  template public.templates;
  draft public.contents;
  content_id uuid;
begin
  perform private.require_permission(brand_id, 'content.create');
  if template_id is not null then
    template := private.require_active_template(brand_id, template_id);
    draft.brand_id := brand_id;
    draft.template_id := template.id;
    draft.template_version := template.version;
    draft.fields := private.merge_patch('{}', fields);
    fields := private.checked_fields(draft, draft.fields, 'value');
  end if;
  type := coalesce(type, template.content_type, 'article');
  perform private.check_content_type(brand_id, type);
  perform private.check_assignees(brand_id, assignees);
  perform private.consume_content_quota(brand_id);
  insert into public.contents (
    brand_id, title, type, template_id, template_version, fields, metadata, tags,
    body, excerpt, slug, categories, due_at, expires_at, assignees
  )
  values (
    brand_id, private.title_for(title, body), type, template_id, template.version, fields,
    private.merge_patch('{}', metadata), tags, body, excerpt, slug, categories, due_at, expires_at,
    array(select distinct person from unnest(assignees) as person)
  )
  returning id into content_id;
  return query select * from private.content_answer(content_id);
end;
$function$;

ALTER FUNCTION "public"."create_content"(uuid, text, text, uuid, jsonb, jsonb, text[], text, text, text, text[], timestamp with time zone, timestamp with time zone, uuid[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.delete_comment(comment_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  comment public.comments := private.lock_comment(comment_id);
begin
  perform private.require_comment_action(comment, 'delete', 'only the author or an admin of the brand may delete it');
  update public.comments set deleted_at = now(), body = '…', mentions = '{}', attachments = '[]'
    where comments.id = comment.id;
end;
$function$;

CREATE OR REPLACE FUNCTION public.delete_content(content_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  content public.contents := private.lock_content(content_id);
begin
  perform private.require_action(content, 'delete');
  perform private.end_run(content.id, 'cancelled', null, 'the content was deleted');
  -- Its run is cancelled, so a content that is restored later is a draft.
  if content.status in ('pending_review', 'in_review') then
    perform private.transition_content(content, 'draft');
  end if;
  update public.contents set deleted_at = now() where contents.id = content.id;
end;
$function$;

CREATE OR REPLACE FUNCTION public.deliver_contents(brand_slug text, delivery_key text DEFAULT NULL::text, content_type text DEFAULT NULL::text, tag text DEFAULT NULL::text, before jsonb DEFAULT NULL::jsonb, page_size integer DEFAULT 20, has_texts boolean DEFAULT false)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  brand public.brands := private.delivering_brand(brand_slug, delivery_key);
  is_private boolean;
begin
  select delivery_settings.mode = 'private' into is_private
  from private.delivery_settings where delivery_settings.brand_id = brand.id;
  return jsonb_build_object(
    'brand', jsonb_build_object('id', brand.id, 'name', brand.name, 'language', brand.language),
    'is_private', coalesce(is_private, false),
    'items', coalesce((
      select jsonb_agg(
        private.delivery_document(page.content)
        - case when deliver_contents.has_texts then array[]::text [] else array['body', 'fields'] end
        order by page.published_at desc, page.id
      )
      from (
        select contents as content, contents.published_at, contents.id from public.contents
        where
          contents.brand_id = brand.id and contents.status = 'published' and contents.deleted_at is null
          and (contents.expires_at is null or contents.expires_at > now())
          and (deliver_contents.content_type is null or contents.type = deliver_contents.content_type)
          and (deliver_contents.tag is null or deliver_contents.tag = any (contents.tags))
          and (deliver_contents.before is null or (
            contents.published_at <= (deliver_contents.before ->> 'value')::timestamptz
            and (
              contents.published_at < (deliver_contents.before ->> 'value')::timestamptz
              or contents.id > (deliver_contents.before ->> 'id')::uuid
            )
          ))
        order by contents.published_at desc, contents.id
        limit least(greatest(page_size, 1), 100)
      ) as page
    ), '[]')
  );
end;
$function$;

ALTER FUNCTION "public"."deliver_contents"(text, text, text, text, jsonb, integer, boolean) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.duplicate_content(content_id uuid, brand_id uuid DEFAULT NULL::uuid, title text DEFAULT NULL::text)
 RETURNS SETOF private.content_details
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  content public.contents := private.lock_content(content_id);
  template public.templates;
  fields jsonb := content.fields;
  provenance jsonb := content.provenance;
  parent_id uuid := content.id;
  copy_id uuid;
begin
  brand_id := coalesce(brand_id, content.brand_id);
  if brand_id = content.brand_id then
    perform private.require_action(content, 'duplicate');
  else
    perform private.require_permission(brand_id, 'content.create');
  end if;
  perform private.check_content_type(brand_id, content.type);
  perform private.consume_content_quota(brand_id);
  -- A template of the other brand stays there. An inactive one comes along: a copy keeps its form.
  template := private.content_template(brand_id, content.template_id);
  if brand_id <> content.brand_id then
    fields := private.portable_fields(content, template.id is not null);
    provenance := private.portable_provenance(provenance, fields, content.metadata);
    parent_id := null;
  end if;
  perform private.describe_change('{"action": "duplicated"}');
  insert into public.contents (
    brand_id, title, type, template_id, template_version, fields, metadata, tags, body, excerpt, categories, parent_id,
    provenance
  )
  values (
    brand_id, coalesce(title, left('Copy of ' || content.title, 200)), content.type, template.id,
    case when template.id is not null then content.template_version end, fields, content.metadata, content.tags,
    content.body, content.excerpt, content.categories, parent_id, provenance
  )
  returning id into copy_id;
  return query select * from private.content_answer(copy_id);
end;
$function$;

ALTER FUNCTION "public"."duplicate_content"(uuid, uuid, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.edit_comment(comment_id uuid, body text, mentions uuid[] DEFAULT NULL::uuid[])
 RETURNS SETOF private.comment_details
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  comment public.comments := private.lock_comment(comment_id);
begin
  perform private.require_comment_action(comment, 'edit', 'only the author or an admin of the brand may edit it');
  update public.comments
  set body = edit_comment.body, mentions = coalesce(edit_comment.mentions, comment.mentions)
  where comments.id = comment.id;
  return query select * from private.comment_answer(comment.id);
end;
$function$;

ALTER FUNCTION "public"."edit_comment"(uuid, text, uuid[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.end_own_sessions(which uuid[] DEFAULT NULL::uuid[], besides uuid DEFAULT NULL::uuid)
 RETURNS uuid[]
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  ended uuid[];
begin
  if auth.uid() is null or private.api_key_id() is not null then
    perform private.refuse(401, 'API keys have no sessions');
  end if;
  if private.has_reading_token() then
    perform private.refuse(403, 'this token is for reading only');
  end if;
  -- A session that has not passed its second factor may end itself, and no other session.
  if which is distinct from array[private.session_id()] and not private.person_trusted() then
    perform private.refuse(401, 'this session is not trusted', '[{"code": "MFA_REQUIRED", "message": "sign in"}]');
  end if;
  ended := private.end_sessions(
    auth.uid(), case when which = array[private.session_id()] then 'signed_out' else 'revoked' end, which, besides
  );
  if which is not null and ended = '{}' and not which = array[private.session_id()] then
    perform private.refuse(404, 'session not found');
  end if;
  perform private.audit(
    null, 'auth.logout', 'user', auth.uid(), jsonb_build_object('sessions', to_jsonb(ended))
  );
  return ended;
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
  return jsonb_build_object(
    'items', coalesce(items, '[]'), 'total', total,
    'people', private.people_named(array(
      select distinct person::uuid
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
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  found private.content_details;
begin
  perform private.require_visible_content(get_content.content_id);
  select * into found from private.content_answer(get_content.content_id);
  return to_jsonb(found) || case when cardinality(expand) = 0 then '{}' else private.related_to(
    private.people_ids(found.people),
    case when 'brand' = any (found.readable) then array[found.brand_id] end,
    case when 'template' = any (found.readable) then array[found.template_id] end,
    expand
  ) end;
end;
$function$;

ALTER FUNCTION "public"."get_content"(uuid, text[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.get_version(content_id uuid, versions integer[])
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_visible_content(get_version.content_id);
  return (
    with matching as (
      select found.*
      from public.content_versions as found
      where found.content_id = get_version.content_id and found.version = any (get_version.versions)
    )
    select jsonb_build_object(
      'items', coalesce((select jsonb_agg(to_jsonb(matching) order by matching.version) from matching), '[]'),
      'people', private.people_named(array(
        select unnest(array[matching.created_by, matching.reviewer_id]) from matching
      ))
    )
  );
end;
$function$;

ALTER FUNCTION "public"."get_version"(uuid, integer[]) OWNER TO "postgres";

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
          where contents.id = coalesce((events.payload ->> 'contentId')::uuid, events.aggregate_id)
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

ALTER FUNCTION "public"."list_activity"(uuid, jsonb, uuid, integer) OWNER TO "postgres";

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
        select unnest(page.mentions || array[page.created_by, page.resolved_by]) from page
        union
        select unnest(answers.mentions || array[answers.created_by, answers.resolved_by]) from answers
      ))
    )
  );
end;
$function$;

CREATE OR REPLACE FUNCTION public.list_content_history(content_id uuid, page_offset integer DEFAULT 0, page_size integer DEFAULT 20)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_visible_content(list_content_history.content_id);
  return (
    with matching as (
      select events.*
      from public.domain_events as events
      where
        (
          events.aggregate_id = list_content_history.content_id
          or (events.payload ? 'contentId' and events.payload ->> 'contentId' = list_content_history.content_id::text)
        )
        and private.permits(events.brand_id, private.event_permission(events.aggregate_type))
    ),
    page as (
      select matching.* from matching order by matching.id offset page_offset limit least(greatest(page_size, 1), 100)
    )
    select jsonb_build_object(
      'items', coalesce((
        select jsonb_agg(
          to_jsonb(page) - 'payload' - 'correlation_id' || jsonb_build_object(
            'payload', page.payload - 'changes', 'request_id', page.correlation_id
          ) order by page.id
        )
        from page
      ), '[]'),
      'total', (select count(*) from matching),
      'people', private.people_named(array(select distinct page.actor_id from page))
    )
  );
end;
$function$;

CREATE OR REPLACE FUNCTION public.list_content_versions(content_id uuid, page_offset integer DEFAULT 0, page_size integer DEFAULT 20)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_visible_content(list_content_versions.content_id);
  return (
    with matching as (
      select
        versions.version, versions.major_version, versions.minor_version, versions.action,
        versions.snapshot ->> 'title' as title, versions.snapshot ->> 'status' as status, versions.note,
        versions.feedback, versions.step_name, versions.reviewer_id, versions.created_by, versions.created_at
      from public.content_versions as versions
      where versions.content_id = list_content_versions.content_id
      order by versions.version desc
      offset page_offset limit least(greatest(page_size, 1), 100)
    )
    select jsonb_build_object(
      'items', coalesce((select jsonb_agg(to_jsonb(matching) order by matching.version desc) from matching), '[]'),
      'total', (
        select count(*) from public.content_versions as all_versions
        where all_versions.content_id = list_content_versions.content_id
      ),
      'people', private.people_named(array(
        select unnest(array[matching.created_by, matching.reviewer_id]) from matching
      ))
    )
  );
end;
$function$;

CREATE OR REPLACE FUNCTION public.list_contents(filters jsonb DEFAULT '{}'::jsonb, sort text DEFAULT 'updated_at'::text, is_descending boolean DEFAULT true, cursor_at jsonb DEFAULT NULL::jsonb, page_offset integer DEFAULT 0, page_size integer DEFAULT 20, is_counted boolean DEFAULT false, expand text[] DEFAULT '{}'::text[])
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  brand constant uuid := filters ->> 'brand_id';
  is_deleted constant boolean := coalesce((filters ->> 'is_deleted')::boolean, false);
  brands constant uuid [] := private.listable_brands(brand, is_deleted);
  wished constant integer := least(greatest(page_size, 1), 100);
  conditions constant text := case
    when is_deleted then 'contents.deleted_at is not null' else 'contents.deleted_at is null'
  end || private.content_conditions(filters);
  -- Last changed first, by one status at most: the list of which the plans are kept.
  is_recent_list constant boolean := sort = 'updated_at' and is_descending and not is_deleted
    and filters - array['brand_id', 'status', 'is_deleted'] = '{}'
    and jsonb_array_length(coalesce(filters -> 'status', '[]')) <= 1;
  items jsonb;
  total bigint;
begin
  if sort not in ('updated_at', 'created_at', 'title', 'status', 'score', 'due_at', 'scheduled_for') then
    perform private.refuse(400, 'contents are not sorted by that');
  end if;
  if is_recent_list then
    select jsonb_agg(to_jsonb(page) order by page.updated_at desc, page.id) into items
    from private.recent_contents(
      brands, filters -> 'status' ->> 0, coalesce((cursor_at ->> 'value')::timestamptz, 'infinity'),
      coalesce((cursor_at ->> 'id')::uuid, '00000000-0000-0000-0000-000000000000'), page_offset, wished
    ) as page;
    if is_counted then
      total := private.count_contents(brands, filters -> 'status' ->> 0);
    end if;
  else
    items := private.sorted_contents(
      brands, conditions, filters, sort, is_descending, cursor_at, page_offset, wished
    );
    if is_counted then
      execute 'select count(*) from public.contents where contents.brand_id = any ($2) and ' || conditions
      into total using filters, brands;
    end if;
  end if;
  return private.shown_contents(coalesce(items, '[]'), total, expand);
end;
$function$;

ALTER FUNCTION "public"."list_contents"(jsonb, text, boolean, jsonb, integer, integer, boolean, text[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.publish_content(content_id uuid, expected_version integer DEFAULT NULL::integer)
 RETURNS SETOF private.content_details
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  content public.contents := private.lock_content(content_id);
begin
  perform private.require_action(content, 'publish', expected_version);
  perform private.transition_content(content, 'published');
  return query select * from private.content_answer(content.id);
end;
$function$;

ALTER FUNCTION "public"."publish_content"(uuid, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.reject_content(content_id uuid, reason text, expected_version integer DEFAULT NULL::integer, step_run_id uuid DEFAULT NULL::uuid)
 RETURNS SETOF private.content_details
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  content public.contents := private.lock_content(content_id);
  run public.workflow_instances := private.active_run(content_id);
  step_run public.workflow_step_runs;
begin
  step_run := private.step_to_decide(run, content, step_run_id, 'reject', expected_version);
  perform private.require_reason(reason, 'reason');
  perform private.decide_task(run, step_run, 'reject', reason);
  perform private.close_step(step_run.id, 'rejected');
  perform private.end_run(content.id, 'completed', 'rejected', reason);
  perform private.transition_content(
    content, 'rejected', jsonb_build_object('feedback', reason, 'step_name', step_run.name)
  );
  return query select * from private.content_answer(content.id);
end;
$function$;

ALTER FUNCTION "public"."reject_content"(uuid, text, integer, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.reopen_content(content_id uuid)
 RETURNS SETOF private.content_details
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  content public.contents := private.lock_content(content_id);
begin
  perform private.require_action(content, 'reopen');
  perform private.transition_content(content, 'draft', '{"note": "reopened"}');
  return query select * from private.content_answer(content.id);
end;
$function$;

ALTER FUNCTION "public"."reopen_content"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.request_changes(content_id uuid, comment text, expected_version integer DEFAULT NULL::integer, step_run_id uuid DEFAULT NULL::uuid)
 RETURNS SETOF private.content_details
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  content public.contents := private.lock_content(content_id);
  run public.workflow_instances := private.active_run(content_id);
  step_run public.workflow_step_runs;
begin
  step_run := private.step_to_decide(run, content, step_run_id, 'request-changes', expected_version);
  perform private.require_reason(request_changes.comment, 'comment');
  perform private.decide_task(run, step_run, 'request_changes', request_changes.comment);
  -- The run stays at its open steps, whose approvals so far are void. Earlier steps stay approved.
  perform private.close_tasks(open_step.id, 'cancelled')
  from public.workflow_step_runs as open_step
  where open_step.instance_id = run.id and open_step.status = 'active';
  update public.workflow_instances set parked_at = now() where workflow_instances.id = run.id;
  perform private.append_run_event(run, 'WorkflowChangesRequested', jsonb_build_object(
    'step', step_run.name, 'comment', request_changes.comment
  ));
  perform private.transition_content(content, 'draft', jsonb_build_object(
    'action', 'changes_requested', 'feedback', request_changes.comment, 'step_name', step_run.name
  ));
  return query select * from private.content_answer(content.id);
end;
$function$;

ALTER FUNCTION "public"."request_changes"(uuid, text, integer, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.resolve_comment(comment_id uuid, is_resolved boolean DEFAULT true)
 RETURNS SETOF private.comment_details
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  comment public.comments := private.lock_comment(comment_id);
begin
  perform private.require_comment_action(
    comment, 'resolve', 'only the author, the creator of the content or an admin of the brand may resolve it'
  );
  update public.comments set resolved_at = case when is_resolved then coalesce(comment.resolved_at, now()) end
  where comments.id = comment.id;
  return query select * from private.comment_answer(comment.id);
end;
$function$;

ALTER FUNCTION "public"."resolve_comment"(uuid, boolean) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.restart_review(content_id uuid, workflow_id uuid DEFAULT NULL::uuid)
 RETURNS SETOF private.content_details
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  content public.contents := private.lock_content(content_id);
begin
  perform private.require_action(content, 'restart');
  perform private.begin_review(content, workflow_id);
  return query select * from private.content_answer(content.id);
end;
$function$;

ALTER FUNCTION "public"."restart_review"(uuid, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.restore_content(content_id uuid)
 RETURNS SETOF private.content_details
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  content public.contents;
begin
  perform private.require_permission(
    (select contents.brand_id from public.contents where contents.id = restore_content.content_id),
    'content.read', 'content'
  );
  select * into content from public.contents where contents.id = restore_content.content_id for update;
  perform private.require_action(content, 'restore');
  perform private.describe_change('{"action": "restored"}');
  update public.contents set deleted_at = null where contents.id = content.id;
  return query select * from private.content_answer(content.id);
end;
$function$;

ALTER FUNCTION "public"."restore_content"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.restore_version(content_id uuid, version integer, expected_version integer DEFAULT NULL::integer)
 RETURNS SETOF private.content_details
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  content public.contents := private.lock_content(content_id);
  restored public.contents;
  snapshot jsonb;
begin
  perform private.require_action(content, 'restore-version', expected_version);
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
  if private.content_state(restored) is distinct from private.content_state(content) then
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

ALTER FUNCTION "public"."restore_version"(uuid, integer, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.save_version(content_id uuid, expected_version integer DEFAULT NULL::integer, note text DEFAULT ''::text)
 RETURNS SETOF private.content_details
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  content public.contents := private.lock_content(content_id);
begin
  perform private.require_action(content, 'edit', expected_version);
  perform private.describe_change(jsonb_build_object('action', 'saved', 'note', left(note, 2000)));
  update public.contents set title = content.title where contents.id = content.id;
  return query select * from private.content_answer(content.id);
end;
$function$;

ALTER FUNCTION "public"."save_version"(uuid, integer, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.schedule_content(content_id uuid, scheduled_for timestamp with time zone, expected_version integer DEFAULT NULL::integer)
 RETURNS SETOF private.content_details
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  content public.contents := private.lock_content(content_id);
begin
  if scheduled_for is null or scheduled_for <= now() then
    perform private.refuse(400, 'a content is scheduled for the future', jsonb_build_array(jsonb_build_object(
      'field', 'scheduledFor', 'code', 'INVALID_FORMAT', 'message', 'must be later than now'
    )));
  end if;
  perform private.require_action(content, 'schedule', expected_version);
  perform private.transition_content(content, 'scheduled', scheduled_for => schedule_content.scheduled_for);
  return query select * from private.content_answer(content.id);
end;
$function$;

ALTER FUNCTION "public"."schedule_content"(uuid, timestamp with time zone, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.skip_step(step_run_id uuid, reason text)
 RETURNS SETOF private.content_details
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  step_run public.workflow_step_runs := private.lock_step(step_run_id);
  content public.contents;
  run public.workflow_instances := private.active_run(step_run.content_id);
begin
  select * into content from private.content_by_id(step_run.content_id);
  if not private.permits(step_run.brand_id, 'workflow.control') and not (
    coalesce((step_run.definition ->> 'allow_skip')::boolean, false)
    and not private.is_restricted(step_run.brand_id, 'content.review')
    and exists (
      select from public.workflow_tasks as task
      where task.step_run_id = step_run.id and task.assignee_id = auth.uid() and task.status = 'pending'
    )
  ) then
    perform private.refuse(403, 'only an admin of the brand may skip this step');
  end if;
  if run.parked_at is not null then
    perform private.refuse(409, 'changes were asked for: submit the content first');
  end if;
  perform private.require_reason(reason, 'reason');
  perform private.record_action(run, step_run, 'skip', reason);
  perform private.close_step(step_run.id, 'skipped');
  perform private.append_run_event(
    run, 'WorkflowStepSkipped', jsonb_build_object('step', step_run.name, 'reason', reason)
  );
  if private.advance_run(run, content) then
    perform private.transition_content(content, 'approved', jsonb_build_object('step_name', step_run.name));
  elsif content.status = 'pending_review' then
    perform private.transition_content(content, 'in_review', jsonb_build_object('step_name', step_run.name));
  end if;
  return query select * from private.content_answer(content.id);
end;
$function$;

ALTER FUNCTION "public"."skip_step"(uuid, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.submit_content(content_id uuid, workflow_id uuid DEFAULT NULL::uuid)
 RETURNS SETOF private.content_details
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  content public.contents := private.lock_content(content_id);
  run public.workflow_instances := private.active_run(content_id);
begin
  perform private.require_action(content, 'submit');
  perform private.check_complete_form(content);
  if run.id is not null then
    perform private.transition_content(content, 'pending_review');
    perform private.resume_run(run);
  else
    perform private.begin_review(content, workflow_id);
  end if;
  return query select * from private.content_answer(content.id);
end;
$function$;

ALTER FUNCTION "public"."submit_content"(uuid, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.unschedule_content(content_id uuid)
 RETURNS SETOF private.content_details
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  content public.contents := private.lock_content(content_id);
begin
  perform private.require_action(content, 'unschedule');
  perform private.transition_content(content, 'approved');
  return query select * from private.content_answer(content.id);
end;
$function$;

ALTER FUNCTION "public"."unschedule_content"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.update_content(content_id uuid, expected_version integer, changes jsonb, is_autosave boolean DEFAULT false, note text DEFAULT ''::text)
 RETURNS SETOF private.content_details
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  content public.contents := private.lock_content(content_id);
  changed public.contents;
begin
  perform private.require_action(content, 'edit', expected_version);
  if expected_version is null then
    perform private.refuse(428, 'an update names the version that it saw');
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
      changed, changes -> 'fields', case when is_autosave then 'shape' else 'value' end
    );
  end if;
  -- Without a difference there is no version, since there would be no event to tell of it.
  if private.content_state(changed) is distinct from private.content_state(content) then
    perform private.describe_change(jsonb_build_object('is_autosave', is_autosave, 'note', left(note, 2000)));
    update public.contents
    set
      title = changed.title, type = changed.type, fields = changed.fields, metadata = changed.metadata,
      tags = changed.tags, body = changed.body, excerpt = changed.excerpt, slug = changed.slug,
      categories = changed.categories, due_at = changed.due_at, expires_at = changed.expires_at,
      assignees = changed.assignees
    where contents.id = content.id;
    if private.edited_part(private.content_state(changed)) <> private.edited_part(private.content_state(content)) then
      perform private.void_approvals(content.id);
    end if;
  end if;
  return query select * from private.content_answer(content.id);
end;
$function$;

ALTER FUNCTION "public"."update_content"(uuid, integer, jsonb, boolean, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.withdraw_content(content_id uuid, reason text)
 RETURNS SETOF private.content_details
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  content public.contents := private.lock_content(content_id);
begin
  perform private.require_action(content, 'withdraw');
  perform private.cancel_review(content, reason);
  return query select * from private.content_answer(content.id);
end;
$function$;

ALTER FUNCTION "public"."withdraw_content"(uuid, text) OWNER TO "postgres";

ALTER TABLE "private"."content_rules" ADD CONSTRAINT "content_rules_grant_scope_fkey" FOREIGN KEY (grant_scope) REFERENCES private.permissions(name);

ALTER TABLE "private"."content_rules" ADD CONSTRAINT "content_rules_others_permission_fkey" FOREIGN KEY (others_permission) REFERENCES private.permissions(name);

ALTER TABLE "private"."content_rules" ADD CONSTRAINT "content_rules_permission_fkey" FOREIGN KEY (permission) REFERENCES private.permissions(name);

CREATE INDEX content_rules_grant_scope_idx ON private.content_rules USING btree (grant_scope);

CREATE INDEX content_rules_others_permission_idx ON private.content_rules USING btree (others_permission);

CREATE INDEX content_rules_permission_idx ON private.content_rules USING btree (permission);

CREATE INDEX contents_brand_scheduled_idx ON public.contents USING btree (brand_id, scheduled_for, id) WHERE (deleted_at IS NULL);

COMMENT ON COLUMN "private"."content_rules"."action" IS 'As in the path: approve for /contents/{id}/approve.';

COMMENT ON COLUMN "private"."content_rules"."condition" IS 'What must be so besides. workflow: the brand has a workflow, or a review goes on. no_workflow: the rule is for
contents with neither. run: a review goes on. step: the step is open, offers the decision, and the caller has not
decided it. publishable: not expired and no open violation of claims.';

COMMENT ON COLUMN "private"."content_rules"."creator_in" IS 'The statuses in which the creator needs no permission. A restriction of the permission outweighs this grant and those
to assignees.';

COMMENT ON COLUMN "private"."content_rules"."excludes_creator" IS 'Whether the permission does not count for what the caller created.';

COMMENT ON COLUMN "private"."content_rules"."grant_scope" IS 'The permission that the scopes of an API key must give for a grant to a creator or assignee; null: that of the rule.';

COMMENT ON COLUMN "private"."content_rules"."grants_assignee" IS 'Whether the holder of a pending review task of the content needs no permission.';

COMMENT ON COLUMN "private"."content_rules"."grants_decider" IS 'Whether those whom the open step of the review asks need no permission.';

COMMENT ON COLUMN "private"."content_rules"."is_link" IS 'Whether it is about what a content links to, and no action.';

COMMENT ON COLUMN "private"."content_rules"."others_permission" IS 'The permission that is needed as well for what others created.';

COMMENT ON COLUMN "private"."content_rules"."permission" IS 'The permission in the brand that grants the action.';

COMMENT ON COLUMN "private"."content_rules"."position" IS 'The order of the actions in answers.';

COMMENT ON COLUMN "private"."content_rules"."states" IS 'The statuses of a content for which the rule is; deleted is one.';

COMMENT ON FUNCTION "private"."access_to_brands"(uuid[]) IS 'Returns what the caller holds in each of these brands: all permissions at once, as brands_permitting tells them one by
one. No row for a brand in which the caller holds nothing.';

COMMENT ON FUNCTION "private"."allowed_actions"(private.content_subject[]) IS 'Returns groups of these contents with what the caller may do with them now, and what they link to that the caller may
read. No group has a content that the caller may not read.';

COMMENT ON FUNCTION "private"."comment_actions"(public.comments, private.brand_access, uuid) IS 'Returns what the caller, with this access to the brand, may do with a comment now: edit, delete, resolve, reopen.';

COMMENT ON FUNCTION "private"."comment_answer"(uuid) IS 'Returns the comment as commands answer it.';

COMMENT ON FUNCTION "private"."content_answer"(uuid) IS 'Returns the content as commands answer it, as it is now, after what triggers did to it.';

COMMENT ON FUNCTION "private"."content_facts"(private.content_subject[], private.brand_access[], uuid) IS 'Returns what the rules ask about these contents and the caller; no row where the caller may not read the content.
access: what the caller holds in their brands. step_run_id: the step that the caller decides, instead of the one that
steps_to_decide would choose.';

COMMENT ON FUNCTION "private"."content_parts"(text, boolean, jsonb, text) IS 'Returns the parts of a list by a date that contents may lack, each with its condition and its order. Contents without
the date come last.';

COMMENT ON FUNCTION "private"."content_verdicts"(private.content_facts[], private.brand_access[], text) IS 'Evaluates the rules of contents: of one action, or of all actions that their states have. fact: the place of the facts
in the array, from 1. reason: null where the action is allowed; permission, restriction, scope, others and not_own mean
that the caller may not (403), all others that it is not possible now (409).';

COMMENT ON FUNCTION "private"."has_violations"(uuid) IS 'As has_open_violations, by id.';

COMMENT ON FUNCTION "private"."has_workflow"(uuid) IS 'Whether a brand has an active workflow with steps, for whatever type.';

COMMENT ON FUNCTION "private"."is_editable"(text) IS 'Whether the rules of contents let this status be edited at all.';

COMMENT ON FUNCTION "private"."is_restricted"(uuid, text) IS 'Whether the membership of the caller, or a lack in the scopes of their API key, denies a permission. That outweighs
every grant to creators and assignees. False for platform admins in a session of their own.';

COMMENT ON FUNCTION "private"."people_ids"(jsonb) IS 'Returns the ids of the answer of people_named.';

COMMENT ON FUNCTION "private"."people_named"(uuid[]) IS 'Returns {id: name} of those of the people whose profile the caller may see. Erased people and people who have left all
brands of the caller are not among them.';

COMMENT ON FUNCTION "private"."related_to"(uuid[], uuid[], uuid[], text[]) IS 'Returns what contents refer to, by id, as far as expand names it: {brands, templates, profiles}. All that is given must
be readable for the caller.';

COMMENT ON FUNCTION "private"."require_action"(public.contents, text, integer, uuid) IS 'Refuses an action on a content unless its rules allow it to the caller now: with 403 where the caller may not, with 412
where expected_version is given and the content has another, with 409 where it is not possible now. The details name the
rule: its name and, behind a dot, the reason of content_verdicts.';

COMMENT ON FUNCTION "private"."require_comment_action"(public.comments, text, text) IS 'Refuses with 403, for this reason, what comment_actions does not allow.';

COMMENT ON FUNCTION "private"."resolve_workflow"(uuid, text, uuid) IS 'Returns the active workflow with steps that reviews contents of a type, or the named one; a row of nulls where the
brand has none.';

COMMENT ON FUNCTION "private"."rule_message"(text, text, text, text) IS 'Says in words why a rule refused an action.';

COMMENT ON FUNCTION "private"."shown_contents"(jsonb, bigint, text[]) IS 'Returns a page of heads with what the caller may do with them now, as groups {content_ids, allowed_actions, readable},
the names of their people by id, and what expand names: {items, total, access, people, brands, templates, profiles}.';

COMMENT ON FUNCTION "private"."step_names"(jsonb, uuid) IS 'Whether a step is for a person even if they created the content: it names them, or is assigned to the creator.';

COMMENT ON FUNCTION "private"."step_to_decide"(public.workflow_instances, public.contents, uuid, text, integer) IS 'Returns the step of a run that the caller decides. Refuses with 404 a named step that the run does not have, and as
require_action does.';

COMMENT ON FUNCTION "private"."steps_to_decide"(uuid[], uuid) IS 'Returns for each content in review the named step; without a name the open step in which the caller has a pending task,
else one in which the caller has any task, else the first open step. has_task and has_decided are of the caller,
decisions what the step offers; is_named: see step_names.';

COMMENT ON FUNCTION "private"."subject_of"(public.contents) IS 'Returns the part of a content that its rules look at.';

COMMENT ON FUNCTION "private"."verdict_on"(public.contents, text, uuid) IS 'Evaluates the rules of one action on a content, as content_verdicts does; no row where the caller may not read it.';

COMMENT ON FUNCTION "public"."add_comment"(uuid, text, uuid, text, integer, integer, uuid[], jsonb) IS 'Comments on a content, or answers the first comment of a thread.';

COMMENT ON FUNCTION "public"."approve_content"(uuid, text, integer, uuid, text) IS 'Records the approval of the caller in a step; 412 if expected_version is given and the content has another. The
approval that completes the last required step approves the content. Without a workflow, a draft is approved at once by
those with content.review.';

COMMENT ON FUNCTION "public"."archive_content"(uuid, text) IS 'Archives a content of any status and cancels its open review.';

COMMENT ON FUNCTION "public"."create_content"(uuid, text, text, uuid, jsonb, jsonb, text[], text, text, text, text[], timestamp with time zone, timestamp with time zone, uuid[]) IS 'Creates a draft. Refuses strangers to the brand with 404, and members below editor with 403.';

COMMENT ON FUNCTION "public"."deliver_contents"(text, text, text, text, jsonb, integer, boolean) IS 'Lists the published contents of a brand, newest first, with or without their texts: {brand, is_private, items}.';

COMMENT ON FUNCTION "public"."duplicate_content"(uuid, uuid, text) IS 'Creates a draft with the text of a content, also in another brand that the caller may write to.';

COMMENT ON FUNCTION "public"."edit_comment"(uuid, text, uuid[]) IS 'Changes the text of a comment; the former text is kept.';

COMMENT ON FUNCTION "public"."export_contents"(jsonb, uuid, integer) IS 'Exports whole contents of a brand by id, after the one given, with the names of their people by id:
{items, total, people}. Records each export in the audit log.';

COMMENT ON FUNCTION "public"."get_content"(uuid, text[]) IS 'Returns a content with what the caller may do now, and the names of its people by id; with what expand names of brand,
template and people: {…, allowed_actions, readable, people, brands, templates, profiles}.';

COMMENT ON FUNCTION "public"."get_version"(uuid, integer[]) IS 'Returns the versions of a content with these numbers, each with its snapshot, and the names of their people by id:
{items, people}.';

COMMENT ON FUNCTION "public"."list_activity"(uuid, jsonb, uuid, integer) IS 'Lists the events of a brand that the caller may read, newest first, before the event at the cursor, and the names of
their actors by id: {items, people}.';

COMMENT ON FUNCTION "public"."list_comments"(uuid, boolean, integer, integer) IS 'Lists the threads of a content, oldest first, each with its replies, and the names of their people by id:
{items, total, people}.';

COMMENT ON FUNCTION "public"."list_content_history"(uuid, integer, integer) IS 'Lists the events of a content, its workflow runs, comments and generations, oldest first, and the names of
their actors by id: {items, total, people}.';

COMMENT ON FUNCTION "public"."list_content_versions"(uuid, integer, integer) IS 'Lists the versions of a content, newest first, without their snapshots: {items, total, people}.';

COMMENT ON FUNCTION "public"."list_contents"(jsonb, text, boolean, jsonb, integer, integer, boolean, text[]) IS 'Lists contents of the caller''s brands without their texts, after the cursor or from the offset on, as shown_contents
does: {items, total, access, people, …}. Deleted ones are listed for those who may restore them. total is null unless
counted.';

COMMENT ON FUNCTION "public"."publish_content"(uuid, integer) IS 'Publishes an approved or scheduled content. For admins of the brand.';

COMMENT ON FUNCTION "public"."reject_content"(uuid, text, integer, uuid) IS 'Rejects a content, with a reason. Ends the review, whatever others decided.';

COMMENT ON FUNCTION "public"."reopen_content"(uuid) IS 'Makes an approved content (for editors) or an archived one (for admins) a draft again.';

COMMENT ON FUNCTION "public"."request_changes"(uuid, text, integer, uuid) IS 'Asks for changes, with a comment: the content becomes a draft, and submitting it again resumes at the same steps.';

COMMENT ON FUNCTION "public"."resolve_comment"(uuid, boolean) IS 'Marks a thread as resolved, or opens it again.';

COMMENT ON FUNCTION "public"."restart_review"(uuid, uuid) IS 'Starts a new review of a rejected content, from the first step. Requires content.review.';

COMMENT ON FUNCTION "public"."restore_content"(uuid) IS 'Brings a deleted content back from the bin, as it was.';

COMMENT ON FUNCTION "public"."restore_version"(uuid, integer, integer) IS 'Restores the text of an earlier version as a new version; history stays.';

COMMENT ON FUNCTION "public"."save_version"(uuid, integer, text) IS 'Saves the present content as a new major version with a note.';

COMMENT ON FUNCTION "public"."schedule_content"(uuid, timestamp with time zone, integer) IS 'Schedules an approved content: publish_due_contents() publishes it at that time.';

COMMENT ON FUNCTION "public"."skip_step"(uuid, text) IS 'Skips an open step, with a reason. Requires workflow.control, or a pending task in a step that allows skipping.';

COMMENT ON FUNCTION "public"."submit_content"(uuid, uuid) IS 'Submits a draft for review: starts the named workflow or the one of its type, or resumes the run in which changes were
requested.';

COMMENT ON FUNCTION "public"."unschedule_content"(uuid) IS 'Takes a scheduled content back to approved.';

COMMENT ON FUNCTION "public"."update_content"(uuid, integer, jsonb, boolean, text) IS 'Applies changes: fields and metadata are merged by key, other values replaced. Refuses with 412 and the current version
where another update came first.';

COMMENT ON FUNCTION "public"."withdraw_content"(uuid, text) IS 'Cancels the review of a content, which becomes a draft; the run cannot be resumed. For the creator of the content and
for those with workflow.control.';

COMMENT ON TABLE "private"."content_rules" IS 'Who may do what with a content, and when (reference §5.1, domain §2 and §3). An action is allowed if a rule has the
state of the content, and every rule of the action that has it grants the action and its condition holds.
private.content_verdicts evaluates the rules, for answers and for commands.';

COMMENT ON TABLE "private"."content_status_transitions" IS 'The status machine of domain §3. Every other change of status is refused, whoever asks. Who may make a change is in
private.content_rules.';

COMMENT ON TYPE "private"."brand_access" IS 'What the caller holds in a brand. permissions: those that count, after restrictions, expiry and the scopes of an API
key. scope: the permissions that the scopes of the key give; null for people.';

COMMENT ON TYPE "private"."comment_details" IS 'A comment as commands answer it: with what the caller may do now, and the names of its people by id.';

COMMENT ON TYPE "private"."content_details" IS 'A content as commands answer it: with what the caller may do now, which of its links the caller may read, and the names
of its people by id.';

COMMENT ON TYPE "private"."content_facts" IS 'What the rules of contents ask about a content and the caller. state: the status, or deleted. has_task: a pending
review task. is_decider: the step asks the caller, who may still decide it. is_assigned_workflow: of the type;
has_workflow: any that a caller may name.';

COMMENT ON TYPE "private"."content_subject" IS 'The part of a content that its rules look at.';

REVOKE ALL ON FUNCTION "private"."access_to_brands"(uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."access_to_brands"(uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."access_to_brands"(uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."allowed_actions"(private.content_subject[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."allowed_actions"(private.content_subject[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."allowed_actions"(private.content_subject[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."comment_actions"(public.comments, private.brand_access, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."comment_actions"(public.comments, private.brand_access, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."comment_actions"(public.comments, private.brand_access, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."comment_answer"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."comment_answer"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."comment_answer"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."content_answer"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."content_answer"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."content_answer"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."content_facts"(private.content_subject[], private.brand_access[], uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."content_facts"(private.content_subject[], private.brand_access[], uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."content_facts"(private.content_subject[], private.brand_access[], uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."content_parts"(text, boolean, jsonb, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."content_parts"(text, boolean, jsonb, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."content_parts"(text, boolean, jsonb, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."content_verdicts"(private.content_facts[], private.brand_access[], text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."content_verdicts"(private.content_facts[], private.brand_access[], text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."content_verdicts"(private.content_facts[], private.brand_access[], text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."has_violations"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."has_violations"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."has_violations"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."has_workflow"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."has_workflow"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."has_workflow"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."is_editable"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."is_editable"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."is_editable"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."people_ids"(jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."people_ids"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."people_ids"(jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."people_named"(uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."people_named"(uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."people_named"(uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."related_to"(uuid[], uuid[], uuid[], text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."related_to"(uuid[], uuid[], uuid[], text[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."related_to"(uuid[], uuid[], uuid[], text[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."require_action"(public.contents, text, integer, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."require_action"(public.contents, text, integer, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."require_action"(public.contents, text, integer, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."require_comment_action"(public.comments, text, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."require_comment_action"(public.comments, text, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."require_comment_action"(public.comments, text, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."resolve_workflow"(uuid, text, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."resolve_workflow"(uuid, text, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."resolve_workflow"(uuid, text, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."rule_message"(text, text, text, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."rule_message"(text, text, text, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."rule_message"(text, text, text, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."shown_contents"(jsonb, bigint, text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."shown_contents"(jsonb, bigint, text[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."shown_contents"(jsonb, bigint, text[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."step_names"(jsonb, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."step_names"(jsonb, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."step_names"(jsonb, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."step_to_decide"(public.workflow_instances, public.contents, uuid, text, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."step_to_decide"(public.workflow_instances, public.contents, uuid, text, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."step_to_decide"(public.workflow_instances, public.contents, uuid, text, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."steps_to_decide"(uuid[], uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."steps_to_decide"(uuid[], uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."steps_to_decide"(uuid[], uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."subject_of"(public.contents) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."subject_of"(public.contents) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."subject_of"(public.contents) TO "postgres";

REVOKE ALL ON FUNCTION "private"."verdict_on"(public.contents, text, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."verdict_on"(public.contents, text, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."verdict_on"(public.contents, text, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "public"."add_comment"(uuid, text, uuid, text, integer, integer, uuid[], jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."add_comment"(uuid, text, uuid, text, integer, integer, uuid[], jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."add_comment"(uuid, text, uuid, text, integer, integer, uuid[], jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."add_comment"(uuid, text, uuid, text, integer, integer, uuid[], jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."add_comment"(uuid, text, uuid, text, integer, integer, uuid[], jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "public"."approve_content"(uuid, text, integer, uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."approve_content"(uuid, text, integer, uuid, text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."approve_content"(uuid, text, integer, uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."approve_content"(uuid, text, integer, uuid, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."approve_content"(uuid, text, integer, uuid, text) TO "service_role";

REVOKE ALL ON FUNCTION "public"."archive_content"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."archive_content"(uuid, text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."archive_content"(uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."archive_content"(uuid, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."archive_content"(uuid, text) TO "service_role";

REVOKE ALL ON FUNCTION "public"."create_content"(uuid, text, text, uuid, jsonb, jsonb, text[], text, text, text, text[], timestamp with time zone, timestamp with time zone, uuid[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."create_content"(uuid, text, text, uuid, jsonb, jsonb, text[], text, text, text, text[], timestamp with time zone, timestamp with time zone, uuid[]) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."create_content"(uuid, text, text, uuid, jsonb, jsonb, text[], text, text, text, text[], timestamp with time zone, timestamp with time zone, uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."create_content"(uuid, text, text, uuid, jsonb, jsonb, text[], text, text, text, text[], timestamp with time zone, timestamp with time zone, uuid[]) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."create_content"(uuid, text, text, uuid, jsonb, jsonb, text[], text, text, text, text[], timestamp with time zone, timestamp with time zone, uuid[]) TO "service_role";

REVOKE ALL ON FUNCTION "public"."deliver_contents"(text, text, text, text, jsonb, integer, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."deliver_contents"(text, text, text, text, jsonb, integer, boolean) TO "anon", "authenticated";

REVOKE ALL ON FUNCTION "public"."deliver_contents"(text, text, text, text, jsonb, integer, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."deliver_contents"(text, text, text, text, jsonb, integer, boolean) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."deliver_contents"(text, text, text, text, jsonb, integer, boolean) TO "service_role";

REVOKE ALL ON FUNCTION "public"."duplicate_content"(uuid, uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."duplicate_content"(uuid, uuid, text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."duplicate_content"(uuid, uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."duplicate_content"(uuid, uuid, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."duplicate_content"(uuid, uuid, text) TO "service_role";

REVOKE ALL ON FUNCTION "public"."edit_comment"(uuid, text, uuid[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."edit_comment"(uuid, text, uuid[]) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."edit_comment"(uuid, text, uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."edit_comment"(uuid, text, uuid[]) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."edit_comment"(uuid, text, uuid[]) TO "service_role";

REVOKE ALL ON FUNCTION "public"."get_content"(uuid, text[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."get_content"(uuid, text[]) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."get_content"(uuid, text[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."get_content"(uuid, text[]) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."get_content"(uuid, text[]) TO "service_role";

REVOKE ALL ON FUNCTION "public"."get_version"(uuid, integer[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."get_version"(uuid, integer[]) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."get_version"(uuid, integer[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."get_version"(uuid, integer[]) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."get_version"(uuid, integer[]) TO "service_role";

REVOKE ALL ON FUNCTION "public"."list_activity"(uuid, jsonb, uuid, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."list_activity"(uuid, jsonb, uuid, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."list_activity"(uuid, jsonb, uuid, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_activity"(uuid, jsonb, uuid, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_activity"(uuid, jsonb, uuid, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."list_contents"(jsonb, text, boolean, jsonb, integer, integer, boolean, text[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."list_contents"(jsonb, text, boolean, jsonb, integer, integer, boolean, text[]) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."list_contents"(jsonb, text, boolean, jsonb, integer, integer, boolean, text[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_contents"(jsonb, text, boolean, jsonb, integer, integer, boolean, text[]) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_contents"(jsonb, text, boolean, jsonb, integer, integer, boolean, text[]) TO "service_role";

REVOKE ALL ON FUNCTION "public"."publish_content"(uuid, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."publish_content"(uuid, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."publish_content"(uuid, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."publish_content"(uuid, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."publish_content"(uuid, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."reject_content"(uuid, text, integer, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."reject_content"(uuid, text, integer, uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."reject_content"(uuid, text, integer, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."reject_content"(uuid, text, integer, uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."reject_content"(uuid, text, integer, uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."reopen_content"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."reopen_content"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."reopen_content"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."reopen_content"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."reopen_content"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."request_changes"(uuid, text, integer, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."request_changes"(uuid, text, integer, uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."request_changes"(uuid, text, integer, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."request_changes"(uuid, text, integer, uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."request_changes"(uuid, text, integer, uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."resolve_comment"(uuid, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."resolve_comment"(uuid, boolean) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."resolve_comment"(uuid, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."resolve_comment"(uuid, boolean) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."resolve_comment"(uuid, boolean) TO "service_role";

REVOKE ALL ON FUNCTION "public"."restart_review"(uuid, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."restart_review"(uuid, uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."restart_review"(uuid, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."restart_review"(uuid, uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."restart_review"(uuid, uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."restore_content"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."restore_content"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."restore_content"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."restore_content"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."restore_content"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."restore_version"(uuid, integer, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."restore_version"(uuid, integer, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."restore_version"(uuid, integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."restore_version"(uuid, integer, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."restore_version"(uuid, integer, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."save_version"(uuid, integer, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."save_version"(uuid, integer, text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."save_version"(uuid, integer, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."save_version"(uuid, integer, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."save_version"(uuid, integer, text) TO "service_role";

REVOKE ALL ON FUNCTION "public"."schedule_content"(uuid, timestamp with time zone, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."schedule_content"(uuid, timestamp with time zone, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."schedule_content"(uuid, timestamp with time zone, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."schedule_content"(uuid, timestamp with time zone, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."schedule_content"(uuid, timestamp with time zone, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."skip_step"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."skip_step"(uuid, text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."skip_step"(uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."skip_step"(uuid, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."skip_step"(uuid, text) TO "service_role";

REVOKE ALL ON FUNCTION "public"."submit_content"(uuid, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."submit_content"(uuid, uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."submit_content"(uuid, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."submit_content"(uuid, uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."submit_content"(uuid, uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."unschedule_content"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."unschedule_content"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."unschedule_content"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."unschedule_content"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."unschedule_content"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."update_content"(uuid, integer, jsonb, boolean, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."update_content"(uuid, integer, jsonb, boolean, text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."update_content"(uuid, integer, jsonb, boolean, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."update_content"(uuid, integer, jsonb, boolean, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."update_content"(uuid, integer, jsonb, boolean, text) TO "service_role";

REVOKE ALL ON FUNCTION "public"."withdraw_content"(uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."withdraw_content"(uuid, text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."withdraw_content"(uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."withdraw_content"(uuid, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."withdraw_content"(uuid, text) TO "service_role";

-- The status machine of domain §3.
insert into private.content_status_transitions (from_status, to_status, trigger_name)
values
('draft', 'pending_review', 'submit for review'),
('pending_review', 'in_review', 'first recorded action that does not finish the run'),
('pending_review', 'draft', 'changes requested or withdrawn'),
('in_review', 'draft', 'changes requested or withdrawn'),
('pending_review', 'approved', 'last required step approved'),
('in_review', 'approved', 'last required step approved'),
('pending_review', 'rejected', 'reject'),
('in_review', 'rejected', 'reject'),
('rejected', 'pending_review', 'restart'),
('approved', 'draft', 'edit or reopen'),
('approved', 'scheduled', 'schedule'),
('scheduled', 'approved', 'unschedule'),
('approved', 'published', 'publish'),
('scheduled', 'published', 'publish'),
('draft', 'archived', 'archive'),
('pending_review', 'archived', 'archive'),
('in_review', 'archived', 'archive'),
('approved', 'archived', 'archive'),
('scheduled', 'archived', 'archive'),
('published', 'archived', 'archive'),
('rejected', 'archived', 'archive'),
('archived', 'draft', 'reopen'),
('draft', 'approved', 'approve where the brand has no workflow for it')
on conflict (from_status, to_status) do update set
  trigger_name = excluded.trigger_name
where content_status_transitions.trigger_name is distinct from excluded.trigger_name;

-- Who may do what with a content, and when: the matrix of domain §2 with its grants to creators and assignees.
insert into private.content_rules
select rule.*
from (
  values
  -- Editing, and what needs the right to edit as well
  (
    'content.edit', 'edit', 1, 'editable', 'content.edit',
    '{"others_permission": "content.edit_others", "grants_assignee": true}'
  ),
  ('content.restore-version', 'restore-version', 2, 'editable', 'content.restore', '{}'),
  (
    'content.restore-version.edit', 'restore-version', 2, 'editable', 'content.edit',
    '{"others_permission": "content.edit_others", "grants_assignee": true}'
  ),
  ('content.generate', 'generate', 3, 'editable', 'ai.use', '{}'),
  (
    'content.generate.edit', 'generate', 3, 'editable', 'content.edit',
    '{"others_permission": "content.edit_others", "grants_assignee": true}'
  ),
  ('content.comment', 'comment', 4, 'any', 'comment.write', '{}'),
  ('content.duplicate', 'duplicate', 5, 'any', 'content.create', '{}'),
  -- Review: authors do not decide on their own content unless the step names them
  ('content.submit', 'submit', 6, 'draft', 'content.submit', '{"creator_in": ["draft"], "condition": "workflow"}'),
  (
    'content.approve', 'approve', 7, 'reviewed', 'content.review',
    '{"excludes_creator": true, "grants_decider": true, "condition": "step"}'
  ),
  ('content.approve.draft', 'approve', 7, 'draft', 'content.review', '{"condition": "no_workflow"}'),
  (
    'content.reject', 'reject', 8, 'reviewed', 'content.review',
    '{"excludes_creator": true, "grants_decider": true, "condition": "step"}'
  ),
  (
    'content.request-changes', 'request-changes', 9, 'reviewed', 'content.review',
    '{"excludes_creator": true, "grants_decider": true, "condition": "step"}'
  ),
  (
    'content.withdraw', 'withdraw', 10, 'draft reviewed', 'workflow.control',
    '{"creator_in": ["draft", "pending_review", "in_review"], "grant_scope": "content.submit", "condition": "run"}'
  ),
  ('content.restart', 'restart', 11, 'rejected', 'content.review', '{"condition": "workflow"}'),
  -- Publication
  ('content.publish', 'publish', 12, 'approved scheduled', 'content.publish', '{"condition": "publishable"}'),
  ('content.schedule', 'schedule', 13, 'approved', 'content.publish', '{"condition": "publishable"}'),
  ('content.unschedule', 'unschedule', 14, 'scheduled', 'content.publish', '{}'),
  (
    'content.reopen', 'reopen', 15, 'approved', 'content.edit',
    '{"others_permission": "content.edit_others", "grants_assignee": true}'
  ),
  ('content.reopen.archived', 'reopen', 15, 'archived', 'content.publish', '{}'),
  ('content.archive', 'archive', 16, 'editable scheduled published', 'content.publish', '{}'),
  -- The bin
  ('content.delete', 'delete', 17, 'editable archived', 'content.delete', '{"creator_in": ["draft"]}'),
  ('content.restore', 'restore', 18, 'deleted', 'content.delete', '{"creator_in": ["draft"]}'),
  -- What a content links to
  ('content.brand', 'brand', 19, 'any deleted', 'brand.read', '{"is_link": true}'),
  ('content.template', 'template', 20, 'any', 'template.read', '{"is_link": true}')
) as given (name, action, position, states, permission, more)
cross join
  lateral jsonb_populate_record(
    null::private.content_rules,
    '{"is_link": false, "excludes_creator": false, "creator_in": [], "grants_assignee": false, "grants_decider": false}'
    || jsonb_build_object(
      'name', given.name, 'action', given.action, 'position', given.position, 'permission', given.permission,
      'states', (
        select jsonb_agg(status)
        from string_to_table(given.states, ' ') as word -- noqa: RF03
        cross join lateral unnest(case word
          when 'editable' then array['draft', 'pending_review', 'in_review', 'approved', 'rejected']
          when 'reviewed' then array['pending_review', 'in_review']
          when 'any'
            then
              array[
                'draft', 'pending_review', 'in_review', 'approved', 'scheduled', 'published', 'archived', 'rejected'
              ]
          else array[word]
        end) as status
      )
    )
    || given.more::jsonb
  ) as rule
on conflict (name) do update set
  action = excluded.action,
  position = excluded.position,
  is_link = excluded.is_link,
  states = excluded.states,
  permission = excluded.permission,
  others_permission = excluded.others_permission,
  excludes_creator = excluded.excludes_creator,
  creator_in = excluded.creator_in,
  grants_assignee = excluded.grants_assignee,
  grants_decider = excluded.grants_decider,
  grant_scope = excluded.grant_scope,
  condition = excluded.condition
where to_jsonb(content_rules) is distinct from to_jsonb(excluded);

-- Who may do what with a content, and when: the matrix of domain §2 with its grants to creators and assignees.
insert into private.content_rules
select rule.*
from (
  values
  -- Editing, and what needs the right to edit as well
  (
    'content.edit', 'edit', 1, 'editable', 'content.edit',
    '{"others_permission": "content.edit_others", "grants_assignee": true}'
  ),
  ('content.restore-version', 'restore-version', 2, 'editable', 'content.restore', '{}'),
  (
    'content.restore-version.edit', 'restore-version', 2, 'editable', 'content.edit',
    '{"others_permission": "content.edit_others", "grants_assignee": true}'
  ),
  ('content.generate', 'generate', 3, 'editable', 'ai.use', '{}'),
  (
    'content.generate.edit', 'generate', 3, 'editable', 'content.edit',
    '{"others_permission": "content.edit_others", "grants_assignee": true}'
  ),
  ('content.comment', 'comment', 4, 'any', 'comment.write', '{}'),
  ('content.duplicate', 'duplicate', 5, 'any', 'content.create', '{}'),
  -- Review: authors do not decide on their own content unless the step names them
  ('content.submit', 'submit', 6, 'draft', 'content.submit', '{"creator_in": ["draft"], "condition": "workflow"}'),
  (
    'content.approve', 'approve', 7, 'reviewed', 'content.review',
    '{"excludes_creator": true, "grants_decider": true, "condition": "step"}'
  ),
  ('content.approve.draft', 'approve', 7, 'draft', 'content.review', '{"condition": "no_workflow"}'),
  (
    'content.reject', 'reject', 8, 'reviewed', 'content.review',
    '{"excludes_creator": true, "grants_decider": true, "condition": "step"}'
  ),
  (
    'content.request-changes', 'request-changes', 9, 'reviewed', 'content.review',
    '{"excludes_creator": true, "grants_decider": true, "condition": "step"}'
  ),
  (
    'content.withdraw', 'withdraw', 10, 'draft reviewed', 'workflow.control',
    '{"creator_in": ["draft", "pending_review", "in_review"], "grant_scope": "content.submit", "condition": "run"}'
  ),
  ('content.restart', 'restart', 11, 'rejected', 'content.review', '{"condition": "workflow"}'),
  -- Publication
  ('content.publish', 'publish', 12, 'approved scheduled', 'content.publish', '{"condition": "publishable"}'),
  ('content.schedule', 'schedule', 13, 'approved', 'content.publish', '{"condition": "publishable"}'),
  ('content.unschedule', 'unschedule', 14, 'scheduled', 'content.publish', '{}'),
  (
    'content.reopen', 'reopen', 15, 'approved', 'content.edit',
    '{"others_permission": "content.edit_others", "grants_assignee": true}'
  ),
  ('content.reopen.archived', 'reopen', 15, 'archived', 'content.publish', '{}'),
  ('content.archive', 'archive', 16, 'editable scheduled published', 'content.publish', '{}'),
  -- The bin
  ('content.delete', 'delete', 17, 'editable archived', 'content.delete', '{"creator_in": ["draft"]}'),
  ('content.restore', 'restore', 18, 'deleted', 'content.delete', '{"creator_in": ["draft"]}'),
  -- What a content links to
  ('content.brand', 'brand', 19, 'any deleted', 'brand.read', '{"is_link": true}'),
  ('content.template', 'template', 20, 'any', 'template.read', '{"is_link": true}')
) as given (name, action, position, states, permission, more)
cross join
  lateral jsonb_populate_record(
    null::private.content_rules,
    '{"is_link": false, "excludes_creator": false, "creator_in": [], "grants_assignee": false, "grants_decider": false}'
    || jsonb_build_object(
      'name', given.name, 'action', given.action, 'position', given.position, 'permission', given.permission,
      'states', (
        select jsonb_agg(status)
        from string_to_table(given.states, ' ') as word -- noqa: RF03
        cross join lateral unnest(case word
          when 'editable' then array['draft', 'pending_review', 'in_review', 'approved', 'rejected']
          when 'reviewed' then array['pending_review', 'in_review']
          when 'any'
            then
              array[
                'draft', 'pending_review', 'in_review', 'approved', 'scheduled', 'published', 'archived', 'rejected'
              ]
          else array[word]
        end) as status
      )
    )
    || given.more::jsonb
  ) as rule
on conflict (name) do update set
  action = excluded.action,
  position = excluded.position,
  is_link = excluded.is_link,
  states = excluded.states,
  permission = excluded.permission,
  others_permission = excluded.others_permission,
  excludes_creator = excluded.excludes_creator,
  creator_in = excluded.creator_in,
  grants_assignee = excluded.grants_assignee,
  grants_decider = excluded.grants_decider,
  grant_scope = excluded.grant_scope,
  condition = excluded.condition
where to_jsonb(content_rules) is distinct from to_jsonb(excluded);
