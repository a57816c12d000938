create function private.imported_item_problem(field text, message text)
returns void
language plpgsql
immutable
set search_path = ''
as $$
begin
  perform private.refuse(400, message, jsonb_build_array(
    jsonb_build_object('field', field, 'code', 'INVALID_FORMAT', 'message', message)
  ));
end;
$$;
comment on function private.imported_item_problem is 'Raises 400 about a column of an import.';

create function private.id_of(reference text)
returns uuid
language sql
immutable
set search_path = ''
as $$
  select case when reference ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' then reference::uuid end;
$$;
comment on function private.id_of is 'Returns the id that a text is; null for other texts.';

create function private.only_one(ids uuid[], field text, kind text, reference text)
returns uuid
language plpgsql
immutable
set search_path = ''
as $$
begin
  if cardinality(ids) = 0 then
    perform private.imported_item_problem(
      field, format('there is no %s in use with the name or id %s', kind, left(reference, 100))
    );
  elsif cardinality(ids) > 1 then
    perform private.imported_item_problem(
      field, format('several have the name %s: name the id', left(reference, 100))
    );
  end if;
  return ids[1];
end;
$$;
comment on function private.only_one is 'Returns the one id that was found. Raises 400 for none and for several.';

create function private.imported_existing(archived_at timestamptz, was_linked boolean)
returns text
language plpgsql
immutable
set search_path = ''
as $$
begin
  if archived_at is not null then
    perform private.refuse(409, 'it is archived: restore it first', jsonb_build_array(
      jsonb_build_object('field', 'name', 'code', 'CONFLICT', 'message', 'it is archived: restore it first')
    ));
  end if;
  return case when was_linked then 'linked' else 'duplicates' end;
end;
$$;
comment on function private.imported_existing is
'Returns the outcome of a line whose item exists. Raises 409 for one that is archived.';

create function private.import_claim_brand(item jsonb)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  existing public.master_claim_brands;
  item_id uuid;
  asked text;
  linked_id uuid;
  was_linked boolean := false;
begin
  select found.* into existing from public.master_claim_brands as found
  where private.name_key(found.name) = private.name_key(item ->> 'name')
  order by found.name = item ->> 'name' desc, found.id limit 1;
  item_id := existing.id;
  if item_id is null then
    select made ->> 'id' into item_id from public.create_claim_brand(jsonb_build_object('name', item -> 'name')) as made;
  elsif existing.archived_at is not null then
    perform private.imported_existing(existing.archived_at, false);
  end if;
  for asked in select each from jsonb_array_elements_text(private.as_array(item -> 'brands')) as each loop
    select brands.id into linked_id
    from public.brands
    where (brands.id = private.id_of(asked) or brands.slug = asked) and brands.deleted_at is null;
    if linked_id is null then
      perform private.imported_item_problem('brands', format('there is no brand with the slug or id %s', left(asked, 100)));
    end if;
    insert into public.brand_master_claim_brands (brand_id, master_claim_brand_id) values (linked_id, item_id)
    on conflict do nothing;
    was_linked := was_linked or found;
  end loop;
  return jsonb_build_object('id', item_id, 'outcome', case
    when existing.id is null then 'made' else private.imported_existing(existing.archived_at, was_linked)
  end);
end;
$$;
comment on function private.import_claim_brand is
'Adds a catalogue brand and its links to tenants, or the links that an existing one lacks: {outcome, id}.';

create function private.import_product(item jsonb)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  most_ingredients constant integer := 200;
  master_id constant uuid := private.only_one(
    array(
      select master.id from public.master_claim_brands as master
      where
        master.archived_at is null
        and (
          master.id = private.id_of(item ->> 'claim_brand')
          or private.name_key(master.name) = private.name_key(item ->> 'claim_brand')
        )
    ), 'claimBrand', 'claim brand', item ->> 'claim_brand'
  );
  existing public.products;
  made jsonb;
  asked text;
  wanted uuid [] := '{}';
  present uuid [] := '{}';
begin
  for asked in select each from jsonb_array_elements_text(private.as_array(item -> 'ingredients')) as each loop
    wanted := wanted || private.only_one(array(
      select found.id from public.ingredients as found
      where found.archived_at is null and found.id = private.id_of(asked)
      union
      select found.id from public.ingredients as found
      where found.archived_at is null and private.name_key(found.name) = private.name_key(asked)
    ), 'ingredients', 'ingredient', asked);
  end loop;
  select found.* into existing from public.products as found
  where found.master_claim_brand_id = master_id and private.name_key(found.name) = private.name_key(item ->> 'name')
  order by found.name = item ->> 'name' desc, found.id limit 1
  for update;
  if existing.id is null then
    select created into made from public.create_product(
      master_id, jsonb_build_object('name', item -> 'name', 'description', item -> 'description')
    ) as created;
  else
    perform private.imported_existing(existing.archived_at, false);
    present := array(
      select part.ingredient_id from public.product_ingredients as part where part.product_id = existing.id
    );
    made := jsonb_build_object('id', existing.id, 'version', existing.version);
  end if;
  if wanted <@ present then
    return jsonb_build_object(
      'id', made -> 'id', 'outcome', case when existing.id is null then 'made' else 'duplicates' end
    );
  end if;
  wanted := array(select unnest(present) union select unnest(wanted));
  if cardinality(wanted) > most_ingredients then
    perform private.imported_item_problem('ingredients', format('a product has at most %s', most_ingredients));
  end if;
  perform public.set_product_ingredients((made ->> 'id')::uuid, (made ->> 'version')::integer, wanted);
  return jsonb_build_object(
    'id', made -> 'id', 'outcome', case when existing.id is null then 'made' else 'linked' end
  );
end;
$$;
comment on function private.import_product is
'Adds a product with its ingredients, or the ingredients that an existing one lacks: {outcome, id}.';

create function private.import_ingredient(item jsonb)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  existing public.ingredients;
  made jsonb;
begin
  select found.* into existing from public.ingredients as found
  where private.name_key(found.name) = private.name_key(item ->> 'name')
  order by found.name = item ->> 'name' desc, found.id limit 1;
  if existing.id is not null then
    return jsonb_build_object('id', existing.id, 'outcome', private.imported_existing(existing.archived_at, false));
  end if;
  select created into made from public.create_ingredient(item) as created;
  return jsonb_build_object('id', made -> 'id', 'outcome', 'made');
end;
$$;
comment on function private.import_ingredient is 'Adds an ingredient, unless it exists: {outcome, id}.';

create function private.lock_imported_catalogue(kind text, lines jsonb)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  masters constant uuid [] := array(
    select master.id from public.master_claim_brands as master
    where private.name_key(master.name) in (
      select private.name_key(each -> 'item' ->> 'claim_brand') from jsonb_array_elements(lines) as each
    ) or master.id in (
      select private.id_of(each -> 'item' ->> 'claim_brand') from jsonb_array_elements(lines) as each
    )
  );
begin
  if kind <> 'product' then
    return;
  end if;
  -- Products, then ingredients, then counters, as set_product_ingredients does; each in one order.
  perform from public.products as product
  where
    product.master_claim_brand_id = any (masters)
    and private.name_key(product.name) in (
      select private.name_key(each -> 'item' ->> 'name') from jsonb_array_elements(lines) as each
    )
  order by product.id
  for update;
  perform from public.ingredients as ingredient
  where private.name_key(ingredient.name) in (
    select private.name_key(name) from jsonb_array_elements(lines) as each
    cross join lateral jsonb_array_elements_text(private.as_array(each -> 'item' -> 'ingredients')) as name
  ) or ingredient.id in (
    select private.id_of(name) from jsonb_array_elements(lines) as each
    cross join lateral jsonb_array_elements_text(private.as_array(each -> 'item' -> 'ingredients')) as name
  )
  order by ingredient.id
  for key share;
  perform from private.claim_catalogues as counted
  where counted.master_claim_brand_id = any (masters)
  order by counted.master_claim_brand_id
  for update;
end;
$$;
comment on function private.lock_imported_catalogue is
'Locks what an import of products changes and names before the first line, so that it and changes of single items do
not wait for each other.';

create function public.import_catalogue(
  kind text, lines jsonb, is_dry_run boolean default true, is_whole boolean default true
)
returns jsonb
language plpgsql
volatile
security definer -- the catalogue is the platform's
set search_path = ''
set statement_timeout = '30s'
as $$
declare
  answer jsonb;
begin
  perform private.require_functions();
  perform private.require_platform_admin();
  if kind is null or kind not in ('claim_brand', 'product', 'ingredient') then
    perform private.refuse(400, 'there is no such part of the catalogue');
  end if;
  perform private.begin_summary();
  -- One at a time, also of reports: two with the same names in another order would wait for each other.
  perform pg_advisory_xact_lock(hashtextextended('import_catalogue', 0));
  perform private.require_import_bounds(lines, 'item', case kind when 'product' then 'ingredients' else 'brands' end);
  answer := private.import_lines(kind, lines, null, is_dry_run, is_whole);
  perform private.send_summary('import_catalogue');
  return answer;
end;
$$;
comment on function public.import_catalogue is
'Adds the claim brands, products or ingredients of lines {line, item}: {made, linked, duplicates, problems,
is_written}. Items that exist get the links that they lack. is_whole and is_dry_run as those of import_claims. Requires
a platform admin.';
grant execute on function public.import_catalogue to authenticated, service_role;
