create function public.edit_comment(comment_id uuid, body text, mentions uuid[] default null)
returns setof private.comment_details
language plpgsql
volatile
security definer -- tells strangers (404) from members without the right (403)
set search_path = ''
as $$
declare
  comment public.comments;
begin
  perform private.require_functions();
  comment := private.lock_comment(comment_id);
  perform private.require_comment_action(comment, 'edit', 'only the author or an admin of the brand may edit it');
  update public.comments
  set body = edit_comment.body, mentions = coalesce(edit_comment.mentions, comment.mentions)
  where comments.id = comment.id;
  return query select * from private.comment_answer(comment.id);
end;
$$;
comment on function public.edit_comment is 'Changes the text of a comment; the former text is kept.';
grant execute on function public.edit_comment to authenticated, service_role;

create function public.resolve_comment(comment_id uuid, is_resolved boolean default true)
returns setof private.comment_details
language plpgsql
volatile
security definer -- the creator of a content resolves comments that they may not edit
set search_path = ''
as $$
declare
  comment public.comments;
begin
  perform private.require_functions();
  comment := private.lock_comment(comment_id);
  perform private.require_comment_action(
    comment, 'resolve', 'only the author, the creator of the content or an admin of the brand may resolve it'
  );
  update public.comments set resolved_at = case when is_resolved then coalesce(comment.resolved_at, now()) end
  where comments.id = comment.id;
  return query select * from private.comment_answer(comment.id);
end;
$$;
comment on function public.resolve_comment is 'Marks a thread as resolved, or opens it again.';
grant execute on function public.resolve_comment to authenticated, service_role;

create function public.delete_comment(comment_id uuid)
returns void
language plpgsql
volatile
security definer -- keeps the row, so that answers keep their place, and the text in the revisions
set search_path = ''
as $$
declare
  comment public.comments;
begin
  perform private.require_functions();
  comment := private.lock_comment(comment_id);
  perform private.require_comment_action(comment, 'delete', 'only the author or an admin of the brand may delete it');
  update public.comments set deleted_at = now(), body = '…', mentions = '{}', attachments = '[]'
    where comments.id = comment.id;
end;
$$;
comment on function public.delete_comment is 'Deletes the text of a comment; answers to it stay.';
grant execute on function public.delete_comment to authenticated, service_role;
