create function private.catalogue_table(kind text)
returns regclass
language sql
immutable
set search_path = ''
as $$
  select case kind
    when 'claim brand' then 'public.master_claim_brands' when 'product' then 'public.products'
    when 'ingredient' then 'public.ingredients'
  end::regclass;
$$;
comment on function private.catalogue_table is
'Returns the table of a kind of items: claim brand, product or ingredient.';

create function private.catalogue_item(kind text, item_id uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select private.claim_brand_document(item) from public.master_claim_brands as item
  where kind = 'claim brand' and item.id = item_id
  union all
  select private.product_document(item) from public.products as item where kind = 'product' and item.id = item_id
  union all
  select private.ingredient_document(item, null) from public.ingredients as item
  where kind = 'ingredient' and item.id = item_id;
$$;
comment on function private.catalogue_item is 'Returns an item of the catalogue as platform admins see it.';

create function private.announce_item(kind text, item_id uuid)
returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  if kind = 'ingredient' then
    perform private.announce_ingredient(item_id, 'update');
  else
    perform private.announce_catalogue(
      coalesce((select products.master_claim_brand_id from public.products where products.id = item_id), item_id),
      replace(kind, ' ', '_'), item_id, 'update'
    );
  end if;
end;
$$;
comment on function private.announce_item is 'Tells the tenants concerned of a change of an item of the catalogue.';

create function private.lock_item(kind text, item_id uuid, expected_version integer)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  present integer;
begin
  perform private.require_platform_admin();
  execute
    format('select item.version from %s as item where item.id = $1 for no key update', private.catalogue_table(kind))
  into present using item_id;
  if present is null then
    perform private.refuse(404, kind || ' not found');
  elsif expected_version is not null then
    perform private.require_version(present, expected_version, kind);
  end if;
end;
$$;
comment on function private.lock_item is
'Locks an item of the catalogue for a platform admin. Raises 404, and 412 where it has another version than expected.';

create function private.change_item(kind text, item_id uuid, expected_version integer, changes jsonb)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
begin
  perform private.lock_item(kind, item_id, expected_version);
  if expected_version is null then
    perform private.refuse(428, 'name the version that you read');
  end if;
  -- Of the columns that platform admins write, those that are in the changes; claim brands have no description.
  execute format(
    'update %1$s as item set (name%2$s) = (select known.name%3$s from jsonb_populate_record(item, $2) as known) '
    'where item.id = $1',
    private.catalogue_table(kind), case when kind <> 'claim brand' then ', description' else '' end,
    case when kind <> 'claim brand' then ', known.description' else '' end
  ) using item_id, changes;
  perform private.announce_item(kind, item_id);
  return private.catalogue_item(kind, item_id);
end;
$$;
comment on function private.change_item is
'Changes the name or the description of an item of the catalogue, and returns it. Raises as private.lock_item, and 428
without a version.';

create function private.archive_item(
  kind text, item_id uuid, is_archived boolean, is_forced boolean, expected_version integer
)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  item jsonb;
begin
  perform private.lock_item(kind, item_id, expected_version);
  item := private.catalogue_item(kind, item_id);
  if (item ->> 'archived_at' is not null) = is_archived then
    return item;
  elsif is_archived and not is_forced then
    perform private.refuse_used(item -> 'uses', kind);
  end if;
  execute format(
    'update %s as item set archived_at = case when $2 then now() end where item.id = $1', private.catalogue_table(kind)
  ) using item_id, is_archived;
  perform private.announce_item(kind, item_id);
  return private.catalogue_item(kind, item_id);
end;
$$;
comment on function private.archive_item is
'Archives an item of the catalogue, or restores it, and returns it. Raises as private.lock_item, and 409 with what uses
it unless it is forced.';
