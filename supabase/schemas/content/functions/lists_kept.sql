-- Lists whose plans are kept for as long as a connection lives: planning the partitions takes longer than reading a
-- page of them (ADR 54). What differs between them are constants, so their functions are written by a loop.

do $do$
declare
  -- Every filter that is asked for; without a word on the others.
  optional constant text := (
    select string_agg(format('(%s is null or %s)', known.given, known.condition), ' and ' order by known.name)
    from private.list_conditions() as known
    where known.name <> all (array[
      'parent_id', 'updated_by', 'published_from', 'published_to', 'scheduled_from', 'scheduled_to'
    ])
  );
begin
  -- By the order: a page from the index of the order, past the contents that do not match.
  execute format($function$
create function private.walked_contents(asked private.list_request)
returns private.content_head[]
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_generic_plan'
as $$
declare
  place constant text := case
    when asked.after_id is null then 'first' when asked.after_value is null then 'after null' else 'after'
  end;
begin
  %s
  return '{}';
end;
$$
$function$, (
    select string_agg(format(
      e'if asked.sort = %L and asked.is_descending = %L and place = %L%s%s then\n    return %s;\n  end if;',
      known.sort, is_descending, place, known.test,
      case when is_of_one_brand then ' and cardinality(asked.brands) = 1' else '' end,
      private.list_statement(
        known.sort, is_descending, place, 'contents.deleted_at is null and ' || known.condition, is_of_one_brand
      )
    ), e'\n  ' order by known.number, is_descending desc, place desc, is_of_one_brand desc)
    from (
      values
      -- The list that people see first has an index for each status.
      (1, 'updated_at', ' and cardinality(asked.statuses) = 1', 'contents.status = asked.statuses[1] and ' || optional),
      (2, 'updated_at', '', optional), (3, 'created_at', '', optional), (4, 'title', '', optional),
      (5, 'due_at', '', optional), (6, 'scheduled_for', '', optional), (7, 'score', '', optional),
      (8, 'status', '', optional)
    ) as known (number, sort, test, condition)
    cross join unnest(array[true, false]) as is_descending
    cross join unnest(array['first', 'after', 'after null']) as place
    cross join unnest(array[true, false]) as is_of_one_brand
    where
      case when known.sort in ('due_at', 'scheduled_for') then not is_of_one_brand else place <> 'after null' end
  ));

  -- By a filter that few contents match: all of them from its index, then sorted.
  execute format($function$
create function private.picked_contents(
  asked private.list_request, is_counted boolean, out is_few boolean, out heads private.content_head[], out total bigint
)
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_generic_plan'
as $$
declare
  -- More of many brands: walking through their orders would read what it leaves out in each.
  few constant integer := least(400 + 50 * cardinality(asked.brands), 5000);
  -- Ascending in any case: times and scores of a descending list are turned around.
  turn constant numeric := case when asked.is_descending then -1 else 1 end;
  after_number constant numeric := case
    when asked.sort in ('title', 'status') then 0
    when asked.sort = 'score' then coalesce(turn * asked.after_value::numeric, -turn)
    else coalesce(turn * extract(epoch from asked.after_value::timestamptz), 'infinity')
  end;
begin
  %s
end;
$$
$function$, (
    select string_agg(format(
      $branch$if %1$s then
    is_few := (
      select count(*) < few from (
        select from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and %2$s
        limit few
      ) as found
    );
    if is_few then
      with matching as materialized (
        select
          row(%3$s)::private.content_head as head, contents.id,
          case asked.sort
            when 'updated_at' then turn * extract(epoch from contents.updated_at)
            when 'created_at' then turn * extract(epoch from contents.created_at)
            when 'due_at' then coalesce(turn * extract(epoch from contents.due_at), 'infinity')
            when 'scheduled_for' then coalesce(turn * extract(epoch from contents.scheduled_for), 'infinity')
            when 'score' then coalesce(turn * contents.score, -turn)
            else 0
          end as number,
          case asked.sort when 'title' then contents.title when 'status' then contents.status end as word
        from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and %2$s and %4$s
      )
      select
        array(
          select matching.head from matching
          where
            asked.after_id is null or matching.number > after_number or (
              matching.number = after_number and (
                case when turn = 1 then matching.word > asked.after_value else matching.word < asked.after_value end
                or (matching.word is null or matching.word = asked.after_value) and matching.id > asked.after_id
              )
            )
          order by
            matching.number, case when turn = 1 then matching.word end, case when turn = -1 then matching.word end desc,
            matching.id
          offset asked.skipped limit asked.wished
        ),
        case when is_counted then (select count(*) from matching) end
      into heads, total;
      return;
    end if;
    if is_counted and %5$s then
      total := (
        select count(*) from public.contents
        where contents.brand_id = any (asked.brands) and contents.deleted_at is null and %2$s and %4$s
      );
    end if;
    return;
  end if;$branch$,
      known.test, known.condition, private.head_columns(), optional, known.is_total
    ), e'\n  ' order by known.number)
    from (
      values
      (1, 'asked.created_by is not null', 'true', 'contents.created_by = asked.created_by'),
      (
        2, 'asked.assignee is not null', 'true',
        'contents.id in (select mine.content_id from public.content_assignees as mine '
        'where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))'
      ),
      (3, 'asked.template_id is not null', 'true', 'contents.template_id = asked.template_id'),
      (
        4, 'asked.created_from is not null or asked.created_to is not null', 'true',
        'contents.created_at >= coalesce(asked.created_from, ''-infinity'') '
        'and contents.created_at < coalesce(asked.created_to, ''infinity'')'
      ),
      (
        5, 'asked.updated_from is not null or asked.updated_to is not null', 'true',
        'contents.updated_at >= coalesce(asked.updated_from, ''-infinity'') '
        'and contents.updated_at < coalesce(asked.updated_to, ''infinity'')'
      ),
      (
        6, 'asked.due_from is not null or asked.due_to is not null', 'true',
        'contents.due_at >= coalesce(asked.due_from, ''-infinity'') '
        'and contents.due_at < coalesce(asked.due_to, ''infinity'')'
      ),
      (
        -- count_contents may count by the status from an index alone.
        7, 'asked.statuses is not null', 'false', 'contents.status = any (asked.statuses)'
      )
    ) as known (number, test, is_total, condition)
  ));
end;
$do$;
comment on function private.walked_contents is
'Returns heads of a page of contents in any order, of contents that are not deleted and match what is asked for.';
comment on function private.picked_contents is
'Looks up the contents that match the narrowest filter that is asked for. Where they are few, is_few, it returns the
page; otherwise at most the total, and walked_contents returns the page.';
