create function private.refuse_used(uses jsonb, subject text)
returns void
language plpgsql
immutable
set search_path = ''
as $$
declare
  details jsonb;
begin
  select jsonb_agg(
    jsonb_build_object('field', entry.key, 'code', 'CONFLICT', 'message', entry.value #>> '{}') order by entry.key
  )
  into details
  from jsonb_each(uses) as entry where entry.value <> '0';
  if details is not null then
    perform private.refuse(409, 'the ' || subject || ' is in use', details);
  end if;
end;
$$;
comment on function private.refuse_used is 'Raises 409 with what uses an item of the catalogue, unless nothing does.';

create function public.create_claim_brand(details jsonb)
returns setof jsonb
language plpgsql
volatile
security definer -- the catalogue is the platform's
set search_path = ''
as $$
#variable_conflict use_variable
declare
  made public.master_claim_brands;
begin
  perform private.require_functions();
  perform private.require_platform_admin();
  insert into public.master_claim_brands (name)
  values (details ->> 'name')
  returning * into made;
  perform private.announce_catalogue(made.id, 'claim_brand', made.id, 'insert');
  return next private.claim_brand_document(made);
end;
$$;
comment on function public.create_claim_brand is 'Adds a catalogue brand to the catalogue. Requires a platform admin.';
grant execute on function public.create_claim_brand to authenticated, service_role;

create function public.update_claim_brand(claim_brand_id uuid, expected_version integer, changes jsonb)
returns setof jsonb
language plpgsql
volatile
security definer -- the catalogue is the platform's
set search_path = ''
as $$
begin
  perform private.require_functions();
  return next private.change_item('claim brand', claim_brand_id, expected_version, changes);
end;
$$;
comment on function public.update_claim_brand is
'Changes a catalogue brand. Requires a platform admin. Raises 428 without a version and 412 where it has another.';
grant execute on function public.update_claim_brand to authenticated, service_role;

create function public.archive_claim_brand(
  claim_brand_id uuid, is_archived boolean default true, is_forced boolean default false,
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
  return next private.archive_item('claim brand', claim_brand_id, is_archived, is_forced, expected_version);
end;
$$;
comment on function public.archive_claim_brand is
'Archives a catalogue brand, or restores it. Refuses with 409 and what uses it, unless it is forced,
and with 412 where it has another version than expected. Requires a platform admin.';
grant execute on function public.archive_claim_brand to authenticated, service_role;

create function public.create_product(claim_brand_id uuid, details jsonb)
returns setof jsonb
language plpgsql
volatile
security definer -- the catalogue is the platform's
set search_path = ''
as $$
#variable_conflict use_variable
declare
  made public.products;
begin
  perform private.require_functions();
  perform private.require_platform_admin();
  if not exists (
    select from public.master_claim_brands as master where master.id = claim_brand_id and master.archived_at is null
  ) then
    perform private.refuse(400, 'there is no such claim brand in use', jsonb_build_array(jsonb_build_object(
      'field', 'claimBrandId', 'code', 'INVALID_FORMAT', 'message', 'unknown or archived'
    )));
  end if;
  insert into public.products (master_claim_brand_id, name, description)
  values (claim_brand_id, details ->> 'name', coalesce(details ->> 'description', ''))
  returning * into made;
  perform private.announce_catalogue(made.master_claim_brand_id, 'product', made.id, 'insert');
  return next private.product_document(made);
end;
$$;
comment on function public.create_product is 'Adds a product to the catalogue. Requires a platform admin.';
grant execute on function public.create_product to authenticated, service_role;

create function public.update_product(product_id uuid, expected_version integer, changes jsonb)
returns setof jsonb
language plpgsql
volatile
security definer -- the catalogue is the platform's
set search_path = ''
as $$
begin
  perform private.require_functions();
  return next private.change_item('product', product_id, expected_version, changes);
end;
$$;
comment on function public.update_product is
'Changes a product. Requires a platform admin. Raises 428 without a version and 412 where it has another.';
grant execute on function public.update_product to authenticated, service_role;

create function public.archive_product(
  product_id uuid, is_archived boolean default true, is_forced boolean default false,
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
  return next private.archive_item('product', product_id, is_archived, is_forced, expected_version);
end;
$$;
comment on function public.archive_product is
'Archives a product, or restores it. Refuses with 409 and what uses it, unless it is forced,
and with 412 where it has another version than expected. Requires a platform admin.';
grant execute on function public.archive_product to authenticated, service_role;
