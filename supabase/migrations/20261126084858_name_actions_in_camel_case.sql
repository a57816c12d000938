-- Name actions in camel case
-- Planned by `make migration` from supabase/schemas and supabase/policies.

-- Waits at most five seconds for a lock, because queries behind a waiting lock wait as well. On failure, push again.
set lock_timeout = '5s';
set check_function_bodies = off;

ALTER TABLE "private"."content_rules" DROP CONSTRAINT "content_rules_action_check";

ALTER TABLE "private"."content_rules" DROP CONSTRAINT "content_rules_name_check";

-- The rules under their former names, which the new ones replace below.
delete from private.content_rules
where action in ('restore-version', 'request-changes');

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
  step_run := private.step_to_decide(run, content, step_run_id, 'requestChanges', expected_version);
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

ALTER TABLE "private"."content_rules" ADD CONSTRAINT "content_rules_action_check" CHECK ((action ~ '^[a-z]+([A-Z][a-z]+)*$'::text));

ALTER TABLE "private"."content_rules" ADD CONSTRAINT "content_rules_name_check" CHECK ((name ~ '^content\.[a-zA-Z]+(\.[a-z]+)*$'::text));

COMMENT ON COLUMN "private"."content_rules"."action" IS 'The name in the API: requestChanges for POST /contents/{id}/request-changes.';

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
  ('content.restoreVersion', 'restoreVersion', 2, 'editable', 'content.restore', '{}'),
  (
    'content.restoreVersion.edit', 'restoreVersion', 2, 'editable', 'content.edit',
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
    'content.requestChanges', 'requestChanges', 9, 'reviewed', 'content.review',
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
            when
              not coalesce(
                fact.decisions ? case known.action when 'requestChanges' then 'request_changes' else known.action end, true
              )
              then 'decision'
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
