-- Reading tokens lists and actions
-- Planned by `make migration` from supabase/schemas and supabase/policies.

-- Waits at most five seconds for a lock, because queries behind a waiting lock wait as well. On failure, push again.
set lock_timeout = '5s';
set check_function_bodies = off;

DROP POLICY "Avatars may be added by their owner" ON "storage"."objects";

DROP POLICY "Avatars may be removed by their owner" ON "storage"."objects";

DROP POLICY "Avatars may be replaced by their owner" ON "storage"."objects";

DROP POLICY "Objects of a brand may be added by who announced the file" ON "storage"."objects";

DROP FUNCTION "public"."assign_member"(uuid, uuid, public.brand_role, timestamp with time zone, text[], text[]);

DROP FUNCTION "public"."create_template"(jsonb, uuid);

DROP FUNCTION "public"."update_template"(uuid, integer, jsonb);

CREATE OR REPLACE FUNCTION private.account_usage(account uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  -- Counted as the checks of each limit count.
  select jsonb_build_object(
    'brands', (
      select count(*) from public.brands where brands.account_id = account_usage.account and brands.deleted_at is null
    ),
    'users', (
      select count(distinct member.user_id)
      from public.brand_members as member
      inner join public.brands on brands.id = member.brand_id
      where brands.account_id = account_usage.account
    ),
    'templates', (
      select count(*)
      from public.templates
      inner join public.brands on brands.id = templates.brand_id
      where brands.account_id = account_usage.account
    ),
    'storage_bytes', (
      select coalesce(sum(files.size_bytes), 0)
      from public.files
      inner join public.brands on brands.id = files.brand_id
      where brands.account_id = account_usage.account and files.deleted_at is null
    ),
    'contents', (
      select coalesce(max(usage.used), 0) from public.quota_usage as usage
      where usage.account_id = account_usage.account and usage.metric = 'contents'
        and usage.month = private.this_month()
    ),
    'generations', (
      select coalesce(max(usage.used), 0) from public.quota_usage as usage
      where usage.account_id = account_usage.account and usage.metric = 'generations'
        and usage.month = private.this_month()
    )
  );
$function$;

ALTER FUNCTION "private"."account_usage"(uuid) OWNER TO "postgres";

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
    -- Asked once for each permission, not for each brand.
    inner join private.held_permissions(array[
      'brand.read', 'brand.update', 'member.manage', 'workflow.write', 'content.read', 'content.create',
      'template.read', 'template.write', 'ai.use', 'audit.read', 'integration.manage'
    ]) as holding on holding.brand_id = brand.id
    left join public.brands as parent on parent.id = brand.parent_brand_id
    left join lateral (
      select parent.id as brand_id where parent.id = any (private.brands_permitting('brand.read'))
    ) as parent_holding on true
    left join private.delivery_settings as settings on settings.brand_id = brand.id
    where brand.id = any (brands);
end;
$function$;

ALTER FUNCTION "private"."brand_access"(uuid[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.brand_actions(held text[], is_platform_admin boolean)
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  select array(
    select distinct action.name
    from (
      values
      ('read', 'brand.read'), ('listMembers', 'brand.read'),
      ('update', 'brand.update'), ('manageAgencies', 'brand.update'), ('setDelivery', 'brand.update'),
      ('manageMembers', 'member.manage'), ('setWorkflows', 'workflow.write'),
      ('listContents', 'content.read'), ('createContent', 'content.create'),
      ('listTemplates', 'template.read'), ('createTemplate', 'template.write'),
      ('useAi', 'ai.use'), ('readQuota', 'ai.use'), ('readQuota', 'brand.update'),
      ('readAuditLog', 'audit.read'), ('manageApiKeys', 'integration.manage'),
      ('rename', null), ('delete', null), ('linkMasterClaimBrands', null)
    ) as action (name, permission)
    where action.permission = any (brand_actions.held)
      or (action.permission is null and brand_actions.is_platform_admin)
    order by action.name
  );
$function$;

ALTER FUNCTION "private"."brand_actions"(text[], boolean) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.brand_answer(brand public.brands)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select private.brand_document(brand) || access.access
  from private.brand_access(array[brand.id]) as access;
$function$;

ALTER FUNCTION "private"."brand_answer"(public.brands) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.brand_document(brand public.brands)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select to_jsonb(brand) - array['account_id', 'created_by', 'updated_by'] || jsonb_build_object(
    'created_by', private.person_document(brand.created_by),
    'updated_by', private.person_document(brand.updated_by),
    'vetting_agencies', coalesce((
      select jsonb_agg(to_jsonb(agency) - array['brand_id', 'created_by', 'updated_by'] order by agency.name, agency.id)
      from public.vetting_agencies as agency where agency.brand_id = brand.id
    ), '[]'),
    'master_claim_brands', coalesce((
      select jsonb_agg(jsonb_build_object('id', master.id, 'name', master.name) order by master.name)
      from public.brand_master_claim_brands as link
      inner join public.master_claim_brands as master on master.id = link.master_claim_brand_id
      where link.brand_id = brand.id
    ), '[]'),
    'workflows', coalesce((
      select jsonb_agg(jsonb_build_object(
        'content_type', assigned.content_type, 'workflow_id', assigned.workflow_id, 'name', workflows.name
      ) order by assigned.content_type)
      from public.brand_workflows as assigned
      inner join public.workflows on workflows.id = assigned.workflow_id
      where assigned.brand_id = brand.id
    ), '[]')
  );
$function$;

CREATE OR REPLACE FUNCTION private.has_reading_token()
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return coalesce(nullif(current_setting('request.jwt.claims', true), '')::jsonb ? 'read_only', false);
end;
$function$;

ALTER FUNCTION "private"."has_reading_token"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.held_permissions(names text[] DEFAULT NULL::text[])
 RETURNS TABLE(brand_id uuid, permissions text[])
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  -- The same question that every policy and command asks.
  select held_in.brand_id, array_agg(permission.name order by permission.name)
  from private.permissions as permission
  cross join lateral unnest(private.brands_permitting(permission.name)) as held_in (brand_id)
  where held_permissions.names is null or permission.name = any (held_permissions.names)
  group by held_in.brand_id;
$function$;

ALTER FUNCTION "private"."held_permissions"(text[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.is_beyond_reading()
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  -- The data API names the method of each request, and runs GET and functions that change nothing in read-only
  -- transactions (https://docs.postgrest.org/en/stable/references/transactions.html). Realtime names no method, and
  -- Storage names its operation as well (supabase/storage: src/internal/database): Realtime writes nothing for a
  -- client, and what Storage writes has policies of its own.
  return private.has_reading_token()
    and current_setting('transaction_read_only') = 'off'
    and coalesce(current_setting('request.method', true), '') <> ''
    and coalesce(current_setting('storage.operation', true), '') = '';
end;
$function$;

ALTER FUNCTION "private"."is_beyond_reading"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.member_document(member public.brand_members)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select to_jsonb(member) - array['user_id', 'assigned_by', 'access_count', 'last_accessed_at'] || jsonb_build_object(
    'user', private.person_document(member.user_id),
    'assigned_by', private.person_document(member.assigned_by),
    'avatar_path', (select profiles.avatar_path from public.profiles where profiles.id = member.user_id)
  );
$function$;

ALTER FUNCTION "private"."member_document"(public.brand_members) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.person_document(person uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select case when person_document.person is not null then jsonb_build_object(
    'id', person_document.person, 'name', private.display_name(person_document.person)
  ) end;
$function$;

ALTER FUNCTION "private"."person_document"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.require_permission(brand uuid, permission text, subject text DEFAULT 'brand'::text)
 RETURNS void
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.require_platform_admin()
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  if not private.is_platform_admin() then
    perform private.refuse(403, 'only platform admins may do this');
  end if;
end;
$function$;

ALTER FUNCTION "private"."require_platform_admin"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.session_trusted()
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  caller constant uuid := auth.uid();
  key constant uuid := private.api_key_id();
  session_row record;
begin
  if private.is_beyond_reading() then
    return false;
  end if;
  if key is not null then
    return exists (
      select from public.api_keys
      where api_keys.id = key and api_keys.user_id = caller and api_keys.revoked_at is null
        and api_keys.expires_at > now()
    );
  end if;
  select user_sessions.mfa_verified_at, user_sessions.ended_at, user_sessions.expires_at, user_sessions.last_seen_at
  into session_row
  from public.user_sessions
  where user_sessions.id = private.session_id() and user_sessions.user_id = caller;
  -- A token that Auth issued past our sign-in has no session: no lock, captcha or limit of sessions applied to it.
  if not found or session_row.ended_at is not null or session_row.expires_at <= now()
    or session_row.last_seen_at <= now() - private.access_token_lifetime()
  then
    return false;
  end if;
  return session_row.mfa_verified_at is not null or not exists (
    select from public.mfa_factors where mfa_factors.user_id = caller and mfa_factors.verified_at is not null
  );
end;
$function$;

CREATE OR REPLACE FUNCTION private.set_sso_group_roles(connection uuid, roles jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
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
$function$;

ALTER FUNCTION "private"."set_sso_group_roles"(uuid, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.sso_connection_document(connection public.sso_connections)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
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
$function$;

ALTER FUNCTION "private"."sso_connection_document"(public.sso_connections) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.template_answer(template public.templates)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select private.template_document(
    template, private.brands_permitting('template.write'), private.brands_permitting('content.create')
  );
$function$;

ALTER FUNCTION "private"."template_answer"(public.templates) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.template_document(template public.templates, writable uuid[], creating uuid[])
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select to_jsonb(template) || jsonb_build_object(
    'created_by', private.person_document(template.created_by),
    'updated_by', private.person_document(template.updated_by),
    'allowed_actions', array(
      select action.name
      from (
        values
        ('createContent', template.is_active and case
          when template.brand_id is null then cardinality(creating) > 0 else template.brand_id = any (creating)
        end),
        ('delete', private.is_platform_admin()),
        ('read', true),
        ('update', case
          when template.brand_id is null then private.is_platform_admin() else template.brand_id = any (writable)
        end)
      ) as action (name, is_allowed)
      where action.is_allowed
      order by action.name
    )
  );
$function$;

ALTER FUNCTION "private"."template_document"(public.templates, uuid[], uuid[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.without_addresses(details jsonb)
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  -- The part before the @ ends at what JSON escapes, so that no escape is cut in two.
  select regexp_replace(
    without_addresses.details::text,
    '(\\u[0-9a-f]{4}|\\.|[[:space:]"<>(),;:]|^)([^[:space:]"\\@<>(),;:])[^[:space:]"\\@<>(),;:]*@([[:alnum:]-]+\.)',
    '\1\2•••@\3', 'g'
  )::jsonb;
$function$;

ALTER FUNCTION "private"."without_addresses"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.assign_member(brand_id uuid, user_id uuid, role public.brand_role, expires_at timestamp with time zone DEFAULT NULL::timestamp with time zone, permissions text[] DEFAULT '{}'::text[], restrictions text[] DEFAULT '{}'::text[])
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  member public.brand_members;
begin
  perform private.require_permission(brand_id, 'member.manage');
  if user_id = auth.uid() and not private.is_platform_admin() then
    perform private.refuse(403, 'nobody changes their own membership');
  end if;
  perform private.require_recent_authentication();
  if not exists (select from public.profiles where profiles.id = user_id and profiles.is_active) then
    perform private.refuse(404, 'user not found');
  end if;
  if role is null then
    perform private.refuse(400, 'a role is needed',
      '[{"field": "role", "code": "REQUIRED_FIELD_MISSING", "message": "role is required"}]');
  end if;
  -- The caller must hold the role that they give, and the role that the person has now.
  if not private.may_grant(brand_id, role, permissions) or exists (
    select from public.brand_members as present
    where
      present.brand_id = assign_member.brand_id and present.user_id = assign_member.user_id
      and not private.may_grant(present.brand_id, present.role, '{}')
  ) then
    perform private.refuse(403, 'nobody gives or takes a role above their own');
  end if;
  insert into public.brand_members as members (
    brand_id, user_id, role, expires_at, permissions, restrictions, assigned_by
  )
  values (brand_id, user_id, role, expires_at, permissions, restrictions, auth.uid())
  on conflict on constraint brand_members_pkey do update
    set
      role = excluded.role, expires_at = excluded.expires_at, permissions = excluded.permissions,
      restrictions = excluded.restrictions, assigned_by = excluded.assigned_by, sso_connection_id = null
  returning * into member;
  return next private.member_document(member);
end;
$function$;

ALTER FUNCTION "public"."assign_member"(uuid, uuid, public.brand_role, timestamp with time zone, text[], text[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.create_brand(name text, slug text DEFAULT ''::text, details jsonb DEFAULT '{}'::jsonb)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  brand public.brands;
  quota integer;
begin
  if not private.is_platform_admin() then
    perform private.refuse(403, 'only platform admins may create brands');
  end if;
  slug := coalesce(nullif(slug, ''), nullif(private.slugify(name), ''), 'brand');
  brand := jsonb_populate_record(
    null::public.brands,
    jsonb_build_object(
      'id', private.uuid_v7(), 'description', '', 'identity', '{}'::jsonb, 'tone_of_voice', '',
      'guardrails', '[]'::jsonb, 'key_messages', '[]'::jsonb, 'target_audience', '', 'allowed_content_types', '[]'::jsonb, 'colors', '{}'::jsonb,
      'communication_style', '', 'personality', '[]'::jsonb, 'website_urls', '[]'::jsonb, 'settings', '{}'::jsonb
    ) || (details - array['id', 'deleted_at']) || jsonb_build_object('name', name, 'slug', slug)
  );
  perform private.check_parent_brand(brand.id, brand.parent_brand_id);
  select plans.brands into quota
  from public.accounts inner join public.plans on plans.name = accounts.plan
  where accounts.id = brand.account_id and accounts.overage = 'block';
  if quota <= (
    select count(*) from public.brands where brands.account_id = brand.account_id and brands.deleted_at is null
  ) then
    perform private.refuse(403, 'the plan has no more brands', jsonb_build_array(jsonb_build_object(
      'code', 'PLAN_LIMIT_EXCEEDED', 'message', format('%s brands at most', quota)
    )));
  end if;
  insert into public.brands select brand.*;
  return query select private.brand_answer(brands) from public.brands where brands.id = brand.id;
end;
$function$;

CREATE OR REPLACE FUNCTION public.create_sso_connection(details jsonb)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  connection public.sso_connections;
begin
  perform private.require_platform_admin();
  perform private.require_recent_authentication();
  if not exists (select from public.accounts where accounts.id = (details ->> 'account_id')::uuid) then
    perform private.refuse(404, 'account not found');
  end if;
  connection := jsonb_populate_record(
    null::public.sso_connections,
    '{"group_attribute": "groups", "is_active": true}'::jsonb || details
  );
  insert into public.sso_connections (
    account_id, name, entity_id, sign_on_url, certificates, domains, group_attribute, is_active
  )
  values (
    connection.account_id, connection.name, connection.entity_id, connection.sign_on_url, connection.certificates,
    connection.domains, connection.group_attribute, connection.is_active
  )
  returning * into connection;
  perform private.set_sso_group_roles(connection.id, coalesce(details -> 'group_roles', '[]'));
  return query select private.sso_connection_document(connection);
end;
$function$;

ALTER FUNCTION "public"."create_sso_connection"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.create_template(details jsonb, brand_id uuid DEFAULT NULL::uuid)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  template public.templates;
begin
  if brand_id is not null then
    perform private.require_permission(brand_id, 'template.write');
  elsif not private.is_platform_admin() then
    perform private.refuse(403, 'only platform admins may make a global template');
  end if;
  template := jsonb_populate_record(null::public.templates, jsonb_build_object(
    'description', '', 'icon', '', 'category', '', 'tags', '[]'::jsonb, 'ai_enabled', true, 'is_active', true
  ) || details);
  insert into public.templates (
    brand_id, name, description, content_type, input_fields, output_fields, is_active, icon, category, tags, ai_enabled
  )
  values (
    brand_id, template.name, template.description, template.content_type, template.input_fields,
    template.output_fields, template.is_active, template.icon, template.category, template.tags, template.ai_enabled
  )
  returning * into template;
  return next private.template_answer(template);
end;
$function$;

ALTER FUNCTION "public"."create_template"(jsonb, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.delete_sso_connection(connection_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_platform_admin();
  perform private.require_recent_authentication();
  delete from public.sso_connections where sso_connections.id = delete_sso_connection.connection_id;
  if not found then
    perform private.refuse(404, 'connection not found');
  end if;
end;
$function$;

ALTER FUNCTION "public"."delete_sso_connection"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.end_own_sessions(which uuid[] DEFAULT NULL::uuid[], besides uuid DEFAULT NULL::uuid)
 RETURNS uuid[]
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  ended uuid[];
begin
  if auth.uid() is null or private.api_key_id() is not null then
    perform private.refuse(401, 'this is for people');
  end if;
  if private.has_reading_token() then
    perform private.refuse(403, 'this token is for reading only');
  end if;
  -- A session that has not passed its second factor may end itself, and no other session.
  if which is distinct from array[private.session_id()] and not private.person_trusted() then
    perform private.refuse(401, 'this session is not trusted', '[{"code": "MFA_REQUIRED", "message": "sign in"}]');
  end if;
  ended := private.end_sessions(
    auth.uid(), case when which = array[private.session_id()] then 'signed_out' else 'revoked' end, which, besides
  );
  if which is not null and ended = '{}' and not which = array[private.session_id()] then
    perform private.refuse(404, 'session not found');
  end if;
  perform private.audit(
    null, 'auth.logout', 'user', auth.uid(), jsonb_build_object('sessions', to_jsonb(ended))
  );
  return ended;
end;
$function$;

CREATE OR REPLACE FUNCTION public.link_master_claim_brand(brand_id uuid, master_claim_brand_id uuid, is_linked boolean DEFAULT true)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
begin
  perform private.require_permission(brand_id, 'brand.read');
  if not private.is_platform_admin() then
    perform private.refuse(403, 'only platform admins may link master claim brands');
  end if;
  if not exists (select from public.master_claim_brands as master where master.id = master_claim_brand_id) then
    perform private.refuse(404, 'master claim brand not found');
  end if;
  if is_linked then
    insert into public.brand_master_claim_brands (brand_id, master_claim_brand_id)
    values (brand_id, master_claim_brand_id)
    on conflict do nothing;
  else
    delete from public.brand_master_claim_brands as link
    where link.brand_id = link_master_claim_brand.brand_id
      and link.master_claim_brand_id = link_master_claim_brand.master_claim_brand_id;
  end if;
  return query select private.brand_answer(brands) from public.brands where brands.id = brand_id;
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
  elsif not private.is_platform_admin() then
    perform private.refuse(403, 'only platform admins may do this');
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

ALTER FUNCTION "public"."list_audit_log"(uuid, jsonb, timestamp with time zone, uuid, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.list_brands(query text DEFAULT NULL::text, parent_brand_id uuid DEFAULT NULL::uuid, page_offset integer DEFAULT 0, page_size integer DEFAULT 20)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  readable uuid [] := private.brands_permitting('brand.read');
  counted uuid [] := private.brands_permitting('content.read');
begin
  return (
    with matching as (
      select brands.id, brands.name from public.brands
      where
        brands.id = any (readable) and brands.deleted_at is null
        and (list_brands.parent_brand_id is null or brands.parent_brand_id = list_brands.parent_brand_id)
        and (list_brands.query is null or position(lower(list_brands.query) in lower(brands.name)) > 0)
    ),
    page as (
      select matching.* from matching order by matching.name, matching.id
      offset page_offset limit least(greatest(page_size, 1), 100)
    )
    select jsonb_build_object(
      'items', coalesce((
        select jsonb_agg(private.brand_document(brands) || access.access || jsonb_build_object('counts', jsonb_build_object(
          'contents', case when page.id = any (counted) then (
            select count(*) from public.contents where contents.brand_id = page.id and contents.deleted_at is null
          ) end,
          'templates', (select count(*) from public.templates where templates.brand_id = page.id),
          'workflows', (select count(*) from public.workflows where workflows.brand_id = page.id),
          'members', (select count(*) from public.brand_members as member where member.brand_id = page.id)
        )) order by page.name, page.id)
        from page
        inner join public.brands on brands.id = page.id
        inner join private.brand_access(array(select page.id from page)) as access on access.brand_id = page.id
      ), '[]'),
      'total', (select count(*) from matching)
    )
  );
end;
$function$;

CREATE OR REPLACE FUNCTION public.list_content_types(brand_id uuid DEFAULT NULL::uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  readable uuid [] := private.brands_permitting('brand.read');
  with_templates uuid [] := private.brands_permitting('template.read');
begin
  if list_content_types.brand_id is not null then
    perform private.require_permission(list_content_types.brand_id, 'brand.read');
    readable := array[list_content_types.brand_id];
    with_templates := array(
      select list_content_types.brand_id where list_content_types.brand_id = any (with_templates)
    );
  elsif not private.session_trusted() then
    perform private.refuse(401, 'this session has ended or has not passed the second factor');
  end if;
  return (
    with offered as (
      select templates.content_type, count(*) as templates
      from public.templates
      where
        templates.is_active and cardinality(with_templates) > 0
        and (templates.brand_id is null or templates.brand_id = any (with_templates))
      group by templates.content_type
    )
    select jsonb_build_object(
      'restricted', (
        -- A brand without a list allows every type.
        select coalesce(bool_and(cardinality(brands.allowed_content_types) > 0), false)
        from public.brands where brands.id = any (readable)
      ),
      'allowed', coalesce((
        select jsonb_agg(distinct allowed.type)
        from public.brands cross join lateral unnest(brands.allowed_content_types) as allowed (type)
        where brands.id = any (readable)
      ), '[]'),
      'templates', coalesce((select jsonb_object_agg(offered.content_type, offered.templates) from offered), '{}'),
      'workflows', coalesce((
        select jsonb_object_agg(assigned.content_type, jsonb_build_object('id', workflows.id, 'name', workflows.name))
        from public.brand_workflows as assigned
        inner join public.workflows on workflows.id = assigned.workflow_id
        where
          assigned.brand_id = list_content_types.brand_id
          and private.permits(assigned.brand_id, 'workflow.read')
      ), '{}')
    )
  );
end;
$function$;

ALTER FUNCTION "public"."list_content_types"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.list_members(brand_id uuid, page_offset integer DEFAULT 0, page_size integer DEFAULT 20)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  is_detailed boolean;
begin
  perform private.require_permission(list_members.brand_id, 'brand.read');
  is_detailed := private.permits(list_members.brand_id, 'member.read');
  return (
    with matching as (
      select member as membership, member.user_id, profiles.first_name, profiles.last_name
      from public.brand_members as member
      inner join public.profiles on profiles.id = member.user_id
      where member.brand_id = list_members.brand_id
        and (is_detailed or member.expires_at is null or member.expires_at > now())
    ),
    page as (
      select matching.* from matching order by matching.first_name, matching.last_name, matching.user_id
      offset page_offset limit least(greatest(page_size, 1), 100)
    )
    select jsonb_build_object(
      'items', coalesce((
        select jsonb_agg(
          case when is_detailed then shown.document
            else jsonb_build_object('user', shown.document -> 'user', 'avatar_path', shown.document -> 'avatar_path')
          end order by page.first_name, page.last_name, page.user_id
        )
        from page
        cross join lateral private.member_document(page.membership) as shown (document)
      ), '[]'),
      'total', (select count(*) from matching)
    )
  );
end;
$function$;

CREATE OR REPLACE FUNCTION public.list_sso_connections(account_id uuid DEFAULT NULL::uuid, connection_id uuid DEFAULT NULL::uuid, page_offset integer DEFAULT 0, page_size integer DEFAULT 20)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
$function$;

ALTER FUNCTION "public"."list_sso_connections"(uuid, uuid, integer, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.list_template_versions(template_id uuid, version integer DEFAULT NULL::integer, page_offset integer DEFAULT 0, page_size integer DEFAULT 20)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  readable uuid [] := private.brands_permitting('template.read');
begin
  if not private.session_trusted() then
    return '{"items": [], "total": 0}';
  end if;
  return (
    with matching as (
      select versions.*
      from public.template_versions as versions
      where
        versions.template_id = list_template_versions.template_id
        and (versions.brand_id is null or versions.brand_id = any (readable))
        and (list_template_versions.version is null or versions.version = list_template_versions.version)
    ),
    page as (
      select matching.* from matching order by matching.version desc
      offset page_offset limit least(greatest(page_size, 1), 100)
    )
    select jsonb_build_object(
      'items', coalesce((
        select jsonb_agg(
          to_jsonb(page) || jsonb_build_object('created_by', private.person_document(page.created_by))
          order by page.version desc
        )
        from page
      ), '[]'),
      'total', (select count(*) from matching)
    )
  );
end;
$function$;

ALTER FUNCTION "public"."list_template_versions"(uuid, integer, integer, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.list_templates(brand_id uuid DEFAULT NULL::uuid, content_type text DEFAULT NULL::text, category text DEFAULT NULL::text, is_active boolean DEFAULT true, query text DEFAULT NULL::text, template_id uuid DEFAULT NULL::uuid, page_offset integer DEFAULT 0, page_size integer DEFAULT 20)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  readable uuid [] := private.brands_permitting('template.read');
  counted uuid [] := private.brands_permitting('content.read');
  writable uuid [] := private.brands_permitting('template.write');
  creating uuid [] := private.brands_permitting('content.create');
begin
  -- Global templates are for everyone, but not in a session that is not trusted.
  if not private.session_trusted() then
    return '{"items": [], "total": 0}';
  end if;
  return (
    with matching as (
      select templates as template, templates.id, templates.name
      from public.templates
      where
        (templates.brand_id is null or templates.brand_id = any (readable))
        and (list_templates.template_id is null or templates.id = list_templates.template_id)
        and (list_templates.brand_id is null or templates.brand_id is null
          or templates.brand_id = list_templates.brand_id)
        and (list_templates.content_type is null or templates.content_type = list_templates.content_type)
        and (list_templates.category is null or templates.category = list_templates.category)
        and (list_templates.is_active is null or templates.is_active = list_templates.is_active)
        and (list_templates.query is null
          or position(lower(list_templates.query) in lower(templates.name || ' ' || templates.description)) > 0)
    ),
    page as (
      select matching.* from matching
      order by matching.name, matching.id
      offset page_offset limit least(greatest(page_size, 1), 100)
    )
    select jsonb_build_object(
      'items', coalesce((
        select jsonb_agg(
          private.template_document(page.template, writable, creating) || to_jsonb(usage) order by page.name, page.id
        )
        from page
        cross join lateral private.template_usage(page.id, counted) as usage
      ), '[]'),
      'total', (select count(*) from matching)
    )
  );
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
      select holding.brand_id, holding.permissions
      from private.held_permissions() as holding
      where my_permissions.brand_id is null or holding.brand_id = my_permissions.brand_id
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

ALTER FUNCTION "public"."my_permissions"(uuid, integer, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.read_brand(brand_id uuid, known_version integer DEFAULT NULL::integer)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  brand public.brands;
begin
  -- Checked on every call, whatever a cache holds.
  perform private.require_permission(read_brand.brand_id, 'brand.read');
  select * into brand from public.brands where brands.id = read_brand.brand_id;
  return jsonb_build_object(
    'version', brand.version,
    'brand', case when brand.version is distinct from known_version then private.brand_document(brand) end,
    'access', (select access.access from private.brand_access(array[brand.id]) as access),
    -- Only those that the caller may read: sub-brands are tenants of their own.
    'sub_brands', coalesce((
      select jsonb_agg(jsonb_build_object('id', sub.id, 'name', sub.name, 'slug', sub.slug) order by sub.name)
      from public.brands as sub
      where
        sub.parent_brand_id = brand.id and sub.deleted_at is null
        and sub.id = any (private.brands_permitting('brand.read'))
    ), '[]')
  );
end;
$function$;

CREATE OR REPLACE FUNCTION public.read_quota(brand_id uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  plan public.plans;
  account public.accounts;
  budget public.ai_budgets;
  used jsonb;
begin
  perform private.require_permission(read_quota.brand_id, 'brand.read');
  if not private.permits(read_quota.brand_id, 'brand.update') then
    perform private.require_permission(read_quota.brand_id, 'ai.use');
  end if;
  select accounts.* into account
  from public.brands inner join public.accounts on accounts.id = brands.account_id
  where brands.id = read_quota.brand_id;
  select plans.* into plan from public.plans where plans.name = account.plan;
  select latest.* into budget
  from public.ai_budgets as latest
  where latest.brand_id = read_quota.brand_id and latest.month <= private.this_month()
  order by latest.month desc
  limit 1;
  -- The plan is shared by all brands of the account: its figures are for admins.
  if account.id is not null and private.permits(read_quota.brand_id, 'brand.update') then
    used := private.account_usage(account.id);
  end if;
  return jsonb_build_object(
    'plan', plan.name,
    'overage', account.overage,
    'month', private.this_month(),
    'resets_at', (private.this_month() + interval '1 month') at time zone 'UTC',
    'has_api', coalesce(plan.has_api, true),
    'has_single_sign_on', coalesce(plan.has_sso, true),
    'generations', coalesce(
      private.current_quota(read_quota.brand_id) - 'resets_at', '{"is_limited": false, "is_exhausted": false}'
    ),
    'budget', jsonb_build_object(
      'is_limited', budget.amount is not null,
      'is_exhausted', coalesce(
        -- The row of this month is made by the month's first call.
        budget.amount <= case when budget.month = private.this_month() then budget.spent + budget.reserved else 0 end,
        false
      )
    ),
    'usage', case when used is not null then jsonb_build_object(
      'brands', jsonb_build_object('limit', plan.brands, 'used', used -> 'brands'),
      'users', jsonb_build_object('limit', plan.users, 'used', used -> 'users'),
      'templates', jsonb_build_object('limit', plan.templates, 'used', used -> 'templates'),
      'contents', jsonb_build_object('limit', plan.contents_per_month, 'used', used -> 'contents'),
      'generations', jsonb_build_object('limit', plan.generations_per_month, 'used', used -> 'generations'),
      'storage_bytes', jsonb_build_object('limit', plan.storage_bytes, 'used', used -> 'storage_bytes')
    ) end
  );
end;
$function$;

ALTER FUNCTION "public"."read_quota"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.set_brand_workflows(brand_id uuid, assignments jsonb)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
begin
  perform private.require_permission(brand_id, 'brand.read');
  perform private.require_permission(brand_id, 'workflow.write');
  if exists (
    select from jsonb_array_elements(assignments) as wished
    where not exists (
      select from public.workflows
      where
        workflows.id = (wished ->> 'workflow_id')::uuid and workflows.brand_id = brand_id and workflows.is_active
    )
  ) then
    perform private.refuse(400, 'only active workflows of the brand can be assigned', jsonb_build_array(
      jsonb_build_object('field', 'workflowId', 'code', 'INVALID_FORMAT', 'message', 'no such workflow of the brand')
    ));
  end if;
  if (select count(distinct wished ->> 'content_type') from jsonb_array_elements(assignments) as wished)
    < jsonb_array_length(assignments)
  then
    perform private.refuse(400, 'a type of content has one workflow');
  end if;
  delete from public.brand_workflows as former
  where
    former.brand_id = set_brand_workflows.brand_id
    and not exists (
      select from jsonb_array_elements(assignments) as wished
      where wished ->> 'content_type' = former.content_type
    );
  insert into public.brand_workflows as present (brand_id, content_type, workflow_id, created_by)
  select brand_id, wished ->> 'content_type', (wished ->> 'workflow_id')::uuid, auth.uid()
  from jsonb_array_elements(assignments) as wished
  on conflict on constraint brand_workflows_pkey do update set workflow_id = excluded.workflow_id
    where present.workflow_id <> excluded.workflow_id;
  return query select private.brand_answer(brands) from public.brands where brands.id = brand_id;
end;
$function$;

CREATE OR REPLACE FUNCTION public.update_brand(brand_id uuid, expected_version integer, changes jsonb)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  brand public.brands;
  changed public.brands;
begin
  perform private.require_permission(update_brand.brand_id, 'brand.read');
  perform private.require_permission(update_brand.brand_id, 'brand.update');
  -- Names are unique over all tenants: trying them would tell which exist.
  if changes ?| array['name', 'slug', 'parent_brand_id', 'account_id'] and not private.is_platform_admin() then
    perform private.refuse(403, 'only platform admins may change the name, slug, parent or account of a brand');
  end if;
  if expected_version is null then
    perform private.refuse(428, 'an update names the version that it saw');
  end if;
  select * into brand from public.brands where brands.id = update_brand.brand_id for update;
  if brand.version <> expected_version then
    perform private.refuse(412, 'the brand was changed by someone else', jsonb_build_array(jsonb_build_object(
      'field', 'version', 'code', 'CONFLICT', 'message', brand.version::text
    )));
  end if;
  changed := jsonb_populate_record(brand, changes - array['id', 'deleted_at']);
  changed.identity := private.merge_patch(brand.identity, changes -> 'identity');
  changed.settings := private.merge_patch(brand.settings, changes -> 'settings');
  if changed.parent_brand_id is distinct from brand.parent_brand_id then
    perform private.check_parent_brand(brand.id, changed.parent_brand_id);
  end if;
  if changed is distinct from brand then
    update public.brands
    set
      name = changed.name, slug = changed.slug, description = changed.description, identity = changed.identity,
      tone_of_voice = changed.tone_of_voice, communication_style = changed.communication_style,
      personality = changed.personality, guardrails = changed.guardrails, key_messages = changed.key_messages,
      target_audience = changed.target_audience, country = changed.country, language = changed.language,
      currency = changed.currency, allowed_content_types = changed.allowed_content_types, colors = changed.colors,
      logo = changed.logo, website_urls = changed.website_urls, settings = changed.settings,
      parent_brand_id = changed.parent_brand_id, account_id = changed.account_id
    where brands.id = brand.id;
  end if;
  return query select private.brand_answer(brands) from public.brands where brands.id = brand.id;
end;
$function$;

CREATE OR REPLACE FUNCTION public.update_sso_connection(connection_id uuid, changes jsonb)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  connection public.sso_connections;
  changed public.sso_connections;
begin
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
    certificates = changed.certificates, domains = changed.domains, group_attribute = changed.group_attribute,
    is_active = changed.is_active
  where sso_connections.id = connection.id
  returning * into connection;
  if changes ? 'group_roles' then
    perform private.set_sso_group_roles(connection.id, changes -> 'group_roles');
  end if;
  return query select private.sso_connection_document(connection);
end;
$function$;

ALTER FUNCTION "public"."update_sso_connection"(uuid, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.update_template(template_id uuid, expected_version integer, changes jsonb)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  template public.templates := private.lock_template(template_id);
  changed public.templates;
begin
  if expected_version is null then
    perform private.refuse(428, 'an update names the version that it saw');
  elsif template.version <> expected_version then
    perform private.refuse(412, 'the template was changed by someone else', jsonb_build_array(jsonb_build_object(
      'field', 'version', 'code', 'CONFLICT', 'message', template.version::text
    )));
  end if;
  changed := jsonb_populate_record(template, changes);
  update public.templates
  set
    name = changed.name, description = changed.description, content_type = changed.content_type,
    input_fields = changed.input_fields, output_fields = changed.output_fields, is_active = changed.is_active,
    icon = changed.icon, category = changed.category, tags = changed.tags, ai_enabled = changed.ai_enabled
  where templates.id = template.id
  returning * into template;
  return next private.template_answer(template);
end;
$function$;

ALTER FUNCTION "public"."update_template"(uuid, integer, jsonb) OWNER TO "postgres";

CREATE INDEX audit_log_actions_idx ON public.audit_log USING btree (brand_id, action, occurred_at DESC);

CREATE INDEX audit_log_actors_idx ON public.audit_log USING btree (brand_id, actor_id, occurred_at DESC);

CREATE POLICY "Avatars may be added by their owner" ON "storage"."objects" FOR INSERT TO "authenticated" WITH CHECK (((bucket_id = 'avatars'::text) AND (private.storage_folder_id(name) = ( SELECT auth.uid() AS uid)) AND (NOT ( SELECT private.has_reading_token() AS has_reading_token))));

CREATE POLICY "Avatars may be removed by their owner" ON "storage"."objects" FOR DELETE TO "authenticated" USING (((bucket_id = 'avatars'::text) AND (private.storage_folder_id(name) = ( SELECT auth.uid() AS uid)) AND (NOT ( SELECT private.has_reading_token() AS has_reading_token))));

CREATE POLICY "Avatars may be replaced by their owner" ON "storage"."objects" FOR UPDATE TO "authenticated" USING (((bucket_id = 'avatars'::text) AND (private.storage_folder_id(name) = ( SELECT auth.uid() AS uid)) AND (NOT ( SELECT private.has_reading_token() AS has_reading_token)))) WITH CHECK (((bucket_id = 'avatars'::text) AND (private.storage_folder_id(name) = ( SELECT auth.uid() AS uid)) AND (NOT ( SELECT private.has_reading_token() AS has_reading_token))));

CREATE POLICY "Objects of a brand may be added by who announced the file" ON "storage"."objects" FOR INSERT TO "authenticated" WITH CHECK (((bucket_id = 'brand-files'::text) AND (private.storage_folder_id(name) = ANY (( SELECT private.brands_permitting('file.write'::text) AS brands_permitting)::uuid[])) AND (EXISTS ( SELECT
   FROM public.files file
  WHERE ((file.path = objects.name) AND (file.owner_id = ( SELECT auth.uid() AS uid)) AND (file.scan_status = 'pending'::text)))) AND (NOT ( SELECT private.has_reading_token() AS has_reading_token))));

COMMENT ON FUNCTION "private"."account_usage"(uuid) IS 'Returns what all brands of an account use of its plan: contents and generations of this month (UTC), the others now.';

COMMENT ON FUNCTION "private"."brand_access"(uuid[]) IS 'Returns what the caller may do with each of these brands, and what else depends on the caller or changes without a
version of the brand: {allowed_actions, parent, delivery_mode, has_published}. parent is null unless they may read it.';

COMMENT ON FUNCTION "private"."brand_actions"(text[], boolean) IS 'Names what holders of these permissions may do with a brand, in the words of the API. Those without a permission are
for platform admins.';

COMMENT ON FUNCTION "private"."brand_answer"(public.brands) IS 'Returns a brand as commands answer it: its document, and what the caller may do.';

COMMENT ON FUNCTION "private"."has_reading_token"() IS 'Whether the caller''s token is one for reading only, which our functions issue to web pages.';

COMMENT ON FUNCTION "private"."held_permissions"(text[]) IS 'Lists the brands in which the caller holds any of these permissions (null: of all), each with those that they hold.';

COMMENT ON FUNCTION "private"."is_beyond_reading"() IS 'Whether the caller has a token for reading only and asks the data API for something that could write. Such a request
counts as one without a session.';

COMMENT ON FUNCTION "private"."member_document"(public.brand_members) IS 'Returns a membership with the names of its people.';

COMMENT ON FUNCTION "private"."person_document"(uuid) IS 'Returns {id, name} of a person; null for nobody.';

COMMENT ON FUNCTION "private"."require_platform_admin"() IS 'Raises 403 unless the caller is a platform admin.';

COMMENT ON FUNCTION "private"."session_trusted"() IS 'Whether the caller''s session is open, and has passed the second factor if the caller has one; for an API key, whether
it is neither revoked nor expired. False where a token for reading only asks for something that could write.';

COMMENT ON FUNCTION "private"."set_sso_group_roles"(uuid, jsonb) IS 'Replaces the roles of a connection''s groups, [{group, brand_id, role}]; those that are not listed are removed.';

COMMENT ON FUNCTION "private"."sso_connection_document"(public.sso_connections) IS 'Returns a connection with its account and the roles of its groups.';

COMMENT ON FUNCTION "private"."template_answer"(public.templates) IS 'Returns a template as commands answer it.';

COMMENT ON FUNCTION "private"."template_document"(public.templates, uuid[], uuid[]) IS 'Returns a template with the names of its people and what the caller may do with it. writable and creating: the brands
in which the caller has template.write and content.create.';

COMMENT ON FUNCTION "private"."without_addresses"(jsonb) IS 'Returns the same JSON with only the first letter and the domain of each e-mail address in it.';

COMMENT ON FUNCTION "public"."assign_member"(uuid, uuid, public.brand_role, timestamp with time zone, text[], text[]) IS 'Gives a person a role in a brand, or changes it. Requires member.manage, recent authentication, and that the caller
holds the role themselves. Nobody but a platform admin changes their own membership.';

COMMENT ON FUNCTION "public"."create_sso_connection"(jsonb) IS 'Connects an account to an identity provider. For platform admins with recent authentication; the account''s plan must
have single sign-on.';

COMMENT ON FUNCTION "public"."create_template"(jsonb, uuid) IS 'Creates a template of a brand, for its admins, or without a brand a global one, for platform admins.';

COMMENT ON FUNCTION "public"."delete_sso_connection"(uuid) IS 'Removes a connection. Memberships that its groups gave stay; people whose account it made may set a password. For
platform admins with recent authentication.';

COMMENT ON FUNCTION "public"."list_audit_log"(uuid, jsonb, timestamp with time zone, uuid, integer) IS 'Lists entries of a brand''s audit log, or of the platform''s if brand_id is null, newest first, behind the entry at the
cursor: {items, total: null}, at most 101. filters: {actions[], actor, from, to}. E-mail addresses are masked. Requires
the permission audit.read, or a platform admin.';

COMMENT ON FUNCTION "public"."list_brands"(text, uuid, integer, integer) IS 'Lists the caller''s brands by name, each with its parts, counts and what the caller may do: {items, total}.';

COMMENT ON FUNCTION "public"."list_content_types"(uuid) IS 'Returns what a brand, or all brands of the caller together, know of types of content: {restricted, allowed, templates
by type, workflows by type}. Workflows only for one brand; the type `*` stands for all that have none of their own.';

COMMENT ON FUNCTION "public"."list_sso_connections"(uuid, uuid, integer, integer) IS 'Lists connections to identity providers by name, each with its account and the roles of its groups: {items, total}.
For platform admins.';

COMMENT ON FUNCTION "public"."list_template_versions"(uuid, integer, integer, integer) IS 'Lists a template as it was after each change, or one version of it, newest first: {items, total}; nothing for callers
who may not read the template.';

COMMENT ON FUNCTION "public"."my_permissions"(uuid, integer, integer) IS 'Returns {items, total}: the brands in which the caller has any permission now, by name, each with the caller''s role
and permissions. For an API key, its brand with what its scopes leave. role is null for platform admins who are no
members.';

COMMENT ON FUNCTION "public"."read_brand"(uuid, integer) IS 'Returns a brand with its parts: {version, brand, access, sub_brands}. brand is null where the caller knows this version
already; the others depend on the caller. Refuses strangers with 404.';

COMMENT ON FUNCTION "public"."read_quota"(uuid) IS 'Returns the plan of a brand''s account, and whether the brand may use AI this month. For callers with brand.update
also each limit with what all brands of the account use of it; others need ai.use. A limit of null is none.';

COMMENT ON FUNCTION "public"."update_sso_connection"(uuid, jsonb) IS 'Replaces the values of a connection that are given in changes. Requires what create_sso_connection requires.';

COMMENT ON FUNCTION "public"."update_template"(uuid, integer, jsonb) IS 'Replaces the values that are given in changes. Contents keep to the version that they were made from. Refuses with 412
and the current version where another update came first.';

REVOKE ALL ON FUNCTION "private"."account_usage"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."account_usage"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."account_usage"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."brand_access"(uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."brand_access"(uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."brand_access"(uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."brand_actions"(text[], boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."brand_actions"(text[], boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."brand_actions"(text[], boolean) TO "postgres";

REVOKE ALL ON FUNCTION "private"."brand_answer"(public.brands) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."brand_answer"(public.brands) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."brand_answer"(public.brands) TO "postgres";

REVOKE ALL ON FUNCTION "private"."has_reading_token"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."has_reading_token"() TO "authenticated";

REVOKE ALL ON FUNCTION "private"."has_reading_token"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."has_reading_token"() TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."has_reading_token"() TO "service_role";

REVOKE ALL ON FUNCTION "private"."held_permissions"(text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."held_permissions"(text[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."held_permissions"(text[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."is_beyond_reading"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_beyond_reading"() TO "authenticated";

REVOKE ALL ON FUNCTION "private"."is_beyond_reading"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."is_beyond_reading"() TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."is_beyond_reading"() TO "service_role";

REVOKE ALL ON FUNCTION "private"."member_document"(public.brand_members) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."member_document"(public.brand_members) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."member_document"(public.brand_members) TO "postgres";

REVOKE ALL ON FUNCTION "private"."person_document"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."person_document"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."person_document"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."require_platform_admin"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."require_platform_admin"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."require_platform_admin"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."set_sso_group_roles"(uuid, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."set_sso_group_roles"(uuid, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."set_sso_group_roles"(uuid, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."sso_connection_document"(public.sso_connections) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."sso_connection_document"(public.sso_connections) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."sso_connection_document"(public.sso_connections) TO "postgres";

REVOKE ALL ON FUNCTION "private"."template_answer"(public.templates) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."template_answer"(public.templates) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."template_answer"(public.templates) TO "postgres";

REVOKE ALL ON FUNCTION "private"."template_document"(public.templates, uuid[], uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."template_document"(public.templates, uuid[], uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."template_document"(public.templates, uuid[], uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."without_addresses"(jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."without_addresses"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."without_addresses"(jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "public"."assign_member"(uuid, uuid, public.brand_role, timestamp with time zone, text[], text[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."assign_member"(uuid, uuid, public.brand_role, timestamp with time zone, text[], text[]) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."assign_member"(uuid, uuid, public.brand_role, timestamp with time zone, text[], text[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."assign_member"(uuid, uuid, public.brand_role, timestamp with time zone, text[], text[]) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."assign_member"(uuid, uuid, public.brand_role, timestamp with time zone, text[], text[]) TO "service_role";

REVOKE ALL ON FUNCTION "public"."create_sso_connection"(jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."create_sso_connection"(jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."create_sso_connection"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."create_sso_connection"(jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."create_sso_connection"(jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "public"."create_template"(jsonb, uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."create_template"(jsonb, uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."create_template"(jsonb, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."create_template"(jsonb, uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."create_template"(jsonb, uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."delete_sso_connection"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."delete_sso_connection"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."delete_sso_connection"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."delete_sso_connection"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."delete_sso_connection"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."list_audit_log"(uuid, jsonb, timestamp with time zone, uuid, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."list_audit_log"(uuid, jsonb, timestamp with time zone, uuid, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."list_audit_log"(uuid, jsonb, timestamp with time zone, uuid, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_audit_log"(uuid, jsonb, timestamp with time zone, uuid, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_audit_log"(uuid, jsonb, timestamp with time zone, uuid, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."list_content_types"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."list_content_types"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."list_content_types"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_content_types"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_content_types"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."list_sso_connections"(uuid, uuid, integer, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."list_sso_connections"(uuid, uuid, integer, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."list_sso_connections"(uuid, uuid, integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_sso_connections"(uuid, uuid, integer, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_sso_connections"(uuid, uuid, integer, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."list_template_versions"(uuid, integer, integer, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."list_template_versions"(uuid, integer, integer, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."list_template_versions"(uuid, integer, integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_template_versions"(uuid, integer, integer, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_template_versions"(uuid, integer, integer, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."my_permissions"(uuid, integer, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."my_permissions"(uuid, integer, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."my_permissions"(uuid, integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."my_permissions"(uuid, integer, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."my_permissions"(uuid, integer, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."read_quota"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."read_quota"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."read_quota"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."read_quota"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."read_quota"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."update_sso_connection"(uuid, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."update_sso_connection"(uuid, jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."update_sso_connection"(uuid, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."update_sso_connection"(uuid, jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."update_sso_connection"(uuid, jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "public"."update_template"(uuid, integer, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."update_template"(uuid, integer, jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."update_template"(uuid, integer, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."update_template"(uuid, integer, jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."update_template"(uuid, integer, jsonb) TO "service_role";
