create function private.may_read_claim(claim_id uuid)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  return exists (select from public.claims where claims.id = may_read_claim.claim_id) and (
    private.is_platform_admin()
    or array(select private.claim_master_brands(may_read_claim.claim_id)) && private.readable_master_brands()
  );
end;
$$;
comment on function private.may_read_claim is 'Whether there is such a claim, and the caller may read it.';

create function private.claim_subject_documents(claim public.claims, masters uuid[])
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(
    jsonb_build_object('kind', named.kind, 'id', named.id, 'name', named.name, 'is_archived', named.archived_at is not null)
    order by named.name, named.id
  ), '[]')
  from (
    select 'claim_brand' as kind, master.id, master.name, master.archived_at
    from public.master_claim_brands as master where master.id = claim.master_claim_brand_id
    union all
    select 'product', product.id, product.name, product.archived_at
    from public.claim_subjects as subject
    inner join public.products as product on product.id = subject.product_id
    where subject.claim_id = claim.id and (masters is null or product.master_claim_brand_id = any (masters))
    union all
    select 'ingredient', ingredient.id, ingredient.name, ingredient.archived_at
    from public.claim_subjects as subject
    inner join public.ingredients as ingredient on ingredient.id = subject.ingredient_id
    where subject.claim_id = claim.id and (masters is null or exists (
      select from public.product_ingredients as part
      inner join public.products as product on product.id = part.product_id
      where part.ingredient_id = ingredient.id and product.master_claim_brand_id = any (masters)
    ))
  ) as named;
$$;
comment on function private.claim_subject_documents is
'Returns what a claim is about, as far as it belongs to these catalogue brands; null: all.';

create function private.claim_actions(
  claim public.claims, masters uuid[], is_platform boolean, writable uuid[], step public.claim_approval_steps
)
returns text[]
language plpgsql
stable
set search_path = ''
as $$
declare
  is_writer constant boolean := is_platform or (
    claim.level <> 'ingredient' and cardinality(masters) > 0 and masters <@ writable
  );
  is_pending constant boolean := claim.approval is not distinct from 'pending';
  actions text [] := '{read}';
begin
  if claim.archived_at is not null then
    return case when is_writer then '{delete,read,restore}' else actions end;
  end if;
  if is_writer or private.is_own_claim(claim, masters) then
    actions := actions || 'update'::text;
  end if;
  if is_writer and not is_pending then
    actions := actions || '{archive,delete}'::text [];
    if step.id is not null then
      actions := actions || 'submit'::text;
    end if;
  end if;
  if is_pending and private.decision_problem(claim, step) is null then
    actions := actions || 'decide'::text;
  end if;
  return array(select action from unnest(actions) as action order by action);
end;
$$;
comment on function private.claim_actions is
'Lists what the caller may do with a claim. masters: its catalogue brands; writable: those in which the caller may write
claims; step: the open step, or the first one where no approval is pending.';

create function private.claim_documents(claim_ids uuid[])
returns jsonb
language plpgsql
stable
security definer -- reads memberships of other people
set search_path = ''
as $$
declare
  is_platform constant boolean := private.is_platform_admin();
  readable constant uuid [] := case when not private.is_platform_admin() then private.readable_master_brands() end;
  writable constant uuid [] := private.writable_master_brands();
  people jsonb;
begin
  select private.people_named(array_agg(claims.created_by) || array_agg(claims.updated_by)) into people
  from public.claims where claims.id = any (claim_ids);
  return (
    select coalesce(jsonb_agg(
      (to_jsonb(claim) - array['approval_position', 'master_claim_brand_id']) || jsonb_build_object(
        'subjects', private.claim_subject_documents(claim, readable),
        'step', case when claim.approval = 'pending' then jsonb_build_object(
          'position', step.position, 'name', step.name, 'reviewer_role', step.reviewer_role
        ) end,
        'created_by', private.named_person(claim.created_by, people),
        'updated_by', private.named_person(claim.updated_by, people),
        'allowed_actions', private.claim_actions(claim, about.masters, is_platform, writable, step)
      )
      order by asked.place
    ), '[]')
    from unnest(claim_ids) with ordinality as asked (id, place)
    inner join public.claims as claim on claim.id = asked.id
    cross join lateral (select array(select private.claim_master_brands(claim.id)) as masters) as about
    cross join lateral private.next_approval_step(claim, coalesce(claim.approval_position, 1) - 1) as step
  );
end;
$$;
comment on function private.claim_documents is
'Returns claims in the given order, each with what it is about, its open approval step, its people as far as the caller
may know them, and what the caller may do. The caller must be allowed to read them.';

create function private.named_person(person uuid, people jsonb)
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
begin
  return case when people ? person::text then jsonb_build_object('id', person, 'name', people ->> person::text) end;
end;
$$;
comment on function private.named_person is 'Returns {id, name} of a person by an answer of people_named; else null.';

create function private.claim_answer(claim_id uuid)
returns setof jsonb
language sql
stable
set search_path = ''
as $$
  select private.claim_documents(array[claim_answer.claim_id]) -> 0;
$$;
comment on function private.claim_answer is 'Returns a claim as commands answer it: as it is now.';

create function public.get_claim(claim_id uuid)
returns setof jsonb
language plpgsql
stable
security definer -- see claim_documents
set search_path = ''
as $$
begin
  if private.may_read_claim(claim_id) then
    return query select * from private.claim_answer(claim_id);
  end if;
end;
$$;
comment on function public.get_claim is 'Returns a claim that the caller may read; no row for others.';
grant execute on function public.get_claim to authenticated, service_role;

create function public.list_claims(
  brand_id uuid default null,
  claim_brand_id uuid default null,
  product_id uuid default null,
  ingredient_id uuid default null,
  levels public.claim_level[] default null,
  statuses public.claim_status[] default null,
  approvals text[] default null,
  country text default null,
  effective_at timestamptz default null,
  category text default null,
  language text default null,
  query text default null,
  is_archived boolean default false,
  is_decidable boolean default false,
  sort text default 'updated_at',
  is_descending boolean default true,
  page_offset integer default 0,
  page_size integer default 20
)
returns jsonb
language plpgsql
stable
security definer -- see claim_documents; takes what the caller may read first
set search_path = ''
as $$
#variable_conflict use_variable
declare
  masters uuid [] := case when not private.is_platform_admin() then private.readable_master_brands() end;
  ids uuid [];
  total bigint;
begin
  if brand_id is not null or claim_brand_id is not null then
    masters := private.require_claim_brands(claim_brand_id, brand_id);
  end if;
  with matching as materialized (
    select claims.id, case list_claims.sort
      when 'text' then private.claim_text_key(claims.text)
      when 'status' then claims.status::text
      when 'level' then claims.level::text
      when 'category' then coalesce(claims.category, '')
    end as sort_text, case list_claims.sort
      when 'created_at' then claims.created_at
      when 'effective_from' then claims.effective_from
      when 'effective_to' then coalesce(claims.effective_to, 'infinity')
      when 'updated_at' then claims.updated_at
    end as sort_time
    from private.claims_about(masters) as readable (id)
    inner join public.claims on claims.id = readable.id
    where
      (product_id is null or exists (
        select from public.claim_subjects as subject
        where subject.claim_id = claims.id and subject.product_id = list_claims.product_id
      ))
      and (ingredient_id is null or exists (
        select from public.claim_subjects as subject
        where subject.claim_id = claims.id and subject.ingredient_id = list_claims.ingredient_id
      ))
      and (levels is null or claims.level = any (levels))
      and (statuses is null or claims.status = any (statuses))
      and (approvals is null or coalesce(claims.approval, 'none') = any (approvals))
      and (country is null or claims.countries && array['__GLOBAL__', country])
      and (effective_at is null or claims.effective_from <= effective_at
        and (claims.effective_to is null or claims.effective_to > effective_at))
      and (list_claims.category is null or claims.category = list_claims.category)
      and (language is null or claims.text ? language)
      and (is_archived is null or (claims.archived_at is not null) = is_archived)
      and (not is_decidable or (claims.approval = 'pending' and private.decision_problem(
        claims, private.next_approval_step(claims, claims.approval_position - 1)
      ) is null))
      -- Only what the caller may read is compared, so an index of all texts would not help.
      and (query is null or exists (
        select from jsonb_each_text(claims.text) as translation where private.holds_text(translation.value, query)
      ))
  )
  select
    (select count(*) from matching),
    array(
      select matching.id from matching
      order by
        case when not is_descending then matching.sort_text end, case when is_descending then matching.sort_text end desc,
        case when not is_descending then matching.sort_time end, case when is_descending then matching.sort_time end desc,
        matching.id
      offset page_offset limit least(greatest(page_size, 1), 100)
    )
  into total, ids;
  return jsonb_build_object('items', private.claim_documents(ids), 'total', total);
end;
$$;
comment on function public.list_claims is
'Lists the claims that the caller may read, or those about a catalogue brand, with its products and their ingredients,
or about all to which a brand is linked: {items, total}. approvals: none, pending, approved, rejected. country: claims of
the country and global ones. query: a part of the text in any language. is_decidable: those on whose open step the caller may
decide.';
grant execute on function public.list_claims to authenticated, service_role;
