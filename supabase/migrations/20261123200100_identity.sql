-- People beyond their names: contact data, backup codes, remembered devices, invitations, API keys.

alter table public.profiles
add column phone private.ciphertext,
add column email_index private.blind_index unique,
add column avatar_path text check (char_length(avatar_path) <= 500),
add column last_login_at timestamptz,
add column login_count integer not null default 0 check (login_count >= 0),
add column locked_until timestamptz,
add column deactivated_at timestamptz,
add column deactivated_by uuid references public.profiles (id);
comment on column public.profiles.phone is 'Encrypted by the application; no SQL reads it in clear.';
comment on column public.profiles.email_index is
'The e-mail''s blind index: finds a person without storing the address.';
comment on column public.profiles.avatar_path is 'In the bucket `avatars`, below the person''s own id.';
comment on column public.profiles.locked_until is 'No sign-in before this: too many failures.';
create index profiles_deactivated_by_idx on public.profiles (deactivated_by);

create function private.stamp_profile()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.id := old.id;
  new.created_at := old.created_at;
  new.updated_at := now();
  if new.is_active <> old.is_active then
    new.deactivated_at := case when new.is_active then null else now() end;
    new.deactivated_by := case when new.is_active then null else auth.uid() end;
  end if;
  return new;
end;
$$;
create trigger stamp_profile
before update on public.profiles
for each row execute function private.stamp_profile();

create function private.end_sessions_of_inactive()
returns trigger
language plpgsql
security definer -- nobody may write sessions by themselves
set search_path = ''
as $$
begin
  update public.user_sessions set ended_at = now(), end_reason = 'deactivated'
  where user_sessions.user_id = new.id and user_sessions.ended_at is null;
  return null;
end;
$$;
create trigger end_sessions_of_inactive
after update of is_active on public.profiles
for each row when (old.is_active and not new.is_active) execute function private.end_sessions_of_inactive();

create table private.mfa_backup_codes (
  user_id uuid not null references public.profiles (id) on delete cascade,
  code_hash text not null check (code_hash ~ '^[0-9a-f]{64}$'),
  used_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (user_id, code_hash)
);
comment on table private.mfa_backup_codes is 'Ten codes that work once each; only their keyed hashes are kept.';
alter table private.mfa_backup_codes enable row level security;

create table private.password_history (
  user_id uuid not null references public.profiles (id) on delete cascade,
  password_hash text not null check (char_length(password_hash) between 50 and 200),
  created_at timestamptz not null default now(),
  primary key (user_id, created_at)
);
comment on table private.password_history is
'Hashes of the last passwords: none of the last five comes back (domain §8).';
alter table private.password_history enable row level security;

create table public.trusted_devices (
  id uuid primary key default private.uuid_v7(),
  user_id uuid not null references public.profiles (id) on delete cascade,
  token_hash text not null unique check (token_hash ~ '^[0-9a-f]{64}$'),
  name text not null default '' check (char_length(name) <= 200),
  expires_at timestamptz not null default now() + interval '30 days',
  created_at timestamptz not null default now()
);
comment on table public.trusted_devices is
'Devices that need no second factor for 30 days; a password is still asked for.';
create index trusted_devices_user_id_idx on public.trusted_devices (user_id);
alter table public.trusted_devices enable row level security;

create table public.invitations (
  id uuid primary key default private.uuid_v7(),
  brand_id uuid not null references public.brands (id) on delete cascade,
  email private.ciphertext not null,
  email_index private.blind_index not null,
  role public.brand_role not null,
  permissions text[] not null default '{}' check (private.are_permissions(permissions)),
  membership_expires_at timestamptz,
  token_hash text not null unique check (token_hash ~ '^[0-9a-f]{64}$'),
  status text not null default 'pending' check (status in ('pending', 'accepted', 'expired', 'cancelled')),
  delivery text not null default 'queued' check (delivery in ('queued', 'sent', 'failed')),
  expires_at timestamptz not null default now() + interval '7 days',
  accepted_by uuid references public.profiles (id),
  accepted_at timestamptz,
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now(),
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now(),
  check ((status = 'accepted') = (accepted_at is not null))
);
comment on table public.invitations is 'An offer of a role in a brand by e-mail, good for seven days.';
comment on column public.invitations.token_hash is
'Of the token in the link; sending again makes a new one, and the old dies.';
create unique index invitations_pending_idx on public.invitations (brand_id, email_index) where status = 'pending';
create index invitations_brand_id_idx on public.invitations (brand_id);
create index invitations_created_by_idx on public.invitations (created_by);
create index invitations_updated_by_idx on public.invitations (updated_by);
create index invitations_accepted_by_idx on public.invitations (accepted_by);
alter table public.invitations enable row level security;
create trigger stamp_row
before insert or update on public.invitations
for each row execute function private.stamp_row('actors');
create trigger keep_brand
before update on public.invitations
for each row execute function private.keep_brand();
create trigger announce_change
after insert or update on public.invitations
for each row execute function private.announce_change('invitation', 'UserInvited', 'InvitationChanged', '-');

create table public.api_keys (
  id uuid primary key default private.uuid_v7(),
  brand_id uuid not null references public.brands (id) on delete cascade,
  user_id uuid not null references public.profiles (id) on delete cascade,
  name text not null check (char_length(name) between 1 and 100),
  prefix text not null check (prefix ~ '^mix_(live|test)_[A-Za-z0-9]{4,8}$'),
  key_hash text not null unique check (key_hash ~ '^[0-9a-f]{64}$'),
  scopes text[] not null check (cardinality(scopes) between 1 and 10 and scopes <@ array[
    'read', 'write', 'admin', 'brands:read', 'brands:write', 'content:read', 'content:write', 'ai:generate',
    'users:manage'
  ]),
  allowed_addresses cidr[] not null default '{}' check (cardinality(allowed_addresses) <= 50),
  expires_at timestamptz not null default now() + interval '90 days',
  last_used_at timestamptz,
  revoked_at timestamptz,
  revoked_by uuid references public.profiles (id),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check (expires_at > created_at)
);
comment on table public.api_keys is 'Keys that act as their owner in one brand, with no more than their scopes.';
comment on column public.api_keys.user_id is 'Whose rights the key has: its owner''s.';
comment on column public.api_keys.key_hash is 'HMAC-SHA-256; the key itself is shown once and kept nowhere.';
comment on column public.api_keys.allowed_addresses is 'Empty: from everywhere.';
create index api_keys_brand_id_idx on public.api_keys (brand_id);
create index api_keys_user_id_idx on public.api_keys (user_id);
create index api_keys_revoked_by_idx on public.api_keys (revoked_by);
alter table public.api_keys enable row level security;

create function private.stamp_api_key()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    new.user_id := coalesce(auth.uid(), new.user_id);
    new.created_at := now();
    new.revoked_at := null;
    new.revoked_by := null;
  else
    new.id := old.id;
    new.user_id := old.user_id;
    new.created_at := old.created_at;
    if old.revoked_at is not null then
      perform private.refuse(409, 'a revoked key stays revoked');
    end if;
    if new.revoked_at is not null then
      new.revoked_at := now();
      new.revoked_by := auth.uid();
    end if;
  end if;
  new.updated_at := now();
  return new;
end;
$$;
create trigger stamp_api_key
before insert or update on public.api_keys
for each row execute function private.stamp_api_key();
create trigger keep_brand
before update on public.api_keys
for each row execute function private.keep_brand();
create trigger announce_change
after insert or update of name, scopes, allowed_addresses, expires_at, revoked_at on public.api_keys
for each row execute function private.announce_change('api_key', 'ApiKeyCreated', 'ApiKeyChanged', '-');
