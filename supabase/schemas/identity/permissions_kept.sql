-- Every read asks what a role holds. The function has the answers as constants, written from private.permissions; a
-- test compares both.

do $do$
begin
  execute (
    select format(
      $function$
create function private.permissions_of(role public.brand_role)
returns text[]
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
begin
  return case role %s end;
end;
$$
$function$,
      string_agg(format('when %L then %L::text []', role.name, array(
        select permissions.name from private.permissions where permissions.least_role <= role.name
        order by permissions.name
      )), ' ' order by role.name)
    )
    from unnest(enum_range(null::public.brand_role)) as role (name)
  );
end;
$do$;
comment on function private.permissions_of is 'Returns the names in private.permissions that a role holds.';
