-- Links that prove an e-mail address, and the passwords that were used before.

create table private.identity_tokens (
  token_hash text primary key check (token_hash ~ '^[0-9a-f]{64}$'),
  user_id uuid not null references public.profiles (id) on delete cascade,
  purpose text not null check (purpose in ('password_reset', 'email_verification', 'email_change')),
  new_email private.ciphertext,
  expires_at timestamptz not null,
  used_at timestamptz,
  created_at timestamptz not null default now(),
  check ((purpose = 'email_change') = (new_email is not null))
);
comment on table private.identity_tokens is
'Links that were mailed: 32 random bytes, of which only a hash is kept; each works once (domain §8).';
comment on column private.identity_tokens.new_email is 'Encrypted by the application.';
create index identity_tokens_user_id_idx on private.identity_tokens (user_id, purpose);
alter table private.identity_tokens enable row level security;

create table private.credential_permits (
  user_id uuid primary key references public.profiles (id) on delete cascade,
  expires_at timestamptz not null default now() + interval '30 seconds',
  used_in xid8
);
comment on column private.credential_permits.used_in is 'The one transaction of Auth that it served.';
comment on table private.credential_permits is
'That a password or an address may be changed in Auth, once and now: by our own commands, which checked who asks.';
alter table private.credential_permits enable row level security;

create function public.permit_credential_change(user_id uuid)
returns void
language sql
volatile
security definer -- permits are nobody's to write
set search_path = ''
as $$
  insert into private.credential_permits (user_id) values (permit_credential_change.user_id)
  on conflict on constraint credential_permits_pkey do update
    set expires_at = excluded.expires_at, used_in = null;
$$;
comment on function public.permit_credential_change is
'For the service, just before it has Auth change a password or an address.';
grant execute on function public.permit_credential_change to service_role;

create function private.require_credential_permit()
returns trigger
language plpgsql
security definer -- runs for the Auth server's role
set search_path = ''
as $$
begin
  update private.credential_permits set used_in = pg_current_xact_id()
  where
    credential_permits.user_id = new.id and credential_permits.expires_at > now()
    and coalesce(credential_permits.used_in, pg_current_xact_id()) = pg_current_xact_id();
  if not found then
    perform private.refuse(403, 'passwords and addresses are changed by the platform''s own commands');
  end if;
  return new;
end;
$$;
comment on function private.require_credential_permit is
'Auth''s own API asks for no password before it takes a new one: a stolen token would be enough.';
create trigger require_credential_permit
before update of encrypted_password, email on auth.users
for each row when (
  old.encrypted_password is distinct from new.encrypted_password or old.email is distinct from new.email
)
execute function private.require_credential_permit();

create function private.forget_links_of_inactive()
returns trigger
language plpgsql
security definer -- tokens are nobody's to write
set search_path = ''
as $$
begin
  delete from private.identity_tokens where identity_tokens.user_id = new.id;
  return null;
end;
$$;
create trigger forget_links_of_inactive
after update of is_active on public.profiles
for each row when (old.is_active and not new.is_active) execute function private.forget_links_of_inactive();

create function private.add_identity_token(person uuid, token jsonb)
returns void
language plpgsql
volatile
security definer -- nobody may write tokens by themselves
set search_path = ''
as $$
begin
  -- A new link kills those before it.
  delete from private.identity_tokens
  where identity_tokens.user_id = person and identity_tokens.purpose = token ->> 'purpose';
  insert into private.identity_tokens (token_hash, user_id, purpose, new_email, expires_at)
  values (
    token ->> 'tokenHash', person, token ->> 'purpose', token ->> 'newEmail',
    now() + case token ->> 'purpose' when 'password_reset' then interval '1 hour' else interval '48 hours' end
  );
  perform private.enqueue_job('mail', 'send_mail', null, jsonb_build_object('mail', token -> 'mail'));
end;
$$;

create function public.request_link(token jsonb)
returns boolean
language plpgsql
volatile
security definer -- reads whose e-mail it is
set search_path = ''
as $$
declare
  person uuid := private.find_person(token);
begin
  if person is null or not exists (select from public.profiles where profiles.id = person and profiles.is_active) then
    return false;
  end if;
  if token ->> 'purpose' = 'email_verification'
    and exists (select from auth.users where users.id = person and users.email_confirmed_at is not null)
  then
    return false;
  end if;
  -- Who signs in at their own company has no password here to reset.
  if token ->> 'purpose' = 'password_reset'
    and exists (select from auth.users where users.id = person and users.raw_app_meta_data ->> 'provider' = 'saml')
  then
    return false;
  end if;
  perform private.add_identity_token(person, token);
  perform private.audit_person(person, null, 'auth.' || (token ->> 'purpose') || '_requested');
  return true;
end;
$$;
comment on function public.request_link is
'For the service: mails a link to whom the address belongs; false, and no mail, where it belongs to nobody.';
grant execute on function public.request_link to service_role;

create function public.read_link(token_hash text, purpose text)
returns jsonb
language sql
stable
security definer -- tokens are nobody's to read
set search_path = ''
as $$
  select jsonb_build_object(
    'userId', token.user_id, 'newEmail', token.new_email, 'email', users.email,
    'history', (
      select coalesce(jsonb_agg(recent.password_hash), '[]')
      from (
        select password_history.password_hash from private.password_history
        where password_history.user_id = token.user_id
        order by password_history.created_at desc limit 5
      ) as recent
    )
  )
  from private.identity_tokens as token
  inner join auth.users on users.id = token.user_id
  where
    token.token_hash = read_link.token_hash and token.purpose = read_link.purpose
    and token.used_at is null and token.expires_at > now();
$$;
comment on function public.read_link is 'For the service: whose link it is, while it works; null for any other.';
grant execute on function public.read_link to service_role;

create function public.spend_link(token_hash text, is_spent boolean default true)
returns jsonb
language plpgsql
volatile
security definer -- tokens are nobody's to write
set search_path = ''
as $$
declare
  token private.identity_tokens;
  ended uuid[] := '{}';
begin
  update private.identity_tokens set used_at = case when spend_link.is_spent then now() end
  where
    identity_tokens.token_hash = spend_link.token_hash
    and (identity_tokens.used_at is null) = spend_link.is_spent
    and identity_tokens.expires_at > now()
  returning * into token;
  if token.purpose = 'password_reset' and spend_link.is_spent then
    -- At once, whatever becomes of the rest: who asks for a new password may have lost the old one to somebody.
    ended := private.end_sessions(token.user_id, 'password_changed');
    delete from public.trusted_devices where trusted_devices.user_id = token.user_id;
  end if;
  return jsonb_build_object('isSpent', token.user_id is not null, 'ended', to_jsonb(ended));
end;
$$;
comment on function public.spend_link is
'For the service: takes a link, once; or gives it back where what it was for failed on our side.';
grant execute on function public.spend_link to service_role;

create function public.read_password_history(user_id uuid)
returns jsonb
language sql
stable
security definer -- the history is nobody's to read
set search_path = ''
as $$
  select coalesce(jsonb_agg(recent.password_hash), '[]')
  from (
    select password_history.password_hash from private.password_history
    where password_history.user_id = read_password_history.user_id
    order by password_history.created_at desc limit 5
  ) as recent;
$$;
comment on function public.read_password_history is 'For the service: the hashes of the last five passwords.';
grant execute on function public.read_password_history to service_role;

create function public.record_password(change jsonb)
returns uuid[]
language plpgsql
volatile
security definer -- nobody may write the history or sessions by themselves
set search_path = ''
as $$
declare
  person uuid := (change ->> 'userId')::uuid;
  ended uuid[];
begin
  insert into private.password_history (user_id, password_hash, created_at)
  values (person, change ->> 'passwordHash', clock_timestamp());
  delete from private.password_history
  where
    password_history.user_id = person
    and password_history.created_at not in (
      select newest.created_at from private.password_history as newest
      where newest.user_id = person order by newest.created_at desc limit 5
    );
  ended := private.end_sessions(person, 'password_changed', null, (change ->> 'besides')::uuid);
  delete from public.trusted_devices where trusted_devices.user_id = person;
  delete from private.identity_tokens where identity_tokens.user_id = person;
  if change ? 'mail' then
    perform private.enqueue_job('mail', 'send_mail', null, jsonb_build_object('mail', change -> 'mail'));
  end if;
  perform private.audit_person(person, (change ->> 'besides')::uuid, 'auth.' || (change ->> 'action'));
  return ended;
end;
$$;
comment on function public.record_password is
'For the service, after Auth took a new password: remembers it, ends sessions, forgets devices, tells its person.';
grant execute on function public.record_password to service_role;

create function public.request_email_change(token jsonb)
returns void
language plpgsql
volatile
security definer -- nobody may write tokens by themselves
set search_path = ''
as $$
declare
  person uuid := (token ->> 'userId')::uuid;
begin
  perform private.require_session(person, (token ->> 'sessionId')::uuid, true);
  perform private.add_identity_token(person, token);
  perform private.enqueue_job('mail', 'send_mail', null, jsonb_build_object('mail', token -> 'warning'));
  perform private.audit_person(person, (token ->> 'sessionId')::uuid, 'auth.email_change_requested');
end;
$$;
comment on function public.request_email_change is 'For the service: mails a link to the new address.';
grant execute on function public.request_email_change to service_role;

create function public.record_email(change jsonb)
returns uuid[]
language plpgsql
volatile
security definer -- the column is nobody's to write
set search_path = ''
as $$
declare
  person uuid := (change ->> 'userId')::uuid;
  ended uuid[] := '{}';
begin
  update public.profiles set email_index = change ->> 'emailIndex' where profiles.id = person;
  if change ->> 'action' = 'email_change' then
    -- Links that went to the old address, and whoever is signed in by it.
    delete from private.identity_tokens where identity_tokens.user_id = person;
    ended := private.end_sessions(person, 'revoked');
  end if;
  if change ? 'mail' then
    perform private.enqueue_job('mail', 'send_mail', null, jsonb_build_object('mail', change -> 'mail'));
  end if;
  perform private.audit_person(person, null, 'auth.' || (change ->> 'action'));
  return ended;
end;
$$;
comment on function public.record_email is
'For the service, after Auth took a verified address: finds its person by it from now on, and tells the old one.';
grant execute on function public.record_email to service_role;
