-- Answer many reads by one call
-- Planned by `make migration` from supabase/schemas and supabase/policies.

-- Waits at most five seconds for a lock, because queries behind a waiting lock wait as well. On failure, push again.
set lock_timeout = '5s';
set check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.answer_call(function_name text, arguments jsonb)
 RETURNS json
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  found record;
  names text;
  types text;
  answer json;
  code text;
  message text;
  detail text;
  hint text;
begin
  -- A function that changes something is none of these, whatever its name: PostgreSQL refuses its changes here.
  select
    functions.oid,
    functions.proretset as is_set,
    functions.prorettype,
    functions.proargnames[:functions.pronargs] as names,
    string_to_array(functions.proargtypes::text, ' ')::oid[] as types
  into found
  from pg_catalog.pg_proc as functions
  where
    functions.pronamespace = 'public'::regnamespace
    and functions.proname = function_name
    and functions.provolatile in ('s', 'i')
    and has_function_privilege(functions.oid, 'execute');
  if found.oid is null then
    perform private.refuse(404, 'there is no such function for you');
  end if;
  select
    string_agg(format('%1$I => given.%1$I', argument.name), ', '),
    string_agg(format('%I %s', argument.name, format_type(argument.type_id, null)), ', ')
  into names, types
  from unnest(found.names, found.types) as argument (name, type_id)
  where arguments ? argument.name;
  execute format(
    case when found.is_set then 'select coalesce(json_agg(answer), ''[]'') from %s public.%I(%s) as answer'
    else 'select to_json(answer) from %s public.%I(%s) as answer' end,
    case when types is null then '' else format('jsonb_to_record($1) as given (%s), lateral', types) end,
    function_name,
    coalesce(names, '')
  ) into answer using arguments;
  return json_build_object('data', answer);
exception
  when others then
    get stacked diagnostics
      code = returned_sqlstate,
      message = message_text,
      detail = pg_exception_detail,
      hint = pg_exception_hint;
    return json_build_object(
      'error', json_build_object(
        'code', code, 'message', message, 'details', nullif(detail, ''), 'hint', nullif(hint, '')
      )
    );
end
$function$;

ALTER FUNCTION "private"."answer_call"(text, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.generation_document(generation public.ai_generations, first_name text, last_name text)
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
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
$function$;

ALTER FUNCTION "private"."generation_document"(public.ai_generations, text, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.managed_webhooks(ids uuid[])
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select endpoint.id
  from public.webhook_endpoints as endpoint
  where
    endpoint.id = any (managed_webhooks.ids)
    and endpoint.brand_id = any (private.brands_permitting('integration.manage'));
$function$;

ALTER FUNCTION "private"."managed_webhooks"(uuid[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.readable_delegations(ids uuid[])
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select delegations.id
  from private.delegations
  where delegations.id = any (readable_delegations.ids) and private.may_read_delegation(delegations);
$function$;

ALTER FUNCTION "private"."readable_delegations"(uuid[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.find_nodes(ids uuid[])
 RETURNS TABLE(id uuid, type_name text)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  -- Under the policies of each table: what the caller may not read is not there.
  select item.id, 'Content' from public.contents as item where item.id = any (find_nodes.ids)
  union all
  select item.id, 'Brand' from public.brands as item where item.id = any (find_nodes.ids)
  union all
  select item.id, 'Template' from public.templates as item where item.id = any (find_nodes.ids)
  union all
  select item.id, 'Workflow' from public.workflows as item where item.id = any (find_nodes.ids)
  union all
  select item.id, 'Task' from public.workflow_tasks as item where item.id = any (find_nodes.ids)
  union all
  select item.id, 'Notification' from public.notifications as item where item.id = any (find_nodes.ids)
  union all
  select item.id, 'Generation' from public.ai_generations as item where item.id = any (find_nodes.ids)
  union all
  select item.id, 'Claim' from public.claims as item where item.id = any (find_nodes.ids)
  union all
  select item.id, 'ClaimBrand' from public.master_claim_brands as item where item.id = any (find_nodes.ids)
  union all
  select item.id, 'Product' from public.products as item where item.id = any (find_nodes.ids)
  union all
  select item.id, 'Ingredient' from public.ingredients as item where item.id = any (find_nodes.ids)
  union all
  select item.id, 'MarketOverride' from public.market_overrides as item where item.id = any (find_nodes.ids)
  union all
  select item.id, 'Channel' from public.channels as item where item.id = any (find_nodes.ids)
  union all
  select item.id, 'Delegation' from private.readable_delegations(find_nodes.ids) as item (id)
  union all
  select item.id, 'Webhook' from private.managed_webhooks(find_nodes.ids) as item (id)
$function$;

ALTER FUNCTION "public"."find_nodes"(uuid[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.get_answers(calls jsonb)
 RETURNS json
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  if jsonb_typeof(calls) is distinct from 'array' or jsonb_array_length(calls) > 500 then
    perform private.refuse(400, 'at most 500 calls at once');
  end if;
  return (
    select coalesce(json_agg(
      private.answer_call(call.asked ->> 'function', coalesce(call.asked -> 'arguments', '{}')) order by call.place
    ), '[]')
    from jsonb_array_elements(calls) with ordinality as call (asked, place)
  );
end
$function$;

ALTER FUNCTION "public"."get_answers"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.get_generation(generation_id uuid)
 RETURNS SETOF jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  -- The policies of both tables decide what the caller sees.
  select
    private.generation_document(generation, person.first_name, person.last_name)
    || jsonb_build_object('output', generation.output)
  from public.ai_generations as generation
  left join public.profiles as person on person.id = generation.user_id
  where generation.id = get_generation.generation_id
$function$;

ALTER FUNCTION "public"."get_generation"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.get_me()
 RETURNS SETOF jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select jsonb_build_object(
    'id', person.id,
    'first_name', person.first_name,
    'last_name', person.last_name,
    'timezone', person.timezone,
    'language', person.language,
    'avatar_path', person.avatar_path,
    'memberships', coalesce((
      select jsonb_agg(jsonb_build_object(
        'brand_id', member.brand_id, 'brand_name', brand.name, 'brand_slug', brand.slug,
        'role', member.role, 'expires_at', member.expires_at
      ))
      from public.brand_members as member
      inner join public.brands as brand on brand.id = member.brand_id
      where member.user_id = person.id
    ), '[]')
  )
  from public.profiles as person
  where person.id = (select auth.uid())
  limit 1;
$function$;

ALTER FUNCTION "public"."get_me"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.list_generations(filters jsonb DEFAULT '{}'::jsonb, page_offset integer DEFAULT 0, page_size integer DEFAULT 20)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET plan_cache_mode TO 'force_custom_plan'
AS $function$
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
$function$;

ALTER FUNCTION "public"."list_generations"(jsonb, integer, integer) OWNER TO "postgres";

COMMENT ON FUNCTION "private"."answer_call"(text, jsonb) IS 'Calls a reading function of the API by its name, as the data API would: {data}, or {error} as PostgREST names it.';

COMMENT ON FUNCTION "private"."generation_document"(public.ai_generations, text, text) IS 'Returns a generation as the API shows it, without its output. The name of its person is null where the caller may not
know them.';

COMMENT ON FUNCTION "private"."managed_webhooks"(uuid[]) IS 'Returns those of some webhooks whose brands let the caller manage integrations.';

COMMENT ON FUNCTION "private"."readable_delegations"(uuid[]) IS 'Returns those of some delegations that the caller may read.';

COMMENT ON FUNCTION "public"."find_nodes"(uuid[]) IS 'Returns the type of each id that the caller may read, by the names of GraphQL. Ids that are nowhere are left out.';

COMMENT ON FUNCTION "public"."get_answers"(jsonb) IS 'Answers several calls of reading functions, {function, arguments}, in their order and in the rights of the caller.';

COMMENT ON FUNCTION "public"."get_generation"(uuid) IS 'Returns a generation of a brand of the caller, with its output.';

COMMENT ON FUNCTION "public"."get_me"() IS 'Returns the caller with their role in each of their brands; nothing for an account without a profile.';

COMMENT ON FUNCTION "public"."list_generations"(jsonb, integer, integer) IS 'Lists generations of the caller''s brands, newest first, without their outputs: {items, total}. Filters by brand_id,
content_id, type and status.';

REVOKE ALL ON FUNCTION "private"."answer_call"(text, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."answer_call"(text, jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."answer_call"(text, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."answer_call"(text, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."generation_document"(public.ai_generations, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."generation_document"(public.ai_generations, text, text) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."generation_document"(public.ai_generations, text, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."generation_document"(public.ai_generations, text, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."generation_document"(public.ai_generations, text, text) TO "service_role";

REVOKE ALL ON FUNCTION "private"."managed_webhooks"(uuid[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."managed_webhooks"(uuid[]) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."managed_webhooks"(uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."managed_webhooks"(uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."readable_delegations"(uuid[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."readable_delegations"(uuid[]) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."readable_delegations"(uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."readable_delegations"(uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "public"."find_nodes"(uuid[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."find_nodes"(uuid[]) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."find_nodes"(uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."find_nodes"(uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "public"."get_answers"(jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."get_answers"(jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."get_answers"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."get_answers"(jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "public"."get_generation"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."get_generation"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."get_generation"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."get_generation"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."get_generation"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."get_me"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."get_me"() TO "authenticated";

REVOKE ALL ON FUNCTION "public"."get_me"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."get_me"() TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."get_me"() TO "service_role";

REVOKE ALL ON FUNCTION "public"."list_generations"(jsonb, integer, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."list_generations"(jsonb, integer, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."list_generations"(jsonb, integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_generations"(jsonb, integer, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_generations"(jsonb, integer, integer) TO "service_role";
