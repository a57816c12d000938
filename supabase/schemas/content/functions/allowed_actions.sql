create function private.allowed_actions(
  subjects private.content_subject[], access private.brand_access[]
)
returns table (content_ids uuid[], allowed_actions text[], readable text[])
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_generic_plan' -- every read of contents asks for it
as $$
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
$$;
comment on function private.allowed_actions is
'Returns groups of these contents with what the caller may do with them now, and what they link to that the caller may
read. No group has a content that the caller may not read. access: what the caller holds in their brands.';
