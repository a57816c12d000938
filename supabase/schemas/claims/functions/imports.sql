create function private.imported_names(lines jsonb)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with readable as (
    select master.id, master.name
    from public.master_claim_brands as master
    where
      master.archived_at is null
      and (private.is_platform_admin() or master.id = any ((select private.readable_master_brands())::uuid []))
  ),
  asked as materialized (
    select distinct
      line.claim ->> 'level' as level, line.claim ->> 'claim_brand' as claim_brand, subject.name,
      case when subject.name ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' then subject.name::uuid end as id
    from jsonb_array_elements(lines) as entry
    cross join lateral (select entry -> 'claim' as claim) as line
    cross join lateral jsonb_array_elements_text(private.as_array(line.claim -> 'subjects')) as subject (name)
  ),
  named as (
    select asked.level, asked.claim_brand, asked.name, readable.id
    from asked
    inner join readable on readable.id = asked.id or private.name_key(readable.name) = private.name_key(asked.name)
    where asked.level = 'brand'
    union
    select asked.level, asked.claim_brand, asked.name, product.id
    from asked
    cross join lateral (
      select found.id, found.master_claim_brand_id, found.archived_at
      from public.products as found where found.id = asked.id
      union
      select found.id, found.master_claim_brand_id, found.archived_at
      from public.products as found where private.name_key(found.name) = private.name_key(asked.name)
    ) as product
    inner join readable on readable.id = product.master_claim_brand_id
    where
      asked.level = 'product' and product.archived_at is null
      and (
        asked.claim_brand is null or readable.id::text = asked.claim_brand
        or private.name_key(readable.name) = private.name_key(asked.claim_brand)
      )
    union
    select asked.level, asked.claim_brand, asked.name, ingredient.id
    from asked
    cross join lateral (
      select found.id, found.archived_at from public.ingredients as found where found.id = asked.id
      union
      select found.id, found.archived_at from public.ingredients as found
      where private.name_key(found.name) = private.name_key(asked.name)
    ) as ingredient
    where asked.level = 'ingredient' and ingredient.archived_at is null and private.is_platform_admin()
  )
  select coalesce(jsonb_object_agg(known.key, known.ids), '{}')
  from (
    select private.imported_key(named.level, named.claim_brand, named.name) as key, jsonb_agg(named.id) as ids
    from named
    group by named.level, named.claim_brand, named.name
  ) as known;
$$;
comment on function private.imported_names is
'Finds what the lines of an import are about, by ids or names among what the caller may read and is not archived: an
object of ids by private.imported_key.';

create function private.imported_key(level text, claim_brand text, name text)
returns text
language sql
immutable
set search_path = ''
as $$
  select jsonb_build_array(level, claim_brand, name)::text;
$$;
comment on function private.imported_key is 'Returns the key of a name in the answer of private.imported_names.';

create function private.imported_subjects(level public.claim_level, names text[], claim_brand text, known jsonb)
returns uuid[]
language plpgsql
stable
set search_path = ''
as $$
declare
  asked text;
  found_ids uuid [];
  subjects uuid [] := '{}';
begin
  foreach asked in array names loop
    found_ids := array(
      select each::uuid
      from jsonb_array_elements_text(
        private.as_array(known -> private.imported_key(level::text, claim_brand, asked))
      ) as each
    );
    if cardinality(found_ids) <> 1 then
      perform private.refuse(400, 'what the claim is about is not clear', jsonb_build_array(jsonb_build_object(
        'field', 'subjects', 'code', 'INVALID_FORMAT', 'message', case cardinality(found_ids)
          when 0 then format('there is no %s in use with the name or id %s', level, left(asked, 100))
          else format('several have the name %s: name the claim brand, or the id', left(asked, 100))
        end
      )));
    end if;
    subjects := subjects || found_ids;
  end loop;
  return subjects;
end;
$$;
comment on function private.imported_subjects is
'Returns what a row of an import is about, by the answer of private.imported_names. Raises 400 for what is unknown,
archived or not clear.';

create function private.lock_imported(known jsonb)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  writable uuid [];
begin
  -- In one order before the first claim, so that two imports of the same catalogue brands do not wait for each other.
  -- Where the caller may only read, no row is written, and nobody has to wait.
  writable := array(
    select brand.id
    from unnest(private.brands_of_subjects(array(
      select each::uuid
      from jsonb_each(known) as found
      cross join lateral jsonb_array_elements_text(found.value) as each
    ))) as brand (id)
    where private.is_platform_admin() or brand.id = any (private.writable_master_brands())
  );
  perform private.take_turns_to_count(writable);
  perform from private.claim_catalogues as counted
  where counted.master_claim_brand_id = any (writable)
  order by counted.master_claim_brand_id
  for update;
end;
$$;
comment on function private.lock_imported is
'Locks the counters of the catalogue brands that an import may write to, in the order of private.count_claim_changes.';

create function private.import_claim(line jsonb, known jsonb)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  level constant public.claim_level := line ->> 'level';
  made jsonb;
begin
  if level = 'ingredient' and not private.is_platform_admin() then
    perform private.refuse(403, 'claims of ingredients are shared: only platform admins write them');
  end if;
  select created into made
  from public.create_claim(
    text => line -> 'text', level => level, status => (line ->> 'status')::public.claim_status,
    subject_ids => private.imported_subjects(
      level, array(select jsonb_array_elements_text(line -> 'subjects')), line ->> 'claim_brand', known
    ),
    countries => array(select jsonb_array_elements_text(line -> 'countries')),
    effective_from => private.read_instant(line ->> 'effective_from', 'effectiveFrom'),
    effective_to => private.read_instant(line ->> 'effective_to', 'effectiveTo'), details => line -> 'details'
  ) as created;
  return jsonb_build_object('outcome', 'made', 'id', made -> 'id');
end;
$$;
comment on function private.import_claim is 'Creates the claim of a row of an import: {outcome, id}.';

create function public.import_claims(lines jsonb, is_dry_run boolean default true, is_whole boolean default true)
returns jsonb
language plpgsql
volatile
security definer -- calls create_claim, which checks the caller for each line
set search_path = ''
set statement_timeout = '30s'
as $$
declare
  answer jsonb;
begin
  perform private.require_functions();
  perform private.begin_summary();
  perform private.require_import_bounds(lines, 'claim', 'subjects');
  answer := private.import_lines('claim', lines, private.imported_names(lines), is_dry_run, is_whole);
  perform private.send_summary('import_claims');
  return answer - 'linked';
end;
$$;
comment on function public.import_claims is
'Creates the claims of lines {line, claim}: {made, duplicates, problems, is_written}. Lines whose claim exists are
duplicates, and left out. is_whole: none if a line has a problem; else those without one. A dry run creates none.';
grant execute on function public.import_claims to authenticated, service_role;
