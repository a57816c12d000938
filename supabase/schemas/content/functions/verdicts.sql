create function private.content_verdicts(
  facts private.content_facts[], access private.brand_access[], wanted text default null
)
returns table (fact integer, action text, rank integer, is_link boolean, rule text, reason text)
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_generic_plan' -- every read of contents asks for it
as $$
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
$$;
comment on function private.content_verdicts is
'Evaluates the rules of contents: of one action, or of all actions that their states have. fact: the place of the facts
in the array, from 1. reason: null where the action is allowed; permission, restriction, scope, others and not_own mean
that the caller may not (403), all others that it is not possible now (409).';

create function private.verdict_on(content public.contents, action text, step_run_id uuid default null)
returns table (rule text, reason text)
language plpgsql
stable
set search_path = ''
as $$
declare
  access constant private.brand_access [] := private.access_held(array[content.brand_id]);
begin
  return query
    select verdict.rule, verdict.reason
    from private.content_verdicts(
      private.content_facts(private.page_of(content), access, step_run_id), access, action
    ) as verdict;
end;
$$;
comment on function private.verdict_on is
'Evaluates the rules of one action on a content, as content_verdicts does; no row where the caller may not read it.';

create function private.rule_message(reason text, action text, state text, permission text)
returns text
language sql
immutable
set search_path = ''
as $$
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
$$;
comment on function private.rule_message is 'Says in words why a rule refused an action.';

create function private.require_action(
  content public.contents, action text, expected_version integer default null, step_run_id uuid default null
)
returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  access constant private.brand_access [] := private.access_held(array[content.brand_id]);
  facts constant private.content_facts [] := private.content_facts(private.page_of(content), access, step_run_id);
  verdict record;
  rule private.content_rules;
  message text;
  is_forbidden boolean;
begin
  if facts = '{}' then
    perform private.refuse(404, 'content not found');
  end if;
  if action = any ((private.granted_actions(facts[1], access[1])).allowed_actions) then
    perform private.check_version(content, expected_version);
    return;
  end if;
  -- Refused: the rules say why.
  select verdicts.* into verdict from private.verdict_on(content, action, step_run_id) as verdicts;
  is_forbidden := verdict.reason in ('permission', 'restriction', 'scope', 'others', 'not_own');
  if is_forbidden is not true then
    perform private.check_version(content, expected_version);
  end if;
  select content_rules.* into rule from private.content_rules where content_rules.name = verdict.rule;
  message := private.rule_message(
    verdict.reason, action, case when content.deleted_at is null then content.status else 'deleted' end,
    case verdict.reason when 'others' then rule.others_permission else rule.permission end
  );
  if verdict.reason = 'claims' then
    message := coalesce(private.claims_refusal(content), message);
  end if;
  perform private.refuse(case when is_forbidden then 403 else 409 end, message, jsonb_build_array(jsonb_build_object(
    'field', 'action', 'code', case when is_forbidden then 'FORBIDDEN' else 'CONFLICT' end, 'message', message,
    'rule', verdict.rule || '.' || verdict.reason
  )));
end;
$$;
comment on function private.require_action is
'Refuses an action on a content unless its rules allow it to the caller now: with 403 where the caller may not, with 412
where expected_version is given and the content has another, with 409 where it is not possible now. The details name the
rule: its name and, behind a dot, the reason of content_verdicts.';
