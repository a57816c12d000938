create function private.http_status(sqlstate text)
returns integer
language sql
immutable
set search_path = ''
as $$
  -- Must agree with `from_data_api` in Python.
  select case
    when sqlstate ~ '^PT[0-9]{3}$' then substr(sqlstate, 3)::integer
    when sqlstate in ('23505', '23503') then 409
    when sqlstate ~ '^(22...|23502|23514|54000)$' then 400
    when sqlstate = '42501' then 403
  end;
$$;
comment on function private.http_status is
'Returns the HTTP status of a refusal; null for an error that the caller did not cause, which has to fail the call.';

create function private.own_details(sqlstate text, details text)
returns text
language sql
immutable
set search_path = ''
as $$
  select case when sqlstate ~ '^PT[0-9]{3}$' then details end;
$$;
comment on function private.own_details is
'Returns the details of a refusal of ours; null for those of PostgreSQL, which may hold a row that the caller may not
read.';

create function private.tags_after(tags text[], arguments jsonb)
returns text[]
language sql
immutable
set search_path = ''
as $$
  -- Keeps the order of the tags and puts added ones behind them.
  select array(
    select tag from (
      select tag, place from unnest(tags) with ordinality as present (tag, place)
      union
      select added.tag, 1000 + added.place
      from jsonb_array_elements_text(coalesce(arguments -> 'add', '[]')) with ordinality as added (tag, place)
      where added.tag <> all (tags)
    ) as wanted
    where not coalesce(arguments -> 'remove', '[]') ? tag
    order by place
  );
$$;
comment on function private.tags_after is 'Returns tags with {add, remove} applied.';

create function private.assignees_after(assignees uuid[], arguments jsonb)
returns text[]
language sql
immutable
set search_path = ''
as $$
  select array(
    select person from (
      select person::text from unnest(assignees) as person
      union
      select jsonb_array_elements_text(coalesce(arguments -> 'add', '[]'))
    ) as wanted
    where not coalesce(arguments -> 'remove', '[]') ? person
  );
$$;
comment on function private.assignees_after is 'Returns the ids of assignees with {add, remove} applied.';

create function private.run_bulk_operation(operation text, content_id uuid, arguments jsonb)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  content public.contents;
  changes jsonb;
begin
  case operation
    when 'submit' then perform public.submit_content(content_id);
    when 'approve' then
      perform public.approve_content(
        content_id, coalesce(arguments ->> 'comment', ''),
        private.version_as_read(content_id, (arguments -> 'versions' ->> content_id::text)::integer)
      );
    when 'reject' then perform public.reject_content(content_id, arguments ->> 'reason');
    when 'request_changes' then perform public.request_changes(content_id, arguments ->> 'reason');
    when 'withdraw' then perform public.withdraw_content(content_id, arguments ->> 'reason');
    when 'restart' then perform public.restart_review(content_id);
    when 'publish' then perform public.publish_content(content_id);
    when 'schedule' then
      perform public.schedule_content(
        content_id, private.read_instant(arguments ->> 'scheduled_for', 'scheduledFor')
      );
    when 'unschedule' then perform public.unschedule_content(content_id);
    when 'archive' then perform public.archive_content(content_id, coalesce(arguments ->> 'reason', ''));
    when 'reopen' then perform public.reopen_content(content_id);
    when 'delete' then perform public.delete_content(content_id);
    when 'restore' then perform public.restore_content(content_id);
    else
      content := private.lock_content(content_id);
      case operation
        when 'update' then changes := arguments -> 'changes';
        when 'tag' then changes := jsonb_build_object('tags', private.tags_after(content.tags, arguments));
        when 'assign' then
          changes := jsonb_build_object('assignees', private.assignees_after(content.assignees, arguments));
        else perform private.refuse(400, 'there is no such operation');
      end case;
      perform public.update_content(
        content_id, content.version, changes, false, coalesce(arguments ->> 'note', ''), arguments -> 'rich'
      );
  end case;
end;
$$;
comment on function private.run_bulk_operation is
'Runs one command on a content by its name. An update, also of tags or assignees, takes the present version.';

create function public.bulk_contents(operation text, content_ids uuid[], arguments jsonb default '{}')
returns table (
  content_id uuid, outcome integer, code text, message text, details text, version integer, status text,
  plain_texts text[]
)
language plpgsql
volatile
security definer -- calls the commands, which check the caller for each content
set search_path = ''
set statement_timeout = '30s'
as $$
#variable_conflict use_column
declare
  readable uuid [];
begin
  perform private.require_functions();
  if cardinality(content_ids) > 100 then
    perform private.refuse(400, 'a hundred contents at most');
  elsif operation = 'approve' and exists (
    select from unnest(content_ids) as each
    where jsonb_typeof(arguments -> 'versions' -> each::text) is distinct from 'number'
  ) then
    perform private.refuse(428, 'name the version of each content that you read');
  end if;
  perform private.begin_summary();
  -- All contents at once, of brands that the caller may read, and then brand by brand, as the audit logs are locked:
  -- no two commands wait for each other in a circle.
  readable := private.brands_permitting('content.read');
  perform private.lock_contents(array(
    select contents.id from public.contents
    where contents.id = any (content_ids) and contents.brand_id = any (readable)
  ));
  for content_id in
    select wanted.id
    from (select distinct each as id from unnest(content_ids) as each) as wanted
    left join public.contents on contents.id = wanted.id
    order by contents.brand_id, wanted.id
  loop
    outcome := 200;
    code := null;
    message := null;
    details := null;
    begin
      perform private.run_bulk_operation(operation, content_id, arguments);
    exception
      when others then -- refusals are the outcome of the content; other errors fail the whole call
        get stacked diagnostics code = returned_sqlstate, message = message_text, details = pg_exception_detail;
        outcome := private.http_status(code);
        details := private.own_details(code, details);
        if outcome is null then
          raise;
        end if;
    end;
    version := null;
    status := null;
    plain_texts := null;
    if outcome = 200 then
      select contents.version, contents.status, contents.plain_texts into version, status, plain_texts
      from public.contents where contents.id = content_id;
    end if;
    return next;
  end loop;
  perform private.send_summary('bulk_contents');
end;
$$;
comment on function public.bulk_contents is
'Runs one command on each of at most 100 contents and returns for each the HTTP status that it would have had alone.
arguments.versions has the version of each content that the caller read, by its id: approve needs it, 428 else.';
grant execute on function public.bulk_contents to authenticated, service_role;
