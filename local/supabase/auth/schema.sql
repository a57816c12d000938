-- The parts of a hosted Auth's tables that those of @supabase/lite lack. Applied by bootstrap.mjs as the superuser
-- before bootstrap.sql; safe to run again. Source: https://github.com/supabase/auth/tree/master/migrations.

-- SQL that inserts rows past Auth must set these itself: a hosted table has no defaults for them.
alter table auth.users add column if not exists instance_id uuid;
alter table auth.users
alter column aud drop default,
alter column role drop default,
alter column raw_app_meta_data drop default,
alter column raw_user_meta_data drop default,
alter column created_at drop default,
alter column updated_at drop default,
alter column email_change_token_current set default '',
alter column phone_change set default '',
alter column phone_change_token set default '',
alter column reauthentication_token set default '';
alter table auth.identities
alter column id set default gen_random_uuid(),
alter column identity_data drop default,
alter column created_at drop default,
alter column updated_at drop default;
alter table auth.sessions
alter column created_at drop default,
alter column updated_at drop default;

alter table auth.audit_log_entries add column if not exists instance_id uuid;
alter table auth.audit_log_entries
alter column created_at drop default,
alter column ip_address set not null;

do $$
begin
  if (select data_type from information_schema.columns
      where table_schema = 'auth' and table_name = 'refresh_tokens' and column_name = 'id') <> 'bigint'
  then
    drop table auth.refresh_tokens;
  end if;
end
$$;
create table if not exists auth.refresh_tokens (
  instance_id uuid,
  id bigserial primary key,
  token varchar(255) unique,
  user_id varchar(255),
  revoked boolean,
  created_at timestamptz,
  updated_at timestamptz,
  parent varchar(255),
  session_id uuid references auth.sessions (id) on delete cascade
);
create index if not exists refresh_tokens_session_id_revoked_idx on auth.refresh_tokens (session_id, revoked);

do $$
begin
  if to_regtype('auth.one_time_token_type') is null then
    create type auth.one_time_token_type as enum (
      'confirmation_token', 'reauthentication_token', 'recovery_token', 'email_change_token_new',
      'email_change_token_current', 'phone_change_token'
    );
  end if;
end
$$;
alter type auth.one_time_token_type owner to supabase_auth_admin;
create table if not exists auth.one_time_tokens (
  id uuid primary key,
  user_id uuid not null references auth.users (id) on delete cascade,
  token_type auth.one_time_token_type not null,
  token_hash text not null check (char_length(token_hash) > 0),
  relates_to text not null,
  created_at timestamp not null default now(),
  updated_at timestamp not null default now(),
  unique (user_id, token_type)
);
create index if not exists one_time_tokens_token_hash_hash_idx on auth.one_time_tokens using hash (token_hash);

create table if not exists auth.mfa_amr_claims (
  id uuid primary key,
  session_id uuid not null references auth.sessions (id) on delete cascade,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  authentication_method text not null,
  unique (session_id, authentication_method)
);

create table if not exists auth.mfa_factors (
  id uuid primary key,
  user_id uuid not null references auth.users (id) on delete cascade,
  friendly_name text,
  factor_type text not null,
  status text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  secret text,
  phone text
);
create table if not exists auth.saml_relay_states (
  id uuid primary key,
  sso_provider_id uuid not null,
  request_id text not null check (char_length(request_id) > 0),
  for_email text,
  redirect_to text,
  created_at timestamptz,
  updated_at timestamptz
);
