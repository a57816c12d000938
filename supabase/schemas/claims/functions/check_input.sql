create function private.claims_hold_until(brand_id uuid, markets text[], at timestamptz)
returns timestamptz
language sql
stable
set search_path = ''
as $$
  with masters as (
    select link.master_claim_brand_id as id
    from public.brand_master_claim_brands as link where link.brand_id = claims_hold_until.brand_id
  ),
  subjects as (
    select masters.id from masters
    union
    select products.id from public.products inner join masters on masters.id = products.master_claim_brand_id
    union
    select part.ingredient_id
    from public.product_ingredients as part
    inner join public.products on products.id = part.product_id
    inner join masters on masters.id = products.master_claim_brand_id
  )
  select least(min(bound.at), min(evidence.expires_on::timestamptz))
  from subjects
  inner join private.claim_scopes as scoped
    on
      scoped.subject_id = subjects.id
      and (scoped.country = '__GLOBAL__' or scoped.country = any (claims_hold_until.markets))
  left join private.claim_evidence as evidence
    on
      evidence.claim_id = scoped.claim_id and evidence.status = 'accepted'
      and evidence.expires_on::timestamptz > claims_hold_until.at
  left join lateral (
    values (scoped.effective_from), (scoped.effective_to)
  ) as bound (at) on bound.at > claims_hold_until.at;
$$;
comment on function private.claims_hold_until is
'Returns when the next claim of a brand, or piece of evidence for one, begins or ends to count in these markets; null
where no such time is known.';

create function private.products_named(content public.contents)
returns uuid[]
language plpgsql
stable
set search_path = ''
as $$
declare
  form constant jsonb := coalesce(private.content_form(content), '[]');
begin
  return array(
    select distinct products.id
    from jsonb_array_elements(private.as_array(form)) as field
    cross join lateral jsonb_array_elements(
      case jsonb_typeof(content.fields -> (field ->> 'id'))
        when 'array' then content.fields -> (field ->> 'id')
        else jsonb_build_array(content.fields -> (field ->> 'id'))
      end
    ) as named
    inner join public.products on products.id = private.as_uuid(named #>> '{}')
    inner join public.brand_master_claim_brands as link
      on link.master_claim_brand_id = products.master_claim_brand_id and link.brand_id = content.brand_id
    where field ->> 'type' = 'product_selector'
    order by 1
    limit 201
  );
end;
$$;
comment on function private.products_named is
'Lists the products of the brand that the fields of a content name, archived ones among them, in order; of more than 200
the first 201.';

create function private.require_products(brand_id uuid, product_ids uuid[])
returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  archived uuid[];
begin
  if cardinality(product_ids) > 200 then
    perform private.refuse(409, 'the content names more than 200 products', jsonb_build_array(jsonb_build_object(
      'field', 'productIds', 'code', 'CONFLICT', 'message', 'at most 200 can be checked: name fewer'
    )));
  elsif exists (
    select from unnest(product_ids) as product (id)
    where not exists (
      select from public.products
      inner join public.brand_master_claim_brands as link
        on link.master_claim_brand_id = products.master_claim_brand_id
      where products.id = product.id and link.brand_id = require_products.brand_id
    )
  ) then
    perform private.refuse(404, 'product not found');
  end if;
  archived := array(
    select products.id
    from public.products
    inner join public.master_claim_brands as master on master.id = products.master_claim_brand_id
    where
      products.id = any (require_products.product_ids)
      and (products.archived_at is not null or master.archived_at is not null)
    order by products.id
  );
  -- No claim of what is archived resolves: a check would find nothing to object to.
  if cardinality(archived) > 0 then
    perform private.refuse(409, 'a product or its claim brand is archived', jsonb_build_array(jsonb_build_object(
      'field', 'productId', 'code', 'CONFLICT', 'message',
      'claims of what is archived do not resolve: ' || array_to_string(archived[1:5], ', ')
    )));
  end if;
end;
$$;
comment on function private.require_products is
'Raises 404 unless these are products of the brand, and 409 for archived ones and for more than 200.';

create function private.claims_to_check(brand_id uuid, markets text[], product_ids uuid[], content public.contents)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  now_at constant timestamptz := now();
  brand public.brands;
  compared jsonb[] := '{}';
  claims jsonb;
  code text;
  bytes bigint := 0;
begin
  perform private.require_markets(markets);
  perform private.require_products(brand_id, product_ids);
  select * into brand from public.brands where brands.id = claims_to_check.brand_id;
  foreach code in array (array(select market from unnest(markets) as market order by market)) loop
    claims := private.claims_to_match(brand.id, code, product_ids, now_at);
    bytes := bytes + pg_column_size(claims);
    -- Claims may have two hundred translations each. The function that compares them has memory for so much.
    if bytes > 20000000 then
      perform private.refuse(409, 'too many claims to compare at once', jsonb_build_array(jsonb_build_object(
        'field', 'markets', 'code', 'CONFLICT',
        'message', 'the claims with their translations take more than 20 MB: name fewer markets, or the products'
      )));
    end if;
    compared := compared || jsonb_build_object('market', code, 'claims', claims);
  end loop;
  return jsonb_build_object(
    'brand_id', brand.id, 'language', brand.language, 'at', now_at, 'product_ids', product_ids,
    'state', coalesce(private.claims_state(brand.id), md5('')),
    'valid_until', private.claims_hold_until(brand.id, markets, now_at),
    'markets', to_jsonb(compared),
    'rules', (
      select coalesce(jsonb_agg(to_jsonb(rule) order by rule.id), '[]')
      from private.claim_rules as rule where rule.markets && claims_to_check.markets
    ),
    'content', case when content.id is not null then jsonb_build_object(
      'id', content.id, 'version', content.version, 'text', private.text_fingerprint(content),
      'document', private.delivery_document(content) - 'claims'
    ) end
  );
end;
$$;
comment on function private.claims_to_check is
'Returns what read_claims_to_check returns, for callers that have asked for the permissions. Raises 409 for more than
20 MB of claims.';

create function public.read_claims_to_check(
  brand_id uuid default null,
  content_id uuid default null,
  markets text[] default '{}',
  product_ids uuid[] default '{}'
)
returns jsonb
language plpgsql
stable
security definer -- reads shared claims of ingredients, of which the caller may list only some
set search_path = ''
as $$
#variable_conflict use_variable
declare
  content public.contents;
  products uuid[] := coalesce(product_ids, '{}');
begin
  if content_id is not null then
    perform private.require_visible_content(content_id);
    select * into content from private.content_by_id(content_id);
    brand_id := content.brand_id;
    -- What the content itself names: its author does not choose with which claims it is compared.
    products := private.products_named(content);
  end if;
  perform private.require_permission(brand_id, 'claim.read');
  return private.claims_to_check(
    brand_id,
    array(select distinct market from unnest(
      case when coalesce(cardinality(markets), 0) > 0 then markets else private.markets_to_check(brand_id) end
    ) as market order by market),
    products, content
  );
end;
$$;
comment on function public.read_claims_to_check is
'Returns what a text of a brand, or a content, is compared with: {brand_id, language, at, product_ids, state,
valid_until, markets: [{market, claims}], rules, content}. markets: by default those of the brand; product_ids: for a
content always those that it names. Without any: see private.general_claims.';
grant execute on function public.read_claims_to_check to authenticated, service_role;
