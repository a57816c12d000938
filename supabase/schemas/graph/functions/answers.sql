-- What one view shows, read by one call of the data API: lib/core/data/batches.py collects the calls.

create function private.answer_call(function_name text, arguments jsonb) returns json
language plpgsql
stable
set search_path = ''
as $$
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
$$;
comment on function private.answer_call is
'Calls a reading function of the API by its name, as the data API would: {data}, or {error} as PostgREST names it.';
grant execute on function private.answer_call to authenticated;

create function public.get_answers(calls jsonb)
returns json
language plpgsql
stable
set search_path = ''
as $$
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
$$;
comment on function public.get_answers is
'Answers several calls of reading functions, {function, arguments}, in their order and in the rights of the caller.';
grant execute on function public.get_answers to authenticated;
