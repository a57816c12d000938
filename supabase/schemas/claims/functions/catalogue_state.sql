create function private.brands_of_subjects(subject_ids uuid[])
returns uuid[]
language sql
stable
set search_path = ''
as $$
  select coalesce(array_agg(found.id), '{}')
  from (
    select master.id from public.master_claim_brands as master where master.id = any (subject_ids)
    union
    select product.master_claim_brand_id from public.products as product where product.id = any (subject_ids)
    union
    select product.master_claim_brand_id
    from public.product_ingredients as part
    inner join public.products as product on product.id = part.product_id
    where part.ingredient_id = any (subject_ids)
  ) as found;
$$;
comment on function private.brands_of_subjects is
'Returns the catalogue brands that claims of these subjects are about: catalogue brands, products or ingredients.';

create function private.take_turns_to_count(master_brands uuid[])
returns void
language sql
volatile
set search_path = ''
as $$
  -- Without a row yet there is nothing to lock: of two who make the first rows of the same brands, one waits here.
  select pg_advisory_xact_lock(hashtextextended('claim_catalogue:' || uncounted.id, 0))
  from (
    select master.id
    from public.master_claim_brands as master
    where
      master.id = any (take_turns_to_count.master_brands)
      and not exists (
        select from private.claim_catalogues as counted where counted.master_claim_brand_id = master.id
      )
    order by master.id
  ) as uncounted;
$$;
comment on function private.take_turns_to_count is
'Makes transactions take turns that count the first changes of these catalogue brands.';

create function private.count_claim_changes(master_brands uuid[])
returns void
language sql
volatile
set search_path = ''
as $$
  select private.take_turns_to_count(count_claim_changes.master_brands)
  where coalesce(current_setting('mixerai.claim_changes', true), '') <> 'dry run';
  -- In one order, so that two transactions do not wait for each other; once for each transaction.
  insert into private.claim_catalogues as counted (master_claim_brand_id)
  select master.id
  from public.master_claim_brands as master
  where
    master.id = any (count_claim_changes.master_brands)
    and coalesce(current_setting('mixerai.claim_changes', true), '') <> 'dry run'
  order by master.id
  on conflict (master_claim_brand_id) do update
    set revision = counted.revision + 1, changed_in = pg_current_xact_id()
  where counted.changed_in <> pg_current_xact_id();
$$;
comment on function private.count_claim_changes is
'Counts a change of what these catalogue brands may claim, once for each transaction. Checks of contents made before it
no longer hold. Dry runs count nothing.';

create function private.master_brands_ruling(claim_id uuid)
returns setof uuid
language sql
stable
set search_path = ''
as $$
  select master.id from private.claim_master_brands(master_brands_ruling.claim_id) as master (id)
  union
  select products.master_claim_brand_id
  from public.market_overrides as override
  inner join public.products on products.id = override.product_id
  where master_brands_ruling.claim_id in (override.master_claim_id, override.replacement_claim_id);
$$;
comment on function private.master_brands_ruling is
'Lists the catalogue brands of a claim, and those of the products whose overrides name it.';

create function private.compared_part(table_name text, stored jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select case table_name
    when 'claims' then jsonb_build_object(
      'text', stored -> 'text', 'status', stored -> 'status', 'countries', stored -> 'countries',
      'effective_from', stored -> 'effective_from', 'effective_to', stored -> 'effective_to',
      'regulatory_references', stored -> 'regulatory_references',
      'is_archived', stored ->> 'archived_at' is not null,
      'is_approved', coalesce(stored ->> 'approval', 'approved') = 'approved'
    )
    when 'market_overrides' then stored - array['version', 'created_by', 'created_at', 'updated_by', 'updated_at']
    when 'claim_evidence' then case when stored ->> 'status' = 'accepted' then jsonb_build_object(
      'claim_id', stored -> 'claim_id', 'expires_on', stored -> 'expires_on'
    ) end
    else stored
  end;
$$;
comment on function private.compared_part is
'Returns the part of a row of the catalogue that checks compare texts with: of a claim without its notes and documents,
of evidence only if it is accepted.';

create function private.count_claim_change()
returns trigger
language plpgsql
security definer -- the counts are written by functions only
set search_path = ''
as $$
declare
  former constant jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) else '{}' end;
  present constant jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) else '{}' end;
  changed constant jsonb := case when tg_op = 'DELETE' then former else present end;
begin
  if private.compared_part(tg_table_name, former) is not distinct from private.compared_part(tg_table_name, present) then
    return case when tg_op = 'DELETE' then old else new end;
  end if;
  perform private.count_claim_changes(case tg_table_name
    when 'claims' then array(select private.master_brands_ruling((changed ->> 'id')::uuid))
    when 'master_claim_brands' then array[(changed ->> 'id')::uuid]
    when 'products' then array[(changed ->> 'master_claim_brand_id')::uuid]
    when 'ingredients' then array(
      select products.master_claim_brand_id
      from public.product_ingredients as part
      inner join public.products on products.id = part.product_id
      where part.ingredient_id = (changed ->> 'id')::uuid
    )
    when 'claim_evidence' then array(select private.master_brands_ruling((changed ->> 'claim_id')::uuid))
    -- claim_subjects, product_ingredients and market_overrides
    else array(
      select products.master_claim_brand_id
      from public.products
      left join public.product_ingredients as part on part.product_id = products.id
      where
        products.id in ((former ->> 'product_id')::uuid, (present ->> 'product_id')::uuid)
        or (tg_table_name = 'claim_subjects' and part.ingredient_id = (changed ->> 'ingredient_id')::uuid)
    )
  end);
  return case when tg_op = 'DELETE' then old else new end;
end;
$$;
comment on function private.count_claim_change is
'Counts a change of a claim, its subjects, overrides or evidence, or of what a claim is about, for the catalogue brands
concerned, as far as checks compare texts with it.';

create function private.claims_state(brand_id uuid)
returns text
language plpgsql
stable
set search_path = ''
as $$
declare
  state text;
begin
  select md5(string_agg(
    counted.master_claim_brand_id || ':' || counted.revision, ',' order by counted.master_claim_brand_id
  ))
  into state
  from public.brand_master_claim_brands as link
  inner join private.claim_catalogues as counted on counted.master_claim_brand_id = link.master_claim_brand_id
  where link.brand_id = claims_state.brand_id;
  return state;
end;
$$;
comment on function private.claims_state is
'Returns a hash that changes with the claims that a tenant may read; null for a tenant without claims.';
grant execute on function private.claims_state to authenticated, service_role;

create function private.text_fingerprint(content public.contents)
returns text
language plpgsql
stable
set search_path = ''
as $$
begin
  return md5(private.edited_part(private.content_state(content))::text);
end;
$$;
comment on function private.text_fingerprint is
'Returns a hash of what people wrote in a content. A change of status keeps it.';
grant execute on function private.text_fingerprint to authenticated, service_role;

create function private.markets_to_check(brand_id uuid)
returns text[]
language plpgsql
stable
set search_path = ''
as $$
begin
  return array(
    select countries.code
    from public.brands
    inner join public.countries on countries.code = brands.country and countries.is_active
    where brands.id = markets_to_check.brand_id
    union
    select market
    from private.claim_settings as settings
    cross join unnest(settings.markets) as market
    where settings.brand_id = markets_to_check.brand_id
    order by 1
  );
end;
$$;
comment on function private.markets_to_check is
'Lists the markets against which contents of a brand are checked: its country, and those that it chose.';
grant execute on function private.markets_to_check to authenticated, service_role;
