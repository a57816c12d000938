create function private.check_market(market text)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if market is null or market !~ '^[A-Z]{2}$' or cardinality(private.unknown_countries(array[market])) > 0 then
    perform private.refuse(400, 'a market is one country', jsonb_build_array(jsonb_build_object(
      'field', 'market', 'code', 'INVALID_FORMAT', 'message', 'an ISO 3166-1 alpha-2 code is expected'
    )));
  end if;
end;
$$;
comment on function private.check_market is
'Raises 400 unless the market is the code of one country; "all countries" is not a market.';

create function private.require_product_in_use(product_id uuid)
returns public.products
language plpgsql
stable
set search_path = ''
as $$
declare
  product constant public.products := private.readable_product(require_product_in_use.product_id);
begin
  -- No claim of what is archived resolves. An empty answer would read as "no restrictions".
  if product.archived_at is not null or exists (
    select from public.master_claim_brands as master
    where master.id = product.master_claim_brand_id and master.archived_at is not null
  ) then
    perform private.refuse(409, 'the product or its claim brand is archived', jsonb_build_array(jsonb_build_object(
      'field', 'productId', 'code', 'CONFLICT', 'message', 'claims of what is archived do not resolve: restore it first'
    )));
  end if;
  return product;
end;
$$;
comment on function private.require_product_in_use is
'Returns a product. Raises 404 unless the caller may read it, and 409 where it or its catalogue brand is archived.';

create function private.require_markets(markets text[])
returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  market text;
begin
  if coalesce(cardinality(markets), 0) not between 1 and 10 then
    perform private.refuse(400, 'a check needs 1 to 10 markets',
      '[{"field": "markets", "code": "REQUIRED_FIELD_MISSING", "message": "name one, or set those of the brand"}]');
  end if;
  foreach market in array markets loop
    perform private.check_market(market);
  end loop;
end;
$$;
comment on function private.require_markets is 'Raises 400 unless these are 1 to 10 markets that exist.';
