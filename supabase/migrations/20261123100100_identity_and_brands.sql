-- People, brands (the tenants) and who may do what in which brand.

create table public.profiles (
  id uuid primary key references auth.users (id) on delete cascade,
  first_name text not null default '' check (char_length(first_name) <= 100),
  last_name text not null default '' check (char_length(last_name) <= 100),
  timezone text not null default 'UTC' check (char_length(timezone) <= 64),
  language text not null default 'en' check (language ~ '^[a-z]{2}$'),
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.profiles is
'What the platform knows of a person; e-mail and password stay in auth.users. Who made something cannot be deleted.';
comment on column public.profiles.is_active is 'False: the person belongs to no brand any more.';
alter table public.profiles enable row level security;

create table private.platform_admins (
  user_id uuid primary key references auth.users (id) on delete cascade,
  created_at timestamptz not null default now()
);
comment on table private.platform_admins is
'The global flag of domain §2. A row here, never user metadata, which people can write themselves.';
alter table private.platform_admins enable row level security;

create type public.brand_role as enum ('viewer', 'editor', 'admin');
comment on type public.brand_role is 'Ordered: a higher role may do all that a lower one may.';

create table public.brands (
  id uuid primary key default private.uuid_v7(),
  name text not null unique check (char_length(name) between 1 and 255),
  slug text not null unique check (slug ~ '^[a-z0-9-]{1,100}$'),
  description text not null default '' check (char_length(description) <= 5000),
  identity jsonb not null default '{}' check (jsonb_typeof(identity) = 'object'),
  tone_of_voice text not null default '' check (char_length(tone_of_voice) <= 5000),
  guardrails text[] not null default '{}',
  key_messages text[] not null default '{}',
  target_audience text not null default '' check (char_length(target_audience) <= 2000),
  country text check (country ~ '^[A-Z]{2}$'),
  language text check (language ~ '^[a-z]{2}$'),
  allowed_content_types text[] not null default '{}',
  version integer not null default 1 check (version >= 1),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz
);
comment on table public.brands is 'The tenant. Every row of business carries a brand_id that points here.';
comment on column public.brands.identity is '{mission, vision, values[], usp}';
comment on column public.brands.country is 'ISO 3166-1 alpha-2';
comment on column public.brands.language is 'ISO 639-1';
comment on column public.brands.allowed_content_types is 'Empty: every type is allowed.';
alter table public.brands enable row level security;

create table public.brand_members (
  user_id uuid not null references public.profiles (id) on delete cascade,
  brand_id uuid not null references public.brands (id) on delete cascade,
  role public.brand_role not null,
  expires_at timestamptz,
  assigned_by uuid references public.profiles (id),
  created_at timestamptz not null default now(),
  primary key (user_id, brand_id)
);
comment on table public.brand_members is 'One role for each person in each brand.';
comment on column public.brand_members.expires_at is 'After this the membership counts no longer (guests, agencies).';
create index brand_members_brand_id_idx on public.brand_members (brand_id);
create index brand_members_assigned_by_idx on public.brand_members (assigned_by);
alter table public.brand_members enable row level security;

-- Security definer: runs for the Auth server's role, which may not write to public.
create function private.create_profile()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  insert into public.profiles (id, first_name, last_name)
  values (
    new.id,
    left(coalesce(new.raw_user_meta_data ->> 'first_name', ''), 100),
    left(coalesce(new.raw_user_meta_data ->> 'last_name', ''), 100)
  )
  on conflict (id) do nothing;
  return null;
end;
$$;
create trigger create_profile
after insert on auth.users
for each row execute function private.create_profile();

-- Security definer: a policy on brand_members that read brand_members would call itself.
create function private.is_platform_admin()
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select exists (
    select 1
    from private.platform_admins
    inner join public.profiles on profiles.id = platform_admins.user_id
    where platform_admins.user_id = auth.uid() and profiles.is_active
  );
$$;
comment on function private.is_platform_admin is 'Whether the caller holds the global flag.';
grant execute on function private.is_platform_admin to authenticated, service_role;

-- Security definer: see is_platform_admin. Call it as `brand_id in (select private.brand_ids(...))`,
-- which the planner evaluates once for a statement and not once for a row.
create function private.brand_ids(least_role public.brand_role)
returns setof uuid
language sql
stable
security definer
set search_path = ''
rows 10
as $$
  select brand_members.brand_id
  from public.brand_members
  inner join public.profiles on profiles.id = brand_members.user_id
  inner join public.brands on brands.id = brand_members.brand_id
  where
    brand_members.user_id = auth.uid()
    and brands.deleted_at is null
    and brand_members.role >= least_role
    and (brand_members.expires_at is null or brand_members.expires_at > now())
    and profiles.is_active
  union all
  select brands.id
  from public.brands
  where brands.deleted_at is null and private.is_platform_admin();
$$;
comment on function private.brand_ids is 'The brands in which the caller has at least this role, unexpired.';
grant execute on function private.brand_ids to authenticated, service_role;

-- Security definer: reads memberships of other people, of which the caller may see some only.
create function private.colleague_ids()
returns setof uuid
language sql
stable
security definer
set search_path = ''
as $$
  select brand_members.user_id
  from public.brand_members
  where brand_members.brand_id in (select private.brand_ids('viewer'));
$$;
comment on function private.colleague_ids is 'Everyone who shares a brand with the caller.';
grant execute on function private.colleague_ids to authenticated, service_role;

create function private.require_role(brand uuid, least_role public.brand_role, subject text default 'brand')
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  -- Strangers are told that there is nothing, members that they may not.
  if brand is null or brand not in (select private.brand_ids('viewer')) then
    perform private.refuse(404, subject || ' not found');
  elsif brand not in (select private.brand_ids(least_role)) then
    perform private.refuse(403, format('this needs the role %s in the brand', least_role));
  end if;
end;
$$;
comment on function private.require_role is '404 for strangers to the brand, 403 for members below the role.';
grant execute on function private.require_role to authenticated, service_role;
