-- contents, content_versions
--
-- Nobody may write here directly: the commands of the migrations do, after their checks.

grant select on public.contents to authenticated;

create policy "Contents may be read by members of their brand"
on public.contents for select to authenticated
using (deleted_at is null and brand_id in (select private.brand_ids('viewer')));

grant select on public.content_versions to authenticated;

create policy "Versions may be read by members of their brand"
on public.content_versions for select to authenticated
using (brand_id in (select private.brand_ids('viewer')));
