-- templates, template_versions
--
-- Nobody reads here who wrote them: every tenant reads global templates (decision 46). Functions name the people.

grant select (
  id, brand_id, name, description, content_type, input_fields, output_fields, is_active, version, icon, category, tags,
  ai_enabled, created_at, updated_at
), delete on public.templates to authenticated;
grant insert (brand_id, name, description, content_type, input_fields, output_fields)
on public.templates to authenticated;
grant update (name, description, content_type, input_fields, output_fields, is_active)
on public.templates to authenticated;

create policy "Templates may be read by members, global ones by everyone"
on public.templates for select to authenticated
using (
  (brand_id is null and (select private.scope_allows('template.read')))
  or brand_id = any((select private.brands_permitting('template.read'))::uuid[])
);

create policy "Templates may be made by admins, global ones by the platform"
on public.templates for insert to authenticated
with check (
  brand_id = any((select private.brands_permitting('template.write'))::uuid[])
  or (brand_id is null and (select private.is_platform_admin()))
);

create policy "Templates may be changed by admins, or the platform"
on public.templates for update to authenticated
using (
  brand_id = any((select private.brands_permitting('template.write'))::uuid[])
  or (brand_id is null and (select private.is_platform_admin()))
)
with check (
  brand_id = any((select private.brands_permitting('template.write'))::uuid[])
  or (brand_id is null and (select private.is_platform_admin()))
);

create policy "Templates may be deleted by platform admins"
on public.templates for delete to authenticated
using ((select private.is_platform_admin()));

grant select (
  template_id, version, brand_id, name, content_type, input_fields, output_fields, created_at
) on public.template_versions to authenticated;

create policy "Former templates may be read by members, global ones by everyone"
on public.template_versions for select to authenticated
using (
  (brand_id is null and (select private.scope_allows('template.read')))
  or brand_id = any((select private.brands_permitting('template.read'))::uuid[])
);
