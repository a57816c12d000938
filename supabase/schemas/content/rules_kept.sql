-- Every read asks what its caller may do with a content. granted_by_rules has private.content_rules as expressions,
-- written from the rows, since to look them up takes longer than all else of a read. granted_actions has the answers of
-- that function for members of whom only the role counts, written by calling it. private.content_verdicts evaluates the
-- rows themselves, and says why an action is refused; a test compares both for all that the rules look at.

do $do$
begin
  execute format(
    $function$
create function private.granted_by_rules(
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
comment on function private.granted_by_rules is
'Returns the actions that the rules allow to a caller who holds this in the brand of the content, in the order of
answers, and what they may read of what it links to.';

do $do$
declare
  -- For each state what its rules look at. The others are asked for by the steps of a review, or are of what is deleted:
  -- too many answers to keep.
  looked_at constant jsonb := '{
    "draft": ["is_own", "has_run", "is_assigned_workflow", "has_workflow"],
    "rejected": ["is_own", "has_workflow"],
    "approved": ["is_own", "is_expired", "has_violations"],
    "scheduled": ["is_expired", "has_violations"],
    "published": [],
    "archived": ["is_own"]
  }';
  branches text := '';
  state text;
  names text [];
  answers text [];
  readable text;
  granted record;
begin
  for state in select jsonb_object_keys(looked_at) order by 1 loop
    names := array(select jsonb_array_elements_text(looked_at -> state));
    answers := '{}';
    for role in 0 .. 2 loop
      for facts in 0 .. (1 << cardinality(names)) - 1 loop
        granted := private.granted_by_rules(
          jsonb_populate_record(
            null::private.content_facts,
            '{
              "is_own": false, "has_task": false, "is_decider": false, "has_run": false, "is_assigned_workflow": false,
              "has_workflow": false, "is_open_step": false, "has_decided": false, "is_expired": false,
              "has_violations": false
            }' || jsonb_build_object('status', state, 'state', state) || coalesce((
              select jsonb_object_agg(looked.name, facts >> (looked.place::integer - 1) & 1 = 1)
              from unnest(names) with ordinality as looked (name, place)
            ), '{}')
          ),
          (
            null, true, private.permissions_of((enum_range(null::public.brand_role))[role + 1]), '{}', null, null, null
          )::private.brand_access
        );
        answers := answers || granted.allowed_actions::text;
        -- Every role may read the same of what a content links to.
        if readable <> granted.readable::text then
          raise exception using errcode = 'PT500', message = format('what %s may read differs by role', state);
        end if;
        readable := granted.readable;
      end loop;
    end loop;
    branches := branches || format(
      e'      when %L then\n        allowed_actions := (%L::text [])[1 + place * %s%s];\n',
      state, answers, 1 << cardinality(names),
      (
        select string_agg(format(' + %s * fact.%I::integer', 1 << (looked.place::integer - 1), looked.name), '')
        from unnest(names) with ordinality as looked (name, place)
      )
    );
  end loop;
  execute format(
    $function$
create function private.granted_actions(
  fact private.content_facts, held private.brand_access, out allowed_actions text[], out readable text[]
)
language plpgsql
immutable
set search_path = ''
as $$
declare
  -- In the order of the answers.
  place constant integer := case held.role %s end;
  granted record;
begin
  if place is not null and not fact.has_task and not fact.is_decider then
    case fact.state
%s      else
    end case;
  end if;
  if allowed_actions is not null then
    readable := %L;
    return;
  end if;
  granted := private.granted_by_rules(fact, held);
  allowed_actions := granted.allowed_actions;
  readable := granted.readable;
end;
$$
$function$,
    (
      select string_agg(format('when %L then %s', role.name, role.place - 1), ' ' order by role.place)
      from unnest(enum_range(null::public.brand_role)) with ordinality as role (name, place)
    ),
    branches, readable
  );
end;
$do$;
comment on function private.granted_actions is
'Returns the actions that the rules allow to a caller who holds this in the brand of the content, in the order of
answers, and what they may read of what it links to.';

do $do$
begin
  execute format($function$
create function private.is_editable(status text)
returns boolean
language plpgsql
immutable
set search_path = ''
as $$
begin
  return status = any (%L::text []);
end;
$$
$function$, (
    select array_agg(distinct state.name order by state.name)
    from private.content_rules as rule cross join unnest(rule.states) as state (name) where rule.action = 'edit'
  ));
end;
$do$;
comment on function private.is_editable is 'Whether the rules of contents let this status be edited at all.';
