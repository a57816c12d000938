create function private.condition_text(condition jsonb)
returns text
language plpgsql
immutable
set search_path = ''
as $$
begin
  return concat_ws(
    ' ', condition ->> 'field', replace(condition ->> 'operator', '_', ' '),
    case when condition ->> 'operator' <> 'exists' then left((condition -> 'value')::text, 200) end
  );
end;
$$;
comment on function private.condition_text is 'Says a condition in words, such as `tags contains "health"`.';

create function private.step_reason(step jsonb, content public.contents)
returns text
language plpgsql
immutable
set search_path = ''
as $$
declare
  condition constant jsonb := nullif(step -> 'condition', 'null');
  skip_condition constant jsonb := nullif(step -> 'skip_condition', 'null');
begin
  return case
    when condition is not null and not private.condition_holds(content, condition) then format(
      'its condition does not hold: %s, and %s is %s', private.condition_text(condition), condition ->> 'field',
      coalesce(left(private.condition_value(content, condition ->> 'field')::text, 200), 'empty')
    )
    when skip_condition is not null and private.condition_holds(content, skip_condition)
      then format('its skip condition holds: %s', private.condition_text(skip_condition))
    when condition is not null then format('its condition holds: %s', private.condition_text(condition))
    else 'it has no condition'
  end;
end;
$$;
comment on function private.step_reason is 'Says why a step applies to a content, or why it is passed over.';

create function private.shown_path_people(step jsonb, brand uuid, author uuid, access private.brand_access[])
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  asked uuid [] := '{}';
  is_instead boolean := false;
  found record;
  names jsonb;
begin
  -- As private.ask_people does: those who are there, then those who stand in.
  for found in
    select people.person, people.is_instead, (private.active_delegation(people.person, brand)).id is not null as is_away
    from private.people_to_ask(step, brand, author) as people
    order by is_away, people.person
  loop
    is_instead := is_instead or found.is_instead;
    asked := asked || array(
      select each from unnest(case
        -- Notifications go to the people themselves.
        when found.is_away and step ->> 'type' <> 'notification' then private.stand_ins_in(
          found.person, step, brand, author, case when step -> 'require_all_approvals' = 'true' then asked else '{}' end
        )
        else array[found.person]
      end) as each
      where each <> all (asked)
    );
  end loop;
  names := private.people_named(asked, access);
  return jsonb_build_object(
    'people', (
      select coalesce(jsonb_agg(jsonb_build_object('id', named.key, 'name', named.value) order by named.value), '[]')
      from jsonb_each(names) as named
    ),
    'people_count', cardinality(asked), 'asks_admins_instead', is_instead
  );
end;
$$;
comment on function private.shown_path_people is
'Returns whom a step would ask now, or who stands in for them, by the names that the caller may know, and how many they
are.';

create function private.review_path(
  definition jsonb, content public.contents, starts_at timestamptz, priority text default 'normal'
)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  access constant private.brand_access [] := private.access_held(array[content.brand_id]);
  steps constant jsonb := definition -> 'steps';
  most constant integer := jsonb_array_length(steps);
  states text [] := array_fill('waiting'::text, array[most]);
  opens timestamptz [] := array_fill(null::timestamptz, array[most]);
  closes timestamptz [] := array_fill(null::timestamptz, array[most]);
  at timestamptz := starts_at;
  is_open_ended boolean := false;
  is_changed boolean;
  is_any_required constant boolean := exists (
    select from jsonb_array_elements(steps) as step where (step ->> 'is_required')::boolean is not false
  );
  step_run public.workflow_step_runs;
  place integer;
  next_place integer;
  shown jsonb := '[]';
begin
  loop
    -- Opens what is ready, as private.advance_run does.
    loop
      is_changed := false;
      for place in 1..most loop
        continue when states[place] <> 'waiting' or exists (
          select from generate_series(1, most) as other
          where
            other <> place and states[other] not in ('asked', 'skipped', 'notified', 'checked')
            and private.waits_on(
              definition ->> 'type', steps #> array[(place - 1)::text, 'prerequisites'], place, other
            )
        );
        is_changed := true;
        step_run.definition := steps -> place - 1;
        opens[place] := at;
        closes[place] := at;
        if not private.step_applies(step_run, content) then
          states[place] := 'skipped';
        elsif step_run.definition ->> 'type' = 'notification' then
          states[place] := 'notified';
        elsif step_run.definition ->> 'type' = 'automated' then
          states[place] := 'checked';
        else
          states[place] := 'open';
          closes[place] := at + private.time_to_decide(
            coalesce((step_run.definition ->> 'timeout_hours')::integer, 0), review_path.priority
          );
        end if;
      end loop;
      exit when not is_changed;
    end loop;
    exit when not exists (
      select from generate_series(1, most) as other
      where
        states[other] in ('waiting', 'open')
        and (not is_any_required or (steps #>> array[(other - 1)::text, 'is_required'])::boolean is not false)
    );
    select other into next_place
    from generate_series(1, most) as other
    where states[other] = 'open'
    order by closes[other], other
    limit 1;
    exit when next_place is null;
    states[next_place] := 'asked';
    at := closes[next_place];
  end loop;
  for place in 1..most loop
    is_open_ended := is_open_ended or (
      states[place] = 'asked' and steps #>> array[(place - 1)::text, 'timeout_hours'] is null
    );
    shown := shown || (jsonb_build_object(
      'position', place,
      'name', steps #> array[(place - 1)::text, 'name'],
      'type', steps #> array[(place - 1)::text, 'type'],
      'outcome', case states[place] when 'waiting' then 'not_reached' when 'open' then 'not_awaited' else states[place] end,
      'reason', case states[place]
        when 'waiting' then 'the review ends before the step opens'
        when 'open' then 'the step is optional, and the review ends before it is due'
        else private.step_reason(steps -> place - 1, content)
      end,
      'is_required', (steps #>> array[(place - 1)::text, 'is_required'])::boolean is not false,
      'requires_all', (steps #>> array[(place - 1)::text, 'require_all_approvals'])::boolean is true,
      'opens_at', opens[place],
      'due_at', case when states[place] in ('asked', 'open') then opens[place] + private.time_to_decide(
        (steps #>> array[(place - 1)::text, 'timeout_hours'])::integer, review_path.priority
      ) end,
      'waits_for', to_jsonb(private.waits_for(
        definition ->> 'type', steps #> array[(place - 1)::text, 'prerequisites'], place
      )),
      'beside', (
        select coalesce(jsonb_agg(other order by other), '[]') from generate_series(1, most) as other
        where
          other <> place and states[place] in ('asked', 'open') and states[other] in ('asked', 'open')
          and (
            opens[other] = opens[place]
            or (opens[other] < closes[place] and opens[place] < closes[other])
          )
          and other <> all (private.steps_before(definition, steps -> place - 1))
          and place <> all (private.steps_before(definition, steps -> other - 1))
      )
    ) || case
      when states[place] in ('asked', 'open', 'notified')
        then private.shown_path_people(steps -> place - 1, content.brand_id, content.created_by, access)
      else '{"people": [], "people_count": 0, "asks_admins_instead": false}'::jsonb
    end);
  end loop;
  return jsonb_build_object(
    'starts_at', starts_at,
    'ends_at', at,
    'is_open_ended', is_open_ended,
    'is_approved_at_once', not ('asked' = any (states)),
    'times_out_at', case
      when starts_at + make_interval(hours => (definition ->> 'timeout_hours')::integer) < at
        then starts_at + make_interval(hours => (definition ->> 'timeout_hours')::integer)
    end,
    'steps', shown
  );
end;
$$;
comment on function private.review_path is
'Returns the path that a review of a content would take if everybody approves at the last moment: {starts_at, ends_at,
is_open_ended, is_approved_at_once, times_out_at, steps}. It asks what the engine asks: waits_on, step_applies,
time_to_decide and people_to_ask.';

create function public.find_review_path(
  brand_id uuid default null,
  workflow_id uuid default null,
  definition jsonb default null,
  content_id uuid default null,
  sample jsonb default '{}',
  starts_at timestamptz default now(),
  priority text default 'normal'
)
returns jsonb
language plpgsql
stable
security definer -- asks for the people of the brand, as a review does
set search_path = ''
as $$
#variable_conflict use_variable
declare
  workflow public.workflows;
  content public.contents;
  brand uuid := brand_id;
  followed jsonb := definition;
begin
  if workflow_id is not null then
    select * into workflow from public.workflows where workflows.id = workflow_id;
    perform private.require_permission(workflow.brand_id, 'workflow.read', 'workflow');
    brand := workflow.brand_id;
    followed := coalesce(definition, private.workflow_definition(workflow));
  end if;
  perform private.require_permission(brand, 'workflow.read');
  followed := case
    when definition is not null then private.bounded_definition(followed) else private.normal_definition(followed)
  end;
  if definition is not null then
    -- It may name addresses, which a check tells to be members or not.
    perform private.require_permission(brand, 'workflow.write');
    perform private.require_sound_workflow(brand, followed);
    followed := private.with_members(followed, brand);
  end if;
  if content_id is not null then
    perform private.require_visible_content(content_id);
    select contents.* into content from public.contents where contents.id = content_id;
    if content.brand_id <> brand then
      perform private.refuse(400, 'the content is of another brand', jsonb_build_array(
        private.problem('INVALID_FORMAT', 'is of another brand than the workflow') || '{"field": "contentId"}'
      ));
    end if;
  else
    content := jsonb_populate_record(null::public.contents, jsonb_build_object(
      'type', 'article', 'title', '', 'tags', '[]'::jsonb, 'fields', '{}'::jsonb, 'metadata', '{}'::jsonb,
      'created_by', auth.uid()
    ) || sample);
    content.brand_id := brand;
  end if;
  return private.review_path(followed, content, coalesce(starts_at, now()), priority);
end;
$$;
comment on function public.find_review_path is
'Returns the path that a review by a workflow, or by a definition that is not saved, would take for a content or for
sample values {type, title, tags, fields, metadata, created_by}: see private.review_path. Changes nothing. A definition
requires workflow.write, all else workflow.read.';
grant execute on function public.find_review_path to authenticated, service_role;
