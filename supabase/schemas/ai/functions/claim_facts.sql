create function private.claim_facts(brand uuid, claim_id uuid, language text)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  claim public.claims;
begin
  select claims.* into claim
  from public.claims
  where
    claims.id = claim_facts.claim_id and claims.archived_at is null and private.may_read_claim(claims.id)
    and exists (
      select from public.brand_master_claim_brands as link
      where
        link.brand_id = claim_facts.brand
        and link.master_claim_brand_id in (select private.claim_master_brands(claims.id))
    );
  if claim.id is null then
    perform private.refuse(404, 'claim not found');
  end if;
  if not claim.text ? language then
    perform private.refuse(400, 'the claim has no text in this language', jsonb_build_array(jsonb_build_object(
      'field', 'language', 'code', 'INVALID_FORMAT', 'message', 'names no language of the claim'
    )));
  end if;
  return jsonb_build_object('id', claim.id, 'text', claim.text ->> language, 'status', claim.status);
end;
$$;
comment on function private.claim_facts is
'Returns {id, text, status} of a claim in one of its languages. Refuses with 404 a claim that the caller may not read,
that is archived, or whose catalogue brands are not linked to the brand; with 400 a language that it lacks.';
