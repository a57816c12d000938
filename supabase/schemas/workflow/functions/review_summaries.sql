create function private.review_of(
  content_id uuid,
  status text,
  version integer,
  created_by uuid,
  access private.brand_access[],
  allowed_actions text[]
)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_generic_plan' -- see content_answer
as $$
declare
  run public.workflow_instances;
  steps jsonb;
  asked uuid [];
  names jsonb;
  due_at timestamptz;
  is_mine boolean;
  is_skippable boolean;
  is_named boolean;
  may_control constant boolean := coalesce('workflow.control' = any (access[1].permissions), false);
  may_decide constant boolean := coalesce(
    'content.review' <> all (access[1].restrictions)
    and (access[1].scope is null or 'content.review' = any (access[1].scope)), false
  );
begin
  -- Only these can have a review; a draft has one while its changes are requested, and not in its first versions.
  if status not in ('pending_review', 'in_review') and (status <> 'draft' or version < 3) then
    return null;
  end if;
  -- Whoever may withdraw a draft in review may do so now: for most drafts this saves the look.
  if
    status = 'draft' and not coalesce('withdraw' = any (allowed_actions), false)
    and (may_control or coalesce(
      created_by = auth.uid() and access[1].scope is null
      and 'workflow.control' <> all (access[1].restrictions), false
    ))
  then
    return null;
  end if;
  if ('workflow.read' = any (access[1].permissions)) is not true then
    return null;
  end if;
  run := private.active_run(content_id);
  if run.id is null then
    return null;
  end if;
  select
    jsonb_agg(jsonb_build_object(
      'id', step_run.id, 'position', step_run.position, 'name', step_run.name,
      'type', step_run.definition ->> 'type', 'round', step_run.round, 'due_at', step_run.due_at,
      'requires_all', step_run.definition -> 'require_all_approvals' = 'true',
      'decisions', private.as_array(step_run.definition -> 'actions'),
      'assignees', coalesce(of_step.assignees, '[]')
    ) order by step_run.position),
    min(step_run.due_at), bool_or(of_step.is_mine),
    bool_or(of_step.is_mine and step_run.definition -> 'allow_skip' = 'true'),
    bool_or(private.step_names(step_run.definition, auth.uid()))
  into steps, due_at, is_mine, is_skippable, is_named
  from public.workflow_step_runs as step_run
  left join lateral (
    select
      jsonb_agg(jsonb_build_object('id', task.assignee_id, 'status', task.status) order by task.id) as assignees,
      bool_or(task.assignee_id = auth.uid() and task.status = 'pending') as is_mine
    from public.workflow_tasks as task
    where task.step_run_id = step_run.id and task.round = step_run.round and task.status in ('pending', 'completed')
  ) as of_step on true
  where step_run.instance_id = run.id and step_run.status = 'active';
  asked := array(
    select (assignee ->> 'id')::uuid from jsonb_path_query(steps, '$[*].assignees[*]') as assignee
  );
  names := private.people_named(asked, access);
  return jsonb_build_object(
    'run_id', run.id, 'workflow_id', run.workflow_id, 'workflow_name', run.workflow_name, 'priority', run.priority,
    'changes_requested_at', run.parked_at, 'deadline_at', run.deadline_at,
    'due_at', due_at,
    'steps', coalesce(steps, '[]'), 'names', names,
    'allowed_actions', to_jsonb(array_remove(
      array[
        case when 'approve' = any (allowed_actions) then 'approve' end,
        case when 'reject' = any (allowed_actions) then 'reject' end,
        case when 'requestChanges' = any (allowed_actions) then 'requestChanges' end,
        case when 'withdraw' = any (allowed_actions) then 'withdraw' end,
        case when 'submit' = any (allowed_actions) then 'resume' end,
        case
          when
            run.parked_at is null and (
              may_control and (is_named or created_by is distinct from auth.uid()) or (is_skippable and may_decide)
            )
            then 'skip'
        end,
        case when run.parked_at is null and is_mine and may_decide then 'delegate' end,
        case when run.parked_at is null and may_control and cardinality(asked) > 0 then 'reassign' end,
        case when may_control then 'cancel' end
      ], null
    ))
  );
end;
$$;
comment on function private.review_of is
'Returns the review that a content is in: its open steps, whom they ask with their names, when they are due and what the
caller may do; null for a content that is in none, and for those who may not read workflows. access and allowed_actions:
what the caller holds in the brand, and may do with the content.';

create function private.review_verdict(content public.contents, action text)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  verdict record;
  rule private.content_rules;
begin
  select verdicts.* into verdict from private.verdict_on(content, action) as verdicts;
  if verdict.reason is not null then
    select content_rules.* into rule from private.content_rules where content_rules.name = verdict.rule;
  end if;
  return jsonb_build_object(
    'action', case action when 'submit' then 'resume' else action end,
    'is_allowed', verdict.rule is not null and verdict.reason is null,
    'rule', case when verdict.reason is not null then verdict.rule || '.' || verdict.reason end,
    'reason', case when verdict.reason is not null then private.rule_message(
      verdict.reason, action, content.status,
      case verdict.reason when 'others' then rule.others_permission else rule.permission end
    ) end
  );
end;
$$;
comment on function private.review_verdict is
'Returns whether the caller may do something with a content in review, else the rule and the reason in words.';

create function private.review_verdicts(content public.contents, run public.workflow_instances)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  verdicts jsonb := '[]';
  action text;
  obstacle text;
  may_control constant boolean := private.permits(content.brand_id, 'workflow.control');
  is_open constant boolean := run.status = 'active' and run.parked_at is null;
  is_allowed boolean;
  skippable boolean;
  held boolean;
begin
  foreach action in array array['approve', 'reject', 'requestChanges', 'withdraw', 'restart'] loop
    verdicts := verdicts || private.review_verdict(content, action);
  end loop;
  if run.status = 'active' and run.parked_at is not null then
    verdicts := verdicts || private.review_verdict(content, 'submit');
  else
    verdicts := verdicts || jsonb_build_object(
      'action', 'resume', 'is_allowed', false, 'rule', null, 'reason', 'no changes are requested'
    );
  end if;
  select bool_or(private.may_skip(step_run)) into skippable
  from public.workflow_step_runs as step_run
  where step_run.instance_id = run.id and step_run.status = 'active';
  held := exists (
    select from public.workflow_tasks as task
    where task.instance_id = run.id and task.assignee_id = auth.uid() and task.status = 'pending'
  );
  foreach action in array array['skip', 'delegate', 'reassign', 'cancel'] loop
    is_allowed := case action
      when 'skip' then coalesce(skippable, may_control)
      when 'delegate' then held and private.scope_allows('content.review', content.brand_id)
      else may_control
    end;
    obstacle := case
      when not is_allowed then case action
        when 'skip' then case
          when may_control then 'authors skip no step of their own content, unless it names them'
          else 'this needs the permission workflow.control in the brand, or a task in a step that allows skipping'
        end
        when 'delegate' then 'you have no task in this review'
        else 'this needs the permission workflow.control in the brand'
      end
      when run.status is distinct from 'active' then format('a content that is %s is not in review', content.status)
      when action <> 'cancel' and not is_open then 'changes are requested: the content is submitted first'
    end;
    verdicts := verdicts || jsonb_build_object(
      'action', action, 'is_allowed', obstacle is null, 'rule', null, 'reason', obstacle
    );
  end loop;
  return verdicts;
end;
$$;
comment on function private.review_verdicts is
'Returns for each act on a review whether the caller may do it now, and why not: {action, is_allowed, rule, reason}.';
