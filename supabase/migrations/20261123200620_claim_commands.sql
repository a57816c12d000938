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
'Who agrees to a claim, in order. A rejection begins at the first step again (unlike that of a content, which is the end).';
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
  -- Ingredients are shared by all: their claims are the platform's. The rest is written by admins of a linked brand; and
  -- by its author, as long as they may still read it.
  if author is not distinct from auth.uid() and author is not null and level <> 'ingredient' then
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
  if level is null or coalesce(cardinality(subject_ids), 0) not between 1 and (case level when 'brand' then 1 else 500 end) then
    perform private.refuse(400, 'a claim names what it is about', '[{"field": "subjectIds", "code": "REQUIRED_FIELD_MISSING", "message": "a brand''s claim names one master claim brand, others at least one"}]');
  end if;
  master_brands := case level
    when 'brand' then array(select master.id from public.master_claim_brands as master where master.id = any (subject_ids))
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

create function private.lock_claim(claim_id uuid)
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
  perform private.require_catalogue(array(select private.claim_master_brands(claim_id)), claim.level, claim.created_by);
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
  claim public.claims := private.lock_claim(claim_id);
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
  update public.claims
  set
    text = claim.text, status = claim.status, countries = claim.countries, effective_from = claim.effective_from,
    effective_to = claim.effective_to, category = claim.category,
    regulatory_references = claim.regulatory_references, documentation_urls = claim.documentation_urls, notes = claim.notes
  where claims.id = claim.id;
  return query select claims.* from public.claims where claims.id = claim.id;
end;
$$;
comment on function public.update_claim is 'Changes what is named, save level and subject; 412 when another came first.';
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

create function private.next_approval_step(claim public.claims, after integer)
returns public.claim_approval_steps
language sql
stable
set search_path = ''
as $$
  select step.*
  from public.claim_approval_steps as step
  where
    step.master_claim_brand_id = (select master from private.claim_master_brands(claim.id) as master order by master limit 1)
    and step.position > next_approval_step.after
  order by step.position
  limit 1;
$$;

create function public.submit_claim(claim_id uuid)
returns setof public.claims
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  claim public.claims := private.lock_claim(claim_id);
  step public.claim_approval_steps := private.next_approval_step(claim, 0);
begin
  if claim.approval = 'pending' then
    perform private.refuse(409, 'the approval of the claim is pending');
  elsif step.id is null then
    perform private.refuse(409, 'the master claim brand has no approval steps');
  end if;
  update public.claims set approval = 'pending', approval_position = step.position where claims.id = claim.id;
  return query select claims.* from public.claims where claims.id = claim.id;
end;
$$;
comment on function public.submit_claim is 'Puts a claim into approval: until it is approved it stands for nothing.';
grant execute on function public.submit_claim to authenticated;

create function public.decide_claim(
  claim_id uuid, decision text, comment text default '', amended_text jsonb default null
)
returns setof public.claims
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  claim public.claims;
  step public.claim_approval_steps;
  next_step public.claim_approval_steps;
begin
  perform private.lock_claim(claim_id);
  select * into claim from public.claims where claims.id = claim_id;
  -- Nobody approves what they wrote: the author's own right to edit is not one to decide.
  if not private.is_platform_admin()
    and not array(select private.claim_master_brands(claim.id)) <@ private.writable_master_brands()
  then
    perform private.refuse(403, 'this needs the permission claim.write in a brand that is linked to it');
  end if;
  if claim.approval is distinct from 'pending' then
    perform private.refuse(409, 'the claim is not in approval');
  end if;
  select * into step from private.next_approval_step(claim, claim.approval_position - 1);
  if amended_text is not null then
    update public.claims set text = amended_text where claims.id = claim.id;
  end if;
  if decision = 'approve' then
    next_step := private.next_approval_step(claim, claim.approval_position);
    update public.claims
    set approval = case when next_step.id is null then 'approved' else 'pending' end, approval_position = next_step.position
    where claims.id = claim.id;
  elsif decision = 'reject' then
    perform private.require_reason(decide_claim.comment, 'comment');
    update public.claim_approvals set is_current = false where claim_approvals.claim_id = claim.id;
    update public.claims set approval_position = (private.next_approval_step(claim, 0)).position where claims.id = claim.id;
  else
    perform private.refuse(400, 'there is no such decision', '[{"field": "decision", "code": "INVALID_FORMAT", "message": "approve or reject"}]');
  end if;
  insert into public.claim_approvals (claim_id, claim_version, position, step_name, decision, comment, is_current, actor_id)
  values (
    claim.id, claim.version, claim.approval_position, coalesce(step.name, ''), decide_claim.decision, decide_claim.comment,
    decide_claim.decision = 'approve', auth.uid()
  );
  return query select claims.* from public.claims where claims.id = claim.id;
end;
$$;
comment on function public.decide_claim is
'Approves the open step or sends the claim back to the first; the text may be amended while deciding.';
grant execute on function public.decide_claim to authenticated;

create function public.set_market_override(
  master_claim_id uuid,
  market_country text,
  product_id uuid,
  is_blocked boolean default true,
  replacement_claim_id uuid default null,
  is_forced boolean default false
)
returns table (override_id uuid, conflicts jsonb)
language plpgsql
volatile
security definer
set search_path = ''
as $$
#variable_conflict use_variable
declare
  existing public.market_overrides;
  master_brand uuid := (select products.master_claim_brand_id from public.products where products.id = product_id);
  author uuid;
begin
  select * into existing from public.market_overrides as found
  where
    found.master_claim_id = set_market_override.master_claim_id and found.market_country = set_market_override.market_country
    and found.product_id = set_market_override.product_id;
  if not private.is_platform_admin() and not coalesce(master_brand = any (private.readable_master_brands()), false) then
    perform private.refuse(404, 'product not found');
  end if;
  -- Who made a rule for one country may change it; a rule for all countries is the admins'.
  author := case when market_country <> '__ALL_COUNTRIES__' then existing.created_by end;
  if not private.is_platform_admin() and author is distinct from auth.uid()
    and not master_brand = any (private.writable_master_brands())
  then
    perform private.refuse(403, 'this needs the permission claim.write in a brand that is linked to the product');
  end if;
  -- What is overridden, and what replaces it, is something that the caller may read.
  if not private.is_platform_admin() and exists (
    select from unnest(array[master_claim_id, replacement_claim_id]) as named
    where named is not null and not array(select private.claim_master_brands(named)) && private.readable_master_brands()
  ) then
    perform private.refuse(404, 'claim not found');
  end if;
  if existing.id is null then
    select coalesce(jsonb_agg(jsonb_build_object('field', 'marketCountry', 'code', 'CONFLICT', 'message', other.market_country)
      order by other.market_country), '[]') into conflicts
    from public.market_overrides as other
    where
      other.master_claim_id = set_market_override.master_claim_id
      and other.product_id = set_market_override.product_id
      and (other.market_country = '__ALL_COUNTRIES__') <> (set_market_override.market_country = '__ALL_COUNTRIES__');
    if conflicts <> '[]' and not is_forced then
      perform private.refuse(409, 'there are rules for other markets of this product', conflicts);
    end if;
  else
    conflicts := '[]';
  end if;
  insert into public.market_overrides as overrides (
    master_claim_id, market_country, product_id, is_blocked, replacement_claim_id
  )
  values (master_claim_id, market_country, product_id, is_blocked, replacement_claim_id)
  on conflict on constraint market_overrides_master_claim_id_market_country_product_id_key do update
    set is_blocked = excluded.is_blocked, replacement_claim_id = excluded.replacement_claim_id
  returning overrides.id into override_id;
  return next;
end;
$$;
comment on function public.set_market_override is
'Blocks, replaces or exempts a master claim for a product in a market. A rule for all beside one for a country is 409, with
the list of them, unless forced; then both stay, and the list comes as a warning.';
grant execute on function public.set_market_override to authenticated;

create function public.remove_market_override(override_id uuid)
returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  override public.market_overrides;
  master_brand uuid;
begin
  select * into override from public.market_overrides where market_overrides.id = remove_market_override.override_id;
  select products.master_claim_brand_id into master_brand from public.products where products.id = override.product_id;
  if not private.is_platform_admin() and not coalesce(master_brand = any (private.readable_master_brands()), false)
    or override.id is null
  then
    perform private.refuse(404, 'override not found');
  elsif not private.is_platform_admin() and not master_brand = any (private.writable_master_brands()) then
    perform private.refuse(403, 'this needs the permission claim.write in a brand that is linked to the product');
  end if;
  delete from public.market_overrides where market_overrides.id = override.id;
end;
$$;
comment on function public.remove_market_override is 'Ends a rule, by an admin of a brand that is linked to the product.';
grant execute on function public.remove_market_override to authenticated;

create function public.override_claim_review(review_id uuid, reason text)
returns setof public.claim_reviews
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  review public.claim_reviews;
begin
  select * into review from public.claim_reviews where claim_reviews.id = review_id for update;
  perform private.require_permission(review.brand_id, 'claim.write', 'review');
  perform private.require_reason(reason, 'reason');
  if review.overridden_at is not null then
    perform private.refuse(409, 'the review is overridden already');
  end if;
  perform private.append_event(review.brand_id, 'content', review.content_id, 'ClaimsReviewOverridden', jsonb_build_object(
    'reviewId', review.id, 'reason', reason
  ));
  return query
    update public.claim_reviews set override_reason = reason, overridden_by = auth.uid(), overridden_at = now()
    where claim_reviews.id = review.id
    returning *;
end;
$$;
comment on function public.override_claim_review is 'Lets a content be published in spite of violations, with a reason that stays.';
grant execute on function public.override_claim_review to authenticated;

create function public.record_claim_review(
  content_id uuid, country text, findings jsonb, overall text, violations integer, strictness text default 'standard'
)
returns setof public.claim_reviews
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  content public.contents;
begin
  -- By the service only: a review that bars publishing is not for those to write whom it bars.
  select * into content from private.content_by_id(record_claim_review.content_id);
  if content.id is null then
    perform private.refuse(404, 'content not found');
  end if;
  perform private.check_market(country);
  perform private.append_event(content.brand_id, 'content', content.id, 'ClaimsReviewed', jsonb_build_object(
    'country', country, 'overall', overall, 'violations', violations
  ));
  return query
    insert into public.claim_reviews (
      brand_id, content_id, content_version, country, strictness, overall, violations, findings, created_by
    )
    values (
      content.brand_id, content.id, content.version, record_claim_review.country, record_claim_review.strictness,
      record_claim_review.overall, record_claim_review.violations, record_claim_review.findings, auth.uid()
    )
    returning *;
end;
$$;
comment on function public.record_claim_review is 'For the service: the result of checking a content against the claims of a market.';
grant execute on function public.record_claim_review to service_role;
