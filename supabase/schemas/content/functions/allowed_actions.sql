create function private.allowed_actions(page private.content_page, access private.brand_access[])
returns json
language plpgsql
stable
set search_path = ''
as $$
declare
  fact private.content_facts;
  held private.brand_access;
  granted record;
  -- What is alike for the rules, the contents of each kind as text, and the answer for them.
  kind text;
  place integer;
  known text [] := '{}';
  ids text [] := '{}';
  answers text [] := '{}';
begin
  foreach fact in array private.content_facts(page, access) loop
    if held.brand_id is distinct from fact.brand_id then
      foreach held in array access loop
        exit when held.brand_id = fact.brand_id;
      end loop;
    end if;
    kind := concat(
      fact.brand_id, fact.status, fact.state, fact.is_own, fact.has_task, fact.is_decider, fact.has_run,
      fact.is_assigned_workflow, fact.has_workflow, fact.is_open_step, fact.has_decided, fact.is_expired,
      fact.has_violations, fact.decisions
    );
    place := array_position(known, kind);
    if place is null then
      granted := private.granted_actions(fact, held);
      known := known || kind;
      ids := ids || format('"%s"', fact.content_id);
      answers := answers || format(
        '"allowed_actions":%s,"readable":%s', to_json(granted.allowed_actions), to_json(granted.readable)
      );
    else
      ids[place] := format('%s,"%s"', ids[place], fact.content_id);
    end if;
  end loop;
  kind := '';
  for place in 1 .. cardinality(known) loop
    kind := kind || case when place > 1 then ',' else '' end || format('{"content_ids":[%s],%s}', ids[place], answers[place]);
  end loop;
  return '[' || kind || ']';
end;
$$;
comment on function private.allowed_actions is
'Returns groups of these contents with what the caller may do with them now, and what they link to that the caller may
read: [{content_ids, allowed_actions, readable}]. No group has a content that the caller may not read. access: what the
caller holds in their brands.';
