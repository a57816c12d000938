-- Show accounts for people of other brands
-- Planned by `make migration` from supabase/schemas and supabase/policies.

-- Waits at most five seconds for a lock, because queries behind a waiting lock wait as well. On failure, push again.
set lock_timeout = '5s';
set check_function_bodies = off;

REVOKE ALL ON TABLE "public"."audit_log" FROM "authenticated";

REVOKE ALL ON TABLE "public"."brand_members" FROM "authenticated";

REVOKE ALL ON TABLE "public"."brands" FROM "authenticated";

REVOKE ALL ON TABLE "public"."claim_approvals" FROM "authenticated";

REVOKE ALL ON TABLE "public"."claims" FROM "authenticated";

REVOKE ALL ON TABLE "public"."market_overrides" FROM "authenticated";

REVOKE ALL ON TABLE "public"."template_versions" FROM "authenticated";

-- Names and paths that no client could use, before the constraints refuse them. A path is never the client's, so that
-- these rows are older than the trigger that writes it. Their objects, if there are any, stay where they are.
update public.files
set name = coalesce(nullif(regexp_replace(regexp_replace(files.name, '[/\\[:cntrl:]]', '', 'g'), '^\.{1,2}$', ''), ''), 'file')
where files.name ~ '[/\\[:cntrl:]]|^\.{1,2}$';
alter table public.files disable trigger stamp_file;
update public.files
set path = files.brand_id || '/' || files.id || '/' || files.name
where files.path <> files.brand_id || '/' || files.id || '/' || files.name;
alter table public.files enable trigger stamp_file;

ALTER TABLE "public"."files" DROP CONSTRAINT "files_check";

DROP FUNCTION "private"."append_event"(uuid, text, uuid, text, jsonb, integer);

DROP FUNCTION "private"."display_name"(uuid);

DROP FUNCTION "private"."person_document"(uuid);

CREATE TABLE "private"."former_members" ("brand_id" uuid NOT NULL, "user_id" uuid NOT NULL, "name" text, "left_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "former_members_name_check" CHECK ((char_length(name) <= 201)), CONSTRAINT "former_members_pkey" PRIMARY KEY (brand_id, user_id));

ALTER TABLE "private"."former_members" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "private"."former_members" OWNER TO "postgres";

ALTER TABLE "public"."audit_log" ADD COLUMN "actor_account" text;

ALTER TABLE "public"."domain_events" ADD COLUMN "actor_account" text;

CREATE OR REPLACE FUNCTION private.acting_account(person uuid, brand uuid)
 RETURNS text
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select case
    when exists (select from private.platform_admins where platform_admins.user_id = acting_account.person)
      then 'MixerAI'
    else (
      select left(coalesce(accounts.name, brands.name), 255)
      from public.brand_members as member
      inner join public.brands on brands.id = member.brand_id and brands.deleted_at is null
      left join public.accounts on accounts.id = brands.account_id
      where
        member.user_id = acting_account.person
        and (member.expires_at is null or member.expires_at > now())
        and (private.api_key_id() is null or member.brand_id = (
          select api_keys.brand_id from public.api_keys where api_keys.id = private.api_key_id()
        ))
        -- Only a brand that shares a catalogue brand with this one can act on what is this one's too.
        and exists (
          select from public.brand_master_claim_brands as theirs
          inner join public.brand_master_claim_brands as ours
            on ours.master_claim_brand_id = theirs.master_claim_brand_id
          where theirs.brand_id = member.brand_id and ours.brand_id = acting_account.brand
        )
      order by member.brand_id
      limit 1
    )
  end;
$function$;

ALTER FUNCTION "private"."acting_account"(uuid, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.acts_from_outside(person uuid, brand uuid, subject text)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if exists (
    select from public.brand_members as member
    where
      member.user_id = acts_from_outside.person and member.brand_id = acts_from_outside.brand
      and (member.expires_at is null or member.expires_at > now())
  ) then
    return false;
  end if;
  -- Only the catalogue of claims is shared by brands. People who act on anything else of a brand without a membership
  -- are joining it or leaving it, or are platform admins.
  return acts_from_outside.subject = 'claim' or exists (
    select from private.platform_admins where platform_admins.user_id = acts_from_outside.person
  );
end;
$function$;

ALTER FUNCTION "private"."acts_from_outside"(uuid, uuid, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.append_event(brand uuid, aggregate_type text, aggregate_id uuid, type text, payload jsonb DEFAULT '{}'::jsonb, aggregate_version integer DEFAULT NULL::integer)
 RETURNS uuid
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  actor uuid := auth.uid();
  account text;
  -- Clients choose the ids of their requests: those of another tenant say nothing to this one.
  request text := private.request_id();
  event_id uuid;
begin
  -- Asked here as well, because a call of the function for each event of an import takes longer than this look.
  if actor is not null and not exists (
    select from public.brand_members as member
    where
      member.user_id = actor and member.brand_id = append_event.brand
      and (member.expires_at is null or member.expires_at > now())
  ) and private.acts_from_outside(actor, brand, append_event.aggregate_type) then
    account := private.acting_account(actor, brand);
    actor := null;
    request := case when account = 'MixerAI' then request end;
  end if;
  insert into public.domain_events (
    brand_id, aggregate_type, aggregate_id, aggregate_version, type, actor_id, payload, correlation_id, actor_account
  )
  values (
    brand, append_event.aggregate_type, append_event.aggregate_id, append_event.aggregate_version,
    append_event.type, actor, append_event.payload, request, account
  )
  returning id into event_id;
  return event_id;
end;
$function$;

ALTER FUNCTION "private"."append_event"(uuid, text, uuid, text, jsonb, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.audit_as(actor uuid, session uuid, brand uuid, action text, resource_type text, resource_id uuid, details jsonb DEFAULT '{}'::jsonb, outcome text DEFAULT 'success'::text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  entry public.audit_log;
  last_entry public.audit_log;
begin
  -- The lock serialises a brand's entries: two rows must not follow the same row in the chain.
  perform pg_advisory_xact_lock(hashtextextended('audit:' || coalesce(brand::text, 'platform'), 0));
  select * into last_entry from public.audit_log
    where audit_log.brand_id is not distinct from brand order by audit_log.position desc limit 1;
  entry.id := private.uuid_v7();
  entry.brand_id := brand;
  entry.position := coalesce(last_entry.position, 0) + 1;
  entry.action := audit_as.action;
  entry.outcome := audit_as.outcome;
  entry.actor_id := actor;
  entry.actor_type := case
    when actor is null then 'system' when private.api_key_id() is not null then 'api' else 'user'
  end;
  entry.session_id := session;
  entry.resource_type := audit_as.resource_type;
  entry.resource_id := audit_as.resource_id;
  if actor is not null and brand is not null and private.acts_from_outside(actor, brand, audit_as.resource_type) then
    entry.actor_account := private.acting_account(actor, brand);
  end if;
  entry.details := audit_as.details || case
    when private.api_key_id() is null or entry.actor_account is not null then '{}' else jsonb_build_object('apiKeyId', private.api_key_id())
  end;
  entry.request_id := case
    when coalesce(entry.actor_account, 'MixerAI') = 'MixerAI' then private.request_id()
  end;
  entry.occurred_at := clock_timestamp();
  entry.previous_hash := coalesce(last_entry.hash, repeat('0', 64));
  entry.hash := private.audit_hash(entry);
  insert into public.audit_log select entry.*;
end;
$function$;

CREATE OR REPLACE FUNCTION private.audit_change()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  before_row jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
  after_row jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
  this_row jsonb := coalesce(after_row, before_row);
  -- Secrets stay out of the log, also hashed or encrypted ones. Who wrote the row is the actor of the entry, whom not
  -- every reader may know.
  hidden text[] := tg_argv || array['created_by', 'updated_by', 'assigned_by', 'revoked_by'];
begin
  perform private.audit(
    (this_row ->> 'brand_id')::uuid,
    tg_argv[0] || '.' || case tg_op when 'INSERT' then 'create' when 'UPDATE' then 'update' else 'delete' end,
    tg_argv[0],
    coalesce(this_row ->> 'id', this_row ->> 'user_id')::uuid,
    jsonb_strip_nulls(jsonb_build_object('previous', before_row - hidden, 'current', after_row - hidden))
  );
  return null;
end;
$function$;

CREATE OR REPLACE FUNCTION private.audit_hash(entry public.audit_log)
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO ''
 SET "TimeZone" TO 'UTC'
AS $function$
  -- Without the column that entries from before it do not have.
  select encode(sha256(convert_to((
    to_jsonb(entry) - 'hash' - case when entry.actor_account is null then 'actor_account' else '' end
  )::text, 'UTF8')), 'hex');
$function$;

CREATE OR REPLACE FUNCTION private.brand_document(brand public.brands)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select to_jsonb(brand) - array['account_id', 'created_by', 'updated_by'] || jsonb_build_object(
    'created_by', private.person_of_brand(brand.created_by, brand.id),
    'updated_by', private.person_of_brand(brand.updated_by, brand.id),
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

CREATE OR REPLACE FUNCTION private.claim_answer(claim_id uuid)
 RETURNS SETOF public.claims
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  claim public.claims;
  visible uuid [];
begin
  select claims.* into strict claim from public.claims where claims.id = claim_answer.claim_id;
  visible := private.visible_people(array[claim.created_by, claim.updated_by]);
  claim.created_by := case when claim.created_by = any (visible) then claim.created_by end;
  claim.updated_by := case when claim.updated_by = any (visible) then claim.updated_by end;
  return next claim;
end;
$function$;

ALTER FUNCTION "private"."claim_answer"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.delete_personal_rows(person uuid, email_index text)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  delete from public.user_sessions where user_sessions.user_id = person;
  delete from public.mfa_factors where mfa_factors.user_id = person;
  delete from private.mfa_backup_codes where mfa_backup_codes.user_id = person;
  delete from auth.identities where identities.user_id = person;
  delete from private.sso_people where sso_people.user_id = person;
  delete from private.password_history where password_history.user_id = person;
  delete from private.identity_tokens where identity_tokens.user_id = person;
  delete from public.trusted_devices where trusted_devices.user_id = person;
  delete from public.notifications where notifications.user_id = person;
  delete from public.notification_preferences where notification_preferences.user_id = person;
  update private.former_members set name = null where former_members.user_id = person;
  delete from public.invitations
  where invitations.accepted_by = person or invitations.email_index = delete_personal_rows.email_index;
$function$;

CREATE OR REPLACE FUNCTION private.describe_api_key(key public.api_keys)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select jsonb_build_object(
    'id', key.id, 'brand_id', key.brand_id, 'name', key.name, 'prefix', key.prefix, 'scopes', key.scopes,
    'allowed_addresses', key.allowed_addresses, 'expires_at', key.expires_at, 'last_used_at', key.last_used_at,
    'owner', jsonb_build_object('id', key.user_id, 'name', private.display_name(key.user_id, key.brand_id)),
    -- For deployments that do not know owner.
    'user_id', key.user_id,
    'revoked_at', key.revoked_at,
    'revoked_by', private.person_document(key.revoked_by, key.brand_id),
    'created_at', key.created_at
  );
$function$;

CREATE OR REPLACE FUNCTION private.display_name(person uuid, brand uuid DEFAULT NULL::uuid)
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select private.person_document(display_name.person, display_name.brand) ->> 'name';
$function$;

ALTER FUNCTION "private"."display_name"(uuid, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.export_account(person uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select jsonb_build_object(
    'profile', (
      select to_jsonb(profiles) - array['email_index', 'deactivated_by'] from public.profiles where profiles.id = person
    ),
    'email', (select users.email from auth.users where users.id = person),
    'memberships', (
      select coalesce(jsonb_agg(to_jsonb(member) - 'assigned_by' || jsonb_build_object('brand_name', brands.name)), '[]')
      from public.brand_members as member inner join public.brands on brands.id = member.brand_id
      where member.user_id = person
    ),
    'sessions', (
      select coalesce(jsonb_agg(to_jsonb(user_sessions)), '[]') from public.user_sessions
      where user_sessions.user_id = person
    ),
    'devices', (
      select coalesce(jsonb_agg(to_jsonb(device) - 'token_hash'), '[]') from public.trusted_devices as device
      where device.user_id = person
    ),
    'factors', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'kind', factor.kind, 'name', factor.name, 'created_at', factor.created_at, 'last_used_at', factor.last_used_at
      )), '[]') from public.mfa_factors as factor where factor.user_id = person
    ),
    'api_keys', (
      select coalesce(jsonb_agg(to_jsonb(key) - array['key_hash', 'revoked_by']), '[]') from public.api_keys as key
      where key.user_id = person
    )
  );
$function$;

CREATE OR REPLACE FUNCTION private.people_named(people uuid[])
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  visible constant uuid [] := private.visible_people(people_named.people);
  others constant uuid [] := array(
    select distinct person from unnest(people_named.people) as person where person <> all (visible)
  );
  named jsonb;
begin
  select coalesce(
    jsonb_object_agg(profiles.id, nullif(btrim(profiles.first_name || ' ' || profiles.last_name), '')), '{}'
  )
  into named
  from public.profiles where profiles.id = any (visible);
  if cardinality(others) = 0 then
    return named;
  end if;
  return named || coalesce((
    select jsonb_object_agg(former.user_id, former.name)
    from (
      select distinct on (members.user_id) members.user_id, members.name
      from private.former_members as members
      where
        members.user_id = any (others) and members.brand_id = any (private.brands_permitting('brand.read'))
      order by members.user_id, members.left_at desc
    ) as former
  ), '{}');
end;
$function$;

CREATE OR REPLACE FUNCTION private.person_document(person uuid, brand uuid DEFAULT NULL::uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select coalesce(
    -- First, without asking for the caller's brands in each row of a list.
    private.person_of_brand(person_document.person, person_document.brand),
    case when person_document.person is not null then (
      select jsonb_build_object('id', found.key, 'name', found.value)
      from jsonb_each(private.people_named(array[person_document.person])) as found
    ) end
  );
$function$;

ALTER FUNCTION "private"."person_document"(uuid, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.person_of_brand(person uuid, brand uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select coalesce(
    (
      select jsonb_build_object(
        'id', profiles.id, 'name', nullif(btrim(profiles.first_name || ' ' || profiles.last_name), '')
      )
      from public.brand_members as member inner join public.profiles on profiles.id = member.user_id
      where member.brand_id = person_of_brand.brand and member.user_id = person_of_brand.person
    ),
    (
      select jsonb_build_object('id', former.user_id, 'name', former.name)
      from private.former_members as former
      where former.brand_id = person_of_brand.brand and former.user_id = person_of_brand.person
    )
  );
$function$;

ALTER FUNCTION "private"."person_of_brand"(uuid, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.related_to(people uuid[], brands uuid[], templates uuid[], expand text[])
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return case when 'brand' = any (expand) then jsonb_build_object('brands', coalesce((
    select jsonb_object_agg(found.id, jsonb_build_object('id', found.id, 'name', found.name, 'slug', found.slug))
    from public.brands as found where found.id = any (related_to.brands)
  ), '{}')) else '{}' end
  || case when 'template' = any (expand) then jsonb_build_object('templates', coalesce((
    select jsonb_object_agg(found.id, jsonb_build_object(
      'id', found.id, 'name', found.name, 'version', found.version, 'content_type', found.content_type,
      'is_active', found.is_active
    ))
    from public.templates as found where found.id = any (related_to.templates)
  ), '{}')) else '{}' end
  || case when 'people' = any (expand) then jsonb_build_object('profiles', coalesce((
    select jsonb_object_agg(found.id, jsonb_build_object(
      'id', found.id, 'first_name', found.first_name, 'last_name', found.last_name,
      'avatar_path', found.avatar_path, 'is_active', found.is_active
    ))
    from public.profiles as found where found.id = any (private.visible_people(related_to.people))
  ), '{}')) else '{}' end;
end;
$function$;

CREATE OR REPLACE FUNCTION private.remember_member()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if tg_op = 'INSERT' then
    delete from private.former_members as former
    where former.brand_id = new.brand_id and former.user_id = new.user_id;
    return null;
  end if;
  insert into private.former_members (brand_id, user_id, name)
  select old.brand_id, profiles.id, nullif(btrim(profiles.first_name || ' ' || profiles.last_name), '')
  from public.profiles
  where profiles.id = old.user_id and exists (select from public.brands where brands.id = old.brand_id)
  on conflict on constraint former_members_pkey do update set name = excluded.name, left_at = now();
  return null;
end;
$function$;

ALTER FUNCTION "private"."remember_member"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.send_event(event public.domain_events)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  message jsonb := jsonb_build_object(
    'eventId', event.id,
    'type', event.type,
    'brandId', event.brand_id,
    'aggregateType', event.aggregate_type,
    'aggregateId', event.aggregate_id,
    'aggregateVersion', event.aggregate_version,
    'actorId', event.actor_id,
    'actorAccount', event.actor_account,
    'requestId', event.correlation_id,
    'occurredAt', event.occurred_at,
    -- `changes` may be as large as the aggregate: subscribers that need it read the event.
    'data', event.payload - 'changes'
  );
begin
  -- Every member may join the brand's topic; events of members, invitations, keys and webhooks need more permissions.
  if event.aggregate_type not in ('brand_member', 'invitation', 'api_key', 'webhook') then
    perform realtime.send(message, event.type, 'brand:' || event.brand_id, true);
  end if;
  if event.aggregate_type in ('content', 'workflow', 'ai_generation') then
    perform realtime.send(
      message, event.type,
      case event.aggregate_type
        when 'ai_generation' then 'ai' else event.aggregate_type
      end || ':' || event.aggregate_id,
      true
    );
  end if;
end;
$function$;

CREATE OR REPLACE FUNCTION private.send_summary(command text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  -- Two messages for each stay below the 64 subtransactions that a transaction may have without slowing down others.
  most_single_events constant integer := 20;
  -- Of 1,000 ids, a message has 40 KB of the 256 that the smallest plan lets through.
  most_ids constant integer := 1000;
  event public.domain_events;
  happened_events integer;
  summary record;
begin
  perform set_config('mixerai.broadcasts', '', true);
  -- The lowest id that an event of this transaction may have lets the planner open the partitions of this year only.
  select count(*) into happened_events
  from (
    select from public.domain_events as each
    where each.transaction_id = pg_current_xact_id() and each.id >= private.uuid_v7_floor(now())
    limit most_single_events + 1
  ) as first_events;
  if happened_events <= most_single_events then
    for event in
      select each.* from public.domain_events as each
      where each.transaction_id = pg_current_xact_id() and each.id >= private.uuid_v7_floor(now())
      order by each.id
    loop
      perform private.send_event(event);
    end loop;
    return;
  end if;
  for summary in
    with happened as (
      select
        each.id, each.brand_id, each.type, each.actor_id, each.actor_account,
        -- Payloads of contents may be large, and are not read.
        case each.aggregate_type when 'content' then each.aggregate_id::text else each.payload ->> 'contentId' end
          as content_id
      from public.domain_events as each
      where
        each.transaction_id = pg_current_xact_id() and each.id >= private.uuid_v7_floor(now())
        and each.aggregate_type not in ('brand_member', 'invitation', 'api_key', 'webhook')
    ),
    counted as (
      select happened.brand_id, happened.type, count(*) as occurrences from happened group by 1, 2
    )
    select
      happened.brand_id,
      max(happened.id::text) as last_event_id,
      max(happened.actor_id::text) as actor_id,
      max(happened.actor_account) as actor_account,
      (array_agg(distinct happened.content_id) filter (where happened.content_id is not null))[1 : most_ids]
        as content_ids,
      (
        select jsonb_object_agg(counted.type, counted.occurrences)
        from counted where counted.brand_id = happened.brand_id
      ) as occurrences
    from happened
    group by happened.brand_id
  loop
    perform realtime.send(
      jsonb_build_object(
        'type', 'ContentsChanged',
        'brandId', summary.brand_id,
        'aggregateType', 'brand',
        'aggregateId', summary.brand_id,
        'actorId', summary.actor_id,
        'actorAccount', summary.actor_account,
        'requestId', private.request_id(),
        'occurredAt', clock_timestamp(),
        'lastEventId', summary.last_event_id,
        'data', jsonb_build_object(
          'command', send_summary.command,
          'events', summary.occurrences,
          'contentIds', to_jsonb(coalesce(summary.content_ids, '{}'))
        )
      ),
      'ContentsChanged', 'brand:' || summary.brand_id, true
    );
  end loop;
end;
$function$;

CREATE OR REPLACE FUNCTION private.template_document(template public.templates, writable uuid[], creating uuid[])
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select to_jsonb(template) || jsonb_build_object(
    'created_by', private.person_document(template.created_by, template.brand_id),
    'updated_by', private.person_document(template.updated_by, template.brand_id),
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

CREATE OR REPLACE FUNCTION private.visible_people(people uuid[])
 RETURNS uuid[]
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  brands constant uuid [] := private.brands_permitting('brand.read');
begin
  return array(
    select profiles.id from public.profiles
    where
      profiles.id = any (visible_people.people)
      and (
        profiles.id = auth.uid()
        or exists (
          select from public.brand_members as member
          where member.user_id = profiles.id and member.brand_id = any (brands)
        )
        or private.is_platform_admin()
      )
  );
end;
$function$;

ALTER FUNCTION "private"."visible_people"(uuid[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.ai_usage(brand uuid DEFAULT NULL::uuid, from_day date DEFAULT (CURRENT_DATE - 30), to_day date DEFAULT CURRENT_DATE, dimensions text[] DEFAULT '{day}'::text[])
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  brands uuid [] := private.check_usage_request(brand, from_day, to_day, dimensions);
  usage jsonb;
begin
  with counted as (
    select
      case when 'brand' = any (dimensions) then generation.brand_id end as brand_id,
      case when 'user' = any (dimensions) then generation.user_id end as user_id,
      case when 'tool' = any (dimensions) then generation.type end as tool,
      case when 'model' = any (dimensions) then generation.provider end as provider,
      case when 'model' = any (dimensions) then generation.model end as model,
      case when 'day' = any (dimensions) then (generation.created_at at time zone 'UTC')::date end as day,
      count(*) as generations,
      count(*) filter (where generation.status = 'failed') as failed,
      count(*) filter (where generation.is_cache_hit) as cached,
      sum(generation.prompt_tokens) as prompt_tokens,
      sum(generation.completion_tokens) as completion_tokens,
      sum(generation.cost) as cost,
      round(avg(generation.latency_ms) filter (where not generation.is_cache_hit)) as average_latency_ms
    from public.ai_generations as generation
    where
      generation.brand_id = any (brands)
      -- Ids are ordered by time: this excludes the partitions outside of the range.
      and generation.id >= private.uuid_v7_floor(from_day::timestamp at time zone 'UTC')
      and generation.id < private.uuid_v7_floor((to_day + 1)::timestamp at time zone 'UTC')
    group by 1, 2, 3, 4, 5, 6
  ),
  shown as (
    select counted.* from counted
    order by counted.day desc nulls last, counted.cost desc, counted.brand_id, counted.tool, counted.model
    limit 5000
  )
  select jsonb_build_object(
    'items', (
      select coalesce(jsonb_agg(
        to_jsonb(shown) - 'user_id' || jsonb_build_object(
          'user', case when named.people ? shown.user_id::text then
            jsonb_build_object('id', shown.user_id, 'name', named.people -> shown.user_id::text)
          end
        )
      ), '[]')
      from shown
      cross join (
        select private.people_named(array(select distinct users.user_id from shown as users)) as people
      ) as named
    ),
    'is_truncated', count(*) > 5000,
    'totals', jsonb_build_object(
      'generations', coalesce(sum(counted.generations), 0), 'failed', coalesce(sum(counted.failed), 0),
      'cached', coalesce(sum(counted.cached), 0), 'prompt_tokens', coalesce(sum(counted.prompt_tokens), 0),
      'completion_tokens', coalesce(sum(counted.completion_tokens), 0), 'cost', coalesce(sum(counted.cost), 0)
    )
  ) into usage
  from counted;
  return usage;
end;
$function$;

CREATE OR REPLACE FUNCTION public.avatar_paths(user_id uuid)
 RETURNS text[]
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select coalesce(array_agg(found.name order by found.name), '{}')
  from (
    select objects.name from storage.objects
    where
      objects.bucket_id = 'avatars'
      -- The range finds the folder by an index of Storage (supabase/storage, migrations/tenant, idx_objects_bucket_id_name).
      and objects.name collate "C" > avatar_paths.user_id::text || '/'
      and objects.name collate "C" < avatar_paths.user_id::text || '0'
      and private.storage_folder_id(objects.name) = avatar_paths.user_id
    order by objects.name
    limit 1000
  ) as found;
$function$;

ALTER FUNCTION "public"."avatar_paths"(uuid) OWNER TO "postgres";

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
  return query select * from private.claim_answer(claim_id);
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
  return query select * from private.claim_answer(claim.id);
end;
$function$;

CREATE OR REPLACE FUNCTION public.erase_person(user_id uuid, session_id uuid)
 RETURNS uuid[]
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  person constant uuid := erase_person.user_id;
  member record;
  known record;
  sessions uuid[];
begin
  perform private.require_session(person, erase_person.session_id, true);
  if exists (select from private.platform_admins where platform_admins.user_id = person) then
    perform private.refuse(409, 'platform admins must give up the flag first');
  end if;
  select profiles.email_index into known from public.profiles
  where profiles.id = person for update;
  for member in
    select members.brand_id from public.brand_members as members where members.user_id = person order by 1
  loop
    delete from public.content_assignees as assignees
    where assignees.brand_id = member.brand_id and assignees.user_id = person;
    delete from public.brand_members as members
    where members.brand_id = member.brand_id and members.user_id = person;
    perform private.release_tasks(person, member.brand_id);
  end loop;
  -- The row stays, because what the person did is attributed to its id. It no longer says who they were.
  update public.profiles
  set
    first_name = 'Former', last_name = 'member', phone = null, email_index = null, avatar_path = null,
    timezone = 'UTC', language = 'en', is_active = false
  where profiles.id = person;
  sessions := array(select user_sessions.id from public.user_sessions where user_sessions.user_id = person);
  perform private.delete_personal_rows(person, known.email_index);
  perform private.enqueue_job(
    'erasure', 'erase_account', null,
    jsonb_build_object('userId', person), now(), null, 50
  );
  perform private.audit_person(person, erase_person.session_id, 'user.erase');
  return sessions;
end;
$function$;

CREATE OR REPLACE FUNCTION public.list_activity(brand_id uuid, filters jsonb DEFAULT '{}'::jsonb, before_id uuid DEFAULT NULL::uuid, page_size integer DEFAULT 20)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_column
declare
  wished integer := least(greatest(page_size, 1), 100);
  types text [] := case when filters ? 'type' then array(select jsonb_array_elements_text(filters -> 'type')) end;
  actor uuid := filters ->> 'actor';
  -- Ids sort by time, so that instants become bounds of ids. UUIDv7 knows no time before 1970.
  epoch constant timestamptz := '1970-01-01T00:00:00Z';
  from_id constant uuid := case
    when filters ? 'from' then private.uuid_v7_floor(greatest((filters ->> 'from')::timestamptz, epoch))
    else '00000000-0000-0000-0000-000000000000'
  end;
  to_id constant uuid := least(before_id, case
    when filters ? 'to' then private.uuid_v7_floor(greatest((filters ->> 'to')::timestamptz, epoch))
    else 'ffffffff-ffff-ffff-ffff-ffffffffffff'
  end);
  readable text [];
begin
  perform private.require_permission(list_activity.brand_id, 'brand.read');
  select access.permissions into readable from private.access_to_brands(array[list_activity.brand_id]) as access;
  return (
    with page as (
      select
        events.id, events.type, events.aggregate_type, events.aggregate_id, events.aggregate_version, events.actor_id,
        events.actor_account,
        coalesce(events.payload ->> 'title', (
          select contents.title from public.contents
          where contents.id = coalesce((events.payload ->> 'contentId')::uuid, events.aggregate_id)
            and events.aggregate_type in ('content', 'comment', 'workflow', 'ai_generation')
        )) as title,
        events.payload - 'changes' as payload, events.correlation_id as request_id, events.occurred_at
      from public.domain_events as events
      where
        events.brand_id = list_activity.brand_id
        and events.id < to_id and events.id >= from_id
        and private.event_permission(events.aggregate_type) = any (readable)
        and (types is null or events.type = any (types))
        and (actor is null or events.actor_id = actor)
      order by events.id desc
      limit wished
    )
    select jsonb_build_object(
      'items', coalesce((select jsonb_agg(to_jsonb(page) order by page.id desc) from page), '[]'),
      'people', private.people_named(array(select distinct page.actor_id from page))
    )
  );
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
  is_admin boolean := private.is_platform_admin();
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
          and ($3 is null or entry.actor_id = $3 and ($9 or entry.actor_account is null))
          and entry.occurred_at >= coalesce($4, '-infinity') and entry.occurred_at < coalesce($5, 'infinity')
          and entry.occurred_at <= coalesce($6, 'infinity')
          and ($6 is null or (entry.occurred_at, entry.id) < ($6, $7))
        order by entry.occurred_at desc, entry.id desc
        limit $8
      )
      select jsonb_build_object('items', coalesce(jsonb_agg(jsonb_build_object(
        'id', page.id, 'position', page.position, 'action', page.action, 'outcome', page.outcome,
        'actor', case
          when $9 or page.actor_account is null then private.person_document(page.actor_id, page.brand_id)
        end,
        'actor_account', page.actor_account,
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
    (filters ->> 'to')::timestamptz, cursor_at, cursor_id, least(greatest(page_size, 1), 101), is_admin;
  return answer;
end;
$function$;

CREATE OR REPLACE FUNCTION public.list_template_versions(template_id uuid, version integer DEFAULT NULL::integer, page_offset integer DEFAULT 0, page_size integer DEFAULT 20)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  readable uuid [] := private.brands_permitting('template.read');
begin
  if not (private.session_trusted() and private.scope_allows('template.read')) then
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
          to_jsonb(page) || jsonb_build_object('created_by', private.person_document(page.created_by, page.brand_id))
          order by page.version desc
        )
        from page
      ), '[]'),
      'total', (select count(*) from matching)
    )
  );
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
  return query select * from private.claim_answer(claim.id);
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
  return query select * from private.claim_answer(claim.id);
end;
$function$;

ALTER TABLE "private"."former_members" ADD CONSTRAINT "former_members_brand_id_fkey" FOREIGN KEY (brand_id) REFERENCES public.brands(id) ON DELETE CASCADE;

ALTER TABLE "private"."former_members" ADD CONSTRAINT "former_members_user_id_fkey" FOREIGN KEY (user_id) REFERENCES public.profiles(id) ON DELETE CASCADE;

ALTER TABLE "public"."audit_log" ADD CONSTRAINT "audit_log_actor_account_check" CHECK ((char_length(actor_account) <= 255));

ALTER TABLE "public"."domain_events" ADD CONSTRAINT "domain_events_actor_account_check" CHECK ((char_length(actor_account) <= 255));

ALTER TABLE "public"."domain_events" ADD CONSTRAINT "domain_events_check" CHECK (((actor_id IS NULL) OR (actor_account IS NULL)));

ALTER TABLE "public"."files" ADD CONSTRAINT "files_name_is_no_path" CHECK ((name !~ '[[:cntrl:]]|^\.{1,2}$'::text));

ALTER TABLE "public"."files" ADD CONSTRAINT "files_path_is_derived" CHECK ((path = (((((brand_id)::text || '/'::text) || (id)::text) || '/'::text) || name)));

CREATE INDEX former_members_user_id_idx ON private.former_members USING btree (user_id);

CREATE TRIGGER remember_member AFTER INSERT OR DELETE ON public.brand_members FOR EACH ROW EXECUTE FUNCTION private.remember_member();

COMMENT ON COLUMN "private"."former_members"."name" IS 'Null: no name was set, or the person was erased. Later changes of the profile are not copied.';

COMMENT ON COLUMN "public"."audit_log"."actor_account" IS 'The account for which a user outside of the brand acted: see domain_events.actor_account.';

COMMENT ON COLUMN "public"."audit_log"."actor_id" IS 'Always the person, for the platform. Members of the brand are shown actor_account instead where that is set.';

COMMENT ON COLUMN "public"."domain_events"."actor_account" IS 'The account for which a person of another brand acted, `MixerAI` for the platform. The brand learns no more of them.';

COMMENT ON COLUMN "public"."domain_events"."actor_id" IS 'The person who acted for this brand; null for the system, and for people of other brands and of the platform.';

COMMENT ON FUNCTION "private"."acting_account"(uuid, uuid) IS 'Returns the name of the account for which a person acts on what a brand shares with others (of the brand, where it has
no account), and `MixerAI` for platform admins.';

COMMENT ON FUNCTION "private"."acts_from_outside"(uuid, uuid, text) IS 'Whether a person acts on a subject of a brand (an aggregate of its events) for another brand or for the platform. The
brand is then shown an account in place of the person.';

COMMENT ON FUNCTION "private"."append_event"(uuid, text, uuid, text, jsonb, integer) IS 'Appends an event to the log of a brand and returns its id. Its actor is the caller; for a user who acts for another
brand or for the platform, it is the account.';

COMMENT ON FUNCTION "private"."audit_change"() IS 'Records a change of a row with its previous and current values, without the people who wrote them. Arguments: the type
of resource, then columns to leave out.';

COMMENT ON FUNCTION "private"."claim_answer"(uuid) IS 'Returns a claim as commands answer it: as it is now, without the people of other brands who wrote it.';

COMMENT ON FUNCTION "private"."display_name"(uuid, uuid) IS 'Returns the full name of a person if the caller may know it: see private.person_document. Null for others, and where
none is set.';

COMMENT ON FUNCTION "private"."export_account"(uuid) IS 'Returns the account of a person: profile, memberships, sessions, devices, second factors and API keys, without the ids
of other people.';

COMMENT ON FUNCTION "private"."people_named"(uuid[]) IS 'Returns {id: name} of those of the people whom the caller may know: those whose profile they may see, and former
members of their brands, by the name that these had when they left. The name of an erased person is null. Others, such
as platform admins, are missing.';

COMMENT ON FUNCTION "private"."person_document"(uuid, uuid) IS 'Returns {id, name} of a person if the caller may know them; null for nobody and for others. With a brand, which the
caller must be allowed to read, its present and former members are known.';

COMMENT ON FUNCTION "private"."person_of_brand"(uuid, uuid) IS 'Returns {id, name} of a present or former member of a brand, the same for every reader of the brand; null for anybody
else, such as platform admins.';

COMMENT ON FUNCTION "private"."related_to"(uuid[], uuid[], uuid[], text[]) IS 'Returns what contents refer to, by id, as far as expand names it: {brands, templates, profiles}. The brands and
templates that are given must be readable for the caller; of the people only the visible ones are returned.';

COMMENT ON FUNCTION "private"."remember_member"() IS 'Keeps the name of a person who leaves a brand, until the person is a member again.';

COMMENT ON FUNCTION "private"."visible_people"(uuid[]) IS 'Returns those of the people whose profile the policy lets the caller see: themselves, members of a brand of theirs, and
all for platform admins.';

COMMENT ON FUNCTION "public"."ai_usage"(uuid, date, date, text[]) IS 'Returns AI usage of one brand, or of all the caller''s brands, grouped by any of the dimensions brand, user, tool,
model and day (UTC): {items, is_truncated, totals}, at most 5000 items and 367 days. A user is
{id, name}; null for people whom the caller may not know, such as platform admins.';

COMMENT ON FUNCTION "public"."avatar_paths"(uuid) IS 'For the service: returns the paths of the objects in the folder of a person in the bucket `avatars`, at most 1,000. It
takes none from the profile, which the person writes.';

COMMENT ON TABLE "private"."former_members" IS 'People who have left a brand. The history of the brand goes on naming them, by the name that they had when they left.';

REVOKE ALL ON FUNCTION "private"."acting_account"(uuid, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."acting_account"(uuid, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."acting_account"(uuid, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."acts_from_outside"(uuid, uuid, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."acts_from_outside"(uuid, uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."acts_from_outside"(uuid, uuid, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."append_event"(uuid, text, uuid, text, jsonb, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."append_event"(uuid, text, uuid, text, jsonb, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."append_event"(uuid, text, uuid, text, jsonb, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."claim_answer"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."claim_answer"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."claim_answer"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."display_name"(uuid, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."display_name"(uuid, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."display_name"(uuid, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."person_document"(uuid, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."person_document"(uuid, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."person_document"(uuid, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."person_of_brand"(uuid, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."person_of_brand"(uuid, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."person_of_brand"(uuid, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."remember_member"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."remember_member"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."remember_member"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."visible_people"(uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."visible_people"(uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."visible_people"(uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "public"."avatar_paths"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."avatar_paths"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."avatar_paths"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."avatar_paths"(uuid) TO "service_role";

REVOKE ALL ("action") ON TABLE "public"."audit_log" FROM "authenticated";

GRANT SELECT ("action") ON TABLE "public"."audit_log" TO "authenticated";

REVOKE ALL ("actor_account") ON TABLE "public"."audit_log" FROM "authenticated";

GRANT SELECT ("actor_account") ON TABLE "public"."audit_log" TO "authenticated";

REVOKE ALL ("actor_type") ON TABLE "public"."audit_log" FROM "authenticated";

GRANT SELECT ("actor_type") ON TABLE "public"."audit_log" TO "authenticated";

REVOKE ALL ("brand_id") ON TABLE "public"."audit_log" FROM "authenticated";

GRANT SELECT ("brand_id") ON TABLE "public"."audit_log" TO "authenticated";

REVOKE ALL ("details") ON TABLE "public"."audit_log" FROM "authenticated";

GRANT SELECT ("details") ON TABLE "public"."audit_log" TO "authenticated";

REVOKE ALL ("hash") ON TABLE "public"."audit_log" FROM "authenticated";

GRANT SELECT ("hash") ON TABLE "public"."audit_log" TO "authenticated";

REVOKE ALL ("id") ON TABLE "public"."audit_log" FROM "authenticated";

GRANT SELECT ("id") ON TABLE "public"."audit_log" TO "authenticated";

REVOKE ALL ("occurred_at") ON TABLE "public"."audit_log" FROM "authenticated";

GRANT SELECT ("occurred_at") ON TABLE "public"."audit_log" TO "authenticated";

REVOKE ALL ("outcome") ON TABLE "public"."audit_log" FROM "authenticated";

GRANT SELECT ("outcome") ON TABLE "public"."audit_log" TO "authenticated";

REVOKE ALL ("position") ON TABLE "public"."audit_log" FROM "authenticated";

GRANT SELECT ("position") ON TABLE "public"."audit_log" TO "authenticated";

REVOKE ALL ("previous_hash") ON TABLE "public"."audit_log" FROM "authenticated";

GRANT SELECT ("previous_hash") ON TABLE "public"."audit_log" TO "authenticated";

REVOKE ALL ("request_id") ON TABLE "public"."audit_log" FROM "authenticated";

GRANT SELECT ("request_id") ON TABLE "public"."audit_log" TO "authenticated";

REVOKE ALL ("resource_id") ON TABLE "public"."audit_log" FROM "authenticated";

GRANT SELECT ("resource_id") ON TABLE "public"."audit_log" TO "authenticated";

REVOKE ALL ("resource_type") ON TABLE "public"."audit_log" FROM "authenticated";

GRANT SELECT ("resource_type") ON TABLE "public"."audit_log" TO "authenticated";

REVOKE ALL ("access_count") ON TABLE "public"."brand_members" FROM "authenticated";

GRANT SELECT ("access_count") ON TABLE "public"."brand_members" TO "authenticated";

REVOKE ALL ("brand_id") ON TABLE "public"."brand_members" FROM "authenticated";

GRANT SELECT ("brand_id") ON TABLE "public"."brand_members" TO "authenticated";

REVOKE ALL ("created_at") ON TABLE "public"."brand_members" FROM "authenticated";

GRANT SELECT ("created_at") ON TABLE "public"."brand_members" TO "authenticated";

REVOKE ALL ("expires_at") ON TABLE "public"."brand_members" FROM "authenticated";

GRANT SELECT ("expires_at") ON TABLE "public"."brand_members" TO "authenticated";

REVOKE ALL ("last_accessed_at") ON TABLE "public"."brand_members" FROM "authenticated";

GRANT SELECT ("last_accessed_at") ON TABLE "public"."brand_members" TO "authenticated";

REVOKE ALL ("permissions") ON TABLE "public"."brand_members" FROM "authenticated";

GRANT SELECT ("permissions") ON TABLE "public"."brand_members" TO "authenticated";

REVOKE ALL ("restrictions") ON TABLE "public"."brand_members" FROM "authenticated";

GRANT SELECT ("restrictions") ON TABLE "public"."brand_members" TO "authenticated";

REVOKE ALL ("role") ON TABLE "public"."brand_members" FROM "authenticated";

GRANT SELECT ("role") ON TABLE "public"."brand_members" TO "authenticated";

REVOKE ALL ("sso_connection_id") ON TABLE "public"."brand_members" FROM "authenticated";

GRANT SELECT ("sso_connection_id") ON TABLE "public"."brand_members" TO "authenticated";

REVOKE ALL ("updated_at") ON TABLE "public"."brand_members" FROM "authenticated";

GRANT SELECT ("updated_at") ON TABLE "public"."brand_members" TO "authenticated";

REVOKE ALL ("user_id") ON TABLE "public"."brand_members" FROM "authenticated";

GRANT SELECT ("user_id") ON TABLE "public"."brand_members" TO "authenticated";

REVOKE ALL ("account_id") ON TABLE "public"."brands" FROM "authenticated";

GRANT SELECT ("account_id") ON TABLE "public"."brands" TO "authenticated";

REVOKE ALL ("allowed_content_types") ON TABLE "public"."brands" FROM "authenticated";

GRANT SELECT ("allowed_content_types"), UPDATE ("allowed_content_types") ON TABLE "public"."brands" TO "authenticated";

REVOKE ALL ("colors") ON TABLE "public"."brands" FROM "authenticated";

GRANT SELECT ("colors"), UPDATE ("colors") ON TABLE "public"."brands" TO "authenticated";

REVOKE ALL ("communication_style") ON TABLE "public"."brands" FROM "authenticated";

GRANT SELECT ("communication_style"), UPDATE ("communication_style") ON TABLE "public"."brands" TO "authenticated";

REVOKE ALL ("country") ON TABLE "public"."brands" FROM "authenticated";

GRANT SELECT ("country"), UPDATE ("country") ON TABLE "public"."brands" TO "authenticated";

REVOKE ALL ("created_at") ON TABLE "public"."brands" FROM "authenticated";

GRANT SELECT ("created_at") ON TABLE "public"."brands" TO "authenticated";

REVOKE ALL ("currency") ON TABLE "public"."brands" FROM "authenticated";

GRANT SELECT ("currency"), UPDATE ("currency") ON TABLE "public"."brands" TO "authenticated";

REVOKE ALL ("deleted_at") ON TABLE "public"."brands" FROM "authenticated";

GRANT SELECT ("deleted_at") ON TABLE "public"."brands" TO "authenticated";

REVOKE ALL ("description") ON TABLE "public"."brands" FROM "authenticated";

GRANT SELECT ("description"), UPDATE ("description") ON TABLE "public"."brands" TO "authenticated";

REVOKE ALL ("guardrails") ON TABLE "public"."brands" FROM "authenticated";

GRANT SELECT ("guardrails"), UPDATE ("guardrails") ON TABLE "public"."brands" TO "authenticated";

REVOKE ALL ("identity") ON TABLE "public"."brands" FROM "authenticated";

GRANT SELECT ("identity"), UPDATE ("identity") ON TABLE "public"."brands" TO "authenticated";

REVOKE ALL ("id") ON TABLE "public"."brands" FROM "authenticated";

GRANT SELECT ("id") ON TABLE "public"."brands" TO "authenticated";

REVOKE ALL ("key_messages") ON TABLE "public"."brands" FROM "authenticated";

GRANT SELECT ("key_messages"), UPDATE ("key_messages") ON TABLE "public"."brands" TO "authenticated";

REVOKE ALL ("language") ON TABLE "public"."brands" FROM "authenticated";

GRANT SELECT ("language"), UPDATE ("language") ON TABLE "public"."brands" TO "authenticated";

REVOKE ALL ("logo") ON TABLE "public"."brands" FROM "authenticated";

GRANT SELECT ("logo"), UPDATE ("logo") ON TABLE "public"."brands" TO "authenticated";

REVOKE ALL ("name") ON TABLE "public"."brands" FROM "authenticated";

GRANT SELECT ("name") ON TABLE "public"."brands" TO "authenticated";

REVOKE ALL ("parent_brand_id") ON TABLE "public"."brands" FROM "authenticated";

GRANT SELECT ("parent_brand_id") ON TABLE "public"."brands" TO "authenticated";

REVOKE ALL ("personality") ON TABLE "public"."brands" FROM "authenticated";

GRANT SELECT ("personality"), UPDATE ("personality") ON TABLE "public"."brands" TO "authenticated";

REVOKE ALL ("settings") ON TABLE "public"."brands" FROM "authenticated";

GRANT SELECT ("settings"), UPDATE ("settings") ON TABLE "public"."brands" TO "authenticated";

REVOKE ALL ("slug") ON TABLE "public"."brands" FROM "authenticated";

GRANT SELECT ("slug") ON TABLE "public"."brands" TO "authenticated";

REVOKE ALL ("target_audience") ON TABLE "public"."brands" FROM "authenticated";

GRANT SELECT ("target_audience"), UPDATE ("target_audience") ON TABLE "public"."brands" TO "authenticated";

REVOKE ALL ("tone_of_voice") ON TABLE "public"."brands" FROM "authenticated";

GRANT SELECT ("tone_of_voice"), UPDATE ("tone_of_voice") ON TABLE "public"."brands" TO "authenticated";

REVOKE ALL ("updated_at") ON TABLE "public"."brands" FROM "authenticated";

GRANT SELECT ("updated_at") ON TABLE "public"."brands" TO "authenticated";

REVOKE ALL ("version") ON TABLE "public"."brands" FROM "authenticated";

GRANT SELECT ("version") ON TABLE "public"."brands" TO "authenticated";

REVOKE ALL ("website_urls") ON TABLE "public"."brands" FROM "authenticated";

GRANT SELECT ("website_urls"), UPDATE ("website_urls") ON TABLE "public"."brands" TO "authenticated";

REVOKE ALL ("claim_id") ON TABLE "public"."claim_approvals" FROM "authenticated";

GRANT SELECT ("claim_id") ON TABLE "public"."claim_approvals" TO "authenticated";

REVOKE ALL ("claim_version") ON TABLE "public"."claim_approvals" FROM "authenticated";

GRANT SELECT ("claim_version") ON TABLE "public"."claim_approvals" TO "authenticated";

REVOKE ALL ("comment") ON TABLE "public"."claim_approvals" FROM "authenticated";

GRANT SELECT ("comment") ON TABLE "public"."claim_approvals" TO "authenticated";

REVOKE ALL ("created_at") ON TABLE "public"."claim_approvals" FROM "authenticated";

GRANT SELECT ("created_at") ON TABLE "public"."claim_approvals" TO "authenticated";

REVOKE ALL ("decision") ON TABLE "public"."claim_approvals" FROM "authenticated";

GRANT SELECT ("decision") ON TABLE "public"."claim_approvals" TO "authenticated";

REVOKE ALL ("id") ON TABLE "public"."claim_approvals" FROM "authenticated";

GRANT SELECT ("id") ON TABLE "public"."claim_approvals" TO "authenticated";

REVOKE ALL ("is_current") ON TABLE "public"."claim_approvals" FROM "authenticated";

GRANT SELECT ("is_current") ON TABLE "public"."claim_approvals" TO "authenticated";

REVOKE ALL ("position") ON TABLE "public"."claim_approvals" FROM "authenticated";

GRANT SELECT ("position") ON TABLE "public"."claim_approvals" TO "authenticated";

REVOKE ALL ("step_name") ON TABLE "public"."claim_approvals" FROM "authenticated";

GRANT SELECT ("step_name") ON TABLE "public"."claim_approvals" TO "authenticated";

REVOKE ALL ("approval_position") ON TABLE "public"."claims" FROM "authenticated";

GRANT SELECT ("approval_position") ON TABLE "public"."claims" TO "authenticated";

REVOKE ALL ("approval") ON TABLE "public"."claims" FROM "authenticated";

GRANT SELECT ("approval") ON TABLE "public"."claims" TO "authenticated";

REVOKE ALL ("category") ON TABLE "public"."claims" FROM "authenticated";

GRANT SELECT ("category") ON TABLE "public"."claims" TO "authenticated";

REVOKE ALL ("countries") ON TABLE "public"."claims" FROM "authenticated";

GRANT SELECT ("countries") ON TABLE "public"."claims" TO "authenticated";

REVOKE ALL ("created_at") ON TABLE "public"."claims" FROM "authenticated";

GRANT SELECT ("created_at") ON TABLE "public"."claims" TO "authenticated";

REVOKE ALL ("documentation_urls") ON TABLE "public"."claims" FROM "authenticated";

GRANT SELECT ("documentation_urls") ON TABLE "public"."claims" TO "authenticated";

REVOKE ALL ("effective_from") ON TABLE "public"."claims" FROM "authenticated";

GRANT SELECT ("effective_from") ON TABLE "public"."claims" TO "authenticated";

REVOKE ALL ("effective_to") ON TABLE "public"."claims" FROM "authenticated";

GRANT SELECT ("effective_to") ON TABLE "public"."claims" TO "authenticated";

REVOKE ALL ("id") ON TABLE "public"."claims" FROM "authenticated";

GRANT SELECT ("id") ON TABLE "public"."claims" TO "authenticated";

REVOKE ALL ("level") ON TABLE "public"."claims" FROM "authenticated";

GRANT SELECT ("level") ON TABLE "public"."claims" TO "authenticated";

REVOKE ALL ("master_claim_brand_id") ON TABLE "public"."claims" FROM "authenticated";

GRANT SELECT ("master_claim_brand_id") ON TABLE "public"."claims" TO "authenticated";

REVOKE ALL ("notes") ON TABLE "public"."claims" FROM "authenticated";

GRANT SELECT ("notes") ON TABLE "public"."claims" TO "authenticated";

REVOKE ALL ("regulatory_references") ON TABLE "public"."claims" FROM "authenticated";

GRANT SELECT ("regulatory_references") ON TABLE "public"."claims" TO "authenticated";

REVOKE ALL ("status") ON TABLE "public"."claims" FROM "authenticated";

GRANT SELECT ("status") ON TABLE "public"."claims" TO "authenticated";

REVOKE ALL ("text") ON TABLE "public"."claims" FROM "authenticated";

GRANT SELECT ("text") ON TABLE "public"."claims" TO "authenticated";

REVOKE ALL ("type") ON TABLE "public"."claims" FROM "authenticated";

GRANT SELECT ("type") ON TABLE "public"."claims" TO "authenticated";

REVOKE ALL ("updated_at") ON TABLE "public"."claims" FROM "authenticated";

GRANT SELECT ("updated_at") ON TABLE "public"."claims" TO "authenticated";

REVOKE ALL ("version") ON TABLE "public"."claims" FROM "authenticated";

GRANT SELECT ("version") ON TABLE "public"."claims" TO "authenticated";

REVOKE ALL ("created_at") ON TABLE "public"."ingredients" FROM "authenticated";

GRANT SELECT ("created_at") ON TABLE "public"."ingredients" TO "authenticated";

REVOKE ALL ("description") ON TABLE "public"."ingredients" FROM "authenticated";

GRANT INSERT ("description"), SELECT ("description"), UPDATE ("description") ON TABLE "public"."ingredients" TO "authenticated";

REVOKE ALL ("id") ON TABLE "public"."ingredients" FROM "authenticated";

GRANT SELECT ("id") ON TABLE "public"."ingredients" TO "authenticated";

REVOKE ALL ("name") ON TABLE "public"."ingredients" FROM "authenticated";

GRANT INSERT ("name"), SELECT ("name"), UPDATE ("name") ON TABLE "public"."ingredients" TO "authenticated";

REVOKE ALL ("updated_at") ON TABLE "public"."ingredients" FROM "authenticated";

GRANT SELECT ("updated_at") ON TABLE "public"."ingredients" TO "authenticated";

REVOKE ALL ON TABLE "public"."ingredients" FROM "authenticated";

GRANT DELETE ON TABLE "public"."ingredients" TO "authenticated";

REVOKE ALL ("created_at") ON TABLE "public"."market_overrides" FROM "authenticated";

GRANT SELECT ("created_at") ON TABLE "public"."market_overrides" TO "authenticated";

REVOKE ALL ("id") ON TABLE "public"."market_overrides" FROM "authenticated";

GRANT SELECT ("id") ON TABLE "public"."market_overrides" TO "authenticated";

REVOKE ALL ("is_blocked") ON TABLE "public"."market_overrides" FROM "authenticated";

GRANT SELECT ("is_blocked") ON TABLE "public"."market_overrides" TO "authenticated";

REVOKE ALL ("market_country") ON TABLE "public"."market_overrides" FROM "authenticated";

GRANT SELECT ("market_country") ON TABLE "public"."market_overrides" TO "authenticated";

REVOKE ALL ("master_claim_id") ON TABLE "public"."market_overrides" FROM "authenticated";

GRANT SELECT ("master_claim_id") ON TABLE "public"."market_overrides" TO "authenticated";

REVOKE ALL ("product_id") ON TABLE "public"."market_overrides" FROM "authenticated";

GRANT SELECT ("product_id") ON TABLE "public"."market_overrides" TO "authenticated";

REVOKE ALL ("replacement_claim_id") ON TABLE "public"."market_overrides" FROM "authenticated";

GRANT SELECT ("replacement_claim_id") ON TABLE "public"."market_overrides" TO "authenticated";

REVOKE ALL ("updated_at") ON TABLE "public"."market_overrides" FROM "authenticated";

GRANT SELECT ("updated_at") ON TABLE "public"."market_overrides" TO "authenticated";

REVOKE ALL ("created_at") ON TABLE "public"."master_claim_brands" FROM "authenticated";

GRANT SELECT ("created_at") ON TABLE "public"."master_claim_brands" TO "authenticated";

REVOKE ALL ("id") ON TABLE "public"."master_claim_brands" FROM "authenticated";

GRANT SELECT ("id") ON TABLE "public"."master_claim_brands" TO "authenticated";

REVOKE ALL ("name") ON TABLE "public"."master_claim_brands" FROM "authenticated";

GRANT INSERT ("name"), SELECT ("name"), UPDATE ("name") ON TABLE "public"."master_claim_brands" TO "authenticated";

REVOKE ALL ("updated_at") ON TABLE "public"."master_claim_brands" FROM "authenticated";

GRANT SELECT ("updated_at") ON TABLE "public"."master_claim_brands" TO "authenticated";

REVOKE ALL ON TABLE "public"."master_claim_brands" FROM "authenticated";

GRANT DELETE ON TABLE "public"."master_claim_brands" TO "authenticated";

REVOKE ALL ("description") ON TABLE "public"."platform_settings" FROM "authenticated";

GRANT INSERT ("description"), SELECT ("description"), UPDATE ("description") ON TABLE "public"."platform_settings" TO "authenticated";

REVOKE ALL ("key") ON TABLE "public"."platform_settings" FROM "authenticated";

GRANT INSERT ("key"), SELECT ("key") ON TABLE "public"."platform_settings" TO "authenticated";

REVOKE ALL ("updated_at") ON TABLE "public"."platform_settings" FROM "authenticated";

GRANT SELECT ("updated_at") ON TABLE "public"."platform_settings" TO "authenticated";

REVOKE ALL ("value") ON TABLE "public"."platform_settings" FROM "authenticated";

GRANT INSERT ("value"), SELECT ("value"), UPDATE ("value") ON TABLE "public"."platform_settings" TO "authenticated";

REVOKE ALL ON TABLE "public"."platform_settings" FROM "authenticated";

GRANT DELETE ON TABLE "public"."platform_settings" TO "authenticated";

REVOKE ALL ("created_at") ON TABLE "public"."products" FROM "authenticated";

GRANT SELECT ("created_at") ON TABLE "public"."products" TO "authenticated";

REVOKE ALL ("description") ON TABLE "public"."products" FROM "authenticated";

GRANT INSERT ("description"), SELECT ("description"), UPDATE ("description") ON TABLE "public"."products" TO "authenticated";

REVOKE ALL ("id") ON TABLE "public"."products" FROM "authenticated";

GRANT SELECT ("id") ON TABLE "public"."products" TO "authenticated";

REVOKE ALL ("master_claim_brand_id") ON TABLE "public"."products" FROM "authenticated";

GRANT INSERT ("master_claim_brand_id"), SELECT ("master_claim_brand_id") ON TABLE "public"."products" TO "authenticated";

REVOKE ALL ("name") ON TABLE "public"."products" FROM "authenticated";

GRANT INSERT ("name"), SELECT ("name"), UPDATE ("name") ON TABLE "public"."products" TO "authenticated";

REVOKE ALL ("updated_at") ON TABLE "public"."products" FROM "authenticated";

GRANT SELECT ("updated_at") ON TABLE "public"."products" TO "authenticated";

REVOKE ALL ON TABLE "public"."products" FROM "authenticated";

GRANT DELETE ON TABLE "public"."products" TO "authenticated";

REVOKE ALL ("brand_id") ON TABLE "public"."template_versions" FROM "authenticated";

GRANT SELECT ("brand_id") ON TABLE "public"."template_versions" TO "authenticated";

REVOKE ALL ("content_type") ON TABLE "public"."template_versions" FROM "authenticated";

GRANT SELECT ("content_type") ON TABLE "public"."template_versions" TO "authenticated";

REVOKE ALL ("created_at") ON TABLE "public"."template_versions" FROM "authenticated";

GRANT SELECT ("created_at") ON TABLE "public"."template_versions" TO "authenticated";

REVOKE ALL ("input_fields") ON TABLE "public"."template_versions" FROM "authenticated";

GRANT SELECT ("input_fields") ON TABLE "public"."template_versions" TO "authenticated";

REVOKE ALL ("name") ON TABLE "public"."template_versions" FROM "authenticated";

GRANT SELECT ("name") ON TABLE "public"."template_versions" TO "authenticated";

REVOKE ALL ("output_fields") ON TABLE "public"."template_versions" FROM "authenticated";

GRANT SELECT ("output_fields") ON TABLE "public"."template_versions" TO "authenticated";

REVOKE ALL ("template_id") ON TABLE "public"."template_versions" FROM "authenticated";

GRANT SELECT ("template_id") ON TABLE "public"."template_versions" TO "authenticated";

REVOKE ALL ("version") ON TABLE "public"."template_versions" FROM "authenticated";

GRANT SELECT ("version") ON TABLE "public"."template_versions" TO "authenticated";

REVOKE ALL ("ai_enabled") ON TABLE "public"."templates" FROM "authenticated";

GRANT SELECT ("ai_enabled") ON TABLE "public"."templates" TO "authenticated";

REVOKE ALL ("brand_id") ON TABLE "public"."templates" FROM "authenticated";

GRANT INSERT ("brand_id"), SELECT ("brand_id") ON TABLE "public"."templates" TO "authenticated";

REVOKE ALL ("category") ON TABLE "public"."templates" FROM "authenticated";

GRANT SELECT ("category") ON TABLE "public"."templates" TO "authenticated";

REVOKE ALL ("content_type") ON TABLE "public"."templates" FROM "authenticated";

GRANT INSERT ("content_type"), SELECT ("content_type"), UPDATE ("content_type") ON TABLE "public"."templates" TO "authenticated";

REVOKE ALL ("created_at") ON TABLE "public"."templates" FROM "authenticated";

GRANT SELECT ("created_at") ON TABLE "public"."templates" TO "authenticated";

REVOKE ALL ("description") ON TABLE "public"."templates" FROM "authenticated";

GRANT INSERT ("description"), SELECT ("description"), UPDATE ("description") ON TABLE "public"."templates" TO "authenticated";

REVOKE ALL ("icon") ON TABLE "public"."templates" FROM "authenticated";

GRANT SELECT ("icon") ON TABLE "public"."templates" TO "authenticated";

REVOKE ALL ("id") ON TABLE "public"."templates" FROM "authenticated";

GRANT SELECT ("id") ON TABLE "public"."templates" TO "authenticated";

REVOKE ALL ("input_fields") ON TABLE "public"."templates" FROM "authenticated";

GRANT INSERT ("input_fields"), SELECT ("input_fields"), UPDATE ("input_fields") ON TABLE "public"."templates" TO "authenticated";

REVOKE ALL ("is_active") ON TABLE "public"."templates" FROM "authenticated";

GRANT SELECT ("is_active"), UPDATE ("is_active") ON TABLE "public"."templates" TO "authenticated";

REVOKE ALL ("name") ON TABLE "public"."templates" FROM "authenticated";

GRANT INSERT ("name"), SELECT ("name"), UPDATE ("name") ON TABLE "public"."templates" TO "authenticated";

REVOKE ALL ("output_fields") ON TABLE "public"."templates" FROM "authenticated";

GRANT INSERT ("output_fields"), SELECT ("output_fields"), UPDATE ("output_fields") ON TABLE "public"."templates" TO "authenticated";

REVOKE ALL ("tags") ON TABLE "public"."templates" FROM "authenticated";

GRANT SELECT ("tags") ON TABLE "public"."templates" TO "authenticated";

REVOKE ALL ("updated_at") ON TABLE "public"."templates" FROM "authenticated";

GRANT SELECT ("updated_at") ON TABLE "public"."templates" TO "authenticated";

REVOKE ALL ("version") ON TABLE "public"."templates" FROM "authenticated";

GRANT SELECT ("version") ON TABLE "public"."templates" TO "authenticated";

REVOKE ALL ON TABLE "public"."templates" FROM "authenticated";

GRANT DELETE ON TABLE "public"."templates" TO "authenticated";


-- The plan revokes the table and with it the columns: these grants are the same as in supabase/policies.
grant select (id, name, created_at, updated_at), insert (name), update (name)
on public.master_claim_brands to authenticated;
grant select (id, master_claim_brand_id, name, description, created_at, updated_at),
insert (master_claim_brand_id, name, description),
update (name, description)
on public.products to authenticated;
grant select (id, name, description, created_at, updated_at), insert (name, description), update (name, description)
on public.ingredients to authenticated;
grant select (key, value, description, updated_at), insert (key, value, description), update (value, description)
on public.platform_settings to authenticated;
grant select (
  id, brand_id, name, description, content_type, input_fields, output_fields, is_active, version, icon, category, tags,
  ai_enabled, created_at, updated_at
),
insert (brand_id, name, description, content_type, input_fields, output_fields),
update (name, description, content_type, input_fields, output_fields, is_active)
on public.templates to authenticated;
grant select (
  id, name, slug, description, identity, tone_of_voice, guardrails, key_messages, target_audience, country, language,
  allowed_content_types, version, account_id, parent_brand_id, communication_style, personality, colors, logo, currency,
  website_urls, settings, created_at, updated_at, deleted_at
),
update (
  description, identity, tone_of_voice, communication_style, personality, guardrails, key_messages, target_audience,
  country, language, currency, allowed_content_types, colors, logo, website_urls, settings
) on public.brands to authenticated;

-- People who acted in a brand and have left it, by the name that they have now. Erased people have none.
insert into private.former_members (brand_id, user_id, name)
select
  acted.brand_id, profiles.id,
  case when profiles.email_index is not null or profiles.is_active then
    nullif(btrim(profiles.first_name || ' ' || profiles.last_name), '')
  end
from (
  select distinct events.brand_id, events.actor_id
  from public.domain_events as events where events.aggregate_type <> 'claim'
) as acted
inner join public.profiles on profiles.id = acted.actor_id
where
  not exists (
    select from public.brand_members as member
    where member.brand_id = acted.brand_id and member.user_id = acted.actor_id
  )
  and not exists (select from private.platform_admins where platform_admins.user_id = acted.actor_id)
on conflict do nothing;

-- People of other brands leave the events of claims. The audit log has their ids, and no brand reads them there.
alter table public.domain_events disable trigger refuse_change;
update public.domain_events
set
  actor_id = null,
  actor_account = private.acting_account(domain_events.actor_id, domain_events.brand_id),
  correlation_id = null
where
  domain_events.aggregate_type = 'claim' and domain_events.actor_id is not null
  and not exists (
    select from public.brand_members as member
    where member.brand_id = domain_events.brand_id and member.user_id = domain_events.actor_id
  );
alter table public.domain_events enable trigger refuse_change;
