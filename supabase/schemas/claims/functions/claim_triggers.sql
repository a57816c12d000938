create function private.replace_claim_scopes(claim public.claims)
returns void
language sql
volatile
set search_path = ''
as $$
  delete from private.claim_scopes where claim_scopes.claim_id = claim.id;
  insert into private.claim_scopes (
    subject_id, country, text_key, level, status, claim_id, effective_from, effective_to, is_approved
  )
  select
    subject.id, country, private.claim_text_key(claim.text), claim.level, claim.status, claim.id,
    claim.effective_from, claim.effective_to, coalesce(claim.approval, 'approved') = 'approved'
  from (
    select claim.master_claim_brand_id as id
    union
    select coalesce(subjects.product_id, subjects.ingredient_id)
    from public.claim_subjects as subjects where subjects.claim_id = claim.id
  ) as subject
  cross join unnest(claim.countries) as country
  where subject.id is not null and claim.archived_at is null
  group by subject.id, country;
$$;
comment on function private.replace_claim_scopes is
'Replaces the rows of a claim in claim_scopes: one for each subject and country, and none for an archived claim.';

create function private.record_claim_version()
returns trigger
language plpgsql
security definer -- versions are written by functions only
set search_path = ''
as $$
begin
  insert into public.claim_versions (
    claim_id, version, text, status, countries, effective_from, effective_to, category, regulatory_references,
    documentation_urls, notes, approval, approval_position, archived_at, created_by
  )
  values (
    new.id, new.version, new.text, new.status, new.countries, new.effective_from, new.effective_to, new.category,
    new.regulatory_references, new.documentation_urls, new.notes, new.approval, new.approval_position, new.archived_at,
    new.updated_by
  );
  return null;
end;
$$;
comment on function private.record_claim_version is 'Keeps each version of a claim.';

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
  if tg_op = 'UPDATE' and (
    new.level <> old.level or new.master_claim_brand_id is distinct from old.master_claim_brand_id
  ) then
    perform private.refuse(409, 'level and subject of a claim are fixed');
  end if;
  return new;
end;
$$;
comment on function private.guard_claim is
'Makes a claim without countries global. Refuses unknown countries and changes of level or catalogue brand.';

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
comment on function private.keep_pending_claim is 'Refuses to delete a claim while its approval is pending.';

create function private.announce_claim(claim_id uuid, event_type text, data jsonb)
returns void
language sql
volatile
set search_path = ''
as $$
  -- One event for each linked tenant, so that no tenant learns of another.
  select private.append_event(linked.brand_id, 'claim', announce_claim.claim_id, event_type, data)
  from (
    select distinct link.brand_id
    from public.brand_master_claim_brands as link
    where link.master_claim_brand_id in (select private.claim_master_brands(announce_claim.claim_id))
  ) as linked
  order by linked.brand_id;
$$;

create function private.announce_new_claims(claim_ids uuid[])
returns void
language sql
volatile
set search_path = ''
as $$
  select private.append_event(
    linked.brand_id, 'claim', claim.id, 'ClaimChanged', jsonb_build_object('status', claim.status, 'isNew', true)
  )
  from public.claims as claim
  cross join lateral (
    select distinct link.brand_id
    from public.brand_master_claim_brands as link
    where link.master_claim_brand_id in (select private.claim_master_brands(claim.id))
  ) as linked
  -- An import announces its claims at its end: what it creates may be undone until then.
  where
    claim.id = any (announce_new_claims.claim_ids)
    and coalesce(current_setting('mixerai.claim_changes', true), '') = ''
  order by linked.brand_id, claim.id;
$$;
comment on function private.announce_new_claims is
'Tells each linked tenant of new claims, once what they are about is written. While an import runs, nothing.';

create function private.propagate_claim()
returns trigger
language plpgsql
security definer -- claim_scopes and events are written by functions only
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
  perform private.replace_claim_scopes(claim);
  -- What a new claim is about is not written yet: see private.announce_new_claims.
  if tg_table_name = 'claims' and tg_op = 'UPDATE' then
    perform private.announce_claim(
      claim.id, 'ClaimChanged', jsonb_build_object('status', claim.status, 'isNew', false)
    );
  end if;
  return null;
end;
$$;
comment on function private.propagate_claim is
'After a change of a claim or of its subjects: rewrites claim_scopes and announces a change of the claim.';

create function private.check_claim_subjects()
returns trigger
language plpgsql
security definer -- reads all subjects, whatever the caller may read
set search_path = ''
as $$
declare
  claim public.claims;
begin
  select * into claim from public.claims
  where claims.id = case
    when tg_table_name = 'claims' then to_jsonb(new) ->> 'id' else to_jsonb(coalesce(new, old)) ->> 'claim_id'
  end::uuid;
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
comment on function private.check_claim_subjects is
'Requires, at the end of the transaction, that a claim has at least one subject of its level and none of another; a
claim of the level brand has no rows in claim_subjects.';
