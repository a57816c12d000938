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
  content public.contents;
  holding uuid[];
begin
  perform private.require_visible_content(content_id);
  select * into content from private.content_by_id(list_claim_checks.content_id);
  perform private.require_permission(content.brand_id, 'claim.read', 'content');
  holding := array(select held.check_id from private.holding_checks(content) as held);
  return (
    with page as (
      select review.id as review_id, private.claim_check_document(review, review.id = any (holding)) as document
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
'Lists the checks of a content against the claims of markets, newest first, checks by models included, without their
findings: {items, total}.';
grant execute on function public.list_claim_checks to authenticated, service_role;

create function public.read_claim_check(content_id uuid, check_id uuid)
returns jsonb
language plpgsql
stable
security definer -- names people whom the caller may not look up
set search_path = ''
as $$
declare
  review public.claim_reviews;
begin
  perform private.require_visible_content(content_id);
  select * into review
  from public.claim_reviews
  where claim_reviews.id = read_claim_check.check_id and claim_reviews.content_id = read_claim_check.content_id;
  perform private.require_permission(review.brand_id, 'claim.read', 'check');
  return private.claim_check_details(review);
end;
$$;
comment on function public.read_claim_check is
'Returns a check of a content with at most 500 of its findings, the worst of them, and how many were left out.';
grant execute on function public.read_claim_check to authenticated, service_role;

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
    select private.claim_check_details(review)
    from public.override_claim_review(check_id, reason) as review;
end;
$$;
comment on function public.override_claim_check is
'Allows publishing a content in spite of the violations of a check, as override_claim_review, and returns the check.';
grant execute on function public.override_claim_check to authenticated, service_role;
