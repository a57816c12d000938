create function private.imported_subjects(level public.claim_level, names text[], claim_brand text)
returns uuid[]
language plpgsql
stable
set search_path = ''
as $$
declare
  readable constant uuid [] := case when not private.is_platform_admin() then private.readable_master_brands() end;
  asked text;
  found_ids uuid [];
  subjects uuid [] := '{}';
begin
  foreach asked in array names loop
    found_ids := case level
      when 'brand' then array(
        select master.id from public.master_claim_brands as master
        where
          (readable is null or master.id = any (readable)) and master.archived_at is null
          and (master.id::text = asked or lower(master.name) = lower(asked))
      )
      when 'product' then array(
        select product.id
        from public.products as product
        inner join public.master_claim_brands as master on master.id = product.master_claim_brand_id
        where
          (readable is null or master.id = any (readable))
          and product.archived_at is null and master.archived_at is null
          and (claim_brand is null or master.id::text = claim_brand or lower(master.name) = lower(claim_brand))
          and (product.id::text = asked or lower(product.name) = lower(asked))
      )
      else array(
        select ingredient.id from public.ingredients as ingredient
        where ingredient.archived_at is null and (ingredient.id::text = asked or lower(ingredient.name) = lower(asked))
      )
    end;
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
'Finds what a row of an import is about, by ids or names among what the caller may read. Raises 400 for what is unknown,
archived or not clear.';

create function private.import_claim(line jsonb)
returns uuid
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
      level, array(select jsonb_array_elements_text(line -> 'subjects')), line ->> 'claim_brand'
    ),
    countries => array(select jsonb_array_elements_text(line -> 'countries')),
    effective_from => (line ->> 'effective_from')::timestamptz,
    effective_to => (line ->> 'effective_to')::timestamptz, details => line -> 'details'
  ) as created;
  return (made ->> 'id')::uuid;
end;
$$;
comment on function private.import_claim is 'Creates the claim of a row of an import, and returns its id.';

create function public.import_claims(lines jsonb, is_dry_run boolean default true, is_whole boolean default true)
returns jsonb
language plpgsql
volatile
security definer -- calls create_claim, which checks the caller for each line
set search_path = ''
set statement_timeout = '30s'
as $$
declare
  entry jsonb;
  made jsonb := '[]';
  duplicates jsonb := '[]';
  problems jsonb := '[]';
  code text;
  reason text;
  details text;
begin
  perform private.require_functions();
  perform private.begin_summary();
  if jsonb_array_length(lines) > 1000 then
    perform private.refuse(400, 'an import has at most 1000 rows');
  end if;
  -- Creating the claims is the only check that forgets no rule; errors and dry runs undo it as a whole.
  begin
    for entry in select each from jsonb_array_elements(lines) as each loop
      begin
        made := made || jsonb_build_object('line', entry -> 'line', 'id', private.import_claim(entry -> 'claim'));
      exception
        when others then -- refusals are problems of the line; other errors fail the whole call
          get stacked diagnostics code = returned_sqlstate, reason = message_text, details = pg_exception_detail;
          if code = '23505' then
            duplicates := duplicates || (entry -> 'line');
          elsif private.http_status(code) is null then
            raise;
          else
            problems := problems || jsonb_build_object(
              'line', entry -> 'line', 'outcome', private.http_status(code), 'code', code, 'message', reason,
              'details', private.own_details(code, details)
            );
          end if;
      end;
    end loop;
    if is_dry_run or is_whole and problems <> '[]' then
      raise exception using errcode = 'ZZ001';
    end if;
  exception
    when sqlstate 'ZZ001' then
      null;
  end;
  perform private.send_summary('import_claims');
  return jsonb_build_object(
    'made', made, 'duplicates', duplicates, 'problems', problems,
    'is_written', not is_dry_run and not (is_whole and problems <> '[]')
  );
end;
$$;
comment on function public.import_claims is
'Creates the claims of lines {line, claim}: {made, duplicates, problems, is_written}. Lines whose claim exists are
duplicates, and left out. is_whole: none if a line has a problem; else those without one. A dry run creates none.';
grant execute on function public.import_claims to authenticated, service_role;
