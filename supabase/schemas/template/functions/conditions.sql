create function private.field_kind(field jsonb)
returns text
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
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
$$;
comment on function private.field_kind is
'Returns how the values of a field are compared: number, boolean, date, time, list, object or text.';

create function private.comparable(value jsonb, kind text)
returns jsonb
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
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
$$;
comment on function private.comparable is
'Returns a value as conditions compare it: a time as seconds since 1970, whatever its offset; a list item by item.';

create function private.condition_is_met(value jsonb, condition jsonb, kind text)
returns boolean
language plpgsql
immutable
set search_path = ''
as $$
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
$$;
comment on function private.condition_is_met is
'Whether a condition {operator, value} holds for the value of another field (domain §4). kind: of that field, as
private.field_kind names it.';

create function private.hidden_fields(form jsonb, "values" jsonb)
returns text[]
language plpgsql
immutable
set search_path = ''
as $$
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
$$;
comment on function private.hidden_fields is
'Returns the ids of the fields that are hidden for these values by their conditions.';

create function private.comparison_problem(operator text, value jsonb, field jsonb, brand uuid)
returns text
language plpgsql
stable
set search_path = ''
as $$
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
$$;
comment on function private.comparison_problem is
'Returns why a condition on a field never holds, or always: its operator is not for this kind of value, or the field
takes no such value. Null where it can hold.';
