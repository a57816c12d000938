create table public.plans (
  name text primary key check (name ~ '^[a-z_]{1,50}$'),
  brands integer check (brands > 0),
  users integer check (users > 0),
  contents_per_month integer check (contents_per_month > 0),
  generations_per_month integer check (generations_per_month > 0),
  templates integer check (templates > 0),
  storage_bytes bigint check (storage_bytes > 0),
  has_api boolean not null,
  has_sso boolean not null,
  workflows text[] check (private.are_texts(workflows, 10, 50))
);
comment on table public.plans is 'Limits of what an account may use (domain §11); null: unlimited.';
comment on column public.plans.workflows is
'The predefined workflows that the plan has, and `custom` if it has others; null: all.';
alter table public.plans enable row level security;

create table public.accounts (
  id uuid primary key default private.uuid_v7(),
  name text not null check (char_length(name) between 1 and 255 and name !~ '[[:cntrl:]]'),
  plan text not null default 'starter' references public.plans (name),
  overage text not null default 'block' check (overage in ('block', 'pay_as_you_go', 'notify')),
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  updated_at timestamptz not null default now() check (updated_at between '1900-01-01Z' and '2200-01-01Z')
);
comment on table public.accounts is 'Customers who pay for brands. Holds plan and quota only: the tenant is the brand.';
create index accounts_plan_idx on public.accounts (plan);
alter table public.accounts enable row level security;

create table public.brands (
  id uuid primary key default private.uuid_v7(),
  name text not null check (char_length(name) between 1 and 255 and name !~ '[[:cntrl:]]'),
  slug text not null unique check (slug ~ '^[a-z0-9-]{1,100}$'),
  description text not null default '' check (char_length(description) <= 5000),
  identity jsonb not null default '{}' check (
    private.is_sound_json(identity, 100000)
    and private.has_shape(identity, '{
      "mission": "text 5000 or null", "vision": "text 5000 or null", "values": "texts 20 1000 or null",
      "usp": "text 2000 or null"
    }')
  ),
  tone_of_voice text not null default '' check (char_length(tone_of_voice) <= 5000),
  guardrails text[] not null default '{}' check (private.are_texts(guardrails, 100, 1000)),
  key_messages text[] not null default '{}' check (private.are_texts(key_messages, 100, 1000)),
  target_audience text not null default '' check (char_length(target_audience) <= 2000),
  country text check (country ~ '^[A-Z]{2}$'),
  language text check (language ~ '^[a-z]{2}$'),
  allowed_content_types text[] not null default '{}' check (private.are_texts(allowed_content_types, 100, 50)),
  version integer not null default 1 check (version >= 1),
  account_id uuid references public.accounts (id),
  parent_brand_id uuid references public.brands (id) check (parent_brand_id <> id),
  communication_style text not null default '' check (char_length(communication_style) <= 2000),
  personality text[] not null default '{}' check (private.are_texts(personality, 20, 1000)),
  colors jsonb not null default '{}' check (
    private.has_shape(colors, '{
      "primary": "matches ^#[0-9A-Fa-f]{6}$", "secondary": "matches ^#[0-9A-Fa-f]{6}$",
      "accent": "matches ^#[0-9A-Fa-f]{6}$"
    }')
  ),
  logo jsonb check (
    private.has_shape(logo, '{
      "url": "link", "altText": "text 200", "type": "word light|dark|full"
    }', '{url, altText, type}')
  ),
  currency text check (currency ~ '^[A-Z]{3}$'),
  website_urls text[] not null default '{}' check (private.are_urls(website_urls, 5)),
  settings jsonb not null default '{}' check (
    private.is_sound_json(settings, 20000)
    and private.has_shape(settings, '{
      "requiresDueDate": "flag or null", "defaultDueDays": "integer 1 365 or null",
      "notifyOnPublish": "flag or null", "aiEnabled": "flag or null",
      "locale": "matches ^[a-z]{2}-[A-Z]{2}$ or null", "richText": "texts 4 20 or null"
    }', is_open => true)
    and coalesce(settings -> 'richText', '[]') <@ '["lists", "headings", "tables", "images", null]'
  ),
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now() check (updated_at between '1900-01-01Z' and '2200-01-01Z'),
  deleted_at timestamptz check (deleted_at between '1900-01-01Z' and '2200-01-01Z')
);
comment on table public.brands is 'The tenants. The rows of a tenant have a brand_id that refers to this table.';
comment on column public.brands.identity is '{mission, vision, values[], usp}';
comment on column public.brands.country is 'ISO 3166-1 alpha-2';
comment on column public.brands.language is 'ISO 639-1';
comment on column public.brands.allowed_content_types is 'Empty: every type is allowed.';
comment on column public.brands.account_id is 'Null: the brand has no account yet, and nothing is limited.';
comment on column public.brands.colors is '{primary, secondary, accent}: #RRGGBB';
comment on column public.brands.logo is '{url, altText, type: light, dark or full}';
comment on column public.brands.currency is 'ISO 4217';
comment on column public.brands.website_urls is 'The main address and up to four more.';
comment on column public.brands.settings is 'Settings that the brand makes for itself; the application knows the keys.';
-- Permissions look for deleted brands in every statement: an index of those few, not of all others.
create index brands_deleted_idx on public.brands (id) where deleted_at is not null;
create index brands_account_id_idx on public.brands (account_id);
create unique index brands_name_key on public.brands (private.name_key(name));
create index brands_parent_brand_id_idx on public.brands (parent_brand_id);
create index brands_created_by_idx on public.brands (created_by);
create index brands_updated_by_idx on public.brands (updated_by);
alter table public.brands enable row level security;

create table public.quota_usage (
  account_id uuid not null references public.accounts (id) on delete cascade,
  metric text not null check (metric in ('contents', 'generations', 'storage_bytes', 'export_rows')),
  month date not null check (extract(day from month) = 1 and month between '1900-01-01' and '2200-01-01'),
  used bigint not null default 0 check (used >= 0),
  alerted_percent smallint not null default 0 check (alerted_percent in (0, 80, 100)),
  primary key (account_id, metric, month)
);
comment on table public.quota_usage is 'What an account used of its plan in a calendar month (UTC).';
comment on column public.quota_usage.alerted_percent is 'The threshold in percent that was announced last.';
alter table public.quota_usage enable row level security;

create table public.vetting_agencies (
  id uuid primary key default private.uuid_v7(),
  brand_id uuid not null references public.brands (id) on delete cascade,
  name text not null check (char_length(name) between 1 and 255 and name !~ '[[:cntrl:]]'),
  priority text not null default 'Medium' check (priority in ('High', 'Medium', 'Low')),
  country_code text check (country_code ~ '^[A-Z]{2}$'),
  status text not null default 'verified' check (status in ('pending_verification', 'verified', 'rejected')),
  is_active boolean not null default true,
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now() check (updated_at between '1900-01-01Z' and '2200-01-01Z')
);
comment on table public.vetting_agencies is 'Regulators and watchdogs that concern a brand.';
comment on column public.vetting_agencies.country_code is 'ISO 3166-1 alpha-2; null: all countries.';
comment on column public.vetting_agencies.status is 'An agency that AI suggested starts as pending_verification.';
create unique index vetting_agencies_brand_id_name_country_code_key
on public.vetting_agencies (brand_id, private.name_key(name), country_code) nulls not distinct;
create index vetting_agencies_created_by_idx on public.vetting_agencies (created_by);
create index vetting_agencies_updated_by_idx on public.vetting_agencies (updated_by);
alter table public.vetting_agencies enable row level security;

create table public.platform_settings (
  key text primary key check (key ~ '^[a-z][a-z0-9_.]{0,99}$'),
  value jsonb not null check (private.is_sound_json(value, 100000)),
  description text not null default '' check (char_length(description) <= 1000),
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now() check (updated_at between '1900-01-01Z' and '2200-01-01Z')
);
comment on table public.platform_settings is 'Limits and thresholds that change without a deployment.';
create index platform_settings_updated_by_idx on public.platform_settings (updated_by);
alter table public.platform_settings enable row level security;

create table private.deployment (
  is_only boolean primary key default true check (is_only),
  environment text not null check (char_length(environment) between 1 and 100),
  since timestamptz not null default now() check (since between '1900-01-01Z' and '2200-01-01Z')
);
comment on table private.deployment is
'The environment that this database belongs to, in one row: other environments must not write to that of production.';
alter table private.deployment enable row level security;

create table public.feature_flags (
  key text primary key check (key ~ '^[a-z][a-z0-9_.]{0,99}$'),
  is_enabled boolean not null default false,
  brand_ids uuid[] not null default '{}' check (private.is_list(brand_ids, 5000)),
  description text not null default '' check (char_length(description) <= 1000),
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now() check (updated_at between '1900-01-01Z' and '2200-01-01Z')
);
comment on table public.feature_flags is 'Features that are switched on for all, or for some brands only.';
comment on column public.feature_flags.brand_ids is
'Empty: for every brand. Members of a brand read their flags with active_flags(), which hides other brands.';
create index feature_flags_updated_by_idx on public.feature_flags (updated_by);
alter table public.feature_flags enable row level security;
