-- Find products by one piece
-- Planned by `make migration` from supabase/schemas and supabase/policies.

-- Waits at most five seconds for a lock, because queries behind a waiting lock wait as well. On failure, push again.
set lock_timeout = '5s';
set check_function_bodies = off;

CREATE OR REPLACE FUNCTION private.require_product_in_use(product_id uuid)
 RETURNS public.products
 LANGUAGE plpgsql
 STABLE
 SET search_path TO ''
AS $function$
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
$function$;
