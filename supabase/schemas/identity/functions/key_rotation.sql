create function private.encrypted_columns()
returns table (table_name text, column_name text, key_column text, index_column text)
language sql
immutable
set search_path = ''
as $$
  values
    ('public.profiles', 'phone', 'id', null),
    ('public.user_sessions', 'address', 'id', null),
    ('private.sso_sessions', 'subject', 'session_id', null),
    ('public.mfa_factors', 'secret', 'id', null),
    ('public.invitations', 'email', 'id', 'email_index'),
    ('public.channels', 'credentials', 'id', null),
    ('private.notification_destinations', 'url', 'id', null),
    ('private.notification_destinations', 'secret', 'id', null),
    ('private.webhook_secrets', 'secret', 'id', null),
    ('private.identity_tokens', 'new_email', 'token_hash', null);
$$;
comment on function private.encrypted_columns is
'Lists the columns that hold ciphertexts, with the column that identifies their row and the blind index beside them, if
any. A test compares the list with the catalogue.';

create function private.key_version(ciphertext text)
returns integer
language sql
immutable
parallel safe
set search_path = ''
as $$
  select substr(split_part(key_version.ciphertext, '.', 1), 2)::integer;
$$;
comment on function private.key_version is
'Returns the version of the key under which a ciphertext or blind index was made.';

create function public.next_ciphertexts(newest integer, batch integer default 100)
returns jsonb
language plpgsql
stable
security definer -- ciphertexts are read by functions only
set search_path = ''
as $$
declare
  place record;
  found jsonb;
  rows jsonb := '[]';
begin
  for place in select * from private.encrypted_columns() loop
    exit when jsonb_array_length(rows) >= batch;
    execute format(
      'select coalesce(jsonb_agg(jsonb_build_object(''table'', %L, ''column'', %L, ''key'', found.key, '
      '''ciphertext'', found.value)), ''[]'') from (select %I::text as key, %I::text as value from %s '
      'where %I is not null and private.key_version(%I) < $1 order by %I limit $2) as found',
      place.table_name, place.column_name, place.key_column, place.column_name, place.table_name,
      place.column_name, place.column_name, place.key_column
    ) into found using newest, batch - jsonb_array_length(rows);
    rows := rows || found;
  end loop;
  return rows;
end;
$$;
comment on function public.next_ciphertexts is
'For the service: returns a batch of values that are not yet encrypted with the newest key.';
grant execute on function public.next_ciphertexts to service_role;

create function public.replace_ciphertext(place jsonb)
returns boolean
language plpgsql
volatile
security definer -- ciphertexts are written by functions only
set search_path = ''
as $$
declare
  known record;
  changed integer;
begin
  select * into strict known from private.encrypted_columns() as encrypted
  where encrypted.table_name = place ->> 'table' and encrypted.column_name = place ->> 'column';
  -- Only a value that is still as it was read: one that was written since uses the newest key.
  execute format(
    'update %s set %I = $1%s where %I::text = $2 and %I = $3', known.table_name, known.column_name,
    case when known.index_column is null then '' else format(', %I = $4', known.index_column) end,
    known.key_column, known.column_name
  ) using place ->> 'replacement', place ->> 'key', place ->> 'ciphertext', place ->> 'index';
  get diagnostics changed = row_count;
  return changed = 1;
end;
$$;
comment on function public.replace_ciphertext is
'For the service: stores a value encrypted with the newest key, and its blind index. Returns false where the row
changed since it was read.';
grant execute on function public.replace_ciphertext to service_role;

create function public.next_email_indexes(newest integer, batch integer default 100)
returns jsonb
language sql
stable
security definer -- the indexes are read by functions only
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object('userId', found.id, 'email', found.email)), '[]')
  from (
    select profiles.id, users.email
    from public.profiles inner join auth.users on users.id = profiles.id
    where users.email is not null and profiles.is_active
      and (profiles.email_index is null or private.key_version(profiles.email_index) < newest)
    order by profiles.id limit batch
  ) as found;
$$;
comment on function public.next_email_indexes is
'For the service: returns a batch of active people whose address is not yet indexed with the newest key.';
grant execute on function public.next_email_indexes to service_role;

create function public.replace_email_index(user_id uuid, email text, email_index text)
returns boolean
language plpgsql
volatile
security definer -- the column is written by functions only
set search_path = ''
as $$
begin
  update public.profiles set email_index = replace_email_index.email_index
  where profiles.id = replace_email_index.user_id and exists (
    select from auth.users where users.id = profiles.id and users.email = replace_email_index.email
  );
  return found;
end;
$$;
comment on function public.replace_email_index is
'For the service: stores the blind index of an address under the newest key. Returns false where the address has
changed.';
grant execute on function public.replace_email_index to service_role;

create function public.key_versions_in_use()
returns jsonb
language plpgsql
stable
security definer -- ciphertexts are read by functions only
set search_path = ''
as $$
declare
  place record;
  counted jsonb;
  versions jsonb := '{}';
begin
  for place in select * from private.encrypted_columns() loop
    execute format(
      'select coalesce(jsonb_object_agg(version, rows), ''{}'') from (select private.key_version(%I) as version, '
      'count(*) as rows from %s where %I is not null group by 1) as found',
      place.column_name, place.table_name, place.column_name
    ) into counted;
    versions := versions || jsonb_build_object(place.table_name || '.' || place.column_name, counted);
  end loop;
  return versions;
end;
$$;
comment on function public.key_versions_in_use is
'For the service: counts, for each encrypted column, the values under each version of the key.';
grant execute on function public.key_versions_in_use to service_role;
