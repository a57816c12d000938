create function private.find_person(who jsonb)
returns uuid
language sql
stable
security definer -- reads the addresses, which only Auth keeps
set search_path = ''
as $$
  -- Repeats the predicate of the partial index users_email_partial_key, so that it is used.
  select users.id from auth.users
  where users.email = private.small_letters(who ->> 'email') and users.is_sso_user = false;
$$;
comment on function private.find_person is
'Returns the id of the person with the e-mail address in {email}; null where nobody has it.';

create function private.audit_addresses_shown(brand uuid, is_admin boolean, managed uuid[], people uuid[])
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  if is_admin or brand is not null then
    perform private.audit_view(brand, people);
    return;
  end if;
  -- The log of each brand names its own people. Brands in order, so that two calls do not wait for each other.
  perform private.audit_view(shared.brand_id, shared.people)
  from (
    select member.brand_id, array_agg(member.user_id order by member.user_id) as people
    from public.brand_members as member
    where
      member.brand_id = any (audit_addresses_shown.managed) and member.user_id = any (audit_addresses_shown.people)
    group by member.brand_id
    order by member.brand_id
  ) as shared;
end;
$$;
comment on function private.audit_addresses_shown is
'Records that the caller was shown the whole addresses of these people: in the log of the given brand or of the
platform, else in the logs of the brands in which the caller manages them.';

create function public.search_people(
  query text default '', brand_id uuid default null, page_size integer default 20, page_offset integer default 0
)
returns jsonb
language plpgsql
volatile
security definer -- reads addresses, which are masked for callers who may not see them
set search_path = ''
as $$
declare
  is_admin boolean;
  managed uuid[];
  visible uuid[];
  answer jsonb;
  seen uuid[];
begin
  perform private.require_functions();
  is_admin := private.is_platform_admin();
  managed := private.brands_permitting('member.manage');
  if search_people.brand_id is null then
    visible := private.brands_permitting('member.read');
  else
    perform private.require_permission(search_people.brand_id, 'member.read');
    visible := array[search_people.brand_id];
  end if;
  with known as (
    select
      person.id, person.first_name, person.last_name, person.avatar_path, person.is_active, users.email,
      is_admin or (person.id = auth.uid() and private.api_key_id() is null) or exists (
        select from public.brand_members as member
        where member.user_id = person.id and member.brand_id = any (managed)
      ) as is_address_shown
    from public.profiles as person
    inner join auth.users on users.id = person.id
    where
      (is_admin and search_people.brand_id is null) or exists (
        select from public.brand_members as member
        where member.user_id = person.id and member.brand_id = any (visible)
      )
  ),
  -- Addresses are searched only where they may be seen: repeated searches would spell out the others.
  matching as (
    select known.* from known
    where
      private.holds_text(known.first_name || ' ' || known.last_name, search_people.query)
      or (known.is_address_shown and private.holds_text(known.email, search_people.query))
  ),
  page as (
    select matching.* from matching order by matching.first_name, matching.last_name, matching.id
    offset greatest(page_offset, 0) limit least(greatest(page_size, 1), 100)
  )
  select
    jsonb_build_object(
      'items', coalesce((
        select jsonb_agg(jsonb_build_object(
          'id', page.id, 'first_name', page.first_name, 'last_name', page.last_name,
          'avatar_path', page.avatar_path, 'is_active', page.is_active,
          'email', case when page.is_address_shown then page.email else private.masked_email(page.email) end
        ) order by page.first_name, page.last_name, page.id)
        from page
      ), '[]'),
      'total', (select count(*) from matching)
    ),
    array(
      select page.id from page where page.is_address_shown and page.id is distinct from auth.uid() order by page.id
    )
  into answer, seen;
  perform private.audit_addresses_shown(search_people.brand_id, is_admin, managed, seen);
  return answer;
end;
$$;
comment on function public.search_people is
'Searches people by name, and by address where the caller may see it: those of the caller''s brands, or all for
platform admins. Addresses are masked unless the caller manages the person; showing whole addresses of others is
recorded in the audit log. At most 100 people.';
grant execute on function public.search_people to authenticated, service_role;

create function public.set_user_active(user_id uuid, is_active boolean)
returns void
language plpgsql
volatile
security definer -- the column is written by commands only
set search_path = ''
as $$
begin
  perform private.require_functions();
  perform private.require_platform_admin_for(set_user_active.user_id);
  perform private.require_recent_authentication();
  update public.profiles set is_active = set_user_active.is_active where profiles.id = set_user_active.user_id;
  -- The logs of the brands in order and that of the platform last, so that two calls do not wait for each other.
  perform private.audit(
    member.brand_id, 'user.' || case when set_user_active.is_active then 'reactivate' else 'deactivate' end,
    'user', set_user_active.user_id
  )
  from (
    select members.brand_id from public.brand_members as members
    where members.user_id = set_user_active.user_id order by members.brand_id offset 0
  ) as member;
  perform private.audit(
    null, 'user.' || case when set_user_active.is_active then 'reactivate' else 'deactivate' end,
    'user', set_user_active.user_id
  );
end;
$$;
comment on function public.set_user_active is
'Deactivates a person, which ends their sessions, or reactivates them. Requires a platform admin, who cannot do so to
themselves.';
grant execute on function public.set_user_active to authenticated, service_role;

create function public.set_platform_admin(user_id uuid, is_admin boolean)
returns void
language plpgsql
volatile
security definer -- the flag is written by commands only
set search_path = ''
as $$
begin
  perform private.require_functions();
  perform private.require_platform_admin_for(set_platform_admin.user_id);
  perform private.require_recent_authentication();
  if set_platform_admin.is_admin then
    insert into private.platform_admins (user_id) values (set_platform_admin.user_id) on conflict do nothing;
    if not found then
      return;
    end if;
    -- Their sessions may rest on a remembered device, which does not replace the second factor of platform admins.
    perform private.end_sessions(set_platform_admin.user_id, 'revoked');
  else
    delete from private.platform_admins where platform_admins.user_id = set_platform_admin.user_id;
    if not found then
      return;
    end if;
  end if;
  perform private.audit(
    null, 'user.' || case when set_platform_admin.is_admin then 'promote' else 'demote' end,
    'user', set_platform_admin.user_id
  );
end;
$$;
comment on function public.set_platform_admin is
'Makes a person a platform admin or takes the flag away. Requires a platform admin, who cannot do so to themselves.';
grant execute on function public.set_platform_admin to authenticated, service_role;

create function public.unlock_user(user_id uuid)
returns text
language plpgsql
volatile
security definer -- reads the address, which only Auth keeps
set search_path = ''
as $$
declare
  address text;
begin
  perform private.require_functions();
  perform private.require_platform_admin_for(unlock_user.user_id);
  perform private.require_recent_authentication();
  select users.email into address from auth.users where users.id = unlock_user.user_id;
  perform private.audit(null, 'user.unlock', 'user', unlock_user.user_id);
  return address;
end;
$$;
comment on function public.unlock_user is
'Records that a platform admin lifts the lock of a person. Returns the address under which the lock is kept in KV.';
grant execute on function public.unlock_user to authenticated, service_role;
