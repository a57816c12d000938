create function private.read_list_request(
  filters jsonb,
  brands uuid[],
  sort text,
  is_descending boolean,
  cursor_at jsonb,
  skipped integer,
  wished integer
)
returns private.list_request
language plpgsql
immutable
set search_path = ''
as $$
declare
  asked private.list_request;
begin
  asked.brands := brands;
  asked.is_deleted := coalesce((filters ->> 'is_deleted')::boolean, false);
  if filters ? 'status' then
    asked.statuses := array(select jsonb_array_elements_text(filters -> 'status'));
  end if;
  if filters ? 'type' then
    asked.types := array(select jsonb_array_elements_text(filters -> 'type'));
  end if;
  if filters ? 'tag' then
    asked.tags := array(select jsonb_array_elements_text(filters -> 'tag'));
  end if;
  if filters ? 'category' then
    asked.categories := array(select jsonb_array_elements_text(filters -> 'category'));
  end if;
  asked.template_id := filters ->> 'template_id';
  asked.parent_id := filters ->> 'parent_id';
  asked.created_by := filters ->> 'created_by';
  asked.updated_by := filters ->> 'updated_by';
  asked.assignee := filters ->> 'assignee';
  asked.created_from := private.read_instant(filters ->> 'created_from', 'createdFrom');
  asked.created_to := private.read_instant(filters ->> 'created_to', 'createdTo');
  asked.updated_from := private.read_instant(filters ->> 'updated_from', 'updatedFrom');
  asked.updated_to := private.read_instant(filters ->> 'updated_to', 'updatedTo');
  asked.published_from := private.read_instant(filters ->> 'published_from', 'publishedFrom');
  asked.published_to := private.read_instant(filters ->> 'published_to', 'publishedTo');
  asked.scheduled_from := private.read_instant(filters ->> 'scheduled_from', 'scheduledFrom');
  asked.scheduled_to := private.read_instant(filters ->> 'scheduled_to', 'scheduledTo');
  asked.due_from := private.read_instant(filters ->> 'due_from', 'dueFrom');
  asked.due_to := private.read_instant(filters ->> 'due_to', 'dueTo');
  asked.score_from := filters ->> 'score_from';
  asked.score_to := filters ->> 'score_to';
  asked.sort := sort;
  asked.is_descending := is_descending;
  asked.after_value := cursor_at ->> 'value';
  if sort not in ('title', 'status', 'score') then
    perform private.read_instant(asked.after_value, 'cursor');
  end if;
  asked.after_id := cursor_at ->> 'id';
  asked.skipped := skipped;
  asked.wished := wished;
  asked.depth := skipped + wished;
  asked.kind := private.kind_of_list(filters);
  return asked;
end;
$$;
comment on function private.read_list_request is 'Reads what a caller of list_contents asks for.';

create function private.title_collation(brands uuid[])
returns text
language plpgsql
stable
set search_path = ''
as $$
declare
  tag text;
begin
  if cardinality(brands) <> 1 then
    return null;
  end if;
  tag := (select brands.language from public.brands where brands.id = title_collation.brands[1]);
  -- These sort as the root does (tests/content/test_title_order.py).
  if
    tag is null
    or tag in ('ca', 'de', 'en', 'eu', 'fr', 'ga', 'gd', 'id', 'it', 'lb', 'ms', 'nl', 'pt', 'rm', 'sw', 'zu')
  then
    return null;
  end if;
  return (
    select known.collname from pg_catalog.pg_collation as known
    where
      known.collname = tag || '-x-icu' and known.collprovider = 'i'
      and known.collnamespace = 'pg_catalog'::pg_catalog.regnamespace
  );
end;
$$;
comment on function private.title_collation is
'Returns the collation in which the titles of a single brand are sorted: that of its language; null for the root
collation, which the index has and in which titles of several brands are sorted.';

create function private.sorted_contents(
  asked private.list_request, filters jsonb, is_counted boolean, collation_name text default null,
  out page private.content_page, out total bigint
)
language plpgsql
stable
set search_path = ''
-- Planning would otherwise read every check constraint of every partition: half of its time. None helps a list.
set constraint_exclusion = 'off'
as $$
declare
  conditions constant text := case
    when asked.is_deleted then 'contents.deleted_at is not null' else 'contents.deleted_at is null'
  end || private.asked_conditions(filters);
  place constant text := case
    when asked.after_id is null then 'first' when asked.after_value is null then 'after null' else 'after'
  end;
  form constant text := case when collation_name is null then 'merged' else 'titles' end;
  statement constant text := private.list_statement(asked.sort, asked.is_descending, place, conditions, form);
  sorted record;
begin
  -- Constant texts: the caller's values are in the parameter.
  execute replace(
    'select ' || replace(statement, '"und-x-icu"', quote_ident(coalesce(collation_name, 'und-x-icu'))) || ' as page'
    || case
      when is_counted
        then ', (select count(*) from public.contents where contents.brand_id = any (asked.brands) and ' || conditions || ')'
      else ', null::bigint'
    end || ' as total',
    'asked.', '($1).'
  )
  into sorted
  using asked;
  page := sorted.page;
  total := sorted.total;
end;
$$;
comment on function private.sorted_contents is
'Returns a page of contents in any order and by any filters, planned for them: for the lists that are asked for
rarely, and for titles of one brand in the order of its language, of which all are read. total is null unless counted.';

create function private.count_contents(asked private.list_request, filters jsonb)
returns bigint
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_generic_plan' -- see lists_kept.sql
set constraint_exclusion = 'off' -- see sorted_contents
as $$
declare
  total bigint;
begin
  -- By the brand and the status alone an index counts.
  if asked.kind = 'none' then
    return (
      select count(*) from public.contents where contents.brand_id = any (asked.brands) and contents.deleted_at is null
    );
  elsif asked.kind = 'status' then
    return (
      select count(*) from public.contents
      where
        contents.brand_id = any (asked.brands) and contents.status = any (asked.statuses)
        and contents.deleted_at is null
    );
  elsif asked.kind = 'usual' and asked.statuses is null then
    return (
      select count(*) from public.contents
      where
        contents.brand_id = any (asked.brands) and contents.deleted_at is null
        and (asked.tags is null or contents.tags @> asked.tags)
        and (asked.categories is null or contents.categories @> asked.categories)
        and (asked.types is null or contents.type = any (asked.types))
    );
  end if;
  -- Where each row is looked at, conditions that are not asked for would cost more than planning.
  execute replace(
    'select count(*) from public.contents where contents.brand_id = any (asked.brands) and contents.deleted_at is null'
    || private.asked_conditions(filters), 'asked.', '($1).'
  )
  into total
  using asked;
  return total;
end;
$$;
comment on function private.count_contents is 'Counts the contents of a list that are not deleted.';

create function private.first_contents(asked private.list_request)
returns private.content_page
language plpgsql
stable
set search_path = ''
as $$
declare
  page private.content_page;
  shallow private.list_request := asked;
begin
  shallow.depth := greatest(6, 3 * asked.wished / nullif(cardinality(asked.brands), 0));
  -- Of many brands few contents each are enough, unless one has given all that were looked at: then it may have more
  -- that belong to the page.
  if asked.skipped = 0 and cardinality(asked.brands) > 5 and shallow.depth < asked.depth then
    page := private.walked_contents(shallow);
    if not exists (
      select from unnest(page.brands) as item (brand_id) group by item.brand_id having count(*) >= shallow.depth
    ) then
      return page;
    end if;
  end if;
  return private.walked_contents(asked);
end;
$$;
comment on function private.first_contents is
'Returns a page of contents as walked_contents does. Looks no deeper into each of many brands than needed.';

create function private.listable_brands(is_deleted boolean)
returns uuid[]
language plpgsql
stable
set search_path = ''
as $$
declare
  brands constant uuid [] := private.brands_permitting('content.read');
begin
  if is_deleted then
    return array(
      select permitted from unnest(private.brands_permitting('content.delete')) as permitted
      where permitted = any (brands)
    );
  end if;
  return brands;
end;
$$;
comment on function private.listable_brands is
'Returns all brands in which the caller may list contents: deleted ones if they may delete.';
