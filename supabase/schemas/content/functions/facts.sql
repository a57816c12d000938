create function private.contents_with_violations(content_ids uuid[])
returns uuid[]
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_generic_plan' -- every read of approved contents asks for it
as $$
declare
  -- Most contents have no open review of claims: their texts need not be read.
  checked constant uuid [] := array(
    select review.content_id from public.claim_reviews as review
    where review.content_id = any (content_ids) and review.violations > 0 and review.overridden_at is null
  );
begin
  if checked = '{}' then
    return checked;
  end if;
  return array(
    select contents.id from public.contents where contents.id = any (checked) and private.has_open_violations(contents)
  );
end;
$$;
comment on function private.contents_with_violations is 'Returns those of the contents for which has_open_violations.';

create function private.content_facts(
  page private.content_page, access private.brand_access[], step_run_id uuid default null
)
returns private.content_facts[]
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_generic_plan' -- every read of contents asks for it
as $$
declare
  caller constant uuid := auth.uid();
  facts private.content_facts [] := '{}';
  held private.brand_access;
  is_readable boolean;
  item_id uuid;
  brand uuid;
  state text;
  step jsonb;
  is_own boolean;
  has_task boolean;
  is_decider boolean;
  has_run boolean;
  is_assigned_workflow boolean;
  has_workflow boolean;
  is_open_step boolean;
  has_decided boolean;
  has_violations boolean;
  -- What the rules look at depends on the state: nothing else is looked up.
  drafts uuid [] := '{}';
  startable uuid [] := '{}';
  reviewed uuid [] := '{}';
  approved uuid [] := '{}';
  running uuid [] := '{}';
  kinds text [] := '{}';
  tasked uuid [] := '{}';
  steps jsonb := '{}';
begin
  for place in 1 .. cardinality(page.ids) loop
    continue when page.deletions[place] is not null;
    state := page.statuses[place];
    if state in ('draft', 'rejected') then
      if state = 'draft' then
        drafts := drafts || page.ids[place];
      end if;
      if page.brands[place] <> all (startable) then
        startable := startable || page.brands[place];
      end if;
    elsif state in ('pending_review', 'in_review') then
      reviewed := reviewed || page.ids[place];
    elsif state in ('approved', 'scheduled') then
      approved := approved || page.ids[place];
    end if;
  end loop;
  if drafts <> '{}' then
    -- A run also waits at a draft, whose changes were requested.
    running := array(
      select run.content_id from public.workflow_instances as run
      where run.content_id = any (drafts) and run.status = 'active'
    );
  end if;
  if startable <> '{}' then
    kinds := private.workflow_kinds(startable);
  end if;
  if reviewed <> '{}' then
    tasked := array(
      select task.content_id from public.workflow_tasks as task
      where task.content_id = any (reviewed) and task.assignee_id = caller and task.status = 'pending'
    );
    steps := (
      select coalesce(jsonb_object_agg(open_step.content_id, to_jsonb(open_step)), '{}')
      from private.steps_to_decide(reviewed, content_facts.step_run_id) as open_step
    );
  end if;
  if approved <> '{}' then
    approved := private.contents_with_violations(approved);
  end if;
  for place in 1 .. cardinality(page.ids) loop
    if brand is distinct from page.brands[place] then
      brand := page.brands[place];
      is_readable := false;
      foreach held in array access loop
        is_readable := held.brand_id = brand and 'content.read' = any (held.permissions);
        exit when is_readable;
      end loop;
    end if;
    continue when not is_readable;
    item_id := page.ids[place];
    state := case when page.deletions[place] is null then page.statuses[place] else 'deleted' end;
    is_own := coalesce(page.creators[place] = caller, false);
    has_task := false;
    is_decider := false;
    has_run := false;
    is_assigned_workflow := false;
    has_workflow := false;
    is_open_step := false;
    has_decided := false;
    has_violations := false;
    step := null;
    if state in ('draft', 'rejected') then
      has_run := state = 'draft' and item_id = any (running);
      has_workflow := brand || ' ' = any (kinds);
      is_assigned_workflow := has_workflow and (
        brand || ' *' = any (kinds) or brand || ' ' || page.types[place] = any (kinds)
      );
    elsif state in ('pending_review', 'in_review') then
      step := steps -> item_id::text;
      has_run := true;
      has_task := item_id = any (tasked);
      has_decided := coalesce((step ->> 'has_decided')::boolean, false);
      is_decider := coalesce(
        held.is_member and ((step ->> 'has_task')::boolean or has_decided)
        and ((step ->> 'is_named')::boolean or not is_own), false
      );
      is_open_step := coalesce((step ->> 'is_open')::boolean, false);
    elsif state in ('approved', 'scheduled') then
      has_violations := item_id = any (approved);
    end if;
    facts := facts || (
      item_id, brand, page.statuses[place], state, is_own, has_task, is_decider, has_run, is_assigned_workflow,
      has_workflow, is_open_step, has_decided, nullif(step -> 'decisions', 'null'),
      coalesce(page.expiries[place] <= now(), false), has_violations
    )::private.content_facts;
  end loop;
  return facts;
end;
$$;
comment on function private.content_facts is
'Returns what the rules ask about these contents and the caller, as far as it matters in their state; nothing of a
content that the caller may not read. access: what the caller holds in their brands. step_run_id: the step that the
caller decides, instead of the one that steps_to_decide would choose.';
