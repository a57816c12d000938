create function private.guard_comment()
returns trigger
language plpgsql
security definer -- keeps revisions, which nobody may write by themselves
set search_path = ''
as $$
begin
  -- Comments from before this rule stay as they are, and can be resolved and deleted.
  if (tg_op = 'INSERT' or new.body <> old.body) and not private.html_shows_something(new.body) then
    perform private.refuse(400, 'the comment shows nothing', jsonb_build_array(jsonb_build_object(
      'field', 'body', 'code', 'INVALID_FORMAT', 'message', 'must have text, not only markup'
    )));
  end if;
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
deleted. Refuses with 400 a text that shows nothing.';

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

create function private.comment_actions(comment public.comments, access private.brand_access, content_creator uuid)
returns text[]
language plpgsql
stable
set search_path = ''
as $$
declare
  is_moderator constant boolean := 'comment.moderate' = any (access.permissions);
  -- A restriction, or a lack in the scopes of an API key, outweighs what authors and creators may.
  is_writer constant boolean := 'comment.write' <> all (access.restrictions)
    and (access.scope is null or 'comment.write' = any (access.scope));
  may_change constant boolean := is_moderator or (is_writer and comment.created_by = auth.uid());
  may_resolve constant boolean := may_change or (is_writer and content_creator = auth.uid());
begin
  if comment.deleted_at is not null then
    return '{}';
  end if;
  return array_remove(array[
    case when may_change then 'edit' end,
    case when may_change then 'delete' end,
    case when may_resolve then case when comment.resolved_at is null then 'resolve' else 'reopen' end end
  ], null);
end;
$$;
comment on function private.comment_actions is
'Returns what the caller, with this access to the brand, may do with a comment now: edit, delete, resolve, reopen.';

create function private.require_comment_action(comment public.comments, action text, reason text)
returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  access private.brand_access;
  allowed text [];
begin
  select found.* into access from private.access_to_brands(array[comment.brand_id]) as found;
  allowed := private.comment_actions(comment, access, (
    select contents.created_by from public.contents where contents.id = comment.content_id
  ));
  -- Resolving twice is no error.
  if not allowed && (case when action = 'resolve' then array['resolve', 'reopen'] else array[action] end) then
    perform private.refuse(403, reason, jsonb_build_array(jsonb_build_object(
      'field', 'action', 'code', 'FORBIDDEN', 'message', reason, 'rule', 'comment.' || action
    )));
  end if;
end;
$$;
comment on function private.require_comment_action is
'Refuses with 403, for this reason, what comment_actions does not allow.';

create function private.comment_answer(comment_id uuid)
returns setof private.comment_details
language sql
stable
set search_path = ''
as $$
  select
    comments.id, comments.brand_id, comments.content_id, comments.parent_id, comments.field_key, comments.range_start,
    comments.range_end, comments.body, comments.mentions, comments.attachments, comments.edited_at,
    comments.resolved_at, comments.resolved_by, comments.created_by, comments.created_at, comments.updated_by,
    comments.updated_at, comments.deleted_at,
    private.comment_actions(comments, access, (
      select contents.created_by from public.contents where contents.id = comments.content_id
    )),
    private.people_named(array(select unnest(comments.mentions)) || array[comments.created_by, comments.resolved_by])
  from public.comments
  left join lateral private.access_to_brands(array[comments.brand_id]) as access on true
  where comments.id = comment_answer.comment_id;
$$;
comment on function private.comment_answer is 'Returns the comment as commands answer it.';

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
returns setof private.comment_details
language plpgsql
volatile
security definer -- takes the brand from the content
set search_path = ''
as $$
#variable_conflict use_variable
declare
  content public.contents;
  brand uuid;
  comment_id uuid;
begin
  perform private.require_functions();
  select contents.* into content from public.contents where contents.id = content_id and contents.deleted_at is null;
  brand := content.brand_id;
  perform private.require_permission(brand, 'content.read', 'content');
  perform private.require_action(content, 'comment');
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
  insert into public.comments (
    brand_id, content_id, parent_id, field_key, range_start, range_end, body, mentions, attachments
  )
  values (brand, content_id, parent_id, field_key, range_start, range_end, body, mentions, attachments)
  returning id into comment_id;
  return query select * from private.comment_answer(comment_id);
end;
$$;
comment on function public.add_comment is 'Comments on a content, or answers the first comment of a thread.';
grant execute on function public.add_comment to authenticated, service_role;

create function public.list_comments(
  content_id uuid, is_resolved boolean default null, page_offset integer default 0, page_size integer default 20
)
returns jsonb
language plpgsql
stable
security definer -- tells strangers to the brand that there is no such content
set search_path = ''
as $$
declare
  creator uuid;
  access private.brand_access;
begin
  perform private.require_visible_content(list_comments.content_id);
  select contents.created_by into creator from public.contents where contents.id = list_comments.content_id;
  select found.* into access from private.access_to_brands(array(
    select contents.brand_id from public.contents where contents.id = list_comments.content_id
  )) as found;
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
    ),
    answers as (
      select answer.* from public.comments as answer
      where answer.parent_id in (select page.id from page) and answer.deleted_at is null
    )
    select jsonb_build_object(
      'items', coalesce((
        select jsonb_agg(
          to_jsonb(page) || jsonb_build_object(
            'allowed_actions', private.comment_actions(page::public.comments, access, creator),
            'replies', coalesce((
              select jsonb_agg(
                to_jsonb(answers) || jsonb_build_object(
                  'allowed_actions', private.comment_actions(answers::public.comments, access, creator)
                ) order by answers.id
              )
              from answers where answers.parent_id = page.id
            ), '[]')
          ) order by page.id
        )
        from page
      ), '[]'),
      'total', (select count(*) from threads),
      'people', private.people_named(array(
        select unnest(array(select unnest(page.mentions)) || array[page.created_by, page.resolved_by]) from page
        union
        select unnest(array(select unnest(answers.mentions)) || array[answers.created_by, answers.resolved_by])
        from answers
      ))
    )
  );
end;
$$;
comment on function public.list_comments is
'Lists the threads of a content, oldest first, each with its replies, and the names of their people by id:
{items, total, people}.';
grant execute on function public.list_comments to authenticated, service_role;
