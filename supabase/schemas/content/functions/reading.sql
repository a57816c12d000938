create function private.related_to(people uuid[], brands uuid[], templates uuid[], expand text[])
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return case when 'brand' = any (expand) then jsonb_build_object('brands', coalesce((
    select jsonb_object_agg(found.id, jsonb_build_object('id', found.id, 'name', found.name, 'slug', found.slug))
    from public.brands as found where found.id = any (related_to.brands)
  ), '{}')) else '{}' end
  || case when 'template' = any (expand) then jsonb_build_object('templates', coalesce((
    select jsonb_object_agg(found.id, jsonb_build_object(
      'id', found.id, 'name', found.name, 'version', found.version, 'content_type', found.content_type,
      'is_active', found.is_active
    ))
    from public.templates as found where found.id = any (related_to.templates)
  ), '{}')) else '{}' end
  || case when 'people' = any (expand) then jsonb_build_object('profiles', coalesce((
    select jsonb_object_agg(found.id, jsonb_build_object(
      'id', found.id, 'first_name', found.first_name, 'last_name', found.last_name,
      'avatar_path', found.avatar_path, 'is_active', found.is_active
    ))
    from public.profiles as found where found.id = any (private.visible_people(related_to.people))
  ), '{}')) else '{}' end;
end;
$$;
comment on function private.related_to is
'Returns what contents refer to, by id, as far as expand names it: {brands, templates, profiles}. The brands and
templates that are given must be readable for the caller; of the people only the visible ones are returned.';

create function private.people_ids(named jsonb)
returns uuid[]
language sql
immutable
set search_path = ''
as $$
  select array(select person::uuid from jsonb_object_keys(named) as person);
$$;
comment on function private.people_ids is 'Returns the ids of the answer of people_named.';

create function public.get_content(content_id uuid, expand text[] default '{}')
returns json
language plpgsql
stable
security definer -- reads as list_contents does, and tells strangers to the brand that there is no such content
set search_path = ''
set plan_cache_mode = 'force_generic_plan' -- planning the partitions takes longer than reading the row
as $$
declare
  content private.content_details;
  parts record;
  answer json;
  found jsonb;
begin
  select
    contents.id, contents.brand_id, contents.template_id, contents.template_version, contents.type, contents.status,
    contents.title, contents.slug, contents.fields, contents.body, contents.excerpt, contents.metadata,
    contents.tags, contents.categories, contents.assignees, contents.score, contents.provenance, contents.version,
    contents.major_version, contents.minor_version, contents.parent_id, contents.scheduled_for, contents.expires_at,
    contents.due_at, contents.published_at, contents.published_by, contents.created_by, contents.created_at,
    contents.updated_by, contents.updated_at, contents.deleted_at, null, null, null, null, contents.plain_texts
  into content
  from public.contents
  where contents.id = get_content.content_id and contents.deleted_at is null;
  if content.id is null then
    perform private.require_permission(null, 'content.read', 'content');
  end if;
  parts := private.answer_parts((
    null, array[content.id], array[content.brand_id], array[content.type], array[content.status],
    array[content.created_by], array[content.expires_at], array[content.deleted_at], null,
    -- A list of lists, as a row may hold that was written past the checks, cannot be joined.
    case when array_ndims(content.assignees) = 1 then content.assignees else '{}' end
    || array[content.updated_by, content.published_by]
  )::private.content_page, content.version);
  content.allowed_actions := parts.allowed_actions;
  content.readable := parts.readable;
  content.people := parts.people;
  content.review := parts.review;
  -- Its columns become text once, here.
  answer := row_to_json(content);
  if cardinality(expand) = 0 then
    return answer;
  end if;
  found := answer;
  return (found || private.related_to(
    private.people_ids(found -> 'people'),
    case when found -> 'readable' ? 'brand' then array[(found ->> 'brand_id')::uuid] end,
    case when found -> 'readable' ? 'template' then array[(found ->> 'template_id')::uuid] end,
    expand
  ))::json;
end;
$$;
comment on function public.get_content is
'Returns a content with what the caller may do now, the names of its people by id, and the review that it is in; with
what expand names of brand, template and people: {…, allowed_actions, readable, people, review, brands, templates,
profiles}.';
grant execute on function public.get_content to authenticated, service_role;

create function private.shown_contents(
  page private.content_page, total bigint, expand text[], access private.brand_access[]
)
returns json
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_generic_plan' -- every list calls it
as $$
declare
  allowed constant json := private.allowed_actions(page, access);
  people constant jsonb := private.people_named(page.people || page.creators, access);
begin
  if cardinality(expand) = 0 then
    return json_build_object('items', page.items, 'total', total, 'access', allowed, 'people', people);
  end if;
  return (
    jsonb_build_object('items', page.items, 'total', total, 'access', allowed, 'people', people)
    || private.related_to(
      private.people_ids(people),
      array(
        select held.brand_id from unnest(access) as held
        where held.brand_id = any (page.brands) and 'brand.read' = any (held.permissions)
      ),
      array(
        select distinct made.template_id
        from unnest(page.ids, page.templates) as made (id, template_id)
        where exists (
          select from jsonb_array_elements(allowed::jsonb) as kind
          where kind -> 'content_ids' ? made.id::text and kind -> 'readable' ? 'template'
        )
      ),
      expand
    )
  )::json;
end;
$$;
comment on function private.shown_contents is
'Returns a page with what the caller may do with them now, as groups {content_ids, allowed_actions, readable},
the names of their people by id, and what expand names: {items, total, access, people, brands,
templates, profiles}. access: what the caller holds in the brands of the page.';

create function public.list_contents(
  filters jsonb default '{}',
  sort text default 'updated_at',
  is_descending boolean default true,
  cursor_at jsonb default null,
  page_offset integer default 0,
  page_size integer default 20,
  is_counted boolean default false,
  expand text[] default '{}'
)
returns json
language plpgsql
stable
-- Under a policy the planner cannot know how many of a brand's rows pass: where a cursor asks for twenty it would read
-- and sort them all. The list takes the caller's brands first instead (ADR 13).
security definer
set search_path = ''
as $$
declare
  brand constant uuid := filters ->> 'brand_id';
  is_deleted constant boolean := coalesce((filters ->> 'is_deleted')::boolean, false);
  asked private.list_request;
  access private.brand_access [];
  brands uuid [];
  collation_name text;
  page private.content_page;
  total bigint;
  picked record;
  sorted record;
begin
  if sort not in ('updated_at', 'created_at', 'title', 'status', 'score', 'due_at', 'scheduled_for') then
    perform private.refuse(400, 'contents are not sorted by that');
  end if;
  if brand is null then
    brands := private.listable_brands(is_deleted);
  else
    access := private.access_held(array[brand]);
    brands := case
      when
        'content.read' = any ((access[1]).permissions)
        and (not is_deleted or 'content.delete' = any ((access[1]).permissions))
        then array[brand]
      else '{}'
    end;
  end if;
  asked := private.read_list_request(
    filters, brands, sort, is_descending, cursor_at, page_offset, least(greatest(page_size, 1), 101)
  );
  if sort = 'title' then
    collation_name := private.title_collation(brands);
  end if;
  if is_deleted or collation_name is not null then
    sorted := private.sorted_contents(asked, filters, is_counted, collation_name);
    page := sorted.page;
    total := sorted.total;
  else
    -- The list that people see first has an index for each status.
    if
      asked.kind not in ('none', 'status', 'usual')
      or asked.statuses is not null and not (sort = 'updated_at' and cardinality(asked.statuses) = 1)
    then
      picked := private.picked_contents(asked, is_counted);
      page := picked.page;
      total := picked.total;
    end if;
    if page.ids is null then
      page := private.first_contents(asked);
      if is_counted and total is null then
        total := private.count_contents(asked, filters);
      end if;
    end if;
  end if;
  if brand is null then
    access := private.access_held(coalesce(page.brands, '{}'));
  end if;
  return private.shown_contents(page, total, expand, access);
end;
$$;
comment on function public.list_contents is
'Lists contents of the caller''s brands without their texts, after the cursor or from the offset on, as shown_contents
does: {items, total, access, people, …}. Deleted ones are listed for those who may restore them. total is null unless
counted.';
grant execute on function public.list_contents to authenticated, service_role;
