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
begin
  return query
    select
      contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type,
      contents.status::text, contents.title, contents.slug, contents.fields, contents.body, contents.excerpt,
      contents.metadata, contents.tags, contents.categories, contents.assignees, contents.score, contents.provenance,
      contents.version, contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for,
      contents.expires_at, contents.due_at, contents.published_at, contents.published_by, contents.created_by,
      contents.created_at, contents.updated_by, contents.updated_at, contents.deleted_at,
      coalesce(allowed.allowed_actions, '{}'), coalesce(allowed.readable, '{}'), coalesce(named.people, '{}')
    from public.contents
    -- Commands of many show nobody what they return.
    cross join lateral (
      select coalesce(current_setting('mixerai.broadcasts', true), '') <> 'summary' as is_shown
    ) as answer
    left join lateral private.allowed_actions(array[private.subject_of(contents)]) as allowed on answer.is_shown
    left join lateral private.people_named(
      contents.assignees || array[contents.created_by, contents.updated_by, contents.published_by]
    ) as named (people) on answer.is_shown
    where contents.id = content_answer.content_id;
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
