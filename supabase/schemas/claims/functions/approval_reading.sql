create function public.read_claim_approval(claim_id uuid)
returns setof jsonb
language plpgsql
stable
security definer -- see claim_documents
set search_path = ''
as $$
#variable_conflict use_variable
declare
  claim public.claims;
  master uuid;
  step public.claim_approval_steps;
  people jsonb;
  asked uuid [];
begin
  if not private.may_read_claim(claim_id) then
    return;
  end if;
  select claims.* into claim from public.claims where claims.id = claim_id;
  master := private.approval_brand(claim_id);
  step := private.next_approval_step(claim, coalesce(claim.approval_position, 1) - 1);
  asked := array(
    select distinct held.user_id
    from public.claim_reviewers as held
    inner join public.brand_master_claim_brands as link
      on link.brand_id = held.brand_id and link.master_claim_brand_id = master
    where
      claim.approval = 'pending' and held.reviewer_role = step.reviewer_role
      and coalesce(held.master_claim_brand_id, master) = master
  );
  people := private.people_named(asked || array(
    select given.actor_id from public.claim_approvals as given where given.claim_id = claim.id
  ));
  return query select jsonb_build_object(
    'claim_id', claim.id, 'version', claim.version, 'approval', claim.approval,
    'problem', private.decision_problem(claim, step),
    'allowed_actions', (private.claim_documents(array[claim.id]) -> 0 -> 'allowed_actions'),
    'reviewers', (
      select coalesce(jsonb_agg(private.named_person(reviewer, people)), '[]')
      from unnest(asked) as reviewer where people ? reviewer::text
    ),
    'steps', (
      select coalesce(jsonb_agg(
        jsonb_build_object(
          'position', each.position, 'name', each.name, 'reviewer_role', each.reviewer_role,
          'state', case
            when claim.approval = 'approved' or each.position < claim.approval_position then 'approved'
            when each.position = claim.approval_position then 'open'
            else 'waiting'
          end
        )
        order by each.position
      ), '[]')
      from public.claim_approval_steps as each where each.master_claim_brand_id = master
    ),
    'decisions', (
      select coalesce(jsonb_agg(
        to_jsonb(given) - array['actor_id', 'claim_id']
        || jsonb_build_object('actor', private.named_person(given.actor_id, people))
        order by given.id desc
      ), '[]')
      from (
        select decided.* from public.claim_approvals as decided
        where decided.claim_id = claim.id order by decided.id desc limit 100
      ) as given
    )
  );
end;
$$;
comment on function public.read_claim_approval is
'Returns the approval of a claim: steps, the newest 100 decisions, the reviewers of the open step whom the caller may
know, what the caller may do and, if they may not decide, why (private.decision_problem). No row for strangers.';
grant execute on function public.read_claim_approval to authenticated, service_role;
