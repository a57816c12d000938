-- What every reader can read: the checks of tables.sql call these functions, so each writer may execute them. All are
-- strict: an empty column has nothing to check.

create function private.is_sound_json(value jsonb, most_bytes integer, most_depth integer default 20)
returns boolean
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
begin
  -- The depth is searched no further than it may go, and the size bounds both searches.
  if pg_column_size(value) > most_bytes or jsonb_path_exists(value, ('strict $.**{' || most_depth + 1 || '}')::jsonpath)
  then
    return false;
  end if;
  -- `1e5000` and `0e-16000` are a few bytes here and thousands of digits for a reader. IEEE 754 ends at 1.8e308.
  -- Nearly always all numbers together are shorter than one may be, which needs no statement to see.
  if length(jsonb_path_query_array(value, 'strict $.** ? (@.type() == "number")')::text) <= 300 then
    return true;
  end if;
  return not exists (
    select from jsonb_path_query(value, 'strict $.** ? (@.type() == "number")') as found (number)
    where length(found.number::text) > 300
  );
end;
$$;
comment on function private.is_sound_json is
'Whether JSON has at most so many bytes, as PostgreSQL holds them, is nested at most so deep, and has no number of more
than 300 characters.';
grant execute on function private.is_sound_json to authenticated, service_role;

create function private.is_list(items anyarray, most integer)
returns boolean
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
begin
  return coalesce(array_ndims(items), 1) = 1 and cardinality(items) <= most and num_nulls(variadic items) = 0;
end;
$$;
comment on function private.is_list is
'Whether an array has one dimension, at most so many items, and no null among them.';
grant execute on function private.is_list to authenticated, service_role;

create function private.are_texts(items text[], most integer, most_characters integer)
returns boolean
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
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
$$;
comment on function private.are_texts is
'Whether an array is a list of at most so many texts, with at most so many characters each.';
grant execute on function private.are_texts to authenticated, service_role;

create function private.are_urls(items text[], most integer)
returns boolean
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
begin
  return private.are_texts(items, most, 2000)
    and not exists (select from unnest(items) as item where item !~ '^https?://[^\s<>"]+$');
end;
$$;
comment on function private.are_urls is 'Whether an array is a list of at most so many http(s) addresses.';
grant execute on function private.are_urls to authenticated, service_role;

create function private.fits(value jsonb, kind text)
returns boolean
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
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
$$;
comment on function private.fits is
'Whether a JSON value is of a kind: any, flag, number, object, id, instant, url (http or https),
`link` (https, or a path of the site), `integer 0 9`, `text 100` (characters),
`name 100` (not blank), `texts 20 100` (items, characters), `word a|b`, `matches ^[a-z]$` (no spaces in it). With
` or null` behind it, null is one of them.';
grant execute on function private.fits to authenticated, service_role;

create function private.has_shape(
  document jsonb, shape jsonb, required text[] default '{}', is_open boolean default false
)
returns boolean
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
declare
  entries jsonb;
  key text;
begin
  if jsonb_typeof(document) <> 'object' or not document ?& required then
    return false;
  end if;
  entries := jsonb_path_query_array(document, '$.keyvalue()');
  for position in 0 .. jsonb_array_length(entries) - 1 loop
    key := entries -> position ->> 'key';
    if shape ? key then
      if not private.fits(entries -> position -> 'value', shape ->> key) then
        return false;
      end if;
    elsif not is_open then
      return false;
    end if;
  end loop;
  return true;
end;
$$;
comment on function private.has_shape is
'Whether JSON is an object whose values are of the kinds that the shape names by key (private.fits), with the required
keys, and without others unless it is open.';
grant execute on function private.has_shape to authenticated, service_role;

create function private.is_list_of(items jsonb, most integer, shape jsonb, required text[])
returns boolean
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
begin
  return case when jsonb_typeof(items) = 'array' then
    jsonb_array_length(items) <= most
    and not exists (
      select from jsonb_array_elements(items) as item where not private.has_shape(item, shape, required)
    )
  else false end;
end;
$$;
comment on function private.is_list_of is
'Whether JSON is an array of at most so many objects of a shape (private.has_shape).';
grant execute on function private.is_list_of to authenticated, service_role;
