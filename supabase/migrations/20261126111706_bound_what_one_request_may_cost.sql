-- Bound what one request may cost
-- Planned by `make migration` from supabase/schemas and supabase/policies.

-- Waits at most five seconds for a lock, because queries behind a waiting lock wait as well. On failure, push again.
set lock_timeout = '5s';
set check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.pattern_form_problem(pattern text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO ''
AS $function$
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
$function$;

ALTER FUNCTION "private"."pattern_form_problem"(text) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION private.pattern_problem(pattern text)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION private.text_problem(field jsonb, value jsonb, level text)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
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
$function$;

COMMENT ON FUNCTION "private"."pattern_form_problem"(text) IS 'Returns why a pattern may be slow to match; null if its form is one that any engine matches in time proportional to the
text (ADR 49). lib/template/patterns.py has the same rules.';

COMMENT ON FUNCTION "private"."pattern_problem"(text) IS 'Returns why a pattern cannot be run on texts that people write; null if it can.';

REVOKE ALL ON FUNCTION "private"."pattern_form_problem"(text) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "private"."pattern_form_problem"(text) TO "authenticated";

REVOKE ALL ON FUNCTION "private"."pattern_form_problem"(text) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."pattern_form_problem"(text) TO "postgres";

GRANT EXECUTE ON FUNCTION "private"."pattern_form_problem"(text) TO "service_role";

-- By hand: settings of roles are no part of the difference.
-- How long a statement of the data API may run, by role, whatever a project had before. PostgREST applies the settings
-- of the caller's role to each transaction, and those of the role that it logs in as (authenticator) to each connection
-- (https://docs.postgrest.org/en/stable/references/transactions.html#impersonated-role-settings). A function that needs
-- longer has a `statement_timeout` of its own, of at most 60 seconds.
do $$
declare
  wanted record;
begin
  for wanted in
    select setting.role_name, setting.parameter, setting.limit_value
    from (
      values
      ('anon', 'statement_timeout', '3s'),
      ('authenticated', 'statement_timeout', '8s'),
      ('service_role', 'statement_timeout', '8s'),
      ('authenticator', 'statement_timeout', '8s'),
      -- Less than the 6 seconds after which our functions give up, so that a wait for a lock ends before them.
      ('authenticator', 'lock_timeout', '5s'),
      -- PostgREST sends all statements of a transaction at once: one that waits for the next has lost its client.
      ('authenticator', 'idle_in_transaction_session_timeout', '30s')
    ) as setting (role_name, parameter, limit_value)
    -- Roles belong to the server. Two databases that are built at once must not both change one.
    where not exists (
      select from pg_catalog.pg_db_role_setting as present
      where
        present.setrole = setting.role_name::regrole
        and present.setdatabase = 0
        and present.setconfig @> array[setting.parameter || '=' || setting.limit_value]
    )
  loop
    execute format('alter role %I set %I = %L', wanted.role_name, wanted.parameter, wanted.limit_value);
  end loop;
end
$$;
notify pgrst, 'reload config';
