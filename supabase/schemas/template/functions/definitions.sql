create function private.pattern_form_problem(pattern text)
returns text
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
  -- The pattern with one letter for each part: `a` for a character or a class, `q` for a repetition, the signs of
  -- groups as they are, `x` for anything else.
  form text;
  characters integer;
  repetitions integer;
  repeated integer; -- by single characters
  group_times integer; -- the most that a group is repeated
begin
  if char_length(pattern) > 200 then
    return 'a pattern has 200 characters at most';
  end if;
  select
    string_agg(part.kind, '' order by part.number), count(*) filter (where part.kind = 'a'),
    count(*) filter (where part.kind = 'q'), coalesce(sum(part.times) filter (where part.former <> ')'), 0),
    coalesce(max(part.times) filter (where part.former = ')'), 1)
  into form, characters, repetitions, repeated, group_times
  from (
    select kinds.number, kinds.kind, lag(kinds.kind, 1, '') over (order by kinds.number) as former, case
      when kinds.kind <> 'q' then null
      when kinds.sign like '{%' then greatest((regexp_match(kinds.sign, '([0-9]+),?\}'))[1]::integer, 1)
      else 2
    end as times
    from (
      select found.number, found.signs[1] as sign, case
        when strpos('\[]{}()|^$*+?', found.signs[1]) = 0 and char_length(found.signs[1]) = 1 then 'a'
        when strpos('*+?', found.signs[1]) > 0 or found.signs[1] ~ '^\{.+\}$' then 'q'
        when strpos('()|^$', found.signs[1]) > 0 then found.signs[1]
        when found.signs[1] = '(?:' then '('
        when found.signs[1] ~ '^\\[^a-zA-Z0-9]$|^\\[dDsSwWnrt]$' then 'a'
        when found.signs[1] ~ '^\[\^?(\\[^a-zA-Z0-9]|\\[dDsSwWnrt]|[^][\\])+\]$' then 'a'
        else 'x'
      end as kind
      from regexp_matches(
        pattern, '\\.|\[\^?(?:\\.|[^][\\])+\]|\{[0-9]{1,2}(?:,[0-9]{0,2})?\}|\(\?:|.', 'g'
      ) with ordinality as found (signs, number)
    ) as kinds
  ) as part;
  -- Anchors at the ends are allowed and change nothing: the whole text must match.
  form := regexp_replace(regexp_replace(form, '^\^', ''), '[$]$', '');
  if form ~ '[x^$]' then
    return 'a pattern consists of characters, classes, groups, alternatives and repetitions';
  elsif form ~ '(^|[(|q])q' then
    return 'a pattern repeats characters and groups, and no repetition';
  end if;
  -- A group without repetitions counts as one character, one with repetitions as `b`, which must not be repeated.
  for depth in 1..3 loop
    form := regexp_replace(form, '\([a|]*\)', 'a', 'g');
  end loop;
  for depth in 1..3 loop
    form := regexp_replace(form, '\([abq|]*\)', 'b', 'g');
  end loop;
  if form ~ '[()]' then
    return 'a pattern closes each group, and has at most three groups in each other';
  elsif form ~ 'bq' then
    return 'a pattern repeats no group that has repetitions';
  elsif characters * group_times + repeated > 300 or repetitions > 30 then
    return 'a pattern has at most 30 repetitions, and stands for at most 300 characters';
  end if;
  return null;
end;
$$;
comment on function private.pattern_form_problem is
'Returns why a pattern may be slow to match; null if its form is one that any engine matches in time proportional to the
text (ADR 49). lib/template/patterns.py has the same rules.';
grant execute on function private.pattern_form_problem to authenticated, service_role;

create function private.pattern_problem(pattern text)
returns text
language plpgsql
stable
set search_path = ''
as $$
declare
  problem constant text := private.pattern_form_problem(pattern);
begin
  if problem is null then
    perform '' ~ ('^(?:' || pattern || ')$'); -- as private.text_problem runs it
  end if;
  return problem;
exception
  when others then -- any error of the engine
    return 'the pattern is not a regular expression';
end;
$$;
comment on function private.pattern_problem is
'Returns why a pattern cannot be run on texts that people write; null if it can.';
grant execute on function private.pattern_problem to authenticated, service_role;

create function private.stamp_template()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    new.version := 1;
    new.created_by := auth.uid();
    new.created_at := now();
  else
    new.id := old.id;
    new.brand_id := old.brand_id;
    new.created_by := old.created_by;
    new.created_at := old.created_at;
    new.version := old.version + 1;
  end if;
  new.updated_by := auth.uid();
  new.updated_at := now();
  return new;
end;
$$;
comment on function private.stamp_template is
'Writes id, brand, version and stamps of a template: never what the client sent.';

create function private.record_template_version()
returns trigger
language plpgsql
security definer -- nobody may write versions by themselves
set search_path = ''
as $$
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
$$;
comment on function private.record_template_version is 'Keeps each version of a template.';
