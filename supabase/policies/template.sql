-- templates

grant select on public.templates to authenticated;
grant insert (brand_id, name, description, content_type, input_fields, output_fields)
on public.templates to authenticated;
grant update (name, description, content_type, input_fields, output_fields, is_active)
on public.templates to authenticated;

create policy "Templates may be read by members of their brand, global ones by everyone"
on public.templates for select to authenticated
using (brand_id is null or brand_id in (select private.brand_ids('viewer')));

create policy "Templates may be created by admins of the brand"
on public.templates for insert to authenticated
with check (brand_id in (select private.brand_ids('admin')));

create policy "Templates may be changed by admins of the brand"
on public.templates for update to authenticated
using (brand_id in (select private.brand_ids('admin')))
with check (brand_id in (select private.brand_ids('admin')));
