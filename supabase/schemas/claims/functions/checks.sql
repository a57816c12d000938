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
    jsonb_agg(distinct finding - array['claimVersion', 'replacement', 'evidence', 'similarity']), '[]'
  )
  from jsonb_array_elements(private.as_array(findings)) as finding
  where finding ->> 'verdict' = 'disallowed';
$$;
comment on function private.violating is
'Returns the findings that are violations, as far as an override is about them.';

create function private.shown_findings(findings jsonb, most integer)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  -- The worst of them, in the order of the text.
  select coalesce(jsonb_agg(shown.finding order by shown.place), '[]')
  from (
    select found.finding, found.place
    from jsonb_array_elements(private.as_array(findings)) with ordinality as found (finding, place)
    order by array_position(array['disallowed', 'missing', 'conditional'], found.finding ->> 'verdict'), found.place
    limit most
  ) as shown;
$$;
comment on function private.shown_findings is
'Returns so many findings of a check: violations first, then what is missing, conditional and allowed.';

create function private.prune_claim_checks(content_id uuid, market text)
returns void
language sql
volatile
set search_path = ''
as $$
  delete from public.claim_reviews
  where
    claim_reviews.id in (
      select former.id
      from public.claim_reviews as former
      where
        former.content_id = prune_claim_checks.content_id and former.country = prune_claim_checks.market
        and former.source = 'check' and not former.is_current and former.overridden_at is null
      order by former.id desc
      offset 20
    );
$$;
comment on function private.prune_claim_checks is
'Deletes the former checks of a content in a market but the last 20. Those with an override stay.';

create function private.store_claim_check(content public.contents, checked_text text, claims_state text, result jsonb)
returns public.claim_reviews
language plpgsql
volatile
set search_path = ''
as $$
declare
  stored public.claim_reviews;
begin
  perform private.check_market(result ->> 'market');
  if pg_column_size(result -> 'findings') > 4000000 then
    perform private.refuse(409, 'the check found more than can be kept', jsonb_build_array(jsonb_build_object(
      'field', 'content', 'code', 'CONFLICT', 'message', format(
        '%s findings in %s: shorten the text', jsonb_array_length(result -> 'findings'), result ->> 'market'
      )
    )));
  end if;
  update public.claim_reviews set is_current = false
  where
    claim_reviews.content_id = content.id and claim_reviews.country = result ->> 'market'
    and claim_reviews.source = 'check' and claim_reviews.is_current;
  insert into public.claim_reviews (
    brand_id, content_id, content_version, country, source, overall, violations, findings, product_ids, checked_text,
    claims_state, valid_until, created_by, override_reason, overridden_by, overridden_at
  )
  select
    content.brand_id, content.id, content.version, result ->> 'market', 'check', result ->> 'overall',
    (result ->> 'violations')::integer, result -> 'findings',
    array(select jsonb_array_elements_text(result -> 'product_ids')::uuid),
    store_claim_check.checked_text, store_claim_check.claims_state, private.read_instant(result ->> 'valid_until', 'validUntil'), auth.uid(),
    -- Who allowed these violations in this text has allowed them.
    kept.override_reason, kept.overridden_by, kept.overridden_at
  from (select) as one
  left join lateral (
    select former.override_reason, former.overridden_by, former.overridden_at
    from public.claim_reviews as former
    where
      former.content_id = content.id and former.country = result ->> 'market' and former.source = 'check'
      and former.overridden_at is not null and former.checked_text = store_claim_check.checked_text
      and private.violating(result -> 'findings') <@ private.violating(former.findings)
    order by former.id desc
    limit 1
  ) as kept on true
  returning * into stored;
  perform private.prune_claim_checks(content.id, stored.country);
  perform private.append_event(content.brand_id, 'content', content.id, 'ClaimsReviewed', jsonb_build_object(
    'country', stored.country, 'overall', stored.overall, 'violations', stored.violations
  ));
  return stored;
end;
$$;
comment on function private.store_claim_check is
'Stores the check of a content in a market in place of the former one. An override of the same violations in the same
text stays, also after checks of other texts. Raises 409 for findings of more than 4 MB.';

create function private.claim_check_document(review public.claim_reviews, is_valid boolean)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  -- Taken apart before it is turned into JSON: findings may be megabytes.
  review.checked_text := null;
  review.claims_state := null;
  review.findings := '[]';
  return to_jsonb(review) - array['created_by', 'overridden_by', 'checked_text', 'claims_state', 'findings']
    || jsonb_build_object(
      'checked_by', private.person_document(review.created_by, review.brand_id),
      'overridden_by', private.person_document(review.overridden_by, review.brand_id),
      'is_valid', claim_check_document.is_valid
    );
end;
$$;
comment on function private.claim_check_document is
'Returns a stored check as lists answer it, without its findings. is_valid: see private.holding_checks.';

create function private.claim_check_details(review public.claim_reviews, most integer default 500)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  content public.contents;
  shown constant jsonb := private.shown_findings(review.findings, most);
begin
  select * into content from private.content_by_id(review.content_id);
  return private.claim_check_document(review, exists (
    select from private.holding_checks(content) as holding where holding.check_id = review.id
  )) || jsonb_build_object(
    'findings', shown,
    'omitted_findings', jsonb_array_length(private.as_array(review.findings)) - jsonb_array_length(shown)
  );
end;
$$;
comment on function private.claim_check_details is
'Returns a stored check with so many of its findings, the worst of them.';

create function private.store_claim_checks(
  content public.contents, checked_text text, claims_state text, results jsonb
)
returns setof jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  result jsonb;
  stored public.claim_reviews;
  -- An answer has so many findings, of all markets together.
  most constant integer := 500 / greatest(jsonb_array_length(results), 1);
begin
  if private.text_fingerprint(content) <> store_claim_checks.checked_text then
    perform private.refuse(409, 'the content was changed during the check', jsonb_build_array(jsonb_build_object(
      'field', 'version', 'code', 'CONFLICT', 'message', content.version::text
    )));
  end if;
  for result in select * from jsonb_array_elements(results) loop
    stored := private.store_claim_check(
      content, store_claim_checks.checked_text, store_claim_checks.claims_state, result
    );
    return next private.claim_check_details(stored, most);
  end loop;
end;
$$;
comment on function private.store_claim_checks is
'Stores the checks of a content, one for each market, and returns them. Raises 409 where the text is another one by
now.';

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
begin
  perform private.require_functions();
  -- Only our functions prove themselves: people cannot write a check that decides whether they may publish.
  content := private.lock_content(content_id);
  perform private.require_permission(content.brand_id, 'claim.read', 'content');
  perform private.require_permission(content.brand_id, 'content.submit', 'content');
  return query
    select stored.*
    from private.store_claim_checks(
      content, record_claim_check.checked_text, record_claim_check.claims_state, record_claim_check.results
    ) as stored;
end;
$$;
comment on function public.record_claim_check is
'Stores a check of a content against the claims of its markets, one result for each, and returns the checks with at most
500 findings of all markets together, the worst of them. Requires content.submit. Raises 409 where the text has changed
since it was read.';
grant execute on function public.record_claim_check to authenticated, service_role;
