create function private.evidence_snapshot(claim_id uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'id', evidence.id, 'title', evidence.title, 'kind', evidence.kind,
    'referenceNumber', nullif(evidence.reference_number, ''), 'expiresOn', evidence.expires_on
  ) order by evidence.expires_on desc nulls first, evidence.id), '[]')
  from private.claim_evidence as evidence
  where
    evidence.claim_id = evidence_snapshot.claim_id and evidence.status = 'accepted'
    and (evidence.expires_on is null or evidence.expires_on > current_date);
$$;
comment on function private.evidence_snapshot is
'Returns the evidence that counts for a claim now, as publications keep it.';

create function private.claims_made(content public.contents, is_published boolean default false)
returns table (
  market text, section text, sentence text, start_offset integer, end_offset integer, sentence_offset integer,
  claim_id uuid, claim_version integer, claim_text text, claim_status text, verdict text, override_reason text,
  evidence jsonb, check_id uuid
)
language sql
stable
set search_path = ''
as $$
  with made as materialized (
    select
      review.country, finding ->> 'section' as section, left(finding ->> 'sentence', 5000) as sentence,
      private.place_in(finding, 'start') as start_offset, private.place_in(finding, 'end') as end_offset,
      private.place_in(finding, 'sentenceStart') as sentence_offset,
      private.as_uuid(finding ->> 'claimId') as claim_id, private.place_in(finding, 'claimVersion') as claim_version,
      left(finding ->> 'claimText', 500) as claim_text, finding ->> 'status' as claim_status,
      finding ->> 'verdict' as verdict, review.override_reason, review.id as check_id, found.place
    from public.claim_reviews as review
    cross join lateral jsonb_array_elements(private.as_array(review.findings)) with ordinality as found (finding, place)
    where
      review.content_id = claims_made.content.id and review.source = 'check' and review.is_current
      and review.checked_text = (select private.text_fingerprint(claims_made.content))
      and private.as_uuid(finding ->> 'claimId') is not null and finding ->> 'verdict' <> 'missing'
      and (not claims_made.is_published or review.id in (
        select holding.check_id from private.holding_checks(claims_made.content) as holding
        where holding.market = any (private.markets_to_check(claims_made.content.brand_id))
      ))
  ),
  -- Once for each claim, not for each sentence.
  proofs as materialized (
    select named.claim_id, private.evidence_snapshot(named.claim_id) as evidence
    from (select distinct made.claim_id from made) as named
  )
  select
    made.country, made.section, made.sentence, made.start_offset, made.end_offset, made.sentence_offset, made.claim_id,
    made.claim_version, made.claim_text, made.claim_status, made.verdict, made.override_reason, proofs.evidence,
    made.check_id
  from made
  inner join proofs on proofs.claim_id = made.claim_id
  order by made.country, made.place;
$$;
comment on function private.claims_made is
'Lists the sentences of a content that make a claim, by the last check of each market, if it was of the present text.
Of a publication, by the checks on which it was published: those of the markets of its brand that hold.';

create function private.store_publication_claims()
returns trigger
language plpgsql
security definer -- what was published is recorded by functions only
set search_path = ''
as $$
declare
  refusal text;
begin
  if private.claims_state(new.brand_id) is null then
    return null;
  end if;
  -- The last word: whichever way a content is published, not past its claims.
  refusal := private.claims_refusal(new);
  if refusal is not null then
    perform private.refuse(409, refusal);
  end if;
  insert into private.publication_claims (
    brand_id, content_id, content_version, published_at, market, section, sentence, start_offset, end_offset,
    sentence_offset, claim_id, claim_version, claim_text, claim_status, verdict, override_reason, evidence, check_id
  )
  select
    new.brand_id, new.id, new.version, new.published_at, made.market, made.section, made.sentence, made.start_offset,
    made.end_offset, made.sentence_offset, made.claim_id, made.claim_version, made.claim_text, made.claim_status,
    made.verdict, made.override_reason, made.evidence, made.check_id
  from private.claims_made(new, is_published => true) as made;
  return null;
end;
$$;
comment on function private.store_publication_claims is
'Keeps the claim bill of materials of a publication, in its transaction. Refuses a publication past the claims.';

create function public.get_content_claims(
  content_id uuid, version integer default null, page_offset integer default 0, page_size integer default 20
)
returns jsonb
language plpgsql
stable
security definer -- private is closed to the API
set search_path = ''
as $$
#variable_conflict use_column
declare
  content public.contents;
  shown integer := get_content_claims.version;
  skipped constant integer := greatest(page_offset, 0);
  wished constant integer := least(greatest(page_size, 1), 100);
begin
  perform private.require_visible_content(content_id);
  select * into content from private.content_by_id(content_id);
  perform private.require_permission(content.brand_id, 'claim.read', 'content');
  if shown is null and content.status = 'published' then
    shown := content.version;
  end if;
  if get_content_claims.version is not null and not exists (
    select from public.content_versions as published
    where
      published.content_id = content.id and published.version = get_content_claims.version
      and published.snapshot ->> 'status' = 'published'
  ) then
    perform private.refuse(404, 'this version was not published');
  end if;
  return jsonb_build_object(
    'content_id', content.id,
    'version', coalesce(shown, content.version),
    'is_published', shown is not null,
    'published_at', (
      select published.snapshot ->> 'published_at' from public.content_versions as published
      where published.content_id = content.id and published.version = shown
    ),
    'published_versions', to_jsonb(array(
      select distinct published.version from public.content_versions as published
      where published.content_id = content.id and published.snapshot ->> 'status' = 'published'
      order by published.version desc
      limit 100
    )),
    'refusal', case when shown is null then private.claims_refusal(content) end
  ) || case
    when shown is null then (
      with made as materialized (
        select found.*, row_number() over () as place from private.claims_made(content) as found
      )
      select jsonb_build_object('items', coalesce(jsonb_agg(page.item), '[]'), 'total', (select count(*) from made))
      from (
        select to_jsonb(made) - 'place' as item from made order by made.place offset skipped limit wished
      ) as page
    )
    else (
      select jsonb_build_object('items', coalesce(jsonb_agg(page.item), '[]'), 'total', (
        select count(*) from private.publication_claims as made
        where made.content_id = content.id and made.brand_id = content.brand_id and made.content_version = shown
      ))
      from (
        select to_jsonb(made) as item from private.publication_claims as made
        where made.content_id = content.id and made.brand_id = content.brand_id and made.content_version = shown
        order by made.market, made.id
        offset skipped limit wished
      ) as page
    )
  end;
end;
$$;
comment on function public.get_content_claims is
'Returns the claim bill of materials of a published version of a content, by default of the one that is published; of a
content that is not, what the last checks found in the present text, with what keeps it from being published. {items,
total, …}: one page of its sentences.';
grant execute on function public.get_content_claims to authenticated, service_role;

create function private.delivered_claims(content public.contents)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  if not exists (
    select from private.claim_settings as settings
    where settings.brand_id = content.brand_id and settings.is_delivered
  ) then
    return null;
  end if;
  return coalesce((
    select jsonb_agg(jsonb_build_object(
      'market', made.market, 'sentence', made.sentence, 'claim_id', made.claim_id,
      'claim_version', made.claim_version, 'claim_text', made.claim_text, 'status', made.verdict,
      'evidence', made.evidence
    ) order by made.market, made.id)
    from private.publication_claims as made
    where
      made.content_id = content.id and made.brand_id = content.brand_id and made.content_version = content.version
  ), '[]');
end;
$$;
comment on function private.delivered_claims is
'Returns the claim bill of materials of a published content as websites get it; null where its brand does not
deliver it.';
