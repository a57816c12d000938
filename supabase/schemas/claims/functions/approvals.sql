create function public.submit_claim(claim_id uuid)
returns setof jsonb
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
  perform private.refuse_archived(claim);
  step := private.locked_approval_step(claim, 0);
  if claim.approval = 'pending' then
    perform private.refuse(409, 'the approval of the claim is pending');
  elsif step.id is null then
    perform private.refuse(409, 'the claim brand has no approval steps');
  end if;
  update public.claim_approvals set is_current = false where claim_approvals.claim_id = claim.id;
  update public.claims set approval = 'pending', approval_position = step.position where claims.id = claim.id;
  perform private.announce_claim(claim.id, 'ClaimSubmitted', jsonb_build_object('step', step.name));
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
  expected_version integer default null
)
returns setof jsonb
language plpgsql
volatile
security definer -- claims are written by commands only
set search_path = ''
as $$
declare
  claim public.claims;
  step public.claim_approval_steps;
  next_position integer;
  -- Whoever approved before has not seen an amended text, and after the last step nobody else would.
  begins_again boolean := false;
begin
  perform private.require_functions();
  claim := private.lock_claim(claim_id, is_for_reviewer => true);
  step := private.locked_approval_step(claim, coalesce(claim.approval_position, 1) - 1);
  perform private.require_open_decision(claim, step, expected_version);
  if decision = 'approve' then
    next_position := (private.next_approval_step(claim, step.position)).position;
    begins_again := amended_text is not null and (next_position is null or exists (
      select from public.claim_approvals as given where given.claim_id = claim.id and given.is_current
    ));
  elsif decision = 'reject' and amended_text is not null then
    perform private.refuse(400, 'a rejection changes no text', jsonb_build_array(jsonb_build_object(
      'field', 'amendedText', 'code', 'INVALID_FORMAT', 'message', 'can only be given with an approval'
    )));
  elsif decision = 'reject' then
    perform private.require_reason(decide_claim.comment, 'comment');
    begins_again := true;
  else
    perform private.refuse(400, 'there is no such decision',
      '[{"field": "decision", "code": "INVALID_FORMAT", "message": "approve or reject"}]');
  end if;
  if begins_again then
    update public.claim_approvals set is_current = false where claim_approvals.claim_id = claim.id;
    next_position := (private.next_approval_step(claim, 0)).position;
  end if;
  insert into public.claim_approvals (
    claim_id, claim_version, position, step_name, reviewer_role, decision, comment, is_current, is_amended, actor_id
  )
  values (
    claim.id, claim.version, step.position, step.name, step.reviewer_role, decide_claim.decision, decide_claim.comment,
    not begins_again, amended_text is not null, auth.uid()
  );
  update public.claims
  set
    text = coalesce(amended_text, claims.text),
    approval = case when next_position is null then 'approved' else 'pending' end,
    approval_position = next_position
  where claims.id = claim.id;
  perform private.announce_claim(claim.id, 'ClaimDecided', jsonb_build_object(
    'decision', decide_claim.decision, 'step', step.name, 'reviewerRole', step.reviewer_role
  ));
  return query select * from private.claim_answer(claim.id);
end;
$$;
comment on function public.decide_claim is
'Approves the open step of a claim, or rejects the claim back to its first step, which needs a comment. For reviewers
who hold the role of the step (platform admins hold all), and not for the author or somebody who approved an earlier step.
amended_text, with an approval only, replaces the text of the claim. The approval begins again where somebody approved
the former text, or where no step is left in which somebody else reads the new one; who amended it may then not decide.
expected_version: the version that the reviewer read.';
grant execute on function public.decide_claim to authenticated, service_role;
