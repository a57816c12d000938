-- Every read asks what its caller may do with a content. The function has private.content_rules as expressions, written
-- from the rows, since to look them up takes longer than all else of a read. private.content_verdicts evaluates the
-- rows themselves, and says why an action is refused; a test compares both for all that the rules look at.

do $do$
begin
  execute format(
    $function$
create function private.granted_actions(
  fact private.content_facts, held private.brand_access, out allowed_actions text[], out readable text[]
)
language plpgsql
immutable
set search_path = ''
as $$
begin
  case fact.state
    %s
    else
      allowed_actions := '{}';
      readable := '{}';
  end case;
end;
$$
$function$,
    (
      with rules as (
        select
          state.name as state, rule.action, rule.position, rule.is_link, rule.name,
          case
            when rule.condition = 'no_workflow' then 'not (fact.has_run or fact.is_assigned_workflow)'
          end as applies,
          concat_ws(
            ' or ',
            concat_ws(
              ' and ', format('%L = any (held.permissions)', rule.permission),
              case
                when rule.others_permission is not null
                  then format('(fact.is_own or %L = any (held.permissions))', rule.others_permission)
              end,
              case when rule.excludes_creator then 'not fact.is_own' end
            ),
            -- The grants to creators, assignees and deciders.
            case when rule.creator_in <> '{}' or rule.grants_assignee or rule.grants_decider then format(
              '(%s) and %L <> all (held.restrictions) and (held.scope is null or %L = any (held.scope))',
              concat_ws(
                ' or ',
                case
                  when rule.creator_in <> '{}'
                    then format('fact.is_own and fact.status = any (%L::text [])', rule.creator_in)
                end,
                case when rule.grants_assignee then 'fact.has_task' end,
                case when rule.grants_decider then 'fact.is_decider' end
              ), rule.permission, coalesce(rule.grant_scope, rule.permission)
            ) end
          ) as granted,
          case rule.condition
            when 'workflow' then '(fact.has_run or fact.has_workflow)'
            when 'run' then 'fact.has_run'
            when 'publishable' then 'not fact.is_expired and not fact.has_violations'
            when 'step' then format(
              'fact.is_open_step and not fact.has_decided and coalesce(fact.decisions ? %L, true)',
              case rule.action when 'requestChanges' then 'request_changes' else rule.action end
            )
          end as possible
        from private.content_rules as rule
        cross join unnest(rule.states) as state (name)
      ),

      -- An action is allowed where one of its rules applies, and each one that applies grants it.
      actions as (
        select
          rules.state, rules.action, rules.position, rules.is_link,
          format(
            'case when %s then %L end',
            concat_ws(
              ' and ',
              case
                when bool_and(rules.applies is not null)
                  then format('(%s)', string_agg(rules.applies, ' or ' order by rules.name))
              end,
              string_agg(
                format(
                  case when rules.applies is null then '%2$s' else '(not (%1$s) or %2$s)' end,
                  rules.applies, concat_ws(' and ', format('(%s)', rules.granted), rules.possible)
                ), ' and ' order by rules.name
              )
            ), rules.action
          ) as given
        from rules
        group by rules.state, rules.action, rules.position, rules.is_link
      ),

      states as (
        select
          actions.state,
          string_agg(actions.given, ', ' order by actions.position) filter (where not actions.is_link) as allowed,
          string_agg(actions.given, ', ' order by actions.position) filter (where actions.is_link) as readable
        from actions
        group by actions.state
      )

      select string_agg(
        format(
          e'when %L then\n      allowed_actions := array_remove(array[%s], null);\n'
          '      readable := array_remove(array[%s], null);',
          states.state, states.allowed, states.readable
        ), e'\n    ' order by states.state
      )
      from states
    )
  );
end;
$do$;
comment on function private.granted_actions is
'Returns the actions that the rules allow to a caller who holds this in the brand of the content, in the order of
answers, and what they may read of what it links to.';
