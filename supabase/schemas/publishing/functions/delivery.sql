create function public.set_delivery(brand_id uuid, mode text, key_hash text default null)
returns jsonb
language plpgsql
volatile
security definer -- private is closed to the API
set search_path = ''
as $$
#variable_conflict use_variable
begin
  perform private.require_functions();
  perform private.require_permission(brand_id, 'brand.read');
  perform private.require_permission(brand_id, 'brand.update');
  -- Not with `on conflict do update`: the constraint would check the row to insert, which lacks the key that is stored
  -- already. Twice, because another session may insert the first row meanwhile.
  for attempt in 1..2 loop
    update private.delivery_settings as settings
    set mode = set_delivery.mode, key_hash = coalesce(set_delivery.key_hash, settings.key_hash),
      updated_by = auth.uid(), updated_at = now()
    where settings.brand_id = set_delivery.brand_id;
    exit when found;
    insert into private.delivery_settings (brand_id, mode, key_hash, updated_by)
    values (brand_id, mode, key_hash, auth.uid())
    on conflict on constraint delivery_settings_pkey do nothing;
    exit when found;
  end loop;
  perform private.audit(brand_id, 'delivery.configure', 'brand', brand_id, jsonb_build_object(
    'mode', mode, 'has_new_key', key_hash is not null
  ));
  -- Lets caches drop what they hold under the former rule.
  perform private.append_event(brand_id, 'brand', brand_id, 'DeliveryConfigured', jsonb_build_object('mode', mode));
  return jsonb_build_object('mode', mode);
end;
$$;
comment on function public.set_delivery is
'Sets who may read the published contents of a brand: everyone, holders of the key, or nobody. A new key replaces the
former one.';
grant execute on function public.set_delivery to authenticated, service_role;

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

create function private.delivery_document(content public.contents, has_texts boolean default true)
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_generic_plan' -- a page asks it for each of its contents
as $$
declare
  document constant jsonb := jsonb_build_object(
    'id', content.id, 'type', content.type, 'slug', content.slug, 'title', content.title, 'excerpt', content.excerpt,
    'metadata', private.shown_metadata(content), 'tags', content.tags,
    'categories', content.categories, 'version', content.version, 'published_at', content.published_at,
    'expires_at', content.expires_at, 'updated_at', content.updated_at, 'markup_version', content.markup_version
  );
  template public.templates;
begin
  if not has_texts then
    return document;
  end if;
  template := private.template_used(content);
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
  is_private boolean;
  -- Without a cursor, a place before all contents: their times are finite.
  before_at constant timestamptz := coalesce((before ->> 'value')::timestamptz, 'infinity');
  before_id constant uuid := coalesce((before ->> 'id')::uuid, '00000000-0000-0000-0000-000000000000');
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
        and contents.published_at <= before_at and (contents.published_at < before_at or contents.id > before_id)
      order by contents.published_at desc, contents.id
      limit least(greatest(page_size, 1), 100)
    ),

    documents as (
      select
        page.published_at, page.id,
        private.delivery_document(page.content, deliver_contents.has_texts) as document
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
$$;
comment on function public.deliver_contents is
'Lists the published contents of a brand, newest first, with or without their texts: {brand, is_private, items, is_cut}.
A page ends before the content with which it would have more than 2 MB; the first one is always there.';
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
  is_private boolean;
begin
  select delivery_settings.mode = 'private' into is_private
  from private.delivery_settings where delivery_settings.brand_id = brand.id;
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
    'brand', jsonb_build_object('id', brand.id, 'name', brand.name, 'language', brand.language),
    'is_private', coalesce(is_private, false),
    'item', private.delivery_document(content)
  );
end;
$$;
comment on function public.deliver_content is
'Returns a published content by its slug, with its texts: {brand, is_private, item}.';
grant execute on function public.deliver_content to anon, authenticated, service_role;
