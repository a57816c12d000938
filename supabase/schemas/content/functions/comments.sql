create function private.guard_comment()
returns trigger
language plpgsql
security definer -- keeps revisions, which nobody may write by themselves
set search_path = ''
as $$
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
$$;
comment on function private.guard_comment is
'Keeps a comment where it is, stamps its edit and its resolution, and keeps the former text of one that is edited or
deleted.';

create function private.check_mentions()
returns trigger
language plpgsql
security definer -- looks members up, whoever writes
set search_path = ''
as $$
begin
  if exists (
    select from unnest(new.mentions) as mentioned where not private.is_active_member(mentioned, new.brand_id)
  ) then
    perform private.refuse(400, 'only members of the brand can be mentioned', jsonb_build_array(jsonb_build_object(
      'field', 'mentions', 'code', 'INVALID_FORMAT', 'message', 'not a member of the brand'
    )));
  end if;
  return null;
end;
$$;
comment on function private.check_mentions is 'Refuses with 400 mentions of people who are not members of the brand.';

create function private.lock_comment(comment_id uuid)
returns public.comments
language plpgsql
volatile
set search_path = ''
as $$
declare
  comment public.comments;
begin
  select * into comment from public.comments where comments.id = comment_id and comments.deleted_at is null;
  perform private.require_permission(comment.brand_id, 'content.read', 'comment');
  select * into comment from public.comments where comments.id = comment_id for update;
  return comment;
end;
$$;
comment on function private.lock_comment is
'Locks a comment until the end of the transaction and returns it. Refuses with 404 where the caller may not read it.';

create function public.add_comment(
  content_id uuid,
  body text,
  parent_id uuid default null,
  field_key text default null,
  range_start integer default null,
  range_end integer default null,
  mentions uuid[] default '{}',
  attachments jsonb default '[]'
)
returns setof public.comments
language plpgsql
volatile
security definer -- takes the brand from the content
set search_path = ''
as $$
#variable_conflict use_variable
declare
  brand uuid := (
    select contents.brand_id from public.contents where contents.id = content_id and contents.deleted_at is null
  );
begin
  perform private.require_permission(brand, 'content.read', 'content');
  perform private.require_permission(brand, 'comment.write', 'content');
  if parent_id is not null and not exists (
    select from public.comments as parent
    where
      parent.id = parent_id and parent.content_id = content_id and parent.parent_id is null
      and parent.deleted_at is null
  ) then
    perform private.refuse(400, 'only the first comment of a thread can be answered', jsonb_build_array(
      jsonb_build_object('field', 'parentId', 'code', 'INVALID_FORMAT', 'message', 'no such thread of this content')
    ));
  end if;
  return query
    insert into public.comments (
      brand_id, content_id, parent_id, field_key, range_start, range_end, body, mentions, attachments
    )
    values (brand, content_id, parent_id, field_key, range_start, range_end, body, mentions, attachments)
    returning *;
end;
$$;
comment on function public.add_comment is 'Comments on a content, or answers the first comment of a thread.';
grant execute on function public.add_comment to authenticated, service_role;

create function public.edit_comment(comment_id uuid, body text, mentions uuid[] default null)
returns setof public.comments
language plpgsql
volatile
security definer -- tells strangers (404) from members without the right (403)
set search_path = ''
as $$
declare
  comment public.comments := private.lock_comment(comment_id);
begin
  if (comment.created_by is distinct from auth.uid() or private.is_restricted(comment.brand_id, 'comment.write'))
    and not private.permits(comment.brand_id, 'comment.moderate')
  then
    perform private.refuse(403, 'only the author or an admin of the brand may edit it');
  end if;
  return query
    update public.comments
    set body = edit_comment.body, mentions = coalesce(edit_comment.mentions, comment.mentions)
    where comments.id = comment.id
    returning *;
end;
$$;
comment on function public.edit_comment is 'Changes the text of a comment; the former text is kept.';
grant execute on function public.edit_comment to authenticated, service_role;

create function public.resolve_comment(comment_id uuid, is_resolved boolean default true)
returns setof public.comments
language plpgsql
volatile
security definer -- the creator of a content resolves comments that they may not edit
set search_path = ''
as $$
declare
  comment public.comments := private.lock_comment(comment_id);
begin
  if comment.created_by is distinct from auth.uid()
    and not private.permits(comment.brand_id, 'comment.moderate')
    and not exists (
      select from public.contents where contents.id = comment.content_id and contents.created_by = auth.uid()
    )
  then
    perform private.refuse(403, 'only the author, the creator of the content or an admin of the brand may resolve it');
  end if;
  return query
    update public.comments set resolved_at = case when is_resolved then coalesce(comment.resolved_at, now()) end
    where comments.id = comment.id
    returning *;
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
  comment public.comments := private.lock_comment(comment_id);
begin
  if (comment.created_by is distinct from auth.uid() or private.is_restricted(comment.brand_id, 'comment.write'))
    and not private.permits(comment.brand_id, 'comment.moderate')
  then
    perform private.refuse(403, 'only the author or an admin of the brand may delete it');
  end if;
  update public.comments set deleted_at = now(), body = '…', mentions = '{}', attachments = '[]'
    where comments.id = comment.id;
end;
$$;
comment on function public.delete_comment is 'Deletes the text of a comment; answers to it stay.';
grant execute on function public.delete_comment to authenticated, service_role;

create function public.list_comments(
  content_id uuid, is_resolved boolean default null, page_offset integer default 0, page_size integer default 20
)
returns jsonb
language plpgsql
stable
security definer -- shows the names of authors who have left the brand as well
set search_path = ''
as $$
begin
  perform private.require_visible_content(list_comments.content_id);
  return (
    with threads as (
      select comments.*
      from public.comments
      where
        comments.content_id = list_comments.content_id
        and comments.parent_id is null
        and (list_comments.is_resolved is null or (comments.resolved_at is not null) = list_comments.is_resolved)
        -- A deleted comment is listed as long as it has answers.
        and (comments.deleted_at is null or exists (
          select from public.comments as answer where answer.parent_id = comments.id and answer.deleted_at is null
        ))
    ),
    page as (
      select threads.* from threads order by threads.id offset page_offset limit least(greatest(page_size, 1), 100)
    )
    select jsonb_build_object(
      'items', coalesce((
        select jsonb_agg(
          to_jsonb(page) || jsonb_build_object(
            'author_name', private.display_name(page.created_by),
            'replies', coalesce((
              select jsonb_agg(
                to_jsonb(answer) || jsonb_build_object('author_name', private.display_name(answer.created_by))
                order by answer.id
              )
              from public.comments as answer
              where answer.parent_id = page.id and answer.deleted_at is null
            ), '[]')
          ) order by page.id
        )
        from page
      ), '[]'),
      'total', (select count(*) from threads)
    )
  );
end;
$$;
comment on function public.list_comments is
'Lists the threads of a content, oldest first, each with its replies: {items, total}.';
grant execute on function public.list_comments to authenticated, service_role;
