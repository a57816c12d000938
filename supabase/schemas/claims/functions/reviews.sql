create function public.override_claim_review(review_id uuid, reason text)
returns setof public.claim_reviews
language plpgsql
volatile
security definer -- reviews are written by commands only
set search_path = ''
as $$
declare
  review public.claim_reviews;
begin
  perform private.require_functions();
  -- The permission before the lock: those without it must not make others wait.
  select * into review from public.claim_reviews where claim_reviews.id = review_id;
  perform private.require_permission(review.brand_id, 'claim.write', 'review');
  perform private.require_reason(reason, 'reason');
  select * into review from public.claim_reviews where claim_reviews.id = review_id for update;
  if review.overridden_at is not null then
    perform private.refuse(409, 'the review is overridden already', jsonb_build_array(jsonb_build_object(
      'field', 'checkId', 'code', 'CONFLICT', 'message', format(
        'by %s at %s', coalesce(private.person_document(review.overridden_by, review.brand_id) ->> 'name', 'an admin'),
        to_char(review.overridden_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
      )
    )));
  elsif not review.is_current or review.violations = 0 then
    perform private.refuse(409, 'there is nothing to accept', jsonb_build_array(jsonb_build_object(
      'field', 'checkId', 'code', 'CONFLICT', 'message',
      case when review.is_current then 'it found no violation' else 'a later check of the market replaced it' end
    )));
  end if;
  perform private.audit(review.brand_id, 'claims.override', 'content', review.content_id, jsonb_build_object(
    'review_id', review.id, 'country', review.country, 'violations', review.violations, 'reason', reason
  ));
  perform private.append_event(review.brand_id, 'content', review.content_id, 'ClaimsReviewOverridden',
    jsonb_build_object('reviewId', review.id, 'reason', reason)
  );
  return query
    update public.claim_reviews set override_reason = reason, overridden_by = auth.uid(), overridden_at = now()
    where claim_reviews.id = review.id
    returning *;
end;
$$;
comment on function public.override_claim_review is
'Allows publishing a content in spite of the violations of a review. The reason is recorded in the review. Raises 409
for one that is overridden already, was replaced by a later check, or found no violation.';
grant execute on function public.override_claim_review to authenticated, service_role;

create function public.record_claim_review(
  content_id uuid, country text, findings jsonb, overall text, violations integer, strictness text default 'standard'
)
returns setof public.claim_reviews
language plpgsql
volatile
security definer -- reviews are written by commands only
set search_path = ''
as $$
declare
  content public.contents;
begin
  -- The service only: people must not write a review that decides whether they may publish.
  select * into content from private.content_by_id(record_claim_review.content_id);
  if content.id is null then
    perform private.refuse(404, 'content not found');
  end if;
  perform private.check_market(country);
  perform private.append_event(content.brand_id, 'content', content.id, 'ClaimsReviewed', jsonb_build_object(
    'country', country, 'overall', overall, 'violations', violations
  ));
  return query
    insert into public.claim_reviews (
      brand_id, content_id, content_version, country, strictness, overall, violations, findings, checked_text, created_by
    )
    values (
      content.brand_id, content.id, content.version, record_claim_review.country, record_claim_review.strictness,
      record_claim_review.overall, record_claim_review.violations, record_claim_review.findings,
      private.text_fingerprint(content), auth.uid()
    )
    returning *;
end;
$$;
comment on function public.record_claim_review is
'For the service: records the result of checking a content against the claims of a market.';
grant execute on function public.record_claim_review to service_role;
