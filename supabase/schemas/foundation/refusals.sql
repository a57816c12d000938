create function private.refuse(status integer, reason text, details jsonb default '[]')
returns void
language plpgsql
set search_path = ''
as $$
begin
  -- PostgREST answers a SQLSTATE `PTxyz` with HTTP status xyz; `from_data_api` in Python reads the rest.
  raise exception using errcode = 'PT' || status, message = reason, detail = details::text;
end;
$$;
comment on function private.refuse is
'Ends the statement with an HTTP status, a reason for people and a JSON array of {field, code, message}.';
grant execute on function private.refuse to authenticated, service_role;

create function private.require_reason(reason text, field text)
returns void
language plpgsql
immutable
set search_path = ''
as $$
begin
  if not private.shows_something(reason) then
    perform private.refuse(400, 'a reason is needed', jsonb_build_array(jsonb_build_object(
      'field', field, 'code', 'REQUIRED_FIELD_MISSING', 'message', field || ' is required'
    )));
  elsif char_length(reason) > 5000 then
    perform private.refuse(400, 'the reason is too long', jsonb_build_array(jsonb_build_object(
      'field', field, 'code', 'VALUE_TOO_LONG', 'message', '5000 characters at most'
    )));
  end if;
end;
$$;
comment on function private.require_reason is 'Raises 400 for a reason that shows nothing or has over 5000 characters.';

create function private.refuse_change()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  raise exception using errcode = 'PT409', message = tg_table_name || ' is append-only';
end;
$$;

create function private.require_version(current integer, expected integer, subject text)
returns void
language plpgsql
immutable
set search_path = ''
as $$
begin
  if expected is null then
    perform private.refuse(428, 'name the version that you read');
  elsif current <> expected then
    perform private.refuse(412, 'the ' || subject || ' was changed by someone else', jsonb_build_array(
      jsonb_build_object('field', 'version', 'code', 'CONFLICT', 'message', current::text)
    ));
  end if;
end;
$$;
comment on function private.require_version is
'Raises 428 where a change names no version, and 412 with the current one where it names another.';
