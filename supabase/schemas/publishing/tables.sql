create table public.webhook_endpoints (
  id uuid primary key default private.uuid_v7(),
  brand_id uuid not null references public.brands (id) on delete cascade,
  url text not null check (url ~ '^https://[^\s@/]+(/|$)' and char_length(url) <= 2000),
  secret private.ciphertext not null,
  event_types text[] not null default '{}' check (private.are_texts(event_types, 100, 100)),
  is_active boolean not null default true,
  disabled_reason text check (char_length(disabled_reason) <= 500),
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now() check (updated_at between '1900-01-01Z' and '2200-01-01Z'),
  unique (id, brand_id)
);
comment on table public.webhook_endpoints is 'Addresses that the events of a brand are sent to.';
comment on column public.webhook_endpoints.secret is 'Signs deliveries. Encrypted by the application and shown once.';
comment on column public.webhook_endpoints.event_types is 'Empty: events of all types.';
create index webhook_endpoints_brand_id_idx on public.webhook_endpoints (brand_id);
create index webhook_endpoints_created_by_idx on public.webhook_endpoints (created_by);
create index webhook_endpoints_updated_by_idx on public.webhook_endpoints (updated_by);
alter table public.webhook_endpoints enable row level security;

create table public.webhook_deliveries (
  id uuid primary key default private.uuid_v7(),
  endpoint_id uuid not null,
  brand_id uuid not null references public.brands (id) on delete cascade,
  event_id uuid not null,
  status text not null default 'pending' check (status in ('pending', 'delivered', 'failed')),
  attempts integer not null default 0 check (attempts >= 0),
  response_status integer check (response_status between 100 and 599),
  error text check (char_length(error) <= 1000),
  next_attempt_at timestamptz check (next_attempt_at between '1900-01-01Z' and '2200-01-01Z'),
  delivered_at timestamptz check (delivered_at between '1900-01-01Z' and '2200-01-01Z'),
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  unique (endpoint_id, event_id),
  foreign key (endpoint_id, brand_id) references public.webhook_endpoints (id, brand_id) on delete cascade,
  check ((status = 'delivered') = (delivered_at is not null))
);
comment on table public.webhook_deliveries is
'One event to be sent to one endpoint. A row is made once for each event and endpoint.';
create index webhook_deliveries_brand_id_idx on public.webhook_deliveries (brand_id, id desc);
create index webhook_deliveries_endpoint_idx on public.webhook_deliveries (endpoint_id, brand_id);
create index webhook_deliveries_due_idx on public.webhook_deliveries (next_attempt_at) where status = 'pending';
alter table public.webhook_deliveries enable row level security;

create table private.delivery_settings (
  brand_id uuid primary key references public.brands (id) on delete cascade,
  mode text not null check (mode in ('public', 'private', 'off')),
  key_hash text check (key_hash ~ '^[0-9a-f]{64}$'),
  site_url text check (char_length(site_url) <= 500 and site_url ~ '^https://[^[:space:]<>"@{}\\]+$'),
  url_pattern text check (
    char_length(url_pattern) <= 500
    and url_pattern ~ '^https://[^[:space:]<>"@{}\\/?#]+/[^[:space:]<>"@\\]*$'
    and url_pattern ~ '^[^{}]*([{]type[}][^{}]*)?[{]slug[}][^{}]*([{]type[}][^{}]*)?$'
  ),
  names_models boolean not null default false,
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now() check (updated_at between '1900-01-01Z' and '2200-01-01Z'),
  check (mode <> 'private' or key_hash is not null)
);
comment on table private.delivery_settings is 'How a brand delivers its published contents; without a row to everyone.';
comment on column private.delivery_settings.mode is
'public: to everyone; private: to holders of the key; off: to nobody.';
comment on column private.delivery_settings.key_hash is 'SHA-256 of the key, which is random and shown once.';
comment on column private.delivery_settings.site_url is 'The page of the brand''s website that feeds belong to.';
comment on column private.delivery_settings.url_pattern is
'The address of a content on the website of the brand, with {slug} and perhaps {type} in it.';
comment on column private.delivery_settings.names_models is 'Whether delivery names the models that wrote values.';
create index delivery_settings_updated_by_idx on private.delivery_settings (updated_by);
alter table private.delivery_settings enable row level security;
