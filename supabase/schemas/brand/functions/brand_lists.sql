create function private.brand_counts(brand_id uuid, counts_contents boolean)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
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
$$;
comment on function private.brand_counts is
'Returns how much a brand holds: {contents, templates, workflows, members}. contents is null unless counted.';

create function public.get_brand_counts(brand_id uuid)
returns jsonb
language plpgsql
stable
security definer -- counts rows without a policy per row; checks the caller first
set search_path = ''
as $$
begin
  perform private.require_permission(get_brand_counts.brand_id, 'brand.read');
  return private.brand_counts(
    get_brand_counts.brand_id, private.permits(get_brand_counts.brand_id, 'content.read')
  );
end;
$$;
comment on function public.get_brand_counts is
'Returns how much a brand holds: {contents, templates, workflows, members}. contents is null for those who may not read
them. Refuses strangers with 404.';
grant execute on function public.get_brand_counts to authenticated, service_role;

create function public.list_brands(
  query text default null, parent_brand_id uuid default null, page_offset integer default 0,
  page_size integer default 20
)
returns jsonb
language plpgsql
stable
security definer -- counts rows without a policy per row; takes the caller's brands first
set search_path = ''
as $$
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
$$;
comment on function public.list_brands is
'Lists the caller''s brands by name, each with its parts, counts and what the caller may do: {items, total}.';
grant execute on function public.list_brands to authenticated, service_role;
