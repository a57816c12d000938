create function private.are_template_fields(fields jsonb)
returns boolean
language sql
immutable
parallel safe
set search_path = ''
as $$
  select
    jsonb_typeof(fields) = 'array'
    and jsonb_array_length(fields) between 1 and 50
    and not exists (
      select 1
      from jsonb_array_elements(fields) as field
      where
        jsonb_typeof(field -> 'id') is distinct from 'string'
        or field ->> 'id' !~ '^[a-z][a-zA-Z0-9_]{0,49}$'
        or jsonb_typeof(field -> 'name') is distinct from 'string'
        or coalesce(jsonb_typeof(field -> 'required'), 'boolean') <> 'boolean'
        or coalesce(jsonb_typeof(field -> 'type'), 'string') <> 'string'
        or coalesce(jsonb_typeof(field -> 'aiPrompt'), 'string') <> 'string'
        or (field ? 'maxLength' and field ->> 'maxLength' !~ '^[1-9][0-9]{0,4}$')
    )
    and (
      select count(distinct field ->> 'id') = jsonb_array_length(fields) from jsonb_array_elements(fields) as field
    );
$$;
comment on function private.are_template_fields is
'Whether JSON is a list of 1 to 50 fields: objects with an id that is unique in the list, a name, and options of the
right types.';
grant execute on function private.are_template_fields to authenticated, service_role;

create function private.is_field_condition(condition jsonb)
returns boolean
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
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
$$;
comment on function private.is_field_condition is
'Whether this is the condition of a field, {field, operator, value}, with a value that the operator can compare.';
grant execute on function private.is_field_condition to authenticated, service_role;

create function private.is_template_field(field jsonb, is_output boolean)
returns boolean
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
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
$$;
comment on function private.is_template_field is
'Whether this is a field as the API reads it: no unknown keys, options of the right kinds and of its own type.';
grant execute on function private.is_template_field to authenticated, service_role;

create function private.are_choices(choices jsonb)
returns boolean
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
begin
  return case when private.is_list_of(choices, 200, '{"label": "name 200", "value": "name 200"}', '{label, value}') then
    jsonb_array_length(choices) > 0 and (
      select count(distinct choice ->> 'value') = jsonb_array_length(choices)
      from jsonb_array_elements(choices) as choice
    )
  else false end;
end;
$$;
comment on function private.are_choices is 'Whether these are 1 to 200 choices {label, value} with different values.';
grant execute on function private.are_choices to authenticated, service_role;

create function private.are_field_rules(field jsonb)
returns boolean
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
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
$$;
comment on function private.are_field_rules is 'Whether validation and conditional of a field are what the API reads.';
grant execute on function private.are_field_rules to authenticated, service_role;

create function private.are_sound_fields(fields jsonb, is_output boolean)
returns boolean
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
begin
  return case when private.is_sound_json(fields, 1000000) and jsonb_typeof(fields) = 'array' then
    not exists (
      select from jsonb_array_elements(fields) as field where not private.is_template_field(field, is_output)
    )
  else false end;
end;
$$;
comment on function private.are_sound_fields is
'Whether all of these are fields as the API reads them, of at most 1 MB together.';
grant execute on function private.are_sound_fields to authenticated, service_role;
