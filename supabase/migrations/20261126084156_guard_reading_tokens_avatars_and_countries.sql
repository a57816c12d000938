-- Guard reading tokens avatars and countries
-- Planned by `make migration` from supabase/schemas and supabase/policies.

-- Waits at most five seconds for a lock, because queries behind a waiting lock wait as well. On failure, push again.
set lock_timeout = '5s';
set check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.content_answer(content_id uuid)
 RETURNS SETOF private.content_details
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  content public.contents;
  allowed_actions text [] := '{}';
  readable text [] := '{}';
  people jsonb := '{}';
begin
  select contents.* into content from public.contents where contents.id = content_answer.content_id;
  if content.id is null then
    return;
  end if;
  -- Commands of many show nobody what they return. The condition of a lateral join would not keep its function from
  -- running.
  if coalesce(current_setting('mixerai.broadcasts', true), '') <> 'summary' then
    select allowed.allowed_actions, allowed.readable into allowed_actions, readable
    from private.allowed_actions(array[private.subject_of(content)]) as allowed;
    people := private.people_named(
      content.assignees || array[content.created_by, content.updated_by, content.published_by]
    );
  end if;
  return query
    select
      content.id, content.brand_id, content.template_id, content.template_version, content.type,
      content.status::text, content.title, content.slug, content.fields, content.body, content.excerpt,
      content.metadata, content.tags, content.categories, content.assignees, content.score, content.provenance,
      content.version, content.major_version, content.minor_version, content.parent_id, content.scheduled_for,
      content.expires_at, content.due_at, content.published_at, content.published_by, content.created_by,
      content.created_at, content.updated_by, content.updated_at, content.deleted_at,
      coalesce(allowed_actions, '{}'), coalesce(readable, '{}'), coalesce(people, '{}');
end;
$function$;

CREATE OR REPLACE FUNCTION private.session_id()
 RETURNS uuid
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
declare
  claims constant jsonb := nullif(current_setting('request.jwt.claims', true), '')::jsonb;
begin
  -- The `session_id` of a token for reading is random, so that Auth refuses it (ADR 11).
  if claims ? 'read_only' then
    return nullif(claims ->> 'reading_session_id', '')::uuid;
  end if;
  return nullif(claims ->> 'session_id', '')::uuid;
end;
$function$;

CREATE OR REPLACE FUNCTION public.list_countries()
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  -- The policy of the table would show an untrusted session no country, and the API keeps the answer for everybody.
  if not private.session_trusted() then
    perform private.refuse(401, 'this session has ended or has not passed the second factor');
  end if;
  return (
    select jsonb_build_object(
      'items', coalesce(
        jsonb_agg(jsonb_build_object('code', countries.code, 'name', countries.name) order by countries.name), '[]'
      )
    )
    from public.countries
    where countries.is_active
  );
end;
$function$;

ALTER FUNCTION "public"."list_countries"() OWNER TO "postgres";

-- People could write any path here: one outside of their own folder is no avatar of theirs.
update public.profiles set avatar_path = null
where avatar_path !~ ('^' || id::text || '/[A-Za-z0-9_-][A-Za-z0-9._-]*$');

ALTER TABLE "public"."profiles" ADD CONSTRAINT "profiles_avatar_is_own" CHECK ((avatar_path ~ (('^'::text || (id)::text) || '/[A-Za-z0-9_-][A-Za-z0-9._-]*$'::text)));

COMMENT ON FUNCTION "private"."session_id"() IS 'Returns the session of the caller''s access token, or the one for which a token for reading was made.';

COMMENT ON FUNCTION "public"."list_countries"() IS 'Returns {items}: the active countries by name, each {code, name}. Raises 401 in a session that is not trusted.';

REVOKE ALL ON FUNCTION "public"."list_countries"() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."list_countries"() TO "authenticated";

REVOKE ALL ON FUNCTION "public"."list_countries"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_countries"() TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."list_countries"() TO "service_role";
