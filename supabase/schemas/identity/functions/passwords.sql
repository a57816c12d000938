create function private.password_history_length()
returns integer
language sql
immutable
parallel safe
set search_path = ''
as $$
  select 5;
$$;
comment on function private.password_history_length is
'How many of the last passwords of a person may not be used again (domain §8).';

create function private.recent_password_hashes(person uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(recent.password_hash), '[]')
  from (
    select password_history.password_hash from private.password_history
    where password_history.user_id = recent_password_hashes.person
    order by password_history.created_at desc limit private.password_history_length()
  ) as recent;
$$;
comment on function private.recent_password_hashes is
'Returns the hashes of the passwords that a person may not use again, the latest first.';

create function public.permit_credential_change(user_id uuid, email text default null)
returns boolean
language plpgsql
volatile
security definer -- permits are written by functions only, and only Auth keeps the addresses
set search_path = ''
as $$
begin
  if private.find_person(jsonb_build_object('email', permit_credential_change.email)) <> permit_credential_change.user_id
  then
    return false;
  end if;
  insert into private.credential_permits (user_id) values (permit_credential_change.user_id)
  on conflict on constraint credential_permits_pkey do update
    set expires_at = excluded.expires_at, used_in = null;
  return true;
end;
$$;
comment on function public.permit_credential_change is
'For the service: permits one change of a password or address in Auth, just before the service requests it. Returns
false, and permits nothing, where somebody else has the address: Auth does not look, and fails.';
grant execute on function public.permit_credential_change to service_role;

create function private.require_credential_permit()
returns trigger
language plpgsql
security definer -- runs for the role of the Auth server
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
'Refuses a change of a password or address in Auth without a permit. The API of Auth itself accepts a new password for
an access token alone, so a stolen token would be enough.';

create function public.read_password_history(user_id uuid)
returns jsonb
language sql
stable
security definer -- the history is read by functions only
set search_path = ''
as $$
  select private.recent_password_hashes(read_password_history.user_id);
$$;
comment on function public.read_password_history is
'For the service: returns the hashes of the passwords that a person may not use again.';
grant execute on function public.read_password_history to service_role;

create function public.record_password(change jsonb)
returns uuid[]
language plpgsql
volatile
security definer -- the history and sessions are written by functions only
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
      where newest.user_id = person order by newest.created_at desc limit private.password_history_length()
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
'For the service, after Auth took a new password: adds it to the history, ends the sessions of the person except
besides, forgets their devices and links, and mails them. Returns the ids of the sessions that were open.';
grant execute on function public.record_password to service_role;
