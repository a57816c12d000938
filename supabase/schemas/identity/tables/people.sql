create table public.profiles (
  id uuid primary key references auth.users (id) on delete cascade,
  first_name text not null default '' check (char_length(first_name) <= 100),
  last_name text not null default '' check (char_length(last_name) <= 100),
  timezone text not null default 'UTC' check (char_length(timezone) <= 64 and timezone !~ '[[:cntrl:]]'),
  language text not null default 'en' check (language ~ '^[a-z]{2}$'),
  is_active boolean not null default true,
  phone private.ciphertext,
  email_index private.blind_index unique,
  avatar_path text check (char_length(avatar_path) <= 500),
  last_login_at timestamptz check (last_login_at between '1900-01-01Z' and '2200-01-01Z'),
  login_count integer not null default 0 check (login_count >= 0),
  locked_until timestamptz check (locked_until between '1900-01-01Z' and '2200-01-01Z'),
  deactivated_at timestamptz check (deactivated_at between '1900-01-01Z' and '2200-01-01Z'),
  deactivated_by uuid references public.profiles (id),
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  updated_at timestamptz not null default now() check (updated_at between '1900-01-01Z' and '2200-01-01Z'),
  -- The erasure of a person deletes this object as the service: it must never be the avatar of somebody else.
  constraint profiles_avatar_is_own check (avatar_path ~ ('^' || id::text || '/[A-Za-z0-9_-][A-Za-z0-9._-]*$'))
);
comment on table public.profiles is
'What the platform knows of a person; e-mail and password are in auth.users only. A person who made something cannot be
deleted.';
comment on column public.profiles.is_active is 'False: deactivated. The memberships stay, but give no permission.';
comment on column public.profiles.phone is 'Encrypted by the application; no SQL reads it in clear.';
comment on column public.profiles.email_index is
'The blind index of the e-mail address, which finds a person without storing the address.';
comment on column public.profiles.avatar_path is 'In the bucket `avatars`, below the person''s own id.';
comment on column public.profiles.locked_until is 'No sign-in before this time, after too many failures.';
create index profiles_deactivated_by_idx on public.profiles (deactivated_by);
alter table public.profiles enable row level security;

create table private.platform_admins (
  user_id uuid primary key references auth.users (id) on delete cascade,
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z')
);
comment on table private.platform_admins is
'The global flag of domain §2. A row here and not user metadata, which people can write themselves.';
alter table private.platform_admins enable row level security;

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
'The permission to know that the subject exists. Callers without it get "not found" instead of "forbidden".';
create index permissions_seen_with_idx on private.permissions (seen_with);
alter table private.permissions enable row level security;

create table public.user_sessions (
  id uuid primary key,
  user_id uuid not null references public.profiles (id) on delete cascade,
  device_name text not null default '' check (char_length(device_name) <= 200),
  user_agent text not null default '' check (char_length(user_agent) <= 500),
  address private.ciphertext,
  mfa_verified_at timestamptz check (mfa_verified_at between '1900-01-01Z' and '2200-01-01Z'),
  last_seen_at timestamptz not null default now() check (last_seen_at between '1900-01-01Z' and '2200-01-01Z'),
  expires_at timestamptz not null default now() + private.session_lifetime() check (
    expires_at between '1900-01-01Z' and '2200-01-01Z'
  ),
  ended_at timestamptz check (ended_at between '1900-01-01Z' and '2200-01-01Z'),
  end_reason text check (end_reason in (
    'signed_out', 'revoked', 'evicted', 'expired', 'password_changed', 'deactivated', 'reused', 'erased', 'sso_removed'
  )),
  method text not null default 'password' check (method in ('password', 'saml', 'oidc', 'invitation')),
  authenticated_at timestamptz not null default now() check (
    authenticated_at between '1900-01-01Z' and '2200-01-01Z'
  ),
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  refreshed_at timestamptz check (refreshed_at between '1900-01-01Z' and '2200-01-01Z'),
  refreshing_at timestamptz check (refreshing_at between '1900-01-01Z' and '2200-01-01Z'),
  refresh_claimed_until timestamptz check (refresh_claimed_until between '1900-01-01Z' and '2200-01-01Z'),
  sso_connection_id uuid,
  check ((ended_at is null) = (end_reason is null))
);
comment on table public.user_sessions is
'What the database must know of a session: when it was last seen, whether it passed the second factor, whether it
ended.';
comment on column public.user_sessions.id is 'The session_id of the access token.';
comment on column public.user_sessions.address is 'The client''s address, encrypted by the application.';
comment on column public.user_sessions.last_seen_at is
'When it was last opened, refreshed or extended. No access token lives longer than private.access_token_lifetime after
this.';
comment on column public.user_sessions.authenticated_at is
'When its person last authenticated. Sensitive changes are allowed for private.recent_authentication_window (domain
§8).';
comment on column public.user_sessions.refreshed_at is
'The last refresh of auth.sessions that went through us, by the clock of Auth. A later one there means that the refresh
token was used past us. Null: not known, for sessions that were opened before this was recorded.';
comment on column public.user_sessions.refreshing_at is
'When we last announced a refresh. Those in Auth within private.refresh_grace of it are ours.';
comment on column public.user_sessions.refresh_claimed_until is
'While a request of ours refreshes the session: no other one asks Auth before this time.';
comment on column public.user_sessions.sso_connection_id is
'The connection by which it was opened, and with which it ends. No foreign key: the row outlives the connection.';
create index user_sessions_sso_connection_id_idx on public.user_sessions (sso_connection_id)
where sso_connection_id is not null;
create index user_sessions_user_id_idx on public.user_sessions (user_id, last_seen_at desc);
create index user_sessions_ended_idx on public.user_sessions (ended_at) where ended_at is not null;
create index user_sessions_open_idx on public.user_sessions (expires_at) where ended_at is null;
alter table public.user_sessions enable row level security;

create table private.refresh_tokens (
  digest text primary key check (digest ~ '^[0-9a-f]{64}$'),
  session_id uuid not null references public.user_sessions (id) on delete cascade,
  spent_at timestamptz check (spent_at between '1900-01-01Z' and '2200-01-01Z'),
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z')
);
comment on table private.refresh_tokens is
'The refresh tokens that we issued, each by its SHA-256. A token that comes back later than private.refresh_reuse_limit
after its first use was stolen, or its successor was.';
comment on column private.refresh_tokens.spent_at is
'When the first refresh by this token was recorded; null: not yet.';
create index refresh_tokens_session_id_idx on private.refresh_tokens (session_id, spent_at);
alter table private.refresh_tokens enable row level security;

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
  verified_at timestamptz check (verified_at between '1900-01-01Z' and '2200-01-01Z'),
  last_used_at timestamptz check (last_used_at between '1900-01-01Z' and '2200-01-01Z'),
  algorithm text not null default 'SHA256' check (algorithm in ('SHA1', 'SHA256', 'SHA512')),
  transports text[] not null default '{}' check (private.are_texts(transports, 10, 50)),
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  check ((kind = 'totp') = (secret is not null)),
  check ((kind = 'webauthn') = (credential_id is not null and public_key is not null))
);
comment on table public.mfa_factors is
'Second factors. Once a person has a verified one, only sessions that passed one may read or write anything.';
comment on column public.mfa_factors.secret is 'The TOTP secret, encrypted by the application.';
comment on column public.mfa_factors.sign_count is 'The WebAuthn counter that was seen last.';
comment on column public.mfa_factors.last_used_step is
'The TOTP time step that was used last; a step is accepted once.';
comment on column public.mfa_factors.algorithm is
'The hash algorithm of a TOTP factor; some authenticators support SHA-1 only.';
create index mfa_factors_user_id_idx on public.mfa_factors (user_id);
alter table public.mfa_factors enable row level security;

create table private.mfa_backup_codes (
  user_id uuid not null references public.profiles (id) on delete cascade,
  code_hash text not null check (code_hash ~ '^[0-9a-f]{64}$'),
  used_at timestamptz check (used_at between '1900-01-01Z' and '2200-01-01Z'),
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  primary key (user_id, code_hash)
);
comment on table private.mfa_backup_codes is 'Ten codes that work once each; only their keyed hashes are kept.';
alter table private.mfa_backup_codes enable row level security;

create table private.password_history (
  user_id uuid not null references public.profiles (id) on delete cascade,
  password_hash text not null check (char_length(password_hash) between 50 and 200),
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  primary key (user_id, created_at)
);
comment on table private.password_history is
'Hashes of the last passwords, private.password_history_length of them, which may not be used again (domain §8).';
alter table private.password_history enable row level security;

create table public.trusted_devices (
  id uuid primary key default private.uuid_v7(),
  user_id uuid not null references public.profiles (id) on delete cascade,
  token_hash text not null unique check (token_hash ~ '^[0-9a-f]{64}$'),
  name text not null default '' check (char_length(name) <= 200),
  expires_at timestamptz not null default now() + private.remembered_device_lifetime() check (
    expires_at between '1900-01-01Z' and '2200-01-01Z'
  ),
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z')
);
comment on table public.trusted_devices is
'Remembered devices, which need no second factor for private.remembered_device_lifetime; the password is still needed.';
create index trusted_devices_user_id_idx on public.trusted_devices (user_id);
alter table public.trusted_devices enable row level security;

create table private.identity_tokens (
  token_hash text primary key check (token_hash ~ '^[0-9a-f]{64}$'),
  user_id uuid not null references public.profiles (id) on delete cascade,
  purpose text not null check (purpose in ('password_reset', 'email_verification', 'email_change')),
  new_email private.ciphertext,
  expires_at timestamptz not null check (expires_at between '1900-01-01Z' and '2200-01-01Z'),
  used_at timestamptz check (used_at between '1900-01-01Z' and '2200-01-01Z'),
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  check ((purpose = 'email_change') = (new_email is not null))
);
comment on table private.identity_tokens is
'Links that were mailed: 32 random bytes, of which only a hash is kept. Each link works once (domain §8).';
comment on column private.identity_tokens.new_email is 'Encrypted by the application.';
create index identity_tokens_user_id_idx on private.identity_tokens (user_id, purpose);
alter table private.identity_tokens enable row level security;

create table private.credential_permits (
  user_id uuid primary key references public.profiles (id) on delete cascade,
  expires_at timestamptz not null default now() + interval '30 seconds' check (
    expires_at between '1900-01-01Z' and '2200-01-01Z'
  ),
  used_in xid8
);
comment on table private.credential_permits is
'Permits for one change of a password or address in Auth. Only our own commands, which check the caller, write them.';
comment on column private.credential_permits.used_in is 'The one transaction of Auth that used the permit.';
alter table private.credential_permits enable row level security;

create table private.scope_permissions (
  scope text not null,
  permission text not null references private.permissions (name),
  primary key (scope, permission)
);
comment on table private.scope_permissions is
'The permissions that each scope gives to an API key (domain §8). A key never has more permissions than its owner.';
create index scope_permissions_permission_idx on private.scope_permissions (permission);
alter table private.scope_permissions enable row level security;
