create table public.invitations (
  id uuid primary key default private.uuid_v7(),
  brand_id uuid not null references public.brands (id) on delete cascade,
  email private.ciphertext,
  email_index private.blind_index,
  invitee_id uuid references public.profiles (id) on delete cascade,
  role public.brand_role not null,
  permissions text[] not null default '{}' check (
    private.are_permissions(permissions)
    and private.are_texts(permissions, 100, 100)
  ),
  membership_expires_at timestamptz check (membership_expires_at between '1900-01-01Z' and '2200-01-01Z'),
  token_hash text unique check (token_hash ~ '^[0-9a-f]{64}$'),
  status text not null default 'pending' check (
    status in ('pending', 'accepted', 'declined', 'expired', 'cancelled')
  ),
  delivery text not null default 'queued' check (delivery in ('queued', 'sent', 'failed')),
  expires_at timestamptz not null default now() + interval '7 days' check (
    expires_at between '1900-01-01Z' and '2200-01-01Z'
  ),
  accepted_by uuid references public.profiles (id),
  accepted_at timestamptz check (accepted_at between '1900-01-01Z' and '2200-01-01Z'),
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now() check (updated_at between '1900-01-01Z' and '2200-01-01Z'),
  check ((status = 'accepted') = (accepted_at is not null)),
  check ((email is null) = (email_index is null) and (email is null) <> (invitee_id is null)),
  check ((email is null) = (token_hash is null))
);
comment on table public.invitations is
'An offer of a role in a brand, valid for seven days: to an e-mail address, or to a colleague in another brand.';
comment on column public.invitations.invitee_id is
'The colleague who is invited by id; null for invitations to an address.';
comment on column public.invitations.token_hash is
'The hash of the token in the link. Sending the invitation again replaces it, and the old link stops working.';
create unique index invitations_pending_idx on public.invitations (brand_id, email_index) where status = 'pending';
create unique index invitations_pending_invitee_idx on public.invitations (brand_id, invitee_id)
where status = 'pending';
create index invitations_email_index_idx on public.invitations (email_index) where status = 'pending';
create index invitations_invitee_id_idx on public.invitations (invitee_id);
create index invitations_brand_id_idx on public.invitations (brand_id);
create index invitations_created_by_idx on public.invitations (created_by);
create index invitations_updated_by_idx on public.invitations (updated_by);
create index invitations_accepted_by_idx on public.invitations (accepted_by);
alter table public.invitations enable row level security;

create table public.api_keys (
  id uuid primary key default private.uuid_v7(),
  brand_id uuid not null references public.brands (id) on delete cascade,
  user_id uuid not null references public.profiles (id) on delete cascade,
  name text not null check (char_length(name) between 1 and 100 and name !~ '[[:cntrl:]]'),
  prefix text not null check (prefix ~ '^mix_(live|test)_[A-Za-z0-9]{4,8}$'),
  key_hash text not null unique check (key_hash ~ '^[0-9a-f]{64}$'),
  scopes text[] not null check (
    cardinality(scopes) between 1 and 10 and scopes <@ array[
      'read', 'write', 'admin', 'brands:read', 'brands:write', 'content:read', 'content:write', 'ai:generate',
      'users:manage'
    ]
    and private.is_list(scopes, 10)
  ),
  allowed_addresses cidr[] not null default '{}' check (private.is_list(allowed_addresses, 50)),
  expires_at timestamptz not null default now() + interval '90 days' check (
    expires_at between '1900-01-01Z' and '2200-01-01Z'
  ),
  last_used_at timestamptz check (last_used_at between '1900-01-01Z' and '2200-01-01Z'),
  revoked_at timestamptz check (revoked_at between '1900-01-01Z' and '2200-01-01Z'),
  revoked_by uuid references public.profiles (id),
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  updated_at timestamptz not null default now() check (updated_at between '1900-01-01Z' and '2200-01-01Z'),
  check (expires_at > created_at)
);
comment on table public.api_keys is 'Keys that act as their owner in one brand, with no more than their scopes.';
comment on column public.api_keys.user_id is 'The owner of the key, whose permissions it has.';
comment on column public.api_keys.key_hash is 'HMAC-SHA-256. The key itself is shown once and not stored.';
comment on column public.api_keys.allowed_addresses is 'Empty: the key works from every address.';
create index api_keys_brand_id_idx on public.api_keys (brand_id);
create index api_keys_user_id_idx on public.api_keys (user_id);
create index api_keys_revoked_by_idx on public.api_keys (revoked_by);
alter table public.api_keys enable row level security;

create table public.sso_connections (
  id uuid primary key default private.uuid_v7(),
  account_id uuid not null references public.accounts (id) on delete cascade,
  name text not null check (char_length(name) between 1 and 100 and name !~ '[[:cntrl:]]'),
  entity_id text not null unique check (char_length(entity_id) between 1 and 1000 and entity_id !~ '[[:cntrl:]]'),
  sign_on_url text not null check (sign_on_url ~ '^https?://' and char_length(sign_on_url) <= 2000),
  certificates text[] not null check (
    cardinality(certificates) between 1 and 5
    and private.are_texts(certificates, 5, 20000)
  ),
  logout_url text check (logout_url ~ '^https?://' and char_length(logout_url) <= 2000),
  allows_unsolicited boolean not null default false,
  domains text[] not null check (
    cardinality(domains) between 1 and 50
    and array_to_string(domains, ' ') ~ '^[a-z0-9-]+(\.[a-z0-9-]+)+( [a-z0-9-]+(\.[a-z0-9-]+)+)*$'
    and private.are_texts(domains, 50, 253)
  ),
  group_attribute text not null default 'groups' check (
    char_length(group_attribute) between 1 and 200
    and group_attribute !~ '[[:cntrl:]]'
  ),
  is_active boolean not null default true,
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  updated_at timestamptz not null default now() check (updated_at between '1900-01-01Z' and '2200-01-01Z')
);
comment on table public.sso_connections is
'A SAML 2.0 identity provider, and the e-mail domains for which it may sign people in.';
comment on column public.sso_connections.certificates is
'X.509, PEM without its frame. A response may be signed with any of them.';
comment on column public.sso_connections.logout_url is
'Where the provider takes requests and answers of single logout (HTTP-Redirect binding); null: nowhere.';
comment on column public.sso_connections.allows_unsolicited is
'Whether the provider may begin a sign-in, without a request of ours.';
comment on column public.sso_connections.domains is
'In lower case. The provider cannot sign in addresses of other domains.';
create index sso_connections_account_id_idx on public.sso_connections (account_id);
create index sso_connections_domains_idx on public.sso_connections using gin (domains);
alter table public.sso_connections enable row level security;

create table public.brand_members (
  user_id uuid not null references public.profiles (id) on delete cascade,
  brand_id uuid not null references public.brands (id) on delete cascade,
  role public.brand_role not null,
  expires_at timestamptz check (expires_at between '1900-01-01Z' and '2200-01-01Z'),
  assigned_by uuid references public.profiles (id),
  permissions text[] not null default '{}' check (private.are_texts(permissions, 100, 100)),
  restrictions text[] not null default '{}' check (private.are_texts(restrictions, 100, 100)),
  last_accessed_at timestamptz check (last_accessed_at between '1900-01-01Z' and '2200-01-01Z'),
  access_count integer not null default 0 check (access_count >= 0),
  sso_connection_id uuid references public.sso_connections (id) on delete set null,
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  updated_at timestamptz not null default now() check (updated_at between '1900-01-01Z' and '2200-01-01Z'),
  expiry_announced_at timestamptz check (expiry_announced_at between '1900-01-01Z' and '2200-01-01Z'),
  primary key (user_id, brand_id)
);
comment on table public.brand_members is 'One role for each person in each brand.';
comment on column public.brand_members.expires_at is
'When the membership stops counting (guests, agencies); null for never.';
comment on column public.brand_members.permissions is
'Permissions granted beyond the role, by their name in private.permissions.';
comment on column public.brand_members.restrictions is
'Permissions denied, by their name in private.permissions. Denials outweigh grants.';
comment on column public.brand_members.sso_connection_id is
'The provider whose groups gave the role. Each sign-in updates the role, and ends it with the groups.';
comment on column public.brand_members.expiry_announced_at is
'When the end of the membership was announced; null while it lasts.';
create index brand_members_expiring_idx on public.brand_members (expires_at)
where expires_at is not null and expiry_announced_at is null;
create index brand_members_brand_id_idx on public.brand_members (brand_id);
create index brand_members_assigned_by_idx on public.brand_members (assigned_by);
create index brand_members_sso_connection_id_idx on public.brand_members (sso_connection_id);
alter table public.brand_members enable row level security;

create table public.sso_group_roles (
  connection_id uuid not null references public.sso_connections (id) on delete cascade,
  group_name text not null check (char_length(group_name) between 1 and 255 and group_name !~ '[[:cntrl:]]'),
  brand_id uuid not null references public.brands (id) on delete cascade,
  role public.brand_role not null,
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  primary key (connection_id, group_name, brand_id)
);
comment on table public.sso_group_roles is 'The role in a brand that people in a group of the provider have.';
create index sso_group_roles_brand_id_idx on public.sso_group_roles (brand_id);
alter table public.sso_group_roles enable row level security;

create table private.sso_people (
  user_id uuid primary key references public.profiles (id) on delete cascade,
  connection_id uuid not null references public.sso_connections (id) on delete cascade,
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z')
);
comment on table private.sso_people is
'People whose account a connection made: they have no password, and none can be set as long as the connection exists.
Not a matter of app_metadata.provider, which Auth rewrites at each sign-in by a link.';
create index sso_people_connection_id_idx on private.sso_people (connection_id);
alter table private.sso_people enable row level security;

create table private.sso_sessions (
  session_id uuid primary key references public.user_sessions (id) on delete cascade,
  connection_id uuid not null references public.sso_connections (id) on delete cascade,
  subject private.ciphertext not null,
  subject_digest text not null check (subject_digest ~ '^[0-9a-f]{64}$'),
  index_digest text check (index_digest ~ '^[0-9a-f]{64}$'),
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z')
);
comment on table private.sso_sessions is
'What SAML providers call the people and the sessions that they signed in, for single logout in both directions.';
comment on column private.sso_sessions.subject is
'The NameID with its qualifiers and the SessionIndex, as JSON. Encrypted by the application.';
comment on column private.sso_sessions.subject_digest is
'SHA-256 of the connection and the NameID: the provider names the person by it when it ends sessions.';
comment on column private.sso_sessions.index_digest is
'SHA-256 of the connection and the SessionIndex; null if the provider gave none.';
create index sso_sessions_connection_id_idx on private.sso_sessions (connection_id, subject_digest);
alter table private.sso_sessions enable row level security;
