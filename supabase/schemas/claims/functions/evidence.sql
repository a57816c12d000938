create function private.lock_evidence(claim_id uuid, evidence_id uuid, expected_version integer default null)
returns private.claim_evidence
language plpgsql
volatile
set search_path = ''
as $$
declare
  evidence private.claim_evidence;
begin
  select * into evidence
  from private.claim_evidence as found
  where found.id = lock_evidence.evidence_id and found.claim_id = lock_evidence.claim_id
  for update;
  if evidence.id is null then
    perform private.refuse(404, 'evidence not found');
  elsif evidence.status = 'withdrawn' then
    perform private.refuse(409, 'the evidence was withdrawn', jsonb_build_array(jsonb_build_object(
      'field', 'status', 'code', 'CONFLICT', 'message', format(
        'by %s at %s', coalesce(private.display_name(evidence.updated_by), 'a member of another brand'),
        to_char(evidence.updated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
      )
    )));
  elsif evidence.version <> expected_version then
    perform private.require_version(evidence.version, expected_version, 'evidence');
  end if;
  return evidence;
end;
$$;
comment on function private.lock_evidence is
'Locks and returns a piece of evidence of a claim, which the caller has locked: the claim comes first, as when it is
deleted. Raises 404, 409 for a piece that was withdrawn, and 412 for another version than expected.';

create function private.announce_evidence(evidence private.claim_evidence, change text)
returns void
language sql
volatile
set search_path = ''
as $$
  -- Who changed it stands in the log of each linked tenant; audit and events name nobody of another one.
  select private.announce_claim(
    evidence.claim_id, 'EvidenceChanged', jsonb_build_object('evidenceId', evidence.id, 'change', change)
  );
$$;
comment on function private.announce_evidence is 'Tells each linked tenant of a change of evidence.';

create function public.add_claim_evidence(claim_id uuid, details jsonb)
returns setof jsonb
language plpgsql
volatile
security definer -- evidence is written by commands only
set search_path = ''
as $$
#variable_conflict use_variable
declare
  claim public.claims;
  evidence private.claim_evidence;
begin
  perform private.require_functions();
  claim := private.lock_claim(claim_id, is_for_author => true);
  if (
    select count(*) from private.claim_evidence as found
    where found.claim_id = claim.id and found.status in ('pending', 'accepted')
  ) >= 100 then
    perform private.refuse(409, 'a claim has at most 100 pieces of evidence that count or wait for a reviewer');
  end if;
  perform private.require_times(details, '{issued_on, expires_on}');
  evidence := jsonb_populate_record(null::private.claim_evidence, details);
  insert into private.claim_evidence as made (
    claim_id, title, kind, url, file_reference, issuer, reference_number, notes, issued_on, expires_on, edited_by
  )
  values (
    claim.id, evidence.title, evidence.kind, evidence.url, evidence.file_reference, coalesce(evidence.issuer, ''),
    coalesce(evidence.reference_number, ''), coalesce(evidence.notes, ''), evidence.issued_on, evidence.expires_on,
    auth.uid()
  )
  returning made.* into evidence;
  perform private.announce_evidence(evidence, 'added');
  perform private.tell_evidence_reviewers(evidence);
  return next private.evidence_answer(evidence.id);
end;
$$;
comment on function public.add_claim_evidence is
'Adds evidence to a claim that the caller may write. It counts once a reviewer has accepted it.';
grant execute on function public.add_claim_evidence to authenticated, service_role;

create function public.update_claim_evidence(
  claim_id uuid, evidence_id uuid, expected_version integer, changes jsonb
)
returns setof jsonb
language plpgsql
volatile
security definer -- evidence is written by commands only
set search_path = ''
as $$
#variable_conflict use_variable
declare
  evidence private.claim_evidence;
  claim public.claims;
begin
  perform private.require_functions();
  if expected_version is null then
    perform private.refuse(428, 'an update names the version that it saw');
  end if;
  claim := private.lock_claim(claim_id, is_for_author => true);
  evidence := private.lock_evidence(claim_id, evidence_id, expected_version);
  perform private.require_times(changes, '{issued_on, expires_on}');
  evidence := jsonb_populate_record(evidence, changes);
  update private.claim_evidence as kept
  set
    title = evidence.title, kind = evidence.kind, url = evidence.url, file_reference = evidence.file_reference,
    issuer = evidence.issuer, reference_number = evidence.reference_number, notes = evidence.notes,
    issued_on = evidence.issued_on, expires_on = evidence.expires_on,
    -- What was accepted or refused is another document now.
    status = 'pending', reviewed_by = null, reviewed_at = null, review_comment = '', announced_days = null,
    edited_by = auth.uid()
  where kept.id = evidence_id;
  perform private.announce_evidence(evidence, 'changed');
  perform private.tell_evidence_reviewers(evidence);
  return next private.evidence_answer(evidence_id);
end;
$$;
comment on function public.update_claim_evidence is
'Changes evidence, which then needs a review again. Requires that the caller may write the claim, and its version.';
grant execute on function public.update_claim_evidence to authenticated, service_role;

create function public.withdraw_claim_evidence(
  claim_id uuid, evidence_id uuid, reason text, expected_version integer default null
)
returns setof jsonb
language plpgsql
volatile
security definer -- evidence is written by commands only
set search_path = ''
as $$
#variable_conflict use_variable
declare
  evidence private.claim_evidence;
  claim public.claims;
begin
  perform private.require_functions();
  claim := private.lock_claim(claim_id, is_for_author => true);
  evidence := private.lock_evidence(claim_id, evidence_id, expected_version);
  perform private.require_reason(reason, 'reason');
  update private.claim_evidence as kept set status = 'withdrawn', review_comment = reason where kept.id = evidence_id;
  perform private.announce_evidence(evidence, 'withdrawn');
  return next private.evidence_answer(evidence_id);
end;
$$;
comment on function public.withdraw_claim_evidence is
'Takes evidence out of use, with a reason. Requires that the caller may write the claim.';
grant execute on function public.withdraw_claim_evidence to authenticated, service_role;

create function public.review_claim_evidence(
  claim_id uuid, evidence_id uuid, decision text, comment text default '', expected_version integer default null
)
returns setof jsonb
language plpgsql
volatile
security definer -- evidence is written by commands only
set search_path = ''
as $$
#variable_conflict use_variable
declare
  evidence private.claim_evidence;
  claim public.claims;
begin
  perform private.require_functions();
  if private.may_read_claim(claim_id) and not private.reviews_evidence(claim_id) then
    perform private.refuse(403, 'this needs a reviewer role for the evidence of the claim', jsonb_build_array(
      jsonb_build_object(
        'field', 'decision', 'code', 'FORBIDDEN', 'rule', 'evidence.review.role',
        'message', array_to_string(private.evidence_reviewer_roles(), ', ')
      )
    ));
  end if;
  claim := private.lock_claim(claim_id, is_for_reviewer => true);
  evidence := private.lock_evidence(claim_id, evidence_id, expected_version);
  if auth.uid() in (evidence.created_by, evidence.edited_by) then
    perform private.refuse(403, 'nobody reviews evidence that they added or changed', jsonb_build_array(
      jsonb_build_object(
        'field', 'decision', 'code', 'FORBIDDEN', 'rule', 'evidence.review.not_own',
        'message', 'you added or changed this document'
      )
    ));
  elsif evidence.status <> 'pending' then
    perform private.refuse(409, format('the evidence is %s', evidence.status), jsonb_build_array(jsonb_build_object(
      'field', 'status', 'code', 'CONFLICT', 'message', format(
        'by %s at %s', coalesce(private.display_name(evidence.reviewed_by), 'a reviewer of another brand'),
        to_char(evidence.reviewed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
      )
    )));
  elsif decision = 'refuse' then
    perform private.require_reason(comment, 'comment');
  elsif decision is distinct from 'accept' then
    perform private.refuse(400, 'there is no such decision',
      '[{"field": "decision", "code": "INVALID_FORMAT", "message": "accept or refuse"}]');
  end if;
  update private.claim_evidence as kept
  set
    status = case decision when 'accept' then 'accepted' else 'refused' end, reviewed_by = auth.uid(),
    reviewed_at = now(), review_comment = coalesce(comment, '')
  where kept.id = evidence_id;
  perform private.announce_evidence(evidence, case decision when 'accept' then 'accepted' else 'refused' end);
  return next private.evidence_answer(evidence_id);
end;
$$;
comment on function public.review_claim_evidence is
'Accepts evidence, or refuses it with a comment. Requires a reviewer role for the evidence of the claim; not for
those who added or changed it.';
grant execute on function public.review_claim_evidence to authenticated, service_role;
