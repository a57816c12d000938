create trigger stamp_new_content
before insert on public.contents
for each row execute function private.stamp_new_content();
create trigger stamp_content
before update on public.contents
for each row execute function private.stamp_content();
create trigger hold_in_publication
before update on public.contents
for each row when (old.status in ('approved', 'scheduled')) execute function private.hold_in_publication();
create trigger record_content_change
after insert or update on public.contents
for each row execute function private.record_content_change();
create trigger index_content
after insert or update of status, title, type, metadata, tags, excerpt, body, fields, deleted_at, score, assignees
on public.contents
for each row execute function private.index_content();
create trigger withdraw_unpublished
after update on public.contents
for each row when (
  (new.status <> 'published' and old.status = 'published')
  or (new.status = 'archived' and old.status <> 'archived')
  or (new.deleted_at is not null and old.deleted_at is null)
)
execute function private.withdraw_unpublished();
create trigger audit_content after update on public.contents
for each row when (
  (new.status is distinct from old.status and new.status in ('approved', 'rejected', 'published', 'archived'))
  or new.deleted_at is distinct from old.deleted_at
)
execute function private.audit_content();
create trigger copy_assignees_of_new
after insert on public.contents
for each row when (new.assignees <> '{}') execute function private.copy_assignees();
create trigger copy_assignees
after update of assignees on public.contents
for each row when (new.assignees <> old.assignees) execute function private.copy_assignees();
create trigger mark_edited_provenance
before update of fields, metadata, provenance on public.contents
for each row when (new.provenance <> '{}') execute function private.mark_edited_provenance();

create trigger stamp_row
before insert or update on public.comments
for each row execute function private.stamp_row('actors');
create trigger keep_brand
before update on public.comments
for each row execute function private.keep_brand();
create trigger announce_change
after insert or update on public.comments
for each row execute function private.announce_change('comment', 'CommentAdded', 'CommentChanged', '-');
create trigger guard_comment
before insert or update on public.comments
for each row execute function private.guard_comment();
-- After the row, and so after the policies: before them its answer would tell strangers who is a member.
create trigger check_mentions
after insert or update of mentions on public.comments
for each row execute function private.check_mentions();

create trigger refuse_change
before update on public.content_versions
for each row execute function private.refuse_version_change();

create trigger drop_assignee
after delete on public.content_assignees
for each row execute function private.drop_assignee();

create trigger rescore_content
after insert or update on private.content_alignments
for each row execute function private.rescore_content();
