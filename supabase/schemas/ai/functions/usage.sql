create function private.check_usage_request(brand uuid, from_day date, to_day date, dimensions text[])
returns uuid[]
language plpgsql
stable
set search_path = ''
as $$
declare
  brands uuid[] := private.brands_permitting('ai.read');
begin
  if brand is not null then
    perform private.require_permission(brand, 'ai.read');
    brands := array[brand];
  end if;
  if to_day < from_day or to_day - from_day > 366 then
    perform private.refuse(400, 'a year at most', jsonb_build_array(jsonb_build_object(
      'field', 'to', 'code', 'INVALID_FORMAT', 'message', 'must not lie before from, nor more than 366 days after it'
    )));
  end if;
  if 'user' = any (dimensions) then
    -- Usage by person is for those who may list the members of the brand.
    brands := array(select unnest(brands) intersect select unnest(private.brands_permitting('member.read')));
    if brand is not null and brands = '{}' then
      perform private.refuse(403, 'this needs the permission member.read in the brand');
    end if;
  end if;
  return brands;
end;
$$;
comment on function private.check_usage_request is
'Checks a request for AI usage and returns the brands whose generations it covers: the given one, or all of the
caller''s. Usage by user also requires member.read in each brand.';

create function public.ai_usage(
  brand uuid default null,
  from_day date default current_date - 30,
  to_day date default current_date,
  dimensions text[] default '{day}'
)
returns jsonb
language plpgsql
stable
security definer -- a policy would be checked for every row; the caller's brands are looked up once
set search_path = ''
as $$
#variable_conflict use_variable
declare
  brands uuid [] := private.check_usage_request(brand, from_day, to_day, dimensions);
  usage jsonb;
begin
  with counted as (
    select
      case when 'brand' = any (dimensions) then generation.brand_id end as brand_id,
      case when 'user' = any (dimensions) then generation.user_id end as user_id,
      case when 'tool' = any (dimensions) then generation.type end as tool,
      case when 'model' = any (dimensions) then generation.provider end as provider,
      case when 'model' = any (dimensions) then generation.model end as model,
      case when 'day' = any (dimensions) then (generation.created_at at time zone 'UTC')::date end as day,
      count(*) as generations,
      count(*) filter (where generation.status = 'failed') as failed,
      count(*) filter (where generation.is_cache_hit) as cached,
      sum(greatest(generation.prompt_tokens, 0)) as prompt_tokens,
      sum(greatest(generation.completion_tokens, 0)) as completion_tokens,
      -- One row without a sensible cost does not spoil the sums of all.
      coalesce(sum(generation.cost) filter (where generation.cost >= 0 and generation.cost < 1e9), 0) as cost,
      round(avg(generation.latency_ms) filter (where not generation.is_cache_hit)) as average_latency_ms
    from public.ai_generations as generation
    where
      generation.brand_id = any (brands)
      -- Ids are ordered by time: this excludes the partitions outside of the range.
      and generation.id >= private.uuid_v7_floor(from_day::timestamp at time zone 'UTC')
      and generation.id < private.uuid_v7_floor((to_day + 1)::timestamp at time zone 'UTC')
    group by 1, 2, 3, 4, 5, 6
  ),
  shown as (
    select counted.* from counted
    order by counted.day desc nulls last, counted.cost desc, counted.brand_id, counted.tool, counted.model
    limit 5000
  )
  select jsonb_build_object(
    'items', (
      select coalesce(jsonb_agg(
        to_jsonb(shown) - 'user_id' || jsonb_build_object(
          'user', case when named.people ? shown.user_id::text then
            jsonb_build_object('id', shown.user_id, 'name', named.people -> shown.user_id::text)
          end
        )
      ), '[]')
      from shown
      cross join (
        select private.people_named(array(select distinct users.user_id from shown as users)) as people
      ) as named
    ),
    'is_truncated', count(*) > 5000,
    'totals', jsonb_build_object(
      'generations', coalesce(sum(counted.generations), 0), 'failed', coalesce(sum(counted.failed), 0),
      'cached', coalesce(sum(counted.cached), 0), 'prompt_tokens', coalesce(sum(counted.prompt_tokens), 0),
      'completion_tokens', coalesce(sum(counted.completion_tokens), 0), 'cost', coalesce(sum(counted.cost), 0)
    )
  ) into usage
  from counted;
  return usage;
end;
$$;
comment on function public.ai_usage is
'Returns AI usage of one brand, or of all the caller''s brands, grouped by any of the dimensions brand, user, tool,
model and day (UTC): {items, is_truncated, totals}, at most 5000 items and 367 days. A user is
{id, name}; null for people whom the caller may not know, such as platform admins.';
grant execute on function public.ai_usage to authenticated, service_role;
