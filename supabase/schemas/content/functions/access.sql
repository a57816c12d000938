create function private.require_visible_content(content_id uuid)
returns void
language plpgsql
stable
security definer -- reads the brand of a content that the caller may not see, to say that there is none
set search_path = ''
as $$
begin
  perform private.require_permission(
    (select contents.brand_id from public.contents where contents.id = content_id and contents.deleted_at is null),
    'content.read', 'content'
  );
end;
$$;
comment on function private.require_visible_content is
'Refuses with 404 where there is no such content or the caller may not read its brand.';
grant execute on function private.require_visible_content to authenticated;

create function private.content_by_id(content_id uuid)
returns setof public.contents
language sql
stable
set search_path = ''
as $$
  select contents.* from public.contents where contents.id = content_by_id.content_id;
$$;
comment on function private.content_by_id is 'Returns the content as it is now, after what triggers did to it.';

create function private.content_answer(content_id uuid)
returns setof private.content_details
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_generic_plan' -- see recent_contents
as $$
declare
  content public.contents;
  allowed_actions text [] := '{}';
  readable text [] := '{}';
  people jsonb := '{}';
begin
  select contents.* into content from public.contents where contents.id = content_answer.content_id;
  if content.id is null then
    return;
  end if;
  -- Commands of many show nobody what they return. The condition of a lateral join would not keep its function from
  -- running.
  if coalesce(current_setting('mixerai.broadcasts', true), '') <> 'summary' then
    select allowed.allowed_actions, allowed.readable into allowed_actions, readable
    from private.allowed_actions(array[private.subject_of(content)]) as allowed;
    people := private.people_named(
      array(select unnest(content.assignees)) || array[content.created_by, content.updated_by, content.published_by]
    );
  end if;
  return query
    select
      content.id, content.brand_id, content.template_id, content.template_version, content.type,
      content.status::text, content.title, content.slug, content.fields, content.body, content.excerpt,
      content.metadata, content.tags, content.categories, content.assignees, content.score, content.provenance,
      content.version, content.major_version, content.minor_version, content.parent_id, content.scheduled_for,
      content.expires_at, content.due_at, content.published_at, content.published_by, content.created_by,
      content.created_at, content.updated_by, content.updated_at, content.deleted_at,
      coalesce(allowed_actions, '{}'), coalesce(readable, '{}'), coalesce(people, '{}');
end;
$$;
comment on function private.content_answer is
'Returns the content as commands answer it, as it is now, after what triggers did to it.';

create function private.check_version(content public.contents, expected_version integer)
returns void
language plpgsql
immutable
set search_path = ''
as $$
begin
  if content.version <> expected_version then
    perform private.refuse(412, 'the content was changed by someone else', jsonb_build_array(jsonb_build_object(
      'field', 'version', 'code', 'CONFLICT', 'message', content.version::text
    )));
  end if;
end;
$$;
comment on function private.check_version is
'Refuses with 412, naming the current version, where another version was expected; null expects none.';

create function private.lock_content(content_id uuid)
returns public.contents
language plpgsql
volatile
set search_path = ''
as $$
declare
  content public.contents;
begin
  -- The permission before the lock: strangers must neither wait for the row nor make others wait.
  perform private.require_permission(
    (select contents.brand_id from public.contents where contents.id = content_id and contents.deleted_at is null),
    'content.read', 'content'
  );
  select * into content
  from public.contents
  where contents.id = content_id and contents.deleted_at is null
  for update;
  if content.id is null then
    perform private.refuse(404, 'content not found');
  end if;
  perform private.check_version(content, private.expected_version());
  return content;
end;
$$;
comment on function private.lock_content is
'Locks a content until the end of the transaction and returns it. Refuses with 404 where the caller may not read it, and
with 412 where the request expects another version.';
