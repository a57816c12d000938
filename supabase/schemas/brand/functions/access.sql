create function private.brand_actions(held text[], is_platform_admin boolean)
returns text[]
language sql
immutable
parallel safe
set search_path = ''
as $$
  select array(
    select distinct action.name
    from (
      values
      ('read', 'brand.read'), ('listMembers', 'brand.read'),
      ('update', 'brand.update'), ('manageAgencies', 'brand.update'), ('setDelivery', 'brand.update'),
      ('manageMembers', 'member.manage'), ('setWorkflows', 'workflow.write'),
      ('listContents', 'content.read'), ('createContent', 'content.create'),
      ('listTemplates', 'template.read'), ('createTemplate', 'template.write'),
      ('useAi', 'ai.use'), ('readQuota', 'ai.use'), ('readQuota', 'brand.update'),
      ('readAuditLog', 'audit.read'), ('manageApiKeys', 'integration.manage'),
      ('rename', null), ('delete', null), ('linkMasterClaimBrands', null)
    ) as action (name, permission)
    where action.permission = any (brand_actions.held)
      or (action.permission is null and brand_actions.is_platform_admin)
    order by action.name
  );
$$;
comment on function private.brand_actions is
'Names what holders of these permissions may do with a brand, in the words of the API. Those without a permission are
for platform admins.';

create function private.brand_access(brands uuid[])
returns table (brand_id uuid, access jsonb)
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict use_column
declare
  is_admin constant boolean := private.is_platform_admin();
begin
  return query
    select
      brand.id,
      jsonb_build_object(
        'allowed_actions', to_jsonb(private.brand_actions(holding.permissions, is_admin)),
        'parent', case when parent_holding.brand_id is not null then jsonb_build_object(
          'id', parent.id, 'name', parent.name, 'slug', parent.slug
        ) end,
        'delivery_mode', coalesce(settings.mode, 'public'),
        'has_published', exists (
          select from public.contents
          where contents.brand_id = brand.id and contents.status = 'published' and contents.deleted_at is null
        )
      )
    from public.brands as brand
    inner join private.access_to_brands(brands) as holding on holding.brand_id = brand.id
    left join public.brands as parent on parent.id = brand.parent_brand_id
    left join lateral (
      select parent.id as brand_id where parent.id = any (private.brands_permitting('brand.read'))
    ) as parent_holding on true
    left join private.delivery_settings as settings on settings.brand_id = brand.id
    where brand.id = any (brands);
end;
$$;
comment on function private.brand_access is
'Returns what the caller may do with each of these brands, and what else depends on the caller or changes without a
version of the brand: {allowed_actions, parent, delivery_mode, has_published}. parent is null unless they may read it.';

create function private.brand_answer(brand public.brands)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select private.brand_document(brand) || access.access
  from private.brand_access(array[brand.id]) as access;
$$;
comment on function private.brand_answer is
'Returns a brand as commands answer it: its document, and what the caller may do.';
