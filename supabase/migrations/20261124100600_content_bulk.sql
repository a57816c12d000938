-- Many contents at once: each item by the same command as one alone, with a result of its own.

create function private.change_content(operation text, content_id uuid, arguments jsonb)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  content public.contents;
  changes jsonb := arguments -> 'changes';
begin
  case operation
    when 'submit' then perform public.submit_content(content_id);
    when 'approve' then perform public.approve_content(content_id, coalesce(arguments ->> 'comment', ''));
    when 'reject' then perform public.reject_content(content_id, arguments ->> 'reason');
    when 'request_changes' then perform public.request_changes(content_id, arguments ->> 'reason');
    when 'withdraw' then perform public.withdraw_content(content_id, arguments ->> 'reason');
    when 'restart' then perform public.restart_review(content_id);
    when 'publish' then perform public.publish_content(content_id);
    when 'schedule' then perform public.schedule_content(content_id, (arguments ->> 'scheduled_for')::timestamptz);
    when 'unschedule' then perform public.unschedule_content(content_id);
    when 'archive' then perform public.archive_content(content_id, coalesce(arguments ->> 'reason', ''));
    when 'reopen' then perform public.reopen_content(content_id);
    when 'delete' then perform public.delete_content(content_id);
    when 'restore' then perform public.restore_content(content_id);
    else
      content := private.lock_content(content_id);
      if operation = 'tag' then
        changes := jsonb_build_object('tags', array(
          select tag from (
            select tag, place from unnest(content.tags) with ordinality as present (tag, place)
            union
            select added.tag, 1000 + added.place
            from jsonb_array_elements_text(coalesce(arguments -> 'add', '[]')) with ordinality as added (tag, place)
            where added.tag <> all (content.tags)
          ) as tags
          where not coalesce(arguments -> 'remove', '[]') ? tag
          order by place
        ));
      elsif operation = 'assign' then
        changes := jsonb_build_object('assignees', array(
          select person from (
            select person::text from unnest(content.assignees) as person
            union
            select jsonb_array_elements_text(coalesce(arguments -> 'add', '[]'))
          ) as people
          where not coalesce(arguments -> 'remove', '[]') ? person
        ));
      elsif operation <> 'update' then
        perform private.refuse(400, 'there is no such operation');
      end if;
      perform public.update_content(content_id, content.version, changes, false, coalesce(arguments ->> 'note', ''));
  end case;
end;
$$;
comment on function private.change_content is 'One of the commands on contents, by name.';

create function private.http_status(sqlstate text)
returns integer
language sql
immutable
set search_path = ''
as $$
  -- As lib/core/errors.py answers them; null: no doing of the caller's, the whole call has to fail.
  select case
    when sqlstate ~ '^PT[0-9]{3}$' then substr(sqlstate, 3)::integer
    when sqlstate in ('23505', '23503') then 409
    when sqlstate ~ '^(22...|23502|23514|54000)$' then 400
    when sqlstate = '42501' then 403
  end;
$$;

create function public.bulk_contents(operation text, content_ids uuid[], arguments jsonb default '{}')
returns table (
  content_id uuid, outcome integer, code text, message text, details text, version integer, status text
)
language plpgsql
volatile
security definer -- calls the commands, which check the caller for each content
set search_path = ''
as $$
#variable_conflict use_column
begin
  if cardinality(content_ids) > 100 then
    perform private.refuse(400, 'a hundred contents at most');
  end if;
  -- In one order for everyone, so that two calls at once never wait for each other in a circle.
  for content_id in select distinct each from unnest(content_ids) as each order by each loop
    outcome := 200;
    code := null;
    message := null;
    details := null;
    begin
      perform private.change_content(operation, content_id, arguments);
    exception
      when others then -- told apart below: what is not the caller's doing goes on
        get stacked diagnostics code = returned_sqlstate, message = message_text, details = pg_exception_detail;
        outcome := private.http_status(code);
        if outcome is null then
          raise;
        end if;
    end;
    version := null;
    status := null;
    if outcome = 200 then
      select contents.version, contents.status into version, status
      from public.contents where contents.id = content_id;
    end if;
    return next;
  end loop;
end;
$$;
comment on function public.bulk_contents is
'One command for up to a hundred contents, each with the HTTP status that it would have had alone.';
grant execute on function public.bulk_contents to authenticated;

create table private.bulk_lines (
  user_id uuid not null references public.profiles (id) on delete cascade,
  key text not null check (char_length(key) between 1 and 255),
  line integer not null check (line >= 1),
  fingerprint text not null,
  content_id uuid,
  created_at timestamptz not null default now(),
  primary key (user_id, key, line)
);
comment on table private.bulk_lines is
'Which lines of a stream were done under its Idempotency-Key: sent again, it goes on where it broke off.';
create index bulk_lines_created_at_idx on private.bulk_lines (created_at);
alter table private.bulk_lines enable row level security;

create function private.insert_content(given jsonb)
returns uuid
language sql
volatile
set search_path = ''
as $$
  select made.id
  from jsonb_to_record(given) as content (
    brand_id uuid, title text, type text, template_id uuid, fields jsonb, metadata jsonb, tags text[], body text,
    excerpt text, slug text, categories text[], due_at timestamptz, expires_at timestamptz, assignees uuid[]
  )
  cross join lateral public.create_content(
    brand_id => content.brand_id, title => coalesce(content.title, ''), type => content.type,
    template_id => content.template_id, fields => coalesce(content.fields, '{}'),
    metadata => coalesce(content.metadata, '{}'), tags => coalesce(content.tags, '{}'),
    body => coalesce(content.body, ''), excerpt => coalesce(content.excerpt, ''), slug => coalesce(content.slug, ''),
    categories => coalesce(content.categories, '{}'), due_at => content.due_at, expires_at => content.expires_at,
    assignees => coalesce(content.assignees, '{}')
  ) as made;
$$;

create function public.create_contents(lines jsonb, key text default null)
returns table (
  line integer, outcome integer, content_id uuid, is_replayed boolean, code text, message text, details text
)
language plpgsql
volatile
security definer -- calls create_content, which checks the caller for each line
set search_path = ''
as $$
#variable_conflict use_column
declare
  entry jsonb;
  known private.bulk_lines;
begin
  if key is not null then
    -- One key, one use: whatever else was sent under it is another request.
    perform private.claim_key(key, encode(sha256('a stream of contents'), 'hex'));
  end if;
  for entry in select each from jsonb_array_elements(lines) as each loop
    line := (entry ->> 'line')::integer;
    outcome := 201;
    content_id := null;
    is_replayed := false;
    code := null;
    message := null;
    details := null;
    begin
      known := null;
      if key is not null then
        insert into private.bulk_lines (user_id, key, line, fingerprint)
        values (auth.uid(), create_contents.key, (entry ->> 'line')::integer, md5((entry -> 'content')::text))
        on conflict on constraint bulk_lines_pkey do nothing;
        if not found then
          select * into known from private.bulk_lines as lines_done
          where
            lines_done.user_id = auth.uid() and lines_done.key = create_contents.key
            and lines_done.line = (entry ->> 'line')::integer;
        end if;
      end if;
      if known.line is null then
        content_id := private.insert_content(entry -> 'content');
        update private.bulk_lines as done set content_id = create_contents.content_id
        where
          done.user_id = auth.uid() and done.key = create_contents.key and done.line = (entry ->> 'line')::integer;
      elsif known.fingerprint <> md5((entry -> 'content')::text) then
        perform private.refuse(422, 'another content was sent in this line under this Idempotency-Key');
      else
        content_id := known.content_id;
        is_replayed := true;
      end if;
    exception
      when others then -- told apart below: what is not the caller's doing goes on
        get stacked diagnostics code = returned_sqlstate, message = message_text, details = pg_exception_detail;
        outcome := private.http_status(code);
        content_id := null;
        if outcome is null then
          raise;
        end if;
    end;
    return next;
  end loop;
end;
$$;
comment on function public.create_contents is
'Lines {line, content} of a stream, each with the HTTP status that it would have had alone; under a key none twice.';
grant execute on function public.create_contents to authenticated;
