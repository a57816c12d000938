-- Claims, their approval, and overrides: commands, for a claim and its subjects are written together.

create table public.claim_approval_steps (
  id uuid primary key default private.uuid_v7(),
  master_claim_brand_id uuid not null references public.master_claim_brands (id) on delete cascade,
  position integer not null check (position between 1 and 20),
  name text not null check (char_length(name) between 1 and 255),
  reviewer_role text not null check (reviewer_role in ('legal', 'compliance', 'marketing', 'lrc', 'bdt', 'mat', 'sme')),
  created_at timestamptz not null default now(),
  unique (master_claim_brand_id, position)
);
comment on table public.claim_approval_steps is
'Who agrees to a claim, in order. A rejection begins at the first step again (unlike that of a content, which is the
end).';
alter table public.claim_approval_steps enable row level security;

create table public.claim_approvals (
  id uuid primary key default private.uuid_v7(),
  claim_id uuid not null references public.claims (id) on delete cascade,
  claim_version integer not null check (claim_version >= 1),
  position integer not null check (position between 1 and 20),
  step_name text not null,
  decision text not null check (decision in ('approve', 'reject')),
  comment text not null default '' check (char_length(comment) <= 5000),
  is_current boolean not null default true,
  actor_id uuid references public.profiles (id),
  created_at timestamptz not null default now()
);
comment on table public.claim_approvals is 'Decisions on claims; a rejection clears those before it (is_current).';
create index claim_approvals_claim_id_idx on public.claim_approvals (claim_id, id);
create index claim_approvals_actor_id_idx on public.claim_approvals (actor_id);
alter table public.claim_approvals enable row level security;

create function private.require_catalogue(master_brands uuid[], level public.claim_level, author uuid default null)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if private.is_platform_admin() then
    return;
  end if;
  if cardinality(master_brands) = 0 or not master_brands && private.readable_master_brands() then
    perform private.refuse(404, 'claim not found');
  end if;
  -- Ingredients are shared by all: their claims are the platform's. The rest is written by admins of a linked brand;
  -- and edited by its author, as long as they may still read it and nothing denies it to them.
  if author = auth.uid() and level <> 'ingredient' and not exists (
    select from public.brand_master_claim_brands as link
    where link.master_claim_brand_id = any (master_brands) and private.is_restricted(link.brand_id, 'claim.write')
  ) then
    return;
  end if;
  if level = 'ingredient' or not master_brands <@ private.writable_master_brands() then
    perform private.refuse(403, 'this needs the permission claim.write in a brand that is linked to it');
  end if;
end;
$$;
comment on function private.require_catalogue is
'404 for those who may not read what a claim is about, 403 for those who may not write it.';

create function public.create_claim(
  text jsonb,
  level public.claim_level,
  status public.claim_status,
  subject_ids uuid[],
  countries text[] default '{__GLOBAL__}',
  effective_from timestamptz default now(),
  effective_to timestamptz default null,
  details jsonb default '{}'
)
returns setof public.claims
language plpgsql
volatile
security definer
set search_path = ''
as $$
#variable_conflict use_variable
declare
  claim_id uuid := private.uuid_v7();
  master_brands uuid [];
begin
  if level is null or coalesce(cardinality(subject_ids), 0) not between 1 and (case level when 'brand' then
    1 else 500 end) then
    perform private.refuse(400, 'a claim names what it is about',
      '[{"field": "subjectIds", "code": "REQUIRED_FIELD_MISSING", "message": "one brand, or at least one other"}]');
  end if;
  master_brands := case level
    when 'brand' then array(select master.id from public.master_claim_brands as master
      where master.id = any (subject_ids))
    when 'product' then array(
      select distinct products.master_claim_brand_id from public.products where products.id = any (subject_ids)
    )
    else '{}'::uuid []
  end;
  if level = 'ingredient' and not private.is_platform_admin() then
    perform private.refuse(403, 'claims of ingredients are shared: only platform admins write them');
  end if;
  if level <> 'ingredient' then
    perform private.require_catalogue(master_brands, level);
    if cardinality(master_brands) = 0 then
      perform private.refuse(404, 'claim not found');
    end if;
  end if;
  insert into public.claims (
    id, text, type, level, status, master_claim_brand_id, countries, effective_from, effective_to,
    category, regulatory_references, documentation_urls, notes
  )
  values (
    claim_id, text, coalesce(details ->> 'type', 'master'), level, status,
    case when level = 'brand' then subject_ids[1] end,
    -- "All countries" is a word of overrides; for claims it is the same as global.
    coalesce((
      select array_agg(distinct case country when '__ALL_COUNTRIES__' then '__GLOBAL__' else country end)
      from unnest(countries) as country
    ), '{__GLOBAL__}'),
    coalesce(effective_from, now()), effective_to, details ->> 'category',
    array(select jsonb_array_elements_text(coalesce(details -> 'regulatory_references', '[]'))),
    array(select jsonb_array_elements_text(coalesce(details -> 'documentation_urls', '[]'))),
    coalesce(details ->> 'notes', '')
  );
  if level <> 'brand' then
    insert into public.claim_subjects (claim_id, product_id, ingredient_id)
    select claim_id, case when level = 'product' then subject end, case when level = 'ingredient' then subject end
    from (select distinct unnest(subject_ids) as subject) as subjects;
  end if;
  return query select claims.* from public.claims where claims.id = claim_id;
end;
$$;
comment on function public.create_claim is
'A claim of a master claim brand, of products or of ingredients (subject_ids), by who may write all of them.';
grant execute on function public.create_claim to authenticated;

create function private.lock_claim(claim_id uuid, is_for_author boolean default false)
returns public.claims
language plpgsql
volatile
set search_path = ''
as $$
declare
  claim public.claims;
begin
  if not exists (select from public.claims where claims.id = claim_id)
    or not (
      private.is_platform_admin()
      or array(select private.claim_master_brands(claim_id)) && private.readable_master_brands()
    )
  then
    perform private.refuse(404, 'claim not found');
  end if;
  select * into claim from public.claims where claims.id = claim_id for update;
  perform private.require_catalogue(
    array(select private.claim_master_brands(claim_id)), claim.level, case when is_for_author then claim.created_by end
  );
  return claim;
end;
$$;

create function public.update_claim(claim_id uuid, expected_version integer, changes jsonb)
returns setof public.claims
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  claim public.claims := private.lock_claim(claim_id, is_for_author => true);
begin
  if expected_version is null then
    perform private.refuse(428, 'an update names the version that it saw');
  elsif claim.version <> expected_version then
    perform private.refuse(412, 'the claim was changed by someone else', jsonb_build_array(jsonb_build_object(
      'field', 'version', 'code', 'CONFLICT', 'message', claim.version::text
    )));
  end if;
  claim := jsonb_populate_record(claim, changes - array[
    'id', 'level', 'master_claim_brand_id', 'approval', 'approval_position', 'version', 'type',
    'created_by', 'created_at', 'updated_by', 'updated_at'
  ]);
  -- What was approved is no longer what stands there: it goes through its approval again, from the first step.
  if claim.approval in ('pending', 'approved') and (
    select
      (claims.text, claims.status, claims.countries, claims.effective_from, claims.effective_to)
      is distinct from (claim.text, claim.status, claim.countries, claim.effective_from, claim.effective_to)
    from public.claims where claims.id = claim.id
  ) then
    update public.claim_approvals set is_current = false where claim_approvals.claim_id = claim.id;
    claim.approval := 'pending';
    claim.approval_position := (private.next_approval_step(claim, 0)).position;
  end if;
  update public.claims
  set
    text = claim.text, status = claim.status, countries = claim.countries, effective_from = claim.effective_from,
    effective_to = claim.effective_to, category = claim.category,
    regulatory_references = claim.regulatory_references, documentation_urls = claim.documentation_urls,
    notes = claim.notes, approval = claim.approval, approval_position = claim.approval_position
  where claims.id = claim.id;
  return query select claims.* from public.claims where claims.id = claim.id;
end;
$$;
comment on function public.update_claim is
'Changes what is named, save level and subject; 412 when another came first.';
grant execute on function public.update_claim to authenticated;

create function public.delete_claim(claim_id uuid)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  claim public.claims := private.lock_claim(claim_id);
begin
  perform private.announce_claim(claim.id, 'ClaimDeleted', '{}');
  delete from public.claims where claims.id = claim.id;
end;
$$;
comment on function public.delete_claim is 'Removes a claim with its overrides; 409 while its approval is pending.';
grant execute on function public.delete_claim to authenticated;
