-- Daily totals. The unique indexes allow refresh_analytics to refresh them without blocking readers.

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
