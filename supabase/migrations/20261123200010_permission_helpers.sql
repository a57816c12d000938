-- The helpers that every policy and every command asks. They replace brand_ids(least_role), which knew roles only.

-- The policies are made anew by the rendered migration after this one; until then nothing can be read.
do $$
declare
  policy record;
begin
  for policy in
    select pg_policies.schemaname, pg_policies.tablename, pg_policies.policyname
    from pg_policies
    where pg_policies.schemaname = 'public'
      or (pg_policies.schemaname, pg_policies.tablename) = ('realtime', 'messages')
  loop
    execute format('drop policy %I on %I.%I', policy.policyname, policy.schemaname, policy.tablename);
  end loop;
end
$$;

create or replace function private.is_platform_admin()
returns boolean
language plpgsql
stable
security definer -- a policy that read platform_admins would need it readable
set search_path = ''
as $$
begin
  return exists (
    select
    from private.platform_admins
    inner join public.profiles on profiles.id = platform_admins.user_id
    where platform_admins.user_id = auth.uid() and profiles.is_active
  ) and private.session_trusted() and private.session_verified(); -- their sessions pass a second factor always
end;
$$;

-- Looked up for every statement: the few that are deleted, instead of all that are not.
create index brands_deleted_idx on public.brands (id) where deleted_at is not null;

-- Security definer: a policy on brand_members that read brand_members would call itself.
--
-- An array, and not a set: `brand_id = any((select private.brands_permitting('…'))::uuid[])` is evaluated once for a
-- statement, and the planner can look its elements up in an index on brand_id; `in (select …)` can only filter.
create function private.brands_permitting(permission text)
returns uuid[]
language plpgsql
stable
security definer
set search_path = ''
set plan_cache_mode = 'force_generic_plan' -- asked by every statement: planning it each time would cost more than it
as $$
declare
  caller constant uuid := auth.uid();
  least_role public.brand_role;
begin
  if caller is null or not private.session_trusted() then
    return '{}';
  end if;
  if exists (
    select
    from private.platform_admins
    inner join public.profiles on profiles.id = platform_admins.user_id
    where platform_admins.user_id = caller and profiles.is_active
  ) and private.session_verified() then
    return array(select brands.id from public.brands where brands.deleted_at is null);
  end if;
  select permissions.least_role into strict least_role
  from private.permissions where permissions.name = brands_permitting.permission;
  return array(
    select member.brand_id
    from public.brand_members as member
    where
      member.user_id = caller
      and not exists (
        select from public.brands where brands.id = member.brand_id and brands.deleted_at is not null
      )
      and (member.expires_at is null or member.expires_at > now())
      and brands_permitting.permission <> all (member.restrictions)
      and (member.role >= least_role or brands_permitting.permission = any (member.permissions))
      and exists (select from public.profiles where profiles.id = caller and profiles.is_active)
  );
end;
$$;
comment on function private.brands_permitting is
'The brands in which the caller may do this: by role or extra permission, unrestricted, unexpired, in a trusted
session.';
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
comment on function private.permits is 'Whether the caller may do this in the brand.';
grant execute on function private.permits to authenticated, service_role;

create function private.require_permission(brand uuid, permission text, subject text default 'brand')
returns void
language plpgsql
stable
security definer -- reads the matrix, which no API role may
set search_path = ''
as $$
declare
  asked private.permissions;
begin
  if private.permits(brand, permission) then
    return;
  end if;
  if auth.uid() is not null and not private.session_trusted() then
    perform private.refuse(401, 'this session has ended or has not passed the second factor', jsonb_build_array(
      jsonb_build_object('code', 'MFA_REQUIRED', 'message', 'sign in, or pass the second factor')
    ));
  end if;
  select permissions.* into strict asked from private.permissions where permissions.name = permission;
  -- Strangers are told that there is nothing, members that they may not.
  if permission <> asked.seen_with and private.permits(brand, asked.seen_with) then
    perform private.refuse(403, format('this needs the permission %s in the brand', permission));
  end if;
  perform private.refuse(404, subject || ' not found');
end;
$$;
comment on function private.require_permission is
'404 for strangers to the brand, 403 for members without the permission, 401 in a session that is not trusted.';
grant execute on function private.require_permission to authenticated, service_role;

-- Security definer: reads memberships of other people, of which the caller may see some only.
create or replace function private.colleague_ids()
returns setof uuid
language sql
stable
security definer
set search_path = ''
rows 100
as $$
  select brand_members.user_id
  from public.brand_members
  where brand_members.brand_id = any (private.brands_permitting('brand.read'));
$$;

create function private.is_colleague(person uuid, brand uuid)
returns boolean
language sql
stable
security definer -- reads memberships of other people
set search_path = ''
as $$
  select exists (
    select
    from public.brand_members as member
    inner join public.profiles on profiles.id = member.user_id
    where
      member.user_id = is_colleague.person
      and member.brand_id = is_colleague.brand
      and profiles.is_active
      and (member.expires_at is null or member.expires_at > now())
  );
$$;
comment on function private.is_colleague is 'Whether a person is an active, unexpired member of a brand.';
grant execute on function private.is_colleague to authenticated, service_role;

create function private.may_grant(brand uuid, role public.brand_role, permissions text[])
returns boolean
language sql
stable
security definer -- reads the caller's own membership
set search_path = ''
as $$
  select private.is_platform_admin() or exists (
    select from public.brand_members as own
    where own.user_id = auth.uid() and own.brand_id = may_grant.brand and own.role >= may_grant.role
  ) and not exists (
    select from private.permissions as granted
    where granted.name = any (may_grant.permissions) and not private.permits(may_grant.brand, granted.name)
  );
$$;
comment on function private.may_grant is 'Whether the caller holds the role and the permissions that they would give.';
grant execute on function private.may_grant to authenticated, service_role;

-- Triggers that many tables share. Arguments say which of the optional columns a table has.

create function private.stamp_row()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    new.created_at := now();
    if 'actors' = any (tg_argv) then
      new.created_by := auth.uid();
    end if;
    if 'version' = any (tg_argv) then
      new.version := 1;
    end if;
  else
    new.id := old.id;
    new.created_at := old.created_at;
    if 'actors' = any (tg_argv) then
      new.created_by := old.created_by;
    end if;
    if 'version' = any (tg_argv) then
      new.version := old.version + 1;
    end if;
  end if;
  if 'actors' = any (tg_argv) then
    new.updated_by := auth.uid();
  end if;
  new.updated_at := now();
  return new;
end;
$$;
comment on function private.stamp_row is
'Writes id, times, and as the arguments say actors and version: never what the client sent.';

create function private.keep_brand()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if new.brand_id is distinct from old.brand_id then
    perform private.refuse(403, 'nothing moves from one brand to another');
  end if;
  return new;
end;
$$;
comment on function private.keep_brand is 'Refuses an update that would move a row to another tenant, whoever asks.';

-- Security definer: writes events, which nobody may write by themselves. Arguments: the type of aggregate, then the
-- type of event on insert, update and delete; `-` for none.
create function private.announce_change()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  before_row jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) else '{}' end;
  after_row jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) else '{}' end;
  this_row jsonb := case when tg_op = 'DELETE' then before_row else after_row end;
  event_type text := tg_argv[case tg_op when 'INSERT' then 1 when 'UPDATE' then 2 else 3 end];
  -- Only the names of what changed: values may be for fewer eyes than the brand's events are.
  changed jsonb;
begin
  select coalesce(jsonb_agg(entry.key order by entry.key), '[]') into changed
  from jsonb_each(after_row) as entry
  where
    entry.value is distinct from before_row -> entry.key
    and entry.key not in ('updated_at', 'updated_by', 'version');
  if event_type = '-' or (tg_op = 'UPDATE' and changed = '[]') then
    return null;
  end if;
  perform private.append_event(
    (this_row ->> case when tg_table_name = 'brands' then 'id' else 'brand_id' end)::uuid,
    tg_argv[0],
    coalesce(this_row ->> 'id', this_row ->> 'user_id')::uuid,
    event_type,
    jsonb_strip_nulls(jsonb_build_object(
      'changed', case when tg_op = 'UPDATE' then changed end,
      'contentId', this_row -> 'content_id',
      'userId', this_row -> 'user_id'
    )),
    (this_row ->> 'version')::integer
  );
  return null;
end;
$$;
comment on function private.announce_change is 'Appends an event that names which columns changed.';

create or replace function private.broadcast_event()
returns trigger
language plpgsql
security definer -- writes to realtime.messages whatever the caller may write there
set search_path = ''
as $$
declare
  message jsonb := jsonb_build_object(
    'eventId', new.id,
    'type', new.type,
    'brandId', new.brand_id,
    'aggregateType', new.aggregate_type,
    'aggregateId', new.aggregate_id,
    'aggregateVersion', new.aggregate_version,
    'actorId', new.actor_id,
    'requestId', new.correlation_id,
    'occurredAt', new.occurred_at,
    -- `changes` may be as large as the aggregate: a subscriber reads it where it is needed.
    'data', new.payload - 'changes'
  );
begin
  -- Every member listens to the brand's topic; who was invited and which keys there are is for fewer.
  if new.aggregate_type not in ('brand_member', 'invitation', 'api_key', 'webhook') then
    perform realtime.send(message, new.type, 'brand:' || new.brand_id, true);
  end if;
  if new.aggregate_type in ('content', 'workflow', 'ai_generation') then
    perform realtime.send(
      message, new.type,
      case new.aggregate_type when 'ai_generation' then 'ai' else new.aggregate_type end || ':' || new.aggregate_id,
      true
    );
  end if;
  return null;
end;
$$;

create trigger announce_change
after insert or update of role, expires_at, permissions, restrictions or delete on public.brand_members
for each row execute function private.announce_change('brand_member', 'UserAssigned', 'UserRoleChanged', 'UserRemoved');
