create function public.list_content_types(brand_id uuid default null)
returns jsonb
language plpgsql
stable
security definer -- takes the caller's brands first, without a policy per row
set search_path = ''
as $$
declare
  readable uuid [] := private.brands_permitting('brand.read');
  with_templates uuid [] := private.brands_permitting('template.read');
begin
  if list_content_types.brand_id is not null then
    perform private.require_permission(list_content_types.brand_id, 'brand.read');
    readable := array[list_content_types.brand_id];
    with_templates := array(
      select list_content_types.brand_id where list_content_types.brand_id = any (with_templates)
    );
  elsif not private.session_trusted() then
    perform private.refuse(401, 'this session has ended or has not passed the second factor');
  end if;
  return (
    with offered as (
      select templates.content_type, count(*) as templates
      from public.templates
      where
        templates.is_active and cardinality(with_templates) > 0
        and (templates.brand_id is null or templates.brand_id = any (with_templates))
      group by templates.content_type
    )
    select jsonb_build_object(
      'restricted', (
        -- A brand without a list allows every type.
        select coalesce(bool_and(cardinality(brands.allowed_content_types) > 0), false)
        from public.brands where brands.id = any (readable)
      ),
      'allowed', coalesce((
        select jsonb_agg(distinct allowed.type)
        from public.brands cross join lateral unnest(brands.allowed_content_types) as allowed (type)
        where brands.id = any (readable) and allowed.type is not null
      ), '[]'),
      'templates', coalesce((select jsonb_object_agg(offered.content_type, offered.templates) from offered), '{}'),
      'workflows', coalesce((
        select jsonb_object_agg(assigned.content_type, jsonb_build_object('id', workflows.id, 'name', workflows.name))
        from public.brand_workflows as assigned
        inner join public.workflows on workflows.id = assigned.workflow_id
        where
          assigned.brand_id = list_content_types.brand_id
          and private.permits(assigned.brand_id, 'workflow.read')
      ), '{}')
    )
  );
end;
$$;
comment on function public.list_content_types is
'Returns what a brand, or all brands of the caller together, know of types of content: {restricted, allowed, templates
by type, workflows by type}. Workflows only for one brand; the type `*` stands for all that have none of their own.';
grant execute on function public.list_content_types to authenticated, service_role;
