-- Mark clean texts
-- Planned by `make migration` from supabase/schemas and supabase/policies.

-- Waits at most five seconds for a lock, because queries behind a waiting lock wait as well. On failure, push again.
set lock_timeout = '5s';
set check_function_bodies = off;

ALTER TABLE "public"."contents" ADD COLUMN "markup_version" smallint NOT NULL DEFAULT 0;

CREATE OR REPLACE FUNCTION private.delivery_document(content public.contents)
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO ''
AS $function$
  select jsonb_build_object(
    'id', content.id, 'type', content.type, 'slug', content.slug, 'title', content.title, 'excerpt', content.excerpt,
    'body', content.body, 'metadata', content.metadata - 'targetAudience', 'tags', content.tags,
    'categories', content.categories, 'version', content.version, 'published_at', content.published_at,
    'expires_at', content.expires_at, 'updated_at', content.updated_at, 'markup_version', content.markup_version,
    -- Input fields are the brief, which is not published: of a template only the output fields.
    'fields', case
      when template.id is null then content.fields
      else coalesce((
        select jsonb_object_agg(entry.key, entry.value)
        from jsonb_each(content.fields) as entry
        where exists (
          select from jsonb_array_elements(template.output_fields) as field where field ->> 'id' = entry.key
        )
      ), '{}')
    end
  )
  from private.template_used(content) as template;
$function$;

CREATE OR REPLACE FUNCTION private.markup_version()
 RETURNS smallint
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$
  select 1::smallint
$function$;

ALTER FUNCTION "private"."markup_version"() OWNER TO "postgres";

CREATE OR REPLACE FUNCTION public.create_content(brand_id uuid, title text DEFAULT ''::text, type text DEFAULT NULL::text, template_id uuid DEFAULT NULL::uuid, fields jsonb DEFAULT '{}'::jsonb, metadata jsonb DEFAULT '{}'::jsonb, tags text[] DEFAULT '{}'::text[], body text DEFAULT ''::text, excerpt text DEFAULT ''::text, slug text DEFAULT ''::text, categories text[] DEFAULT '{}'::text[], due_at timestamp with time zone DEFAULT NULL::timestamp with time zone, expires_at timestamp with time zone DEFAULT NULL::timestamp with time zone, assignees uuid[] DEFAULT '{}'::uuid[])
 RETURNS SETOF private.content_details
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  template public.templates;
  draft public.contents;
  content_id uuid;
begin
  perform private.require_functions();
  perform private.require_permission(brand_id, 'content.create');
  if template_id is not null then
    template := private.require_active_template(brand_id, template_id);
    draft.brand_id := brand_id;
    draft.template_id := template.id;
    draft.template_version := template.version;
    draft.fields := private.merge_patch('{}', fields);
    fields := private.checked_fields(draft, draft.fields, 'value');
  end if;
  type := coalesce(type, template.content_type, 'article');
  perform private.check_content_type(brand_id, type);
  perform private.check_assignees(brand_id, assignees);
  perform private.consume_content_quota(brand_id);
  insert into public.contents (
    brand_id, title, type, template_id, template_version, fields, metadata, tags,
    body, excerpt, slug, categories, due_at, expires_at, assignees, markup_version
  )
  values (
    brand_id, private.title_for(title, body), type, template_id, template.version, fields,
    private.merge_patch('{}', metadata), tags, body, excerpt, slug, categories, due_at, expires_at,
    array(select distinct person from unnest(assignees) as person), private.markup_version()
  )
  returning id into content_id;
  return query select * from private.content_answer(content_id);
end;
$function$;

CREATE OR REPLACE FUNCTION public.deliver_contents(brand_slug text, delivery_key text DEFAULT NULL::text, content_type text DEFAULT NULL::text, tag text DEFAULT NULL::text, before jsonb DEFAULT NULL::jsonb, page_size integer DEFAULT 20, has_texts boolean DEFAULT false)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
  brand public.brands := private.delivering_brand(brand_slug, delivery_key);
  is_private boolean;
begin
  select delivery_settings.mode = 'private' into is_private
  from private.delivery_settings where delivery_settings.brand_id = brand.id;
  return (
    with page as (
      select contents as content, contents.published_at, contents.id
      from public.contents
      where
        contents.brand_id = brand.id and contents.status = 'published' and contents.deleted_at is null
        and (contents.expires_at is null or contents.expires_at > now())
        and (deliver_contents.content_type is null or contents.type = deliver_contents.content_type)
        and (deliver_contents.tag is null or deliver_contents.tag = any (contents.tags))
        and (deliver_contents.before is null or (
          contents.published_at <= (deliver_contents.before ->> 'value')::timestamptz
          and (
            contents.published_at < (deliver_contents.before ->> 'value')::timestamptz
            or contents.id > (deliver_contents.before ->> 'id')::uuid
          )
        ))
      order by contents.published_at desc, contents.id
      limit least(greatest(page_size, 1), 100)
    ),

    documents as (
      select
        page.published_at, page.id,
        private.delivery_document(page.content)
        - case when deliver_contents.has_texts then array[]::text [] else array['body', 'fields'] end as document
      from page
    ),

    -- A page with long texts ends early, at the first content in any case.
    measured as (
      select documents.*, sum(octet_length(documents.document::text)) over (
        order by documents.published_at desc, documents.id
      ) as bytes, row_number() over (order by documents.published_at desc, documents.id) as place
      from documents
    )

    select jsonb_build_object(
      'brand', jsonb_build_object('id', brand.id, 'name', brand.name, 'language', brand.language),
      'is_private', coalesce(is_private, false),
      'items', coalesce(jsonb_agg(measured.document order by measured.published_at desc, measured.id) filter (
        where measured.bytes <= 2000000 or measured.place = 1
      ), '[]'),
      'is_cut', coalesce(bool_or(measured.bytes > 2000000 and measured.place > 1), false)
    )
    from measured
  );
end;
$function$;

CREATE OR REPLACE FUNCTION public.duplicate_content(content_id uuid, brand_id uuid DEFAULT NULL::uuid, title text DEFAULT NULL::text)
 RETURNS SETOF private.content_details
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
#variable_conflict use_variable
declare
  content public.contents;
  template public.templates;
  fields jsonb;
  provenance jsonb;
  parent_id uuid;
  copy_id uuid;
begin
  perform private.require_functions();
  content := private.lock_content(content_id);
  fields := content.fields;
  provenance := content.provenance;
  parent_id := content.id;
  brand_id := coalesce(brand_id, content.brand_id);
  if brand_id = content.brand_id then
    perform private.require_action(content, 'duplicate');
  else
    perform private.require_permission(brand_id, 'content.create');
  end if;
  perform private.check_content_type(brand_id, content.type);
  perform private.consume_content_quota(brand_id);
  -- A template of the other brand stays there. An inactive one comes along: a copy keeps its form.
  template := private.content_template(brand_id, content.template_id);
  if brand_id <> content.brand_id then
    fields := private.portable_fields(content, template.id is not null);
    provenance := private.portable_provenance(provenance, fields, content.metadata);
    parent_id := null;
  end if;
  perform private.describe_change('{"action": "duplicated"}');
  insert into public.contents (
    brand_id, title, type, template_id, template_version, fields, metadata, tags, body, excerpt, categories, parent_id,
    provenance, markup_version
  )
  values (
    brand_id, coalesce(title, left('Copy of ' || content.title, 200)), content.type, template.id,
    case when template.id is not null then content.template_version end, fields, content.metadata, content.tags,
    content.body, content.excerpt, content.categories, parent_id, provenance, content.markup_version
  )
  returning id into copy_id;
  return query select * from private.content_answer(copy_id);
end;
$function$;

COMMENT ON COLUMN "public"."contents"."markup_version" IS 'The version of the allow-list that all texts of the content were cleaned by, in each of its versions. 0: written
before texts were known to be clean.';

COMMENT ON FUNCTION "private"."markup_version"() IS 'The version of the allow-list that functions clean texts by (MARKUP_VERSION in lib/core/security/html.py).';

COMMENT ON FUNCTION "public"."deliver_contents"(text, text, text, text, jsonb, integer, boolean) IS 'Lists the published contents of a brand, newest first, with or without their texts: {brand, is_private, items, is_cut}.
A page ends before the content with which it would have more than 2 MB; the first one is always there.';

REVOKE ALL ON FUNCTION "private"."markup_version"() FROM PUBLIC;

REVOKE ALL ON FUNCTION "private"."markup_version"() FROM "postgres";

GRANT EXECUTE ON FUNCTION "private"."markup_version"() TO "postgres";
