-- Texts that are times and dates: those of RFC 3339 alone. A cast takes `now`, `tomorrow`, `infinity`, `allballs`,
-- dates, and times without an offset as well. lib/core/http/times.py has the same rules: tests/cases/times.json.

create function private.as_day(written text)
returns date
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
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
$$;
comment on function private.as_day is
'Returns the date that a text such as 2026-11-24 names; null for any other text, as for the 30th of February.';
grant execute on function private.as_day to authenticated, service_role;

create function private.as_instant(written text)
returns timestamptz
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
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
$$;
comment on function private.as_instant is
'Returns the instant that a text of RFC 3339 with an offset names; null for any other text, as for the 30th of
February.';
grant execute on function private.as_instant to authenticated, service_role;

create function private.read_instant(written text, field text)
returns timestamptz
language plpgsql
immutable
strict
parallel safe
set search_path = ''
as $$
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
$$;
comment on function private.read_instant is
'Returns the instant that a text of RFC 3339 names, and null for null. Refuses any other text with 400, for the field.';
grant execute on function private.read_instant to authenticated, service_role;

create function private.require_times(given jsonb, names text[])
returns void
language plpgsql
immutable
set search_path = ''
as $$
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
$$;
comment on function private.require_times is
'Refuses with 400 values of these names that are no times of RFC 3339 or, where the name ends in `_on`, no dates: before
a record is made of JSON, which casts them.';
grant execute on function private.require_times to authenticated, service_role;
