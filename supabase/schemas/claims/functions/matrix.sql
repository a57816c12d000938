create function private.matrix_texts(
  products uuid[], markets text[], at timestamptz, query text, levels public.claim_level[]
)
returns table (text_key text, claim_id uuid)
language sql
stable
set search_path = ''
rows 10000
as $$
  with found as (
    select subject.id, subject.product_id
    from public.products as product
    cross join lateral (
      values (product.id, product.id), (product.master_claim_brand_id, null)
    ) as subject (id, product_id)
    where product.id = any (matrix_texts.products)
    union all
    select part.ingredient_id, null
    from public.product_ingredients as part
    inner join public.ingredients on ingredients.id = part.ingredient_id
    where part.product_id = any (matrix_texts.products) and ingredients.archived_at is null
  ),
  texts as (
    select scoped.text_key, scoped.claim_id
    from (select distinct found.id from found) as subject
    inner join private.claim_scopes as scoped on scoped.subject_id = subject.id
    where
      scoped.country = any ('{__GLOBAL__}' || matrix_texts.markets)
      and scoped.is_approved
      and scoped.effective_from <= matrix_texts.at
      and (scoped.effective_to is null or scoped.effective_to > matrix_texts.at)
      and (matrix_texts.levels is null or scoped.level = any (matrix_texts.levels))
    union all
    select overridden.master_key, overridden.master_id
    from private.overrides_in_force(matrix_texts.products, matrix_texts.markets, matrix_texts.at) as overridden
    where overridden.has_effect and (matrix_texts.levels is null or overridden.level = any (matrix_texts.levels))
  )
  select texts.text_key, any_value(texts.claim_id)
  from texts
  where matrix_texts.query is null or position(private.folded_case(matrix_texts.query) in texts.text_key) > 0
  group by texts.text_key;
$$;
comment on function private.matrix_texts is
'Lists the rows of a matrix: each text that a claim or an override of the products has in one of the markets at a time,
with a claim that says it. query: a part of the text.';

create function private.matrix_cells(products uuid[], markets text[], at timestamptz, text_keys text[])
returns table (
  original_key text,
  product_id uuid,
  market text,
  status text,
  level public.claim_level,
  scope integer,
  claim_id uuid,
  override_id uuid,
  is_master boolean
)
language plpgsql
stable
set search_path = ''
rows 1000
as $$
declare
  wanted text [];
begin
  -- A replaced claim stays in the row of its master, but competes with the claims of its new text.
  if text_keys is not null then
    wanted := text_keys || array(
      select overridden.replacement_key
      from private.overrides_in_force(products, markets, at) as overridden
      where overridden.has_effect and overridden.master_key = any (text_keys) and overridden.replacement_key is not null
    );
  end if;
  return query
    select distinct on (stacked.original_key collate "C", stacked.product_id, stacked.market)
      stacked.original_key, stacked.product_id, stacked.market, stacked.status, stacked.level, stacked.scope,
      stacked.claim_id, case stacked.scope when 1 then stacked.override_id end, stacked.is_master
    from private.stack_claims(products, markets, at, wanted) as stacked
    where
      stacked.place = 1 and not stacked.is_replaced
      and (text_keys is null or stacked.original_key = any (text_keys))
    -- Of several claims in one cell the strongest is shown.
    order by
      stacked.original_key collate "C", stacked.product_id, stacked.market, stacked.scope, stacked.level,
      stacked.claim_id;
end;
$$;
comment on function private.matrix_cells is
'Lists the cells of a matrix in the rows of these texts, or in all: the claim that holds for each product and market.
Cells without a claim are missing.';

create function private.claim_matrix(
  products uuid[],
  columns jsonb,
  markets text[],
  at timestamptz,
  query text,
  levels public.claim_level[],
  statuses text[],
  language text,
  row_offset integer,
  row_limit integer
)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  shown uuid [] := array(
    select distinct (place.entry ->> 'product_id')::uuid from jsonb_array_elements(columns) as place (entry)
  );
  keys text [];
  claims uuid [];
  total bigint;
  rows jsonb;
begin
  with texts as materialized (
    select found.* from private.matrix_texts(products, markets, at, query, levels) as found
  ),
  held as (
    select distinct cell.original_key
    from private.matrix_cells(shown, markets, at, null) as cell
    where statuses is not null and cell.status = any (statuses)
  ),
  matching as materialized (
    select texts.* from texts
    where statuses is null or texts.text_key in (select held.original_key from held)
  )
  select
    (select count(*) from matching), array_agg(page.text_key order by page.text_key collate "C"),
    array_agg(page.claim_id order by page.text_key collate "C")
  into total, keys, claims
  from (
    select matching.* from matching order by matching.text_key collate "C" offset row_offset limit row_limit
  ) as page;
  -- All cells are grouped by their rows at once: a look for the cells of each row takes rows² × columns steps.
  with places as (
    select (place.entry ->> 'product_id')::uuid as product_id, place.entry ->> 'market' as market, place.number
    from jsonb_array_elements(columns) with ordinality as place (entry, number)
  ),
  held as materialized (
    select
      cell.original_key,
      jsonb_object_agg(places.number, jsonb_build_object(
        'status', cell.status, 'source', case cell.scope when 1 then 'override' else cell.level::text end,
        'level', cell.level, 'is_master', cell.is_master, 'claim_id', cell.claim_id, 'override_id', cell.override_id
      )) as by_place
    from private.matrix_cells(shown, markets, at, coalesce(keys, '{}')) as cell
    inner join places on places.product_id = cell.product_id and places.market = cell.market
    group by cell.original_key
  )
  select
    jsonb_agg(
      jsonb_build_object(
        'text', coalesce(claim.text ->> language, claim.text ->> 'original'),
        'cells', (
          select jsonb_agg(coalesce(held.by_place -> place.number::text, '{"status": "none"}') order by place.number)
          from generate_series(1, jsonb_array_length(columns)) as place (number)
        )
      )
      order by line.number
    )
  into rows
  from unnest(keys, claims) with ordinality as line (text_key, claim_id, number)
  inner join public.claims as claim on claim.id = line.claim_id
  left join held on held.original_key = line.text_key;
  return jsonb_build_object(
    'columns', columns, 'items', coalesce(rows, '[]'), 'total', total,
    'summary', (
      select coalesce(jsonb_object_agg(counted.status, counted.cells), '{}')
      from (
        select cell.entry ->> 'status' as status, count(*) as cells
        from jsonb_array_elements(rows) as shown_row (entry)
        cross join jsonb_array_elements(shown_row.entry -> 'cells') as cell (entry)
        group by cell.entry ->> 'status'
      ) as counted
    )
  );
end;
$$;
comment on function private.claim_matrix is
'Returns {columns, items, total, summary}: a page of texts as rows, each with a cell for each column {product_id,
market, …}. A cell without a claim has the status none. statuses: only rows that have one of them in a column. total counts rows,
and summary the cells of the page by status.';

create function public.list_claim_matrix(
  market text,
  claim_brand_id uuid default null,
  brand_id uuid default null,
  at timestamptz default null,
  query text default null,
  levels public.claim_level[] default null,
  statuses text[] default null,
  product_query text default null,
  language text default null,
  page_offset integer default 0,
  page_size integer default 20,
  column_offset integer default 0,
  column_size integer default 20
)
returns jsonb
language plpgsql
stable
security definer -- see resolve_claims
set search_path = ''
as $$
#variable_conflict use_variable
declare
  masters uuid [];
  products uuid [];
  columns jsonb;
begin
  masters := private.require_claim_brands(claim_brand_id, brand_id);
  perform private.check_market(market);
  select array_agg(product.id order by product.name, product.id) into products
  from public.products as product
  inner join public.master_claim_brands as master on master.id = product.master_claim_brand_id
  where
    product.master_claim_brand_id = any (masters) and product.archived_at is null and master.archived_at is null
    and (product_query is null or private.holds_text(product.name, product_query));
  select coalesce(jsonb_agg(jsonb_build_object(
    'product_id', product.id, 'product_name', product.name, 'market', list_claim_matrix.market
  ) order by shown.number), '[]')
  into columns
  from unnest(products) with ordinality as shown (id, number)
  inner join public.products as product on product.id = shown.id
  where shown.number > column_offset and shown.number <= column_offset + least(greatest(column_size, 1), 100);
  return private.claim_matrix(
    coalesce(products, '{}'), columns, array[list_claim_matrix.market], coalesce(at, now()), query, levels, statuses,
    language, page_offset, least(greatest(page_size, 1), 2000)
  ) || jsonb_build_object('column_total', coalesce(cardinality(products), 0));
end;
$$;
comment on function public.list_claim_matrix is
'Returns a page of the matrix of texts and products in a market, of a catalogue brand or of all that a brand is linked
to: see private.claim_matrix. column_total counts the products.';
grant execute on function public.list_claim_matrix to authenticated, service_role;

create function public.list_market_matrix(
  product_id uuid,
  markets text[],
  at timestamptz default null,
  query text default null,
  levels public.claim_level[] default null,
  statuses text[] default null,
  language text default null,
  page_offset integer default 0,
  page_size integer default 20
)
returns jsonb
language plpgsql
stable
security definer -- see resolve_claims
set search_path = ''
as $$
#variable_conflict use_variable
declare
  product public.products;
  columns jsonb;
  asked text;
begin
  product := private.require_product_in_use(product_id);
  if coalesce(cardinality(markets), 0) not between 1 and 50 then
    perform private.refuse(400, 'name the markets', jsonb_build_array(jsonb_build_object(
      'field', 'market', 'code', 'INVALID_FORMAT', 'message', '1 to 50 markets'
    )));
  end if;
  foreach asked in array markets loop
    perform private.check_market(asked);
  end loop;
  select jsonb_agg(jsonb_build_object(
    'product_id', product.id, 'product_name', product.name, 'market', place.market
  ) order by place.number)
  into columns
  from unnest(markets) with ordinality as place (market, number);
  return private.claim_matrix(
    array[product.id], columns, markets, coalesce(at, now()), query, levels, statuses, language, page_offset,
    least(greatest(page_size, 1), 2000)
  ) || jsonb_build_object('column_total', cardinality(markets));
end;
$$;
comment on function public.list_market_matrix is
'Returns a page of the matrix of texts and markets of a product: see private.claim_matrix.';
grant execute on function public.list_market_matrix to authenticated, service_role;
