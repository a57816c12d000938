-- Lists of contents: every filter and order of domain §11 and §1, by page and by cursor.
--
-- A function for the reason that search is one (decision 13): it takes the caller's brands first, and asks each brand's
-- index for as many as the page wants, so that a list costs the page and not what the brands hold.

create index contents_brand_created_idx on public.contents (brand_id, created_at desc, id) where deleted_at is null;
create index contents_brand_title_idx on public.contents (brand_id, title, id) where deleted_at is null;
create index contents_brand_score_idx on public.contents (brand_id, score desc nulls last, id) where deleted_at is null;
create index contents_brand_deleted_idx on public.contents (brand_id, updated_at desc, id) where deleted_at is not null;

create function private.content_conditions(filters jsonb)
returns text
language sql
immutable
set search_path = ''
as $$
  -- Texts of ours only: what was asked for stays in $1 and is never part of a statement.
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
'The conditions for the filters that are named, each reading its value from $1.';

create function private.content_order(sort text, is_descending boolean, has_cursor boolean)
returns table (order_by text, after text)
language sql
immutable
set search_path = ''
as $$
  select
    format('%I %s nulls last, id', sort, case when is_descending then 'desc' else 'asc' end),
    case when has_cursor then format(
      ' and contents.%1$I %2$s= ($2 ->> ''value'')::%3$s and (contents.%1$I %2$s ($2 ->> ''value'')::%3$s '
      'or contents.id > ($2 ->> ''id'')::uuid)',
      sort, case when is_descending then '<' else '>' end,
      case sort when 'score' then 'numeric' when 'title' then 'text' when 'status' then 'text' else 'timestamptz' end
    ) else '' end;
$$;
comment on function private.content_order is
'How a list is ordered, ties by id, and the condition for what comes after the item at the cursor, {value, id} in $2.';

create type private.content_head as (
  id uuid, brand_id uuid, template_id uuid, template_version integer, type text, status text, title text, slug text,
  excerpt text, tags text [], categories text [], assignees uuid [], score numeric, version integer,
  major_version integer, minor_version integer, parent_id uuid, scheduled_for timestamptz, expires_at timestamptz,
  due_at timestamptz, published_at timestamptz, published_by uuid, created_by uuid, created_at timestamptz,
  updated_by uuid, updated_at timestamptz, deleted_at timestamptz
);
comment on type private.content_head is 'A content without its texts: what a list shows.';

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

-- The list that everyone sees first, with plans that are kept: planning the partitions costs more than reading them.
create function private.recent_contents(
  brands uuid[], wanted text, before timestamptz, before_id uuid, skipped integer, wished integer
)
returns setof private.content_head
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_generic_plan'
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
'Contents of brands, last changed first, of one status or of any, after a place in that order.';

create function private.count_contents(brands uuid[], wanted text)
returns bigint
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_generic_plan'
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

drop function public.list_contents(uuid, text, timestamptz, uuid, integer);
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
security definer
set search_path = ''
as $$
declare
  brand uuid := filters ->> 'brand_id';
  is_bin constant boolean := coalesce((filters ->> 'is_deleted')::boolean, false);
  permission constant text := case when is_bin then 'content.delete' else 'content.read' end;
  brands uuid [] := private.brands_permitting(permission);
  wished integer := least(greatest(page_size, 1), 100);
  conditions text := case when is_bin then 'contents.deleted_at is not null' else 'contents.deleted_at is null' end
    || private.content_conditions(filters);
  -- By nothing but one status, and last changed first: the plans of that are kept.
  is_plain constant boolean := sort = 'updated_at' and is_descending and not is_bin
    and filters - array['brand_id', 'status', 'is_deleted'] = '{}'
    and jsonb_array_length(coalesce(filters -> 'status', '[]')) <= 1;
  ordered record;
  items jsonb;
  total bigint;
begin
  if sort not in ('updated_at', 'created_at', 'title', 'status', 'score') then
    perform private.refuse(400, 'contents are not sorted by that');
  end if;
  if is_bin then
    brands := array(
      select permitted from unnest(brands) as permitted
      where permitted = any (private.brands_permitting('content.read'))
    );
  end if;
  if brand is not null then
    brands := case when brand = any (brands) then array[brand] else '{}' end;
  end if;
  if is_plain then
    select jsonb_agg(to_jsonb(page) order by page.updated_at desc, page.id) into items
    from private.recent_contents(
      brands, filters -> 'status' ->> 0,
      coalesce((cursor_at ->> 'value')::timestamptz, 'infinity'),
      coalesce((cursor_at ->> 'id')::uuid, '00000000-0000-0000-0000-000000000000'), page_offset, wished
    ) as page;
    if is_counted then
      total := private.count_contents(brands, filters -> 'status' ->> 0);
    end if;
    return jsonb_build_object('items', coalesce(items, '[]'), 'total', total);
  end if;
  select * into ordered from private.content_order(sort, is_descending, cursor_at is not null);
  execute
    'select jsonb_agg(to_jsonb(page) order by ' || ordered.order_by || ') from ('
    '  select item.* from unnest($3) as brand (id) cross join lateral ('
    '    select ' || private.head_columns() ||
    '    from public.contents where contents.brand_id = brand.id and ' || conditions || ordered.after ||
    '    order by ' || ordered.order_by || ' limit $4'
    '  ) as item order by ' || ordered.order_by || ' offset $5 limit $6'
    ') as page'
  into items
  using filters, cursor_at, brands, page_offset + wished, page_offset, wished;
  if is_counted then
    execute 'select count(*) from public.contents where contents.brand_id = any ($3) and ' || conditions
    into total using filters, cursor_at, brands;
  end if;
  return jsonb_build_object('items', coalesce(items, '[]'), 'total', total);
end;
$$;
comment on function public.list_contents is
'{items, total}: contents of the caller''s brands without their texts, after the cursor or from the offset on; those
that were deleted for who may restore them. total is null unless counted.';
grant execute on function public.list_contents to authenticated;

create function public.get_version(content_id uuid, versions integer[])
returns setof public.content_versions
language plpgsql
stable
security definer -- 404 for strangers and for contents that were deleted
set search_path = ''
as $$
begin
  perform private.require_visible_content(get_version.content_id);
  return query
    select matching.* from public.content_versions as matching
    where matching.content_id = get_version.content_id and matching.version = any (get_version.versions)
    order by matching.version;
end;
$$;
comment on function public.get_version is 'The versions of a content that are named, with all that they hold.';
grant execute on function public.get_version to authenticated;

drop function public.list_content_versions(uuid);
create function public.list_content_versions(
  content_id uuid, page_offset integer default 0, page_size integer default 20
)
returns jsonb
language plpgsql
stable
security definer -- 404 for strangers and for contents that were deleted
set search_path = ''
as $$
begin
  perform private.require_visible_content(list_content_versions.content_id);
  return (
    with matching as (
      select
        versions.version, versions.major_version, versions.minor_version, versions.action,
        versions.snapshot ->> 'title' as title, versions.snapshot ->> 'status' as status, versions.note,
        versions.feedback, versions.step_name, versions.reviewer_id, versions.created_by, versions.created_at
      from public.content_versions as versions
      where versions.content_id = list_content_versions.content_id
      order by versions.version desc
      offset page_offset limit least(greatest(page_size, 1), 100)
    )
    select jsonb_build_object(
      'items', coalesce((select jsonb_agg(to_jsonb(matching) order by matching.version desc) from matching), '[]'),
      'total', (
        select count(*) from public.content_versions as all_versions
        where all_versions.content_id = list_content_versions.content_id
      )
    )
  );
end;
$$;
comment on function public.list_content_versions is '{items, total}: newest first, without what they hold.';
grant execute on function public.list_content_versions to authenticated;
