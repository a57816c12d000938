create function private.delivering_brand(slug text, key text)
returns public.brands
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_generic_plan' -- planning the partitions takes longer than reading a page of them (ADR 54)
as $$
declare
  brand public.brands;
  settings private.delivery_settings;
begin
  select * into brand from public.brands where brands.slug = delivering_brand.slug and brands.deleted_at is null;
  select * into settings from private.delivery_settings where delivery_settings.brand_id = brand.id;
  -- One answer for unknown brands, for callers without the key and for brands that have published nothing, so that nobody
  -- learns which tenants there are.
  if brand.id is null or settings.mode = 'off' or not exists (
    select from public.contents
    where contents.brand_id = brand.id and contents.status = 'published' and contents.deleted_at is null
  ) or (
    settings.mode = 'private'
    and settings.key_hash is distinct from encode(sha256(convert_to(coalesce(key, ''), 'UTF8')), 'hex')
  ) then
    perform private.refuse(404, 'there is nothing at this path');
  end if;
  return brand;
end;
$$;
comment on function private.delivering_brand is
'Returns the brand with this slug if it delivers to holders of this key. Refuses with 404 otherwise.';

create function private.delivering_document(brand public.brands, settings private.delivery_settings)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return jsonb_build_object(
    'id', brand.id, 'name', brand.name, 'slug', brand.slug, 'language', brand.language,
    'logo', brand.logo ->> 'url', 'site_url', settings.site_url, 'url_pattern', settings.url_pattern
  );
end;
$$;
comment on function private.delivering_document is
'Returns what a website may read of a brand: {id, name, slug, language, logo, site_url, url_pattern}.';

create function private.seconds_until(moment timestamptz)
returns integer
language plpgsql
stable
set search_path = ''
as $$
begin
  -- Times of two hundred years have more seconds than an integer.
  return case when moment is not null then floor(least(extract(epoch from moment - now()), 1000000000)) end;
end;
$$;
comment on function private.seconds_until is 'Returns how many whole seconds are left until a time; null for none.';

create function private.seconds_to_publication(brand uuid, content_type text default null, tag text default null)
returns integer
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_generic_plan' -- see deliver_contents
as $$
begin
  -- No further ahead than the edge keeps an answer: nobody else is told what is to be published. Of one that is due
  -- already the edge is told as soon as it is published.
  return (
    select private.seconds_until(min(contents.scheduled_for)) from public.contents
    where
      contents.brand_id = seconds_to_publication.brand and contents.status = 'scheduled'
      and contents.deleted_at is null
      and contents.scheduled_for > now() and contents.scheduled_for <= now() + interval '5 minutes'
      and (content_type is null or contents.type = content_type) and (tag is null or tag = any (contents.tags))
  );
end;
$$;
comment on function private.seconds_to_publication is
'Returns how many seconds are left until the next content of a brand, of a type and with a tag, is to be published; null
where none is within 5 minutes.';

create function private.delivery_document(
  content public.contents, has_texts boolean default true, names_models boolean default false
)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_generic_plan' -- a page asks it for each of its contents
as $$
declare
  document jsonb := jsonb_build_object(
    'id', content.id, 'type', content.type, 'slug', content.slug, 'title', content.title, 'excerpt', content.excerpt,
    'metadata', private.shown_metadata(content), 'tags', content.tags,
    'categories', content.categories, 'version', content.version, 'published_at', content.published_at,
    'expires_at', content.expires_at, 'updated_at', content.updated_at, 'markup_version', content.markup_version,
    'plain_texts', coalesce(content.plain_texts, '{}')
  );
  has_generated constant boolean := content.provenance <> '{}';
  template public.templates;
begin
  -- Neither is asked for what people wrote, which most lists hold.
  if has_texts or has_generated then
    template := private.template_used(content);
  end if;
  if has_generated then
    document := document || jsonb_build_object(
      'provenance', private.delivered_provenance(content, template, names_models)
    );
  end if;
  if not has_texts then
    return document;
  end if;
  return document || jsonb_build_object(
    'body', content.body,
    'claims', private.delivered_claims(content),
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
  );
end;
$$;
comment on function private.delivery_document is
'Returns what a website may read of a published content, its body and fields only with has_texts: no people, no brief.';

create function public.deliver_contents(
  brand_slug text,
  delivery_key text default null,
  content_type text default null,
  tag text default null,
  before jsonb default null,
  page_size integer default 20,
  has_texts boolean default false
)
returns jsonb
language plpgsql
stable
security definer -- anon has no privilege on any table; returns published contents only
set search_path = ''
set plan_cache_mode = 'force_generic_plan' -- planning the partitions takes longer than reading a page of them (ADR 54)
as $$
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
$$;
comment on function public.deliver_contents is
'Lists the published contents of a brand, newest first, with or without their texts: {brand, is_private, items, is_cut,
expires_in, changes_in}. A page ends before the content with which it would have more than 2 MB; the first one is always
there. is_cut: whether others follow. expires_in, changes_in: the seconds until one of them expires, and until another is
published; null for none.';
grant execute on function public.deliver_contents to anon, authenticated, service_role;

create function public.deliver_content(brand_slug text, content_slug text, delivery_key text default null)
returns jsonb
language plpgsql
stable
security definer -- see deliver_contents
set search_path = ''
set plan_cache_mode = 'force_generic_plan' -- see deliver_contents
as $$
declare
  brand public.brands := private.delivering_brand(brand_slug, delivery_key);
  content public.contents;
  settings private.delivery_settings;
begin
  select * into settings from private.delivery_settings where delivery_settings.brand_id = brand.id;
  select contents.* into content
  from private.content_slugs as held
  inner join public.contents on contents.id = held.content_id
  where
    held.brand_id = brand.id and held.slug = content_slug
    and contents.status = 'published' and contents.deleted_at is null
    and (contents.expires_at is null or contents.expires_at > now());
  if content.id is null then
    perform private.refuse(404, 'there is nothing at this path');
  end if;
  return jsonb_build_object(
    'brand', private.delivering_document(brand, settings),
    'is_private', coalesce(settings.mode = 'private', false),
    'item', private.delivery_document(content, true, settings.names_models),
    'expires_in', private.seconds_until(content.expires_at)
  );
end;
$$;
comment on function public.deliver_content is
'Returns a published content by its slug, with its texts: {brand, is_private, item, expires_in}. expires_in: the
seconds until it expires; null for never.';
grant execute on function public.deliver_content to anon, authenticated, service_role;
