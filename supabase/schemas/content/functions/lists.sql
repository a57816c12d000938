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
      case
        when sort in ('due_at', 'scheduled_for') then ' nulls last'
        when sort <> 'score' then '' when is_descending then ' nulls last' else ' nulls first'
      end
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

create function private.content_parts(sort text, is_descending boolean, cursor_at jsonb, after text)
returns table (condition text, order_by text)
language sql
immutable
set search_path = ''
as $$
  -- With the date, and without it: each part in the order of the index.
  select part.condition, part.order_by
  from (
    values
    (
      cursor_at -> 'value' is distinct from 'null',
      format(' and contents.%I is not null', sort) || after,
      format('%I %s, id', sort, case when is_descending then 'desc' else 'asc' end)
    ),
    (
      true,
      format(' and contents.%I is null', sort)
      || case when cursor_at -> 'value' = 'null' then ' and contents.id > ($2 ->> ''id'')::uuid' else '' end,
      format('%I, id', sort)
    )
  ) as part (is_needed, condition, order_by)
  where part.is_needed;
$$;
comment on function private.content_parts is
'Returns the parts of a list by a date that contents may lack, each with its condition and its order. Contents without
the date come last.';

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
  parts text;
  items jsonb;
begin
  select * into ordered from private.content_order(sort, is_descending, cursor_at is not null);
  if sort in ('due_at', 'scheduled_for') then
    select string_agg(
      '(select ' || private.head_columns() || ' from public.contents where contents.brand_id = brand.id and '
      || conditions || part.condition || ' order by ' || part.order_by || ' limit $4)',
      ' union all '
    ) into parts
    from private.content_parts(sort, is_descending, cursor_at, ordered.after) as part;
  else
    parts := 'select ' || private.head_columns() || ' from public.contents where contents.brand_id = brand.id and '
      || conditions || ordered.after || ' order by ' || ordered.order_by || ' limit $4';
  end if;
  -- Asks each brand's index of this order for as many rows as the page needs (ADR 19).
  execute
    'select jsonb_agg(to_jsonb(page) order by ' || ordered.order_by || ') from ('
    '  select item.* from unnest($3) as brand (id) cross join lateral (' || parts || ') as item'
    '  order by ' || ordered.order_by || ' offset $5 limit $6'
    ') as page'
  into items
  using filters, cursor_at, brands, skipped + wished, skipped, wished;
  return items;
end;
$$;
comment on function private.sorted_contents is
'Lists heads of contents of these brands in any order and by any conditions, which read their values from filters.';
