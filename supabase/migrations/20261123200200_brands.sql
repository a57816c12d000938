-- Accounts and plans above the brand, the brand's whole profile, agencies, settings and flags.

create table public.plans (
  name text primary key check (name ~ '^[a-z_]{1,50}$'),
  brands integer check (brands > 0),
  users integer check (users > 0),
  contents_per_month integer check (contents_per_month > 0),
  generations_per_month integer check (generations_per_month > 0),
  templates integer check (templates > 0),
  storage_bytes bigint check (storage_bytes > 0),
  has_api boolean not null,
  has_sso boolean not null
);
comment on table public.plans is 'What an account may use (domain §11); null: without limit.';
alter table public.plans enable row level security;
insert into public.plans values
('starter', 3, 20, 100, 1000, 10, 10::bigint << 30, false, false),
('professional', 10, 100, 1000, 5000, 50, 100::bigint << 30, true, false),
('enterprise', null, null, null, null, null, 1::bigint << 40, true, true);

create table public.accounts (
  id uuid primary key default private.uuid_v7(),
  name text not null check (char_length(name) between 1 and 255),
  plan text not null default 'starter' references public.plans (name),
  overage text not null default 'block' check (overage in ('block', 'pay_as_you_go', 'notify')),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.accounts is 'Who pays for brands. Plan and quota only: the tenant is the brand.';
create index accounts_plan_idx on public.accounts (plan);
alter table public.accounts enable row level security;
create trigger stamp_row
before insert or update on public.accounts
for each row execute function private.stamp_row();

create table public.quota_usage (
  account_id uuid not null references public.accounts (id) on delete cascade,
  metric text not null check (metric in ('contents', 'generations', 'storage_bytes', 'export_rows')),
  month date not null check (extract(day from month) = 1),
  used bigint not null default 0 check (used >= 0),
  primary key (account_id, metric, month)
);
comment on table public.quota_usage is 'What an account used of its plan in a calendar month (UTC).';
alter table public.quota_usage enable row level security;

create function private.consume_quota(account uuid, metric text, amount bigint)
returns boolean
language plpgsql
volatile
set search_path = ''
as $$
#variable_conflict use_variable
declare
  this_month date := date_trunc('month', now() at time zone 'UTC');
  plan public.plans;
  quota bigint;
begin
  select plans.* into plan
  from public.accounts
  inner join public.plans on plans.name = accounts.plan
  where accounts.id = account and accounts.overage = 'block';
  quota := case metric
    when 'contents' then plan.contents_per_month
    when 'generations' then plan.generations_per_month
    when 'storage_bytes' then plan.storage_bytes
  end;
  insert into public.quota_usage as usage (account_id, metric, month, used)
  select account, metric, this_month, greatest(amount, 0)
  where quota is null or amount <= quota
  on conflict on constraint quota_usage_pkey do update
    set used = greatest(usage.used + amount, 0)
    where quota is null or usage.used + amount <= quota;
  return found;
end;
$$;
comment on function private.consume_quota is
'Counts use before the work, atomically; false, and nothing counted, where the plan is used up. Negative: a refund.';
grant execute on function private.consume_quota to service_role;

alter table public.brands
add column account_id uuid references public.accounts (id),
add column parent_brand_id uuid references public.brands (id) check (parent_brand_id <> id),
add column communication_style text not null default '' check (char_length(communication_style) <= 2000),
add column personality text[] not null default '{}' check (cardinality(personality) <= 20),
add column colors jsonb not null default '{}' check (
  jsonb_typeof(colors) = 'object'
  and colors - array['primary', 'secondary', 'accent'] = '{}'
  and coalesce(colors ->> 'primary', '#000000') ~ '^#[0-9A-Fa-f]{6}$'
  and coalesce(colors ->> 'secondary', '#000000') ~ '^#[0-9A-Fa-f]{6}$'
  and coalesce(colors ->> 'accent', '#000000') ~ '^#[0-9A-Fa-f]{6}$'
),
add column logo jsonb check (
  logo is null
  or (
    jsonb_typeof(logo) = 'object'
    and coalesce(logo ->> 'url' ~ '^(https://|/)', false)
    and logo ? 'altText'
    and coalesce(logo ->> 'type' in ('light', 'dark', 'full'), false)
  )
),
add column currency text check (currency ~ '^[A-Z]{3}$'),
add column website_urls text[] not null default '{}' check (cardinality(website_urls) <= 5),
add column settings jsonb not null default '{}' check (jsonb_typeof(settings) = 'object'),
add column created_by uuid references public.profiles (id),
add column updated_by uuid references public.profiles (id),
add constraint brands_guardrails_check check (cardinality(guardrails) <= 100),
add constraint brands_key_messages_check check (cardinality(key_messages) <= 100),
add constraint brands_allowed_content_types_check check (cardinality(allowed_content_types) <= 100);
comment on column public.brands.account_id is 'Null: an account of its own has not been made yet, nothing is limited.';
comment on column public.brands.colors is '{primary, secondary, accent}: #RRGGBB';
comment on column public.brands.logo is '{url, altText, type: light, dark or full}';
comment on column public.brands.currency is 'ISO 4217';
comment on column public.brands.website_urls is 'The main address and up to four more.';
comment on column public.brands.settings is 'What the brand decides for itself; keys are known to the application.';
create index brands_account_id_idx on public.brands (account_id);
create index brands_parent_brand_id_idx on public.brands (parent_brand_id);
create index brands_created_by_idx on public.brands (created_by);
create index brands_updated_by_idx on public.brands (updated_by);
create trigger stamp_row
before insert or update on public.brands
for each row execute function private.stamp_row('actors', 'version');
create trigger announce_change
after insert or update on public.brands
for each row execute function private.announce_change('brand', 'BrandCreated', 'BrandUpdated', '-');

create table public.vetting_agencies (
  id uuid primary key default private.uuid_v7(),
  brand_id uuid not null references public.brands (id) on delete cascade,
  name text not null check (char_length(name) between 1 and 255),
  priority text not null default 'Medium' check (priority in ('High', 'Medium', 'Low')),
  country_code text check (country_code ~ '^[A-Z]{2}$'),
  status text not null default 'verified' check (status in ('pending_verification', 'verified', 'rejected')),
  is_active boolean not null default true,
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now(),
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now(),
  unique nulls not distinct (brand_id, name, country_code)
);
comment on table public.vetting_agencies is 'Regulators and watchdogs that a brand listens to.';
comment on column public.vetting_agencies.status is 'What AI suggests starts as pending_verification.';
comment on column public.vetting_agencies.country_code is 'ISO 3166-1 alpha-2; null: everywhere.';
create index vetting_agencies_created_by_idx on public.vetting_agencies (created_by);
create index vetting_agencies_updated_by_idx on public.vetting_agencies (updated_by);
alter table public.vetting_agencies enable row level security;
create trigger stamp_row
before insert or update on public.vetting_agencies
for each row execute function private.stamp_row('actors');
create trigger keep_brand
before update on public.vetting_agencies
for each row execute function private.keep_brand();
create trigger announce_change
after insert or update or delete on public.vetting_agencies
for each row execute function private.announce_change(
  'vetting_agency', 'VettingAgencyAdded', 'VettingAgencyChanged', 'VettingAgencyRemoved'
);

create table public.platform_settings (
  key text primary key check (key ~ '^[a-z][a-z0-9_.]{0,99}$'),
  value jsonb not null,
  description text not null default '' check (char_length(description) <= 1000),
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now()
);
comment on table public.platform_settings is 'Limits and thresholds that change without a deployment.';
create index platform_settings_updated_by_idx on public.platform_settings (updated_by);
alter table public.platform_settings enable row level security;

create table public.feature_flags (
  key text primary key check (key ~ '^[a-z][a-z0-9_.]{0,99}$'),
  is_enabled boolean not null default false,
  brand_ids uuid[] not null default '{}',
  description text not null default '' check (char_length(description) <= 1000),
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now()
);
comment on table public.feature_flags is 'Features that are switched on for all, or for some brands only.';
comment on column public.feature_flags.brand_ids is
'Empty: for every brand. Other brands'' ids are seen through active_flags() only.';
create index feature_flags_updated_by_idx on public.feature_flags (updated_by);
alter table public.feature_flags enable row level security;

create function private.stamp_setting()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.updated_by := auth.uid();
  new.updated_at := now();
  return new;
end;
$$;
create trigger stamp_setting
before insert or update on public.platform_settings
for each row execute function private.stamp_setting();
create trigger stamp_setting
before insert or update on public.feature_flags
for each row execute function private.stamp_setting();

create function public.active_flags(brand_id uuid)
returns setof text
language plpgsql
stable
security definer -- the table names other brands, so that only platform admins may read it
set search_path = ''
as $$
begin
  perform private.require_permission(active_flags.brand_id, 'brand.read');
  return query
    select flags.key
    from public.feature_flags as flags
    where flags.is_enabled and (flags.brand_ids = '{}' or active_flags.brand_id = any (flags.brand_ids))
    order by flags.key;
end;
$$;
comment on function public.active_flags is 'The features that are on for a brand of the caller''s.';
grant execute on function public.active_flags to authenticated;

-- Create and delete a brand: by platform admins, as commands, for both touch more than one row.

create function public.create_brand(name text, slug text, details jsonb default '{}')
returns setof public.brands
language plpgsql
volatile
security definer -- nobody holds the privilege to insert brands
set search_path = ''
as $$
#variable_conflict use_variable
declare
  brand public.brands;
begin
  if not private.is_platform_admin() then
    perform private.refuse(403, 'only platform admins may create brands');
  end if;
  brand := jsonb_populate_record(
    null::public.brands,
    jsonb_build_object(
      'id', private.uuid_v7(), 'description', '', 'identity', '{}'::jsonb, 'tone_of_voice', '', 'guardrails',
        '[]'::jsonb,
      'key_messages', '[]'::jsonb, 'target_audience', '', 'allowed_content_types', '[]'::jsonb, 'colors', '{}'::jsonb,
      'communication_style', '', 'personality', '[]'::jsonb, 'website_urls', '[]'::jsonb, 'settings', '{}'::jsonb
    ) || (details - array['id', 'deleted_at']) || jsonb_build_object('name', name, 'slug', slug)
  );
  insert into public.brands select brand.*;
  return query select brands.* from public.brands where brands.id = brand.id;
end;
$$;
comment on function public.create_brand is 'A new tenant, by a platform admin.';
grant execute on function public.create_brand to authenticated;

create function public.delete_brand(brand_id uuid, is_cascade boolean default false)
returns void
language plpgsql
volatile
security definer -- nobody holds the privilege to delete brands
set search_path = ''
as $$
declare
  content_count bigint;
  workflow_count bigint;
begin
  perform private.require_permission(delete_brand.brand_id, 'brand.read');
  if not private.is_platform_admin() then
    perform private.refuse(403, 'only platform admins may delete brands');
  end if;
  select count(*) into content_count
  from public.contents where contents.brand_id = delete_brand.brand_id and contents.deleted_at is null;
  select count(*) into workflow_count
  from public.workflows where workflows.brand_id = delete_brand.brand_id;
  if not is_cascade and content_count + workflow_count > 0 then
    perform private.refuse(409, 'the brand still has contents or workflows', jsonb_build_array(
      jsonb_build_object('field', 'contents', 'code', 'CONFLICT', 'message', content_count::text),
      jsonb_build_object('field', 'workflows', 'code', 'CONFLICT', 'message', workflow_count::text)
    ));
  end if;
  update public.brands set deleted_at = now() where brands.id = delete_brand.brand_id;
end;
$$;
comment on function public.delete_brand is
'Takes a brand out of everyone''s sight. 409 with the counts while it has contents or workflows, unless cascading.';
grant execute on function public.delete_brand to authenticated;
