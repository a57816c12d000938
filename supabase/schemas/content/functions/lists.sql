create function private.content_conditions(filters jsonb)
returns text
language sql
immutable
set search_path = ''
as $$
  -- Only these constant texts become part of a statement; the caller's values stay in its parameter $1.
  select coalesce(string_agg(' and ' || known.condition, '' order by known.name), '')
  from (values
    ('status', 'contents.status = any (array(select jsonb_array_elements_text($1 -> ''status'')))'),
    ('type', 'contents.type = any (array(select jsonb_array_elements_text($1 -> ''type'')))'),
    ('tag', 'contents.tags @> array(select jsonb_array_elements_text($1 -> ''tag''))'),
    ('category', 'contents.categories @> array(select jsonb_array_elements_text($1 -> ''category''))'),
    ('template_id', 'contents.template_id = ($1 ->> ''template_id'')::uuid'),
    ('parent_id', 'contents.parent_id = ($1 ->> ''parent_id'')::uuid'),
    ('created_by', 'contents.created_by = ($1 ->> ''created_by'')::uuid'),
    ('updated_by', 'contents.updated_by = ($1 ->> ''updated_by'')::uuid'),
    (
      'assignee',
      'contents.id in (select mine.content_id from public.content_assignees as mine '
      'where mine.user_id = ($1 ->> ''assignee'')::uuid and mine.brand_id = contents.brand_id)'
    ),
    ('created_from', 'contents.created_at >= ($1 ->> ''created_from'')::timestamptz'),
    ('created_to', 'contents.created_at < ($1 ->> ''created_to'')::timestamptz'),
    ('updated_from', 'contents.updated_at >= ($1 ->> ''updated_from'')::timestamptz'),
    ('updated_to', 'contents.updated_at < ($1 ->> ''updated_to'')::timestamptz'),
    ('published_from', 'contents.published_at >= ($1 ->> ''published_from'')::timestamptz'),
    ('published_to', 'contents.published_at < ($1 ->> ''published_to'')::timestamptz'),
    ('scheduled_from', 'contents.scheduled_for >= ($1 ->> ''scheduled_from'')::timestamptz'),
    ('scheduled_to', 'contents.scheduled_for < ($1 ->> ''scheduled_to'')::timestamptz'),
    ('due_from', 'contents.due_at >= ($1 ->> ''due_from'')::timestamptz'),
    ('due_to', 'contents.due_at < ($1 ->> ''due_to'')::timestamptz'),
    ('score_from', 'contents.score >= ($1 ->> ''score_from'')::numeric'),
    ('score_to', 'contents.score <= ($1 ->> ''score_to'')::numeric')
  ) as known (name, condition)
  where filters ? known.name;
$$;
comment on function private.content_conditions is
'Builds the SQL conditions of a list for the filters that are given; each reads its value from $1.';

create function private.content_order(sort text, is_descending boolean, has_cursor boolean)
returns table (order_by text, after text)
language sql
immutable
set search_path = ''
as $$
  -- As the indexes have it, or they would not be used: a column that is never null is ordered without a word on nulls.
  select
    format(
      '%I %s%s, id', sort, case when is_descending then 'desc' else 'asc' end,
      case when sort <> 'score' then '' when is_descending then ' nulls last' else ' nulls first' end
    ),
    case when has_cursor then format(
      ' and contents.%1$I %2$s= ($2 ->> ''value'')::%3$s and (contents.%1$I %2$s ($2 ->> ''value'')::%3$s '
      'or contents.id > ($2 ->> ''id'')::uuid)',
      sort, case when is_descending then '<' else '>' end,
      case sort when 'score' then 'numeric' when 'title' then 'text' when 'status' then 'text' else 'timestamptz' end
    ) else '' end;
$$;
comment on function private.content_order is
'Builds the order of a list, with ties broken by id, and the condition for items after the cursor, {value, id} in $2.';

create function private.head_columns()
returns text
language sql
stable
parallel safe
set search_path = ''
as $$
  select string_agg('contents.' || attribute.attname, ', ' order by attribute.attnum)
  from pg_catalog.pg_attribute as attribute
  where attribute.attrelid = 'private.content_head'::regclass and attribute.attnum > 0;
$$;
comment on function private.head_columns is 'Lists the columns of private.content_head, for a statement on contents.';

create function private.recent_contents(
  brands uuid[], wanted text, before timestamptz, before_id uuid, skipped integer, wished integer
)
returns setof private.content_head
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_generic_plan' -- planning the partitions takes longer than reading a page of them (ADR 19)
as $$
begin
  if wanted is null then
    return query
      select
        item.id, item.brand_id, item.template_id, item.template_version, item.type, item.status::text, item.title,
        item.slug, item.excerpt, item.tags, item.categories, item.assignees, item.score, item.version,
        item.major_version, item.minor_version, item.parent_id, item.scheduled_for, item.expires_at, item.due_at,
        item.published_at, item.published_by, item.created_by, item.created_at, item.updated_by, item.updated_at,
        item.deleted_at
      from unnest(brands) as brand (id)
      cross join lateral (
        select contents.* from public.contents
        where
          contents.brand_id = brand.id and contents.deleted_at is null
          and contents.updated_at <= before and (contents.updated_at < before or contents.id > before_id)
        order by contents.updated_at desc, contents.id
        limit skipped + wished
      ) as item
      order by item.updated_at desc, item.id
      offset skipped limit wished;
  else
    return query
      select
        item.id, item.brand_id, item.template_id, item.template_version, item.type, item.status::text, item.title,
        item.slug, item.excerpt, item.tags, item.categories, item.assignees, item.score, item.version,
        item.major_version, item.minor_version, item.parent_id, item.scheduled_for, item.expires_at, item.due_at,
        item.published_at, item.published_by, item.created_by, item.created_at, item.updated_by, item.updated_at,
        item.deleted_at
      from unnest(brands) as brand (id)
      cross join lateral (
        select contents.* from public.contents
        where
          contents.brand_id = brand.id and contents.status = wanted and contents.deleted_at is null
          and contents.updated_at <= before and (contents.updated_at < before or contents.id > before_id)
        order by contents.updated_at desc, contents.id
        limit skipped + wished
      ) as item
      order by item.updated_at desc, item.id
      offset skipped limit wished;
  end if;
end;
$$;
comment on function private.recent_contents is
'Lists heads of contents of these brands, last changed first, of one status or of any, after a place in that order. The
list that people see first.';

create function private.count_contents(brands uuid[], wanted text)
returns bigint
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_generic_plan' -- see recent_contents
as $$
begin
  if wanted is null then
    return (
      select count(*) from public.contents where contents.brand_id = any (brands) and contents.deleted_at is null
    );
  end if;
  return (
    select count(*) from public.contents
    where contents.brand_id = any (brands) and contents.status = wanted and contents.deleted_at is null
  );
end;
$$;
comment on function private.count_contents is 'Counts the contents of these brands, of one status or of any.';

create function private.listable_brands(brand uuid, is_deleted boolean)
returns uuid[]
language plpgsql
stable
set search_path = ''
as $$
declare
  brands uuid [] := private.brands_permitting('content.read');
begin
  if is_deleted then
    brands := array(
      select permitted from unnest(private.brands_permitting('content.delete')) as permitted
      where permitted = any (brands)
    );
  end if;
  return case
    when brand is null then brands
    when brand = any (brands) then array[brand]
    else '{}'
  end;
end;
$$;
comment on function private.listable_brands is
'Returns the brand, or for null all brands, in which the caller may list contents: deleted ones if they may delete.';

create function private.sorted_contents(
  brands uuid[],
  conditions text,
  filters jsonb,
  sort text,
  is_descending boolean,
  cursor_at jsonb,
  skipped integer,
  wished integer
)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  ordered record;
  items jsonb;
begin
  select * into ordered from private.content_order(sort, is_descending, cursor_at is not null);
  -- Asks each brand's index of this order for as many rows as the page needs (ADR 19).
  execute
    'select jsonb_agg(to_jsonb(page) order by ' || ordered.order_by || ') from ('
    '  select item.* from unnest($3) as brand (id) cross join lateral ('
    '    select ' || private.head_columns() ||
    '    from public.contents where contents.brand_id = brand.id and ' || conditions || ordered.after ||
    '    order by ' || ordered.order_by || ' limit $4'
    '  ) as item order by ' || ordered.order_by || ' offset $5 limit $6'
    ') as page'
  into items
  using filters, cursor_at, brands, skipped + wished, skipped, wished;
  return items;
end;
$$;
comment on function private.sorted_contents is
'Lists heads of contents of these brands in any order and by any conditions, which read their values from filters.';

create function public.list_contents(
  filters jsonb default '{}',
  sort text default 'updated_at',
  is_descending boolean default true,
  cursor_at jsonb default null,
  page_offset integer default 0,
  page_size integer default 20,
  is_counted boolean default false
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
  if sort not in ('updated_at', 'created_at', 'title', 'status', 'score') then
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
  return jsonb_build_object('items', coalesce(items, '[]'), 'total', total);
end;
$$;
comment on function public.list_contents is
'Lists contents of the caller''s brands without their texts, after the cursor or from the offset on: {items, total}.
Deleted ones are listed for those who may restore them. total is null unless counted.';
grant execute on function public.list_contents to authenticated, service_role;
