create function private.lock_claim(
  claim_id uuid, is_for_author boolean default false, is_for_reviewer boolean default false
)
returns public.claims
language plpgsql
volatile
set search_path = ''
as $$
declare
  claim public.claims;
begin
  -- The permission before the lock: those without it must not make others wait.
  claim := private.claim_to_write(lock_claim.claim_id, is_for_author, is_for_reviewer);
  select * into claim from public.claims where claims.id = lock_claim.claim_id for update;
  if claim.id is null then
    perform private.refuse(404, 'claim not found');
  end if;
  return claim;
end;
$$;
comment on function private.lock_claim is
'Locks and returns a claim that the caller may write; with is_for_author, also one that the caller created, and with
is_for_reviewer any that the caller may read. 404 and 403 as private.require_claim_write.';

create function private.require_subjects_in_use(level public.claim_level, subject_ids uuid[])
returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  missing uuid [];
begin
  missing := array(
    select subject from unnest(subject_ids) as subject
    where not case level
      when 'brand' then exists (
        select from public.master_claim_brands as found where found.id = subject and found.archived_at is null
      )
      when 'product' then exists (
        select from public.products as found where found.id = subject and found.archived_at is null
      )
      else exists (select from public.ingredients as found where found.id = subject and found.archived_at is null)
    end
  );
  if cardinality(missing) > 0 then
    perform private.refuse(400, 'what the claim is about does not exist, or is archived', jsonb_build_array(
      jsonb_build_object(
        'field', 'subjectIds', 'code', 'INVALID_FORMAT',
        'message', level::text || ' unknown or archived: ' || array_to_string(missing[1:5], ', ')
      )
    ));
  end if;
end;
$$;
comment on function private.require_subjects_in_use is
'Raises 400 with the ids of subjects that do not exist or are archived.';

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
    perform private.require_subjects_in_use(level, subject_ids);
    return;
  end if;
  master_brands := case level
    when 'brand' then array(
      select master.id from public.master_claim_brands as master
      where master.id = any (subject_ids)
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
  perform private.require_subjects_in_use(level, subject_ids);
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
returns setof jsonb
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
  -- All counters at once and in their order, which the rows of claim_subjects do not have.
  perform private.count_claim_changes(private.brands_of_subjects(subject_ids));
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
  perform private.announce_new_claims(array[claim_id]);
  return query select * from private.claim_answer(claim_id);
end;
$$;
comment on function public.create_claim is
'Creates a claim of one master claim brand, of products or of ingredients (subject_ids). Requires that the caller may
write claims of all of them.';
grant execute on function public.create_claim to authenticated, service_role;

create function public.update_claim(claim_id uuid, expected_version integer, changes jsonb)
returns setof jsonb
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
  perform private.require_version(claim.version, expected_version, 'claim');
  perform private.refuse_archived(claim);
  perform private.require_times(changes, '{effective_from, effective_to}');
  claim := jsonb_populate_record(claim, changes - array[
    'id', 'level', 'master_claim_brand_id', 'approval', 'approval_position', 'archived_at', 'version', 'type',
    'created_by', 'created_at', 'updated_by', 'updated_at'
  ]);
  claim.countries := array_replace(claim.countries, '__ALL_COUNTRIES__', '__GLOBAL__');
  -- A change of what was approved starts the approval again, from the first step.
  if claim.approval in ('pending', 'approved') and (
    select
      (
        claims.text, claims.status, claims.countries, claims.effective_from, claims.effective_to,
        claims.regulatory_references
      ) is distinct from (
        claim.text, claim.status, claim.countries, claim.effective_from, claim.effective_to,
        claim.regulatory_references
      )
    from public.claims where claims.id = claim.id
  ) then
    update public.claim_approvals set is_current = false where claim_approvals.claim_id = claim.id;
    claim.approval_position := (private.locked_approval_step(claim, 0)).position;
    -- Where the catalogue brand asks for no approval any more, the claim is in none.
    claim.approval := case when claim.approval_position is not null then 'pending' end;
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

create function private.refuse_archived(claim public.claims)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if claim.archived_at is not null then
    perform private.refuse(409, 'the claim is archived: restore it first');
  end if;
end;
$$;
comment on function private.refuse_archived is 'Raises 409 for an archived claim.';

create function public.archive_claim(
  claim_id uuid, is_archived boolean default true, expected_version integer default null
)
returns setof jsonb
language plpgsql
volatile
security definer -- claims are written by commands only
set search_path = ''
as $$
#variable_conflict use_variable
declare
  claim public.claims;
begin
  perform private.require_functions();
  claim := private.lock_claim(claim_id);
  if expected_version is not null then
    perform private.require_version(claim.version, expected_version, 'claim');
  end if;
  if is_archived and claim.approval = 'pending' then
    perform private.refuse(409, 'the approval of the claim is pending');
  end if;
  if (claim.archived_at is not null) <> is_archived then
    update public.claims set archived_at = case when is_archived then now() end where claims.id = claim.id;
  end if;
  return query select * from private.claim_answer(claim.id);
end;
$$;
comment on function public.archive_claim is
'Archives a claim, which then has no effect, or restores it; 409 while its approval is pending, and 412 where it has
another version than expected.';
grant execute on function public.archive_claim to authenticated, service_role;

create function public.delete_claim(claim_id uuid)
returns void
language plpgsql
volatile
security definer -- claims are written by commands only
set search_path = ''
as $$
declare
  claim public.claims;
  replaced text [];
begin
  perform private.require_functions();
  claim := private.lock_claim(claim_id);
  replaced := array(
    select rule.id::text from public.market_overrides as rule
    where rule.replacement_claim_id = claim.id order by rule.id limit 5
  );
  if cardinality(replaced) > 0 then
    perform private.refuse(409, 'the claim takes the place of another', jsonb_build_array(jsonb_build_object(
      'field', 'overrides', 'code', 'CONFLICT', 'message', array_to_string(replaced, ', ')
    )));
  end if;
  -- Its overrides go with it. They come before the counters, as in changes of overrides.
  perform from public.market_overrides as rule where rule.master_claim_id = claim.id order by rule.id for update;
  perform private.announce_claim(claim.id, 'ClaimDeleted', '{}');
  delete from public.claims where claims.id = claim.id;
end;
$$;
comment on function public.delete_claim is
'Deletes a claim with its overrides; 409 while its approval is pending, and where it takes the place of another.';
grant execute on function public.delete_claim to authenticated, service_role;
