-- contents, content_versions, content_assignees, comments, comment_revisions
--
-- Contents and versions are written by commands only, after their checks. The service cannot write them directly.

revoke insert, update, delete, truncate on public.contents, public.content_versions, public.comment_revisions
from service_role;

grant select on public.contents to authenticated;

create policy "Contents may be read by members of their brand"
on public.contents for select to authenticated
using (deleted_at is null and brand_id = any((select private.brands_permitting('content.read'))::uuid[]));

grant select on public.content_versions to authenticated;

create policy "Versions may be read by members of their brand"
on public.content_versions for select to authenticated
using (brand_id = any((select private.brands_permitting('content.read'))::uuid[]));

grant select on public.content_assignees to authenticated;

create policy "Assignees may be read by members of the brand"
on public.content_assignees for select to authenticated
using (brand_id = any((select private.brands_permitting('content.read'))::uuid[]));

grant select on public.comments to authenticated;
grant insert (brand_id, content_id, parent_id, field_key, range_start, range_end, body, mentions, attachments)
on public.comments to authenticated;
grant update (body, mentions, attachments) on public.comments to authenticated;

create policy "Comments may be read by members of their brand"
on public.comments for select to authenticated
using (brand_id = any((select private.brands_permitting('content.read'))::uuid[]));

create policy "Comments may be made by those who may comment"
on public.comments for insert to authenticated
with check (
  created_by = (select auth.uid())
  and brand_id = any((select private.brands_permitting('comment.write'))::uuid[])
  and brand_id = any((select private.brands_permitting('content.read'))::uuid[])
);

create policy "Comments may be edited by their author and by moderators"
on public.comments for update to authenticated
using (
  deleted_at is null
  and (
    (created_by = (select auth.uid()) and brand_id = any((select private.brands_permitting('comment.write'))::uuid[]))
    or brand_id = any((select private.brands_permitting('comment.moderate'))::uuid[])
  )
)
with check (
  (created_by = (select auth.uid()) and brand_id = any((select private.brands_permitting('comment.write'))::uuid[]))
  or brand_id = any((select private.brands_permitting('comment.moderate'))::uuid[])
);

grant select on public.comment_revisions to authenticated;

create policy "Former comments may be read by who edited and by moderators"
on public.comment_revisions for select to authenticated
using (
  (
    created_by = (select auth.uid())
    and (select private.scope_allows('comment.write'))
    and brand_id = any((select private.brands_permitting('content.read'))::uuid[])
  )
  or brand_id = any((select private.brands_permitting('comment.moderate'))::uuid[])
);
