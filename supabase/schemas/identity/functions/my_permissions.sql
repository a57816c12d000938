create function public.my_permissions(
  brand_id uuid default null, page_offset integer default 0, page_size integer default 20
)
returns jsonb
language plpgsql
stable
security definer -- reads private.permissions, which no API role may read
set search_path = ''
as $$
begin
  if not private.session_trusted() then
    perform private.refuse(401, 'this session has ended or has not passed the second factor');
  end if;
  return (
    with held as (
      select access.brand_id, array(select name from unnest(access.permissions) as name order by name) as permissions
      from private.access_to_brands(
        case when my_permissions.brand_id is not null then array[my_permissions.brand_id] end
      ) as access
      where cardinality(access.permissions) > 0
    ),
    page as (
      select brands.id, brands.name, brands.slug, held.permissions
      from held
      inner join public.brands on brands.id = held.brand_id
      order by brands.name, brands.id
      offset page_offset limit least(greatest(page_size, 1), 100)
    )
    select jsonb_build_object(
      'items', coalesce((
        select jsonb_agg(jsonb_build_object(
          'brand', jsonb_build_object('id', page.id, 'name', page.name, 'slug', page.slug),
          'role', member.role,
          'expires_at', member.expires_at,
          'permissions', page.permissions,
          'grants', coalesce(member.permissions, '{}'),
          'restrictions', coalesce(member.restrictions, '{}')
        ) order by page.name, page.id)
        from page
        left join public.brand_members as member on member.brand_id = page.id and member.user_id = auth.uid()
      ), '[]'),
      'total', (select count(*) from held)
    )
  );
end;
$$;
comment on function public.my_permissions is
'Returns {items, total}: the brands in which the caller has any permission now, by name, each with the caller''s role
and permissions. For an API key, its brand with what its scopes leave. role is null for platform admins who are no
members.';
grant execute on function public.my_permissions to authenticated, service_role;
