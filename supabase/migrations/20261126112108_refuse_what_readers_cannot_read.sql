-- Refuse what readers cannot read
-- Planned by `make migration` from supabase/schemas and supabase/policies.

-- Waits at most five seconds for a lock, because queries behind a waiting lock wait as well. On failure, push again.
set lock_timeout = '5s';
-- Each table is read once or twice, to repair rows and to check the rest: on a large database this takes minutes, in which
-- its tables wait. docs/deploy.md says how to plan for it.
set statement_timeout = 0;
set check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.are_choices(choices jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
 SET search_path TO ''
AS $function$
begin
  return case when private.is_list_of(choices, 200, '{"label": "name 200", "value": "name 200"}', '{label, value}') then
    jsonb_array_length(choices) > 0 and (
      select count(distinct choice ->> 'value') = jsonb_array_length(choices)
      from jsonb_array_elements(choices) as choice
    )
  else false end;
end;
$function$;

ALTER FUNCTION "private"."are_choices"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.are_field_rules(field jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
 SET search_path TO ''
AS $function$
begin
  return coalesce(
      private.has_shape(
        field -> 'validation',
        '{"min": "number or null", "max": "number or null", "pattern": "name 200 or null"}'
      ), true
    )
    and coalesce((field #> '{validation,min}')::numeric <= (field #> '{validation,max}')::numeric, true)
    and coalesce(private.is_field_condition(field -> 'conditional'), true);
end;
$function$;

ALTER FUNCTION "private"."are_field_rules"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.are_field_values(fields jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
 SET search_path TO ''
AS $function$
begin
  return case when jsonb_typeof(fields) = 'object' and private.is_sound_json(fields, 1000000) then
    (select count(*) <= 50 and coalesce(max(char_length(key)), 0) <= 50 from jsonb_object_keys(fields) as key)
  else false end;
end;
$function$;

ALTER FUNCTION "private"."are_field_values"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.are_origins(origins jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
 SET search_path TO ''
AS $function$
begin
  return case when origins = '{}' then true
    when jsonb_typeof(origins) = 'object' and private.is_sound_json(origins, 200000) then
      not exists (
        select from jsonb_each(origins) as entry
        where char_length(entry.key) > 100 or not private.has_shape(entry.value, '{
          "generationId": "id or null", "provider": "text 50", "model": "text 100", "promptVersion": "text 50",
          "at": "instant", "isEdited": "flag", "editedBy": "id or null"
        }', '{provider, model, promptVersion, at}')
      )
    else false
  end;
end;
$function$;

ALTER FUNCTION "private"."are_origins"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.are_sound_fields(fields jsonb, is_output boolean)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
 SET search_path TO ''
AS $function$
begin
  return case when private.is_sound_json(fields, 1000000) and jsonb_typeof(fields) = 'array' then
    not exists (
      select from jsonb_array_elements(fields) as field where not private.is_template_field(field, is_output)
    )
  else false end;
end;
$function$;

ALTER FUNCTION "private"."are_sound_fields"(jsonb, boolean) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.are_texts(items text[], most integer, most_characters integer)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
 SET search_path TO ''
AS $function$
declare
  item text;
begin
  if cardinality(items) = 0 then
    return true;
  elsif not private.is_list(items, most) then
    return false;
  end if;
  foreach item in array items loop
    if char_length(item) > most_characters then
      return false;
    end if;
  end loop;
  return true;
end;
$function$;

ALTER FUNCTION "private"."are_texts"(text[], integer, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.are_urls(items text[], most integer)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
 SET search_path TO ''
AS $function$
begin
  return private.are_texts(items, most, 2000)
    and not exists (select from unnest(items) as item where item !~ '^https?://[^\s<>"]+$');
end;
$function$;

ALTER FUNCTION "private"."are_urls"(text[], integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.fits(value jsonb, kind text)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
 SET search_path TO ''
AS $function$
declare
  form text := jsonb_typeof(value);
  words text [] := string_to_array(kind, ' ');
begin
  if form = 'null' then
    return kind = 'any' or kind like '% or null';
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
    when 'texts' then
      case form when 'array' then
        jsonb_array_length(value) <= words[2]::integer and not exists (
          select from jsonb_array_elements(value) as item
          where jsonb_typeof(item) <> 'string' or char_length(item #>> '{}') > words[3]::integer
        )
      end
    else form = 'string' and case words[1]
      when 'text' then char_length(value #>> '{}') <= words[2]::integer
      when 'name' then char_length(value #>> '{}') <= words[2]::integer and value #>> '{}' ~ '\S'
      when 'word' then value #>> '{}' = any (string_to_array(words[2], '|'))
      when 'matches' then value #>> '{}' ~ words[2]
      when 'url' then char_length(value #>> '{}') <= 2000 and value #>> '{}' ~ '^https?://[^\s<>"]+$'
      when 'link' then char_length(value #>> '{}') <= 2000 and value #>> '{}' ~ '^(https://|/)[^\s<>"]*$'
      when 'id' then value #>> '{}' ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
      when 'instant' then value #>> '{}' ~ '^(19|20|21)[0-9]{2}-[0-1][0-9]-[0-3][0-9][T ][0-2][0-9]:[0-5][0-9]'
    end
  end is true;
end;
$function$;

ALTER FUNCTION "private"."fits"(jsonb, text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.has_shape(document jsonb, shape jsonb, required text[] DEFAULT '{}'::text[], is_open boolean DEFAULT false)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
 SET search_path TO ''
AS $function$
begin
  return case when jsonb_typeof(document) = 'object' then
    document ?& required
    and not exists (
      select from jsonb_each(document) as entry
      where case when shape ? entry.key then not private.fits(entry.value, shape ->> entry.key) else not is_open end
    )
  else false end;
end;
$function$;

ALTER FUNCTION "private"."has_shape"(jsonb, jsonb, text[], boolean) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.is_content_metadata(metadata jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
 SET search_path TO ''
AS $function$
begin
  return metadata = '{}' or private.is_sound_json(metadata, 100000) and private.has_shape(metadata, '{
    "metaTitle": "text 200 or null", "metaDescription": "text 500 or null", "keywords": "texts 50 50 or null",
    "ogImage": "url or null", "canonicalUrl": "url or null", "targetAudience": "text 500 or null"
  }', is_open => true);
end;
$function$;

ALTER FUNCTION "private"."is_content_metadata"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.is_field_condition(condition jsonb)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
 SET search_path TO ''
AS $function$
begin
  return private.has_shape(condition, '{
    "field": "matches ^[a-z][a-zA-Z0-9_]{0,49}$", "value": "any",
    "operator": "word eq|ne|in|not_in|gt|gte|lt|lte|contains|empty|not_empty"
  }', '{field, operator}') and case
    when condition ->> 'operator' in ('in', 'not_in') then jsonb_typeof(condition -> 'value') = 'array'
    when condition ->> 'operator' in ('gt', 'gte', 'lt', 'lte', 'contains')
      then jsonb_typeof(condition -> 'value') in ('string', 'number', 'boolean')
    else true
  end is true;
end;
$function$;

ALTER FUNCTION "private"."is_field_condition"(jsonb) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.is_list(items anyarray, most integer)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
 SET search_path TO ''
AS $function$
begin
  return coalesce(array_ndims(items), 1) = 1 and cardinality(items) <= most and num_nulls(variadic items) = 0;
end;
$function$;

ALTER FUNCTION "private"."is_list"(anyarray, integer) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.is_list_of(items jsonb, most integer, shape jsonb, required text[])
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
 SET search_path TO ''
AS $function$
begin
  return case when jsonb_typeof(items) = 'array' then
    jsonb_array_length(items) <= most
    and not exists (
      select from jsonb_array_elements(items) as item where not private.has_shape(item, shape, required)
    )
  else false end;
end;
$function$;

ALTER FUNCTION "private"."is_list_of"(jsonb, integer, jsonb, text[]) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.is_sound_json(value jsonb, most_bytes integer, most_depth integer DEFAULT 20)
 RETURNS boolean
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
 SET search_path TO ''
AS $function$
begin
  -- The depth is searched no further than it may go, and the size bounds both searches.
  if pg_column_size(value) > most_bytes or jsonb_path_exists(value, ('strict $.**{' || most_depth + 1 || '}')::jsonpath)
  then
    return false;
  end if;
  -- `1e5000` and `0e-16000` are a few bytes here and thousands of digits for a reader. IEEE 754 ends at 1.8e308.
  return not exists (
    select from jsonb_path_query(value, 'strict $.** ? (@.type() == "number")') as found (number)
    where length(found.number::text) > 300
  );
end;
$function$;

ALTER FUNCTION "private"."is_sound_json"(jsonb, integer, integer) OWNER TO "postgres";

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
    "maxLength": "integer 1 10000 or null", "maxTokens": "integer 1 4000 or null", "allowedTags": "texts 100 6 or null",
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
      select jsonb_array_elements_text(given -> 'allowedTags') except select unnest('{p,br,strong,em,u,a}'::text [])
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

ALTER FUNCTION "private"."is_template_field"(jsonb, boolean) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.title_for(title text, body text)
 RETURNS text
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select coalesce(
    nullif(btrim(title), ''),
    nullif(btrim(left(regexp_replace(
      translate(private.visible_characters(body), '<>', ''), '[[:cntrl:][:space:]]+', ' ', 'g'
    ), 80)), ''),
    'Untitled ' || to_char(now() at time zone 'UTC', 'YYYY-MM-DD')
  );
$function$;

COMMENT ON FUNCTION "private"."are_choices"(jsonb) IS 'Whether these are 1 to 200 choices {label, value} with different values.';

COMMENT ON FUNCTION "private"."are_field_rules"(jsonb) IS 'Whether validation and conditional of a field are what the API reads.';

COMMENT ON FUNCTION "private"."are_field_values"(jsonb) IS 'Whether these are values of at most 50 fields by their ids, of at most 1 MB together.';

COMMENT ON FUNCTION "private"."are_origins"(jsonb) IS 'Whether this is the provenance of a content, as contents.provenance describes it.';

COMMENT ON FUNCTION "private"."are_sound_fields"(jsonb, boolean) IS 'Whether all of these are fields as the API reads them, of at most 1 MB together.';

COMMENT ON FUNCTION "private"."are_texts"(text[], integer, integer) IS 'Whether an array is a list of at most so many texts, with at most so many characters each.';

COMMENT ON FUNCTION "private"."are_urls"(text[], integer) IS 'Whether an array is a list of at most so many http(s) addresses.';

COMMENT ON FUNCTION "private"."fits"(jsonb, text) IS 'Whether a JSON value is of a kind: any, flag, number, object, id, instant, url (http or https),
`link` (https, or a path of the site), `integer 0 9`, `text 100` (characters),
`name 100` (not blank), `texts 20 100` (items, characters), `word a|b`, `matches ^[a-z]$` (no spaces in it). With
` or null` behind it, null is one of them.';

COMMENT ON FUNCTION "private"."has_shape"(jsonb, jsonb, text[], boolean) IS 'Whether JSON is an object whose values are of the kinds that the shape names by key (private.fits), with the required
keys, and without others unless it is open.';

COMMENT ON FUNCTION "private"."is_content_metadata"(jsonb) IS 'Whether the metadata that the API knows have their kinds, and all together at most 100 kB.';

COMMENT ON FUNCTION "private"."is_field_condition"(jsonb) IS 'Whether this is the condition of a field, {field, operator, value}, with a value that the operator can compare.';

COMMENT ON FUNCTION "private"."is_list"(anyarray, integer) IS 'Whether an array has one dimension, at most so many items, and no null among them.';

COMMENT ON FUNCTION "private"."is_list_of"(jsonb, integer, jsonb, text[]) IS 'Whether JSON is an array of at most so many objects of a shape (private.has_shape).';

COMMENT ON FUNCTION "private"."is_sound_json"(jsonb, integer, integer) IS 'Whether JSON has at most so many bytes, as PostgreSQL holds them, is nested at most so deep, and has no number of more
than 300 characters.';

COMMENT ON FUNCTION "private"."is_template_field"(jsonb, boolean) IS 'Whether this is a field as the API reads it: no unknown keys, options of the right kinds and of its own type.';

REVOKE ALL ON FUNCTION "private"."are_choices"(jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."are_choices"(jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."are_choices"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."are_choices"(jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."are_choices"(jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "private"."are_field_rules"(jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."are_field_rules"(jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."are_field_rules"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."are_field_rules"(jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."are_field_rules"(jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "private"."are_field_values"(jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."are_field_values"(jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."are_field_values"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."are_field_values"(jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."are_field_values"(jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "private"."are_origins"(jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."are_origins"(jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."are_origins"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."are_origins"(jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."are_origins"(jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "private"."are_sound_fields"(jsonb, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."are_sound_fields"(jsonb, boolean) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."are_sound_fields"(jsonb, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."are_sound_fields"(jsonb, boolean) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."are_sound_fields"(jsonb, boolean) TO "service_role";

REVOKE ALL ON FUNCTION "private"."are_texts"(text[], integer, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."are_texts"(text[], integer, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."are_texts"(text[], integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."are_texts"(text[], integer, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."are_texts"(text[], integer, integer) TO "service_role";

REVOKE ALL ON FUNCTION "private"."are_urls"(text[], integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."are_urls"(text[], integer) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."are_urls"(text[], integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."are_urls"(text[], integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."are_urls"(text[], integer) TO "service_role";

REVOKE ALL ON FUNCTION "private"."fits"(jsonb, text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."fits"(jsonb, text) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."fits"(jsonb, text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."fits"(jsonb, text) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."fits"(jsonb, text) TO "service_role";

REVOKE ALL ON FUNCTION "private"."has_shape"(jsonb, jsonb, text[], boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."has_shape"(jsonb, jsonb, text[], boolean) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."has_shape"(jsonb, jsonb, text[], boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."has_shape"(jsonb, jsonb, text[], boolean) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."has_shape"(jsonb, jsonb, text[], boolean) TO "service_role";

REVOKE ALL ON FUNCTION "private"."is_content_metadata"(jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_content_metadata"(jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."is_content_metadata"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."is_content_metadata"(jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."is_content_metadata"(jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "private"."is_field_condition"(jsonb) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_field_condition"(jsonb) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."is_field_condition"(jsonb) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."is_field_condition"(jsonb) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."is_field_condition"(jsonb) TO "service_role";

REVOKE ALL ON FUNCTION "private"."is_list"(anyarray, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_list"(anyarray, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."is_list"(anyarray, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."is_list"(anyarray, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."is_list"(anyarray, integer) TO "service_role";

REVOKE ALL ON FUNCTION "private"."is_list_of"(jsonb, integer, jsonb, text[]) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_list_of"(jsonb, integer, jsonb, text[]) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."is_list_of"(jsonb, integer, jsonb, text[]) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."is_list_of"(jsonb, integer, jsonb, text[]) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."is_list_of"(jsonb, integer, jsonb, text[]) TO "service_role";

REVOKE ALL ON FUNCTION "private"."is_sound_json"(jsonb, integer, integer) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_sound_json"(jsonb, integer, integer) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."is_sound_json"(jsonb, integer, integer) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."is_sound_json"(jsonb, integer, integer) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."is_sound_json"(jsonb, integer, integer) TO "service_role";

REVOKE ALL ON FUNCTION "private"."is_template_field"(jsonb, boolean) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."is_template_field"(jsonb, boolean) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."is_template_field"(jsonb, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."is_template_field"(jsonb, boolean) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."is_template_field"(jsonb, boolean) TO "service_role";

-- What a row keeps that is wrong in a part: the sound part of it. Only bad rows are touched, without their triggers: no
-- version, no event and no e-mail tells of it.
create function private.sound_part(document jsonb, shape jsonb, most_bytes integer, is_open boolean default true)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select case when private.is_sound_json(sound.part, most_bytes) then sound.part else '{}' end
  from (
    select coalesce(jsonb_object_agg(entry.key, entry.value), '{}') as part
    from (
      select entry.key, entry.value
      from jsonb_each(case jsonb_typeof(document) when 'object' then document else '{}' end) as entry
      where
        char_length(entry.key) <= 50
        and private.is_sound_json(entry.value, most_bytes, 19)
        and private.has_shape(jsonb_build_object(entry.key, entry.value), shape, '{}', is_open)
      limit 50
    ) as entry
  ) as sound;
$$;

create function private.sound_items(items jsonb, most integer, shape jsonb, required text[])
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select coalesce(jsonb_agg(item), '[]')
  from (
    select item
    from jsonb_array_elements(case jsonb_typeof(items) when 'array' then items else '[]' end) as item
    where private.is_list_of(jsonb_build_array(item), 1, shape, required)
    limit most
  ) as sound;
$$;

create function private.sound_fields(fields jsonb, is_output boolean)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  -- A field keeps what is sound of it: all, or its id, name and type, or its id and name.
  select coalesce(jsonb_agg(sound.field), jsonb_build_array(jsonb_build_object(
    'id', case when is_output then 'lost_output' else 'lost_input' end, 'name', 'Field',
    'type', case when is_output then 'plain_text' else 'short_text' end
  )))
  from jsonb_array_elements(case jsonb_typeof(fields) when 'array' then fields else '[]' end) as field
  cross join lateral (
    select candidate.value as field
    from (
      values
      (1, field),
      (2, jsonb_strip_nulls(jsonb_build_object(
        'id', field -> 'id', 'name', field -> 'name', 'type', field -> 'type', 'required', field -> 'required'
      ))),
      (3, jsonb_build_object(
        'id', field -> 'id', 'name', field -> 'name',
        'type', case when is_output then 'plain_text' else 'short_text' end
      ))
    ) as candidate (place, value)
    where private.is_sound_json(candidate.value, 100000) and private.is_template_field(candidate.value, is_output)
    order by candidate.place
    limit 1
  ) as sound;
$$;

alter table public.ai_generations disable trigger user;

update public.ai_generations
set
  content_version = case when content_version >= 1 is not false then content_version else null end,
  parameters = case when (jsonb_typeof(parameters) = 'object' and private.is_sound_json(parameters, 2000000, 24)) is not false then parameters else private.sound_part(parameters, '{}', 2000000) end,
  output = case when (jsonb_typeof(output) = 'object' and private.is_sound_json(output, 2000000, 24)) is not false then output else private.sound_part(output, '{}', 2000000) end,
  completed_at = case when (completed_at between '1900-01-01Z' and '2200-01-01Z') is not false then completed_at else least(greatest(completed_at, '1900-01-01Z'), '2200-01-01Z') end,
  cost = case when (cost between 0 and 1000000000) is not false then cost else case when cost = 'NaN' then 0 else least(cost, 1000000000) end end,
  reserved = case when (reserved between 0 and 1000000000) is not false then reserved else case when reserved = 'NaN' then 0 else least(reserved, 1000000000) end end,
  budget_month = case when (budget_month between '1900-01-01' and '2200-01-01') is not false then budget_month else null end,
  calls = case when private.is_list_of(calls, 1000, '{
      "provider": "text 50", "model": "text 100", "outcome": "text 50",
      "promptTokens": "integer 0 1000000000", "completionTokens": "integer 0 1000000000",
      "milliseconds": "integer 0 1000000000"
    }', '{provider, model}') is not false then calls else private.sound_items(calls, 1000, '{"provider": "text 50", "model": "text 100", "outcome": "text 50", "promptTokens": "integer 0 1000000000", "completionTokens": "integer 0 1000000000", "milliseconds": "integer 0 1000000000"}', '{provider, model}') end,
  violations = case when (private.is_list_of(violations, 1000, '{
      "source": "word guardrail|claim|term|pattern", "rule": "text 5000",
      "severity": "word low|medium|high", "quote": "text 5000", "message": "text 5000",
      "proposedFix": "text 5000 or null"
    }', '{source, rule, severity, quote, message}')) is not false then violations else private.sound_items(violations, 1000, '{"source": "word guardrail|claim|term|pattern", "rule": "text 5000", "severity": "word low|medium|high", "quote": "text 5000", "message": "text 5000", "proposedFix": "text 5000 or null"}', '{source, rule, severity, quote, message}') end,
  proposal = case when (jsonb_typeof(proposal) = 'object' and private.is_sound_json(proposal, 2000000, 24)) is not false then proposal else private.sound_part(proposal, '{}', 2000000) end,
  overridden_at = case when (overridden_at between '1900-01-01Z' and '2200-01-01Z') is not false then overridden_at else least(greatest(overridden_at, '1900-01-01Z'), '2200-01-01Z') end,
  created_at = case when (created_at between '1900-01-01Z' and '2200-01-01Z') is not false then created_at else least(greatest(created_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (content_version >= 1) is not false
  and (jsonb_typeof(parameters) = 'object' and private.is_sound_json(parameters, 2000000, 24)) is not false
  and (jsonb_typeof(output) = 'object' and private.is_sound_json(output, 2000000, 24)) is not false
  and (completed_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (cost between 0 and 1000000000) is not false
  and (reserved between 0 and 1000000000) is not false
  and (budget_month between '1900-01-01' and '2200-01-01') is not false
  and (private.is_list_of(calls, 1000, '{
      "provider": "text 50", "model": "text 100", "outcome": "text 50",
      "promptTokens": "integer 0 1000000000", "completionTokens": "integer 0 1000000000",
      "milliseconds": "integer 0 1000000000"
    }', '{provider, model}')) is not false
  and (private.is_list_of(violations, 1000, '{
      "source": "word guardrail|claim|term|pattern", "rule": "text 5000",
      "severity": "word low|medium|high", "quote": "text 5000", "message": "text 5000",
      "proposedFix": "text 5000 or null"
    }', '{source, rule, severity, quote, message}')) is not false
  and (jsonb_typeof(proposal) = 'object' and private.is_sound_json(proposal, 2000000, 24)) is not false
  and (overridden_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (created_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table public.ai_generations enable trigger user;

alter table public.ai_generations
  drop constraint ai_generations_parameters_check,
  drop constraint ai_generations_cost_check,
  drop constraint ai_generations_reserved_check,
  drop constraint ai_generations_calls_check,
  drop constraint ai_generations_violations_check,
  drop constraint ai_generations_proposal_check,
  add constraint ai_generations_content_version_check check (content_version >= 1),
  add constraint ai_generations_parameters_check check (jsonb_typeof(parameters) = 'object' and private.is_sound_json(parameters, 2000000, 24)),
  add constraint ai_generations_output_check check (jsonb_typeof(output) = 'object' and private.is_sound_json(output, 2000000, 24)),
  add constraint ai_generations_completed_at_check check (completed_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint ai_generations_cost_check check (cost between 0 and 1000000000),
  add constraint ai_generations_reserved_check check (reserved between 0 and 1000000000),
  add constraint ai_generations_budget_month_check check (budget_month between '1900-01-01' and '2200-01-01'),
  add constraint ai_generations_calls_check check (private.is_list_of(calls, 1000, '{
      "provider": "text 50", "model": "text 100", "outcome": "text 50",
      "promptTokens": "integer 0 1000000000", "completionTokens": "integer 0 1000000000",
      "milliseconds": "integer 0 1000000000"
    }', '{provider, model}')),
  add constraint ai_generations_violations_check check (private.is_list_of(violations, 1000, '{
      "source": "word guardrail|claim|term|pattern", "rule": "text 5000",
      "severity": "word low|medium|high", "quote": "text 5000", "message": "text 5000",
      "proposedFix": "text 5000 or null"
    }', '{source, rule, severity, quote, message}')),
  add constraint ai_generations_proposal_check check (jsonb_typeof(proposal) = 'object' and private.is_sound_json(proposal, 2000000, 24)),
  add constraint ai_generations_overridden_at_check check (overridden_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint ai_generations_created_at_check check (created_at between '1900-01-01Z' and '2200-01-01Z');

delete from public.ai_prices where not (effective_from between '1900-01-01' and '2200-01-01');

alter table public.ai_prices disable trigger user;

update public.ai_prices
set
  input_per_1000 = case when (input_per_1000 between 0 and 1000000) is not false then input_per_1000 else case when input_per_1000 = 'NaN' then 0 else least(input_per_1000, 1000000) end end,
  output_per_1000 = case when (output_per_1000 between 0 and 1000000) is not false then output_per_1000 else case when output_per_1000 = 'NaN' then 0 else least(output_per_1000, 1000000) end end
where not (
  (input_per_1000 between 0 and 1000000) is not false
  and (output_per_1000 between 0 and 1000000) is not false
);

alter table public.ai_prices enable trigger user;

alter table public.ai_prices
  drop constraint ai_prices_input_per_1000_check,
  drop constraint ai_prices_output_per_1000_check,
  add constraint ai_prices_effective_from_check check (effective_from between '1900-01-01' and '2200-01-01'),
  add constraint ai_prices_input_per_1000_check check (input_per_1000 between 0 and 1000000),
  add constraint ai_prices_output_per_1000_check check (output_per_1000 between 0 and 1000000);

delete from public.ai_budgets where not (extract(day from month) = 1 and month between '1900-01-01' and '2200-01-01');

alter table public.ai_budgets disable trigger user;

update public.ai_budgets
set
  amount = case when (amount between 0 and 1000000000) is not false then amount else case when amount = 'NaN' then 0 else least(amount, 1000000000) end end,
  reserved = case when (reserved between 0 and 1000000000) is not false then reserved else case when reserved = 'NaN' then 0 else least(reserved, 1000000000) end end,
  spent = case when (spent between 0 and 1000000000000) is not false then spent else case when spent = 'NaN' then 0 else least(spent, 1000000000000) end end,
  created_at = case when (created_at between '1900-01-01Z' and '2200-01-01Z') is not false then created_at else least(greatest(created_at, '1900-01-01Z'), '2200-01-01Z') end,
  updated_at = case when (updated_at between '1900-01-01Z' and '2200-01-01Z') is not false then updated_at else least(greatest(updated_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (amount between 0 and 1000000000) is not false
  and (reserved between 0 and 1000000000) is not false
  and (spent between 0 and 1000000000000) is not false
  and (created_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (updated_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table public.ai_budgets enable trigger user;

alter table public.ai_budgets
  drop constraint ai_budgets_month_check,
  drop constraint ai_budgets_amount_check,
  drop constraint ai_budgets_reserved_check,
  drop constraint ai_budgets_spent_check,
  add constraint ai_budgets_month_check check (extract(day from month) = 1 and month between '1900-01-01' and '2200-01-01'),
  add constraint ai_budgets_amount_check check (amount between 0 and 1000000000),
  add constraint ai_budgets_reserved_check check (reserved between 0 and 1000000000),
  add constraint ai_budgets_spent_check check (spent between 0 and 1000000000000),
  add constraint ai_budgets_created_at_check check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint ai_budgets_updated_at_check check (updated_at between '1900-01-01Z' and '2200-01-01Z');

alter table public.prompt_templates disable trigger user;

update public.prompt_templates
set
  variables = case when (jsonb_typeof(variables) = 'object' and private.is_sound_json(variables, 50000)) is not false then variables else private.sound_part(variables, '{}', 50000) end,
  parameters = case when (jsonb_typeof(parameters) = 'object' and private.is_sound_json(parameters, 50000)) is not false then parameters else private.sound_part(parameters, '{}', 50000) end,
  created_at = case when (created_at between '1900-01-01Z' and '2200-01-01Z') is not false then created_at else least(greatest(created_at, '1900-01-01Z'), '2200-01-01Z') end,
  updated_at = case when (updated_at between '1900-01-01Z' and '2200-01-01Z') is not false then updated_at else least(greatest(updated_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (jsonb_typeof(variables) = 'object' and private.is_sound_json(variables, 50000)) is not false
  and (jsonb_typeof(parameters) = 'object' and private.is_sound_json(parameters, 50000)) is not false
  and (created_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (updated_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table public.prompt_templates enable trigger user;

alter table public.prompt_templates
  drop constraint prompt_templates_variables_check,
  drop constraint prompt_templates_parameters_check,
  add constraint prompt_templates_variables_check check (jsonb_typeof(variables) = 'object' and private.is_sound_json(variables, 50000)),
  add constraint prompt_templates_parameters_check check (jsonb_typeof(parameters) = 'object' and private.is_sound_json(parameters, 50000)),
  add constraint prompt_templates_created_at_check check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint prompt_templates_updated_at_check check (updated_at between '1900-01-01Z' and '2200-01-01Z');

alter table public.brand_knowledge disable trigger user;

update public.brand_knowledge
set
  title = case when (char_length(title) between 1 and 255 and title !~ '[[:cntrl:]]') is not false then title else regexp_replace(title, '[[:cntrl:]]+', ' ', 'g') end,
  created_at = case when (created_at between '1900-01-01Z' and '2200-01-01Z') is not false then created_at else least(greatest(created_at, '1900-01-01Z'), '2200-01-01Z') end,
  updated_at = case when (updated_at between '1900-01-01Z' and '2200-01-01Z') is not false then updated_at else least(greatest(updated_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (char_length(title) between 1 and 255 and title !~ '[[:cntrl:]]') is not false
  and (created_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (updated_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table public.brand_knowledge enable trigger user;

alter table public.brand_knowledge
  drop constraint brand_knowledge_title_check,
  add constraint brand_knowledge_title_check check (char_length(title) between 1 and 255 and title !~ '[[:cntrl:]]'),
  add constraint brand_knowledge_created_at_check check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint brand_knowledge_updated_at_check check (updated_at between '1900-01-01Z' and '2200-01-01Z');

alter table private.knowledge_chunks disable trigger user;

update private.knowledge_chunks
set
  body = case when char_length(body) <= 100000 is not false then body else left(body, 100000) end,
  embedding_model = case when char_length(embedding_model) <= 100 is not false then embedding_model else left(embedding_model, 100) end
where not (
  (char_length(body) <= 100000) is not false
  and (char_length(embedding_model) <= 100) is not false
);

alter table private.knowledge_chunks enable trigger user;

alter table private.knowledge_chunks
  add constraint knowledge_chunks_body_check check (char_length(body) <= 100000),
  add constraint knowledge_chunks_embedding_model_check check (char_length(embedding_model) <= 100);

alter table public.audit_log
  drop constraint audit_log_action_check,
  drop constraint audit_log_details_check,
  add constraint audit_log_action_check check (action ~ '^[a-z_]+(\.[a-z_]+)+$' and char_length(action) <= 100),
  add constraint audit_log_details_check check (jsonb_typeof(details) = 'object' and private.is_sound_json(details, 200000)),
  add constraint audit_log_occurred_at_check check (occurred_at between '1900-01-01Z' and '2200-01-01Z');

alter table private.alert_scans disable trigger user;

update private.alert_scans
set
  scanned_until = case when (scanned_until between '1900-01-01Z' and '2200-01-01Z') is not false then scanned_until else least(greatest(scanned_until, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (scanned_until between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table private.alert_scans enable trigger user;

alter table private.alert_scans
  add constraint alert_scans_scanned_until_check check (scanned_until between '1900-01-01Z' and '2200-01-01Z');

alter table private.security_alerts disable trigger user;

update private.security_alerts
set
  subject = case when char_length(subject) <= 200 is not false then subject else left(subject, 200) end,
  occurred_at = case when (occurred_at between '1900-01-01Z' and '2200-01-01Z') is not false then occurred_at else least(greatest(occurred_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (char_length(subject) <= 200) is not false
  and (occurred_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table private.security_alerts enable trigger user;

alter table private.security_alerts
  add constraint security_alerts_subject_check check (char_length(subject) <= 200),
  add constraint security_alerts_occurred_at_check check (occurred_at between '1900-01-01Z' and '2200-01-01Z');

alter table public.accounts disable trigger user;

update public.accounts
set
  name = case when (char_length(name) between 1 and 255 and name !~ '[[:cntrl:]]') is not false then name else regexp_replace(name, '[[:cntrl:]]+', ' ', 'g') end,
  created_at = case when (created_at between '1900-01-01Z' and '2200-01-01Z') is not false then created_at else least(greatest(created_at, '1900-01-01Z'), '2200-01-01Z') end,
  updated_at = case when (updated_at between '1900-01-01Z' and '2200-01-01Z') is not false then updated_at else least(greatest(updated_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (char_length(name) between 1 and 255 and name !~ '[[:cntrl:]]') is not false
  and (created_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (updated_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table public.accounts enable trigger user;

alter table public.accounts
  drop constraint accounts_name_check,
  add constraint accounts_name_check check (char_length(name) between 1 and 255 and name !~ '[[:cntrl:]]'),
  add constraint accounts_created_at_check check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint accounts_updated_at_check check (updated_at between '1900-01-01Z' and '2200-01-01Z');

alter table public.brands disable trigger user;

update public.brands
set
  name = case when (char_length(name) between 1 and 255 and name !~ '[[:cntrl:]]') is not false then name else regexp_replace(name, '[[:cntrl:]]+', ' ', 'g') end,
  identity = case when (private.is_sound_json(identity, 100000) and private.has_shape(identity, '{
      "mission": "text 5000 or null", "vision": "text 5000 or null",
      "values": "texts 20 1000 or null", "usp": "text 2000 or null"
    }')) is not false then identity else private.sound_part(identity, '{"mission": "text 5000 or null", "vision": "text 5000 or null", "values": "texts 20 1000 or null", "usp": "text 2000 or null"}', 100000, false) end,
  guardrails = case when private.are_texts(guardrails, 100, 1000) is not false then guardrails else array(select left(item, 1000) from unnest(guardrails) as item where item is not null limit 100) end,
  key_messages = case when private.are_texts(key_messages, 100, 1000) is not false then key_messages else array(select left(item, 1000) from unnest(key_messages) as item where item is not null limit 100) end,
  allowed_content_types = case when private.are_texts(allowed_content_types, 100, 50) is not false then allowed_content_types else array(select left(item, 50) from unnest(allowed_content_types) as item where item is not null limit 100) end,
  personality = case when private.are_texts(personality, 20, 1000) is not false then personality else array(select left(item, 1000) from unnest(personality) as item where item is not null limit 20) end,
  colors = case when private.has_shape(colors, '{
      "primary": "matches ^#[0-9A-Fa-f]{6}$", "secondary": "matches ^#[0-9A-Fa-f]{6}$",
      "accent": "matches ^#[0-9A-Fa-f]{6}$"
    }') is not false then colors else private.sound_part(colors, '{"primary": "matches ^#[0-9A-Fa-f]{6}$", "secondary": "matches ^#[0-9A-Fa-f]{6}$", "accent": "matches ^#[0-9A-Fa-f]{6}$"}', 20000, false) end,
  logo = case when private.has_shape(logo, '{
      "url": "link", "altText": "text 200", "type": "word light|dark|full"
    }', '{url, altText, type}') is not false then logo else null end,
  website_urls = case when private.are_urls(website_urls, 5) is not false then website_urls else array(
    select item from unnest(website_urls) as item
    where item ~ '^https?://[^\s<>"]+$' and char_length(item) <= 2000 limit 5
  ) end,
  settings = case when (private.is_sound_json(settings, 20000) and private.has_shape(settings, '{
      "requiresDueDate": "flag or null", "defaultDueDays": "integer 1 365 or null",
      "notifyOnPublish": "flag or null", "aiEnabled": "flag or null",
      "locale": "matches ^[a-z]{2}-[A-Z]{2}$ or null"
    }', is_open => true)) is not false then settings else private.sound_part(settings, '{"requiresDueDate": "flag or null", "defaultDueDays": "integer 1 365 or null", "notifyOnPublish": "flag or null", "aiEnabled": "flag or null", "locale": "matches ^[a-z]{2}-[A-Z]{2}$ or null"}', 20000) end,
  created_at = case when (created_at between '1900-01-01Z' and '2200-01-01Z') is not false then created_at else least(greatest(created_at, '1900-01-01Z'), '2200-01-01Z') end,
  updated_at = case when (updated_at between '1900-01-01Z' and '2200-01-01Z') is not false then updated_at else least(greatest(updated_at, '1900-01-01Z'), '2200-01-01Z') end,
  deleted_at = case when (deleted_at between '1900-01-01Z' and '2200-01-01Z') is not false then deleted_at else least(greatest(deleted_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (char_length(name) between 1 and 255 and name !~ '[[:cntrl:]]') is not false
  and (private.is_sound_json(identity, 100000) and private.has_shape(identity, '{
      "mission": "text 5000 or null", "vision": "text 5000 or null",
      "values": "texts 20 1000 or null", "usp": "text 2000 or null"
    }')) is not false
  and (private.are_texts(guardrails, 100, 1000)) is not false
  and (private.are_texts(key_messages, 100, 1000)) is not false
  and (private.are_texts(allowed_content_types, 100, 50)) is not false
  and (private.are_texts(personality, 20, 1000)) is not false
  and (private.has_shape(colors, '{
      "primary": "matches ^#[0-9A-Fa-f]{6}$", "secondary": "matches ^#[0-9A-Fa-f]{6}$",
      "accent": "matches ^#[0-9A-Fa-f]{6}$"
    }')) is not false
  and (private.has_shape(logo, '{
      "url": "link", "altText": "text 200", "type": "word light|dark|full"
    }', '{url, altText, type}')) is not false
  and (private.are_urls(website_urls, 5)) is not false
  and (private.is_sound_json(settings, 20000) and private.has_shape(settings, '{
      "requiresDueDate": "flag or null", "defaultDueDays": "integer 1 365 or null",
      "notifyOnPublish": "flag or null", "aiEnabled": "flag or null",
      "locale": "matches ^[a-z]{2}-[A-Z]{2}$ or null"
    }', is_open => true)) is not false
  and (created_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (updated_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (deleted_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table public.brands enable trigger user;

alter table public.brands
  drop constraint brands_name_check,
  drop constraint brands_identity_check,
  drop constraint brands_guardrails_check,
  drop constraint brands_key_messages_check,
  drop constraint brands_allowed_content_types_check,
  drop constraint brands_personality_check,
  drop constraint brands_colors_check,
  drop constraint brands_logo_check,
  drop constraint brands_website_urls_check,
  drop constraint brands_settings_check,
  add constraint brands_name_check check (char_length(name) between 1 and 255 and name !~ '[[:cntrl:]]'),
  add constraint brands_identity_check check (private.is_sound_json(identity, 100000) and private.has_shape(identity, '{
      "mission": "text 5000 or null", "vision": "text 5000 or null",
      "values": "texts 20 1000 or null", "usp": "text 2000 or null"
    }')),
  add constraint brands_guardrails_check check (private.are_texts(guardrails, 100, 1000)),
  add constraint brands_key_messages_check check (private.are_texts(key_messages, 100, 1000)),
  add constraint brands_allowed_content_types_check check (private.are_texts(allowed_content_types, 100, 50)),
  add constraint brands_personality_check check (private.are_texts(personality, 20, 1000)),
  add constraint brands_colors_check check (private.has_shape(colors, '{
      "primary": "matches ^#[0-9A-Fa-f]{6}$", "secondary": "matches ^#[0-9A-Fa-f]{6}$",
      "accent": "matches ^#[0-9A-Fa-f]{6}$"
    }')),
  add constraint brands_logo_check check (private.has_shape(logo, '{
      "url": "link", "altText": "text 200", "type": "word light|dark|full"
    }', '{url, altText, type}')),
  add constraint brands_website_urls_check check (private.are_urls(website_urls, 5)),
  add constraint brands_settings_check check (private.is_sound_json(settings, 20000) and private.has_shape(settings, '{
      "requiresDueDate": "flag or null", "defaultDueDays": "integer 1 365 or null",
      "notifyOnPublish": "flag or null", "aiEnabled": "flag or null",
      "locale": "matches ^[a-z]{2}-[A-Z]{2}$ or null"
    }', is_open => true)),
  add constraint brands_created_at_check check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint brands_updated_at_check check (updated_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint brands_deleted_at_check check (deleted_at between '1900-01-01Z' and '2200-01-01Z');

delete from public.quota_usage where not (extract(day from month) = 1 and month between '1900-01-01' and '2200-01-01');

alter table public.quota_usage
  drop constraint quota_usage_month_check,
  add constraint quota_usage_month_check check (extract(day from month) = 1 and month between '1900-01-01' and '2200-01-01');

alter table public.vetting_agencies disable trigger user;

update public.vetting_agencies
set
  name = case when (char_length(name) between 1 and 255 and name !~ '[[:cntrl:]]') is not false then name else regexp_replace(name, '[[:cntrl:]]+', ' ', 'g') end,
  created_at = case when (created_at between '1900-01-01Z' and '2200-01-01Z') is not false then created_at else least(greatest(created_at, '1900-01-01Z'), '2200-01-01Z') end,
  updated_at = case when (updated_at between '1900-01-01Z' and '2200-01-01Z') is not false then updated_at else least(greatest(updated_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (char_length(name) between 1 and 255 and name !~ '[[:cntrl:]]') is not false
  and (created_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (updated_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table public.vetting_agencies enable trigger user;

alter table public.vetting_agencies
  drop constraint vetting_agencies_name_check,
  add constraint vetting_agencies_name_check check (char_length(name) between 1 and 255 and name !~ '[[:cntrl:]]'),
  add constraint vetting_agencies_created_at_check check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint vetting_agencies_updated_at_check check (updated_at between '1900-01-01Z' and '2200-01-01Z');

alter table public.platform_settings disable trigger user;

update public.platform_settings
set
  value = case when private.is_sound_json(value, 100000) is not false then value else private.sound_part(value, '{}', 100000) end,
  updated_at = case when (updated_at between '1900-01-01Z' and '2200-01-01Z') is not false then updated_at else least(greatest(updated_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (private.is_sound_json(value, 100000)) is not false
  and (updated_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table public.platform_settings enable trigger user;

alter table public.platform_settings
  add constraint platform_settings_value_check check (private.is_sound_json(value, 100000)),
  add constraint platform_settings_updated_at_check check (updated_at between '1900-01-01Z' and '2200-01-01Z');

alter table private.deployment disable trigger user;

update private.deployment
set
  since = case when (since between '1900-01-01Z' and '2200-01-01Z') is not false then since else least(greatest(since, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (since between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table private.deployment enable trigger user;

alter table private.deployment
  add constraint deployment_since_check check (since between '1900-01-01Z' and '2200-01-01Z');

alter table public.feature_flags disable trigger user;

update public.feature_flags
set
  brand_ids = case when private.is_list(brand_ids, 5000) is not false then brand_ids else array(select distinct item from unnest(brand_ids) as item where item is not null limit 5000) end,
  updated_at = case when (updated_at between '1900-01-01Z' and '2200-01-01Z') is not false then updated_at else least(greatest(updated_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (private.is_list(brand_ids, 5000)) is not false
  and (updated_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table public.feature_flags enable trigger user;

alter table public.feature_flags
  add constraint feature_flags_brand_ids_check check (private.is_list(brand_ids, 5000)),
  add constraint feature_flags_updated_at_check check (updated_at between '1900-01-01Z' and '2200-01-01Z');

alter table public.countries disable trigger user;

update public.countries
set
  name = case when (char_length(name) between 1 and 100) is not false then name else left(name, 100) end
where not (
  (char_length(name) between 1 and 100) is not false
);

alter table public.countries enable trigger user;

alter table public.countries
  add constraint countries_name_check check (char_length(name) between 1 and 100);

alter table public.master_claim_brands disable trigger user;

update public.master_claim_brands
set
  name = case when (char_length(name) between 1 and 255 and name !~ '[[:cntrl:]]') is not false then name else regexp_replace(name, '[[:cntrl:]]+', ' ', 'g') end,
  created_at = case when (created_at between '1900-01-01Z' and '2200-01-01Z') is not false then created_at else least(greatest(created_at, '1900-01-01Z'), '2200-01-01Z') end,
  updated_at = case when (updated_at between '1900-01-01Z' and '2200-01-01Z') is not false then updated_at else least(greatest(updated_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (char_length(name) between 1 and 255 and name !~ '[[:cntrl:]]') is not false
  and (created_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (updated_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table public.master_claim_brands enable trigger user;

alter table public.master_claim_brands
  drop constraint master_claim_brands_name_check,
  add constraint master_claim_brands_name_check check (char_length(name) between 1 and 255 and name !~ '[[:cntrl:]]'),
  add constraint master_claim_brands_created_at_check check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint master_claim_brands_updated_at_check check (updated_at between '1900-01-01Z' and '2200-01-01Z');

alter table public.brand_master_claim_brands disable trigger user;

update public.brand_master_claim_brands
set
  created_at = case when (created_at between '1900-01-01Z' and '2200-01-01Z') is not false then created_at else least(greatest(created_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (created_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table public.brand_master_claim_brands enable trigger user;

alter table public.brand_master_claim_brands
  add constraint brand_master_claim_brands_created_at_check check (created_at between '1900-01-01Z' and '2200-01-01Z');

alter table public.products disable trigger user;

update public.products
set
  name = case when (char_length(name) between 1 and 255 and name !~ '[[:cntrl:]]') is not false then name else regexp_replace(name, '[[:cntrl:]]+', ' ', 'g') end,
  created_at = case when (created_at between '1900-01-01Z' and '2200-01-01Z') is not false then created_at else least(greatest(created_at, '1900-01-01Z'), '2200-01-01Z') end,
  updated_at = case when (updated_at between '1900-01-01Z' and '2200-01-01Z') is not false then updated_at else least(greatest(updated_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (char_length(name) between 1 and 255 and name !~ '[[:cntrl:]]') is not false
  and (created_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (updated_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table public.products enable trigger user;

alter table public.products
  drop constraint products_name_check,
  add constraint products_name_check check (char_length(name) between 1 and 255 and name !~ '[[:cntrl:]]'),
  add constraint products_created_at_check check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint products_updated_at_check check (updated_at between '1900-01-01Z' and '2200-01-01Z');

alter table public.ingredients disable trigger user;

update public.ingredients
set
  name = case when (char_length(name) between 1 and 255 and name !~ '[[:cntrl:]]') is not false then name else regexp_replace(name, '[[:cntrl:]]+', ' ', 'g') end,
  created_at = case when (created_at between '1900-01-01Z' and '2200-01-01Z') is not false then created_at else least(greatest(created_at, '1900-01-01Z'), '2200-01-01Z') end,
  updated_at = case when (updated_at between '1900-01-01Z' and '2200-01-01Z') is not false then updated_at else least(greatest(updated_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (char_length(name) between 1 and 255 and name !~ '[[:cntrl:]]') is not false
  and (created_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (updated_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table public.ingredients enable trigger user;

alter table public.ingredients
  drop constraint ingredients_name_check,
  add constraint ingredients_name_check check (char_length(name) between 1 and 255 and name !~ '[[:cntrl:]]'),
  add constraint ingredients_created_at_check check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint ingredients_updated_at_check check (updated_at between '1900-01-01Z' and '2200-01-01Z');

alter table public.product_ingredients disable trigger user;

update public.product_ingredients
set
  created_at = case when (created_at between '1900-01-01Z' and '2200-01-01Z') is not false then created_at else least(greatest(created_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (created_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table public.product_ingredients enable trigger user;

alter table public.product_ingredients
  add constraint product_ingredients_created_at_check check (created_at between '1900-01-01Z' and '2200-01-01Z');

alter table public.claims disable trigger user;

update public.claims
set
  text = case when (private.is_claim_text(text) and private.is_sound_json(text, 500000)) is not false then text else jsonb_build_object('original', text -> 'original') end,
  countries = case when (cardinality(countries) between 1 and 300 and private.are_texts(countries, 300, 20)) is not false then countries else coalesce(nullif(array(select left(item, 20) from unnest(countries) as item where item is not null limit 300), '{}'), '{__GLOBAL__}') end,
  effective_from = case when (effective_from between '1900-01-01Z' and '2200-01-01Z') is not false then effective_from else least(greatest(effective_from, '1900-01-01Z'), timestamptz '2200-01-01Z' - interval '1 day') end,
  effective_to = case when (effective_to between '1900-01-01Z' and '2200-01-01Z') is not false then effective_to else greatest(least(effective_to, '2200-01-01Z'), timestamptz '1900-01-01Z' + interval '1 day') end,
  regulatory_references = case when private.are_texts(regulatory_references, 50, 1000) is not false then regulatory_references else array(select left(item, 1000) from unnest(regulatory_references) as item where item is not null limit 50) end,
  documentation_urls = case when private.are_urls(documentation_urls, 50) is not false then documentation_urls else array(
    select item from unnest(documentation_urls) as item
    where item ~ '^https?://[^\s<>"]+$' and char_length(item) <= 2000 limit 50
  ) end,
  created_at = case when (created_at between '1900-01-01Z' and '2200-01-01Z') is not false then created_at else least(greatest(created_at, '1900-01-01Z'), '2200-01-01Z') end,
  updated_at = case when (updated_at between '1900-01-01Z' and '2200-01-01Z') is not false then updated_at else least(greatest(updated_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (private.is_claim_text(text) and private.is_sound_json(text, 500000)) is not false
  and (cardinality(countries) between 1 and 300 and private.are_texts(countries, 300, 20)) is not false
  and (effective_from between '1900-01-01Z' and '2200-01-01Z') is not false
  and (effective_to between '1900-01-01Z' and '2200-01-01Z') is not false
  and (private.are_texts(regulatory_references, 50, 1000)) is not false
  and (private.are_urls(documentation_urls, 50)) is not false
  and (created_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (updated_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table public.claims enable trigger user;

alter table public.claims
  drop constraint claims_text_check,
  drop constraint claims_countries_check,
  drop constraint claims_regulatory_references_check,
  drop constraint claims_documentation_urls_check,
  add constraint claims_text_check check (private.is_claim_text(text) and private.is_sound_json(text, 500000)),
  add constraint claims_countries_check check (cardinality(countries) between 1 and 300 and private.are_texts(countries, 300, 20)),
  add constraint claims_effective_from_check check (effective_from between '1900-01-01Z' and '2200-01-01Z'),
  add constraint claims_effective_to_check check (effective_to between '1900-01-01Z' and '2200-01-01Z'),
  add constraint claims_regulatory_references_check check (private.are_texts(regulatory_references, 50, 1000)),
  add constraint claims_documentation_urls_check check (private.are_urls(documentation_urls, 50)),
  add constraint claims_created_at_check check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint claims_updated_at_check check (updated_at between '1900-01-01Z' and '2200-01-01Z');

alter table private.claim_scopes disable trigger user;

update private.claim_scopes
set
  country = case when char_length(country) <= 20 is not false then country else left(country, 20) end,
  text_key = case when char_length(text_key) <= 1000 is not false then text_key else left(text_key, 1000) end
where not (
  (char_length(country) <= 20) is not false
  and (char_length(text_key) <= 1000) is not false
);

alter table private.claim_scopes enable trigger user;

alter table private.claim_scopes
  add constraint claim_scopes_country_check check (char_length(country) <= 20),
  add constraint claim_scopes_text_key_check check (char_length(text_key) <= 1000);

alter table public.market_overrides disable trigger user;

update public.market_overrides
set
  created_at = case when (created_at between '1900-01-01Z' and '2200-01-01Z') is not false then created_at else least(greatest(created_at, '1900-01-01Z'), '2200-01-01Z') end,
  updated_at = case when (updated_at between '1900-01-01Z' and '2200-01-01Z') is not false then updated_at else least(greatest(updated_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (created_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (updated_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table public.market_overrides enable trigger user;

alter table public.market_overrides
  add constraint market_overrides_created_at_check check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint market_overrides_updated_at_check check (updated_at between '1900-01-01Z' and '2200-01-01Z');

alter table public.claim_reviews disable trigger user;

update public.claim_reviews
set
  findings = case when (jsonb_typeof(findings) = 'array' and private.is_sound_json(findings, 1000000)) is not false then findings else '[]' end,
  overridden_at = case when (overridden_at between '1900-01-01Z' and '2200-01-01Z') is not false then overridden_at else least(greatest(overridden_at, '1900-01-01Z'), '2200-01-01Z') end,
  created_at = case when (created_at between '1900-01-01Z' and '2200-01-01Z') is not false then created_at else least(greatest(created_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (jsonb_typeof(findings) = 'array' and private.is_sound_json(findings, 1000000)) is not false
  and (overridden_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (created_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table public.claim_reviews enable trigger user;

alter table public.claim_reviews
  drop constraint claim_reviews_findings_check,
  add constraint claim_reviews_findings_check check (jsonb_typeof(findings) = 'array' and private.is_sound_json(findings, 1000000)),
  add constraint claim_reviews_overridden_at_check check (overridden_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint claim_reviews_created_at_check check (created_at between '1900-01-01Z' and '2200-01-01Z');

alter table public.claim_approval_steps disable trigger user;

update public.claim_approval_steps
set
  name = case when (char_length(name) between 1 and 255 and name !~ '[[:cntrl:]]') is not false then name else regexp_replace(name, '[[:cntrl:]]+', ' ', 'g') end,
  created_at = case when (created_at between '1900-01-01Z' and '2200-01-01Z') is not false then created_at else least(greatest(created_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (char_length(name) between 1 and 255 and name !~ '[[:cntrl:]]') is not false
  and (created_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table public.claim_approval_steps enable trigger user;

alter table public.claim_approval_steps
  drop constraint claim_approval_steps_name_check,
  add constraint claim_approval_steps_name_check check (char_length(name) between 1 and 255 and name !~ '[[:cntrl:]]'),
  add constraint claim_approval_steps_created_at_check check (created_at between '1900-01-01Z' and '2200-01-01Z');

alter table public.claim_approvals disable trigger user;

update public.claim_approvals
set
  step_name = case when char_length(step_name) <= 255 is not false then step_name else left(step_name, 255) end,
  created_at = case when (created_at between '1900-01-01Z' and '2200-01-01Z') is not false then created_at else least(greatest(created_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (char_length(step_name) <= 255) is not false
  and (created_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table public.claim_approvals enable trigger user;

alter table public.claim_approvals
  add constraint claim_approvals_step_name_check check (char_length(step_name) <= 255),
  add constraint claim_approvals_created_at_check check (created_at between '1900-01-01Z' and '2200-01-01Z');

alter table public.contents disable trigger user;

update public.contents
set
  title = case when (char_length(title) between 1 and 200 and title !~ '[<>]' and title !~ '[[:cntrl:]]') is not false then title else regexp_replace(title, '[[:cntrl:]]+', ' ', 'g') end,
  fields = case when private.are_field_values(fields) is not false then fields else private.sound_part(fields, '{}', 1000000) end,
  metadata = case when private.is_content_metadata(metadata) is not false then metadata else private.sound_part(metadata, '{
      "metaTitle": "text 200 or null", "metaDescription": "text 500 or null", "keywords": "texts 50 50 or null",
      "ogImage": "url or null", "canonicalUrl": "url or null", "targetAudience": "text 500 or null"
    }', 100000) end,
  tags = case when private.are_texts(tags, 50, 50) is not false then tags else array(select left(item, 50) from unnest(tags) as item where item is not null limit 50) end,
  categories = case when private.are_texts(categories, 50, 50) is not false then categories else array(select left(item, 50) from unnest(categories) as item where item is not null limit 50) end,
  assignees = case when private.is_list(assignees, 50) is not false then assignees else array(select distinct item from unnest(assignees) as item where item is not null limit 50) end,
  provenance = case when private.are_origins(provenance) is not false then provenance else coalesce(
    (
      select jsonb_object_agg(entry.key, entry.value) from jsonb_each(provenance) as entry
      where private.are_origins(jsonb_build_object(entry.key, entry.value))
    ), '{}'
  ) end,
  scheduled_for = case when (scheduled_for between '1900-01-01Z' and '2200-01-01Z') is not false then scheduled_for else least(greatest(scheduled_for, '1900-01-01Z'), '2200-01-01Z') end,
  expires_at = case when (expires_at between '1900-01-01Z' and '2200-01-01Z') is not false then expires_at else least(greatest(expires_at, '1900-01-01Z'), '2200-01-01Z') end,
  due_at = case when (due_at between '1900-01-01Z' and '2200-01-01Z') is not false then due_at else least(greatest(due_at, '1900-01-01Z'), '2200-01-01Z') end,
  published_at = case when (published_at between '1900-01-01Z' and '2200-01-01Z') is not false then published_at else least(greatest(published_at, '1900-01-01Z'), '2200-01-01Z') end,
  created_at = case when (created_at between '1900-01-01Z' and '2200-01-01Z') is not false then created_at else least(greatest(created_at, '1900-01-01Z'), '2200-01-01Z') end,
  updated_at = case when (updated_at between '1900-01-01Z' and '2200-01-01Z') is not false then updated_at else least(greatest(updated_at, '1900-01-01Z'), '2200-01-01Z') end,
  deleted_at = case when (deleted_at between '1900-01-01Z' and '2200-01-01Z') is not false then deleted_at else least(greatest(deleted_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (char_length(title) between 1 and 200 and title !~ '[<>]' and title !~ '[[:cntrl:]]') is not false
  and (private.are_field_values(fields)) is not false
  and (private.is_content_metadata(metadata)) is not false
  and (private.are_texts(tags, 50, 50)) is not false
  and (private.are_texts(categories, 50, 50)) is not false
  and (private.is_list(assignees, 50)) is not false
  and (private.are_origins(provenance)) is not false
  and (scheduled_for between '1900-01-01Z' and '2200-01-01Z') is not false
  and (expires_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (due_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (published_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (created_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (updated_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (deleted_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table public.contents enable trigger user;

alter table public.contents
  drop constraint contents_title_check,
  drop constraint contents_fields_check,
  drop constraint contents_metadata_check,
  drop constraint contents_tags_check,
  drop constraint contents_categories_check,
  drop constraint contents_assignees_check,
  drop constraint contents_provenance_check,
  add constraint contents_title_check check (char_length(title) between 1 and 200 and title !~ '[<>]' and title !~ '[[:cntrl:]]'),
  add constraint contents_fields_check check (private.are_field_values(fields)),
  add constraint contents_metadata_check check (private.is_content_metadata(metadata)),
  add constraint contents_tags_check check (private.are_texts(tags, 50, 50)),
  add constraint contents_categories_check check (private.are_texts(categories, 50, 50)),
  add constraint contents_assignees_check check (private.is_list(assignees, 50)),
  add constraint contents_provenance_check check (private.are_origins(provenance)),
  add constraint contents_scheduled_for_range_check check (scheduled_for between '1900-01-01Z' and '2200-01-01Z'),
  add constraint contents_expires_at_check check (expires_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint contents_due_at_check check (due_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint contents_published_at_range_check check (published_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint contents_created_at_check check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint contents_updated_at_check check (updated_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint contents_deleted_at_check check (deleted_at between '1900-01-01Z' and '2200-01-01Z');

alter table public.content_versions disable trigger user;

update public.content_versions
set
  snapshot = case when (jsonb_typeof(snapshot) = 'object' and private.is_sound_json(snapshot, 5000000, 24)) is not false then snapshot else private.sound_part(snapshot, '{}', 5000000) end,
  created_at = case when (created_at between '1900-01-01Z' and '2200-01-01Z') is not false then created_at else least(greatest(created_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (jsonb_typeof(snapshot) = 'object' and private.is_sound_json(snapshot, 5000000, 24)) is not false
  and (created_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table public.content_versions enable trigger user;

alter table public.content_versions
  add constraint content_versions_snapshot_check check (jsonb_typeof(snapshot) = 'object' and private.is_sound_json(snapshot, 5000000, 24)),
  add constraint content_versions_created_at_check check (created_at between '1900-01-01Z' and '2200-01-01Z');

alter table private.content_slugs disable trigger user;

update private.content_slugs
set
  slug = case when char_length(slug) <= 200 is not false then slug else left(slug, 200) end
where not (
  (char_length(slug) <= 200) is not false
);

alter table private.content_slugs enable trigger user;

alter table private.content_slugs
  add constraint content_slugs_slug_check check (char_length(slug) <= 200);

alter table public.comments disable trigger user;

update public.comments
set
  range_start = case when (range_start >= 0 and range_start <= 10000000) is not false then range_start else least(range_start, 10000000) end,
  range_end = case when (range_end between 0 and 10000000) is not false then range_end else least(range_end, 10000000) end,
  body = case when (char_length(btrim(body)) between 1 and 10000 and char_length(body) <= 10000) is not false then body else left(btrim(body), 10000) end,
  mentions = case when private.is_list(mentions, 50) is not false then mentions else array(select distinct item from unnest(mentions) as item where item is not null limit 50) end,
  attachments = case when private.is_list_of(attachments, 10, '{"fileId": "id", "name": "name 255"}', '{fileId, name}') is not false then attachments else private.sound_items(attachments, 10, '{"fileId": "id", "name": "name 255"}', '{fileId, name}') end,
  edited_at = case when (edited_at between '1900-01-01Z' and '2200-01-01Z') is not false then edited_at else least(greatest(edited_at, '1900-01-01Z'), '2200-01-01Z') end,
  resolved_at = case when (resolved_at between '1900-01-01Z' and '2200-01-01Z') is not false then resolved_at else least(greatest(resolved_at, '1900-01-01Z'), '2200-01-01Z') end,
  created_at = case when (created_at between '1900-01-01Z' and '2200-01-01Z') is not false then created_at else least(greatest(created_at, '1900-01-01Z'), '2200-01-01Z') end,
  updated_at = case when (updated_at between '1900-01-01Z' and '2200-01-01Z') is not false then updated_at else least(greatest(updated_at, '1900-01-01Z'), '2200-01-01Z') end,
  deleted_at = case when (deleted_at between '1900-01-01Z' and '2200-01-01Z') is not false then deleted_at else least(greatest(deleted_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (range_start >= 0 and range_start <= 10000000) is not false
  and (range_end between 0 and 10000000) is not false
  and (char_length(btrim(body)) between 1 and 10000 and char_length(body) <= 10000) is not false
  and (private.is_list(mentions, 50)) is not false
  and (private.is_list_of(attachments, 10, '{"fileId": "id", "name": "name 255"}', '{fileId, name}')) is not false
  and (edited_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (resolved_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (created_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (updated_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (deleted_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table public.comments enable trigger user;

alter table public.comments
  drop constraint comments_range_start_check,
  drop constraint comments_body_check,
  drop constraint comments_mentions_check,
  drop constraint comments_attachments_check,
  add constraint comments_range_start_check check (range_start >= 0 and range_start <= 10000000),
  add constraint comments_range_end_check check (range_end between 0 and 10000000),
  add constraint comments_body_check check (char_length(btrim(body)) between 1 and 10000 and char_length(body) <= 10000),
  add constraint comments_mentions_check check (private.is_list(mentions, 50)),
  add constraint comments_attachments_check check (private.is_list_of(attachments, 10, '{"fileId": "id", "name": "name 255"}', '{fileId, name}')),
  add constraint comments_edited_at_check check (edited_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint comments_resolved_at_check check (resolved_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint comments_created_at_check check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint comments_updated_at_check check (updated_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint comments_deleted_at_check check (deleted_at between '1900-01-01Z' and '2200-01-01Z');

alter table public.comment_revisions disable trigger user;

update public.comment_revisions
set
  body = case when char_length(body) <= 10000 is not false then body else left(body, 10000) end,
  created_at = case when (created_at between '1900-01-01Z' and '2200-01-01Z') is not false then created_at else least(greatest(created_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (char_length(body) <= 10000) is not false
  and (created_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table public.comment_revisions enable trigger user;

alter table public.comment_revisions
  add constraint comment_revisions_body_check check (char_length(body) <= 10000),
  add constraint comment_revisions_created_at_check check (created_at between '1900-01-01Z' and '2200-01-01Z');

alter table private.content_search disable trigger user;

update private.content_search
set
  title = case when char_length(title) <= 200 is not false then title else left(title, 200) end,
  type = case when char_length(type) <= 50 is not false then type else left(type, 50) end,
  language = case when char_length(language) <= 50 is not false then language else left(language, 50) end,
  tags = case when private.are_texts(tags, 50, 50) is not false then tags else array(select left(item, 50) from unnest(tags) as item where item is not null limit 50) end,
  score = case when (score between 0 and 100) is not false then score else null end,
  updated_at = case when (updated_at between '1900-01-01Z' and '2200-01-01Z') is not false then updated_at else least(greatest(updated_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (char_length(title) <= 200) is not false
  and (char_length(type) <= 50) is not false
  and (char_length(language) <= 50) is not false
  and (private.are_texts(tags, 50, 50)) is not false
  and (score between 0 and 100) is not false
  and (updated_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table private.content_search enable trigger user;

alter table private.content_search
  add constraint content_search_title_check check (char_length(title) <= 200),
  add constraint content_search_type_check check (char_length(type) <= 50),
  add constraint content_search_language_check check (char_length(language) <= 50),
  add constraint content_search_tags_check check (private.are_texts(tags, 50, 50)),
  add constraint content_search_score_check check (score between 0 and 100),
  add constraint content_search_updated_at_check check (updated_at between '1900-01-01Z' and '2200-01-01Z');

alter table private.content_alignments disable trigger user;

update private.content_alignments
set
  assessed_at = case when (assessed_at between '1900-01-01Z' and '2200-01-01Z') is not false then assessed_at else least(greatest(assessed_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (assessed_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table private.content_alignments enable trigger user;

alter table private.content_alignments
  add constraint content_alignments_assessed_at_check check (assessed_at between '1900-01-01Z' and '2200-01-01Z');

alter table private.stale_searches disable trigger user;

update private.stale_searches
set
  marked_at = case when (marked_at between '1900-01-01Z' and '2200-01-01Z') is not false then marked_at else least(greatest(marked_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (marked_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table private.stale_searches enable trigger user;

alter table private.stale_searches
  add constraint stale_searches_marked_at_check check (marked_at between '1900-01-01Z' and '2200-01-01Z');

alter table private.bulk_lines disable trigger user;

update private.bulk_lines
set
  fingerprint = case when char_length(fingerprint) <= 100 is not false then fingerprint else left(fingerprint, 100) end,
  created_at = case when (created_at between '1900-01-01Z' and '2200-01-01Z') is not false then created_at else least(greatest(created_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (char_length(fingerprint) <= 100) is not false
  and (created_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table private.bulk_lines enable trigger user;

alter table private.bulk_lines
  add constraint bulk_lines_fingerprint_check check (char_length(fingerprint) <= 100),
  add constraint bulk_lines_created_at_check check (created_at between '1900-01-01Z' and '2200-01-01Z');

alter table public.content_assignees disable trigger user;

update public.content_assignees
set
  created_at = case when (created_at between '1900-01-01Z' and '2200-01-01Z') is not false then created_at else least(greatest(created_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (created_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table public.content_assignees enable trigger user;

alter table public.content_assignees
  add constraint content_assignees_created_at_check check (created_at between '1900-01-01Z' and '2200-01-01Z');

alter table public.domain_events disable trigger user;

update public.domain_events
set
  payload = case when (jsonb_typeof(payload) = 'object' and private.is_sound_json(payload, 5000000, 26)) is not false then payload else private.sound_part(
    payload || case
      when payload ? 'changes' then jsonb_build_object('changes', private.sound_part(payload -> 'changes', '{}', 5000000))
      else '{}'
    end, '{}', 5000000
  ) end,
  occurred_at = case when (occurred_at between '1900-01-01Z' and '2200-01-01Z') is not false then occurred_at else least(greatest(occurred_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (jsonb_typeof(payload) = 'object' and private.is_sound_json(payload, 5000000, 26)) is not false
  and (occurred_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table public.domain_events enable trigger user;

alter table public.domain_events
  drop constraint domain_events_payload_check,
  add constraint domain_events_payload_check check (jsonb_typeof(payload) = 'object' and private.is_sound_json(payload, 5000000, 26)),
  add constraint domain_events_occurred_at_check check (occurred_at between '1900-01-01Z' and '2200-01-01Z');

alter table private.outbox_consumers disable trigger user;

update private.outbox_consumers
set
  updated_at = case when (updated_at between '1900-01-01Z' and '2200-01-01Z') is not false then updated_at else least(greatest(updated_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (updated_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table private.outbox_consumers enable trigger user;

alter table private.outbox_consumers
  add constraint outbox_consumers_updated_at_check check (updated_at between '1900-01-01Z' and '2200-01-01Z');

alter table private.outbox_batches disable trigger user;

update private.outbox_batches
set
  leased_by = case when char_length(leased_by) <= 100 is not false then leased_by else left(leased_by, 100) end,
  lease_until = case when (lease_until between '1900-01-01Z' and '2200-01-01Z') is not false then lease_until else least(greatest(lease_until, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (char_length(leased_by) <= 100) is not false
  and (lease_until between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table private.outbox_batches enable trigger user;

alter table private.outbox_batches
  add constraint outbox_batches_leased_by_check check (char_length(leased_by) <= 100),
  add constraint outbox_batches_lease_until_check check (lease_until between '1900-01-01Z' and '2200-01-01Z');

alter table public.files disable trigger user;

update public.files
set
  name = case when (char_length(name) between 1 and 255 and name !~ '[/\\]' and name !~ '[[:cntrl:]]') is not false then name else regexp_replace(name, '[[:cntrl:]]+', ' ', 'g') end,
  created_at = case when (created_at between '1900-01-01Z' and '2200-01-01Z') is not false then created_at else least(greatest(created_at, '1900-01-01Z'), '2200-01-01Z') end,
  updated_at = case when (updated_at between '1900-01-01Z' and '2200-01-01Z') is not false then updated_at else least(greatest(updated_at, '1900-01-01Z'), '2200-01-01Z') end,
  deleted_at = case when (deleted_at between '1900-01-01Z' and '2200-01-01Z') is not false then deleted_at else least(greatest(deleted_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (char_length(name) between 1 and 255 and name !~ '[/\\]' and name !~ '[[:cntrl:]]') is not false
  and (created_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (updated_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (deleted_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table public.files enable trigger user;

alter table public.files
  drop constraint files_name_check,
  add constraint files_name_check check (char_length(name) between 1 and 255 and name !~ '[/\\]' and name !~ '[[:cntrl:]]'),
  add constraint files_created_at_check check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint files_updated_at_check check (updated_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint files_deleted_at_check check (deleted_at between '1900-01-01Z' and '2200-01-01Z');

alter table public.invitations disable trigger user;

update public.invitations
set
  permissions = case when (private.are_permissions(permissions) and private.are_texts(permissions, 100, 100)) is not false then permissions else array(select left(item, 100) from unnest(permissions) as item where item is not null limit 100) end,
  membership_expires_at = case when (membership_expires_at between '1900-01-01Z' and '2200-01-01Z') is not false then membership_expires_at else least(greatest(membership_expires_at, '1900-01-01Z'), '2200-01-01Z') end,
  expires_at = case when (expires_at between '1900-01-01Z' and '2200-01-01Z') is not false then expires_at else least(greatest(expires_at, '1900-01-01Z'), '2200-01-01Z') end,
  accepted_at = case when (accepted_at between '1900-01-01Z' and '2200-01-01Z') is not false then accepted_at else least(greatest(accepted_at, '1900-01-01Z'), '2200-01-01Z') end,
  created_at = case when (created_at between '1900-01-01Z' and '2200-01-01Z') is not false then created_at else least(greatest(created_at, '1900-01-01Z'), '2200-01-01Z') end,
  updated_at = case when (updated_at between '1900-01-01Z' and '2200-01-01Z') is not false then updated_at else least(greatest(updated_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (private.are_permissions(permissions) and private.are_texts(permissions, 100, 100)) is not false
  and (membership_expires_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (expires_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (accepted_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (created_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (updated_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table public.invitations enable trigger user;

alter table public.invitations
  drop constraint invitations_permissions_check,
  add constraint invitations_permissions_check check (private.are_permissions(permissions) and private.are_texts(permissions, 100, 100)),
  add constraint invitations_membership_expires_at_check check (membership_expires_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint invitations_expires_at_check check (expires_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint invitations_accepted_at_check check (accepted_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint invitations_created_at_check check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint invitations_updated_at_check check (updated_at between '1900-01-01Z' and '2200-01-01Z');

alter table public.api_keys disable trigger user;

update public.api_keys
set
  name = case when (char_length(name) between 1 and 100 and name !~ '[[:cntrl:]]') is not false then name else regexp_replace(name, '[[:cntrl:]]+', ' ', 'g') end,
  scopes = case when (cardinality(scopes) between 1 and 10 and scopes <@ array[ 'read', 'write', 'admin', 'brands:read', 'brands:write', 'content:read', 'content:write', 'ai:generate', 'users:manage' ] and private.is_list(scopes, 10)) is not false then scopes else array(select distinct item from unnest(scopes) as item where item is not null limit 10) end,
  allowed_addresses = case when private.is_list(allowed_addresses, 50) is not false then allowed_addresses else array(select distinct item from unnest(allowed_addresses) as item where item is not null limit 50) end,
  expires_at = case when (expires_at between '1900-01-01Z' and '2200-01-01Z') is not false then expires_at else least(greatest(expires_at, '1900-01-01Z'), '2200-01-01Z') end,
  last_used_at = case when (last_used_at between '1900-01-01Z' and '2200-01-01Z') is not false then last_used_at else least(greatest(last_used_at, '1900-01-01Z'), '2200-01-01Z') end,
  revoked_at = case when (revoked_at between '1900-01-01Z' and '2200-01-01Z') is not false then revoked_at else least(greatest(revoked_at, '1900-01-01Z'), '2200-01-01Z') end,
  created_at = case when (created_at between '1900-01-01Z' and '2200-01-01Z') is not false then created_at else least(greatest(created_at, '1900-01-01Z'), '2200-01-01Z') end,
  updated_at = case when (updated_at between '1900-01-01Z' and '2200-01-01Z') is not false then updated_at else least(greatest(updated_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (char_length(name) between 1 and 100 and name !~ '[[:cntrl:]]') is not false
  and (cardinality(scopes) between 1 and 10 and scopes <@ array[ 'read', 'write', 'admin', 'brands:read', 'brands:write', 'content:read', 'content:write', 'ai:generate', 'users:manage' ] and private.is_list(scopes, 10)) is not false
  and (private.is_list(allowed_addresses, 50)) is not false
  and (expires_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (last_used_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (revoked_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (created_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (updated_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table public.api_keys enable trigger user;

alter table public.api_keys
  drop constraint api_keys_name_check,
  drop constraint api_keys_scopes_check,
  drop constraint api_keys_allowed_addresses_check,
  add constraint api_keys_name_check check (char_length(name) between 1 and 100 and name !~ '[[:cntrl:]]'),
  add constraint api_keys_scopes_check check (cardinality(scopes) between 1 and 10 and scopes <@ array[ 'read', 'write', 'admin', 'brands:read', 'brands:write', 'content:read', 'content:write', 'ai:generate', 'users:manage' ] and private.is_list(scopes, 10)),
  add constraint api_keys_allowed_addresses_check check (private.is_list(allowed_addresses, 50)),
  add constraint api_keys_expires_at_check check (expires_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint api_keys_last_used_at_check check (last_used_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint api_keys_revoked_at_check check (revoked_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint api_keys_created_at_check check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint api_keys_updated_at_check check (updated_at between '1900-01-01Z' and '2200-01-01Z');

alter table public.sso_connections disable trigger user;

update public.sso_connections
set
  name = case when (char_length(name) between 1 and 100 and name !~ '[[:cntrl:]]') is not false then name else regexp_replace(name, '[[:cntrl:]]+', ' ', 'g') end,
  entity_id = case when (char_length(entity_id) between 1 and 1000 and entity_id !~ '[[:cntrl:]]') is not false then entity_id else regexp_replace(entity_id, '[[:cntrl:]]+', ' ', 'g') end,
  certificates = case when (cardinality(certificates) between 1 and 5 and private.are_texts(certificates, 5, 20000)) is not false then certificates else coalesce(nullif(array(select left(item, 20000) from unnest(certificates) as item where item is not null limit 5), '{}'), '{none}') end,
  domains = case when (cardinality(domains) between 1 and 50 and array_to_string(domains, ' ') ~ '^[a-z0-9-]+(\.[a-z0-9-]+)+( [a-z0-9-]+(\.[a-z0-9-]+)+)*$' and private.are_texts(domains, 50, 253)) is not false then domains else coalesce(nullif(array(select left(item, 253) from unnest(domains) as item where item is not null limit 50), '{}'), '{unknown.invalid}') end,
  group_attribute = case when (char_length(group_attribute) between 1 and 200 and group_attribute !~ '[[:cntrl:]]') is not false then group_attribute else regexp_replace(group_attribute, '[[:cntrl:]]+', ' ', 'g') end,
  created_at = case when (created_at between '1900-01-01Z' and '2200-01-01Z') is not false then created_at else least(greatest(created_at, '1900-01-01Z'), '2200-01-01Z') end,
  updated_at = case when (updated_at between '1900-01-01Z' and '2200-01-01Z') is not false then updated_at else least(greatest(updated_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (char_length(name) between 1 and 100 and name !~ '[[:cntrl:]]') is not false
  and (char_length(entity_id) between 1 and 1000 and entity_id !~ '[[:cntrl:]]') is not false
  and (cardinality(certificates) between 1 and 5 and private.are_texts(certificates, 5, 20000)) is not false
  and (cardinality(domains) between 1 and 50 and array_to_string(domains, ' ') ~ '^[a-z0-9-]+(\.[a-z0-9-]+)+( [a-z0-9-]+(\.[a-z0-9-]+)+)*$' and private.are_texts(domains, 50, 253)) is not false
  and (char_length(group_attribute) between 1 and 200 and group_attribute !~ '[[:cntrl:]]') is not false
  and (created_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (updated_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table public.sso_connections enable trigger user;

alter table public.sso_connections
  drop constraint sso_connections_name_check,
  drop constraint sso_connections_entity_id_check,
  drop constraint sso_connections_certificates_check,
  drop constraint sso_connections_domains_check,
  drop constraint sso_connections_group_attribute_check,
  add constraint sso_connections_name_check check (char_length(name) between 1 and 100 and name !~ '[[:cntrl:]]'),
  add constraint sso_connections_entity_id_check check (char_length(entity_id) between 1 and 1000 and entity_id !~ '[[:cntrl:]]'),
  add constraint sso_connections_certificates_check check (cardinality(certificates) between 1 and 5 and private.are_texts(certificates, 5, 20000)),
  add constraint sso_connections_domains_check check (cardinality(domains) between 1 and 50 and array_to_string(domains, ' ') ~ '^[a-z0-9-]+(\.[a-z0-9-]+)+( [a-z0-9-]+(\.[a-z0-9-]+)+)*$' and private.are_texts(domains, 50, 253)),
  add constraint sso_connections_group_attribute_check check (char_length(group_attribute) between 1 and 200 and group_attribute !~ '[[:cntrl:]]'),
  add constraint sso_connections_created_at_check check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint sso_connections_updated_at_check check (updated_at between '1900-01-01Z' and '2200-01-01Z');

alter table public.brand_members disable trigger user;

update public.brand_members
set
  expires_at = case when (expires_at between '1900-01-01Z' and '2200-01-01Z') is not false then expires_at else least(greatest(expires_at, '1900-01-01Z'), '2200-01-01Z') end,
  permissions = case when private.are_texts(permissions, 100, 100) is not false then permissions else array(select left(item, 100) from unnest(permissions) as item where item is not null limit 100) end,
  restrictions = case when private.are_texts(restrictions, 100, 100) is not false then restrictions else array(select left(item, 100) from unnest(restrictions) as item where item is not null limit 100) end,
  last_accessed_at = case when (last_accessed_at between '1900-01-01Z' and '2200-01-01Z') is not false then last_accessed_at else least(greatest(last_accessed_at, '1900-01-01Z'), '2200-01-01Z') end,
  created_at = case when (created_at between '1900-01-01Z' and '2200-01-01Z') is not false then created_at else least(greatest(created_at, '1900-01-01Z'), '2200-01-01Z') end,
  updated_at = case when (updated_at between '1900-01-01Z' and '2200-01-01Z') is not false then updated_at else least(greatest(updated_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (expires_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (private.are_texts(permissions, 100, 100)) is not false
  and (private.are_texts(restrictions, 100, 100)) is not false
  and (last_accessed_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (created_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (updated_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table public.brand_members enable trigger user;

alter table public.brand_members
  add constraint brand_members_expires_at_check check (expires_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint brand_members_permissions_check check (private.are_texts(permissions, 100, 100)),
  add constraint brand_members_restrictions_check check (private.are_texts(restrictions, 100, 100)),
  add constraint brand_members_last_accessed_at_check check (last_accessed_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint brand_members_created_at_check check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint brand_members_updated_at_check check (updated_at between '1900-01-01Z' and '2200-01-01Z');

alter table public.sso_group_roles disable trigger user;

update public.sso_group_roles
set
  group_name = case when (char_length(group_name) between 1 and 255 and group_name !~ '[[:cntrl:]]') is not false then group_name else regexp_replace(group_name, '[[:cntrl:]]+', ' ', 'g') end,
  created_at = case when (created_at between '1900-01-01Z' and '2200-01-01Z') is not false then created_at else least(greatest(created_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (char_length(group_name) between 1 and 255 and group_name !~ '[[:cntrl:]]') is not false
  and (created_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table public.sso_group_roles enable trigger user;

alter table public.sso_group_roles
  drop constraint sso_group_roles_group_name_check,
  add constraint sso_group_roles_group_name_check check (char_length(group_name) between 1 and 255 and group_name !~ '[[:cntrl:]]'),
  add constraint sso_group_roles_created_at_check check (created_at between '1900-01-01Z' and '2200-01-01Z');

alter table private.sso_people disable trigger user;

update private.sso_people
set
  created_at = case when (created_at between '1900-01-01Z' and '2200-01-01Z') is not false then created_at else least(greatest(created_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (created_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table private.sso_people enable trigger user;

alter table private.sso_people
  add constraint sso_people_created_at_check check (created_at between '1900-01-01Z' and '2200-01-01Z');

alter table public.profiles disable trigger user;

update public.profiles
set
  timezone = case when (char_length(timezone) <= 64 and timezone !~ '[[:cntrl:]]') is not false then timezone else regexp_replace(timezone, '[[:cntrl:]]+', ' ', 'g') end,
  last_login_at = case when (last_login_at between '1900-01-01Z' and '2200-01-01Z') is not false then last_login_at else least(greatest(last_login_at, '1900-01-01Z'), '2200-01-01Z') end,
  locked_until = case when (locked_until between '1900-01-01Z' and '2200-01-01Z') is not false then locked_until else least(greatest(locked_until, '1900-01-01Z'), '2200-01-01Z') end,
  deactivated_at = case when (deactivated_at between '1900-01-01Z' and '2200-01-01Z') is not false then deactivated_at else least(greatest(deactivated_at, '1900-01-01Z'), '2200-01-01Z') end,
  created_at = case when (created_at between '1900-01-01Z' and '2200-01-01Z') is not false then created_at else least(greatest(created_at, '1900-01-01Z'), '2200-01-01Z') end,
  updated_at = case when (updated_at between '1900-01-01Z' and '2200-01-01Z') is not false then updated_at else least(greatest(updated_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (char_length(timezone) <= 64 and timezone !~ '[[:cntrl:]]') is not false
  and (last_login_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (locked_until between '1900-01-01Z' and '2200-01-01Z') is not false
  and (deactivated_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (created_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (updated_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table public.profiles enable trigger user;

alter table public.profiles
  drop constraint profiles_timezone_check,
  add constraint profiles_timezone_check check (char_length(timezone) <= 64 and timezone !~ '[[:cntrl:]]'),
  add constraint profiles_last_login_at_check check (last_login_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint profiles_locked_until_check check (locked_until between '1900-01-01Z' and '2200-01-01Z'),
  add constraint profiles_deactivated_at_check check (deactivated_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint profiles_created_at_check check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint profiles_updated_at_check check (updated_at between '1900-01-01Z' and '2200-01-01Z');

alter table private.platform_admins disable trigger user;

update private.platform_admins
set
  created_at = case when (created_at between '1900-01-01Z' and '2200-01-01Z') is not false then created_at else least(greatest(created_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (created_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table private.platform_admins enable trigger user;

alter table private.platform_admins
  add constraint platform_admins_created_at_check check (created_at between '1900-01-01Z' and '2200-01-01Z');

alter table public.user_sessions disable trigger user;

update public.user_sessions
set
  mfa_verified_at = case when (mfa_verified_at between '1900-01-01Z' and '2200-01-01Z') is not false then mfa_verified_at else least(greatest(mfa_verified_at, '1900-01-01Z'), '2200-01-01Z') end,
  last_seen_at = case when (last_seen_at between '1900-01-01Z' and '2200-01-01Z') is not false then last_seen_at else least(greatest(last_seen_at, '1900-01-01Z'), '2200-01-01Z') end,
  expires_at = case when (expires_at between '1900-01-01Z' and '2200-01-01Z') is not false then expires_at else least(greatest(expires_at, '1900-01-01Z'), '2200-01-01Z') end,
  ended_at = case when (ended_at between '1900-01-01Z' and '2200-01-01Z') is not false then ended_at else least(greatest(ended_at, '1900-01-01Z'), '2200-01-01Z') end,
  authenticated_at = case when (authenticated_at between '1900-01-01Z' and '2200-01-01Z') is not false then authenticated_at else least(greatest(authenticated_at, '1900-01-01Z'), '2200-01-01Z') end,
  created_at = case when (created_at between '1900-01-01Z' and '2200-01-01Z') is not false then created_at else least(greatest(created_at, '1900-01-01Z'), '2200-01-01Z') end,
  refreshed_at = case when (refreshed_at between '1900-01-01Z' and '2200-01-01Z') is not false then refreshed_at else least(greatest(refreshed_at, '1900-01-01Z'), '2200-01-01Z') end,
  refreshing_at = case when (refreshing_at between '1900-01-01Z' and '2200-01-01Z') is not false then refreshing_at else least(greatest(refreshing_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (mfa_verified_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (last_seen_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (expires_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (ended_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (authenticated_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (created_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (refreshed_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (refreshing_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table public.user_sessions enable trigger user;

alter table public.user_sessions
  add constraint user_sessions_mfa_verified_at_check check (mfa_verified_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint user_sessions_last_seen_at_check check (last_seen_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint user_sessions_expires_at_check check (expires_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint user_sessions_ended_at_check check (ended_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint user_sessions_authenticated_at_check check (authenticated_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint user_sessions_created_at_check check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint user_sessions_refreshed_at_check check (refreshed_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint user_sessions_refreshing_at_check check (refreshing_at between '1900-01-01Z' and '2200-01-01Z');

alter table public.mfa_factors disable trigger user;

update public.mfa_factors
set
  verified_at = case when (verified_at between '1900-01-01Z' and '2200-01-01Z') is not false then verified_at else least(greatest(verified_at, '1900-01-01Z'), '2200-01-01Z') end,
  last_used_at = case when (last_used_at between '1900-01-01Z' and '2200-01-01Z') is not false then last_used_at else least(greatest(last_used_at, '1900-01-01Z'), '2200-01-01Z') end,
  transports = case when private.are_texts(transports, 10, 50) is not false then transports else array(select left(item, 50) from unnest(transports) as item where item is not null limit 10) end,
  created_at = case when (created_at between '1900-01-01Z' and '2200-01-01Z') is not false then created_at else least(greatest(created_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (verified_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (last_used_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (private.are_texts(transports, 10, 50)) is not false
  and (created_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table public.mfa_factors enable trigger user;

alter table public.mfa_factors
  drop constraint mfa_factors_transports_check,
  add constraint mfa_factors_verified_at_check check (verified_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint mfa_factors_last_used_at_check check (last_used_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint mfa_factors_transports_check check (private.are_texts(transports, 10, 50)),
  add constraint mfa_factors_created_at_check check (created_at between '1900-01-01Z' and '2200-01-01Z');

alter table private.mfa_backup_codes disable trigger user;

update private.mfa_backup_codes
set
  used_at = case when (used_at between '1900-01-01Z' and '2200-01-01Z') is not false then used_at else least(greatest(used_at, '1900-01-01Z'), '2200-01-01Z') end,
  created_at = case when (created_at between '1900-01-01Z' and '2200-01-01Z') is not false then created_at else least(greatest(created_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (used_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (created_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table private.mfa_backup_codes enable trigger user;

alter table private.mfa_backup_codes
  add constraint mfa_backup_codes_used_at_check check (used_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint mfa_backup_codes_created_at_check check (created_at between '1900-01-01Z' and '2200-01-01Z');

alter table private.password_history disable trigger user;

update private.password_history
set
  created_at = case when (created_at between '1900-01-01Z' and '2200-01-01Z') is not false then created_at else least(greatest(created_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (created_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table private.password_history enable trigger user;

alter table private.password_history
  add constraint password_history_created_at_check check (created_at between '1900-01-01Z' and '2200-01-01Z');

alter table public.trusted_devices disable trigger user;

update public.trusted_devices
set
  expires_at = case when (expires_at between '1900-01-01Z' and '2200-01-01Z') is not false then expires_at else least(greatest(expires_at, '1900-01-01Z'), '2200-01-01Z') end,
  created_at = case when (created_at between '1900-01-01Z' and '2200-01-01Z') is not false then created_at else least(greatest(created_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (expires_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (created_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table public.trusted_devices enable trigger user;

alter table public.trusted_devices
  add constraint trusted_devices_expires_at_check check (expires_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint trusted_devices_created_at_check check (created_at between '1900-01-01Z' and '2200-01-01Z');

alter table private.identity_tokens disable trigger user;

update private.identity_tokens
set
  expires_at = case when (expires_at between '1900-01-01Z' and '2200-01-01Z') is not false then expires_at else least(greatest(expires_at, '1900-01-01Z'), '2200-01-01Z') end,
  used_at = case when (used_at between '1900-01-01Z' and '2200-01-01Z') is not false then used_at else least(greatest(used_at, '1900-01-01Z'), '2200-01-01Z') end,
  created_at = case when (created_at between '1900-01-01Z' and '2200-01-01Z') is not false then created_at else least(greatest(created_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (expires_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (used_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (created_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table private.identity_tokens enable trigger user;

alter table private.identity_tokens
  add constraint identity_tokens_expires_at_check check (expires_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint identity_tokens_used_at_check check (used_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint identity_tokens_created_at_check check (created_at between '1900-01-01Z' and '2200-01-01Z');

alter table private.credential_permits disable trigger user;

update private.credential_permits
set
  expires_at = case when (expires_at between '1900-01-01Z' and '2200-01-01Z') is not false then expires_at else least(greatest(expires_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (expires_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table private.credential_permits enable trigger user;

alter table private.credential_permits
  add constraint credential_permits_expires_at_check check (expires_at between '1900-01-01Z' and '2200-01-01Z');

alter table private.jobs disable trigger user;

update private.jobs
set
  payload = case when (jsonb_typeof(payload) = 'object' and private.is_sound_json(payload, 5000000, 30)) is not false then payload else private.sound_part(payload, '{}', 5000000) end,
  run_at = case when (run_at between '1900-01-01Z' and '2200-01-01Z') is not false then run_at else least(greatest(run_at, '1900-01-01Z'), '2200-01-01Z') end,
  lease_until = case when (lease_until between '1900-01-01Z' and '2200-01-01Z') is not false then lease_until else least(greatest(lease_until, '1900-01-01Z'), '2200-01-01Z') end,
  created_at = case when (created_at between '1900-01-01Z' and '2200-01-01Z') is not false then created_at else least(greatest(created_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (jsonb_typeof(payload) = 'object' and private.is_sound_json(payload, 5000000, 30)) is not false
  and (run_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (lease_until between '1900-01-01Z' and '2200-01-01Z') is not false
  and (created_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table private.jobs enable trigger user;

alter table private.jobs
  drop constraint jobs_payload_check,
  add constraint jobs_payload_check check (jsonb_typeof(payload) = 'object' and private.is_sound_json(payload, 5000000, 30)),
  add constraint jobs_run_at_check check (run_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint jobs_lease_until_check check (lease_until between '1900-01-01Z' and '2200-01-01Z'),
  add constraint jobs_created_at_check check (created_at between '1900-01-01Z' and '2200-01-01Z');

alter table private.dead_jobs disable trigger user;

update private.dead_jobs
set
  queue = case when char_length(queue) <= 50 is not false then queue else left(queue, 50) end,
  kind = case when char_length(kind) <= 100 is not false then kind else left(kind, 100) end,
  payload = case when private.is_sound_json(payload, 5000000, 30) is not false then payload else private.sound_part(payload, '{}', 5000000) end,
  last_error = case when char_length(last_error) <= 2000 is not false then last_error else left(last_error, 2000) end,
  died_at = case when (died_at between '1900-01-01Z' and '2200-01-01Z') is not false then died_at else least(greatest(died_at, '1900-01-01Z'), '2200-01-01Z') end,
  created_at = case when (created_at between '1900-01-01Z' and '2200-01-01Z') is not false then created_at else least(greatest(created_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (char_length(queue) <= 50) is not false
  and (char_length(kind) <= 100) is not false
  and (private.is_sound_json(payload, 5000000, 30)) is not false
  and (char_length(last_error) <= 2000) is not false
  and (died_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (created_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table private.dead_jobs enable trigger user;

alter table private.dead_jobs
  add constraint dead_jobs_queue_check check (char_length(queue) <= 50),
  add constraint dead_jobs_kind_check check (char_length(kind) <= 100),
  add constraint dead_jobs_payload_check check (private.is_sound_json(payload, 5000000, 30)),
  add constraint dead_jobs_last_error_check check (char_length(last_error) <= 2000),
  add constraint dead_jobs_died_at_check check (died_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint dead_jobs_created_at_check check (created_at between '1900-01-01Z' and '2200-01-01Z');

alter table private.sagas disable trigger user;

update private.sagas
set
  context = case when (jsonb_typeof(context) = 'object' and private.is_sound_json(context, 1000000, 30)) is not false then context else private.sound_part(context, '{}', 1000000) end,
  created_at = case when (created_at between '1900-01-01Z' and '2200-01-01Z') is not false then created_at else least(greatest(created_at, '1900-01-01Z'), '2200-01-01Z') end,
  updated_at = case when (updated_at between '1900-01-01Z' and '2200-01-01Z') is not false then updated_at else least(greatest(updated_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (jsonb_typeof(context) = 'object' and private.is_sound_json(context, 1000000, 30)) is not false
  and (created_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (updated_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table private.sagas enable trigger user;

alter table private.sagas
  drop constraint sagas_context_check,
  add constraint sagas_context_check check (jsonb_typeof(context) = 'object' and private.is_sound_json(context, 1000000, 30)),
  add constraint sagas_created_at_check check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint sagas_updated_at_check check (updated_at between '1900-01-01Z' and '2200-01-01Z');

alter table private.idempotency_keys disable trigger user;

update private.idempotency_keys
set
  expires_at = case when (expires_at between '1900-01-01Z' and '2200-01-01Z') is not false then expires_at else least(greatest(expires_at, '1900-01-01Z'), '2200-01-01Z') end,
  created_at = case when (created_at between '1900-01-01Z' and '2200-01-01Z') is not false then created_at else least(greatest(created_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (expires_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (created_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table private.idempotency_keys enable trigger user;

alter table private.idempotency_keys
  add constraint idempotency_keys_expires_at_check check (expires_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint idempotency_keys_created_at_check check (created_at between '1900-01-01Z' and '2200-01-01Z');

alter table public.notifications disable trigger user;

update public.notifications
set
  metadata = case when (jsonb_typeof(metadata) = 'object' and private.is_sound_json(metadata, 50000)) is not false then metadata else private.sound_part(metadata, '{}', 50000) end,
  created_at = case when (created_at between '1900-01-01Z' and '2200-01-01Z') is not false then created_at else least(greatest(created_at, '1900-01-01Z'), '2200-01-01Z') end,
  updated_at = case when (updated_at between '1900-01-01Z' and '2200-01-01Z') is not false then updated_at else least(greatest(updated_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (jsonb_typeof(metadata) = 'object' and private.is_sound_json(metadata, 50000)) is not false
  and (created_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (updated_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table public.notifications enable trigger user;

alter table public.notifications
  drop constraint notifications_metadata_check,
  add constraint notifications_metadata_check check (jsonb_typeof(metadata) = 'object' and private.is_sound_json(metadata, 50000)),
  add constraint notifications_created_at_check check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint notifications_updated_at_check check (updated_at between '1900-01-01Z' and '2200-01-01Z');

alter table public.notification_preferences disable trigger user;

update public.notification_preferences
set
  quiet_from = case when quiet_from < '24:00' is not false then quiet_from else time '23:59' end,
  quiet_to = case when quiet_to < '24:00' is not false then quiet_to else time '23:59' end,
  created_at = case when (created_at between '1900-01-01Z' and '2200-01-01Z') is not false then created_at else least(greatest(created_at, '1900-01-01Z'), '2200-01-01Z') end,
  updated_at = case when (updated_at between '1900-01-01Z' and '2200-01-01Z') is not false then updated_at else least(greatest(updated_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (quiet_from < '24:00') is not false
  and (quiet_to < '24:00') is not false
  and (created_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (updated_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table public.notification_preferences enable trigger user;

alter table public.notification_preferences
  add constraint notification_preferences_quiet_from_check check (quiet_from < '24:00'),
  add constraint notification_preferences_quiet_to_check check (quiet_to < '24:00'),
  add constraint notification_preferences_created_at_check check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint notification_preferences_updated_at_check check (updated_at between '1900-01-01Z' and '2200-01-01Z');

alter table private.email_suppressions disable trigger user;

update private.email_suppressions
set
  created_at = case when (created_at between '1900-01-01Z' and '2200-01-01Z') is not false then created_at else least(greatest(created_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (created_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table private.email_suppressions enable trigger user;

alter table private.email_suppressions
  add constraint email_suppressions_created_at_check check (created_at between '1900-01-01Z' and '2200-01-01Z');

alter table public.webhook_endpoints disable trigger user;

update public.webhook_endpoints
set
  event_types = case when private.are_texts(event_types, 100, 100) is not false then event_types else array(select left(item, 100) from unnest(event_types) as item where item is not null limit 100) end,
  created_at = case when (created_at between '1900-01-01Z' and '2200-01-01Z') is not false then created_at else least(greatest(created_at, '1900-01-01Z'), '2200-01-01Z') end,
  updated_at = case when (updated_at between '1900-01-01Z' and '2200-01-01Z') is not false then updated_at else least(greatest(updated_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (private.are_texts(event_types, 100, 100)) is not false
  and (created_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (updated_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table public.webhook_endpoints enable trigger user;

alter table public.webhook_endpoints
  drop constraint webhook_endpoints_event_types_check,
  add constraint webhook_endpoints_event_types_check check (private.are_texts(event_types, 100, 100)),
  add constraint webhook_endpoints_created_at_check check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint webhook_endpoints_updated_at_check check (updated_at between '1900-01-01Z' and '2200-01-01Z');

alter table public.webhook_deliveries disable trigger user;

update public.webhook_deliveries
set
  next_attempt_at = case when (next_attempt_at between '1900-01-01Z' and '2200-01-01Z') is not false then next_attempt_at else least(greatest(next_attempt_at, '1900-01-01Z'), '2200-01-01Z') end,
  delivered_at = case when (delivered_at between '1900-01-01Z' and '2200-01-01Z') is not false then delivered_at else least(greatest(delivered_at, '1900-01-01Z'), '2200-01-01Z') end,
  created_at = case when (created_at between '1900-01-01Z' and '2200-01-01Z') is not false then created_at else least(greatest(created_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (next_attempt_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (delivered_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (created_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table public.webhook_deliveries enable trigger user;

alter table public.webhook_deliveries
  add constraint webhook_deliveries_next_attempt_at_check check (next_attempt_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint webhook_deliveries_delivered_at_check check (delivered_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint webhook_deliveries_created_at_check check (created_at between '1900-01-01Z' and '2200-01-01Z');

alter table private.delivery_settings disable trigger user;

update private.delivery_settings
set
  updated_at = case when (updated_at between '1900-01-01Z' and '2200-01-01Z') is not false then updated_at else least(greatest(updated_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (updated_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table private.delivery_settings enable trigger user;

alter table private.delivery_settings
  add constraint delivery_settings_updated_at_check check (updated_at between '1900-01-01Z' and '2200-01-01Z');

alter table public.templates disable trigger user;

update public.templates
set
  name = case when (char_length(name) between 1 and 100 and name !~ '[[:cntrl:]]') is not false then name else regexp_replace(name, '[[:cntrl:]]+', ' ', 'g') end,
  input_fields = case when (private.are_template_fields(input_fields) and private.are_sound_fields(input_fields, false)) is not false then input_fields else private.sound_fields(input_fields, false) end,
  output_fields = case when (private.are_template_fields(output_fields) and private.are_sound_fields(output_fields, true)) is not false then output_fields else private.sound_fields(output_fields, true) end,
  icon = case when (char_length(icon) <= 50 and icon !~ '[[:cntrl:]]') is not false then icon else regexp_replace(icon, '[[:cntrl:]]+', ' ', 'g') end,
  category = case when (char_length(category) <= 100 and category !~ '[[:cntrl:]]') is not false then category else regexp_replace(category, '[[:cntrl:]]+', ' ', 'g') end,
  tags = case when private.are_texts(tags, 50, 50) is not false then tags else array(select left(item, 50) from unnest(tags) as item where item is not null limit 50) end,
  created_at = case when (created_at between '1900-01-01Z' and '2200-01-01Z') is not false then created_at else least(greatest(created_at, '1900-01-01Z'), '2200-01-01Z') end,
  updated_at = case when (updated_at between '1900-01-01Z' and '2200-01-01Z') is not false then updated_at else least(greatest(updated_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (char_length(name) between 1 and 100 and name !~ '[[:cntrl:]]') is not false
  and (private.are_template_fields(input_fields) and private.are_sound_fields(input_fields, false)) is not false
  and (private.are_template_fields(output_fields) and private.are_sound_fields(output_fields, true)) is not false
  and (char_length(icon) <= 50 and icon !~ '[[:cntrl:]]') is not false
  and (char_length(category) <= 100 and category !~ '[[:cntrl:]]') is not false
  and (private.are_texts(tags, 50, 50)) is not false
  and (created_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (updated_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table public.templates enable trigger user;

alter table public.templates
  drop constraint templates_name_check,
  drop constraint templates_input_fields_check,
  drop constraint templates_output_fields_check,
  drop constraint templates_icon_check,
  drop constraint templates_category_check,
  drop constraint templates_tags_check,
  add constraint templates_name_check check (char_length(name) between 1 and 100 and name !~ '[[:cntrl:]]'),
  add constraint templates_input_fields_check check (private.are_template_fields(input_fields) and private.are_sound_fields(input_fields, false)),
  add constraint templates_output_fields_check check (private.are_template_fields(output_fields) and private.are_sound_fields(output_fields, true)),
  add constraint templates_icon_check check (char_length(icon) <= 50 and icon !~ '[[:cntrl:]]'),
  add constraint templates_category_check check (char_length(category) <= 100 and category !~ '[[:cntrl:]]'),
  add constraint templates_tags_check check (private.are_texts(tags, 50, 50)),
  add constraint templates_created_at_check check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint templates_updated_at_check check (updated_at between '1900-01-01Z' and '2200-01-01Z');

alter table public.template_versions disable trigger user;

update public.template_versions
set
  name = case when char_length(name) <= 100 is not false then name else left(name, 100) end,
  content_type = case when char_length(content_type) <= 50 is not false then content_type else left(content_type, 50) end,
  input_fields = case when private.are_sound_fields(input_fields, false) is not false then input_fields else private.sound_fields(input_fields, false) end,
  output_fields = case when private.are_sound_fields(output_fields, true) is not false then output_fields else private.sound_fields(output_fields, true) end,
  created_at = case when (created_at between '1900-01-01Z' and '2200-01-01Z') is not false then created_at else least(greatest(created_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (char_length(name) <= 100) is not false
  and (char_length(content_type) <= 50) is not false
  and (private.are_sound_fields(input_fields, false)) is not false
  and (private.are_sound_fields(output_fields, true)) is not false
  and (created_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table public.template_versions enable trigger user;

alter table public.template_versions
  add constraint template_versions_name_check check (char_length(name) <= 100),
  add constraint template_versions_content_type_check check (char_length(content_type) <= 50),
  add constraint template_versions_input_fields_check check (private.are_sound_fields(input_fields, false)),
  add constraint template_versions_output_fields_check check (private.are_sound_fields(output_fields, true)),
  add constraint template_versions_created_at_check check (created_at between '1900-01-01Z' and '2200-01-01Z');

alter table public.workflows disable trigger user;

update public.workflows
set
  name = case when (char_length(name) between 1 and 255 and name !~ '[[:cntrl:]]') is not false then name else regexp_replace(name, '[[:cntrl:]]+', ' ', 'g') end,
  content_types = case when private.are_texts(content_types, 100, 50) is not false then content_types else array(select left(item, 50) from unnest(content_types) as item where item is not null limit 100) end,
  created_at = case when (created_at between '1900-01-01Z' and '2200-01-01Z') is not false then created_at else least(greatest(created_at, '1900-01-01Z'), '2200-01-01Z') end,
  updated_at = case when (updated_at between '1900-01-01Z' and '2200-01-01Z') is not false then updated_at else least(greatest(updated_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (char_length(name) between 1 and 255 and name !~ '[[:cntrl:]]') is not false
  and (private.are_texts(content_types, 100, 50)) is not false
  and (created_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (updated_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table public.workflows enable trigger user;

alter table public.workflows
  drop constraint workflows_name_check,
  add constraint workflows_name_check check (char_length(name) between 1 and 255 and name !~ '[[:cntrl:]]'),
  add constraint workflows_content_types_check check (private.are_texts(content_types, 100, 50)),
  add constraint workflows_created_at_check check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint workflows_updated_at_check check (updated_at between '1900-01-01Z' and '2200-01-01Z');

alter table public.workflow_steps disable trigger user;

update public.workflow_steps
set
  name = case when (char_length(name) between 1 and 255 and name !~ '[[:cntrl:]]') is not false then name else regexp_replace(name, '[[:cntrl:]]+', ' ', 'g') end,
  prerequisites = case when private.is_list(prerequisites, 19) is not false then prerequisites else array(select distinct item from unnest(prerequisites) as item where item is not null limit 19) end,
  condition = case when (private.is_condition(condition) and private.is_sound_json(condition, 10000)) is not false then condition else null end,
  skip_condition = case when (private.is_condition(skip_condition) and private.is_sound_json(skip_condition, 10000)) is not false then skip_condition else null end,
  actions = case when (cardinality(actions) >= 1 and actions <@ array['approve', 'reject', 'request_changes'] and private.is_list(actions, 3)) is not false then actions else array(select distinct item from unnest(actions) as item where item is not null limit 3) end
where not (
  (char_length(name) between 1 and 255 and name !~ '[[:cntrl:]]') is not false
  and (private.is_list(prerequisites, 19)) is not false
  and (private.is_condition(condition) and private.is_sound_json(condition, 10000)) is not false
  and (private.is_condition(skip_condition) and private.is_sound_json(skip_condition, 10000)) is not false
  and (cardinality(actions) >= 1 and actions <@ array['approve', 'reject', 'request_changes'] and private.is_list(actions, 3)) is not false
);

alter table public.workflow_steps enable trigger user;

alter table public.workflow_steps
  drop constraint workflow_steps_name_check,
  drop constraint workflow_steps_condition_check,
  drop constraint workflow_steps_skip_condition_check,
  drop constraint workflow_steps_actions_check,
  drop constraint workflow_steps_prerequisites_check,
  add constraint workflow_steps_name_check check (char_length(name) between 1 and 255 and name !~ '[[:cntrl:]]'),
  add constraint workflow_steps_prerequisites_range_check check (private.is_list(prerequisites, 19)),
  add constraint workflow_steps_condition_check check (private.is_condition(condition) and private.is_sound_json(condition, 10000)),
  add constraint workflow_steps_skip_condition_check check (private.is_condition(skip_condition) and private.is_sound_json(skip_condition, 10000)),
  add constraint workflow_steps_actions_check check (cardinality(actions) >= 1 and actions <@ array['approve', 'reject', 'request_changes'] and private.is_list(actions, 3)),
  add constraint workflow_steps_prerequisites_check check (position > all(prerequisites));

alter table public.workflow_instances disable trigger user;

update public.workflow_instances
set
  started_at = case when (started_at between '1900-01-01Z' and '2200-01-01Z') is not false then started_at else least(greatest(started_at, '1900-01-01Z'), '2200-01-01Z') end,
  completed_at = case when (completed_at between '1900-01-01Z' and '2200-01-01Z') is not false then completed_at else least(greatest(completed_at, '1900-01-01Z'), '2200-01-01Z') end,
  workflow_name = case when char_length(workflow_name) <= 255 is not false then workflow_name else left(workflow_name, 255) end,
  parked_at = case when (parked_at between '1900-01-01Z' and '2200-01-01Z') is not false then parked_at else least(greatest(parked_at, '1900-01-01Z'), '2200-01-01Z') end,
  deadline_at = case when (deadline_at between '1900-01-01Z' and '2200-01-01Z') is not false then deadline_at else least(greatest(deadline_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (started_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (completed_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (char_length(workflow_name) <= 255) is not false
  and (parked_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (deadline_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table public.workflow_instances enable trigger user;

alter table public.workflow_instances
  add constraint workflow_instances_started_at_check check (started_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint workflow_instances_completed_at_range_check check (completed_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint workflow_instances_workflow_name_check check (char_length(workflow_name) <= 255),
  add constraint workflow_instances_parked_at_check check (parked_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint workflow_instances_deadline_at_check check (deadline_at between '1900-01-01Z' and '2200-01-01Z');

alter table public.workflow_step_runs disable trigger user;

update public.workflow_step_runs
set
  name = case when char_length(name) <= 255 is not false then name else left(name, 255) end,
  definition = case when (jsonb_typeof(definition) = 'object' and private.is_sound_json(definition, 500000, 24)) is not false then definition else private.sound_part(definition, '{}', 500000) end,
  opened_at = case when (opened_at between '1900-01-01Z' and '2200-01-01Z') is not false then opened_at else least(greatest(opened_at, '1900-01-01Z'), '2200-01-01Z') end,
  due_at = case when (due_at between '1900-01-01Z' and '2200-01-01Z') is not false then due_at else least(greatest(due_at, '1900-01-01Z'), '2200-01-01Z') end,
  closed_at = case when (closed_at between '1900-01-01Z' and '2200-01-01Z') is not false then closed_at else least(greatest(closed_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (char_length(name) <= 255) is not false
  and (jsonb_typeof(definition) = 'object' and private.is_sound_json(definition, 500000, 24)) is not false
  and (opened_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (due_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (closed_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table public.workflow_step_runs enable trigger user;

alter table public.workflow_step_runs
  drop constraint workflow_step_runs_definition_check,
  add constraint workflow_step_runs_name_check check (char_length(name) <= 255),
  add constraint workflow_step_runs_definition_check check (jsonb_typeof(definition) = 'object' and private.is_sound_json(definition, 500000, 24)),
  add constraint workflow_step_runs_opened_at_check check (opened_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint workflow_step_runs_due_at_check check (due_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint workflow_step_runs_closed_at_check check (closed_at between '1900-01-01Z' and '2200-01-01Z');

alter table public.workflow_tasks disable trigger user;

update public.workflow_tasks
set
  due_at = case when (due_at between '1900-01-01Z' and '2200-01-01Z') is not false then due_at else least(greatest(due_at, '1900-01-01Z'), '2200-01-01Z') end,
  decided_at = case when (decided_at between '1900-01-01Z' and '2200-01-01Z') is not false then decided_at else least(greatest(decided_at, '1900-01-01Z'), '2200-01-01Z') end,
  reminded_at = case when (reminded_at between '1900-01-01Z' and '2200-01-01Z') is not false then reminded_at else least(greatest(reminded_at, '1900-01-01Z'), '2200-01-01Z') end,
  escalated_at = case when (escalated_at between '1900-01-01Z' and '2200-01-01Z') is not false then escalated_at else least(greatest(escalated_at, '1900-01-01Z'), '2200-01-01Z') end,
  created_at = case when (created_at between '1900-01-01Z' and '2200-01-01Z') is not false then created_at else least(greatest(created_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (due_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (decided_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (reminded_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (escalated_at between '1900-01-01Z' and '2200-01-01Z') is not false
  and (created_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table public.workflow_tasks enable trigger user;

alter table public.workflow_tasks
  add constraint workflow_tasks_due_at_check check (due_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint workflow_tasks_decided_at_range_check check (decided_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint workflow_tasks_reminded_at_check check (reminded_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint workflow_tasks_escalated_at_check check (escalated_at between '1900-01-01Z' and '2200-01-01Z'),
  add constraint workflow_tasks_created_at_check check (created_at between '1900-01-01Z' and '2200-01-01Z');

alter table public.workflow_actions disable trigger user;

update public.workflow_actions
set
  attachments = case when (jsonb_typeof(attachments) = 'array' and private.is_sound_json(attachments, 100000)) is not false then attachments else '[]' end,
  created_at = case when (created_at between '1900-01-01Z' and '2200-01-01Z') is not false then created_at else least(greatest(created_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (jsonb_typeof(attachments) = 'array' and private.is_sound_json(attachments, 100000)) is not false
  and (created_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table public.workflow_actions enable trigger user;

alter table public.workflow_actions
  drop constraint workflow_actions_attachments_check,
  add constraint workflow_actions_attachments_check check (jsonb_typeof(attachments) = 'array' and private.is_sound_json(attachments, 100000)),
  add constraint workflow_actions_created_at_check check (created_at between '1900-01-01Z' and '2200-01-01Z');

alter table public.brand_workflows disable trigger user;

update public.brand_workflows
set
  created_at = case when (created_at between '1900-01-01Z' and '2200-01-01Z') is not false then created_at else least(greatest(created_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (created_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table public.brand_workflows enable trigger user;

alter table public.brand_workflows
  add constraint brand_workflows_created_at_check check (created_at between '1900-01-01Z' and '2200-01-01Z');

alter table public.workflow_step_assignees disable trigger user;

update public.workflow_step_assignees
set
  created_at = case when (created_at between '1900-01-01Z' and '2200-01-01Z') is not false then created_at else least(greatest(created_at, '1900-01-01Z'), '2200-01-01Z') end
where not (
  (created_at between '1900-01-01Z' and '2200-01-01Z') is not false
);

alter table public.workflow_step_assignees enable trigger user;

alter table public.workflow_step_assignees
  add constraint workflow_step_assignees_created_at_check check (created_at between '1900-01-01Z' and '2200-01-01Z');

drop function private.jsonb_key_count;

alter domain private.ciphertext drop constraint ciphertext_check;
alter domain private.ciphertext add constraint ciphertext_check check (
  value ~ '^v[0-9]{1,4}\.[A-Za-z0-9_-]{38,}$' and char_length(value) <= 10000
);

drop function private.sound_part;
drop function private.sound_items;
drop function private.sound_fields;
