create function private.insert_content(given jsonb)
returns uuid
language sql
volatile
set search_path = ''
as $$
  select made.id
  from jsonb_to_record(given) as content (
    brand_id uuid, title text, type text, template_id uuid, fields jsonb, metadata jsonb, tags text[], body text,
    excerpt text, slug text, categories text[], due_at text, expires_at text, assignees uuid[], rich jsonb
  )
  cross join lateral public.create_content(
    brand_id => content.brand_id, title => coalesce(content.title, ''), type => content.type,
    template_id => content.template_id, fields => coalesce(content.fields, '{}'),
    metadata => coalesce(content.metadata, '{}'), tags => coalesce(content.tags, '{}'),
    body => coalesce(content.body, ''), excerpt => coalesce(content.excerpt, ''), slug => coalesce(content.slug, ''),
    categories => coalesce(content.categories, '{}'), due_at => private.read_instant(content.due_at, 'dueAt'),
    expires_at => private.read_instant(content.expires_at, 'expiresAt'), assignees => coalesce(content.assignees, '{}'),
    rich => content.rich
  ) as made;
$$;
comment on function private.insert_content is 'Creates the content of a line with create_content and returns its id.';

create function private.plain_texts_of(content_id uuid)
returns text[]
language sql
stable
set search_path = ''
as $$
  select contents.plain_texts from public.contents where contents.id = content_id;
$$;
comment on function private.plain_texts_of is 'Returns the paths of the texts of a content that are kept as typed.';

create function private.claim_bulk_line(key text, line integer, fingerprint text)
returns private.bulk_lines
language plpgsql
volatile
set search_path = ''
as $$
#variable_conflict use_variable
declare
  done private.bulk_lines;
begin
  if key is not null then
    insert into private.bulk_lines (owner_id, key, line, fingerprint)
    values (private.key_owner(), key, line, fingerprint)
    on conflict on constraint bulk_lines_pkey do nothing;
    if not found then
      select * into done from private.bulk_lines as earlier
      where
        earlier.owner_id = private.key_owner() and earlier.key = claim_bulk_line.key
        and earlier.line = claim_bulk_line.line;
    end if;
  end if;
  if done.fingerprint <> fingerprint then
    perform private.refuse(422, 'another content was sent in this line under this Idempotency-Key');
  end if;
  return done;
end;
$$;
comment on function private.claim_bulk_line is
'Claims a line of a stream under its Idempotency-Key. Returns the line as it was done earlier; null if it is new or
there is no key. Refuses with 422 a line that was sent with another content.';

create function public.create_contents(lines jsonb, key text default null)
returns table (
  line integer, outcome integer, content_id uuid, is_replayed boolean, code text, message text, details text,
  plain_texts text[]
)
language plpgsql
volatile
security definer -- calls create_content, which checks the caller for each line
set search_path = ''
set statement_timeout = '30s'
as $$
#variable_conflict use_column
declare
  stream_fingerprint constant text := encode(sha256('a stream of contents'), 'hex');
  entry jsonb;
  done private.bulk_lines;
begin
  perform private.require_functions();
  if key is not null then
    -- With one fingerprint for all streams: the lines have their own. The key is of no use to other commands.
    if private.claim_key(key, stream_fingerprint) is null then
      perform private.keep_answer(key, '[]', stream_fingerprint);
    end if;
  end if;
  perform private.begin_summary();
  for entry in select each from jsonb_array_elements(lines) as each loop
    line := (entry ->> 'line')::integer;
    outcome := 201;
    content_id := null;
    is_replayed := false;
    code := null;
    message := null;
    details := null;
    begin
      -- Of a line that depends on what its brand takes, the application names the fingerprint.
      done := private.claim_bulk_line(
        key, line, coalesce(entry ->> 'fingerprint', md5((entry -> 'content')::text))
      );
      is_replayed := done.line is not null;
      if is_replayed then
        content_id := done.content_id;
      else
        content_id := private.insert_content(entry -> 'content');
        update private.bulk_lines as claimed set content_id = create_contents.content_id
        where
          claimed.owner_id = private.key_owner() and claimed.key = create_contents.key
          and claimed.line = create_contents.line;
      end if;
    exception
      when others then -- refusals are the outcome of the line; other errors fail the whole call
        get stacked diagnostics code = returned_sqlstate, message = message_text, details = pg_exception_detail;
        outcome := private.http_status(code);
        details := private.own_details(code, details);
        content_id := null;
        if outcome is null then
          raise;
        end if;
    end;
    plain_texts := case when entry -> 'content' ? 'rich' then private.plain_texts_of(content_id) end;
    return next;
  end loop;
  perform private.send_summary('create_contents');
end;
$$;
comment on function public.create_contents is
'Creates the contents of lines {line, content} and returns for each the HTTP status that it would have had alone. Lines
that were done under the same key are not done again.';
grant execute on function public.create_contents to authenticated, service_role;

create function public.import_contents(lines jsonb, is_dry_run boolean default false)
returns jsonb
language plpgsql
volatile
security definer -- calls create_content, which checks the caller for each line
set search_path = ''
set statement_timeout = '30s'
as $$
declare
  entry jsonb;
  made uuid [] := '{}';
  made_id uuid;
  plain_texts jsonb := '{}';
  problems jsonb := '[]';
  code text;
  reason text;
  details text;
begin
  perform private.require_functions();
  perform private.begin_summary();
  -- Creating the contents is the only check that forgets no rule; errors and dry runs undo it as a whole.
  begin
    for entry in select each from jsonb_array_elements(lines) as each loop
      begin
        made_id := private.insert_content(entry -> 'content');
        made := made || made_id;
        if entry -> 'content' ? 'rich' then
          plain_texts := plain_texts || jsonb_build_object(entry ->> 'line', private.plain_texts_of(made_id));
        end if;
      exception
        when others then -- refusals are problems of the line; other errors fail the whole call
          get stacked diagnostics code = returned_sqlstate, reason = message_text, details = pg_exception_detail;
          if private.http_status(code) is null then
            raise;
          end if;
          problems := problems || jsonb_build_object(
            'line', entry -> 'line', 'outcome', private.http_status(code), 'code', code, 'message', reason,
            'details', private.own_details(code, details)
          );
      end;
    end loop;
    if is_dry_run or problems <> '[]' then
      raise exception using errcode = 'ZZ001';
    end if;
  exception
    when sqlstate 'ZZ001' then
      made := '{}';
  end;
  perform private.send_summary('import_contents');
  return jsonb_build_object('content_ids', to_jsonb(made), 'problems', problems, 'plain_texts', plain_texts);
end;
$$;
comment on function public.import_contents is
'Creates the contents of all lines {line, content}, or none if a line has a problem or it is a dry run:
{content_ids, problems, plain_texts}, the last by line of the texts that are kept as typed.';
grant execute on function public.import_contents to authenticated, service_role;

create function public.export_contents(
  filters jsonb, after_id uuid default null, page_size integer default 100
)
returns jsonb
language plpgsql
volatile
security definer -- writes the audit log, and reads as list_contents does
set search_path = ''
set statement_timeout = '30s'
as $$
declare
  brand uuid := filters ->> 'brand_id';
  asked private.list_request;
  conditions text;
  items jsonb;
  total bigint;
begin
  perform private.require_functions();
  perform private.require_permission(brand, 'content.read');
  perform private.require_permission(brand, 'export.run');
  asked := private.read_list_request(filters, array[brand], 'created_at', true, null, 0, 0);
  conditions := 'contents.brand_id = $2 and contents.deleted_at is null'
    || replace(private.asked_conditions(filters), 'asked.', '($1).');
  -- A caller of the data API may begin behind the first page: that is recorded as an export as well.
  if after_id is null or not exists (
    select from public.audit_log
    where
      audit_log.brand_id = brand and audit_log.action = 'data.export' and audit_log.actor_id = auth.uid()
      and audit_log.occurred_at > now() - interval '1 hour' and audit_log.details -> 'filters' = filters
  ) then
    execute 'select count(*) from public.contents where ' || conditions into total using asked, brand;
    -- Exports of more than 1,000 records alert security (domain §2): the log has it before the first is given out.
    perform private.audit(brand, 'data.export', 'content', null, jsonb_build_object(
      'records', total, 'is_large', total > 1000, 'filters', filters
    ));
    perform private.append_event(brand, 'brand', brand, 'ContentsExported', jsonb_build_object('records', total));
  end if;
  execute
    'select jsonb_agg(to_jsonb(page) order by page.id) from ('
    '  select contents.* from public.contents where contents.id > $3 and ' || conditions ||
    '  order by contents.id limit $4) as page'
  into items
  using asked, brand, coalesce(after_id, '00000000-0000-0000-0000-000000000000'), least(greatest(page_size, 1), 500);
  return jsonb_build_object(
    'items', coalesce(items, '[]'), 'total', total,
    'people', private.people_named(array(
      select distinct private.as_uuid(person)
      from jsonb_array_elements(items) as item
      cross join lateral (
        select jsonb_array_elements_text(item -> 'assignees') as person
        union all
        select unnest(array[item ->> 'created_by', item ->> 'updated_by', item ->> 'published_by'])
      ) as named
    ))
  );
end;
$$;
comment on function public.export_contents is
'Exports whole contents of a brand by id, after the one given, with the names of their people by id:
{items, total, people}. Records each export in the audit log.';
grant execute on function public.export_contents to authenticated, service_role;
