-- The commands that people call most have statements whose plans are kept: to build, read and plan the text of a call
-- takes 150 microseconds. The function is written from the catalogue, as private.command_call builds the others.

do $do$
begin
  execute (
    select format(
      $function$
create function private.run_kept(command text, arguments jsonb)
returns jsonb
language plpgsql
volatile
security invoker -- see run_command
set search_path = ''
as $$
begin
  case command
    %s
    else
  end case;
  return null;
end;
$$
$function$,
      string_agg(
        format(
          $branch$when %1$L then
      if
        arguments - %2$L::text [] = '{}' and arguments ?& %3$L::text []
        and has_function_privilege('public.%1$I'::regproc, 'execute')
      then
        return (
          select coalesce(jsonb_agg(returned_row), '[]')
          from jsonb_to_record(arguments) as given (%4$s),
            lateral public.%1$I(%5$s) as returned_row
        );
      end if;$branch$,
          routine.proname, routine.names, routine.required, routine.columns, routine.given
        ), e'\n    ' order by routine.proname
      )
    )
    from (
      select
        proc.proname,
        array_agg(argument.name order by argument.place) as names,
        coalesce(array_agg(argument.name order by argument.place) filter (where argument.fallback is null), '{}')
          as required,
        string_agg(format('%I %s', argument.name, format_type(argument.type, null)), ', ' order by argument.place)
          as columns,
        string_agg(
          case
            when argument.fallback is null then format('%1$I => given.%1$I', argument.name)
            else format(
              '%1$I => case when arguments ? %1$L then given.%1$I else %2$s end', argument.name, argument.fallback
            )
          end, ', ' order by argument.place
        ) as given
      from pg_catalog.pg_proc as proc
      cross join lateral (
        select
          proc.proargnames[given.place] as name, given.type, given.place,
          pg_get_function_arg_default(proc.oid, given.place::integer) as fallback
        from unnest(proc.proargtypes::oid []) with ordinality as given (type, place)
      ) as argument
      where proc.pronamespace = 'public'::regnamespace and proc.proname in ('create_content', 'update_content')
      group by proc.oid, proc.proname
    ) as routine
  );
end;
$do$;
comment on function private.run_kept is
'Runs a command of the API that people call often with named arguments, and returns its rows as JSON. Returns null for
any other command, for other arguments, and for a caller who may not call it: private.command_call is for these.';
grant execute on function private.run_kept to authenticated, service_role;
