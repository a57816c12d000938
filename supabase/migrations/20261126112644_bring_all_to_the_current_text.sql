-- Bring all to the current text
-- Planned by `make migration` from supabase/schemas and supabase/policies.

-- Waits at most five seconds for a lock, because queries behind a waiting lock wait as well. On failure, push again.
set lock_timeout = '5s';
set check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.delivery_document(content public.contents)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select jsonb_build_object(
    'id', content.id, 'type', content.type, 'slug', content.slug, 'title', content.title, 'excerpt', content.excerpt,
    'body', content.body, 'metadata', private.as_object(content.metadata) - 'targetAudience', 'tags', content.tags,
    'categories', content.categories, 'version', content.version, 'published_at', content.published_at,
    'expires_at', content.expires_at, 'updated_at', content.updated_at, 'markup_version', content.markup_version,
    -- Input fields are the brief, which is not published: of a template only the output fields.
    'fields', case
      when template.id is null then content.fields
      else coalesce((
        select jsonb_object_agg(entry.key, entry.value)
        from jsonb_each(private.as_object(content.fields)) as entry
        where exists (
          select from jsonb_array_elements(template.output_fields) as field where field ->> 'id' = entry.key
        )
      ), '{}')
    end
  )
  from private.template_used(content) as template;
$function$;

CREATE OR REPLACE FUNCTION public.ai_usage(brand uuid DEFAULT NULL::uuid, from_day date DEFAULT (CURRENT_DATE - 30), to_day date DEFAULT CURRENT_DATE, dimensions text[] DEFAULT '{day}'::text[])
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  brands uuid [] := private.check_usage_request(brand, from_day, to_day, dimensions);
  usage jsonb;
begin
  with counted as (
    select
      case when 'brand' = any (dimensions) then generation.brand_id end as brand_id,
      case when 'user' = any (dimensions) then generation.user_id end as user_id,
      case when 'tool' = any (dimensions) then generation.type end as tool,
      case when 'model' = any (dimensions) then generation.provider end as provider,
      case when 'model' = any (dimensions) then generation.model end as model,
      case when 'day' = any (dimensions) then (generation.created_at at time zone 'UTC')::date end as day,
      count(*) as generations,
      count(*) filter (where generation.status = 'failed') as failed,
      count(*) filter (where generation.is_cache_hit) as cached,
      sum(greatest(generation.prompt_tokens, 0)) as prompt_tokens,
      sum(greatest(generation.completion_tokens, 0)) as completion_tokens,
      -- One row without a sensible cost does not spoil the sums of all.
      coalesce(sum(generation.cost) filter (where generation.cost >= 0 and generation.cost < 1e9), 0) as cost,
      round(avg(generation.latency_ms) filter (where not generation.is_cache_hit)) as average_latency_ms
    from public.ai_generations as generation
    where
      generation.brand_id = any (brands)
      -- Ids are ordered by time: this excludes the partitions outside of the range.
      and generation.id >= private.uuid_v7_floor(from_day::timestamp at time zone 'UTC')
      and generation.id < private.uuid_v7_floor((to_day + 1)::timestamp at time zone 'UTC')
    group by 1, 2, 3, 4, 5, 6
  ),
  shown as (
    select counted.* from counted
    order by counted.day desc nulls last, counted.cost desc, counted.brand_id, counted.tool, counted.model
    limit 5000
  )
  select jsonb_build_object(
    'items', (
      select coalesce(jsonb_agg(
        to_jsonb(shown) - 'user_id' || jsonb_build_object(
          'user', case when named.people ? shown.user_id::text then
            jsonb_build_object('id', shown.user_id, 'name', named.people -> shown.user_id::text)
          end
        )
      ), '[]')
      from shown
      cross join (
        select private.people_named(array(select distinct users.user_id from shown as users)) as people
      ) as named
    ),
    'is_truncated', count(*) > 5000,
    'totals', jsonb_build_object(
      'generations', coalesce(sum(counted.generations), 0), 'failed', coalesce(sum(counted.failed), 0),
      'cached', coalesce(sum(counted.cached), 0), 'prompt_tokens', coalesce(sum(counted.prompt_tokens), 0),
      'completion_tokens', coalesce(sum(counted.completion_tokens), 0), 'cost', coalesce(sum(counted.cost), 0)
    )
  ) into usage
  from counted;
  return usage;
end;
$function$;

CREATE OR REPLACE FUNCTION public.erase_person(user_id uuid, session_id uuid)
 RETURNS uuid[]
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  person constant uuid := erase_person.user_id;
  member record;
  known record;
  sessions uuid[];
begin
  perform private.require_session(person, erase_person.session_id, true);
  if exists (select from private.platform_admins where platform_admins.user_id = person) then
    perform private.refuse(409, 'platform admins must give up the flag first');
  end if;
  select profiles.email_index into known from public.profiles
  where profiles.id = person for update;
  for member in
    select members.brand_id from public.brand_members as members where members.user_id = person order by 1
  loop
    perform private.end_membership(person, member.brand_id);
  end loop;
  -- The row stays, because what the person did is attributed to its id. It no longer says who they were.
  update public.profiles
  set
    first_name = 'Former', last_name = 'member', phone = null, email_index = null, avatar_path = null,
    timezone = 'UTC', language = 'en', is_active = false
  where profiles.id = person;
  sessions := array(select user_sessions.id from public.user_sessions where user_sessions.user_id = person);
  perform private.delete_personal_rows(person, known.email_index);
  perform private.enqueue_job(
    'erasure', 'erase_account', null,
    jsonb_build_object('userId', person), now(), null, 50
  );
  perform private.audit_person(person, erase_person.session_id, 'user.erase');
  return sessions;
end;
$function$;

CREATE OR REPLACE FUNCTION public.list_activity(brand_id uuid, filters jsonb DEFAULT '{}'::jsonb, before_id uuid DEFAULT NULL::uuid, page_size integer DEFAULT 20)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_column
declare
  wished integer := least(greatest(page_size, 1), 100);
  types text [] := case when filters ? 'type' then array(select jsonb_array_elements_text(filters -> 'type')) end;
  actor uuid := filters ->> 'actor';
  -- Ids sort by time, so that instants become bounds of ids. UUIDv7 knows no time before 1970.
  epoch constant timestamptz := '1970-01-01T00:00:00Z';
  from_id constant uuid := case
    when filters ? 'from' then private.uuid_v7_floor(greatest((filters ->> 'from')::timestamptz, epoch))
    else '00000000-0000-0000-0000-000000000000'
  end;
  to_id constant uuid := least(before_id, case
    when filters ? 'to' then private.uuid_v7_floor(greatest((filters ->> 'to')::timestamptz, epoch))
    else 'ffffffff-ffff-ffff-ffff-ffffffffffff'
  end);
  readable text [];
begin
  perform private.require_permission(list_activity.brand_id, 'brand.read');
  select access.permissions into readable from private.access_to_brands(array[list_activity.brand_id]) as access;
  return (
    with page as (
      select
        events.id, events.type, events.aggregate_type, events.aggregate_id, events.aggregate_version, events.actor_id,
        events.actor_account,
        coalesce(events.payload ->> 'title', (
          select contents.title from public.contents
          where contents.id = coalesce(private.as_uuid(events.payload ->> 'contentId'), events.aggregate_id)
            and events.aggregate_type in ('content', 'comment', 'workflow', 'ai_generation')
        )) as title,
        events.payload - 'changes' as payload, events.correlation_id as request_id, events.occurred_at
      from public.domain_events as events
      where
        events.brand_id = list_activity.brand_id
        and events.id < to_id and events.id >= from_id
        and private.event_permission(events.aggregate_type) = any (readable)
        and (types is null or events.type = any (types))
        and (actor is null or events.actor_id = actor)
      order by events.id desc
      limit wished
    )
    select jsonb_build_object(
      'items', coalesce((select jsonb_agg(to_jsonb(page) order by page.id desc) from page), '[]'),
      'people', private.people_named(array(select distinct page.actor_id from page))
    )
  );
end;
$function$;

ALTER TABLE "public"."brand_members" ADD CONSTRAINT "brand_members_expiry_announced_at_check" CHECK (((expiry_announced_at >= '1900-01-01 00:00:00+00'::timestamp with time zone) AND (expiry_announced_at <= '2200-01-01 00:00:00+00'::timestamp with time zone)));
