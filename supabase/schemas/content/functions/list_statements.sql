-- Builds the statements of lists. Their texts are constants: the caller's values stay in the parameter `asked`, a
-- private.list_request. private.lists_kept holds those whose plans are kept; sorted_contents executes the others.

create function private.list_conditions()
returns table (kind text, name text, given text, condition text)
language sql
immutable
set search_path = ''
as $$
  values
  -- Those that few contents pass first: the others are not evaluated then.
  ('usual', 'tag', 'asked.tags', 'contents.tags @> asked.tags'),
  ('usual', 'category', 'asked.categories', 'contents.categories @> asked.categories'),
  ('usual', 'status', 'asked.statuses', 'contents.status = any (asked.statuses)'),
  ('usual', 'type', 'asked.types', 'contents.type = any (asked.types)'),
  ('template', 'template_id', 'asked.template_id', 'contents.template_id = asked.template_id'),
  ('parent', 'parent_id', 'asked.parent_id', 'contents.parent_id = asked.parent_id'),
  ('creator', 'created_by', 'asked.created_by', 'contents.created_by = asked.created_by'),
  ('editor', 'updated_by', 'asked.updated_by', 'contents.updated_by = asked.updated_by'),
  (
    'assignee', 'assignee', 'asked.assignee',
    'contents.id in (select mine.content_id from public.content_assignees as mine '
    'where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))'
  ),
  ('created', 'created_from', 'asked.created_from', 'contents.created_at >= asked.created_from'),
  ('created', 'created_to', 'asked.created_to', 'contents.created_at < asked.created_to'),
  ('updated', 'updated_from', 'asked.updated_from', 'contents.updated_at >= asked.updated_from'),
  ('updated', 'updated_to', 'asked.updated_to', 'contents.updated_at < asked.updated_to'),
  ('published', 'published_from', 'asked.published_from', 'contents.published_at >= asked.published_from'),
  ('published', 'published_to', 'asked.published_to', 'contents.published_at < asked.published_to'),
  ('scheduled', 'scheduled_from', 'asked.scheduled_from', 'contents.scheduled_for >= asked.scheduled_from'),
  ('scheduled', 'scheduled_to', 'asked.scheduled_to', 'contents.scheduled_for < asked.scheduled_to'),
  ('due', 'due_from', 'asked.due_from', 'contents.due_at >= asked.due_from'),
  ('due', 'due_to', 'asked.due_to', 'contents.due_at < asked.due_to'),
  ('score', 'score_from', 'asked.score_from', 'contents.score >= asked.score_from'),
  ('score', 'score_to', 'asked.score_to', 'contents.score <= asked.score_to');
$$;
comment on function private.list_conditions is
'Returns the filters of lists: the kind, the name in the request, the value that is null where it is not asked for, and
the condition.';

create function private.kind_of_list(filters jsonb)
returns text
language plpgsql
immutable
set search_path = ''
as $$
declare
  asked constant jsonb := filters - array['brand_id', 'is_deleted'];
begin
  return case
    when asked = '{}' then 'none'
    when asked - 'status' = '{}' then 'status'
    when asked - array['status', 'type', 'tag', 'category'] = '{}' then 'usual'
    when asked - 'created_by' = '{}' then 'creator'
    when asked - 'assignee' = '{}' then 'assignee'
    when asked - 'template_id' = '{}' then 'template'
    when asked - 'parent_id' = '{}' then 'parent'
    when asked - 'updated_by' = '{}' then 'editor'
    when asked - array['created_from', 'created_to'] = '{}' then 'created'
    when asked - array['updated_from', 'updated_to'] = '{}' then 'updated'
    when asked - array['due_from', 'due_to'] = '{}' then 'due'
    when asked - array['scheduled_from', 'scheduled_to'] = '{}' then 'scheduled'
    else 'many'
  end;
end;
$$;
comment on function private.kind_of_list is
'Returns of which kind in list_conditions all filters of a list are, none or many; status where it is the only one.';

create function private.optional_conditions(wanted text)
returns text
language sql
immutable
set search_path = ''
as $$
  select string_agg(format(' and (%s is null or %s)', known.given, known.condition), '')
  from private.list_conditions() as known where (known.kind = 'usual') = (wanted = 'usual');
$$;
comment on function private.optional_conditions is
'Builds the conditions of all filters that are asked for, without a word on the others: of the usual filters, or of the
other ones.';

create function private.asked_conditions(filters jsonb)
returns text
language sql
immutable
set search_path = ''
as $$
  select coalesce(string_agg(' and ' || known.condition, '' order by known.name), '')
  from private.list_conditions() as known where filters ? known.name;
$$;
comment on function private.asked_conditions is 'Builds the conditions of the filters that are given.';

create function private.list_key(sort text)
returns text
language sql
immutable
set search_path = ''
as $$
  -- Without a collation the database would decide, and each was set up by somebody else.
  select case sort when 'title' then 'title collate "und-x-icu"' else quote_ident(sort) end;
$$;
comment on function private.list_key is 'Builds what a list is ordered by: titles by the root collation of Unicode.';

create function private.list_order(sort text, is_descending boolean)
returns text
language sql
immutable
set search_path = ''
as $$
  -- As the indexes have it, or they would not be used: a column that is never null is ordered without a word on nulls.
  select format(
    '%s %s%s, id', private.list_key(sort), case when is_descending then 'desc' else 'asc' end,
    case
      when sort in ('due_at', 'scheduled_for') then ' nulls last'
      when sort <> 'score' then '' when is_descending then ' nulls last' else ' nulls first'
    end
  );
$$;
comment on function private.list_order is 'Builds the order of a list, with ties broken by id.';

create function private.list_parts(sort text, is_descending boolean, place text)
returns table (condition text, order_by text)
language sql
immutable
set search_path = ''
as $$
  with after as (
    select case when place = 'after' then format(
      ' and contents.%1$s %2$s= asked.after_value::%3$s and (contents.%1$s %2$s asked.after_value::%3$s '
      'or contents.id > asked.after_id)',
      private.list_key(sort), case when is_descending then '<' else '>' end,
      case sort when 'score' then 'numeric' when 'title' then 'text' when 'status' then 'text' else 'timestamptz' end
    ) else '' end as condition
  )
  select after.condition, private.list_order(sort, is_descending)
  from after where sort not in ('due_at', 'scheduled_for')
  -- With the date, and without it: each part in the order of the index.
  union all
  select
    format(' and contents.%I is not null', sort) || after.condition,
    format('%I %s, id', sort, case when is_descending then 'desc' else 'asc' end)
  from after where sort in ('due_at', 'scheduled_for') and place <> 'after null'
  union all
  select
    format(' and contents.%I is null', sort)
    || case when place = 'after null' then ' and contents.id > asked.after_id' else '' end,
    format('%I, id', sort)
  where sort in ('due_at', 'scheduled_for');
$$;
comment on function private.list_parts is
'Returns the parts of a list, each with its condition and its order. A list by a date that contents may lack has two:
contents without the date come last. place: first, after (a content with the value), or after null (one without).';

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

create function private.page_columns()
returns text
language sql
immutable
set search_path = ''
as $$
  select 'coalesce(json_agg(contents), ''[]''), coalesce(array_agg(contents.id), ''{}''), array_agg(contents.brand_id), '
    'array_agg(contents.type), array_agg(contents.status::text), array_agg(contents.created_by), '
    'array_agg(contents.expires_at), array_agg(contents.deleted_at), array_agg(contents.template_id), '
    'array_agg(contents.updated_by) || array_agg(contents.published_by) '
    -- The lists of assignees as one: they have different lengths.
    -- A list without ids, as {null} written past the checks, adds nothing.
    '|| string_to_array(string_agg(nullif(array_to_string(contents.assignees, '',''), ''''), '',''), '','')::uuid []';
$$;
comment on function private.page_columns is
'Lists the parts of a private.content_page, for a statement on heads called contents.';

create function private.list_statement(
  sort text, is_descending boolean, place text, conditions text, form text default 'merged'
)
returns text
language sql
stable
set search_path = ''
as $$
  select format(
    '(select row(%1$s)::private.content_page from (%2$s order by %3$s%4$s) as contents)',
    private.page_columns(),
    case
      when form = 'one brand' then format(
        'select %s from public.contents where contents.brand_id = asked.brands[1] and %s%s',
        private.head_columns(), conditions, string_agg(part.condition, '')
      )
      -- The index of titles has all that this asks for, in another order.
      when form = 'titles' then format(
        'select %s from (select contents.id from public.contents where contents.brand_id = asked.brands[1] and %s%s '
        'order by %s offset asked.skipped limit asked.wished) as found '
        'inner join public.contents on contents.id = found.id and contents.brand_id = asked.brands[1]',
        private.head_columns(), conditions, string_agg(part.condition, ''), private.list_order(sort, is_descending)
      )
      -- All that match, whatever the order: without the offset it would read the index of the order.
      when form in ('sorted', 'sorted brand') then format(
        'select %1$s from (select * from public.contents where contents.brand_id = %4$s and %2$s '
        'offset 0) as contents where %3$s',
        private.head_columns(), conditions, string_agg(format('(true%s)', part.condition), ' or '),
        case form when 'sorted' then 'any (asked.brands)' else 'asked.brands[1]' end
      )
      -- Asks each brand's index of this order for as many rows as the page needs (ADR 19).
      else 'select item.* from unnest(asked.brands) as brand (permitted) cross join lateral (' || string_agg(
        format(
          '(select %s from public.contents where contents.brand_id = brand.permitted and %s%s order by %s '
          'limit asked.depth)',
          private.head_columns(), conditions, part.condition, part.order_by
        ), ' union all '
      ) || ') as item'
    end,
    private.list_order(sort, is_descending),
    case when form <> 'titles' then ' offset asked.skipped limit asked.wished' end
  )
  from private.list_parts(sort, is_descending, place) as part;
$$;
comment on function private.list_statement is
'Builds the expression for a page of contents, private.content_page. place: as for list_parts. form: merged from the
indexes of brands; one brand, without merging, not for lists of two parts; sorted, where few contents match, and sorted
brand, where they are of one brand; titles, of one brand in another collation than its index has.';
