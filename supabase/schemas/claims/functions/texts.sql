create function private.unknown_countries(codes text[])
returns text[]
language sql
stable
security definer -- a check must see all countries, whoever writes
set search_path = ''
as $$
  select array(
    select asked.code from unnest(codes) as asked (code)
    where asked.code <> '__GLOBAL__' and not exists (select from public.countries where countries.code = asked.code)
  );
$$;
comment on function private.unknown_countries is 'Lists the codes that are not in countries; __GLOBAL__ is accepted.';
grant execute on function private.unknown_countries to authenticated, service_role;
