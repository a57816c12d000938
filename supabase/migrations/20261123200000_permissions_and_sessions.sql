-- What may be done in a brand, by whom (domain §2), and in which sessions: the two questions of every policy.

create extension if not exists btree_gin with schema extensions;

create table private.permissions (
  name text primary key check (name ~ '^[a-z_]+\.[a-z_]+$'),
  least_role public.brand_role not null,
  seen_with text not null references private.permissions (name),
  description text not null
);
comment on table private.permissions is
'The permission matrix of domain §2. A membership widens it (permissions) or narrows it (restrictions) by these names.';
comment on column private.permissions.least_role is 'Members of this role and above hold it.';
comment on column private.permissions.seen_with is
'Without this one the subject is not even there: who lacks it is told "not found" and not "forbidden".';
create index permissions_seen_with_idx on private.permissions (seen_with);
alter table private.permissions enable row level security;

insert into private.permissions (name, least_role, seen_with, description)
values
('brand.read', 'viewer', 'brand.read', 'read the brand'),
('brand.update', 'admin', 'brand.read', 'change the brand, its settings and its agencies'),
('member.read', 'editor', 'brand.read', 'read who is a member, in which role'),
('member.manage', 'admin', 'brand.read', 'invite, assign and remove members'),
('content.read', 'viewer', 'content.read', 'read contents, their versions and their comments'),
('content.create', 'editor', 'brand.read', 'create and duplicate contents'),
('content.edit', 'editor', 'content.read', 'edit contents that are not published'),
('content.edit_others', 'editor', 'content.read', 'edit what others created'),
('content.submit', 'editor', 'content.read', 'submit for review'),
('content.review', 'admin', 'content.read', 'approve, reject and ask for changes without being named'),
('content.publish', 'admin', 'content.read', 'publish, schedule, archive and reopen'),
('content.delete', 'admin', 'content.read', 'delete contents'),
('content.restore', 'editor', 'content.read', 'restore versions and deleted contents'),
('comment.write', 'viewer', 'content.read', 'comment on contents'),
('comment.moderate', 'admin', 'content.read', 'edit, resolve and delete the comments of others'),
('template.read', 'viewer', 'template.read', 'read and use templates'),
('template.write', 'admin', 'template.read', 'create and change templates'),
('workflow.read', 'viewer', 'workflow.read', 'read workflows, runs and tasks'),
('workflow.write', 'admin', 'workflow.read', 'create and change workflows'),
('workflow.control', 'admin', 'workflow.read', 'skip steps, reassign tasks, cancel runs'),
('ai.use', 'editor', 'content.read', 'use the AI tools'),
('ai.read', 'viewer', 'ai.read', 'read generations'),
('ai.manage', 'admin', 'ai.read', 'set budgets, prompts and knowledge'),
('claim.read', 'viewer', 'claim.read', 'read claims and the matrix'),
('claim.write', 'admin', 'claim.read', 'write claims of brands and products, and market overrides'),
('file.read', 'viewer', 'file.read', 'read files'),
('file.write', 'editor', 'file.read', 'add and remove files'),
('analytics.read', 'viewer', 'brand.read', 'read analytics'),
('audit.read', 'admin', 'brand.read', 'read the audit log'),
('export.run', 'admin', 'content.read', 'export'),
('integration.manage', 'admin', 'brand.read', 'manage API keys and webhooks');

create function private.are_permissions(names text[])
returns boolean
language sql
stable
security definer -- reads the matrix, which no API role may
set search_path = ''
as $$
  select names <@ array(select permissions.name from private.permissions);
$$;
comment on function private.are_permissions is 'Whether all names are permissions of the matrix.';
grant execute on function private.are_permissions to authenticated, service_role;

alter table public.brand_members
add column permissions text[] not null default '{}',
add column restrictions text[] not null default '{}',
add column updated_at timestamptz not null default now(),
add column last_accessed_at timestamptz,
add column access_count integer not null default 0 check (access_count >= 0);
comment on column public.brand_members.permissions is 'Grants beyond the role, by name of private.permissions.';
comment on column public.brand_members.restrictions is 'Denials, by name of private.permissions: they win over grants.';

create function private.check_member_permissions()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if not private.are_permissions(new.permissions || new.restrictions) then
    perform private.refuse(400, 'there is no such permission', jsonb_build_array(jsonb_build_object(
      'field', 'permissions', 'code', 'INVALID_FORMAT', 'message', 'names of the permission matrix are expected'
    )));
  end if;
  new.updated_at := now();
  return new;
end;
$$;
create trigger check_member_permissions
before insert or update on public.brand_members
for each row execute function private.check_member_permissions();

-- Sessions and second factors: what session_trusted() below decides by.

create domain private.ciphertext as text
check (value ~ '^v[0-9]{1,4}\.[A-Za-z0-9_-]{38,}$');
comment on domain private.ciphertext is
'AES-GCM by the application: key version, then base64url of nonce, ciphertext and tag. Clear text does not fit.';

create domain private.blind_index as text
check (value ~ '^v[0-9]{1,4}\.[0-9a-f]{64}$');
comment on domain private.blind_index is
'A keyed hash (HMAC-SHA-256) of a value that is stored encrypted, to look it up.';

create table public.user_sessions (
  id uuid primary key,
  user_id uuid not null references public.profiles (id) on delete cascade,
  device_name text not null default '' check (char_length(device_name) <= 200),
  user_agent text not null default '' check (char_length(user_agent) <= 500),
  address private.ciphertext,
  mfa_verified_at timestamptz,
  last_seen_at timestamptz not null default now(),
  expires_at timestamptz not null default now() + interval '24 hours',
  ended_at timestamptz,
  end_reason text check (
    end_reason in ('signed_out', 'revoked', 'evicted', 'expired', 'password_changed', 'deactivated')
  ),
  created_at timestamptz not null default now(),
  check ((ended_at is null) = (end_reason is null))
);
comment on table public.user_sessions is
'What the database must know of a session: whether it passed the second factor, and whether it was ended.';
comment on column public.user_sessions.id is 'The session_id of the access token.';
comment on column public.user_sessions.address is 'The client''s address, encrypted by the application.';
create index user_sessions_user_id_idx on public.user_sessions (user_id, last_seen_at desc);
alter table public.user_sessions enable row level security;

create table public.mfa_factors (
  id uuid primary key default private.uuid_v7(),
  user_id uuid not null references public.profiles (id) on delete cascade,
  kind text not null check (kind in ('totp', 'webauthn')),
  name text not null default '' check (char_length(name) <= 100),
  secret private.ciphertext,
  credential_id text unique check (char_length(credential_id) <= 1400),
  public_key text check (char_length(public_key) <= 4000),
  sign_count bigint not null default 0 check (sign_count >= 0),
  last_used_step bigint,
  verified_at timestamptz,
  last_used_at timestamptz,
  created_at timestamptz not null default now(),
  check ((kind = 'totp') = (secret is not null)),
  check ((kind = 'webauthn') = (credential_id is not null and public_key is not null))
);
comment on table public.mfa_factors is
'Second factors. From the first verified one on, only sessions that passed it see or write anything.';
comment on column public.mfa_factors.secret is 'The TOTP secret, encrypted by the application.';
comment on column public.mfa_factors.last_used_step is 'The TOTP time step that was used last: none is taken twice.';
comment on column public.mfa_factors.sign_count is 'The WebAuthn counter that was seen last.';
create index mfa_factors_user_id_idx on public.mfa_factors (user_id);
alter table public.mfa_factors enable row level security;

create function private.session_id()
returns uuid
language plpgsql
stable
set search_path = ''
as $$
begin
  return nullif(nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'session_id', '')::uuid;
end;
$$;
comment on function private.session_id is 'The session of the caller''s access token.';
grant execute on function private.session_id to authenticated, service_role;

-- Security definer: reads factors and sessions, which the policies that call it guard. PL/pgSQL, like all helpers that
-- every statement asks: it keeps its plans for as long as the connection lives.
create function private.session_trusted()
returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  caller constant uuid := auth.uid();
  session constant uuid := private.session_id();
  session_row record;
begin
  select user_sessions.mfa_verified_at, user_sessions.ended_at, user_sessions.expires_at into session_row
  from public.user_sessions
  where user_sessions.id = session and user_sessions.user_id = caller;
  if session_row.ended_at is not null or session_row.expires_at <= now() then
    return false;
  end if;
  if session_row.mfa_verified_at is not null then
    return true;
  end if;
  return not exists (
    select from public.mfa_factors where mfa_factors.user_id = caller and mfa_factors.verified_at is not null
  );
end;
$$;
create function private.session_verified()
returns boolean
language sql
stable
security definer -- reads sessions
set search_path = ''
as $$
  select exists (
    select from public.user_sessions
    where
      user_sessions.id = private.session_id()
      and user_sessions.user_id = auth.uid()
      and user_sessions.mfa_verified_at is not null
      and user_sessions.ended_at is null
      and user_sessions.expires_at > now()
  );
$$;
comment on function private.session_verified is 'Whether the caller''s session has passed a second factor.';

comment on function private.session_trusted is
'Whether the caller''s session was not ended, and has passed the second factor if the caller has one.';
grant execute on function private.session_trusted to authenticated, service_role;
