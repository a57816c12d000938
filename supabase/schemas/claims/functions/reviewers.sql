create function private.require_approval_setup(master_claim_brand_id uuid)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  perform private.require_claim_brands(master_claim_brand_id, null);
  if not private.is_platform_admin() and not master_claim_brand_id = any (private.writable_master_brands()) then
    perform private.refuse(403, 'this needs the permission claim.write in a brand that is linked to it');
  end if;
end;
$$;
comment on function private.require_approval_setup is
'Raises 404 unless the caller may read a catalogue brand, and 403 unless the caller may write its claims.';

create function public.list_approval_steps(claim_brand_id uuid)
returns jsonb
language plpgsql
stable
security definer -- see require_claim_brands
set search_path = ''
as $$
begin
  perform private.require_claim_brands(claim_brand_id, null);
  return (
    select jsonb_build_object(
      'items', coalesce(jsonb_agg(to_jsonb(step) order by step.position), '[]'), 'total', count(*),
      'version', (select master.version from public.master_claim_brands as master where master.id = claim_brand_id)
    )
    from public.claim_approval_steps as step where step.master_claim_brand_id = list_approval_steps.claim_brand_id
  );
end;
$$;
comment on function public.list_approval_steps is
'Returns {items, total, version}: the steps by which claims of a catalogue brand are approved, in order, and the version
of the catalogue brand, which counts their changes too.';
grant execute on function public.list_approval_steps to authenticated, service_role;

create function public.set_approval_steps(claim_brand_id uuid, expected_version integer, steps jsonb)
returns setof jsonb
language plpgsql
volatile
security definer -- counts pending claims of every tenant
set search_path = ''
as $$
declare
  present integer;
  pending bigint;
begin
  perform private.require_functions();
  perform private.require_approval_setup(claim_brand_id);
  select master.version into present
  from public.master_claim_brands as master where master.id = claim_brand_id for no key update;
  perform private.require_version(present, expected_version, 'claim brand');
  if jsonb_array_length(steps) > 20 then
    perform private.refuse(400, 'there are too many steps', jsonb_build_array(jsonb_build_object(
      'field', 'steps', 'code', 'INVALID_FORMAT', 'message', 'at most 20'
    )));
  end if;
  -- A pending claim waits at a position of the present steps.
  select count(*) into pending from public.claims
  where
    claims.approval = 'pending' and private.approval_brand(claims.id) = set_approval_steps.claim_brand_id;
  if pending > 0 then
    perform private.refuse(409, 'claims are in approval by these steps', jsonb_build_array(jsonb_build_object(
      'field', 'claims', 'code', 'CONFLICT', 'message', pending || ' pending'
    )));
  end if;
  delete from public.claim_approval_steps as step where step.master_claim_brand_id = claim_brand_id;
  insert into public.claim_approval_steps (master_claim_brand_id, position, name, reviewer_role)
  select claim_brand_id, place.position, place.step ->> 'name', place.step ->> 'reviewer_role'
  from jsonb_array_elements(steps) with ordinality as place (step, position);
  -- Counts the change.
  update public.master_claim_brands as master set name = master.name where master.id = claim_brand_id;
  perform private.announce_catalogue(claim_brand_id, 'approval_steps', claim_brand_id, 'update');
  return next public.list_approval_steps(claim_brand_id);
end;
$$;
comment on function public.set_approval_steps is
'Replaces the approval steps of a catalogue brand by [{name, reviewer_role}], in order; 409 with their number while
claims are in approval. Requires claim.write in a linked brand. Raises 428 without the version of the catalogue brand,
and 412 where it has another.';
grant execute on function public.set_approval_steps to authenticated, service_role;

create function public.list_claim_reviewers(
  brand_id uuid,
  claim_brand_id uuid default null,
  reviewer_role text default null,
  page_offset integer default 0,
  page_size integer default 20
)
returns jsonb
language plpgsql
stable
security definer -- names people
set search_path = ''
as $$
#variable_conflict use_variable
begin
  perform private.require_permission(brand_id, 'claim.read');
  return (
    with matching as (
      select held.*, master.name as claim_brand_name
      from public.claim_reviewers as held
      left join public.master_claim_brands as master on master.id = held.master_claim_brand_id
      where
        held.brand_id = list_claim_reviewers.brand_id
        and (claim_brand_id is null or coalesce(held.master_claim_brand_id, claim_brand_id) = claim_brand_id)
        and (list_claim_reviewers.reviewer_role is null or held.reviewer_role = list_claim_reviewers.reviewer_role)
    ),
    page as (
      select matching.* from matching
      order by matching.reviewer_role, matching.id offset page_offset limit least(greatest(page_size, 1), 100)
    ),
    known as (select private.people_named(array(select page.user_id from page)) as people)
    select jsonb_build_object(
      'items', coalesce((
        select jsonb_agg(
          private.reviewer_document(page.id, known.people) order by page.reviewer_role, page.id
        )
        from page cross join known
      ), '[]'),
      'total', (select count(*) from matching)
    )
  );
end;
$$;
comment on function public.list_claim_reviewers is
'Lists who of a brand decides in which reviewer role: {items, total}. claim_brand_id: also those for all claim brands.';
grant execute on function public.list_claim_reviewers to authenticated, service_role;

create function private.reviewer_document(reviewer_id uuid, people jsonb)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'id', held.id, 'brand_id', held.brand_id, 'reviewer_role', held.reviewer_role, 'created_at', held.created_at,
    'user', coalesce(private.named_person(held.user_id, people), jsonb_build_object('id', held.user_id, 'name', null)),
    'claim_brand', case when master.id is not null then jsonb_build_object('id', master.id, 'name', master.name) end,
    'allowed_actions', case
      when private.permits(held.brand_id, 'member.manage') then '["delete", "read"]'::jsonb else '["read"]'
    end
  )
  from public.claim_reviewers as held
  left join public.master_claim_brands as master on master.id = held.master_claim_brand_id
  where held.id = reviewer_document.reviewer_id;
$$;
comment on function private.reviewer_document is 'Returns a reviewer as the API answers it.';

create function public.add_claim_reviewer(
  brand_id uuid, user_id uuid, reviewer_role text, claim_brand_id uuid default null
)
returns setof jsonb
language plpgsql
volatile
security definer -- reads memberships of other people
set search_path = ''
as $$
#variable_conflict use_variable
declare
  reviewer uuid;
begin
  perform private.require_functions();
  perform private.require_permission(brand_id, 'member.manage');
  if not private.is_active_member(user_id, brand_id) then
    perform private.refuse(400, 'a reviewer is a member of the brand', jsonb_build_array(jsonb_build_object(
      'field', 'userId', 'code', 'INVALID_FORMAT', 'message', 'not an active member of the brand'
    )));
  end if;
  if claim_brand_id is not null and not exists (
    select from public.brand_master_claim_brands as link
    where link.brand_id = add_claim_reviewer.brand_id and link.master_claim_brand_id = claim_brand_id
  ) then
    perform private.refuse(404, 'claim brand not found');
  end if;
  insert into public.claim_reviewers (brand_id, user_id, reviewer_role, master_claim_brand_id, created_by)
  values (brand_id, user_id, reviewer_role, claim_brand_id, auth.uid())
  returning id into reviewer;
  perform private.append_event(brand_id, 'brand', brand_id, 'ClaimReviewerChanged', jsonb_build_object(
    'userId', user_id, 'reviewerRole', reviewer_role, 'isReviewer', true
  ));
  return next private.reviewer_document(reviewer, private.people_named(array[user_id]));
end;
$$;
comment on function public.add_claim_reviewer is
'Gives a member of a brand a reviewer role, for the claims of one catalogue brand or of all that the brand is linked to.
Requires member.manage.';
grant execute on function public.add_claim_reviewer to authenticated, service_role;

create function public.remove_claim_reviewer(reviewer_id uuid)
returns void
language plpgsql
volatile
security definer -- see add_claim_reviewer
set search_path = ''
as $$
declare
  reviewer public.claim_reviewers;
begin
  perform private.require_functions();
  select * into reviewer from public.claim_reviewers where claim_reviewers.id = reviewer_id;
  perform private.require_permission(reviewer.brand_id, 'member.manage', 'reviewer');
  delete from public.claim_reviewers where claim_reviewers.id = reviewer.id;
  perform private.append_event(reviewer.brand_id, 'brand', reviewer.brand_id, 'ClaimReviewerChanged', jsonb_build_object(
    'userId', reviewer.user_id, 'reviewerRole', reviewer.reviewer_role, 'isReviewer', false
  ));
end;
$$;
comment on function public.remove_claim_reviewer is 'Takes a reviewer role from a member. Requires member.manage.';
grant execute on function public.remove_claim_reviewer to authenticated, service_role;
