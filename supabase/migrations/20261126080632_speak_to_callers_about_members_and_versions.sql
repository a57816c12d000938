-- Speak to callers about members and versions
-- Planned by `make migration` from supabase/schemas and supabase/policies.

-- Waits at most five seconds for a lock, because queries behind a waiting lock wait as well. On failure, push again.
set lock_timeout = '5s';
set check_function_bodies = off;

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
    perform private.refuse(403, 'you may not change your own membership');
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
    perform private.refuse(403, 'you may not give or take a role above your own');
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
    perform private.refuse(401, 'API keys have no sessions');
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

CREATE OR REPLACE FUNCTION public.remove_member(brand_id uuid, user_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_permission(remove_member.brand_id, 'member.manage');
  if remove_member.user_id = auth.uid() and not private.is_platform_admin() then
    perform private.refuse(403, 'you may not change your own membership');
  end if;
  perform private.require_recent_authentication();
  if exists (
    select from public.brand_members as present
    where
      present.brand_id = remove_member.brand_id and present.user_id = remove_member.user_id
      and not private.may_grant(present.brand_id, present.role, '{}')
  ) then
    perform private.refuse(403, 'you may not give or take a role above your own');
  end if;
  delete from public.brand_members as members
  where members.brand_id = remove_member.brand_id and members.user_id = remove_member.user_id;
  if not found then
    perform private.refuse(404, 'member not found');
  end if;
  delete from public.content_assignees as assignees
  where assignees.brand_id = remove_member.brand_id and assignees.user_id = remove_member.user_id;
  update public.api_keys set revoked_at = now()
  where
    api_keys.brand_id = remove_member.brand_id and api_keys.user_id = remove_member.user_id
    and api_keys.revoked_at is null;
  perform private.release_tasks(remove_member.user_id, remove_member.brand_id);
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
    perform private.refuse(428, 'name the version that you read');
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
    perform private.refuse(428, 'name the version that you read');
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
