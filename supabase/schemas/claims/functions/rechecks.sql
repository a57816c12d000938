create function private.recheck_horizon()
returns interval
language sql
immutable
set search_path = ''
as $$
  select interval '24 hours';
$$;
comment on function private.recheck_horizon is
'Returns how long before their time scheduled contents are checked again.';

create function private.recheck_key(content_id uuid, state text)
returns text
language sql
stable
set search_path = ''
as $$
  select content_id || ':' || state || ':' || to_char(now() at time zone 'UTC', 'YYYY-MM-DD');
$$;
comment on function private.recheck_key is
'Returns the key under which a check of a content against a state of the claims is queued once a day.';

create function public.queue_claim_checks(batch integer default 500)
returns integer
language plpgsql
volatile
security definer -- jobs are written by functions only
set search_path = ''
set statement_timeout = '30s'
as $$
declare
  item record;
  queued integer := 0;
begin
  for item in
    -- What the contents of a brand are compared with is looked up once for the brand.
    with claiming as materialized (
      select brands.id, private.claims_state(brands.id) as state, private.markets_to_check(brands.id) as markets
      from public.brands
      where
        brands.deleted_at is null
        and exists (select from public.brand_master_claim_brands as link where link.brand_id = brands.id)
        and exists (
          select from public.contents
          where
            contents.brand_id = brands.id and contents.status = 'scheduled' and contents.deleted_at is null
            and contents.scheduled_for <= now() + private.recheck_horizon()
        )
    ),
    -- In turns: the next of each brand before the second of any.
    due as (
      select
        contents.id, claiming.id as brand_id, claiming.state, contents.scheduled_for,
        row_number() over (partition by claiming.id order by contents.scheduled_for, contents.id) as turn
      from claiming
      inner join public.contents
        on contents.brand_id = claiming.id and contents.status = 'scheduled' and contents.deleted_at is null
      where
        claiming.state is not null
        -- What is due later is checked when it is: its claims may change once more until then.
        and contents.scheduled_for <= now() + private.recheck_horizon()
        and exists (
          select from unnest(claiming.markets) as market
          where not exists (
            select from public.claim_reviews as review
            where
              review.content_id = contents.id and review.source = 'check' and review.is_current
              and review.country = market and review.claims_state = claiming.state
              and (review.valid_until is null or review.valid_until > now())
          )
        )
        -- Once for each state of the claims, and once more every day where that failed.
        and not exists (
          select from private.jobs
          where jobs.queue = 'claims' and jobs.dedupe_key = private.recheck_key(contents.id, claiming.state)
        )
        and not exists (
          select from private.dead_jobs
          where dead_jobs.queue = 'claims' and dead_jobs.dedupe_key = private.recheck_key(contents.id, claiming.state)
        )
    )
    select due.id, due.brand_id, due.state, due.scheduled_for
    from due
    order by due.turn, due.scheduled_for, due.brand_id
    limit greatest(batch, 0)
  loop
    if private.enqueue_job(
      'claims', 'check_content', item.brand_id, jsonb_build_object('contentId', item.id),
      -- Jobs are done in the order of these times: what is due first is checked first, whenever it was queued.
      run_at => least(item.scheduled_for - private.recheck_horizon(), now()),
      dedupe_key => private.recheck_key(item.id, item.state)
    ) is not null then
      queued := queued + 1;
    end if;
  end loop;
  return queued;
end;
$$;
comment on function public.queue_claim_checks is
'For the scheduler: queues a check of each content that is scheduled for the next 24 hours and whose claims have
changed, begun or ended to count since its last check, in turns by brand. Returns how many were queued.';
grant execute on function public.queue_claim_checks to service_role;

create function public.read_claims_to_recheck(content_id uuid)
returns jsonb
language plpgsql
stable
security definer -- private is closed to the service as well
set search_path = ''
as $$
declare
  content public.contents;
  markets text[];
begin
  select * into content from private.content_by_id(read_claims_to_recheck.content_id);
  -- Others are checked by people.
  if content.deleted_at is null and (
    content.status = 'scheduled' or exists (
      select from private.publications as present
      where present.content_id = content.id and present.direction = 'publish' and present.status = 'running'
    )
  ) then
    markets := (private.markets_to_recheck(content))[1:10];
  end if;
  if coalesce(cardinality(markets), 0) = 0 then
    return null;
  end if;
  return private.claims_to_check(content.brand_id, markets, private.products_named(content), content);
end;
$$;
comment on function public.read_claims_to_recheck is
'For the job of contents that are scheduled or being published: returns what a content is compared with, as
read_claims_to_check, in up to 10 markets in which its last check no longer holds; null where there is none.';
grant execute on function public.read_claims_to_recheck to service_role;

create function public.record_claim_recheck(content_id uuid, checked_text text, claims_state text, results jsonb)
returns integer
language plpgsql
volatile
security definer -- reviews are written by commands only
set search_path = ''
as $$
declare
  content public.contents;
  stored integer;
begin
  -- The service only. Nobody is named as the one who checked.
  select contents.* into content from public.contents where contents.id = record_claim_recheck.content_id for update;
  if content.id is null or content.deleted_at is not null then
    return 0;
  end if;
  select count(*) into stored
  from private.store_claim_checks(
    content, record_claim_recheck.checked_text, record_claim_recheck.claims_state, record_claim_recheck.results
  );
  return stored;
end;
$$;
comment on function public.record_claim_recheck is
'For the job of scheduled contents: stores the checks of a content and returns how many. Raises 409 where the text has
changed since it was read.';
grant execute on function public.record_claim_recheck to service_role;
