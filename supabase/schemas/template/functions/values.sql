create function private.is_blank(value jsonb, kind text default null)
returns boolean
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
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
$$;
comment on function private.is_blank is
'Whether a value counts as missing: it has no text that shows something, no number and no truth value. kind: the type of
its field, for those that hold HTML or questions; all other values are plain.';

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

create function private.length_bounds(field jsonb)
returns integer[]
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
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
$$;
comment on function private.length_bounds is
'Returns the least and the greatest number of characters of a field of text, null for none: its own, else those of its
type (domain §4).';

create function private.text_problem(field jsonb, value jsonb, level text)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
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
$$;
comment on function private.date_problem is
'Finds what is wrong with the value of a date or datetime field: see value_problem.';
