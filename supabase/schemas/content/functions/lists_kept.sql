-- Lists whose plans are kept for as long as a connection lives: planning the partitions takes longer than reading a
-- page of them (ADR 54). What differs between them are constants, so their functions are written by a loop. Each order
-- has a function of its own, which a connection reads when it is first asked for it.

do $do$
declare
  -- Conditions take time in each statement and for each row, also those that are not asked for: most lists have none of
  -- them, or the usual ones.
  usual constant text := private.optional_conditions('usual');
  every constant text := usual || private.optional_conditions('other');
  sorts constant text [] := array['updated_at', 'created_at', 'title', 'due_at', 'scheduled_for', 'score', 'status'];
  sort_name text;
begin
  -- By the order: a page from the index of the order, past the contents that do not match.
  foreach sort_name in array sorts loop
    execute format($function$
create function private.walked_by_%s(asked private.list_request)
returns private.content_page
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
  return null;
end;
$$
$function$, sort_name, (
      select string_agg(format(
        e'if asked.is_descending = %L and place = %L%s%s then\n    return %s;\n  end if;',
        is_descending, place, known.test,
        case when form.name = 'one brand' then ' and cardinality(asked.brands) = 1' else '' end,
        private.list_statement(
          sort_name, is_descending, place, 'contents.deleted_at is null' || known.condition, form.name
        )
      ), e'\n  ' order by known.number, is_descending desc, place desc, form.name desc)
      from (
        values
        (
          -1, ' and asked.kind = ''few'' and cardinality(asked.statuses) = 1 and cardinality(asked.brands) = 1',
          ' and contents.status = asked.statuses[1]'
        ),
        (0, ' and asked.kind = ''few''', ' and contents.status = any (asked.statuses)'),
        (1, ' and asked.kind = ''none''', ''),
        -- The list that people see first has an index for each status.
        (2, ' and asked.kind = ''status'' and cardinality(asked.statuses) = 1', ' and contents.status = asked.statuses[1]'),
        (3, ' and asked.kind in (''status'', ''usual'')', usual), (4, '', every)
      ) as known (number, test, condition)
      cross join unnest(array[true, false]) as is_descending
      cross join unnest(array['first', 'after', 'after null']) as place
      cross join unnest(array['one brand', 'merged', 'sorted', 'sorted brand']) as form (name)
      where
        case when sort_name in ('due_at', 'scheduled_for') then form.name <> 'one brand' else place <> 'after null' end
        and (known.number <> 2 or sort_name = 'updated_at') and (known.number <> 4 or form.name <> 'one brand')
        and (known.number = 0) = (form.name = 'sorted') and (known.number = -1) = (form.name = 'sorted brand')
    ));
    execute format('comment on function private.walked_by_%s is %L', sort_name, 'Walks as walked_contents does, in this order.');
  end loop;
  execute format($function$
create function private.walked_contents(asked private.list_request)
returns private.content_page
language plpgsql
stable
set search_path = ''
as $$
begin
  return case asked.sort
    %s
  end;
end;
$$
$function$, (
    select string_agg(format('when %1$L then private.walked_by_%1$s(asked)', name), e'\n    ' order by place)
    from unnest(sorts) with ordinality as sort (name, place)
  ));

  -- By a filter that few contents match: all of them from its index, then sorted.
  execute format($function$
create function private.picked_contents(
  asked private.list_request, is_counted boolean, out page private.content_page, out total bigint
)
language plpgsql
stable
set search_path = ''
set plan_cache_mode = 'force_generic_plan'
as $$
declare
  found bigint;
  -- More of many brands: walking through their orders would read what it leaves out in each.
  few constant integer := least(400 + 50 * cardinality(asked.brands), 5000);
  -- Ascending in any case: times and scores of a descending list are turned around. As a double a time keeps its
  -- microseconds.
  turn constant double precision := case when asked.is_descending then -1 else 1 end;
  after_number constant double precision := case
    when asked.sort in ('title', 'status') then 0
    when asked.sort = 'score' then coalesce(turn * asked.after_value::numeric, -turn)
    else coalesce(turn * date_part('epoch', asked.after_value::timestamptz), 'infinity')
  end;
begin
  %s
end;
$$
$function$, (
    select string_agg(format(
      $branch$if %1$s then
    if is_counted and %5$s then
      total := (
        select count(*) from public.contents
        where %7$s and contents.deleted_at is null and %2$s
      );
      found := total;
    else
      found := (
        select count(*) from (
          select from public.contents
          where %7$s and contents.deleted_at is null and %2$s
          limit few
        ) as found
      );
    end if;
    if found < few and asked.kind = 'status' then
      -- The walked functions have a statement for each order.
      asked.kind := 'few';
      page := private.walked_contents(asked);
    elsif found < few then
      page := (
        select row(%6$s)::private.content_page
        from (
          select %3$s
          from (
            select
              %3$s,
              case asked.sort
                when 'updated_at' then turn * date_part('epoch', contents.updated_at)
                when 'created_at' then turn * date_part('epoch', contents.created_at)
                when 'due_at' then coalesce(turn * date_part('epoch', contents.due_at), 'infinity')
                when 'scheduled_for' then coalesce(turn * date_part('epoch', contents.scheduled_for), 'infinity')
                when 'score' then coalesce(turn * contents.score, -turn)
                else 0
              end as number,
              case asked.sort
                when 'title' then contents.title collate "und-x-icu" when 'status' then contents.status
              end as word
            from public.contents
            where %7$s and contents.deleted_at is null and %2$s%4$s
            offset 0
          ) as contents
          where
            asked.after_id is null or contents.number > after_number or (
              contents.number = after_number and (
                case when turn = 1 then contents.word > asked.after_value else contents.word < asked.after_value end
                or (contents.word is null or contents.word = asked.after_value) and contents.id > asked.after_id
              )
            )
          order by
            contents.number, case when turn = 1 then contents.word end, case when turn = -1 then contents.word end desc,
            contents.id
          offset asked.skipped limit asked.wished
        ) as contents
      );
    end if;
    if is_counted and total is null then
      total := (
        select count(*) from public.contents
        where %7$s and contents.deleted_at is null and %2$s%4$s
      );
    end if;
    return;
  end if;$branch$,
      known.test || case when is_alone then format(' and asked.kind = %L', known.kind) else '' end, known.condition,
      private.head_columns(), case when is_alone then '' else every end,
      case when is_alone then 'true' else 'false' end,
      private.page_columns(),
      case when known.number = 9.5 then 'contents.brand_id = asked.brands[1]' else 'contents.brand_id = any (asked.brands)' end
    ), e'\n  ' order by known.number, is_alone desc)
    from (
      values
      (1, 'asked.parent_id is not null', 'parent', 'contents.parent_id = asked.parent_id'),
      (2, 'asked.created_by is not null', 'creator', 'contents.created_by = asked.created_by'),
      (
        3, 'asked.assignee is not null', 'assignee',
        'contents.id in (select mine.content_id from public.content_assignees as mine '
        'where mine.user_id = asked.assignee and mine.brand_id = any (asked.brands))'
      ),
      (4, 'asked.template_id is not null', 'template', 'contents.template_id = asked.template_id'),
      (5, 'asked.updated_by is not null', 'editor', 'contents.updated_by = asked.updated_by'),
      (
        6, 'asked.created_from is not null or asked.created_to is not null', 'created',
        'contents.created_at >= coalesce(asked.created_from, ''-infinity'') '
        'and contents.created_at < coalesce(asked.created_to, ''infinity'')'
      ),
      (
        7, 'asked.updated_from is not null or asked.updated_to is not null', 'updated',
        'contents.updated_at >= coalesce(asked.updated_from, ''-infinity'') '
        'and contents.updated_at < coalesce(asked.updated_to, ''infinity'')'
      ),
      (
        8, 'asked.due_from is not null or asked.due_to is not null', 'due',
        'contents.due_at >= coalesce(asked.due_from, ''-infinity'') '
        'and contents.due_at < coalesce(asked.due_to, ''infinity'')'
      ),
      (
        9, 'asked.scheduled_from is not null or asked.scheduled_to is not null', 'scheduled',
        'contents.scheduled_for >= coalesce(asked.scheduled_from, ''-infinity'') '
        'and contents.scheduled_for < coalesce(asked.scheduled_to, ''infinity'')'
      ),
      -- Of one brand and status the planner knows how few there are.
      (
        9.5,
        'asked.statuses is not null and cardinality(asked.statuses) = 1 and cardinality(asked.brands) = 1',
        'status', 'contents.status = asked.statuses[1]'
      ),
      (
        10, 'asked.statuses is not null', 'status', 'contents.status = any (asked.statuses)'
      )
    ) as known (number, test, kind, condition)
    cross join unnest(array[true, false]) as is_alone
    where is_alone or known.number <> 9.5
  ));
end;
$do$;
comment on function private.picked_contents is
'Looks up the contents that match the narrowest filter that is asked for. Where they are few, it returns the page;
otherwise at most the total, and walked_contents returns the page.';

comment on function private.walked_contents is
'Returns a page of contents in any order, of contents that are not deleted and match what is asked for.';
