create function private.forget_links_of_inactive()
returns trigger
language plpgsql
security definer -- tokens are written by functions only
set search_path = ''
as $$
begin
  delete from private.identity_tokens where identity_tokens.user_id = new.id;
  return null;
end;
$$;
comment on function private.forget_links_of_inactive is
'Deletes the links that were mailed to a person who is deactivated.';

create function private.mail_link(person uuid, token jsonb)
returns void
language plpgsql
volatile
security definer -- tokens are written by functions only
set search_path = ''
as $$
begin
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
comment on function private.mail_link is
'Stores the token of a link and queues its mail. Earlier links of the person for the same purpose stop working.';

create function public.request_link(token jsonb)
returns boolean
language plpgsql
volatile
security definer -- reads the addresses, which only Auth keeps
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
  -- People of a connection have no password here.
  if token ->> 'purpose' = 'password_reset'
    and exists (select from private.sso_people where sso_people.user_id = person)
  then
    return false;
  end if;
  perform private.mail_link(person, token);
  perform private.audit_person(person, null, 'auth.' || (token ->> 'purpose') || '_requested');
  return true;
end;
$$;
comment on function public.request_link is
'For the service: mails a link to the person with the address. Returns false, and mails nothing, where nobody active
has it, the address is verified already, or there is no password to reset.';
grant execute on function public.request_link to service_role;

create function public.read_link(token_hash text, purpose text)
returns jsonb
language sql
stable
security definer -- tokens are read by functions only
set search_path = ''
as $$
  select jsonb_build_object(
    'userId', token.user_id, 'newEmail', token.new_email, 'email', users.email,
    'history', private.recent_password_hashes(token.user_id)
  )
  from private.identity_tokens as token
  inner join auth.users on users.id = token.user_id
  where
    token.token_hash = read_link.token_hash and token.purpose = read_link.purpose
    and token.used_at is null and token.expires_at > now();
$$;
comment on function public.read_link is
'For the service: returns the person of a link that still works, their addresses and password history; null
otherwise.';
grant execute on function public.read_link to service_role;

create function public.spend_link(token_hash text, is_spent boolean default true)
returns jsonb
language plpgsql
volatile
security definer -- tokens are written by functions only
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
    -- Before the new password is set: somebody else may know the old one.
    ended := private.end_sessions(token.user_id, 'password_changed');
    delete from public.trusted_devices where trusted_devices.user_id = token.user_id;
  end if;
  return jsonb_build_object('isSpent', token.user_id is not null, 'ended', to_jsonb(ended));
end;
$$;
comment on function public.spend_link is
'For the service: marks a link as used, or as unused again (is_spent false) where the action failed on our side. A link
for a new password also ends the sessions of its person and forgets their devices.';
grant execute on function public.spend_link to service_role;

create function public.request_email_change(token jsonb)
returns void
language plpgsql
volatile
security definer -- tokens are written by functions only
set search_path = ''
as $$
declare
  person uuid := (token ->> 'userId')::uuid;
begin
  perform private.require_session(person, (token ->> 'sessionId')::uuid, true);
  perform private.mail_link(person, token);
  perform private.enqueue_job('mail', 'send_mail', null, jsonb_build_object('mail', token -> 'warning'));
  perform private.audit_person(person, (token ->> 'sessionId')::uuid, 'auth.email_change_requested');
end;
$$;
comment on function public.request_email_change is
'For the service: mails a link to the new address and a warning to the old one.';
grant execute on function public.request_email_change to service_role;

create function public.record_email(change jsonb)
returns uuid[]
language plpgsql
volatile
security definer -- the column is written by functions only
set search_path = ''
as $$
declare
  person uuid := (change ->> 'userId')::uuid;
  ended uuid[] := '{}';
begin
  update public.profiles set email_index = change ->> 'emailIndex' where profiles.id = person;
  if change ->> 'action' = 'email_change' then
    -- Links that were mailed to the old address, and sessions that were opened with it, stop working.
    delete from private.identity_tokens where identity_tokens.user_id = person;
    -- Deletes identities of other providers: they name the old address, and Auth leaves them in place.
    delete from auth.identities where identities.user_id = person and identities.provider <> 'email';
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
'For the service, after Auth took a verified address: stores its blind index and mails the old address. After a change
of address returns the ids of the sessions that it ended.';
grant execute on function public.record_email to service_role;
