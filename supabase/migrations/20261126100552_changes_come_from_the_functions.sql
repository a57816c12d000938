-- Changes come from the functions
-- Planned by `make migration` from supabase/schemas and supabase/policies.

-- Waits at most five seconds for a lock, because queries behind a waiting lock wait as well. On failure, push again.
set lock_timeout = '5s';
set check_function_bodies = off;

DROP FUNCTION "private"."verified_payload"(text, text);

DROP FUNCTION "public"."accept_own_invitation"(text, text);

DROP FUNCTION "public"."begin_generation"(text, text);

DROP FUNCTION "public"."create_api_key"(text, text);

DROP FUNCTION "public"."invite_members"(text, text);

DROP FUNCTION "public"."record_denial"(text, text);

DROP FUNCTION "public"."resend_invitation"(text, text);

DROP FUNCTION "public"."run_patient_command"(text, jsonb, text, text);

DROP FUNCTION "public"."settle_generation"(text, text);

CREATE OR REPLACE FUNCTION private.from_functions()
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  claims constant jsonb := nullif(current_setting('request.jwt.claims', true), '')::jsonb;
  -- `<expiry>.<MAC>`: Unix time in seconds, and HMAC-SHA-256 in hexadecimal digits.
  proof constant text := nullif(current_setting('request.headers', true), '')::jsonb ->> 'x-functions-proof';
  expiry constant text := substring(proof from '^([0-9]{1,12})\.[0-9a-f]{64}$');
  signed text;
begin
  -- Only functions hold the key of the service, and it passes every policy in any case. Not current_user: functions with
  -- the rights of their owner change it.
  if auth.role() = 'service_role' then
    return true;
  end if;
  -- Without claims there is no request: whoever speaks SQL as the owner needs no function.
  if proof is null or claims is null or claims ? 'read_only' then
    return false;
  end if;
  -- By the start of the transaction: a command that waits for a lock keeps its proof.
  if expiry is not null and expiry::bigint not between extract(epoch from now()) and extract(epoch from now()) + 300 then
    perform private.refuse(403, 'the proof of this request has expired');
  end if;
  -- Of the verified token and never of the header. No claim can contain a line feed: the ids are UUIDs of Auth and of our
  -- functions, and the scopes are words.
  signed := concat_ws(
    e'\n', 'functions-proof-1', coalesce(claims ->> 'sub', ''), coalesce(claims ->> 'session_id', ''),
    coalesce(claims ->> 'api_key_id', ''), coalesce(claims ->> 'scope', ''), expiry
  );
  -- Digests are compared, so that the time of the comparison tells nothing about the MAC.
  if not exists (
    select from private.signing_keys as keys
    where sha256(convert_to(expiry || '.' || encode(extensions.hmac(
      convert_to(signed, 'UTF8'), convert_to(keys.secret, 'UTF8'), 'sha256'
    ), 'hex'), 'UTF8')) = sha256(convert_to(proof, 'UTF8'))
  ) then
    -- The functions know this message, and register their key then (lib/core/data/db.py).
    perform private.refuse(403, 'the proof of this request has an unknown key');
  end if;
  return true;
end;
$function$;

ALTER FUNCTION "private"."from_functions"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.require_functions()
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  if not private.from_functions() then
    perform private.refuse(403, 'this is for the platform''s own functions');
  end if;
end;
$function$;

ALTER FUNCTION "private"."require_functions"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.accept_own_invitation(request jsonb)
 RETURNS uuid
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  invitation public.invitations;
begin
  perform private.require_functions();
  if not private.person_trusted() then
    perform private.refuse(401, 'this session is not trusted', '[{"code": "MFA_REQUIRED", "message": "sign in"}]');
  end if;
  -- The link works only for the person whose address it was sent to.
  if not exists (
    select from public.invitations
    where invitations.token_hash = request ->> 'tokenHash'
      and invitations.email_index = any (array(select jsonb_array_elements_text(request -> 'emailIndexes')))
  ) then
    perform private.refuse(404, 'invitation not found');
  end if;
  invitation := private.accept_invitation(auth.uid(), request ->> 'tokenHash');
  return invitation.brand_id;
end;
$function$;

ALTER FUNCTION "public"."accept_own_invitation"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.add_agency(brand_id uuid, details jsonb)
 RETURNS SETOF public.vetting_agencies
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  agency public.vetting_agencies;
begin
  perform private.require_functions();
  perform private.require_permission(brand_id, 'brand.read');
  perform private.require_permission(brand_id, 'brand.update');
  agency := jsonb_populate_record(
    null::public.vetting_agencies, '{"priority": "Medium", "status": "verified", "is_active": true}'::jsonb || details
  );
  return query
    insert into public.vetting_agencies (brand_id, name, priority, country_code, status, is_active)
    values (brand_id, agency.name, agency.priority, agency.country_code, agency.status, agency.is_active)
    returning *;
end;
$function$;

CREATE OR REPLACE FUNCTION public.add_comment(content_id uuid, body text, parent_id uuid DEFAULT NULL::uuid, field_key text DEFAULT NULL::text, range_start integer DEFAULT NULL::integer, range_end integer DEFAULT NULL::integer, mentions uuid[] DEFAULT '{}'::uuid[], attachments jsonb DEFAULT '[]'::jsonb)
 RETURNS SETOF private.comment_details
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  content public.contents;
  brand uuid;
  comment_id uuid;
begin
  perform private.require_functions();
  select contents.* into content from public.contents where contents.id = content_id and contents.deleted_at is null;
  brand := content.brand_id;
  perform private.require_permission(brand, 'content.read', 'content');
  perform private.require_action(content, 'comment');
  if parent_id is not null and not exists (
    select from public.comments as parent
    where
      parent.id = parent_id and parent.content_id = content_id and parent.parent_id is null
      and parent.deleted_at is null
  ) then
    perform private.refuse(400, 'only the first comment of a thread can be answered', jsonb_build_array(
      jsonb_build_object('field', 'parentId', 'code', 'INVALID_FORMAT', 'message', 'no such thread of this content')
    ));
  end if;
  insert into public.comments (
    brand_id, content_id, parent_id, field_key, range_start, range_end, body, mentions, attachments
  )
  values (brand, content_id, parent_id, field_key, range_start, range_end, body, mentions, attachments)
  returning id into comment_id;
  return query select * from private.comment_answer(comment_id);
end;
$function$;

CREATE OR REPLACE FUNCTION public.approve_content(content_id uuid, comment text DEFAULT ''::text, expected_version integer DEFAULT NULL::integer, step_run_id uuid DEFAULT NULL::uuid, published_url text DEFAULT NULL::text)
 RETURNS SETOF private.content_details
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  content public.contents;
  run public.workflow_instances;
  step_run public.workflow_step_runs;
begin
  perform private.require_functions();
  content := private.lock_content(content_id);
  run := private.active_run(content_id);
  if content.status = 'draft' then
    perform private.require_action(content, 'approve', expected_version);
    perform private.check_complete_form(content);
    perform private.transition_content(content, 'approved', jsonb_build_object('feedback', approve_content.comment));
    return query select * from private.content_answer(content.id);
    return;
  end if;
  step_run := private.step_to_decide(run, content, step_run_id, 'approve', expected_version);
  if coalesce((step_run.definition ->> 'requires_published_url')::boolean, false) then
    if published_url is null or published_url !~ '^https?://[^\s<>"]+$' or char_length(published_url) > 2000 then
      perform private.refuse(400, 'this step wants the address where it was published', jsonb_build_array(
        jsonb_build_object(
          'field', 'publishedUrl', 'code', 'REQUIRED_FIELD_MISSING', 'message', 'an http(s) address is expected'
        )
      ));
    end if;
    -- Kept with the step: writing it into the content would be an edit of what is being approved.
    update public.workflow_step_runs
    set definition = workflow_step_runs.definition || jsonb_build_object('published_url', published_url)
    where workflow_step_runs.id = step_run.id;
  end if;
  perform private.decide_task(run, step_run, 'approve', approve_content.comment);
  perform private.settle_step(run, content, step_run);
  return query select * from private.content_answer(content.id);
end;
$function$;

CREATE OR REPLACE FUNCTION public.archive_content(content_id uuid, reason text DEFAULT ''::text)
 RETURNS SETOF private.content_details
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  content public.contents;
begin
  perform private.require_functions();
  content := private.lock_content(content_id);
  perform private.require_action(content, 'archive');
  perform private.end_run(content.id, 'cancelled', null, 'the content was archived');
  perform private.transition_content(content, 'archived', jsonb_build_object('feedback', left(reason, 5000)));
  return query select * from private.content_answer(content.id);
end;
$function$;

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
  perform private.require_functions();
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

CREATE OR REPLACE FUNCTION public.begin_generation(request jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  tool private.ai_tools;
  content public.contents;
  brand public.brands;
  template public.templates;
  form private.generation_form;
  context jsonb;
  generation public.ai_generations;
begin
  perform private.require_functions();
  select ai_tools.* into strict tool from private.ai_tools where ai_tools.type = request ->> 'type';
  content := private.lock_generation_content(request, tool);
  brand := private.generation_brand(request, tool, content);
  template := private.generation_template(brand.id, content, request);
  form := private.prepare_generation_form(request, tool, brand.id, content, template);
  if tool.type = 'regeneration' and content.id is not null then
    content := private.record_regeneration_request(content, request -> 'parameters' ->> 'feedback');
  end if;
  context := private.generation_context(request, tool, brand, content, template, form);

  generation.id := private.uuid_v7();
  generation.reserved := private.reserve_budget_or_refuse(brand.id, private.generation_estimate(request, context));
  perform private.consume_generation_quota(brand.id, brand.account_id);
  insert into public.ai_generations (
    id, brand_id, user_id, content_id, content_version, template_id, type, provider, model, prompt_version, parameters,
    reserved, budget_month, quota_account_id
  )
  values (
    generation.id, brand.id, auth.uid(), content.id, content.version, template.id, tool.type,
    request -> 'candidates' -> 0 ->> 'provider', request -> 'candidates' -> 0 ->> 'model', request ->> 'promptVersion',
    coalesce(request -> 'parameters', '{}'), generation.reserved, private.this_month(), brand.account_id
  );
  perform private.append_event(
    brand.id, 'ai_generation', generation.id, 'AIGenerationRequested',
    jsonb_strip_nulls(jsonb_build_object(
      'requestId', generation.id, 'type', tool.type, 'contentId', content.id
    ))
  );
  return context || jsonb_build_object(
    'id', generation.id, 'prices', private.candidate_prices(request -> 'candidates')
  );
end;
$function$;

ALTER FUNCTION "public"."begin_generation"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.bulk_contents(operation text, content_ids uuid[], arguments jsonb DEFAULT '{}'::jsonb)
 RETURNS TABLE(content_id uuid, outcome integer, code text, message text, details text, version integer, status text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
#variable_conflict use_column
begin
  perform private.require_functions();
  if cardinality(content_ids) > 100 then
    perform private.refuse(400, 'a hundred contents at most');
  end if;
  perform private.begin_summary();
  -- In the same order for all callers, so that two calls never wait for each other in a circle.
  for content_id in select distinct each from unnest(content_ids) as each order by each loop
    outcome := 200;
    code := null;
    message := null;
    details := null;
    begin
      perform private.run_bulk_operation(operation, content_id, arguments);
    exception
      when others then -- refusals are the outcome of the content; other errors fail the whole call
        get stacked diagnostics code = returned_sqlstate, message = message_text, details = pg_exception_detail;
        outcome := private.http_status(code);
        if outcome is null then
          raise;
        end if;
    end;
    version := null;
    status := null;
    if outcome = 200 then
      select contents.version, contents.status into version, status
      from public.contents where contents.id = content_id;
    end if;
    return next;
  end loop;
  perform private.send_summary('bulk_contents');
end;
$function$;

CREATE OR REPLACE FUNCTION public.cancel_invitation(invitation_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  invitation public.invitations;
begin
  perform private.require_functions();
  invitation := private.lock_invitation(cancel_invitation.invitation_id);
  perform private.require_recent_authentication();
  update public.invitations set status = 'cancelled' where invitations.id = invitation.id;
end;
$function$;

CREATE OR REPLACE FUNCTION public.change_agency(brand_id uuid, agency_id uuid, changes jsonb)
 RETURNS SETOF public.vetting_agencies
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  agency public.vetting_agencies;
  changed public.vetting_agencies;
begin
  perform private.require_functions();
  agency := private.lock_agency(change_agency.brand_id, agency_id);
  changed := jsonb_populate_record(agency, changes);
  return query
    update public.vetting_agencies
    set
      name = changed.name, priority = changed.priority, country_code = changed.country_code, status = changed.status,
      is_active = changed.is_active
    where vetting_agencies.id = agency.id
    returning *;
end;
$function$;

CREATE OR REPLACE FUNCTION public.create_api_key(request jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  brand uuid := (request ->> 'brandId')::uuid;
  key public.api_keys;
begin
  perform private.require_functions();
  perform private.require_permission(brand, 'integration.manage');
  if private.api_key_id() is not null then
    perform private.refuse(403, 'API keys cannot create API keys');
  end if;
  perform private.require_recent_authentication();
  perform private.require_api_plan(brand);
  if (
    select count(*) from public.api_keys
    where api_keys.brand_id = brand and api_keys.revoked_at is null and api_keys.expires_at > now()
  ) >= 100 then
    perform private.refuse(409, 'the brand has 100 valid keys already: revoke one');
  end if;
  insert into public.api_keys (brand_id, user_id, name, prefix, key_hash, scopes, allowed_addresses, expires_at)
  values (
    brand, auth.uid(), request ->> 'name', request ->> 'prefix', request ->> 'keyHash',
    array(select jsonb_array_elements_text(request -> 'scopes')),
    array(select jsonb_array_elements_text(request -> 'allowedAddresses')::cidr),
    (request ->> 'expiresAt')::timestamptz
  )
  returning * into key;
  return private.describe_api_key(key);
end;
$function$;

ALTER FUNCTION "public"."create_api_key"(jsonb) OWNER TO "postgres";

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
  perform private.require_functions();
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

CREATE OR REPLACE FUNCTION public.create_claim(text jsonb, level public.claim_level, status public.claim_status, subject_ids uuid[], countries text[] DEFAULT '{__GLOBAL__}'::text[], effective_from timestamp with time zone DEFAULT now(), effective_to timestamp with time zone DEFAULT NULL::timestamp with time zone, details jsonb DEFAULT '{}'::jsonb)
 RETURNS SETOF public.claims
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  claim_id uuid := private.uuid_v7();
begin
  perform private.require_functions();
  perform private.require_claim_subjects(level, subject_ids);
  insert into public.claims (
    id, text, type, level, status, master_claim_brand_id, countries, effective_from, effective_to,
    category, regulatory_references, documentation_urls, notes
  )
  values (
    claim_id, text, coalesce(details ->> 'type', 'master'), level, status,
    case when level = 'brand' then subject_ids[1] end,
    -- __ALL_COUNTRIES__ is the word of overrides; claims say __GLOBAL__.
    coalesce((
      select array_agg(distinct case country when '__ALL_COUNTRIES__' then '__GLOBAL__' else country end)
      from unnest(countries) as country
    ), '{__GLOBAL__}'),
    coalesce(effective_from, now()), effective_to, details ->> 'category',
    array(select jsonb_array_elements_text(coalesce(details -> 'regulatory_references', '[]'))),
    array(select jsonb_array_elements_text(coalesce(details -> 'documentation_urls', '[]'))),
    coalesce(details ->> 'notes', '')
  );
  if level <> 'brand' then
    insert into public.claim_subjects (claim_id, product_id, ingredient_id)
    select claim_id, case when level = 'product' then subject end, case when level = 'ingredient' then subject end
    from (select distinct unnest(subject_ids) as subject) as subjects;
  end if;
  return query select claims.* from public.claims where claims.id = claim_id;
end;
$function$;

CREATE OR REPLACE FUNCTION public.create_content(brand_id uuid, title text DEFAULT ''::text, type text DEFAULT NULL::text, template_id uuid DEFAULT NULL::uuid, fields jsonb DEFAULT '{}'::jsonb, metadata jsonb DEFAULT '{}'::jsonb, tags text[] DEFAULT '{}'::text[], body text DEFAULT ''::text, excerpt text DEFAULT ''::text, slug text DEFAULT ''::text, categories text[] DEFAULT '{}'::text[], due_at timestamp with time zone DEFAULT NULL::timestamp with time zone, expires_at timestamp with time zone DEFAULT NULL::timestamp with time zone, assignees uuid[] DEFAULT '{}'::uuid[])
 RETURNS SETOF private.content_details
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  template public.templates;
  draft public.contents;
  content_id uuid;
begin
  perform private.require_functions();
  perform private.require_permission(brand_id, 'content.create');
  if template_id is not null then
    template := private.require_active_template(brand_id, template_id);
    draft.brand_id := brand_id;
    draft.template_id := template.id;
    draft.template_version := template.version;
    draft.fields := private.merge_patch('{}', fields);
    fields := private.checked_fields(draft, draft.fields, 'value');
  end if;
  type := coalesce(type, template.content_type, 'article');
  perform private.check_content_type(brand_id, type);
  perform private.check_assignees(brand_id, assignees);
  perform private.consume_content_quota(brand_id);
  insert into public.contents (
    brand_id, title, type, template_id, template_version, fields, metadata, tags,
    body, excerpt, slug, categories, due_at, expires_at, assignees
  )
  values (
    brand_id, private.title_for(title, body), type, template_id, template.version, fields,
    private.merge_patch('{}', metadata), tags, body, excerpt, slug, categories, due_at, expires_at,
    array(select distinct person from unnest(assignees) as person)
  )
  returning id into content_id;
  return query select * from private.content_answer(content_id);
end;
$function$;

CREATE OR REPLACE FUNCTION public.create_contents(lines jsonb, key text DEFAULT NULL::text)
 RETURNS TABLE(line integer, outcome integer, content_id uuid, is_replayed boolean, code text, message text, details text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
#variable_conflict use_column
declare
  entry jsonb;
  done private.bulk_lines;
begin
  perform private.require_functions();
  if key is not null then
    -- With one fingerprint for all streams: the lines have their own. The key is of no use to other commands.
    perform private.claim_key(key, encode(sha256('a stream of contents'), 'hex'));
  end if;
  perform private.begin_summary();
  for entry in select each from jsonb_array_elements(lines) as each loop
    line := (entry ->> 'line')::integer;
    outcome := 201;
    content_id := null;
    is_replayed := false;
    code := null;
    message := null;
    details := null;
    begin
      done := private.claim_bulk_line(key, line, md5((entry -> 'content')::text));
      is_replayed := done.line is not null;
      if is_replayed then
        content_id := done.content_id;
      else
        content_id := private.insert_content(entry -> 'content');
        update private.bulk_lines as claimed set content_id = create_contents.content_id
        where
          claimed.user_id = auth.uid() and claimed.key = create_contents.key and claimed.line = create_contents.line;
      end if;
    exception
      when others then -- refusals are the outcome of the line; other errors fail the whole call
        get stacked diagnostics code = returned_sqlstate, message = message_text, details = pg_exception_detail;
        outcome := private.http_status(code);
        content_id := null;
        if outcome is null then
          raise;
        end if;
    end;
    return next;
  end loop;
  perform private.send_summary('create_contents');
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
  perform private.require_functions();
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
  perform private.require_functions();
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

CREATE OR REPLACE FUNCTION public.decide_claim(claim_id uuid, decision text, comment text DEFAULT ''::text, amended_text jsonb DEFAULT NULL::jsonb, expected_position integer DEFAULT NULL::integer)
 RETURNS SETOF public.claims
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  claim public.claims;
  step public.claim_approval_steps;
  next_step public.claim_approval_steps;
begin
  perform private.require_functions();
  claim := private.lock_claim(claim_id);
  perform private.require_open_decision(claim, expected_position);
  select * into step from private.next_approval_step(claim, claim.approval_position - 1);
  if amended_text is not null then
    update public.claims set text = amended_text where claims.id = claim.id;
  end if;
  if decision = 'approve' then
    next_step := private.next_approval_step(claim, claim.approval_position);
    update public.claims
    set approval = case when next_step.id is null then 'approved' else 'pending' end,
      approval_position = next_step.position
    where claims.id = claim.id;
  elsif decision = 'reject' then
    perform private.require_reason(decide_claim.comment, 'comment');
    update public.claim_approvals set is_current = false where claim_approvals.claim_id = claim.id;
    update public.claims set approval_position = (private.next_approval_step(claim, 0)).position
    where claims.id = claim.id;
  else
    perform private.refuse(400, 'there is no such decision',
      '[{"field": "decision", "code": "INVALID_FORMAT", "message": "approve or reject"}]');
  end if;
  insert into public.claim_approvals (
    claim_id, claim_version, position, step_name, decision, comment, is_current, actor_id
  )
  values (
    claim.id, claim.version, claim.approval_position, coalesce(step.name, ''), decide_claim.decision,
    decide_claim.comment, decide_claim.decision = 'approve', auth.uid()
  );
  return query select claims.* from public.claims where claims.id = claim.id;
end;
$function$;

CREATE OR REPLACE FUNCTION public.delete_brand(brand_id uuid, is_cascade boolean DEFAULT false)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  content_count bigint;
  workflow_count bigint;
begin
  perform private.require_functions();
  perform private.require_permission(delete_brand.brand_id, 'brand.read');
  if not private.is_platform_admin() then
    perform private.refuse(403, 'only platform admins may delete brands');
  end if;
  select count(*) into content_count
  from public.contents where contents.brand_id = delete_brand.brand_id and contents.deleted_at is null;
  select count(*) into workflow_count
  from public.workflows where workflows.brand_id = delete_brand.brand_id;
  if not is_cascade and content_count + workflow_count > 0 then
    perform private.refuse(409, 'the brand still has contents or workflows', jsonb_build_array(
      jsonb_build_object('field', 'contents', 'code', 'CONFLICT', 'message', content_count::text),
      jsonb_build_object('field', 'workflows', 'code', 'CONFLICT', 'message', workflow_count::text)
    ));
  end if;
  update public.brands set deleted_at = now() where brands.id = delete_brand.brand_id;
end;
$function$;

CREATE OR REPLACE FUNCTION public.delete_claim(claim_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  claim public.claims;
begin
  perform private.require_functions();
  claim := private.lock_claim(claim_id);
  perform private.announce_claim(claim.id, 'ClaimDeleted', '{}');
  delete from public.claims where claims.id = claim.id;
end;
$function$;

CREATE OR REPLACE FUNCTION public.delete_comment(comment_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  comment public.comments;
begin
  perform private.require_functions();
  comment := private.lock_comment(comment_id);
  perform private.require_comment_action(comment, 'delete', 'only the author or an admin of the brand may delete it');
  update public.comments set deleted_at = now(), body = '…', mentions = '{}', attachments = '[]'
    where comments.id = comment.id;
end;
$function$;

CREATE OR REPLACE FUNCTION public.delete_content(content_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  content public.contents;
begin
  perform private.require_functions();
  content := private.lock_content(content_id);
  perform private.require_action(content, 'delete');
  perform private.end_run(content.id, 'cancelled', null, 'the content was deleted');
  -- Its run is cancelled, so a content that is restored later is a draft.
  if content.status in ('pending_review', 'in_review') then
    perform private.transition_content(content, 'draft');
  end if;
  update public.contents set deleted_at = now() where contents.id = content.id;
end;
$function$;

CREATE OR REPLACE FUNCTION public.delete_sso_connection(connection_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_functions();
  perform private.require_platform_admin();
  perform private.require_recent_authentication();
  delete from public.sso_connections where sso_connections.id = delete_sso_connection.connection_id;
  if not found then
    perform private.refuse(404, 'connection not found');
  end if;
end;
$function$;

CREATE OR REPLACE FUNCTION public.delete_template(template_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  template public.templates;
  uses bigint;
begin
  perform private.require_functions();
  template := private.lock_template(template_id);
  if not private.is_platform_admin() then
    perform private.refuse(403, 'only platform admins may delete templates: deactivate it instead');
  end if;
  select count(*) into uses from public.contents where contents.template_id = template.id;
  if uses > 0 then
    perform private.refuse(409, 'the template is in use', jsonb_build_array(jsonb_build_object(
      'field', 'contents', 'code', 'CONFLICT', 'message', uses::text
    )));
  end if;
  delete from public.templates where templates.id = template.id;
end;
$function$;

CREATE OR REPLACE FUNCTION public.duplicate_content(content_id uuid, brand_id uuid DEFAULT NULL::uuid, title text DEFAULT NULL::text)
 RETURNS SETOF private.content_details
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  content public.contents;
  template public.templates;
  fields jsonb;
  provenance jsonb;
  parent_id uuid;
  copy_id uuid;
begin
  perform private.require_functions();
  content := private.lock_content(content_id);
  fields := content.fields;
  provenance := content.provenance;
  parent_id := content.id;
  brand_id := coalesce(brand_id, content.brand_id);
  if brand_id = content.brand_id then
    perform private.require_action(content, 'duplicate');
  else
    perform private.require_permission(brand_id, 'content.create');
  end if;
  perform private.check_content_type(brand_id, content.type);
  perform private.consume_content_quota(brand_id);
  -- A template of the other brand stays there. An inactive one comes along: a copy keeps its form.
  template := private.content_template(brand_id, content.template_id);
  if brand_id <> content.brand_id then
    fields := private.portable_fields(content, template.id is not null);
    provenance := private.portable_provenance(provenance, fields, content.metadata);
    parent_id := null;
  end if;
  perform private.describe_change('{"action": "duplicated"}');
  insert into public.contents (
    brand_id, title, type, template_id, template_version, fields, metadata, tags, body, excerpt, categories, parent_id,
    provenance
  )
  values (
    brand_id, coalesce(title, left('Copy of ' || content.title, 200)), content.type, template.id,
    case when template.id is not null then content.template_version end, fields, content.metadata, content.tags,
    content.body, content.excerpt, content.categories, parent_id, provenance
  )
  returning id into copy_id;
  return query select * from private.content_answer(copy_id);
end;
$function$;

CREATE OR REPLACE FUNCTION public.edit_comment(comment_id uuid, body text, mentions uuid[] DEFAULT NULL::uuid[])
 RETURNS SETOF private.comment_details
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  comment public.comments;
begin
  perform private.require_functions();
  comment := private.lock_comment(comment_id);
  perform private.require_comment_action(comment, 'edit', 'only the author or an admin of the brand may edit it');
  update public.comments
  set body = edit_comment.body, mentions = coalesce(edit_comment.mentions, comment.mentions)
  where comments.id = comment.id;
  return query select * from private.comment_answer(comment.id);
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
  perform private.require_functions();
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

CREATE OR REPLACE FUNCTION public.export_contents(filters jsonb, after_id uuid DEFAULT NULL::uuid, page_size integer DEFAULT 100)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
declare
  brand uuid := filters ->> 'brand_id';
  conditions text;
  items jsonb;
  total bigint;
begin
  perform private.require_functions();
  conditions := 'contents.brand_id = $2 and contents.deleted_at is null' || private.content_conditions(filters);
  perform private.require_permission(brand, 'content.read');
  perform private.require_permission(brand, 'export.run');
  -- A caller of the data API may begin behind the first page: that is recorded as an export as well.
  if after_id is null or not exists (
    select from public.audit_log
    where
      audit_log.brand_id = brand and audit_log.action = 'data.export' and audit_log.actor_id = auth.uid()
      and audit_log.occurred_at > now() - interval '1 hour' and audit_log.details -> 'filters' = filters
  ) then
    execute 'select count(*) from public.contents where ' || conditions into total using filters, brand;
    -- Exports of more than 1,000 records alert security (domain §2): the log has it before the first is given out.
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
  return jsonb_build_object(
    'items', coalesce(items, '[]'), 'total', total,
    'people', private.people_named(array(
      select distinct person::uuid
      from jsonb_array_elements(items) as item
      cross join lateral (
        select jsonb_array_elements_text(item -> 'assignees') as person
        union all
        select unnest(array[item ->> 'created_by', item ->> 'updated_by', item ->> 'published_by'])
      ) as named
    ))
  );
end;
$function$;

CREATE OR REPLACE FUNCTION public.export_person()
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  person uuid := auth.uid();
begin
  perform private.require_functions();
  if person is null or not private.person_trusted() then
    perform private.refuse(401, 'this session is not trusted', '[{"code": "MFA_REQUIRED", "message": "sign in"}]');
  end if;
  perform private.audit(null, 'data.export', 'user', person);
  return private.export_account(person) || private.export_activity(person);
end;
$function$;

CREATE OR REPLACE FUNCTION public.find_api_key(key_hashes text[])
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  key public.api_keys;
begin
  perform private.require_functions();
  select api_keys.* into key
  from public.api_keys
  inner join public.profiles on profiles.id = api_keys.user_id
  where
    api_keys.key_hash = any (find_api_key.key_hashes)
    and api_keys.revoked_at is null
    and api_keys.expires_at > now()
    and profiles.is_active;
  if key.id is null then
    return null;
  end if;
  -- The application passes the hash under each version of its key, the newest first. The newest replaces an older one.
  update public.api_keys set last_used_at = now(), key_hash = find_api_key.key_hashes[1]
  where api_keys.id = key.id;
  return jsonb_build_object(
    'id', key.id, 'user_id', key.user_id, 'brand_id', key.brand_id, 'scopes', key.scopes,
    'allowed_addresses', key.allowed_addresses, 'expires_at', extract(epoch from key.expires_at),
    'plan', private.plan_of_brand(key.brand_id)
  );
end;
$function$;

CREATE OR REPLACE FUNCTION public.forget_device(device_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  perform private.require_functions();
  delete from public.trusted_devices
  where trusted_devices.id = forget_device.device_id and trusted_devices.user_id = auth.uid();
  if not found then
    perform private.refuse(404, 'device not found');
  end if;
end;
$function$;

CREATE OR REPLACE FUNCTION public.import_contents(lines jsonb, is_dry_run boolean DEFAULT false)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
declare
  entry jsonb;
  made uuid [] := '{}';
  problems jsonb := '[]';
  code text;
  reason text;
  details text;
begin
  perform private.require_functions();
  perform private.begin_summary();
  -- Creating the contents is the only check that forgets no rule; errors and dry runs undo it as a whole.
  begin
    for entry in select each from jsonb_array_elements(lines) as each loop
      begin
        made := made || private.insert_content(entry -> 'content');
      exception
        when others then -- refusals are problems of the line; other errors fail the whole call
          get stacked diagnostics code = returned_sqlstate, reason = message_text, details = pg_exception_detail;
          if private.http_status(code) is null then
            raise;
          end if;
          problems := problems || jsonb_build_object(
            'line', entry -> 'line', 'outcome', private.http_status(code), 'code', code, 'message', reason,
            'details', details
          );
      end;
    end loop;
    if is_dry_run or problems <> '[]' then
      raise exception using errcode = 'ZZ001';
    end if;
  exception
    when sqlstate 'ZZ001' then
      made := '{}';
  end;
  perform private.send_summary('import_contents');
  return jsonb_build_object('content_ids', to_jsonb(made), 'problems', problems);
end;
$function$;

CREATE OR REPLACE FUNCTION public.invite_members(request jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  brand uuid := (request ->> 'brandId')::uuid;
  invited jsonb;
  outcomes jsonb := '[]';
  state text;
  reason text;
  problems text;
begin
  perform private.require_functions();
  perform private.require_permission(brand, 'member.manage');
  perform private.require_recent_authentication();
  for invited in select value from jsonb_array_elements(request -> 'invitations') loop
    begin
      outcomes := outcomes || jsonb_build_array(private.invite_one(brand, invited));
    exception
      when sqlstate 'PT403' or sqlstate 'PT409' or sqlstate 'PT400' then
        get stacked diagnostics state = returned_sqlstate, reason = message_text, problems = pg_exception_detail;
        outcomes := outcomes || jsonb_build_array(jsonb_build_object(
          'status', 'refused', 'sqlstate', state, 'message', reason, 'details', coalesce(problems, '[]')
        ));
    end;
  end loop;
  return jsonb_build_object('outcomes', outcomes, 'brandName', (
    select brands.name from public.brands where brands.id = brand
  ));
end;
$function$;

ALTER FUNCTION "public"."invite_members"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.link_master_claim_brand(brand_id uuid, master_claim_brand_id uuid, is_linked boolean DEFAULT true)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
begin
  perform private.require_functions();
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

CREATE OR REPLACE FUNCTION public.override_claim_review(review_id uuid, reason text)
 RETURNS SETOF public.claim_reviews
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  review public.claim_reviews;
begin
  perform private.require_functions();
  select * into review from public.claim_reviews where claim_reviews.id = review_id for update;
  perform private.require_permission(review.brand_id, 'claim.write', 'review');
  perform private.require_reason(reason, 'reason');
  if review.overridden_at is not null then
    perform private.refuse(409, 'the review is overridden already');
  end if;
  perform private.append_event(review.brand_id, 'content', review.content_id, 'ClaimsReviewOverridden',
    jsonb_build_object('reviewId', review.id, 'reason', reason)
  );
  return query
    update public.claim_reviews set override_reason = reason, overridden_by = auth.uid(), overridden_at = now()
    where claim_reviews.id = review.id
    returning *;
end;
$function$;

CREATE OR REPLACE FUNCTION public.override_generation(generation_id uuid, reason text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  generation public.ai_generations;
  applied_version integer;
begin
  perform private.require_functions();
  -- The permission is checked before any lock is taken; the content is locked before the generation.
  select ai_generations.* into generation
  from public.ai_generations where ai_generations.id = override_generation.generation_id;
  perform private.require_permission(generation.brand_id, 'ai.read', 'generation');
  -- Overriding a guardrail takes the right to approve contents without being an assignee.
  perform private.require_permission(generation.brand_id, 'content.review', 'generation');
  perform private.require_reason(reason, 'reason');
  perform from public.contents where contents.id = generation.content_id for update;
  select ai_generations.* into generation
  from public.ai_generations where ai_generations.id = override_generation.generation_id
  for update;
  if not generation.is_held or generation.overridden_at is not null then
    perform private.refuse(409, 'this generation is not held back');
  end if;
  applied_version := private.apply_generation(generation, 'generation ' || generation.id || ', overridden');
  if applied_version is null then
    perform private.refuse(409, 'the content has changed since this was written: generate it again');
  end if;
  update public.ai_generations
  set override_reason = override_generation.reason, overridden_by = auth.uid(), overridden_at = now()
  where ai_generations.id = generation.id;
  perform private.append_event(
    generation.brand_id, 'ai_generation', generation.id, 'GuardrailOverridden',
    jsonb_build_object('requestId', generation.id, 'contentId', generation.content_id, 'reason', reason)
  );
  perform private.audit(generation.brand_id, 'ai.guardrail_overridden', 'ai_generation', generation.id,
    jsonb_build_object('reason', reason, 'contentId', generation.content_id, 'violations', generation.violations)
  );
  return jsonb_build_object('id', generation.id, 'applied_version', applied_version);
end;
$function$;

CREATE OR REPLACE FUNCTION public.publish_content(content_id uuid, expected_version integer DEFAULT NULL::integer)
 RETURNS SETOF private.content_details
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  content public.contents;
begin
  perform private.require_functions();
  content := private.lock_content(content_id);
  perform private.require_action(content, 'publish', expected_version);
  perform private.transition_content(content, 'published');
  return query select * from private.content_answer(content.id);
end;
$function$;

CREATE OR REPLACE FUNCTION public.reassign_task(task_id uuid, assignee_id uuid, reason text DEFAULT ''::text)
 RETURNS SETOF public.workflow_tasks
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  task public.workflow_tasks;
  step_run public.workflow_step_runs;
  run public.workflow_instances;
begin
  perform private.require_functions();
  select * into task from public.workflow_tasks where workflow_tasks.id = task_id;
  perform private.require_permission(task.brand_id, 'workflow.read', 'task');
  perform private.lock_content(task.content_id);
  select * into task from public.workflow_tasks where workflow_tasks.id = task_id;
  if task.status <> 'pending' then
    perform private.refuse(409, 'the task is closed');
  end if;
  if task.assignee_id <> auth.uid() and not private.permits(task.brand_id, 'workflow.control') then
    perform private.refuse(403, 'only who has the task, or an admin of the brand, may give it to someone else');
  end if;
  select * into step_run from public.workflow_step_runs where workflow_step_runs.id = task.step_run_id;
  perform private.require_new_assignee(task, step_run, reassign_task.assignee_id);
  run := private.active_run(task.content_id);
  perform private.append_run_event(run, 'TaskReassigned', jsonb_build_object(
    'taskId', task.id, 'from', task.assignee_id, 'assigneeId', reassign_task.assignee_id
  ));
  update public.workflow_tasks
  set status = 'reassigned', decided_at = now(), reassigned_to = reassign_task.assignee_id
  where workflow_tasks.id = task.id;
  perform private.record_action(run, step_run, 'reassign', left(reason, 5000));
  perform private.assign_task(run, step_run, reassign_task.assignee_id);
  return query
    select tasks.* from public.workflow_tasks as tasks
    where
      tasks.step_run_id = task.step_run_id and tasks.round = task.round
      and tasks.assignee_id = reassign_task.assignee_id;
end;
$function$;

CREATE OR REPLACE FUNCTION public.record_denial(request jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_functions();
  perform private.audit(
    null, 'authz.denied', 'route', null, jsonb_build_object(
      'method', request -> 'method', 'path', request -> 'path', 'code', request -> 'code'
    ), 'denied'
  );
end;
$function$;

ALTER FUNCTION "public"."record_denial"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.reject_content(content_id uuid, reason text, expected_version integer DEFAULT NULL::integer, step_run_id uuid DEFAULT NULL::uuid)
 RETURNS SETOF private.content_details
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  content public.contents;
  run public.workflow_instances;
  step_run public.workflow_step_runs;
begin
  perform private.require_functions();
  content := private.lock_content(content_id);
  run := private.active_run(content_id);
  step_run := private.step_to_decide(run, content, step_run_id, 'reject', expected_version);
  perform private.require_reason(reason, 'reason');
  perform private.decide_task(run, step_run, 'reject', reason);
  perform private.close_step(step_run.id, 'rejected');
  perform private.end_run(content.id, 'completed', 'rejected', reason);
  perform private.transition_content(
    content, 'rejected', jsonb_build_object('feedback', reason, 'step_name', step_run.name)
  );
  return query select * from private.content_answer(content.id);
end;
$function$;

CREATE OR REPLACE FUNCTION public.remove_agency(brand_id uuid, agency_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  agency public.vetting_agencies;
begin
  perform private.require_functions();
  agency := private.lock_agency(remove_agency.brand_id, agency_id);
  delete from public.vetting_agencies where vetting_agencies.id = agency.id;
end;
$function$;

CREATE OR REPLACE FUNCTION public.remove_file(file_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  file public.files;
begin
  perform private.require_functions();
  select * into file from public.files where files.id = file_id and files.deleted_at is null;
  perform private.require_permission(file.brand_id, 'file.read', 'file');
  perform private.require_permission(file.brand_id, 'file.write', 'file');
  update public.files set deleted_at = now() where files.id = file.id;
end;
$function$;

CREATE OR REPLACE FUNCTION public.remove_market_override(override_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  override public.market_overrides;
  master_brand uuid;
begin
  perform private.require_functions();
  select * into override from public.market_overrides where market_overrides.id = remove_market_override.override_id;
  select products.master_claim_brand_id into master_brand from public.products where products.id = override.product_id;
  if not private.is_platform_admin() and not coalesce(master_brand = any (private.readable_master_brands()), false)
    or override.id is null
  then
    perform private.refuse(404, 'override not found');
  elsif not private.is_platform_admin() and not master_brand = any (private.writable_master_brands()) then
    perform private.refuse(403, 'this needs the permission claim.write in a brand that is linked to the product');
  end if;
  delete from public.market_overrides where market_overrides.id = override.id;
end;
$function$;

CREATE OR REPLACE FUNCTION public.remove_member(brand_id uuid, user_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_functions();
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

CREATE OR REPLACE FUNCTION public.reopen_content(content_id uuid)
 RETURNS SETOF private.content_details
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  content public.contents;
begin
  perform private.require_functions();
  content := private.lock_content(content_id);
  perform private.require_action(content, 'reopen');
  perform private.transition_content(content, 'draft', '{"note": "reopened"}');
  return query select * from private.content_answer(content.id);
end;
$function$;

CREATE OR REPLACE FUNCTION public.report_progress(generation_id uuid, progress jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_functions();
  if not exists (
    select from public.ai_generations as generation
    where
      generation.id = report_progress.generation_id and generation.user_id = auth.uid()
      and generation.status = 'pending' and private.permits(generation.brand_id, 'ai.read')
  ) then
    perform private.refuse(404, 'generation not found');
  end if;
  if jsonb_typeof(progress) is distinct from 'object' or octet_length(progress::text) > 2000 then
    perform private.refuse(400, 'progress is a small object');
  end if;
  perform realtime.send(
    jsonb_build_object('type', 'AIGenerationProgress', 'requestId', generation_id, 'data', progress),
    'AIGenerationProgress', 'ai:' || generation_id, true
  );
end;
$function$;

CREATE OR REPLACE FUNCTION public.request_changes(content_id uuid, comment text, expected_version integer DEFAULT NULL::integer, step_run_id uuid DEFAULT NULL::uuid)
 RETURNS SETOF private.content_details
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  content public.contents;
  run public.workflow_instances;
  step_run public.workflow_step_runs;
begin
  perform private.require_functions();
  content := private.lock_content(content_id);
  run := private.active_run(content_id);
  step_run := private.step_to_decide(run, content, step_run_id, 'requestChanges', expected_version);
  perform private.require_reason(request_changes.comment, 'comment');
  perform private.decide_task(run, step_run, 'request_changes', request_changes.comment);
  -- The run stays at its open steps, whose approvals so far are void. Earlier steps stay approved.
  perform private.close_tasks(open_step.id, 'cancelled')
  from public.workflow_step_runs as open_step
  where open_step.instance_id = run.id and open_step.status = 'active';
  update public.workflow_instances set parked_at = now() where workflow_instances.id = run.id;
  perform private.append_run_event(run, 'WorkflowChangesRequested', jsonb_build_object(
    'step', step_run.name, 'comment', request_changes.comment
  ));
  perform private.transition_content(content, 'draft', jsonb_build_object(
    'action', 'changes_requested', 'feedback', request_changes.comment, 'step_name', step_run.name
  ));
  return query select * from private.content_answer(content.id);
end;
$function$;

CREATE OR REPLACE FUNCTION public.resend_invitation(request jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  invitation public.invitations;
begin
  perform private.require_functions();
  invitation := private.lock_invitation((request ->> 'invitationId')::uuid);
  perform private.require_recent_authentication();
  if not private.may_invite(invitation.created_by, invitation.brand_id, invitation.role) then
    perform private.refuse(409, 'the person who invited may not do so any more: cancel it, and invite again');
  end if;
  perform private.enqueue_job('mail', 'send_mail', invitation.brand_id, jsonb_build_object(
    'mail', request -> 'mail', 'invitationId', invitation.id
  ));
  update public.invitations
  set token_hash = request ->> 'tokenHash', status = 'pending', delivery = 'queued', expires_at = default
  where invitations.id = invitation.id
  returning * into invitation;
  return private.describe_invitation(invitation);
end;
$function$;

ALTER FUNCTION "public"."resend_invitation"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.resolve_comment(comment_id uuid, is_resolved boolean DEFAULT true)
 RETURNS SETOF private.comment_details
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  comment public.comments;
begin
  perform private.require_functions();
  comment := private.lock_comment(comment_id);
  perform private.require_comment_action(
    comment, 'resolve', 'only the author, the creator of the content or an admin of the brand may resolve it'
  );
  update public.comments set resolved_at = case when is_resolved then coalesce(comment.resolved_at, now()) end
  where comments.id = comment.id;
  return query select * from private.comment_answer(comment.id);
end;
$function$;

CREATE OR REPLACE FUNCTION public.restart_review(content_id uuid, workflow_id uuid DEFAULT NULL::uuid)
 RETURNS SETOF private.content_details
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  content public.contents;
begin
  perform private.require_functions();
  content := private.lock_content(content_id);
  perform private.require_action(content, 'restart');
  perform private.begin_review(content, workflow_id);
  return query select * from private.content_answer(content.id);
end;
$function$;

CREATE OR REPLACE FUNCTION public.restore_content(content_id uuid)
 RETURNS SETOF private.content_details
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  content public.contents;
begin
  perform private.require_functions();
  perform private.require_permission(
    (select contents.brand_id from public.contents where contents.id = restore_content.content_id),
    'content.read', 'content'
  );
  select * into content from public.contents where contents.id = restore_content.content_id for update;
  perform private.require_action(content, 'restore');
  perform private.describe_change('{"action": "restored"}');
  update public.contents set deleted_at = null where contents.id = content.id;
  return query select * from private.content_answer(content.id);
end;
$function$;

CREATE OR REPLACE FUNCTION public.restore_version(content_id uuid, version integer, expected_version integer DEFAULT NULL::integer)
 RETURNS SETOF private.content_details
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  content public.contents;
  restored public.contents;
  snapshot jsonb;
begin
  perform private.require_functions();
  content := private.lock_content(content_id);
  perform private.require_action(content, 'restoreVersion', expected_version);
  select versions.snapshot into snapshot
  from public.content_versions as versions
  where versions.content_id = content.id and versions.version = restore_version.version;
  if snapshot is null then
    perform private.refuse(404, 'version not found');
  end if;
  -- Without the slug: another content may hold it by now, and an address is not part of the text.
  restored := jsonb_populate_record(content, private.edited_part(snapshot) - array[
    'template_id', 'template_version', 'parent_id', 'slug'
  ]);
  -- A version that is older than the provenance column has none.
  restored.provenance := coalesce(snapshot -> 'provenance', '{}');
  if private.content_state(restored) is distinct from private.content_state(content) then
    perform private.check_content_type(content.brand_id, restored.type);
    perform private.describe_change(jsonb_build_object('action', 'restored', 'note', 'restored version ' || version));
    update public.contents
    set
      title = restored.title, fields = restored.fields, metadata = restored.metadata, tags = restored.tags,
      body = restored.body, excerpt = restored.excerpt, categories = restored.categories, type = restored.type,
      provenance = restored.provenance
    where contents.id = content.id;
    perform private.void_approvals(content.id);
  end if;
  return query select * from private.content_answer(content.id);
end;
$function$;

CREATE OR REPLACE FUNCTION public.revoke_api_key(key_id uuid)
 RETURNS text
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  key public.api_keys;
begin
  perform private.require_functions();
  select api_keys.* into key from public.api_keys where api_keys.id = revoke_api_key.key_id for update;
  -- People may always revoke their own keys; the keys of others need integration.manage.
  if key.user_id is distinct from auth.uid() or not private.person_trusted() then
    perform private.require_permission(key.brand_id, 'integration.manage', 'key');
  end if;
  if key.revoked_at is null then
    update public.api_keys set revoked_at = now() where api_keys.id = key.id;
  end if;
  return key.key_hash;
end;
$function$;

CREATE OR REPLACE FUNCTION public.run_command(command text, arguments jsonb, key text, fingerprint text DEFAULT NULL::text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  answer jsonb;
begin
  perform private.require_functions();
  answer := private.claim_key(key, fingerprint);
  if answer is not null then
    return jsonb_build_object('replayed', true, 'rows', answer);
  end if;
  execute private.command_call(command, arguments) into answer using arguments;
  perform private.keep_answer(key, answer);
  return jsonb_build_object('replayed', false, 'rows', answer);
end;
$function$;

CREATE OR REPLACE FUNCTION public.run_patient_command(command text, arguments jsonb, key text, fingerprint text DEFAULT NULL::text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
 SET statement_timeout TO '30s'
 SET lock_timeout TO '30s'
AS $function$
begin
  perform private.require_functions();
  return public.run_command(command, arguments, key, fingerprint);
end;
$function$;

ALTER FUNCTION "public"."run_patient_command"(text, jsonb, text, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.save_version(content_id uuid, expected_version integer DEFAULT NULL::integer, note text DEFAULT ''::text)
 RETURNS SETOF private.content_details
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  content public.contents;
begin
  perform private.require_functions();
  content := private.lock_content(content_id);
  perform private.require_action(content, 'edit', expected_version);
  perform private.describe_change(jsonb_build_object('action', 'saved', 'note', left(note, 2000)));
  update public.contents set title = content.title where contents.id = content.id;
  return query select * from private.content_answer(content.id);
end;
$function$;

CREATE OR REPLACE FUNCTION public.schedule_content(content_id uuid, scheduled_for timestamp with time zone, expected_version integer DEFAULT NULL::integer)
 RETURNS SETOF private.content_details
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  content public.contents;
begin
  perform private.require_functions();
  content := private.lock_content(content_id);
  if scheduled_for is null or scheduled_for <= now() then
    perform private.refuse(400, 'a content is scheduled for the future', jsonb_build_array(jsonb_build_object(
      'field', 'scheduledFor', 'code', 'INVALID_FORMAT', 'message', 'must be later than now'
    )));
  end if;
  perform private.require_action(content, 'schedule', expected_version);
  perform private.transition_content(content, 'scheduled', scheduled_for => schedule_content.scheduled_for);
  return query select * from private.content_answer(content.id);
end;
$function$;

CREATE OR REPLACE FUNCTION public.search_people(query text DEFAULT ''::text, brand_id uuid DEFAULT NULL::uuid, page_size integer DEFAULT 20, page_offset integer DEFAULT 0)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  is_admin boolean;
  managed uuid[];
  visible uuid[];
  pattern text := '%' || replace(replace(replace(search_people.query, '\', '\\'), '%', '\%'), '_', '\_') || '%';
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
      is_admin or person.id = auth.uid() or exists (
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
      known.first_name || ' ' || known.last_name ilike pattern
      or (known.is_address_shown and known.email ilike pattern)
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
$function$;

CREATE OR REPLACE FUNCTION public.set_brand_workflows(brand_id uuid, assignments jsonb)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
begin
  perform private.require_functions();
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

CREATE OR REPLACE FUNCTION public.set_budget(brand_id uuid, amount numeric)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_column
declare
  before_amount numeric;
begin
  perform private.require_functions();
  perform private.require_permission(set_budget.brand_id, 'ai.manage');
  if set_budget.amount is null or set_budget.amount < 0 or set_budget.amount >= 1e15 then
    perform private.refuse(400, 'a budget is an amount of US dollars', jsonb_build_array(jsonb_build_object(
      'field', 'amount', 'code', 'INVALID_FORMAT', 'message', 'must not be negative'
    )));
  end if;
  select budget.amount into before_amount
  from public.ai_budgets as budget
  where budget.brand_id = set_budget.brand_id and budget.month <= private.this_month()
  order by budget.month desc
  limit 1;
  perform private.append_event(set_budget.brand_id, 'brand', set_budget.brand_id, 'BudgetChanged', '{}');
  perform private.audit(set_budget.brand_id, 'ai.budget_set', 'brand', set_budget.brand_id, jsonb_build_object(
    'from', before_amount, 'to', set_budget.amount
  ));
  -- What was spent earlier in this month, without a budget, counts as well.
  insert into public.ai_budgets as budget (brand_id, month, amount, spent)
  values (set_budget.brand_id, private.this_month(), set_budget.amount, (
    select coalesce(sum(generation.cost), 0)
    from public.ai_generations as generation
    where generation.brand_id = set_budget.brand_id and generation.budget_month = private.this_month()
  ))
  on conflict (brand_id, month) do update
    -- The thresholds of the new amount are announced again.
    set amount = excluded.amount, alerted_percent = 0;
  perform private.alert_budget(set_budget.brand_id, private.this_month());
  return public.read_budget(set_budget.brand_id);
end;
$function$;

CREATE OR REPLACE FUNCTION public.set_delivery(brand_id uuid, mode text, key_hash text DEFAULT NULL::text)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
begin
  perform private.require_functions();
  perform private.require_permission(brand_id, 'brand.read');
  perform private.require_permission(brand_id, 'brand.update');
  -- Not with `on conflict`: the constraint would check the row to insert, which lacks the key that is stored already.
  update private.delivery_settings as settings
  set mode = set_delivery.mode, key_hash = coalesce(set_delivery.key_hash, settings.key_hash),
    updated_by = auth.uid(), updated_at = now()
  where settings.brand_id = set_delivery.brand_id;
  if not found then
    insert into private.delivery_settings (brand_id, mode, key_hash, updated_by)
    values (brand_id, mode, key_hash, auth.uid());
  end if;
  perform private.audit(brand_id, 'delivery.configure', 'brand', brand_id, jsonb_build_object(
    'mode', mode, 'has_new_key', key_hash is not null
  ));
  -- Lets caches drop what they hold under the former rule.
  perform private.append_event(brand_id, 'brand', brand_id, 'DeliveryConfigured', jsonb_build_object('mode', mode));
  return jsonb_build_object('mode', mode);
end;
$function$;

CREATE OR REPLACE FUNCTION public.set_market_override(master_claim_id uuid, market_country text, product_id uuid, is_blocked boolean DEFAULT true, replacement_claim_id uuid DEFAULT NULL::uuid, is_forced boolean DEFAULT false)
 RETURNS TABLE(override_id uuid, conflicts jsonb)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  existing public.market_overrides;
  master_brand uuid;
begin
  perform private.require_functions();
  master_brand := (select products.master_claim_brand_id from public.products where products.id = product_id);
  -- One at a time for each claim and product, so that a rule for all countries and one for a country see each other.
  perform pg_advisory_xact_lock(hashtextextended('override:' || master_claim_id || product_id, 0));
  select * into existing from public.market_overrides as found
  where
    found.master_claim_id = set_market_override.master_claim_id
    and found.market_country = set_market_override.market_country
    and found.product_id = set_market_override.product_id;
  perform private.require_override_write(
    existing, master_brand, market_country, array[master_claim_id, replacement_claim_id]
  );
  conflicts := case
    when existing.id is null then private.conflicting_overrides(master_claim_id, product_id, market_country) else '[]'
  end;
  if conflicts <> '[]' and not coalesce(is_forced, false) then
    perform private.refuse(409, 'there are rules for other markets of this product', conflicts);
  end if;
  insert into public.market_overrides as overrides (
    master_claim_id, market_country, product_id, is_blocked, replacement_claim_id
  )
  values (master_claim_id, market_country, product_id, is_blocked, replacement_claim_id)
  on conflict on constraint market_overrides_master_claim_id_market_country_product_id_key do update
    set is_blocked = excluded.is_blocked, replacement_claim_id = excluded.replacement_claim_id
  returning overrides.id into override_id;
  return next;
end;
$function$;

CREATE OR REPLACE FUNCTION public.set_notification_preferences(preferences jsonb, version integer)
 RETURNS public.notification_preferences
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  wanted constant public.notification_preferences := jsonb_populate_record(
    null::public.notification_preferences, preferences
  );
  written public.notification_preferences;
begin
  perform private.require_functions();
  if not private.person_trusted() then
    perform private.refuse(401, 'this session is not trusted', '[{"code": "MFA_REQUIRED", "message": "sign in"}]');
  end if;
  if set_notification_preferences.version = 0 then
    insert into public.notification_preferences (
      user_id, email_enabled, content_updates, new_comments, task_reminders, marketing, digest, quiet_from, quiet_to
    )
    values (
      auth.uid(), wanted.email_enabled, wanted.content_updates, wanted.new_comments, wanted.task_reminders,
      wanted.marketing, wanted.digest, wanted.quiet_from, wanted.quiet_to
    )
    on conflict (user_id) do nothing
    returning * into written;
  else
    update public.notification_preferences
    set
      email_enabled = wanted.email_enabled, content_updates = wanted.content_updates,
      new_comments = wanted.new_comments, task_reminders = wanted.task_reminders, marketing = wanted.marketing,
      digest = wanted.digest, quiet_from = wanted.quiet_from, quiet_to = wanted.quiet_to
    where
      notification_preferences.user_id = auth.uid()
      and notification_preferences.version = set_notification_preferences.version
    returning * into written;
  end if;
  if written.user_id is null then
    perform private.refuse(412, 'the preferences have changed since');
  end if;
  return written;
end;
$function$;

CREATE OR REPLACE FUNCTION public.set_platform_admin(user_id uuid, is_admin boolean)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.set_user_active(user_id uuid, is_active boolean)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.settle_generation(result jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  pending public.ai_generations;
  settled public.ai_generations;
  is_success boolean := result ->> 'status' = 'completed';
  applied_version integer;
  refusal text;
begin
  perform private.require_functions();
  pending := private.lock_pending_generation((result ->> 'generationId')::uuid);
  -- The content is locked before the budget, in the order of begin_generation: otherwise the two could deadlock.
  perform from public.contents where contents.id = pending.content_id for update;
  settled := private.close_generation(pending.id, result);
  perform private.settle_generation_money(
    pending, settled.cost,
    -- Only a success for which a model was called counts against the plan. A caller who hangs up after the answer began
    -- has used the plan as well.
    (is_success and not settled.is_cache_hit and jsonb_array_length(settled.calls) > 0)
    or coalesce((result ->> 'isCutShort')::boolean, false)
  );
  if is_success and not settled.is_held and settled.proposal is not null and settled.content_id is not null then
    -- The call is paid for in any case: a refusal to write into the content is reported and does not undo that.
    begin
      applied_version := private.apply_generation(settled, 'generation ' || settled.id);
    exception when sqlstate 'PT400' or sqlstate 'PT403' or sqlstate 'PT404' or sqlstate 'PT409' then
      refusal := sqlerrm;
    end;
  end if;
  if is_success and settled.content_id is not null then
    begin
      perform private.record_assessment(settled, result, coalesce(applied_version, settled.content_version));
    exception when sqlstate 'PT400' or sqlstate 'PT404' then
      refusal := coalesce(refusal, sqlerrm);
    end;
  end if;
  perform private.append_event(
    settled.brand_id, 'ai_generation', settled.id, 'AIGenerationCompleted',
    jsonb_strip_nulls(jsonb_build_object(
      'requestId', settled.id, 'contentId', settled.content_id, 'success', is_success,
      'tokensUsed', settled.prompt_tokens::bigint + settled.completion_tokens, 'duration', settled.latency_ms,
      'appliedVersion', applied_version, 'isHeld', settled.is_held, 'isCacheHit', settled.is_cache_hit
    ))
  );
  return jsonb_build_object(
    'id', settled.id, 'applied_version', applied_version, 'not_applied', refusal, 'cost', settled.cost
  );
end;
$function$;

ALTER FUNCTION "public"."settle_generation"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.skip_step(step_run_id uuid, reason text)
 RETURNS SETOF private.content_details
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  step_run public.workflow_step_runs;
  content public.contents;
  run public.workflow_instances;
begin
  perform private.require_functions();
  step_run := private.lock_step(step_run_id);
  run := private.active_run(step_run.content_id);
  select * into content from private.content_by_id(step_run.content_id);
  if not private.permits(step_run.brand_id, 'workflow.control') and not (
    coalesce((step_run.definition ->> 'allow_skip')::boolean, false)
    and not private.is_restricted(step_run.brand_id, 'content.review')
    and exists (
      select from public.workflow_tasks as task
      where task.step_run_id = step_run.id and task.assignee_id = auth.uid() and task.status = 'pending'
    )
  ) then
    perform private.refuse(403, 'only an admin of the brand may skip this step');
  end if;
  if run.parked_at is not null then
    perform private.refuse(409, 'changes were asked for: submit the content first');
  end if;
  perform private.require_reason(reason, 'reason');
  perform private.record_action(run, step_run, 'skip', reason);
  perform private.close_step(step_run.id, 'skipped');
  perform private.append_run_event(
    run, 'WorkflowStepSkipped', jsonb_build_object('step', step_run.name, 'reason', reason)
  );
  if private.advance_run(run, content) then
    perform private.transition_content(content, 'approved', jsonb_build_object('step_name', step_run.name));
  elsif content.status = 'pending_review' then
    perform private.transition_content(content, 'in_review', jsonb_build_object('step_name', step_run.name));
  end if;
  return query select * from private.content_answer(content.id);
end;
$function$;

CREATE OR REPLACE FUNCTION public.submit_claim(claim_id uuid)
 RETURNS SETOF public.claims
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  claim public.claims;
  step public.claim_approval_steps;
begin
  perform private.require_functions();
  claim := private.lock_claim(claim_id);
  step := private.next_approval_step(claim, 0);
  if claim.approval = 'pending' then
    perform private.refuse(409, 'the approval of the claim is pending');
  elsif step.id is null then
    perform private.refuse(409, 'the master claim brand has no approval steps');
  end if;
  update public.claims set approval = 'pending', approval_position = step.position where claims.id = claim.id;
  return query select claims.* from public.claims where claims.id = claim.id;
end;
$function$;

CREATE OR REPLACE FUNCTION public.submit_content(content_id uuid, workflow_id uuid DEFAULT NULL::uuid)
 RETURNS SETOF private.content_details
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  content public.contents;
  run public.workflow_instances;
begin
  perform private.require_functions();
  content := private.lock_content(content_id);
  run := private.active_run(content_id);
  perform private.require_action(content, 'submit');
  perform private.check_complete_form(content);
  if run.id is not null then
    perform private.transition_content(content, 'pending_review');
    perform private.resume_run(run);
  else
    perform private.begin_review(content, workflow_id);
  end if;
  return query select * from private.content_answer(content.id);
end;
$function$;

CREATE OR REPLACE FUNCTION public.unlock_user(user_id uuid)
 RETURNS text
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.unschedule_content(content_id uuid)
 RETURNS SETOF private.content_details
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  content public.contents;
begin
  perform private.require_functions();
  content := private.lock_content(content_id);
  perform private.require_action(content, 'unschedule');
  perform private.transition_content(content, 'approved');
  return query select * from private.content_answer(content.id);
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
  perform private.require_functions();
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

CREATE OR REPLACE FUNCTION public.update_claim(claim_id uuid, expected_version integer, changes jsonb)
 RETURNS SETOF public.claims
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  claim public.claims;
begin
  perform private.require_functions();
  claim := private.lock_claim(claim_id, is_for_author => true);
  if expected_version is null then
    perform private.refuse(428, 'an update names the version that it saw');
  elsif claim.version <> expected_version then
    perform private.refuse(412, 'the claim was changed by someone else', jsonb_build_array(jsonb_build_object(
      'field', 'version', 'code', 'CONFLICT', 'message', claim.version::text
    )));
  end if;
  claim := jsonb_populate_record(claim, changes - array[
    'id', 'level', 'master_claim_brand_id', 'approval', 'approval_position', 'version', 'type',
    'created_by', 'created_at', 'updated_by', 'updated_at'
  ]);
  -- A change of what was approved starts the approval again, from the first step.
  if claim.approval in ('pending', 'approved') and (
    select
      (claims.text, claims.status, claims.countries, claims.effective_from, claims.effective_to)
      is distinct from (claim.text, claim.status, claim.countries, claim.effective_from, claim.effective_to)
    from public.claims where claims.id = claim.id
  ) then
    update public.claim_approvals set is_current = false where claim_approvals.claim_id = claim.id;
    claim.approval := 'pending';
    claim.approval_position := (private.next_approval_step(claim, 0)).position;
  end if;
  update public.claims
  set
    text = claim.text, status = claim.status, countries = claim.countries, effective_from = claim.effective_from,
    effective_to = claim.effective_to, category = claim.category,
    regulatory_references = claim.regulatory_references, documentation_urls = claim.documentation_urls,
    notes = claim.notes, approval = claim.approval, approval_position = claim.approval_position
  where claims.id = claim.id;
  return query select claims.* from public.claims where claims.id = claim.id;
end;
$function$;

CREATE OR REPLACE FUNCTION public.update_content(content_id uuid, expected_version integer, changes jsonb, is_autosave boolean DEFAULT false, note text DEFAULT ''::text)
 RETURNS SETOF private.content_details
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  content public.contents;
  changed public.contents;
begin
  perform private.require_functions();
  content := private.lock_content(content_id);
  perform private.require_action(content, 'edit', expected_version);
  if expected_version is null then
    perform private.refuse(428, 'an update names the version that it saw');
  end if;
  changed := private.patched_content(content, changes);
  if changed.type <> content.type then
    perform private.check_content_type(content.brand_id, changed.type);
  end if;
  if changed.assignees <> content.assignees then
    -- Only those who are added: an assignee whose membership has run out since must not bar other changes.
    perform private.check_assignees(content.brand_id, array(
      select added from unnest(changed.assignees) as added where added <> all (content.assignees)
    ));
    changed.assignees := array(select distinct person from unnest(changed.assignees) as person);
  end if;
  if changes ? 'fields' and content.template_id is not null then
    -- An autosave may hold half a word: only the kind of each value is checked.
    changed.fields := private.checked_fields(
      changed, changes -> 'fields', case when is_autosave then 'shape' else 'value' end
    );
  end if;
  -- Without a difference there is no version, since there would be no event to tell of it.
  if private.content_state(changed) is distinct from private.content_state(content) then
    perform private.describe_change(jsonb_build_object('is_autosave', is_autosave, 'note', left(note, 2000)));
    update public.contents
    set
      title = changed.title, type = changed.type, fields = changed.fields, metadata = changed.metadata,
      tags = changed.tags, body = changed.body, excerpt = changed.excerpt, slug = changed.slug,
      categories = changed.categories, due_at = changed.due_at, expires_at = changed.expires_at,
      assignees = changed.assignees
    where contents.id = content.id;
    if private.edited_part(private.content_state(changed)) <> private.edited_part(private.content_state(content)) then
      perform private.void_approvals(content.id);
    end if;
  end if;
  return query select * from private.content_answer(content.id);
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

CREATE OR REPLACE FUNCTION public.update_template(template_id uuid, expected_version integer, changes jsonb)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  template public.templates;
  changed public.templates;
begin
  perform private.require_functions();
  template := private.lock_template(template_id);
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

CREATE OR REPLACE FUNCTION public.withdraw_content(content_id uuid, reason text)
 RETURNS SETOF private.content_details
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  content public.contents;
begin
  perform private.require_functions();
  content := private.lock_content(content_id);
  perform private.require_action(content, 'withdraw');
  perform private.cancel_review(content, reason);
  return query select * from private.content_answer(content.id);
end;
$function$;

CREATE POLICY "Only our functions delete" ON "public"."accounts" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."accounts" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."accounts" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions delete" ON "public"."ai_budgets" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."ai_budgets" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."ai_budgets" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions delete" ON "public"."ai_generations" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."ai_generations" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."ai_generations" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions delete" ON "public"."ai_prices" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."ai_prices" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."ai_prices" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions delete" ON "public"."api_keys" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."api_keys" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."api_keys" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions delete" ON "public"."audit_log" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."audit_log" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."audit_log" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions delete" ON "public"."brand_knowledge" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."brand_knowledge" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."brand_knowledge" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions delete" ON "public"."brand_master_claim_brands" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."brand_master_claim_brands" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."brand_master_claim_brands" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions delete" ON "public"."brand_members" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."brand_members" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."brand_members" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions delete" ON "public"."brand_workflows" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."brand_workflows" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."brand_workflows" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions delete" ON "public"."brands" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."brands" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."brands" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions delete" ON "public"."claim_approval_steps" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."claim_approval_steps" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."claim_approval_steps" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions delete" ON "public"."claim_approvals" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."claim_approvals" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."claim_approvals" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions delete" ON "public"."claim_reviews" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."claim_reviews" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."claim_reviews" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions delete" ON "public"."claim_subjects" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."claim_subjects" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."claim_subjects" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions delete" ON "public"."claims" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."claims" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."claims" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions delete" ON "public"."comment_revisions" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."comment_revisions" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."comment_revisions" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions delete" ON "public"."comments" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."comments" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."comments" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions delete" ON "public"."content_assignees" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."content_assignees" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."content_assignees" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions delete" ON "public"."content_versions" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."content_versions" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."content_versions" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions delete" ON "public"."contents" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."contents" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."contents" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions delete" ON "public"."countries" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."countries" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."countries" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions delete" ON "public"."domain_events" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."domain_events" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."domain_events" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions delete" ON "public"."feature_flags" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."feature_flags" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."feature_flags" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions delete" ON "public"."files" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."files" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."files" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions delete" ON "public"."ingredients" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."ingredients" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."ingredients" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions delete" ON "public"."invitations" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."invitations" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."invitations" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions delete" ON "public"."market_overrides" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."market_overrides" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."market_overrides" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions delete" ON "public"."master_claim_brands" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."master_claim_brands" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."master_claim_brands" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions delete" ON "public"."mfa_factors" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."mfa_factors" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."mfa_factors" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions delete" ON "public"."notification_preferences" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."notification_preferences" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."notification_preferences" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions delete" ON "public"."notifications" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."notifications" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."notifications" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions delete" ON "public"."plans" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."plans" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."plans" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions delete" ON "public"."platform_settings" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."platform_settings" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."platform_settings" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions delete" ON "public"."product_ingredients" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."product_ingredients" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."product_ingredients" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions delete" ON "public"."products" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."products" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."products" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions delete" ON "public"."profiles" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."profiles" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."profiles" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions delete" ON "public"."prompt_templates" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."prompt_templates" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."prompt_templates" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions delete" ON "public"."quota_usage" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."quota_usage" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."quota_usage" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions delete" ON "public"."sso_connections" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."sso_connections" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."sso_connections" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions delete" ON "public"."sso_group_roles" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."sso_group_roles" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."sso_group_roles" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions delete" ON "public"."template_versions" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."template_versions" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."template_versions" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions delete" ON "public"."templates" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."templates" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."templates" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions delete" ON "public"."trusted_devices" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."trusted_devices" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."trusted_devices" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions delete" ON "public"."user_sessions" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."user_sessions" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."user_sessions" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions delete" ON "public"."vetting_agencies" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."vetting_agencies" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."vetting_agencies" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions delete" ON "public"."webhook_deliveries" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."webhook_deliveries" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."webhook_deliveries" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions delete" ON "public"."webhook_endpoints" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."webhook_endpoints" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."webhook_endpoints" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions delete" ON "public"."workflow_actions" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."workflow_actions" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."workflow_actions" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions delete" ON "public"."workflow_instances" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."workflow_instances" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."workflow_instances" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions delete" ON "public"."workflow_step_assignees" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."workflow_step_assignees" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."workflow_step_assignees" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions delete" ON "public"."workflow_step_runs" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."workflow_step_runs" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."workflow_step_runs" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions delete" ON "public"."workflow_steps" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."workflow_steps" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."workflow_steps" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions delete" ON "public"."workflow_tasks" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."workflow_tasks" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."workflow_tasks" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions delete" ON "public"."workflows" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "public"."workflows" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "public"."workflows" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions delete" ON "realtime"."messages" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "realtime"."messages" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "realtime"."messages" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions delete" ON "storage"."objects" AS RESTRICTIVE FOR DELETE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions insert" ON "storage"."objects" AS RESTRICTIVE FOR INSERT TO "anon", "authenticated" WITH CHECK (( SELECT private.from_functions() AS from_functions));

CREATE POLICY "Only our functions update" ON "storage"."objects" AS RESTRICTIVE FOR UPDATE TO "anon", "authenticated" USING (( SELECT private.from_functions() AS from_functions));

COMMENT ON FUNCTION "private"."from_functions"() IS 'Whether the request comes from our functions: its header X-Functions-Proof is signed for the caller of the access token
(user, session or API key, scopes) and has not expired, or it has the service role. False without the header and for
tokens for reading. Raises 403 for a header that is not valid, so that no update silently changes nothing.';

COMMENT ON FUNCTION "private"."require_functions"() IS 'Raises 403 unless the request comes from our functions (private.from_functions). The first statement of every function
of the data API that may write and that a caller other than the service may execute.';

COMMENT ON FUNCTION "public"."accept_own_invitation"(jsonb) IS 'Accepts an invitation that was sent to the caller''s own address. Returns the brand.';

COMMENT ON FUNCTION "public"."begin_generation"(jsonb) IS 'Opens a generation, by a request that the platform signed: checks the caller, reserves budget and quota, and returns
everything that its prompt needs in one round trip. request: {userId, type, brandId or contentId, templateId, fieldId or
fieldIds, fields, productId, market, topic, requires, isApplied, parameters, promptVersion, candidates: [{provider,
model}], bounds: {promptTokens, completionTokens, attempts}}';

COMMENT ON FUNCTION "public"."create_api_key"(jsonb) IS 'Creates an API key that acts as the caller in one brand, within its scopes. Requires integration.manage and recent
authentication; API keys cannot create keys. At most 100 valid keys in a brand.';

COMMENT ON FUNCTION "public"."invite_members"(jsonb) IS 'Invites people by e-mail, and gives the role at once to those who have an account. Returns an outcome for each:
assigned, invited, or refused with the error. Requires member.manage and recent authentication.';

COMMENT ON FUNCTION "public"."record_denial"(jsonb) IS 'Records that the API denied a request of the caller (domain §12). request, signed by the platform: {userId, method,
path, code}';

COMMENT ON FUNCTION "public"."register_signing_key"(text) IS 'For the service: registers SIGNING_SECRET and keeps the two newest keys. Registering a known key changes nothing.';

COMMENT ON FUNCTION "public"."resend_invitation"(jsonb) IS 'Mails a new link, valid for as long as that of a new invitation; the old link stops working.';

COMMENT ON FUNCTION "public"."run_patient_command"(text, jsonb, text, text) IS 'Runs a command of many, which may take longer than the eight seconds that the data API gives to others, as run_command
does.';

COMMENT ON FUNCTION "public"."settle_generation"(jsonb) IS 'Closes a generation, by a result that the platform signed: charges its cost, stores its output and, unless the content
has changed meanwhile or the guardrails hold it back, writes the proposal into the content. result: {userId,
generationId, status, output, proposal, error, provider, model, calls, violations, isHeld, isCacheHit, isCutShort,
latencyMs, firstTokenMs, alignment, claimReview: {country, strictness, overall, violations, findings}}';

COMMENT ON TABLE "private"."signing_keys" IS 'The keys of the proofs that our functions send. The two newest are valid, so that keys can be rotated.';

REVOKE ALL ON FUNCTION "private"."from_functions"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."from_functions"() TO "anon", "authenticated";

REVOKE ALL ON FUNCTION "private"."from_functions"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."from_functions"() TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."from_functions"() TO "service_role";

REVOKE ALL ON FUNCTION "private"."require_functions"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."require_functions"() TO "anon", "authenticated";

REVOKE ALL ON FUNCTION "private"."require_functions"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."require_functions"() TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."require_functions"() TO "service_role";

REVOKE ALL ON FUNCTION "public"."accept_own_invitation"(jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."accept_own_invitation"(jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."accept_own_invitation"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."accept_own_invitation"(jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."accept_own_invitation"(jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "public"."begin_generation"(jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."begin_generation"(jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."begin_generation"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."begin_generation"(jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."begin_generation"(jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "public"."create_api_key"(jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."create_api_key"(jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."create_api_key"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."create_api_key"(jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."create_api_key"(jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "public"."invite_members"(jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."invite_members"(jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."invite_members"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."invite_members"(jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."invite_members"(jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "public"."record_denial"(jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."record_denial"(jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."record_denial"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."record_denial"(jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."record_denial"(jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "public"."resend_invitation"(jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."resend_invitation"(jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."resend_invitation"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."resend_invitation"(jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."resend_invitation"(jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "public"."run_patient_command"(text, jsonb, text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."run_patient_command"(text, jsonb, text, text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."run_patient_command"(text, jsonb, text, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."run_patient_command"(text, jsonb, text, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."run_patient_command"(text, jsonb, text, text) TO "service_role";

REVOKE ALL ON FUNCTION "public"."settle_generation"(jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."settle_generation"(jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."settle_generation"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."settle_generation"(jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."settle_generation"(jsonb) TO "service_role";
