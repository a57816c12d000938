-- Market overrides, and checks of contents against the claims of a market.

create table public.market_overrides (
  id uuid primary key default private.uuid_v7(),
  master_claim_id uuid not null references public.claims (id) on delete cascade,
  market_country text not null check (market_country ~ '^([A-Z]{2}|__ALL_COUNTRIES__)$'),
  product_id uuid not null references public.products (id) on delete cascade,
  is_blocked boolean not null default true,
  -- Deleting a claim that stands in for another would let that one stand again.
  replacement_claim_id uuid references public.claims (id) on delete restrict,
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now(),
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now(),
  unique (master_claim_id, market_country, product_id),
  check (replacement_claim_id <> master_claim_id)
);
comment on table public.market_overrides is
'For one product in one market (or all): a master claim is blocked, replaced or exempt.';
comment on column public.market_overrides.is_blocked is
'False without a replacement: no effect by itself, but a country so exempts itself from a rule for all.';
create index market_overrides_product_idx on public.market_overrides (product_id, market_country);
create index market_overrides_replacement_idx on public.market_overrides (replacement_claim_id);
create index market_overrides_created_by_idx on public.market_overrides (created_by);
create index market_overrides_updated_by_idx on public.market_overrides (updated_by);
alter table public.market_overrides enable row level security;
create trigger stamp_row before insert or update on public.market_overrides
for each row execute function private.stamp_row('actors');

create function private.guard_override()
returns trigger
language plpgsql
security definer -- sees the claims whoever writes
set search_path = ''
as $$
declare
  replacement public.claims;
  wanted text := case new.market_country when '__ALL_COUNTRIES__' then '__GLOBAL__' else new.market_country end;
begin
  if cardinality(private.unknown_countries(array[wanted])) > 0
    or exists (select from public.countries where countries.code = wanted and not countries.is_active)
  then
    perform private.refuse(400, 'there is no such market', jsonb_build_array(jsonb_build_object(
      'field', 'marketCountry', 'code', 'INVALID_FORMAT', 'message', new.market_country
    )));
  end if;
  if not exists (
    select from public.claims where claims.id = new.master_claim_id and '__GLOBAL__' = any (claims.countries)
  ) then
    perform private.refuse(400, 'only a global claim can be overridden', jsonb_build_array(jsonb_build_object(
      'field', 'masterClaimId', 'code', 'INVALID_FORMAT', 'message', 'not a global claim'
    )));
  end if;
  select * into replacement from public.claims where claims.id = new.replacement_claim_id;
  if replacement.id is not null and wanted <> all (replacement.countries) then
    perform private.refuse(400, 'the replacement is of another market', jsonb_build_array(jsonb_build_object(
      'field', 'replacementClaimId', 'code', 'INVALID_FORMAT', 'message', 'a claim of ' || wanted || ' is expected'
    )));
  end if;
  return new;
end;
$$;
create trigger guard_override before insert or update on public.market_overrides
for each row execute function private.guard_override();

create function private.announce_override()
returns trigger
language plpgsql
security definer -- nobody may write events by themselves
set search_path = ''
as $$
declare
  override public.market_overrides := case tg_op when 'DELETE' then old else new end;
begin
  -- A rule for all markets names every market that it touches (domain §6).
  perform private.append_event(
    link.brand_id, 'claim', override.master_claim_id, 'MarketOverrideChanged',
    jsonb_strip_nulls(jsonb_build_object(
      'productId', override.product_id, 'market', override.market_country, 'operation', lower(tg_op),
      'countries', case when override.market_country = '__ALL_COUNTRIES__' then (
        select jsonb_agg(countries.code order by countries.code) from public.countries where countries.is_active
      ) end
    ))
  )
  from public.products
  inner join public.brand_master_claim_brands as link on link.master_claim_brand_id = products.master_claim_brand_id
  where products.id = override.product_id;
  return null;
end;
$$;
create trigger announce_override after insert or update or delete on public.market_overrides
for each row execute function private.announce_override();

create table public.claim_reviews (
  id uuid primary key default private.uuid_v7(),
  brand_id uuid not null references public.brands (id) on delete cascade,
  content_id uuid not null,
  content_version integer not null check (content_version >= 1),
  country text not null references public.countries (code),
  strictness text not null default 'standard' check (strictness in ('lenient', 'standard', 'strict')),
  overall text not null check (overall in ('approved', 'needs_revision', 'rejected')),
  violations integer not null default 0 check (violations >= 0),
  findings jsonb not null default '[]' check (jsonb_typeof(findings) = 'array'),
  override_reason text check (char_length(override_reason) between 1 and 5000),
  overridden_by uuid references public.profiles (id),
  overridden_at timestamptz,
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now(),
  foreign key (content_id, brand_id) references public.contents (id, brand_id) on delete cascade,
  check ((overridden_at is null) = (override_reason is null))
);
comment on table public.claim_reviews is 'A check of one version of a content against the claims of a market.';
comment on column public.claim_reviews.violations is
'More than none bars publishing that version, until overridden with a reason.';
create index claim_reviews_content_id_idx on public.claim_reviews (content_id, brand_id, content_version);
create index claim_reviews_brand_id_idx on public.claim_reviews (brand_id);
create index claim_reviews_country_idx on public.claim_reviews (country);
create index claim_reviews_created_by_idx on public.claim_reviews (created_by);
create index claim_reviews_overridden_by_idx on public.claim_reviews (overridden_by);
alter table public.claim_reviews enable row level security;
