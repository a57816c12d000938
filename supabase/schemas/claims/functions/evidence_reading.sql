create function private.evidence_state_of(latest date, at timestamptz)
returns text
language sql
immutable
set search_path = ''
as $$
  -- Days are days of UTC, whatever the time zone of the session.
  select case
    when latest is null then 'none'
    when latest::timestamp <= at at time zone 'UTC' then 'expired'
    when latest::timestamp <= (at at time zone 'UTC') + interval '90 days' then 'expiring'
    else 'valid'
  end;
$$;
comment on function private.evidence_state_of is
'Returns the state of a claim''s evidence by the latest end of an accepted piece: none, expired, expiring within 90
days, or valid. An end of infinity is none.';

create function private.evidence_state(claim_id uuid)
returns text
language sql
stable
set search_path = ''
as $$
  select private.evidence_state_of(max(coalesce(evidence.expires_on, 'infinity')), now())
  from private.claim_evidence as evidence
  where evidence.claim_id = evidence_state.claim_id and evidence.status = 'accepted';
$$;
comment on function private.evidence_state is
'Returns whether a claim has accepted evidence: none, valid, expiring (within 90 days) or expired.';
grant execute on function private.evidence_state to authenticated, service_role;

create function private.evidence_reviewer_roles()
returns text[]
language sql
immutable
parallel safe
set search_path = ''
as $$
  select array['legal', 'compliance', 'regulatory', 'lrc', 'sme'];
$$;
comment on function private.evidence_reviewer_roles is
'Lists the reviewer roles that decide whether a document substantiates a claim. Marketing, bdt and mat decide on
wordings alone.';

create function private.reviews_evidence(claim_id uuid)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  -- Claims of ingredients are shared by all tenants: their evidence counts for each of them.
  return private.person_trusted() and (
    private.is_platform_admin()
    or exists (
      select from private.claim_master_brands(reviews_evidence.claim_id) as master
      where
        private.holds_reviewer_role(master, private.evidence_reviewer_roles())
        and (
          select claims.level <> 'ingredient' from public.claims where claims.id = reviews_evidence.claim_id
        )
    )
  );
end;
$$;
comment on function private.reviews_evidence is
'Whether the caller may decide on the evidence of a claim: with one of private.evidence_reviewer_roles for it, or as a
platform admin; of claims of ingredients platform admins alone. Not for API keys.';

create function private.may_write_claim(claim_id uuid)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
declare
  claim public.claims;
begin
  select * into claim from public.claims where claims.id = may_write_claim.claim_id;
  perform private.require_claim_write(
    array(select private.claim_master_brands(claim_id)), claim.level, claim.created_by
  );
  return true;
exception
  when sqlstate 'PT403' or sqlstate 'PT404' then
    return false;
end;
$$;
comment on function private.may_write_claim is 'Whether the caller may write a claim, or is its author.';

create function private.evidence_document(
  evidence private.claim_evidence, may_write boolean default false, may_review boolean default false
)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return to_jsonb(evidence) - array['created_by', 'updated_by', 'edited_by', 'announced_days'] || jsonb_build_object(
    'added_by', private.person_document(evidence.created_by),
    'reviewed_by', private.person_document(evidence.reviewed_by),
    'state', case when evidence.status = 'accepted' then
      private.evidence_state_of(coalesce(evidence.expires_on, 'infinity'), now())
    end,
    'allowed_actions', to_jsonb(array_remove(array[
      'read',
      case when may_write and evidence.status <> 'withdrawn' then 'update' end,
      case when may_write and evidence.status <> 'withdrawn' then 'withdraw' end,
      case
        when
          may_review and evidence.status = 'pending' and evidence.created_by is distinct from auth.uid()
          and evidence.edited_by is distinct from auth.uid()
          then 'review'
      end
    ], null))
  );
end;
$$;
comment on function private.evidence_document is 'Returns a piece of evidence as the API answers it.';

create function private.evidence_answer(evidence_id uuid)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  evidence private.claim_evidence;
begin
  select * into evidence from private.claim_evidence as found where found.id = evidence_answer.evidence_id;
  return private.evidence_document(
    evidence, private.may_write_claim(evidence.claim_id), private.reviews_evidence(evidence.claim_id)
  );
end;
$$;
comment on function private.evidence_answer is 'Returns a piece of evidence as commands answer it, as it is now.';

create function public.list_claim_evidence(claim_id uuid)
returns jsonb
language plpgsql
stable
security definer -- private is closed to the API
set search_path = ''
as $$
declare
  may_write boolean;
  may_review boolean;
begin
  if not private.may_read_claim(claim_id) then
    perform private.refuse(404, 'claim not found');
  end if;
  may_write := private.may_write_claim(claim_id);
  may_review := private.reviews_evidence(claim_id);
  return (
    select jsonb_build_object(
      'state', private.evidence_state(list_claim_evidence.claim_id),
      'items', coalesce(
        jsonb_agg(private.evidence_document(evidence, may_write, may_review) order by evidence.id desc), '[]'
      )
    )
    from private.claim_evidence as evidence
    where evidence.claim_id = list_claim_evidence.claim_id
  );
end;
$$;
comment on function public.list_claim_evidence is
'Lists the evidence of a claim, newest first, with its state as a whole: {state, items}.';
grant execute on function public.list_claim_evidence to authenticated, service_role;

create function public.list_evidence(
  brand_id uuid default null,
  statuses text[] default null,
  expires_before date default null,
  is_decidable boolean default false,
  page_offset integer default 0,
  page_size integer default 20
)
returns jsonb
language plpgsql
stable
security definer -- private is closed to the API
set search_path = ''
as $$
declare
  masters uuid[];
begin
  if list_evidence.brand_id is not null then
    masters := private.require_claim_brands(null, list_evidence.brand_id);
  elsif not private.is_platform_admin() then
    masters := private.readable_master_brands();
  end if;
  return (
    with matching as materialized (
      select evidence.id
      from private.claims_about(masters) as readable (id)
      inner join private.claim_evidence as evidence on evidence.claim_id = readable.id
      where
        (statuses is null or evidence.status = any (statuses))
        and (expires_before is null or evidence.expires_on < expires_before)
        and (not is_decidable or (
          evidence.status = 'pending' and evidence.created_by is distinct from auth.uid()
          and evidence.edited_by is distinct from auth.uid() and private.reviews_evidence(evidence.claim_id)
        ))
    ),
    page as (
      select matching.id from matching order by matching.id desc
      offset page_offset limit least(greatest(page_size, 1), 100)
    )
    select jsonb_build_object(
      'items', coalesce((
        select jsonb_agg(private.evidence_answer(page.id) order by page.id desc) from page
      ), '[]'),
      'total', (select count(*) from matching)
    )
  );
end;
$$;
comment on function public.list_evidence is
'Lists the evidence of the claims that the caller may read, or of those about what a brand is linked to, newest first:
{items, total}. expires_before: a day. is_decidable: what waits for a decision that the caller may take.';
grant execute on function public.list_evidence to authenticated, service_role;
