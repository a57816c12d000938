create function public.list_claim_versions(
  claim_id uuid, versions integer[] default null, page_offset integer default 0, page_size integer default 20
)
returns jsonb
language plpgsql
stable
security definer -- see claim_documents
set search_path = ''
as $$
#variable_conflict use_variable
begin
  if not private.may_read_claim(claim_id) then
    return '{"items": [], "total": 0}';
  end if;
  return (
    with matching as (
      select found.* from public.claim_versions as found
      where found.claim_id = list_claim_versions.claim_id and (versions is null or found.version = any (versions))
    ),
    page as (
      select matching.* from matching
      order by matching.version desc offset page_offset limit least(greatest(page_size, 1), 100)
    ),
    known as (select private.people_named(array(select page.created_by from page)) as people)
    select jsonb_build_object(
      'items', coalesce((
        select jsonb_agg(
          (to_jsonb(page) - 'approval_position')
          || jsonb_build_object('created_by', private.named_person(page.created_by, known.people))
          order by page.version desc
        )
        from page cross join known
      ), '[]'),
      'total', (select count(*) from matching)
    )
  );
end;
$$;
comment on function public.list_claim_versions is
'Lists a claim as it was after each change, or in these versions, newest first: {items, total}.';
grant execute on function public.list_claim_versions to authenticated, service_role;
