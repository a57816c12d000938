create function private.reviewers_of(claim_id uuid, master_brands uuid[], reviewer_roles text[])
returns table (user_id uuid, brand_id uuid)
language sql
stable
security definer -- reads reviewers and memberships of other people
set search_path = ''
as $$
  -- Claims of ingredients are shared by all tenants, so platform admins alone decide on them.
  select admins.user_id, null::uuid
  from private.platform_admins as admins
  where exists (
    select from public.claims where claims.id = reviewers_of.claim_id and claims.level = 'ingredient'
  )
  union all
  (
    select distinct on (held.user_id) held.user_id, held.brand_id
    from public.claim_reviewers as held
    inner join public.brand_master_claim_brands as link on link.brand_id = held.brand_id
    inner join public.brand_members as member on member.brand_id = held.brand_id and member.user_id = held.user_id
    where
      link.master_claim_brand_id = any (reviewers_of.master_brands)
      and coalesce(held.master_claim_brand_id, link.master_claim_brand_id) = link.master_claim_brand_id
      and held.reviewer_role = any (reviewers_of.reviewer_roles)
      and private.is_active_member(held.user_id, held.brand_id)
      and not member.restrictions && array['claim.read', 'claim.write']
      and exists (
        select from public.claims where claims.id = reviewers_of.claim_id and claims.level <> 'ingredient'
      )
    order by held.user_id, held.brand_id
    limit 500
  );
$$;
comment on function private.reviewers_of is
'Lists who may decide in one of these reviewer roles on a claim of these catalogue brands, with the brand in which they
hold it (null for platform admins): at most 500.';

create function private.tell_claim_reviewers()
returns trigger
language plpgsql
security definer -- nobody may write the notifications of others
set search_path = ''
as $$
declare
  step constant public.claim_approval_steps := private.next_approval_step(new, new.approval_position - 1);
begin
  perform private.notify(
    array_agg(reviewer.user_id), reviewer.brand_id, 'tasks', 'claim_review', 'A claim waits for your decision',
    private.cut_text(format('%s: %s', step.name, new.text ->> 'original'), 2000),
    '/api/v1/claims/' || new.id || '/approval',
    'warning', jsonb_build_object('claimId', new.id, 'reviewerRole', step.reviewer_role), 'claim.read'
  )
  from private.reviewers_of(new.id, array[step.master_claim_brand_id], array[step.reviewer_role]) as reviewer
  where
    reviewer.user_id is distinct from auth.uid() and reviewer.user_id is distinct from new.created_by
    and not exists (
      select from public.claim_approvals as given
      where given.claim_id = new.id and given.is_current and given.actor_id = reviewer.user_id
    )
  group by reviewer.brand_id;
  return null;
end;
$$;
comment on function private.tell_claim_reviewers is
'Notifies those who hold the role of the step that a claim has reached, without those who may not decide on it.';

create function private.tell_evidence_reviewers(evidence private.claim_evidence)
returns void
language plpgsql
volatile
security definer -- nobody may write the notifications of others
set search_path = ''
as $$
begin
  perform private.notify(
    array_agg(reviewer.user_id), reviewer.brand_id, 'tasks', 'claim_evidence', 'A document waits for your decision',
    evidence.title, '/api/v1/claims/' || evidence.claim_id || '/evidence/' || evidence.id, 'warning',
    jsonb_build_object('claimId', evidence.claim_id, 'evidenceId', evidence.id), 'claim.read'
  )
  from private.reviewers_of(
    evidence.claim_id, array(select private.claim_master_brands(evidence.claim_id)), private.evidence_reviewer_roles()
  ) as reviewer
  where reviewer.user_id is distinct from auth.uid() and reviewer.user_id is distinct from evidence.created_by
  group by reviewer.brand_id;
end;
$$;
comment on function private.tell_evidence_reviewers is
'Notifies those who may decide on evidence of a claim, without those who added or changed it.';
