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
'For the service: registers AI_SIGNING_SECRET and keeps the two newest keys. Registering a known key changes nothing.';
grant execute on function public.register_signing_key to service_role;

create function private.verified_payload(payload text, signature text)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  if not exists (
    select from private.signing_keys as keys
    where encode(extensions.hmac(
      convert_to(payload, 'UTF8'), convert_to(keys.secret, 'UTF8'), 'sha256'
    ), 'hex') = signature
  ) then
    perform private.refuse(403, 'this is for the platform''s own functions');
  end if;
  if (payload::jsonb ->> 'userId')::uuid is distinct from auth.uid() then
    perform private.refuse(403, 'this was signed for somebody else');
  end if;
  return payload::jsonb;
end;
$$;
comment on function private.verified_payload is
'Returns the payload of a command that the platform signed (HMAC-SHA-256, hexadecimal) for this caller, its userId.
Refuses another signature or another user (403).';
