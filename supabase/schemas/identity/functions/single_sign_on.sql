create function private.check_sso_connection()
returns trigger
language plpgsql
security definer -- reads the plan, and the connections of other accounts
set search_path = ''
as $$
begin
  perform private.require_recent_authentication();
  -- One at a time: of two providers for one domain, each could sign in the people of the other.
  perform pg_advisory_xact_lock(hashtextextended('sso_domains', 0));
  if exists (
    select from public.sso_connections as other where other.domains && new.domains and other.id <> new.id
  ) then
    perform private.refuse(409, 'another connection has one of these domains', jsonb_build_array(jsonb_build_object(
      'field', 'domains', 'code', 'DUPLICATE_VALUE', 'message', 'belongs to another connection'
    )));
  end if;
  if exists (
    select from public.accounts inner join public.plans on plans.name = accounts.plan
    where accounts.id = new.account_id and not plans.has_sso
  ) then
    perform private.refuse(403, 'the plan has no single sign-on', jsonb_build_array(jsonb_build_object(
      'code', 'PLAN_LIMIT_EXCEEDED', 'message', 'single sign-on comes with the enterprise plan'
    )));
  end if;
  return null;
end;
$$;
comment on function private.check_sso_connection is
'Requires recent authentication. Raises 409 for a domain of another connection, and 403 where the plan has no single
sign-on.';

create function private.check_sso_group_role()
returns trigger
language plpgsql
security definer -- reads brand and connection, whatever the caller may read
set search_path = ''
as $$
begin
  perform private.require_recent_authentication();
  if not exists (
    select from public.sso_connections as connection
    inner join public.brands on brands.account_id = connection.account_id
    where connection.id = new.connection_id and brands.id = new.brand_id
  ) then
    perform private.refuse(409, 'the brand does not belong to the account of the connection');
  end if;
  return null;
end;
$$;
comment on function private.check_sso_group_role is
'Requires recent authentication. Raises 409 unless the brand belongs to the account of the connection.';

create function private.audit_group_role()
returns trigger
language plpgsql
security definer -- the audit log is written by functions only
set search_path = ''
as $$
declare
  mapped record := coalesce(new, old);
begin
  perform private.audit(
    mapped.brand_id, 'sso_group_role.' || lower(tg_op), 'sso_connection', mapped.connection_id,
    jsonb_build_object('group', mapped.group_name, 'role', mapped.role)
  );
  return null;
end;
$$;

-- Only the service can write app_metadata.
create function private.note_sso_connection()
returns trigger
language plpgsql
security definer -- runs for the role of the Auth server
set search_path = ''
as $$
begin
  insert into private.sso_people (user_id, connection_id)
  select new.id, connection.id from public.sso_connections as connection
  where connection.id::text = new.raw_app_meta_data ->> 'sso_connection'
  on conflict (user_id) do update
    set connection_id = excluded.connection_id where sso_people.connection_id <> excluded.connection_id;
  return null;
end;
$$;
comment on function private.note_sso_connection is
'Records the connection that app_metadata of a user of Auth names: it made the account, or took it over.';

create function public.find_sso_connection(asked jsonb)
returns jsonb
language sql
stable
security definer -- called before the caller is known
set search_path = ''
as $$
  select jsonb_build_object(
    'id', connection.id, 'name', connection.name, 'entityId', connection.entity_id,
    'signOnUrl', connection.sign_on_url, 'certificates', connection.certificates, 'domains', connection.domains,
    'groupAttribute', connection.group_attribute, 'logoutUrl', connection.logout_url,
    'allowsUnsolicited', connection.allows_unsolicited
  )
  from public.sso_connections as connection
  where
    connection.is_active
    and (
      connection.id = (asked ->> 'id')::uuid
      or connection.entity_id = asked ->> 'entityId'
      or (asked ? 'domain' and connection.domains @> array[private.small_letters(asked ->> 'domain')])
    );
$$;
comment on function public.find_sso_connection is
'For the service: returns the active connection with an id, an entity id or an e-mail domain; null where there is
none.';
grant execute on function public.find_sso_connection to service_role;

create function public.find_sso_person(who jsonb)
returns jsonb
language plpgsql
stable
security definer -- reads the addresses, which only Auth keeps
set search_path = ''
as $$
declare
  person uuid := private.find_person(who);
begin
  -- The identity provider of a customer must not be able to sign in as a platform admin.
  if exists (select from private.platform_admins where platform_admins.user_id = person) then
    perform private.refuse(403, 'platform admins sign in with their password and a second factor');
  end if;
  return jsonb_build_object('userId', person);
end;
$$;
comment on function public.find_sso_person is
'For the service: returns the person with the address that an identity provider vouches for; 403 for platform admins.';
grant execute on function public.find_sso_person to service_role;

create function public.check_oidc_person(who jsonb)
returns void
language plpgsql
stable
security definer -- reads who is a platform admin, and the connections of all accounts
set search_path = ''
as $$
begin
  if exists (
    select from private.platform_admins where platform_admins.user_id = (who ->> 'userId')::uuid
  ) then
    perform private.refuse(403, 'platform admins sign in with their password and a second factor');
  end if;
  -- A company that has connected a provider of its own has verified its domains: no other provider vouches for them.
  if exists (
    select from private.sso_people where sso_people.user_id = (who ->> 'userId')::uuid
  ) or exists (
    select from public.sso_connections as connection
    where
      connection.is_active
      and connection.domains @> array[split_part(private.small_letters(who ->> 'email'), '@', 2)]
  ) then
    perform private.refuse(403, 'people of this domain sign in by their company''s identity provider');
  end if;
end;
$$;
comment on function public.check_oidc_person is
'For the service: raises 403 for people whom a public provider may not sign in: platform admins, and people of a company
that has an identity provider of its own.';
grant execute on function public.check_oidc_person to service_role;

create function public.map_sso_roles(mapping jsonb)
returns integer
language plpgsql
volatile
security definer -- gives roles that platform admins have mapped
set search_path = ''
as $$
declare
  connection uuid := (mapping ->> 'connectionId')::uuid;
  person uuid := (mapping ->> 'userId')::uuid;
  owed uuid[];
  left_brands uuid[];
  left_brand uuid;
  released uuid[];
begin
  select coalesce(array_agg(distinct mapped.brand_id), '{}') into owed
  from public.sso_group_roles as mapped
  inner join public.brands on brands.id = mapped.brand_id and brands.deleted_at is null
  where
    mapped.connection_id = connection
    and mapped.group_name = any (array(select jsonb_array_elements_text(mapping -> 'groups')))
    and private.has_room_for(person, mapped.brand_id);
  left_brands := array(
    select member.brand_id from public.brand_members as member
    where member.user_id = person and member.sso_connection_id = connection and not member.brand_id = any (owed)
    order by 1
  );
  released := array(
    select brand.id
    from (
      select distinct task.brand_id as id from public.workflow_tasks as task
      where task.assignee_id = person and task.status = 'pending'
    ) as brand
    where not brand.id = any (left_brands || owed) and not private.is_active_member(person, brand.id)
    order by 1
  );
  -- Everything is locked before anything is written: contents, then audit logs.
  perform private.lock_contents_of(array(
    select task.id from public.workflow_tasks as task
    where task.assignee_id = person and task.status = 'pending' and task.brand_id = any (left_brands || released)
  ));
  perform private.lock_logs(left_brands || released || array(
    select mapped.brand_id
    from public.sso_group_roles as mapped
    left join public.brand_members as member on member.user_id = person and member.brand_id = mapped.brand_id
    where
      mapped.connection_id = connection and mapped.brand_id = any (owed)
      and mapped.group_name = any (array(select jsonb_array_elements_text(mapping -> 'groups')))
    group by mapped.brand_id, member.user_id, member.role, member.sso_connection_id
    having member.user_id is null or (member.sso_connection_id = connection and member.role <> max(mapped.role))
  ));
  foreach left_brand in array left_brands loop
    perform private.end_membership(person, left_brand);
  end loop;
  -- Without the consent of the person: it is their company that gives access, to its own brands and to addresses of its
  -- own domains. Roles that were given by people are left alone.
  insert into public.brand_members as member (user_id, brand_id, role, sso_connection_id)
  select person, mapped.brand_id, max(mapped.role), connection
  from public.sso_group_roles as mapped
  where
    mapped.connection_id = connection and mapped.brand_id = any (owed)
    and mapped.group_name = any (array(select jsonb_array_elements_text(mapping -> 'groups')))
  group by mapped.brand_id
  on conflict on constraint brand_members_pkey do update set role = excluded.role
    where member.sso_connection_id = connection and member.role <> excluded.role;
  perform private.release_tasks(person, each) from unnest(released) as each;
  return cardinality(owed);
end;
$$;
comment on function public.map_sso_roles is
'For the service, at each sign-in: gives a person the roles to which their groups are mapped, where the plan has room,
and ends the memberships of groups that they left. Returns how many brands their groups give them.';
grant execute on function public.map_sso_roles to service_role;
