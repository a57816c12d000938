-- Tell exactly whether a page is the last, and count what one brand holds
-- Planned by `make migration` from supabase/schemas and supabase/policies.

-- Waits at most five seconds for a lock, because queries behind a waiting lock wait as well. On failure, push again.
set lock_timeout = '5s';
set check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.brand_counts(brand_id uuid, counts_contents boolean)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
begin
  return jsonb_build_object(
    'contents', case when counts_contents then (
      select count(*) from public.contents
      where contents.brand_id = brand_counts.brand_id and contents.deleted_at is null
    ) end,
    'templates', (select count(*) from public.templates where templates.brand_id = brand_counts.brand_id),
    'workflows', (select count(*) from public.workflows where workflows.brand_id = brand_counts.brand_id),
    'members', (select count(*) from public.brand_members as member where member.brand_id = brand_counts.brand_id)
  );
end;
$function$;

ALTER FUNCTION "private"."brand_counts"(uuid, boolean) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.deliver_contents(brand_slug text, delivery_key text DEFAULT NULL::text, content_type text DEFAULT NULL::text, tag text DEFAULT NULL::text, before jsonb DEFAULT NULL::jsonb, page_size integer DEFAULT 20, has_texts boolean DEFAULT false)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
 SET plan_cache_mode TO 'force_generic_plan'
AS $function$
declare
  brand public.brands := private.delivering_brand(brand_slug, delivery_key);
  settings private.delivery_settings;
  -- Without a cursor, a place before all contents: their times are finite.
  before_at constant timestamptz := coalesce(private.read_instant(before ->> 'value', 'cursor'), 'infinity');
  before_id constant uuid := coalesce((before ->> 'id')::uuid, '00000000-0000-0000-0000-000000000000');
  size constant integer := least(greatest(page_size, 1), 100);
begin
  select * into settings from private.delivery_settings where delivery_settings.brand_id = brand.id;
  return (
    with found as (
      select
        contents as content, contents.published_at, contents.id, contents.expires_at,
        row_number() over (order by contents.published_at desc, contents.id) as place
      from public.contents
      where
        contents.brand_id = brand.id and contents.status = 'published' and contents.deleted_at is null
        and (contents.expires_at is null or contents.expires_at > now())
        and (deliver_contents.content_type is null or contents.type = deliver_contents.content_type)
        and (deliver_contents.tag is null or deliver_contents.tag = any (contents.tags))
        and contents.published_at <= before_at and (contents.published_at < before_at or contents.id > before_id)
      order by contents.published_at desc, contents.id
      limit size + 1
    ),

    documents as (
      select
        found.place, found.expires_at,
        private.delivery_document(found.content, deliver_contents.has_texts, settings.names_models) as document
      from found
      where found.place <= size
    ),

    -- A page with long texts ends early, after the first content in any case.
    measured as (
      select
        documents.*, sum(octet_length(documents.document::text)) over (order by documents.place) as bytes
      from documents
    )

    select jsonb_build_object(
      'brand', private.delivering_document(brand, settings),
      'is_private', coalesce(settings.mode = 'private', false),
      'items', coalesce(jsonb_agg(measured.document order by measured.place) filter (
        where measured.bytes <= 2000000 or measured.place = 1
      ), '[]'),
      'is_cut', coalesce(bool_or(measured.bytes > 2000000 and measured.place > 1), false)
      or exists (select from found where found.place > size),
      'expires_in', private.seconds_until(min(measured.expires_at)),
      'changes_in', private.seconds_to_publication(brand.id, deliver_contents.content_type, deliver_contents.tag)
    )
    from measured
  );
end;
$function$;

CREATE OR REPLACE FUNCTION public.get_brand_counts(brand_id uuid)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  perform private.require_permission(get_brand_counts.brand_id, 'brand.read');
  return private.brand_counts(
    get_brand_counts.brand_id, private.permits(get_brand_counts.brand_id, 'content.read')
  );
end;
$function$;

ALTER FUNCTION "public"."get_brand_counts"(uuid) OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.list_activity(brand_id uuid, filters jsonb DEFAULT '{}'::jsonb, before_id uuid DEFAULT NULL::uuid, page_size integer DEFAULT 20)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_column
declare
  wished integer := least(greatest(page_size, 1), 101);
  types text [] := case when filters ? 'type' then array(select jsonb_array_elements_text(filters -> 'type')) end;
  actor uuid := filters ->> 'actor';
  -- Ids sort by time, so that instants become bounds of ids. UUIDv7 knows no time before 1970.
  epoch constant timestamptz := '1970-01-01T00:00:00Z';
  from_id constant uuid := case
    when filters ? 'from' then private.uuid_v7_floor(greatest(private.read_instant(filters ->> 'from', 'from'), epoch))
    else '00000000-0000-0000-0000-000000000000'
  end;
  to_id constant uuid := least(before_id, case
    when filters ? 'to' then private.uuid_v7_floor(greatest(private.read_instant(filters ->> 'to', 'to'), epoch))
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
        -- The comments of reviewers, as the policy of domain_events says
        and (events.aggregate_type <> 'workflow' or 'content.read' = any (readable))
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

CREATE OR REPLACE FUNCTION public.list_brands(query text DEFAULT NULL::text, parent_brand_id uuid DEFAULT NULL::uuid, page_offset integer DEFAULT 0, page_size integer DEFAULT 20)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  readable uuid [] := private.brands_permitting('brand.read');
  counted uuid [] := private.brands_permitting('content.read');
begin
  return (
    with matching as (
      select brands.id, brands.name from public.brands
      where
        brands.id = any (readable) and brands.deleted_at is null
        and (list_brands.parent_brand_id is null or brands.parent_brand_id = list_brands.parent_brand_id)
        and (list_brands.query is null or private.holds_text(brands.name, list_brands.query))
    ),
    page as (
      select matching.* from matching order by matching.name, matching.id
      offset page_offset limit least(greatest(page_size, 1), 100)
    )
    select jsonb_build_object(
      'items', coalesce((
        select jsonb_agg(private.brand_document(brands) || access.access || jsonb_build_object(
          'counts', private.brand_counts(page.id, page.id = any (counted))
        ) order by page.name, page.id)
        from page
        inner join public.brands on brands.id = page.id
        inner join private.brand_access(array(select page.id from page)) as access on access.brand_id = page.id
      ), '[]'),
      'total', (select count(*) from matching)
    )
  );
end;
$function$;

CREATE OR REPLACE FUNCTION public.list_contents(filters jsonb DEFAULT '{}'::jsonb, sort text DEFAULT 'updated_at'::text, is_descending boolean DEFAULT true, cursor_at jsonb DEFAULT NULL::jsonb, page_offset integer DEFAULT 0, page_size integer DEFAULT 20, is_counted boolean DEFAULT false, expand text[] DEFAULT '{}'::text[])
 RETURNS json
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  brand constant uuid := filters ->> 'brand_id';
  is_deleted constant boolean := coalesce((filters ->> 'is_deleted')::boolean, false);
  asked private.list_request;
  access private.brand_access [];
  brands uuid [];
  collation_name text;
  page private.content_page;
  total bigint;
  picked record;
  sorted record;
begin
  if sort not in ('updated_at', 'created_at', 'title', 'status', 'score', 'due_at', 'scheduled_for') then
    perform private.refuse(400, 'contents are not sorted by that');
  end if;
  if brand is null then
    brands := private.listable_brands(is_deleted);
  else
    access := private.access_held(array[brand]);
    brands := case
      when
        'content.read' = any ((access[1]).permissions)
        and (not is_deleted or 'content.delete' = any ((access[1]).permissions))
        then array[brand]
      else '{}'
    end;
  end if;
  asked := private.read_list_request(
    filters, brands, sort, is_descending, cursor_at, page_offset, least(greatest(page_size, 1), 101)
  );
  if sort = 'title' then
    collation_name := private.title_collation(brands);
  end if;
  if is_deleted or collation_name is not null then
    sorted := private.sorted_contents(asked, filters, is_counted, collation_name);
    page := sorted.page;
    total := sorted.total;
  else
    -- The list that people see first has an index for each status.
    if
      asked.kind not in ('none', 'status', 'usual')
      or asked.statuses is not null and not (sort = 'updated_at' and cardinality(asked.statuses) = 1)
    then
      picked := private.picked_contents(asked, is_counted);
      page := picked.page;
      total := picked.total;
    end if;
    if page.ids is null then
      page := private.first_contents(asked);
      if is_counted and total is null then
        total := private.count_contents(asked, filters);
      end if;
    end if;
  end if;
  if brand is null then
    access := private.access_held(coalesce(page.brands, '{}'));
  end if;
  return private.shown_contents(page, total, expand, access);
end;
$function$;

CREATE OR REPLACE FUNCTION public.list_publications(brand_id uuid DEFAULT NULL::uuid, content_id uuid DEFAULT NULL::uuid, status text DEFAULT NULL::text, before_id uuid DEFAULT NULL::uuid, page_size integer DEFAULT 20)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_column
declare
  brands uuid [] := private.brands_permitting('content.read');
  most constant integer := least(greatest(list_publications.page_size, 1), 101);
  -- Later than all ids that are made
  before constant uuid := coalesce(list_publications.before_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
  access private.brand_access [];
  found private.publications [];
begin
  if list_publications.brand_id is not null then
    perform private.require_permission(list_publications.brand_id, 'content.read');
    brands := array[list_publications.brand_id];
  end if;
  if list_publications.content_id is not null then
    perform private.require_visible_content(list_publications.content_id);
  end if;
  found := array(
    select item
    from unnest(brands) as asked (brand_id)
    cross join lateral (
      -- Each kind of list by its own index; only one of them is asked.
      (
        select present as item, present.id
        from private.publications as present
        where
          list_publications.content_id is not null and present.content_id = list_publications.content_id
          and present.brand_id = asked.brand_id and present.id < before
          and (list_publications.status is null or present.status = list_publications.status)
          and exists (
            select from public.contents where contents.id = present.content_id and contents.deleted_at is null
          )
        order by present.id desc
        limit most
      )
      union all
      (
        select present as item, present.id
        from private.publications as present
        where
          list_publications.content_id is null and list_publications.status <> 'completed'
          and present.brand_id = asked.brand_id and present.id < before
          and present.status = list_publications.status and present.status <> 'completed'
          and exists (
            select from public.contents where contents.id = present.content_id and contents.deleted_at is null
          )
        order by present.id desc
        limit most
      )
      union all
      (
        select present as item, present.id
        from private.publications as present
        where
          list_publications.content_id is null and coalesce(list_publications.status, 'completed') = 'completed'
          and present.brand_id = asked.brand_id and present.id < before
          and (list_publications.status is null or present.status = list_publications.status)
          and exists (
            select from public.contents where contents.id = present.content_id and contents.deleted_at is null
          )
        order by present.id desc
        limit most
      )
    ) as of_brand
    order by of_brand.id desc
    limit most
  );
  access := private.access_held(array(select distinct each.brand_id from unnest(found) as each));
  return jsonb_build_object(
    'items', (
      select coalesce(jsonb_agg(private.publication_document(each) order by each.id desc), '[]')
      from unnest(found) as each
    ),
    'people', private.people_named(array(select each.requested_by from unnest(found) as each), access)
  );
end;
$function$;

COMMENT ON FUNCTION "private"."brand_counts"(uuid, boolean) IS 'Returns how much a brand holds: {contents, templates, workflows, members}. contents is null unless counted.';

COMMENT ON FUNCTION "public"."deliver_contents"(text, text, text, text, jsonb, integer, boolean) IS 'Lists the published contents of a brand, newest first, with or without their texts: {brand, is_private, items, is_cut,
expires_in, changes_in}. A page ends before the content with which it would have more than 2 MB; the first one is always
there. is_cut: whether others follow. expires_in, changes_in: the seconds until one of them expires, and until another is
published; null for none.';

COMMENT ON FUNCTION "public"."get_brand_counts"(uuid) IS 'Returns how much a brand holds: {contents, templates, workflows, members}. contents is null for those who may not read
them. Refuses strangers with 404.';

REVOKE ALL ON FUNCTION "private"."brand_counts"(uuid, boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."brand_counts"(uuid, boolean) FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."brand_counts"(uuid, boolean) TO "postgres";

REVOKE ALL ON FUNCTION "public"."get_brand_counts"(uuid) FROM PUBLIC;

GRANT EXECUTE ON FUNCTION "public"."get_brand_counts"(uuid) TO "authenticated";

REVOKE ALL ON FUNCTION "public"."get_brand_counts"(uuid) FROM "postgres";

GRANT EXECUTE ON FUNCTION "public"."get_brand_counts"(uuid) TO "postgres";

GRANT EXECUTE ON FUNCTION "public"."get_brand_counts"(uuid) TO "service_role";
