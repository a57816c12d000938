create function private.sso_connection_document(connection public.sso_connections)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select to_jsonb(connection) - 'account_id' || jsonb_build_object(
    'account', (
      select jsonb_build_object('id', accounts.id, 'name', accounts.name)
      from public.accounts where accounts.id = connection.account_id
    ),
    'group_roles', coalesce((
      select jsonb_agg(jsonb_build_object(
        'group', mapped.group_name, 'role', mapped.role,
        'brand', jsonb_build_object('id', brands.id, 'name', brands.name)
      ) order by mapped.group_name, brands.name, brands.id)
      from public.sso_group_roles as mapped
      inner join public.brands on brands.id = mapped.brand_id
      where mapped.connection_id = connection.id
    ), '[]')
  );
$$;
comment on function private.sso_connection_document is
'Returns a connection with its account and the roles of its groups.';

create function private.set_sso_group_roles(connection uuid, roles jsonb)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  delete from public.sso_group_roles as former
  where
    former.connection_id = set_sso_group_roles.connection
    and not exists (
      select from jsonb_array_elements(roles) as wished
      where wished ->> 'group' = former.group_name and (wished ->> 'brand_id')::uuid = former.brand_id
    );
  insert into public.sso_group_roles as present (connection_id, group_name, brand_id, role)
  select
    set_sso_group_roles.connection, wished ->> 'group', (wished ->> 'brand_id')::uuid,
    (wished ->> 'role')::public.brand_role
  from jsonb_array_elements(roles) as wished
  on conflict on constraint sso_group_roles_pkey do update
    set role = excluded.role where present.role <> excluded.role;
end;
$$;
comment on function private.set_sso_group_roles is
'Replaces the roles of a connection''s groups, [{group, brand_id, role}]; those that are not listed are removed.';

create function public.list_sso_connections(
  account_id uuid default null, connection_id uuid default null, page_offset integer default 0,
  page_size integer default 20
)
returns jsonb
language plpgsql
stable
security definer -- joins accounts and brands without a policy per row
set search_path = ''
as $$
begin
  perform private.require_platform_admin();
  return (
    with matching as (
      select connection.*
      from public.sso_connections as connection
      where
        (list_sso_connections.account_id is null or connection.account_id = list_sso_connections.account_id)
        and (list_sso_connections.connection_id is null or connection.id = list_sso_connections.connection_id)
    ),
    page as (
      select matching.* from matching order by matching.name, matching.id
      offset page_offset limit least(greatest(page_size, 1), 100)
    )
    select jsonb_build_object(
      'items', coalesce((
        select jsonb_agg(private.sso_connection_document(connection) order by page.name, page.id)
        from page
        inner join public.sso_connections as connection on connection.id = page.id
      ), '[]'),
      'total', (select count(*) from matching)
    )
  );
end;
$$;
comment on function public.list_sso_connections is
'Lists connections to identity providers by name, each with its account and the roles of its groups: {items, total}.
For platform admins.';
grant execute on function public.list_sso_connections to authenticated, service_role;

create function public.create_sso_connection(details jsonb)
returns setof jsonb
language plpgsql
volatile
security definer -- writes the connection and the roles of its groups together
set search_path = ''
as $$
declare
  connection public.sso_connections;
begin
  perform private.require_functions();
  perform private.require_platform_admin();
  perform private.require_recent_authentication();
  if not exists (select from public.accounts where accounts.id = (details ->> 'account_id')::uuid) then
    perform private.refuse(404, 'account not found');
  end if;
  connection := jsonb_populate_record(
    null::public.sso_connections,
    '{"group_attribute": "groups", "is_active": true, "allows_unsolicited": false}'::jsonb || details
  );
  insert into public.sso_connections (
    account_id, name, entity_id, sign_on_url, logout_url, certificates, domains, group_attribute, allows_unsolicited,
    is_active
  )
  values (
    connection.account_id, connection.name, connection.entity_id, connection.sign_on_url, connection.logout_url,
    connection.certificates, connection.domains, connection.group_attribute, connection.allows_unsolicited,
    connection.is_active
  )
  returning * into connection;
  perform private.set_sso_group_roles(connection.id, coalesce(details -> 'group_roles', '[]'));
  return query select private.sso_connection_document(connection);
end;
$$;
comment on function public.create_sso_connection is
'Connects an account to an identity provider. For platform admins with recent authentication; the account''s plan must
have single sign-on.';
grant execute on function public.create_sso_connection to authenticated, service_role;

create function public.update_sso_connection(connection_id uuid, changes jsonb)
returns setof jsonb
language plpgsql
volatile
security definer -- see create_sso_connection
set search_path = ''
as $$
declare
  connection public.sso_connections;
  changed public.sso_connections;
begin
  perform private.require_functions();
  perform private.require_platform_admin();
  perform private.require_recent_authentication();
  select * into connection from public.sso_connections
  where sso_connections.id = update_sso_connection.connection_id
  for update;
  if connection.id is null then
    perform private.refuse(404, 'connection not found');
  end if;
  changed := jsonb_populate_record(connection, changes);
  update public.sso_connections
  set
    name = changed.name, entity_id = changed.entity_id, sign_on_url = changed.sign_on_url,
    logout_url = changed.logout_url, allows_unsolicited = changed.allows_unsolicited,
    certificates = changed.certificates, domains = changed.domains, group_attribute = changed.group_attribute,
    is_active = changed.is_active
  where sso_connections.id = connection.id
  returning * into connection;
  if changes ? 'group_roles' then
    perform private.set_sso_group_roles(connection.id, changes -> 'group_roles');
  end if;
  return query select private.sso_connection_document(connection);
end;
$$;
comment on function public.update_sso_connection is
'Replaces the values of a connection that are given in changes. Requires what create_sso_connection requires.';
grant execute on function public.update_sso_connection to authenticated, service_role;

create function public.delete_sso_connection(connection_id uuid)
returns uuid[]
language plpgsql
volatile
security definer -- see create_sso_connection
set search_path = ''
as $$
declare
  ended uuid[];
begin
  perform private.require_functions();
  perform private.require_platform_admin();
  perform private.require_recent_authentication();
  ended := private.end_sso_access(delete_sso_connection.connection_id, true);
  delete from public.sso_connections where sso_connections.id = delete_sso_connection.connection_id;
  if not found then
    perform private.refuse(404, 'connection not found');
  end if;
  return ended;
end;
$$;
comment on function public.delete_sso_connection is
'Removes a connection, with the memberships that its groups gave and the sessions that it opened. People whose account
it made may set a password. For platform admins with recent authentication. Returns the ids of the sessions.';
grant execute on function public.delete_sso_connection to authenticated, service_role;
