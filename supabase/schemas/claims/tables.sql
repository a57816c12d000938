create table public.countries (
  code text primary key check (code ~ '^[A-Z]{2}$'),
  name text not null unique check (char_length(name) between 1 and 100),
  is_active boolean not null default true
);
comment on table public.countries is 'ISO 3166-1 alpha-2: the markets in which claims are evaluated.';
alter table public.countries enable row level security;

create table public.master_claim_brands (
  id uuid primary key default private.uuid_v7(),
  name text not null check (char_length(name) between 1 and 255 and name !~ '[[:cntrl:]]'),
  archived_at timestamptz check (archived_at between '1900-01-01Z' and '2200-01-01Z'),
  version integer not null default 1 check (version >= 1),
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now() check (updated_at between '1900-01-01Z' and '2200-01-01Z')
);
comment on table public.master_claim_brands is
'A brand of the regulatory catalogue, linked to any number of tenants.';
comment on column public.master_claim_brands.archived_at is
'Null: in use. What is archived keeps its history, but resolves to no claim and cannot be chosen.';
create unique index master_claim_brands_name_key on public.master_claim_brands (private.name_key(name));
create index master_claim_brands_created_by_idx on public.master_claim_brands (created_by);
create index master_claim_brands_updated_by_idx on public.master_claim_brands (updated_by);
alter table public.master_claim_brands enable row level security;

create table public.brand_master_claim_brands (
  brand_id uuid not null references public.brands (id) on delete cascade,
  master_claim_brand_id uuid not null references public.master_claim_brands (id) on delete cascade,
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  primary key (brand_id, master_claim_brand_id)
);
comment on table public.brand_master_claim_brands is
'Which tenants read the claims of which catalogue brands. Admins of a tenant may write them.';
create index brand_master_claim_brands_master_idx on public.brand_master_claim_brands (master_claim_brand_id);
alter table public.brand_master_claim_brands enable row level security;

create table public.products (
  id uuid primary key default private.uuid_v7(),
  master_claim_brand_id uuid not null references public.master_claim_brands (id) on delete cascade,
  name text not null check (char_length(name) between 1 and 255 and name !~ '[[:cntrl:]]'),
  description text not null default '' check (char_length(description) <= 5000),
  archived_at timestamptz check (archived_at between '1900-01-01Z' and '2200-01-01Z'),
  version integer not null default 1 check (version >= 1),
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now() check (updated_at between '1900-01-01Z' and '2200-01-01Z')
);
comment on table public.products is 'The products of the catalogue brands.';
create unique index products_master_claim_brand_id_name_key
on public.products (master_claim_brand_id, private.name_key(name));
create index products_name_idx on public.products (private.name_key(name));
create index products_created_by_idx on public.products (created_by);
create index products_updated_by_idx on public.products (updated_by);
alter table public.products enable row level security;

create table public.ingredients (
  id uuid primary key default private.uuid_v7(),
  name text not null check (char_length(name) between 1 and 255 and name !~ '[[:cntrl:]]'),
  description text not null default '' check (char_length(description) <= 5000),
  archived_at timestamptz check (archived_at between '1900-01-01Z' and '2200-01-01Z'),
  version integer not null default 1 check (version >= 1),
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now() check (updated_at between '1900-01-01Z' and '2200-01-01Z')
);
comment on table public.ingredients is
'Ingredients, shared by all catalogue brands. A tenant reads those of the products that it may read.';
create unique index ingredients_name_key on public.ingredients (private.name_key(name));
create index ingredients_created_by_idx on public.ingredients (created_by);
create index ingredients_updated_by_idx on public.ingredients (updated_by);
alter table public.ingredients enable row level security;

create table public.product_ingredients (
  product_id uuid not null references public.products (id) on delete cascade,
  ingredient_id uuid not null references public.ingredients (id) on delete cascade,
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  primary key (product_id, ingredient_id)
);
comment on table public.product_ingredients is 'The ingredients of each product.';
create index product_ingredients_ingredient_id_idx on public.product_ingredients (ingredient_id);
alter table public.product_ingredients enable row level security;

create table public.claims (
  id uuid primary key default private.uuid_v7(),
  text jsonb not null check (private.is_claim_text(text) and private.is_sound_json(text, 500000)),
  type text not null default 'master' check (type in ('master', 'product', 'ingredient')),
  level public.claim_level not null,
  status public.claim_status not null,
  master_claim_brand_id uuid references public.master_claim_brands (id) on delete cascade,
  countries text[] not null default '{__GLOBAL__}' check (
    cardinality(countries) between 1 and 300
    and private.are_texts(countries, 300, 20)
  ),
  effective_from timestamptz not null default now() check (effective_from between '1900-01-01Z' and '2200-01-01Z'),
  effective_to timestamptz check (effective_to between '1900-01-01Z' and '2200-01-01Z'),
  category text check (char_length(category) <= 50),
  regulatory_references text[] not null default '{}' check (private.are_texts(regulatory_references, 50, 1000)),
  documentation_urls text[] not null default '{}' check (private.are_urls(documentation_urls, 50)),
  notes text not null default '' check (char_length(notes) <= 5000),
  approval text check (approval in ('pending', 'approved', 'rejected')),
  approval_position integer check (approval_position >= 1),
  archived_at timestamptz check (archived_at between '1900-01-01Z' and '2200-01-01Z'),
  version integer not null default 1 check (version >= 1),
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now() check (updated_at between '1900-01-01Z' and '2200-01-01Z'),
  check (effective_to > effective_from),
  check ((level = 'brand') = (master_claim_brand_id is not null)),
  check ((approval is not distinct from 'pending') = (approval_position is not null))
);
comment on table public.claims is
'Statements about a catalogue brand, products or ingredients that are allowed, disallowed or mandatory.';
comment on column public.claims.text is '{original, <language>…}: the text and its translations.';
comment on column public.claims.level is 'Whether it is about a brand, products or ingredients; fixed at creation.';
comment on column public.claims.master_claim_brand_id is
'For claims of the level brand only; products and ingredients are in claim_subjects.';
comment on column public.claims.countries is
'ISO codes, or __GLOBAL__ for a master claim, which applies to every market.';
comment on column public.claims.effective_to is 'The claim is effective while effective_from ≤ t < effective_to.';
comment on column public.claims.approval is 'Null: never put into approval, which counts as approved.';
comment on column public.claims.approval_position is 'The position of the open approval step; null unless pending.';
comment on column public.claims.archived_at is
'Null: in use. An archived claim has no effect, and neither have rules that override it.';
create index claims_master_claim_brand_id_idx on public.claims (master_claim_brand_id);
create index claims_created_by_idx on public.claims (created_by);
create index claims_updated_by_idx on public.claims (updated_by);
create index claims_pending_idx on public.claims (id) where approval = 'pending';
alter table public.claims enable row level security;

create table public.claim_versions (
  claim_id uuid not null references public.claims (id) on delete cascade,
  version integer not null check (version >= 1),
  text jsonb not null check (private.is_claim_text(text) and private.is_sound_json(text, 500000)),
  status public.claim_status not null,
  countries text[] not null check (private.are_texts(countries, 300, 20)),
  effective_from timestamptz not null check (effective_from between '1900-01-01Z' and '2200-01-01Z'),
  effective_to timestamptz check (effective_to between '1900-01-01Z' and '2200-01-01Z'),
  category text check (char_length(category) <= 50),
  regulatory_references text[] not null default '{}' check (private.are_texts(regulatory_references, 50, 1000)),
  documentation_urls text[] not null default '{}' check (private.are_urls(documentation_urls, 50)),
  notes text not null default '' check (char_length(notes) <= 5000),
  approval text check (approval in ('pending', 'approved', 'rejected')),
  approval_position integer check (approval_position >= 1),
  archived_at timestamptz check (archived_at between '1900-01-01Z' and '2200-01-01Z'),
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  primary key (claim_id, version)
);
comment on table public.claim_versions is
'A claim as it was after each change, decision and archiving. Level and subjects never change. Written by triggers.';
create index claim_versions_created_by_idx on public.claim_versions (created_by);
alter table public.claim_versions enable row level security;

create table public.claim_subjects (
  claim_id uuid not null references public.claims (id) on delete cascade,
  product_id uuid references public.products (id) on delete cascade,
  ingredient_id uuid references public.ingredients (id) on delete cascade,
  id uuid primary key default private.uuid_v7(),
  unique nulls not distinct (claim_id, product_id, ingredient_id),
  check ((product_id is null) <> (ingredient_id is null))
);
comment on table public.claim_subjects is 'The products, or the ingredients, that a claim is about.';
create index claim_subjects_product_id_idx on public.claim_subjects (product_id);
create index claim_subjects_ingredient_id_idx on public.claim_subjects (ingredient_id);
alter table public.claim_subjects enable row level security;

-- The primary key makes claims unique. Resolution looks claims up here and nowhere else (decision 15).
create table private.claim_scopes (
  subject_id uuid not null,
  country text not null check (char_length(country) <= 20),
  text_key text not null check (char_length(text_key) <= 1000),
  level public.claim_level not null,
  status public.claim_status not null,
  claim_id uuid not null references public.claims (id) on delete cascade,
  effective_from timestamptz not null check (effective_from between '1900-01-01Z' and '2200-01-01Z'),
  effective_to timestamptz check (effective_to between '1900-01-01Z' and '2200-01-01Z'),
  is_approved boolean not null,
  primary key (subject_id, country, text_key, level, status)
);
comment on table private.claim_scopes is
'One row for each claim, subject (catalogue brand, product or ingredient) and country; none for archived claims. Written
by triggers.';
comment on column private.claim_scopes.is_approved is 'Whether the claim is approved, or was never put into approval.';
create index claim_scopes_claim_id_idx on private.claim_scopes (claim_id);
alter table private.claim_scopes enable row level security;

create table public.market_overrides (
  id uuid primary key default private.uuid_v7(),
  master_claim_id uuid not null references public.claims (id) on delete cascade,
  market_country text not null check (market_country ~ '^([A-Z]{2}|__ALL_COUNTRIES__)$'),
  product_id uuid not null references public.products (id) on delete cascade,
  is_blocked boolean not null default true,
  -- Deleting a replacement would make the master claim apply again.
  replacement_claim_id uuid references public.claims (id) on delete restrict,
  version integer not null default 1 check (version >= 1),
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now() check (updated_at between '1900-01-01Z' and '2200-01-01Z'),
  unique (master_claim_id, market_country, product_id),
  check (replacement_claim_id <> master_claim_id)
);
comment on table public.market_overrides is
'Rules that block or replace a master claim for one product in one market or in all, or exempt it from a rule for all.';
comment on column public.market_overrides.is_blocked is
'False without a replacement has no effect by itself, but exempts the country from a rule for all countries.';
create index market_overrides_product_idx on public.market_overrides (product_id, market_country);
create index market_overrides_replacement_idx on public.market_overrides (replacement_claim_id);
create index market_overrides_created_by_idx on public.market_overrides (created_by);
create index market_overrides_updated_by_idx on public.market_overrides (updated_by);
alter table public.market_overrides enable row level security;

create table public.claim_approval_steps (
  id uuid primary key default private.uuid_v7(),
  master_claim_brand_id uuid not null references public.master_claim_brands (id) on delete cascade,
  position integer not null check (position between 1 and 20),
  name text not null check (char_length(name) between 1 and 255 and name !~ '[[:cntrl:]]'),
  reviewer_role text not null check (
    reviewer_role in ('legal', 'compliance', 'regulatory', 'marketing', 'lrc', 'bdt', 'mat', 'sme')
  ),
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  unique (master_claim_brand_id, position)
);
comment on table public.claim_approval_steps is
'The steps of the approval of claims, in order. A rejection sends the claim back to the first step, whereas the
rejection of a content ends its review.';
alter table public.claim_approval_steps enable row level security;

create table public.claim_approvals (
  id uuid primary key default private.uuid_v7(),
  claim_id uuid not null references public.claims (id) on delete cascade,
  claim_version integer not null check (claim_version >= 1),
  position integer not null check (position between 1 and 20),
  step_name text not null check (char_length(step_name) <= 255),
  reviewer_role text check (char_length(reviewer_role) <= 50),
  is_amended boolean not null default false,
  decision text not null check (decision in ('approve', 'reject')),
  comment text not null default '' check (char_length(comment) <= 5000),
  is_current boolean not null default true,
  actor_id uuid references public.profiles (id),
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z')
);
comment on table public.claim_approvals is
'Decisions on claims. A rejection clears is_current of the decisions before it.';
comment on column public.claim_approvals.reviewer_role is
'The role that the step asked for; null for decisions from before roles were asked for.';
comment on column public.claim_approvals.is_amended is 'Whether the reviewer changed the text with this decision.';
create index claim_approvals_claim_id_idx on public.claim_approvals (claim_id, id);
create index claim_approvals_actor_id_idx on public.claim_approvals (actor_id);
alter table public.claim_approvals enable row level security;

create table public.claim_reviewers (
  id uuid primary key default private.uuid_v7(),
  brand_id uuid not null references public.brands (id) on delete cascade,
  user_id uuid not null,
  reviewer_role text not null check (
    reviewer_role in ('legal', 'compliance', 'regulatory', 'marketing', 'lrc', 'bdt', 'mat', 'sme')
  ),
  master_claim_brand_id uuid references public.master_claim_brands (id) on delete cascade,
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now() check (created_at between '1900-01-01Z' and '2200-01-01Z'),
  unique nulls not distinct (brand_id, user_id, reviewer_role, master_claim_brand_id),
  foreign key (user_id, brand_id) references public.brand_members (user_id, brand_id) on delete cascade
);
comment on table public.claim_reviewers is
'Which members of a tenant decide on the approval steps of a reviewer role.';
comment on column public.claim_reviewers.master_claim_brand_id is
'The catalogue brand for whose claims it counts; null: all that the tenant is linked to.';
create index claim_reviewers_user_id_idx on public.claim_reviewers (user_id, brand_id);
create index claim_reviewers_master_idx on public.claim_reviewers (master_claim_brand_id);
create index claim_reviewers_created_by_idx on public.claim_reviewers (created_by);
alter table public.claim_reviewers enable row level security;
