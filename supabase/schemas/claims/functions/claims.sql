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
  perform private.require_claim_write(
    array(select private.claim_master_brands(claim_id)), claim.level, case when is_for_author then claim.created_by end
  );
  return claim;
end;
$$;
comment on function private.lock_claim is
'Locks and returns a claim that the caller may write; with is_for_author, also one that the caller created. 404 and 403
as private.require_claim_write.';

create function private.require_claim_subjects(level public.claim_level, subject_ids uuid[])
returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  master_brands uuid[];
begin
  if level is null
    or coalesce(cardinality(subject_ids), 0) not between 1 and (case level when 'brand' then 1 else 500 end)
  then
    perform private.refuse(400, 'a claim names what it is about',
      '[{"field": "subjectIds", "code": "REQUIRED_FIELD_MISSING", "message": "one brand, or at least one other"}]');
  end if;
  if level = 'ingredient' then
    if not private.is_platform_admin() then
      perform private.refuse(403, 'claims of ingredients are shared: only platform admins write them');
    end if;
    return;
  end if;
  master_brands := case level
    when 'brand' then array(
      select master.id from public.master_claim_brands as master where master.id = any (subject_ids)
    )
    else array(
      select distinct products.master_claim_brand_id from public.products where products.id = any (subject_ids)
    )
  end;
  perform private.require_claim_write(master_brands, level);
  -- Platform admins pass the check above without any catalogue brand.
  if cardinality(master_brands) = 0 then
    perform private.refuse(404, 'claim not found');
  end if;
end;
$$;
comment on function private.require_claim_subjects is
'Raises 400 unless there is one catalogue brand, or 1 to 500 products or ingredients, and 404 or 403 unless the caller
may write claims of all of them.';

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
security definer -- claims are written by commands only
set search_path = ''
as $$
#variable_conflict use_variable
declare
  claim_id uuid := private.uuid_v7();
begin
  perform private.require_functions();
  perform private.require_claim_subjects(level, subject_ids);
  insert into public.claims (
    id, text, type, level, status, master_claim_brand_id, countries, effective_from, effective_to,
    category, regulatory_references, documentation_urls, notes
  )
  values (
    claim_id, text, coalesce(details ->> 'type', 'master'), level, status,
    case when level = 'brand' then subject_ids[1] end,
    -- __ALL_COUNTRIES__ is the word of overrides; claims say __GLOBAL__.
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
  return query select * from private.claim_answer(claim_id);
end;
$$;
comment on function public.create_claim is
'Creates a claim of one master claim brand, of products or of ingredients (subject_ids). Requires that the caller may
write claims of all of them.';
grant execute on function public.create_claim to authenticated, service_role;

create function public.update_claim(claim_id uuid, expected_version integer, changes jsonb)
returns setof public.claims
language plpgsql
volatile
security definer -- claims are written by commands only
set search_path = ''
as $$
declare
  claim public.claims;
begin
  perform private.require_functions();
  claim := private.lock_claim(claim_id, is_for_author => true);
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
  -- A change of what was approved starts the approval again, from the first step.
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
  return query select * from private.claim_answer(claim.id);
end;
$$;
comment on function public.update_claim is
'Changes the columns named in changes; level, subject and approval are ignored. Raises 428 without a version and 412
where the claim has another version.';
grant execute on function public.update_claim to authenticated, service_role;

create function public.delete_claim(claim_id uuid)
returns void
language plpgsql
volatile
security definer -- claims are written by commands only
set search_path = ''
as $$
declare
  claim public.claims;
begin
  perform private.require_functions();
  claim := private.lock_claim(claim_id);
  perform private.announce_claim(claim.id, 'ClaimDeleted', '{}');
  delete from public.claims where claims.id = claim.id;
end;
$$;
comment on function public.delete_claim is 'Deletes a claim with its overrides; 409 while its approval is pending.';
grant execute on function public.delete_claim to authenticated, service_role;
