-- Whose addresses were looked at is on record, and so is every export and every promotion that was one (domain §12).

create index audit_log_views_idx on public.audit_log (actor_id, occurred_at) where action = 'data.view';

create function private.audit_view(brand uuid, people uuid[])
returns void
language plpgsql
volatile
security definer -- reads and writes the log, which is nobody's to do by themselves
set search_path = ''
as $$
begin
  -- Who types a search letter by letter looks once.
  if cardinality(people) > 0 and not exists (
    select from public.audit_log
    where
      audit_log.action = 'data.view' and audit_log.actor_id = auth.uid()
      and audit_log.occurred_at > now() - interval '10 minutes'
      and audit_log.brand_id is not distinct from brand
      and audit_log.details -> 'people' @> to_jsonb(people)
  ) then
    perform private.audit(
      brand, 'data.view', 'user', null, jsonb_build_object('people', people, 'fields', array['email'])
    );
  end if;
end;
$$;
comment on function private.audit_view is 'Puts on record that the caller was shown whole addresses of these people.';

create or replace function public.search_people(
  query text default '', brand_id uuid default null, page_size integer default 20,
  page_offset integer default 0
)
returns jsonb
language plpgsql
volatile
security definer -- reads addresses, of which the caller is shown what they may see
set search_path = ''
as $$
declare
  is_admin boolean := private.is_platform_admin();
  managed uuid[] := private.brands_permitting('member.manage');
  visible uuid[] := private.brands_permitting('member.read');
  pattern text := '%' || replace(replace(replace(search_people.query, '\', '\\'), '%', '\%'), '_', '\_') || '%';
  answer jsonb;
  seen uuid[];
begin
  if search_people.brand_id is not null then
    perform private.require_permission(search_people.brand_id, 'member.read');
  end if;
  with known as (
    select
      person.id, person.first_name, person.last_name, person.avatar_path, person.is_active, users.email,
      is_admin or person.id = auth.uid() or exists (
        select from public.brand_members as member
        where member.user_id = person.id and member.brand_id = any (managed)
      ) as is_whole
    from public.profiles as person
    inner join auth.users on users.id = person.id
    where
      (is_admin and search_people.brand_id is null) or exists (
        select from public.brand_members as member
        where
          member.user_id = person.id
          and member.brand_id = any (visible)
          and (search_people.brand_id is null or member.brand_id = search_people.brand_id)
      )
  ),
  -- By the address only who may see it finds anybody: a search is a question about each letter.
  matching as (
    select known.* from known
    where
      known.first_name || ' ' || known.last_name ilike pattern
      or (known.is_whole and known.email ilike pattern)
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
          'email', case when page.is_whole then page.email else private.masked_email(page.email) end
        ) order by page.first_name, page.last_name, page.id)
        from page
      ), '[]'),
      'total', (select count(*) from matching)
    ),
    array(select page.id from page where page.is_whole and page.id is distinct from auth.uid() order by page.id)
  into answer, seen;
  if is_admin or search_people.brand_id is not null then
    perform private.audit_view(search_people.brand_id, seen);
  else
    -- Each brand's log has its own people; in order, so that no two wait for each other.
    perform private.audit_view(shared.brand_id, shared.people)
    from (
      select member.brand_id, array_agg(member.user_id order by member.user_id) as people
      from public.brand_members as member
      where member.brand_id = any (managed) and member.user_id = any (seen)
      group by member.brand_id
      order by member.brand_id
    ) as shared;
  end if;
  return answer;
end;
$$;
comment on function public.search_people is
'People by name: of one''s brands, or all for platform admins. Addresses are whole for those who manage the person;
who read whole addresses of others is on record.';

create or replace function public.export_contents(
  filters jsonb, after_id uuid default null, page_size integer default 100
)
returns jsonb
language plpgsql
volatile
security definer -- writes the audit log, and reads as list_contents does
set search_path = ''
as $$
declare
  brand uuid := filters ->> 'brand_id';
  conditions text := 'contents.brand_id = $2 and contents.deleted_at is null' || private.content_conditions(filters);
  items jsonb;
  total bigint;
begin
  perform private.require_permission(brand, 'content.read');
  perform private.require_permission(brand, 'export.run');
  -- Whoever begins behind the first page, by the data API, begins an export all the same.
  if after_id is null or not exists (
    select from public.audit_log
    where
      audit_log.brand_id = brand and audit_log.action = 'data.export' and audit_log.actor_id = auth.uid()
      and audit_log.occurred_at > now() - interval '1 hour' and audit_log.details -> 'filters' = filters
  ) then
    execute 'select count(*) from public.contents where ' || conditions into total using filters, brand;
    -- More than a thousand records are for somebody's eyes (domain §2): the log says so before the first is given out.
    perform private.audit(brand, 'data.export', 'content', null, jsonb_build_object(
      'records', total, 'is_large', total > 1000, 'filters', filters
    ));
    perform private.append_event(brand, 'brand', brand, 'ContentsExported', jsonb_build_object('records', total));
  end if;
  execute
    'select jsonb_agg(to_jsonb(page) order by page.id) from ('
    '  select contents.* from public.contents where contents.id > $3 and ' || conditions ||
    '  order by contents.id limit $4) as page'
  into items
  using filters, brand, coalesce(after_id, '00000000-0000-0000-0000-000000000000'), least(greatest(page_size, 1), 500);
  return jsonb_build_object('items', coalesce(items, '[]'), 'total', total);
end;
$$;

create or replace function public.set_platform_admin(user_id uuid, is_admin boolean)
returns void
language plpgsql
volatile
security definer -- the flag is nobody's to write
set search_path = ''
as $$
begin
  perform private.require_platform_admin_for(set_platform_admin.user_id);
  perform private.require_recent_authentication();
  if set_platform_admin.is_admin then
    insert into private.platform_admins (user_id) values (set_platform_admin.user_id) on conflict do nothing;
    if not found then
      return;
    end if;
    -- A remembered device may have spared their session the factor that a platform admin shows always.
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

create or replace function public.set_user_active(user_id uuid, is_active boolean)
returns void
language plpgsql
volatile
security definer -- the column is nobody's to write
set search_path = ''
as $$
begin
  perform private.require_platform_admin_for(set_user_active.user_id);
  perform private.require_recent_authentication();
  update public.profiles set is_active = set_user_active.is_active where profiles.id = set_user_active.user_id;
  -- The brands' logs in order and the platform's last, as others take them, so that no two wait for each other.
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
