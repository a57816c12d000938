create function private.approval_brand(claim_id uuid)
returns uuid
language sql
stable
set search_path = ''
as $$
  select master from private.claim_master_brands(approval_brand.claim_id) as master order by master limit 1;
$$;
comment on function private.approval_brand is
'Returns the catalogue brand whose approval steps a claim follows: of several the one with the lowest id.';

create function private.next_approval_step(claim public.claims, after integer)
returns public.claim_approval_steps
language sql
stable
set search_path = ''
as $$
  select step.*
  from public.claim_approval_steps as step
  where
    step.master_claim_brand_id = private.approval_brand(claim.id)
    and step.position > next_approval_step.after
  order by step.position
  limit 1;
$$;
comment on function private.next_approval_step is
'Returns the first approval step after a position; a row of nulls where there is none.';

create function private.holds_reviewer_role(master_claim_brand_id uuid, reviewer_role text)
returns boolean
language plpgsql
stable
security definer -- reads reviewers, of which the caller may see some only
set search_path = ''
as $$
declare
  brand uuid;
begin
  for brand in
    select held.brand_id
    from public.claim_reviewers as held
    inner join public.brand_master_claim_brands as link
      on
        link.brand_id = held.brand_id
        and link.master_claim_brand_id = holds_reviewer_role.master_claim_brand_id
    where
      held.user_id = auth.uid()
      and held.reviewer_role = coalesce(holds_reviewer_role.reviewer_role, held.reviewer_role)
      and coalesce(held.master_claim_brand_id, link.master_claim_brand_id) = link.master_claim_brand_id
  loop
    if private.permits(brand, 'claim.read') and not private.is_restricted(brand, 'claim.write') then
      return true;
    end if;
  end loop;
  return false;
end;
$$;
comment on function private.holds_reviewer_role is
'Whether the caller holds a reviewer role, or any where null is given, for the claims of a catalogue brand: in a brand
that is linked to it, whose claims they may read, and where nothing denies them claim.write.';

create function private.decision_problem(claim public.claims, step public.claim_approval_steps)
returns text
language plpgsql
stable
set search_path = ''
as $$
begin
  if claim.approval is distinct from 'pending' then
    return 'status';
  elsif claim.created_by = auth.uid() then
    return 'not_own';
  -- Platform admins may decide in every role. Claims of ingredients are shared by all tenants, so only they do.
  elsif not private.is_platform_admin() and (
    claim.level = 'ingredient' or not private.holds_reviewer_role(step.master_claim_brand_id, step.reviewer_role)
  ) then
    return 'role';
  elsif exists (
    select from public.claim_approvals as given
    where given.claim_id = claim.id and given.is_current and given.actor_id = auth.uid()
  ) then
    return 'decided';
  end if;
  return null;
end;
$$;
comment on function private.decision_problem is
'Returns why the caller may not decide on the open step of a claim: status (no approval is pending), not_own, role (they
do not hold the reviewer role of the step), decided (they approved an earlier step); null where they may.';

create function private.decided_since(claim_id uuid, claim_version integer)
returns jsonb
language plpgsql
stable
security definer -- reads the names of other people, to give those that the caller may know
set search_path = ''
as $$
declare
  given public.claim_approvals;
begin
  select approval.* into given
  from public.claim_approvals as approval
  where approval.claim_id = decided_since.claim_id and approval.claim_version >= decided_since.claim_version
  order by approval.id desc
  limit 1;
  return case when given.id is null then '[]' else jsonb_build_array(jsonb_build_object(
    'field', 'decision', 'code', 'CONFLICT', 'rule', 'claim.decide.once', 'message', format(
      '%s decided %s on the step %s at %s', coalesce(private.display_name(given.actor_id), 'a reviewer of another brand'),
      given.decision, given.step_name, to_char(given.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
    )
  )) end;
end;
$$;
comment on function private.decided_since is
'Returns the newest decision on a claim since one of its versions, with its author and time, as details of an error.';

create function private.require_open_decision(
  claim public.claims, step public.claim_approval_steps, expected_version integer
)
returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  since jsonb;
  problem constant text := private.decision_problem(claim, step);
begin
  since := coalesce(private.decided_since(claim.id, expected_version), '[]');
  -- Whoever comes second is told so, although the next step may be for another role.
  if problem is distinct from 'not_own' and claim.version <> expected_version and since <> '[]' then
    perform private.refuse(409, 'somebody decided on this claim before you', since);
  elsif problem in ('not_own', 'role') then
    perform private.refuse(403, case problem
      when 'not_own' then 'nobody decides on a claim that they wrote'
      else format('this step is for reviewers of the role %s', step.reviewer_role)
    end, jsonb_build_array(jsonb_build_object(
      'field', 'decision', 'code', 'FORBIDDEN', 'rule', 'claim.decide.' || problem,
      'message', case problem when 'not_own' then 'you wrote this claim' else step.reviewer_role end
    )));
  elsif problem = 'status' then
    perform private.refuse(409, 'the claim is not in approval', since);
  elsif claim.version <> expected_version then
    perform private.require_version(claim.version, expected_version, 'claim');
  elsif problem = 'decided' then
    perform private.refuse(409, 'you have approved this claim already');
  end if;
end;
$$;
comment on function private.require_open_decision is
'Raises 403 for the author of the claim and for those who do not hold the reviewer role of the open step; 409 where no
approval is pending, where somebody decided since the expected version (with who and when), and where the caller approved
an earlier step; 412 where the claim was changed since.';

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
  step := private.next_approval_step(claim, 0);
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
begin
  perform private.require_functions();
  claim := private.lock_claim(claim_id, is_for_reviewer => true);
  step := private.next_approval_step(claim, coalesce(claim.approval_position, 1) - 1);
  perform private.require_open_decision(claim, step, expected_version);
  if decision = 'approve' then
    next_position := (private.next_approval_step(claim, step.position)).position;
  elsif decision = 'reject' then
    perform private.require_reason(decide_claim.comment, 'comment');
    update public.claim_approvals set is_current = false where claim_approvals.claim_id = claim.id;
    next_position := (private.next_approval_step(claim, 0)).position;
  else
    perform private.refuse(400, 'there is no such decision',
      '[{"field": "decision", "code": "INVALID_FORMAT", "message": "approve or reject"}]');
  end if;
  insert into public.claim_approvals (
    claim_id, claim_version, position, step_name, reviewer_role, decision, comment, is_current, is_amended, actor_id
  )
  values (
    claim.id, claim.version, step.position, step.name, step.reviewer_role, decide_claim.decision, decide_claim.comment,
    decide_claim.decision = 'approve', amended_text is not null, auth.uid()
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
amended_text replaces the text of the claim. expected_version: the version that the reviewer read.';
grant execute on function public.decide_claim to authenticated, service_role;

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
