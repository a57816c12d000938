create function private.place_in(finding jsonb, name text)
returns integer
language sql
immutable
set search_path = ''
as $$
  select case
    when jsonb_typeof(finding -> name) = 'number' and (finding ->> name)::numeric between 0 and 10000000
      then trunc((finding ->> name)::numeric)::integer
    else 0
  end;
$$;
comment on function private.place_in is
'Returns a number of a finding, and 0 for any other value: one row of another shape fails no list.';

create function private.violating(findings jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select coalesce(
    jsonb_agg(distinct finding - array['version', 'replacement', 'evidence', 'similarity']), '[]'
  )
  from jsonb_array_elements(private.as_array(findings)) as finding
  where finding ->> 'verdict' = 'disallowed';
$$;
comment on function private.violating is
'Returns the findings that are violations, as far as an override is about them.';

create function private.store_claim_check(content public.contents, checked_text text, claims_state text, result jsonb)
returns public.claim_reviews
language plpgsql
volatile
set search_path = ''
as $$
declare
  former public.claim_reviews;
  stored public.claim_reviews;
begin
  perform private.check_market(result ->> 'market');
  update public.claim_reviews set is_current = false
  where
    claim_reviews.content_id = content.id and claim_reviews.country = result ->> 'market'
    and claim_reviews.source = 'check' and claim_reviews.is_current
  returning * into former;
  insert into public.claim_reviews (
    brand_id, content_id, content_version, country, source, overall, violations, findings, product_ids, checked_text,
    claims_state, valid_until, created_by, override_reason, overridden_by, overridden_at
  )
  select
    content.brand_id, content.id, content.version, result ->> 'market', 'check', result ->> 'overall',
    (result ->> 'violations')::integer, result -> 'findings',
    array(select jsonb_array_elements_text(result -> 'product_ids')::uuid),
    store_claim_check.checked_text, store_claim_check.claims_state, (result ->> 'valid_until')::timestamptz, auth.uid(),
    -- Who allowed these violations in this text has allowed them.
    kept.override_reason, kept.overridden_by, kept.overridden_at
  from (select) as one
  left join public.claim_reviews as kept
    on
      kept.id = former.id and kept.overridden_at is not null and kept.checked_text = store_claim_check.checked_text
      and private.violating(result -> 'findings') <@ private.violating(kept.findings)
  returning * into stored;
  perform private.append_event(content.brand_id, 'content', content.id, 'ClaimsReviewed', jsonb_build_object(
    'country', stored.country, 'overall', stored.overall, 'violations', stored.violations
  ));
  return stored;
end;
$$;
comment on function private.store_claim_check is
'Stores the check of a content in a market in place of the former one. An override of the same violations in the same
text stays.';

create function private.claim_check_document(review public.claim_reviews)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return to_jsonb(review) - 'created_by' - 'overridden_by' - 'checked_text' - 'claims_state' || jsonb_build_object(
    'checked_by', private.person_document(review.created_by, review.brand_id),
    'overridden_by', private.person_document(review.overridden_by, review.brand_id),
    'is_valid', review.is_current and review.source = 'check'
    and review.claims_state = coalesce(private.claims_state(review.brand_id), md5(''))
    and (review.valid_until is null or review.valid_until > now())
    and exists (
      select from public.contents
      where contents.id = review.content_id and private.text_fingerprint(contents) = review.checked_text
    )
  );
end;
$$;
comment on function private.claim_check_document is
'Returns a stored check as the API answers it. is_valid: it is the last one of its market, and neither the text nor a
claim has changed since.';

create function public.record_claim_check(
  content_id uuid, content_version integer, checked_text text, claims_state text, results jsonb
)
returns setof jsonb
language plpgsql
volatile
security definer -- reviews are written by commands only
set search_path = ''
as $$
declare
  content public.contents;
  result jsonb;
begin
  perform private.require_functions();
  -- Only our functions prove themselves: people cannot write a check that decides whether they may publish.
  content := private.lock_content(content_id);
  perform private.require_permission(content.brand_id, 'claim.read', 'content');
  perform private.require_permission(content.brand_id, 'content.submit', 'content');
  if private.text_fingerprint(content) <> record_claim_check.checked_text then
    perform private.refuse(409, 'the content was changed during the check', jsonb_build_array(jsonb_build_object(
      'field', 'version', 'code', 'CONFLICT', 'message', content.version::text
    )));
  end if;
  for result in select * from jsonb_array_elements(results) loop
    return next private.claim_check_document(
      private.store_claim_check(content, record_claim_check.checked_text, record_claim_check.claims_state, result)
    );
  end loop;
  return query
    select private.claim_check_document(review)
    from public.claim_reviews as review
    where
      review.content_id = content.id and review.source = 'ai' and review.content_version = content.version
      and review.country in (select asked ->> 'market' from jsonb_array_elements(results) as asked)
    order by review.id desc
    limit 20;
end;
$$;
comment on function public.record_claim_check is
'Stores a check of a content against the claims of its markets, one result for each. Requires content.submit. Raises 409
where the text has changed since it was read. Returns the checks, and those that models made of the same version.';
grant execute on function public.record_claim_check to authenticated, service_role;

create function public.list_claim_checks(
  content_id uuid, page_offset integer default 0, page_size integer default 20
)
returns jsonb
language plpgsql
stable
security definer -- names people whom the caller may not look up
set search_path = ''
as $$
declare
  brand uuid;
begin
  perform private.require_visible_content(content_id);
  select contents.brand_id into brand from public.contents where contents.id = list_claim_checks.content_id;
  perform private.require_permission(brand, 'claim.read', 'content');
  return (
    with page as (
      select review.id as review_id, private.claim_check_document(review) as document
      from public.claim_reviews as review
      where review.content_id = list_claim_checks.content_id
      order by review.id desc
      offset page_offset limit least(greatest(page_size, 1), 100)
    )
    select jsonb_build_object(
      'items', coalesce((select jsonb_agg(page.document order by page.review_id desc) from page), '[]'),
      'total', (
        select count(*) from public.claim_reviews as review where review.content_id = list_claim_checks.content_id
      )
    )
  );
end;
$$;
comment on function public.list_claim_checks is
'Lists the checks of a content against the claims of markets, those of models among them, newest first: {items,
total}.';
grant execute on function public.list_claim_checks to authenticated, service_role;

create function public.override_claim_check(content_id uuid, check_id uuid, reason text)
returns setof jsonb
language plpgsql
volatile
security definer -- reviews are written by commands only
set search_path = ''
as $$
begin
  perform private.require_functions();
  perform private.require_visible_content(content_id);
  if not exists (
    select from public.claim_reviews as review
    where review.id = check_id and review.content_id = override_claim_check.content_id
  ) then
    perform private.refuse(404, 'check not found');
  end if;
  return query
    select private.claim_check_document(review)
    from public.override_claim_review(check_id, reason) as review;
end;
$$;
comment on function public.override_claim_check is
'Allows publishing a content in spite of the violations of a check, as override_claim_review, and returns the check.';
grant execute on function public.override_claim_check to authenticated, service_role;
