-- Remember when comments were edited
-- Planned by `make migration` from supabase/schemas and supabase/policies.

-- Waits at most five seconds for a lock, because queries behind a waiting lock wait as well. On failure, push again.
set lock_timeout = '5s';
set check_function_bodies = off;

ALTER TABLE "public"."comments" ADD COLUMN "edited_at" timestamp with time zone;

CREATE OR REPLACE FUNCTION private.guard_comment()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
  if tg_op = 'INSERT' then
    new.edited_at := null;
    new.resolved_at := null;
    new.resolved_by := null;
    new.deleted_at := null;
    return new;
  end if;
  new.content_id := old.content_id;
  new.parent_id := old.parent_id;
  new.edited_at := case when new.body <> old.body and new.deleted_at is null then now() else old.edited_at end;
  if new.resolved_at is not null and old.resolved_at is null then
    new.resolved_at := now();
    new.resolved_by := auth.uid();
  elsif new.resolved_at is null then
    new.resolved_by := null;
  end if;
  if new.body <> old.body or (new.deleted_at is not null and old.deleted_at is null) then
    insert into public.comment_revisions (brand_id, comment_id, body, created_by)
    values (old.brand_id, old.id, old.body, auth.uid());
  end if;
  return new;
end;
$function$;

COMMENT ON COLUMN "public"."comments"."edited_at" IS 'When its text was changed last; null if it never was.';

COMMENT ON FUNCTION "private"."guard_comment"() IS 'Keeps a comment where it is, stamps its edit and its resolution, and keeps the former text of one that is edited or
deleted.';

-- The backfill: the last revision says when a comment was edited. It is no change of the comment, so no trigger may
-- stamp or announce it.
alter table public.comments disable trigger user;
update public.comments
set edited_at = edited.at
from (
  select comment_revisions.comment_id, max(comment_revisions.created_at) as at
  from public.comment_revisions
  group by comment_revisions.comment_id
) as edited
where edited.comment_id = comments.id and comments.deleted_at is null;
alter table public.comments enable trigger user;
