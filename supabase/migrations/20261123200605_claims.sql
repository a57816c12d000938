-- Claims: what may, must not or must be said, about which subjects and in which countries.

create type public.claim_status as enum ('allowed', 'disallowed', 'mandatory');
create type public.claim_level as enum ('product', 'ingredient', 'brand');
comment on type public.claim_level is
'Ordered by strength: a product''s claim outranks an ingredient''s, and that a brand''s.';

create function private.claim_text_key(claim_text jsonb)
returns text
language sql
immutable
parallel safe
set search_path = ''
as $$
  select lower(btrim(claim_text ->> 'original', E' \t\n\r'));
$$;
comment on function private.claim_text_key is
'By this claims are the same: the original text, trimmed and in lower case.';
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
comment on function private.is_claim_text is
'{original, <language>…}: texts of 500 characters at most, the original not blank.';
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
  check ((approval is not distinct from 'pending') = (approval_position is not null))
);
comment on table public.claims is
'What may, must not or must be said; of a catalogue brand, of products or of ingredients.';
comment on column public.claims.text is '{original, <language>…}: the same claim in other languages.';
comment on column public.claims.level is 'What it is about; fixed at creation.';
comment on column public.claims.master_claim_brand_id is
'For the level brand only; products and ingredients are in claim_subjects.';
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
comment on table private.claim_scopes is
'A claim as it applies to one brand, product or ingredient in one country. Triggers write it.';
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
  if tg_op = 'UPDATE' and (new.level <> old.level or new.master_claim_brand_id is distinct
    from old.master_claim_brand_id) then
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
    perform private.announce_claim(claim.id, 'ClaimChanged', jsonb_build_object('status', claim.status, 'isNew',
      tg_op = 'INSERT'));
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
  where claims.id = case when tg_table_name = 'claims' then to_jsonb(new) ->> 'id' else to_jsonb(coalesce(new,
    old)) ->> 'claim_id' end::uuid;
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
      'message', 'one master claim brand, or at least one product, or at least one ingredient'
    )));
  end if;
  return null;
end;
$$;
create constraint trigger check_claim_subjects after insert or update on public.claims
deferrable initially deferred for each row execute function private.check_claim_subjects();
create constraint trigger check_claim_subjects after insert or update or delete on public.claim_subjects
deferrable initially deferred for each row execute function private.check_claim_subjects();
