-- Close ways past claims and bound suggestions
-- Planned by `make migration` from supabase/schemas and supabase/policies.

-- Waits at most five seconds for a lock, because queries behind a waiting lock wait as well. On failure, push again.
set lock_timeout = '5s';
set check_function_bodies = off;

DROP POLICY "Vetting feedback may be read by members of its brand" ON "public"."vetting_feedback";

DROP POLICY "Actions may be read by members of their brand" ON "public"."workflow_actions";

DROP POLICY "Runs may be read by members of their brand" ON "public"."workflow_instances";

DROP POLICY "Steps of runs may be read by members of their brand" ON "public"."workflow_step_runs";

DROP POLICY "Tasks may be read by members of their brand" ON "public"."workflow_tasks";

DROP TRIGGER "audit_event" ON "public"."domain_events";

DROP FUNCTION "private"."begin_review"(public.contents, uuid);

DROP FUNCTION "private"."claims_in_force"(uuid[], text[], timestamp with time zone, text[]);

DROP FUNCTION "private"."claims_made"(public.contents);

DROP FUNCTION "private"."claims_of_texts"(uuid[], text[], text[], timestamp with time zone);

DROP FUNCTION "private"."impact_items"(uuid, uuid, uuid, jsonb, integer);

DROP FUNCTION "private"."import_claim"(jsonb, jsonb);

DROP FUNCTION "private"."lock_imported"(jsonb);

DROP FUNCTION "private"."review_path"(jsonb, public.contents, timestamp with time zone);

DROP FUNCTION "private"."similar_titles"(uuid[], text, integer);

DROP FUNCTION "private"."start_run"(public.contents, public.workflows);

DROP FUNCTION "public"."find_review_path"(uuid, uuid, jsonb, uuid, jsonb, timestamp with time zone);

DROP FUNCTION "public"."get_content_claims"(uuid, integer);

DROP FUNCTION "public"."read_claim_impact"(uuid, uuid, uuid, jsonb);

DROP FUNCTION "public"."restart_review"(uuid, uuid);

DROP FUNCTION "public"."set_approval_steps"(uuid, jsonb);

DROP FUNCTION "public"."submit_content"(uuid, uuid);

CREATE TABLE "private"."awaited_entries" ("brand_id" uuid NOT NULL, "entry" jsonb NOT NULL, "id" uuid NOT NULL DEFAULT private.uuid_v7(), CONSTRAINT "awaited_entries_pkey" PRIMARY KEY (id), CONSTRAINT "awaited_entries_entry_check" CHECK (((jsonb_typeof(entry) = 'object'::text) AND private.is_sound_json(entry, 210000) AND private.is_sound_json((entry -> 'details'::text), 200000))));

ALTER TABLE "private"."awaited_entries" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "private"."awaited_entries" OWNER TO "postgres";

ALTER TABLE "public"."workflow_instances" ADD COLUMN "priority" text NOT NULL DEFAULT 'normal'::text;

CREATE TYPE "private"."claim_in_force" AS ("product_id" uuid, "market" text, "claim_id" uuid, "text_key" text, "status" public.claim_status, "level" public.claim_level, "scope" integer, "is_master" boolean);

ALTER TYPE "private"."claim_in_force" OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.announce_claim(claim_id uuid, event_type text, data jsonb)
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  -- One event for each linked tenant, so that no tenant learns of another.
  select private.append_event(linked.brand_id, 'claim', announce_claim.claim_id, event_type, data)
  from (
    select distinct link.brand_id
    from public.brand_master_claim_brands as link
    where link.master_claim_brand_id in (select private.claim_master_brands(announce_claim.claim_id))
  ) as linked
  order by linked.brand_id;
$function$;

CREATE OR REPLACE FUNCTION private.announce_expiry(evidence_id uuid)
 RETURNS text
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  evidence private.claim_evidence;
  reached integer;
  brand uuid;
begin
  -- The claim before its evidence, as when it is deleted.
  perform from public.claims
  where claims.id = (
    select found.claim_id from private.claim_evidence as found where found.id = announce_expiry.evidence_id
  )
  for key share skip locked;
  if not found then
    return null;
  end if;
  select * into evidence
  from private.claim_evidence as found
  where found.id = announce_expiry.evidence_id and found.status = 'accepted'
  for update skip locked;
  reached := private.expiry_mark(evidence.expires_on);
  if reached is null or evidence.announced_days <= reached then
    return null;
  end if;
  for brand in
    select distinct link.brand_id
    from public.brand_master_claim_brands as link
    inner join public.brands on brands.id = link.brand_id and brands.deleted_at is null
    where link.master_claim_brand_id in (select private.claim_master_brands(evidence.claim_id))
    order by link.brand_id
  loop
    -- The new task takes the place of that of an earlier mark.
    update private.claim_tasks as task
    set state = 'dismissed', closed_at = now(), closing_comment = 'a later reminder took its place'
    where task.brand_id = brand and task.evidence_id = evidence.id and task.state = 'open' and task.mark > reached;
    insert into private.claim_tasks (brand_id, kind, claim_id, evidence_id, title, mark, due_on)
    values (
      brand, 'evidence_expiring', evidence.claim_id, evidence.id,
      format(
        case reached when 0 then 'Evidence "%s" has expired' else 'Evidence "%s" expires on %s' end,
        evidence.title, evidence.expires_on
      ), reached, evidence.expires_on
    )
    on conflict do nothing;
    perform private.append_event(brand, 'claim', evidence.claim_id, 'EvidenceExpiring', jsonb_build_object(
      'evidenceId', evidence.id, 'expiresOn', evidence.expires_on, 'days', reached
    ));
  end loop;
  update private.claim_evidence as kept set announced_days = reached where kept.id = evidence.id;
  return case reached when 0 then 'expired' else 'expiring' end;
end;
$function$;

CREATE OR REPLACE FUNCTION private.announce_item(kind text, item_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  if kind = 'ingredient' then
    perform private.announce_ingredient(item_id, 'update');
  else
    perform private.announce_catalogue(
      coalesce((select products.master_claim_brand_id from public.products where products.id = item_id), item_id),
      replace(kind, ' ', '_'), item_id, 'update'
    );
  end if;
end;
$function$;

ALTER FUNCTION "private"."announce_item"(text, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.announce_new_claims(claim_ids uuid[])
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  select private.append_event(
    linked.brand_id, 'claim', claim.id, 'ClaimChanged', jsonb_build_object('status', claim.status, 'isNew', true)
  )
  from public.claims as claim
  cross join lateral (
    select distinct link.brand_id
    from public.brand_master_claim_brands as link
    where link.master_claim_brand_id in (select private.claim_master_brands(claim.id))
  ) as linked
  -- An import announces its claims at its end: what it creates may be undone until then.
  where
    claim.id = any (announce_new_claims.claim_ids)
    and coalesce(current_setting('mixerai.claim_changes', true), '') = ''
  order by linked.brand_id, claim.id;
$function$;

ALTER FUNCTION "private"."announce_new_claims"(uuid[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.announce_override()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  override public.market_overrides := case tg_op when 'DELETE' then old else new end;
begin
  -- A rule for all countries lists every active country (domain §6).
  perform private.append_event(
    linked.brand_id, 'claim', override.master_claim_id, 'MarketOverrideChanged',
    jsonb_strip_nulls(jsonb_build_object(
      'productId', override.product_id, 'market', override.market_country, 'operation', lower(tg_op),
      'countries', case when override.market_country = '__ALL_COUNTRIES__' then (
        select jsonb_agg(countries.code order by countries.code) from public.countries where countries.is_active
      ) end
    ))
  )
  from (
    select link.brand_id
    from public.products
    inner join public.brand_master_claim_brands as link on link.master_claim_brand_id = products.master_claim_brand_id
    where products.id = override.product_id
    order by link.brand_id
  ) as linked;
  return null;
end;
$function$;

CREATE OR REPLACE FUNCTION private.append_entry(entry public.audit_log)
 RETURNS uuid
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  last_entry public.audit_log;
begin
  -- The lock serialises a brand's entries: two rows must not follow the same row in the chain. It is held until the
  -- transaction ends, so a command locks all else first, and the logs of several brands in the order of their ids.
  perform pg_advisory_xact_lock(hashtextextended('audit:' || coalesce(entry.brand_id::text, 'platform'), 0));
  select * into last_entry from public.audit_log
    where audit_log.brand_id is not distinct from entry.brand_id order by audit_log.position desc limit 1;
  entry.id := private.uuid_v7();
  entry.position := coalesce(last_entry.position, 0) + 1;
  entry.occurred_at := coalesce(entry.occurred_at, clock_timestamp());
  entry.previous_hash := coalesce(last_entry.hash, repeat('0', 64));
  entry.hash := private.audit_hash(entry);
  insert into public.audit_log select entry.*;
  return entry.id;
end;
$function$;

ALTER FUNCTION "private"."append_entry"(public.audit_log) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.archive_item(kind text, item_id uuid, is_archived boolean, is_forced boolean, expected_version integer)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  item jsonb;
begin
  perform private.lock_item(kind, item_id, expected_version);
  item := private.catalogue_item(kind, item_id);
  if (item ->> 'archived_at' is not null) = is_archived then
    return item;
  elsif is_archived and not is_forced then
    perform private.refuse_used(item -> 'uses', kind);
  end if;
  execute format(
    'update %s as item set archived_at = case when $2 then now() end where item.id = $1', private.catalogue_table(kind)
  ) using item_id, is_archived;
  perform private.announce_item(kind, item_id);
  return private.catalogue_item(kind, item_id);
end;
$function$;

ALTER FUNCTION "private"."archive_item"(text, uuid, boolean, boolean, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.audit_as(actor uuid, session uuid, brand uuid, action text, resource_type text, resource_id uuid, details jsonb DEFAULT '{}'::jsonb, outcome text DEFAULT 'success'::text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  appended uuid;
begin
  appended := private.append_entry(private.audit_entry(
    actor, session, brand, audit_as.action, audit_as.resource_type, audit_as.resource_id, audit_as.details,
    audit_as.outcome
  ));
end;
$function$;

CREATE OR REPLACE FUNCTION private.audit_entry(actor uuid, session uuid, brand uuid, action text, resource_type text, resource_id uuid, details jsonb, outcome text)
 RETURNS public.audit_log
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  entry public.audit_log;
begin
  entry.brand_id := brand;
  entry.action := audit_entry.action;
  entry.outcome := audit_entry.outcome;
  entry.actor_id := actor;
  entry.actor_type := case
    when actor is null then 'system' when private.api_key_id() is not null then 'api' else 'user'
  end;
  entry.session_id := session;
  entry.resource_type := audit_entry.resource_type;
  entry.resource_id := audit_entry.resource_id;
  if actor is not null and brand is not null and private.acts_from_outside(actor, brand, audit_entry.resource_type) then
    entry.actor_account := private.acting_account(actor, brand);
  end if;
  entry.details := audit_entry.details || case
    when private.api_key_id() is null or entry.actor_account is not null then '{}' else jsonb_build_object('apiKeyId', private.api_key_id())
  end;
  entry.request_id := case
    when coalesce(entry.actor_account, 'MixerAI') = 'MixerAI' then private.request_id()
  end;
  return entry;
end;
$function$;

ALTER FUNCTION "private"."audit_entry"(uuid, uuid, uuid, text, text, uuid, jsonb, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.audit_event_later()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  entry public.audit_log;
begin
  entry := private.audit_entry(
    auth.uid(), private.session_id(), new.brand_id,
    new.aggregate_type || '.' || lower(regexp_replace(new.type, '([a-z])([A-Z])', '\1_\2', 'g')),
    new.aggregate_type, new.aggregate_id, new.payload - 'changes', 'success'
  );
  entry.occurred_at := new.occurred_at;
  insert into private.awaited_entries (brand_id, entry) values (new.brand_id, jsonb_strip_nulls(to_jsonb(entry)));
  return null;
end;
$function$;

ALTER FUNCTION "private"."audit_event_later"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.begin_review(content public.contents, workflow_id uuid, priority text DEFAULT NULL::text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  workflow public.workflows := private.resolve_workflow(
    content.brand_id, content.type, workflow_id
  );
begin
  if workflow.id is null then
    perform private.refuse(409, 'the brand has no workflow for this type of content');
  end if;
  -- Before the audit log is locked: whoever deletes or renames the workflow locks it first and then the log.
  perform from public.workflows where workflows.id = workflow.id for key share;
  perform private.transition_content(content, 'pending_review');
  select * into content from private.content_by_id(content.id);
  if private.start_run(content, workflow, begin_review.priority) then
    perform private.transition_content(content, 'approved', '{"note": "no step of the workflow applies"}');
  end if;
end;
$function$;

ALTER FUNCTION "private"."begin_review"(public.contents, uuid, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.brands_of_subjects(subject_ids uuid[])
 RETURNS uuid[]
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select coalesce(array_agg(found.id), '{}')
  from (
    select master.id from public.master_claim_brands as master where master.id = any (subject_ids)
    union
    select product.master_claim_brand_id from public.products as product where product.id = any (subject_ids)
    union
    select product.master_claim_brand_id
    from public.product_ingredients as part
    inner join public.products as product on product.id = part.product_id
    where part.ingredient_id = any (subject_ids)
  ) as found;
$function$;

ALTER FUNCTION "private"."brands_of_subjects"(uuid[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.catalogue_item(kind text, item_id uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select private.claim_brand_document(item) from public.master_claim_brands as item
  where kind = 'claim brand' and item.id = item_id
  union all
  select private.product_document(item) from public.products as item where kind = 'product' and item.id = item_id
  union all
  select private.ingredient_document(item, null) from public.ingredients as item
  where kind = 'ingredient' and item.id = item_id;
$function$;

ALTER FUNCTION "private"."catalogue_item"(text, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.catalogue_table(kind text)
 RETURNS regclass
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select case kind
    when 'claim brand' then 'public.master_claim_brands' when 'product' then 'public.products'
    when 'ingredient' then 'public.ingredients'
  end::regclass;
$function$;

ALTER FUNCTION "private"."catalogue_table"(text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.change_item(kind text, item_id uuid, expected_version integer, changes jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  perform private.lock_item(kind, item_id, expected_version);
  if expected_version is null then
    perform private.refuse(428, 'name the version that you read');
  end if;
  -- Of the columns that platform admins write, those that are in the changes; claim brands have no description.
  execute format(
    'update %1$s as item set (name%2$s) = (select known.name%3$s from jsonb_populate_record(item, $2) as known) '
    'where item.id = $1',
    private.catalogue_table(kind), case when kind <> 'claim brand' then ', description' else '' end,
    case when kind <> 'claim brand' then ', known.description' else '' end
  ) using item_id, changes;
  perform private.announce_item(kind, item_id);
  return private.catalogue_item(kind, item_id);
end;
$function$;

ALTER FUNCTION "private"."change_item"(text, uuid, integer, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.check_market(market text)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  if market is null or market !~ '^[A-Z]{2}$' or cardinality(private.unknown_countries(array[market])) > 0 then
    perform private.refuse(400, 'a market is one country', jsonb_build_array(jsonb_build_object(
      'field', 'market', 'code', 'INVALID_FORMAT', 'message', 'an ISO 3166-1 alpha-2 code is expected'
    )));
  end if;
end;
$function$;

CREATE OR REPLACE FUNCTION private.claim_matrix(products uuid[], columns jsonb, markets text[], at timestamp with time zone, query text, levels public.claim_level[], statuses text[], language text, row_offset integer, row_limit integer)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  shown uuid [] := array(
    select distinct (place.entry ->> 'product_id')::uuid from jsonb_array_elements(columns) as place (entry)
  );
  keys text [];
  claims uuid [];
  total bigint;
  rows jsonb;
begin
  with texts as materialized (
    select found.* from private.matrix_texts(products, markets, at, query, levels) as found
  ),
  held as (
    select distinct cell.original_key
    from private.matrix_cells(shown, markets, at, null) as cell
    where statuses is not null and cell.status = any (statuses)
  ),
  matching as materialized (
    select texts.* from texts
    where statuses is null or texts.text_key in (select held.original_key from held)
  )
  select
    (select count(*) from matching), array_agg(page.text_key order by page.text_key collate "C"),
    array_agg(page.claim_id order by page.text_key collate "C")
  into total, keys, claims
  from (
    select matching.* from matching order by matching.text_key collate "C" offset row_offset limit row_limit
  ) as page;
  -- All cells are grouped by their rows at once: a look for the cells of each row takes rows² × columns steps.
  with places as (
    select (place.entry ->> 'product_id')::uuid as product_id, place.entry ->> 'market' as market, place.number
    from jsonb_array_elements(columns) with ordinality as place (entry, number)
  ),
  held as materialized (
    select
      cell.original_key,
      jsonb_object_agg(places.number, jsonb_build_object(
        'status', cell.status, 'source', case cell.scope when 1 then 'override' else cell.level::text end,
        'level', cell.level, 'is_master', cell.is_master, 'claim_id', cell.claim_id, 'override_id', cell.override_id
      )) as by_place
    from private.matrix_cells(shown, markets, at, coalesce(keys, '{}')) as cell
    inner join places on places.product_id = cell.product_id and places.market = cell.market
    group by cell.original_key
  )
  select
    jsonb_agg(
      jsonb_build_object(
        'text', coalesce(claim.text ->> language, claim.text ->> 'original'),
        'cells', (
          select jsonb_agg(coalesce(held.by_place -> place.number::text, '{"status": "none"}') order by place.number)
          from generate_series(1, jsonb_array_length(columns)) as place (number)
        )
      )
      order by line.number
    )
  into rows
  from unnest(keys, claims) with ordinality as line (text_key, claim_id, number)
  inner join public.claims as claim on claim.id = line.claim_id
  left join held on held.original_key = line.text_key;
  return jsonb_build_object(
    'columns', columns, 'items', coalesce(rows, '[]'), 'total', total,
    'summary', (
      select coalesce(jsonb_object_agg(counted.status, counted.cells), '{}')
      from (
        select cell.entry ->> 'status' as status, count(*) as cells
        from jsonb_array_elements(rows) as shown_row (entry)
        cross join jsonb_array_elements(shown_row.entry -> 'cells') as cell (entry)
        group by cell.entry ->> 'status'
      ) as counted
    )
  );
end;
$function$;

CREATE OR REPLACE FUNCTION private.claim_to_write(claim_id uuid, is_for_author boolean DEFAULT false, is_for_reviewer boolean DEFAULT false)
 RETURNS public.claims
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  claim public.claims;
begin
  if not private.may_read_claim(claim_to_write.claim_id) then
    perform private.refuse(404, 'claim not found');
  end if;
  select * into claim from public.claims where claims.id = claim_to_write.claim_id;
  if not is_for_reviewer then
    perform private.require_claim_write(
      array(select private.claim_master_brands(claim_to_write.claim_id)), claim.level,
      case when is_for_author then claim.created_by end
    );
  end if;
  return claim;
end;
$function$;

ALTER FUNCTION "private"."claim_to_write"(uuid, boolean, boolean) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.claims_in_force(products uuid[], markets text[], at timestamp with time zone, text_keys text[] DEFAULT NULL::text[])
 RETURNS SETOF private.claim_in_force
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  with subjects as (
    -- The product, its catalogue brand and its ingredients. Other catalogue brands of the tenant do not count.
    select product.id as product_id, subject.id as subject_id
    from public.products as product
    inner join public.master_claim_brands as master on master.id = product.master_claim_brand_id
    cross join lateral (
      select product.id
      union all
      select master.id
      union all
      select part.ingredient_id
      from public.product_ingredients as part
      inner join public.ingredients on ingredients.id = part.ingredient_id
      where part.product_id = product.id and ingredients.archived_at is null
    ) as subject
    where product.id = any (claims_in_force.products) and product.archived_at is null and master.archived_at is null
    union all
    -- Catalogue brands and ingredients, each by itself: see private.general_claims.
    select master.id, master.id from public.master_claim_brands as master
    where master.id = any (claims_in_force.products) and master.archived_at is null
    union all
    select ingredient.id, ingredient.id from public.ingredients as ingredient
    where ingredient.id = any (claims_in_force.products) and ingredient.archived_at is null
  )
  -- A claim of the market and of all markets counts as one of the market: its lower scope wins.
  select
    subjects.product_id, asked.market, scoped.claim_id, scoped.text_key, scoped.status, scoped.level,
    min(case scoped.country when '__GLOBAL__' then 3 else 2 end),
    bool_or(scoped.country = '__GLOBAL__')
  from subjects
  cross join unnest(claims_in_force.markets) as asked (market)
  inner join private.claim_scopes as scoped
    on scoped.subject_id = subjects.subject_id and scoped.country in ('__GLOBAL__', asked.market)
  where
    scoped.is_approved
    and scoped.effective_from <= claims_in_force.at
    and (scoped.effective_to is null or scoped.effective_to > claims_in_force.at)
    and (claims_in_force.text_keys is null or scoped.text_key = any (claims_in_force.text_keys))
  group by subjects.product_id, asked.market, scoped.claim_id, scoped.text_key, scoped.status, scoped.level;
$function$;

ALTER FUNCTION "private"."claims_in_force"(uuid[], text[], timestamp with time zone, text[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.claims_made(content public.contents, is_published boolean DEFAULT false)
 RETURNS TABLE(market text, section text, sentence text, start_offset integer, end_offset integer, sentence_offset integer, claim_id uuid, claim_version integer, claim_text text, claim_status text, verdict text, override_reason text, evidence jsonb, check_id uuid)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  with made as materialized (
    select
      review.country, finding ->> 'section' as section, left(finding ->> 'sentence', 5000) as sentence,
      private.place_in(finding, 'start') as start_offset, private.place_in(finding, 'end') as end_offset,
      private.place_in(finding, 'sentenceStart') as sentence_offset,
      private.as_uuid(finding ->> 'claimId') as claim_id, private.place_in(finding, 'claimVersion') as claim_version,
      left(finding ->> 'claimText', 500) as claim_text, finding ->> 'status' as claim_status,
      finding ->> 'verdict' as verdict, review.override_reason, review.id as check_id, found.place
    from public.claim_reviews as review
    cross join lateral jsonb_array_elements(private.as_array(review.findings)) with ordinality as found (finding, place)
    where
      review.content_id = claims_made.content.id and review.source = 'check' and review.is_current
      and review.checked_text = (select private.text_fingerprint(claims_made.content))
      and private.as_uuid(finding ->> 'claimId') is not null and finding ->> 'verdict' <> 'missing'
      and (not claims_made.is_published or review.id in (
        select holding.check_id from private.holding_checks(claims_made.content) as holding
        where holding.market = any (private.markets_to_check(claims_made.content.brand_id))
      ))
  ),
  -- Once for each claim, not for each sentence.
  proofs as materialized (
    select named.claim_id, private.evidence_snapshot(named.claim_id) as evidence
    from (select distinct made.claim_id from made) as named
  )
  select
    made.country, made.section, made.sentence, made.start_offset, made.end_offset, made.sentence_offset, made.claim_id,
    made.claim_version, made.claim_text, made.claim_status, made.verdict, made.override_reason, proofs.evidence,
    made.check_id
  from made
  inner join proofs on proofs.claim_id = made.claim_id
  order by made.country, made.place;
$function$;

ALTER FUNCTION "private"."claims_made"(public.contents, boolean) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.claims_of_texts(products uuid[], text_keys text[], markets text[], at timestamp with time zone)
 RETURNS SETOF private.claim_in_force
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  with asked as (
    select distinct pair.product_id, pair.text_key
    from unnest(claims_of_texts.products, claims_of_texts.text_keys) as pair (product_id, text_key)
  ),
  -- Each pair is looked up by itself: a join would compare each text with each claim of the catalogue brand.
  subjects as (
    select asked.product_id, asked.text_key, subject.id as subject_id
    from asked
    inner join public.products as product on product.id = asked.product_id and product.archived_at is null
    inner join public.master_claim_brands as master
      on master.id = product.master_claim_brand_id and master.archived_at is null
    cross join lateral (
      select product.id
      union all
      select master.id
      union all
      select part.ingredient_id
      from public.product_ingredients as part
      inner join public.ingredients on ingredients.id = part.ingredient_id
      where part.product_id = product.id and ingredients.archived_at is null
    ) as subject
  )
  select
    subjects.product_id, of_market.market, scoped.claim_id, scoped.text_key, scoped.status, scoped.level,
    min(case scoped.country when '__GLOBAL__' then 3 else 2 end),
    bool_or(scoped.country = '__GLOBAL__')
  from subjects
  cross join unnest(claims_of_texts.markets) as of_market (market)
  cross join lateral (
    select claim_scopes.*
    from private.claim_scopes
    where
      claim_scopes.subject_id = subjects.subject_id and claim_scopes.country in ('__GLOBAL__', of_market.market)
      and claim_scopes.text_key = subjects.text_key
    offset 0
  ) as scoped
  where
    scoped.is_approved
    and scoped.effective_from <= claims_of_texts.at
    and (scoped.effective_to is null or scoped.effective_to > claims_of_texts.at)
  group by subjects.product_id, of_market.market, scoped.claim_id, scoped.text_key, scoped.status, scoped.level;
$function$;

ALTER FUNCTION "private"."claims_of_texts"(uuid[], text[], text[], timestamp with time zone) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.claims_refusal(content public.contents)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  markets text[];
  checked text[];
  missing text;
begin
  if private.has_open_violations(content) then
    return 'the claims check found violations';
  elsif private.claims_state(content.brand_id) is null then
    return null;
  end if;
  markets := private.markets_to_check(content.brand_id);
  if cardinality(markets) = 0 then
    -- Whoever publishes would choose the market, perhaps one in which nothing is barred.
    return 'the brand has neither a country nor markets for which its claims could be checked: set one of them';
  end if;
  checked := array(select holding.market from private.holding_checks(content) as holding);
  select string_agg(market, ', ' order by market) into missing
  from unnest(markets) as market
  where market <> all (checked);
  return case when missing is not null then format(
    'this text has not been checked against the present claims of %s: POST /api/v1/contents/%s/claims/check', missing,
    content.id
  ) end;
end;
$function$;

CREATE OR REPLACE FUNCTION private.claims_to_check(brand_id uuid, markets text[], product_ids uuid[], content public.contents)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  now_at constant timestamptz := now();
  brand public.brands;
  compared jsonb[] := '{}';
  claims jsonb;
  code text;
  bytes bigint := 0;
begin
  perform private.require_markets(markets);
  perform private.require_products(brand_id, product_ids);
  select * into brand from public.brands where brands.id = claims_to_check.brand_id;
  foreach code in array (array(select market from unnest(markets) as market order by market)) loop
    claims := private.claims_to_match(brand.id, code, product_ids, now_at);
    bytes := bytes + pg_column_size(claims);
    -- Claims may have two hundred translations each. The function that compares them has memory for so much.
    if bytes > 20000000 then
      perform private.refuse(409, 'too many claims to compare at once', jsonb_build_array(jsonb_build_object(
        'field', 'markets', 'code', 'CONFLICT',
        'message', 'the claims with their translations take more than 20 MB: name fewer markets, or the products'
      )));
    end if;
    compared := compared || jsonb_build_object('market', code, 'claims', claims);
  end loop;
  return jsonb_build_object(
    'brand_id', brand.id, 'language', brand.language, 'at', now_at, 'product_ids', product_ids,
    'state', coalesce(private.claims_state(brand.id), md5('')),
    'valid_until', private.claims_hold_until(brand.id, markets, now_at),
    'markets', to_jsonb(compared),
    'rules', (
      select coalesce(jsonb_agg(to_jsonb(rule) order by rule.id), '[]')
      from private.claim_rules as rule where rule.markets && claims_to_check.markets
    ),
    'content', case when content.id is not null then jsonb_build_object(
      'id', content.id, 'version', content.version, 'text', private.text_fingerprint(content),
      'document', private.delivery_document(content) - 'claims'
    ) end
  );
end;
$function$;

CREATE OR REPLACE FUNCTION private.contents_by_likeness(request private.search_request)
 RETURNS uuid[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  found uuid [];
begin
  -- Of the latest contents: to compare all titles took seconds, and read those of other tenants as well.
  execute
    'select array('
    '  select near.content_id from ('
    '    select search.content_id, extensions.word_similarity(($1).query, search.title) as similarity'
    '    from private.content_search as search'
    '    where search.content_id = any ($2) and ' || private.search_condition(with_index => false)
    || '  ) as near'
    '  where near.similarity >= 0.5 order by near.similarity desc, near.content_id limit 200)'
  into found
  using request, private.latest_contents(request.brands);
  return found;
end;
$function$;

CREATE OR REPLACE FUNCTION private.count_claim_changes(master_brands uuid[])
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  select private.take_turns_to_count(count_claim_changes.master_brands)
  where coalesce(current_setting('mixerai.claim_changes', true), '') <> 'dry run';
  -- In one order, so that two transactions do not wait for each other; once for each transaction.
  insert into private.claim_catalogues as counted (master_claim_brand_id)
  select master.id
  from public.master_claim_brands as master
  where
    master.id = any (count_claim_changes.master_brands)
    and coalesce(current_setting('mixerai.claim_changes', true), '') <> 'dry run'
  order by master.id
  on conflict (master_claim_brand_id) do update
    set revision = counted.revision + 1, changed_in = pg_current_xact_id()
  where counted.changed_in <> pg_current_xact_id();
$function$;

CREATE OR REPLACE FUNCTION private.end_sso_access(connection uuid, is_removed boolean)
 RETURNS uuid[]
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  opened record;
  ended uuid[] := '{}';
begin
  if is_removed then
    -- Everything is locked before anything is written: contents, then audit logs.
    perform private.lock_contents_of(array(
      select task.id
      from public.brand_members as members
      inner join public.workflow_tasks as task
        on task.assignee_id = members.user_id and task.brand_id = members.brand_id and task.status = 'pending'
      where members.sso_connection_id = end_sso_access.connection
    ));
    perform private.lock_logs(array(
      select members.brand_id from public.brand_members as members
      where members.sso_connection_id = end_sso_access.connection
    ));
  end if;
  for opened in
    select session.user_id, array_agg(session.id) as ids
    from public.user_sessions as session
    where session.ended_at is null and (
      session.sso_connection_id = end_sso_access.connection
      -- Opened before connections were recorded.
      or session.method = 'saml' and session.sso_connection_id is null and (
        exists (
          select from private.sso_people as known
          where known.user_id = session.user_id and known.connection_id = end_sso_access.connection
        )
        or exists (
          select from public.brand_members as member
          where member.user_id = session.user_id and member.sso_connection_id = end_sso_access.connection
        )
      )
    )
    group by session.user_id
  loop
    ended := ended || private.end_sessions(opened.user_id, 'sso_removed', opened.ids);
  end loop;
  if is_removed then
    perform private.end_membership(member.user_id, member.brand_id)
    from (
      select members.user_id, members.brand_id from public.brand_members as members
      where members.sso_connection_id = end_sso_access.connection
      order by members.brand_id, members.user_id
    ) as member;
  end if;
  return ended;
end;
$function$;

CREATE OR REPLACE FUNCTION private.give_task(task public.workflow_tasks, assignee_id uuid, reason text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  step_run public.workflow_step_runs;
  run public.workflow_instances;
begin
  if not private.may_give_task(task) then
    perform private.refuse(403, 'only the assignee of the task and admins of the brand may give it to someone else');
  end if;
  select * into step_run from public.workflow_step_runs where workflow_step_runs.id = task.step_run_id;
  perform private.require_new_assignee(task, step_run, give_task.assignee_id);
  run := private.active_run(task.content_id);
  perform private.append_run_event(run, 'TaskReassigned', jsonb_build_object(
    'taskId', task.id, 'from', task.assignee_id, 'assigneeId', give_task.assignee_id
  ));
  update public.workflow_tasks
  set status = 'reassigned', decided_at = now(), reassigned_to = give_task.assignee_id
  where workflow_tasks.id = task.id;
  perform private.record_action(
    run, step_run, case when task.assignee_id = auth.uid() then 'delegate' else 'reassign' end, left(reason, 5000),
    task.assignee_id, give_task.assignee_id
  );
  perform private.assign_task(run, step_run, give_task.assignee_id);
end;
$function$;

CREATE OR REPLACE FUNCTION private.has_edited_claim(claim_id uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  with made as (
    select
      found.version, found.created_by,
      (
        found.text, found.status, found.countries, found.effective_from, found.effective_to,
        found.regulatory_references
      ) is distinct from (
        former.text, former.status, former.countries, former.effective_from, former.effective_to,
        former.regulatory_references
      ) as is_edit
    from public.claim_versions as found
    left join public.claim_versions as former
      on former.claim_id = found.claim_id and former.version = found.version - 1
    where
      found.claim_id = has_edited_claim.claim_id
      and found.version > coalesce((
        select max(approved.version) from public.claim_versions as approved
        where approved.claim_id = has_edited_claim.claim_id and approved.approval = 'approved'
      ), 0)
  )
  select exists (
    select from made
    where
      made.is_edit and made.created_by = auth.uid()
      -- Reviewers may amend the text with an approval: those who approve after them have read it.
      and not exists (
        select from public.claim_approvals as given
        where
          given.claim_id = has_edited_claim.claim_id and given.claim_version = made.version - 1 and given.is_current
      )
  );
$function$;

CREATE OR REPLACE FUNCTION private.has_open_violations(content public.contents)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  written jsonb;
begin
  -- Most contents have no open review of claims: their texts need not be compared.
  if not exists (
    select from public.claim_reviews as review
    where
      review.content_id = content.id and review.violations > 0 and review.overridden_at is null and review.is_current
  ) then
    return false;
  end if;
  written := private.edited_part(private.content_state(content));
  return exists (
    select from public.claim_reviews as review
    where
      review.content_id = content.id
      and review.violations > 0
      and review.overridden_at is null
      and review.is_current
      -- A check of another market tells what would be wrong there, and keeps nothing from being published here.
      and (review.source <> 'check' or review.country = any (private.markets_to_check(content.brand_id)))
      and case
        -- Not by its version, which may be an autosave and is dropped after some others.
        when review.checked_text is not null then review.checked_text = md5(written::text)
        else exists (
          select from public.content_versions as checked
          where
            checked.content_id = content.id
            and checked.version = review.content_version
            and private.edited_part(checked.snapshot) = written
        )
      end
  );
end;
$function$;

CREATE OR REPLACE FUNCTION private.id_of(reference text)
 RETURNS uuid
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select case when reference ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' then reference::uuid end;
$function$;

ALTER FUNCTION "private"."id_of"(text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.impact_items(claim_id uuid, override_id uuid, evidence_id uuid, change jsonb, most integer, only_brands uuid[] DEFAULT NULL::uuid[], are_without_task boolean DEFAULT false)
 RETURNS TABLE(brand_id uuid, content_id uuid, content_title text, content_status text, content_version integer, is_published boolean, market text, section text, sentence text, start_offset integer, end_offset integer, claim_id_made uuid, claim_version integer, claim_text text, effect text, draft text, total bigint)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
#variable_conflict use_column
declare
  claim public.claims;
  override public.market_overrides;
  planned jsonb := coalesce(impact_items.change, '{}');
  brands constant uuid[] := array(
    select readable.id from unnest(private.brands_permitting('content.read')) as readable (id)
    where
      readable.id = any (private.brands_permitting('claim.read'))
      and (impact_items.only_brands is null or readable.id = any (impact_items.only_brands))
  );
  market_asked text;
begin
  if not private.may_read_claim(impact_items.claim_id) then
    perform private.refuse(404, 'claim not found');
  end if;
  select * into claim from public.claims where claims.id = impact_items.claim_id;
  if impact_items.override_id is not null then
    select * into override from public.market_overrides as found
    where found.id = impact_items.override_id and found.master_claim_id = impact_items.claim_id;
    if override.id is null then
      perform private.refuse(404, 'override not found');
    end if;
    market_asked := nullif(override.market_country, '__ALL_COUNTRIES__');
  end if;
  if impact_items.evidence_id is not null then
    if not exists (
      select from private.claim_evidence as evidence
      where evidence.id = impact_items.evidence_id and evidence.claim_id = impact_items.claim_id
    ) then
      perform private.refuse(404, 'evidence not found');
    end if;
  end if;
  return query
    -- Cut before replacements are looked up: a claim may be made in any number of sentences.
    with found as materialized (
      select made.*, count(*) over () as total
      from private.claim_sentences(
        array_remove(array[impact_items.claim_id, override.replacement_claim_id], null), brands, market_asked
      ) as made
      where
        private.impact_effect(claim, planned, made.market) <> 'unchanged'
        and (not impact_items.are_without_task or not exists (
          select from private.claim_tasks as task
          where
            task.brand_id = made.brand_id and task.kind = 'claim_changed' and task.claim_id = impact_items.claim_id
            and task.evidence_id is not distinct from impact_items.evidence_id and task.content_id = made.content_id
            and task.market = made.market and task.mark = made.start_offset and task.state = 'open'
        ))
      order by made.is_published desc, made.content_id, made.market, made.start_offset
      limit most
    ),
    -- One look for each market and brand, not for each sentence.
    markets as materialized (
      select
        asked.market, asked.brand_id,
        private.replacement_for(impact_items.claim_id, asked.market, array(
          select link.master_claim_brand_id
          from public.brand_master_claim_brands as link where link.brand_id = asked.brand_id
        )) as words
      from (select distinct found.market, found.brand_id from found) as asked
    )
    select
      found.brand_id, found.content_id, found.content_title, found.content_status, found.content_version,
      found.is_published, found.market, found.section, found.sentence, found.start_offset, found.end_offset,
      found.claim_id, found.claim_version, found.claim_text,
      private.impact_effect(claim, planned, found.market),
      private.drafted_sentence(
        found.sentence, found.sentence_offset, found.start_offset, found.end_offset,
        case
          when private.impact_effect(claim, planned, found.market) = 'reworded'
            then coalesce(planned -> 'text' ->> 'original', planned ->> 'text')
          else markets.words
        end
      ),
      found.total
    from found
    inner join markets on markets.market = found.market and markets.brand_id = found.brand_id
    order by found.is_published desc, found.content_id, found.market, found.start_offset;
end;
$function$;

ALTER FUNCTION "private"."impact_items"(uuid, uuid, uuid, jsonb, integer, uuid[], boolean) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.import_claim(line jsonb, known jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  level constant public.claim_level := line ->> 'level';
  made jsonb;
begin
  if level = 'ingredient' and not private.is_platform_admin() then
    perform private.refuse(403, 'claims of ingredients are shared: only platform admins write them');
  end if;
  select created into made
  from public.create_claim(
    text => line -> 'text', level => level, status => (line ->> 'status')::public.claim_status,
    subject_ids => private.imported_subjects(
      level, array(select jsonb_array_elements_text(line -> 'subjects')), line ->> 'claim_brand', known
    ),
    countries => array(select jsonb_array_elements_text(line -> 'countries')),
    effective_from => (line ->> 'effective_from')::timestamptz,
    effective_to => (line ->> 'effective_to')::timestamptz, details => line -> 'details'
  ) as created;
  return jsonb_build_object('outcome', 'made', 'id', made -> 'id');
end;
$function$;

ALTER FUNCTION "private"."import_claim"(jsonb, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.import_claim_brand(item jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  existing public.master_claim_brands;
  item_id uuid;
  asked text;
  linked_id uuid;
  was_linked boolean := false;
begin
  select found.* into existing from public.master_claim_brands as found
  where lower(found.name) = lower(item ->> 'name')
  order by found.name = item ->> 'name' desc, found.id limit 1;
  item_id := existing.id;
  if item_id is null then
    select made ->> 'id' into item_id from public.create_claim_brand(jsonb_build_object('name', item -> 'name')) as made;
  elsif existing.archived_at is not null then
    perform private.imported_existing(existing.archived_at, false);
  end if;
  for asked in select each from jsonb_array_elements_text(private.as_array(item -> 'brands')) as each loop
    select brands.id into linked_id
    from public.brands
    where (brands.id = private.id_of(asked) or brands.slug = asked) and brands.deleted_at is null;
    if linked_id is null then
      perform private.imported_item_problem('brands', format('there is no brand with the slug or id %s', left(asked, 100)));
    end if;
    insert into public.brand_master_claim_brands (brand_id, master_claim_brand_id) values (linked_id, item_id)
    on conflict do nothing;
    was_linked := was_linked or found;
  end loop;
  return jsonb_build_object('id', item_id, 'outcome', case
    when existing.id is null then 'made' else private.imported_existing(existing.archived_at, was_linked)
  end);
end;
$function$;

ALTER FUNCTION "private"."import_claim_brand"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.import_ingredient(item jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  existing public.ingredients;
  made jsonb;
begin
  select found.* into existing from public.ingredients as found
  where lower(found.name) = lower(item ->> 'name')
  order by found.name = item ->> 'name' desc, found.id limit 1;
  if existing.id is not null then
    return jsonb_build_object('id', existing.id, 'outcome', private.imported_existing(existing.archived_at, false));
  end if;
  select created into made from public.create_ingredient(item) as created;
  return jsonb_build_object('id', made -> 'id', 'outcome', 'made');
end;
$function$;

ALTER FUNCTION "private"."import_ingredient"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.import_line(kind text, entry jsonb, known jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  return case kind
    when 'claim' then private.import_claim(entry -> 'claim', known)
    when 'claim_brand' then private.import_claim_brand(entry -> 'item')
    when 'product' then private.import_product(entry -> 'item')
    when 'ingredient' then private.import_ingredient(entry -> 'item')
  end;
end;
$function$;

ALTER FUNCTION "private"."import_line"(text, jsonb, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.import_lines(kind text, lines jsonb, known jsonb, is_dry_run boolean, is_whole boolean)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  entry jsonb;
  done jsonb;
  made jsonb := '[]';
  linked jsonb := '[]';
  duplicates jsonb := '[]';
  problems jsonb := '[]';
  code text;
  reason text;
  details text;
begin
  -- Writing the lines is the only check that forgets no rule; errors and dry runs undo it as a whole.
  begin
    if is_dry_run then
      -- Undone with the lines: nobody has to wait for the counters of what is not written.
      perform set_config('mixerai.claim_changes', 'dry run', true);
    elsif kind = 'claim' then
      -- Announced at the end, so that the other tenants of the catalogue wait for no more than that.
      perform set_config('mixerai.claim_changes', 'import', true);
      perform private.lock_imported(known);
    else
      perform private.lock_imported_catalogue(kind, lines);
    end if;
    for entry in select each from jsonb_array_elements(lines) as each loop
      begin
        done := private.import_line(kind, entry, known);
        case done ->> 'outcome'
          when 'made' then made := made || jsonb_build_object('line', entry -> 'line', 'id', done -> 'id');
          when 'linked' then linked := linked || (entry -> 'line');
          else duplicates := duplicates || (entry -> 'line');
        end case;
      exception
        when others then -- refusals are problems of the line; other errors fail the whole call
          get stacked diagnostics code = returned_sqlstate, reason = message_text, details = pg_exception_detail;
          if code = '23505' then
            duplicates := duplicates || (entry -> 'line');
          elsif private.http_status(code) is null then
            raise;
          else
            problems := problems || jsonb_build_object(
              'line', entry -> 'line', 'outcome', private.http_status(code), 'code', code, 'message', reason,
              'details', private.own_details(code, details)
            );
          end if;
      end;
    end loop;
    if is_dry_run or is_whole and problems <> '[]' then
      raise exception using errcode = 'ZZ001';
    end if;
    if kind = 'claim' then
      perform set_config('mixerai.claim_changes', '', true);
      perform private.announce_new_claims(array(select (each ->> 'id')::uuid from jsonb_array_elements(made) as each));
    end if;
  exception
    when sqlstate 'ZZ001' then
      null;
  end;
  return jsonb_build_object(
    'made', made, 'linked', linked, 'duplicates', duplicates, 'problems', problems,
    'is_written', not is_dry_run and not (is_whole and problems <> '[]')
  );
end;
$function$;

ALTER FUNCTION "private"."import_lines"(text, jsonb, jsonb, boolean, boolean) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.import_product(item jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  most_ingredients constant integer := 200;
  master_id constant uuid := private.only_one(
    array(
      select master.id from public.master_claim_brands as master
      where
        master.archived_at is null
        and (master.id = private.id_of(item ->> 'claim_brand') or lower(master.name) = lower(item ->> 'claim_brand'))
    ), 'claimBrand', 'claim brand', item ->> 'claim_brand'
  );
  existing public.products;
  made jsonb;
  asked text;
  wanted uuid [] := '{}';
  present uuid [] := '{}';
begin
  for asked in select each from jsonb_array_elements_text(private.as_array(item -> 'ingredients')) as each loop
    wanted := wanted || private.only_one(array(
      select found.id from public.ingredients as found
      where found.archived_at is null and found.id = private.id_of(asked)
      union
      select found.id from public.ingredients as found
      where found.archived_at is null and lower(found.name) = lower(asked)
    ), 'ingredients', 'ingredient', asked);
  end loop;
  select found.* into existing from public.products as found
  where found.master_claim_brand_id = master_id and lower(found.name) = lower(item ->> 'name')
  order by found.name = item ->> 'name' desc, found.id limit 1
  for update;
  if existing.id is null then
    select created into made from public.create_product(
      master_id, jsonb_build_object('name', item -> 'name', 'description', item -> 'description')
    ) as created;
  else
    perform private.imported_existing(existing.archived_at, false);
    present := array(
      select part.ingredient_id from public.product_ingredients as part where part.product_id = existing.id
    );
    made := jsonb_build_object('id', existing.id, 'version', existing.version);
  end if;
  if wanted <@ present then
    return jsonb_build_object(
      'id', made -> 'id', 'outcome', case when existing.id is null then 'made' else 'duplicates' end
    );
  end if;
  wanted := array(select unnest(present) union select unnest(wanted));
  if cardinality(wanted) > most_ingredients then
    perform private.imported_item_problem('ingredients', format('a product has at most %s', most_ingredients));
  end if;
  perform public.set_product_ingredients((made ->> 'id')::uuid, (made ->> 'version')::integer, wanted);
  return jsonb_build_object(
    'id', made -> 'id', 'outcome', case when existing.id is null then 'made' else 'linked' end
  );
end;
$function$;

ALTER FUNCTION "private"."import_product"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.imported_existing(archived_at timestamp with time zone, was_linked boolean)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  if archived_at is not null then
    perform private.refuse(409, 'it is archived: restore it first', jsonb_build_array(
      jsonb_build_object('field', 'name', 'code', 'CONFLICT', 'message', 'it is archived: restore it first')
    ));
  end if;
  return case when was_linked then 'linked' else 'duplicates' end;
end;
$function$;

ALTER FUNCTION "private"."imported_existing"(timestamp with time zone, boolean) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.imported_item_problem(field text, message text)
 RETURNS void
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  perform private.refuse(400, message, jsonb_build_array(
    jsonb_build_object('field', field, 'code', 'INVALID_FORMAT', 'message', message)
  ));
end;
$function$;

ALTER FUNCTION "private"."imported_item_problem"(text, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.latest_contents(brands uuid[])
 RETURNS uuid[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  request private.search_request;
  latest uuid [];
begin
  request.brands := brands;
  request.sort := 'updated_at';
  request.updated_from := '-infinity';
  request.updated_to := 'infinity';
  select candidates.ids into latest from private.search_candidates(request, 300) as candidates;
  return latest[:300];
end;
$function$;

CREATE OR REPLACE FUNCTION private.lock_claim(claim_id uuid, is_for_author boolean DEFAULT false, is_for_reviewer boolean DEFAULT false)
 RETURNS public.claims
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  claim public.claims;
begin
  -- The permission before the lock: those without it must not make others wait.
  claim := private.claim_to_write(lock_claim.claim_id, is_for_author, is_for_reviewer);
  select * into claim from public.claims where claims.id = lock_claim.claim_id for update;
  if claim.id is null then
    perform private.refuse(404, 'claim not found');
  end if;
  return claim;
end;
$function$;

CREATE OR REPLACE FUNCTION private.lock_contents(content_ids uuid[])
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  -- Before anything is written: the audit log of a brand is locked by whatever is written there, so a command that
  -- locked one content after another would wait in a circle with a decision on a later one.
  perform from public.contents where contents.id = any (content_ids) order by contents.id for update;
end;
$function$;

ALTER FUNCTION "private"."lock_contents"(uuid[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.lock_contents_of(tasks uuid[])
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  perform private.lock_contents(array(
    select task.content_id from public.workflow_tasks as task where task.id = any (tasks)
  ));
end;
$function$;

CREATE OR REPLACE FUNCTION private.lock_imported(known jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  writable uuid [];
begin
  -- In one order before the first claim, so that two imports of the same catalogue brands do not wait for each other.
  -- Where the caller may only read, no row is written, and nobody has to wait.
  writable := array(
    select brand.id
    from unnest(private.brands_of_subjects(array(
      select each::uuid
      from jsonb_each(known) as found
      cross join lateral jsonb_array_elements_text(found.value) as each
    ))) as brand (id)
    where private.is_platform_admin() or brand.id = any (private.writable_master_brands())
  );
  perform private.take_turns_to_count(writable);
  perform from private.claim_catalogues as counted
  where counted.master_claim_brand_id = any (writable)
  order by counted.master_claim_brand_id
  for update;
end;
$function$;

ALTER FUNCTION "private"."lock_imported"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.lock_imported_catalogue(kind text, lines jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  masters constant uuid [] := array(
    select master.id from public.master_claim_brands as master
    where lower(master.name) in (
      select lower(each -> 'item' ->> 'claim_brand') from jsonb_array_elements(lines) as each
    ) or master.id in (
      select private.id_of(each -> 'item' ->> 'claim_brand') from jsonb_array_elements(lines) as each
    )
  );
begin
  if kind <> 'product' then
    return;
  end if;
  -- Products, then ingredients, then counters, as set_product_ingredients does; each in one order.
  perform from public.products as product
  where
    product.master_claim_brand_id = any (masters)
    and lower(product.name) in (select lower(each -> 'item' ->> 'name') from jsonb_array_elements(lines) as each)
  order by product.id
  for update;
  perform from public.ingredients as ingredient
  where lower(ingredient.name) in (
    select lower(name) from jsonb_array_elements(lines) as each
    cross join lateral jsonb_array_elements_text(private.as_array(each -> 'item' -> 'ingredients')) as name
  ) or ingredient.id in (
    select private.id_of(name) from jsonb_array_elements(lines) as each
    cross join lateral jsonb_array_elements_text(private.as_array(each -> 'item' -> 'ingredients')) as name
  )
  order by ingredient.id
  for key share;
  perform from private.claim_catalogues as counted
  where counted.master_claim_brand_id = any (masters)
  order by counted.master_claim_brand_id
  for update;
end;
$function$;

ALTER FUNCTION "private"."lock_imported_catalogue"(text, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.lock_item(kind text, item_id uuid, expected_version integer)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  present integer;
begin
  perform private.require_platform_admin();
  execute
    format('select item.version from %s as item where item.id = $1 for no key update', private.catalogue_table(kind))
  into present using item_id;
  if present is null then
    perform private.refuse(404, kind || ' not found');
  elsif expected_version is not null then
    perform private.require_version(present, expected_version, kind);
  end if;
end;
$function$;

ALTER FUNCTION "private"."lock_item"(text, uuid, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.lock_logs(brands uuid[])
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  select pg_advisory_xact_lock(hashtextextended('audit:' || brand.id::text, 0))
  from (select distinct each as id from unnest(brands) as each order by each) as brand;
$function$;

ALTER FUNCTION "private"."lock_logs"(uuid[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.markets_to_check(brand_id uuid)
 RETURNS text[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return array(
    select countries.code
    from public.brands
    inner join public.countries on countries.code = brands.country and countries.is_active
    where brands.id = markets_to_check.brand_id
    union
    select market
    from private.claim_settings as settings
    cross join unnest(settings.markets) as market
    where settings.brand_id = markets_to_check.brand_id
    order by 1
  );
end;
$function$;

CREATE OR REPLACE FUNCTION private.markets_to_recheck(content public.contents)
 RETURNS text[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  state constant text := private.claims_state(content.brand_id);
  markets text[];
begin
  if state is null then
    return '{}';
  end if;
  markets := private.markets_to_check(content.brand_id);
  return array(
    select market from unnest(markets) as market
    where not exists (
      select from public.claim_reviews as review
      where
        review.content_id = content.id and review.source = 'check' and review.is_current and review.country = market
        and review.claims_state = state and (review.valid_until is null or review.valid_until > now())
    )
    order by market
  );
end;
$function$;

CREATE OR REPLACE FUNCTION private.may_skip(step_run public.workflow_step_runs)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return (
    private.permits(step_run.brand_id, 'workflow.control')
    -- Who skips the steps of their own content decides on it.
    and private.may_decide_step(step_run, auth.uid())
  ) or (
    coalesce(step_run.definition -> 'allow_skip' = 'true', false)
    and not private.is_restricted(step_run.brand_id, 'content.review')
    and exists (
      select from public.workflow_tasks as task
      where task.step_run_id = step_run.id and task.assignee_id = auth.uid() and task.status = 'pending'
    )
  );
end;
$function$;

CREATE OR REPLACE FUNCTION private.only_one(ids uuid[], field text, kind text, reference text)
 RETURNS uuid
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  if cardinality(ids) = 0 then
    perform private.imported_item_problem(
      field, format('there is no %s in use with the name or id %s', kind, left(reference, 100))
    );
  elsif cardinality(ids) > 1 then
    perform private.imported_item_problem(
      field, format('several have the name %s: name the id', left(reference, 100))
    );
  end if;
  return ids[1];
end;
$function$;

ALTER FUNCTION "private"."only_one"(uuid[], text, text, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.open_run(run public.workflow_instances, content public.contents)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  perform private.record_action(run, null, 'start');
  perform private.append_run_event(
    run, 'WorkflowStarted', jsonb_build_object(
      'workflowId', run.workflow_id, 'workflow', run.workflow_name, 'priority', run.priority
    )
  );
  return private.advance_run(run, content);
end;
$function$;

CREATE OR REPLACE FUNCTION private.open_step(run public.workflow_instances, step_run public.workflow_step_runs)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  update public.workflow_step_runs
  set
    status = 'active',
    opened_at = now(),
    due_at = now() + private.time_to_decide((step_run.definition ->> 'timeout_hours')::integer, run.priority)
  where workflow_step_runs.id = step_run.id
  returning * into step_run;
  if step_run.definition ->> 'type' = 'automated' then
    perform private.enqueue_job('workflow', 'automated_step', run.brand_id, jsonb_build_object(
      'stepRunId', step_run.id, 'contentId', run.content_id, 'round', step_run.round,
      'check', step_run.definition ->> 'automated_check'
    ));
    return;
  end if;
  perform private.ask_people(run, step_run, array(select private.step_assignees(step_run)));
end;
$function$;

CREATE OR REPLACE FUNCTION private.propagate_claim()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  claim public.claims;
begin
  if tg_table_name = 'claims' then
    claim := new;
  else
    select * into claim from public.claims
    where claims.id = case tg_op when 'DELETE' then old.claim_id else new.claim_id end;
  end if;
  if claim.id is null then
    return null; -- the claim itself is being deleted
  end if;
  perform private.replace_claim_scopes(claim);
  -- What a new claim is about is not written yet: see private.announce_new_claims.
  if tg_table_name = 'claims' and tg_op = 'UPDATE' then
    perform private.announce_claim(
      claim.id, 'ClaimChanged', jsonb_build_object('status', claim.status, 'isNew', false)
    );
  end if;
  return null;
end;
$function$;

CREATE OR REPLACE FUNCTION private.recheck_horizon()
 RETURNS interval
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select interval '24 hours';
$function$;

ALTER FUNCTION "private"."recheck_horizon"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.recheck_key(content_id uuid, state text)
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select content_id || ':' || state || ':' || to_char(now() at time zone 'UTC', 'YYYY-MM-DD');
$function$;

ALTER FUNCTION "private"."recheck_key"(uuid, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.repeat_run(content public.contents, former public.workflow_instances)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  run public.workflow_instances;
begin
  insert into public.workflow_instances (
    workflow_id, workflow_name, workflow_type, workflow_version, brand_id, content_id, started_by, deadline_at,
    escalate_to, priority
  )
  values (
    former.workflow_id, former.workflow_name, former.workflow_type, former.workflow_version, former.brand_id,
    former.content_id, auth.uid(), now() + (former.deadline_at - former.started_at), former.escalate_to,
    former.priority
  )
  returning * into run;
  insert into public.workflow_step_runs (instance_id, content_id, brand_id, position, name, definition)
  select run.id, run.content_id, run.brand_id, step.position, step.name, step.definition - 'published_url'
  from public.workflow_step_runs as step
  where step.instance_id = former.id;
  return private.open_run(run, content);
end;
$function$;

CREATE OR REPLACE FUNCTION private.require_import_bounds(lines jsonb, item text, list text)
 RETURNS void
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
declare
  most_lines constant integer := 1000;
  most_names constant integer := 5000;
begin
  if jsonb_array_length(lines) > most_lines then
    perform private.refuse(400, format('an import has at most %s rows', most_lines));
  elsif (
    select sum(jsonb_array_length(private.as_array(each -> item -> list)))
    from jsonb_array_elements(lines) as each
  ) > most_names then
    perform private.refuse(400, format('an import names at most %s %s', most_names, list), jsonb_build_array(
      jsonb_build_object('field', list, 'code', 'VALUE_TOO_LONG', 'message', 'divide the file')
    ));
  end if;
end;
$function$;

ALTER FUNCTION "private"."require_import_bounds"(jsonb, text, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.require_new_assignee(task public.workflow_tasks, step_run public.workflow_step_runs, assignee_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  if not private.may_be_asked(require_new_assignee.assignee_id, task.brand_id) then
    perform private.refuse(400, 'only members of the brand who may review can be assigned', jsonb_build_array(
      jsonb_build_object(
        'field', 'assigneeId', 'code', 'INVALID_FORMAT', 'message', 'not a member of the brand who may review'
      )
    ));
  end if;
  perform private.require_present(require_new_assignee.assignee_id, task.brand_id);
  if exists (
    select from public.workflow_tasks as other
    where
      other.step_run_id = task.step_run_id and other.round = task.round
      and other.assignee_id = require_new_assignee.assignee_id and other.status in ('pending', 'completed')
  ) then
    perform private.refuse(409, 'this person has the step already');
  end if;
  if not private.may_decide_step(step_run, require_new_assignee.assignee_id) then
    perform private.refuse(403, 'authors may not decide on their own content, unless the step names them');
  end if;
end;
$function$;

CREATE OR REPLACE FUNCTION private.resolve_workflow(brand uuid, content_type text, workflow_id uuid DEFAULT NULL::uuid)
 RETURNS public.workflows
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  -- In this order: the named workflow, the one that the brand assigned to the type, the one that it assigned to every
  -- type, a workflow that is marked as default for the type, a workflow that is marked as default for every type.
  select workflows.*
  from public.workflows
  left join public.brand_workflows as assigned
    on
      assigned.workflow_id = workflows.id and assigned.brand_id = workflows.brand_id
      and assigned.content_type in (resolve_workflow.content_type, '*')
  where
    workflows.brand_id = resolve_workflow.brand
    and workflows.is_active
    and exists (select from public.workflow_steps as step where step.workflow_id = workflows.id)
    and case
      when resolve_workflow.workflow_id is not null then
        workflows.id = resolve_workflow.workflow_id
        and (workflows.content_types = '{}' or resolve_workflow.content_type = any (workflows.content_types))
      else assigned.workflow_id is not null
        or (
          workflows.is_default
          and (workflows.content_types = '{}' or resolve_workflow.content_type = any (workflows.content_types))
        )
    end
  order by
    assigned.content_type = resolve_workflow.content_type desc nulls last, assigned.content_type is null,
    workflows.content_types = '{}', workflows.id
  limit 1;
$function$;

CREATE OR REPLACE FUNCTION private.review_of(content_id uuid, status text, version integer, created_by uuid, access private.brand_access[], allowed_actions text[])
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  run public.workflow_instances;
  steps jsonb;
  asked uuid [];
  names jsonb;
  due_at timestamptz;
  is_mine boolean;
  is_skippable boolean;
  is_named boolean;
  may_control constant boolean := coalesce('workflow.control' = any (access[1].permissions), false);
  may_decide constant boolean := coalesce(
    'content.review' <> all (access[1].restrictions)
    and (access[1].scope is null or 'content.review' = any (access[1].scope)), false
  );
begin
  -- Only these can have a review; a draft has one while its changes are requested, and not in its first versions.
  if status not in ('pending_review', 'in_review') and (status <> 'draft' or version < 3) then
    return null;
  end if;
  -- Whoever may withdraw a draft in review may do so now: for most drafts this saves the look.
  if
    status = 'draft' and not coalesce('withdraw' = any (allowed_actions), false)
    and (may_control or coalesce(
      created_by = auth.uid() and access[1].scope is null
      and 'workflow.control' <> all (access[1].restrictions), false
    ))
  then
    return null;
  end if;
  if ('workflow.read' = any (access[1].permissions)) is not true then
    return null;
  end if;
  run := private.active_run(content_id);
  if run.id is null then
    return null;
  end if;
  select
    jsonb_agg(jsonb_build_object(
      'id', step_run.id, 'position', step_run.position, 'name', step_run.name,
      'type', step_run.definition ->> 'type', 'round', step_run.round, 'due_at', step_run.due_at,
      'requires_all', step_run.definition -> 'require_all_approvals' = 'true',
      'decisions', private.as_array(step_run.definition -> 'actions'),
      'assignees', coalesce(of_step.assignees, '[]')
    ) order by step_run.position),
    min(step_run.due_at), bool_or(of_step.is_mine),
    bool_or(of_step.is_mine and step_run.definition -> 'allow_skip' = 'true'),
    bool_or(private.step_names(step_run.definition, auth.uid()))
  into steps, due_at, is_mine, is_skippable, is_named
  from public.workflow_step_runs as step_run
  left join lateral (
    select
      jsonb_agg(jsonb_build_object('id', task.assignee_id, 'status', task.status) order by task.id) as assignees,
      bool_or(task.assignee_id = auth.uid() and task.status = 'pending') as is_mine
    from public.workflow_tasks as task
    where task.step_run_id = step_run.id and task.round = step_run.round and task.status in ('pending', 'completed')
  ) as of_step on true
  where step_run.instance_id = run.id and step_run.status = 'active';
  asked := array(
    select (assignee ->> 'id')::uuid from jsonb_path_query(steps, '$[*].assignees[*]') as assignee
  );
  names := private.people_named(asked, access);
  return jsonb_build_object(
    'run_id', run.id, 'workflow_id', run.workflow_id, 'workflow_name', run.workflow_name, 'priority', run.priority,
    'changes_requested_at', run.parked_at, 'deadline_at', run.deadline_at,
    'due_at', due_at,
    'steps', coalesce(steps, '[]'), 'names', names,
    'allowed_actions', to_jsonb(array_remove(
      array[
        case when 'approve' = any (allowed_actions) then 'approve' end,
        case when 'reject' = any (allowed_actions) then 'reject' end,
        case when 'requestChanges' = any (allowed_actions) then 'requestChanges' end,
        case when 'withdraw' = any (allowed_actions) then 'withdraw' end,
        case when 'submit' = any (allowed_actions) then 'resume' end,
        case
          when
            run.parked_at is null and (
              may_control and (is_named or created_by is distinct from auth.uid()) or (is_skippable and may_decide)
            )
            then 'skip'
        end,
        case when run.parked_at is null and is_mine and may_decide then 'delegate' end,
        case when run.parked_at is null and may_control and cardinality(asked) > 0 then 'reassign' end,
        case when may_control then 'cancel' end
      ], null
    ))
  );
end;
$function$;

CREATE OR REPLACE FUNCTION private.review_path(definition jsonb, content public.contents, starts_at timestamp with time zone, priority text DEFAULT 'normal'::text)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  access constant private.brand_access [] := private.access_held(array[content.brand_id]);
  steps constant jsonb := definition -> 'steps';
  most constant integer := jsonb_array_length(steps);
  states text [] := array_fill('waiting'::text, array[most]);
  opens timestamptz [] := array_fill(null::timestamptz, array[most]);
  closes timestamptz [] := array_fill(null::timestamptz, array[most]);
  at timestamptz := starts_at;
  is_open_ended boolean := false;
  is_changed boolean;
  is_any_required constant boolean := exists (
    select from jsonb_array_elements(steps) as step where (step ->> 'is_required')::boolean is not false
  );
  step_run public.workflow_step_runs;
  place integer;
  next_place integer;
  shown jsonb := '[]';
begin
  loop
    -- Opens what is ready, as private.advance_run does.
    loop
      is_changed := false;
      for place in 1..most loop
        continue when states[place] <> 'waiting' or exists (
          select from generate_series(1, most) as other
          where
            other <> place and states[other] not in ('asked', 'skipped', 'notified', 'checked')
            and private.waits_on(
              definition ->> 'type', steps #> array[(place - 1)::text, 'prerequisites'], place, other
            )
        );
        is_changed := true;
        step_run.definition := steps -> place - 1;
        opens[place] := at;
        closes[place] := at;
        if not private.step_applies(step_run, content) then
          states[place] := 'skipped';
        elsif step_run.definition ->> 'type' = 'notification' then
          states[place] := 'notified';
        elsif step_run.definition ->> 'type' = 'automated' then
          states[place] := 'checked';
        else
          states[place] := 'open';
          closes[place] := at + private.time_to_decide(
            coalesce((step_run.definition ->> 'timeout_hours')::integer, 0), review_path.priority
          );
        end if;
      end loop;
      exit when not is_changed;
    end loop;
    exit when not exists (
      select from generate_series(1, most) as other
      where
        states[other] in ('waiting', 'open')
        and (not is_any_required or (steps #>> array[(other - 1)::text, 'is_required'])::boolean is not false)
    );
    select other into next_place
    from generate_series(1, most) as other
    where states[other] = 'open'
    order by closes[other], other
    limit 1;
    exit when next_place is null;
    states[next_place] := 'asked';
    at := closes[next_place];
  end loop;
  for place in 1..most loop
    is_open_ended := is_open_ended or (
      states[place] = 'asked' and steps #>> array[(place - 1)::text, 'timeout_hours'] is null
    );
    shown := shown || (jsonb_build_object(
      'position', place,
      'name', steps #> array[(place - 1)::text, 'name'],
      'type', steps #> array[(place - 1)::text, 'type'],
      'outcome', case states[place] when 'waiting' then 'not_reached' when 'open' then 'not_awaited' else states[place] end,
      'reason', case states[place]
        when 'waiting' then 'the review ends before the step opens'
        when 'open' then 'the step is optional, and the review ends before it is due'
        else private.step_reason(steps -> place - 1, content)
      end,
      'is_required', (steps #>> array[(place - 1)::text, 'is_required'])::boolean is not false,
      'requires_all', (steps #>> array[(place - 1)::text, 'require_all_approvals'])::boolean is true,
      'opens_at', opens[place],
      'due_at', case when states[place] in ('asked', 'open') then opens[place] + private.time_to_decide(
        (steps #>> array[(place - 1)::text, 'timeout_hours'])::integer, review_path.priority
      ) end,
      'waits_for', to_jsonb(private.waits_for(
        definition ->> 'type', steps #> array[(place - 1)::text, 'prerequisites'], place
      )),
      'beside', (
        select coalesce(jsonb_agg(other order by other), '[]') from generate_series(1, most) as other
        where
          other <> place and states[place] in ('asked', 'open') and states[other] in ('asked', 'open')
          and (
            opens[other] = opens[place]
            or (opens[other] < closes[place] and opens[place] < closes[other])
          )
          and other <> all (private.steps_before(definition, steps -> place - 1))
          and place <> all (private.steps_before(definition, steps -> other - 1))
      )
    ) || case
      when states[place] in ('asked', 'open', 'notified')
        then private.shown_path_people(steps -> place - 1, content.brand_id, content.created_by, access)
      else '{"people": [], "people_count": 0, "asks_admins_instead": false}'::jsonb
    end);
  end loop;
  return jsonb_build_object(
    'starts_at', starts_at,
    'ends_at', at,
    'is_open_ended', is_open_ended,
    'is_approved_at_once', not ('asked' = any (states)),
    'times_out_at', case
      when starts_at + make_interval(hours => (definition ->> 'timeout_hours')::integer) < at
        then starts_at + make_interval(hours => (definition ->> 'timeout_hours')::integer)
    end,
    'steps', shown
  );
end;
$function$;

ALTER FUNCTION "private"."review_path"(jsonb, public.contents, timestamp with time zone, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.review_verdicts(content public.contents, run public.workflow_instances)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  verdicts jsonb := '[]';
  action text;
  obstacle text;
  may_control constant boolean := private.permits(content.brand_id, 'workflow.control');
  is_open constant boolean := run.status = 'active' and run.parked_at is null;
  is_allowed boolean;
  skippable boolean;
  held boolean;
begin
  foreach action in array array['approve', 'reject', 'requestChanges', 'withdraw', 'restart'] loop
    verdicts := verdicts || private.review_verdict(content, action);
  end loop;
  if run.status = 'active' and run.parked_at is not null then
    verdicts := verdicts || private.review_verdict(content, 'submit');
  else
    verdicts := verdicts || jsonb_build_object(
      'action', 'resume', 'is_allowed', false, 'rule', null, 'reason', 'no changes are requested'
    );
  end if;
  select bool_or(private.may_skip(step_run)) into skippable
  from public.workflow_step_runs as step_run
  where step_run.instance_id = run.id and step_run.status = 'active';
  held := exists (
    select from public.workflow_tasks as task
    where task.instance_id = run.id and task.assignee_id = auth.uid() and task.status = 'pending'
  );
  foreach action in array array['skip', 'delegate', 'reassign', 'cancel'] loop
    is_allowed := case action
      when 'skip' then coalesce(skippable, may_control)
      when 'delegate' then held and private.scope_allows('content.review', content.brand_id)
      else may_control
    end;
    obstacle := case
      when not is_allowed then case action
        when 'skip' then case
          when may_control then 'authors skip no step of their own content, unless it names them'
          else 'this needs the permission workflow.control in the brand, or a task in a step that allows skipping'
        end
        when 'delegate' then 'you have no task in this review'
        else 'this needs the permission workflow.control in the brand'
      end
      when run.status is distinct from 'active' then format('a content that is %s is not in review', content.status)
      when action <> 'cancel' and not is_open then 'changes are requested: the content is submitted first'
    end;
    verdicts := verdicts || jsonb_build_object(
      'action', action, 'is_allowed', obstacle is null, 'rule', null, 'reason', obstacle
    );
  end loop;
  return verdicts;
end;
$function$;

CREATE OR REPLACE FUNCTION private.run_bulk_operation(operation text, content_id uuid, arguments jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  content public.contents;
  changes jsonb;
begin
  case operation
    when 'submit' then perform public.submit_content(content_id);
    when 'approve' then
      perform public.approve_content(
        content_id, coalesce(arguments ->> 'comment', ''),
        private.version_as_read(content_id, (arguments -> 'versions' ->> content_id::text)::integer)
      );
    when 'reject' then perform public.reject_content(content_id, arguments ->> 'reason');
    when 'request_changes' then perform public.request_changes(content_id, arguments ->> 'reason');
    when 'withdraw' then perform public.withdraw_content(content_id, arguments ->> 'reason');
    when 'restart' then perform public.restart_review(content_id);
    when 'publish' then perform public.publish_content(content_id);
    when 'schedule' then perform public.schedule_content(content_id, (arguments ->> 'scheduled_for')::timestamptz);
    when 'unschedule' then perform public.unschedule_content(content_id);
    when 'archive' then perform public.archive_content(content_id, coalesce(arguments ->> 'reason', ''));
    when 'reopen' then perform public.reopen_content(content_id);
    when 'delete' then perform public.delete_content(content_id);
    when 'restore' then perform public.restore_content(content_id);
    else
      content := private.lock_content(content_id);
      case operation
        when 'update' then changes := arguments -> 'changes';
        when 'tag' then changes := jsonb_build_object('tags', private.tags_after(content.tags, arguments));
        when 'assign' then
          changes := jsonb_build_object('assignees', private.assignees_after(content.assignees, arguments));
        else perform private.refuse(400, 'there is no such operation');
      end case;
      perform public.update_content(content_id, content.version, changes, false, coalesce(arguments ->> 'note', ''));
  end case;
end;
$function$;

CREATE OR REPLACE FUNCTION private.shown_run(run public.workflow_instances, names jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return jsonb_build_object(
    'id', run.id, 'status', run.status, 'outcome', run.outcome, 'workflow_id', run.workflow_id,
    'workflow_name', run.workflow_name, 'workflow_version', run.workflow_version, 'workflow_type', run.workflow_type,
    'priority', run.priority,
    'started_at', run.started_at, 'started_by', names -> run.started_by::text,
    'completed_at', run.completed_at, 'completed_by', names -> run.completed_by::text,
    'changes_requested_at', run.parked_at, 'deadline_at', run.deadline_at,
    'minutes', private.minutes_between(run.started_at, run.completed_at)
  );
end;
$function$;

CREATE OR REPLACE FUNCTION private.shown_tasks(ids uuid[], access private.brand_access[])
 RETURNS json
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  heads constant private.task_head [] := private.task_heads(ids);
  decisions constant jsonb := private.decisions_allowed(heads, access);
  remarks constant jsonb := private.task_remarks(heads);
  people jsonb;
begin
  people := private.people_named(
    array(
      select person
      from unnest(heads) as head
      cross join unnest(array[head.assignee_id, head.on_behalf_of, head.reassigned_to, head.author_id]) as person
      union
      select private.as_uuid(remark ->> 'actor_id')
      from jsonb_each(remarks) as run
      cross join lateral jsonb_array_elements(run.value) as remark
    ), access
  );
  return json_build_object('people', people, 'items', coalesce((
    select
      json_agg(json_build_object(
        'id', head.id, 'status', head.status, 'decision', head.decision, 'comment', head.comment,
        'round', head.round, 'created_at', head.created_at, 'due_at', head.due_at, 'decided_at', head.decided_at,
        'reminded_at', head.reminded_at, 'escalated_at', head.escalated_at, 'is_open', head.is_open,
        'overdue_seconds', case
          when head.status = 'pending' and head.due_at <= now() then floor(extract(epoch from now() - head.due_at))
        end,
        'priority', case
          when head.due_at <= now() then 'urgent' when head.reminded_at is not null or head.round > 1 then 'high'
          else 'normal'
        end,
        'assignee_id', head.assignee_id, 'on_behalf_of_id', head.on_behalf_of, 'reassigned_to_id', head.reassigned_to,
        'brand', json_build_object('id', head.brand_id, 'name', head.brand_name, 'slug', head.brand_slug),
        'content', case when head.title is not null then json_build_object(
          'id', head.content_id, 'title', head.title, 'type', head.type, 'status', head.content_status,
          'version', head.version, 'excerpt', head.excerpt, 'due_at', head.content_due_at, 'author_id', head.author_id
        ) end,
        'run', json_build_object(
          'id', head.instance_id, 'workflow_id', head.workflow_id, 'workflow', head.workflow_name,
          'started_at', head.run_started_at
        ),
        'step', json_build_object(
          'id', head.step_run_id, 'name', head.step_name, 'position', head.step_position,
          'instructions', coalesce(head.definition -> 'instructions', '""'),
          'actions', coalesce(head.definition -> 'actions', '["approve", "reject", "request_changes"]'),
          'requires_published_url', coalesce(head.definition -> 'requires_published_url', 'false'),
          'requires_all_approvals', coalesce(head.definition -> 'require_all_approvals', 'false'),
          'allows_skip', coalesce(head.definition -> 'allow_skip', 'false')
        ),
        'remarks', coalesce(remarks -> head.instance_id::text, '[]'),
        'allowed_actions', coalesce(decisions -> head.id::text, '[]') || case when head.is_open then
          case
            when
              'workflow.control' = any (held.permissions) and (
                head.author_id is distinct from auth.uid() or private.step_names(head.definition, auth.uid())
              ) or (
                head.definition -> 'allow_skip' = 'true' and head.has_task
                and 'content.review' <> all (held.restrictions)
                and (held.scope is null or 'content.review' = any (held.scope))
              )
              then '["skip"]'
            else '[]'
          end::jsonb
          || case when 'workflow.control' = any (held.permissions) then '["reassign"]' else '[]' end::jsonb
          || case
            when
              head.assignee_id = auth.uid() and (held.scope is null or 'content.review' = any (held.scope))
              then '["delegate"]'
            else '[]'
          end::jsonb
        else '[]' end
      ) order by place)
    from unnest(heads) with ordinality as head (
      id, brand_id, content_id, instance_id, step_run_id, assignee_id, on_behalf_of, reassigned_to, status, decision,
      comment, round, created_at, due_at, decided_at, reminded_at, escalated_at, step_name, step_position, definition,
      is_open, workflow_id, workflow_name, run_started_at, brand_name, brand_slug, title, type, content_status,
      version, content_due_at, author_id, excerpt, has_task, has_decided, place
    )
    inner join unnest(access) as held on held.brand_id = head.brand_id
  ), '[]'));
end;
$function$;

CREATE OR REPLACE FUNCTION private.start_run(content public.contents, workflow public.workflows, priority text)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  run public.workflow_instances;
begin
  insert into public.workflow_instances (
    workflow_id, workflow_name, workflow_type, workflow_version, brand_id, content_id, started_by, deadline_at,
    escalate_to, priority
  )
  values (
    workflow.id, workflow.name, workflow.type, workflow.version, content.brand_id, content.id, auth.uid(),
    now() + make_interval(hours => workflow.timeout_hours), workflow.escalate_to, coalesce(start_run.priority, 'normal')
  )
  returning * into run;
  insert into public.workflow_step_runs (instance_id, content_id, brand_id, position, name, definition)
  select
    run.id, run.content_id, run.brand_id, step.position, step.name,
    to_jsonb(step) || jsonb_build_object('assignees', coalesce((
      select jsonb_agg(assignee.user_id)
      from public.workflow_step_assignees as assignee where assignee.step_id = step.id
    ), '[]'))
  from public.workflow_steps as step
  where step.workflow_id = workflow.id;
  return private.open_run(run, content);
end;
$function$;

ALTER FUNCTION "private"."start_run"(public.contents, public.workflows, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.store_claim_check(content public.contents, checked_text text, claims_state text, result jsonb)
 RETURNS public.claim_reviews
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  stored public.claim_reviews;
begin
  perform private.check_market(result ->> 'market');
  if pg_column_size(result -> 'findings') > 4000000 then
    perform private.refuse(409, 'the check found more than can be kept', jsonb_build_array(jsonb_build_object(
      'field', 'content', 'code', 'CONFLICT', 'message', format(
        '%s findings in %s: shorten the text', jsonb_array_length(result -> 'findings'), result ->> 'market'
      )
    )));
  end if;
  update public.claim_reviews set is_current = false
  where
    claim_reviews.content_id = content.id and claim_reviews.country = result ->> 'market'
    and claim_reviews.source = 'check' and claim_reviews.is_current;
  insert into public.claim_reviews (
    brand_id, content_id, content_version, country, source, overall, violations, findings, product_ids, checked_text,
    claims_state, valid_until, created_by, override_reason, overridden_by, overridden_at
  )
  select
    content.brand_id, content.id, content.version, result ->> 'market', 'check', result ->> 'overall',
    (result ->> 'violations')::integer, result -> 'findings',
    array(select jsonb_array_elements_text(result -> 'product_ids')::uuid),
    store_claim_check.checked_text, store_claim_check.claims_state, (result ->> 'valid_until')::timestamptz, auth.uid(),
    -- Who allowed these violations in this text has allowed them.
    kept.override_reason, kept.overridden_by, kept.overridden_at
  from (select) as one
  left join lateral (
    select former.override_reason, former.overridden_by, former.overridden_at
    from public.claim_reviews as former
    where
      former.content_id = content.id and former.country = result ->> 'market' and former.source = 'check'
      and former.overridden_at is not null and former.checked_text = store_claim_check.checked_text
      and private.violating(result -> 'findings') <@ private.violating(former.findings)
    order by former.id desc
    limit 1
  ) as kept on true
  returning * into stored;
  perform private.prune_claim_checks(content.id, stored.country);
  perform private.append_event(content.brand_id, 'content', content.id, 'ClaimsReviewed', jsonb_build_object(
    'country', stored.country, 'overall', stored.overall, 'violations', stored.violations
  ));
  return stored;
end;
$function$;

CREATE OR REPLACE FUNCTION private.store_publication_claims()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  refusal text;
begin
  if private.claims_state(new.brand_id) is null then
    return null;
  end if;
  -- The last word: whichever way a content is published, not past its claims.
  refusal := private.claims_refusal(new);
  if refusal is not null then
    perform private.refuse(409, refusal);
  end if;
  insert into private.publication_claims (
    brand_id, content_id, content_version, published_at, market, section, sentence, start_offset, end_offset,
    sentence_offset, claim_id, claim_version, claim_text, claim_status, verdict, override_reason, evidence, check_id
  )
  select
    new.brand_id, new.id, new.version, new.published_at, made.market, made.section, made.sentence, made.start_offset,
    made.end_offset, made.sentence_offset, made.claim_id, made.claim_version, made.claim_text, made.claim_status,
    made.verdict, made.override_reason, made.evidence, made.check_id
  from private.claims_made(new, is_published => true) as made;
  return null;
end;
$function$;

CREATE OR REPLACE FUNCTION private.take_turns_to_count(master_brands uuid[])
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  -- Without a row yet there is nothing to lock: of two who make the first rows of the same brands, one waits here.
  select pg_advisory_xact_lock(hashtextextended('claim_catalogue:' || uncounted.id, 0))
  from (
    select master.id
    from public.master_claim_brands as master
    where
      master.id = any (take_turns_to_count.master_brands)
      and not exists (
        select from private.claim_catalogues as counted where counted.master_claim_brand_id = master.id
      )
    order by master.id
  ) as uncounted;
$function$;

ALTER FUNCTION "private"."take_turns_to_count"(uuid[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.time_to_decide(timeout_hours integer, priority text)
 RETURNS interval
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select make_interval(hours => timeout_hours) * case priority when 'high' then 0.5 when 'urgent' then 0.25 else 1 end;
$function$;

ALTER FUNCTION "private"."time_to_decide"(integer, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.titles_beginning(brands uuid[], prefix text, wished integer)
 RETURNS uuid[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  last_character constant text := chr(1114111);
  most constant integer := greatest(300 / greatest(cardinality(brands), 1), wished);
  latest uuid [];
  found uuid [];
  is_cut boolean;
begin
  with listed as materialized (
    select item.content_id, item.updated_at, item.place
    from unnest(brands) as permitted (id)
    cross join lateral (
      select first.content_id, first.updated_at, row_number() over () as place
      from (
        select search.content_id, search.updated_at
        from private.content_search as search
        where
          -- A range and not a pattern: for `like` the prefix would have to be a constant when the statement is planned.
          (search.brand_id::text || ':' || lower(search.title)) ~>=~ (permitted.id::text || ':' || prefix)
          and (search.brand_id::text || ':' || lower(search.title))
          ~<~ (permitted.id::text || ':' || prefix || last_character)
        order by (search.brand_id::text || ':' || lower(search.title)) using ~<~
        limit most
      ) as first
    ) as item
  )
  select
    array(select listed.content_id from listed order by listed.updated_at desc, listed.content_id limit wished),
    exists (select from listed where listed.place = most)
  into found, is_cut;
  if not is_cut or cardinality(brands) > 100 then
    return found;
  end if;
  -- A brand has more of them than were read, as for one letter. The last changed of all may be among those. The latest
  -- contents are looked at one after another, until enough of them begin so.
  latest := private.latest_contents(brands);
  latest := array(
    select match.content_id
    from unnest(latest) as candidate (id)
    cross join lateral (
      select search.content_id from private.content_search as search
      where
        -- As in private.search_condition, not by the index of titles.
        search.content_id = candidate.id and coalesce(search.brand_id, search.brand_id) = any (brands)
        and starts_with(lower(search.title), prefix)
      limit 1
    ) as match
    limit wished
  );
  if cardinality(latest) = wished then
    return latest;
  end if;
  return array(
    select search.content_id from private.content_search as search
    where search.content_id = any (found || latest)
    order by search.updated_at desc, search.content_id
    limit wished
  );
end;
$function$;

CREATE OR REPLACE FUNCTION private.titles_holding(brands uuid[], typed text, wished integer)
 RETURNS uuid[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  enough constant integer := 300;
  pattern constant text := '%' || regexp_replace(typed, '([%_\\])', '\\\1', 'g') || '%';
  -- The index reads a list for every three characters: so many of them say enough.
  beginning constant text := '%' || regexp_replace(left(typed, 8), '([%_\\])', '\\\1', 'g') || '%';
  latest constant uuid[] := private.latest_contents(brands);
  found uuid [];
begin
  -- What many titles hold is found among the latest, and nothing else is read for it.
  found := array(
    select match.content_id
    from unnest(latest) as candidate (id)
    cross join lateral (
      select search.content_id from private.content_search as search
      where
        -- As in private.search_condition, not by the index of titles.
        search.content_id = candidate.id and coalesce(search.brand_id, search.brand_id) = any (brands)
        and lower(search.title) like pattern
      limit 1
    ) as match
    limit wished
  );
  if cardinality(found) < wished then
    found := found || array(
      select search.content_id
      from (
        select held.content_id, held.title, held.updated_at from private.content_search as held
        where
          held.brand_id = any (brands) and held.title ilike beginning and lower(held.title) like pattern
          and held.content_id <> all (found)
        limit enough
      ) as search
      order by extensions.word_similarity(typed, search.title) desc, search.updated_at desc, search.content_id
      limit wished - cardinality(found)
    );
  end if;
  if cardinality(found) < wished and char_length(typed) >= 4 then
    -- Typing errors. To compare all titles would take half a second in a large brand.
    found := found || array(
      select search.content_id
      from (
        select held.content_id, held.updated_at, extensions.word_similarity(typed, held.title) as similarity
        from private.content_search as held
        where held.content_id = any (latest) and coalesce(held.brand_id, held.brand_id) = any (brands)
      ) as search
      where search.similarity >= 0.5 and search.content_id <> all (found)
      order by search.similarity desc, search.updated_at desc, search.content_id
      limit wished - cardinality(found)
    );
  end if;
  return found;
end;
$function$;

ALTER FUNCTION "private"."titles_holding"(uuid[], text, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.add_claim_evidence(claim_id uuid, details jsonb)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  claim public.claims;
  evidence private.claim_evidence;
begin
  perform private.require_functions();
  claim := private.lock_claim(claim_id, is_for_author => true);
  if (
    select count(*) from private.claim_evidence as found
    where found.claim_id = claim.id and found.status in ('pending', 'accepted')
  ) >= 100 then
    perform private.refuse(409, 'a claim has at most 100 pieces of evidence that count or wait for a reviewer');
  end if;
  evidence := jsonb_populate_record(null::private.claim_evidence, details);
  insert into private.claim_evidence as made (
    claim_id, title, kind, url, file_reference, issuer, reference_number, notes, issued_on, expires_on, edited_by
  )
  values (
    claim.id, evidence.title, evidence.kind, evidence.url, evidence.file_reference, coalesce(evidence.issuer, ''),
    coalesce(evidence.reference_number, ''), coalesce(evidence.notes, ''), evidence.issued_on, evidence.expires_on,
    auth.uid()
  )
  returning made.* into evidence;
  perform private.announce_evidence(evidence, 'added');
  perform private.tell_evidence_reviewers(evidence);
  return next private.evidence_answer(evidence.id);
end;
$function$;

CREATE OR REPLACE FUNCTION public.append_awaited_entries(after uuid DEFAULT NULL::uuid, batch integer DEFAULT 500)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  brand uuid := coalesce(append_awaited_entries.after, '00000000-0000-0000-0000-000000000000');
  awaited record;
  appended uuid;
  entries integer := 0;
begin
  loop
    select each.brand_id into brand from private.awaited_entries as each
    where each.brand_id > brand order by each.brand_id limit 1;
    if brand is null then
      return null;
    end if;
    -- The turn of a brand whose log is being written comes with the next run.
    exit when pg_try_advisory_xact_lock(hashtextextended('audit:' || brand::text, 0));
  end loop;
  for awaited in
    with taken as (
      delete from private.awaited_entries as each
      where each.id = any (array(
        select found.id from private.awaited_entries as found
        where found.brand_id = brand order by found.id limit least(greatest(batch, 1), 5000)
      ))
      returning each.id, each.entry
    )
    select taken.entry from taken order by taken.id
  loop
    appended := private.append_entry(jsonb_populate_record(null::public.audit_log, awaited.entry));
    entries := entries + 1;
  end loop;
  return jsonb_build_object('brand_id', brand, 'appended', entries);
end;
$function$;

ALTER FUNCTION "public"."append_awaited_entries"(uuid, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.archive_claim_brand(claim_brand_id uuid, is_archived boolean DEFAULT true, is_forced boolean DEFAULT false, expected_version integer DEFAULT NULL::integer)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_functions();
  return next private.archive_item('claim brand', claim_brand_id, is_archived, is_forced, expected_version);
end;
$function$;

CREATE OR REPLACE FUNCTION public.archive_ingredient(ingredient_id uuid, is_archived boolean DEFAULT true, is_forced boolean DEFAULT false, expected_version integer DEFAULT NULL::integer)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_functions();
  return next private.archive_item('ingredient', ingredient_id, is_archived, is_forced, expected_version);
end;
$function$;

CREATE OR REPLACE FUNCTION public.archive_product(product_id uuid, is_archived boolean DEFAULT true, is_forced boolean DEFAULT false, expected_version integer DEFAULT NULL::integer)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_functions();
  return next private.archive_item('product', product_id, is_archived, is_forced, expected_version);
end;
$function$;

CREATE OR REPLACE FUNCTION public.bulk_contents(operation text, content_ids uuid[], arguments jsonb DEFAULT '{}'::jsonb)
 RETURNS TABLE(content_id uuid, outcome integer, code text, message text, details text, version integer, status text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
#variable_conflict use_column
declare
  readable uuid [];
begin
  perform private.require_functions();
  if cardinality(content_ids) > 100 then
    perform private.refuse(400, 'a hundred contents at most');
  elsif operation = 'approve' and exists (
    select from unnest(content_ids) as each
    where jsonb_typeof(arguments -> 'versions' -> each::text) is distinct from 'number'
  ) then
    perform private.refuse(428, 'name the version of each content that you read');
  end if;
  perform private.begin_summary();
  -- All contents at once, of brands that the caller may read, and then brand by brand, as the audit logs are locked:
  -- no two commands wait for each other in a circle.
  readable := private.brands_permitting('content.read');
  perform private.lock_contents(array(
    select contents.id from public.contents
    where contents.id = any (content_ids) and contents.brand_id = any (readable)
  ));
  for content_id in
    select wanted.id
    from (select distinct each as id from unnest(content_ids) as each) as wanted
    left join public.contents on contents.id = wanted.id
    order by contents.brand_id, wanted.id
  loop
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
        details := private.own_details(code, details);
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

CREATE OR REPLACE FUNCTION public.create_claim(text jsonb, level public.claim_level, status public.claim_status, subject_ids uuid[], countries text[] DEFAULT '{__GLOBAL__}'::text[], effective_from timestamp with time zone DEFAULT now(), effective_to timestamp with time zone DEFAULT NULL::timestamp with time zone, details jsonb DEFAULT '{}'::jsonb)
 RETURNS SETOF jsonb
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
  -- All counters at once and in their order, which the rows of claim_subjects do not have.
  perform private.count_claim_changes(private.brands_of_subjects(subject_ids));
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
  perform private.announce_new_claims(array[claim_id]);
  return query select * from private.claim_answer(claim_id);
end;
$function$;

CREATE OR REPLACE FUNCTION public.decide_claim(claim_id uuid, decision text, comment text DEFAULT ''::text, amended_text jsonb DEFAULT NULL::jsonb, expected_version integer DEFAULT NULL::integer)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  claim public.claims;
  step public.claim_approval_steps;
  next_position integer;
  -- Whoever approved before has not seen an amended text, and after the last step nobody else would.
  begins_again boolean := false;
begin
  perform private.require_functions();
  claim := private.lock_claim(claim_id, is_for_reviewer => true);
  step := private.locked_approval_step(claim, coalesce(claim.approval_position, 1) - 1);
  perform private.require_open_decision(claim, step, expected_version);
  if decision = 'approve' then
    next_position := (private.next_approval_step(claim, step.position)).position;
    begins_again := amended_text is not null and (next_position is null or exists (
      select from public.claim_approvals as given where given.claim_id = claim.id and given.is_current
    ));
  elsif decision = 'reject' and amended_text is not null then
    perform private.refuse(400, 'a rejection changes no text', jsonb_build_array(jsonb_build_object(
      'field', 'amendedText', 'code', 'INVALID_FORMAT', 'message', 'can only be given with an approval'
    )));
  elsif decision = 'reject' then
    perform private.require_reason(decide_claim.comment, 'comment');
    begins_again := true;
  else
    perform private.refuse(400, 'there is no such decision',
      '[{"field": "decision", "code": "INVALID_FORMAT", "message": "approve or reject"}]');
  end if;
  if begins_again then
    update public.claim_approvals set is_current = false where claim_approvals.claim_id = claim.id;
    next_position := (private.next_approval_step(claim, 0)).position;
  end if;
  insert into public.claim_approvals (
    claim_id, claim_version, position, step_name, reviewer_role, decision, comment, is_current, is_amended, actor_id
  )
  values (
    claim.id, claim.version, step.position, step.name, step.reviewer_role, decide_claim.decision, decide_claim.comment,
    not begins_again, amended_text is not null, auth.uid()
  );
  update public.claims
  set
    text = coalesce(amended_text, claims.text),
    approval = case when next_position is null then 'approved' else 'pending' end,
    approval_position = next_position
  where claims.id = claim.id;
  perform private.announce_claim(claim.id, 'ClaimDecided', jsonb_build_object(
    'decision', decide_claim.decision, 'step', step.name, 'reviewerRole', step.reviewer_role
  ));
  return query select * from private.claim_answer(claim.id);
end;
$function$;

CREATE OR REPLACE FUNCTION public.delegate_review(content_id uuid, assignee_id uuid, step_run_id uuid DEFAULT NULL::uuid, reason text DEFAULT ''::text, expected_round integer DEFAULT NULL::integer)
 RETURNS SETOF private.content_details
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  content public.contents;
  step_run public.workflow_step_runs;
  task public.workflow_tasks;
begin
  perform private.require_functions();
  content := private.lock_content(content_id);
  perform private.require_permission(content.brand_id, 'workflow.read', 'step');
  step_run := private.open_step_of(content, step_run_id, auth.uid());
  perform private.check_round(step_run, expected_round);
  select tasks.* into task
  from public.workflow_tasks as tasks
  where
    tasks.step_run_id = step_run.id and tasks.round = step_run.round and tasks.status = 'pending'
    and tasks.assignee_id = auth.uid();
  if task.id is null then
    perform private.refuse(403, 'only the assignee of the task may delegate it; admins of the brand reassign it');
  end if;
  perform private.give_task(task, assignee_id, reason);
  return query select * from private.content_answer(content.id);
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
  replaced text [];
begin
  perform private.require_functions();
  claim := private.lock_claim(claim_id);
  replaced := array(
    select rule.id::text from public.market_overrides as rule
    where rule.replacement_claim_id = claim.id order by rule.id limit 5
  );
  if cardinality(replaced) > 0 then
    perform private.refuse(409, 'the claim takes the place of another', jsonb_build_array(jsonb_build_object(
      'field', 'overrides', 'code', 'CONFLICT', 'message', array_to_string(replaced, ', ')
    )));
  end if;
  -- Its overrides go with it. They come before the counters, as in changes of overrides.
  perform from public.market_overrides as rule where rule.master_claim_id = claim.id order by rule.id for update;
  perform private.announce_claim(claim.id, 'ClaimDeleted', '{}');
  delete from public.claims where claims.id = claim.id;
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
  -- All at once, and before anything is written: deleting a membership locks the audit log of its brand.
  perform private.lock_contents_of(array(
    select task.id
    from public.brand_members as members
    inner join public.workflow_tasks as task
      on task.assignee_id = members.user_id and task.brand_id = members.brand_id and task.status = 'pending'
    where members.user_id = person
  ));
  for member in
    select members.brand_id from public.brand_members as members where members.user_id = person order by 1
  loop
    perform private.end_membership(person, member.brand_id);
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

CREATE OR REPLACE FUNCTION public.find_review_path(brand_id uuid DEFAULT NULL::uuid, workflow_id uuid DEFAULT NULL::uuid, definition jsonb DEFAULT NULL::jsonb, content_id uuid DEFAULT NULL::uuid, sample jsonb DEFAULT '{}'::jsonb, starts_at timestamp with time zone DEFAULT now(), priority text DEFAULT 'normal'::text)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  workflow public.workflows;
  content public.contents;
  brand uuid := brand_id;
  followed jsonb := definition;
begin
  if workflow_id is not null then
    select * into workflow from public.workflows where workflows.id = workflow_id;
    perform private.require_permission(workflow.brand_id, 'workflow.read', 'workflow');
    brand := workflow.brand_id;
    followed := coalesce(definition, private.workflow_definition(workflow));
  end if;
  perform private.require_permission(brand, 'workflow.read');
  followed := case
    when definition is not null then private.bounded_definition(followed) else private.normal_definition(followed)
  end;
  if definition is not null then
    -- It may name addresses, which a check tells to be members or not.
    perform private.require_permission(brand, 'workflow.write');
    perform private.require_sound_workflow(brand, followed);
    followed := private.with_members(followed, brand);
  end if;
  if content_id is not null then
    perform private.require_visible_content(content_id);
    select contents.* into content from public.contents where contents.id = content_id;
    if content.brand_id <> brand then
      perform private.refuse(400, 'the content is of another brand', jsonb_build_array(
        private.problem('INVALID_FORMAT', 'is of another brand than the workflow') || '{"field": "contentId"}'
      ));
    end if;
  else
    content := jsonb_populate_record(null::public.contents, jsonb_build_object(
      'type', 'article', 'title', '', 'tags', '[]'::jsonb, 'fields', '{}'::jsonb, 'metadata', '{}'::jsonb,
      'created_by', auth.uid()
    ) || sample);
    content.brand_id := brand;
  end if;
  return private.review_path(followed, content, coalesce(starts_at, now()), priority);
end;
$function$;

ALTER FUNCTION "public"."find_review_path"(uuid, uuid, jsonb, uuid, jsonb, timestamp with time zone, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.get_content_claims(content_id uuid, version integer DEFAULT NULL::integer, page_offset integer DEFAULT 0, page_size integer DEFAULT 20)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_column
declare
  content public.contents;
  shown integer := get_content_claims.version;
  skipped constant integer := greatest(page_offset, 0);
  wished constant integer := least(greatest(page_size, 1), 100);
begin
  perform private.require_visible_content(content_id);
  select * into content from private.content_by_id(content_id);
  perform private.require_permission(content.brand_id, 'claim.read', 'content');
  if shown is null and content.status = 'published' then
    shown := content.version;
  end if;
  if get_content_claims.version is not null and not exists (
    select from public.content_versions as published
    where
      published.content_id = content.id and published.version = get_content_claims.version
      and published.snapshot ->> 'status' = 'published'
  ) then
    perform private.refuse(404, 'this version was not published');
  end if;
  return jsonb_build_object(
    'content_id', content.id,
    'version', coalesce(shown, content.version),
    'is_published', shown is not null,
    'published_at', (
      select published.snapshot ->> 'published_at' from public.content_versions as published
      where published.content_id = content.id and published.version = shown
    ),
    'published_versions', to_jsonb(array(
      select distinct published.version from public.content_versions as published
      where published.content_id = content.id and published.snapshot ->> 'status' = 'published'
      order by published.version desc
      limit 100
    )),
    'refusal', case when shown is null then private.claims_refusal(content) end
  ) || case
    when shown is null then (
      with made as materialized (
        select found.*, row_number() over () as place from private.claims_made(content) as found
      )
      select jsonb_build_object('items', coalesce(jsonb_agg(page.item), '[]'), 'total', (select count(*) from made))
      from (
        select to_jsonb(made) - 'place' as item from made order by made.place offset skipped limit wished
      ) as page
    )
    else (
      select jsonb_build_object('items', coalesce(jsonb_agg(page.item), '[]'), 'total', (
        select count(*) from private.publication_claims as made
        where made.content_id = content.id and made.brand_id = content.brand_id and made.content_version = shown
      ))
      from (
        select to_jsonb(made) as item from private.publication_claims as made
        where made.content_id = content.id and made.brand_id = content.brand_id and made.content_version = shown
        order by made.market, made.id
        offset skipped limit wished
      ) as page
    )
  end;
end;
$function$;

ALTER FUNCTION "public"."get_content_claims"(uuid, integer, integer, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.import_catalogue(kind text, lines jsonb, is_dry_run boolean DEFAULT true, is_whole boolean DEFAULT true)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
declare
  answer jsonb;
begin
  perform private.require_functions();
  perform private.require_platform_admin();
  if kind is null or kind not in ('claim_brand', 'product', 'ingredient') then
    perform private.refuse(400, 'there is no such part of the catalogue');
  end if;
  perform private.begin_summary();
  -- One at a time, also of reports: two with the same names in another order would wait for each other.
  perform pg_advisory_xact_lock(hashtextextended('import_catalogue', 0));
  perform private.require_import_bounds(lines, 'item', case kind when 'product' then 'ingredients' else 'brands' end);
  answer := private.import_lines(kind, lines, null, is_dry_run, is_whole);
  perform private.send_summary('import_catalogue');
  return answer;
end;
$function$;

ALTER FUNCTION "public"."import_catalogue"(text, jsonb, boolean, boolean) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.import_claims(lines jsonb, is_dry_run boolean DEFAULT true, is_whole boolean DEFAULT true)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
declare
  answer jsonb;
begin
  perform private.require_functions();
  perform private.begin_summary();
  perform private.require_import_bounds(lines, 'claim', 'subjects');
  answer := private.import_lines('claim', lines, private.imported_names(lines), is_dry_run, is_whole);
  perform private.send_summary('import_claims');
  return answer - 'linked';
end;
$function$;

CREATE OR REPLACE FUNCTION public.list_approval_steps(claim_brand_id uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_claim_brands(claim_brand_id, null);
  return (
    select jsonb_build_object(
      'items', coalesce(jsonb_agg(to_jsonb(step) order by step.position), '[]'), 'total', count(*),
      'version', (select master.version from public.master_claim_brands as master where master.id = claim_brand_id)
    )
    from public.claim_approval_steps as step where step.master_claim_brand_id = list_approval_steps.claim_brand_id
  );
end;
$function$;

CREATE OR REPLACE FUNCTION public.map_sso_roles(mapping jsonb)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.open_claim_tasks(claim_id uuid, override_id uuid DEFAULT NULL::uuid, evidence_id uuid DEFAULT NULL::uuid, change jsonb DEFAULT '{}'::jsonb, assignee_id uuid DEFAULT NULL::uuid, due_on date DEFAULT NULL::date)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
#variable_conflict use_column
declare
  most constant integer := 500;
  claim public.claims;
  -- Where the caller only reads, others decide what is to be done.
  writable uuid[];
  readable uuid[];
  made jsonb := '[]';
  remaining bigint := 0;
  refused bigint := 0;
  item record;
  task_id uuid;
  outcome text;
  problem text;
begin
  perform private.require_functions();
  perform private.begin_summary();
  writable := private.brands_permitting('claim.write') || private.brands_permitting('content.edit');
  -- No lock of the claim: the look for its sentences takes time, and what it finds holds whatever becomes of the claim.
  claim := private.claim_to_write(open_claim_tasks.claim_id, is_for_author => true);
  readable := array(
    select each from unnest(private.brands_permitting('content.read')) as each where each <> all (writable)
  );
  select found.total into refused
  from private.impact_items(
    open_claim_tasks.claim_id, open_claim_tasks.override_id, open_claim_tasks.evidence_id, open_claim_tasks.change, 1,
    only_brands => readable, are_without_task => true
  ) as found;
  refused := coalesce(refused, 0);
  for item in
    -- A second call goes on after the tasks of the first one.
    select found.*
    from private.impact_items(
      open_claim_tasks.claim_id, open_claim_tasks.override_id, open_claim_tasks.evidence_id, open_claim_tasks.change,
      most, only_brands => writable, are_without_task => true
    ) as found
  loop
    remaining := greatest(item.total - most, 0);
    task_id := null;
    problem := null;
    begin
      if assignee_id is not null and not private.is_active_member(assignee_id, item.brand_id) then
        perform private.refuse(400, 'the assignee is no active member of the brand');
      end if;
      insert into private.claim_tasks (
        brand_id, kind, claim_id, evidence_id, content_id, market, title, sentence, draft, mark, due_on, assignee_id,
        created_by
      )
      values (
        item.brand_id, 'claim_changed', claim.id, open_claim_tasks.evidence_id, item.content_id, item.market,
        left(format('Review "%s" in %s: %s', claim.text ->> 'original', item.market, item.effect), 500),
        item.sentence, item.draft, item.start_offset, open_claim_tasks.due_on, open_claim_tasks.assignee_id, auth.uid()
      )
      on conflict do nothing
      returning claim_tasks.id into task_id;
      outcome := case when task_id is null then 'exists' else 'opened' end;
      if task_id is not null then
        perform private.append_event(item.brand_id, 'claim', claim.id, 'ClaimTaskOpened', jsonb_build_object(
          'taskId', task_id, 'contentId', item.content_id, 'market', item.market
        ));
      end if;
    exception when others then
      outcome := 'failed';
      problem := case when sqlstate like 'PT%' then sqlerrm else 'this could not be stored' end;
    end;
    made := made || jsonb_build_object(
      'content_id', item.content_id, 'market', item.market, 'sentence', item.sentence, 'draft', item.draft,
      'outcome', outcome, 'task_id', task_id, 'problem', problem
    );
  end loop;
  perform private.send_summary('open_claim_tasks');
  return jsonb_build_object('items', made, 'remaining', remaining, 'refused', refused);
end;
$function$;

CREATE OR REPLACE FUNCTION public.queue_claim_checks(batch integer DEFAULT 500)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
declare
  item record;
  queued integer := 0;
begin
  for item in
    -- What the contents of a brand are compared with is looked up once for the brand.
    with claiming as materialized (
      select brands.id, private.claims_state(brands.id) as state, private.markets_to_check(brands.id) as markets
      from public.brands
      where
        brands.deleted_at is null
        and exists (select from public.brand_master_claim_brands as link where link.brand_id = brands.id)
        and exists (
          select from public.contents
          where
            contents.brand_id = brands.id and contents.status = 'scheduled' and contents.deleted_at is null
            and contents.scheduled_for <= now() + private.recheck_horizon()
        )
    ),
    -- In turns: the next of each brand before the second of any.
    due as (
      select
        contents.id, claiming.id as brand_id, claiming.state, contents.scheduled_for,
        row_number() over (partition by claiming.id order by contents.scheduled_for, contents.id) as turn
      from claiming
      inner join public.contents
        on contents.brand_id = claiming.id and contents.status = 'scheduled' and contents.deleted_at is null
      where
        claiming.state is not null
        -- What is due later is checked when it is: its claims may change once more until then.
        and contents.scheduled_for <= now() + private.recheck_horizon()
        and exists (
          select from unnest(claiming.markets) as market
          where not exists (
            select from public.claim_reviews as review
            where
              review.content_id = contents.id and review.source = 'check' and review.is_current
              and review.country = market and review.claims_state = claiming.state
              and (review.valid_until is null or review.valid_until > now())
          )
        )
        -- Once for each state of the claims, and once more every day where that failed.
        and not exists (
          select from private.jobs
          where jobs.queue = 'claims' and jobs.dedupe_key = private.recheck_key(contents.id, claiming.state)
        )
        and not exists (
          select from private.dead_jobs
          where dead_jobs.queue = 'claims' and dead_jobs.dedupe_key = private.recheck_key(contents.id, claiming.state)
        )
    )
    select due.id, due.brand_id, due.state, due.scheduled_for
    from due
    order by due.turn, due.scheduled_for, due.brand_id
    limit greatest(batch, 0)
  loop
    if private.enqueue_job(
      'claims', 'check_content', item.brand_id, jsonb_build_object('contentId', item.id),
      -- Jobs are done in the order of these times: what is due first is checked first, whenever it was queued.
      run_at => least(item.scheduled_for - private.recheck_horizon(), now()),
      dedupe_key => private.recheck_key(item.id, item.state)
    ) is not null then
      queued := queued + 1;
    end if;
  end loop;
  return queued;
end;
$function$;

CREATE OR REPLACE FUNCTION public.read_claim_impact(claim_id uuid, override_id uuid DEFAULT NULL::uuid, evidence_id uuid DEFAULT NULL::uuid, change jsonb DEFAULT '{}'::jsonb, page_offset integer DEFAULT 0, page_size integer DEFAULT 500)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  skipped constant integer := greatest(page_offset, 0);
  wished constant integer := least(greatest(page_size, 1), 500);
begin
  return (
    with items as (
      select found.*, row_number() over () as place
      from private.impact_items(
        read_claim_impact.claim_id, read_claim_impact.override_id, read_claim_impact.evidence_id,
        read_claim_impact.change, greatest(5000, skipped + wished)
      ) as found
    )
    select jsonb_build_object(
      'total', coalesce(max(items.total), 0),
      'published', count(distinct items.content_id) filter (where items.is_published),
      'pending', count(distinct items.content_id) filter (where not items.is_published),
      'markets', coalesce(jsonb_agg(distinct items.market), '[]'),
      'items', coalesce((
        select jsonb_agg(
          to_jsonb(shown) - array['total', 'place', 'claim_id_made']
          || jsonb_build_object('claim_id', shown.claim_id_made)
          order by shown.place
        )
        from (select items.* from items order by items.place offset skipped limit wished) as shown
      ), '[]')
    )
    from items
  );
end;
$function$;

ALTER FUNCTION "public"."read_claim_impact"(uuid, uuid, uuid, jsonb, integer, integer) OWNER TO "postgres";

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
  select * into override from public.market_overrides
  where market_overrides.id = remove_market_override.override_id;
  select products.master_claim_brand_id into master_brand from public.products where products.id = override.product_id;
  if not private.is_platform_admin() and not coalesce(master_brand = any (private.readable_master_brands()), false)
    or override.id is null
  then
    perform private.refuse(404, 'override not found');
  elsif not private.is_platform_admin() and not master_brand = any (private.writable_master_brands()) then
    perform private.refuse(403, 'this needs the permission claim.write in a brand that is linked to the product');
  end if;
  delete from public.market_overrides where market_overrides.id = override.id;
  if not found then
    perform private.refuse(404, 'override not found');
  end if;
end;
$function$;

CREATE OR REPLACE FUNCTION public.restart_review(content_id uuid, workflow_id uuid DEFAULT NULL::uuid, priority text DEFAULT NULL::text)
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
  perform private.begin_review(content, workflow_id, restart_review.priority);
  return query select * from private.content_answer(content.id);
end;
$function$;

ALTER FUNCTION "public"."restart_review"(uuid, uuid, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.set_approval_steps(claim_brand_id uuid, expected_version integer, steps jsonb)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  present integer;
  pending bigint;
begin
  perform private.require_functions();
  perform private.require_approval_setup(claim_brand_id);
  select master.version into present
  from public.master_claim_brands as master where master.id = claim_brand_id for no key update;
  perform private.require_version(present, expected_version, 'claim brand');
  if jsonb_array_length(steps) > 20 then
    perform private.refuse(400, 'there are too many steps', jsonb_build_array(jsonb_build_object(
      'field', 'steps', 'code', 'INVALID_FORMAT', 'message', 'at most 20'
    )));
  end if;
  -- A pending claim waits at a position of the present steps.
  select count(*) into pending from public.claims
  where
    claims.approval = 'pending' and private.approval_brand(claims.id) = set_approval_steps.claim_brand_id;
  if pending > 0 then
    perform private.refuse(409, 'claims are in approval by these steps', jsonb_build_array(jsonb_build_object(
      'field', 'claims', 'code', 'CONFLICT', 'message', pending || ' pending'
    )));
  end if;
  delete from public.claim_approval_steps as step where step.master_claim_brand_id = claim_brand_id;
  insert into public.claim_approval_steps (master_claim_brand_id, position, name, reviewer_role)
  select claim_brand_id, place.position, place.step ->> 'name', place.step ->> 'reviewer_role'
  from jsonb_array_elements(steps) with ordinality as place (step, position);
  -- Counts the change.
  update public.master_claim_brands as master set name = master.name where master.id = claim_brand_id;
  perform private.announce_catalogue(claim_brand_id, 'approval_steps', claim_brand_id, 'update');
  return next public.list_approval_steps(claim_brand_id);
end;
$function$;

ALTER FUNCTION "public"."set_approval_steps"(uuid, integer, jsonb) OWNER TO "postgres";

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
  -- Not with `on conflict do update`: the constraint would check the row to insert, which lacks the key that is stored
  -- already. Twice, because another session may insert the first row meanwhile.
  for attempt in 1..2 loop
    update private.delivery_settings as settings
    set mode = set_delivery.mode, key_hash = coalesce(set_delivery.key_hash, settings.key_hash),
      updated_by = auth.uid(), updated_at = now()
    where settings.brand_id = set_delivery.brand_id;
    exit when found;
    insert into private.delivery_settings (brand_id, mode, key_hash, updated_by)
    values (brand_id, mode, key_hash, auth.uid())
    on conflict on constraint delivery_settings_pkey do nothing;
    exit when found;
  end loop;
  perform private.audit(brand_id, 'delivery.configure', 'brand', brand_id, jsonb_build_object(
    'mode', mode, 'has_new_key', key_hash is not null
  ));
  -- Lets caches drop what they hold under the former rule.
  perform private.append_event(brand_id, 'brand', brand_id, 'DeliveryConfigured', jsonb_build_object('mode', mode));
  return jsonb_build_object('mode', mode);
end;
$function$;

CREATE OR REPLACE FUNCTION public.set_product_ingredients(product_id uuid, expected_version integer, ingredient_ids uuid[])
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  item public.products;
  missing uuid [];
begin
  perform private.require_functions();
  perform private.require_platform_admin();
  select found.* into item from public.products as found where found.id = product_id for no key update;
  if item.id is null then
    perform private.refuse(404, 'product not found');
  end if;
  perform private.require_version(item.version, expected_version, 'product');
  missing := array(
    select asked from unnest(ingredient_ids) as asked
    where not exists (
      select from public.ingredients as found
      where found.id = asked and (found.archived_at is null or exists (
        select from public.product_ingredients as part where part.product_id = item.id and part.ingredient_id = asked
      ))
    )
  );
  if cardinality(missing) > 0 then
    perform private.refuse(400, 'there is no such ingredient in use', jsonb_build_array(jsonb_build_object(
      'field', 'ingredientIds', 'code', 'INVALID_FORMAT',
      'message', 'unknown or archived: ' || array_to_string(missing[1:5], ', ')
    )));
  end if;
  delete from public.product_ingredients as part
  where part.product_id = item.id and not part.ingredient_id = any (ingredient_ids);
  insert into public.product_ingredients (product_id, ingredient_id)
  select item.id, asked from unnest(ingredient_ids) as asked
  on conflict do nothing;
  -- Counts the version. A column of a key would lock the product against claims that refer to it.
  update public.products as found set description = found.description where found.id = item.id
  returning found.* into item;
  perform private.announce_catalogue(item.master_claim_brand_id, 'product', item.id, 'update');
  return next private.product_document(item);
end;
$function$;

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
  if not private.may_skip(step_run) then
    perform private.refuse(403, case
      when private.may_decide_step(step_run, auth.uid()) then 'only an admin of the brand may skip this step'
      else 'authors skip no step of their own content, unless it names them'
    end);
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

CREATE OR REPLACE FUNCTION public.submit_content(content_id uuid, workflow_id uuid DEFAULT NULL::uuid, priority text DEFAULT NULL::text)
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
    if submit_content.priority <> run.priority then
      update public.workflow_instances set priority = submit_content.priority where workflow_instances.id = run.id
      returning * into run;
    end if;
    perform private.resume_run(run);
  else
    perform private.begin_review(content, workflow_id, submit_content.priority);
  end if;
  return query select * from private.content_answer(content.id);
end;
$function$;

ALTER FUNCTION "public"."submit_content"(uuid, uuid, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.suggest_contents(typed text, brand uuid DEFAULT NULL::uuid, max_results integer DEFAULT 8)
 RETURNS TABLE(id uuid, brand_id uuid, title text, type text, status text)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
 SET plan_cache_mode TO 'force_custom_plan'
 SET work_mem TO '32MB'
AS $function$
#variable_conflict use_column
declare
  brands constant uuid [] := private.searchable_brands(suggest_contents.brand);
  wished constant integer := least(greatest(max_results, 1), 20);
  prefix constant text := lower(left(btrim(typed), 100));
  found uuid [];
begin
  if prefix = '' then
    return;
  end if;
  found := private.titles_beginning(brands, prefix, wished);
  if cardinality(found) < wished and char_length(prefix) >= 3 and cardinality(brands) <= 5 then
    -- Titles with the words further on, or with words that are misspelt.
    found := found || private.titles_holding(brands, prefix, wished);
  end if;
  return query
    select search.content_id, search.brand_id, search.title, search.type, search.status::text
    from (
      select item.id, min(item.place) as place from unnest(found) with ordinality as item (id, place) group by item.id
    ) as best
    inner join private.content_search as search on search.content_id = best.id
    order by best.place
    limit wished;
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
  select * into brand from public.brands where brands.id = update_brand.brand_id for no key update;
  perform private.require_version(brand.version, expected_version, 'brand');
  changed := jsonb_populate_record(brand, changes - array['id', 'deleted_at']);
  changed.identity := private.merge_patch(brand.identity, changes -> 'identity');
  changed.settings := private.merge_patch(brand.settings, changes -> 'settings');
  if changed.parent_brand_id is distinct from brand.parent_brand_id then
    perform private.check_parent_brand(brand.id, changed.parent_brand_id);
  end if;
  -- The country is a market in which contents are checked for claims before they are published.
  if changed.country is distinct from brand.country and private.claims_state(brand.id) is not null then
    perform private.require_permission(brand.id, 'claim.write');
  end if;
  if (changed.name, changed.slug) is distinct from (brand.name, brand.slug) then
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
  elsif changed is distinct from brand then
    -- Without the columns of keys: to name them locks the row against all that is written with a reference to it, such
    -- as the events of claims that another tenant shares (ExecUpdateLockMode in postgres/src/backend/executor).
    update public.brands
    set
      description = changed.description, identity = changed.identity,
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

CREATE OR REPLACE FUNCTION public.update_claim_brand(claim_brand_id uuid, expected_version integer, changes jsonb)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_functions();
  return next private.change_item('claim brand', claim_brand_id, expected_version, changes);
end;
$function$;

CREATE OR REPLACE FUNCTION public.update_ingredient(ingredient_id uuid, expected_version integer, changes jsonb)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_functions();
  return next private.change_item('ingredient', ingredient_id, expected_version, changes);
end;
$function$;

CREATE OR REPLACE FUNCTION public.update_market_override(override_id uuid, expected_version integer, changes jsonb)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  rule public.market_overrides;
  master_brand uuid;
  changed public.market_overrides;
begin
  perform private.require_functions();
  select * into rule from public.market_overrides as rules where rules.id = override_id;
  if rule.id is null then
    perform private.refuse(404, 'override not found');
  end if;
  master_brand := (select products.master_claim_brand_id from public.products where products.id = rule.product_id);
  changed := jsonb_populate_record(rule, changes);
  perform private.require_override_write(
    rule, master_brand, rule.market_country, array[rule.master_claim_id, changed.replacement_claim_id]
  );
  select * into rule from public.market_overrides as rules where rules.id = override_id for update;
  if rule.id is null then
    perform private.refuse(404, 'override not found');
  end if;
  perform private.require_version(rule.version, expected_version, 'override');
  changed := jsonb_populate_record(rule, changes);
  update public.market_overrides as rules
  set is_blocked = changed.is_blocked, replacement_claim_id = changed.replacement_claim_id
  where rules.id = rule.id;
  return next private.override_documents(array[rule.id]) -> 0;
end;
$function$;

CREATE OR REPLACE FUNCTION public.update_product(product_id uuid, expected_version integer, changes jsonb)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_functions();
  return next private.change_item('product', product_id, expected_version, changes);
end;
$function$;

ALTER TABLE "private"."awaited_entries" ADD CONSTRAINT "awaited_entries_brand_id_fkey" FOREIGN KEY (brand_id) REFERENCES public.brands(id);

ALTER TABLE "public"."workflow_instances" ADD CONSTRAINT "workflow_instances_priority_check" CHECK ((priority = ANY (ARRAY['normal'::text, 'high'::text, 'urgent'::text])));

CREATE INDEX master_claim_brands_lower_name_idx ON public.master_claim_brands USING btree (lower(name));

CREATE TRIGGER audit_event_later AFTER INSERT ON public.domain_events FOR EACH ROW WHEN ((new.type = ANY (ARRAY['ClaimChanged'::text, 'ClaimDeleted'::text, 'MarketOverrideChanged'::text]))) EXECUTE FUNCTION private.audit_event_later();

CREATE TRIGGER audit_event AFTER INSERT ON public.domain_events FOR EACH ROW WHEN ((new.type = ANY (ARRAY['ClaimsReviewOverridden'::text, 'WorkflowStepSkipped'::text, 'TaskReassigned'::text, 'UserInvited'::text, 'InvitationChanged'::text, 'BrandUpdated'::text, 'WorkflowCreated'::text, 'WorkflowChanged'::text, 'WorkflowDeleted'::text]))) EXECUTE FUNCTION private.audit_event();

CREATE POLICY "Vetting feedback may be read by readers of the contents" ON "public"."vetting_feedback" FOR SELECT TO "authenticated" USING (((brand_id = ANY (( SELECT private.brands_permitting('workflow.read'::text) AS brands_permitting)::uuid[])) AND (brand_id = ANY (( SELECT private.brands_permitting('content.read'::text) AS brands_permitting)::uuid[]))));

CREATE POLICY "Actions may be read by readers of the contents" ON "public"."workflow_actions" FOR SELECT TO "authenticated" USING (((brand_id = ANY (( SELECT private.brands_permitting('workflow.read'::text) AS brands_permitting)::uuid[])) AND (brand_id = ANY (( SELECT private.brands_permitting('content.read'::text) AS brands_permitting)::uuid[]))));

CREATE POLICY "Runs may be read by readers of the contents" ON "public"."workflow_instances" FOR SELECT TO "authenticated" USING (((brand_id = ANY (( SELECT private.brands_permitting('workflow.read'::text) AS brands_permitting)::uuid[])) AND (brand_id = ANY (( SELECT private.brands_permitting('content.read'::text) AS brands_permitting)::uuid[]))));

CREATE POLICY "Steps of runs may be read by readers of the contents" ON "public"."workflow_step_runs" FOR SELECT TO "authenticated" USING (((brand_id = ANY (( SELECT private.brands_permitting('workflow.read'::text) AS brands_permitting)::uuid[])) AND (brand_id = ANY (( SELECT private.brands_permitting('content.read'::text) AS brands_permitting)::uuid[]))));

CREATE POLICY "Tasks may be read by readers of the contents" ON "public"."workflow_tasks" FOR SELECT TO "authenticated" USING (((brand_id = ANY (( SELECT private.brands_permitting('workflow.read'::text) AS brands_permitting)::uuid[])) AND (brand_id = ANY (( SELECT private.brands_permitting('content.read'::text) AS brands_permitting)::uuid[]))));

COMMENT ON COLUMN "private"."awaited_entries"."entry" IS 'The row of the audit log, without its id and its place in the chain.';

COMMENT ON COLUMN "public"."workflow_instances"."priority" IS 'How soon its steps are due: in the time that they give, in half of it, or in a quarter.';

COMMENT ON FUNCTION "private"."announce_item"(text, uuid) IS 'Tells the tenants concerned of a change of an item of the catalogue.';

COMMENT ON FUNCTION "private"."announce_new_claims"(uuid[]) IS 'Tells each linked tenant of new claims, once what they are about is written. While an import runs, nothing.';

COMMENT ON FUNCTION "private"."append_entry"(public.audit_log) IS 'Appends an entry to the chain of its brand, or to that of the platform, and returns its id. Its time is now, unless it
has one.';

COMMENT ON FUNCTION "private"."archive_item"(text, uuid, boolean, boolean, integer) IS 'Archives an item of the catalogue, or restores it, and returns it. Raises as private.lock_item, and 409 with what uses
it unless it is forced.';

COMMENT ON FUNCTION "private"."assign_task"(public.workflow_instances, public.workflow_step_runs, uuid, uuid[]) IS 'Assigns a step to a person, or to the one who stands in while the person is away, but to no excluded person, and
announces it; reopens a task that was reassigned or cancelled, and does nothing where the task is pending or decided.';

COMMENT ON FUNCTION "private"."audit_entry"(uuid, uuid, uuid, text, text, uuid, jsonb, text) IS 'Returns an entry about what the present request does, without its id, its time and its place in a chain.';

COMMENT ON FUNCTION "private"."audit_event_later"() IS 'Records an event as private.audit_event does, but the entry is appended after the transaction: the log of its brand
is not locked.';

COMMENT ON FUNCTION "private"."begin_review"(public.contents, uuid, text) IS 'Moves a content to review and starts the named workflow, or the one of its type. Approves the content at once where no
step applies; 409 where the brand has no workflow for the type.';

COMMENT ON FUNCTION "private"."brands_of_subjects"(uuid[]) IS 'Returns the catalogue brands that claims of these subjects are about: catalogue brands, products or ingredients.';

COMMENT ON FUNCTION "private"."catalogue_item"(text, uuid) IS 'Returns an item of the catalogue as platform admins see it.';

COMMENT ON FUNCTION "private"."catalogue_table"(text) IS 'Returns the table of a kind of items: claim brand, product or ingredient.';

COMMENT ON FUNCTION "private"."change_item"(text, uuid, integer, jsonb) IS 'Changes the name or the description of an item of the catalogue, and returns it. Raises as private.lock_item, and 428
without a version.';

COMMENT ON FUNCTION "private"."claim_to_write"(uuid, boolean, boolean) IS 'Returns a claim that private.lock_claim would lock, without the lock. 404 and 403 as there.';

COMMENT ON FUNCTION "private"."claims_in_force"(uuid[], text[], timestamp with time zone, text[]) IS 'Lists the claims of each product that are effective and approved (or were never put into an approval) in each market at
a time, of these texts if some are given. Catalogue brands and ingredients among the products have their own claims
alone.';

COMMENT ON FUNCTION "private"."claims_made"(public.contents, boolean) IS 'Lists the sentences of a content that make a claim, by the last check of each market, if it was of the present text.
Of a publication, by the checks on which it was published: those of the markets of its brand that hold.';

COMMENT ON FUNCTION "private"."claims_of_texts"(uuid[], text[], text[], timestamp with time zone) IS 'Lists what private.claims_in_force lists, of certain texts of certain products: the first text is of the first
product.';

COMMENT ON FUNCTION "private"."claims_to_check"(uuid, text[], uuid[], public.contents) IS 'Returns what read_claims_to_check returns, for callers that have asked for the permissions. Raises 409 for more than
20 MB of claims.';

COMMENT ON FUNCTION "private"."contents_by_likeness"(private.search_request) IS 'Finds those of the latest contents with a title that holds something like the query, so that typing errors find
something.';

COMMENT ON FUNCTION "private"."decision_problem"(public.claims, public.claim_approval_steps) IS 'Returns why the caller may not decide on the open step of a claim: status (no approval is pending), not_own (they wrote
the claim, or changed it since its last approval), role (they do not hold the reviewer role of the step), decided (they
approved an earlier step); null where they may.';

COMMENT ON FUNCTION "private"."hand_over_tasks"(private.delegations) IS 'Gives the pending tasks of a person who is away, at most 1,000, to the person who stands in. Returns how many.';

COMMENT ON FUNCTION "private"."has_edited_claim"(uuid) IS 'Whether the caller changed what is approved of a claim since its last approval, other than by an approval that
counts.';

COMMENT ON FUNCTION "private"."id_of"(text) IS 'Returns the id that a text is; null for other texts.';

COMMENT ON FUNCTION "private"."impact_items"(uuid, uuid, uuid, jsonb, integer, uuid[], boolean) IS 'Lists what a change of a claim, an override of it or evidence for it would touch, among contents that the caller may
read, each with a drafted replacement; total counts them all. only_brands: in these brands. are_without_task: without
the sentences that have an open task. Raises 404 for what the caller may not read.';

COMMENT ON FUNCTION "private"."import_claim"(jsonb, jsonb) IS 'Creates the claim of a row of an import: {outcome, id}.';

COMMENT ON FUNCTION "private"."import_claim_brand"(jsonb) IS 'Adds a catalogue brand and its links to tenants, or the links that an existing one lacks: {outcome, id}.';

COMMENT ON FUNCTION "private"."import_ingredient"(jsonb) IS 'Adds an ingredient, unless it exists: {outcome, id}.';

COMMENT ON FUNCTION "private"."import_line"(text, jsonb, jsonb) IS 'Writes what a line of an import says: {outcome, id}, where the outcome is made, linked or duplicates.';

COMMENT ON FUNCTION "private"."import_lines"(text, jsonb, jsonb, boolean, boolean) IS 'Writes the lines of an import: {made, linked, duplicates, problems, is_written}. Lines of what exists are duplicates.
is_whole: none if a line has a problem; else those without one. A dry run writes none.';

COMMENT ON FUNCTION "private"."import_product"(jsonb) IS 'Adds a product with its ingredients, or the ingredients that an existing one lacks: {outcome, id}.';

COMMENT ON FUNCTION "private"."imported_existing"(timestamp with time zone, boolean) IS 'Returns the outcome of a line whose item exists. Raises 409 for one that is archived.';

COMMENT ON FUNCTION "private"."imported_item_problem"(text, text) IS 'Raises 400 about a column of an import.';

COMMENT ON FUNCTION "private"."latest_contents"(uuid[]) IS 'Returns the 300 contents of these brands that changed last, or fewer: what suggestions compare where many titles would
do.';

COMMENT ON FUNCTION "private"."lock_contents"(uuid[]) IS 'Locks contents in the order of their ids.';

COMMENT ON FUNCTION "private"."lock_imported"(jsonb) IS 'Locks the counters of the catalogue brands that an import may write to, in the order of private.count_claim_changes.';

COMMENT ON FUNCTION "private"."lock_imported_catalogue"(text, jsonb) IS 'Locks what an import of products changes and names before the first line, so that it and changes of single items do
not wait for each other.';

COMMENT ON FUNCTION "private"."lock_item"(text, uuid, integer) IS 'Locks an item of the catalogue for a platform admin. Raises 404, and 412 where it has another version than expected.';

COMMENT ON FUNCTION "private"."lock_logs"(uuid[]) IS 'Locks the audit logs of these brands in their order, for a command that writes to several in another.';

COMMENT ON FUNCTION "private"."markets_to_check"(uuid) IS 'Lists the markets against which contents of a brand are checked: its country, and those that it chose.';

COMMENT ON FUNCTION "private"."may_skip"(public.workflow_step_runs) IS 'Whether the caller may skip a step: with workflow.control, if they may decide it, or with a pending task in a step that
allows skipping.';

COMMENT ON FUNCTION "private"."only_one"(uuid[], text, text, text) IS 'Returns the one id that was found. Raises 400 for none and for several.';

COMMENT ON FUNCTION "private"."pass_task_on"(public.workflow_tasks, public.workflow_step_runs, uuid[], text, uuid[]) IS 'Closes a pending task as reassigned and asks these people instead, or those who stand in for them, but no excluded
person. The content is locked.';

COMMENT ON FUNCTION "private"."recheck_horizon"() IS 'Returns how long before their time scheduled contents are checked again.';

COMMENT ON FUNCTION "private"."recheck_key"(uuid, text) IS 'Returns the key under which a check of a content against a state of the claims is queued once a day.';

COMMENT ON FUNCTION "private"."require_import_bounds"(jsonb, text, text) IS 'Raises 400 for an import of more than 1,000 lines, or of more than 5,000 names in the lists of their items.';

COMMENT ON FUNCTION "private"."require_own_market"(uuid, text[]) IS 'Raises 400 for markets without the country of the brand, in which its contents are read in any case. No market
stands for that country alone.';

COMMENT ON FUNCTION "private"."review_path"(jsonb, public.contents, timestamp with time zone, text) IS 'Returns the path that a review of a content would take if everybody approves at the last moment: {starts_at, ends_at,
is_open_ended, is_approved_at_once, times_out_at, steps}. It asks what the engine asks: waits_on, step_applies,
time_to_decide and people_to_ask.';

COMMENT ON FUNCTION "private"."start_run"(public.contents, public.workflows, text) IS 'Starts a run with a copy of the steps of the workflow. Returns true if the run ended at once, as approved, because no
step asks anybody.';

COMMENT ON FUNCTION "private"."store_claim_check"(public.contents, text, text, jsonb) IS 'Stores the check of a content in a market in place of the former one. An override of the same violations in the same
text stays, also after checks of other texts. Raises 409 for findings of more than 4 MB.';

COMMENT ON FUNCTION "private"."take_turns_to_count"(uuid[]) IS 'Makes transactions take turns that count the first changes of these catalogue brands.';

COMMENT ON FUNCTION "private"."time_to_decide"(integer, text) IS 'Returns how long a step of so many hours is open before it is due, in a review of a priority; null for no deadline.';

COMMENT ON FUNCTION "private"."titles_holding"(uuid[], text, integer) IS 'Finds contents of these brands with titles that hold a text in small letters somewhere: first those among the latest
contents, the last changed first, then others, then the latest with titles that hold something like it.';

COMMENT ON FUNCTION "public"."append_awaited_entries"(uuid, integer) IS 'For the scheduler: appends up to a batch of awaited entries to the log of the first brand after the given one, and
returns {brand_id, appended}; null where no further brand has any. One brand a call, so that no log is held for long.';

COMMENT ON FUNCTION "public"."bulk_contents"(text, uuid[], jsonb) IS 'Runs one command on each of at most 100 contents and returns for each the HTTP status that it would have had alone.
arguments.versions has the version of each content that the caller read, by its id: approve needs it, 428 else.';

COMMENT ON FUNCTION "public"."decide_claim"(uuid, text, text, jsonb, integer) IS 'Approves the open step of a claim, or rejects the claim back to its first step, which needs a comment. For reviewers
who hold the role of the step (platform admins hold all), and not for the author or somebody who approved an earlier step.
amended_text, with an approval only, replaces the text of the claim. The approval begins again where somebody approved
the former text, or where no step is left in which somebody else reads the new one; who amended it may then not decide.
expected_version: the version that the reviewer read.';

COMMENT ON FUNCTION "public"."find_review_path"(uuid, uuid, jsonb, uuid, jsonb, timestamp with time zone, text) IS 'Returns the path that a review by a workflow, or by a definition that is not saved, would take for a content or for
sample values {type, title, tags, fields, metadata, created_by}: see private.review_path. Changes nothing. A definition
requires workflow.write, all else workflow.read.';

COMMENT ON FUNCTION "public"."get_content_claims"(uuid, integer, integer, integer) IS 'Returns the claim bill of materials of a published version of a content, by default of the one that is published; of a
content that is not, what the last checks found in the present text, with what keeps it from being published. {items,
total, …}: one page of its sentences.';

COMMENT ON FUNCTION "public"."hand_over_open_tasks"(uuid) IS 'Gives the open tasks of a person who is away to the person who stands in, at most 1,000 in one call.';

COMMENT ON FUNCTION "public"."import_catalogue"(text, jsonb, boolean, boolean) IS 'Adds the claim brands, products or ingredients of lines {line, item}: {made, linked, duplicates, problems,
is_written}. Items that exist get the links that they lack. is_whole and is_dry_run as those of import_claims. Requires
a platform admin.';

COMMENT ON FUNCTION "public"."list_approval_steps"(uuid) IS 'Returns {items, total, version}: the steps by which claims of a catalogue brand are approved, in order, and the version
of the catalogue brand, which counts their changes too.';

COMMENT ON FUNCTION "public"."list_claim_checks"(uuid, integer, integer) IS 'Lists the checks of a content against the claims of markets, newest first, checks by models included, without their
findings: {items, total}.';

COMMENT ON FUNCTION "public"."queue_claim_checks"(integer) IS 'For the scheduler: queues a check of each content that is scheduled for the next 24 hours and whose claims have
changed, begun or ended to count since its last check, in turns by brand. Returns how many were queued.';

COMMENT ON FUNCTION "public"."read_claim_impact"(uuid, uuid, uuid, jsonb, integer, integer) IS 'Returns what a planned change of a claim, an override of it or evidence for it touches: {total, published, pending,
markets, items}, of contents that the caller may read: a page of at most 500 sentences, and figures of the first 5,000
or of all up to that page.';

COMMENT ON FUNCTION "public"."restart_review"(uuid, uuid, text) IS 'Starts a new review of a rejected content, from the first step. Requires content.review.';

COMMENT ON FUNCTION "public"."set_approval_steps"(uuid, integer, jsonb) IS 'Replaces the approval steps of a catalogue brand by [{name, reviewer_role}], in order; 409 with their number while
claims are in approval. Requires claim.write in a linked brand. Raises 428 without the version of the catalogue brand,
and 412 where it has another.';

COMMENT ON FUNCTION "public"."skip_step"(uuid, text) IS 'Skips an open step, with a reason. Requires workflow.control, for others than the author of the content, or a pending
task in a step that allows skipping.';

COMMENT ON FUNCTION "public"."submit_content"(uuid, uuid, text) IS 'Submits a draft for review: starts the named workflow or the one of its type, or resumes the run in which changes were
requested. priority: see private.time_to_decide; null: normal, or as it was.';

COMMENT ON FUNCTION "public"."suggest_contents"(text, uuid, integer) IS 'Suggests titles of the caller''s brands that begin with what was typed, the last changed first, then titles that hold
it further on, or something like it.';

COMMENT ON TABLE "private"."awaited_entries" IS 'Entries of the audit log that append_awaited_entries has yet to append to the chain of their brand: those that a
command of another tenant writes.';

COMMENT ON TYPE "private"."claim_in_force" IS 'A claim that is effective and approved for a product in a market. scope: 2 for a claim of the market, 3 for a global
one. is_master: the claim is a global one.';

REVOKE ALL ON FUNCTION "private"."announce_item"(text, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."announce_item"(text, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."announce_item"(text, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."announce_new_claims"(uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."announce_new_claims"(uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."announce_new_claims"(uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."append_entry"(public.audit_log) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."append_entry"(public.audit_log) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."append_entry"(public.audit_log) TO "postgres";

REVOKE ALL ON FUNCTION "private"."archive_item"(text, uuid, boolean, boolean, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."archive_item"(text, uuid, boolean, boolean, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."archive_item"(text, uuid, boolean, boolean, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."audit_entry"(uuid, uuid, uuid, text, text, uuid, jsonb, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."audit_entry"(uuid, uuid, uuid, text, text, uuid, jsonb, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."audit_entry"(uuid, uuid, uuid, text, text, uuid, jsonb, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."audit_event_later"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."audit_event_later"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."audit_event_later"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."begin_review"(public.contents, uuid, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."begin_review"(public.contents, uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."begin_review"(public.contents, uuid, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."brands_of_subjects"(uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."brands_of_subjects"(uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."brands_of_subjects"(uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."catalogue_item"(text, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."catalogue_item"(text, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."catalogue_item"(text, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."catalogue_table"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."catalogue_table"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."catalogue_table"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."change_item"(text, uuid, integer, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."change_item"(text, uuid, integer, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."change_item"(text, uuid, integer, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."claim_to_write"(uuid, boolean, boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."claim_to_write"(uuid, boolean, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."claim_to_write"(uuid, boolean, boolean) TO "postgres";

REVOKE ALL ON FUNCTION "private"."claims_in_force"(uuid[], text[], timestamp with time zone, text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."claims_in_force"(uuid[], text[], timestamp with time zone, text[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."claims_in_force"(uuid[], text[], timestamp with time zone, text[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."claims_made"(public.contents, boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."claims_made"(public.contents, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."claims_made"(public.contents, boolean) TO "postgres";

REVOKE ALL ON FUNCTION "private"."claims_of_texts"(uuid[], text[], text[], timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."claims_of_texts"(uuid[], text[], text[], timestamp with time zone) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."claims_of_texts"(uuid[], text[], text[], timestamp with time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."id_of"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."id_of"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."id_of"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."impact_items"(uuid, uuid, uuid, jsonb, integer, uuid[], boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."impact_items"(uuid, uuid, uuid, jsonb, integer, uuid[], boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."impact_items"(uuid, uuid, uuid, jsonb, integer, uuid[], boolean) TO "postgres";

REVOKE ALL ON FUNCTION "private"."import_claim"(jsonb, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."import_claim"(jsonb, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."import_claim"(jsonb, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."import_claim_brand"(jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."import_claim_brand"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."import_claim_brand"(jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."import_ingredient"(jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."import_ingredient"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."import_ingredient"(jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."import_line"(text, jsonb, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."import_line"(text, jsonb, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."import_line"(text, jsonb, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."import_lines"(text, jsonb, jsonb, boolean, boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."import_lines"(text, jsonb, jsonb, boolean, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."import_lines"(text, jsonb, jsonb, boolean, boolean) TO "postgres";

REVOKE ALL ON FUNCTION "private"."import_product"(jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."import_product"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."import_product"(jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."imported_existing"(timestamp with time zone, boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."imported_existing"(timestamp with time zone, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."imported_existing"(timestamp with time zone, boolean) TO "postgres";

REVOKE ALL ON FUNCTION "private"."imported_item_problem"(text, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."imported_item_problem"(text, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."imported_item_problem"(text, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."lock_contents"(uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."lock_contents"(uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."lock_contents"(uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."lock_imported"(jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."lock_imported"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."lock_imported"(jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."lock_imported_catalogue"(text, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."lock_imported_catalogue"(text, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."lock_imported_catalogue"(text, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."lock_item"(text, uuid, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."lock_item"(text, uuid, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."lock_item"(text, uuid, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."lock_logs"(uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."lock_logs"(uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."lock_logs"(uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."only_one"(uuid[], text, text, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."only_one"(uuid[], text, text, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."only_one"(uuid[], text, text, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."recheck_horizon"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."recheck_horizon"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."recheck_horizon"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."recheck_key"(uuid, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."recheck_key"(uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."recheck_key"(uuid, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."require_import_bounds"(jsonb, text, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."require_import_bounds"(jsonb, text, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."require_import_bounds"(jsonb, text, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."review_path"(jsonb, public.contents, timestamp with time zone, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."review_path"(jsonb, public.contents, timestamp with time zone, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."review_path"(jsonb, public.contents, timestamp with time zone, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."start_run"(public.contents, public.workflows, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."start_run"(public.contents, public.workflows, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."start_run"(public.contents, public.workflows, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."take_turns_to_count"(uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."take_turns_to_count"(uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."take_turns_to_count"(uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."time_to_decide"(integer, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."time_to_decide"(integer, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."time_to_decide"(integer, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."titles_holding"(uuid[], text, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."titles_holding"(uuid[], text, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."titles_holding"(uuid[], text, integer) TO "postgres";

REVOKE ALL ON FUNCTION "public"."append_awaited_entries"(uuid, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."append_awaited_entries"(uuid, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."append_awaited_entries"(uuid, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."append_awaited_entries"(uuid, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."find_review_path"(uuid, uuid, jsonb, uuid, jsonb, timestamp with time zone, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."find_review_path"(uuid, uuid, jsonb, uuid, jsonb, timestamp with time zone, text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."find_review_path"(uuid, uuid, jsonb, uuid, jsonb, timestamp with time zone, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."find_review_path"(uuid, uuid, jsonb, uuid, jsonb, timestamp with time zone, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."find_review_path"(uuid, uuid, jsonb, uuid, jsonb, timestamp with time zone, text) TO "service_role";

REVOKE ALL ON FUNCTION "public"."get_content_claims"(uuid, integer, integer, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."get_content_claims"(uuid, integer, integer, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."get_content_claims"(uuid, integer, integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."get_content_claims"(uuid, integer, integer, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."get_content_claims"(uuid, integer, integer, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."import_catalogue"(text, jsonb, boolean, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."import_catalogue"(text, jsonb, boolean, boolean) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."import_catalogue"(text, jsonb, boolean, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."import_catalogue"(text, jsonb, boolean, boolean) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."import_catalogue"(text, jsonb, boolean, boolean) TO "service_role";

REVOKE ALL ON FUNCTION "public"."read_claim_impact"(uuid, uuid, uuid, jsonb, integer, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."read_claim_impact"(uuid, uuid, uuid, jsonb, integer, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."read_claim_impact"(uuid, uuid, uuid, jsonb, integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."read_claim_impact"(uuid, uuid, uuid, jsonb, integer, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."read_claim_impact"(uuid, uuid, uuid, jsonb, integer, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."restart_review"(uuid, uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."restart_review"(uuid, uuid, text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."restart_review"(uuid, uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."restart_review"(uuid, uuid, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."restart_review"(uuid, uuid, text) TO "service_role";

REVOKE ALL ON FUNCTION "public"."set_approval_steps"(uuid, integer, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."set_approval_steps"(uuid, integer, jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."set_approval_steps"(uuid, integer, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."set_approval_steps"(uuid, integer, jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."set_approval_steps"(uuid, integer, jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "public"."submit_content"(uuid, uuid, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."submit_content"(uuid, uuid, text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."submit_content"(uuid, uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."submit_content"(uuid, uuid, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."submit_content"(uuid, uuid, text) TO "service_role";

CREATE INDEX awaited_entries_brand_id_idx ON private.awaited_entries USING btree (brand_id, id);
