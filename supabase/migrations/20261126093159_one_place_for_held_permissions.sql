-- One place for held permissions
-- Planned by `make migration` from supabase/schemas and supabase/policies.

-- Waits at most five seconds for a lock, because queries behind a waiting lock wait as well. On failure, push again.
set lock_timeout = '5s';
set check_function_bodies = off;

DROP FUNCTION "private"."held_permissions"(text[]);

CREATE OR REPLACE FUNCTION private.access_to_brands(brands uuid[])
 RETURNS SETOF private.brand_access
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  caller constant uuid := auth.uid();
  key constant uuid := private.api_key_id();
  key_brand uuid;
  scope text [];
begin
  if caller is null or not private.session_trusted() then
    return;
  end if;
  if key is not null then
    select
      api_keys.brand_id,
      array(select granted.permission from private.scope_permissions as granted where granted.scope = any (api_keys.scopes))
    into key_brand, scope
    from public.api_keys where api_keys.id = key;
  elsif private.is_platform_admin() then
    return query
      select
        brands.id,
        exists (
          select from public.brand_members as member
          where
            member.user_id = caller and member.brand_id = brands.id
            and (member.expires_at is null or member.expires_at > now())
        ),
        array(select permissions.name from private.permissions), '{}'::text [], null::text []
      from public.brands
      where (access_to_brands.brands is null or brands.id = any (access_to_brands.brands)) and brands.deleted_at is null;
    return;
  end if;
  return query
    select
      member.brand_id, true,
      array(
        select held.name from private.permissions as held
        where
          (member.role >= held.least_role or held.name = any (member.permissions))
          and held.name <> all (member.restrictions)
          and (key is null or held.name = any (scope))
      ),
      member.restrictions, scope
    from public.brand_members as member
    where
      member.user_id = caller
      and (access_to_brands.brands is null or member.brand_id = any (access_to_brands.brands))
      and (key is null or member.brand_id = key_brand)
      and (member.expires_at is null or member.expires_at > now())
      and not exists (
        select from public.brands where brands.id = member.brand_id and brands.deleted_at is not null
      )
      and exists (select from public.profiles where profiles.id = caller and profiles.is_active);
end;
$function$;

CREATE OR REPLACE FUNCTION private.brand_access(brands uuid[])
 RETURNS TABLE(brand_id uuid, access jsonb)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
#variable_conflict use_column
declare
  is_admin constant boolean := private.is_platform_admin();
begin
  return query
    select
      brand.id,
      jsonb_build_object(
        'allowed_actions', to_jsonb(private.brand_actions(holding.permissions, is_admin)),
        'parent', case when parent_holding.brand_id is not null then jsonb_build_object(
          'id', parent.id, 'name', parent.name, 'slug', parent.slug
        ) end,
        'delivery_mode', coalesce(settings.mode, 'public'),
        'has_published', exists (
          select from public.contents
          where contents.brand_id = brand.id and contents.status = 'published' and contents.deleted_at is null
        )
      )
    from public.brands as brand
    inner join private.access_to_brands(brands) as holding on holding.brand_id = brand.id
    left join public.brands as parent on parent.id = brand.parent_brand_id
    left join lateral (
      select parent.id as brand_id where parent.id = any (private.brands_permitting('brand.read'))
    ) as parent_holding on true
    left join private.delivery_settings as settings on settings.brand_id = brand.id
    where brand.id = any (brands);
end;
$function$;

CREATE OR REPLACE FUNCTION private.require_platform_admin_for(person uuid)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  perform private.require_platform_admin();
  if person = auth.uid() then
    perform private.refuse(403, 'nobody does this to themselves');
  elsif not exists (select from public.profiles where profiles.id = person) then
    perform private.refuse(404, 'user not found');
  end if;
end;
$function$;

CREATE OR REPLACE FUNCTION public.list_audit_log(brand_id uuid DEFAULT NULL::uuid, filters jsonb DEFAULT '{}'::jsonb, cursor_at timestamp with time zone DEFAULT NULL::timestamp with time zone, cursor_id uuid DEFAULT NULL::uuid, page_size integer DEFAULT 20)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  answer jsonb;
  actions text[] := array(select jsonb_array_elements_text(filters -> 'actions'));
begin
  if list_audit_log.brand_id is not null then
    perform private.require_permission(list_audit_log.brand_id, 'audit.read');
  else
    perform private.require_platform_admin();
  end if;
  -- Planned for these filters: each of them has an index.
  execute format(
    $statement$
      with page as (
        select entry.* from public.audit_log as entry
        where
          %s
          %s
          and (entry.actor_id = $3 or $3 is null)
          and entry.occurred_at >= coalesce($4, '-infinity') and entry.occurred_at < coalesce($5, 'infinity')
          and entry.occurred_at <= coalesce($6, 'infinity')
          and ($6 is null or (entry.occurred_at, entry.id) < ($6, $7))
        order by entry.occurred_at desc, entry.id desc
        limit $8
      )
      select jsonb_build_object('items', coalesce(jsonb_agg(jsonb_build_object(
        'id', page.id, 'position', page.position, 'action', page.action, 'outcome', page.outcome,
        'actor', private.person_document(page.actor_id),
        'actor_type', page.actor_type,
        'resource', jsonb_build_object('type', page.resource_type, 'id', page.resource_id),
        'details', private.without_addresses(page.details),
        'request_id', page.request_id, 'occurred_at', page.occurred_at
      ) order by page.occurred_at desc, page.id desc), '[]'), 'total', null)
      from page
    $statement$,
    case when list_audit_log.brand_id is null then 'entry.brand_id is null' else 'entry.brand_id = $1' end,
    case when cardinality(actions) > 0 then 'and entry.action = any ($2)' else '' end
  )
  into answer
  using
    list_audit_log.brand_id, actions, (filters ->> 'actor')::uuid, (filters ->> 'from')::timestamptz,
    (filters ->> 'to')::timestamptz, cursor_at, cursor_id, least(greatest(page_size, 1), 101);
  return answer;
end;
$function$;

CREATE OR REPLACE FUNCTION public.my_permissions(brand_id uuid DEFAULT NULL::uuid, page_offset integer DEFAULT 0, page_size integer DEFAULT 20)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.verify_audit_log(brand_id uuid)
 RETURNS TABLE(audit_id uuid, chain_position bigint, problem text)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_column
begin
  if verify_audit_log.brand_id is not null then
    perform private.require_permission(verify_audit_log.brand_id, 'audit.read');
  else
    perform private.require_platform_admin();
  end if;
  return query
    select
      entry.id, entry.position,
      case
        when entry.hash <> private.audit_hash(entry.entry_row) then 'the row was changed'
        else 'a row before this one is missing or moved'
      end
    from (
      select
        entries as entry_row, entries.*,
        lag(entries.hash, 1, repeat('0', 64)) over by_position as hash_before,
        lag(entries.position, 1, 0::bigint) over by_position as position_before
      from public.audit_log as entries
      where entries.brand_id is not distinct from verify_audit_log.brand_id
      window by_position as (order by entries.position)
    ) as entry
    where
      entry.hash <> private.audit_hash(entry.entry_row)
      or entry.previous_hash <> entry.hash_before
      or entry.position <> entry.position_before + 1
    order by entry.position;
end;
$function$;

COMMENT ON FUNCTION "private"."access_to_brands"(uuid[]) IS 'Returns what the caller holds in each of these brands (null: of all), all permissions at once. The same rule as that of
brands_permitting, which policies ask for one permission; a test compares both.';
