create function private.vetting_step(content public.contents, step_id uuid)
returns public.workflow_step_runs
language plpgsql
stable
set search_path = ''
as $$
declare
  step public.workflow_step_runs;
begin
  perform private.require_permission(content.brand_id, 'workflow.read', 'review');
  select step_run.* into step
  from public.workflow_step_runs as step_run
  where
    step_run.id = vetting_step.step_id and step_run.content_id = content.id and step_run.brand_id = content.brand_id;
  if step.id is null then
    perform private.refuse(404, 'step not found');
  end if;
  if step.status not in ('waiting', 'active') then
    perform private.refuse(409, format('the step is %s already', step.status));
  end if;
  return step;
end;
$$;
comment on function private.vetting_step is
'Returns a step of a content''s review. Refuses with 404 steps of other contents, and with 409 closed ones.';

create function private.refuse_second_vetting(content public.contents, step_id uuid, market text, is_forced boolean)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  -- The content is locked: of two requests at once, the second one sees the generation of the first.
  if exists (
    select from public.ai_generations as generation
    where
      generation.content_id = content.id and generation.brand_id = content.brand_id
      and generation.type = 'vetting_feedback' and generation.status = 'pending'
      and generation.content_version = content.version
      and generation.parameters ->> 'stepId' = step_id::text and generation.parameters ->> 'market' = market
  ) then
    perform private.refuse(409, 'the feedback is being produced already');
  end if;
  if not is_forced and exists (
    select from public.vetting_feedback as stored
    where
      stored.content_id = content.id and stored.content_version = content.version
      and stored.step_run_id = step_id and stored.market = refuse_second_vetting.market
  ) then
    perform private.refuse(409, 'there is feedback on this version already');
  end if;
end;
$$;
comment on function private.refuse_second_vetting is
'Refuses (409) to produce feedback on a version for a step and a market while it is being produced, or where there is
some and none is forced.';

create function private.vetting_facts(asked jsonb, content public.contents)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  step constant public.workflow_step_runs := private.vetting_step(content, (asked ->> 'stepId')::uuid);
  -- Of the parameters, as record_vetting_feedback reads it from the generation.
  market constant text := asked -> 'parameters' ->> 'market';
  agencies jsonb;
begin
  if market is null or cardinality(private.unknown_countries(array[market])) > 0 then
    perform private.refuse(400, 'a market is one country', jsonb_build_array(jsonb_build_object(
      'field', 'market', 'code', 'INVALID_FORMAT', 'message', 'an ISO 3166-1 alpha-2 code is expected'
    )));
  end if;
  perform private.refuse_second_vetting(content, step.id, market, (asked ->> 'isForced')::boolean);
  select jsonb_agg(
    jsonb_build_object('id', agency.id, 'name', agency.name, 'priority', agency.priority)
    order by agency.place, agency.name, agency.id
  ) into agencies
  from (
    select agencies.*, array_position('{High,Medium,Low}'::text [], agencies.priority) as place
    from public.vetting_agencies as agencies
    where
      agencies.brand_id = content.brand_id and agencies.is_active and agencies.status = 'verified'
      and (agencies.country_code is null or agencies.country_code = market)
    order by place, agencies.name, agencies.id
    limit 20
  ) as agency;
  -- No agency is no "nothing to object to".
  if agencies is null then
    perform private.refuse(409, 'the brand has no active, verified vetting agency in this market');
  end if;
  return jsonb_build_object(
    'step', step.name, 'instructions', step.definition ->> 'instructions', 'agencies', agencies
  );
end;
$$;
comment on function private.vetting_facts is
'Returns {step, instructions, agencies: [{id, name, priority}]} for feedback on a content: the active, verified agencies
of the market and those of all countries, the most important 20. Refuses what needs no second production (409), and
markets without an agency (409).';

create function private.record_vetting_feedback(generation public.ai_generations, feedback jsonb)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  stored public.vetting_feedback;
begin
  insert into public.vetting_feedback (
    brand_id, content_id, content_version, step_run_id, market, generation_id, items, created_by
  )
  select
    generation.brand_id, generation.content_id, generation.content_version, step_run.id,
    generation.parameters ->> 'market', generation.id, feedback, generation.user_id
  from public.workflow_step_runs as step_run
  where
    step_run.id = (generation.parameters ->> 'stepId')::uuid and step_run.content_id = generation.content_id
  on conflict on constraint vetting_feedback_once_key do update set
    generation_id = excluded.generation_id, items = excluded.items, created_by = excluded.created_by, created_at = now()
  returning * into stored;
  if stored.id is not null then
    perform private.append_event(
      stored.brand_id, 'content', stored.content_id, 'VettingFeedbackProduced', jsonb_build_object(
        'stepId', stored.step_run_id, 'market', stored.market, 'version', stored.content_version,
        'items', jsonb_array_length(stored.items)
      )
    );
  end if;
end;
$$;
comment on function private.record_vetting_feedback is
'Stores the feedback of a generation for the version, the step and the market that it was asked for, in place of earlier
feedback; does nothing if the review is gone by now.';

create function public.list_vetting_feedback(
  content_id uuid,
  step_id uuid default null,
  market text default null,
  content_version integer default null
)
returns setof jsonb
language plpgsql
stable
security definer -- names people of the brand
set search_path = ''
as $$
#variable_conflict use_column
declare
  content public.contents;
begin
  if private.access_to_content(list_vetting_feedback.content_id) is null then
    return;
  end if;
  select contents.* into content from public.contents where contents.id = list_vetting_feedback.content_id;
  perform private.require_permission(content.brand_id, 'workflow.read', 'review');
  return query
  select jsonb_build_object(
    'id', stored.id, 'content_id', stored.content_id, 'content_version', stored.content_version,
    'is_current', stored.content_version = content.version, 'step_id', stored.step_run_id,
    'step_name', step_run.name, 'market', stored.market, 'generation_id', stored.generation_id,
    'items', stored.items, 'created_by', private.person_document(stored.created_by, stored.brand_id),
    'created_at', stored.created_at
  )
  from public.vetting_feedback as stored
  inner join public.workflow_step_runs as step_run on step_run.id = stored.step_run_id
  where
    stored.content_id = content.id and stored.brand_id = content.brand_id
    and (list_vetting_feedback.step_id is null or stored.step_run_id = list_vetting_feedback.step_id)
    and (list_vetting_feedback.market is null or stored.market = list_vetting_feedback.market)
    and (
      list_vetting_feedback.content_version is null
      or stored.content_version = list_vetting_feedback.content_version
    )
  order by stored.created_at desc, stored.id desc
  limit 50;
end;
$$;
comment on function public.list_vetting_feedback is
'Lists the feedback on a content that the caller may read, the newest 50 first: of a step, a market or a version if they
are given.';
grant execute on function public.list_vetting_feedback to authenticated, service_role;
