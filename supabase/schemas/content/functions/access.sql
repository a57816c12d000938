create function private.require_visible_content(content_id uuid)
returns void
language plpgsql
stable
security definer -- reads the brand of a content that the caller may not see, to say that there is none
set search_path = ''
set plan_cache_mode = 'force_generic_plan' -- see content_answer
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

create function private.access_to_content(content_id uuid)
returns private.brand_access[]
language plpgsql
stable
set search_path = ''
as $$
declare
  brand constant uuid := (
    select contents.brand_id from public.contents where contents.id = content_id and contents.deleted_at is null
  );
begin
  return private.access_with(brand, 'content.read', 'content');
end;
$$;
comment on function private.access_to_content is
'Returns what the caller holds in the brand of a content that is not deleted. Refuses with 404 where there is none or
the caller may not read it.';

create function private.access_with(brand uuid, permission text, subject text default 'brand')
returns private.brand_access[]
language plpgsql
stable
set search_path = ''
as $$
declare
  access private.brand_access [];
begin
  if brand is not null then
    access := private.access_held(array[brand]);
  end if;
  if (permission = any (access[1].permissions)) is not true then
    perform private.require_permission(brand, permission, subject);
  end if;
  return access;
end;
$$;
comment on function private.access_with is
'Returns what the caller holds in a brand, for a command that asks for more than one permission or answers what the
caller may do. Refuses as require_permission does without this permission.';

create function private.answer_with(
  content public.contents, access private.brand_access[], allowed_actions text[], readable text[]
)
returns private.content_details
language plpgsql
stable
set search_path = ''
as $$
declare
  people jsonb := '{}';
  review jsonb;
begin
  -- Commands of many show nobody what they return.
  if coalesce(current_setting('mixerai.broadcasts', true), '') <> 'summary' then
    people := private.people_named(
      -- A list of lists, as a row may hold that was written past the checks, cannot be joined.
      case when array_ndims(content.assignees) = 1 then content.assignees else '{}' end
      || array[content.created_by, content.updated_by, content.published_by],
      access
    );
    review := private.review_of(
      content.id, content.status::text, content.version, content.created_by, access, allowed_actions
    );
  end if;
  return (
    content.id, content.brand_id, content.template_id, content.template_version, content.type,
    content.status::text, content.title, content.slug, content.fields, content.body, content.excerpt,
    content.metadata, content.tags, content.categories, content.assignees, content.score, content.provenance,
    content.version, content.major_version, content.minor_version, content.parent_id, content.scheduled_for,
    content.expires_at, content.due_at, content.published_at, content.published_by, content.created_by,
    content.created_at, content.updated_by, content.updated_at, content.deleted_at,
    coalesce(allowed_actions, '{}'), coalesce(readable, '{}'), coalesce(people, '{}'), review,
    content.plain_texts
  )::private.content_details;
end;
$$;
comment on function private.answer_with is
'Returns a content as commands answer it, to a caller of whom it is known what they hold in its brand and may do with it
(allowed_with).';

create function private.allowed_with(
  content public.contents, access private.brand_access[], out allowed_actions text[], out readable text[]
)
language plpgsql
stable
set search_path = ''
as $$
declare
  facts private.content_facts [];
  granted record;
begin
  -- Commands of many show nobody what they return.
  if coalesce(current_setting('mixerai.broadcasts', true), '') = 'summary' then
    return;
  end if;
  facts := private.content_facts(private.page_of(content), access);
  if cardinality(facts) > 0 then
    granted := private.granted_actions(facts[1], access[1]);
    allowed_actions := granted.allowed_actions;
    readable := granted.readable;
  end if;
end;
$$;
comment on function private.allowed_with is
'As allowed_actions, for one content and a caller of whom it is known what they hold in its brand, and in no other.';

create function private.content_answer(content_id uuid)
returns setof private.content_details
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_generic_plan' -- planning the partitions takes longer than reading the row
as $$
declare
  content public.contents;
  access private.brand_access [];
  allowed record;
begin
  select contents.* into content from public.contents where contents.id = content_answer.content_id;
  if content.id is null then
    return;
  end if;
  access := private.access_held(array[content.brand_id]);
  allowed := private.allowed_with(content, access);
  return next private.answer_with(content, access, allowed.allowed_actions, allowed.readable);
end;
$$;
comment on function private.content_answer is
'Returns the content as commands answer it, as it is now, after what triggers did to it.';

create function private.answer_parts(
  page private.content_page,
  version integer,
  out allowed_actions text[],
  out readable text[],
  out people jsonb,
  out review jsonb
)
language plpgsql
stable
set search_path = ''
as $$
declare
  access constant private.brand_access [] := private.access_held(page.brands);
  facts constant private.content_facts [] := private.content_facts(page, access);
  granted record;
begin
  if facts = '{}' then
    perform private.require_permission(page.brands[1], 'content.read', 'content');
  end if;
  granted := private.granted_actions(facts[1], access[1]);
  allowed_actions := granted.allowed_actions;
  readable := granted.readable;
  people := private.people_named(page.people || page.creators, access);
  -- No other state has a review.
  if page.statuses[1] in ('draft', 'pending_review', 'in_review') then
    review := private.review_of(
      page.ids[1], page.statuses[1], version, page.creators[1], access, allowed_actions
    );
  end if;
end;
$$;
comment on function private.answer_parts is
'Returns what an answer has of the caller beside the content, which is the only one of the page: what they may do now,
which of its links they may read, the names of its people by id, and its review. version: the one of the content. Refuses
as require_permission does where they may not read it.';

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
set plan_cache_mode = 'force_generic_plan' -- see content_answer
as $$
begin
  -- The permission before the lock: strangers must neither wait for the row nor make others wait.
  if private.access_to_content(content_id) is not null then
    return private.lock_read_content(content_id);
  end if;
end;
$$;
comment on function private.lock_content is
'Locks a content until the end of the transaction and returns it. Refuses with 404 where the caller may not read it, and
with 412 where the request expects another version.';

create function private.lock_read_content(content_id uuid, waits boolean default true)
returns public.contents
language plpgsql
volatile
set search_path = ''
as $$
declare
  content public.contents;
begin
  if not waits then
    select * into content
    from public.contents
    where contents.id = content_id and contents.deleted_at is null
    for update skip locked;
    if content.id is null then
      return null;
    end if;
  else
    select * into content
    from public.contents
    where contents.id = content_id and contents.deleted_at is null
    for update;
    if content.id is null then
      perform private.refuse(404, 'content not found');
    end if;
  end if;
  if content.version <> private.expected_version() then
    perform private.check_version(content, private.expected_version());
  end if;
  return content;
end;
$$;
comment on function private.lock_read_content is
'As lock_content, where it is known that the caller may read the content. Without waiting it returns null for a content
that another transaction holds, and for none.';
