create function private.generation_document(generation public.ai_generations, first_name text, last_name text)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select jsonb_build_object(
    'id', generation.id, 'brand_id', generation.brand_id,
    'user', case when generation.user_id is not null then jsonb_build_object(
      'id', generation.user_id, 'name', nullif(concat_ws(' ', nullif(first_name, ''), nullif(last_name, '')), '')
    ) end,
    'content_id', generation.content_id, 'type', generation.type, 'status', generation.status,
    'provider', generation.provider, 'model', generation.model, 'prompt_version', generation.prompt_version,
    'error', generation.error, 'violations', generation.violations, 'is_held', generation.is_held,
    'override_reason', generation.override_reason, 'applied_version', generation.applied_version,
    'calls', generation.calls, 'prompt_tokens', generation.prompt_tokens,
    'completion_tokens', generation.completion_tokens, 'cost', generation.cost,
    'latency_ms', generation.latency_ms, 'first_token_ms', generation.first_token_ms,
    'is_cache_hit', generation.is_cache_hit, 'created_at', generation.created_at,
    'completed_at', generation.completed_at
  )
$$;
comment on function private.generation_document is
'Returns a generation as the API shows it, without its output. The name of its person is null where the caller may not
know them.';
grant execute on function private.generation_document to authenticated, service_role;

create function public.get_generation(generation_id uuid)
returns setof jsonb
language sql
stable
set search_path = ''
as $$
  -- The policies of both tables decide what the caller sees.
  select
    private.generation_document(generation, person.first_name, person.last_name)
    || jsonb_build_object('output', generation.output)
  from public.ai_generations as generation
  left join public.profiles as person on person.id = generation.user_id
  where generation.id = get_generation.generation_id
$$;
comment on function public.get_generation is 'Returns a generation of a brand of the caller, with its output.';
grant execute on function public.get_generation to authenticated, service_role;

create function public.list_generations(
  filters jsonb default '{}',
  page_offset integer default 0,
  page_size integer default 20
)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_custom_plan' -- so that filters that are not given leave the others their indexes
as $$
#variable_conflict use_variable
declare
  brand constant uuid := filters ->> 'brand_id';
  content constant uuid := filters ->> 'content_id';
  tool constant text := filters ->> 'type';
  state constant public.generation_status := filters ->> 'status';
  items jsonb;
  total bigint;
begin
  -- The policies of both tables decide what the caller sees.
  select
    coalesce(jsonb_agg(
      private.generation_document(shown, person.first_name, person.last_name) order by shown.id desc
    ), '[]') into items
  from (
    select generation.* from public.ai_generations as generation
    where
      (brand is null or generation.brand_id = brand)
      and (content is null or generation.content_id = content)
      and (tool is null or generation.type = tool)
      and (state is null or generation.status = state)
    order by generation.id desc
    offset greatest(page_offset, 0) limit least(greatest(page_size, 1), 100)
  ) as shown
  left join public.profiles as person on person.id = shown.user_id;
  select count(*) into total
  from public.ai_generations as generation
  where
    (brand is null or generation.brand_id = brand)
    and (content is null or generation.content_id = content)
    and (tool is null or generation.type = tool)
    and (state is null or generation.status = state);
  return jsonb_build_object('items', items, 'total', total);
end;
$$;
comment on function public.list_generations is
'Lists generations of the caller''s brands, newest first, without their outputs: {items, total}. Filters by brand_id,
content_id, type and status.';
grant execute on function public.list_generations to authenticated, service_role;
