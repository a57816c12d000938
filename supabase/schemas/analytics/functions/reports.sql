create function public.content_analytics(
  brand uuid default null, from_day date default current_date - 30, to_day date default current_date
)
returns table (
  brand_id uuid, type text, day date, contents bigint, published bigint, drafts bigint, reused bigint,
  average_views numeric, median_seconds_to_publish double precision
)
language sql
stable
security definer -- materialized views have no row-level security: the function filters by the caller's brands
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
comment on function public.content_analytics is
'Returns figures of contents by brand, type and day of creation (UTC), for one or all brands in which the caller has
analytics.read.';
grant execute on function public.content_analytics to authenticated, service_role;

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
comment on function public.generation_analytics is
'Returns figures of generations by brand, type, model and day (UTC), for one or all brands in which the caller has
analytics.read.';
grant execute on function public.generation_analytics to authenticated, service_role;

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
comment on function public.review_analytics is
'Returns figures of reviews by brand and day of their start (UTC), for one or all brands in which the caller has
analytics.read.';
grant execute on function public.review_analytics to authenticated, service_role;

create function public.refresh_analytics()
returns table (figures text, outcome text)
language plpgsql
volatile
security definer -- only the owner of a materialized view may refresh it
set search_path = ''
set statement_timeout = '30s'
as $$
begin
  foreach figures in array array['content_daily', 'generation_daily', 'review_daily'] loop
    -- Figures that fail keep their former state, and the others are refreshed all the same.
    begin
      execute format('refresh materialized view concurrently private.%I', figures);
      outcome := 'refreshed';
    exception when others then
      outcome := 'failed: ' || sqlstate;
    end;
    return next;
  end loop;
end;
$$;
comment on function public.refresh_analytics is
'For the scheduler: refreshes the daily figures without blocking readers. Returns the outcome for each.';
grant execute on function public.refresh_analytics to service_role;
