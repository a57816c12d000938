-- The regulatory catalogue (domain §6): countries, master claim brands, products, ingredients, claims, market overrides.
--
-- None of it belongs to one tenant: a brand reads what hangs on the master claim brands that it is linked to.

create table public.countries (
  code text primary key check (code ~ '^[A-Z]{2}$'),
  name text not null unique,
  is_active boolean not null default true
);
comment on table public.countries is 'ISO 3166-1 alpha-2: the markets in which claims are evaluated.';
alter table public.countries enable row level security;
insert into public.countries (code, name)
values
('AD', 'Andorra'), ('AE', 'United Arab Emirates'), ('AF', 'Afghanistan'), ('AG', 'Antigua and Barbuda'),
('AI', 'Anguilla'), ('AL', 'Albania'), ('AM', 'Armenia'), ('AO', 'Angola'), ('AQ', 'Antarctica'),
('AR', 'Argentina'), ('AS', 'Samoa (American)'), ('AT', 'Austria'), ('AU', 'Australia'), ('AW', 'Aruba'),
('AX', 'Åland Islands'), ('AZ', 'Azerbaijan'), ('BA', 'Bosnia and Herzegovina'), ('BB', 'Barbados'),
('BD', 'Bangladesh'), ('BE', 'Belgium'), ('BF', 'Burkina Faso'), ('BG', 'Bulgaria'), ('BH', 'Bahrain'),
('BI', 'Burundi'), ('BJ', 'Benin'), ('BL', 'St Barthelemy'), ('BM', 'Bermuda'), ('BN', 'Brunei'), ('BO', 'Bolivia'),
('BQ', 'Caribbean NL'), ('BR', 'Brazil'), ('BS', 'Bahamas'), ('BT', 'Bhutan'), ('BV', 'Bouvet Island'),
('BW', 'Botswana'), ('BY', 'Belarus'), ('BZ', 'Belize'), ('CA', 'Canada'), ('CC', 'Cocos (Keeling) Islands'),
('CD', 'Congo (Dem. Rep.)'), ('CF', 'Central African Rep.'), ('CG', 'Congo (Rep.)'), ('CH', 'Switzerland'),
('CI', 'Côte d''Ivoire'), ('CK', 'Cook Islands'), ('CL', 'Chile'), ('CM', 'Cameroon'), ('CN', 'China'),
('CO', 'Colombia'), ('CR', 'Costa Rica'), ('CU', 'Cuba'), ('CV', 'Cape Verde'), ('CW', 'Curaçao'),
('CX', 'Christmas Island'), ('CY', 'Cyprus'), ('CZ', 'Czech Republic'), ('DE', 'Germany'), ('DJ', 'Djibouti'),
('DK', 'Denmark'), ('DM', 'Dominica'), ('DO', 'Dominican Republic'), ('DZ', 'Algeria'), ('EC', 'Ecuador'),
('EE', 'Estonia'), ('EG', 'Egypt'), ('EH', 'Western Sahara'), ('ER', 'Eritrea'), ('ES', 'Spain'), ('ET', 'Ethiopia'),
('FI', 'Finland'), ('FJ', 'Fiji'), ('FK', 'Falkland Islands'), ('FM', 'Micronesia'), ('FO', 'Faroe Islands'),
('FR', 'France'), ('GA', 'Gabon'), ('GB', 'United Kingdom'), ('GD', 'Grenada'), ('GE', 'Georgia'),
('GF', 'French Guiana'), ('GG', 'Guernsey'), ('GH', 'Ghana'), ('GI', 'Gibraltar'), ('GL', 'Greenland'),
('GM', 'Gambia'), ('GN', 'Guinea'), ('GP', 'Guadeloupe'), ('GQ', 'Equatorial Guinea'), ('GR', 'Greece'),
('GS', 'South Georgia and the South Sandwich Islands'), ('GT', 'Guatemala'), ('GU', 'Guam'), ('GW', 'Guinea-Bissau'),
('GY', 'Guyana'), ('HK', 'Hong Kong'), ('HM', 'Heard Island and McDonald Islands'), ('HN', 'Honduras'),
('HR', 'Croatia'), ('HT', 'Haiti'), ('HU', 'Hungary'), ('ID', 'Indonesia'), ('IE', 'Ireland'), ('IL', 'Israel'),
('IM', 'Isle of Man'), ('IN', 'India'), ('IO', 'British Indian Ocean Territory'), ('IQ', 'Iraq'), ('IR', 'Iran'),
('IS', 'Iceland'), ('IT', 'Italy'), ('JE', 'Jersey'), ('JM', 'Jamaica'), ('JO', 'Jordan'), ('JP', 'Japan'),
('KE', 'Kenya'), ('KG', 'Kyrgyzstan'), ('KH', 'Cambodia'), ('KI', 'Kiribati'), ('KM', 'Comoros'),
('KN', 'St Kitts and Nevis'), ('KP', 'Korea (North)'), ('KR', 'Korea (South)'), ('KW', 'Kuwait'),
('KY', 'Cayman Islands'), ('KZ', 'Kazakhstan'), ('LA', 'Laos'), ('LB', 'Lebanon'), ('LC', 'St Lucia'),
('LI', 'Liechtenstein'), ('LK', 'Sri Lanka'), ('LR', 'Liberia'), ('LS', 'Lesotho'), ('LT', 'Lithuania'),
('LU', 'Luxembourg'), ('LV', 'Latvia'), ('LY', 'Libya'), ('MA', 'Morocco'), ('MC', 'Monaco'), ('MD', 'Moldova'),
('ME', 'Montenegro'), ('MF', 'Saint Martin'), ('MG', 'Madagascar'), ('MH', 'Marshall Islands'),
('MK', 'North Macedonia'), ('ML', 'Mali'), ('MM', 'Myanmar (Burma)'), ('MN', 'Mongolia'), ('MO', 'Macau'),
('MP', 'Northern Mariana Islands'), ('MQ', 'Martinique'), ('MR', 'Mauritania'), ('MS', 'Montserrat'),
('MT', 'Malta'), ('MU', 'Mauritius'), ('MV', 'Maldives'), ('MW', 'Malawi'), ('MX', 'Mexico'), ('MY', 'Malaysia'),
('MZ', 'Mozambique'), ('NA', 'Namibia'), ('NC', 'New Caledonia'), ('NE', 'Niger'), ('NF', 'Norfolk Island'),
('NG', 'Nigeria'), ('NI', 'Nicaragua'), ('NL', 'Netherlands'), ('NO', 'Norway'), ('NP', 'Nepal'), ('NR', 'Nauru'),
('NU', 'Niue'), ('NZ', 'New Zealand'), ('OM', 'Oman'), ('PA', 'Panama'), ('PE', 'Peru'), ('PF', 'French Polynesia'),
('PG', 'Papua New Guinea'), ('PH', 'Philippines'), ('PK', 'Pakistan'), ('PL', 'Poland'),
('PM', 'St Pierre and Miquelon'), ('PN', 'Pitcairn'), ('PR', 'Puerto Rico'), ('PS', 'Palestine'), ('PT', 'Portugal'),
('PW', 'Palau'), ('PY', 'Paraguay'), ('QA', 'Qatar'), ('RE', 'Réunion'), ('RO', 'Romania'), ('RS', 'Serbia'),
('RU', 'Russia'), ('RW', 'Rwanda'), ('SA', 'Saudi Arabia'), ('SB', 'Solomon Islands'), ('SC', 'Seychelles'),
('SD', 'Sudan'), ('SE', 'Sweden'), ('SG', 'Singapore'), ('SH', 'St Helena'), ('SI', 'Slovenia'),
('SJ', 'Svalbard and Jan Mayen'), ('SK', 'Slovakia'), ('SL', 'Sierra Leone'), ('SM', 'San Marino'),
('SN', 'Senegal'), ('SO', 'Somalia'), ('SR', 'Suriname'), ('SS', 'South Sudan'), ('ST', 'Sao Tome and Principe'),
('SV', 'El Salvador'), ('SX', 'Sint Maarten'), ('SY', 'Syria'), ('SZ', 'Eswatini (Swaziland)'),
('TC', 'Turks and Caicos Is'), ('TD', 'Chad'), ('TF', 'French S. Terr.'), ('TG', 'Togo'), ('TH', 'Thailand'),
('TJ', 'Tajikistan'), ('TK', 'Tokelau'), ('TL', 'East Timor'), ('TM', 'Turkmenistan'), ('TN', 'Tunisia'),
('TO', 'Tonga'), ('TR', 'Turkey'), ('TT', 'Trinidad and Tobago'), ('TV', 'Tuvalu'), ('TW', 'Taiwan'),
('TZ', 'Tanzania'), ('UA', 'Ukraine'), ('UG', 'Uganda'), ('UM', 'US minor outlying islands'),
('US', 'United States'), ('UY', 'Uruguay'), ('UZ', 'Uzbekistan'), ('VA', 'Vatican City'), ('VC', 'St Vincent'),
('VE', 'Venezuela'), ('VG', 'Virgin Islands (UK)'), ('VI', 'Virgin Islands (US)'), ('VN', 'Vietnam'),
('VU', 'Vanuatu'), ('WF', 'Wallis and Futuna'), ('WS', 'Samoa (western)'), ('YE', 'Yemen'), ('YT', 'Mayotte'),
('ZA', 'South Africa'), ('ZM', 'Zambia'), ('ZW', 'Zimbabwe');

create table public.master_claim_brands (
  id uuid primary key default private.uuid_v7(),
  name text not null unique check (char_length(name) between 1 and 255),
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now(),
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now()
);
comment on table public.master_claim_brands is 'A brand as the regulatory catalogue knows it; many to many with the tenants.';
create index master_claim_brands_created_by_idx on public.master_claim_brands (created_by);
create index master_claim_brands_updated_by_idx on public.master_claim_brands (updated_by);
alter table public.master_claim_brands enable row level security;

create table public.brand_master_claim_brands (
  brand_id uuid not null references public.brands (id) on delete cascade,
  master_claim_brand_id uuid not null references public.master_claim_brands (id) on delete cascade,
  created_at timestamptz not null default now(),
  primary key (brand_id, master_claim_brand_id)
);
comment on table public.brand_master_claim_brands is 'Which tenants read, and by their admins write, the claims of which catalogue brand.';
create index brand_master_claim_brands_master_idx on public.brand_master_claim_brands (master_claim_brand_id);
alter table public.brand_master_claim_brands enable row level security;

create table public.products (
  id uuid primary key default private.uuid_v7(),
  master_claim_brand_id uuid not null references public.master_claim_brands (id) on delete cascade,
  name text not null check (char_length(name) between 1 and 255),
  description text not null default '' check (char_length(description) <= 5000),
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now(),
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now(),
  unique (master_claim_brand_id, name)
);
comment on table public.products is 'What is sold, by catalogue brand.';
create index products_created_by_idx on public.products (created_by);
create index products_updated_by_idx on public.products (updated_by);
alter table public.products enable row level security;

create table public.ingredients (
  id uuid primary key default private.uuid_v7(),
  name text not null unique check (char_length(name) between 1 and 255),
  description text not null default '' check (char_length(description) <= 5000),
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now(),
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now()
);
comment on table public.ingredients is 'Shared by all catalogue brands; a tenant reads those of the products that it may read.';
create index ingredients_created_by_idx on public.ingredients (created_by);
create index ingredients_updated_by_idx on public.ingredients (updated_by);
alter table public.ingredients enable row level security;

create table public.product_ingredients (
  product_id uuid not null references public.products (id) on delete cascade,
  ingredient_id uuid not null references public.ingredients (id) on delete cascade,
  created_at timestamptz not null default now(),
  primary key (product_id, ingredient_id)
);
comment on table public.product_ingredients is 'What a product is made of.';
create index product_ingredients_ingredient_id_idx on public.product_ingredients (ingredient_id);
alter table public.product_ingredients enable row level security;

create trigger stamp_row before insert or update on public.master_claim_brands
for each row execute function private.stamp_row('actors');
create trigger stamp_row before insert or update on public.products
for each row execute function private.stamp_row('actors');
create trigger stamp_row before insert or update on public.ingredients
for each row execute function private.stamp_row('actors');

create type public.claim_status as enum ('allowed', 'disallowed', 'mandatory');
create type public.claim_level as enum ('product', 'ingredient', 'brand');
comment on type public.claim_level is 'Ordered by strength: a product''s claim outranks an ingredient''s, and that a brand''s.';

create function private.claim_text_key(claim_text jsonb)
returns text
language sql
immutable
parallel safe
set search_path = ''
as $$
  select lower(btrim(claim_text ->> 'original', E' \t\n\r'));
$$;
comment on function private.claim_text_key is 'By this claims are the same: the original text, trimmed and in lower case.';
grant execute on function private.claim_text_key to authenticated, service_role;

create function private.is_claim_text(claim_text jsonb)
returns boolean
language sql
immutable
parallel safe
set search_path = ''
as $$
  select
    jsonb_typeof(claim_text) = 'object'
    and coalesce(private.claim_text_key(claim_text), '') <> ''
    and not exists (
      select from jsonb_each(claim_text) as entry
      where
        (entry.key <> 'original' and entry.key !~ '^[a-z]{2}$')
        or jsonb_typeof(entry.value) <> 'string'
        or char_length(entry.value #>> '{}') > 500
    );
$$;
comment on function private.is_claim_text is '{original, <language>…}: texts of 500 characters at most, the original not blank.';
grant execute on function private.is_claim_text to authenticated, service_role;

create function private.unknown_countries(codes text[])
returns text[]
language sql
stable
security definer -- a check must see all countries, whoever writes
set search_path = ''
as $$
  select array(
    select asked.code from unnest(codes) as asked (code)
    where asked.code <> '__GLOBAL__' and not exists (select from public.countries where countries.code = asked.code)
  );
$$;
comment on function private.unknown_countries is 'Those codes that are no country; __GLOBAL__ is known.';
grant execute on function private.unknown_countries to authenticated, service_role;

create table public.claims (
  id uuid primary key default private.uuid_v7(),
  text jsonb not null check (private.is_claim_text(text)),
  type text not null default 'master' check (type in ('master', 'product', 'ingredient')),
  level public.claim_level not null,
  status public.claim_status not null,
  master_claim_brand_id uuid references public.master_claim_brands (id) on delete cascade,
  countries text[] not null default '{__GLOBAL__}' check (cardinality(countries) between 1 and 300),
  effective_from timestamptz not null default now(),
  effective_to timestamptz,
  category text check (char_length(category) <= 50),
  regulatory_references text[] not null default '{}' check (cardinality(regulatory_references) <= 50),
  documentation_urls text[] not null default '{}' check (cardinality(documentation_urls) <= 50),
  notes text not null default '' check (char_length(notes) <= 5000),
  approval text check (approval in ('pending', 'approved', 'rejected')),
  approval_position integer check (approval_position >= 1),
  version integer not null default 1 check (version >= 1),
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now(),
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now(),
  check (effective_to > effective_from),
  check ((level = 'brand') = (master_claim_brand_id is not null)),
  check ((approval = 'pending') = (approval_position is not null))
);
comment on table public.claims is 'What may, must not or must be said; of a catalogue brand, of products or of ingredients.';
comment on column public.claims.text is '{original, <language>…}: the same claim in other languages.';
comment on column public.claims.level is 'What it is about; fixed at creation.';
comment on column public.claims.master_claim_brand_id is 'For the level brand only; products and ingredients are in claim_subjects.';
comment on column public.claims.countries is 'ISO codes, or __GLOBAL__: the claim is a master claim, of every market.';
comment on column public.claims.effective_to is 'Active when effective_from ≤ t < effective_to.';
comment on column public.claims.approval is 'Null: never put into an approval run, which counts as approved.';
comment on column public.claims.approval_position is 'The open step of the approval run.';
create index claims_master_claim_brand_id_idx on public.claims (master_claim_brand_id);
create index claims_created_by_idx on public.claims (created_by);
create index claims_updated_by_idx on public.claims (updated_by);
alter table public.claims enable row level security;

create table public.claim_subjects (
  claim_id uuid not null references public.claims (id) on delete cascade,
  product_id uuid references public.products (id) on delete cascade,
  ingredient_id uuid references public.ingredients (id) on delete cascade,
  unique nulls not distinct (claim_id, product_id, ingredient_id),
  check ((product_id is null) <> (ingredient_id is null))
);
comment on table public.claim_subjects is 'The products, or the ingredients, that a claim is about.';
alter table public.claim_subjects add column id uuid primary key default private.uuid_v7();
create index claim_subjects_product_id_idx on public.claim_subjects (product_id);
create index claim_subjects_ingredient_id_idx on public.claim_subjects (ingredient_id);
alter table public.claim_subjects enable row level security;

-- One row for each claim, subject and country: what makes claims unique, and what resolution looks up.
create table private.claim_scopes (
  subject_id uuid not null,
  country text not null,
  text_key text not null,
  level public.claim_level not null,
  status public.claim_status not null,
  claim_id uuid not null references public.claims (id) on delete cascade,
  primary key (subject_id, country, text_key, level, status)
);
comment on table private.claim_scopes is 'A claim as it applies to one brand, product or ingredient in one country. Triggers write it.';
create index claim_scopes_claim_id_idx on private.claim_scopes (claim_id);
alter table private.claim_scopes enable row level security;

create function private.scope_claim(claim public.claims)
returns void
language sql
volatile
set search_path = ''
as $$
  delete from private.claim_scopes where claim_scopes.claim_id = claim.id;
  insert into private.claim_scopes (subject_id, country, text_key, level, status, claim_id)
  select subject.id, country, private.claim_text_key(claim.text), claim.level, claim.status, claim.id
  from (
    select claim.master_claim_brand_id as id
    union
    select coalesce(subjects.product_id, subjects.ingredient_id)
    from public.claim_subjects as subjects where subjects.claim_id = claim.id
  ) as subject
  cross join unnest(claim.countries) as country
  where subject.id is not null
  group by subject.id, country;
$$;

create function private.guard_claim()
returns trigger
language plpgsql
set search_path = ''
as $$
declare
  unknown text [];
begin
  if cardinality(new.countries) = 0 then
    new.countries := '{__GLOBAL__}';
  end if;
  unknown := private.unknown_countries(new.countries);
  if cardinality(unknown) > 0 then
    perform private.refuse(400, 'there is no such country', jsonb_build_array(jsonb_build_object(
      'field', 'countries', 'code', 'INVALID_FORMAT', 'message', array_to_string(unknown[1:5], ', ')
    )));
  end if;
  if tg_op = 'UPDATE' and (new.level <> old.level or new.master_claim_brand_id is distinct from old.master_claim_brand_id) then
    perform private.refuse(409, 'level and subject of a claim are fixed');
  end if;
  return new;
end;
$$;
create trigger guard_claim before insert or update on public.claims
for each row execute function private.guard_claim();
create trigger stamp_row before insert or update on public.claims
for each row execute function private.stamp_row('actors', 'version');

create function private.keep_pending_claim()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if old.approval = 'pending' then
    perform private.refuse(409, 'the approval of the claim is pending');
  end if;
  return old;
end;
$$;
create trigger keep_pending_claim before delete on public.claims
for each row execute function private.keep_pending_claim();

create function private.claim_master_brands(claim_id uuid)
returns setof uuid
language sql
stable
set search_path = ''
as $$
  select claims.master_claim_brand_id from public.claims where claims.id = claim_id and claims.level = 'brand'
  union
  select products.master_claim_brand_id
  from public.claim_subjects as subject
  left join public.product_ingredients as part on part.ingredient_id = subject.ingredient_id
  inner join public.products on products.id in (subject.product_id, part.product_id)
  where subject.claim_id = claim_master_brands.claim_id;
$$;
comment on function private.claim_master_brands is 'The catalogue brands whose products a claim is about.';

create function private.announce_claim(claim_id uuid, event_type text, data jsonb)
returns void
language sql
volatile
set search_path = ''
as $$
  -- One event for each tenant that is linked: none of them learns of the others.
  select private.append_event(link.brand_id, 'claim', announce_claim.claim_id, event_type, data)
  from public.brand_master_claim_brands as link
  where link.master_claim_brand_id in (select private.claim_master_brands(announce_claim.claim_id));
$$;

create function private.follow_claim()
returns trigger
language plpgsql
security definer -- nobody may write scopes and events by themselves
set search_path = ''
as $$
declare
  claim public.claims;
begin
  if tg_table_name = 'claims' then
    claim := new;
  else
    select * into claim from public.claims
    where claims.id = case tg_op when 'DELETE' then old.claim_id else new.claim_id end;
  end if;
  if claim.id is null then
    return null; -- the claim itself is being deleted
  end if;
  perform private.scope_claim(claim);
  if tg_table_name = 'claims' then
    perform private.announce_claim(claim.id, 'ClaimChanged', jsonb_build_object('status', claim.status, 'isNew', tg_op = 'INSERT'));
  end if;
  return null;
end;
$$;
create trigger follow_claim after insert or update on public.claims
for each row execute function private.follow_claim();
create trigger follow_claim after insert or update or delete on public.claim_subjects
for each row execute function private.follow_claim();

create function private.check_claim_subjects()
returns trigger
language plpgsql
security definer -- sees the subjects whoever writes
set search_path = ''
as $$
declare
  claim public.claims;
begin
  select * into claim from public.claims
  where claims.id = case when tg_table_name = 'claims' then to_jsonb(new) ->> 'id' else to_jsonb(coalesce(new, old)) ->> 'claim_id' end::uuid;
  -- Exactly one kind of subject, and at least one of it, at the end of the transaction.
  if claim.id is not null and not coalesce((
    select case claim.level
      when 'brand' then count(*) = 0
      when 'product' then count(subject.product_id) >= 1 and count(subject.ingredient_id) = 0
      else count(subject.ingredient_id) >= 1 and count(subject.product_id) = 0
    end
    from public.claim_subjects as subject where subject.claim_id = claim.id
  ), false) then
    perform private.refuse(400, 'a claim names what it is about', jsonb_build_array(jsonb_build_object(
      'field', 'level', 'code', 'INVALID_FORMAT',
      'message', 'a brand''s claim one master claim brand, a product''s at least one product, an ingredient''s one ingredient'
    )));
  end if;
  return null;
end;
$$;
create constraint trigger check_claim_subjects after insert or update on public.claims
deferrable initially deferred for each row execute function private.check_claim_subjects();
create constraint trigger check_claim_subjects after insert or update or delete on public.claim_subjects
deferrable initially deferred for each row execute function private.check_claim_subjects();

create table public.market_overrides (
  id uuid primary key default private.uuid_v7(),
  master_claim_id uuid not null references public.claims (id) on delete cascade,
  market_country text not null check (market_country ~ '^([A-Z]{2}|__ALL_COUNTRIES__)$'),
  product_id uuid not null references public.products (id) on delete cascade,
  is_blocked boolean not null default true,
  replacement_claim_id uuid references public.claims (id) on delete set null,
  created_by uuid references public.profiles (id),
  created_at timestamptz not null default now(),
  updated_by uuid references public.profiles (id),
  updated_at timestamptz not null default now(),
  unique (master_claim_id, market_country, product_id),
  check (replacement_claim_id <> master_claim_id)
);
comment on table public.market_overrides is 'For one product in one market (or all): a master claim is blocked, replaced or exempt.';
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
  if cardinality(private.unknown_countries(array[wanted])) > 0 then
    perform private.refuse(400, 'there is no such country', jsonb_build_array(jsonb_build_object(
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
comment on column public.claim_reviews.violations is 'More than none bars publishing that version, until overridden with a reason.';
create index claim_reviews_content_id_idx on public.claim_reviews (content_id, brand_id, content_version);
create index claim_reviews_brand_id_idx on public.claim_reviews (brand_id);
create index claim_reviews_country_idx on public.claim_reviews (country);
create index claim_reviews_created_by_idx on public.claim_reviews (created_by);
create index claim_reviews_overridden_by_idx on public.claim_reviews (overridden_by);
alter table public.claim_reviews enable row level security;
