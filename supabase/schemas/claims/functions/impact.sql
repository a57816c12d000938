create function private.claim_sentences(claim_ids uuid[], brands uuid[], only_market text default null)
returns table (
  brand_id uuid, content_id uuid, content_title text, content_status text, content_version integer,
  is_published boolean, market text, section text, sentence text, start_offset integer, end_offset integer,
  sentence_offset integer, claim_id uuid, claim_version integer, claim_text text
)
language sql
stable
set search_path = ''
as $$
  select
    content.brand_id, content.id, content.title, content.status::text, made.content_version, true, made.market,
    made.section, made.sentence, made.start_offset, made.end_offset, made.sentence_offset, made.claim_id,
    made.claim_version, made.claim_text
  from private.publication_claims as made
  inner join public.contents as content
    on content.id = made.content_id and content.version = made.content_version
  where
    made.claim_id = any (claim_sentences.claim_ids) and made.brand_id = any (claim_sentences.brands)
    and content.status = 'published' and content.deleted_at is null
    and (claim_sentences.only_market is null or made.market = claim_sentences.only_market)
  union all
  select
    content.brand_id, content.id, content.title, content.status::text, review.content_version, false, review.country,
    finding ->> 'section', finding ->> 'sentence', private.place_in(finding, 'start'), private.place_in(finding, 'end'),
    private.place_in(finding, 'sentenceStart'), asked.id, private.place_in(finding, 'claimVersion'),
    finding ->> 'claimText'
  from unnest(claim_sentences.claim_ids) as asked (id)
  inner join public.claim_reviews as review
    on review.findings @> jsonb_build_array(jsonb_build_object('claimId', asked.id))
  inner join public.contents as content on content.id = review.content_id
  cross join lateral jsonb_array_elements(private.as_array(review.findings)) as finding
  where
    review.source = 'check' and review.is_current and review.brand_id = any (claim_sentences.brands)
    and content.status not in ('published', 'archived') and content.deleted_at is null
    and finding ->> 'claimId' = asked.id::text and finding ->> 'verdict' <> 'missing'
    and (claim_sentences.only_market is null or review.country = claim_sentences.only_market);
$$;
comment on function private.claim_sentences is
'Lists the sentences that make these claims in contents of these brands: of published contents by their bill of
materials, of others by the last check of each market.';

create function private.impact_effect(claim public.claims, change jsonb, market text)
returns text
language sql
immutable
set search_path = ''
as $$
  select case
    when change ->> 'status' = 'disallowed' then 'disallowed'
    when change ->> 'status' = 'blocked' then 'blocked'
    when
      jsonb_typeof(change -> 'countries') = 'array' and jsonb_array_length(change -> 'countries') > 0
      and not change -> 'countries' ?| array[market, '__GLOBAL__', '__ALL_COUNTRIES__']
      then 'not_in_market'
    when change ->> 'effectiveTo' is not null then 'ends'
    when change ->> 'text' is not null then 'reworded'
    when change ->> 'status' is not null and change ->> 'status' <> claim.status::text then 'status_changed'
    when coalesce(change, '{}') = '{}' then 'refers'
    else 'unchanged'
  end;
$$;
comment on function private.impact_effect is 'Says what a planned change of a claim means for a sentence in a market.';

create function private.drafted_sentence(
  sentence text, sentence_offset integer, start_offset integer, end_offset integer, replacement text
)
returns text
language sql
immutable
set search_path = ''
as $$
  select case when replacement is not null then left(
    left(sentence, greatest(start_offset - sentence_offset, 0)) || replacement
    || substr(sentence, greatest(end_offset - sentence_offset, 0) + 1), 6000
  ) end;
$$;
comment on function private.drafted_sentence is 'Returns a sentence with another claim in place of the one it makes.';

create function private.impact_items(
  claim_id uuid, override_id uuid, evidence_id uuid, change jsonb, most integer, only_brands uuid[] default null,
  are_without_task boolean default false
)
returns table (
  brand_id uuid, content_id uuid, content_title text, content_status text, content_version integer,
  is_published boolean, market text, section text, sentence text, start_offset integer, end_offset integer,
  claim_id_made uuid, claim_version integer, claim_text text, effect text, draft text, total bigint
)
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict use_column
declare
  claim public.claims;
  override public.market_overrides;
  planned jsonb := coalesce(impact_items.change, '{}');
  brands constant uuid[] := array(
    select readable.id from unnest(private.brands_permitting('content.read')) as readable (id)
    where
      readable.id = any (private.brands_permitting('claim.read'))
      and (impact_items.only_brands is null or readable.id = any (impact_items.only_brands))
  );
  market_asked text;
begin
  if not private.may_read_claim(impact_items.claim_id) then
    perform private.refuse(404, 'claim not found');
  end if;
  select * into claim from public.claims where claims.id = impact_items.claim_id;
  if impact_items.override_id is not null then
    select * into override from public.market_overrides as found
    where found.id = impact_items.override_id and found.master_claim_id = impact_items.claim_id;
    if override.id is null then
      perform private.refuse(404, 'override not found');
    end if;
    market_asked := nullif(override.market_country, '__ALL_COUNTRIES__');
  end if;
  if impact_items.evidence_id is not null then
    if not exists (
      select from private.claim_evidence as evidence
      where evidence.id = impact_items.evidence_id and evidence.claim_id = impact_items.claim_id
    ) then
      perform private.refuse(404, 'evidence not found');
    end if;
  end if;
  return query
    -- Cut before replacements are looked up: a claim may be made in any number of sentences.
    with found as materialized (
      select made.*, count(*) over () as total
      from private.claim_sentences(
        array_remove(array[impact_items.claim_id, override.replacement_claim_id], null), brands, market_asked
      ) as made
      where
        private.impact_effect(claim, planned, made.market) <> 'unchanged'
        and (not impact_items.are_without_task or not exists (
          select from private.claim_tasks as task
          where
            task.brand_id = made.brand_id and task.kind = 'claim_changed' and task.claim_id = impact_items.claim_id
            and task.evidence_id is not distinct from impact_items.evidence_id and task.content_id = made.content_id
            and task.market = made.market and task.mark = made.start_offset and task.state = 'open'
        ))
      order by made.is_published desc, made.content_id, made.market, made.start_offset
      limit most
    ),
    -- One look for each market and brand, not for each sentence.
    markets as materialized (
      select
        asked.market, asked.brand_id,
        private.replacement_for(impact_items.claim_id, asked.market, array(
          select link.master_claim_brand_id
          from public.brand_master_claim_brands as link where link.brand_id = asked.brand_id
        )) as words
      from (select distinct found.market, found.brand_id from found) as asked
    )
    select
      found.brand_id, found.content_id, found.content_title, found.content_status, found.content_version,
      found.is_published, found.market, found.section, found.sentence, found.start_offset, found.end_offset,
      found.claim_id, found.claim_version, found.claim_text,
      private.impact_effect(claim, planned, found.market),
      private.drafted_sentence(
        found.sentence, found.sentence_offset, found.start_offset, found.end_offset,
        case
          when private.impact_effect(claim, planned, found.market) = 'reworded'
            then coalesce(planned -> 'text' ->> 'original', planned ->> 'text')
          else markets.words
        end
      ),
      found.total
    from found
    inner join markets on markets.market = found.market and markets.brand_id = found.brand_id
    order by found.is_published desc, found.content_id, found.market, found.start_offset;
end;
$$;
comment on function private.impact_items is
'Lists what a change of a claim, an override of it or evidence for it would touch, among contents that the caller may
read, each with a drafted replacement; total counts them all. only_brands: in these brands. are_without_task: without
the sentences that have an open task. Raises 404 for what the caller may not read.';

create function public.read_claim_impact(
  claim_id uuid, override_id uuid default null, evidence_id uuid default null, change jsonb default '{}',
  page_offset integer default 0, page_size integer default 500
)
returns jsonb
language plpgsql
stable
security definer -- private is closed to the API
set search_path = ''
as $$
declare
  skipped constant integer := greatest(page_offset, 0);
  wished constant integer := least(greatest(page_size, 1), 500);
begin
  return (
    with items as (
      select found.*, row_number() over () as place
      from private.impact_items(
        read_claim_impact.claim_id, read_claim_impact.override_id, read_claim_impact.evidence_id,
        read_claim_impact.change, greatest(5000, skipped + wished)
      ) as found
    )
    select jsonb_build_object(
      'total', coalesce(max(items.total), 0),
      'published', count(distinct items.content_id) filter (where items.is_published),
      'pending', count(distinct items.content_id) filter (where not items.is_published),
      'markets', coalesce(jsonb_agg(distinct items.market), '[]'),
      'items', coalesce((
        select jsonb_agg(
          to_jsonb(shown) - array['total', 'place', 'claim_id_made']
          || jsonb_build_object('claim_id', shown.claim_id_made)
          order by shown.place
        )
        from (select items.* from items order by items.place offset skipped limit wished) as shown
      ), '[]')
    )
    from items
  );
end;
$$;
comment on function public.read_claim_impact is
'Returns what a planned change of a claim, an override of it or evidence for it touches: {total, published, pending,
markets, items}, of contents that the caller may read: a page of at most 500 sentences, and figures of the first 5,000
or of all up to that page.';
grant execute on function public.read_claim_impact to authenticated, service_role;
