create function private.contents_with_claim_obstacles(content_ids uuid[], brand_ids uuid[])
returns uuid[]
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_generic_plan' -- every read of approved contents asks for it
as $$
declare
  -- Most brands have no claims, and most contents no open review of them: their texts need not be read.
  claiming constant uuid [] := array(
    select link.brand_id from public.brand_master_claim_brands as link where link.brand_id = any (brand_ids)
  );
  checked constant uuid [] := array(
    select review.content_id from public.claim_reviews as review
    where
      review.content_id = any (content_ids) and review.violations > 0 and review.overridden_at is null
      and review.is_current
  );
begin
  if checked = '{}' and claiming = '{}' then
    return checked;
  end if;
  return array(
    select contents.id from public.contents
    where
      contents.id = any (content_ids) and (contents.id = any (checked) or contents.brand_id = any (claiming))
      and private.claims_refusal(contents) is not null
  );
end;
$$;
comment on function private.contents_with_claim_obstacles is
'Returns those of the contents that their claims keep from being published: see private.claims_refusal. brand_ids: the
brands of the contents.';

create function private.in_states(page private.content_page, states text[])
returns uuid[]
language plpgsql
immutable
set search_path = ''
as $$
declare
  ids uuid [] := '{}';
begin
  for place in 1 .. cardinality(page.ids) loop
    if page.deletions[place] is null and page.statuses[place] = any (states) then
      ids := ids || page.ids[place];
    end if;
  end loop;
  return ids;
end;
$$;
comment on function private.in_states is 'Returns the contents of a page that are in one of these states.';

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
  caller constant uuid := access[1].user_id;
  facts private.content_facts [] := '{}';
  held private.brand_access;
  is_readable boolean;
  item_id uuid;
  brand uuid;
  state text;
  step jsonb;
  is_own boolean;
  is_expired boolean;
  has_run boolean;
  has_workflow boolean;
  has_decided boolean;
  -- What the rules look at depends on the state: nothing else is looked up.
  reviewed uuid [];
  approved uuid [];
  running uuid [];
  kinds text [];
  tasked uuid [];
  steps jsonb;
begin
  if caller is null then
    return facts; -- the caller holds nothing
  end if;
  for place in 1 .. cardinality(page.ids) loop
    if brand is distinct from page.brands[place] then
      brand := page.brands[place];
      foreach held in array access loop
        is_readable := held.brand_id = brand and 'content.read' = any (held.permissions);
        exit when is_readable;
      end loop;
    end if;
    continue when is_readable is not true;
    item_id := page.ids[place];
    is_own := coalesce(page.creators[place] = caller, false);
    is_expired := coalesce(page.expiries[place] <= now(), false);
    state := case when page.deletions[place] is null then page.statuses[place] else 'deleted' end;
    case
      when state in ('draft', 'rejected') then
        if kinds is null then
          -- Of all contents of the page at once. A run also waits at a draft, whose changes were requested.
          select
            array(
              select run.content_id from public.workflow_instances as run
              where run.content_id = any (page.ids) and run.status = 'active'
            ),
            case
              when exists (
                select from public.workflows where workflows.brand_id = any (page.brands) and workflows.is_active
              ) then private.workflow_kinds(page.brands)
              else '{}'
            end
          into running, kinds;
        end if;
        has_run := state = 'draft' and item_id = any (running);
        has_workflow := kinds <> '{}' and brand || ' ' = any (kinds);
        facts := facts || (
          item_id, brand, state, state, is_own, false, false, has_run,
          has_workflow and (brand || ' *' = any (kinds) or brand || ' ' || page.types[place] = any (kinds)),
          has_workflow, false, false, null, is_expired, false
        )::private.content_facts;
      when state in ('pending_review', 'in_review') then
        if steps is null then
          reviewed := private.in_states(page, '{pending_review, in_review}');
          tasked := array(
            select task.content_id from public.workflow_tasks as task
            where task.content_id = any (reviewed) and task.assignee_id = caller and task.status = 'pending'
          );
          steps := (
            select coalesce(jsonb_object_agg(open_step.content_id, to_jsonb(open_step)), '{}')
            from private.steps_to_decide(reviewed, content_facts.step_run_id) as open_step
          );
        end if;
        step := steps -> item_id::text;
        has_decided := coalesce((step ->> 'has_decided')::boolean, false);
        facts := facts || (
          item_id, brand, state, state, is_own, item_id = any (tasked),
          coalesce(
            held.is_member and ((step ->> 'has_task')::boolean or has_decided)
            and ((step ->> 'is_named')::boolean or not is_own), false
          ),
          true, false, false, coalesce((step ->> 'is_open')::boolean, false), has_decided,
          nullif(step -> 'decisions', 'null'), is_expired, false
        )::private.content_facts;
      when state in ('approved', 'scheduled') then
        if approved is null then
          approved := private.contents_with_claim_obstacles(
            private.in_states(page, '{approved, scheduled}'), page.brands
          );
        end if;
        facts := facts || (
          item_id, brand, state, state, is_own, false, false, false, false, false, false, false, null, is_expired,
          item_id = any (approved)
        )::private.content_facts;
      else
        facts := facts || (
          item_id, brand, page.statuses[place], state, is_own, false, false, false, false, false, false, false, null,
          is_expired, false
        )::private.content_facts;
    end case;
  end loop;
  return facts;
end;
$$;
comment on function private.content_facts is
'Returns what the rules ask about these contents and the caller, as far as it matters in their state; nothing of a
content that the caller may not read. access: what the caller holds in their brands. step_run_id: the step that the
caller decides, instead of the one that steps_to_decide would choose.';
