create function public.list_template_versions(
  template_id uuid, version integer default null, page_offset integer default 0, page_size integer default 20
)
returns jsonb
language plpgsql
stable
security definer -- names people whom the caller may not look up
set search_path = ''
as $$
declare
  readable uuid [] := private.brands_permitting('template.read');
begin
  if not (private.session_trusted() and private.scope_allows('template.read')) then
    return '{"items": [], "total": 0}';
  end if;
  return (
    with matching as (
      select versions.*
      from public.template_versions as versions
      where
        versions.template_id = list_template_versions.template_id
        and (versions.brand_id is null or versions.brand_id = any (readable))
        and (list_template_versions.version is null or versions.version = list_template_versions.version)
    ),
    page as (
      select matching.* from matching order by matching.version desc
      offset page_offset limit least(greatest(page_size, 1), 100)
    )
    select jsonb_build_object(
      'items', coalesce((
        select jsonb_agg(
          to_jsonb(page) || jsonb_build_object('created_by', private.person_document(page.created_by, page.brand_id))
          order by page.version desc
        )
        from page
      ), '[]'),
      'total', (select count(*) from matching)
    )
  );
end;
$$;
comment on function public.list_template_versions is
'Lists a template as it was after each change, or one version of it, newest first: {items, total}; nothing for callers
who may not read the template.';
grant execute on function public.list_template_versions to authenticated, service_role;
