create function public.list_countries()
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  -- The policy of the table would show an untrusted session no country, and the API keeps the answer for everybody.
  if not private.session_trusted() then
    perform private.refuse(401, 'this session has ended or has not passed the second factor');
  end if;
  return (
    select jsonb_build_object(
      'items', coalesce(
        jsonb_agg(jsonb_build_object('code', countries.code, 'name', countries.name) order by countries.name), '[]'
      )
    )
    from public.countries
    where countries.is_active
  );
end;
$$;
comment on function public.list_countries is
'Returns {items}: the active countries by name, each {code, name}. Raises 401 in a session that is not trusted.';
grant execute on function public.list_countries to authenticated, service_role;
