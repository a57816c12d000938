-- Files in and files out; and what a day has made superfluous.

create function public.import_contents(lines jsonb, is_dry_run boolean default false)
returns jsonb
language plpgsql
volatile
security definer -- calls create_content, which checks the caller for each line
set search_path = ''
as $$
declare
  entry jsonb;
  made uuid [] := '{}';
  problems jsonb := '[]';
  code text;
  reason text;
  details text;
begin
  -- The only check that forgets no rule is to do it: what is wrong, or only tried, is taken back as a whole.
  begin
    for entry in select each from jsonb_array_elements(lines) as each loop
      begin
        made := made || private.insert_content(entry -> 'content');
      exception
        when others then -- told apart below: what is not the caller's doing goes on
          get stacked diagnostics code = returned_sqlstate, reason = message_text, details = pg_exception_detail;
          if private.http_status(code) is null then
            raise;
          end if;
          problems := problems || jsonb_build_object(
            'line', entry -> 'line', 'outcome', private.http_status(code), 'code', code, 'message', reason,
            'details', details
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
  return jsonb_build_object('content_ids', to_jsonb(made), 'problems', problems);
end;
$$;
comment on function public.import_contents is
'{content_ids, problems}: all lines {line, content} or, with a problem in any of them or as a dry run, none.';
grant execute on function public.import_contents to authenticated;

create function public.export_contents(filters jsonb, after_id uuid default null, page_size integer default 100)
returns jsonb
language plpgsql
volatile
security definer -- writes the audit log, and reads as list_contents does
set search_path = ''
as $$
declare
  brand uuid := filters ->> 'brand_id';
  conditions text := 'contents.brand_id = $2 and contents.deleted_at is null' || private.content_conditions(filters);
  items jsonb;
  total bigint;
begin
  perform private.require_permission(brand, 'content.read');
  perform private.require_permission(brand, 'export.run');
  if after_id is null then
    execute 'select count(*) from public.contents where ' || conditions into total using filters, brand;
    -- More than a thousand records are for somebody's eyes (domain §2): the log says so before the first is given out.
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
  using filters, brand, coalesce(after_id, '00000000-0000-0000-0000-000000000000'), least(greatest(page_size, 1), 500);
  return jsonb_build_object('items', coalesce(items, '[]'), 'total', total);
end;
$$;
comment on function public.export_contents is
'{items, total}: whole contents of a brand after the one that is named, by id; the first page is written into the audit
log.';
grant execute on function public.export_contents to authenticated;

create function public.forget_expired_keys(batch integer default 5000)
returns integer
language sql
volatile
security definer -- private is closed to the service as well
set search_path = ''
as $$
  with expired_keys as (
    delete from private.idempotency_keys
    where (idempotency_keys.user_id, idempotency_keys.key) in (
      select expired.user_id, expired.key
      from private.idempotency_keys as expired
      where expired.expires_at < now()
      limit forget_expired_keys.batch
      for update skip locked
    )
    returning 1
  ),
  expired_lines as (
    delete from private.bulk_lines
    where (bulk_lines.user_id, bulk_lines.key, bulk_lines.line) in (
      select expired.user_id, expired.key, expired.line
      from private.bulk_lines as expired
      where expired.created_at < now() - interval '24 hours'
      limit forget_expired_keys.batch
      for update skip locked
    )
    returning 1
  )
  select ((select count(*) from expired_keys) + (select count(*) from expired_lines))::integer;
$$;
comment on function public.forget_expired_keys is
'For the scheduler: takes away idempotency keys, and the lines of streams, of more than a day ago.';
grant execute on function public.forget_expired_keys to service_role;
