create function private.next_approval_step(claim public.claims, after integer)
returns public.claim_approval_steps
language sql
stable
set search_path = ''
as $$
  select step.*
  from public.claim_approval_steps as step
  where
    step.master_claim_brand_id = (
      select master from private.claim_master_brands(claim.id) as master order by master limit 1
    )
    and step.position > next_approval_step.after
  order by step.position
  limit 1;
$$;
comment on function private.next_approval_step is
'Returns the first approval step after a position; a row of nulls where there is none. A claim of several catalogue
brands follows the steps of the brand with the lowest id.';

create function private.require_open_decision(claim public.claims, expected_position integer)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if claim.created_by = auth.uid() then
    perform private.refuse(403, 'nobody decides on a claim that they wrote');
  end if;
  if claim.approval is distinct from 'pending' then
    perform private.refuse(409, 'the claim is not in approval');
  end if;
  if expected_position <> claim.approval_position then
    perform private.refuse(409, 'another step of the approval is open by now');
  end if;
  if exists (
    select from public.claim_approvals as given
    where given.claim_id = claim.id and given.is_current and given.actor_id = auth.uid()
  ) then
    perform private.refuse(409, 'you have approved this claim already');
  end if;
end;
$$;
comment on function private.require_open_decision is
'Raises 403 for the author of the claim, and 409 unless the claim is in approval, at the expected step if one is given,
and not yet approved by the caller in this approval.';

create function public.submit_claim(claim_id uuid)
returns setof public.claims
language plpgsql
volatile
security definer -- claims are written by commands only
set search_path = ''
as $$
declare
  claim public.claims;
  step public.claim_approval_steps;
begin
  perform private.require_functions();
  claim := private.lock_claim(claim_id);
  step := private.next_approval_step(claim, 0);
  if claim.approval = 'pending' then
    perform private.refuse(409, 'the approval of the claim is pending');
  elsif step.id is null then
    perform private.refuse(409, 'the master claim brand has no approval steps');
  end if;
  update public.claims set approval = 'pending', approval_position = step.position where claims.id = claim.id;
  return query select * from private.claim_answer(claim.id);
end;
$$;
comment on function public.submit_claim is
'Puts a claim into approval. The claim has no effect until it is approved.';
grant execute on function public.submit_claim to authenticated, service_role;

create function public.decide_claim(
  claim_id uuid,
  decision text,
  comment text default '',
  amended_text jsonb default null,
  expected_position integer default null
)
returns setof public.claims
language plpgsql
volatile
security definer -- claims are written by commands only
set search_path = ''
as $$
declare
  claim public.claims;
  step public.claim_approval_steps;
  next_step public.claim_approval_steps;
begin
  perform private.require_functions();
  claim := private.lock_claim(claim_id);
  perform private.require_open_decision(claim, expected_position);
  select * into step from private.next_approval_step(claim, claim.approval_position - 1);
  if amended_text is not null then
    update public.claims set text = amended_text where claims.id = claim.id;
  end if;
  if decision = 'approve' then
    next_step := private.next_approval_step(claim, claim.approval_position);
    update public.claims
    set approval = case when next_step.id is null then 'approved' else 'pending' end,
      approval_position = next_step.position
    where claims.id = claim.id;
  elsif decision = 'reject' then
    perform private.require_reason(decide_claim.comment, 'comment');
    update public.claim_approvals set is_current = false where claim_approvals.claim_id = claim.id;
    update public.claims set approval_position = (private.next_approval_step(claim, 0)).position
    where claims.id = claim.id;
  else
    perform private.refuse(400, 'there is no such decision',
      '[{"field": "decision", "code": "INVALID_FORMAT", "message": "approve or reject"}]');
  end if;
  insert into public.claim_approvals (
    claim_id, claim_version, position, step_name, decision, comment, is_current, actor_id
  )
  values (
    claim.id, claim.version, claim.approval_position, coalesce(step.name, ''), decide_claim.decision,
    decide_claim.comment, decide_claim.decision = 'approve', auth.uid()
  );
  return query select * from private.claim_answer(claim.id);
end;
$$;
comment on function public.decide_claim is
'Approves the open step of a claim, or rejects the claim back to its first step, which needs a comment. Not for the
author or for somebody who approved an earlier step. amended_text replaces the text of the claim.';
grant execute on function public.decide_claim to authenticated, service_role;
