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
as $$
declare
  found private.content_details;
begin
  select * into found from private.content_answer(get_content.content_id, is_checked => true);
  if cardinality(expand) = 0 then
    return to_json(found);
  end if;
  return (to_jsonb(found) || private.related_to(
    private.people_ids(found.people),
    case when 'brand' = any (found.readable) then array[found.brand_id] end,
    case when 'template' = any (found.readable) then array[found.template_id] end,
    expand
  ))::json;
end;
$$;
comment on function public.get_content is
'Returns a content with what the caller may do now, and the names of its people by id; with what expand names of brand,
template and people: {…, allowed_actions, readable, people, brands, templates, profiles}.';
grant execute on function public.get_content to authenticated, service_role;

create function private.shown_contents(
  heads private.content_head[], total bigint, expand text[], access private.brand_access[]
)
returns json
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_generic_plan' -- every list calls it
as $$
declare
  items json; -- text: as jsonb a page would be taken apart and copied several times
  subjects private.content_subject [];
  named uuid [];
  allowed jsonb;
  people jsonb;
  related jsonb;
begin
  select
    json_agg(head),
    array_agg((
      head.id, head.brand_id, head.type, head.status, head.created_by, head.expires_at, head.deleted_at
    )::private.content_subject)
  into items, subjects
  from unnest(heads) as head;
  named := array(
    select person
    from unnest(heads) as head
    cross join unnest(
      array[head.created_by, head.updated_by, head.published_by]
      || case when array_ndims(head.assignees) = 1 then head.assignees else '{}' end
    ) as person
  );
  select jsonb_agg(to_jsonb(kind)) into allowed from private.allowed_actions(subjects, access) as kind;
  people := private.people_named(named, access);
  if cardinality(expand) = 0 then
    return json_build_object(
      'items', coalesce(items, '[]'), 'total', total, 'access', coalesce(allowed, '[]'), 'people', people
    );
  end if;
  related := private.related_to(
    private.people_ids(people),
    array(
      select distinct head.brand_id from unnest(heads) as head
      inner join unnest(access) as held on held.brand_id = head.brand_id and 'brand.read' = any (held.permissions)
    ),
    array(
      select distinct head.template_id from unnest(heads) as head
      where exists (
        select from jsonb_array_elements(allowed) as kind
        where kind -> 'content_ids' ? head.id::text and kind -> 'readable' ? 'template'
      )
    ),
    expand
  );
  return (
    jsonb_build_object(
      'items', coalesce(items, '[]'), 'total', total, 'access', coalesce(allowed, '[]'), 'people', people
    ) || related
  )::json;
end;
$$;
comment on function private.shown_contents is
'Returns a page of heads with what the caller may do with them now, as groups {content_ids, allowed_actions, readable},
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
  heads private.content_head [];
  total bigint;
  is_few boolean;
begin
  if sort not in ('updated_at', 'created_at', 'title', 'status', 'score', 'due_at', 'scheduled_for') then
    perform private.refuse(400, 'contents are not sorted by that');
  end if;
  if brand is null then
    brands := private.listable_brands(is_deleted);
  else
    access := array(select held from private.access_to_brands(array[brand]) as held);
    brands := case
      when
        'content.read' = any ((access[1]).permissions)
        and (not is_deleted or 'content.delete' = any ((access[1]).permissions))
        then array[brand]
      else '{}'
    end;
  end if;
  asked := private.read_list_request(
    filters, brands, sort, is_descending, cursor_at, page_offset, least(greatest(page_size, 1), 100)
  );
  if is_deleted or filters ?| array[
    'parent_id', 'updated_by', 'published_from', 'published_to', 'scheduled_from', 'scheduled_to'
  ] then
    select found.heads, found.total into heads, total
    from private.sorted_contents(asked, filters, is_counted) as found;
  else
    -- The list that people see first has an index for each status.
    if filters ?| array[
      'created_by', 'assignee', 'template_id', 'created_from', 'created_to', 'updated_from', 'updated_to', 'due_from',
      'due_to'
    ] or asked.statuses is not null and not (sort = 'updated_at' and cardinality(asked.statuses) = 1) then
      select found.is_few, found.heads, found.total into is_few, heads, total
      from private.picked_contents(asked, is_counted) as found;
    end if;
    if is_few is not true then
      heads := private.first_contents(asked);
      if is_counted and total is null then
        total := private.count_contents(asked, filters);
      end if;
    end if;
  end if;
  if brand is null then
    access := array(
      select held from private.access_to_brands(array(select distinct head.brand_id from unnest(heads) as head)) as held
    );
  end if;
  return private.shown_contents(heads, total, expand, access);
end;
$$;
comment on function public.list_contents is
'Lists contents of the caller''s brands without their texts, after the cursor or from the offset on, as shown_contents
does: {items, total, access, people, …}. Deleted ones are listed for those who may restore them. total is null unless
counted.';
grant execute on function public.list_contents to authenticated, service_role;
