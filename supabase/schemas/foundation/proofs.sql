create table private.signing_keys (
  secret text primary key check (char_length(secret) >= 32),
  created_at timestamptz not null default now()
);
comment on table private.signing_keys is
'The keys of the proofs that our functions send. The two newest are valid, so that keys can be rotated.';
alter table private.signing_keys enable row level security;

create function public.register_signing_key(secret text)
returns void
language plpgsql
volatile
security definer -- private is closed to the service as well
set search_path = ''
as $$
begin
  insert into private.signing_keys (secret) values (register_signing_key.secret) on conflict do nothing;
  delete from private.signing_keys
  where signing_keys.secret not in (
    select newest.secret from private.signing_keys as newest order by newest.created_at desc limit 2
  );
end;
$$;
comment on function public.register_signing_key is
'For the service: registers SIGNING_SECRET and keeps the two newest keys. Registering a known key changes nothing.';
grant execute on function public.register_signing_key to service_role;

create function public.knows_signing_key(fingerprint text)
returns boolean
language sql
stable
security definer -- private is closed to the service as well
set search_path = ''
as $$
  select exists (
    select from private.signing_keys
    where encode(sha256(convert_to(signing_keys.secret, 'UTF8')), 'hex') = knows_signing_key.fingerprint
  );
$$;
comment on function public.knows_signing_key is
'For the service: whether a key is registered, by its SHA-256 in hexadecimal digits.';
grant execute on function public.knows_signing_key to service_role;

-- PL/pgSQL, like all helpers that every statement calls: it keeps its plans for as long as the connection lives.
create function private.from_functions()
returns boolean
language plpgsql
stable
security definer -- reads the keys
set search_path = ''
as $$
declare
  -- What this transaction has verified before, if anything: a command asks for each function that it runs. Whoever could
  -- write the setting could write the claims as well.
  proven text := nullif(current_setting('mixerai.proven', true), '');
  claims jsonb;
  -- `<expiry>.<MAC>`: Unix time in seconds, and HMAC-SHA-256 in hexadecimal digits.
  proof text;
  expiry text;
  signed text;
begin
  if proven = current_setting('request.jwt.claims', true) || current_setting('request.headers', true) then
    return true;
  end if;
  claims := nullif(current_setting('request.jwt.claims', true), '')::jsonb;
  -- Only functions hold the key of the service, and it passes every policy in any case. Not current_user: functions with
  -- the rights of their owner change it.
  if claims ->> 'role' = 'service_role' then
    return true;
  end if;
  proof := nullif(current_setting('request.headers', true), '')::json ->> 'x-functions-proof';
  -- Without claims there is no request: whoever speaks SQL as the owner needs no function.
  if proof is null or claims is null or claims ? 'read_only' then
    return false;
  end if;
  -- The rest needs no pattern, which would take most of the time: it is compared as a whole.
  expiry := substring(proof from '^[0-9]{1,12}');
  -- By the start of the transaction: a command that waits for a lock keeps its proof.
  if expiry is not null and expiry::bigint not between extract(epoch from now()) and extract(epoch from now()) + 300 then
    perform private.refuse(403, 'the proof of this request has expired');
  end if;
  -- Of the verified token and never of the header. No claim can contain a line feed: the ids are UUIDs of Auth and of our
  -- functions, and the scopes are words.
  signed := concat_ws(
    e'\n', 'functions-proof-1', coalesce(claims ->> 'sub', ''), coalesce(claims ->> 'session_id', ''),
    coalesce(claims ->> 'api_key_id', ''), coalesce(claims ->> 'scope', ''), expiry
  );
  -- Digests are compared, so that the time of the comparison tells nothing about the MAC.
  if not exists (
    select from private.signing_keys as keys
    where sha256(convert_to(expiry || '.' || encode(extensions.hmac(
      convert_to(signed, 'UTF8'), convert_to(keys.secret, 'UTF8'), 'sha256'
    ), 'hex'), 'UTF8')) = sha256(convert_to(proof, 'UTF8'))
  ) then
    -- The functions know this message, and register their key then (lib/core/data/db.py).
    perform private.refuse(403, 'the proof of this request has an unknown key');
  end if;
  proven := set_config(
    'mixerai.proven', current_setting('request.jwt.claims', true) || current_setting('request.headers', true), true
  );
  return true;
end;
$$;
comment on function private.from_functions is
'Whether the request comes from our functions: its header X-Functions-Proof is signed for the caller of the access token
(user, session or API key, scopes) and has not expired, or it has the service role. False without the header and for
tokens for reading. Raises 403 for a header that is not valid, so that no update silently changes nothing.';
grant execute on function private.from_functions to anon, authenticated, service_role;

create function private.require_functions()
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if not private.from_functions() then
    perform private.refuse(403, 'this is for the platform''s own functions');
  end if;
end;
$$;
comment on function private.require_functions is
'Raises 403 unless the request comes from our functions (private.from_functions). The first statement of every function
of the data API that may write and that a caller other than the service may execute.';
grant execute on function private.require_functions to anon, authenticated, service_role;
