-- The figures of reference §7.2 and domain §10. A materialised view knows no row-level security: it lies in private,
-- and the function below gives each caller the brands that are theirs.

create materialized view private.content_daily as
select
  contents.brand_id,
  contents.type,
  (contents.created_at at time zone 'UTC')::date as day,
  count(*) as contents,
  count(*) filter (where contents.status = 'published') as published,
  count(*) filter (where contents.status = 'draft') as drafts,
  count(*) filter (where contents.parent_id is not null) as reused,
  avg(contents.views) as average_views,
  percentile_cont(0.5) within group (
    order by extract(epoch from contents.published_at - contents.created_at)
  ) filter (where contents.published_at is not null) as median_seconds_to_publish
from public.contents
where contents.deleted_at is null
group by contents.brand_id, contents.type, (contents.created_at at time zone 'UTC')::date;
comment on materialized view private.content_daily is 'Contents by brand, type and day of creation (UTC).';
create unique index content_daily_key on private.content_daily (brand_id, type, day);

create materialized view private.generation_daily as
select
  ai_generations.brand_id,
  ai_generations.type,
  ai_generations.model,
  (ai_generations.created_at at time zone 'UTC')::date as day,
  count(*) as generations,
  count(*) filter (where ai_generations.status = 'completed' and not ai_generations.is_cache_hit) as completed,
  count(*) filter (where ai_generations.status = 'failed') as failed,
  sum(ai_generations.prompt_tokens + ai_generations.completion_tokens) as tokens,
  sum(ai_generations.cost) as cost,
  avg(ai_generations.latency_ms) as average_latency_ms
from public.ai_generations
group by
  ai_generations.brand_id, ai_generations.type, ai_generations.model,
  (ai_generations.created_at at time zone 'UTC')::date;
comment on materialized view private.generation_daily is 'Generations by brand, type, model and day (UTC).';
create unique index generation_daily_key on private.generation_daily (brand_id, type, model, day);

create materialized view private.review_daily as
select
  runs.brand_id,
  (runs.started_at at time zone 'UTC')::date as day,
  count(*) filter (where runs.status = 'completed') as finished,
  count(*) filter (where runs.outcome = 'approved') as approved,
  count(*) filter (where runs.outcome = 'approved' and not exists (
    select
    from public.workflow_actions as action
    where action.instance_id = runs.id and action.action = 'request_changes'
  )) as approved_first_pass,
  avg(extract(epoch from runs.completed_at - runs.started_at)) filter (where runs.status = 'completed')
    as average_seconds
from public.workflow_instances as runs
group by runs.brand_id, (runs.started_at at time zone 'UTC')::date;
comment on materialized view private.review_daily is 'Runs of workflows by brand and day of their start (UTC).';
create unique index review_daily_key on private.review_daily (brand_id, day);

create function public.refresh_analytics()
returns void
language plpgsql
volatile
security definer -- only the owner of a materialised view may refresh it
set search_path = ''
as $$
begin
  refresh materialized view concurrently private.content_daily;
  refresh materialized view concurrently private.generation_daily;
  refresh materialized view concurrently private.review_daily;
end;
$$;
comment on function public.refresh_analytics is
'For the scheduler: brings the figures up to date; readers go on meanwhile.';
grant execute on function public.refresh_analytics to service_role;

create function public.content_analytics(
  brand uuid default null, from_day date default current_date - 30, to_day date default current_date
)
returns table (
  brand_id uuid, type text, day date, contents bigint, published bigint, drafts bigint, reused bigint,
  average_views numeric, median_seconds_to_publish double precision
)
language sql
stable
security definer -- the view knows no row-level security: the caller's brands are taken here
set search_path = ''
as $$
  select
    daily.brand_id, daily.type, daily.day, daily.contents, daily.published, daily.drafts, daily.reused,
    daily.average_views, daily.median_seconds_to_publish
  from private.content_daily as daily
  where
    daily.brand_id = any ((select private.brands_permitting('analytics.read'))::uuid [])
    and (content_analytics.brand is null or daily.brand_id = content_analytics.brand)
    and daily.day between content_analytics.from_day and content_analytics.to_day
  order by daily.day, daily.brand_id, daily.type;
$$;
comment on function public.content_analytics is 'Contents by day and type, of the caller''s own brands.';
grant execute on function public.content_analytics to authenticated;

create function public.generation_analytics(
  brand uuid default null, from_day date default current_date - 30, to_day date default current_date
)
returns table (
  brand_id uuid, type text, model text, day date, generations bigint, completed bigint, failed bigint, tokens bigint,
  cost numeric, average_latency_ms numeric
)
language sql
stable
security definer -- see content_analytics
set search_path = ''
as $$
  select
    daily.brand_id, daily.type, daily.model, daily.day, daily.generations, daily.completed, daily.failed, daily.tokens,
    daily.cost, daily.average_latency_ms
  from private.generation_daily as daily
  where
    daily.brand_id = any ((select private.brands_permitting('analytics.read'))::uuid [])
    and (generation_analytics.brand is null or daily.brand_id = generation_analytics.brand)
    and daily.day between generation_analytics.from_day and generation_analytics.to_day
  order by daily.day, daily.brand_id, daily.type, daily.model;
$$;
comment on function public.generation_analytics is 'Generations by day, type and model, of the caller''s own brands.';
grant execute on function public.generation_analytics to authenticated;

create function public.review_analytics(
  brand uuid default null, from_day date default current_date - 30, to_day date default current_date
)
returns table (
  brand_id uuid, day date, finished bigint, approved bigint, approved_first_pass bigint, average_seconds numeric
)
language sql
stable
security definer -- see content_analytics
set search_path = ''
as $$
  select daily.brand_id, daily.day, daily.finished, daily.approved, daily.approved_first_pass, daily.average_seconds
  from private.review_daily as daily
  where
    daily.brand_id = any ((select private.brands_permitting('analytics.read'))::uuid [])
    and (review_analytics.brand is null or daily.brand_id = review_analytics.brand)
    and daily.day between review_analytics.from_day and review_analytics.to_day
  order by daily.day, daily.brand_id;
$$;
comment on function public.review_analytics is 'Reviews by day, of the caller''s own brands.';
grant execute on function public.review_analytics to authenticated;
