create function private.holding_checks(content public.contents)
returns table (check_id uuid, market text)
language plpgsql
stable
set search_path = ''
as $$
declare
  state constant text := coalesce(private.claims_state(content.brand_id), md5(''));
  written text;
  products uuid[];
begin
  -- Most contents have none: their texts need not be read.
  if not exists (
    select from public.claim_reviews as review
    where
      review.content_id = content.id and review.source = 'check' and review.is_current and review.claims_state = state
  ) then
    return;
  end if;
  written := private.text_fingerprint(content);
  products := private.products_named(content);
  return query
    select review.id, review.country
    from public.claim_reviews as review
    where
      review.content_id = content.id and review.source = 'check' and review.is_current
      and review.claims_state = state and (review.valid_until is null or review.valid_until > now())
      and review.checked_text = written and review.product_ids = products;
end;
$$;
comment on function private.holding_checks is
'Lists the checks of a content that hold: the last of a market, of the present text, against the present claims of the
products that the content names. They may have found violations.';

create function private.claims_refusal(content public.contents)
returns text
language plpgsql
stable
set search_path = ''
as $$
declare
  markets text[];
  checked text[];
  missing text;
begin
  if private.has_open_violations(content) then
    return 'the claims check found violations';
  elsif private.claims_state(content.brand_id) is null then
    return null;
  end if;
  markets := private.markets_to_check(content.brand_id);
  if cardinality(markets) = 0 then
    -- Whoever publishes would choose the market, perhaps one in which nothing is barred.
    return 'the brand has neither a country nor markets for which its claims could be checked: set one of them';
  end if;
  checked := array(select holding.market from private.holding_checks(content) as holding);
  select string_agg(market, ', ' order by market) into missing
  from unnest(markets) as market
  where market <> all (checked);
  return case when missing is not null then format(
    'this text has not been checked against the present claims of %s: POST /api/v1/contents/%s/claims/check', missing,
    content.id
  ) end;
end;
$$;
comment on function private.claims_refusal is
'Says why the claims keep a content from being published, or returns null: a violation that nobody overrode, or, in a
brand with claims, a market without a check of the present text against the present claims.';

create function private.markets_to_recheck(content public.contents)
returns text[]
language plpgsql
stable
set search_path = ''
as $$
declare
  state constant text := private.claims_state(content.brand_id);
  markets text[];
begin
  if state is null then
    return '{}';
  end if;
  markets := private.markets_to_check(content.brand_id);
  return array(
    select market from unnest(markets) as market
    where not exists (
      select from public.claim_reviews as review
      where
        review.content_id = content.id and review.source = 'check' and review.is_current and review.country = market
        and review.claims_state = state and (review.valid_until is null or review.valid_until > now())
    )
    order by market
  );
end;
$$;
comment on function private.markets_to_recheck is
'Lists the markets in which the last check of a content, if there is one, was of other claims than the present ones.';
