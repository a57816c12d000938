create function private.lock_pending_generation(generation_id uuid)
returns public.ai_generations
language plpgsql
volatile
set search_path = ''
as $$
declare
  generation public.ai_generations;
begin
  select * into generation
  from public.ai_generations
  where
    ai_generations.id = generation_id and ai_generations.user_id = auth.uid()
    and private.scope_allows('ai.use', ai_generations.brand_id)
  for update;
  if generation.id is null then
    perform private.refuse(404, 'generation not found');
  end if;
  if generation.status <> 'pending' then
    perform private.refuse(409, format('the generation is %s already', generation.status));
  end if;
  return generation;
end;
$$;
comment on function private.lock_pending_generation is
'Locks the caller''s own generation. Refuses with 404 those of other people, and an API key that may not generate; with
409 those that are settled.';

create function private.close_generation(generation_id uuid, given jsonb)
returns public.ai_generations
language plpgsql
volatile
set search_path = ''
as $$
declare
  is_success boolean := given ->> 'status' = 'completed';
  closed public.ai_generations;
begin
  with used as (
    select
      coalesce(sum((call ->> 'promptTokens')::bigint), 0) as prompt_tokens,
      coalesce(sum((call ->> 'completionTokens')::bigint), 0) as completion_tokens,
      coalesce(sum(private.call_cost(
        call ->> 'provider', call ->> 'model',
        (call ->> 'promptTokens')::bigint, (call ->> 'completionTokens')::bigint
      )), 0) as cost
    from jsonb_array_elements(coalesce(given -> 'calls', '[]')) as call
  )
  update public.ai_generations as generation
  set
    status = case when is_success then 'completed' else 'failed' end::public.generation_status,
    provider = coalesce(given ->> 'provider', generation.provider),
    model = coalesce(given ->> 'model', generation.model),
    output = case when is_success then given -> 'output' end,
    proposal = nullif(given -> 'proposal', 'null'),
    error = left(given ->> 'error', 1000),
    calls = coalesce(given -> 'calls', '[]'),
    violations = coalesce(given -> 'violations', '[]'),
    is_held = coalesce((given ->> 'isHeld')::boolean, false),
    is_cache_hit = coalesce((given ->> 'isCacheHit')::boolean, false),
    prompt_tokens = used.prompt_tokens,
    completion_tokens = used.completion_tokens,
    cost = used.cost,
    reserved = 0,
    latency_ms = (given ->> 'latencyMs')::integer,
    first_token_ms = (given ->> 'firstTokenMs')::integer,
    completed_at = now()
  from used
  where generation.id = close_generation.generation_id
  returning generation.* into closed;
  return closed;
end;
$$;
comment on function private.close_generation is
'Stores the result of a generation with the tokens and the cost of all its calls. Returns the row as it is afterwards.';

create function private.record_assessment(generation public.ai_generations, given jsonb, content_version integer)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  -- The assessment holds for the version that the model read, and for no other.
  if not exists (
    select from public.contents
    where contents.id = generation.content_id and contents.version = content_version and contents.deleted_at is null
  ) then
    return;
  end if;
  if given ? 'alignment' then
    perform public.record_alignment(generation.content_id, content_version, (given ->> 'alignment')::numeric);
  end if;
  if given ? 'claimReview' then
    perform public.record_claim_review(
      generation.content_id, given -> 'claimReview' ->> 'country', given -> 'claimReview' -> 'findings',
      given -> 'claimReview' ->> 'overall', (given -> 'claimReview' ->> 'violations')::integer,
      given -> 'claimReview' ->> 'strictness'
    );
  end if;
end;
$$;
comment on function private.record_assessment is
'Records how well the content matches its brand and the review of its claims, if the result holds either. Does nothing
if the content has another version by now.';

create function public.settle_generation(result jsonb)
returns jsonb
language plpgsql
volatile
security definer -- callers hold no privilege to write generations or budgets themselves
set search_path = ''
as $$
declare
  pending public.ai_generations;
  settled public.ai_generations;
  is_success boolean := result ->> 'status' = 'completed';
  applied_version integer;
  refusal text;
begin
  perform private.require_functions();
  pending := private.lock_pending_generation((result ->> 'generationId')::uuid);
  -- The content is locked before the budget, in the order of begin_generation: otherwise the two could deadlock.
  perform from public.contents where contents.id = pending.content_id for update;
  settled := private.close_generation(pending.id, result);
  perform private.settle_generation_money(
    pending, settled.cost,
    -- Only a success for which a model was called counts against the plan. A caller who hangs up after the answer began
    -- has used the plan as well.
    (is_success and not settled.is_cache_hit and jsonb_array_length(settled.calls) > 0)
    or coalesce((result ->> 'isCutShort')::boolean, false)
  );
  if is_success and not settled.is_held and settled.proposal is not null and settled.content_id is not null then
    -- The call is paid for in any case: a refusal to write into the content is reported and does not undo that.
    begin
      applied_version := private.apply_generation(settled, 'generation ' || settled.id);
    exception when sqlstate 'PT400' or sqlstate 'PT403' or sqlstate 'PT404' or sqlstate 'PT409' then
      refusal := sqlerrm;
    end;
  end if;
  if is_success and settled.type = 'vetting_feedback' then
    perform private.record_vetting_feedback(settled, result -> 'vettingFeedback');
  end if;
  if is_success and settled.content_id is not null then
    begin
      perform private.record_assessment(settled, result, coalesce(applied_version, settled.content_version));
    exception when sqlstate 'PT400' or sqlstate 'PT404' then
      refusal := coalesce(refusal, sqlerrm);
    end;
  end if;
  perform private.append_event(
    settled.brand_id, 'ai_generation', settled.id, 'AIGenerationCompleted',
    jsonb_strip_nulls(jsonb_build_object(
      'requestId', settled.id, 'contentId', settled.content_id, 'success', is_success,
      'tokensUsed', settled.prompt_tokens::bigint + settled.completion_tokens, 'duration', settled.latency_ms,
      'appliedVersion', applied_version, 'isHeld', settled.is_held, 'isCacheHit', settled.is_cache_hit
    ))
  );
  return jsonb_build_object(
    'id', settled.id, 'applied_version', applied_version, 'not_applied', refusal, 'cost', settled.cost
  );
end;
$$;
comment on function public.settle_generation is
'Closes a generation, by a result of our functions: charges its cost, stores its output and, unless the content
has changed meanwhile or the guardrails hold it back, writes the proposal into the content. result: {userId,
generationId, status, output, proposal, error, provider, model, calls, violations, isHeld, isCacheHit, isCutShort,
latencyMs, firstTokenMs, alignment, vettingFeedback, claimReview: {country, strictness, overall, violations,
findings}}';
grant execute on function public.settle_generation to authenticated, service_role;

create function private.fail_stale_generation(generation_id uuid)
returns boolean
language plpgsql
volatile
set search_path = ''
as $$
declare
  generation public.ai_generations;
begin
  select stale.* into generation
  from public.ai_generations as stale
  where stale.id = fail_stale_generation.generation_id and stale.status = 'pending'
  for update skip locked;
  if generation.id is null then
    return false;
  end if;
  update public.ai_generations
  set status = 'failed', error = 'the generation was interrupted', completed_at = now(), reserved = 0
  where ai_generations.id = generation.id;
  perform private.settle_generation_money(generation, 0, false);
  perform private.append_event(
    generation.brand_id, 'ai_generation', generation.id, 'AIGenerationCompleted',
    jsonb_build_object('requestId', generation.id, 'contentId', generation.content_id, 'success', false,
      'tokensUsed', 0)
  );
  return true;
end;
$$;
comment on function private.fail_stale_generation is
'Fails a generation that is pending, and gives its money back. Returns false if it is not, or its row is locked.';

create function public.fail_stale_generations(
  older_than interval default '5 minutes', batch integer default 200, seconds integer default 8
)
returns integer
language plpgsql
volatile
security definer -- private is closed to the service as well
set search_path = ''
set statement_timeout = '30s'
as $$
declare
  until constant timestamptz := clock_timestamp() + make_interval(secs => seconds);
  generation_id uuid;
  failed integer := 0;
begin
  perform private.begin_summary();
  -- A function that was killed cannot settle: its generation would stay pending, and its money reserved, for ever.
  foreach generation_id in array private.next_by_turns(
    'fail_stale_generations', 'public.ai_generations', 'item.status = ''pending''',
    format('item.created_at + %L::interval', older_than), batch
  ) loop
    exit when clock_timestamp() > until;
    begin
      failed := failed + private.fail_stale_generation(generation_id)::integer;
      perform private.clear_setback('fail_stale_generations', generation_id);
    exception when others then
      perform private.set_back(
        'fail_stale_generations', generation_id,
        (select ai_generations.brand_id from public.ai_generations where ai_generations.id = generation_id),
        sqlstate, sqlerrm
      );
    end;
  end loop;
  perform private.send_summary('fail_stale_generations');
  return failed;
end;
$$;
comment on function public.fail_stale_generations is
'For the scheduler: fails generations that are pending for too long, because their function was interrupted, in turns by
brand. Returns how many.';
grant execute on function public.fail_stale_generations to service_role;
