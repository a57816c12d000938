create function private.is_blank(value jsonb)
returns boolean
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
begin
  return value is null or value in ('null', '[]', '{}')
    or (jsonb_typeof(value) = 'string' and value #>> '{}' ~ '^\s*$');
end;
$$;
comment on function private.is_blank is 'Whether a value counts as missing: none, null, empty, or only white space.';

create function private.problem(code text, message text)
returns jsonb
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
begin
  return jsonb_build_object('code', problem.code, 'message', problem.message);
end;
$$;
comment on function private.problem is 'Builds an item for the details of an error (domain §11), without its field.';

create function private.visible_characters(markup text)
returns text
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
begin
  return btrim(regexp_replace(regexp_replace(markup, '<[^>]*>', ' ', 'g'), '&(#?[a-zA-Z0-9]{1,10});', '.', 'g'));
end;
$$;
comment on function private.visible_characters is
'Returns HTML as a reader counts its characters: without tags, and with a dot for each entity.';

create function private.word_count(plain text)
returns integer
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
begin
  return regexp_count(plain, '\S+');
end;
$$;
comment on function private.word_count is 'Counts the words of a text: runs of characters that are no white space.';

create function private.as_number(value jsonb)
returns numeric
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
begin
  return case jsonb_typeof(value) when 'number' then (value #>> '{}')::numeric end;
end;
$$;
comment on function private.as_number is 'Returns a JSON number as numeric; null for other JSON.';

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
'Returns the instant that a text names; null if it names none, as the 30th of February.';

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
  -- Templates from before this rule may have a pattern that is slow: it is not run.
  elsif
    (field -> 'validation' ->> 'pattern') is not null
    and private.pattern_form_problem(field -> 'validation' ->> 'pattern') is null
    and (char_length(written) > 1000 or written !~ ('^(?:' || (field -> 'validation' ->> 'pattern') || ')$'))
  then
    return private.problem('INVALID_FORMAT', 'does not have the form that the template asks for');
  elsif level = 'complete' and char_length(plain) < least_length then
    return private.problem('INVALID_FORMAT', format('%s characters at least', least_length));
  elsif level = 'complete' and private.word_count(plain) < (field ->> 'minWords')::integer then
    return private.problem('INVALID_FORMAT', format('%s words at least', field ->> 'minWords'));
  end if;
  return null;
end;
$$;
comment on function private.text_problem is 'Finds what is wrong with the value of a field of text: see value_problem.';

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
$$;
comment on function private.format_problem is
'Finds what is wrong with the value of a url, recipe_url, email or slug field: see value_problem.';

create function private.number_problem(field jsonb, value jsonb, level text)
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
begin
  return case
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
end;
$$;
comment on function private.number_problem is
'Finds what is wrong with the value of a number field: see value_problem.';

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
comment on function private.date_problem is
'Finds what is wrong with the value of a date or datetime field: see value_problem.';
