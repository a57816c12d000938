-- What people and AI write into the fields of a template, held against the field (domain §4).
--
-- Three levels. `shape`: the right kind of JSON, so that nothing breaks on it; enough for an autosave in the middle of
-- a word, and for what AI wrote. `value`: formats, choices and upper bounds, for a save. `complete`: also what is
-- required and lower bounds, for a submission.
--
-- Each function gives the problem as {code, message} or null.

create function private.is_blank(value jsonb)
returns boolean
language sql
immutable
parallel safe
set search_path = ''
as $$
  select value is null or value in ('null', '[]', '{}')
    or (jsonb_typeof(value) = 'string' and value #>> '{}' ~ '^\s*$');
$$;

create function private.problem(code text, message text)
returns jsonb
language sql
immutable
parallel safe
set search_path = ''
as $$
  select jsonb_build_object('code', problem.code, 'message', problem.message);
$$;

create function private.visible_characters(markup text)
returns text
language sql
immutable
parallel safe
set search_path = ''
as $$
  select btrim(regexp_replace(regexp_replace(markup, '<[^>]*>', ' ', 'g'), '&(#?[a-zA-Z0-9]{1,10});', '.', 'g'));
$$;
comment on function private.visible_characters is
'HTML as its reader counts it: without tags, an entity as one character.';

create function private.word_count(plain text)
returns integer
language sql
immutable
parallel safe
set search_path = ''
as $$
  select cardinality(regexp_split_to_array(btrim(plain), '\s+')) - (btrim(plain) = '')::integer;
$$;

create function private.as_number(value jsonb)
returns numeric
language sql
immutable
parallel safe
set search_path = ''
as $$
  select case jsonb_typeof(value) when 'number' then (value #>> '{}')::numeric end;
$$;

create function private.as_instant(value text)
returns timestamptz
language plpgsql
stable
set search_path = ''
set timezone = 'UTC'
as $$
begin
  return value::timestamptz;
exception
  when datetime_field_overflow or invalid_datetime_format or invalid_text_representation then
    return null;
end;
$$;
comment on function private.as_instant is
'The instant that a text names; null if it names none, as the 30th of February.';

create function private.text_problem(field jsonb, value jsonb, level text)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  kind text := coalesce(field ->> 'type', 'plain_text');
  written text := value #>> '{}';
  plain text := case when kind in ('rich_text', 'html') then private.visible_characters(written) else written end;
  length_bound integer := coalesce(
    (field ->> 'maxLength')::integer, (field ->> 'maxChars')::integer,
    case kind when 'short_text' then 255 when 'long_text' then 5000 when 'rich_text' then 10000 end
  );
  least_length integer := coalesce(
    (field ->> 'minLength')::integer, (field ->> 'minChars')::integer,
    case kind when 'short_text' then 3 when 'long_text' then 10 end
  );
begin
  if jsonb_typeof(value) <> 'string' then
    return private.problem('INVALID_FORMAT', 'must be a text');
  elsif level = 'shape' then
    return null;
  elsif char_length(plain) > length_bound then
    return private.problem('VALUE_TOO_LONG', format('%s characters at most', length_bound));
  elsif private.word_count(plain) > (field ->> 'maxWords')::integer then
    return private.problem('VALUE_TOO_LONG', format('%s words at most', field ->> 'maxWords'));
  elsif field -> 'validation' ? 'pattern' and (
    char_length(written) > 1000 or written !~ ('^(?:' || (field -> 'validation' ->> 'pattern') || ')$')
  ) then
    return private.problem('INVALID_FORMAT', 'does not have the form that the template asks for');
  elsif level = 'complete' and char_length(plain) < least_length then
    return private.problem('INVALID_FORMAT', format('%s characters at least', least_length));
  elsif level = 'complete' and private.word_count(plain) < (field ->> 'minWords')::integer then
    return private.problem('INVALID_FORMAT', format('%s words at least', field ->> 'minWords'));
  end if;
  return null;
end;
$$;

create function private.format_problem(field jsonb, value jsonb, level text)
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
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
      when written !~ '^[^@\s]+@[^@\s]+\.[^@\s.]+$' or char_length(written) > 254
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
      when written !~ '^https://[^\s<>"/]+\.[^\s<>"]+$' or char_length(written) > 2000
        then private.problem('INVALID_FORMAT', 'must be an https address')
    end
  end;
end;
$$;
comment on function private.format_problem is 'Of url, recipe_url, email and slug.';

create function private.number_problem(field jsonb, value jsonb, level text)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select case
    when jsonb_typeof(value) <> 'number' then private.problem('INVALID_FORMAT', 'must be a number')
    when level = 'shape' then null
    when private.as_number(value) < private.as_number(field -> 'validation' -> 'min')
      then private.problem('INVALID_FORMAT', format('%s at least', field -> 'validation' ->> 'min'))
    when private.as_number(value) > private.as_number(field -> 'validation' -> 'max')
      then private.problem('INVALID_FORMAT', format('%s at most', field -> 'validation' ->> 'max'))
    when (private.as_number(value) - coalesce(private.as_number(field -> 'validation' -> 'min'), 0))
      % nullif(private.as_number(field -> 'step'), 0) <> 0
      then private.problem('INVALID_FORMAT', format('must go in steps of %s', field ->> 'step'))
  end;
$$;

create function private.date_problem(field jsonb, value jsonb, level text)
returns jsonb
language plpgsql
stable
set search_path = ''
set timezone = 'UTC'
as $$
declare
  is_day boolean := field ->> 'type' = 'date' and not coalesce((field ->> 'includeTime')::boolean, false);
  instant timestamptz;
begin
  if jsonb_typeof(value) <> 'string' then
    return private.problem('INVALID_FORMAT', 'must be a text');
  elsif level = 'shape' then
    return null;
  end if;
  if value #>> '{}' ~ (case when is_day then '^\d{4}-\d{2}-\d{2}$'
    else '^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})$' end)
  then
    instant := private.as_instant(value #>> '{}');
  end if;
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
$$;

create function private.choice_problem(field jsonb, value jsonb, level text)
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
declare
  kind text := field ->> 'type';
  chosen text [];
  offered text [] := array(select choice ->> 'value' from jsonb_array_elements(field -> 'choices') as choice);
  bound integer := coalesce((field ->> 'maxTags')::integer, 50);
begin
  if kind = 'select' then
    if jsonb_typeof(value) <> 'string' then
      return private.problem('INVALID_FORMAT', 'must be one of the choices');
    end if;
    chosen := array[value #>> '{}'];
  else
    if jsonb_typeof(value) <> 'array' or value @? '$[*] ? (@.type() != "string")' then
      return private.problem('INVALID_FORMAT', 'must be a list of texts');
    end if;
    chosen := array(select jsonb_array_elements_text(value));
  end if;
  return case
    when level = 'shape' then null
    when kind = 'tags' and cardinality(chosen) > bound
      then private.problem('VALUE_TOO_LONG', format('%s tags at most', bound))
    when kind = 'tags' and exists (select from unnest(chosen) as tag where char_length(tag) > 50)
      then private.problem('VALUE_TOO_LONG', 'a tag has 50 characters at most')
    when cardinality(chosen) <> (select count(distinct each) from unnest(chosen) as each)
      then private.problem('DUPLICATE_VALUE', 'names something twice')
    when kind <> 'tags' and not chosen <@ offered then private.problem('INVALID_FORMAT', 'is not among the choices')
  end;
end;
$$;
comment on function private.choice_problem is 'Of select, multiselect and tags.';

create function private.file_problem(field jsonb, value jsonb, brand uuid, level text)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  file public.files;
  bound numeric := coalesce(
    private.as_number(field -> 'maxSizeMB'), case field ->> 'type' when 'image' then 5 else 25 end
  );
  allowed jsonb := coalesce(field -> 'allowedTypes', case field ->> 'type'
    when 'image' then '["image/jpeg", "image/png", "image/webp", "image/svg+xml"]'::jsonb end);
begin
  if jsonb_typeof(value) <> 'object' or value - array['fileId', 'altText'] <> '{}'
    or not coalesce(value ->> 'fileId' ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$', false)
    or coalesce(jsonb_typeof(value -> 'altText'), 'string') <> 'string'
  then
    return private.problem('INVALID_FORMAT', 'must be {fileId, altText}');
  elsif level = 'shape' then
    return null;
  end if;
  select files.* into file from public.files
  where files.id = (value ->> 'fileId')::uuid and files.brand_id = brand and files.deleted_at is null;
  return case
    when file.id is null then private.problem('INVALID_FORMAT', 'there is no such file in the brand')
    when file.size_bytes > bound * 1024 * 1024 then private.problem('VALUE_TOO_LONG', format('%s MB at most', bound))
    when not allowed ? file.mime_type then private.problem('INVALID_FORMAT', 'files of this type are not taken here')
  end;
end;
$$;

create function private.product_problem(field jsonb, value jsonb, brand uuid, level text)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  named jsonb := case jsonb_typeof(value) when 'array' then value else jsonb_build_array(value) end;
begin
  if jsonb_typeof(value) = 'array' and not coalesce((field ->> 'allowMultiple')::boolean, false)
    or jsonb_array_length(named) > 50
    or named @? '$[*] ? (@.type() != "string" || !(@ like_regex "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"))'
  then
    return private.problem('INVALID_FORMAT', 'must name a product by its id');
  elsif level <> 'shape' and exists (
    select from jsonb_array_elements_text(named) as product_id
    where not exists (
      select from public.products
      inner join public.brand_master_claim_brands as link
        on link.master_claim_brand_id = products.master_claim_brand_id
      where products.id = product_id::uuid and link.brand_id = brand
    )
  ) then
    return private.problem('INVALID_FORMAT', 'the brand has no such product');
  end if;
  return null;
end;
$$;
comment on function private.product_problem is 'A product of a master claim brand that the brand is linked to.';

create function private.faq_problem(field jsonb, value jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select case
    when
      jsonb_typeof(value) <> 'object'
      or value - array['entries', 'sections'] <> '{}'
      or jsonb_typeof(value -> 'entries') is distinct from 'array'
      or jsonb_array_length(value -> 'entries') > 100
      or value -> 'entries' @? '$[*] ? (@.type() != "object" || !exists(@.question ? (@.type() == "string"))
        || !exists(@.answerHtml ? (@.type() == "string")))'
      then private.problem('INVALID_FORMAT', 'must be {entries: [{id, question, answerHtml, answerPlain}]}')
    when value ? 'sections' and not coalesce((field ->> 'allowSections')::boolean, false)
      then private.problem('INVALID_FORMAT', 'sections are not taken here')
  end;
$$;

create function private.value_problem(field jsonb, value jsonb, brand uuid, level text)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select case
    when private.is_blank(value) then
      case
        when level = 'complete' and (field ->> 'required')::boolean
          then private.problem('REQUIRED_FIELD_MISSING', (field ->> 'name') || ' is required')
      end
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
$$;
comment on function private.value_problem is
'What is wrong with a value in a field at a level: {code, message} or null.';

create function private.condition_is_met(value jsonb, condition jsonb)
returns boolean
language sql
immutable
set search_path = ''
as $$
  select coalesce(case condition ->> 'operator'
    when 'empty' then private.is_blank(value)
    when 'not_empty' then not private.is_blank(value)
    when 'eq' then value = condition -> 'value'
    when 'ne' then value is distinct from condition -> 'value'
    when 'in' then condition -> 'value' @> value
    when 'not_in' then value is null or not condition -> 'value' @> value
    when 'contains' then case jsonb_typeof(value)
      when 'string' then position(lower(condition ->> 'value') in lower(value #>> '{}')) > 0
      else value @> (condition -> 'value')
    end
    -- Numbers as numbers; dates and other texts by their characters, which is their order in ISO 8601.
    when 'gt' then case when jsonb_typeof(value) = jsonb_typeof(condition -> 'value') then
      case jsonb_typeof(value) when 'number' then value > condition -> 'value'
        else (value #>> '{}') collate "C" > (condition ->> 'value') collate "C" end end
    when 'gte' then case when jsonb_typeof(value) = jsonb_typeof(condition -> 'value') then
      case jsonb_typeof(value) when 'number' then value >= condition -> 'value'
        else (value #>> '{}') collate "C" >= (condition ->> 'value') collate "C" end end
    when 'lt' then case when jsonb_typeof(value) = jsonb_typeof(condition -> 'value') then
      case jsonb_typeof(value) when 'number' then value < condition -> 'value'
        else (value #>> '{}') collate "C" < (condition ->> 'value') collate "C" end end
    when 'lte' then case when jsonb_typeof(value) = jsonb_typeof(condition -> 'value') then
      case jsonb_typeof(value) when 'number' then value <= condition -> 'value'
        else (value #>> '{}') collate "C" <= (condition ->> 'value') collate "C" end end
  end, false);
$$;
comment on function private.condition_is_met is
'Whether {operator, value} holds of another field''s value (domain §4).';

create function private.hidden_fields(form jsonb, "values" jsonb)
returns text[]
language plpgsql
immutable
set search_path = ''
as $$
declare
  known jsonb := "values";
  hidden text [] := '{}';
  decided text [] := array(
    select entry ->> 'id' from jsonb_array_elements(form) as entry where not entry ? 'conditional'
  );
  decided_before integer;
  field jsonb;
begin
  -- From the fields that depend on none to those that depend on them: what is hidden counts as empty for the next.
  loop
    decided_before := cardinality(decided);
    for field in
      select entry from jsonb_array_elements(form) as entry
      where entry ->> 'id' <> all (decided) and entry -> 'conditional' ->> 'field' = any (decided)
    loop
      if not private.condition_is_met(known -> (field -> 'conditional' ->> 'field'), field -> 'conditional') then
        hidden := hidden || (field ->> 'id');
        known := known - (field ->> 'id');
      end if;
      decided := decided || (field ->> 'id');
    end loop;
    exit when cardinality(decided) = decided_before;
  end loop;
  return hidden;
end;
$$;
comment on function private.hidden_fields is 'The ids of the fields that are not shown for these values.';

create function private.form_problems(form jsonb, "values" jsonb, keys text[], brand uuid, level text)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_agg(found.problem || jsonb_build_object('field', 'fields.' || found.key) order by found.key)
  from (
    select key, private.problem('INVALID_FORMAT', 'the template has no such field') as problem
    from unnest(keys) as key
    where not exists (select from jsonb_array_elements(form) as field where field ->> 'id' = key)
    union all
    select field ->> 'id', private.value_problem(field, "values" -> (field ->> 'id'), brand, level)
    from jsonb_array_elements(form) as field
    where
      (field ->> 'id' = any (keys) or level = 'complete')
      and field ->> 'id' <> all (private.hidden_fields(form, "values"))
  ) as found
  where found.problem is not null;
$$;
comment on function private.form_problems is
'What is wrong with the values of these keys, or at level `complete` of all fields that are shown; null if nothing.';
