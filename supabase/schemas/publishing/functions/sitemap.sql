create function public.deliver_sitemap(
  brand_slug text, delivery_key text default null, page integer default null, page_size integer default 1000
)
returns jsonb
language plpgsql
stable
security definer -- see deliver_contents
set search_path = ''
set plan_cache_mode = 'force_generic_plan' -- see deliver_contents
as $$
declare
  brand public.brands := private.delivering_brand(brand_slug, delivery_key);
  settings private.delivery_settings;
  size constant integer := least(greatest(page_size, 1), 1000);
  total bigint;
  ends timestamptz;
  items jsonb;
begin
  select * into settings from private.delivery_settings where delivery_settings.brand_id = brand.id;
  -- Also for a page: one that is not there is refused before anything is sorted or read.
  select count(*), min(contents.expires_at) into total, ends
  from public.contents
  where
    contents.brand_id = brand.id and contents.status = 'published' and contents.deleted_at is null
    and (contents.expires_at is null or contents.expires_at > now());
  if page is not null and (page not between 1 and 50000 or (page - 1)::bigint * size >= total) then
    perform private.refuse(404, 'there is nothing at this path');
  elsif page is not null or total <= size then
    -- The oldest first, so that a publication changes the last page only.
    select coalesce(jsonb_agg(
      jsonb_build_object(
        'id', listed.id, 'type', listed.type, 'slug', listed.slug, 'updated_at', listed.updated_at,
        'canonical_url', listed.canonical_url
      ) order by listed.published_at, listed.id desc
    ), '[]') into items
    from (
      select
        contents.id, contents.type, contents.slug, contents.published_at,
        greatest(contents.updated_at, contents.published_at) as updated_at,
        private.as_object(contents.metadata) ->> 'canonicalUrl' as canonical_url
      from public.contents
      where
        contents.brand_id = brand.id and contents.status = 'published' and contents.deleted_at is null
        and (contents.expires_at is null or contents.expires_at > now())
      order by contents.published_at, contents.id desc
      limit size
      offset (coalesce(page, 1) - 1) * size
    ) as listed;
  end if;
  return jsonb_build_object(
    'brand', private.delivering_document(brand, settings),
    'is_private', coalesce(settings.mode = 'private', false),
    'pages', case when page is null then ceil(total::numeric / size) else 0 end,
    'items', coalesce(items, '[]'),
    -- Each content that comes or goes may move others from page to page.
    'expires_in', private.seconds_until(ends),
    'changes_in', private.seconds_to_publication(brand.id)
  );
end;
$$;
comment on function public.deliver_sitemap is
'Lists the addresses of the published contents of a brand: {brand, is_private, pages, items, expires_in, changes_in}
(see deliver_contents). Without a page, all of them where one page holds them, else none and the number of pages.
Refuses a page that has none with 404.';
grant execute on function public.deliver_sitemap to anon, authenticated, service_role;
