create function private.is_platform_admin()
returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  return coalesce((private.trusted_caller()).is_platform_admin, false);
end;
$$;
comment on function private.is_platform_admin is
'Whether the caller is an active platform admin in a trusted session that has passed a second factor.';
grant execute on function private.is_platform_admin to authenticated, service_role;

-- Returns an array and not a set: `brand_id = any((select private.brands_permitting('…'))::uuid[])` is evaluated once
-- in a statement, and the planner can look its elements up in an index on brand_id; `in (select …)` can only filter.
create function private.brands_permitting(permission text)
returns uuid[]
language plpgsql
stable
security definer -- a policy on brand_members that read brand_members would call itself
set search_path = ''
set plan_cache_mode = 'force_generic_plan' -- every statement calls it: planning would cost more than running
as $$
declare
  caller constant private.caller := private.trusted_caller();
  permitting uuid [];
begin
  if caller.id is null then
    return '{}';
  elsif caller.is_platform_admin then
    return array(select brands.id from public.brands where brands.deleted_at is null);
  elsif not caller.is_active or caller.key_id is not null and brands_permitting.permission <> all (caller.scope) then
    return '{}';
  end if;
  permitting := array(
    select member.brand_id
    from public.brand_members as member
    where
      member.user_id = caller.id
      and (caller.key_id is null or member.brand_id = caller.key_brand_id)
      and (member.expires_at is null or member.expires_at > now())
      and brands_permitting.permission <> all (member.restrictions)
      and (
        brands_permitting.permission = any (private.permissions_of(member.role))
        or brands_permitting.permission = any (member.permissions)
      )
      and (select brands.deleted_at from public.brands where brands.id = member.brand_id) is null
  );
  if permitting = '{}' and not exists (
    select from private.permissions where permissions.name = brands_permitting.permission
  ) then
    perform private.refuse(500, 'there is no permission ' || brands_permitting.permission);
  end if;
  return permitting;
end;
$$;
comment on function private.brands_permitting is
'Lists the brands in which the caller has a permission, by role or extra grant, in a trusted session. Restrictions and
expired memberships do not count. An API key has it in its own brand only, within its scopes. Platform admins have it
in all brands.';
grant execute on function private.brands_permitting to authenticated, service_role;

create function private.permits(brand uuid, permission text)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  return coalesce(permits.brand = any (private.brands_permitting(permits.permission)), false);
end;
$$;
comment on function private.permits is 'Whether the caller has a permission in a brand.';
grant execute on function private.permits to authenticated, service_role;

create function private.held_permissions(granted text[], restrictions text[], scope text[])
returns text[]
language plpgsql
stable
set search_path = ''
as $$
begin
  return array(
    select permissions.name from private.permissions
    where
      permissions.name = any (granted) and permissions.name <> all (restrictions)
      and (scope is null or permissions.name = any (scope))
    order by permissions.name
  );
end;
$$;
comment on function private.held_permissions is
'Returns those of the granted permissions that no restriction takes away and that the scopes of an API key give (scope;
null: all).';

create function private.access_held(brands uuid[])
returns private.brand_access[]
language plpgsql
stable
security definer -- reads memberships, keys and permissions
set search_path = ''
set plan_cache_mode = 'force_generic_plan' -- see brands_permitting
as $$
declare
  caller constant private.caller := private.trusted_caller();
  every_permission text [];
begin
  if caller.id is null or not caller.is_active then
    return '{}';
  end if;
  if access_held.brands is null then
    -- For the index, instead of a condition that may be null.
    access_held.brands := array(
      select brands.id from public.brands where caller.is_platform_admin
      union all
      select member.brand_id from public.brand_members as member
      where member.user_id = caller.id and not caller.is_platform_admin
    );
  end if;
  if caller.is_platform_admin then
    every_permission := array(select permissions.name from private.permissions order by permissions.name);
    return array(
      select
        (
          brands.id,
          exists (
            select from public.brand_members as member
            where
              member.user_id = caller.id and member.brand_id = brands.id
              and (member.expires_at is null or member.expires_at > now())
          ),
          every_permission, '{}'::text [], null::text [], null::public.brand_role, caller.id
        )::private.brand_access
      from public.brands
      where brands.id = any (access_held.brands) and brands.deleted_at is null
    );
  end if;
  return array(
    select
      (
        member.brand_id, true,
        coalesce(private.permissions_of(plain.role), private.held_permissions(
          private.permissions_of(member.role) || member.permissions, member.restrictions, caller.scope
        )),
        member.restrictions, caller.scope, plain.role, caller.id
      )::private.brand_access
    from public.brand_members as member
    cross join lateral (
      select case when member.permissions || member.restrictions = '{}' and caller.key_id is null then member.role end
    ) as plain (role)
    where
      member.user_id = caller.id
      and member.brand_id = any (access_held.brands)
      and (caller.key_id is null or member.brand_id = caller.key_brand_id)
      and (member.expires_at is null or member.expires_at > now())
      and (select brands.deleted_at from public.brands where brands.id = member.brand_id) is null
  );
end;
$$;
comment on function private.access_held is
'Returns what the caller holds in each of these brands (null: of all), all permissions at once. The same rule as that of
brands_permitting, which policies ask for one permission; a test compares both.';

create function private.access_to_brands(brands uuid[])
returns setof private.brand_access
language plpgsql
stable
set search_path = ''
as $$
declare
  access constant private.brand_access [] := private.access_held(brands);
  held private.brand_access;
begin
  foreach held in array access loop
    return next held;
  end loop;
end;
$$;
comment on function private.access_to_brands is 'As access_held, a row for each brand.';

create function private.may_grant(brand uuid, role public.brand_role, permissions text[])
returns boolean
language sql
stable
security definer -- reads the membership of the caller
set search_path = ''
as $$
  select private.is_platform_admin() or exists (
    select from public.brand_members as own
    where own.user_id = auth.uid() and own.brand_id = may_grant.brand and own.role >= may_grant.role
  ) and not exists (
    select from private.permissions as granted
    where granted.name = any (may_grant.permissions) and not private.permits(may_grant.brand, granted.name)
  )
  -- Admins have permissions that no scope gives, so an API key cannot make an admin.
  and (private.api_key_id() is null or may_grant.role < 'admin');
$$;
comment on function private.may_grant is
'Whether the caller has the role, and the permissions, that they are about to give in a brand.';
grant execute on function private.may_grant to authenticated, service_role;

create function private.may_invite(person uuid, brand uuid, role public.brand_role)
returns boolean
language sql
stable
security definer -- reads the membership of another person
set search_path = ''
as $$
  select exists (
    select from private.platform_admins
    inner join public.profiles on profiles.id = platform_admins.user_id and profiles.is_active
    where platform_admins.user_id = may_invite.person
  ) or exists (
    select from public.brand_members as member
    inner join public.profiles on profiles.id = member.user_id and profiles.is_active
    where
      member.user_id = may_invite.person and member.brand_id = may_invite.brand and member.role >= may_invite.role
      and (member.role = 'admin' or 'member.manage' = any (member.permissions))
      and 'member.manage' <> all (member.restrictions)
      and (member.expires_at is null or member.expires_at > now())
  );
$$;
comment on function private.may_invite is
'Whether a person may still give this role in a brand. An invitation is valid only while its author may.';

create function private.require_permission(brand uuid, permission text, subject text default 'brand')
returns void
language plpgsql
stable
security definer -- reads private.permissions, which no API role may read
set search_path = ''
as $$
declare
  asked private.permissions;
begin
  if private.permits(brand, permission) then
    return;
  end if;
  if private.is_beyond_reading() then
    perform private.refuse(403, 'this token is for reading only');
  end if;
  if auth.uid() is not null and not private.session_trusted() then
    perform private.refuse(401, 'this session has ended or has not passed the second factor', jsonb_build_array(
      jsonb_build_object('message', 'sign in, or pass the second factor', 'code', case
        when exists (
          select from public.user_sessions
          where user_sessions.id = private.session_id() and user_sessions.user_id = auth.uid()
            and user_sessions.ended_at is null and user_sessions.expires_at > now()
            and user_sessions.last_seen_at > now() - private.access_token_lifetime()
        ) then 'MFA_REQUIRED' else 'SESSION_INVALID'
      end)
    ));
  end if;
  select permissions.* into strict asked from private.permissions where permissions.name = permission;
  -- 403 to members who may know that the subject exists, 404 to everybody else.
  if permission <> asked.seen_with and private.permits(brand, asked.seen_with) then
    perform private.refuse(403, format('this needs the permission %s in the brand', permission));
  end if;
  perform private.refuse(404, subject || ' not found');
end;
$$;
comment on function private.require_permission is
'Raises 403 for members without the permission, 404 for callers who may not know that the subject exists, and 401 in a
session that is not trusted.';
grant execute on function private.require_permission to authenticated, service_role;

create function private.require_platform_admin()
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if not private.is_platform_admin() then
    perform private.refuse(403, 'only platform admins may do this');
  end if;
end;
$$;
comment on function private.require_platform_admin is 'Raises 403 unless the caller is a platform admin.';

create function private.require_platform_admin_for(person uuid)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  perform private.require_platform_admin();
  if person = auth.uid() then
    perform private.refuse(403, 'nobody does this to themselves');
  elsif not exists (select from public.profiles where profiles.id = person) then
    perform private.refuse(404, 'user not found');
  end if;
end;
$$;
comment on function private.require_platform_admin_for is
'Raises 403 unless the caller is a platform admin and the person somebody else, and 404 where the person does not
exist.';
