-- Published contents for websites, without login: the one thing that the role anon may ask for.

create table private.delivery_settings (
  brand_id uuid primary key references public.brands (id) on delete cascade,
  mode text not null check (mode in ('public', 'private', 'off')),
  key_hash text check (key_hash ~ '^[0-9a-f]{64}$'),
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now(),
  check (mode <> 'private' or key_hash is not null)
);
comment on table private.delivery_settings is 'How a brand gives out what it published; without a row to everyone.';
comment on column private.delivery_settings.mode is 'public: to everyone; private: to who has the key; off: to nobody.';
comment on column private.delivery_settings.key_hash is 'SHA-256 of the key, which is random and shown once.';
create index delivery_settings_updated_by_idx on private.delivery_settings (updated_by);
alter table private.delivery_settings enable row level security;

create function public.set_delivery(brand_id uuid, mode text, key_hash text default null)
returns jsonb
language plpgsql
volatile
security definer -- private is closed to the API
set search_path = ''
as $$
#variable_conflict use_variable
begin
  perform private.require_permission(brand_id, 'brand.read');
  perform private.require_permission(brand_id, 'brand.update');
  -- Not as one statement: a constraint would look at the row to insert, which lacks the key that is there already.
  update private.delivery_settings as settings
  set mode = set_delivery.mode, key_hash = coalesce(set_delivery.key_hash, settings.key_hash),
    updated_by = auth.uid(), updated_at = now()
  where settings.brand_id = set_delivery.brand_id;
  if not found then
    insert into private.delivery_settings (brand_id, mode, key_hash, updated_by)
    values (brand_id, mode, key_hash, auth.uid());
  end if;
  perform private.audit(brand_id, 'delivery.configure', 'brand', brand_id, jsonb_build_object(
    'mode', mode, 'has_new_key', key_hash is not null
  ));
  -- What caches hold was given out under the former rule.
  perform private.append_event(brand_id, 'brand', brand_id, 'DeliveryConfigured', jsonb_build_object('mode', mode));
  return jsonb_build_object('mode', mode);
end;
$$;
comment on function public.set_delivery is
'Who may read what a brand published: everyone, who has the key, or nobody. A new key ends the former one.';
grant execute on function public.set_delivery to authenticated;

create function private.delivering_brand(slug text, key text)
returns public.brands
language plpgsql
stable
set search_path = ''
as $$
declare
  brand public.brands;
  settings private.delivery_settings;
begin
  select * into brand from public.brands where brands.slug = delivering_brand.slug and brands.deleted_at is null;
  select * into settings from private.delivery_settings where delivery_settings.brand_id = brand.id;
  -- One answer for what there is not, for what is not for this caller, and for a brand that has published nothing: which
  -- tenants there are is nobody's business.
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
comment on function private.delivering_brand is 'The brand of a slug if it delivers to who holds this key; else 404.';

create function private.delivered(content public.contents)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'id', content.id, 'type', content.type, 'slug', content.slug, 'title', content.title, 'excerpt', content.excerpt,
    'body', content.body, 'metadata', content.metadata - 'targetAudience', 'tags', content.tags,
    'categories', content.categories, 'version', content.version, 'published_at', content.published_at,
    'expires_at', content.expires_at, 'updated_at', content.updated_at,
    -- Input fields are the brief, and nobody's business: of a template only what it puts out.
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
$$;
comment on function private.delivered is 'What a website gets of a published content: no people, no brief.';

create index contents_delivery_idx on public.contents (brand_id, published_at desc, id)
where status = 'published' and deleted_at is null;

create function public.deliver_contents(
  brand_slug text,
  delivery_key text default null,
  content_type text default null,
  tag text default null,
  before jsonb default null,
  page_size integer default 20
)
returns jsonb
language plpgsql
stable
security definer -- anon has no privilege on any table; only what is published leaves here
set search_path = ''
as $$
declare
  brand public.brands := private.delivering_brand(brand_slug, delivery_key);
  is_private boolean;
begin
  select delivery_settings.mode = 'private' into is_private
  from private.delivery_settings where delivery_settings.brand_id = brand.id;
  return jsonb_build_object(
    'brand', jsonb_build_object('id', brand.id, 'name', brand.name, 'language', brand.language),
    'is_private', coalesce(is_private, false),
    'items', coalesce((
      select jsonb_agg(
        private.delivered(page.content) - 'body' - 'fields' order by page.published_at desc, page.id
      )
      from (
        select contents as content, contents.published_at, contents.id from public.contents
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
      ) as page
    ), '[]')
  );
end;
$$;
comment on function public.deliver_contents is
'{brand, is_private, items}: what a brand has published, newest first, without the texts.';
grant execute on function public.deliver_contents to anon, authenticated;

create function public.deliver_content(brand_slug text, content_slug text, delivery_key text default null)
returns jsonb
language plpgsql
stable
security definer -- see deliver_contents
set search_path = ''
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
    'item', private.delivered(content)
  );
end;
$$;
comment on function public.deliver_content is '{brand, is_private, item}: a published content by its slug, whole.';
grant execute on function public.deliver_content to anon, authenticated;
