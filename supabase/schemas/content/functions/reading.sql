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
returns jsonb
language plpgsql
stable
security definer -- reads as list_contents does, and tells strangers to the brand that there is no such content
set search_path = ''
as $$
declare
  found private.content_details;
begin
  perform private.require_visible_content(get_content.content_id);
  select * into found from private.content_answer(get_content.content_id);
  return to_jsonb(found) || case when cardinality(expand) = 0 then '{}' else private.related_to(
    private.people_ids(found.people),
    case when 'brand' = any (found.readable) then array[found.brand_id] end,
    case when 'template' = any (found.readable) then array[found.template_id] end,
    expand
  ) end;
end;
$$;
comment on function public.get_content is
'Returns a content with what the caller may do now, and the names of its people by id; with what expand names of brand,
template and people: {…, allowed_actions, readable, people, brands, templates, profiles}.';
grant execute on function public.get_content to authenticated, service_role;

create function private.shown_contents(items jsonb, total bigint, expand text[])
returns jsonb
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_generic_plan' -- every list calls it
as $$
declare
  subjects private.content_subject [];
  named uuid [];
  access jsonb;
  people jsonb;
begin
  select
    array_agg((
      item.id, item.brand_id, item.type, item.status, item.created_by, item.expires_at, item.deleted_at
    )::private.content_subject),
    array_agg(item.created_by) || array_agg(item.updated_by) || array_agg(item.published_by)
    || array(select private.as_uuid(person #>> '{}') from jsonb_path_query(items, '$[*].assignees[*]') as person)
  into subjects, named
  from jsonb_to_recordset(items) as item (
    id uuid, brand_id uuid, type text, status text, created_by uuid, updated_by uuid, published_by uuid,
    expires_at timestamptz, deleted_at timestamptz
  );
  select jsonb_agg(to_jsonb(allowed)) into access from private.allowed_actions(subjects) as allowed;
  people := private.people_named(named);
  -- Built at once: joining two objects would copy the whole page.
  if cardinality(expand) = 0 then
    return jsonb_build_object('items', items, 'total', total, 'access', coalesce(access, '[]'), 'people', people);
  end if;
  return jsonb_build_object('items', items, 'total', total, 'access', coalesce(access, '[]'), 'people', people)
    || private.related_to(
      private.people_ids(people),
      array(
        select distinct (item ->> 'brand_id')::uuid
        from jsonb_array_elements(items) as item
        where exists (
          select from jsonb_array_elements(access) as allowed
          where allowed -> 'content_ids' ? (item ->> 'id') and allowed -> 'readable' ? 'brand'
        )
      ),
      array(
        select distinct (item ->> 'template_id')::uuid
        from jsonb_array_elements(items) as item
        where exists (
          select from jsonb_array_elements(access) as allowed
          where allowed -> 'content_ids' ? (item ->> 'id') and allowed -> 'readable' ? 'template'
        )
      ),
      expand
    );
end;
$$;
comment on function private.shown_contents is
'Returns a page of heads with what the caller may do with them now, as groups {content_ids, allowed_actions, readable},
the names of their people by id, and what expand names: {items, total, access, people, brands, templates, profiles}.';

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
returns jsonb
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
  brands constant uuid [] := private.listable_brands(brand, is_deleted);
  wished constant integer := least(greatest(page_size, 1), 100);
  conditions constant text := case
    when is_deleted then 'contents.deleted_at is not null' else 'contents.deleted_at is null'
  end || private.content_conditions(filters);
  -- Last changed first, by one status at most: the list of which the plans are kept.
  is_recent_list constant boolean := sort = 'updated_at' and is_descending and not is_deleted
    and filters - array['brand_id', 'status', 'is_deleted'] = '{}'
    and jsonb_array_length(coalesce(filters -> 'status', '[]')) <= 1;
  items jsonb;
  total bigint;
begin
  if sort not in ('updated_at', 'created_at', 'title', 'status', 'score', 'due_at', 'scheduled_for') then
    perform private.refuse(400, 'contents are not sorted by that');
  end if;
  if is_recent_list then
    select jsonb_agg(to_jsonb(page) order by page.updated_at desc, page.id) into items
    from private.recent_contents(
      brands, filters -> 'status' ->> 0, coalesce((cursor_at ->> 'value')::timestamptz, 'infinity'),
      coalesce((cursor_at ->> 'id')::uuid, '00000000-0000-0000-0000-000000000000'), page_offset, wished
    ) as page;
    if is_counted then
      total := private.count_contents(brands, filters -> 'status' ->> 0);
    end if;
  else
    items := private.sorted_contents(
      brands, conditions, filters, sort, is_descending, cursor_at, page_offset, wished
    );
    if is_counted then
      execute 'select count(*) from public.contents where contents.brand_id = any ($2) and ' || conditions
      into total using filters, brands;
    end if;
  end if;
  return private.shown_contents(coalesce(items, '[]'), total, expand);
end;
$$;
comment on function public.list_contents is
'Lists contents of the caller''s brands without their texts, after the cursor or from the offset on, as shown_contents
does: {items, total, access, people, …}. Deleted ones are listed for those who may restore them. total is null unless
counted.';
grant execute on function public.list_contents to authenticated, service_role;
