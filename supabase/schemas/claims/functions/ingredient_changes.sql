create function public.create_ingredient(details jsonb)
returns setof jsonb
language plpgsql
volatile
security definer -- the catalogue is the platform's
set search_path = ''
as $$
#variable_conflict use_variable
declare
  made public.ingredients;
begin
  perform private.require_functions();
  perform private.require_platform_admin();
  insert into public.ingredients (name, description)
  values (details ->> 'name', coalesce(details ->> 'description', ''))
  returning * into made;
  return next private.ingredient_document(made, null);
end;
$$;
comment on function public.create_ingredient is 'Adds an ingredient to the catalogue. Requires a platform admin.';
grant execute on function public.create_ingredient to authenticated, service_role;

create function public.update_ingredient(ingredient_id uuid, expected_version integer, changes jsonb)
returns setof jsonb
language plpgsql
volatile
security definer -- the catalogue is the platform's
set search_path = ''
as $$
begin
  perform private.require_functions();
  return next private.change_item('ingredient', ingredient_id, expected_version, changes);
end;
$$;
comment on function public.update_ingredient is
'Changes an ingredient. Requires a platform admin. Raises 428 without a version and 412 where it has another.';
grant execute on function public.update_ingredient to authenticated, service_role;

create function public.archive_ingredient(
  ingredient_id uuid, is_archived boolean default true, is_forced boolean default false,
  expected_version integer default null
)
returns setof jsonb
language plpgsql
volatile
security definer -- the catalogue is the platform's
set search_path = ''
as $$
begin
  perform private.require_functions();
  return next private.archive_item('ingredient', ingredient_id, is_archived, is_forced, expected_version);
end;
$$;
comment on function public.archive_ingredient is
'Archives an ingredient, or restores it. Refuses with 409 and what uses it, unless it is forced,
and with 412 where it has another version than expected. Requires a platform admin.';
grant execute on function public.archive_ingredient to authenticated, service_role;

create function public.set_product_ingredients(product_id uuid, expected_version integer, ingredient_ids uuid[])
returns setof jsonb
language plpgsql
volatile
security definer -- the catalogue is the platform's
set search_path = ''
as $$
#variable_conflict use_variable
declare
  item public.products;
  missing uuid [];
begin
  perform private.require_functions();
  perform private.require_platform_admin();
  select found.* into item from public.products as found where found.id = product_id for no key update;
  if item.id is null then
    perform private.refuse(404, 'product not found');
  end if;
  perform private.require_version(item.version, expected_version, 'product');
  missing := array(
    select asked from unnest(ingredient_ids) as asked
    where not exists (
      select from public.ingredients as found
      where found.id = asked and (found.archived_at is null or exists (
        select from public.product_ingredients as part where part.product_id = item.id and part.ingredient_id = asked
      ))
    )
  );
  if cardinality(missing) > 0 then
    perform private.refuse(400, 'there is no such ingredient in use', jsonb_build_array(jsonb_build_object(
      'field', 'ingredientIds', 'code', 'INVALID_FORMAT',
      'message', 'unknown or archived: ' || array_to_string(missing[1:5], ', ')
    )));
  end if;
  delete from public.product_ingredients as part
  where part.product_id = item.id and not part.ingredient_id = any (ingredient_ids);
  insert into public.product_ingredients (product_id, ingredient_id)
  select item.id, asked from unnest(ingredient_ids) as asked
  on conflict do nothing;
  -- Counts the version. A column of a key would lock the product against claims that refer to it.
  update public.products as found set description = found.description where found.id = item.id
  returning found.* into item;
  perform private.announce_catalogue(item.master_claim_brand_id, 'product', item.id, 'update');
  return next private.product_document(item);
end;
$$;
comment on function public.set_product_ingredients is
'Replaces the ingredients of a product. Requires a platform admin. Raises 428 without a version and 412 where the
product has another.';
grant execute on function public.set_product_ingredients to authenticated, service_role;
