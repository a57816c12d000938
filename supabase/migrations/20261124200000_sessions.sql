-- Sessions as the database knows them: opened by our sign-in only, ended at once everywhere.

alter table public.user_sessions
add column method text not null default 'password' check (method in ('password', 'saml', 'oidc', 'invitation')),
add column authenticated_at timestamptz not null default now(),
drop constraint user_sessions_end_reason_check,
add constraint user_sessions_end_reason_check check (end_reason in (
  'signed_out', 'revoked', 'evicted', 'expired', 'password_changed', 'deactivated', 'reused', 'erased'
));
comment on column public.user_sessions.authenticated_at is
'When its person last proved who they are: what is sensitive asks for less than 30 minutes (domain §8).';
comment on column public.user_sessions.last_seen_at is
'When it was last opened, refreshed or extended. An access token lives no longer than eight hours from then.';

create function private.api_key_id()
returns uuid
language plpgsql
stable
set search_path = ''
as $$
begin
  return nullif(nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'api_key_id', '')::uuid;
end;
$$;
comment on function private.api_key_id is 'The API key that the caller''s token was made for; null for people.';
grant execute on function private.api_key_id to authenticated, service_role;

create or replace function private.session_trusted()
returns boolean
language plpgsql
stable
security definer -- reads sessions, factors and keys, which the policies that call it guard
set search_path = ''
as $$
declare
  caller constant uuid := auth.uid();
  key constant uuid := private.api_key_id();
  session_row record;
begin
  if key is not null then
    return exists (
      select from public.api_keys
      where api_keys.id = key and api_keys.user_id = caller and api_keys.revoked_at is null
        and api_keys.expires_at > now()
    );
  end if;
  select user_sessions.mfa_verified_at, user_sessions.ended_at, user_sessions.expires_at, user_sessions.last_seen_at
  into session_row
  from public.user_sessions
  where user_sessions.id = private.session_id() and user_sessions.user_id = caller;
  -- A token that Auth gave out past our sign-in has no session: it passed no lock, no captcha and no limit of five.
  if not found or session_row.ended_at is not null or session_row.expires_at <= now()
    or session_row.last_seen_at <= now() - interval '8 hours'
  then
    return false;
  end if;
  return session_row.mfa_verified_at is not null or not exists (
    select from public.mfa_factors where mfa_factors.user_id = caller and mfa_factors.verified_at is not null
  );
end;
$$;
comment on function private.session_trusted is
'Whether the caller''s session lives, and has passed the second factor if the caller has one; or their API key lives.';

create function private.person_trusted()
returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  return private.api_key_id() is null and private.session_trusted();
end;
$$;
comment on function private.person_trusted is
'Whether the caller is a person in a trusted session, and not an API key.';
grant execute on function private.person_trusted to authenticated, service_role;

create function private.require_recent_authentication()
returns void
language plpgsql
stable
security definer -- reads sessions
set search_path = ''
as $$
begin
  -- The service acts for nobody; what a key may manage its scopes say.
  if auth.uid() is null or private.api_key_id() is not null then
    return;
  end if;
  if not exists (
    select from public.user_sessions
    where
      user_sessions.id = private.session_id()
      and user_sessions.user_id = auth.uid()
      and user_sessions.authenticated_at > now() - interval '30 minutes'
  ) then
    perform private.refuse(403, 'this needs the password or a second factor again', jsonb_build_array(
      jsonb_build_object('code', 'REAUTHENTICATION_REQUIRED', 'message', 'the last time is too long ago')
    ));
  end if;
end;
$$;
comment on function private.require_recent_authentication is
'403 REAUTHENTICATION_REQUIRED unless the caller proved who they are within the last 30 minutes.';
grant execute on function private.require_recent_authentication to authenticated, service_role;

create or replace function private.require_permission(brand uuid, permission text, subject text default 'brand')
returns void
language plpgsql
stable
security definer -- reads the matrix, which no API role may
set search_path = ''
as $$
declare
  asked private.permissions;
begin
  if private.permits(brand, permission) then
    return;
  end if;
  if auth.uid() is not null and not private.session_trusted() then
    perform private.refuse(401, 'this session has ended or has not passed the second factor', jsonb_build_array(
      jsonb_build_object('message', 'sign in, or pass the second factor', 'code', case
        when exists (
          select from public.user_sessions
          where user_sessions.id = private.session_id() and user_sessions.user_id = auth.uid()
            and user_sessions.ended_at is null and user_sessions.expires_at > now()
            and user_sessions.last_seen_at > now() - interval '8 hours'
        ) then 'MFA_REQUIRED' else 'SESSION_INVALID'
      end)
    ));
  end if;
  select permissions.* into strict asked from private.permissions where permissions.name = permission;
  -- Strangers are told that there is nothing, members that they may not.
  if permission <> asked.seen_with and private.permits(brand, asked.seen_with) then
    perform private.refuse(403, format('this needs the permission %s in the brand', permission));
  end if;
  perform private.refuse(404, subject || ' not found');
end;
$$;

create or replace function private.audit(
  brand uuid,
  action text,
  resource_type text,
  resource_id uuid,
  details jsonb default '{}',
  outcome text default 'success'
)
returns void
language plpgsql
volatile
security definer -- nobody may write the log by themselves
set search_path = ''
as $$
begin
  perform private.audit_as(
    auth.uid(), private.session_id(), brand, audit.action, audit.resource_type, audit.resource_id, audit.details,
    audit.outcome
  );
end;
$$;

create function private.audit_as(
  actor uuid,
  session uuid,
  brand uuid,
  action text,
  resource_type text,
  resource_id uuid,
  details jsonb default '{}',
  outcome text default 'success'
)
returns void
language plpgsql
volatile
security definer -- nobody may write the log by themselves
set search_path = ''
as $$
declare
  entry public.audit_log;
  last_entry public.audit_log;
begin
  -- One at a time for each brand: two rows must not follow the same one.
  perform pg_advisory_xact_lock(hashtextextended('audit:' || coalesce(brand::text, 'platform'), 0));
  select * into last_entry from public.audit_log
    where audit_log.brand_id is not distinct from brand order by audit_log.position desc limit 1;
  entry.id := private.uuid_v7();
  entry.brand_id := brand;
  entry.position := coalesce(last_entry.position, 0) + 1;
  entry.action := audit_as.action;
  entry.outcome := audit_as.outcome;
  entry.actor_id := actor;
  entry.actor_type := case
    when actor is null then 'system' when private.api_key_id() is not null then 'api' else 'user'
  end;
  entry.session_id := session;
  entry.resource_type := audit_as.resource_type;
  entry.resource_id := audit_as.resource_id;
  entry.details := audit_as.details || case
    when private.api_key_id() is null then '{}' else jsonb_build_object('apiKeyId', private.api_key_id())
  end;
  entry.request_id := private.request_id();
  entry.occurred_at := clock_timestamp();
  entry.previous_hash := coalesce(last_entry.hash, repeat('0', 64));
  entry.hash := private.audit_hash(entry);
  insert into public.audit_log select entry.*;
end;
$$;
comment on function private.audit_as is
'Appends to the chain of a brand, by whom the service acts for; null: the chain of the platform.';

create function private.audit_person(
  person uuid, session uuid, action text, details jsonb default '{}', outcome text default 'success'
)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  -- What concerns a person and no brand is the platform's to read.
  perform private.audit_as(
    audit_person.person, audit_person.session, null, audit_person.action, 'user', audit_person.person,
    audit_person.details, audit_person.outcome
  );
end;
$$;

create function private.end_sessions(person uuid, reason text, which uuid[] default null, besides uuid default null)
returns uuid[]
language plpgsql
volatile
security definer -- nobody may write sessions by themselves
set search_path = ''
as $$
declare
  ended uuid[];
begin
  with gone as (
    update public.user_sessions
    set ended_at = now(), end_reason = end_sessions.reason
    where
      user_sessions.user_id = end_sessions.person
      and user_sessions.ended_at is null
      and (end_sessions.which is null or user_sessions.id = any (end_sessions.which))
      and user_sessions.id is distinct from end_sessions.besides
    returning user_sessions.id
  )
  select coalesce(array_agg(gone.id), '{}') into ended from gone;
  -- Their refresh tokens go with them, so that Auth gives out no more access tokens either.
  delete from auth.sessions where sessions.id = any (ended);
  return ended;
end;
$$;
comment on function private.end_sessions is
'Ends sessions of a person (all, or those named, or all besides one); the ids of those that still lived.';

create or replace function private.end_sessions_of_inactive()
returns trigger
language plpgsql
security definer -- nobody may write sessions by themselves
set search_path = ''
as $$
begin
  perform private.end_sessions(new.id, 'deactivated');
  update public.api_keys set revoked_at = now() where api_keys.user_id = new.id and api_keys.revoked_at is null;
  return null;
end;
$$;
