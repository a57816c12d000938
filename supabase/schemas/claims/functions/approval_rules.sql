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

create function private.locked_approval_step(claim public.claims, after integer)
returns public.claim_approval_steps
language plpgsql
volatile
set search_path = ''
as $$
begin
  -- set_approval_steps locks the row for itself, and looks for pending claims only then.
  perform from public.master_claim_brands as master where master.id = private.approval_brand(claim.id) for share;
  return private.next_approval_step(claim, locked_approval_step.after);
end;
$$;
comment on function private.locked_approval_step is
'Returns what private.next_approval_step returns. The steps cannot change until the end of the transaction.';

create function private.holds_reviewer_role(master_claim_brand_id uuid, reviewer_roles text[])
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
      and held.reviewer_role = any (holds_reviewer_role.reviewer_roles)
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
'Whether the caller holds one of these reviewer roles for the claims of a catalogue brand: in a brand that is linked to
it, whose claims they may read, and where nothing denies them claim.write.';

create function private.has_edited_claim(claim_id uuid)
returns boolean
language sql
stable
set search_path = ''
as $$
  with made as (
    select
      found.version, found.created_by,
      (
        found.text, found.status, found.countries, found.effective_from, found.effective_to,
        found.regulatory_references
      ) is distinct from (
        former.text, former.status, former.countries, former.effective_from, former.effective_to,
        former.regulatory_references
      ) as is_edit
    from public.claim_versions as found
    left join public.claim_versions as former
      on former.claim_id = found.claim_id and former.version = found.version - 1
    where
      found.claim_id = has_edited_claim.claim_id
      and found.version > coalesce((
        select max(approved.version) from public.claim_versions as approved
        where approved.claim_id = has_edited_claim.claim_id and approved.approval = 'approved'
      ), 0)
  )
  select exists (
    select from made
    where
      made.is_edit and made.created_by = auth.uid()
      -- Reviewers may amend the text with an approval: those who approve after them have read it.
      and not exists (
        select from public.claim_approvals as given
        where
          given.claim_id = has_edited_claim.claim_id and given.claim_version = made.version - 1 and given.is_current
      )
  );
$$;
comment on function private.has_edited_claim is
'Whether the caller changed what is approved of a claim since its last approval, other than by an approval that
counts.';

create function private.decision_problem(claim public.claims, step public.claim_approval_steps)
returns text
language plpgsql
stable
set search_path = ''
as $$
begin
  if claim.approval is distinct from 'pending' then
    return 'status';
  elsif claim.created_by = auth.uid() or private.has_edited_claim(claim.id) then
    return 'not_own';
  -- Platform admins may decide in every role. Claims of ingredients are shared by all tenants, so only they do.
  elsif not private.is_platform_admin() and (
    claim.level = 'ingredient' or not private.holds_reviewer_role(step.master_claim_brand_id, array[step.reviewer_role])
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
'Returns why the caller may not decide on the open step of a claim: status (no approval is pending), not_own (they wrote
the claim, or changed it since its last approval), role (they do not hold the reviewer role of the step), decided (they
approved an earlier step); null where they may.';

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

create function private.own_approval(claim_id uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'field', 'decision', 'code', 'CONFLICT', 'rule', 'claim.decide.twice', 'message', format(
      'you approved the step %s at %s', given.step_name,
      to_char(given.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
    )
  )), '[]')
  from public.claim_approvals as given
  where given.claim_id = own_approval.claim_id and given.is_current and given.actor_id = auth.uid();
$$;
comment on function private.own_approval is
'Returns the step that the caller approved in the present approval of a claim, with the time, as details of an error.';

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
      when 'not_own' then 'nobody decides on a claim that they wrote or changed'
      else format('this step is for reviewers of the role %s', step.reviewer_role)
    end, jsonb_build_array(jsonb_build_object(
      'field', 'decision', 'code', 'FORBIDDEN', 'rule', 'claim.decide.' || problem,
      'message', case problem when 'not_own' then 'you wrote or changed this claim' else step.reviewer_role end
    )));
  elsif problem = 'status' then
    perform private.refuse(409, 'the claim is not in approval', since);
  elsif claim.version <> expected_version then
    perform private.require_version(claim.version, expected_version, 'claim');
  elsif problem = 'decided' then
    perform private.refuse(409, 'you have approved this claim already', private.own_approval(claim.id));
  end if;
end;
$$;
comment on function private.require_open_decision is
'Raises 403 for the author of the claim and for those who do not hold the reviewer role of the open step; 409 where no
approval is pending, where somebody decided since the expected version (with who and when), and where the caller approved
an earlier step; 412 where the claim was changed since.';
