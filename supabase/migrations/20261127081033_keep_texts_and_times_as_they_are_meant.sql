-- Keep texts and times as they are meant
-- Planned by `make migration` from supabase/schemas and supabase/policies.

-- Waits at most five seconds for a lock, because queries behind a waiting lock wait as well. On failure, push again.
set lock_timeout = '5s';
set check_function_bodies = off;

DROP TRIGGER "check_template" ON "public"."templates";

DROP INDEX "private"."content_search_prefix_idx";

DROP INDEX "private"."content_search_title_idx";

DROP INDEX "private"."knowledge_chunks_words_idx";

DROP INDEX "public"."contents_brand_title_idx";

DROP INDEX "public"."ingredients_lower_name_idx";

DROP INDEX "public"."master_claim_brands_lower_name_idx";

DROP INDEX "public"."products_lower_name_idx";

DROP INDEX "public"."templates_name_idx";

ALTER TABLE "public"."brands" DROP CONSTRAINT "brands_name_key";

ALTER TABLE "public"."brands" DROP CONSTRAINT "brands_settings_check";

ALTER TABLE "public"."channels" DROP CONSTRAINT "channels_brand_id_name_key";

ALTER TABLE "public"."ingredients" DROP CONSTRAINT "ingredients_name_key";

ALTER TABLE "public"."master_claim_brands" DROP CONSTRAINT "master_claim_brands_name_key";

ALTER TABLE "public"."products" DROP CONSTRAINT "products_master_claim_brand_id_name_key";

ALTER TABLE "public"."vetting_agencies" DROP CONSTRAINT "vetting_agencies_brand_id_name_country_code_key";

ALTER TABLE "public"."workflows" DROP CONSTRAINT "workflows_brand_id_name_key";

DROP FUNCTION "private"."as_instant"(text);

DROP FUNCTION "private"."condition_is_met"(jsonb, jsonb);

DROP FUNCTION "private"."highlight_prefixes"(tsquery);

DROP FUNCTION "private"."is_blank"(jsonb);

DROP FUNCTION "private"."look_at_log"(uuid, xid8, uuid, uuid, text[], text, integer);

DROP FUNCTION "private"."opening_words"(text);

DROP FUNCTION "private"."refresh_brand"(uuid, text, integer, timestamp with time zone);

DROP FUNCTION "private"."refresh_document"(uuid, text);

DROP FUNCTION "private"."search_terms"(text, uuid[]);

DROP FUNCTION "private"."sorted_contents"(private.list_request, jsonb, boolean);

DROP FUNCTION "private"."template_problems"(jsonb, jsonb);

DROP FUNCTION "private"."text_highlight"(regconfig, text, text[], tsquery);

DROP FUNCTION "private"."visible_characters"(text);

DROP FUNCTION "public"."bulk_contents"(text, uuid[], jsonb);

DROP FUNCTION "public"."create_content"(uuid, text, text, uuid, jsonb, jsonb, text[], text, text, text, text[], timestamp with time zone, timestamp with time zone, uuid[]);

DROP FUNCTION "public"."create_contents"(jsonb, text);

DROP FUNCTION "public"."list_events"(uuid, uuid, text[], text, uuid, integer);

DROP FUNCTION "public"."refresh_search"(integer, integer);

DROP FUNCTION "public"."update_content"(uuid, integer, jsonb, boolean, text);

ALTER TABLE "private"."knowledge_chunks" DROP COLUMN "words";

CREATE TABLE "private"."refresh_tokens" ("digest" text NOT NULL, "session_id" uuid NOT NULL, "spent_at" timestamp with time zone, "created_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "refresh_tokens_created_at_check" CHECK (((created_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (created_at <= '2200-01-01 00:00:00+00'::timestamp with time zone))), CONSTRAINT "refresh_tokens_digest_check" CHECK ((digest ~ '^[0-9a-f]{64}$'::text)), CONSTRAINT "refresh_tokens_pkey" PRIMARY KEY (digest), CONSTRAINT "refresh_tokens_spent_at_check" CHECK (((spent_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (spent_at <= '2200-01-01 00:00:00+00'::timestamp with time zone))));

ALTER TABLE "private"."refresh_tokens" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "private"."refresh_tokens" OWNER TO "postgres";

CREATE TABLE "private"."sso_sessions" ("session_id" uuid NOT NULL, "connection_id" uuid NOT NULL, "subject" private.ciphertext NOT NULL, "subject_digest" text NOT NULL, "index_digest" text, "created_at" timestamp with time zone NOT NULL DEFAULT now(), CONSTRAINT "sso_sessions_created_at_check" CHECK (((created_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (created_at <= '2200-01-01 00:00:00+00'::timestamp with time zone))), CONSTRAINT "sso_sessions_index_digest_check" CHECK ((index_digest ~ '^[0-9a-f]{64}$'::text)), CONSTRAINT "sso_sessions_pkey" PRIMARY KEY (session_id), CONSTRAINT "sso_sessions_subject_digest_check" CHECK ((subject_digest ~ '^[0-9a-f]{64}$'::text)));

ALTER TABLE "private"."sso_sessions" ENABLE ROW LEVEL SECURITY;

ALTER TABLE "private"."sso_sessions" OWNER TO "postgres";

ALTER TABLE "private"."content_search" ADD COLUMN "words_version" integer NOT NULL DEFAULT 1;

ALTER TABLE "public"."contents" ADD COLUMN "plain_texts" text[] NOT NULL DEFAULT '{}'::text[];

ALTER TABLE "public"."sso_connections" ADD COLUMN "logout_url" text;

ALTER TABLE "public"."sso_connections" ADD COLUMN "allows_unsolicited" boolean NOT NULL DEFAULT false;

ALTER TABLE "public"."template_versions" ADD COLUMN "markup_version" smallint NOT NULL DEFAULT 0;

ALTER TABLE "public"."templates" ADD COLUMN "markup_version" smallint NOT NULL DEFAULT 0;

ALTER TABLE "public"."user_sessions" ADD COLUMN "refresh_claimed_until" timestamp with time zone;

CREATE TYPE "private"."search_clause" AS ("alternative" integer, "is_excluded" boolean, "is_quoted" boolean, "typed" text);

ALTER TYPE "private"."search_clause" OWNER TO "postgres";

CREATE TYPE "private"."search_marks" AS ("pattern" text, "words" tsquery);

ALTER TYPE "private"."search_marks" OWNER TO "postgres";

ALTER TYPE "private"."content_details" ADD ATTRIBUTE "plain_texts" text[] CASCADE;

ALTER TYPE "private"."published_content" ADD ATTRIBUTE "plain_texts" text[] CASCADE;

ALTER TYPE "private"."search_request" ADD ATTRIBUTE "clauses" private.search_clause[] CASCADE;

ALTER TYPE "private"."search_request" ADD ATTRIBUTE "excluded" tsquery CASCADE;

ALTER TYPE "private"."search_request" ADD ATTRIBUTE "is_exact" boolean CASCADE;

ALTER TYPE "private"."search_request" ADD ATTRIBUTE "likely_terms" tsquery CASCADE;

CREATE OR REPLACE FUNCTION private.accents()
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  -- Of Latin, Greek and Cyrillic, points of Hebrew, vowels of Arabic and its tatweel; then what nobody sees, such as a
  -- soft hyphen, the joiner of emoji and their style.
  select '\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0640\u064b-\u065f\u0670\u00ad\u034f\u061c'
    '\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff';
$function$;

ALTER FUNCTION "private"."accents"() OWNER TO "postgres";

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
      select private.cut_text(coalesce(accounts.name, brands.name), 255)
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

CREATE OR REPLACE FUNCTION private.answer_with(content public.contents, access private.brand_access[], allowed_actions text[], readable text[])
 RETURNS private.content_details
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  people jsonb := '{}';
  review jsonb;
begin
  -- Commands of many show nobody what they return.
  if coalesce(current_setting('mixerai.broadcasts', true), '') <> 'summary' then
    people := private.people_named(
      -- A list of lists, as a row may hold that was written past the checks, cannot be joined.
      case when array_ndims(content.assignees) = 1 then content.assignees else '{}' end
      || array[content.created_by, content.updated_by, content.published_by],
      access
    );
    review := private.review_of(
      content.id, content.status::text, content.version, content.created_by, access, allowed_actions
    );
  end if;
  return (
    content.id, content.brand_id, content.template_id, content.template_version, content.type,
    content.status::text, content.title, content.slug, content.fields, content.body, content.excerpt,
    content.metadata, content.tags, content.categories, content.assignees, content.score, content.provenance,
    content.version, content.major_version, content.minor_version, content.parent_id, content.scheduled_for,
    content.expires_at, content.due_at, content.published_at, content.published_by, content.created_by,
    content.created_at, content.updated_by, content.updated_at, content.deleted_at,
    coalesce(allowed_actions, '{}'), coalesce(readable, '{}'), coalesce(people, '{}'), review,
    content.plain_texts
  )::private.content_details;
end;
$function$;

CREATE OR REPLACE FUNCTION private.any_words(topic text)
 RETURNS tsquery
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  -- With "or" between the words, where a search asks for all of them: texts that share more words rank higher.
  select string_agg(quote_literal(word), ' | ')::tsquery
  from (
    select word from unnest(tsvector_to_array(private.text_words(left(topic, 2000)))) as word
    where char_length(word) > 3 or word ~ ('^[' || private.spaceless_letters() || ']{2}$')
    limit 40
  ) as words;
$function$;

CREATE OR REPLACE FUNCTION private.apply_generation(generation public.ai_generations, note text)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  content public.contents;
  changed public.contents;
  template public.templates;
  new_fields jsonb := coalesce(generation.proposal -> 'fields', '{}');
  new_metadata jsonb := coalesce(generation.proposal -> 'metadata', '{}');
  made_version integer;
  is_changed boolean;
begin
  select contents.* into content from public.contents where contents.id = generation.content_id;
  is_changed := (content.fields || new_fields, content.metadata || new_metadata)
    is distinct from (content.fields, content.metadata);
  if content.deleted_at is null and private.is_editable(content.status) then
    perform private.require_action(content, 'edit');
  end if;
  template := private.template_used(content);
  perform private.check_field_shapes(template, new_fields);
  changed := content;
  changed.fields := content.fields || new_fields;
  perform private.describe_change(jsonb_build_object('note', note));
  -- A content that was edited meanwhile stays as it is; its editor may take over the output.
  update public.contents
  set
    fields = contents.fields || new_fields,
    plain_texts = private.plain_texts_after(
      content, changed, private.plain_proposals(template.input_fields || template.output_fields, new_fields)
    ),
    metadata = contents.metadata || new_metadata,
    provenance = contents.provenance || private.generation_provenance(generation)
  where
    contents.id = generation.content_id
    and contents.version = generation.content_version
    and contents.deleted_at is null
    and private.is_editable(contents.status)
  returning contents.version into made_version;
  perform private.describe_change('{}');
  if made_version is not null then
    if is_changed then
      perform private.void_approvals(generation.content_id);
    end if;
    update public.ai_generations set applied_version = made_version
    where ai_generations.id = generation.id;
  end if;
  return made_version;
end;
$function$;

CREATE OR REPLACE FUNCTION private.as_day(written text)
 RETURNS date
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
 SET search_path TO ''
AS $function$
declare
  year integer;
  month integer;
  day integer;
  last_day integer;
begin
  if written !~ '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$' or written < '0001' collate "C" then
    return null;
  end if;
  year := left(written, 4);
  month := substr(written, 6, 2);
  day := right(written, 2);
  -- Without an error to catch, which would take a subtransaction.
  last_day := case
    when month = 2 and year % 4 = 0 and (year % 100 <> 0 or year % 400 = 0) then 29
    when month = 2 then 28
    when month in (4, 6, 9, 11) then 30
    else 31
  end;
  if day > last_day then
    return null;
  end if;
  return make_date(year, month, day);
end;
$function$;

ALTER FUNCTION "private"."as_day"(text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.as_instant(written text)
 RETURNS timestamp with time zone
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
 SET search_path TO ''
AS $function$
declare
  -- date, hour, minute, second, fraction, sign and hours and minutes of the offset
  part text [];
  day date;
  is_leap boolean;
  local timestamp;
begin
  if char_length(written) > 64 then
    return null;
  end if;
  part := regexp_match(
    written,
    '^([0-9-]{10})[Tt]([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9]|60)(?:\.([0-9]+))?'
    '(?:[Zz]|([+-])([01][0-9]|2[0-3]):([0-5][0-9]))$'
  );
  day := private.as_day(part[1]);
  if day is null then
    return null;
  end if;
  is_leap := part[4] = '60';
  -- Digits beyond microseconds are cut off, so that no time moves into the next second.
  local := day + make_interval(
    hours => part[2]::integer, mins => part[3]::integer, secs => case when is_leap then 59 else part[4]::integer end
  ) + coalesce(rpad(left(part[5], 6), 6, '0')::integer, 0) * interval '1 microsecond'
  - coalesce((part[6] || '1')::integer * make_interval(hours => part[7]::integer, mins => part[8]::integer), '0');
  if local < '0001-01-01' or local >= '10000-01-01' then
    return null;
  elsif is_leap then
    -- Leap seconds are at the end of June and December, and PostgreSQL has none.
    if to_char(local, 'MM-DD HH24:MI') not in ('06-30 23:59', '12-31 23:59') or local >= '9999-12-31 23:59:59' then
      return null;
    end if;
    local := local + interval '1 second';
  end if;
  return local at time zone 'UTC';
end;
$function$;

ALTER FUNCTION "private"."as_instant"(text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.bare_tags(markup text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
declare
  -- What follows the name of a tag. A `>` within quotes does not end it, and quotes count only in values.
  rest constant text := '(?:[^=>]|=[ \t\n\f\r]*(?:"[^"]*(?:"|$)|''[^'']*(?:''|$)'
    '|[^ \t\n\f\r"''>][^ \t\n\f\r>]*(?=[ \t\n\f\r>]|$)|(?=>|$)))*(?:>|$)';
  -- Elements that set lines apart have names of letters and digits.
  name constant text := '</?[a-z][a-z0-9:._@-]*';
  hidden constant text := '<{}(?=[ \t\n\f\r/>]|$)' || rest || '(?:[^<]|<(?!/{}[ \t\n\f\r/>]))*(?:</{}' || rest || '|$)';
begin
  -- Each of these ends at the end of the text at the latest, so no search is in vain and the time is linear.
  return regexp_replace(
    regexp_replace(
      markup collate "C",
      '<!--(?:-?>|(?!-?>)(?:[^-]|-(?!-!?>))*(?:--!?>|$))|<(?:[!?]|/(?=[^a-z]))[^>]*(?:>|$)'
      || '|' || replace(hidden, '{}', 'script') || '|' || replace(hidden, '{}', 'style')
      || '|(' || name || '(?=[ \t\n\f\r/>]|$)' || rest || ')'
      || '|</?[a-z][^ \t\n\f\r/>]*(?=[ \t\n\f\r/>]|$)' || rest,
      E'\u0001\\1', 'gi'
    ),
    '(' || name || ')(?=[ \t\n\f\r/>]|$)' || rest, '\1>', 'gi'
  );
end;
$function$;

ALTER FUNCTION "private"."bare_tags"(text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.beginning_of_html(markup text, most integer)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
begin
  return case
    when char_length(markup) <= most then markup
    else regexp_replace(left(markup, most) collate "C", '[<&][^<>&;]*$', '')
  end;
end;
$function$;

ALTER FUNCTION "private"."beginning_of_html"(text, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.between_words()
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  select '\u0001-/:-@\[-`{-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b9\u00bb-\u00bf\u2000-\u2bff\u2e00-\u2e7f\u3000-\u3004'
    '\u3008-\u3020\u3030\u303d\u30fb\U0001f000-\U0001faff' || private.spaceless_letters();
$function$;

ALTER FUNCTION "private"."between_words"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.bound_problems(field jsonb)
 RETURNS TABLE(part text, message text)
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select wrong.part, wrong.message
  from (select private.length_bounds(field) as lengths, (field ->> 'minWords')::integer as least_words) as own
  cross join lateral (
    values
    (
      'minLength', 'must be at most maxLength',
      (field ->> 'minLength')::integer > (field ->> 'maxLength')::integer
    ),
    ('minChars', 'must be at most maxLength', (field ->> 'minChars')::integer > (field ->> 'maxLength')::integer),
    ('minChars', 'must be less than maxChars', (field ->> 'minChars')::integer >= (field ->> 'maxChars')::integer),
    ('minWords', 'must be at most maxWords', own.least_words > (field ->> 'maxWords')::integer),
    (
      'minWords', format(
        'so many words have at least %s characters, and the field takes %s', 2 * own.least_words - 1, own.lengths[2]
      ),
      2 * own.least_words - 1 > own.lengths[2]
    ),
    ('rows', 'must be at most maxRows', (field ->> 'rows')::integer > (field ->> 'maxRows')::integer),
    (
      'validation.min', 'must be at most max',
      private.as_number(field -> 'validation' -> 'min') > private.as_number(field -> 'validation' -> 'max')
    ),
    (
      'prefix', 'must have at most as many characters as maxLength',
      field ->> 'type' = 'slug' and char_length(field ->> 'prefix') > coalesce((field ->> 'maxLength')::integer, 200)
    ),
    (
      'disablePast', 'must not be set with disableFuture, which leaves no time',
      private.field_kind(field) = 'time' and field -> 'disablePast' = 'true' and field -> 'disableFuture' = 'true'
    )
  ) as wrong (part, message, is_wrong)
  where wrong.is_wrong;
$function$;

ALTER FUNCTION "private"."bound_problems"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.brand_facts(brand public.brands)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select jsonb_build_object(
    'id', brand.id, 'name', brand.name, 'version', brand.version, 'description', brand.description,
    'identity', brand.identity, 'tone_of_voice', brand.tone_of_voice,
    'communication_style', brand.communication_style, 'personality', brand.personality,
    'guardrails', brand.guardrails, 'key_messages', brand.key_messages,
    'target_audience', brand.target_audience, 'country', brand.country, 'language', brand.language,
    'rich_text', private.as_array(coalesce(brand.settings -> 'richText', 'null'))
  );
$function$;

CREATE OR REPLACE FUNCTION private.brand_terms(brands uuid[])
 RETURNS tsquery
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select coalesce(string_agg(quote_literal('brand:' || brand), ' | '), '')::tsquery from unnest(brands) as brand;
$function$;

ALTER FUNCTION "private"."brand_terms"(uuid[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.bundled(count integer, noun text, subject text, title text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  select private.cut_text(case
    when bundled.count > 1 and bundled.noun is not null
      then format('%s %s “%s”', bundled.count, bundled.noun, private.cut_text(bundled.subject, 200))
    else bundled.title
  end, 256);
$function$;

CREATE OR REPLACE FUNCTION private.check_elements(brand uuid, rich jsonb)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  sent constant jsonb := rich -> 'elements';
  taken jsonb;
begin
  if sent is null then
    return;
  end if;
  taken := coalesce((select brands.settings -> 'richText' from public.brands where brands.id = brand), 'null');
  taken := private.as_array(taken);
  if not (taken @> sent and sent @> taken) then
    perform private.refuse(409, 'the brand takes other elements now: send the texts again', jsonb_build_array(
      jsonb_build_object('field', 'settings.richText', 'code', 'ELEMENTS_CHANGED', 'message', taken::text)
    ));
  end if;
end;
$function$;

ALTER FUNCTION "private"."check_elements"(uuid, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.check_template()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  problems jsonb;
  problems_before jsonb;
begin
  -- A template that is older than these rules may still be renamed and deactivated.
  if tg_op = 'UPDATE' and (new.input_fields, new.output_fields) = (old.input_fields, old.output_fields) then
    return new;
  end if;
  problems := private.problems_of_template(new);
  if problems <> '[]' and tg_op = 'UPDATE' then
    -- What was wrong before stays as it is until somebody corrects it (`problems` of the answer): a rule that is younger
    -- than a template does not keep people from changing the rest of it.
    problems_before := private.problems_of_template(old);
    problems := (
      select coalesce(jsonb_agg(problem), '[]') from jsonb_array_elements(problems) as problem
      where not problems_before @> jsonb_build_array(problem)
    );
  end if;
  if problems <> '[]' then
    perform private.refuse(400, 'the template has fields that cannot work', problems);
  end if;
  return new;
end;
$function$;

CREATE OR REPLACE FUNCTION private.claim_slug(brand uuid, content_id uuid, wished text, is_exact boolean, is_new boolean DEFAULT false)
 RETURNS text
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  -- A title that cannot be read: a part of the id, which no other content has.
  base constant text := coalesce(nullif(wished, ''), 'content-' || right(content_id::text, 10));
  suffix text := '';
  candidate text;
begin
  for attempt in 1 .. 20 loop
    candidate := case when suffix = '' then base else private.cut_slug(base, 80 - char_length(suffix)) || suffix end;
    suffix := '-' || case
      when attempt < 10 then (attempt + 1)::text else substr(md5(content_id::text || attempt), 1, 8)
    end;
    continue when not is_exact and private.is_reserved_slug(candidate);
    insert into private.content_slugs (brand_id, slug, content_id)
    values (brand, candidate, claim_slug.content_id)
    on conflict on constraint content_slugs_pkey do nothing;
    if found and is_new then
      return candidate;
    elsif found or exists (
      select from private.content_slugs as held
      where held.brand_id = brand and held.slug = candidate and held.content_id = claim_slug.content_id
    ) then
      delete from private.content_slugs as former
      where former.brand_id = brand and former.content_id = claim_slug.content_id and former.slug <> candidate;
      return candidate;
    end if;
    exit when is_exact;
  end loop;
  perform private.refuse(409, 'another content of the brand has this slug', jsonb_build_array(jsonb_build_object(
    'field', 'slug', 'code', 'DUPLICATE_VALUE', 'message', 'choose another one'
  )));
end;
$function$;

CREATE OR REPLACE FUNCTION private.claim_text_key(claim_text jsonb)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  select private.wording_key(claim_text ->> 'original');
$function$;

CREATE OR REPLACE FUNCTION private.claims_to_match(brand_id uuid, market text, product_ids uuid[], at timestamp with time zone)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  masters constant uuid[] := array(
    select link.master_claim_brand_id
    from public.brand_master_claim_brands as link where link.brand_id = claims_to_match.brand_id
  );
  is_general constant boolean := cardinality(product_ids) = 0;
begin
  return (
    with resolved as materialized (
      select
        found.*, private.wording_key(found.claim_text) as text_key,
        private.wording_key(found.original_text) as original_key
      from private.general_claims(masters, market, at) as found
      where is_general
      union all
      select
        found.*, private.wording_key(found.claim_text), private.wording_key(found.original_text)
      from private.resolve_product_claims(product_ids, market, at) as found
      where not is_general
    ),
    -- Of several products the strictest counts: a wording that one of them may not use is no claim of the others.
    barred as (
      select resolved.text_key from resolved where resolved.status in ('none', 'disallowed')
      union
      select replaced.original_key
      from resolved as replaced
      where
        replaced.override_id is not null and replaced.original_key <> replaced.text_key
        and not exists (
          select from resolved as own
          where own.product_id = replaced.product_id and own.text_key = replaced.original_key
        )
    ),
    -- One row for each claim and what became of it, however many products have it.
    kinds as (
      select
        resolved.claim_id, resolved.claim_text, resolved.original_text, resolved.status, resolved.level,
        resolved.override_id is not null as is_override,
        case when resolved.original_key <> resolved.text_key then resolved.master_claim_id end as replaced_id
      from resolved
      left join barred on barred.text_key = resolved.text_key
      where barred.text_key is null or resolved.status in ('none', 'disallowed')
      group by 1, 2, 3, 4, 5, 6, 7
    ),
    proven as (
      select evidence.claim_id, private.evidence_state_of(max(coalesce(evidence.expires_on, 'infinity')), at) as state
      from private.claim_evidence as evidence
      where evidence.status = 'accepted' and evidence.claim_id in (select kinds.claim_id from kinds)
      group by evidence.claim_id
    )
    select coalesce(jsonb_agg(jsonb_build_object(
      'id', kinds.claim_id, 'version', claim.version, 'text', kinds.claim_text, 'original', kinds.original_text,
      'texts', private.as_object(claim.text) - 'original',
      'original_texts', coalesce(private.as_object(replaced.text) - 'original', '{}'),
      'status', kinds.status, 'level', kinds.level, 'is_override', kinds.is_override,
      -- Of a brand in general, only what all of its products must say can be missing.
      'is_demanded', not is_general or kinds.level = 'brand',
      'evidence', coalesce(proven.state, 'none'),
      'has_reference', cardinality(claim.regulatory_references) > 0
    ) order by kinds.claim_id, kinds.claim_text, kinds.status, kinds.replaced_id), '[]')
    from kinds
    inner join public.claims as claim on claim.id = kinds.claim_id
    left join public.claims as replaced on replaced.id = kinds.replaced_id
    left join proven on proven.claim_id = kinds.claim_id
    where kinds.claim_text is not null and kinds.original_text is not null
  );
end;
$function$;

CREATE OR REPLACE FUNCTION private.clause_terms(typed text, configuration regconfig)
 RETURNS tsquery
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  letters constant text := left(private.search_letters(typed), 500);
  spaced constant text := private.spaced_words(letters);
  words constant tsquery := phraseto_tsquery(configuration, spaced);
  former constant tsquery := phraseto_tsquery(configuration, typed);
  terms tsquery := words;
begin
  if numnode(terms) > 1 then
    terms := terms || ('''long:'''::tsquery && plainto_tsquery(configuration, spaced));
    -- As private.word_parts
    if typed ~ '^[[:alnum:]]+(?:[''’‐‑-][[:alnum:]]+)+$' then
      terms := terms || plainto_tsquery(configuration, regexp_replace(letters, '[^[:alnum:]]', '', 'g'));
    end if;
  end if;
  terms := terms && private.unspaced_terms(letters);
  -- Words of former rules have their accents, and addresses are one word, until refresh_search has made them anew
  -- (private.words_version).
  if former <> words and numnode(terms) > 0 then
    terms := terms || former;
  end if;
  return terms;
end;
$function$;

ALTER FUNCTION "private"."clause_terms"(text, regconfig) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.clauses_terms(clauses private.search_clause[], configurations regconfig[], is_excluded boolean)
 RETURNS tsquery
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  configuration regconfig;
  clause private.search_clause;
  part tsquery;
  terms tsquery := '';
begin
  -- All of the words that are wanted, in one language, or else any of those that are not, in any.
  foreach configuration in array configurations loop
    part := '';
    foreach clause in array clauses loop
      if clause.is_excluded and clauses_terms.is_excluded then
        part := part || private.clause_terms(clause.typed, configuration);
      elsif not clause.is_excluded and not clauses_terms.is_excluded then
        part := part && private.clause_terms(clause.typed, configuration);
      end if;
    end loop;
    terms := terms || part;
  end loop;
  return terms;
end;
$function$;

ALTER FUNCTION "private"."clauses_terms"(private.search_clause[], regconfig[], boolean) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.comparable(value jsonb, kind text)
 RETURNS jsonb
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
begin
  -- Dates are compared as they are written: private.as_day takes one spelling of each.
  return case
    when kind is distinct from 'time' then value
    when jsonb_typeof(value) = 'array' then (
      select coalesce(jsonb_agg(private.comparable(item, kind)), '[]') from jsonb_array_elements(value) as item
    )
    when jsonb_typeof(value) = 'string'
      then coalesce(to_jsonb(extract(epoch from private.as_instant(value #>> '{}'))), value)
    else value
  end;
end;
$function$;

ALTER FUNCTION "private"."comparable"(jsonb, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.comparison_problem(operator text, value jsonb, field jsonb, brand uuid)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  kind constant text := private.field_kind(field);
  is_order constant boolean := operator in ('gt', 'gte', 'lt', 'lte');
  -- Whatever has passed since, and whoever has to fill it: only what the field takes at all.
  bare constant jsonb := field - array['required', 'disablePast', 'disableFuture'];
  low constant numeric := private.as_number(field -> 'validation' -> 'min');
  high constant numeric := private.as_number(field -> 'validation' -> 'max');
  candidate jsonb;
  problem jsonb;
begin
  if operator in ('empty', 'not_empty') then
    return null;
  elsif value is null or value = 'null' then
    return format('the operator %s needs a value', operator);
  elsif kind = 'object' then
    return format('%s is a %s: it can be empty or not_empty', field ->> 'id', field ->> 'type');
  elsif is_order and kind in ('boolean', 'list') then
    return format('%s is a %s, which has no order', field ->> 'id', kind);
  elsif operator = 'contains' and kind not in ('text', 'list') then
    return format('%s is a %s, which contains nothing', field ->> 'id', kind);
  elsif operator in ('in', 'not_in') and jsonb_array_length(value) = 0 then
    return 'names no value';
  elsif operator in ('in', 'not_in') and jsonb_path_exists(value, 'strict $[*] ? (@.type() == "array")') then
    return 'names a list: each of its items must be one value';
  elsif operator = 'contains' and kind = 'text' then
    return case
      when field ->> 'type' = 'select' and not exists (
        select from jsonb_array_elements(field -> 'choices') as choice
        where private.holds_text(choice ->> 'value', comparison_problem.value #>> '{}')
      ) then format('no choice of %s contains it', field ->> 'id')
      when char_length(value #>> '{}') > (private.length_bounds(field))[2]
        then format('is longer than %s may be', field ->> 'id')
    end;
  elsif is_order and kind = 'number' then
    return case
      when jsonb_typeof(value) <> 'number' then 'must be a number'
      when
        (operator = 'gt' and value::numeric >= high) or (operator = 'gte' and value::numeric > high)
        or (operator = 'lt' and value::numeric <= low) or (operator = 'lte' and value::numeric < low)
        then format('%s has no such number: see its min and max', field ->> 'id')
    end;
  elsif is_order and kind = 'text' then
    return case when jsonb_typeof(value) <> 'string' then 'must be a text' end;
  end if;
  for candidate in
    select case when kind = 'list' and jsonb_typeof(item) <> 'array' then jsonb_build_array(item) else item end
    from jsonb_array_elements(
      case when operator in ('in', 'not_in') then value else jsonb_build_array(value) end
    ) as item
  loop
    problem := private.value_problem(bare, candidate, brand, 'value');
    if problem is not null then
      return format('%s cannot have this value: %s', field ->> 'id', problem ->> 'message');
    end if;
  end loop;
  return null;
end;
$function$;

ALTER FUNCTION "private"."comparison_problem"(text, jsonb, jsonb, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.condition_holds(content public.contents, condition jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  value constant jsonb := private.condition_value(content, condition ->> 'field');
  kind text;
begin
  -- Only texts of fields may be times: for the others nobody needs the form.
  if condition ->> 'field' like 'fields.%' and jsonb_typeof(value) = 'string' then
    kind := case
      when content.template_id is not null then (
        select private.field_kind(field) from jsonb_array_elements(private.content_form(content)) as field
        where field ->> 'id' = split_part(condition ->> 'field', '.', 2)
      )
      -- Sample values: the field is a time where it is one in all templates that have it.
      else (select min(known) from unnest(
        private.kinds_of_field(content.brand_id, '[]', condition ->> 'field')
      ) as known having count(*) = 1)
    end;
  end if;
  return private.condition_is_met(value, condition || jsonb_build_object('operator', case condition ->> 'operator'
    when 'equals' then 'eq' when 'not_equals' then 'ne' when 'exists' then 'not_empty' when 'greater_than' then 'gt'
    when 'less_than' then 'lt' else condition ->> 'operator'
  end), kind);
end;
$function$;

CREATE OR REPLACE FUNCTION private.condition_is_met(value jsonb, condition jsonb, kind text)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
declare
  operator constant text := condition ->> 'operator';
  asked jsonb := condition -> 'value';
  own jsonb := value;
begin
  if kind = 'time' and operator <> 'contains' then
    own := private.comparable(value, kind);
    asked := private.comparable(asked, kind);
    -- Templates from before this rule may name a part of a time, such as a year: compared by its characters.
    if operator in ('gt', 'gte', 'lt', 'lte') and jsonb_typeof(own) is distinct from jsonb_typeof(asked) then
      own := value;
      asked := condition -> 'value';
    end if;
  end if;
  return coalesce(case
    when operator = 'empty' then private.is_blank(value)
    when operator = 'not_empty' then not private.is_blank(value)
    when operator = 'eq' then own = asked
    when operator = 'ne' then own is distinct from asked
    -- A list that is empty is within any other.
    when operator = 'in' then not private.is_blank(value) and asked @> own
    when operator = 'not_in' then private.is_blank(value) or not asked @> own
    when operator = 'contains' then case jsonb_typeof(own)
      when 'string' then private.holds_text(own #>> '{}', asked #>> '{}')
      else own @> asked
    end
    when jsonb_typeof(own) is distinct from jsonb_typeof(asked) then false
    -- Numbers and times are compared as numbers; dates and other texts by their characters.
    when jsonb_typeof(own) = 'number' then case operator
      when 'gt' then own > asked when 'gte' then own >= asked when 'lt' then own < asked when 'lte' then own <= asked
    end
    else case operator
      when 'gt' then (own #>> '{}') collate "C" > (asked #>> '{}') collate "C"
      when 'gte' then (own #>> '{}') collate "C" >= (asked #>> '{}') collate "C"
      when 'lt' then (own #>> '{}') collate "C" < (asked #>> '{}') collate "C"
      when 'lte' then (own #>> '{}') collate "C" <= (asked #>> '{}') collate "C"
    end
  end, false);
end;
$function$;

ALTER FUNCTION "private"."condition_is_met"(jsonb, jsonb, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.condition_problem(condition jsonb, brand uuid, content_types jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  field constant text := condition ->> 'field';
  operator constant text := condition ->> 'operator';
  value constant jsonb := condition -> 'value';
  kinds text [];
begin
  kinds := private.kinds_of_field(brand, content_types, field);
  if cardinality(kinds) = 0 then
    return private.problem('UNKNOWN_FIELD', case
      when field like 'fields.%' then format('no template of the brand has the field %s', substr(field, 8))
      else format('contents have no %s', field)
    end);
  end if;
  if operator <> 'exists' and value is null then
    return private.problem('REQUIRED_FIELD_MISSING', format('the operator %s needs a value', operator));
  end if;
  if not (case operator
    when 'exists' then true
    when 'contains' then kinds && array['text', 'list'] and jsonb_typeof(value) in ('string', 'number', 'array')
      and (jsonb_typeof(value) = 'string' or 'list' = any (kinds))
    when 'in' then jsonb_typeof(value) = 'array' and jsonb_array_length(value) > 0 and not exists (
      select from jsonb_array_elements(value) as item
      where not private.is_of_kind(item, kinds) and 'list' <> all (kinds)
    )
    when 'greater_than' then private.is_of_kind(value, private.kinds_with_order(kinds))
    when 'less_than' then private.is_of_kind(value, private.kinds_with_order(kinds))
    else private.is_of_kind(value, kinds)
  end) then
    return private.problem('TYPE_MISMATCH', format(
      '%s is %s: %s cannot compare it with %s', field, array_to_string(kinds, ' or '), operator, left(value::text, 100)
    ));
  end if;
  if field = 'type' and jsonb_array_length(content_types) > 0 and (
    (operator = 'equals' and not content_types ? (value #>> '{}'))
    or (operator = 'in' and not exists (
      select from jsonb_array_elements_text(value) as item where content_types ? item
    ))
  ) then
    return private.problem('STEP_UNREACHABLE', 'the workflow is not for this type of content');
  end if;
  return null;
end;
$function$;

CREATE OR REPLACE FUNCTION private.content_at_version(content_id uuid, version integer)
 RETURNS public.contents
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  content public.contents;
begin
  select contents.* into content from public.contents where contents.id = content_at_version.content_id;
  if content.id is null or content.version = content_at_version.version then
    return content;
  end if;
  -- A version that is older than these columns has none (public.restore_version).
  select (jsonb_populate_record(
    content, '{"provenance": {}, "plain_texts": []}'::jsonb || private.as_object(former.snapshot)
  )).* into content
  from public.content_versions as former
  where
    former.content_id = content_at_version.content_id and former.brand_id = content.brand_id
    and former.version = content_at_version.version
  order by former.id desc
  limit 1;
  content.version := content_at_version.version;
  return content;
end;
$function$;

CREATE OR REPLACE FUNCTION private.content_completeness(content public.contents, form jsonb)
 RETURNS numeric
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  hidden constant text [] := private.hidden_fields(form, private.as_object(content.fields));
  field jsonb;
  required integer := 0;
  filled integer := 0;
begin
  for position in 0 .. jsonb_array_length(form) - 1 loop
    field := form -> position;
    if field -> 'required' = 'true' and field ->> 'id' <> all (hidden) then
      required := required + 1;
      filled := filled + (not private.is_blank(content.fields -> (field ->> 'id'), field ->> 'type'))::integer;
    end if;
  end loop;
  return case when required = 0 then 100 else 100.0 * filled / required end;
end;
$function$;

CREATE OR REPLACE FUNCTION private.content_plain(content public.contents)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  plain text := concat_ws(
    ' ', nullif(private.text_of_value(content.excerpt, private.typed_kind(content, 'excerpt')), ''),
    nullif(private.text_of_html(content.body), '')
  );
  kinds jsonb := '{}';
  -- [{key, value}]
  entries constant jsonb := jsonb_path_query_array(private.as_object(content.fields), '$.keyvalue()');
  texts jsonb;
begin
  -- Only the template knows which fields hold HTML.
  if content.template_id is not null and content.fields::text ~ '[<&]' then
    kinds := private.kinds_of_fields(private.content_form(content));
  end if;
  for place in 0 .. coalesce(jsonb_array_length(entries), 0) - 1 loop
    texts := jsonb_path_query_array(entries -> place -> 'value', '$.** ? (@.type() == "string")');
    for position in 0 .. jsonb_array_length(texts) - 1 loop
      exit when length(plain) > 100000;
      plain := concat_ws(
        ' ', nullif(plain, ''),
        private.text_of_value(texts ->> position, coalesce(
          kinds ->> (entries -> place ->> 'key'),
          private.typed_kind(content, 'fields.' || (entries -> place ->> 'key'))
        ))
      );
    end loop;
  end loop;
  return left(plain, 100000);
end;
$function$;

CREATE OR REPLACE FUNCTION private.content_quality(content public.contents, form jsonb)
 RETURNS numeric
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  fields constant jsonb := private.as_object(content.fields);
  written text := private.text_of_html(content.body);
  has_image boolean := not private.is_blank(content.metadata -> 'ogImage');
  field jsonb;
  value jsonb;
  words integer;
begin
  for position in 0 .. jsonb_array_length(form) - 1 loop
    field := form -> position;
    value := fields -> (field ->> 'id');
    if value is not null and field ->> 'type' in ('rich_text', 'html') then
      written := written || ' ' || coalesce(private.text_of_html(value #>> '{}'), '');
    elsif value is not null and field ->> 'type' in ('plain_text', 'long_text') then
      written := written || ' ' || coalesce(value #>> '{}', '');
    elsif field ->> 'type' = 'image' and not private.is_blank(value) then
      has_image := true;
    end if;
  end loop;
  words := private.word_count(written);
  return greatest(0, 100
    - case when words < 50 then 30 when words < 100 then 15 else 0 end
    - case when private.is_blank(content.metadata -> 'metaDescription') then 10 else 0 end
    - case when private.is_blank(content.metadata -> 'metaTitle') then 10 else 0 end
    - case when has_image then 0 else 10 end);
end;
$function$;

CREATE OR REPLACE FUNCTION private.content_words(content public.contents, language regconfig, plain text DEFAULT NULL::text)
 RETURNS tsvector
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  description constant text := left(coalesce(content.metadata ->> 'metaDescription', ''), 2000);
  -- No phrase begins in one text and ends in the next.
  gap constant tsvector := quote_literal('brand:' || content.brand_id) || ':2';
begin
  -- Weights of domain §10: title before description and tags, these before the text.
  return private.heading_words(content, language)
    || gap || setweight(private.text_words(description, language), 'B')
    || gap || setweight(private.text_words(coalesce(plain, private.content_plain(content)), language), 'D');
end;
$function$;

CREATE OR REPLACE FUNCTION private.contents_by_likeness(request private.search_request)
 RETURNS uuid[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  patterns constant text [] := array(
    select '%' || word || '%' from string_to_table(request.query, ' ') as word
    where char_length(word) >= 4 and left(word, 8) ~ '[[:alnum:]]{3}'
    order by char_length(word) desc
  );
  -- The index reads a list for every three characters: so many of them say enough.
  beginning constant text := left(patterns[1], 9) || '%';
  found uuid [];
begin
  -- Typing errors in the latest titles: to compare all titles took seconds, and read those of other tenants as well.
  execute
    'select array('
    '  select near.content_id from ('
    '    select search.content_id, extensions.word_similarity('
    '      ($1).query, private.search_letters(search.title)'
    '    ) as similarity'
    '    from private.content_search as search'
    '    where search.content_id = any ($2) and ' || private.search_condition(with_index => false)
    || '    and ' || private.exclusion_condition() || '  ) as near'
    '  where near.similarity >= 0.5 order by near.similarity desc, near.content_id limit 200)'
  into found
  using request, private.latest_contents(request.brands);
  if beginning is null then
    return found;
  end if;
  -- Words within other words, as "schiff" in "Dampfschiff": in titles only, which have an index for it.
  execute
    'select $2 || array('
    '  select search.content_id from private.content_search as search'
    '  where private.search_letters(search.title) like $3 and private.search_letters(search.title) like all ($4)'
    '  and ' || private.search_condition(with_index => true) || ' and ' || private.exclusion_condition()
    || ' limit 200)'
  into found
  using request, found, beginning, patterns;
  return found;
end;
$function$;

CREATE OR REPLACE FUNCTION private.contents_by_meaning(request private.search_request)
 RETURNS uuid[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  found uuid [];
begin
  execute
    'select array('
    '  select search.content_id from private.content_search as search'
    '  where search.embedding is not null and '
    || private.search_condition(with_index => true) || ' and ' || private.exclusion_condition()
    || ' order by search.embedding operator(extensions.<=>) ($1).embedding, search.content_id limit 100)'
  into found
  using request;
  return found;
end;
$function$;

CREATE OR REPLACE FUNCTION private.create_profile()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  insert into public.profiles (id, first_name, last_name)
  values (
    new.id,
    private.cut_text(normalize(coalesce(new.raw_user_meta_data ->> 'first_name', ''), nfc), 100),
    private.cut_text(normalize(coalesce(new.raw_user_meta_data ->> 'last_name', ''), nfc), 100)
  )
  on conflict (id) do nothing;
  return null;
end;
$function$;

CREATE OR REPLACE FUNCTION private.cut_around(marked text, place integer)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
declare
  cut text := substr(marked, greatest(place - 60, 1), 200);
begin
  -- Between words, where these have spaces.
  if place > 61 then
    cut := regexp_replace(cut, '^\S{0,30}\s+', '');
  end if;
  if char_length(marked) > greatest(place - 60, 1) + 199 then
    cut := regexp_replace(cut, '\s+\S{0,30}$', '');
  end if;
  return cut;
end;
$function$;

ALTER FUNCTION "private"."cut_around"(text, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.cut_slug(slug text, most integer)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
 SET search_path TO ''
AS $function$
declare
  head constant text := left(slug, most);
  words text;
begin
  if char_length(slug) <= most then
    return slug;
  elsif substr(slug, most + 1, 1) <> '-' then
    words := regexp_replace(head, '-[^-]*$', '');
    if char_length(words) >= most / 2 then
      return rtrim(words, '-');
    end if;
  end if;
  return rtrim(head, '-');
end;
$function$;

ALTER FUNCTION "private"."cut_slug"(text, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.cut_text(written text, most integer)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
 SET search_path TO ''
AS $function$
declare
  size integer := most;
begin
  if char_length(written) <= most then
    return written;
  elsif octet_length(left(written, most + 1)) = most + 1 and substr(written, most, 2) <> E'\r\n' then
    return left(written, most);
  end if;
  -- Nobody writes longer ones; a letter with a hundred accents is cut.
  while size > most - 50 and size >= 0 loop
    if private.is_boundary(substr(written, greatest(size - 99, 1), least(size, 100)), substr(written, size + 1, 1)) then
      return left(written, size);
    end if;
    size := size - 1;
  end loop;
  return left(written, most);
end;
$function$;

ALTER FUNCTION "private"."cut_text"(text, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.date_problem(field jsonb, value jsonb, level text)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET "TimeZone" TO 'UTC'
AS $function$
declare
  is_day constant boolean := private.field_kind(field) = 'date';
  instant timestamptz;
begin
  if jsonb_typeof(value) <> 'string' then
    return private.problem('INVALID_FORMAT', 'must be a text');
  elsif level = 'shape' then
    return null;
  end if;
  instant := case when is_day then private.as_day(value #>> '{}') else private.as_instant(value #>> '{}') end;
  return case
    when instant is null then private.problem('INVALID_FORMAT', case
      when is_day then 'must be a date such as 2026-11-24'
      else 'must be a time with its zone such as 2026-11-24T09:00:00Z' end)
    when (field ->> 'disablePast')::boolean and instant < case when is_day then date_trunc('day', now()) else now() end
      then private.problem('INVALID_FORMAT', 'must not be past')
    when (field ->> 'disableFuture')::boolean and instant > now()
      then private.problem('INVALID_FORMAT', 'must not be in the future')
  end;
end;
$function$;

CREATE OR REPLACE FUNCTION private.default_values(template public.templates, brand uuid, markup_version smallint)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  form constant jsonb := private.as_array(template.input_fields) || private.as_array(template.output_fields);
begin
  -- Most templates have none.
  if form is null or not jsonb_path_exists(form, '$[*].defaultValue ? (@ != null)') then
    return '{}';
  end if;
  return (
    select coalesce(jsonb_object_agg(field ->> 'id', field -> 'defaultValue'), '{}')
    from jsonb_array_elements(form) as field
    where
      not private.is_blank(field -> 'defaultValue')
      and (template.markup_version >= markup_version or not private.has_markup(field -> 'defaultValue'))
      -- A file may be gone by now, and a day may be past: such a field begins empty, and the content can be made.
      and private.value_problem(field, field -> 'defaultValue', brand, 'value') is null
  );
end;
$function$;

ALTER FUNCTION "private"."default_values"(public.templates, uuid, smallint) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.delivery_document(content public.contents, has_texts boolean DEFAULT true, names_models boolean DEFAULT false)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  document jsonb := jsonb_build_object(
    'id', content.id, 'type', content.type, 'slug', content.slug, 'title', content.title, 'excerpt', content.excerpt,
    'metadata', private.shown_metadata(content), 'tags', content.tags,
    'categories', content.categories, 'version', content.version, 'published_at', content.published_at,
    'expires_at', content.expires_at, 'updated_at', content.updated_at, 'markup_version', content.markup_version,
    'plain_texts', coalesce(content.plain_texts, '{}')
  );
  has_generated constant boolean := content.provenance <> '{}';
  template public.templates;
begin
  -- Neither is asked for what people wrote, which most lists hold.
  if has_texts or has_generated then
    template := private.template_used(content);
  end if;
  if has_generated then
    document := document || jsonb_build_object(
      'provenance', private.delivered_provenance(content, template, names_models)
    );
  end if;
  if not has_texts then
    return document;
  end if;
  return document || jsonb_build_object(
    'body', content.body,
    'claims', private.delivered_claims(content),
    -- Input fields are the brief, which is not published: of a template only the output fields.
    'fields', case
      when template.id is null then content.fields
      else coalesce((
        select jsonb_object_agg(entry.key, entry.value)
        from jsonb_each(private.as_object(content.fields)) as entry
        where exists (
          select from jsonb_array_elements(template.output_fields) as field where field ->> 'id' = entry.key
        )
      ), '{}')
    end
  );
end;
$function$;

CREATE OR REPLACE FUNCTION private.edited_fields(former public.contents, content public.contents, given jsonb, level text)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  template constant public.templates := private.template_used(former);
  form constant jsonb := template.input_fields || template.output_fields;
  hidden constant text [] := private.hidden_fields(form, former.fields);
begin
  -- A field that was hidden begins with its default value, as it would have in a new content. It may be hidden still.
  if cardinality(hidden) > 0 then
    content.fields := (
      select coalesce(jsonb_object_agg(entry.key, entry.value), '{}')
      from jsonb_each(private.default_values(template, former.brand_id, former.markup_version)) as entry
      where entry.key = any (hidden) and not given ? entry.key
    ) || content.fields;
  end if;
  return private.checked_fields(content, form, given, level);
end;
$function$;

ALTER FUNCTION "private"."edited_fields"(public.contents, public.contents, jsonb, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.edited_part(state jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
begin
  -- Without the provenance and the kinds of texts: two states with the same texts are the same to those who approved or
  -- checked them, also where one of them is older than these columns.
  return state - array[
    'status', 'published_at', 'published_by', 'scheduled_for', 'deleted_at', 'due_at', 'expires_at', 'assignees',
    'provenance', 'plain_texts'
  ];
end;
$function$;

CREATE OR REPLACE FUNCTION private.encrypted_columns()
 RETURNS TABLE(table_name text, column_name text, key_column text, index_column text)
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  values
    ('public.profiles', 'phone', 'id', null),
    ('public.user_sessions', 'address', 'id', null),
    ('private.sso_sessions', 'subject', 'session_id', null),
    ('public.mfa_factors', 'secret', 'id', null),
    ('public.invitations', 'email', 'id', 'email_index'),
    ('public.channels', 'credentials', 'id', null),
    ('private.notification_destinations', 'url', 'id', null),
    ('private.notification_destinations', 'secret', 'id', null),
    ('private.webhook_secrets', 'secret', 'id', null),
    ('private.identity_tokens', 'new_email', 'token_hash', null);
$function$;

CREATE OR REPLACE FUNCTION private.exclusion_condition()
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  -- Words of a content are read only if there is something that they may not hold.
  select '(numnode(($1).excluded) = 0 or not search.words @@ ($1).excluded)';
$function$;

ALTER FUNCTION "private"."exclusion_condition"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.field_kind(field jsonb)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
begin
  return case
    when field ->> 'type' = 'number' then 'number'
    when field ->> 'type' = 'boolean' then 'boolean'
    when field ->> 'type' = 'date' and field -> 'includeTime' is distinct from 'true' then 'date'
    when field ->> 'type' in ('date', 'datetime') then 'time'
    when field ->> 'type' in ('multiselect', 'tags') or field -> 'allowMultiple' = 'true' then 'list'
    when field ->> 'type' in ('file', 'image', 'faq') then 'object'
    else 'text'
  end;
end;
$function$;

ALTER FUNCTION "private"."field_kind"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.find_person(who jsonb)
 RETURNS uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  -- Repeats the predicate of the partial index users_email_partial_key, so that it is used.
  select users.id from auth.users
  where users.email = private.small_letters(who ->> 'email') and users.is_sso_user = false;
$function$;

CREATE OR REPLACE FUNCTION private.first_sentences(written text, most integer)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
declare
  line constant text := private.on_one_line(written);
begin
  if char_length(line) <= most then
    return nullif(line, '');
  end if;
  -- Never the beginning of a sentence: what follows may be what makes it true.
  return substring(left(line, most + 1) from '^(.*[.!?。！？])(?:\s.*)?$');
end;
$function$;

CREATE OR REPLACE FUNCTION private.fits(value jsonb, kind text)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
 SET search_path TO ''
AS $function$
declare
  form constant text := jsonb_typeof(value);
  words constant text [] := string_to_array(kind, ' ');
  written constant text := value #>> '{}';
begin
  -- Without a statement: every write of a content asks this.
  if form = 'null' then
    return kind = 'any' or kind like '% or null';
  elsif words[1] = 'texts' then
    if form <> 'array' or jsonb_array_length(value) > words[2]::integer then
      return false;
    end if;
    for position in 0 .. jsonb_array_length(value) - 1 loop
      if jsonb_typeof(value -> position) <> 'string' or char_length(value ->> position) > words[3]::integer then
        return false;
      end if;
    end loop;
    return true;
  end if;
  return case words[1]
    when 'any' then true
    when 'flag' then form = 'boolean'
    when 'number' then form = 'number'
    when 'integer' then
      case form when 'number' then
        value::numeric = trunc(value::numeric) and value::numeric between words[2]::numeric and words[3]::numeric
      end
    when 'object' then form = 'object'
    else form = 'string' and case words[1]
      when 'text' then char_length(written) <= words[2]::integer
      when 'name' then char_length(written) <= words[2]::integer and written ~ '\S'
      when 'word' then written = any (string_to_array(words[2], '|'))
      when 'matches' then written ~ words[2]
      when 'url' then char_length(written) <= 2000 and written ~ '^https?://[^\s<>"]+$'
      when 'link' then char_length(written) <= 2000 and written ~ '^(https://|/)[^\s<>"]*$'
      when 'id' then written ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
      when 'instant' then written ~ '^(19|20|21)[0-9]{2}-' and private.as_instant(written) is not null
    end
  end is true;
end;
$function$;

CREATE OR REPLACE FUNCTION private.folded_case(written text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
 SET search_path TO ''
AS $function$
declare
  -- Wide and narrow forms, a matter of layout. The voicing marks at the end belong to the letter before them.
  wide constant text :=
    '！＂＃＄％＆＇（）＊＋，－．／０１２３４５６７８９：；＜＝＞？＠ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯ'
    'ＰＱＲＳＴＵＶＷＸＹＺ［＼］＾＿｀ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ｛｜｝～'
    '｡｢｣､･ｦｧｨｩｪｫｬｭｮｯｰｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀ'
    'ﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝﾞﾟ' || E'\u3000';
  usual constant text :=
    '!"#$%&''()*+,-./0123456789:;<=>?@abcdefghijklmno'
    'pqrstuvwxyz[\]^_`abcdefghijklmnopqrstuvwxyz{|}~'
    '。「」、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタ'
    'チツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン' || E'\u3099\u309a ';
  -- What readers do not see: see _UNSEEN of lib/core/texts.py.
  unseen constant text := E'[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e'
    '\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]';
  folded text;
begin
  if octet_length(written) = char_length(written) then
    return lower(written collate "C");
  end if;
  folded := replace(lower(written collate pg_catalog.pg_c_utf8), 'ß', 'ss');
  -- Letters that are themselves and nothing else: most texts of Europe have no others.
  if folded !~ E'[^\u0001-\u007f\u00e0-\u0130\u0132-\u0148\u014a-\u017e\u0430-\u045f]' then
    return folded;
  end if;
  -- The tables of PostgreSQL itself, letter by letter: the same on every machine, whatever the locale of the database.
  -- By way of the upper case, both small sigmas are one letter, and so are i and the dotless i.
  folded := lower(upper(
    translate(regexp_replace(normalize(written, nfc), unseen, '', 'g'), wide, usual) collate pg_catalog.pg_c_utf8
  ));
  if folded ~ '[ßﬀ-ﬆ]' then
    folded := replace(replace(replace(replace(folded, 'ß', 'ss'), 'ﬃ', 'ffi'), 'ﬄ', 'ffl'), 'ﬀ', 'ff');
    folded := replace(replace(replace(replace(folded, 'ﬁ', 'fi'), 'ﬂ', 'fl'), 'ﬅ', 'st'), 'ﬆ', 'st');
  end if;
  -- The dot that some systems leave behind an i when they write a Turkish capital small.
  return normalize(regexp_replace(folded, E'i\u0307+', 'i', 'g'), nfc);
end;
$function$;

ALTER FUNCTION "private"."folded_case"(text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.format_problem(field jsonb, value jsonb, level text)
 RETURNS jsonb
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
declare
  written text := value #>> '{}';
begin
  if jsonb_typeof(value) <> 'string' then
    return private.problem('INVALID_FORMAT', 'must be a text');
  elsif level = 'shape' then
    return null;
  end if;
  return case field ->> 'type'
    when 'email' then case
      -- As lib/core/http/emails.py: no stray dots, and a domain of labels.
      when written !~ ('^(?=[^@]{1,64}@)[^@\s.]+(\.[^@\s.]+)*@([^@\s.-]([^@\s.]{0,61}[^@\s.-])?\.)+'
        '[^@\s.-]([^@\s.]{0,61}[^@\s.-])?$')
        or char_length(written) > 254
        then private.problem('INVALID_FORMAT', 'must be an e-mail address')
    end
    when 'slug' then case
      when written !~ '^[a-z0-9-]+$' then private.problem('INVALID_FORMAT', 'a-z, 0-9 and hyphens only')
      when char_length(written) > coalesce((field ->> 'maxLength')::integer, 200)
        then private.problem('VALUE_TOO_LONG', format('%s characters at most', coalesce(field ->> 'maxLength', '200')))
      when not starts_with(written, coalesce(field ->> 'prefix', ''))
        then private.problem('INVALID_FORMAT', format('must begin with %s', field ->> 'prefix'))
    end
    else case
      when written !~ '^[Hh][Tt][Tt][Pp][Ss]://[^\s<>"/]+\.[^\s<>"]+$' or char_length(written) > 2000
        then private.problem('INVALID_FORMAT', 'must be an https address')
    end
  end;
end;
$function$;

CREATE OR REPLACE FUNCTION private.free_brand_slug(name text)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  base constant text := coalesce(nullif(private.slugify(name), ''), 'brand');
  free text := base;
begin
  for number in 2 .. 100 loop
    exit when not private.is_reserved_slug(free) and not exists (select from public.brands where brands.slug = free);
    free := base || '-' || number;
  end loop;
  return free;
end;
$function$;

ALTER FUNCTION "private"."free_brand_slug"(text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.free_workflow_name(name text, brand uuid)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  free text := free_workflow_name.name;
  number integer := 1;
begin
  while exists (
    select from public.workflows where workflows.brand_id = free_workflow_name.brand
      and private.name_key(workflows.name) = private.name_key(free)
  ) loop
    free := private.cut_text(free_workflow_name.name, 240)
      || ' (copy' || case when number > 1 then ' ' || number else '' end || ')';
    number := number + 1;
  end loop;
  return free;
end;
$function$;

CREATE OR REPLACE FUNCTION private.generation_context(asked jsonb, tool private.ai_tools, brand public.brands, content public.contents, template public.templates, form private.generation_form)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  subject text := concat_ws(' ', content.title, asked ->> 'topic');
  context jsonb := jsonb_build_object('brand', private.brand_facts(brand));
begin
  if template.id is not null then
    context := context || jsonb_build_object('template', jsonb_build_object(
      'name', template.name, 'input_fields', template.input_fields, 'output_fields', form.outputs,
      'all_outputs', template.output_fields
    ));
  end if;
  if content.id is not null then
    context := context || jsonb_build_object('content', jsonb_build_object(
      'id', content.id, 'title', content.title, 'body', content.body, 'metadata', content.metadata,
      'version', content.version, 'plain_texts', content.plain_texts
    ));
  end if;
  if form.product_id is not null then
    context := context || jsonb_build_object('product', private.product_facts(
      brand.id, form.product_id, coalesce(asked ->> 'market', brand.country, 'US')
    ));
  end if;
  if asked ? 'claimId' then
    context := context || jsonb_build_object('claim', private.claim_facts(
      brand.id, (asked ->> 'claimId')::uuid, coalesce(asked ->> 'language', 'original')
    ));
  end if;
  if tool.type = 'vetting_feedback' then
    context := context || jsonb_build_object('vetting', private.vetting_facts(asked, content));
  end if;
  return jsonb_strip_nulls(context) || jsonb_build_object(
    'values', form.field_values,
    'examples', case when tool.uses_writing then private.similar_writing(brand.id, content.id, subject) else '[]' end,
    'knowledge', case when tool.uses_writing then private.near_knowledge(brand.id, content.id, subject) else '[]' end
  );
end;
$function$;

CREATE OR REPLACE FUNCTION private.guard_comment()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  -- Comments from before this rule stay as they are, and can be resolved and deleted.
  if (tg_op = 'INSERT' or new.body <> old.body) and not private.html_shows_something(new.body) then
    perform private.refuse(400, 'the comment shows nothing', jsonb_build_array(jsonb_build_object(
      'field', 'body', 'code', 'INVALID_FORMAT', 'message', 'must have text, not only markup'
    )));
  end if;
  if tg_op = 'INSERT' then
    new.edited_at := null;
    new.resolved_at := null;
    new.resolved_by := null;
    new.deleted_at := null;
    return new;
  end if;
  new.content_id := old.content_id;
  new.parent_id := old.parent_id;
  new.edited_at := case when new.body <> old.body and new.deleted_at is null then now() else old.edited_at end;
  if new.resolved_at is not null and old.resolved_at is null then
    new.resolved_at := now();
    new.resolved_by := auth.uid();
  elsif new.resolved_at is null then
    new.resolved_by := null;
  end if;
  if new.body <> old.body or (new.deleted_at is not null and old.deleted_at is null) then
    insert into public.comment_revisions (brand_id, comment_id, body, created_by)
    values (old.brand_id, old.id, old.body, auth.uid());
  end if;
  return new;
end;
$function$;

CREATE OR REPLACE FUNCTION private.has_marked_defaults(fields jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
begin
  return private.has_markup(jsonb_path_query_array(fields, '$[*].defaultValue'));
end;
$function$;

ALTER FUNCTION "private"."has_marked_defaults"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.has_markup(value jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
begin
  return position('<' in value::text) > 0;
end;
$function$;

ALTER FUNCTION "private"."has_markup"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.has_muted(preferences public.notification_preferences, brand uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return coalesce(jsonb_array_length(preferences.muted_brands), 0) > 0 and exists (
    select from jsonb_array_elements(preferences.muted_brands) as muted
    where
      muted.value ->> 'brand_id' = has_muted.brand::text
      and coalesce(private.as_instant(muted.value ->> 'until'), 'infinity') > now()
  );
end;
$function$;

CREATE OR REPLACE FUNCTION private.heading_words(content public.contents, language regconfig, rest tsvector DEFAULT NULL::tsvector)
 RETURNS tsvector
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
begin
  -- The brand stands at place 512, behind any title: what follows has the same places under a later title. Joined as
  -- text, because the operator for two vectors moves the places of the second one.
  return concat_ws(
    ' ', setweight(private.text_words(content.title, language), 'A'),
    (quote_literal('brand:' || content.brand_id) || ':512')::tsvector
    || setweight(private.text_words(left(array_to_string(content.tags, ' . '), 5000), language), 'C'), rest
  )::tsvector;
end;
$function$;

CREATE OR REPLACE FUNCTION private.hidden_fields(form jsonb, "values" jsonb)
 RETURNS text[]
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
declare
  known jsonb := "values";
  hidden text [] := '{}';
  decided text [];
  decided_before integer;
  field jsonb;
  kinds jsonb;
begin
  -- Most forms have no conditions.
  if form is null or not jsonb_path_exists(form, '$[*].conditional') then
    return hidden;
  end if;
  -- What shows nothing is no value: only the type of its field tells it of HTML and of questions.
  known := known - array(
    select entry ->> 'id' from jsonb_array_elements(form) as entry
    where entry ->> 'type' in ('rich_text', 'html', 'faq')
      and private.is_blank(known -> (entry ->> 'id'), entry ->> 'type')
  );
  select
    coalesce(array_agg(entry ->> 'id') filter (where not entry ? 'conditional'), '{}'),
    jsonb_object_agg(entry ->> 'id', private.field_kind(entry))
  into decided, kinds
  from jsonb_array_elements(form) as entry;
  -- Begins with fields that depend on no other, then decides those that depend on them. A hidden field counts as empty.
  loop
    decided_before := cardinality(decided);
    for field in
      select entry from jsonb_array_elements(form) as entry
      where entry ->> 'id' <> all (decided) and entry -> 'conditional' ->> 'field' = any (decided)
    loop
      if not private.condition_is_met(
        known -> (field -> 'conditional' ->> 'field'), field -> 'conditional',
        kinds ->> (field -> 'conditional' ->> 'field')
      ) then
        hidden := hidden || (field ->> 'id');
        known := known - (field ->> 'id');
      end if;
      decided := decided || (field ->> 'id');
    end loop;
    exit when cardinality(decided) = decided_before;
  end loop;
  return hidden;
end;
$function$;

CREATE OR REPLACE FUNCTION private.holds_text(written text, sought text)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
 SET search_path TO ''
AS $function$
begin
  return strpos(private.folded_case(written), private.folded_case(sought)) > 0;
end;
$function$;

ALTER FUNCTION "private"."holds_text"(text, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.html_shows_something(markup text)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
begin
  -- The beginning tells it of nearly every text.
  return private.shows_something(private.text_of_html(private.beginning_of_html(markup, 1000)))
    or private.shows_something(private.text_of_html(markup))
    or coalesce(
      markup collate "C" ~* '<(?:img|picture|svg|video|audio|iframe|embed|object|canvas)[ \t\n\f\r/>]', false
    );
end;
$function$;

ALTER FUNCTION "private"."html_shows_something"(text) OWNER TO "postgres";

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
    effective_from => private.read_instant(line ->> 'effective_from', 'effectiveFrom'),
    effective_to => private.read_instant(line ->> 'effective_to', 'effectiveTo'), details => line -> 'details'
  ) as created;
  return jsonb_build_object('outcome', 'made', 'id', made -> 'id');
end;
$function$;

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
  where private.name_key(found.name) = private.name_key(item ->> 'name')
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
  where private.name_key(found.name) = private.name_key(item ->> 'name')
  order by found.name = item ->> 'name' desc, found.id limit 1;
  if existing.id is not null then
    return jsonb_build_object('id', existing.id, 'outcome', private.imported_existing(existing.archived_at, false));
  end if;
  select created into made from public.create_ingredient(item) as created;
  return jsonb_build_object('id', made -> 'id', 'outcome', 'made');
end;
$function$;

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
        and (
          master.id = private.id_of(item ->> 'claim_brand')
          or private.name_key(master.name) = private.name_key(item ->> 'claim_brand')
        )
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
      where found.archived_at is null and private.name_key(found.name) = private.name_key(asked)
    ), 'ingredients', 'ingredient', asked);
  end loop;
  select found.* into existing from public.products as found
  where found.master_claim_brand_id = master_id and private.name_key(found.name) = private.name_key(item ->> 'name')
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

CREATE OR REPLACE FUNCTION private.imported_names(lines jsonb)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  with readable as (
    select master.id, master.name
    from public.master_claim_brands as master
    where
      master.archived_at is null
      and (private.is_platform_admin() or master.id = any ((select private.readable_master_brands())::uuid []))
  ),
  asked as materialized (
    select distinct
      line.claim ->> 'level' as level, line.claim ->> 'claim_brand' as claim_brand, subject.name,
      case when subject.name ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' then subject.name::uuid end as id
    from jsonb_array_elements(lines) as entry
    cross join lateral (select entry -> 'claim' as claim) as line
    cross join lateral jsonb_array_elements_text(private.as_array(line.claim -> 'subjects')) as subject (name)
  ),
  named as (
    select asked.level, asked.claim_brand, asked.name, readable.id
    from asked
    inner join readable on readable.id = asked.id or private.name_key(readable.name) = private.name_key(asked.name)
    where asked.level = 'brand'
    union
    select asked.level, asked.claim_brand, asked.name, product.id
    from asked
    cross join lateral (
      select found.id, found.master_claim_brand_id, found.archived_at
      from public.products as found where found.id = asked.id
      union
      select found.id, found.master_claim_brand_id, found.archived_at
      from public.products as found where private.name_key(found.name) = private.name_key(asked.name)
    ) as product
    inner join readable on readable.id = product.master_claim_brand_id
    where
      asked.level = 'product' and product.archived_at is null
      and (
        asked.claim_brand is null or readable.id::text = asked.claim_brand
        or private.name_key(readable.name) = private.name_key(asked.claim_brand)
      )
    union
    select asked.level, asked.claim_brand, asked.name, ingredient.id
    from asked
    cross join lateral (
      select found.id, found.archived_at from public.ingredients as found where found.id = asked.id
      union
      select found.id, found.archived_at from public.ingredients as found
      where private.name_key(found.name) = private.name_key(asked.name)
    ) as ingredient
    where asked.level = 'ingredient' and ingredient.archived_at is null and private.is_platform_admin()
  )
  select coalesce(jsonb_object_agg(known.key, known.ids), '{}')
  from (
    select private.imported_key(named.level, named.claim_brand, named.name) as key, jsonb_agg(named.id) as ids
    from named
    group by named.level, named.claim_brand, named.name
  ) as known;
$function$;

CREATE OR REPLACE FUNCTION private.index_content()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  brand_language text;
  found_words tsvector;
  plain_text text;
begin
  if new.deleted_at is not null then
    delete from private.content_search where content_search.content_id = new.id;
    return null;
  end if;
  if
    tg_op = 'UPDATE' and old.deleted_at is null
    and (new.body, new.excerpt, new.fields, new.tags, new.metadata -> 'metaDescription')
    is not distinct from (old.body, old.excerpt, old.fields, old.tags, old.metadata -> 'metaDescription')
  then
    -- The words of the text stay as they are. Without another title the row keeps its place, and its indexes theirs.
    if new.title = old.title then
      update private.content_search as search
      set type = new.type, status = new.status, updated_at = new.updated_at, score = new.score
      where search.content_id = new.id;
    else
      update private.content_search as search
      set
        title = new.title, type = new.type, status = new.status, updated_at = new.updated_at, score = new.score,
        -- As content_words, without reading the text again: what has the weight of a description or of the text.
        words = private.heading_words(new, private.search_language(search.language), ts_filter(search.words, '{b, d}')),
        needs_embedding = true
      where search.content_id = new.id;
    end if;
    if found then
      return null;
    end if;
  end if;
  brand_language := coalesce((select brands.language from public.brands where brands.id = new.brand_id), '');
  plain_text := private.content_plain(new);
  found_words := private.content_words(new, private.search_language(brand_language), plain_text);
  insert into private.content_search as search (
    content_id, brand_id, title, type, status, words, words_version, updated_at, language, tags, plain, score,
    created_by
  )
  values (
    new.id, new.brand_id, new.title, new.type, new.status, found_words, private.words_version(), new.updated_at,
    brand_language, new.tags, plain_text, new.score, new.created_by
  )
  on conflict (content_id) do update
    set
      title = excluded.title, type = excluded.type, status = excluded.status, words = excluded.words,
      words_version = excluded.words_version, updated_at = excluded.updated_at, language = excluded.language,
      tags = excluded.tags, plain = excluded.plain, score = excluded.score,
      needs_embedding = search.needs_embedding or (search.title, search.plain) <> (excluded.title, excluded.plain);
  return null;
end;
$function$;

CREATE OR REPLACE FUNCTION private.insert_content(given jsonb)
 RETURNS uuid
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  select made.id
  from jsonb_to_record(given) as content (
    brand_id uuid, title text, type text, template_id uuid, fields jsonb, metadata jsonb, tags text[], body text,
    excerpt text, slug text, categories text[], due_at text, expires_at text, assignees uuid[], rich jsonb
  )
  cross join lateral public.create_content(
    brand_id => content.brand_id, title => coalesce(content.title, ''), type => content.type,
    template_id => content.template_id, fields => coalesce(content.fields, '{}'),
    metadata => coalesce(content.metadata, '{}'), tags => coalesce(content.tags, '{}'),
    body => coalesce(content.body, ''), excerpt => coalesce(content.excerpt, ''), slug => coalesce(content.slug, ''),
    categories => coalesce(content.categories, '{}'), due_at => private.read_instant(content.due_at, 'dueAt'),
    expires_at => private.read_instant(content.expires_at, 'expiresAt'), assignees => coalesce(content.assignees, '{}'),
    rich => content.rich
  ) as made;
$function$;

CREATE OR REPLACE FUNCTION private.invite_one(brand uuid, invited jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  person uuid := private.find_person(invited);
  asked_role public.brand_role := (invited ->> 'role')::public.brand_role;
  extra text[] := coalesce(array(select jsonb_array_elements_text(invited -> 'permissions')), '{}');
  ends timestamptz := private.read_instant(invited ->> 'membershipExpiresAt', 'membershipExpiresAt');
begin
  if not private.may_grant(brand, asked_role, extra) then
    perform private.refuse(403, 'you may not give a role or permissions beyond your own');
  end if;
  if person = auth.uid() then
    perform private.refuse(403, 'you may not change your own membership');
  end if;
  -- Members of the brand, whom the caller knows. Everybody else is invited, whether they have an account or not.
  if private.is_active_member(person, brand) then
    perform public.assign_member(brand, person, asked_role, ends, extra);
    return jsonb_build_object(
      'status', 'assigned', 'user', jsonb_build_object('id', person, 'name', private.display_name(person)),
      'userId', person -- for deployments that do not know user
    );
  end if;
  update public.invitations set status = 'expired'
  where
    invitations.brand_id = brand and invitations.status = 'pending' and invitations.expires_at <= now()
    and invitations.email_index = any (array(select jsonb_array_elements_text(invited -> 'emailIndexes')));
  if exists (
    select from public.invitations
    where invitations.brand_id = brand and invitations.status = 'pending'
      and invitations.email_index = any (array(select jsonb_array_elements_text(invited -> 'emailIndexes')))
  ) then
    perform private.refuse(409, 'this address is invited already', jsonb_build_array(jsonb_build_object(
      'field', 'email', 'code', 'DUPLICATE_VALUE', 'message', 'has an open invitation'
    )));
  end if;
  insert into public.invitations (
    id, brand_id, email, email_index, role, permissions, membership_expires_at, token_hash
  )
  values (
    (invited ->> 'id')::uuid, brand, invited ->> 'ciphertext', invited -> 'emailIndexes' ->> 0, asked_role, extra, ends,
    invited ->> 'tokenHash'
  );
  perform private.enqueue_job('mail', 'send_mail', brand, jsonb_build_object(
    'mail', invited -> 'mail', 'invitationId', invited -> 'id'
  ));
  return jsonb_build_object('status', 'invited', 'invitationId', invited -> 'id');
end;
$function$;

CREATE OR REPLACE FUNCTION private.is_blank(value jsonb, kind text DEFAULT NULL::text)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
declare
  items jsonb;
  is_filled boolean := false;
begin
  if value is null or value = 'null' then
    return true;
  elsif jsonb_typeof(value) = 'string' then
    return not case
      when kind in ('rich_text', 'html') then private.html_shows_something(value #>> '{}')
      else private.shows_something(value #>> '{}')
    end;
  elsif jsonb_typeof(value) not in ('array', 'object') then
    return false;
  end if;
  -- Not by a query, which would be one statement more for each value.
  items := case
    when jsonb_typeof(value) = 'array' then value
    when kind = 'faq' then private.as_array(value -> 'entries')
    else jsonb_path_query_array(value, 'strict $.*')
  end;
  for place in 0 .. coalesce(jsonb_array_length(items), 0) - 1 loop
    is_filled := case
      when kind = 'faq' and jsonb_typeof(value) = 'object'
        then not private.is_blank(items -> place -> 'question')
          or not private.is_blank(items -> place -> 'answerHtml', 'html')
      else not private.is_blank(items -> place, kind)
    end;
    exit when is_filled;
  end loop;
  return not is_filled;
end;
$function$;

ALTER FUNCTION "private"."is_blank"(jsonb, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.is_boundary(before text, after text)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
declare
  former constant text := right(before, 1);
  next_code constant integer := ascii(after);
  former_code constant integer := ascii(former);
begin
  if former = '' or next_code = 0 then
    return true;
  elsif next_code < 768 and former_code < 768 then
    return not (next_code = 10 and former_code = 13);
  end if;
  return not (
    -- Grapheme_Cluster_Break: Extend, SpacingMark and ZWJ, of Unicode 15. Written here, it is read once.
    next_code <@ int4multirange
    '{[768,880),[1155,1162),[1425,1470),[1471,1472),[1473,1475),[1476,1478),[1479,1482),[1552,1563),[1611,1632),'
    '[1648,1649),[1750,1757),[1759,1765),[1767,1769),[1770,1774),[1809,1810),[1840,1867),[1958,1969),[2027,2036),'
    '[2045,2046),[2070,2074),[2075,2084),[2085,2088),[2089,2094),[2137,2140),[2199,2208),[2250,2274),[2275,2308),'
    '[2362,2365),[2366,2384),[2385,2392),[2402,2404),[2433,2436),[2492,2493),[2494,2510),[2519,2520),[2530,2532),'
    '[2558,2564),[2620,2642),[2672,2674),[2677,2678),[2689,2692),[2748,2749),[2750,2766),[2786,2788),[2810,2820),'
    '[2876,2877),[2878,2904),[2914,2916),[2946,2947),[3006,3022),[3031,3032),[3072,3077),[3132,3133),[3134,3159),'
    '[3170,3172),[3201,3204),[3260,3261),[3262,3287),[3298,3300),[3315,3332),[3387,3389),[3390,3406),[3415,3416),'
    '[3426,3428),[3457,3460),[3530,3552),[3570,3572),[3633,3634),[3635,3643),[3655,3663),[3761,3762),[3763,3773),'
    '[3784,3791),[3864,3866),[3893,3894),[3895,3896),[3897,3898),[3902,3904),[3953,3973),[3974,3976),[3981,4029),'
    '[4038,4039),[4141,4152),[4153,4159),[4182,4186),[4190,4193),[4209,4213),[4226,4227),[4228,4231),[4237,4238),'
    '[4253,4254),[4957,4960),[5906,5910),[5938,5941),[5970,5972),[6002,6004),[6068,6100),[6109,6110),[6155,6158),'
    '[6159,6160),[6277,6279),[6313,6314),[6432,6460),[6679,6684),[6741,6753),[6754,6755),[6757,6784),[6832,6917),'
    '[6964,6981),[7019,7028),[7040,7043),[7073,7086),[7142,7156),[7204,7224),[7376,7379),[7380,7401),[7405,7406),'
    '[7412,7413),[7415,7418),[7616,7680),[8204,8206),[8400,8433),[11503,11506),[11647,11648),[11744,11776),'
    '[12330,12336),[12441,12443),[42607,42611),[42612,42622),[42654,42656),[42736,42738),[43010,43011),'
    '[43014,43015),[43019,43020),[43043,43048),[43052,43053),[43136,43138),[43188,43206),[43232,43250),'
    '[43263,43264),[43302,43310),[43335,43348),[43392,43396),[43443,43457),[43493,43494),[43561,43575),'
    '[43587,43588),[43596,43598),[43644,43645),[43696,43697),[43698,43701),[43703,43705),[43710,43712),'
    '[43713,43714),[43755,43760),[43765,43767),[44003,44011),[44012,44014),[64286,64287),[65024,65040),'
    '[65056,65072),[65438,65440),[66045,66046),[66272,66273),[66422,66427),[68097,68112),[68152,68160),'
    '[68325,68327),[68900,68904),[68969,68974),[69291,69293),[69323,69376),[69446,69457),[69506,69510),'
    '[69632,69635),[69688,69703),[69744,69745),[69747,69749),[69759,69763),[69808,69819),[69826,69827),'
    '[69888,69891),[69927,69941),[69957,69959),[70003,70004),[70016,70019),[70067,70081),[70089,70093),'
    '[70094,70096),[70188,70200),[70206,70207),[70209,70210),[70367,70379),[70400,70404),[70459,70461),'
    '[70462,70478),[70487,70488),[70498,70627),[70709,70727),[70750,70751),[70832,70852),[71087,71105),'
    '[71132,71134),[71216,71233),[71339,71352),[71453,71456),[71458,71468),[71724,71739),[71984,71999),'
    '[72000,72001),[72002,72004),[72145,72161),[72164,72165),[72193,72203),[72243,72250),[72251,72255),'
    '[72263,72264),[72273,72284),[72330,72346),[72544,72552),[72751,72768),[72850,72887),[73009,73030),'
    '[73031,73032),[73098,73112),[73200,73201),[73459,73463),[73472,73474),[73475,73476),[73524,73539),'
    '[73562,73563),[78912,78913),[78919,78934),[90398,90416),[92912,92917),[92976,92983),[94031,94032),'
    '[94033,94099),[94180,94194),[113821,113823),[118528,118599),[119079,119081),[119141,119146),[119149,119155),'
    '[119163,119171),[119173,119180),[119210,119214),[119362,119365),[119376,119426),[121344,121399),'
    '[121403,121453),[121461,121462),[121476,121477),[121499,121520),[122880,122923),[123023,123024),'
    '[123184,123191),[123566,123567),[123628,123632),[124140,124144),[124398,124662),[125136,125143),'
    '[125252,125259),[127995,128000),[917536,918000)}'
    -- A joiner between emoji, and a mark that joins two consonants of an Indic script
    or former ~ E'[\u200d\u094d\u09cd\u0acd\u0b4d\u0c4d\u0d4d\u1039\u17d2\u1a60\u1b44\u1bab\ua9c0\uaaf6]'
    -- A prefix of Arabic and Indic numbers
    or former ~ E'[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u0d4e]'
    -- The letters of a Korean syllable
    or (after ~ E'^[\u1100-\u115f\ua960-\ua97c\uac00-\ud7a3]' and former ~ E'[\u1100-\u115f\ua960-\ua97c]')
    or (after ~ E'^[\u1160-\u11ff\ud7b0-\ud7fb]'
    and former ~ E'[\u1100-\u11ff\ua960-\ua97c\uac00-\ud7a3\ud7b0-\ud7fb]')
    -- The two letters of a flag
    or (next_code between 127462 and 127487
    and char_length(substring(before from E'[\U0001F1E6-\U0001F1FF]+$')) % 2 = 1)
  );
end;
$function$;

ALTER FUNCTION "private"."is_boundary"(text, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.is_edited(former public.contents, changed public.contents)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
declare
  unedited public.contents := changed;
begin
  -- As edited_part and content_state, without making JSON of both rows: columns that are not named here are compared.
  unedited.id := former.id;
  unedited.brand_id := former.brand_id;
  unedited.version := former.version;
  unedited.major_version := former.major_version;
  unedited.minor_version := former.minor_version;
  unedited.created_by := former.created_by;
  unedited.created_at := former.created_at;
  unedited.updated_by := former.updated_by;
  unedited.updated_at := former.updated_at;
  unedited.views := former.views;
  unedited.shares := former.shares;
  unedited.score := former.score;
  unedited.status := former.status;
  unedited.published_at := former.published_at;
  unedited.published_by := former.published_by;
  unedited.scheduled_for := former.scheduled_for;
  unedited.deleted_at := former.deleted_at;
  unedited.due_at := former.due_at;
  unedited.expires_at := former.expires_at;
  unedited.assignees := former.assignees;
  unedited.provenance := former.provenance;
  unedited.plain_texts := former.plain_texts;
  return unedited is distinct from former;
end;
$function$;

CREATE OR REPLACE FUNCTION private.is_html_field(form jsonb, key text)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
begin
  return jsonb_path_exists(
    form, '$[*] ? (@.id == $key && (@.type == "rich_text" || @.type == "html" || @.type == "faq"))',
    jsonb_build_object('key', key)
  );
end;
$function$;

ALTER FUNCTION "private"."is_html_field"(jsonb, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.is_of_kind(value jsonb, kinds text[])
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  return case jsonb_typeof(value)
    when 'string' then 'text' = any (kinds)
      or ('date' = any (kinds) and private.as_day(value #>> '{}') is not null)
      or ('time' = any (kinds) and private.as_instant(value #>> '{}') is not null)
    when 'array' then 'list' = any (kinds)
    else jsonb_typeof(value) = any (kinds)
  end;
end;
$function$;

ALTER FUNCTION "private"."is_of_kind"(jsonb, text[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.is_reserved_slug(slug text)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
begin
  return slug ~ (
    '^(con|prn|aux|nul|(com|lpt)[0-9]|index|home|feed|rss|atom|sitemap|robots|llms|llms-full|favicon|manifest|api|admin'
    '|login|logout|search|new|edit|page|tag|tags|category|categories|null|undefined|true|false)$'
  );
end;
$function$;

ALTER FUNCTION "private"."is_reserved_slug"(text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.is_template_field(field jsonb, is_output boolean)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
 SET search_path TO ''
AS $function$
declare
  shape constant jsonb := '{
    "id": "matches ^[a-z][a-zA-Z0-9_]{0,49}$", "name": "name 100", "label": "text 200 or null", "required": "flag",
    "defaultValue": "any", "placeholder": "text 500 or null", "helpText": "text 500 or null",
    "order": "integer 0 1000 or null", "width": "word full|half|third or null", "validation": "object or null",
    "conditional": "object or null", "minWords": "integer 0 200000 or null", "maxWords": "integer 1 200000 or null"
  }';
  of_outputs constant jsonb := '{
    "type": "word plain_text|rich_text|html|faq", "aiPrompt": "text 2000 or null", "aiAutoComplete": "flag",
    "useBrandIdentity": "flag", "useToneOfVoice": "flag", "useGuardrails": "flag",
    "minChars": "integer 0 200000 or null", "maxChars": "integer 1 200000 or null",
    "maxLength": "integer 1 10000 or null", "maxTokens": "integer 1 4000 or null", "allowedTags": "texts 100 7 or null",
    "sanitize": "flag or null", "allowSections": "flag or null"
  }';
  of_inputs constant jsonb := '{
    "type": "text 50", "aiSuggester": "flag or null", "minLength": "integer 0 200000 or null",
    "maxLength": "integer 1 200000 or null", "rows": "integer 1 100 or null", "maxRows": "integer 1 100 or null",
    "allowImages": "flag or null", "toolbar": "texts 30 50 or null", "step": "number or null",
    "disablePast": "flag or null", "disableFuture": "flag or null", "includeTime": "flag or null", "choices": "any",
    "maxTags": "integer 1 50 or null", "suggestions": "texts 200 50 or null",
    "sourceField": "matches ^[a-z][a-zA-Z0-9_]{0,49}$ or null", "prefix": "matches ^[a-z0-9-]{0,50}$ or null",
    "maxSizeMB": "number or null", "allowedTypes": "texts 20 100 or null", "allowMultiple": "flag or null"
  }';
  -- The types of inputs with their options.
  options constant jsonb := '{
    "short_text": ["minLength", "maxLength", "minWords", "maxWords"],
    "long_text": ["minLength", "maxLength", "minWords", "maxWords", "rows", "maxRows"],
    "rich_text": ["minLength", "maxLength", "minWords", "maxWords", "allowImages", "toolbar"],
    "number": ["step"], "date": ["disablePast", "disableFuture", "includeTime"],
    "datetime": ["disablePast", "disableFuture"], "select": ["choices"], "multiselect": ["choices"],
    "tags": ["maxTags", "suggestions"], "slug": ["sourceField", "prefix", "maxLength"],
    "file": ["maxSizeMB", "allowedTypes"], "image": ["maxSizeMB", "allowedTypes"],
    "product_selector": ["allowMultiple"], "boolean": [], "url": [], "email": [], "recipe_url": []
  }';
  given jsonb;
  strange text [];
begin
  if not private.has_shape(
    field, shape || case when is_output then of_outputs else of_inputs end,
    case when is_output then array['id', 'name'] else array['id', 'name', 'type'] end
  ) then
    return false;
  end if;
  given := jsonb_strip_nulls(field - 'defaultValue');
  if is_output then
    strange := array(
      select jsonb_array_elements_text(given -> 'allowedTags')
      except select unnest('{p,br,strong,em,u,a,ul,ol,li,h2,h3,h4,img}'::text [])
      except select unnest('{table,caption,thead,tbody,tfoot,tr,th,td}'::text [])
    );
    return cardinality(strange) = 0
      and (given -> 'allowSections' is distinct from 'true' or given ->> 'type' = 'faq')
      and coalesce((given -> 'minChars')::integer < (given -> 'maxChars')::integer, true)
      and coalesce((given -> 'minWords')::integer < (given -> 'maxWords')::integer, true)
      and private.are_field_rules(given);
  end if;
  strange := array(
    select key from jsonb_object_keys(given) as key
    where (of_inputs ? key or key in ('minWords', 'maxWords')) and key not in ('type', 'aiSuggester')
    except select jsonb_array_elements_text(options -> (given ->> 'type'))
  );
  return cardinality(strange) = 0
    and options ? (given ->> 'type')
    and (given ->> 'type' not in ('select', 'multiselect') or given ? 'choices')
    and coalesce(private.are_choices(given -> 'choices'), true)
    and coalesce((given -> 'step')::numeric > 0, true)
    and coalesce((given -> 'maxSizeMB')::numeric > 0 and (given -> 'maxSizeMB')::numeric <= 100, true)
    and not exists (
      select from jsonb_array_elements_text(given -> 'allowedTypes') as media where media !~ '^[a-z]+/[a-z0-9.+-]+$'
    )
    and coalesce(jsonb_array_length(given -> 'allowedTypes') > 0, true)
    and coalesce((given -> 'minLength')::integer <= (given -> 'maxLength')::integer, true)
    and coalesce((given -> 'minWords')::integer <= (given -> 'maxWords')::integer, true)
    and coalesce((given -> 'rows')::integer <= (given -> 'maxRows')::integer, true)
    and private.are_field_rules(given);
end;
$function$;

CREATE OR REPLACE FUNCTION private.kept_texts(form jsonb, given jsonb, rich jsonb, OUT fields jsonb, OUT plain text[])
 RETURNS record
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
declare
  entry record;
  is_html boolean;
begin
  fields := given;
  plain := '{}';
  for entry in select each.key, each.value from jsonb_each(private.as_object(rich -> 'texts')) as each loop
    is_html := case
      when form is null then entry.value -> 'is_markup' = 'true' else private.is_html_field(form, entry.key)
    end;
    if is_html then
      if entry.value ? 'html' then
        fields := jsonb_set(fields, array[entry.key], entry.value -> 'html');
      end if;
    else
      plain := plain || ('fields.' || entry.key);
    end if;
  end loop;
end;
$function$;

ALTER FUNCTION "private"."kept_texts"(jsonb, jsonb, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.kinds_of_field(brand uuid, content_types jsonb, field text)
 RETURNS text[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return case
    when field in ('type', 'title') then array['text']
    when field = 'tags' then array['list']
    when field = 'metadata.keywords' then array['list']
    when field = any (array[
      'metadata.metaTitle', 'metadata.metaDescription', 'metadata.ogImage', 'metadata.canonicalUrl',
      'metadata.targetAudience'
    ]) then array['text']
    when field like 'fields.%' then array(
      select distinct private.field_kind(known.field)
      from public.templates
      cross join lateral jsonb_array_elements(templates.input_fields || templates.output_fields) as known (field)
      where
        (templates.brand_id = kinds_of_field.brand or templates.brand_id is null)
        and (jsonb_array_length(content_types) = 0 or content_types ? templates.content_type)
        and known.field ->> 'id' = substr(kinds_of_field.field, 8)
    )
    else '{}'
  end;
end;
$function$;

CREATE OR REPLACE FUNCTION private.kinds_of_fields(form jsonb)
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  select coalesce(jsonb_object_agg(field ->> 'id', coalesce(field ->> 'type', 'plain_text')), '{}')
  from jsonb_array_elements(private.as_array(form)) as field
  where field ->> 'id' is not null;
$function$;

ALTER FUNCTION "private"."kinds_of_fields"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.kinds_with_order(kinds text[])
 RETURNS text[]
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  return array(select kind from unnest(kinds) as kind where kind in ('number', 'date', 'time'));
end;
$function$;

ALTER FUNCTION "private"."kinds_with_order"(text[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.latin_letters(written text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
 SET search_path TO ''
AS $function$
declare
  -- Letters that no accent explains: Latin, Greek, Cyrillic, Armenian, Georgian, and the letters of Korean syllables.
  -- Other scripts cannot be read letter by letter.
  letters constant text :=
    'ðøđħıĸłŋŧƀƃƈƌƒƙƚƞƥƭƴƶǝǥʒȝȡȥȴȵȶȷȼȿɀɇɉɋɍɏɓɔɖɗəɛɠɣɨɩɫɲɵʀʈʉʊʋƿⱡⱥⱦⱨⱪⱬꝑꝓꞓꞑꞡꞣ'
    'ꞥꞧꞩαβγδεζηικλμνξοπρσςτυφωабвгдезиклмнопрстуфыэіґјћѳѵқңүұһәөҳҷҡҙҫաբգդեզ'
    'էըթիլկհմյնոպջռսվտրւփքօֆაბგდევზთიკლმნოპრსტუფქყჯჰƫɕɦɬɭɱɳɼɽɾʂʐʑʝʠᵬᵭᵮᵯᵰᵱᵲᵳ'
    'ᵴᵵᵶᵽᶀᶁᶂᶃᶄᶅᶆᶇᶈᶉᶊᶌᶍᶎᶏᶑᶒᶖᶙỿⱱⱳⱴⱸⱺꝁꝃꝅꝉꝋꝍꝕꝗꝙꝟꞎꞔꞕꞗꞙꞹꟈꟊꬴꬷꬸꬹꬺꬻꭉꭎꭒꭖꭗꭘꭙꭚ';
  read_as constant text :=
    'dodhiklntbbcdfklnptyzegzydzlntjcszejqryboddeeggiilnortuuvwlathkzppcngk'
    'nrsavgdeziiklmnxoprsstyfoabvgdeziklmnoprstufyeigjcfiqnuuhaohjqzsabgdez'
    'eytilkhmynopjrsvtrwpkofabgdevztiklmnoprstupkqjhtchllmnrrrszzjqbdfmnprr'
    'stzpbdfgklmnprsvxzadeiuyvwveokkkloopqqvlchbfudselllmnruuxxxxy';
  korean constant text :=
    E'\u1100\u1102\u1103\u1105\u1106\u1107\u1109\u110c\u110f\u1110\u1111\u1112\u1161\u1166\u1169\u116e'
    '\u1175\u11a8\u11a9\u11aa\u11ab\u11ac\u11ad\u11ae\u11af\u11b0\u11b1\u11b2\u11b3\u11b4\u11b5\u11b6'
    '\u11b7\u11b8\u11b9\u11ba\u11bb\u11bd\u11be\u11bf\u11c0\u11c1\u11c2';
  korean_read_as constant text := 'gndrmbsjktphaeouikkknnntlkmlllplmppttttktpt';
  silent constant text := 'ꞌʻʼʿʾꜣꜥъьӏ' || E'\u110b';
  several constant text [] := string_to_array(
    'l·l=ll ου=ou ß=ss æ=ae þ=th œ=oe ƣ=oi ȣ=ou ʃ=sh θ=th χ=ch ψ=ps ж=zh х=kh ц=ts ч=ch ш=sh щ=shch ю=yu '
    'я=ya є=ye ђ=dj љ=lj њ=nj џ=dz ѕ=dz ѣ=ye ғ=gh җ=zh ժ=zh խ=kh ծ=ts ձ=dz ղ=gh ճ=ch շ=sh չ=ch ց=ts ჟ=zh '
    'ღ=gh შ=sh ჩ=ch ც=ts ძ=dz წ=ts ჭ=ch ხ=kh '
    || E'\u1101=kk \u1104=tt \u1108=pp \u110a=ss \u110d=jj \u110e=ch \u1162=ae \u1163=ya \u1164=yae \u1165=eo '
    '\u1167=yeo \u1168=ye \u116a=wa \u116b=wae \u116c=oe \u116d=yo \u116f=wo \u1170=we \u1171=wi '
    '\u1172=yu \u1173=eu \u1174=ui \u11bc=ng ', ' '
  );
  latin text := written;
  pair text;
begin
  if octet_length(written) = char_length(written) then
    return lower(written collate "C");
  end if;
  -- NFKD puts accents behind their letters, as characters of their own, which are then dropped; of a ligature, a letter
  -- in a circle and a full-width letter it leaves the usual ones. Trade marks are no letters of a name.
  latin := translate(latin, '™℠', '');
  latin := regexp_replace(
    lower(normalize(latin, nfkd) collate pg_catalog.pg_c_utf8),
    E'[\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufe00-\ufe0f]', '', 'g'
  );
  -- Nothing that the lists have
  if latin !~ E'[\u00b7-\u1fff\u2c60-\u2c7f\ua720-\uab6f]' then
    return latin;
  end if;
  foreach pair in array several loop
    if pair <> '' then
      latin := replace(latin, split_part(pair, '=', 1), split_part(pair, '=', 2));
    end if;
  end loop;
  -- What is silent has no counterpart, and is dropped.
  return translate(latin, letters || korean || silent, read_as || korean_read_as);
end;
$function$;

ALTER FUNCTION "private"."latin_letters"(text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.length_bounds(field jsonb)
 RETURNS integer[]
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
declare
  kind constant text := coalesce(field ->> 'type', 'plain_text');
  least_length constant integer := coalesce((field ->> 'minLength')::integer, (field ->> 'minChars')::integer);
  most_length constant integer := coalesce((field ->> 'maxLength')::integer, (field ->> 'maxChars')::integer);
begin
  -- The bounds of a type give way to one that the template sets: a country code has two characters.
  return array[
    coalesce(least_length, case kind
      when 'short_text' then least(3, most_length) when 'long_text' then least(10, most_length)
    end),
    coalesce(most_length, case kind
      when 'short_text' then greatest(255, least_length) when 'long_text' then greatest(5000, least_length)
      when 'rich_text' then greatest(10000, least_length)
    end)
  ];
end;
$function$;

ALTER FUNCTION "private"."length_bounds"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.letter_pattern(letter text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
declare
  -- The letters that private.search_letters takes for one.
  letters constant jsonb :=
    '{"a": "[aAÀÁÂÃÄÅàáâãäåĀāĂăĄąǍǎǞǟǠǡǺǻȀȁȂȃȦȧḀḁẠạẢảẤấẦầẨẩẪẫẬậẮắẰằẲẳẴẵẶặ]", "ae": "(?:[aA][eE]|[ÆæǢǣǼǽ])",'
    '"b": "[bBḂḃḄḅḆḇ]", "c": "[cCÇçĆćĈĉĊċČčḈḉ]", "d": "[dDÐðĎďĐđḊḋḌḍḎḏḐḑḒḓ]",'
    '"e": "[eEÈÉÊËèéêëĒēĔĕĖėĘęĚěƏȄȅȆȇȨȩəḔḕḖḗḘḙḚḛḜḝẸẹẺẻẼẽẾếỀềỂểỄễỆệ]", "f": "[fFḞḟ]", "g": "[gGĜĝĞğĠġĢģǦǧǴǵḠḡ]",'
    '"h": "[hHĤĥĦħȞȟḢḣḤḥḦḧḨḩḪḫẖ]", "i": "[iIÌÍÎÏìíîïĨĩĪīĬĭĮįİıƗǏǐȈȉȊȋɨḬḭḮḯỈỉỊị]", "j": "[jJĴĵǰ]",'
    '"k": "[kKĶķǨǩḰḱḲḳḴḵ]", "l": "[lLĹĺĻļĽľŁłḶḷḸḹḺḻḼḽ]", "m": "[mMḾḿṀṁṂṃ]", "n": "[nNÑñŃńŅņŇňǸǹṄṅṆṇṈṉṊṋ]",'
    '"o": "[oOÒÓÔÕÖØòóôõöøŌōŎŏŐőƠơǑǒǪǫǬǭǾǿȌȍȎȏȪȫȬȭȮȯȰȱṌṍṎṏṐṑṒṓỌọỎỏỐốỒồỔổỖỗỘộỚớỜờỞởỠỡỢợ]",'
    '"oe": "(?:[oO][eE]|[Œœ])", "p": "[pPṔṕṖṗ]", "r": "[rRŔŕŖŗŘřȐȑȒȓṘṙṚṛṜṝṞṟ]", "s": "[sSŚśŜŝŞşŠšȘșṠṡṢṣṤṥṦṧṨṩẛ]",'
    '"ss": "(?:[sS][sS]|[ßẞ])", "t": "[tTŢţŤťŦŧȚțṪṫṬṭṮṯṰṱẗ]", "th": "(?:[tT][hH]|[Þþ])",'
    '"u": "[uUÙÚÛÜùúûüŨũŪūŬŭŮůŰűŲųƯưǓǔǕǖǗǘǙǚǛǜȔȕȖȗɄʉṲṳṴṵṶṷṸṹṺṻỤụỦủỨứỪừỬửỮữỰự]", "v": "[vVṼṽṾṿ]",'
    '"w": "[wWŴŵẀẁẂẃẄẅẆẇẈẉẘ]", "x": "[xXẊẋẌẍ]", "y": "[yYÝýÿŶŷŸȲȳẎẏẙỲỳỴỵỶỷỸỹ]", "z": "[zZŹźŻżŽžƵƶẐẑẒẓẔẕ]",'
    '"ʒ": "[ʒƷǮǯ]", "α": "[αΑΆάἀἁἂἃἄἅἆἇἈἉἊἋἌἍἎἏὰάᾀᾁᾂᾃᾄᾅᾆᾇᾈᾉᾊᾋᾌᾍᾎᾏᾰᾱᾲᾳᾴᾶᾷᾸᾹᾺΆᾼ]", "ε": "[εΕΈέἐἑἒἓἔἕἘἙἚἛἜἝὲέῈΈ]",'
    '"η": "[ηΗΉήἠἡἢἣἤἥἦἧἨἩἪἫἬἭἮἯὴήᾐᾑᾒᾓᾔᾕᾖᾗᾘᾙᾚᾛᾜᾝᾞᾟῂῃῄῆῇῊΉῌ]", "ι": "[ιΙΊΐΪίϊἰἱἲἳἴἵἶἷἸἹἺἻἼἽἾἿὶίιῐῑῒΐῖῗῘῙῚΊ]",'
    '"ο": "[οΟΌόὀὁὂὃὄὅὈὉὊὋὌὍὸόῸΌ]", "ρ": "[ρΡῤῥῬ]", "σ": "[σΣς]", "υ": "[υΥΎΫΰϋύϓϔὐὑὒὓὔὕὖὗὙὛὝὟὺύῠῡῢΰῦῧῨῩῪΎ]",'
    '"ω": "[ωΩΏώὠὡὢὣὤὥὦὧὨὩὪὫὬὭὮὯὼώᾠᾡᾢᾣᾤᾥᾦᾧᾨᾩᾪᾫᾬᾭᾮᾯῲῳῴῶῷῺΏῼ]", "а": "[аАӐӑӒӓ]", "г": "[гГЃѓҐґ]", "е": "[еЕЀЁѐёӖӗ]",'
    '"ж": "[жЖӁӂӜӝ]", "з": "[зЗӞӟ]", "и": "[иИЍѝӢӣӤӥ]", "к": "[кКЌќ]", "о": "[оОӦӧ]", "у": "[уУӮӯӰӱӲӳ]",'
    '"ч": "[чЧӴӵ]", "ы": "[ыЫӸӹ]", "э": "[эЭӬӭ]", "ѵ": "[ѵѴѶѷ]", "ә": "[әӘӚӛ]", "ө": "[өӨӪӫ]", "ا": "[ااآأإ]",'
    '"و": "[ووؤ]", "ي": "[ييئ]", "ہ": "[ہہۂ]", "ے": "[ےےۓ]", "ە": "[ەەۀ]"}';
begin
  return coalesce(letters ->> letter, '[' || letter || upper(letter) || ']');
end;
$function$;

ALTER FUNCTION "private"."letter_pattern"(text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.list_key(sort text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  -- Without a collation the database would decide, and each was set up by somebody else.
  select case sort when 'title' then 'title collate "und-x-icu"' else quote_ident(sort) end;
$function$;

ALTER FUNCTION "private"."list_key"(text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.list_order(sort text, is_descending boolean)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  -- As the indexes have it, or they would not be used: a column that is never null is ordered without a word on nulls.
  select format(
    '%s %s%s, id', private.list_key(sort), case when is_descending then 'desc' else 'asc' end,
    case
      when sort in ('due_at', 'scheduled_for') then ' nulls last'
      when sort <> 'score' then '' when is_descending then ' nulls last' else ' nulls first'
    end
  );
$function$;

CREATE OR REPLACE FUNCTION private.list_parts(sort text, is_descending boolean, place text)
 RETURNS TABLE(condition text, order_by text)
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  with after as (
    select case when place = 'after' then format(
      ' and contents.%1$s %2$s= asked.after_value::%3$s and (contents.%1$s %2$s asked.after_value::%3$s '
      'or contents.id > asked.after_id)',
      private.list_key(sort), case when is_descending then '<' else '>' end,
      case sort when 'score' then 'numeric' when 'title' then 'text' when 'status' then 'text' else 'timestamptz' end
    ) else '' end as condition
  )
  select after.condition, private.list_order(sort, is_descending)
  from after where sort not in ('due_at', 'scheduled_for')
  -- With the date, and without it: each part in the order of the index.
  union all
  select
    format(' and contents.%I is not null', sort) || after.condition,
    format('%I %s, id', sort, case when is_descending then 'desc' else 'asc' end)
  from after where sort in ('due_at', 'scheduled_for') and place <> 'after null'
  union all
  select
    format(' and contents.%I is null', sort)
    || case when place = 'after null' then ' and contents.id > asked.after_id' else '' end,
    format('%I, id', sort)
  where sort in ('due_at', 'scheduled_for');
$function$;

CREATE OR REPLACE FUNCTION private.list_statement(sort text, is_descending boolean, place text, conditions text, form text DEFAULT 'merged'::text)
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select format(
    '(select row(%1$s)::private.content_page from (%2$s order by %3$s%4$s) as contents)',
    private.page_columns(),
    case
      when form = 'one brand' then format(
        'select %s from public.contents where contents.brand_id = asked.brands[1] and %s%s',
        private.head_columns(), conditions, string_agg(part.condition, '')
      )
      -- The index of titles has all that this asks for, in another order.
      when form = 'titles' then format(
        'select %s from (select contents.id from public.contents where contents.brand_id = asked.brands[1] and %s%s '
        'order by %s offset asked.skipped limit asked.wished) as found '
        'inner join public.contents on contents.id = found.id and contents.brand_id = asked.brands[1]',
        private.head_columns(), conditions, string_agg(part.condition, ''), private.list_order(sort, is_descending)
      )
      -- All that match, whatever the order: without the offset it would read the index of the order.
      when form in ('sorted', 'sorted brand') then format(
        'select %1$s from (select * from public.contents where contents.brand_id = %4$s and %2$s '
        'offset 0) as contents where %3$s',
        private.head_columns(), conditions, string_agg(format('(true%s)', part.condition), ' or '),
        case form when 'sorted' then 'any (asked.brands)' else 'asked.brands[1]' end
      )
      -- Asks each brand's index of this order for as many rows as the page needs (ADR 19).
      else 'select item.* from unnest(asked.brands) as brand (permitted) cross join lateral (' || string_agg(
        format(
          '(select %s from public.contents where contents.brand_id = brand.permitted and %s%s order by %s '
          'limit asked.depth)',
          private.head_columns(), conditions, part.condition, part.order_by
        ), ' union all '
      ) || ') as item'
    end,
    private.list_order(sort, is_descending),
    case when form <> 'titles' then ' offset asked.skipped limit asked.wished' end
  )
  from private.list_parts(sort, is_descending, place) as part;
$function$;

CREATE OR REPLACE FUNCTION private.lock_imported_catalogue(kind text, lines jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  masters constant uuid [] := array(
    select master.id from public.master_claim_brands as master
    where private.name_key(master.name) in (
      select private.name_key(each -> 'item' ->> 'claim_brand') from jsonb_array_elements(lines) as each
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
    and private.name_key(product.name) in (
      select private.name_key(each -> 'item' ->> 'name') from jsonb_array_elements(lines) as each
    )
  order by product.id
  for update;
  perform from public.ingredients as ingredient
  where private.name_key(ingredient.name) in (
    select private.name_key(name) from jsonb_array_elements(lines) as each
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

CREATE OR REPLACE FUNCTION private.look_at_log(brand uuid, behind_transaction xid8, behind_event uuid, aggregate uuid, wanted_types text[], wanted_aggregate_type text, most integer, is_ahead boolean DEFAULT false)
 RETURNS TABLE(transaction_id xid8, id uuid, is_wanted boolean)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
 SET enable_seqscan TO 'off'
 SET enable_bitmapscan TO 'off'
AS $function$
#variable_conflict use_column
declare
  -- All transactions below xmin have ended: none of them can still commit an event that belongs before these.
  horizon constant xid8 := pg_snapshot_xmin(pg_current_snapshot());
  nil constant uuid := '00000000-0000-0000-0000-000000000000';
  begins_at constant xid8 := case when look_at_log.is_ahead then horizon else look_at_log.behind_transaction end;
  behind constant uuid := case when look_at_log.is_ahead then nil else coalesce(look_at_log.behind_event, nil) end;
  ends_at constant xid8 := case when look_at_log.is_ahead then '18446744073709551615'::xid8 else horizon end;
begin
  return query
    with looked_at as materialized (
      (
        select events.transaction_id, events.id, events.type, events.aggregate_type
        from public.domain_events as events
        where
          look_at_log.aggregate is null and events.brand_id = look_at_log.brand
          and (events.transaction_id, events.id) > (begins_at, behind) and events.transaction_id < ends_at
        order by events.transaction_id, events.id
        limit look_at_log.most
      )
      union all
      (
        select events.transaction_id, events.id, events.type, events.aggregate_type
        from public.domain_events as events
        where
          look_at_log.aggregate is not null and events.brand_id = look_at_log.brand
          and events.aggregate_id = look_at_log.aggregate
          and (events.transaction_id, events.id) > (begins_at, behind) and events.transaction_id < ends_at
        order by events.transaction_id, events.id
        limit look_at_log.most
      )
    ),
    -- Each permission is asked for once.
    needed as (
      select private.event_permission(kind.aggregate_type) as permission, array_agg(kind.aggregate_type) as kinds
      from (select distinct looked_at.aggregate_type from looked_at) as kind
      group by 1
    ),
    readable as materialized (
      select kind.name
      from needed
      cross join unnest(needed.kinds) as kind (name)
      where
        look_at_log.brand = any (private.brands_permitting(needed.permission))
        and (kind.name <> 'workflow' or look_at_log.brand = any (private.brands_permitting('content.read')))
    )
    select
      looked_at.transaction_id, looked_at.id,
      looked_at.aggregate_type in (select readable.name from readable)
      and (look_at_log.wanted_types is null or looked_at.type = any (look_at_log.wanted_types))
      and (
        look_at_log.wanted_aggregate_type is null or looked_at.aggregate_type = look_at_log.wanted_aggregate_type
      )
    from looked_at
    order by looked_at.transaction_id, looked_at.id;
end;
$function$;

ALTER FUNCTION "private"."look_at_log"(uuid, xid8, uuid, uuid, text[], text, integer, boolean) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.made_metadata(content public.contents)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  said constant jsonb := private.as_object(content.metadata);
  made jsonb := '{}';
  summary text;
begin
  if private.is_blank(said -> 'metaTitle') then
    made := jsonb_build_object('metaTitle', case when char_length(content.title) <= 60 then content.title end);
  end if;
  if private.is_blank(said -> 'metaDescription') then
    summary := private.first_sentences(
      private.text_of_value(content.excerpt, private.typed_kind(content, 'excerpt')), 155
    );
    -- Part of a text with claims may lack the words that another part adds to them.
    if summary is null and private.claims_state(content.brand_id) is null then
      -- The beginning is enough.
      summary := private.first_sentences(
        private.text_of_html(private.beginning_of_html(content.body, 1000)), 155
      );
    end if;
    -- Metadata is plain text, which holds no beginning of a tag.
    made := made || jsonb_build_object('metaDescription', regexp_replace(summary, '<+(?=[a-zA-Z/!?]|$)', '', 'g'));
  end if;
  return nullif(jsonb_strip_nulls(made), '{}');
end;
$function$;

CREATE OR REPLACE FUNCTION private.mark_own(marks jsonb, filters jsonb)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  person constant uuid := auth.uid();
  brands constant uuid [] := private.brands_permitting('brand.read');
  ids constant uuid [] := array(select jsonb_array_elements_text(filters -> 'ids'));
  until constant timestamptz := private.read_instant(filters ->> 'until', 'until');
  marked integer;
begin
  with wanted as (
    select own.id from public.notifications as own
    where
      own.user_id = person and own.is_in_app and (own.brand_id is null or own.brand_id = any (brands))
      and (filters -> 'ids' is null or own.id = any (ids))
      and (filters ->> 'brand_id' is null or own.brand_id = (filters ->> 'brand_id')::uuid)
      and (filters ->> 'category' is null or own.category = filters ->> 'category')
      and (until is null or own.last_at <= until)
      and (
        own.is_read is distinct from coalesce((marks ->> 'is_read')::boolean, own.is_read)
        or own.is_archived is distinct from coalesce((marks ->> 'is_archived')::boolean, own.is_archived)
      )
    order by own.last_at desc, own.id desc
    limit 10000
  ),
  -- In the order of write_notices, so that neither waits for the other.
  locked as (
    select own.id from public.notifications as own
    where own.id in (select wanted.id from wanted)
    order by own.bundle_key, own.id
    for update
  ),
  marks_of as (
    select
      own.id, coalesce((marks ->> 'is_archived')::boolean, own.is_archived) as is_archived,
      coalesce((marks ->> 'is_read')::boolean, own.is_read) as is_read,
      -- Unread ones of one bundle are one row: a former one stays read.
      exists (
        select from public.notifications as newer
        where
          newer.user_id = own.user_id and newer.bundle_key = own.bundle_key and newer.id <> own.id
          and (newer.last_at, newer.id) > (own.last_at, own.id)
      ) as has_newer
    from public.notifications as own
    inner join locked on locked.id = own.id
  )
  update public.notifications as notification
  set
    is_read = marks_of.is_read or marks_of.is_archived or marks_of.has_newer, is_archived = marks_of.is_archived
  from marks_of
  where marks_of.id = notification.id;
  get diagnostics marked = row_count;
  return marked;
end;
$function$;

CREATE OR REPLACE FUNCTION private.marked(written text, marks private.search_marks, language regconfig)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
declare
  -- The marks are characters of the private use area, so that HTML in the text stays text.
  plain constant text := translate(written, E'\uE000\uE001', '');
  found_text text;
  candidate text;
begin
  if marks.pattern is null then
    return plain;
  end if;
  found_text := regexp_replace(plain, marks.pattern, E'\uE000\\&\uE001', 'g');
  for candidate in
    select distinct found.word[1]
    from regexp_matches(found_text, E'\uE000([^\uE001]+)\uE001', 'g') as found (word)
    limit 100
  loop
    -- Begins like a word that is wanted, and may be another one.
    if
      marks.words is not null and candidate !~ ('^(?:' || private.unspaced_pattern() || ')')
      and not private.text_words(candidate, language) @@ marks.words
    then
      found_text := replace(found_text, E'\uE000' || candidate || E'\uE001', candidate);
    end if;
  end loop;
  return found_text;
end;
$function$;

ALTER FUNCTION "private"."marked"(text, private.search_marks, regconfig) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.matches_by_index(request private.search_request, candidates uuid[] DEFAULT NULL::uuid[])
 RETURNS uuid[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET enable_indexscan TO 'off'
 SET enable_seqscan TO 'off'
AS $function$
declare
  found uuid [];
begin
  execute
    'select array('
    '  select search.content_id from private.content_search as search'
    '  where search.words @@ ($1).indexed_terms and ' || private.search_condition(with_index => false)
    || case
      -- Without a word that each match holds, the index would be read as a whole: its weeks are less.
      when querytree(request.indexed_terms) = 'T'
        then ' and search.updated_week >= private.update_week(($1).updated_from)'
      else ''
    end
    || case
      when candidates is not null then
        ' and search.content_id = any (array(select unnest($2))) and private.is_worth_reading(search.content_id)'
      else ''
    end
    || ' order by ' || case request.sort
      when 'score' then 'search.score desc nulls last,'
      when 'title' then private.list_key('title') || ','
      when 'status' then 'search.status, search.updated_at desc,'
      when 'created_at' then 'search.content_id desc,'
      else 'search.updated_at desc,'
    end
    || ' search.content_id limit 1000)'
  into found
  using request, candidates;
  return found;
end;
$function$;

CREATE OR REPLACE FUNCTION private.matches_in_order(request private.search_request, depth double precision, is_first boolean DEFAULT true)
 RETURNS uuid[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  first record;
  found uuid [];
begin
  first := private.search_candidates(request, depth);
  -- Where nothing is wanted (no query), nearly all candidates match, and the index knows nothing better.
  if cardinality(first.ids) > 3000 and request.query is not null then
    request.indexed_terms := request.terms;
    found := private.matches_by_index(request, first.ids);
  else
    -- The words of one content after another are read. Each lateral has a limit, so that this is done in the order, and
    -- until a thousand are found.
    execute
      'select array('
      '  select match.content_id from unnest($2) as candidate (id) cross join lateral ('
      '    select search.content_id from private.content_search as search'
      '    where search.content_id = candidate.id and ' || private.search_condition(with_index => false)
      || '   and search.words @@ ($1).terms limit 1'
      '  ) as match limit 1000)'
    into found
    using request, first.ids;
  end if;
  if first.is_all or cardinality(found) = 1000 then
    return found;
  end if;
  -- How many were found is known better than how many were expected.
  return case when is_first and cardinality(found) between 200 and 999 then
    private.matches_in_order(request, depth * 1200 / cardinality(found), is_first => false)
  end;
end;
$function$;

CREATE OR REPLACE FUNCTION private.matching_contents(request private.search_request)
 RETURNS uuid[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  -- Half of what is expected: the planner takes a word and its stem, either of which will do, for two that have nothing
  -- to do with each other. Contents have both or neither.
  everywhere constant bigint := private.expected_rows('search.words @@ ($1).likely_terms', request) / 2;
  contents constant double precision := (
    select relations.reltuples from pg_catalog.pg_class as relations
    where relations.oid = 'private.content_search'::regclass
  );
  readable bigint;
  matching bigint;
  visited bigint;
  depth double precision;
  found uuid [];
begin
  -- To read a match that the index of words names, and to look for a candidate in that index, costs about the same.
  if everywhere > 2500 then
    readable := private.expected_rows('search.brand_id = any (($1).brands)', request);
    if not request.has_few_brands and readable < everywhere / 4 then
      request.indexed_terms := private.narrowed_terms(request.terms, request.brands);
    end if;
    matching := private.expected_rows(
      'search.words @@ ($1).likely_terms and ' || private.search_condition(with_index => true), request
    ) / 2;
    depth := 1000.0 * readable / greatest(matching, 1);
    visited := case when request.has_few_brands then least(readable, everywhere) else everywhere end;
    if matching > 1300 and depth < visited then
      found := case
        -- The index lists all contents of these weeks, of any brand: twenty for each match that is not read.
        when
          request.sort in ('relevance', 'updated_at') and request.query is not null
          and 1300.0 * contents < 20.0 * matching * matching
          then private.latest_matches(request, 1300.0 / matching)
        else private.matches_in_order(request, depth * 1.3)
      end;
    end if;
  end if;
  return coalesce(found, private.matches_by_index(request));
end;
$function$;

CREATE OR REPLACE FUNCTION private.matrix_texts(products uuid[], markets text[], at timestamp with time zone, query text, levels public.claim_level[])
 RETURNS TABLE(text_key text, claim_id uuid)
 LANGUAGE sql
 STABLE ROWS 10000
 SET search_path TO ''
AS $function$
  with found as (
    select subject.id, subject.product_id
    from public.products as product
    cross join lateral (
      values (product.id, product.id), (product.master_claim_brand_id, null)
    ) as subject (id, product_id)
    where product.id = any (matrix_texts.products)
    union all
    select part.ingredient_id, null
    from public.product_ingredients as part
    inner join public.ingredients on ingredients.id = part.ingredient_id
    where part.product_id = any (matrix_texts.products) and ingredients.archived_at is null
  ),
  texts as (
    select scoped.text_key, scoped.claim_id
    from (select distinct found.id from found) as subject
    inner join private.claim_scopes as scoped on scoped.subject_id = subject.id
    where
      scoped.country = any ('{__GLOBAL__}' || matrix_texts.markets)
      and scoped.is_approved
      and scoped.effective_from <= matrix_texts.at
      and (scoped.effective_to is null or scoped.effective_to > matrix_texts.at)
      and (matrix_texts.levels is null or scoped.level = any (matrix_texts.levels))
    union all
    select overridden.master_key, overridden.master_id
    from private.overrides_in_force(matrix_texts.products, matrix_texts.markets, matrix_texts.at) as overridden
    where overridden.has_effect and (matrix_texts.levels is null or overridden.level = any (matrix_texts.levels))
  )
  select texts.text_key, any_value(texts.claim_id)
  from texts
  where matrix_texts.query is null or position(private.folded_case(matrix_texts.query) in texts.text_key) > 0
  group by texts.text_key;
$function$;

CREATE OR REPLACE FUNCTION private.name_key(name text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
 SET search_path TO ''
AS $function$
begin
  -- An entry of an index has 2,700 bytes at most.
  return private.short_key(private.folded_case(name), 400);
end;
$function$;

ALTER FUNCTION "private"."name_key"(text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.named_characters()
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  -- Those of HTML 4, and apos.
  select '{
    "AElig": 198, "Aacute": 193, "Acirc": 194, "Agrave": 192, "Alpha": 913, "Aring": 197, "Atilde": 195, "Auml":
    196, "Beta": 914, "Ccedil": 199, "Chi": 935, "Dagger": 8225, "Delta": 916, "ETH": 208, "Eacute": 201, "Ecirc":
    202, "Egrave": 200, "Epsilon": 917, "Eta": 919, "Euml": 203, "Gamma": 915, "Iacute": 205, "Icirc": 206,
    "Igrave": 204, "Iota": 921, "Iuml": 207, "Kappa": 922, "Lambda": 923, "Mu": 924, "Ntilde": 209, "Nu": 925,
    "OElig": 338, "Oacute": 211, "Ocirc": 212, "Ograve": 210, "Omega": 937, "Omicron": 927, "Oslash": 216, "Otilde":
    213, "Ouml": 214, "Phi": 934, "Pi": 928, "Prime": 8243, "Psi": 936, "Rho": 929, "Scaron": 352, "Sigma": 931,
    "THORN": 222, "Tau": 932, "Theta": 920, "Uacute": 218, "Ucirc": 219, "Ugrave": 217, "Upsilon": 933, "Uuml": 220,
    "Xi": 926, "Yacute": 221, "Yuml": 376, "Zeta": 918, "aacute": 225, "acirc": 226, "acute": 180, "aelig": 230,
    "agrave": 224, "alefsym": 8501, "alpha": 945, "amp": 38, "and": 8743, "ang": 8736, "apos": 39, "aring": 229,
    "asymp": 8776, "atilde": 227, "auml": 228, "bdquo": 8222, "beta": 946, "brvbar": 166, "bull": 8226, "cap": 8745,
    "ccedil": 231, "cedil": 184, "cent": 162, "chi": 967, "circ": 710, "clubs": 9827, "cong": 8773, "copy": 169,
    "crarr": 8629, "cup": 8746, "curren": 164, "dArr": 8659, "dagger": 8224, "darr": 8595, "deg": 176, "delta": 948,
    "diams": 9830, "divide": 247, "eacute": 233, "ecirc": 234, "egrave": 232, "empty": 8709, "emsp": 8195, "ensp":
    8194, "epsilon": 949, "equiv": 8801, "eta": 951, "eth": 240, "euml": 235, "euro": 8364, "exist": 8707, "fnof":
    402, "forall": 8704, "frac12": 189, "frac14": 188, "frac34": 190, "frasl": 8260, "gamma": 947, "ge": 8805, "gt":
    62, "hArr": 8660, "harr": 8596, "hearts": 9829, "hellip": 8230, "iacute": 237, "icirc": 238, "iexcl": 161,
    "igrave": 236, "image": 8465, "infin": 8734, "int": 8747, "iota": 953, "iquest": 191, "isin": 8712, "iuml": 239,
    "kappa": 954, "lArr": 8656, "lambda": 955, "lang": 9001, "laquo": 171, "larr": 8592, "lceil": 8968, "ldquo":
    8220, "le": 8804, "lfloor": 8970, "lowast": 8727, "loz": 9674, "lrm": 8206, "lsaquo": 8249, "lsquo": 8216, "lt":
    60, "macr": 175, "mdash": 8212, "micro": 181, "middot": 183, "minus": 8722, "mu": 956, "nabla": 8711, "nbsp":
    160, "ndash": 8211, "ne": 8800, "ni": 8715, "not": 172, "notin": 8713, "nsub": 8836, "ntilde": 241, "nu": 957,
    "oacute": 243, "ocirc": 244, "oelig": 339, "ograve": 242, "oline": 8254, "omega": 969, "omicron": 959, "oplus":
    8853, "or": 8744, "ordf": 170, "ordm": 186, "oslash": 248, "otilde": 245, "otimes": 8855, "ouml": 246, "para":
    182, "part": 8706, "permil": 8240, "perp": 8869, "phi": 966, "pi": 960, "piv": 982, "plusmn": 177, "pound": 163,
    "prime": 8242, "prod": 8719, "prop": 8733, "psi": 968, "quot": 34, "rArr": 8658, "radic": 8730, "rang": 9002,
    "raquo": 187, "rarr": 8594, "rceil": 8969, "rdquo": 8221, "real": 8476, "reg": 174, "rfloor": 8971, "rho": 961,
    "rlm": 8207, "rsaquo": 8250, "rsquo": 8217, "sbquo": 8218, "scaron": 353, "sdot": 8901, "sect": 167, "shy": 173,
    "sigma": 963, "sigmaf": 962, "sim": 8764, "spades": 9824, "sub": 8834, "sube": 8838, "sum": 8721, "sup": 8835,
    "sup1": 185, "sup2": 178, "sup3": 179, "supe": 8839, "szlig": 223, "tau": 964, "there4": 8756, "theta": 952,
    "thetasym": 977, "thinsp": 8201, "thorn": 254, "tilde": 732, "times": 215, "trade": 8482, "uArr": 8657,
    "uacute": 250, "uarr": 8593, "ucirc": 251, "ugrave": 249, "uml": 168, "upsih": 978, "upsilon": 965, "uuml": 252,
    "weierp": 8472, "xi": 958, "yacute": 253, "yen": 165, "yuml": 255, "zeta": 950, "zwj": 8205, "zwnj": 8204
  }'::jsonb;
$function$;

ALTER FUNCTION "private"."named_characters"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.narrowed_terms(terms tsquery, brands uuid[])
 RETURNS tsquery
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  -- The index holds the brand of each row as a word. Naming the brands narrows the search where they are few; of many,
  -- merging the rows of each would take longer than it saves. The condition on brand_id is what separates tenants.
  return terms && private.brand_terms(brands);
end;
$function$;

CREATE OR REPLACE FUNCTION private.notify(people uuid[], brand uuid, category text, event text, title text, message text DEFAULT ''::text, action_url text DEFAULT NULL::text, type text DEFAULT 'info'::text, metadata jsonb DEFAULT '{}'::jsonb, permission text DEFAULT 'brand.read'::text, besides uuid DEFAULT NULL::uuid)
 RETURNS integer
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  with source as materialized (select private.uuid_v7() as id)
  select private.write_notices(array_agg(row(
    source.id, person.id, notify.brand, notify.permission, notify.besides, notify.category, notify.type, notify.event,
    private.cut_text(notify.title, 256), notify.message, notify.action_url, null, null, null, null, 0, false, true, false,
    notify.metadata
  )::private.notice))
  from source cross join unnest(notify.people) as person (id);
$function$;

CREATE OR REPLACE FUNCTION private.numbered_character(reference text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
declare
  is_hexadecimal constant boolean := reference ~ '^#[xX]';
  digits constant text := ltrim(rtrim(reference, ';'), '#xX0');
  point integer := 0;
begin
  if digits <> '' and char_length(digits) <= 7 then
    point := case when is_hexadecimal then ('x' || lpad(digits, 8, '0'))::bit(32)::integer else digits::integer end;
  end if;
  return case
    when point = 0 or point > 1114111 or point between 55296 and 57343 then chr(65533)
    -- Control characters: as white space, or as Windows-1252 has them, which pages older than Unicode mean.
    when point < 32 then ' '
    when point between 128 and 159 then substr(
      '€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ', point - 127, 1
    )
    else chr(point)
  end;
end;
$function$;

ALTER FUNCTION "private"."numbered_character"(text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.on_one_line(plain text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
begin
  -- Unicode's White_Space and the control characters. Single spaces, which most are, need no replacement.
  return btrim(regexp_replace(
    plain collate "C",
    '[\u0001-\u0020\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]{2,}'
    '|[\u0001-\u001f\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]', ' ', 'g'
  ));
end;
$function$;

ALTER FUNCTION "private"."on_one_line"(text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.parse_search(query text, filters jsonb, sort text, embedding text)
 RETURNS private.search_request
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  request private.search_request;
  configurations regconfig [];
  configuration regconfig;
  few_brands uuid [];
begin
  request.brands := private.searchable_brands((filters ->> 'brand_id')::uuid);
  request.has_few_brands := cardinality(request.brands) <= 5;
  few_brands := case when request.has_few_brands then request.brands end;
  request.clauses := private.search_clauses(query);
  request.query := (
    select left(string_agg(btrim(private.spaced_words(private.search_letters(clause.typed))), ' '), 500)
    from unnest(request.clauses) as clause
    where not clause.is_excluded
  );
  request.is_exact := exists (select from unnest(request.clauses) as clause where clause.is_quoted);
  -- Without a word that is wanted, no match is better than another.
  request.sort := case when sort = 'relevance' and request.query is null then 'updated_at' else sort end;
  request.statuses := case
    when filters ? 'status' then array(select jsonb_array_elements_text(filters -> 'status'))
  end;
  request.types := case when filters ? 'type' then array(select jsonb_array_elements_text(filters -> 'type')) end;
  request.tags := array(select jsonb_array_elements_text(coalesce(filters -> 'tag', '[]')));
  request.created_by := filters ->> 'created_by';
  request.updated_from := coalesce(private.read_instant(filters ->> 'updated_from', 'updatedFrom'), '-infinity');
  request.updated_to := coalesce(private.read_instant(filters ->> 'updated_to', 'updatedTo'), 'infinity');
  request.embedding := parse_search.embedding::extensions.halfvec(512);
  if sort not in ('relevance', 'updated_at', 'created_at', 'title', 'status', 'score') then
    perform private.refuse(400, 'a search is not sorted by that');
  end if;
  -- Vectors are compared one by one, which is fast enough for the contents of one brand only.
  if request.embedding is not null and cardinality(request.brands) > 1 then
    perform private.refuse(400, 'a search by meaning names one brand', jsonb_build_array(jsonb_build_object(
      'field', 'brandId', 'code', 'REQUIRED_FIELD_MISSING', 'message', 'name the brand to search in'
    )));
  end if;
  configurations := array(
    select private.search_language(brand.language) from public.brands as brand where brand.id = any (request.brands)
    union select 'pg_catalog.simple'::regconfig
  );
  request.terms := private.search_terms(request.clauses, configurations, few_brands);
  request.excluded := private.clauses_terms(request.clauses, configurations, is_excluded => true);
  request.likely_terms := request.terms;
  if numnode(request.excluded) > 0 then
    -- A word and its stem, neither of which is wanted: the planner takes them for two that have nothing to do with each
    -- other, and expects too few contents without both.
    request.likely_terms := '';
    foreach configuration in array configurations loop
      request.likely_terms := request.likely_terms
        || private.search_terms(request.clauses, array[configuration], few_brands);
    end loop;
  end if;
  request.indexed_terms := case
    when request.has_few_brands then private.narrowed_terms(request.terms, request.brands) else request.terms
  end;
  return request;
end;
$function$;

CREATE OR REPLACE FUNCTION private.patched_content(content public.contents, changes jsonb)
 RETURNS public.contents
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  changed public.contents := jsonb_populate_record(content, jsonb_strip_nulls(jsonb_build_object(
    'title', changes -> 'title', 'type', changes -> 'type', 'body', changes -> 'body', 'excerpt', changes -> 'excerpt',
    'slug', changes -> 'slug', 'tags', changes -> 'tags', 'categories', changes -> 'categories',
    'assignees', changes -> 'assignees'
  )));
begin
  if changes ? 'fields' then
    changed.fields := private.merge_patch(content.fields, changes -> 'fields');
  end if;
  if changes ? 'metadata' then
    changed.metadata := private.merge_patch(content.metadata, changes -> 'metadata');
  end if;
  -- Null takes these away.
  if changes ? 'due_at' then
    changed.due_at := private.read_instant(changes ->> 'due_at', 'dueAt');
  end if;
  if changes ? 'expires_at' then
    changed.expires_at := private.read_instant(changes ->> 'expires_at', 'expiresAt');
  end if;
  return changed;
end;
$function$;

CREATE OR REPLACE FUNCTION private.picked_contents(asked private.list_request, is_counted boolean, OUT page private.content_page, OUT total bigint)
 RETURNS record
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  found bigint;
  -- More of many brands: walking through their orders would read what it leaves out in each.
  few constant integer := least(400 + 50 * cardinality(asked.brands), 5000);
  -- Ascending in any case: times and scores of a descending list are turned around. As a double a time keeps its
  -- microseconds.
  turn constant double precision := case when asked.is_descending then -1 else 1 end;
  after_number constant double precision := case
    when asked.sort in ('title', 'status') then 0
    when asked.sort = 'score' then coalesce(turn * asked.after_value::numeric, -turn)
    else coalesce(turn * date_part('epoch', asked.after_value::timestamptz), 'infinity')
  end;
begin
  if asked.parent_id is not null and asked.kind = 'parent' then
    if is_counted and true then
      total := (
        select count(*) from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.parent_id = asked.parent_id
      );
      found := total;
    else
      found := (
        select count(*) from (
          select from public.contents
          where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.parent_id = asked.parent_id
          limit few
        ) as found
      );
    end if;
    if found < few and asked.kind = 'status' then
      -- The walked functions have a statement for each order.
      asked.kind := 'few';
      page := private.walked_contents(asked);
    elsif found < few then
      page := (
        select row(coalesce(json_agg(contents), '[]'), coalesce(array_agg(contents.id), '{}'), array_agg(contents.brand_id), array_agg(contents.type), array_agg(contents.status::text), array_agg(contents.created_by), array_agg(contents.expires_at), array_agg(contents.deleted_at), array_agg(contents.template_id), array_agg(contents.updated_by) || array_agg(contents.published_by) || string_to_array(string_agg(nullif(array_to_string(contents.assignees, ','), ''), ','), ',')::uuid [])::private.content_page
        from (
          select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at
          from (
            select
              contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at,
              case asked.sort
                when 'updated_at' then turn * date_part('epoch', contents.updated_at)
                when 'created_at' then turn * date_part('epoch', contents.created_at)
                when 'due_at' then coalesce(turn * date_part('epoch', contents.due_at), 'infinity')
                when 'scheduled_for' then coalesce(turn * date_part('epoch', contents.scheduled_for), 'infinity')
                when 'score' then coalesce(turn * contents.score, -turn)
                else 0
              end as number,
              case asked.sort
                when 'title' then contents.title collate "und-x-icu" when 'status' then contents.status
              end as word
            from public.contents
            where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.parent_id = asked.parent_id
            offset 0
          ) as contents
          where
            asked.after_id is null or contents.number > after_number or (
              contents.number = after_number and (
                case when turn = 1 then contents.word > asked.after_value else contents.word < asked.after_value end
                or (contents.word is null or contents.word = asked.after_value) and contents.id > asked.after_id
              )
            )
          order by
            contents.number, case when turn = 1 then contents.word end, case when turn = -1 then contents.word end desc,
            contents.id
          offset asked.skipped limit asked.wished
        ) as contents
      );
    end if;
    if is_counted and total is null then
      total := (
        select count(*) from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.parent_id = asked.parent_id
      );
    end if;
    return;
  end if;
  if asked.parent_id is not null then
    if is_counted and false then
      total := (
        select count(*) from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.parent_id = asked.parent_id
      );
      found := total;
    else
      found := (
        select count(*) from (
          select from public.contents
          where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.parent_id = asked.parent_id
          limit few
        ) as found
      );
    end if;
    if found < few and asked.kind = 'status' then
      -- The walked functions have a statement for each order.
      asked.kind := 'few';
      page := private.walked_contents(asked);
    elsif found < few then
      page := (
        select row(coalesce(json_agg(contents), '[]'), coalesce(array_agg(contents.id), '{}'), array_agg(contents.brand_id), array_agg(contents.type), array_agg(contents.status::text), array_agg(contents.created_by), array_agg(contents.expires_at), array_agg(contents.deleted_at), array_agg(contents.template_id), array_agg(contents.updated_by) || array_agg(contents.published_by) || string_to_array(string_agg(nullif(array_to_string(contents.assignees, ','), ''), ','), ',')::uuid [])::private.content_page
        from (
          select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at
          from (
            select
              contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at,
              case asked.sort
                when 'updated_at' then turn * date_part('epoch', contents.updated_at)
                when 'created_at' then turn * date_part('epoch', contents.created_at)
                when 'due_at' then coalesce(turn * date_part('epoch', contents.due_at), 'infinity')
                when 'scheduled_for' then coalesce(turn * date_part('epoch', contents.scheduled_for), 'infinity')
                when 'score' then coalesce(turn * contents.score, -turn)
                else 0
              end as number,
              case asked.sort
                when 'title' then contents.title collate "und-x-icu" when 'status' then contents.status
              end as word
            from public.contents
            where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.parent_id = asked.parent_id and (asked.tags is null or contents.tags @> asked.tags) and (asked.categories is null or contents.categories @> asked.categories) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.types is null or contents.type = any (asked.types)) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.parent_id is null or contents.parent_id = asked.parent_id) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.updated_by is null or contents.updated_by = asked.updated_by) and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and (asked.published_from is null or contents.published_at >= asked.published_from) and (asked.published_to is null or contents.published_at < asked.published_to) and (asked.scheduled_from is null or contents.scheduled_for >= asked.scheduled_from) and (asked.scheduled_to is null or contents.scheduled_for < asked.scheduled_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to)
            offset 0
          ) as contents
          where
            asked.after_id is null or contents.number > after_number or (
              contents.number = after_number and (
                case when turn = 1 then contents.word > asked.after_value else contents.word < asked.after_value end
                or (contents.word is null or contents.word = asked.after_value) and contents.id > asked.after_id
              )
            )
          order by
            contents.number, case when turn = 1 then contents.word end, case when turn = -1 then contents.word end desc,
            contents.id
          offset asked.skipped limit asked.wished
        ) as contents
      );
    end if;
    if is_counted and total is null then
      total := (
        select count(*) from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.parent_id = asked.parent_id and (asked.tags is null or contents.tags @> asked.tags) and (asked.categories is null or contents.categories @> asked.categories) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.types is null or contents.type = any (asked.types)) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.parent_id is null or contents.parent_id = asked.parent_id) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.updated_by is null or contents.updated_by = asked.updated_by) and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and (asked.published_from is null or contents.published_at >= asked.published_from) and (asked.published_to is null or contents.published_at < asked.published_to) and (asked.scheduled_from is null or contents.scheduled_for >= asked.scheduled_from) and (asked.scheduled_to is null or contents.scheduled_for < asked.scheduled_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to)
      );
    end if;
    return;
  end if;
  if asked.created_by is not null and asked.kind = 'creator' then
    if is_counted and true then
      total := (
        select count(*) from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.created_by = asked.created_by
      );
      found := total;
    else
      found := (
        select count(*) from (
          select from public.contents
          where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.created_by = asked.created_by
          limit few
        ) as found
      );
    end if;
    if found < few and asked.kind = 'status' then
      -- The walked functions have a statement for each order.
      asked.kind := 'few';
      page := private.walked_contents(asked);
    elsif found < few then
      page := (
        select row(coalesce(json_agg(contents), '[]'), coalesce(array_agg(contents.id), '{}'), array_agg(contents.brand_id), array_agg(contents.type), array_agg(contents.status::text), array_agg(contents.created_by), array_agg(contents.expires_at), array_agg(contents.deleted_at), array_agg(contents.template_id), array_agg(contents.updated_by) || array_agg(contents.published_by) || string_to_array(string_agg(nullif(array_to_string(contents.assignees, ','), ''), ','), ',')::uuid [])::private.content_page
        from (
          select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at
          from (
            select
              contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at,
              case asked.sort
                when 'updated_at' then turn * date_part('epoch', contents.updated_at)
                when 'created_at' then turn * date_part('epoch', contents.created_at)
                when 'due_at' then coalesce(turn * date_part('epoch', contents.due_at), 'infinity')
                when 'scheduled_for' then coalesce(turn * date_part('epoch', contents.scheduled_for), 'infinity')
                when 'score' then coalesce(turn * contents.score, -turn)
                else 0
              end as number,
              case asked.sort
                when 'title' then contents.title collate "und-x-icu" when 'status' then contents.status
              end as word
            from public.contents
            where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.created_by = asked.created_by
            offset 0
          ) as contents
          where
            asked.after_id is null or contents.number > after_number or (
              contents.number = after_number and (
                case when turn = 1 then contents.word > asked.after_value else contents.word < asked.after_value end
                or (contents.word is null or contents.word = asked.after_value) and contents.id > asked.after_id
              )
            )
          order by
            contents.number, case when turn = 1 then contents.word end, case when turn = -1 then contents.word end desc,
            contents.id
          offset asked.skipped limit asked.wished
        ) as contents
      );
    end if;
    if is_counted and total is null then
      total := (
        select count(*) from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.created_by = asked.created_by
      );
    end if;
    return;
  end if;
  if asked.created_by is not null then
    if is_counted and false then
      total := (
        select count(*) from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.created_by = asked.created_by
      );
      found := total;
    else
      found := (
        select count(*) from (
          select from public.contents
          where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.created_by = asked.created_by
          limit few
        ) as found
      );
    end if;
    if found < few and asked.kind = 'status' then
      -- The walked functions have a statement for each order.
      asked.kind := 'few';
      page := private.walked_contents(asked);
    elsif found < few then
      page := (
        select row(coalesce(json_agg(contents), '[]'), coalesce(array_agg(contents.id), '{}'), array_agg(contents.brand_id), array_agg(contents.type), array_agg(contents.status::text), array_agg(contents.created_by), array_agg(contents.expires_at), array_agg(contents.deleted_at), array_agg(contents.template_id), array_agg(contents.updated_by) || array_agg(contents.published_by) || string_to_array(string_agg(nullif(array_to_string(contents.assignees, ','), ''), ','), ',')::uuid [])::private.content_page
        from (
          select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at
          from (
            select
              contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at,
              case asked.sort
                when 'updated_at' then turn * date_part('epoch', contents.updated_at)
                when 'created_at' then turn * date_part('epoch', contents.created_at)
                when 'due_at' then coalesce(turn * date_part('epoch', contents.due_at), 'infinity')
                when 'scheduled_for' then coalesce(turn * date_part('epoch', contents.scheduled_for), 'infinity')
                when 'score' then coalesce(turn * contents.score, -turn)
                else 0
              end as number,
              case asked.sort
                when 'title' then contents.title collate "und-x-icu" when 'status' then contents.status
              end as word
            from public.contents
            where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.created_by = asked.created_by and (asked.tags is null or contents.tags @> asked.tags) and (asked.categories is null or contents.categories @> asked.categories) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.types is null or contents.type = any (asked.types)) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.parent_id is null or contents.parent_id = asked.parent_id) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.updated_by is null or contents.updated_by = asked.updated_by) and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and (asked.published_from is null or contents.published_at >= asked.published_from) and (asked.published_to is null or contents.published_at < asked.published_to) and (asked.scheduled_from is null or contents.scheduled_for >= asked.scheduled_from) and (asked.scheduled_to is null or contents.scheduled_for < asked.scheduled_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to)
            offset 0
          ) as contents
          where
            asked.after_id is null or contents.number > after_number or (
              contents.number = after_number and (
                case when turn = 1 then contents.word > asked.after_value else contents.word < asked.after_value end
                or (contents.word is null or contents.word = asked.after_value) and contents.id > asked.after_id
              )
            )
          order by
            contents.number, case when turn = 1 then contents.word end, case when turn = -1 then contents.word end desc,
            contents.id
          offset asked.skipped limit asked.wished
        ) as contents
      );
    end if;
    if is_counted and total is null then
      total := (
        select count(*) from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.created_by = asked.created_by and (asked.tags is null or contents.tags @> asked.tags) and (asked.categories is null or contents.categories @> asked.categories) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.types is null or contents.type = any (asked.types)) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.parent_id is null or contents.parent_id = asked.parent_id) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.updated_by is null or contents.updated_by = asked.updated_by) and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and (asked.published_from is null or contents.published_at >= asked.published_from) and (asked.published_to is null or contents.published_at < asked.published_to) and (asked.scheduled_from is null or contents.scheduled_for >= asked.scheduled_from) and (asked.scheduled_to is null or contents.scheduled_for < asked.scheduled_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to)
      );
    end if;
    return;
  end if;
  if asked.assignee is not null and asked.kind = 'assignee' then
    if is_counted and true then
      total := (
        select count(*) from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))
      );
      found := total;
    else
      found := (
        select count(*) from (
          select from public.contents
          where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))
          limit few
        ) as found
      );
    end if;
    if found < few and asked.kind = 'status' then
      -- The walked functions have a statement for each order.
      asked.kind := 'few';
      page := private.walked_contents(asked);
    elsif found < few then
      page := (
        select row(coalesce(json_agg(contents), '[]'), coalesce(array_agg(contents.id), '{}'), array_agg(contents.brand_id), array_agg(contents.type), array_agg(contents.status::text), array_agg(contents.created_by), array_agg(contents.expires_at), array_agg(contents.deleted_at), array_agg(contents.template_id), array_agg(contents.updated_by) || array_agg(contents.published_by) || string_to_array(string_agg(nullif(array_to_string(contents.assignees, ','), ''), ','), ',')::uuid [])::private.content_page
        from (
          select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at
          from (
            select
              contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at,
              case asked.sort
                when 'updated_at' then turn * date_part('epoch', contents.updated_at)
                when 'created_at' then turn * date_part('epoch', contents.created_at)
                when 'due_at' then coalesce(turn * date_part('epoch', contents.due_at), 'infinity')
                when 'scheduled_for' then coalesce(turn * date_part('epoch', contents.scheduled_for), 'infinity')
                when 'score' then coalesce(turn * contents.score, -turn)
                else 0
              end as number,
              case asked.sort
                when 'title' then contents.title collate "und-x-icu" when 'status' then contents.status
              end as word
            from public.contents
            where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))
            offset 0
          ) as contents
          where
            asked.after_id is null or contents.number > after_number or (
              contents.number = after_number and (
                case when turn = 1 then contents.word > asked.after_value else contents.word < asked.after_value end
                or (contents.word is null or contents.word = asked.after_value) and contents.id > asked.after_id
              )
            )
          order by
            contents.number, case when turn = 1 then contents.word end, case when turn = -1 then contents.word end desc,
            contents.id
          offset asked.skipped limit asked.wished
        ) as contents
      );
    end if;
    if is_counted and total is null then
      total := (
        select count(*) from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))
      );
    end if;
    return;
  end if;
  if asked.assignee is not null then
    if is_counted and false then
      total := (
        select count(*) from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))
      );
      found := total;
    else
      found := (
        select count(*) from (
          select from public.contents
          where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))
          limit few
        ) as found
      );
    end if;
    if found < few and asked.kind = 'status' then
      -- The walked functions have a statement for each order.
      asked.kind := 'few';
      page := private.walked_contents(asked);
    elsif found < few then
      page := (
        select row(coalesce(json_agg(contents), '[]'), coalesce(array_agg(contents.id), '{}'), array_agg(contents.brand_id), array_agg(contents.type), array_agg(contents.status::text), array_agg(contents.created_by), array_agg(contents.expires_at), array_agg(contents.deleted_at), array_agg(contents.template_id), array_agg(contents.updated_by) || array_agg(contents.published_by) || string_to_array(string_agg(nullif(array_to_string(contents.assignees, ','), ''), ','), ',')::uuid [])::private.content_page
        from (
          select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at
          from (
            select
              contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at,
              case asked.sort
                when 'updated_at' then turn * date_part('epoch', contents.updated_at)
                when 'created_at' then turn * date_part('epoch', contents.created_at)
                when 'due_at' then coalesce(turn * date_part('epoch', contents.due_at), 'infinity')
                when 'scheduled_for' then coalesce(turn * date_part('epoch', contents.scheduled_for), 'infinity')
                when 'score' then coalesce(turn * contents.score, -turn)
                else 0
              end as number,
              case asked.sort
                when 'title' then contents.title collate "und-x-icu" when 'status' then contents.status
              end as word
            from public.contents
            where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.categories is null or contents.categories @> asked.categories) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.types is null or contents.type = any (asked.types)) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.parent_id is null or contents.parent_id = asked.parent_id) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.updated_by is null or contents.updated_by = asked.updated_by) and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and (asked.published_from is null or contents.published_at >= asked.published_from) and (asked.published_to is null or contents.published_at < asked.published_to) and (asked.scheduled_from is null or contents.scheduled_for >= asked.scheduled_from) and (asked.scheduled_to is null or contents.scheduled_for < asked.scheduled_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to)
            offset 0
          ) as contents
          where
            asked.after_id is null or contents.number > after_number or (
              contents.number = after_number and (
                case when turn = 1 then contents.word > asked.after_value else contents.word < asked.after_value end
                or (contents.word is null or contents.word = asked.after_value) and contents.id > asked.after_id
              )
            )
          order by
            contents.number, case when turn = 1 then contents.word end, case when turn = -1 then contents.word end desc,
            contents.id
          offset asked.skipped limit asked.wished
        ) as contents
      );
    end if;
    if is_counted and total is null then
      total := (
        select count(*) from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands)) and (asked.tags is null or contents.tags @> asked.tags) and (asked.categories is null or contents.categories @> asked.categories) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.types is null or contents.type = any (asked.types)) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.parent_id is null or contents.parent_id = asked.parent_id) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.updated_by is null or contents.updated_by = asked.updated_by) and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and (asked.published_from is null or contents.published_at >= asked.published_from) and (asked.published_to is null or contents.published_at < asked.published_to) and (asked.scheduled_from is null or contents.scheduled_for >= asked.scheduled_from) and (asked.scheduled_to is null or contents.scheduled_for < asked.scheduled_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to)
      );
    end if;
    return;
  end if;
  if asked.template_id is not null and asked.kind = 'template' then
    if is_counted and true then
      total := (
        select count(*) from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.template_id = asked.template_id
      );
      found := total;
    else
      found := (
        select count(*) from (
          select from public.contents
          where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.template_id = asked.template_id
          limit few
        ) as found
      );
    end if;
    if found < few and asked.kind = 'status' then
      -- The walked functions have a statement for each order.
      asked.kind := 'few';
      page := private.walked_contents(asked);
    elsif found < few then
      page := (
        select row(coalesce(json_agg(contents), '[]'), coalesce(array_agg(contents.id), '{}'), array_agg(contents.brand_id), array_agg(contents.type), array_agg(contents.status::text), array_agg(contents.created_by), array_agg(contents.expires_at), array_agg(contents.deleted_at), array_agg(contents.template_id), array_agg(contents.updated_by) || array_agg(contents.published_by) || string_to_array(string_agg(nullif(array_to_string(contents.assignees, ','), ''), ','), ',')::uuid [])::private.content_page
        from (
          select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at
          from (
            select
              contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at,
              case asked.sort
                when 'updated_at' then turn * date_part('epoch', contents.updated_at)
                when 'created_at' then turn * date_part('epoch', contents.created_at)
                when 'due_at' then coalesce(turn * date_part('epoch', contents.due_at), 'infinity')
                when 'scheduled_for' then coalesce(turn * date_part('epoch', contents.scheduled_for), 'infinity')
                when 'score' then coalesce(turn * contents.score, -turn)
                else 0
              end as number,
              case asked.sort
                when 'title' then contents.title collate "und-x-icu" when 'status' then contents.status
              end as word
            from public.contents
            where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.template_id = asked.template_id
            offset 0
          ) as contents
          where
            asked.after_id is null or contents.number > after_number or (
              contents.number = after_number and (
                case when turn = 1 then contents.word > asked.after_value else contents.word < asked.after_value end
                or (contents.word is null or contents.word = asked.after_value) and contents.id > asked.after_id
              )
            )
          order by
            contents.number, case when turn = 1 then contents.word end, case when turn = -1 then contents.word end desc,
            contents.id
          offset asked.skipped limit asked.wished
        ) as contents
      );
    end if;
    if is_counted and total is null then
      total := (
        select count(*) from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.template_id = asked.template_id
      );
    end if;
    return;
  end if;
  if asked.template_id is not null then
    if is_counted and false then
      total := (
        select count(*) from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.template_id = asked.template_id
      );
      found := total;
    else
      found := (
        select count(*) from (
          select from public.contents
          where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.template_id = asked.template_id
          limit few
        ) as found
      );
    end if;
    if found < few and asked.kind = 'status' then
      -- The walked functions have a statement for each order.
      asked.kind := 'few';
      page := private.walked_contents(asked);
    elsif found < few then
      page := (
        select row(coalesce(json_agg(contents), '[]'), coalesce(array_agg(contents.id), '{}'), array_agg(contents.brand_id), array_agg(contents.type), array_agg(contents.status::text), array_agg(contents.created_by), array_agg(contents.expires_at), array_agg(contents.deleted_at), array_agg(contents.template_id), array_agg(contents.updated_by) || array_agg(contents.published_by) || string_to_array(string_agg(nullif(array_to_string(contents.assignees, ','), ''), ','), ',')::uuid [])::private.content_page
        from (
          select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at
          from (
            select
              contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at,
              case asked.sort
                when 'updated_at' then turn * date_part('epoch', contents.updated_at)
                when 'created_at' then turn * date_part('epoch', contents.created_at)
                when 'due_at' then coalesce(turn * date_part('epoch', contents.due_at), 'infinity')
                when 'scheduled_for' then coalesce(turn * date_part('epoch', contents.scheduled_for), 'infinity')
                when 'score' then coalesce(turn * contents.score, -turn)
                else 0
              end as number,
              case asked.sort
                when 'title' then contents.title collate "und-x-icu" when 'status' then contents.status
              end as word
            from public.contents
            where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.template_id = asked.template_id and (asked.tags is null or contents.tags @> asked.tags) and (asked.categories is null or contents.categories @> asked.categories) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.types is null or contents.type = any (asked.types)) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.parent_id is null or contents.parent_id = asked.parent_id) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.updated_by is null or contents.updated_by = asked.updated_by) and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and (asked.published_from is null or contents.published_at >= asked.published_from) and (asked.published_to is null or contents.published_at < asked.published_to) and (asked.scheduled_from is null or contents.scheduled_for >= asked.scheduled_from) and (asked.scheduled_to is null or contents.scheduled_for < asked.scheduled_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to)
            offset 0
          ) as contents
          where
            asked.after_id is null or contents.number > after_number or (
              contents.number = after_number and (
                case when turn = 1 then contents.word > asked.after_value else contents.word < asked.after_value end
                or (contents.word is null or contents.word = asked.after_value) and contents.id > asked.after_id
              )
            )
          order by
            contents.number, case when turn = 1 then contents.word end, case when turn = -1 then contents.word end desc,
            contents.id
          offset asked.skipped limit asked.wished
        ) as contents
      );
    end if;
    if is_counted and total is null then
      total := (
        select count(*) from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.template_id = asked.template_id and (asked.tags is null or contents.tags @> asked.tags) and (asked.categories is null or contents.categories @> asked.categories) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.types is null or contents.type = any (asked.types)) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.parent_id is null or contents.parent_id = asked.parent_id) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.updated_by is null or contents.updated_by = asked.updated_by) and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and (asked.published_from is null or contents.published_at >= asked.published_from) and (asked.published_to is null or contents.published_at < asked.published_to) and (asked.scheduled_from is null or contents.scheduled_for >= asked.scheduled_from) and (asked.scheduled_to is null or contents.scheduled_for < asked.scheduled_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to)
      );
    end if;
    return;
  end if;
  if asked.updated_by is not null and asked.kind = 'editor' then
    if is_counted and true then
      total := (
        select count(*) from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.updated_by = asked.updated_by
      );
      found := total;
    else
      found := (
        select count(*) from (
          select from public.contents
          where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.updated_by = asked.updated_by
          limit few
        ) as found
      );
    end if;
    if found < few and asked.kind = 'status' then
      -- The walked functions have a statement for each order.
      asked.kind := 'few';
      page := private.walked_contents(asked);
    elsif found < few then
      page := (
        select row(coalesce(json_agg(contents), '[]'), coalesce(array_agg(contents.id), '{}'), array_agg(contents.brand_id), array_agg(contents.type), array_agg(contents.status::text), array_agg(contents.created_by), array_agg(contents.expires_at), array_agg(contents.deleted_at), array_agg(contents.template_id), array_agg(contents.updated_by) || array_agg(contents.published_by) || string_to_array(string_agg(nullif(array_to_string(contents.assignees, ','), ''), ','), ',')::uuid [])::private.content_page
        from (
          select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at
          from (
            select
              contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at,
              case asked.sort
                when 'updated_at' then turn * date_part('epoch', contents.updated_at)
                when 'created_at' then turn * date_part('epoch', contents.created_at)
                when 'due_at' then coalesce(turn * date_part('epoch', contents.due_at), 'infinity')
                when 'scheduled_for' then coalesce(turn * date_part('epoch', contents.scheduled_for), 'infinity')
                when 'score' then coalesce(turn * contents.score, -turn)
                else 0
              end as number,
              case asked.sort
                when 'title' then contents.title collate "und-x-icu" when 'status' then contents.status
              end as word
            from public.contents
            where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.updated_by = asked.updated_by
            offset 0
          ) as contents
          where
            asked.after_id is null or contents.number > after_number or (
              contents.number = after_number and (
                case when turn = 1 then contents.word > asked.after_value else contents.word < asked.after_value end
                or (contents.word is null or contents.word = asked.after_value) and contents.id > asked.after_id
              )
            )
          order by
            contents.number, case when turn = 1 then contents.word end, case when turn = -1 then contents.word end desc,
            contents.id
          offset asked.skipped limit asked.wished
        ) as contents
      );
    end if;
    if is_counted and total is null then
      total := (
        select count(*) from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.updated_by = asked.updated_by
      );
    end if;
    return;
  end if;
  if asked.updated_by is not null then
    if is_counted and false then
      total := (
        select count(*) from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.updated_by = asked.updated_by
      );
      found := total;
    else
      found := (
        select count(*) from (
          select from public.contents
          where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.updated_by = asked.updated_by
          limit few
        ) as found
      );
    end if;
    if found < few and asked.kind = 'status' then
      -- The walked functions have a statement for each order.
      asked.kind := 'few';
      page := private.walked_contents(asked);
    elsif found < few then
      page := (
        select row(coalesce(json_agg(contents), '[]'), coalesce(array_agg(contents.id), '{}'), array_agg(contents.brand_id), array_agg(contents.type), array_agg(contents.status::text), array_agg(contents.created_by), array_agg(contents.expires_at), array_agg(contents.deleted_at), array_agg(contents.template_id), array_agg(contents.updated_by) || array_agg(contents.published_by) || string_to_array(string_agg(nullif(array_to_string(contents.assignees, ','), ''), ','), ',')::uuid [])::private.content_page
        from (
          select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at
          from (
            select
              contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at,
              case asked.sort
                when 'updated_at' then turn * date_part('epoch', contents.updated_at)
                when 'created_at' then turn * date_part('epoch', contents.created_at)
                when 'due_at' then coalesce(turn * date_part('epoch', contents.due_at), 'infinity')
                when 'scheduled_for' then coalesce(turn * date_part('epoch', contents.scheduled_for), 'infinity')
                when 'score' then coalesce(turn * contents.score, -turn)
                else 0
              end as number,
              case asked.sort
                when 'title' then contents.title collate "und-x-icu" when 'status' then contents.status
              end as word
            from public.contents
            where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.updated_by = asked.updated_by and (asked.tags is null or contents.tags @> asked.tags) and (asked.categories is null or contents.categories @> asked.categories) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.types is null or contents.type = any (asked.types)) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.parent_id is null or contents.parent_id = asked.parent_id) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.updated_by is null or contents.updated_by = asked.updated_by) and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and (asked.published_from is null or contents.published_at >= asked.published_from) and (asked.published_to is null or contents.published_at < asked.published_to) and (asked.scheduled_from is null or contents.scheduled_for >= asked.scheduled_from) and (asked.scheduled_to is null or contents.scheduled_for < asked.scheduled_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to)
            offset 0
          ) as contents
          where
            asked.after_id is null or contents.number > after_number or (
              contents.number = after_number and (
                case when turn = 1 then contents.word > asked.after_value else contents.word < asked.after_value end
                or (contents.word is null or contents.word = asked.after_value) and contents.id > asked.after_id
              )
            )
          order by
            contents.number, case when turn = 1 then contents.word end, case when turn = -1 then contents.word end desc,
            contents.id
          offset asked.skipped limit asked.wished
        ) as contents
      );
    end if;
    if is_counted and total is null then
      total := (
        select count(*) from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.updated_by = asked.updated_by and (asked.tags is null or contents.tags @> asked.tags) and (asked.categories is null or contents.categories @> asked.categories) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.types is null or contents.type = any (asked.types)) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.parent_id is null or contents.parent_id = asked.parent_id) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.updated_by is null or contents.updated_by = asked.updated_by) and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and (asked.published_from is null or contents.published_at >= asked.published_from) and (asked.published_to is null or contents.published_at < asked.published_to) and (asked.scheduled_from is null or contents.scheduled_for >= asked.scheduled_from) and (asked.scheduled_to is null or contents.scheduled_for < asked.scheduled_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to)
      );
    end if;
    return;
  end if;
  if asked.created_from is not null or asked.created_to is not null and asked.kind = 'created' then
    if is_counted and true then
      total := (
        select count(*) from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.created_at >= coalesce(asked.created_from, '-infinity') and contents.created_at < coalesce(asked.created_to, 'infinity')
      );
      found := total;
    else
      found := (
        select count(*) from (
          select from public.contents
          where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.created_at >= coalesce(asked.created_from, '-infinity') and contents.created_at < coalesce(asked.created_to, 'infinity')
          limit few
        ) as found
      );
    end if;
    if found < few and asked.kind = 'status' then
      -- The walked functions have a statement for each order.
      asked.kind := 'few';
      page := private.walked_contents(asked);
    elsif found < few then
      page := (
        select row(coalesce(json_agg(contents), '[]'), coalesce(array_agg(contents.id), '{}'), array_agg(contents.brand_id), array_agg(contents.type), array_agg(contents.status::text), array_agg(contents.created_by), array_agg(contents.expires_at), array_agg(contents.deleted_at), array_agg(contents.template_id), array_agg(contents.updated_by) || array_agg(contents.published_by) || string_to_array(string_agg(nullif(array_to_string(contents.assignees, ','), ''), ','), ',')::uuid [])::private.content_page
        from (
          select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at
          from (
            select
              contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at,
              case asked.sort
                when 'updated_at' then turn * date_part('epoch', contents.updated_at)
                when 'created_at' then turn * date_part('epoch', contents.created_at)
                when 'due_at' then coalesce(turn * date_part('epoch', contents.due_at), 'infinity')
                when 'scheduled_for' then coalesce(turn * date_part('epoch', contents.scheduled_for), 'infinity')
                when 'score' then coalesce(turn * contents.score, -turn)
                else 0
              end as number,
              case asked.sort
                when 'title' then contents.title collate "und-x-icu" when 'status' then contents.status
              end as word
            from public.contents
            where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.created_at >= coalesce(asked.created_from, '-infinity') and contents.created_at < coalesce(asked.created_to, 'infinity')
            offset 0
          ) as contents
          where
            asked.after_id is null or contents.number > after_number or (
              contents.number = after_number and (
                case when turn = 1 then contents.word > asked.after_value else contents.word < asked.after_value end
                or (contents.word is null or contents.word = asked.after_value) and contents.id > asked.after_id
              )
            )
          order by
            contents.number, case when turn = 1 then contents.word end, case when turn = -1 then contents.word end desc,
            contents.id
          offset asked.skipped limit asked.wished
        ) as contents
      );
    end if;
    if is_counted and total is null then
      total := (
        select count(*) from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.created_at >= coalesce(asked.created_from, '-infinity') and contents.created_at < coalesce(asked.created_to, 'infinity')
      );
    end if;
    return;
  end if;
  if asked.created_from is not null or asked.created_to is not null then
    if is_counted and false then
      total := (
        select count(*) from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.created_at >= coalesce(asked.created_from, '-infinity') and contents.created_at < coalesce(asked.created_to, 'infinity')
      );
      found := total;
    else
      found := (
        select count(*) from (
          select from public.contents
          where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.created_at >= coalesce(asked.created_from, '-infinity') and contents.created_at < coalesce(asked.created_to, 'infinity')
          limit few
        ) as found
      );
    end if;
    if found < few and asked.kind = 'status' then
      -- The walked functions have a statement for each order.
      asked.kind := 'few';
      page := private.walked_contents(asked);
    elsif found < few then
      page := (
        select row(coalesce(json_agg(contents), '[]'), coalesce(array_agg(contents.id), '{}'), array_agg(contents.brand_id), array_agg(contents.type), array_agg(contents.status::text), array_agg(contents.created_by), array_agg(contents.expires_at), array_agg(contents.deleted_at), array_agg(contents.template_id), array_agg(contents.updated_by) || array_agg(contents.published_by) || string_to_array(string_agg(nullif(array_to_string(contents.assignees, ','), ''), ','), ',')::uuid [])::private.content_page
        from (
          select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at
          from (
            select
              contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at,
              case asked.sort
                when 'updated_at' then turn * date_part('epoch', contents.updated_at)
                when 'created_at' then turn * date_part('epoch', contents.created_at)
                when 'due_at' then coalesce(turn * date_part('epoch', contents.due_at), 'infinity')
                when 'scheduled_for' then coalesce(turn * date_part('epoch', contents.scheduled_for), 'infinity')
                when 'score' then coalesce(turn * contents.score, -turn)
                else 0
              end as number,
              case asked.sort
                when 'title' then contents.title collate "und-x-icu" when 'status' then contents.status
              end as word
            from public.contents
            where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.created_at >= coalesce(asked.created_from, '-infinity') and contents.created_at < coalesce(asked.created_to, 'infinity') and (asked.tags is null or contents.tags @> asked.tags) and (asked.categories is null or contents.categories @> asked.categories) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.types is null or contents.type = any (asked.types)) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.parent_id is null or contents.parent_id = asked.parent_id) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.updated_by is null or contents.updated_by = asked.updated_by) and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and (asked.published_from is null or contents.published_at >= asked.published_from) and (asked.published_to is null or contents.published_at < asked.published_to) and (asked.scheduled_from is null or contents.scheduled_for >= asked.scheduled_from) and (asked.scheduled_to is null or contents.scheduled_for < asked.scheduled_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to)
            offset 0
          ) as contents
          where
            asked.after_id is null or contents.number > after_number or (
              contents.number = after_number and (
                case when turn = 1 then contents.word > asked.after_value else contents.word < asked.after_value end
                or (contents.word is null or contents.word = asked.after_value) and contents.id > asked.after_id
              )
            )
          order by
            contents.number, case when turn = 1 then contents.word end, case when turn = -1 then contents.word end desc,
            contents.id
          offset asked.skipped limit asked.wished
        ) as contents
      );
    end if;
    if is_counted and total is null then
      total := (
        select count(*) from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.created_at >= coalesce(asked.created_from, '-infinity') and contents.created_at < coalesce(asked.created_to, 'infinity') and (asked.tags is null or contents.tags @> asked.tags) and (asked.categories is null or contents.categories @> asked.categories) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.types is null or contents.type = any (asked.types)) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.parent_id is null or contents.parent_id = asked.parent_id) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.updated_by is null or contents.updated_by = asked.updated_by) and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and (asked.published_from is null or contents.published_at >= asked.published_from) and (asked.published_to is null or contents.published_at < asked.published_to) and (asked.scheduled_from is null or contents.scheduled_for >= asked.scheduled_from) and (asked.scheduled_to is null or contents.scheduled_for < asked.scheduled_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to)
      );
    end if;
    return;
  end if;
  if asked.updated_from is not null or asked.updated_to is not null and asked.kind = 'updated' then
    if is_counted and true then
      total := (
        select count(*) from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.updated_at >= coalesce(asked.updated_from, '-infinity') and contents.updated_at < coalesce(asked.updated_to, 'infinity')
      );
      found := total;
    else
      found := (
        select count(*) from (
          select from public.contents
          where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.updated_at >= coalesce(asked.updated_from, '-infinity') and contents.updated_at < coalesce(asked.updated_to, 'infinity')
          limit few
        ) as found
      );
    end if;
    if found < few and asked.kind = 'status' then
      -- The walked functions have a statement for each order.
      asked.kind := 'few';
      page := private.walked_contents(asked);
    elsif found < few then
      page := (
        select row(coalesce(json_agg(contents), '[]'), coalesce(array_agg(contents.id), '{}'), array_agg(contents.brand_id), array_agg(contents.type), array_agg(contents.status::text), array_agg(contents.created_by), array_agg(contents.expires_at), array_agg(contents.deleted_at), array_agg(contents.template_id), array_agg(contents.updated_by) || array_agg(contents.published_by) || string_to_array(string_agg(nullif(array_to_string(contents.assignees, ','), ''), ','), ',')::uuid [])::private.content_page
        from (
          select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at
          from (
            select
              contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at,
              case asked.sort
                when 'updated_at' then turn * date_part('epoch', contents.updated_at)
                when 'created_at' then turn * date_part('epoch', contents.created_at)
                when 'due_at' then coalesce(turn * date_part('epoch', contents.due_at), 'infinity')
                when 'scheduled_for' then coalesce(turn * date_part('epoch', contents.scheduled_for), 'infinity')
                when 'score' then coalesce(turn * contents.score, -turn)
                else 0
              end as number,
              case asked.sort
                when 'title' then contents.title collate "und-x-icu" when 'status' then contents.status
              end as word
            from public.contents
            where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.updated_at >= coalesce(asked.updated_from, '-infinity') and contents.updated_at < coalesce(asked.updated_to, 'infinity')
            offset 0
          ) as contents
          where
            asked.after_id is null or contents.number > after_number or (
              contents.number = after_number and (
                case when turn = 1 then contents.word > asked.after_value else contents.word < asked.after_value end
                or (contents.word is null or contents.word = asked.after_value) and contents.id > asked.after_id
              )
            )
          order by
            contents.number, case when turn = 1 then contents.word end, case when turn = -1 then contents.word end desc,
            contents.id
          offset asked.skipped limit asked.wished
        ) as contents
      );
    end if;
    if is_counted and total is null then
      total := (
        select count(*) from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.updated_at >= coalesce(asked.updated_from, '-infinity') and contents.updated_at < coalesce(asked.updated_to, 'infinity')
      );
    end if;
    return;
  end if;
  if asked.updated_from is not null or asked.updated_to is not null then
    if is_counted and false then
      total := (
        select count(*) from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.updated_at >= coalesce(asked.updated_from, '-infinity') and contents.updated_at < coalesce(asked.updated_to, 'infinity')
      );
      found := total;
    else
      found := (
        select count(*) from (
          select from public.contents
          where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.updated_at >= coalesce(asked.updated_from, '-infinity') and contents.updated_at < coalesce(asked.updated_to, 'infinity')
          limit few
        ) as found
      );
    end if;
    if found < few and asked.kind = 'status' then
      -- The walked functions have a statement for each order.
      asked.kind := 'few';
      page := private.walked_contents(asked);
    elsif found < few then
      page := (
        select row(coalesce(json_agg(contents), '[]'), coalesce(array_agg(contents.id), '{}'), array_agg(contents.brand_id), array_agg(contents.type), array_agg(contents.status::text), array_agg(contents.created_by), array_agg(contents.expires_at), array_agg(contents.deleted_at), array_agg(contents.template_id), array_agg(contents.updated_by) || array_agg(contents.published_by) || string_to_array(string_agg(nullif(array_to_string(contents.assignees, ','), ''), ','), ',')::uuid [])::private.content_page
        from (
          select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at
          from (
            select
              contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at,
              case asked.sort
                when 'updated_at' then turn * date_part('epoch', contents.updated_at)
                when 'created_at' then turn * date_part('epoch', contents.created_at)
                when 'due_at' then coalesce(turn * date_part('epoch', contents.due_at), 'infinity')
                when 'scheduled_for' then coalesce(turn * date_part('epoch', contents.scheduled_for), 'infinity')
                when 'score' then coalesce(turn * contents.score, -turn)
                else 0
              end as number,
              case asked.sort
                when 'title' then contents.title collate "und-x-icu" when 'status' then contents.status
              end as word
            from public.contents
            where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.updated_at >= coalesce(asked.updated_from, '-infinity') and contents.updated_at < coalesce(asked.updated_to, 'infinity') and (asked.tags is null or contents.tags @> asked.tags) and (asked.categories is null or contents.categories @> asked.categories) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.types is null or contents.type = any (asked.types)) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.parent_id is null or contents.parent_id = asked.parent_id) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.updated_by is null or contents.updated_by = asked.updated_by) and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and (asked.published_from is null or contents.published_at >= asked.published_from) and (asked.published_to is null or contents.published_at < asked.published_to) and (asked.scheduled_from is null or contents.scheduled_for >= asked.scheduled_from) and (asked.scheduled_to is null or contents.scheduled_for < asked.scheduled_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to)
            offset 0
          ) as contents
          where
            asked.after_id is null or contents.number > after_number or (
              contents.number = after_number and (
                case when turn = 1 then contents.word > asked.after_value else contents.word < asked.after_value end
                or (contents.word is null or contents.word = asked.after_value) and contents.id > asked.after_id
              )
            )
          order by
            contents.number, case when turn = 1 then contents.word end, case when turn = -1 then contents.word end desc,
            contents.id
          offset asked.skipped limit asked.wished
        ) as contents
      );
    end if;
    if is_counted and total is null then
      total := (
        select count(*) from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.updated_at >= coalesce(asked.updated_from, '-infinity') and contents.updated_at < coalesce(asked.updated_to, 'infinity') and (asked.tags is null or contents.tags @> asked.tags) and (asked.categories is null or contents.categories @> asked.categories) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.types is null or contents.type = any (asked.types)) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.parent_id is null or contents.parent_id = asked.parent_id) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.updated_by is null or contents.updated_by = asked.updated_by) and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and (asked.published_from is null or contents.published_at >= asked.published_from) and (asked.published_to is null or contents.published_at < asked.published_to) and (asked.scheduled_from is null or contents.scheduled_for >= asked.scheduled_from) and (asked.scheduled_to is null or contents.scheduled_for < asked.scheduled_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to)
      );
    end if;
    return;
  end if;
  if asked.due_from is not null or asked.due_to is not null and asked.kind = 'due' then
    if is_counted and true then
      total := (
        select count(*) from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.due_at >= coalesce(asked.due_from, '-infinity') and contents.due_at < coalesce(asked.due_to, 'infinity')
      );
      found := total;
    else
      found := (
        select count(*) from (
          select from public.contents
          where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.due_at >= coalesce(asked.due_from, '-infinity') and contents.due_at < coalesce(asked.due_to, 'infinity')
          limit few
        ) as found
      );
    end if;
    if found < few and asked.kind = 'status' then
      -- The walked functions have a statement for each order.
      asked.kind := 'few';
      page := private.walked_contents(asked);
    elsif found < few then
      page := (
        select row(coalesce(json_agg(contents), '[]'), coalesce(array_agg(contents.id), '{}'), array_agg(contents.brand_id), array_agg(contents.type), array_agg(contents.status::text), array_agg(contents.created_by), array_agg(contents.expires_at), array_agg(contents.deleted_at), array_agg(contents.template_id), array_agg(contents.updated_by) || array_agg(contents.published_by) || string_to_array(string_agg(nullif(array_to_string(contents.assignees, ','), ''), ','), ',')::uuid [])::private.content_page
        from (
          select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at
          from (
            select
              contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at,
              case asked.sort
                when 'updated_at' then turn * date_part('epoch', contents.updated_at)
                when 'created_at' then turn * date_part('epoch', contents.created_at)
                when 'due_at' then coalesce(turn * date_part('epoch', contents.due_at), 'infinity')
                when 'scheduled_for' then coalesce(turn * date_part('epoch', contents.scheduled_for), 'infinity')
                when 'score' then coalesce(turn * contents.score, -turn)
                else 0
              end as number,
              case asked.sort
                when 'title' then contents.title collate "und-x-icu" when 'status' then contents.status
              end as word
            from public.contents
            where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.due_at >= coalesce(asked.due_from, '-infinity') and contents.due_at < coalesce(asked.due_to, 'infinity')
            offset 0
          ) as contents
          where
            asked.after_id is null or contents.number > after_number or (
              contents.number = after_number and (
                case when turn = 1 then contents.word > asked.after_value else contents.word < asked.after_value end
                or (contents.word is null or contents.word = asked.after_value) and contents.id > asked.after_id
              )
            )
          order by
            contents.number, case when turn = 1 then contents.word end, case when turn = -1 then contents.word end desc,
            contents.id
          offset asked.skipped limit asked.wished
        ) as contents
      );
    end if;
    if is_counted and total is null then
      total := (
        select count(*) from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.due_at >= coalesce(asked.due_from, '-infinity') and contents.due_at < coalesce(asked.due_to, 'infinity')
      );
    end if;
    return;
  end if;
  if asked.due_from is not null or asked.due_to is not null then
    if is_counted and false then
      total := (
        select count(*) from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.due_at >= coalesce(asked.due_from, '-infinity') and contents.due_at < coalesce(asked.due_to, 'infinity')
      );
      found := total;
    else
      found := (
        select count(*) from (
          select from public.contents
          where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.due_at >= coalesce(asked.due_from, '-infinity') and contents.due_at < coalesce(asked.due_to, 'infinity')
          limit few
        ) as found
      );
    end if;
    if found < few and asked.kind = 'status' then
      -- The walked functions have a statement for each order.
      asked.kind := 'few';
      page := private.walked_contents(asked);
    elsif found < few then
      page := (
        select row(coalesce(json_agg(contents), '[]'), coalesce(array_agg(contents.id), '{}'), array_agg(contents.brand_id), array_agg(contents.type), array_agg(contents.status::text), array_agg(contents.created_by), array_agg(contents.expires_at), array_agg(contents.deleted_at), array_agg(contents.template_id), array_agg(contents.updated_by) || array_agg(contents.published_by) || string_to_array(string_agg(nullif(array_to_string(contents.assignees, ','), ''), ','), ',')::uuid [])::private.content_page
        from (
          select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at
          from (
            select
              contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at,
              case asked.sort
                when 'updated_at' then turn * date_part('epoch', contents.updated_at)
                when 'created_at' then turn * date_part('epoch', contents.created_at)
                when 'due_at' then coalesce(turn * date_part('epoch', contents.due_at), 'infinity')
                when 'scheduled_for' then coalesce(turn * date_part('epoch', contents.scheduled_for), 'infinity')
                when 'score' then coalesce(turn * contents.score, -turn)
                else 0
              end as number,
              case asked.sort
                when 'title' then contents.title collate "und-x-icu" when 'status' then contents.status
              end as word
            from public.contents
            where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.due_at >= coalesce(asked.due_from, '-infinity') and contents.due_at < coalesce(asked.due_to, 'infinity') and (asked.tags is null or contents.tags @> asked.tags) and (asked.categories is null or contents.categories @> asked.categories) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.types is null or contents.type = any (asked.types)) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.parent_id is null or contents.parent_id = asked.parent_id) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.updated_by is null or contents.updated_by = asked.updated_by) and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and (asked.published_from is null or contents.published_at >= asked.published_from) and (asked.published_to is null or contents.published_at < asked.published_to) and (asked.scheduled_from is null or contents.scheduled_for >= asked.scheduled_from) and (asked.scheduled_to is null or contents.scheduled_for < asked.scheduled_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to)
            offset 0
          ) as contents
          where
            asked.after_id is null or contents.number > after_number or (
              contents.number = after_number and (
                case when turn = 1 then contents.word > asked.after_value else contents.word < asked.after_value end
                or (contents.word is null or contents.word = asked.after_value) and contents.id > asked.after_id
              )
            )
          order by
            contents.number, case when turn = 1 then contents.word end, case when turn = -1 then contents.word end desc,
            contents.id
          offset asked.skipped limit asked.wished
        ) as contents
      );
    end if;
    if is_counted and total is null then
      total := (
        select count(*) from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.due_at >= coalesce(asked.due_from, '-infinity') and contents.due_at < coalesce(asked.due_to, 'infinity') and (asked.tags is null or contents.tags @> asked.tags) and (asked.categories is null or contents.categories @> asked.categories) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.types is null or contents.type = any (asked.types)) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.parent_id is null or contents.parent_id = asked.parent_id) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.updated_by is null or contents.updated_by = asked.updated_by) and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and (asked.published_from is null or contents.published_at >= asked.published_from) and (asked.published_to is null or contents.published_at < asked.published_to) and (asked.scheduled_from is null or contents.scheduled_for >= asked.scheduled_from) and (asked.scheduled_to is null or contents.scheduled_for < asked.scheduled_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to)
      );
    end if;
    return;
  end if;
  if asked.scheduled_from is not null or asked.scheduled_to is not null and asked.kind = 'scheduled' then
    if is_counted and true then
      total := (
        select count(*) from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.scheduled_for >= coalesce(asked.scheduled_from, '-infinity') and contents.scheduled_for < coalesce(asked.scheduled_to, 'infinity')
      );
      found := total;
    else
      found := (
        select count(*) from (
          select from public.contents
          where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.scheduled_for >= coalesce(asked.scheduled_from, '-infinity') and contents.scheduled_for < coalesce(asked.scheduled_to, 'infinity')
          limit few
        ) as found
      );
    end if;
    if found < few and asked.kind = 'status' then
      -- The walked functions have a statement for each order.
      asked.kind := 'few';
      page := private.walked_contents(asked);
    elsif found < few then
      page := (
        select row(coalesce(json_agg(contents), '[]'), coalesce(array_agg(contents.id), '{}'), array_agg(contents.brand_id), array_agg(contents.type), array_agg(contents.status::text), array_agg(contents.created_by), array_agg(contents.expires_at), array_agg(contents.deleted_at), array_agg(contents.template_id), array_agg(contents.updated_by) || array_agg(contents.published_by) || string_to_array(string_agg(nullif(array_to_string(contents.assignees, ','), ''), ','), ',')::uuid [])::private.content_page
        from (
          select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at
          from (
            select
              contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at,
              case asked.sort
                when 'updated_at' then turn * date_part('epoch', contents.updated_at)
                when 'created_at' then turn * date_part('epoch', contents.created_at)
                when 'due_at' then coalesce(turn * date_part('epoch', contents.due_at), 'infinity')
                when 'scheduled_for' then coalesce(turn * date_part('epoch', contents.scheduled_for), 'infinity')
                when 'score' then coalesce(turn * contents.score, -turn)
                else 0
              end as number,
              case asked.sort
                when 'title' then contents.title collate "und-x-icu" when 'status' then contents.status
              end as word
            from public.contents
            where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.scheduled_for >= coalesce(asked.scheduled_from, '-infinity') and contents.scheduled_for < coalesce(asked.scheduled_to, 'infinity')
            offset 0
          ) as contents
          where
            asked.after_id is null or contents.number > after_number or (
              contents.number = after_number and (
                case when turn = 1 then contents.word > asked.after_value else contents.word < asked.after_value end
                or (contents.word is null or contents.word = asked.after_value) and contents.id > asked.after_id
              )
            )
          order by
            contents.number, case when turn = 1 then contents.word end, case when turn = -1 then contents.word end desc,
            contents.id
          offset asked.skipped limit asked.wished
        ) as contents
      );
    end if;
    if is_counted and total is null then
      total := (
        select count(*) from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.scheduled_for >= coalesce(asked.scheduled_from, '-infinity') and contents.scheduled_for < coalesce(asked.scheduled_to, 'infinity')
      );
    end if;
    return;
  end if;
  if asked.scheduled_from is not null or asked.scheduled_to is not null then
    if is_counted and false then
      total := (
        select count(*) from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.scheduled_for >= coalesce(asked.scheduled_from, '-infinity') and contents.scheduled_for < coalesce(asked.scheduled_to, 'infinity')
      );
      found := total;
    else
      found := (
        select count(*) from (
          select from public.contents
          where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.scheduled_for >= coalesce(asked.scheduled_from, '-infinity') and contents.scheduled_for < coalesce(asked.scheduled_to, 'infinity')
          limit few
        ) as found
      );
    end if;
    if found < few and asked.kind = 'status' then
      -- The walked functions have a statement for each order.
      asked.kind := 'few';
      page := private.walked_contents(asked);
    elsif found < few then
      page := (
        select row(coalesce(json_agg(contents), '[]'), coalesce(array_agg(contents.id), '{}'), array_agg(contents.brand_id), array_agg(contents.type), array_agg(contents.status::text), array_agg(contents.created_by), array_agg(contents.expires_at), array_agg(contents.deleted_at), array_agg(contents.template_id), array_agg(contents.updated_by) || array_agg(contents.published_by) || string_to_array(string_agg(nullif(array_to_string(contents.assignees, ','), ''), ','), ',')::uuid [])::private.content_page
        from (
          select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at
          from (
            select
              contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at,
              case asked.sort
                when 'updated_at' then turn * date_part('epoch', contents.updated_at)
                when 'created_at' then turn * date_part('epoch', contents.created_at)
                when 'due_at' then coalesce(turn * date_part('epoch', contents.due_at), 'infinity')
                when 'scheduled_for' then coalesce(turn * date_part('epoch', contents.scheduled_for), 'infinity')
                when 'score' then coalesce(turn * contents.score, -turn)
                else 0
              end as number,
              case asked.sort
                when 'title' then contents.title collate "und-x-icu" when 'status' then contents.status
              end as word
            from public.contents
            where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.scheduled_for >= coalesce(asked.scheduled_from, '-infinity') and contents.scheduled_for < coalesce(asked.scheduled_to, 'infinity') and (asked.tags is null or contents.tags @> asked.tags) and (asked.categories is null or contents.categories @> asked.categories) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.types is null or contents.type = any (asked.types)) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.parent_id is null or contents.parent_id = asked.parent_id) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.updated_by is null or contents.updated_by = asked.updated_by) and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and (asked.published_from is null or contents.published_at >= asked.published_from) and (asked.published_to is null or contents.published_at < asked.published_to) and (asked.scheduled_from is null or contents.scheduled_for >= asked.scheduled_from) and (asked.scheduled_to is null or contents.scheduled_for < asked.scheduled_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to)
            offset 0
          ) as contents
          where
            asked.after_id is null or contents.number > after_number or (
              contents.number = after_number and (
                case when turn = 1 then contents.word > asked.after_value else contents.word < asked.after_value end
                or (contents.word is null or contents.word = asked.after_value) and contents.id > asked.after_id
              )
            )
          order by
            contents.number, case when turn = 1 then contents.word end, case when turn = -1 then contents.word end desc,
            contents.id
          offset asked.skipped limit asked.wished
        ) as contents
      );
    end if;
    if is_counted and total is null then
      total := (
        select count(*) from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.scheduled_for >= coalesce(asked.scheduled_from, '-infinity') and contents.scheduled_for < coalesce(asked.scheduled_to, 'infinity') and (asked.tags is null or contents.tags @> asked.tags) and (asked.categories is null or contents.categories @> asked.categories) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.types is null or contents.type = any (asked.types)) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.parent_id is null or contents.parent_id = asked.parent_id) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.updated_by is null or contents.updated_by = asked.updated_by) and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and (asked.published_from is null or contents.published_at >= asked.published_from) and (asked.published_to is null or contents.published_at < asked.published_to) and (asked.scheduled_from is null or contents.scheduled_for >= asked.scheduled_from) and (asked.scheduled_to is null or contents.scheduled_for < asked.scheduled_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to)
      );
    end if;
    return;
  end if;
  if asked.statuses is not null and cardinality(asked.statuses) = 1 and cardinality(asked.brands) = 1 and asked.kind = 'status' then
    if is_counted and true then
      total := (
        select count(*) from public.contents
        where contents.brand_id = asked.brands[1] and contents.deleted_at is null and contents.status = asked.statuses[1]
      );
      found := total;
    else
      found := (
        select count(*) from (
          select from public.contents
          where contents.brand_id = asked.brands[1] and contents.deleted_at is null and contents.status = asked.statuses[1]
          limit few
        ) as found
      );
    end if;
    if found < few and asked.kind = 'status' then
      -- The walked functions have a statement for each order.
      asked.kind := 'few';
      page := private.walked_contents(asked);
    elsif found < few then
      page := (
        select row(coalesce(json_agg(contents), '[]'), coalesce(array_agg(contents.id), '{}'), array_agg(contents.brand_id), array_agg(contents.type), array_agg(contents.status::text), array_agg(contents.created_by), array_agg(contents.expires_at), array_agg(contents.deleted_at), array_agg(contents.template_id), array_agg(contents.updated_by) || array_agg(contents.published_by) || string_to_array(string_agg(nullif(array_to_string(contents.assignees, ','), ''), ','), ',')::uuid [])::private.content_page
        from (
          select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at
          from (
            select
              contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at,
              case asked.sort
                when 'updated_at' then turn * date_part('epoch', contents.updated_at)
                when 'created_at' then turn * date_part('epoch', contents.created_at)
                when 'due_at' then coalesce(turn * date_part('epoch', contents.due_at), 'infinity')
                when 'scheduled_for' then coalesce(turn * date_part('epoch', contents.scheduled_for), 'infinity')
                when 'score' then coalesce(turn * contents.score, -turn)
                else 0
              end as number,
              case asked.sort
                when 'title' then contents.title collate "und-x-icu" when 'status' then contents.status
              end as word
            from public.contents
            where contents.brand_id = asked.brands[1] and contents.deleted_at is null and contents.status = asked.statuses[1]
            offset 0
          ) as contents
          where
            asked.after_id is null or contents.number > after_number or (
              contents.number = after_number and (
                case when turn = 1 then contents.word > asked.after_value else contents.word < asked.after_value end
                or (contents.word is null or contents.word = asked.after_value) and contents.id > asked.after_id
              )
            )
          order by
            contents.number, case when turn = 1 then contents.word end, case when turn = -1 then contents.word end desc,
            contents.id
          offset asked.skipped limit asked.wished
        ) as contents
      );
    end if;
    if is_counted and total is null then
      total := (
        select count(*) from public.contents
        where contents.brand_id = asked.brands[1] and contents.deleted_at is null and contents.status = asked.statuses[1]
      );
    end if;
    return;
  end if;
  if asked.statuses is not null and asked.kind = 'status' then
    if is_counted and true then
      total := (
        select count(*) from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.status = any (asked.statuses)
      );
      found := total;
    else
      found := (
        select count(*) from (
          select from public.contents
          where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.status = any (asked.statuses)
          limit few
        ) as found
      );
    end if;
    if found < few and asked.kind = 'status' then
      -- The walked functions have a statement for each order.
      asked.kind := 'few';
      page := private.walked_contents(asked);
    elsif found < few then
      page := (
        select row(coalesce(json_agg(contents), '[]'), coalesce(array_agg(contents.id), '{}'), array_agg(contents.brand_id), array_agg(contents.type), array_agg(contents.status::text), array_agg(contents.created_by), array_agg(contents.expires_at), array_agg(contents.deleted_at), array_agg(contents.template_id), array_agg(contents.updated_by) || array_agg(contents.published_by) || string_to_array(string_agg(nullif(array_to_string(contents.assignees, ','), ''), ','), ',')::uuid [])::private.content_page
        from (
          select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at
          from (
            select
              contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at,
              case asked.sort
                when 'updated_at' then turn * date_part('epoch', contents.updated_at)
                when 'created_at' then turn * date_part('epoch', contents.created_at)
                when 'due_at' then coalesce(turn * date_part('epoch', contents.due_at), 'infinity')
                when 'scheduled_for' then coalesce(turn * date_part('epoch', contents.scheduled_for), 'infinity')
                when 'score' then coalesce(turn * contents.score, -turn)
                else 0
              end as number,
              case asked.sort
                when 'title' then contents.title collate "und-x-icu" when 'status' then contents.status
              end as word
            from public.contents
            where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.status = any (asked.statuses)
            offset 0
          ) as contents
          where
            asked.after_id is null or contents.number > after_number or (
              contents.number = after_number and (
                case when turn = 1 then contents.word > asked.after_value else contents.word < asked.after_value end
                or (contents.word is null or contents.word = asked.after_value) and contents.id > asked.after_id
              )
            )
          order by
            contents.number, case when turn = 1 then contents.word end, case when turn = -1 then contents.word end desc,
            contents.id
          offset asked.skipped limit asked.wished
        ) as contents
      );
    end if;
    if is_counted and total is null then
      total := (
        select count(*) from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.status = any (asked.statuses)
      );
    end if;
    return;
  end if;
  if asked.statuses is not null then
    if is_counted and false then
      total := (
        select count(*) from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.status = any (asked.statuses)
      );
      found := total;
    else
      found := (
        select count(*) from (
          select from public.contents
          where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.status = any (asked.statuses)
          limit few
        ) as found
      );
    end if;
    if found < few and asked.kind = 'status' then
      -- The walked functions have a statement for each order.
      asked.kind := 'few';
      page := private.walked_contents(asked);
    elsif found < few then
      page := (
        select row(coalesce(json_agg(contents), '[]'), coalesce(array_agg(contents.id), '{}'), array_agg(contents.brand_id), array_agg(contents.type), array_agg(contents.status::text), array_agg(contents.created_by), array_agg(contents.expires_at), array_agg(contents.deleted_at), array_agg(contents.template_id), array_agg(contents.updated_by) || array_agg(contents.published_by) || string_to_array(string_agg(nullif(array_to_string(contents.assignees, ','), ''), ','), ',')::uuid [])::private.content_page
        from (
          select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at
          from (
            select
              contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at,
              case asked.sort
                when 'updated_at' then turn * date_part('epoch', contents.updated_at)
                when 'created_at' then turn * date_part('epoch', contents.created_at)
                when 'due_at' then coalesce(turn * date_part('epoch', contents.due_at), 'infinity')
                when 'scheduled_for' then coalesce(turn * date_part('epoch', contents.scheduled_for), 'infinity')
                when 'score' then coalesce(turn * contents.score, -turn)
                else 0
              end as number,
              case asked.sort
                when 'title' then contents.title collate "und-x-icu" when 'status' then contents.status
              end as word
            from public.contents
            where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.status = any (asked.statuses) and (asked.tags is null or contents.tags @> asked.tags) and (asked.categories is null or contents.categories @> asked.categories) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.types is null or contents.type = any (asked.types)) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.parent_id is null or contents.parent_id = asked.parent_id) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.updated_by is null or contents.updated_by = asked.updated_by) and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and (asked.published_from is null or contents.published_at >= asked.published_from) and (asked.published_to is null or contents.published_at < asked.published_to) and (asked.scheduled_from is null or contents.scheduled_for >= asked.scheduled_from) and (asked.scheduled_to is null or contents.scheduled_for < asked.scheduled_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to)
            offset 0
          ) as contents
          where
            asked.after_id is null or contents.number > after_number or (
              contents.number = after_number and (
                case when turn = 1 then contents.word > asked.after_value else contents.word < asked.after_value end
                or (contents.word is null or contents.word = asked.after_value) and contents.id > asked.after_id
              )
            )
          order by
            contents.number, case when turn = 1 then contents.word end, case when turn = -1 then contents.word end desc,
            contents.id
          offset asked.skipped limit asked.wished
        ) as contents
      );
    end if;
    if is_counted and total is null then
      total := (
        select count(*) from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.status = any (asked.statuses) and (asked.tags is null or contents.tags @> asked.tags) and (asked.categories is null or contents.categories @> asked.categories) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.types is null or contents.type = any (asked.types)) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.parent_id is null or contents.parent_id = asked.parent_id) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.updated_by is null or contents.updated_by = asked.updated_by) and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and (asked.published_from is null or contents.published_at >= asked.published_from) and (asked.published_to is null or contents.published_at < asked.published_to) and (asked.scheduled_from is null or contents.scheduled_for >= asked.scheduled_from) and (asked.scheduled_to is null or contents.scheduled_for < asked.scheduled_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to)
      );
    end if;
    return;
  end if;
end;
$function$;

CREATE OR REPLACE FUNCTION private.plain_defaults(former public.contents, changed public.contents, given jsonb)
 RETURNS text[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  shown constant jsonb := changed.fields
    - array(select jsonb_object_keys(former.fields)) - array(select jsonb_object_keys(private.as_object(given)));
begin
  -- Few edits show a field, and the form takes a look at the template.
  if shown::text !~ '[<&]' then
    return '{}';
  end if;
  return private.plain_proposals(private.content_form(former), shown);
end;
$function$;

ALTER FUNCTION "private"."plain_defaults"(public.contents, public.contents, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.plain_proposals(form jsonb, proposed jsonb)
 RETURNS text[]
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  if proposed::text !~ '[<&]' then
    return '{}';
  end if;
  return array(
    select 'fields.' || entry.key
    from jsonb_each(proposed) as entry
    where entry.value::text ~ '[<&]' and not private.is_html_field(form, entry.key)
    order by entry.key
  );
end;
$function$;

ALTER FUNCTION "private"."plain_proposals"(jsonb, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.plain_texts_after(former public.contents, changed public.contents, plain text[])
 RETURNS text[]
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  if changed.excerpt ~ '[<&]' then
    plain := plain || 'excerpt'::text;
  end if;
  if plain = '{}' and former.plain_texts = '{}' then
    return plain;
  end if;
  -- A text that was sent again as it is kept stays what it is: HTML of before there were kinds of texts.
  return array(
    select listed.path
    from (
      select path, true as is_former from unnest(former.plain_texts) as path
      union
      select path, false from unnest(plain) as path
    ) as listed
    where listed.is_former = case
      when listed.path = 'excerpt' then changed.excerpt is not distinct from former.excerpt
      else changed.fields -> substr(listed.path, 8) is not distinct from former.fields -> substr(listed.path, 8)
    end
    order by listed.path
  );
end;
$function$;

ALTER FUNCTION "private"."plain_texts_after"(public.contents, public.contents, text[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.plain_texts_of(content_id uuid)
 RETURNS text[]
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select contents.plain_texts from public.contents where contents.id = content_id;
$function$;

ALTER FUNCTION "private"."plain_texts_of"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.prepare_generation_form(asked jsonb, tool private.ai_tools, brand uuid, content public.contents, template public.templates)
 RETURNS private.generation_form
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  form private.generation_form;
  problems jsonb;
begin
  form.field_values := coalesce(asked -> 'fields', '{}');
  if content.id is not null then
    form.field_values := content.fields || form.field_values;
  elsif template.id is not null then
    form.field_values := private.merge_patch(
      private.default_values(template, brand, private.markup_version()), form.field_values
    );
  end if;
  form.product_id := (asked ->> 'productId')::uuid;
  if tool.type not in ('content_generation', 'field_generation', 'regeneration') then
    return form;
  end if;
  if template.id is null then
    perform private.refuse(409, 'the content has no template to generate from');
  end if;
  problems := private.form_problems(template.input_fields, form.field_values, '{}', brand, 'complete');
  if problems is not null then
    perform private.refuse(400, 'the inputs are not complete', problems);
  end if;
  form.field_values := form.field_values
    - private.hidden_fields(template.input_fields || template.output_fields, form.field_values);
  form.outputs := private.outputs_to_write(template, form.field_values, case
    when asked ? 'fieldIds' then array(select jsonb_array_elements_text(asked -> 'fieldIds'))
    when asked ? 'fieldId' then array[asked ->> 'fieldId']
  end);
  form.product_id := coalesce(form.product_id, private.selected_product(template.input_fields, form.field_values));
  return form;
end;
$function$;

CREATE OR REPLACE FUNCTION private.problems_of_template(template public.templates)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select coalesce(jsonb_agg(
    jsonb_build_object('field', problem.field, 'code', 'INVALID_FORMAT', 'message', problem.message)
    order by problem.field, problem.message
  ), '[]')
  from private.template_problems(
    private.as_array(template.input_fields), private.as_array(template.output_fields), template.brand_id
  ) as problem;
$function$;

ALTER FUNCTION "private"."problems_of_template"(public.templates) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.publication_notices(ids uuid[])
 RETURNS SETOF private.notice
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  with happened as (
    select
      event.id, event.brand_id, event.type, event.actor_id, content.title, content.id as content_id,
      case event.type when 'ContentStatusChanged' then event.payload ->> 'to' end as status,
      (event.payload ->> 'requestedBy')::uuid as requested_by, event.payload ->> 'direction' as direction,
      (event.payload ->> 'scheduledBy')::uuid as scheduled_by, event.payload ->> 'reason' as reason,
      jsonb_path_exists(event.payload, '$.channels[*] ? (@.hasFailed == true)') as is_partial
    from public.domain_events as event
    inner join public.contents as content
      on content.id = event.aggregate_id and content.brand_id = event.brand_id
    where
      event.id = any (publication_notices.ids)
      and event.type in (
        'ContentPublished', 'ContentUpdated', 'ContentDeleted', 'ContentStatusChanged', 'PublicationCompleted',
        'PublicationFailed', 'PublicationCancelled', 'ContentUnscheduled'
      )
      and (content.deleted_at is null or event.type = 'ContentDeleted')
      and (event.type <> 'ContentStatusChanged' or event.payload ->> 'to' in ('scheduled', 'archived'))
      -- An editor that is open saves many times an hour, and nobody waits to hear of it. Those that are old are dropped.
      and (
        event.type <> 'ContentUpdated' or exists (
          select from public.content_versions as version
          where
            version.content_id = event.aggregate_id and version.version = event.aggregate_version
            and version.action <> 'autosave'
        )
      )
      -- Other events tell of contents that were taken back, and of those without channels.
      and (
        event.type not in ('PublicationCompleted', 'PublicationCancelled')
        or event.payload ->> 'direction' is distinct from 'unpublish' and event.payload -> 'channels' <> '[]'
      )
  )
  select
    happened.id, people.id, happened.brand_id, 'content.read', happened.actor_id, 'content',
    case happened.type
      when 'ContentPublished' then 'success'
      when 'PublicationCompleted' then case when happened.is_partial then 'warning' else 'success' end
      when 'PublicationFailed' then 'error' when 'PublicationCancelled' then 'warning'
      when 'ContentUnscheduled' then 'warning' else 'info'
    end,
    case happened.type
      when 'ContentPublished' then 'content_published' when 'ContentUpdated' then 'content_updated'
      when 'ContentDeleted' then 'content_deleted' when 'PublicationCompleted' then 'publication_completed'
      when 'PublicationFailed' then 'publication_failed' when 'PublicationCancelled' then 'publication_cancelled'
      when 'ContentUnscheduled' then 'content_unscheduled' else 'content_' || happened.status
    end,
    format(case happened.type
      when 'ContentPublished' then 'Published: “%s”' when 'ContentUpdated' then 'Changed: “%s”'
      when 'ContentDeleted' then 'Deleted: “%s”' when 'PublicationCompleted' then
        case when happened.is_partial then 'Published, but not on all channels: “%s”' else 'On all channels: “%s”' end
      when 'PublicationFailed' then
        case happened.direction when 'unpublish' then 'Taking back failed: “%s”' else 'Publishing failed: “%s”' end
      when 'PublicationCancelled' then 'Not published: “%s”' when 'ContentUnscheduled' then 'Not published: “%s”'
      else case happened.status when 'scheduled' then 'Scheduled: “%s”' else 'Archived: “%s”' end
    end, happened.title),
    case
      when happened.type <> 'ContentUnscheduled' then ''
      when happened.reason = 'expired' then 'It was due after its expiry, and is approved again. Change one of the times.'
      else 'Its claims kept it from being published, and it is approved again.'
    end, '/contents/' || happened.content_id, happened.content_id,
    -- The way of a content to its readers is one notification, which says how far it is.
    case happened.type
      when 'ContentUpdated' then 'edits:' || happened.content_id
      when 'ContentPublished' then 'publication:' || happened.content_id
      -- One of which a channel failed is told on its own, also by mail.
      when 'PublicationCompleted' then
        case when not happened.is_partial then 'publication:' || happened.content_id end
    end,
    case happened.type when 'ContentUpdated' then 'changes of' end,
    happened.title, 0, false, happened.type <> 'ContentUpdated', happened.type <> 'ContentUpdated',
    jsonb_build_object('contentId', happened.content_id)
  from happened
  cross join lateral (
    select watchers.id from private.watchers_of(happened.content_id) as watchers (id)
    union
    select admins.id from private.admins_of(happened.brand_id) as admins (id)
    where happened.type = 'PublicationFailed'
    union
    select happened.requested_by
    where happened.type = 'PublicationFailed' and happened.requested_by is not null
    union
    select happened.scheduled_by where happened.scheduled_by is not null
  ) as people;
$function$;

CREATE OR REPLACE FUNCTION private.publish_due_content(content_id uuid)
 RETURNS text
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  content public.contents;
begin
  -- A locked row is skipped, so that each content is published by one of two schedulers that run at the same time.
  select contents.* into content
  from public.contents
  inner join public.brands on brands.id = contents.brand_id and brands.deleted_at is null
  where
    contents.id = publish_due_content.content_id and contents.status = 'scheduled' and contents.scheduled_for <= now()
    and contents.deleted_at is null
  for update of contents skip locked;
  if content.id is null then
    return null;
  elsif
    content.scheduled_for > now() - interval '10 minutes' and not coalesce(content.expires_at <= now(), false)
    and not private.has_open_violations(content) and cardinality(private.markets_to_recheck(content)) > 0
  then
    -- The claims have changed since its check, and public.queue_claim_checks has it checked again.
    return null;
  elsif content.expires_at <= now() or private.claims_refusal(content) is not null then
    perform private.transition_content(content, 'approved',
      '{"note": "not published: expired, in violation of a claim, or not checked against the present claims"}');
    perform private.tell_unscheduled(content, case when content.expires_at <= now() then 'expired' else 'claims' end);
    return 'unscheduled';
  end if;
  return case when private.publish(content) is null then 'published' else 'started' end;
end;
$function$;

CREATE OR REPLACE FUNCTION private.push_to_brands(notices private.notice[])
 RETURNS void
 LANGUAGE sql
 SET search_path TO ''
AS $function$
  with shared as (
    select distinct on (notice.source_id, notice.event) notice.*
    from unnest(push_to_brands.notices) as notice
    where notice.is_shared
    order by notice.source_id, notice.event, notice.rank
  ),
  told as (
    insert into private.told_people (source_id, recipient_id)
    select distinct shared.source_id, destination.id
    from shared
    inner join private.notification_destinations as destination
      on destination.brand_id = shared.brand_id and destination.is_enabled
    where destination.categories = '{}' or shared.category = any (destination.categories)
    on conflict do nothing
    returning told_people.source_id, told_people.recipient_id
  )
  insert into private.jobs (queue, kind, brand_id, payload, dedupe_key)
  select distinct on (told.source_id, told.recipient_id)
    'notification_chat', 'notification', shared.brand_id, jsonb_build_object(
      'destinationId', told.recipient_id, 'title', shared.title,
      'message', private.cut_text(coalesce(shared.message, ''), 2000),
      'url', shared.action_url, 'type', shared.type, 'event', shared.event, 'brandId', shared.brand_id, 'at', now(),
      'sourceId', shared.source_id
    ),
    told.source_id || ':' || told.recipient_id
  from told
  inner join shared on shared.source_id = told.source_id
  order by told.source_id, told.recipient_id, shared.rank
  on conflict (queue, dedupe_key) where dedupe_key is not null do nothing;
$function$;

CREATE OR REPLACE FUNCTION private.read_instant(written text, field text)
 RETURNS timestamp with time zone
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
 SET search_path TO ''
AS $function$
declare
  instant constant timestamptz := private.as_instant(written);
begin
  if instant is null then
    perform private.refuse(400, 'a time is not valid', jsonb_build_array(jsonb_build_object(
      'field', field, 'code', 'INVALID_FORMAT',
      'message', 'must be a date and a time with a time zone, such as 2026-11-24T09:00:00Z'
    )));
  end if;
  return instant;
end;
$function$;

ALTER FUNCTION "private"."read_instant"(text, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.read_list_request(filters jsonb, brands uuid[], sort text, is_descending boolean, cursor_at jsonb, skipped integer, wished integer)
 RETURNS private.list_request
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
declare
  asked private.list_request;
begin
  asked.brands := brands;
  asked.is_deleted := coalesce((filters ->> 'is_deleted')::boolean, false);
  if filters ? 'status' then
    asked.statuses := array(select jsonb_array_elements_text(filters -> 'status'));
  end if;
  if filters ? 'type' then
    asked.types := array(select jsonb_array_elements_text(filters -> 'type'));
  end if;
  if filters ? 'tag' then
    asked.tags := array(select jsonb_array_elements_text(filters -> 'tag'));
  end if;
  if filters ? 'category' then
    asked.categories := array(select jsonb_array_elements_text(filters -> 'category'));
  end if;
  asked.template_id := filters ->> 'template_id';
  asked.parent_id := filters ->> 'parent_id';
  asked.created_by := filters ->> 'created_by';
  asked.updated_by := filters ->> 'updated_by';
  asked.assignee := filters ->> 'assignee';
  asked.created_from := private.read_instant(filters ->> 'created_from', 'createdFrom');
  asked.created_to := private.read_instant(filters ->> 'created_to', 'createdTo');
  asked.updated_from := private.read_instant(filters ->> 'updated_from', 'updatedFrom');
  asked.updated_to := private.read_instant(filters ->> 'updated_to', 'updatedTo');
  asked.published_from := private.read_instant(filters ->> 'published_from', 'publishedFrom');
  asked.published_to := private.read_instant(filters ->> 'published_to', 'publishedTo');
  asked.scheduled_from := private.read_instant(filters ->> 'scheduled_from', 'scheduledFrom');
  asked.scheduled_to := private.read_instant(filters ->> 'scheduled_to', 'scheduledTo');
  asked.due_from := private.read_instant(filters ->> 'due_from', 'dueFrom');
  asked.due_to := private.read_instant(filters ->> 'due_to', 'dueTo');
  asked.score_from := filters ->> 'score_from';
  asked.score_to := filters ->> 'score_to';
  asked.sort := sort;
  asked.is_descending := is_descending;
  asked.after_value := cursor_at ->> 'value';
  if sort not in ('title', 'status', 'score') then
    perform private.read_instant(asked.after_value, 'cursor');
  end if;
  asked.after_id := cursor_at ->> 'id';
  asked.skipped := skipped;
  asked.wished := wished;
  asked.depth := skipped + wished;
  asked.kind := private.kind_of_list(filters);
  return asked;
end;
$function$;

CREATE OR REPLACE FUNCTION private.rebuild_content(content_id uuid)
 RETURNS public.contents
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  content public.contents;
  event public.domain_events;
begin
  for event in
    select events.*
    from public.domain_events as events
    where events.aggregate_id = rebuild_content.content_id and events.payload ? 'changes'
    order by events.aggregate_version, events.id
  loop
    if event.type = 'ContentCreated' then
      content.created_by := event.actor_id;
      content.created_at := private.as_instant(event.payload ->> 'at');
      -- Events that are older than these columns do not name them.
      content.assignees := '{}';
      content.provenance := '{}';
      content.markup_version := 0;
      content.plain_texts := '{}';
    end if;
    content := jsonb_populate_record(content, event.payload -> 'changes');
    content.id := event.aggregate_id;
    content.brand_id := event.brand_id;
    content.version := event.aggregate_version;
    content.major_version := event.payload ->> 'major';
    content.minor_version := event.payload ->> 'minor';
    content.updated_by := event.actor_id;
    content.updated_at := private.as_instant(event.payload ->> 'at');
  end loop;
  content.views := 0;
  content.shares := 0;
  content.score := private.content_score(content) ->> 'score';
  return content;
end;
$function$;

CREATE OR REPLACE FUNCTION private.record_template_version()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  insert into public.template_versions (
    template_id, version, brand_id, name, content_type, input_fields, output_fields, markup_version, created_by
  )
  values (
    new.id, new.version, new.brand_id, new.name, new.content_type, new.input_fields, new.output_fields,
    new.markup_version, auth.uid()
  );
  return null;
end;
$function$;

CREATE OR REPLACE FUNCTION private.refresh_brand(brand uuid, language text, batch integer, slice interval)
 RETURNS integer
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  document uuid;
  documents uuid[] := array(
    select search.content_id from private.content_search as search
    where
      search.words @@ quote_literal('brand:' || refresh_brand.brand)::tsquery
      and (search.language <> refresh_brand.language or search.words_version <> private.words_version())
      and not exists (
        select from private.setbacks
        where
          setbacks.task = 'refresh_search' and setbacks.subject_id = search.content_id
          and setbacks.next_attempt_at > clock_timestamp()
      )
    limit refresh_brand.batch
  );
  -- The slice begins when the documents are known, which takes longer than a short one.
  until constant timestamptz := clock_timestamp() + refresh_brand.slice;
  done integer := 0;
begin
  foreach document in array documents loop
    -- Each turn makes one at least, so that no number of brands that wait keeps all of them waiting.
    exit when done > 0 and clock_timestamp() > until;
    begin
      perform private.refresh_document(document, refresh_brand.language);
      perform private.clear_setback('refresh_search', document);
    exception when others then
      perform private.set_back('refresh_search', document, refresh_brand.brand, sqlstate, sqlerrm);
    end;
    done := done + 1;
  end loop;
  if done < refresh_brand.batch and done = cardinality(documents) and not exists (
    -- These come again at their next attempt.
    select from private.setbacks
    where
      setbacks.task = 'refresh_search' and setbacks.brand_id = refresh_brand.brand
      and setbacks.next_attempt_at < 'infinity'
  ) then
    delete from private.stale_searches where stale_searches.brand_id = refresh_brand.brand;
  else
    -- Behind the other brands.
    update private.stale_searches set marked_at = clock_timestamp() where stale_searches.brand_id = refresh_brand.brand;
  end if;
  return done;
end;
$function$;

ALTER FUNCTION "private"."refresh_brand"(uuid, text, integer, interval) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.refresh_claim_limit()
 RETURNS interval
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  select interval '10 seconds';
$function$;

ALTER FUNCTION "private"."refresh_claim_limit"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.refresh_document(content_id uuid, language text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  content public.contents;
  plain_text text;
begin
  -- An edit that is under way ends first, so that its words are not replaced by former ones.
  perform from private.content_search as search where search.content_id = refresh_document.content_id for update;
  select contents.* into content from public.contents where contents.id = refresh_document.content_id;
  plain_text := private.content_plain(content);
  update private.content_search as search
  set
    language = refresh_document.language, plain = plain_text, words_version = private.words_version(),
    words = private.content_words(content, private.search_language(refresh_document.language), plain_text)
  where search.content_id = content.id;
end;
$function$;

ALTER FUNCTION "private"."refresh_document"(uuid, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.refresh_reuse_limit()
 RETURNS interval
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  select interval '30 seconds';
$function$;

ALTER FUNCTION "private"."refresh_reuse_limit"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.refuse_schedule(former public.contents, changed public.contents)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  is_rescheduled constant boolean := (changed.status, changed.scheduled_for)
    is distinct from (former.status, former.scheduled_for);
  form constant text := 'YYYY-MM-DD"T"HH24:MI:SS"Z"';
begin
  perform private.refuse(400, 'a content is published before it expires', jsonb_build_array(case
    when is_rescheduled then jsonb_build_object(
      'field', 'scheduledFor', 'code', 'INVALID_FORMAT',
      'message', 'must be earlier than expiresAt, ' || to_char(changed.expires_at at time zone 'UTC', form)
    )
    else jsonb_build_object(
      'field', 'expiresAt', 'code', 'INVALID_FORMAT',
      'message', 'must be later than scheduledFor, ' || to_char(changed.scheduled_for at time zone 'UTC', form)
    )
  end));
end;
$function$;

ALTER FUNCTION "private"."refuse_schedule"(public.contents, public.contents) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.require_reason(reason text, field text)
 RETURNS void
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
begin
  if not private.shows_something(reason) then
    perform private.refuse(400, 'a reason is needed', jsonb_build_array(jsonb_build_object(
      'field', field, 'code', 'REQUIRED_FIELD_MISSING', 'message', field || ' is required'
    )));
  elsif char_length(reason) > 5000 then
    perform private.refuse(400, 'the reason is too long', jsonb_build_array(jsonb_build_object(
      'field', field, 'code', 'VALUE_TOO_LONG', 'message', '5000 characters at most'
    )));
  end if;
end;
$function$;

CREATE OR REPLACE FUNCTION private.require_times(given jsonb, names text[])
 RETURNS void
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO ''
AS $function$
declare
  name text;
  written text;
  parts text [];
begin
  foreach name in array names loop
    written := given ->> name;
    parts := string_to_array(initcap(replace(name, '_', ' ')), ' ');
    if name like '%\_on' and written is not null and private.as_day(written) is null then
      perform private.refuse(400, 'a date is not valid', jsonb_build_array(jsonb_build_object(
        'field', split_part(name, '_', 1) || array_to_string(parts[2:], ''), 'code', 'INVALID_FORMAT',
        'message', 'must be a date, such as 2026-11-24'
      )));
    elsif name not like '%\_on' then
      perform private.read_instant(written, split_part(name, '_', 1) || array_to_string(parts[2:], ''));
    end if;
  end loop;
end;
$function$;

ALTER FUNCTION "private"."require_times"(jsonb, text[]) OWNER TO "postgres";

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
    when 'schedule' then
      perform public.schedule_content(
        content_id, private.read_instant(arguments ->> 'scheduled_for', 'scheduledFor')
      );
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
      perform public.update_content(
        content_id, content.version, changes, false, coalesce(arguments ->> 'note', ''), arguments -> 'rich'
      );
  end case;
end;
$function$;

CREATE OR REPLACE FUNCTION private.run_kept(command text, arguments jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
  case command
    when 'create_content' then
      if
        arguments - '{brand_id,title,type,template_id,fields,metadata,tags,body,excerpt,slug,categories,due_at,expires_at,assignees,rich}'::text [] = '{}' and arguments ?& '{brand_id}'::text []
        and has_function_privilege('public.create_content'::regproc, 'execute')
      then
        return (
          select coalesce(jsonb_agg(returned_row), '[]')
          from jsonb_to_record(arguments) as given (brand_id uuid, title text, type text, template_id uuid, fields jsonb, metadata jsonb, tags text[], body text, excerpt text, slug text, categories text[], due_at timestamp with time zone, expires_at timestamp with time zone, assignees uuid[], rich jsonb),
            lateral public.create_content(brand_id => given.brand_id, title => case when arguments ? 'title' then given.title else ''::text end, type => case when arguments ? 'type' then given.type else NULL::text end, template_id => case when arguments ? 'template_id' then given.template_id else NULL::uuid end, fields => case when arguments ? 'fields' then given.fields else '{}'::jsonb end, metadata => case when arguments ? 'metadata' then given.metadata else '{}'::jsonb end, tags => case when arguments ? 'tags' then given.tags else '{}'::text[] end, body => case when arguments ? 'body' then given.body else ''::text end, excerpt => case when arguments ? 'excerpt' then given.excerpt else ''::text end, slug => case when arguments ? 'slug' then given.slug else ''::text end, categories => case when arguments ? 'categories' then given.categories else '{}'::text[] end, due_at => case when arguments ? 'due_at' then given.due_at else NULL::timestamp with time zone end, expires_at => case when arguments ? 'expires_at' then given.expires_at else NULL::timestamp with time zone end, assignees => case when arguments ? 'assignees' then given.assignees else '{}'::uuid[] end, rich => case when arguments ? 'rich' then given.rich else NULL::jsonb end) as returned_row
        );
      end if;
    when 'update_content' then
      if
        arguments - '{content_id,expected_version,changes,is_autosave,note,rich}'::text [] = '{}' and arguments ?& '{content_id,expected_version,changes}'::text []
        and has_function_privilege('public.update_content'::regproc, 'execute')
      then
        return (
          select coalesce(jsonb_agg(returned_row), '[]')
          from jsonb_to_record(arguments) as given (content_id uuid, expected_version integer, changes jsonb, is_autosave boolean, note text, rich jsonb),
            lateral public.update_content(content_id => given.content_id, expected_version => given.expected_version, changes => given.changes, is_autosave => case when arguments ? 'is_autosave' then given.is_autosave else false end, note => case when arguments ? 'note' then given.note else ''::text end, rich => case when arguments ? 'rich' then given.rich else NULL::jsonb end) as returned_row
        );
      end if;
    else
  end case;
  return null;
end;
$function$;

CREATE OR REPLACE FUNCTION private.search_candidates(request private.search_request, depth double precision, OUT ids uuid[], OUT is_all boolean)
 RETURNS record
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  -- Nothing but what the index of each order holds, so that no content is read.
  columns constant text := case request.sort
    when 'title' then 'title' when 'status' then 'status, updated_at' when 'created_at' then 'created_at'
    when 'score' then 'score' else 'updated_at'
  end;
  sort constant text := case request.sort
    when 'title' then private.list_key('title')
    when 'status' then 'status, updated_at desc' when 'created_at' then 'created_at desc'
    when 'score' then 'score desc nulls last' else 'updated_at desc'
  end;
  known integer;
begin
  execute
    'select array_agg(head.id), array_position(array_agg(head.is_last), true) from ('
    '  select item.id, item.nth = brand.depth as is_last'
    '  from unnest($2, $3) as brand (id, depth) cross join lateral ('
    '    select first.*, row_number() over () as nth from ('
    '      select contents.id, ' || columns
    || '     from public.contents where contents.brand_id = brand.id and contents.deleted_at is null'
    || case
      when request.sort in ('relevance', 'updated_at') then
        ' and contents.updated_at >= ($1).updated_from and contents.updated_at < ($1).updated_to'
      else ''
    end
    || '     order by ' || sort || ', id limit brand.depth) as first) as item'
    '  order by ' || sort || ', item.id'
    ') as head'
  into ids, known
  using request, request.brands, private.brand_depths(request.brands, depth);
  is_all := known is null;
  -- Where a brand may have more than were read of it, those of all brands are known up to its last one only.
  ids := coalesce(ids[:coalesce(known, cardinality(ids))], '{}');
end;
$function$;

CREATE OR REPLACE FUNCTION private.search_clauses(query text)
 RETURNS private.search_clause[]
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
declare
  -- Quotation marks of keyboards that mean well, and wide spaces.
  typed constant text := translate(left(query, 500), E'“”„‟″＂«»\u3000\u00a0', '""""""""  ');
  clauses private.search_clause [] := '{}';
  alternative integer := 1;
  piece text [];
begin
  for piece in
    select found.piece from regexp_matches(typed, '([-−－]*)(?:"([^"]*)"?|([^\s"]+))', 'g') as found (piece)
  loop
    exit when cardinality(clauses) = 32;
    if lower(piece[3]) = 'or' and piece[1] = '' and cardinality(clauses) > 0 then
      alternative := (clauses[cardinality(clauses)]).alternative + 1;
    elsif coalesce(piece[2], piece[3]) ~ '\S' then
      clauses := clauses || row(
        alternative, piece[1] <> '', piece[2] is not null, coalesce(piece[2], piece[3])
      )::private.search_clause;
    end if;
  end loop;
  return clauses;
end;
$function$;

ALTER FUNCTION "private"."search_clauses"(text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.search_letters(written text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
declare
  letters text;
begin
  if octet_length(written) = char_length(written) then
    return lower(written collate "C");
  end if;
  letters := normalize(written, nfkd);
  -- Letters of their own in Cyrillic, whose marks are no accents
  letters := replace(replace(replace(letters, E'и\u0306', 'й'), E'у\u0306', 'ў'), E'і\u0308', 'ї');
  letters := replace(replace(replace(letters, E'И\u0306', 'й'), E'У\u0306', 'ў'), E'І\u0308', 'ї');
  -- The tables of PostgreSQL itself: the same on every machine. By way of the upper case, all small sigmas are one
  -- letter, and so are i and the dotless i.
  letters := lower(upper(regexp_replace(letters, '[' || private.accents() || ']+', '', 'g') collate pg_catalog.pg_c_utf8));
  -- Letters that nobody finds on another keyboard, and that do not decompose.
  letters := translate(letters, 'øłđðıħŧƶɨʉəςґ', 'olddihtziueσг');
  letters := replace(replace(replace(replace(letters, 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th');
  return normalize(letters, nfkc);
end;
$function$;

ALTER FUNCTION "private"."search_letters"(text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.search_marks(clauses private.search_clause[], terms tsquery)
 RETURNS private.search_marks
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
declare
  -- What is not wanted is not in querytree().
  words constant text [] := array(
    select distinct found.word[1]
    from regexp_matches(querytree(terms), '''((?:[^'']|'''')+)''', 'g') as found (word)
    where found.word[1] !~ ('[' || private.between_words() || ']')
    limit 40
  );
  style constant text := '[\U0001f3fb-\U0001f3ff\ufe0f\u20e3]*';
  emoji constant text := '(?:' || private.search_symbols() || ')' || style;
  clause private.search_clause;
  marks private.search_marks;
  patterns text [];
  word text;
begin
  foreach word in array words loop
    -- Without the last letter of longer words, which stems change: happi, happy. Then the rest of the word.
    patterns := patterns || (
      select string_agg(
        private.letter_pattern(letter[1]) || '[' || private.accents() || ']*', '[''’‐‑-]?' order by place
      )
      from regexp_matches(
        case when char_length(word) > 4 then regexp_replace(word, '(?:ss|ae|oe|th|.)$', '') else word end,
        'ss|ae|oe|th|.', 'g'
      ) with ordinality as found (letter, place)
    );
  end loop;
  if patterns is not null then
    patterns := array[
      '(?:\m|(?<=[_' || private.spaceless_letters() || '])|(?<=[[:lower:]])(?=[[:upper:]]))(?:' || array_to_string(patterns, '|') || ')'
      '[^' || private.between_words() || ']*'
    ];
    marks.words := (select string_agg(quote_literal(item), ' | ') from unnest(words) as item)::tsquery;
  end if;
  foreach clause in array clauses loop
    if not clause.is_excluded then
      patterns := patterns || array(
        select case when run[1] ~ ('^[' || private.spaceless_letters() || ']') then run[1] else
          -- An emoji that is joined to others is marked with these.
          '(?:' || emoji || '\u200d)*' || run[1] || style || '(?:\u200d' || emoji || ')*'
        end
        from regexp_matches(clause.typed || ' ' || private.search_letters(clause.typed), private.unspaced_pattern(), 'g')
          as found (run)
      );
    end if;
  end loop;
  marks.pattern := nullif(array_to_string(patterns, '|'), '');
  return marks;
end;
$function$;

ALTER FUNCTION "private"."search_marks"(private.search_clause[], tsquery) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.search_symbols()
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  -- Flags are two letters of their own. Colours of skin (U+1F3FB and on) are left out: any hand is found by any.
  select '[\U0001f1e6-\U0001f1ff]{2}'
    '|[\u00a2-\u00a7\u00a9\u00ae\u00b0\u00b1\u00b6\u20a0-\u20cf\u2100-\u2bff\u3012\u3020\u3030\u303d\u3297\u3299'
    '\U0001f000-\U0001f1e5\U0001f200-\U0001f3fa\U0001f400-\U0001faff]';
$function$;

ALTER FUNCTION "private"."search_symbols"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.search_terms(clauses private.search_clause[], configurations regconfig[], brands uuid[])
 RETURNS tsquery
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  part private.search_clause [];
  wanted tsquery;
  excluded tsquery;
  without tsquery := '';
  terms tsquery := '';
begin
  for number in 1 .. coalesce((clauses[cardinality(clauses)]).alternative, 0) loop
    part := array(select clause from unnest(clauses) as clause where clause.alternative = number);
    wanted := private.clauses_terms(part, configurations, is_excluded => false);
    excluded := private.clauses_terms(part, configurations, is_excluded => true);
    if numnode(excluded) = 0 then
      terms := terms || wanted;
    elsif numnode(wanted) > 0 then
      terms := terms || (wanted && !!excluded);
    else
      without := without || !!excluded;
    end if;
  end loop;
  -- The index finds what contents hold. Without a word of their own they are those of these brands, named once.
  return case
    when numnode(without) > 0 then terms || (private.brand_terms(brands) && without) else terms
  end;
end;
$function$;

ALTER FUNCTION "private"."search_terms"(private.search_clause[], regconfig[], uuid[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.searched_tasks(filters jsonb, brands uuid[], state text, sort text, is_descending boolean, skipped integer, wished integer, OUT ids uuid[], OUT open_tasks integer, OUT overdue_tasks integer, OUT done_tasks integer, OUT is_truncated boolean)
 RETURNS record
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
 SET enable_bitmapscan TO 'off'
 SET enable_sort TO 'off'
AS $function$
declare
  caller constant uuid := auth.uid();
  is_mine constant boolean := coalesce(filters ->> 'scope', 'mine') = 'mine';
  assignee constant uuid := filters ->> 'assignee_id';
  due_from constant timestamptz := private.read_instant(filters ->> 'due_from', 'dueFrom');
  due_to constant timestamptz := private.read_instant(filters ->> 'due_to', 'dueTo');
  workflow constant uuid := filters ->> 'workflow_id';
  step constant text := filters ->> 'step';
  types constant text [] := case when filters ? 'type' then array(
    select jsonb_array_elements_text(private.as_array(filters -> 'type'))
  ) end;
  words constant text := filters ->> 'q';
begin
  with candidates as (
    (
      select task.* from public.workflow_tasks as task
      where
        is_mine and task.assignee_id = caller and task.brand_id = any (brands) and task.status = 'pending'
        and (due_from is null or task.due_at >= due_from) and (due_to is null or task.due_at < due_to)
      order by task.due_at, task.id limit 500
    )
    union all
    (
      select task.* from public.workflow_tasks as task
      where
        not is_mine and task.brand_id = brands[1] and task.status = 'pending'
        and (assignee is null or task.assignee_id = assignee)
        and (due_from is null or task.due_at >= due_from) and (due_to is null or task.due_at < due_to)
      order by task.due_at, task.id limit 500
    )
    union all
    (
      select task.* from public.workflow_tasks as task
      where
        is_mine and task.assignee_id = caller and task.brand_id = any (brands) and task.status = 'completed'
        and (due_from is null or task.due_at >= due_from) and (due_to is null or task.due_at < due_to)
      order by task.decided_at desc, task.id limit 500
    )
    union all
    (
      select task.* from public.workflow_tasks as task
      where
        not is_mine and task.brand_id = brands[1] and task.status = 'completed'
        and (assignee is null or task.assignee_id = assignee)
        and (due_from is null or task.due_at >= due_from) and (due_to is null or task.due_at < due_to)
      order by task.decided_at desc, task.id limit 500
    )
  ),
  matching as materialized (
    select
      task.id, task.status, task.due_at, task.created_at, task.decided_at,
      case when task.due_at <= now() then 0 when task.reminded_at is not null or task.round > 1 then 1 else 2 end
        as urgency
    from candidates as task
    where
      (workflow is null or exists (
        select from public.workflow_instances as run where run.id = task.instance_id and run.workflow_id = workflow
      ))
      and (step is null or exists (
        select from public.workflow_step_runs as step_run where step_run.id = task.step_run_id and step_run.name = step
      ))
      and ((types is null and words is null) or exists (
        select from public.contents as content
        where
          content.id = task.content_id and content.deleted_at is null
          and (types is null or content.type = any (types))
          and (words is null or private.holds_text(content.title, words))
      ))
  )
  select
    array(
      select task.id from matching as task
      where case state
        when 'open' then task.status = 'pending' when 'done' then task.status = 'completed'
        else task.status = 'pending' and task.due_at <= now()
      end
      order by
        case when sort = 'priority' and not is_descending then task.urgency end,
        case when sort = 'priority' and is_descending then task.urgency end desc,
        case when not is_descending or sort = 'priority' then case sort
          when 'created' then task.created_at when 'decided' then task.decided_at else task.due_at
        end end,
        case when is_descending and sort <> 'priority' then case sort
          when 'created' then task.created_at when 'decided' then task.decided_at else task.due_at
        end end desc nulls last,
        task.id
      offset skipped limit wished
    ),
    (select count(*) from matching as task where task.status = 'pending'),
    (select count(*) from matching as task where task.status = 'pending' and task.due_at <= now()),
    (select count(*) from matching as task where task.status = 'completed'),
    exists (select from candidates as task group by task.status having count(*) >= 500)
  into ids, open_tasks, overdue_tasks, done_tasks, is_truncated;
end;
$function$;

CREATE OR REPLACE FUNCTION private.seconds_to_publication(brand uuid, content_type text DEFAULT NULL::text, tag text DEFAULT NULL::text)
 RETURNS integer
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
begin
  -- No further ahead than the edge keeps an answer: nobody else is told what is to be published. Of one that is due
  -- already the edge is told as soon as it is published.
  return (
    select private.seconds_until(min(contents.scheduled_for)) from public.contents
    where
      contents.brand_id = seconds_to_publication.brand and contents.status = 'scheduled'
      and contents.deleted_at is null
      and contents.scheduled_for > now() and contents.scheduled_for <= now() + interval '5 minutes'
      and (content_type is null or contents.type = content_type) and (tag is null or tag = any (contents.tags))
  );
end;
$function$;

ALTER FUNCTION "private"."seconds_to_publication"(uuid, text, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.seconds_until(moment timestamp with time zone)
 RETURNS integer
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  -- Times of two hundred years have more seconds than an integer.
  return case when moment is not null then floor(least(extract(epoch from moment - now()), 1000000000)) end;
end;
$function$;

ALTER FUNCTION "private"."seconds_until"(timestamp with time zone) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.seen_length(plain text)
 RETURNS integer
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
begin
  return char_length(regexp_replace(
    private.on_one_line(plain), '[' || private.unseen_characters() || ']+', '', 'g'
  ));
end;
$function$;

ALTER FUNCTION "private"."seen_length"(text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.short_key(folded text, most integer)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
 SET search_path TO ''
AS $function$
begin
  return case when char_length(folded) > most then left(folded, most - 32) || md5(folded) else folded end;
end;
$function$;

ALTER FUNCTION "private"."short_key"(text, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.shows_something(plain text)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
begin
  return coalesce(plain collate "C" ~ (
    '[^'
    '\u0001-\u0020\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000' || private.unseen_characters() || ']'
  ), false);
end;
$function$;

ALTER FUNCTION "private"."shows_something"(text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.slugify(title text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
begin
  return private.cut_slug(btrim(regexp_replace(private.latin_letters(slugify.title), '[^a-z0-9]+', '-', 'g'), '-'), 80);
end;
$function$;

CREATE OR REPLACE FUNCTION private.small_letters(address text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
 SET search_path TO ''
AS $function$
begin
  -- Letter by letter, as Auth does.
  return lower(normalize(address, nfc) collate pg_catalog.pg_c_utf8);
end;
$function$;

ALTER FUNCTION "private"."small_letters"(text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.sorted_contents(asked private.list_request, filters jsonb, is_counted boolean, collation_name text DEFAULT NULL::text, OUT page private.content_page, OUT total bigint)
 RETURNS record
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET constraint_exclusion TO 'off'
AS $function$
declare
  conditions constant text := case
    when asked.is_deleted then 'contents.deleted_at is not null' else 'contents.deleted_at is null'
  end || private.asked_conditions(filters);
  place constant text := case
    when asked.after_id is null then 'first' when asked.after_value is null then 'after null' else 'after'
  end;
  form constant text := case when collation_name is null then 'merged' else 'titles' end;
  statement constant text := private.list_statement(asked.sort, asked.is_descending, place, conditions, form);
  sorted record;
begin
  -- Constant texts: the caller's values are in the parameter.
  execute replace(
    'select ' || replace(statement, '"und-x-icu"', quote_ident(coalesce(collation_name, 'und-x-icu'))) || ' as page'
    || case
      when is_counted
        then ', (select count(*) from public.contents where contents.brand_id = any (asked.brands) and ' || conditions || ')'
      else ', null::bigint'
    end || ' as total',
    'asked.', '($1).'
  )
  into sorted
  using asked;
  page := sorted.page;
  total := sorted.total;
end;
$function$;

ALTER FUNCTION "private"."sorted_contents"(private.list_request, jsonb, boolean, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.spaced_words(letters text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
begin
  if octet_length(letters) = char_length(letters) then
    return regexp_replace(letters, '[^0-9a-z]+', ' ', 'g');
  end if;
  return regexp_replace(letters, '[' || private.between_words() || ']+', ' ', 'g');
end;
$function$;

ALTER FUNCTION "private"."spaced_words"(text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.spaceless_letters()
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  -- In this order: Thai; Lao; Burmese and its extensions; Khmer; Tai Le, New Tai Lue and Tai Tham; Balinese and
  -- Javanese; kana, bopomofo and ideographs; Yi; Korean, which has spaces, but ends its words with particles.
  select '\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ecf\u0edc-\u0edf\u1000-\u103f\u1050-\u108f\u109a-\u109d'
    '\ua9e0-\ua9ef\ua9fa-\ua9fe\uaa60-\uaa7f\u1780-\u17d3\u17d7\u17dc\u17dd\u1950-\u1974\u1980-\u19c9\u1a20-\u1a7c'
    '\u1b05-\u1b4c\ua980-\ua9c0\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303c\u3041-\u3096\u309d-\u309f'
    '\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua48c'
    '\uac00-\ud7a3\uf900-\ufaff\U0001b000-\U0001b16f\U00020000-\U000323af';
$function$;

ALTER FUNCTION "private"."spaceless_letters"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.stamp_content()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  -- Functions get a copy: handed on as a whole, the new row would lose where its long values are stored, and they would be
  -- stored again.
  changed public.contents := new;
  uncounted public.contents := new;
begin
  if new.brand_id <> old.brand_id then
    perform private.refuse(403, 'nothing moves from one brand to another');
  end if;
  new.id := old.id;
  new.created_by := old.created_by;
  new.created_at := old.created_at;
  if (new.views, new.shares, new.score) is distinct from (old.views, old.shares, old.score) then
    -- The columns of private.unversioned_columns
    uncounted.views := old.views;
    uncounted.shares := old.shares;
    uncounted.score := old.score;
    if uncounted is not distinct from old then
      return new; -- not a change of the content: no version, no stamps
    end if;
  end if;
  if private.is_edited(old, changed) then
    if not private.is_editable(old.status) then
      perform private.require_editable(old);
    end if;
    -- An edit voids the approval (domain §3).
    if old.status = 'approved' and new.status = 'approved' then
      new.status := 'draft';
    end if;
  end if;
  if new.status <> old.status and not private.is_transition(old.status, new.status) then
    perform private.refuse(409, format('a content cannot go from %s to %s', old.status, new.status));
  end if;
  if new.status = 'published' and old.status <> 'published' then
    new.published_at := now();
    -- Of a publication that a worker completes: whoever asked for it.
    new.published_by := coalesce(auth.uid(), nullif(current_setting('mixerai.publisher', true), '')::uuid);
  end if;
  if new.status <> 'scheduled' then
    new.scheduled_for := null;
  elsif
    new.expires_at <= new.scheduled_for
    and (new.status, new.scheduled_for, new.expires_at) is distinct from (old.status, old.scheduled_for, old.expires_at)
  then
    -- Contents from before this rule can still be edited: private.tell_unscheduled tells of them when they are due.
    perform private.refuse_schedule(old, changed);
  end if;
  if new.slug <> old.slug then
    new.slug := private.claim_slug(new.brand_id, new.id, new.slug, true);
  end if;
  new.version := old.version + 1;
  if new.status <> old.status or private.described_change() ->> 'is_autosave' = 'true' then
    new.minor_version := old.minor_version + 1;
  else
    new.major_version := old.major_version + 1;
    new.minor_version := 0;
  end if;
  changed := new;
  new.score := private.changed_score(old, changed);
  new.updated_by := auth.uid();
  new.updated_at := now();
  return new;
end;
$function$;

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
    store_claim_check.checked_text, store_claim_check.claims_state, private.read_instant(result ->> 'valid_until', 'validUntil'), auth.uid(),
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

CREATE OR REPLACE FUNCTION private.task_conditions(filters jsonb, is_mine boolean)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  -- $1: the caller, $2: the brands, $3: the filters.
  select
    case when is_mine then 'task.assignee_id = $1 and task.brand_id = any ($2)' else 'task.brand_id = ($2)[1]' end
    || case when filters ? 'assignee_id' then ' and task.assignee_id = ($3 ->> ''assignee_id'')::uuid' else '' end
    || case when filters ? 'due_from' then ' and task.due_at >= private.read_instant($3 ->> ''due_from'', ''dueFrom'')' else '' end
    || case when filters ? 'due_to' then ' and task.due_at < private.read_instant($3 ->> ''due_to'', ''dueTo'')' else '' end;
$function$;

CREATE OR REPLACE FUNCTION private.task_heads(ids uuid[])
 RETURNS private.task_head[]
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  caller constant uuid := auth.uid();
begin
  return array(
    select
      (
        task.id, task.brand_id, task.content_id, task.instance_id, task.step_run_id, task.assignee_id,
        task.on_behalf_of, task.reassigned_to, task.status::text, task.decision, task.comment, task.round,
        task.created_at, task.due_at, task.decided_at, task.reminded_at, task.escalated_at, step_run.name,
        step_run.position, step_run.definition,
        task.status = 'pending' and step_run.status = 'active' and run.status = 'active' and run.parked_at is null
        and content.id is not null,
        run.workflow_id, run.workflow_name, run.started_at, brands.name, brands.slug, content.title,
        content.type, content.status::text, content.version, content.due_at, content.created_by,
        private.cut_text(
          case
            when private.shows_something(content.excerpt) then content.excerpt
            else private.text_of_html(private.beginning_of_html(content.body, 2000))
          end, 300
        ),
        coalesce(own.status = 'pending', false), own.decision is not null
      )::private.task_head
    from unnest(ids) with ordinality as wanted (id, place)
    inner join public.workflow_tasks as task on task.id = wanted.id
    inner join public.workflow_step_runs as step_run on step_run.id = task.step_run_id
    inner join public.workflow_instances as run on run.id = task.instance_id
    inner join public.brands on brands.id = task.brand_id
    left join public.contents as content on content.id = task.content_id and content.deleted_at is null
    left join public.workflow_tasks as own
      on own.step_run_id = task.step_run_id and own.round = task.round and own.assignee_id = caller
    order by wanted.place
  );
end;
$function$;

CREATE OR REPLACE FUNCTION private.tell_claim_reviewers()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  step constant public.claim_approval_steps := private.next_approval_step(new, new.approval_position - 1);
begin
  perform private.notify(
    array_agg(reviewer.user_id), reviewer.brand_id, 'tasks', 'claim_review', 'A claim waits for your decision',
    private.cut_text(format('%s: %s', step.name, new.text ->> 'original'), 2000),
    '/api/v1/claims/' || new.id || '/approval',
    'warning', jsonb_build_object('claimId', new.id, 'reviewerRole', step.reviewer_role), 'claim.read'
  )
  from private.reviewers_of(new.id, array[step.master_claim_brand_id], array[step.reviewer_role]) as reviewer
  where
    reviewer.user_id is distinct from auth.uid() and reviewer.user_id is distinct from new.created_by
    and not exists (
      select from public.claim_approvals as given
      where given.claim_id = new.id and given.is_current and given.actor_id = reviewer.user_id
    )
  group by reviewer.brand_id;
  return null;
end;
$function$;

CREATE OR REPLACE FUNCTION private.tell_unscheduled(content public.contents, reason text)
 RETURNS uuid
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
  present public.contents;
begin
  select * into present from private.content_by_id(content.id);
  return private.append_content_event(present, 'ContentUnscheduled', jsonb_build_object(
    'reason', tell_unscheduled.reason, 'scheduledFor', content.scheduled_for, 'expiresAt', content.expires_at,
    'scheduledBy', (
      select version.created_by from public.content_versions as version
      where
        version.content_id = content.id and version.brand_id = content.brand_id
        and version.snapshot ->> 'status' = 'scheduled' and version.action = 'status_changed'
        and private.is_active_member(version.created_by, content.brand_id)
      order by version.version desc
      limit 1
    )
  ));
end;
$function$;

ALTER FUNCTION "private"."tell_unscheduled"(public.contents, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.template_answer(template public.templates)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select private.template_document(
    template, private.brands_permitting('template.write'), private.brands_permitting('content.create')
  ) || jsonb_build_object('problems', private.problems_of_template(template));
$function$;

CREATE OR REPLACE FUNCTION private.template_problems(input_fields jsonb, output_fields jsonb, brand uuid)
 RETURNS TABLE(field text, message text)
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  with recursive fields as (
    select 'inputFields.' || (entry ->> 'id') as path, entry ->> 'id' as id, entry, array[
      'short_text', 'long_text', 'rich_text', 'number', 'date', 'datetime', 'select', 'multiselect', 'boolean',
      'tags', 'url', 'email', 'slug', 'file', 'image', 'product_selector', 'recipe_url'
    ] as known_types
    from jsonb_array_elements(input_fields) as entry
    union all
    select 'outputFields.' || (entry ->> 'id'), entry ->> 'id', entry, array['plain_text', 'rich_text', 'html', 'faq']
    from jsonb_array_elements(output_fields) as entry
  ),
  dependencies as (
    select fields.path, fields.id, fields.entry -> 'conditional' ->> 'field' as depends_on
    from fields
    where fields.entry ? 'conditional'
  ),
  indirect_dependencies as (
    select dependencies.id, dependencies.depends_on, 1 as length from dependencies
    union
    select longer.id, dependencies.depends_on, longer.length + 1
    from indirect_dependencies as longer
    inner join dependencies on dependencies.id = longer.depends_on
    where longer.length <= 50
  )
  select fields.path || '.type', 'there is no such type of field'
  from fields
  where fields.entry ->> 'type' <> all (fields.known_types)
  union all
  select dependencies.path || '.conditional', case
    when dependencies.depends_on = dependencies.id then 'a field cannot depend on itself'
    else format('there is no field %s', dependencies.depends_on)
  end
  from dependencies
  where
    dependencies.depends_on = dependencies.id
    or not exists (select from fields as other where other.id = dependencies.depends_on)
  union all
  select fields.path || '.conditional', 'fields depend on each other in a circle'
  from fields
  where exists (
    select from indirect_dependencies as circle
    where circle.id = fields.id and circle.depends_on = fields.id and circle.length > 1
  )
  union all
  select fields.path || '.validation.pattern', problem
  from fields
  cross join lateral private.pattern_problem(fields.entry -> 'validation' ->> 'pattern') as problem
  where problem is not null
  union all
  select fields.path || '.sourceField', format('there is no field %s', fields.entry ->> 'sourceField')
  from fields
  where
    fields.entry ? 'sourceField'
    and not exists (select from fields as other where other.id = fields.entry ->> 'sourceField')
  union all
  select fields.path || '.conditional.value', problem
  from fields
  inner join fields as other on other.id = fields.entry -> 'conditional' ->> 'field' and other.id <> fields.id
  cross join lateral private.comparison_problem(
    fields.entry -> 'conditional' ->> 'operator', fields.entry -> 'conditional' -> 'value', other.entry, brand
  ) as problem
  where problem is not null
  union all
  select fields.path || '.' || bound.part, bound.message
  from fields
  cross join lateral private.bound_problems(fields.entry) as bound
  union all
  select fields.path || '.defaultValue', problem ->> 'message'
  from fields
  cross join lateral private.value_problem(
    fields.entry - 'required', fields.entry -> 'defaultValue', brand, 'complete'
  ) as problem
  where problem is not null;
$function$;

ALTER FUNCTION "private"."template_problems"(jsonb, jsonb, uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.template_used(content public.contents)
 RETURNS public.templates
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  template public.templates;
  used record;
begin
  if content.template_id is null then
    return template;
  end if;
  -- Contents that are older than the versions of templates use the oldest version that is known.
  select
    templates as template, versions.version, versions.input_fields, versions.output_fields, versions.markup_version
  into used
  from public.templates
  left join lateral (
    select
      template_versions.version, template_versions.input_fields, template_versions.output_fields,
      template_versions.markup_version
    from public.template_versions
    where
      template_versions.template_id = templates.id and template_versions.version >= content.template_version
    order by template_versions.version
    limit 1
  ) as versions on true
  where
    templates.id = content.template_id and (templates.brand_id is null or templates.brand_id = content.brand_id);
  template := used.template;
  if used.version is not null then
    template.version := used.version;
    template.input_fields := used.input_fields;
    template.output_fields := used.output_fields;
    template.markup_version := used.markup_version;
  end if;
  template.input_fields := private.as_array(template.input_fields);
  template.output_fields := private.as_array(template.output_fields);
  return template;
end;
$function$;

CREATE OR REPLACE FUNCTION private.text_highlight(plain text, marks private.search_marks, language regconfig)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
declare
  marked constant text := private.marked(left(plain, 20000), marks, language);
  place integer := strpos(marked, E'\uE000');
  first constant text := private.cut_around(marked, greatest(place, 1));
  seen text [];
  rest text;
  piece text;
begin
  if place = 0 then
    return first;
  end if;
  -- A second part shows a word that the first one does not.
  seen := array(select lower(word[1]) from regexp_matches(first, E'\uE000([^\uE001]+)', 'g') as found (word));
  rest := substr(marked, place + 140);
  for piece in
    select found.word[1] from regexp_matches(rest, E'\uE000([^\uE001]+)\uE001', 'g') as found (word) limit 200
  loop
    if lower(piece) <> all (seen) then
      return first || ' … ' || private.cut_around(rest, strpos(rest, E'\uE000' || piece || E'\uE001'));
    end if;
  end loop;
  return first;
end;
$function$;

ALTER FUNCTION "private"."text_highlight"(text, private.search_marks, regconfig) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.text_of_html(markup text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
declare
  plain text collate "C" := translate(markup, chr(1), ' ');
  -- Elements that begin and end a line, also cells of tables, and those that show a picture or a control: the words on
  -- both sides are different ones.
  apart constant text := ' p br div h1 h2 h3 h4 h5 h6 li ul ol dl dt dd dir menu table caption tr td th thead tbody '
    'tfoot hr pre listing xmp plaintext blockquote center address article aside body head html details summary dialog '
    'fieldset legend figure figcaption header footer hgroup main nav search section title select option optgroup '
    'textarea form img picture svg canvas video audio iframe embed object input button ';
begin
  if strpos(plain, '<') > 0 then
    -- No editor writes these, and the sanitiser removes them: comments, scripts, `<` or `>` within a tag.
    if plain ~* (
      '<(?:[^a-z/]|/[^a-z]|[^<>]*(?:<|$)|[^<>]*=[ \t\n\f\r]*(?:"[^"<>]*>|''[^''<>]*>)'
      '|(?:script|style)[ \t\n\f\r/>])'
    ) then
      plain := private.bare_tags(plain);
    end if;
    -- What the sanitiser keeps in every brand. The mark of tags inside a line stays until the references are read:
    -- `&<b>amp;` is no ampersand.
    plain := regexp_replace(plain, '</?(?:p|br)>', ' ', 'g');
    plain := regexp_replace(plain, '</?(?:strong|em|u|a)(?:[ \t\n\f\r/][^>]*)?>', chr(1), 'g');
  end if;
  if strpos(plain, '<') > 0 then
    -- Cut and put together, which takes a tenth of the time of a regular expression for so many names.
    plain := (
      select string_agg(
        case
          when part.place = 1 then part.written
          when lower(left(ltrim(left(part.written, 2), '/'), 1)) not between 'a' and 'z' then '<' || part.written
          else case when strpos(apart, ' ' || tag.name || ' ') > 0 then ' ' else chr(1) end
            || substr(part.written, strpos(part.written, '>') + 1)
        end, '' order by part.place
      )
      from unnest(string_to_array(plain, '<')) with ordinality as part (written, place)
      cross join lateral (
        select lower(split_part(translate(
          ltrim(left(part.written, 14), '/'), E' \t\n\f\r/', '>>>>>>'
        ), '>', 1)) as name
      ) as tag
    );
  end if;
  if strpos(plain, '&') > 0 then
    plain := private.without_references(plain);
  end if;
  return private.on_one_line(replace(plain, chr(1), ''));
end;
$function$;

ALTER FUNCTION "private"."text_of_html"(text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.text_of_value(value text, kind text DEFAULT NULL::text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
begin
  return case
    when kind in ('rich_text', 'html') then private.text_of_html(value)
    -- Without a template nobody knows: HTML has an element of its own, or a reference that the sanitiser writes.
    when
      (kind is null or kind = 'faq') and value collate "C" ~* (
        '</?(?:p|br|strong|em|u|a|b|i|s|ul|ol|li|h[1-6]|table|thead|tbody|tr|td|th|blockquote|pre|code|img|div|span)'
        '(?:[ \t\n\f\r/][^<>]*)?>|&(?:amp|lt|gt|quot|nbsp);|&#[0-9]{1,7};|&#x[0-9a-f]{1,6};'
      ) then private.text_of_html(value)
    else value
  end;
end;
$function$;

ALTER FUNCTION "private"."text_of_value"(text, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.text_problem(field jsonb, value jsonb, level text)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  kind text := coalesce(field ->> 'type', 'plain_text');
  written text := value #>> '{}';
  plain text := case when kind in ('rich_text', 'html') then private.text_of_html(written) else written end;
  bounds constant integer [] := private.length_bounds(field);
  least_length constant integer := bounds[1];
  length_bound constant integer := bounds[2];
begin
  if jsonb_typeof(value) <> 'string' then
    return private.problem('INVALID_FORMAT', 'must be a text');
  elsif level = 'shape' then
    return null;
  elsif char_length(plain) > length_bound then
    return private.problem('VALUE_TOO_LONG', format('%s characters at most', length_bound));
  elsif private.word_count(plain) > (field ->> 'maxWords')::integer then
    return private.problem('VALUE_TOO_LONG', format('%s words at most', field ->> 'maxWords'));
  -- Templates from before this rule may have a pattern that is slow: it is not run.
  elsif
    (field -> 'validation' ->> 'pattern') is not null
    and private.pattern_form_problem(field -> 'validation' ->> 'pattern') is null
    and (char_length(written) > 1000 or written !~ ('^(?:' || (field -> 'validation' ->> 'pattern') || ')$'))
  then
    return private.problem('INVALID_FORMAT', 'does not have the form that the template asks for');
  elsif level = 'complete' and private.seen_length(plain) < least_length then
    return private.problem('INVALID_FORMAT', format('%s characters at least', least_length));
  elsif level = 'complete' and private.word_count(plain) < (field ->> 'minWords')::integer then
    return private.problem('INVALID_FORMAT', format('%s words at least', field ->> 'minWords'));
  end if;
  return null;
end;
$function$;

CREATE OR REPLACE FUNCTION private.text_words(written text, language regconfig DEFAULT 'simple'::regconfig)
 RETURNS tsvector
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
declare
  -- A vector has room for 1 MB, and a text may take it four times: words and their parts, as written and as stems. A few
  -- characters become eighteen without their joined form. What is beyond these bounds is not found.
  bounded constant text := private.within_bytes(coalesce(written, ''), 100000);
  letters constant text := private.within_bytes(private.search_letters(bounded), 100000);
  parts constant text := private.word_parts(bounded);
  spaced constant text := private.spaced_words(letters)
    || case when parts = '' then '' else ' ' || private.spaced_words(private.search_letters(parts)) end;
  words tsvector := to_tsvector('pg_catalog.simple', spaced);
begin
  -- Words stand both as written and as stems, so that an exact word is found whatever the language. Joined as text, so
  -- that both have the same place: the last word would else stand before the first stem.
  if language <> 'pg_catalog.simple'::regconfig then
    words := (words::text || ' ' || to_tsvector(language, spaced)::text)::tsvector;
  end if;
  words := private.unspaced_words(letters) || words;
  -- A vector knows 16,383 places, and 256 of each word. In texts with more, words that follow each other are searched
  -- for as words that stand anywhere.
  if char_length(letters) > 12000 and exists (
    select from unnest(words) as word where cardinality(word.positions) >= 255 or 16383 = any (word.positions)
  ) then
    words := words || '''long:'':1'::tsvector;
  end if;
  return words;
end;
$function$;

ALTER FUNCTION "private"."text_words"(text, regconfig) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.title_collation(brands uuid[])
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  tag text;
begin
  if cardinality(brands) <> 1 then
    return null;
  end if;
  tag := (select brands.language from public.brands where brands.id = title_collation.brands[1]);
  -- These sort as the root does (tests/content/test_title_order.py).
  if
    tag is null
    or tag in ('ca', 'de', 'en', 'eu', 'fr', 'ga', 'gd', 'id', 'it', 'lb', 'ms', 'nl', 'pt', 'rm', 'sw', 'zu')
  then
    return null;
  end if;
  return (
    select known.collname from pg_catalog.pg_collation as known
    where
      known.collname = tag || '-x-icu' and known.collprovider = 'i'
      and known.collnamespace = 'pg_catalog'::pg_catalog.regnamespace
  );
end;
$function$;

ALTER FUNCTION "private"."title_collation"(uuid[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.title_for(title text, body text)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  said constant text := btrim(title);
  beginning text;
begin
  if private.shows_something(said) then
    return said;
  end if;
  -- More than is needed: white space and tags may take most of it.
  beginning := private.text_of_html(private.beginning_of_html(body, 2000));
  if not private.shows_something(beginning) then
    beginning := private.text_of_html(body);
  end if;
  -- Titles are plain text without `<` and `>`.
  beginning := btrim(private.cut_text(regexp_replace(beginning, ' ?[<>]+ ?', ' ', 'g'), 80));
  return case
    when private.shows_something(beginning) then beginning
    else 'Untitled ' || to_char(now() at time zone 'UTC', 'YYYY-MM-DD')
  end;
end;
$function$;

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
          (search.brand_id::text || ':' || private.search_letters(search.title))
          ~>=~ (permitted.id::text || ':' || prefix)
          and (search.brand_id::text || ':' || private.search_letters(search.title))
          ~<~ (permitted.id::text || ':' || prefix || last_character)
        order by (search.brand_id::text || ':' || private.search_letters(search.title)) using ~<~
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
        and starts_with(private.search_letters(search.title), prefix)
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
        and private.search_letters(search.title) like pattern
      limit 1
    ) as match
    limit wished
  );
  -- The index knows three characters together, and no less; it knows no signs.
  if cardinality(found) < wished and char_length(typed) >= 3 and left(typed, 8) ~ '[[:alnum:]]{2}' then
    found := found || array(
      select search.content_id
      from (
        select held.content_id, held.title, held.updated_at from private.content_search as held
        where
          held.brand_id = any (brands) and private.search_letters(held.title) like beginning
          and private.search_letters(held.title) like pattern
          and held.content_id <> all (found)
        limit enough
      ) as search
      order by
        extensions.word_similarity(typed, private.search_letters(search.title)) desc, search.updated_at desc,
        search.content_id
      limit wished - cardinality(found)
    );
  end if;
  if cardinality(found) < wished and char_length(typed) >= 4 then
    -- Typing errors. To compare all titles would take half a second in a large brand.
    found := found || array(
      select search.content_id
      from (
        select
          held.content_id, held.updated_at,
          extensions.word_similarity(typed, private.search_letters(held.title)) as similarity
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

CREATE OR REPLACE FUNCTION private.typed_kind(content public.contents, path text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
begin
  return case when path = any (content.plain_texts) then 'plain_text' end;
end;
$function$;

ALTER FUNCTION "private"."typed_kind"(public.contents, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.unseen_characters()
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  -- Default_Ignorable_Code_Point, format characters (but those that enclose numbers), marks that belong to no script,
  -- which show nothing alone, and the blank characters of some scripts.
  select
    '\u00ad\u0300-\u036f\u0485\u0486\u061c\u064b-\u0655\u0670\u0951-\u0954\u115f\u1160\u17b4\u17b5'
    '\u180b-\u180f\u1ab0-\u1af0\u1cd0-\u1cd2\u1cd4-\u1ce0\u1ce2-\u1ce8\u1ced\u1cf4\u1cf8\u1cf9\u1dc0-\u1dff'
    '\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20d0-\u20f0\u2800\u302a-\u302d\u3099\u309a\u3164\ufe00-\ufe0f'
    '\ufe20-\ufe2d\ufeff\uffa0\ufff0-\ufffb\U000101fd\U000102e0\U0001133b\U00013430-\U0001343f'
    '\U00013441\U00013442\U0001bca0-\U0001bca3\U0001cf00-\U0001cf2d\U0001cf30-\U0001cf46\U0001d127\U0001d128'
    '\U0001d159\U0001d167-\U0001d169\U0001d173-\U0001d182\U0001d185-\U0001d18b\U0001d1aa-\U0001d1ad'
    '\U0001d25b\U0001d25c\U000e0000-\U000e0fff';
$function$;

ALTER FUNCTION "private"."unseen_characters"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.unspaced_pattern()
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  select '(?:[' || private.spaceless_letters() || ']+|' || private.search_symbols() || ')';
$function$;

ALTER FUNCTION "private"."unspaced_pattern"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.unspaced_terms(letters text)
 RETURNS tsquery
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
declare
  others constant text := '[^' || private.spaceless_letters() || ']+';
  run text;
  pairs text [];
  terms tsquery := '';
begin
  foreach run in array string_to_array(btrim(regexp_replace(letters, others, ' ', 'g')), ' ') loop
    pairs := array(
      select quote_literal(substr(run, place, 2)) from generate_series(1, char_length(run) - 1) as place order by place
    );
    terms := terms && case cardinality(pairs)
      when 0 then quote_literal(run)
      when 1 then pairs[1]
      else '(' || array_to_string(pairs, ' <-> ') || ') | (''long:'' & ' || array_to_string(pairs, ' & ') || ')'
    end::tsquery;
  end loop;
  return terms && coalesce((
    select string_agg(distinct quote_literal(symbol[1]), ' & ')
    from regexp_matches(letters, private.search_symbols(), 'g') as found (symbol)
  ), '')::tsquery;
end;
$function$;

ALTER FUNCTION "private"."unspaced_terms"(text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.unspaced_words(letters text)
 RETURNS tsvector
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
declare
  words tsvector := '';
  others constant text := '[^' || private.spaceless_letters() || ']+';
  runs text [];
begin
  if octet_length(letters) = char_length(letters) then
    return words;
  end if;
  -- Each letter alone, and with the one that follows it in the run at its place. Between two runs a place stays free.
  runs := string_to_array(btrim(regexp_replace(letters, others, ' ', 'g')), null);
  words := coalesce((
    select string_agg(
      pair.letter || ':1'
      || case when pair.next <> ' ' then ' ' || pair.letter || pair.next || ':' || least(pair.place, 16383) else '' end,
      ' '
    )
    from unnest(runs, runs[2:]) with ordinality as pair (letter, next, place)
    where pair.letter <> ' '
  ), '')::tsvector;
  return words || coalesce((
    select string_agg(distinct quote_literal(symbol[1]) || ':1', ' ')
    from regexp_matches(letters, private.search_symbols(), 'g') as found (symbol)
  ), '')::tsvector;
end;
$function$;

ALTER FUNCTION "private"."unspaced_words"(text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.value_problem(field jsonb, value jsonb, brand uuid, level text)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return case
    when level = 'complete' and field -> 'required' = 'true' and private.is_blank(value, field ->> 'type')
      then private.problem('REQUIRED_FIELD_MISSING', (field ->> 'name') || ' is required')
    -- No value, which has no type either.
    when value is null or value in ('null', '[]', '{}') then null
    when jsonb_typeof(value) = 'string' and private.is_blank(value, field ->> 'type') then null
    when field ->> 'type' = 'number' then private.number_problem(field, value, level)
    when field ->> 'type' in ('date', 'datetime') then private.date_problem(field, value, level)
    when field ->> 'type' in ('select', 'multiselect', 'tags') then private.choice_problem(field, value, level)
    when field ->> 'type' in ('url', 'recipe_url', 'email', 'slug') then private.format_problem(field, value, level)
    when field ->> 'type' in ('file', 'image') then private.file_problem(field, value, brand, level)
    when field ->> 'type' = 'product_selector' then private.product_problem(field, value, brand, level)
    when field ->> 'type' = 'faq' then private.faq_problem(field, value)
    when field ->> 'type' = 'boolean' then
      case when jsonb_typeof(value) <> 'boolean' then private.problem('INVALID_FORMAT', 'must be true or false') end
    else private.text_problem(field, value, level)
  end;
end;
$function$;

CREATE OR REPLACE FUNCTION private.walked_by_title(asked private.list_request)
 RETURNS private.content_page
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  place constant text := case
    when asked.after_id is null then 'first' when asked.after_value is null then 'after null' else 'after'
  end;
begin
  if asked.is_descending = 't' and place = 'first' and asked.kind = 'few' and cardinality(asked.statuses) = 1 and cardinality(asked.brands) = 1 then
    return (select row(coalesce(json_agg(contents), '[]'), coalesce(array_agg(contents.id), '{}'), array_agg(contents.brand_id), array_agg(contents.type), array_agg(contents.status::text), array_agg(contents.created_by), array_agg(contents.expires_at), array_agg(contents.deleted_at), array_agg(contents.template_id), array_agg(contents.updated_by) || array_agg(contents.published_by) || string_to_array(string_agg(nullif(array_to_string(contents.assignees, ','), ''), ','), ',')::uuid [])::private.content_page from (select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from (select * from public.contents where contents.brand_id = asked.brands[1] and contents.deleted_at is null and contents.status = asked.statuses[1] offset 0) as contents where (true) order by title collate "und-x-icu" desc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.is_descending = 't' and place = 'after' and asked.kind = 'few' and cardinality(asked.statuses) = 1 and cardinality(asked.brands) = 1 then
    return (select row(coalesce(json_agg(contents), '[]'), coalesce(array_agg(contents.id), '{}'), array_agg(contents.brand_id), array_agg(contents.type), array_agg(contents.status::text), array_agg(contents.created_by), array_agg(contents.expires_at), array_agg(contents.deleted_at), array_agg(contents.template_id), array_agg(contents.updated_by) || array_agg(contents.published_by) || string_to_array(string_agg(nullif(array_to_string(contents.assignees, ','), ''), ','), ',')::uuid [])::private.content_page from (select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from (select * from public.contents where contents.brand_id = asked.brands[1] and contents.deleted_at is null and contents.status = asked.statuses[1] offset 0) as contents where (true and contents.title collate "und-x-icu" <= asked.after_value::text and (contents.title collate "und-x-icu" < asked.after_value::text or contents.id > asked.after_id)) order by title collate "und-x-icu" desc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.is_descending = 'f' and place = 'first' and asked.kind = 'few' and cardinality(asked.statuses) = 1 and cardinality(asked.brands) = 1 then
    return (select row(coalesce(json_agg(contents), '[]'), coalesce(array_agg(contents.id), '{}'), array_agg(contents.brand_id), array_agg(contents.type), array_agg(contents.status::text), array_agg(contents.created_by), array_agg(contents.expires_at), array_agg(contents.deleted_at), array_agg(contents.template_id), array_agg(contents.updated_by) || array_agg(contents.published_by) || string_to_array(string_agg(nullif(array_to_string(contents.assignees, ','), ''), ','), ',')::uuid [])::private.content_page from (select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from (select * from public.contents where contents.brand_id = asked.brands[1] and contents.deleted_at is null and contents.status = asked.statuses[1] offset 0) as contents where (true) order by title collate "und-x-icu" asc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.is_descending = 'f' and place = 'after' and asked.kind = 'few' and cardinality(asked.statuses) = 1 and cardinality(asked.brands) = 1 then
    return (select row(coalesce(json_agg(contents), '[]'), coalesce(array_agg(contents.id), '{}'), array_agg(contents.brand_id), array_agg(contents.type), array_agg(contents.status::text), array_agg(contents.created_by), array_agg(contents.expires_at), array_agg(contents.deleted_at), array_agg(contents.template_id), array_agg(contents.updated_by) || array_agg(contents.published_by) || string_to_array(string_agg(nullif(array_to_string(contents.assignees, ','), ''), ','), ',')::uuid [])::private.content_page from (select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from (select * from public.contents where contents.brand_id = asked.brands[1] and contents.deleted_at is null and contents.status = asked.statuses[1] offset 0) as contents where (true and contents.title collate "und-x-icu" >= asked.after_value::text and (contents.title collate "und-x-icu" > asked.after_value::text or contents.id > asked.after_id)) order by title collate "und-x-icu" asc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.is_descending = 't' and place = 'first' and asked.kind = 'few' then
    return (select row(coalesce(json_agg(contents), '[]'), coalesce(array_agg(contents.id), '{}'), array_agg(contents.brand_id), array_agg(contents.type), array_agg(contents.status::text), array_agg(contents.created_by), array_agg(contents.expires_at), array_agg(contents.deleted_at), array_agg(contents.template_id), array_agg(contents.updated_by) || array_agg(contents.published_by) || string_to_array(string_agg(nullif(array_to_string(contents.assignees, ','), ''), ','), ',')::uuid [])::private.content_page from (select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from (select * from public.contents where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.status = any (asked.statuses) offset 0) as contents where (true) order by title collate "und-x-icu" desc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.is_descending = 't' and place = 'after' and asked.kind = 'few' then
    return (select row(coalesce(json_agg(contents), '[]'), coalesce(array_agg(contents.id), '{}'), array_agg(contents.brand_id), array_agg(contents.type), array_agg(contents.status::text), array_agg(contents.created_by), array_agg(contents.expires_at), array_agg(contents.deleted_at), array_agg(contents.template_id), array_agg(contents.updated_by) || array_agg(contents.published_by) || string_to_array(string_agg(nullif(array_to_string(contents.assignees, ','), ''), ','), ',')::uuid [])::private.content_page from (select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from (select * from public.contents where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.status = any (asked.statuses) offset 0) as contents where (true and contents.title collate "und-x-icu" <= asked.after_value::text and (contents.title collate "und-x-icu" < asked.after_value::text or contents.id > asked.after_id)) order by title collate "und-x-icu" desc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.is_descending = 'f' and place = 'first' and asked.kind = 'few' then
    return (select row(coalesce(json_agg(contents), '[]'), coalesce(array_agg(contents.id), '{}'), array_agg(contents.brand_id), array_agg(contents.type), array_agg(contents.status::text), array_agg(contents.created_by), array_agg(contents.expires_at), array_agg(contents.deleted_at), array_agg(contents.template_id), array_agg(contents.updated_by) || array_agg(contents.published_by) || string_to_array(string_agg(nullif(array_to_string(contents.assignees, ','), ''), ','), ',')::uuid [])::private.content_page from (select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from (select * from public.contents where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.status = any (asked.statuses) offset 0) as contents where (true) order by title collate "und-x-icu" asc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.is_descending = 'f' and place = 'after' and asked.kind = 'few' then
    return (select row(coalesce(json_agg(contents), '[]'), coalesce(array_agg(contents.id), '{}'), array_agg(contents.brand_id), array_agg(contents.type), array_agg(contents.status::text), array_agg(contents.created_by), array_agg(contents.expires_at), array_agg(contents.deleted_at), array_agg(contents.template_id), array_agg(contents.updated_by) || array_agg(contents.published_by) || string_to_array(string_agg(nullif(array_to_string(contents.assignees, ','), ''), ','), ',')::uuid [])::private.content_page from (select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from (select * from public.contents where contents.brand_id = any (asked.brands) and contents.deleted_at is null and contents.status = any (asked.statuses) offset 0) as contents where (true and contents.title collate "und-x-icu" >= asked.after_value::text and (contents.title collate "und-x-icu" > asked.after_value::text or contents.id > asked.after_id)) order by title collate "und-x-icu" asc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.is_descending = 't' and place = 'first' and asked.kind = 'none' and cardinality(asked.brands) = 1 then
    return (select row(coalesce(json_agg(contents), '[]'), coalesce(array_agg(contents.id), '{}'), array_agg(contents.brand_id), array_agg(contents.type), array_agg(contents.status::text), array_agg(contents.created_by), array_agg(contents.expires_at), array_agg(contents.deleted_at), array_agg(contents.template_id), array_agg(contents.updated_by) || array_agg(contents.published_by) || string_to_array(string_agg(nullif(array_to_string(contents.assignees, ','), ''), ','), ',')::uuid [])::private.content_page from (select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = asked.brands[1] and contents.deleted_at is null order by title collate "und-x-icu" desc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.is_descending = 't' and place = 'first' and asked.kind = 'none' then
    return (select row(coalesce(json_agg(contents), '[]'), coalesce(array_agg(contents.id), '{}'), array_agg(contents.brand_id), array_agg(contents.type), array_agg(contents.status::text), array_agg(contents.created_by), array_agg(contents.expires_at), array_agg(contents.deleted_at), array_agg(contents.template_id), array_agg(contents.updated_by) || array_agg(contents.published_by) || string_to_array(string_agg(nullif(array_to_string(contents.assignees, ','), ''), ','), ',')::uuid [])::private.content_page from (select item.* from unnest(asked.brands) as brand (permitted) cross join lateral ((select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = brand.permitted and contents.deleted_at is null order by title collate "und-x-icu" desc, id limit asked.depth)) as item order by title collate "und-x-icu" desc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.is_descending = 't' and place = 'after' and asked.kind = 'none' and cardinality(asked.brands) = 1 then
    return (select row(coalesce(json_agg(contents), '[]'), coalesce(array_agg(contents.id), '{}'), array_agg(contents.brand_id), array_agg(contents.type), array_agg(contents.status::text), array_agg(contents.created_by), array_agg(contents.expires_at), array_agg(contents.deleted_at), array_agg(contents.template_id), array_agg(contents.updated_by) || array_agg(contents.published_by) || string_to_array(string_agg(nullif(array_to_string(contents.assignees, ','), ''), ','), ',')::uuid [])::private.content_page from (select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = asked.brands[1] and contents.deleted_at is null and contents.title collate "und-x-icu" <= asked.after_value::text and (contents.title collate "und-x-icu" < asked.after_value::text or contents.id > asked.after_id) order by title collate "und-x-icu" desc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.is_descending = 't' and place = 'after' and asked.kind = 'none' then
    return (select row(coalesce(json_agg(contents), '[]'), coalesce(array_agg(contents.id), '{}'), array_agg(contents.brand_id), array_agg(contents.type), array_agg(contents.status::text), array_agg(contents.created_by), array_agg(contents.expires_at), array_agg(contents.deleted_at), array_agg(contents.template_id), array_agg(contents.updated_by) || array_agg(contents.published_by) || string_to_array(string_agg(nullif(array_to_string(contents.assignees, ','), ''), ','), ',')::uuid [])::private.content_page from (select item.* from unnest(asked.brands) as brand (permitted) cross join lateral ((select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = brand.permitted and contents.deleted_at is null and contents.title collate "und-x-icu" <= asked.after_value::text and (contents.title collate "und-x-icu" < asked.after_value::text or contents.id > asked.after_id) order by title collate "und-x-icu" desc, id limit asked.depth)) as item order by title collate "und-x-icu" desc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.is_descending = 'f' and place = 'first' and asked.kind = 'none' and cardinality(asked.brands) = 1 then
    return (select row(coalesce(json_agg(contents), '[]'), coalesce(array_agg(contents.id), '{}'), array_agg(contents.brand_id), array_agg(contents.type), array_agg(contents.status::text), array_agg(contents.created_by), array_agg(contents.expires_at), array_agg(contents.deleted_at), array_agg(contents.template_id), array_agg(contents.updated_by) || array_agg(contents.published_by) || string_to_array(string_agg(nullif(array_to_string(contents.assignees, ','), ''), ','), ',')::uuid [])::private.content_page from (select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = asked.brands[1] and contents.deleted_at is null order by title collate "und-x-icu" asc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.is_descending = 'f' and place = 'first' and asked.kind = 'none' then
    return (select row(coalesce(json_agg(contents), '[]'), coalesce(array_agg(contents.id), '{}'), array_agg(contents.brand_id), array_agg(contents.type), array_agg(contents.status::text), array_agg(contents.created_by), array_agg(contents.expires_at), array_agg(contents.deleted_at), array_agg(contents.template_id), array_agg(contents.updated_by) || array_agg(contents.published_by) || string_to_array(string_agg(nullif(array_to_string(contents.assignees, ','), ''), ','), ',')::uuid [])::private.content_page from (select item.* from unnest(asked.brands) as brand (permitted) cross join lateral ((select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = brand.permitted and contents.deleted_at is null order by title collate "und-x-icu" asc, id limit asked.depth)) as item order by title collate "und-x-icu" asc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.is_descending = 'f' and place = 'after' and asked.kind = 'none' and cardinality(asked.brands) = 1 then
    return (select row(coalesce(json_agg(contents), '[]'), coalesce(array_agg(contents.id), '{}'), array_agg(contents.brand_id), array_agg(contents.type), array_agg(contents.status::text), array_agg(contents.created_by), array_agg(contents.expires_at), array_agg(contents.deleted_at), array_agg(contents.template_id), array_agg(contents.updated_by) || array_agg(contents.published_by) || string_to_array(string_agg(nullif(array_to_string(contents.assignees, ','), ''), ','), ',')::uuid [])::private.content_page from (select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = asked.brands[1] and contents.deleted_at is null and contents.title collate "und-x-icu" >= asked.after_value::text and (contents.title collate "und-x-icu" > asked.after_value::text or contents.id > asked.after_id) order by title collate "und-x-icu" asc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.is_descending = 'f' and place = 'after' and asked.kind = 'none' then
    return (select row(coalesce(json_agg(contents), '[]'), coalesce(array_agg(contents.id), '{}'), array_agg(contents.brand_id), array_agg(contents.type), array_agg(contents.status::text), array_agg(contents.created_by), array_agg(contents.expires_at), array_agg(contents.deleted_at), array_agg(contents.template_id), array_agg(contents.updated_by) || array_agg(contents.published_by) || string_to_array(string_agg(nullif(array_to_string(contents.assignees, ','), ''), ','), ',')::uuid [])::private.content_page from (select item.* from unnest(asked.brands) as brand (permitted) cross join lateral ((select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = brand.permitted and contents.deleted_at is null and contents.title collate "und-x-icu" >= asked.after_value::text and (contents.title collate "und-x-icu" > asked.after_value::text or contents.id > asked.after_id) order by title collate "und-x-icu" asc, id limit asked.depth)) as item order by title collate "und-x-icu" asc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.is_descending = 't' and place = 'first' and asked.kind in ('status', 'usual') and cardinality(asked.brands) = 1 then
    return (select row(coalesce(json_agg(contents), '[]'), coalesce(array_agg(contents.id), '{}'), array_agg(contents.brand_id), array_agg(contents.type), array_agg(contents.status::text), array_agg(contents.created_by), array_agg(contents.expires_at), array_agg(contents.deleted_at), array_agg(contents.template_id), array_agg(contents.updated_by) || array_agg(contents.published_by) || string_to_array(string_agg(nullif(array_to_string(contents.assignees, ','), ''), ','), ',')::uuid [])::private.content_page from (select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = asked.brands[1] and contents.deleted_at is null and (asked.tags is null or contents.tags @> asked.tags) and (asked.categories is null or contents.categories @> asked.categories) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.types is null or contents.type = any (asked.types)) order by title collate "und-x-icu" desc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.is_descending = 't' and place = 'first' and asked.kind in ('status', 'usual') then
    return (select row(coalesce(json_agg(contents), '[]'), coalesce(array_agg(contents.id), '{}'), array_agg(contents.brand_id), array_agg(contents.type), array_agg(contents.status::text), array_agg(contents.created_by), array_agg(contents.expires_at), array_agg(contents.deleted_at), array_agg(contents.template_id), array_agg(contents.updated_by) || array_agg(contents.published_by) || string_to_array(string_agg(nullif(array_to_string(contents.assignees, ','), ''), ','), ',')::uuid [])::private.content_page from (select item.* from unnest(asked.brands) as brand (permitted) cross join lateral ((select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = brand.permitted and contents.deleted_at is null and (asked.tags is null or contents.tags @> asked.tags) and (asked.categories is null or contents.categories @> asked.categories) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.types is null or contents.type = any (asked.types)) order by title collate "und-x-icu" desc, id limit asked.depth)) as item order by title collate "und-x-icu" desc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.is_descending = 't' and place = 'after' and asked.kind in ('status', 'usual') and cardinality(asked.brands) = 1 then
    return (select row(coalesce(json_agg(contents), '[]'), coalesce(array_agg(contents.id), '{}'), array_agg(contents.brand_id), array_agg(contents.type), array_agg(contents.status::text), array_agg(contents.created_by), array_agg(contents.expires_at), array_agg(contents.deleted_at), array_agg(contents.template_id), array_agg(contents.updated_by) || array_agg(contents.published_by) || string_to_array(string_agg(nullif(array_to_string(contents.assignees, ','), ''), ','), ',')::uuid [])::private.content_page from (select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = asked.brands[1] and contents.deleted_at is null and (asked.tags is null or contents.tags @> asked.tags) and (asked.categories is null or contents.categories @> asked.categories) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.types is null or contents.type = any (asked.types)) and contents.title collate "und-x-icu" <= asked.after_value::text and (contents.title collate "und-x-icu" < asked.after_value::text or contents.id > asked.after_id) order by title collate "und-x-icu" desc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.is_descending = 't' and place = 'after' and asked.kind in ('status', 'usual') then
    return (select row(coalesce(json_agg(contents), '[]'), coalesce(array_agg(contents.id), '{}'), array_agg(contents.brand_id), array_agg(contents.type), array_agg(contents.status::text), array_agg(contents.created_by), array_agg(contents.expires_at), array_agg(contents.deleted_at), array_agg(contents.template_id), array_agg(contents.updated_by) || array_agg(contents.published_by) || string_to_array(string_agg(nullif(array_to_string(contents.assignees, ','), ''), ','), ',')::uuid [])::private.content_page from (select item.* from unnest(asked.brands) as brand (permitted) cross join lateral ((select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = brand.permitted and contents.deleted_at is null and (asked.tags is null or contents.tags @> asked.tags) and (asked.categories is null or contents.categories @> asked.categories) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.types is null or contents.type = any (asked.types)) and contents.title collate "und-x-icu" <= asked.after_value::text and (contents.title collate "und-x-icu" < asked.after_value::text or contents.id > asked.after_id) order by title collate "und-x-icu" desc, id limit asked.depth)) as item order by title collate "und-x-icu" desc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.is_descending = 'f' and place = 'first' and asked.kind in ('status', 'usual') and cardinality(asked.brands) = 1 then
    return (select row(coalesce(json_agg(contents), '[]'), coalesce(array_agg(contents.id), '{}'), array_agg(contents.brand_id), array_agg(contents.type), array_agg(contents.status::text), array_agg(contents.created_by), array_agg(contents.expires_at), array_agg(contents.deleted_at), array_agg(contents.template_id), array_agg(contents.updated_by) || array_agg(contents.published_by) || string_to_array(string_agg(nullif(array_to_string(contents.assignees, ','), ''), ','), ',')::uuid [])::private.content_page from (select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = asked.brands[1] and contents.deleted_at is null and (asked.tags is null or contents.tags @> asked.tags) and (asked.categories is null or contents.categories @> asked.categories) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.types is null or contents.type = any (asked.types)) order by title collate "und-x-icu" asc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.is_descending = 'f' and place = 'first' and asked.kind in ('status', 'usual') then
    return (select row(coalesce(json_agg(contents), '[]'), coalesce(array_agg(contents.id), '{}'), array_agg(contents.brand_id), array_agg(contents.type), array_agg(contents.status::text), array_agg(contents.created_by), array_agg(contents.expires_at), array_agg(contents.deleted_at), array_agg(contents.template_id), array_agg(contents.updated_by) || array_agg(contents.published_by) || string_to_array(string_agg(nullif(array_to_string(contents.assignees, ','), ''), ','), ',')::uuid [])::private.content_page from (select item.* from unnest(asked.brands) as brand (permitted) cross join lateral ((select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = brand.permitted and contents.deleted_at is null and (asked.tags is null or contents.tags @> asked.tags) and (asked.categories is null or contents.categories @> asked.categories) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.types is null or contents.type = any (asked.types)) order by title collate "und-x-icu" asc, id limit asked.depth)) as item order by title collate "und-x-icu" asc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.is_descending = 'f' and place = 'after' and asked.kind in ('status', 'usual') and cardinality(asked.brands) = 1 then
    return (select row(coalesce(json_agg(contents), '[]'), coalesce(array_agg(contents.id), '{}'), array_agg(contents.brand_id), array_agg(contents.type), array_agg(contents.status::text), array_agg(contents.created_by), array_agg(contents.expires_at), array_agg(contents.deleted_at), array_agg(contents.template_id), array_agg(contents.updated_by) || array_agg(contents.published_by) || string_to_array(string_agg(nullif(array_to_string(contents.assignees, ','), ''), ','), ',')::uuid [])::private.content_page from (select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = asked.brands[1] and contents.deleted_at is null and (asked.tags is null or contents.tags @> asked.tags) and (asked.categories is null or contents.categories @> asked.categories) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.types is null or contents.type = any (asked.types)) and contents.title collate "und-x-icu" >= asked.after_value::text and (contents.title collate "und-x-icu" > asked.after_value::text or contents.id > asked.after_id) order by title collate "und-x-icu" asc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.is_descending = 'f' and place = 'after' and asked.kind in ('status', 'usual') then
    return (select row(coalesce(json_agg(contents), '[]'), coalesce(array_agg(contents.id), '{}'), array_agg(contents.brand_id), array_agg(contents.type), array_agg(contents.status::text), array_agg(contents.created_by), array_agg(contents.expires_at), array_agg(contents.deleted_at), array_agg(contents.template_id), array_agg(contents.updated_by) || array_agg(contents.published_by) || string_to_array(string_agg(nullif(array_to_string(contents.assignees, ','), ''), ','), ',')::uuid [])::private.content_page from (select item.* from unnest(asked.brands) as brand (permitted) cross join lateral ((select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = brand.permitted and contents.deleted_at is null and (asked.tags is null or contents.tags @> asked.tags) and (asked.categories is null or contents.categories @> asked.categories) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.types is null or contents.type = any (asked.types)) and contents.title collate "und-x-icu" >= asked.after_value::text and (contents.title collate "und-x-icu" > asked.after_value::text or contents.id > asked.after_id) order by title collate "und-x-icu" asc, id limit asked.depth)) as item order by title collate "und-x-icu" asc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.is_descending = 't' and place = 'first' then
    return (select row(coalesce(json_agg(contents), '[]'), coalesce(array_agg(contents.id), '{}'), array_agg(contents.brand_id), array_agg(contents.type), array_agg(contents.status::text), array_agg(contents.created_by), array_agg(contents.expires_at), array_agg(contents.deleted_at), array_agg(contents.template_id), array_agg(contents.updated_by) || array_agg(contents.published_by) || string_to_array(string_agg(nullif(array_to_string(contents.assignees, ','), ''), ','), ',')::uuid [])::private.content_page from (select item.* from unnest(asked.brands) as brand (permitted) cross join lateral ((select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = brand.permitted and contents.deleted_at is null and (asked.tags is null or contents.tags @> asked.tags) and (asked.categories is null or contents.categories @> asked.categories) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.types is null or contents.type = any (asked.types)) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.parent_id is null or contents.parent_id = asked.parent_id) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.updated_by is null or contents.updated_by = asked.updated_by) and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and (asked.published_from is null or contents.published_at >= asked.published_from) and (asked.published_to is null or contents.published_at < asked.published_to) and (asked.scheduled_from is null or contents.scheduled_for >= asked.scheduled_from) and (asked.scheduled_to is null or contents.scheduled_for < asked.scheduled_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) order by title collate "und-x-icu" desc, id limit asked.depth)) as item order by title collate "und-x-icu" desc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.is_descending = 't' and place = 'after' then
    return (select row(coalesce(json_agg(contents), '[]'), coalesce(array_agg(contents.id), '{}'), array_agg(contents.brand_id), array_agg(contents.type), array_agg(contents.status::text), array_agg(contents.created_by), array_agg(contents.expires_at), array_agg(contents.deleted_at), array_agg(contents.template_id), array_agg(contents.updated_by) || array_agg(contents.published_by) || string_to_array(string_agg(nullif(array_to_string(contents.assignees, ','), ''), ','), ',')::uuid [])::private.content_page from (select item.* from unnest(asked.brands) as brand (permitted) cross join lateral ((select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = brand.permitted and contents.deleted_at is null and (asked.tags is null or contents.tags @> asked.tags) and (asked.categories is null or contents.categories @> asked.categories) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.types is null or contents.type = any (asked.types)) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.parent_id is null or contents.parent_id = asked.parent_id) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.updated_by is null or contents.updated_by = asked.updated_by) and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and (asked.published_from is null or contents.published_at >= asked.published_from) and (asked.published_to is null or contents.published_at < asked.published_to) and (asked.scheduled_from is null or contents.scheduled_for >= asked.scheduled_from) and (asked.scheduled_to is null or contents.scheduled_for < asked.scheduled_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and contents.title collate "und-x-icu" <= asked.after_value::text and (contents.title collate "und-x-icu" < asked.after_value::text or contents.id > asked.after_id) order by title collate "und-x-icu" desc, id limit asked.depth)) as item order by title collate "und-x-icu" desc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.is_descending = 'f' and place = 'first' then
    return (select row(coalesce(json_agg(contents), '[]'), coalesce(array_agg(contents.id), '{}'), array_agg(contents.brand_id), array_agg(contents.type), array_agg(contents.status::text), array_agg(contents.created_by), array_agg(contents.expires_at), array_agg(contents.deleted_at), array_agg(contents.template_id), array_agg(contents.updated_by) || array_agg(contents.published_by) || string_to_array(string_agg(nullif(array_to_string(contents.assignees, ','), ''), ','), ',')::uuid [])::private.content_page from (select item.* from unnest(asked.brands) as brand (permitted) cross join lateral ((select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = brand.permitted and contents.deleted_at is null and (asked.tags is null or contents.tags @> asked.tags) and (asked.categories is null or contents.categories @> asked.categories) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.types is null or contents.type = any (asked.types)) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.parent_id is null or contents.parent_id = asked.parent_id) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.updated_by is null or contents.updated_by = asked.updated_by) and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and (asked.published_from is null or contents.published_at >= asked.published_from) and (asked.published_to is null or contents.published_at < asked.published_to) and (asked.scheduled_from is null or contents.scheduled_for >= asked.scheduled_from) and (asked.scheduled_to is null or contents.scheduled_for < asked.scheduled_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) order by title collate "und-x-icu" asc, id limit asked.depth)) as item order by title collate "und-x-icu" asc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  if asked.is_descending = 'f' and place = 'after' then
    return (select row(coalesce(json_agg(contents), '[]'), coalesce(array_agg(contents.id), '{}'), array_agg(contents.brand_id), array_agg(contents.type), array_agg(contents.status::text), array_agg(contents.created_by), array_agg(contents.expires_at), array_agg(contents.deleted_at), array_agg(contents.template_id), array_agg(contents.updated_by) || array_agg(contents.published_by) || string_to_array(string_agg(nullif(array_to_string(contents.assignees, ','), ''), ','), ',')::uuid [])::private.content_page from (select item.* from unnest(asked.brands) as brand (permitted) cross join lateral ((select contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status, contents.title, contents.slug, contents.excerpt, contents.tags, contents.categories, contents.assignees, contents.score, contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at from public.contents where contents.brand_id = brand.permitted and contents.deleted_at is null and (asked.tags is null or contents.tags @> asked.tags) and (asked.categories is null or contents.categories @> asked.categories) and (asked.statuses is null or contents.status = any (asked.statuses)) and (asked.types is null or contents.type = any (asked.types)) and (asked.template_id is null or contents.template_id = asked.template_id) and (asked.parent_id is null or contents.parent_id = asked.parent_id) and (asked.created_by is null or contents.created_by = asked.created_by) and (asked.updated_by is null or contents.updated_by = asked.updated_by) and (asked.assignee is null or contents.id in (select mine.content_id from public.content_assignees as mine where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))) and (asked.created_from is null or contents.created_at >= asked.created_from) and (asked.created_to is null or contents.created_at < asked.created_to) and (asked.updated_from is null or contents.updated_at >= asked.updated_from) and (asked.updated_to is null or contents.updated_at < asked.updated_to) and (asked.published_from is null or contents.published_at >= asked.published_from) and (asked.published_to is null or contents.published_at < asked.published_to) and (asked.scheduled_from is null or contents.scheduled_for >= asked.scheduled_from) and (asked.scheduled_to is null or contents.scheduled_for < asked.scheduled_to) and (asked.due_from is null or contents.due_at >= asked.due_from) and (asked.due_to is null or contents.due_at < asked.due_to) and (asked.score_from is null or contents.score >= asked.score_from) and (asked.score_to is null or contents.score <= asked.score_to) and contents.title collate "und-x-icu" >= asked.after_value::text and (contents.title collate "und-x-icu" > asked.after_value::text or contents.id > asked.after_id) order by title collate "und-x-icu" asc, id limit asked.depth)) as item order by title collate "und-x-icu" asc, id offset asked.skipped limit asked.wished) as contents);
  end if;
  return null;
end;
$function$;

CREATE OR REPLACE FUNCTION private.was_admin(member jsonb, moment timestamp with time zone)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select coalesce(
    member ->> 'role' = 'admin' and coalesce(private.as_instant(member ->> 'expires_at') > moment, true), false
  );
$function$;

CREATE OR REPLACE FUNCTION private.without_references(plain text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
declare
  names jsonb;
begin
  -- The sanitiser writes no others.
  if plain collate "C" !~ '&(?!(?:amp|lt|gt|quot|nbsp);)[a-zA-Z#]' then
    return replace(replace(replace(replace(replace(
      plain, '&lt;', '<'), '&gt;', '>'), '&quot;', '"'), '&nbsp;', chr(160)), '&amp;', '&'
    );
  end if;
  names := private.named_characters();
  return (
    select string_agg(
      case
        when piece.place = 1 then piece.written
        when left(found.reference, 1) = '#'
          then private.numbered_character(found.reference)
            || substr(piece.written, char_length(found.reference) + 1)
        when names ? rtrim(found.reference, ';')
          then chr((names ->> rtrim(found.reference, ';'))::integer)
            || substr(piece.written, char_length(found.reference) + 1)
        else '&' || piece.written
      end, '' order by piece.place
    )
    from unnest(string_to_array(plain, '&')) with ordinality as piece (written, place)
    cross join lateral (
      -- Numbers need no semicolon, names do.
      select substring(
        piece.written collate "C" from '^(?:#(?:[0-9]+|[xX][0-9a-fA-F]+);?|[a-zA-Z][a-zA-Z0-9]*;)'
      ) as reference
    ) as found
  );
end;
$function$;

ALTER FUNCTION "private"."without_references"(text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.word_count(plain text)
 RETURNS integer
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
declare
  -- Ideographs and kana: their scripts have no spaces, and readers count each.
  ideographs constant text := '\u3005-\u3007\u3041-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff'
    '\uff66-\uff9f\U00020000-\U0003fffd';
  -- White space, and the punctuation of these scripts.
  separators constant text := '\u0001-\u0020\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000'
    '\u3001-\u3004\u3008-\u3040\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65';
begin
  return regexp_count(plain collate "C", '[' || ideographs || ']|[^' || separators || ideographs || ']+');
end;
$function$;

CREATE OR REPLACE FUNCTION private.word_parts(written text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
declare
  parts text;
begin
  -- JavaScript is found by "script" too, and "e-mail" by "email".
  if written ~ '[[:lower:]][[:upper:]]' then
    parts := (
      select string_agg(regexp_replace(word[1], '([[:lower:]])([[:upper:]])', '\1 \2', 'g'), ' ')
      from (
        select word from regexp_matches(written, '[[:alnum:]]*[[:lower:]][[:upper:]][[:alnum:]]*', 'g') as found (word)
        limit 2000
      ) as camel
    );
  end if;
  if written ~ '[[:alnum:]][''’‐‑-][[:alnum:]]' then
    parts := concat_ws(' ', parts, (
      select string_agg(
        regexp_replace(word[1], '[''’‐‑-]', '', 'g')
        || coalesce((
          select string_agg(' ' || pair.part || pair.next, '')
          from unnest(
            regexp_split_to_array(word[1], '[''’‐‑-]'), (regexp_split_to_array(word[1], '[''’‐‑-]'))[2:]
          ) as pair (part, next)
        ), ''), ' '
      )
      from (
        select word
        from regexp_matches(written, '[[:alnum:]]+(?:[''’‐‑-][[:alnum:]]+)+', 'g') as found (word)
        limit 2000
      ) as joined
      where char_length(word[1]) <= 100
    ));
  end if;
  return coalesce(parts, '');
end;
$function$;

ALTER FUNCTION "private"."word_parts"(text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.wording_key(written text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
 SET search_path TO ''
AS $function$
begin
  -- private.claim_scopes takes so many characters: twice those of a claim.
  return private.short_key(private.folded_case(btrim(written, E' \t\n\r')), 1000);
end;
$function$;

ALTER FUNCTION "private"."wording_key"(text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.words_version()
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
  select 2;
$function$;

ALTER FUNCTION "private"."words_version"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.write_notices(notices private.notice[])
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  fresh private.notice[];
  written uuid[];
begin
  perform private.push_to_brands(notices);
  fresh := array(select reached from private.reached(notices) as reached);
  with told as (
    insert into private.told_people (source_id, recipient_id)
    select notice.source_id, notice.user_id from unnest(fresh) as notice
    order by notice.source_id, notice.user_id
    on conflict do nothing
    returning told_people.source_id, told_people.recipient_id
  )
  select array_agg(notice) into fresh
  from unnest(fresh) as notice
  inner join told on told.source_id = notice.source_id and told.recipient_id = notice.user_id;
  if fresh is null then
    return 0;
  end if;
  with latest as (
    select
      notice.*, preferences, private.wants(preferences, notice.category, 'in_app') as is_in_app,
      count(*) over bundle as times, row_number() over (bundle order by notice.source_id desc) as place
    from unnest(fresh) as notice
    left join public.notification_preferences as preferences on preferences.user_id = notice.user_id
    window bundle as (partition by notice.user_id, coalesce(notice.bundle_key, notice.source_id::text))
  ),
  added as (
    insert into public.notifications as known (
      user_id, brand_id, category, type, event, title, message, action_label, action_url, content_id, actor_id, metadata,
      bundle_key, bundle_noun, subject, bundle_count, is_in_app, is_mailed, is_pushed, is_urgent, last_at
    )
    select
      latest.user_id, latest.brand_id, latest.category, latest.type, latest.event,
      private.bundled(latest.times::integer, latest.bundle_noun, latest.subject, latest.title),
      private.cut_text(coalesce(latest.message, ''), 2000),
      case when latest.action_url is not null then private.action_label(latest.event) end,
      latest.action_url, latest.content_id, latest.actor_id, coalesce(latest.metadata, '{}'),
      -- What is not shown in the app cannot be read there: each hour tells anew.
      case
        when latest.is_in_app then latest.bundle_key
        else left(latest.bundle_key, 80) || '@' || to_char(now() at time zone 'UTC', 'YYYYMMDDHH24')
      end,
      latest.bundle_noun, private.cut_text(latest.subject, 256), latest.times, latest.is_in_app,
      private.wants(latest.preferences, latest.category, 'email'), coalesce(latest.is_pushed, false),
      coalesce(latest.is_urgent, false),
      -- Not the beginning of the transaction: whoever marks all until a time must not mark what they have not seen.
      clock_timestamp()
    from latest
    where latest.place = 1
    -- One order, so that two batches do not wait for each other.
    order by latest.user_id, latest.bundle_key
    on conflict (user_id, bundle_key) where bundle_key is not null and not is_read and not is_archived
    do update set
      bundle_count = least(known.bundle_count + excluded.bundle_count, 1000000),
      title = private.bundled(
        known.bundle_count + excluded.bundle_count, excluded.bundle_noun, excluded.subject, excluded.title
      ),
      message = excluded.message, type = excluded.type, event = excluded.event,
      action_url = excluded.action_url, action_label = excluded.action_label, actor_id = excluded.actor_id,
      metadata = excluded.metadata, is_mailed = excluded.is_mailed, last_at = excluded.last_at
    returning known.id, known.created_at
  )
  -- What joined an unread one is pushed no more: its person has been told.
  select array_agg(added.id) filter (where added.created_at = now()) into written from added;
  perform private.begin_digests(array(select distinct notice.user_id from unnest(fresh) as notice));
  perform private.push_notifications(coalesce(written, '{}'));
  return cardinality(fresh);
end;
$function$;

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
  perform private.require_times(details, '{issued_on, expires_on}');
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

CREATE OR REPLACE FUNCTION public.begin_mail(mail jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  asked constant uuid := (mail ->> 'id')::uuid;
  brand constant uuid := (mail ->> 'brandId')::uuid;
  known private.mail_messages;
  suppressed text;
begin
  insert into private.mail_messages (id, brand_id, user_id, template, category)
  select
    asked, (select brands.id from public.brands where brands.id = brand),
    (select profiles.id from public.profiles where profiles.id = (mail ->> 'userId')::uuid),
    mail ->> 'template', mail ->> 'category'
  on conflict (id) do nothing;
  select mail_messages.* into known from private.mail_messages where mail_messages.id = asked;
  select suppression.reason into suppressed
  from private.email_suppressions as suppression
  where
    suppression.email_index = any (array(select jsonb_array_elements_text(mail -> 'emailIndexes')))
    and (suppression.until is null or suppression.until > now())
    -- Who called one mail spam must still be able to reset a password.
    and (suppression.reason <> 'complaint' or known.category <> 'security')
  order by suppression.reason desc
  limit 1;
  return jsonb_build_object(
    'is_sent', known.sent_at is not null,
    'suppression', suppressed,
    'waited', extract(epoch from now() - known.created_at)::integer,
    -- As it is now: a mail may have waited for hours.
    'is_unwanted', exists (
      select from public.notification_preferences as preferences
      where
        preferences.user_id = known.user_id and known.category not in ('security', 'invitations')
        and (
          not private.wants(preferences, known.category, 'email')
          or private.has_muted(preferences, known.brand_id)
        )
    ),
    'brand', (
      select jsonb_build_object(
        'name', brands.name, 'language', coalesce(settings.language, brands.language),
        'sender_name', settings.sender_name, 'reply_to', settings.reply_to, 'tracks', coalesce(settings.tracks, false)
      )
      from public.brands
      left join private.mail_settings as settings on settings.brand_id = brands.id
      where brands.id = brand
    ),
    'language', (
      select profiles.language from public.profiles
      where profiles.id = coalesce(known.user_id, (
        -- Mails about accounts name an address alone.
        select users.id from auth.users
        where users.email = private.small_letters(begin_mail.mail ->> 'to') and users.is_sso_user = false
      ))
    )
  );
end;
$function$;

CREATE OR REPLACE FUNCTION public.bulk_contents(operation text, content_ids uuid[], arguments jsonb DEFAULT '{}'::jsonb)
 RETURNS TABLE(content_id uuid, outcome integer, code text, message text, details text, version integer, status text, plain_texts text[])
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
    plain_texts := null;
    if outcome = 200 then
      select contents.version, contents.status, contents.plain_texts into version, status, plain_texts
      from public.contents where contents.id = content_id;
    end if;
    return next;
  end loop;
  perform private.send_summary('bulk_contents');
end;
$function$;

ALTER FUNCTION "public"."bulk_contents"(text, uuid[], jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.check_oidc_person(who jsonb)
 RETURNS void
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if exists (
    select from private.platform_admins where platform_admins.user_id = (who ->> 'userId')::uuid
  ) then
    perform private.refuse(403, 'platform admins sign in with their password and a second factor');
  end if;
  -- A company that has connected a provider of its own has verified its domains: no other provider vouches for them.
  if exists (
    select from private.sso_people where sso_people.user_id = (who ->> 'userId')::uuid
  ) or exists (
    select from public.sso_connections as connection
    where
      connection.is_active
      and connection.domains @> array[split_part(private.small_letters(who ->> 'email'), '@', 2)]
  ) then
    perform private.refuse(403, 'people of this domain sign in by their company''s identity provider');
  end if;
end;
$function$;

CREATE OR REPLACE FUNCTION public.claim_refresh(wanted jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  known private.refresh_tokens;
  session public.user_sessions;
  ended uuid[];
begin
  select tokens.* into known from private.refresh_tokens as tokens where tokens.digest = wanted ->> 'digest';
  if known.digest is not null then
    select user_sessions.* into session from public.user_sessions
    where user_sessions.id = known.session_id and user_sessions.ended_at is null for update;
    if session.id is null then
      return jsonb_build_object('state', 'ended', 'ended', '[]'::jsonb);
    end if;
    -- Again, now that nobody else can change it: another request may have used the token while this one waited.
    select tokens.* into known from private.refresh_tokens as tokens where tokens.digest = wanted ->> 'digest';
    if known.spent_at < clock_timestamp() - private.refresh_reuse_limit() then
      ended := public.end_reused_session(session.id, session.user_id);
      return jsonb_build_object('state', 'reused', 'ended', to_jsonb(ended));
    elsif session.refresh_claimed_until > clock_timestamp() then
      return jsonb_build_object('state', 'busy');
    elsif known.spent_at is not null and (wanted ->> 'hasAnswer')::boolean then
      return jsonb_build_object('state', 'answered');
    end if;
  end if;
  ended := public.begin_refresh(
    wanted - array['digest', 'hasAnswer']
    || case when session.id is null then '{}' else jsonb_build_object('sessionId', session.id) end
    || jsonb_build_object('isOurs', session.id is not null)
  );
  if ended is null then
    return jsonb_build_object('state', 'undecided');
  elsif ended <> '{}' then
    return jsonb_build_object('state', 'reused', 'ended', to_jsonb(ended));
  elsif session.id is null then
    return jsonb_build_object('state', 'unknown');
  end if;
  update public.user_sessions set refresh_claimed_until = clock_timestamp() + private.refresh_claim_limit()
  where user_sessions.id = session.id;
  return jsonb_build_object(
    'state', 'claimed', 'sessionId', session.id, 'userId', session.user_id, 'isSpent', known.spent_at is not null
  );
end;
$function$;

ALTER FUNCTION "public"."claim_refresh"(jsonb) OWNER TO "postgres";

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
    private.read_instant(request ->> 'expiresAt', 'expiresAt')
  )
  returning * into key;
  return private.describe_api_key(key);
end;
$function$;

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
  slug := coalesce(nullif(slug, ''), private.free_brand_slug(name));
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

CREATE OR REPLACE FUNCTION public.create_content(brand_id uuid, title text DEFAULT ''::text, type text DEFAULT NULL::text, template_id uuid DEFAULT NULL::uuid, fields jsonb DEFAULT '{}'::jsonb, metadata jsonb DEFAULT '{}'::jsonb, tags text[] DEFAULT '{}'::text[], body text DEFAULT ''::text, excerpt text DEFAULT ''::text, slug text DEFAULT ''::text, categories text[] DEFAULT '{}'::text[], due_at timestamp with time zone DEFAULT NULL::timestamp with time zone, expires_at timestamp with time zone DEFAULT NULL::timestamp with time zone, assignees uuid[] DEFAULT '{}'::uuid[], rich jsonb DEFAULT NULL::jsonb)
 RETURNS SETOF private.content_details
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  access private.brand_access [];
  template public.templates;
  brand record;
  draft public.contents;
  allowed record;
  form jsonb;
  kept record;
begin
  perform private.require_functions();
  access := private.access_with(brand_id, 'content.create');
  if template_id is not null then
    template := private.require_active_template(brand_id, template_id);
    form := private.as_array(template.input_fields) || private.as_array(template.output_fields);
  end if;
  if rich is not null then
    perform private.check_elements(brand_id, rich);
    kept := private.kept_texts(form, fields, rich);
    fields := kept.fields;
    draft.plain_texts := kept.plain;
  end if;
  if form is not null then
    draft.brand_id := brand_id;
    draft.template_id := template.id;
    draft.template_version := template.version;
    -- A value that is given counts, also null, which empties the field.
    draft.fields := private.merge_patch(
      private.default_values(template, brand_id, private.markup_version()), fields
    );
    fields := private.checked_fields(draft, form, private.merge_patch('{}', fields), 'value');
    -- Also of values that the form itself gave.
    draft.plain_texts := private.plain_proposals(form, fields);
  end if;
  type := coalesce(type, template.content_type, 'article');
  select brands.account_id, brands.allowed_content_types into brand from public.brands where brands.id = brand_id;
  if cardinality(brand.allowed_content_types) > 0 then
    perform private.check_content_type(brand_id, type);
  end if;
  if cardinality(assignees) > 0 then
    perform private.check_assignees(brand_id, assignees);
    assignees := array(select distinct person from unnest(assignees) as person);
  end if;
  if brand.account_id is not null then
    perform private.consume_content_quota(brand_id);
  end if;
  insert into public.contents (
    brand_id, title, type, template_id, template_version, fields, metadata, tags,
    body, excerpt, slug, categories, due_at, expires_at, assignees, markup_version,
    plain_texts
  )
  values (
    brand_id, private.title_for(title, body), type, template_id, template.version, fields,
    private.merge_patch('{}', metadata), tags, body, excerpt, slug, categories, due_at, expires_at,
    coalesce(assignees, '{}'), private.markup_version(),
    case when excerpt ~ '[<&]' then array['excerpt'] else '{}' end || coalesce(draft.plain_texts, '{}')
  )
  returning contents.* into draft;
  allowed := private.allowed_with(draft, access);
  return next private.answer_with(draft, access, allowed.allowed_actions, allowed.readable);
end;
$function$;

ALTER FUNCTION "public"."create_content"(uuid, text, text, uuid, jsonb, jsonb, text[], text, text, text, text[], timestamp with time zone, timestamp with time zone, uuid[], jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.create_contents(lines jsonb, key text DEFAULT NULL::text)
 RETURNS TABLE(line integer, outcome integer, content_id uuid, is_replayed boolean, code text, message text, details text, plain_texts text[])
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
#variable_conflict use_column
declare
  stream_fingerprint constant text := encode(sha256('a stream of contents'), 'hex');
  entry jsonb;
  done private.bulk_lines;
begin
  perform private.require_functions();
  if key is not null then
    -- With one fingerprint for all streams: the lines have their own. The key is of no use to other commands.
    if private.claim_key(key, stream_fingerprint) is null then
      perform private.keep_answer(key, '[]', stream_fingerprint);
    end if;
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
      -- Of a line that depends on what its brand takes, the application names the fingerprint.
      done := private.claim_bulk_line(
        key, line, coalesce(entry ->> 'fingerprint', md5((entry -> 'content')::text))
      );
      is_replayed := done.line is not null;
      if is_replayed then
        content_id := done.content_id;
      else
        content_id := private.insert_content(entry -> 'content');
        update private.bulk_lines as claimed set content_id = create_contents.content_id
        where
          claimed.owner_id = private.key_owner() and claimed.key = create_contents.key
          and claimed.line = create_contents.line;
      end if;
    exception
      when others then -- refusals are the outcome of the line; other errors fail the whole call
        get stacked diagnostics code = returned_sqlstate, message = message_text, details = pg_exception_detail;
        outcome := private.http_status(code);
        details := private.own_details(code, details);
        content_id := null;
        if outcome is null then
          raise;
        end if;
    end;
    plain_texts := case when entry -> 'content' ? 'rich' then private.plain_texts_of(content_id) end;
    return next;
  end loop;
  perform private.send_summary('create_contents');
end;
$function$;

ALTER FUNCTION "public"."create_contents"(jsonb, text) OWNER TO "postgres";

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
    '{"group_attribute": "groups", "is_active": true, "allows_unsolicited": false}'::jsonb || details
  );
  insert into public.sso_connections (
    account_id, name, entity_id, sign_on_url, logout_url, certificates, domains, group_attribute, allows_unsolicited,
    is_active
  )
  values (
    connection.account_id, connection.name, connection.entity_id, connection.sign_on_url, connection.logout_url,
    connection.certificates, connection.domains, connection.group_attribute, connection.allows_unsolicited,
    connection.is_active
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
    brand_id, name, description, content_type, input_fields, output_fields, is_active, icon, category, tags, ai_enabled,
    markup_version
  )
  values (
    brand_id, template.name, template.description, template.content_type, template.input_fields,
    template.output_fields, template.is_active, template.icon, template.category, template.tags, template.ai_enabled,
    private.markup_version()
  )
  returning * into template;
  return next private.template_answer(template);
end;
$function$;

CREATE OR REPLACE FUNCTION public.deliver_content(brand_slug text, content_slug text, delivery_key text DEFAULT NULL::text)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  brand public.brands := private.delivering_brand(brand_slug, delivery_key);
  content public.contents;
  settings private.delivery_settings;
begin
  select * into settings from private.delivery_settings where delivery_settings.brand_id = brand.id;
  select contents.* into content
  from private.content_slugs as held
  inner join public.contents on contents.id = held.content_id
  where
    held.brand_id = brand.id and held.slug = content_slug
    and contents.status = 'published' and contents.deleted_at is null
    and (contents.expires_at is null or contents.expires_at > now());
  if content.id is null then
    perform private.refuse(404, 'there is nothing at this path');
  end if;
  return jsonb_build_object(
    'brand', private.delivering_document(brand, settings),
    'is_private', coalesce(settings.mode = 'private', false),
    'item', private.delivery_document(content, true, settings.names_models),
    'expires_in', private.seconds_until(content.expires_at)
  );
end;
$function$;

CREATE OR REPLACE FUNCTION public.deliver_contents(brand_slug text, delivery_key text DEFAULT NULL::text, content_type text DEFAULT NULL::text, tag text DEFAULT NULL::text, before jsonb DEFAULT NULL::jsonb, page_size integer DEFAULT 20, has_texts boolean DEFAULT false)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  brand public.brands := private.delivering_brand(brand_slug, delivery_key);
  settings private.delivery_settings;
  -- Without a cursor, a place before all contents: their times are finite.
  before_at constant timestamptz := coalesce(private.read_instant(before ->> 'value', 'cursor'), 'infinity');
  before_id constant uuid := coalesce((before ->> 'id')::uuid, '00000000-0000-0000-0000-000000000000');
begin
  select * into settings from private.delivery_settings where delivery_settings.brand_id = brand.id;
  return (
    with page as (
      select contents as content, contents.published_at, contents.id, contents.expires_at
      from public.contents
      where
        contents.brand_id = brand.id and contents.status = 'published' and contents.deleted_at is null
        and (contents.expires_at is null or contents.expires_at > now())
        and (deliver_contents.content_type is null or contents.type = deliver_contents.content_type)
        and (deliver_contents.tag is null or deliver_contents.tag = any (contents.tags))
        and contents.published_at <= before_at and (contents.published_at < before_at or contents.id > before_id)
      order by contents.published_at desc, contents.id
      limit least(greatest(page_size, 1), 100)
    ),

    documents as (
      select
        page.published_at, page.id, page.expires_at,
        private.delivery_document(page.content, deliver_contents.has_texts, settings.names_models) as document
      from page
    ),

    -- A page with long texts ends early, at the first content in any case.
    measured as (
      select documents.*, sum(octet_length(documents.document::text)) over (
        order by documents.published_at desc, documents.id
      ) as bytes, row_number() over (order by documents.published_at desc, documents.id) as place
      from documents
    )

    select jsonb_build_object(
      'brand', private.delivering_document(brand, settings),
      'is_private', coalesce(settings.mode = 'private', false),
      'items', coalesce(jsonb_agg(measured.document order by measured.published_at desc, measured.id) filter (
        where measured.bytes <= 2000000 or measured.place = 1
      ), '[]'),
      'is_cut', coalesce(bool_or(measured.bytes > 2000000 and measured.place > 1), false),
      'expires_in', private.seconds_until(min(measured.expires_at)),
      'changes_in', private.seconds_to_publication(brand.id, deliver_contents.content_type, deliver_contents.tag)
    )
    from measured
  );
end;
$function$;

CREATE OR REPLACE FUNCTION public.deliver_sitemap(brand_slug text, delivery_key text DEFAULT NULL::text, page integer DEFAULT NULL::integer, page_size integer DEFAULT 1000)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  brand public.brands := private.delivering_brand(brand_slug, delivery_key);
  settings private.delivery_settings;
  size constant integer := least(greatest(page_size, 1), 1000);
  total bigint;
  ends timestamptz;
  items jsonb;
begin
  select * into settings from private.delivery_settings where delivery_settings.brand_id = brand.id;
  -- Also for a page: one that is not there is refused before anything is sorted or read.
  select count(*), min(contents.expires_at) into total, ends
  from public.contents
  where
    contents.brand_id = brand.id and contents.status = 'published' and contents.deleted_at is null
    and (contents.expires_at is null or contents.expires_at > now());
  if page is not null and (page not between 1 and 50000 or (page - 1)::bigint * size >= total) then
    perform private.refuse(404, 'there is nothing at this path');
  elsif page is not null or total <= size then
    -- The oldest first, so that a publication changes the last page only.
    select coalesce(jsonb_agg(
      jsonb_build_object(
        'id', listed.id, 'type', listed.type, 'slug', listed.slug, 'updated_at', listed.updated_at,
        'canonical_url', listed.canonical_url
      ) order by listed.published_at, listed.id desc
    ), '[]') into items
    from (
      select
        contents.id, contents.type, contents.slug, contents.published_at,
        greatest(contents.updated_at, contents.published_at) as updated_at,
        private.as_object(contents.metadata) ->> 'canonicalUrl' as canonical_url
      from public.contents
      where
        contents.brand_id = brand.id and contents.status = 'published' and contents.deleted_at is null
        and (contents.expires_at is null or contents.expires_at > now())
      order by contents.published_at, contents.id desc
      limit size
      offset (coalesce(page, 1) - 1) * size
    ) as listed;
  end if;
  return jsonb_build_object(
    'brand', private.delivering_document(brand, settings),
    'is_private', coalesce(settings.mode = 'private', false),
    'pages', case when page is null then ceil(total::numeric / size) else 0 end,
    'items', coalesce(items, '[]'),
    -- Each content that comes or goes may move others from page to page.
    'expires_in', private.seconds_until(ends),
    'changes_in', private.seconds_to_publication(brand.id)
  );
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
    provenance, markup_version, plain_texts
  )
  values (
    brand_id, coalesce(title, private.cut_text('Copy of ' || content.title, 200)), content.type, template.id,
    case when template.id is not null then content.template_version end, fields, content.metadata, content.tags,
    content.body, content.excerpt, content.categories, parent_id, provenance, content.markup_version,
    content.plain_texts
  )
  returning id into copy_id;
  return query select * from private.content_answer(copy_id);
end;
$function$;

CREATE OR REPLACE FUNCTION public.end_sso_sessions(logout jsonb)
 RETURNS uuid[]
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  indexes text[] := array(select jsonb_array_elements_text(logout -> 'indexDigests'));
  signed_out record;
  gone uuid[];
  ended uuid[] := '{}';
begin
  for signed_out in
    select session.user_id, array_agg(session.id) as sessions
    from private.sso_sessions as known
    inner join public.user_sessions as session on session.id = known.session_id and session.ended_at is null
    where
      known.connection_id = (logout ->> 'connectionId')::uuid
      and known.subject_digest = logout ->> 'subjectDigest'
      -- A provider that gave a session no name, or names none, means all of the person's.
      and (indexes = '{}' or known.index_digest is null or known.index_digest = any (indexes))
    group by session.user_id
    order by session.user_id
  loop
    gone := private.end_sessions(signed_out.user_id, 'signed_out', signed_out.sessions);
    if gone <> '{}' then
      perform private.audit_person(
        signed_out.user_id, null, 'auth.logout',
        jsonb_build_object('sessions', to_jsonb(gone), 'by', 'identity_provider')
      );
    end if;
    ended := ended || gone;
  end loop;
  return ended;
end;
$function$;

ALTER FUNCTION "public"."end_sso_sessions"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.find_sso_connection(asked jsonb)
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select jsonb_build_object(
    'id', connection.id, 'name', connection.name, 'entityId', connection.entity_id,
    'signOnUrl', connection.sign_on_url, 'certificates', connection.certificates, 'domains', connection.domains,
    'groupAttribute', connection.group_attribute, 'logoutUrl', connection.logout_url,
    'allowsUnsolicited', connection.allows_unsolicited
  )
  from public.sso_connections as connection
  where
    connection.is_active
    and (
      connection.id = (asked ->> 'id')::uuid
      or connection.entity_id = asked ->> 'entityId'
      or (asked ? 'domain' and connection.domains @> array[private.small_letters(asked ->> 'domain')])
    );
$function$;

CREATE OR REPLACE FUNCTION public.finish_refresh(done jsonb)
 RETURNS text
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  session uuid := (done ->> 'sessionId')::uuid;
  plan text := public.record_refresh(session, (done ->> 'userId')::uuid);
begin
  if plan is null then
    return null;
  end if;
  insert into private.refresh_tokens as token (digest, session_id, spent_at)
  values (done ->> 'spent', session, clock_timestamp())
  on conflict on constraint refresh_tokens_pkey do update set spent_at = excluded.spent_at
    where token.session_id = excluded.session_id and token.spent_at is null;
  insert into private.refresh_tokens (digest, session_id) values (done ->> 'issued', session)
  on conflict on constraint refresh_tokens_pkey do nothing;
  -- Auth itself ends a session by tokens that are so old.
  delete from private.refresh_tokens as token
  where
    token.session_id = session and token.spent_at < (
      select other.spent_at from private.refresh_tokens as other
      where other.session_id = session and other.spent_at is not null
      order by other.spent_at desc offset 200 limit 1
    );
  update public.user_sessions set refresh_claimed_until = null where user_sessions.id = session;
  return plan;
end;
$function$;

ALTER FUNCTION "public"."finish_refresh"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.get_content(content_id uuid, expand text[] DEFAULT '{}'::text[])
 RETURNS json
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  content private.content_details;
  parts record;
  answer json;
  found jsonb;
begin
  select
    contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status,
    contents.title, contents.slug, contents.fields, contents.body, contents.excerpt, contents.metadata,
    contents.tags, contents.categories, contents.assignees, contents.score, contents.provenance, contents.version,
    contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at,
    contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at,
    contents.updated_by, contents.updated_at, contents.deleted_at, null, null, null, null, contents.plain_texts
  into content
  from public.contents
  where contents.id = get_content.content_id and contents.deleted_at is null;
  if content.id is null then
    perform private.require_permission(null, 'content.read', 'content');
  end if;
  parts := private.answer_parts((
    null, array[content.id], array[content.brand_id], array[content.type], array[content.status],
    array[content.created_by], array[content.expires_at], array[content.deleted_at], null,
    -- A list of lists, as a row may hold that was written past the checks, cannot be joined.
    case when array_ndims(content.assignees) = 1 then content.assignees else '{}' end
    || array[content.updated_by, content.published_by]
  )::private.content_page, content.version);
  content.allowed_actions := parts.allowed_actions;
  content.readable := parts.readable;
  content.people := parts.people;
  content.review := parts.review;
  -- Its columns become text once, here.
  answer := row_to_json(content);
  if cardinality(expand) = 0 then
    return answer;
  end if;
  found := answer;
  return (found || private.related_to(
    private.people_ids(found -> 'people'),
    case when found -> 'readable' ? 'brand' then array[(found ->> 'brand_id')::uuid] end,
    case when found -> 'readable' ? 'template' then array[(found ->> 'template_id')::uuid] end,
    expand
  ))::json;
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
  made_id uuid;
  plain_texts jsonb := '{}';
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
        made_id := private.insert_content(entry -> 'content');
        made := made || made_id;
        if entry -> 'content' ? 'rich' then
          plain_texts := plain_texts || jsonb_build_object(entry ->> 'line', private.plain_texts_of(made_id));
        end if;
      exception
        when others then -- refusals are problems of the line; other errors fail the whole call
          get stacked diagnostics code = returned_sqlstate, reason = message_text, details = pg_exception_detail;
          if private.http_status(code) is null then
            raise;
          end if;
          problems := problems || jsonb_build_object(
            'line', entry -> 'line', 'outcome', private.http_status(code), 'code', code, 'message', reason,
            'details', private.own_details(code, details)
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
  return jsonb_build_object('content_ids', to_jsonb(made), 'problems', problems, 'plain_texts', plain_texts);
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
    when filters ? 'from' then private.uuid_v7_floor(greatest(private.read_instant(filters ->> 'from', 'from'), epoch))
    else '00000000-0000-0000-0000-000000000000'
  end;
  to_id constant uuid := least(before_id, case
    when filters ? 'to' then private.uuid_v7_floor(greatest(private.read_instant(filters ->> 'to', 'to'), epoch))
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
          where contents.id = coalesce(private.as_uuid(events.payload ->> 'contentId'), events.aggregate_id)
            and events.aggregate_type in ('content', 'comment', 'workflow', 'ai_generation')
        )) as title,
        events.payload - 'changes' as payload, events.correlation_id as request_id, events.occurred_at
      from public.domain_events as events
      where
        events.brand_id = list_activity.brand_id
        and events.id < to_id and events.id >= from_id
        and private.event_permission(events.aggregate_type) = any (readable)
        -- The comments of reviewers, as the policy of domain_events says
        and (events.aggregate_type <> 'workflow' or 'content.read' = any (readable))
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
    list_audit_log.brand_id, actions, (filters ->> 'actor')::uuid, private.read_instant(filters ->> 'from', 'from'),
    private.read_instant(filters ->> 'to', 'to'), cursor_at, cursor_id, least(greatest(page_size, 1), 101), is_admin;
  return answer;
end;
$function$;

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
        and (list_brands.query is null or private.holds_text(brands.name, list_brands.query))
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

CREATE OR REPLACE FUNCTION public.list_claim_brands(brand_id uuid DEFAULT NULL::uuid, claim_brand_id uuid DEFAULT NULL::uuid, query text DEFAULT NULL::text, is_archived boolean DEFAULT false, sort text DEFAULT 'name'::text, is_descending boolean DEFAULT false, page_offset integer DEFAULT 0, page_size integer DEFAULT 20)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  masters uuid [] := case when not private.is_platform_admin() then private.readable_master_brands() end;
begin
  if brand_id is not null then
    masters := private.require_claim_brands(null, brand_id);
  end if;
  return (
    with matching as materialized (
      select master as found, master.id, master.name, case sort
        when 'created_at' then master.created_at when 'updated_at' then master.updated_at
      end as sort_time
      from public.master_claim_brands as master
      where
        (masters is null or master.id = any (masters)) and (claim_brand_id is null or master.id = claim_brand_id)
        and (query is null or private.holds_text(master.name, query))
        and (is_archived is null or (master.archived_at is not null) = is_archived)
    ),
    page as (
      select matching.found, row_number() over () as place from (
        select matching.found from matching
        order by
          case when not is_descending then matching.sort_time end, case when is_descending then matching.sort_time end desc,
          case when not is_descending then matching.name end, case when is_descending then matching.name end desc,
          matching.id
        offset page_offset limit least(greatest(page_size, 1), 100)
      ) as matching
    )
    select private.catalogue_page(
      jsonb_agg(private.claim_brand_document(page.found) order by page.place), (select count(*) from matching)
    )
    from page
  );
end;
$function$;

CREATE OR REPLACE FUNCTION public.list_claim_matrix(market text, claim_brand_id uuid DEFAULT NULL::uuid, brand_id uuid DEFAULT NULL::uuid, at timestamp with time zone DEFAULT NULL::timestamp with time zone, query text DEFAULT NULL::text, levels public.claim_level[] DEFAULT NULL::public.claim_level[], statuses text[] DEFAULT NULL::text[], product_query text DEFAULT NULL::text, language text DEFAULT NULL::text, page_offset integer DEFAULT 0, page_size integer DEFAULT 20, column_offset integer DEFAULT 0, column_size integer DEFAULT 20)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  masters uuid [];
  products uuid [];
  columns jsonb;
begin
  masters := private.require_claim_brands(claim_brand_id, brand_id);
  perform private.check_market(market);
  select array_agg(product.id order by product.name, product.id) into products
  from public.products as product
  inner join public.master_claim_brands as master on master.id = product.master_claim_brand_id
  where
    product.master_claim_brand_id = any (masters) and product.archived_at is null and master.archived_at is null
    and (product_query is null or private.holds_text(product.name, product_query));
  select coalesce(jsonb_agg(jsonb_build_object(
    'product_id', product.id, 'product_name', product.name, 'market', list_claim_matrix.market
  ) order by shown.number), '[]')
  into columns
  from unnest(products) with ordinality as shown (id, number)
  inner join public.products as product on product.id = shown.id
  where shown.number > column_offset and shown.number <= column_offset + least(greatest(column_size, 1), 100);
  return private.claim_matrix(
    coalesce(products, '{}'), columns, array[list_claim_matrix.market], coalesce(at, now()), query, levels, statuses,
    language, page_offset, least(greatest(page_size, 1), 2000)
  ) || jsonb_build_object('column_total', coalesce(cardinality(products), 0));
end;
$function$;

CREATE OR REPLACE FUNCTION public.list_claims(brand_id uuid DEFAULT NULL::uuid, claim_brand_id uuid DEFAULT NULL::uuid, product_id uuid DEFAULT NULL::uuid, ingredient_id uuid DEFAULT NULL::uuid, levels public.claim_level[] DEFAULT NULL::public.claim_level[], statuses public.claim_status[] DEFAULT NULL::public.claim_status[], approvals text[] DEFAULT NULL::text[], country text DEFAULT NULL::text, effective_at timestamp with time zone DEFAULT NULL::timestamp with time zone, category text DEFAULT NULL::text, language text DEFAULT NULL::text, query text DEFAULT NULL::text, is_archived boolean DEFAULT false, is_decidable boolean DEFAULT false, sort text DEFAULT 'updated_at'::text, is_descending boolean DEFAULT true, page_offset integer DEFAULT 0, page_size integer DEFAULT 20)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  masters uuid [] := case when not private.is_platform_admin() then private.readable_master_brands() end;
  ids uuid [];
  total bigint;
begin
  if brand_id is not null or claim_brand_id is not null then
    masters := private.require_claim_brands(claim_brand_id, brand_id);
  end if;
  with matching as materialized (
    select claims.id, case list_claims.sort
      when 'text' then private.claim_text_key(claims.text)
      when 'status' then claims.status::text
      when 'level' then claims.level::text
      when 'category' then coalesce(claims.category, '')
    end as sort_text, case list_claims.sort
      when 'created_at' then claims.created_at
      when 'effective_from' then claims.effective_from
      when 'effective_to' then coalesce(claims.effective_to, 'infinity')
      when 'updated_at' then claims.updated_at
    end as sort_time
    from private.claims_about(masters) as readable (id)
    inner join public.claims on claims.id = readable.id
    where
      (product_id is null or exists (
        select from public.claim_subjects as subject
        where subject.claim_id = claims.id and subject.product_id = list_claims.product_id
      ))
      and (ingredient_id is null or exists (
        select from public.claim_subjects as subject
        where subject.claim_id = claims.id and subject.ingredient_id = list_claims.ingredient_id
      ))
      and (levels is null or claims.level = any (levels))
      and (statuses is null or claims.status = any (statuses))
      and (approvals is null or coalesce(claims.approval, 'none') = any (approvals))
      and (country is null or claims.countries && array['__GLOBAL__', country])
      and (effective_at is null or claims.effective_from <= effective_at
        and (claims.effective_to is null or claims.effective_to > effective_at))
      and (list_claims.category is null or claims.category = list_claims.category)
      and (language is null or claims.text ? language)
      and (is_archived is null or (claims.archived_at is not null) = is_archived)
      and (not is_decidable or (claims.approval = 'pending' and private.decision_problem(
        claims, private.next_approval_step(claims, claims.approval_position - 1)
      ) is null))
      -- Only what the caller may read is compared, so an index of all texts would not help.
      and (query is null or exists (
        select from jsonb_each_text(claims.text) as translation where private.holds_text(translation.value, query)
      ))
  )
  select
    (select count(*) from matching),
    array(
      select matching.id from matching
      order by
        case when not is_descending then matching.sort_text end, case when is_descending then matching.sort_text end desc,
        case when not is_descending then matching.sort_time end, case when is_descending then matching.sort_time end desc,
        matching.id
      offset page_offset limit least(greatest(page_size, 1), 100)
    )
  into total, ids;
  return jsonb_build_object('items', private.claim_documents(ids), 'total', total);
end;
$function$;

CREATE OR REPLACE FUNCTION public.list_contents(filters jsonb DEFAULT '{}'::jsonb, sort text DEFAULT 'updated_at'::text, is_descending boolean DEFAULT true, cursor_at jsonb DEFAULT NULL::jsonb, page_offset integer DEFAULT 0, page_size integer DEFAULT 20, is_counted boolean DEFAULT false, expand text[] DEFAULT '{}'::text[])
 RETURNS json
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  brand constant uuid := filters ->> 'brand_id';
  is_deleted constant boolean := coalesce((filters ->> 'is_deleted')::boolean, false);
  asked private.list_request;
  access private.brand_access [];
  brands uuid [];
  collation_name text;
  page private.content_page;
  total bigint;
  picked record;
  sorted record;
begin
  if sort not in ('updated_at', 'created_at', 'title', 'status', 'score', 'due_at', 'scheduled_for') then
    perform private.refuse(400, 'contents are not sorted by that');
  end if;
  if brand is null then
    brands := private.listable_brands(is_deleted);
  else
    access := private.access_held(array[brand]);
    brands := case
      when
        'content.read' = any ((access[1]).permissions)
        and (not is_deleted or 'content.delete' = any ((access[1]).permissions))
        then array[brand]
      else '{}'
    end;
  end if;
  asked := private.read_list_request(
    filters, brands, sort, is_descending, cursor_at, page_offset, least(greatest(page_size, 1), 100)
  );
  if sort = 'title' then
    collation_name := private.title_collation(brands);
  end if;
  if is_deleted or collation_name is not null then
    sorted := private.sorted_contents(asked, filters, is_counted, collation_name);
    page := sorted.page;
    total := sorted.total;
  else
    -- The list that people see first has an index for each status.
    if
      asked.kind not in ('none', 'status', 'usual')
      or asked.statuses is not null and not (sort = 'updated_at' and cardinality(asked.statuses) = 1)
    then
      picked := private.picked_contents(asked, is_counted);
      page := picked.page;
      total := picked.total;
    end if;
    if page.ids is null then
      page := private.first_contents(asked);
      if is_counted and total is null then
        total := private.count_contents(asked, filters);
      end if;
    end if;
  end if;
  if brand is null then
    access := private.access_held(coalesce(page.brands, '{}'));
  end if;
  return private.shown_contents(page, total, expand, access);
end;
$function$;

CREATE OR REPLACE FUNCTION public.list_events(brand_id uuid, after_id uuid DEFAULT NULL::uuid, types text[] DEFAULT NULL::text[], aggregate_type text DEFAULT NULL::text, aggregate_id uuid DEFAULT NULL::uuid, page_size integer DEFAULT 50, is_ahead boolean DEFAULT false)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
#variable_conflict use_column
declare
  wished constant integer := least(greatest(page_size, 1), 200);
  -- What a filter or a policy leaves out may go on for years: so many are looked at, and the cursor moves on.
  most_of_a_call constant integer := 5000;
  most_ahead constant integer := 1000;
  most integer := wished + 1;
  place xid8;
  is_full boolean;
  wanted uuid [];
  ahead uuid [] := '{}';
  last_id uuid;
begin
  perform private.require_permission(list_events.brand_id, 'brand.read');
  place := private.place_in_log(list_events.brand_id, list_events.after_id);
  loop
    select
      count(*) = most,
      coalesce((array_agg(found.id order by found.transaction_id, found.id) filter (where found.is_wanted)), '{}'),
      (array_agg(found.id order by found.transaction_id desc, found.id desc))[1]
    into is_full, wanted, last_id
    from private.look_at_log(
      list_events.brand_id, place, list_events.after_id, list_events.aggregate_id, list_events.types,
      list_events.aggregate_type, most
    ) as found;
    exit when not is_full or cardinality(wanted) > wished or most = most_of_a_call;
    most := most_of_a_call;
  end loop;
  if cardinality(wanted) > wished then
    is_full := true;
    last_id := wanted[wished];
  end if;
  if list_events.is_ahead and not is_full then
    -- In the same snapshot: together with these it is all that was committed before.
    select
      count(*) = most_ahead,
      coalesce((array_agg(found.id order by found.transaction_id, found.id) filter (where found.is_wanted)), '{}')
    into is_full, ahead
    from private.look_at_log(
      list_events.brand_id, place, list_events.after_id, list_events.aggregate_id, list_events.types,
      list_events.aggregate_type, most_ahead, is_ahead => true
    ) as found;
  end if;
  return jsonb_build_object(
    'items', (
      select coalesce(jsonb_agg(to_jsonb(page) - 'number' order by page.number), '[]')
      from (
        select
          events.id, events.brand_id, events.type, events.aggregate_type, events.aggregate_id,
          events.aggregate_version, events.actor_id, events.actor_account, events.correlation_id as request_id,
          events.occurred_at, events.payload - 'changes' as data, next.number
        from unnest(wanted[: wished] || ahead) with ordinality as next (id, number)
        inner join public.domain_events as events on events.id = next.id
      ) as page
    ),
    'last_id', coalesce(last_id, list_events.after_id),
    'has_more', is_full
  );
end;
$function$;

ALTER FUNCTION "public"."list_events"(uuid, uuid, text[], text, uuid, integer, boolean) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.list_ingredients(product_id uuid DEFAULT NULL::uuid, ingredient_id uuid DEFAULT NULL::uuid, query text DEFAULT NULL::text, is_archived boolean DEFAULT false, sort text DEFAULT 'name'::text, is_descending boolean DEFAULT false, page_offset integer DEFAULT 0, page_size integer DEFAULT 20)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  masters uuid [] := case when not private.is_platform_admin() then private.readable_master_brands() end;
begin
  return (
    with matching as materialized (
      select ingredient as found, ingredient.id, ingredient.name, case sort
        when 'created_at' then ingredient.created_at when 'updated_at' then ingredient.updated_at
      end as sort_time
      from public.ingredients as ingredient
      where
        (masters is null or exists (
          select from public.product_ingredients as part
          inner join public.products as product on product.id = part.product_id
          where part.ingredient_id = ingredient.id and product.master_claim_brand_id = any (masters)
        ))
        and (ingredient_id is null or ingredient.id = ingredient_id)
        and (query is null or private.holds_text(ingredient.name || ' ' || ingredient.description, query))
        and (is_archived is null or (ingredient.archived_at is not null) = is_archived)
        and (product_id is null or exists (
          select from public.product_ingredients as part
          where part.product_id = list_ingredients.product_id and part.ingredient_id = ingredient.id
        ))
    ),
    page as (
      select matching.found, row_number() over () as place from (
        select matching.found from matching
        order by
          case when not is_descending then matching.sort_time end, case when is_descending then matching.sort_time end desc,
          case when not is_descending then matching.name end, case when is_descending then matching.name end desc,
          matching.id
        offset page_offset limit least(greatest(page_size, 1), 100)
      ) as matching
    )
    select private.catalogue_page(
      jsonb_agg(private.ingredient_document(page.found, masters) order by page.place), (select count(*) from matching)
    )
    from page
  );
end;
$function$;

CREATE OR REPLACE FUNCTION public.list_products(brand_id uuid DEFAULT NULL::uuid, claim_brand_id uuid DEFAULT NULL::uuid, ingredient_id uuid DEFAULT NULL::uuid, product_id uuid DEFAULT NULL::uuid, query text DEFAULT NULL::text, is_archived boolean DEFAULT false, sort text DEFAULT 'name'::text, is_descending boolean DEFAULT false, page_offset integer DEFAULT 0, page_size integer DEFAULT 20)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  masters uuid [] := case when not private.is_platform_admin() then private.readable_master_brands() end;
begin
  if brand_id is not null or claim_brand_id is not null then
    masters := private.require_claim_brands(claim_brand_id, brand_id);
  end if;
  return (
    with matching as materialized (
      select product as found, product.id, product.name, case sort
        when 'created_at' then product.created_at when 'updated_at' then product.updated_at
      end as sort_time
      from public.products as product
      where
        (masters is null or product.master_claim_brand_id = any (masters))
        and (product_id is null or product.id = product_id)
        and (query is null or private.holds_text(product.name || ' ' || product.description, query))
        and (is_archived is null or (product.archived_at is not null) = is_archived)
        and (ingredient_id is null or exists (
          select from public.product_ingredients as part
          where part.product_id = product.id and part.ingredient_id = list_products.ingredient_id
        ))
    ),
    page as (
      select matching.found, row_number() over () as place from (
        select matching.found from matching
        order by
          case when not is_descending then matching.sort_time end, case when is_descending then matching.sort_time end desc,
          case when not is_descending then matching.name end, case when is_descending then matching.name end desc,
          matching.id
        offset page_offset limit least(greatest(page_size, 1), 100)
      ) as matching
    )
    select private.catalogue_page(
      jsonb_agg(private.product_document(page.found) order by page.place), (select count(*) from matching)
    )
    from page
  );
end;
$function$;

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
  -- Global templates are for everyone, but not in a session that is not trusted, nor for every API key.
  if not (private.session_trusted() and private.scope_allows('template.read')) then
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
          or private.holds_text(templates.name || ' ' || templates.description, list_templates.query))
    ),
    page as (
      select matching.* from matching
      order by matching.name, matching.id
      offset page_offset limit least(greatest(page_size, 1), 100)
    )
    select jsonb_build_object(
      'items', coalesce((
        select jsonb_agg(
          private.template_document(page.template, writable, creating) || to_jsonb(usage) || case
            when list_templates.template_id is null then '{}'
            else jsonb_build_object('problems', private.problems_of_template(page.template))
          end
          order by page.name, page.id
        )
        from page
        cross join lateral private.template_usage(page.id, counted) as usage
      ), '[]'),
      'total', (select count(*) from matching)
    )
  );
end;
$function$;

CREATE OR REPLACE FUNCTION public.list_workflows(brand_id uuid DEFAULT NULL::uuid, state text DEFAULT NULL::text, content_type text DEFAULT NULL::text, query text DEFAULT NULL::text, sort text DEFAULT 'name'::text, is_descending boolean DEFAULT false, page_offset integer DEFAULT 0, page_size integer DEFAULT 20)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  readable uuid [] := private.brands_permitting('workflow.read');
  writable uuid [] := private.brands_permitting('workflow.write');
begin
  return (
    with matching as (
      select workflows as workflow, private.workflow_state(workflows) as state
      from public.workflows
      where
        workflows.brand_id = any (readable)
        and (list_workflows.brand_id is null or workflows.brand_id = list_workflows.brand_id)
        and (
          list_workflows.content_type is null or workflows.content_types = '{}'
          or list_workflows.content_type = any (workflows.content_types)
        )
        and (
          list_workflows.query is null
          or private.holds_text(workflows.name || ' ' || workflows.description, list_workflows.query)
        )
    ),
    page as (
      select
        matching.workflow,
        row_number() over (
          order by
            case when sort = 'updated_at' and is_descending then (matching.workflow).updated_at end desc,
            case when sort = 'updated_at' and not is_descending then (matching.workflow).updated_at end,
            case when sort = 'created_at' and is_descending then (matching.workflow).created_at end desc,
            case when sort = 'created_at' and not is_descending then (matching.workflow).created_at end,
            case when sort = 'name' and is_descending then (matching.workflow).name end desc,
            (matching.workflow).name, (matching.workflow).id
        ) as number
      from matching
      where list_workflows.state is null or matching.state = list_workflows.state
      order by number
      offset page_offset limit least(greatest(page_size, 1), 100)
    )
    select jsonb_build_object(
      'items', coalesce(
        (select jsonb_agg(private.shown_workflow(page.workflow, writable) order by page.number) from page), '[]'
      ),
      'total', (
        select count(*) from matching where list_workflows.state is null or matching.state = list_workflows.state
      )
    )
  );
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
        private.cut_text(format('Review "%s" in %s: %s', claim.text ->> 'original', item.market, item.effect), 500),
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

CREATE OR REPLACE FUNCTION public.open_session(sign_in jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  person public.profiles;
  is_admin boolean;
  has_factor boolean;
  is_known_device boolean;
  evicted uuid[];
begin
  select profiles.* into person from public.profiles
  where profiles.id = (sign_in ->> 'userId')::uuid for update;
  if person.id is null then
    perform private.refuse(404, 'user not found');
  elsif not person.is_active then
    perform private.audit_person(
      person.id, null, 'auth.failed_login', jsonb_build_object('reason', 'inactive'), 'denied'
    );
    return jsonb_build_object('isActive', false);
  end if;
  perform private.lock_auth_session((sign_in ->> 'sessionId')::uuid);
  is_admin := exists (select from private.platform_admins where platform_admins.user_id = person.id);
  has_factor := private.has_second_factor(person.id);
  -- A remembered device replaces the second factor, except for platform admins.
  is_known_device := not is_admin and private.is_remembered_device(person.id, sign_in ->> 'deviceTokenHash');
  insert into public.user_sessions (
    id, user_id, device_name, user_agent, address, method, mfa_verified_at, refreshed_at, sso_connection_id
  )
  values (
    (sign_in ->> 'sessionId')::uuid, person.id, coalesce(sign_in ->> 'deviceName', ''),
    coalesce(sign_in ->> 'userAgent', ''), sign_in ->> 'address', coalesce(sign_in ->> 'method', 'password'),
    case when has_factor and is_known_device then now() end,
    private.auth_refreshed_at((sign_in ->> 'sessionId')::uuid), (sign_in ->> 'ssoConnectionId')::uuid
  );
  if sign_in ? 'refreshTokenDigest' then
    insert into private.refresh_tokens (digest, session_id)
    values (sign_in ->> 'refreshTokenDigest', (sign_in ->> 'sessionId')::uuid);
  end if;
  if sign_in ->> 'ssoSubject' is not null then
    insert into private.sso_sessions (session_id, connection_id, subject, subject_digest, index_digest)
    values (
      (sign_in ->> 'sessionId')::uuid, (sign_in ->> 'ssoConnectionId')::uuid, sign_in ->> 'ssoSubject',
      sign_in ->> 'ssoSubjectDigest', sign_in ->> 'ssoIndexDigest'
    );
  end if;
  evicted := private.evict_surplus_sessions(person.id);
  update public.profiles
  set
    last_login_at = now(), login_count = profiles.login_count + 1,
    email_index = coalesce(sign_in ->> 'emailIndex', profiles.email_index)
  where profiles.id = person.id;
  perform private.audit_person(
    person.id, (sign_in ->> 'sessionId')::uuid, 'auth.login', jsonb_strip_nulls(jsonb_build_object(
      'method', sign_in -> 'method', 'address', sign_in -> 'addressIndex', 'knownDevice', is_known_device
    ))
  );
  return jsonb_build_object(
    'isActive', true,
    'factor', case when not has_factor then 'none' when is_known_device then 'passed' else 'pending' end,
    'methods', case when has_factor then private.factor_methods(person.id) else '[]'::jsonb end,
    'isEnrollmentRequired', is_admin and not has_factor,
    'passwordChangedAt', (
      select max(password_history.created_at) from private.password_history
      where password_history.user_id = person.id
    ),
    'evicted', to_jsonb(evicted),
    'plan', private.plan_of_person(person.id)
  );
end;
$function$;

CREATE OR REPLACE FUNCTION public.publish_content(content_id uuid, expected_version integer DEFAULT NULL::integer)
 RETURNS SETOF private.published_content
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  content public.contents;
  publication_id uuid;
begin
  perform private.require_functions();
  content := private.lock_content(content_id);
  perform private.require_action(content, 'publish', expected_version);
  publication_id := private.publish(content);
  return query
    select
      answer.id, answer.brand_id, answer.template_id, answer.template_version, answer.type, answer.status,
      answer.title, answer.slug, answer.fields, answer.body, answer.excerpt, answer.metadata, answer.tags,
      answer.categories, answer.assignees, answer.score, answer.provenance, answer.version, answer.major_version,
      answer.minor_version, answer.parent_id, answer.scheduled_for, answer.expires_at, answer.due_at,
      answer.published_at, answer.published_by, answer.created_by, answer.created_at, answer.updated_by,
      answer.updated_at, answer.deleted_at, answer.allowed_actions, answer.readable, answer.people, answer.review,
      private.publication_brief(publication_id), answer.plain_texts
    from private.content_answer(content.id) as answer;
end;
$function$;

CREATE OR REPLACE FUNCTION public.read_sso_session(session_id uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
  select jsonb_build_object('connectionId', known.connection_id, 'subject', known.subject)
  from private.sso_sessions as known
  inner join public.user_sessions as session on session.id = known.session_id and session.ended_at is null
  where known.session_id = read_sso_session.session_id;
$function$;

ALTER FUNCTION "public"."read_sso_session"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.record_mail_events(events jsonb)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  counted integer;
begin
  perform private.require_functions();
  with given as (
    select distinct on (event ->> 'provider', event ->> 'eventId')
      event ->> 'provider' as provider, left(event ->> 'eventId', 200) as event_id, event ->> 'kind' as kind,
      (event ->> 'mailId')::uuid as mail_id, event ->> 'providerMessageId' as provider_message_id,
      private.read_instant(event ->> 'at', 'at') as happened_at, event ->> 'suppress' as suppress,
      event ->> 'emailIndex' as email_index
    from jsonb_array_elements(record_mail_events.events) as event
  ),
  found as (
    select given.*, coalesce(by_id.id, by_provider.id) as known_id
    from given
    left join private.mail_messages as by_id on by_id.id = given.mail_id
    left join lateral (
      select mail_messages.id from private.mail_messages
      where
        given.mail_id is null and mail_messages.provider = given.provider
        and mail_messages.provider_message_id = given.provider_message_id
      limit 1
    ) as by_provider on true
    where
      given.kind not in ('opened', 'clicked')
      -- A provider may report what nobody asked for.
      or exists (
        select from private.mail_messages as tracked
        inner join private.mail_settings as settings on settings.brand_id = tracked.brand_id and settings.tracks
        where
          tracked.id = coalesce(by_id.id, by_provider.id) and tracked.category not in ('security', 'invitations')
      )
  ),
  added as (
    insert into private.mail_events (provider, event_id, mail_id, kind, happened_at)
    select found.provider, found.event_id, found.known_id, found.kind, found.happened_at
    from found
    on conflict do nothing
    returning mail_events.provider, mail_events.event_id
  ),
  fresh as (
    select found.* from found
    inner join added on added.provider = found.provider and added.event_id = found.event_id
  ),
  suppressed as (
    insert into private.email_suppressions as known (email_index, reason, until)
    select distinct on (fresh.email_index)
      fresh.email_index, fresh.suppress, case when fresh.suppress = 'bounce' then now() + interval '7 days' end
    from fresh
    where fresh.suppress is not null and fresh.email_index is not null
    order by fresh.email_index, fresh.suppress desc
    on conflict (email_index) do update
      set
        reason = excluded.reason, times = least(known.times + 1, 1000),
        until = case
          when excluded.reason = 'bounce' then now() + least(7 * 2 ^ least(known.times, 10), 365) * interval '1 day'
        end
      -- Mails that bounce together count once.
      where known.reason = 'bounce' and (excluded.reason = 'complaint' or known.until < now())
  ),
  times as (
    select
      fresh.known_id as id,
      min(fresh.happened_at) filter (where fresh.kind = 'delivered') as delivered_at,
      min(fresh.happened_at) filter (where fresh.kind = 'opened') as opened_at,
      min(fresh.happened_at) filter (where fresh.kind = 'clicked') as clicked_at,
      min(fresh.happened_at) filter (where fresh.kind = 'bounced') as bounced_at,
      min(fresh.happened_at) filter (where fresh.kind = 'complained') as complained_at,
      bool_or(fresh.kind = 'failed') as has_failed
    from fresh
    where fresh.known_id is not null
    group by fresh.known_id
  ),
  changed as (
    update private.mail_messages as message
    set
      delivered_at = least(message.delivered_at, times.delivered_at),
      opened_at = least(message.opened_at, times.opened_at),
      clicked_at = least(message.clicked_at, times.clicked_at),
      bounced_at = least(message.bounced_at, times.bounced_at),
      complained_at = least(message.complained_at, times.complained_at),
      -- The order of arrival says nothing: providers repeat and overtake.
      status = case
        when coalesce(message.complained_at, times.complained_at) is not null then 'complained'
        when coalesce(message.bounced_at, times.bounced_at) is not null then 'bounced'
        when coalesce(message.clicked_at, times.clicked_at) is not null then 'clicked'
        when coalesce(message.opened_at, times.opened_at) is not null then 'opened'
        when coalesce(message.delivered_at, times.delivered_at) is not null then 'delivered'
        when times.has_failed then 'failed'
        else message.status
      end
    from times
    where message.id = times.id
  )
  select count(*) into counted from fresh;
  return counted;
end;
$function$;

CREATE OR REPLACE FUNCTION public.refresh_search(batch integer DEFAULT 5000, seconds integer DEFAULT 8)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
 SET statement_timeout TO '30s'
AS $function$
declare
  until constant timestamptz := clock_timestamp() + make_interval(secs => seconds);
  waiting integer := (select count(*) from private.stale_searches);
  share constant integer := greatest(refresh_search.batch / greatest(waiting, 1), 1);
  stale record;
  refreshed integer := 0;
begin
  -- Each brand gets its share of the batch and of the time.
  for stale in
    select brands.id, coalesce(brands.language, '') as language
    from private.stale_searches inner join public.brands on brands.id = stale_searches.brand_id
    order by stale_searches.marked_at
    for update of stale_searches skip locked
  loop
    exit when refreshed >= refresh_search.batch or clock_timestamp() > until;
    refreshed := refreshed + private.refresh_brand(
      stale.id, stale.language, share, (until - clock_timestamp()) / greatest(waiting, 1)
    );
    waiting := waiting - 1;
  end loop;
  return refreshed;
end;
$function$;

ALTER FUNCTION "public"."refresh_search"(integer, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.release_refresh(session_id uuid)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
  update public.user_sessions set refresh_claimed_until = null where user_sessions.id = release_refresh.session_id;
$function$;

ALTER FUNCTION "public"."release_refresh"(uuid) OWNER TO "postgres";

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
  -- A version that is older than these columns has none: its texts were sanitised as HTML.
  restored.provenance := coalesce(snapshot -> 'provenance', '{}');
  restored.plain_texts := array(
    select jsonb_array_elements_text(coalesce(snapshot -> 'plain_texts', '[]'))
  );
  if restored is distinct from content then
    perform private.check_content_type(content.brand_id, restored.type);
    perform private.describe_change(jsonb_build_object('action', 'restored', 'note', 'restored version ' || version));
    update public.contents
    set
      title = restored.title, fields = restored.fields, metadata = restored.metadata, tags = restored.tags,
      body = restored.body, excerpt = restored.excerpt, categories = restored.categories, type = restored.type,
      provenance = restored.provenance, plain_texts = restored.plain_texts
    where contents.id = content.id;
    perform private.void_approvals(content.id);
  end if;
  return query select * from private.content_answer(content.id);
end;
$function$;

CREATE OR REPLACE FUNCTION public.search_contents(query text, filters jsonb DEFAULT '{}'::jsonb, sort text DEFAULT 'relevance'::text, page_offset integer DEFAULT 0, page_size integer DEFAULT 20, embedding text DEFAULT NULL::text)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
 SET plan_cache_mode TO 'force_custom_plan'
 SET work_mem TO '32MB'
AS $function$
#variable_conflict use_column
declare
  request constant private.search_request := private.parse_search(query, filters, sort, embedding);
  by_words constant private.search_matches := private.contents_by_words(request);
  marks constant private.search_marks := private.search_marks(request.clauses, request.terms);
  -- Only where words alone found little, whatever the page, and in few brands: the index is read once for each brand.
  by_likeness constant uuid [] := case
    when
      by_words.total < 20 and request.sort = 'relevance' and request.has_few_brands and not request.is_exact
      and char_length(request.query) >= 4
      then private.contents_by_likeness(request)
    else '{}'
  end;
  by_meaning constant uuid [] := case
    when request.embedding is not null then private.contents_by_meaning(request) else '{}'
  end;
begin
  return (
    -- Reciprocal rank fusion (Cormack et al. 2009): places can be compared where scores cannot.
    with fused as (
      select ranking.content_id, sum(ranking.weight / (60 + ranking.place)) as score
      from (
        select content_id, 1.0 as weight, place
        from unnest(by_words.content_ids) with ordinality as words (content_id, place)
        union all
        -- With a weight that places them behind all that have the words.
        select content_id, 0.000001, place from unnest(by_likeness) with ordinality as likeness (content_id, place)
        union all
        select content_id, 1.0, place from unnest(by_meaning) with ordinality as meaning (content_id, place)
      ) as ranking
      group by ranking.content_id
    ),
    page as (
      select fused.content_id, fused.score, row_number() over (order by fused.score desc, fused.content_id) as place
      from fused
      order by fused.score desc, fused.content_id
      offset page_offset limit least(greatest(page_size, 1), 100)
    )
    select jsonb_build_object(
      'total', greatest(by_words.total, (select count(*) from fused)),
      'facets', by_words.facets,
      'items', coalesce(jsonb_agg(jsonb_build_object(
        'id', search.content_id, 'brand_id', search.brand_id, 'title', search.title, 'type', search.type,
        'status', search.status, 'tags', search.tags, 'score', search.score, 'updated_at', search.updated_at,
        'rank', round(page.score, 6),
        'title_highlight', private.marked(search.title, marks, private.search_language(search.language)),
        'text_highlight', private.text_highlight(search.plain, marks, private.search_language(search.language))
      ) order by page.place), '[]')
    )
    from page
    inner join private.content_search as search on search.content_id = page.content_id
  );
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
      user_id, email_enabled, content_updates, new_comments, task_reminders, marketing, digest, quiet_from, quiet_to,
      channels, muted_brands
    )
    values (
      auth.uid(), wanted.email_enabled, wanted.content_updates, wanted.new_comments, wanted.task_reminders,
      wanted.marketing, wanted.digest, wanted.quiet_from, wanted.quiet_to, coalesce(wanted.channels, '{}'),
      coalesce(wanted.muted_brands, '[]')
    )
    on conflict (user_id) do nothing
    returning * into written;
  else
    update public.notification_preferences
    set
      email_enabled = wanted.email_enabled, content_updates = wanted.content_updates,
      new_comments = wanted.new_comments, task_reminders = wanted.task_reminders, marketing = wanted.marketing,
      digest = wanted.digest, quiet_from = wanted.quiet_from, quiet_to = wanted.quiet_to,
      -- Absent in what does not show them: they stay.
      channels = coalesce(wanted.channels, notification_preferences.channels),
      muted_brands = coalesce(wanted.muted_brands, notification_preferences.muted_brands)
    where
      notification_preferences.user_id = auth.uid()
      and notification_preferences.version = set_notification_preferences.version
    returning * into written;
  end if;
  if written.user_id is null then
    perform private.refuse(412, 'the preferences have changed since', jsonb_build_array(jsonb_build_object(
      'field', 'version', 'code', 'CONFLICT', 'message', coalesce((
        select present.version from public.notification_preferences as present where present.user_id = auth.uid()
      ), 0)::text
    )));
  end if;
  return written;
end;
$function$;

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
  prefix constant text := left(private.search_letters(left(btrim(typed), 100)), 100);
  found uuid [];
begin
  if prefix = '' then
    return;
  end if;
  found := private.titles_beginning(brands, prefix, wished);
  if
    cardinality(found) < wished and cardinality(brands) <= 5
    and (char_length(prefix) >= 3 or prefix ~ private.unspaced_pattern())
  then
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

CREATE OR REPLACE FUNCTION public.update_claim(claim_id uuid, expected_version integer, changes jsonb)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  claim public.claims;
begin
  perform private.require_functions();
  claim := private.lock_claim(claim_id, is_for_author => true);
  perform private.require_version(claim.version, expected_version, 'claim');
  perform private.refuse_archived(claim);
  perform private.require_times(changes, '{effective_from, effective_to}');
  claim := jsonb_populate_record(claim, changes - array[
    'id', 'level', 'master_claim_brand_id', 'approval', 'approval_position', 'archived_at', 'version', 'type',
    'created_by', 'created_at', 'updated_by', 'updated_at'
  ]);
  claim.countries := array_replace(claim.countries, '__ALL_COUNTRIES__', '__GLOBAL__');
  -- A change of what was approved starts the approval again, from the first step.
  if claim.approval in ('pending', 'approved') and (
    select
      (
        claims.text, claims.status, claims.countries, claims.effective_from, claims.effective_to,
        claims.regulatory_references
      ) is distinct from (
        claim.text, claim.status, claim.countries, claim.effective_from, claim.effective_to,
        claim.regulatory_references
      )
    from public.claims where claims.id = claim.id
  ) then
    update public.claim_approvals set is_current = false where claim_approvals.claim_id = claim.id;
    claim.approval_position := (private.locked_approval_step(claim, 0)).position;
    -- Where the catalogue brand asks for no approval any more, the claim is in none.
    claim.approval := case when claim.approval_position is not null then 'pending' end;
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

CREATE OR REPLACE FUNCTION public.update_claim_evidence(claim_id uuid, evidence_id uuid, expected_version integer, changes jsonb)
 RETURNS SETOF jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  evidence private.claim_evidence;
  claim public.claims;
begin
  perform private.require_functions();
  if expected_version is null then
    perform private.refuse(428, 'an update names the version that it saw');
  end if;
  claim := private.lock_claim(claim_id, is_for_author => true);
  evidence := private.lock_evidence(claim_id, evidence_id, expected_version);
  perform private.require_times(changes, '{issued_on, expires_on}');
  evidence := jsonb_populate_record(evidence, changes);
  update private.claim_evidence as kept
  set
    title = evidence.title, kind = evidence.kind, url = evidence.url, file_reference = evidence.file_reference,
    issuer = evidence.issuer, reference_number = evidence.reference_number, notes = evidence.notes,
    issued_on = evidence.issued_on, expires_on = evidence.expires_on,
    -- What was accepted or refused is another document now.
    status = 'pending', reviewed_by = null, reviewed_at = null, review_comment = '', announced_days = null,
    edited_by = auth.uid()
  where kept.id = evidence_id;
  perform private.announce_evidence(evidence, 'changed');
  perform private.tell_evidence_reviewers(evidence);
  return next private.evidence_answer(evidence_id);
end;
$function$;

CREATE OR REPLACE FUNCTION public.update_content(content_id uuid, expected_version integer, changes jsonb, is_autosave boolean DEFAULT false, note text DEFAULT ''::text, rich jsonb DEFAULT NULL::jsonb)
 RETURNS SETOF private.content_details
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  access private.brand_access [];
  content public.contents;
  changed public.contents;
  allowed record;
  described text;
  is_restarted boolean := false;
  form jsonb;
  kept record;
  plain text [] := '{}';
begin
  perform private.require_functions();
  access := private.access_to_content(content_id);
  content := private.lock_read_content(content_id, waits => false);
  if content.id is null then
    -- Another transaction holds it. What the caller held before the wait may be gone after it.
    content := private.lock_read_content(content_id);
    access := private.access_to_content(content_id);
  end if;
  allowed := private.allowed_with(content, access);
  if content.version is distinct from expected_version or ('edit' = any (allowed.allowed_actions)) is not true then
    perform private.require_action(content, 'edit', expected_version);
    if expected_version is null then
      perform private.refuse(428, 'an update names the version that it saw');
    end if;
  end if;
  if rich is not null then
    perform private.check_elements(content.brand_id, rich);
    if changes ? 'fields' then
      form := case when content.template_id is not null then private.content_form(content) end;
      kept := private.kept_texts(form, changes -> 'fields', rich);
      changes := jsonb_set(changes, '{fields}', kept.fields);
      plain := kept.plain;
    end if;
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
    changed.fields := private.edited_fields(
      content, changed, changes -> 'fields', case when is_autosave then 'shape' else 'value' end
    );
    plain := plain || private.plain_defaults(content, changed, changes -> 'fields');
  end if;
  changed.plain_texts := private.plain_texts_after(content, changed, plain);
  -- Without a difference there is no version, since there would be no event to tell of it.
  if changed is distinct from content then
    described := private.describe_change(jsonb_build_object('is_autosave', is_autosave, 'note', left(note, 2000)));
    update public.contents
    set
      title = changed.title, type = changed.type, tags = changed.tags, slug = changed.slug,
      categories = changed.categories, due_at = changed.due_at, expires_at = changed.expires_at,
      assignees = changed.assignees, plain_texts = changed.plain_texts,
      -- What may be long stays where it is stored, unless it changes.
      fields = case when changes ? 'fields' then changed.fields else contents.fields end,
      metadata = case when changes ? 'metadata' then changed.metadata else contents.metadata end,
      body = case when changes ? 'body' then changed.body else contents.body end,
      excerpt = case when changes ? 'excerpt' then changed.excerpt else contents.excerpt end
    where contents.id = content.id
    returning contents.* into changed;
    if private.is_edited(content, changed) then
      is_restarted := private.void_approvals(content.id);
      if is_restarted then
        select contents.* into changed from public.contents where contents.id = content.id;
      end if;
    end if;
    -- What the rules of contents ask about a content and may have changed (private.content_facts).
    if
      is_restarted or changed.status <> content.status or changed.type <> content.type
      or changed.expires_at is distinct from content.expires_at or content.status in ('approved', 'scheduled')
    then
      allowed := private.allowed_with(changed, access);
    end if;
  end if;
  return next private.answer_with(changed, access, allowed.allowed_actions, allowed.readable);
end;
$function$;

ALTER FUNCTION "public"."update_content"(uuid, integer, jsonb, boolean, text, jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.update_delegation(delegation_id uuid, expected_version integer, changes jsonb)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  present private.delegations;
  wished private.delegations;
begin
  perform private.require_functions();
  present := private.own_delegation(update_delegation.delegation_id);
  perform private.require_version(present.version, update_delegation.expected_version, 'delegation');
  if present.ends_at <= now() then
    perform private.refuse(409, 'the delegation has ended');
  end if;
  perform private.require_times(changes, '{starts_at, ends_at}');
  wished := jsonb_populate_record(present, (
    select coalesce(jsonb_object_agg(entry.key, entry.value), '{}') from jsonb_each(private.as_object(changes)) as entry
    where entry.key in ('delegate_id', 'starts_at', 'ends_at', 'reason')
  ));
  if wished.starts_at is distinct from present.starts_at and present.starts_at <= now() then
    perform private.refuse(409, 'the delegation has begun: only its end, its delegate and its reason can be changed');
  end if;
  perform private.lock_delegations(wished);
  perform private.require_sound_delegation(wished);
  update private.delegations
  set
    delegate_id = wished.delegate_id, starts_at = wished.starts_at, ends_at = wished.ends_at, reason = wished.reason,
    version = delegations.version + 1, updated_by = auth.uid(), updated_at = now()
  where delegations.id = present.id
  returning delegations.* into wished;
  perform private.tell_of_delegation(wished, 'DelegationChanged');
  return private.delegation_answer(wished);
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
    logout_url = changed.logout_url, allows_unsolicited = changed.allows_unsolicited,
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
    icon = changed.icon, category = changed.category, tags = changed.tags, ai_enabled = changed.ai_enabled,
    -- Of what the caller sent the functions have cleaned the default values, but of nothing else.
    markup_version = case
      when
        (changes ? 'input_fields' or not private.has_marked_defaults(template.input_fields))
        and (changes ? 'output_fields' or not private.has_marked_defaults(template.output_fields))
        then private.markup_version()
      else templates.markup_version
    end
  where templates.id = template.id
  returning * into template;
  return next private.template_answer(template);
end;
$function$;

ALTER TABLE "private"."content_search" ADD CONSTRAINT "content_search_words_version_check" CHECK (((words_version >= 1) AND (words_version <= 1000)));

ALTER TABLE "private"."refresh_tokens" ADD CONSTRAINT "refresh_tokens_session_id_fkey" FOREIGN KEY (session_id) REFERENCES public.user_sessions(id) ON DELETE CASCADE;

ALTER TABLE "private"."sso_sessions" ADD CONSTRAINT "sso_sessions_connection_id_fkey" FOREIGN KEY (connection_id) REFERENCES public.sso_connections(id) ON DELETE CASCADE;

ALTER TABLE "private"."sso_sessions" ADD CONSTRAINT "sso_sessions_session_id_fkey" FOREIGN KEY (session_id) REFERENCES public.user_sessions(id) ON DELETE CASCADE;

ALTER TABLE "public"."sso_connections" ADD CONSTRAINT "sso_connections_logout_url_check" CHECK (((logout_url ~ '^https?://'::text) AND (char_length(logout_url) <= 2000)));

ALTER TABLE "public"."template_versions" ADD CONSTRAINT "template_versions_markup_version_check" CHECK ((markup_version >= 0));

ALTER TABLE "public"."templates" ADD CONSTRAINT "templates_markup_version_check" CHECK ((markup_version >= 0));

ALTER TABLE "public"."user_sessions" ADD CONSTRAINT "user_sessions_refresh_claimed_until_check" CHECK (((refresh_claimed_until >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (refresh_claimed_until <= '2200-01-01 00:00:00+00'::timestamp with time zone)));

CREATE INDEX refresh_tokens_session_id_idx ON private.refresh_tokens USING btree (session_id, spent_at);

CREATE INDEX sso_sessions_connection_id_idx ON private.sso_sessions USING btree (connection_id, subject_digest);

CREATE INDEX contents_brand_title_idx ON public.contents USING btree (brand_id, title COLLATE "und-x-icu", id) WHERE (deleted_at IS NULL);

CREATE TRIGGER check_template AFTER INSERT OR UPDATE OF input_fields, output_fields ON public.templates FOR EACH ROW EXECUTE FUNCTION private.check_template();

COMMENT ON COLUMN "private"."content_search"."words_version" IS 'The private.words_version by which the words were made.';

COMMENT ON COLUMN "private"."refresh_tokens"."spent_at" IS 'When the first refresh by this token was recorded; null: not yet.';

COMMENT ON COLUMN "private"."sso_sessions"."index_digest" IS 'SHA-256 of the connection and the SessionIndex; null if the provider gave none.';

COMMENT ON COLUMN "private"."sso_sessions"."subject" IS 'The NameID with its qualifiers and the SessionIndex, as JSON. Encrypted by the application.';

COMMENT ON COLUMN "private"."sso_sessions"."subject_digest" IS 'SHA-256 of the connection and the NameID: the provider names the person by it when it ends sessions.';

COMMENT ON COLUMN "public"."contents"."plain_texts" IS 'The paths of texts with `<` or `&` that are text as it was typed: `excerpt` and `fields.<key>`. All other texts are
HTML that was sanitised, or read alike as both.';

COMMENT ON COLUMN "public"."sso_connections"."allows_unsolicited" IS 'Whether the provider may begin a sign-in, without a request of ours.';

COMMENT ON COLUMN "public"."sso_connections"."logout_url" IS 'Where the provider takes requests and answers of single logout (HTTP-Redirect binding); null: nowhere.';

COMMENT ON COLUMN "public"."templates"."markup_version" IS 'The allow-list by which functions cleaned the default values of its fields (private.markup_version); 0: none did.';

COMMENT ON COLUMN "public"."user_sessions"."refresh_claimed_until" IS 'While a request of ours refreshes the session: no other one asks Auth before this time.';

COMMENT ON FUNCTION "private"."accents"() IS 'Returns the marks on letters that searches pass over, as the inside of a class of a regular expression.';

COMMENT ON FUNCTION "private"."as_day"(text) IS 'Returns the date that a text such as 2026-11-24 names; null for any other text, as for the 30th of February.';

COMMENT ON FUNCTION "private"."as_instant"(text) IS 'Returns the instant that a text of RFC 3339 with an offset names; null for any other text, as for the 30th of
February.';

COMMENT ON FUNCTION "private"."bare_tags"(text) IS 'Reduces the tags of HTML to their names, and puts U+0001 in place of comments, scripts, styles and odd tags.';

COMMENT ON FUNCTION "private"."beginning_of_html"(text, integer) IS 'Returns the first characters of HTML, at most so many, without a tag or a reference that they end within.';

COMMENT ON FUNCTION "private"."between_words"() IS 'Returns what is no part of a word that has spaces around it, as the inside of a class of a regular expression.';

COMMENT ON FUNCTION "private"."bound_problems"(jsonb) IS 'Finds bounds of a field that contradict each other, so that no value could fill it.';

COMMENT ON FUNCTION "private"."brand_terms"(uuid[]) IS 'Returns the query for contents of any of these brands.';

COMMENT ON FUNCTION "private"."check_elements"(uuid, jsonb) IS 'Refuses with 409 texts that were sanitised for other elements than the brand takes (settings.richText), and names those
in the message of the detail. rich: see private.kept_texts; without elements, the texts are the same for every brand.';

COMMENT ON FUNCTION "private"."check_template"() IS 'Refuses with 400 fields that cannot work (private.template_problems), except for what was wrong before.';

COMMENT ON FUNCTION "private"."claim_slug"(uuid, uuid, text, boolean, boolean) IS 'Claims a slug for a content, releases its former one and returns it. Where another content holds the slug, or it is
reserved, adds a number, or refuses with 409 if it must be exact. is_new: the content holds no slug yet.';

COMMENT ON FUNCTION "private"."claim_text_key"(jsonb) IS 'Returns the key of the original text. Claims with the same key are the same claim.';

COMMENT ON FUNCTION "private"."clause_terms"(text, regconfig) IS 'Returns the query for the words of a clause in a language, which stand one after another in a text; in one of more
words than have places, anywhere. Empty if it has none but words that are too frequent to be found.';

COMMENT ON FUNCTION "private"."clauses_terms"(private.search_clause[], regconfig[], boolean) IS 'Returns the query for all clauses that are wanted, or for any of those that are excluded.';

COMMENT ON FUNCTION "private"."comparable"(jsonb, text) IS 'Returns a value as conditions compare it: a time as seconds since 1970, whatever its offset; a list item by item.';

COMMENT ON FUNCTION "private"."comparison_problem"(text, jsonb, jsonb, uuid) IS 'Returns why a condition on a field never holds, or always: its operator is not for this kind of value, or the field
takes no such value. Null where it can hold.';

COMMENT ON FUNCTION "private"."condition_is_met"(jsonb, jsonb, text) IS 'Whether a condition {operator, value} holds for the value of another field (domain §4). kind: of that field, as
private.field_kind names it.';

COMMENT ON FUNCTION "private"."contents_by_likeness"(private.search_request) IS 'Finds those of the latest contents with a title that holds something like the query, so that typing errors find
something; then contents with a title that holds its longer words within others.';

COMMENT ON FUNCTION "private"."cut_around"(text, integer) IS 'Returns about 200 characters of a text from around a place.';

COMMENT ON FUNCTION "private"."cut_slug"(text, integer) IS 'Cuts a slug after a word, so many characters at most; within a word only if it is longer than half of that.';

COMMENT ON FUNCTION "private"."cut_text"(text, integer) IS 'Returns the beginning of a text, so many characters at most, without a part of a character as readers see it: an emoji,
a flag, a letter with its accents. lib/core/texts.py has the same in Python.';

COMMENT ON FUNCTION "private"."default_values"(public.templates, uuid, smallint) IS 'Returns the default values of a template that a content of the brand can have now, by the ids of their fields.
markup_version: the allow-list by which the texts of the content are clean; other defaults with HTML are left out.';

COMMENT ON FUNCTION "private"."edited_fields"(public.contents, public.contents, jsonb, text) IS 'Returns the fields of a content after an edit of the given ones, as checked_fields does, with the default values of
those that the edit shows. former: the content before it.';

COMMENT ON FUNCTION "private"."exclusion_condition"() IS 'Returns what a search excludes, for those ways that do not ask for its words: SQL as that of search_condition.';

COMMENT ON FUNCTION "private"."field_kind"(jsonb) IS 'Returns how the values of a field are compared: number, boolean, date, time, list, object or text.';

COMMENT ON FUNCTION "private"."folded_case"(text) IS 'Returns a text as it is compared where case makes no difference: names, tags, conditions, claims, queries. In NFC, of
small letters, without what nobody sees; ß is ss, every i is one letter, and full-width letters are as others
(ADR 73). lib/core/texts.py has the same in Python.';

COMMENT ON FUNCTION "private"."free_brand_slug"(text) IS 'Returns a slug for a brand of this name which no other brand has.';

COMMENT ON FUNCTION "private"."guard_comment"() IS 'Keeps a comment where it is, stamps its edit and its resolution, and keeps the former text of one that is edited or
deleted. Refuses with 400 a text that shows nothing.';

COMMENT ON FUNCTION "private"."has_marked_defaults"(jsonb) IS 'Whether a default value of these fields may have HTML elements, which must have been cleaned before it is used.';

COMMENT ON FUNCTION "private"."has_markup"(jsonb) IS 'Whether a text within a value may have HTML elements.';

COMMENT ON FUNCTION "private"."holds_text"(text, text) IS 'Whether a text holds another one, also in another case: see folded_case.';

COMMENT ON FUNCTION "private"."html_shows_something"(text) IS 'Whether readers see anything of HTML: a text that shows something, or a picture.';

COMMENT ON FUNCTION "private"."is_blank"(jsonb, text) IS 'Whether a value counts as missing: it has no text that shows something, no number and no truth value. kind: the type of
its field, for those that hold HTML or questions; all other values are plain.';

COMMENT ON FUNCTION "private"."is_boundary"(text, text) IS 'Whether two texts that follow each other may be parted: not within a character as readers see it (UAX #29). In doubt it
says no.';

COMMENT ON FUNCTION "private"."is_html_field"(jsonb, text) IS 'Whether a field of a form holds HTML, or HTML among its parts.';

COMMENT ON FUNCTION "private"."is_of_kind"(jsonb, text[]) IS 'Whether a value of a condition can be compared with values of one of the kinds.';

COMMENT ON FUNCTION "private"."is_reserved_slug"(text) IS 'Whether a slug is a name of websites or systems of files: none is made of a title, but whoever asks for it gets it.';

COMMENT ON FUNCTION "private"."kept_texts"(jsonb, jsonb, jsonb) IS 'Returns the fields of a content as they are kept, and the paths of those that are kept as typed though they have `<` or
`&`. given: as typed. rich: {texts: {key: {html, is_markup}}, elements}: of each such text how it reads as HTML, if that
differs, and whether it looks like HTML, which decides where no form tells. form: null without a template.';

COMMENT ON FUNCTION "private"."kinds_of_field"(uuid, jsonb, text) IS 'Returns the kinds of value that a field of conditions has (private.field_kind) in the templates of these types of
content that a brand may use; none for an unknown field.';

COMMENT ON FUNCTION "private"."kinds_of_fields"(jsonb) IS 'Returns the types of the fields of a form: {id: type}.';

COMMENT ON FUNCTION "private"."kinds_with_order"(text[]) IS 'Returns those of the kinds of value of which one is greater than another.';

COMMENT ON FUNCTION "private"."latin_letters"(text) IS 'Returns a text in small letters of the Latin alphabet: without accents, and with the letters of other alphabets as they
are read. Letters of scripts that cannot be read one by one stay.';

COMMENT ON FUNCTION "private"."length_bounds"(jsonb) IS 'Returns the least and the greatest number of characters of a field of text, null for none: its own, else those of its
type (domain §4).';

COMMENT ON FUNCTION "private"."letter_pattern"(text) IS 'Returns a regular expression for a letter as texts write it: with or without accents, small or capital.';

COMMENT ON FUNCTION "private"."list_key"(text) IS 'Builds what a list is ordered by: titles by the root collation of Unicode.';

COMMENT ON FUNCTION "private"."list_statement"(text, boolean, text, text, text) IS 'Builds the expression for a page of contents, private.content_page. place: as for list_parts. form: merged from the
indexes of brands; one brand, without merging, not for lists of two parts; sorted, where few contents match, and sorted
brand, where they are of one brand; titles, of one brand in another collation than its index has.';

COMMENT ON FUNCTION "private"."look_at_log"(uuid, xid8, uuid, uuid, text[], text, integer, boolean) IS 'Returns the next events of a brand behind a place in the log, in the order in which nothing can be missed: that of
transactions. is_wanted: whether the caller may read it, and it is of the wanted types. most: how many it looks at.
is_ahead: returns those instead that are committed, and before which others may still be committed.';

COMMENT ON FUNCTION "private"."marked"(text, private.search_marks, regconfig) IS 'Returns a text with the words that a search wanted between U+E000 and U+E001.';

COMMENT ON FUNCTION "private"."name_key"(text) IS 'Returns what is unique of a name: see folded_case. For indexes.';

COMMENT ON FUNCTION "private"."named_characters"() IS 'Returns the code points of the characters that references in HTML name: {amp: 38}.';

COMMENT ON FUNCTION "private"."numbered_character"(text) IS 'Returns the character of a reference by number, such as #8211; or #x2013; and U+FFFD for a number that has none.';

COMMENT ON FUNCTION "private"."on_one_line"(text) IS 'Reduces each run of white space, also of spaces that do not break, to one space, and removes it at both ends.';

COMMENT ON FUNCTION "private"."plain_defaults"(public.contents, public.contents, jsonb) IS 'Returns the paths of default values that an edit shows (private.edited_fields) and that are text with `<` or `&`.
given: the fields that were sent.';

COMMENT ON FUNCTION "private"."plain_proposals"(jsonb, jsonb) IS 'Returns the paths of values of fields of a form, such as those that a model proposes, that are text with `<` or `&`.';

COMMENT ON FUNCTION "private"."plain_texts_after"(public.contents, public.contents, text[]) IS 'Returns the plain_texts of a content after a change. plain: the paths of fields that were sent and are kept as typed.';

COMMENT ON FUNCTION "private"."plain_texts_of"(uuid) IS 'Returns the paths of the texts of a content that are kept as typed.';

COMMENT ON FUNCTION "private"."problems_of_template"(public.templates) IS 'Returns what is wrong with the fields of a template: [{field, code, message}].';

COMMENT ON FUNCTION "private"."publication_notices"(uuid[]) IS 'Returns whom changes and publications are told to: the creator and watchers, of failures the admins too, and of a
schedule that was given up whoever set it. Edits are bundled, and neither mailed at once nor sent to chats.';

COMMENT ON FUNCTION "private"."publish_due_content"(uuid) IS 'Publishes a content that is due, or takes it off the schedule where it may not be published, and tells so. Returns the
outcome, which is `started` where channels get it first; null if it is not due, if another scheduler has it, or if it
waits, for up to 10 minutes, for a check against claims that have changed.';

COMMENT ON FUNCTION "private"."read_instant"(text, text) IS 'Returns the instant that a text of RFC 3339 names, and null for null. Refuses any other text with 400, for the field.';

COMMENT ON FUNCTION "private"."refresh_brand"(uuid, text, integer, interval) IS 'Makes the words of a brand''s contents anew, one after another, up to a batch and for a time, one at least. One that
fails is tried again later. Returns how many it looked at.';

COMMENT ON FUNCTION "private"."refresh_claim_limit"() IS 'How long a request of ours keeps the refresh of a session to itself, unless it ends earlier. Requests of the function
that refreshes last no longer.';

COMMENT ON FUNCTION "private"."refresh_document"(uuid, text) IS 'Makes the text and the words of a content anew, stemmed in a language.';

COMMENT ON FUNCTION "private"."refresh_reuse_limit"() IS 'How long after its first use a refresh token is answered again, with the newest tokens of its session: other tabs may
use it at the same time, and the answer to the first use may be lost. Longer than a request of ours that refreshes. Must
agree with auth.refresh_token_reuse_interval in supabase/config.toml and GRACE_SECONDS in Python.';

COMMENT ON FUNCTION "private"."refuse_schedule"(public.contents, public.contents) IS 'Refuses with 400 a content that would expire before it is published, about the time that was changed.';

COMMENT ON FUNCTION "private"."require_reason"(text, text) IS 'Raises 400 for a reason that shows nothing or has over 5000 characters.';

COMMENT ON FUNCTION "private"."require_times"(jsonb, text[]) IS 'Refuses with 400 values of these names that are no times of RFC 3339 or, where the name ends in `_on`, no dates: before
a record is made of JSON, which casts them.';

COMMENT ON FUNCTION "private"."search_clauses"(text) IS 'Reads what was typed into a search, 500 characters at most, as at most 32 clauses. One with several words, as in
quotation marks or with a hyphen, asks for them one after another.';

COMMENT ON FUNCTION "private"."search_letters"(text) IS 'Returns a text as searches compare it: small letters without accents and invisible characters, wide and joined forms as
usual ones. ß is ss, ø is o, ł is l.';

COMMENT ON FUNCTION "private"."search_marks"(private.search_clause[], tsquery) IS 'Returns what to mark in the texts that a search found: a regular expression for words that may be meant, and the words
that are.';

COMMENT ON FUNCTION "private"."search_symbols"() IS 'Returns a regular expression for emoji and other signs that are found like words.';

COMMENT ON FUNCTION "private"."search_terms"(private.search_clause[], regconfig[], uuid[]) IS 'Returns the query for the clauses of a search: their words as written, or their stems in any of these languages.
brands: null where they are too many to be named.';

COMMENT ON FUNCTION "private"."seconds_to_publication"(uuid, text, text) IS 'Returns how many seconds are left until the next content of a brand, of a type and with a tag, is to be published; null
where none is within 5 minutes.';

COMMENT ON FUNCTION "private"."seconds_until"(timestamp with time zone) IS 'Returns how many whole seconds are left until a time; null for none.';

COMMENT ON FUNCTION "private"."seen_length"(text) IS 'Counts the characters of a text that show, and one for each run of white space between them: for least lengths.';

COMMENT ON FUNCTION "private"."short_key"(text, integer) IS 'Returns a key of so many characters at most. Of a longer one, the end is a hash of the whole.';

COMMENT ON FUNCTION "private"."shows_something"(text) IS 'Whether readers see anything of a text: a character that is no space, filler, mark of direction or the like.';

COMMENT ON FUNCTION "private"."slugify"(text) IS 'Makes a slug from a title: a-z, 0-9 and hyphens, 80 characters at most. Empty where no letter can be read.';

COMMENT ON FUNCTION "private"."small_letters"(text) IS 'Returns an e-mail address as Auth stores it. Unlike folded_case it keeps letters apart that mail servers tell apart.';

COMMENT ON FUNCTION "private"."sorted_contents"(private.list_request, jsonb, boolean, text) IS 'Returns a page of contents in any order and by any filters, planned for them: for the lists that are asked for
rarely, and for titles of one brand in the order of its language, of which all are read. total is null unless counted.';

COMMENT ON FUNCTION "private"."spaced_words"(text) IS 'Returns those words of a text that have spaces between them, with nothing else. letters: see search_letters.';

COMMENT ON FUNCTION "private"."spaceless_letters"() IS 'Returns the letters of scripts that put no space between words, as the inside of a class of a regular expression.';

COMMENT ON FUNCTION "private"."tell_unscheduled"(public.contents, text) IS 'Tells that a content which was due has not been published, and whoever scheduled it (private.publication_notices).
content: as it was scheduled. reason: expired, or claims.';

COMMENT ON FUNCTION "private"."template_problems"(jsonb, jsonb, uuid) IS 'Finds what is wrong with the fields of a template: unknown types and references, circles of conditions and conditions
that cannot hold, unsafe patterns, bounds that contradict each other, default values that the field does not take.';

COMMENT ON FUNCTION "private"."text_highlight"(text, private.search_marks, regconfig) IS 'Cuts out of a text what a search matched: from around the first mark, and around the first other word that is marked.
Looks at 20,000 characters.';

COMMENT ON FUNCTION "private"."text_of_html"(text) IS 'Returns the text of HTML on one line. Tags inside a line vanish, those of blocks are one space, references are read.
Comments, scripts, styles and unfinished tags are no text.';

COMMENT ON FUNCTION "private"."text_of_value"(text, text) IS 'Returns the text of a value of a content, which is HTML or plain by the type of its field. kind: null if that is not
known.';

COMMENT ON FUNCTION "private"."text_words"(text, regconfig) IS 'Returns the words by which a text is found: as written and as stems of a language. Of 100,000 bytes at most.';

COMMENT ON FUNCTION "private"."title_collation"(uuid[]) IS 'Returns the collation in which the titles of a single brand are sorted: that of its language; null for the root
collation, which the index has and in which titles of several brands are sorted.';

COMMENT ON FUNCTION "private"."title_for"(text, text) IS 'Returns the title, or without one that shows something the beginning of the text, or the date (domain §3).';

COMMENT ON FUNCTION "private"."titles_beginning"(uuid[], text, integer) IS 'Finds contents of these brands with titles that begin with such letters, the last changed first. Where a brand
has many, these are the first in the alphabet and those among the latest contents.';

COMMENT ON FUNCTION "private"."titles_holding"(uuid[], text, integer) IS 'Finds contents of these brands with titles that hold such letters somewhere: first those among the latest contents, the
last changed first, then others, then the latest with titles that hold something like it.';

COMMENT ON FUNCTION "private"."typed_kind"(public.contents, text) IS 'Returns `plain_text` for a text of a content that is kept as it was typed; null where nobody noted that.';

COMMENT ON FUNCTION "private"."unseen_characters"() IS 'Returns the characters that show nothing and are no white space, as they stand in brackets of a regular expression.';

COMMENT ON FUNCTION "private"."unspaced_pattern"() IS 'Returns a regular expression for runs of spaceless_letters, and for each of search_symbols.';

COMMENT ON FUNCTION "private"."unspaced_terms"(text) IS 'Returns the query for what private.unspaced_words finds in a text. letters: see search_letters.';

COMMENT ON FUNCTION "private"."unspaced_words"(text) IS 'Returns the words of a text that the parser of PostgreSQL does not see: letters of scripts without spaces, their
pairs, each at its place, and emoji. letters: see search_letters.';

COMMENT ON FUNCTION "private"."without_references"(text) IS 'Replaces references of HTML, such as &amp; and &#8211; by their characters. Unknown names stay as they are.';

COMMENT ON FUNCTION "private"."word_count"(text) IS 'Counts the words of a text: runs of characters that are no white space, and each ideograph.';

COMMENT ON FUNCTION "private"."word_parts"(text) IS 'Returns other forms in which the words of a text are found: parts that begin with a capital letter, and words with a
hyphen or an apostrophe without it, whole and by two; at most 2,000 of each.';

COMMENT ON FUNCTION "private"."wording_key"(text) IS 'Returns what tells a wording of a claim from others: see folded_case.';

COMMENT ON FUNCTION "private"."words_version"() IS 'Returns the number of the rules by which content_words makes words. After a change of them it increases, and all brands
are queued in stale_searches: refresh_search makes the words of contents anew.';

COMMENT ON FUNCTION "public"."bulk_contents"(text, uuid[], jsonb) IS 'Runs one command on each of at most 100 contents and returns for each the HTTP status that it would have had alone.
arguments.versions has the version of each content that the caller read, by its id: approve needs it, 428 else.';

COMMENT ON FUNCTION "public"."claim_refresh"(jsonb) IS 'For the service, before it refreshes a session in Auth. One request at a time may: claimed. Otherwise: busy (another
request refreshes the session), answered (the token was used a moment ago, and the caller has the answer), unknown (we
did not issue the token: Auth decides), undecided (see begin_refresh), reused (the session has ended just now, because a
token was used twice) or ended. The token is judged under the lock of its session, by the clock of the database.';

COMMENT ON FUNCTION "public"."create_content"(uuid, text, text, uuid, jsonb, jsonb, text[], text, text, text, text[], timestamp with time zone, timestamp with time zone, uuid[], jsonb) IS 'Creates a draft, with the default values of its template where none are given. Refuses strangers to the brand with 404,
and members below editor with 403. rich: what of the fields reads differently as HTML (private.kept_texts).';

COMMENT ON FUNCTION "public"."create_contents"(jsonb, text) IS 'Creates the contents of lines {line, content} and returns for each the HTTP status that it would have had alone. Lines
that were done under the same key are not done again.';

COMMENT ON FUNCTION "public"."deliver_content"(text, text, text) IS 'Returns a published content by its slug, with its texts: {brand, is_private, item, expires_in}. expires_in: the
seconds until it expires; null for never.';

COMMENT ON FUNCTION "public"."deliver_contents"(text, text, text, text, jsonb, integer, boolean) IS 'Lists the published contents of a brand, newest first, with or without their texts: {brand, is_private, items, is_cut,
expires_in, changes_in}. A page ends before the content with which it would have more than 2 MB; the first one is always
there. expires_in, changes_in: the seconds until one of them expires, and until another is published; null for none.';

COMMENT ON FUNCTION "public"."deliver_sitemap"(text, text, integer, integer) IS 'Lists the addresses of the published contents of a brand: {brand, is_private, pages, items, expires_in, changes_in}
(see deliver_contents). Without a page, all of them where one page holds them, else none and the number of pages.
Refuses a page that has none with 404.';

COMMENT ON FUNCTION "public"."end_sso_sessions"(jsonb) IS 'For the service: ends the sessions that a SAML provider signs out: those that it opened for a person, or the ones among
them that it names. Returns their ids.';

COMMENT ON FUNCTION "public"."find_sso_connection"(jsonb) IS 'For the service: returns the active connection with an id, an entity id or an e-mail domain; null where there is
none.';

COMMENT ON FUNCTION "public"."finish_refresh"(jsonb) IS 'For the service, just after it refreshed a session in Auth: does what record_refresh does, marks the token that was
used as spent, and knows the new one. Later uses do not change when it was spent. Releases the claim.';

COMMENT ON FUNCTION "public"."import_contents"(jsonb, boolean) IS 'Creates the contents of all lines {line, content}, or none if a line has a problem or it is a dry run:
{content_ids, problems, plain_texts}, the last by line of the texts that are kept as typed.';

COMMENT ON FUNCTION "public"."list_events"(uuid, uuid, text[], text, uuid, integer, boolean) IS 'Lists the events of a brand that the caller may read behind an event of the log, in an order in which nothing can be
missed: {items, last_id, has_more}. last_id: the last event that was looked at, behind which the next call begins; null
for an empty log. Looks at 5000 events at most, also at those that the caller may not read. An event is listed once no
older transaction is open. page_size: at most 200. is_ahead: lists behind the last events also those that are committed
and not to be listed yet, 1000 at most; the next call lists them again. Then, without more, it was all that had been
committed.';

COMMENT ON FUNCTION "public"."list_templates"(uuid, text, text, boolean, text, uuid, integer, integer) IS 'Lists global templates and those of the caller''s brands by name, with how often these brands used each:
{items, total}. A template that is asked for by its id has its problems as well.';

COMMENT ON FUNCTION "public"."read_sso_session"(uuid) IS 'For the service: returns the connection that opened a session, and what its provider calls the person and the session;
null for sessions that no SAML provider opened.';

COMMENT ON FUNCTION "public"."refresh_search"(integer, integer) IS 'For the scheduler: makes the words of contents anew where the language of their brand or private.words_version
changed, in turns by brand. Returns how many. Ends after so many seconds.';

COMMENT ON FUNCTION "public"."release_refresh"(uuid) IS 'For the service: lets the next request refresh a session, after a refresh that failed.';

COMMENT ON FUNCTION "public"."update_content"(uuid, integer, jsonb, boolean, text, jsonb) IS 'Applies changes: fields and metadata are merged by key, other values replaced. Refuses with 412 and the current version
where another update came first.';

COMMENT ON TABLE "private"."refresh_tokens" IS 'The refresh tokens that we issued, each by its SHA-256. A token that comes back later than private.refresh_reuse_limit
after its first use was stolen, or its successor was.';

COMMENT ON TABLE "private"."sso_sessions" IS 'What SAML providers call the people and the sessions that they signed in, for single logout in both directions.';

COMMENT ON TABLE "private"."stale_searches" IS 'Brands whose language, or the rules for words, changed after their contents were indexed: for refresh_search().';

COMMENT ON TYPE "private"."search_clause" IS 'A word or a phrase of a search, as typed. alternative: from 1, one more after each "or".';

COMMENT ON TYPE "private"."search_marks" IS 'What a search marks: a regular expression for what may be meant, and the words that are; null where there is nothing.';

COMMENT ON TYPE "private"."search_request" IS 'What a caller of search_contents asks for, as private.parse_search reads it. query: the words that are wanted, without
case, accents and signs. excluded: what no match may hold; terms say so themselves. likely_terms: for estimates.
is_exact: a phrase is quoted, so nothing that is only like it. Null statuses, types, created_by and embedding: not asked
for.';

REVOKE ALL ON FUNCTION "private"."accents"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."accents"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."accents"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."as_day"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."as_day"(text) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."as_day"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."as_day"(text) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."as_day"(text) TO "service_role";

REVOKE ALL ON FUNCTION "private"."as_instant"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."as_instant"(text) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."as_instant"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."as_instant"(text) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."as_instant"(text) TO "service_role";

REVOKE ALL ON FUNCTION "private"."bare_tags"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."bare_tags"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."bare_tags"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."beginning_of_html"(text, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."beginning_of_html"(text, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."beginning_of_html"(text, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."between_words"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."between_words"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."between_words"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."bound_problems"(jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."bound_problems"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."bound_problems"(jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."brand_terms"(uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."brand_terms"(uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."brand_terms"(uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."check_elements"(uuid, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."check_elements"(uuid, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."check_elements"(uuid, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."clause_terms"(text, regconfig) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."clause_terms"(text, regconfig) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."clause_terms"(text, regconfig) TO "postgres";

REVOKE ALL ON FUNCTION "private"."clauses_terms"(private.search_clause[], regconfig[], boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."clauses_terms"(private.search_clause[], regconfig[], boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."clauses_terms"(private.search_clause[], regconfig[], boolean) TO "postgres";

REVOKE ALL ON FUNCTION "private"."comparable"(jsonb, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."comparable"(jsonb, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."comparable"(jsonb, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."comparison_problem"(text, jsonb, jsonb, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."comparison_problem"(text, jsonb, jsonb, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."comparison_problem"(text, jsonb, jsonb, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."condition_is_met"(jsonb, jsonb, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."condition_is_met"(jsonb, jsonb, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."condition_is_met"(jsonb, jsonb, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."cut_around"(text, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."cut_around"(text, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."cut_around"(text, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."cut_slug"(text, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."cut_slug"(text, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."cut_slug"(text, integer) TO "postgres";

REVOKE ALL ON FUNCTION "private"."cut_text"(text, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."cut_text"(text, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."cut_text"(text, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."cut_text"(text, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."cut_text"(text, integer) TO "service_role";

REVOKE ALL ON FUNCTION "private"."default_values"(public.templates, uuid, smallint) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."default_values"(public.templates, uuid, smallint) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."default_values"(public.templates, uuid, smallint) TO "postgres";

REVOKE ALL ON FUNCTION "private"."edited_fields"(public.contents, public.contents, jsonb, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."edited_fields"(public.contents, public.contents, jsonb, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."edited_fields"(public.contents, public.contents, jsonb, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."exclusion_condition"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."exclusion_condition"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."exclusion_condition"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."field_kind"(jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."field_kind"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."field_kind"(jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."folded_case"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."folded_case"(text) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."folded_case"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."folded_case"(text) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."folded_case"(text) TO "service_role";

REVOKE ALL ON FUNCTION "private"."free_brand_slug"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."free_brand_slug"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."free_brand_slug"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."has_marked_defaults"(jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."has_marked_defaults"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."has_marked_defaults"(jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."has_markup"(jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."has_markup"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."has_markup"(jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."holds_text"(text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."holds_text"(text, text) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."holds_text"(text, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."holds_text"(text, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."holds_text"(text, text) TO "service_role";

REVOKE ALL ON FUNCTION "private"."html_shows_something"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."html_shows_something"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."html_shows_something"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."is_blank"(jsonb, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."is_blank"(jsonb, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."is_blank"(jsonb, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."is_boundary"(text, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."is_boundary"(text, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."is_boundary"(text, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."is_html_field"(jsonb, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."is_html_field"(jsonb, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."is_html_field"(jsonb, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."is_of_kind"(jsonb, text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."is_of_kind"(jsonb, text[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."is_of_kind"(jsonb, text[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."is_reserved_slug"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."is_reserved_slug"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."is_reserved_slug"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."kept_texts"(jsonb, jsonb, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."kept_texts"(jsonb, jsonb, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."kept_texts"(jsonb, jsonb, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."kinds_of_fields"(jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."kinds_of_fields"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."kinds_of_fields"(jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."kinds_with_order"(text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."kinds_with_order"(text[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."kinds_with_order"(text[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."latin_letters"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."latin_letters"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."latin_letters"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."length_bounds"(jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."length_bounds"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."length_bounds"(jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."letter_pattern"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."letter_pattern"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."letter_pattern"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."list_key"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."list_key"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."list_key"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."look_at_log"(uuid, xid8, uuid, uuid, text[], text, integer, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."look_at_log"(uuid, xid8, uuid, uuid, text[], text, integer, boolean) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."look_at_log"(uuid, xid8, uuid, uuid, text[], text, integer, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."look_at_log"(uuid, xid8, uuid, uuid, text[], text, integer, boolean) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."look_at_log"(uuid, xid8, uuid, uuid, text[], text, integer, boolean) TO "service_role";

REVOKE ALL ON FUNCTION "private"."marked"(text, private.search_marks, regconfig) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."marked"(text, private.search_marks, regconfig) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."marked"(text, private.search_marks, regconfig) TO "postgres";

REVOKE ALL ON FUNCTION "private"."name_key"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."name_key"(text) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."name_key"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."name_key"(text) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."name_key"(text) TO "service_role";

REVOKE ALL ON FUNCTION "private"."named_characters"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."named_characters"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."named_characters"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."numbered_character"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."numbered_character"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."numbered_character"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."on_one_line"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."on_one_line"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."on_one_line"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."plain_defaults"(public.contents, public.contents, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."plain_defaults"(public.contents, public.contents, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."plain_defaults"(public.contents, public.contents, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."plain_proposals"(jsonb, jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."plain_proposals"(jsonb, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."plain_proposals"(jsonb, jsonb) TO "postgres";

REVOKE ALL ON FUNCTION "private"."plain_texts_after"(public.contents, public.contents, text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."plain_texts_after"(public.contents, public.contents, text[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."plain_texts_after"(public.contents, public.contents, text[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."plain_texts_of"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."plain_texts_of"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."plain_texts_of"(uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."problems_of_template"(public.templates) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."problems_of_template"(public.templates) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."problems_of_template"(public.templates) TO "postgres";

REVOKE ALL ON FUNCTION "private"."read_instant"(text, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."read_instant"(text, text) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."read_instant"(text, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."read_instant"(text, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."read_instant"(text, text) TO "service_role";

REVOKE ALL ON FUNCTION "private"."refresh_brand"(uuid, text, integer, interval) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."refresh_brand"(uuid, text, integer, interval) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."refresh_brand"(uuid, text, integer, interval) TO "postgres";

REVOKE ALL ON FUNCTION "private"."refresh_claim_limit"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."refresh_claim_limit"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."refresh_claim_limit"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."refresh_document"(uuid, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."refresh_document"(uuid, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."refresh_document"(uuid, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."refresh_reuse_limit"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."refresh_reuse_limit"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."refresh_reuse_limit"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."refuse_schedule"(public.contents, public.contents) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."refuse_schedule"(public.contents, public.contents) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."refuse_schedule"(public.contents, public.contents) TO "postgres";

REVOKE ALL ON FUNCTION "private"."require_times"(jsonb, text[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."require_times"(jsonb, text[]) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."require_times"(jsonb, text[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."require_times"(jsonb, text[]) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."require_times"(jsonb, text[]) TO "service_role";

REVOKE ALL ON FUNCTION "private"."search_clauses"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."search_clauses"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."search_clauses"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."search_letters"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."search_letters"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."search_letters"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."search_marks"(private.search_clause[], tsquery) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."search_marks"(private.search_clause[], tsquery) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."search_marks"(private.search_clause[], tsquery) TO "postgres";

REVOKE ALL ON FUNCTION "private"."search_symbols"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."search_symbols"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."search_symbols"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."search_terms"(private.search_clause[], regconfig[], uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."search_terms"(private.search_clause[], regconfig[], uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."search_terms"(private.search_clause[], regconfig[], uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."seconds_to_publication"(uuid, text, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."seconds_to_publication"(uuid, text, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."seconds_to_publication"(uuid, text, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."seconds_until"(timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."seconds_until"(timestamp with time zone) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."seconds_until"(timestamp with time zone) TO "postgres";

REVOKE ALL ON FUNCTION "private"."seen_length"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."seen_length"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."seen_length"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."short_key"(text, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."short_key"(text, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."short_key"(text, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."short_key"(text, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."short_key"(text, integer) TO "service_role";

REVOKE ALL ON FUNCTION "private"."shows_something"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."shows_something"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."shows_something"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."small_letters"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."small_letters"(text) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."small_letters"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."small_letters"(text) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."small_letters"(text) TO "service_role";

REVOKE ALL ON FUNCTION "private"."sorted_contents"(private.list_request, jsonb, boolean, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."sorted_contents"(private.list_request, jsonb, boolean, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."sorted_contents"(private.list_request, jsonb, boolean, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."spaced_words"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."spaced_words"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."spaced_words"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."spaceless_letters"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."spaceless_letters"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."spaceless_letters"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."tell_unscheduled"(public.contents, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."tell_unscheduled"(public.contents, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."tell_unscheduled"(public.contents, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."template_problems"(jsonb, jsonb, uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."template_problems"(jsonb, jsonb, uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."template_problems"(jsonb, jsonb, uuid) TO "postgres";

REVOKE ALL ON FUNCTION "private"."text_highlight"(text, private.search_marks, regconfig) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."text_highlight"(text, private.search_marks, regconfig) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."text_highlight"(text, private.search_marks, regconfig) TO "postgres";

REVOKE ALL ON FUNCTION "private"."text_of_html"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."text_of_html"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."text_of_html"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."text_of_value"(text, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."text_of_value"(text, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."text_of_value"(text, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."text_words"(text, regconfig) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."text_words"(text, regconfig) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."text_words"(text, regconfig) TO "postgres";

REVOKE ALL ON FUNCTION "private"."title_collation"(uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."title_collation"(uuid[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."title_collation"(uuid[]) TO "postgres";

REVOKE ALL ON FUNCTION "private"."typed_kind"(public.contents, text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."typed_kind"(public.contents, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."typed_kind"(public.contents, text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."unseen_characters"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."unseen_characters"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."unseen_characters"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."unspaced_pattern"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."unspaced_pattern"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."unspaced_pattern"() TO "postgres";

REVOKE ALL ON FUNCTION "private"."unspaced_terms"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."unspaced_terms"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."unspaced_terms"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."unspaced_words"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."unspaced_words"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."unspaced_words"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."without_references"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."without_references"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."without_references"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."word_parts"(text) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."word_parts"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."word_parts"(text) TO "postgres";

REVOKE ALL ON FUNCTION "private"."wording_key"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."wording_key"(text) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."wording_key"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."wording_key"(text) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."wording_key"(text) TO "service_role";

REVOKE ALL ON FUNCTION "private"."words_version"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."words_version"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."words_version"() TO "postgres";

REVOKE ALL ON FUNCTION "public"."bulk_contents"(text, uuid[], jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."bulk_contents"(text, uuid[], jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."bulk_contents"(text, uuid[], jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."bulk_contents"(text, uuid[], jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."bulk_contents"(text, uuid[], jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "public"."claim_refresh"(jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."claim_refresh"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."claim_refresh"(jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."claim_refresh"(jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "public"."create_content"(uuid, text, text, uuid, jsonb, jsonb, text[], text, text, text, text[], timestamp with time zone, timestamp with time zone, uuid[], jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."create_content"(uuid, text, text, uuid, jsonb, jsonb, text[], text, text, text, text[], timestamp with time zone, timestamp with time zone, uuid[], jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."create_content"(uuid, text, text, uuid, jsonb, jsonb, text[], text, text, text, text[], timestamp with time zone, timestamp with time zone, uuid[], jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."create_content"(uuid, text, text, uuid, jsonb, jsonb, text[], text, text, text, text[], timestamp with time zone, timestamp with time zone, uuid[], jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."create_content"(uuid, text, text, uuid, jsonb, jsonb, text[], text, text, text, text[], timestamp with time zone, timestamp with time zone, uuid[], jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "public"."create_contents"(jsonb, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."create_contents"(jsonb, text) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."create_contents"(jsonb, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."create_contents"(jsonb, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."create_contents"(jsonb, text) TO "service_role";

REVOKE ALL ON FUNCTION "public"."end_sso_sessions"(jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."end_sso_sessions"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."end_sso_sessions"(jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."end_sso_sessions"(jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "public"."finish_refresh"(jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."finish_refresh"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."finish_refresh"(jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."finish_refresh"(jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "public"."list_events"(uuid, uuid, text[], text, uuid, integer, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."list_events"(uuid, uuid, text[], text, uuid, integer, boolean) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."list_events"(uuid, uuid, text[], text, uuid, integer, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_events"(uuid, uuid, text[], text, uuid, integer, boolean) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_events"(uuid, uuid, text[], text, uuid, integer, boolean) TO "service_role";

REVOKE ALL ON FUNCTION "public"."read_sso_session"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."read_sso_session"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."read_sso_session"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."read_sso_session"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."refresh_search"(integer, integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."refresh_search"(integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."refresh_search"(integer, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."refresh_search"(integer, integer) TO "service_role";

REVOKE ALL ON FUNCTION "public"."release_refresh"(uuid) FROM PUBLIC;

REVOKE ALL ON FUNCTION "public"."release_refresh"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."release_refresh"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."release_refresh"(uuid) TO "service_role";

REVOKE ALL ON FUNCTION "public"."update_content"(uuid, integer, jsonb, boolean, text, jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."update_content"(uuid, integer, jsonb, boolean, text, jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."update_content"(uuid, integer, jsonb, boolean, text, jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."update_content"(uuid, integer, jsonb, boolean, text, jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."update_content"(uuid, integer, jsonb, boolean, text, jsonb) TO "service_role";

ALTER TABLE "private"."knowledge_chunks" ADD COLUMN "words" tsvector GENERATED ALWAYS AS (private.text_words(body)) STORED;

COMMENT ON COLUMN "private"."knowledge_chunks"."words" IS 'For searches by words, when the subject has no embedding yet.';

ALTER TABLE "public"."brands" ADD CONSTRAINT "brands_settings_check" CHECK ((private.is_sound_json(settings, 20000) AND private.has_shape(settings, '{"locale": "matches ^[a-z]{2}-[A-Z]{2}$ or null", "richText": "texts 4 20 or null", "aiEnabled": "flag or null", "defaultDueDays": "integer 1 365 or null", "notifyOnPublish": "flag or null", "requiresDueDate": "flag or null"}'::jsonb, is_open => true) AND (COALESCE((settings -> 'richText'::text), '[]'::jsonb) <@ '["lists", "headings", "tables", "images", null]'::jsonb)));

ALTER TABLE "public"."contents" ADD CONSTRAINT "contents_plain_texts_check" CHECK (private.are_texts(plain_texts, 51, 60));

CREATE INDEX content_search_prefix_idx ON private.content_search USING btree (((((brand_id)::text || ':'::text) || private.search_letters(title))) text_pattern_ops);

CREATE INDEX content_search_title_idx ON private.content_search USING gin (brand_id, private.search_letters(title) extensions.gin_trgm_ops);

CREATE INDEX knowledge_chunks_words_idx ON private.knowledge_chunks USING gin (words);

-- By hand: names that are equal now. All but one get a number that no other name of the same owner has: the oldest of
-- those that are in use keeps its name.
do $$
declare
  place record;
  twin record;
  free text;
  number integer;
  is_taken boolean;
begin
  for place in
    select * from (values
      ('public.brands', 'null::uuid', 255, 'deleted_at is not null'),
      ('public.master_claim_brands', 'null::uuid', 255, 'archived_at is not null'),
      ('public.ingredients', 'null::uuid', 255, 'archived_at is not null'),
      ('public.products', 'master_claim_brand_id', 255, 'archived_at is not null'),
      ('public.templates', 'brand_id', 100, 'not is_active'),
      ('public.workflows', 'brand_id', 255, 'not is_active'), -- as is each that is archived
      ('public.channels', 'brand_id', 100, 'not is_active')
    ) as known (name, owner, most, is_unused)
  loop
    for twin in execute format(
      'select id, name, owner from (select id, name, %1$s as owner, row_number() over (partition by %1$s, '
      'private.name_key(name) order by %3$s, id) as place from %2$s) as named where named.place > 1',
      place.owner, place.name, place.is_unused
    ) loop
      number := 2;
      loop
        free := private.cut_text(twin.name, place.most - 8) || ' (' || number || ')';
        execute format(
          'select exists (select from %2$s where %1$s is not distinct from $1 and private.name_key(name) = '
          'private.name_key($2))', place.owner, place.name
        ) into is_taken using twin.owner, free;
        exit when not is_taken;
        number := number + 1;
      end loop;
      execute format('update %s set name = $1 where id = $2', place.name) using free, twin.id;
    end loop;
  end loop;
  -- Of a brand and a country
  for twin in
    select id, name from (
      select id, name, row_number() over (
        partition by brand_id, private.name_key(name), country_code order by not is_active, id
      ) as place from public.vetting_agencies
    ) as named where named.place > 1
  loop
    update public.vetting_agencies set name = private.cut_text(twin.name, 210) || ' (' || twin.id || ')'
    where id = twin.id;
  end loop;
end;
$$;
-- Indexes wait for no trigger.
set constraints all immediate;

CREATE UNIQUE INDEX brands_name_key ON public.brands USING btree (private.name_key(name));

CREATE UNIQUE INDEX channels_brand_id_name_key ON public.channels USING btree (brand_id, private.name_key(name));

CREATE UNIQUE INDEX ingredients_name_key ON public.ingredients USING btree (private.name_key(name));

CREATE UNIQUE INDEX master_claim_brands_name_key ON public.master_claim_brands USING btree (private.name_key(name));

CREATE UNIQUE INDEX products_master_claim_brand_id_name_key ON public.products USING btree (master_claim_brand_id, private.name_key(name));

CREATE INDEX products_name_idx ON public.products USING btree (private.name_key(name));

CREATE UNIQUE INDEX templates_name_idx ON public.templates USING btree (brand_id, private.name_key(name)) NULLS NOT DISTINCT;

CREATE UNIQUE INDEX vetting_agencies_brand_id_name_country_code_key ON public.vetting_agencies USING btree (brand_id, private.name_key(name), country_code) NULLS NOT DISTINCT;

CREATE UNIQUE INDEX workflows_brand_id_name_key ON public.workflows USING btree (brand_id, private.name_key(name));

-- By hand: keys of claims that have more than ASCII. A claim whose key another one has stays as it is until somebody
-- changes it, since the primary key would refuse it.
with changed as (
  select
    scope.claim_id, scope.subject_id, scope.country, scope.level, scope.status, scope.text_key,
    made.text_key as new_key,
    row_number() over (
      partition by scope.subject_id, scope.country, scope.level, scope.status, made.text_key order by scope.claim_id
    ) as place
  from private.claim_scopes as scope
  inner join public.claims as claim on claim.id = scope.claim_id
  cross join lateral private.claim_text_key(claim.text) as made (text_key)
  where scope.text_key <> made.text_key
)
update private.claim_scopes as scoped set text_key = changed.new_key
from changed
where
  -- Of those that get the same key, one does.
  changed.place = 1 and scoped.claim_id = changed.claim_id and scoped.subject_id = changed.subject_id
  and scoped.country = changed.country and scoped.level = changed.level and scoped.status = changed.status
  and scoped.text_key = changed.text_key
  and not exists (
    select from private.claim_scopes as other
    where other.subject_id = scoped.subject_id and other.country = scoped.country and other.level = scoped.level
      and other.status = scoped.status and other.claim_id <> scoped.claim_id and other.text_key = changed.new_key
  );

-- By hand: the words of all contents are made again, brand by brand, by the task refresh_search.
insert into private.stale_searches (brand_id) select id from public.brands on conflict do nothing;
