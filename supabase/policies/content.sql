-- contents, content_versions, private.content_status_transitions
--
-- Status, version, actor and time columns are granted to nobody: triggers and commands write them.

grant select on public.contents to authenticated;
grant insert (brand_id, title, type, template_id, template_version, fields, metadata, tags)
on public.contents to authenticated;
grant update (title, fields, metadata, tags) on public.contents to authenticated;

create policy "Contents may be read by members of their brand"
on public.contents for select to authenticated
using (brand_id in (select private.brand_ids('viewer')));

create policy "Contents may be created by editors of the brand"
on public.contents for insert to authenticated
with check (brand_id in (select private.brand_ids('editor')));

create policy "Contents may be changed by editors of the brand"
on public.contents for update to authenticated
using (brand_id in (select private.brand_ids('editor')))
with check (brand_id in (select private.brand_ids('editor')));

grant select on public.content_versions to authenticated;

create policy "Versions may be read by members of their brand"
on public.content_versions for select to authenticated
using (brand_id in (select private.brand_ids('viewer')));

-- The trigger of contents reads the transitions as whoever writes the content.
grant select on private.content_status_transitions to authenticated, service_role;

create policy "The status machine may be read by everyone"
on private.content_status_transitions for select to authenticated
using (true);
